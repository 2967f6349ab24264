// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Reports: R25, for every report of up to ROOM findings and every finding added. */
#include "proof.h"

#define ROOM 3

static bool same(const struct hvp_finding *a, const struct hvp_finding *b)
{
	return a->reason == b->reason && a->verdict == b->verdict && a->object == b->object &&
	       a->index == b->index && a->where == b->where && a->have == b->have &&
	       a->offer == b->offer;
}

/* What becomes of those that were stored. */
static void prove_stored(const struct hvp_finding *before, const struct hvp_finding *now,
			 uint32_t stored, bool full, const struct hvp_finding *added)
{
	uint32_t changed = 0;

	for (uint32_t i = 0; i < stored; i++) {
		if (same(&now[i], &before[i]))
			continue;
		changed++;
		PROVE(full && before[i].verdict < added->verdict && same(&now[i], added),
		      "R25: a finding goes only for a worse one, and if the report is full");
		for (uint32_t k = 0; k < stored; k++)
			PROVE(before[k].verdict >= before[i].verdict, "R25: the mildest goes");
	}
	PROVE(changed <= 1, "R25: one finding goes at most");
	PROVE(!stored || !full || changed || now[stored - 1].verdict >= added->verdict ||
	      same(&now[stored - 1], added), "R25: a worse one does not get lost");
	POSSIBLE(changed == 1 && stored == ROOM);
}

static void prove_room(uint32_t capacity, uint32_t stored)
{
	ANY(struct hvp_finding, memory[ROOM]);
	ANY(struct hvp_report, report);
	ANY(struct hvp_finding, added);
	/* exactly as many as it says: one more is out of bounds */
	struct hvp_finding *const findings = memory + ROOM - capacity;
	struct hvp_finding before[ROOM];
	struct hvp_report was;

	report.capacity = capacity;
	report.stored = stored;
	report.findings = findings;
	ASSUME(report.total >= stored);
	for (uint32_t i = 0; i < stored; i++)
		before[i] = findings[i];
	was = report;
	hvp_report_add(&report, &added);
	PROVE(report.total == (was.total == 0xffffffff ? was.total : was.total + 1),
	      "R25: all findings are counted");
	PROVE(report.worst == (added.verdict > was.worst ? added.verdict : was.worst),
	      "R25: a report keeps the worst verdict");
	PROVE(report.stored == (stored < capacity ? stored + 1 : stored),
	      "R25: what fits is stored");
	PROVE(report.capacity == capacity && report.findings == findings,
	      "R25: the memory stays the caller's");
	PROVE(stored == capacity || same(&findings[stored], &added),
	      "R25: what is stored is what was added");
	prove_stored(before, findings, stored, stored == capacity, &added);
	POSSIBLE(report.total == 0xffffffff);
	POSSIBLE(!capacity && report.worst == HVP_VERDICT_BROKEN);
}

void prove_add(void)
{
	for (uint32_t capacity = 0; capacity <= ROOM; capacity++)
		for (uint32_t stored = 0; stored <= capacity; stored++)
			prove_room(capacity, stored);
}
