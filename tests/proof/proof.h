/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the proofs share. A harness is a function prove_*() without arguments: CBMC follows every
 * path of it and of the core, for all values of what ANY() names, and tests/proof/run.py judges.
 */
#ifndef HVPOLICY_TESTS_PROOF_H
#define HVPOLICY_TESTS_PROOF_H

#include <hvpolicy/hvpolicy.h>

/* A variable of any value: CBMC takes all values of what is not initialised. */
#define ANY(type, name) type name

#define ASSUME(condition) __CPROVER_assume(condition)

/* What is to be proved; the text begins with the rule. */
#define PROVE(condition, text) __CPROVER_assert((condition), text)

/*
 * This must be possible at this place: run.py wants the assertion to fail, or the proofs before it
 * would say nothing.
 */
#ifndef PROOF_MUTANT
#define POSSIBLE(condition) __CPROVER_assert(!(condition), "possible: " #condition)
#else
#define POSSIBLE(condition) ((void)0)
#endif

/* Whether two structures are the same, all of which are whole words; not memcmp(), byte by byte. */
#define SAME(a, b) same_words(&(a), &(b), sizeof(a) / sizeof(uint32_t))

static inline bool same_words(const void *a, const void *b, size_t words)
{
	const uint32_t *left = a, *right = b;
	bool same = true;

	for (size_t i = 0; i < words; i++)
		same &= left[i] == right[i];
	return same;
}

/*
 * The last bytes of an array: memory that ends where a length says. CBMC sees what goes beyond it,
 * and works on an array of fixed length much faster than on one that is allocated.
 */
#define LAST_BYTES(array, bytes) ((array) + sizeof(array) - (bytes))

/* One bit, of any number below 64. */
static inline bool has_bit(uint64_t mask, uint32_t bit)
{
	return mask >> bit & 1;
}

/*
 * A report that only counts, or none: what becomes of findings that are stored is proved in
 * prove_report.c, once.
 */
static inline struct hvp_report *counting(struct hvp_report *report, bool none)
{
	hvp_report_init(report, NULL, 0);
	return none ? NULL : report;
}

/* The promise of report.h: refused, and said so; or neither. */
#define PROVE_REPORTED(report, refused)								\
	PROVE(!(report) || ((report)->worst == HVP_VERDICT_REFUSED) == (refused),		\
	      "R25: a refusal and nothing else leaves a finding that refuses")

#endif
