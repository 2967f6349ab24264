// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The hot functions, asked of the library. */
#include "bench.h"

#define LIB(name) uint64_t lib_##name(struct bench_vcpu *v, uint64_t a, uint64_t b, uint64_t c)
#define UNUSED ((void)v, (void)a, (void)b, (void)c)

LIB(hfscr_sanitise)
{
	UNUSED;
	return hvp_hfscr_sanitise(&v->host.hfscr, a);
}

LIB(hfscr_effective)
{
	UNUSED;
	return hvp_hfscr_effective(&v->host.hfscr, a, b);
}

LIB(hfscr_restore)
{
	UNUSED;
	return hvp_hfscr_restore(a, (uint32_t)b, (uint32_t)c);
}

LIB(hfscr_restore_register)
{
	UNUSED;
	return hvp_hfscr_restore_register(&v->host.hfscr, a, (uint32_t)b, (uint32_t)c);
}

LIB(hfscr_cause)
{
	UNUSED;
	return hvp_hfscr_cause(a);
}

LIB(hfscr_decide)
{
	UNUSED;
	return hvp_hfscr_decide(&v->host.hfscr, a, b, (uint32_t)c);
}

LIB(hfscr_vector)
{
	UNUSED;
	return hvp_hfscr_vector((uint32_t)a, (uint32_t)b);
}

LIB(doorbell_decode)
{
	UNUSED;
	return BENCH_STATUS(hvp_doorbell_decode((uint32_t)a, &v->out.doorbell));
}

LIB(doorbell_target)
{
	UNUSED;
	return BENCH_STATUS(hvp_doorbell_target((uint32_t)a, b, 0, (uint32_t)c, &v->out.word));
}

LIB(hvregs_size)
{
	UNUSED;
	return BENCH_STATUS(hvp_hvregs_size(a, &v->out.word));
}

LIB(hvregs_swap)
{
	UNUSED;
	return BENCH_STATUS(hvp_hvregs_swap(&v->out.regs, (uint32_t)a));
}

LIB(hvregs_filter_lpcr)
{
	UNUSED;
	return hvp_hvregs_filter_lpcr((uint32_t)a, b);
}

LIB(hvregs_lpcr)
{
	UNUSED;
	return hvp_hvregs_lpcr(&v->host, a);
}

LIB(hvregs_pcr)
{
	UNUSED;
	return hvp_hvregs_pcr(v->host.l1_pcr, a);
}

LIB(hvregs_dawrx)
{
	UNUSED;
	return hvp_hvregs_dawrx(a);
}

LIB(hvregs_ciabr)
{
	UNUSED;
	return hvp_hvregs_ciabr(a);
}

LIB(hvregs_dpdes)
{
	UNUSED;
	return hvp_hvregs_dpdes(a);
}

LIB(hvregs_msr)
{
	UNUSED;
	return hvp_hvregs_msr(a);
}

LIB(hvregs_enter)
{
	UNUSED;
	hvp_hvregs_enter(&v->host, &v->l1, &v->out.regs);
	return 0;
}

LIB(hvregs_leave)
{
	UNUSED;
	hvp_hvregs_leave(&v->out.regs, &v->l2, (uint32_t)a, (uint32_t)b, &v->out.regs);
	return 0;
}

/* As a kernel has it: the call is what the vCPU has, in the library's words. */
LIB(enter_check)
{
	const struct hvp_enter call = {
		.size = sizeof(call), .policy_level = HVP_POLICY_LEVEL_1,
		.flags = HVP_ENTER_ENABLED, .lpid = v->l1.lpid, .vcpu_token = v->l1.vcpu_token,
		.vcpu_limit = 2048, .version = v->l1.version, .table = v->table,
		.l1_msr = v->l1_msr, .l2_msr = a,
	};

	UNUSED;
	return BENCH_STATUS(hvp_enter_check(&call, &v->out.answer.r3, NULL));
}

LIB(enter_result)
{
	UNUSED;
	return (uint64_t)hvp_enter_result((uint32_t)a, (uint32_t)b);
}

LIB(enter_set_table)
{
	UNUSED;
	return (uint64_t)hvp_enter_set_table(a, b, c, NULL);
}

LIB(gsb_walk)
{
	struct hvp_gsb_element element;
	struct hvp_gsb_walk walk;
	uint64_t sum = 0;

	UNUSED;
	hvp_gsb_begin(&walk, v->buf, v->used);
	while (!hvp_gsb_next(&walk, &element))
		sum += element.id ^ element.bytes;
	return sum;
}

LIB(gsb_number)
{
	UNUSED;
	return hvp_gsb_number(&v->element, (uint32_t)a);
}

LIB(gsb_fill)
{
	UNUSED;
	return BENCH_STATUS(hvp_gsb_fill(&v->element, (uint32_t)a, b, v->buf, v->used));
}

LIB(gsb_output)
{
	UNUSED;
	return BENCH_STATUS(hvp_gsb_output((uint32_t)a, (uint32_t)b, &v->out.word));
}

LIB(gstate_flags_set)
{
	UNUSED;
	return BENCH_STATUS(hvp_gstate_flags(&v->gstate, HVP_GSTATE_USE_SET, a, &v->out.word,
					     &v->out.answer, NULL));
}

LIB(gstate_flags_run)
{
	UNUSED;
	return BENCH_STATUS(hvp_gstate_flags(&v->gstate, HVP_GSTATE_USE_RUN, a, &v->out.word,
					     &v->out.answer, NULL));
}

LIB(gstate_check)
{
	UNUSED;
	return BENCH_STATUS(hvp_gstate_check(&v->gstate, (uint32_t)a, (uint32_t)b,
					     HVP_GSTATE_DEFAULT, v->buf, v->used, &v->out.answer,
					     NULL));
}

LIB(gstate_tables)
{
	return lib_gstate_check(v, a, b, c);
}

LIB(gstate_keep)
{
	UNUSED;
	return hvp_gstate_keep(&v->host, (uint32_t)a, b);
}

LIB(gstate_load)
{
	UNUSED;
	return hvp_gstate_load(&v->host, (uint32_t)a, b);
}

LIB(gstate_leave)
{
	UNUSED;
	return hvp_gstate_leave(&v->gstate, (uint32_t)a, b, HVP_U64(0x123456789abcdef0),
				(uint32_t)c, 10);
}

LIB(gsb_bits)
{
	UNUSED;
	return hvp_gsb_bits((uint32_t)a);
}

LIB(gsb_bytes)
{
	UNUSED;
	return BENCH_STATUS(hvp_gsb_bytes((uint32_t)a, (uint32_t)b));
}

LIB(gsb_put_number)
{
	UNUSED;
	return BENCH_STATUS(hvp_gsb_put_number(&v->builder, (uint32_t)a, b));
}

LIB(level_from_pvr)
{
	UNUSED;
	return hvp_level_from_pvr((uint32_t)a);
}

LIB(level_capability)
{
	UNUSED;
	return hvp_level_capability((uint32_t)a);
}

LIB(pvr_check)
{
	UNUSED;
	return BENCH_STATUS(hvp_pvr_check(&v->machine, (uint32_t)a, &v->out.word, NULL));
}

LIB(pvr_pcr)
{
	UNUSED;
	return BENCH_STATUS(hvp_pvr_pcr((uint32_t)a, (uint32_t)b, &v->out.number));
}

LIB(gcaps_get)
{
	UNUSED;
	return BENCH_STATUS(hvp_gcaps_get(&v->gcaps, a, &v->out.answer, NULL));
}

LIB(gcaps_set)
{
	UNUSED;
	return BENCH_STATUS(hvp_gcaps_set(&v->gcaps, a, b, &v->out.answer, NULL));
}

LIB(vstruct_accept)
{
	const struct hvp_vstruct known = {
		.contract = HVP_CONTRACT_EXTENSIBLE, .first = 24, .known = 24, .limit = 4096,
	};

	UNUSED;
	return BENCH_STATUS(hvp_vstruct_accept(&known, a, &v->out.plan, NULL));
}

LIB(vstruct_tail)
{
	UNUSED;
	return BENCH_STATUS(hvp_vstruct_tail(&v->out, a, 0, NULL));
}

LIB(vstruct_flags)
{
	UNUSED;
	return BENCH_STATUS(hvp_vstruct_flags(a, b, NULL));
}

LIB(vstruct_retry)
{
	UNUSED;
	return hvp_vstruct_retry(-7, 24, a, b, (uint32_t)c, &v->out.number);
}

LIB(compat_caps_answer)
{
	UNUSED;
	return BENCH_STATUS(hvp_compat_caps_answer(&v->caps, &v->out.result, NULL));
}

LIB(migrate_check)
{
	UNUSED;
	return BENCH_STATUS(hvp_migrate_check(v->guest, v->to, &v->out.word, NULL));
}

LIB(migrate_findings)
{
	UNUSED;
	return BENCH_STATUS(hvp_migrate_check(v->guest, v->to, &v->out.word, v->report));
}

LIB(meet_hosts)
{
	UNUSED;
	return BENCH_STATUS(hvp_meet_hosts(v->both, 2, v->met, NULL));
}

LIB(wire_encode)
{
	UNUSED;
	return BENCH_STATUS(hvp_wire_encode(v->to, v->buf, HVP_WIRE_MAX, &v->out.bytes, NULL));
}

LIB(wire_decode)
{
	UNUSED;
	return BENCH_STATUS(hvp_wire_decode(v->buf, v->used, v->met, NULL));
}
