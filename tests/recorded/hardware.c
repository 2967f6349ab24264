// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the real registers held while a guest ran: L1 at a level, or L2 with a field set. */
#include <inttypes.h>
#include <string.h>

#include "recorded.h"

#define LPCR_ILE UINT64_C(0x02000000)
#define LPCR_HAIL UINT64_C(0x04000000)

/*
 * LPCR that Linux gives a radix L1 (kvmppc_core_init_vm_hv()); from 3.1 on with HAIL. Used only
 * where no row of L1 tells it: it is what the library starts from, not what it says.
 */
#define LPCR_L1 UINT64_C(0x004000000054f41b)

/* What the hardware has, as text; a register that the processor lacks is "none". */
struct registers {
	uint64_t hfscr;
	uint64_t lpcr;
	uint64_t pcr;
	uint64_t ciabr;
	uint64_t dawrx0;
	uint64_t dawrx1;
};

static bool has_dawr1(const struct row *row)
{
	return row->cpu.level >= HVP_LEVEL_3_10;
}

static void say_registers(char *answer, const struct registers *regs, uint64_t amor,
			  uint64_t dawr0)
{
	say(answer, "HFSCR=%#" PRIx64 " LPCR=%#" PRIx64 " PCR=%#" PRIx64 " AMOR=%#" PRIx64
	    " CIABR=%#" PRIx64 " DAWR0=%#" PRIx64 " DAWRX0=%#" PRIx64, regs->hfscr, regs->lpcr,
	    regs->pcr, amor, regs->ciabr, dawr0, regs->dawrx0);
}

/* LPCR that this L0 runs L1 with: another row of the same system tells it. */
static uint64_t l1_lpcr(struct row *row)
{
	static struct row other;
	uint64_t value;

	for (unsigned int i = 1; i < row->table->lines; i++) {
		if (!row_read(&other, row->table, row->reader, i) ||
		    strcmp(row_cell(&other, "guest"), "L1") ||
		    strcmp(row_cell(&other, "qemu"), row_cell(row, "qemu")) ||
		    strcmp(row_cell(&other, "kernel"), row_cell(row, "kernel")) ||
		    strcmp(row_cell(&other, "cpu"), row_cell(row, "cpu")))
			continue;
		value = row_number(&other, "LPCR_hw");
		return other.fault[0] ? 0 : value;
	}
	return LPCR_L1 | (row->cpu.level >= HVP_LEVEL_3_10 ? LPCR_HAIL : 0);
}

static uint32_t hvregs_features(const struct row *row)
{
	return HVP_HVREGS_RADIX | HVP_HVREGS_ARCH_207 | HVP_HVREGS_ARCH_300 |
	       (has_dawr1(row) ? HVP_HVREGS_DAWR1 : 0);
}

/*
 * L1, a plain guest of L0, at a level it asked for. L0 enables all that the policy gives, as far as
 * it is loaded: without a VPA, which the test has none of, KVM loads the PMU at entry.
 */
static void run_l1(struct row *row, uint64_t deviations, struct registers *regs)
{
	const struct hvp_pvr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1, .pvr = row->cpu.value,
	};
	const uint32_t request = (uint32_t)row_number(row, "value_in");
	struct hvp_hfscr_policy policy;
	uint32_t level;

	/* R14: a level that is refused leaves the guest as it was, raw. */
	if (hvp_pvr_check(&host, request, &level, NULL) &&
	    hvp_pvr_check(&host, 0, &level, NULL))
		row_fault(row, "the library knows no such host");
	setup_policy(row, level, HVP_RECEIVER_GUEST, deviations, &policy);
	regs->hfscr = hvp_hfscr_effective(&policy, ~HVP_HFSCR_CAUSE, HVP_BIT(HVP_FACILITY_PM));
	if (hvp_pvr_pcr(row->cpu.value, level, &regs->pcr))
		row_fault(row, "the library has no PCR for this level");
	/* Not the library's value; but what it filters must be gone. */
	regs->lpcr = hvp_hvregs_filter_lpcr(hvregs_features(row), row_number(row, "LPCR_hw"));
}

static void set_field(struct row *row, struct hvp_hvregs *l1)
{
	const char *name = row_cell(row, "field_set");
	const uint64_t value = row_number(row, "value_in");

	l1->lpcr = LPCR_ILE;	/* L2 is little endian */
#define HVP_HVREG(name_, number, field, bytes, version, entry, exit)		\
	if (!strcmp(name, "hv_guest_state." #field)) {				\
		l1->field = (__typeof__(l1->field))value;			\
		return;								\
	}
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG
	row_fault(row, "column \"field_set\": \"%s\" is no register", name);
}

static void run_l2(struct row *row, uint64_t deviations, struct registers *regs)
{
	struct hvp_hvregs_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
		.features = hvregs_features(row), .lpcr = l1_lpcr(row),
	};
	struct hvp_hvregs l1 = { .version = HVP_HVREGS_VERSION_LATEST };
	struct hvp_hvregs l2;

	setup_policy(row, HVP_LEVEL_NONE, HVP_RECEIVER_HYPERVISOR, deviations, &host.hfscr);
	if (hvp_hvregs_validate(&host, NULL))
		row_fault(row, "the library refuses this host");
	set_field(row, &l1);
	hvp_hvregs_enter(&host, &l1, &l2);
	regs->hfscr = l2.hfscr;
	regs->lpcr = l2.lpcr;
	/* The processor keeps the bits that it has. */
	regs->pcr = l2.pcr & row->cpu.pcr_mask;
	regs->ciabr = l2.ciabr;
	regs->dawrx0 = l2.dawrx0;
	regs->dawrx1 = l2.dawrx1;
	if (row->cpu.level == HVP_LEVEL_3_00 && (deviations & DEV(P9_NO_DAWR)))
		regs->dawrx0 = 0;
}

static void predict_hardware(struct row *row, uint64_t deviations, char *answer)
{
	const bool l1 = !strcmp(row_cell(row, "field_set"), "ARCH_COMPAT");
	struct registers regs = { 0 };

	if (l1 != !strcmp(row_cell(row, "guest"), "L1"))
		row_fault(row, "column \"guest\" does not go with \"field_set\"");
	if (l1)
		run_l1(row, deviations, &regs);
	else
		run_l2(row, deviations, &regs);
	/* AMOR is L0's own, all ones in Linux; DAWR0 and DAWR1 are never set. */
	say_registers(answer, &regs, ~UINT64_C(0), 0);
	if (has_dawr1(row))
		say(answer, " DAWR1=0 DAWRX1=%#" PRIx64, regs.dawrx1);
	else
		say(answer, " DAWR1=none DAWRX1=none");
}

/* Where the emulator knows no such register its monitor answers with help. */
static void say_dawr1(struct row *row, const char *column, const char *name, char *answer)
{
	if (!strncmp(row_cell(row, column), "Try ", 4))
		say(answer, " %s=none", name);
	else
		say(answer, " %s=%#" PRIx64, name, row_number(row, column));
}

static void recorded_hardware(struct row *row, char *answer)
{
	const struct registers regs = {
		.hfscr = row_number(row, "HFSCR_hw"), .lpcr = row_number(row, "LPCR_hw"),
		.pcr = row_number(row, "PCR_hw"), .ciabr = row_number(row, "CIABR"),
		.dawrx0 = row_number(row, "DAWRX0"),
	};

	say_registers(answer, &regs, row_number(row, "AMOR"), row_number(row, "DAWR0"));
	say_dawr1(row, "DAWR1", "DAWR1", answer);
	say_dawr1(row, "DAWRX1", "DAWRX1", answer);
}

/* LPIDR is not looked at: the library says nothing about it. */
const struct reader reader_hardware = {
	.name = "hardware-registers", .kind = HARDWARE,
	.columns = (const char *const[]){ "qemu", "kernel", "cpu", "guest", "field_set",
		"value_in", "HFSCR_hw", "LPCR_hw", "PCR_hw", "AMOR", "CIABR", "DAWR0", "DAWRX0",
		"DAWR1", "DAWRX1", NULL },
	.recorded = recorded_hardware, .predict = predict_hardware,
};
