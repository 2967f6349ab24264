// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy matrix: hosts by levels. */
#include "answer.h"
#include "commands.h"
#include "fleet.h"
#include "grid.h"
#include "matrix_migrate.h"
#include "show.h"

enum { KEY_ALL = 0x200, KEY_FORMAT, KEY_OUTPUT, KEY_FLEET };

struct arguments {
	struct common common;
	struct host_list list;
	bool all;	/* the whole catalogue */
	bool named;	/* hosts were named */
	bool formatted;	/* --format was given */
	enum grid_format format;
	const char *output;	/* NULL: standard output */
	struct matrix_migrate migrate;
	const char *fleet;	/* NULL: none */
	char **names;	/* with --migrate */
	size_t name_count;
};

/* What started it all: which guests fit on a POWER11 that is, or is not, in POWER10 mode. */
static const char *const first_matrix[] = {
	"conforming-power11-v1", "conforming-power11-v2",
	"conforming-power11-as-power10-v1", "conforming-power11-as-power10-v2",
};

static void check_arguments(struct arguments *arguments, struct argp_state *state)
{
	if (arguments->common.json && arguments->formatted &&
	    arguments->format != GRID_JSON)
		argp_error(state, "--json is --format=json");
	if (arguments->common.json)
		arguments->format = GRID_JSON;
	if (arguments->all && (arguments->list.count || arguments->name_count))
		argp_error(state, "--all and hosts exclude each other");
	if (arguments->fleet && (arguments->all || arguments->migrate.on ||
				 arguments->list.count))
		argp_error(state, "--fleet names all hosts and guests itself");
	if (arguments->migrate.on && arguments->list.count)
		argp_error(state, "with --migrate, name the hosts and files without an "
			   "option");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct host host;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->list;
		state->child_inputs[1] = &arguments->migrate;
		state->child_inputs[2] = &arguments->common;
		return 0;
	case ARGP_KEY_ARG:
		/* options come first, wherever they stand */
		if (arguments->migrate.on) {
			arguments->names = state->argv + state->next - 1 - state->arg_num;
			arguments->name_count = state->arg_num + 1;
			return 0;
		}
		if (!catalogue_find(arg, &host))
			argp_error(state, NO_HOST, arg);
		host_add(&arguments->list, &host);
		return 0;
	case KEY_ALL:
		arguments->all = true;
		return 0;
	case KEY_FORMAT:
		if (!grid_format_parse(arg, &arguments->format))
			argp_error(state, "--format is text, json, svg or html, not '%s'", arg);
		arguments->formatted = true;
		return 0;
	case KEY_FLEET:
		arguments->fleet = arg;
		return 0;
	case KEY_OUTPUT:
		arguments->output = arg;
		return 0;
	case ARGP_KEY_END:
		check_arguments(arguments, state);
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

static void add_common(struct grid *grid, const struct shared *shared, const uint32_t *levels,
		       uint32_t count)
{
	uint64_t common = 0;
	char names[160], line[240];

	for (uint32_t l = 0; l < count; l++)
		if (shared[l].runs && !loss(&shared[l]))
			common |= HVP_BIT(levels[l]);
	put_levels(common, names, sizeof(names));
	put(line, sizeof(line), "A guest may move among all of them at: %s", names);
	grid_line(grid, line);
	for (uint32_t l = 0; l < count; l++) {
		if (!shared[l].runs || !loss(&shared[l]))
			continue;
		put_facilities(loss(&shared[l]), names, sizeof(names));
		put(line, sizeof(line), "  at %s with loss of %s", level_name(levels[l]), names);
		grid_line(grid, line);
	}
}

/* What runs is blue, what the processor rules out is grey; told apart by tests/cli/test_grid.py. */
static const struct {
	uint32_t colour;
	char sign;
} looks[] = {
	[OUTCOME_OK] = { 0xa6d2f2, '+' }, [OUTCOME_WITHOUT] = { 0x4088c8, '*' },
	[OUTCOME_CPU] = { 0xf1efea, 'c' }, [OUTCOME_MODE] = { 0xe73a00, 'm' },
	[OUTCOME_OLD] = { 0x8c8790, 'o' }, [OUTCOME_GRANT] = { 0xff8e85, 'g' },
	[OUTCOME_UNKNOWN] = { 0x8a2c6d, '?' }, [OUTCOME_KERNEL] = { 0xfed715, 'k' },
	[OUTCOME_LATE] = { 0x3c2e00, '!' }, [OUTCOME_NO_KVM] = { 0x102122, 'n' },
};

static void add_keys(struct grid *grid)
{
	for (uint32_t i = 0; i < COUNT(looks); i++) {
		const struct outcome_words *words = outcome_words((enum outcome)i);
		const struct grid_key key = {
			words->cell, words->text, (enum style)words->style, looks[i].colour,
			looks[i].sign,
		};

		(void)grid_key(grid, &key);
	}
}

/* What the rules found, what its kernel makes of it, and what the guest loses. */
static uint32_t add_note(struct grid *grid, const struct host *host, const struct answer *answer)
{
	struct grid_finding more[2];
	char kernel[96], lost[160];
	size_t count = 0;

	if (answer->departure)
		more[count++] = (struct grid_finding){
			NULL, kernel_name(host, kernel, sizeof(kernel)), answer->departure->text,
			NULL,
		};
	if (answer->lost) {
		put_facilities(answer->lost, lost, sizeof(lost));
		more[count++] = (struct grid_finding){
			hvp_verdict_name(HVP_VERDICT_DEGRADED), "runs without", lost, NULL,
		};
	}
	return grid_report(grid, &answer->report, more, count);
}

static void add_row(struct grid *grid, const struct host *host, size_t row,
		    const uint32_t *levels, struct shared *shared)
{
	for (uint32_t l = 0; l < grid->column_count; l++) {
		struct answer answer;

		answer_make(host, hvp_level_pvr(levels[l]), &answer);
		grid_cell(grid, row, l, answer.outcome, NULL, add_note(grid, host, &answer));
		shared[l].runs &= answer_runs(&answer);
		shared[l].lost_by_any |= answer.lost;
		shared[l].lost_by_all &= answer.lost;
	}
}

static struct grid *make_grid(const struct arguments *arguments)
{
	const struct host_list *list = &arguments->list;
	struct grid *grid = grid_new("Which level runs on which host",
				     "Rows are hosts, columns the processor levels of guests.",
				     "host", "level");
	struct shared shared[LEVELS];
	uint32_t levels[LEVELS];
	const uint32_t count = list_levels(levels, LEVELS);
	char kernel[96];

	add_keys(grid);
	for (uint32_t l = 0; l < count; l++)
		(void)grid_column(grid, level_name(levels[l]), NULL, 0);
	for (uint32_t l = 0; l < LEVELS; l++)
		shared[l] = (struct shared){ .runs = true, .lost_by_all = ~UINT64_C(0) };
	for (size_t i = 0; i < list->count; i++) {
		const struct host *host = &list->hosts[i];
		const bool known = host->kernel || host->release[0];

		(void)kernel_name(host, kernel, sizeof(kernel));
		(void)grid_row(grid, host->name, known ? kernel : NULL, 0);
		if (group_ends(list, i))
			grid_gap(grid);
	}
	for (size_t i = 0; i < list->count; i++)
		add_row(grid, &list->hosts[i], i, levels, shared);
	if (arguments->named && list->count > 1)
		add_common(grid, shared, levels, count);
	return grid;
}

static void draw(const struct arguments *arguments)
{
	struct grid *grid = make_grid(arguments);

	grid_output(arguments->output, arguments->common.colour);
	grid_print(grid, arguments->format);
	if (arguments->format == GRID_TEXT && !arguments->all && !arguments->named)
		say("\nhvpolicy matrix --all shows the whole catalogue, hvpolicy matrix HOST... "
		    "the hosts named.\n");
	grid_free(grid);
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
		{ "format", KEY_FORMAT, "FORMAT", 0,
		  "text, json, svg, or html: one page with the findings behind each cell", 0 },
		{ "output", KEY_OUTPUT, "FILE", 0, "Write into a file", 0 },
		{ "fleet", KEY_FLEET, "FILE", 0,
		  "Which guests may go to which hosts: a line each, {\"name\": ..., \"profile\": "
		  "{...}}; - is standard input", 1 },
		{ 0 }
	};
	static const struct argp_child children[] = {
		{ &host_argp, 0, NULL, 0 }, { &matrix_migrate_argp, 0, "Migration:", 1 },
		{ &common_argp, 0, NULL, 2 }, { 0 }
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
	if (arguments.fleet)
		return run_fleet(arguments.fleet, arguments.format, arguments.output,
				 arguments.common.colour);
	if (arguments.migrate.on)
		return run_matrix_migrate(&arguments.migrate, arguments.names,
					  arguments.name_count, arguments.all, arguments.format,
					  arguments.output, arguments.common.colour);
	arguments.named = arguments.list.count;
	for (size_t i = 0; arguments.all && catalogue_at(i, &host); i++)
		host_add(&arguments.list, &host);
	for (size_t i = 0; !arguments.all && !arguments.named && i < COUNT(first_matrix); i++)
		if (catalogue_find(first_matrix[i], &host))
			host_add(&arguments.list, &host);
	if (arguments.format == GRID_JSON) {
		grid_output(arguments.output, arguments.common.colour);
		show_json(&arguments.list);
	} else {
		draw(&arguments);
	}
	host_free(&arguments.list);
	return EXIT_FINE;
}
