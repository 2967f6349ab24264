// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Facilities: numbers and names from anywhere. */
#include "values.h"

enum what { GET, FIND };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(GET, HVP_OK), FUZZ_ANSWER(GET, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(FIND, HVP_OK), FUZZ_ANSWER(FIND, HVP_ERR_NOT_FOUND),
};
FUZZ_SUBJECT(hvp_facility_find);

static void get(uint32_t number)
{
	struct hvp_facility_info info;
	enum hvp_status status;
	uint32_t found;

	poison(info);
	status = hvp_facility_get(number, &info);
	seen(GET, status);
	if (FAILS(status, info))
		return;
	CHECK(info.facility == number && number < HVP_FACILITIES);
	CHECK(memchr(info.name, 0, sizeof(info.name)));
	check_words(info.name, sizeof(info.name) - 1);
	CHECK(!hvp_facility_find(info.name, &found) && found == number);
}

static void find(const char *name)
{
	struct hvp_facility_info info;
	uint32_t number;
	enum hvp_status status;

	poison(number);
	status = hvp_facility_find(name, &number);
	fuzz_subject_runs++;
	seen(FIND, status);
	if (FAILS(status, number))
		return;
	/* what it found is called so */
	CHECK(!hvp_facility_get(number, &info));
	for (uint32_t i = 0; i < sizeof(info.name) && info.name[i]; i++)
		CHECK((name[i] | ' ') == (info.name[i] | ' '));
}

static void levels(uint32_t level)
{
	const uint64_t of = hvp_facility_of_level(level), enables = hvp_facility_enables(level);
	struct hvp_facility_info info;

	CHECK(!(of & ~all_facilities()));
	CHECK(!(enables & ~of));
	CHECK(!of || (level < 64 && (all_levels() & HVP_BIT(level))));
	for (uint32_t i = 0; i < HVP_FACILITIES; i++)
		if (of & HVP_BIT(i))
			CHECK(!hvp_facility_get(i, &info) && info.since <= level &&
			      (!info.until || level < info.until));
}

/* A name that there is, with one byte changed or not. */
static const char *near_name(struct producer *from)
{
	struct hvp_facility_info info = { .name = "" };
	const uint32_t change = produce_byte(from);

	(void)hvp_facility_get(produce_byte(from) & 15, &info);
	info.name[change & 15] ^= (char)(change & 16 ? produce_byte(from) : 0);
	return (const char *)edge_copy(EDGE_BEHIND, info.name, sizeof(info.name));
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);

	find(how & 1 ? edge_name(from, 16, false) : near_name(from));
	get(how & 2 ? (uint32_t)produce_boundary(from) : how >> 3);
	levels(some_level(from));
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
