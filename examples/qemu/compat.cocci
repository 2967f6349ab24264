// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Levels of processors: target/ppc/compat.c. README.md says why.

@include@
@@
 #include "cpu-models.h"
+#include "policy.h"

// C1: one table of levels, the library's
@row@
@@
-typedef struct { ... } CompatInfo;

@table@
identifier t;
typedef CompatInfo;
@@
-static const CompatInfo t[] = { ... };

@find@
identifier f = compat_by_pvr;
@@
-static const CompatInfo *f(...)
-{
-	...
-}

// C2: levels are compared by generation
@compare@
identifier f = pcc_compat;
typedef bool;
@@
-static bool f(...)
-{
-	...
-}

@ask@
expression list es;
@@
-pcc_compat(es)
+ppc_policy_compat(es)

// C3: a level is set if this processor can be given it, with the PCR of the library
@mode@
typedef PowerPCCPU, PowerPCCPUClass, CPUPPCState, Error, uint32_t, uint64_t;
identifier cpu, compat_pvr, errp, compat, env, pcc, pcr;
statement S1, S2;
@@
 int ppc_set_compat(PowerPCCPU *cpu, uint32_t compat_pvr, Error **errp)
 {
-	const CompatInfo *compat = compat_by_pvr(compat_pvr);
	CPUPPCState *env = &cpu->env;
	PowerPCCPUClass *pcc = POWERPC_CPU_GET_CLASS(cpu);
	uint64_t pcr;
-	if (!compat_pvr) S1 else S2
+	int err = ppc_policy_pcr(pcc, compat_pvr, &pcr, errp);
+
+	if (err) {
+		return err;
+	}
	...
 }

// C4: threads of a core
@threads@
identifier cpu, compat, n_threads;
expression E;
@@
 int ppc_compat_max_vthreads(PowerPCCPU *cpu)
 {
-	const CompatInfo *compat = compat_by_pvr(E);
	int n_threads = ...;
	if (E) {
-		g_assert(compat);
		n_threads = MIN(n_threads,
-			compat->max_vthreads
+			ppc_policy_vthreads(E)
			);
	}
	...
 }

// C5: names of levels are the library's; policy.c has the property
@property@
identifier f =~ "^ppc_compat_(prop_get|prop_set|add_property)$";
@@
-void f(...)
-{
-	...
-}
