// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy hosts: the built-in catalogue. */
#include "commands.h"
#include "party.h"

#include <string.h>

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

enum { KEY_NAMES = 0x200, KEY_ARCH };

struct arguments {
	struct common common;
	const char *name;
	bool names;
	bool arm64;
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
	case KEY_ARCH:
		if (strcmp(arg, "arm64") != 0 && strcmp(arg, "power") != 0)
			argp_error(state, ARCHS, arg);
		arguments->arm64 = *arg == 'a';
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num)
			argp_error(state, "one name at most");
		arguments->name = arg;
		return 0;
	case ARGP_KEY_END:
		if (arguments->arm64 && arguments->name)
			argp_error(state, "hvpolicy convert NAME writes a host of arm64");
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
	    "hvpolicy hosts HOST --json writes a host file; --arch arm64 lists others.\n");
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

static void print_arm64(const struct arguments *arguments)
{
	const struct vmm vmm = VMM_DEFAULT;
	json_t *array = js_array(), *root = js_object();
	struct party party;
	char detail[240];

	for (size_t i = 0; arm64_at(i, &vmm, &party); i++) {
		party_detail(&party.profile, detail, sizeof(detail));
		if (arguments->common.json)
			js_append(array, profile_to_json(&party));
		else if (arguments->names)
			say("%s\n", party.name);
		else
			say("%-37s%s\n", party.name, detail);
	}
	js_set(root, "hosts", array);
	if (arguments->common.json)
		js_print(root);
	else
		json_decref(root);
}

int run_hosts(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "names", KEY_NAMES, NULL, 0, "Names alone, a line each", 0 },
		{ "arch", KEY_ARCH, "ARCH", 0,
		  "power (the default), or arm64: for migrate, baseline and matrix --migrate; with "
		  "--json, as profiles", 0 },
		{ 0 }
	};
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		options, parse, "[NAME]",
		"The built-in catalogue: Linux on POWER8 to POWER11, bare and nested, raw and in "
		"older modes. With --json, a host of it is a file for --host-file. With "
		"--arch=arm64, Linux on arm64 by kernel and by what is done about Spectre.",
		children, NULL, NULL,
	};
	struct arguments arguments = { .name = NULL };
	struct host_list list = { .count = 0 };
	struct host host;

	parse_arguments(&argp, argc, argv, &arguments, &arguments.common);
	if (arguments.arm64) {
		print_arm64(&arguments);
		return EXIT_FINE;
	}
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
