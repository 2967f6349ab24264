/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file hcall.h
 * @brief Statuses of hypercalls, as r3 has them.
 */
#ifndef HVPOLICY_HCALL_H
#define HVPOLICY_HCALL_H

#include <hvpolicy/base.h>

HVP_BEGIN_DECLS

/*! Statuses of hypercalls. The rows stand in hcall.def. */
HVP_ENUM(hvp_hcall_status) {
#define HVP_HCALL(name, value, text) HVP_H_##name = (value),
#include <hvpolicy/hcall.def>
#undef HVP_HCALL
};

/*! Registers that a hypercall returns. */
struct hvp_hcall {
	int64_t r3;	/*!< enum hvp_hcall_status */
	uint64_t r4;	/*!< as the call says; else 0 */
	uint64_t r5;	/*!< as the call says; else 0 */
};

/*!
 * @brief Name of a status, such as "H_INVALID_ELEMENT_ID".
 * @param status any value of r3
 * @return a constant string; "?" when the value is none of enum hvp_hcall_status. Never NULL.
 */
HVP_API const char *hvp_hcall_name(int64_t status);

/*!
 * @brief What a status means, in a few words.
 * @param status any value of r3
 * @return a constant string; "?" when the value is none of enum hvp_hcall_status. Never NULL.
 */
HVP_API const char *hvp_hcall_text(int64_t status);

HVP_END_DECLS

#endif
