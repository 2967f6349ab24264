// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/hvregs.h>

#include "hvreg_rules.h"
#include "internal.h"

#define HVP__FEATURES (HVP_HVREGS_RADIX | HVP_HVREGS_ARCH_207 | HVP_HVREGS_ARCH_300 | \
		       HVP_HVREGS_RADIX_PREFETCH_BUG | HVP_HVREGS_DAWR1)

/* Fields of so many bytes, in the other byte order. */
#define HVP__SWAP_4(value) __builtin_bswap32(value)
#define HVP__SWAP_8(value) __builtin_bswap64(value)

static const struct hvp_hvreg_info hvp__hvregs[] = {
#define HVP_HVREG(name, number, field, bytes, version, entry, exit)			\
	{ (number), offsetof(struct hvp_hvregs, field), (bytes), (version),	\
	  HVP_HVREG_ENTRY_##entry, HVP_HVREG_EXIT_##exit, #name },
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG
	{ HVP_HVREG_MSR, 0, 8, 0, HVP_HVREG_ENTRY_MSR, HVP_HVREG_EXIT_ALWAYS, "MSR" },
};

enum hvp_status hvp_hvregs_size(uint64_t version, uint32_t *size)
{
	/* All 64 bits count: 0x100000002 is no version 2. */
	if (version == 1)
		*size = HVP_HVREGS_SIZE_V1;
	else if (version == 2)
		*size = HVP_HVREGS_SIZE_V2;
	else
		return HVP_ERR_VERSION;
	return HVP_OK;
}

enum hvp_status hvp_hvregs_swap(struct hvp_hvregs *regs, uint32_t size)
{
	if (size != HVP_HVREGS_SIZE_V1 && size != HVP_HVREGS_SIZE_V2)
		return HVP_ERR_ARGUMENT;
#define HVP_HVREG(name, number, field, bytes, version, entry, exit)	\
	if ((version) == 1 || size == HVP_HVREGS_SIZE_V2)		\
		regs->field = HVP__SWAP_##bytes(regs->field);
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG
	return HVP_OK;
}

enum hvp_status hvp_hvregs_get(uint32_t reg, struct hvp_hvreg_info *info)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__hvregs); i++) {
		if (hvp__hvregs[i].reg != reg)
			continue;
		*info = hvp__hvregs[i];
		return HVP_OK;
	}
	return HVP_ERR_NOT_FOUND;
}

enum hvp_status hvp_hvregs_validate(const struct hvp_hvregs_host *host, struct hvp_report *report)
{
	enum hvp_status status;

	if (!host)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_head(host, sizeof(*host), report);
	if (!status)
		status = hvp_vstruct_flags(host->features, HVP__FEATURES, report);
	if (!status)
		status = hvp_vstruct_flags(host->reserved, 0, report);
	if (!status && hvp_hfscr_validate(&host->hfscr, report))
		status = HVP_ERR_POLICY;
	return status;
}

uint64_t hvp_hvregs_filter_lpcr(uint32_t features, uint64_t lpcr)
{
	const uint32_t bug = HVP_HVREGS_RADIX | HVP_HVREGS_RADIX_PREFETCH_BUG;

	if (features & HVP_HVREGS_RADIX)
		lpcr &= ~HVP_LPCR_TC;
	if (!(features & HVP_HVREGS_ARCH_207) || (features & bug) == bug ||
	    (lpcr & HVP_LPCR_AIL) != HVP_LPCR_AIL)
		lpcr &= ~HVP_LPCR_AIL;
	if (!(features & HVP_HVREGS_ARCH_300))
		lpcr &= ~HVP_LPCR_LD;
	return lpcr;
}

uint64_t hvp_hvregs_lpcr(const struct hvp_hvregs_host *host, uint64_t requested)
{
	/* L1's bits replace the host's: the same as two masks, with one constant. */
	const uint64_t merged = host->lpcr ^ ((host->lpcr ^ requested) & HVP_LPCR_L1);

	return hvp_hvregs_filter_lpcr(host->features, merged);
}

uint64_t hvp_hvregs_pcr(uint64_t l1_pcr, uint64_t requested)
{
	/* A set bit takes away: L2 is without all that either of them is without. */
	return requested | l1_pcr | HVP_PCR_RESERVED;
}

uint64_t hvp_hvregs_dawrx(uint64_t requested)
{
	return requested & ~HVP_DAWRX_HYP;
}

uint64_t hvp_hvregs_ciabr(uint64_t requested)
{
	if ((requested & HVP_CIABR_PRIV) == HVP_CIABR_PRIV)
		return requested & ~HVP_CIABR_PRIV;
	return requested;
}

uint64_t hvp_hvregs_dpdes(uint64_t requested)
{
	return (requested & 0xff) != 0;
}

uint64_t hvp_hvregs_msr(uint64_t requested)
{
	return (requested | HVP_MSR_ME) & ~HVP_MSR_HV;
}

void hvp_hvregs_enter(const struct hvp_hvregs_host *host, const struct hvp_hvregs *l1,
		      struct hvp_hvregs *l2)
{
#define HVP_HVREG(name, number, field, bytes, version, entry, exit) \
	l2->field = HVP__ENTRY_##entry(l1->field);
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG
}

/* Other rules are the same on every exit. */
#define HVP__ASKS_VECTOR(exit) (HVP_HVREG_EXIT_##exit > HVP_HVREG_EXIT_ALWAYS)

/* Of a constant vector only the registers that it moves are left. */
static inline void hvp__leave_on(const struct hvp_hvregs *l1, const struct hvp_hvregs *l2,
				 uint32_t vector, uint32_t cause, struct hvp_hvregs *back)
{
#define HVP_HVREG(name, number, field, bytes, version, entry, exit)	\
	if (HVP__ASKS_VECTOR(exit))					\
		back->field = HVP__EXIT_##exit(l1->field, l2->field);
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG
}

void hvp_hvregs_leave(const struct hvp_hvregs *l1, const struct hvp_hvregs *l2, uint32_t vector,
		      uint32_t cause, struct hvp_hvregs *back)
{
#define HVP_HVREG(name, number, field, bytes, version, entry, exit)	\
	if (!HVP__ASKS_VECTOR(exit))					\
		back->field = HVP__EXIT_##exit(l1->field, l2->field);
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG
	/* One comparison of the vector for all; any case may be missing here, which only costs. */
	switch (vector) {
	case HVP_VECTOR_HDSI:
		hvp__leave_on(l1, l2, HVP_VECTOR_HDSI, cause, back);
		break;
	case HVP_VECTOR_HISI:
		hvp__leave_on(l1, l2, HVP_VECTOR_HISI, cause, back);
		break;
	case HVP_VECTOR_HEAI:
		hvp__leave_on(l1, l2, HVP_VECTOR_HEAI, cause, back);
		break;
	case HVP_VECTOR_HFU:
		hvp__leave_on(l1, l2, HVP_VECTOR_HFU, cause, back);
		break;
	default:
		hvp__leave_on(l1, l2, vector, cause, back);
		break;
	}
}

static void hvp__compare(uint32_t reg, uint64_t asked, uint64_t given, struct hvp_report *report)
{
	struct hvp_finding finding = {
		.verdict = HVP_VERDICT_CHANGED, .object = reg, .have = asked, .offer = given,
	};

	if (asked & ~given) {
		finding.reason = HVP_REASON_HVREG_DROPPED;
		finding.where = asked & ~given;
		hvp_report_add(report, &finding);
	}
	if (given & ~asked) {
		finding.reason = HVP_REASON_HVREG_FORCED;
		finding.where = given & ~asked;
		hvp_report_add(report, &finding);
	}
}

void hvp_hvregs_review(const struct hvp_hvregs_host *host, const struct hvp_hvregs *l1,
		       uint64_t msr, struct hvp_report *report)
{
	/* Bits that L0 sets whatever L1 writes tell L1 nothing: in LPCR, PCR and MSR[ME]. */
	const uint64_t lpcr = l1->lpcr | (host->lpcr & ~HVP_LPCR_L1);
	const uint64_t pcr = l1->pcr | HVP_PCR_RESERVED, machine_check = msr | HVP_MSR_ME;

	hvp__compare(HVP_HVREG_LPCR, lpcr, hvp_hvregs_lpcr(host, l1->lpcr), report);
	hvp__compare(HVP_HVREG_PCR, pcr, hvp_hvregs_pcr(host->l1_pcr, pcr), report);
	hvp__compare(HVP_HVREG_DPDES, l1->dpdes, hvp_hvregs_dpdes(l1->dpdes), report);
	hvp_hfscr_review(&host->hfscr, l1->hfscr, report);
	hvp__compare(HVP_HVREG_DAWRX0, l1->dawrx0, hvp_hvregs_dawrx(l1->dawrx0), report);
	hvp__compare(HVP_HVREG_CIABR, l1->ciabr, hvp_hvregs_ciabr(l1->ciabr), report);
	hvp__compare(HVP_HVREG_DAWR1, l1->dawr1, HVP__ENTRY_DAWR1(l1->dawr1), report);
	hvp__compare(HVP_HVREG_DAWRX1, l1->dawrx1, HVP__ENTRY_DAWRX1(l1->dawrx1), report);
	hvp__compare(HVP_HVREG_MSR, machine_check, hvp_hvregs_msr(msr), report);
}
