// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// ibm,client-architecture-support: hw/ppc/spapr_hcall.c. README.md says why.

@include@
@@
 #include "hw/ppc/spapr.h"
+#include "hw/ppc/spapr_policy.h"

// S1: the level of a guest is chosen by the library, and what cannot be set is refused
@list@
identifier f = cas_check_pvr;
typedef PowerPCCPU, SpaprMachineState, target_ulong, uint32_t, bool;
@@
-static uint32_t f(...)
-{
-	...
-}

@choose@
identifier cpu, cas_pvr, vec;
expression E1, E2;
statement S1, S2;
@@
-	cas_pvr = cas_check_pvr(cpu, E1, &vec, E2);
-	if (...) S1
-	if (cpu->compat_pvr != cas_pvr) S2
+	if (!spapr_policy_cas(cpu, spapr, &vec)) {
+		return H_HARDWARE;
+	}

@names depends on choose@
identifier n =~ "^(cas_pvr|raw_mode_supported|max_compat)$";
type T;
expression E;
@@
(
-	T n;
|
-	T n = E;
)
