/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* KVM-HV of this machine, and what the machine says of itself. */
#ifndef HVP_BOOT_KVM_POWER_H
#define HVP_BOOT_KVM_POWER_H

#include <stddef.h>
#include <stdint.h>

#define VM_TYPE_HV 1
#define HCALL 0xf002	/* one that no kernel answers itself */

/* Loads the modules, if there are any; /dev/kvm. */
int kvm_open(void);
/* Bytes of a file, as many as there are and fit. */
size_t read_whole(const char *path, void *buffer, size_t size);
/* Word of the kernel's command line, which must be there. */
void option(const char *name, char *value, size_t size);
/* PVR of the hardware, which the kernel says in full. */
uint32_t cpuinfo_pvr(void);

#endif
