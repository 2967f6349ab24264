// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* KVM on arm64: a VM whose one vCPU never runs. */
#include "record.h"
#include "output.h"

#include <hvpolicy/hvpolicy.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* 40 bits, which type 0 means, are more than some processors have. */
#define DEFAULT_IPA_BITS 40
/* Registers that are listed; more than real kernels have. */
#define REGISTERS 4096
/* The largest has 2048 bits. */
#define REGISTER_WORDS 32

struct scratch {
	int vm;
	int vcpu;
};

static void scratch_close(const struct scratch *scratch)
{
	if (scratch->vcpu >= 0)
		(void)close(scratch->vcpu);
	if (scratch->vm >= 0)
		(void)close(scratch->vm);
}

static int create_vm(int kvm)
{
	const int bits = ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_VM_IPA_SIZE);
	const unsigned int type = bits > 0 && bits < DEFAULT_IPA_BITS ? (unsigned int)bits : 0;

	return ioctl(kvm, KVM_CREATE_VM, (unsigned long)KVM_VM_TYPE_ARM_IPA_SIZE(type));
}

/* Features that a VMM gives to vCPUs which are like the host's: they decide what is listed. */
static void add_features(int vm, struct kvm_vcpu_init *init)
{
	static const struct {
		int cap;
		uint32_t features;
	} rows[] = {
		{ KVM_CAP_ARM_PMU_V3, 1u << KVM_ARM_VCPU_PMU_V3 },
		{ KVM_CAP_ARM_SVE, 1u << KVM_ARM_VCPU_SVE },
		{ KVM_CAP_ARM_PTRAUTH_ADDRESS, 1u << KVM_ARM_VCPU_PTRAUTH_ADDRESS },
		{ KVM_CAP_ARM_PTRAUTH_GENERIC, 1u << KVM_ARM_VCPU_PTRAUTH_GENERIC },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (ioctl(vm, KVM_CHECK_EXTENSION, rows[i].cap) > 0)
			init->features[0] |= rows[i].features;
}

/* Returns 0, or -1 with errno; the scratch is to be closed in any case. */
static int scratch_open(int kvm, bool psci_0_2, bool all, struct scratch *scratch)
{
	struct kvm_vcpu_init init;
	int sve = KVM_ARM_VCPU_SVE;

	*scratch = (struct scratch){ create_vm(kvm), -1 };
	if (scratch->vm < 0)
		return -1;
	scratch->vcpu = ioctl(scratch->vm, KVM_CREATE_VCPU, 0);
	if (scratch->vcpu < 0 || ioctl(scratch->vm, KVM_ARM_PREFERRED_TARGET, &init))
		return -1;
	if (psci_0_2)
		init.features[0] |= 1u << KVM_ARM_VCPU_PSCI_0_2;
	if (all)
		add_features(scratch->vm, &init);
	if (ioctl(scratch->vcpu, KVM_ARM_VCPU_INIT, &init))
		return -1;
	return init.features[0] >> KVM_ARM_VCPU_SVE & 1 ?
	       ioctl(scratch->vcpu, KVM_ARM_VCPU_FINALIZE, &sve) : 0;
}

static bool is_firmware(uint64_t id)
{
	const uint64_t group = id & KVM_REG_ARM_COPROC_MASK;

	return group == KVM_REG_ARM_FW || group == UINT64_C(0x16) << KVM_REG_ARM_COPROC_SHIFT;
}

static void record_value(FILE *rows, int vcpu, uint64_t id)
{
	uint64_t value[REGISTER_WORDS] = { 0 };
	const struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)value };
	char words[64];

	put(words, sizeof(words), "kvm\treg\t0x%" PRIx64, id);
	if (!is_firmware(id))
		(void)fprintf(rows, "%s\n", words);
	else if (ioctl(vcpu, KVM_GET_ONE_REG, &reg))
		record_error(rows, words, 1);
	else
		(void)fprintf(rows, "%s\t0x%" PRIx64 "\n", words, value[0]);
}

static void record_registers(FILE *rows, int vcpu)
{
	struct kvm_reg_list *list = calloc(REGISTERS + 1, sizeof(uint64_t));

	if (!list)
		die("no memory");
	list->n = REGISTERS;
	if (ioctl(vcpu, KVM_GET_REG_LIST, list))
		record_error(rows, "kvm\treg_list", 1);
	else
		for (uint64_t i = 0; i < list->n; i++)
			record_value(rows, vcpu, list->reg[i]);
	free(list);
}

/* What a new VM has is not all that it may have. */
static void record_bitmaps(FILE *rows, int vcpu)
{
	struct hvp_fwreg_info row;

	for (uint32_t slot = 0; slot < HVP_FWREG_SLOTS; slot++) {
		uint64_t takes = 0;

		if (hvp_fwreg_get(slot, &row) || row.kind != HVP_FWREG_KIND_BITMAP)
			continue;
		for (uint32_t bit = 0; bit < 64; bit++) {
			const uint64_t value = HVP_BIT(bit);
			const struct kvm_one_reg reg = { .id = row.id, .addr = (uintptr_t)&value };

			if (!ioctl(vcpu, KVM_SET_ONE_REG, &reg))
				takes |= value;
		}
		(void)fprintf(rows, "kvm\ttakes\t0x%" PRIx64 "\t0x%" PRIx64 "\n", row.id, takes);
	}
}

static void record_vcpu(FILE *rows, int kvm, bool psci_0_2)
{
	struct scratch scratch;
	char words[32];
	int failed;

	put(words, sizeof(words), "kvm\tvcpu\tpsci_0_2=%d", psci_0_2);
	failed = scratch_open(kvm, psci_0_2, true, &scratch);
	if (failed) {
		/* features that do not go together are no reason to know nothing */
		scratch_close(&scratch);
		failed = scratch_open(kvm, psci_0_2, false, &scratch);
	}
	record_error(rows, words, failed);
	if (!failed && psci_0_2) {
		record_registers(rows, scratch.vcpu);
		record_bitmaps(rows, scratch.vcpu);
	}
	scratch_close(&scratch);
}

void record_kvm(FILE *rows, const char *path)
{
	const int kvm = open(path, O_RDWR | O_CLOEXEC);

	record_error(rows, "kvm\topen", kvm < 0);
	if (kvm < 0)
		return;
	record_vcpu(rows, kvm, false);
	if (ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_PSCI_0_2) > 0)
		record_vcpu(rows, kvm, true);
	(void)close(kvm);
}

void record_self(FILE *rows)
{
	(void)rows;
}
