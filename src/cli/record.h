/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reading the machine this runs on, into the rows of a recorded machine:
 *
 *	env	uname	RELEASE VERSION		as uname -r and -v say
 *	env	cpuinfo	LINE			of /proc/cpuinfo
 *	env	platform	A	B	AT_PLATFORM, AT_BASE_PLATFORM
 *	env	cpu-version	0x0f000006	of the device tree
 *	env	vulnerability	NAME	TEXT	of sysfs
 *	caps	NAME=VALUE ...			KVM_CHECK_EXTENSION
 *	create_vm	type=1	ERROR		0 or the name of an errno; 1: KVM-HV
 *	kvm	open	ERROR
 *	kvm	compat_caps	0x...		KVM_PPC_GET_COMPAT_CAPS, or the name of an errno
 *	kvm	vcpu	psci_0_2=1	ERROR	KVM_ARM_VCPU_INIT with this feature
 *	kvm	reg	ID	VALUE		of KVM_GET_REG_LIST; of firmware its value
 *	kvm	takes	ID	BITS		of a bitmap, each tried in a VM that never runs
 *
 * Nothing is concluded here.
 */
#ifndef HVPOLICY_CLI_RECORD_H
#define HVPOLICY_CLI_RECORD_H

#include <stdio.h>

/*
 * The whole record, to be freed. root: where proc and sys are, NULL: of this machine; kvm: the
 * device, NULL: below the root.
 */
char *record_machine(const char *root, const char *kvm, size_t *len);

/* A row: its words, and a text in which what would break the row becomes a blank. */
void record_text(FILE *rows, const char *words, const char *text);
/* A row that ends in "0" or in the name of the errno, which is left alone. */
void record_error(FILE *rows, const char *words, int failed);

/* record_arm64.c, record_power.c or record_none.c: what KVM says on the architecture built for. */
void record_kvm(FILE *rows, const char *path);
/* What only the process itself is told. */
void record_self(FILE *rows);

#endif
