// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "expect.h"

static const struct {
	int64_t value;
	const char *name;
} known[] = {
	{ 9999, "H_TOO_HARD" }, { 3, "H_NOT_AVAILABLE" }, { 0, "H_SUCCESS" },
	{ -2, "H_FUNCTION" }, { -4, "H_PARAMETER" }, { -5, "H_BAD_MODE" }, { -9, "H_NO_MEM" },
	{ -10, "H_AUTHORITY" }, { -55, "H_P2" }, { -56, "H_P3" }, { -57, "H_P4" }, { -58, "H_P5" },
	{ -69, "H_INTERRUPT" }, { -75, "H_STATE" }, { -77, "H_IN_USE" },
	{ -79, "H_INVALID_ELEMENT_ID" }, { -80, "H_INVALID_ELEMENT_SIZE" },
	{ -81, "H_INVALID_ELEMENT_VALUE" }, { -82, "H_INPUT_BUFFER_NOT_DEFINED" },
	{ -83, "H_INPUT_BUFFER_TOO_SMALL" }, { -84, "H_OUTPUT_BUFFER_NOT_DEFINED" },
	{ -85, "H_OUTPUT_BUFFER_TOO_SMALL" }, { -86, "H_PARTITION_PAGE_TABLE_NOT_DEFINED" },
};

/* Every number near the known ones: those, by name, and no other. */
static void test_names(void **state)
{
	size_t found = 0;

	(void)state;
	for (int64_t value = -512; value <= 10240; value++) {
		const char *want = "?";

		for (size_t i = 0; i < COUNT(known); i++)
			if (known[i].value == value)
				want = known[i].name;
		found += want[0] != '?';
		if (strcmp(hvp_hcall_name(value), want))
			fail_msg("%" PRId64 " is called %s", value, hvp_hcall_name(value));
		EXPECT(hvp_hcall_text(value)[0] == '?', want[0] == '?', "text of %" PRId64, value);
		/* not by its low half */
		EXPECT(hvp_hcall_name(value + ((int64_t)1 << 32))[0], '?', "%" PRId64, value);
	}
	EXPECT(found, COUNT(known), "statuses");
	EXPECT(hvp_hcall_name(INT64_MIN)[0], '?', "the least");
	EXPECT(hvp_hcall_name(INT64_MAX)[0], '?', "the greatest");
}

static void test_texts_differ(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(known); i++)
		for (size_t j = 0; j < i; j++)
			EXPECT(strcmp(hvp_hcall_text(known[i].value),
				      hvp_hcall_text(known[j].value)) != 0, true,
			       "%s and %s", known[i].name, known[j].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_texts_differ),
	};

	return expect_done(cmocka_run_group_tests_name("hcall", tests, NULL, NULL));
}
