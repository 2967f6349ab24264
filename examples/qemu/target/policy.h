/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Levels of POWER processors by hvpolicy, in QEMU's words. */
#ifndef PPC_POLICY_H
#define PPC_POLICY_H

#include <hvpolicy/hvpolicy.h>

#include "cpu.h"

/* Findings of one answer that are told; more are counted. */
#define PPC_POLICY_FINDINGS 32

/* Findings with the memory for them. */
typedef struct PPCPolicyReport {
    struct hvp_report report;
    struct hvp_finding findings[PPC_POLICY_FINDINGS];
} PPCPolicyReport;

struct hvp_report *ppc_policy_report(PPCPolicyReport *report);
char *ppc_policy_text(const struct hvp_finding *finding, uint32_t wording);
void ppc_policy_hints(Error *const *errp, const PPCPolicyReport *report);

void ppc_policy_host(const PowerPCCPUClass *pcc, struct hvp_pvr_host *host);
uint32_t ppc_policy_level(const PowerPCCPUClass *pcc, uint32_t compat_pvr);
bool ppc_policy_compat(const PowerPCCPUClass *pcc, uint32_t compat_pvr,
                       uint32_t min_compat_pvr, uint32_t max_compat_pvr);
int ppc_policy_pcr(const PowerPCCPUClass *pcc, uint32_t compat_pvr,
                   uint64_t *pcr, Error **errp);
int ppc_policy_vthreads(uint32_t compat_pvr);
void ppc_policy_hfscr(const PowerPCCPUClass *pcc, uint32_t guest_level,
                      uint32_t receiver, struct hvp_hfscr_policy *policy);

#ifdef CONFIG_KVM
void kvmppc_policy_bound(struct hvp_pvr_host *host);
#else
static inline void kvmppc_policy_bound(struct hvp_pvr_host *host)
{
}
#endif

#endif
