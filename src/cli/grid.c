// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The matrix itself; the drawers have files of their own. */
#include "grid.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *need(void *memory)
{
	if (!memory)
		die("no memory");
	return memory;
}

/* Room for one more element of an array that doubles. */
static void *grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return need(reallocarray(array, count ? 2 * count : 1, size));
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Texts are kept once, so that equal ones have equal pointers. */
static const char *keep(struct grid *grid, const char *text)
{
	const size_t len = strlen(text ? text : "");
	char *copy = need(malloc(len + 1));
	char **found;

	put_clean(copy, len + 1, text ? text : "", len);
	found = need(tsearch(copy, &grid->text_tree, compare_texts));
	if (*found != copy)
		free(copy);
	return *found;
}

struct grid *grid_new(const char *title, const char *subtitle, const char *row_title,
		      const char *column_title)
{
	struct grid *grid = need(calloc(1, sizeof(*grid)));

	grid->title = keep(grid, title);
	grid->subtitle = keep(grid, subtitle);
	grid->row_title = keep(grid, row_title);
	grid->column_title = keep(grid, column_title);
	return grid;
}

static void free_note(void *note)
{
	free(((struct grid_note *)note)->findings);
	free(note);
}

void grid_free(struct grid *grid)
{
	if (!grid)
		return;
	tdestroy(grid->text_tree, free);
	tdestroy(grid->note_tree, free_note);
	free(grid->notes);
	free(grid->lines);
	free(grid->rows);
	free(grid->columns);
	free(grid->cells);
	free(grid);
}

uint32_t grid_key(struct grid *grid, const struct grid_key *key)
{
	struct grid_key *copy = &grid->keys[grid->key_count];

	if (grid->key_count == GRID_OUTCOMES)
		die("more than %d outcomes in a matrix", GRID_OUTCOMES);
	for (uint32_t i = 0; i < grid->key_count; i++)
		if (grid->keys[i].sign == key->sign)
			die("two outcomes of a matrix have the sign %c", key->sign);
	*copy = *key;
	copy->text = keep(grid, key->text);
	copy->words = keep(grid, key->words);
	return grid->key_count++;
}

void grid_verdicts(struct grid *grid)
{
	static const struct grid_key keys[] = {
		[HVP_VERDICT_SAME] = { NULL, "no difference", STYLE_GOOD, 0xcfe6f7, '=' },
		[HVP_VERDICT_CHANGED] = { NULL, "the guest can notice, nothing is lost",
			STYLE_PLAIN, 0x5aa5dc, '~' },
		[HVP_VERDICT_DEGRADED] = { NULL, "runs, but something is gone", STYLE_WARN,
			0xf5c542, '-' },
		[HVP_VERDICT_REFUSED] = { NULL, "refused before the guest is touched",
			STYLE_BAD, 0xd1540f, 'x' },
		[HVP_VERDICT_BROKEN] = { NULL, "accepted, and the guest fails later", STYLE_BAD,
			0x4a1048, '!' },
	};

	for (uint32_t i = 0; i < COUNT(keys); i++) {
		struct grid_key key = keys[i];

		key.text = hvp_verdict_name(i);
		(void)grid_key(grid, &key);
	}
}

static struct grid_name *add_name(struct grid *grid, struct grid_name **names, size_t *count,
				  const struct grid_name *name)
{
	if (grid->cells)
		die("a row or column came after the first cell of a matrix");
	*names = grow(*names, *count, sizeof(**names));
	(*names)[*count] = (struct grid_name){
		keep(grid, name->name), keep(grid, name->detail), name->count, false,
	};
	return &(*names)[(*count)++];
}

size_t grid_row(struct grid *grid, const char *name, const char *detail, uint64_t count)
{
	const struct grid_name row = { name, detail, count, false };

	(void)add_name(grid, &grid->rows, &grid->row_count, &row);
	return grid->row_count - 1;
}

size_t grid_column(struct grid *grid, const char *name, const char *detail, uint64_t count)
{
	const struct grid_name column = { name, detail, count, false };

	(void)add_name(grid, &grid->columns, &grid->column_count, &column);
	return grid->column_count - 1;
}

void grid_gap(struct grid *grid)
{
	if (grid->row_count > 1)
		grid->rows[grid->row_count - 1].gap = true;
}

static int compare_notes(const void *a, const void *b)
{
	const struct grid_note *one = a, *other = b;

	if (one->count != other->count)
		return one->count < other->count ? -1 : 1;
	/* four pointers a finding, to texts that are kept once */
	return memcmp(one->findings, other->findings, one->count * sizeof(*one->findings));
}

static const char *wording(struct grid *grid, const struct hvp_finding *finding, uint32_t which)
{
	char line[320] = "";

	(void)hvp_reason_format(finding, which, line, sizeof(line));
	return keep(grid, line);
}

static uint32_t keep_note(struct grid *grid, struct grid_finding *findings, size_t count)
{
	struct grid_note *note = need(calloc(1, sizeof(*note))), **found;

	*note = (struct grid_note){ .findings = findings, .count = count };
	grid->notes = grow(grid->notes, grid->note_count, sizeof(struct grid_note *));
	grid->notes[grid->note_count] = note;
	found = need(tsearch(note, &grid->note_tree, compare_notes));
	if (*found == note)
		note->number = (uint32_t)++grid->note_count;
	else
		free_note(note);
	return (*found)->number;
}

uint32_t grid_report(struct grid *grid, const struct hvp_report *report,
		     const struct grid_finding *more, size_t more_count)
{
	const size_t stored = report ? report->stored : 0, count = stored + more_count;
	struct grid_finding *findings;

	if (!count)
		return GRID_NO_NOTE;
	findings = need(calloc(count, sizeof(*findings)));
	for (size_t i = 0; i < stored; i++) {
		const struct hvp_finding *finding = &report->findings[i];

		findings[i] = (struct grid_finding){
			keep(grid, hvp_verdict_name(finding->verdict)),
			wording(grid, finding, HVP_WORDING_OBJECT),
			wording(grid, finding, HVP_WORDING_TEXT),
			wording(grid, finding, HVP_WORDING_REMEDY),
		};
	}
	for (size_t i = 0; i < more_count; i++)
		findings[stored + i] = (struct grid_finding){
			keep(grid, more[i].verdict), keep(grid, more[i].object),
			keep(grid, more[i].text), keep(grid, more[i].remedy),
		};
	return keep_note(grid, findings, count);
}

uint32_t grid_note(struct grid *grid, const struct grid_finding *findings, size_t count)
{
	return grid_report(grid, NULL, findings, count);
}

static void make_cells(struct grid *grid)
{
	const size_t count = grid->row_count * grid->column_count;

	if (grid->column_count && count / grid->column_count != grid->row_count)
		die("no memory");
	grid->cells = need(calloc(count ? count : 1, sizeof(*grid->cells)));
	for (size_t i = 0; i < count; i++)
		grid->cells[i].outcome = GRID_EMPTY;
}

static uint64_t weight(const struct grid_name *name)
{
	return name->count ? name->count : 1;
}

void grid_cell(struct grid *grid, size_t row, size_t column, uint32_t outcome, const char *text,
	       uint32_t note)
{
	struct grid_cell *cell;

	if (row >= grid->row_count || column >= grid->column_count ||
	    outcome >= grid->key_count || note > grid->note_count)
		die("no such cell, outcome or note in a matrix");
	if (!grid->cells)
		make_cells(grid);
	cell = &grid->cells[row * grid->column_count + column];
	if (cell->outcome != GRID_EMPTY)
		die("a cell of a matrix was set twice");
	*cell = (struct grid_cell){ text ? keep(grid, text) : NULL, note, (uint8_t)outcome };
	grid->seen[outcome] += weight(&grid->rows[row]) * weight(&grid->columns[column]);
	if (note)
		grid->notes[note - 1]->uses++;
}

void grid_line(struct grid *grid, const char *text)
{
	grid->lines = grow(grid->lines, grid->line_count, sizeof(*grid->lines));
	grid->lines[grid->line_count++] = keep(grid, text);
}

static const char *const formats[] = {
	[GRID_TEXT] = "text", [GRID_JSON] = "json", [GRID_SVG] = "svg", [GRID_HTML] = "html",
};

bool grid_format_parse(const char *name, enum grid_format *format)
{
	for (uint32_t i = 0; i < COUNT(formats); i++) {
		if (!strcmp(name, formats[i])) {
			*format = (enum grid_format)i;
			return true;
		}
	}
	return false;
}

void grid_output(const char *path, enum colour colour)
{
	/* Not freopen(): if it fails there is no stdout left to close. */
	const int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;

	if (path && (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || close(fd))) {
		char *reason = strerror(errno);

		die("%s: %s", path, reason);
	}
	out_setup(colour);
}

void grid_print(struct grid *grid, enum grid_format format)
{
	static void (*const print[])(const struct grid *grid) = {
		[GRID_TEXT] = grid_print_text, [GRID_JSON] = grid_print_json,
		[GRID_SVG] = grid_print_svg, [GRID_HTML] = grid_print_html,
	};

	if (!grid->cells)
		make_cells(grid);
	print[format](grid);
}

/* Relative luminance of sRGB, by a square for the curve: enough to choose between two inks. */
static double luminance(uint32_t colour)
{
	const double red = (colour >> 16 & 0xff) / 255.0, green = (colour >> 8 & 0xff) / 255.0;
	const double blue = (colour & 0xff) / 255.0;

	return 0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue;
}

uint32_t grid_ink(uint32_t colour)
{
	return luminance(colour) > 0.179 ? 0x000000 : 0xffffff;
}

const char *grid_object(const struct grid_finding *finding)
{
	const size_t len = strlen(finding->object);

	return !strncmp(finding->text, finding->object, len) && finding->text[len] == ':' ?
	       "" : finding->object;
}

const char *grid_label(const struct grid_name *name, char *buf)
{
	if (!name->count)
		return name->name;
	put(buf, GRID_LABEL, "%s x%" PRIu64, name->name, name->count);
	return buf;
}

int grid_label_width(const struct grid_name *name)
{
	char label[GRID_LABEL];

	return (int)strlen(grid_label(name, label));
}

bool grid_is_dense(const struct grid *grid)
{
	return grid->column_count > 24;
}

bool grid_heads_upright(const struct grid *grid)
{
	int all = 0;

	for (size_t i = 0; i < grid->column_count; i++) {
		const int width = grid_label_width(&grid->columns[i]);

		if (width > 10)
			return true;
		all += width + 2;
	}
	return all > 100;
}
