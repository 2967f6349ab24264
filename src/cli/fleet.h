/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Many hosts and guests. Equal profiles, by their wire form, are one class: memory and questions
 * grow with the classes, time with the lines.
 */
#ifndef HVPOLICY_CLI_FLEET_H
#define HVPOLICY_CLI_FLEET_H

#include "grid.h"
#include "party.h"

/* Names that a class keeps. */
#define FLEET_NAMES 3

/* fleet.c: a line without its names */
struct fleet_text;

struct fleet_class {
	struct fleet_class *next;
	struct hvp_profile profile;
	char names[FLEET_NAMES][sizeof(((struct party *)NULL)->name)];	/* of the first ones */
	uint64_t count;
	uint64_t met[HVP_VERDICT_BROKEN + 1];	/* of the other side, by verdict */
	struct fleet_text *texts;		/* in which it was written */
	uint32_t wire_len;
	const uint8_t *wire;
};

struct fleet_side {
	struct fleet_class *first, *last;	/* in the order of their first lines */
	size_t class_count;
	uint64_t count;
};

struct fleet {
	struct fleet_side hosts;
	struct fleet_side guests;
	void *class_tree, *text_tree;	/* of tsearch() */
	uint64_t lines;
	uint64_t damaged;
};

/*
 * fleet.c: one line, {"name": "a", "profile": {...}}. false: it is damaged, and why (a buffer)
 * tells.
 */
bool fleet_add(struct fleet *fleet, const char *line, size_t len, char *why, size_t why_len);
void fleet_free(struct fleet *fleet);

/* fleet_read.c: all lines of a file, "-" is standard input; tells of damaged ones. */
void fleet_read(struct fleet *fleet, const char *path);

/* fleet_show.c: every class of guests with every class of hosts; once. */
void fleet_show(struct fleet *fleet, enum grid_format format, const char *output,
		enum colour colour);

/* hvpolicy matrix --fleet */
int run_fleet(const char *path, enum grid_format format, const char *output, enum colour colour);

#endif
