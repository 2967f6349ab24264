// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Doorbells that an emulating hypervisor executes: R6 and R20, for every instruction and message.
 */
#include "proof.h"

/* The instruction as an assembler makes it; op: enum hvp_doorbell_op. */
static uint32_t assemble(uint32_t op, uint32_t reg)
{
	switch (op) {
	case HVP_DOORBELL_MSGSNDP:
		return UINT32_C(0x7c00011c) | reg << 11;
	case HVP_DOORBELL_MSGCLRP:
		return UINT32_C(0x7c00015c) | reg << 11;
	case HVP_DOORBELL_MFTIR:
		return UINT32_C(0x7c1e6aa6) | reg << 21;
	default:
		return UINT32_C(0x7c102aa6) | reg << 21;
	}
}

void prove_decode(void)
{
	ANY(uint32_t, insn);
	ANY(struct hvp_doorbell, out);
	ANY(struct hvp_doorbell, one);
	const struct hvp_doorbell before = out;
	const enum hvp_status status = hvp_doorbell_decode(insn, &out);
	/* bits that the instructions do not use may be anything */
	const uint32_t used = out.op <= HVP_DOORBELL_MSGCLRP ? 0xfc00fffe : 0xfffffffe;

	if (status) {
		PROVE(SAME(out, before), "R20: another instruction leaves the output alone");
	} else {
		PROVE(out.op >= 1 && out.op <= 4 && out.reg < 32, "R6: one of four, of a register");
		PROVE(!((assemble(out.op, out.reg) ^ insn) & used),
		      "R6: what is executed is the instruction");
	}
	ASSUME(one.op >= 1 && one.op <= 4 && one.reg < 32);
	insn = assemble(one.op, one.reg);
	PROVE(!hvp_doorbell_decode(insn, &out) && SAME(out, one), "R6: all four are known");
	POSSIBLE(status);
	POSSIBLE(!status && before.op == 77 && one.op == 4);
}

void prove_target(void)
{
	ANY(uint32_t, op);
	ANY(uint64_t, rb);
	ANY(uint32_t, self);
	ANY(uint32_t, threads);
	ANY(uint32_t, thread);
	const uint32_t before = thread;
	enum hvp_status status;

	ASSUME(threads >= 1 && threads <= 128 && self < threads);
	status = hvp_doorbell_target(op, rb, self, threads, &thread);
	PROVE(!status || thread == before, "R20: no doorbell leaves the thread alone");
	PROVE(status || thread < threads, "R6: no thread of another core is reached");
	PROVE(status || op != HVP_DOORBELL_MSGCLRP || thread == self,
	      "R6: a thread clears its own doorbell");
	PROVE(status || (rb >> 27 & 31) == 5, "R6: server doorbells only");
	PROVE(status || op == HVP_DOORBELL_MSGCLRP || (op == HVP_DOORBELL_MSGSNDP &&
						      thread == (rb & 127)),
	      "R6: a doorbell goes where its message says");
	POSSIBLE(!status && op == HVP_DOORBELL_MSGSNDP && thread == 127);
	POSSIBLE(!status && op == HVP_DOORBELL_MSGCLRP && thread == 3 && (rb & 127) == 100);
	POSSIBLE(status && (rb >> 27 & 31) == 5 && op == HVP_DOORBELL_MSGSNDP);
}
