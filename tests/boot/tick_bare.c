// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A guest that is moved: it has one level, 3.1 and no other, agrees on it in CAS again and again,
 * as a kernel does at every start, and says each time what it was answered. Rows: "tick number r3".
 */
#include "../recorded/gsb_calls.h"
#include "bare_power.h"

#define DEVICE_TREE 0x20000000	/* room for it, in memory that nothing else uses */
#define PAUSE (512000000 / 10)	/* of the time base */

static uint8_t list[64];

static void store(uint8_t *to, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint64_t now(void)
{
	uint64_t value;

	__asm__ volatile("mfspr %0, 268" : "=r"(value));
	return value;
}

void bare_main(const char *scenario, uint64_t length)
{
	uint64_t answer[3], next = now();

	(void)scenario;
	(void)length;
	store(list, 0xffffffff);
	store(list + 4, 0x0f000006);
	store(list + 12, 1);		/* a bit outside of its mask: the last one */
	list[16] = 4;			/* five vectors, the first four of 1 byte */
	list[25] = 25;
	list[26 + 23] = list[26 + 25] = 0x40;	/* radix */
	text("\nHVP:begin\n");
	for (int64_t tick = 0;; tick++) {
		hypercall(CAS, (uintptr_t)list, DEVICE_TREE, 0x100000, 0, 0, answer);
		text("HVP:tick\t");
		decimal(tick);
		put('\t');
		decimal((int64_t)answer[0]);
		put('\n');
		for (next += PAUSE; now() < next;)
			;
	}
}
