/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * hvpolicy in pseries machines: the level that a guest is given (CAS), what
 * this machine offers and what its guest uses, and whether a guest may come
 * here. A guest that may not is refused at the head of the stream, while the
 * source still runs it.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-hvpolicy-target.h"
#include "qemu/base64.h"
#include "qemu/error-report.h"
#include "hw/boards.h"
#include "hw/ppc/spapr_policy.h"
#include "qapi/qapi-types-migration.h"
#include "migration/client-options.h"
#include "migration/qemu-file-types.h"
#include "migration/register.h"
#include "migration/savevm.h"
#include "migration/vmstate.h"
#include "trace.h"

QEMU_BUILD_BUG_ON(SPAPR_CAP_NUM > HVP_SPAPR_CAP_SLOTS);

static PowerPCCPU *boot_cpu(void)
{
    return POWERPC_CPU(first_cpu);
}

/* Whether guests of the guest are offered. */
bool spapr_policy_nests(SpaprMachineState *spapr)
{
    return spapr_get_cap(spapr, SPAPR_CAP_NESTED_KVM_HV) ||
           spapr_get_cap(spapr, SPAPR_CAP_NESTED_PAPR);
}

/*
 * Levels of nested guests that this machine could offer, whatever L1 negotiated
 * for itself.
 */
uint64_t spapr_policy_capabilities(SpaprMachineState *spapr, PowerPCCPU *cpu)
{
    uint64_t bitmap = 0;
    uint32_t level;

    for (uint32_t i = 0; !hvp_level_at(i, &level); i++) {
        if (ppc_check_compat(cpu, hvp_level_pvr(level), 0,
                             spapr->max_compat_pvr)) {
            bitmap |= hvp_level_capability(level);
        }
    }
    return bitmap;
}

static void tell(const PPCPolicyReport *report, uint32_t from)
{
    for (uint32_t i = 0; i < report->report.stored; i++) {
        const struct hvp_finding *finding = &report->findings[i];
        g_autofree char *text = ppc_policy_text(finding, HVP_WORDING_TEXT);
        g_autofree char *remedy = ppc_policy_text(finding, HVP_WORDING_REMEDY);

        if (finding->verdict < from || !text) {
            continue;
        }
        if (finding->verdict >= HVP_VERDICT_REFUSED) {
            error_report("%s%s%s", text, remedy ? ": " : "",
                         remedy ? remedy : "");
        } else {
            warn_report("%s%s%s", text, remedy ? ": " : "",
                        remedy ? remedy : "");
        }
    }
}

/*
 * The processor part of ibm,client-architecture-support: the level that guest,
 * machine and max-cpu-compat have in common. *list is moved behind the list. On
 * failure the mode stays as it was, and no raw mode is tried in its place.
 */
bool spapr_policy_cas(PowerPCCPU *cpu, SpaprMachineState *spapr,
                      target_ulong *list)
{
    g_autofree struct hvp_pvr_entry *entries =
        g_new(struct hvp_pvr_entry, HVP_PVR_ENTRIES);
    const uint32_t before = cpu->compat_pvr;
    struct hvp_pvr_mode mode;
    struct hvp_pvr_host host;
    PPCPolicyReport report;
    uint32_t count = 0;
    Error *err = NULL;
    bool last;

    do {
        entries[count].mask = ldl_be_phys(&address_space_memory, *list);
        entries[count].value = ldl_be_phys(&address_space_memory, *list + 4);
        *list += 8;
        last = entries[count].value & ~entries[count].mask;
    } while (++count < HVP_PVR_ENTRIES && !last);

    ppc_policy_host(POWERPC_CPU_GET_CLASS(cpu), &host);
    /* a guest of a machine with one processor model reads what this vCPU has */
    host.guest_pvr = cpu->env.spr[SPR_PVR];
    if (hvp_pvr_negotiate(&host, entries, count, spapr->max_compat_pvr, &mode,
                          ppc_policy_report(&report))) {
        error_report("Couldn't negotiate a suitable PVR during CAS");
        tell(&report, HVP_VERDICT_REFUSED);
        return false;
    }
    trace_spapr_cas_pvr(before, !mode.compat_pvr, mode.compat_pvr);
    if (before != mode.compat_pvr &&
        ppc_set_compat_all(mode.compat_pvr, &err) < 0) {
        error_report_err(err);
        ppc_set_compat_all(before, NULL);
        return false;
    }
    return true;
}

/* HFSCR bits that a guest of a level has here, or a guest of it. */
static uint64_t facilities(uint32_t level, uint32_t receiver)
{
    const uint64_t enables = hvp_facility_enables(level);
    struct hvp_hfscr_policy policy;

    ppc_policy_hfscr(POWERPC_CPU_GET_CLASS(boot_cpu()), level, receiver,
                     &policy);
    /* without an enable bit nobody can take a facility away */
    return hvp_facility_of_level(level) & (policy.present | ~enables);
}

static void set_caps(SpaprMachineState *spapr, struct hvp_profile_power *power)
{
    for (int i = 0; i < SPAPR_CAP_NUM; i++) {
        power->caps[i] = spapr_get_cap(spapr, i);
        power->caps_known |= HVP_BIT(i);
    }
}

/* What this machine offers to a guest. */
static bool offer(SpaprMachineState *spapr, struct hvp_profile *profile,
                  Error **errp)
{
    const PowerPCCPUClass *pcc = POWERPC_CPU_GET_CLASS(boot_cpu());
    const uint32_t maximum = hvp_level_from_pvr(spapr->max_compat_pvr);
    struct hvp_profile_power *power = &profile->power;
    struct hvp_pvr_offer levels;
    struct hvp_pvr_host host;
    uint32_t newest, level;

    ppc_policy_host(pcc, &host);
    if (hvp_pvr_offers(&host, &levels, NULL)) {
        error_setg(errp, "hvpolicy does not know processor 0x%08x", pcc->pvr);
        return false;
    }
    hvp_profile_init(profile, HVP_ARCH_POWER, HVP_ROLE_HOST);
    for (uint32_t i = 0; !hvp_level_at(i, &level); i++) {
        uint64_t *to =
            maximum && level > maximum ? &power->withheld : &power->levels;

        *to |= levels.levels & HVP_BIT(level);
    }
    newest = maximum && maximum < levels.own ? maximum : levels.own;
    power->facilities = facilities(newest, HVP_RECEIVER_GUEST);
    if (spapr_policy_nests(spapr)) {
        power->l2_facilities = facilities(newest, HVP_RECEIVER_HYPERVISOR);
    }
    if (spapr_get_cap(spapr, SPAPR_CAP_NESTED_PAPR)) {
        power->nested_caps = spapr_policy_capabilities(spapr, boot_cpu());
    }
    power->pvr = boot_cpu()->env.spr[SPR_PVR];
    if (!maximum && !host.compat_pvr && !hvp_pvr_check(&host, 0, NULL, NULL)) {
        power->flags = HVP_POWER_RAW;
    }
    set_caps(spapr, power);
    return true;
}

/*
 * What its guest uses: the mode that it has now, and the machine's
 * capabilities.
 */
static bool use(SpaprMachineState *spapr, struct hvp_profile *guest,
                Error **errp)
{
    const uint32_t level = hvp_level_from_pvr(boot_cpu()->compat_pvr);
    struct hvp_profile host;
    uint32_t flags = 0;

    if (!offer(spapr, &host, errp)) {
        return false;
    }
    if (level == HVP_LEVEL_NONE) {
        host.power.levels = 0;
    }
    if (spapr->nested.ptcr || spapr->nested.negotiated) {
        flags = HVP_GUEST_NESTED;
    }
    if (hvp_profile_guest(&host, level, flags, guest, NULL)) {
        error_setg(errp,
                   "this guest has a mode that its machine does not offer");
        return false;
    }
    guest->power.nested_caps = spapr->nested.negotiated;
    return true;
}

static bool check(SpaprMachineState *spapr, const struct hvp_profile *guest,
                  uint32_t *verdict, PPCPolicyReport *report, Error **errp)
{
    struct hvp_profile host;

    if (!offer(spapr, &host, errp)) {
        return false;
    }
    if (hvp_migrate_check(guest, &host, verdict, ppc_policy_report(report))) {
        error_setg(errp, "this is not the state of a guest");
        return false;
    }
    return true;
}

/* Nothing is loaded: whoever sent the state still has the guest. */
static int admit(SpaprMachineState *spapr, const struct hvp_profile *guest)
{
    PPCPolicyReport report;
    uint32_t verdict;
    Error *err = NULL;

    if (!check(spapr, guest, &verdict, &report, &err)) {
        error_report_err(err);
        return -EINVAL;
    }
    tell(&report, HVP_VERDICT_DEGRADED);
    return verdict >= HVP_VERDICT_REFUSED ? -EINVAL : 0;
}

static int save_setup(QEMUFile *f, void *opaque, Error **errp)
{
    uint8_t wire[HVP_WIRE_MAX];
    struct hvp_profile guest;
    uint32_t bytes;

    if (!use(opaque, &guest, errp)) {
        return -EINVAL;
    }
    if (hvp_wire_encode(&guest, wire, sizeof(wire), &bytes, NULL)) {
        error_setg(errp, "the state of this guest cannot be written");
        return -EINVAL;
    }
    qemu_put_be32(f, bytes);
    qemu_put_buffer(f, wire, bytes);
    return 0;
}

static bool is_sent(void *opaque)
{
    return SPAPR_MACHINE(opaque)->policy_stream;
}

static int load_state(QEMUFile *f, void *opaque, int version_id)
{
    const uint32_t bytes = qemu_get_be32(f);
    uint8_t wire[HVP_WIRE_MAX];
    struct hvp_profile guest;
    int err;

    if (bytes > sizeof(wire) || qemu_get_buffer(f, wire, bytes) != bytes ||
        hvp_wire_decode(wire, bytes, &guest, NULL)) {
        error_report("the stream has no state of a guest where one should be");
        return -EINVAL;
    }
    err = admit(opaque, &guest);
    if (!err && is_sent(opaque) && migrate_switchover_ack()) {
        err = qemu_loadvm_approve_switchover();
    }
    return err;
}

static SaveVMHandlers handlers = {
    .save_setup = save_setup,
    .is_active = is_sent,
    .load_state = load_state,
    .switchover_ack_needed = is_sent,
};

void spapr_policy_init(SpaprMachineState *spapr)
{
    register_savevm_live("spapr/hvpolicy", VMSTATE_INSTANCE_ID_ANY, 1,
                         &handlers, spapr);
}

/* A source without the section: what the devices brought is judged last. */
int spapr_policy_post_load(SpaprMachineState *spapr)
{
    const uint32_t level = hvp_level_from_pvr(boot_cpu()->compat_pvr);
    struct hvp_profile guest;

    hvp_profile_init(&guest, HVP_ARCH_POWER, HVP_ROLE_GUEST);
    guest.power.pvr = boot_cpu()->env.spr[SPR_PVR];
    if (level) {
        guest.power.levels = HVP_BIT(level);
    } else {
        guest.power.flags = HVP_POWER_RAW;
    }
    return admit(spapr, &guest);
}

static bool get_stream(Object *obj, Error **errp)
{
    return SPAPR_MACHINE(obj)->policy_stream;
}

static void set_stream(Object *obj, bool value, Error **errp)
{
    SPAPR_MACHINE(obj)->policy_stream = value;
}

void spapr_policy_add_properties(Object *obj)
{
    object_property_add_bool(obj, "x-hvpolicy-stream", get_stream, set_stream);
    object_property_set_description(
        obj, "x-hvpolicy-stream",
        "Say at the head of the migration stream what the guest uses,"
        " so that a machine that does not offer it refuses before"
        " the guest stops");
}

static SpaprMachineState *this_machine(Error **errp)
{
    Object *machine =
        object_dynamic_cast(qdev_get_machine(), TYPE_SPAPR_MACHINE);

    if (!machine) {
        error_setg(errp, "not a pseries machine");
        return NULL;
    }
    return SPAPR_MACHINE(machine);
}

HvpolicyGuest *qmp_x_query_hvpolicy_guest(Error **errp)
{
    SpaprMachineState *spapr = this_machine(NULL);
    uint8_t wire[HVP_WIRE_MAX];
    struct hvp_profile guest;
    HvpolicyGuest *answer;
    uint32_t bytes;

    /* a query has an answer on every machine */
    if (!spapr) {
        return g_new0(HvpolicyGuest, 1);
    }
    if (!use(spapr, &guest, errp)) {
        return NULL;
    }
    if (hvp_wire_encode(&guest, wire, sizeof(wire), &bytes, NULL)) {
        error_setg(errp, "the state of this guest cannot be written");
        return NULL;
    }
    answer = g_new0(HvpolicyGuest, 1);
    answer->state = g_base64_encode(wire, bytes);
    return answer;
}

/* The verdicts of the schema are those of the library, in its order. */
static HvpolicyVerdict schema_verdict(uint32_t verdict)
{
    QEMU_BUILD_BUG_ON(HVPOLICY_VERDICT_SAME != (int)HVP_VERDICT_SAME ||
                      HVPOLICY_VERDICT_BROKEN != (int)HVP_VERDICT_BROKEN);
    return verdict;
}

HvpolicyAnswer *qmp_x_hvpolicy_check(const char *state, Error **errp)
{
    SpaprMachineState *spapr = this_machine(errp);
    g_autofree uint8_t *wire = NULL;
    struct hvp_profile guest;
    HvpolicyFindingList **tail;
    PPCPolicyReport report;
    HvpolicyAnswer *answer;
    uint32_t verdict;
    size_t bytes;

    if (!spapr) {
        return NULL;
    }
    wire = qbase64_decode(state, -1, &bytes, errp);
    if (!wire) {
        return NULL;
    }
    if (bytes > HVP_WIRE_MAX || hvp_wire_decode(wire, bytes, &guest, NULL)) {
        error_setg(errp, "this is not the state of a guest");
        return NULL;
    }
    if (!check(spapr, &guest, &verdict, &report, errp)) {
        return NULL;
    }
    answer = g_new0(HvpolicyAnswer, 1);
    answer->verdict = schema_verdict(verdict);
    tail = &answer->findings;
    for (uint32_t i = 0; i < report.report.stored; i++) {
        const struct hvp_finding *from = &report.findings[i];
        HvpolicyFinding *finding = g_new0(HvpolicyFinding, 1);

        finding->verdict = schema_verdict(from->verdict);
        finding->reason = g_strdup(hvp_reason_name(from->reason));
        finding->text = ppc_policy_text(from, HVP_WORDING_TEXT);
        finding->remedy = ppc_policy_text(from, HVP_WORDING_REMEDY);
        QAPI_LIST_APPEND(tail, finding);
    }
    return answer;
}
