/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of elements, for who works with every element of a buffer. */
#ifndef HVPOLICY_GSB_ROWS_H
#define HVPOLICY_GSB_ROWS_H

#include <hvpolicy/gsb.h>

#include "internal.h"

/* Number of the first and the last id of each row, counted over all rows. */
enum {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit) \
	HVP__SLOT_##name, HVP__LAST_SLOT_##name = HVP__SLOT_##name + (count) - 1,
#include <hvpolicy/gsb.def>
	HVP__SLOTS
};

/* Number of each row. */
enum {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit) \
	HVP__ROW_##name,
#include <hvpolicy/gsb.def>
	HVP__ROWS
};

/* Words of a mask with a bit for every id of the table. */
#define HVP__GSB_WORDS ((HVP__SLOTS + 63) / 64)

/* One row of gsb.def. A power of two in size: rows are found by their number. */
struct hvp__gsb_row {
	uint16_t id;
	uint16_t count;
	int16_t size;	/* by the document */
	uint8_t slot;	/* of the first id */
	uint8_t scope;
	uint8_t access;
	uint8_t since;
	uint8_t accept;
	uint8_t entry;
	uint8_t exit;
	uint16_t unused;
};

_Static_assert(sizeof(struct hvp__gsb_row) == 16, "a power of two");

/* NULL: no row. */
HVP_LOCAL const struct hvp__gsb_row *hvp__gsb_row_of(uint32_t id);

/* hvp_gsb_next(), and the element's row. */
HVP_LOCAL enum hvp_status hvp__gsb_next_row(struct hvp_gsb_walk *walk,
					    struct hvp_gsb_element *element,
					    const struct hvp__gsb_row **row);

/* Whether an L0 with these gaps (enum hvp_gsb_lack) is without the element; all gaps that exist. */
HVP_LOCAL bool hvp__gsb_lacks(const struct hvp__gsb_row *row, uint32_t lacks);
HVP_LOCAL uint32_t hvp__gsb_all_lacks(void);

/* Bytes of a value, or HVP_GSB_ANY. */
static inline int32_t hvp__gsb_size(const struct hvp__gsb_row *row, uint32_t dialect)
{
	if (dialect == HVP_GSB_DIALECT_DOCUMENT)
		return row->size;
#define HVP_GSB_DIALECT(name, other, bytes)						\
	if (row->id == HVP_GSB_##name && dialect == HVP_GSB_DIALECT_##other)		\
		return (bytes);
#include <hvpolicy/gsb.def>
	return row->size;
}

#define HVP__GSB_MSR_S HVP_BIT(22)
#define HVP__GSB_LPCR_GTSE HVP_BIT(10)

/* Bits that L1 may set, by the accept column. */
#define HVP__GSB_BITS_MSR (~(HVP_MSR_HV | HVP__GSB_MSR_S | HVP_MSR_ME))
#define HVP__GSB_BITS_LPCR ((HVP_LPCR_L1 & ~HVP_LPCR_TC) | HVP__GSB_LPCR_GTSE)
#define HVP__GSB_BITS_LOW HVP_U64(0xffffffff)

static inline uint64_t hvp__gsb_bits(const struct hvp__gsb_row *row)
{
	switch (row->accept) {
	case HVP_GSB_ACCEPT_MSR:
		return HVP__GSB_BITS_MSR;
	case HVP_GSB_ACCEPT_LPCR:
		return HVP__GSB_BITS_LPCR;
	case HVP_GSB_ACCEPT_LOW:
		return HVP__GSB_BITS_LOW;
	default:
		return ~HVP_U64(0);
	}
}

#endif
