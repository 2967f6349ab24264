// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * H_ENTER_NESTED and H_SET_PARTITION_TABLE of a real KVM-HV as L0, asked by an L1 of a few
 * instructions. What L1 then finds in r3 and in its memory is compared with what the core says,
 * or with what a departure of tests/recorded/deviations.def says for this kernel instead.
 *
 * hvp.cpu=power10 stands on the kernel's command line; hvp.tm=yes if the kernel was built with
 * transactions. With hvp.patched=yes the kernel has the core in it, and no departure of Linux may
 * show, but that it spares a faulty watchpoint of POWER9.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The rules of the departures, for an L0 whose number of processors is asked. */
#define say answer_say	/* init.h has one of its own */
#include "../recorded/deviations.c"
#include "../recorded/tsv.c"
#undef _DEFAULT_SOURCE	/* it defines that itself */
#include "../recorded/setup.c"
#undef SETUP_VCPU_LIMIT
#define SETUP_VCPU_LIMIT vcpu_limit
static uint32_t vcpu_limit;
#define run run_instruction
#include "../recorded/enter_hfscr.c"
#undef run
#define run run_struct
#include "../recorded/enter_struct.c"
#undef run
#undef say

#include "init.h"
#include "kvm_power.h"
#include "nested_power.h"

#define STATE_ROOM 0x100	/* the largest structure, and bytes behind it that stay */
#define ENTRIES 1000		/* whose cost is counted */
#define MISMATCHES_SHOWN 10
#define RANDOM_HFSCR 200
#define RANDOM_STATES 400
#define RANDOM_SPINS 10
#define SPINS 100		/* chances to look at an L2 */
#define SPIN_TICKS 50000000	/* 0.1 s */

#define MSR_BASE UINT64_C(0x8000000000000001)	/* 64 bits, little endian */
#define MSR_MAPPED UINT64_C(0x30)
#define MSR_UNITS UINT64_C(0x0000000002802000)	/* FP, VEC, VSX */
#define LPCR_ILE UINT64_C(0x02000000)
#define LPCR_LPES1 UINT64_C(0x4)
#define DAWRX_BITS 0xffffffff	/* that the processor has */

enum kind { FACILITY, CAUSE, DOORBELL, REGISTERS, VERSION, PLACES, LPID, TOKEN, MSR, TABLE, KINDS };

static const char *const kind_names[KINDS] = {
	"facility", "cause", "doorbell", "registers", "version", "memory", "lpid", "token", "msr",
	"table",
};

static const char *const party_names[] = { "LINUX", "QEMU", "TCG" };

static struct {
	unsigned int cases;
	unsigned int matched;
	unsigned int departed;
	unsigned int mismatched;
} tally[KINDS];

static unsigned int shown[DEVIATIONS];

/* The words of the instructions of enter_hfscr.c. */
#define MFSPR(spr) (0x7ca002a6 | ((spr) & 0x1f) << 16 | ((spr) & 0x3e0) << 6)	/* to r5 */

static const struct program {
	const char *name;
	uint32_t word[2];
	unsigned int words;
} programs[] = {
	{ "clrbhrb", { 0x7c00035c }, 1 },
	{ "mfbhrbe_r5_0", { 0x7ca0025c }, 1 },
	{ "msgsndp_r5", { 0x7c00291c }, 1 },
	{ "msgclrp_r5", { 0x7c00295c }, 1 },
	{ "mfdpdes", { MFSPR(176) }, 1 },
	{ "mfspr_TIR", { 0x7cbe6aa6 }, 1 },
	{ "rfebb0", { 0x4c000124 }, 1 },
	{ "mfspr_EBBHR", { MFSPR(804) }, 1 },
	{ "mfspr_TAR", { MFSPR(815) }, 1 },
	{ "mfspr_MMCR0", { MFSPR(795) }, 1 },
	{ "mfspr_PMC1_priv", { MFSPR(787) }, 1 },
	{ "mfspr_DSCR", { MFSPR(17) }, 1 },
	{ "fadd", { 0xfc21082a }, 1 },
	{ "xxlxor", { 0xf00004d0 }, 1 },
	{ "vxor", { 0x100004c4 }, 1 },
	{ "tbegin", { 0x7c00051d }, 1 },
	{ "pnop", { 0x07000000, 0 }, 2 },
	{ "paddi_r5_0_1", { 0x06000000, 0x38a00001 }, 2 },
	{ "brd_r5(v3.1)", { 0x7ca50176 }, 1 },
	{ "illegal_0", { 0 }, 1 },
	{ "attn-like_0x00000200", { 0x00000200 }, 1 },
	{ "mfspr_HFSCR(hv)", { MFSPR(190) }, 1 },
	{ "mfpvr", { MFSPR(287) }, 1 },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct machine {
	struct row row;		/* kernel and processor, as the rules want them */
	struct table columns;	/* and the names of its cells */
	uint64_t linux_must;	/* departures of this kernel */
	uint64_t tcg_must;	/* and of this emulator */
	uint64_t sometimes;
	uint64_t pending;	/* table that L1 has set */
	int kvm;
	struct l1 l1;
} machine;

/* One call, and what L2 is. */
struct question {
	enum kind kind;
	struct call call;	/* of enter_struct.c */
	const char *instruction;	/* NULL: the hcall alone, by the rules of enter_struct.c */
	uint64_t r5;
	uint64_t state_at;
	uint64_t regs_at;
};

/* All that L1 can see of it. */
struct answer {
	int error;
	int64_t rc;
	uint8_t state[STATE_ROOM];
	uint64_t gpr[32];
	uint64_t nip;
	uint64_t msr;
	uint64_t other[2];	/* LR, XER; a hypercall may change CTR and CR */
};

/* Where they lie in pt_regs. */
#define REG_NIP 32
#define REG_MSR 33
#define REG_LR 36

static uint64_t next_random(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1d;
}

/* What every question asks unless it says otherwise. */
static struct question ask_default(enum kind kind)
{
	struct question q = { .kind = kind, .state_at = L1_STATE, .regs_at = L1_REGS };

	init_call(&q.call);
	q.call.enter.table = machine.pending;
	q.call.l1.lpcr = LPCR_ILE;
	q.call.big_endian = machine.l1.big_endian;
	return q;
}

static void set_instruction(struct question *q, const char *name)
{
	q->instruction = name;
	q->call.enter.l2_msr = MSR_BASE | MSR_MAPPED | MSR_UNITS;
}

/* Bytes that the structure has, whatever version it claims to be. */
static uint32_t state_size(const struct question *q)
{
	uint32_t size;

	return hvp_hvregs_size(q->call.enter.version, &size) ? sizeof(struct hvp_hvregs) : size;
}

static void store_state(uint8_t *to, const struct question *q, const struct hvp_hvregs *regs)
{
	struct hvp_hvregs copy = *regs;

	if (q->call.big_endian)
		hvp_hvregs_swap(&copy, sizeof(copy));
	memcpy(to, &copy, state_size(q));
}

static size_t fitting(uint64_t address, size_t bytes)
{
	return room(address) < bytes ? room(address) : bytes;
}

static void write_regs(const struct question *q)
{
	const struct l1 *l1 = &machine.l1;
	uint64_t value[REGS_SIZE / 8] = { 0 };
	uint8_t image[REGS_SIZE];

	for (unsigned int i = 0; i < 32; i++)
		value[i] = i == 4 ? 0 : UINT64_C(0x0101010101010101) * i;
	value[5] = q->r5;
	value[REG_NIP] = L2_CODE;
	value[REG_MSR] = q->call.enter.l2_msr;
	value[REG_LR] = 0x20000000;
	value[REG_LR + 1] = 0x20000000;
	for (unsigned int i = 0; i < COUNT(value); i++) {
		const uint64_t stored = l1->big_endian ? __builtin_bswap64(value[i]) : value[i];

		memcpy(image + 8 * i, &stored, 8);
	}
	memcpy(l1->memory + (fitting(q->regs_at, sizeof(image)) ? q->regs_at : 0), image,
	       fitting(q->regs_at, sizeof(image)));
}

static void write_question(const struct question *q)
{
	const struct l1 *l1 = &machine.l1;
	uint8_t image[STATE_ROOM];

	l2_program(l1, NULL, 0);
	for (unsigned int i = 0; q->instruction && i < COUNT(programs); i++)
		if (!strcmp(programs[i].name, q->instruction))
			l2_program(l1, programs[i].word, programs[i].words);
	memset(image, 0xa5, sizeof(image));
	store_state(image, q, &q->call.l1);
	if (fitting(q->state_at, sizeof(image)))
		memcpy(l1->memory + q->state_at, image, fitting(q->state_at, sizeof(image)));
	write_regs(q);
}

/* L1's memory as it is now. */
static void read_answer(const struct question *q, struct answer *answer)
{
	const struct l1 *l1 = &machine.l1;

	memset(answer->state, 0, sizeof(answer->state));
	if (fitting(q->state_at, STATE_ROOM))
		memcpy(answer->state, l1->memory + q->state_at, fitting(q->state_at, STATE_ROOM));
	if (room(q->regs_at) < REGS_SIZE) {
		memset(answer->gpr, 0, sizeof(answer->gpr));
		memset(answer->other, 0, sizeof(answer->other));
		answer->nip = answer->msr = 0;
		return;
	}
	for (unsigned int i = 0; i < 32; i++)
		answer->gpr[i] = l1_read(l1, q->regs_at + 8 * i, 8);
	answer->nip = l1_read(l1, q->regs_at + 8 * REG_NIP, 8);
	answer->msr = l1_read(l1, q->regs_at + 8 * REG_MSR, 8);
	for (unsigned int i = 0; i < 2; i++)
		answer->other[i] = l1_read(l1, q->regs_at + 8 * (REG_LR + i), 8);
}

/* What L2's doorbell instruction does when L0 executes it. */
static void emulate(const struct question *q, uint32_t word, struct hvp_hvregs *l2, uint64_t *r5)
{
	struct hvp_doorbell doorbell;
	uint32_t thread;

	if (hvp_doorbell_decode(word, &doorbell))
		return;
	if (doorbell.op == HVP_DOORBELL_MFTIR)
		*r5 = 0;
	if (doorbell.op == HVP_DOORBELL_MFDPDES)
		*r5 = l2->dpdes;
	if (hvp_doorbell_target(doorbell.op, q->r5, 0, 1, &thread))
		return;
	l2->dpdes = doorbell.op == HVP_DOORBELL_MSGSNDP;
}

/* The rules of enter_hfscr.c, with what they leave out: doorbells, and all other registers. */
static void predict_instruction(struct row *row, const struct question *q, uint64_t set,
				struct call *call, uint64_t *r5)
{
	struct hvp_hvregs l2 = call->l1;
	struct end end;

	row->cell[2] = q->instruction;
	if (hvp_enter_check(&call->enter, &call->rc, NULL))
		give_up("the core does not take the call");
	if (call->rc)
		return;
	run_instruction(row, call->l1.hfscr, set, &end);
	if (setup_cross_endian(row, call->big_endian) && (set & DEV(CROSS_ENDIAN))) {
		call->rc = hvp_enter_result(HVP_ENTER_WRITE_FAULT, end.vector);
		return;
	}
	l2.dpdes = hvp_hvregs_dpdes(l2.dpdes);
	l2.heir = end.image;
	if (end.l2_vector == L2_DONE)
		emulate(q, find_instruction(row)->word, &l2, r5);
	call->rc = hvp_enter_result(0, end.vector);
	call->nip = end.nip;
	call->l2_vector = end.l2_vector;
	hvp_hvregs_leave(&call->l1, &l2, end.vector, end.cause, &call->back);
}

/* Registers that go on while L2 runs, or that its interrupts change. */
static bool is_counting(uint32_t reg)
{
	static const uint32_t regs[] = {
		HVP_HVREG_PURR, HVP_HVREG_SPURR, HVP_HVREG_IC, HVP_HVREG_VTB, HVP_HVREG_SRR0,
		HVP_HVREG_SRR1, HVP_HVREG_CFAR,
	};

	for (size_t i = 0; i < COUNT(regs); i++)
		if (regs[i] == reg)
			return true;
	return false;
}

/* What cannot be said is taken from the real answer. */
static void take_counting(const struct question *q, const struct answer *real,
			  struct answer *expected)
{
	struct hvp_hvreg_info info;

	for (uint32_t reg = 0; !hvp_hvregs_get(reg, &info); reg++)
		if (is_counting(reg) && info.offset < state_size(q))
			memcpy(expected->state + info.offset, real->state + info.offset,
			       info.bytes);
}

/* Without any departure of Linux: what the core says. */
static struct answer predict(const struct question *q, const struct answer *before,
			     const struct answer *real, uint64_t set)
{
	struct row *row = &machine.row;
	struct answer answer = *before;
	struct call call = q->call;
	uint64_t r5 = q->r5;

	call.l1.version = call.enter.version;
	call.back = call.l1;
	call.msr = call.enter.l2_msr;
	if (q->instruction)
		predict_instruction(row, q, set, &call, &r5);
	else
		enter(row, &call, set);
	if (row->fault[0])
		give_up("%s", row->fault);
	answer.error = 0;
	answer.rc = call.rc;
	if (call.rc <= 0 || call.rc == HVP_H_NOT_AVAILABLE)
		return answer;
	store_state(answer.state, q, &call.back);
	take_counting(q, real, &answer);
	answer.nip = call.nip;
	/* an HISI leaves its cause there, and other instructions what they like */
	answer.msr = q->instruction || call.rc == HVP_VECTOR_HISI ? real->msr : call.msr;
	answer.gpr[4] = call.l2_vector;
	if (call.l2_vector)
		answer.gpr[3] = HCALL;
	/* what other instructions read is not the core's business */
	answer.gpr[5] = real->gpr[5];
	if (q->instruction && (strstr(q->instruction, "msg") || strstr(q->instruction, "TIR") ||
			       strstr(q->instruction, "dpdes")))
		answer.gpr[5] = r5;
	return answer;
}

static bool same(const struct answer *a, const struct answer *b)
{
	return a->error == b->error && a->rc == b->rc && a->nip == b->nip && a->msr == b->msr &&
	       !memcmp(a->state, b->state, sizeof(a->state)) &&
	       !memcmp(a->gpr, b->gpr, sizeof(a->gpr)) &&
	       !memcmp(a->other, b->other, sizeof(a->other));
}

static void say_difference(const char *what, uint64_t real, uint64_t expected, char *text,
			   size_t size)
{
	const size_t used = strlen(text);

	if (real != expected && used < size)
		snprintf(text + used, size - used, " %s %#" PRIx64 " not %#" PRIx64, what, real,
			 expected);
}

static void mismatch(const struct question *q, const struct answer *real,
		     const struct answer *expected)
{
	const struct call *call = &q->call;
	struct hvp_hvreg_info info;
	char text[512] = "", name[8];

	if (++tally[q->kind].mismatched > MISMATCHES_SHOWN)
		return;
	say_difference("error", (uint64_t)real->error, (uint64_t)expected->error, text,
		       sizeof(text));
	say_difference("r3", (uint64_t)real->rc, (uint64_t)expected->rc, text, sizeof(text));
	for (uint32_t reg = 0; !hvp_hvregs_get(reg, &info); reg++) {
		uint64_t a = 0, b = 0;

		memcpy(&a, real->state + info.offset, info.bytes);
		memcpy(&b, expected->state + info.offset, info.bytes);
		say_difference(info.name, a, b, text, sizeof(text));
	}
	say_difference("NIP", real->nip, expected->nip, text, sizeof(text));
	say_difference("MSR", real->msr, expected->msr, text, sizeof(text));
	for (unsigned int i = 0; i < 32; i++) {
		snprintf(name, sizeof(name), "r%u", i);
		say_difference(name, real->gpr[i], expected->gpr[i], text, sizeof(text));
	}
	say_difference("LR", real->other[0], expected->other[0], text, sizeof(text));
	say_difference("XER", real->other[1], expected->other[1], text, sizeof(text));
	if (!text[0])
		snprintf(text, sizeof(text), " memory behind the structure");
	say("mismatch\t%s\t%s version %#" PRIx64 " hfscr %#" PRIx64 " dpdes %#" PRIx64
	    " %s r5 %#" PRIx64 " lpid %#x token %#x msr %#" PRIx64 " table %#" PRIx64
	    " at %#" PRIx64 " %#" PRIx64 "\tanswer:%s", kind_names[q->kind],
	    call->big_endian ? "BE" : "LE", call->enter.version, call->l1.hfscr, call->l1.dpdes,
	    q->instruction ? q->instruction : "hcall", q->r5, call->enter.lpid,
	    call->enter.vcpu_token, call->enter.l2_msr, call->enter.table, q->state_at,
	    q->regs_at, text);
}

/* Departures without which the answer would be another. */
static void count_departures(const struct question *q, const struct answer *before,
			     const struct answer *real, uint64_t set)
{
	for (unsigned int i = 0; i < DEVIATIONS; i++) {
		const uint64_t bit = (uint64_t)1 << i;
		struct answer other;

		if (!(set & bit))
			continue;
		other = predict(q, before, real, set & ~bit);
		shown[i] += !same(&other, real);
	}
}

/* Whether this set of departures says it; a departure that has to show counts as one. */
static bool judge_by(const struct question *q, const struct answer *before,
		     const struct answer *real, uint64_t emulator)
{
	const uint64_t set = machine.linux_must | machine.tcg_must | emulator;
	const struct answer must = predict(q, before, real, set);
	const struct answer core = predict(q, before, real, set & ~machine.linux_must);

	if (!same(&must, real))
		return false;
	if (same(&core, real))
		tally[q->kind].matched++;
	else
		tally[q->kind].departed++;
	count_departures(q, before, real, set);
	return true;
}

/* In any order: each of what the emulator does only sometimes, and nothing of that. */
static void judge(const struct question *q, const struct answer *before, const struct answer *real)
{
	struct answer expected;

	tally[q->kind].cases++;
	if (judge_by(q, before, real, 0))
		return;
	for (unsigned int i = 0; i < DEVIATIONS; i++)
		if ((machine.sometimes & (uint64_t)1 << i) &&
		    judge_by(q, before, real, (uint64_t)1 << i))
			return;
	expected = predict(q, before, real, machine.linux_must | machine.tcg_must);
	mismatch(q, real, &expected);
}

static void ask(struct question *q)
{
	struct answer before = { 0 }, real = { 0 };
	struct l1_answer answer;
	uint64_t now;

	now = __builtin_ppc_get_timebase();
	q->call.l1.version = q->call.enter.version;
	q->call.l1.lpid = q->call.enter.lpid;
	q->call.l1.vcpu_token = q->call.enter.vcpu_token;
	q->call.l1.hdec_expiry = q->call.expired ? now : now + 512000000;
	span_state(&q->call, room(q->state_at));
	span_regs(&q->call, room(q->regs_at));
	write_question(q);
	read_answer(q, &before);
	answer = l1_hcall(&machine.l1, H_ENTER_NESTED, q->state_at, q->regs_at);
	real.error = answer.error;
	real.rc = answer.rc;
	read_answer(q, &real);
	judge(q, &before, &real);
}

static void ask_instruction(enum kind kind, const char *name, uint64_t hfscr, uint64_t version)
{
	struct question q = ask_default(kind);

	set_instruction(&q, name);
	q.call.enter.version = version;
	q.call.l1.hfscr = hfscr;
	ask(&q);
}

/* Each instruction with each facility alone, all others, none and all. */
static void sweep_facilities(void)
{
	for (size_t i = 0; i < COUNT(instructions); i++) {
		const char *name = instructions[i].name;

		ask_instruction(FACILITY, name, 0, 2);
		ask_instruction(FACILITY, name, UINT64_MAX, 2);
		ask_instruction(FACILITY, name, HVP_HFSCR_CAUSE, 2);
		ask_instruction(FACILITY, name, ~HVP_HFSCR_CAUSE, 1);
		for (uint32_t bit = 0; bit < 14; bit++) {
			ask_instruction(FACILITY, name, HVP_BIT(bit), 1 + bit % 2);
			ask_instruction(FACILITY, name, ~HVP_BIT(bit), 2 - bit % 2);
		}
		for (unsigned int n = 0; n < 8; n++)
			ask_instruction(FACILITY, name, next_random(), 2);
	}
}

/* The instructions that this processor stops, with every bit of the register. */
static void sweep_enforced(void)
{
	for (size_t i = 0; i < COUNT(instructions); i++) {
		const char *name = instructions[i].name;

		if (!instructions[i].enforced)
			continue;
		for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++) {
			ask_instruction(FACILITY, name, HVP_BIT(bit), 2);
			ask_instruction(FACILITY, name, ~HVP_BIT(bit), 2);
		}
		for (unsigned int n = 0; n < RANDOM_HFSCR; n++)
			ask_instruction(FACILITY, name, next_random(), 1 + n % 2);
		for (uint64_t cause = 0; cause < 0x100; cause++)
			ask_instruction(CAUSE, name, cause << HVP_HFSCR_CAUSE_SHIFT |
					(cause & 1 ? ~HVP_HFSCR_CAUSE : 0), 2);
	}
}

/* Doorbells that L2 rings, clears and reads, with one pending or none. */
static void sweep_doorbells(void)
{
	static const char *const names[] = { "msgsndp_r5", "msgclrp_r5", "mfdpdes", "mfspr_TIR",
					     "none" };
	static const uint64_t messages[] = {
		0, UINT64_C(5) << 27, UINT64_C(5) << 27 | 1, UINT64_C(5) << 27 | 0x7f,
		UINT64_C(4) << 27, UINT64_MAX, UINT64_C(0xa5a5a5a5) << 32 | UINT64_C(5) << 27,
		UINT64_C(5) << 27 | 0x80,
	};

	for (size_t i = 0; i < COUNT(names); i++)
		for (size_t m = 0; m < COUNT(messages); m++)
			for (unsigned int n = 0; n < 4; n++) {
				struct question q = ask_default(DOORBELL);

				set_instruction(&q, names[i]);
				q.call.l1.hfscr = n & 1 ? HVP_BIT(HVP_FACILITY_MSGP) : 0;
				q.call.l1.dpdes = n >> 1;
				q.r5 = messages[m];
				ask(&q);
			}
}

/* All registers at once, with any value; what would stop L2 itself is left out. */
static struct question ask_random(enum kind kind)
{
	struct question q = ask_default(kind);
	struct hvp_hvregs *l1 = &q.call.l1;

#define HVP_HVREG(name, number, field, bytes, version, entry, exit) \
	l1->field = (__typeof__(l1->field))next_random();
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG
	l1->lpcr |= LPCR_ILE;
	l1->tb_offset = 0;
	l1->pidr &= 0xff;
	/* not where L2 runs */
	l1->ciabr |= 0x40000000;
	l1->dawr0 |= 0x40000000;
	l1->dawr1 |= 0x40000000;
	return q;
}

static void sweep_registers(void)
{
	for (unsigned int n = 0; n < RANDOM_STATES; n++) {
		struct question q = ask_random(REGISTERS);

		set_instruction(&q, n % 4 ? "none" : "msgsndp_r5");
		q.call.enter.version = 1 + n % 2;
		ask(&q);
	}
}

static void sweep_versions(void)
{
	static const uint64_t versions[] = {
		0, 1, 2, 3, 4, 255, 256, 0x7fffffff, 0x80000000, 0xffffffff,
		UINT64_C(0x100000000), UINT64_C(0x100000001), UINT64_C(0x100000002),
		UINT64_C(0x200000002), UINT64_C(0x8000000000000001),
		UINT64_C(0x8000000000000002), UINT64_C(0x0100000000000000),
		UINT64_C(0x0200000000000000), UINT64_C(0x0200000000000002), UINT64_MAX,
		UINT64_MAX - 1,
	};

	for (size_t i = 0; i < COUNT(versions); i++) {
		struct question q = ask_default(VERSION);

		q.call.enter.version = versions[i];
		ask(&q);
	}
}

/* Structures that end with L1's memory, begin there, or are nowhere. */
static void sweep_places(void)
{
	static const uint64_t pointers[] = { MEMORY_END, MEMORY_END + 0x1000,
					     UINT64_C(0x8000000000000000),
					     UINT64_C(0xffffffffffffff00) };
	struct question q;

	for (uint64_t version = 0; version < 4; version++)
		for (uint64_t bytes = 0; bytes <= 264; bytes += 8) {
			q = ask_default(PLACES);
			q.call.enter.version = version;
			q.state_at = MEMORY_END - bytes;
			ask(&q);
		}
	for (uint64_t bytes = 0; bytes <= 400; bytes += 8) {
		q = ask_default(PLACES);
		q.regs_at = MEMORY_END - bytes;
		ask(&q);
	}
	for (size_t i = 0; i < COUNT(pointers); i++) {
		q = ask_default(PLACES);
		q.state_at = pointers[i];
		ask(&q);
		q = ask_default(PLACES);
		q.regs_at = pointers[i];
		ask(&q);
	}
	q = ask_default(PLACES);
	q.call.expired = true;
	ask(&q);
}

static void sweep_tokens(void)
{
	const uint32_t tokens[] = { 0, 1, vcpu_limit - 1, vcpu_limit, vcpu_limit + 1, 0x7fffffff,
				    0x80000000, 0xffffffff };

	for (size_t i = 0; i < COUNT(tokens); i++) {
		struct question q = ask_default(TOKEN);

		q.call.enter.vcpu_token = tokens[i];
		ask(&q);
	}
}

static void sweep_msr(void)
{
	static const uint64_t bits[] = { HVP_MSR_TS_S, HVP_MSR_TS_T, HVP_MSR_HV, HVP_MSR_ME,
					 MSR_TM, MSR_EE, MSR_PR };

	for (unsigned int set = 0; set < 1u << COUNT(bits); set++) {
		struct question q = ask_default(MSR);
		const uint64_t interrupted = MSR_EE | MSR_PR;

		for (size_t i = 0; i < COUNT(bits); i++)
			if (set & 1u << i)
				q.call.enter.l2_msr |= bits[i];
		/* an interrupt of L2 switches transactions off */
		if (!(q.call.enter.l2_msr & MSR_TM) || !(q.call.enter.l2_msr & interrupted))
			ask(&q);
	}
}

static void set_table(uint64_t value)
{
	struct question q = ask_default(TABLE);
	struct answer before = { 0 }, real = { 0 };
	struct l1_answer answer = l1_hcall(&machine.l1, H_SET_PARTITION_TABLE, value, 0);

	q.call.enter.table = value;
	tally[TABLE].cases++;
	before.rc = hvp_enter_set_table(true, value, (value & HVP_TABLE_ADDRESS) < MEMORY_END,
					NULL);
	real.error = answer.error;
	real.rc = answer.rc;
	if (same(&before, &real))
		tally[TABLE].matched++;
	else
		mismatch(&q, &real, &before);
	if (!answer.error && !answer.rc)
		machine.pending = value;
}

/* Tables of each size, and partitions around their ends. */
static void sweep_tables(void)
{
	static const uint64_t addresses[] = {
		0, 0x1000, MEMORY_END - 0x1000, MEMORY_END, UINT64_C(0x0ffffffffffff000),
		UINT64_C(0x1000000000000000), UINT64_C(0xf000000000020000), UINT64_MAX,
	};

	for (size_t i = 0; i < COUNT(addresses); i++)
		set_table(addresses[i]);
	/* an address of 0 is no table */
	set_table(0);
	for (uint64_t field = 0; field < 32; field++) {
		uint32_t lpids[] = { 0, 1, 2, 255, 256, 257, 511, 512, 1023, 1024, 2047, 2048, 4095,
				     4096, 0x7fffffff, 0x80000000, 0xffffffff };

		set_table(L1_TABLE | field);
		for (size_t i = 0; i < COUNT(lpids) && field <= L1_TABLE_FIELD; i++) {
			struct question q = ask_default(LPID);

			q.call.enter.lpid = lpids[i];
			ask(&q);
		}
	}
	set_table(L1_TABLE | L1_TABLE_FIELD);
}

/* Before there is a table; and without the nested API. */
static void sweep_absent(void)
{
	struct question q = ask_default(TABLE);

	ask(&q);
	l1_end(&machine.l1);
	l1_start(&machine.l1, machine.kvm, false);
	q = ask_default(TABLE);
	q.call.enter.flags &= ~(uint32_t)HVP_ENTER_ENABLED;
	ask(&q);
	q.call.enter.table = L1_TABLE | L1_TABLE_FIELD;
	ask(&q);
}

static void start_l1(bool big_endian)
{
	machine.l1.big_endian = big_endian;
	machine.pending = 0;
	l1_start(&machine.l1, machine.kvm, true);
}

static int compare_ticks(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Ticks of L1's time base from before a nested entry to behind it. */
static void count_entries(const char *name, uint64_t hfscr)
{
	static uint64_t ticks[ENTRIES];
	struct question q = ask_default(FACILITY);

	set_instruction(&q, name);
	q.call.l1.hfscr = hfscr;
	q.call.l1.version = q.call.enter.version;
	q.call.l1.lpid = q.call.enter.lpid;
	for (unsigned int i = 0; i < ENTRIES; i++) {
		struct l1_answer answer;
		uint64_t now;

		now = __builtin_ppc_get_timebase();
		q.call.l1.hdec_expiry = now + 512000000;
		write_question(&q);
		answer = l1_hcall(&machine.l1, H_ENTER_NESTED, q.state_at, q.regs_at);
		if (answer.error || answer.rc <= 0)
			give_up("an entry that is counted: %d, r3 %" PRId64, answer.error,
				answer.rc);
		ticks[i] = answer.ended - answer.began;
	}
	qsort(ticks, ENTRIES, sizeof(ticks[0]), compare_ticks);
	say("cost\t%s\t%#" PRIx64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64, name, hfscr,
	    ticks[0], ticks[ENTRIES / 4], ticks[ENTRIES / 2], ticks[ENTRIES * 3 / 4]);
}

/* What the processor has to hold while L2 runs, as the emulator's monitor calls it. */
static void say_registers(const char *what, const struct question *q, uint32_t level, uint64_t set)
{
	const struct hvp_processor_info *cpu = &machine.row.cpu;
	const bool two = cpu->level >= HVP_LEVEL_3_10;
	struct hvp_hvregs_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
		.features = HVP_HVREGS_RADIX | HVP_HVREGS_ARCH_207 | HVP_HVREGS_ARCH_300 |
			    (two ? HVP_HVREGS_DAWR1 : 0),
		/* from 3.0 on LPES is one bit: the processor does not have the other */
		.lpcr = guest_register(&machine.l1, KVM_REG_PPC_LPCR_64) & ~LPCR_LPES1,
	};
	struct hvp_hvregs l2;

	setup_policy(&machine.row, level, HVP_RECEIVER_HYPERVISOR, set, &host.hfscr);
	/* a kernel that has transactions helps POWER9 with them, in firmware's list or not */
	if (!two && init_option("hvp.tm"))
		hvp_hfscr_assign(&host.hfscr, HVP_FACILITY_TM, HVP_STRATEGY_DIRECT);
	/* an L0 that does not look at L1's level here does not there either (K2) */
	if (level != HVP_LEVEL_NONE && !(set & DEV(LEVEL_IGNORED)) &&
	    hvp_pvr_pcr(cpu->value, level, &host.l1_pcr))
		give_up("no PCR");
	hvp_hvregs_enter(&host, &q->call.l1, &l2);
	if (!two && (set & DEV(P9_NO_DAWR)))
		l2.dawrx0 = 0;
	say("%s\tHFSCR=%#" PRIx64 "\tLPCR=%#" PRIx64 "\tPCR=%#" PRIx64 "\tCIABR=%#" PRIx64
	    "\tDAWRX0=%#" PRIx64, what, l2.hfscr, l2.lpcr, l2.pcr & cpu->pcr_mask, l2.ciabr,
	    l2.dawrx0 & DAWRX_BITS);
	if (two)
		say("%s\tDAWRX1=%#" PRIx64, what, l2.dawrx1 & DAWRX_BITS);
}

/* The driver types a line when it has seen enough. */
static bool is_seen(void)
{
	struct pollfd console = { .fd = STDIN_FILENO, .events = POLLIN };
	char line[16];

	return poll(&console, 1, 0) == 1 && read(STDIN_FILENO, line, sizeof(line)) > 0;
}

/* L2 stays at one instruction until its deadline, again and again, while the driver looks. */
static void spin(struct question *q, uint32_t level)
{
	static const uint32_t stay = 0x48000000;	/* b . */
	static unsigned int cases;
	const uint64_t set = machine.linux_must;

	cases++;
	q->call.l1.version = q->call.enter.version;
	q->call.l1.lpid = q->call.enter.lpid;
	q->call.l1.vcpu_token = q->call.enter.vcpu_token;
	say_registers("core", q, level, set & DEV(P9_NO_DAWR));
	say_registers("expected", q, level, set);
	for (unsigned int i = 0; i < SPINS && !is_seen(); i++) {
		struct l1_answer answer;

		q->call.l1.hdec_expiry = __builtin_ppc_get_timebase() + SPIN_TICKS;
		write_question(q);
		l2_program(&machine.l1, &stay, 1);
		/* by r31 the driver knows that it looks at this case */
		l1_write(&machine.l1, q->regs_at + 8 * 31, cases, 8);
		say("spin\t%u", cases);
		answer = l1_hcall(&machine.l1, H_ENTER_NESTED, q->state_at, q->regs_at);
		if (answer.error || answer.rc != 0x980)
			give_up("L2 did not stay: %d, r3 %#" PRIx64, answer.error,
				(uint64_t)answer.rc);
	}
	say("spun");
}

static void spin_hfscr(uint64_t hfscr, uint32_t level)
{
	struct question q = ask_default(FACILITY);

	set_instruction(&q, "none");
	q.call.l1.hfscr = hfscr;
	spin(&q, level);
}

/* Facilities that this processor does not stop, and registers that nobody hands back. */
static void sweep_hardware(uint32_t level)
{
	spin_hfscr(0, level);
	spin_hfscr(UINT64_MAX, level);
	for (uint32_t bit = 0; bit < 14; bit++)
		spin_hfscr(HVP_BIT(bit), level);
	for (unsigned int n = 0; n < RANDOM_SPINS; n++) {
		struct question q = ask_random(FACILITY);

		set_instruction(&q, "none");
		spin(&q, level);
	}
}

static void sweep_levels(void)
{
	sweep_hardware(HVP_LEVEL_NONE);
	if (machine.row.cpu.level < HVP_LEVEL_3_10)
		return;
	/* an L1 that was given less than the host has */
	l1_end(&machine.l1);
	start_l1(false);
	set_guest_register(&machine.l1, KVM_REG_PPC_ARCH_COMPAT, hvp_level_pvr(HVP_LEVEL_3_00));
	set_table(L1_TABLE | L1_TABLE_FIELD);
	sweep_hardware(HVP_LEVEL_3_00);
}

static void read_machine(void)
{
	static char header[] = "qemu\tkernel\tinsn";
	const char *patched = init_option("hvp.patched");
	struct row *row = &machine.row;
	char cpu[16], line[32];

	option("hvp.cpu", cpu, sizeof(cpu));
	row->kernel = kernel_release() >> 8;
	if (!find_processor(cpu, &row->cpu))
		give_up("%s is no processor", cpu);
	machine.columns.header = header;
	machine.columns.columns = 3;
	row->table = &machine.columns;
	row->cells = 3;
	row->cell[0] = "";
	row->cell[1] = "";
	vcpu_limit = (uint32_t)strtoul(first_line("/sys/devices/system/cpu/kernel_max", line,
						  sizeof(line)), NULL, 10) + 1;
	for (unsigned int i = 0; i < DEVIATIONS; i++) {
		const struct deviation_info *info = &deviation_table[i];
		const uint64_t bit = (uint64_t)1 << i;
		const bool is_linux = info->party == LINUX;
		const bool gone = patched && i != DEV_P9_NO_DAWR;

		if (!(info->files & (ENTER_HFSCR | ENTER_STRUCT | HARDWARE)) ||
		    (is_linux && (gone || row->kernel < info->first ||
				  row->kernel > info->last)))
			continue;
		if (info->certain == SOMETIMES)
			machine.sometimes |= bit;
		else if (is_linux)
			machine.linux_must |= bit;
		else
			machine.tcg_must |= bit;
	}
}

static void print_result(void)
{
	for (unsigned int i = 0; i < KINDS; i++)
		say("kind\t%s\t%u\t%u\t%u\t%u", kind_names[i], tally[i].cases, tally[i].matched,
		    tally[i].departed, tally[i].mismatched);
	for (unsigned int i = 0; i < DEVIATIONS; i++) {
		const struct deviation_info *info = &deviation_table[i];

		if (shown[i])
			say("departure\t%s\t%s\t%s\t%u", info->name, info->facts,
			    party_names[info->party], shown[i]);
	}
	say("release\t%u.%u.%u", kernel_release() >> 16, kernel_release() >> 8 & 0xff,
	    kernel_release() & 0xff);
}

static void sweep(bool big_endian, bool quick)
{
	start_l1(big_endian);
	sweep_absent();
	l1_end(&machine.l1);
	start_l1(big_endian);
	set_table(L1_TABLE | L1_TABLE_FIELD);
	sweep_doorbells();
	sweep_versions();
	sweep_tokens();
	if (!quick) {
		sweep_facilities();
		sweep_enforced();
		sweep_registers();
		sweep_places();
		sweep_msr();
		sweep_tables();
	}
	l1_end(&machine.l1);
}

void run_tests(void)
{
	char what[16];

	option("hvp.test", what, sizeof(what));
	machine.kvm = kvm_open();
	read_machine();
	if (!strcmp(what, "cost")) {
		start_l1(false);
		set_table(L1_TABLE | L1_TABLE_FIELD);
		count_entries("none", UINT64_MAX);
		count_entries("msgsndp_r5", 0);
		l1_end(&machine.l1);
	} else if (!strcmp(what, "hardware")) {
		start_l1(false);
		set_table(L1_TABLE | L1_TABLE_FIELD);
		sweep_levels();
		l1_end(&machine.l1);
	} else {
		sweep(false, !strcmp(what, "quick"));
		sweep(true, !strcmp(what, "quick"));
	}
	print_result();
}
