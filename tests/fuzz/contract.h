/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a fuzz target checks with: contracts that no build switches off, memory in which one byte
 * too far is a fault even without sanitizers, and a count of the answers that were seen.
 */
#ifndef HVPOLICY_FUZZ_CONTRACT_H
#define HVPOLICY_FUZZ_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Like assert(), but there in every build. */
#define CHECK(truth) \
	((truth) ? (void)0 : contract_broken(#truth, __FILE__, __LINE__, __func__))
_Noreturn void contract_broken(const char *truth, const char *file, int line, const char *function);

/* Outputs of calls that fail are poisoned before and looked at after. */
#define POISON 0xa5
#define poison(object) memset(&(object), POISON, sizeof(object))
#define CHECK_POISONED(object) CHECK(is_poisoned(&(object), sizeof(object)))
bool is_poisoned(const void *object, size_t bytes);

/* The longest memory that a target may ask for. */
#define EDGE_ROOM ((size_t)0x28000)

/* Where a copy lies: before memory that faults, or behind it. The two may be in use at once. */
enum edge {
	EDGE_BEHIND,	/* a byte past the end faults */
	EDGE_BEFORE,	/* a byte in front of the start faults */
};

/* Memory that lasts until the next call with the same edge. data: its content; NULL: poison. */
uint8_t *edge_copy(enum edge edge, const void *data, size_t bytes);

/* Whether nothing was written to the side that does not fault. */
bool edge_is_clean(enum edge edge);

/*
 * Answers of functions. A target lists those that are documented: any other is a broken contract,
 * and a replay of the corpus that misses one of them fails.
 */
struct fuzz_answer {
	uint32_t what;		/* the target's number of a function, below FUZZ_WHATS */
	int32_t value;		/* -127 to 383 */
	const char *name;	/* function and value, in words */
};

#define FUZZ_WHATS 40
#define FUZZ_ANSWERS_MAX 192
#define FUZZ_ANSWER(what, value) { (what), (value), #what " " #value }

/* Count an answer; anything that is not listed is a broken contract. */
void seen(uint32_t what, int64_t value);

/* What each target, fuzz_foo.c, has. */
extern const struct fuzz_answer fuzz_answers[];
extern const size_t fuzz_answer_count;
extern const char fuzz_subject[];	/* name of the function under test */
extern uint64_t fuzz_subject_runs;	/* how often it ran */
void fuzz_one(const uint8_t *data, size_t bytes);

#endif
