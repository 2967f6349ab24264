/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of elements, for who works with every element of a buffer. */
#ifndef HVPOLICY_GSB_ROWS_H
#define HVPOLICY_GSB_ROWS_H

#include <hvpolicy/gsb.h>

#include "internal.h"

/* One row of gsb.def. */
struct hvp__gsb_row {
	uint16_t id;
	uint16_t count;
	int8_t size;	/* by the document */
	uint8_t slot;	/* of the first id among all ids of the table */
	uint8_t scope;
	uint8_t access;
	uint8_t since;
	uint8_t accept;
	uint8_t entry;
	uint8_t exit;
};

/* Words of a mask with a bit for every id of the table. */
#define HVP__GSB_WORDS 3

/* NULL: no row. near: index of the last row found, at first 0; ids come in order. */
HVP_LOCAL const struct hvp__gsb_row *hvp__gsb_row_of(uint32_t id, uint32_t *near);

/* Bytes of a value, or HVP_GSB_ANY. */
HVP_LOCAL int32_t hvp__gsb_size(const struct hvp__gsb_row *row, uint32_t dialect);

/* Whether an L0 with these gaps (enum hvp_gsb_lack) is without the element; all gaps that exist. */
HVP_LOCAL bool hvp__gsb_lacks(const struct hvp__gsb_row *row, uint32_t lacks);
HVP_LOCAL uint32_t hvp__gsb_all_lacks(void);

/* Bits that L1 may set. */
HVP_LOCAL uint64_t hvp__gsb_bits(const struct hvp__gsb_row *row);

#endif
