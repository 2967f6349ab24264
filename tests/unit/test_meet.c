// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "profiles.h"

#define MOST 8

static struct hvp_profile meet_all(const struct hvp_profile *const *hosts, uint32_t count,
				   struct findings *f)
{
	struct hvp_profile common, again;
	uint32_t mild = 0;

	/* whatever stood there before is no matter */
	poison(common);
	memset(&again, 0x3c, sizeof(again));
	EXPECT(hvp_meet_hosts(hosts, count, &common, fresh(f)), HVP_OK, "meet");
	EXPECT(hvp_meet_hosts(hosts, count, &again, NULL), HVP_OK, "meet without a report");
	EXPECT(is_same(&common, &again), true, "all of it is written");
	EXPECT(is_valid(&common), true, "a valid profile");
	EXPECT(hvp_profile_validate(&common, NULL), HVP_OK, "a valid profile");
	for (uint32_t i = 0; i < f->report.stored; i++) {
		mild += f->finding[i].verdict == HVP_VERDICT_DEGRADED;
		EXPECT(f->finding[i].index < count, true, "who forces it");
		EXPECT(f->finding[i].where, 0, "where");
	}
	EXPECT(mild, f->report.total, "nothing is refused");
	return common;
}

static struct hvp_profile meet2(const struct hvp_profile *a, const struct hvp_profile *b)
{
	const struct hvp_profile *const hosts[] = { a, b };
	struct findings f;

	return meet_all(hosts, 2, &f);
}

static uint32_t verdict_of(const struct hvp_profile *guest, const struct hvp_profile *host)
{
	uint32_t verdict = POISON_32;

	EXPECT(hvp_migrate_check(guest, host, &verdict, NULL), HVP_OK, "check");
	return verdict;
}

/* Order, grouping and repetition do not matter, and the result may be one of the hosts. */
static struct hvp_profile expect_laws(const struct hvp_profile *a, const struct hvp_profile *b,
				      const struct hvp_profile *c)
{
	const struct hvp_profile *const all[] = { a, b, c }, *const twice[] = { c, a, b, a, c };
	struct hvp_profile ab = meet2(a, b), ba = meet2(b, a), bc = meet2(b, c);
	struct hvp_profile left = meet2(&ab, c), right = meet2(a, &bc), aa = meet2(a, a), alias;
	const struct hvp_profile *with[] = { a, b, c };
	struct findings f;

	EXPECT(is_same(&ab, &ba), true, "commutative");
	EXPECT(is_same(&aa, a), true, "idempotent");
	EXPECT(is_same(&left, &right), true, "associative");
	right = meet_all(all, 3, &f);
	EXPECT(is_same(&left, &right), true, "of three");
	right = meet_all(twice, COUNT(twice), &f);
	EXPECT(is_same(&left, &right), true, "of five");
	for (uint32_t i = 0; i < 3; i++) {
		alias = *all[i];
		with[i] = &alias;
		EXPECT(hvp_meet_hosts(with, 3, &alias, NULL), HVP_OK, "in place");
		EXPECT(is_same(&left, &alias), true, "in place of host %" PRIu32, i);
		with[i] = all[i];
	}
	return left;
}

/* R27: what is the same on the meet is the same on each. */
static bool expect_sound(const struct hvp_profile *guest, const struct hvp_profile *common,
			 const struct hvp_profile *const *hosts, uint32_t count)
{
	const bool same = verdict_of(guest, common) == HVP_VERDICT_SAME;

	for (uint32_t i = 0; i < count && same; i++)
		EXPECT(verdict_of(guest, hosts[i]), HVP_VERDICT_SAME,
		       "same on the meet, not on host %" PRIu32, i);
	return same;
}

static struct hvp_profile draw_host(uint64_t *seed, uint32_t arch)
{
	struct hvp_profile p;

	do
		p = draw_profile(seed, arch, HOST);
	while (!is_possible(&p));
	return p;
}

/* A guest that may get on: of the hosts or the meet, or any; sometimes it uses less. */
static bool draw_guest(uint64_t *seed, const struct hvp_profile *host, struct hvp_profile *guest)
{
	const uint32_t arch = host->arch;

	if (!draw_below(seed, 4))
		*guest = draw_profile(seed, arch, GUEST);
	else if (hvp_profile_guest(host, HVP_LEVEL_NONE, arch == POWER && draw_below(seed, 2),
				   guest, NULL))
		return false;
	if (draw_below(seed, 2))
		return true;
	guest->power.facilities &= draw(seed);
	guest->power.nested_caps &= draw(seed);
	guest->power.l2_facilities &= draw(seed) | guest->power.l2_reflected;
	return true;
}

static void test_laws(void **state)
{
	uint64_t seed = 61;
	uint32_t same = 0;

	(void)state;
	for (uint32_t n = 0; n < 24000; n++) {
		const uint32_t arch = 1 + n % 2;
		const struct hvp_profile a = draw_host(&seed, arch);
		const struct hvp_profile other = draw_host(&seed, arch);
		struct hvp_profile b = a, c = other, common, guest;
		const struct hvp_profile *const hosts[] = { &a, &b, &c };

		if (n & 2)
			c = a;
		for (uint32_t i = draw_below(&seed, 3); i; i--) {
			take_some(&b, &other, draw_below(&seed, 8));
			take_some(&c, &other, draw_below(&seed, 8));
		}
		common = expect_laws(&a, &b, &c);
		for (uint32_t i = 0; i < 2; i++)
			if (draw_guest(&seed, i ? &common : &a, &guest))
				same += expect_sound(&guest, &common, hosts, 3);
	}
	EXPECT(same > 5000, true, "guests that are free: %" PRIu32, same);
}

/* A guest of the meet is free where nothing varies and nobody departs from the rules. */
static void test_guest_of_meet(void **state)
{
	uint64_t seed = 62;
	uint32_t made = 0;

	(void)state;
	for (uint32_t n = 0; n < 40000; n++) {
		const uint32_t arch = 1 + n % 2;
		struct hvp_profile a = draw_host(&seed, arch), other = draw_host(&seed, arch);
		struct hvp_profile b = a, common, guest;
		const struct hvp_profile *const hosts[] = { &a, &b };

		for (uint32_t i = draw_below(&seed, 3); i; i--)
			take_some(&b, &other, 1 + draw_below(&seed, 7));
		common = meet2(&a, &b);
		if (hvp_profile_guest(&common, HVP_LEVEL_NONE, arch == POWER, &guest, NULL))
			continue;
		if (common.arm64.fwregs.varies || common.arm64.fwregs.unsure ||
		    (arch != POWER && (~common.arm64.fwregs.known & 0xf)))
			continue;
		made++;
		EXPECT(expect_sound(&guest, &common, hosts, 2), true, "a guest of the meet");
	}
	EXPECT(made > 3000, true, "guests: %" PRIu32, made);
}

/* Each host takes it as it is, and conforms: then so does the meet. It gives up nothing more. */
static void test_most(void **state)
{
	uint64_t seed = 63;
	uint32_t same = 0;

	(void)state;
	for (uint32_t n = 0; n < 40000; n++) {
		const uint32_t arch = 1 + n % 2;
		struct hvp_profile a = draw_host(&seed, arch), other = draw_host(&seed, arch);
		struct hvp_profile b, common, guest;

		a.quirks = 0;
		b = a;
		for (uint32_t i = draw_below(&seed, 3); i; i--)
			take_some(&b, &other, 1 + draw_below(&seed, 7));
		common = meet2(&a, &b);
		if (!draw_guest(&seed, n & 2 ? &a : &common, &guest) ||
		    verdict_of(&guest, &a) || verdict_of(&guest, &b))
			continue;
		same++;
		EXPECT(verdict_of(&guest, &common), HVP_VERDICT_SAME, "case %" PRIu32, n);
	}
	EXPECT(same > 3000, true, "guests: %" PRIu32, same);
}

/* The n-th state of a register: not known, unsure, known, listed; varies or not. */
static bool put_state(struct hvp_profile *host, uint32_t reg, uint32_t n)
{
	static const uint32_t versions[] = { 2, 0x10000, 0x10001, 0x10003 };
	static const uint32_t counts[REGS] = { 4, 3, 2, 3, 2, 2, 4, 4 };
	const uint32_t bit = (uint32_t)1 << reg, kind = n / 2;
	struct hvp_fwregs *r = &host->arm64.fwregs;

	hvp_profile_init(host, ARM64, HOST);
	host->arm64.flags = 3;
	r->varies = n % 2 ? bit : 0;
	if (kind == 1)
		r->unsure = bit;
	if (kind < 2)
		return true;
	r->known = bit;
	r->listed = kind - 2 >= counts[reg] ? bit : 0;
	r->value[reg] = reg == PSCI ? versions[(kind - 2) % 4] : (kind - 2) % counts[reg];
	/* SSBD is 0 or 3 */
	r->value[reg] *= reg == WA2 ? 3 : 1;
	return kind - 2 < 2 * counts[reg];
}

struct reg {
	uint64_t value;
	bool listed, known, varies, unsure;
};

static struct reg reg_of(const struct hvp_profile *host, uint32_t reg)
{
	const struct hvp_fwregs *r = &host->arm64.fwregs;

	return (struct reg){
		.value = r->value[reg], .listed = r->listed >> reg & 1,
		.known = r->known >> reg & 1, .varies = r->varies >> reg & 1,
		.unsure = r->unsure >> reg & 1,
	};
}

static uint64_t shield(uint32_t reg, uint64_t value)
{
	return reg == WA2 ? value > 1 : value;
}

/* The lesser version, level, or the bits in common. */
static uint64_t lesser(uint32_t reg, uint64_t a, uint64_t b)
{
	if (reg >= STD)
		return a & b;
	if (shield(reg, a) != shield(reg, b))
		return shield(reg, a) < shield(reg, b) ? a : b;
	return a < b ? a : b;
}

/* A value that a guest found without a register: is it what it finds where it is told? */
static bool takes(uint32_t reg, uint64_t offer, uint64_t value)
{
	if (reg == VENDOR_2)
		return true;
	return reg >= STD ? !(value & ~offer) : shield(reg, value) <= shield(reg, offer);
}

static struct reg oracle_fold(uint32_t reg, struct reg a, struct reg b)
{
	const uint64_t new_a = reg == VENDOR_2 ? 0 : a.value, new_b = reg == VENDOR_2 ? 0 : b.value;
	struct reg both = { .unsure = a.unsure || b.unsure };

	both.varies = a.varies || b.varies || a.known != b.known || new_a != new_b;
	if (!a.known || !b.known)
		return both;
	both.known = true;
	if (a.listed && b.listed) {
		both.listed = true;
		both.value = lesser(reg, a.value, b.value);
	} else if (!a.listed && !b.listed) {
		both.known = new_a == new_b;
		both.value = both.known ? lesser(reg, a.value, b.value) : 0;
	} else {
		const struct reg there = a.listed ? a : b, absent = a.listed ? b : a;

		both.known = takes(reg, there.value, absent.value);
		both.value = both.known ? absent.value : 0;
	}
	both.varies |= !both.known;
	return both;
}

static void expect_reg(struct reg got, struct reg want, const char *what)
{
	EXPECT(got.known, want.known, "%s: known", what);
	EXPECT(got.listed, want.listed, "%s: listed", what);
	EXPECT(got.value, want.value, "%s: value", what);
	EXPECT(got.varies, want.varies, "%s: varies", what);
	EXPECT(got.unsure, want.unsure, "%s: unsure", what);
}

/* Every guest that a register can make. */
static void expect_guests(uint32_t reg, const struct hvp_profile *common,
			  const struct hvp_profile *const *hosts)
{
	struct hvp_profile guest;

	for (uint32_t n = 0; put_state(&guest, reg, n); n += 2) {
		if (guest.arm64.fwregs.unsure)
			continue;
		guest.role = GUEST;
		for (guest.arm64.flags = 1; guest.arm64.flags < 3; guest.arm64.flags++) {
			const bool same = expect_sound(&guest, common, hosts, 2);

			/* no quirks here: what every host takes, the meet takes */
			if (hosts[0]->arm64.fwregs.known && hosts[1]->arm64.fwregs.known)
				EXPECT(same, !verdict_of(&guest, hosts[0]) &&
				       !verdict_of(&guest, hosts[1]), "register %" PRIu32
				       ", guest 0x%" PRIx64 ": the most", reg,
				       guest.arm64.fwregs.value[reg]);
		}
	}
	/* and 0.1, which a vCPU without PSCI_0_2 has */
	if (reg)
		return;
	hvp_profile_init(&guest, ARM64, GUEST);
	guest.arm64.flags = HVP_ARM64_PSCI_0_1;
	guest.arm64.fwregs.known = 1;
	guest.arm64.fwregs.value[PSCI] = 1;
	for (uint32_t listed = 0; listed < 2; listed++) {
		guest.arm64.fwregs.listed = listed;
		expect_sound(&guest, common, hosts, 2);
	}
}

/* All pairs of all states of each register, with all guests; all triples. */
static void test_registers(void **state)
{
	struct hvp_profile a, b, c;
	struct findings f;

	(void)state;
	for (uint32_t reg = 0; reg < REGS; reg++) {
		for (uint32_t i = 0; put_state(&a, reg, i); i++) {
			for (uint32_t j = 0; put_state(&b, reg, j); j++) {
				const struct hvp_profile *const hosts[] = { &a, &b };
				const struct hvp_profile ab = meet_all(hosts, 2, &f);

				expect_reg(reg_of(&ab, reg),
					   oracle_fold(reg, reg_of(&a, reg), reg_of(&b, reg)),
					   "a pair");
				expect_guests(reg, &ab, hosts);
				for (uint32_t k = 0; put_state(&c, reg, k); k += 1 + reg % 2)
					if (reg != STD_HYP && reg != VENDOR && reg != WA3)
						expect_laws(&a, &b, &c);
			}
		}
	}
}

/* By what a level protects from, and not by its number: SSBD may be told as switched on, 0x10. */
static void test_protection(void **state)
{
	struct hvp_profile weak, safe, common;

	(void)state;
	put_state(&weak, WA2, 12);
	put_state(&safe, WA2, 14);
	EXPECT(reg_of(&weak, WA2).listed && reg_of(&safe, WA2).listed, true, "listed");
	EXPECT(reg_of(&safe, WA2).value, 3, "unaffected");
	for (uint32_t level = 0; level < 2; level++) {
		weak.arm64.fwregs.value[WA2] = 0x10 | level;
		common = meet2(&weak, &safe);
		EXPECT(reg_of(&common, WA2).value, 0x10 | level, "level %u", level);
		common = meet2(&safe, &weak);
		EXPECT(reg_of(&common, WA2).value, 0x10 | level, "level %u", level);
	}
}

static struct hvp_profile power_host(uint32_t cap, uint32_t n)
{
	struct hvp_profile p;

	hvp_profile_init(&p, POWER, HOST);
	p.power.levels = HVP_BIT(HVP_LEVEL_3_10);
	if (n < 10) {
		p.power.caps_known = (uint32_t)1 << cap;
		p.power.caps[cap] = (uint8_t)(n / 2);
		p.power.caps_default = n % 2 ? p.power.caps_known : 0;
	}
	return p;
}

/* What both are at least. */
static uint32_t least(uint32_t cap, uint32_t a, uint32_t b)
{
	if (cap == HVP_SPAPR_CAP_IBS && a > 1 && b > 1)
		return a == b ? a : 1;
	return a < b ? a : b;
}

/* All triples of values, known or not, at their default or not, with all guests. */
static void test_caps(void **state)
{
	static const uint32_t some[] = {
		HVP_SPAPR_CAP_HTM, HVP_SPAPR_CAP_IBS, HVP_SPAPR_CAP_DAWR1,
	};
	struct hvp_profile both = power_host(HVP_SPAPR_CAP_HTM, 1), one = both;

	(void)state;
	/* each by itself: what one has at another value says nothing of the next */
	both.power.caps_known = 7;
	both.power.caps_default = 3;
	one.power.caps_known = 7;
	one.power.caps_default = 6;
	EXPECT(meet2(&both, &one).power.caps_default, 2, "defaults of several");
	for (uint32_t n = 0; n < 3 * 11 * 11 * 11; n++) {
		const uint32_t cap = some[n % 3], i = n / 3 % 11, j = n / 33 % 11;
		const struct hvp_profile a = power_host(cap, i), b = power_host(cap, j);
		const struct hvp_profile c = power_host(cap, n / 363);
		const struct hvp_profile *const hosts[] = { &a, &b };
		const struct hvp_profile ab = meet2(&a, &b);
		const bool known = i < 10 || j < 10;
		uint32_t want = i < 10 ? i / 2 : j / 2;

		if (i < 10 && j < 10)
			want = least(cap, i / 2, j / 2);
		expect_laws(&a, &b, &c);
		EXPECT(ab.power.caps_known, (uint32_t)known << cap, "known");
		EXPECT(ab.power.caps[cap], known ? want : 0, "capability %" PRIu32, cap);
		EXPECT(ab.power.caps_default, (uint32_t)(i < 10 && j < 10 && (i & j & 1)) << cap,
		       "default");
		for (uint32_t g = 0; g < 11; g++) {
			struct hvp_profile guest = power_host(cap, g);

			guest.role = GUEST;
			EXPECT(expect_sound(&guest, &ab, hosts, 2),
			       !verdict_of(&guest, &a) && !verdict_of(&guest, &b), "the most");
		}
	}
}

static const uint64_t some_levels[] = {
	HVP_U64(0x10000), HVP_U64(0x100000), HVP_U64(0x10000000), HVP_U64(0x100000000),
};

static uint64_t levels_of(uint32_t n)
{
	uint64_t levels = 0;

	for (uint32_t i = 0; i < 4; i++)
		if (n >> i & 1)
			levels |= some_levels[i];
	return levels;
}

/* All triples of sets of levels, withheld or not, with all quirks about them. */
static void test_levels(void **state)
{
	static const uint64_t quirks[] = {
		0, HVP_BIT(HVP_QUIRK_POWER11_UNKNOWN), HVP_BIT(HVP_QUIRK_POWER11_UNCHECKED),
		HVP_BIT(HVP_QUIRK_LEVEL_BY_NUMBER), HVP_BIT(HVP_QUIRK_MAXIMUM_UNCHECKED),
	};
	struct hvp_profile p[3], guest, common;

	(void)state;
	for (uint32_t n = 0; n < 16 * 16 * 16; n++) {
		const struct hvp_profile *const hosts[] = { &p[0], &p[1], &p[2] };

		for (uint32_t i = 0; i < 3; i++) {
			hvp_profile_init(&p[i], POWER, HOST);
			p[i].power.levels = levels_of(n >> 4 * i & 15);
			p[i].power.withheld = levels_of(~(n >> 4 * i) & 15 & (5 + i));
			p[i].quirks = quirks[(n % 17 + i) % 5];
		}
		common = expect_laws(&p[0], &p[1], &p[2]);
		EXPECT(common.power.levels, levels_of(n & n >> 4 & n >> 8 & 15), "levels");
		EXPECT(common.power.withheld,
		       p[0].power.withheld | p[1].power.withheld | p[2].power.withheld, "withheld");
		EXPECT(common.quirks, p[0].quirks | p[1].quirks | p[2].quirks, "quirks");
		for (uint32_t i = 0; i < 4; i++) {
			hvp_profile_init(&guest, POWER, GUEST);
			guest.power.levels = some_levels[i];
			expect_sound(&guest, &common, hosts, 3);
		}
	}
}

struct expected {
	struct hvp_finding findings[256];
	uint32_t count;
};

static void expect_one(struct expected *want, uint32_t reason, uint32_t object, uint32_t index,
		       uint64_t have, uint64_t offer)
{
	want->findings[want->count++] = (struct hvp_finding){
		.reason = reason, .verdict = HVP_VERDICT_DEGRADED, .object = object,
		.index = index, .have = have, .offer = offer,
	};
}

struct set {
	struct hvp_profile hosts[MOST];
	uint32_t count;
};

typedef uint64_t (*getter)(const struct hvp_profile *p);

#define GETTER(name, member)					\
	static uint64_t name(const struct hvp_profile *p)	\
	{							\
		return p->member;				\
	}

GETTER(get_levels, power.levels)
GETTER(get_own, power.facilities)
GETTER(get_nested, power.l2_facilities)
GETTER(get_caps, power.nested_caps)
GETTER(get_raw, power.flags)
GETTER(get_vcpus, arm64.flags)

/* Each bit that one has and another has not; the first who has not forces it. */
static void oracle_bits(const struct set *set, getter get, uint32_t reason, struct expected *want)
{
	for (uint32_t bit = 0; bit < 64; bit++) {
		uint32_t has = 0, forces = 0;

		for (uint32_t i = set->count; i--;) {
			const bool there = get(&set->hosts[i]) >> bit & 1;

			has += there;
			forces = there ? forces : i;
		}
		if (!has || has == set->count)
			continue;
		if (reason == HVP_REASON_MEET_LEVEL)
			expect_one(want, reason, hvp_level_pvr(bit), forces, 0, 0);
		else
			expect_one(want, reason, bit, forces, HVP_BIT(bit), 0);
	}
}

/* A field as a whole: of the first that has more, and who takes it from that one. */
static void oracle_mask(const struct set *set, getter get, uint32_t tag, struct expected *want)
{
	uint64_t common = ALL;
	uint32_t more = 0, forces = 0;

	for (uint32_t i = 0; i < set->count; i++)
		common &= get(&set->hosts[i]);
	while (more < set->count && get(&set->hosts[more]) == common)
		more++;
	if (more == set->count)
		return;
	while (!(get(&set->hosts[more]) & ~get(&set->hosts[forces])))
		forces++;
	expect_one(want, HVP_REASON_MEET_FIELD, tag, forces, get(&set->hosts[more]), common);
}

static void oracle_pvr(const struct set *set, struct expected *want)
{
	uint32_t first = 0, other = 0;

	while (first < set->count && !set->hosts[first].power.pvr)
		first++;
	while (first < set->count && other < set->count &&
	       set->hosts[other].power.pvr == set->hosts[first].power.pvr)
		other++;
	/* who does not offer raw mode has nothing to lose */
	if (first < set->count && other < set->count &&
	    set->hosts[first].power.flags && set->hosts[other].power.flags)
		expect_one(want, HVP_REASON_MEET_RAW, 0, other, set->hosts[first].power.pvr,
			   set->hosts[other].power.pvr);
}

/* The number of registers: what is not known does not count, and nothing of it is given up. */
static void oracle_registers(const struct set *set, struct expected *want)
{
	uint32_t common = 0, more = 0, forces = 0;

	for (uint32_t i = 0; i < set->count; i++) {
		const uint32_t one = set->hosts[i].arm64.registers;

		if (one && (!common || one < common))
			common = one;
	}
	while (more < set->count && set->hosts[more].arm64.registers <= common)
		more++;
	if (more == set->count)
		return;
	while (!set->hosts[forces].arm64.registers ||
	       set->hosts[forces].arm64.registers >= set->hosts[more].arm64.registers)
		forces++;
	expect_one(want, HVP_REASON_MEET_FIELD, TAG_REGISTERS, forces,
		   set->hosts[more].arm64.registers, common);
}

static void oracle_cap(const struct set *set, uint32_t cap, struct expected *want)
{
	uint32_t common = UINT32_MAX, more = MOST, forces = MOST;

	for (uint32_t i = 0; i < set->count; i++)
		if (set->hosts[i].power.caps_known >> cap & 1)
			common = common == UINT32_MAX ? set->hosts[i].power.caps[cap] :
				 least(cap, common, set->hosts[i].power.caps[cap]);
	for (uint32_t i = set->count; i--;)
		if ((set->hosts[i].power.caps_known >> cap & 1) &&
		    set->hosts[i].power.caps[cap] != common)
			more = i;
	if (more == MOST)
		return;
	for (uint32_t i = set->count; i--;)
		if ((set->hosts[i].power.caps_known >> cap & 1) &&
		    least(cap, set->hosts[more].power.caps[cap],
			  set->hosts[i].power.caps[cap]) != set->hosts[more].power.caps[cap])
			forces = i;
	expect_one(want, HVP_REASON_MEET_CAP, cap, forces, set->hosts[more].power.caps[cap],
		   common);
}

/* Why the guests of one host lose something of a register; 0: they do not. */
static uint32_t lost(uint32_t reg, struct reg one, struct reg common)
{
	const bool told = reg == PSCI || reg >= STD;

	if (one.listed && !common.listed)
		return HVP_REASON_MEET_FWREG_ABSENT;
	if (told && common.known && one.value != common.value)
		return HVP_REASON_MEET_FWREG;
	return one.known && common.varies && !one.varies ? HVP_REASON_MEET_FWREG_VARIES : 0;
}

static void oracle_fwreg(const struct set *set, uint32_t reg, struct expected *want)
{
	struct reg common = reg_of(&set->hosts[0], reg), one, two;
	uint32_t loser = 0, forces = 0;

	for (uint32_t i = 1; i < set->count; i++)
		common = oracle_fold(reg, common, reg_of(&set->hosts[i], reg));
	while (loser < set->count && !lost(reg, reg_of(&set->hosts[loser], reg), common))
		loser++;
	if (loser == set->count)
		return;
	one = reg_of(&set->hosts[loser], reg);
	for (; forces < set->count; forces++) {
		two = oracle_fold(reg, one, reg_of(&set->hosts[forces], reg));
		if (two.listed != one.listed || two.known != one.known ||
		    two.value != one.value || two.varies != one.varies)
			break;
	}
	expect_one(want, lost(reg, one, common), reg, forces, one.value,
		   lost(reg, one, common) == HVP_REASON_MEET_FWREG_VARIES ?
		   reg_of(&set->hosts[forces], reg).value : common.value);
}

static void expect_findings(const struct set *set, const char *what)
{
	const struct hvp_profile *hosts[MOST];
	struct expected want = { .count = 0 };
	struct findings f;

	for (uint32_t i = 0; i < set->count; i++)
		hosts[i] = &set->hosts[i];
	oracle_bits(set, get_levels, HVP_REASON_MEET_LEVEL, &want);
	oracle_bits(set, get_own, HVP_REASON_MEET_FACILITY, &want);
	oracle_bits(set, get_nested, HVP_REASON_MEET_L2_FACILITY, &want);
	oracle_mask(set, get_caps, TAG_NESTED_CAPS, &want);
	oracle_pvr(set, &want);
	oracle_mask(set, get_raw, TAG_POWER_FLAGS, &want);
	oracle_registers(set, &want);
	oracle_mask(set, get_vcpus, TAG_ARM64_FLAGS, &want);
	for (uint32_t cap = 0; cap < HVP_SPAPR_CAP_SLOTS; cap++)
		oracle_cap(set, cap, &want);
	for (uint32_t reg = 0; reg < REGS; reg++)
		oracle_fwreg(set, reg, &want);
	meet_all(hosts, set->count, &f);
	for (uint32_t i = 0; i < want.count && i < f.report.stored; i++)
		EXPECT(memcmp(&f.finding[i], &want.findings[i], sizeof(want.findings[i])), 0,
		       "%s: finding %" PRIu32 ": %s about 0x%" PRIx32 " by %" PRIu32
		       ", want %s about 0x%" PRIx32 " by %" PRIu32, what, i,
		       hvp_reason_name(f.finding[i].reason), f.finding[i].object,
		       f.finding[i].index, hvp_reason_name(want.findings[i].reason),
		       want.findings[i].object, want.findings[i].index);
	EXPECT(f.report.total, want.count, "%s: findings", what);
	EXPECT(f.report.worst, want.count ? HVP_VERDICT_DEGRADED : HVP_VERDICT_SAME, "%s: worst",
	       what);
}

/* What is given up, and who forces it, for sets of one to eight hosts. */
static void test_findings(void **state)
{
	static const uint32_t counts[] = { 0, 228, 230, 229 };
	static struct set set;
	uint64_t seed = 64;

	(void)state;
	for (uint32_t n = 0; n < 20000; n++) {
		const struct hvp_profile a = draw_host(&seed, 1 + n % 2);

		set.count = 1 + draw_below(&seed, MOST);
		for (uint32_t i = 0; i < set.count; i++) {
			const struct hvp_profile other = draw_host(&seed, 1 + n % 2);

			set.hosts[i] = a;
			if (draw_below(&seed, 2))
				take_some(&set.hosts[i], &other, draw_below(&seed, 8));
			if (n & 2)
				set.hosts[i] = other;
		}
		expect_findings(&set, "random");
	}
	/* numbers of registers, and one host that gives nothing up */
	for (uint32_t n = 0; n < 64; n++) {
		set.count = 3;
		for (uint32_t i = 0; i < 3; i++) {
			hvp_profile_init(&set.hosts[i], ARM64, HOST);
			set.hosts[i].arm64.registers = counts[n >> 2 * i & 3];
		}
		expect_findings(&set, "registers");
	}
}

static enum hvp_status call_first(const void *data, struct hvp_report *report)
{
	const struct hvp_profile *const hosts[] = { data };
	struct hvp_profile common;
	enum hvp_status status;

	poison(common);
	status = hvp_meet_hosts(hosts, 1, &common, report);
	if (status)
		EXPECT_POISONED(common, "meet");
	else
		EXPECT(common.size, sizeof(common), "the result has this version's size");
	return status;
}

static void expect_bad(const struct hvp_profile *a, const struct hvp_profile *b,
		       enum hvp_status status, uint32_t reason, uint64_t have, uint64_t offer,
		       const char *what)
{
	const struct hvp_profile *const hosts[] = { a, b };
	struct hvp_profile common;
	struct findings f;

	poison(common);
	EXPECT(hvp_meet_hosts(hosts, 2, &common, fresh(&f)), status, "%s", what);
	expect_refusal(&f, reason, 0, have, offer, what);
	EXPECT_POISONED(common, "%s", what);
	EXPECT(hvp_meet_hosts(hosts, 2, &common, NULL), status, "%s: without a report", what);
}

static void test_arguments(void **state)
{
	uint64_t seed = 65;
	const struct hvp_profile power = draw_host(&seed, POWER), arm64 = draw_host(&seed, ARM64);
	const struct hvp_profile guest = draw_profile(&seed, POWER, GUEST);
	const struct hvp_profile *const one[] = { &power };
	struct hvp_profile wrong = power, common;

	(void)state;
	poison(common);
	EXPECT(hvp_meet_hosts(NULL, 1, &common, NULL), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_meet_hosts(one, 0, &common, NULL), HVP_ERR_ARGUMENT, "no host");
	EXPECT(hvp_meet_hosts(one, 1, NULL, NULL), HVP_ERR_ARGUMENT, "NULL");
	EXPECT_POISONED(common, "meet");
	/* no byte behind the result */
	EXPECT(hvp_meet_hosts(one, 1, at_the_edge(sizeof(common)), NULL), HVP_OK, "at the edge");
	expect_bad(NULL, &power, HVP_ERR_ARGUMENT, 0, 0, 0, "NULL");
	expect_bad(&power, NULL, HVP_ERR_ARGUMENT, 0, 0, 0, "NULL");
	expect_bad(&power, &arm64, HVP_ERR_VALUE, HVP_REASON_MIGRATE_ARCH, POWER, ARM64, "mixed");
	expect_bad(&arm64, &power, HVP_ERR_VALUE, HVP_REASON_MIGRATE_ARCH, ARM64, POWER, "mixed");
	expect_bad(&power, &guest, HVP_ERR_VALUE, HVP_REASON_MIGRATE_ROLE, GUEST, HOST, "a guest");
	expect_bad(&guest, &power, HVP_ERR_VALUE, HVP_REASON_MIGRATE_ROLE, GUEST, HOST, "a guest");
	wrong.power.flags = 2;
	expect_bad(&power, &wrong, HVP_ERR_RESERVED, HVP_REASON_PROFILE_BITS, 2, 1, "not valid");
	expect_head(&power, sizeof(power), call_first);
	expect_head(&arm64, sizeof(arm64), call_first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_protection),
		cmocka_unit_test(test_guest_of_meet), cmocka_unit_test(test_most),
		cmocka_unit_test(test_caps), cmocka_unit_test(test_levels),
		cmocka_unit_test(test_findings), cmocka_unit_test(test_arguments),
		/* the long ones last: quick ones see most faults */
		cmocka_unit_test(test_registers), cmocka_unit_test(test_laws),
	};

	return expect_done(cmocka_run_group_tests_name("meet", tests, NULL, NULL));
}
