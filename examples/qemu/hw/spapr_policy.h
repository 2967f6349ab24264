/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* hvpolicy in pseries machines: CAS, migration, nested guests. */
#ifndef HW_SPAPR_POLICY_H
#define HW_SPAPR_POLICY_H

#include "hw/ppc/spapr.h"
#include "hw/ppc/spapr_cpu_core.h"
#include "hw/ppc/spapr_nested.h"
#include "target/ppc/policy.h"

/* spapr_policy.c */
void spapr_policy_add_properties(Object *obj);
void spapr_policy_init(SpaprMachineState *spapr);
int spapr_policy_post_load(SpaprMachineState *spapr);
bool spapr_policy_cas(PowerPCCPU *cpu, SpaprMachineState *spapr,
                      target_ulong *list);
uint64_t spapr_policy_capabilities(SpaprMachineState *spapr, PowerPCCPU *cpu);
bool spapr_policy_nests(SpaprMachineState *spapr);

/* spapr_nested.c */
void nested_save_state(struct nested_ppc_state *save, PowerPCCPU *cpu);
void nested_load_state(PowerPCCPU *cpu, struct nested_ppc_state *load);
void nested_post_load_state(CPUPPCState *env, CPUState *cs);

/* spapr_nested_hv.c: nested API version 1 */
void spapr_policy_regs(PowerPCCPU *cpu, SpaprMachineState *spapr,
                       struct hvp_hvregs_host *regs);
uint64_t spapr_policy_lpcr(PowerPCCPU *cpu, uint64_t lpcr);
target_ulong h_set_ptbl(PowerPCCPU *cpu, SpaprMachineState *spapr,
                        target_ulong opcode, target_ulong *args);
target_ulong h_enter_nested(PowerPCCPU *cpu, SpaprMachineState *spapr,
                            target_ulong opcode, target_ulong *args);
void spapr_exit_nested_hv(PowerPCCPU *cpu, int excp);

/* spapr_nested_papr.c: version 2 */
void spapr_nested_forget(SpaprMachineState *spapr);
void spapr_exit_nested_papr(SpaprMachineState *spapr, PowerPCCPU *cpu,
                            int excp);

#endif
