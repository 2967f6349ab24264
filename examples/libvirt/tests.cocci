// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What libvirt's own tests expect of POWER: tests/cputest.c. README.md says why.

// T1: a newer host offers all of an older one
@superset@
@@
	DO_TEST_COMPARE(VIR_ARCH_PPC64, "host", "host-worse",
-			VIR_CPU_COMPARE_INCOMPATIBLE
+			VIR_CPU_COMPARE_SUPERSET
	);

// T2: power7+ is a level
@level@
identifier f =~ "^DO_TEST_(COMPARE|UPDATE)$";
@@
	f(VIR_ARCH_PPC64, "host", "guest-compat-bad",
-	  VIR_CPU_COMPARE_ERROR
+	  VIR_CPU_COMPARE_IDENTICAL
	);

// T3: hosts that differ have a level in common
@common@
@@
	DO_TEST_BASELINE(VIR_ARCH_PPC64, "incompatible-models", 0,
-			 -1
+			 0
	);

// T4: what was not asked
@more@
@@
	DO_TEST_BASELINE(VIR_ARCH_PPC64, "legacy", 0, -1);
+	DO_TEST_BASELINE(VIR_ARCH_PPC64, "power11", 0, 0);
+	DO_TEST_COMPARE(VIR_ARCH_PPC64, "host-power11", "host", VIR_CPU_COMPARE_SUPERSET);
+	DO_TEST_COMPARE(VIR_ARCH_PPC64, "host-power11", "guest-level", VIR_CPU_COMPARE_IDENTICAL);
+	DO_TEST_COMPARE(VIR_ARCH_PPC64, "host", "guest-level", VIR_CPU_COMPARE_INCOMPATIBLE);
+	DO_TEST_COMPARE(VIR_ARCH_PPC64, "host", "guest-no-level", VIR_CPU_COMPARE_ERROR);
