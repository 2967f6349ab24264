// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "profiles.h"

#define MOST 300
#define COUNTS HVP_BIT(HVP_QUIRK_STREAM_COUNT)
#define DROPS HVP_BIT(HVP_QUIRK_STREAM_DROPS_HIGH)
#define KNOWN_ONLY HVP_BIT(HVP_QUIRK_STREAM_KNOWN_ONLY)
#define FORGETS HVP_BIT(HVP_QUIRK_STREAM_FORGETS)
#define QEMU_10 (COUNTS | DROPS)
#define QEMU_11 (KNOWN_ONLY | FORGETS)

struct list {
	struct hvp_stream_reg regs[MOST];
	uint32_t count;
};

static void add(struct list *list, uint64_t id, uint64_t value)
{
	assert_true(list->count < MOST);
	list->regs[list->count++] = (struct hvp_stream_reg){ id, value };
}

static const struct hvp_stream_reg *find_id(const struct list *list, uint64_t id)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->regs[i].id == id)
			return &list->regs[i];
	return NULL;
}

/* What a vCPU with PSCI_0_2 finds there without a register. */
static bool finds(const struct hvp_fwregs *host, uint64_t id, uint64_t *value)
{
	*value = 0;
	for (uint32_t reg = 0; reg < REGS && host; reg++) {
		if (fwreg_ids[reg] != id || !(host->known >> reg & 1))
			continue;
		*value = reg == VENDOR_2 ? 0 : host->value[reg];
		return true;
	}
	return false;
}

/* What QEMU 11 lets pass: three system registers, and an empty bitmap. */
static bool tolerates(const struct hvp_stream_reg *reg)
{
	return reg->id == 0x603000000013c103 || reg->id == 0x603000000013c512 ||
	       reg->id == 0x603000000013c513 ||
	       (reg->id == 0x6030000000160003 && reg->value == 0);
}

/*
 * How QEMU 10 loads: the count, then one walk through both lists that ends where the shorter one
 * does; without the quirks no count is asked for, and what is not known and needed ends the load.
 */
static bool load_10(uint64_t quirks, const struct list *in, const struct list *own,
		    const struct hvp_fwregs *host)
{
	uint32_t v = 0;

	if ((quirks & COUNTS) && in->count > own->count)
		return false;
	for (uint32_t i = 0; i < own->count && v < in->count && (quirks & DROPS); i++) {
		if (in->regs[v].id > own->regs[i].id)
			continue;
		if (in->regs[v].id < own->regs[i].id)
			return false;
		v++;
	}
	for (; v < in->count && !(quirks & DROPS); v++) {
		uint64_t offer;

		if (!find_id(own, in->regs[v].id) &&
		    !(finds(host, in->regs[v].id, &offer) && offer == in->regs[v].value))
			return false;
	}
	return true;
}

/* How QEMU 11 loads: what it thinks of the last unknown register stands for all, the defect. */
static bool load_11(uint64_t quirks, const struct list *in, const struct list *own,
		    const struct hvp_fwregs *host)
{
	bool fails = false, last = false;

	for (uint32_t v = 0; v < in->count; v++) {
		uint64_t offer;

		if (find_id(own, in->regs[v].id))
			continue;
		last = tolerates(&in->regs[v]);
		if (quirks & KNOWN_ONLY)
			fails |= !last;
		else
			fails |= !finds(host, in->regs[v].id, &offer) ||
				 offer != in->regs[v].value;
	}
	return !fails || ((quirks & FORGETS) && last);
}

/* The finding about an unknown register, 0 if the guest has what it had. */
static uint32_t lost(uint64_t quirks, const struct list *in, const struct list *own,
		     const struct hvp_fwregs *host, const struct hvp_stream_reg *reg, bool loads,
		     uint64_t *offer)
{
	const bool high = !own->count || reg->id > own->regs[own->count - 1].id;
	const bool counted = (quirks & COUNTS) && in->count > own->count;
	const bool tolerated = (quirks & KNOWN_ONLY) && tolerates(reg);
	const bool same = (finds(host, reg->id, offer) && *offer == reg->value) || tolerated;

	/* harmless, and seen to be by a VMM that looks at it at all */
	if (same && (tolerated || (!(quirks & KNOWN_ONLY) && (high || !(quirks & DROPS)))))
		return 0;
	if (!same && (quirks & DROPS) && high && !counted)
		return HVP_REASON_STREAM_DROPPED;
	return loads ? HVP_REASON_STREAM_FORGOTTEN : HVP_REASON_STREAM_UNKNOWN;
}

static uint64_t quirk_of(uint32_t reason)
{
	switch (reason) {
	case HVP_REASON_STREAM_COUNT:
		return COUNTS;
	case HVP_REASON_STREAM_DROPPED:
		return DROPS;
	case HVP_REASON_STREAM_FORGOTTEN:
		return FORGETS;
	default:
		return 0;
	}
}

struct expected {
	struct hvp_finding findings[2 * MOST + 1];
	uint32_t count;
	uint32_t worst;
};

static void expect_one(struct expected *want, uint32_t reason, uint32_t verdict, uint64_t id,
		       uint64_t have, uint64_t offer)
{
	want->findings[want->count++] = (struct hvp_finding){
		.reason = reason, .verdict = verdict, .object = (uint32_t)id, .have = have,
		.offer = offer, .where = quirk_of(reason),
	};
	want->worst = verdict > want->worst ? verdict : want->worst;
}

static void oracle(uint64_t quirks, const struct list *in, const struct list *own,
		   const struct hvp_fwregs *host, struct expected *want)
{
	const bool loads = quirks & QEMU_11 ? load_11(quirks, in, own, host) :
			   load_10(quirks, in, own, host);
	uint32_t a = 0, b = 0;

	want->count = 0;
	want->worst = HVP_VERDICT_SAME;
	if ((quirks & COUNTS) && in->count > own->count)
		expect_one(want, HVP_REASON_STREAM_COUNT, HVP_VERDICT_REFUSED, 0, in->count,
			   own->count);
	/* all ids, ascending */
	while (a < in->count || b < own->count) {
		if (b == own->count || (a < in->count && in->regs[a].id < own->regs[b].id)) {
			uint64_t offer;
			const uint32_t reason = lost(quirks, in, own, host, &in->regs[a], loads,
						     &offer);

			const bool harmless = finds(host, in->regs[a].id, &offer) &&
					      offer == in->regs[a].value;

			if (reason)
				expect_one(want, reason, !loads ? HVP_VERDICT_REFUSED :
					   harmless ? HVP_VERDICT_CHANGED : HVP_VERDICT_BROKEN,
					   in->regs[a].id, in->regs[a].value, offer);
			a++;
		} else if (a == in->count || in->regs[a].id > own->regs[b].id) {
			expect_one(want, HVP_REASON_STREAM_KEPT, HVP_VERDICT_CHANGED,
				   own->regs[b].id, 0, own->regs[b].value);
			b++;
		} else {
			a++;
			b++;
		}
	}
	EXPECT(!loads, want->worst == HVP_VERDICT_REFUSED, "the oracle");
}

static void expect_stream(uint64_t quirks, const struct list *in, const struct list *own,
			  const struct hvp_fwregs *host, const char *what)
{
	static struct expected want;
	static struct hvp_finding found[2 * MOST + 1];
	struct hvp_report report;
	uint32_t verdict = POISON_32;

	oracle(quirks, in, own, host, &want);
	hvp_report_init(&report, found, COUNT(found));
	EXPECT(hvp_stream_check(quirks, in->regs, in->count, own->regs, own->count, host, &verdict,
				&report), HVP_OK, "%s", what);
	EXPECT(verdict, want.worst, "%s, quirks 0x%" PRIx64, what, quirks);
	EXPECT(report.worst, want.worst, "%s: worst", what);
	EXPECT(report.total, want.count, "%s: findings", what);
	for (uint32_t i = 0; i < want.count; i++)
		EXPECT(memcmp(&found[i], &want.findings[i], sizeof(found[i])), 0,
		       "%s: finding %" PRIu32 " is %s, want %s", what, i,
		       hvp_reason_name(found[i].reason), hvp_reason_name(want.findings[i].reason));
	verdict = POISON_32;
	EXPECT(hvp_stream_check(quirks, in->regs, in->count, own->regs, own->count, host, &verdict,
				NULL), HVP_OK, "%s: without a report", what);
	EXPECT(verdict, want.worst, "%s: without a report", what);
}

static struct hvp_fwregs offers(uint32_t release)
{
	const struct hvp_fwreg_kernel kernel = {
		.size = sizeof(kernel), .policy_level = HVP_POLICY_LEVEL_1, .release = release,
		.spectre_v2 = 1, .ssb = 1, .spectre_bhb = 1,
	};
	struct hvp_fwregs host;

	EXPECT(hvp_fwreg_offers(&kernel, &host, NULL), HVP_OK, "release 0x%" PRIx32, release);
	return host;
}

static const uint64_t sets[] = {
	0, COUNTS, DROPS, QEMU_10, KNOWN_ONLY, FORGETS, QEMU_11,
	/* quirks of others do not matter */
	QEMU_10 | 0x1f07ff,
};

/* Every pair of lists of a few ids, with every value of them that matters. */
static void test_small(void **state)
{
	static const uint64_t ids[] = {
		0x603000000013c103, 0x6030000000140000, 0x6030000000160002, 0x6030000000160003,
		0x6030000000170000,
	};
	static const uint64_t values[][2] = {
		{ 0, 7 }, { 2, 0x10000 }, { 0, 3 }, { 0, 3 }, { 0, 1 },
	};
	const struct hvp_fwregs hosts[] = {
		offers(HVP_RELEASE(4, 15, 0)), offers(HVP_RELEASE(4, 16, 0)),
		offers(HVP_RELEASE(6, 12, 0)), offers(HVP_RELEASE(7, 2, 0)),
	};

	(void)state;
	for (uint32_t n = 0; n < 32 * 32 * 32; n++) {
		struct list in = { .count = 0 }, own = { .count = 0 };

		/* a value that is not sent does not matter */
		if (n & ~(n >> 5) & 31)
			continue;
		for (uint32_t i = 0; i < COUNT(ids); i++) {
			if (n >> (5 + i) & 1)
				add(&in, ids[i], values[i][n >> i & 1]);
			if (n >> (10 + i) & 1)
				add(&own, ids[i], 5 + i);
		}
		for (size_t q = 0; q < COUNT(sets); q++) {
			expect_stream(sets[q], &in, &own, NULL, "small");
			for (size_t h = 0; h < COUNT(hosts); h++)
				expect_stream(sets[q], &in, &own, &hosts[h], "small");
		}
	}
}

/* Long lists of ids with and without rows. */
static void test_random(void **state)
{
	uint64_t seed = 41;

	(void)state;
	for (uint32_t n = 0; n < 6000; n++) {
		const struct hvp_profile host = draw_profile(&seed, ARM64, HOST);
		static struct list in, own;
		uint64_t id = 0x603000000013c0e0 + draw_below(&seed, 0x20);

		in.count = 0;
		own.count = 0;
		for (uint32_t i = draw_below(&seed, 60); i; i--) {
			const uint32_t whose = draw_below(&seed, 16);

			id += 1 + draw_below(&seed, 9);
			if (whose != 0)
				add(&in, id, draw(&seed));
			if (whose != 1 || n % 2)
				add(&own, id, draw(&seed));
		}
		for (uint32_t reg = 0; reg < REGS; reg++) {
			if (draw_below(&seed, 4))
				add(&in, fwreg_ids[reg], draw_value(&seed, reg));
			if (host.arm64.fwregs.listed >> reg & 1)
				add(&own, fwreg_ids[reg], host.arm64.fwregs.value[reg]);
		}
		if (!draw_below(&seed, 4))
			add(&in, HVP_BIT(63) + draw_below(&seed, 2), 1);
		if (!draw_below(&seed, 4))
			add(&own, HVP_BIT(63), 1);
		for (size_t q = 0; q < COUNT(sets); q++)
			expect_stream(sets[q], &in, &own, &host.arm64.fwregs, "random");
	}
}

/* A kernel's list: system registers, then firmware registers with what a new VM has. */
static void kernel_list(struct list *list, uint32_t registers, uint32_t listed, uint32_t bmap_2)
{
	static const uint64_t initial[REGS] = { 0x10001, 1, 0, 1, 1, 1, 3, 0 };

	list->count = 0;
	for (uint32_t i = 0; i < registers; i++)
		add(list, 0x6030000000138000 + i, i);
	for (uint32_t reg = 0; reg < REGS; reg++)
		if (listed >> reg & 1)
			add(list, fwreg_ids[reg], reg == VENDOR_2 ? bmap_2 : initial[reg]);
}

static void expect_pair(const struct list *in, const struct list *own, uint64_t quirks,
			const struct hvp_fwregs *host, uint32_t verdict, uint32_t reason,
			const char *what)
{
	uint32_t got = POISON_32;
	struct findings f;

	expect_stream(quirks, in, own, host, what);
	EXPECT(hvp_stream_check(quirks, in->regs, in->count, own->regs, own->count, host, &got,
				fresh(&f)), HVP_OK, "%s", what);
	EXPECT(got, verdict, "%s", what);
	if (reason)
		EXPECT(count_of(&f, reason) > 0, true, "%s: %s", what, hvp_reason_name(reason));
	else
		EXPECT(f.report.total, 0, "%s: findings", what);
}

/* What was measured: real pairs of kernels and QEMU. */
static void test_real(void **state)
{
	const struct hvp_fwregs v7 = offers(HVP_RELEASE(7, 2, 13));
	const struct hvp_fwregs v6 = offers(HVP_RELEASE(6, 12, 107));
	const struct hvp_fwregs v5 = offers(HVP_RELEASE(5, 10, 218));
	static struct list in, own;

	(void)state;
	/* 7.2.13 with 256 registers to 6.12.107 with 258: loads, and the bits are lost */
	kernel_list(&in, 248, 0xff, 3);
	kernel_list(&own, 251, 0x7f, 0);
	EXPECT(in.count, 256, "7.2.13");
	EXPECT(own.count, 258, "6.12.107");
	expect_pair(&in, &own, QEMU_10, &v6, HVP_VERDICT_BROKEN, HVP_REASON_STREAM_DROPPED,
		    "7.2 to 6.12");
	expect_pair(&in, &own, QEMU_11, &v6, HVP_VERDICT_REFUSED, HVP_REASON_STREAM_UNKNOWN,
		    "7.2 to 6.12, QEMU 11");
	expect_pair(&in, &own, 0, &v6, HVP_VERDICT_REFUSED, HVP_REASON_STREAM_UNKNOWN,
		    "7.2 to 6.12, conforming");
	/* with nothing in it, there is nothing to lose */
	kernel_list(&in, 248, 0xff, 0);
	expect_pair(&in, &own, QEMU_10, &v6, HVP_VERDICT_CHANGED, HVP_REASON_STREAM_KEPT,
		    "7.2 to 6.12, no bits");
	expect_pair(&in, &own, QEMU_11, NULL, HVP_VERDICT_CHANGED, HVP_REASON_STREAM_KEPT,
		    "7.2 to 6.12, no bits, QEMU 11");
	/* back: nothing is missing, and the count says no */
	kernel_list(&own, 248, 0xff, 0);
	kernel_list(&in, 248, 0x7f, 0);
	for (uint32_t i = 0; i < 3; i++)
		add(&in, 0x6030000000170000 + i, 0);
	EXPECT(in.count, 258, "6.12.107");
	expect_pair(&in, &own, QEMU_10, &v7, HVP_VERDICT_REFUSED, HVP_REASON_STREAM_COUNT,
		    "6.12 to 7.2");
	/* the firmware registers of 7.2 on 5.10: refused and forgotten; those of 6.12: refused */
	kernel_list(&in, 240, 0xff, 0);
	kernel_list(&own, 240, 0x0f, 0);
	expect_pair(&in, &own, QEMU_11, &v5, HVP_VERDICT_BROKEN, HVP_REASON_STREAM_FORGOTTEN,
		    "7.2 to 5.10, QEMU 11");
	kernel_list(&in, 240, 0x7f, 0);
	expect_pair(&in, &own, QEMU_11, &v5, HVP_VERDICT_REFUSED, HVP_REASON_STREAM_UNKNOWN,
		    "6.12 to 5.10, QEMU 11");
	expect_pair(&in, &own, QEMU_10, &v5, HVP_VERDICT_REFUSED, HVP_REASON_STREAM_COUNT,
		    "6.12 to 5.10, QEMU 10");
	/* to a list that is empty, the least that an id can be */
	own.count = 0;
	in.count = 0;
	add(&in, 1, 7);
	expect_pair(&in, &own, DROPS, NULL, HVP_VERDICT_BROKEN, HVP_REASON_STREAM_DROPPED,
		    "to nothing");
	kernel_list(&in, 240, 0x7f, 0);
	/* a home coming */
	expect_pair(&in, &in, QEMU_10, &v6, HVP_VERDICT_SAME, 0, "home");
	expect_pair(&in, &in, QEMU_11, &v6, HVP_VERDICT_SAME, 0, "home");
}

static void expect_order(const struct list *in, const struct list *own, uint64_t id,
			 uint64_t before, const char *what)
{
	uint32_t verdict = POISON_32;
	struct findings f;

	EXPECT(hvp_stream_check(0, in->regs, in->count, own->regs, own->count, NULL, &verdict,
				fresh(&f)), HVP_ERR_VALUE, "%s", what);
	expect_refusal(&f, HVP_REASON_STREAM_ORDER, 0, id, before, what);
	EXPECT(f.finding[0].object, (uint32_t)id, "%s: object", what);
	EXPECT(verdict, POISON_32, "%s", what);
}

static enum hvp_status call_host(const void *data, struct hvp_report *report)
{
	uint32_t verdict = POISON_32;
	const enum hvp_status status = hvp_stream_check(0, NULL, 0, NULL, 0, data, &verdict,
							report);

	EXPECT(verdict, status ? POISON_32 : HVP_VERDICT_SAME, "verdict");
	return status;
}

static void test_arguments(void **state)
{
	const struct hvp_fwregs host = offers(HVP_RELEASE(7, 2, 13));
	struct list one = { .count = 0 }, two = { .count = 0 }, good = { .count = 0 };
	uint32_t verdict = POISON_32;
	struct hvp_fwregs wrong = host;
	struct findings f;

	(void)state;
	add(&one, 5, 0);
	EXPECT(hvp_stream_check(0, NULL, 1, NULL, 0, NULL, &verdict, fresh(&f)), HVP_ERR_ARGUMENT,
	       "NULL");
	EXPECT(hvp_stream_check(0, NULL, 0, NULL, 1, NULL, &verdict, &f.report), HVP_ERR_ARGUMENT,
	       "NULL");
	EXPECT(hvp_stream_check(0, NULL, 0, NULL, 0, NULL, NULL, &f.report), HVP_ERR_ARGUMENT,
	       "NULL");
	EXPECT(f.report.total, 0, "findings of wrong arguments");
	EXPECT(verdict, POISON_32, "NULL");
	EXPECT(hvp_stream_check(ALL_QUIRKS, NULL, 0, NULL, 0, NULL, &verdict, NULL), HVP_OK,
	       "nothing to nothing");
	EXPECT(verdict, HVP_VERDICT_SAME, "nothing to nothing");
	for (uint32_t bit = 0; bit < 64; bit++) {
		const bool row = ALL_QUIRKS & HVP_BIT(bit);

		verdict = POISON_32;
		EXPECT(hvp_stream_check(HVP_BIT(bit), NULL, 0, NULL, 0, NULL, &verdict, fresh(&f)),
		       row ? HVP_OK : HVP_ERR_RESERVED, "quirk %" PRIu32, bit);
		expect_refusal(&f, row ? 0 : HVP_REASON_RESERVED_NOT_ZERO, 0, HVP_BIT(bit),
			       ALL_QUIRKS, "quirk");
		EXPECT(verdict, row ? HVP_VERDICT_SAME : POISON_32, "quirk %" PRIu32, bit);
	}
	EXPECT(hvp_stream_check(~ALL_QUIRKS, NULL, 0, NULL, 0, &host, &verdict, NULL),
	       HVP_ERR_RESERVED, "quirks, with a sound host");
	expect_head(&host, sizeof(host), call_host);
	wrong.value[9] = 1;
	EXPECT(call_host(&wrong, NULL), HVP_ERR_RESERVED, "host");

	add(&good, 3, 0);
	add(&good, 4, 0);
	add(&two, HVP_U64(0x100000007), 0);
	add(&two, HVP_U64(0x100000007), 1);
	expect_order(&two, &good, HVP_U64(0x100000007), HVP_U64(0x100000007), "twice");
	expect_order(&good, &two, HVP_U64(0x100000007), HVP_U64(0x100000007), "own twice");
	two.regs[1].id = 8;
	expect_order(&two, &good, 8, HVP_U64(0x100000007), "descends");
	expect_order(&one, &two, 8, HVP_U64(0x100000007), "own descends");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_real),
		cmocka_unit_test(test_arguments),
	};

	return expect_done(cmocka_run_group_tests_name("stream", tests, NULL, NULL));
}
