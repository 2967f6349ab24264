// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the headers promise of every function, looked at after a call. */
#include "contract.h"

#define CALLS_MAX 64

bool left_alone(const void *object, size_t bytes)
{
	CHECK(is_poisoned(object, bytes));
	return true;
}

struct hvp_report *listen(struct heard *heard, uint32_t room)
{
	memset(heard->findings, POISON, sizeof(heard->findings));
	hvp_report_init(&heard->report, heard->findings, room < HEARD_MAX ? room : HEARD_MAX);
	return &heard->report;
}

void check_words(const char *words, size_t most)
{
	CHECK(words);
	CHECK(memchr(words, 0, most + 1));
	for (; *words; words++)
		CHECK(*words >= ' ' && *words <= '~');
}

static void check_finding(const struct hvp_finding *finding)
{
	char text[512];
	size_t length = hvp_reason_format(finding, HVP_WORDING_TEXT, text, sizeof(text));

	CHECK(hvp_reason_name(finding->reason)[0] != '?');
	CHECK(hvp_verdict_name(finding->verdict)[0] != '?');
	CHECK(length > 0 && length < sizeof(text) && length == strlen(text));
	CHECK(!strchr(text, '{'));
}

void check_findings(const struct heard *heard)
{
	const struct hvp_report *report = &heard->report;
	uint32_t worst = HVP_VERDICT_SAME;

	CHECK(report->findings == heard->findings && report->capacity <= HEARD_MAX);
	CHECK(report->stored ==
	      (report->total < report->capacity ? report->total : report->capacity));
	for (uint32_t i = 0; i < report->stored; i++) {
		check_finding(&report->findings[i]);
		if (report->findings[i].verdict > worst)
			worst = report->findings[i].verdict;
	}
	CHECK(report->capacity ? worst == report->worst : report->worst <= HVP_VERDICT_BROKEN);
	CHECK(is_poisoned(heard->findings + report->stored,
			  (HEARD_MAX - report->stored) * sizeof(heard->findings[0])));
}

void check_heard(const struct heard *heard, bool refused)
{
	check_findings(heard);
	CHECK(heard->report.worst <= HVP_VERDICT_REFUSED);
	CHECK((heard->report.worst == HVP_VERDICT_REFUSED) == refused);
}

void check_status(const struct heard *heard, enum hvp_status status)
{
	check_heard(heard, status && status != HVP_ERR_ARGUMENT);
	CHECK(hvp_status_name(status)[0] != '?');
	CHECK(!status == !hvp_status_to_errno(status));
}

const void *sized(struct producer *from, const void *data, uint32_t bytes, uint8_t how)
{
	static uint8_t long_one[HVP_SIZE_LIMIT + 8];
	uint32_t size = bytes, read;

	if (how & 1)
		size = (uint32_t)produce_boundary(from);
	memset(long_one, 0, sizeof(long_one));
	memcpy(long_one, data, bytes);
	memcpy(long_one, &size, sizeof(size));
	/* no more than the size is read of what is too long or too short */
	read = size > HVP_SIZE_LIMIT || size < sizeof(size) ? sizeof(size) : size;
	if ((how & 2) && read > bytes)
		long_one[bytes + produce_below(from, read - bytes)] = 1;
	return edge_copy(EDGE_BEHIND, long_one, (read + 7) & ~7u);
}

const char *edge_name(struct producer *from, uint32_t longest, bool closed)
{
	const uint32_t length = produce_below(from, longest + 1);
	char name[64] = { 0 };

	CHECK(longest < sizeof(name));
	for (uint32_t i = 0; i < length; i++) {
		name[i] = (char)produce_byte(from);
		if (!name[i])
			return (const char *)edge_copy(EDGE_BEHIND, name, i + 1);
	}
	return (const char *)edge_copy(EDGE_BEHIND, name,
				       closed || length < longest ? length + 1 : length);
}

void fuzz_calls(const uint8_t *data, size_t bytes, void (*call)(struct producer *from))
{
	struct producer from = { data, bytes };
	uint32_t calls = 0;

	do
		call(&from);
	while (from.left && ++calls < CALLS_MAX);
}
