/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * cpu_ppc64_policy.c: processors and levels of POWER, by hvpolicy
 */

#include <config.h>

#include <hvpolicy/hvpolicy.h>

#if defined(__powerpc64__)
# include <sys/auxv.h>
#endif

#include "cpu_ppc64_policy.h"
#include "viralloc.h"
#include "virerror.h"
#include "virlog.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_CPU

VIR_LOG_INIT("cpu.cpu_ppc64_policy");

#define LINE 256

/* The next row of a model: it can be the name of several processors. */
static bool
ppc64PolicyNextRow(const char *model,
                   uint32_t *index,
                   struct hvp_processor_info *row)
{
    while (!hvp_pvr_processor_at((*index)++, row)) {
        if (row->libvirt[0] && STREQ(row->libvirt, model))
            return true;
    }

    return false;
}


static struct hvp_pvr_host
ppc64PolicyHost(const struct hvp_processor_info *row)
{
    return (struct hvp_pvr_host) {
        .size = sizeof(struct hvp_pvr_host),
        .policy_level = HVP_POLICY_LEVEL_1,
        .pvr = row->value,
    };
}


static char *
ppc64PolicyText(const struct hvp_finding *finding)
{
    char text[LINE] = "";
    char remedy[LINE] = "";

    hvp_reason_format(finding, HVP_WORDING_TEXT, text, sizeof(text));
    hvp_reason_format(finding, HVP_WORDING_REMEDY, remedy, sizeof(remedy));

    return remedy[0] ? g_strdup_printf("%s: %s", text, remedy) : g_strdup(text);
}


static int
ppc64PolicyFindMode(const char *mode,
                    uint32_t *level)
{
    /* the library reads 16 bytes: a longer text is no name */
    if (strlen(mode) < 16 && !hvp_level_find(mode, HVP_SPELLING_QEMU, level))
        return 0;

    virReportError(VIR_ERR_CONFIG_UNSUPPORTED,
                   _("'%1$s' is no processor level of POWER"), mode);
    return -1;
}


/* What every processor of that model offers. */
static int
ppc64PolicyProfile(const char *model,
                   struct hvp_profile *profile)
{
    const struct hvp_profile *both[2];
    struct hvp_processor_info row;
    struct hvp_profile one;
    uint32_t index = 0;
    size_t found = 0;

    while (ppc64PolicyNextRow(model, &index, &row)) {
        struct hvp_pvr_host host = ppc64PolicyHost(&row);
        struct hvp_pvr_offer offer;

        if (hvp_pvr_offers(&host, &offer, NULL))
            return -1;

        hvp_profile_init(&one, HVP_ARCH_POWER, HVP_ROLE_HOST);
        one.power.levels = offer.levels;
        one.power.facilities = hvp_facility_of_level(offer.own);
        one.power.flags = HVP_POWER_RAW;
        one.power.pvr = row.value;

        both[0] = found++ ? profile : &one;
        both[1] = &one;
        if (hvp_meet_hosts(both, 2, profile, NULL))
            return -1;
    }

    return found ? 0 : -1;
}


const char *
virCPUppc64PolicyModelForPVR(uint32_t pvr)
{
    struct hvp_processor_info row;

    if (hvp_pvr_processor(pvr, &row) || !row.libvirt[0])
        return NULL;

    /* one name and one place for it */
    return g_intern_string(row.libvirt);
}


const char *
virCPUppc64PolicyPlatform(void)
{
#if defined(__powerpc64__)
    return (const char *) getauxval(AT_PLATFORM);
#else
    return NULL;
#endif
}


int
virCPUppc64PolicySetMode(virCPUDef *cpu,
                         const char *platform)
{
    struct hvp_profile profile;
    const char *model;
    uint32_t level;

    if (!platform || strlen(platform) >= 16 ||
        hvp_level_find(platform, HVP_SPELLING_QEMU, &level) ||
        ppc64PolicyProfile(cpu->model, &profile) < 0 ||
        level >= hvp_level_newest(profile.power.levels))
        return 0;

    model = hvp_level_name(level, HVP_SPELLING_LIBVIRT);
    if (*model && STRNEQ(model, cpu->model)) {
        VIR_DEBUG("%s runs in the mode of %s", cpu->model, model);
        g_free(cpu->model);
        cpu->model = g_strdup(model);
    }

    return 0;
}


int
virCPUppc64PolicyCheckGuest(virArch arch,
                            const virCPUDef *cpu)
{
    uint32_t level;

    if (!ARCH_IS_PPC64(arch) || cpu->mode != VIR_CPU_MODE_HOST_MODEL || !cpu->model)
        return 0;

    return ppc64PolicyFindMode(cpu->model, &level);
}


/* Every processor of the model must take the level: which one it is, nobody knows. */
static virCPUCompareResult
ppc64PolicyCheckLevel(const char *model,
                      uint32_t level,
                      char **message)
{
    struct hvp_processor_info row;
    uint32_t index = 0;
    bool found = false;

    while (ppc64PolicyNextRow(model, &index, &row)) {
        struct hvp_pvr_host host = ppc64PolicyHost(&row);
        struct hvp_finding finding;
        struct hvp_report report;

        found = true;
        hvp_report_init(&report, &finding, 1);
        if (!hvp_pvr_check(&host, hvp_level_pvr(level), NULL, &report))
            continue;

        if (message && report.stored)
            *message = ppc64PolicyText(&finding);
        return VIR_CPU_COMPARE_INCOMPATIBLE;
    }

    if (found)
        return VIR_CPU_COMPARE_IDENTICAL;

    virReportError(VIR_ERR_CONFIG_UNSUPPORTED,
                   _("CPU model %1$s has no compatibility modes"), model);
    return VIR_CPU_COMPARE_ERROR;
}


virCPUCompareResult
virCPUppc64PolicyCompareMode(const char *host,
                             const char *mode,
                             char **message)
{
    uint32_t level;

    if (!mode)
        return VIR_CPU_COMPARE_IDENTICAL;

    if (ppc64PolicyFindMode(mode, &level) < 0)
        return VIR_CPU_COMPARE_ERROR;

    return ppc64PolicyCheckLevel(host, level, message);
}


virCPUCompareResult
virCPUppc64PolicyCompareModel(const char *host,
                              const char *other,
                              virCPUType type,
                              char **message)
{
    struct hvp_profile here;
    struct hvp_profile there;
    uint32_t level;

    /* a model without levels is none but itself */
    if (ppc64PolicyProfile(host, &here) < 0 ||
        ppc64PolicyProfile(other, &there) < 0) {
        if (message)
            *message = g_strdup_printf(_("%1$s is not %2$s"), host, other);
        return VIR_CPU_COMPARE_INCOMPATIBLE;
    }

    level = hvp_level_newest(there.power.levels);
    if (there.power.levels & ~here.power.levels) {
        ppc64PolicyCheckLevel(host, level, message);
        return VIR_CPU_COMPARE_INCOMPATIBLE;
    }

    if (type == VIR_CPU_TYPE_HOST)
        return VIR_CPU_COMPARE_SUPERSET;

    /* the level is offered, and KVM still runs a named model on that processor only */
    if (message) {
        *message = g_strdup_printf(_("%1$s is no %2$s, use mode='host-model' with model '%3$s'"),
                                   host, other,
                                   hvp_level_name(level, HVP_SPELLING_QEMU));
    }
    return VIR_CPU_COMPARE_INCOMPATIBLE;
}


/* Newest of the levels that are a model of libvirt's. */
static uint32_t
ppc64PolicyNewestNamed(uint64_t levels)
{
    uint32_t level;

    while ((level = hvp_level_newest(levels)) &&
           !*hvp_level_name(level, HVP_SPELLING_LIBVIRT))
        levels &= ~HVP_BIT(level);

    return level;
}


bool
virCPUppc64PolicySameVendor(virCPUDef **hosts,
                            unsigned int nhosts)
{
    size_t i;

    for (i = 0; i < nhosts; i++) {
        if (STRNEQ_NULLABLE(hosts[i]->vendor, hosts[0]->vendor))
            return false;
    }

    return hosts[0]->vendor != NULL;
}


static bool
ppc64PolicySameModel(virCPUDef **hosts,
                     unsigned int nhosts)
{
    size_t i;

    for (i = 0; i < nhosts; i++) {
        if (STRNEQ_NULLABLE(hosts[i]->model, hosts[0]->model))
            return false;
    }

    return true;
}


int
virCPUppc64PolicyBaseline(virCPUDef **hosts,
                          unsigned int nhosts,
                          virCPUDef *cpu)
{
    g_autofree struct hvp_profile *profiles = g_new0(struct hvp_profile, nhosts);
    g_autofree const struct hvp_profile **all = g_new0(const struct hvp_profile *, nhosts);
    struct hvp_profile common;
    uint32_t level;
    size_t i;

    if (ppc64PolicySameModel(hosts, nhosts))
        return 0;

    for (i = 0; i < nhosts; i++) {
        all[i] = &profiles[i];
        if (!hosts[i]->model ||
            ppc64PolicyProfile(hosts[i]->model, &profiles[i]) < 0) {
            virReportError(VIR_ERR_OPERATION_FAILED,
                           _("CPU model %1$s has no levels to have in common with others"),
                           NULLSTR(hosts[i]->model));
            return -1;
        }
    }

    if (hvp_meet_hosts(all, nhosts, &common, NULL) ||
        !(level = ppc64PolicyNewestNamed(common.power.levels))) {
        virReportError(VIR_ERR_OPERATION_FAILED, "%s",
                       _("CPUs have no level in common"));
        return -1;
    }

    cpu->mode = VIR_CPU_MODE_HOST_MODEL;
    g_free(cpu->model);
    cpu->model = g_strdup(hvp_level_name(level, HVP_SPELLING_QEMU));
    return 0;
}
