/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file quirk.h
 * @brief Departures of real kernels and VMMs from the rules, by name (R26).
 *
 * A conforming system has none. The rows stand in quirk.def.
 */
#ifndef HVPOLICY_QUIRK_H
#define HVPOLICY_QUIRK_H

#include <hvpolicy/facility.h>
#include <hvpolicy/fwreg.h>

HVP_BEGIN_DECLS

/*! Which part of a profile is used. */
HVP_ENUM(hvp_arch) {
	HVP_ARCH_POWER = 1,	/*!< POWER: KVM-HV and pseries */
	HVP_ARCH_ARM64 = 2,	/*!< KVM/arm64 */
};

/*! Whose release decides whether a quirk is there. */
HVP_ENUM(hvp_software) {
	HVP_SOFTWARE_LINUX = 1,	/*!< the kernel */
	HVP_SOFTWARE_QEMU = 2,	/*!< the VMM */
};

/*! Quirks, as bit numbers. */
HVP_ENUM(hvp_quirk) {
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) \
	HVP_QUIRK_##name = (bit),
#include <hvpolicy/quirk.def>
};

/*! One row of the table. */
struct hvp_quirk_info {
	uint64_t levels;	/*!< HVP_BIT(enum hvp_level): refused although offered */
	uint64_t own;		/*!< HFSCR bits: fail in a guest although offered */
	uint64_t nested;	/*!< HFSCR bits: fail in a nested guest although offered */
	uint64_t enabled;	/*!< HFSCR bits: fail in a nested guest if L1 enables them */
	uint32_t quirk;		/*!< enum hvp_quirk */
	uint32_t arch;		/*!< enum hvp_arch */
	uint32_t software;	/*!< enum hvp_software */
	uint32_t from;		/*!< HVP_RELEASE() of the first release that has it */
	uint32_t before;	/*!< HVP_RELEASE() of the first that no longer has it */
	uint32_t reserved;	/*!< 0 */
};

/*!
 * @brief Known quirks of a host, by the releases of its software.
 * @param arch           enum hvp_arch, any value
 * @param linux_release  HVP_RELEASE() of the kernel; 0: it has none
 * @param qemu_release   HVP_RELEASE() of QEMU; 0: another VMM, or none
 * @return HVP_BIT(enum hvp_quirk), or'ed; 0 when nothing is known against it
 */
HVP_API uint64_t hvp_quirk_known(uint32_t arch, uint32_t linux_release, uint32_t qemu_release);

/*!
 * @brief Row of a quirk.
 * @param[in]  quirk  enum hvp_quirk, any value
 * @param[out] info   the row; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  no such quirk
 */
HVP_API enum hvp_status hvp_quirk_get(uint32_t quirk, struct hvp_quirk_info *info);

/*!
 * @brief Quirk of a name.
 * @param[in]  name   such as "HFU_ALL"; not NULL
 * @param[out] quirk  enum hvp_quirk; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  no quirk has this name
 */
HVP_API enum hvp_status hvp_quirk_find(const char *name, uint32_t *quirk);

/*!
 * @brief Name of a quirk, such as "HFU_ALL"; stable, for programs.
 * @param quirk  enum hvp_quirk, any value
 * @return a constant string; "?" when it is no quirk. Never NULL.
 */
HVP_API const char *hvp_quirk_name(uint32_t quirk);

/*!
 * @brief What a quirk does, for people: "the host ..." continues with it.
 * @param quirk  enum hvp_quirk, any value
 * @return a constant string; "?" when it is no quirk. Never NULL.
 */
HVP_API const char *hvp_quirk_text(uint32_t quirk);

HVP_END_DECLS

#endif
