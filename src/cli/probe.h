/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From the rows of a machine (record.h) to the profile of a host. */
#ifndef HVPOLICY_CLI_PROBE_H
#define HVPOLICY_CLI_PROBE_H

#include "party.h"

struct probe {
	const char *path;	/* what to call the rows */
	uint32_t qemu;		/* HVP_RELEASE(); 0: another VMM, or none */
	struct hvp_profile profile;
	unsigned int missing;	/* what it lacks: each was told in a line */
};

/* What the profile lacks, and why. */
void probe_lacks(struct probe *probe, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Whose rows: enum hvp_arch; 0: of neither. */
uint32_t probe_arch(const char *rows);
/* Both take the rows apart. */
void probe_arm64(struct probe *probe, char *rows);
void probe_power(struct probe *probe, char *rows, size_t len);

#endif
