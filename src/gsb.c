// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/gsb.h>

#include "gsb_rows.h"

/* The last value that an element's size can say. */
#define HVP__SIZE_MAX 0xffff
/* No element with a size is longer. */
#define HVP__VALUE_MAX 24
#define HVP__MSR_S HVP_BIT(22)
#define HVP__LPCR_GTSE HVP_BIT(10)

/* The access column of gsb.def. */
#define HVP__ACCESS_R HVP_GSB_ACCESS_GET
#define HVP__ACCESS_RS (HVP_GSB_ACCESS_GET | HVP_GSB_ACCESS_SET)
#define HVP__ACCESS_RW (HVP__ACCESS_RS | HVP_GSB_ACCESS_RUN)

_Static_assert(HVP__SLOTS < 256, "a slot has 8 bits");

static const struct hvp__gsb_row hvp__gsb_rows[] = {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit)		\
	{ (id), (count), (size), HVP__SLOT_##name, HVP_GSB_SCOPE_##scope,		\
	  HVP__ACCESS_##access, (since), HVP_GSB_ACCEPT_##accept,			\
	  HVP_HVREG_ENTRY_##entry, HVP_HVREG_EXIT_##exit },
#include <hvpolicy/gsb.def>
};

#define HVP__ROWS ((uint32_t)HVP__COUNT(hvp__gsb_rows))

/* Names stand apart: no buffer is checked with them. */
static const char hvp__gsb_names[][28] = {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit) #name,
#include <hvpolicy/gsb.def>
};

/* With the closing 0, and behind several a number of two digits. */
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit)	\
	_Static_assert(sizeof(#name) <= sizeof(hvp__gsb_names[0]) && (count) < 100, #name);
#include <hvpolicy/gsb.def>

static const struct hvp__gsb_dialect {
	uint16_t id;
	uint8_t dialect;
	int16_t size;
} hvp__gsb_dialects[] = {
#define HVP_GSB_DIALECT(name, dialect, size) \
	{ HVP_GSB_##name, HVP_GSB_DIALECT_##dialect, (size) },
#include <hvpolicy/gsb.def>
};

static const struct hvp__gsb_lack {
	uint16_t id;
	uint16_t bit;
} hvp__gsb_lacks_rows[] = {
#define HVP_GSB_LACK(name, bit) { HVP_GSB_##name, HVP_GSB_LACKS_##name },
#include <hvpolicy/gsb.def>
};

static const struct hvp__gsb_output {
	uint16_t vector;
	uint16_t id;
	uint16_t count;
} hvp__gsb_outputs[] = {
#define HVP_GSB_OUTPUT(vector, name, count) { (vector), HVP_GSB_##name, (count) },
#include <hvpolicy/gsb.def>
};

static bool hvp__in_row(uint32_t row, uint32_t id)
{
	return id - hvp__gsb_rows[row].id < hvp__gsb_rows[row].count;
}

/* Number of the row of an id, HVP__ROWS: none. */
static uint32_t hvp__gsb_search(uint32_t id)
{
	uint32_t first = 0, past = HVP__ROWS;

	/* the first row has id 0: one of them begins at the id or below */
	while (past - first > 1) {
		const uint32_t middle = first + (past - first) / 2;

		if (hvp__gsb_rows[middle].id <= id)
			first = middle;
		else
			past = middle;
	}
	return hvp__in_row(first, id) ? first : HVP__ROWS;
}

/* Number of the row of an id, HVP__ROWS: none. Senders keep to the order: near is the last row. */
static uint32_t hvp__gsb_row_near(uint32_t id, uint32_t near)
{
	if (hvp__in_row(near, id))
		return near;
	return near + 1 < HVP__ROWS && hvp__in_row(near + 1, id) ? near + 1 : hvp__gsb_search(id);
}

const struct hvp__gsb_row *hvp__gsb_row_of(uint32_t id)
{
	const uint32_t row = hvp__gsb_search(id);

	return row < HVP__ROWS ? &hvp__gsb_rows[row] : NULL;
}

bool hvp__gsb_lacks(const struct hvp__gsb_row *row, uint32_t lacks)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__gsb_lacks_rows); i++)
		if (hvp__gsb_lacks_rows[i].id == row->id)
			return lacks & hvp__gsb_lacks_rows[i].bit;
	return false;
}

uint32_t hvp__gsb_all_lacks(void)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < HVP__COUNT(hvp__gsb_lacks_rows); i++)
		bits |= hvp__gsb_lacks_rows[i].bit;
	return bits;
}

int32_t hvp__gsb_size(const struct hvp__gsb_row *row, uint32_t dialect)
{
	if (dialect == HVP_GSB_DIALECT_DOCUMENT)
		return row->size;
	for (size_t i = 0; i < HVP__COUNT(hvp__gsb_dialects); i++)
		if (hvp__gsb_dialects[i].id == row->id &&
		    hvp__gsb_dialects[i].dialect == dialect)
			return hvp__gsb_dialects[i].size;
	return row->size;
}

uint64_t hvp__gsb_bits(const struct hvp__gsb_row *row)
{
	switch (row->accept) {
	case HVP_GSB_ACCEPT_MSR:
		return ~(HVP_MSR_HV | HVP__MSR_S | HVP_MSR_ME);
	case HVP_GSB_ACCEPT_LPCR:
		return (HVP_LPCR_L1 & ~HVP_LPCR_TC) | HVP__LPCR_GTSE;
	case HVP_GSB_ACCEPT_LOW:
		return HVP_U64(0xffffffff);
	default:
		return ~HVP_U64(0);
	}
}

/* "GPR" and 31 make "GPR31", with zeros to the end; no pattern that is a call of memset(). */
static void hvp__gsb_name(uint32_t row, uint32_t id, char *to, size_t room)
{
	const char *name = hvp__gsb_names[row];
	const uint32_t number = id - hvp__gsb_rows[row].id;
	size_t used = 0;

	for (size_t i = 0; i < room; i++) {
		to[i] = *name;
		if (*name) {
			name++;
			used++;
		}
	}
	if (hvp__gsb_rows[row].count == 1)
		return;
	if (number >= 10)
		to[used++] = (char)('0' + number / 10);
	to[used] = (char)('0' + number % 10);
}

enum hvp_status hvp_gsb_get(uint32_t id, struct hvp_gsb_info *info)
{
	const uint32_t number = hvp__gsb_search(id);
	const struct hvp__gsb_row *row = &hvp__gsb_rows[number];

	if (number == HVP__ROWS)
		return HVP_ERR_NOT_FOUND;
	info->bits = hvp__gsb_bits(row);
	info->id = id;
	info->scope = row->scope;
	info->access = row->access;
	info->since = row->since;
	info->accept = row->accept;
	info->entry = row->entry;
	info->exit = row->exit;
	info->bytes = row->size;
	hvp__gsb_name(number, id, info->name, sizeof(info->name));
	return HVP_OK;
}

uint64_t hvp_gsb_bits(uint32_t id)
{
	const struct hvp__gsb_row *row = hvp__gsb_row_of(id);

	return row ? hvp__gsb_bits(row) : ~HVP_U64(0);
}

int32_t hvp_gsb_bytes(uint32_t id, uint32_t dialect)
{
	const struct hvp__gsb_row *row = hvp__gsb_row_of(id);

	return row && dialect <= HVP_GSB_DIALECT_LINUX ? hvp__gsb_size(row, dialect) :
							 HVP_GSB_ABSENT;
}

enum hvp_status hvp_gsb_output(uint32_t vector, uint32_t index, uint32_t *id)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__gsb_outputs); i++) {
		const struct hvp__gsb_output *row = &hvp__gsb_outputs[i];

		if (row->vector != vector)
			continue;
		if (index < row->count) {
			*id = row->id + index;
			return HVP_OK;
		}
		index -= row->count;
	}
	return HVP_ERR_NOT_FOUND;
}

enum hvp_status hvp_gsb_at(uint32_t index, uint32_t *id)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__gsb_rows); i++) {
		const struct hvp__gsb_row *row = &hvp__gsb_rows[i];

		if (index - row->slot >= row->count)
			continue;
		*id = row->id + (index - row->slot);
		return HVP_OK;
	}
	return HVP_ERR_NOT_FOUND;
}

enum hvp_status hvp_gsb_begin(struct hvp_gsb_walk *walk, const void *buf, uint32_t bytes)
{
	*walk = (struct hvp_gsb_walk){ .offset = HVP_GSB_HEADER, .bytes = bytes, .buf = buf };
	if (!buf || bytes < HVP_GSB_HEADER)
		return HVP_ERR_SIZE;
	walk->count = hvp__get32(walk->buf);
	return HVP_OK;
}

enum hvp_status hvp_gsb_next(struct hvp_gsb_walk *walk, struct hvp_gsb_element *element)
{
	const uint32_t left = walk->bytes - walk->offset;
	const uint8_t *at;
	uint32_t bytes;

	if (walk->index >= walk->count)
		return HVP_ERR_NOT_FOUND;
	if (left < HVP_GSB_ELEMENT_HEADER)
		return HVP_ERR_SIZE;
	at = walk->buf + walk->offset;
	bytes = hvp__get16(at + 2);
	if (left - HVP_GSB_ELEMENT_HEADER < bytes)
		return HVP_ERR_SIZE;
	*element = (struct hvp_gsb_element){
		.id = hvp__get16(at), .bytes = bytes, .index = walk->index,
		.offset = walk->offset, .value = at + HVP_GSB_ELEMENT_HEADER,
	};
	walk->index++;
	walk->offset += HVP_GSB_ELEMENT_HEADER + bytes;
	return HVP_OK;
}

enum hvp_status hvp__gsb_next_row(struct hvp_gsb_walk *walk, struct hvp_gsb_element *element,
				  uint32_t *near, const struct hvp__gsb_row **row)
{
	const enum hvp_status status = hvp_gsb_next(walk, element);
	uint32_t number;

	if (status)
		return status;
	number = hvp__gsb_row_near(element->id, *near);
	*row = NULL;
	if (number < HVP__ROWS) {
		*row = &hvp__gsb_rows[number];
		*near = number;
	}
	return HVP_OK;
}

/* Bytes of a doubleword that a value has. */
static uint32_t hvp__word_bytes(uint32_t bytes, uint32_t word)
{
	const uint64_t from = (uint64_t)word * 8;

	if (bytes <= from)
		return 0;
	return bytes - from < 8 ? (uint32_t)(bytes - from) : 8;
}

uint64_t hvp_gsb_number(const struct hvp_gsb_element *element, uint32_t word)
{
	const uint32_t bytes = hvp__word_bytes(element->bytes, word);

	return bytes ? hvp__get_bytes(element->value + (size_t)word * 8, bytes) : 0;
}

enum hvp_status hvp_gsb_fill(const struct hvp_gsb_element *element, uint32_t word,
			     uint64_t value, void *buf, uint32_t bytes)
{
	const uint32_t width = hvp__word_bytes(element->bytes, word);
	const uint64_t from = (uint64_t)element->offset + HVP_GSB_ELEMENT_HEADER +
			      (uint64_t)word * 8;

	if (!width || (width < 8 && value >> (8 * width)))
		return HVP_ERR_VALUE;
	if (from + width > bytes)
		return HVP_ERR_SIZE;
	hvp__put_bytes((uint8_t *)buf + from, value, width);
	return HVP_OK;
}

enum hvp_status hvp_gsb_build(struct hvp_gsb_builder *builder, uint32_t dialect, void *buf,
			      uint32_t bytes)
{
	if (!builder || !buf || dialect > HVP_GSB_DIALECT_LINUX)
		return HVP_ERR_ARGUMENT;
	if (bytes < HVP_GSB_HEADER)
		return HVP_ERR_TOO_SMALL;
	*builder = (struct hvp_gsb_builder){
		.bytes = bytes, .used = HVP_GSB_HEADER, .dialect = dialect, .buf = buf,
	};
	hvp__put32(builder->buf, 0);
	return HVP_OK;
}

/* An element of a size that is right; without a value it is zeros. */
static enum hvp_status hvp__append(struct hvp_gsb_builder *builder, uint32_t id,
				   const uint8_t *from, uint32_t bytes)
{
	uint8_t *to = builder->buf + builder->used;

	if (builder->bytes - builder->used < HVP_GSB_ELEMENT_HEADER + bytes)
		return HVP_ERR_TOO_BIG;
	hvp__put16(to, id);
	hvp__put16(to + 2, bytes);
	for (uint32_t i = 0; i < bytes; i++)
		to[HVP_GSB_ELEMENT_HEADER + i] = from ? from[i] : 0;
	builder->used += HVP_GSB_ELEMENT_HEADER + bytes;
	hvp__put32(builder->buf, ++builder->count);
	return HVP_OK;
}

enum hvp_status hvp_gsb_put(struct hvp_gsb_builder *builder, uint32_t id, const void *value,
			    uint32_t bytes)
{
	const int32_t size = hvp_gsb_bytes(id, builder->dialect);

	if (size == HVP_GSB_ABSENT)
		return HVP_ERR_NOT_FOUND;
	if (size == HVP_GSB_ANY ? bytes > HVP__SIZE_MAX : bytes != (uint32_t)size)
		return HVP_ERR_SIZE;
	return hvp__append(builder, id, value, bytes);
}

enum hvp_status hvp_gsb_put_words(struct hvp_gsb_builder *builder, uint32_t id,
				  const uint64_t *words, uint32_t count)
{
	uint8_t wire[HVP__VALUE_MAX];

	if (count > sizeof(wire) / 8)
		return HVP_ERR_SIZE;
	for (uint32_t i = 0; i < count; i++)
		hvp__put64(wire + (size_t)i * 8, words[i]);
	return hvp_gsb_put(builder, id, wire, count * 8);
}

enum hvp_status hvp_gsb_put_number(struct hvp_gsb_builder *builder, uint32_t id, uint64_t value)
{
	const int32_t size = hvp_gsb_bytes(id, builder->dialect);
	uint8_t wire[8];

	if (size == HVP_GSB_ABSENT)
		return HVP_ERR_NOT_FOUND;
	if (size != 4 && size != 8)
		return HVP_ERR_SIZE;
	if (size == 4 && value >> 32)
		return HVP_ERR_VALUE;
	hvp__put_bytes(wire, value, (uint32_t)size);
	return hvp__append(builder, id, wire, (uint32_t)size);
}
