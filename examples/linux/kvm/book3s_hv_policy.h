/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What KVM-HV asks of hvpolicy. Everything here is translation: which host and which guest this is,
 * in the library's words. The rules are the library's.
 */
#ifndef BOOK3S_HV_POLICY_H
#define BOOK3S_HV_POLICY_H

#include <linux/kvm_host.h>

#include <hvpolicy/hvpolicy.h>

/* The level of a request, and the PCR that imposes it; -EINVAL if the host does not offer it. */
int kvmhv_policy_level(u32 arch_compat, u32 *level, u64 *pcr);

/* The capability bits of nested API v2 of every level up to the host's own. */
u64 kvmhv_policy_capabilities(void);

/*
 * Derive the policies of a vcpu at a level (HVP_LEVEL_NONE: a new one, at the host's own), and set
 * the HFSCR that it runs with; lazy facilities that are loaded stay so.
 */
void kvmhv_policy_derive(struct kvm_vcpu *vcpu, u32 level);

/* enum hvp_hvregs_feature of a guest. */
u32 kvmhv_policy_features(struct kvm *kvm);

/* enum hvp_hfu_action for the HFU that the vcpu, or its nested guest, has just raised. */
u32 kvmhv_policy_hfu(struct kvm_vcpu *vcpu);
u32 kvmhv_policy_nested_hfu(struct kvm_vcpu *vcpu);

/* If that is the action, execute the doorbell instruction in emul_inst; false: it is none. */
bool kvmhv_policy_nested_emulate(struct kvm_vcpu *vcpu, u32 action);

/* Bytes of a structure in L1's byte order, by its version; 0: unknown. */
u32 kvmhv_policy_size(struct kvm_vcpu *vcpu, const struct hv_guest_state *hr);

/* Read it, its version once; fields beyond its version are left alone. 0, or an error. */
int kvmhv_policy_read(struct kvm_vcpu *vcpu, struct hv_guest_state *hr, u64 hv_ptr);

/*
 * H_SUCCESS, or what H_ENTER_NESTED returns instead of running L2. Both in host byte order, or
 * NULL: they could not be read.
 */
long kvmhv_policy_enter(struct kvm_vcpu *vcpu, const struct hv_guest_state *hr,
			const struct pt_regs *regs);

#ifdef KVMPPC_GSID_HEIR
/* Whether L0 may have sent an element of this id and size: Linux's, or the document's. */
bool kvmhv_policy_element(const struct kvmppc_gs_elem *gse);

/* The value of HEIR: the document has 4 bytes, Linux 8. */
u64 kvmhv_policy_heir(const struct kvmppc_gs_elem *gse);

/* Say which element of a buffer L0 refused, if that is what it answered. */
void kvmhv_policy_refused(struct kvmppc_gs_buff *gsb, long hcall, unsigned long index);
#endif

#endif
