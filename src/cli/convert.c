// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy convert: a host or guest as a profile, in JSON or the wire form. */
#include "commands.h"
#include "grid.h"
#include "party.h"

enum { KEY_GUEST = 0x200, KEY_WIRE, KEY_OUTPUT };

struct arguments {
	struct common common;
	struct vmm vmm;
	struct guest_choice choice;
	const char *name;
	const char *output;
	bool guest;
	bool wire;
};

static void check(const struct arguments *arguments, struct argp_state *state)
{
	if (!arguments->name)
		argp_error(state, "which host or guest?");
	if (!arguments->guest && (arguments->choice.level || arguments->choice.nested))
		argp_error(state, "--level and --nested go with --guest");
	if (arguments->wire && arguments->common.json)
		argp_error(state, "--wire and --json exclude each other");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->choice;
		state->child_inputs[1] = &arguments->vmm;
		state->child_inputs[2] = &arguments->common;
		return 0;
	case KEY_GUEST:
		arguments->guest = true;
		return 0;
	case KEY_WIRE:
		arguments->wire = true;
		return 0;
	case KEY_OUTPUT:
		arguments->output = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num)
			argp_error(state, "one host or guest at most");
		arguments->name = arg;
		return 0;
	case ARGP_KEY_END:
		check(arguments, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int run_convert(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "guest", KEY_GUEST, NULL, 0, "The guest that this host starts", 0 },
		{ "wire", KEY_WIRE, NULL, 0, "The wire form, as in a migration stream", 0 },
		{ "output", KEY_OUTPUT, "FILE", 0, "Write into a file", 0 },
		{ 0 }
	};
	static const struct argp_child children[] = {
		{ &guest_argp, 0, NULL, 0 }, { &vmm_argp, 0, NULL, 0 },
		{ &common_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = {
		options, parse, "HOST|FILE",
		"A host of the catalogue, a profile in either form or a POWER host file, written "
		"as a profile in JSON.",
		children, NULL, NULL,
	};
	struct arguments arguments = { .vmm = VMM_DEFAULT };
	struct party party;
	char why[320];

	parse_arguments(&argp, argc, argv, &arguments, &arguments.common);
	if (arguments.guest) {
		party_find_host(arguments.name, &arguments.vmm, &party);
		if (!party_guest(&party, &arguments.choice, &party, why, sizeof(why)))
			die("%s", why);
	} else {
		party_find(arguments.name, &arguments.vmm, &party);
	}
	grid_output(arguments.output, arguments.common.colour);
	party_print(&party, arguments.wire);
	return EXIT_FINE;
}
