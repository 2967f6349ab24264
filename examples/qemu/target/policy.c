/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Levels of POWER processors by hvpolicy: what stands behind
 * ppc_check_compat(), ppc_set_compat() and max-cpu-compat. Levels have an
 * order, logical PVRs have none.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "system/kvm.h"
#include "policy.h"

struct hvp_report *ppc_policy_report(PPCPolicyReport *report)
{
    hvp_report_init(&report->report, report->findings, PPC_POLICY_FINDINGS);
    return &report->report;
}

/* What a finding says, or its remedy (enum hvp_wording); NULL: it has none. */
char *ppc_policy_text(const struct hvp_finding *finding, uint32_t wording)
{
    char text[320];

    if (!hvp_reason_format(finding, wording, text, sizeof(text))) {
        return NULL;
    }
    return g_strdup(text);
}

/* Why, and what a person can do, below an error. */
void ppc_policy_hints(Error *const *errp, const PPCPolicyReport *report)
{
    for (uint32_t i = 0; i < report->report.stored; i++) {
        const struct hvp_finding *finding = &report->findings[i];
        g_autofree char *text = ppc_policy_text(finding, HVP_WORDING_TEXT);
        g_autofree char *remedy = ppc_policy_text(finding, HVP_WORDING_REMEDY);

        if (finding->verdict >= HVP_VERDICT_REFUSED && text) {
            error_append_hint(errp, "%s%s%s\n", text, remedy ? ": " : "",
                              remedy ? remedy : "");
        }
    }
}

/* The host of a guest with this processor: under TCG it is what is emulated. */
void ppc_policy_host(const PowerPCCPUClass *pcc, struct hvp_pvr_host *host)
{
    *host = (struct hvp_pvr_host){
        .size = sizeof(*host),
        .policy_level = HVP_POLICY_LEVEL_1,
        .pvr = pcc->pvr,
    };
    if (kvm_enabled()) {
        kvmppc_policy_bound(host);
    }
}

/* Level of a guest in a mode, or raw; NONE: a processor without levels. */
uint32_t ppc_policy_level(const PowerPCCPUClass *pcc, uint32_t compat_pvr)
{
    struct hvp_processor_info info;

    if (compat_pvr) {
        return hvp_level_from_pvr(compat_pvr);
    }
    return hvp_pvr_processor(pcc->pvr, &info) ? HVP_LEVEL_NONE : info.level;
}

bool ppc_policy_compat(const PowerPCCPUClass *pcc, uint32_t compat_pvr,
                       uint32_t min_compat_pvr, uint32_t max_compat_pvr)
{
    const uint32_t level = hvp_level_from_pvr(compat_pvr);
    const uint32_t max = hvp_level_from_pvr(max_compat_pvr);
    struct hvp_pvr_host host;

    g_assert(!min_compat_pvr || hvp_level_from_pvr(min_compat_pvr));
    g_assert(!max_compat_pvr || max);

    if (!level || level < hvp_level_from_pvr(min_compat_pvr) ||
        (max && level > max)) {
        return false;
    }
    ppc_policy_host(pcc, &host);
    return !hvp_pvr_check(&host, compat_pvr, NULL, NULL);
}

int ppc_policy_pcr(const PowerPCCPUClass *pcc, uint32_t compat_pvr,
                   uint64_t *pcr, Error **errp)
{
    ERRP_GUARD();
    struct hvp_pvr_host host;
    PPCPolicyReport report;
    uint32_t level;

    if (!compat_pvr) {
        *pcr = 0;
        return 0;
    }
    ppc_policy_host(pcc, &host);
    if (hvp_pvr_check(&host, compat_pvr, &level, ppc_policy_report(&report)) ||
        hvp_pvr_pcr(pcc->pvr, level, pcr)) {
        error_setg(errp, "Compatibility PVR 0x%08" PRIx32 " not valid for CPU",
                   compat_pvr);
        ppc_policy_hints(errp, &report);
        return -EINVAL;
    }
    return 0;
}

/* Threads of a core that a guest of this level can bear. */
int ppc_policy_vthreads(uint32_t compat_pvr)
{
    const uint32_t level = hvp_level_from_pvr(compat_pvr);

    if (level < HVP_LEVEL_2_06) {
        return 2;
    }
    /*
     * a POWER9 has four, and yet its guests may have been promised eight as
     * POWER8
     */
    return level < HVP_LEVEL_2_07 ? 4 : 8;
}

static void get_level(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    const uint32_t *compat_pvr = opaque;
    char *value = (char *)hvp_level_name(hvp_level_from_pvr(*compat_pvr),
                                         HVP_SPELLING_QEMU);

    visit_type_str(v, name, &value, errp);
}

static void set_level(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    uint32_t level = HVP_LEVEL_NONE, *compat_pvr = opaque;
    g_autofree char *value = NULL;

    if (!visit_type_str(v, name, &value, errp)) {
        return;
    }
    if (*value && hvp_level_find(value, HVP_SPELLING_QEMU, &level)) {
        error_setg(errp, "Invalid compatibility mode \"%s\"", value);
        return;
    }
    *compat_pvr = hvp_level_pvr(level);
}

/* max-cpu-compat: a level by its name, or nothing. */
void ppc_compat_add_property(Object *obj, const char *name,
                             uint32_t *compat_pvr, const char *basedesc)
{
    g_autoptr(GString) text = g_string_new(basedesc);
    const char *between = ". Valid values are ";
    uint32_t level;

    for (uint32_t i = 0; !hvp_level_at(i, &level); i++) {
        const char *value = hvp_level_name(level, HVP_SPELLING_QEMU);

        if (*value) {
            g_string_append_printf(text, "%s%s", between, value);
            between = ", ";
        }
    }
    g_string_append_c(text, '.');
    object_property_add(obj, name, "string", get_level, set_level, NULL,
                        compat_pvr);
    object_property_set_description(obj, name, text->str);
}

/* Facilities of a guest, or of a guest of it; before 2.07 there is no HFSCR. */
void ppc_policy_hfscr(const PowerPCCPUClass *pcc, uint32_t guest_level,
                      uint32_t receiver, struct hvp_hfscr_policy *policy)
{
    const struct hvp_hfscr_host host = {
        .size = sizeof(host),
        .policy_level = HVP_POLICY_LEVEL_1,
        .host_level = ppc_policy_level(pcc, 0),
        .guest_level = guest_level,
        .receiver = receiver,
    };

    hvp_hfscr_init(policy);
    (void)hvp_hfscr_derive(&host, policy, NULL);
}
