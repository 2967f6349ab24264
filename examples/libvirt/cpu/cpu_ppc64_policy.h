/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * cpu_ppc64_policy.h: processors and levels of POWER, by hvpolicy
 *
 * What this file decides by name is a name of libvirt's; what comes before what, and which host
 * offers which level, is hvpolicy's.
 */

#pragma once

#include "cpu.h"

/* NULL: a processor without levels. */
const char *
virCPUppc64PolicyModelForPVR(uint32_t pvr);

/* What the kernel calls the mode that this host runs in; NULL: it does not say. */
const char *
virCPUppc64PolicyPlatform(void);

/* Make the model that of the mode: mfpvr tells the hardware whatever the mode. */
int
virCPUppc64PolicySetMode(virCPUDef *cpu,
                         const char *platform);

/* A guest whose mode becomes QEMU's max-cpu-compat: is it a level? */
int
virCPUppc64PolicyCheckGuest(virArch arch,
                            const virCPUDef *cpu);

/* May a guest be given that mode by a host of that model? */
virCPUCompareResult
virCPUppc64PolicyCompareMode(const char *host,
                             const char *mode,
                             char **message);

/* Models that differ: of another host, or of a guest. */
virCPUCompareResult
virCPUppc64PolicyCompareModel(const char *host,
                              const char *other,
                              virCPUType type,
                              char **message);

/* All hosts name one vendor. */
bool
virCPUppc64PolicySameVendor(virCPUDef **hosts,
                            unsigned int nhosts);

/* Hosts whose models differ: the level that they have in common, as the CPU of a guest. */
int
virCPUppc64PolicyBaseline(virCPUDef **hosts,
                          unsigned int nhosts,
                          virCPUDef *cpu);
