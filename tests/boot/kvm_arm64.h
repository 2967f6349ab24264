/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A VM of KVM/arm64 and its registers, by the ioctls. */
#ifndef HVP_BOOT_KVM_ARM64_H
#define HVP_BOOT_KVM_ARM64_H

#include "init.h"

#define VCPUS 2

struct vm {
	int fd;
	int vcpu[VCPUS];
	void *memory;
	void *run;	/* of vCPU 0 */
};

/* All vCPUs made, none of them ready. */
void vm_open(struct vm *vm);
void vm_close(struct vm *vm);
/* KVM_ARM_VCPU_INIT; false if it is refused. */
bool vm_init(struct vm *vm, uint32_t vcpu, bool psci_0_2);
/* vCPU 0 runs until its first store. */
void vm_run(struct vm *vm);

/* 0 or -errno; every id, value of NULL too. */
int reg_get(const struct vm *vm, uint32_t vcpu, uint64_t id, uint64_t *value);
int reg_set(const struct vm *vm, uint32_t vcpu, uint64_t id, const uint64_t *value);

/*
 * The registers that a VMM migrates: KVM_GET_REG_LIST less core and SVE, by rising id; how many,
 * of 0 to 64 bits each.
 */
#define REGS_MAX 1024
struct regs {
	uint32_t count;
	struct reg {
		uint64_t id;
		uint64_t value;
	} reg[REGS_MAX];
};
void regs_list(const struct vm *vm, struct regs *regs);

/* What the library needs to know of this host; the guest's SSBS is that of a new VM. */
void host_kernel(struct hvp_fwreg_kernel *kernel);
/* HVP_FWREG_SSBS or 0, as the VM has it now. */
uint32_t vm_ssbs(const struct vm *vm);
#define ID_AA64PFR1_EL1 0x603000000013c021

#endif
