// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "expect.h"

#include <errno.h>

#define EVENTS 64	/* every combination of the six events */

enum { SIZE_FAULT = 1, COPY_FAULT = 2, TAIL = 4, BACK_FAULT = 8, NO_BACKEND = 16, OUT_FAULT = 32 };

struct answer {
	struct hvp_compat_caps_result result;
	uint32_t reason;
	uint64_t have, offer;
};

static struct hvp_compat_caps_call fine(void)
{
	return (struct hvp_compat_caps_call){
		.size = sizeof(struct hvp_compat_caps_call), .policy_level = HVP_POLICY_LEVEL_1,
		.page_size = 4096, .user_size = 24,
	};
}

static struct answer failed(int error, uint32_t reason, uint64_t have, uint64_t offer)
{
	return (struct answer){ { .error = -error }, reason, have, offer };
}

/* Linux' handler, line by line. */
static struct answer oracle(const struct hvp_compat_caps_call *c)
{
	struct answer a = { 0 };
	uint64_t tail;

	if (c->events & SIZE_FAULT)			/* 1 get_user(size) */
		return failed(EFAULT, HVP_REASON_CALL_FAULT, 0, 0);
	if (c->user_size > c->page_size)		/* 2 */
		return failed(E2BIG, HVP_REASON_SIZE_ABOVE_LIMIT, c->user_size, c->page_size);
	if (c->user_size < 24)				/* 3 */
		return failed(EINVAL, HVP_REASON_SIZE_BELOW_FIRST, c->user_size, 24);
	tail = c->user_size - 24;
	if (c->events & COPY_FAULT)			/* 4 copy_struct_from_user() */
		return failed(EFAULT, HVP_REASON_CALL_FAULT, 0, 0);
	if (tail && (c->events & TAIL)) {
		if (c->events & BACK_FAULT)
			return failed(EFAULT, HVP_REASON_CALL_FAULT, 0, 0);
		a = failed(E2BIG, HVP_REASON_SIZE_WITH_TAIL, c->user_size, 24);
		a.result.hand_back = 24;
		return a;
	}
	if (c->flags)					/* 5 */
		return failed(EINVAL, HVP_REASON_RESERVED_NOT_ZERO, c->flags, 0);
	if (c->events & NO_BACKEND)			/* 6 */
		return failed(ENOTTY, HVP_REASON_CALL_NO_BACKEND, 0, 0);
	if (c->backend)					/* 7 */
		return failed(-c->backend, HVP_REASON_CALL_BACKEND,
			      (uint64_t)-(int64_t)c->backend, 0);
	if (c->events & OUT_FAULT)			/* 8 copy_struct_to_user() */
		return failed(EFAULT, HVP_REASON_CALL_FAULT, 0, 0);
	a.result.copy_out = 24;
	a.result.clear_out = (uint32_t)tail;
	return a;
}

static void expect_caps(const struct hvp_compat_caps_call *call, const char *what)
{
	const struct answer want = oracle(call);
	struct hvp_compat_caps_result result;
	struct findings f;

	poison(result);
	EXPECT(hvp_compat_caps_answer(call, &result, fresh(&f)), HVP_OK, "%s", what);
	EXPECT(result.error, want.result.error, "%s: error", what);
	EXPECT(result.hand_back, want.result.hand_back, "%s: hand_back", what);
	EXPECT(result.copy_out, want.result.copy_out, "%s: copy_out", what);
	EXPECT(result.clear_out, want.result.clear_out, "%s: clear_out", what);
	expect_refusal(&f, want.reason, 0, want.have, want.offer, what);
	poison(result);
	EXPECT(hvp_compat_caps_answer(call, &result, NULL), HVP_OK, "%s: without a report", what);
	EXPECT(memcmp(&result, &want.result, sizeof(result)), 0, "%s: without a report", what);
}

static void test_named(void **state)
{
	(void)state;
#define CASE_CAPS(name, page, user, flag, event, back, fails, hands, copies, clears)		\
	{										\
		struct hvp_compat_caps_call call = fine();				\
		struct answer want;							\
											\
		call.page_size = page;							\
		call.user_size = user;							\
		call.flags = flag;							\
		call.events = event;							\
		call.backend = back;							\
		want = oracle(&call);							\
		EXPECT(want.result.error, (int64_t)(fails), "the oracle on %s", name);		\
		EXPECT(want.result.hand_back, hands, "the oracle on %s", name);		\
		EXPECT(want.result.copy_out, copies, "the oracle on %s", name);			\
		EXPECT(want.result.clear_out, clears, "the oracle on %s", name);		\
		expect_caps(&call, name);						\
	}
#include "../cases/compat_caps.def"
}

/* Every event, size, flag and backend with every other. */
static void test_all(void **state)
{
	static const uint32_t pages[] = { 24, 25, 4096, 65536, UINT32_MAX };
	static const uint64_t far[] = {
		4095, 4096, 4097, 65535, 65536, 65537, UINT32_MAX, 0x100000000, 0x100000018,
		0x8000000000000018, UINT64_MAX,
	};
	static const uint64_t flags[] = { 0, 1, 0x8000000000000000, UINT64_MAX };
	static const int32_t backends[] = { 0, -1, -EFAULT, -EINVAL, -E2BIG, -4095, INT32_MIN + 1 };
	struct hvp_compat_caps_call call = fine();
	char what[128];

	(void)state;
	for (size_t p = 0; p < COUNT(pages); p++)
		for (uint64_t s = 0; s <= 24 + 64 + COUNT(far); s++)
			for (uint32_t n = 0; n < EVENTS * COUNT(flags) * COUNT(backends); n++) {
				call.page_size = pages[p];
				call.user_size = s <= 88 ? s : far[s - 89];
				call.events = n % EVENTS;
				call.flags = flags[n / EVENTS % COUNT(flags)];
				call.backend = backends[n / EVENTS / COUNT(flags)];
				snprintf(what, sizeof(what), "page %" PRIu32 " size %" PRIu64
					 " events %" PRIu32 " flags 0x%" PRIx64 " backend %" PRId32,
					 call.page_size, call.user_size, call.events, call.flags,
					 call.backend);
				expect_caps(&call, what);
			}
}

static void test_single_bits(void **state)
{
	struct hvp_compat_caps_call call;

	(void)state;
	for (int bit = 0; bit < 64; bit++) {
		call = fine();
		call.flags = HVP_BIT(bit);
		expect_caps(&call, "flag");
		call = fine();
		call.user_size = HVP_BIT(bit);
		expect_caps(&call, "size");
		call.user_size |= 24;
		expect_caps(&call, "size and 24");
	}
	call = fine();
	call.backend = INT32_MIN;
	for (int bit = 0; bit < 32; bit++) {
		struct hvp_compat_caps_result result;

		poison(result);
		EXPECT(hvp_compat_caps_answer(&call, &result, NULL), HVP_OK, "backend");
		EXPECT(result.error, call.backend, "backend's error");
		EXPECT(result.hand_back | result.copy_out | result.clear_out, 0, "backend's error");
		call.backend = -(int32_t)((uint32_t)0x7fffffff >> bit);
		if (!call.backend)
			break;
	}
}

static enum hvp_status answer_head(const void *data, struct hvp_report *report)
{
	struct hvp_compat_caps_result result;
	enum hvp_status status;

	poison(result);
	status = hvp_compat_caps_answer(data, &result, report);
	if (status)
		EXPECT_POISONED(result, "result after %s", hvp_status_name(status));
	else
		EXPECT(result.copy_out, 24, "result");
	return status;
}

static void expect_bad(const struct hvp_compat_caps_call *call, enum hvp_status status,
		       uint64_t have, uint64_t offer, const char *what)
{
	struct hvp_compat_caps_result result;
	struct findings f;

	poison(result);
	EXPECT(hvp_compat_caps_answer(call, &result, fresh(&f)), status, "%s", what);
	expect_refusal(&f, have ? HVP_REASON_RESERVED_NOT_ZERO : 0, 0, have, offer, what);
	EXPECT_POISONED(result, "%s", what);
}

static void test_bad_calls(void **state)
{
	struct hvp_compat_caps_call call = fine();
	struct findings f;

	(void)state;
	EXPECT(sizeof(struct hvp_compat_caps), 24, "size of the structure");
	EXPECT(offsetof(struct hvp_compat_caps, flags), 8, "offset of flags");
	EXPECT(offsetof(struct hvp_compat_caps, capabilities), 16, "offset of capabilities");
	expect_head(&call, sizeof(call), answer_head);
	expect_bad(NULL, HVP_ERR_ARGUMENT, 0, 0, "no call");
	EXPECT(hvp_compat_caps_answer(&call, NULL, fresh(&f)), HVP_ERR_ARGUMENT, "no result");
	expect_refusal(&f, 0, 0, 0, 0, "no result");
	for (uint32_t page = 0; page < 24; page++) {
		call = fine();
		call.page_size = page;
		expect_bad(&call, HVP_ERR_ARGUMENT, 0, 0, "page size");
	}
	for (uint32_t bit = 0; bit < 32; bit++) {
		call = fine();
		call.reserved = (uint32_t)1 << bit;
		expect_bad(&call, HVP_ERR_RESERVED, HVP_BIT(bit), 0, "reserved");
		call = fine();
		call.events = (uint32_t)1 << bit;
		if (bit >= 6)
			expect_bad(&call, HVP_ERR_RESERVED, HVP_BIT(bit), 0x3f, "event");
		call = fine();
		call.backend = (int32_t)((uint32_t)1 << bit);
		if (bit < 31)
			expect_bad(&call, HVP_ERR_ARGUMENT, 0, 0, "positive backend");
	}
	call = fine();
	call.backend = INT32_MAX;
	expect_bad(&call, HVP_ERR_ARGUMENT, 0, 0, "positive backend");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_single_bits),
		cmocka_unit_test(test_bad_calls),
	};

	return expect_done(cmocka_run_group_tests_name("compat_caps", tests, NULL, NULL));
}
