// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "oracle.h"

static const struct row {
	const char *name;
	uint32_t facility;
	uint64_t mask;
	uint32_t since, until, enable_since;
} rows[] = {
#define CASE_FACILITY(name, facility, mask, since, until, enable_since) \
	{ name, facility, mask, since, until, enable_since },
#include "../cases/facility.def"
};

static const struct {
	const char *name;
	uint32_t level;
	uint64_t facilities;
	uint64_t enables;
} levels[] = {
#define CASE_FACILITY_LEVEL(name, level, facilities, enables) \
	{ name, level, facilities, enables },
#include "../cases/facility.def"
};

static const struct row *row_of(uint32_t facility)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].facility == facility)
			return &rows[i];
	return NULL;
}

static void check_get(uint32_t facility)
{
	const struct row *row = row_of(facility);
	struct hvp_facility_info info;

	poison(info);
	if (!row) {
		assert_int_equal(hvp_facility_get(facility, &info), HVP_ERR_NOT_FOUND);
		assert_poisoned(info);
		return;
	}
	assert_int_equal(hvp_facility_get(facility, &info), HVP_OK);
	assert_int_equal(info.facility, facility);
	assert_int_equal(info.since, row->since);
	assert_int_equal(info.until, row->until);
	assert_int_equal(info.enable_since, row->enable_since);
	assert_non_null(memchr(info.name, 0, sizeof(info.name)));
	assert_string_equal(info.name, row->name);
}

static void test_table(void **state)
{
	uint64_t all = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(rows[i].mask == HVP_BIT(rows[i].facility));
		assert_true(rows[i].facility < HVP_FACILITIES);
		assert_true((rows[i].mask & HVP_HFSCR_CAUSE) == 0);
		/* in the order of the bits, none twice */
		assert_true(rows[i].mask > all);
		all |= rows[i].mask;
		assert_true(rows[i].until == HVP_LEVEL_NONE || rows[i].until > rows[i].since);
		assert_true(rows[i].enable_since == HVP_LEVEL_NONE ||
			    rows[i].enable_since >= rows[i].since);
	}
	for (uint32_t facility = 0; facility < 0x20000; facility++)
		check_get(facility);
	for (uint32_t bit = 17; bit < 32; bit++)
		check_get(1u << bit);
	check_get(UINT32_MAX);
	assert_true(HVP_HFSCR_CAUSE == 0xff00000000000000);
	assert_int_equal(HVP_HFSCR_CAUSE_SHIFT, HVP_FACILITIES);
}

/* The table of the library itself stands in the order of the bits. */
static void test_order(void **state)
{
	static const uint32_t order[] = {
#define HVP_FACILITY(name, bit, since, until, enable_since) HVP_FACILITY_##name,
#include <hvpolicy/facility.def>
#undef HVP_FACILITY
	};

	(void)state;
	assert_int_equal(COUNT(order), COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(order[i], rows[i].facility);
}

static void test_levels(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(levels); i++) {
		if (hvp_facility_of_level(levels[i].level) != levels[i].facilities)
			fail_msg("%s has others", levels[i].name);
		if (hvp_facility_enables(levels[i].level) != levels[i].enables)
			fail_msg("%s enables others", levels[i].name);
	}
	for (uint32_t level = 0; level < 0x10000; level++) {
		uint64_t facilities = 0, enables = 0;

		for (size_t i = 0; i < COUNT(levels); i++) {
			facilities |= levels[i].level == level ? levels[i].facilities : 0;
			enables |= levels[i].level == level ? levels[i].enables : 0;
		}
		if (hvp_facility_of_level(level) != facilities ||
		    hvp_facility_enables(level) != enables)
			fail_msg("level %u", level);
	}
}

static void test_find(void **state)
{
	static const struct {
		const char *name;
		const char *spelled;
		int32_t status;
		uint32_t facility;
	} cases[] = {
#define CASE_FACILITY_FIND(name, spelled, status, facility) { name, spelled, status, facility },
#include "../cases/facility.def"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t facility = POISON_32;

		if (hvp_facility_find(cases[i].spelled, &facility) != cases[i].status)
			fail_msg("%s: another status", cases[i].name);
		assert_int_equal(facility, cases[i].status ? POISON_32 : cases[i].facility);
	}
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* What a name is: letters of a row in any case, no more and no fewer. */
static void check_name(const char *name)
{
	uint32_t want = POISON_32, facility = POISON_32;

	for (size_t i = 0; i < COUNT(rows); i++) {
		const size_t len = strlen(rows[i].name);
		bool same = strlen(name) == len;

		for (size_t j = 0; j < len && same; j++)
			same = lower(name[j]) == lower(rows[i].name[j]);
		if (same)
			want = rows[i].facility;
	}
	if (hvp_facility_find(name, &facility) !=
	    (want == POISON_32 ? HVP_ERR_NOT_FOUND : HVP_OK) || facility != want)
		fail_msg("«%s» is %u", name, facility);
}

/* Every name with every byte exchanged for every other, cut anywhere, and made longer. */
static void test_near_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const size_t len = strlen(rows[i].name);
		char name[20];

		for (size_t at = 0; at <= len; at++) {
			for (int byte = 0; byte < 256; byte++) {
				memset(name, 0, sizeof(name));
				memcpy(name, rows[i].name, len);
				name[at] = (char)byte;
				check_name(name);
			}
		}
		for (uint32_t cases = 0; cases < 1u << len; cases++) {
			for (size_t at = 0; at <= len; at++)
				name[at] = cases >> at & 1 ? lower(rows[i].name[at]) :
							     rows[i].name[at];
			check_name(name);
		}
	}
}

/* Sixteen bytes without an end are read, and none beyond them. */
static void test_name_length(void **state)
{
	uint32_t facility = POISON_32;
	char *name = at_the_edge(16);

	(void)state;
	memset(name, 'A', 16);
	assert_int_equal(hvp_facility_find(name, &facility), HVP_ERR_NOT_FOUND);
	memcpy(name, "PREFIX", 6);
	assert_int_equal(hvp_facility_find(name, &facility), HVP_ERR_NOT_FOUND);
	assert_int_equal(facility, POISON_32);
	name = at_the_edge(sizeof("PREFIX"));
	memcpy(name, "PREFIX", sizeof("PREFIX"));
	assert_int_equal(hvp_facility_find(name, &facility), HVP_OK);
	assert_int_equal(facility, 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_near_names),
		cmocka_unit_test(test_name_length),
	};

	return cmocka_run_group_tests_name("facility", tests, NULL, NULL);
}
