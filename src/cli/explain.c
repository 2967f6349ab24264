// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy explain: decode a register, bitmap or guest state buffer. */
#include "explain.h"
#include "commands.h"

#include <string.h>

enum { KEY_LEVEL = 0x200, KEY_HASH };

/* What is used when no host is named. */
#define HOST_DEFAULT "conforming-power10-bare"

static const struct kind {
	const char *name;
	int (*explain)(const struct explain *what);
	uint64_t maximum;
	bool host;	/* the answer depends on a host */
	bool level;	/* and on a guest's level */
	bool hash;	/* and on its kind of translation */
} kinds[] = {
	{ "hfscr", explain_hfscr, UINT64_MAX, true, true, false },
	{ "pvr", explain_pvr, UINT32_MAX, false, false, false },
	{ "lpcr", explain_lpcr, UINT64_MAX, true, false, true },
	{ "caps", explain_caps, UINT64_MAX, false, false, false },
};

/* The one whose value is a file. */
static const struct kind gsb_kind = { "--gsb", explain_gsb, 0, true, true, false };

struct arguments {
	struct common common;
	struct host_list list;
	struct explain what;
	struct explain_gsb gsb;
	const struct kind *kind;
	const char *level_name;
	bool has_value;
};

static void take(struct arguments *arguments, const char *arg, struct argp_state *state)
{
	if (!arguments->kind) {
		for (size_t i = 0; i < COUNT(kinds); i++)
			if (!strcmp(arg, kinds[i].name))
				arguments->kind = &kinds[i];
		if (!arguments->kind)
			argp_error(state, "'%s' is none of hfscr, pvr, lpcr and caps", arg);
	} else if (!arguments->has_value) {
		if (!number_parse(arg, arguments->kind->maximum, &arguments->what.value))
			argp_error(state, "'%s' is no value of %s", arg, arguments->kind->name);
		arguments->has_value = true;
	} else {
		argp_error(state, "'%s': one kind and one value", arg);
	}
}

static void check(struct arguments *arguments, struct argp_state *state)
{
	const struct kind *kind = arguments->gsb.path ? &gsb_kind : arguments->kind;

	if (arguments->gsb.path && arguments->kind) {
		argp_error(state, "--gsb stands for a kind and a value");
		return;
	}
	if (!arguments->gsb.path && !arguments->has_value) {
		argp_error(state, "a kind and a value, or --gsb");
		return;
	}
	arguments->kind = kind;
	if (arguments->list.count > 1)
		argp_error(state, "one host at most");
	if (arguments->list.count && !kind->host)
		argp_error(state, "%s is the same on every host", kind->name);
	if (arguments->level_name && !kind->level)
		argp_error(state, "%s does not depend on a guest's level", kind->name);
	if (arguments->what.hash && !kind->hash)
		argp_error(state, "%s does not depend on the translation", kind->name);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->list;
		state->child_inputs[1] = &arguments->gsb;
		state->child_inputs[2] = &arguments->common;
		return 0;
	case KEY_LEVEL:
		if (!level_parse(arg, &arguments->what.level))
			argp_error(state, "'%s' is no level such as power10", arg);
		arguments->level_name = arg;
		return 0;
	case KEY_HASH:
		arguments->what.hash = true;
		return 0;
	case ARGP_KEY_ARG:
		take(arguments, arg, state);
		return 0;
	case ARGP_KEY_END:
		check(arguments, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int run_explain(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "level", KEY_LEVEL, "LEVEL", 0,
		  "hfscr: level of the guest, such as power9; --gsb: of the guest hypervisor; "
		  "without it the host's own", 0 },
		{ "hash", KEY_HASH, NULL, 0,
		  "lpcr: the guest uses hash translation, not radix", 0 },
		{ 0 }
	};
	static const struct argp_child children[] = {
		{ &host_argp, 0, "hfscr, lpcr and --gsb:", 1 },
		{ &explain_gsb_argp, 0, "Guest state buffers of nested API v2:", 1 },
		{ &common_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = {
		options, parse, "hfscr VALUE\nlpcr VALUE\npvr VALUE\ncaps VALUE\n--gsb=FILE",
		"Decode a register or bitmap: what each bit is, and who may set it; or a guest "
		"state buffer, element by element.\vWithout a host, hfscr, lpcr and --gsb assume "
		"a bare POWER10 that follows the rules.",
		children, NULL, NULL,
	};
	struct arguments arguments = { .gsb = EXPLAIN_GSB_DEFAULT };
	struct host host;
	int status;

	parse_arguments(&argp, argc, argv, &arguments, &arguments.common);
	if (!arguments.list.count && catalogue_find(HOST_DEFAULT, &host))
		host_add(&arguments.list, &host);
	arguments.what.host = &arguments.list.hosts[0];
	arguments.what.gsb = &arguments.gsb;
	arguments.what.json = arguments.common.json;
	status = arguments.kind->explain(&arguments.what);
	host_free(&arguments.list);
	return status;
}
