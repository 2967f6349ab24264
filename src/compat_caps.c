// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/compat_caps.h>

#include "internal.h"

#define HVP__EVENTS                                                                     \
	(HVP_COMPAT_CAPS_SIZE_FAULT | HVP_COMPAT_CAPS_COPY_FAULT | HVP_COMPAT_CAPS_TAIL | \
	 HVP_COMPAT_CAPS_BACK_FAULT | HVP_COMPAT_CAPS_NO_BACKEND | HVP_COMPAT_CAPS_OUT_FAULT)

static enum hvp_status hvp__fault(struct hvp_report *report)
{
	hvp__refuse(report, HVP_REASON_CALL_FAULT, 0, 0, 0);
	return HVP_ERR_FAULT;
}

static enum hvp_status hvp__dirty_tail(const struct hvp_compat_caps_call *call,
				       const struct hvp_vstruct_plan *plan,
				       struct hvp_report *report)
{
	if (call->events & HVP_COMPAT_CAPS_BACK_FAULT)
		return hvp__fault(report);
	/* Which byte it is, hvp_vstruct_tail() tells whoever looks; here it is only known. */
	hvp__refuse(report, HVP_REASON_SIZE_WITH_TAIL, 0, call->user_size, plan->hand_back);
	return HVP_ERR_TAIL;
}

/* The status up to the backend, and the plan of the copies. The order of the tests is the ABI. */
static enum hvp_status hvp__before_backend(const struct hvp_compat_caps_call *call,
					   struct hvp_vstruct_plan *plan,
					   struct hvp_report *report)
{
	const struct hvp_vstruct known = {
		.contract = HVP_CONTRACT_EXTENSIBLE, .first = HVP_COMPAT_CAPS_SIZE_VER0,
		.known = sizeof(struct hvp_compat_caps), .limit = call->page_size,
	};
	enum hvp_status status;

	if (call->events & HVP_COMPAT_CAPS_SIZE_FAULT)
		return hvp__fault(report);
	status = hvp_vstruct_accept(&known, call->user_size, plan, report);
	if (status)
		return status;
	if (call->events & HVP_COMPAT_CAPS_COPY_FAULT)
		return hvp__fault(report);
	if ((call->events & HVP_COMPAT_CAPS_TAIL) && plan->check_bytes)
		return hvp__dirty_tail(call, plan, report);
	status = hvp_vstruct_flags(call->flags, 0, report);
	if (status)
		return status;
	if (call->events & HVP_COMPAT_CAPS_NO_BACKEND) {
		hvp__refuse(report, HVP_REASON_CALL_NO_BACKEND, 0, 0, 0);
		return HVP_ERR_NOT_IMPLEMENTED;
	}
	return HVP_OK;
}

/* The backend's answer on its way to the sender. */
static struct hvp_compat_caps_result hvp__finish(const struct hvp_compat_caps_call *call,
						 const struct hvp_vstruct_plan *plan,
						 struct hvp_report *report)
{
	if (call->backend) {
		hvp__refuse(report, HVP_REASON_CALL_BACKEND, 0,
			    (uint64_t)-(int64_t)call->backend, 0);
		return (struct hvp_compat_caps_result){ .error = call->backend };
	}
	if (call->events & HVP_COMPAT_CAPS_OUT_FAULT)
		return (struct hvp_compat_caps_result){
			.error = hvp_status_to_errno(hvp__fault(report)),
		};
	return (struct hvp_compat_caps_result){
		.copy_out = plan->copy_out, .clear_out = plan->clear_out,
	};
}

enum hvp_status hvp_compat_caps_answer(const struct hvp_compat_caps_call *call,
				       struct hvp_compat_caps_result *result,
				       struct hvp_report *report)
{
	struct hvp_vstruct_plan plan;
	enum hvp_status status;

	if (!call || !result)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_head(call, sizeof(*call), report);
	if (!status)
		status = hvp_vstruct_flags(call->events, HVP__EVENTS, report);
	if (!status)
		status = hvp_vstruct_flags(call->reserved, 0, report);
	if (status)
		return status;
	if (call->page_size < sizeof(struct hvp_compat_caps) || call->backend > 0)
		return HVP_ERR_ARGUMENT;

	status = hvp__before_backend(call, &plan, report);
	if (status)
		*result = (struct hvp_compat_caps_result){
			.error = hvp_status_to_errno(status),
			.hand_back = status == HVP_ERR_TAIL ? plan.hand_back : 0,
		};
	else
		*result = hvp__finish(call, &plan, report);
	return HVP_OK;
}
