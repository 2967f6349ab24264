// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "expect.h"

#define TS_SHIFT 33
#define FLAGS 32	/* every combination of the five flags */

struct answer {
	int64_t hcall;
	uint32_t reason;
	uint64_t have, offer;
};

/* Linux' order as a list: the first line that holds is the answer. */
static struct answer oracle(const struct hvp_enter *c)
{
	const unsigned l1 = c->l1_msr >> TS_SHIFT & 3, l2 = c->l2_msr >> TS_SHIFT & 3;
	const uint32_t low = (uint32_t)c->version;
	const uint64_t entries = (uint64_t)256 << (c->table % 32);
	const bool read = !(c->flags & 2);
	const struct {
		bool holds;
		struct answer answer;
	} lines[] = {
		{ !(c->flags & 1), { -2, HVP_REASON_ENTER_NOT_ENABLED, 0, 0 } },
		{ c->table == 0, { 3, HVP_REASON_ENTER_NO_TABLE, 0, 0 } },
		{ l1 == 2, { -5, HVP_REASON_ENTER_TRANSACTIONAL, c->l1_msr, 0 } },
		{ !read, { 0, 0, 0, 0 } },
		{ c->flags & 28, { -4, HVP_REASON_ENTER_UNREADABLE, 0, 0 } },
		{ low < 1 || low > 2, { -4, HVP_REASON_ENTER_VERSION, c->version, 2 } },
		{ c->version >> 32 != 0, { -55, HVP_REASON_ENTER_VERSION, c->version, 2 } },
		{ c->vcpu_token >= c->vcpu_limit,
		  { -4, HVP_REASON_ENTER_TOKEN, c->vcpu_token, c->vcpu_limit } },
		{ l1 == 1 && l2 == 0,
		  { -5, HVP_REASON_ENTER_TRANSACTION_STATE, c->l2_msr, c->l1_msr } },
		{ l1 != 1 && l2 != 0,
		  { -5, HVP_REASON_ENTER_TRANSACTION_STATE, c->l2_msr, c->l1_msr } },
		/* The one difference from Linux that the header names. */
		{ l2 == 3, { -5, HVP_REASON_ENTER_TRANSACTION_STATE, c->l2_msr, c->l1_msr } },
		{ c->lpid >= entries, { -4, HVP_REASON_ENTER_LPID, c->lpid, entries } },
	};

	for (size_t i = 0; i < COUNT(lines); i++)
		if (lines[i].holds)
			return lines[i].answer;
	return (struct answer){ 0 };
}

static struct hvp_enter fine(void)
{
	return (struct hvp_enter){
		.size = sizeof(struct hvp_enter), .policy_level = HVP_POLICY_LEVEL_1,
		.flags = HVP_ENTER_ENABLED, .lpid = 1, .vcpu_limit = 2048, .version = 2,
		.table = 0x4000004,
	};
}

static void expect_answer(const struct hvp_enter *call, const struct answer *want, const char *what)
{
	struct findings f;
	int64_t hcall;

	poison(hcall);
	EXPECT(hvp_enter_check(call, &hcall, fresh(&f)), HVP_OK, "%s", what);
	EXPECT(hcall, want->hcall, "%s: hcall", what);
	expect_refusal(&f, want->reason, 0, want->have, want->offer, what);
	poison(hcall);
	EXPECT(hvp_enter_check(call, &hcall, NULL), HVP_OK, "%s: without a report", what);
	EXPECT(hcall, want->hcall, "%s: hcall without a report", what);
}

static void test_named(void **state)
{
	struct produced produced = { 0 };

	(void)state;
#define CASE_ENTER(name, flag, tab, msr1, vers, tok, lim, msr2, lp, result, why)		\
	{										\
		struct hvp_enter call = fine();						\
		struct answer want;							\
											\
		call.flags = flag;							\
		call.table = tab;							\
		call.l1_msr = msr1;							\
		call.version = vers;							\
		call.vcpu_token = tok;							\
		call.vcpu_limit = lim;							\
		call.l2_msr = msr2;							\
		call.lpid = lp;								\
		want = oracle(&call);							\
		EXPECT(want.hcall, result, "the oracle on %s", name);			\
		EXPECT(want.reason, why, "the oracle's reason for %s", name);		\
		expect_answer(&call, &want, name);					\
		produced.reason[why] = true;						\
	}
#include "../cases/enter.def"
	for (int reason = HVP_REASON_ENTER_NOT_ENABLED; reason <= HVP_REASON_ENTER_LPID; reason++)
		EXPECT(produced.reason[reason], true, "no case says %s",
		       hvp_reason_name((uint32_t)reason));
}

/* Everything that the order looks at, in every combination. */
static void test_all(void **state)
{
	static const uint64_t versions[] = {
		0, 1, 2, 3, 0xffffffff, 0x100000000, 0x100000001, 0x100000002, 0x100000003,
		0x8000000000000002, UINT64_MAX,
	};
	static const struct {
		uint32_t token, limit;
	} tokens[] = { { 0, 0 }, { 0, 1 }, { 1, 1 }, { 2047, 2048 }, { UINT32_MAX, UINT32_MAX } };
	struct hvp_enter call = fine();
	char what[128];

	(void)state;
	for (uint32_t n = 0; n < FLAGS * 33; n++) {
		const uint32_t field = n / FLAGS;
		const uint64_t entries = (uint64_t)256 << (field % 32);
		const uint32_t last = entries > UINT32_MAX ? UINT32_MAX : (uint32_t)entries;
		const uint32_t lpids[] = { 0, last - 1, last };

		call.flags = n % FLAGS;
		/* Field 32 stands for: no table. */
		call.table = field < 32 ? 0x4000000 | field : 0;
		for (uint32_t ts = 0; ts < 16; ts++)
			for (size_t v = 0; v < COUNT(versions); v++)
				for (size_t t = 0; t < COUNT(tokens) * COUNT(lpids); t++) {
					struct hvp_finding finding;
					struct hvp_report report;
					struct answer want;
					int64_t hcall;

					call.l1_msr = (uint64_t)(ts & 3) << TS_SHIFT;
					call.l2_msr = (uint64_t)(ts >> 2) << TS_SHIFT;
					call.version = versions[v];
					call.vcpu_token = tokens[t % COUNT(tokens)].token;
					call.vcpu_limit = tokens[t % COUNT(tokens)].limit;
					call.lpid = lpids[t / COUNT(tokens)];
					want = oracle(&call);
					hvp_report_init(&report, &finding, 1);
					if (hvp_enter_check(&call, &hcall, &report) ||
					    hcall != want.hcall || report.total != !!want.reason ||
					    (report.total && finding.reason != want.reason)) {
						snprintf(what, sizeof(what),
							 "flags %" PRIu32 " field %" PRIu32
							 " ts %" PRIu32 " version %zu token %zu",
							 call.flags, field, ts, v, t);
						expect_answer(&call, &want, what);
					}
					expect_count++;
				}
	}
}

/* All bits but the transaction state: no bit of MSR, no HFSCR (R8), is a reason to refuse. */
static void test_msr(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 4096; i++) {
		struct hvp_enter call = fine();
		struct answer want;

		call.l1_msr = i < 64 ? HVP_BIT(i) : draw(&seed);
		call.l2_msr = i < 64 ? 0 : draw(&seed);
		want = oracle(&call);
		expect_answer(&call, &want, "MSR of L1");
		call.l2_msr = call.l1_msr;
		call.l1_msr = i < 64 ? 0 : draw(&seed) & ~HVP_MSR_TS;
		want = oracle(&call);
		expect_answer(&call, &want, "MSR of L2");
	}
}

/* Not read yet: what the memory would say makes no difference. */
static void test_unread(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (int i = 0; i < 4096; i++) {
		struct hvp_enter call = fine(), other;
		struct answer want;

		call.flags = HVP_ENTER_UNREAD | (i & 1);
		call.table = i & 2 ? draw(&seed) : 0;
		call.l1_msr = draw(&seed);
		want = oracle(&call);
		other = call;
		other.flags |= (uint32_t)draw(&seed) & 28;
		other.version = draw(&seed);
		other.vcpu_token = (uint32_t)draw(&seed);
		other.vcpu_limit = (uint32_t)draw(&seed);
		other.lpid = (uint32_t)draw(&seed);
		other.l2_msr = draw(&seed);
		expect_answer(&call, &want, "unread");
		expect_answer(&other, &want, "unread, whatever it holds");
	}
}

static enum hvp_status check_head(const void *data, struct hvp_report *report)
{
	enum hvp_status status;
	int64_t hcall;

	poison(hcall);
	status = hvp_enter_check(data, &hcall, report);
	if (status)
		EXPECT_POISONED(hcall, "hcall after %s", hvp_status_name(status));
	else
		EXPECT(hcall, 0, "hcall");
	return status;
}

static void test_bad_calls(void **state)
{
	struct hvp_enter call = fine();
	struct findings f;
	int64_t hcall;

	(void)state;
	expect_head(&call, sizeof(call), check_head);
	poison(hcall);
	EXPECT(hvp_enter_check(NULL, &hcall, fresh(&f)), HVP_ERR_ARGUMENT, "no call");
	expect_refusal(&f, 0, 0, 0, 0, "no call");
	EXPECT_POISONED(hcall, "no call");
	EXPECT(hvp_enter_check(&call, NULL, fresh(&f)), HVP_ERR_ARGUMENT, "no answer");
	expect_refusal(&f, 0, 0, 0, 0, "no answer");
	for (uint32_t bit = 5; bit < 32; bit++) {
		call.flags = HVP_ENTER_ENABLED | (uint32_t)1 << bit;
		EXPECT(hvp_enter_check(&call, &hcall, fresh(&f)), HVP_ERR_RESERVED, "flag");
		expect_refusal(&f, HVP_REASON_RESERVED_NOT_ZERO, 0, HVP_BIT(bit), 0x1f, "flag");
		EXPECT_POISONED(hcall, "flag");
	}
}

static void test_result(void **state)
{
	static const uint32_t vectors[] = { 0, 0x700, 0x980, 0xe00, 0xf80, 0x1980, UINT32_MAX };

	(void)state;
#define CASE_RESULT(name, events, vector, hcall) \
	EXPECT(hvp_enter_result(events, vector), (int64_t)(hcall), "%s", name);
#include "../cases/enter.def"
	for (size_t v = 0; v < COUNT(vectors); v++) {
		for (uint32_t events = 0; events < 1024; events++) {
			const int64_t want = events & 1 ? -10 : events & 2 ? -69 :
					     events & 4 ? 9999 : (int64_t)vectors[v];

			EXPECT(hvp_enter_result(events, vectors[v]), want, "events %" PRIu32,
			       events);
			EXPECT(hvp_enter_result(events | 0xfffffff8, vectors[v]), want,
			       "events %" PRIu32 " and unknown ones", events);
		}
	}
	for (uint32_t vector = 0; vector <= 0x2000; vector++)
		EXPECT(hvp_enter_result(0, vector), vector, "vector");
}

static void expect_table(bool enabled, uint64_t table, bool visible, int64_t hcall,
			 uint32_t reason, const char *what)
{
	const bool size = reason == HVP_REASON_ENTER_TABLE_SIZE;
	const uint64_t have = size ? table & 0x1f : enabled && reason ? table : 0;
	struct findings f;

	EXPECT(hvp_enter_set_table(enabled, table, visible, fresh(&f)), hcall, "%s", what);
	expect_refusal(&f, reason, 0, have, size ? 4 : 0, what);
	EXPECT(hvp_enter_set_table(enabled, table, visible, NULL), hcall, "%s: no report", what);
}

static void test_set_table(void **state)
{
	static const uint64_t addresses[] = { 0, 0x4000000, HVP_TABLE_ADDRESS, 0xf000000000000fe0 };

	(void)state;
#define CASE_TABLE(name, enabled, table, visible, hcall, reason) \
	expect_table(enabled, table, visible, hcall, reason, name);
#include "../cases/enter.def"
	EXPECT(HVP_TABLE_SIZE, 0x1f, "size field");
	EXPECT(HVP_TABLE_ADDRESS, 0x0ffffffffffff000, "address field");
	for (uint32_t n = 0; n < 32 * 4; n++)
		for (size_t a = 0; a < COUNT(addresses); a++) {
			const bool enabled = n & 1, visible = n & 2;
			const uint32_t field = n >> 2;
			/* Linux: field + 12 - 4 > 12. */
			const bool large = field + 12 - 4 > 12;

			expect_table(enabled, addresses[a] | field, visible,
				     !enabled ? -2 : large || !visible ? -4 : 0,
				     !enabled ? HVP_REASON_ENTER_NOT_ENABLED :
				     large ? HVP_REASON_ENTER_TABLE_SIZE :
				     !visible ? HVP_REASON_ENTER_UNREADABLE : 0, "table");
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_msr),
		cmocka_unit_test(test_unread),
		cmocka_unit_test(test_bad_calls),
		cmocka_unit_test(test_result),
		cmocka_unit_test(test_set_table),
	};

	return expect_done(cmocka_run_group_tests_name("enter", tests, NULL, NULL));
}
