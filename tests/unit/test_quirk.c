// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "expect.h"

#include "internal.h"

static const struct row {
	const char *name;
	uint32_t bit, arch, software, from, before;
	uint64_t masks[4];	/* levels, own, nested, enabled */
} rows[] = {
#define CASE_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled) \
	{ name, bit, arch, software, from, before, { levels, own, nested, enabled } },
#include "../cases/quirk.def"
};

static const struct row *row_of(uint32_t quirk)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].bit == quirk)
			return &rows[i];
	return NULL;
}

static void expect_quirk(uint32_t quirk)
{
	const struct row *row = row_of(quirk);
	struct hvp_quirk_info info;

	poison(info);
	EXPECT(hvp_quirk_get(quirk, &info), row ? HVP_OK : HVP_ERR_NOT_FOUND, "quirk %" PRIu32,
	       quirk);
	EXPECT(strcmp(hvp_quirk_name(quirk), row ? row->name : "?"), 0, "name of %" PRIu32, quirk);
	if (!row) {
		EXPECT_POISONED(info, "quirk %" PRIu32, quirk);
		EXPECT(strcmp(hvp_quirk_text(quirk), "?"), 0, "text of %" PRIu32, quirk);
		return;
	}
	EXPECT(info.quirk, quirk, "%s", row->name);
	EXPECT(info.arch, row->arch, "%s: arch", row->name);
	EXPECT(info.software, row->software, "%s: software", row->name);
	EXPECT(info.from, row->from, "%s: from", row->name);
	EXPECT(info.before, row->before, "%s: before", row->name);
	EXPECT(info.levels, row->masks[0], "%s: levels", row->name);
	EXPECT(info.own, row->masks[1], "%s: own", row->name);
	EXPECT(info.nested, row->masks[2], "%s: nested", row->name);
	EXPECT(info.enabled, row->masks[3], "%s: enabled", row->name);
	EXPECT(info.reserved, 0, "%s: reserved", row->name);
	EXPECT(info.from < info.before, true, "%s: a range", row->name);
	/* "the host ..." continues with it: one sentence, no final stop */
	EXPECT(strlen(hvp_quirk_text(quirk)) > 10, true, "%s: text", row->name);
	EXPECT(strspn(hvp_quirk_text(quirk), "abcdefghijklmnopqrstuvwxyz") > 2, true, "%s: text",
	       row->name);
	EXPECT(hvp_quirk_text(quirk)[strlen(hvp_quirk_text(quirk)) - 1] != '.', true, "%s: text",
	       row->name);
}

static void test_rows(void **state)
{
	uint64_t all = 0;

	(void)state;
	for (uint32_t quirk = 0; quirk < 0x10000; quirk++)
		expect_quirk(quirk);
	for (uint32_t bit = 16; bit < 32; bit++)
		expect_quirk((uint32_t)1 << bit | 5);
	expect_quirk(UINT32_MAX);
	for (size_t i = 0; i < COUNT(rows); i++) {
		EXPECT(i && rows[i].bit <= rows[i - 1].bit, false, "order");
		all |= HVP_BIT(rows[i].bit);
	}
	EXPECT(hvp__quirk_rows(), all, "rows");
}

static void expect_name(const char *name)
{
	uint32_t want = POISON_32, got = POISON_32;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (!strcmp(rows[i].name, name))
			want = rows[i].bit;
	EXPECT(hvp_quirk_find(name, &got), want == POISON_32 ? HVP_ERR_NOT_FOUND : HVP_OK, "«%s»",
	       name);
	EXPECT(got, want, "«%s»", name);
}

/* Each name, it with any byte exchanged, cut, and longer than any. */
static void test_names(void **state)
{
	char *end = at_the_edge(0), name[40];
	uint32_t quirk = POISON_32;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const size_t len = strlen(rows[i].name);

		for (size_t at = 0; at <= len; at++) {
			for (int byte = 0; byte < 256; byte++) {
				memset(name, 0, sizeof(name));
				memcpy(name, rows[i].name, len);
				name[at] = (char)byte;
				expect_name(name);
			}
		}
		memcpy(end - len - 1, rows[i].name, len + 1);
		expect_name(end - len - 1);
	}
	expect_name("");
	expect_name("?");
	/* no more is read than the longest name has */
	memset(end - 28, 'S', 28);
	EXPECT(hvp_quirk_find(end - 28, &quirk), HVP_ERR_NOT_FOUND, "no end");
	memcpy(end - 28, "POWER10_BY_POWER11", 18);
	EXPECT(hvp_quirk_find(end - 28, &quirk), HVP_ERR_NOT_FOUND, "no end");
	EXPECT(quirk, POISON_32, "no end");
}

static void expect_known(uint32_t arch, uint32_t linux_release, uint32_t qemu_release)
{
	uint64_t want = 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		const uint32_t has = rows[i].software == 1 ? linux_release : qemu_release;

		/* 0: there is none */
		if (arch == rows[i].arch && has != 0 && has >= rows[i].from && has < rows[i].before)
			want |= HVP_BIT(rows[i].bit);
	}
	EXPECT(hvp_quirk_known(arch, linux_release, qemu_release), want,
	       "arch %" PRIu32 ", Linux 0x%" PRIx32 ", QEMU 0x%" PRIx32, arch, linux_release,
	       qemu_release);
}

/* Every release where something changes, and its neighbours. */
static void test_known(void **state)
{
	uint32_t releases[6 * COUNT(rows) + 3] = { 0, 1, HVP_RELEASE_END }, count = 3;
	static const uint32_t archs[] = { 0, 1, 2, 3, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (uint32_t n = 0; n < 6; n++)
			releases[count++] = (n < 3 ? rows[i].from : rows[i].before) + n % 3 - 1;
	for (size_t arch = 0; arch < COUNT(archs); arch++)
		for (uint32_t l = 0; l < count; l++)
			for (uint32_t q = 0; q < count; q++)
				expect_known(archs[arch], releases[l], releases[q]);
#define CASE_QUIRKS_OF(name, arch, linux_release, qemu_release, quirks) \
	EXPECT(hvp_quirk_known(arch, linux_release, qemu_release), quirks, "%s", name);
#include "../cases/quirk.def"
}

/* What several quirks take away, and the first of them that takes a bit. */
static void test_spoils(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (uint32_t n = 0; n < 20000; n++) {
		const uint64_t quirks = n < 64 ? HVP_BIT(n) : draw(&seed) & draw(&seed);

		for (uint32_t how = 0; how < 4; how++) {
			uint64_t want = 0;

			for (size_t i = 0; i < COUNT(rows); i++)
				if (quirks & HVP_BIT(rows[i].bit))
					want |= rows[i].masks[how];
			EXPECT(hvp__quirk_spoils(quirks, (enum hvp__spoils)how), want,
			       "quirks 0x%" PRIx64, quirks);
		}
		for (uint32_t bit = 0; bit < 64; bit++) {
			uint64_t want[4] = { 0 };

			for (size_t i = COUNT(rows); i--;)
				for (uint32_t how = 0; how < 4; how++)
					if ((quirks & HVP_BIT(rows[i].bit)) &&
					    (rows[i].masks[how] & HVP_BIT(bit)))
						want[how] = HVP_BIT(rows[i].bit);
			for (uint32_t how = 0; how < 4 && n < 300; how++)
				EXPECT(hvp__quirk_culprit(quirks, (enum hvp__spoils)how,
							  HVP_BIT(bit)), want[how],
				       "quirks 0x%" PRIx64 ", bit %" PRIu32, quirks, bit);
		}
	}
	EXPECT(hvp__quirk_culprit(ALL, HVP__SPOILS_NESTED, 0), 0, "nothing");
}

/* What QEMU 11 lets pass: three system registers, and an empty bitmap. */
static bool tolerates(uint64_t low, uint64_t value)
{
	return low == 0x0013c103 || low == 0x0013c512 || low == 0x0013c513 ||
	       (low == 0x00160003 && !value);
}

static void test_tolerated(void **state)
{
	static const uint64_t values[] = { 0, 1, 2, HVP_BIT(63), ALL };

	(void)state;
	for (uint64_t low = 0x00130000; low < 0x00170010; low++)
		for (size_t i = 0; i < COUNT(values); i++)
			EXPECT(hvp__quirk_tolerates(0x6030000000000000 | low, values[i]),
			       tolerates(low, values[i]), "0x%" PRIx64, low);
	EXPECT(hvp__quirk_tolerates(0x160003, 0), false, "half an id");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_spoils),
		cmocka_unit_test(test_tolerated),
	};

	return expect_done(cmocka_run_group_tests_name("quirk", tests, NULL, NULL));
}
