// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Firmware registers: R20 to R23, for every host, VM and value that are possible, and any id. What
 * is better or newer is written here by the kind of a register, not by the core's order.
 */
#include "proof.h"

#include "internal.h"

#define REGS 8
#define MAY HVP_U64(HVP_FWREG_PSCI_0_2 | HVP_FWREG_READY | HVP_FWREG_RAN | HVP_FWREG_FAULT)

static bool is_version(uint64_t value)
{
	return value == 1 || value == 2 || (value >= 0x10000 && value <= 0x10003);
}

static uint64_t ssbd(uint64_t value)
{
	return (value & 0xf) < 2 ? 0 : 3;
}

/* Whether one value of a register is as good as another, in the one direction that is safe. */
static bool as_good(uint32_t kind, uint64_t value, uint64_t as)
{
	switch (kind) {
	case HVP_FWREG_KIND_BITMAP:
		return (value & as) == as;
	case HVP_FWREG_KIND_SSBD:
		return ssbd(value) >= ssbd(as);
	default:
		return value >= as;
	}
}

/* Whether a value can be one of the register at all (fwreg.h). */
static bool can_be(const struct hvp_fwreg_info *row, uint64_t value)
{
	switch (row->kind) {
	case HVP_FWREG_KIND_VERSION:
		return is_version(value);
	case HVP_FWREG_KIND_SSBD:
		return value <= 3 || value == 0x12;
	case HVP_FWREG_KIND_LEVEL:
		return value <= 0xf;
	default:
		return true;
	}
}

static void assume_valid(struct hvp_fwregs *regs)
{
	regs->size = sizeof(*regs);
	ASSUME(!hvp__check_fwregs(regs, NULL));
}

static void assume_vm(struct hvp_fwregs *regs)
{
	regs->varies = 0;
	regs->unsure = 0;
	assume_valid(regs);
}

void prove_write(void)
{
	ANY(struct hvp_fwregs, host);
	ANY(struct hvp_fwregs, vm);
	ANY(uint32_t, flags);
	ANY(uint64_t, id);
	ANY(uint64_t, value);
	struct hvp_fwregs before, expected;
	const struct hvp_fwreg_info *row = hvp__fwreg_of(id);
	enum hvp_status status;
	bool taken;

	assume_valid(&host);
	assume_vm(&vm);
	before = expected = vm;
	status = hvp_fwreg_write(&host, flags, id, value, &vm, NULL);
	taken = row && (host.listed >> row->reg & 1) && can_be(row, value) &&
		as_good(row->kind, host.value[row->reg], value);
	if (row && row->kind == HVP_FWREG_KIND_VERSION && (value == 1) !=
	    !(flags & HVP_FWREG_PSCI_0_2))
		taken = false;
	PROVE((status == HVP_ERR_RESERVED) == ((flags & ~MAY) != 0),
	      "R17: flags with a name only");
	if (!status || status == HVP_ERR_BUSY)
		PROVE(taken, "R21: a value is taken if the host has as much, and it can be one");
	if (taken && !(flags & ~MAY) && (flags & HVP_FWREG_READY) && !(flags & HVP_FWREG_FAULT))
		PROVE(!status || status == HVP_ERR_BUSY, "R21: and is taken then");
	PROVE(status != HVP_ERR_BUSY || ((flags & HVP_FWREG_RAN) && row &&
	      row->kind == HVP_FWREG_KIND_BITMAP && value != before.value[row->reg]),
	      "R21: services cannot change once a vCPU ran; the same is no change");
	if (!status && (row->kind == HVP_FWREG_KIND_VERSION || row->kind == HVP_FWREG_KIND_BITMAP))
		expected.value[row->reg] = value;
	PROVE(SAME(vm, expected),
	      "R20: a refusal changes nothing, a write its register, a level stays the host's");
	POSSIBLE(!status && row->kind == HVP_FWREG_KIND_VERSION && value == 0x10003);
	POSSIBLE(!status && row->kind == HVP_FWREG_KIND_SSBD && value == 0x12);
	POSSIBLE(!status && row->kind == HVP_FWREG_KIND_BITMAP && value != before.value[row->reg]);
	POSSIBLE(status == HVP_ERR_BUSY);
	POSSIBLE(status == HVP_ERR_NOT_FOUND);
	POSSIBLE(status == HVP_ERR_FAULT);
}

/* Two hosts, one of which has as much: what the lesser takes the better takes. */
void prove_order(void)
{
	ANY(struct hvp_fwregs, lesser);
	ANY(struct hvp_fwregs, better);
	ANY(struct hvp_fwregs, vm);
	ANY(uint32_t, flags);
	ANY(uint32_t, reg);
	ANY(uint64_t, value);
	struct hvp_fwregs one, two;
	const struct hvp_fwreg_info *row;

	assume_valid(&lesser);
	assume_valid(&better);
	assume_vm(&vm);
	ASSUME(reg < REGS);
	row = hvp__fwreg_row(reg);
	ASSUME((better.listed >> reg & 1) &&
	       as_good(row->kind, better.value[reg], lesser.value[reg]));
	one = two = vm;
	if (!hvp_fwreg_write(&lesser, flags, row->id, value, &one, NULL)) {
		PROVE(!hvp_fwreg_write(&better, flags, row->id, value, &two, NULL),
		      "R22: a host that has more takes what a lesser one takes");
		PROVE(SAME(one, two), "R23: and it makes no difference to the guest");
		POSSIBLE(better.value[reg] != lesser.value[reg] && reg == HVP_FWREG_PSCI_VERSION);
		POSSIBLE(better.value[reg] != lesser.value[reg] && reg == HVP_FWREG_WORKAROUND_2);
		POSSIBLE(better.value[reg] != lesser.value[reg] && reg == HVP_FWREG_STD_BMAP);
	}
}

/* A register of a guest that goes to another host. */
void prove_outcome(void)
{
	ANY(struct hvp_fwregs, guest);
	ANY(struct hvp_fwregs, host);
	ANY(bool, later);
	ANY(uint32_t, reg);
	const uint32_t flags = later ? HVP_FWREG_PSCI_0_2 : 0;
	const struct hvp_fwreg_info *row;
	struct hvp_fwregs vm;
	struct hvp__outcome out;
	bool told, unsure, stored;
	uint64_t have, finds;

	assume_valid(&host);
	assume_vm(&guest);
	ASSUME(reg < REGS);
	row = hvp__fwreg_row(reg);
	told = guest.listed >> reg & 1;
	unsure = host.unsure >> reg & 1;
	stored = row->kind == HVP_FWREG_KIND_VERSION || row->kind == HVP_FWREG_KIND_BITMAP;
	have = guest.value[reg];
	ASSUME(!hvp_fwreg_initial(&host, flags, &vm, NULL));
	finds = vm.value[reg];
	out = hvp__fwreg_outcome(row, &guest, &host, flags);

	PROVE(out.verdict <= HVP_VERDICT_REFUSED && !out.reason == !out.verdict,
	      "R24: a reason for each that is not the same, and no prediction of a broken one");
	if (told && !unsure && (host.listed >> reg & 1)) {
		PROVE((out.verdict == HVP_VERDICT_REFUSED) ==
		      (hvp_fwreg_write(&host, flags | HVP_FWREG_READY, row->id, have, &vm, NULL) !=
		       HVP_OK), "R21: refused is what the host refuses when it is written");
		PROVE(!stored || out.verdict == HVP_VERDICT_REFUSED ||
		      out.verdict == HVP_VERDICT_SAME,
		      "R23: a version that the source told is never raised");
	}
	if (told && unsure)
		PROVE(out.verdict == HVP_VERDICT_REFUSED && out.reason == HVP_REASON_FWREG_UNSURE,
		      "R23: a host that does not know has to be asked");
	if (!told && (guest.known & host.known & 1u << reg) && !as_good(row->kind, finds, have))
		PROVE(out.verdict == HVP_VERDICT_DEGRADED, "R22: less is degraded");
	if (!told && (guest.known & host.known & 1u << reg) && !as_good(row->kind, have, finds))
		PROVE(out.verdict != HVP_VERDICT_SAME, "R23: a silent upgrade is never the same");
	POSSIBLE(!told && out.reason == HVP_REASON_FWREG_UPGRADED);
	POSSIBLE(told && out.reason == HVP_REASON_FWREG_VERSION);
	POSSIBLE(told && out.verdict == HVP_VERDICT_CHANGED);
	POSSIBLE(!told && out.verdict == HVP_VERDICT_DEGRADED);
	POSSIBLE(told && !out.verdict && stored && host.varies >> reg & 1);
}

/* A guest that was just made and goes to a host like its own. */
void prove_same(void)
{
	ANY(struct hvp_fwregs, host);
	ANY(bool, later);
	ANY(uint32_t, reg);
	const uint32_t flags = later ? HVP_FWREG_PSCI_0_2 : 0;
	const struct hvp_fwreg_info *row;
	struct hvp_fwregs vm;
	struct hvp__outcome out;

	assume_valid(&host);
	ASSUME(reg < REGS && !((host.varies | host.unsure) >> reg & 1));
	row = hvp__fwreg_row(reg);
	/* what a kernel has: a version after 0.1, of mitigations the levels there are */
	ASSUME(!(host.known >> reg & 1) || (can_be(row, host.value[reg]) &&
	       (row->kind != HVP_FWREG_KIND_VERSION || host.value[reg] > 1) &&
	       (row->kind != HVP_FWREG_KIND_LEVEL || host.value[reg] <= 2)));
	ASSUME(!hvp_fwreg_initial(&host, flags, &vm, NULL));
	out = hvp__fwreg_outcome(row, &vm, &host, flags);
	PROVE((host.known >> reg & 1) || row->kind == HVP_FWREG_KIND_BITMAP ||
	      out.verdict == HVP_VERDICT_DEGRADED, "R23: what nobody knows may be lost");
	if (host.known >> reg & 1)
		PROVE(!out.verdict, "R22: among hosts that are alike a guest stays the same");
	POSSIBLE(later && host.listed >> reg & 1 && reg == HVP_FWREG_PSCI_VERSION);
	POSSIBLE(!(host.listed >> reg & 1) && host.value[reg] == 3);
}

void prove_offers(void)
{
	ANY(struct hvp_fwreg_kernel, kernel);
	ANY(struct hvp_fwregs, host);
	const struct hvp_fwregs before = host;
	enum hvp_status status;

	kernel.size = sizeof(kernel);
	status = hvp_fwreg_offers(&kernel, &host, NULL);
	if (status) {
		PROVE(SAME(host, before), "R20: a refusal leaves the registers alone");
	} else {
		PROVE(!hvp__check_fwregs(&host, NULL), "R21: every release offers valid registers");
		PROVE(!(host.listed & 1) || is_version(host.value[0]), "R21: a known version");
		PROVE(!host.varies && !(host.unsure & host.known), "R21: one host does not vary");
		PROVE(host.value[2] == 0 || host.value[2] == 3, "R22: a host has 0 or 3");
	}
	POSSIBLE(!status && host.value[0] == 0x10003 && host.value[2] == 3);
	POSSIBLE(!status && host.unsure);
	POSSIBLE(status == HVP_ERR_ARGUMENT);
}
