// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "expect.h"

#define COPY ((uint64_t)1 << 63)
#define P9 ((uint64_t)1 << 62)
#define P10 ((uint64_t)1 << 61)
#define P11 ((uint64_t)1 << 60)

static struct hvp_gcaps fine(void)
{
	return (struct hvp_gcaps){
		.size = sizeof(struct hvp_gcaps), .policy_level = HVP_POLICY_LEVEL_1,
		.l1_level = HVP_LEVEL_3_10, .has = P9 | P10 | P11,
	};
}

/* What an L1 of a level can have at the most. */
static uint64_t reach(uint32_t level)
{
	return level == HVP_LEVEL_3_10_P11 ? COPY | P9 | P10 | P11 :
	       level == HVP_LEVEL_3_10 ? COPY | P9 | P10 :
	       level == HVP_LEVEL_3_00 ? COPY | P9 : COPY;
}

static void expect_answer(const struct hvp_hcall *answer, int64_t r3, uint64_t r4,
			  const struct findings *f, const char *what)
{
	EXPECT(answer->r3, r3, "%s: r3", what);
	EXPECT(answer->r4, r4, "%s: r4", what);
	EXPECT(answer->r5, 0, "%s: r5", what);
	EXPECT(f->report.worst, r3 ? HVP_VERDICT_REFUSED : HVP_VERDICT_SAME, "%s: findings", what);
}

/* Every L0, every level of L1, every bitmap of four bits and one that has no name. */
static void test_all(void **state)
{
	static const uint64_t before[] = { 0, P9, P9 | P10 };
	struct hvp_gcaps caps = fine();
	struct hvp_hcall answer;
	struct findings f;

	(void)state;
	for (uint32_t n = 0, level; !hvp_level_at(n, &level); n++)
		for (uint64_t has = 0; has < 16; has++)
			for (uint64_t asked = 0; asked < 32; asked++)
				for (size_t b = 0; b < COUNT(before); b++) {
					const uint64_t bitmap = asked << 60 | (asked & 16);
					const uint64_t offered = has << 60 & reach(level);
					const bool fits = !(bitmap & ~offered) &&
							  (bitmap & (P9 | P10 | P11));

					caps.l1_level = level;
					caps.has = has << 60;
					caps.negotiated = before[b];
					poison(answer);
					EXPECT(hvp_gcaps_get(&caps, 0, &answer, fresh(&f)), HVP_OK,
					       "get");
					expect_answer(&answer, 0, offered, &f, "get");
					poison(answer);
					EXPECT(hvp_gcaps_set(&caps, 0, bitmap, &answer, fresh(&f)),
					       HVP_OK, "set");
					if (!fits)
						expect_answer(&answer, -55, 1, &f, "does not fit");
					else if (before[b] && before[b] != bitmap)
						expect_answer(&answer, -75, 0, &f, "once");
					else
						expect_answer(&answer, 0, 0, &f, "set");
				}
}

static void test_reasons(void **state)
{
	static const struct {
		uint64_t bitmap, negotiated;
		uint32_t total, reason, object;
		uint64_t have, offer;
	} cases[] = {
		{ P9, 0, 0, 0, 0, 0, 0 },
		{ 0, 0, 1, HVP_REASON_GCAPS_NO_LEVEL, 0, 0, P9 | P10 },
		{ P9 | P11, 0, 1, HVP_REASON_GCAPS_NEWER, 0x0f000006, P11, P9 | P10 },
		{ P9 | COPY, 0, 1, HVP_REASON_GCAPS_NOT_OFFERED, 0, COPY, P9 | P10 },
		{ P9 | 1, 0, 1, HVP_REASON_GCAPS_NOT_OFFERED, 0, 1, P9 | P10 },
		{ P9, P10, 1, HVP_REASON_GCAPS_AGAIN, 0, P9, P10 },
		{ P11 | COPY, 0, 2, HVP_REASON_GCAPS_NEWER, 0x0f000006, P11, P9 | P10 },
		{ COPY, 0, 2, HVP_REASON_GCAPS_NOT_OFFERED, 0, COPY, P9 | P10 },
	};
	struct hvp_gcaps caps = fine();
	struct hvp_hcall answer;
	struct findings f;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		caps.negotiated = cases[i].negotiated;
		EXPECT(hvp_gcaps_set(&caps, 0, cases[i].bitmap, &answer, fresh(&f)), HVP_OK,
		       "%zu", i);
		EXPECT(f.report.total, cases[i].total, "%zu: findings", i);
		if (!cases[i].total)
			continue;
		expect_finding(&f.finding[0], cases[i].reason, HVP_VERDICT_REFUSED, 0,
			       cases[i].have, cases[i].offer, "reason");
		EXPECT(f.finding[0].object, cases[i].object, "%zu: object", i);
		EXPECT(hvp_gcaps_set(&caps, 0, cases[i].bitmap, &answer, NULL), HVP_OK, "%zu", i);
	}
}

static void test_flags(void **state)
{
	const struct hvp_gcaps caps = fine();
	struct hvp_hcall answer;
	struct findings f;

	(void)state;
	for (int bit = 0; bit < 64; bit++) {
		const uint64_t flags = (uint64_t)1 << bit;

		EXPECT(hvp_gcaps_get(&caps, flags, &answer, fresh(&f)), HVP_OK, "get");
		expect_answer(&answer, -4, 0, &f, "get");
		expect_refusal(&f, HVP_REASON_GSTATE_FLAGS, 0, flags, 0, "get");
		/* before the bitmap */
		EXPECT(hvp_gcaps_set(&caps, flags, 0, &answer, fresh(&f)), HVP_OK, "set");
		expect_answer(&answer, -4, 0, &f, "set");
		expect_refusal(&f, HVP_REASON_GSTATE_FLAGS, 0, flags, 0, "set");
	}
}

static enum hvp_status get(const void *data, struct hvp_report *report)
{
	struct hvp_hcall answer;
	enum hvp_status status;

	poison(answer);
	status = hvp_gcaps_get(data, 0, &answer, report);
	if (status)
		EXPECT_POISONED(answer, "refused");
	return status;
}

static void expect_bad(const struct hvp_gcaps *caps, enum hvp_status status, uint32_t reason,
		       uint64_t have, uint64_t offer, const char *what)
{
	struct hvp_hcall answer;
	struct findings f;

	poison(answer);
	EXPECT(get(caps, fresh(&f)), status, "%s", what);
	expect_refusal(&f, status ? reason : 0, 0, have, offer, what);
	if (!status)
		return;
	EXPECT(hvp_gcaps_set(caps, 0, P9, &answer, NULL), status, "%s: set", what);
	EXPECT_POISONED(answer, "%s", what);
}

static void test_bad_caps(void **state)
{
	const struct hvp_gcaps caps = fine();
	struct hvp_hcall answer;
	struct hvp_gcaps bad;

	(void)state;
	EXPECT(hvp_gcaps_get(NULL, 0, &answer, NULL), HVP_ERR_ARGUMENT, "no caps");
	EXPECT(hvp_gcaps_get(&caps, 0, NULL, NULL), HVP_ERR_ARGUMENT, "no answer");
	EXPECT(hvp_gcaps_set(NULL, 0, P9, &answer, NULL), HVP_ERR_ARGUMENT, "no caps");
	EXPECT(hvp_gcaps_set(&caps, 0, P9, NULL, NULL), HVP_ERR_ARGUMENT, "no answer");
	expect_head(&caps, sizeof(caps), get);
	for (uint32_t bit = 0; bit < 64; bit++) {
		const enum hvp_status want = bit < 60 ? HVP_ERR_RESERVED : HVP_OK;

		bad = caps;
		bad.has = (uint64_t)1 << bit;
		expect_bad(&bad, want, HVP_REASON_RESERVED_NOT_ZERO, bad.has | bad.negotiated,
			   P9 | P10 | P11 | (uint64_t)1 << 63, "has");
		bad = caps;
		bad.negotiated = (uint64_t)1 << bit;
		expect_bad(&bad, want, HVP_REASON_RESERVED_NOT_ZERO, bad.negotiated,
			   P9 | P10 | P11 | (uint64_t)1 << 63, "negotiated");
		bad = caps;
		bad.reserved = bit < 32 ? 1u << bit : 0;
		expect_bad(&bad, bit < 32 ? HVP_ERR_RESERVED : HVP_OK, HVP_REASON_RESERVED_NOT_ZERO,
			   bad.reserved, 0, "reserved");
		bad = caps;
		bad.l1_level = bit;
		expect_bad(&bad, bit && hvp_level_pvr(bit) != 0xffffffff ? HVP_OK : HVP_ERR_VALUE,
			   HVP_REASON_GSTATE_LEVEL, bit, 0, "level");
	}
}

/* Linux: POWER11 is all three, POWER10 two, POWER9 one, all else -EINVAL. */
static void test_compat(void **state)
{
	static const struct {
		uint32_t pvr;
		uint64_t bitmap;
	} known[] = {
		{ 0x0f000005, P9 }, { 0x0f000006, P9 | P10 }, { 0x0f000007, P9 | P10 | P11 },
	};
	struct findings f;
	uint64_t bitmap;

	(void)state;
	for (uint32_t low = 0; low < 0x200; low++) {
		const uint32_t pvr = low < 0x100 ? 0x0f000000 | low : 0x0f100000 | (low & 0xff);
		uint64_t want = 0;

		for (size_t i = 0; i < COUNT(known); i++)
			if (known[i].pvr == pvr)
				want = known[i].bitmap;
		poison(bitmap);
		EXPECT(hvp_gcaps_compat(1, pvr, ALL, &bitmap, fresh(&f)),
		       want ? HVP_OK : HVP_ERR_UNKNOWN_PVR, "%#x", pvr);
		expect_refusal(&f, want ? 0 : hvp_level_from_pvr(pvr) ?
			       HVP_REASON_LEVEL_NOT_GRANTED : HVP_REASON_PVR_UNKNOWN, 0, pvr, 0,
			       "cpu_version");
		if (want)
			EXPECT(bitmap, want, "%#x", pvr);
		else
			EXPECT_POISONED(bitmap, "%#x", pvr);
		if (!want && hvp_level_from_pvr(pvr))
			EXPECT(f.finding[0].object, pvr, "the level of %#x", pvr);
	}
	for (uint64_t set = 0; set < 16; set++) {
		const uint64_t want = set << 60 & (P9 | P10 | P11);

		poison(bitmap);
		EXPECT(hvp_gcaps_compat(2, 0, set << 60, &bitmap, fresh(&f)),
		       want ? HVP_OK : HVP_ERR_LEVEL_NOT_GRANTED, "%" PRIx64, set);
		if (want)
			EXPECT(bitmap, want, "%" PRIx64, set);
		else
			expect_refusal(&f, HVP_REASON_GRANT_EMPTY, 0, set << 60, 0, "empty");
		if (!want)
			EXPECT_POISONED(bitmap, "%" PRIx64, set);
	}
	EXPECT(hvp_gcaps_compat(1, 0x0f000005, 0, NULL, NULL), HVP_ERR_ARGUMENT, "no bitmap");
	EXPECT(hvp_gcaps_compat(0, 0x0f000005, P9, &bitmap, NULL), HVP_ERR_ARGUMENT, "API 0");
	EXPECT(hvp_gcaps_compat(3, 0x0f000005, P9, &bitmap, NULL), HVP_ERR_ARGUMENT, "API 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_bad_caps),
		cmocka_unit_test(test_compat),
	};

	return expect_done(cmocka_run_group_tests_name("gcaps", tests, NULL, NULL));
}
