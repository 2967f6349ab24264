// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The built-in catalogue of hosts: kernels crossed with machines, rows of catalogue.def. */
#include "host.h"
#include "output.h"

#include <string.h>

enum { BARE = ROLE_BARE, L1 = ROLE_L1, BOTH = ROLE_BARE | ROLE_L1 };

static const struct kernel {
	const char *name;
	uint32_t version;
	uint32_t mode;
	uint32_t grant;
} kernels[] = {
#define CATALOGUE_KERNEL(name, major, minor, mode, grant) \
	{ name, KERNEL(major, minor), HVP_LEVEL_##mode, HVP_LEVEL_##grant },
#include "catalogue.def"
};

static const struct machine {
	const char *name;
	uint32_t pvr;
	uint32_t mode;
	uint32_t roles;
	bool tm;
	bool tm_assist;
} machines[] = {
#define CATALOGUE_MACHINE(name, pvr, mode, roles, tm, tm_assist) \
	{ name, pvr, HVP_LEVEL_##mode, roles, tm, tm_assist },
#include "catalogue.def"
};

static const struct place {
	const char *name;
	uint32_t role;
	uint32_t api;
} places[] = {
	{ "bare", ROLE_BARE, API_UNKNOWN },
	{ "v1", ROLE_L1, API_V1 },
	{ "v2", ROLE_L1, API_V2 },
};

static uint32_t own_level(const struct machine *machine)
{
	struct hvp_processor_info processor = { .level = HVP_LEVEL_NONE };

	(void)hvp_pvr_processor(machine->pvr, &processor);
	return machine->mode ? machine->mode : processor.level;
}

static bool exists(const struct kernel *kernel, const struct machine *machine,
		   const struct place *place)
{
	if (!(machine->roles & place->role))
		return false;
	if (place->api == API_V2 && !kernel->grant)
		return false;
	return place->role == ROLE_BARE || own_level(machine) <= kernel->mode;
}

static void build(const struct kernel *kernel, const struct machine *machine,
		  const struct place *place, struct host *host)
{
	const uint32_t own = own_level(machine);
	char name[65];

	put(name, sizeof(name), "%s-%s-%s", kernel->name, machine->name, place->name);
	host_init(host, name);
	host->role = place->role;
	host_give(host, FIELD_role);
	host->pvr.pvr = machine->pvr;
	host_give(host, FIELD_pvr);
	if (kernel->version) {
		host->kernel = kernel->version;
		host_give(host, FIELD_kernel);
	}
	if (machine->mode) {
		host->pvr.compat_pvr = hvp_level_pvr(machine->mode);
		host_give(host, FIELD_mode);
	}
	if (place->api) {
		host->api = place->api;
		host_give(host, FIELD_nested_api);
	}
	if (place->api == API_V2) {
		for (uint32_t i = 0, level; !hvp_level_at(i, &level); i++)
			if (level <= own && level <= kernel->grant)
				host->granted |= hvp_level_capability(level);
		host_give(host, FIELD_granted);
	}
	if (place->role == ROLE_BARE) {
		host->hfscr = hvp_facility_enables(own);
		host_give(host, FIELD_hfscr);
	}
	if (machine->tm && place->role == ROLE_BARE) {
		host->tm = true;
		host_give(host, FIELD_tm);
	}
	if (machine->tm_assist && place->role == ROLE_BARE) {
		host->tm_assist = true;
		host_give(host, FIELD_tm_assist);
	}
	host_finish(host);
}

bool catalogue_at(size_t index, struct host *host)
{
	for (size_t k = 0; k < COUNT(kernels); k++)
		for (size_t m = 0; m < COUNT(machines); m++)
			for (size_t p = 0; p < COUNT(places); p++) {
				if (!exists(&kernels[k], &machines[m], &places[p]))
					continue;
				if (index--)
					continue;
				build(&kernels[k], &machines[m], &places[p], host);
				return true;
			}
	return false;
}

bool catalogue_find(const char *name, struct host *host)
{
	for (size_t i = 0; catalogue_at(i, host); i++)
		if (!strcmp(host->name, name))
			return true;
	return false;
}
