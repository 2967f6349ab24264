// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Registers of a migration stream: any two lists, any quirks. */
#include "values.h"

enum what { STATUS, VERDICT, REASON };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(STATUS, HVP_OK), FUZZ_ANSWER(STATUS, HVP_ERR_RESERVED),
	FUZZ_ANSWER(STATUS, HVP_ERR_VALUE), FUZZ_HEAD(STATUS),
	FUZZ_ANSWER(VERDICT, HVP_VERDICT_SAME), FUZZ_ANSWER(VERDICT, HVP_VERDICT_CHANGED),
	FUZZ_ANSWER(VERDICT, HVP_VERDICT_REFUSED), FUZZ_ANSWER(VERDICT, HVP_VERDICT_BROKEN),
	FUZZ_ANSWER(REASON, HVP_REASON_STREAM_COUNT),
	FUZZ_ANSWER(REASON, HVP_REASON_STREAM_UNKNOWN),
	FUZZ_ANSWER(REASON, HVP_REASON_STREAM_DROPPED),
	FUZZ_ANSWER(REASON, HVP_REASON_STREAM_FORGOTTEN),
	FUZZ_ANSWER(REASON, HVP_REASON_STREAM_KEPT),
};
FUZZ_SUBJECT(hvp_stream_check);

#define REGISTERS 32

struct list {
	struct hvp_stream_reg regs[REGISTERS];
	uint32_t count;
};

/* One call, but for the report. */
struct question {
	uint64_t quirks;
	const struct list *stream;
	const struct list *own;
	const void *host;
};

static enum hvp_status ask(const struct question *question, uint32_t *verdict,
			   struct hvp_report *report)
{
	const size_t bytes = sizeof(struct hvp_stream_reg);
	const struct list *stream = question->stream, *own = question->own;

	return hvp_stream_check(question->quirks,
				(void *)edge_copy(EDGE_BEFORE, stream->regs,
						  stream->count * bytes), stream->count,
				own->count ? own->regs : NULL, own->count, question->host,
				verdict, report);
}

/* A register that QEMU tolerates, one of the firmware, or another. */
static uint64_t some_id(struct producer *from)
{
	static const uint32_t tolerated[] = { 0x13c103, 0x13c512, 0x13c513 };
	const uint8_t which = produce_byte(from);
	struct hvp_fwreg_info info;

	if (!hvp_fwreg_get(which, &info))
		return info.id;
	return HVP_U64(0x6030000000000000) |
	       (which & 128 ? tolerated[which % 3] : which & 64 ? produce_number(from, 3) :
			      0x130000u + which);
}

static void some_list(struct producer *from, bool ascending, struct list *list)
{
	const uint32_t count = produce_byte(from) % REGISTERS;

	list->count = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct hvp_stream_reg *reg = &list->regs[list->count];

		reg->id = some_id(from);
		reg->value = produce_byte(from) >> 5;
		if (!ascending || !list->count || reg->id > reg[-1].id)
			list->count++;
	}
}

static void check_told(const struct question *question, const struct heard *heard,
		       uint32_t verdict)
{
	check_findings(heard);
	CHECK(heard->report.worst == verdict);
	for (uint32_t i = 0; i < heard->report.stored; i++) {
		const struct hvp_finding *finding = &heard->findings[i];

		seen(REASON, finding->reason);
		CHECK(!(finding->where & ~question->quirks));
		CHECK(finding->verdict != HVP_VERDICT_BROKEN || finding->where);
	}
}

/* The same registers are the same, and only quirks break anything. */
static void check_others(const struct question *question)
{
	struct question other = *question;
	uint32_t verdict;

	other.own = other.stream;
	CHECK(!ask(&other, &verdict, NULL) && verdict == HVP_VERDICT_SAME);
	other = *question;
	other.quirks = 0;
	CHECK(!ask(&other, &verdict, NULL) && verdict != HVP_VERDICT_BROKEN);
}

static void one_call(struct producer *from)
{
	static struct list stream, own;
	const uint8_t how = produce_byte(from), what = produce_byte(from);
	struct question question = { 0, &stream, &own, NULL };
	struct hvp_fwregs host;
	struct heard heard;
	uint32_t verdict, again;
	enum hvp_status status;

	some_list(from, !(how & 1), &stream);
	some_list(from, !(how & 2), &own);
	question.quirks = how & 4 ? produce_boundary(from) : (uint64_t)(what & 15) << 32;
	some_fwregs(from, HVP_ROLE_HOST, &host);
	if (how & 8)
		damage(from, &host);
	if (how & 16)
		question.host = sized(from, &host, sizeof(host), how >> 5);
	poison(verdict);
	poison(again);
	status = ask(&question, &verdict, listen(&heard, 1 + (what >> 5)));
	fuzz_subject_runs++;
	seen(STATUS, status);
	CHECK(ask(&question, &again, NULL) == status && verdict == again);
	if (status) {
		check_status(&heard, status);
		CHECK_POISONED(verdict);
		return;
	}
	seen(VERDICT, verdict);
	check_told(&question, &heard, verdict);
	check_others(&question);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
