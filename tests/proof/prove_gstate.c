// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Guest state as L0 holds it: R2 to R5 and R8, for every id and value. Whole buffers of a hostile
 * L1 go through the walk of prove_gsb.c, and through tests/fuzz.
 */
#include "proof.h"

#include "gsb_rows.h"

#define CAUSE HVP_U64(0xff00000000000000)

/* A sound host: what is not named here may be anything. */
static void assume_host(struct hvp_gstate_host *host)
{
	host->size = sizeof(*host);
	host->policy_level = 1;
	host->reserved = 0;
	host->run_output_min = HVP_GSTATE_RUN_OUTPUT_MIN;
	host->run_max = HVP_GSTATE_RUN_MAX;
	host->l1_level = HVP_LEVEL_3_10;
	host->negotiated = HVP_U64(3) << 61;
	host->run_flags = 0;
	ASSUME(host->revision >= 1 && host->revision <= 2 && host->dialect <= 1);
	ASSUME(host->lacks <= 3 && host->buffer_max >= HVP_GSB_HEADER);
}

/* A buffer with one element, HFSCR with any value, that L1 sets or that L2 is to run with. */
static int64_t answer(const struct hvp_gstate_host *host, uint32_t use, uint64_t value)
{
	uint8_t buf[16] = { 0, 0, 0, 1, HVP_GSB_HFSCR >> 8, HVP_GSB_HFSCR & 0xff, 0, 8 };
	struct hvp_hcall answer = { .r3 = 1 };

	hvp__put_bytes(buf + 8, value, 8);
	PROVE(!hvp_gstate_check(host, use, HVP_GSB_SCOPE_THREAD, 0, buf, sizeof(buf), &answer,
				NULL), "R8: the call is one");
	return answer.r3;
}

void prove_hfscr(void)
{
	ANY(struct hvp_gstate_host, host);
	ANY(uint64_t, value);

	assume_host(&host);
	ASSUME(host.buffer_max >= 16);
	PROVE(answer(&host, HVP_GSTATE_USE_SET, value) == HVP_H_SUCCESS,
	      "R8: no bit of HFSCR is refused when it is set");
	PROVE(answer(&host, HVP_GSTATE_USE_RUN, value) == HVP_H_SUCCESS, "R8: nor when L2 runs");
	POSSIBLE(!~value);
}

void prove_keep(void)
{
	ANY(struct hvp_hvregs_host, regs);
	ANY(struct hvp_gstate_host, host);
	ANY(uint32_t, id);
	ANY(uint64_t, value);
	ANY(uint64_t, live);
	ANY(uint64_t, other);
	ANY(uint32_t, vector);
	ANY(uint32_t, cause);
	uint64_t kept, left;

	assume_host(&host);
	kept = hvp_gstate_keep(&regs, id, value);
	left = hvp_gstate_leave(&host, id, kept, live, vector, cause);
	PROVE(!(kept & ~value), "R2: what is kept has no bit that L1 did not set");
	PROVE(hvp_gstate_keep(&regs, id, kept) == kept, "R2: twice is once");
	PROVE(id == HVP_GSB_HFSCR || kept == value, "R4: of all others it is what L1 set");
	if (id == HVP_GSB_HFSCR) {
		PROVE(left == hvp_gstate_leave(&host, id, kept, other, vector, cause),
		      "R5: what L1 gets back does not depend on the hardware's HFSCR");
		PROVE((left & ~CAUSE) == (kept & ~CAUSE), "R4: HFSCR comes back, but for IC");
		PROVE(vector == 0xf80 || left == kept, "R4: IC changes only with an HFU");
	}
	PROVE(hvp__gsb_row_of(id) || left == kept, "R4: what is no element does not change");
	PROVE(left == kept || id == HVP_GSB_HFSCR || !(left & ~hvp_gsb_bits(id)),
	      "R14: L1 gets back no bit that it may not set");
	POSSIBLE(left != kept && id == HVP_GSB_MSR);
	POSSIBLE(left != kept && id == HVP_GSB_HFSCR);
	POSSIBLE(kept != value);
}

void prove_load(void)
{
	ANY(struct hvp_hvregs_host, regs);
	ANY(uint32_t, id);
	ANY(uint64_t, kept);
	const uint64_t runs = hvp_gstate_load(&regs, id, kept);

	PROVE(hvp_gstate_load(&regs, id, runs) == runs, "R2: loaded twice is loaded once");
	PROVE(id == HVP_GSB_LPCR || id == HVP_GSB_MSR || id == HVP_GSB_DPDES || !(runs & ~kept),
	      "R3: L2 runs with no bit that was not kept");
	PROVE(id != HVP_GSB_MSR || (!(runs & (HVP_BIT(60) | HVP_MSR_TS)) && (runs & 0x1000)),
	      "R3: MSR: never HV or in a transaction, always ME");
	PROVE(id != HVP_GSB_LPCR || runs == hvp_hvregs_lpcr(&regs, kept), "R3: LPCR as in v1");
	PROVE(id != HVP_GSB_HFSCR || runs == hvp_hfscr_effective(&regs.hfscr, kept, regs.resident),
	      "R3: HFSCR as in v1");
	POSSIBLE(runs != kept && id == HVP_GSB_CIABR);
	POSSIBLE(runs != kept && id == HVP_GSB_HDAR);
	POSSIBLE(runs != kept && id == HVP_GSB_LPCR);
}

void prove_flags(void)
{
	ANY(struct hvp_gstate_host, host);
	ANY(uint32_t, use);
	ANY(uint64_t, flags);
	ANY(uint32_t, scope);
	ANY(struct hvp_hcall, answer);
	const uint32_t before = scope;
	const struct hvp_hcall untouched = answer;
	const enum hvp_status status = hvp_gstate_flags(&host, use, flags, &scope, &answer, NULL);

	PROVE((status == HVP_OK) == (use >= 1 && use <= 3), "R17: GET, SET and RUN have flags");
	if (status) {
		PROVE(scope == before && answer.r3 == untouched.r3, "R20: nothing is written");
	} else if (answer.r3 == HVP_H_SUCCESS) {
		PROVE(scope == 1 || scope == 2 || (scope == 4 && use == HVP_GSTATE_USE_GET),
		      "R17: a call is about one thing");
		PROVE(use == HVP_GSTATE_USE_RUN ? !(flags & ~host.run_flags) :
		      (scope == 1) == !flags, "R17: and says so with its flags");
	} else {
		PROVE(answer.r3 == HVP_H_PARAMETER && scope == before, "R20: no scope if refused");
	}
	POSSIBLE(!status && scope == 4 && answer.r3 == HVP_H_SUCCESS);
	POSSIBLE(!status && answer.r3 == HVP_H_PARAMETER);
}
