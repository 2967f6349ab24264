// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/hfscr.h>

#include "internal.h"

/* Facilities that KVM loads on first use for a plain guest, and executes in software. */
#define HVP__LAZY \
	(HVP_BIT(HVP_FACILITY_PM) | HVP_BIT(HVP_FACILITY_EBB) | HVP_BIT(HVP_FACILITY_TM))
#define HVP__EMULATED HVP_BIT(HVP_FACILITY_MSGP)

/* Every enable bit that any HFSCR has. */
static uint64_t hvp__enables(void)
{
	uint64_t bits = 0;

#define HVP_FACILITY(name, bit, since, until, enable_since) \
	bits |= HVP_LEVEL_##enable_since != HVP_LEVEL_NONE ? HVP_BIT(bit) : 0;
#include <hvpolicy/facility.def>
#undef HVP_FACILITY
	return bits;
}

static void hvp__find_bits(struct hvp_report *report, uint32_t reason, uint64_t bits)
{
	for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++)
		if (bits & HVP_BIT(bit))
			hvp__refuse(report, reason, bit, bits, 0);
}

enum hvp_status hvp_hfscr_validate(const struct hvp_hfscr_policy *policy,
				   struct hvp_report *report)
{
	uint64_t all, cause, absent, twice, unknown;
	enum hvp_status status;

	if (!policy)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_policy_level(policy->policy_level, report);
	if (!status)
		status = hvp_vstruct_flags(policy->reserved, 0, report);
	if (status)
		return status;

	all = policy->present | policy->lazy | policy->emulated;
	cause = all & HVP_HFSCR_CAUSE;
	absent = (policy->lazy | policy->emulated) & ~policy->present & ~HVP_HFSCR_CAUSE;
	twice = policy->lazy & policy->emulated & ~HVP_HFSCR_CAUSE;
	unknown = all & ~hvp__enables() & ~HVP_HFSCR_CAUSE;
	if (cause)
		hvp__refuse(report, HVP_REASON_POLICY_CAUSE_FIELD, 0, cause, 0);
	hvp__find_bits(report, HVP_REASON_POLICY_NOT_PRESENT, absent);
	hvp__find_bits(report, HVP_REASON_POLICY_OVERLAP, twice);
	hvp__find_bits(report, HVP_REASON_POLICY_NO_FACILITY, unknown);
	return cause | absent | twice | unknown ? HVP_ERR_POLICY : HVP_OK;
}

void hvp_hfscr_init(struct hvp_hfscr_policy *policy)
{
	policy->policy_level = HVP_POLICY_LEVEL_1;
	policy->reserved = 0;
	policy->present = 0;
	policy->lazy = 0;
	policy->emulated = 0;
}

enum hvp_status hvp_hfscr_assign(struct hvp_hfscr_policy *policy, uint32_t facility,
				 uint32_t strategy)
{
	uint64_t bit;

	if (strategy > HVP_STRATEGY_EMULATED)
		return HVP_ERR_ARGUMENT;
	if (facility >= HVP_FACILITIES || !(hvp__enables() & HVP_BIT(facility)))
		return HVP_ERR_NOT_FOUND;

	bit = HVP_BIT(facility);
	policy->present &= ~bit;
	policy->lazy &= ~bit;
	policy->emulated &= ~bit;
	if (strategy != HVP_STRATEGY_RESERVED)
		policy->present |= bit;
	if (strategy == HVP_STRATEGY_LAZY)
		policy->lazy |= bit;
	if (strategy == HVP_STRATEGY_EMULATED)
		policy->emulated |= bit;
	return HVP_OK;
}

uint32_t hvp_hfscr_strategy(const struct hvp_hfscr_policy *policy, uint32_t facility)
{
	const uint64_t bit = facility < HVP_FACILITIES ? HVP_BIT(facility) : 0;

	if (!(policy->present & bit))
		return HVP_STRATEGY_RESERVED;
	if (policy->emulated & bit)
		return HVP_STRATEGY_EMULATED;
	return policy->lazy & bit ? HVP_STRATEGY_LAZY : HVP_STRATEGY_DIRECT;
}

static uint32_t hvp__guest_level(const struct hvp_hfscr_host *host)
{
	return host->guest_level == HVP_LEVEL_NONE ? host->host_level : host->guest_level;
}

static enum hvp_status hvp__check_host(const struct hvp_hfscr_host *host,
				       struct hvp_report *report)
{
	const uint32_t known = HVP_HFSCR_HOST_BARE | HVP_HFSCR_HOST_TM | HVP_HFSCR_HOST_TM_ASSIST;
	enum hvp_status status;
	uint32_t guest;

	status = hvp__check_head(host, sizeof(*host), report);
	if (!status)
		status = hvp_vstruct_flags(host->features, known, report);
	if (status)
		return status;
	guest = hvp__guest_level(host);
	if (!hvp__is_level(host->host_level) || !hvp__is_level(guest) ||
	    host->receiver > HVP_RECEIVER_HYPERVISOR)
		return HVP_ERR_ARGUMENT;
	if ((host->features & HVP_HFSCR_HOST_TM_ASSIST) &&
	    !(host->features & HVP_HFSCR_HOST_BARE))
		return HVP_ERR_ARGUMENT;
	if (host->host_level < HVP_LEVEL_2_07) {
		hvp__refuse(report, HVP_REASON_HFSCR_NO_HOST, hvp_level_pvr(host->host_level),
			    hvp_level_pvr(host->host_level), hvp_level_pvr(HVP_LEVEL_2_07));
		return HVP_ERR_LEVEL_OLDER;
	}
	if (guest > host->host_level) {
		hvp__refuse(report, HVP_REASON_HFSCR_GUEST_NEWER, hvp_level_pvr(guest),
			    hvp_level_pvr(guest), hvp_level_pvr(host->host_level));
		return HVP_ERR_LEVEL_NEWER;
	}
	return HVP_OK;
}

enum hvp_status hvp_hfscr_derive(const struct hvp_hfscr_host *host,
				 struct hvp_hfscr_policy *policy, struct hvp_report *report)
{
	const uint64_t tm = HVP_BIT(HVP_FACILITY_TM);
	uint64_t passed = ~(uint64_t)0;
	enum hvp_status status;

	if (!host || !policy)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_host(host, report);
	if (status)
		return status;

	/* TM and what is executed in software do not depend on the host's enable bits. */
	if (host->features & HVP_HFSCR_HOST_BARE)
		passed = host->hardware | HVP__EMULATED;
	if (host->features & (HVP_HFSCR_HOST_TM | HVP_HFSCR_HOST_TM_ASSIST))
		passed |= tm;
	else
		passed &= ~tm;

	hvp_hfscr_init(policy);
	policy->present = passed & hvp_facility_enables(host->host_level) &
			  hvp_facility_of_level(host->host_level) &
			  hvp_facility_of_level(hvp__guest_level(host));
	policy->emulated = policy->present & HVP__EMULATED;
	if (host->receiver == HVP_RECEIVER_GUEST && host->host_level >= HVP_LEVEL_3_00)
		policy->lazy = policy->present & HVP__LAZY;
	return HVP_OK;
}

uint64_t hvp_hfscr_sanitise(const struct hvp_hfscr_policy *policy, uint64_t requested)
{
	return requested & (policy->present | HVP_HFSCR_CAUSE);
}

uint64_t hvp_hfscr_effective(const struct hvp_hfscr_policy *policy, uint64_t requested,
			     uint64_t resident)
{
	const uint64_t off = (policy->lazy & ~resident) | policy->emulated;

	return requested & ((policy->present & ~off) | HVP_HFSCR_CAUSE);
}

uint64_t hvp_hfscr_restore(uint64_t requested, uint32_t vector, uint32_t cause)
{
	if (vector != HVP_VECTOR_HFU)
		return requested;
	return (requested & ~HVP_HFSCR_CAUSE) | (uint64_t)cause << HVP_HFSCR_CAUSE_SHIFT;
}

uint64_t hvp_hfscr_restore_register(const struct hvp_hfscr_policy *policy, uint64_t requested,
				    uint32_t vector, uint32_t cause)
{
	return hvp_hfscr_restore(hvp_hfscr_sanitise(policy, requested), vector, cause);
}

uint32_t hvp_hfscr_cause(uint64_t hfscr)
{
	return (uint32_t)(hfscr >> HVP_HFSCR_CAUSE_SHIFT);
}

uint32_t hvp_hfscr_decide(const struct hvp_hfscr_policy *policy, uint64_t requested,
			  uint64_t resident, uint32_t cause)
{
	uint64_t bit;

	/* The cause comes from the hardware or a guest and may be any 8 bits. */
	if (cause >= HVP_FACILITIES)
		return HVP_HFU_ILLEGAL;
	bit = HVP_BIT(cause);
	if (!(policy->present & bit))
		return HVP_HFU_ILLEGAL;
	if (!(requested & bit))
		return HVP_HFU_REFLECT;
	if (policy->emulated & bit)
		return HVP_HFU_EMULATE;
	if (policy->lazy & ~resident & bit)
		return HVP_HFU_LOAD;
	return HVP_HFU_INCONSISTENT;
}

uint32_t hvp_hfscr_vector(uint32_t action, uint32_t receiver)
{
	const bool hypervisor = receiver == HVP_RECEIVER_HYPERVISOR;

	switch (action) {
	case HVP_HFU_REFLECT:
		return hypervisor ? HVP_VECTOR_HFU : HVP_VECTOR_PROGRAM;
	case HVP_HFU_ILLEGAL:
	case HVP_HFU_INCONSISTENT:
		return hypervisor ? HVP_VECTOR_HEAI : HVP_VECTOR_PROGRAM;
	default:
		return 0;
	}
}

uint64_t hvp_hfscr_review(const struct hvp_hfscr_policy *policy, uint64_t requested,
			  struct hvp_report *report)
{
	const uint64_t dropped = requested & ~hvp_hfscr_sanitise(policy, requested);
	const uint64_t named = hvp__enables();

	for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++) {
		if (!(dropped & HVP_BIT(bit)))
			continue;
		/* A bit no processor defines is nothing that the guest could miss. */
		if (named & HVP_BIT(bit))
			hvp__find(report, HVP_REASON_HFSCR_RESERVED, HVP_VERDICT_DEGRADED, bit,
				  requested, policy->present);
		else
			hvp__find(report, HVP_REASON_HFSCR_UNDEFINED, HVP_VERDICT_CHANGED, bit,
				  requested, policy->present);
	}
	return dropped;
}
