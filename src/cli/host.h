/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A host: what the library needs to know of one, and where that came from. */
#ifndef HVPOLICY_CLI_HOST_H
#define HVPOLICY_CLI_HOST_H

#include <hvpolicy/hvpolicy.h>

#include <jansson.h>

enum host_role {
	ROLE_BARE = 1,	/* on the hardware */
	ROLE_L1 = 2,	/* guest of a hypervisor, with nested guests of its own */
};

enum host_api {
	API_UNKNOWN = 0,
	API_V1 = 1,
	API_V2 = 2,
};

enum host_kvm {
	KVM_UNKNOWN,	/* nothing says that it does not run */
	KVM_RUNS,
	KVM_FAILS,
};

/* Which fields of a host are known: bit n is row n of host_field.def. */
enum host_field {
#define HOST_FIELD(name, kind, member, roles, required) FIELD_##name,
#include "host_field.def"
#undef HOST_FIELD
};

#define KERNEL(major, minor) ((uint32_t)(major) << 16 | (uint32_t)(minor))

struct host {
	uint32_t given;		/* 1 << enum host_field */
	uint32_t format;
	uint32_t role;
	uint32_t api;
	uint32_t kernel;	/* KERNEL(); 0: unknown, or a system that follows the rules */
	struct hvp_pvr_host pvr;
	uint64_t granted;
	uint64_t bounded;
	uint64_t hfscr;
	bool tm;
	bool tm_assist;
	char name[65];
	/* From a real machine only. */
	bool machine;
	bool no_nested;	/* KVM says that its guests cannot have guests */
	enum host_kvm kvm;
	char release[65];
	char model[65];
	char kvm_error[32];
};

struct host_list {
	struct host *hosts;
	size_t count;
};

/* Take a copy in. */
void host_add(struct host_list *list, const struct host *host);
void host_free(struct host_list *list);

static inline bool host_has(const struct host *host, enum host_field field)
{
	return host->given >> field & 1;
}

static inline void host_give(struct host *host, enum host_field field)
{
	host->given |= UINT32_C(1) << field;
}

/* An empty host of a name. */
void host_init(struct host *host, const char *name);
/*
 * Finish a host whose fields are filled in: structures of the library, and whether the library
 * knows such a machine. Ends the program if not.
 */
void host_finish(struct host *host);
/* The hypervisor below may refuse what it was not seen to grant. */
bool host_grants_unknown(const struct host *host);
void host_offer(const struct host *host, struct hvp_pvr_offer *offer);
/* Of its kernel: HVP_RELEASE(); 0: none is known. */
uint32_t host_release(const struct host *host);
/* Also of an L1, whatever its mode. */
bool host_cpu_has_tm(const struct host *host);
uint32_t host_hfscr_features(const struct host *host);
uint32_t host_lpcr_features(const struct host *host, bool radix);
/* false: the host has no HFSCR. */
bool host_policy(const struct host *host, uint32_t level, uint32_t receiver,
		 struct hvp_hfscr_policy *policy);

/* host_file.c: the schema's form. */
void host_from_file(const char *path, struct host *host);
json_t *host_to_json(const struct host *host);
/* machine.c: what a machine says of itself. */
void host_from_machine(const char *path, struct host *host);
/* The same of a text, which is taken apart; path is what to call it. */
void host_from_rows(const char *path, char *text, size_t len, struct host *host);
/* catalogue.c */
bool catalogue_at(size_t index, struct host *host);
bool catalogue_find(const char *name, struct host *host);

/* read_file.c: a small text file, closed by a 0; ends the program if it is none. To be freed. */
char *read_file(const char *path, size_t *len);
/* Any small file, may be empty; "-" is standard input. what: for the complaint of a larger one. */
char *read_input(const char *path, const char *what, size_t *len);

/* Names of levels: as QEMU spells them, else the ISA version. */
const char *level_name(uint32_t level);
/* A level as QEMU, libvirt or the ISA spell it. */
bool level_parse(const char *name, uint32_t *level);
/* What a digit stands for; 16: it is none. */
int hex_digit(char c);
/* A decimal or 0x number up to a maximum, nothing before or behind it. */
bool number_parse(const char *text, uint64_t maximum, uint64_t *value);
/* A 0x number up to a maximum of 32 or 64 bits, with no more digits than that has. */
bool hex_parse(const char *text, uint64_t maximum, uint64_t *value);
/* What a host may be called, into a buffer. */
bool name_parse(const char *text, char *name, size_t size);
/* "6.12", and what may follow it if rest is not NULL. */
bool kernel_parse(const char *text, uint32_t *kernel, const char **rest);

#endif
