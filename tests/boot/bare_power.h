/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs for a big endian POWER without an operating system, as guests of a pseries machine. */
#ifndef BARE_POWER_H
#define BARE_POWER_H

#include <stddef.h>
#include <stdint.h>

/* Where such a program begins: gsb_start.S hands it the initrd. */
void bare_main(const char *scenario, uint64_t length);

/* Call, five arguments, and where r3, r4 and r5 go. */
void hypercall(uint64_t call, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
	       uint64_t *answer);

/* 64 KiB of zeros, of L2's memory the root directory, where nothing is. */
extern uint8_t root[];

/* The compiler may call these. */
void *memset(void *to, int value, size_t size);
void *memcpy(void *to, const void *from, size_t size);

unsigned int scenario_number(const char *scenario, uint64_t length);

/* The console. */
void put(char c);
void text(const char *from);
void digits(uint64_t value, unsigned int count);
void hex(uint64_t value);
void decimal(int64_t value);
void bytes(const uint8_t *from, uint32_t count);

#endif
