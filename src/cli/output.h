/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Text for people, JSON for programs, and what to do when neither can be written. */
#ifndef HVPOLICY_CLI_OUTPUT_H
#define HVPOLICY_CLI_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses, part of the command's interface. */
enum {
	EXIT_FINE = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,	/* bad usage or input, or the answer could not be written */
};

enum colour {
	COLOUR_AUTO,
	COLOUR_NEVER,
	COLOUR_ALWAYS,
};

enum style {
	STYLE_PLAIN,
	STYLE_TITLE,
	STYLE_GOOD,
	STYLE_WARN,
	STYLE_BAD,
	STYLE_DIM,
};

/* Elements of an array. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void out_setup(enum colour colour);

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* To stderr, after the command's name. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* snprintf() that fills a buffer and cuts what does not fit. */
void put(char *buf, size_t len, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Text from outside: whatever could move a cursor or is not ASCII becomes '?'. */
void put_clean(char *buf, size_t len, const char *text, size_t text_len);

void title(const char *text);
/* A cell of a table: the text in its style, blanks up to the width (no cut). */
void cell(enum style style, int width, const char *text);
/* Words wrapped at the width of the terminal; further lines start at the column. */
void paragraph(int first_column, int column, const char *text);

json_t *js_object(void);
json_t *js_array(void);
json_t *js_text(const char *text);
json_t *js_bool(bool value);
json_t *js_null(void);
json_t *js_hex32(uint32_t value);
json_t *js_hex64(uint64_t value);
/* Both take the value over. */
void js_set(json_t *object, const char *key, json_t *value);
void js_append(json_t *array, json_t *value);
/* Print and free. */
void js_print(json_t *value);

#endif
