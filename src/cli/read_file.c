// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "host.h"
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Far above any real file, far below what would hurt. */
#define LIMIT ((size_t)1024 * 1024)

/* All of it, closed by a 0. */
static char *read_all(FILE *file, const char *path, const char *what, size_t *len)
{
	struct stat stat;
	char *text;
	int failed;

	if (!file)
		die("%s: %s", path, strerror(errno));
	if (!fstat(fileno(file), &stat) && S_ISDIR(stat.st_mode))
		die("%s: is a directory", path);
	text = malloc(LIMIT + 1);
	if (!text)
		die("no memory");
	*len = fread(text, 1, LIMIT + 1, file);
	failed = ferror(file) ? errno : 0;
	if (fclose(file) && !failed)
		failed = errno;
	/* what an early end leaves behind is a leak to a checker */
	if (failed) {
		free(text);
		die("%s: %s", path, strerror(failed));
	}
	if (*len > LIMIT) {
		free(text);
		die("%s: larger than 1 MiB, which no %s is", path, what);
	}
	text[*len] = 0;
	return text;
}

char *read_file(const char *path, size_t *len)
{
	char *text = read_all(fopen(path, "re"), path, "host description", len);

	if (!*len) {
		free(text);
		die("%s: the file is empty", path);
	}
	return text;
}

char *read_input(const char *path, const char *what, size_t *len)
{
	if (strcmp(path, "-") != 0)
		return read_all(fopen(path, "re"), path, what, len);
	return read_all(stdin, "standard input", what, len);
}
