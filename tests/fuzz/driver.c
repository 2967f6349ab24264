// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What surrounds a target, in one of three builds:
 *   FUZZ_LIBFUZZER   libFuzzer's main() calls it
 *   by afl-cc        AFL++ feeds it, many inputs a process
 *   else             a program that replays a corpus, and is not content with less than all of the
 *                    answers that the target lists: fuzz_foo-replay CORPUS [LINE...]
 * A corpus is a text file: an input a line, in hex; lines that begin with # are words.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "contract.h"

#define GUARD ((size_t)0x10000)	/* a whole number of pages everywhere */
#define CANARY ((size_t)32)

/* libFuzzer takes a new answer for new coverage, as it looks into this section. */
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t counts[FUZZ_ANSWERS_MAX];

/* Row of an answer, plus one. */
static uint8_t rows[FUZZ_WHATS][512];

/* Line of the corpus that runs. */
static unsigned long number;

void contract_broken(const char *truth, const char *file, int line, const char *function)
{
	fprintf(stderr, "contract broken: %s\n%s:%d: %s, line %lu of the corpus\n", truth, file,
		line, function, number);
	abort();
}

bool is_poisoned(const void *object, size_t bytes)
{
	const uint8_t *byte = object;

	/* one that is, and each the same as the one before */
	return !bytes || (byte[0] == POISON && !memcmp(byte, byte + 1, bytes - 1));
}

static uint8_t *edge_memory(enum edge edge)
{
	static uint8_t *memory[2];

	if (!memory[edge]) {
		uint8_t *map = mmap(NULL, 2 * GUARD + EDGE_ROOM, PROT_NONE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		CHECK(map != MAP_FAILED);
		CHECK(!mprotect(map + GUARD, EDGE_ROOM, PROT_READ | PROT_WRITE));
		memory[edge] = map + GUARD;
	}
	return memory[edge];
}

static uint8_t *canary[2];

uint8_t *edge_copy(enum edge edge, const void *data, size_t bytes)
{
	uint8_t *to = edge_memory(edge);

	CHECK(bytes + CANARY <= EDGE_ROOM);
	if (edge == EDGE_BEHIND)
		to += EDGE_ROOM - bytes;
	canary[edge] = edge == EDGE_BEHIND ? to - CANARY : to + bytes;
	memset(canary[edge], POISON, CANARY);
	if (data && bytes)
		memcpy(to, data, bytes);
	else
		memset(to, POISON, bytes);
	return to;
}

bool edge_is_clean(enum edge edge)
{
	return is_poisoned(canary[edge], CANARY);
}

static void know_answers(void)
{
	CHECK(fuzz_answer_count <= FUZZ_ANSWERS_MAX);
	for (size_t i = 0; i < fuzz_answer_count; i++) {
		const struct fuzz_answer *answer = &fuzz_answers[i];

		CHECK(answer->what < FUZZ_WHATS);
		CHECK(answer->value > -128 && answer->value < 384);
		rows[answer->what][answer->value & 511] = (uint8_t)(i + 1);
	}
}

void seen(uint32_t what, int64_t value)
{
	uint8_t row;

	if (value <= -128 || value >= 384 || !rows[what][value & 511]) {
		fprintf(stderr, "answer %" PRId64 " to call %u\n", value, what);
		contract_broken("the target lists this answer", __FILE__, __LINE__, __func__);
	}
	row = (uint8_t)(rows[what][value & 511] - 1);
	if (counts[row] < 255)
		counts[row]++;
}

#if defined(FUZZ_LIBFUZZER)

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	know_answers();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	fuzz_one(data, bytes);
	return 0;
}

#elif defined(__AFL_FUZZ_TESTCASE_LEN)

__AFL_FUZZ_INIT();

int main(void)
{
	const uint8_t *data;

	know_answers();
	__AFL_INIT();
	data = __AFL_FUZZ_TESTCASE_BUF;
	while (__AFL_LOOP(10000))
		fuzz_one(data, (size_t)__AFL_FUZZ_TESTCASE_LEN);
	return 0;
}

#else

/* What was there before, perhaps a sanitizer's; it gets the fault once the line is known. */
static struct sigaction before[2];

static void on_fault(int number_of_signal)
{
	const bool segv = number_of_signal == SIGSEGV;
	char text[64];
	const int length = snprintf(text, sizeof(text), "fault in line %lu of the corpus\n",
				    number);

	(void)!write(STDERR_FILENO, text, (size_t)length);
	sigaction(number_of_signal, &before[segv], NULL);
}

static uint8_t digit(int c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;

	CHECK(at);
	return (uint8_t)(at - digits);
}

/* Whether a line was asked for; without any, all are. */
static bool is_wanted(int argc, char **argv)
{
	for (int i = 2; i < argc; i++)
		if (strtoul(argv[i], NULL, 10) == number)
			return true;
	return argc == 2;
}

/* Run one line; whether it ran the function under test. */
static bool replay(const char *line, size_t length)
{
	const uint64_t runs = fuzz_subject_runs;
	uint8_t *data = malloc(length / 2 + 1);

	CHECK(data);
	CHECK(length % 2 == 0);
	for (size_t i = 0; i < length / 2; i++)
		data[i] = (uint8_t)(digit(line[2 * i]) << 4 | digit(line[2 * i + 1]));
	fuzz_one(data, length / 2);
	free(data);
	return fuzz_subject_runs != runs;
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0, inputs = 0, idle = 0, missing = 0;
	const struct sigaction fault = { .sa_handler = on_fault };
	ssize_t length;
	FILE *corpus = argc > 1 ? fopen(argv[1], "r") : NULL;

	if (!corpus) {
		fprintf(stderr, "usage: %s CORPUS [LINE...]\n", argv[0]);
		return 2;
	}
	sigaction(SIGBUS, &fault, &before[0]);
	sigaction(SIGSEGV, &fault, &before[1]);
	know_answers();
	while ((length = getline(&line, &room, corpus)) >= 0) {
		number++;
		if (length && line[length - 1] == '\n')
			length--;
		if (line[0] == '#' || !is_wanted(argc, argv))
			continue;
		inputs++;
		if (!replay(line, (size_t)length)) {
			printf("FAILED: line %lu does not run %s()\n", number, fuzz_subject);
			idle++;
		}
	}
	free(line);
	fclose(corpus);
	for (size_t i = 0; i < fuzz_answer_count; i++) {
		if (counts[i])
			continue;
		missing++;
		if (argc == 2)
			printf("FAILED: no input leads to: %s\n", fuzz_answers[i].name);
	}
	if (!inputs)
		printf("FAILED: there are no inputs\n");
	printf("%zu inputs, %" PRIu64 " runs of %s(), %zu of %zu answers\n", inputs,
	       fuzz_subject_runs, fuzz_subject, fuzz_answer_count - missing, fuzz_answer_count);
	return !inputs || idle || (argc == 2 && missing);
}

#endif
