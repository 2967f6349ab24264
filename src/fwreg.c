// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/fwreg.h>

#include "internal.h"

/* Parts of a register id (Linux uapi asm/kvm.h). */
#define HVP__ID_SIZE HVP_U64(0x00f0000000000000)
#define HVP__ID_U64 HVP_U64(0x0030000000000000)
#define HVP__ID_UPPER HVP_U64(0xffffffff00000000)
#define HVP__ID_ARM64 HVP_U64(0x6000000000000000)
#define HVP__ID_GROUP(id) ((id) >> 16 & 0xfff)
#define HVP__GROUP_SVE 0x15

#define HVP__PSCI_0_1 1
#define HVP__SSBD_AVAILABLE 2
#define HVP__SSBD_ENABLED 0x10

static const struct hvp_fwreg_info hvp__fwregs[] = {
#define HVP_FWREG(name, slot, id, kind, valid, initial) \
	{ (id), (valid), (initial), (slot), HVP_FWREG_KIND_##kind, #name },
#include <hvpolicy/fwreg.def>
#undef HVP_FWREG
};

enum hvp__has {
	HVP__HAS_LISTED,
	HVP__HAS_ABSENT,
	HVP__HAS_HIDDEN,
};

static const struct hvp__fwreg_range {
	uint32_t from;
	uint32_t before;
	uint32_t reg;
	uint32_t has;	/* enum hvp__has */
	uint32_t value;
} hvp__fwreg_ranges[] = {
#define HVP_FWREG_OFFER(name, from, before, has, value) \
	{ (from), (before), HVP_FWREG_##name, HVP__HAS_##has, (value) },
#include <hvpolicy/fwreg.def>
#undef HVP_FWREG_OFFER
};

static const uint32_t hvp__psci_versions[] = {
#define HVP_FWREG_VERSION(value) (value),
#include <hvpolicy/fwreg.def>
#undef HVP_FWREG_VERSION
};

const struct hvp_fwreg_info *hvp__fwreg_of(uint64_t id)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__fwregs); i++)
		if (hvp__fwregs[i].id == id)
			return &hvp__fwregs[i];
	return NULL;
}

const struct hvp_fwreg_info *hvp__fwreg_at(size_t index)
{
	return index < HVP__COUNT(hvp__fwregs) ? &hvp__fwregs[index] : NULL;
}

const struct hvp_fwreg_info *hvp__fwreg_row(uint32_t reg)
{
	size_t i = 0;

	/* The index outlives the loop: out of rows, compilers build tables of pointers. */
	while (i < HVP__COUNT(hvp__fwregs) && hvp__fwregs[i].reg != reg)
		i++;
	return hvp__fwreg_at(i);
}

enum hvp_status hvp_fwreg_get(uint32_t reg, struct hvp_fwreg_info *info)
{
	const struct hvp_fwreg_info *row = hvp__fwreg_row(reg);

	if (!row)
		return HVP_ERR_NOT_FOUND;
	*info = *row;
	return HVP_OK;
}

enum hvp_status hvp_fwreg_find(uint64_t id, uint32_t *reg)
{
	const struct hvp_fwreg_info *row = hvp__fwreg_of(id);

	if (!row)
		return HVP_ERR_NOT_FOUND;
	*reg = row->reg;
	return HVP_OK;
}

static uint32_t hvp__is_known(const struct hvp_fwregs *regs, const struct hvp_fwreg_info *row)
{
	return regs->known >> row->reg & 1;
}

static uint32_t hvp__is_listed(const struct hvp_fwregs *regs, const struct hvp_fwreg_info *row)
{
	return regs->listed >> row->reg & 1;
}

/* Levels of SSBD as Linux compares them. */
uint64_t hvp__fwreg_protection(const struct hvp_fwreg_info *row, uint64_t value)
{
	if (row->kind == HVP_FWREG_KIND_SSBD)
		return (value & 0xf) < HVP__SSBD_AVAILABLE ? 0 : 3;
	return value;
}

bool hvp__fwreg_is_level(const struct hvp_fwreg_info *row)
{
	return row->kind == HVP_FWREG_KIND_LEVEL || row->kind == HVP_FWREG_KIND_SSBD;
}

static void hvp__offer_levels(const struct hvp_fwreg_kernel *kernel, struct hvp_fwregs *host)
{
	const bool ssbs = kernel->flags & HVP_FWREG_SSBS;
	const bool safe = kernel->ssb == HVP_MITIGATION_UNAFFECTED ||
			  (kernel->ssb == HVP_MITIGATION_MITIGATED && !ssbs);

	/* 1: the mitigations decide; the levels have the numbers of enum hvp_mitigation */
	host->value[HVP_FWREG_WORKAROUND_1] *= kernel->spectre_v2;
	host->value[HVP_FWREG_WORKAROUND_2] *= safe ? 3 : 0;
	host->value[HVP_FWREG_WORKAROUND_3] *= kernel->spectre_bhb;
}

enum hvp_status hvp_fwreg_offers(const struct hvp_fwreg_kernel *kernel, struct hvp_fwregs *host,
				 struct hvp_report *report)
{
	enum hvp_status status;

	if (!kernel || !host)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_head(kernel, sizeof(*kernel), report);
	if (!status)
		status = hvp_vstruct_flags(kernel->flags, HVP_FWREG_SSBS, report);
	if (!status)
		status = hvp_vstruct_flags(kernel->reserved, 0, report);
	if (status)
		return status;
	if (kernel->spectre_v2 > HVP_MITIGATION_UNAFFECTED ||
	    kernel->ssb > HVP_MITIGATION_UNAFFECTED ||
	    kernel->spectre_bhb > HVP_MITIGATION_UNAFFECTED)
		return HVP_ERR_ARGUMENT;

	host->size = sizeof(*host);
	host->policy_level = kernel->policy_level;
	host->listed = 0;
	host->known = 0;
	host->varies = 0;
	host->unsure = hvp__fwreg_rows();
	for (size_t i = 0; i < HVP_FWREG_SLOTS; i++)
		host->value[i] = 0;
	for (size_t i = 0; i < HVP__COUNT(hvp__fwreg_ranges); i++) {
		const struct hvp__fwreg_range *range = &hvp__fwreg_ranges[i];

		if (kernel->release < range->from || kernel->release >= range->before)
			continue;
		host->unsure &= ~((uint32_t)1 << range->reg);
		if (range->has == HVP__HAS_HIDDEN)
			continue;
		host->known |= (uint32_t)1 << range->reg;
		if (range->has == HVP__HAS_LISTED)
			host->listed |= (uint32_t)1 << range->reg;
		host->value[range->reg] = range->value;
	}
	hvp__offer_levels(kernel, host);
	return HVP_OK;
}

uint32_t hvp__fwreg_rows(void)
{
	uint32_t rows = 0;

	for (size_t i = 0; i < HVP__COUNT(hvp__fwregs); i++)
		rows |= (uint32_t)1 << hvp__fwregs[i].reg;
	return rows;
}

uint64_t hvp__fwreg_valid(uint32_t slot)
{
	const struct hvp_fwreg_info *row = hvp__fwreg_row(slot);

	return row ? row->valid : 0;
}

enum hvp_status hvp__check_fwregs(const struct hvp_fwregs *regs, struct hvp_report *report)
{
	enum hvp_status status = hvp__check_head(regs, sizeof(*regs), report);
	const uint32_t rows = hvp__fwreg_rows();

	if (!status)
		status = hvp_vstruct_flags(regs->known, rows, report);
	if (!status)
		status = hvp_vstruct_flags(regs->listed, regs->known, report);
	if (!status)
		status = hvp_vstruct_flags(regs->varies, rows, report);
	if (!status)
		status = hvp_vstruct_flags(regs->unsure, rows & ~regs->known, report);
	for (uint32_t i = 0; i < HVP_FWREG_SLOTS && !status; i++)
		status = hvp_vstruct_flags(regs->value[i],
					   regs->known >> i & 1 ? hvp__fwreg_valid(i) : 0,
					   report);
	return status;
}

/* Of a VM nothing varies, and every register is there or not. */
static enum hvp_status hvp__check_vm(const struct hvp_fwregs *vm, struct hvp_report *report)
{
	enum hvp_status status = hvp__check_fwregs(vm, report);

	if (!status)
		status = hvp_vstruct_flags(vm->varies, 0, report);
	if (!status)
		status = hvp_vstruct_flags(vm->unsure, 0, report);
	return status;
}

uint64_t hvp__fwreg_initial(const struct hvp_fwreg_info *row, const struct hvp_fwregs *host,
			    uint32_t flags)
{
	if (row->kind == HVP_FWREG_KIND_VERSION && hvp__is_known(host, row) &&
	    !(flags & HVP_FWREG_PSCI_0_2))
		return HVP__PSCI_0_1;
	return host->value[row->reg] & row->initial;
}

enum hvp_status hvp_fwreg_initial(const struct hvp_fwregs *host, uint32_t flags,
				  struct hvp_fwregs *vm, struct hvp_report *report)
{
	enum hvp_status status;

	if (!host || !vm)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_fwregs(host, report);
	if (!status)
		status = hvp_vstruct_flags(flags, HVP_FWREG_PSCI_0_2, report);
	if (status)
		return status;
	vm->size = sizeof(*vm);
	vm->policy_level = host->policy_level;
	vm->listed = host->listed;
	vm->known = host->known;
	vm->varies = 0;
	vm->unsure = 0;
	for (uint32_t i = 0; i < HVP_FWREG_SLOTS; i++)
		vm->value[i] = host->value[i];
	for (size_t i = 0; i < HVP__COUNT(hvp__fwregs); i++)
		vm->value[hvp__fwregs[i].reg] = hvp__fwreg_initial(&hvp__fwregs[i], host, flags);
	return HVP_OK;
}

static uint32_t hvp__refuse_version(uint64_t value, uint64_t newest, uint32_t flags)
{
	const bool oldest = value == HVP__PSCI_0_1;

	for (size_t i = 0; i < HVP__COUNT(hvp__psci_versions); i++) {
		if (hvp__psci_versions[i] != value || value > newest)
			continue;
		/* 0.1 is what a vCPU has without the feature, and the only one it can have */
		if (oldest == !(flags & HVP_FWREG_PSCI_0_2))
			return 0;
		return HVP_REASON_FWREG_FEATURE;
	}
	return HVP_REASON_FWREG_VERSION;
}

static bool hvp__is_ssbd(uint64_t value)
{
	const uint64_t level = value & ~HVP_U64(HVP__SSBD_ENABLED);

	return level <= 3 && (value == level || level == HVP__SSBD_AVAILABLE);
}

/* Why a host that offers this does not take a value; 0: it does. */
static uint32_t hvp__refuse_value(const struct hvp_fwreg_info *row, uint64_t offer, uint64_t value,
				  uint32_t flags)
{
	if (row->kind == HVP_FWREG_KIND_VERSION)
		return hvp__refuse_version(value, offer, flags);
	if (row->kind == HVP_FWREG_KIND_BITMAP)
		return value & ~offer ? HVP_REASON_FWREG_SERVICES : 0;
	if ((value & ~row->valid) || (row->kind == HVP_FWREG_KIND_SSBD && !hvp__is_ssbd(value)))
		return HVP_REASON_FWREG_BITS;
	if (hvp__fwreg_protection(row, value) > hvp__fwreg_protection(row, offer))
		return HVP_REASON_FWREG_PROTECTION;
	return 0;
}

static enum hvp_status hvp__deny_write(enum hvp_status status, uint32_t reason, uint64_t have,
				       struct hvp_report *report)
{
	hvp__refuse(report, reason, 0, have, 0);
	return status;
}

/* Linux has one function for a group: it is there when one of its registers is. */
static bool hvp__has_group(const struct hvp_fwregs *host, uint64_t group)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__fwregs); i++)
		if (HVP__ID_GROUP(hvp__fwregs[i].id) == group &&
		    hvp__is_listed(host, &hvp__fwregs[i]))
			return true;
	return false;
}

/* What comes before the register itself is looked for. The order of the tests is the ABI. */
static enum hvp_status hvp__before_register(const struct hvp_fwregs *host, uint32_t flags,
					    uint64_t id, struct hvp_report *report)
{
	const uint64_t group = HVP__ID_GROUP(id);

	if (!(flags & HVP_FWREG_READY))
		return hvp__deny_write(HVP_ERR_NOT_READY, HVP_REASON_FWREG_NOT_READY, 0, report);
	if ((id & HVP__ID_UPPER & ~HVP__ID_SIZE) != HVP__ID_ARM64 || group == HVP__GROUP_SVE)
		return hvp__deny_write(HVP_ERR_VALUE, HVP_REASON_FWREG_ID, id, report);
	if (!hvp__has_group(host, group) || (id & HVP__ID_SIZE) != HVP__ID_U64)
		return hvp__deny_write(HVP_ERR_NOT_FOUND, HVP_REASON_FWREG_NO_ID, id, report);
	if (flags & HVP_FWREG_FAULT)
		return hvp__deny_write(HVP_ERR_FAULT, HVP_REASON_FWREG_FAULT, 0, report);
	return HVP_OK;
}

static enum hvp_status hvp__store_value(const struct hvp_fwreg_info *row,
					const struct hvp_fwregs *host, uint32_t flags,
					uint64_t value, struct hvp_fwregs *vm,
					struct hvp_report *report)
{
	const uint64_t offer = host->value[row->reg], now = vm->value[row->reg];
	const uint32_t reason = hvp__refuse_value(row, offer, value, flags);

	if (reason) {
		hvp__refuse(report, reason, row->reg, value,
			    reason == HVP_REASON_FWREG_BITS ? row->valid : offer);
		return HVP_ERR_VALUE;
	}
	if (row->kind == HVP_FWREG_KIND_BITMAP && (flags & HVP_FWREG_RAN) && value != now) {
		hvp__refuse(report, HVP_REASON_FWREG_BUSY, row->reg, value, now);
		return HVP_ERR_BUSY;
	}
	if (!hvp__fwreg_is_level(row))
		vm->value[row->reg] = value;
	return HVP_OK;
}

enum hvp_status hvp_fwreg_write(const struct hvp_fwregs *host, uint32_t flags, uint64_t id,
				uint64_t value, struct hvp_fwregs *vm, struct hvp_report *report)
{
	const uint32_t known = HVP_FWREG_PSCI_0_2 | HVP_FWREG_READY | HVP_FWREG_RAN |
			       HVP_FWREG_FAULT;
	const struct hvp_fwreg_info *row;
	enum hvp_status status;

	if (!host || !vm)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_fwregs(host, report);
	if (!status)
		status = hvp__check_vm(vm, report);
	if (!status)
		status = hvp_vstruct_flags(flags, known, report);
	if (!status)
		status = hvp__before_register(host, flags, id, report);
	if (status)
		return status;
	row = hvp__fwreg_of(id);
	if (!row || !hvp__is_listed(host, row))
		return hvp__deny_write(HVP_ERR_NOT_FOUND, HVP_REASON_FWREG_NO_ID, id, report);
	return hvp__store_value(row, host, flags, value, vm, report);
}

static struct hvp__outcome hvp__told(const struct hvp_fwreg_info *row, uint64_t have,
				     const struct hvp_fwregs *host, uint32_t flags)
{
	const uint64_t offer = host->value[row->reg];
	const uint32_t reason = hvp__refuse_value(row, offer, have, flags);

	if (reason)
		return (struct hvp__outcome){ reason, HVP_VERDICT_REFUSED, offer };
	/* no level is stored: the guest has the host's */
	if (hvp__fwreg_is_level(row) &&
	    hvp__fwreg_protection(row, have) < hvp__fwreg_protection(row, offer))
		return (struct hvp__outcome){ HVP_REASON_FWREG_BETTER, HVP_VERDICT_CHANGED,
					      offer };
	return (struct hvp__outcome){ 0, HVP_VERDICT_SAME, offer };
}

/* The newest version of a kernel that has no register for it. */
static uint64_t hvp__newest_untold(const struct hvp_fwreg_info *row)
{
	uint64_t newest = 0;

	for (size_t i = 0; i < HVP__COUNT(hvp__fwreg_ranges); i++)
		if (hvp__fwreg_ranges[i].reg == row->reg &&
		    hvp__fwreg_ranges[i].has == HVP__HAS_ABSENT &&
		    hvp__fwreg_ranges[i].value > newest)
			newest = hvp__fwreg_ranges[i].value;
	return newest;
}

/* The most that any host without the register gives to a new VM. */
static uint64_t hvp__best_of(const struct hvp_fwreg_info *row)
{
	if (row->kind == HVP_FWREG_KIND_VERSION)
		return hvp__newest_untold(row);
	if (row->kind == HVP_FWREG_KIND_BITMAP)
		return row->valid & row->initial;
	return row->kind == HVP_FWREG_KIND_SSBD ? 3 : HVP_MITIGATION_UNAFFECTED;
}

static bool hvp__as_much(const struct hvp_fwreg_info *row, uint64_t have, uint64_t offer)
{
	if (row->kind == HVP_FWREG_KIND_BITMAP)
		return !(have & ~offer);
	return hvp__fwreg_protection(row, offer) >= hvp__fwreg_protection(row, have);
}

/* The source has no register: the guest gets what a new VM has here. */
static struct hvp__outcome hvp__untold(const struct hvp_fwreg_info *row, uint64_t have,
				       bool known, uint64_t offer)
{
	const uint64_t most = hvp__best_of(row);
	const bool more = hvp__as_much(row, known ? have : most, offer);

	/* what no new VM ever has was not lost or gained */
	if (known ? hvp__fwreg_protection(row, have) == hvp__fwreg_protection(row, offer) : !most)
		return (struct hvp__outcome){ 0, HVP_VERDICT_SAME, offer };
	if (!known)
		return (struct hvp__outcome){
			more ? HVP_REASON_FWREG_UNTOLD : HVP_REASON_FWREG_MAY_LOSE,
			more ? HVP_VERDICT_CHANGED : HVP_VERDICT_DEGRADED, offer };
	if (more)
		return (struct hvp__outcome){ HVP_REASON_FWREG_UPGRADED, HVP_VERDICT_CHANGED,
					      offer };
	return (struct hvp__outcome){ HVP_REASON_FWREG_LOST, HVP_VERDICT_DEGRADED, offer };
}

/* Neither is what the guest finds here known. Services came and went with the kernel alone. */
static struct hvp__outcome hvp__not_known(const struct hvp_fwreg_info *row, uint64_t have,
					  bool known)
{
	if (row->kind == HVP_FWREG_KIND_BITMAP || (known && !hvp__fwreg_protection(row, have)))
		return (struct hvp__outcome){ 0, HVP_VERDICT_SAME, 0 };
	return (struct hvp__outcome){ HVP_REASON_FWREG_NOT_KNOWN, HVP_VERDICT_DEGRADED, 0 };
}

static struct hvp__outcome hvp__become(const struct hvp_fwreg_info *row, uint64_t have, bool told,
				       const struct hvp_fwregs *guest,
				       const struct hvp_fwregs *host, uint32_t flags)
{
	const uint64_t offer = hvp__fwreg_initial(row, host, flags);

	if (told && (host->unsure >> row->reg & 1))
		return (struct hvp__outcome){ HVP_REASON_FWREG_UNSURE, HVP_VERDICT_REFUSED, 0 };
	if (told && hvp__is_listed(host, row))
		return hvp__told(row, have, host, flags);
	if (told && (!hvp__is_known(host, row) || have != offer))
		return (struct hvp__outcome){ HVP_REASON_FWREG_ABSENT, HVP_VERDICT_REFUSED,
					      offer };
	if (told)
		return (struct hvp__outcome){ 0, HVP_VERDICT_SAME, offer };
	if (!hvp__is_known(host, row))
		return hvp__not_known(row, have, hvp__is_known(guest, row));
	return hvp__untold(row, have, hvp__is_known(guest, row), offer);
}

struct hvp__outcome hvp__fwreg_outcome(const struct hvp_fwreg_info *row,
				       const struct hvp_fwregs *guest,
				       const struct hvp_fwregs *host, uint32_t flags)
{
	const bool told = hvp__is_listed(guest, row);
	struct hvp__outcome outcome = hvp__become(row, guest->value[row->reg], told, guest, host,
						  flags);

	/* a value that is written stays on every host; a level is each host's own */
	if (!outcome.reason && ((host->varies | host->unsure) >> row->reg & 1) &&
	    (!told || hvp__fwreg_is_level(row))) {
		outcome.reason = host->varies >> row->reg & 1 ? HVP_REASON_FWREG_VARIES :
				 HVP_REASON_FWREG_NOT_KNOWN;
		outcome.verdict = HVP_VERDICT_CHANGED;
	}
	return outcome;
}

enum hvp_status hvp_fwreg_compare(const struct hvp_fwregs *guest, const struct hvp_fwregs *host,
				  uint32_t flags, uint32_t *verdict, struct hvp_report *report)
{
	uint32_t worst = HVP_VERDICT_SAME;
	enum hvp_status status;

	if (!guest || !host || !verdict)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_vm(guest, report);
	if (!status)
		status = hvp__check_fwregs(host, report);
	if (!status)
		status = hvp_vstruct_flags(flags, HVP_FWREG_PSCI_0_2, report);
	if (status)
		return status;
	for (size_t i = 0; i < HVP__COUNT(hvp__fwregs); i++) {
		const struct hvp_fwreg_info *row = &hvp__fwregs[i];
		const struct hvp__outcome now = hvp__fwreg_outcome(row, guest, host, flags);

		if (now.reason)
			hvp__find(report, now.reason, now.verdict, row->reg,
				  guest->value[row->reg], now.offer);
		if (now.verdict > worst)
			worst = now.verdict;
	}
	*verdict = worst;
	return HVP_OK;
}
