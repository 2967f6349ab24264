/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A matrix of answers, and four ways to draw it.
 *
 *	struct grid *grid = grid_new("Who may go where", NULL, "from", "to");
 *
 *	grid_verdicts(grid);			outcomes: enum hvp_verdict
 *	grid_row(grid, "a", "Linux 6.1", 0);	all rows and columns first
 *	grid_column(grid, "b", NULL, 0);
 *	note = grid_note(grid, findings, count);
 *	grid_cell(grid, 0, 0, HVP_VERDICT_REFUSED, NULL, note);
 *	grid_print(grid, GRID_HTML);
 *	grid_free(grid);
 *
 * The grid keeps copies of all texts; NULL is no text, and what is not printable ASCII becomes
 * '?'. Without memory, or if a number is out of range, the program ends.
 */
#ifndef HVPOLICY_CLI_GRID_H
#define HVPOLICY_CLI_GRID_H

#include "output.h"

#include <hvpolicy/hvpolicy.h>

#define GRID_OUTCOMES 32
#define GRID_NO_NOTE 0
#define GRID_EMPTY 255	/* outcome of a cell that was never set: it stays blank */

enum grid_format {
	GRID_TEXT,
	GRID_JSON,
	GRID_SVG,
	GRID_HTML,
};

/* What the legend says of an outcome. Colour is never the only channel. */
struct grid_key {
	const char *text;	/* in a cell: "degraded" */
	const char *words;	/* in the legend: "runs, but loses something" */
	enum style style;	/* on a terminal */
	uint32_t colour;	/* of the cell, 0xrrggbb; black or white is written on it */
	char sign;		/* ASCII, of this outcome alone: all there is in a narrow cell */
};

struct grid_finding {
	const char *verdict;
	const char *object;
	const char *text;
	const char *remedy;
};

struct grid_name {
	const char *name;
	const char *detail;
	uint64_t count;	/* how many it stands for; 0: itself */
	bool gap;	/* apart from the one before */
};

struct grid_note {
	struct grid_finding *findings;
	size_t count;
	uint32_t number;
	size_t uses;	/* cells */
};

struct grid_cell {
	const char *text;	/* NULL: the key's */
	uint32_t note;		/* GRID_NO_NOTE, or its number */
	uint8_t outcome;
};

struct grid {
	const char *title;
	const char *subtitle;
	const char *row_title;		/* what a row is: "host" */
	const char *column_title;
	const char **lines;		/* below the cells */
	size_t line_count;
	struct grid_key keys[GRID_OUTCOMES];
	uint64_t seen[GRID_OUTCOMES];	/* cells by outcome, times the counts of their names */
	uint32_t key_count;
	struct grid_name *rows, *columns;
	size_t row_count, column_count;
	struct grid_cell *cells;	/* row by row; NULL before the first */
	struct grid_note **notes;	/* note n is notes[n - 1] */
	size_t note_count;
	void *text_tree, *note_tree;	/* of tsearch(): equal ones are kept once */
};

struct grid *grid_new(const char *title, const char *subtitle, const char *row_title,
		      const char *column_title);
void grid_free(struct grid *grid);

/* One more outcome, the next from 0 on; signs must differ. Returns its number. */
uint32_t grid_key(struct grid *grid, const struct grid_key *key);
/* The outcomes of a migration: number, order and names of enum hvp_verdict. */
void grid_verdicts(struct grid *grid);

/* Both return the index. */
size_t grid_row(struct grid *grid, const char *name, const char *detail, uint64_t count);
size_t grid_column(struct grid *grid, const char *name, const char *detail, uint64_t count);
/* The row that was added last stands apart from the one before. */
void grid_gap(struct grid *grid);

/* Findings behind a cell, to be passed to grid_cell(). Equal ones are kept once. */
uint32_t grid_note(struct grid *grid, const struct grid_finding *findings, size_t count);
/* The same of a report that stores its findings, and more behind them. */
uint32_t grid_report(struct grid *grid, const struct hvp_report *report,
		     const struct grid_finding *more, size_t more_count);
/* Once a cell; from the first one on no row or column can be added. text NULL: the key's. */
void grid_cell(struct grid *grid, size_t row, size_t column, uint32_t outcome, const char *text,
	       uint32_t note);
/* A line below the cells. */
void grid_line(struct grid *grid, const char *text);

/* "text", "json", "svg" or "html". */
bool grid_format_parse(const char *name, enum grid_format *format);
/*
 * All that is printed from now on goes into a file; ends the program if it cannot be opened.
 * Call it when the answer is known: bad input leaves an old file alone. NULL: standard output.
 */
void grid_output(const char *path, enum colour colour);
/* As text without title and subtitle: who typed the command knows. */
void grid_print(struct grid *grid, enum grid_format format);

/* What the drawers share. */
static inline const struct grid_cell *grid_at(const struct grid *grid, size_t row, size_t column)
{
	return &grid->cells[row * grid->column_count + column];
}

static inline const char *grid_cell_text(const struct grid *grid, const struct grid_cell *cell)
{
	return cell->text ? cell->text : grid->keys[cell->outcome].text;
}

/* A finding's object; "" if there is none, or if the text begins with it as in "PREFIX: ...". */
const char *grid_object(const struct grid_finding *finding);
/* Colour of what is written on a key's colour, the one of black and white that is read better. */
uint32_t grid_ink(uint32_t colour);
#define GRID_LABEL 160
/* "name", or "name x17"; a buffer of GRID_LABEL bytes. */
const char *grid_label(const struct grid_name *name, char *buf);
int grid_label_width(const struct grid_name *name);
/* So many columns, or names so long, that column heads are upright. */
bool grid_heads_upright(const struct grid *grid);
/* So many columns that a cell has room for its sign only. */
bool grid_is_dense(const struct grid *grid);

/* The drawers: grid_text.c, grid_json.c, grid_svg.c, grid_html.c. */
void grid_print_text(const struct grid *grid);
void grid_print_json(const struct grid *grid);
void grid_print_svg(const struct grid *grid);
void grid_print_html(const struct grid *grid);

/* grid.css and grid.js, put in by embed.py. */
extern const char grid_css[];
extern const char grid_js[];

#endif
