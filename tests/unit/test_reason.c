// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "oracle.h"

#include <inttypes.h>

enum values { HEX, SIZE, PVR, PSCI };

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

/* Options of pseries machines, with libvirt's elements. */
static const struct {
	const char *option, *libvirt;
} caps[] = {
	{ "cap-htm", "htm" }, { "cap-vsx", "" }, { "cap-dfp", "" }, { "cap-cfpc", "cfpc" },
	{ "cap-sbbc", "sbbc" }, { "cap-ibs", "ibs" }, { "cap-hpt-max-page-size", "hpt" },
	{ "cap-nested-hv", "nested-hv" }, { "cap-large-decr", "" },
	{ "cap-ccf-assist", "ccf-assist" }, { "cap-fwnmi", "" }, { "cap-rpt-invalidate", "" },
	{ "cap-ail-mode-3", "" }, { "cap-nested-papr", "" }, { "cap-dawr1", "" },
};

/*
 * How a guest is started without a facility: by its capability, else at the newest level without
 * it that processors of today offer. power7+ is none of theirs.
 */
static const char *const without[14] = {
	[0] = "max-cpu-compat", [1] = "cap-vsx=off", [2] = "max-cpu-compat",
	[3] = "max-cpu-compat", [4] = "max-cpu-compat=power7",
	[5] = "cap-htm=off (libvirt <htm state='off'>)", [7] = "max-cpu-compat=power7",
	[8] = "max-cpu-compat=power7", [10] = "max-cpu-compat=power7",
	[12] = "max-cpu-compat=power8", [13] = "max-cpu-compat=power9",
};

static const struct {
	uint32_t tag;
	const char *name;
} fields[] = {
	{ 0x8001, "policy_level" }, { 0x8002, "arch" }, { 0x8003, "role" }, { 0x8004, "quirks" },
	{ 0x8010, "power.levels" }, { 0x8011, "power.facilities" },
	{ 0x8012, "power.l2_facilities" }, { 0x8013, "power.l2_reflected" },
	{ 0x8014, "power.nested_caps" }, { 0x8015, "power.pvr" }, { 0x8016, "power.flags" },
	{ 0x8017, "power.caps_known" }, { 0x8018, "power.caps_default" },
	{ 0x8019, "power.caps" }, { 0x801a, "power.withheld" }, { 0x8020, "arm64.registers" },
	{ 0x8021, "arm64.flags" }, { 0x8022, "arm64.fwregs.listed" },
	{ 0x8023, "arm64.fwregs.known" }, { 0x8024, "arm64.fwregs.varies" },
	{ 0x8025, "arm64.fwregs.unsure" }, { 0x8026, "arm64.fwregs.value" },
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
	if (values == PSCI && value <= UINT32_MAX)
		snprintf(number, sizeof(number), "%u.%u", (unsigned int)(value >> 16),
			 (unsigned int)(value & 0xffff));
	say(sentence, number);
}

static const char *field_name(uint32_t tag)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if (fields[i].tag == tag)
			return fields[i].name;
	return "?";
}

/* By name if it is a firmware register: 0x0014000n and 0x0016000n. */
static void say_register(struct sentence *sentence, uint32_t low)
{
	const uint32_t n = (low & 3) + (low & 0x20000 ? 4 : 0);

	if ((low & ~0x00020003u) == 0x00140000)
		say(sentence, fwregs[n]);
	else
		say_value(sentence, HEX, 0x6030000000000000u | low);
}

/* The first of several is number 0. */
static void say_element(struct sentence *sentence, uint32_t id)
{
	char number[12] = "";

#define HVP_GSB(name, first, count, size, scope, access, since, accept, entry, exit)	\
	if (id - (first) < (count)) {							\
		if ((count) > 1)							\
			snprintf(number, sizeof(number), "%" PRIu32, id - (first));	\
		say(sentence, #name);							\
		say(sentence, number);							\
		return;									\
	}
#include <hvpolicy/gsb.def>
	say_value(sentence, HEX, id);
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
	else if (kind == HVP_OBJECT_CAPABILITY && object < COUNT(caps))
		say(sentence, caps[object].option);
	else if (kind == HVP_OBJECT_FIELD)
		say(sentence, field_name(object));
	else if (kind == HVP_OBJECT_REGISTER)
		say_register(sentence, object);
	else if (kind == HVP_OBJECT_ELEMENT)
		say_element(sentence, object);
	else
		say_value(sentence, kind == HVP_OBJECT_LEVEL ? PVR : SIZE, object);
}

static void say_option(struct sentence *sentence, uint32_t kind, uint32_t object)
{
	if (kind != HVP_OBJECT_CAPABILITY) {
		say(sentence, object < COUNT(without) && without[object] ? without[object] :
			      "max-cpu-compat");
		return;
	}
	say_object(sentence, kind, object);
	if (object >= COUNT(caps) || !*caps[object].libvirt)
		return;
	say(sentence, " (libvirt <");
	say(sentence, caps[object].libvirt);
	say(sentence, ">)");
}

static bool starts(const char **text, const char *word)
{
	if (strncmp(*text, word, strlen(word)))
		return false;
	*text += strlen(word);
	return true;
}

/* Of the version register, versions; by slot or by the low half of its id. */
static enum values values_of(const struct row *row, const struct hvp_finding *finding)
{
	if (row->values == HEX && row->object == HVP_OBJECT_FWREG && finding->object == 0)
		return PSCI;
	if (row->values == HEX && row->object == HVP_OBJECT_REGISTER &&
	    finding->object == 0x00140000)
		return PSCI;
	return row->values;
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
			say_value(sentence, values_of(row, finding), finding->have);
		} else if (starts(&text, "{offer}")) {
			say_value(sentence, values_of(row, finding), finding->offer);
		} else if (starts(&text, "{option}")) {
			say_option(sentence, row->object, finding->object);
		} else if (starts(&text, "{index}")) {
			say_value(sentence, SIZE, finding->index);
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
		{ { .reason = HVP_REASON_MIGRATE_FACILITY, .object = 5 }, HVP_WORDING_REMEDY,
		  "start the source with -machine cap-htm=off (libvirt <htm state='off'>)" },
		{ { .reason = HVP_REASON_MIGRATE_FACILITY, .object = 13 }, HVP_WORDING_REMEDY,
		  "start the source with -machine max-cpu-compat=power9" },
		{ { .reason = HVP_REASON_MIGRATE_FACILITY, .object = 8 }, HVP_WORDING_REMEDY,
		  "start the source with -machine max-cpu-compat=power7" },
		{ { .reason = HVP_REASON_MIGRATE_FACILITY, .object = 6 }, HVP_WORDING_REMEDY,
		  "start the source with -machine max-cpu-compat" },
		{ { .reason = HVP_REASON_MIGRATE_CAP, .object = 5, .have = 3, .offer = 2 },
		  HVP_WORDING_TEXT, "cap-ibs is 3, there it is 2, as QEMU numbers its values" },
		{ { .reason = HVP_REASON_MIGRATE_CAP, .object = 5 }, HVP_WORDING_REMEDY,
		  "start the source with -machine cap-ibs (libvirt <ibs>) at what the destination "
		  "has, or raise it there" },
		{ { .reason = HVP_REASON_MIGRATE_CAP, .object = 14 }, HVP_WORDING_REMEDY,
		  "start the source with -machine cap-dawr1 at what the destination has, or raise "
		  "it there" },
		{ { .reason = HVP_REASON_STREAM_DROPPED, .object = 0x00160003, .have = 3 },
		  HVP_WORDING_TEXT,
		  "VENDOR_HYP_BMAP_2: 0x3 is dropped without a word, the guest finds 0x0" },
		{ { .reason = HVP_REASON_STREAM_UNKNOWN, .object = 0x0013c102 },
		  HVP_WORDING_OBJECT, "0x603000000013c102" },
		{ { .reason = HVP_REASON_MEET_FWREG_ABSENT, .object = 7, .index = 12 },
		  HVP_WORDING_REMEDY,
		  "move from older kernels to newer ones only, or update host 12" },
		{ { .reason = HVP_REASON_MEET_FIELD, .object = 0x8020, .have = 258,
		    .offer = 256 }, HVP_WORDING_TEXT, "arm64.registers is 0x100, not 0x102" },
		{ { .reason = HVP_REASON_FWREG_VERSION, .have = 0x10003, .offer = 2 },
		  HVP_WORDING_TEXT, "PSCI_VERSION: 1.3 is no version that this host takes; its "
		  "newest is 0.2" },
		{ { .reason = HVP_REASON_FWREG_LOST, .have = 0x10000, .offer = 2 },
		  HVP_WORDING_TEXT, "PSCI_VERSION: 1.0 becomes 0.2 without a word; the source has "
		  "no register to tell it" },
		{ { .reason = HVP_REASON_STREAM_DROPPED, .object = 0x00140000, .have = 0x10003,
		    .offer = HVP_BIT(32) }, HVP_WORDING_TEXT,
		  "PSCI_VERSION: 1.3 is dropped without a word, the guest finds 0x100000000" },
		{ { .reason = HVP_REASON_MEET_FIELD, .object = 0x8027 }, HVP_WORDING_OBJECT, "?" },
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
		0, 1, 5, 6, 9, 11, 12, 13, 14, 15, 16, 17, 31, 32, 55, 0x00140002, 0x00160003,
		0x00160004, 0x00150000, 0x0013c102, 0x8001, 0x8019, 0x801b, 0x8026, 0x8027, 56, 63,
		64, 100, 0x0c02, 0x1009, 0x100a, 0x101f, 0x102c, 0x1054, 0x303f, 0x3040, 0xf002,
		0xf004, 0x0f000001, 0x0f000003, 0x0f100003, 0x0f000007, 0x0f000008, 0x80000000,
		UINT32_MAX,
	};
	static const uint64_t values[] = {
		0, 1, 9, 10, 0xf, 0x10, 99, 100, 0x10001, 0x0f000002, 0x0f000006, 0x0f0000ff,
		0xffffffff, 0x100000000, 0x10f000006, 0x8000000000000000, 0x7fffffffffffffff,
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
				if (hvp_reason_format(&finding, wordings[w], buf, sizeof(buf)) !=
				    sentence.len || strcmp(buf, sentence.words))
					fail_msg("%s, object %" PRIu32 ": %s\nwant %s",
						 rows[i].name, finding.object, buf,
						 sentence.words);
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
		HVP_REASON_LIST_UNTERMINATED, HVP_REASON_FWREG_LOST, HVP_REASON_MIGRATE_CAP,
		HVP_REASON_PROFILE_BITS, HVP_REASON_STREAM_UNKNOWN,
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
			if (kind == HVP_OBJECT_FIELD)
				finding.object += 0x8000 - 64;
			if (kind == HVP_OBJECT_REGISTER)
				finding.object = 0x00130000 + object % 5 +
						 object / 5 % 4 * 0x10000 + object / 20 * 0x40000;
			sentence.len = 0;
			say_object(&sentence, kind, finding.object);
			check_format(&finding, HVP_WORDING_OBJECT, sentence.words);
		}
	}
}

static const struct columns {
	uint32_t code;
	const char *object, *values;
} columns[] = {
#define HVP_REASON(name, code, object, values, text, remedy) { code, #object, #values },
#include <hvpolicy/reason.def>
#undef HVP_REASON
}, promised[] = {
#define CASE_REASON(code, object, values) { code, #object, #values },
#include "reason_columns.def"
};

/* The columns that say how a finding is to be read. */
static void test_columns(void **state)
{
	(void)state;
	assert_int_equal(COUNT(columns), COUNT(promised));
	for (size_t i = 0; i < COUNT(columns); i++) {
		assert_int_equal(columns[i].code, promised[i].code);
		assert_string_equal(columns[i].object, promised[i].object);
		assert_string_equal(columns[i].values, promised[i].values);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_literal),
		cmocka_unit_test(test_objects),
		/* the long ones last: quick ones see most faults */
		cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
