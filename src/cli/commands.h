/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The subcommands, and the options that several of them share. */
#ifndef HVPOLICY_CLI_COMMANDS_H
#define HVPOLICY_CLI_COMMANDS_H

#include "host.h"
#include "output.h"

#include <argp.h>

#define NO_HOST "no host '%s' in the catalogue; hvpolicy hosts lists them"

int run_explain(int argc, char **argv);
int run_check(int argc, char **argv);
int run_matrix(int argc, char **argv);
int run_hosts(int argc, char **argv);
int run_probe(int argc, char **argv);
int run_migrate(int argc, char **argv);
int run_baseline(int argc, char **argv);
int run_convert(int argc, char **argv);

/* --json and --color; child input: struct common. */
struct common {
	enum colour colour;
	bool json;
};

extern const struct argp common_argp;

/* --host, --host-file and --machine; child input: struct host_list. */
extern const struct argp host_argp;

/* Parse a subcommand's arguments and set up the output. */
void parse_arguments(const struct argp *argp, int argc, char **argv, void *input,
		     const struct common *common);

#endif
