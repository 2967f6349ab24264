// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* H_ENTER_NESTED and H_SET_PARTITION_TABLE of an L1 that passes whatever it likes. */
#include "contract.h"

enum what { STATUS, R3, RESULT, TABLE };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(STATUS, HVP_OK), FUZZ_ANSWER(STATUS, HVP_ERR_RESERVED), FUZZ_HEAD(STATUS),
	FUZZ_ANSWER(R3, HVP_H_SUCCESS), FUZZ_ANSWER(R3, HVP_H_FUNCTION),
	FUZZ_ANSWER(R3, HVP_H_NOT_AVAILABLE), FUZZ_ANSWER(R3, HVP_H_BAD_MODE),
	FUZZ_ANSWER(R3, HVP_H_PARAMETER), FUZZ_ANSWER(R3, HVP_H_P2),
	FUZZ_ANSWER(RESULT, 0), FUZZ_ANSWER(RESULT, 1), FUZZ_ANSWER(RESULT, 2),
	FUZZ_ANSWER(RESULT, 3),
	FUZZ_ANSWER(TABLE, HVP_H_SUCCESS), FUZZ_ANSWER(TABLE, HVP_H_FUNCTION),
	FUZZ_ANSWER(TABLE, HVP_H_PARAMETER),
};
FUZZ_SUBJECT(hvp_enter_check);

/* A table of the fewest entries has 256. */
static uint64_t entries_of(uint64_t table)
{
	return HVP_U64(256) << (table & HVP_TABLE_SIZE);
}

static int64_t answer_of(const struct hvp_enter *call)
{
	int64_t hcall;

	CHECK(!hvp_enter_check(call, &hcall, NULL));
	return hcall;
}

static void check_answer(const struct hvp_enter *call, int64_t hcall)
{
	const uint32_t faults = HVP_ENTER_VERSION_FAULT | HVP_ENTER_STATE_FAULT |
				HVP_ENTER_REGS_FAULT;
	struct hvp_enter other = *call;
	uint32_t size;

	CHECK(hvp_hcall_name(hcall)[0] == 'H');
	if (!hcall) {
		CHECK((call->flags & HVP_ENTER_ENABLED) && call->table);
		CHECK((call->flags & HVP_ENTER_UNREAD) || !(call->flags & faults));
	}
	if (!hcall && !(call->flags & HVP_ENTER_UNREAD)) {
		CHECK(!hvp_hvregs_size(call->version, &size));
		CHECK(call->vcpu_token < call->vcpu_limit);
		CHECK(call->lpid < entries_of(call->table));
		CHECK((call->l2_msr & HVP_MSR_TS) != HVP_MSR_TS);
	}
	if (call->flags & HVP_ENTER_UNREAD)
		CHECK(hcall != HVP_H_PARAMETER && hcall != HVP_H_P2);
	/* what is refused before the memory is read is refused after it too, and the same */
	other.flags |= HVP_ENTER_UNREAD;
	if (answer_of(&other))
		CHECK(hcall == answer_of(&other));
	other.flags = call->flags | HVP_ENTER_STATE_FAULT;
	CHECK(!hcall || answer_of(&other));
	other.flags = call->flags & ~(uint32_t)HVP_ENTER_ENABLED;
	CHECK(answer_of(&other) == HVP_H_FUNCTION);
}

static void some_call(struct producer *from, uint8_t how, struct hvp_enter *call)
{
	static const uint64_t tables[] = { 0x10000, 0, 0x10004, 0x1001f };

	memset(call, 0, sizeof(*call));
	call->size = sizeof(*call);
	call->policy_level = how & 4 ? produce_byte(from) : HVP_POLICY_LEVEL_1;
	call->flags = (uint32_t)(how & 8 ? produce_boundary(from) : produce_byte(from) & 31) ^
		      HVP_ENTER_ENABLED;
	call->lpid = how & 16 ? (uint32_t)produce_boundary(from) : 1;
	call->vcpu_token = produce_byte(from);
	call->vcpu_limit = 1 + (uint32_t)(how >> 7) * 255;
	call->version = how & 32 ? produce_boundary(from) | (how >> 6 & 1) : 2;
	call->table = produce_of(from, tables);
	call->l1_msr = (uint64_t)produce_byte(from) << 33;
	call->l2_msr = (uint64_t)produce_byte(from) << 33;
}

static void check(struct producer *from, uint8_t how)
{
	struct hvp_enter call;
	struct heard heard;
	int64_t hcall, again;
	const void *at;
	enum hvp_status status;

	some_call(from, how, &call);
	at = sized(from, &call, sizeof(call), how);
	poison(hcall);
	poison(again);
	status = hvp_enter_check(at, &hcall, listen_one(&heard));
	fuzz_subject_runs++;
	seen(STATUS, status);
	CHECK(hvp_enter_check(at, &again, NULL) == status && hcall == again);
	CHECK(hvp_enter_check(NULL, &again, NULL) == HVP_ERR_ARGUMENT);
	CHECK(hvp_enter_check(at, NULL, NULL) == HVP_ERR_ARGUMENT);
	if (status) {
		check_status(&heard, status);
		CHECK_POISONED(hcall);
		return;
	}
	check_heard(&heard, hcall);
	seen(R3, hcall);
	check_answer(&call, hcall);
}

/* The vector if nothing happened, else one of three. */
static void result(uint32_t events, uint32_t vector)
{
	static const int64_t statuses[] = { HVP_H_AUTHORITY, HVP_H_INTERRUPT, HVP_H_TOO_HARD };
	const int64_t r3 = hvp_enter_result(events, vector);
	uint32_t which = 0;

	CHECK(hvp_enter_result(events & 7, vector) == r3);
	if (!(events & 7)) {
		CHECK(r3 == vector);
		seen(RESULT, COUNT(statuses));
		return;
	}
	while (which < COUNT(statuses) && statuses[which] != r3)
		which++;
	CHECK(which < COUNT(statuses));
	seen(RESULT, which);
}

static void set_table(bool enabled, bool visible, uint64_t table)
{
	struct heard heard;
	const int64_t r3 = hvp_enter_set_table(enabled, table, visible, listen_one(&heard));

	check_heard(&heard, r3);
	seen(TABLE, r3);
	CHECK(hvp_enter_set_table(enabled, table, visible, NULL) == r3);
	if (!r3)
		CHECK(enabled && visible && entries_of(table) <= 4096);
	CHECK(r3 == HVP_H_FUNCTION || hvp_enter_set_table(false, table, visible, NULL));
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	uint8_t events;

	check(from, how);
	events = produce_byte(from);
	result(events, how & 64 ? (uint32_t)produce_boundary(from) : HVP_VECTOR_HFU);
	set_table(how & 1, how & 2, produce_boundary(from));
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
