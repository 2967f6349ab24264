// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What programs for a big endian POWER without an operating system share: their console. */
#include "bare_power.h"

#define H_PUT_TERM_CHAR 0x58

/* The compiler may call these. */
void *memset(void *to, int value, size_t size)
{
	uint8_t *byte = to;

	for (size_t i = 0; i < size; i++)
		byte[i] = (uint8_t)value;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	const uint8_t *source = from;
	uint8_t *byte = to;

	for (size_t i = 0; i < size; i++)
		byte[i] = source[i];
	return to;
}

/* The console takes 16 bytes a call, in two registers. */
static struct {
	uint64_t half[2];
	uint32_t count;
} line;

static void flush(void)
{
	uint64_t answer[3];

	do
		hypercall(H_PUT_TERM_CHAR, 0, line.count, line.half[0], line.half[1], 0, answer);
	while (answer[0] == 1);		/* H_BUSY */
	line.half[0] = line.half[1] = line.count = 0;
}

void put(char c)
{
	line.half[line.count / 8] |= (uint64_t)(uint8_t)c << (56 - 8 * (line.count % 8));
	if (++line.count == 16 || c == '\n')
		flush();
}

void text(const char *from)
{
	while (*from)
		put(*from++);
}

void digits(uint64_t value, unsigned int count)
{
	while (count--)
		put("0123456789abcdef"[value >> 4 * count & 15]);
}

void hex(uint64_t value)
{
	unsigned int count = 1;

	while (count < 16 && value >> 4 * count)
		count++;
	digits(value, count);
}

void decimal(int64_t value)
{
	char reversed[20];
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	unsigned int count = 0;

	if (value < 0)
		put('-');
	do {
		reversed[count++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	while (count)
		put(reversed[--count]);
}

void bytes(const uint8_t *from, uint32_t count)
{
	if (!count)
		put('-');
	for (uint32_t i = 0; i < count; i++)
		digits(from[i], 2);
}

/* The number that the initrd has as text; 0: none. */
unsigned int scenario_number(const char *scenario, uint64_t length)
{
	unsigned int number = 0;

	for (uint64_t i = 0; i < length && scenario[i] >= '0' && scenario[i] <= '9'; i++)
		number = 10 * number + (unsigned int)(scenario[i] - '0');
	return number;
}
