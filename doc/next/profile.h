/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file profile.h
 * @brief What a host offers and what a guest uses, as plain data, and as bytes (R24, R26).
 *
 * One structure serves both: in the role of a host a field is the most that it gives, in the role
 * of a guest it is what the guest has. Set one up with hvp_profile_init(), fill it from
 * hvp_pvr_offers(), hvp_hfscr_derive(), hvp_fwreg_offers() and hvp_profile_quirks(), then use
 * migrate.h.
 *
 * The wire form, all numbers big endian: 0x48565050 ("HVPP", 4 bytes), version 1 (2 bytes), number
 * of records (2 bytes), then the records: tag (2), item (2), value (8). Tags and items ascend
 * strictly; a value of 0 is left out. One profile has one form: equal profiles, equal bytes.
 * Tags stand in profile.def; an unknown one with bit 15 is refused, else passed over.
 */
#ifndef HVPOLICY_PROFILE_H
#define HVPOLICY_PROFILE_H

#include <hvpolicy/fwreg.h>

/*! No wire form is longer, in bytes. */
#define HVP_PROFILE_WIRE_MAX 2048
/*! Places for capabilities of pseries machines. */
#define HVP_SPAPR_CAP_SLOTS 16

HVP_BEGIN_DECLS

/*! Departures of real systems, bits of hvp_profile.quirks; the rows stand in profile.def. */
enum hvp_quirk {
#define HVP_QUIRK(name, bit, arch, software, from, before, text) HVP_QUIRK_##name = 1 << (bit),
#include "profile.def"
};

/*! Capabilities of QEMU's pseries machines; the rows stand in profile.def. */
enum hvp_spapr_cap {
#define HVP_SPAPR_CAP(name, index, option, order) HVP_SPAPR_CAP_##name = (index),
#include "profile.def"
};

/*! Which part of a profile is used; the other is 0. */
enum hvp_arch {
	HVP_ARCH_POWER = 1,	/*!< POWER, KVM-HV and pseries */
	HVP_ARCH_ARM64 = 2,	/*!< KVM/arm64 */
};

/*! Who is described. */
enum hvp_role {
	HVP_ROLE_HOST = 1,	/*!< kernel and VMM, or what several have in common */
	HVP_ROLE_GUEST = 2,	/*!< one guest: a state (R24) */
};

/*! Flags of the POWER part. */
enum hvp_power_flag {
	HVP_POWER_RAW = 1 << 0,	/*!< raw mode; host: offered, guest: it runs so */
};

/*!
 * The POWER part. Strategies are not in it: a guest cannot tell direct, lazy and emulated apart
 * (R5), only present and reserved.
 */
struct hvp_profile_power {
	uint64_t levels;	/*!< HVP_BIT(enum hvp_level); guest: the one it runs at, raw: 0 */
	uint64_t facilities;	/*!< HFSCR bits that a guest may use, or uses */
	uint64_t l2_facilities;	/*!< the same for its nested guests; 0: it has none */
	uint64_t nested_caps;	/*!< H_GUEST_GET_CAPABILITIES, or what L1 set; 0: no v2 */
	uint32_t pvr;		/*!< of the hardware or the guest's processor; 0: not common */
	uint32_t flags;		/*!< enum hvp_power_flag, or'ed; other bits 0 */
	uint8_t caps[HVP_SPAPR_CAP_SLOTS];	/*!< by enum hvp_spapr_cap, as in the stream */
};

/*! The arm64 part. */
struct hvp_profile_arm64 {
	uint32_t registers;	/*!< KVM_GET_REG_LIST less core and SVE; guest: in its stream;
				 *   0: not known */
	uint32_t reserved;	/*!< 0 */
	struct hvp_fwregs fwregs;	/*!< firmware pseudo-registers */
};

/*! What a host offers, or what a guest uses. */
struct hvp_profile {
	uint32_t size;		/*!< sizeof(struct hvp_profile) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t arch;		/*!< enum hvp_arch */
	uint32_t role;		/*!< enum hvp_role */
	uint64_t quirks;	/*!< enum hvp_quirk, or'ed; 0: conforming, and for a guest */
	struct hvp_profile_power power;	/*!< 0 unless HVP_ARCH_POWER */
	struct hvp_profile_arm64 arm64;	/*!< 0 unless HVP_ARCH_ARM64, but for sizes and levels */
};

/*!
 * @brief An empty profile: nothing offered or used, nothing known, no quirks.
 * @param[out] profile  set up with this version's sizes and policy level; not NULL
 * @param[in]  arch     enum hvp_arch
 * @param[in]  role     enum hvp_role
 */
HVP_API void hvp_profile_init(struct hvp_profile *profile, enum hvp_arch arch, enum hvp_role role);

/*!
 * @brief Check a profile from elsewhere.
 * @param[in]     profile  the profile; not NULL
 * @param[in,out] report   one finding per fault; may be NULL
 * @retval HVP_OK              sound
 * @retval HVP_ERR_ARGUMENT    @a profile is NULL, no such architecture or role
 * @retval HVP_ERR_TOO_SMALL   a size is below the first published one
 * @retval HVP_ERR_TOO_BIG     a size is above the known one
 * @retval HVP_ERR_VERSION     a policy level is unknown
 * @retval HVP_ERR_RESERVED    an unknown bit, a reserved field, a slot without a row, or a field
 *                             of the other architecture is set
 * @retval HVP_ERR_VALUE       a field breaks its own rule: a guest with two levels, with quirks,
 *                             raw and at a level; a version or level that does not exist
 */
HVP_API enum hvp_status hvp_profile_validate(const struct hvp_profile *profile,
					     struct hvp_report *report);

/*!
 * @brief The guest that a host starts when nobody asks for less.
 *
 * POWER: the newest level, every facility and capability. arm64: every listed register, with its
 * initial value; where @a host is a common profile and they differ: a version or bitmap pinned to
 * what all take, a level not listed but known, as the least that is relied on.
 *
 * @param[in]  host   a valid profile of a host; not NULL
 * @param[out] guest  untouched on failure; may be @a host; not NULL
 * @retval HVP_OK            done
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL, or @a host is a guest
 * @retval HVP_ERR_NO_COMMON_LEVEL  POWER: it offers no level and no raw mode
 */
HVP_API enum hvp_status hvp_profile_guest(const struct hvp_profile *host,
					  struct hvp_profile *guest);

/*!
 * @brief Known quirks of a host, by the releases of its software.
 * @param arch           enum hvp_arch
 * @param linux_release  HVP_RELEASE() of the kernel; 0: not asked
 * @param qemu_release   HVP_RELEASE() of QEMU; 0: another VMM, or none
 * @return enum hvp_quirk, or'ed; 0 when nothing is known against it
 */
HVP_API uint64_t hvp_profile_quirks(enum hvp_arch arch, uint32_t linux_release,
				    uint32_t qemu_release);

/*!
 * @brief Name of a quirk, such as "HFU_ALL"; stable, for programs.
 * @param quirk  one bit
 * @return a constant string; "?" when it is no quirk. Never NULL.
 */
HVP_API const char *hvp_profile_quirk_name(uint64_t quirk);

/*!
 * @brief What a quirk does, for people: "the destination ..." continues with it.
 * @param quirk  one bit
 * @return a constant string; "?" when it is no quirk. Never NULL.
 */
HVP_API const char *hvp_profile_quirk_text(uint64_t quirk);

/*!
 * @brief Write the wire form.
 * @param[in]  profile  a valid profile; not NULL
 * @param[out] buf      untouched on failure; not NULL
 * @param[in]  bytes    size of @a buf; HVP_PROFILE_WIRE_MAX is always enough
 * @param[out] used     length of the form; untouched on failure; not NULL
 * @retval HVP_OK            written
 * @retval HVP_ERR_TOO_SMALL @a buf is too small
 * @return else a status of hvp_profile_validate()
 */
HVP_API enum hvp_status hvp_profile_encode(const struct hvp_profile *profile, void *buf,
					   uint32_t bytes, uint32_t *used);

/*!
 * @brief Read the wire form; the result is valid.
 * @param[in]     buf      private to the caller; no alignment needed; may be NULL if @a bytes is 0
 * @param[in]     bytes    exactly its length
 * @param[out]    profile  untouched on failure; not NULL
 * @param[in,out] report   the offset of the fault; may be NULL
 * @retval HVP_OK             done
 * @retval HVP_ERR_ARGUMENT   a pointer is NULL
 * @retval HVP_ERR_SIZE       cut short, or bytes left over
 * @retval HVP_ERR_TOO_BIG    longer than HVP_PROFILE_WIRE_MAX
 * @retval HVP_ERR_VERSION    not this magic or version, or an unknown tag with bit 15
 * @retval HVP_ERR_VALUE      out of order or twice, an item past the last, a value of 0 or wider
 *                            than its field
 * @return else a status of hvp_profile_validate()
 */
HVP_API enum hvp_status hvp_profile_decode(const void *buf, uint32_t bytes,
					   struct hvp_profile *profile, struct hvp_report *report);

HVP_END_DECLS

#endif
