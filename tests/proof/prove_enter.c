// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* H_ENTER_NESTED: R8 and R20, for every call and all values of what L1 wrote. */
#include "proof.h"

/* What L0 does with an L1 that wants its L2 to run; the values of L2, if it does. */
static int64_t enter(const struct hvp_hvregs_host *host, struct hvp_enter call,
		     const struct hvp_hvregs *l1, struct hvp_hvregs *l2, struct hvp_report *report)
{
	int64_t hcall = 1;	/* no status */

	call.size = sizeof(call);
	call.version = l1->version;
	call.lpid = l1->lpid;
	call.vcpu_token = l1->vcpu_token;
	if (!hvp_enter_check(&call, &hcall, report) && hcall == HVP_H_SUCCESS)
		hvp_hvregs_enter(host, l1, l2);
	return hcall;
}

void prove_hfscr(void)
{
	ANY(struct hvp_hvregs_host, host);
	ANY(struct hvp_enter, call);
	ANY(struct hvp_hvregs, l1);
	ANY(uint64_t, other);
	struct hvp_hvregs twin = l1, l2 = { 0 }, twin_l2 = { 0 };
	int64_t hcall, twin_hcall;

	/* two L1 that differ in HFSCR only, in any of its bits, any of them reserved */
	twin.hfscr = other;
	hcall = enter(&host, call, &l1, &l2, NULL);
	twin_hcall = enter(&host, call, &twin, &twin_l2, NULL);
	PROVE(hcall == twin_hcall, "R8: no bit of HFSCR decides whether L2 runs");
	PROVE(hcall != HVP_H_SUCCESS || l2.hfscr ==
	      hvp_hfscr_effective(&host.hfscr, l1.hfscr, host.resident),
	      "R8: what L1 may not have, L2 runs without");
	twin_l2.hfscr = l2.hfscr;
	PROVE(SAME(l2, twin_l2), "R8: no other register follows HFSCR");
	POSSIBLE(hcall == HVP_H_SUCCESS && !~l1.hfscr);
	POSSIBLE(hcall == HVP_H_P2);
}

/* The order of checks, written from enter.h. */
static int64_t answer_of(const struct hvp_enter *call)
{
	const uint64_t l1 = call->l1_msr >> 33 & 3, l2 = call->l2_msr >> 33 & 3;
	const uint64_t low = call->version & 0xffffffff;

	if (!(call->flags & HVP_ENTER_ENABLED))
		return HVP_H_FUNCTION;
	if (!call->table)
		return HVP_H_NOT_AVAILABLE;
	if (l1 == 2)
		return HVP_H_BAD_MODE;
	if (call->flags & HVP_ENTER_UNREAD)
		return HVP_H_SUCCESS;
	if (call->flags & (HVP_ENTER_VERSION_FAULT | HVP_ENTER_STATE_FAULT | HVP_ENTER_REGS_FAULT))
		return HVP_H_PARAMETER;
	if (low != 1 && low != 2)
		return HVP_H_PARAMETER;
	if (call->version > 2)
		return HVP_H_P2;
	if (call->vcpu_token >= call->vcpu_limit)
		return HVP_H_PARAMETER;
	if (l2 == 3 || (l1 == 1) != (l2 != 0))
		return HVP_H_BAD_MODE;
	/* entries of 16 bytes in a table of 2^(size + 12) bytes */
	if (call->lpid >> ((call->table & 0x1f) + 8 > 31 ? 31 : (call->table & 0x1f) + 8) &&
	    (call->table & 0x1f) + 8 < 32)
		return HVP_H_PARAMETER;
	return HVP_H_SUCCESS;
}

void prove_order(void)
{
	ANY(struct hvp_enter, call);
	ANY(int64_t, hcall);
	ANY(bool, none);
	const int64_t before = hcall;
	struct hvp_report counted, *report = counting(&counted, none);
	enum hvp_status status;

	call.size = sizeof(call);
	status = hvp_enter_check(&call, &hcall, report);
	PROVE((status == HVP_OK) == (call.policy_level == 1 && !(call.flags & ~0x1fu)),
	      "R17: a flag without a name is refused");
	PROVE(hcall == (status ? before : answer_of(&call)),
	      "R8: the order of checks is the kernel's; R20: a refusal leaves the answer alone");
	PROVE_REPORTED(report, status || hcall != HVP_H_SUCCESS);
	POSSIBLE(!status && hcall == HVP_H_SUCCESS && call.lpid == 0xffff);
	POSSIBLE(!status && hcall == HVP_H_P2);
	POSSIBLE(!status && hcall == HVP_H_BAD_MODE && call.l1_msr == HVP_MSR_TS_S);
	POSSIBLE(!status && hcall == HVP_H_PARAMETER && call.lpid);
	POSSIBLE(status == HVP_ERR_RESERVED);
}

void prove_result(void)
{
	ANY(uint32_t, events);
	ANY(uint32_t, vector);
	ANY(bool, enabled);
	ANY(bool, visible);
	ANY(uint64_t, table);
	ANY(bool, none);
	struct hvp_report counted, *report = counting(&counted, none);
	const int64_t r3 = hvp_enter_result(events, vector);
	const int64_t answer = hvp_enter_set_table(enabled, table, visible, report);

	PROVE((events & 7) || r3 == vector, "R8: without an event L1 is told the vector");
	PROVE(!(events & 1) || r3 == HVP_H_AUTHORITY, "R8: memory that cannot be written is first");
	PROVE((events & 3) != 2 || r3 == HVP_H_INTERRUPT, "R8: then a signal");
	PROVE((events & 7) != 4 || r3 == HVP_H_TOO_HARD, "R8: then an access");
	PROVE(answer == (!enabled ? HVP_H_FUNCTION : (table & 0x1f) > 4 || !visible ?
			 HVP_H_PARAMETER : HVP_H_SUCCESS),
	      "R8: a table of up to 4096 entries in the guest's memory");
	PROVE_REPORTED(report, answer != HVP_H_SUCCESS);
	POSSIBLE(answer == HVP_H_SUCCESS && (table & 0x1f) == 4);
	POSSIBLE(r3 == 0xf80);
}
