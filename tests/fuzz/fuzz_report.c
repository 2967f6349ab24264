// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Reports: any room, any number of findings, of any verdict. */
#include "contract.h"

enum what { ROOM };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(ROOM, 0), FUZZ_ANSWER(ROOM, 1), FUZZ_ANSWER(ROOM, 2), FUZZ_ANSWER(ROOM, 3),
};
FUZZ_SUBJECT(hvp_report_add);

#define FINDINGS 256

/* What was added so far; the place in it is in where of the finding. */
static struct hvp_finding added[FINDINGS];

static uint32_t count_of(const struct hvp_finding *findings, uint32_t count, uint32_t verdict)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < count; i++)
		found += findings[i].verdict == verdict;
	return found;
}

/* Each is one that was added, none twice, and none milder than one that found no place. */
static void check_stored(const struct hvp_report *report, uint32_t total)
{
	bool taken[FINDINGS] = { false };
	uint32_t mildest = 0xffffffff;

	for (uint32_t i = 0; i < report->stored; i++) {
		const struct hvp_finding *finding = &report->findings[i];

		CHECK(finding->where < total && !taken[finding->where]);
		CHECK(!memcmp(finding, &added[finding->where], sizeof(*finding)));
		taken[finding->where] = true;
		mildest = finding->verdict < mildest ? finding->verdict : mildest;
	}
	for (uint32_t i = 0; report->stored && i < total; i++)
		CHECK(taken[i] || added[i].verdict <= mildest);
}

static void check_report(const struct hvp_report *report, uint32_t capacity, uint32_t total)
{
	uint32_t worst = HVP_VERDICT_SAME;

	for (uint32_t i = 0; i < total; i++)
		worst = added[i].verdict > worst ? added[i].verdict : worst;
	CHECK(report->capacity == capacity && report->total == total);
	CHECK(report->worst == worst);
	CHECK(report->stored == (total < capacity ? total : capacity));
	CHECK(edge_is_clean(EDGE_BEHIND));
	check_stored(report, total);
	if (capacity && total)
		CHECK(count_of(report->findings, report->stored, worst));
}

/* The count stops and never becomes 0 again. */
static void check_end(struct hvp_report *report)
{
	report->total = 0xfffffffe;
	hvp_report_add(report, &added[0]);
	CHECK(report->total == 0xffffffff);
	hvp_report_add(report, &added[0]);
	CHECK(report->total == 0xffffffff);
	hvp_report_add(NULL, &added[0]);
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	const uint32_t room = how & 7, total = 1u + produce_byte(from) % (FINDINGS - 1);
	uint8_t *at = edge_copy(EDGE_BEHIND, NULL, room * sizeof(struct hvp_finding));
	struct hvp_finding *findings = how & 8 ? NULL : (void *)at;
	struct hvp_report report;

	poison(report);
	hvp_report_init(&report, findings, room);
	check_report(&report, findings ? room : 0, 0);
	for (uint32_t i = 0; i < total; i++) {
		added[i] = (struct hvp_finding){
			.verdict = produce_byte(from) % 6, .where = i, .have = how,
		};
		hvp_report_add(&report, &added[i]);
		fuzz_subject_runs++;
		check_report(&report, findings ? room : 0, i + 1);
	}
	seen(ROOM, !report.capacity ? 0 : total <= room ? 1 : room == 1 ? 2 : 3);
	check_end(&report);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	struct producer from = { data, bytes };

	one_call(&from);
}
