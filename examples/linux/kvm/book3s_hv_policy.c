// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <linux/kernel.h>
#include <linux/kvm_host.h>

#include <asm/cputable.h>
#include <asm/kvm_book3s.h>
#include <asm/kvm_ppc.h>
#include <asm/reg.h>

#include "book3s_hv.h"
#include "book3s_hv_policy.h"

static_assert(sizeof(struct hv_guest_state) == HVP_HVREGS_SIZE_V2);
static_assert(offsetof(struct hv_guest_state, lpcr) == offsetof(struct hvp_hvregs, lpcr));
static_assert(offsetof(struct hv_guest_state, hfscr) == offsetof(struct hvp_hvregs, hfscr));
static_assert(offsetof(struct hv_guest_state, dawrx1) == offsetof(struct hvp_hvregs, dawrx1));

/* A logical PVR has this in its highest byte. */
#define LOGICAL 0x0f
/* All that a direct guest asks: no hypervisor stands between. IC is no facility. */
#define ALL (~HVP_HFSCR_CAUSE)

/* With nested API v2, L0 keeps the register of a direct guest. */
static u64 policy_get_hfscr(struct kvm_vcpu *vcpu)
{
#ifdef KVMPPC_GSID_HFSCR
	return kvmppc_get_hfscr_hv(vcpu);
#else
	return vcpu->arch.hfscr;
#endif
}

static void policy_set_hfscr(struct kvm_vcpu *vcpu, u64 hfscr)
{
#ifdef KVMPPC_GSID_HFSCR
	kvmppc_set_hfscr_hv(vcpu, hfscr);
#else
	vcpu->arch.hfscr = hfscr;
#endif
}

/* This host: its processor, and the mode that the hypervisor below put it in. */
static struct hvp_pvr_host policy_host(void)
{
	const u32 spec = cur_cpu_spec->pvr_value;
	struct hvp_pvr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
		.pvr = mfspr(SPRN_PVR),
		.compat_pvr = spec >> 24 == LOGICAL ? spec : 0,
	};

#ifdef KVMPPC_GSID_LOGICAL_PVR
	if (kvmhv_on_pseries() && kvmhv_is_nestedv2()) {
		host.flags = HVP_PVR_GRANTED;
		host.granted = nested_capabilities;
	}
#endif
	return host;
}

int kvmhv_policy_level(u32 arch_compat, u32 *level, u64 *pcr)
{
	const struct hvp_pvr_host host = policy_host();
	u32 found;

	if (hvp_pvr_check(&host, arch_compat, &found, NULL) ||
	    hvp_pvr_pcr(host.pvr, found, pcr))
		return -EINVAL;
	*level = found;
	return 0;
}

u64 kvmhv_policy_capabilities(void)
{
	struct hvp_pvr_host host = policy_host();
	struct hvp_pvr_offer offer;
	u64 capabilities = 0;
	u32 level;

	/* Not bounded by what was granted so far. */
	host.flags = 0;
	host.granted = 0;
	if (hvp_pvr_offers(&host, &offer, NULL))
		return 0;
	for (u32 i = 0; !hvp_level_at(i, &level); i++)
		if (offer.levels & HVP_BIT(level))
			capabilities |= hvp_level_capability(level);
	return capabilities;
}

static u32 policy_hfscr_features(void)
{
	u32 features = 0;

	if (cpu_has_feature(CPU_FTR_TM_COMP))
		features |= HVP_HFSCR_HOST_TM;
	if (cpu_has_feature(CPU_FTR_HVMODE)) {
		features |= HVP_HFSCR_HOST_BARE;
		if (IS_ENABLED(CONFIG_PPC_TRANSACTIONAL_MEM) &&
		    cpu_has_feature(CPU_FTR_P9_TM_HV_ASSIST))
			features |= HVP_HFSCR_HOST_TM_ASSIST;
	}
	return features;
}

static void policy_derive(struct kvm_vcpu *vcpu, u32 own, u32 level, u32 receiver)
{
	struct hvp_hfscr_policy *policy = &vcpu->arch.hfscr_policy[receiver];
	struct hvp_hfscr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
		.host_level = own, .guest_level = level,
		.features = policy_hfscr_features(), .receiver = receiver,
	};

	if (host.features & HVP_HFSCR_HOST_BARE)
		host.hardware = mfspr(SPRN_HFSCR);
	/* Before 2.07 there is no HFSCR, and no facility in it. */
	if (hvp_hfscr_derive(&host, policy, NULL))
		hvp_hfscr_init(policy);
#ifndef HFSCR_PREFIX
	/* A kernel that cannot emulate prefixed instructions does not offer them. */
	hvp_hfscr_assign(policy, HVP_FACILITY_PREFIX, HVP_STRATEGY_RESERVED);
#endif
}

void kvmhv_policy_derive(struct kvm_vcpu *vcpu, u32 level)
{
	const struct hvp_hfscr_policy *guest = &vcpu->arch.hfscr_policy[HVP_RECEIVER_GUEST];
	const struct hvp_pvr_host host = policy_host();
	struct hvp_pvr_offer offer = { .own = HVP_LEVEL_NONE };
	const u64 loaded = level == HVP_LEVEL_NONE ? 0 : policy_get_hfscr(vcpu);

	hvp_pvr_offers(&host, &offer, NULL);
	policy_derive(vcpu, offer.own, level, HVP_RECEIVER_GUEST);
	policy_derive(vcpu, offer.own, level, HVP_RECEIVER_HYPERVISOR);
	vcpu->arch.hfscr_permitted = guest->present & ~guest->emulated;
	policy_set_hfscr(vcpu, hvp_hfscr_effective(guest, ALL, loaded));
}

u32 kvmhv_policy_features(struct kvm *kvm)
{
	u32 features = 0;

	if (kvm_is_radix(kvm))
		features |= HVP_HVREGS_RADIX;
	if (cpu_has_feature(CPU_FTR_ARCH_207S))
		features |= HVP_HVREGS_ARCH_207;
	if (cpu_has_feature(CPU_FTR_ARCH_300))
		features |= HVP_HVREGS_ARCH_300;
	if (cpu_has_feature(CPU_FTR_P9_RADIX_PREFETCH_BUG))
		features |= HVP_HVREGS_RADIX_PREFETCH_BUG;
	if (kvm->arch.dawr1_enabled)
		features |= HVP_HVREGS_DAWR1;
	return features;
}

static u32 policy_decide(struct kvm_vcpu *vcpu, u32 receiver, u64 requested, u64 hfscr)
{
	const u32 cause = hvp_hfscr_cause(hfscr);
	const u32 action = hvp_hfscr_decide(&vcpu->arch.hfscr_policy[receiver], requested, hfscr,
					    cause);

	if (action == HVP_HFU_INCONSISTENT)
		pr_warn_ratelimited("KVM: facility %u is on and unavailable, hfscr=0x%llx\n",
				    cause, hfscr);
	return action;
}

u32 kvmhv_policy_hfu(struct kvm_vcpu *vcpu)
{
	const u64 hfscr = policy_get_hfscr(vcpu);
	const u32 action = policy_decide(vcpu, HVP_RECEIVER_GUEST, ALL, hfscr);

	/* The next entry loads the state of what is on. */
	if (action == HVP_HFU_LOAD)
		policy_set_hfscr(vcpu, hfscr | HVP_BIT(hvp_hfscr_cause(hfscr)));
	return action;
}

u32 kvmhv_policy_nested_hfu(struct kvm_vcpu *vcpu)
{
	return policy_decide(vcpu, HVP_RECEIVER_HYPERVISOR, vcpu->arch.nested_hfscr,
			     vcpu->arch.hfscr);
}

bool kvmhv_policy_nested_emulate(struct kvm_vcpu *vcpu, u32 action)
{
	struct hvp_doorbell doorbell;
	u32 thread;

	if (action != HVP_HFU_EMULATE || hvp_doorbell_decode(vcpu->arch.emul_inst, &doorbell))
		return false;
	/* The vcpus of an L2 are L1's business: each is a core of one thread. */
	switch (doorbell.op) {
	case HVP_DOORBELL_MSGSNDP:
	case HVP_DOORBELL_MSGCLRP:
		if (!hvp_doorbell_target(doorbell.op, kvmppc_get_gpr(vcpu, doorbell.reg), 0, 1,
					 &thread))
			vcpu->arch.doorbell_request = doorbell.op == HVP_DOORBELL_MSGSNDP;
		break;
	case HVP_DOORBELL_MFTIR:
		kvmppc_set_gpr(vcpu, doorbell.reg, 0);
		break;
	case HVP_DOORBELL_MFDPDES:
		kvmppc_set_gpr(vcpu, doorbell.reg, vcpu->arch.doorbell_request);
		break;
	}
	kvmppc_set_pc(vcpu, kvmppc_get_pc(vcpu) + 4);
	return true;
}

static inline u32 policy_size(struct kvm_vcpu *vcpu, u64 version)
{
	u32 size = 0;

	hvp_hvregs_size(kvmppc_need_byteswap(vcpu) ? swab64(version) : version, &size);
	return size;
}

u32 kvmhv_policy_size(struct kvm_vcpu *vcpu, const struct hv_guest_state *hr)
{
	return policy_size(vcpu, hr->version);
}

int kvmhv_policy_read(struct kvm_vcpu *vcpu, struct hv_guest_state *hr, u64 hv_ptr)
{
	const u32 version = sizeof(hr->version);
	u32 size;

	if (kvm_vcpu_read_guest(vcpu, hv_ptr, &hr->version, version))
		return -EFAULT;
	/* Of an unknown version nothing more is read; kvmhv_policy_enter() refuses it. */
	size = policy_size(vcpu, hr->version);
	return size ? kvm_vcpu_read_guest(vcpu, hv_ptr + version, &hr->lpid, size - version) : 0;
}

long kvmhv_policy_enter(struct kvm_vcpu *vcpu, const struct hv_guest_state *hr,
			const struct pt_regs *regs)
{
	struct hvp_enter call = {
		.size = sizeof(call), .policy_level = HVP_POLICY_LEVEL_1,
		.flags = HVP_ENTER_ENABLED, .vcpu_limit = NR_CPUS,
		.table = vcpu->kvm->arch.l1_ptcr, .l1_msr = vcpu->arch.shregs.msr,
	};
	s64 hcall;

	if (hr) {
		call.lpid = hr->lpid;
		call.vcpu_token = hr->vcpu_token;
		call.version = hr->version;
		call.l2_msr = regs->msr;
	} else {
		call.flags |= HVP_ENTER_STATE_FAULT;
	}
	return hvp_enter_check(&call, &hcall, NULL) ? H_PARAMETER : hcall;
}

#ifdef KVMPPC_GSID_HEIR
bool kvmhv_policy_element(const struct kvmppc_gs_elem *gse)
{
	const u16 iden = kvmppc_gse_iden(gse), size = kvmppc_gsid_size(iden);
	const int len = kvmppc_gse_len(gse);

	return size && (len == size || len == hvp_gsb_bytes(iden, HVP_GSB_DIALECT_DOCUMENT));
}

u64 kvmhv_policy_heir(const struct kvmppc_gs_elem *gse)
{
	return kvmppc_gse_len(gse) == sizeof(u32) ? kvmppc_gse_get_u32(gse) :
						    kvmppc_gse_get_u64(gse);
}

void kvmhv_policy_refused(struct kvmppc_gs_buff *gsb, long hcall, unsigned long index)
{
	struct hvp_gsb_element element;
	struct hvp_gsb_info info;
	struct hvp_gsb_walk walk;

	if (hcall != H_INVALID_ELEMENT_ID && hcall != H_INVALID_ELEMENT_SIZE &&
	    hcall != H_INVALID_ELEMENT_VALUE)
		return;
	hvp_gsb_begin(&walk, kvmppc_gsb_header(gsb), kvmppc_gsb_len(gsb));
	while (!hvp_gsb_next(&walk, &element))
		if (element.index == index && !hvp_gsb_get(element.id, &info))
			pr_warn_ratelimited("KVM-NESTEDv2: L0 refused %s of %u bytes, rc=%ld\n",
					    info.name, element.bytes, hcall);
}
#endif
