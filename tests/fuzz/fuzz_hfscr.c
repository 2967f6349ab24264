// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* HFSCR: any policy, and of a valid one R1 to R7 for any value. */
#include "values.h"

enum what { VALIDATE, DERIVE, ASSIGN, ACTION };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(VALIDATE, HVP_OK), FUZZ_ANSWER(VALIDATE, HVP_ERR_VERSION),
	FUZZ_ANSWER(VALIDATE, HVP_ERR_RESERVED), FUZZ_ANSWER(VALIDATE, HVP_ERR_POLICY),
	FUZZ_ANSWER(DERIVE, HVP_OK), FUZZ_ANSWER(DERIVE, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(DERIVE, HVP_ERR_RESERVED), FUZZ_ANSWER(DERIVE, HVP_ERR_LEVEL_OLDER),
	FUZZ_ANSWER(DERIVE, HVP_ERR_LEVEL_NEWER), FUZZ_HEAD(DERIVE),
	FUZZ_ANSWER(ASSIGN, HVP_OK), FUZZ_ANSWER(ASSIGN, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(ASSIGN, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(ACTION, HVP_HFU_ILLEGAL), FUZZ_ANSWER(ACTION, HVP_HFU_REFLECT),
	FUZZ_ANSWER(ACTION, HVP_HFU_LOAD), FUZZ_ANSWER(ACTION, HVP_HFU_EMULATE),
	FUZZ_ANSWER(ACTION, HVP_HFU_INCONSISTENT),
};
FUZZ_SUBJECT(hvp_hfscr_decide);

/* What the hardware holds and what L0 does about a facility fit each other (R6). */
static void decide(const struct hvp_hfscr_policy *policy, uint64_t requested, uint64_t resident,
		   uint32_t cause)
{
	const uint32_t action = hvp_hfscr_decide(policy, requested, resident, cause);
	const uint64_t bit = cause < HVP_FACILITIES ? HVP_BIT(cause) : 0;
	const uint64_t effective = hvp_hfscr_effective(policy, requested, resident);
	const uint32_t vector = hvp_hfscr_vector(action, HVP_RECEIVER_HYPERVISOR);

	fuzz_subject_runs++;
	seen(ACTION, action);
	CHECK((action == HVP_HFU_ILLEGAL) == !(policy->present & bit));
	CHECK((action == HVP_HFU_INCONSISTENT) == ((effective & bit) != 0));
	if (action == HVP_HFU_REFLECT)
		CHECK(!(requested & bit));
	if (action == HVP_HFU_LOAD) /* and then it is there */
		CHECK(hvp_hfscr_effective(policy, requested, resident | bit) & bit);
	/* L1 asked or did not; that other bits are set does not matter */
	CHECK(hvp_hfscr_decide(policy, requested & bit, resident & bit, cause) == action);
	CHECK(!vector == (action == HVP_HFU_LOAD || action == HVP_HFU_EMULATE));
	CHECK(!vector == !hvp_hfscr_vector(action, HVP_RECEIVER_GUEST));
	CHECK(!vector || hvp_hfscr_vector(action, HVP_RECEIVER_GUEST) == HVP_VECTOR_PROGRAM);
	CHECK((vector == HVP_VECTOR_HFU) == (action == HVP_HFU_REFLECT));
}

static void values(const struct hvp_hfscr_policy *policy, uint64_t requested, uint64_t resident,
		   uint32_t vector, uint32_t cause)
{
	const uint64_t sane = hvp_hfscr_sanitise(policy, requested);
	const uint64_t hardware = hvp_hfscr_effective(policy, requested, resident);
	const uint64_t back = hvp_hfscr_restore(requested, vector, cause);
	struct heard heard;

	/* R2 */
	CHECK(!(sane & ~requested) && hvp_hfscr_sanitise(policy, sane) == sane);
	CHECK(hvp_hfscr_cause(sane) == hvp_hfscr_cause(requested));
	/* R3: nothing that was not asked; sanitised or not is the same; more resident, no less */
	CHECK(!(hardware & ~sane) && hvp_hfscr_effective(policy, sane, resident) == hardware);
	CHECK(!(hardware & ~hvp_hfscr_effective(policy, requested, ~HVP_U64(0))));
	CHECK(!(hardware & policy->emulated));
	/* R4, R5 */
	CHECK(!((back ^ requested) & ~HVP_HFSCR_CAUSE));
	CHECK(vector == HVP_VECTOR_HFU ? hvp_hfscr_cause(back) == (cause & 0xff) :
					 back == requested);
	CHECK(hvp_hfscr_restore_register(policy, requested, vector, cause) ==
	      hvp_hfscr_sanitise(policy, back));
	/* what is dropped is told, bit by bit */
	CHECK(hvp_hfscr_review(policy, requested, listen(&heard, HEARD_MAX)) ==
	      (requested ^ sane));
	check_heard(&heard, false);
	CHECK(heard.report.total == (uint32_t)__builtin_popcountll(requested ^ sane));
	for (uint32_t i = 0; i < heard.report.stored; i++)
		CHECK((requested ^ sane) & HVP_BIT(heard.findings[i].object));
}

static void validate(struct producer *from, const struct hvp_hfscr_policy *valid)
{
	struct hvp_hfscr_policy any = *valid;
	struct heard heard;
	enum hvp_status status;

	damage_object(from, &any, sizeof(any));
	status = hvp_hfscr_validate(&any, listen(&heard, 2));
	seen(VALIDATE, status);
	check_status(&heard, status);
	CHECK(hvp_hfscr_validate(&any, NULL) == status);
	CHECK(hvp_hfscr_validate(NULL, NULL) == HVP_ERR_ARGUMENT);
	if (status)
		return;
	for (uint32_t i = 0; i <= HVP_FACILITIES; i++)
		CHECK(hvp_hfscr_strategy(&any, i) <= HVP_STRATEGY_EMULATED);
	CHECK(!((any.lazy | any.emulated) & ~any.present) && !(any.lazy & any.emulated));
}

static void assign(struct hvp_hfscr_policy *policy, uint32_t facility, uint32_t strategy)
{
	const struct hvp_hfscr_policy before = *policy;
	const enum hvp_status status = hvp_hfscr_assign(policy, facility, strategy);

	seen(ASSIGN, status);
	if (status) {
		CHECK(!memcmp(policy, &before, sizeof(before)));
		return;
	}
	CHECK(hvp_hfscr_strategy(policy, facility) == strategy);
	CHECK(!hvp_hfscr_validate(policy, NULL));
	for (uint32_t i = 0; i < HVP_FACILITIES; i++)
		CHECK(i == facility ||
		      hvp_hfscr_strategy(policy, i) == hvp_hfscr_strategy(&before, i));
}

static void derive(struct producer *from, uint8_t how)
{
	struct hvp_hfscr_host host = { .policy_level = HVP_POLICY_LEVEL_1 };
	struct hvp_hfscr_policy policy;
	struct heard heard;
	enum hvp_status status;
	uint32_t guest;

	if (how & 4)
		host.policy_level = produce_byte(from);
	host.host_level = some_level(from);
	host.guest_level = some_level(from);
	host.features = how & 8 ? (uint32_t)produce_boundary(from) : produce_byte(from) & 7;
	host.receiver = produce_byte(from) & 3;
	host.hardware = produce_boundary(from);
	guest = host.guest_level ? host.guest_level : host.host_level;
	poison(policy);
	status = hvp_hfscr_derive(sized(from, &host, sizeof(host), how), &policy,
				  listen_one(&heard));
	seen(DERIVE, status);
	check_status(&heard, status);
	if (FAILS(status, policy))
		return;
	CHECK(!hvp_hfscr_validate(&policy, NULL));
	CHECK(!(policy.present & ~hvp_facility_of_level(guest)));
	CHECK(!(policy.present & ~hvp_facility_enables(host.host_level)));
	CHECK(host.receiver == HVP_RECEIVER_GUEST || !policy.lazy);
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	const uint64_t low = produce_number(from, 2);
	const uint64_t requested = low | (how & 16 ? produce_boundary(from) : 0);
	const uint64_t resident = produce_number(from, 2);
	const uint32_t cause = how & 32 ? (uint32_t)produce_boundary(from) :
					  produce_byte(from) & 15u;
	struct hvp_hfscr_policy policy;

	some_policy(from, &policy);
	decide(&policy, requested, resident, cause);
	values(&policy, requested, resident, how & 64 ? HVP_VECTOR_HFU : HVP_VECTOR_HEAI, cause);
	validate(from, &policy);
	assign(&policy, how & 32 ? produce_byte(from) : cause, how >> 5);
	derive(from, how);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
