// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Levels: numbers, logical PVRs and names from anywhere, and one order (R10). */
#include "values.h"

enum what { AT, FIND };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(AT, HVP_OK), FUZZ_ANSWER(AT, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(FIND, HVP_OK), FUZZ_ANSWER(FIND, HVP_ERR_NOT_FOUND),
};
FUZZ_SUBJECT(hvp_level_find);

static void find(const char *name, uint32_t spelling)
{
	uint32_t level;
	enum hvp_status status;

	poison(level);
	status = hvp_level_find(name, spelling, &level);
	fuzz_subject_runs++;
	seen(FIND, status);
	if (!FAILS(status, level))
		CHECK(*name && !strncmp(hvp_level_name(level, spelling), name, 16));
}

static void numbers(uint32_t level, uint32_t pvr, uint32_t spelling)
{
	const bool is_level = level < 64 && (all_levels() & HVP_BIT(level));
	const char *name = hvp_level_name(level, spelling);
	uint32_t found;

	check_words(name, 15);
	CHECK(is_level || !*name);
	if (*name)
		CHECK(!hvp_level_find(name, spelling, &found) && found == level);
	CHECK(is_level ? hvp_level_from_pvr(hvp_level_pvr(level)) == level :
			 hvp_level_pvr(level) == (level ? 0xffffffff : 0));
	CHECK(is_level || !hvp_level_capability(level));
	found = hvp_level_from_pvr(pvr);
	CHECK(!found || hvp_level_pvr(found) == pvr);
}

/* The newest of a set is in it, and with more in the set it is no older. */
static void sets(uint64_t levels, uint32_t level)
{
	const uint32_t newest = hvp_level_newest(levels);

	CHECK(newest ? levels & all_levels() & HVP_BIT(newest) : !(levels & all_levels()));
	CHECK(hvp_level_newest(levels | HVP_BIT(level & 63)) >= newest);
	CHECK(!newest || !(levels & all_levels() & ~((HVP_BIT(newest) << 1) - 1)));
}

static void walk(uint32_t index)
{
	uint32_t level, before = HVP_LEVEL_NONE;
	enum hvp_status status;

	poison(level);
	status = hvp_level_at(index, &level);
	seen(AT, status);
	if (FAILS(status, level))
		return;
	CHECK(!index || !hvp_level_at(index - 1, &before));
	CHECK(level > before);
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	const uint32_t spelling = how & 3u, level = some_level(from);
	const char *known = hvp_level_name(level, spelling);
	uint32_t pvr;

	find(how & 4 ? edge_name(from, 16, false) :
	     (const char *)edge_copy(EDGE_BEHIND, known, strlen(known) + 1), spelling);
	pvr = some_pvr(from);
	numbers(level, pvr, how & 8 ? produce_byte(from) : spelling);
	sets(produce_number(from, 5) << 2, level);
	walk(how & 16 ? (uint32_t)produce_boundary(from) : how >> 5);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
