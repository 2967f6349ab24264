// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What every structure with a size goes through first: R16, on memory that ends where the size
 * says: for every size up to KNOWN + TAIL, and all above the limit.
 */
#include "proof.h"

#include "internal.h"

/* What the library knows of a structure here, and bytes beyond that; nothing in it is looked at. */
#define KNOWN 16
#define TAIL 8

/* A caller's structure, in as many bytes of memory as there are for it. */
static void prove_size(uint32_t size, uint32_t bytes)
{
	ANY(uint8_t, memory[KNOWN + TAIL]);
	ANY(bool, none);
	uint32_t *const head = (uint32_t *)LAST_BYTES(memory, bytes);
	struct hvp_report counted, *report = counting(&counted, none);
	enum hvp_status status;
	bool zero = true, level;

	head[0] = size;
	status = hvp__check_head(head, KNOWN, report);
	level = bytes >= 8 && head[1] == 1;
	for (uint32_t i = KNOWN; i < bytes; i++)
		zero = zero && !((const uint8_t *)head)[i];
	PROVE((status == HVP_ERR_TOO_SMALL) == (size < KNOWN), "R16: below the first is invalid");
	PROVE((status == HVP_ERR_TOO_BIG) == (size > HVP_SIZE_LIMIT), "R16: too big is said");
	if (size >= KNOWN && size <= HVP_SIZE_LIMIT) {
		PROVE((status == HVP_ERR_TAIL) == !zero, "R16: what is not known is zero");
		PROVE((status == HVP_OK) == (zero && level),
		      "R16: zero and a level that is known is taken, and nothing else");
	}
	PROVE_REPORTED(report, status != HVP_OK);
	POSSIBLE(!status && size == KNOWN + TAIL);
	POSSIBLE(status == HVP_ERR_TAIL && size == KNOWN + 1);
	POSSIBLE(status == HVP_ERR_VERSION && size > KNOWN);
	POSSIBLE(status == HVP_ERR_TOO_SMALL && !size);
	POSSIBLE(status == HVP_ERR_TOO_BIG);
}

void prove_head(void)
{
	ANY(uint32_t, size);

	for (uint32_t bytes = 4; bytes <= KNOWN + TAIL; bytes++)
		prove_size(bytes, bytes);
	/* the size itself can be read, and nothing else: that much is a caller's duty */
	ASSUME(size < 4 || size > HVP_SIZE_LIMIT);
	prove_size(size, 4);
}

void prove_bytes(void)
{
	ANY(uint64_t, value);
	ANY(uint32_t, bytes);
	uint8_t memory[8], *wire;
	uint64_t got;

	ASSUME(bytes <= 8);
	wire = LAST_BYTES(memory, bytes);
	hvp__put_bytes(wire, value, bytes);
	got = hvp__get_bytes(wire, bytes);
	PROVE(got == (bytes == 8 ? value : value & (HVP_BIT(8 * bytes) - 1)),
	      "R16: a number on the wire is read as it was written");
	PROVE(!bytes || wire[bytes - 1] == (value & 0xff), "R16: the last byte is the lowest");
	POSSIBLE(bytes == 3 && got == 0x010203);
}
