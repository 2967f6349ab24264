// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "grid_xml.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static mxml_node_t *need(mxml_node_t *node)
{
	if (!node)
		die("no memory");
	return node;
}

mxml_node_t *xml_add(mxml_node_t *parent, const char *name)
{
	return need(mxmlNewElement(parent, name));
}

void xml_text(mxml_node_t *parent, const char *text)
{
	(void)need(mxmlNewOpaque(parent, text));
}

mxml_node_t *xml_say(mxml_node_t *parent, const char *name, const char *text)
{
	mxml_node_t *node = xml_add(parent, name);

	xml_text(node, text);
	return node;
}

void xml_key_styles(const struct grid *grid, mxml_node_t *style)
{
	for (uint32_t i = 0; i < grid->key_count; i++) {
		const struct grid_key *key = &grid->keys[i];
		char rule[80];

		put(rule, sizeof(rule), ".o%" PRIu32 "{--c:#%06" PRIx32 ";--i:#%06" PRIx32 "}\n",
		    i, key->colour, grid_ink(key->colour));
		xml_text(style, rule);
	}
}

static const char *line_break(mxml_node_t *node, int where)
{
	static const char *const own_lines[] = {
		"aside", "body", "g", "h1", "head", "label", "li", "main", "meta", "p", "rect",
		"script", "section", "style", "svg", "table", "tbody", "thead", "title", "tr",
	};
	const char *name = mxmlGetElement(node);

	for (size_t i = 0; name && where == MXML_WS_BEFORE_OPEN && i < COUNT(own_lines); i++)
		if (!strcmp(name, own_lines[i]))
			return "\n";
	return NULL;
}

void xml_print(mxml_node_t *tree)
{
	mxmlSetWrapMargin(0);
	/* A write error stays in the stream's error flag, like that of say(). */
	(void)mxmlSaveFile(tree, stdout, line_break);
	say("\n");
	mxmlDelete(tree);
}
