// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the hypercalls of a KVM/arm64 guest answer, by the firmware registers that its VM holds. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "recorded.h"

#define NOT_SUPPORTED UINT64_MAX
#define NOT_REQUIRED (UINT64_MAX - 1)		/* of WORKAROUND_2 */
#define INVALID_PARAMETERS (UINT64_MAX - 1)	/* of PSCI */

#define FEATURES 0x8400000a	/* PSCI_FEATURES */
#define ARCH 0x80000001		/* SMCCC_ARCH_FEATURES */

/* What a call answers where its register permits it. */
enum says {
	SAYS_VALUE,	/* always this */
	SAYS_REGISTER,	/* what the register holds */
	SAYS_LEVEL,	/* 0 mitigated, 1 not required */
	SAYS_SSBD,	/* not required, or nothing */
	SAYS_SERVICES,	/* the bits of both vendor registers, 64 apart */
	SAYS_UID,	/* that of KVM */
	SAYS_VMM,	/* what the VMM switched on: no register shows it */
};

/*
 * One call. PSCI_VERSION permits it from a version on (0: whatever it is), a bitmap if a bit is
 * set, a mitigation always; what is not permitted is not supported. Sources: Linux
 * arch/arm64/kvm/hypercalls.c and psci.c, SYSTEM_OFF2 commit 97413cea1c48.
 */
static const struct call {
	uint32_t function;
	uint32_t argument;
	uint32_t reg;
	uint32_t needs;
	enum says says;
	uint64_t value;
} calls[] = {
	{ 0x84000000, 0, HVP_FWREG_PSCI_VERSION, 0x2, SAYS_REGISTER, 0 },
	{ 0x84000003, 0xffffffff, HVP_FWREG_PSCI_VERSION, 0x2, SAYS_VALUE, INVALID_PARAMETERS },
	/* no trusted OS that could be migrated */
	{ 0x84000006, 0, HVP_FWREG_PSCI_VERSION, 0x2, SAYS_VALUE, 2 },
	{ FEATURES, 0x80000000, HVP_FWREG_PSCI_VERSION, 0x10000, SAYS_VALUE, 0 },
	{ FEATURES, FEATURES, HVP_FWREG_PSCI_VERSION, 0x10000, SAYS_VALUE, 0 },
	{ FEATURES, 0x84000008, HVP_FWREG_PSCI_VERSION, 0x10000, SAYS_VALUE, 0 },
	{ FEATURES, 0x8400000e, HVP_FWREG_PSCI_VERSION, 0x10000, SAYS_VMM, 0 },
	{ FEATURES, 0x84000012, HVP_FWREG_PSCI_VERSION, 0x10001, SAYS_VALUE, 0 },
	{ FEATURES, 0xc4000012, HVP_FWREG_PSCI_VERSION, 0x10001, SAYS_VALUE, 0 },
	/* one type of it, hibernation */
	{ FEATURES, 0x84000015, HVP_FWREG_PSCI_VERSION, 0x10003, SAYS_VALUE, 1 },
	{ FEATURES, 0xc4000015, HVP_FWREG_PSCI_VERSION, 0x10003, SAYS_VALUE, 1 },
	{ 0x80000000, 0, HVP_FWREG_PSCI_VERSION, 0, SAYS_VALUE, 0x10001 },
	{ ARCH, 0x80008000, HVP_FWREG_WORKAROUND_1, 0, SAYS_LEVEL, 0 },
	{ ARCH, 0x80007fff, HVP_FWREG_WORKAROUND_2, 0, SAYS_SSBD, 0 },
	{ ARCH, 0x80003fff, HVP_FWREG_WORKAROUND_3, 0, SAYS_LEVEL, 0 },
	{ ARCH, 0xc5000020, HVP_FWREG_STD_HYP_BMAP, 1 << 0, SAYS_VALUE, 0 },
	{ 0xc5000020, 0xc5000021, HVP_FWREG_STD_HYP_BMAP, 1 << 0, SAYS_VMM, 0 },
	{ 0x84000050, 0, HVP_FWREG_STD_BMAP, 1 << 0, SAYS_VALUE, 0x10000 },
	{ 0x84000051, 0x84000053, HVP_FWREG_STD_BMAP, 1 << 0, SAYS_VALUE, 0 },
	{ 0x8600ff01, 0, HVP_FWREG_VENDOR_HYP_BMAP, 1 << 0, SAYS_UID, 0 },
	{ 0x86000000, 0, HVP_FWREG_VENDOR_HYP_BMAP, 1 << 0, SAYS_SERVICES, 0 },
};

/* Calls that no register decides. */
static const struct {
	uint32_t function;
	uint64_t value;
} others[] = {
	{ 0x80008000, 0 }, { 0x80007fff, 0 }, { 0x80003fff, 0 },
	{ 0x95c1ba5e, NOT_SUPPORTED }, { 0x95c1ba61, NOT_SUPPORTED },
};

static const char *const result_columns[] = { "x0", "x1", "x2", "x3" };

static bool permits(const struct call *call, const struct hvp_fwregs *vm)
{
	const uint64_t value = vm->value[call->reg];

	if (call->reg == HVP_FWREG_PSCI_VERSION)
		return value >= call->needs;
	return !call->needs || (value & call->needs);
}

static void answer_call(const struct call *call, const struct hvp_fwregs *vm, uint64_t *x)
{
	const uint64_t value = vm->value[call->reg];

	switch (call->says) {
	case SAYS_VALUE:
		x[0] = call->value;
		break;
	case SAYS_REGISTER:
		x[0] = value;
		break;
	case SAYS_LEVEL:
		x[0] = value ? value - 1 : NOT_SUPPORTED;
		break;
	case SAYS_SSBD:
		x[0] = value ? NOT_REQUIRED : NOT_SUPPORTED;
		break;
	case SAYS_SERVICES:
		x[0] = value;
		x[2] = vm->value[HVP_FWREG_VENDOR_HYP_BMAP_2];
		break;
	case SAYS_UID:
		x[0] = 0xb66fb428;
		x[1] = 0xe911c52e;
		x[2] = 0x564bcaa9;
		x[3] = 0x743a004d;
		break;
	case SAYS_VMM:
		break;
	}
}

/* Kernels before the bitmaps have their services, or not; the library does not know which. */
static bool has_unlisted(const struct call *call, uint64_t deviations, struct hvp_fwregs *vm)
{
	if (!(deviations & DEV(BEFORE_BITMAPS)))
		return false;
	vm->value[call->reg] = call->reg == HVP_FWREG_STD_HYP_BMAP;
	return true;
}

/* False: the library does not know what this call answers. */
static bool predict_call(const struct call *call, uint64_t deviations, struct hvp_fwregs *vm,
			 uint64_t *x)
{
	if (!(vm->known >> call->reg & 1) && !has_unlisted(call, deviations, vm))
		return false;
	if (!permits(call, vm))
		return true;
	answer_call(call, vm, x);
	return call->says != SAYS_VMM || (deviations & DEV(VMM_SERVICE));
}

static bool predict_function(struct row *row, uint64_t deviations, struct hvp_fwregs *vm,
			     uint64_t *x)
{
	const uint64_t function = row_number(row, "fn"), argument = row_number(row, "arg1");

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].function == function && calls[i].argument == argument)
			return predict_call(&calls[i], deviations, vm, x);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (others[i].function != function)
			continue;
		x[0] = others[i].value;
		return deviations & DEV(NO_REGISTER);
	}
	row_fault(row, "call \"%s\" is not known", row_cell(row, "probe"));
	return false;
}

static uint32_t vcpu_flags(struct row *row)
{
	return strcmp(row_cell(row, "psci02"), "1") ? 0 : HVP_FWREG_PSCI_0_2;
}

/* "default", or register=value:errno: what was written before the guest ran, or while it does. */
static void write_state(struct row *row, const struct hvp_fwregs *host, struct hvp_fwregs *vm,
			char *answer)
{
	const char *state = row_cell(row, "state");
	const bool live = strstr(row_cell(row, "scenario"), "live");
	struct hvp_fwreg_info info;
	char name[32] = "", value[32] = "";
	uint64_t number;

	if (!strcmp(state, "default"))
		return;
	if (sscanf(state, "%31[^=]=%31[^:]", name, value) != 2 || !parse_number(value, &number)) {
		row_fault(row, "column \"state\": \"%s\" is no write", state);
		return;
	}
	if (!strcmp(name, "psci") || !strcmp(name, "set"))
		strcpy(name, "PSCI_VERSION");
	if (fwreg_named(row, name, &info))
		say(answer, "%s ", errno_name(hvp_status_to_errno(hvp_fwreg_write(host,
			vcpu_flags(row) | HVP_FWREG_READY | (live ? HVP_FWREG_RAN : 0), info.id,
			number, vm, NULL))));
}

static void recorded_guest_view(struct row *row, char *answer)
{
	const char *error = strchr(row_cell(row, "state"), ':');

	if (error)
		say(answer, "%s ", error + 1);
	for (int i = 0; i < 4; i++)
		say(answer, "%s ", row_cell(row, result_columns[i]));
}

static void predict_guest_view(struct row *row, uint64_t deviations, char *answer)
{
	uint64_t x[4] = { NOT_SUPPORTED };
	struct hvp_fwregs host, vm;

	if (!fwreg_row_host(row, &host))
		return;
	if (hvp_fwreg_initial(&host, vcpu_flags(row), &vm, NULL))
		row_fault(row, "the library knows no new VM");
	write_state(row, &host, &vm, answer);
	if (!predict_function(row, deviations, &vm, x)) {
		say(answer, "not known");
		return;
	}
	for (int i = 0; i < 4; i++) {
		if (strcmp(row_cell(row, result_columns[i]), "-"))
			say(answer, "0x%" PRIx64 " ", x[i]);
		else	/* not recorded */
			say(answer, "- ");
	}
}

const struct reader reader_guest_view = {
	.name = "guest-view", .kind = GUEST_VIEW,
	.columns = (const char *const[]){ "kernel", "wa1_level", "wa2_level", "wa3_level",
		"guest_ssbs", "scenario", "psci02", "state", "probe", "fn", "arg1", "x0", "x1",
		"x2", "x3", NULL },
	.recorded = recorded_guest_view, .predict = predict_guest_view,
};
