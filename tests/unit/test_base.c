// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "oracle.h"

#include <errno.h>

/* Literal on purpose: these values are in other people's programs. */
static const struct {
	int32_t value;
	int32_t error;
	const char *name;
} statuses[] = {
	{ 0, 0, "OK" },
	{ -1, EINVAL, "ERR_ARGUMENT" },
	{ -2, ENOENT, "ERR_NOT_FOUND" },
	{ -3, EFAULT, "ERR_FAULT" },
	{ -4, ENOTTY, "ERR_NOT_IMPLEMENTED" },
	{ -5, EINVAL, "ERR_POLICY" },
	{ -16, EINVAL, "ERR_TOO_SMALL" },
	{ -17, E2BIG, "ERR_TOO_BIG" },
	{ -18, E2BIG, "ERR_TAIL" },
	{ -19, EINVAL, "ERR_RESERVED" },
	{ -20, EINVAL, "ERR_VERSION" },
	{ -21, EINVAL, "ERR_SIZE" },
	{ -32, EINVAL, "ERR_UNKNOWN_PVR" },
	{ -33, EINVAL, "ERR_LEVEL_NEWER" },
	{ -34, EINVAL, "ERR_LEVEL_OLDER" },
	{ -35, EINVAL, "ERR_LEVEL_NOT_GRANTED" },
	{ -36, EINVAL, "ERR_NO_COMMON_LEVEL" },
	{ -37, EINVAL, "ERR_HOST_PVR" },
	{ -38, EINVAL, "ERR_HOST_MODE" },
	{ -48, ENOEXEC, "ERR_NOT_READY" },
	{ -49, EINVAL, "ERR_VALUE" },
	{ -50, EBUSY, "ERR_BUSY" },
};

static void test_statuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(statuses); i++) {
		const int32_t value = statuses[i].value;

		assert_string_equal(hvp_status_name(value), statuses[i].name);
		assert_int_equal(hvp_status_to_errno(value), -statuses[i].error);
		assert_true(strlen(hvp_status_text(value)) > 3);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(hvp_status_text(value),
						hvp_status_text(statuses[j].value));
	}
}

static void assert_no_status(int32_t value)
{
	if (strcmp(hvp_status_name(value), "?") || strcmp(hvp_status_text(value), "?") ||
	    hvp_status_to_errno(value) != -22)
		fail_msg("%d is a status", value);
}

/* Wide enough to see a row that is compared with fewer bits than the status has. */
static void test_no_statuses(void **state)
{
	uint32_t known = 0;

	(void)state;
	for (int32_t value = -0x20000; value <= 0x20000; value++) {
		bool listed = false;

		for (size_t i = 0; i < COUNT(statuses); i++)
			listed |= statuses[i].value == value;
		if (!listed)
			assert_no_status(value);
		known += listed;
	}
	assert_int_equal(known, COUNT(statuses));
	assert_no_status(INT32_MIN);
	assert_no_status(INT32_MAX);
}

static void test_verdicts(void **state)
{
	static const char *const names[] = { "same", "changed", "degraded", "refused", "broken" };

	(void)state;
	for (uint32_t i = 0; i < COUNT(names); i++)
		assert_string_equal(hvp_verdict_name(i), names[i]);
	for (uint32_t i = COUNT(names); i < 0x20000; i++)
		assert_string_equal(hvp_verdict_name(i), "?");
	for (uint32_t bit = 3; bit < 32; bit++)
		assert_string_equal(hvp_verdict_name(1u << bit), "?");
	assert_string_equal(hvp_verdict_name(UINT32_MAX), "?");
}

static void test_version(void **state)
{
	(void)state;
	assert_int_equal(hvp_version(), HVP_VERSION);
	assert_int_equal(hvp_version() >> 16, HVP_VERSION_MAJOR);
	assert_int_equal(hvp_version() >> 8 & 0xff, HVP_VERSION_MINOR);
	assert_int_equal(hvp_version() & 0xff, HVP_VERSION_PATCH);
}

static void test_bits(void **state)
{
	(void)state;
	assert_true(HVP_BIT(0) == 1);
	assert_true(HVP_BIT(63) == 0x8000000000000000);
	assert_true(HVP_U64(-1) == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_no_statuses),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_bits),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
