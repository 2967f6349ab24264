// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The registers of hv_guest_state: R2 to R5 and R19, for all values of each register. What L2 runs
 * with is written here from the kernel's order of tests (hvregs.h), not from the core's masks.
 */
#include "proof.h"

#define AIL HVP_U64(0x01800000)
#define LD HVP_U64(0x00020000)
#define TC HVP_U64(0x00000200)
/* DPFD, ILE, AIL, LD, TC, MER */
#define L1_BITS (HVP_U64(7) << 52 | HVP_BIT(25) | AIL | LD | HVP_BIT(11) | TC)

static uint64_t filtered(uint32_t features, uint64_t lpcr)
{
	if (features & HVP_HVREGS_RADIX)
		lpcr &= ~TC;
	if (!(features & HVP_HVREGS_ARCH_207))
		lpcr &= ~AIL;
	if ((lpcr & AIL) != AIL)
		lpcr &= ~AIL;
	if ((features & HVP_HVREGS_RADIX) && (features & HVP_HVREGS_RADIX_PREFETCH_BUG))
		lpcr &= ~AIL;
	if (!(features & HVP_HVREGS_ARCH_300))
		lpcr &= ~LD;
	return lpcr;
}

void prove_lpcr(void)
{
	ANY(struct hvp_hvregs_host, host);
	ANY(uint64_t, requested);
	const uint64_t runs = hvp_hvregs_lpcr(&host, requested);
	const uint64_t merged = (host.lpcr & ~L1_BITS) | (requested & L1_BITS);

	PROVE(hvp_hvregs_filter_lpcr(host.features, requested) ==
	      filtered(host.features, requested), "R3: the filter is the kernel's");
	PROVE(runs == filtered(host.features, merged), "R3: L1's bits, then the filter");
	PROVE(!(runs & ~merged), "R3: LPCR has no bit that neither L0 nor L1 asked for");
	PROVE(!((runs ^ host.lpcr) & ~(L1_BITS)), "R3: L1 changes no bit of L0");
	PROVE(hvp_hvregs_lpcr(&host, runs) == runs, "R2: LPCR: twice is once");
	POSSIBLE((runs & AIL) == AIL && (host.features & HVP_HVREGS_RADIX));
	POSSIBLE(runs != merged);
	POSSIBLE(runs & TC && runs & LD);
}

void prove_masks(void)
{
	ANY(uint64_t, l1_pcr);
	ANY(uint64_t, v);
	const uint64_t pcr = hvp_hvregs_pcr(l1_pcr, v), dawrx = hvp_hvregs_dawrx(v);
	const uint64_t ciabr = hvp_hvregs_ciabr(v), dpdes = hvp_hvregs_dpdes(v);
	const uint64_t msr = hvp_hvregs_msr(v);

	PROVE(!((v | l1_pcr) & ~pcr), "R3: PCR: L2 gets back nothing that was taken away");
	PROVE(pcr == (v | l1_pcr | HVP_U64(0x0fffffffffffffe1)), "R3: PCR: and loses no more");
	PROVE(hvp_hvregs_pcr(l1_pcr, pcr) == pcr, "R2: PCR: twice is once");
	PROVE(dawrx == (v & ~HVP_U64(4)), "R3: DAWRX: no match in hypervisor state");
	PROVE(hvp_hvregs_dawrx(dawrx) == dawrx, "R2: DAWRX: twice is once");
	PROVE(!(ciabr & ~v), "R2: CIABR: no bit is added");
	PROVE(ciabr == ((v & 3) == 3 ? v - 3 : v), "R3: CIABR: none in hypervisor state");
	PROVE(hvp_hvregs_ciabr(ciabr) == ciabr, "R2: CIABR: twice is once");
	PROVE(dpdes == ((v & 0xff) ? 1 : 0), "R3: DPDES: one thread, number 0");
	PROVE(hvp_hvregs_dpdes(dpdes) == dpdes, "R2: DPDES: twice is once");
	PROVE(!(msr >> 60 & 1) && (msr & 0x1000), "R3: MSR: never HV, always ME");
	PROVE(!((msr ^ v) & ~(HVP_BIT(60) | 0x1000)), "R3: MSR: no other bit changes");
	PROVE(hvp_hvregs_msr(msr) == msr, "R2: MSR: twice is once");
	POSSIBLE(ciabr != v);
	POSSIBLE(pcr != (v | HVP_PCR_RESERVED));
	POSSIBLE(dpdes && v == 0x80);
}

/* A field by its row: 4 bytes or 8. */
static uint64_t field(const struct hvp_hvregs *regs, const struct hvp_hvreg_info *row)
{
	const uint8_t *at = (const uint8_t *)regs + row->offset;

	return row->bytes == 4 ? *(const uint32_t *)at : *(const uint64_t *)at;
}

/* The entry rule of a row (hvregs.h), but for HFSCR and LPCR, which have proofs of their own. */
static uint64_t enters(const struct hvp_hvregs_host *host, uint32_t rule, uint64_t v)
{
	const bool second = host->features & HVP_HVREGS_DAWR1;

	switch (rule) {
	case HVP_HVREG_ENTRY_IGNORED:
		return 0;
	case HVP_HVREG_ENTRY_HFSCR:
		return hvp_hfscr_effective(&host->hfscr, v, host->resident);
	case HVP_HVREG_ENTRY_LPCR:
		return hvp_hvregs_lpcr(host, v);
	case HVP_HVREG_ENTRY_PCR:
		return v | host->l1_pcr | HVP_PCR_RESERVED;
	case HVP_HVREG_ENTRY_DAWRX:
		return v & ~HVP_U64(4);
	case HVP_HVREG_ENTRY_CIABR:
		return (v & 3) == 3 ? v - 3 : v;
	case HVP_HVREG_ENTRY_DPDES:
		return (v & 0xff) ? 1 : 0;
	case HVP_HVREG_ENTRY_DAWR1:
		return second ? v : 0;
	case HVP_HVREG_ENTRY_DAWRX1:
		return second ? v & ~HVP_U64(4) : 0;
	default:
		return v;
	}
}

static bool comes_back(uint32_t rule, uint32_t vector)
{
	switch (rule) {
	case HVP_HVREG_EXIT_ALWAYS:
		return true;
	case HVP_HVREG_EXIT_HDSI:
		return vector == 0xe00;
	case HVP_HVREG_EXIT_HDSI_HISI:
		return vector == 0xe00 || vector == 0xe20;
	case HVP_HVREG_EXIT_HEAI:
		return vector == 0xe40;
	default:
		return false;
	}
}

void prove_enter(void)
{
	ANY(struct hvp_hvregs_host, host);
	ANY(struct hvp_hvregs, l1);
	struct hvp_hvreg_info row;
	struct hvp_hvregs l2;

	hvp_hvregs_enter(&host, &l1, &l2);
	for (uint32_t reg = 0; !hvp_hvregs_get(reg, &row); reg++) {
		PROVE(field(&l2, &row) == enters(&host, row.entry, field(&l1, &row)),
		      "R3: each register enters by the rule of its row");
		POSSIBLE(row.entry == HVP_HVREG_ENTRY_DAWRX1 && field(&l2, &row));
		POSSIBLE(row.entry == HVP_HVREG_ENTRY_HFSCR && l1.hfscr != l2.hfscr);
	}
}

void prove_leave(void)
{
	ANY(struct hvp_hvregs, l1);
	ANY(struct hvp_hvregs, l2);
	ANY(uint32_t, vector);
	ANY(uint32_t, cause);
	struct hvp_hvreg_info row;
	struct hvp_hvregs back, other = l2;
	ANY(uint64_t, hardware);

	hvp_hvregs_leave(&l1, &l2, vector, cause, &back);
	other.hfscr = hardware;
	hvp_hvregs_leave(&l1, &other, vector, cause, &other);
	for (uint32_t reg = 0; !hvp_hvregs_get(reg, &row); reg++) {
		const uint64_t wrote = field(&l1, &row), has = field(&l2, &row);
		const uint64_t got = field(&back, &row);

		PROVE(got == field(&other, &row),
		      "R5: nothing that L1 gets back depends on the hardware's HFSCR");
		if (row.exit == HVP_HVREG_EXIT_HFU)
			PROVE(got == hvp_hfscr_restore(wrote, vector, cause),
			      "R4: HFSCR comes back as L1 wrote it, but for IC");
		else
			PROVE(got == (comes_back(row.exit, vector) ? has : wrote),
			      "R4: each register leaves by the rule of its row");
		POSSIBLE(row.exit == HVP_HVREG_EXIT_HEAI && got != wrote);
		POSSIBLE(row.exit == HVP_HVREG_EXIT_HFU && got != wrote);
	}
}

void prove_size(void)
{
	ANY(uint64_t, version);
	ANY(uint32_t, size);
	ANY(uint32_t, reg);
	const uint32_t before = size;
	const enum hvp_status status = hvp_hvregs_size(version, &size);
	struct hvp_hvreg_info row;

	PROVE((status == HVP_OK) == (version == 1 || version == 2),
	      "R19: two versions, by all 64 bits");
	PROVE(status ? size == before : size == (version == 1 ? 232 : 248),
	      "R19: a version has one size, and what is none leaves it alone");
	if (!status && !hvp_hvregs_get(reg, &row) && row.version) {
		PROVE((row.version <= version) == (row.offset < size),
		      "R19: a version's size has the registers of that version, no others");
		PROVE(row.offset + row.bytes <= sizeof(struct hvp_hvregs),
		      "R19: no register lies outside the structure");
	}
	POSSIBLE(version == 2 && size == 248);
	POSSIBLE(status && version == HVP_BIT(32) + 2);
}

void prove_swap(void)
{
	ANY(struct hvp_hvregs, regs);
	ANY(uint32_t, size);
	const struct hvp_hvregs before = regs;
	const enum hvp_status status = hvp_hvregs_swap(&regs, size);

	PROVE((status == HVP_OK) == (size == 232 || size == 248), "R19: sizes of versions only");
	PROVE(regs.lpid == (status ? before.lpid : __builtin_bswap32(before.lpid)) &&
	      regs.hfscr == (status ? before.hfscr : __builtin_bswap64(before.hfscr)),
	      "R19: each field is swapped by its width");
	PROVE(regs.dawrx1 == (size == 248 ? __builtin_bswap64(before.dawrx1) : before.dawrx1),
	      "R20: what lies beyond the size is left alone");
	(void)hvp_hvregs_swap(&regs, size);
	PROVE(SAME(regs, before), "R19: twice is as it was");
	POSSIBLE(!status && size == 232 && before.lpid == 1);
	POSSIBLE(status);
}

void prove_validate(void)
{
	ANY(struct hvp_hvregs_host, host);
	ANY(bool, none);
	struct hvp_report counted, *report = counting(&counted, none);
	enum hvp_status status;

	host.size = sizeof(host);
	status = hvp_hvregs_validate(&host, report);
	PROVE((status == HVP_OK) == (host.policy_level == 1 && !(host.features & ~0x1fu) &&
				     !host.reserved && !hvp_hfscr_validate(&host.hfscr, NULL)),
	      "R17: flags that have names, a sound policy, and nothing reserved");
	PROVE_REPORTED(report, status != HVP_OK);
	POSSIBLE(!status && host.features == 0x1f);
	POSSIBLE(status == HVP_ERR_POLICY);
	POSSIBLE(status == HVP_ERR_RESERVED);
}
