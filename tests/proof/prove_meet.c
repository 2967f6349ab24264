// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What hosts have in common: R27. For each kind of field and all values of it: order does not
 * matter, nor repetition, nor in which groups hosts are met, and the result is no more than each.
 */
#include "proof.h"

/* What folds two values is not seen outside. */
#include "meet.c"

static uint64_t fold(uint32_t rule, uint64_t a, uint64_t b)
{
	return hvp__fold(rule, a, b);
}

static void prove_rule(uint32_t rule)
{
	ANY(uint64_t, a);
	ANY(uint64_t, b);
	ANY(uint64_t, c);
	const uint64_t ab = fold(rule, a, b);

	PROVE(ab == fold(rule, b, a), "R27: meet is commutative");
	PROVE(fold(rule, ab, c) == fold(rule, a, fold(rule, b, c)), "R27: meet is associative");
	PROVE(fold(rule, a, a) == a, "R27: meet is idempotent");
	PROVE(fold(rule, ab, a) == ab && fold(rule, ab, b) == ab,
	      "R27: a meet is no more than each of both");
	switch (rule) {
	case HVP__MEET_AND:
		PROVE(!(ab & ~a), "R27: no bit that one host has not");
		break;
	case HVP__MEET_OR:
		PROVE(!(a & ~ab) && !(ab & ~(a | b)), "R27: a quirk of any host, and no other");
		break;
	case HVP__MEET_LEAST:
		PROVE(!a || (ab && ab <= a), "R27: no more than any number that is known");
		break;
	default:
		PROVE(ab == a || !ab, "R27: the value that all have, or none");
		break;
	}
	POSSIBLE(ab && ab != a);
	POSSIBLE(rule == HVP__MEET_LEAST && ab == a && !b && a);
	POSSIBLE(rule == HVP__MEET_ONLY && !ab && a && b);
}

void prove_fields(void)
{
	prove_rule(HVP__MEET_AND);
	prove_rule(HVP__MEET_OR);
	prove_rule(HVP__MEET_LEAST);
	prove_rule(HVP__MEET_ONLY);
	prove_rule(HVP__MEET_SAME);
}

static uint32_t common_cap(uint32_t cap, uint32_t a, uint32_t b)
{
	return hvp__cap_common(cap, a, b);
}

void prove_cap(void)
{
	ANY(uint32_t, cap);
	ANY(uint32_t, a);
	ANY(uint32_t, b);
	ANY(uint32_t, c);
	const uint32_t ab = common_cap(cap, a, b);

	PROVE(ab == common_cap(cap, b, a), "R27: meet is commutative");
	PROVE(common_cap(cap, ab, c) == common_cap(cap, a, common_cap(cap, b, c)),
	      "R27: meet is associative");
	PROVE(common_cap(cap, a, a) == a, "R27: meet is idempotent");
	PROVE(ab <= a && ab <= b && common_cap(cap, ab, a) == ab,
	      "R27: a meet is no more than each of both");
	POSSIBLE(cap == HVP_SPAPR_CAP_IBS && ab == 1 && a == 2 && b == 3);
	POSSIBLE(cap == HVP_SPAPR_CAP_CFPC && ab == 2 && b == 3);
}

/* A capability of two hosts that may not know it, through the structure. */
void prove_known(void)
{
	ANY(uint8_t, left);
	ANY(uint8_t, right);
	ANY(bool, left_knows);
	ANY(bool, right_knows);
	struct hvp_profile a, b, common, swapped;
	const struct hvp_profile *const hosts[] = { &a, &b }, *const other[] = { &b, &a };
	const struct hvp__hosts all = { hosts, 2, NULL }, turned = { other, 2, NULL };
	const uint32_t cap = HVP_SPAPR_CAP_IBS;

	hvp_profile_init(&a, HVP_ARCH_POWER, HVP_ROLE_HOST);
	b = a;
	common = a;
	a.power.caps[cap] = left_knows ? left : 0;
	b.power.caps[cap] = right_knows ? right : 0;
	a.power.caps_known = left_knows ? 1u << cap : 0;
	b.power.caps_known = right_knows ? 1u << cap : 0;
	swapped = common;
	hvp__meet_cap(&all, cap, &common);
	hvp__meet_cap(&turned, cap, &swapped);
	PROVE(SAME(common, swapped), "R27: meet is commutative");
	PROVE(common.power.caps_known == (a.power.caps_known | b.power.caps_known),
	      "R27: what one host knows does count");
	PROVE((!left_knows || common.power.caps[cap] <= left) &&
	      (!right_knows || common.power.caps[cap] <= right),
	      "R27: no more than any that is known");
	POSSIBLE(left_knows && !right_knows && common.power.caps[cap] == 4);
	POSSIBLE(left_knows && right_knows && common.power.caps[cap] == 1 && left > 1 && right > 1);
}

static bool equal(const struct hvp__register *a, const struct hvp__register *b)
{
	return a->value == b->value && a->listed == b->listed && a->known == b->known &&
	       a->varies == b->varies && a->unsure == b->unsure;
}

static struct hvp__register both(const struct hvp_fwreg_info *row, const struct hvp__register *a,
				 const struct hvp__register *b)
{
	return hvp__fold_register(row, a, b);
}

/* A register as a host can have it (prove_fwreg.c). A bool of any value would be one of 256. */
static struct hvp__register any_register(const struct hvp_fwreg_info *row)
{
	ANY(uint64_t, value);
	ANY(uint32_t, bits);
	const struct hvp__register r = {
		.value = value, .listed = bits & 1, .known = bits & 2, .varies = bits & 4,
		.unsure = bits & 8,
	};

	ASSUME(!(r.value & ~(r.known ? row->valid : 0)));
	ASSUME(!r.listed || r.known);
	ASSUME(!r.unsure || !r.known);
	ASSUME(row->kind != HVP_FWREG_KIND_SSBD || !r.value || r.value == 3);
	return r;
}

/* What a guest finds: without a register nothing but what a new VM has. */
static uint64_t found(const struct hvp_fwreg_info *row, const struct hvp__register *r)
{
	return r->listed ? r->value : r->value & row->initial;
}

/* A register of each kind: versions, levels, store bypass, services new VMs have or have not. */
void prove_registers(void)
{
	ANY(uint32_t, reg);
	const struct hvp_fwreg_info *row;
	struct hvp__register a, b, c, ab, ba, bc, left, right, again, aa;

	ASSUME(reg < 8);
	row = hvp__fwreg_row(reg);
	a = any_register(row);
	b = any_register(row);
	c = any_register(row);
	ab = both(row, &a, &b);
	ba = both(row, &b, &a);
	bc = both(row, &b, &c);
	left = both(row, &ab, &c);
	right = both(row, &a, &bc);
	again = both(row, &ab, &a);
	aa = both(row, &a, &a);
	PROVE(equal(&ab, &ba), "R27: meet is commutative");
	PROVE(equal(&left, &right), "R27: meet is associative");
	PROVE(equal(&aa, &a), "R27: meet is idempotent");
	PROVE(equal(&again, &ab), "R27: a meet is no more than each of both");
	PROVE((!ab.listed || (a.listed && b.listed)) && (!ab.known || (a.known && b.known)),
	      "R27: nothing is listed or known that is not so on each host");
	PROVE((ab.unsure || !a.unsure) && (ab.varies || !a.varies),
	      "R27: what is not sure of one host is not sure of both");
	PROVE(row->kind == HVP_FWREG_KIND_BITMAP ?
	      !(found(row, &ab) & ~a.value) : found(row, &ab) <= a.value,
	      "R27: no version, level or service is more than that of a host");
	POSSIBLE(ab.listed && ab.varies && !a.varies && !b.varies);
	POSSIBLE(ab.known && a.listed && !b.listed && reg == HVP_FWREG_PSCI_VERSION);
	POSSIBLE(reg == HVP_FWREG_VENDOR_HYP_BMAP_2 && ab.value == 2 && a.value == 3);
}
