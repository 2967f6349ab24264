// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What L0 holds of an L1, and single values on their way to L2 and back. Buffers are in fuzz_gsb.c.
 */
#include "values.h"

enum what { VALIDATE, FLAGS, FLAGS_R3, ID };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(VALIDATE, HVP_OK), FUZZ_ANSWER(VALIDATE, HVP_ERR_RESERVED),
	FUZZ_ANSWER(VALIDATE, HVP_ERR_VALUE), FUZZ_HEAD(VALIDATE),
	FUZZ_ANSWER(FLAGS, HVP_OK), FUZZ_ANSWER(FLAGS, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(FLAGS_R3, HVP_H_SUCCESS), FUZZ_ANSWER(FLAGS_R3, HVP_H_PARAMETER),
	FUZZ_ANSWER(ID, 0), FUZZ_ANSWER(ID, 1),
};
FUZZ_SUBJECT(hvp_gstate_validate);

static void some_host(struct producer *from, struct hvp_gstate_host *host)
{
	const uint8_t how = produce_byte(from);

	*host = (struct hvp_gstate_host){
		.size = sizeof(*host), .policy_level = HVP_POLICY_LEVEL_1,
		.revision = 1 + (how & 1u), .dialect = how >> 1 & 1, .lacks = how >> 2 & 3,
		.l1_level = how & 16 ? HVP_LEVEL_3_10_P11 : HVP_LEVEL_3_00,
		.run_output_min = HVP_GSTATE_RUN_OUTPUT_MIN, .run_max = HVP_GSTATE_RUN_MAX,
		.buffer_max = HVP_GSTATE_BUFFER_MAX, .run_flags = (uint64_t)(how >> 5) << 61,
		.negotiated = (uint64_t)(produce_byte(from) & 15) << 60,
	};
	CHECK(!hvp_gstate_validate(host, NULL));
}

/* One that is sound takes an empty buffer in each call, and not one of one byte less. */
static void check_sound(const struct hvp_gstate_host *host)
{
	static const uint8_t empty[HVP_GSB_HEADER] = { 0 };
	const void *at = edge_copy(EDGE_BEHIND, empty, sizeof(empty));
	struct hvp_hcall answer;

	CHECK(host->buffer_max >= HVP_GSB_HEADER && host->run_max <= HVP_GSTATE_RUN_MAX);
	CHECK(host->run_output_min >= HVP_GSTATE_RUN_OUTPUT_MIN);
	CHECK(host->run_output_min <= host->run_max);
	for (uint32_t use = HVP_GSTATE_USE_GET; use <= HVP_GSTATE_USE_RUN; use++) {
		CHECK(!hvp_gstate_check(host, use, HVP_GSB_SCOPE_THREAD, 0, at, sizeof(empty),
					&answer, NULL));
		CHECK(!answer.r3);
		CHECK(!hvp_gstate_check(host, use, HVP_GSB_SCOPE_THREAD, 0, at,
					sizeof(empty) - 1, &answer, NULL));
		CHECK(answer.r3);
	}
}

static void validate(struct producer *from, const struct hvp_gstate_host *valid, uint8_t how)
{
	struct hvp_gstate_host host = *valid;
	struct heard heard;
	const void *at;
	enum hvp_status status;

	damage(from, &host);
	at = sized(from, &host, sizeof(host), how);
	status = hvp_gstate_validate(at, listen(&heard, 2));
	fuzz_subject_runs++;
	seen(VALIDATE, status);
	check_status(&heard, status);
	CHECK(hvp_gstate_validate(at, NULL) == status && heard.report.total <= 1);
	if (!status) {
		host.size = sizeof(host);
		check_sound(&host);
	}
}

/* A flag more never makes a call good that was not. */
static void flags(const struct hvp_gstate_host *host, uint32_t use, uint64_t value)
{
	struct hvp_hcall answer, other;
	struct heard heard;
	uint32_t scope, same;
	enum hvp_status status;

	poison(scope);
	poison(answer);
	status = hvp_gstate_flags(host, use, value, &scope, &answer, listen_one(&heard));
	seen(FLAGS, status);
	if (status) {
		check_status(&heard, status);
		CHECK_POISONED(scope);
		CHECK_POISONED(answer);
		return;
	}
	check_heard(&heard, answer.r3);
	seen(FLAGS_R3, answer.r3);
	if (!answer.r3)
		CHECK(scope && !(scope & (scope - 1)));
	else
		CHECK_POISONED(scope);
	for (uint32_t bit = 0; bit < 61; bit++) {
		CHECK(!hvp_gstate_flags(host, use, value | HVP_BIT(bit), &same, &other, NULL));
		CHECK(other.r3);
	}
}

static void registers(const struct hvp_gstate_host *host, const struct hvp_hvregs_host *regs,
		      uint32_t id, uint64_t value, uint64_t live, uint32_t cause)
{
	static const uint32_t vectors[] = { 0xc00, 0xe00, 0xe20, 0xe40, 0xf80 };
	const uint64_t kept = hvp_gstate_keep(regs, id, value);
	const uint64_t runs = hvp_gstate_load(regs, id, kept);
	const bool known = hvp_gsb_bits(id) != ~HVP_U64(0);

	seen(ID, known);
	CHECK(!(kept & ~value) && hvp_gstate_keep(regs, id, kept) == kept);
	CHECK(hvp_gstate_load(regs, id, runs) == runs);
	for (uint32_t i = 0; i < COUNT(vectors); i++) {
		const uint64_t back = hvp_gstate_leave(host, id, kept, live, vectors[i], cause);

		/* of L2 only what there is room for, and what L1 could have set itself */
		if (known && id != HVP_GSB_HFSCR)
			CHECK(back == kept || !(back & ~live));
		CHECK(hvp_gstate_leave(host, id, back, live, vectors[i], cause) == back);
	}
	if (id != HVP_GSB_LOGICAL_PVR && id != HVP_GSB_RUN_OUTPUT_MIN_SIZE)
		CHECK(!hvp_gstate_initial(host, id));
	else if (id == HVP_GSB_LOGICAL_PVR && hvp_gstate_initial(host, id))
		CHECK(hvp_level_from_pvr((uint32_t)hvp_gstate_initial(host, id)) <=
		      host->l1_level);
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from), slot = produce_byte(from);
	struct hvp_gstate_host host;
	struct hvp_hvregs_host regs;
	uint64_t value, live;
	uint32_t id;

	some_host(from, &host);
	some_hvregs_host(from, &regs);
	validate(from, &host, how);
	flags(&host, how >> 2 & 7, (uint64_t)(slot & 7) << 61 |
				   (how & 32 ? produce_boundary(from) : 0));
	if (hvp_gsb_at(slot, &id))
		id = (uint32_t)produce_boundary(from);
	value = produce_boundary(from);
	live = produce_boundary(from);
	registers(&host, &regs, id, value, live, produce_byte(from));
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
