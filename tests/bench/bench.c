// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The hot functions of the core, each beside what a kernel has by hand today. count.sh compiles
 * this behind the whole core as one translation unit and counts the instructions of each
 * wrapper.
 *
 * lib_*   the library's function, its policy or host behind a pointer
 * hand_*  the expression by hand, its masks behind a pointer to the vcpu: the same signature
 * regs_*  the expression by hand, everything in registers
 */
#include <hvpolicy/hvpolicy.h>

#define WRAPPER __attribute__((noinline, used))
#define CAUSE (UINT64_C(0xff) << 56)

/* What Linux keeps in struct kvm_vcpu_arch and struct kvmppc_vcore. */
struct vcpu {
	uint64_t hfscr;
	uint64_t hfscr_permitted;
	uint64_t nested_hfscr;
	uint64_t lpcr;
	uint32_t features;
};

uint64_t lib_sanitise(const struct hvp_hfscr_policy *policy, uint64_t requested);
uint64_t hand_sanitise(const struct vcpu *vcpu, uint64_t requested);
uint64_t regs_sanitise(uint64_t permitted, uint64_t requested);
uint64_t lib_effective(const struct hvp_hfscr_policy *policy, uint64_t requested,
		       uint64_t resident);
uint64_t lib_restore(uint64_t requested, uint32_t vector, uint32_t cause);
uint64_t hand_restore(const struct vcpu *vcpu, uint64_t requested, uint32_t vector);
uint64_t regs_restore(uint64_t requested, uint32_t vector, uint64_t live);
uint32_t lib_decide(const struct hvp_hfscr_policy *policy, uint64_t requested, uint64_t resident,
		    uint32_t cause);
bool hand_decide(const struct vcpu *vcpu);
bool regs_decide(uint64_t permitted, uint64_t nested, uint32_t cause);
uint64_t lib_lpcr(const struct hvp_hvregs_host *host, uint64_t requested);
uint64_t hand_lpcr(const struct vcpu *vcpu, uint64_t requested);
uint64_t regs_lpcr(uint32_t features, uint64_t host, uint64_t requested);
uint64_t lib_ciabr(uint64_t requested);
uint64_t regs_ciabr(uint64_t requested);

/* R2. Linux load_l2_hv_regs(). */
WRAPPER uint64_t lib_sanitise(const struct hvp_hfscr_policy *policy, uint64_t requested)
{
	return hvp_hfscr_sanitise(policy, requested);
}

WRAPPER uint64_t regs_sanitise(uint64_t permitted, uint64_t requested)
{
	return requested & (CAUSE | permitted);
}

WRAPPER uint64_t hand_sanitise(const struct vcpu *vcpu, uint64_t requested)
{
	return requested & (CAUSE | vcpu->hfscr_permitted);
}

/* R3. Linux has no such thing. */
WRAPPER uint64_t lib_effective(const struct hvp_hfscr_policy *policy, uint64_t requested,
			       uint64_t resident)
{
	return hvp_hfscr_effective(policy, requested, resident);
}

/* R4. Linux save_hv_return_state(): the cause field of the live register, only after an HFU. */
WRAPPER uint64_t lib_restore(uint64_t requested, uint32_t vector, uint32_t cause)
{
	return hvp_hfscr_restore(requested, vector, cause);
}

WRAPPER uint64_t regs_restore(uint64_t requested, uint32_t vector, uint64_t live)
{
	if (vector == 0xf80)
		requested = (~CAUSE & requested) | (CAUSE & live);
	return requested;
}

WRAPPER uint64_t hand_restore(const struct vcpu *vcpu, uint64_t requested, uint32_t vector)
{
	if (vector == 0xf80)
		requested = (~CAUSE & requested) | (CAUSE & vcpu->hfscr);
	return requested;
}

/*
 * R6: five answers for any cause. Linux 6.12 kvmppc_handle_nested_exit(): one of two, HEAI if
 * true, for causes below 64.
 */
WRAPPER uint32_t lib_decide(const struct hvp_hfscr_policy *policy, uint64_t requested,
			    uint64_t resident, uint32_t cause)
{
	return hvp_hfscr_decide(policy, requested, resident, cause);
}

WRAPPER bool regs_decide(uint64_t permitted, uint64_t nested, uint32_t cause)
{
	return !(permitted & (UINT64_C(1) << cause)) || (nested & (UINT64_C(1) << cause));
}

WRAPPER bool hand_decide(const struct vcpu *vcpu)
{
	const uint64_t cause = vcpu->hfscr >> 56;

	return !(vcpu->hfscr_permitted & (UINT64_C(1) << cause)) ||
	       (vcpu->nested_hfscr & (UINT64_C(1) << cause));
}

/* Linux kvmppc_filter_lpcr_hv() behind the mask of load_l2_hv_regs(). */
WRAPPER uint64_t lib_lpcr(const struct hvp_hvregs_host *host, uint64_t requested)
{
	return hvp_hvregs_lpcr(host, requested);
}

WRAPPER uint64_t regs_lpcr(uint32_t features, uint64_t host, uint64_t requested)
{
	uint64_t lpcr = (host & ~HVP_LPCR_L1) | (requested & HVP_LPCR_L1);

	if (features & HVP_HVREGS_RADIX)
		lpcr &= ~HVP_LPCR_TC;
	if (!(features & HVP_HVREGS_ARCH_207))
		lpcr &= ~HVP_LPCR_AIL;
	if ((lpcr & HVP_LPCR_AIL) != HVP_LPCR_AIL)
		lpcr &= ~HVP_LPCR_AIL;
	if ((features & HVP_HVREGS_RADIX) && (features & HVP_HVREGS_RADIX_PREFETCH_BUG))
		lpcr &= ~HVP_LPCR_AIL;
	if (!(features & HVP_HVREGS_ARCH_300))
		lpcr &= ~HVP_LPCR_LD;
	return lpcr;
}

WRAPPER uint64_t hand_lpcr(const struct vcpu *vcpu, uint64_t requested)
{
	uint64_t lpcr = (vcpu->lpcr & ~HVP_LPCR_L1) | (requested & HVP_LPCR_L1);

	if (vcpu->features & HVP_HVREGS_RADIX)
		lpcr &= ~HVP_LPCR_TC;
	if (!(vcpu->features & HVP_HVREGS_ARCH_207))
		lpcr &= ~HVP_LPCR_AIL;
	if ((lpcr & HVP_LPCR_AIL) != HVP_LPCR_AIL)
		lpcr &= ~HVP_LPCR_AIL;
	if ((vcpu->features & HVP_HVREGS_RADIX) &&
	    (vcpu->features & HVP_HVREGS_RADIX_PREFETCH_BUG))
		lpcr &= ~HVP_LPCR_AIL;
	if (!(vcpu->features & HVP_HVREGS_ARCH_300))
		lpcr &= ~HVP_LPCR_LD;
	return lpcr;
}

/* Linux load_l2_hv_regs(). Nothing but the value: one hand-written form. */
WRAPPER uint64_t lib_ciabr(uint64_t requested)
{
	return hvp_hvregs_ciabr(requested);
}

WRAPPER uint64_t regs_ciabr(uint64_t requested)
{
	if ((requested & 3) == 3)
		requested &= ~UINT64_C(3);
	return requested;
}
