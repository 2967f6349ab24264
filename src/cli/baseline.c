// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy baseline: what hosts have in common, and what it costs. */
#include "commands.h"
#include "grid.h"
#include "show.h"
#include "verdict.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_WIRE = 0x200, KEY_OUTPUT };

struct arguments {
	struct common common;
	struct vmm vmm;
	struct guest_choice choice;
	char **names;
	int count;
	const char *output;
	bool wire;
};

/* The hosts, what they have in common, and what becomes of a guest of that. */
struct baseline {
	struct party_list hosts;
	struct party common;
	struct hvp_report report;
	struct hvp_finding findings[PARTY_FINDINGS];
	bool has_guest;
	struct party guest;
	char why[320];			/* there is no guest */
	struct verdict *verdicts;	/* by host */
	uint32_t worst;			/* of them */
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
	case KEY_WIRE:
		arguments->wire = true;
		return 0;
	case KEY_OUTPUT:
		arguments->output = arg;
		return 0;
	case ARGP_KEY_ARGS:
		arguments->names = state->argv + state->next;
		arguments->count = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which hosts?");
		return 0;
	case ARGP_KEY_END:
		if (arguments->wire && arguments->common.json)
			argp_error(state, "--wire and --json exclude each other");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Field by field, and who forced what. */
static void meet(struct baseline *base)
{
	const struct hvp_profile **profiles = calloc(base->hosts.count + 1, /* never of nothing */
						     sizeof(const struct hvp_profile *));

	if (!profiles)
		die("no memory");
	for (size_t i = 0; i < base->hosts.count; i++)
		profiles[i] = &base->hosts.parties[i].profile;
	hvp_report_init(&base->report, base->findings, PARTY_FINDINGS);
	put(base->common.name, sizeof(base->common.name), "baseline");
	if (hvp_meet_hosts(profiles, (uint32_t)base->hosts.count, &base->common.profile,
			   &base->report) ||
	    base->report.total > PARTY_FINDINGS)
		abort(); /* valid hosts of one architecture, and fewer things to give up */
	free(profiles);
}

static void add_host(struct baseline *base, const char *name, const struct vmm *vmm)
{
	struct party party;

	party_find_host(name, vmm, &party);
	if (base->hosts.count && base->hosts.parties[0].profile.arch != party.profile.arch)
		die("%s is of another architecture than %s", party.name,
		    base->hosts.parties[0].name);
	party_add(&base->hosts, &party);
}

static void try_guest(struct baseline *base, const struct guest_choice *choice)
{
	base->verdicts = calloc(base->hosts.count, sizeof(*base->verdicts));
	if (!base->verdicts)
		die("no memory");
	base->worst = HVP_VERDICT_SAME;
	base->has_guest = party_guest(&base->common, choice, &base->guest, base->why,
				      sizeof(base->why));
	for (size_t i = 0; base->has_guest && i < base->hosts.count; i++) {
		verdict_make(&base->guest.profile, &base->hosts.parties[i].profile,
			     &base->verdicts[i]);
		if (base->verdicts[i].verdict > base->worst)
			base->worst = base->verdicts[i].verdict;
	}
}

static const char *forced_by(const struct baseline *base, const struct hvp_finding *finding)
{
	return base->hosts.parties[finding->index].name;
}

/* A finding in words; the library knows hosts by number. */
static void put_words(const struct baseline *base, const struct hvp_finding *finding,
		      uint32_t wording, char *buf, size_t len)
{
	char text[240] = "", number[24];
	const char *at;

	(void)hvp_reason_format(finding, wording, text, sizeof(text));
	put(number, sizeof(number), "host %u", finding->index);
	at = strstr(text, number);
	if (at)
		put(buf, len, "%.*s%s%s", (int)(at - text), text, forced_by(base, finding),
		    at + strlen(number));
	else
		put(buf, len, "%s", text);
}

static void line(const char *name, const char *text)
{
	say("  ");
	cell(STYLE_PLAIN, 20, name);
	paragraph(22, 22, *text ? text : "none");
}

static void show_power(const struct hvp_profile_power *power)
{
	char words[240];

	put_levels(power->levels, words, sizeof(words));
	line("levels", words);
	line("raw mode", power->flags & HVP_POWER_RAW && power->pvr ? "yes" : "no");
	put_facilities(power->facilities, words, sizeof(words));
	line("facilities", words);
	put_facilities(power->l2_facilities, words, sizeof(words));
	line("of nested guests", words);
}

static void show_arm64(const struct hvp_profile_arm64 *arm64)
{
	const struct hvp_fwregs *regs = &arm64->fwregs;
	struct hvp_fwreg_info info;

	for (uint32_t reg = 0; reg < HVP_FWREG_SLOTS; reg++) {
		char value[64], words[160];

		if (hvp_fwreg_get(reg, &info))
			continue;
		put_fwreg(regs, reg, value, sizeof(value));
		put(words, sizeof(words), "%s%s%s%s",
		    info.kind == HVP_FWREG_KIND_VERSION && regs->listed >> reg & 1 ? "up to " : "",
		    value, regs->listed >> reg & 1 ? "" : ", not a register everywhere",
		    regs->varies >> reg & 1 ? "; a new guest finds what its host has" : "");
		line(info.name, words);
	}
}

static void show_given_up(const struct baseline *base)
{
	char words[320];

	if (base->report.stored)
		title("\nGiven up");
	for (uint32_t i = 0; i < base->report.stored; i++) {
		const struct hvp_finding *finding = &base->findings[i];

		put_words(base, finding, HVP_WORDING_TEXT, words, sizeof(words));
		say("  - ");
		paragraph(4, 4, words);
		say("    forced by %s\n", forced_by(base, finding));
		put_words(base, finding, HVP_WORDING_REMEDY, words, sizeof(words));
		if (!words[0])
			continue;
		say("    ");
		cell(STYLE_DIM, 8, "remedy:");
		paragraph(12, 12, words);
	}
}

static void show_answer(const struct baseline *base)
{
	if (!base->has_guest) {
		cell(STYLE_BAD, 0, "no guest");
		say(": ");
		paragraph(10, 10, base->why);
		return;
	}
	cell(verdict_style(base->worst), 0, hvp_verdict_name(base->worst));
	say(": %s\n\n", base->worst == HVP_VERDICT_SAME ?
	    "a guest of this baseline sees no difference on any of these hosts" :
	    verdict_words(base->worst));
	for (size_t i = 0; i < base->hosts.count; i++) {
		say("  ");
		cell(verdict_style(base->verdicts[i].verdict), 10,
		     hvp_verdict_name(base->verdicts[i].verdict));
		say("%s\n", base->hosts.parties[i].name);
	}
	for (size_t i = 0; i < base->hosts.count; i++)
		if (base->verdicts[i].verdict != HVP_VERDICT_SAME) {
			say("\n");
			title(base->hosts.parties[i].name);
			verdict_show(&base->verdicts[i]);
		}
}

static void show(const struct baseline *base)
{
	show_answer(base);
	title("\nWhat a guest may use");
	if (base->common.profile.arch == HVP_ARCH_POWER)
		show_power(&base->common.profile.power);
	else
		show_arm64(&base->common.profile.arm64);
	show_given_up(base);
}

static json_t *json_given_up(const struct baseline *base)
{
	json_t *array = json_findings(&base->report);

	for (uint32_t i = 0; i < base->report.stored; i++) {
		json_t *object = json_array_get(array, i);
		char words[320];

		js_set(object, "host", js_text(forced_by(base, &base->findings[i])));
		put_words(base, &base->findings[i], HVP_WORDING_REMEDY, words, sizeof(words));
		js_set(object, "remedy", js_text(words));
	}
	return array;
}

static void show_json(const struct baseline *base)
{
	json_t *root = js_object(), *hosts = js_array();

	js_set(root, "verdict", base->has_guest ? js_text(hvp_verdict_name(base->worst)) :
						  js_null());
	js_set(root, "text", js_text(base->has_guest ? verdict_words(base->worst) : base->why));
	js_set(root, "baseline", profile_to_json(&base->common));
	js_set(root, "wire", profile_wire_json(&base->common.profile));
	js_set(root, "guest", base->has_guest ? profile_to_json(&base->guest) : js_null());
	for (size_t i = 0; i < base->hosts.count; i++) {
		json_t *object = js_object();

		js_set(object, "name", js_text(base->hosts.parties[i].name));
		if (base->has_guest) {
			js_set(object, "verdict",
			       js_text(hvp_verdict_name(base->verdicts[i].verdict)));
			js_set(object, "findings", verdict_json(&base->verdicts[i]));
		}
		js_append(hosts, object);
	}
	js_set(root, "hosts", hosts);
	js_set(root, "findings", json_given_up(base));
	js_print(root);
}

static void print(const struct arguments *arguments, const struct baseline *base)
{
	if (arguments->output || arguments->wire) {
		grid_output(arguments->output, arguments->common.colour);
		party_print(&base->common, arguments->wire);
	} else if (arguments->common.json) {
		show_json(base);
	} else {
		show(base);
	}
}

int run_baseline(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "wire", KEY_WIRE, NULL, 0, "Write its profile in the wire form instead", 0 },
		{ "output", KEY_OUTPUT, "FILE", 0, "Write its profile into a file instead", 0 },
		{ 0 }
	};
	static const struct argp_child children[] = {
		{ &guest_argp, 0, NULL, 0 }, { &vmm_argp, 0, NULL, 0 },
		{ &common_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = {
		options, parse, "HOST...",
		"The most that a guest may use to move freely among hosts, which host forces what, "
		"and whether such a guest is the same on every one.",
		children, NULL, NULL,
	};
	struct arguments arguments = { .vmm = VMM_DEFAULT };
	struct baseline base = { .has_guest = false };
	bool fine;

	parse_arguments(&argp, argc, argv, &arguments, &arguments.common);
	for (int i = 0; i < arguments.count; i++)
		add_host(&base, arguments.names[i], &arguments.vmm);
	meet(&base);
	try_guest(&base, &arguments.choice);
	print(&arguments, &base);
	fine = base.has_guest && verdict_is_fine(base.worst);
	free(base.verdicts);
	party_free(&base.hosts);
	return fine ? EXIT_FINE : EXIT_REFUSED;
}
