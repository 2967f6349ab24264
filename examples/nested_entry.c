// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A hypervisor's H_ENTER_NESTED with hvpolicy: L1 asks to run L2, L2 uses facilities that are
 * off, L1 gets its answer. The "hardware" is a script of exits; everything else is what a
 * kernel does, in its order.
 */
#include <hvpolicy/hvpolicy.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define VCPUS 2048

/* One exit of the pretended hardware; cause and instruction if it is an HFU. */
struct exit_event {
	uint32_t vector;
	uint32_t cause;
	uint32_t insn;
};

struct l1 {
	struct hvp_hvregs_host host;
	uint64_t table;				/* set by H_SET_PARTITION_TABLE */
	uint64_t msr;
	uint64_t l2_msr;			/* in the pt_regs that L1 passes */
	uint8_t memory[HVP_HVREGS_SIZE_V2];	/* where L1 keeps its hv_guest_state */
	bool other_byte_order;
};

/* L2's doorbells are its own: one thread, number 0. Anything else is an illegal instruction. */
static bool emulate(uint32_t insn)
{
	struct hvp_doorbell doorbell;

	return !hvp_doorbell_decode(insn, &doorbell);
}

/*
 * What to do about one exit of L2: the vector for L1, or 0 if L2 goes on. A kernel saves L2's
 * registers into *run here, with HDAR, HDSISR and ASDR of a storage interrupt.
 */
static uint32_t handle_exit(struct l1 *l1, const struct exit_event *event, uint64_t asked_hfscr,
			    struct hvp_hvregs *run)
{
	const struct hvp_hfscr_policy *policy = &l1->host.hfscr;
	uint32_t action, vector;

	if (event->vector != HVP_VECTOR_HFU)
		return event->vector;
	action = hvp_hfscr_decide(policy, asked_hfscr, l1->host.resident, event->cause);
	if (action == HVP_HFU_LOAD) {
		l1->host.resident |= HVP_BIT(event->cause);
		run->hfscr = hvp_hfscr_effective(policy, asked_hfscr, l1->host.resident);
	}
	if (action == HVP_HFU_EMULATE && !emulate(event->insn))
		action = HVP_HFU_ILLEGAL;
	if (action == HVP_HFU_INCONSISTENT)
		fprintf(stderr, "HFU for a facility that is on: cause %" PRIu32 "\n", event->cause);
	vector = hvp_hfscr_vector(action, HVP_RECEIVER_HYPERVISOR);
	if (vector == HVP_VECTOR_HEAI)
		run->heir = event->insn;
	return vector;
}

static int64_t enter_nested(struct l1 *l1, const struct exit_event *script)
{
	struct hvp_hvregs asked = { 0 }, run;
	struct hvp_enter call = {
		.size = sizeof(call), .policy_level = HVP_POLICY_LEVEL_1,
		.flags = HVP_ENTER_ENABLED | HVP_ENTER_UNREAD, .vcpu_limit = VCPUS,
		.table = l1->table,
		.l1_msr = l1->msr, .l2_msr = l1->l2_msr,
	};
	uint32_t size = 0, vector = 0;
	int64_t hcall = HVP_H_FUNCTION;

	/* What L1's memory cannot change is checked before it is read. */
	if (hvp_enter_check(&call, &hcall, NULL) || hcall != HVP_H_SUCCESS)
		return hcall;
	call.flags &= ~(uint32_t)HVP_ENTER_UNREAD;

	/* One read of the version decides; it is not read again (R19). */
	memcpy(&call.version, l1->memory, sizeof(call.version));
	if (l1->other_byte_order)
		call.version = __builtin_bswap64(call.version);
	if (!hvp_hvregs_size(call.version, &size)) {
		memcpy(&asked, l1->memory, size);
		if (l1->other_byte_order && hvp_hvregs_swap(&asked, size))
			return HVP_H_PARAMETER;
		asked.version = call.version;
		call.lpid = asked.lpid;
		call.vcpu_token = asked.vcpu_token;
	}
	if (hvp_enter_check(&call, &hcall, NULL) || hcall != HVP_H_SUCCESS)
		return hcall;

	hvp_hvregs_enter(&l1->host, &asked, &run);
	/* L2 runs with this MSR, never with MSR[HV], and L1 finds it in its pt_regs. */
	l1->l2_msr = hvp_hvregs_msr(l1->l2_msr);
	while (!vector)
		vector = handle_exit(l1, script++, asked.hfscr, &run);

	hvp_hvregs_leave(&asked, &run, vector, script[-1].cause, &asked);
	if (l1->other_byte_order && hvp_hvregs_swap(&asked, size))
		return HVP_H_PARAMETER;
	memcpy(l1->memory, &asked, size);
	return hvp_enter_result(0, vector);
}

int main(void)
{
	static const struct exit_event doorbell[] = {
		{ HVP_VECTOR_HFU, HVP_FACILITY_MSGP, 0x7c00291c },	/* msgsndp r5 */
	};
	static const struct exit_event transaction[] = {
		{ HVP_VECTOR_HFU, HVP_FACILITY_TM, 0x7c00051d },	/* tbegin. */
	};
	const struct hvp_hfscr_host kvm = {
		.size = sizeof(kvm), .policy_level = HVP_POLICY_LEVEL_1,
		.host_level = HVP_LEVEL_3_10, .features = HVP_HFSCR_HOST_BARE,
		.receiver = HVP_RECEIVER_HYPERVISOR, .hardware = ~(uint64_t)0,
	};
	struct hvp_hvregs state = { .version = 2, .lpid = 1 };
	struct l1 l1 = { .table = 0x20004, .l2_msr = HVP_MSR_HV };
	int64_t first, second;

	l1.host.size = sizeof(l1.host);
	l1.host.policy_level = HVP_POLICY_LEVEL_1;
	l1.host.features = HVP_HVREGS_RADIX | HVP_HVREGS_ARCH_207 | HVP_HVREGS_ARCH_300;
	if (hvp_hfscr_derive(&kvm, &l1.host.hfscr, NULL) || hvp_hvregs_validate(&l1.host, NULL))
		return 1;

	/* L1 emulates doorbells for L2 itself, so it leaves MSGP clear and gets the HFU (R9). */
	state.hfscr = HVP_BIT(HVP_FACILITY_FP) | HVP_BIT(HVP_FACILITY_VECVSX);
	memcpy(l1.memory, &state, sizeof(state));
	first = enter_nested(&l1, doorbell);
	memcpy(&state, l1.memory, sizeof(state));
	printf("doorbell:    L1 gets 0x%" PRIx64 ", HFSCR 0x%016" PRIx64 "\n", (uint64_t)first,
	       state.hfscr);
	if (first != HVP_VECTOR_HFU || state.hfscr != 0x0a00000000000003 ||
	    l1.l2_msr != HVP_MSR_ME)
		return 1;

	/* POWER10 has no TM: an illegal instruction, with its image, and IC untouched (R6, R7). */
	second = enter_nested(&l1, transaction);
	memcpy(&state, l1.memory, sizeof(state));
	printf("transaction: L1 gets 0x%" PRIx64 ", HFSCR 0x%016" PRIx64 ", HEIR 0x%" PRIx64 "\n",
	       (uint64_t)second, state.hfscr, state.heir);
	return second == HVP_VECTOR_HEAI && state.hfscr == 0x0a00000000000003 &&
	       state.heir == 0x7c00051d ? 0 : 1;
}
