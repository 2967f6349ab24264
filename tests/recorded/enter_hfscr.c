// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* H_ENTER_NESTED: an HFSCR, one instruction of L2, and what L1 gets back. */
#include <inttypes.h>
#include <string.h>

#include "recorded.h"

#define NO_FACILITY (-1)

/* How the test program is laid out: the instruction, then one more than three to the hcall. */
#define L2_START 0x2000
#define L2_END 0x2010
#define SYSCALL 0xc00
#define L2_DONE 0xfff	/* the hcall after the instruction, not an interrupt of L2 */

/* An instruction's own trap, whatever HFSCR says. */
enum own_trap {
	RUNS,
	ILLEGAL,	/* illegal word at every level */
	PRIVILEGED,	/* program interrupt of L2: a hypervisor's register */
	RETURNS_TO_0,	/* it runs, to address 0 where an illegal word 0 stands */
	TRANSACTION,	/* needs MSR[TM], which L2 has not */
};

static const struct instruction {
	const char *name;
	int facility;
	uint32_t since;		/* level that has it, where no facility says it */
	uint32_t word;		/* as HEIR gets it, the first word of two; 0: it never does */
	unsigned int words;
	bool enforced;		/* the emulated processor checks HFSCR (facts §1.1, E1) */
	enum own_trap own;
} instructions[] = {
	{ "none", NO_FACILITY, 0, 0, 0, false, RUNS },
	{ "clrbhrb", HVP_FACILITY_BHRB, 0, 0, 1, true, RUNS },
	{ "mfbhrbe_r5_0", HVP_FACILITY_BHRB, 0, 0, 1, true, RUNS },
	{ "msgsndp_r5", HVP_FACILITY_MSGP, 0, 0x7c00291c, 1, true, RUNS },
	{ "msgclrp_r5", HVP_FACILITY_MSGP, 0, 0x7c00295c, 1, true, RUNS },
	{ "mfdpdes", HVP_FACILITY_MSGP, 0, 0x7cb02aa6, 1, true, RUNS },
	{ "mfspr_TIR", HVP_FACILITY_MSGP, 0, 0x7cbe6aa6, 1, false, RUNS },
	{ "rfebb0", HVP_FACILITY_EBB, 0, 0, 1, false, RETURNS_TO_0 },
	{ "mfspr_EBBHR", HVP_FACILITY_EBB, 0, 0, 1, false, RUNS },
	{ "mfspr_TAR", HVP_FACILITY_TAR, 0, 0, 1, false, RUNS },
	{ "mfspr_MMCR0", HVP_FACILITY_PM, 0, 0, 1, false, RUNS },
	{ "mfspr_PMC1_priv", HVP_FACILITY_PM, 0, 0, 1, false, RUNS },
	{ "mfspr_DSCR", HVP_FACILITY_DSCR, 0, 0, 1, false, RUNS },
	{ "fadd", HVP_FACILITY_FP, 0, 0, 1, false, RUNS },
	{ "xxlxor", HVP_FACILITY_VECVSX, 0, 0, 1, false, RUNS },
	{ "vxor", HVP_FACILITY_VECVSX, 0, 0, 1, false, RUNS },
	{ "tbegin", HVP_FACILITY_TM, 0, 0x7c00051d, 1, false, TRANSACTION },
	{ "pnop", HVP_FACILITY_PREFIX, 0, 0x07000000, 2, false, RUNS },
	{ "paddi_r5_0_1", HVP_FACILITY_PREFIX, 0, 0x06000000, 2, false, RUNS },
	{ "brd_r5(v3.1)", NO_FACILITY, HVP_LEVEL_3_10, 0x7ca50176, 1, false, RUNS },
	{ "illegal_0", NO_FACILITY, 0, 0, 1, false, ILLEGAL },
	{ "attn-like_0x00000200", NO_FACILITY, 0, 0x00000200, 1, false, ILLEGAL },
	{ "mfspr_HFSCR(hv)", NO_FACILITY, 0, 0, 1, false, PRIVILEGED },
	{ "mfpvr", NO_FACILITY, 0, 0, 1, false, RUNS },
};

/* How L2 came to its end, and what L1 is told. */
struct end {
	uint32_t vector;
	uint32_t cause;
	uint32_t image;		/* of the instruction, for an HEAI */
	uint32_t l2_vector;	/* what L2 noted itself */
	uint32_t nip;
};

static const struct instruction *find_instruction(struct row *row)
{
	const char *name = row_cell(row, "insn");

	for (size_t i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++)
		if (!strcmp(instructions[i].name, name))
			return &instructions[i];
	row_fault(row, "instruction \"%s\" is not known", name);
	return &instructions[0];
}

/* What L0 does about the HFU, R6, as Linux departs from it. */
static uint32_t decide(const struct hvp_hfscr_policy *policy, uint64_t hfscr, uint32_t facility,
		       uint64_t deviations)
{
	const uint32_t action = hvp_hfscr_decide(policy, hfscr, 0, facility);
	/* Linux knows one mask: what it executes in software is not permitted. */
	const bool permitted = policy->present & ~policy->emulated & HVP_BIT(facility);

	if ((deviations & DEV(CLEAR_HEAI)) && action == HVP_HFU_REFLECT && !permitted)
		return HVP_HFU_ILLEGAL;
	if ((deviations & DEV(SET_HEAI)) && action == HVP_HFU_EMULATE)
		return HVP_HFU_ILLEGAL;
	if ((deviations & DEV(SET_HFU)) && action == HVP_HFU_EMULATE)
		return HVP_HFU_REFLECT;
	if ((deviations & DEV(RESERVED_HFU)) && action == HVP_HFU_ILLEGAL)
		return HVP_HFU_REFLECT;
	return action;
}

static void trap(struct end *end, uint32_t vector, uint32_t image, uint32_t nip)
{
	*end = (struct end){ .vector = vector, .image = image, .nip = nip };
}

/* An interrupt that L2's own operating system takes; its handler then calls L1. */
static void own_interrupt(struct end *end, uint32_t vector)
{
	*end = (struct end){ .vector = SYSCALL, .l2_vector = vector, .nip = vector + 0x10 };
}

static bool trap_itself(struct row *row, const struct instruction *insn, uint64_t deviations,
			struct end *end)
{
	if (!(deviations & DEV(OWN_TRAP)))
		return false;
	if (insn->own == ILLEGAL || insn->since > row->cpu.level)
		trap(end, HVP_VECTOR_HEAI, insn->word, L2_START);
	else if (insn->own == RETURNS_TO_0)
		trap(end, HVP_VECTOR_HEAI, 0, 0);
	else if (insn->own == PRIVILEGED)
		own_interrupt(end, HVP_VECTOR_PROGRAM);
	else
		return false;
	return true;
}

/* The instruction stopped by HFSCR, or because the processor does not have it at all. */
static bool trap_facility(struct row *row, const struct instruction *insn,
			  const struct hvp_hfscr_policy *policy, uint64_t hfscr,
			  uint64_t deviations, struct end *end)
{
	const uint64_t enabled = hvp_hfscr_effective(policy, hfscr, 0);
	uint32_t action, vector;
	bool exists;

	if (insn->facility == NO_FACILITY)
		return false;
	exists = hvp_facility_of_level(row->cpu.level) & HVP_BIT(insn->facility);
	if (exists && insn->own == TRANSACTION && (deviations & DEV(MSR_TM_CLEAR))) {
		own_interrupt(end, 0xf60);
		return true;
	}
	if (exists && ((enabled & HVP_BIT(insn->facility)) ||
		       ((deviations & DEV(NOT_ENFORCED)) && !insn->enforced)))
		return false;
	/* What the processor lacks traps as an HEAI by itself: no HFU, no deviation. */
	action = decide(policy, hfscr, (uint32_t)insn->facility, exists ? deviations : 0);
	vector = hvp_hfscr_vector(action, HVP_RECEIVER_HYPERVISOR);
	if (!vector)
		return false;
	trap(end, vector, insn->word, L2_START);
	end->cause = (uint32_t)insn->facility;
	return true;
}

static void run(struct row *row, uint64_t hfscr, uint64_t deviations, struct end *end)
{
	const struct instruction *insn = find_instruction(row);
	struct hvp_hfscr_policy policy;

	setup_policy(row, HVP_LEVEL_NONE, HVP_RECEIVER_HYPERVISOR, deviations, &policy);
	if (deviations & DEV(LIVELOCK)) {
		trap(end, 0x980, 0, L2_START);
		return;
	}
	if (trap_facility(row, insn, &policy, hfscr, deviations, end) ||
	    trap_itself(row, insn, deviations, end))
		return;
	*end = (struct end){ SYSCALL, 0, 0, L2_DONE, L2_END + 4 * insn->words };
}

static bool l1_big_endian(struct row *row)
{
	const char *mode = row_cell(row, "l1_mode");

	if (strncmp(mode, "LE", 2) && strncmp(mode, "BE", 2))
		row_fault(row, "column \"l1_mode\": neither LE nor BE");
	return mode[0] == 'B';
}

static void say_end(char *answer, uint64_t rc, uint64_t hfscr, uint64_t heir, uint64_t vector,
		    uint64_t nip)
{
	say(answer, "rc=%#" PRIx64 " hfscr=%#" PRIx64 " heir=%#" PRIx64 " l2_vector=%#" PRIx64
	    " l2_nip=%#" PRIx64, rc, hfscr, heir, vector, nip);
}

static void predict_hfscr(struct row *row, uint64_t deviations, char *answer)
{
	struct hvp_enter call = {
		.size = sizeof(call), .policy_level = HVP_POLICY_LEVEL_1,
		.flags = HVP_ENTER_ENABLED, .lpid = 1, .vcpu_limit = SETUP_VCPU_LIMIT,
		.version = row_number(row, "ver"), .table = SETUP_TABLE,
	};
	struct hvp_hvregs l1 = { .version = call.version, .hfscr = row_number(row, "hfscr_in") };
	struct hvp_hvregs l2 = { 0 };
	struct hvp_hvregs back;
	struct end end;
	int64_t rc;

	if (hvp_enter_check(&call, &rc, NULL))
		row_fault(row, "the library does not judge this call");
	run(row, l1.hfscr, deviations, &end);
	if (!rc && setup_cross_endian(row, l1_big_endian(row)) &&
	    (deviations & DEV(CROSS_ENDIAN)))
		rc = hvp_enter_result(HVP_ENTER_WRITE_FAULT, end.vector);
	else if (!rc)
		rc = hvp_enter_result(0, end.vector);
	if (rc <= 0) {
		say_end(answer, (uint64_t)rc, l1.hfscr, 0, 0, L2_START);
		return;
	}
	l2.heir = end.image;
	hvp_hvregs_leave(&l1, &l2, end.vector, end.cause, &back);
	say_end(answer, (uint64_t)rc, back.hfscr, back.heir, end.l2_vector, end.nip);
}

static void recorded_hfscr(struct row *row, char *answer)
{
	const uint64_t hfscr = row_number(row, "hfscr_out");

	if (row_number(row, "cause_out") != hvp_hfscr_cause(hfscr))
		row_fault(row, "column \"cause_out\" is not the cause in \"hfscr_out\"");
	say_end(answer, row_number(row, "rc"), hfscr, row_number(row, "heir"),
		row_number(row, "l2_vector"), row_number(row, "l2_nip"));
}

const struct reader reader_enter_hfscr = {
	.name = "enter-nested-hfscr", .kind = ENTER_HFSCR,
	.columns = (const char *const[]){ "qemu", "kernel", "cpu", "l1_mode", "ver", "hfscr_in",
		"insn", "rc", "hfscr_out", "cause_out", "heir", "l2_vector", "l2_nip", NULL },
	.recorded = recorded_hfscr, .predict = predict_hfscr,
};
