// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "output.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool coloured;
static int columns = 80;
static int owed;	/* blanks of the last cell, not printed at the end of a line */

/* An answer that was not written whole is no answer: scripts must not take it for one. */
static void close_stdout(void)
{
	if (ferror(stdout) | fclose(stdout)) {
		static const char message[] = "hvpolicy: the answer could not be written\n";

		const ssize_t written = write(STDERR_FILENO, message, sizeof(message) - 1);

		(void)written; /* nobody is left to tell */
		_exit(EXIT_USAGE);
	}
}

void out_setup(enum colour colour)
{
	static bool registered;
	const char *no_color = getenv("NO_COLOR");
	const bool terminal = isatty(STDOUT_FILENO);
	struct winsize size;

	if (!registered && atexit(close_stdout))
		die("no memory");
	registered = true;
	coloured = colour == COLOUR_ALWAYS ||
		   (colour == COLOUR_AUTO && terminal && !(no_color && *no_color));
	if (terminal && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col >= 60)
		columns = size.ws_col < 110 ? size.ws_col : 110;
}

static const char *escape(enum style style)
{
	static const char *const escapes[] = {
		[STYLE_PLAIN] = "", [STYLE_TITLE] = "\033[1m", [STYLE_GOOD] = "\033[32m",
		[STYLE_WARN] = "\033[33m", [STYLE_BAD] = "\033[31m", [STYLE_DIM] = "\033[2m",
	};

	return coloured ? escapes[style] : "";
}

static const char *escape_end(enum style style)
{
	return coloured && style != STYLE_PLAIN ? "\033[0m" : "";
}

/* A failed write stays in stdout's error flag: close_stdout() looks at it. */
void say(const char *format, ...)
{
	va_list args;

	if (owed && format[0] != '\n')
		(void)printf("%*s", owed, "");
	owed = 0;
	va_start(args, format);
	(void)vprintf(format, args);
	va_end(args);
}

static void complain_args(const char *format, va_list args)
{
	(void)fputs("hvpolicy: ", stderr);
	(void)vfprintf(stderr, format, args);
	(void)fputc('\n', stderr);
}

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain_args(format, args);
	va_end(args);
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain_args(format, args);
	va_end(args);
	exit(EXIT_USAGE);
}

void put(char *buf, size_t len, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(buf, len, format, args);
	va_end(args);
}

void put_clean(char *buf, size_t len, const char *text, size_t text_len)
{
	size_t n = text_len < len - 1 ? text_len : len - 1;

	for (size_t i = 0; i < n; i++)
		buf[i] = text[i] >= ' ' && text[i] < 127 ? text[i] : '?';
	buf[n] = 0;
}

void title(const char *text)
{
	say("%s%s%s\n", escape(STYLE_TITLE), text, escape_end(STYLE_TITLE));
}

void cell(enum style style, int width, const char *text)
{
	const int length = (int)strlen(text);

	say("%s%s%s", escape(style), text, escape_end(style));
	owed = length < width ? width - length : 0;
}

void paragraph(int first_column, int column, const char *text)
{
	int at = first_column;

	while (*text) {
		const int word = (int)strcspn(text, " ");

		if (at > column && at + 1 + word > columns) {
			say("\n%*s", column, "");
			at = column;
		} else if (at > column) {
			say(" ");
			at++;
		}
		say("%.*s", word, text);
		at += word;
		text += word;
		text += strspn(text, " ");
	}
	say("\n");
}

static json_t *js_check(json_t *value)
{
	if (!value)
		die("no memory");
	return value;
}

json_t *js_object(void)
{
	return js_check(json_object());
}

json_t *js_array(void)
{
	return js_check(json_array());
}

json_t *js_text(const char *text)
{
	return js_check(json_string(text));
}

json_t *js_bool(bool value)
{
	return json_boolean(value);
}

json_t *js_null(void)
{
	return json_null();
}

json_t *js_hex32(uint32_t value)
{
	return js_check(json_sprintf("0x%08" PRIx32, value));
}

json_t *js_hex64(uint64_t value)
{
	return js_check(json_sprintf("0x%016" PRIx64, value));
}

void js_set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value))
		die("no memory");
}

void js_append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value))
		die("no memory");
}

void js_print(json_t *value)
{
	/* A write error shows in the stream too, where close_stdout() finds it. */
	(void)json_dumpf(value, stdout, JSON_INDENT(2));
	say("\n");
	json_decref(value);
}
