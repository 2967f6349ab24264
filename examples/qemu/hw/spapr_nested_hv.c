/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Nested guests by H_ENTER_NESTED: what L1 wrote is checked, brought to what L2
 * may have, and given back by hvpolicy.
 */
#include "qemu/osdep.h"
#include "exec/cputlb.h"
#include "hw/ppc/ppc.h"
#include "hw/ppc/spapr_policy.h"
#include "helper_regs.h"
#include "mmu-book3s-v3.h"

/* L1 while its L2 runs, and what it asked for; freed as what it begins with. */
typedef struct NestedL1 {
    struct nested_ppc_state state;
    struct hvp_hvregs asked;
    uint32_t size;
    bool swapped;
} NestedL1;

#define PT_REGS (sizeof(struct kvmppc_pt_regs) / sizeof(uint64_t))
QEMU_BUILD_BUG_ON(sizeof(struct hvp_hvregs) != HVP_HVREGS_SIZE_V2);
QEMU_BUILD_BUG_ON(offsetof(NestedL1, state));

/* LPCR of an L2 where L0 is TCG: radix, and the interrupts that end it are on.
 */
uint64_t spapr_policy_lpcr(PowerPCCPU *cpu, uint64_t lpcr)
{
    lpcr |= LPCR_HR | LPCR_UPRT | LPCR_GTSE | LPCR_HVICE | LPCR_HDICE;
    return lpcr & ~(uint64_t)LPCR_LPES0 & POWERPC_CPU_GET_CLASS(cpu)->lpcr_mask;
}

/* The rules for the registers of an L2 of this L1. */
void spapr_policy_regs(PowerPCCPU *cpu, SpaprMachineState *spapr,
                       struct hvp_hvregs_host *regs)
{
    const PowerPCCPUClass *pcc = POWERPC_CPU_GET_CLASS(cpu);
    const uint32_t level = ppc_policy_level(pcc, cpu->compat_pvr);

    *regs = (struct hvp_hvregs_host){
        .size = sizeof(*regs),
        .policy_level = HVP_POLICY_LEVEL_1,
        .features =
            HVP_HVREGS_RADIX | HVP_HVREGS_ARCH_207 | HVP_HVREGS_ARCH_300,
        .lpcr = spapr_policy_lpcr(cpu, cpu->env.spr[SPR_LPCR]),
        .l1_pcr = cpu->env.spr[SPR_PCR],
    };
    if (spapr_get_cap(spapr, SPAPR_CAP_DAWR1)) {
        regs->features |= HVP_HVREGS_DAWR1;
    }
    ppc_policy_hfscr(pcc, level, HVP_RECEIVER_HYPERVISOR, &regs->hfscr);
    regs->resident = regs->hfscr.lazy;
}

target_ulong h_set_ptbl(PowerPCCPU *cpu, SpaprMachineState *spapr,
                        target_ulong opcode, target_ulong *args)
{
    const uint64_t table = args[0];
    const bool visible =
        address_space_access_valid(CPU(cpu)->as, table & HVP_TABLE_ADDRESS, 1,
                                   false, MEMTXATTRS_UNSPECIFIED);
    const int64_t answer = hvp_enter_set_table(
        spapr_get_cap(spapr, SPAPR_CAP_NESTED_KVM_HV), table, visible, NULL);

    if (answer == HVP_H_SUCCESS) {
        spapr->nested.ptcr = table;
    }
    return answer;
}

static bool fetch(PowerPCCPU *cpu, uint64_t from, void *to, uint32_t size)
{
    return address_space_read(CPU(cpu)->as, from, MEMTXATTRS_UNSPECIFIED, to,
                              size) == MEMTX_OK;
}

static void swap_words(struct kvmppc_pt_regs *regs)
{
    uint64_t *word = (uint64_t *)regs;

    for (size_t i = 0; i < PT_REGS; i++) {
        word[i] = bswap64(word[i]);
    }
}

/* Copy what L1 passes, each byte once; what goes wrong is a flag of the call.
 */
static void read_l1(PowerPCCPU *cpu, const target_ulong *args,
                    struct hvp_enter *call, NestedL1 *l1,
                    struct kvmppc_pt_regs *regs)
{
    struct hvp_hvregs *asked = &l1->asked;

    if (!fetch(cpu, args[0], &asked->version, sizeof(asked->version))) {
        call->flags |= HVP_ENTER_VERSION_FAULT;
        return;
    }
    call->version = l1->swapped ? bswap64(asked->version) : asked->version;
    if (hvp_hvregs_size(call->version, &l1->size)) {
        return;
    }
    if (!fetch(cpu, args[0] + sizeof(asked->version), &asked->lpid,
               l1->size - sizeof(asked->version))) {
        call->flags |= HVP_ENTER_STATE_FAULT;
        return;
    }
    if (!fetch(cpu, args[1], regs, sizeof(*regs))) {
        call->flags |= HVP_ENTER_REGS_FAULT;
        return;
    }
    if (l1->swapped) {
        hvp_hvregs_swap(asked, l1->size);
        swap_words(regs);
    }
    call->lpid = asked->lpid;
    call->vcpu_token = asked->vcpu_token;
    call->l2_msr = regs->msr;
}

/* What TCG has of the registers that L2 runs with. */
static void make_l2(PowerPCCPU *cpu, SpaprMachineState *spapr,
                    const struct hvp_hvregs *asked,
                    const struct kvmppc_pt_regs *regs,
                    struct nested_ppc_state *l2)
{
    CPUPPCState *env = &cpu->env;
    struct hvp_hvregs_host host;
    struct hvp_hvregs loaded;

    spapr_policy_regs(cpu, spapr, &host);
    hvp_hvregs_enter(&host, asked, &loaded);
    *l2 = (struct nested_ppc_state){
        .lr = regs->link,
        .ctr = regs->ctr,
        .xer = regs->xer,
        .cr = regs->ccr,
        .nip = regs->nip,
        .msr = hvp_hvregs_msr(regs->msr) & env->msr_mask,
        .lpidr = asked->lpid,
        .lpcr = spapr_policy_lpcr(cpu, loaded.lpcr),
        .pcr = loaded.pcr & POWERPC_CPU_GET_CLASS(cpu)->pcr_mask,
        .dpdes = loaded.dpdes,
        .hfscr = loaded.hfscr,
        .srr0 = loaded.srr0,
        .srr1 = loaded.srr1,
        .sprg0 = loaded.sprg[0],
        .sprg1 = loaded.sprg[1],
        .sprg2 = loaded.sprg[2],
        .sprg3 = loaded.sprg[3],
        .pidr = loaded.pidr,
        .cfar = loaded.cfar,
        .ppr = loaded.ppr,
        .tb_offset = env->tb_env->tb_offset + loaded.tb_offset,
    };
    memcpy(l2->gpr, regs->gpr, sizeof(l2->gpr));
}

/* When it succeeds L2 runs on this processor, and r3 is L2's. */
target_ulong h_enter_nested(PowerPCCPU *cpu, SpaprMachineState *spapr,
                            target_ulong opcode, target_ulong *args)
{
    CPUPPCState *env = &cpu->env;
    SpaprCpuState *spapr_cpu = spapr_cpu_state(cpu);
    struct hvp_enter call = {
        .size = sizeof(call),
        .policy_level = HVP_POLICY_LEVEL_1,
        .flags = HVP_ENTER_ENABLED | HVP_ENTER_UNREAD,
        .vcpu_limit = UINT32_MAX,
        .table = spapr->nested.ptcr,
        .l1_msr = env->msr,
    };
    g_autofree NestedL1 *l1 = g_new0(NestedL1, 1);
    const uint64_t now = cpu_ppc_load_tbl(env);
    struct nested_ppc_state l2;
    struct kvmppc_pt_regs regs;
    int64_t answer;

    hvp_enter_check(&call, &answer, NULL);
    if (answer != HVP_H_SUCCESS) {
        return answer;
    }
    call.flags &= ~HVP_ENTER_UNREAD;
    l1->swapped = HOST_BIG_ENDIAN == FIELD_EX64(env->msr, MSR, LE);
    read_l1(cpu, args, &call, l1, &regs);
    hvp_enter_check(&call, &answer, NULL);
    /* 0 is L1 itself here */
    if (answer == HVP_H_SUCCESS && !call.lpid) {
        answer = HVP_H_PARAMETER;
    }
    if (answer != HVP_H_SUCCESS) {
        return answer;
    }
    nested_save_state(&l1->state, cpu);
    make_l2(cpu, spapr, &l1->asked, &regs, &l2);
    nested_load_state(cpu, &l2);
    nested_post_load_state(env, CPU(cpu));
    cpu_ppc_hdecr_init(env);
    cpu_ppc_store_hdecr(env, l1->asked.hdec_expiry - now);
    spapr_cpu->nested_host_state = &g_steal_pointer(&l1)->state;
    spapr_cpu->in_nested = true;
    return env->gpr[3];
}

/* What TCG has of L2's registers; of the others L1 keeps what it wrote. */
static void left_by_l2(const CPUPPCState *env,
                       const struct nested_ppc_state *l2,
                       const struct hvp_hvregs *asked, struct hvp_hvregs *left)
{
    *left = *asked;
    left->cfar = l2->cfar;
    left->dpdes = l2->dpdes;
    left->srr0 = l2->srr0;
    left->srr1 = l2->srr1;
    left->sprg[0] = l2->sprg0;
    left->sprg[1] = l2->sprg1;
    left->sprg[2] = l2->sprg2;
    left->sprg[3] = l2->sprg3;
    left->pidr = l2->pidr;
    left->ppr = l2->ppr;
    left->hdar = env->spr[SPR_HDAR];
    left->hdsisr = env->spr[SPR_HDSISR];
    left->asdr = env->spr[SPR_ASDR];
    left->heir = env->spr[SPR_HEIR];
}

/*
 * Where L2 goes on: exceptions that are not the hypervisor's own have it in
 * SRR0 and SRR1.
 */
static void left_regs(const CPUPPCState *env, int excp,
                      const struct nested_ppc_state *l2,
                      struct kvmppc_pt_regs *regs)
{
    const bool own = excp != POWERPC_EXCP_MCHECK &&
                     excp != POWERPC_EXCP_RESET && excp != POWERPC_EXCP_SYSCALL;

    memcpy(regs->gpr, l2->gpr, sizeof(regs->gpr));
    regs->link = l2->lr;
    regs->ctr = l2->ctr;
    regs->xer = l2->xer;
    regs->ccr = l2->cr;
    regs->nip = env->spr[own ? SPR_HSRR0 : SPR_SRR0];
    regs->msr = env->spr[own ? SPR_HSRR1 : SPR_SRR1] & env->msr_mask;
}

static bool write_l1(PowerPCCPU *cpu, const NestedL1 *l1, const void *back,
                     struct kvmppc_pt_regs *regs)
{
    AddressSpace *as = CPU(cpu)->as;

    if (address_space_write(as, l1->state.gpr[4], MEMTXATTRS_UNSPECIFIED, back,
                            l1->size)) {
        return false;
    }
    return address_space_write(as, l1->state.gpr[5], MEMTXATTRS_UNSPECIFIED,
                               regs, sizeof(*regs)) == MEMTX_OK;
}

void spapr_exit_nested_hv(PowerPCCPU *cpu, int excp)
{
    CPUPPCState *env = &cpu->env;
    SpaprCpuState *spapr_cpu = spapr_cpu_state(cpu);
    g_autofree NestedL1 *l1 =
        container_of(spapr_cpu->nested_host_state, NestedL1, state);
    const uint32_t vector = env->excp_vectors[excp];
    struct hvp_hvregs left, back;
    struct nested_ppc_state l2;
    struct kvmppc_pt_regs regs;
    uint32_t events = 0;

    nested_save_state(&l2, cpu);
    left_by_l2(env, &l2, &l1->asked, &left);
    /*
     * TCG checks no facility of a machine without hypervisor state: no HFU, so
     * no cause
     */
    hvp_hvregs_leave(&l1->asked, &left, vector, 0, &back);
    if (fetch(cpu, l1->state.gpr[5], &regs, sizeof(regs))) {
        if (l1->swapped) {
            swap_words(&regs);
        }
        left_regs(env, excp, &l2, &regs);
        if (l1->swapped) {
            swap_words(&regs);
            hvp_hvregs_swap(&back, l1->size);
        }
        events = write_l1(cpu, l1, &back, &regs) ? 0 : HVP_ENTER_WRITE_FAULT;
    } else {
        events = HVP_ENTER_WRITE_FAULT;
    }
    nested_load_state(cpu, &l1->state);
    nested_post_load_state(env, CPU(cpu));
    env->gpr[3] = hvp_enter_result(events, vector);
    cpu_ppc_hdecr_exit(env);
    spapr_cpu->in_nested = false;
    spapr_cpu->nested_host_state = NULL;
}
