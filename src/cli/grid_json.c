// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A matrix for programs: notes once, cells refer to them by index. */
#include "grid.h"

static json_t *js_number(uint64_t number)
{
	return json_integer((json_int_t)number);
}

static json_t *json_names(const struct grid_name *names, size_t count)
{
	json_t *array = js_array();

	for (size_t i = 0; i < count; i++) {
		json_t *object = js_object();

		js_set(object, "name", js_text(names[i].name));
		js_set(object, "detail", js_text(names[i].detail));
		js_set(object, "count", js_number(names[i].count ? names[i].count : 1));
		js_append(array, object);
	}
	return array;
}

static json_t *json_legend(const struct grid *grid)
{
	json_t *array = js_array();

	for (uint32_t i = 0; i < grid->key_count; i++) {
		const struct grid_key *key = &grid->keys[i];
		const char sign[2] = { key->sign, 0 };
		json_t *object = js_object();

		js_set(object, "outcome", js_text(key->text));
		js_set(object, "text", js_text(key->words));
		js_set(object, "sign", js_text(sign));
		js_set(object, "count", js_number(grid->seen[i]));
		js_append(array, object);
	}
	return array;
}

static json_t *json_notes(const struct grid *grid)
{
	json_t *array = js_array();

	for (size_t n = 0; n < grid->note_count; n++) {
		const struct grid_note *note = grid->notes[n];
		json_t *findings = js_array();

		for (size_t i = 0; i < note->count; i++) {
			json_t *object = js_object();

			js_set(object, "verdict", js_text(note->findings[i].verdict));
			js_set(object, "object", js_text(note->findings[i].object));
			js_set(object, "text", js_text(note->findings[i].text));
			js_set(object, "remedy", js_text(note->findings[i].remedy));
			js_append(findings, object);
		}
		js_append(array, findings);
	}
	return array;
}

/* Null where nothing was asked. */
static json_t *json_cell(const struct grid *grid, const struct grid_cell *cell)
{
	json_t *object;

	if (cell->outcome == GRID_EMPTY)
		return js_null();
	object = js_object();
	js_set(object, "outcome", js_text(grid->keys[cell->outcome].text));
	if (cell->text)
		js_set(object, "text", js_text(cell->text));
	js_set(object, "note", cell->note ? js_number(cell->note - 1) : js_null());
	return object;
}

static json_t *json_cells(const struct grid *grid)
{
	json_t *array = js_array();

	for (size_t row = 0; row < grid->row_count; row++) {
		json_t *cells = js_array();

		for (size_t i = 0; i < grid->column_count; i++)
			js_append(cells, json_cell(grid, grid_at(grid, row, i)));
		js_append(array, cells);
	}
	return array;
}

void grid_print_json(const struct grid *grid)
{
	json_t *root = js_object(), *lines = js_array();

	for (size_t i = 0; i < grid->line_count; i++)
		js_append(lines, js_text(grid->lines[i]));
	js_set(root, "title", js_text(grid->title));
	js_set(root, "subtitle", js_text(grid->subtitle));
	js_set(root, "rows", json_names(grid->rows, grid->row_count));
	js_set(root, "columns", json_names(grid->columns, grid->column_count));
	js_set(root, "cells", json_cells(grid));
	js_set(root, "notes", json_notes(grid));
	js_set(root, "legend", json_legend(grid));
	js_set(root, "lines", lines);
	js_print(root);
}
