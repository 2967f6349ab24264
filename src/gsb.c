// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/gsb.h>

#include "gsb_rows.h"

/* The last value that an element's size can say. */
#define HVP__SIZE_MAX 0xffff
/* No element with a size is longer. */
#define HVP__VALUE_MAX 24

/* The access column of gsb.def. */
#define HVP__ACCESS_R HVP_GSB_ACCESS_GET
#define HVP__ACCESS_RS (HVP_GSB_ACCESS_GET | HVP_GSB_ACCESS_SET)
#define HVP__ACCESS_RW (HVP__ACCESS_RS | HVP_GSB_ACCESS_RUN)

_Static_assert(HVP__SLOTS < 256, "a slot has 8 bits");

static const struct hvp__gsb_row hvp__gsb_rows[] = {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit)		\
	{ (id), (count), (size), HVP__SLOT_##name, HVP_GSB_SCOPE_##scope,		\
	  HVP__ACCESS_##access, (since), HVP_GSB_ACCEPT_##accept,			\
	  HVP_HVREG_ENTRY_##entry, HVP_HVREG_EXIT_##exit, 0 },
#include <hvpolicy/gsb.def>
};

/*
 * Ids stand in few blocks of consecutive ones. This tells the blocks apart, so that a row is found
 * with one load; two ids of one place would be initialised twice, which no build lets pass.
 */
#define HVP__PLACE(id) (((id) >> 3 & 0xf80) | ((id) & 0x7f))

_Static_assert(HVP__ROWS < 256, "the number of a row has 8 bits");

#define HVP__AT_1(id, row)	\
	[HVP__PLACE(id)] = (row),
#define HVP__AT_2(id, row) HVP__AT_1(id, row) HVP__AT_1((id) + 1, row)
#define HVP__AT_4(id, row) HVP__AT_2(id, row) HVP__AT_2((id) + 2, row)
#define HVP__AT_8(id, row) HVP__AT_4(id, row) HVP__AT_4((id) + 4, row)
#define HVP__AT_16(id, row) HVP__AT_8(id, row) HVP__AT_8((id) + 8, row)
#define HVP__AT_32(id, row) HVP__AT_16(id, row) HVP__AT_16((id) + 16, row)
#define HVP__AT_64(id, row) HVP__AT_32(id, row) HVP__AT_32((id) + 32, row)

/* Number of the only row that an id can have, by its place. */
static const uint8_t hvp__gsb_places[HVP__PLACE(~0u) + 1] = {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit) \
	HVP__AT_##count(id, HVP__ROW_##name)
#include <hvpolicy/gsb.def>
};

/* Names stand apart: no buffer is checked with them. */
static const char hvp__gsb_names[][28] = {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit) #name,
#include <hvpolicy/gsb.def>
};

/* With the closing 0, and behind several a number of two digits. */
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit)	\
	_Static_assert(sizeof(#name) <= sizeof(hvp__gsb_names[0]) && (count) < 100, #name);
#include <hvpolicy/gsb.def>

static const struct hvp__gsb_lack {
	uint16_t id;
	uint16_t bit;
} hvp__gsb_lacks_rows[] = {
#define HVP_GSB_LACK(name, bit) { HVP_GSB_##name, HVP_GSB_LACKS_##name },
#include <hvpolicy/gsb.def>
};

const struct hvp__gsb_row *hvp__gsb_row_of(uint32_t id)
{
	const struct hvp__gsb_row *row = &hvp__gsb_rows[hvp__gsb_places[HVP__PLACE(id)]];

	return id - row->id < row->count ? row : NULL;
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

/* "GPR" and 31 make "GPR31", with zeros to the end; no pattern that is a call of memset(). */
static void hvp__gsb_name(const struct hvp__gsb_row *row, uint32_t id, char *to, size_t room)
{
	const char *name = hvp__gsb_names[row - hvp__gsb_rows];
	const uint32_t number = id - row->id;
	size_t used = 0;

	for (size_t i = 0; i < room; i++) {
		to[i] = *name;
		if (*name) {
			name++;
			used++;
		}
	}
	if (row->count == 1)
		return;
	if (number >= 10)
		to[used++] = (char)('0' + number / 10);
	to[used] = (char)('0' + number % 10);
}

enum hvp_status hvp_gsb_get(uint32_t id, struct hvp_gsb_info *info)
{
	const struct hvp__gsb_row *row = hvp__gsb_row_of(id);

	if (!row)
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
	hvp__gsb_name(row, id, info->name, sizeof(info->name));
	return HVP_OK;
}

#define HVP__BITS(name, count, bits)			\
	_Static_assert((count) == 1, #name);		\
	case HVP_GSB_##name:				\
		return (bits);
#define HVP__BITS_ALL(name, count)
#define HVP__BITS_MSR(name, count) HVP__BITS(name, count, HVP__GSB_BITS_MSR)
#define HVP__BITS_LPCR(name, count) HVP__BITS(name, count, HVP__GSB_BITS_LPCR)
#define HVP__BITS_LOW(name, count) HVP__BITS(name, count, HVP__GSB_BITS_LOW)
#define HVP__BITS_LEVEL(name, count)
#define HVP__BITS_PARTITION(name, count)
#define HVP__BITS_PROCESS(name, count)
#define HVP__BITS_INPUT(name, count)
#define HVP__BITS_OUTPUT(name, count)

uint64_t hvp_gsb_bits(uint32_t id)
{
	switch (id) {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit) \
	HVP__BITS_##accept(name, count)
#include <hvpolicy/gsb.def>
	default:
		return ~HVP_U64(0);
	}
}

int32_t hvp_gsb_bytes(uint32_t id, uint32_t dialect)
{
	const struct hvp__gsb_row *row = hvp__gsb_row_of(id);

	return row && dialect <= HVP_GSB_DIALECT_LINUX ? hvp__gsb_size(row, dialect) :
							 HVP_GSB_ABSENT;
}

enum hvp_status hvp_gsb_output(uint32_t vector, uint32_t index, uint32_t *id)
{
#define HVP_GSB_OUTPUT(of, name, count)				\
	if (vector == (of)) {					\
		if (index < (count)) {				\
			*id = HVP_GSB_##name + index;		\
			return HVP_OK;				\
		}						\
		index -= (count);				\
	}
#include <hvpolicy/gsb.def>
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
				  const struct hvp__gsb_row **row)
{
	const enum hvp_status status = hvp_gsb_next(walk, element);

	if (!status)
		*row = hvp__gsb_row_of(element->id);
	return status;
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
	const uint64_t from = (uint64_t)word * 8;
	uint32_t left;

	if (element->bytes <= from)
		return 0;
	left = element->bytes - (uint32_t)from;
	return hvp__get_bytes(element->value + from, left < 8 ? left : 8);
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

/* Room for a value behind the head of its element; NULL: there is none. */
static uint8_t *hvp__begin_element(const struct hvp_gsb_builder *builder, uint32_t id,
				   uint32_t bytes)
{
	uint8_t *to = builder->buf + builder->used;

	if (builder->bytes - builder->used < HVP_GSB_ELEMENT_HEADER + bytes)
		return NULL;
	hvp__put16(to, id);
	hvp__put16(to + 2, bytes);
	return to + HVP_GSB_ELEMENT_HEADER;
}

static void hvp__end_element(struct hvp_gsb_builder *builder, uint32_t bytes)
{
	builder->used += HVP_GSB_ELEMENT_HEADER + bytes;
	hvp__put32(builder->buf, ++builder->count);
}

enum hvp_status hvp_gsb_put(struct hvp_gsb_builder *builder, uint32_t id, const void *value,
			    uint32_t bytes)
{
	const int32_t size = hvp_gsb_bytes(id, builder->dialect);
	const uint8_t *from = value;
	uint8_t *to;

	if (size == HVP_GSB_ABSENT)
		return HVP_ERR_NOT_FOUND;
	if (size == HVP_GSB_ANY ? bytes > HVP__SIZE_MAX : bytes != (uint32_t)size)
		return HVP_ERR_SIZE;
	to = hvp__begin_element(builder, id, bytes);
	if (!to)
		return HVP_ERR_TOO_BIG;
	for (uint32_t i = 0; i < bytes; i++)
		to[i] = from ? from[i] : 0;
	hvp__end_element(builder, bytes);
	return HVP_OK;
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
	const struct hvp__gsb_row *row = hvp__gsb_row_of(id);
	int32_t size;
	uint8_t *to;

	if (!row)
		return HVP_ERR_NOT_FOUND;
	size = hvp__gsb_size(row, builder->dialect);
	if (size != 4 && size != 8)
		return HVP_ERR_SIZE;
	if (size == 4 && value >> 32)
		return HVP_ERR_VALUE;
	to = hvp__begin_element(builder, id, (uint32_t)size);
	if (!to)
		return HVP_ERR_TOO_BIG;
	if (size == 8)
		hvp__put64(to, value);
	else
		hvp__put32(to, (uint32_t)value);
	hvp__end_element(builder, (uint32_t)size);
	return HVP_OK;
}
