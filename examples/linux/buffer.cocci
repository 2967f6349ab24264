// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Guest state buffers, nested API v2: arch/powerpc/kvm/guest-state-buffer.c and
// arch/powerpc/kvm/book3s_hv_nestedv2.c. README.md says why.

@include@
@@
 #include <asm/guest-state-buffer.h>
+
+#include "book3s_hv_policy.h"

// B1: sizes are the library's; elements of L0 itself have no place in this kernel's maps
@lengths@
typedef u16, u64;
identifier a;
@@
-static const u16 a[__KVMPPC_GSE_TYPE_MAX] = { ... };

@types@
identifier iden;
@@
-static int kvmppc_gsid_type(u16 iden)
-{
-	...
-}

@size@
identifier lengths.a;
identifier iden, t;
@@
 u16 kvmppc_gsid_size(u16 iden)
 {
-	int t;
-	t = kvmppc_gsid_type(iden);
-	if (t == -1)
-		return 0;
-	if (t >= __KVMPPC_GSE_TYPE_MAX)
-		return 0;
-	return a[t];
+	const int bytes = hvp_gsb_bytes(iden, HVP_GSB_DIALECT_LINUX);
+
+	return kvmppc_gsid_class(iden) == -1 || bytes < 0 ? 0 : bytes;
 }

// B2: bits that L1 may set
@mask@
identifier iden, mask;
@@
 u64 kvmppc_gsid_mask(u16 iden)
 {
-	u64 mask = ~0ull;
-	...
-	return mask;
+	return hvp_gsb_bits(iden);
 }

// B3: what is told for a whole guest
@flags@
identifier iden, flags;
@@
 unsigned long kvmppc_gsid_flags(u16 iden)
 {
-	unsigned long flags = 0;
-	...
-	return flags;
+	struct hvp_gsb_info info;
+
+	if (hvp_gsb_get(iden, &info) || !(info.scope & HVP_GSB_SCOPE_GUEST))
+		return 0;
+	return KVMPPC_GS_FLAGS_WIDE;
 }

// B4: what L0 sent may have the size of either dialect, and NOP says nothing
@parse@
identifier gsp, gsb, curr;
iterator name kvmppc_gsb_for_each_elem;
expression E;
@@
 int kvmppc_gse_parse(struct kvmppc_gs_parser *gsp, struct kvmppc_gs_buff *gsb)
 {
	...
	kvmppc_gsb_for_each_elem(..., curr, gsb, ...) {
+		if (kvmppc_gse_iden(curr) == KVMPPC_GSID_BLANK)
+			continue;
		if (
-			E
+			!kvmhv_policy_element(curr)
		)
			return -EINVAL;
		...
	}
	...
 }

// B5: HEIR of either size
@heir@
identifier vcpu, gse;
@@
	vcpu->arch.emul_inst =
-		kvmppc_gse_get_u64(gse)
+		kvmhv_policy_heir(gse)
	;

// B6: which element L0 refused
@refused@
identifier gsb, i, rc, f =~ "^kvmppc_gsb_(send|recv)$";
identifier call =~ "^plpar_guest_(set|get)_state$";
@@
 int f(struct kvmppc_gs_buff *gsb, ...)
 {
	...
-	unsigned long i;
+	unsigned long i = 0;
	...
	rc = call(..., &i);
+	kvmhv_policy_refused(gsb, rc, i);
	return rc;
 }
