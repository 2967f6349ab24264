// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/enter.h>
#include <hvpolicy/hvregs.h>

#include "internal.h"

/* Linux takes tables of up to 4096 entries from a guest. */
#define HVP__TABLE_SIZE_MAX 4
/* An entry has 16 bytes. */
#define HVP__TABLE_ENTRIES_LOG2(field) ((field) + 8)

#define HVP__FLAGS (HVP_ENTER_ENABLED | HVP_ENTER_UNREAD | HVP__FAULTS)
#define HVP__FAULTS \
	(HVP_ENTER_VERSION_FAULT | HVP_ENTER_STATE_FAULT | HVP_ENTER_REGS_FAULT)

static int64_t hvp__deny(int64_t hcall, uint32_t reason, uint64_t have, uint64_t offer,
			 struct hvp_report *report)
{
	/* kernels have no report: nothing is made for one */
	if (report)
		hvp__refuse(report, reason, 0, have, offer);
	return hcall;
}

/* L2 may be in a transaction if and only if L1 suspended one; 0b11 is no state. */
static bool hvp__transactions_fit(uint64_t l1_msr, uint64_t l2_msr)
{
	const uint64_t state = l2_msr & HVP_MSR_TS;

	if ((l1_msr & HVP_MSR_TS) != HVP_MSR_TS_S)
		return !state;
	return state && state != HVP_MSR_TS;
}

/* What needs nothing from the guest's memory. */
static int64_t hvp__check_caller(const struct hvp_enter *call, struct hvp_report *report)
{
	if (!(call->flags & HVP_ENTER_ENABLED))
		return hvp__deny(HVP_H_FUNCTION, HVP_REASON_ENTER_NOT_ENABLED, 0, 0, report);
	if (!call->table)
		return hvp__deny(HVP_H_NOT_AVAILABLE, HVP_REASON_ENTER_NO_TABLE, 0, 0, report);
	if ((call->l1_msr & HVP_MSR_TS) == HVP_MSR_TS_T)
		return hvp__deny(HVP_H_BAD_MODE, HVP_REASON_ENTER_TRANSACTIONAL, call->l1_msr, 0,
				 report);
	return HVP_H_SUCCESS;
}

static int64_t hvp__check_state(const struct hvp_enter *call, struct hvp_report *report)
{
	const uint32_t table = (uint32_t)(call->table & HVP_TABLE_SIZE);
	uint32_t size;

	if (call->flags & HVP__FAULTS)
		return hvp__deny(HVP_H_PARAMETER, HVP_REASON_ENTER_UNREADABLE, 0, 0, report);
	/* Linux looks the size up by the low half, then compares the whole: two statuses. */
	if (hvp_hvregs_size((uint32_t)call->version, &size))
		return hvp__deny(HVP_H_PARAMETER, HVP_REASON_ENTER_VERSION, call->version,
				 HVP_HVREGS_VERSION_LATEST, report);
	if (call->version > HVP_HVREGS_VERSION_LATEST)
		return hvp__deny(HVP_H_P2, HVP_REASON_ENTER_VERSION, call->version,
				 HVP_HVREGS_VERSION_LATEST, report);
	if (call->vcpu_token >= call->vcpu_limit)
		return hvp__deny(HVP_H_PARAMETER, HVP_REASON_ENTER_TOKEN, call->vcpu_token,
				 call->vcpu_limit, report);
	if (!hvp__transactions_fit(call->l1_msr, call->l2_msr))
		return hvp__deny(HVP_H_BAD_MODE, HVP_REASON_ENTER_TRANSACTION_STATE, call->l2_msr,
				 call->l1_msr, report);
	if ((uint64_t)call->lpid >> HVP__TABLE_ENTRIES_LOG2(table))
		return hvp__deny(HVP_H_PARAMETER, HVP_REASON_ENTER_LPID, call->lpid,
				 HVP_BIT(HVP__TABLE_ENTRIES_LOG2(table)), report);
	return HVP_H_SUCCESS;
}

enum hvp_status hvp_enter_check(const struct hvp_enter *call, int64_t *hcall,
				struct hvp_report *report)
{
	enum hvp_status status;
	int64_t answer;

	if (!call || !hcall)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_head(call, sizeof(*call), report);
	if (!status)
		status = hvp_vstruct_flags(call->flags, HVP__FLAGS, report);
	if (status)
		return status;
	answer = hvp__check_caller(call, report);
	if (answer == HVP_H_SUCCESS && !(call->flags & HVP_ENTER_UNREAD))
		answer = hvp__check_state(call, report);
	*hcall = answer;
	return HVP_OK;
}

int64_t hvp_enter_result(uint32_t events, uint32_t vector)
{
	if (events & HVP_ENTER_WRITE_FAULT)
		return HVP_H_AUTHORITY;
	if (events & HVP_ENTER_INTERRUPTED)
		return HVP_H_INTERRUPT;
	if (events & HVP_ENTER_MMIO)
		return HVP_H_TOO_HARD;
	return vector;
}

int64_t hvp_enter_set_table(bool enabled, uint64_t table, bool visible, struct hvp_report *report)
{
	const uint64_t field = table & HVP_TABLE_SIZE;

	if (!enabled)
		return hvp__deny(HVP_H_FUNCTION, HVP_REASON_ENTER_NOT_ENABLED, 0, 0, report);
	if (field > HVP__TABLE_SIZE_MAX)
		return hvp__deny(HVP_H_PARAMETER, HVP_REASON_ENTER_TABLE_SIZE, field,
				 HVP__TABLE_SIZE_MAX, report);
	if (!visible)
		return hvp__deny(HVP_H_PARAMETER, HVP_REASON_ENTER_UNREADABLE, table, 0, report);
	return HVP_H_SUCCESS;
}
