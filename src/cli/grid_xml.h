/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Writing elements, for SVG and HTML. Mini-XML escapes. */
#ifndef HVPOLICY_CLI_GRID_XML_H
#define HVPOLICY_CLI_GRID_XML_H

#include "grid.h"

#include <mxml.h>

mxml_node_t *xml_add(mxml_node_t *parent, const char *name);
/* An element that says one thing. */
mxml_node_t *xml_say(mxml_node_t *parent, const char *name, const char *text);
void xml_text(mxml_node_t *parent, const char *text);
/* The same attribute, as printf() would write it. */
#define xml_attr mxmlElementSetAttrf
/* One rule an outcome: its colours as --c and --i. */
void xml_key_styles(const struct grid *grid, mxml_node_t *style);
/* Print and delete. */
void xml_print(mxml_node_t *tree);

#endif
