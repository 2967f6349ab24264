/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who takes part in a migration: hosts and guests, by name or from a file. */
#ifndef HVPOLICY_CLI_PARTY_H
#define HVPOLICY_CLI_PARTY_H

#include "host.h"
#include "profile_file.h"

#include <argp.h>

#define ARCHS "--arch is arm64 or power, not '%s'"

/* Findings of one question: no more can be. */
#define PARTY_FINDINGS 128

/* Which VMM hosts have; profiles from files tell it themselves unless it was asked for. */
struct vmm {
	bool given;
	uint32_t release;	/* of QEMU; 0: one that follows the rules */
};

struct party_list {
	struct party *parties;
	size_t count;
};

void party_add(struct party_list *list, const struct party *party);
void party_free(struct party_list *list);

/* --vmm; child input: struct vmm, which is to be VMM_DEFAULT. */
extern const struct argp vmm_argp;
/* Debian 12 with its backports. */
#define VMM_DEFAULT ((struct vmm){ .given = false, .release = HVP_RELEASE(10, 0, 0) })

/* --level and --nested; child input: struct guest_choice. */
struct guest_choice {
	uint32_t level;	/* enum hvp_level; NONE: the newest */
	bool nested;
};

extern const struct argp guest_argp;

/* A profile or domain from a file in any form, "-" is standard input; ends the program if it is
 * none. */
void party_from_file(const char *path, const struct vmm *vmm, struct party *party);
/* A host of the catalogue, else a file; ends the program if it is neither. */
void party_find(const char *name, const struct vmm *vmm, struct party *party);
/* The same where a domain may leave something open, until it meets a host. */
void party_find_guest(const char *name, const struct vmm *vmm, struct party *party);
/* The same where a host is needed. */
void party_find_host(const char *name, const struct vmm *vmm, struct party *party);
/* The guest that a host starts; false: it cannot, of which why tells (a buffer). */
bool party_guest(const struct party *host, const struct guest_choice *choice,
		 struct party *guest, char *why, size_t len);
/* "PSCI 1.1, ..." or "power8 to power11, raw" */
void party_detail(const struct hvp_profile *profile, char *buf, size_t len);

/* A profile on standard output, in JSON or the wire form. */
void party_print(const struct party *party, bool wire);

/* party_power.c: what a host of the catalogue or a host file offers. */
void party_from_host(const struct host *host, const struct vmm *vmm, struct party *party);
/* Capabilities of a pseries machine that nobody has told any. */
void party_machine_caps(struct hvp_profile_power *power);

/* arm64_catalogue.c */
bool arm64_at(size_t index, const struct vmm *vmm, struct party *party);
bool arm64_find(const char *name, const struct vmm *vmm, struct party *party);
/* Which kinds of vCPUs a VMM makes: enum hvp_arm64_flag. */
uint32_t arm64_vcpus(const struct vmm *vmm);

#endif
