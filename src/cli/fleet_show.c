// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A fleet's answer: classes of guests by classes of hosts, and what that means for them all. */
#include "fleet.h"
#include "matrix_migrate.h"
#include "verdict.h"

#include <inttypes.h>
#include <string.h>

/* More than a person or a browser can take. */
#define CELLS ((size_t)1000000)
#define LINE 2048
/* Classes that a line names. */
#define NAMED 8

static void append(char *line, const char *text)
{
	const size_t used = strlen(line);

	put(line + used, LINE - used, "%s", text);
}

/* "a, b, c and 7 others", the first from a number on */
static void append_names(char *line, const struct fleet_class *class, uint64_t first)
{
	char more[48];
	uint64_t i = first;

	for (; i < class->count && i < FLEET_NAMES; i++) {
		append(line, i > first ? ", " : "");
		append(line, class->names[i]);
	}
	if (i == class->count)
		return;
	put(more, sizeof(more), " and %" PRIu64 " more", class->count - i);
	append(line, more);
}

static void add_class(struct grid *grid, const struct fleet_class *class,
		      size_t (*add)(struct grid *grid, const char *name, const char *detail,
				    uint64_t count))
{
	char detail[LINE];

	party_detail(&class->profile, detail, sizeof(detail));
	if (class->count > 1) {
		append(detail, "; also ");
		append_names(detail, class, 1);
	}
	(void)add(grid, class->names[0], detail, class->count > 1 ? class->count : 0);
}

static struct grid *make_grid(const struct fleet *fleet)
{
	struct grid *grid = grid_new("Which guests may go to which hosts",
				     "Rows are guests, columns hosts; equal ones are one.",
				     "guest", "host");

	grid_verdicts(grid);
	if (fleet->guests.class_count > CELLS / fleet->hosts.class_count)
		return grid;
	for (const struct fleet_class *guest = fleet->guests.first; guest; guest = guest->next)
		add_class(grid, guest, grid_row);
	for (const struct fleet_class *host = fleet->hosts.first; host; host = host->next)
		add_class(grid, host, grid_column);
	return grid;
}

static void ask_all(const struct fleet *fleet, struct grid *grid)
{
	struct fleet_class *guest = fleet->guests.first;

	for (size_t row = 0; guest; guest = guest->next, row++) {
		struct fleet_class *host = fleet->hosts.first;

		for (size_t column = 0; host; host = host->next, column++) {
			struct verdict verdict;

			verdict_make(&guest->profile, &host->profile, &verdict);
			guest->met[verdict.verdict] += host->count;
			host->met[verdict.verdict] += guest->count;
			if (grid->row_count)
				matrix_migrate_cell(grid, row, column, &verdict);
		}
	}
}

/* Others that it runs with, or on. */
static uint64_t runs(const struct fleet_class *class)
{
	return class->met[HVP_VERDICT_SAME] + class->met[HVP_VERDICT_CHANGED] +
	       class->met[HVP_VERDICT_DEGRADED];
}

static void tell_alone(struct grid *grid, const struct fleet_side *side, const char *who)
{
	char line[LINE], names[LINE] = "", more[48] = "";
	uint64_t count = 0;
	size_t kinds = 0;

	for (const struct fleet_class *class = side->first; class; class = class->next) {
		if (runs(class))
			continue;
		count += class->count;
		if (kinds++ >= NAMED)
			continue;
		append(names, kinds > 1 ? "; " : ": ");
		append_names(names, class, 0);
	}
	if (kinds > NAMED)
		put(more, sizeof(more), "; and %zu more kinds", kinds - NAMED);
	put(line, sizeof(line), "%s: %" PRIu64 " of %" PRIu64, who, count, side->count);
	append(line, names);
	append(line, more);
	grid_line(grid, line);
}

static void tell_guest(struct grid *grid, const struct fleet_class *class)
{
	static const struct {
		uint32_t verdict;
		const char *words;
	} others[] = {
		{ HVP_VERDICT_CHANGED, "with a change that it can notice" },
		{ HVP_VERDICT_DEGRADED, "with a loss" },
		{ HVP_VERDICT_REFUSED, "refused" },
		{ HVP_VERDICT_BROKEN, "breaks it" },
	};
	char line[LINE], part[96];

	put(line, sizeof(line), "  %s x%" PRIu64 ": to %" PRIu64 " hosts the same", class->names[0],
	    class->count, class->met[HVP_VERDICT_SAME]);
	for (size_t i = 0; i < COUNT(others); i++) {
		put(part, sizeof(part), ", %" PRIu64 " %s", class->met[others[i].verdict],
		    others[i].words);
		if (class->met[others[i].verdict])
			append(line, part);
	}
	grid_line(grid, line);
}

static void tell_all(struct grid *grid, const struct fleet *fleet)
{
	const struct fleet_side *guests = &fleet->guests, *hosts = &fleet->hosts;
	char line[LINE];

	put(line, sizeof(line), "%" PRIu64 " guests of %zu kinds, %" PRIu64 " hosts of %zu kinds, %"
	    PRIu64 " damaged lines", guests->count, guests->class_count, hosts->count,
	    hosts->class_count, fleet->damaged);
	grid_line(grid, line);
	tell_alone(grid, guests, "Guests that can go nowhere");
	tell_alone(grid, hosts, "Hosts that take nobody");
	grid_line(grid, "Where guests can go:");
	for (const struct fleet_class *class = guests->first; class; class = class->next)
		tell_guest(grid, class);
}

void fleet_show(struct fleet *fleet, enum grid_format format, const char *output,
		enum colour colour)
{
	struct grid *grid = make_grid(fleet);

	if (!grid->row_count && format != GRID_TEXT) {
		grid_free(grid);
		die("%zu kinds of guests and %zu of hosts are too many to draw; --format=text "
		    "has the summary", fleet->guests.class_count, fleet->hosts.class_count);
	}
	ask_all(fleet, grid);
	tell_all(grid, fleet);
	grid_output(output, colour);
	if (grid->row_count)
		grid_print(grid, format);
	else
		for (size_t i = 0; i < grid->line_count; i++)
			say("%s\n", grid->lines[i]);
	grid_free(grid);
}
