/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file facility.h
 * @brief The facilities that HFSCR can make unavailable.
 *
 * A facility is numbered by its HFSCR bit (LSB 0), which is also its interrupt cause code.
 * Source: Power ISA 3.1 Book III 6.2.11 (HFSCR), rows in facility.def.
 */
#ifndef HVPOLICY_FACILITY_H
#define HVPOLICY_FACILITY_H

#include <hvpolicy/base.h>
#include <hvpolicy/level.h>

/*! Interrupt cause field of HFSCR and FSCR, bits 56 to 63. Never part of a strategy (R1). */
#define HVP_HFSCR_CAUSE (HVP_U64(0xff) << 56)
/*! Position of the interrupt cause field. */
#define HVP_HFSCR_CAUSE_SHIFT 56
/*! Facilities are numbered 0 to HVP_FACILITIES - 1. */
#define HVP_FACILITIES 56

HVP_BEGIN_DECLS

/*! Numbers of the known facilities; the rows stand in facility.def. */
HVP_ENUM(hvp_facility) {
#define HVP_FACILITY(name, bit, since, until, enable_since) HVP_FACILITY_##name = (bit),
#include <hvpolicy/facility.def>
#undef HVP_FACILITY
};

/*! One row of the facility table. */
struct hvp_facility_info {
	uint32_t facility;	/*!< bit and cause code */
	uint32_t since;		/*!< enum hvp_level: first level that has it */
	uint32_t until;		/*!< enum hvp_level: first level without it again; NONE: no such */
	uint32_t enable_since;	/*!< enum hvp_level: first level whose HFSCR has its enable bit;
				 *   NONE: HFSCR has none */
	char name[16];		/*!< such as "PREFIX", closed by a 0 */
};

/*!
 * @brief Row of a facility.
 * @param[in]  facility  bit or cause code, any value
 * @param[out] info      the row; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  the number names no facility
 */
HVP_API enum hvp_status hvp_facility_get(uint32_t facility, struct hvp_facility_info *info);

/*!
 * @brief Facility of a name, upper or lower case.
 * @param[in]  name      not NULL; read up to its 0 or 16 bytes
 * @param[out] facility  its number; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  no facility has this name
 */
HVP_API enum hvp_status hvp_facility_find(const char *name, uint32_t *facility);

/*!
 * @brief The facilities that a processor level has, whether or not HFSCR can disable them.
 * @param level enum hvp_level, any value
 * @return bits of the facilities; 0 for HVP_LEVEL_NONE and unknown levels
 */
HVP_API uint64_t hvp_facility_of_level(uint32_t level);

/*!
 * @brief The enable bits that HFSCR has at a processor level.
 * @param level enum hvp_level, any value
 * @return bits; 0 below level 2.07, which has no HFSCR, and for unknown levels
 */
HVP_API uint64_t hvp_facility_enables(uint32_t level);

HVP_END_DECLS

#endif
