// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* struct hv_guest_state of an L1 that fills it with anything, on its way to L2 and back. */
#include "values.h"

enum what { SIZE, SWAP, GET, VALIDATE };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(SIZE, HVP_OK), FUZZ_ANSWER(SIZE, HVP_ERR_VERSION),
	FUZZ_ANSWER(SWAP, HVP_OK), FUZZ_ANSWER(SWAP, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(GET, HVP_OK), FUZZ_ANSWER(GET, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(VALIDATE, HVP_OK), FUZZ_ANSWER(VALIDATE, HVP_ERR_RESERVED),
	FUZZ_ANSWER(VALIDATE, HVP_ERR_POLICY), FUZZ_HEAD(VALIDATE),
};
FUZZ_SUBJECT(hvp_hvregs_enter);

static void some_regs(struct producer *from, struct hvp_hvregs *regs)
{
	uint8_t *byte = (uint8_t *)regs;

	for (uint32_t i = 0; i < sizeof(*regs); i++)
		byte[i] = produce_byte(from);
}

/* Only the bytes of its version are read or written. */
static void swap(const struct hvp_hvregs *regs, uint32_t size)
{
	uint8_t *at = edge_copy(EDGE_BEHIND, regs, size <= sizeof(*regs) ? size : 0);
	const enum hvp_status status = hvp_hvregs_swap((void *)at, size);

	seen(SWAP, status);
	CHECK(edge_is_clean(EDGE_BEHIND));
	if (status) {
		CHECK(size > sizeof(*regs) || !memcmp(at, regs, size));
		return;
	}
	CHECK(!hvp_hvregs_swap((void *)at, size));
	CHECK(!memcmp(at, regs, size));
}

static void rows(uint32_t reg, uint64_t version)
{
	struct hvp_hvreg_info info;
	uint32_t size;
	enum hvp_status status;

	poison(info);
	status = hvp_hvregs_get(reg, &info);
	seen(GET, status);
	if (!FAILS(status, info)) {
		CHECK(info.reg == reg);
		CHECK(info.offset + info.bytes <= sizeof(struct hvp_hvregs));
		check_words(info.name, sizeof(info.name) - 1);
	}
	poison(size);
	status = hvp_hvregs_size(version, &size);
	seen(SIZE, status);
	if (!FAILS(status, size))
		CHECK(size <= sizeof(struct hvp_hvregs) && version <= HVP_HVREGS_VERSION_LATEST);
}

/* L2 never has what L1 may not give it, whatever L1 wrote. */
static void enter(const struct hvp_hvregs_host *host, const struct hvp_hvregs *l1, uint64_t msr)
{
	struct hvp_hvregs l2, again, in_place = *l1;
	struct heard heard;

	poison(l2);
	hvp_hvregs_enter(host, l1, &l2);
	fuzz_subject_runs++;
	hvp_hvregs_enter(host, &in_place, &in_place);
	CHECK(!memcmp(&l2, &in_place, sizeof(l2)));
	hvp_hvregs_enter(host, &l2, &again);
	CHECK(!memcmp(&l2, &again, sizeof(l2)));
	CHECK(!(l2.hfscr & ~l1->hfscr) && !(l2.hfscr & host->hfscr.emulated));
	CHECK(!(l2.lpcr & HVP_LPCR_L1 & ~l1->lpcr) && !(l2.lpcr & ~HVP_LPCR_L1 & ~host->lpcr));
	CHECK(!(~l2.pcr & (l1->pcr | host->l1_pcr | HVP_PCR_RESERVED)));
	CHECK(!((l2.dawrx0 | l2.dawrx1) & HVP_DAWRX_HYP));
	CHECK((l2.ciabr & HVP_CIABR_PRIV) != HVP_CIABR_PRIV && l2.dpdes <= 1);
	CHECK((host->features & HVP_HVREGS_DAWR1) || (!l2.dawr1 && !l2.dawrx1));
	CHECK(hvp_hvregs_lpcr(host, l1->lpcr) == l2.lpcr);
	CHECK(hvp_hvregs_filter_lpcr(host->features, l2.lpcr) == l2.lpcr);
	CHECK((hvp_hvregs_msr(msr) & (HVP_MSR_HV | HVP_MSR_ME)) == HVP_MSR_ME);
	/* what is told is what became of it */
	hvp_hvregs_review(host, l1, msr, listen(&heard, HEARD_MAX));
	check_heard(&heard, false);
	hvp_hvregs_review(host, l1, msr, NULL);
	for (uint32_t i = 0; i < heard.report.stored; i++)
		CHECK(heard.findings[i].have != heard.findings[i].offer);
}

/* L1 never learns the hardware's HFSCR, and no more than the vector says. */
static void leave(const struct hvp_hvregs *l1, const struct hvp_hvregs *l2, uint32_t vector,
		  uint32_t cause)
{
	struct hvp_hvregs back, other = *l2, in_place = *l1;

	poison(back);
	hvp_hvregs_leave(l1, l2, vector, cause, &back);
	other.hfscr = ~other.hfscr;
	hvp_hvregs_leave(&in_place, &other, vector, cause, &in_place);
	CHECK(!memcmp(&back, &in_place, sizeof(back)));
	CHECK(back.version == l1->version && back.lpid == l1->lpid);
	CHECK(back.vcpu_token == l1->vcpu_token && back.pcr == l1->pcr);
	CHECK(back.hfscr == hvp_hfscr_restore(l1->hfscr, vector, cause));
	CHECK(vector == HVP_VECTOR_HDSI || back.hdar == l1->hdar);
	CHECK(vector == HVP_VECTOR_HEAI || back.heir == l1->heir);
}

static void validate(struct producer *from, const struct hvp_hvregs_host *valid, uint8_t how)
{
	struct hvp_hvregs_host host = *valid;
	const void *at;
	struct heard heard;
	enum hvp_status status;

	damage(from, &host);
	at = sized(from, &host, sizeof(host), how);
	status = hvp_hvregs_validate(at, listen(&heard, 2));
	seen(VALIDATE, status);
	check_status(&heard, status);
	CHECK(hvp_hvregs_validate(at, NULL) == status);
}

static void one_call(struct producer *from)
{
	static const uint32_t vectors[] = { 0xe00, 0xe20, 0xe40, 0xf80, 0x700, 0x980 };
	const uint8_t how = produce_byte(from);
	const uint32_t vector = produce_of(from, vectors);
	struct hvp_hvregs_host host;
	struct hvp_hvregs l1, l2;
	uint32_t reg;
	uint64_t msr;

	some_hvregs_host(from, &host);
	validate(from, &host, how);
	reg = how & 4 ? produce_byte(from) | (how & 1u) << 8 : how >> 3;
	rows(reg, how & 8 ? produce_boundary(from) : how >> 4 & 3);
	some_regs(from, &l1);
	some_regs(from, &l2);
	swap(&l1, how & 16 ? (uint32_t)produce_boundary(from) :
			     how & 32 ? HVP_HVREGS_SIZE_V1 : HVP_HVREGS_SIZE_V2);
	msr = produce_boundary(from);
	enter(&host, &l1, msr);
	leave(&l1, &l2, vector, produce_byte(from));
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
