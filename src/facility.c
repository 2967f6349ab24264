// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/facility.h>

#include "internal.h"

static const struct hvp_facility_info hvp__facilities[] = {
#define HVP_FACILITY(name, bit, since, until, enable_since)			\
	{ (bit), HVP_LEVEL_##since, HVP_LEVEL_##until, HVP_LEVEL_##enable_since, #name },
#include <hvpolicy/facility.def>
#undef HVP_FACILITY
};

enum hvp_status hvp_facility_get(uint32_t facility, struct hvp_facility_info *info)
{
	size_t i = 0;

	/* The index outlives the loop: out of rows, compilers build tables of pointers. */
	while (i < HVP__COUNT(hvp__facilities) && hvp__facilities[i].facility != facility)
		i++;
	if (i == HVP__COUNT(hvp__facilities))
		return HVP_ERR_NOT_FOUND;
	*info = hvp__facilities[i];
	return HVP_OK;
}

static char hvp__upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

enum hvp_status hvp_facility_find(const char *name, uint32_t *facility)
{
	char upper[sizeof(hvp__facilities[0].name)] = { 0 };

	for (size_t i = 0; i < sizeof(upper) && name[i]; i++)
		upper[i] = hvp__upper(name[i]);
	for (size_t i = 0; i < HVP__COUNT(hvp__facilities); i++) {
		if (!hvp__same_name(hvp__facilities[i].name, upper, sizeof(upper)))
			continue;
		*facility = hvp__facilities[i].facility;
		return HVP_OK;
	}
	return HVP_ERR_NOT_FOUND;
}

/* Bits of the rows that a level is inside of: from since on, and before until. */
static uint64_t hvp__bits(uint32_t level, bool enables)
{
	uint64_t bits = 0;

	if (!hvp__is_level(level))
		return 0;
	for (size_t i = 0; i < HVP__COUNT(hvp__facilities); i++) {
		const struct hvp_facility_info *row = &hvp__facilities[i];
		const uint32_t since = enables ? row->enable_since : row->since;

		if (since == HVP_LEVEL_NONE || level < since)
			continue;
		if (row->until != HVP_LEVEL_NONE && level >= row->until)
			continue;
		bits |= HVP_BIT(row->facility);
	}
	return bits;
}

uint64_t hvp_facility_of_level(uint32_t level)
{
	return hvp__bits(level, false);
}

uint64_t hvp_facility_enables(uint32_t level)
{
	return hvp__bits(level, true);
}
