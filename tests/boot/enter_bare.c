// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * H_ENTER_NESTED by a hostile L1 without an operating system. Its L2 has no memory and leaves by a
 * fault of its first instruction, so that all of what L1 finds afterwards is known to the library:
 * the status, and each register of hv_guest_state. Rows: "enter case order r3 expected fields",
 * fields being those that are not what the library says, or "-". The initrd has a number: 0 all
 * cases in L1's own byte order, 1 all but the last in the other one, 2 the last in the other one.
 */
#include <hvpolicy/enter.h>
#include <hvpolicy/hvregs.h>

#include "bare_power.h"

#define H_SET_PARTITION_TABLE 0xf800
#define H_ENTER_NESTED 0xf804
#define REGS 44			/* doublewords of pt_regs that QEMU has */
#define REGS_NIP 32
#define REGS_MSR 33
#define MSR_SF HVP_BIT(63)
#define NEVER 0x7fffffffffffffff
#define L2_ADDRESS 0x3000
#define RADIX_HOST HVP_BIT(63)
/* 52 bits of effective address, and 2^16 bytes of root directory */
#define RADIX_SHAPE ((uint64_t)(21 >> 3) << 61 | (21 & 7) << 5 | 13)

static struct hvp_hvregs state;
static uint64_t regs[REGS];
static uint64_t partition_table[512] __attribute__((aligned(65536)));

/* What a case asks for, and the processor's own rules. */
struct enter_case {
	const char *name;
	uint64_t version;
	uint64_t lpcr, pcr, hfscr, msr;
	uint32_t lpid;
	bool refused;		/* by QEMU itself: 0 is L1 */
};

static const struct enter_case cases[] = {
	{ "plain", 2, 0, 0, 0, MSR_SF, 1, false },
	{ "version 1", 1, 0, 0, 0, MSR_SF, 1, false },
	{ "version 0", 0, 0, 0, 0, MSR_SF, 1, false },
	{ "version 3", 3, 0, 0, 0, MSR_SF, 1, false },
	{ "version 2 and a high bit", HVP_BIT(32) | 2, 0, 0, 0, MSR_SF, 1, false },
	{ "lpid 0", 2, 0, 0, 0, MSR_SF, 0, true },
	{ "lpid outside of the table", 2, 0, 0, 0, MSR_SF, 256, false },
	{ "every LPCR bit", 2, UINT64_MAX, 0, 0, MSR_SF, 1, false },
	{ "every PCR bit", 2, 0, UINT64_MAX, 0, MSR_SF, 1, false },
	{ "every HFSCR bit", 2, 0, 0, UINT64_MAX, MSR_SF, 1, false },
	{ "L2 transactional", 2, 0, 0, 0, MSR_SF | HVP_MSR_TS_T, 1, false },
	/* the last: it ends QEMU 10 */
	{ "L2 with MSR[HV]", 2, 0, 0, 0, MSR_SF | HVP_MSR_HV, 1, false },
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static uint64_t swap(uint64_t value)
{
	return __builtin_bswap64(value);
}

static void swap_all(void)
{
	hvp_hvregs_swap(&state, HVP_HVREGS_SIZE_V2);
	for (unsigned int i = 0; i < REGS; i++)
		regs[i] = swap(regs[i]);
}

static void fill(const struct enter_case *what)
{
	uint64_t *word = &state.lpcr;

	/* a value of its own in each, so that none can be taken for another */
	for (unsigned int i = 0; i < (sizeof(state) - 16) / 8; i++)
		word[i] = 0x1111000000000000 + i;
	state.version = what->version;
	state.lpid = what->lpid;
	state.vcpu_token = 0;
	state.lpcr = what->lpcr;
	state.pcr = what->pcr;
	state.hfscr = what->hfscr;
	state.dpdes = 0;
	state.tb_offset = 0;
	state.hdec_expiry = NEVER;
	state.pidr = 1;
	for (unsigned int i = 0; i < REGS; i++)
		regs[i] = 0x2222000000000000 + i;
	regs[REGS_NIP] = L2_ADDRESS;
	regs[REGS_MSR] = what->msr;
}

static int64_t expected(const struct enter_case *what, uint64_t table)
{
	const struct hvp_enter call = {
		.size = sizeof(call), .policy_level = HVP_POLICY_LEVEL_1,
		.flags = HVP_ENTER_ENABLED, .lpid = what->lpid, .vcpu_limit = UINT32_MAX,
		.version = what->version, .table = table, .l2_msr = what->msr,
	};
	int64_t answer = 1;

	hvp_enter_check(&call, &answer, NULL);
	if (answer == HVP_H_SUCCESS)
		answer = what->refused ? HVP_H_PARAMETER : HVP_VECTOR_HISI;
	return answer;
}

/* What L1 finds: L2 did nothing, but for the fault and where TCG keeps a register that it has. */
static void differences(const struct hvp_hvregs *asked, int64_t answer)
{
	struct hvp_hvregs left = *asked, want = *asked;
	bool any = false;

	left.asdr = L2_ADDRESS;
	if (answer == HVP_VECTOR_HISI)
		hvp_hvregs_leave(asked, &left, HVP_VECTOR_HISI, 0, &want);
#define HVP_HVREG(name, number, field, bytes, version, entry, exit)	\
	if (want.field != state.field) {				\
		text(any ? " " #name : #name);				\
		any = true;						\
	}
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG
	if (!any)
		put('-');
}

static void enter(const struct enter_case *what, bool swapped, uint64_t table)
{
	struct hvp_hvregs asked;
	uint64_t answer[3];

	fill(what);
	asked = state;
	if (swapped)
		swap_all();
	hypercall(H_ENTER_NESTED, (uintptr_t)&state, (uintptr_t)regs, 0, 0, 0, answer);
	if (swapped)
		swap_all();
	text("HVP:enter\t");
	text(what->name);
	text(swapped ? "\tother\t" : "\town\t");
	decimal((int64_t)answer[0]);
	put('\t');
	decimal(expected(what, table));
	put('\t');
	differences(&asked, (int64_t)answer[0]);
	put('\n');
}

void bare_main(const char *scenario, uint64_t length)
{
	const unsigned int number = scenario_number(scenario, length);
	const uint64_t table = (uintptr_t)partition_table;	/* of 256 entries */
	const unsigned int first = number == 2 ? CASES - 1 : 0;
	const unsigned int end = number == 1 ? CASES - 1 : CASES;
	uint64_t answer[3];

	partition_table[2] = RADIX_HOST | RADIX_SHAPE | (uintptr_t)root;
	text("\nHVP:begin\n");
	hypercall(H_SET_PARTITION_TABLE, table, 0, 0, 0, 0, answer);
	text("HVP:table\t");
	decimal((int64_t)answer[0]);
	put('\n');
	for (unsigned int i = first; i < end; i++)
		enter(&cases[i], number > 0, table);
	text("HVP:end\n");
	for (;;)
		;
}
