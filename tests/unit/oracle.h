/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the unit tests share: cmocka in the order it wants, poison, guarded memory, a fixed
 * random sequence, and the promise of report.h that every call must keep.
 */
#ifndef HVPOLICY_TESTS_ORACLE_H
#define HVPOLICY_TESTS_ORACLE_H

#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <hvpolicy/hvpolicy.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Outputs of calls that must fail are poisoned before and looked at after. */
#define POISON 0xa5
#define POISON_32 0xa5a5a5a5u
#define poison(object) memset(&(object), POISON, sizeof(object))
#define assert_poisoned(object) assert_true(is_poisoned(&(object), sizeof(object)))

static inline bool is_poisoned(const void *object, size_t bytes)
{
	const unsigned char *byte = object;

	for (size_t i = 0; i < bytes; i++)
		if (byte[i] != POISON)
			return false;
	return true;
}

/* Memory that ends where the process ends: one byte too far is a fault. */
static inline void *at_the_edge(size_t bytes)
{
	static unsigned char *edge;

	if (!edge) {
		const size_t page = (size_t)sysconf(_SC_PAGESIZE);
		const size_t room = (HVP_SIZE_LIMIT + page) / page * page;
		unsigned char *area = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
					   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		assert_true(area != MAP_FAILED);
		assert_int_equal(mprotect(area + room, page, PROT_NONE), 0);
		edge = area + room;
	}
	return edge - bytes;
}

/* splitmix64: every run sees the same cases. */
static inline uint64_t draw(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static inline uint32_t draw_below(uint64_t *seed, size_t limit)
{
	return (uint32_t)(draw(seed) % limit);
}

/* A report with room for everything that one call can find. */
struct findings {
	struct hvp_report report;
	struct hvp_finding finding[4 * 64 + 8];
};

static inline struct hvp_report *fresh(struct findings *findings)
{
	hvp_report_init(&findings->report, findings->finding, COUNT(findings->finding));
	return &findings->report;
}

static inline const struct hvp_finding *find(const struct findings *findings, uint32_t reason)
{
	for (uint32_t i = 0; i < findings->report.stored; i++)
		if (findings->finding[i].reason == reason)
			return &findings->finding[i];
	return NULL;
}

static inline uint32_t count_of(const struct findings *findings, uint32_t reason)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < findings->report.stored; i++)
		count += findings->finding[i].reason == reason;
	return count;
}

/*
 * Every status but OK and ERR_ARGUMENT comes with a finding that refuses, a call that ends well
 * leaves none.
 */
static inline void check_promise(const char *where, int32_t status, const struct findings *findings)
{
	const struct hvp_report *report = &findings->report;
	bool refused = false;

	if (report->total > COUNT(findings->finding))
		fail_msg("%s: %u findings", where, report->total);
	for (uint32_t i = 0; i < report->stored; i++) {
		const struct hvp_finding *finding = &findings->finding[i];
		const uint32_t kind = hvp_reason_object(finding->reason);

		if (finding->verdict == HVP_VERDICT_REFUSED)
			refused = true;
		if (hvp_reason_name(finding->reason)[0] == '?')
			fail_msg("%s: finding %u is no reason", where, finding->reason);
		/* what is found here is never predicted to break */
		if (finding->verdict > HVP_VERDICT_REFUSED ||
		    (kind == HVP_OBJECT_NONE && finding->object) ||
		    (kind == HVP_OBJECT_LEVEL && finding->have != finding->object) ||
		    (finding->where && finding->reason != HVP_REASON_TAIL_NOT_ZERO))
			fail_msg("%s: %s says more", where, hvp_reason_name(finding->reason));
	}
	if (refused != (report->worst >= HVP_VERDICT_REFUSED))
		fail_msg("%s: the report says %s", where, hvp_verdict_name(report->worst));
	if (status != HVP_ERR_ARGUMENT && refused != (status != HVP_OK))
		fail_msg("%s: %s %s a finding that refuses", where, hvp_status_name(status),
			 refused ? "with" : "without");
}

/* Statuses and reasons that a table of cases has produced. */
struct produced {
	bool status[64];	/* by -status */
	bool reason[256];
};

static inline void produce(struct produced *produced, int32_t status,
			   const struct findings *findings)
{
	produced->status[-status] = true;
	for (uint32_t i = 0; i < findings->report.stored; i++)
		produced->reason[findings->finding[i].reason] = true;
}

#define assert_produced(which, list)						\
	do {									\
		for (size_t n_ = 0; n_ < COUNT(list); n_++)			\
			if (!(which)[(list)[n_] < 0 ? -(list)[n_] : (list)[n_]])	\
				fail_msg("no case produces %d", (list)[n_]);	\
	} while (0)

#endif
