// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "expect.h"

enum { AT_LEAST = 1, EXACT = 2, REFUSE_LARGER = 3, EXTENSIBLE = 4 };

/* What a size gets: the plan byte by byte, with the status and its reason. */
struct answer {
	enum hvp_status status;
	uint32_t reason;
	uint64_t offer;
	struct hvp_vstruct_plan plan;
};

static const struct hvp_vstruct structures[] = {
	{ 0, 24, 24, 4096 }, { 0, 24, 24, 24 }, { 0, 24, 40, 4096 }, { 0, 24, 40, 41 },
	{ 0, 24, 40, 40 }, { 0, 1, 1, 1 }, { 0, 1, 1, 65536 }, { 0, 1, 64, 100 },
	{ 0, 8, 9, 10 }, { 0, 63, 64, 65 }, { 0, 232, 248, 4096 }, { 0, 1, 1000, 1024 },
};

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static struct answer refused(enum hvp_status status, uint32_t reason, uint64_t offer,
			     uint32_t hand_back)
{
	return (struct answer){ status, reason, offer, { .hand_back = hand_back } };
}

/* R16, R18 and the merged order, one contract after the other. */
static struct answer oracle(const struct hvp_vstruct *s, uint64_t size)
{
	struct answer fine = { HVP_OK, 0, 0, { 0 } };
	uint64_t tail;

	switch (s->contract) {
	case AT_LEAST:
		if (size < s->first)
			return refused(HVP_ERR_TOO_SMALL, HVP_REASON_SIZE_BELOW_FIRST, s->first, 0);
		break;
	case EXACT:
		if (size != s->known)
			return refused(HVP_ERR_SIZE, HVP_REASON_SIZE_NOT_EXACT, s->known, 0);
		break;
	case REFUSE_LARGER:
		if (size < s->first)
			return refused(HVP_ERR_TOO_SMALL, HVP_REASON_SIZE_BELOW_FIRST, s->first, 0);
		if (size > s->known)
			return refused(HVP_ERR_TOO_BIG, HVP_REASON_SIZE_ABOVE_KNOWN, s->known,
				       s->known);
		break;
	default:
		if (size > s->limit)
			return refused(HVP_ERR_TOO_BIG, HVP_REASON_SIZE_ABOVE_LIMIT, s->limit, 0);
		if (size < s->first)
			return refused(HVP_ERR_TOO_SMALL, HVP_REASON_SIZE_BELOW_FIRST, s->first, 0);
		tail = size - smaller(size, s->known);
		fine.plan.check_from = (uint32_t)(size - tail);
		fine.plan.check_bytes = (uint32_t)tail;
		fine.plan.clear_out = (uint32_t)tail;
		fine.plan.hand_back = tail ? s->known : 0;
	}
	fine.plan.copy_in = (uint32_t)smaller(size, s->known);
	fine.plan.clear_in = s->known - fine.plan.copy_in;
	fine.plan.copy_out = fine.plan.copy_in;
	fine.plan.answer_size = fine.plan.copy_in;
	return fine;
}

static void expect_plan(const struct hvp_vstruct *s, uint64_t size)
{
	const struct answer want = oracle(s, size);
	struct hvp_vstruct_plan plan;
	struct findings f;
	char what[128];

	snprintf(what, sizeof(what), "contract %" PRIu32 " %" PRIu32 "/%" PRIu32 "/%" PRIu32
		 ", size %" PRIu64, s->contract, s->first, s->known, s->limit, size);
	poison(plan);
	EXPECT(hvp_vstruct_accept(s, size, &plan, fresh(&f)), want.status, "%s", what);
	expect_refusal(&f, want.reason, 0, size, want.offer, what);
	EXPECT(plan.copy_in, want.plan.copy_in, "%s: copy_in", what);
	EXPECT(plan.clear_in, want.plan.clear_in, "%s: clear_in", what);
	EXPECT(plan.check_from, want.plan.check_from, "%s: check_from", what);
	EXPECT(plan.check_bytes, want.plan.check_bytes, "%s: check_bytes", what);
	EXPECT(plan.copy_out, want.plan.copy_out, "%s: copy_out", what);
	EXPECT(plan.clear_out, want.plan.clear_out, "%s: clear_out", what);
	EXPECT(plan.answer_size, want.plan.answer_size, "%s: answer_size", what);
	EXPECT(plan.hand_back, want.plan.hand_back, "%s: hand_back", what);
	poison(plan);
	EXPECT(hvp_vstruct_accept(s, size, &plan, NULL), want.status, "%s: without a report", what);
	EXPECT(memcmp(&plan, &want.plan, sizeof(plan)), 0, "%s: plan without a report", what);
}

static void test_plan_named(void **state)
{
	(void)state;
#define CASE_PLAN(name, contract, first, known, limit, size, status, ...)			\
	{										\
		const struct hvp_vstruct s = { contract, first, known, limit };			\
		const struct hvp_vstruct_plan want = { __VA_ARGS__ };				\
		struct hvp_vstruct_plan plan;							\
											\
		poison(plan);								\
		EXPECT(hvp_vstruct_accept(&s, size, &plan, NULL), status, "%s", name);		\
		if ((status) == HVP_ERR_ARGUMENT)						\
			EXPECT_POISONED(plan, "%s", name);					\
		else									\
			EXPECT(memcmp(&plan, &want, sizeof(want)), 0, "%s: plan", name);	\
	}
#include "../cases/vstruct.def"
}

/* Every size around what is known, and sizes that are small in their low half only. */
static void test_plan(void **state)
{
	static const uint64_t bases[] = { 0x100000000, 0x8000000000000000, 0xffffffff00000000 };
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < COUNT(structures); i++)
		for (uint32_t contract = AT_LEAST; contract <= EXTENSIBLE; contract++) {
			struct hvp_vstruct s = structures[i];

			s.contract = contract;
			for (uint64_t size = 0; size <= s.known + 64; size++)
				expect_plan(&s, size);
			for (uint64_t n = 0; n <= 2; n++) {
				expect_plan(&s, s.limit + n - 1);
				expect_plan(&s, HVP_SIZE_LIMIT + n - 1);
				expect_plan(&s, UINT32_MAX + n - 1);
				expect_plan(&s, UINT64_MAX - n);
			}
			for (int bit = 0; bit < 64; bit++) {
				expect_plan(&s, HVP_BIT(bit));
				expect_plan(&s, HVP_BIT(bit) | s.first);
			}
			for (size_t b = 0; b < COUNT(bases); b++)
				for (uint64_t low = 0; low <= s.known + 8; low++)
					expect_plan(&s, bases[b] | low);
			for (int n = 0; n < 200; n++)
				expect_plan(&s, draw(&seed) >> (n % 64));
		}
}

/* The widest structures that 32 bits can name. */
static void test_plan_wide(void **state)
{
	static const uint64_t sizes[] = {
		0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x100000000, UINT64_MAX,
	};

	(void)state;
	for (uint32_t contract = AT_LEAST; contract <= EXTENSIBLE; contract++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			const struct hvp_vstruct wide[] = {
				{ contract, 1, 1, UINT32_MAX },
				{ contract, 1, UINT32_MAX, UINT32_MAX },
				{ contract, UINT32_MAX, UINT32_MAX, UINT32_MAX },
				{ contract, 1, 0x80000000, UINT32_MAX },
			};

			for (size_t w = 0; w < COUNT(wide); w++)
				expect_plan(&wide[w], sizes[i]);
		}
}

static void expect_no_plan(const struct hvp_vstruct *s, const char *what)
{
	struct hvp_vstruct_plan plan;
	struct findings f;

	for (uint64_t size = 0; size < 100; size++) {
		poison(plan);
		EXPECT(hvp_vstruct_accept(s, size, &plan, fresh(&f)), HVP_ERR_ARGUMENT, "%s", what);
		expect_refusal(&f, 0, 0, 0, 0, what);
		EXPECT_POISONED(plan, "%s", what);
	}
}

static void test_plan_arguments(void **state)
{
	const struct hvp_vstruct fine = { EXTENSIBLE, 24, 24, 4096 };
	struct findings f;

	(void)state;
	expect_no_plan(NULL, "no structure");
	EXPECT(hvp_vstruct_accept(&fine, 24, NULL, fresh(&f)), HVP_ERR_ARGUMENT, "no plan");
	expect_refusal(&f, 0, 0, 0, 0, "no plan");
	for (uint32_t contract = 0; contract < 256; contract++) {
		struct hvp_vstruct s = fine;

		s.contract = contract;
		if (contract < AT_LEAST || contract > EXTENSIBLE) {
			expect_no_plan(&s, "no contract");
			continue;
		}
		s.first = 0;
		expect_no_plan(&s, "first is 0");
		s.known = 0;
		expect_no_plan(&s, "first and known are 0");
		s.known = 24;
		s.first = 25;
		expect_no_plan(&s, "first above known");
		s.first = 24;
		s.limit = s.known - 1;
		if (contract == EXTENSIBLE)
			expect_no_plan(&s, "known above limit");
		else
			expect_plan(&s, 24);	/* the limit is not used */
	}
	for (uint32_t bit = 3; bit < 32; bit++)
		expect_no_plan(&(struct hvp_vstruct){ (uint32_t)1 << bit, 24, 24, 24 }, "contract");
	expect_no_plan(&(struct hvp_vstruct){ UINT32_MAX, 24, 24, 24 }, "contract");
}

/* Every length, alignment and dirty byte, with dirt before and nothing mapped behind. */
static void test_tail(void **state)
{
	struct findings f;

	(void)state;
	for (size_t bytes = 0; bytes <= 72; bytes++) {
		unsigned char *tail = at_the_edge(bytes);

		memset(tail - 64, 0xff, 64);
		memset(tail, 0, bytes);
		EXPECT(hvp_vstruct_tail(tail, bytes, 24, fresh(&f)), HVP_OK, "%zu zeros", bytes);
		expect_refusal(&f, 0, 0, 0, 0, "zeros");
		for (size_t dirty = 0; dirty < bytes; dirty++)
			for (int bit = 0; bit < 8; bit++) {
				tail[dirty] = (unsigned char)(1 << bit);
				EXPECT(hvp_vstruct_tail(tail, bytes, 24, fresh(&f)), HVP_ERR_TAIL,
				       "%zu bytes, dirty %zu", bytes, dirty);
				expect_refusal(&f, HVP_REASON_TAIL_NOT_ZERO, 24 + dirty,
					       tail[dirty], 0, "dirty");
				/* Not in this tail. */
				EXPECT(hvp_vstruct_tail(tail, dirty, 24, NULL), HVP_OK, "before");
				EXPECT(hvp_vstruct_tail(tail + dirty + 1, bytes - dirty - 1, 24,
							NULL),
				       HVP_OK, "behind");
				tail[dirty] = 0;
			}
	}
}

static void test_tail_first(void **state)
{
	unsigned char *tail = at_the_edge(HVP_SIZE_LIMIT);
	struct findings f;

	(void)state;
	memset(tail, 0, HVP_SIZE_LIMIT);
	EXPECT(hvp_vstruct_tail(tail, HVP_SIZE_LIMIT, 0, fresh(&f)), HVP_OK, "a page of zeros");
	/* From the end: each time the first of all dirty bytes is told. */
	for (size_t dirty = HVP_SIZE_LIMIT; dirty-- > 0;) {
		tail[dirty] = (unsigned char)(dirty | 1);
		EXPECT(hvp_vstruct_tail(tail, HVP_SIZE_LIMIT, dirty, fresh(&f)), HVP_ERR_TAIL,
		       "dirty from %zu", dirty);
		expect_refusal(&f, HVP_REASON_TAIL_NOT_ZERO, 2 * dirty, tail[dirty], 0, "first");
	}
	EXPECT(hvp_vstruct_tail(NULL, 0, 0, fresh(&f)), HVP_OK, "no tail");
	expect_refusal(&f, 0, 0, 0, 0, "no tail");
	EXPECT(hvp_vstruct_tail(NULL, 1, 0, fresh(&f)), HVP_ERR_ARGUMENT, "no bytes");
	expect_refusal(&f, 0, 0, 0, 0, "no bytes");
	EXPECT(hvp_vstruct_tail(NULL, SIZE_MAX, 0, NULL), HVP_ERR_ARGUMENT, "no bytes");
}

static void expect_flags(uint64_t value, uint64_t known, enum hvp_status status, const char *what)
{
	struct findings f;

	EXPECT(hvp_vstruct_flags(value, known, fresh(&f)), status, "%s", what);
	if (status)
		expect_refusal(&f, HVP_REASON_RESERVED_NOT_ZERO, 0, value & ~known, known, what);
	else
		expect_refusal(&f, 0, 0, 0, 0, what);
	EXPECT(hvp_vstruct_flags(value, known, NULL), status, "%s: without a report", what);
}

static void test_flags(void **state)
{
	uint64_t seed = 2;

	(void)state;
#define CASE_FLAGS(name, value, known, status) expect_flags(value, known, status, name);
#include "../cases/vstruct.def"
	for (int a = 0; a < 64; a++)
		for (int b = 0; b < 64; b++) {
			expect_flags(HVP_BIT(a), HVP_BIT(b), a == b ? HVP_OK : HVP_ERR_RESERVED,
				     "two");
			expect_flags(HVP_BIT(a), ~HVP_BIT(b), a == b ? HVP_ERR_RESERVED : HVP_OK,
				     "all");
		}
	for (int i = 0; i < 1000; i++) {
		const uint64_t known = draw(&seed);

		expect_flags(0, known, HVP_OK, "nothing set");
		expect_flags(known, known, HVP_OK, "all known");
		expect_flags(draw(&seed) & known, known, HVP_OK, "some known");
		expect_flags(known, known & (known - 1), HVP_ERR_RESERVED, "the lowest is unknown");
	}
	expect_flags(ALL, 0, HVP_ERR_RESERVED, "all");
	expect_flags(ALL, ALL, HVP_OK, "all");
}

static void expect_retry(int32_t error, uint64_t first, uint64_t sent, uint64_t returned,
			 uint32_t retries)
{
	/* Linux' and QEMU's numbers: E2BIG is 7; once, smaller, not below the first. */
	const bool want = error == -7 && retries == 0 && returned < sent && first <= returned;
	uint64_t size;

	poison(size);
	EXPECT(hvp_vstruct_retry(error, first, sent, returned, retries, &size), want,
	       "error %" PRId32 ", sent %" PRIu64 ", returned %" PRIu64 ", retries %" PRIu32,
	       error, sent, returned, retries);
	if (want)
		EXPECT(size, returned, "size");
	else
		EXPECT_POISONED(size, "size");
}

static void test_retry(void **state)
{
	static const uint64_t far[] = { UINT32_MAX, 0x100000018, 0x8000000000000000, UINT64_MAX };
	static const uint32_t retries[] = { 0, 1, 2, 0x80000000, UINT32_MAX };
	uint64_t again;

	(void)state;
#define CASE_RETRY(name, error, first, sent, returned, retries, size)			\
	again = 0;									\
	EXPECT(hvp_vstruct_retry(error, first, sent, returned, retries, &again), (size) != 0,	\
	       "%s", name);								\
	EXPECT(again, size, "%s: size", name);
#include "../cases/vstruct.def"
	for (int32_t error = -200; error <= 200; error++)
		for (uint32_t r = 0; r < COUNT(retries); r++) {
			expect_retry(error, 24, 40, 24, retries[r]);
			expect_retry(error, 24, 40, 40, retries[r]);
		}
	expect_retry(INT32_MIN, 24, 40, 24, 0);
	expect_retry(INT32_MAX, 24, 40, 24, 0);
	for (uint64_t sent = 0; sent <= 72; sent++)
		for (uint64_t returned = 0; returned <= 72; returned++)
			for (uint32_t r = 0; r < COUNT(retries); r++) {
				expect_retry(-7, 24, sent, returned, retries[r]);
				expect_retry(-7, 1, sent, returned, retries[r]);
			}
	for (size_t a = 0; a < COUNT(far); a++)
		for (size_t b = 0; b < COUNT(far); b++) {
			expect_retry(-7, 24, far[a], far[b], 0);
			expect_retry(-7, far[a], far[b], 24, 0);
			expect_retry(-7, far[a], UINT64_MAX, far[b], 0);
		}
}

/*
 * Both sides from end to end. The structure: its size in 8 bytes, then flags of which byte n is
 * known to who knows n bytes; the answer goes over the same bytes.
 */
#define FIRST 24
#define SPACE 128
#define ANSWER(n) ((unsigned char)(0x40 + (n)))

static int32_t kernel(const struct hvp_vstruct *s, unsigned char *user)
{
	unsigned char mine[SPACE];
	struct hvp_vstruct_plan plan;
	enum hvp_status status;
	uint64_t size, out;

	memcpy(&size, user, sizeof(size));
	memset(mine, POISON, sizeof(mine));
	status = hvp_vstruct_accept(s, size, &plan, NULL);
	if (!status)
		status = hvp_vstruct_tail(user + plan.check_from, plan.check_bytes, plan.check_from,
					  NULL);
	if (status) {
		out = plan.hand_back;
		if (out)
			memcpy(user, &out, sizeof(out));
		return hvp_status_to_errno(status);
	}
	memcpy(mine, user, plan.copy_in);
	memset(mine + plan.copy_in, 0, plan.clear_in);
	/* What the sender did not know counts as zero, and all of the structure is set. */
	for (uint32_t i = plan.copy_in; i < s->known; i++)
		EXPECT(mine[i], 0, "byte %" PRIu32 " of the kernel's copy", i);
	EXPECT(mine[s->known], POISON, "the kernel's copy ends");
	for (uint32_t i = 8; i < s->known; i++)
		mine[i] = ANSWER(i);
	out = plan.answer_size;
	memcpy(mine, &out, sizeof(out));
	memcpy(user, mine, plan.copy_out);
	memset(user + plan.copy_out, 0, plan.clear_out);
	return 0;
}

static const uint32_t generations[] = { 24, 32, 40 };

static void end_to_end(uint32_t contract, uint32_t user_knows, uint32_t kernel_knows, bool dirty)
{
	const struct hvp_vstruct s = { contract, FIRST, kernel_knows, 64 };
	const bool larger = user_knows > kernel_knows;
	const bool works = contract != EXACT || user_knows == kernel_knows;
	const uint32_t tries = larger && works && contract != AT_LEAST &&
			       (dirty || contract == REFUSE_LARGER) ? 2 : 1;
	uint64_t size = user_knows, sent, returned, next;
	unsigned char user[SPACE];
	uint32_t calls = 0;
	int32_t error;

	do {
		sent = size;
		memset(user, POISON, sizeof(user));
		memset(user, 0, (size_t)sent);
		memcpy(user, &sent, sizeof(sent));
		if (dirty)	/* something of the newest part that this try knows */
			user[sent - 1] = 1;
		error = kernel(&s, user);
		memcpy(&returned, user, sizeof(returned));
		EXPECT(++calls <= 2, true, "at most one retry");
	} while (hvp_vstruct_retry(error, FIRST, sent, returned, calls - 1, &next) &&
		 (size = next, true));

	EXPECT(calls, tries, "contract %" PRIu32 ": %" PRIu32 " to %" PRIu32 ", %d", contract,
	       user_knows, kernel_knows, dirty);
	EXPECT(error, works ? 0 : -22, "contract %" PRIu32 ": %" PRIu32 " to %" PRIu32, contract,
	       user_knows, kernel_knows);
	EXPECT(user[sent], POISON, "beyond the sender's structure");
	if (!works) {
		EXPECT(returned, user_knows, "nothing is written on refusal");
		return;
	}
	EXPECT(returned, smaller(sent, kernel_knows), "size field of the answer");
	for (uint32_t i = 8; i < sent; i++) {
		/* AT_LEAST leaves what the kernel does not know as the sender sent it. */
		const unsigned char rest = contract == AT_LEAST && dirty && i == sent - 1;

		EXPECT(user[i], i < kernel_knows ? ANSWER(i) : rest,
		       "contract %" PRIu32 ": byte %" PRIu32 " of the answer", contract, i);
	}
}

static void test_end_to_end(void **state)
{
	(void)state;
	for (uint32_t contract = AT_LEAST; contract <= EXTENSIBLE; contract++)
		for (size_t u = 0; u < COUNT(generations); u++)
			for (size_t k = 0; k < COUNT(generations); k++) {
				end_to_end(contract, generations[u], generations[k], false);
				end_to_end(contract, generations[u], generations[k], true);
			}
}

/* A kernel that says "too big" for ever, whatever it hands back, stops the sender after two. */
static void test_hostile(void **state)
{
	static const int64_t steps[] = { 0, 1, -1, -8, 8, -40, INT64_MIN };

	(void)state;
	for (size_t a = 0; a < COUNT(steps); a++)
		for (uint64_t first = 1; first < 64; first++) {
			uint64_t size = 64, sent = 64;
			uint32_t calls = 0;

			do {
				EXPECT(size <= sent && size >= first, true, "size of call");
				sent = size;
				calls++;
			} while (hvp_vstruct_retry(-7, first, sent, sent + (uint64_t)steps[a],
						   calls - 1, &size) && calls < 1000);
			EXPECT(calls <= 2, true, "step %" PRId64, steps[a]);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan_named),
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_plan_wide),
		cmocka_unit_test(test_plan_arguments),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_tail_first),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_retry),
		cmocka_unit_test(test_end_to_end),
		cmocka_unit_test(test_hostile),
	};

	return expect_done(cmocka_run_group_tests_name("vstruct", tests, NULL, NULL));
}
