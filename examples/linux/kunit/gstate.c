// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Guest state buffers of nested API v2; see power.c. */
#include <hvpolicy/hvpolicy.h>

#include "cases.h"

/* as the table spells them */
enum {
	GET = HVP_GSTATE_USE_GET, SET = HVP_GSTATE_USE_SET, RUN = HVP_GSTATE_USE_RUN,
	ANSWER = HVP_GSTATE_USE_ANSWER,
	THREAD = HVP_GSB_SCOPE_THREAD, GUEST = HVP_GSB_SCOPE_GUEST, HOST = HVP_GSB_SCOPE_HOST,
	ANY = HVP_GSB_SCOPE_ANY,
};

/* L0 of the table: POWER9 and POWER10 are negotiated. */
static const struct hvp_gstate_host host = {
	.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1, .revision = 2,
	.l1_level = HVP_LEVEL_3_10, .run_output_min = 128, .run_max = 16384,
	.buffer_max = 0x100000, .negotiated = HVP_BIT(62) | HVP_BIT(61),
};

/* The buffers are objects of their own, which only a table outside of a function can name. */
static const struct buffer {
	const char *name;
	u32 use, scope, policy;
	s64 r3;
	u64 r4;
	u32 reason, index, length;
	const u8 *bytes;
} buffers[] = {
#define CASE_GSTATE(name, use, scope, policy, r3, r4, reason, index, ...)		\
	{ name, use, scope, policy, r3, r4, reason, index,				\
	  sizeof((const u8[]){ __VA_ARGS__ }), (const u8[]){ __VA_ARGS__ } },
#include "cases/gstate.def"
};

static void gstate_check(struct kunit *test)
{
	const struct buffer *row;

	for_each_case(test, row, buffers) {
		struct hvp_hcall answer = { 0 };
		struct hvp_finding found = { 0 };
		struct hvp_report report;

		hvp_report_init(&report, &found, 1);
		EXPECT(test, hvp_gstate_check(&host, row->use, row->scope, row->policy, row->bytes,
					      row->length, &answer, &report), HVP_OK, row);
		EXPECT(test, answer.r3, row->r3, row);
		EXPECT(test, answer.r4, row->r4, row);
		EXPECT(test, report.total, row->reason != 0, row);
		EXPECT(test, found.reason, row->reason, row);
		EXPECT(test, found.index, row->index, row);
	}
}

static void gstate_load(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 id;
		u64 kept, loaded;
	} cases[] = {
#define CASE_LOAD(name, id, kept, loaded) { name, id, kept, loaded },
#include "cases/gstate.def"
	}, *row;
	const struct hvp_hvregs_host regs = {
		.size = sizeof(regs), .policy_level = HVP_POLICY_LEVEL_1,
		.features = HVP_HVREGS_RADIX | HVP_HVREGS_ARCH_207 | HVP_HVREGS_ARCH_300 |
			    HVP_HVREGS_DAWR1,
	};

	for_each_case(test, row, cases)
		EXPECT(test, hvp_gstate_load(&regs, row->id, row->kept), row->loaded, row);
}

static void gstate_leave(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 id;
		u64 kept, live;
		u32 vector, cause;
		u64 back;
	} cases[] = {
#define CASE_LEAVE(name, id, kept, live, vector, cause, back) \
	{ name, id, kept, live, vector, cause, back },
#include "cases/gstate.def"
	}, *row;

	for_each_case(test, row, cases)
		EXPECT(test, hvp_gstate_leave(&host, row->id, row->kept, row->live, row->vector,
					      row->cause), row->back, row);
}

static struct kunit_case gstate_cases[] = {
	KUNIT_CASE(gstate_check), KUNIT_CASE(gstate_load), KUNIT_CASE(gstate_leave),
	{}
};

static struct kunit_suite gstate_suite = { .name = "hvpolicy-gstate", .test_cases = gstate_cases };

kunit_test_suites(&gstate_suite);
