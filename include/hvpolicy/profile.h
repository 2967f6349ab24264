/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file profile.h
 * @brief What a host offers and what a guest uses, as plain data (R24, R26).
 *
 * One structure serves both: of a host a field is the most that it gives, of a guest it is what
 * the guest has. Set one up with hvp_profile_init(), fill it from hvp_pvr_offers(),
 * hvp_hfscr_derive(), hvp_fwreg_offers() and hvp_quirk_known(), then use migrate.h, meet.h and
 * wire.h. The rows stand in profile.def.
 */
#ifndef HVPOLICY_PROFILE_H
#define HVPOLICY_PROFILE_H

#include <hvpolicy/quirk.h>
#include <hvpolicy/report.h>

/*! Places for capabilities of pseries machines; those without a row are 0. */
#define HVP_SPAPR_CAP_SLOTS 16

HVP_BEGIN_DECLS

/*! Capabilities of QEMU's pseries machines, index as in its migration stream. */
HVP_ENUM(hvp_spapr_cap) {
#define HVP_SPAPR_CAP(name, index, option, libvirt, order) HVP_SPAPR_CAP_##name = (index),
#include <hvpolicy/profile.def>
};

/*! Who is described. */
HVP_ENUM(hvp_role) {
	HVP_ROLE_HOST = 1,	/*!< kernel and VMM, or what several have in common */
	HVP_ROLE_GUEST = 2,	/*!< one guest: a state (R24) */
};

/*! Flags of the POWER part. */
HVP_ENUM(hvp_power_flag) {
	HVP_POWER_RAW = 1 << 0,	/*!< raw mode; host: offered, guest: it runs so */
};

/*! Flags of the arm64 part: the vCPUs that a host makes, or that a guest has (one of them). */
HVP_ENUM(hvp_arm64_flag) {
	HVP_ARM64_PSCI_0_1 = 1 << 0,	/*!< vCPUs without KVM_ARM_VCPU_PSCI_0_2 */
	HVP_ARM64_PSCI_0_2 = 1 << 1,	/*!< vCPUs with it */
};

/*!
 * The POWER part. Strategies are not in it: a guest cannot tell direct, lazy and emulated apart
 * (R5), only present and reserved.
 */
struct hvp_profile_power {
	uint64_t levels;	/*!< HVP_BIT(enum hvp_level); guest: the one it runs at, raw: 0 */
	uint64_t facilities;	/*!< HFSCR bits that a guest may use, or uses */
	uint64_t l2_facilities;	/*!< HFSCR bits that its nested guests may use, or use, also those
				 *   that are emulated for them */
	uint64_t l2_reflected;	/*!< those of them that L1 leaves off in HFSCR and handles itself
				 *   when reflected; host: 0 */
	uint64_t withheld;	/*!< levels that processor and kernel take and that max-cpu-compat
				 *   forbids; guest: 0 */
	uint64_t nested_caps;	/*!< H_GUEST_GET_CAPABILITIES, or what L1 set; 0: no nested v2 */
	uint32_t pvr;		/*!< of the hardware, or the guest's processor; 0: not common */
	uint32_t flags;		/*!< enum hvp_power_flag, or'ed; other bits 0 */
	uint32_t caps_known;	/*!< HVP_BIT(enum hvp_spapr_cap) that are known; others are free */
	uint32_t caps_default;	/*!< those that stand at the machine's default there: QEMU does not
				 *   send them, and takes what is not sent for its own default */
	uint8_t caps[HVP_SPAPR_CAP_SLOTS];	/*!< by enum hvp_spapr_cap, as in the stream; host:
						 *   the most that a machine has there */
};

/*! The arm64 part. */
struct hvp_profile_arm64 {
	uint32_t registers;	/*!< number of registers of KVM_GET_REG_LIST less core, SVE and
				 *   firmware registers; 0: not known */
	uint32_t flags;		/*!< enum hvp_arm64_flag, or'ed; other bits 0 */
	struct hvp_fwregs fwregs;	/*!< firmware pseudo-registers; its size is exact */
};

/*! What a host offers, or what a guest uses. 264 bytes, no padding. */
struct hvp_profile {
	uint32_t size;		/*!< sizeof(struct hvp_profile) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t arch;		/*!< enum hvp_arch */
	uint32_t role;		/*!< enum hvp_role */
	uint64_t quirks;	/*!< HVP_BIT(enum hvp_quirk), or'ed; guest, or conforming: 0 */
	struct hvp_profile_power power;	/*!< 0 unless HVP_ARCH_POWER */
	struct hvp_profile_arm64 arm64;	/*!< 0 unless HVP_ARCH_ARM64, but for size and level */
};

/*!
 * @brief An empty profile: nothing offered or used, nothing known, no quirks.
 * @param[out] profile  set up with this version's sizes and policy level; not NULL
 * @param[in]  arch     enum hvp_arch
 * @param[in]  role     enum hvp_role
 */
HVP_API void hvp_profile_init(struct hvp_profile *profile, uint32_t arch, uint32_t role);

/*!
 * @brief Check a profile from elsewhere.
 * @param[in]     profile  the profile; not NULL
 * @param[in,out] report   one finding if refused; may be NULL
 * @retval HVP_OK            sound
 * @retval HVP_ERR_ARGUMENT  @a profile is NULL
 * @retval HVP_ERR_RESERVED  a bit without a row, a reserved field, or a field of the other
 *                           architecture is set
 * @retval HVP_ERR_VALUE     no such architecture or role; a field breaks its own rule: a value that
 *                           is not known and yet given, one known and yet unsure, a level offered
 *                           and yet withheld; a host with fields of a guest; a guest with
 *                           quirks, with two levels, raw and at a level, raw and without a PVR,
 *                           without a kind of vCPU or with two, with fields of a host
 * @retval HVP_ERR_SIZE      the size of the firmware registers is not exact
 * @return else a head status of @a profile
 */
HVP_API enum hvp_status hvp_profile_validate(const struct hvp_profile *profile,
					     struct hvp_report *report);

/*! What guest hvp_profile_guest() is asked for. */
HVP_ENUM(hvp_guest_flag) {
	HVP_GUEST_NESTED = 1 << 0,	/*!< POWER: it runs guests of its own (cap-nested-hv=on) */
};

/*!
 * @brief The guest that a host starts, and that stays the same there but for what varies or is not
 *        known.
 *
 * POWER: at the newest level or the one asked for, else raw; the facilities of the level, but for
 * those that a capability of 0 or a quirk takes away; doorbells of nested guests left to L1 where a
 * quirk wants it. arm64: vCPUs with PSCI_0_2 if the host makes them, and what a new VM has
 * (hvp_fwreg_initial()).
 *
 * @param[in]     host    a valid profile of a host; not NULL
 * @param[in]     level   POWER: enum hvp_level; NONE: the newest, or raw; arm64: NONE
 * @param[in]     flags   enum hvp_guest_flag, or'ed; arm64: 0
 * @param[out]    guest   untouched on failure; may be @a host; not NULL
 * @param[in,out] report  one finding if refused; may be NULL
 * @retval HVP_OK            done
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL
 * @retval HVP_ERR_RESERVED  a flag that does not belong here
 * @retval HVP_ERR_VALUE     @a host is a guest, it makes no vCPUs, or arm64 and a level
 * @retval HVP_ERR_NO_COMMON_LEVEL  POWER: it does not offer the level, or none and no raw mode
 * @return else a status of hvp_profile_validate()
 */
HVP_API enum hvp_status hvp_profile_guest(const struct hvp_profile *host, uint32_t level,
					  uint32_t flags, struct hvp_profile *guest,
					  struct hvp_report *report);

/*!
 * @brief QEMU's or libvirt's name of a capability, such as "cap-htm" or "htm".
 * @param cap       enum hvp_spapr_cap, any value
 * @param spelling  HVP_SPELLING_QEMU: option of the machine; HVP_SPELLING_LIBVIRT: element of
 *                  features
 * @return a constant string; "" when there is none. Never NULL.
 */
HVP_API const char *hvp_profile_cap_name(uint32_t cap, uint32_t spelling);

HVP_END_DECLS

#endif
