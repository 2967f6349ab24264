// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The part of the patched QEMU that asks KVM, with a kernel that answers as it is told: a number of
 * the capability, an errno of the ioctl and a bitmap, all on the command line. What a POWER11 host
 * then offers is printed: levels by logical PVR, and whether raw mode is among them.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "system/kvm.h"
#include "target/ppc/policy.h"

KVMState *kvm_state;

static int has, error;
static uint64_t bitmap;

int kvm_check_extension(KVMState *s, unsigned int extension)
{
	return has && extension == 250;
}

int kvm_vm_ioctl(KVMState *s, unsigned long type, ...)
{
	struct hvp_compat_caps *caps;
	va_list ap;

	va_start(ap, type);
	caps = va_arg(ap, struct hvp_compat_caps *);
	va_end(ap);
	if (caps->size != HVP_COMPAT_CAPS_SIZE_VER0 || caps->flags || caps->capabilities)
		return -EINVAL;
	if (!error)
		caps->capabilities = bitmap;
	return -error;
}

void error_report(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

int main(int argc, char **argv)
{
	struct hvp_pvr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1, .pvr = 0x00821200,
	};
	uint32_t level;

	if (argc != 4)
		return 2;
	has = atoi(argv[1]);
	error = atoi(argv[2]);
	bitmap = strtoull(argv[3], NULL, 16);
	kvmppc_policy_bound(&host);
	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		if (level >= HVP_LEVEL_3_00 &&
		    !hvp_pvr_check(&host, hvp_level_pvr(level), NULL, NULL))
			printf("%s ", hvp_level_name(level, HVP_SPELLING_QEMU));
	printf("%s\n", hvp_pvr_check(&host, 0, NULL, NULL) ? "no raw" : "raw");
	return 0;
}
