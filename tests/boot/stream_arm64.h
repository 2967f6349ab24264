/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A guest's registers saved on one kernel and loaded on another. */
#ifndef HVP_BOOT_STREAM_ARM64_H
#define HVP_BOOT_STREAM_ARM64_H

#include <hvpolicy/fwreg.h>

/* Says the state of a VM for each setting of a file, if there is one. */
void stream_save(const struct hvp_fwreg_kernel *kernel);
/* Loads each state of a file, if there is one, as each VMM does; says what came of it. */
void stream_restore(const struct hvp_fwreg_kernel *kernel);

#endif
