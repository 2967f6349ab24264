/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Nested guests by H_GUEST_*, with guest state buffers. hvpolicy says which
 * buffers are accepted, what is kept of a value, what L2 runs with and what L1
 * gets back; this file has the guests and vCPUs, and says where TCG has a
 * register.
 */
#include "qemu/osdep.h"
#include "exec/cputlb.h"
#include "hw/ppc/ppc.h"
#include "hw/ppc/spapr_policy.h"
#include "helper_regs.h"
#include "mmu-book3s-v3.h"

#define GUESTS_MAX 4095 /* numbers of guests are 1 to this */
#define VCPUS_MAX 2048
#define SLOTS_MAX 256    /* elements that there are; 0: no such element */
#define WORDS 3          /* the longest has three doublewords */
#define RTS_52 (52 - 31) /* as PATE0 has it: effective address bits less 31 */
#define RPDS_64K (16 - 3) /* likewise: log2 of the root's bytes less 3 */

/* Elements of a vCPU or of a guest, as they are kept. */
typedef struct NestedState {
    uint64_t kept[SLOTS_MAX][WORDS];
    bool set[SLOTS_MAX];
} NestedState;

typedef struct NestedVcpu {
    NestedState state;
    bool running;
} NestedVcpu;

typedef struct NestedGuest {
    NestedState state;
    GPtrArray *vcpus;
} NestedGuest;

/* Where a register of an L2 lies. */
typedef struct NestedRegister {
    uint32_t id;
    size_t offset;
    size_t bytes;
} NestedRegister;

#define REG(name, field)                                                       \
    {                                                                          \
        HVP_GSB_##name, offsetof(struct nested_ppc_state, field),              \
            sizeof(((struct nested_ppc_state *)NULL)->field)                   \
    }

/* GPR and VSR have ranges of ids: they are loaded and left below. */
/* clang-format off */
static const NestedRegister registers[] = {
    REG(LR, lr), REG(XER, xer), REG(CTR, ctr), REG(CFAR, cfar), REG(SRR0, srr0),
    REG(SRR1, srr1), REG(DAR, dar), REG(VTB, vtb), REG(HFSCR, hfscr),
    REG(FSCR, fscr), REG(FPSCR, fpscr), REG(DAWR0, dawr0), REG(DAWR1, dawr1),
    REG(CIABR, ciabr), REG(PURR, purr), REG(SPURR, spurr), REG(IC, ic),
    REG(SPRG0, sprg0), REG(SPRG1, sprg1), REG(SPRG2, sprg2), REG(SPRG3, sprg3),
    REG(PPR, ppr), REG(MMCR0, mmcr0), REG(MMCR1, mmcr1), REG(MMCR2, mmcr2),
    REG(MMCRA, mmcra), REG(SIER, sier), REG(BESCR, bescr), REG(EBBHR, ebbhr),
    REG(EBBRR, ebbrr), REG(AMR, amr), REG(IAMR, iamr), REG(AMOR, amor),
    REG(UAMOR, uamor), REG(SDAR, sdar), REG(SIAR, siar), REG(DSCR, dscr),
    REG(TAR, tar), REG(DEXCR, dexcr), REG(HDEXCR, hdexcr),
    REG(HASHKEYR, hashkeyr), REG(HASHPKEYR, hashpkeyr), REG(CTRL, ctrl),
    REG(DPDES, dpdes), REG(CR, cr), REG(PIDR, pidr), REG(DSISR, dsisr),
    REG(VSCR, vscr), REG(VRSAVE, vrsave), REG(DAWRX0, dawrx0),
    REG(DAWRX1, dawrx1), REG(PMC1, pmc1), REG(PMC2, pmc2), REG(PMC3, pmc3),
    REG(PMC4, pmc4), REG(PMC5, pmc5), REG(PMC6, pmc6), REG(PSPB, pspb),
    REG(HDAR, hdar), REG(HDSISR, hdsisr), REG(HEIR, heir), REG(ASDR, asdr),
    REG(NIA, nip), REG(MSR, msr), REG(LPCR, lpcr),
};
/* clang-format on */

static uint32_t slot_of(uint32_t id)
{
    static uint8_t slots[UINT16_MAX + 1];
    uint32_t known;

    if (!slots[HVP_GSB_NOP]) {
        for (uint32_t i = 0; !hvp_gsb_at(i, &known); i++) {
            g_assert(i + 1 < SLOTS_MAX);
            slots[known] = i + 1;
        }
    }
    return slots[(uint16_t)id];
}

static uint64_t *kept(NestedState *state, uint32_t id)
{
    return state->kept[slot_of(id)];
}

static bool is_set(const NestedState *state, uint32_t id)
{
    return state->set[slot_of(id)];
}

/* What L0 holds of this L1: its level is the one that it negotiated. */
static void describe(PowerPCCPU *cpu, SpaprMachineState *spapr,
                     struct hvp_gstate_host *host)
{
    const uint32_t level =
        ppc_policy_level(POWERPC_CPU_GET_CLASS(cpu), cpu->compat_pvr);

    *host = (struct hvp_gstate_host){
        .size = sizeof(*host),
        .policy_level = HVP_POLICY_LEVEL_1,
        .revision = HVP_GSTATE_REVISION_2,
        .dialect = HVP_GSB_DIALECT_DOCUMENT,
        .lacks = HVP_GSB_LACKS_L0_STATE_SIZE | HVP_GSB_LACKS_VPA,
        .l1_level = level,
        .run_output_min = HVP_GSTATE_RUN_OUTPUT_MIN,
        .run_max = HVP_GSTATE_RUN_MAX,
        .buffer_max = HVP_GSTATE_BUFFER_MAX,
        .negotiated = spapr->nested.negotiated,
    };
}

static void describe_caps(PowerPCCPU *cpu, SpaprMachineState *spapr,
                          struct hvp_gcaps *caps)
{
    *caps = (struct hvp_gcaps){
        .size = sizeof(*caps),
        .policy_level = HVP_POLICY_LEVEL_1,
        .l1_level =
            ppc_policy_level(POWERPC_CPU_GET_CLASS(cpu), cpu->compat_pvr),
        .has = spapr_policy_capabilities(spapr, cpu),
        .negotiated = spapr->nested.negotiated,
    };
}

/*
 * r3 is what the call returns; r4 and r5 are L1's arguments, and where answers
 * go.
 */
static target_ulong give(target_ulong *args, const struct hvp_hcall *answer)
{
    args[0] = answer->r4;
    args[1] = answer->r5;
    return answer->r3;
}

static target_ulong h_guest_get_capabilities(PowerPCCPU *cpu,
                                             SpaprMachineState *spapr,
                                             target_ulong opcode,
                                             target_ulong *args)
{
    struct hvp_hcall answer = { .r3 = HVP_H_FUNCTION };
    struct hvp_gcaps caps;

    describe_caps(cpu, spapr, &caps);
    hvp_gcaps_get(&caps, args[0], &answer, NULL);
    args[0] = answer.r4;
    return answer.r3;
}

static target_ulong h_guest_set_capabilities(PowerPCCPU *cpu,
                                             SpaprMachineState *spapr,
                                             target_ulong opcode,
                                             target_ulong *args)
{
    struct hvp_hcall answer = { .r3 = HVP_H_FUNCTION };
    const uint64_t bitmap = args[1];
    struct hvp_gcaps caps;

    describe_caps(cpu, spapr, &caps);
    hvp_gcaps_set(&caps, args[0], bitmap, &answer, NULL);
    if (answer.r3 == HVP_H_SUCCESS) {
        spapr->nested.negotiated = bitmap;
    }
    return give(args, &answer);
}

static void free_guest(gpointer data)
{
    NestedGuest *guest = data;

    g_ptr_array_free(guest->vcpus, true);
    g_free(guest);
}

static NestedGuest *find_guest(SpaprMachineState *spapr, uint64_t number)
{
    if (!spapr->nested.guests || !number || number > GUESTS_MAX) {
        return NULL;
    }
    return g_hash_table_lookup(spapr->nested.guests, GUINT_TO_POINTER(number));
}

/* NULL: there is none of this number. */
static NestedVcpu *find_vcpu(NestedGuest *guest, uint64_t number)
{
    return number < guest->vcpus->len ? g_ptr_array_index(guest->vcpus, number)
                                      : NULL;
}

static bool is_running(NestedGuest *guest)
{
    for (unsigned int i = 0; i < guest->vcpus->len; i++) {
        NestedVcpu *vcpu = find_vcpu(guest, i);

        if (vcpu && vcpu->running) {
            return true;
        }
    }
    return false;
}

static target_ulong h_guest_create(PowerPCCPU *cpu, SpaprMachineState *spapr,
                                   target_ulong opcode, target_ulong *args)
{
    NestedGuest *guest;
    unsigned int number = 1;

    if (args[0]) {
        return H_UNSUPPORTED_FLAG;
    }
    if (args[1] != UINT64_MAX) {
        return H_P2;
    }
    if (!spapr->nested.negotiated) {
        return H_STATE;
    }
    if (!spapr->nested.guests) {
        spapr->nested.guests =
            g_hash_table_new_full(NULL, NULL, NULL, free_guest);
    }
    while (number <= GUESTS_MAX && find_guest(spapr, number)) {
        number++;
    }
    if (number > GUESTS_MAX) {
        return H_NO_MEM;
    }
    guest = g_try_new0(NestedGuest, 1);
    if (!guest) {
        return H_NO_MEM;
    }
    guest->vcpus = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(spapr->nested.guests, GUINT_TO_POINTER(number), guest);
    args[0] = number;
    return H_SUCCESS;
}

/*
 * A guest stays while one of its vCPUs runs: its end would have nothing to
 * write to.
 */
static target_ulong h_guest_delete(PowerPCCPU *cpu, SpaprMachineState *spapr,
                                   target_ulong opcode, target_ulong *args)
{
    NestedGuest *guest;
    GHashTableIter iter;
    gpointer each;

    if (args[0] & ~HVP_GSTATE_GUEST_WIDE) {
        return H_UNSUPPORTED_FLAG;
    }
    if (args[0]) {
        if (!spapr->nested.guests) {
            return H_SUCCESS;
        }
        g_hash_table_iter_init(&iter, spapr->nested.guests);
        while (g_hash_table_iter_next(&iter, NULL, &each)) {
            if (is_running(each)) {
                return H_IN_USE;
            }
        }
        g_hash_table_remove_all(spapr->nested.guests);
        return H_SUCCESS;
    }
    guest = find_guest(spapr, args[1]);
    if (!guest) {
        return H_P2;
    }
    if (is_running(guest)) {
        return H_IN_USE;
    }
    g_hash_table_remove(spapr->nested.guests, GUINT_TO_POINTER(args[1]));
    return H_SUCCESS;
}

/* In any order. */
static target_ulong h_guest_create_vcpu(PowerPCCPU *cpu,
                                        SpaprMachineState *spapr,
                                        target_ulong opcode, target_ulong *args)
{
    NestedGuest *guest = find_guest(spapr, args[1]);
    NestedVcpu *vcpu;

    if (args[0]) {
        return H_UNSUPPORTED_FLAG;
    }
    if (!guest) {
        return H_P2;
    }
    if (args[2] >= VCPUS_MAX) {
        return H_P3;
    }
    if (find_vcpu(guest, args[2])) {
        return H_IN_USE;
    }
    vcpu = g_try_new0(NestedVcpu, 1);
    if (!vcpu) {
        return H_NO_MEM;
    }
    if (args[2] >= guest->vcpus->len) {
        g_ptr_array_set_size(guest->vcpus, args[2] + 1);
    }
    g_ptr_array_index(guest->vcpus, args[2]) = vcpu;
    return H_SUCCESS;
}

/* L0's own counters: nothing is counted, and they read 0. */
static uint64_t word_of(const struct hvp_gstate_host *host, NestedState *state,
                        uint32_t id, uint32_t word)
{
    if (state && is_set(state, id)) {
        return kept(state, id)[word];
    }
    return word ? 0 : hvp_gstate_initial(host, id);
}

static void get_state(const struct hvp_gstate_host *host, NestedState *state,
                      void *buf, uint32_t bytes)
{
    struct hvp_gsb_element element;
    struct hvp_gsb_walk walk;

    hvp_gsb_begin(&walk, buf, bytes);
    while (!hvp_gsb_next(&walk, &element)) {
        if (element.id == HVP_GSB_NOP) {
            continue;
        }
        for (uint32_t word = 0; word * sizeof(uint64_t) < element.bytes;
             word++) {
            hvp_gsb_fill(&element, word, word_of(host, state, element.id, word),
                         buf, bytes);
        }
    }
}

static void set_state(const struct hvp_hvregs_host *regs, NestedState *state,
                      const void *buf, uint32_t bytes)
{
    struct hvp_gsb_element element;
    struct hvp_gsb_walk walk;

    hvp_gsb_begin(&walk, buf, bytes);
    while (!hvp_gsb_next(&walk, &element)) {
        uint64_t *to = kept(state, element.id);

        if (element.id == HVP_GSB_NOP) {
            continue;
        }
        for (uint32_t word = 0; word < WORDS; word++) {
            to[word] = hvp_gsb_number(&element, word);
        }
        if (element.bytes <= sizeof(uint64_t)) {
            to[0] = hvp_gstate_keep(regs, element.id, to[0]);
        }
        state->set[slot_of(element.id)] = true;
    }
}

/*
 * A private copy, for a buffer is looked at more than once; NULL: it is not in
 * L1's memory.
 */
static void *copy_in(PowerPCCPU *cpu, uint64_t address, uint64_t bytes)
{
    g_autofree void *copy = g_malloc(MAX(bytes, 1));
    AddressSpace *as = CPU(cpu)->as;

    if (!address_space_access_valid(as, address, bytes, false,
                                    MEMTXATTRS_UNSPECIFIED) ||
        address_space_read(as, address, MEMTXATTRS_UNSPECIFIED, copy, bytes) !=
            MEMTX_OK) {
        return NULL;
    }
    return g_steal_pointer(&copy);
}

static target_ulong getset_state(PowerPCCPU *cpu, SpaprMachineState *spapr,
                                 target_ulong *args, uint32_t use)
{
    struct hvp_hcall answer = { .r3 = HVP_H_FUNCTION };
    const uint64_t address = args[3], bytes = args[4];
    NestedGuest *guest = NULL;
    NestedState *state = NULL;
    NestedVcpu *vcpu = NULL;
    g_autofree void *buf = NULL;
    struct hvp_gstate_host host;
    struct hvp_hvregs_host regs;
    uint32_t scope;

    describe(cpu, spapr, &host);
    hvp_gstate_flags(&host, use, args[0], &scope, &answer, NULL);
    if (answer.r3) {
        return answer.r3;
    }
    if (scope != HVP_GSB_SCOPE_HOST) {
        guest = find_guest(spapr, args[1]);
        if (!guest) {
            return H_P2;
        }
        state = &guest->state;
    }
    if (scope == HVP_GSB_SCOPE_THREAD) {
        vcpu = find_vcpu(guest, args[2]);
        if (!vcpu) {
            return H_P3;
        }
        state = &vcpu->state;
    }
    /* what is longer than L0 takes is refused, and not read */
    buf = copy_in(cpu, address, bytes <= host.buffer_max ? bytes : 0);
    if (!buf) {
        return H_P4;
    }
    answer.r3 = HVP_H_FUNCTION;
    hvp_gstate_check(&host, use, scope, HVP_GSTATE_DEFAULT, buf, bytes, &answer,
                     NULL);
    if (answer.r3) {
        args[0] = answer.r4;
        return answer.r3;
    }
    if (use == HVP_GSTATE_USE_SET) {
        spapr_policy_regs(cpu, spapr, &regs);
        set_state(&regs, state, buf, bytes);
        return H_SUCCESS;
    }
    get_state(&host, state, buf, bytes);
    return address_space_write(CPU(cpu)->as, address, MEMTXATTRS_UNSPECIFIED,
                               buf, bytes)
               ? H_P4
               : H_SUCCESS;
}

static target_ulong h_guest_set_state(PowerPCCPU *cpu, SpaprMachineState *spapr,
                                      target_ulong opcode, target_ulong *args)
{
    return getset_state(cpu, spapr, args, HVP_GSTATE_USE_SET);
}

static target_ulong h_guest_get_state(PowerPCCPU *cpu, SpaprMachineState *spapr,
                                      target_ulong opcode, target_ulong *args)
{
    return getset_state(cpu, spapr, args, HVP_GSTATE_USE_GET);
}

/* L2's tables, of the one shape that is accepted. */
bool spapr_get_pate_nested_papr(SpaprMachineState *spapr, PowerPCCPU *cpu,
                                target_ulong lpid, ppc_v3_pate_t *entry)
{
    NestedGuest *guest = find_guest(spapr, lpid);
    uint64_t *process;

    if (!guest || !is_set(&guest->state, HVP_GSB_PARTITION_TABLE)) {
        return false;
    }
    entry->dw0 = PATE0_HR | kept(&guest->state, HVP_GSB_PARTITION_TABLE)[0] |
                 (uint64_t)(RTS_52 >> 3) << 61 | (RTS_52 & 7) << 5 | RPDS_64K;
    entry->dw1 = 0;
    if (is_set(&guest->state, HVP_GSB_PROCESS_TABLE)) {
        process = kept(&guest->state, HVP_GSB_PROCESS_TABLE);
        entry->dw1 = process[0] | (ctz64(process[1]) - 12);
    }
    return true;
}

static uint64_t read_register(const struct nested_ppc_state *l2,
                              const NestedRegister *reg)
{
    const void *at = (const uint8_t *)l2 + reg->offset;

    return reg->bytes == sizeof(uint32_t) ? *(const uint32_t *)at
                                          : *(const uint64_t *)at;
}

static void write_register(struct nested_ppc_state *l2,
                           const NestedRegister *reg, uint64_t value)
{
    void *at = (uint8_t *)l2 + reg->offset;

    if (reg->bytes == sizeof(uint32_t)) {
        *(uint32_t *)at = value;
    } else {
        *(uint64_t *)at = value;
    }
}

/* PCR of a guest by its level, whenever the vCPU was made. */
static uint64_t pcr_of(PowerPCCPU *cpu, const struct hvp_gstate_host *host,
                       const struct hvp_hvregs_host *regs, NestedGuest *guest)
{
    const PowerPCCPUClass *pcc = POWERPC_CPU_GET_CLASS(cpu);
    const uint32_t pvr = word_of(host, &guest->state, HVP_GSB_LOGICAL_PVR, 0);
    uint64_t pcr = 0;

    (void)hvp_pvr_pcr(pcc->pvr, hvp_level_from_pvr(pvr), &pcr);
    return hvp_hvregs_pcr(regs->l1_pcr, pcr) & pcc->pcr_mask;
}

/*
 * The decrementer for a deadline. One of 32 bits would turn round for what is
 * further away.
 */
static void store_decr(CPUPPCState *env, uint64_t expiry)
{
    int64_t left = expiry - cpu_ppc_load_tbl(env);

    if (!(env->spr[SPR_LPCR] & LPCR_LD)) {
        left = MIN(MAX(left, -1), INT32_MAX);
    }
    cpu_ppc_store_decr(env, left);
}

/*
 * When the decrementer that is loaded reaches 0, in the time base that is
 * loaded.
 */
static uint64_t dec_expiry(CPUPPCState *env)
{
    const uint64_t decr = cpu_ppc_load_decr(env);

    return cpu_ppc_load_tbl(env) + (env->spr[SPR_LPCR] & LPCR_LD
                                        ? decr
                                        : (uint64_t)(int64_t)(int32_t)decr);
}

static void load_l2(PowerPCCPU *cpu, const struct hvp_gstate_host *host,
                    const struct hvp_hvregs_host *regs, NestedGuest *guest,
                    uint64_t lpid, NestedVcpu *vcpu)
{
    const uint64_t now = cpu_ppc_load_tbl(&cpu->env);
    NestedState *state = &vcpu->state;
    struct nested_ppc_state l2 = { .lpidr = lpid,
                                   .pcr = pcr_of(cpu, host, regs, guest) };

    for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
        const uint32_t id = registers[i].id;

        write_register(&l2, &registers[i],
                       hvp_gstate_load(regs, id, *kept(state, id)));
    }
    for (size_t i = 0; i < ARRAY_SIZE(l2.gpr); i++) {
        l2.gpr[i] = *kept(state, HVP_GSB_GPR + i);
    }
    for (size_t i = 0; i < ARRAY_SIZE(l2.vsr); i++) {
        l2.vsr[i].VsrD(0) = kept(state, HVP_GSB_VSR + i)[0];
        l2.vsr[i].VsrD(1) = kept(state, HVP_GSB_VSR + i)[1];
    }
    l2.msr &= cpu->env.msr_mask;
    l2.lpcr = spapr_policy_lpcr(cpu, l2.lpcr);
    nested_load_state(cpu, &l2);
    store_decr(&cpu->env, *kept(state, HVP_GSB_DEC_EXPIRY_TB));
    cpu_ppc_hdecr_init(&cpu->env);
    cpu_ppc_store_hdecr(&cpu->env, *kept(state, HVP_GSB_HDEC_EXPIRY_TB) - now);
    cpu_ppc_increase_tb_by_offset(&cpu->env,
                                  *kept(&guest->state, HVP_GSB_TB_OFFSET));
}

static target_ulong refuse_run(NestedGuest *guest, NestedVcpu *vcpu)
{
    if (vcpu->running) {
        return H_IN_USE;
    }
    if (!is_set(&vcpu->state, HVP_GSB_RUN_INPUT)) {
        return HVP_H_INPUT_BUFFER_NOT_DEFINED;
    }
    if (!is_set(&vcpu->state, HVP_GSB_RUN_OUTPUT)) {
        return HVP_H_OUTPUT_BUFFER_NOT_DEFINED;
    }
    if (!is_set(&guest->state, HVP_GSB_PARTITION_TABLE)) {
        return HVP_H_PARTITION_PAGE_TABLE_NOT_DEFINED;
    }
    return H_SUCCESS;
}

/* When it succeeds L2 runs on this processor, and r3 is L2's. */
static target_ulong h_guest_run_vcpu(PowerPCCPU *cpu, SpaprMachineState *spapr,
                                     target_ulong opcode, target_ulong *args)
{
    SpaprCpuState *spapr_cpu = spapr_cpu_state(cpu);
    struct hvp_hcall answer = { .r3 = HVP_H_FUNCTION };
    NestedGuest *guest = find_guest(spapr, args[1]);
    g_autofree void *buf = NULL;
    struct nested_ppc_state *l1;
    struct hvp_gstate_host host;
    struct hvp_hvregs_host regs;
    NestedVcpu *vcpu;
    uint32_t scope;
    uint64_t *input;

    describe(cpu, spapr, &host);
    hvp_gstate_flags(&host, HVP_GSTATE_USE_RUN, args[0], &scope, &answer, NULL);
    if (answer.r3) {
        return answer.r3;
    }
    if (!guest) {
        return H_P2;
    }
    vcpu = find_vcpu(guest, args[2]);
    if (!vcpu) {
        return H_P3;
    }
    answer.r3 = refuse_run(guest, vcpu);
    if (answer.r3) {
        return answer.r3;
    }
    input = kept(&vcpu->state, HVP_GSB_RUN_INPUT);
    buf = copy_in(cpu, input[0], input[1]);
    if (!buf) {
        return HVP_H_INPUT_BUFFER_NOT_DEFINED;
    }
    answer.r3 = HVP_H_FUNCTION;
    hvp_gstate_check(&host, HVP_GSTATE_USE_RUN, scope, HVP_GSTATE_DEFAULT, buf,
                     input[1], &answer, NULL);
    if (answer.r3) {
        args[0] = answer.r4;
        return answer.r3;
    }
    spapr_policy_regs(cpu, spapr, &regs);
    set_state(&regs, &vcpu->state, buf, input[1]);
    l1 = g_new0(struct nested_ppc_state, 1);
    nested_save_state(l1, cpu);
    l1->dec_expiry_tb = dec_expiry(&cpu->env);
    l1->tb_offset = cpu->env.tb_env->tb_offset;
    load_l2(cpu, &host, &regs, guest, args[1], vcpu);
    vcpu->running = true;
    spapr_cpu->nested_host_state = l1;
    spapr_cpu->in_nested = true;
    nested_post_load_state(&cpu->env, CPU(cpu));
    return cpu->env.gpr[3];
}

static void keep_left(const struct hvp_gstate_host *host, NestedState *state,
                      uint32_t id, uint64_t live, uint32_t vector)
{
    uint64_t *to = kept(state, id);

    /*
     * TCG checks no facility of a machine without hypervisor state: no HFU, so
     * no cause
     */
    to[0] = hvp_gstate_leave(host, id, to[0], live, vector, 0);
    state->set[slot_of(id)] = true;
}

static void leave_l2(PowerPCCPU *cpu, const struct hvp_gstate_host *host,
                     NestedGuest *guest, NestedState *state, int excp)
{
    CPUPPCState *env = &cpu->env;
    const bool own = excp != POWERPC_EXCP_MCHECK &&
                     excp != POWERPC_EXCP_RESET && excp != POWERPC_EXCP_SYSCALL;
    const uint32_t vector = env->excp_vectors[excp];
    struct nested_ppc_state l2;

    nested_save_state(&l2, cpu);
    l2.nip = env->spr[own ? SPR_HSRR0 : SPR_SRR0];
    l2.msr = env->spr[own ? SPR_HSRR1 : SPR_SRR1] & env->msr_mask;
    for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
        keep_left(host, state, registers[i].id,
                  read_register(&l2, &registers[i]), vector);
    }
    for (size_t i = 0; i < ARRAY_SIZE(l2.gpr); i++) {
        keep_left(host, state, HVP_GSB_GPR + i, l2.gpr[i], vector);
    }
    for (size_t i = 0; i < ARRAY_SIZE(l2.vsr); i++) {
        keep_left(host, state, HVP_GSB_VSR + i, l2.vsr[i].VsrD(0), vector);
        kept(state, HVP_GSB_VSR + i)[1] = l2.vsr[i].VsrD(1);
    }
    keep_left(host, state, HVP_GSB_DEC_EXPIRY_TB,
              dec_expiry(env) - *kept(&guest->state, HVP_GSB_TB_OFFSET),
              vector);
}

/* H_SUCCESS, or what L1 is told of an output buffer that is no memory. */
static target_ulong write_output(PowerPCCPU *cpu,
                                 const struct hvp_gstate_host *host,
                                 NestedState *state, uint32_t vector)
{
    const uint64_t *output = kept(state, HVP_GSB_RUN_OUTPUT);
    uint8_t buf[HVP_GSTATE_RUN_OUTPUT_MIN];
    struct hvp_gsb_builder builder;
    uint32_t id;

    hvp_gsb_build(&builder, host->dialect, buf, sizeof(buf));
    for (uint32_t i = 0; !hvp_gsb_output(vector, i, &id); i++) {
        hvp_gsb_put_number(&builder, id, *kept(state, id));
    }
    return address_space_write(CPU(cpu)->as, output[0], MEMTXATTRS_UNSPECIFIED,
                               buf, builder.used)
               ? HVP_H_OUTPUT_BUFFER_NOT_DEFINED
               : H_SUCCESS;
}

void spapr_exit_nested_papr(SpaprMachineState *spapr, PowerPCCPU *cpu, int excp)
{
    SpaprCpuState *spapr_cpu = spapr_cpu_state(cpu);
    g_autofree struct nested_ppc_state *l1 = spapr_cpu->nested_host_state;
    CPUPPCState *env = &cpu->env;
    const uint32_t vector = env->excp_vectors[excp];
    NestedGuest *guest = find_guest(spapr, l1->gpr[5]);
    NestedVcpu *vcpu = find_vcpu(guest, l1->gpr[6]);
    struct hvp_gstate_host host;
    target_ulong answer;

    describe(cpu, spapr, &host);
    leave_l2(cpu, &host, guest, &vcpu->state, excp);
    vcpu->running = false;
    answer = write_output(cpu, &host, &vcpu->state, vector);
    nested_load_state(cpu, l1);
    env->tb_env->tb_offset = l1->tb_offset;
    store_decr(env, l1->dec_expiry_tb);
    env->gpr[3] = answer;
    env->gpr[4] = answer ? 0 : vector;
    nested_post_load_state(env, CPU(cpu));
    cpu_ppc_hdecr_exit(env);
    spapr_cpu->in_nested = false;
    spapr_cpu->nested_host_state = NULL;
}

/* L1 starts anew: no L2 runs, it has no guests and agreed on nothing. */
void spapr_nested_forget(SpaprMachineState *spapr)
{
    CPUState *cs;

    CPU_FOREACH(cs)
    {
        PowerPCCPU *cpu = POWERPC_CPU(cs);
        SpaprCpuState *spapr_cpu = spapr_cpu_state(cpu);

        if (spapr_cpu->in_nested) {
            cpu->env.tb_env->tb_offset =
                spapr_cpu->nested_host_state->tb_offset;
            cpu_ppc_hdecr_exit(&cpu->env);
            g_clear_pointer(&spapr_cpu->nested_host_state, g_free);
            spapr_cpu->in_nested = false;
        }
    }
    spapr->nested.negotiated = 0;
    g_clear_pointer(&spapr->nested.guests, g_hash_table_destroy);
}

static const struct {
    target_ulong opcode;
    spapr_hcall_fn call;
} calls[] = {
    { H_GUEST_GET_CAPABILITIES, h_guest_get_capabilities },
    { H_GUEST_SET_CAPABILITIES, h_guest_set_capabilities },
    { H_GUEST_CREATE, h_guest_create },
    { H_GUEST_DELETE, h_guest_delete },
    { H_GUEST_CREATE_VCPU, h_guest_create_vcpu },
    { H_GUEST_SET_STATE, h_guest_set_state },
    { H_GUEST_GET_STATE, h_guest_get_state },
    { H_GUEST_RUN_VCPU, h_guest_run_vcpu },
};

void spapr_register_nested_papr(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
        spapr_register_hypercall(calls[i].opcode, calls[i].call);
    }
}

void spapr_unregister_nested_papr(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
        spapr_unregister_hypercall(calls[i].opcode);
    }
}
