// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* KVM on POWER. */
#include "record.h"
#include "output.h"

#include <hvpolicy/hvpolicy.h>

#include <fcntl.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Younger than the headers of many systems. */
#define CAP_COMPAT_CAPS 250
#define GET_COMPAT_CAPS _IO(KVMIO, 0xe4)
#define TYPE_HV 1

static void record_caps(FILE *rows, int kvm)
{
	static const struct {
		const char *name;
		int cap;
	} caps[] = {
		{ "NESTED_HV", KVM_CAP_PPC_NESTED_HV }, { "PPC_PAPR", KVM_CAP_PPC_PAPR },
		{ "MMU_RADIX", KVM_CAP_PPC_MMU_RADIX }, { "PPC_HTM", KVM_CAP_PPC_HTM },
	};

	(void)fputs("caps", rows);
	for (size_t i = 0; i < COUNT(caps); i++)
		(void)fprintf(rows, "\t%s=%d", caps[i].name,
			      ioctl(kvm, KVM_CHECK_EXTENSION, caps[i].cap));
	(void)fputc('\n', rows);
}

static void record_compat_caps(FILE *rows, int vm)
{
	struct hvp_compat_caps caps = { .size = sizeof(caps) };

	if (ioctl(vm, KVM_CHECK_EXTENSION, CAP_COMPAT_CAPS) <= 0)
		return;
	if (ioctl(vm, GET_COMPAT_CAPS, &caps))
		record_error(rows, "kvm\tcompat_caps", 1);
	else
		(void)fprintf(rows, "kvm\tcompat_caps\t0x%" PRIx64 "\n", caps.capabilities);
}

void record_kvm(FILE *rows, const char *path)
{
	const int kvm = open(path, O_RDWR | O_CLOEXEC);
	int vm;

	record_error(rows, "kvm\topen", kvm < 0);
	if (kvm < 0)
		return;
	record_caps(rows, kvm);
	vm = ioctl(kvm, KVM_CREATE_VM, TYPE_HV);
	record_error(rows, "create_vm\ttype=1", vm < 0);
	if (vm >= 0) {
		record_compat_caps(rows, vm);
		(void)close(vm);
	}
	(void)close(kvm);
}

static const char *aux_text(unsigned long type)
{
	const char *text = (const char *)getauxval(type);

	return text ? text : "";
}

void record_self(FILE *rows)
{
	char line[128];

	put(line, sizeof(line), "env\tplatform\t%s", aux_text(AT_PLATFORM));
	record_text(rows, line, aux_text(AT_BASE_PLATFORM));
}
