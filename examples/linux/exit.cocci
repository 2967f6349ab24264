// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Exits, LPCR, levels and the policy of a vcpu: arch/powerpc/kvm/book3s_hv.c. README.md says why.

@include@
@@
 #include "book3s_hv.h"
+#include "book3s_hv_policy.h"

// E1: an HFU of a direct guest, by the strategy of the facility
@direct@
identifier vcpu, cause, r;
statement S;
@@
(
-	u64 cause = kvmppc_get_hfscr_hv(vcpu) >> 56;
|
-	u64 cause = vcpu->arch.hfscr >> 56;
)
	r = EMULATE_FAIL;
-	if (cpu_has_feature(CPU_FTR_ARCH_300)) S
+	if (cpu_has_feature(CPU_FTR_ARCH_300)) {
+		u32 action = kvmhv_policy_hfu(vcpu);
+
+		if (action == HVP_HFU_EMULATE)
+			r = kvmppc_emulate_doorbell_instr(vcpu);
+		if (action == HVP_HFU_LOAD)
+			r = RESUME_GUEST;
+	}

@unavailable depends on direct@
identifier vcpu;
identifier f =~ "^kvmppc_(pmu|ebb|tm)_unavailable$";
@@
-static int f(struct kvm_vcpu *vcpu)
-{
-	...
-}

// E2: an HFU of a nested guest, by the strategy of the facility and by what L1 enabled
@heai@
identifier vcpu, cause;
@@
	vcpu->arch.nested_hfscr & (1UL << cause)

@nested@
identifier heai.vcpu, heai.cause;
expression E;
statement S1, S2;
@@
-	u64 cause = vcpu->arch.hfscr >> 56;
+	u32 action = kvmhv_policy_nested_hfu(vcpu);
	if (
-		E
+		action != HVP_HFU_REFLECT
	) S1 else S2

@nested_fetched depends on nested@
identifier r;
@@
	if (
-		r != EMULATE_DONE
+		r != EMULATE_DONE || kvmhv_policy_nested_emulate(vcpu, action)
	)
		r = RESUME_GUEST;
	else
		r = RESUME_HOST;

// E3: LPCR bits that this host does not allow
@filter@
identifier kvm, lpcr;
@@
 unsigned long kvmppc_filter_lpcr_hv(struct kvm *kvm, unsigned long lpcr)
 {
-	if (kvm_is_radix(kvm))
-		lpcr &= ~LPCR_TC;
-	...
-	return lpcr;
+	return hvp_hvregs_filter_lpcr(kvmhv_policy_features(kvm), lpcr);
 }

// E4: a level is checked, and stored only if it is one that this host offers
@compat@
identifier arch_compat, host, guest;
statement S1, S2, S3;
@@
-	if (cpu_has_feature(CPU_FTR_ARCH_31)) S1 else S2
-	guest = host;
-	if (arch_compat) S3
-	if (guest > host)
-		return -EINVAL;
+	err = kvmhv_policy_level(arch_compat, &level, &pcr);
+	if (err)
+		return err;

@compat_granted depends on compat@
identifier cap;
expression E1, E2;
statement S;
@@
-	if (E1) {
-		cap = map_pcr_to_cap(E2);
-		S
-	}

@compat_stored@
identifier compat.arch_compat, compat.host, compat.guest;
identifier vc;
@@
	vc->arch_compat = arch_compat;
	...
-	vc->pcr = (host - guest) | PCR_MASK;
+	vc->pcr = pcr | PCR_MASK;
	spin_unlock(&vc->lock);
+	kvmhv_policy_derive(vcpu, level);

@compat_names depends on compat@
declaration D;
identifier vc;
@@
 kvmppc_set_arch_compat(...)
 {
-	D
	struct kvmppc_vcore *vc = ...;
+	u32 level;
+	u64 pcr;
+	int err;
	...
 }

@cap depends on compat@
identifier pcr;
@@
-static inline unsigned long map_pcr_to_cap(unsigned long pcr)
-{
-	...
-}

@dummy depends on compat@
@@
-#define PCR_ARCH_31 (PCR_ARCH_300 << 1)

// E5: levels have an order, logical PVRs have none
@power8@
identifier vcpu;
expression logical;
typedef bool;
@@
 static bool kvmppc_power8_compatible(struct kvm_vcpu *vcpu)
 {
	<...
-	logical >= PVR_ARCH_207
+	hvp_level_from_pvr(logical) >= HVP_LEVEL_2_07
	...>
 }

// E6: the HFSCR of a new vcpu
@create@
identifier vcpu;
@@
-	kvmppc_set_hfscr_hv(vcpu, HFSCR_TAR | HFSCR_EBB | HFSCR_PM | HFSCR_BHRB |
-			    HFSCR_DSCR | HFSCR_VECVSX | HFSCR_FP);
-	if (cpu_has_feature(CPU_FTR_ARCH_31))
-		kvmppc_set_hfscr_hv(vcpu, kvmppc_get_hfscr_hv(vcpu) | HFSCR_PREFIX);
-	if (cpu_has_feature(CPU_FTR_HVMODE)) { ... }
-	if (cpu_has_feature(CPU_FTR_TM_COMP))
-		vcpu->arch.hfscr |= HFSCR_TM;
-	vcpu->arch.hfscr_permitted = kvmppc_get_hfscr_hv(vcpu);
-	kvmppc_set_hfscr_hv(vcpu, kvmppc_get_hfscr_hv(vcpu) & ~(HFSCR_PM | HFSCR_EBB | HFSCR_TM));
+	kvmhv_policy_derive(vcpu, HVP_LEVEL_NONE);

// the same, before nested API v2 and prefixed instructions
@create_6_1@
identifier vcpu;
@@
-	vcpu->arch.hfscr = HFSCR_TAR | HFSCR_EBB | HFSCR_PM | HFSCR_BHRB |
-		HFSCR_DSCR | HFSCR_VECVSX | HFSCR_FP;
-	if (cpu_has_feature(CPU_FTR_HVMODE)) { ... }
-	if (cpu_has_feature(CPU_FTR_TM_COMP))
-		vcpu->arch.hfscr |= HFSCR_TM;
-	vcpu->arch.hfscr_permitted = vcpu->arch.hfscr;
-	vcpu->arch.hfscr &= ~(HFSCR_PM | HFSCR_EBB | HFSCR_TM);
+	kvmhv_policy_derive(vcpu, HVP_LEVEL_NONE);
