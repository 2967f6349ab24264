// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/compat_caps.h>

#include "internal.h"

#define HVP__EVENTS                                                                     \
	(HVP_COMPAT_CAPS_SIZE_FAULT | HVP_COMPAT_CAPS_COPY_FAULT | HVP_COMPAT_CAPS_TAIL | \
	 HVP_COMPAT_CAPS_BACK_FAULT | HVP_COMPAT_CAPS_NO_BACKEND | HVP_COMPAT_CAPS_OUT_FAULT)

/* The status of the ioctl, and the plan of its copies. The order of the tests is the ABI. */
static enum hvp_status hvp__run(const struct hvp_compat_caps_call *call,
				struct hvp_vstruct_plan *plan, struct hvp_report *report)
{
	const struct hvp_vstruct known = {
		.contract = HVP_CONTRACT_EXTENSIBLE, .first = HVP_COMPAT_CAPS_SIZE_VER0,
		.known = sizeof(struct hvp_compat_caps), .limit = call->page_size,
	};
	enum hvp_status status;

	if (call->events & HVP_COMPAT_CAPS_SIZE_FAULT)
		return HVP_ERR_FAULT;
	status = hvp_vstruct_plan(&known, call->user_size, plan, report);
	if (status)
		return status;
	if (call->events & HVP_COMPAT_CAPS_COPY_FAULT)
		return HVP_ERR_FAULT;
	if ((call->events & HVP_COMPAT_CAPS_TAIL) && plan->check_bytes)
		return call->events & HVP_COMPAT_CAPS_BACK_FAULT ? HVP_ERR_FAULT : HVP_ERR_TAIL;
	status = hvp_vstruct_flags(call->flags, 0, report);
	if (status)
		return status;
	return call->events & HVP_COMPAT_CAPS_NO_BACKEND ? HVP_ERR_NOT_IMPLEMENTED : HVP_OK;
}

enum hvp_status hvp_compat_caps_answer(const struct hvp_compat_caps_call *call,
				       struct hvp_compat_caps_result *result,
				       struct hvp_report *report)
{
	struct hvp_compat_caps_result made = { 0 };
	struct hvp_vstruct_plan plan;
	enum hvp_status status;

	if (!call || !result)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_head(call, call->size, sizeof(*call), call->policy_level, report);
	if (!status)
		status = hvp_vstruct_flags(call->events, HVP__EVENTS, report);
	if (!status)
		status = hvp_vstruct_flags(call->reserved, 0, report);
	if (status)
		return status;
	if (call->page_size < sizeof(struct hvp_compat_caps) || call->backend > 0)
		return HVP_ERR_ARGUMENT;

	status = hvp__run(call, &plan, report);
	made.error = hvp_status_to_errno(status);
	if (status == HVP_ERR_TAIL)
		made.hand_back = plan.hand_back;
	if (!status) {
		made.error = call->backend;
		if (!made.error && (call->events & HVP_COMPAT_CAPS_OUT_FAULT))
			made.error = hvp_status_to_errno(HVP_ERR_FAULT);
		if (!made.error) {
			made.copy_out = plan.copy_out;
			made.clear_out = plan.clear_out;
		}
	}
	*result = made;
	return HVP_OK;
}
