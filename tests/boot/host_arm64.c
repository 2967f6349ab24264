// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the kernel says of itself, as the library wants it (Linux arm64 kernel/proton-pack.c). */
#include <string.h>

#include "kvm_arm64.h"

#define VULNERABILITIES "/sys/devices/system/cpu/vulnerabilities/"

static bool begins(const char *text, const char *word)
{
	return !strncmp(text, word, strlen(word));
}

static uint32_t read_ssb(const char *line)
{
	if (begins(line, "Not affected"))
		return HVP_MITIGATION_UNAFFECTED;
	return begins(line, "Mitigation") ? HVP_MITIGATION_MITIGATED : HVP_MITIGATION_VULNERABLE;
}

/* Spectre v2 and BHB share a line. Where v2 is vulnerable, so is BHB. */
static void read_spectre_v2(const char *line, struct hvp_fwreg_kernel *kernel)
{
	kernel->spectre_v2 = HVP_MITIGATION_MITIGATED;
	kernel->spectre_bhb = HVP_MITIGATION_UNAFFECTED;
	if (begins(line, "Vulnerable"))
		kernel->spectre_v2 = kernel->spectre_bhb = HVP_MITIGATION_VULNERABLE;
	else if (begins(line, "Not affected") || begins(line, "Mitigation: CSV2"))
		kernel->spectre_v2 = HVP_MITIGATION_UNAFFECTED;
	if (strstr(line, "but not BHB"))
		kernel->spectre_bhb = HVP_MITIGATION_VULNERABLE;
	else if (strstr(line, "BHB"))
		kernel->spectre_bhb = HVP_MITIGATION_MITIGATED;
}

void host_kernel(struct hvp_fwreg_kernel *kernel)
{
	char v2[128], ssb[128];
	struct vm vm;

	memset(kernel, 0, sizeof(*kernel));
	kernel->size = sizeof(*kernel);
	kernel->policy_level = HVP_POLICY_LEVEL_1;
	kernel->release = kernel_release();
	read_spectre_v2(first_line(VULNERABILITIES "spectre_v2", v2, sizeof(v2)), kernel);
	kernel->ssb = read_ssb(first_line(VULNERABILITIES "spec_store_bypass", ssb, sizeof(ssb)));
	vm_open(&vm);
	if (!vm_init(&vm, 0, true))
		give_up("KVM_ARM_VCPU_INIT");
	kernel->flags = vm_ssbs(&vm);
	if (is_lie("mitigation"))
		kernel->spectre_bhb = (kernel->spectre_bhb + 1) % 3;
	vm_close(&vm);
	say("host\t%u.%u.%u\t%u\t%u\t%u\t%u\t%s\t%s", kernel->release >> 16,
	    kernel->release >> 8 & 0xff, kernel->release & 0xff, kernel->spectre_v2, kernel->ssb,
	    kernel->spectre_bhb, kernel->flags, v2, ssb);
}
