// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Tab-separated files. What is wrong in one is told with file and line. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recorded.h"

#define FILE_MAX (16 << 20)

static bool refuse(const struct table *table, unsigned int line, const char *why)
{
	fprintf(stderr, "%s:%u: %s\n", table->path, line, why);
	return false;
}

/* Through gzip where the name ends so; its path goes by the environment, safe from the shell. */
static FILE *open_table(const struct table *table, bool packed)
{
	if (!packed)
		return fopen(table->path, "rb");
	if (access(table->path, R_OK) || setenv("HVP_TABLE", table->path, 1))
		return NULL;
	return popen("exec gzip -dc <\"$HVP_TABLE\"", "r");
}

/* False: the file could not be read to its end. */
static bool close_table(FILE *file, bool packed, bool whole)
{
	const bool fine = !ferror(file);
	const int status = packed ? pclose(file) : fclose(file);

	/* gzip is stopped by a file that is too large, which is told otherwise */
	return fine && (!status || !whole);
}

static char *read_all(const struct table *table, size_t *size)
{
	const size_t len = strlen(table->path);
	const bool packed = len > 3 && !strcmp(table->path + len - 3, ".gz");
	FILE *file = open_table(table, packed);
	char *text = file ? malloc(FILE_MAX + 1) : NULL;
	bool fine = true;

	*size = 0;
	errno = 0;
	if (text)
		*size = fread(text, 1, FILE_MAX + 1, file);
	if (file)
		fine = close_table(file, packed, *size <= FILE_MAX);
	if (text && fine && *size <= FILE_MAX)
		return text;
	fprintf(stderr, "%s: %s\n", table->path,
		*size > FILE_MAX ? "larger than 16 MiB" :
		errno ? strerror(errno) : "damaged");
	free(text);
	return NULL;
}

static bool split_lines(struct table *table, size_t size)
{
	char *at = table->text;
	char *const end = at + size;

	while (at < end) {
		char *stop = memchr(at, '\n', (size_t)(end - at));

		if (table->lines == sizeof(table->line) / sizeof(table->line[0]))
			return refuse(table, table->lines + 1, "too many lines");
		table->line[table->lines++] = at;
		if (!stop)
			stop = end;
		*stop = '\0';
		if (strlen(at) != (size_t)(stop - at))
			return refuse(table, table->lines, "a byte 0 in the line");
		if (strchr(at, '\r'))
			return refuse(table, table->lines, "a carriage return in the line");
		at = stop + 1;
	}
	return true;
}

bool table_read(struct table *table, const char *path, bool header)
{
	size_t size;

	memset(table, 0, sizeof(*table));
	if (strlen(path) >= sizeof(table->path)) {
		fprintf(stderr, "%s: the path is too long\n", path);
		return false;
	}
	strcpy(table->path, path);
	table->text = read_all(table, &size);
	if (!table->text || !split_lines(table, size))
		return false;
	if (table->lines < (header ? 2 : 1))
		return refuse(table, 1, "the file has no rows");
	if (!header)
		return true;
	table->header = table->line[0];
	for (char *tab = table->header; tab; tab = strchr(tab + 1, '\t'))
		table->columns++;
	return true;
}

void table_free(struct table *table)
{
	free(table->text);
}

void row_fault(struct row *row, const char *format, ...)
{
	va_list args;

	if (row->fault[0])
		return;
	va_start(args, format);
	vsnprintf(row->fault, sizeof(row->fault), format, args);
	va_end(args);
}

static bool split_cells(struct row *row, const char *line)
{
	char *at = row->text;

	if (strlen(line) >= sizeof(row->text)) {
		row_fault(row, "the line is too long");
		return false;
	}
	strcpy(row->text, line);
	while (at) {
		char *tab = strchr(at, '\t');

		if (row->cells == CELLS_MAX) {
			row_fault(row, "more than %d cells", CELLS_MAX);
			return false;
		}
		row->cell[row->cells++] = at;
		if (tab)
			*tab++ = '\0';
		at = tab;
	}
	return true;
}

/* Index of a column, or the number of columns. */
static unsigned int find_column(const struct table *table, const char *column)
{
	const size_t len = strlen(column);
	const char *at = table->header;
	unsigned int index = 0;

	for (; at; index++) {
		const char *tab = strchr(at, '\t');
		const size_t width = tab ? (size_t)(tab - at) : strlen(at);

		if (width == len && !strncmp(at, column, len))
			return index;
		at = tab ? tab + 1 : NULL;
	}
	return table->columns;
}

bool table_check(const struct table *table, const struct reader *reader)
{
	bool whole = true;

	for (const char *const *column = reader->columns; *column; column++) {
		if (find_column(table, *column) < table->columns)
			continue;
		fprintf(stderr, "%s:1: the header has no column \"%s\"\n", table->path, *column);
		whole = false;
	}
	return whole;
}

bool row_read(struct row *row, const struct table *table, const struct reader *reader,
	      unsigned int index)
{
	memset(row, 0, sizeof(*row));
	row->table = table;
	row->reader = reader;
	row->line = index + 1;
	if (!split_cells(row, table->line[index]) || !table->header)
		return !row->fault[0];
	if (!reader->open_ended && row->cells != table->columns)
		row_fault(row, "%u cells, the header has %u", row->cells, table->columns);
	for (const char *const *column = reader->columns; *column; column++)
		row_cell(row, *column);
	return !row->fault[0];
}

const char *row_cell(struct row *row, const char *column)
{
	const unsigned int index = find_column(row->table, column);

	if (index < row->cells)
		return row->cell[index];
	row_fault(row, "no cell for column \"%s\"", column);
	return "";
}

bool parse_number(const char *text, uint64_t *value)
{
	char *end;

	if (*text != '-' && (*text < '0' || *text > '9'))
		return false;
	errno = 0;
	/* strtoull() takes a sign as well and then wraps around, which is what rc=-4 means. */
	*value = strtoull(text, &end, 0);
	return !errno && end != text && !*end;
}

uint64_t row_number(struct row *row, const char *column)
{
	const char *cell = row_cell(row, column);
	uint64_t value = 0;

	if (!parse_number(cell, &value))
		row_fault(row, "column \"%s\": \"%s\" is no number", column, cell);
	return value;
}

bool parse_version(const char *text, uint32_t *version)
{
	unsigned int major, minor;

	if (sscanf(text, "%3u.%3u", &major, &minor) != 2 || major > 255 || minor > 255)
		return false;
	*version = major << 8 | minor;
	return true;
}

/* Append to an answer. */
void say(char *answer, const char *format, ...)
{
	const size_t len = strlen(answer);
	va_list args;

	va_start(args, format);
	vsnprintf(answer + len, ANSWER_SIZE - len, format, args);
	va_end(args);
}
