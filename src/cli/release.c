// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "release.h"
#include "host.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool release_parse(const char *text, uint32_t *release, const char **rest)
{
	const char *at;
	uint32_t kernel;
	unsigned long patch = 0;

	if (!kernel_parse(text, &kernel, &at) || kernel >> 16 > 255 || (kernel & 0xffff) > 255)
		return false;
	if (at[0] == '.' && isdigit((unsigned char)at[1])) {
		char *end;

		patch = strtoul(at + 1, &end, 10);
		at = end;
	}
	if (!rest && *at)
		return false;
	if (rest)
		*rest = at;
	*release = HVP_RELEASE(kernel >> 16, kernel & 0xffff, patch);
	return true;
}

bool release_of_kernel(const char *release, const char *version, struct release *range)
{
	const char *debian = version ? strstr(version, "Debian ") : NULL;
	const char *rest;
	uint32_t exact;

	if (!release_parse(release, &range->from, &rest))
		return false;
	range->to = range->from;
	if (range->from & 0xff || !*rest)
		return true;
	if (debian && release_parse(debian + strlen("Debian "), &exact, &rest) &&
	    exact >> 8 == range->from >> 8)
		range->from = range->to = exact;
	else
		range->to |= 0xff;
	return true;
}
