// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "oracle.h"

/* The enable bits that some HFSCR has, and what each level has (Linux asm/reg.h, Power ISA). */
static const uint32_t bits[] = { 0, 1, 2, 3, 4, 5, 7, 8, 10, 13 };
#define DEFINED 0x25bfull
#define CAUSE 0xff00000000000000ull

/* A policy as one strategy per bit: what the oracles work on. */
struct strategies {
	uint8_t of[64];
};

static struct hvp_hfscr_policy policy_of(const struct strategies *strategies)
{
	struct hvp_hfscr_policy policy;

	hvp_hfscr_init(&policy);
	for (uint32_t bit = 0; bit < 56; bit++)
		if (strategies->of[bit] != HVP_STRATEGY_RESERVED &&
		    hvp_hfscr_assign(&policy, bit, strategies->of[bit]))
			fail_msg("bit %u cannot be assigned", bit);
	return policy;
}

/* R6, as its table stands there. */
static const struct decision {
	const char *name;
	uint32_t strategy, enabled, resident, action, vector;
} decisions[] = {
#define CASE_DECIDE(name, strategy, enabled, resident, action, vector) \
	{ name, HVP_STRATEGY_##strategy, enabled, resident, HVP_HFU_##action, vector },
#include "../cases/hfscr.def"
};

static uint32_t decision(uint32_t strategy, bool enabled, bool resident)
{
	for (size_t i = 0; i < COUNT(decisions); i++)
		if (decisions[i].strategy == strategy && decisions[i].enabled == enabled &&
		    decisions[i].resident == resident)
			return decisions[i].action;
	fail_msg("the table has no row");
	return UINT32_MAX;
}

static void test_decide_table(void **state)
{
	(void)state;
	/* each combination has one row */
	assert_int_equal(COUNT(decisions), 4 * 2 * 2);
	for (size_t i = 0; i < COUNT(decisions); i++) {
		const struct decision *row = &decisions[i];

		assert_int_equal(decision(row->strategy, row->enabled, row->resident), row->action);
		assert_int_equal(hvp_hfscr_vector(row->action, HVP_RECEIVER_HYPERVISOR),
				 row->vector);
	}
}

static void check_decide(const struct hvp_hfscr_policy *policy, const struct strategies *strategies,
			 uint64_t requested, uint64_t resident, uint32_t cause)
{
	/* IC of HFSCR is no facility, whatever its bits say */
	const uint32_t strategy = cause < 56 ? strategies->of[cause] : HVP_STRATEGY_RESERVED;
	const uint32_t shift = cause & 63;
	const uint32_t want = decision(strategy, requested >> shift & 1, resident >> shift & 1);
	const uint32_t action = hvp_hfscr_decide(policy, requested, resident, cause);

	if (action != want)
		fail_msg("cause %u, strategy %u, requested %llx, resident %llx: %u, not %u", cause,
			 strategy, (unsigned long long)requested, (unsigned long long)resident,
			 action, want);
}

/*
 * Every facility with every strategy, enable bit and residency, among others that are all alike
 * with one of the four and enabled or not, for every cause an interrupt can have, and for more.
 */
static void test_decide_all(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < COUNT(bits) * 4 * 8; n++) {
		const uint32_t bit = bits[n % COUNT(bits)], others = n / COUNT(bits) % 8;
		struct strategies strategies = { { 0 } };
		struct hvp_hfscr_policy policy;

		for (size_t i = 0; i < COUNT(bits); i++)
			strategies.of[bits[i]] = others & 3;
		strategies.of[bit] = (uint8_t)(n / COUNT(bits) / 8);
		policy = policy_of(&strategies);
		for (uint32_t m = 0; m < 8; m++) {
			const uint64_t own = 1ull << bit, rest = others & 4 ? ~own : 0;
			const uint64_t requested = rest | (m & 1 ? own : 0);
			const uint64_t resident = (m & 4 ? ~own : 0) | (m & 2 ? own : 0);

			for (uint32_t cause = 0; cause < 0x200; cause++)
				check_decide(&policy, &strategies, requested, resident, cause);
			for (uint32_t high = 9; high < 32; high++)
				check_decide(&policy, &strategies, requested, resident,
					     1u << high | bit);
			check_decide(&policy, &strategies, requested, resident, UINT32_MAX);
		}
	}
}

/* All 4^10 policies, each with some register values. */
static void test_decide_policies(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (uint32_t n = 0; n < 1u << 2 * COUNT(bits); n++) {
		const uint64_t requested = draw(&seed), resident = draw(&seed);
		struct strategies strategies = { { 0 } };
		struct hvp_hfscr_policy policy;

		for (size_t i = 0; i < COUNT(bits); i++)
			strategies.of[bits[i]] = n >> 2 * i & 3;
		policy = policy_of(&strategies);
		for (size_t i = 0; i < COUNT(bits); i++)
			check_decide(&policy, &strategies, requested, resident, bits[i]);
		check_decide(&policy, &strategies, requested, resident, draw(&seed) & 63);
	}
}

/* R9 with the policy of a real host: POWER9, doorbells emulated by L0 and, for its L2, by L1. */
static void test_doorbell(void **state)
{
	const struct hvp_hfscr_host host = {
		.size = sizeof(host), .policy_level = 1, .host_level = HVP_LEVEL_3_00,
		.receiver = HVP_RECEIVER_HYPERVISOR,
	};
	const uint64_t requested = 0x019f;	/* what Linux as L1 gives its L2: no MSGP */
	struct hvp_hfscr_policy policy;
	uint32_t action;

	(void)state;
	assert_int_equal(hvp_hfscr_derive(&host, &policy, NULL), HVP_OK);
	action = hvp_hfscr_decide(&policy, requested, 0, 10);
	assert_int_equal(action, HVP_HFU_REFLECT);
	assert_int_equal(hvp_hfscr_vector(action, host.receiver), 0xf80);
	assert_true(hvp_hfscr_restore(requested, 0xf80, 10) == 0x0a0000000000019f);
	/* what POWER9 does not have is no business of L1 */
	action = hvp_hfscr_decide(&policy, requested, 0, 13);
	assert_int_equal(hvp_hfscr_vector(action, host.receiver), 0xe40);
	/* a plain guest, with no hypervisor between, rings */
	assert_int_equal(hvp_hfscr_decide(&policy, ~0ull, 0, 10), HVP_HFU_EMULATE);
}

static void test_vector(void **state)
{
	static const struct {
		const char *name;
		uint32_t action, receiver, vector;
	} cases[] = {
#define CASE_VECTOR(name, action, receiver, vector) { name, action, receiver, vector },
#include "../cases/hfscr.def"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (hvp_hfscr_vector(cases[i].action, cases[i].receiver) != cases[i].vector)
			fail_msg("%s: another vector", cases[i].name);
	for (uint32_t action = 5; action < 0x10000; action++)
		assert_int_equal(hvp_hfscr_vector(action, HVP_RECEIVER_HYPERVISOR), 0);
}

/* R2 to R4 bit by bit, from the strategies and not from the masks. */
static uint64_t sanitised(const struct strategies *strategies, uint64_t requested)
{
	uint64_t value = requested & CAUSE;

	for (uint32_t bit = 0; bit < 56; bit++)
		if (strategies->of[bit] != HVP_STRATEGY_RESERVED)
			value |= requested & 1ull << bit;
	return value;
}

static uint64_t effective(const struct strategies *strategies, uint64_t requested,
			  uint64_t resident)
{
	uint64_t value = requested & CAUSE;

	for (uint32_t bit = 0; bit < 56; bit++) {
		if (strategies->of[bit] == HVP_STRATEGY_DIRECT)
			value |= requested & 1ull << bit;
		if (strategies->of[bit] == HVP_STRATEGY_LAZY)
			value |= requested & resident & 1ull << bit;
	}
	return value;
}

static void check_laws(const struct strategies *strategies, const struct hvp_hfscr_policy *policy,
		       uint64_t requested, uint64_t resident)
{
	const uint64_t virtual = hvp_hfscr_sanitise(policy, requested);
	const uint64_t hardware = hvp_hfscr_effective(policy, requested, resident);
	const uint64_t reflected = hvp_hfscr_restore_register(policy, requested, 0xf80, 0x5a);

	if (virtual != sanitised(strategies, requested))
		fail_msg("sanitise %llx", (unsigned long long)requested);
	if (hvp_hfscr_sanitise(policy, virtual) != virtual)
		fail_msg("sanitise %llx twice", (unsigned long long)requested);
	if (virtual & ~requested || (virtual ^ requested) & CAUSE)
		fail_msg("sanitise %llx adds", (unsigned long long)requested);
	if (hardware != effective(strategies, requested, resident))
		fail_msg("effective %llx", (unsigned long long)requested);
	if (hardware & ~virtual || (hardware ^ requested) & CAUSE)
		fail_msg("effective %llx adds", (unsigned long long)requested);
	/* sanitising first changes nothing for the hardware, nor does IC in the residency */
	if (hvp_hfscr_effective(policy, virtual, resident) != hardware ||
	    hvp_hfscr_effective(policy, requested, resident ^ CAUSE) != hardware)
		fail_msg("effective of sanitise %llx", (unsigned long long)requested);
	if (hvp_hfscr_restore_register(policy, requested, 0xe40, 0x5a) != virtual ||
	    reflected != ((virtual & ~CAUSE) | 0x5a00000000000000))
		fail_msg("restore %llx", (unsigned long long)requested);
	if (hvp_hfscr_review(policy, requested, NULL) != (requested ^ virtual))
		fail_msg("review %llx", (unsigned long long)requested);
}

/* Bits 0 to 11 hold all that is defined but PREFIX, which takes the place of bit 11. */
static uint64_t spread(uint32_t subset)
{
	return (subset & 0x7ff) | (uint64_t)(subset >> 11 & 1) << 13;
}

/*
 * All subsets of the defined bits (and of two that are not) as request, with nothing, all and
 * something resident, for the four uniform policies, each facility's own, and random ones.
 */
static void test_laws(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (uint32_t n = 0; n < 4 + 4 * COUNT(bits) + 60; n++) {
		struct strategies strategies = { { 0 } };
		struct hvp_hfscr_policy policy;

		for (uint32_t i = 0; i < COUNT(bits); i++) {
			if (n < 4)
				strategies.of[bits[i]] = (uint8_t)n;
			else if (n >= 4 + 4 * COUNT(bits))
				strategies.of[bits[i]] = draw(&seed) & 3;
			else if (i == (n - 4) / 4)
				strategies.of[bits[i]] = (n - 4) % 4;
		}
		policy = policy_of(&strategies);
		for (uint32_t subset = 0; subset < 0x1000; subset++) {
			const uint64_t requested = spread(subset);

			check_laws(&strategies, &policy, requested, 0);
			check_laws(&strategies, &policy, requested, ~0ull);
			check_laws(&strategies, &policy, requested | draw(&seed) << 56,
				   draw(&seed));
		}
		for (uint32_t bit = 0; bit < 64; bit++) {
			for (uint32_t resident = 0; resident < 64; resident++) {
				check_laws(&strategies, &policy, 1ull << bit, 1ull << resident);
				check_laws(&strategies, &policy, ~(1ull << bit),
					   ~(1ull << resident));
			}
		}
	}
}

/* R5: what L1 reads tells what is reserved, and nothing about the other three. */
static void test_no_leak(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (uint32_t n = 0; n < 20000; n++) {
		struct strategies one = { { 0 } }, other = { { 0 } };
		struct hvp_hfscr_policy a, b;
		const uint64_t requested = draw(&seed);

		for (size_t i = 0; i < COUNT(bits); i++) {
			one.of[bits[i]] = draw(&seed) & 3;
			if (one.of[bits[i]])
				other.of[bits[i]] = (uint8_t)(1 + draw(&seed) % 3);
		}
		a = policy_of(&one);
		b = policy_of(&other);
		for (uint32_t vector = 0xe40; vector <= 0xf80; vector += 0x140)
			assert_true(hvp_hfscr_restore_register(&a, requested, vector, n) ==
				    hvp_hfscr_restore_register(&b, requested, vector, n));
		assert_true(hvp_hfscr_sanitise(&a, requested) == hvp_hfscr_sanitise(&b, requested));
		/* with the enable bit clear all three are answered alike */
		for (uint32_t cause = 0; cause < 256; cause++)
			assert_int_equal(hvp_hfscr_decide(&a, 0, draw(&seed), cause),
					 hvp_hfscr_decide(&b, 0, draw(&seed), cause));
	}
}

static void test_restore(void **state)
{
	static const struct {
		const char *name;
		uint64_t requested, restored;
		uint32_t vector, cause;
	} cases[] = {
#define CASE_RESTORE(name, requested, vector, cause, restored) \
	{ name, requested, restored, vector, cause },
#include "../cases/hfscr.def"
	};
	uint64_t seed = 6;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (hvp_hfscr_restore(cases[i].requested, cases[i].vector, cases[i].cause) !=
		    cases[i].restored)
			fail_msg("%s: another value", cases[i].name);
	for (uint32_t vector = 0; vector < 0x6000; vector++) {
		const uint64_t requested = draw(&seed);
		const uint32_t cause = (uint32_t)draw(&seed);
		const uint64_t want = vector == 0xf80 ?
				      requested << 8 >> 8 | (cause & 0xffull) << 56 : requested;

		assert_true(hvp_hfscr_restore(requested, vector, cause) == want);
	}
	for (uint32_t cause = 0; cause < 0x200; cause++) {
		for (uint32_t bit = 0; bit < 64; bit++) {
			const uint64_t value = hvp_hfscr_restore(1ull << bit, 0xf80, cause);

			assert_true(value << 8 == 1ull << bit << 8);
			assert_int_equal(hvp_hfscr_cause(value), cause & 0xff);
			assert_true(hvp_hfscr_restore(1ull << bit, 0xe40, cause) == 1ull << bit);
		}
	}
	assert_int_equal(hvp_hfscr_cause(0x00ffffffffffffff), 0);
	assert_int_equal(hvp_hfscr_cause(UINT64_MAX), 255);
	assert_int_equal(hvp_hfscr_cause(0x0a00000000000000), 10);
}

static void test_init(void **state)
{
	struct hvp_hfscr_policy policy;

	(void)state;
	poison(policy);
	hvp_hfscr_init(&policy);
	assert_int_equal(policy.policy_level, 1);
	assert_int_equal(policy.reserved, 0);
	assert_true((policy.present | policy.lazy | policy.emulated) == 0);
	assert_int_equal(hvp_hfscr_validate(&policy, NULL), HVP_OK);
}

/* Every change of strategy of every facility, round trip; what is no facility changes nothing. */
static void test_assign(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < COUNT(bits) * 16; n++) {
		const uint32_t bit = bits[n / 16];
		struct strategies strategies = { { 0 } };
		struct hvp_hfscr_policy policy;

		for (size_t i = 0; i < COUNT(bits); i++)
			strategies.of[bits[i]] = (i + n) & 3;
		strategies.of[bit] = n & 3;
		policy = policy_of(&strategies);
		strategies.of[bit] = n >> 2 & 3;
		assert_int_equal(hvp_hfscr_assign(&policy, bit, n >> 2 & 3), HVP_OK);
		assert_int_equal(hvp_hfscr_validate(&policy, NULL), HVP_OK);
		for (uint32_t any = 0; any < 0x10000; any++)
			if (hvp_hfscr_strategy(&policy, any) !=
			    (any < 64 ? strategies.of[any] : HVP_STRATEGY_RESERVED))
				fail_msg("strategy of %u", any);
		assert_int_equal(hvp_hfscr_strategy(&policy, UINT32_MAX), HVP_STRATEGY_RESERVED);
	}
	for (uint32_t facility = 0; facility < 0x1000; facility++) {
		const bool there = facility < 64 && DEFINED >> facility & 1;
		struct hvp_hfscr_policy policy;

		for (uint32_t strategy = 0; strategy < 8; strategy++) {
			const int32_t want = strategy > 3 ? HVP_ERR_ARGUMENT :
					     there ? HVP_OK : HVP_ERR_NOT_FOUND;

			poison(policy);
			assert_int_equal(hvp_hfscr_assign(&policy, facility, strategy), want);
			if (want)
				assert_poisoned(policy);
		}
		poison(policy);
		assert_int_equal(hvp_hfscr_assign(&policy, facility, UINT32_MAX), HVP_ERR_ARGUMENT);
		assert_int_equal(hvp_hfscr_assign(&policy, facility | 0x80000000, 1),
				 HVP_ERR_NOT_FOUND);
		assert_poisoned(policy);
	}
}

/* The cause field is no facility, not even for a policy that was never checked. */
static void test_strategy_of_cause(void **state)
{
	struct hvp_hfscr_policy policy;

	(void)state;
	hvp_hfscr_init(&policy);
	policy.present = policy.lazy = policy.emulated = UINT64_MAX;
	for (uint32_t facility = 56; facility < 300; facility++) {
		assert_int_equal(hvp_hfscr_strategy(&policy, facility), HVP_STRATEGY_RESERVED);
		assert_int_equal(hvp_hfscr_decide(&policy, ~0ull, 0, facility), HVP_HFU_ILLEGAL);
	}
}

static void test_validate_cases(void **state)
{
	static const struct {
		const char *name;
		struct hvp_hfscr_policy policy;
		int32_t status;
		uint32_t reason, object;
	} cases[] = {
#define CASE_VALIDATE(name, level, reserved, present, lazy, emulated, status, reason, object) \
	{ name, { level, reserved, present, lazy, emulated }, status, reason, object },
#include "../cases/hfscr.def"
	};
	static const int reasons[] = {
		HVP_REASON_POLICY_CAUSE_FIELD, HVP_REASON_POLICY_NOT_PRESENT,
		HVP_REASON_POLICY_OVERLAP, HVP_REASON_POLICY_NO_FACILITY, HVP_REASON_POLICY_LEVEL,
		HVP_REASON_RESERVED_NOT_ZERO,
	};
	static const int statuses[] = {
		HVP_OK, HVP_ERR_ARGUMENT, HVP_ERR_VERSION, HVP_ERR_RESERVED, HVP_ERR_POLICY,
	};
	struct produced produced = { 0 };
	struct findings findings;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct hvp_finding *finding;
		const enum hvp_status status = hvp_hfscr_validate(&cases[i].policy,
								  fresh(&findings));

		if (status != cases[i].status)
			fail_msg("%s: %s", cases[i].name, hvp_status_name(status));
		check_promise(cases[i].name, status, &findings);
		produce(&produced, status, &findings);
		finding = find(&findings, cases[i].reason);
		if (!finding != !cases[i].reason)
			fail_msg("%s: no such finding", cases[i].name);
		if (finding)
			assert_int_equal(finding->object, cases[i].object);
		assert_int_equal(hvp_hfscr_validate(&cases[i].policy, NULL), status);
	}
	produce(&produced, hvp_hfscr_validate(NULL, fresh(&findings)), &findings);
	assert_produced(produced.status, statuses);
	assert_produced(produced.reason, reasons);
}

/* Every triple of masks with at most one bit set each, and what must be found about it. */
static void test_validate_pairs(void **state)
{
	struct hvp_hfscr_policy policy;
	struct findings findings;

	(void)state;
	hvp_hfscr_init(&policy);
	for (uint32_t n = 0; n < 65 * 65 * 65; n++) {
		const uint32_t p = n % 65, l = n / 65 % 65, e = n / 65 / 65;
		uint32_t absent = 0, unknown = 0, overlap, cause;
		enum hvp_status status;

		policy.present = p < 64 ? 1ull << p : 0;
		policy.lazy = l < 64 ? 1ull << l : 0;
		policy.emulated = e < 64 ? 1ull << e : 0;
		cause = (p >= 56 && p < 64) || (l >= 56 && l < 64) || (e >= 56 && e < 64);
		overlap = l == e && l < 56;
		for (uint32_t bit = 0; bit < 56; bit++) {
			absent += (bit == l || bit == e) && bit != p;
			unknown += (bit == l || bit == e || bit == p) && !(DEFINED >> bit & 1);
		}
		status = hvp_hfscr_validate(&policy, fresh(&findings));
		check_promise("validate", status, &findings);
		if (status != (cause + overlap + absent + unknown ? HVP_ERR_POLICY : HVP_OK) ||
		    findings.report.total != cause + overlap + absent + unknown ||
		    count_of(&findings, HVP_REASON_POLICY_CAUSE_FIELD) != cause ||
		    count_of(&findings, HVP_REASON_POLICY_OVERLAP) != overlap ||
		    count_of(&findings, HVP_REASON_POLICY_NOT_PRESENT) != absent ||
		    count_of(&findings, HVP_REASON_POLICY_NO_FACILITY) != unknown)
			fail_msg("present %u, lazy %u, emulated %u", p, l, e);
		for (uint32_t i = 0; i < findings.report.total; i++) {
			const struct hvp_finding *finding = &findings.finding[i];
			const uint64_t all = policy.present | policy.lazy | policy.emulated;
			const uint64_t bit = 1ull << finding->object;

			/* the bits at fault, this one among them */
			if (finding->reason == HVP_REASON_POLICY_CAUSE_FIELD ?
			    finding->have != (all & CAUSE) :
			    finding->object > 55 || !(finding->have & bit) || finding->have & ~all)
				fail_msg("present %u, lazy %u, emulated %u: has %llx", p, l, e,
					 (unsigned long long)finding->have);
			assert_int_equal(finding->offer, 0);
		}
	}
}

static void test_derive_cases(void **state)
{
	static const struct {
		const char *name;
		struct hvp_hfscr_host host;
		int32_t status;
		uint32_t reason;
		uint64_t present, lazy, emulated;
	} cases[] = {
#define CASE_DERIVE(name, host, guest, features, receiver, hardware, status, present, lazy,	\
		    emulated, reason)								\
	{ name, { sizeof(struct hvp_hfscr_host), 1, host, guest, features, receiver, hardware },\
	  status, reason, present, lazy, emulated },
#include "../cases/hfscr.def"
	};
	static const int reasons[] = {
		HVP_REASON_RESERVED_NOT_ZERO, HVP_REASON_HFSCR_NO_HOST,
		HVP_REASON_HFSCR_GUEST_NEWER,
	};
	static const int statuses[] = {
		HVP_OK, HVP_ERR_ARGUMENT, HVP_ERR_RESERVED, HVP_ERR_LEVEL_OLDER,
		HVP_ERR_LEVEL_NEWER,
	};
	struct produced produced = { 0 };
	struct hvp_hfscr_policy policy;
	struct findings findings;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum hvp_status status;

		poison(policy);
		status = hvp_hfscr_derive(&cases[i].host, &policy, fresh(&findings));
		if (status != cases[i].status)
			fail_msg("%s: %s", cases[i].name, hvp_status_name(status));
		check_promise(cases[i].name, status, &findings);
		produce(&produced, status, &findings);
		if (!find(&findings, cases[i].reason) != !cases[i].reason)
			fail_msg("%s: no such finding", cases[i].name);
		if (status) {
			assert_poisoned(policy);
			continue;
		}
		assert_int_equal(findings.report.total, 0);
		assert_int_equal(hvp_hfscr_validate(&policy, NULL), HVP_OK);
		if (policy.present != cases[i].present || policy.lazy != cases[i].lazy ||
		    policy.emulated != cases[i].emulated)
			fail_msg("%s: present %llx, lazy %llx, emulated %llx", cases[i].name,
				 (unsigned long long)policy.present,
				 (unsigned long long)policy.lazy,
				 (unsigned long long)policy.emulated);
	}
	poison(policy);
	assert_int_equal(hvp_hfscr_derive(NULL, &policy, fresh(&findings)), HVP_ERR_ARGUMENT);
	assert_int_equal(hvp_hfscr_derive(&cases[0].host, NULL, NULL), HVP_ERR_ARGUMENT);
	assert_poisoned(policy);
	assert_produced(produced.status, statuses);
	assert_produced(produced.reason, reasons);
}

/* The lines of kvmppc_core_vcpu_create_hv() and kvmppc_handle_exit_hv(), tied to the levels. */
static const struct {
	uint32_t level;
	uint32_t has;		/* facilities */
	uint32_t constant;	/* Linux' constant mask; 0: no HFSCR */
	bool tm;
} levels[] = {
	{ HVP_LEVEL_2_04, 0x000b, 0, false }, { HVP_LEVEL_2_05, 0x000f, 0, false },
	{ HVP_LEVEL_2_06, 0x000f, 0, false }, { HVP_LEVEL_2_06_PLUS, 0x000f, 0, false },
	{ HVP_LEVEL_2_07, 0x05bf, 0x019f, true }, { HVP_LEVEL_3_00, 0x05bf, 0x019f, true },
	{ HVP_LEVEL_3_10, 0x259f, 0x219f, false }, { HVP_LEVEL_3_10_P11, 0x259f, 0x219f, false },
};

static void check_derive(size_t host_row, size_t guest_row, uint32_t features, uint32_t receiver,
			 uint64_t hardware)
{
	const struct hvp_hfscr_host host = {
		.size = sizeof(host), .policy_level = 1, .host_level = levels[host_row].level,
		.guest_level = levels[guest_row].level, .features = features,
		.receiver = receiver, .hardware = hardware,
	};
	const bool bare = features & 1, tm = features & 2, assist = features & 4;
	uint64_t permitted = levels[host_row].constant;
	uint64_t present, lazy = 0, emulated = 0;
	struct hvp_hfscr_policy policy;
	struct findings findings;
	enum hvp_status status, want = HVP_OK;

	if (receiver > 1 || (assist && !bare))
		want = HVP_ERR_ARGUMENT;
	else if (!permitted)
		want = HVP_ERR_LEVEL_OLDER;
	else if (guest_row > host_row)
		want = HVP_ERR_LEVEL_NEWER;
	poison(policy);
	status = hvp_hfscr_derive(&host, &policy, fresh(&findings));
	check_promise("derive", status, &findings);
	if (status != want)
		fail_msg("host %u, guest %u: %s", host.host_level, host.guest_level,
			 hvp_status_name(status));
	if (status) {
		if (status == HVP_ERR_LEVEL_OLDER)
			assert_int_equal(findings.finding[0].offer, 0x0f000004);
		if (status == HVP_ERR_LEVEL_NEWER)
			assert_int_equal(findings.finding[0].offer,
					 hvp_level_pvr(levels[host_row].level));
		assert_poisoned(policy);
		return;
	}
	if (bare)
		permitted &= hardware;
	if ((tm || assist) && levels[host_row].tm)
		permitted |= 0x20;
	permitted &= levels[guest_row].has;
	if (host.host_level >= HVP_LEVEL_3_00) {
		lazy = receiver == HVP_RECEIVER_GUEST ? permitted & 0xa8 : 0;
		emulated = levels[guest_row].has & 0x400;
	}
	present = permitted | emulated;
	if (policy.present != present || policy.lazy != lazy || policy.emulated != emulated ||
	    hvp_hfscr_validate(&policy, NULL))
		fail_msg("host %u, guest %u, features %u, hardware %llx: %llx", host.host_level,
			 host.guest_level, features, (unsigned long long)hardware,
			 (unsigned long long)policy.present);
}

static void test_derive_all(void **state)
{
	uint64_t hardware[64 + 7] = { 0, ~0ull, 0x05bf, 0x059f, 0x25bf, 0x259f, 0x019f };
	uint32_t cases = 0;

	(void)state;
	for (uint32_t bit = 0; bit < 64; bit++)
		hardware[7 + bit] = 1ull << bit;
	for (size_t host = 0; host < COUNT(levels); host++)
		for (size_t guest = 0; guest < COUNT(levels); guest++)
			for (uint32_t n = 0; n < 8 * 3 * COUNT(hardware); n++, cases++)
				check_derive(host, guest, n % 8, n / 8 % 3, hardware[n / 24]);
	assert_int_equal(cases, 8 * 8 * 8 * 3 * 71);
}

/* Every value of a level field and of a feature bit that means nothing. */
static void test_derive_unknown(void **state)
{
	struct hvp_hfscr_host host = {
		.size = sizeof(host), .policy_level = 1, .host_level = HVP_LEVEL_3_10,
	};
	struct hvp_hfscr_policy policy;
	struct findings findings;

	(void)state;
	poison(policy);
	for (uint32_t level = 0; level < 0x1000; level++) {
		struct hvp_hfscr_host bad = host;

		if (level && level <= 32 && level % 4 == 0)
			continue;
		bad.host_level = level;
		assert_int_equal(hvp_hfscr_derive(&bad, &policy, NULL), HVP_ERR_ARGUMENT);
		/* nor is it one because the guest's is */
		bad.guest_level = HVP_LEVEL_2_04;
		assert_int_equal(hvp_hfscr_derive(&bad, &policy, NULL), HVP_ERR_ARGUMENT);
		if (!level)
			continue;
		bad.host_level = host.host_level;
		bad.guest_level = level;
		assert_int_equal(hvp_hfscr_derive(&bad, &policy, NULL), HVP_ERR_ARGUMENT);
	}
	for (uint32_t bit = 3; bit < 32; bit++) {
		host.features = 1u << bit;
		assert_int_equal(hvp_hfscr_derive(&host, &policy, fresh(&findings)),
				 HVP_ERR_RESERVED);
		assert_true(findings.finding[0].have == 1u << bit);
	}
	assert_poisoned(policy);
}

/* R16, with memory that ends where the structure says that it does. */
static void test_derive_head(void **state)
{
	const struct hvp_hfscr_host known = {
		.size = sizeof(known), .policy_level = 1, .host_level = HVP_LEVEL_3_10,
	};
	static const int reasons[] = {
		HVP_REASON_SIZE_BELOW_FIRST, HVP_REASON_SIZE_ABOVE_LIMIT,
		HVP_REASON_TAIL_NOT_ZERO, HVP_REASON_POLICY_LEVEL,
	};
	struct produced produced = { 0 };
	struct hvp_hfscr_policy policy;
	struct findings findings;

	(void)state;
	for (uint32_t size = 8; size <= HVP_SIZE_LIMIT + 8; size += 8) {
		const uint32_t there = size < HVP_SIZE_LIMIT ? size : HVP_SIZE_LIMIT;
		struct hvp_hfscr_host *host = at_the_edge(there);
		const enum hvp_status want = size < sizeof(known) ? HVP_ERR_TOO_SMALL :
					     size > HVP_SIZE_LIMIT ? HVP_ERR_TOO_BIG : HVP_OK;
		enum hvp_status status;

		memset(host, 0, there);
		memcpy(host, &known, there < sizeof(known) ? there : sizeof(known));
		host->size = size;
		poison(policy);
		status = hvp_hfscr_derive(host, &policy, fresh(&findings));
		assert_int_equal(status, want);
		check_promise("head", status, &findings);
		produce(&produced, status, &findings);
		if (status) {
			assert_poisoned(policy);
			continue;
		}
		/* the last byte of the tail counts, and where it stands is told */
		if (size == sizeof(known))
			continue;
		((unsigned char *)host)[size - 1] = 0x80;
		poison(policy);
		status = hvp_hfscr_derive(host, &policy, fresh(&findings));
		assert_int_equal(status, HVP_ERR_TAIL);
		check_promise("head", status, &findings);
		produce(&produced, status, &findings);
		assert_int_equal(findings.finding[0].where, size - 1);
		assert_poisoned(policy);
	}
	for (uint32_t level = 0; level < 0x100; level++) {
		struct hvp_hfscr_host host = known;

		host.policy_level = level;
		assert_int_equal(hvp_hfscr_derive(&host, &policy, fresh(&findings)),
				 level == 1 ? HVP_OK : HVP_ERR_VERSION);
		produce(&produced, HVP_ERR_VERSION, &findings);
	}
	assert_produced(produced.reason, reasons);
}

static void test_review(void **state)
{
	static const struct {
		const char *name;
		uint64_t requested, dropped;
		uint32_t reason, verdict, object;
	} cases[] = {
#define CASE_REVIEW(name, requested, dropped, reason, verdict, object) \
	{ name, requested, dropped, reason, verdict, object },
#include "../cases/hfscr.def"
	};
	struct hvp_hfscr_policy policy;
	struct findings findings;

	(void)state;
	hvp_hfscr_init(&policy);
	policy.present = 0x5bf;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (hvp_hfscr_review(&policy, cases[i].requested, fresh(&findings)) !=
		    cases[i].dropped)
			fail_msg("%s: other bits", cases[i].name);
		assert_int_equal(findings.report.total, cases[i].reason ? 1 : 0);
		assert_int_equal(findings.report.worst, cases[i].verdict);
		if (!cases[i].reason)
			continue;
		assert_int_equal(findings.finding[0].reason, cases[i].reason);
		assert_int_equal(findings.finding[0].object, cases[i].object);
		assert_int_equal(findings.finding[0].verdict, cases[i].verdict);
	}
	/* an empty policy drops all there is, one finding a bit, in order */
	policy.present = 0;
	assert_true(hvp_hfscr_review(&policy, UINT64_MAX, fresh(&findings)) == ~CAUSE);
	assert_int_equal(findings.report.total, 56);
	for (uint32_t bit = 0; bit < 56; bit++) {
		assert_int_equal(findings.finding[bit].object, bit);
		assert_int_equal(findings.finding[bit].reason, DEFINED >> bit & 1 ?
				 HVP_REASON_HFSCR_RESERVED : HVP_REASON_HFSCR_UNDEFINED);
		assert_true(findings.finding[bit].have == UINT64_MAX);
		assert_int_equal(findings.finding[bit].offer, 0);
	}
	check_promise("review", HVP_OK, &findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decide_table),
		cmocka_unit_test(test_decide_all),
		cmocka_unit_test(test_doorbell),
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_no_leak),
		cmocka_unit_test(test_restore),
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_assign),
		cmocka_unit_test(test_strategy_of_cause),
		cmocka_unit_test(test_validate_cases),
		cmocka_unit_test(test_validate_pairs),
		cmocka_unit_test(test_derive_cases),
		cmocka_unit_test(test_derive_all),
		cmocka_unit_test(test_derive_unknown),
		cmocka_unit_test(test_derive_head),
		cmocka_unit_test(test_review),
		/* the long ones last: quick ones see most faults */
		cmocka_unit_test(test_laws),
		cmocka_unit_test(test_decide_policies),
	};

	return cmocka_run_group_tests_name("hfscr", tests, NULL, NULL);
}
