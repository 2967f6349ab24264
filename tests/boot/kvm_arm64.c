// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kvm_arm64.h"

#define GUEST_MEMORY 0x10000UL
#define GUEST_BASE 0x40000000UL
#define CORE_REG(field) (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | \
			 KVM_REG_ARM_CORE_REG(field))

static int kvm_fd(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		give_up("/dev/kvm: %s", strerror(errno));
	return fd;
}

static int must(const char *what, int result)
{
	if (result < 0)
		give_up("%s: %s", what, strerror(errno));
	return result;
}

static void *map_or_give_up(size_t size, int flags, int fd)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (at == MAP_FAILED)
		give_up("mmap: %s", strerror(errno));
	return at;
}

static size_t run_size(void)
{
	return (size_t)must("KVM_GET_VCPU_MMAP_SIZE", ioctl(kvm_fd(), KVM_GET_VCPU_MMAP_SIZE, 0));
}

void vm_open(struct vm *vm)
{
	/* str x0, [x0]: x0 is 0, where no memory is, so that the VMM is asked */
	static const uint32_t code[] = { 0xf9000000 };
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = GUEST_BASE, .memory_size = GUEST_MEMORY,
	};

	vm->fd = must("KVM_CREATE_VM", ioctl(kvm_fd(), KVM_CREATE_VM, 0));
	vm->memory = map_or_give_up(GUEST_MEMORY, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	memcpy(vm->memory, code, sizeof(code));
	region.userspace_addr = (uint64_t)(uintptr_t)vm->memory;
	must("memory", ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region));
	for (unsigned long i = 0; i < VCPUS; i++)
		vm->vcpu[i] = must("KVM_CREATE_VCPU", ioctl(vm->fd, KVM_CREATE_VCPU, i));
	vm->run = map_or_give_up(run_size(), MAP_SHARED, vm->vcpu[0]);
}

void vm_close(struct vm *vm)
{
	munmap(vm->run, run_size());
	for (uint32_t i = 0; i < VCPUS; i++)
		close(vm->vcpu[i]);
	close(vm->fd);
	munmap(vm->memory, GUEST_MEMORY);
}

bool vm_init(struct vm *vm, uint32_t vcpu, bool psci_0_2)
{
	struct kvm_vcpu_init init;

	must("KVM_ARM_PREFERRED_TARGET", ioctl(vm->fd, KVM_ARM_PREFERRED_TARGET, &init));
	if (psci_0_2)
		init.features[0] |= 1u << KVM_ARM_VCPU_PSCI_0_2;
	return !ioctl(vm->vcpu[vcpu], KVM_ARM_VCPU_INIT, &init);
}

void vm_run(struct vm *vm)
{
	const struct kvm_run *run = vm->run;
	const uint64_t pc = GUEST_BASE, x0 = 0;

	if (reg_set(vm, 0, CORE_REG(regs.pc), &pc) || reg_set(vm, 0, CORE_REG(regs.regs[0]), &x0))
		give_up("the program counter cannot be set");
	must("KVM_RUN", ioctl(vm->vcpu[0], KVM_RUN, 0));
	if (run->exit_reason != KVM_EXIT_MMIO)
		give_up("the guest left for reason %u", run->exit_reason);
}

int reg_get(const struct vm *vm, uint32_t vcpu, uint64_t id, uint64_t *value)
{
	uint64_t buffer[32] = { 0 };	/* the largest register has 2048 bits */
	struct kvm_one_reg reg = { .id = id, .addr = (uint64_t)(uintptr_t)buffer };

	if (ioctl(vm->vcpu[vcpu], KVM_GET_ONE_REG, &reg))
		return -errno;
	*value = buffer[0];
	return 0;
}

int reg_set(const struct vm *vm, uint32_t vcpu, uint64_t id, const uint64_t *value)
{
	uint64_t buffer[32] = { value ? *value : 0 };
	struct kvm_one_reg reg = { .id = id, .addr = value ? (uint64_t)(uintptr_t)buffer : 0 };

	return ioctl(vm->vcpu[vcpu], KVM_SET_ONE_REG, &reg) ? -errno : 0;
}

static int by_id(const void *a, const void *b)
{
	const struct reg *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static bool is_migrated(uint64_t id)
{
	const uint64_t group = id & KVM_REG_ARM_COPROC_MASK;

	return group != KVM_REG_ARM_CORE && group != KVM_REG_ARM64_SVE;
}

void regs_list(const struct vm *vm, struct regs *regs)
{
	struct kvm_reg_list *list = calloc(1, sizeof(*list) + REGS_MAX * sizeof(list->reg[0]));

	if (!list)
		give_up("no memory");
	list->n = REGS_MAX;
	must("KVM_GET_REG_LIST", ioctl(vm->vcpu[0], KVM_GET_REG_LIST, list));
	regs->count = 0;
	for (uint64_t i = 0; i < list->n; i++) {
		struct reg *reg = &regs->reg[regs->count];

		if (!is_migrated(list->reg[i]))
			continue;
		reg->id = list->reg[i];
		if (reg_get(vm, 0, reg->id, &reg->value))
			give_up("a listed register cannot be read: %#llx",
				(unsigned long long)reg->id);
		regs->count++;
	}
	free(list);
	qsort(regs->reg, regs->count, sizeof(regs->reg[0]), by_id);
}

uint32_t vm_ssbs(const struct vm *vm)
{
	uint64_t value = 0;

	if (reg_get(vm, 0, ID_AA64PFR1_EL1, &value))
		give_up("ID_AA64PFR1_EL1 cannot be read");
	return value >> 4 & 0xf ? HVP_FWREG_SSBS : 0;
}
