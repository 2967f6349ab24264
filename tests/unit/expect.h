/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the unit tests share: comparisons that say which case failed, and are counted. */
#ifndef HVPOLICY_TESTS_EXPECT_H
#define HVPOLICY_TESTS_EXPECT_H

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif
#include "oracle.h"

#include <inttypes.h>

#define ALL (~(uint64_t)0)

static unsigned long expect_count;

/* Compare as 64 bits; the format says which case it is. */
#define EXPECT(got, want, ...)								\
	do {										\
		const uint64_t expect_got = (uint64_t)(got);				\
		const uint64_t expect_want = (uint64_t)(want);				\
											\
		expect_count++;								\
		if (expect_got != expect_want) {					\
			print_error(__VA_ARGS__);					\
			fail_msg(": 0x%" PRIx64 ", want 0x%" PRIx64, expect_got,	\
				 expect_want);						\
		}									\
	} while (0)

/* An output that a failed call must leave alone: poison it before, look after. */
#define EXPECT_POISONED(object, ...) \
	EXPECT(is_poisoned(&(object), sizeof(object)), true, __VA_ARGS__)

static inline void expect_finding(const struct hvp_finding *found, uint32_t reason,
				  uint32_t verdict, uint64_t where, uint64_t have, uint64_t offer,
				  const char *what)
{
	EXPECT(found->reason, reason, "%s: reason", what);
	EXPECT(found->verdict, verdict, "%s: verdict", what);
	EXPECT(found->where, where, "%s: where", what);
	EXPECT(found->have, have, "%s: have", what);
	EXPECT(found->offer, offer, "%s: offer", what);
	EXPECT(found->index, 0, "%s: index", what);
}

/* One refusal and nothing else; reason 0: no finding at all. */
static inline void expect_refusal(const struct findings *f, uint32_t reason, uint64_t where,
				  uint64_t have, uint64_t offer, const char *what)
{
	EXPECT(f->report.total, reason != 0, "%s: findings", what);
	EXPECT(f->report.worst, reason ? HVP_VERDICT_REFUSED : HVP_VERDICT_SAME, "%s: worst", what);
	if (!reason)
		return;
	expect_finding(&f->finding[0], reason, HVP_VERDICT_REFUSED, where, have, offer, what);
	if (hvp_reason_object(reason) == HVP_OBJECT_NONE)
		EXPECT(f->finding[0].object, 0, "%s: object", what);
}

/*
 * The head statuses (R16) of a function that takes a structure with size and policy level.
 * The call fills its outputs with poison, calls the function, and checks them if that failed.
 */
typedef enum hvp_status (*head_call)(const void *data, struct hvp_report *report);

static inline void expect_head_of(const void *data, head_call call, enum hvp_status status,
				  uint32_t reason, uint64_t where, uint64_t have, uint64_t offer,
				  const char *what)
{
	struct findings f;

	EXPECT(call(data, fresh(&f)), status, "%s", what);
	expect_refusal(&f, reason, where, have, offer, what);
	EXPECT(call(data, NULL), status, "%s: without a report", what);
}

static inline void expect_head(const void *valid, uint32_t known, head_call call)
{
	static const uint32_t far[] = { 4095, 4096, 4097, 0x80000000, 0xffffffff };
	static const uint32_t beyond[] = { 1, 2, 7, 8, 64 };
	unsigned char *const data = at_the_edge(HVP_SIZE_LIMIT);
	unsigned char *const end = data + HVP_SIZE_LIMIT;
	uint32_t *head;
	char what[64];

	for (uint32_t i = 0; i <= known + 64 + COUNT(far); i++) {
		const uint32_t size = i <= known + 64 ? i : far[i - known - 65];
		const bool fits = size >= known && size <= HVP_SIZE_LIMIT;
		/* What a size says is there is there, and not a word more. */
		const size_t room = fits ? (size + 7u) & ~7u : (known + 7u) & ~7u;

		memset(data, 0, HVP_SIZE_LIMIT);
		head = (void *)(end - room);
		memcpy(head, valid, known);
		head[0] = size;
		snprintf(what, sizeof(what), "size %" PRIu32, size);
		if (size < known)
			expect_head_of(head, call, HVP_ERR_TOO_SMALL, HVP_REASON_SIZE_BELOW_FIRST,
				       0, size, known, what);
		else if (size > HVP_SIZE_LIMIT)
			expect_head_of(head, call, HVP_ERR_TOO_BIG, HVP_REASON_SIZE_ABOVE_LIMIT,
				       0, size, HVP_SIZE_LIMIT, what);
		else
			expect_head_of(head, call, HVP_OK, 0, 0, 0, 0, what);
		/* The size counts before the policy level. */
		head[1] = 0;
		if (fits)
			expect_head_of(head, call, HVP_ERR_VERSION, HVP_REASON_POLICY_LEVEL, 0, 0,
				       HVP_POLICY_LEVEL_LATEST, what);
		else
			EXPECT(call(head, NULL), size < known ? HVP_ERR_TOO_SMALL : HVP_ERR_TOO_BIG,
			       "%s before policy level", what);
	}

	memset(data, 0, HVP_SIZE_LIMIT);
	head = (void *)data;
	memcpy(head, valid, known);
	for (uint32_t dirty = known; dirty < HVP_SIZE_LIMIT; dirty++) {
		data[dirty] = (unsigned char)(dirty | 1);
		head[0] = HVP_SIZE_LIMIT;
		snprintf(what, sizeof(what), "dirty byte %" PRIu32, dirty);
		expect_head_of(head, call, HVP_ERR_TAIL, HVP_REASON_TAIL_NOT_ZERO, dirty,
			       data[dirty], 0, what);
		/* A byte beyond the size is none of the callee's business. */
		head[0] = dirty;
		expect_head_of(head, call, HVP_OK, 0, 0, 0, 0, what);
		for (size_t i = 0; i < COUNT(beyond) && dirty + beyond[i] < HVP_SIZE_LIMIT; i++) {
			head[0] = dirty + beyond[i];
			head[1] = 2;	/* the tail counts before the policy level */
			EXPECT(call(head, NULL), HVP_ERR_TAIL, "%s of %" PRIu32, what, head[0]);
			head[1] = HVP_POLICY_LEVEL_1;
		}
		data[dirty] = 0;
	}

	head[0] = known;
	for (int bit = -1; bit < 33; bit++) {
		head[1] = bit < 0 ? 0 : bit < 32 ? (uint32_t)1 << bit : 0xffffffff;
		snprintf(what, sizeof(what), "policy level 0x%" PRIx32, head[1]);
		if (head[1] == HVP_POLICY_LEVEL_1)
			expect_head_of(head, call, HVP_OK, 0, 0, 0, 0, what);
		else
			expect_head_of(head, call, HVP_ERR_VERSION, HVP_REASON_POLICY_LEVEL, 0,
				       head[1], HVP_POLICY_LEVEL_LATEST, what);
	}
}

/* For the end of main(): say how much was compared. */
static inline int expect_done(int failed)
{
	print_message("%lu answers compared\n", expect_count);
	return failed;
}

#endif
