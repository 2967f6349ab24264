// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "elements.h"
#include "gsb_rows.h"

/* Every id that there can be, against the document. */
static void test_rows(void **state)
{
	uint32_t known = 0, id = 0, before = 0;

	(void)state;
	for (uint32_t i = 0; i < IDS + 2; i++) {
		const uint32_t asked = i < IDS ? i : i == IDS ? 0x10000 : 0xffffffff;
		const struct element want = element_of(asked);
		struct hvp_gsb_info info;

		poison(info);
		if (want.size == -1) {
			EXPECT(hvp_gsb_get(asked, &info), HVP_ERR_NOT_FOUND, "id %#x", asked);
			EXPECT_POISONED(info, "id %#x", asked);
			EXPECT(hvp_gsb_bits(asked), ALL, "bits of %#x", asked);
			EXPECT(hvp_gsb_bytes(asked, 0), HVP_GSB_ABSENT, "bytes of %#x", asked);
			continue;
		}
		EXPECT(hvp_gsb_get(asked, &info), HVP_OK, "id %#x", asked);
		EXPECT(info.id, asked, "id of %#x", asked);
		EXPECT(info.scope, want.scope, "scope of %#x", asked);
		EXPECT(info.access, want.access, "access of %#x", asked);
		EXPECT(info.since, want.second ? 2 : 1, "since of %#x", asked);
		EXPECT(info.bits, hvp_gsb_bits(asked), "bits of %#x", asked);
		EXPECT(info.bytes, want.size == -2 ? -1 : want.size, "bytes of %#x", asked);
		EXPECT(hvp_gsb_bytes(asked, 0), info.bytes, "bytes of %#x", asked);
		EXPECT(hvp_gsb_bytes(asked, 1), asked == 0 ? 0 : asked == 0xf002 ? 8 : info.bytes,
		       "bytes of %#x in Linux", asked);
		EXPECT(hvp_gsb_bytes(asked, 2), HVP_GSB_ABSENT, "no third dialect");
		EXPECT(hvp_gsb_bytes(asked, 0xffffffff), HVP_GSB_ABSENT, "no such dialect");
		EXPECT(hvp_gsb_at(known, &id), HVP_OK, "number %u", known);
		EXPECT(id, asked, "number %u", known);
		EXPECT(known == 0 || id > before, true, "order of %#x", asked);
		before = id;
		known++;
	}
	EXPECT(known, IDS_KNOWN, "elements");
	poison(id);
	EXPECT(hvp_gsb_at(known, &id), HVP_ERR_NOT_FOUND, "past the last");
	EXPECT(hvp_gsb_at(0xffffffff, &id), HVP_ERR_NOT_FOUND, "past the last");
	EXPECT_POISONED(id, "past the last");
}

static void test_names(void **state)
{
	static const struct {
		uint32_t id;
		const char *name;
	} some[] = {
		{ 0x0000, "NOP" }, { 0x0003, "LOGICAL_PVR" },
		{ 0x0804, "L0_GUEST_PGTABLE_RECLAIMED" },
		{ 0x1000, "GPR0" }, { 0x1009, "GPR9" }, { 0x100a, "GPR10" }, { 0x101f, "GPR31" },
		{ 0x1020, "HDEC_EXPIRY_TB" }, { 0x102c, "LPCR" }, { 0x102d, "HFSCR" },
		{ 0x1039, "SPRG3" }, { 0x103e, "MMCR3" }, { 0x1042, "SIER3" }, { 0x1053, "DPDES" },
		{ 0x200c, "PMC6" }, { 0x200e, "PSPB" }, { 0x3000, "VSR0" }, { 0x303f, "VSR63" },
		{ 0xf003, "ASDR" },
	};
	static char names[IDS_KNOWN][32];
	struct hvp_gsb_info info, *const edge = at_the_edge(sizeof(*edge));

	(void)state;
	/* no byte behind the structure */
	EXPECT(hvp_gsb_get(0x303f, edge), HVP_OK, "at the edge");
	for (size_t i = 0; i < COUNT(some); i++) {
		EXPECT(hvp_gsb_get(some[i].id, &info), HVP_OK, "%s", some[i].name);
		if (strcmp(info.name, some[i].name))
			fail_msg("%#x is called %s", some[i].id, info.name);
	}
	for (uint32_t i = 0, id; !hvp_gsb_at(i, &id); i++) {
		EXPECT(hvp_gsb_get(id, &info), HVP_OK, "%#x", id);
		snprintf(names[i], sizeof(names[i]), "%s", info.name);
		for (uint32_t j = 0; j < i; j++)
			EXPECT(strcmp(names[i], names[j]) != 0, true, "%s twice", names[i]);
	}
}

/* A dialect that is to come has the document's sizes until it has rows of its own. */
static void test_no_dialect(void **state)
{
	(void)state;
	for (uint32_t i = 0, id; !hvp_gsb_at(i, &id); i++)
		EXPECT(hvp__gsb_size(hvp__gsb_row_of(id), 2), hvp_gsb_bytes(id, 0), "%#x", id);
}

/* MSR less HV, S and ME; LPCR: DPFD, ILE, AIL, LD, MER, GTSE; HDEXCR: 32 bits; all else free. */
static void test_bits(void **state)
{
	(void)state;
	for (uint32_t id = 0; id < IDS; id++) {
		uint64_t want = ALL;

		if (id == 0x1022)
			want = ~((uint64_t)1 << 60 | 1 << 22 | 1 << 12);
		if (id == 0x102c)
			want = (uint64_t)7 << 52 | 0x2000000 | 0x1800000 | 0x20000 | 0x800 | 0x400;
		if (id == 0x104f)
			want = 0xffffffff;
		EXPECT(hvp_gsb_bits(id), want, "bits of %#x", id);
	}
}

/* What QEMU sends (get_exit_ids): 0xe20 with HDAR, 0xe40 with HEIR. */
static void test_output(void **state)
{
	static const struct {
		uint32_t vector, count, ids[10];
	} want[] = {
		{ 0xc00, 10, { 0x1003, 0x1004, 0x1005, 0x1006, 0x1007, 0x1008, 0x1009, 0x100a,
			       0x100b, 0x100c } },
		{ 0xe00, 5, { 0xf000, 0xf001, 0xf003, 0x1021, 0x1022 } },
		{ 0xe20, 4, { 0xf000, 0xf003, 0x1021, 0x1022 } },
		{ 0xe40, 3, { 0xf002, 0x1021, 0x1022 } },
		{ 0xf80, 3, { 0x102d, 0x1021, 0x1022 } },
	};

	(void)state;
	for (uint32_t vector = 0; vector < 0x2000; vector += 0x10) {
		uint32_t bytes = HVP_GSB_HEADER, count = 0, id;

		for (size_t i = 0; i < COUNT(want); i++) {
			if (want[i].vector != vector)
				continue;
			for (; count < want[i].count; count++) {
				EXPECT(hvp_gsb_output(vector, count, &id), HVP_OK, "%#x", vector);
				EXPECT(id, want[i].ids[count], "%#x, %u", vector, count);
				bytes += 4 + (uint32_t)hvp_gsb_bytes(id, HVP_GSB_DIALECT_LINUX);
			}
		}
		poison(id);
		EXPECT(hvp_gsb_output(vector, count, &id), HVP_ERR_NOT_FOUND, "%#x", vector);
		EXPECT(hvp_gsb_output(vector, 0xffffffff, &id), HVP_ERR_NOT_FOUND, "%#x", vector);
		EXPECT_POISONED(id, "%#x", vector);
		EXPECT(bytes <= HVP_GSTATE_RUN_OUTPUT_MIN, true, "room for %#x", vector);
	}
}

/* Walk bytes that end where the process ends, and compare with a slow walk. */
static void expect_walk(const uint8_t *bytes, uint32_t length)
{
	uint8_t *const edge = at_the_edge(length);
	struct hvp_gsb_walk walk;
	struct hvp_gsb_element e;
	uint32_t at = 4, index = 0, count;

	memcpy(edge, bytes, length);
	if (length < 4) {
		EXPECT(hvp_gsb_begin(&walk, edge, length), HVP_ERR_SIZE, "%u bytes", length);
		EXPECT(hvp_gsb_next(&walk, &e), HVP_ERR_NOT_FOUND, "an empty walk");
		return;
	}
	EXPECT(hvp_gsb_begin(&walk, edge, length), HVP_OK, "%u bytes", length);
	count = (uint32_t)get_be(bytes, 4);
	while (index < count && at + 4 <= length && at + 4 + get_be(bytes + at + 2, 2) <= length) {
		EXPECT(hvp_gsb_next(&walk, &e), HVP_OK, "%u of %u bytes", index, length);
		EXPECT(e.id, get_be(bytes + at, 2), "id");
		EXPECT(e.bytes, get_be(bytes + at + 2, 2), "bytes");
		EXPECT(e.index, index++, "index");
		EXPECT(e.offset, at, "offset");
		EXPECT((uintptr_t)e.value, (uintptr_t)edge + at + 4, "value");
		at += 4 + e.bytes;
		EXPECT(walk.offset, at, "bytes in use");
	}
	poison(e);
	for (int again = 0; again < 2; again++)
		EXPECT(hvp_gsb_next(&walk, &e), index == count ? HVP_ERR_NOT_FOUND : HVP_ERR_SIZE,
		       "the end of %u bytes", length);
	EXPECT_POISONED(e, "the end of %u bytes", length);
}

static void test_walk(void **state)
{
	static const uint32_t counts[] = { 0, 1, 2, 7, 8, 9, 0x7fffffff, 0x80000000, 0xffffffff };
	static struct buffer b;
	uint64_t seed = 1;

	(void)state;
	clear(&b);
	for (uint32_t size = 0; size < 8; size++)
		append_number(&b, 0x1000 + size, size * 3 % 7, 0x0102030405060708);
	for (uint32_t length = 0; length <= b.used; length++)
		for (size_t i = 0; i < COUNT(counts); i++) {
			put_be(b.bytes, counts[i], 4);
			expect_walk(b.bytes, length);
		}
	/* any bytes at all */
	for (int round = 0; round < 20000; round++) {
		const uint32_t length = draw_below(&seed, 200);

		for (uint32_t i = 0; i < length; i++)
			b.bytes[i] = (uint8_t)(draw_below(&seed, 4) ? draw_below(&seed, 3) :
								      draw_below(&seed, 256));
		expect_walk(b.bytes, length);
	}
}

static void test_walk_without_buffer(void **state)
{
	struct hvp_gsb_walk walk;
	struct hvp_gsb_element e;

	(void)state;
	EXPECT(hvp_gsb_begin(&walk, NULL, 0), HVP_ERR_SIZE, "no buffer");
	EXPECT(hvp_gsb_next(&walk, &e), HVP_ERR_NOT_FOUND, "no buffer");
	EXPECT(hvp_gsb_begin(&walk, NULL, 8), HVP_ERR_SIZE, "no buffer, of 8 bytes");
	EXPECT(hvp_gsb_next(&walk, &e), HVP_ERR_NOT_FOUND, "no buffer, of 8 bytes");
}

/* Values of every length, word by word, at every alignment. */
static void test_number(void **state)
{
	static struct buffer b;

	(void)state;
	for (uint32_t size = 0; size <= 26; size++)
		for (uint32_t shift = 0; shift < 9; shift++) {
			struct hvp_gsb_walk walk;
			struct hvp_gsb_element e;

			clear(&b);
			append_number(&b, 0, shift, 0);
			append(&b, 0, size, (const uint64_t[]){ 0x0102030405060708,
								0x1112131415161718,
								0x2122232425262728 });
			EXPECT(hvp_gsb_begin(&walk, b.bytes, b.used), HVP_OK, "begin");
			EXPECT(hvp_gsb_next(&walk, &e), HVP_OK, "shift");
			EXPECT(hvp_gsb_next(&walk, &e), HVP_OK, "value");
			for (uint32_t word = 0; word < 6; word++) {
				const uint32_t from = word * 8;
				const uint32_t bytes = size <= from ? 0 : size - from < 8 ?
						       size - from : 8;

				EXPECT(hvp_gsb_number(&e, word), get_be(e.value + from, bytes),
				       "word %u of %u bytes", word, size);
			}
			EXPECT(hvp_gsb_number(&e, 0xffffffff), 0, "word far beyond");
			EXPECT(hvp_gsb_number(&e, 0x20000000), 0, "word that wraps");
		}
}

static void test_fill(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 3, 4, 7, 8, 16, 20, 23, 24 };
	static const uint64_t values[] = { 0, 1, 0xff, 0x100, 0x123456, 0xffffffff, 0x100000000,
					   ALL };
	static struct buffer b;
	uint8_t before[64];

	(void)state;
	for (size_t s = 0; s < COUNT(sizes); s++)
		for (uint32_t word = 0; word < 5; word++)
			for (size_t v = 0; v < COUNT(values); v++) {
				const uint32_t from = word * 8;
				const uint32_t width = sizes[s] <= from ? 0 : sizes[s] - from < 8 ?
						       sizes[s] - from : 8;
				const bool fits = width && (width == 8 ||
							    values[v] >> 8 * width == 0);
				struct hvp_gsb_walk walk;
				struct hvp_gsb_element e;

				clear(&b);
				append_number(&b, 0x1000, 8, 7);
				append_number(&b, 0x1001, sizes[s], 7);
				append_number(&b, 0x1002, 8, 7);
				memcpy(before, b.bytes, sizeof(before));
				EXPECT(hvp_gsb_begin(&walk, b.bytes, b.used), HVP_OK, "begin");
				EXPECT(hvp_gsb_next(&walk, &e), HVP_OK, "first");
				EXPECT(hvp_gsb_next(&walk, &e), HVP_OK, "second");
				EXPECT(hvp_gsb_fill(&e, word, values[v], b.bytes, b.used),
				       fits ? HVP_OK : HVP_ERR_VALUE, "%u bytes, word %u", sizes[s],
				       word);
				if (fits)
					put_be(before + 20 + from, values[v], width);
				EXPECT(memcmp(b.bytes, before, sizeof(before)), 0, "buffer");
				if (!fits)
					continue;
				/* the same element of a buffer that is one byte too short */
				EXPECT(hvp_gsb_fill(&e, word, 0, b.bytes, 20 + from + width - 1),
				       HVP_ERR_SIZE, "too short");
				EXPECT(memcmp(b.bytes, before, sizeof(before)), 0, "left alone");
				EXPECT(hvp_gsb_fill(&e, word, values[v], b.bytes,
						    20 + from + width), HVP_OK, "just long enough");
			}
}

/* All elements, built and made by hand: the same bytes. And into every room that is too small. */
static void test_build(void **state)
{
	static const uint64_t words[] = { 0x0102030405060708, 0x1112131415161718,
					  0x2122232425262728 };
	static struct buffer want, room;

	(void)state;
	for (uint32_t dialect = 0; dialect < 2; dialect++) {
		struct hvp_gsb_builder builder;
		uint8_t value[24];

		for (uint32_t i = 0; i < 3; i++)
			put_be(value + 8 * i, words[i], 8);
		clear(&want);
		EXPECT(hvp_gsb_build(&builder, dialect, room.bytes, sizeof(room.bytes)), HVP_OK,
		       "build");
		EXPECT(memcmp(room.bytes, want.bytes, 4), 0, "no elements");
		for (uint32_t i = 0, id; !hvp_gsb_at(i, &id); i++) {
			const int32_t known = hvp_gsb_bytes(id, dialect);
			const uint32_t size = known == HVP_GSB_ANY ? 5 : (uint32_t)known;

			append(&want, id, size, words);
			if (size == 4)
				EXPECT(hvp_gsb_put_number(&builder, id, (uint32_t)words[0]), HVP_OK,
				       "%#x", id);
			else if (size == 8)
				EXPECT(hvp_gsb_put_number(&builder, id, words[0]), HVP_OK, "%#x",
				       id);
			else if (size == 16 || size == 24)
				EXPECT(hvp_gsb_put_words(&builder, id, words, size / 8), HVP_OK,
				       "%#x", id);
			else
				EXPECT(hvp_gsb_put(&builder, id, value, size), HVP_OK, "%#x", id);
			EXPECT(builder.used, want.used, "used after %#x", id);
			EXPECT(memcmp(room.bytes, want.bytes, want.used), 0, "bytes after %#x", id);
		}
		EXPECT(get_be(room.bytes, 4), IDS_KNOWN, "count");
	}
}

static void test_build_refused(void **state)
{
	static struct buffer b;
	uint8_t before[64];
	struct hvp_gsb_builder builder, kept;
	uint8_t value[32] = { 0 };

	(void)state;
	poison(builder);
	EXPECT(hvp_gsb_build(NULL, 0, b.bytes, 8), HVP_ERR_ARGUMENT, "no builder");
	EXPECT(hvp_gsb_build(&builder, 0, NULL, 8), HVP_ERR_ARGUMENT, "no buffer");
	EXPECT(hvp_gsb_build(&builder, 2, b.bytes, 8), HVP_ERR_ARGUMENT, "no dialect");
	EXPECT(hvp_gsb_build(&builder, 0, b.bytes, 3), HVP_ERR_TOO_SMALL, "no room");
	EXPECT_POISONED(builder, "refused");
	/* each size but its own, unknown ids, and a byte too little */
	for (uint32_t id = 0; id < IDS; id += id < 0x3050 || id >= 0xefff ? 1 : 0x11) {
		const struct element e = element_of(id);
		const uint32_t right = e.size == -2 ? 9 : (uint32_t)e.size;

		for (uint32_t size = 0; size <= 25; size++) {
			const bool fits = e.size == -2 || (e.size >= 0 && size == right);

			memset(b.bytes, POISON, 64);
			EXPECT(hvp_gsb_build(&builder, 0, b.bytes, 4 + 4 + size - (fits && size)),
			       HVP_OK, "build");
			memcpy(before, b.bytes, sizeof(before));
			kept = builder;
			EXPECT(hvp_gsb_put(&builder, id, value, size), e.size == -1 ?
			       HVP_ERR_NOT_FOUND : !fits ? HVP_ERR_SIZE : size ? HVP_ERR_TOO_BIG :
			       HVP_OK, "%#x of %u bytes", id, size);
			if (fits && !size)
				continue;
			EXPECT(memcmp(b.bytes, before, sizeof(before)), 0, "%#x: buffer", id);
			EXPECT(memcmp(&builder, &kept, sizeof(kept)), 0, "%#x: builder", id);
		}
	}
	EXPECT(hvp_gsb_build(&builder, 0, b.bytes, sizeof(b.bytes)), HVP_OK, "build");
	kept = builder;
	EXPECT(hvp_gsb_put(&builder, 0, NULL, 0x10000), HVP_ERR_SIZE, "more than a size can say");
	EXPECT(hvp_gsb_put_number(&builder, 7, 0), HVP_ERR_NOT_FOUND, "unknown");
	EXPECT(hvp_gsb_put_number(&builder, 0x3000, 0), HVP_ERR_SIZE, "no number");
	EXPECT(hvp_gsb_put_number(&builder, 0, 0), HVP_ERR_SIZE, "NOP is no number");
	EXPECT(hvp_gsb_put_number(&builder, 0x2000, 0x100000000), HVP_ERR_VALUE, "CR of 33 bits");
	EXPECT(hvp_gsb_put_words(&builder, 0x3000, (const uint64_t[4]){ 0 }, 4), HVP_ERR_SIZE,
	       "four words");
	EXPECT(hvp_gsb_put_words(&builder, 0x3000, (const uint64_t[4]){ 0 }, 0xffffffff),
	       HVP_ERR_SIZE, "many words");
	EXPECT(hvp_gsb_put_words(&builder, 0x3000, (const uint64_t[4]){ 0 }, 1), HVP_ERR_SIZE,
	       "half a VSR");
	EXPECT(memcmp(&builder, &kept, sizeof(kept)), 0, "builder left alone");
	/* zeros for H_GUEST_GET_STATE */
	memset(b.bytes, POISON, 64);
	EXPECT(hvp_gsb_put(&builder, 0x3000, NULL, 16), HVP_OK, "zeros");
	EXPECT(get_be(b.bytes + 8, 8) | get_be(b.bytes + 16, 8), 0, "zeros");
	/* NOP is as long as a size can say */
	EXPECT(hvp_gsb_put(&builder, 0, NULL, 0xffff), HVP_OK, "a long NOP");
	EXPECT(builder.used, 4 + 20 + 4 + 0xffff, "a long NOP");
	/* a number that has no room: one byte is missing */
	EXPECT(hvp_gsb_build(&builder, 0, b.bytes, 4 + 4 + 7), HVP_OK, "build");
	kept = builder;
	memcpy(before, b.bytes, sizeof(before));
	EXPECT(hvp_gsb_put_number(&builder, 0x1000, ~(uint64_t)0), HVP_ERR_TOO_BIG, "no room");
	EXPECT(memcmp(&builder, &kept, sizeof(kept)), 0, "no room: builder");
	EXPECT(memcmp(b.bytes, before, sizeof(before)), 0, "no room: buffer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_no_dialect),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_walk_without_buffer),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_build),
		cmocka_unit_test(test_build_refused),
	};

	return expect_done(cmocka_run_group_tests_name("gsb", tests, NULL, NULL));
}
