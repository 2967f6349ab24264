// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The hot functions by hand: what one would write for one caller, with no library, for the same
 * answers. On hot paths that is what the library is asked for too: valid structures, no report,
 * no policies but the default one. bench.c refuses a case in which the two differ.
 */
#include "bench.h"

#define HAND(name) uint64_t hand_##name(struct bench_vcpu *v, uint64_t a, uint64_t b, uint64_t c)
#define UNUSED ((void)v, (void)a, (void)b, (void)c)
#define CAUSE (HVP_U64(0xff) << 56)
#define ADDRESSES HVP_BIT(60)
#define VCPUS 2048

HAND(hfscr_sanitise)
{
	UNUSED;
	return a & (CAUSE | v->host.hfscr.present);
}

static inline uint64_t effective(const struct hvp_hvregs_host *host, uint64_t hfscr,
				 uint64_t resident)
{
	const struct hvp_hfscr_policy *masks = &host->hfscr;
	uint64_t on = masks->present & ~masks->emulated;

	on &= ~masks->lazy | resident;
	return hfscr & (on | CAUSE);
}

HAND(hfscr_effective)
{
	UNUSED;
	return effective(&v->host, a, b);
}

static inline uint64_t restore(uint64_t hfscr, uint64_t vector, uint64_t cause)
{
	if (vector == 0xf80)
		hfscr = (hfscr & ~CAUSE) | cause << 56;
	return hfscr;
}

HAND(hfscr_restore)
{
	UNUSED;
	return restore(a, b, c);
}

HAND(hfscr_restore_register)
{
	UNUSED;
	return restore(a & (CAUSE | v->host.hfscr.present), b, c);
}

HAND(hfscr_cause)
{
	UNUSED;
	return a >> 56;
}

/* Linux 6.12 asks one bit here, HEAI or not: that would not be the same answer. */
HAND(hfscr_decide)
{
	const struct hvp_hfscr_policy *masks = &v->host.hfscr;
	uint64_t bit;

	UNUSED;
	if (c > 55)
		return HVP_HFU_ILLEGAL;
	bit = HVP_BIT(c);
	if (!(masks->present & bit))
		return HVP_HFU_ILLEGAL;
	if (!(a & bit))
		return HVP_HFU_REFLECT;
	if (masks->emulated & bit)
		return HVP_HFU_EMULATE;
	if (masks->lazy & ~b & bit)
		return HVP_HFU_LOAD;
	return HVP_HFU_INCONSISTENT;
}

HAND(hfscr_vector)
{
	UNUSED;
	switch (a) {
	case HVP_HFU_REFLECT:
		return b == HVP_RECEIVER_HYPERVISOR ? 0xf80 : 0x700;
	case HVP_HFU_ILLEGAL:
	case HVP_HFU_INCONSISTENT:
		return b == HVP_RECEIVER_HYPERVISOR ? 0xe40 : 0x700;
	}
	return 0;
}

HAND(doorbell_decode)
{
	const uint32_t insn = (uint32_t)a, rb = insn >> 11 & 31, rt = insn >> 21 & 31;
	/* the halves are swapped */
	const uint32_t spr = (insn >> 6 & 0x3e0) | (insn >> 16 & 31);
	struct hvp_doorbell *out = &v->out.doorbell;

	UNUSED;
	if (insn >> 26 != 31)
		return BENCH_STATUS(HVP_ERR_NOT_FOUND);
	switch (insn >> 1 & 0x3ff) {
	case 142:
		*out = (struct hvp_doorbell){ HVP_DOORBELL_MSGSNDP, rb };
		return 0;
	case 174:
		*out = (struct hvp_doorbell){ HVP_DOORBELL_MSGCLRP, rb };
		return 0;
	case 339:
		if (spr == 446)
			*out = (struct hvp_doorbell){ HVP_DOORBELL_MFTIR, rt };
		else if (spr == 176)
			*out = (struct hvp_doorbell){ HVP_DOORBELL_MFDPDES, rt };
		else
			break;
		return 0;
	}
	return BENCH_STATUS(HVP_ERR_NOT_FOUND);
}

HAND(doorbell_target)
{
	const uint32_t thread = b & 0x7f;

	UNUSED;
	if ((b >> 27 & 31) != 5)
		return BENCH_STATUS(HVP_ERR_NOT_FOUND);
	if (a == HVP_DOORBELL_MSGCLRP) {
		v->out.word = 0;
		return 0;
	}
	if (a != HVP_DOORBELL_MSGSNDP || thread >= (uint32_t)c)
		return BENCH_STATUS(HVP_ERR_NOT_FOUND);
	v->out.word = thread;
	return 0;
}

HAND(hvregs_size)
{
	UNUSED;
	switch (a) {
	case 1:
		v->out.word = 232;
		return 0;
	case 2:
		v->out.word = 248;
		return 0;
	}
	return BENCH_STATUS(HVP_ERR_VERSION);
}

HAND(hvregs_swap)
{
	struct hvp_hvregs *r = &v->out.regs;

	UNUSED;
	if (a != 232 && a != 248)
		return BENCH_STATUS(HVP_ERR_ARGUMENT);
	r->version = __builtin_bswap64(r->version);
	r->lpid = __builtin_bswap32(r->lpid);
	r->vcpu_token = __builtin_bswap32(r->vcpu_token);
	r->lpcr = __builtin_bswap64(r->lpcr);
	r->pcr = __builtin_bswap64(r->pcr);
	r->amor = __builtin_bswap64(r->amor);
	r->dpdes = __builtin_bswap64(r->dpdes);
	r->hfscr = __builtin_bswap64(r->hfscr);
	r->tb_offset = __builtin_bswap64(r->tb_offset);
	r->dawr0 = __builtin_bswap64(r->dawr0);
	r->dawrx0 = __builtin_bswap64(r->dawrx0);
	r->ciabr = __builtin_bswap64(r->ciabr);
	r->hdec_expiry = __builtin_bswap64(r->hdec_expiry);
	r->purr = __builtin_bswap64(r->purr);
	r->spurr = __builtin_bswap64(r->spurr);
	r->ic = __builtin_bswap64(r->ic);
	r->vtb = __builtin_bswap64(r->vtb);
	r->hdar = __builtin_bswap64(r->hdar);
	r->hdsisr = __builtin_bswap64(r->hdsisr);
	r->heir = __builtin_bswap64(r->heir);
	r->asdr = __builtin_bswap64(r->asdr);
	r->srr0 = __builtin_bswap64(r->srr0);
	r->srr1 = __builtin_bswap64(r->srr1);
	for (int i = 0; i < 4; i++)
		r->sprg[i] = __builtin_bswap64(r->sprg[i]);
	r->pidr = __builtin_bswap64(r->pidr);
	r->cfar = __builtin_bswap64(r->cfar);
	r->ppr = __builtin_bswap64(r->ppr);
	if (a == 248) {
		r->dawr1 = __builtin_bswap64(r->dawr1);
		r->dawrx1 = __builtin_bswap64(r->dawrx1);
	}
	return 0;
}

/* Features are looked at as they are, at run time: no jump labels here and none in the library. */
static inline uint64_t filter_lpcr(uint32_t features, uint64_t lpcr)
{
	const uint32_t bug = HVP_HVREGS_RADIX | HVP_HVREGS_RADIX_PREFETCH_BUG;

	if (features & HVP_HVREGS_RADIX)
		lpcr &= ~HVP_LPCR_TC;
	if (!(features & HVP_HVREGS_ARCH_207) || (features & bug) == bug ||
	    (lpcr & HVP_LPCR_AIL) != HVP_LPCR_AIL)
		lpcr &= ~HVP_LPCR_AIL;
	if (!(features & HVP_HVREGS_ARCH_300))
		lpcr &= ~HVP_LPCR_LD;
	return lpcr;
}

HAND(hvregs_filter_lpcr)
{
	UNUSED;
	return filter_lpcr((uint32_t)a, b);
}

static inline uint64_t l2_lpcr(const struct hvp_hvregs_host *host, uint64_t lpcr)
{
	return filter_lpcr(host->features, host->lpcr ^ ((host->lpcr ^ lpcr) & HVP_LPCR_L1));
}

HAND(hvregs_lpcr)
{
	UNUSED;
	return l2_lpcr(&v->host, a);
}

HAND(hvregs_pcr)
{
	UNUSED;
	return a | v->host.l1_pcr | HVP_PCR_RESERVED;
}

HAND(hvregs_dawrx)
{
	UNUSED;
	return a & ~HVP_DAWRX_HYP;
}

static inline uint64_t l2_ciabr(uint64_t ciabr)
{
	return (ciabr & 3) == 3 ? ciabr & ~HVP_U64(3) : ciabr;
}

HAND(hvregs_ciabr)
{
	UNUSED;
	return l2_ciabr(a);
}

HAND(hvregs_dpdes)
{
	UNUSED;
	return (uint8_t)a ? 1 : 0;
}

static inline uint64_t l2_msr(uint64_t msr)
{
	return (msr & ~HVP_MSR_HV) | HVP_MSR_ME;
}

HAND(hvregs_msr)
{
	UNUSED;
	return l2_msr(a);
}

HAND(hvregs_enter)
{
	const struct hvp_hvregs_host *host = &v->host;
	const struct hvp_hvregs *l1 = &v->l1;
	struct hvp_hvregs *l2 = &v->out.regs;

	UNUSED;
	l2->version = l1->version;
	l2->lpid = l1->lpid;
	l2->vcpu_token = l1->vcpu_token;
	l2->lpcr = l2_lpcr(host, l1->lpcr);
	l2->pcr = l1->pcr | host->l1_pcr | HVP_PCR_RESERVED;
	l2->amor = 0;
	l2->dpdes = (uint8_t)l1->dpdes ? 1 : 0;
	l2->hfscr = effective(host, l1->hfscr, host->resident);
	l2->tb_offset = l1->tb_offset;
	l2->dawr0 = l1->dawr0;
	l2->dawrx0 = l1->dawrx0 & ~HVP_DAWRX_HYP;
	l2->ciabr = l2_ciabr(l1->ciabr);
	l2->hdec_expiry = l1->hdec_expiry;
	l2->purr = l1->purr;
	l2->spurr = l1->spurr;
	l2->ic = l1->ic;
	l2->vtb = l1->vtb;
	l2->hdar = 0;
	l2->hdsisr = 0;
	l2->heir = 0;
	l2->asdr = 0;
	l2->srr0 = l1->srr0;
	l2->srr1 = l1->srr1;
	for (int i = 0; i < 4; i++)
		l2->sprg[i] = l1->sprg[i];
	l2->pidr = l1->pidr;
	l2->cfar = l1->cfar;
	l2->ppr = l1->ppr;
	if (host->features & HVP_HVREGS_DAWR1) {
		l2->dawr1 = l1->dawr1;
		l2->dawrx1 = l1->dawrx1 & ~HVP_DAWRX_HYP;
	} else {
		l2->dawr1 = 0;
		l2->dawrx1 = 0;
	}
	return 0;
}

/* In place: what L1 wrote is there, and what L2 has goes into it. */
HAND(hvregs_leave)
{
	const struct hvp_hvregs *l2 = &v->l2;
	struct hvp_hvregs *back = &v->out.regs;

	UNUSED;
	back->dpdes = l2->dpdes;
	back->purr = l2->purr;
	back->spurr = l2->spurr;
	back->ic = l2->ic;
	back->vtb = l2->vtb;
	back->srr0 = l2->srr0;
	back->srr1 = l2->srr1;
	for (int i = 0; i < 4; i++)
		back->sprg[i] = l2->sprg[i];
	back->pidr = l2->pidr;
	back->cfar = l2->cfar;
	back->ppr = l2->ppr;
	switch (a) {
	case 0xe00:
		back->hdar = l2->hdar;
		back->hdsisr = l2->hdsisr;
		back->asdr = l2->asdr;
		break;
	case 0xe20:
		back->asdr = l2->asdr;
		break;
	case 0xe40:
		back->heir = l2->heir;
		break;
	case 0xf80:
		back->hfscr = restore(back->hfscr, a, b);
		break;
	}
	return 0;
}

static int64_t enter(const struct bench_vcpu *v, uint64_t l2_msr)
{
	const struct hvp_hvregs *l1 = &v->l1;

	if (!v->table)
		return HVP_H_NOT_AVAILABLE;
	if ((v->l1_msr & HVP_MSR_TS) == HVP_MSR_TS_T)
		return HVP_H_BAD_MODE;
	if ((uint32_t)l1->version != 1 && (uint32_t)l1->version != 2)
		return HVP_H_PARAMETER;
	if (l1->version > 2)
		return HVP_H_P2;
	if (l1->vcpu_token >= VCPUS)
		return HVP_H_PARAMETER;
	if ((v->l1_msr & HVP_MSR_TS) == HVP_MSR_TS_S) {
		if (!(l2_msr & HVP_MSR_TS) || (l2_msr & HVP_MSR_TS) == HVP_MSR_TS)
			return HVP_H_BAD_MODE;
	} else if (l2_msr & HVP_MSR_TS) {
		return HVP_H_BAD_MODE;
	}
	if (l1->lpid >= HVP_U64(1) << ((v->table & 31) + 8))
		return HVP_H_PARAMETER;
	return HVP_H_SUCCESS;
}

HAND(enter_check)
{
	UNUSED;
	v->out.answer.r3 = enter(v, a);
	return 0;
}

HAND(enter_result)
{
	UNUSED;
	if (a & HVP_ENTER_WRITE_FAULT)
		return BENCH_STATUS(HVP_H_AUTHORITY);
	if (a & HVP_ENTER_INTERRUPTED)
		return BENCH_STATUS(HVP_H_INTERRUPT);
	return a & HVP_ENTER_MMIO ? HVP_H_TOO_HARD : (uint32_t)b;
}

HAND(enter_set_table)
{
	UNUSED;
	if (!a)
		return BENCH_STATUS(HVP_H_FUNCTION);
	if ((b & 31) > 4 || !c)
		return BENCH_STATUS(HVP_H_PARAMETER);
	return HVP_H_SUCCESS;
}

/*
 * Guest state buffers: a page of rows for every 1024 ids that have any, so that a row is found
 * with two loads.
 */
struct row {
	int16_t bytes;	/* 0: no row */
	uint8_t scope;
	uint8_t access;
	uint8_t since;
	uint8_t accept;
	uint8_t entry;
	uint8_t exit;
};

#define PAGE(id) ((id) >> 10 == 0 ? 1 : (id) >> 10 == 2 ? 2 : (id) >> 10 == 3 ? 3 : \
		  (id) >> 10 == 4 ? 4 : (id) >> 10 == 8 ? 5 : (id) >> 10 == 12 ? 6 : \
		  (id) >> 10 == 60 ? 7 : 0)
#define ROWS 84
#define ACCESS_R HVP_GSB_ACCESS_GET
#define ACCESS_RS (HVP_GSB_ACCESS_GET | HVP_GSB_ACCESS_SET)
#define ACCESS_RW (ACCESS_RS | HVP_GSB_ACCESS_RUN)

static const uint8_t pages[64] = {
	[0] = 1, [2] = 2, [3] = 3, [4] = 4, [8] = 5, [12] = 6, [60] = 7,
};

static const struct row rows[8][ROWS] = {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit)	\
	[PAGE(id)][((id) & 0x3ff) ... ((id) & 0x3ff) + (count) - 1] = {			\
		(size), HVP_GSB_SCOPE_##scope, ACCESS_##access, (since),		\
		HVP_GSB_ACCEPT_##accept, HVP_HVREG_ENTRY_##entry, HVP_HVREG_EXIT_##exit },
#include <hvpolicy/gsb.def>
};

static inline const struct row *row_of(uint32_t id)
{
	const struct row *row;

	if (id > 0xffff || (id & 0x3ff) >= ROWS)
		return NULL;
	row = &rows[pages[id >> 10]][id & 0x3ff];
	return row->bytes ? row : NULL;
}

static inline uint32_t get16(const uint8_t *from)
{
	uint16_t value;

	__builtin_memcpy(&value, from, 2);
	return __builtin_bswap16(value);
}

static inline uint32_t get32(const uint8_t *from)
{
	uint32_t value;

	__builtin_memcpy(&value, from, 4);
	return __builtin_bswap32(value);
}

static inline uint64_t get64(const uint8_t *from)
{
	uint64_t value;

	__builtin_memcpy(&value, from, 8);
	return __builtin_bswap64(value);
}

static inline void put16(uint8_t *to, uint32_t number)
{
	const uint16_t value = __builtin_bswap16((uint16_t)number);

	__builtin_memcpy(to, &value, 2);
}

static inline void put32(uint8_t *to, uint32_t number)
{
	const uint32_t value = __builtin_bswap32(number);

	__builtin_memcpy(to, &value, 4);
}

static inline void put64(uint8_t *to, uint64_t number)
{
	const uint64_t value = __builtin_bswap64(number);

	__builtin_memcpy(to, &value, 8);
}

HAND(gsb_walk)
{
	const uint8_t *at = v->buf, *end = v->buf + v->used;
	uint64_t sum = 0;
	uint32_t left;

	UNUSED;
	if (v->used < 4)
		return 0;
	left = get32(at);
	for (at += 4; left && end - at >= 4; left--) {
		const uint32_t bytes = get16(at + 2);

		if (end - at - 4 < bytes)
			break;
		sum += get16(at) ^ bytes;
		at += 4 + bytes;
	}
	return sum;
}

/* A value has as many bytes as it says. */
static inline uint64_t get(const uint8_t *from, uint32_t bytes)
{
	uint64_t value = 0;

	if (bytes >= 8)
		return get64(from);
	if (bytes == 4)
		return get32(from);
	while (bytes--)
		value = value << 8 | *from++;
	return value;
}

HAND(gsb_number)
{
	const uint64_t from = (uint32_t)a * HVP_U64(8);

	UNUSED;
	if (v->element.bytes <= from)
		return 0;
	return get(v->element.value + from, v->element.bytes - (uint32_t)from);
}

HAND(gsb_fill)
{
	const uint64_t from = (uint32_t)a * HVP_U64(8);
	uint64_t width = v->element.bytes - from;
	uint8_t *to = v->buf + v->element.offset + 4 + from;

	UNUSED;
	if (v->element.bytes <= from)
		return BENCH_STATUS(HVP_ERR_VALUE);
	if (width > 8)
		width = 8;
	if (width < 8 && b >> (width * 8))
		return BENCH_STATUS(HVP_ERR_VALUE);
	if (v->element.offset + 4 + from + width > v->used)
		return BENCH_STATUS(HVP_ERR_SIZE);
	if (width == 8) {
		put64(to, b);
	} else if (width == 4) {
		put32(to, (uint32_t)b);
	} else {
		while (width--) {
			to[width] = (uint8_t)b;
			b >>= 8;
		}
	}
	return 0;
}

HAND(gsb_output)
{
	static const uint16_t none[1], hdsi[] = {
		HVP_GSB_HDAR, HVP_GSB_HDSISR, HVP_GSB_ASDR, HVP_GSB_NIA, HVP_GSB_MSR,
	}, hisi[] = {
		HVP_GSB_HDAR, HVP_GSB_ASDR, HVP_GSB_NIA, HVP_GSB_MSR,
	}, heai[] = {
		HVP_GSB_HEIR, HVP_GSB_NIA, HVP_GSB_MSR,
	}, hfu[] = {
		HVP_GSB_HFSCR, HVP_GSB_NIA, HVP_GSB_MSR,
	};
	const uint16_t *ids = none;
	uint32_t count = 0;

	UNUSED;
	switch (a) {
	case 0xc00:
		if (b >= 10)
			return BENCH_STATUS(HVP_ERR_NOT_FOUND);
		v->out.word = HVP_GSB_GPR + 3 + (uint32_t)b;
		return 0;
	case 0xe00:
		ids = hdsi;
		count = 5;
		break;
	case 0xe20:
		ids = hisi;
		count = 4;
		break;
	case 0xe40:
		ids = heai;
		count = 3;
		break;
	case 0xf80:
		ids = hfu;
		count = 3;
		break;
	}
	if (b >= count)
		return BENCH_STATUS(HVP_ERR_NOT_FOUND);
	v->out.word = ids[b];
	return 0;
}

/* Each hypercall has its own. */
static uint64_t refused(struct bench_vcpu *v)
{
	v->out.answer.r3 = HVP_H_PARAMETER;
	return 0;
}

HAND(gstate_flags_set)
{
	UNUSED;
	v->out.answer = (struct hvp_hcall){ .r3 = HVP_H_SUCCESS };
	if (a & ~HVP_GSTATE_GUEST_WIDE)
		return refused(v);
	v->out.word = a ? HVP_GSB_SCOPE_GUEST : HVP_GSB_SCOPE_THREAD;
	return 0;
}

HAND(gstate_flags_run)
{
	UNUSED;
	v->out.answer = (struct hvp_hcall){ .r3 = HVP_H_SUCCESS };
	if (a & ~v->gstate.run_flags)
		return refused(v);
	v->out.word = HVP_GSB_SCOPE_THREAD;
	return 0;
}

static inline uint64_t bits_of(const struct row *row)
{
	switch (row->accept) {
	case HVP_GSB_ACCEPT_MSR:
		return ~(HVP_MSR_HV | HVP_BIT(22) | HVP_MSR_ME);
	case HVP_GSB_ACCEPT_LPCR:
		return (HVP_LPCR_L1 & ~HVP_LPCR_TC) | HVP_BIT(10);
	case HVP_GSB_ACCEPT_LOW:
		return 0xffffffff;
	default:
		return ~HVP_U64(0);
	}
}

static inline int32_t bytes_of(const struct row *row, uint32_t id, uint32_t dialect)
{
	if (dialect == HVP_GSB_DIALECT_LINUX) {
		if (id == HVP_GSB_NOP)
			return 0;
		if (id == HVP_GSB_HEIR)
			return 8;
	}
	return row->bytes;
}

static bool level_fits(const struct hvp_gstate_host *host, uint32_t pvr)
{
	switch (pvr) {
	case 0x0f000005:
		return host->l1_level >= HVP_LEVEL_3_00 && (host->negotiated & HVP_BIT(62));
	case 0x0f000006:
		return host->l1_level >= HVP_LEVEL_3_10 && (host->negotiated & HVP_BIT(61));
	case 0x0f000007:
		return host->l1_level >= HVP_LEVEL_3_10_P11 && (host->negotiated & HVP_BIT(60));
	default:
		return false;
	}
}

static __attribute__((noinline)) bool value_fits(const struct hvp_gstate_host *host,
						 const struct row *row, const uint8_t *value,
						 uint32_t bytes)
{
	uint64_t first, second, least;

	switch (row->accept) {
	case HVP_GSB_ACCEPT_LEVEL:
		return level_fits(host, get32(value));
	case HVP_GSB_ACCEPT_PARTITION:
		first = get64(value);
		return get64(value + 8) == 52 && get64(value + 16) == 0x10000 &&
		       first < ADDRESSES && !(first & 0xffff);
	case HVP_GSB_ACCEPT_PROCESS:
		first = get64(value);
		second = get64(value + 8);
		return second >= HVP_BIT(12) && second <= HVP_BIT(36) &&
		       !(second & (second - 1)) && first < ADDRESSES && !(first & 0xfff);
	case HVP_GSB_ACCEPT_INPUT:
	case HVP_GSB_ACCEPT_OUTPUT:
		first = get64(value);
		second = get64(value + 8);
		least = row->accept == HVP_GSB_ACCEPT_INPUT ? 4 : host->run_output_min;
		return first && first < ADDRESSES && second >= least && second <= host->run_max;
	default:
		return !(get(value, bytes) & ~bits_of(row));
	}
}

static int64_t check(const struct hvp_gstate_host *host, uint32_t access, uint32_t scope,
		     const uint8_t *buf, uint32_t used, uint32_t *index, uint32_t *offset)
{
	const uint32_t count = get32(buf);
	uint32_t at = 4, i;
	int64_t status = HVP_H_SUCCESS;

	for (i = 0; i < count; i++) {
		const struct row *row;
		uint32_t id, bytes;
		int32_t size;

		status = HVP_H_INVALID_ELEMENT_SIZE;
		if (used - at < 4)
			break;
		id = get16(buf + at);
		bytes = get16(buf + at + 2);
		if (used - at - 4 < bytes)
			break;
		row = row_of(id);
		status = HVP_H_INVALID_ELEMENT_ID;
		if (!row || row->since > host->revision || !(row->scope & scope) ||
		    (row->access & access) != access)
			break;
		if (host->lacks &&
		    ((id == HVP_GSB_L0_STATE_SIZE && (host->lacks & 1)) ||
		     (id == HVP_GSB_VPA && (host->lacks & 2))))
			break;
		status = HVP_H_INVALID_ELEMENT_SIZE;
		size = bytes_of(row, id, host->dialect);
		if (size != HVP_GSB_ANY && (uint32_t)size != bytes)
			break;
		status = HVP_H_INVALID_ELEMENT_VALUE;
		if (row->accept && access != HVP_GSB_ACCESS_GET &&
		    !value_fits(host, row, buf + at + 4, bytes))
			break;
		status = HVP_H_SUCCESS;
		at += 4 + bytes;
	}
	*index = i;
	*offset = at;
	return status;
}

HAND(gstate_check)
{
	const uint32_t access = a == HVP_GSTATE_USE_GET ? HVP_GSB_ACCESS_GET :
				a == HVP_GSTATE_USE_SET ? HVP_GSB_ACCESS_SET : HVP_GSB_ACCESS_RUN;
	uint32_t index = 0, offset = 0;

	UNUSED;
	v->out.answer.r4 = 0;
	v->out.answer.r5 = 0;
	if (a != HVP_GSTATE_USE_RUN && v->used > v->gstate.buffer_max) {
		v->out.answer.r3 = HVP_H_P5;
		return 0;
	}
	if (v->used < 4) {
		v->out.answer.r3 = a == HVP_GSTATE_USE_RUN ? HVP_H_INPUT_BUFFER_TOO_SMALL :
							     HVP_H_P5;
		return 0;
	}
	v->out.answer.r3 = check(&v->gstate, access, (uint32_t)b, v->buf, v->used, &index,
				 &offset);
	if (v->out.answer.r3)
		v->out.answer.r4 = a == HVP_GSTATE_USE_RUN ? offset : index;
	return 0;
}

HAND(gstate_tables)
{
	return hand_gstate_check(v, a, b, c);
}

HAND(gstate_keep)
{
	UNUSED;
	return a == HVP_GSB_HFSCR ? b & (CAUSE | v->host.hfscr.present) : b;
}

HAND(gstate_load)
{
	const struct hvp_hvregs_host *host = &v->host;

	UNUSED;
	switch (a) {
	case HVP_GSB_HFSCR:
		return effective(host, b, host->resident);
	case HVP_GSB_LPCR:
		return l2_lpcr(host, b);
	case HVP_GSB_DAWRX0:
		return b & ~HVP_DAWRX_HYP;
	case HVP_GSB_CIABR:
		return l2_ciabr(b);
	case HVP_GSB_MSR:
		return l2_msr(b) & ~HVP_MSR_TS;
	case HVP_GSB_DPDES:
		return (uint8_t)b ? 1 : 0;
	case HVP_GSB_DAWR1:
		return host->features & HVP_HVREGS_DAWR1 ? b : 0;
	case HVP_GSB_DAWRX1:
		return host->features & HVP_HVREGS_DAWR1 ? b & ~HVP_DAWRX_HYP : 0;
	case HVP_GSB_HDAR:
	case HVP_GSB_HDSISR:
	case HVP_GSB_HEIR:
	case HVP_GSB_ASDR:
		return 0;
	default:
		return b;
	}
}

HAND(gstate_leave)
{
	const struct row *row = row_of((uint32_t)a);
	uint64_t live = HVP_U64(0x123456789abcdef0);

	UNUSED;
	if (!row)
		return b;
	live &= bits_of(row);
	if (bytes_of(row, (uint32_t)a, v->gstate.dialect) == 4)
		live = (uint32_t)live;
	switch (row->exit) {
	case HVP_HVREG_EXIT_ALWAYS:
		return live;
	case HVP_HVREG_EXIT_HFU:
		return restore(b, c, 10);
	case HVP_HVREG_EXIT_HDSI:
		return c == 0xe00 ? live : b;
	case HVP_HVREG_EXIT_HDSI_HISI:
		return c == 0xe00 || c == 0xe20 ? live : b;
	case HVP_HVREG_EXIT_HEAI:
		return c == 0xe40 ? live : b;
	default:
		return b;
	}
}

HAND(gsb_bits)
{
	UNUSED;
	switch (a) {
	case HVP_GSB_MSR:
		return ~(HVP_MSR_HV | HVP_BIT(22) | HVP_MSR_ME);
	case HVP_GSB_LPCR:
		return (HVP_LPCR_L1 & ~HVP_LPCR_TC) | HVP_BIT(10);
	case HVP_GSB_HDEXCR:
		return 0xffffffff;
	default:
		return ~HVP_U64(0);
	}
}

HAND(gsb_bytes)
{
	const struct row *row = row_of((uint32_t)a);

	UNUSED;
	return BENCH_STATUS(row ? bytes_of(row, (uint32_t)a, (uint32_t)b) : HVP_GSB_ABSENT);
}

HAND(gsb_put_number)
{
	const struct row *row = row_of((uint32_t)a);
	struct hvp_gsb_builder *to = &v->builder;
	uint8_t *at = to->buf + to->used;
	int32_t bytes;

	UNUSED;
	if (!row)
		return BENCH_STATUS(HVP_ERR_NOT_FOUND);
	bytes = bytes_of(row, (uint32_t)a, to->dialect);
	if (bytes == 4 && b >> 32)
		return BENCH_STATUS(HVP_ERR_VALUE);
	if (bytes != 4 && bytes != 8)
		return BENCH_STATUS(HVP_ERR_SIZE);
	if (to->bytes - to->used < 4 + (uint32_t)bytes)
		return BENCH_STATUS(HVP_ERR_TOO_BIG);
	put16(at, (uint32_t)a);
	put16(at + 2, (uint32_t)bytes);
	if (bytes == 8)
		put64(at + 4, b);
	else
		put32(at + 4, (uint32_t)b);
	to->used += 4 + (uint32_t)bytes;
	put32(to->buf, ++to->count);
	return 0;
}

HAND(level_from_pvr)
{
	UNUSED;
	switch ((uint32_t)a) {
	case 0x0f000001:
		return HVP_LEVEL_2_04;
	case 0x0f000002:
		return HVP_LEVEL_2_05;
	case 0x0f000003:
		return HVP_LEVEL_2_06;
	case 0x0f100003:
		return HVP_LEVEL_2_06_PLUS;
	case 0x0f000004:
		return HVP_LEVEL_2_07;
	case 0x0f000005:
		return HVP_LEVEL_3_00;
	case 0x0f000006:
		return HVP_LEVEL_3_10;
	case 0x0f000007:
		return HVP_LEVEL_3_10_P11;
	default:
		return HVP_LEVEL_NONE;
	}
}

HAND(level_capability)
{
	UNUSED;
	switch (a) {
	case HVP_LEVEL_3_00:
		return HVP_BIT(62);
	case HVP_LEVEL_3_10:
		return HVP_BIT(61);
	case HVP_LEVEL_3_10_P11:
		return HVP_BIT(60);
	default:
		return 0;
	}
}

/* Of the processors that the patch is about. */
static bool processor(uint32_t pvr, uint32_t *oldest, uint32_t *newest)
{
	switch (pvr >> 16) {
	case 0x4e:
		*oldest = HVP_LEVEL_2_05;
		*newest = HVP_LEVEL_3_00;
		return true;
	case 0x80:
		*oldest = HVP_LEVEL_2_05;
		*newest = HVP_LEVEL_3_10;
		return true;
	case 0x82:
		*oldest = HVP_LEVEL_2_05;
		*newest = HVP_LEVEL_3_10_P11;
		return true;
	default:
		return false;
	}
}

HAND(pvr_check)
{
	uint32_t oldest, newest, own, level;

	UNUSED;
	if (!processor(v->machine.pvr, &oldest, &newest))
		return BENCH_STATUS(HVP_ERR_HOST_PVR);
	own = newest;
	if (v->machine.compat_pvr) {
		own = (uint32_t)hand_level_from_pvr(v, v->machine.compat_pvr, 0, 0);
		if (own < oldest || own > newest)
			return BENCH_STATUS(HVP_ERR_HOST_MODE);
	}
	level = a ? (uint32_t)hand_level_from_pvr(v, a, 0, 0) : own;
	if (!level)
		return BENCH_STATUS(HVP_ERR_UNKNOWN_PVR);
	if (level > own)
		return BENCH_STATUS(HVP_ERR_LEVEL_NEWER);
	if (level < oldest)
		return BENCH_STATUS(HVP_ERR_LEVEL_OLDER);
	if ((v->machine.flags & HVP_PVR_GRANTED) &&
	    !(hand_level_capability(v, level, 0, 0) & v->machine.granted))
		return BENCH_STATUS(HVP_ERR_LEVEL_NOT_GRANTED);
	v->out.word = level;
	return 0;
}

HAND(pvr_pcr)
{
	uint32_t oldest, newest;

	UNUSED;
	if (!processor((uint32_t)a, &oldest, &newest))
		return BENCH_STATUS(HVP_ERR_HOST_PVR);
	if ((uint32_t)b > newest)
		return BENCH_STATUS(HVP_ERR_LEVEL_NEWER);
	if ((uint32_t)b < oldest)
		return BENCH_STATUS(HVP_ERR_LEVEL_OLDER);
	switch ((uint32_t)b) {
	case HVP_LEVEL_2_05:
		v->out.number = 0x3e;
		break;
	case HVP_LEVEL_2_06:
	case HVP_LEVEL_2_06_PLUS:
		v->out.number = 0x3c;
		break;
	case HVP_LEVEL_2_07:
		v->out.number = 0x38;
		break;
	case HVP_LEVEL_3_00:
		v->out.number = 0x30;
		break;
	default:
		v->out.number = 0x20;
	}
	v->out.number &= a >> 16 == 0x4e ? 0x0e : 0x1e;
	return 0;
}

static inline uint64_t offered(const struct hvp_gcaps *caps)
{
	uint64_t levels = HVP_BIT(63);

	if (caps->l1_level >= HVP_LEVEL_3_00)
		levels |= HVP_BIT(62);
	if (caps->l1_level >= HVP_LEVEL_3_10)
		levels |= HVP_BIT(61);
	if (caps->l1_level >= HVP_LEVEL_3_10_P11)
		levels |= HVP_BIT(60);
	return caps->has & levels;
}

HAND(gcaps_get)
{
	UNUSED;
	v->out.answer.r3 = a ? HVP_H_PARAMETER : HVP_H_SUCCESS;
	v->out.answer.r4 = a ? 0 : offered(&v->gcaps);
	v->out.answer.r5 = 0;
	return 0;
}

HAND(gcaps_set)
{
	const uint64_t levels = HVP_BIT(62) | HVP_BIT(61) | HVP_BIT(60);

	UNUSED;
	v->out.answer.r4 = 0;
	v->out.answer.r5 = 0;
	if (a) {
		v->out.answer.r3 = HVP_H_PARAMETER;
	} else if ((b & ~offered(&v->gcaps)) || !(b & levels)) {
		v->out.answer.r3 = HVP_H_P2;
		v->out.answer.r4 = 1;
	} else if (v->gcaps.negotiated && v->gcaps.negotiated != b) {
		v->out.answer.r3 = HVP_H_STATE;
	} else {
		v->out.answer.r3 = HVP_H_SUCCESS;
	}
	return 0;
}

/* One structure, one contract. */
static inline int64_t accept(struct hvp_vstruct_plan *plan, uint64_t size, uint64_t limit)
{
	plan->copy_in = 0;
	plan->clear_in = 0;
	plan->check_from = 0;
	plan->check_bytes = 0;
	plan->copy_out = 0;
	plan->clear_out = 0;
	plan->answer_size = 0;
	plan->hand_back = 0;
	if (size > limit)
		return HVP_ERR_TOO_BIG;
	if (size < 24)
		return HVP_ERR_TOO_SMALL;
	plan->copy_in = 24;
	plan->check_from = 24;
	plan->check_bytes = (uint32_t)size - 24;
	plan->copy_out = 24;
	plan->clear_out = plan->check_bytes;
	plan->answer_size = 24;
	plan->hand_back = size > 24 ? 24 : 0;
	return HVP_OK;
}

HAND(vstruct_accept)
{
	UNUSED;
	return BENCH_STATUS(accept(&v->out.plan, a, 4096));
}

HAND(vstruct_tail)
{
	const uint8_t *byte = (const uint8_t *)&v->out;

	UNUSED;
	for (uint64_t i = 0; i < a; i++)
		if (byte[i])
			return BENCH_STATUS(HVP_ERR_TAIL);
	return 0;
}

HAND(vstruct_flags)
{
	UNUSED;
	return a & ~b ? BENCH_STATUS(HVP_ERR_RESERVED) : 0;
}

HAND(vstruct_retry)
{
	UNUSED;
	if (c || b >= a || b < 24)
		return false;
	v->out.number = b;
	return true;
}

HAND(compat_caps_answer)
{
	const struct hvp_compat_caps_call *call = &v->caps;
	struct hvp_compat_caps_result *result = &v->out.result;
	const uint32_t tail = (uint32_t)call->user_size - 24;
	int32_t error;

	UNUSED;
	result->hand_back = 0;
	result->copy_out = 0;
	result->clear_out = 0;
	if (call->events & HVP_COMPAT_CAPS_SIZE_FAULT) {
		error = -14;
	} else if (call->user_size > call->page_size) {
		error = -7;
	} else if (call->user_size < 24) {
		error = -22;
	} else if (call->events & HVP_COMPAT_CAPS_COPY_FAULT) {
		error = -14;
	} else if ((call->events & HVP_COMPAT_CAPS_TAIL) && tail) {
		error = call->events & HVP_COMPAT_CAPS_BACK_FAULT ? -14 : -7;
		result->hand_back = error == -7 ? 24 : 0;
	} else if (call->flags) {
		error = -22;
	} else if (call->events & HVP_COMPAT_CAPS_NO_BACKEND) {
		error = -25;
	} else if (call->backend) {
		error = call->backend;
	} else if (call->events & HVP_COMPAT_CAPS_OUT_FAULT) {
		error = -14;
	} else {
		error = 0;
		result->copy_out = 24;
		result->clear_out = tail;
	}
	result->error = error;
	return 0;
}
