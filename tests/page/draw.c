// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * draw FORMAT ROWS COLUMNS [WORD...]: a matrix of verdicts as large as wanted, to test drawing.
 * Cell (r, c) has verdict (r * 7 + c * 3) % 5, or none if it is (0, 1). Words: "hostile" for
 * texts that are markup, "counted" for names that stand for several, a path for --output.
 */
#include "grid.h"

#include <stdlib.h>
#include <string.h>

static bool hostile, counted;

static const char *evil(void)
{
	return hostile ? " <b>&\"'</script>]]>*/--> \\\"\033[31m\n\xc3\xa9" : "";
}

static void add_names(struct grid *grid, size_t rows, size_t columns)
{
	char name[96];

	for (size_t i = 0; i < rows; i++) {
		put(name, sizeof(name), "source-host-%zu%s", i, evil());
		grid_row(grid, name, "Linux 6.12", counted ? 1000 * i + 1 : 0);
		if (i % 8 == 0)
			grid_gap(grid);
	}
	for (size_t i = 0; i < columns; i++) {
		put(name, sizeof(name), "%s-%zu%s", columns < 6 ? "to" : "destination", i,
		    evil());
		grid_column(grid, name, "Linux 7.2", counted ? i + 1 : 0);
	}
}

static uint32_t add_note(struct grid *grid, uint32_t verdict, size_t column)
{
	char object[96], text[160];
	const struct grid_finding finding = {
		hvp_verdict_name(verdict), object, text,
		verdict == HVP_VERDICT_REFUSED ?
			"start the source with -machine cap-htm=off" : NULL,
	};

	put(object, sizeof(object), "register %zu", column % 4);
	put(text, sizeof(text), "the guest has 3, the destination offers %zu%s", column % 4,
	    evil());
	return grid_note(grid, &finding, verdict != HVP_VERDICT_SAME);
}

static size_t number(const char *text)
{
	return (size_t)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
	const char *path = NULL;
	enum grid_format format;
	struct grid *grid;

	if (argc < 4 || !grid_format_parse(argv[1], &format))
		return EXIT_USAGE;
	for (int i = 4; i < argc; i++) {
		hostile |= !strcmp(argv[i], "hostile");
		counted |= !strcmp(argv[i], "counted");
		if (strchr(argv[i], '/'))
			path = argv[i];
	}
	grid = grid_new("Who may go where", "Rows are sources, columns destinations.", "from",
			"to");
	grid_verdicts(grid);
	add_names(grid, number(argv[2]), number(argv[3]));
	for (size_t r = 0; r < grid->row_count; r++)
		for (size_t c = 0; c < grid->column_count; c++) {
			const uint32_t verdict = (uint32_t)((r * 7 + c * 3) % 5);

			if (r || c != 1)
				grid_cell(grid, r, c, verdict, NULL, add_note(grid, verdict, c));
		}
	grid_line(grid, "A line below.");
	grid_output(path, COLOUR_AUTO);
	grid_print(grid, format);
	grid_free(grid);
	return EXIT_FINE;
}
