// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * H_SET_PARTITION_TABLE and H_ENTER_NESTED: versions, sizes, pointers, lpid, token, MSR.
 *
 * A row is qemu, kernel, cpu, test, then what was asked, then from err= on what was answered.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "recorded.h"

/* The guest of the test: its memory, and where in it things lie. */
#define MEMORY_END 0x4000000
#define STATE 0x10000		/* from here on pointers meet a good hv_guest_state */
#define REGS_SIZE 384		/* Linux' struct pt_regs (facts K15) */
#define L2_START 0x2000
#define L2_END 0x2010
#define L2_DONE 0xfff
#define SYSCALL 0xc00
#define TO_VMM 0x2000		/* err: the hcall ended in the VMM */
#define PAD UINT64_C(0xa5a5a5a5a5a5a5a5)

#define MSR_EE UINT64_C(0x8000)
#define MSR_PR UINT64_C(0x4000)
#define MSR_TM UINT64_C(0x100000000)

/* One call, and all that can be read afterwards. */
struct call {
	struct hvp_enter enter;
	struct hvp_hvregs l1;
	uint64_t input;
	bool set_table;		/* H_SET_PARTITION_TABLE, not H_ENTER_NESTED */
	bool other;		/* a hcall that the library does not decide */
	bool big_endian;
	bool zero_regs;		/* L2's registers are all 0 */
	bool expired;		/* L1's deadline has passed */
	uint64_t err;
	int64_t rc;
	struct hvp_hvregs back;
	uint64_t msr;
	uint64_t nip;
	uint64_t l2_vector;
};

static unsigned int first_answer(struct row *row)
{
	for (unsigned int i = 4; i < row->cells; i++)
		if (!strncmp(row->cell[i], "err=", 4))
			return i;
	row_fault(row, "no err= in the row");
	return row->cells;
}

/* The last cell of what was asked: "ver=2", "size" and "0x20004", "hcall=0xf800". */
static const char *asked(struct row *row, unsigned int answer)
{
	const char *cell = answer > 4 ? row->cell[answer - 1] : "";
	const char *equals = strchr(cell, '=');

	return equals ? equals + 1 : cell;
}

static uint64_t asked_number(struct row *row, const char *text)
{
	uint64_t value = 0;

	if (!parse_number(text, &value))
		row_fault(row, "\"%s\" in what was asked is no number", text);
	return value;
}

/* Bytes of memory from an address to the end. */
static uint64_t room(uint64_t address)
{
	return address < MEMORY_END ? MEMORY_END - address : 0;
}

static void span_state(struct call *call, uint64_t bytes)
{
	uint32_t size;

	if (bytes < sizeof(call->l1.version))
		call->enter.flags |= HVP_ENTER_VERSION_FAULT;
	else if (!hvp_hvregs_size(call->enter.version, &size) && bytes < size)
		call->enter.flags |= HVP_ENTER_STATE_FAULT;
}

static void span_regs(struct call *call, uint64_t bytes)
{
	if (bytes < REGS_SIZE)
		call->enter.flags |= HVP_ENTER_REGS_FAULT;
}

static void ask_version(struct row *row, struct call *call, const char *text)
{
	call->enter.version = asked_number(row, text);
	call->big_endian = !strcmp(row_cell(row, "input"), "BE");
}

static void ask_span(struct row *row, struct call *call, const char *text)
{
	const char *version = strchr(row_cell(row, "input"), '=');

	call->enter.version = asked_number(row, version ? version + 1 : "");
	span_state(call, asked_number(row, text));
}

static void ask_span_regs(struct row *row, struct call *call, const char *text)
{
	span_regs(call, asked_number(row, text));
}

static void ask_lpid(struct row *row, struct call *call, const char *text)
{
	call->enter.lpid = (uint32_t)asked_number(row, text);
}

static void ask_token(struct row *row, struct call *call, const char *text)
{
	call->enter.vcpu_token = (uint32_t)asked_number(row, text);
}

static void ask_msr(struct row *row, struct call *call, const char *text)
{
	call->enter.l2_msr = asked_number(row, text);
}

static void ask_hdec(struct row *row, struct call *call, const char *text)
{
	if (strcmp(text, "expired"))
		row_fault(row, "\"%s\" is no deadline", text);
	call->expired = true;
}

static void ask_state_pointer(struct row *row, struct call *call, const char *text)
{
	const uint64_t address = asked_number(row, text);

	/* Below the state memory is 0, and so is the version there. */
	if (address < STATE)
		call->enter.version = 0;
	span_state(call, room(address));
}

static void ask_regs_pointer(struct row *row, struct call *call, const char *text)
{
	const uint64_t address = asked_number(row, text);

	call->zero_regs = address < STATE;
	span_regs(call, room(address));
}

static void ask_nothing(struct row *row, struct call *call, const char *text)
{
	(void)row;
	(void)text;
	call->l1.lpcr = ~UINT64_C(0);
	call->l1.pcr = ~UINT64_C(0);
	call->l1.amor = ~UINT64_C(0);
	call->l1.dawrx0 = 0xffffffff;
	call->l1.dawrx1 = 0xffffffff;
	call->l1.ciabr = 0x1003;
}

static void ask_table(struct row *row, struct call *call, const char *text)
{
	call->set_table = true;
	call->input = asked_number(row, text);
}

static void ask_without_table(struct row *row, struct call *call, const char *text)
{
	(void)row;
	(void)text;
	call->enter.table = 0;
}

/* Which hcall, with all arguments 0. */
static void ask_hcall(struct row *row, struct call *call, const char *text)
{
	if (!strcmp(text, "H_TLB_INVALIDATE(0,0,0)"))
		call->input = 0xf808;
	else if (!strcmp(text, "H_SET_PARTITION_TABLE(0)"))
		call->input = 0xf800;
	else
		call->input = asked_number(row, text);
	call->other = call->input != 0xf800 && call->input != 0xf804;
	if (call->input != 0xf800)
		return;
	call->set_table = true;
	call->input = 0;
}

static void ask_hcall_no_table(struct row *row, struct call *call, const char *text)
{
	ask_hcall(row, call, text);
	call->enter.table = 0;
}

static void ask_disabled(struct row *row, struct call *call, const char *text)
{
	ask_hcall_no_table(row, call, text);
	call->enter.flags &= ~(uint32_t)HVP_ENTER_ENABLED;
}

static const struct test {
	const char *name;
	void (*ask)(struct row *row, struct call *call, const char *text);
} tests[] = {
	{ "nocap", ask_disabled }, { "cap-noptcr", ask_hcall_no_table }, { "hcall", ask_hcall },
	{ "ptcr", ask_table }, { "after-ptcr0", ask_without_table }, { "version", ask_version },
	{ "span", ask_span }, { "span-regs", ask_span_regs }, { "lpid", ask_lpid },
	{ "vcpu_token", ask_token }, { "l2msr", ask_msr }, { "hdec", ask_hdec },
	{ "hvptr", ask_state_pointer }, { "regsptr", ask_regs_pointer },
	{ "passthru", ask_nothing },
};

/* What every test asks unless it says otherwise. */
static void init_call(struct call *call)
{
	*call = (struct call){
		.enter = {
			.size = sizeof(call->enter), .policy_level = HVP_POLICY_LEVEL_1,
			.flags = HVP_ENTER_ENABLED, .lpid = 1, .vcpu_limit = SETUP_VCPU_LIMIT,
			.version = 2, .table = SETUP_TABLE, .l2_msr = UINT64_C(0x8000000000000001),
		},
		.l1 = {
			.hfscr = ~UINT64_C(0), .dawr1 = 0x1111, .dawrx1 = 1,
			.ppr = UINT64_C(1) << 52,
		},
		.nip = L2_START,
	};
}

/* L2 runs: which vector brings L1 back? Only lpid 1 has an entry in the partition table. */
static uint32_t run(struct row *row, struct call *call, uint64_t deviations)
{
	const bool is_3_10 = row->cpu.level >= HVP_LEVEL_3_10;
	const bool decrementer = (call->enter.l2_msr & (MSR_EE | MSR_PR)) &&
				 (deviations & DEV(DECREMENTER));
	const bool page = (call->enter.l2_msr & MSR_PR) && (deviations & DEV(PRIVILEGED_PAGE));

	if (call->expired)
		return 0x980;
	if (call->enter.lpid != 1)
		return HVP_VECTOR_HISI;
	/* L2 starts at 0, where an illegal word 0 stands; the registers shown are others. */
	if (call->zero_regs && (deviations & DEV(OWN_TRAP)))
		return HVP_VECTOR_HEAI;

	call->nip = L2_END;
	call->l2_vector = L2_DONE;
	if (decrementer || page) {
		call->l2_vector = decrementer ? 0x900 : 0x400;
		call->nip = call->l2_vector + 0x10;
		call->msr &= ~(MSR_EE | MSR_PR);
	}
	if (is_3_10 && (deviations & DEV(SRR1_LEV)))
		call->msr |= 1 << 20;
	if (is_3_10 && (deviations & DEV(NO_MSR_TM)))
		call->msr &= ~MSR_TM;
	return SYSCALL;
}

static void enter(struct row *row, struct call *call, uint64_t deviations)
{
	struct hvp_hvregs l2 = call->l1;
	const struct call before = *call;
	uint32_t vector;

	if (hvp_enter_check(&call->enter, &call->rc, NULL))
		row_fault(row, "the library does not judge this call");
	if (call->rc)
		return;
	call->msr = hvp_hvregs_msr(call->enter.l2_msr);
	vector = run(row, call, deviations);
	call->rc = hvp_enter_result(0, vector);
	l2.asdr = call->nip;
	hvp_hvregs_leave(&call->l1, &l2, vector, 0, &call->back);
	if (!(deviations & DEV(CROSS_ENDIAN)) || !setup_cross_endian(row, call->big_endian))
		return;
	*call = before;
	call->rc = hvp_enter_result(HVP_ENTER_WRITE_FAULT, vector);
}

static void other_hcall(struct call *call, uint64_t deviations)
{
	const bool nested = call->input == 0xf808 || call->input == 0xf80c;

	/* Of a hcall that it does not know the library says that nothing implements it. */
	call->rc = HVP_H_FUNCTION;
	if (!(deviations & DEV(OTHER_HCALL)))
		return;
	if (nested && (call->enter.flags & HVP_ENTER_ENABLED))
		call->rc = HVP_H_PARAMETER;
	if (nested)
		return;
	call->err = TO_VMM;
	call->rc = (int64_t)call->input;
}

static void make_call(struct row *row, uint64_t deviations, struct call *call)
{
	const char *name = row_cell(row, "test");
	const char *text = asked(row, first_answer(row));
	bool visible;

	init_call(call);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (!strcmp(tests[i].name, name))
			tests[i].ask(row, call, text);
	call->l1.version = call->enter.version;
	call->l1.lpid = call->enter.lpid;
	call->back = call->l1;
	call->msr = call->enter.l2_msr;
	visible = (call->input & HVP_TABLE_ADDRESS) < MEMORY_END;
	if (call->set_table)
		call->rc = hvp_enter_set_table(call->enter.flags & HVP_ENTER_ENABLED, call->input,
					       visible, NULL);
	else if (call->other)
		other_hcall(call, deviations);
	else
		enter(row, call, deviations);
}

/* A field of the answer by its name in the row. */
static bool field(const struct call *call, const char *name, size_t len, uint64_t *value)
{
	const struct {
		const char *name;
		uint64_t value;
	} fields[] = {
		{ "err", call->err }, { "rc", (uint64_t)call->rc },
		{ "ver_out", call->back.version }, { "l2nip", call->nip },
		{ "hfscr_out", call->back.hfscr }, { "dawr1_out", call->back.dawr1 },
		{ "dawrx1_out", call->back.dawrx1 }, { "pad0", PAD },
		{ "ppr", call->back.ppr }, { "asdr", call->back.asdr },
		{ "hdsisr", call->back.hdsisr }, { "l2msr_out", call->msr },
		{ "l2vec", call->l2_vector }, { "lpcr", call->back.lpcr },
		{ "pcr", call->back.pcr }, { "amor", call->back.amor },
		{ "dawrx0", call->back.dawrx0 }, { "dawrx1", call->back.dawrx1 },
		{ "ciabr", call->back.ciabr },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strlen(fields[i].name) != len || strncmp(fields[i].name, name, len))
			continue;
		*value = fields[i].value;
		return true;
	}
	return false;
}

static void predict_struct(struct row *row, uint64_t deviations, char *answer)
{
	struct call call;

	make_call(row, deviations, &call);
	for (unsigned int i = first_answer(row); i < row->cells; i++) {
		const char *cell = row->cell[i];
		const size_t len = strcspn(cell, "=");
		uint64_t value = 0;

		if (!field(&call, cell, len, &value))
			row_fault(row, "nobody answers \"%s\"", cell);
		say(answer, "%.*s=%#" PRIx64 " ", (int)len, cell, value);
	}
}

/* "-4(0xfffffffffffffffc)" is one number said twice. */
static uint64_t recorded_value(struct row *row, const char *text)
{
	const size_t len = strcspn(text, "(");
	uint64_t value = 0, again;
	char copy[32];

	if (len < sizeof(copy)) {
		memcpy(copy, text, len);
		copy[len] = '\0';
	}
	if (len >= sizeof(copy) || !parse_number(copy, &value)) {
		row_fault(row, "\"%s\" is no number", text);
		return 0;
	}
	if (!text[len])
		return value;
	if (strlen(text + len) >= sizeof(copy)) {
		row_fault(row, "\"%s\" is no number", text);
		return 0;
	}
	strcpy(copy, text + len + 1);
	copy[strcspn(copy, ")")] = '\0';
	if (!parse_number(copy, &again) || value != again)
		row_fault(row, "\"%s\" is two numbers", text);
	return value;
}

static bool known_test(struct row *row)
{
	const char *name = row_cell(row, "test");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (!strcmp(tests[i].name, name))
			return true;
	row_fault(row, "test \"%s\" is not known", name);
	return false;
}

static void recorded_struct(struct row *row, char *answer)
{
	bool has_rc = false;

	if (!known_test(row))
		return;
	for (unsigned int i = first_answer(row); i < row->cells; i++) {
		const char *cell = row->cell[i];
		const size_t len = strcspn(cell, "=");

		if (!cell[len]) {
			row_fault(row, "\"%s\" is no answer", cell);
			return;
		}
		has_rc = has_rc || !strncmp(cell, "rc=", 3);
		say(answer, "%.*s=%#" PRIx64 " ", (int)len, cell,
		    recorded_value(row, cell + len + 1));
	}
	if (!has_rc)
		row_fault(row, "no rc= in the row");
}

const struct reader reader_enter_struct = {
	.name = "enter-nested-struct", .kind = ENTER_STRUCT, .open_ended = true,
	.columns = (const char *const[]){ "qemu", "kernel", "cpu", "test", "input", NULL },
	.recorded = recorded_struct, .predict = predict_struct,
};
