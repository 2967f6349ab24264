// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Guest state buffers: R16 and R20. The walk over every buffer of up to LONGEST bytes, each in
 * memory that ends where its length says; the table of elements for every id of 32 bits.
 */
#include "proof.h"

#include <stdlib.h>

#include "gsb_rows.h"

#define LONGEST 12

static void walk(uint32_t bytes)
{
	ANY(uint8_t, memory[LONGEST]);
	const uint8_t *buf = LAST_BYTES(memory, bytes);
	struct hvp_gsb_walk walk;
	struct hvp_gsb_element element = { 0 };
	enum hvp_status status = hvp_gsb_begin(&walk, buf, bytes);
	uint32_t calls = 0, before = 0;

	PROVE((status == HVP_ERR_SIZE) == (bytes < 4), "R16: a buffer has room for its number");
	if (status)
		return;
	/* never more often than elements fit, whatever number the buffer claims */
	for (; calls <= bytes / 4; calls++) {
		before = walk.offset;
		status = hvp_gsb_next(&walk, &element);
		if (status)
			break;
		PROVE(element.offset == before && element.index == calls,
		      "R16: elements follow each other without a gap");
		PROVE(element.value == buf + element.offset + 4 &&
		      element.offset + 4 + element.bytes <= bytes,
		      "R16: all of an element lies inside the buffer");
	}
	PROVE(status, "R16: a walk ends after as many calls as elements fit");
	PROVE(walk.offset == before && walk.index == calls, "R20: at its end a walk stays");
	PROVE((status == HVP_ERR_NOT_FOUND) == (calls == walk.count),
	      "R16: at its end are all elements that it claims, or one too long");
	POSSIBLE(status == HVP_ERR_NOT_FOUND && calls == 1 && element.bytes == 3);
	POSSIBLE(status == HVP_ERR_SIZE && calls == 1);
	POSSIBLE(status == HVP_ERR_NOT_FOUND && calls == LONGEST / 4 - 1);
}

void prove_walk(void)
{
	for (uint32_t bytes = 0; bytes <= LONGEST; bytes++)
		walk(bytes);
}

/* One step of a walk over a buffer of any length, which has come to any place in it. */
void prove_next(void)
{
	ANY(uint32_t, bytes);
	ANY(struct hvp_gsb_walk, walk);
	ANY(struct hvp_gsb_element, element);
	const struct hvp_gsb_element untouched = element;
	const uint8_t *buf = malloc(bytes);
	struct hvp_gsb_walk before;
	enum hvp_status status;

	ASSUME(buf && walk.offset >= HVP_GSB_HEADER && walk.offset <= bytes);
	walk.buf = buf;
	walk.bytes = bytes;
	before = walk;
	status = hvp_gsb_next(&walk, &element);
	PROVE(!status || status == HVP_ERR_NOT_FOUND || status == HVP_ERR_SIZE,
	      "R16: it finds an element, or the end, or that it is cut");
	PROVE((status == HVP_ERR_NOT_FOUND) == (before.index >= before.count),
	      "R16: at its end are all elements that it claims");
	if (!status) {
		PROVE(element.offset == before.offset && element.index == before.index &&
		      walk.index == before.index + 1 &&
		      walk.offset == element.offset + 4 + element.bytes,
		      "R16: elements follow each other without a gap");
		PROVE(element.value == buf + element.offset + 4 && element.bytes <= 0xffff &&
		      walk.offset <= bytes,
		      "R16: all of an element lies inside the buffer");
	} else {
		PROVE(walk.offset == before.offset && walk.index == before.index &&
		      element.id == untouched.id, "R20: at its end a walk stays");
	}
	PROVE(walk.buf == buf && walk.bytes == bytes && walk.count == before.count,
	      "R16: the buffer and its number stay");
	POSSIBLE(!status && bytes == ~0u && walk.offset == bytes);
	POSSIBLE(status == HVP_ERR_SIZE && bytes - walk.offset == 3);
	free((void *)buf);
}

/* A value of any length, at the end of memory. */
static void number(uint32_t bytes)
{
	ANY(uint8_t, memory[LONGEST]);
	ANY(uint32_t, word);
	const struct hvp_gsb_element element = {
		.bytes = bytes, .value = LAST_BYTES(memory, bytes),
	};
	const uint64_t value = hvp_gsb_number(&element, word);

	PROVE((uint64_t)word * 8 < bytes || !value, "R16: beyond a value there is nothing");
	PROVE(word || bytes != 2 || value == ((uint64_t)element.value[0] << 8 | element.value[1]),
	      "R16: a value is big endian, whole if it is shorter");
	POSSIBLE(word == 1 && value && bytes == 9);
}

void prove_number(void)
{
	for (uint32_t bytes = 0; bytes <= LONGEST; bytes++)
		number(bytes);
}

static void prove_row(uint32_t id, uint32_t count)
{
	const struct hvp__gsb_row *row = hvp__gsb_row_of(id);

	PROVE(row && row->id == id && hvp__gsb_row_of(id + count - 1) == row,
	      "R16: the first and the last id of each row are found");
}

void prove_rows(void)
{
	ANY(uint32_t, id);
	ANY(uint32_t, dialect);
	const struct hvp__gsb_row *row = hvp__gsb_row_of(id);
	const int32_t bytes = hvp_gsb_bytes(id, dialect);
	uint32_t slot;

	PROVE((bytes != HVP_GSB_ABSENT) == (row && dialect <= 1),
	      "R16: an element has a row, or is absent, in both dialects");
	PROVE(row || !~hvp_gsb_bits(id), "R16: what is no element has no bits to mask");
	if (row) {
		slot = row->slot + (id - row->id);
		PROVE(id >= row->id && id < (uint32_t)row->id + row->count,
		      "R16: the row of an id is its own");
		PROVE(slot < HVP__SLOTS && row->size >= HVP_GSB_ANY,
		      "R16: each id has a place of its own, and a size");
	}
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit) \
	prove_row((id), (count));
#include <hvpolicy/gsb.def>
	POSSIBLE(row && id == 0xf003);
	POSSIBLE(row && row->count == 64);
	POSSIBLE(!row && id == 0x1054);
}

#define FILLED 16

void prove_fill(void)
{
	ANY(uint8_t, memory[FILLED]);
	ANY(struct hvp_gsb_element, element);
	ANY(uint32_t, word);
	ANY(uint64_t, value);
	ANY(uint32_t, bytes);
	ANY(uint32_t, at);
	uint8_t before[FILLED];
	enum hvp_status status;
	uint64_t from, end;

	/* of any walk, and any buffer that may be another one */
	ASSUME(bytes <= FILLED && at < FILLED && element.bytes <= 0xffff);
	for (uint32_t i = 0; i < FILLED; i++)
		before[i] = memory[i];
	status = hvp_gsb_fill(&element, word, value, memory, bytes);
	from = (uint64_t)element.offset + 4 + (uint64_t)word * 8;
	end = (uint64_t)element.offset + 4 + element.bytes;
	if (status) {
		PROVE(memory[at] == before[at], "R20: a refusal leaves the buffer alone");
	} else {
		PROVE(memory[at] == before[at] || (at >= from && at < from + 8 && at < end &&
						   at < bytes),
		      "R20: nothing but the doubleword of the element is written");
		element.value = memory + element.offset + 4;
		PROVE(hvp_gsb_number(&element, word) == value, "R4: what was put is read");
	}
	POSSIBLE(!status && element.bytes == 4);
	POSSIBLE(!status && word == 1 && element.bytes == 11);
	POSSIBLE(status == HVP_ERR_SIZE);
	POSSIBLE(status == HVP_ERR_VALUE && element.bytes == 4 && !word);
}

#define ROOM 28

/* Two elements into a buffer of any length, and the walk over what was built. */
void prove_build(void)
{
	ANY(uint8_t, memory[ROOM]);
	ANY(uint32_t, bytes);
	ANY(uint32_t, dialect);
	ANY(uint64_t, one);
	ANY(uint64_t, two);
	struct hvp_gsb_builder builder, before;
	struct hvp_gsb_walk walk;
	struct hvp_gsb_element element;
	enum hvp_status first, second;

	ASSUME(bytes <= ROOM);
	if (hvp_gsb_build(&builder, dialect, memory, bytes)) {
		PROVE(bytes < 4 || dialect > 1, "R16: a buffer with room can be begun");
		return;
	}
	first = hvp_gsb_put_number(&builder, HVP_GSB_HEIR, one);
	before = builder;
	second = hvp_gsb_put_words(&builder, HVP_GSB_GPR + 31, &two, 1);
	PROVE(!second || SAME(builder, before), "R20: a refusal leaves the builder alone");
	PROVE(builder.used <= bytes, "R16: nothing is put behind the end");
	(void)hvp_gsb_begin(&walk, memory, bytes);
	PROVE(walk.count == (uint32_t)!first + !second, "R16: a buffer says what it has");
	if (!first)
		PROVE(!hvp_gsb_next(&walk, &element) && element.id == HVP_GSB_HEIR &&
		      hvp_gsb_number(&element, 0) == one, "R4: what was put is read");
	if (!second)
		PROVE(!hvp_gsb_next(&walk, &element) && element.id == HVP_GSB_GPR + 31 &&
		      hvp_gsb_number(&element, 0) == two, "R4: what was put is read");
	PROVE(hvp_gsb_next(&walk, &element) == HVP_ERR_NOT_FOUND && walk.offset == builder.used,
	      "R16: and nothing else");
	POSSIBLE(!first && !second && bytes == ROOM && element.bytes == 8);
	POSSIBLE(first == HVP_ERR_TOO_BIG);
	POSSIBLE(first == HVP_ERR_VALUE && !second);
}
