/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The elements once more, as ranges and from the document, and buffers made by hand. */
#ifndef HVPOLICY_TESTS_ELEMENTS_H
#define HVPOLICY_TESTS_ELEMENTS_H

#include "expect.h"

#define IDS 0x10000
/* All elements of the document: 7, and 5 of L0, 3, 84, 15, 64, 4. */
#define IDS_KNOWN 182

/* What the document says of an id; size -1: unknown, -2: any. */
struct element {
	int size;
	unsigned scope;		/* 1 vCPU, 2 guest, 4 L0 */
	unsigned access;	/* 1 GET, 2 SET, 4 RUN */
	bool second;		/* of revision 2 */
};

static inline struct element element_of(uint32_t id)
{
	static const struct {
		uint32_t first, last;
		struct element element;
	} ranges[] = {
		{ 0x0000, 0x0000, { -2, 7, 7, false } },
		{ 0x0001, 0x0002, { 8, 2, 1, false } },
		{ 0x0003, 0x0003, { 4, 2, 7, false } },
		{ 0x0004, 0x0004, { 8, 2, 7, false } },
		{ 0x0005, 0x0005, { 24, 2, 7, false } },
		{ 0x0006, 0x0006, { 16, 2, 7, false } },
		{ 0x0800, 0x0804, { 8, 4, 1, true } },
		{ 0x0c00, 0x0c01, { 16, 1, 3, false } },
		{ 0x0c02, 0x0c02, { 8, 1, 3, false } },
		{ 0x1000, 0x1053, { 8, 1, 7, false } },
		{ 0x2000, 0x200e, { 4, 1, 7, false } },
		{ 0x3000, 0x303f, { 16, 1, 7, false } },
		{ 0xf000, 0xf000, { 8, 1, 1, false } },
		{ 0xf001, 0xf002, { 4, 1, 1, false } },
		{ 0xf003, 0xf003, { 8, 1, 1, false } },
	};

	for (size_t i = 0; i < COUNT(ranges); i++)
		if (id >= ranges[i].first && id <= ranges[i].last)
			return ranges[i].element;
	return (struct element){ -1, 0, 0, false };
}

/* A buffer made by hand. */
struct buffer {
	uint32_t used;
	uint8_t bytes[0x40000];
};

static inline void put_be(uint8_t *to, uint64_t value, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static inline uint64_t get_be(const uint8_t *from, uint32_t bytes)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < bytes; i++)
		value = value * 256 + from[i];
	return value;
}

static inline void clear(struct buffer *buffer)
{
	put_be(buffer->bytes, 0, 4);
	buffer->used = 4;
}

/* One more element; the first 24 bytes of its value stand in three words. */
static inline void append(struct buffer *buffer, uint32_t id, uint32_t size,
			  const uint64_t words[3])
{
	uint8_t *at = buffer->bytes + buffer->used;
	uint8_t value[24];

	assert_true(buffer->used + 4 + size <= sizeof(buffer->bytes));
	put_be(at, id, 2);
	put_be(at + 2, size, 2);
	memset(at + 4, 0, size);
	for (int i = 0; i < 3; i++)
		put_be(value + 8 * i, words[i], 8);
	/* a number of 4 bytes is the low half of its word */
	memcpy(at + 4, value + (size == 4 ? 4 : 0), size < 24 ? size : 24);
	put_be(buffer->bytes, get_be(buffer->bytes, 4) + 1, 4);
	buffer->used += 4 + size;
}

static inline void append_number(struct buffer *buffer, uint32_t id, uint32_t size,
				 uint64_t value)
{
	append(buffer, id, size, (const uint64_t[]){ value, 0, 0 });
}

#endif
