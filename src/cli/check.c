// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy check: which guests may run on a host, at which level, with what, and why not. */
#include "answer.h"
#include "commands.h"
#include "show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_REQUEST = 0x200, KEY_GRANTED, KEY_BOUNDED };

#define REQUESTS 64

struct arguments {
	struct common common;
	struct host_list list;
	uint32_t requests[REQUESTS];
	uint32_t count;
	bool all;	/* no request was named: every level is asked */
	bool granted;
	bool bounded;
	uint64_t bitmap;
};

static void add_request(struct arguments *arguments, const char *text, struct argp_state *state)
{
	uint64_t number = 0;
	uint32_t level;

	if (level_parse(text, &level))
		number = hvp_level_pvr(level);
	else if (!number_parse(text, UINT32_MAX, &number))
		argp_error(state, "'%s' is neither a level such as power10 nor a logical PVR",
			   text);
	if (arguments->count == REQUESTS)
		argp_error(state, "more than %d requests", REQUESTS);
	arguments->requests[arguments->count++] = (uint32_t)number;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->list;
		state->child_inputs[1] = &arguments->common;
		return 0;
	case KEY_REQUEST:
		add_request(arguments, arg, state);
		return 0;
	case KEY_GRANTED:
	case KEY_BOUNDED:
		if (!number_parse(arg, UINT64_MAX, &arguments->bitmap))
			argp_error(state, "'%s' is no capability bitmap", arg);
		*(key == KEY_GRANTED ? &arguments->granted : &arguments->bounded) = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s': options only", arg);
		return 0;
	case ARGP_KEY_END:
		if (arguments->list.count != 1)
			argp_error(state, "one of --host, --host-file and --machine");
		if (arguments->granted && arguments->bounded)
			argp_error(state, "--granted and --bounded exclude each other");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What the hypervisor below told, from the command line. */
static void set_grants(const struct arguments *arguments, struct host *host)
{
	if (!arguments->granted && !arguments->bounded)
		return;
	if (host->role != ROLE_L1)
		die("%s is bare: there is no hypervisor below that grants", host->name);
	host->given &= ~(UINT32_C(1) << FIELD_granted | UINT32_C(1) << FIELD_bounded);
	if (arguments->granted) {
		if (host->api == API_V1)
			die("%s is on nested API v1, which has no grants: use --bounded",
			    host->name);
		host->api = API_V2;
		host_give(host, FIELD_nested_api);
		host->granted = arguments->bitmap;
		host_give(host, FIELD_granted);
	} else {
		host->bounded = arguments->bitmap;
		host_give(host, FIELD_bounded);
	}
	host_finish(host);
}

static void ask_all(struct arguments *arguments)
{
	uint32_t level;

	arguments->all = true;
	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		arguments->requests[arguments->count++] = hvp_level_pvr(level);
	/* Newest first: what people ask for. */
	for (uint32_t i = 0; i < arguments->count / 2; i++) {
		const uint32_t last = arguments->count - 1 - i;
		const uint32_t pvr = arguments->requests[i];

		arguments->requests[i] = arguments->requests[last];
		arguments->requests[last] = pvr;
	}
}

static const char *role_text(const struct host *host)
{
	if (host->role == ROLE_BARE)
		return "on the hardware";
	if (host->api == API_UNKNOWN)
		return "guest of a hypervisor (L1)";
	return host->api == API_V1 ? "guest of a hypervisor (L1), nested API v1" :
				     "guest of a hypervisor (L1), nested API v2";
}

/* What the input does not tell and the answers depend on. */
struct unknowns {
	const char *texts[8];
	uint32_t count;
	char kernel[96];
};

static void find_unknowns(const struct host *host, struct unknowns *unknowns)
{
	const char **texts = unknowns->texts;
	uint32_t count = 0;

	if (host_grants_unknown(host) && !host_has(host, FIELD_bounded))
		texts[count++] = "which levels the hypervisor below grants: the answers take "
				 "every level that it can grant as granted. Tell it with --granted "
				 "(nested API v2) or --bounded (KVM_PPC_GET_COMPAT_CAPS)";
	if (host->role == ROLE_L1 && host->api == API_UNKNOWN && host->kvm != KVM_FAILS)
		texts[count++] = "the nested API: on v2 no level older than power9 is granted, "
				 "whatever the answers say";
	if (host->machine && host->kvm == KVM_UNKNOWN)
		texts[count++] = "whether KVM works there";
	if (host->machine && !host->kernel)
		texts[count++] = "the kernel, and how it departs from the rules";
	if (host->kernel && !departures_examined(host->kernel)) {
		put(unknowns->kernel, sizeof(unknowns->kernel),
		    "how else Linux %u.%u departs from the rules: it was not examined, only 6.1, "
		    "6.12 and 7.2 were", host->kernel >> 16, host->kernel & 0xffff);
		texts[count++] = unknowns->kernel;
	}
	if (host->role == ROLE_BARE && !host_has(host, FIELD_hfscr))
		texts[count++] = "the host's HFSCR: taken as all that its level has";
	if (host_cpu_has_tm(host) && !host_has(host, FIELD_tm) &&
	    !host_has(host, FIELD_tm_assist) && host->kvm != KVM_FAILS)
		texts[count++] = "whether transactional memory (TM) is usable: taken as not";
	unknowns->count = count;
}

/* A guest's mode and its PVR that do not agree, the trap of every tool that reads the PVR. */
static bool mode_differs(const struct host *host, const struct hvp_pvr_offer *offer,
			 const struct hvp_processor_info *processor)
{
	return host->pvr.compat_pvr && offer->own != processor->level;
}

static void show_host(const struct host *host)
{
	struct hvp_processor_info processor = { .name = "" };
	struct hvp_pvr_offer offer;
	char kernel[80], line[320];

	(void)hvp_pvr_processor(host->pvr.pvr, &processor);
	host_offer(host, &offer);
	title(host->name);
	say("  system     ");
	put(line, sizeof(line), "%s%s%s, %s", kernel_name(host, kernel, sizeof(kernel)),
	    host->model[0] ? " on " : "", host->model, role_text(host));
	paragraph(13, 13, line);
	say("  processor  %s, PVR 0x%08" PRIx32 "\n", processor.name, host->pvr.pvr);
	say("  runs as    %s (ISA %s, logical PVR 0x%08" PRIx32 ")%s\n", level_name(offer.own),
	    hvp_level_name(offer.own, HVP_SPELLING_ISA), hvp_level_pvr(offer.own),
	    host->pvr.compat_pvr ? "" : ", raw");
	if (mode_differs(host, &offer, &processor)) {
		put(line, sizeof(line),
		    "Its PVR says %s, but %s says %s: that is the mode the hypervisor below gave "
		    "it, and its guests are bound by it.",
		    processor.name, host->machine ? "its platform" : "its mode",
		    level_name(offer.own));
		say("%13s", "");
		paragraph(13, 13, line);
	}
	put_levels(host->kvm == KVM_FAILS ? 0 : offer.levels, line, sizeof(line));
	say("  offers     %s%s\n", line,
	    host_grants_unknown(host) ? " (at most: see Unknown)" : "");
	if (host->kvm == KVM_FAILS) {
		say("  KVM        ");
		cell(STYLE_BAD, 0, "runs no guests here");
		say(": kvm-hv answers %s\n", host->kvm_error);
		say("%13s", "");
		paragraph(13, 13, host->role == ROLE_L1 && host->kernel &&
			  host->kernel < KERNEL(6, 7) ?
			  "remedy: the hypervisor below must offer nested API v1 (QEMU: -machine "
			  "cap-nested-hv=on), or use Linux 6.7 or newer, which also knows v2" :
			  "remedy: load kvm-hv, on an L1 with nesting offered from below (QEMU: "
			  "-machine cap-nested-hv=on)");
	}
}

/* As short as a column of a table needs it. */
static const char *short_strategy(const char *strategy)
{
	switch (strategy[0]) {
	case 'd': /* direct */
	case 'a': /* always */
		return "yes";
	case 'e':
		return "emul";
	case 'l':
		return "lazy";
	default:
		return "-";
	}
}

static void show_facility_table(const struct host *host, const struct answer *answers,
				uint32_t count)
{
	struct hvp_facility_info info;
	bool any = false;

	for (uint32_t i = 0; i < count; i++)
		any |= answer_runs(&answers[i]);
	if (!any)
		return;
	say("\n");
	cell(STYLE_TITLE, 9, "WITH");
	for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++)
		if (!hvp_facility_get(bit, &info))
			cell(STYLE_TITLE, (int)strlen(info.name) < 5 ? 6 : 8, info.name);
	say("\n");
	for (uint32_t i = 0; i < count; i++) {
		if (!answer_runs(&answers[i]))
			continue;
		cell(STYLE_PLAIN, 9, level_name(answers[i].level));
		for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++) {
			const char *text;

			if (hvp_facility_get(bit, &info))
				continue;
			text = short_strategy(answer_strategy(host, &answers[i], bit));
			cell(text[0] == '-' ? STYLE_DIM : STYLE_PLAIN,
			     (int)strlen(info.name) < 5 ? 6 : 8, text);
		}
		say("\n");
	}
	say("yes: at once; lazy: loaded on first use; emul: in software; -: not there\n");
}

static void show_departure(const struct answer *answer, int column)
{
	char line[256];

	if (!answer->departure)
		return;
	put(line, sizeof(line), "but this kernel %s", answer->departure->text);
	say("%*s", column, "");
	paragraph(column, column, line);
}

/* Why some levels do not run; what runs without a facility is told in the table. */
static void show_why(const struct answer *answers, uint32_t count)
{
	bool any = false;

	for (uint32_t i = 0; i < count; i++) {
		const struct answer *answer = &answers[i];
		const struct answer *next = i + 1 < count ? answer + 1 : NULL;

		if (answer_runs(answer) || answer->outcome == OUTCOME_NO_KVM)
			continue;
		if (!any)
			title("\nWhy");
		any = true;
		say("  ");
		cell(STYLE_PLAIN, 9, level_name(answer->level));
		if (answer->report.stored)
			show_finding(&answer->findings[0], next && next->report.stored ?
				     &next->findings[0] : NULL, 11);
		else
			say("the rules allow it,\n");
		show_departure(answer, 11);
	}
}

/* Facilities of a level that processor, HFSCR or kernel keep back. */
static void show_gone(const struct answer *answer)
{
	char names[160];

	put_facilities(answer->lost, names, sizeof(names));
	say(", without %s", names);
}

static void show_table(const struct host *host, const struct answer *answers, uint32_t count)
{
	if (host->kvm == KVM_FAILS) {
		say("\nNo guest runs there, at any level.\n");
		return;
	}
	say("\n");
	title("GUEST    ISA        LOGICAL PVR  ANSWER");
	for (uint32_t i = 0; i < count; i++) {
		const struct outcome_words *words = outcome_words(answers[i].outcome);
		char line[64];

		cell(STYLE_PLAIN, 9, level_name(answers[i].level));
		cell(STYLE_PLAIN, 11, hvp_level_name(answers[i].level, HVP_SPELLING_ISA));
		put(line, sizeof(line), "0x%08" PRIx32, answers[i].request);
		cell(STYLE_PLAIN, 13, line);
		cell((enum style)words->style, 0, words->answer);
		if (answers[i].outcome == OUTCOME_WITHOUT)
			show_gone(&answers[i]);
		else if (answers[i].outcome != OUTCOME_OK)
			say(": %s", words->text);
		say("\n");
	}
	show_facility_table(host, answers, count);
	show_why(answers, count);
}

/* A request that is no logical PVR but a processor's: say what was meant. */
static void show_hint(const struct answer *answer)
{
	struct hvp_processor_info processor;

	if (answer->level || hvp_pvr_processor(answer->request, &processor))
		return;
	say("  it is the PVR of the processor %s: ask for %s\n", processor.name,
	    level_name(processor.level));
}

static void show_facilities(const struct host *host, const struct answer *answer)
{
	static const char *const strategies[] = {
		"always", "direct", "lazy", "emulated", "reserved"
	};

	for (size_t s = 0; s < COUNT(strategies); s++) {
		struct hvp_facility_info info;
		bool any = false;

		for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++) {
			if (hvp_facility_get(bit, &info) ||
			    strcmp(answer_strategy(host, answer, bit), strategies[s]) != 0)
				continue;
			if (!any)
				say("  %-10s", strategies[s]);
			any = true;
			say(" %s", info.name);
		}
		if (any)
			say("\n");
	}
}

static void show_requests(const struct host *host, const struct answer *answers, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct answer *answer = &answers[i];
		const struct outcome_words *words = outcome_words(answer->outcome);
		char line[64];

		if (answer->level)
			put(line, sizeof(line), "%s%s: ", level_name(answer->level),
			    answer->request ? "" : " (the host's own level)");
		else
			put(line, sizeof(line), "0x%08" PRIx32 ": ", answer->request);
		say("\n");
		cell(STYLE_TITLE, 0, line);
		cell((enum style)words->style, 0, words->answer);
		if (answer->outcome == OUTCOME_WITHOUT)
			show_gone(answer);
		say("\n");
		if (answer->outcome == OUTCOME_NO_KVM)
			say("  %s\n", words->text);
		show_findings(&answer->report, 2);
		if (answer->outcome == OUTCOME_KERNEL)
			say("  the rules allow it,\n");
		show_departure(answer, 2);
		show_hint(answer);
		if (!answer_runs(answer))
			continue;
		show_facilities(host, answer);
	}
}

static void show_text(const struct host *host, const struct arguments *arguments,
		      const struct answer *answers)
{
	struct unknowns unknowns;

	find_unknowns(host, &unknowns);
	show_host(host);
	(arguments->all ? show_table : show_requests)(host, answers, arguments->count);
	for (uint32_t i = 0; i < unknowns.count; i++) {
		if (!i)
			title("\nUnknown");
		say("  - ");
		paragraph(4, 4, unknowns.texts[i]);
	}
	show_departures(host);
}

static json_t *json_host(const struct host *host)
{
	static const char *const kvm[] = {
		[KVM_UNKNOWN] = "unknown", [KVM_RUNS] = "runs", [KVM_FAILS] = "fails",
	};
	struct hvp_processor_info processor = { .name = "" };
	json_t *object = host_to_json(host);
	json_t *unknown = js_array();
	struct hvp_pvr_offer offer;
	struct unknowns unknowns;

	find_unknowns(host, &unknowns);
	(void)hvp_pvr_processor(host->pvr.pvr, &processor);
	host_offer(host, &offer);
	js_set(object, "processor", js_text(processor.name));
	js_set(object, "own_level", js_text(level_name(offer.own)));
	js_set(object, "own_logical_pvr", js_hex32(hvp_level_pvr(offer.own)));
	js_set(object, "mode_differs_from_pvr",
	       js_bool(mode_differs(host, &offer, &processor)));
	js_set(object, "offers", json_levels(host->kvm == KVM_FAILS ? 0 : offer.levels));
	js_set(object, "kvm", js_text(kvm[host->kvm]));
	js_set(object, "release", host->release[0] ? js_text(host->release) : js_null());
	for (uint32_t i = 0; i < unknowns.count; i++)
		js_append(unknown, js_text(unknowns.texts[i]));
	js_set(object, "grants_known", js_bool(!host_grants_unknown(host)));
	js_set(object, "unknown", unknown);
	js_set(object, "kernel_examined", js_bool(departures_examined(host->kernel)));
	js_set(object, "departures", json_departures(host));
	return object;
}

static json_t *json_answer(const struct host *host, const struct answer *answer)
{
	const struct outcome_words *words = outcome_words(answer->outcome);
	json_t *object = js_object(), *facilities = js_object();
	struct hvp_facility_info info;

	js_set(object, "request", js_hex32(answer->request));
	js_set(object, "level", answer->level ? js_text(level_name(answer->level)) : js_null());
	js_set(object, "answer", js_text(words->answer));
	js_set(object, "outcome", js_text(words->cell));
	js_set(object, "text", js_text(words->text));
	js_set(object, "status", js_text(hvp_status_name(answer->status)));
	js_set(object, "verdict", js_text(hvp_verdict_name(answer->verdict)));
	js_set(object, "without", json_facilities(answer->lost));
	js_set(object, "findings", json_findings(&answer->report));
	js_set(object, "departure",
	       answer->departure ? js_text(answer->departure->name) : js_null());
	if (answer_runs(answer)) {
		for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++)
			if (!hvp_facility_get(bit, &info))
				js_set(facilities, info.name,
				       js_text(answer_strategy(host, answer, bit)));
		js_set(object, "pcr", js_hex64(answer->pcr));
	} else {
		js_set(object, "pcr", js_null());
	}
	js_set(object, "facilities", facilities);
	return object;
}

static void show_json(const struct host *host, const struct arguments *arguments,
		      const struct answer *answers, int status)
{
	json_t *root = js_object(), *array = js_array();

	js_set(root, "answer", js_text(status ? "refused" : "ok"));
	js_set(root, "host", json_host(host));
	for (uint32_t i = 0; i < arguments->count; i++)
		js_append(array, json_answer(host, &answers[i]));
	js_set(root, "requests", array);
	js_print(root);
}

/* Fine if every named request is, or, when none was named, if anything runs at all. */
static int exit_status(const struct arguments *arguments, const struct answer *answers)
{
	uint32_t runs = 0;

	for (uint32_t i = 0; i < arguments->count; i++)
		runs += answer_runs(&answers[i]);
	return (arguments->all ? runs > 0 : runs == arguments->count) ? EXIT_FINE : EXIT_REFUSED;
}

int run_check(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "request", KEY_REQUEST, "LEVEL", 0,
		  "Ask for this level only, such as power10, or a logical PVR such as 0x0f000006; "
		  "0 is the host's own level (may be repeated)", 0 },
		{ "granted", KEY_GRANTED, "BITMAP", 0,
		  "What the hypervisor below grants, level by level (nested API v2)", 0 },
		{ "bounded", KEY_BOUNDED, "BITMAP", 0,
		  "The answer of KVM_PPC_GET_COMPAT_CAPS, an upper bound", 0 },
		{ 0 }
	};
	static const struct argp_child children[] = {
		{ &host_argp, 0, NULL, 0 }, { &common_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = {
		options, parse, NULL,
		"Which guests may run on a host, at which level, with which facilities, and why "
		"not the others.\vExit status: 0 if every request is fine (without --request, if "
		"any level is), 1 if one is refused, 2 bad usage or input.",
		children, NULL, NULL,
	};
	struct arguments arguments = { .count = 0 };
	struct answer answers[REQUESTS];
	struct host *host;
	int status;

	parse_arguments(&argp, argc, argv, &arguments, &arguments.common);
	host = &arguments.list.hosts[0];
	set_grants(&arguments, host);
	if (!arguments.count)
		ask_all(&arguments);
	for (uint32_t i = 0; i < arguments.count; i++)
		answer_make(host, arguments.requests[i], &answers[i]);
	status = exit_status(&arguments, answers);
	if (arguments.common.json)
		show_json(host, &arguments, answers, status);
	else
		show_text(host, &arguments, answers);
	host_free(&arguments.list);
	return status;
}
