// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Structures that carry their size: R16 to R18 and R20, for every size of 64 bits, every contract,
 * and all sizes that a receiver may know.
 */
#include "proof.h"

static bool is_in_order(const struct hvp_vstruct *known)
{
	return known->contract >= HVP_CONTRACT_AT_LEAST &&
	       known->contract <= HVP_CONTRACT_EXTENSIBLE && known->first &&
	       known->first <= known->known &&
	       (known->contract != HVP_CONTRACT_EXTENSIBLE || known->known <= known->limit);
}

/* R16 and R18, contract by contract. */
static enum hvp_status status_of(const struct hvp_vstruct *known, uint64_t size)
{
	switch (known->contract) {
	case HVP_CONTRACT_EXACT:
		return size == known->known ? HVP_OK : HVP_ERR_SIZE;
	case HVP_CONTRACT_AT_LEAST:
		return size < known->first ? HVP_ERR_TOO_SMALL : HVP_OK;
	case HVP_CONTRACT_REFUSE_LARGER:
		if (size > known->known)
			return HVP_ERR_TOO_BIG;
		return size < known->first ? HVP_ERR_TOO_SMALL : HVP_OK;
	default:
		if (size > known->limit)
			return HVP_ERR_TOO_BIG;
		return size < known->first ? HVP_ERR_TOO_SMALL : HVP_OK;
	}
}

static void prove_plan(const struct hvp_vstruct *known, uint64_t size,
		       const struct hvp_vstruct_plan *plan)
{
	const uint64_t both = size < known->known ? size : known->known;
	const bool extensible = known->contract == HVP_CONTRACT_EXTENSIBLE;

	PROVE(plan->copy_in == both, "R16: no byte beyond the size or what is known is copied");
	PROVE((uint64_t)plan->copy_in + plan->clear_in == known->known,
	      "R16: what was not sent is zero");
	PROVE(plan->copy_out == both && plan->answer_size == both,
	      "R16: no byte beyond the sender's size is written");
	PROVE((uint64_t)plan->copy_out + plan->clear_out <= size,
	      "R16: nothing is cleared beyond the sender's size");
	PROVE(!extensible || (uint64_t)plan->copy_out + plan->clear_out == size,
	      "R16: of a tail that may be there, all is cleared");
	PROVE((uint64_t)plan->check_from + plan->check_bytes <= size,
	      "R16: nothing is looked at beyond the size");
	PROVE(!extensible || (uint64_t)plan->check_from + plan->check_bytes == size,
	      "R16: the whole tail is looked at");
	PROVE(!plan->check_bytes || plan->check_from == known->known,
	      "R16: the tail begins behind what is known");
	PROVE(extensible || (!plan->check_bytes && !plan->clear_out),
	      "R18: no other contract looks at a tail");
	PROVE(plan->hand_back == (plan->check_bytes ? known->known : 0),
	      "R20: the known size is handed back of a tail that is not zero, else nothing");
}

void prove_accept(void)
{
	ANY(struct hvp_vstruct, known);
	ANY(uint64_t, size);
	ANY(struct hvp_vstruct_plan, plan);
	ANY(bool, none);
	const struct hvp_vstruct_plan before = plan;
	struct hvp_report counted, *report = counting(&counted, none);
	struct hvp_vstruct_plan nothing = { 0 };
	const enum hvp_status status = hvp_vstruct_accept(&known, size, &plan, report);

	PROVE((status == HVP_ERR_ARGUMENT) == !is_in_order(&known),
	      "R18: four contracts, with sizes in order");
	if (status == HVP_ERR_ARGUMENT) {
		PROVE(SAME(plan, before), "R20: the plan is left alone");
	} else if (status) {
		nothing.hand_back = status == HVP_ERR_TOO_BIG &&
				    known.contract == HVP_CONTRACT_REFUSE_LARGER ? known.known : 0;
		PROVE(SAME(plan, nothing),
		      "R20: on refusal nothing is done but what the contract says");
	} else {
		prove_plan(&known, size, &plan);
	}
	if (status != HVP_ERR_ARGUMENT) {
		PROVE(status == status_of(&known, size), "R18: what each contract says of a size");
		PROVE_REPORTED(report, status != HVP_OK);
	}
	POSSIBLE(!status && plan.check_bytes && plan.hand_back);
	POSSIBLE(!status && known.contract == HVP_CONTRACT_AT_LEAST && size >> 32);
	POSSIBLE(!status && plan.clear_in);
	POSSIBLE(status == HVP_ERR_SIZE);
	POSSIBLE(status == HVP_ERR_TOO_SMALL);
	POSSIBLE(status == HVP_ERR_TOO_BIG && plan.hand_back);
	POSSIBLE(status == HVP_ERR_TOO_BIG && !plan.hand_back);
}

#define ROOM 6

/* The plan of one size carried out, on memory that ends where the size says. */
static void prove_copy(const struct hvp_vstruct *known, uint32_t size)
{
	ANY(uint8_t, memory[ROOM]);
	uint8_t ours[ROOM], *theirs = LAST_BYTES(memory, size);
	struct hvp_vstruct_plan plan;
	uint32_t i;

	if (hvp_vstruct_accept(known, size, &plan, NULL) ||
	    hvp_vstruct_tail(theirs + plan.check_from, plan.check_bytes, plan.check_from, NULL))
		return;
	for (i = 0; i < plan.copy_in; i++)
		ours[i] = theirs[i];
	for (i = 0; i < plan.clear_in; i++)
		ours[plan.copy_in + i] = 0;
	for (i = 0; i < known->known; i++)
		PROVE(ours[i] == (i < size ? theirs[i] : 0), "R16: what was sent, zero behind it");
	for (i = known->known; i < size; i++)
		PROVE(known->contract != HVP_CONTRACT_EXTENSIBLE || !theirs[i],
		      "R16: what is not known is zero");
	for (i = 0; i < plan.copy_out; i++)
		theirs[i] = ours[i];
	for (i = 0; i < plan.clear_out; i++)
		theirs[plan.copy_out + i] = 0;
	POSSIBLE(size == ROOM && known->known == 3 && known->contract == HVP_CONTRACT_EXTENSIBLE);
	POSSIBLE(size == 3 && known->known == ROOM);
}

void prove_copies(void)
{
	ANY(struct hvp_vstruct, known);

	ASSUME(known.known <= ROOM);
	for (uint32_t size = 0; size <= ROOM; size++)
		prove_copy(&known, size);
}

#define LONGEST 16

static void prove_length(size_t bytes)
{
	ANY(uint8_t, memory[LONGEST]);
	ANY(bool, none);
	const uint8_t *tail = LAST_BYTES(memory, bytes);
	struct hvp_report counted, *report = counting(&counted, none);
	const enum hvp_status status = hvp_vstruct_tail(tail, bytes, 24, report);
	bool zero = true;

	for (size_t i = 0; i < bytes; i++)
		zero = zero && !tail[i];
	PROVE(status == (zero ? HVP_OK : HVP_ERR_TAIL), "R16: a tail passes if it is zero");
	PROVE_REPORTED(report, status != HVP_OK);
	POSSIBLE(!status && bytes == LONGEST);
	POSSIBLE(status && bytes == LONGEST && !tail[0] && !tail[LONGEST - 2]);
}

void prove_tail(void)
{
	ANY(size_t, bytes);

	for (size_t length = 0; length <= LONGEST; length++)
		prove_length(length);
	PROVE(hvp_vstruct_tail(NULL, bytes, 0, NULL) == (bytes ? HVP_ERR_ARGUMENT : HVP_OK),
	      "R16: no tail is an empty one");
}

void prove_flags(void)
{
	ANY(uint64_t, value);
	ANY(uint64_t, known);
	ANY(bool, none);
	struct hvp_report counted, *report = counting(&counted, none);
	const enum hvp_status status = hvp_vstruct_flags(value, known, report);

	PROVE((status == HVP_OK) == ((value & known) == value), "R17: reserved bits are zero");
	PROVE(!status || status == HVP_ERR_RESERVED, "R17: a reserved bit has its status");
	PROVE_REPORTED(report, status != HVP_OK);
	POSSIBLE(status == HVP_OK && value);
	POSSIBLE(status == HVP_ERR_RESERVED);
}

/* A sender and a receiver of any versions: how often it calls, and whether it is understood. */
void prove_retry(void)
{
	ANY(int32_t, error);
	ANY(uint64_t, first);
	ANY(uint64_t, sent);
	ANY(uint64_t, returned);
	ANY(uint32_t, retries);
	ANY(uint64_t, size);
	const uint64_t before = size;
	const bool again = hvp_vstruct_retry(error, first, sent, returned, retries, &size);

	PROVE(again == (error == -7 && !retries && returned < sent && returned >= first),
	      "R18: once, smaller, not below the first, and only if it was too big");
	PROVE(size == (again ? returned : before), "R18: with the size that was handed back");
	POSSIBLE(again);
	POSSIBLE(!again && error == -7);
}
