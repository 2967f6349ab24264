/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file gcaps.h
 * @brief Capabilities of nested guests: H_GUEST_GET_CAPABILITIES, H_GUEST_SET_CAPABILITIES, and the
 *        bitmap that KVM_PPC_GET_COMPAT_CAPS makes of them.
 *
 * The bits are those of hvp_level_capability() and HVP_CAPABILITY_COPY_MEMORY (pvr.h).
 * Source: Linux Documentation/arch/powerpc/kvm-nested.rst; QEMU hw/ppc/spapr_nested.c for the order
 * of checks.
 */
#ifndef HVPOLICY_GCAPS_H
#define HVPOLICY_GCAPS_H

#include <hvpolicy/hcall.h>
#include <hvpolicy/pvr.h>

HVP_BEGIN_DECLS

/*! What L0 holds of one L1. */
struct hvp_gcaps {
	uint32_t size;		/*!< sizeof(struct hvp_gcaps) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t l1_level;	/*!< enum hvp_level that L1 itself runs at, after its CAS */
	uint32_t reserved;	/*!< 0 */
	uint64_t has;		/*!< what L0 can do for nested guests; bits of no row 0 */
	uint64_t negotiated;	/*!< bitmap of an accepted SET; 0: there was none */
};

/*!
 * @brief H_GUEST_GET_CAPABILITIES: what L0 has, no level newer than L1's own (R12), in r4.
 *
 * L1 may be at an older level than its machine: the bitmap follows what L1 negotiated.
 *
 * @param[in]     caps    not NULL
 * @param[in]     flags   argument of the call; 0, else H_PARAMETER
 * @param[out]    answer  untouched on failure; not NULL
 * @param[in,out] report  why not; may be NULL
 * @retval HVP_OK            @a answer is set, good or bad
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL
 * @retval HVP_ERR_RESERVED  the reserved field or a bit of no row is set
 * @retval HVP_ERR_VALUE     L1's level is none
 * @return else a head status of @a caps
 */
HVP_API enum hvp_status hvp_gcaps_get(const struct hvp_gcaps *caps, uint64_t flags,
				      struct hvp_hcall *answer, struct hvp_report *report);

/*!
 * @brief H_GUEST_SET_CAPABILITIES: bits that GET answers, at least one level, once and for all.
 *
 * In this order: flags (H_PARAMETER); a bit that GET does not answer, or no level (H_P2: r4 is 1
 * bitmap, r5 is 0, the index of the first); set before to something else (H_STATE). On H_SUCCESS
 * the caller keeps @a bitmap as what is negotiated, until L1 is reset. The document does not say
 * whether the index counts from 0; QEMU has a bit's number there. QEMU answers H_STATE to any
 * second call, after which a Linux whose module is loaded again cannot nest.
 *
 * @param[in]     caps    not NULL
 * @param[in]     flags   first argument of the call
 * @param[in]     bitmap  second argument
 * @param[out]    answer  untouched on failure; not NULL
 * @param[in,out] report  the bits that are not offered, and why; may be NULL
 * @return a status of hvp_gcaps_get()
 */
HVP_API enum hvp_status hvp_gcaps_set(const struct hvp_gcaps *caps, uint64_t flags,
				      uint64_t bitmap, struct hvp_hcall *answer,
				      struct hvp_report *report);

/*! The API by which an L1 nests. */
HVP_ENUM(hvp_gcaps_api) {
	HVP_GCAPS_API_V1 = 1,	/*!< H_ENTER_NESTED */
	HVP_GCAPS_API_V2 = 2,	/*!< H_GUEST_* */
};

/*!
 * @brief The bitmap that KVM_PPC_GET_COMPAT_CAPS gives in an L1 (compat_caps.h).
 *
 * Version 1: the level of cpu-version and all older ones that have a bit. Version 2: the levels
 * of what was negotiated. Source: Linux commits ac3e65ddddf3, b76fb087efcd and 8735048f54ec.
 *
 * @param[in]     api          enum hvp_gcaps_api
 * @param[in]     cpu_version  L1's own logical PVR, from its device tree; version 2: not used
 * @param[in]     negotiated   bitmap of the accepted SET; version 1: not used
 * @param[out]    bitmap       untouched on failure; not NULL
 * @param[in,out] report       why not; may be NULL
 * @retval HVP_OK                     done
 * @retval HVP_ERR_ARGUMENT           @a bitmap is NULL, or no such version
 * @retval HVP_ERR_UNKNOWN_PVR        version 1: no level, or none that has a bit (-EINVAL in Linux)
 * @retval HVP_ERR_LEVEL_NOT_GRANTED  version 2: no level was negotiated (Linux warns and answers 0)
 */
HVP_API enum hvp_status hvp_gcaps_compat(uint32_t api, uint32_t cpu_version, uint64_t negotiated,
					 uint64_t *bitmap, struct hvp_report *report);

HVP_END_DECLS

#endif
