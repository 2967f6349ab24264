// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Capabilities of nested guests: R10, R12, R17 and R20, for every L0, L1 and bitmap.
 */
#include "proof.h"

#include "internal.h"

#define COPY_MEMORY HVP_CAPABILITY_COPY_MEMORY

void prove_calls(void)
{
	ANY(struct hvp_gcaps, caps);
	ANY(uint64_t, flags);
	ANY(uint64_t, bitmap);
	ANY(uint32_t, level);
	ANY(struct hvp_hcall, get);
	ANY(struct hvp_hcall, set);
	ANY(bool, none);
	const struct hvp_hcall before_get = get, before_set = set;
	struct hvp_report counted, *report = counting(&counted, none);
	enum hvp_status status;

	caps.size = sizeof(caps);
	status = hvp_gcaps_get(&caps, flags, &get, NULL);
	PROVE(hvp_gcaps_set(&caps, flags, bitmap, &set, report) == status,
	      "R17: both calls ask the same of the caller");
	if (status) {
		PROVE(SAME(get, before_get) && SAME(set, before_set),
		      "R20: what is no state of an L1 leaves the answer alone");
		PROVE_REPORTED(report, true);
		return;
	}
	PROVE((get.r3 == HVP_H_PARAMETER) == (flags != 0), "R17: no flag is defined");
	PROVE(get.r3 || !(get.r4 & ~caps.has), "R12: GET answers nothing that L0 has not");
	if (!get.r3 && hvp__is_level(level) && (hvp_level_capability(level) & get.r4))
		PROVE(level <= caps.l1_level, "R12: and no level newer than L1's own");
	PROVE(set.r3 == HVP_H_SUCCESS || set.r3 == HVP_H_PARAMETER || set.r3 == HVP_H_P2 ||
	      set.r3 == HVP_H_STATE, "R17: SET is answered");
	PROVE((set.r3 == HVP_H_P2) == (!get.r3 && ((bitmap & ~get.r4) || !(bitmap & ~COPY_MEMORY))),
	      "R12: SET takes what GET answers, at least a level");
	PROVE(get.r3 || set.r3 == HVP_H_P2 || caps.negotiated || set.r3 == HVP_H_SUCCESS,
	      "R12: what may be had is had, the first time");
	if (set.r3 == HVP_H_SUCCESS) {
		PROVE(!set.r4 && (!caps.negotiated || caps.negotiated == bitmap),
		      "R17: what is negotiated stays");
		caps.negotiated = bitmap;
		PROVE(!hvp_gcaps_set(&caps, flags, bitmap, &set, NULL) && !set.r3,
		      "R17: twice the same is fine");
		POSSIBLE(bitmap == (HVP_BIT(61) | HVP_BIT(63)));
	}
	PROVE_REPORTED(report, set.r3 != HVP_H_SUCCESS);
	POSSIBLE(set.r3 == HVP_H_STATE);
	POSSIBLE(set.r3 == HVP_H_P2 && set.r4 == 1);
	POSSIBLE(get.r3 == HVP_H_PARAMETER);
}

void prove_compat(void)
{
	ANY(uint32_t, api);
	ANY(uint32_t, cpu_version);
	ANY(uint64_t, negotiated);
	ANY(uint64_t, bitmap);
	ANY(uint32_t, level);
	ANY(bool, none);
	const uint64_t before = bitmap;
	struct hvp_report counted, *report = counting(&counted, none);
	const enum hvp_status status = hvp_gcaps_compat(api, cpu_version, negotiated, &bitmap,
							report);

	PROVE(!status || bitmap == before, "R20: a refusal leaves the bitmap alone");
	PROVE((status == HVP_ERR_ARGUMENT) == (api != 1 && api != 2), "R17: two APIs");
	PROVE(status || (bitmap && !(bitmap & COPY_MEMORY)), "R12: levels, and at least one");
	PROVE(status || api == 1 || !(bitmap & ~negotiated), "R12: v2: what was negotiated");
	if (!status && hvp__is_level(level) && hvp_level_capability(level))
		PROVE(api == 2 || !!(hvp_level_capability(level) & bitmap) ==
		      (level <= hvp_level_from_pvr(cpu_version)),
		      "R10: v1: L1's own level and all older ones that have a bit");
	PROVE(!report || status == HVP_ERR_ARGUMENT || (report->worst == HVP_VERDICT_REFUSED) ==
	      (status != HVP_OK), "R25: a refusal and nothing else leaves a finding that refuses");
	POSSIBLE(!status && api == 1 && bitmap == HVP_U64(7) << 60);
	POSSIBLE(!status && api == 2 && bitmap != negotiated);
	POSSIBLE(status == HVP_ERR_UNKNOWN_PVR && cpu_version == 0x0f000004);
	POSSIBLE(status == HVP_ERR_LEVEL_NOT_GRANTED && negotiated);
}
