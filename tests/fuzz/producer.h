/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The fuzzer's bytes, as numbers. When they are used up every number is 0, so that each input, of
 * whatever length, is a whole test case, and a shorter one is a simpler one. C leaves the order of
 * arguments, operands and initialisers to the compiler, and compilers differ: one number a
 * declarator or statement, or an input is another test case elsewhere.
 */
#ifndef HVPOLICY_FUZZ_PRODUCER_H
#define HVPOLICY_FUZZ_PRODUCER_H

#include <stddef.h>
#include <stdint.h>

struct producer {
	const uint8_t *at;
	size_t left;
};

static inline uint8_t produce_byte(struct producer *from)
{
	if (!from->left)
		return 0;
	from->left--;
	return *from->at++;
}

/* Little endian, of 1 to 8 bytes. */
static inline uint64_t produce_number(struct producer *from, uint32_t bytes)
{
	uint64_t number = 0;

	for (uint32_t i = 0; i < bytes; i++)
		number |= (uint64_t)produce_byte(from) << (8 * i);
	return number;
}

/* 0 to one less than a limit of up to 2^16, which is not 0. */
static inline uint32_t produce_below(struct producer *from, uint32_t limit)
{
	return (uint32_t)produce_number(from, limit > 256 ? 2 : 1) % limit;
}

/* Where numbers break: a power of two, one less, its negative, or anything. */
static inline uint64_t produce_boundary(struct producer *from)
{
	const uint8_t kind = produce_byte(from);
	const uint64_t power = (uint64_t)1 << (kind & 63);

	switch (kind >> 6) {
	case 0:
		return power;
	case 1:
		return power - 1;
	case 2:
		return -power;
	default:
		return produce_number(from, (kind & 7) + 1u);
	}
}

/* A row of an array. */
#define produce_of(from, array) \
	((array)[produce_below((from), (uint32_t)(sizeof(array) / sizeof((array)[0])))])

#endif
