// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "rows.h"

#include <string.h>

static char *cut(char **rest, char at)
{
	char *text = *rest;
	char *end = text ? strchr(text, at) : NULL;

	*rest = end ? end + 1 : NULL;
	if (end)
		*end = 0;
	return text;
}

char *row_next(char **text)
{
	return cut(text, '\n');
}

char *row_column(char **rest)
{
	return cut(rest, '\t');
}

char *row_trim(char *text)
{
	char *end;

	text += strspn(text, " \t");
	end = text + strlen(text);
	while (end > text && strchr(" \t\r", end[-1]))
		end--;
	*end = 0;
	return text;
}
