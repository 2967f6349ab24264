// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A guest that shows that it lives: a number on its console ten times a second, and its PVR. No
 * operating system, so that it runs after half a second and is saved in less.
 */
#include <stdint.h>

#define H_PUT_TERM_CHAR 0x58
#define TICKS 51200000	/* of the time base, 512 MHz on every pseries machine: 0.1 s */

void bare_main(const char *scenario, uint64_t length);
void hypercall(uint64_t call, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
	       uint64_t *answer);

static uint64_t time_base(void)
{
	uint64_t now;

	__asm__ volatile("mftb %0" : "=r"(now));
	return now;
}

/* Eight digits and a line end, in the registers of one call. */
static void say(char kind, uint32_t number)
{
	uint64_t answer[3], words[2] = { 0, 0 };
	char *text = (char *)words;

	text[0] = kind;
	for (int i = 8; i > 0; i--, number >>= 4)
		text[i] = "0123456789abcdef"[number & 0xf];
	text[9] = '\n';
	hypercall(H_PUT_TERM_CHAR, 0, 10, words[0], words[1], 0, answer);
}

void bare_main(const char *scenario, uint64_t length)
{
	uint32_t pvr, beat = 0;

	(void)scenario;
	(void)length;
	__asm__("mfpvr %0" : "=r"(pvr));
	say('p', pvr);
	for (uint64_t next = time_base();; next += TICKS) {
		while (time_base() < next)
			;
		say('b', beat++);
	}
}
