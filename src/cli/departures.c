// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "departures.h"
#include "output.h"

/* The newest kernel that was read. */
#define EXAMINED_LAST KERNEL(7, 2)

static const struct {
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) \
	char name[sizeof(text)];
#include <hvpolicy/quirk.def>
} texts = {
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) \
	text,
#include <hvpolicy/quirk.def>
};

static const struct departure departures[] = {
#define DEPARTURE(name, quirk, facts, effect, object, from, where)		\
	{ #name, facts, texts.quirk, HVP_QUIRK_##quirk, object, HVP_LEVEL_##from,	\
	  EFFECT_##effect, WHERE_##where },
#include "departures.def"
#undef DEPARTURE
};

static bool applies(const struct departure *row, const struct host *host)
{
	const uint64_t quirks = hvp_quirk_known(HVP_ARCH_POWER, host_release(host), 0);
	struct hvp_pvr_offer offer;

	/* nobody looked into newer kernels */
	if (host->kernel > EXAMINED_LAST)
		return false;
	if (!(quirks & HVP_BIT(row->quirk)))
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
	return kernel == KERNEL(6, 1) || kernel == KERNEL(6, 12) || kernel == EXAMINED_LAST;
}
