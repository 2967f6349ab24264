// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "departures.h"
#include "output.h"

static const struct departure departures[] = {
#define DEPARTURE(name, facts, first, last, effect, object, from, where, text)	\
	{ #name, facts, text, first, last, object, HVP_LEVEL_##from, EFFECT_##effect,	\
	  WHERE_##where },
#include "departures.def"
#undef DEPARTURE
};

static bool applies(const struct departure *row, const struct host *host)
{
	struct hvp_pvr_offer offer;

	if (!host->kernel || host->kernel < row->first || host->kernel > row->last)
		return false;
	host_offer(host, &offer);
	if (offer.own < row->from)
		return false;
	switch (row->where) {
	case WHERE_V2:
		return host->api == API_V2;
	case WHERE_V2_NO_P11:
		return host->api == API_V2 &&
		       !(host->pvr.granted & hvp_level_capability(HVP_LEVEL_3_10_P11));
	case WHERE_ANY:
	default:
		return true;
	}
}

const struct departure *departure_next(const struct host *host, const struct departure *last)
{
	const struct departure *row = last ? last + 1 : departures;

	for (; row < departures + COUNT(departures); row++)
		if (applies(row, host))
			return row;
	return NULL;
}

const struct departure *departure_of(const struct host *host, enum effect effect, uint32_t object)
{
	const struct departure *row = NULL;

	while ((row = departure_next(host, row)))
		if (row->effect == effect && row->object == object)
			break;
	return row;
}

bool departures_examined(uint32_t kernel)
{
	return kernel == KERNEL(6, 1) || kernel == KERNEL(6, 12) || kernel == KERNEL(7, 2);
}
