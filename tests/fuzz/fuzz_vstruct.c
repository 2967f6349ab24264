// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Structures with a size: any two versions, any contract, and the plan carried out (R16 to R20). */
#include "contract.h"

enum what { ACCEPT, TAIL, FLAGS, RETRY };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(ACCEPT, HVP_OK), FUZZ_ANSWER(ACCEPT, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(ACCEPT, HVP_ERR_TOO_SMALL), FUZZ_ANSWER(ACCEPT, HVP_ERR_SIZE),
	FUZZ_ANSWER(ACCEPT, HVP_ERR_TOO_BIG),
	FUZZ_ANSWER(TAIL, HVP_OK), FUZZ_ANSWER(TAIL, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(TAIL, HVP_ERR_TAIL),
	FUZZ_ANSWER(FLAGS, HVP_OK), FUZZ_ANSWER(FLAGS, HVP_ERR_RESERVED),
	FUZZ_ANSWER(RETRY, 0), FUZZ_ANSWER(RETRY, 1),
};
FUZZ_SUBJECT(hvp_vstruct_accept);

/* Copies stay within what each side has, and reach all that this side knows. */
static void check_plan(const struct hvp_vstruct *known, uint64_t size,
		       const struct hvp_vstruct_plan *plan)
{
	CHECK(plan->copy_in <= size && plan->copy_in + plan->clear_in == known->known);
	CHECK(plan->copy_out <= known->known && plan->copy_out <= size);
	CHECK(plan->answer_size == plan->copy_out);
	if (known->contract != HVP_CONTRACT_EXTENSIBLE) {
		CHECK(!plan->check_bytes && !plan->clear_out && !plan->hand_back);
		return;
	}
	CHECK(plan->check_from == plan->copy_in);
	CHECK(plan->check_from + (uint64_t)plan->check_bytes == size);
	CHECK(plan->copy_out + (uint64_t)plan->clear_out == size);
	CHECK(plan->hand_back == (plan->check_bytes ? known->known : 0));
}

/* Who is told a size tries again at most once, and is not told one again. */
static void check_refused(const struct hvp_vstruct *known, uint64_t size, enum hvp_status status,
			  const struct hvp_vstruct_plan *plan)
{
	struct hvp_vstruct_plan zero = { .hand_back = plan->hand_back };
	const int32_t error = hvp_status_to_errno(status);
	uint64_t next;

	CHECK(!memcmp(plan, &zero, sizeof(zero)));
	CHECK(!plan->hand_back || plan->hand_back == known->known);
	if (!hvp_vstruct_retry(error, known->first, size,
			       plan->hand_back ? plan->hand_back : size, 0, &next))
		return;
	CHECK(next < size && next >= known->first);
	CHECK(!hvp_vstruct_accept(known, next, &zero, NULL));
	CHECK(!hvp_vstruct_retry(error, known->first, next, next, 1, &next));
}

static void accept(struct producer *from, uint8_t how)
{
	struct hvp_vstruct known = { .contract = how & 7 };
	struct hvp_vstruct_plan plan;
	struct heard heard;
	enum hvp_status status;
	uint64_t size;

	known.first = produce_byte(from);
	known.known = how & 8 ? (uint32_t)produce_boundary(from) : produce_byte(from);
	known.limit = how & 16 ? (uint32_t)produce_boundary(from) : 4096;
	if (how & 32)
		size = produce_boundary(from);
	else
		size = how & 64 ? known.known : produce_number(from, 2);
	poison(plan);
	status = hvp_vstruct_accept(&known, size, &plan, listen_one(&heard));
	fuzz_subject_runs++;
	seen(ACCEPT, status);
	check_status(&heard, status);
	if (status == HVP_ERR_ARGUMENT)
		CHECK_POISONED(plan);
	else if (status)
		check_refused(&known, size, status, &plan);
	else
		check_plan(&known, size, &plan);
}

static void tail(struct producer *from, uint8_t how)
{
	uint8_t bytes[64] = { 0 };
	const uint32_t count = produce_byte(from) & 63u;
	const uint64_t offset = produce_boundary(from);
	const uint32_t zero = produce_byte(from) & 63u;
	struct heard heard;
	enum hvp_status status;

	for (uint32_t i = zero; i < count; i++)
		bytes[i] = produce_byte(from);
	status = hvp_vstruct_tail(how & 1 ? NULL : edge_copy(EDGE_BEHIND, bytes, count), count,
				  offset, listen_one(&heard));
	seen(TAIL, status);
	check_status(&heard, status);
	if (how & 1) {
		CHECK(!status == !count);
		return;
	}
	CHECK(!status == !memcmp(bytes, (uint8_t[64]){ 0 }, count));
	if (status) {
		CHECK(heard.findings[0].where - offset >= zero);
		CHECK(heard.findings[0].have == bytes[heard.findings[0].where - offset]);
	}
}

static void flags(uint64_t value, uint64_t known)
{
	struct heard heard;
	const enum hvp_status status = hvp_vstruct_flags(value, known, listen_one(&heard));

	seen(FLAGS, status);
	check_status(&heard, status);
	CHECK(!hvp_vstruct_flags(value & known, known, NULL));
	CHECK(!status == ((value | known) == known));
}

static void retry(struct producer *from, uint8_t how)
{
	const uint64_t first = produce_byte(from), sent = produce_boundary(from);
	const uint64_t returned = produce_boundary(from);
	uint64_t size;
	bool again;

	poison(size);
	again = hvp_vstruct_retry(how & 2 ? -7 : (int32_t)produce_boundary(from), first, sent,
				  returned, how >> 6, &size);
	seen(RETRY, again);
	if (again)
		CHECK(size == returned && size < sent && size >= first && !(how >> 6));
	else
		CHECK_POISONED(size);
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from), what = produce_byte(from);
	uint64_t value;

	accept(from, how);
	tail(from, what);
	value = produce_boundary(from);
	flags(value, produce_boundary(from));
	retry(from, what);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
