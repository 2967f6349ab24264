// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "oracle.h"

static void test_decode_cases(void **state)
{
	static const struct {
		const char *name;
		uint32_t insn;
		int32_t status;
		struct hvp_doorbell out;
	} cases[] = {
#define CASE_DOORBELL(name, insn, status, op, reg) { name, insn, status, { op, reg } },
#include "../cases/doorbell.def"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hvp_doorbell out;

		poison(out);
		if (hvp_doorbell_decode(cases[i].insn, &out) != cases[i].status)
			fail_msg("%s: another status", cases[i].name);
		if (cases[i].status)
			assert_poisoned(out);
		else if (out.op != cases[i].out.op || out.reg != cases[i].out.reg)
			fail_msg("%s: op %u, reg %u", cases[i].name, out.op, out.reg);
	}
}

/* An assembler's view: which bits are fixed, and where the register stands. */
static uint32_t expected(uint32_t insn, uint32_t *reg)
{
	static const struct {
		uint32_t mask;
		uint32_t bits;
		uint32_t op;
		uint32_t shift;
	} forms[] = {
		{ 0xfc0007fe, 0x7c00011c, 1, 11 }, { 0xfc0007fe, 0x7c00015c, 2, 11 },
		{ 0xfc1ffffe, 0x7c1e6aa6, 3, 21 }, { 0xfc1ffffe, 0x7c102aa6, 4, 21 },
	};

	for (uint32_t i = 0; i < COUNT(forms); i++) {
		if ((insn & forms[i].mask) != forms[i].bits)
			continue;
		*reg = insn >> forms[i].shift & 31;
		return forms[i].op;
	}
	return 0;
}

static uint32_t check_decode(uint32_t insn)
{
	struct hvp_doorbell out = { POISON_32, POISON_32 };
	const enum hvp_status status = hvp_doorbell_decode(insn, &out);
	uint32_t reg = POISON_32;
	const uint32_t op = expected(insn, &reg);

	if (status != (op ? HVP_OK : HVP_ERR_NOT_FOUND) || out.op != (op ? op : POISON_32) ||
	    out.reg != reg)
		fail_msg("0x%08x: status %d, op %u, reg %u", insn, status, out.op, out.reg);
	return !status;
}

/*
 * Every instruction of opcode 31, every one with RT 0 of the other opcodes, and a million of any.
 */
static void test_decode_all(void **state)
{
	uint64_t seed = 1;
	uint32_t taken = 0;

	(void)state;
	for (uint32_t low = 0; low < 1u << 26; low++)
		taken += check_decode(31u << 26 | low);
	/* RT, RA, RB and Rc are free with the doorbells, RT and Rc with mfspr */
	assert_int_equal(taken, 2 * (1 << 16) + 2 * (1 << 6));
	taken = 0;
	for (uint32_t opcode = 0; opcode < 64; opcode++) {
		if (opcode == 31)
			continue;
		for (uint32_t low = 0; low < 1u << 21; low++)
			taken += check_decode(opcode << 26 | low);
	}
	assert_int_equal(taken, 0);
	for (uint32_t i = 0; i < 1000000; i++)
		check_decode((uint32_t)draw(&seed));
}

static void test_target_cases(void **state)
{
	static const struct {
		const char *name;
		uint64_t rb;
		uint32_t op, self, threads, thread;
		int32_t status;
	} cases[] = {
#define CASE_DOORBELL_TARGET(name, op, rb, self, threads, status, thread) \
	{ name, rb, op, self, threads, thread, status },
#include "../cases/doorbell.def"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t thread = POISON_32;

		if (hvp_doorbell_target(cases[i].op, cases[i].rb, cases[i].self, cases[i].threads,
					&thread) != cases[i].status)
			fail_msg("%s: another status", cases[i].name);
		assert_int_equal(thread, cases[i].status ? POISON_32 : cases[i].thread);
	}
}

static void check_target(uint32_t op, uint32_t type, uint32_t tag, uint64_t rest, uint32_t self,
			 uint32_t threads)
{
	/* what is neither type nor tag means nothing */
	const uint64_t rb = (rest & ~0xf800007full) | type << 27 | tag;
	uint32_t thread = POISON_32, want = POISON_32;
	enum hvp_status status;

	if (type == 5 && op == 2)
		want = self;
	if (type == 5 && op == 1 && tag < threads)
		want = tag;
	status = hvp_doorbell_target(op, rb, self, threads, &thread);
	if (thread != want || status != (want == POISON_32 ? HVP_ERR_NOT_FOUND : HVP_OK))
		fail_msg("op %u, rb %llx, thread %u of %u: %u", op, (unsigned long long)rb, self,
			 threads, thread);
}

/* Every type, tag and number of threads; the executing thread is the first, the last or any. */
static void test_target_all(void **state)
{
	static const uint32_t ops[] = { 0, 1, 2, 3, 4, 5, 0x101, UINT32_MAX };
	uint64_t seed = 2;

	(void)state;
	for (uint32_t threads = 1; threads <= 128; threads++) {
		for (uint32_t n = 0; n < 32 * 128; n++) {
			const uint64_t rest = draw(&seed);
			const uint32_t selves[] = { 0, threads - 1, draw_below(&seed, threads) };

			for (size_t i = 0; i < COUNT(ops); i++)
				check_target(ops[i], n / 128, n % 128, rest, selves[n % 3],
					     threads);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode_cases),
		cmocka_unit_test(test_target_cases),
		cmocka_unit_test(test_target_all),
		/* the long ones last: quick ones see most faults */
		cmocka_unit_test(test_decode_all),
	};

	return cmocka_run_group_tests_name("doorbell", tests, NULL, NULL);
}
