// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy matrix: hosts by levels. */
#include "answer.h"
#include "commands.h"
#include "show.h"

#include <string.h>

enum { KEY_ALL = 0x200 };

struct arguments {
	struct common common;
	struct host_list list;
	bool all;	/* the whole catalogue */
	bool named;	/* hosts were named */
};

/* What started it all: which guests fit on a POWER11 that is, or is not, in POWER10 mode. */
static const char *const first_matrix[] = {
	"conforming-power11-v1", "conforming-power11-v2",
	"conforming-power11-as-power10-v1", "conforming-power11-as-power10-v2",
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct host host;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->list;
		state->child_inputs[1] = &arguments->common;
		return 0;
	case ARGP_KEY_ARG:
		if (!catalogue_find(arg, &host))
			argp_error(state, NO_HOST, arg);
		host_add(&arguments->list, &host);
		return 0;
	case KEY_ALL:
		arguments->all = true;
		return 0;
	case ARGP_KEY_END:
		if (arguments->all && arguments->list.count)
			argp_error(state, "--all and hosts exclude each other");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Levels, newest first. */
static uint32_t list_levels(uint32_t *levels, uint32_t room)
{
	uint32_t count = 0;

	while (count < room && !hvp_level_at(count, &levels[count]))
		count++;
	for (uint32_t i = 0; i < count / 2; i++) {
		const uint32_t level = levels[i];

		levels[i] = levels[count - 1 - i];
		levels[count - 1 - i] = level;
	}
	return count;
}

#define LEVELS 63 /* a level is below 64 and not 0 */

static int name_width(const struct host_list *list)
{
	int width = 4;

	for (size_t i = 0; i < list->count; i++)
		if ((int)strlen(list->hosts[i].name) > width)
			width = (int)strlen(list->hosts[i].name);
	return width + 2;
}

static void show_legend(uint64_t seen)
{
	bool any = false;

	for (uint32_t i = OUTCOME_OK; i <= OUTCOME_NO_KVM; i++) {
		const struct outcome_words *words = outcome_words((enum outcome)i);

		if (!(seen & HVP_BIT(i)))
			continue;
		if (!any)
			say("\n");
		any = true;
		cell((enum style)words->style, 8, words->cell);
		say("%s\n", words->text);
	}
}

/* Runs of hosts with the same kernel stand together. */
static bool group_ends(const struct host_list *list, size_t i)
{
	return i && list->count > 8 && list->hosts[i].kernel != list->hosts[i - 1].kernel;
}

/* A level that runs on all hosts: a guest loses on the way what only some of them have. */
struct shared {
	bool runs;
	uint64_t lost_by_any;
	uint64_t lost_by_all;
};

static uint64_t loss(const struct shared *shared)
{
	return shared->lost_by_any & ~shared->lost_by_all;
}

static void show_common(const struct arguments *arguments, const struct shared *shared,
			const uint32_t *levels, uint32_t count)
{
	uint64_t common = 0;
	char line[160];

	if (!arguments->named || arguments->list.count < 2)
		return;
	for (uint32_t l = 0; l < count; l++)
		if (shared[l].runs && !loss(&shared[l]))
			common |= HVP_BIT(levels[l]);
	put_levels(common, line, sizeof(line));
	say("\nA guest may move among all of them at: %s\n", line);
	for (uint32_t l = 0; l < count; l++) {
		if (!shared[l].runs || !loss(&shared[l]))
			continue;
		put_facilities(loss(&shared[l]), line, sizeof(line));
		say("  at %s with loss of %s\n", level_name(levels[l]), line);
	}
}

static void show_text(const struct arguments *arguments)
{
	const struct host_list *list = &arguments->list;
	const int width = name_width(list);
	uint32_t levels[LEVELS];
	const uint32_t count = list_levels(levels, LEVELS);
	struct shared shared[LEVELS];
	uint64_t seen = 0;

	cell(STYLE_TITLE, width, "HOST");
	for (uint32_t l = 0; l < count; l++) {
		cell(STYLE_TITLE, 8, level_name(levels[l]));
		shared[l] = (struct shared){ .runs = true, .lost_by_all = ~UINT64_C(0) };
	}
	say("\n");
	for (size_t i = 0; i < list->count; i++) {
		if (group_ends(list, i))
			say("\n");
		cell(STYLE_PLAIN, width, list->hosts[i].name);
		for (uint32_t l = 0; l < count; l++) {
			const struct outcome_words *words;
			struct answer answer;

			answer_make(&list->hosts[i], hvp_level_pvr(levels[l]), &answer);
			words = outcome_words(answer.outcome);
			cell((enum style)words->style, l + 1 < count ? 8 : 0, words->cell);
			seen |= HVP_BIT(answer.outcome);
			shared[l].runs &= answer_runs(&answer);
			shared[l].lost_by_any |= answer.lost;
			shared[l].lost_by_all &= answer.lost;
		}
		say("\n");
	}
	show_legend(seen);
	show_common(arguments, shared, levels, count);
	if (!arguments->all && !arguments->named)
		say("\nhvpolicy matrix --all shows the whole catalogue, hvpolicy matrix HOST... "
		    "the hosts named.\n");
}

static json_t *json_cell(const struct host *host, uint32_t level)
{
	json_t *object = js_object();
	struct answer answer;

	answer_make(host, hvp_level_pvr(level), &answer);
	js_set(object, "answer", js_text(outcome_words(answer.outcome)->answer));
	js_set(object, "outcome", js_text(outcome_words(answer.outcome)->cell));
	js_set(object, "status", js_text(hvp_status_name(answer.status)));
	js_set(object, "without", json_facilities(answer.lost));
	js_set(object, "departure",
	       answer.departure ? js_text(answer.departure->name) : js_null());
	return object;
}

static void show_json(const struct host_list *list)
{
	json_t *root = js_object(), *hosts = js_array(), *legend = js_object();
	uint32_t levels[LEVELS];
	const uint32_t count = list_levels(levels, LEVELS);

	for (size_t i = 0; i < list->count; i++) {
		json_t *object = js_object(), *cells = js_object();

		for (uint32_t l = 0; l < count; l++)
			js_set(cells, level_name(levels[l]),
			       json_cell(&list->hosts[i], levels[l]));
		js_set(object, "name", js_text(list->hosts[i].name));
		js_set(object, "grants_known", js_bool(!host_grants_unknown(&list->hosts[i])));
		js_set(object, "levels", cells);
		js_append(hosts, object);
	}
	for (uint32_t i = OUTCOME_OK; i <= OUTCOME_NO_KVM; i++)
		js_set(legend, outcome_words((enum outcome)i)->cell,
		       js_text(outcome_words((enum outcome)i)->text));
	js_set(root, "hosts", hosts);
	js_set(root, "legend", legend);
	js_print(root);
}

int run_matrix(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "all", KEY_ALL, NULL, 0, "The whole catalogue", 0 },
		{ 0 }
	};
	static const struct argp_child children[] = {
		{ &host_argp, 0, NULL, 0 }, { &common_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = {
		options, parse, "[HOST...]",
		"Which level runs on which host. Without hosts: on a POWER11, raw and in POWER10 "
		"mode, as guest hypervisor (L1) that follows the rules.",
		children, NULL, NULL,
	};
	struct arguments arguments = { .all = false };
	struct host host;

	parse_arguments(&argp, argc, argv, &arguments, &arguments.common);
	arguments.named = arguments.list.count;
	for (size_t i = 0; arguments.all && catalogue_at(i, &host); i++)
		host_add(&arguments.list, &host);
	for (size_t i = 0; !arguments.all && !arguments.named && i < COUNT(first_matrix); i++)
		if (catalogue_find(first_matrix[i], &host))
			host_add(&arguments.list, &host);
	if (arguments.common.json)
		show_json(&arguments.list);
	else
		show_text(&arguments);
	host_free(&arguments.list);
	return EXIT_FINE;
}
