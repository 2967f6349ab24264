/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Rules of registers on the way to L2 and back, for both nested APIs. */
#ifndef HVPOLICY_HVREG_RULES_H
#define HVPOLICY_HVREG_RULES_H

/* One expression per entry rule (enum hvp_hvreg_entry); v is L1's value, host what L0 holds. */
#define HVP__ENTRY_VERBATIM(v) (v)
#define HVP__ENTRY_OFFSET(v) (v)
#define HVP__ENTRY_DEADLINE(v) (v)
#define HVP__ENTRY_HEADER(v) (v)
#define HVP__ENTRY_IGNORED(v) 0
#define HVP__ENTRY_HFSCR(v) hvp_hfscr_effective(&host->hfscr, (v), host->resident)
#define HVP__ENTRY_LPCR(v) hvp_hvregs_lpcr(host, (v))
#define HVP__ENTRY_PCR(v) hvp_hvregs_pcr(host->l1_pcr, (v))
#define HVP__ENTRY_DAWRX(v) hvp_hvregs_dawrx(v)
#define HVP__ENTRY_CIABR(v) hvp_hvregs_ciabr(v)
#define HVP__ENTRY_DPDES(v) hvp_hvregs_dpdes(v)
#define HVP__ENTRY_DAWR1(v) (host->features & HVP_HVREGS_DAWR1 ? (v) : 0)
#define HVP__ENTRY_DAWRX1(v) HVP__ENTRY_DAWR1(hvp_hvregs_dawrx(v))

/*
 * One expression per exit rule (enum hvp_hvreg_exit): what L1 finds. a is what it asked, v what L2
 * has; vector and cause are what it is told.
 */
#define HVP__EXIT_NEVER(a, v) (a)
#define HVP__EXIT_ALWAYS(a, v) (v)
#define HVP__EXIT_HFU(a, v) hvp_hfscr_restore((a), vector, cause)
#define HVP__EXIT_HDSI(a, v) (vector == HVP_VECTOR_HDSI ? (v) : (a))
#define HVP__EXIT_HDSI_HISI(a, v) \
	(vector == HVP_VECTOR_HDSI || vector == HVP_VECTOR_HISI ? (v) : (a))
#define HVP__EXIT_HEAI(a, v) (vector == HVP_VECTOR_HEAI ? (v) : (a))

#endif
