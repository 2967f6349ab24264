// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The cases of the unit tests, answered by the library as this kernel has it. The tables are the
 * same files; what is exhaustive stays in user space.
 */
#include <linux/module.h>
#include <linux/string.h>

#include <hvpolicy/hvpolicy.h>

#include "cases.h"

/* What a call that fails must leave alone. */
#define UNTOUCHED 0xa5a5a5a5u

static void hfscr_decide(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 strategy, enabled, resident, action, vector;
	} cases[] = {
#define CASE_DECIDE(name, strategy, enabled, resident, action, vector) \
	{ name, HVP_STRATEGY_##strategy, enabled, resident, HVP_HFU_##action, vector },
#include "cases/hfscr.def"
	}, *row;
	const u64 bit = HVP_BIT(HVP_FACILITY_TAR);
	struct hvp_hfscr_policy policy;
	u32 action;

	for_each_case(test, row, cases) {
		hvp_hfscr_init(&policy);
		KUNIT_ASSERT_EQ(test, 0,
				(int)hvp_hfscr_assign(&policy, HVP_FACILITY_TAR, row->strategy));
		action = hvp_hfscr_decide(&policy, row->enabled ? bit : 0, row->resident ? bit : 0,
					  HVP_FACILITY_TAR);
		EXPECT(test, action, row->action, row);
		EXPECT(test, hvp_hfscr_vector(action, HVP_RECEIVER_HYPERVISOR), row->vector, row);
	}
}

static void hfscr_vector(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 action, receiver, vector;
	} cases[] = {
#define CASE_VECTOR(name, action, receiver, vector) { name, action, receiver, vector },
#include "cases/hfscr.def"
	}, *row;

	for_each_case(test, row, cases)
		EXPECT(test, hvp_hfscr_vector(row->action, row->receiver), row->vector, row);
}

static void hfscr_restore(struct kunit *test)
{
	static const struct {
		const char *name;
		u64 requested;
		u32 vector, cause;
		u64 restored;
	} cases[] = {
#define CASE_RESTORE(name, requested, vector, cause, restored) \
	{ name, requested, vector, cause, restored },
#include "cases/hfscr.def"
	}, *row;

	for_each_case(test, row, cases)
		EXPECT(test, hvp_hfscr_restore(row->requested, row->vector, row->cause),
		       row->restored, row);
}

static void hfscr_validate(struct kunit *test)
{
	static const struct {
		const char *name;
		struct hvp_hfscr_policy policy;
		int status;
	} cases[] = {
#define CASE_VALIDATE(name, level, reserved, present, lazy, emulated, status, reason, object) \
	{ name, { level, reserved, present, lazy, emulated }, status },
#include "cases/hfscr.def"
	}, *row;

	for_each_case(test, row, cases)
		EXPECT(test, hvp_hfscr_validate(&row->policy, NULL), row->status, row);
}

static void hfscr_derive(struct kunit *test)
{
	static const struct {
		const char *name;
		struct hvp_hfscr_host host;
		int status;
		u64 present, lazy, emulated;
	} cases[] = {
#define CASE_DERIVE(name, host, guest, features, receiver, hardware, status, present, lazy,	\
		    emulated, reason)								\
	{ name, { sizeof(struct hvp_hfscr_host), HVP_POLICY_LEVEL_1, host, guest, features,	\
		  receiver, hardware }, status, present, lazy, emulated },
#include "cases/hfscr.def"
	}, *row;

	for_each_case(test, row, cases) {
		struct hvp_hfscr_policy policy = { .present = UNTOUCHED };
		const int status = hvp_hfscr_derive(&row->host, &policy, NULL);

		EXPECT(test, status, row->status, row);
		EXPECT(test, policy.present, status ? UNTOUCHED : row->present, row);
		EXPECT(test, policy.lazy, row->lazy, row);
		EXPECT(test, policy.emulated, row->emulated, row);
	}
}

static void hfscr_review(struct kunit *test)
{
	static const struct hvp_hfscr_policy policy = {
		.policy_level = HVP_POLICY_LEVEL_1, .present = 0x5bf,
	};
	static const struct {
		const char *name;
		u64 requested, dropped;
	} cases[] = {
#define CASE_REVIEW(name, requested, dropped, reason, verdict, object) \
	{ name, requested, dropped },
#include "cases/hfscr.def"
	}, *row;

	for_each_case(test, row, cases) {
		EXPECT(test, hvp_hfscr_review(&policy, row->requested, NULL), row->dropped, row);
		EXPECT(test, hvp_hfscr_sanitise(&policy, row->requested),
		       row->requested & ~row->dropped, row);
	}
}

static struct kunit_case hfscr_cases[] = {
	KUNIT_CASE(hfscr_decide), KUNIT_CASE(hfscr_vector), KUNIT_CASE(hfscr_restore),
	KUNIT_CASE(hfscr_validate), KUNIT_CASE(hfscr_derive), KUNIT_CASE(hfscr_review),
	{}
};

static struct kunit_suite hfscr_suite = { .name = "hvpolicy-hfscr", .test_cases = hfscr_cases };

static void hvregs_layout(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 reg, offset, bytes, version, entry, exit;
	} cases[] = {
#define CASE_HVREG(name, offset, bytes, version, entry, exit)			\
	{ #name, HVP_HVREG_##name, offset, bytes, version,			\
	  HVP_HVREG_ENTRY_##entry, HVP_HVREG_EXIT_##exit },
#include "cases/hvregs.def"
	}, *row;
	struct hvp_hvreg_info info;

	for_each_case(test, row, cases) {
		KUNIT_ASSERT_EQ(test, 0, (int)hvp_hvregs_get(row->reg, &info));
		EXPECT(test, info.offset, row->offset, row);
		EXPECT(test, info.bytes, row->bytes, row);
		EXPECT(test, info.version, row->version, row);
		EXPECT(test, info.entry, row->entry, row);
		EXPECT(test, info.exit, row->exit, row);
		KUNIT_EXPECT_STREQ(test, (const char *)info.name, row->name);
	}
}

static void hvregs_size(struct kunit *test)
{
	static const struct {
		const char *name;
		u64 version;
		int status;
		u32 size;
	} cases[] = {
#define CASE_SIZE(name, version, status, size) { name, version, status, size },
#include "cases/hvregs.def"
	}, *row;

	for_each_case(test, row, cases) {
		u32 size = UNTOUCHED;

		EXPECT(test, hvp_hvregs_size(row->version, &size), row->status, row);
		EXPECT(test, size, row->status ? UNTOUCHED : row->size, row);
	}
}

static void hvregs_registers(struct kunit *test)
{
	static const struct {
		const char *name;
		u64 (*function)(u64 requested);
		u64 requested, expected;
	} cases[] = {
#define CASE_REGISTER(name, function, requested, expected) \
	{ name, hvp_hvregs_##function, requested, expected },
#include "cases/hvregs.def"
	}, *row;

	for_each_case(test, row, cases)
		EXPECT(test, row->function(row->requested), row->expected, row);
}

static void hvregs_pcr(struct kunit *test)
{
	static const struct {
		const char *name;
		u64 l1_pcr, requested, expected;
	} cases[] = {
#define CASE_PCR(name, l1_pcr, requested, expected) { name, l1_pcr, requested, expected },
#include "cases/hvregs.def"
	}, *row;

	for_each_case(test, row, cases)
		EXPECT(test, hvp_hvregs_pcr(row->l1_pcr, row->requested), row->expected, row);
}

static void hvregs_lpcr(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 features;
		u64 lpcr, expected;
	} filters[] = {
#define CASE_FILTER(name, features, lpcr, expected) { name, features, lpcr, expected },
#include "cases/hvregs.def"
	}, *filter;
	static const struct {
		const char *name;
		struct hvp_hvregs_host host;
		u64 requested, expected;
	} cases[] = {
#define CASE_LPCR(name, features, host, requested, expected)				\
	{ name, { sizeof(struct hvp_hvregs_host), HVP_POLICY_LEVEL_1, features, 0, host },	\
	  requested, expected },
#include "cases/hvregs.def"
	}, *row;

	for_each_case(test, filter, filters)
		EXPECT(test, hvp_hvregs_filter_lpcr(filter->features, filter->lpcr),
		       filter->expected, filter);
	for_each_case(test, row, cases)
		EXPECT(test, hvp_hvregs_lpcr(&row->host, row->requested), row->expected, row);
}

static void hvregs_leave(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 vector, cause;
		u64 asked, live, back;
	} cases[] = {
#define CASE_LEAVE(name, vector, cause, asked, live, back) \
	{ name, vector, cause, asked, live, back },
#include "cases/hvregs.def"
	}, *row;
	static struct hvp_hvregs l1, l2, back;

	for_each_case(test, row, cases) {
		l1.hfscr = row->asked;
		l2.hfscr = row->live;
		hvp_hvregs_leave(&l1, &l2, row->vector, row->cause, &back);
		EXPECT(test, back.hfscr, row->back, row);
	}
}

static struct kunit_case hvregs_cases[] = {
	KUNIT_CASE(hvregs_layout), KUNIT_CASE(hvregs_size), KUNIT_CASE(hvregs_registers),
	KUNIT_CASE(hvregs_pcr), KUNIT_CASE(hvregs_lpcr), KUNIT_CASE(hvregs_leave),
	{}
};

static struct kunit_suite hvregs_suite = { .name = "hvpolicy-hvregs", .test_cases = hvregs_cases };

static void enter_check(struct kunit *test)
{
	static const struct {
		const char *name;
		struct hvp_enter call;
		s64 hcall;
	} cases[] = {
#define CASE_ENTER(name, flags, table, l1_msr, version, token, limit, l2_msr, lpid, hcall, reason) \
	{ name, { sizeof(struct hvp_enter), HVP_POLICY_LEVEL_1, flags, lpid, token, limit,	  \
		  version, table, l1_msr, l2_msr }, hcall },
#include "cases/enter.def"
	}, *row;

	for_each_case(test, row, cases) {
		s64 hcall = UNTOUCHED;

		EXPECT(test, hvp_enter_check(&row->call, &hcall, NULL), HVP_OK, row);
		EXPECT(test, hcall, row->hcall, row);
	}
}

static void enter_result(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 events, vector;
		s64 hcall;
	} cases[] = {
#define CASE_RESULT(name, events, vector, hcall) { name, events, vector, hcall },
#include "cases/enter.def"
	}, *row;

	for_each_case(test, row, cases)
		EXPECT(test, hvp_enter_result(row->events, row->vector), row->hcall, row);
}

static void enter_table(struct kunit *test)
{
	static const struct {
		const char *name;
		bool enabled;
		u64 table;
		bool visible;
		s64 hcall;
	} cases[] = {
#define CASE_TABLE(name, enabled, table, visible, hcall, reason) \
	{ name, enabled, table, visible, hcall },
#include "cases/enter.def"
	}, *row;

	for_each_case(test, row, cases)
		EXPECT(test, hvp_enter_set_table(row->enabled, row->table, row->visible, NULL),
		       row->hcall, row);
}

static void doorbell_decode(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 insn;
		int status;
		struct hvp_doorbell doorbell;
	} cases[] = {
#define CASE_DOORBELL(name, insn, status, op, reg) { name, insn, status, { op, reg } },
#include "cases/doorbell.def"
	}, *row;

	for_each_case(test, row, cases) {
		struct hvp_doorbell doorbell = { 0, 0 };

		EXPECT(test, hvp_doorbell_decode(row->insn, &doorbell), row->status, row);
		EXPECT(test, doorbell.op, row->doorbell.op, row);
		EXPECT(test, doorbell.reg, row->doorbell.reg, row);
	}
}

static void doorbell_target(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 op;
		u64 rb;
		u32 self, threads;
		int status;
		u32 thread;
	} cases[] = {
#define CASE_DOORBELL_TARGET(name, op, rb, self, threads, status, thread) \
	{ name, op, rb, self, threads, status, thread },
#include "cases/doorbell.def"
	}, *row;

	for_each_case(test, row, cases) {
		u32 thread = UNTOUCHED;

		EXPECT(test, hvp_doorbell_target(row->op, row->rb, row->self, row->threads,
						 &thread), row->status, row);
		EXPECT(test, thread, row->status ? UNTOUCHED : row->thread, row);
	}
}

static struct kunit_case enter_cases[] = {
	KUNIT_CASE(enter_check), KUNIT_CASE(enter_result), KUNIT_CASE(enter_table),
	KUNIT_CASE(doorbell_decode), KUNIT_CASE(doorbell_target),
	{}
};

static struct kunit_suite enter_suite = { .name = "hvpolicy-enter", .test_cases = enter_cases };

static void facility_table(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 facility, since, until, enable_since;
	} cases[] = {
#define CASE_FACILITY(name, facility, mask, since, until, enable_since) \
	{ name, facility, since, until, enable_since },
#include "cases/facility.def"
	}, *row;
	struct hvp_facility_info info;

	for_each_case(test, row, cases) {
		KUNIT_ASSERT_EQ(test, 0, (int)hvp_facility_get(row->facility, &info));
		EXPECT(test, info.since, row->since, row);
		EXPECT(test, info.until, row->until, row);
		EXPECT(test, info.enable_since, row->enable_since, row);
		KUNIT_EXPECT_STREQ(test, (const char *)info.name, row->name);
	}
}

static void facility_levels(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 level;
		u64 facilities, enables;
	} cases[] = {
#define CASE_FACILITY_LEVEL(name, level, facilities, enables) \
	{ name, level, facilities, enables },
#include "cases/facility.def"
	}, *row;

	for_each_case(test, row, cases) {
		EXPECT(test, hvp_facility_of_level(row->level), row->facilities, row);
		EXPECT(test, hvp_facility_enables(row->level), row->enables, row);
	}
}

static void facility_find(struct kunit *test)
{
	static const struct {
		const char *name, *spelled;
		int status;
		u32 facility;
	} cases[] = {
#define CASE_FACILITY_FIND(name, spelled, status, facility) { name, spelled, status, facility },
#include "cases/facility.def"
	}, *row;

	for_each_case(test, row, cases) {
		u32 facility = UNTOUCHED;

		EXPECT(test, hvp_facility_find(row->spelled, &facility), row->status, row);
		EXPECT(test, facility, row->status ? UNTOUCHED : row->facility, row);
	}
}

static void level_table(struct kunit *test)
{
	static const struct {
		const char *name, *qemu, *libvirt;
		u32 level, pvr;
		u64 capability;
	} cases[] = {
#define CASE_LEVEL(level, pvr, isa, qemu, libvirt, capability, cpu_pvr) \
	{ isa, qemu, libvirt, level, pvr, capability },
#include "cases/pvr.def"
	}, *row;
	u32 level;

	for_each_case(test, row, cases) {
		KUNIT_ASSERT_EQ(test, 0, (int)hvp_level_at(row - cases, &level));
		EXPECT(test, level, row->level, row);
		EXPECT(test, hvp_level_from_pvr(row->pvr), row->level, row);
		EXPECT(test, hvp_level_pvr(row->level), row->pvr, row);
		EXPECT(test, hvp_level_capability(row->level), row->capability, row);
		KUNIT_EXPECT_STREQ(test, hvp_level_name(row->level, HVP_SPELLING_ISA), row->name);
		KUNIT_EXPECT_STREQ(test, hvp_level_name(row->level, HVP_SPELLING_QEMU), row->qemu);
		KUNIT_EXPECT_STREQ(test, hvp_level_name(row->level, HVP_SPELLING_LIBVIRT),
				   row->libvirt);
	}
}

static void pvr_processors(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 pvr, own, newest;
	} cases[] = {
#define CASE_PROCESSOR(pvr, name, libvirt, own, newest) { name, pvr, own, newest },
#include "cases/pvr.def"
	}, *row;
	static const struct {
		const char *name;
		u32 pvr;
	} others[] = {
#define CASE_NO_PROCESSOR(name, pvr) { name, pvr },
#include "cases/pvr.def"
	}, *other;
	struct hvp_processor_info info;

	for_each_case(test, row, cases) {
		KUNIT_ASSERT_EQ(test, 0, (int)hvp_pvr_processor(row->pvr, &info));
		EXPECT(test, info.level, row->own, row);
		EXPECT(test, info.newest, row->newest, row);
		KUNIT_EXPECT_STREQ(test, (const char *)info.name, row->name);
	}
	for_each_case(test, other, others)
		EXPECT(test, hvp_pvr_processor(other->pvr, &info), HVP_ERR_UNKNOWN_PVR, other);
}

static void pvr_pcr(struct kunit *test)
{
	static const u32 levels[] = {
		HVP_LEVEL_2_05, HVP_LEVEL_2_06, HVP_LEVEL_2_06_PLUS, HVP_LEVEL_2_07,
		HVP_LEVEL_3_00, HVP_LEVEL_3_10, HVP_LEVEL_3_10_P11,
	};
	static const struct {
		const char *name;
		u32 pvr;
		u64 pcr[ARRAY_SIZE(levels)];	/* 1: newer than the processor */
	} cases[] = {
#define CASE_PCR(name, pvr, v2_05, v2_06, v2_06p, v2_07, v3_00, v3_10, v3_10_p11) \
	{ name, pvr, { v2_05, v2_06, v2_06p, v2_07, v3_00, v3_10, v3_10_p11 } },
#include "cases/pvr.def"
	}, *row;

	for_each_case(test, row, cases) {
		for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
			u64 pcr = 1;

			EXPECT(test, hvp_pvr_pcr(row->pvr, levels[i], &pcr),
			       row->pcr[i] == 1 ? HVP_ERR_LEVEL_NEWER : HVP_OK, row);
			EXPECT(test, pcr, row->pcr[i], row);
		}
	}
}

static void pvr_check(struct kunit *test)
{
	static const struct {
		const char *name;
		struct hvp_pvr_host host;
		u32 request;
		int status;
		u32 level;
	} cases[] = {
#define CASE_CHECK(name, pvr, compat, flags, granted, request, status, level, reason)		\
	{ name, { sizeof(struct hvp_pvr_host), HVP_POLICY_LEVEL_1, pvr, compat, 0, flags,	\
		  granted }, request, status, level },
#include "cases/pvr.def"
	}, *row;

	for_each_case(test, row, cases) {
		u32 level = UNTOUCHED;

		EXPECT(test, hvp_pvr_check(&row->host, row->request, &level, NULL), row->status,
		       row);
		EXPECT(test, level, row->status ? UNTOUCHED : row->level, row);
	}
}

static void pvr_choose(struct kunit *test)
{
	static const struct {
		const char *name;
		u64 granted;
		u32 maximum;
		int status;
		struct hvp_pvr_mode mode;
	} cases[] = {
#define CASE_CHOOSE(name, granted, maximum, status, level, mode, cpu_pvr, reason) \
	{ name, granted, maximum, status, { level, mode, cpu_pvr } },
#include "cases/pvr.def"
	}, *row;

	for_each_case(test, row, cases) {
		struct hvp_pvr_mode mode = { .level = UNTOUCHED };

		EXPECT(test, hvp_pvr_choose(row->granted, row->maximum, &mode, NULL), row->status,
		       row);
		EXPECT(test, mode.level, row->status ? UNTOUCHED : row->mode.level, row);
		EXPECT(test, mode.compat_pvr, row->status ? 0 : row->mode.compat_pvr, row);
		EXPECT(test, mode.cpu_pvr, row->status ? 0 : row->mode.cpu_pvr, row);
	}
}

/* The lists are objects of their own, which only a table outside of a function can name. */
static const struct negotiation {
	const char *name;
	struct hvp_pvr_host host;
	u32 maximum;
	int status;
	u32 level, mode, count;
	const struct hvp_pvr_entry *entries;
} negotiations[] = {
#define CASE_NEGOTIATE(name, pvr, compat, guest_pvr, maximum, status, level, mode, reason, ...)	\
	{ name, { sizeof(struct hvp_pvr_host), HVP_POLICY_LEVEL_1, pvr, compat, guest_pvr },	\
	  maximum, status, level, mode,								\
	  sizeof((const struct hvp_pvr_entry[]){ __VA_ARGS__ }) / sizeof(struct hvp_pvr_entry),	\
	  (const struct hvp_pvr_entry[]){ __VA_ARGS__ } },
#include "cases/pvr.def"
};

static void pvr_negotiate(struct kunit *test)
{
	const struct negotiation *row;

	for_each_case(test, row, negotiations) {
		struct hvp_pvr_mode mode = { .level = UNTOUCHED };

		EXPECT(test, hvp_pvr_negotiate(&row->host, row->entries, row->count, row->maximum,
					       &mode, NULL), row->status, row);
		EXPECT(test, mode.level, row->status ? UNTOUCHED : row->level, row);
		EXPECT(test, mode.compat_pvr, row->status ? 0 : row->mode, row);
	}
}

static struct kunit_case level_cases[] = {
	KUNIT_CASE(facility_table), KUNIT_CASE(facility_levels), KUNIT_CASE(facility_find),
	KUNIT_CASE(level_table), KUNIT_CASE(pvr_processors), KUNIT_CASE(pvr_pcr),
	KUNIT_CASE(pvr_check), KUNIT_CASE(pvr_choose), KUNIT_CASE(pvr_negotiate),
	{}
};

static struct kunit_suite level_suite = { .name = "hvpolicy-level", .test_cases = level_cases };

kunit_test_suites(&hfscr_suite, &hvregs_suite, &enter_suite, &level_suite);

MODULE_DESCRIPTION("Tests of hvpolicy");
MODULE_LICENSE("Dual BSD/GPL");
