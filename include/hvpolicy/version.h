/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file version.h
 * @brief Version of the headers. The file VERSION is the source; a test compares the two.
 */
#ifndef HVPOLICY_VERSION_H
#define HVPOLICY_VERSION_H

#define HVP_VERSION_MAJOR 0	/*!< 0 until the ABI is final; the soname tells ABI breaks. */
#define HVP_VERSION_MINOR 1	/*!< Changes when something is added. */
#define HVP_VERSION_PATCH 0	/*!< Changes when something is mended. */

/*! Version of the headers as one number: major << 16 | minor << 8 | patch. */
#define HVP_VERSION \
	((uint32_t)HVP_VERSION_MAJOR << 16 | (uint32_t)HVP_VERSION_MINOR << 8 | \
	 (uint32_t)HVP_VERSION_PATCH)

#endif
