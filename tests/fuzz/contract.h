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
#include <string.h>

#include <hvpolicy/hvpolicy.h>

#include "producer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Like assert(), but there in every build. */
#define CHECK(truth) \
	((truth) ? (void)0 : contract_broken(#truth, __FILE__, __LINE__, __func__))
_Noreturn void contract_broken(const char *truth, const char *file, int line, const char *function);

/* Outputs of calls that fail are poisoned before and looked at after. */
#define POISON 0xa5
#define poison(object) memset(&(object), POISON, sizeof(object))
#define CHECK_POISONED(object) CHECK(is_poisoned(&(object), sizeof(object)))
bool is_poisoned(const void *object, size_t bytes);

/* Whether a call failed, which leaves its output alone. */
#define FAILS(status, object) ((status) && left_alone(&(object), sizeof(object)))
bool left_alone(const void *object, size_t bytes);

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

/* ---- what base.h and report.h promise of every function ---- */

#define HEARD_MAX 8

/* A report with its memory. */
struct heard {
	struct hvp_report report;
	struct hvp_finding findings[HEARD_MAX];
};

/* Make it empty, with room for up to HEARD_MAX findings. */
struct hvp_report *listen(struct heard *heard, uint32_t room);

/* Room for one, which is the first refusal if there is one. */
#define listen_one(heard) listen((heard), 1)

/* Findings are counted, as many as fit are stored, the worst among them, and have their words. */
void check_findings(const struct heard *heard);

/* And there is a refusal if and only if the call refused. */
void check_heard(const struct heard *heard, bool refused);

/* The same of a function whose status is all that it can refuse by. */
void check_status(const struct heard *heard, enum hvp_status status);

/* A constant string for people or programs: not NULL, printable ASCII, no longer than most. */
void check_words(const char *words, size_t most);

/*
 * A structure that begins with its size, as a caller of another version passes it, at the edge of
 * memory: as long as it says. how: bit 0, the size is anything; bit 1, a byte beyond is not 0.
 */
const void *sized(struct producer *from, const void *data, uint32_t bytes, uint8_t how);

/* Bytes of the input as a string at the edge. closed: else the longest is without its 0. */
const char *edge_name(struct producer *from, uint32_t longest, bool closed);

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

/* Of a function that takes a structure which begins with its size. */
#define FUZZ_HEAD(what) \
	FUZZ_ANSWER(what, HVP_ERR_TOO_SMALL), FUZZ_ANSWER(what, HVP_ERR_TOO_BIG), \
	FUZZ_ANSWER(what, HVP_ERR_TAIL), FUZZ_ANSWER(what, HVP_ERR_VERSION)

/* Count an answer; anything that is not listed is a broken contract. */
void seen(uint32_t what, int64_t value);

/* What each target, fuzz_foo.c, has. */
extern const struct fuzz_answer fuzz_answers[];
extern const size_t fuzz_answer_count;
extern const char fuzz_subject[];	/* name of the function under test */
extern uint64_t fuzz_subject_runs;	/* how often it ran */
void fuzz_one(const uint8_t *data, size_t bytes);

/* The last three; what is under test is told by the name of the function. */
#define FUZZ_SUBJECT(function) \
	const size_t fuzz_answer_count = COUNT(fuzz_answers); \
	const char fuzz_subject[] = #function; \
	uint64_t fuzz_subject_runs

/* Of a target without a state between its calls: once, and again while there is input. */
void fuzz_calls(const uint8_t *data, size_t bytes, void (*call)(struct producer *from));

#endif
