// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "oracle.h"

/* Oldest first. */
static const struct level {
	uint32_t level, pvr;
	const char *names[3];	/* by enum hvp_spelling */
	uint64_t capability;
} levels[] = {
#define CASE_LEVEL(level, pvr, isa, qemu, libvirt, capability, cpu_pvr) \
	{ level, pvr, { qemu, libvirt, isa }, capability },
#include "../cases/pvr.def"
};

static const struct level *level_of(uint32_t level)
{
	for (size_t i = 0; i < COUNT(levels); i++)
		if (levels[i].level == level)
			return &levels[i];
	return NULL;
}

/* R10: by generation, whatever the logical PVRs are; R11: POWER10 and POWER11 differ. */
static void test_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(levels); i++)
		for (size_t j = 0; j < COUNT(levels); j++)
			assert_int_equal(levels[i].level < levels[j].level, i < j);
	assert_true(levels[3].pvr > levels[7].pvr);
	assert_true(HVP_LEVEL_2_06_PLUS < HVP_LEVEL_2_07);
	assert_true(HVP_LEVEL_3_10 < HVP_LEVEL_3_10_P11);
	for (size_t i = 0; i < COUNT(levels); i++)
		assert_true(levels[i].level > HVP_LEVEL_NONE && levels[i].level < 64);
}

static void check_pvr(uint32_t pvr)
{
	uint32_t want = HVP_LEVEL_NONE;

	for (size_t i = 0; i < COUNT(levels); i++)
		if (levels[i].pvr == pvr)
			want = levels[i].level;
	if (hvp_level_from_pvr(pvr) != want)
		fail_msg("0x%08x is %u", pvr, hvp_level_from_pvr(pvr));
}

static void test_pvrs(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < COUNT(levels); i++) {
		assert_int_equal(hvp_level_from_pvr(levels[i].pvr), levels[i].level);
		for (uint32_t bit = 0; bit < 32; bit++)
			check_pvr(levels[i].pvr ^ 1u << bit);
	}
	for (uint32_t low = 0; low < 1u << 22; low++)
		check_pvr(0x0f000000 | low);
	for (uint32_t low = 0; low < 1u << 17; low++) {
		check_pvr(low);
		check_pvr(low << 15);
		check_pvr(~low);
		check_pvr((uint32_t)draw(&seed));
	}
}

static void check_level(uint32_t value)
{
	const struct level *level = level_of(value);

	if (hvp_level_pvr(value) != (level ? level->pvr : value ? 0xffffffff : 0))
		fail_msg("level %u has 0x%08x", value, hvp_level_pvr(value));
	if (hvp_level_capability(value) != (level ? level->capability : 0))
		fail_msg("capability of level %u", value);
	for (uint32_t spelling = 0; spelling < 5; spelling++)
		if (strcmp(hvp_level_name(value, spelling),
			   level && spelling < 3 ? level->names[spelling] : ""))
			fail_msg("level %u is «%s»", value, hvp_level_name(value, spelling));
	if (*hvp_level_name(value, UINT32_MAX))
		fail_msg("level %u has a name", value);
}

static void test_values(void **state)
{
	(void)state;
	for (uint32_t value = 0; value < 0x20000; value++)
		check_level(value);
	for (uint32_t bit = 17; bit < 32; bit++)
		check_level(1u << bit | HVP_LEVEL_3_10);
	check_level(UINT32_MAX);
}

static void check_name(const char *name, uint32_t spelling)
{
	uint32_t want = POISON_32, level = POISON_32;

	for (size_t i = 0; i < COUNT(levels) && spelling < 3 && *name; i++)
		if (!strcmp(levels[i].names[spelling], name))
			want = levels[i].level;
	if (hvp_level_find(name, spelling, &level) !=
	    (want == POISON_32 ? HVP_ERR_NOT_FOUND : HVP_OK) || level != want)
		fail_msg("«%s» in spelling %u is %u", name, spelling, level);
}

/* Each name, and it with any byte exchanged for any other, cut, and one byte longer. */
static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(levels) * 3; i++) {
		const char *right = levels[i / 3].names[i % 3];
		const size_t len = strlen(right);
		char name[20];

		for (size_t at = 0; at <= len; at++) {
			for (int byte = 0; byte < 256; byte++) {
				memset(name, 0, sizeof(name));
				memcpy(name, right, len);
				name[at] = (char)byte;
				for (uint32_t spelling = 0; spelling < 4; spelling++)
					check_name(name, spelling);
			}
		}
		check_name(right, 4);
		check_name(right, UINT32_MAX);
	}
	check_name("", HVP_SPELLING_QEMU);
	check_name("", HVP_SPELLING_LIBVIRT);
	check_name("power5", HVP_SPELLING_QEMU);
	check_name("POWER10", HVP_SPELLING_QEMU);
	check_name("power10", HVP_SPELLING_LIBVIRT);
	check_name("3.10", HVP_SPELLING_ISA);
	check_name("0x0f000006", HVP_SPELLING_QEMU);
}

static void test_name_length(void **state)
{
	uint32_t level = POISON_32;
	char *name = at_the_edge(16);

	(void)state;
	memset(name, 'p', 16);
	assert_int_equal(hvp_level_find(name, HVP_SPELLING_QEMU, &level), HVP_ERR_NOT_FOUND);
	memcpy(name, "power10", 7);
	assert_int_equal(hvp_level_find(name, HVP_SPELLING_QEMU, &level), HVP_ERR_NOT_FOUND);
	assert_int_equal(level, POISON_32);
	name = at_the_edge(sizeof("power10"));
	memcpy(name, "power10", sizeof("power10"));
	assert_int_equal(hvp_level_find(name, HVP_SPELLING_QEMU, &level), HVP_OK);
	assert_int_equal(level, HVP_LEVEL_3_10);
	name = at_the_edge(1);
	*name = 0;
	assert_int_equal(hvp_level_find(name, HVP_SPELLING_QEMU, &level), HVP_ERR_NOT_FOUND);
}

static void test_walk(void **state)
{
	uint32_t level = POISON_32;

	(void)state;
	for (uint32_t i = 0; i < COUNT(levels); i++) {
		assert_int_equal(hvp_level_at(i, &level), HVP_OK);
		assert_int_equal(level, levels[i].level);
	}
	level = POISON_32;
	for (uint32_t i = COUNT(levels); i < 100; i++)
		assert_int_equal(hvp_level_at(i, &level), HVP_ERR_NOT_FOUND);
	assert_int_equal(hvp_level_at(UINT32_MAX, &level), HVP_ERR_NOT_FOUND);
	assert_int_equal(level, POISON_32);
}

/* Every set of levels, with nothing else, everything else and something else in the mask. */
static void test_newest(void **state)
{
	uint64_t all = 0, seed = 8;

	(void)state;
	for (size_t i = 0; i < COUNT(levels); i++)
		all |= HVP_BIT(levels[i].level);
	for (uint32_t n = 0; n < 1u << COUNT(levels); n++) {
		uint32_t want = HVP_LEVEL_NONE;
		uint64_t set = 0;

		for (size_t i = 0; i < COUNT(levels); i++) {
			if (!(n >> i & 1))
				continue;
			set |= 1ull << levels[i].level;
			want = levels[i].level;
		}
		assert_int_equal(hvp_level_newest(set), want);
		assert_int_equal(hvp_level_newest(set | ~all), want);
		assert_int_equal(hvp_level_newest(set | (draw(&seed) & ~all)), want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_pvrs),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_name_length),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_newest),
	};

	return cmocka_run_group_tests_name("level", tests, NULL, NULL);
}
