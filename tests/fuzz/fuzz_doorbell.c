// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Doorbell instructions of a guest: any word, any message. */
#include "contract.h"

enum what { DECODE, OP, TARGET };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(DECODE, HVP_OK), FUZZ_ANSWER(DECODE, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(OP, HVP_DOORBELL_MSGSNDP), FUZZ_ANSWER(OP, HVP_DOORBELL_MSGCLRP),
	FUZZ_ANSWER(OP, HVP_DOORBELL_MFTIR), FUZZ_ANSWER(OP, HVP_DOORBELL_MFDPDES),
	FUZZ_ANSWER(TARGET, HVP_OK), FUZZ_ANSWER(TARGET, HVP_ERR_NOT_FOUND),
};
FUZZ_SUBJECT(hvp_doorbell_decode);

static bool is_message(uint32_t op)
{
	return op == HVP_DOORBELL_MSGSNDP || op == HVP_DOORBELL_MSGCLRP;
}

static void decode(uint32_t insn, uint32_t change)
{
	struct hvp_doorbell doorbell, other;
	enum hvp_status status;

	poison(doorbell);
	status = hvp_doorbell_decode(insn, &doorbell);
	fuzz_subject_runs++;
	seen(DECODE, status);
	if (FAILS(status, doorbell))
		return;
	seen(OP, doorbell.op);
	CHECK(doorbell.reg < 32);
	/* another register is the same instruction of another register */
	CHECK(!hvp_doorbell_decode(insn ^ (change & 31) << (is_message(doorbell.op) ? 11 : 21),
				   &other));
	CHECK(other.op == doorbell.op && other.reg == (doorbell.reg ^ (change & 31)));
	/* and another primary opcode is none */
	CHECK(hvp_doorbell_decode(insn ^ 1u << (26 + change % 6), &other));
}

static void target(uint32_t op, uint64_t rb, uint32_t self, uint32_t threads, uint64_t change)
{
	const uint64_t counts = 0xf800007f; /* type and tag */
	uint32_t thread, other;
	enum hvp_status status;

	poison(thread);
	poison(other);
	status = hvp_doorbell_target(op, rb, self, threads, &thread);
	seen(TARGET, status);
	CHECK(hvp_doorbell_target(op, rb ^ (change & ~counts), self, threads, &other) == status);
	CHECK(thread == other);
	if (FAILS(status, thread))
		return;
	CHECK(is_message(op) && thread < threads);
	if (op == HVP_DOORBELL_MSGCLRP)
		CHECK(thread == self);
	/* one thread reaches nobody but itself */
	CHECK(hvp_doorbell_target(op, rb, 0, 1, &other) || !other);
	CHECK(hvp_doorbell_target(op, rb ^ 1u << 27, self, threads, &other) == HVP_ERR_NOT_FOUND);
}

static void one_call(struct producer *from)
{
	/* msgsndp, msgclrp, mfspr of TIR and DPDES, all of register 0 */
	static const uint32_t words[] = { 0x7c00011c, 0x7c00015c, 0x7c1e6aa6, 0x7c102aa6 };
	const uint8_t how = produce_byte(from);
	const uint32_t insn = words[how & 3] ^ (how & 4 ? (uint32_t)produce_boundary(from) : 0);
	const uint32_t threads = 1 + (produce_byte(from) & 127u);
	const uint32_t self = produce_byte(from) % threads;
	const uint64_t rb = how & 8 ? produce_boundary(from) :
			    5u << 27 | (uint32_t)produce_byte(from);

	decode(insn, produce_byte(from));
	target(how >> 4, rb, self, threads, produce_boundary(from));
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
