/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Known departures of real kernels from the rules. */
#ifndef HVPOLICY_CLI_DEPARTURES_H
#define HVPOLICY_CLI_DEPARTURES_H

#include "host.h"

enum effect {
	EFFECT_NOTE,
	EFFECT_REFUSES,
	EFFECT_ACCEPTS,
	EFFECT_RESERVES,
};

enum where {
	WHERE_ANY,
	WHERE_V2,
	WHERE_V2_NO_P11,
};

struct departure {
	const char *name;
	const char *facts;
	const char *text;	/* of the quirk */
	uint32_t quirk;		/* enum hvp_quirk */
	uint32_t object;
	uint32_t from;
	enum effect effect;
	enum where where;
};

/* The next departure of a host; start with NULL. */
const struct departure *departure_next(const struct host *host, const struct departure *last);
/* The one that has this effect on a level or facility, or NULL. */
const struct departure *departure_of(const struct host *host, enum effect effect,
				     uint32_t object);
/* Whether the kernel is one of those that were read. */
bool departures_examined(uint32_t kernel);

#endif
