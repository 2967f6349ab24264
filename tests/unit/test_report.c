// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "oracle.h"

static void add(struct hvp_report *report, uint32_t reason, uint32_t verdict)
{
	const struct hvp_finding finding = { .reason = reason, .verdict = verdict, .have = reason };

	hvp_report_add(report, &finding);
}

static void test_init(void **state)
{
	struct hvp_finding finding[2];
	struct hvp_report report;

	(void)state;
	poison(report);
	poison(finding);
	hvp_report_init(&report, finding, 2);
	assert_int_equal(report.capacity, 2);
	assert_int_equal(report.stored, 0);
	assert_int_equal(report.total, 0);
	assert_int_equal(report.worst, HVP_VERDICT_SAME);
	assert_ptr_equal(report.findings, finding);
	assert_poisoned(finding);

	poison(report);
	hvp_report_init(&report, NULL, 7);
	assert_int_equal(report.capacity, 0);
	assert_int_equal(report.stored, 0);
	assert_null(report.findings);
}

/* A report that stores nothing still counts; no report at all is fine. */
static void test_count_only(void **state)
{
	struct hvp_finding finding;
	struct hvp_report report;

	(void)state;
	add(NULL, 1, HVP_VERDICT_BROKEN);
	poison(finding);
	for (int none = 0; none < 2; none++) {
		hvp_report_init(&report, none ? NULL : &finding, none ? 1 : 0);
		add(&report, 1, HVP_VERDICT_CHANGED);
		add(&report, 2, HVP_VERDICT_BROKEN);
		add(&report, 3, HVP_VERDICT_SAME);
		assert_int_equal(report.total, 3);
		assert_int_equal(report.stored, 0);
		assert_int_equal(report.worst, HVP_VERDICT_BROKEN);
	}
	assert_poisoned(finding);

	report.total = UINT32_MAX - 1;
	add(&report, 1, HVP_VERDICT_SAME);
	assert_int_equal(report.total, UINT32_MAX);
	add(&report, 1, HVP_VERDICT_SAME);
	assert_int_equal(report.total, UINT32_MAX);
}

static void test_replace(void **state)
{
	struct hvp_finding finding[4];
	struct hvp_report report;

	(void)state;
	poison(finding);
	hvp_report_init(&report, finding, 3);
	add(&report, 1, HVP_VERDICT_CHANGED);
	assert_int_equal(report.stored, 1);
	assert_true(is_poisoned(&finding[1], sizeof(finding[1])));
	add(&report, 2, HVP_VERDICT_SAME);
	add(&report, 3, HVP_VERDICT_SAME);
	/* no better than the mildest: only counted */
	add(&report, 4, HVP_VERDICT_SAME);
	assert_int_equal(finding[2].reason, 3);
	/* the last of the mildest goes first */
	add(&report, 5, HVP_VERDICT_DEGRADED);
	assert_int_equal(finding[0].reason, 1);
	assert_int_equal(finding[1].reason, 2);
	assert_int_equal(finding[2].reason, 5);
	assert_int_equal(finding[2].have, 5);
	add(&report, 6, HVP_VERDICT_CHANGED);
	assert_int_equal(finding[1].reason, 6);
	add(&report, 7, HVP_VERDICT_REFUSED);
	add(&report, 8, HVP_VERDICT_REFUSED);
	assert_int_equal(finding[1].reason, 7);
	assert_int_equal(finding[0].reason, 8);
	assert_int_equal(finding[2].reason, 5);
	add(&report, 9, UINT32_MAX);
	assert_int_equal(finding[2].reason, 9);
	assert_int_equal(report.worst, UINT32_MAX);
	assert_int_equal(report.stored, 3);
	assert_int_equal(report.total, 9);
	assert_true(is_poisoned(&finding[3], sizeof(finding[3])));
}

/*
 * All sequences of six findings of three verdicts, for every capacity: what is stored are the
 * worst, each once.
 */
static void test_replace_all(void **state)
{
	struct hvp_finding finding[8];
	struct hvp_report report;

	(void)state;
	for (uint32_t capacity = 0; capacity < 8; capacity++) {
		for (uint32_t sequence = 0; sequence < 729; sequence++) {
			uint32_t verdict[6], worst = 0, left = sequence;

			hvp_report_init(&report, finding, capacity);
			for (uint32_t i = 0; i < 6; i++, left /= 3) {
				verdict[i] = left % 3;
				worst = verdict[i] > worst ? verdict[i] : worst;
				add(&report, i, verdict[i]);
			}
			assert_int_equal(report.total, 6);
			assert_int_equal(report.worst, worst);
			assert_int_equal(report.stored, capacity < 6 ? capacity : 6);
			for (uint32_t i = 0; i < 3; i++) {
				uint32_t worse = 0, equal = 0, stored = 0, room;

				for (uint32_t j = 0; j < 6; j++) {
					worse += verdict[j] > i;
					equal += verdict[j] == i;
				}
				for (uint32_t j = 0; j < report.stored; j++)
					stored += finding[j].verdict == i;
				room = capacity > worse ? capacity - worse : 0;
				assert_int_equal(stored, equal < room ? equal : room);
			}
			for (uint32_t i = 0; i < report.stored; i++) {
				assert_int_equal(finding[i].verdict, verdict[finding[i].reason]);
				for (uint32_t j = 0; j < i; j++)
					assert_int_not_equal(finding[j].reason, finding[i].reason);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_count_only),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_replace_all),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
