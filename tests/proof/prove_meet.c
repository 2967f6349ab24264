// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What hosts have in common: R27. On one field of each kind, for all its values in three hosts that
 * are alike otherwise: order does not matter, nor repetition, nor in which groups they are met.
 */
#include "proof.h"

#include "internal.h"

static struct hvp_profile meet(const struct hvp_profile *a, const struct hvp_profile *b)
{
	const struct hvp_profile *const hosts[] = { a, b };
	struct hvp_profile common;

	PROVE(!hvp_meet_hosts(hosts, 2, &common, NULL), "R27: hosts of one architecture meet");
	return common;
}

static void prove_laws(const struct hvp_profile *a, const struct hvp_profile *b,
		       const struct hvp_profile *c)
{
	const struct hvp_profile *const hosts[] = { a, b, c };
	const struct hvp_profile ab = meet(a, b), ba = meet(b, a), bc = meet(b, c);
	const struct hvp_profile left = meet(&ab, c), right = meet(a, &bc), aa = meet(a, a);
	const struct hvp_profile again = meet(&ab, a);
	struct hvp_profile all;

	PROVE(!hvp_profile_validate(&ab, NULL), "R27: a meet is a valid host");
	PROVE(SAME(ab, ba), "R27: meet is commutative");
	PROVE(SAME(left, right), "R27: meet is associative");
	PROVE(SAME(aa, *a), "R27: meet is idempotent");
	PROVE(SAME(again, ab), "R27: a meet is no more than each of both");
	PROVE(!hvp_meet_hosts(hosts, 3, &all, NULL) && SAME(all, left),
	      "R27: the meet of meets is the meet of all");
}

#define HOSTS(arch)						\
	struct hvp_profile a, b, c;				\
	hvp_profile_init(&a, HVP_ARCH_##arch, HVP_ROLE_HOST);	\
	b = c = a

/* One field of all three: any value that the hosts may have there. */
#define FIELD(member)						\
	do {							\
		ANY(struct hvp_profile, any_);			\
		a.member = any_.member;				\
		ANY(struct hvp_profile, other_);		\
		b.member = other_.member;			\
		ANY(struct hvp_profile, third_);		\
		c.member = third_.member;			\
	} while (0)

static void assume_hosts(const struct hvp_profile *a, const struct hvp_profile *b,
			 const struct hvp_profile *c)
{
	ASSUME(!hvp_profile_validate(a, NULL));
	ASSUME(!hvp_profile_validate(b, NULL));
	ASSUME(!hvp_profile_validate(c, NULL));
}

/* AND */
void prove_bits(void)
{
	HOSTS(POWER);
	struct hvp_profile common;

	FIELD(power.l2_facilities);
	assume_hosts(&a, &b, &c);
	prove_laws(&a, &b, &c);
	common = meet(&a, &b);
	PROVE(common.power.l2_facilities == (a.power.l2_facilities & b.power.l2_facilities),
	      "R27: bits in common");
	POSSIBLE(common.power.l2_facilities && common.power.l2_facilities != a.power.l2_facilities);
}

/* OR: what one host does wrong a guest meets when it gets there. */
void prove_quirks(void)
{
	HOSTS(POWER);
	struct hvp_profile common;

	FIELD(quirks);
	assume_hosts(&a, &b, &c);
	prove_laws(&a, &b, &c);
	common = meet(&a, &b);
	PROVE(common.quirks == (a.quirks | b.quirks), "R27: a quirk of any host");
	POSSIBLE(common.quirks != a.quirks && common.quirks != b.quirks);
}

/* ONLY */
void prove_pvr(void)
{
	HOSTS(POWER);
	struct hvp_profile common;

	FIELD(power.pvr);
	assume_hosts(&a, &b, &c);
	prove_laws(&a, &b, &c);
	common = meet(&a, &b);
	PROVE(common.power.pvr == (a.power.pvr == b.power.pvr ? a.power.pvr : 0),
	      "R27: a value that all have, or none");
	POSSIBLE(common.power.pvr);
	POSSIBLE(!common.power.pvr && a.power.pvr);
}

/* LEAST, where 0 is not known */
void prove_least(void)
{
	HOSTS(ARM64);
	struct hvp_profile common;

	FIELD(arm64.registers);
	assume_hosts(&a, &b, &c);
	prove_laws(&a, &b, &c);
	common = meet(&a, &b);
	PROVE(!a.arm64.registers || (common.arm64.registers <= a.arm64.registers &&
				     common.arm64.registers), "R27: no more than any that is known");
	POSSIBLE(common.arm64.registers && common.arm64.registers != a.arm64.registers);
}

/* CAP, of both orders, known or not */
static void prove_cap(uint32_t cap)
{
	HOSTS(POWER);
	struct hvp_profile common;

	FIELD(power.caps[cap]);
	FIELD(power.caps_known);
	ASSUME(!((a.power.caps_known | b.power.caps_known | c.power.caps_known) & ~(1u << cap)));
	assume_hosts(&a, &b, &c);
	prove_laws(&a, &b, &c);
	common = meet(&a, &b);
	PROVE(common.power.caps_known == (a.power.caps_known | b.power.caps_known),
	      "R27: what one knows does count");
	PROVE(!a.power.caps_known || common.power.caps[cap] <= a.power.caps[cap],
	      "R27: no more than any that is known");
	POSSIBLE(common.power.caps[cap] == 1 && a.power.caps[cap] > 1 && b.power.caps[cap] > 1);
	POSSIBLE(common.power.caps[cap] == 2 && a.power.caps[cap] == 3);
}

void prove_caps(void)
{
	prove_cap(HVP_SPAPR_CAP_IBS);
	prove_cap(HVP_SPAPR_CAP_CFPC);
}

/* REGISTER, of each kind; what is possible for a host's offer stands in prove_fwreg.c */
static void prove_register(uint32_t reg)
{
	HOSTS(ARM64);
	struct hvp_profile common;
	const uint32_t others = ~(1u << reg);

	FIELD(arm64.fwregs.value[reg]);
	FIELD(arm64.fwregs.listed);
	FIELD(arm64.fwregs.known);
	FIELD(arm64.fwregs.varies);
	FIELD(arm64.fwregs.unsure);
	ASSUME(!((a.arm64.fwregs.known | a.arm64.fwregs.varies | a.arm64.fwregs.unsure) & others));
	ASSUME(!((b.arm64.fwregs.known | b.arm64.fwregs.varies | b.arm64.fwregs.unsure) & others));
	ASSUME(!((c.arm64.fwregs.known | c.arm64.fwregs.varies | c.arm64.fwregs.unsure) & others));
	assume_hosts(&a, &b, &c);
	if (reg == HVP_FWREG_WORKAROUND_2) {
		ASSUME(!a.arm64.fwregs.value[reg] || a.arm64.fwregs.value[reg] == 3);
		ASSUME(!b.arm64.fwregs.value[reg] || b.arm64.fwregs.value[reg] == 3);
		ASSUME(!c.arm64.fwregs.value[reg] || c.arm64.fwregs.value[reg] == 3);
	}
	prove_laws(&a, &b, &c);
	common = meet(&a, &b);
	PROVE(!(common.arm64.fwregs.listed & ~a.arm64.fwregs.listed) &&
	      !(common.arm64.fwregs.known & ~a.arm64.fwregs.known),
	      "R27: nothing is listed or known that is not so on each host");
	PROVE(!(a.arm64.fwregs.unsure & ~common.arm64.fwregs.unsure) &&
	      !(a.arm64.fwregs.varies & ~common.arm64.fwregs.varies),
	      "R27: what is not sure of one host is not sure of all");
	PROVE(!common.arm64.fwregs.known || reg >= HVP_FWREG_STD_BMAP ||
	      common.arm64.fwregs.value[reg] <= a.arm64.fwregs.value[reg],
	      "R27: no version or level is above that of a host");
	POSSIBLE(common.arm64.fwregs.listed && common.arm64.fwregs.varies &&
		 !a.arm64.fwregs.varies);
}

void prove_version(void)
{
	prove_register(HVP_FWREG_PSCI_VERSION);
}

void prove_level(void)
{
	prove_register(HVP_FWREG_WORKAROUND_1);
	prove_register(HVP_FWREG_WORKAROUND_2);
}

void prove_services(void)
{
	prove_register(HVP_FWREG_VENDOR_HYP_BMAP);
	prove_register(HVP_FWREG_VENDOR_HYP_BMAP_2);
}
