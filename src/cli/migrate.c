// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy migrate: may this guest go there. */
#include "commands.h"
#include "domain.h"
#include "verdict.h"

enum { KEY_FROM = 0x200, KEY_TO, KEY_GUEST };

struct arguments {
	struct common common;
	struct vmm vmm;
	struct guest_choice choice;
	const char *from;
	const char *to;
	const char *guest;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->choice;
		state->child_inputs[1] = &arguments->vmm;
		state->child_inputs[2] = &arguments->common;
		return 0;
	case KEY_FROM:
		arguments->from = arg;
		return 0;
	case KEY_TO:
		arguments->to = arg;
		return 0;
	case KEY_GUEST:
		arguments->guest = arg;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s': source and destination are options", arg);
		return 0;
	case ARGP_KEY_END:
		if (!arguments->to || (!arguments->from && !arguments->guest))
			argp_error(state, "--to is needed, and --from or --guest");
		if (arguments->guest && (arguments->choice.level || arguments->choice.nested))
			argp_error(state, "--level and --nested are of the guest that a host "
				   "starts, not of --guest");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The guest of the question: a state, or what the source starts. */
static void find_guest(const struct arguments *arguments, struct party *from,
		       struct party *guest)
{
	char why[320];

	if (arguments->from)
		party_find_host(arguments->from, &arguments->vmm, from);
	if (arguments->guest) {
		party_find_guest(arguments->guest, &arguments->vmm, guest);
		if (guest->profile.role != HVP_ROLE_GUEST)
			die("%s: is the profile of a host; --from takes hosts", arguments->guest);
	} else if (!party_guest(from, &arguments->choice, guest, why, sizeof(why))) {
		die("%s", why);
	}
}

static void show_party(const char *head, const struct party *party)
{
	char line[240];

	party_detail(&party->profile, line, sizeof(line));
	cell(STYLE_DIM, 8, head);
	say("%s (%s)\n", party->name, line);
}

static void show(const struct party *from, const struct party *guest, const struct party *to,
		 const struct verdict *verdict)
{
	cell(verdict_style(verdict->verdict), 0, hvp_verdict_name(verdict->verdict));
	say(": %s\n\n", verdict_words(verdict->verdict));
	if (from->name[0])
		show_party("from", from);
	show_party("to", to);
	show_party("guest", guest);
	verdict_show(verdict);
	if (guest->open) {
		title("\nUnknown");
		say("  ");
		paragraph(2, 2, guest->open);
	}
}

static json_t *json_party(const struct party *party)
{
	json_t *object = js_object();

	js_set(object, "name", js_text(party->name));
	js_set(object, "quirks", json_quirks(party->profile.quirks));
	js_set(object, "wire", profile_wire_json(&party->profile));
	return object;
}

static void show_json(const struct party *from, const struct party *guest,
		      const struct party *to, const struct verdict *verdict)
{
	json_t *root = js_object(), *open = js_array();

	if (guest->open)
		js_append(open, js_text(guest->open));
	js_set(root, "verdict", js_text(hvp_verdict_name(verdict->verdict)));
	js_set(root, "text", js_text(verdict_words(verdict->verdict)));
	js_set(root, "from", from->name[0] ? json_party(from) : js_null());
	js_set(root, "to", json_party(to));
	js_set(root, "guest", json_party(guest));
	js_set(root, "unknown", open);
	js_set(root, "findings", verdict_json(verdict));
	js_print(root);
}

int run_migrate(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "from", KEY_FROM, "HOST", 0,
		  "Source: a host of the catalogue, or a file: a profile, in JSON or its wire "
		  "form, or a POWER host file", 0 },
		{ "to", KEY_TO, "HOST", 0, "Destination, alike", 0 },
		{ "guest", KEY_GUEST, "GUEST", 0,
		  "Profile of the guest, or the XML of its libvirt domain; without it, the guest "
		  "that the source starts", 0 },
		{ 0 }
	};
	static const struct argp_child children[] = {
		{ &guest_argp, 0, NULL, 0 }, { &vmm_argp, 0, NULL, 0 },
		{ &common_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = {
		options, parse, NULL,
		"May this guest go there, what would it lose, and what can a person do: said "
		"before the guest is touched.",
		children, NULL, NULL,
	};
	struct arguments arguments = { .vmm = VMM_DEFAULT };
	struct party from = { .name = "" }, guest, to;
	struct verdict verdict;

	parse_arguments(&argp, argc, argv, &arguments, &arguments.common);
	find_guest(&arguments, &from, &guest);
	party_find_host(arguments.to, &arguments.vmm, &to);
	domain_meets(&guest, &to);
	verdict_make(&guest.profile, &to.profile, &verdict);
	if (arguments.common.json)
		show_json(&from, &guest, &to, &verdict);
	else
		show(&from, &guest, &to, &verdict);
	return verdict_is_fine(verdict.verdict) ? EXIT_FINE : EXIT_REFUSED;
}
