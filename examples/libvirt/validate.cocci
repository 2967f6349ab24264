// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Modes that QEMU is told: src/qemu/qemu_validate.c. README.md says why.

@include@
@@
 #include "qemu_process.h"
+#include "cpu/cpu_ppc64_policy.h"

// V1: what becomes max-cpu-compat is a level, whatever else is checked of the CPU
@mode@
identifier cpu;
statement S;
@@
+	if (virCPUppc64PolicyCheckGuest(def->os.arch, cpu) < 0)
+		return -1;
	if (cpu->model || cpu->mode != VIR_CPU_MODE_CUSTOM) S
