// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* HFSCR: R1 to R7, for all values of all registers, all causes, all policies. */
#include "proof.h"

/* Facilities that have an enable bit in some HFSCR (Power ISA 3.1, book III, 6.2.11). */
#define NAMED HVP_U64(0x25bf)
#define CAUSE HVP_U64(0xff00000000000000)

/* R1, written from the rule: facility by facility, one strategy, none in IC. */
static bool is_sound(const struct hvp_hfscr_policy *policy)
{
	bool sound = policy->policy_level == 1 && !policy->reserved;

	for (uint32_t bit = 0; bit < 64; bit++) {
		const bool present = has_bit(policy->present, bit);
		const bool lazy = has_bit(policy->lazy, bit);
		const bool emulated = has_bit(policy->emulated, bit);

		if (lazy && emulated)
			sound = false;
		if ((lazy || emulated) && !present)
			sound = false;
		if (present && !has_bit(NAMED, bit))
			sound = false;
	}
	return sound;
}

static void assume_sound(const struct hvp_hfscr_policy *policy)
{
	ASSUME(is_sound(policy));
}

void prove_validate(void)
{
	ANY(struct hvp_hfscr_policy, policy);
	ANY(bool, none);
	struct hvp_report counted, *report = counting(&counted, none);
	const enum hvp_status status = hvp_hfscr_validate(&policy, report);

	PROVE((status == HVP_OK) == is_sound(&policy),
	      "R1: a policy is refused if and only if it breaks the rule");
	PROVE_REPORTED(report, status != HVP_OK);
	POSSIBLE(status == HVP_OK && policy.lazy && policy.emulated);
	POSSIBLE(status == HVP_ERR_POLICY);
	POSSIBLE(status == HVP_ERR_VERSION);
	POSSIBLE(status == HVP_ERR_RESERVED);
}

void prove_assign(void)
{
	ANY(struct hvp_hfscr_policy, policy);
	ANY(uint32_t, facility);
	ANY(uint32_t, strategy);
	ANY(uint32_t, other);
	struct hvp_hfscr_policy before;
	enum hvp_status status;

	assume_sound(&policy);
	before = policy;
	status = hvp_hfscr_assign(&policy, facility, strategy);
	PROVE(is_sound(&policy), "R1: a sound policy stays sound");
	if (status) {
		PROVE(SAME(policy, before), "R20: a refusal leaves the policy alone");
	} else {
		PROVE(hvp_hfscr_strategy(&policy, facility) == strategy,
		      "R1: a facility has the strategy that it was given");
		PROVE(facility == other || hvp_hfscr_strategy(&policy, other) ==
		      hvp_hfscr_strategy(&before, other), "R1: no other facility changes");
	}
	PROVE((status == HVP_OK) == (strategy <= HVP_STRATEGY_EMULATED && facility < 64 &&
				     has_bit(NAMED, facility)),
	      "R1: what has an enable bit can be given every strategy, and nothing else");
	POSSIBLE(status == HVP_OK && strategy == HVP_STRATEGY_EMULATED);
	POSSIBLE(status == HVP_OK && strategy == HVP_STRATEGY_RESERVED);
	POSSIBLE(status == HVP_ERR_ARGUMENT);
	POSSIBLE(status == HVP_ERR_NOT_FOUND);
}

void prove_sanitise(void)
{
	ANY(struct hvp_hfscr_policy, policy);
	ANY(uint64_t, requested);
	uint64_t once;

	assume_sound(&policy);
	once = hvp_hfscr_sanitise(&policy, requested);
	PROVE(!(once & ~requested), "R2: sanitise never adds a bit");
	PROVE(hvp_hfscr_sanitise(&policy, once) == once, "R2: twice is once");
	PROVE((once & CAUSE) == (requested & CAUSE), "R2: IC passes");
	PROVE((once & ~CAUSE) == (requested & policy.present), "R2: only reserved bits go");
	POSSIBLE(once != requested && once & ~CAUSE);
}

void prove_effective(void)
{
	ANY(struct hvp_hfscr_policy, policy);
	ANY(uint64_t, requested);
	ANY(uint64_t, resident);
	ANY(uint32_t, bit);
	uint64_t hardware;
	uint32_t strategy;

	ASSUME(bit < 56);
	assume_sound(&policy);
	hardware = hvp_hfscr_effective(&policy, requested, resident);
	strategy = hvp_hfscr_strategy(&policy, bit);
	PROVE(!(hardware & ~hvp_hfscr_sanitise(&policy, requested)),
	      "R3: the hardware gets a part of what L1 may set");
	PROVE(has_bit(hardware, bit) ==
	      (has_bit(requested, bit) && (strategy == HVP_STRATEGY_DIRECT ||
	       (strategy == HVP_STRATEGY_LAZY && has_bit(resident, bit)))),
	      "R3: asked, and direct or lazy and resident");
	PROVE((hardware & CAUSE) == (requested & CAUSE), "R3: IC passes");
	PROVE(hvp_hfscr_effective(&policy, hardware, resident) == hardware, "R3: twice is once");
	POSSIBLE(strategy == HVP_STRATEGY_LAZY && has_bit(hardware, bit));
	POSSIBLE(strategy == HVP_STRATEGY_EMULATED && has_bit(requested, bit));
}

void prove_restore(void)
{
	ANY(struct hvp_hfscr_policy, policy);
	ANY(uint64_t, requested);
	ANY(uint32_t, vector);
	ANY(uint32_t, cause);
	uint64_t back, reads;

	assume_sound(&policy);
	back = hvp_hfscr_restore(requested, vector, cause);
	reads = hvp_hfscr_restore_register(&policy, requested, vector, cause);
	PROVE((back & ~CAUSE) == (requested & ~CAUSE), "R4: L1 gets back what it wrote but for IC");
	PROVE(vector == 0xf80 || back == requested, "R4: IC changes only with an HFU");
	PROVE(vector != 0xf80 || hvp_hfscr_cause(back) == (cause & 0xff),
	      "R4: IC is the cause of the HFU");
	PROVE((reads & CAUSE) == (back & CAUSE), "R4: a register has the same IC");
	PROVE((reads & ~CAUSE) == (requested & policy.present),
	      "R4: reserved bits of a register read 0");
	POSSIBLE(back != requested);
	POSSIBLE(reads != back);
}

/* R6, row by row. */
static uint32_t action_of(uint32_t strategy, bool enabled, bool resident)
{
	if (strategy == HVP_STRATEGY_RESERVED)
		return HVP_HFU_ILLEGAL;
	if (!enabled)
		return HVP_HFU_REFLECT;
	if (strategy == HVP_STRATEGY_LAZY && !resident)
		return HVP_HFU_LOAD;
	if (strategy == HVP_STRATEGY_EMULATED)
		return HVP_HFU_EMULATE;
	return HVP_HFU_INCONSISTENT;
}

void prove_decide(void)
{
	ANY(struct hvp_hfscr_policy, policy);
	ANY(uint64_t, requested);
	ANY(uint64_t, resident);
	ANY(uint32_t, cause);
	uint32_t action, bit;

	assume_sound(&policy);
	action = hvp_hfscr_decide(&policy, requested, resident, cause);
	PROVE(action <= HVP_HFU_INCONSISTENT, "R6: every case has an action");
	if (cause < 56) {
		bit = cause;
		PROVE(action == action_of(hvp_hfscr_strategy(&policy, bit),
					  has_bit(requested, bit), has_bit(resident, bit)),
		      "R6: the action is the one of the table");
	} else {
		PROVE(action == HVP_HFU_ILLEGAL, "R6: what is no facility is illegal");
	}
	POSSIBLE(action == HVP_HFU_ILLEGAL && cause < 56);
	POSSIBLE(action == HVP_HFU_ILLEGAL && cause >= 64);
	POSSIBLE(action == HVP_HFU_REFLECT);
	POSSIBLE(action == HVP_HFU_LOAD);
	POSSIBLE(action == HVP_HFU_EMULATE);
	POSSIBLE(action == HVP_HFU_INCONSISTENT);
}

void prove_vector(void)
{
	ANY(uint32_t, action);
	ANY(uint32_t, receiver);
	const uint32_t vector = hvp_hfscr_vector(action, receiver);
	const bool illegal = action == HVP_HFU_ILLEGAL || action == HVP_HFU_INCONSISTENT;

	ASSUME(receiver <= HVP_RECEIVER_HYPERVISOR);
	if (receiver == HVP_RECEIVER_HYPERVISOR) {
		PROVE(!illegal || vector == 0xe40, "R7: a guest hypervisor gets an HEAI");
		PROVE((vector == 0xf80) == (action == HVP_HFU_REFLECT),
		      "R7: it gets an HFU if one is reflected, and only then");
	} else {
		PROVE(!illegal || vector == 0x700, "R7: a plain guest gets a program interrupt");
		PROVE(vector == 0 || vector == 0x700, "R7: a plain guest gets nothing else");
	}
	PROVE(vector || action == HVP_HFU_LOAD || action == HVP_HFU_EMULATE ||
	      action > HVP_HFU_INCONSISTENT, "R7: L2 resumes only after load and emulate");
	POSSIBLE(vector == 0xe40 && action == HVP_HFU_INCONSISTENT);
	POSSIBLE(vector == 0xf80);
	POSSIBLE(vector == 0x700);
	POSSIBLE(!vector);
}

void prove_derive(void)
{
	ANY(struct hvp_hfscr_host, host);
	ANY(struct hvp_hfscr_policy, policy);
	ANY(bool, none);
	const struct hvp_hfscr_policy before = policy;
	struct hvp_report counted, *report = counting(&counted, none);
	enum hvp_status status;
	uint32_t guest;

	/* other sizes: prove_internal.c */
	host.size = sizeof(host);
	guest = host.guest_level ? host.guest_level : host.host_level;
	status = hvp_hfscr_derive(&host, &policy, report);
	if (status) {
		PROVE(SAME(policy, before), "R20: a refusal leaves the policy alone");
	} else {
		PROVE(is_sound(&policy), "R1: what is derived is sound");
		PROVE(!(policy.present & ~hvp_facility_of_level(guest)),
		      "R2: nothing that the guest's level does not have is present");
		PROVE(!(policy.present & ~hvp_facility_enables(host.host_level)),
		      "R2: nothing that the host has no bit for is present");
		PROVE(!policy.lazy || host.receiver == HVP_RECEIVER_GUEST,
		      "R3: nothing is lazy for an L2");
	}
	PROVE(!report || status == HVP_ERR_ARGUMENT ||
	      (report->worst == HVP_VERDICT_REFUSED) == (status != HVP_OK),
	      "R25: a refusal and nothing else leaves a finding that refuses");
	POSSIBLE(!status && policy.lazy && policy.emulated);
	POSSIBLE(!status && host.receiver == HVP_RECEIVER_HYPERVISOR && policy.emulated);
	POSSIBLE(status == HVP_ERR_LEVEL_NEWER);
	POSSIBLE(status == HVP_ERR_LEVEL_OLDER);
}

void prove_review(void)
{
	ANY(struct hvp_hfscr_policy, policy);
	ANY(uint64_t, requested);
	ANY(bool, none);
	struct hvp_report counted, *report = counting(&counted, none);
	uint64_t dropped;
	uint32_t bits = 0;

	assume_sound(&policy);
	dropped = hvp_hfscr_review(&policy, requested, report);
	for (uint32_t bit = 0; bit < 64; bit++)
		bits += has_bit(dropped, bit);
	PROVE(dropped == (requested ^ hvp_hfscr_sanitise(&policy, requested)),
	      "R2: what is told is what sanitise drops");
	PROVE(!report || report->total == bits, "R25: a finding for each bit that is dropped");
	PROVE_REPORTED(report, false);
	POSSIBLE(report && report->worst == HVP_VERDICT_DEGRADED);
	POSSIBLE(report && report->worst == HVP_VERDICT_CHANGED && report->total > 5);
}

/* What L1 is told of one instruction of its L2. */
struct told {
	uint32_t vector;	/* 0: nothing, L2 went on */
	bool done;		/* it did, by itself or emulated */
	struct hvp_hvregs back;	/* what L1 finds in its memory then */
};

/*
 * L2 uses a facility, as L0 and the hardware do it: a trap if the hardware bit is off, else it goes
 * on, until it exits by something else.
 */
static struct told use(const struct hvp_hfscr_policy *policy, uint64_t resident,
		       const struct hvp_hvregs *l1, uint32_t facility, uint32_t exit,
		       const struct hvp_hvregs *l2)
{
	struct told told = { 0 };
	struct hvp_hvregs live = *l2;
	uint32_t cause = 0;

	/* once more after the state was loaded, and never again */
	for (uint32_t i = 0; i < 2 && !told.vector && !told.done; i++) {
		uint32_t action;

		live.hfscr = hvp_hfscr_effective(policy, l1->hfscr, resident);
		told.done = has_bit(live.hfscr, facility);
		if (told.done)
			break;
		action = hvp_hfscr_decide(policy, l1->hfscr, resident, facility);
		PROVE(action != HVP_HFU_INCONSISTENT, "R6: what is on does not trap");
		told.vector = hvp_hfscr_vector(action, HVP_RECEIVER_HYPERVISOR);
		told.done = action == HVP_HFU_EMULATE;
		cause = facility;
		if (action == HVP_HFU_LOAD)
			resident |= HVP_BIT(facility);
	}
	PROVE(told.vector || told.done, "R6: L2 goes on or L1 is told: no loop of retries");
	hvp_hvregs_leave(l1, &live, told.vector ? told.vector : exit, cause, &told.back);
	return told;
}

void prove_interference(void)
{
	ANY(struct hvp_hfscr_policy, left);
	ANY(struct hvp_hfscr_policy, right);
	ANY(uint64_t, left_resident);
	ANY(uint64_t, right_resident);
	ANY(struct hvp_hvregs, l1);
	ANY(struct hvp_hvregs, l2);
	ANY(uint32_t, facility);
	ANY(uint32_t, exit);
	struct told one, two;

	ASSUME(facility < 56 && exit != 0xf80 && exit);
	assume_sound(&left);
	assume_sound(&right);
	/* the strategies differ as they like, but what is reserved the architecture tells */
	ASSUME(left.present == right.present);
	one = use(&left, left_resident, &l1, facility, exit, &l2);
	two = use(&right, right_resident, &l1, facility, exit, &l2);
	PROVE(one.vector == two.vector && one.done == two.done,
	      "R5: what L1 is told does not depend on strategy and residency");
	PROVE(SAME(one.back, two.back),
	      "R5: L1 gets the same bytes whatever strategy and residency");
	PROVE(one.vector == 0xf80 || one.back.hfscr == l1.hfscr,
	      "R5: without a reflected HFU L1 gets back the HFSCR that it wrote");
	POSSIBLE(one.done && hvp_hfscr_strategy(&left, facility) == HVP_STRATEGY_LAZY &&
		 hvp_hfscr_strategy(&right, facility) == HVP_STRATEGY_EMULATED);
	POSSIBLE(one.done && !has_bit(left_resident, facility) &&
		 hvp_hfscr_strategy(&left, facility) == HVP_STRATEGY_LAZY);
	POSSIBLE(one.vector == 0xf80 && one.back.hfscr != l1.hfscr);
	POSSIBLE(one.vector == 0xe40);
}
