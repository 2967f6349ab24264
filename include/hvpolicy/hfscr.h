/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file hfscr.h
 * @brief What a guest hypervisor may set in HFSCR, what the hardware gets, what it reads back,
 *        and what happens when its guest uses a facility that is off (R1 to R9).
 *
 * L0 runs on the hardware, L1 is its guest and itself a hypervisor, L2 is L1's guest. A policy
 * gives every facility one strategy. Make it once per guest with hvp_hfscr_derive() or
 * hvp_hfscr_assign(), check a policy from elsewhere with hvp_hfscr_validate(), then use it on
 * the hot path: sanitise, effective, restore and decide are a few instructions each, take any
 * register value, and cannot fail.
 *
 * | strategy | L1 may set the enable bit | hardware bit while L2 runs |
 * |----------|---------------------------|----------------------------|
 * | reserved | no: reads 0               | 0                          |
 * | direct   | yes                       | what L1 asked              |
 * | lazy     | yes                       | what L1 asked, once the state is loaded |
 * | emulated | yes                       | 0                          |
 *
 * Source: Paul Mackerras' rules for cleared HFSCR bits (linuxppc-dev, 4 May 2021).
 */
#ifndef HVPOLICY_HFSCR_H
#define HVPOLICY_HFSCR_H

#include <hvpolicy/facility.h>
#include <hvpolicy/report.h>

HVP_BEGIN_DECLS

/*! How L0 handles a facility. */
HVP_ENUM(hvp_strategy) {
	HVP_STRATEGY_RESERVED = 0,	/*!< This architecture level does not have it. */
	HVP_STRATEGY_DIRECT = 1,	/*!< Its state is always loaded. */
	HVP_STRATEGY_LAZY = 2,		/*!< Its state is loaded on first use. */
	HVP_STRATEGY_EMULATED = 3,	/*!< L0 executes it in software. */
};

/*!
 * The strategy of every facility, as bits of HFSCR. Reserved is what is not present, direct is
 * what is present and neither lazy nor emulated.
 */
struct hvp_hfscr_policy {
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t reserved;	/*!< 0 */
	uint64_t present;	/*!< facilities whose enable bit L1 may set */
	uint64_t lazy;		/*!< part of @a present */
	uint64_t emulated;	/*!< part of @a present, apart from @a lazy */
};

/*! What to do about a hypervisor facility unavailable interrupt (HFU) (R6). */
HVP_ENUM(hvp_hfu_action) {
	/*! Illegal instruction to the receiver: the facility does not exist for it. */
	HVP_HFU_ILLEGAL = 0,
	/*! Reflect the HFU to L1 with its cause: L1 left the facility off. */
	HVP_HFU_REFLECT = 1,
	/*! Load the facility's state, set its hardware bit, resume L2. */
	HVP_HFU_LOAD = 2,
	/*!
	 * Emulate the instruction, resume L2. For an L2, doorbells are its own: one thread,
	 * number 0 (hvp_doorbell_target()). If that fails, do as for HVP_HFU_ILLEGAL.
	 */
	HVP_HFU_EMULATE = 3,
	/*!
	 * The facility is on and yet trapped. Illegal instruction to the receiver, and warn:
	 * resuming would trap again for ever.
	 */
	HVP_HFU_INCONSISTENT = 4,
};

/*! Who is told about a fault (R7). */
HVP_ENUM(hvp_receiver) {
	HVP_RECEIVER_GUEST = 0,		/*!< a guest, for what it did itself */
	HVP_RECEIVER_HYPERVISOR = 1,	/*!< a guest hypervisor, for what its L2 did */
};

/*! Program interrupt: illegal instruction for a guest. Power ISA 3.1 Book III 7.5. */
#define HVP_VECTOR_PROGRAM 0x700
/*! Hypervisor emulation assistance interrupt (HEAI); carries the instruction image in HEIR. */
#define HVP_VECTOR_HEAI 0xe40
/*! Hypervisor facility unavailable interrupt (HFU). */
#define HVP_VECTOR_HFU 0xf80

/*! Features of a KVM host beyond its level that the strategies depend on. */
HVP_ENUM(hvp_hfscr_feature) {
	/*! The host runs in hypervisor mode, on the hardware (CPU_FTR_HVMODE). */
	HVP_HFSCR_HOST_BARE = 1 << 0,
	/*! Transactional memory is usable (CPU_FTR_TM_COMP); without effect from 3.1 on. */
	HVP_HFSCR_HOST_TM = 1 << 1,
	/*! POWER9 with the TM assist (CPU_FTR_P9_TM_HV_ASSIST); only with HVP_HFSCR_HOST_BARE. */
	HVP_HFSCR_HOST_TM_ASSIST = 1 << 2,
};

/*! What the policy of a guest is derived from. */
struct hvp_hfscr_host {
	uint32_t size;		/*!< sizeof(struct hvp_hfscr_host) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t host_level;	/*!< enum hvp_level the host itself runs at, 2.07 or newer */
	uint32_t guest_level;	/*!< enum hvp_level the guest was given; NONE: the host's */
	uint32_t features;	/*!< enum hvp_hfscr_feature, or'ed; other bits 0 */
	uint32_t receiver;	/*!< enum hvp_receiver: GUEST for the HFSCR of a plain guest,
				 *   HYPERVISOR for the HFSCR that L1 gives its L2 */
	uint64_t hardware;	/*!< HFSCR of the host; used with HVP_HFSCR_HOST_BARE only */
};

/*!
 * @brief Check that a policy gives every facility one strategy (R1).
 * @param[in]     policy  the policy; not NULL
 * @param[in,out] report  one finding per fault; may be NULL
 * @retval HVP_OK              sound
 * @retval HVP_ERR_ARGUMENT    @a policy is NULL
 * @retval HVP_ERR_VERSION     its policy level is unknown
 * @retval HVP_ERR_RESERVED    its reserved field is not 0
 * @retval HVP_ERR_POLICY      a mask touches IC, a strategy overlaps another, a facility is
 *                             lazy or emulated and not present, or a bit is no facility
 */
HVP_API enum hvp_status hvp_hfscr_validate(const struct hvp_hfscr_policy *policy,
					   struct hvp_report *report);

/*!
 * @brief An empty policy: every facility reserved.
 * @param[out] policy  set up for HVP_POLICY_LEVEL_1; not NULL
 */
HVP_API void hvp_hfscr_init(struct hvp_hfscr_policy *policy);

/*!
 * @brief Give a facility its strategy, in place of the one it had.
 * @param[in,out] policy    a valid policy; untouched on failure; not NULL
 * @param[in]     facility  bit of the facility
 * @param[in]     strategy  enum hvp_strategy
 * @retval HVP_OK             done
 * @retval HVP_ERR_ARGUMENT   @a strategy is none
 * @retval HVP_ERR_NOT_FOUND  HFSCR has no enable bit for a facility of this number
 */
HVP_API enum hvp_status hvp_hfscr_assign(struct hvp_hfscr_policy *policy, uint32_t facility,
					 uint32_t strategy);

/*!
 * @brief Strategy of a facility.
 * @param policy    a valid policy; not NULL
 * @param facility  any value
 * @return enum hvp_strategy; HVP_STRATEGY_RESERVED for what is no facility
 */
HVP_API uint32_t hvp_hfscr_strategy(const struct hvp_hfscr_policy *policy, uint32_t facility);

/*!
 * @brief The policy of a KVM host for one guest, from its level and features.
 *
 * Present are the facilities that both the host's and the guest's level have and the host
 * passes on. On POWER9 and newer, PM, EBB and TM are lazy for a plain guest (never for an L2: L0
 * switches its whole state) and MSGP is emulated for guests of 2.07 and newer. The host's own
 * HFSCR limits what is direct or lazy, but neither TM nor what is emulated.
 *
 * Source: Linux kvm/book3s_hv.c, kvmppc_core_vcpu_create_hv() and kvmppc_handle_exit_hv(); unlike
 * those it follows the guest's level: no PREFIX for a 3.0 guest, no TM from 3.1 on.
 *
 * @param[in]     host    the host; not NULL
 * @param[out]    policy  the policy; untouched on failure; not NULL
 * @param[in,out] report  may be NULL
 * @retval HVP_OK               done; hvp_hfscr_validate() accepts it
 * @retval HVP_ERR_ARGUMENT     a pointer is NULL, a level is none, @a receiver is none, or
 *                              HVP_HFSCR_HOST_TM_ASSIST comes without HVP_HFSCR_HOST_BARE
 * @retval HVP_ERR_RESERVED     an unknown feature bit is set
 * @retval HVP_ERR_LEVEL_OLDER  the host is older than 2.07: it has no HFSCR
 * @retval HVP_ERR_LEVEL_NEWER  the guest is newer than the host
 * @return else a head status of @a host
 */
HVP_API enum hvp_status hvp_hfscr_derive(const struct hvp_hfscr_host *host,
					 struct hvp_hfscr_policy *policy,
					 struct hvp_report *report);

/*!
 * @brief The virtual HFSCR: what L1 asked, less the reserved facilities (R2).
 *
 * IC passes through. Never adds a bit; doing it twice is doing it once.
 *
 * @param policy     a valid policy; not NULL
 * @param requested  what L1 wrote, any value
 * @return the virtual HFSCR; @a requested less this is what was dropped
 */
HVP_API uint64_t hvp_hfscr_sanitise(const struct hvp_hfscr_policy *policy, uint64_t requested);

/*!
 * @brief The hardware HFSCR while L2 runs (R3).
 *
 * Enable bits that L1 asked and that are direct, or lazy and resident. IC passes through.
 *
 * @param policy     a valid policy; not NULL
 * @param requested  what L1 wrote, any value
 * @param resident   lazy facilities whose state is loaded, as HFSCR bits; other bits are ignored
 * @return value for the register
 */
HVP_API uint64_t hvp_hfscr_effective(const struct hvp_hfscr_policy *policy, uint64_t requested,
				     uint64_t resident);

/*!
 * @brief What L1 gets back, when HFSCR is L1's memory, as in hv_guest_state (R4, R5).
 *
 * The hardware value is no argument on purpose: L1 gets back what it wrote, and IC changes only
 * when the exit is reflected as an HFU.
 *
 * @param requested  what L1 wrote
 * @param vector     the vector that L1 is told: HVP_VECTOR_HFU changes IC, any other nothing
 * @param cause      cause of that HFU, low 8 bits
 * @return value to write back
 */
HVP_API uint64_t hvp_hfscr_restore(uint64_t requested, uint32_t vector, uint32_t cause);

/*!
 * @brief What L1 reads back, when HFSCR is modelled as a register: reserved bits read 0 (R4).
 * @param policy     a valid policy; not NULL
 * @param requested  what L1 wrote
 * @param vector     as in hvp_hfscr_restore()
 * @param cause      as in hvp_hfscr_restore()
 * @return value of the virtual register
 */
HVP_API uint64_t hvp_hfscr_restore_register(const struct hvp_hfscr_policy *policy,
					    uint64_t requested, uint32_t vector, uint32_t cause);

/*!
 * @brief Cause code of an HFSCR value.
 * @param hfscr  any value
 * @return 0..255
 */
HVP_API uint32_t hvp_hfscr_cause(uint64_t hfscr);

/*!
 * @brief What to do about an HFU (R6).
 *
 * For a plain guest's own HFU, with no hypervisor between, pass ~0 as @a requested.
 *
 * @param policy     a valid policy; not NULL
 * @param requested  HFSCR that L1 wrote for L2, any value
 * @param resident   lazy facilities whose state is loaded
 * @param cause      cause code of the interrupt, any value
 * @return enum hvp_hfu_action
 */
HVP_API uint32_t hvp_hfscr_decide(const struct hvp_hfscr_policy *policy, uint64_t requested,
				  uint64_t resident, uint32_t cause);

/*!
 * @brief The vector that an action delivers (R7).
 *
 * With HVP_VECTOR_HEAI goes the instruction image; if it cannot be fetched, resume L2 instead.
 * A plain guest has no HFU to be told: there REFLECT is an illegal instruction too.
 *
 * @param action    enum hvp_hfu_action
 * @param receiver  enum hvp_receiver
 * @return HVP_VECTOR_PROGRAM, HVP_VECTOR_HEAI or HVP_VECTOR_HFU; 0 when L2 resumes (LOAD,
 *         EMULATE) or the action is none
 */
HVP_API uint32_t hvp_hfscr_vector(uint32_t action, uint32_t receiver);

/*!
 * @brief Explain what sanitising drops, facility by facility (not for the hot path).
 * @param[in]     policy     a valid policy; not NULL
 * @param[in]     requested  what L1 wrote
 * @param[in,out] report     one finding per dropped bit; may be NULL
 * @return the dropped bits
 */
HVP_API uint64_t hvp_hfscr_review(const struct hvp_hfscr_policy *policy, uint64_t requested,
				  struct hvp_report *report);

HVP_END_DECLS

#endif
