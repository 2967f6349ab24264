// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Models and levels by hvpolicy: src/cpu/cpu_ppc64.c. README.md says why.

@include@
@@
 #include "cpu_map.h"
+#include "cpu_ppc64_policy.h"

// C1: modes are levels in order, and every level that QEMU can be told
@modes@
typedef virCPUCompareResult;
identifier host_model, compat_mode;
@@
-static virCPUCompareResult
-ppc64CheckCompatibilityMode(const char *host_model, const char *compat_mode)
-{
-	...
-}

@asked depends on modes@
expression host, mode;
@@
-ppc64CheckCompatibilityMode(host, mode)
+virCPUppc64PolicyCompareMode(host, mode, message)

// C2: models that differ are compared by what the one offers of the other
@compare@
identifier host_model, guest_model;
@@
	if (STRNEQ(guest_model->name, host_model->name)) {
-		...
-		return VIR_CPU_COMPARE_INCOMPATIBLE;
+		return virCPUppc64PolicyCompareModel(host_model->name, guest_model->name,
+						     other->type, message);
	}

// C3: a processor is what hvpolicy's table says, before it is what the map says
@decode@
typedef virCPUppc64Map, uint32_t;
identifier map, pvr, i, j;
@@
 ppc64ModelFindPVR(const virCPUppc64Map *map, uint32_t pvr)
 {
	size_t i;
	size_t j;
+	const char *name = virCPUppc64PolicyModelForPVR(pvr);
+
+	if (name)
+		return ppc64ModelFind(map, name);
	...
 }

// C4: a host in a mode of its own is that to its guests
@own@
typedef virCPUDef, virDomainCapsCPUModels;
identifier cpu, cpuData, models;
@@
 virCPUppc64GetHost(virCPUDef *cpu, virDomainCapsCPUModels *models)
 {
	...
-	return ppc64DriverDecode(cpu, cpuData, models);
+	if (ppc64DriverDecode(cpu, cpuData, models) < 0)
+		return -1;
+	return virCPUppc64PolicySetMode(cpu, virCPUppc64PolicyPlatform());
 }

// C5: a copy has memory of its own
@duplicate@
typedef virCPUData;
identifier copy, data, i;
@@
 virCPUppc64DataCopyNew(virCPUData *data)
 {
	...
-	size_t i;
	...
-	copy->data.ppc64.len = data->data.ppc64.len;
-	for (i = 0; i < copy->data.ppc64.len; ++i)
-		copy->data.ppc64.pvr[i] = data->data.ppc64.pvr[i];
+	ppc64DataCopy(&copy->data.ppc64, &data->data.ppc64);
	...
 }

// C6: what hosts have in common: a level, if they are not all the same, and the vendor
@baseline@
typedef virCPUDef;
identifier cpus, ncpus, model, vendor, cpu, i;
@@
 virCPUppc64Baseline(virCPUDef **cpus, unsigned int ncpus, ...)
 {
	...
	for (i = 0; i < ncpus; i++) {
		...
-		if (STRNEQ(cpus[i]->model, model->name)) {
-			...
-			return NULL;
-		}
		...
	}
	cpu = virCPUDefNew();
	cpu->model = g_strdup(model->name);
+	if (virCPUppc64PolicySameVendor(cpus, ncpus))
+		vendor = model->vendor;
	if (vendor)
		cpu->vendor = g_strdup(vendor->name);
	...
+	if (virCPUppc64PolicyBaseline(cpus, ncpus, cpu) < 0)
+		return NULL;
	return g_steal_pointer(&cpu);
 }
