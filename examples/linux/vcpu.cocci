// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Where a vcpu keeps its policies: arch/powerpc/include/asm/kvm_host.h.

@include@
@@
 #include <linux/types.h>
+#include <hvpolicy/hfscr.h>

@vcpu@
@@
 struct kvm_vcpu_arch {
	...
+	/* What the guest may do with HFSCR, and what a guest of it may: by enum hvp_receiver */
+	struct hvp_hfscr_policy hfscr_policy[2];
	u64 hfscr_permitted;
	...
 };
