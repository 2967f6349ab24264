// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A matrix on a terminal. */
#include "grid.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What does not fit loses the names of its columns, then the words of its cells. */
struct layout {
	bool numbered;	/* column heads are numbers, the names stand below */
	bool signs;
	int names;	/* width of the row's names */
	int width;	/* of a cell */
	size_t block;	/* columns side by side */
};

static int line_width(void)
{
	struct winsize size;

	if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col >= 60)
		return size.ws_col;
	return 110;
}

static int wider(int width, int other)
{
	return width > other ? width : other;
}

static int cell_width(const struct grid *grid)
{
	const size_t count = grid->row_count * grid->column_count;
	int width = 7;

	for (uint32_t i = 0; i < grid->key_count; i++)
		width = wider(width, (int)strlen(grid->keys[i].text));
	for (size_t i = 0; i < count; i++)
		if (grid->cells[i].text)
			width = wider(width, (int)strlen(grid->cells[i].text));
	return width + 1;
}

static int head_width(const struct grid *grid)
{
	int width = 0;

	for (size_t i = 0; i < grid->column_count; i++)
		width = wider(width, grid_label_width(&grid->columns[i]));
	return width + 1;
}

static int digits(size_t number)
{
	char buf[24];

	put(buf, sizeof(buf), "%zu", number);
	return (int)strlen(buf);
}

static struct layout find_layout(const struct grid *grid)
{
	struct layout layout = { .names = (int)strlen(grid->row_title) };
	const int columns = (int)grid->column_count;
	int room;

	for (size_t i = 0; i < grid->row_count; i++)
		layout.names = wider(layout.names, grid_label_width(&grid->rows[i]));
	layout.names += 2;
	room = wider(line_width() - layout.names, 20);
	layout.width = wider(cell_width(grid), head_width(grid));
	if (columns * layout.width > room) {
		layout.numbered = true;
		layout.width = wider(cell_width(grid), digits(grid->column_count) + 1);
	}
	if (columns * layout.width > room) {
		layout.signs = true;
		layout.width = digits(grid->column_count) + 1;
	}
	layout.block = (size_t)wider(room / layout.width, 1);
	return layout;
}

static void show_heads(const struct grid *grid, const struct layout *layout, size_t first,
		       size_t end)
{
	char buf[GRID_LABEL];
	size_t i;

	for (i = 0; i < sizeof(buf) - 1 && grid->row_title[i]; i++)
		buf[i] = (char)toupper((unsigned char)grid->row_title[i]);
	buf[i] = 0;
	cell(STYLE_TITLE, layout->names, buf);
	for (i = first; i < end; i++) {
		const char *head = buf;

		if (layout->numbered)
			put(buf, sizeof(buf), "%zu", i + 1);
		else
			head = grid_label(&grid->columns[i], buf);
		cell(STYLE_TITLE, layout->width, head);
	}
	say("\n");
}

static void show_cell(const struct grid *grid, const struct layout *layout,
		      const struct grid_cell *what)
{
	const struct grid_key *key;
	char sign[2] = "";

	if (what->outcome == GRID_EMPTY) {
		cell(STYLE_DIM, layout->width, ".");
		return;
	}
	key = &grid->keys[what->outcome];
	sign[0] = key->sign;
	cell(key->style, layout->width, layout->signs ? sign : grid_cell_text(grid, what));
}

static void show_block(const struct grid *grid, const struct layout *layout, size_t first)
{
	const size_t left = grid->column_count - first;
	const size_t end = first + (left < layout->block ? left : layout->block);
	char buf[GRID_LABEL];

	if (first)
		say("\n");
	show_heads(grid, layout, first, end);
	for (size_t row = 0; row < grid->row_count; row++) {
		if (grid->rows[row].gap)
			say("\n");
		cell(STYLE_PLAIN, layout->names, grid_label(&grid->rows[row], buf));
		for (size_t i = first; i < end; i++)
			show_cell(grid, layout, grid_at(grid, row, i));
		say("\n");
	}
}

static void show_names(const struct grid *grid)
{
	const int width = digits(grid->column_count);
	char buf[GRID_LABEL];

	say("\n");
	for (size_t i = 0; i < grid->column_count; i++) {
		say("%*zu  ", width, i + 1);
		paragraph(width + 2, width + 2, grid_label(&grid->columns[i], buf));
	}
}

static void show_legend(const struct grid *grid, bool signs)
{
	int width = 7;
	bool any = false;

	for (uint32_t i = 0; i < grid->key_count; i++)
		width = wider(width, (int)strlen(grid->keys[i].text));
	for (uint32_t i = 0; i < grid->key_count; i++) {
		const struct grid_key *key = &grid->keys[i];
		const char sign[2] = { key->sign, 0 };

		if (!grid->seen[i])
			continue;
		if (!any)
			say("\n");
		any = true;
		if (signs)
			cell(key->style, 3, sign);
		cell(key->style, width + 1, key->text);
		say("%s\n", key->words);
	}
}

void grid_print_text(const struct grid *grid)
{
	const struct layout layout = find_layout(grid);

	for (size_t i = 0; i == 0 || i < grid->column_count; i += layout.block)
		show_block(grid, &layout, i);
	if (layout.numbered)
		show_names(grid);
	show_legend(grid, layout.signs);
	for (size_t i = 0; i < grid->line_count; i++)
		say("%s%s\n", i ? "" : "\n", grid->lines[i]);
}
