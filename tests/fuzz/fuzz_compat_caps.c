// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* KVM_PPC_GET_COMPAT_CAPS: any sender, anything going wrong on the way. */
#include "contract.h"

enum what { STATUS, ERROR, BACKEND };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(STATUS, HVP_OK), FUZZ_ANSWER(STATUS, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(STATUS, HVP_ERR_RESERVED), FUZZ_HEAD(STATUS),
	FUZZ_ANSWER(ERROR, 0), FUZZ_ANSWER(ERROR, -7), FUZZ_ANSWER(ERROR, -14),
	FUZZ_ANSWER(ERROR, -22), FUZZ_ANSWER(ERROR, -25), FUZZ_ANSWER(BACKEND, 0),
};
FUZZ_SUBJECT(hvp_compat_caps_answer);

static struct hvp_compat_caps_result answer_of(const struct hvp_compat_caps_call *call)
{
	struct hvp_compat_caps_result result;

	CHECK(!hvp_compat_caps_answer(call, &result, NULL));
	return result;
}

/* What is written back, of what the sender has and what this side knows. */
static void check_result(const struct hvp_compat_caps_call *call,
			 const struct hvp_compat_caps_result *result)
{
	const uint32_t known = sizeof(struct hvp_compat_caps);
	struct hvp_compat_caps_call other = *call;
	uint64_t size;

	if (result->error == call->backend && result->error)
		seen(BACKEND, 0);
	else
		seen(ERROR, result->error);
	CHECK(result->error <= 0);
	if (result->error) {
		CHECK(!result->copy_out && !result->clear_out);
		CHECK(!result->hand_back || (result->hand_back == known && result->error == -7 &&
					     call->user_size > known));
	} else {
		CHECK(!result->hand_back && result->copy_out == known);
		CHECK(result->copy_out + (uint64_t)result->clear_out == call->user_size);
		CHECK(call->user_size <= call->page_size && !call->flags && !call->backend);
	}
	/* another thing that goes wrong never makes it right */
	for (uint32_t event = 1; event <= HVP_COMPAT_CAPS_OUT_FAULT; event <<= 1) {
		other.events = call->events | event;
		CHECK(!result->error || answer_of(&other).error);
	}
	/* who does as it is told is not told the same again */
	if (hvp_vstruct_retry(result->error, HVP_COMPAT_CAPS_SIZE_VER0, call->user_size,
			      result->hand_back, 0, &size)) {
		other.events = call->events;
		other.user_size = size;
		CHECK(answer_of(&other).error != -7 || call->backend == -7);
	}
}

static void some_call(struct producer *from, uint8_t how, struct hvp_compat_caps_call *call)
{
	memset(call, 0, sizeof(*call));
	call->policy_level = how & 4 ? produce_byte(from) : HVP_POLICY_LEVEL_1;
	call->page_size = how & 8 ? (uint32_t)produce_boundary(from) : 4096;
	call->events = produce_byte(from);
	call->flags = how & 16 ? produce_boundary(from) : 0;
	call->user_size = how & 32 ? produce_boundary(from) : produce_byte(from);
	call->backend = how & 64 ? (int32_t)produce_number(from, 4) : 0;
	call->reserved = how & 128 ? produce_byte(from) : 0;
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	struct hvp_compat_caps_result result, again;
	struct hvp_compat_caps_call call;
	struct heard heard;
	const void *at;
	enum hvp_status status;

	some_call(from, how, &call);
	at = sized(from, &call, sizeof(call), how);
	poison(result);
	poison(again);
	status = hvp_compat_caps_answer(at, &result, listen_one(&heard));
	fuzz_subject_runs++;
	seen(STATUS, status);
	CHECK(hvp_compat_caps_answer(at, &again, NULL) == status);
	CHECK(!memcmp(&result, &again, sizeof(result)));
	CHECK(hvp_compat_caps_answer(NULL, &again, NULL) == HVP_ERR_ARGUMENT);
	CHECK(hvp_compat_caps_answer(at, NULL, NULL) == HVP_ERR_ARGUMENT);
	if (status) {
		check_status(&heard, status);
		CHECK_POISONED(result);
		return;
	}
	check_heard(&heard, result.error);
	call.size = sizeof(call);
	check_result(&call, &result);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
