/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file fwreg.h
 * @brief KVM/arm64 firmware pseudo-registers: what a host offers, what a write gets, what a guest
 *        keeps on another host (R21 to R23).
 *
 * Source: Linux arch/arm64/kvm/hypercalls.c, guest.c and uapi asm/kvm.h; rows in fwreg.def.
 */
#ifndef HVPOLICY_FWREG_H
#define HVPOLICY_FWREG_H

#include <hvpolicy/report.h>

/*! A release of Linux or QEMU: major << 16 | minor << 8 | patch; patches end at 255. */
#define HVP_RELEASE(major, minor, patch) \
	((uint32_t)(major) << 16 | (uint32_t)(minor) << 8 | \
	 (uint32_t)((patch) > 255 ? 255 : (patch)))
/*! Later than every release. */
#define HVP_RELEASE_END 0xffffffffu
/*! Places for registers in struct hvp_fwregs; those without a row are 0. */
#define HVP_FWREG_SLOTS 16

HVP_BEGIN_DECLS

/*! Registers by slot; the rows stand in fwreg.def. */
enum hvp_fwreg {
#define HVP_FWREG(name, slot, id, kind, valid, initial) HVP_FWREG_##name = (slot),
#include "fwreg.def"
};

/*! How a value is taken and compared. */
enum hvp_fwreg_kind {
	/*! PSCI: major << 16 | minor; newer is more. 0.1 stands apart: it alone or not at all. */
	HVP_FWREG_KIND_VERSION = 1,
	/*! Mitigation: 0 not available, 1 available, 2 not required; higher is better protected. */
	HVP_FWREG_KIND_LEVEL = 2,
	/*!
	 * Speculative store bypass: 0 and 1 count as 0, 2 and 3 as 3; bit 4 (enabled) goes with 2
	 * only. A host has 0 or 3; higher is better protected.
	 */
	HVP_FWREG_KIND_SSBD = 3,
	/*! Services, a bit each; a guest keeps its bits if the host has them all. */
	HVP_FWREG_KIND_BITMAP = 4,
};

/*! One row of the table. */
struct hvp_fwreg_info {
	uint64_t id;	/*!< of KVM_GET_ONE_REG and KVM_SET_ONE_REG */
	uint64_t valid;	/*!< bits that a value can have */
	uint32_t reg;	/*!< enum hvp_fwreg */
	uint32_t kind;	/*!< enum hvp_fwreg_kind */
	char name[24];	/*!< such as "PSCI_VERSION", closed by a 0 */
};

/*!
 * The registers of a host (what it offers), a guest (what it has) or a VM (what it holds now).
 * A mask has HVP_BIT(enum hvp_fwreg); what a mask does not name is 0.
 */
struct hvp_fwregs {
	uint32_t size;		/*!< sizeof(struct hvp_fwregs) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t listed;	/*!< the kernel lists it; for a guest: its stream carries it */
	uint32_t known;		/*!< @a value is known, listed or not */
	uint32_t steady;	/*!< @a initial is known; a host's only */
	uint32_t reserved;	/*!< 0 */
	uint64_t value[HVP_FWREG_SLOTS];	/*!< newest version, level, or bits */
	uint64_t initial[HVP_FWREG_SLOTS];	/*!< what a guest has where nobody writes */
};

/*! What the kernel says of one vulnerability (sysfs cpu/vulnerabilities). */
enum hvp_mitigation {
	HVP_MITIGATION_UNKNOWN = 0,	/*!< not known */
	HVP_MITIGATION_VULNERABLE = 1,	/*!< no mitigation, or switched off */
	HVP_MITIGATION_MITIGATED = 2,	/*!< mitigated */
	HVP_MITIGATION_UNAFFECTED = 3,	/*!< not affected */
};

/*! What a host's offer follows from. */
struct hvp_fwreg_kernel {
	uint32_t size;		/*!< sizeof(struct hvp_fwreg_kernel) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t release;	/*!< of Linux: HVP_RELEASE() */
	uint32_t flags;		/*!< enum hvp_fwreg_flag: PSCI_0_2 and SSBS; other bits 0 */
	uint32_t spectre_v2;	/*!< enum hvp_mitigation, for WORKAROUND_1 */
	uint32_t ssb;		/*!< enum hvp_mitigation, for WORKAROUND_2 */
	uint32_t spectre_bhb;	/*!< enum hvp_mitigation, for WORKAROUND_3 */
	uint32_t reserved;	/*!< 0 */
};

/*! What else counts. */
enum hvp_fwreg_flag {
	HVP_FWREG_PSCI_0_2 = 1 << 0,	/*!< the vCPU has KVM_ARM_VCPU_PSCI_0_2 */
	HVP_FWREG_SSBS = 1 << 1,	/*!< the guest has SSBS (ID_AA64PFR1_EL1) */
	HVP_FWREG_READY = 1 << 2,	/*!< the vCPU had its KVM_ARM_VCPU_INIT */
	HVP_FWREG_RAN = 1 << 3,		/*!< a vCPU of the VM ran, ever */
	HVP_FWREG_FAULT = 1 << 4,	/*!< the value of this write could not be read */
};

/*!
 * @brief Row of a register.
 * @param[in]  reg   enum hvp_fwreg, any value
 * @param[out] info  the row; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  no such register
 */
HVP_API enum hvp_status hvp_fwreg_get(uint32_t reg, struct hvp_fwreg_info *info);

/*!
 * @brief Register of an id.
 * @param[in]  id   any value
 * @param[out] reg  enum hvp_fwreg; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_VALUE      not an arm64 id, or one of SVE (EINVAL)
 * @retval HVP_ERR_NOT_FOUND  no firmware register, or not 64 bits wide (ENOENT)
 */
HVP_API enum hvp_status hvp_fwreg_find(uint64_t id, uint32_t *reg);

/*!
 * @brief What a Linux host offers, by release and mitigations.
 *
 * Without HVP_FWREG_PSCI_0_2 the version is 0.1. WORKAROUND_1 and _3 are 0, 1, 2 for vulnerable,
 * mitigated, unaffected; _2 is 3 if unaffected, or mitigated and without SSBS, else 0 (5.10 and
 * later). A level whose mitigation is unknown is listed as the release says, and not known.
 *
 * @param[in]  kernel  the host; not NULL
 * @param[out] host    its registers; untouched on failure; not NULL
 * @retval HVP_OK             done
 * @retval HVP_ERR_ARGUMENT   a pointer is NULL, or a mitigation is none
 * @retval HVP_ERR_TOO_SMALL  the size is below the first published one
 * @retval HVP_ERR_TOO_BIG    the size is above the known one
 * @retval HVP_ERR_VERSION    the policy level is unknown
 * @retval HVP_ERR_RESERVED   an unknown flag or the reserved field is set
 */
HVP_API enum hvp_status hvp_fwreg_offers(const struct hvp_fwreg_kernel *kernel,
					 struct hvp_fwregs *host);

/*!
 * @brief What KVM_SET_ONE_REG answers; hvp_status_to_errno() gives its errno.
 *
 * In this order: not ready; the id; fault; the rule of the kind. An accepted version or bitmap is
 * stored for the whole VM; an accepted level is not: it stays the host's. A vCPU without PSCI_0_2
 * reads version 0.1 whatever is stored.
 *
 * @param[in]     host    what the host offers; not NULL
 * @param[in]     flags   enum hvp_fwreg_flag of this vCPU, VM and write, but SSBS
 * @param[in]     id      of the register, any value
 * @param[in]     value   all 64 bits
 * @param[in,out] vm      what the VM holds, at first the host's @a initial as @a value; untouched
 *                        on failure; not NULL
 * @param[in,out] report  why not; may be NULL
 * @retval HVP_OK             accepted
 * @retval HVP_ERR_ARGUMENT   a pointer is NULL
 * @retval HVP_ERR_NOT_READY  no KVM_ARM_VCPU_INIT yet (ENOEXEC)
 * @retval HVP_ERR_NOT_FOUND  the host does not have this register (ENOENT)
 * @retval HVP_ERR_FAULT      the value could not be read (EFAULT)
 * @retval HVP_ERR_VALUE      the host does not take this value (EINVAL)
 * @retval HVP_ERR_BUSY       a bitmap cannot change any more (EBUSY)
 * @return else a status of hvp_fwreg_offers() about @a host or @a vm
 */
HVP_API enum hvp_status hvp_fwreg_write(const struct hvp_fwregs *host, uint32_t flags, uint64_t id,
					uint64_t value, struct hvp_fwregs *vm,
					struct hvp_report *report);

/*!
 * @brief What becomes of one register of a guest on a conforming host (R22, R23).
 *
 * | guest      | host       | VERSION, BITMAP             | LEVEL, SSBD                   |
 * |------------|------------|-----------------------------|-------------------------------|
 * | not known  | any        | same                        | same                          |
 * | listed     | listed     | taken: same, else refused   | equal: same, higher: changed, |
 * |            |            |                             | lower: refused                |
 * | listed     | not listed | initial is the value: same, else refused (by name)         ||
 * | not listed | any        | initial is the value: same, | lower: degraded, else same    |
 * |            |            | more: changed ("silently    |                               |
 * |            |            | upgraded"), less: degraded  |                               |
 *
 * A guest's value that is known against a host's that is not: degraded, and said so.
 *
 * @param[in]     reg     enum hvp_fwreg
 * @param[in]     guest   what the guest has; valid; not NULL
 * @param[in]     host    what the destination offers; valid; not NULL
 * @param[in,out] report  a finding unless the same; may be NULL
 * @return the verdict; HVP_VERDICT_SAME when @a reg is none
 */
HVP_API enum hvp_verdict hvp_fwreg_compare(uint32_t reg, const struct hvp_fwregs *guest,
					   const struct hvp_fwregs *host,
					   struct hvp_report *report);

HVP_END_DECLS

#endif
