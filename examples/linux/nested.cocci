// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// H_ENTER_NESTED, nested API v1: arch/powerpc/kvm/book3s_hv_nested.c. README.md says why.

@include@
@@
 #include <asm/firmware.h>
+
+#include "book3s_hv_policy.h"

// N1: every field of the structure changes its byte order by the table, and none is changed else
@swap@
identifier hr;
@@
 static void byteswap_hv_regs(struct hv_guest_state *hr)
 {
-	hr->version = swab64(hr->version);
-	...
-	hr->dawrx1 = swab64(hr->dawrx1);
+	hvp_hvregs_swap((struct hvp_hvregs *)hr, sizeof(*hr));
 }

// N2: the version is read once, and not believed again
@read@
identifier vcpu, hv, r, hv_ptr, regs_ptr, size;
@@
 static int kvmhv_read_guest_state_and_regs(struct kvm_vcpu *vcpu, struct hv_guest_state *hv,
	struct pt_regs *r, u64 hv_ptr, u64 regs_ptr)
 {
-	int size;
-
-	if (kvm_vcpu_read_guest(vcpu, hv_ptr, &hv->version, sizeof(hv->version)))
-		return -1;
-	if (kvmppc_need_byteswap(vcpu))
-		hv->version = swab64(hv->version);
-	size = hv_guest_state_size(hv->version);
-	if (size < 0)
-		return -1;
	return
-		kvm_vcpu_read_guest(vcpu, hv_ptr, hv, size)
+		kvmhv_policy_read(vcpu, hv, hv_ptr)
		|| kvm_vcpu_read_guest(vcpu, regs_ptr, r, sizeof(struct pt_regs));
 }

// N3: what is written back has the size of the version, whatever its byte order
@write@
identifier vcpu, hv, r, hv_ptr, regs_ptr, size;
@@
 static int kvmhv_write_guest_state_and_regs(struct kvm_vcpu *vcpu, struct hv_guest_state *hv,
	struct pt_regs *r, u64 hv_ptr, u64 regs_ptr)
 {
-	int size;
+	u32 size;
	...
	size =
-		hv_guest_state_size(hv->version)
+		kvmhv_policy_size(vcpu, hv)
	;
	if (
-		size < 0
+		!size
	)
		return -1;
	...
 }

// N4: what L1 asked for is brought to what L2 may have
@load@
identifier vcpu, l2_hv, l1_hv, lpcr, vc, mask;
@@
 static void load_l2_hv_regs(struct kvm_vcpu *vcpu, const struct hv_guest_state *l2_hv,
	const struct hv_guest_state *l1_hv, u64 *lpcr)
 {
	struct kvmppc_vcore *vc = vcpu->arch.vcore;
+	const struct hvp_hfscr_policy *policy = &vcpu->arch.hfscr_policy[HVP_RECEIVER_HYPERVISOR];
	u64 mask;

	restore_hv_regs(vcpu, l2_hv);
+	vc->pcr = hvp_hvregs_pcr(l1_hv->pcr, l2_hv->pcr);
+	vcpu->arch.doorbell_request = hvp_hvregs_dpdes(l2_hv->dpdes);

	mask =
-		LPCR_DPFD | LPCR_ILE | LPCR_TC | LPCR_AIL | LPCR_LD | LPCR_MER
+		HVP_LPCR_L1
		;
	...
	vcpu->arch.hfscr =
-		l2_hv->hfscr & (HFSCR_INTR_CAUSE | vcpu->arch.hfscr_permitted)
+		hvp_hfscr_effective(policy, l2_hv->hfscr, 0)
		;
	vcpu->arch.dawrx0 =
-		l2_hv->dawrx0 & ~DAWRX_HYP
+		hvp_hvregs_dawrx(l2_hv->dawrx0)
		;
	vcpu->arch.dawrx1 =
-		l2_hv->dawrx1 & ~DAWRX_HYP
+		hvp_hvregs_dawrx(l2_hv->dawrx1)
		;
+	if (!vcpu->kvm->arch.dawr1_enabled) {
+		vcpu->arch.dawr1 = 0;
+		vcpu->arch.dawrx1 = 0;
+	}
-	if ((l2_hv->ciabr & CIABR_PRIV) == CIABR_PRIV_HYPER)
-		vcpu->arch.ciabr = l2_hv->ciabr & ~CIABR_PRIV;
+	vcpu->arch.ciabr = hvp_hvregs_ciabr(l2_hv->ciabr);
 }

// N5: L1 gets back what it wrote; IC is the cause of an HFU that it is told
@restore@
identifier vcpu, hr;
@@
 static void save_hv_return_state(struct kvm_vcpu *vcpu, struct hv_guest_state *hr)
 {
	<...
-	hr->hfscr = ((~HFSCR_INTR_CAUSE & hr->hfscr) | (HFSCR_INTR_CAUSE & vcpu->arch.hfscr));
+	hr->hfscr = hvp_hfscr_restore(hr->hfscr, vcpu->arch.trap,
+				      hvp_hfscr_cause(vcpu->arch.hfscr));
	...>
 }

// N6: the hypercall is refused or run by one check, in one order
@enter@
identifier vcpu, err, l2_hv, l2_regs, hv_ptr, regs_ptr;
@@
 long kvmhv_enter_nested_guest(struct kvm_vcpu *vcpu)
 {
	<...
-	if (vcpu->kvm->arch.l1_ptcr == 0)
-		return H_NOT_AVAILABLE;
-	if (MSR_TM_TRANSACTIONAL(vcpu->arch.shregs.msr))
-		return H_BAD_MODE;
	...>
	err = kvmhv_read_guest_state_and_regs(vcpu, &l2_hv, &l2_regs, hv_ptr, regs_ptr);
	kvm_vcpu_srcu_read_unlock(vcpu);
	if (err)
-		return H_PARAMETER;
+		return kvmhv_policy_enter(vcpu, NULL, NULL);
	if (kvmppc_need_byteswap(vcpu))
		byteswap_hv_regs(&l2_hv);
-	if (l2_hv.version > HV_GUEST_STATE_VERSION)
-		return H_P2;
	if (kvmppc_need_byteswap(vcpu))
		byteswap_pt_regs(&l2_regs);
-	if (l2_hv.vcpu_token >= NR_CPUS)
-		return H_PARAMETER;
-	if (MSR_TM_SUSPENDED(vcpu->arch.shregs.msr)) {
-		if (!MSR_TM_ACTIVE(l2_regs.msr))
-			return H_BAD_MODE;
-	} else {
-		if (l2_regs.msr & MSR_TS_MASK)
-			return H_BAD_MODE;
-		if (WARN_ON_ONCE(vcpu->arch.shregs.msr & MSR_TS_MASK))
-			return H_BAD_MODE;
-	}
+	err = kvmhv_policy_enter(vcpu, &l2_hv, &l2_regs);
+	if (err)
+		return err;
	...
 }

// N7: the MSR that L2 runs with
@msr@
identifier vcpu;
@@
 long kvmhv_enter_nested_guest(struct kvm_vcpu *vcpu)
 {
	<...
-	vcpu->arch.shregs.msr = (vcpu->arch.regs.msr | MSR_ME) & ~MSR_HV;
+	vcpu->arch.shregs.msr = hvp_hvregs_msr(vcpu->arch.regs.msr);
	...>
 }

// N8: of L0 every level is asked for that this host has (nested API v2; nothing in 6.1)
@levels@
identifier capabilities;
@@
-	if (cpu_has_feature(CPU_FTR_ARCH_31))
-		capabilities |= H_GUEST_CAP_POWER10;
-	if (cpu_has_feature(CPU_FTR_ARCH_300))
-		capabilities |= H_GUEST_CAP_POWER9;
+	capabilities = kvmhv_policy_capabilities();
