// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "profiles.h"

#define Q(name) HVP_BIT(HVP_QUIRK_##name)

/* What is to be found, in order; broken where nothing is refused. */
struct expected {
	struct hvp_finding findings[128];
	uint32_t count;
};

static void expect_one(struct expected *want, uint32_t reason, uint32_t verdict, uint32_t object,
		       uint64_t quirk, uint64_t have, uint64_t offer)
{
	assert_true(want->count < COUNT(want->findings));
	want->findings[want->count++] = (struct hvp_finding){
		.reason = reason, .verdict = verdict, .object = object, .where = quirk,
		.have = have, .offer = offer,
	};
}

/* R24, R26: if one thing is refused the guest stays, and nothing breaks. Returns the worst. */
static uint32_t settle(struct expected *want)
{
	uint32_t worst = HVP_VERDICT_SAME;
	bool refused = false;

	for (uint32_t i = 0; i < want->count; i++)
		refused |= want->findings[i].verdict == HVP_VERDICT_REFUSED;
	for (uint32_t i = 0; i < want->count; i++) {
		struct hvp_finding *f = &want->findings[i];

		if (refused && f->verdict == HVP_VERDICT_BROKEN)
			f->verdict = HVP_VERDICT_REFUSED;
		worst = f->verdict > worst ? f->verdict : worst;
	}
	return worst;
}

static uint32_t level_pvr(uint64_t levels)
{
	static const uint32_t pvrs[] = {
		0x0f000001, 0x0f000002, 0x0f000003, 0x0f100003, 0x0f000004, 0x0f000005, 0x0f000006,
		0x0f000007,
	};
	uint32_t pvr = 0;

	for (size_t i = 0; i < COUNT(level_list); i++)
		if (levels & HVP_BIT(level_list[i]))
			pvr = pvrs[i];
	return pvr;
}

static void oracle_level(const struct hvp_profile *g, const struct hvp_profile *h,
			 struct expected *want)
{
	const uint64_t level = g->power.levels;
	const bool power11 = level == HVP_BIT(HVP_LEVEL_3_10_P11);
	uint64_t offered = h->power.levels, quirk = 0;
	uint32_t below;

	if (h->quirks & Q(POWER11_UNKNOWN))
		offered &= ~HVP_BIT(HVP_LEVEL_3_10_P11);
	if (h->quirks & Q(LEVEL_BY_NUMBER))
		offered &= ~HVP_BIT(HVP_LEVEL_2_06_PLUS);
	if (offered & level)
		return;
	below = level_pvr(offered & (level - 1));
	if (power11)
		quirk = h->quirks & Q(POWER11_UNKNOWN);
	else if (level == HVP_BIT(HVP_LEVEL_2_06_PLUS))
		quirk = h->quirks & Q(LEVEL_BY_NUMBER);
	if (!quirk && power11 && (h->power.levels & HVP_BIT(HVP_LEVEL_3_10)) &&
	    (h->quirks & Q(POWER11_UNCHECKED))) {
		expect_one(want, HVP_REASON_MIGRATE_LEVEL_TAKEN, HVP_VERDICT_BROKEN,
			   level_pvr(level), Q(POWER11_UNCHECKED), level_pvr(level), below);
		return;
	}
	if (!quirk && (h->power.withheld & level) && (h->quirks & Q(MAXIMUM_UNCHECKED))) {
		expect_one(want, HVP_REASON_MIGRATE_LEVEL_TAKEN, HVP_VERDICT_BROKEN,
			   level_pvr(level), Q(MAXIMUM_UNCHECKED), level_pvr(level), below);
		return;
	}
	expect_one(want, below ? HVP_REASON_MIGRATE_LEVEL : HVP_REASON_MIGRATE_LEVEL_NONE,
		   HVP_VERDICT_REFUSED, level_pvr(level), quirk, level_pvr(level), below);
}

/* QEMU's pvr_match(): the base, for POWER9 and later the revision, and POWER9 2.0 and 2.1 apart. */
static bool runs_raw(uint32_t have, uint32_t there)
{
	const uint32_t base = have >> 16;

	if (have == there)
		return true;
	if (base != there >> 16)
		return false;
	if (base == 0x4e)
		return (have & 0xf00) == (there & 0xf00) && (have & 2) == (there & 2);
	if (base == 0x80 || base == 0x82)
		return (have & 0xf00) == (there & 0xf00);
	return base == 0x3f || base == 0x4a || base == 0x4b || base == 0x4c || base == 0x4d;
}

static void oracle_raw(const struct hvp_profile *g, const struct hvp_profile *h,
		       struct expected *want)
{
	if (!h->power.flags || !runs_raw(g->power.pvr, h->power.pvr))
		expect_one(want, HVP_REASON_MIGRATE_RAW, HVP_VERDICT_REFUSED, 0, 0, g->power.pvr,
			   h->power.pvr);
	else if (g->power.pvr != h->power.pvr)
		expect_one(want, HVP_REASON_MIGRATE_REVISION, HVP_VERDICT_CHANGED, 0, 0,
			   g->power.pvr, h->power.pvr);
}

static void oracle_facilities(const struct hvp_profile *g, const struct hvp_profile *h,
			      struct expected *want)
{
	for (uint32_t f = 0; f < 64; f++) {
		const uint64_t bit = HVP_BIT(f), offer = h->power.facilities & bit;

		if (!(g->power.facilities & bit))
			continue;
		if (f == HVP_FACILITY_PREFIX && (h->quirks & Q(PREFIX_NEVER)))
			expect_one(want, HVP_REASON_MIGRATE_FACILITY_FAILS, HVP_VERDICT_BROKEN, f,
				   Q(PREFIX_NEVER), bit, offer);
		else if (!offer)
			expect_one(want, HVP_REASON_MIGRATE_FACILITY, HVP_VERDICT_DEGRADED, f, 0,
				   bit, 0);
	}
	for (uint32_t f = 0; f < 64; f++) {
		const uint64_t bit = HVP_BIT(f), offer = h->power.l2_facilities & bit;
		const bool enabled = !(g->power.l2_reflected & bit);
		uint64_t quirk = 0;

		if (!(g->power.l2_facilities & bit))
			continue;
		/* what L1 enables and L0 has not, or never gives: an interrupt without an end */
		if (enabled && (!offer || f == HVP_FACILITY_MSGP))
			quirk = h->quirks & Q(HFU_ALL);
		if (f == HVP_FACILITY_PREFIX && (h->quirks & Q(PREFIX_NEVER)))
			quirk = Q(PREFIX_NEVER);
		if (f == HVP_FACILITY_MSGP && (h->quirks & Q(DOORBELL_TO_HEAI)))
			quirk = Q(DOORBELL_TO_HEAI);
		if (quirk)
			expect_one(want, HVP_REASON_MIGRATE_L2_FACILITY_FAILS, HVP_VERDICT_BROKEN,
				   f, quirk, bit, offer);
		else if (!offer)
			expect_one(want, HVP_REASON_MIGRATE_L2_FACILITY, HVP_VERDICT_DEGRADED, f,
				   0, bit, 0);
	}
}

/* Two kinds of fixed are not one more than the other. */
static bool is_enough(uint32_t cap, uint32_t have, uint32_t offer)
{
	if (cap == HVP_SPAPR_CAP_IBS && have > 1)
		return have == offer;
	return have <= offer;
}

static void oracle_caps(const struct hvp_profile *g, const struct hvp_profile *h,
			struct expected *want)
{
	for (uint32_t cap = 0; cap < HVP_SPAPR_CAP_SLOTS; cap++) {
		const uint32_t have = g->power.caps[cap], offer = h->power.caps[cap];
		const uint32_t bit = (uint32_t)1 << cap;
		uint64_t quirk = 0;

		if (!(g->power.caps_known & h->power.caps_known & bit))
			continue;
		/* at the source's default, not sent; 0 there and not its default, which is more */
		if (is_enough(cap, have, offer) && !offer &&
		    (g->power.caps_default & ~h->power.caps_default & bit) &&
		    (h->quirks & Q(CAPS_UNSENT))) {
			expect_one(want, HVP_REASON_MIGRATE_CAP_DEFAULT, HVP_VERDICT_REFUSED, cap,
				   Q(CAPS_UNSENT), have, offer);
			continue;
		}
		if (is_enough(cap, have, offer))
			continue;
		if (have < offer)
			quirk = h->quirks & Q(IBS_BY_NUMBER);
		if ((g->power.caps_default & bit) && (h->power.caps_default & bit) &&
		    (h->quirks & Q(CAPS_UNSENT)))
			quirk = Q(CAPS_UNSENT);
		expect_one(want, quirk ? HVP_REASON_MIGRATE_CAP_TAKEN : HVP_REASON_MIGRATE_CAP,
			   quirk ? HVP_VERDICT_BROKEN : HVP_VERDICT_REFUSED, cap, quirk, have,
			   offer);
	}
}

static void oracle_power(const struct hvp_profile *g, const struct hvp_profile *h,
			 struct expected *want)
{
	const uint64_t quirk = h->quirks & Q(NESTED_UNENFORCED);

	if (g->power.flags)
		oracle_raw(g, h, want);
	else
		oracle_level(g, h, want);
	oracle_facilities(g, h, want);
	if (g->power.nested_caps & ~h->power.nested_caps)
		expect_one(want, quirk ? HVP_REASON_MIGRATE_NESTED_TAKEN :
					 HVP_REASON_MIGRATE_NESTED,
			   quirk ? HVP_VERDICT_BROKEN : HVP_VERDICT_REFUSED, 0, quirk,
			   g->power.nested_caps, h->power.nested_caps);
	oracle_caps(g, h, want);
}

static uint32_t bits_of(uint64_t value)
{
	uint32_t count = 0;

	for (; value; value &= value - 1)
		count++;
	return count;
}

/* What the registers alone say (hvp_fwreg_compare() has its own tests); NULL: nothing. */
static const struct hvp_finding *of_register(const struct findings *f, uint32_t reg)
{
	for (uint32_t i = 0; i < f->report.stored; i++)
		if (f->finding[i].object == reg)
			return &f->finding[i];
	return NULL;
}

static void oracle_unknown(const struct hvp_profile *g, const struct hvp_profile *h, uint32_t reg,
			   bool counted, bool forgets, const struct hvp_finding *alone,
			   uint64_t offer, struct expected *want)
{
	const uint64_t have = g->arm64.fwregs.value[reg];
	const uint32_t id = (uint32_t)fwreg_ids[reg];
	/* slots ascend as the ids do; all that is above its largest one is not looked at */
	const bool high = !(h->arm64.fwregs.listed >> reg);
	const bool low = !high && (h->quirks & Q(STREAM_DROPS_HIGH));
	const bool passes = !low && reg == VENDOR_2 && !have && (h->quirks & Q(STREAM_KNOWN_ONLY));
	const bool lost = low || (alone && !passes);

	if (passes || (!lost && !(h->quirks & Q(STREAM_KNOWN_ONLY))))
		return;
	if (lost && high && !counted && (h->quirks & Q(STREAM_DROPS_HIGH)))
		expect_one(want, HVP_REASON_STREAM_DROPPED, HVP_VERDICT_BROKEN, id,
			   Q(STREAM_DROPS_HIGH), have, offer);
	else if (forgets)
		expect_one(want, HVP_REASON_STREAM_FORGOTTEN, lost ? HVP_VERDICT_BROKEN :
			   HVP_VERDICT_CHANGED, id, Q(STREAM_FORGETS), have, offer);
	else
		expect_one(want, HVP_REASON_STREAM_UNKNOWN, HVP_VERDICT_REFUSED, id, 0, have,
			   offer);
}

static void oracle_arm64(const struct hvp_profile *g, const struct hvp_profile *h,
			 struct expected *want)
{
	const struct hvp_fwregs *gr = &g->arm64.fwregs, *hr = &h->arm64.fwregs;
	const bool known = g->arm64.registers && h->arm64.registers;
	const uint32_t sent = bits_of(gr->listed) + (known ? g->arm64.registers : 0);
	const uint32_t room = bits_of(hr->listed) + (known ? h->arm64.registers : 0);
	const uint32_t unknown = gr->listed & ~hr->listed;
	const bool counted = (h->quirks & Q(STREAM_COUNT)) && sent > room;
	const bool forgets = (h->quirks & Q(STREAM_FORGETS)) && (unknown >> VENDOR_2) &&
			     !gr->value[VENDOR_2];
	struct findings f;
	uint32_t verdict;

	if (g->arm64.flags & ~h->arm64.flags)
		expect_one(want, HVP_REASON_MIGRATE_VCPU, HVP_VERDICT_REFUSED, 0, 0,
			   g->arm64.flags, h->arm64.flags);
	if (counted)
		expect_one(want, HVP_REASON_STREAM_COUNT, HVP_VERDICT_REFUSED, 0, Q(STREAM_COUNT),
			   sent, room);
	EXPECT(hvp_fwreg_compare(gr, hr, g->arm64.flags & 2 ? HVP_FWREG_PSCI_0_2 : 0, &verdict,
				 fresh(&f)), HVP_OK, "compare");
	for (uint32_t reg = 0; reg < REGS; reg++) {
		const struct hvp_finding *alone = of_register(&f, reg);

		/* what a host in common may have or not is no matter for a stream */
		if ((unknown >> reg & 1) && (!alone || alone->reason == HVP_REASON_FWREG_ABSENT))
			oracle_unknown(g, h, reg, counted, forgets, alone,
				       alone ? alone->offer : gr->value[reg], want);
		else if (alone)
			expect_one(want, alone->reason, alone->verdict, reg, 0, alone->have,
				   alone->offer);
	}
}

static uint32_t expect_verdict(const struct hvp_profile *g, const struct hvp_profile *h,
			       const char *what)
{
	struct expected want = { .count = 0 };
	uint32_t verdict = POISON_32, worst;
	struct findings f;

	if (g->arch != h->arch)
		expect_one(&want, HVP_REASON_MIGRATE_ARCH, HVP_VERDICT_REFUSED, 0, 0, g->arch,
			   h->arch);
	else if (g->arch == POWER)
		oracle_power(g, h, &want);
	else
		oracle_arm64(g, h, &want);
	worst = settle(&want);
	EXPECT(hvp_migrate_check(g, h, &verdict, fresh(&f)), HVP_OK, "%s", what);
	EXPECT(verdict, worst, "%s", what);
	EXPECT(f.report.worst, worst, "%s: worst", what);
	EXPECT(f.report.total, want.count, "%s: findings", what);
	for (uint32_t i = 0; i < want.count; i++) {
		const struct hvp_finding *got = &f.finding[i];

		EXPECT(got->object, want.findings[i].object, "%s: object of %s", what,
		       hvp_reason_name(got->reason));
		expect_finding(got, want.findings[i].reason, want.findings[i].verdict,
			       want.findings[i].where, want.findings[i].have,
			       want.findings[i].offer, hvp_reason_name(want.findings[i].reason));
		/* R26 */
		if (got->verdict == HVP_VERDICT_BROKEN)
			EXPECT(got->where & h->quirks, got->where ? got->where : 1,
			       "%s: broken and no quirk", what);
	}
	verdict = POISON_32;
	EXPECT(hvp_migrate_check(g, h, &verdict, NULL), HVP_OK, "%s: without a report", what);
	EXPECT(verdict, worst, "%s: without a report", what);
	return verdict;
}

/* Any guest and any host, far apart. */
static void test_random(void **state)
{
	uint64_t seed = 51;
	uint32_t seen[5] = { 0 };

	(void)state;
	for (uint32_t n = 0; n < 60000; n++) {
		const uint32_t arch = 1 + n % 2;
		const struct hvp_profile g = draw_profile(&seed, arch, GUEST);
		const struct hvp_profile h = draw_profile(&seed, n % 50 ? arch : 3 - arch, HOST);

		seen[expect_verdict(&g, &h, "random")]++;
	}
	EXPECT(seen[HVP_VERDICT_REFUSED] > 1000, true, "refused");
}

/* A guest of the host, or of one like it with a few things less. */
static void test_near(void **state)
{
	uint64_t seed = 52;
	uint32_t seen[5] = { 0 };

	(void)state;
	for (uint32_t n = 0; n < 120000; n++) {
		const uint32_t arch = 1 + n % 2;
		const struct hvp_profile source = draw_profile(&seed, arch, HOST);
		const struct hvp_profile other = draw_profile(&seed, arch, HOST);
		struct hvp_profile g, h = source;

		if (hvp_profile_guest(&source, HVP_LEVEL_NONE, arch == POWER && (n & 4), &g, NULL))
			continue;
		for (uint32_t i = draw_below(&seed, 4); i; i--)
			take_some(&h, &other, draw_below(&seed, 8));
		seen[expect_verdict(&g, &h, "near")]++;
	}
	for (uint32_t verdict = 0; verdict < 5; verdict++)
		EXPECT(seen[verdict] > 500, true, "%s: %" PRIu32, hvp_verdict_name(verdict),
		       seen[verdict]);
}

/* Every quirk alone, on hosts that lack one thing each: who breaks what. */
static void test_quirks(void **state)
{
	uint64_t seed = 53, seen = 0;

	(void)state;
	for (uint32_t n = 0; n < 36 * 1500; n++) {
		const uint32_t arch = n % 36 < 32 ? POWER : ARM64;
		const struct hvp_profile g = draw_profile(&seed, arch, GUEST);
		struct hvp_profile h = draw_profile(&seed, arch, HOST);
		struct findings f;
		uint32_t verdict;

		h.quirks = HVP_BIT(n % 36) & ALL_QUIRKS;
		h.power.flags |= g.power.flags;
		if (g.power.flags)
			h.power.pvr = g.power.pvr;
		/* all but one thing are there */
		if (n / 36 % 6 != 0)
			h.power.levels |= g.power.levels;
		h.power.withheld &= ~h.power.levels;
		if (n / 36 % 6 != 1)
			h.power.facilities |= g.power.facilities;
		if (n / 36 % 6 != 2)
			h.power.l2_facilities |= g.power.l2_facilities;
		if (n / 36 % 6 != 3)
			h.power.nested_caps |= g.power.nested_caps;
		if (n / 36 % 6 != 4 && n / 36 % 6 != 5) {
			memcpy(h.power.caps, g.power.caps, sizeof(h.power.caps));
			h.power.caps_known = g.power.caps_known;
			h.power.caps_default = g.power.caps_default;
		}
		if (expect_verdict(&g, &h, "one quirk") != HVP_VERDICT_BROKEN)
			continue;
		EXPECT(hvp_migrate_check(&g, &h, &verdict, fresh(&f)), HVP_OK, "again");
		for (uint32_t i = 0; i < f.report.stored; i++)
			if (f.finding[i].verdict == HVP_VERDICT_BROKEN)
				seen |= f.finding[i].where;
	}
	EXPECT(seen, Q(PREFIX_NEVER) | Q(POWER11_UNCHECKED) | Q(DOORBELL_TO_HEAI) | Q(HFU_ALL) |
	       Q(MAXIMUM_UNCHECKED) | Q(CAPS_UNSENT) | Q(IBS_BY_NUMBER) | Q(NESTED_UNENFORCED) |
	       Q(STREAM_DROPS_HIGH) | Q(STREAM_FORGETS), "quirks that break something");
}

static void expect_case(const struct hvp_profile *g, const struct hvp_profile *h,
			uint32_t verdict, uint32_t reason, uint32_t object, uint64_t quirk,
			const char *name)
{
	uint32_t got = POISON_32;
	struct findings f;

	EXPECT(expect_verdict(g, h, name), verdict, "%s: the oracle", name);
	EXPECT(hvp_migrate_check(g, h, &got, fresh(&f)), HVP_OK, "%s", name);
	EXPECT(got, verdict, "%s", name);
	EXPECT(f.report.total, reason != 0, "%s: findings", name);
	if (!reason)
		return;
	EXPECT(f.finding[0].reason, reason, "%s: reason", name);
	EXPECT(f.finding[0].object, object, "%s: object", name);
	EXPECT(f.finding[0].where, quirk, "%s: quirk", name);
}

static struct hvp_profile power_guest(uint32_t pvr)
{
	struct hvp_profile g;

	hvp_profile_init(&g, POWER, GUEST);
	g.power.levels = HVP_BIT(hvp_level_from_pvr(pvr));
	return g;
}

static void test_power_cases(void **state)
{
	struct hvp_profile g, h;

	(void)state;
#define CASE_MIGRATE_POWER(name, level, own, l2, reflected, offered, held, offer, offer_l2,	\
			   linux_release, qemu_release, verdict, reason, object, quirk)		\
	g = power_guest(level);									\
	g.power.facilities = own;								\
	g.power.l2_facilities = l2;								\
	g.power.l2_reflected = reflected;							\
	hvp_profile_init(&h, POWER, HOST);							\
	h.quirks = hvp_quirk_known(POWER, linux_release, qemu_release);				\
	h.power.levels = offered;								\
	h.power.withheld = held;								\
	h.power.facilities = offer;								\
	h.power.l2_facilities = offer_l2;							\
	expect_case(&g, &h, verdict, reason, object, quirk, name);
#define CASE_MIGRATE_CAP(name, cap, have, offer, defaults, quirk, verdict)			\
	g = power_guest(0x0f000006);								\
	hvp_profile_init(&h, POWER, HOST);							\
	h.power.levels = g.power.levels;							\
	h.quirks = HVP_BIT(quirk) & ALL_QUIRKS;							\
	g.power.caps_known = 1 << (cap);							\
	h.power.caps_known = 1 << (cap);							\
	g.power.caps[cap] = have;								\
	h.power.caps[cap] = offer;								\
	g.power.caps_default = ((defaults) & 1) << (cap);					\
	h.power.caps_default = ((defaults) >> 1) << (cap);					\
	expect_case(&g, &h, verdict, (verdict) == HVP_VERDICT_SAME ? 0 :			\
		    (verdict) == HVP_VERDICT_BROKEN ? HVP_REASON_MIGRATE_CAP_TAKEN :		\
		    HVP_REASON_MIGRATE_CAP, cap,						\
		    (verdict) == HVP_VERDICT_BROKEN ? HVP_BIT(quirk) : 0, name);
#include "../cases/migrate.def"
}

/* Q5, Q10: nested capabilities, taken although they are not offered. */
static void test_nested_caps(void **state)
{
	struct hvp_profile g = power_guest(0x0f000006), h;

	(void)state;
	hvp_profile_init(&h, POWER, HOST);
	h.power.levels = g.power.levels;
	for (uint64_t have = 0; have < 8; have++) {
		for (uint64_t offer = 0; offer < 8; offer++) {
			const bool fits = !(have & ~offer);

			g.power.nested_caps = have << 60;
			h.power.nested_caps = offer << 60;
			h.quirks = 0;
			expect_case(&g, &h, fits ? HVP_VERDICT_SAME : HVP_VERDICT_REFUSED,
				    fits ? 0 : HVP_REASON_MIGRATE_NESTED, 0, 0, "conforming");
			h.quirks = hvp_quirk_known(POWER, 0, HVP_RELEASE(10, 0, 13));
			expect_case(&g, &h, fits ? HVP_VERDICT_SAME : HVP_VERDICT_BROKEN,
				    fits ? 0 : HVP_REASON_MIGRATE_NESTED_TAKEN, 0,
				    fits ? 0 : Q(NESTED_UNENFORCED), "QEMU 10");
		}
	}
}

/* Raw mode: each pair of processors and revisions, offered or not. */
static void test_raw(void **state)
{
	/* facts about revisions: POWER8 by its base, POWER9 2.0, 2.1 and later, others by 0xf00 */
	static const uint32_t pvrs[] = {
		0, 0x003f0203, 0x003f0201, 0x004d0100, 0x004d0200, 0x004b0201, 0x004e0202,
		0x004e1100, 0x004e1200, 0x004e1201, 0x004e1202, 0x004e1203, 0x00801100, 0x00801200,
		0x00801201, 0x00821200, 0x12345678, 0x12345679,
	};
	struct hvp_profile g, h;

	(void)state;
	for (uint32_t n = 0; n < COUNT(pvrs) * COUNT(pvrs) * 2; n++) {
		const uint32_t have = pvrs[n % COUNT(pvrs)];
		const uint32_t offer = pvrs[n / COUNT(pvrs) % COUNT(pvrs)];
		const bool offered = n / COUNT(pvrs) / COUNT(pvrs);
		uint32_t verdict = HVP_VERDICT_REFUSED, reason = HVP_REASON_MIGRATE_RAW;

		if (!have)
			continue;
		hvp_profile_init(&g, POWER, GUEST);
		hvp_profile_init(&h, POWER, HOST);
		g.power.flags = HVP_POWER_RAW;
		g.power.pvr = have;
		h.power.flags = offered;
		h.power.pvr = offer;
		/* levels do not help a raw guest */
		h.power.levels = ALL_LEVELS;
		if (offered && runs_raw(have, offer)) {
			verdict = have == offer ? HVP_VERDICT_SAME : HVP_VERDICT_CHANGED;
			reason = have == offer ? 0 : HVP_REASON_MIGRATE_REVISION;
		}
		expect_case(&g, &h, verdict, reason, 0, 0, "raw");
	}
}

/* R26 both ways: what is refused for another reason does not break, and all of it is told. */
static void test_refused_not_broken(void **state)
{
	struct hvp_profile g = power_guest(0x0f000006), h;
	uint32_t verdict;
	struct findings f;

	(void)state;
	hvp_profile_init(&h, POWER, HOST);
	h.quirks = hvp_quirk_known(POWER, HVP_RELEASE(6, 1, 192), HVP_RELEASE(10, 0, 13));
	h.power.levels = g.power.levels;
	h.power.facilities = ALL_FACILITIES;
	h.power.l2_facilities = ALL_FACILITIES;
	g.power.facilities = HVP_BIT(HVP_FACILITY_PREFIX);
	g.power.l2_facilities = HVP_BIT(HVP_FACILITY_MSGP);
	g.power.nested_caps = HVP_BIT(62);
	g.power.caps_known = 3;
	h.power.caps_known = 3;
	g.power.caps[1] = 1;
	g.power.caps_default = 2;
	h.power.caps_default = 2;
	EXPECT(expect_verdict(&g, &h, "broken"), HVP_VERDICT_BROKEN, "broken");
	g.power.caps[0] = 1;
	EXPECT(expect_verdict(&g, &h, "refused"), HVP_VERDICT_REFUSED, "refused");
	EXPECT(hvp_migrate_check(&g, &h, &verdict, fresh(&f)), HVP_OK, "refused");
	EXPECT(f.report.total, 5, "findings");
	for (uint32_t i = 0; i < f.report.stored; i++)
		EXPECT(f.finding[i].verdict, HVP_VERDICT_REFUSED, "verdict");
	EXPECT(find(&f, HVP_REASON_MIGRATE_FACILITY_FAILS)->where, Q(PREFIX_NEVER), "quirk");
	EXPECT(find(&f, HVP_REASON_MIGRATE_L2_FACILITY_FAILS)->where, Q(DOORBELL_TO_HEAI), "quirk");
	EXPECT(find(&f, HVP_REASON_MIGRATE_NESTED_TAKEN)->where, Q(NESTED_UNENFORCED), "quirk");
	EXPECT(find(&f, HVP_REASON_MIGRATE_CAP_TAKEN)->where, Q(CAPS_UNSENT), "quirk");
	EXPECT(find(&f, HVP_REASON_MIGRATE_CAP)->where, 0, "quirk");
}

/* VMMs of the cases: conforming, QEMU 10, the same with room, QEMU 11. */
static void prepare(uint32_t vmm, struct hvp_profile *g, struct hvp_profile *h)
{
	static const uint32_t qemu[] = {
		0, HVP_RELEASE(10, 0, 13), HVP_RELEASE(10, 0, 13), HVP_RELEASE(11, 1, 3),
	};

	h->quirks = hvp_quirk_known(ARM64, HVP_RELEASE(7, 2, 13), qemu[vmm]);
	g->arm64.registers = 230;
	h->arm64.registers = vmm == 2 ? 231 : 230;
}

static uint32_t verdict_of(char letter)
{
	static const char letters[] = "scdrb";
	const char *const at = strchr(letters, letter);

	assert_non_null(at);
	return (uint32_t)(at - letters);
}

/* Registers other than one do not matter here: no protection, PSCI 0.1, and no service. */
static void keep_only(struct hvp_fwregs *regs, uint32_t reg)
{
	const uint32_t bit = (uint32_t)1 << reg;

	regs->listed &= bit;
	regs->known = (regs->known & bit) | (((1 << REGS) - 1) & ~bit);
	regs->unsure &= bit;
	for (uint32_t i = 0; i < HVP_FWREG_SLOTS; i++)
		if (i != reg)
			regs->value[i] = i == PSCI;
}

static void expect_psci(const char *state, uint32_t version, const char *const verdicts[4])
{
	static const uint32_t there[] = {
		HVP_RELEASE(4, 15, 0), HVP_RELEASE(4, 16, 0), HVP_RELEASE(5, 10, 218),
		HVP_RELEASE(6, 1, 176), HVP_RELEASE(7, 2, 13),
	};
	struct hvp_profile g, h;
	char what[64];

	for (uint32_t n = 0; n < 4 * COUNT(there); n++) {
		const struct hvp_fwreg_kernel kernel = {
			.size = sizeof(kernel), .policy_level = HVP_POLICY_LEVEL_1,
			.release = there[n / 4],
		};

		hvp_profile_init(&g, ARM64, GUEST);
		g.arm64.flags = version == 1 ? HVP_ARM64_PSCI_0_1 : HVP_ARM64_PSCI_0_2;
		g.arm64.fwregs.known = 1 << PSCI;
		g.arm64.fwregs.listed = strcmp(state, "none") ? 1 << PSCI : 0;
		g.arm64.fwregs.value[PSCI] = version;
		hvp_profile_init(&h, ARM64, HOST);
		h.arm64.flags = strstr(state, "there") ? 3 : HVP_ARM64_PSCI_0_2;
		EXPECT(hvp_fwreg_offers(&kernel, &h.arm64.fwregs, NULL), HVP_OK, "offers");
		keep_only(&g.arm64.fwregs, PSCI);
		keep_only(&h.arm64.fwregs, PSCI);
		prepare(n % 4, &g, &h);
		snprintf(what, sizeof(what), "PSCI %s %" PRIx32 " to 0x%" PRIx32 ", VMM %" PRIu32,
			 state, version, there[n / 4], n % 4);
		EXPECT(expect_verdict(&g, &h, what), verdict_of(verdicts[n % 4][n / 4]), "%s",
		       what);
	}
}

static void put_register(struct hvp_fwregs *regs, uint32_t reg, uint32_t kind, uint32_t value)
{
	regs->known = (uint32_t)(kind > 0) << reg;
	regs->listed = (uint32_t)(kind > 1) << reg;
	regs->value[reg] = value;
	keep_only(regs, reg);
}

static void expect_register(const char *name, uint32_t reg, uint32_t source, uint32_t have,
			    uint32_t there, uint32_t offer, const char *verdicts)
{
	struct hvp_profile g, h;
	char what[64];

	for (uint32_t vmm = 0; vmm < 4; vmm++) {
		hvp_profile_init(&g, ARM64, GUEST);
		hvp_profile_init(&h, ARM64, HOST);
		g.arm64.flags = HVP_ARM64_PSCI_0_2;
		h.arm64.flags = HVP_ARM64_PSCI_0_2;
		put_register(&g.arm64.fwregs, reg, source, have);
		put_register(&h.arm64.fwregs, reg, there, offer);
		prepare(vmm, &g, &h);
		snprintf(what, sizeof(what), "%s, VMM %" PRIu32, name, vmm);
		EXPECT(expect_verdict(&g, &h, what), verdict_of(verdicts[vmm]), "%s", what);
	}
}

/* The matrix of seed 003 with its three walks, and the rows of the other registers. */
static void test_arm64_cases(void **state)
{
	(void)state;
#define CASE_MIGRATE_PSCI(name, version, conforming, qemu_10, more, qemu_11)			\
	expect_psci(name, version, (const char *const[]){ conforming, qemu_10, more, qemu_11 });
#define CASE_MIGRATE_FWREG(name, reg, source, have, there, offer, verdicts) \
	expect_register(name, reg, source, have, there, offer, verdicts);
#include "../cases/migrate.def"
}

/* QEMU 10 refuses what it does not know below its largest id, whatever the guest finds there. */
static void test_below(void **state)
{
	struct hvp_profile g, h;

	(void)state;
	hvp_profile_init(&g, ARM64, GUEST);
	hvp_profile_init(&h, ARM64, HOST);
	g.arm64.flags = h.arm64.flags = HVP_ARM64_PSCI_0_2;
	g.arm64.fwregs.listed = 1 << 1;
	h.arm64.fwregs.listed = 1 << 4;
	g.arm64.fwregs.known = h.arm64.fwregs.known = (1 << REGS) - 1;
	g.arm64.fwregs.value[1] = h.arm64.fwregs.value[1] = 1;
	expect_case(&g, &h, HVP_VERDICT_SAME, 0, 0, 0, "WORKAROUND_1, conforming");
	h.quirks = Q(STREAM_DROPS_HIGH);
	expect_case(&g, &h, HVP_VERDICT_REFUSED, HVP_REASON_STREAM_UNKNOWN, 0x00140001, 0,
		    "WORKAROUND_1 below STD_BMAP");
	h.arm64.fwregs.listed = 0;
	expect_case(&g, &h, HVP_VERDICT_SAME, 0, 0, 0, "WORKAROUND_1 above all");
}

static struct hvp_profile kernel_host(uint32_t release, uint32_t qemu, uint32_t all)
{
	const struct hvp_fwreg_kernel kernel = {
		.size = sizeof(kernel), .policy_level = HVP_POLICY_LEVEL_1, .release = release,
		.spectre_v2 = 1, .ssb = 1, .spectre_bhb = 1,
	};
	struct hvp_profile h;

	hvp_profile_init(&h, ARM64, HOST);
	EXPECT(hvp_fwreg_offers(&kernel, &h.arm64.fwregs, NULL), HVP_OK, "offers");
	h.arm64.flags = HVP_ARM64_PSCI_0_2;
	h.quirks = hvp_quirk_known(ARM64, release, qemu);
	h.arm64.registers = all - bits_of(h.arm64.fwregs.listed);
	return h;
}

/* What was measured: 7.2.13 with 256 registers, 6.12.107 with 258; 5.10 under QEMU 11. */
static void test_real_pairs(void **state)
{
	const uint32_t q10 = HVP_RELEASE(10, 0, 13), q11 = HVP_RELEASE(11, 1, 3);
	const struct hvp_profile v7 = kernel_host(HVP_RELEASE(7, 2, 13), q10, 256);
	const struct hvp_profile v6 = kernel_host(HVP_RELEASE(6, 12, 107), q10, 258);
	const struct hvp_profile v6_11 = kernel_host(HVP_RELEASE(6, 12, 107), q11, 258);
	const struct hvp_profile v5_11 = kernel_host(HVP_RELEASE(5, 10, 218), q11, 240);
	struct hvp_profile g;

	(void)state;
	EXPECT(hvp_profile_guest(&v7, 0, 0, &g, NULL), HVP_OK, "guest");
	g.arm64.fwregs.value[PSCI] = 0x10001;
	g.arm64.fwregs.value[VENDOR_2] = 3;
	expect_case(&g, &v6, HVP_VERDICT_BROKEN, HVP_REASON_STREAM_DROPPED, 0x00160003,
		    Q(STREAM_DROPS_HIGH), "7.2 to 6.12");
	expect_case(&g, &v6_11, HVP_VERDICT_REFUSED, HVP_REASON_STREAM_UNKNOWN, 0x00160003, 0,
		    "7.2 to 6.12, QEMU 11");
	g.arm64.fwregs.value[VENDOR_2] = 0;
	expect_case(&g, &v6, HVP_VERDICT_SAME, 0, 0, 0, "7.2 to 6.12, no bits");
	expect_case(&g, &v6_11, HVP_VERDICT_SAME, 0, 0, 0, "7.2 to 6.12, no bits, QEMU 11");
	/* the version is what one pins: 1.3 is refused before anything is lost */
	g.arm64.fwregs.value[PSCI] = 0x10003;
	expect_case(&g, &v6, HVP_VERDICT_REFUSED, HVP_REASON_FWREG_VERSION, PSCI, 0,
		    "7.2 to 6.12, PSCI 1.3");
	EXPECT(hvp_profile_guest(&v6, 0, 0, &g, NULL), HVP_OK, "guest");
	expect_case(&g, &v7, HVP_VERDICT_REFUSED, HVP_REASON_STREAM_COUNT, 0, Q(STREAM_COUNT),
		    "6.12 to 7.2");
	/* refused and forgotten: STD, STD_HYP and VENDOR, behind them an empty BMAP_2 */
	EXPECT(hvp_profile_guest(&v7, 0, 0, &g, NULL), HVP_OK, "guest");
	g.arm64.fwregs.value[PSCI] = 2;
	EXPECT(expect_verdict(&g, &v5_11, "7.2 to 5.10, QEMU 11"), HVP_VERDICT_BROKEN, "forgotten");
	g.arm64.fwregs.listed &= 0x7f;
	EXPECT(expect_verdict(&g, &v5_11, "as 6.12 to 5.10, QEMU 11"), HVP_VERDICT_REFUSED,
	       "not forgotten");
}

static enum hvp_status check(const void *guest, const void *host, struct hvp_report *report)
{
	uint32_t verdict = POISON_32;
	const enum hvp_status status = hvp_migrate_check(guest, host, &verdict, report);

	if (status)
		EXPECT(verdict, POISON_32, "verdict");
	return status;
}

static struct hvp_profile plain(uint32_t role)
{
	struct hvp_profile p = power_guest(0x0f000005);

	p.role = role;
	return p;
}

static enum hvp_status call_guest(const void *data, struct hvp_report *report)
{
	const struct hvp_profile host = plain(HOST);

	return check(data, &host, report);
}

static enum hvp_status call_host(const void *data, struct hvp_report *report)
{
	const struct hvp_profile guest = plain(GUEST);

	return check(&guest, data, report);
}

static void test_arguments(void **state)
{
	const struct hvp_profile guest = plain(GUEST), host = plain(HOST);
	struct hvp_profile wrong = host;
	uint32_t verdict = POISON_32;
	struct findings f;

	(void)state;
	EXPECT(hvp_migrate_check(NULL, &host, &verdict, fresh(&f)), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_migrate_check(&guest, NULL, &verdict, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_migrate_check(&guest, &host, NULL, &f.report), HVP_ERR_ARGUMENT, "NULL");
	/* before anything is said of the other */
	EXPECT(hvp_migrate_check(&wrong, NULL, &verdict, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(f.report.total, 0, "findings of wrong arguments");
	EXPECT(verdict, POISON_32, "NULL");
	expect_head(&guest, sizeof(guest), call_guest);
	expect_head(&host, sizeof(host), call_host);
	EXPECT(check(&host, &host, fresh(&f)), HVP_ERR_VALUE, "two hosts");
	expect_refusal(&f, HVP_REASON_MIGRATE_ROLE, 0, HOST, GUEST, "two hosts");
	EXPECT(check(&guest, &guest, fresh(&f)), HVP_ERR_VALUE, "two guests");
	expect_refusal(&f, HVP_REASON_MIGRATE_ROLE, 0, GUEST, HOST, "two guests");
	wrong.power.levels = 3;
	EXPECT(check(&guest, &wrong, NULL), HVP_ERR_RESERVED, "not valid");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_cases), cmocka_unit_test(test_nested_caps),
		cmocka_unit_test(test_raw), cmocka_unit_test(test_refused_not_broken),
		cmocka_unit_test(test_arm64_cases), cmocka_unit_test(test_below),
		cmocka_unit_test(test_real_pairs), cmocka_unit_test(test_arguments),
		/* the long ones last: quick ones see most faults */
		cmocka_unit_test(test_quirks), cmocka_unit_test(test_random),
		cmocka_unit_test(test_near),
	};

	return expect_done(cmocka_run_group_tests_name("migrate", tests, NULL, NULL));
}
