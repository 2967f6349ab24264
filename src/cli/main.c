// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy: which guests may run on a host, with what, where they may go, and why not. */
#include "commands.h"

#include <stdio.h>
#include <string.h>

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "check", run_check },
	{ "explain", run_explain },
	{ "matrix", run_matrix },
	{ "hosts", run_hosts },
	{ "probe", run_probe },
	{ "migrate", run_migrate },
	{ "baseline", run_baseline },
	{ "convert", run_convert },
};

static const char help[] =
	"Which guests may run on a POWER host, at which level, with which facilities, and why not "
	"the others; where guests of POWER and arm64 may go, and what they would lose.\v"
	"Commands:\n"
	"  check     a host and requested levels: the answer, why, and the remedy\n"
	"  explain   decode an HFSCR, PVR, LPCR, capability bitmap or guest state buffer\n"
	"  matrix    hosts by levels; with --migrate, who may go where\n"
	"  hosts     the built-in catalogue of hosts\n"
	"  migrate   may this guest go there, what would it lose, what can be done\n"
	"  baseline  the most that a guest may use to move freely among hosts\n"
	"  convert   a host or guest as a profile, in JSON or the wire form\n"
	"  probe     the machine this runs on, as a profile\n"
	"\n"
	"hvpolicy COMMAND --help tells a command's options; all know --json and --color.\n"
	"\n"
	"Exit status: 0 fine, 1 refused, 2 bad usage or input.";

struct arguments {
	const struct command *command;
	int first;	/* index of the command's name */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		for (size_t i = 0; i < COUNT(commands); i++)
			if (!strcmp(arg, commands[i].name))
				arguments->command = &commands[i];
		if (!arguments->command)
			argp_error(state, "no command '%s'", arg);
		/* The rest is the command's. */
		arguments->first = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which command?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_version(FILE *stream, struct argp_state *state)
{
	const uint32_t version = hvp_version();

	(void)state;
	(void)fprintf(stream, "hvpolicy %u.%u.%u\n", version >> 16, version >> 8 & 0xff,
		      version & 0xff);
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		NULL, parse, "COMMAND [ARGUMENT...]", help, NULL, NULL, NULL,
	};
	struct arguments arguments = { .command = NULL };
	char name[32];

	argp_program_version_hook = print_version;
	argp_err_exit_status = EXIT_USAGE;
	out_setup(COLOUR_AUTO);
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &arguments))
		die("no memory");
	/* argp names the program by argv[0] in its messages. */
	put(name, sizeof(name), "hvpolicy %s", arguments.command->name);
	argv[arguments.first] = name;
	return arguments.command->run(argc - arguments.first, argv + arguments.first);
}
