// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The arm64 hosts of the catalogue: rows of arm64_catalogue.def. */
#include "output.h"
#include "party.h"

#include <stdlib.h>
#include <string.h>

static const struct kernel {
	const char *name;
	uint32_t release;
	uint32_t registers;
} kernels[] = {
#define ARM64_KERNEL(name, release, registers) { name, release, registers },
#include "arm64_catalogue.def"
};

static const struct state {
	const char *name;
	uint32_t mitigation;
} states[] = {
#define ARM64_STATE(name, mitigation) { name, HVP_MITIGATION_##mitigation },
#include "arm64_catalogue.def"
};

uint32_t arm64_vcpus(const struct vmm *vmm)
{
	/* kvm-psci-version=0.1 came with QEMU 11; before, vCPUs have PSCI_0_2 */
	if (vmm->release && vmm->release < HVP_RELEASE(11, 0, 0))
		return HVP_ARM64_PSCI_0_2;
	return HVP_ARM64_PSCI_0_1 | HVP_ARM64_PSCI_0_2;
}

static void build(const struct kernel *kernel, const struct state *state, const struct vmm *vmm,
		  struct party *party)
{
	const struct hvp_fwreg_kernel from = {
		.size = sizeof(from), .policy_level = HVP_POLICY_LEVEL_1,
		.release = kernel->release, .spectre_v2 = state->mitigation,
		.ssb = state->mitigation, .spectre_bhb = state->mitigation,
	};
	struct hvp_profile *profile = &party->profile;

	put(party->name, sizeof(party->name), "linux-%s-arm64-%s", kernel->name, state->name);
	hvp_profile_init(profile, HVP_ARCH_ARM64, HVP_ROLE_HOST);
	profile->quirks = hvp_quirk_known(HVP_ARCH_ARM64, kernel->release, vmm->release);
	profile->arm64.registers = kernel->registers;
	profile->arm64.flags = arm64_vcpus(vmm);
	if (hvp_fwreg_offers(&from, &profile->arm64.fwregs, NULL))
		abort(); /* the rows are sound */
}

bool arm64_at(size_t index, const struct vmm *vmm, struct party *party)
{
	if (index >= COUNT(kernels) * COUNT(states))
		return false;
	build(&kernels[index / COUNT(states)], &states[index % COUNT(states)], vmm, party);
	return true;
}

bool arm64_find(const char *name, const struct vmm *vmm, struct party *party)
{
	for (size_t i = 0; arm64_at(i, vmm, party); i++)
		if (!strcmp(party->name, name))
			return true;
	return false;
}
