/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Releases of Linux and QEMU, as their makers and distributions write them. */
#ifndef HVPOLICY_CLI_RELEASE_H
#define HVPOLICY_CLI_RELEASE_H

#include <stdbool.h>
#include <stdint.h>

/* HVP_RELEASE() each, both included; equal if the patch level is known. */
struct release {
	uint32_t from;
	uint32_t to;
};

/* "10.0.13", and what follows it if rest is not NULL; a patch level that is not there is 0. */
bool release_parse(const char *text, uint32_t *release, const char **rest);
/*
 * A kernel by uname -r and, for the patch level, uname -v: Debian's 5.10.0-30-cloud-arm64 is
 * "#1 SMP Debian 5.10.218-1". Other kernels of distributions hide it.
 */
bool release_of_kernel(const char *release, const char *version, struct release *range);

#endif
