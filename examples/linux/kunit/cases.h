/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How a table of cases becomes a test. */
#ifndef HVPOLICY_KUNIT_CASES_H
#define HVPOLICY_KUNIT_CASES_H

#include <kunit/test.h>

#define EXPECT(test, got, want, row) \
	KUNIT_EXPECT_EQ_MSG(test, (u64)(got), (u64)(want), "%s", (row)->name)

static inline void tell_count(struct kunit *test, size_t count)
{
	kunit_info(test, "%zu cases", count);
}

/* For each row of a table; how many there are is told. */
#define for_each_case(test, row, table)					\
	for (row = (table), tell_count(test, ARRAY_SIZE(table));	\
	     row < (table) + ARRAY_SIZE(table); row++)

#endif
