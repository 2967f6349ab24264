// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Structures that carry their size; see power.c. */
#include <linux/string.h>

#include <hvpolicy/hvpolicy.h>

#include "cases.h"

/* as the table spells them */
enum {
	AT_LEAST = HVP_CONTRACT_AT_LEAST, EXACT = HVP_CONTRACT_EXACT,
	REFUSE_LARGER = HVP_CONTRACT_REFUSE_LARGER, EXTENSIBLE = HVP_CONTRACT_EXTENSIBLE,
};

static void vstruct_accept(struct kunit *test)
{
	static const struct {
		const char *name;
		struct hvp_vstruct known;
		u64 size;
		int status;
		struct hvp_vstruct_plan plan;
	} cases[] = {
#define CASE_PLAN(name, contract, first, known, limit, size, status, ...) \
	{ name, { contract, first, known, limit }, size, status, { __VA_ARGS__ } },
#include "cases/vstruct.def"
	}, *row;

	for_each_case(test, row, cases) {
		struct hvp_vstruct_plan plan = { 0 };

		EXPECT(test, hvp_vstruct_accept(&row->known, row->size, &plan, NULL), row->status,
		       row);
		KUNIT_EXPECT_TRUE_MSG(test, !memcmp(&plan, &row->plan, sizeof(plan)), "%s",
				      row->name);
	}
}

static void vstruct_flags(struct kunit *test)
{
	static const struct {
		const char *name;
		u64 value, known;
		int status;
	} cases[] = {
#define CASE_FLAGS(name, value, known, status) { name, value, known, status },
#include "cases/vstruct.def"
	}, *row;

	for_each_case(test, row, cases)
		EXPECT(test, hvp_vstruct_flags(row->value, row->known, NULL), row->status, row);
}

static void vstruct_retry(struct kunit *test)
{
	static const struct {
		const char *name;
		int error;
		u64 first, sent, returned;
		u32 retries;
		u64 again;
	} cases[] = {
#define CASE_RETRY(name, error, first, sent, returned, retries, again) \
	{ name, error, first, sent, returned, retries, again },
#include "cases/vstruct.def"
	}, *row;

	for_each_case(test, row, cases) {
		u64 size = 0;

		EXPECT(test, hvp_vstruct_retry(row->error, row->first, row->sent, row->returned,
					       row->retries, &size), row->again != 0, row);
		EXPECT(test, size, row->again, row);
	}
}

static void compat_caps_answer(struct kunit *test)
{
	static const struct {
		const char *name;
		struct hvp_compat_caps_call call;
		struct hvp_compat_caps_result result;
	} cases[] = {
#define CASE_CAPS(name, page_size, user_size, flags, events, backend, error, hand_back, copy_out, \
		  clear_out)									  \
	{ name, { sizeof(struct hvp_compat_caps_call), HVP_POLICY_LEVEL_1, page_size, events,	  \
		  user_size, flags, backend }, { error, hand_back, copy_out, clear_out } },
#include "cases/compat_caps.def"
	}, *row;

	for_each_case(test, row, cases) {
		struct hvp_compat_caps_result result = { 0 };

		EXPECT(test, hvp_compat_caps_answer(&row->call, &result, NULL), HVP_OK, row);
		KUNIT_EXPECT_TRUE_MSG(test, !memcmp(&result, &row->result, sizeof(result)), "%s",
				      row->name);
	}
}

static struct kunit_case vstruct_cases[] = {
	KUNIT_CASE(vstruct_accept), KUNIT_CASE(vstruct_flags), KUNIT_CASE(vstruct_retry),
	KUNIT_CASE(compat_caps_answer),
	{}
};

static struct kunit_suite vstruct_suite = {
	.name = "hvpolicy-vstruct", .test_cases = vstruct_cases,
};

kunit_test_suites(&vstruct_suite);
