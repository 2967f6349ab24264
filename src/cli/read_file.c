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

char *read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "re");
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
	if (failed)
		die("%s: %s", path, strerror(failed));
	if (!*len)
		die("%s: the file is empty", path);
	if (*len > LIMIT)
		die("%s: larger than 1 MiB, which no host description is", path);
	text[*len] = 0;
	return text;
}
