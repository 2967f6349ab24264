// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/doorbell.h>

#include "internal.h"

#define HVP__OPCODE 31		/* primary opcode of all four */
#define HVP__XO_MSGSNDP 142
#define HVP__XO_MSGCLRP 174
#define HVP__XO_MFSPR 339
#define HVP__SPR_TIR 446
#define HVP__SPR_DPDES 176
#define HVP__TYPE_SERVER 5	/* doorbell type in RB: the only one threads receive */

enum hvp_status hvp_doorbell_decode(uint32_t insn, struct hvp_doorbell *out)
{
	const uint32_t rt = insn >> 21 & 0x1f, rb = insn >> 11 & 0x1f;
	/* The two halves of an SPR number are swapped in the instruction. */
	const uint32_t spr = (insn >> 16 & 0x1f) | (insn >> 6 & 0x3e0);

	if (insn >> 26 != HVP__OPCODE)
		return HVP_ERR_NOT_FOUND;
	switch (insn >> 1 & 0x3ff) {
	case HVP__XO_MSGSNDP:
		*out = (struct hvp_doorbell){ HVP_DOORBELL_MSGSNDP, rb };
		return HVP_OK;
	case HVP__XO_MSGCLRP:
		*out = (struct hvp_doorbell){ HVP_DOORBELL_MSGCLRP, rb };
		return HVP_OK;
	case HVP__XO_MFSPR:
		if (spr == HVP__SPR_TIR)
			*out = (struct hvp_doorbell){ HVP_DOORBELL_MFTIR, rt };
		else if (spr == HVP__SPR_DPDES)
			*out = (struct hvp_doorbell){ HVP_DOORBELL_MFDPDES, rt };
		else
			return HVP_ERR_NOT_FOUND;
		return HVP_OK;
	default:
		return HVP_ERR_NOT_FOUND;
	}
}

enum hvp_status hvp_doorbell_target(uint32_t op, uint64_t rb, uint32_t self, uint32_t threads,
				    uint32_t *thread)
{
	const uint32_t tag = (uint32_t)(rb & 0x7f);

	if ((rb >> 27 & 0x1f) != HVP__TYPE_SERVER)
		return HVP_ERR_NOT_FOUND;
	if (op == HVP_DOORBELL_MSGCLRP)
		*thread = self;
	else if (op == HVP_DOORBELL_MSGSNDP && tag < threads)
		*thread = tag;
	else
		return HVP_ERR_NOT_FOUND;
	return HVP_OK;
}
