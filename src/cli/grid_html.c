// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A matrix as one page that needs nothing else. Without its script it says the same: a cell is a
 * link to its findings below, and the legend's boxes work by style. It is well-formed XML too.
 */
#include "grid_xml.h"

#include <inttypes.h>

/* Text that HTML takes as it is and XML as CDATA. */
static void add_raw(mxml_node_t *parent, const char *text)
{
	xml_text(parent, "/*");
	if (!mxmlNewCDATA(parent, text))
		die("no memory");
	xml_text(parent, "*/");
}

static void add_style(const struct grid *grid, mxml_node_t *head)
{
	mxml_node_t *style = xml_add(head, "style");
	char rule[200];

	add_raw(style, grid_css);
	xml_key_styles(grid, style);
	for (uint32_t i = 0; i < grid->key_count; i++) {
		put(rule, sizeof(rule),
		    ".o%" PRIu32 "{--s:'\\%x'}body:has(#k%" PRIu32 ":checked) td.o%" PRIu32
		    "{background:var(--c);color:var(--i)}\n", i, (unsigned char)grid->keys[i].sign,
		    i, i);
		xml_text(style, rule);
	}
}

static void add_head(const struct grid *grid, mxml_node_t *html)
{
	mxml_node_t *head = xml_add(html, "head"), *meta;

	xml_attr(xml_add(head, "meta"), "charset", "utf-8");
	/* the page never asks anybody for anything */
	meta = xml_add(head, "meta");
	xml_attr(meta, "http-equiv", "Content-Security-Policy");
	xml_attr(meta, "content",
		 "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'");
	meta = xml_add(head, "meta");
	xml_attr(meta, "name", "viewport");
	xml_attr(meta, "content", "width=device-width");
	(void)xml_say(head, "title", grid->title);
	add_style(grid, head);
}

static void add_legend(const struct grid *grid, mxml_node_t *body)
{
	mxml_node_t *legend = xml_add(body, "section");

	xml_attr(legend, "id", "legend");
	xml_attr(legend, "role", "group");
	xml_attr(legend, "aria-label", "Legend: highlight");
	for (uint32_t i = 0; i < grid->key_count; i++) {
		const struct grid_key *key = &grid->keys[i];
		mxml_node_t *label = xml_add(legend, "label"), *box = xml_add(label, "input");
		char count[24];

		xml_attr(label, "class", grid->seen[i] ? "key" : "key none");
		xml_attr(label, "id", "o%" PRIu32, i);
		xml_attr(box, "type", "checkbox");
		xml_attr(box, "id", "k%" PRIu32, i);
		xml_attr(xml_say(label, "span", key->text), "class", "chip o%" PRIu32, i);
		xml_text(label, " ");
		xml_attr(xml_say(label, "span", key->words), "class", "words");
		xml_text(label, " ");
		put(count, sizeof(count), "%" PRIu64, grid->seen[i]);
		(void)xml_say(label, "b", count);
	}
}

/* One for rows, one for columns; of no use without the script, which shows them. */
static void add_filters(const struct grid *grid, mxml_node_t *body)
{
	const char *const what[] = { grid->row_title, grid->column_title };
	mxml_node_t *filters = xml_add(body, "section");

	xml_attr(filters, "id", "filters");
	xml_attr(filters, "hidden", "hidden");
	for (size_t i = 0; i < COUNT(what); i++) {
		mxml_node_t *input = xml_add(filters, "input");

		xml_attr(input, "type", "search");
		xml_attr(input, "id", i ? "columns" : "rows");
		xml_attr(input, "placeholder", "filter: %s", what[i]);
		xml_attr(input, "aria-label", "filter: %s", what[i]);
		xml_text(filters, " ");
	}
}

static void add_name(const struct grid_name *name, mxml_node_t *row, const char *scope)
{
	mxml_node_t *head = xml_add(row, "th"), *text;
	char count[24];

	xml_attr(head, "scope", "%s", scope);
	if (name->detail[0])
		xml_attr(head, "title", "%s", name->detail);
	text = xml_say(head, "span", name->name);
	if (!name->count)
		return;
	put(count, sizeof(count), " x%" PRIu64, name->count);
	(void)xml_say(text, "b", count);
}

static void add_cell(const struct grid *grid, mxml_node_t *row, const struct grid_cell *what)
{
	mxml_node_t *cell = xml_add(row, "td"), *link;

	if (what->outcome == GRID_EMPTY) {
		xml_text(cell, "");
		return;
	}
	xml_attr(cell, "class", "o%u", what->outcome);
	link = xml_say(cell, "a", grid_cell_text(grid, what));
	if (what->note)
		xml_attr(link, "href", "#n%" PRIu32, what->note);
	else
		xml_attr(link, "href", "#o%u", what->outcome);
}

static void add_table(const struct grid *grid, mxml_node_t *parent)
{
	mxml_node_t *frame = xml_add(parent, "div"), *table = xml_add(frame, "table");
	mxml_node_t *row = xml_add(xml_add(table, "thead"), "tr"), *body;

	xml_attr(frame, "id", "frame");
	xml_attr(table, "class", "grid%s%s", grid_heads_upright(grid) ? " upright" : "",
		 grid_is_dense(grid) ? " dense" : "");
	xml_attr(table, "aria-label", "%s", grid->title);
	(void)xml_say(row, "th", grid->row_title);
	for (size_t i = 0; i < grid->column_count; i++)
		add_name(&grid->columns[i], row, "col");
	body = xml_add(table, "tbody");
	for (size_t r = 0; r < grid->row_count; r++) {
		row = xml_add(body, "tr");
		if (grid->rows[r].gap)
			xml_attr(row, "class", "gap");
		add_name(&grid->rows[r], row, "row");
		for (size_t i = 0; i < grid->column_count; i++)
			add_cell(grid, row, grid_at(grid, r, i));
	}
}

static void add_finding(const struct grid_finding *finding, mxml_node_t *list)
{
	const struct {
		const char *class;
		const char *text;
	} parts[] = {
		{ "verdict", finding->verdict }, { "object", grid_object(finding) },
		{ "text", finding->text }, { "remedy", finding->remedy },
	};
	mxml_node_t *item = xml_add(list, "li");

	for (size_t i = 0; i < COUNT(parts); i++) {
		if (!parts[i].text[0])
			continue;
		xml_attr(xml_say(item, "span", parts[i].text), "class", "%s",
			 parts[i].class);
		xml_text(item, " ");
	}
}

static void add_notes(const struct grid *grid, mxml_node_t *body)
{
	mxml_node_t *notes = xml_add(body, "section");

	xml_attr(notes, "id", "notes");
	(void)xml_say(notes, "h2", "Findings");
	for (uint32_t n = 1; n <= grid->note_count; n++) {
		const struct grid_note *note = grid->notes[n - 1];
		mxml_node_t *list;

		if (!note->uses)
			continue;
		list = xml_add(notes, "ul");
		xml_attr(list, "id", "n%" PRIu32, n);
		for (size_t i = 0; i < note->count; i++)
			add_finding(&note->findings[i], list);
	}
}

void grid_print_html(const struct grid *grid)
{
	mxml_node_t *html = xml_add(NULL, "html"), *body, *where;

	xml_attr(html, "lang", "en");
	add_head(grid, html);
	body = xml_add(html, "body");
	(void)xml_say(body, "h1", grid->title);
	if (grid->subtitle[0])
		(void)xml_say(body, "p", grid->subtitle);
	add_legend(grid, body);
	add_filters(grid, body);
	where = xml_add(body, "main");
	add_table(grid, where);
	where = xml_add(where, "aside");
	xml_attr(where, "id", "panel");
	xml_attr(where, "aria-label", "Findings of a cell");
	xml_attr(where, "aria-live", "polite");
	xml_attr(where, "hidden", "hidden");
	xml_text(where, "");
	for (size_t i = 0; i < grid->line_count; i++)
		xml_attr(xml_say(body, "p", grid->lines[i]), "class", "line");
	add_notes(grid, body);
	add_raw(xml_add(body, "script"), grid_js);
	say("<!DOCTYPE html>");
	xml_print(html);
}
