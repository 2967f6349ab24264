/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values that the library takes, out of the fuzzer's bytes: mostly sound ones. */
#ifndef HVPOLICY_FUZZ_VALUES_H
#define HVPOLICY_FUZZ_VALUES_H

#include "contract.h"

/* Of tables: bits of all levels, facilities and quirks, and the firmware registers. */
uint64_t all_levels(void);
uint64_t all_facilities(void);
uint64_t all_quirks(uint32_t arch);
uint32_t all_fwregs(void);

/* A level, none, or any number. */
uint32_t some_level(struct producer *from);

/* A logical PVR, the PVR of a processor, 0, or any number. */
uint32_t some_pvr(struct producer *from);

/* A release of Linux or QEMU. */
uint32_t some_release(struct producer *from);

/* A kernel with any mitigations that there are. */
void some_kernel(struct producer *from, struct hvp_fwreg_kernel *kernel);

/* A valid policy. */
void some_policy(struct producer *from, struct hvp_hfscr_policy *policy);

/* A valid host for hvp_hvregs_enter(). */
void some_hvregs_host(struct producer *from, struct hvp_hvregs_host *host);

/* A value that a firmware register can have. */
uint64_t some_fwreg_value(struct producer *from, uint32_t reg);

/* Valid registers of a host or of a VM, whose every register is there or not. */
void some_fwregs(struct producer *from, uint32_t role, struct hvp_fwregs *regs);

/*
 * Whether a guest of a host finds there again what it has: of no register that varies, is unsure,
 * or is not known to be or not, and of none that offers what it would not take.
 */
bool is_sure(const struct hvp_profile *host);

/* A valid profile. */
void some_profile(struct producer *from, uint32_t arch, uint32_t role,
		  struct hvp_profile *profile);

/* Bytes of an object become others, of three inputs in four none. */
void damage_object(struct producer *from, void *object, uint32_t bytes);

/* The same of one that begins with its size, but for that: sized() makes a wrong one. */
#define damage(from, object) \
	damage_object((from), (uint8_t *)(object) + sizeof(uint32_t), \
		      sizeof(*(object)) - sizeof(uint32_t))

/* Whether two profiles are the same; the structure has no padding. */
bool same_profile(const struct hvp_profile *a, const struct hvp_profile *b);

#endif
