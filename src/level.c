// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/level.h>

#include "internal.h"

#define HVP__LEVEL_NAME 16

static const struct hvp__level {
	uint64_t capability;
	uint32_t level;
	uint32_t pvr;
	char name[3][HVP__LEVEL_NAME];	/* by enum hvp_spelling */
} hvp__levels[] = {
	/* The first row stands for "no level", so that every lookup has a row. */
	{ 0, HVP_LEVEL_NONE, 0xffffffff, { "", "", "" } },
#define HVP_LEVEL(name, number, logical_pvr, isa, qemu, libvirt, pcr, cpu_pvr, capability) \
	{ (capability), (number), (logical_pvr), { qemu, libvirt, isa } },
#include <hvpolicy/level.def>
#undef HVP_LEVEL
};

static const struct hvp__level *hvp__level(uint32_t level)
{
	for (size_t i = 1; i < HVP__COUNT(hvp__levels); i++)
		if (hvp__levels[i].level == level)
			return &hvp__levels[i];
	return &hvp__levels[0];
}

uint32_t hvp_level_from_pvr(uint32_t logical_pvr)
{
	for (size_t i = 1; i < HVP__COUNT(hvp__levels); i++)
		if (hvp__levels[i].pvr == logical_pvr)
			return hvp__levels[i].level;
	return HVP_LEVEL_NONE;
}

uint32_t hvp_level_pvr(uint32_t level)
{
	return level == HVP_LEVEL_NONE ? 0 : hvp__level(level)->pvr;
}

const char *hvp_level_name(uint32_t level, uint32_t spelling)
{
	if (spelling > HVP_SPELLING_ISA)
		return hvp__levels[0].name[0];
	return hvp__level(level)->name[spelling];
}

enum hvp_status hvp_level_find(const char *name, uint32_t spelling, uint32_t *level)
{
	/* Where a party has no name for a level, that is not the name "". */
	if (spelling > HVP_SPELLING_ISA || !name[0])
		return HVP_ERR_NOT_FOUND;
	for (size_t i = 1; i < HVP__COUNT(hvp__levels); i++) {
		if (!hvp__same_name(hvp__levels[i].name[spelling], name, HVP__LEVEL_NAME))
			continue;
		*level = hvp__levels[i].level;
		return HVP_OK;
	}
	return HVP_ERR_NOT_FOUND;
}

enum hvp_status hvp_level_at(uint32_t index, uint32_t *level)
{
	if (index >= HVP__COUNT(hvp__levels) - 1)
		return HVP_ERR_NOT_FOUND;
	*level = hvp__levels[index + 1].level;
	return HVP_OK;
}

uint32_t hvp_level_newest(uint64_t levels)
{
	uint32_t newest = HVP_LEVEL_NONE;

	for (size_t i = 1; i < HVP__COUNT(hvp__levels); i++)
		if (levels & HVP_BIT(hvp__levels[i].level))
			newest = hvp__levels[i].level;
	return newest;
}

uint64_t hvp_level_capability(uint32_t level)
{
	return hvp__level(level)->capability;
}

uint64_t hvp__capabilities(uint32_t newest)
{
	uint64_t bits = 0;

	for (size_t i = 1; i < HVP__COUNT(hvp__levels); i++)
		if (hvp__levels[i].level <= newest)
			bits |= hvp__levels[i].capability;
	return bits;
}
