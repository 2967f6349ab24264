// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Capabilities of nested guests: what is offered can be set, once, and what is set was offered. */
#include "values.h"

enum what { GET, SET, GET_R3, SET_R3, COMPAT };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(GET, HVP_OK), FUZZ_ANSWER(GET, HVP_ERR_RESERVED),
	FUZZ_ANSWER(GET, HVP_ERR_VALUE), FUZZ_HEAD(GET),
	FUZZ_ANSWER(SET, HVP_OK), FUZZ_ANSWER(SET, HVP_ERR_RESERVED),
	FUZZ_ANSWER(SET, HVP_ERR_VALUE), FUZZ_HEAD(SET),
	FUZZ_ANSWER(GET_R3, HVP_H_SUCCESS), FUZZ_ANSWER(GET_R3, HVP_H_PARAMETER),
	FUZZ_ANSWER(SET_R3, HVP_H_SUCCESS), FUZZ_ANSWER(SET_R3, HVP_H_PARAMETER),
	FUZZ_ANSWER(SET_R3, HVP_H_P2), FUZZ_ANSWER(SET_R3, HVP_H_STATE),
	FUZZ_ANSWER(COMPAT, HVP_OK), FUZZ_ANSWER(COMPAT, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(COMPAT, HVP_ERR_UNKNOWN_PVR), FUZZ_ANSWER(COMPAT, HVP_ERR_LEVEL_NOT_GRANTED),
};
FUZZ_SUBJECT(hvp_gcaps_set);

/* All that L0 has is more than what it offers; an older L1 is offered no more than a newer. */
static void check_offer(const struct hvp_gcaps *caps, uint64_t offer)
{
	struct hvp_gcaps other = *caps;
	struct hvp_hcall answer;
	uint32_t level;

	other.size = sizeof(other);
	CHECK(!(offer & ~caps->has));
	for (uint32_t i = 0; !hvp_level_at(i, &level); i++) {
		other.l1_level = level;
		CHECK(!hvp_gcaps_get(&other, 0, &answer, NULL));
		CHECK(level > caps->l1_level || !(answer.r4 & ~offer));
		CHECK(level < caps->l1_level || !(offer & ~answer.r4));
	}
	/* nothing was set yet: all of it can be, if there is a level in it */
	other.l1_level = caps->l1_level;
	other.negotiated = 0;
	CHECK(!hvp_gcaps_set(&other, 0, offer, &answer, NULL));
	CHECK(answer.r3 == (offer & ~HVP_CAPABILITY_COPY_MEMORY ? HVP_H_SUCCESS : HVP_H_P2));
}

static void get(const void *at, const struct hvp_gcaps *caps, uint64_t flags)
{
	struct hvp_hcall answer;
	struct heard heard;
	enum hvp_status status;

	poison(answer);
	status = hvp_gcaps_get(at, flags, &answer, listen_one(&heard));
	seen(GET, status);
	if (status) {
		check_status(&heard, status);
		CHECK_POISONED(answer);
		return;
	}
	check_heard(&heard, answer.r3);
	seen(GET_R3, answer.r3);
	CHECK(!answer.r3 == !flags && !answer.r5);
	if (!answer.r3)
		check_offer(caps, answer.r4);
}

static void set(const void *at, const struct hvp_gcaps *caps, uint64_t flags, uint64_t bitmap)
{
	struct hvp_gcaps next = *caps;
	struct hvp_hcall answer;
	struct heard heard;
	enum hvp_status status;

	poison(answer);
	status = hvp_gcaps_set(at, flags, bitmap, &answer, listen(&heard, 3));
	fuzz_subject_runs++;
	seen(SET, status);
	if (status) {
		check_status(&heard, status);
		CHECK_POISONED(answer);
		return;
	}
	check_heard(&heard, answer.r3);
	seen(SET_R3, answer.r3);
	if (answer.r3)
		return;
	CHECK(!answer.r4 && !answer.r5 && !flags && bitmap);
	CHECK(!(bitmap & ~caps->has));
	/* once: the same again is fine, anything else is too late */
	next.size = sizeof(next);
	next.negotiated = bitmap;
	CHECK(!hvp_gcaps_set(&next, 0, bitmap, &answer, NULL) && !answer.r3);
	CHECK(!hvp_gcaps_set(&next, 0, bitmap ^ HVP_CAPABILITY_COPY_MEMORY, &answer, NULL));
	CHECK(answer.r3 == HVP_H_STATE || answer.r3 == HVP_H_P2);
}

static void compat(uint32_t api, uint32_t pvr, uint64_t negotiated)
{
	struct heard heard;
	uint64_t bitmap, choice;
	struct hvp_pvr_mode mode;
	enum hvp_status status;

	poison(bitmap);
	status = hvp_gcaps_compat(api, pvr, negotiated, &bitmap, listen_one(&heard));
	seen(COMPAT, status);
	check_status(&heard, status);
	if (FAILS(status, bitmap))
		return;
	/* a VMM that gets it finds a level, and one that it was granted */
	CHECK(!hvp_pvr_choose(bitmap, 0, &mode, NULL));
	choice = hvp_level_capability(mode.level);
	CHECK(choice & bitmap);
	CHECK(!(bitmap & HVP_CAPABILITY_COPY_MEMORY));
	if (api == HVP_GCAPS_API_V2)
		CHECK(!(bitmap & ~negotiated));
	else
		CHECK(mode.compat_pvr == pvr);
}

static uint64_t some_capabilities(struct producer *from)
{
	const uint8_t bits = produce_byte(from);

	return (uint64_t)(bits & 15) << 60 ^ (bits & 16 ? produce_boundary(from) : 0);
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	struct hvp_gcaps caps = { .policy_level = HVP_POLICY_LEVEL_1 };
	uint64_t flags;
	const void *at;
	uint32_t pvr;

	if (how & 4)
		caps.policy_level = produce_byte(from);
	caps.l1_level = some_level(from);
	caps.reserved = how & 8 ? produce_byte(from) : 0;
	caps.has = some_capabilities(from);
	caps.negotiated = some_capabilities(from);
	flags = how & 16 ? produce_boundary(from) : 0;
	at = sized(from, &caps, sizeof(caps), how);
	get(at, &caps, flags);
	set(at, &caps, flags, some_capabilities(from));
	pvr = some_pvr(from);
	compat(how >> 5, pvr, some_capabilities(from));
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
