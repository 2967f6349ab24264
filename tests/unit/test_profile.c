// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "profiles.h"

static enum hvp_status call_validate(const void *data, struct hvp_report *report)
{
	return hvp_profile_validate(data, report);
}

static enum hvp_status call_guest(const void *data, struct hvp_report *report)
{
	struct hvp_profile guest;
	enum hvp_status status;

	poison(guest);
	status = hvp_profile_guest(data, HVP_LEVEL_NONE, 0, &guest, report);
	if (status)
		EXPECT_POISONED(guest, "guest");
	return status;
}

/* A POWER10 as it comes; an arm64 host with everything. */
static struct hvp_profile some_host(uint32_t arch)
{
	struct hvp_profile p;

	hvp_profile_init(&p, arch, HOST);
	if (arch == POWER) {
		p.power.levels = HVP_BIT(HVP_LEVEL_3_10) | HVP_BIT(HVP_LEVEL_3_00);
		p.power.facilities = 0x359f;
		p.power.l2_facilities = 0x2483;
		p.power.pvr = 0x00801200;
		p.power.caps_known = 0x0003;
		p.power.caps[0] = 1;
		p.power.caps[1] = 1;
		return p;
	}
	p.arm64.flags = 3;
	p.arm64.registers = 250;
	p.arm64.fwregs.known = 0xff;
	p.arm64.fwregs.listed = 0x7f;
	p.arm64.fwregs.value[PSCI] = 0x10003;
	return p;
}

static struct hvp_profile some_guest(uint32_t arch)
{
	struct hvp_profile host = some_host(arch), guest;

	poison(guest);
	EXPECT(hvp_profile_guest(&host, HVP_LEVEL_NONE, 0, &guest, NULL), HVP_OK, "guest");
	return guest;
}

static void test_init(void **state)
{
	struct hvp_profile p, want;

	(void)state;
	EXPECT(sizeof(p), 264, "size");
	for (uint32_t arch = 0; arch < 5; arch++) {
		for (uint32_t role = 0; role < 5; role++) {
			memset(&want, 0, sizeof(want));
			want.size = 264;
			want.policy_level = 1;
			want.arch = arch;
			want.role = role;
			want.arm64.fwregs.size = sizeof(struct hvp_fwregs);
			want.arm64.fwregs.policy_level = 1;
			poison(p);
			hvp_profile_init(&p, arch, role);
			EXPECT(is_same(&p, &want), true, "init %" PRIu32 " %" PRIu32, arch, role);
		}
	}
}

static void test_head(void **state)
{
	(void)state;
	for (uint32_t arch = POWER; arch <= ARM64; arch++) {
		const struct hvp_profile host = some_host(arch), guest = some_guest(arch);
		struct hvp_profile p;
		struct findings f;

		expect_head(&host, sizeof(host), call_validate);
		expect_head(&guest, sizeof(guest), call_validate);
		expect_head(&host, sizeof(host), call_guest);
		/* the structure inside has a head as well, whose size is exact */
		p = host;
		p.arm64.fwregs.size++;
		EXPECT(hvp_profile_validate(&p, fresh(&f)), HVP_ERR_SIZE, "size");
		EXPECT(f.finding[0].object, TAG_VALUES, "size: object");
		for (int bit = -1; bit < 32; bit++) {
			p = host;
			p.arm64.fwregs.size ^= bit < 0 ? p.arm64.fwregs.size : (uint32_t)1 << bit;
			expect_head_of(&p, call_validate, HVP_ERR_SIZE, HVP_REASON_PROFILE_SIZE, 0,
				       p.arm64.fwregs.size, sizeof(struct hvp_fwregs), "size");
			expect_head_of(&p, call_guest, HVP_ERR_SIZE, HVP_REASON_PROFILE_SIZE, 0,
				       p.arm64.fwregs.size, sizeof(struct hvp_fwregs), "size");
			p = host;
			p.arm64.fwregs.policy_level ^= bit < 0 ? 1 : (uint32_t)1 << bit;
			expect_head_of(&p, call_validate, HVP_ERR_VERSION,
				       HVP_REASON_POLICY_LEVEL, 0, p.arm64.fwregs.policy_level,
				       HVP_POLICY_LEVEL_LATEST, "level");
		}
	}
	EXPECT(hvp_profile_validate(NULL, NULL), HVP_ERR_ARGUMENT, "NULL");
}

/* Bits of one field: of which role and architecture, and which are possible. */
struct field {
	size_t offset;
	uint32_t bytes, items, tag, arch;
	uint64_t bits[2];	/* host, guest */
};

#define MEMBER(member, items, tag, arch, host, guest)					\
	{ offsetof(struct hvp_profile, member),						\
	  sizeof(((struct hvp_profile *)0)->member) / (items), items, tag, arch, { host, guest } }

static const struct field fields[] = {
	MEMBER(quirks, 1, TAG_QUIRKS, 0, ALL_QUIRKS, 0),
	MEMBER(power.levels, 1, TAG_LEVELS, POWER, ALL_LEVELS, ALL_LEVELS),
	MEMBER(power.facilities, 1, TAG_FACILITIES, POWER, ALL_FACILITIES, ALL_FACILITIES),
	MEMBER(power.l2_facilities, 1, TAG_L2_FACILITIES, POWER, ALL_FACILITIES, ALL_FACILITIES),
	MEMBER(power.l2_reflected, 1, TAG_L2_REFLECTED, POWER, 0, ALL_FACILITIES),
	MEMBER(power.withheld, 1, TAG_WITHHELD, POWER, ALL_LEVELS, 0),
	MEMBER(power.nested_caps, 1, TAG_NESTED_CAPS, POWER, ALL, ALL),
	MEMBER(power.pvr, 1, TAG_PVR, POWER, ALL, ALL),
	MEMBER(power.flags, 1, TAG_POWER_FLAGS, POWER, 1, 1),
	MEMBER(power.caps_known, 1, TAG_CAPS_KNOWN, POWER, ALL_CAPS, ALL_CAPS),
	MEMBER(power.caps_default, 1, TAG_CAPS_DEFAULT, POWER, ALL_CAPS, ALL_CAPS),
	MEMBER(power.caps, 16, TAG_CAPS, POWER, ALL, ALL),
	MEMBER(arm64.registers, 1, TAG_REGISTERS, ARM64, ALL, ALL),
	MEMBER(arm64.flags, 1, TAG_ARM64_FLAGS, ARM64, 3, 3),
	MEMBER(arm64.fwregs.listed, 1, TAG_LISTED, ARM64, 255, 255),
	MEMBER(arm64.fwregs.known, 1, TAG_KNOWN, ARM64, 255, 255),
	MEMBER(arm64.fwregs.varies, 1, TAG_VARIES, ARM64, 255, 0),
	MEMBER(arm64.fwregs.unsure, 1, TAG_UNSURE, ARM64, 255, 0),
	MEMBER(arm64.fwregs.value, 16, TAG_VALUES, ARM64, ALL, ALL),
};

static uint64_t get(const struct hvp_profile *p, const struct field *f, uint32_t item)
{
	const unsigned char *at = (const unsigned char *)p + f->offset + item * f->bytes;
	uint64_t value64;
	uint32_t value32;

	if (f->bytes == 1)
		return *at;
	memcpy(&value32, at, 4);
	memcpy(&value64, at, f->bytes == 8 ? 8 : 4);
	return f->bytes == 8 ? value64 : value32;
}

static void set(struct hvp_profile *p, const struct field *f, uint32_t item, uint64_t value)
{
	unsigned char *at = (unsigned char *)p + f->offset + item * f->bytes;
	const uint32_t value32 = (uint32_t)value;

	if (f->bytes == 1)
		*at = (unsigned char)value;
	else
		memcpy(at, f->bytes == 8 ? (const void *)&value : &value32, f->bytes);
}

/* One bit more, or less, than a valid profile has: the rules say what that is. */
static void expect_flip(const struct hvp_profile *valid, const struct field *f, uint32_t item,
			uint32_t bit)
{
	const bool guest = valid->role == GUEST, foreign = f->arch && f->arch != valid->arch;
	const uint64_t one = HVP_BIT(bit);
	struct hvp_profile p = *valid;
	struct findings found;
	enum hvp_status status;
	char what[80];

	set(&p, f, item, get(&p, f, item) ^ one);
	snprintf(what, sizeof(what), "arch %" PRIu32 " role %" PRIu32 " tag %" PRIx32 ".%" PRIu32
		 " bit %" PRIu32, p.arch, p.role, f->tag, item, bit);
	status = hvp_profile_validate(&p, fresh(&found));
	EXPECT(!status, is_valid(&p), "%s", what);
	EXPECT(hvp_profile_validate(&p, NULL), status, "%s: without a report", what);
	EXPECT(found.report.total, status != 0, "%s: findings", what);
	if (!status)
		return;
	EXPECT(found.finding[0].verdict, HVP_VERDICT_REFUSED, "%s: verdict", what);
	EXPECT(hvp_reason_object(found.finding[0].reason), HVP_OBJECT_FIELD, "%s: object", what);
	if (foreign) {
		EXPECT(status, HVP_ERR_RESERVED, "%s", what);
		expect_refusal(&found, HVP_REASON_PROFILE_FOREIGN, 0, get(&p, f, item), 0, what);
		EXPECT(found.finding[0].object, f->tag, "%s: object", what);
	} else if (~(f->bits[0] | f->bits[1]) & one) {
		EXPECT(status, HVP_ERR_RESERVED, "%s", what);
		expect_refusal(&found, HVP_REASON_PROFILE_BITS, 0, get(&p, f, item),
			       f->bits[0] | f->bits[1], what);
		EXPECT(found.finding[0].object, f->tag, "%s: object", what);
	} else if (~f->bits[guest] & one) {
		EXPECT(status, HVP_ERR_VALUE, "%s", what);
		EXPECT(found.finding[0].object, f->tag, "%s: object", what);
	}
}

static void test_bits(void **state)
{
	uint64_t seed = 21;

	(void)state;
	for (uint32_t n = 0; n < 4 * 60; n++) {
		const struct hvp_profile p = draw_profile(&seed, 1 + n % 2, 1 + n / 2 % 2);

		EXPECT(is_valid(&p), true, "the oracle's own");
		EXPECT(hvp_profile_validate(&p, NULL), HVP_OK, "a valid one");
		for (size_t f = 0; f < COUNT(fields); f++)
			for (uint32_t i = 0; i < fields[f].items; i++)
				for (uint32_t bit = 0; bit < 8 * fields[f].bytes; bit++)
					expect_flip(&p, &fields[f], i, bit);
	}
}

/* Several fields at once. */
static void test_random(void **state)
{
	uint64_t seed = 22;
	uint32_t valid = 0;

	(void)state;
	for (uint32_t n = 0; n < 200000; n++) {
		struct hvp_profile p = draw_profile(&seed, 1 + n % 2, 1 + n / 2 % 2);

		for (uint32_t i = draw_below(&seed, 4); i; i--) {
			const struct field *f = &fields[draw_below(&seed, COUNT(fields))];

			if (f->arch && f->arch != p.arch && draw_below(&seed, 8))
				continue;
			set(&p, f, draw_below(&seed, f->items),
			    draw_mask(&seed, f->bits[p.role == GUEST]));
		}
		valid += is_valid(&p);
		EXPECT(!hvp_profile_validate(&p, NULL), is_valid(&p), "case %" PRIu32, n);
	}
	EXPECT(valid > 40000 && valid < 160000, true, "both kinds: %" PRIu32, valid);
}

static void expect_wrong(const struct hvp_profile *p, enum hvp_status status, uint32_t reason,
			 uint32_t tag, uint64_t have, uint64_t offer, const char *what)
{
	struct findings f;

	EXPECT(hvp_profile_validate(p, fresh(&f)), status, "%s", what);
	expect_refusal(&f, reason, 0, have, offer, what);
	EXPECT(f.finding[0].object, tag, "%s: object", what);
}

/* Each rule that is not about one bit, with its words. */
static void test_rules(void **state)
{
	const struct hvp_profile power = some_host(POWER), arm64 = some_host(ARM64);
	const struct hvp_profile guest = some_guest(POWER), guest64 = some_guest(ARM64);
	struct hvp_profile p;

	(void)state;
	for (uint32_t value = 0; value < 34; value++) {
		const uint32_t odd = value < 32 ? (uint32_t)4 << (value % 30) : value - 32 + 3;

		p = power;
		p.arch = value == 33 ? 0 : odd;
		expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_NO_SUCH, TAG_ARCH, p.arch, 0,
			     "arch");
		p = power;
		p.role = value == 33 ? 0 : odd;
		expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_NO_SUCH, TAG_ROLE, p.role, 0,
			     "role");
	}
	p = power;
	p.power.caps[2] = 9;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS, TAG_CAPS, 9, 0, "unknown cap");
	p = power;
	p.power.caps_default = 7;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS, TAG_CAPS_DEFAULT, 7, 3,
		     "default of an unknown one");
	p = power;
	p.power.l2_reflected = 1;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_FOREIGN, TAG_L2_REFLECTED, 1, 0,
		     "a host that reflects");
	p = arm64;
	p.arm64.fwregs.known = 0x7e;
	p.arm64.fwregs.value[PSCI] = 0;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS, TAG_LISTED, 0x7f, 0x7e,
		     "listed and not known");
	p = arm64;
	p.arm64.fwregs.known = 0x7e;
	p.arm64.fwregs.listed = 0x7e;
	expect_wrong(&p, HVP_ERR_RESERVED, HVP_REASON_PROFILE_BITS, TAG_VALUES, 0x10003, 0,
		     "value of an unknown register");
	p = arm64;
	p.arm64.fwregs.value[8] = 1;
	expect_wrong(&p, HVP_ERR_RESERVED, HVP_REASON_PROFILE_BITS, TAG_VALUES, 1, 0, "no slot");
	/* known, and not known whether it is there: one of them is wrong */
	p = arm64;
	p.arm64.fwregs.known = 0x7f;
	p.arm64.fwregs.unsure = 0x90;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS, TAG_UNSURE, 0x90, 0x80,
		     "unsure and known");
	p = power;
	p.power.withheld = p.power.levels | HVP_BIT(HVP_LEVEL_2_05);
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS, TAG_WITHHELD, p.power.withheld,
		     HVP_BIT(HVP_LEVEL_2_05), "withheld and offered");

	p = guest;
	p.quirks = 1;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_FOREIGN, TAG_QUIRKS, 1, 0, "quirks");
	p = guest;
	p.power.withheld = HVP_BIT(HVP_LEVEL_2_05);
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_FOREIGN, TAG_WITHHELD,
		     HVP_BIT(HVP_LEVEL_2_05), 0, "withheld");
	p = guest;
	p.power.l2_reflected = 0x400;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS, TAG_L2_REFLECTED, 0x400, 0,
		     "reflects what it has not");
	p = guest;
	p.power.levels = 0;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_MODE, TAG_LEVELS, 0, 0, "no mode");
	p.power.levels = HVP_BIT(HVP_LEVEL_3_10) | HVP_BIT(HVP_LEVEL_3_00);
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_MODE, TAG_LEVELS, p.power.levels, 0,
		     "two levels");
	p = guest;
	p.power.flags = HVP_POWER_RAW;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_MODE, TAG_LEVELS, p.power.levels, 0,
		     "raw at a level");
	p.power.levels = 0;
	EXPECT(hvp_profile_validate(&p, NULL), HVP_OK, "raw");
	p.power.pvr = 0;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_MODE, TAG_LEVELS, 0, 0,
		     "raw without a PVR");
	p = guest64;
	p.arm64.fwregs.varies = 1;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_FOREIGN, TAG_VARIES, 1, 0, "varies");
	p = guest64;
	p.arm64.fwregs.known = 0x7f;
	p.arm64.fwregs.unsure = 0x80;
	expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_FOREIGN, TAG_UNSURE, 0x80, 0, "unsure");
	for (uint32_t flags = 0; flags < 4; flags += 3) {
		p = guest64;
		p.arm64.flags = flags;
		expect_wrong(&p, HVP_ERR_VALUE, HVP_REASON_PROFILE_MODE, TAG_ARM64_FLAGS, flags, 0,
			     "vCPUs");
	}
}

/* Facilities by level, from the Power ISA. */
static uint64_t facilities_at(uint32_t level)
{
	uint64_t has = 1 | 2 | 8;

	if (level >= HVP_LEVEL_2_05)
		has |= 4;
	if (level >= HVP_LEVEL_2_07)
		has |= 0x10 | 0x80 | 0x100 | 0x400;
	if (level >= HVP_LEVEL_2_07 && level < HVP_LEVEL_3_10)
		has |= 0x20;
	if (level >= HVP_LEVEL_3_00)
		has |= 0x1000;
	if (level >= HVP_LEVEL_3_10)
		has |= 0x2000;
	return has;
}

/* The level a guest is given; 0: raw; 1: none. */
static uint32_t oracle_level(const struct hvp_profile *host, uint32_t asked)
{
	uint64_t levels = host->power.levels;
	uint32_t best = 0;

	if (host->quirks & HVP_BIT(HVP_QUIRK_POWER11_UNKNOWN))
		levels &= ~HVP_BIT(HVP_LEVEL_3_10_P11);
	if (host->quirks & HVP_BIT(HVP_QUIRK_LEVEL_BY_NUMBER))
		levels &= ~HVP_BIT(HVP_LEVEL_2_06_PLUS);
	for (size_t i = 0; i < COUNT(level_list); i++)
		if ((levels & HVP_BIT(level_list[i])) && (!asked || asked == level_list[i]))
			best = level_list[i];
	if (best)
		return best;
	return !asked && host->power.flags && host->power.pvr ? 0 : 1;
}

static struct hvp_profile oracle_power(const struct hvp_profile *host, uint32_t level,
				       bool nested)
{
	const uint32_t known = host->power.caps_known;
	struct hvp_profile guest = *host;
	uint64_t has = level ? facilities_at(level) : ALL;

	if ((known & 1) && !host->power.caps[HVP_SPAPR_CAP_HTM])
		has &= ~HVP_U64(0x20);
	if ((known & 2) && !host->power.caps[HVP_SPAPR_CAP_VSX])
		has &= ~HVP_U64(2);
	if (host->quirks & HVP_BIT(HVP_QUIRK_PREFIX_NEVER))
		has &= ~HVP_U64(0x2000);
	guest.role = GUEST;
	guest.quirks = 0;
	guest.power.withheld = 0;
	guest.power.levels = level ? HVP_BIT(level) : 0;
	guest.power.flags = !level;
	guest.power.facilities &= has;
	guest.power.l2_facilities &= has;
	if (host->quirks & HVP_BIT(HVP_QUIRK_DOORBELL_TO_HEAI))
		guest.power.l2_facilities &= ~HVP_U64(0x400);
	if (!nested) {
		guest.power.l2_facilities = 0;
		guest.power.nested_caps = 0;
	}
	if (host->quirks & HVP_BIT(HVP_QUIRK_HFU_ALL))
		guest.power.l2_reflected = guest.power.l2_facilities & 0x400;
	return guest;
}

static void expect_guest(const struct hvp_profile *host, uint32_t asked, uint32_t flags)
{
	const uint32_t level = oracle_level(host, asked);
	struct hvp_profile guest, want;
	struct findings f;
	enum hvp_status status;
	uint32_t verdict;

	poison(guest);
	status = hvp_profile_guest(host, asked, flags, &guest, fresh(&f));
	EXPECT(status, level == 1 ? HVP_ERR_NO_COMMON_LEVEL : HVP_OK, "level %" PRIu32, asked);
	expect_refusal(&f, level != 1 ? 0 : asked == HVP_LEVEL_NONE ? HVP_REASON_PROFILE_NO_MODE :
		       HVP_REASON_PROFILE_LEVEL, 0, asked, 0, "guest");
	if (status) {
		EXPECT_POISONED(guest, "no guest");
		return;
	}
	want = oracle_power(host, level, flags & HVP_GUEST_NESTED);
	EXPECT(is_same(&guest, &want), true, "guest at %" PRIu32, asked);
	EXPECT(is_valid(&guest), true, "a valid guest");
	EXPECT(hvp_migrate_check(&guest, host, &verdict, NULL), HVP_OK, "home");
	EXPECT(verdict, HVP_VERDICT_SAME, "the guest stays the same at home");
	want = *host;
	EXPECT(hvp_profile_guest(&want, asked, flags, &want, NULL), HVP_OK, "in place");
	EXPECT(is_same(&guest, &want), true, "in place");
}

static void test_guest_power(void **state)
{
	static const uint32_t odd[] = { 1, 27, 29, 31, 33, 60, 63, 64, 92, 0x80000000, UINT32_MAX };
	uint64_t seed = 23;

	(void)state;
	for (uint32_t n = 0; n < 20000; n++) {
		const struct hvp_profile host = draw_profile(&seed, POWER, HOST);

		for (uint32_t nested = 0; nested < 2; nested++) {
			expect_guest(&host, HVP_LEVEL_NONE, nested);
			expect_guest(&host, level_list[n % COUNT(level_list)], nested);
			expect_guest(&host, odd[n % COUNT(odd)], nested);
		}
	}
}

static void expect_guest_arm64(const struct hvp_profile *host)
{
	const struct hvp_fwregs *offer = &host->arm64.fwregs;
	struct hvp_profile guest, want = *host;
	struct findings f;
	enum hvp_status status;
	uint32_t verdict;

	poison(guest);
	status = hvp_profile_guest(host, HVP_LEVEL_NONE, 0, &guest, fresh(&f));
	EXPECT(status, host->arm64.flags ? HVP_OK : HVP_ERR_VALUE, "arm64");
	expect_refusal(&f, status ? HVP_REASON_PROFILE_NO_MODE : 0, 0, 0, 0, "arm64");
	if (status) {
		EXPECT_POISONED(guest, "no guest");
		return;
	}
	want.role = GUEST;
	want.quirks = 0;
	want.arm64.flags = host->arm64.flags & 2 ? 2 : 1;
	want.arm64.fwregs.varies = 0;
	want.arm64.fwregs.unsure = 0;
	want.arm64.fwregs.value[VENDOR_2] = 0;
	if (!(host->arm64.flags & 2) && (offer->known & 1))
		want.arm64.fwregs.value[PSCI] = 1;
	EXPECT(is_same(&guest, &want), true, "arm64 guest");
	EXPECT(is_valid(&guest), true, "a valid guest");
	EXPECT(hvp_migrate_check(&guest, host, &verdict, NULL), HVP_OK, "home");
	/* of a mitigation or a version that nobody knows something may be lost */
	if (!offer->varies)
		EXPECT(verdict, ~offer->known & 0xf ? HVP_VERDICT_DEGRADED :
		       offer->unsure ? HVP_VERDICT_CHANGED : HVP_VERDICT_SAME,
		       "the guest stays the same at home");
	want = *host;
	EXPECT(hvp_profile_guest(&want, HVP_LEVEL_NONE, 0, &want, NULL), HVP_OK, "in place");
	EXPECT(is_same(&guest, &want), true, "in place");
}

static void test_guest_arm64(void **state)
{
	uint64_t seed = 24;
	uint32_t made = 0;

	(void)state;
	for (uint32_t n = 0; n < 100000; n++) {
		const struct hvp_profile host = draw_profile(&seed, ARM64, HOST);

		if (!is_possible(&host))
			continue;
		made++;
		expect_guest_arm64(&host);
	}
	EXPECT(made > 20000, true, "hosts: %" PRIu32, made);
}

static void test_guest_refused(void **state)
{
	struct hvp_profile host = some_host(POWER), arm64 = some_host(ARM64), guest;
	const struct hvp_profile is_guest = some_guest(POWER);
	struct findings f;

	(void)state;
	poison(guest);
	EXPECT(hvp_profile_guest(NULL, 0, 0, &guest, fresh(&f)), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_profile_guest(&host, 0, 0, NULL, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(f.report.total, 0, "findings of wrong arguments");
	for (uint32_t bit = 0; bit < 32; bit++) {
		const uint32_t one = (uint32_t)1 << bit;

		if (bit) {
			EXPECT(hvp_profile_guest(&host, 0, one, &guest, fresh(&f)),
			       HVP_ERR_RESERVED, "flag");
			expect_refusal(&f, HVP_REASON_RESERVED_NOT_ZERO, 0, one, 1, "flag");
		}
		EXPECT(hvp_profile_guest(&arm64, 0, one, &guest, fresh(&f)), HVP_ERR_RESERVED,
		       "flag of arm64");
		expect_refusal(&f, HVP_REASON_RESERVED_NOT_ZERO, 0, one, 0, "flag of arm64");
		EXPECT(hvp_profile_guest(&arm64, one, 0, &guest, fresh(&f)), HVP_ERR_VALUE,
		       "level of arm64");
		expect_refusal(&f, HVP_REASON_PROFILE_NO_MODE, 0, 0, 0, "level of arm64");
	}
	EXPECT(hvp_profile_guest(&is_guest, 0, 0, &guest, fresh(&f)), HVP_ERR_VALUE, "a guest");
	expect_refusal(&f, HVP_REASON_MIGRATE_ROLE, 0, GUEST, HOST, "a guest");
	host.power.caps[9] = 1;
	EXPECT(hvp_profile_guest(&host, 0, 0, &guest, fresh(&f)), HVP_ERR_VALUE, "not valid");
	EXPECT_POISONED(guest, "refused");
}

static void test_cap_names(void **state)
{
	static const char *const names[][2] = {
		{ "cap-htm", "htm" }, { "cap-vsx", "" }, { "cap-dfp", "" },
		{ "cap-cfpc", "cfpc" }, { "cap-sbbc", "sbbc" }, { "cap-ibs", "ibs" },
		{ "cap-hpt-max-page-size", "hpt" }, { "cap-nested-hv", "nested-hv" },
		{ "cap-large-decr", "" }, { "cap-ccf-assist", "ccf-assist" },
		{ "cap-fwnmi", "" }, { "cap-rpt-invalidate", "" }, { "cap-ail-mode-3", "" },
		{ "cap-nested-papr", "" }, { "cap-dawr1", "" },
	};

	(void)state;
	for (uint32_t cap = 0; cap < 300; cap++)
		for (uint32_t spelling = 0; spelling < 5; spelling++)
			EXPECT(strcmp(hvp_profile_cap_name(cap, spelling),
				      cap < COUNT(names) && spelling < 2 ? names[cap][spelling] :
									   ""), 0,
			       "name of capability %" PRIu32, cap);
	EXPECT(*hvp_profile_cap_name(UINT32_MAX, UINT32_MAX), 0, "no name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init), cmocka_unit_test(test_random),
		cmocka_unit_test(test_rules), cmocka_unit_test(test_guest_arm64),
		cmocka_unit_test(test_guest_refused), cmocka_unit_test(test_cap_names),
		/* the long ones last: quick ones see most faults */
		cmocka_unit_test(test_guest_power), cmocka_unit_test(test_bits),
		cmocka_unit_test(test_head),
	};

	return expect_done(cmocka_run_group_tests_name("profile", tests, NULL, NULL));
}
