// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Levels: R10 and R11, for all numbers that a level, a logical PVR or an index may be. */
#include "proof.h"

#include "internal.h"

void prove_order(void)
{
	ANY(uint32_t, pvr);
	ANY(uint32_t, index);
	ANY(uint32_t, later);
	ANY(uint32_t, any);
	uint32_t level = 0, newer = 0;
	const uint32_t before = level;
	const enum hvp_status status = hvp_level_at(index, &level);

	PROVE((status == HVP_OK) == (index < 8), "R10: eight levels, without a gap");
	PROVE(!status || level == before, "R20: past the last the output is left alone");
	if (!status && !hvp_level_at(later, &newer)) {
		PROVE((index < later) == (level < newer),
		      "R10: the order of the numbers is the order of the generations");
		PROVE((hvp_level_pvr(level) == hvp_level_pvr(newer)) == (level == newer),
		      "R10: no two levels have one logical PVR");
		POSSIBLE(level < newer && hvp_level_pvr(level) > hvp_level_pvr(newer));
	}
	PROVE(status || hvp_level_from_pvr(hvp_level_pvr(level)) == level,
	      "R10: a level and its logical PVR name each other");
	PROVE(status || (level && level < 64), "R10: a set of levels fits a mask");
	/* what no index leads to is no level, for all 2^32 */
	PROVE((hvp_level_from_pvr(pvr) == HVP_LEVEL_NONE) ||
	      hvp_level_pvr(hvp_level_from_pvr(pvr)) == pvr, "R14: no other number is a level");
	PROVE(hvp__is_level(any) == (any && !(any % 4) && any <= 32),
	      "R10: levels are these, and nothing else");
	POSSIBLE(!hvp__is_level(any) && any);
}

void prove_newest(void)
{
	ANY(uint64_t, levels);
	ANY(uint32_t, level);
	const uint32_t newest = hvp_level_newest(levels);

	PROVE(!newest || (hvp__is_level(newest) && has_bit(levels, newest)),
	      "R10: the newest of a set is one of it");
	PROVE(!hvp__is_level(level) || !has_bit(levels, level) || level <= newest,
	      "R10: and no level of the set is newer");
	POSSIBLE(newest == HVP_LEVEL_3_10_P11);
	POSSIBLE(!newest && levels);
}

void prove_facilities(void)
{
	ANY(uint32_t, level);
	const uint64_t has = hvp_facility_of_level(level), enables = hvp_facility_enables(level);

	PROVE(!((has | enables) >> 56), "R1: no facility of any level lies in IC");
	PROVE(!(enables & ~has), "R2: a level has a bit for what it has, and for nothing else");
	PROVE(hvp__is_level(level) || (!has && !enables), "R14: what is no level has nothing");
	PROVE(has_bit(has, HVP_FACILITY_TM) == (level == HVP_LEVEL_2_07 ||
						level == HVP_LEVEL_3_00),
	      "R10: newer is no superset: transactions went");
	POSSIBLE(has & ~enables);
	POSSIBLE(enables);
}
