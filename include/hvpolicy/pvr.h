/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file pvr.h
 * @brief Which processor levels a host can give its guests, and choosing one (R12 to R15).
 *
 * Source: PAPR (logical processor version, ibm,client-architecture-support); Linux
 * kvm/book3s_hv.c kvmppc_set_arch_compat(); QEMU target/ppc/compat.c, hw/ppc/spapr_hcall.c.
 */
#ifndef HVPOLICY_PVR_H
#define HVPOLICY_PVR_H

#include <hvpolicy/level.h>
#include <hvpolicy/report.h>

HVP_BEGIN_DECLS

/*! One row of the processor table. */
struct hvp_processor_info {
	uint32_t mask;		/*!< which bits of the PVR name the processor */
	uint32_t value;		/*!< those bits */
	uint32_t level;		/*!< enum hvp_level: its own */
	uint32_t oldest;	/*!< enum hvp_level: oldest it can impose */
	uint32_t newest;	/*!< enum hvp_level: newest it can be told */
	uint32_t revision;	/*!< bits of the PVR that must agree for raw guests to move */
	uint64_t pcr_mask;	/*!< PCR bits that it has */
	char name[16];		/*!< such as "POWER10", closed by a 0 */
	char libvirt[16];	/*!< libvirt's CPU model of it; "": it has none */
};

/*! What else counts for a host. At most one of the two. */
HVP_ENUM(hvp_pvr_flag) {
	/*!
	 * The hypervisor below grants level by level: nested API version 2
	 * (H_GUEST_GET_CAPABILITIES). Levels without a capability bit are not granted.
	 */
	HVP_PVR_GRANTED = 1 << 0,
	/*!
	 * An upper bound is known: KVM_PPC_GET_COMPAT_CAPS, which answers for nested API version
	 * 1 too. Of the levels that have a capability bit only those with it set, all others as
	 * the processor allows; nothing if it grants no level at all.
	 */
	HVP_PVR_BOUNDED = 1 << 1,
};

/*! What is known of a host. */
struct hvp_pvr_host {
	uint32_t size;		/*!< sizeof(struct hvp_pvr_host) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t pvr;		/*!< PVR of the hardware, as mfpvr reads it */
	uint32_t compat_pvr;	/*!< the host's own mode: logical PVR (cpu-version); 0: raw */
	uint32_t guest_pvr;	/*!< PVR that a raw guest reads, if another; 0: @a pvr */
	uint32_t flags;		/*!< enum hvp_pvr_flag; other bits 0 */
	uint64_t granted;	/*!< capability bitmap from below; 0 without a flag */
};

/*! What a host offers. */
struct hvp_pvr_offer {
	uint32_t own;		/*!< enum hvp_level: what the host itself runs at */
	uint32_t oldest;	/*!< enum hvp_level: oldest it offers; NONE: nothing */
	uint32_t newest;	/*!< enum hvp_level: newest it offers; NONE: nothing */
	uint32_t reserved;	/*!< 0 */
	uint64_t levels;	/*!< all it offers: HVP_BIT(level) each */
};

/*! An entry of a guest's list of processors it can run on. */
struct hvp_pvr_entry {
	uint32_t mask;	/*!< which bits count */
	uint32_t value;	/*!< those bits; a bit outside the mask ends the list */
};

/*! The mode a guest is given. */
struct hvp_pvr_mode {
	uint32_t level;		/*!< enum hvp_level the guest runs at */
	uint32_t compat_pvr;	/*!< logical PVR to set; 0: raw mode */
	uint32_t cpu_pvr;	/*!< PVR of the processor model to pick for this level; 0: none.
				 *   KVM_SET_SREGS takes the host's own PVR only */
	uint32_t reserved;	/*!< 0 */
};

/*! Capability bit that grants no level: memory of nested guests can be copied. */
#define HVP_CAPABILITY_COPY_MEMORY HVP_BIT(63)
/*! Capability bit that grants no level: a second bitmap follows. */
#define HVP_CAPABILITY_BITMAP2 HVP_BIT(0)

/*! Entries of a list that are looked at, as in QEMU. */
#define HVP_PVR_ENTRIES 512

/*!
 * @brief Row of the processor that a hardware PVR belongs to.
 * @param[in]  pvr   as mfpvr reads it, any value
 * @param[out] info  the row; untouched on failure; not NULL
 * @retval HVP_OK               found
 * @retval HVP_ERR_UNKNOWN_PVR  no such processor
 */
HVP_API enum hvp_status hvp_pvr_processor(uint32_t pvr, struct hvp_processor_info *info);

/*!
 * @brief Walk the processor table.
 * @param[in]  index  0 for the first row
 * @param[out] info   the row; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  past the last row
 */
HVP_API enum hvp_status hvp_pvr_processor_at(uint32_t index, struct hvp_processor_info *info);

/*!
 * @brief PCR that makes a processor behave as a level.
 *
 * Each set bit takes something away. Levels that share a PCR level, such as POWER10 and POWER11,
 * need the same bits (R11). The reserved bits (HVP_PCR_RESERVED) are not among them.
 *
 * @param[in]  pvr    PVR of the hardware
 * @param[in]  level  enum hvp_level
 * @param[out] pcr    bits to set; untouched on failure; not NULL
 * @retval HVP_OK               done
 * @retval HVP_ERR_ARGUMENT     @a level is no level
 * @retval HVP_ERR_HOST_PVR     no such processor
 * @retval HVP_ERR_LEVEL_NEWER  newer than the processor
 * @retval HVP_ERR_LEVEL_OLDER  older than it can impose
 */
HVP_API enum hvp_status hvp_pvr_pcr(uint32_t pvr, uint32_t level, uint64_t *pcr);

/*!
 * @brief The levels a host offers: its processor, its own mode and the hypervisor below (R12).
 * @param[in]     host    the host; not NULL
 * @param[out]    offer   what it offers; untouched on failure; not NULL
 * @param[in,out] report  may be NULL
 * @retval HVP_OK             done; the offer may still be empty
 * @retval HVP_ERR_ARGUMENT   a pointer is NULL, or both flags are set
 * @retval HVP_ERR_RESERVED   an unknown flag, or a bitmap without a flag
 * @retval HVP_ERR_HOST_PVR   no such processor
 * @retval HVP_ERR_HOST_MODE  its mode is no level, or none its processor can be in
 * @return else a head status of @a host
 */
HVP_API enum hvp_status hvp_pvr_offers(const struct hvp_pvr_host *host,
				       struct hvp_pvr_offer *offer, struct hvp_report *report);

/*!
 * @brief Check one request for a level (R13, R14): KVM_REG_PPC_ARCH_COMPAT, max-cpu-compat.
 *
 * A level that is fine may still lack a facility on a newer processor (TM on POWER10): that is
 * told as a finding of verdict HVP_VERDICT_DEGRADED.
 *
 * @param[in]     host     the host; not NULL
 * @param[in]     request  logical PVR; 0: the host's own level
 * @param[out]    level    enum hvp_level the guest gets; untouched on failure; may be NULL
 * @param[in,out] report   why not; may be NULL
 * @retval HVP_OK                     fine
 * @retval HVP_ERR_UNKNOWN_PVR        no logical PVR of a known level
 * @retval HVP_ERR_LEVEL_NEWER        newer than the processor or the host's own mode
 * @retval HVP_ERR_LEVEL_OLDER        older than the host still supports
 * @retval HVP_ERR_LEVEL_NOT_GRANTED  the hypervisor below does not grant it
 * @return else a status of hvp_pvr_offers()
 */
HVP_API enum hvp_status hvp_pvr_check(const struct hvp_pvr_host *host, uint32_t request,
				      uint32_t *level, struct hvp_report *report);

/*!
 * @brief Choose the mode of a guest from its list of processors (R15): the PVR part of CAS.
 *
 * The newest level that guest, host and maximum have in common. Raw mode only if there is none,
 * the guest names the PVR it reads, no maximum is set, the host is in no mode itself, and the
 * hypervisor below grants the host's own level. The first entry with a bit outside its mask ends
 * the list and does not count. A logical PVR counts whatever its mask; mask 0 with value 0 names
 * every processor; the order does not matter; at most HVP_PVR_ENTRIES entries are looked at.
 *
 * @param[in]     host     the host; not NULL
 * @param[in]     entries  the list in host byte order, with or without its terminator; may be
 *                         NULL if @a count is 0
 * @param[in]     count    number of entries
 * @param[in]     maximum  logical PVR of max-cpu-compat; 0: none
 * @param[out]    mode     the mode; untouched on failure; not NULL
 * @param[in,out] report   what was passed over and why, and which facilities of the chosen level
 *                         the processor lacks; may be NULL
 * @retval HVP_OK                   done
 * @retval HVP_ERR_ARGUMENT         a pointer is NULL
 * @retval HVP_ERR_NO_COMMON_LEVEL  nothing in common: refuse, never fall back to raw mode (R14)
 * @return else a status of hvp_pvr_check() about @a maximum, or of hvp_pvr_offers()
 */
HVP_API enum hvp_status hvp_pvr_negotiate(const struct hvp_pvr_host *host,
					  const struct hvp_pvr_entry *entries, uint32_t count,
					  uint32_t maximum, struct hvp_pvr_mode *mode,
					  struct hvp_report *report);

/*!
 * @brief Choose level and processor model of a nested guest from a capability bitmap alone.
 *
 * For a VMM that got the bitmap from KVM_PPC_GET_COMPAT_CAPS. An empty bitmap is refused and is
 * no reason to use the hardware's PVR instead.
 *
 * @param[in]     granted  the bitmap; bits that name no level are told and passed over
 * @param[in]     maximum  logical PVR of max-cpu-compat; 0: none
 * @param[out]    mode     newest level granted, with its logical PVR and processor; untouched on
 *                         failure; not NULL
 * @param[in,out] report   may be NULL
 * @retval HVP_OK                   done
 * @retval HVP_ERR_ARGUMENT         @a mode is NULL
 * @retval HVP_ERR_UNKNOWN_PVR      @a maximum is no level
 * @retval HVP_ERR_LEVEL_NOT_GRANTED  no level up to the maximum is granted
 */
HVP_API enum hvp_status hvp_pvr_choose(uint64_t granted, uint32_t maximum,
				       struct hvp_pvr_mode *mode, struct hvp_report *report);

HVP_END_DECLS

#endif
