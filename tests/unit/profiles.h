/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the tests of profiles share: the rules of profile.h once more, and random profiles. */
#ifndef HVPOLICY_TESTS_PROFILES_H
#define HVPOLICY_TESTS_PROFILES_H

#include "expect.h"

#define ALL_LEVELS HVP_U64(0x111111110)
#define ALL_FACILITIES HVP_U64(0x35bf)
#define ALL_CAPS 0x7fffu
#define ALL_REGISTERS 0xffu
#define ALL_QUIRKS HVP_U64(0xf001f07ff)

/* Tags of profile.def. */
enum {
	TAG_ARCH = 0x8002, TAG_ROLE = 0x8003, TAG_QUIRKS = 0x8004, TAG_LEVELS = 0x8010,
	TAG_FACILITIES, TAG_L2_FACILITIES, TAG_L2_REFLECTED, TAG_NESTED_CAPS, TAG_PVR,
	TAG_POWER_FLAGS, TAG_CAPS_KNOWN, TAG_CAPS_DEFAULT, TAG_CAPS, TAG_WITHHELD,
	TAG_REGISTERS = 0x8020, TAG_ARM64_FLAGS, TAG_LISTED, TAG_KNOWN, TAG_VARIES, TAG_UNSURE,
	TAG_VALUES,
};

enum { POWER = HVP_ARCH_POWER, ARM64 = HVP_ARCH_ARM64 };
enum { HOST = HVP_ROLE_HOST, GUEST = HVP_ROLE_GUEST };
/* Slots of firmware registers. */
enum { PSCI, WA1, WA2, WA3, STD, STD_HYP, VENDOR, VENDOR_2, REGS };

static const uint64_t fwreg_ids[REGS] = {
	0x6030000000140000, 0x6030000000140001, 0x6030000000140002, 0x6030000000140003,
	0x6030000000160000, 0x6030000000160001, 0x6030000000160002, 0x6030000000160003,
};

static const uint64_t fwreg_valid[REGS] = { 0xffffffff, 15, 31, 15, 1, 1, 3, 3 };

static inline bool is_one_bit(uint64_t value)
{
	return value && !(value & (value - 1));
}

static inline bool is_power_valid(const struct hvp_profile_power *p, uint32_t role)
{
	for (uint32_t i = 0; i < HVP_SPAPR_CAP_SLOTS; i++)
		if (p->caps[i] && !(p->caps_known >> i & 1))
			return false;
	if ((p->levels & ~ALL_LEVELS) || (p->withheld & (~ALL_LEVELS | p->levels)) ||
	    p->flags > 1 ||
	    (p->facilities & ~ALL_FACILITIES) || (p->l2_facilities & ~ALL_FACILITIES) ||
	    (p->caps_known & ~ALL_CAPS) || (p->caps_default & ~p->caps_known) ||
	    (p->l2_reflected & ~p->l2_facilities))
		return false;
	if (role == HOST)
		return !p->l2_reflected;
	return !p->withheld && (p->flags ? !p->levels && p->pvr : is_one_bit(p->levels));
}

static inline bool is_arm64_valid(const struct hvp_profile_arm64 *a, uint32_t role)
{
	const struct hvp_fwregs *r = &a->fwregs;

	for (uint32_t i = 0; i < HVP_FWREG_SLOTS; i++)
		if (r->value[i] & ~(i < REGS && (r->known >> i & 1) ? fwreg_valid[i] : 0))
			return false;
	if (a->flags > 3 || (r->known & ~ALL_REGISTERS) || (r->listed & ~r->known) ||
	    (r->varies & ~ALL_REGISTERS) || (r->unsure & ~(ALL_REGISTERS & ~r->known)))
		return false;
	return role == HOST || (!r->varies && !r->unsure && is_one_bit(a->flags));
}

static inline bool is_zero(const void *object, size_t bytes)
{
	const unsigned char *byte = object;

	while (bytes)
		if (byte[--bytes])
			return false;
	return true;
}

/* The rules of profile.h; heads are another matter. */
static inline bool is_valid(const struct hvp_profile *p)
{
	struct hvp_profile_arm64 arm64 = p->arm64;

	if ((p->role != HOST && p->role != GUEST) || (p->quirks & ~ALL_QUIRKS) ||
	    (p->role == GUEST && p->quirks))
		return false;
	arm64.fwregs.size = 0;
	arm64.fwregs.policy_level = 0;
	if (p->arch == POWER)
		return is_zero(&arm64, sizeof(arm64)) && is_power_valid(&p->power, p->role);
	return p->arch == ARM64 && is_zero(&p->power, sizeof(p->power)) &&
	       is_arm64_valid(&p->arm64, p->role);
}

static const uint32_t level_list[] = { 4, 8, 12, 16, 20, 24, 28, 32 };
static const uint32_t psci_list[] = { 1, 2, 0x10000, 0x10001, 0x10002, 0x10003 };
static const uint32_t pvr_list[] = { 0, 0x004e1202, 0x004e1203, 0x00801200, 0x00820200 };

/* A mask of some bits of another, often all or none. */
static inline uint64_t draw_mask(uint64_t *seed, uint64_t of)
{
	switch (draw_below(seed, 4)) {
	case 0:
		return of;
	case 1:
		return of & (draw(seed) | draw(seed));
	case 2:
		return of & draw(seed) & draw(seed);
	default:
		return of & draw(seed);
	}
}

static inline void draw_power(uint64_t *seed, uint32_t role, struct hvp_profile_power *p)
{
	p->levels = draw_mask(seed, ALL_LEVELS);
	p->facilities = draw_mask(seed, ALL_FACILITIES);
	p->l2_facilities = draw_mask(seed, ALL_FACILITIES);
	p->nested_caps = draw_mask(seed, HVP_U64(7) << 60);
	p->pvr = pvr_list[draw_below(seed, COUNT(pvr_list))];
	p->flags = draw_below(seed, 2);
	p->caps_known = (uint32_t)draw_mask(seed, ALL_CAPS);
	p->caps_default = (uint32_t)draw_mask(seed, p->caps_known);
	for (uint32_t i = 0; i < HVP_SPAPR_CAP_SLOTS; i++)
		if (p->caps_known >> i & 1)
			p->caps[i] = (uint8_t)draw_below(seed, 5);
	if (role == HOST) {
		p->withheld = draw_mask(seed, ALL_LEVELS) & ~p->levels;
		return;
	}
	p->l2_reflected = draw_mask(seed, p->l2_facilities);
	if (p->pvr && p->flags)
		p->levels = 0;
	else
		p->levels = HVP_BIT(level_list[draw_below(seed, COUNT(level_list))]);
	p->flags = !p->levels;
}

static inline uint64_t draw_value(uint64_t *seed, uint32_t reg)
{
	if (reg == PSCI)
		return psci_list[draw_below(seed, COUNT(psci_list))];
	return draw_below(seed, reg > WA3 ? (uint32_t)fwreg_valid[reg] + 1 : 4);
}

static inline void draw_arm64(uint64_t *seed, uint32_t role, struct hvp_profile_arm64 *a)
{
	a->flags = role == HOST ? draw_below(seed, 4) : 1u + draw_below(seed, 2);
	a->registers = draw_below(seed, 3) ? 228 + draw_below(seed, 4) : 0;
	for (uint32_t reg = 0; reg < REGS; reg++) {
		const uint32_t bit = (uint32_t)1 << reg, kind = draw_below(seed, 6);

		if (role == HOST && !draw_below(seed, 6))
			a->fwregs.varies |= bit;
		if (role == HOST && kind == 5)
			a->fwregs.unsure |= bit;
		if (kind < 1 || kind > 4)
			continue;
		a->fwregs.known |= bit;
		a->fwregs.listed |= kind > 1 ? bit : 0;
		a->fwregs.value[reg] = draw_value(seed, reg);
	}
}

/* A valid profile. */
static inline struct hvp_profile draw_profile(uint64_t *seed, uint32_t arch, uint32_t role)
{
	struct hvp_profile p;

	hvp_profile_init(&p, arch, role);
	if (role == HOST)
		p.quirks = draw_mask(seed, draw_mask(seed, ALL_QUIRKS));
	if (arch == POWER)
		draw_power(seed, role, &p.power);
	else
		draw_arm64(seed, role, &p.arm64);
	return p;
}

/* Some of one host into another: a near relative. part: 0 to 7. */
static inline void take_some(struct hvp_profile *to, const struct hvp_profile *from, uint32_t part)
{
	switch (part) {
	case 0:
		to->quirks = from->quirks;
		break;
	case 1:
		to->power.levels = from->power.levels;
		to->power.withheld = from->power.withheld;
		break;
	case 2:
		to->power.facilities = from->power.facilities;
		break;
	case 3:
		to->power.l2_facilities = from->power.l2_facilities;
		break;
	case 4:
		to->power.nested_caps = from->power.nested_caps;
		to->power.pvr = from->power.pvr;
		to->power.flags = from->power.flags;
		break;
	case 5:
		memcpy(to->power.caps, from->power.caps, sizeof(to->power.caps));
		to->power.caps_known = from->power.caps_known;
		to->power.caps_default = from->power.caps_default;
		break;
	case 6:
		to->arm64.fwregs = from->arm64.fwregs;
		break;
	default:
		to->arm64.registers = from->arm64.registers;
		to->arm64.flags = from->arm64.flags;
		break;
	}
}

/* A host with values that a Linux has: no level above the highest, no newest version 0.1. */
static inline bool is_possible(const struct hvp_profile *host)
{
	const struct hvp_fwregs *r = &host->arm64.fwregs;

	for (uint32_t reg = WA1; reg <= WA3; reg++)
		if (r->value[reg] > (reg == WA2 ? 3 : 2))
			return false;
	return !(r->known & 1) || r->value[PSCI] > 1;
}

/* Equal, with all that is between the fields. */
static inline bool is_same(const struct hvp_profile *a, const struct hvp_profile *b)
{
	return !memcmp(a, b, sizeof(*a));
}

#endif
