// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A matrix as a picture; a viewer tells the findings of the cell that the pointer is on. */
#include "grid_xml.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MARGIN = 12, LINE = 18, LETTER = 8 /* of 12 px monospace, at most */ };

struct picture {
	const struct grid *grid;
	mxml_node_t *svg;
	bool upright, dense;
	int left, top;		/* of the first cell */
	int cell_width, cell_height;
	int y;			/* of the next line below the cells */
	int width;
};

static int wider(int width, int other)
{
	return width > other ? width : other;
}

static int text_width(const char *text)
{
	return (int)strlen(text) * LETTER;
}

static int names_width(const struct grid_name *names, size_t count)
{
	int width = 0;

	for (size_t i = 0; i < count; i++)
		width = wider(width, grid_label_width(&names[i]) * LETTER);
	return width;
}

static int cells_width(const struct grid *grid)
{
	const size_t count = grid->row_count * grid->column_count;
	int width = 0;

	for (size_t i = 0; i < count; i++)
		if (grid->cells[i].outcome != GRID_EMPTY)
			width = wider(width, text_width(grid_cell_text(grid, &grid->cells[i])));
	return width + LETTER;
}

static mxml_node_t *add_text(mxml_node_t *parent, int x, int y, const char *text)
{
	mxml_node_t *node = xml_say(parent, "text", text);

	xml_attr(node, "x", "%d", x);
	xml_attr(node, "y", "%d", y);
	return node;
}

static mxml_node_t *add_box(mxml_node_t *parent, int x, int y, int width, int height)
{
	mxml_node_t *node = xml_add(parent, "rect");

	xml_attr(node, "x", "%d", x);
	xml_attr(node, "y", "%d", y);
	xml_attr(node, "width", "%d", width);
	xml_attr(node, "height", "%d", height);
	return node;
}

static void measure(struct picture *picture)
{
	const struct grid *grid = picture->grid;
	const int heads = names_width(grid->columns, grid->column_count);

	picture->upright = grid_heads_upright(grid);
	picture->dense = grid_is_dense(grid);
	picture->cell_height = picture->dense ? 14 : 22;
	picture->cell_width = picture->dense ? 14 : cells_width(grid);
	if (!picture->upright)
		picture->cell_width = wider(picture->cell_width, heads + LETTER);
	picture->left = MARGIN + LETTER + wider(names_width(grid->rows, grid->row_count),
						text_width(grid->row_title));
	picture->top = MARGIN + LINE + (grid->subtitle[0] ? LINE : 0) +
		       (picture->upright ? heads : LINE) + LETTER;
	picture->width = picture->left + (int)grid->column_count * picture->cell_width + MARGIN;
}

static int wide_text(struct picture *picture, int x, int y, const char *text)
{
	add_text(picture->svg, x, y, text);
	picture->width = wider(picture->width, x + text_width(text) + MARGIN);
	return y + LINE;
}

static void add_heads(struct picture *picture)
{
	const struct grid *grid = picture->grid;
	const int bottom = picture->top - LETTER / 2;
	char label[GRID_LABEL];
	int y = MARGIN + LINE / 2;

	y = wide_text(picture, MARGIN, y, grid->title);
	xml_attr(mxmlGetLastChild(picture->svg), "class", "title");
	if (grid->subtitle[0])
		(void)wide_text(picture, MARGIN, y, grid->subtitle);
	(void)add_text(picture->svg, MARGIN, bottom - 4, grid->row_title);
	for (size_t i = 0; i < grid->column_count; i++) {
		const int x = picture->left + (int)i * picture->cell_width +
			      picture->cell_width / 2;
		mxml_node_t *text = add_text(picture->svg, picture->upright ? x + 4 : x, bottom,
					     grid_label(&grid->columns[i], label));

		if (picture->upright)
			xml_attr(text, "transform", "rotate(-90 %d %d)", x + 4, bottom);
		else
			xml_attr(text, "class", "middle");
	}
}

/* "from, to: degraded", and a finding on each further line. */
static void add_tooltip(const struct picture *picture, mxml_node_t *parent, size_t row,
			size_t column)
{
	const struct grid *grid = picture->grid;
	const struct grid_cell *cell = grid_at(grid, row, column);
	mxml_node_t *tip = xml_add(parent, "title");
	char line[2 * GRID_LABEL];

	put(line, sizeof(line), "%s, %s: ", grid->rows[row].name, grid->columns[column].name);
	xml_text(tip, line);
	xml_text(tip, grid_cell_text(grid, cell));
	for (size_t i = 0; cell->note && i < grid->notes[cell->note - 1]->count; i++) {
		const struct grid_finding *finding = &grid->notes[cell->note - 1]->findings[i];
		const char *const object = grid_object(finding);
		const char *const parts[] = {
			finding->verdict, finding->verdict[0] ? " " : "", object,
			object[0] ? ": " : "", finding->text,
			finding->remedy[0] ? " Remedy: " : "", finding->remedy,
		};

		xml_text(tip, "\n");
		for (size_t p = 0; p < COUNT(parts); p++)
			xml_text(tip, parts[p]);
	}
}

static void add_cell(const struct picture *picture, size_t row, size_t column, int y)
{
	const struct grid *grid = picture->grid;
	const struct grid_cell *cell = grid_at(grid, row, column);
	const int x = picture->left + (int)column * picture->cell_width;
	const int gap = picture->dense ? 1 : 2;
	char sign[2] = "";
	mxml_node_t *group;

	if (cell->outcome == GRID_EMPTY)
		return;
	sign[0] = grid->keys[cell->outcome].sign;
	group = xml_add(picture->svg, "g");
	xml_attr(group, "class", "o%u", cell->outcome);
	add_tooltip(picture, group, row, column);
	(void)add_box(group, x, y, picture->cell_width - gap, picture->cell_height - gap);
	(void)add_text(group, x + (picture->cell_width - gap) / 2,
		       y + picture->cell_height / 2 + 3,
		       picture->dense ? sign : grid_cell_text(grid, cell));
}

static void add_rows(struct picture *picture)
{
	const struct grid *grid = picture->grid;
	char label[GRID_LABEL];
	int y = picture->top;

	for (size_t row = 0; row < grid->row_count; row++) {
		if (grid->rows[row].gap)
			y += picture->cell_height / 2;
		(void)add_text(picture->svg, MARGIN, y + picture->cell_height / 2 + 3,
			       grid_label(&grid->rows[row], label));
		for (size_t i = 0; i < grid->column_count; i++)
			add_cell(picture, row, i, y);
		y += picture->cell_height;
	}
	picture->y = y + LINE;
}

static void add_legend(struct picture *picture)
{
	const struct grid *grid = picture->grid;
	const int y = picture->y;
	char line[320];
	int width = 0;

	for (uint32_t i = 0; i < grid->key_count; i++)
		width = wider(width, text_width(grid->keys[i].text) + 3 * LETTER);
	for (uint32_t i = 0; i < grid->key_count; i++, picture->y += LINE + 4) {
		const struct grid_key *key = &grid->keys[i];
		mxml_node_t *group = xml_add(picture->svg, "g");

		xml_attr(group, "class", "key o%" PRIu32, i);
		(void)add_box(group, MARGIN, picture->y, width, LINE);
		put(line, sizeof(line), "%c %s", key->sign, key->text);
		(void)add_text(group, MARGIN + width / 2, picture->y + LINE - 5,
			       picture->dense ? line : key->text);
		put(line, sizeof(line), "%s (%" PRIu64 ")", key->words, grid->seen[i]);
		(void)wide_text(picture, MARGIN + width + LETTER, picture->y + LINE - 5, line);
	}
	if (picture->y > y)
		picture->y += LINE;
}

static mxml_node_t *start(const struct grid *grid)
{
	mxml_node_t *svg = xml_add(NULL, "svg"), *style;

	xml_attr(svg, "xmlns", "http://www.w3.org/2000/svg");
	xml_attr(svg, "role", "img");
	xml_attr(svg, "aria-label", "%s", grid->title);
	(void)xml_say(svg, "title", grid->title);
	style = xml_say(svg, "style",
			"text{font:12px 'DejaVu Sans Mono',monospace;fill:#1a1a1a}\n"
			".title{font-size:14px;font-weight:bold}\n"
			".middle,g text{text-anchor:middle}\n"
			"g rect{fill:var(--c);rx:2px}\n"
			"g text{fill:var(--i);pointer-events:none}\n");
	xml_key_styles(grid, style);
	return svg;
}

void grid_print_svg(const struct grid *grid)
{
	struct picture picture = { .grid = grid, .svg = start(grid) };
	mxml_node_t *paper = add_box(picture.svg, 0, 0, 0, 0);

	xml_attr(paper, "fill", "#fff");
	measure(&picture);
	add_heads(&picture);
	add_rows(&picture);
	add_legend(&picture);
	for (size_t i = 0; i < grid->line_count; i++)
		picture.y = wide_text(&picture, MARGIN, picture.y, grid->lines[i]);
	picture.y += MARGIN;
	xml_attr(paper, "width", "%d", picture.width);
	xml_attr(paper, "height", "%d", picture.y);
	xml_attr(picture.svg, "width", "%d", picture.width);
	xml_attr(picture.svg, "height", "%d", picture.y);
	xml_attr(picture.svg, "viewBox", "0 0 %d %d", picture.width, picture.y);
	xml_print(picture.svg);
}
