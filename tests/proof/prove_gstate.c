// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Guest state as L0 holds it: R2 to R5 and R8, for every id and value; R12, R14, R16 and R25 for
 * every element that a hostile L1 may send.
 */
#include "proof.h"

#include "gstate.c"

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

/* The state of a pass that has come to an element, as hvp__run_pass() begins it. */
static void assume_pass(const struct hvp__gstate_pass *pass, const struct hvp_gstate_host *host,
			uint32_t use)
{
	ASSUME(use >= HVP_GSTATE_USE_GET && use <= HVP_GSTATE_USE_ANSWER);
	ASSUME(pass->access == hvp__uses[use].access && hvp__scope_fits(use, pass->scope));
	ASSUME(!(pass->policy & ~(uint32_t)HVP__POLICIES));
	ASSUME(pass->revision == host->revision && pass->lacks == host->lacks);
	ASSUME(pass->dialect == host->dialect);
}

/* What is wrong with an element, in the words of its hypercall. */
static bool is_refusal(int64_t r3, uint32_t use)
{
	return r3 == HVP_H_INVALID_ELEMENT_ID || r3 == HVP_H_INVALID_ELEMENT_SIZE ||
	       (r3 == HVP_H_INVALID_ELEMENT_VALUE &&
		(use == HVP_GSTATE_USE_SET || use == HVP_GSTATE_USE_RUN));
}

/* An element and its row, as gsb.next and gsb.rows prove them. */
static void assume_row(const struct hvp__gsb_row *row, const struct hvp_gsb_element *element)
{
	ASSUME(element->bytes <= 0xffff && element->id >= row->id);
	ASSUME(element->id - row->id < HVP__SLOTS &&
	       row->slot + (element->id - row->id) < HVP__SLOTS);
}

/* What an accepted element of a row is; words: of the value, which is read for some rows only. */
static void prove_accepted(const struct hvp__gstate_pass *pass, const struct hvp__gsb_row *row,
			   const struct hvp_gsb_element *element, const uint64_t *words)
{
	const int32_t size = hvp__gsb_size(row, pass->dialect);

	PROVE((row->scope & pass->scope) && (row->access & pass->access) == pass->access,
	      "R16: an accepted element is one that the call can be about");
	PROVE((int64_t)element->bytes == size || size == HVP_GSB_ANY || !pass->access,
	      "R16: and has the size of its row");
	if (!hvp__is_judged(pass, row))
		return;
	if (row->accept == HVP_GSB_ACCEPT_LEVEL) {
		const uint32_t level = hvp_level_from_pvr((uint32_t)words[0]);

		PROVE(level <= pass->host->l1_level &&
		      (hvp_level_capability(level) & pass->host->negotiated),
		      "R12: no guest is newer than L1, nor than what L1 negotiated");
	} else if (row->accept <= HVP_GSB_ACCEPT_LOW) {
		PROVE(!(words[0] & ~hvp__gsb_bits(row)), "R14: no bit is set that L1 may not set");
		PROVE(row->accept != HVP_GSB_ACCEPT_MSR ||
		      !(words[0] & (HVP_BIT(60) | HVP_BIT(22) | HVP_BIT(12))),
		      "R14: no bit of MSR that is the hypervisor's");
	} else {
		PROVE(words[0] < HVP_BIT(60), "R16: L0 can address what L1 names");
	}
}

/*
 * One element with any row or none, after any others. By induction this holds for buffers of all
 * lengths: gsb.next finds their elements.
 */
static void check_one(const struct hvp__gsb_row *row, struct hvp_gsb_element element,
		      const uint64_t *words)
{
	ANY(struct hvp_gstate_host, host);
	ANY(uint32_t, l1_level);
	ANY(uint64_t, negotiated);
	ANY(uint32_t, run_output_min);
	ANY(uint32_t, run_max);
	ANY(struct hvp__gstate_pass, pass);
	ANY(uint32_t, use);
	ANY(bool, none);
	struct hvp_report counted, *report = counting(&counted, none);
	const int64_t before = pass.r3;
	bool plain, changed;

	assume_host(&host);
	host.l1_level = l1_level;
	host.negotiated = negotiated;
	host.run_output_min = run_output_min;
	host.run_max = run_max;
	ASSUME(hvp__is_level(l1_level));
	pass.host = &host;
	assume_pass(&pass, &host, use);
	pass.curious = (pass.policy & HVP_GSTATE_REFUSE_TWICE) || host.lacks;
	pass.report = report;
	plain = hvp__is_plain(&pass, row, element.bytes);
	hvp__check_element(&pass, row, element);
	changed = report && report->worst == HVP_VERDICT_CHANGED;
	if (before) {
		PROVE(pass.r3 == before, "R16: the first element that is wrong is the answer");
		return;
	}
	PROVE(!pass.r3 || is_refusal(pass.r3, use), "R16: an element's answer is one of its call");
	PROVE(!pass.r3 || pass.r4 == (use == HVP_GSTATE_USE_RUN ? element.offset : element.index),
	      "R16: it says which element");
	PROVE_REPORTED(report, pass.r3 != 0);
	PROVE(!plain || !pass.r3, "R16: what is passed over as plain would not be refused");
	PROVE(row || !pass.r3 == !!(pass.policy & HVP_GSTATE_SKIP_UNKNOWN),
	      "R16: an unknown element is refused, or passed over if that is the policy");
	if (!pass.r3 && row && report && !changed)
		prove_accepted(&pass, row, &element, words);
	POSSIBLE(pass.r3 == HVP_H_INVALID_ELEMENT_SIZE && use == HVP_GSTATE_USE_SET);
	POSSIBLE(!pass.r3 && use == HVP_GSTATE_USE_SET && report && !changed);
	POSSIBLE(!pass.r3 && changed);
}

/* Elements whose values are not read: any id, any size, any row. */
void prove_element(void)
{
	ANY(struct hvp__gsb_row, row);
	ANY(struct hvp_gsb_element, element);
	ANY(bool, known);

	row.accept = HVP_GSB_ACCEPT_ALL;
	assume_row(&row, &element);
	ASSUME(row.size >= HVP_GSB_ANY);
	element.value = NULL;
	check_one(known ? &row : NULL, element, NULL);
	POSSIBLE(!known);
}

/* An element whose value is judged, any value in memory that ends with it. */
static void judged(uint32_t accept, uint32_t bytes)
{
	ANY(struct hvp__gsb_row, row);
	ANY(struct hvp_gsb_element, element);
	ANY(uint8_t, memory[24]);
	uint64_t words[3] = { 0 };

	for (uint32_t i = 0; i < bytes; i += 8)
		words[i / 8] = hvp__get_bytes(LAST_BYTES(memory, bytes) + i,
					      bytes < 8 ? bytes : 8);
	row.accept = (uint8_t)accept;
	element.bytes = bytes;
	element.value = LAST_BYTES(memory, bytes);
	assume_row(&row, &element);
	ASSUME(row.size == (int32_t)bytes);
	check_one(&row, element, words);
}

void prove_bits(void)
{
	judged(HVP_GSB_ACCEPT_MSR, 8);
	judged(HVP_GSB_ACCEPT_LPCR, 8);
	judged(HVP_GSB_ACCEPT_LOW, 8);
}

void prove_logical_pvr(void)
{
	judged(HVP_GSB_ACCEPT_LEVEL, 4);
}

void prove_tables(void)
{
	judged(HVP_GSB_ACCEPT_PARTITION, 24);
	judged(HVP_GSB_ACCEPT_PROCESS, 16);
}

void prove_run_buffers(void)
{
	judged(HVP_GSB_ACCEPT_INPUT, 16);
	judged(HVP_GSB_ACCEPT_OUTPUT, 16);
}
