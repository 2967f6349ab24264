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
HVP_ENUM(hvp_fwreg) {
#define HVP_FWREG(name, slot, id, kind, valid, initial) HVP_FWREG_##name = (slot),
#include <hvpolicy/fwreg.def>
#undef HVP_FWREG
};

/*! How a value is taken and compared. */
HVP_ENUM(hvp_fwreg_kind) {
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

/*! What the kernel says of one vulnerability (sysfs cpu/vulnerabilities). */
HVP_ENUM(hvp_mitigation) {
	HVP_MITIGATION_VULNERABLE = 0,	/*!< no mitigation, or switched off */
	HVP_MITIGATION_MITIGATED = 1,	/*!< mitigated */
	HVP_MITIGATION_UNAFFECTED = 2,	/*!< not affected */
};

/*! What else counts. */
HVP_ENUM(hvp_fwreg_flag) {
	HVP_FWREG_PSCI_0_2 = 1 << 0,	/*!< the vCPU has KVM_ARM_VCPU_PSCI_0_2 */
	HVP_FWREG_SSBS = 1 << 1,	/*!< the guest has SSBS (ID_AA64PFR1_EL1) */
	HVP_FWREG_READY = 1 << 2,	/*!< the vCPU had its KVM_ARM_VCPU_INIT */
	HVP_FWREG_RAN = 1 << 3,		/*!< a vCPU of the VM ran, ever */
	HVP_FWREG_FAULT = 1 << 4,	/*!< the value of this write could not be read */
};

/*! One row of the table. */
struct hvp_fwreg_info {
	uint64_t id;	/*!< of KVM_GET_ONE_REG and KVM_SET_ONE_REG */
	uint64_t valid;	/*!< bits that a value can have */
	uint64_t initial;	/*!< bits of the host's offer that a new VM has */
	uint32_t reg;	/*!< enum hvp_fwreg */
	uint32_t kind;	/*!< enum hvp_fwreg_kind */
	char name[24];	/*!< such as "PSCI_VERSION", closed by a 0 */
};

/*!
 * The registers of a host (what it offers), of a VM (what its guest has) or what several hosts
 * have in common (meet.h). A mask has HVP_BIT(enum hvp_fwreg).
 */
struct hvp_fwregs {
	uint32_t size;		/*!< sizeof(struct hvp_fwregs) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t listed;	/*!< the kernel has the register; its value is known */
	uint32_t known;		/*!< @a value is known, whether there is a register or not */
	uint32_t varies;	/*!< what a new VM gets differs among the hosts in common; else 0 */
	uint32_t unsure;	/*!< whether the kernel has the register is not known; VM: 0 */
	/*! Newest version, level, or bits; 0 where not known. */
	uint64_t value[HVP_FWREG_SLOTS];
};

/*! What a host's offer follows from. */
struct hvp_fwreg_kernel {
	uint32_t size;		/*!< sizeof(struct hvp_fwreg_kernel) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t release;	/*!< of Linux: HVP_RELEASE() as kernel.org counts; uname -r of some
				 *   distributions lacks the patch */
	uint32_t flags;		/*!< HVP_FWREG_SSBS or 0 */
	uint32_t spectre_v2;	/*!< enum hvp_mitigation, for WORKAROUND_1 */
	uint32_t ssb;		/*!< enum hvp_mitigation, for WORKAROUND_2 */
	uint32_t spectre_bhb;	/*!< enum hvp_mitigation, for WORKAROUND_3 */
	uint32_t reserved;	/*!< 0 */
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
 * @retval HVP_ERR_NOT_FOUND  no firmware register has this id
 */
HVP_API enum hvp_status hvp_fwreg_find(uint64_t id, uint32_t *reg);

/*!
 * @brief What a Linux host offers, by release and mitigations.
 *
 * WORKAROUND_1 and _3 are 0, 1, 2 for vulnerable, mitigated, unaffected; _2 is 3 if unaffected, or
 * mitigated and the guest has no SSBS, else 0.
 *
 * @param[in]     kernel  the host; not NULL
 * @param[out]    host    its registers; untouched on failure; not NULL
 * @param[in,out] report  one finding if refused; may be NULL
 * @retval HVP_OK            done
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL, or a mitigation is none
 * @retval HVP_ERR_RESERVED  a flag that does not belong here, or the reserved field is set
 * @return else a head status of @a kernel
 */
HVP_API enum hvp_status hvp_fwreg_offers(const struct hvp_fwreg_kernel *kernel,
					 struct hvp_fwregs *host, struct hvp_report *report);

/*!
 * @brief What a new VM holds.
 * @param[in]     host    what the host offers; not NULL
 * @param[in]     flags   HVP_FWREG_PSCI_0_2, without which the version is 0.1, or 0
 * @param[out]    vm      the registers; untouched on failure; not NULL; may be @a host
 * @param[in,out] report  one finding if refused; may be NULL
 * @retval HVP_OK            done
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL
 * @retval HVP_ERR_RESERVED  a flag that does not belong here, or @a host has bits or values
 *                           without a row, or where it does not know the value
 * @return else a head status of @a host
 */
HVP_API enum hvp_status hvp_fwreg_initial(const struct hvp_fwregs *host, uint32_t flags,
					  struct hvp_fwregs *vm, struct hvp_report *report);

/*!
 * @brief What KVM_SET_ONE_REG answers; hvp_status_to_errno() gives its errno.
 *
 * In this order: not ready; no arm64 id, or one of SVE, which these guests lack; a group that the
 * host does not have, or not 64 bits; fault; no such register; the rule of the kind, for a bitmap
 * first its bits and then whether the VM ran. An accepted version or bitmap is stored for the
 * whole VM; an accepted level is not: it stays the host's. A vCPU without PSCI_0_2 reads version
 * 0.1 whatever is stored.
 *
 * @param[in]     host    what the host offers; not NULL
 * @param[in]     flags   enum hvp_fwreg_flag of this vCPU, VM and write, but SSBS
 * @param[in]     id      of the register, any value
 * @param[in]     value   all 64 bits
 * @param[in,out] vm      what the VM holds, at first by hvp_fwreg_initial(); untouched on
 *                        failure; not NULL
 * @param[in,out] report  one finding if refused; may be NULL
 * @retval HVP_OK             accepted
 * @retval HVP_ERR_ARGUMENT   a pointer is NULL
 * @retval HVP_ERR_NOT_READY  no KVM_ARM_VCPU_INIT yet (ENOEXEC)
 * @retval HVP_ERR_VALUE      no id, or the host does not take this value (EINVAL)
 * @retval HVP_ERR_NOT_FOUND  the host does not have this register (ENOENT)
 * @retval HVP_ERR_FAULT      the value could not be read (EFAULT)
 * @retval HVP_ERR_BUSY       a bitmap cannot change any more (EBUSY)
 * @return else a status of hvp_fwreg_initial() about @a flags, @a host or @a vm
 */
HVP_API enum hvp_status hvp_fwreg_write(const struct hvp_fwregs *host, uint32_t flags, uint64_t id,
					uint64_t value, struct hvp_fwregs *vm,
					struct hvp_report *report);

/*!
 * @brief What becomes of a guest's registers on another host, one finding for each that is not
 *        the same (R22, R23).
 *
 * | guest      | host       | becomes                                                          |
 * |------------|------------|------------------------------------------------------------------|
 * | listed     | listed     | not accepted: refused; a level that is higher there: changed     |
 * | listed     | not listed | what a new VM has there is the value: same, else refused         |
 * | not listed | known      | more: changed ("silently upgraded"), less: degraded              |
 * | not known  | known      | what any kernel without it gives: changed, less: degraded        |
 * | not listed | not known  | services, or nothing to lose: same; else degraded, it may be lost |
 * | listed     | unsure     | refused: the host has to be asked                                |
 * | not listed | unsure     | as if not known, and no better than changed                      |
 *
 * What would be the same and varies among the hosts in common is changed, unless the guest's value
 * is written there and stays: a version or services.
 *
 * It is about a conforming VMM, which carries every listed register and drops none.
 *
 * @param[in]     guest    what the guest has: hvp_fwreg_initial() on its own host, and what was
 *                         written since; not NULL
 * @param[in]     host     what the destination offers; not NULL
 * @param[in]     flags    HVP_FWREG_PSCI_0_2 of the vCPUs made there, or 0
 * @param[out]    verdict  enum hvp_verdict: the worst; untouched on failure; not NULL
 * @param[in,out] report   all findings; may be NULL
 * @retval HVP_OK            @a verdict is set, refused or not
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL
 * @return else a status of hvp_fwreg_initial() about @a flags, @a host or @a guest
 */
HVP_API enum hvp_status hvp_fwreg_compare(const struct hvp_fwregs *guest,
					  const struct hvp_fwregs *host, uint32_t flags,
					  uint32_t *verdict, struct hvp_report *report);

HVP_END_DECLS

#endif
