// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* KVM_PPC_GET_COMPAT_CAPS: R16 to R18 and R20, for every call with every kind of trouble. */
#include "proof.h"

/* The merged order of checks, written from compat_caps.h. */
static int32_t errno_of(const struct hvp_compat_caps_call *call)
{
	if (call->events & HVP_COMPAT_CAPS_SIZE_FAULT)
		return -14;
	if (call->user_size > call->page_size)
		return -7;
	if (call->user_size < 24)
		return -22;
	if (call->events & HVP_COMPAT_CAPS_COPY_FAULT)
		return -14;
	if ((call->events & HVP_COMPAT_CAPS_TAIL) && call->user_size > 24)
		return call->events & HVP_COMPAT_CAPS_BACK_FAULT ? -14 : -7;
	if (call->flags)
		return -22;
	if (call->events & HVP_COMPAT_CAPS_NO_BACKEND)
		return -25;
	if (call->backend)
		return call->backend;
	return call->events & HVP_COMPAT_CAPS_OUT_FAULT ? -14 : 0;
}

void prove_answer(void)
{
	ANY(struct hvp_compat_caps_call, call);
	ANY(struct hvp_compat_caps_result, result);
	ANY(bool, none);
	const struct hvp_compat_caps_result before = result;
	struct hvp_report counted, *report = counting(&counted, none);
	enum hvp_status status;

	call.size = sizeof(call);
	status = hvp_compat_caps_answer(&call, &result, report);
	if (status) {
		PROVE(SAME(result, before), "R20: the result is left alone");
	} else {
		PROVE(result.error == errno_of(&call), "R18: the order of checks is the kernel's");
		PROVE((uint64_t)result.copy_out + result.clear_out ==
		      (result.error ? 0 : call.user_size),
		      "R16: all of the sender's memory is written, and none beyond it");
		PROVE(result.hand_back == 0 || (result.hand_back == 24 && result.error == -7 &&
						call.user_size > 24),
		      "R20: the size is handed back only where a tail is not zero");
		PROVE(!result.error || (!result.copy_out && !result.clear_out),
		      "R20: on refusal nothing else is written");
		PROVE_REPORTED(report, result.error != 0);
	}
	PROVE(status != HVP_OK || call.backend <= 0, "R17: no status of a backend is positive");
	POSSIBLE(!status && !result.error && result.clear_out);
	POSSIBLE(!status && result.hand_back);
	POSSIBLE(!status && result.error == -7 && !result.hand_back);
	POSSIBLE(!status && result.error == -25);
	POSSIBLE(!status && result.error == -5);
	POSSIBLE(status == HVP_ERR_RESERVED);
}
