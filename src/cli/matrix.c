// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy matrix: hosts by levels. */
#include "answer.h"
#include "commands.h"
#include "show.h"

#include <string.h>

struct arguments {
	struct common common;
	struct host_list list;
	bool all;	/* no host was named: the whole catalogue */
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

static void show_common(const struct arguments *arguments, uint64_t common)
{
	char line[160];

	if (arguments->all || arguments->list.count < 2)
		return;
	put_levels(common, line, sizeof(line));
	say("\nA guest may move among all of them at: %s\n", line);
}

static void show_text(const struct arguments *arguments)
{
	const struct host_list *list = &arguments->list;
	const int width = name_width(list);
	uint32_t levels[LEVELS];
	const uint32_t count = list_levels(levels, LEVELS);
	uint64_t seen = 0, common = ~UINT64_C(0);

	cell(STYLE_TITLE, width, "HOST");
	for (uint32_t l = 0; l < count; l++)
		cell(STYLE_TITLE, 8, level_name(levels[l]));
	say("\n");
	for (size_t i = 0; i < list->count; i++) {
		uint64_t runs = 0;

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
			if (answer_runs(&answer))
				runs |= HVP_BIT(levels[l]);
		}
		say("\n");
		common &= runs;
	}
	show_legend(seen);
	show_common(arguments, common);
}

static json_t *json_cell(const struct host *host, uint32_t level)
{
	json_t *object = js_object();
	struct answer answer;

	answer_make(host, hvp_level_pvr(level), &answer);
	js_set(object, "answer", js_text(outcome_words(answer.outcome)->answer));
	js_set(object, "outcome", js_text(outcome_words(answer.outcome)->cell));
	js_set(object, "status", js_text(hvp_status_name(answer.status)));
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
	static const struct argp_child children[] = {
		{ &host_argp, 0, NULL, 0 }, { &common_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = {
		NULL, parse, "[HOST...]",
		"Which level runs on which host: the hosts named, or the whole catalogue.",
		children, NULL, NULL,
	};
	struct arguments arguments = { .all = false };
	struct host host;

	parse_arguments(&argp, argc, argv, &arguments, &arguments.common);
	arguments.all = !arguments.list.count;
	for (size_t i = 0; arguments.all && catalogue_at(i, &host); i++)
		host_add(&arguments.list, &host);
	if (arguments.common.json)
		show_json(&arguments.list);
	else
		show_text(&arguments);
	host_free(&arguments.list);
	return EXIT_FINE;
}
