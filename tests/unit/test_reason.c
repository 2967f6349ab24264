// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "oracle.h"

#include <inttypes.h>

enum values { HEX, SIZE, PVR };

static const struct row {
	uint32_t code;
	uint32_t object;
	enum values values;
	const char *name;
	const char *text;
	const char *remedy;
} rows[] = {
#define HVP_REASON(name, code, object, values, text, remedy) \
	{ code, HVP_OBJECT_##object, values, #name, text, remedy },
#include <hvpolicy/reason.def>
#undef HVP_REASON
};

/* The oracle has its own names of what a finding can be about. */
static const struct {
	uint32_t pvr;
	const char *name;
} levels[] = {
	{ 0, "none" }, { 0x0f000001, "2.04" }, { 0x0f000002, "power6" },
	{ 0x0f000003, "power7" }, { 0x0f100003, "power7+" }, { 0x0f000004, "power8" },
	{ 0x0f000005, "power9" }, { 0x0f000006, "power10" }, { 0x0f000007, "power11" },
};

static const char *const facilities[14] = {
	[0] = "FP", [1] = "VECVSX", [2] = "DSCR", [3] = "PM", [4] = "BHRB", [5] = "TM",
	[7] = "EBB", [8] = "TAR", [10] = "MSGP", [12] = "SCV", [13] = "PREFIX",
};

static const char *const hvregs[] = {
	"VERSION", "LPID", "VCPU_TOKEN", "LPCR", "PCR", "AMOR", "DPDES", "HFSCR", "TB_OFFSET",
	"DAWR0", "DAWRX0", "CIABR", "HDEC_EXPIRY", "PURR", "SPURR", "IC", "VTB", "HDAR",
	"HDSISR", "HEIR", "ASDR", "SRR0", "SRR1", "SPRG0", "SPRG1", "SPRG2", "SPRG3", "PIDR",
	"CFAR", "PPR", "DAWR1", "DAWRX1",
};

static const char *const fwregs[] = {
	"PSCI_VERSION", "WORKAROUND_1", "WORKAROUND_2", "WORKAROUND_3", "STD_BMAP",
	"STD_HYP_BMAP", "VENDOR_HYP_BMAP", "VENDOR_HYP_BMAP_2",
};

struct sentence {
	char words[400];
	size_t len;
};

static void say(struct sentence *sentence, const char *words)
{
	const size_t len = strlen(words);

	assert_true(sentence->len + len < sizeof(sentence->words));
	memcpy(sentence->words + sentence->len, words, len + 1);
	sentence->len += len;
}

static void say_value(struct sentence *sentence, enum values values, uint64_t value)
{
	char number[24];

	snprintf(number, sizeof(number), values == SIZE ? "%" PRIu64 : "0x%" PRIx64, value);
	for (size_t i = 0; i < COUNT(levels) && values == PVR; i++)
		if (levels[i].pvr == value)
			snprintf(number, sizeof(number), "%s", levels[i].name);
	say(sentence, number);
}

static void say_object(struct sentence *sentence, uint32_t kind, uint32_t object)
{
	if (kind == HVP_OBJECT_FACILITY && object < COUNT(facilities) && facilities[object])
		say(sentence, facilities[object]);
	else if (kind == HVP_OBJECT_HVREG && object < COUNT(hvregs))
		say(sentence, hvregs[object]);
	else if (kind == HVP_OBJECT_HVREG && object == HVP_HVREG_MSR)
		say(sentence, "MSR");
	else if (kind == HVP_OBJECT_FWREG && object < COUNT(fwregs))
		say(sentence, fwregs[object]);
	else
		say_value(sentence, kind == HVP_OBJECT_LEVEL ? PVR : SIZE, object);
}

static bool starts(const char **text, const char *word)
{
	if (strncmp(*text, word, strlen(word)))
		return false;
	*text += strlen(word);
	return true;
}

static void say_finding(struct sentence *sentence, const struct row *row, uint32_t wording,
			const struct hvp_finding *finding)
{
	const char *text = wording == HVP_WORDING_TEXT ? row->text :
			   wording == HVP_WORDING_REMEDY ? row->remedy : "";

	sentence->len = 0;
	sentence->words[0] = 0;
	if (wording == HVP_WORDING_OBJECT && row->object != HVP_OBJECT_NONE)
		say_object(sentence, row->object, finding->object);
	while (*text) {
		if (starts(&text, "{object}")) {
			say_object(sentence, row->object, finding->object);
		} else if (starts(&text, "{have}")) {
			say_value(sentence, row->values, finding->have);
		} else if (starts(&text, "{offer}")) {
			say_value(sentence, row->values, finding->offer);
		} else if (starts(&text, "{where}")) {
			say_value(sentence, HEX, finding->where);
		} else {
			const char letter[2] = { *text++ };

			assert_true(letter[0] >= ' ' && letter[0] <= '~');
			if (strchr("{}", letter[0]))
				fail_msg("%s: unknown place holder in: %s", row->name, row->text);
			say(sentence, letter);
		}
	}
}

/* With every room from none to more than enough. */
static void check_format(const struct hvp_finding *finding, uint32_t wording, const char *words)
{
	const size_t whole = strlen(words);
	char buf[500];

	assert_int_equal(hvp_reason_format(finding, wording, NULL, 0), whole);
	for (size_t len = 0; len < whole + 3; len++) {
		const size_t written = len == 0 ? 0 : len <= whole ? len - 1 : whole;

		poison(buf);
		assert_int_equal(hvp_reason_format(finding, wording, buf, len), whole);
		assert_memory_equal(buf, words, written);
		if (len)
			assert_int_equal(buf[written], 0);
		assert_true(is_poisoned(buf + written + !!len, sizeof(buf) - written - !!len));
	}
}

static void test_reasons(void **state)
{
	uint32_t reason = POISON_32, count = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const uint32_t code = rows[i].code;

		assert_string_equal(hvp_reason_name(code), rows[i].name);
		assert_string_equal(hvp_reason_text(code, HVP_WORDING_TEXT), rows[i].text);
		assert_string_equal(hvp_reason_text(code, HVP_WORDING_REMEDY), rows[i].remedy);
		assert_string_equal(hvp_reason_text(code, HVP_WORDING_OBJECT), "");
		assert_string_equal(hvp_reason_text(code, UINT32_MAX), "");
		assert_int_equal(hvp_reason_object(code), rows[i].object);
		assert_true(strlen(rows[i].text) > 10);
		/* one line, no final stop */
		assert_null(strchr(rows[i].text, '\n'));
		assert_int_not_equal(rows[i].text[strlen(rows[i].text) - 1], '.');
		for (size_t j = 0; j < i; j++) {
			assert_int_not_equal(rows[j].code, code);
			assert_string_not_equal(rows[j].name, rows[i].name);
		}
		assert_int_equal(hvp_reason_at((uint32_t)i, &reason), HVP_OK);
		assert_int_equal(reason, code);
	}
	reason = POISON_32;
	assert_int_equal(hvp_reason_at(COUNT(rows), &reason), HVP_ERR_NOT_FOUND);
	assert_int_equal(hvp_reason_at(UINT32_MAX, &reason), HVP_ERR_NOT_FOUND);
	assert_int_equal(reason, POISON_32);

	for (uint32_t code = 0; code < 0x20000; code++) {
		bool listed = false;

		for (size_t i = 0; i < COUNT(rows); i++)
			listed |= rows[i].code == code;
		count += listed;
		if (listed)
			continue;
		if (strcmp(hvp_reason_name(code), "?") || hvp_reason_object(code) ||
		    *hvp_reason_text(code, HVP_WORDING_TEXT) ||
		    *hvp_reason_text(code, HVP_WORDING_REMEDY))
			fail_msg("%u is a reason", code);
	}
	assert_int_equal(count, COUNT(rows));
	assert_string_equal(hvp_reason_name(UINT32_MAX), "?");
	assert_string_equal(hvp_reason_text(UINT32_MAX, HVP_WORDING_TEXT), "");
	assert_int_equal(hvp_reason_object(UINT32_MAX), HVP_OBJECT_NONE);
}

static void test_literal(void **state)
{
	static const struct {
		struct hvp_finding finding;
		uint32_t wording;
		const char *words;
	} cases[] = {
		{ { .reason = HVP_REASON_LEVEL_ABOVE_COMPAT, .object = 0x0f000007,
		    .offer = 0x0f000006 }, HVP_WORDING_TEXT,
		  "level power11 is newer than the compatibility mode power10 that this host "
		  "itself runs in" },
		{ { .reason = HVP_REASON_LEVEL_ABOVE_COMPAT, .offer = 0x0f000006 },
		  HVP_WORDING_REMEDY,
		  "set max-cpu-compat=power10 or older, or start the host at a newer level" },
		{ { .reason = HVP_REASON_HFSCR_RESERVED, .object = 13 }, HVP_WORDING_TEXT,
		  "facility PREFIX is reserved here: its enable bit reads 0" },
		{ { .reason = HVP_REASON_HFSCR_RESERVED, .object = 13 }, HVP_WORDING_OBJECT,
		  "PREFIX" },
		{ { .reason = HVP_REASON_HFSCR_UNDEFINED, .object = 11 }, HVP_WORDING_TEXT,
		  "HFSCR has no enable bit for 11: it reads 0" },
		{ { .reason = HVP_REASON_HFSCR_UNDEFINED, .object = 11 }, HVP_WORDING_REMEDY, "" },
		{ { .reason = HVP_REASON_TAIL_NOT_ZERO, .where = 0x20, .have = 0xff },
		  HVP_WORDING_TEXT,
		  "the byte at offset 0x20, beyond the known size, is 0xff and not zero" },
		{ { .reason = HVP_REASON_SIZE_BELOW_FIRST, .have = UINT64_MAX, .offer = 10 },
		  HVP_WORDING_TEXT,
		  "size 18446744073709551615 is below 10, the first published one" },
		{ { .reason = HVP_REASON_TAIL_NOT_ZERO }, HVP_WORDING_OBJECT, "" },
		{ { .reason = 0xdead, .object = 1 }, HVP_WORDING_TEXT, "" },
		{ { .reason = 0xdead, .object = 1 }, HVP_WORDING_REMEDY, "" },
		{ { .reason = 0xdead, .object = 1 }, HVP_WORDING_OBJECT, "" },
		{ { .reason = HVP_REASON_PVR_UNKNOWN }, 3, "" },
		{ { .reason = HVP_REASON_PVR_UNKNOWN }, UINT32_MAX, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_format(&cases[i].finding, cases[i].wording, cases[i].words);
}

/* Every reason with every kind of content, sane or hostile. */
static void test_format(void **state)
{
	static const uint32_t objects[] = {
		0, 1, 5, 6, 9, 11, 12, 13, 31, 32, 55, 56, 63, 64, 100, 0x0f000001, 0x0f000003,
		0x0f100003, 0x0f000007, 0x0f000008, 0x80000000, UINT32_MAX,
	};
	static const uint64_t values[] = {
		0, 1, 9, 10, 0xf, 0x10, 99, 100, 0x0f000002, 0x0f000006, 0x0f0000ff, 0xffffffff,
		0x100000000, 0x10f000006, 0x8000000000000000, 0x7fffffffffffffff,
		9999999999999999999u, 10000000000000000000u, UINT64_MAX,
	};
	static const uint32_t wordings[] = {
		HVP_WORDING_TEXT, HVP_WORDING_REMEDY, HVP_WORDING_OBJECT, 3, UINT32_MAX,
	};
	struct sentence sentence;
	struct hvp_finding finding;
	char buf[sizeof(sentence.words)];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t w = 0; w < COUNT(wordings); w++) {
			for (size_t n = 0; n < COUNT(objects) * COUNT(values); n++) {
				poison(finding);
				finding.reason = rows[i].code;
				finding.object = objects[n % COUNT(objects)];
				finding.have = values[n / COUNT(objects)];
				finding.offer = values[(n + 5) % COUNT(values)];
				finding.where = values[(n + 11) % COUNT(values)];
				say_finding(&sentence, &rows[i], wordings[w], &finding);
				assert_int_equal(hvp_reason_format(&finding, wordings[w], buf,
								    sizeof(buf)), sentence.len);
				assert_string_equal(buf, sentence.words);
			}
			check_format(&finding, wordings[w], sentence.words);
		}
	}
}

/* Every object that the tables of facilities, levels and registers know. */
static void test_objects(void **state)
{
	static const uint32_t reasons[] = {
		HVP_REASON_HFSCR_RESERVED, HVP_REASON_LEVEL_NOT_GRANTED, HVP_REASON_HVREG_DROPPED,
		HVP_REASON_LIST_UNTERMINATED, HVP_REASON_FWREG_LOST,
	};
	struct hvp_finding finding = { 0 };
	struct sentence sentence;

	(void)state;
	for (size_t i = 0; i < COUNT(reasons); i++) {
		const uint32_t kind = hvp_reason_object(reasons[i]);

		assert_int_equal(kind, i + 1);
		finding.reason = reasons[i];
		for (uint32_t object = 0; object < 300; object++) {
			finding.object = object;
			if (kind == HVP_OBJECT_LEVEL && object)
				finding.object += 0x0f000000 + object / 150 * (0x100000 - 150);
			sentence.len = 0;
			say_object(&sentence, kind, finding.object);
			check_format(&finding, HVP_WORDING_OBJECT, sentence.words);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_literal),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_objects),
	};

	return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
