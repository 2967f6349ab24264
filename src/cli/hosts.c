// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The built-in catalogue of hosts, and the command that shows it. */
#include "commands.h"

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
#include "hosts.def"
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
#include "hosts.def"
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

static void print_line(const struct host *host)
{
	const struct hvp_pvr_host *pvr = &host->pvr;
	struct hvp_processor_info processor = { .name = "" };
	struct hvp_pvr_offer offer;

	(void)hvp_pvr_processor(pvr->pvr, &processor);
	host_offer(host, &offer);
	cell(STYLE_PLAIN, 37, host->name);
	cell(STYLE_PLAIN, 9, processor.name);
	cell(STYLE_PLAIN, 9, level_name(offer.own));
	if (offer.oldest == offer.newest)
		say("%s\n", level_name(offer.newest));
	else
		say("%s to %s\n", level_name(offer.oldest), level_name(offer.newest));
}

enum { KEY_NAMES = 0x200 };

struct arguments {
	struct common common;
	const char *name;
	bool names;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->common;
		return 0;
	case KEY_NAMES:
		arguments->names = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num)
			argp_error(state, "one name at most");
		arguments->name = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_text(const struct host_list *list)
{
	title("HOST                                 CPU      RUNS AS  OFFERS GUESTS");
	for (size_t i = 0; i < list->count; i++)
		print_line(&list->hosts[i]);
	say("\nhvpolicy check --host HOST tells more; "
	    "hvpolicy hosts HOST --json writes a host file.\n");
}

static void print_json(const struct host_list *list, bool all)
{
	json_t *array, *root;

	if (!all) {
		js_print(host_to_json(&list->hosts[0]));
		return;
	}
	array = js_array();
	for (size_t i = 0; i < list->count; i++)
		js_append(array, host_to_json(&list->hosts[i]));
	root = js_object();
	js_set(root, "hosts", array);
	js_print(root);
}

int run_hosts(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "names", KEY_NAMES, NULL, 0, "Names alone, a line each", 0 },
		{ 0 }
	};
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		options, parse, "[NAME]",
		"The built-in catalogue: Linux on POWER8 to POWER11, bare and nested, raw and in "
		"older modes. With --json, a host of it is a file for --host-file.",
		children, NULL, NULL,
	};
	struct arguments arguments = { .name = NULL };
	struct host_list list = { .count = 0 };
	struct host host;

	parse_arguments(&argp, argc, argv, &arguments, &arguments.common);
	for (size_t i = 0; catalogue_at(i, &host); i++)
		if (!arguments.name || !strcmp(arguments.name, host.name))
			host_add(&list, &host);
	if (!list.count)
		die(NO_HOST, arguments.name);
	if (arguments.names)
		for (size_t i = 0; i < list.count; i++)
			say("%s\n", list.hosts[i].name);
	else if (arguments.common.json)
		print_json(&list, !arguments.name);
	else
		print_text(&list);
	host_free(&list);
	return EXIT_FINE;
}
