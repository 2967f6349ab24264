// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "commands.h"

#include <string.h>

enum { KEY_JSON = 0x100, KEY_COLOUR, KEY_HOST, KEY_HOST_FILE, KEY_MACHINE };

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
	static const char *const colours[] = {
		[COLOUR_AUTO] = "auto", [COLOUR_NEVER] = "never", [COLOUR_ALWAYS] = "always",
	};
	struct common *common = state->input;

	switch (key) {
	case KEY_JSON:
		common->json = true;
		return 0;
	case KEY_COLOUR:
		for (unsigned int i = 0; i < COUNT(colours); i++) {
			if (arg && !strcmp(arg, colours[i])) {
				common->colour = (enum colour)i;
				return 0;
			}
		}
		argp_error(state, "--color is auto, always or never, not '%s'", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option common_options[] = {
	{ "json", KEY_JSON, NULL, 0, "Answer in JSON, for programs", 2 },
	{ "color", KEY_COLOUR, "WHEN", 0, "Colour: auto (on a terminal), always or never", 2 },
	{ 0 }
};

const struct argp common_argp = { common_options, parse_common, NULL, NULL, NULL, NULL, NULL };

static error_t parse_host(int key, char *arg, struct argp_state *state)
{
	struct host host;

	switch (key) {
	case KEY_HOST:
		if (!catalogue_find(arg, &host))
			argp_error(state, NO_HOST, arg);
		break;
	case KEY_HOST_FILE:
		host_from_file(arg, &host);
		break;
	case KEY_MACHINE:
		host_from_machine(arg, &host);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	host_add(state->input, &host);
	return 0;
}

static const struct argp_option host_options[] = {
	{ "host", KEY_HOST, "NAME", 0, "A host of the catalogue", 1 },
	{ "host-file", KEY_HOST_FILE, "FILE", 0, "A host described in JSON", 1 },
	{ "machine", KEY_MACHINE, "FILE", 0,
	  "What a machine says of itself: /proc/cpuinfo, or a recorded machine", 1 },
	{ 0 }
};

const struct argp host_argp = { host_options, parse_host, NULL, NULL, NULL, NULL, NULL };

void parse_arguments(const struct argp *argp, int argc, char **argv, void *input,
		     const struct common *common)
{
	if (argp_parse(argp, argc, argv, 0, NULL, input))
		die("no memory");
	out_setup(common->colour);
}
