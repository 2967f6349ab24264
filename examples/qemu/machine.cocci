// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The pseries machine: hw/ppc/spapr.c. README.md says why.

@include@
@@
 #include "hw/ppc/spapr.h"
+#include "hw/ppc/spapr_policy.h"

// M1: a section at the head of the stream, if it is asked for
@stream@
identifier spapr;
@@
	register_savevm_live("spapr/htab", ..., spapr);
+	spapr_policy_init(spapr);

@property@
identifier obj;
@@
	ppc_compat_add_property(obj, ...);
+	spapr_policy_add_properties(obj);

// M2: what came is judged before the guest runs here
@loaded@
identifier spapr, err;
statement S;
@@
	err = spapr_caps_post_migration(spapr);
	if (err) S
+	err = spapr_policy_post_load(spapr);
+	if (err) {
+		return err;
+	}
