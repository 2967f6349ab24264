// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/report.h>

void hvp_report_init(struct hvp_report *report, struct hvp_finding *findings, uint32_t capacity)
{
	report->capacity = findings ? capacity : 0;
	report->stored = 0;
	report->total = 0;
	report->worst = HVP_VERDICT_SAME;
	report->findings = findings;
}

void hvp_report_add(struct hvp_report *report, const struct hvp_finding *finding)
{
	uint32_t mildest = 0;

	if (!report)
		return;
	if (report->total != 0xffffffff)
		report->total++;
	if (finding->verdict > report->worst)
		report->worst = finding->verdict;
	if (report->stored < report->capacity) {
		report->findings[report->stored++] = *finding;
		return;
	}
	for (uint32_t i = 1; i < report->stored; i++)
		if (report->findings[i].verdict <= report->findings[mildest].verdict)
			mildest = i;
	if (report->stored && report->findings[mildest].verdict < finding->verdict)
		report->findings[mildest] = *finding;
}
