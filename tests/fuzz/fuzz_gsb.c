// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Guest state buffers: an L1 that sends L0 whatever it likes, in sequences of calls.
 *
 * An input is one byte that chooses what L0 has, then operations (enum operation) with their
 * arguments, and what is left behind END is a buffer as L1 wrote it. What L0 accepts is kept,
 * loaded, left and given back, and must be accepted again. Beside the library's answers there is
 * no second opinion here on what a buffer means (tests/unit has that): a broken contract is a
 * contradiction between two of its own answers, or to its header.
 */
#include "contract.h"

#define ROOM 0x20000u		/* longest buffer: two elements of the largest size and more */
#define OPERATIONS_MAX 64
#define SLOTS_MAX 192		/* ids of the table, no more than a byte can choose */
#define NO_SLOT 0xff
#define WORDS 3

enum what {
	GSB_GET, GSB_OUTPUT, GSB_AT, GSB_BEGIN, GSB_NEXT, GSB_FILL, GSB_BUILD, GSB_PUT,
	GSB_PUT_WORDS, GSB_PUT_NUMBER, GSTATE_VALIDATE, GSTATE_FLAGS, FLAGS_R3, GSTATE_CHECK,
	GET_R3, SET_R3, RUN_R3, ANSWER_R3, CHECK_REASON, REVIEW_REASON, GCAPS_GET, GCAPS_GET_R3,
	GCAPS_SET, GCAPS_SET_R3, GCAPS_REASON, GCAPS_COMPAT,
};

#define HEAD(what) \
	FUZZ_ANSWER(what, HVP_OK), FUZZ_ANSWER(what, HVP_ERR_ARGUMENT), FUZZ_HEAD(what), \
	FUZZ_ANSWER(what, HVP_ERR_RESERVED), FUZZ_ANSWER(what, HVP_ERR_VALUE)
#define PUT(what) \
	FUZZ_ANSWER(what, HVP_OK), FUZZ_ANSWER(what, HVP_ERR_NOT_FOUND), \
	FUZZ_ANSWER(what, HVP_ERR_SIZE), FUZZ_ANSWER(what, HVP_ERR_TOO_BIG)

/* Every answer that the headers name. */
const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(GSB_GET, HVP_OK), FUZZ_ANSWER(GSB_GET, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(GSB_OUTPUT, HVP_OK), FUZZ_ANSWER(GSB_OUTPUT, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(GSB_AT, HVP_OK), FUZZ_ANSWER(GSB_AT, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(GSB_BEGIN, HVP_OK), FUZZ_ANSWER(GSB_BEGIN, HVP_ERR_SIZE),
	FUZZ_ANSWER(GSB_NEXT, HVP_OK), FUZZ_ANSWER(GSB_NEXT, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(GSB_NEXT, HVP_ERR_SIZE),
	FUZZ_ANSWER(GSB_FILL, HVP_OK), FUZZ_ANSWER(GSB_FILL, HVP_ERR_VALUE),
	FUZZ_ANSWER(GSB_FILL, HVP_ERR_SIZE),
	FUZZ_ANSWER(GSB_BUILD, HVP_OK), FUZZ_ANSWER(GSB_BUILD, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(GSB_BUILD, HVP_ERR_TOO_SMALL),
	PUT(GSB_PUT), PUT(GSB_PUT_WORDS), PUT(GSB_PUT_NUMBER),
	FUZZ_ANSWER(GSB_PUT_NUMBER, HVP_ERR_VALUE),
	HEAD(GSTATE_VALIDATE),
	FUZZ_ANSWER(GSTATE_FLAGS, HVP_OK), FUZZ_ANSWER(GSTATE_FLAGS, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(FLAGS_R3, HVP_H_SUCCESS), FUZZ_ANSWER(FLAGS_R3, HVP_H_PARAMETER),
	FUZZ_ANSWER(GSTATE_CHECK, HVP_OK), FUZZ_ANSWER(GSTATE_CHECK, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(GSTATE_CHECK, HVP_ERR_RESERVED),
	FUZZ_ANSWER(GET_R3, HVP_H_SUCCESS), FUZZ_ANSWER(GET_R3, HVP_H_P5),
	FUZZ_ANSWER(GET_R3, HVP_H_INVALID_ELEMENT_ID),
	FUZZ_ANSWER(GET_R3, HVP_H_INVALID_ELEMENT_SIZE),
	FUZZ_ANSWER(SET_R3, HVP_H_SUCCESS), FUZZ_ANSWER(SET_R3, HVP_H_P5),
	FUZZ_ANSWER(SET_R3, HVP_H_INVALID_ELEMENT_ID),
	FUZZ_ANSWER(SET_R3, HVP_H_INVALID_ELEMENT_SIZE),
	FUZZ_ANSWER(SET_R3, HVP_H_INVALID_ELEMENT_VALUE),
	FUZZ_ANSWER(RUN_R3, HVP_H_SUCCESS), FUZZ_ANSWER(RUN_R3, HVP_H_INPUT_BUFFER_TOO_SMALL),
	FUZZ_ANSWER(RUN_R3, HVP_H_INVALID_ELEMENT_ID),
	FUZZ_ANSWER(RUN_R3, HVP_H_INVALID_ELEMENT_SIZE),
	FUZZ_ANSWER(RUN_R3, HVP_H_INVALID_ELEMENT_VALUE),
	FUZZ_ANSWER(ANSWER_R3, HVP_H_SUCCESS), FUZZ_ANSWER(ANSWER_R3, HVP_H_P5),
	FUZZ_ANSWER(ANSWER_R3, HVP_H_INVALID_ELEMENT_ID),
	FUZZ_ANSWER(ANSWER_R3, HVP_H_INVALID_ELEMENT_SIZE),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_RESERVED_NOT_ZERO),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_LENGTH),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_CUT),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_UNKNOWN),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_NOT_HERE),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_SCOPE),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_ACCESS),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_TWICE),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_SIZE),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_BITS),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_LEVEL),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_TABLE_BITS),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_BYTES),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_POWER),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_ADDRESS),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_ALIGN),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_SKIPPED),
	FUZZ_ANSWER(CHECK_REASON, HVP_REASON_GSB_REPEATED),
	FUZZ_ANSWER(REVIEW_REASON, HVP_REASON_GSB_CHANGED),
	HEAD(GCAPS_GET), HEAD(GCAPS_SET),
	FUZZ_ANSWER(GCAPS_GET_R3, HVP_H_SUCCESS), FUZZ_ANSWER(GCAPS_GET_R3, HVP_H_PARAMETER),
	FUZZ_ANSWER(GCAPS_SET_R3, HVP_H_SUCCESS), FUZZ_ANSWER(GCAPS_SET_R3, HVP_H_PARAMETER),
	FUZZ_ANSWER(GCAPS_SET_R3, HVP_H_P2), FUZZ_ANSWER(GCAPS_SET_R3, HVP_H_STATE),
	FUZZ_ANSWER(GCAPS_REASON, HVP_REASON_GSTATE_FLAGS),
	FUZZ_ANSWER(GCAPS_REASON, HVP_REASON_GCAPS_NOT_OFFERED),
	FUZZ_ANSWER(GCAPS_REASON, HVP_REASON_GCAPS_NEWER),
	FUZZ_ANSWER(GCAPS_REASON, HVP_REASON_GCAPS_NO_LEVEL),
	FUZZ_ANSWER(GCAPS_REASON, HVP_REASON_GCAPS_AGAIN),
	FUZZ_ANSWER(GCAPS_COMPAT, HVP_OK), FUZZ_ANSWER(GCAPS_COMPAT, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(GCAPS_COMPAT, HVP_ERR_UNKNOWN_PVR),
	FUZZ_ANSWER(GCAPS_COMPAT, HVP_ERR_LEVEL_NOT_GRANTED),
};
FUZZ_SUBJECT(hvp_gstate_check);

/* What L0 keeps of an element. */
struct kept {
	uint64_t words[WORDS];
	bool set;
};

/* L0 with one L1, one guest, one vCPU. */
struct world {
	struct hvp_gcaps caps;
	struct hvp_gstate_host host;
	struct hvp_hvregs_host regs;
	struct kept kept[SLOTS_MAX];
};

/* One call of hvp_gstate_check(), but for the buffer. */
struct question {
	const struct hvp_gstate_host *host;
	uint32_t use;
	uint32_t scope;
	uint32_t policy;
};

/* A buffer as this file reads it. */
static struct {
	uint32_t claimed;
	uint32_t count;		/* elements that lie in the buffer, up to what is claimed */
	uint32_t offsets[ROOM / HVP_GSB_ELEMENT_HEADER + 2];	/* of these and of the next */
} parsed;

static uint32_t ids[SLOTS_MAX], slots;
static uint8_t slot_of[0x10000];
static uint8_t draft[ROOM], copy[ROOM], shadow[ROOM];

static uint32_t number_at(const uint8_t *at, uint32_t bytes)
{
	uint32_t number = 0;

	for (uint32_t i = 0; i < bytes; i++)
		number = number << 8 | at[i];
	return number;
}

static void put_at(uint8_t *at, uint64_t number, uint32_t bytes)
{
	while (bytes--) {
		at[bytes] = (uint8_t)number;
		number >>= 8;
	}
}

/* ---- the table ---- */

static void know_table(void)
{
	uint32_t id;

	if (slots)
		return;
	memset(slot_of, NO_SLOT, sizeof(slot_of));
	while (!hvp_gsb_at(slots, &id)) {
		CHECK(slots < SLOTS_MAX);
		CHECK(id < COUNT(slot_of));
		slot_of[id] = (uint8_t)slots;
		ids[slots++] = id;
	}
	CHECK(slots);
}

static bool known(uint32_t id, struct hvp_gsb_info *info)
{
	enum hvp_status status;

	poison(*info);
	status = hvp_gsb_get(id, info);
	seen(GSB_GET, status);
	CHECK(!status == (id < COUNT(slot_of) && slot_of[id] != NO_SLOT));
	if (status) {
		CHECK_POISONED(*info);
		CHECK(hvp_gsb_bits(id) == ~HVP_U64(0));
		CHECK(hvp_gsb_bytes(id, HVP_GSB_DIALECT_DOCUMENT) == HVP_GSB_ABSENT);
		return false;
	}
	CHECK(info->id == id && info->bits == hvp_gsb_bits(id));
	CHECK(info->bytes == hvp_gsb_bytes(id, HVP_GSB_DIALECT_DOCUMENT));
	CHECK(memchr(info->name, 0, sizeof(info->name)));
	return true;
}

/* Any id, mostly one that there is. */
static uint32_t some_id(struct producer *from)
{
	const uint8_t slot = produce_byte(from);

	if (slot < slots)
		return ids[slot];
	return (uint32_t)(slot == 0xff ? produce_boundary(from) : produce_number(from, 2));
}

static void look_up(struct producer *from)
{
	const uint32_t id = some_id(from), index = (uint32_t)produce_boundary(from);
	static const uint32_t vectors[] = { 0xc00, 0xe00, 0xe20, 0xe40, 0xf80, 0x980 };
	uint32_t found;
	struct hvp_gsb_info info;
	enum hvp_status status;

	(void)known(id, &info);
	CHECK(hvp_gsb_bytes(id, 2 + index % 5) == HVP_GSB_ABSENT);
	poison(found);
	status = hvp_gsb_at(index, &found);
	seen(GSB_AT, status);
	CHECK(!status == (index < slots));
	if (status)
		CHECK_POISONED(found);
	else
		CHECK(found == ids[index]);
	poison(found);
	status = hvp_gsb_output(produce_of(from, vectors), index, &found);
	seen(GSB_OUTPUT, status);
	if (status)
		CHECK_POISONED(found);
	else
		CHECK(known(found, &info));
}

/* ---- reading ---- */

static void parse(const uint8_t *data, uint32_t bytes)
{
	uint32_t at = HVP_GSB_HEADER;

	parsed.claimed = bytes < HVP_GSB_HEADER ? 0 : number_at(data, HVP_GSB_HEADER);
	parsed.count = 0;
	parsed.offsets[0] = at;
	while (parsed.count < parsed.claimed && bytes - at >= HVP_GSB_ELEMENT_HEADER &&
	       bytes - at - HVP_GSB_ELEMENT_HEADER >= number_at(data + at + 2, 2)) {
		at += HVP_GSB_ELEMENT_HEADER + number_at(data + at + 2, 2);
		parsed.offsets[++parsed.count] = at;
	}
}

/* The library's walk finds what this file found, and stays where it is when it fails. */
static void check_walk(const uint8_t *data, uint32_t bytes)
{
	struct hvp_gsb_walk walk, before;
	struct hvp_gsb_element element;
	enum hvp_status status = hvp_gsb_begin(&walk, data, bytes);
	uint32_t i = 0;

	seen(GSB_BEGIN, status);
	CHECK(!status == (bytes >= HVP_GSB_HEADER));
	for (;; i++) {
		before = walk;
		poison(element);
		status = hvp_gsb_next(&walk, &element);
		seen(GSB_NEXT, status);
		if (status)
			break;
		CHECK(i < parsed.count);
		CHECK(element.index == i && element.offset == parsed.offsets[i]);
		CHECK(element.value == data + element.offset + HVP_GSB_ELEMENT_HEADER);
		CHECK(element.id == number_at(data + element.offset, 2));
		CHECK(parsed.offsets[i + 1] ==
		      element.offset + HVP_GSB_ELEMENT_HEADER + element.bytes);
		CHECK(!hvp_gsb_number(&element, (element.bytes + 7) / 8));
		if (element.bytes && element.bytes <= 4)
			CHECK(hvp_gsb_number(&element, 0) ==
			      number_at(element.value, element.bytes));
	}
	CHECK(i == parsed.count);
	CHECK((status == HVP_ERR_NOT_FOUND) == (i == parsed.claimed));
	CHECK_POISONED(element);
	CHECK(walk.offset == before.offset && walk.index == before.index);
}

/* ---- hvp_gstate_check() ---- */

static const struct {
	uint32_t reason;
	int64_t r3;
} refusals[] = {
	{ HVP_REASON_GSB_CUT, HVP_H_INVALID_ELEMENT_SIZE },
	{ HVP_REASON_GSB_SIZE, HVP_H_INVALID_ELEMENT_SIZE },
	{ HVP_REASON_GSB_UNKNOWN, HVP_H_INVALID_ELEMENT_ID },
	{ HVP_REASON_GSB_NOT_HERE, HVP_H_INVALID_ELEMENT_ID },
	{ HVP_REASON_GSB_SCOPE, HVP_H_INVALID_ELEMENT_ID },
	{ HVP_REASON_GSB_ACCESS, HVP_H_INVALID_ELEMENT_ID },
	{ HVP_REASON_GSB_TWICE, HVP_H_INVALID_ELEMENT_ID },
	{ HVP_REASON_GSB_BITS, HVP_H_INVALID_ELEMENT_VALUE },
	{ HVP_REASON_GSB_LEVEL, HVP_H_INVALID_ELEMENT_VALUE },
	{ HVP_REASON_GSB_TABLE_BITS, HVP_H_INVALID_ELEMENT_VALUE },
	{ HVP_REASON_GSB_BYTES, HVP_H_INVALID_ELEMENT_VALUE },
	{ HVP_REASON_GSB_POWER, HVP_H_INVALID_ELEMENT_VALUE },
	{ HVP_REASON_GSB_ADDRESS, HVP_H_INVALID_ELEMENT_VALUE },
	{ HVP_REASON_GSB_ALIGN, HVP_H_INVALID_ELEMENT_VALUE },
};

static bool same(const struct hvp_hcall *a, const struct hvp_hcall *b)
{
	return a->r3 == b->r3 && a->r4 == b->r4 && a->r5 == b->r5;
}

static struct hvp_hcall ask(const struct question *question, const void *buf, uint64_t bytes,
			    struct hvp_report *report)
{
	struct hvp_hcall answer;
	enum hvp_status status;

	poison(answer);
	status = hvp_gstate_check(question->host, question->use, question->scope,
				  question->policy, buf, bytes, &answer, report);
	fuzz_subject_runs++;
	seen(GSTATE_CHECK, status);
	CHECK(!status);
	seen(GET_R3 + question->use - HVP_GSTATE_USE_GET, answer.r3);
	CHECK(hvp_hcall_name(answer.r3)[0] == 'H');
	CHECK(answer.r3 || !answer.r4);
	CHECK(!answer.r5);
	return answer;
}

/* The same with the end of the buffer at the edge of memory. */
static struct hvp_hcall ask_copy(const struct question *question, const void *data, uint32_t bytes)
{
	return ask(question, edge_copy(EDGE_BEHIND, data, bytes), bytes, NULL);
}

/* Whether a buffer is longer than L0 takes for this call. */
static bool too_long(const struct question *question, uint64_t bytes)
{
	return (question->use == HVP_GSTATE_USE_GET || question->use == HVP_GSTATE_USE_SET) &&
	       bytes > question->host->buffer_max;
}

/* Nothing stricter accepts what is refused without it. */
static void check_policies(const struct question *question, const uint8_t *data, uint32_t bytes,
			   const struct hvp_hcall *answer)
{
	const uint8_t *at = edge_copy(EDGE_BEHIND, data, bytes);
	struct hvp_hcall by[4];

	for (uint32_t policy = 0; policy < COUNT(by); policy++) {
		struct question other = *question;

		other.policy = policy;
		by[policy] = ask(&other, at, bytes, NULL);
	}
	CHECK(same(&by[question->policy], answer));
	for (uint32_t policy = 0; policy < COUNT(by); policy++) {
		if (by[policy].r3)
			continue;
		CHECK(!by[policy | HVP_GSTATE_SKIP_UNKNOWN].r3);
		CHECK(!by[policy & ~(uint32_t)HVP_GSTATE_REFUSE_TWICE].r3);
	}
}

/* The number of the element that an answer names; all before it are fine. */
static uint32_t element_of(const struct question *question, uint64_t r4)
{
	uint32_t i = 0;

	if (question->use != HVP_GSTATE_USE_RUN)
		return (uint32_t)r4;
	while (i < parsed.count && parsed.offsets[i] != r4)
		i++;
	CHECK(parsed.offsets[i] == r4);
	return i;
}

/* Whether an element has the id of one before it. */
static bool is_there_before(const uint8_t *data, uint32_t number)
{
	const uint32_t id = number_at(data + parsed.offsets[number], 2);

	for (uint32_t i = 0; i < number; i++)
		if (number_at(data + parsed.offsets[i], 2) == id)
			return true;
	return false;
}

static void check_refused(const struct question *question, const uint8_t *data, uint32_t bytes,
			  const struct hvp_hcall *answer, const struct hvp_finding *finding)
{
	struct hvp_hcall again;
	uint32_t i, first, length;

	if (bytes < HVP_GSB_HEADER || too_long(question, bytes)) {
		CHECK(finding->reason == HVP_REASON_GSB_LENGTH && !answer->r4);
		return;
	}
	i = element_of(question, answer->r4);
	CHECK(i < parsed.claimed && i <= parsed.count);
	CHECK((i == parsed.count) == (finding->reason == HVP_REASON_GSB_CUT));
	CHECK(finding->index == i && finding->where == parsed.offsets[i]);
	for (first = 0; refusals[first].reason != finding->reason; first++)
		CHECK(first + 1 < COUNT(refusals));
	CHECK(refusals[first].r3 == answer->r3);

	/* without it and what follows the buffer is fine, with it alone at the end it is not */
	memcpy(copy, data, bytes);
	put_at(copy, i, HVP_GSB_HEADER);
	CHECK(!ask_copy(question, copy, bytes).r3);
	CHECK(!ask_copy(question, copy, parsed.offsets[i]).r3);
	put_at(copy, i + 1, HVP_GSB_HEADER);
	again = ask_copy(question, copy, bytes);
	CHECK(same(&again, answer));
	if (finding->reason == HVP_REASON_GSB_TWICE)
		CHECK(is_there_before(data, i));
	if (i == parsed.count || finding->reason == HVP_REASON_GSB_TWICE)
		return;
	/* nor is it on its own */
	length = parsed.offsets[i + 1] - parsed.offsets[i];
	memmove(copy + HVP_GSB_HEADER, copy + parsed.offsets[i], length);
	put_at(copy, 1, HVP_GSB_HEADER);
	CHECK(ask_copy(question, copy, HVP_GSB_HEADER + length).r3 == answer->r3);
}

/* Whether this L0 knows of an element at all. */
static bool is_here(const struct question *question, const struct hvp_gsb_info *info)
{
	const struct hvp_gstate_host *host = question->host;

	if (question->use == HVP_GSTATE_USE_ANSWER)
		return true;
	if (info->id == HVP_GSB_VPA && (host->lacks & HVP_GSB_LACKS_VPA))
		return false;
	if (info->id == HVP_GSB_L0_STATE_SIZE && (host->lacks & HVP_GSB_LACKS_L0_STATE_SIZE))
		return false;
	return info->since <= host->revision;
}

/* What every element of an accepted buffer keeps to. */
static void check_element(const struct question *question, const struct hvp_gsb_element *element,
			  const struct hvp_gsb_info *info)
{
	const uint32_t call = question->use == HVP_GSTATE_USE_ANSWER ? 0 :
			      1u << (question->use - HVP_GSTATE_USE_GET);
	const bool sets = question->use == HVP_GSTATE_USE_SET ||
			  question->use == HVP_GSTATE_USE_RUN;
	const int32_t size = hvp_gsb_bytes(element->id, question->host ? question->host->dialect :
									 0);

	CHECK(info->scope & question->scope);
	CHECK((info->access & call) == call);
	if (question->use != HVP_GSTATE_USE_ANSWER)
		CHECK(size == HVP_GSB_ANY || element->bytes == (uint32_t)size);
	if (sets && element->bytes <= 8)
		CHECK(!(hvp_gsb_number(element, 0) & ~info->bits));
}

/* Whether built in a dialect an accepted buffer is the same, byte by byte. */
static bool encodes(const uint8_t *data, uint32_t used, uint32_t dialect)
{
	uint8_t *at = edge_copy(EDGE_BEFORE, NULL, used);
	struct hvp_gsb_builder builder;
	struct hvp_gsb_element element;
	struct hvp_gsb_walk walk;

	CHECK(!hvp_gsb_build(&builder, dialect, at, used));
	CHECK(!hvp_gsb_begin(&walk, data, used));
	while (!hvp_gsb_next(&walk, &element))
		if (hvp_gsb_put(&builder, element.id, element.value, element.bytes))
			return false;
	CHECK(edge_is_clean(EDGE_BEFORE));
	return builder.used == used && !memcmp(at, data, used);
}

static void check_accepted(struct producer *from, const struct question *question,
			   const uint8_t *data, uint32_t bytes)
{
	const uint32_t used = parsed.offsets[parsed.count], more = produce_byte(from);
	const uint32_t less = (uint32_t)produce_number(from, 3) % used;
	struct hvp_gsb_walk walk;
	struct hvp_gsb_element element;
	struct hvp_gsb_info info;
	bool all_known = true;

	CHECK(parsed.count == parsed.claimed);
	CHECK(!hvp_gsb_begin(&walk, data, bytes));
	while (!hvp_gsb_next(&walk, &element)) {
		if (known(element.id, &info) && is_here(question, &info)) {
			check_element(question, &element, &info);
		} else {
			CHECK(question->policy & HVP_GSTATE_SKIP_UNKNOWN);
			all_known = false;
		}
	}
	if (all_known && question->use == HVP_GSTATE_USE_ANSWER && !encodes(data, used, 0))
		all_known = false; /* in a dialect of its own, or in two */
	if (all_known)
		CHECK(encodes(data, used, question->use == HVP_GSTATE_USE_ANSWER ? 0 :
					  question->host->dialect));

	memcpy(copy, data, used);
	if (used + more <= ROOM && !too_long(question, used + more)) {
		memset(copy + used, POISON, more);
		CHECK(!ask_copy(question, copy, used + more).r3);
	}
	CHECK(ask_copy(question, copy, less).r3);
}

/* ---- what L0 does with it ---- */

static bool granted(const struct world *world)
{
	uint32_t level;

	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		if (level <= world->host.l1_level &&
		    (hvp_level_capability(level) & world->host.negotiated))
			return true;
	return false;
}

/* What L0 gives to L1 that asks. */
static uint64_t given(const struct world *world, uint32_t slot, uint32_t word)
{
	if (world->kept[slot].set || word)
		return world->kept[slot].words[word];
	return hvp_gstate_initial(&world->host, ids[slot]);
}

/* Add an element with what is kept of it. */
static void put_given(const struct world *world, struct hvp_gsb_builder *builder, uint32_t slot)
{
	const int32_t size = hvp_gsb_bytes(ids[slot], builder->dialect);
	uint64_t words[WORDS];

	for (uint32_t i = 0; i < WORDS; i++)
		words[i] = given(world, slot, i);
	if (size > 8)
		CHECK(!hvp_gsb_put_words(builder, ids[slot], words, (uint32_t)size / 8));
	else
		CHECK(!hvp_gsb_put_number(builder, ids[slot], words[0]));
}

/* Whether L1 may set an element, and L0 gives something that it was told or has decided. */
static bool gives_back(const struct world *world, const struct hvp_gsb_info *info, uint32_t slot)
{
	const struct question question = { &world->host, HVP_GSTATE_USE_SET, 0, 0 };

	if (info->bytes < 4 || !(info->access & HVP_GSB_ACCESS_SET) || !is_here(&question, info))
		return false;
	if (info->id == HVP_GSB_LOGICAL_PVR)
		return granted(world);
	return world->kept[slot].set || info->bytes <= 8;
}

/* What L0 gives is accepted again, by each call that takes it. */
static void check_given(const struct world *world, const uint8_t *data, uint32_t bytes,
			uint32_t scope, bool run)
{
	struct question question = { &world->host, HVP_GSTATE_USE_SET, scope, 0 };

	if (too_long(&question, bytes))
		return;
	CHECK(!ask_copy(&question, data, bytes).r3);
	question.use = HVP_GSTATE_USE_RUN;
	if (run && scope == HVP_GSB_SCOPE_THREAD)
		CHECK(!ask_copy(&question, data, bytes).r3);
}

static void check_slot(const struct world *world, uint32_t slot)
{
	struct hvp_gsb_builder builder;
	struct hvp_gsb_info info;
	uint8_t small[64];

	CHECK(known(ids[slot], &info));
	if (!gives_back(world, &info, slot))
		return;
	CHECK(!hvp_gsb_build(&builder, world->host.dialect, small, sizeof(small)));
	put_given(world, &builder, slot);
	check_given(world, small, builder.used, info.scope, info.access & HVP_GSB_ACCESS_RUN);
}

/* What is loaded for L2 never gives it more than the rule allows. */
static void check_load(const struct world *world, const struct hvp_gsb_info *info, uint64_t kept)
{
	const struct hvp_hvregs_host *regs = &world->regs;
	const uint64_t runs = hvp_gstate_load(regs, info->id, kept);

	CHECK(hvp_gstate_load(regs, info->id, runs) == runs);
	switch (info->entry) {
	case HVP_HVREG_ENTRY_MSR:
		CHECK(!(runs & (HVP_MSR_HV | HVP_MSR_TS)));
		break;
	case HVP_HVREG_ENTRY_LPCR:
		CHECK(!((runs ^ regs->lpcr) & ~HVP_LPCR_L1));
		break;
	case HVP_HVREG_ENTRY_HFSCR:
		CHECK(!(runs & ~kept));
		CHECK(!(runs & ~HVP_HFSCR_CAUSE & (regs->hfscr.emulated | ~regs->hfscr.present)));
		break;
	case HVP_HVREG_ENTRY_DAWRX:
	case HVP_HVREG_ENTRY_DAWRX1:
		CHECK(!(runs & HVP_DAWRX_HYP) && !(runs & ~kept));
		break;
	case HVP_HVREG_ENTRY_CIABR:
		CHECK((runs & HVP_CIABR_PRIV) != HVP_CIABR_PRIV && !(runs & ~kept));
		break;
	case HVP_HVREG_ENTRY_DPDES:
		CHECK(runs <= 1);
		break;
	case HVP_HVREG_ENTRY_IGNORED:
		CHECK(!runs);
		break;
	case HVP_HVREG_ENTRY_DAWR1:
		CHECK(!runs || runs == kept);
		break;
	default:
		CHECK(runs == kept);
		break;
	}
}

/* An accepted SET or RUN. */
static void keep_all(struct world *world, const struct question *question, const uint8_t *data,
		     uint32_t bytes)
{
	struct hvp_gsb_walk walk;
	struct hvp_gsb_element element;
	struct hvp_gsb_info info;
	struct heard heard;

	hvp_gstate_review(&world->regs, data, bytes, listen_one(&heard));
	check_heard(&heard, false);
	if (heard.report.total) {
		seen(REVIEW_REASON, heard.findings[0].reason);
		CHECK(heard.findings[0].index < parsed.count);
		CHECK(heard.findings[0].where == parsed.offsets[heard.findings[0].index]);
		CHECK(heard.findings[0].have != heard.findings[0].offer);
	}
	CHECK(!hvp_gsb_begin(&walk, data, bytes));
	while (!hvp_gsb_next(&walk, &element)) {
		struct kept *kept;

		if (element.id == HVP_GSB_NOP || !known(element.id, &info) ||
		    !is_here(question, &info))
			continue;
		kept = &world->kept[slot_of[element.id]];
		kept->set = true;
		for (uint32_t i = 0; i < WORDS; i++)
			kept->words[i] = hvp_gsb_number(&element, i);
		if (element.bytes > 8)
			continue;
		kept->words[0] = hvp_gstate_keep(&world->regs, element.id, kept->words[0]);
		CHECK(hvp_gstate_keep(&world->regs, element.id, kept->words[0]) ==
		      kept->words[0]);
		CHECK(element.id == HVP_GSB_HFSCR ?
		      !(kept->words[0] & ~hvp_gsb_number(&element, 0)) :
		      kept->words[0] == hvp_gsb_number(&element, 0));
		check_load(world, &info, kept->words[0]);
	}
	for (uint32_t i = 0; i < parsed.count && i < 4; i++) {
		const uint8_t slot = slot_of[number_at(data + parsed.offsets[i], 2)];

		if (slot != NO_SLOT)
			check_slot(world, slot);
	}
}

/* The words of one element of a GET; the rest of the buffer stays as it is. */
static void fill(const struct world *world, const struct hvp_gsb_element *element, uint8_t *data,
		 uint32_t bytes)
{
	const uint8_t slot = slot_of[element->id];
	const uint32_t words = (element->bytes + 7) / 8;
	enum hvp_status status;

	for (uint32_t i = 0; i < words && i < WORDS; i++) {
		const uint64_t value = given(world, slot, i);

		status = hvp_gsb_fill(element, i, value, data, bytes);
		seen(GSB_FILL, status);
		CHECK(!status);
		CHECK(hvp_gsb_number(element, i) == value);
	}
	status = hvp_gsb_fill(element, words, 0, data, bytes);
	seen(GSB_FILL, status);
	CHECK(status == HVP_ERR_VALUE);
	if (!words)
		return;
	status = hvp_gsb_fill(element, words - 1, 0, data, element->offset +
			      HVP_GSB_ELEMENT_HEADER + element->bytes - 1);
	seen(GSB_FILL, status);
	CHECK(status == HVP_ERR_SIZE);
	if (element->bytes % 8)
		CHECK(hvp_gsb_fill(element, words - 1, ~HVP_U64(0), data, bytes) ==
		      HVP_ERR_VALUE);
}

/* An accepted GET: the answer is fine for L1, and what L1 may set of it can be set again. */
static void give_all(const struct world *world, const struct question *question,
		     const uint8_t *data, uint32_t bytes)
{
	struct question answer = { NULL, HVP_GSTATE_USE_ANSWER, question->scope,
				   question->policy };
	struct hvp_gsb_walk walk;
	struct hvp_gsb_element element;
	struct hvp_gsb_info info;
	struct hvp_gsb_builder builder;
	uint8_t *to = edge_copy(EDGE_BEFORE, data, bytes);
	bool run = true, all_here = true;

	CHECK(!hvp_gsb_build(&builder, world->host.dialect, shadow, ROOM));
	CHECK(!hvp_gsb_begin(&walk, to, bytes));
	while (!hvp_gsb_next(&walk, &element)) {
		if (!known(element.id, &info) || !is_here(question, &info)) {
			all_here = false;
			continue;
		}
		fill(world, &element, to, bytes);
		if (gives_back(world, &info, slot_of[element.id])) {
			put_given(world, &builder, slot_of[element.id]);
			run = run && (info.access & HVP_GSB_ACCESS_RUN);
		}
	}
	CHECK(edge_is_clean(EDGE_BEFORE));
	/* what was passed over here may be known there, and not be as it should */
	if (all_here)
		CHECK(!ask(&answer, to, bytes, NULL).r3);
	if (question->scope != HVP_GSB_SCOPE_HOST)
		check_given(world, shadow, builder.used, question->scope, run);
}

/* L2 ran and exits. */
static void leave(struct world *world, struct producer *from)
{
	static const uint32_t vectors[] = { 0xc00, 0xe00, 0xe20, 0xe40, 0xf80, 0x980, 0x500 };
	const struct question answer = { NULL, HVP_GSTATE_USE_ANSWER, HVP_GSB_SCOPE_THREAD,
					 HVP_GSTATE_REFUSE_TWICE };
	const uint32_t vector = produce_of(from, vectors), count = produce_below(from, 16);
	const uint32_t cause = produce_byte(from);
	struct hvp_gsb_builder builder;
	uint32_t id;
	enum hvp_status status;

	for (uint32_t i = 0; i < count; i++) {
		const uint32_t any = some_id(from);
		const uint64_t live = produce_boundary(from);
		const uint8_t slot = any < COUNT(slot_of) ? slot_of[any] : NO_SLOT;
		struct hvp_gsb_info info;
		struct kept *kept;
		uint64_t before, back;

		if (slot == NO_SLOT) {
			CHECK(hvp_gstate_leave(&world->host, any, live, ~live, vector, cause) ==
			      live);
			CHECK(hvp_gstate_load(&world->regs, any, live) == live);
			continue;
		}
		CHECK(known(any, &info));
		if (any == HVP_GSB_NOP || info.bytes > 8)
			continue;
		kept = &world->kept[slot];
		before = given(world, slot, 0);
		back = hvp_gstate_leave(&world->host, any, before, live, vector, cause);
		if (info.exit == HVP_HVREG_EXIT_NEVER)
			CHECK(back == before);
		if (any == HVP_GSB_HFSCR) {
			CHECK(back == hvp_gstate_leave(&world->host, any, before, ~live, vector,
						       cause));
			CHECK(!((back ^ before) & ~HVP_HFSCR_CAUSE));
			CHECK(vector == HVP_VECTOR_HFU ? hvp_hfscr_cause(back) == cause :
							 back == before);
		}
		kept->words[0] = back;
		kept->set = kept->set || back != before;
		check_load(world, &info, back);
		check_slot(world, slot);
	}
	CHECK(!hvp_gsb_build(&builder, world->host.dialect, draft, sizeof(draft)));
	for (uint32_t i = 0;; i++) {
		status = hvp_gsb_output(vector, i, &id);
		seen(GSB_OUTPUT, status);
		if (status)
			break;
		put_given(world, &builder, slot_of[id]);
	}
	CHECK(builder.used <= HVP_GSTATE_RUN_OUTPUT_MIN);
	CHECK(!ask_copy(&answer, draft, builder.used).r3);
}

/* One buffer, all that is promised of it, and what L0 does with it. */
static void examine(struct world *world, struct producer *from, const struct question *question,
		    const uint8_t *data, uint32_t bytes)
{
	const uint8_t *behind = edge_copy(EDGE_BEHIND, data, bytes), *before;
	struct hvp_hcall answer, again;
	struct heard heard;

	parse(data, bytes);
	check_walk(behind, bytes);
	answer = ask(question, bytes ? behind : NULL, bytes, NULL);
	CHECK(!memcmp(behind, data, bytes) && edge_is_clean(EDGE_BEHIND));
	before = edge_copy(EDGE_BEFORE, data, bytes);
	again = ask(question, before, bytes, listen_one(&heard));
	CHECK(!memcmp(before, data, bytes) && edge_is_clean(EDGE_BEFORE));
	CHECK(same(&answer, &again));
	check_heard(&heard, answer.r3);
	if (heard.report.total)
		seen(CHECK_REASON, heard.findings[0].reason);
	check_policies(question, data, bytes, &answer);
	if (answer.r3) {
		check_refused(question, data, bytes, &answer, &heard.findings[0]);
		return;
	}
	check_accepted(from, question, data, bytes);
	if (question->use == HVP_GSTATE_USE_GET)
		give_all(world, question, data, bytes);
	else if (question->use != HVP_GSTATE_USE_ANSWER)
		keep_all(world, question, data, bytes);
}

static struct question some_question(const struct world *world, struct producer *from)
{
	static const uint32_t scopes[] = { HVP_GSB_SCOPE_THREAD, HVP_GSB_SCOPE_GUEST,
					   HVP_GSB_SCOPE_HOST, HVP_GSB_SCOPE_ANY };
	static const uint32_t scope_count[] = { 3, 2, 1, 4 };
	const uint8_t kind = produce_byte(from);

	return (struct question){
		.host = (kind & 3) == 3 && (kind & 0x40) ? NULL : &world->host,
		.use = HVP_GSTATE_USE_GET + (kind & 3u),
		.scope = scopes[(kind >> 2 & 3u) % scope_count[kind & 3]],
		.policy = kind >> 4 & 3u,
	};
}

/* A buffer that L1 wrote without any library. */
static void raw(struct world *world, struct producer *from)
{
	const struct question question = some_question(world, from);
	uint32_t bytes = (uint32_t)produce_number(from, 2);

	if (bytes > from->left)
		bytes = (uint32_t)from->left;
	from->at += bytes;
	from->left -= bytes;
	examine(world, from, &question, from->at - bytes, bytes);
}

/* ---- building ---- */

/* A value that is mostly taken; its size is told by the element. */
static void good_words(const struct world *world, struct producer *from,
		       const struct hvp_gsb_info *info, uint64_t *words)
{
	uint32_t level = HVP_LEVEL_NONE;

	words[0] = produce_boundary(from) & info->bits;
	switch (info->accept) {
	case HVP_GSB_ACCEPT_LEVEL:
		(void)hvp_level_at(produce_below(from, 9), &level);
		words[0] = hvp_level_pvr(level);
		break;
	case HVP_GSB_ACCEPT_PARTITION:
		words[0] &= HVP_U64(0x0fffffffffff0000);
		words[1] = 52;
		words[2] = 0x10000;
		break;
	case HVP_GSB_ACCEPT_PROCESS:
		words[0] &= HVP_U64(0x0ffffffffffff000);
		words[1] = HVP_BIT(12 + produce_below(from, 25));
		break;
	case HVP_GSB_ACCEPT_INPUT:
	case HVP_GSB_ACCEPT_OUTPUT:
		words[0] = (words[0] & HVP_U64(0x0fffffffffffffff)) | 1;
		words[1] = info->accept == HVP_GSB_ACCEPT_INPUT ? world->host.run_max :
								  world->host.run_output_min;
		break;
	default:
		words[1] = produce_boundary(from);
		break;
	}
}

/* Big-endian value of an element; its bytes. */
static uint32_t some_value(const struct world *world, struct producer *from, uint32_t id,
			   uint32_t dialect, uint8_t *value)
{
	const uint8_t kind = produce_byte(from) % 8;
	uint64_t words[WORDS] = { 0 };
	struct hvp_gsb_info info;
	int32_t size = hvp_gsb_bytes(id, dialect);

	if (known(id, &info))
		good_words(world, from, &info, words);
	if (kind >= 4)
		words[kind % WORDS] = produce_boundary(from);
	if (kind == 3)
		return produce_below(from, 8 * WORDS + 1);
	if (size < 0)
		size = (int32_t)produce_below(from, 8 * WORDS + 1);
	for (uint32_t i = 0; i < WORDS; i++)
		put_at(value + (size_t)8 * i, words[i], 8);
	if (size < 8)
		put_at(value, words[0], (uint32_t)size);
	return (uint32_t)size;
}

/* What the builder does, done again here; a failure changes nothing. */
static void check_put(enum what what, enum hvp_status status,
		      const struct hvp_gsb_builder *before, const struct hvp_gsb_builder *after,
		      uint32_t id, const uint8_t *value, uint32_t bytes)
{
	seen(what, status);
	CHECK(edge_is_clean(EDGE_BEHIND));
	if (!status) {
		const int32_t size = hvp_gsb_bytes(id, before->dialect);
		uint8_t *to = shadow + before->used;

		CHECK(size == HVP_GSB_ANY || (uint32_t)size == bytes);
		CHECK(after->used == before->used + HVP_GSB_ELEMENT_HEADER + bytes);
		CHECK(after->used <= after->bytes && after->count == before->count + 1);
		put_at(shadow, after->count, HVP_GSB_HEADER);
		put_at(to, id, 2);
		put_at(to + 2, bytes, 2);
		if (value)
			memcpy(to + HVP_GSB_ELEMENT_HEADER, value, bytes);
		else
			memset(to + HVP_GSB_ELEMENT_HEADER, 0, bytes);
		return;
	}
	CHECK(!memcmp(before, after, sizeof(*before)));
	CHECK(!memcmp(shadow, after->buf, after->used));
}

static void put_one(const struct world *world, struct producer *from,
		    struct hvp_gsb_builder *builder, uint32_t id, uint8_t how)
{
	const struct hvp_gsb_builder before = *builder;
	uint64_t words[WORDS + 1] = { 0 };
	uint8_t value[8 * WORDS + 8] = { 0 };
	const uint32_t bytes = some_value(world, from, id, builder->dialect, value);
	const uint64_t wide = (uint64_t)number_at(value, 4) << 32 | number_at(value + 4, 4);
	const int32_t size = hvp_gsb_bytes(id, builder->dialect);
	enum hvp_status status;

	switch (how % 8) {
	case 5:	/* as for GET; of any size, NOP's too */
		status = hvp_gsb_put(builder, id, NULL, how & 8 ? 0xffffu + (how >> 7) : bytes);
		check_put(GSB_PUT, status, &before, builder, id, NULL,
			  builder->used - before.used - HVP_GSB_ELEMENT_HEADER);
		break;
	case 6:
		for (uint32_t i = 0; i < WORDS; i++)
			words[i] = (uint64_t)number_at(value + (size_t)8 * i, 4) << 32 |
				   number_at(value + (size_t)8 * i + 4, 4);
		status = hvp_gsb_put_words(builder, id, words, how & 8 ? WORDS + 1 : bytes / 8);
		check_put(GSB_PUT_WORDS, status, &before, builder, id, value, bytes / 8 * 8);
		break;
	case 7:
		status = hvp_gsb_put_number(builder, id, size == 4 && !(how & 8) ? wide >> 32 :
									   wide);
		check_put(GSB_PUT_NUMBER, status, &before, builder, id,
			  size == 4 && (how & 8) ? value + 4 : value, (uint32_t)size);
		break;
	default:
		status = hvp_gsb_put(builder, id, value, bytes);
		check_put(GSB_PUT, status, &before, builder, id, value, bytes);
		break;
	}
}

/* Elements as a library puts them into draft; bytes in use. */
static uint32_t draw_up(const struct world *world, struct producer *from)
{
	const uint8_t how = produce_byte(from);
	const uint32_t room = how & 1 ? produce_below(from, 1024) : ROOM;
	const uint32_t dialect = how & 2 ? !world->host.dialect : world->host.dialect;
	uint8_t *at = edge_copy(EDGE_BEHIND, NULL, room);
	struct hvp_gsb_builder builder;
	enum hvp_status status;
	uint32_t count;

	poison(builder);
	status = hvp_gsb_build(&builder, dialect, at, room);
	seen(GSB_BUILD, status);
	CHECK(!status == (room >= HVP_GSB_HEADER));
	if (status) {
		CHECK_POISONED(builder);
		CHECK(is_poisoned(at, room));
		memset(draft, 0, room);
		return room;
	}
	memset(shadow, 0, HVP_GSB_HEADER);
	if (how & 4) { /* a run of the table, as Linux sends it */
		const uint32_t first = produce_below(from, slots);

		count = produce_byte(from);
		for (uint32_t i = first; i < slots && i - first < count; i++)
			put_one(world, from, &builder, ids[i], 0);
	}
	count = how >> 4;
	while (count--) {
		const uint32_t id = some_id(from);

		put_one(world, from, &builder, id, produce_byte(from));
	}
	CHECK(!memcmp(shadow, at, builder.used));
	memcpy(draft, at, builder.used);
	return builder.used;
}

/* Bytes that no library would have written; what is left of the length. */
static uint32_t damage(struct producer *from, uint32_t bytes)
{
	uint32_t count = produce_byte(from);

	for (count = count > 0xf0 ? 0 : count % 4; count && bytes; count--) {
		const uint8_t how = produce_byte(from);
		const uint32_t at = (uint32_t)produce_number(from, 3) % bytes;

		if (how < 0x40 && bytes >= HVP_GSB_HEADER)
			put_at(draft, produce_boundary(from), HVP_GSB_HEADER);
		else if (how < 0x80)
			bytes = at;
		else
			draft[at] ^= (uint8_t)(how << 1 | how >> 6 | 1);
	}
	return bytes;
}

static void build(struct world *world, struct producer *from)
{
	const struct question question = some_question(world, from);
	uint32_t bytes = draw_up(world, from);

	bytes = damage(from, bytes);
	examine(world, from, &question, draft, bytes);
}

/* ---- what the calls are about ---- */

static void forget(struct world *world)
{
	memset(world->kept, 0, sizeof(world->kept));
}

static void flags(const struct world *world, struct producer *from)
{
	const uint32_t use = HVP_GSTATE_USE_GET + produce_below(from, 3);
	const uint8_t high = produce_byte(from);
	const uint64_t value = (uint64_t)(high & 7) << 61 | (high & 8 ? produce_boundary(from) : 0);
	const uint64_t wide = HVP_GSTATE_GUEST_WIDE | HVP_GSTATE_HOST_WIDE;
	struct hvp_hcall answer, again;
	struct heard heard;
	uint32_t scope, same_scope;
	enum hvp_status status;

	poison(scope);
	poison(same_scope);
	poison(answer);
	status = hvp_gstate_flags(&world->host, use, value, &scope, &answer, listen_one(&heard));
	seen(GSTATE_FLAGS, status);
	CHECK(!status);
	seen(FLAGS_R3, answer.r3);
	check_heard(&heard, answer.r3);
	CHECK(!answer.r4 && !answer.r5);
	CHECK(!hvp_gstate_flags(&world->host, use, value, &same_scope, &again, NULL));
	CHECK(same(&answer, &again) && scope == same_scope);
	if (answer.r3) {
		CHECK_POISONED(scope);
		CHECK(value);
		return;
	}
	/* what it says can be asked */
	CHECK(!hvp_gstate_check(&world->host, use, scope, 0, NULL, 0, &answer, NULL));
	CHECK(use == HVP_GSTATE_USE_RUN ? !(value & ~world->host.run_flags) :
					  !(value & ~wide) && value != wide);
}

/* L0 becomes another one, if that is sound. */
static void change_host(struct world *world, struct producer *from)
{
	const uint8_t how = produce_byte(from);
	const uint32_t wild = (uint32_t)produce_number(from, 2);
	struct hvp_gstate_host next = world->host;
	struct heard heard;
	const void *host;
	enum hvp_status status;

	if (wild & 1 << 0)
		next.policy_level = produce_byte(from);
	if (wild & 1 << 1)
		next.revision = produce_byte(from) & 3;
	if (wild & 1 << 2)
		next.dialect = produce_byte(from) & 3;
	if (wild & 1 << 3)
		next.lacks = produce_byte(from) & 7;
	if (wild & 1 << 4)
		next.l1_level = (uint32_t)produce_boundary(from);
	if (wild & 1 << 5)
		next.run_output_min = (uint32_t)produce_boundary(from);
	if (wild & 1 << 6)
		next.run_max = (uint32_t)produce_boundary(from);
	if (wild & 1 << 7)
		next.buffer_max = (uint32_t)produce_boundary(from);
	if (wild & 1 << 8)
		next.reserved = produce_byte(from);
	if (wild & 1 << 9)
		next.run_flags = produce_boundary(from);
	if (wild & 1 << 10)
		next.negotiated = produce_boundary(from);
	host = sized(from, &next, sizeof(next), how);
	status = hvp_gstate_validate(host, listen_one(&heard));
	seen(GSTATE_VALIDATE, status);
	check_heard(&heard, status);
	CHECK(hvp_gstate_validate(host, NULL) == status);
	if (status)
		return;
	world->host = next;
	world->host.size = sizeof(next);
	world->caps.l1_level = next.l1_level;
	world->caps.negotiated = next.negotiated;
	forget(world);
}

static void change_regs(struct world *world, struct producer *from)
{
	struct hvp_hvregs_host *regs = &world->regs;
	const uint32_t bits = (uint32_t)produce_number(from, 4);

	regs->features = produce_byte(from) & 31;
	regs->lpcr = produce_boundary(from);
	regs->resident = produce_boundary(from);
	hvp_hfscr_init(&regs->hfscr);
	for (uint32_t i = 0; i < 16; i++)
		(void)hvp_hfscr_assign(&regs->hfscr, i, bits >> (2 * i) & 3);
	CHECK(!hvp_hvregs_validate(regs, NULL));
}

static uint64_t some_capabilities(struct producer *from)
{
	const uint8_t bits = produce_byte(from);

	return (uint64_t)(bits & 15) << 60 | (bits & 16 ? produce_boundary(from) : 0);
}

/* L1 is started again, perhaps at another level, on an L0 with other capabilities. */
static void restart(struct world *world, struct producer *from)
{
	uint32_t level;

	if (hvp_level_at(produce_below(from, 8), &level))
		return;
	world->caps.l1_level = world->host.l1_level = level;
	world->caps.has = (uint64_t)produce_below(from, 16) << 60;
	world->caps.negotiated = world->host.negotiated = 0;
	CHECK(!hvp_gstate_validate(&world->host, NULL));
	forget(world);
}

/* H_GUEST_GET_CAPABILITIES, as this L0 or as one with other fields. */
static void get_capabilities(const struct world *world, struct producer *from)
{
	const uint8_t how = produce_byte(from), wild = produce_byte(from);
	const uint64_t flag = wild & 1 ? produce_boundary(from) : 0, bitmap = world->caps.has;
	struct hvp_gcaps next = world->caps;
	struct hvp_hcall answer;
	struct heard heard;
	const void *caps;
	enum hvp_status status;

	if (wild & 2)
		next.policy_level = produce_byte(from);
	if (wild & 4)
		next.l1_level = (uint32_t)produce_boundary(from);
	if (wild & 8)
		next.reserved = produce_byte(from);
	if (wild & 16)
		next.has = produce_boundary(from);
	if (wild & 32)
		next.negotiated = produce_boundary(from);
	caps = sized(from, &next, sizeof(next), how);
	poison(answer);
	if (how & 4) {
		status = hvp_gcaps_set(caps, flag, bitmap, &answer, listen_one(&heard));
		seen(GCAPS_SET, status);
	} else {
		status = hvp_gcaps_get(caps, flag, &answer, listen_one(&heard));
		seen(GCAPS_GET, status);
	}
	if (status) {
		check_heard(&heard, true);
		CHECK_POISONED(answer);
		return;
	}
	check_heard(&heard, answer.r3);
	seen(how & 4 ? GCAPS_SET_R3 : GCAPS_GET_R3, answer.r3);
	if (!(how & 4)) {
		CHECK(!answer.r3 == !flag);
		CHECK(!(answer.r4 & ~next.has) && !answer.r5);
		CHECK(!answer.r3 || !answer.r4);
	}
}

static void set_capabilities(struct world *world, struct producer *from)
{
	const uint64_t flag = produce_byte(from) == 0xff ? produce_boundary(from) : 0;
	struct hvp_hcall offer, answer, again;
	struct heard heard;
	uint64_t bitmap = some_capabilities(from), levels;
	const bool before = world->caps.negotiated;
	enum hvp_status status;

	CHECK(!hvp_gcaps_get(&world->caps, 0, &offer, NULL));
	if (!bitmap) /* as Linux does: all that is offered */
		bitmap = offer.r4;
	poison(answer);
	status = hvp_gcaps_set(&world->caps, flag, bitmap, &answer, listen_one(&heard));
	seen(GCAPS_SET, status);
	CHECK(!status);
	seen(GCAPS_SET_R3, answer.r3);
	check_heard(&heard, answer.r3);
	if (answer.r3)
		seen(GCAPS_REASON, heard.findings[0].reason);
	CHECK(!hvp_gcaps_set(&world->caps, flag, bitmap, &again, NULL));
	CHECK(same(&answer, &again));
	CHECK(answer.r4 == (answer.r3 == HVP_H_P2 ? 1 : 0) && !answer.r5);
	if (flag)
		CHECK(answer.r3 == HVP_H_PARAMETER);
	if (answer.r3 && answer.r3 != HVP_H_STATE)
		return;
	CHECK(!(bitmap & ~offer.r4));
	if (answer.r3) {
		CHECK(before && bitmap != world->caps.negotiated);
		return;
	}
	CHECK(!before || bitmap == world->caps.negotiated);
	world->caps.negotiated = world->host.negotiated = bitmap;
	CHECK(!hvp_gstate_validate(&world->host, NULL));
	CHECK(granted(world));
	/* L1 asks again, and tells its VMM */
	CHECK(!hvp_gcaps_set(&world->caps, 0, bitmap, &answer, NULL) && !answer.r3);
	CHECK(!hvp_gcaps_compat(HVP_GCAPS_API_V2, 0, bitmap, &levels, NULL));
	CHECK(levels && !(levels & ~bitmap));
	check_slot(world, slot_of[HVP_GSB_LOGICAL_PVR]);
}

static void compat(struct producer *from)
{
	const uint32_t api = produce_below(from, 4);
	uint32_t level = HVP_LEVEL_NONE;
	const uint64_t negotiated = some_capabilities(from);
	struct heard heard;
	uint64_t bitmap;
	uint32_t pvr = (uint32_t)produce_boundary(from);
	enum hvp_status status;

	if (!hvp_level_at(produce_below(from, 9), &level))
		pvr = hvp_level_pvr(level);
	poison(bitmap);
	status = hvp_gcaps_compat(api, pvr, negotiated, &bitmap, listen_one(&heard));
	seen(GCAPS_COMPAT, status);
	check_heard(&heard, status && status != HVP_ERR_ARGUMENT);
	if (status)
		CHECK_POISONED(bitmap);
	else
		CHECK(bitmap && !(bitmap & HVP_CAPABILITY_COPY_MEMORY));
}

/* ---- calls that only a faulty caller makes ---- */

struct bad_call {
	uint32_t use, scope, policy;
	uint64_t bytes;
	bool no_host, no_buf;
};

static void bad_check(const struct world *world, const struct bad_call *call, uint32_t want)
{
	const uint8_t *past = edge_copy(EDGE_BEHIND, NULL, 0);
	struct hvp_hcall answer;
	struct heard heard;
	enum hvp_status status;

	poison(answer);
	status = hvp_gstate_check(call->no_host ? NULL : &world->host, call->use, call->scope,
				  call->policy, call->no_buf ? NULL : past, call->bytes, &answer,
				  listen_one(&heard));
	seen(GSTATE_CHECK, status);
	CHECK(status == (int32_t)want);
	CHECK_POISONED(answer);
	check_heard(&heard, status == HVP_ERR_RESERVED);
	if (heard.report.total)
		seen(CHECK_REASON, heard.findings[0].reason);
}

/* A buffer that is too long is not read: it lies where reading faults. */
static void too_much(const struct world *world, struct producer *from)
{
	struct question question = some_question(world, from);
	const uint64_t bytes = produce_boundary(from);

	question.use = question.use == HVP_GSTATE_USE_GET ? HVP_GSTATE_USE_GET :
							    HVP_GSTATE_USE_SET;
	question.scope = HVP_GSB_SCOPE_THREAD;
	question.host = &world->host;
	if (too_long(&question, bytes))
		CHECK(ask(&question, edge_copy(EDGE_BEHIND, NULL, 0), bytes, NULL).r3 ==
		      HVP_H_P5);
}

static void misuse(const struct world *world, struct producer *from)
{
	static const struct bad_call calls[] = {
		{ .use = 0, .scope = 1 }, { .use = 5, .scope = 1 },
		{ .use = 1, .scope = 0 }, { .use = 1, .scope = 3 }, { .use = 1, .scope = 7 },
		{ .use = 2, .scope = 4 }, { .use = 3, .scope = 2 }, { .use = 4, .scope = 8 },
		{ .use = 1, .scope = 1, .no_host = true },
		{ .use = 2, .scope = 1, .bytes = 4, .no_buf = true },
		{ .use = 3, .scope = 1, .bytes = HVP_BIT(32) },
		{ .use = 4, .scope = 7, .bytes = ~HVP_U64(0) },
	};
	const uint8_t which = produce_byte(from);
	const struct bad_call policy = { .use = 1 + which % 4u, .scope = 1,
					 .policy = 4u << which % 29u };
	struct hvp_hcall answer;
	struct hvp_gsb_builder builder;
	uint64_t bitmap;
	uint32_t scope;
	uint8_t byte;

	bad_check(world, &produce_of(from, calls), (uint32_t)HVP_ERR_ARGUMENT);
	bad_check(world, &policy, (uint32_t)HVP_ERR_RESERVED);
	CHECK(hvp_gstate_check(&world->host, 1, 1, 0, NULL, 0, NULL, NULL) == HVP_ERR_ARGUMENT);
	poison(answer);
	poison(scope);
	poison(bitmap);
	poison(builder);
	seen(GSTATE_FLAGS, hvp_gstate_flags(&world->host, which & 1 ? 0 : 4, 0, &scope, &answer,
					    NULL));
	CHECK(hvp_gstate_flags(NULL, 1, 0, &scope, &answer, NULL) == HVP_ERR_ARGUMENT);
	CHECK(hvp_gstate_flags(&world->host, 1, 0, NULL, &answer, NULL) == HVP_ERR_ARGUMENT);
	CHECK(hvp_gstate_flags(&world->host, 1, 0, &scope, NULL, NULL) == HVP_ERR_ARGUMENT);
	seen(GCAPS_GET, hvp_gcaps_get(NULL, 0, &answer, NULL));
	CHECK(hvp_gcaps_get(&world->caps, 0, NULL, NULL) == HVP_ERR_ARGUMENT);
	seen(GCAPS_SET, hvp_gcaps_set(NULL, 0, 0, &answer, NULL));
	CHECK(hvp_gcaps_set(&world->caps, 0, 0, NULL, NULL) == HVP_ERR_ARGUMENT);
	CHECK(hvp_gcaps_compat(HVP_GCAPS_API_V1, 0, 0, NULL, NULL) == HVP_ERR_ARGUMENT);
	seen(GSTATE_VALIDATE, hvp_gstate_validate(NULL, NULL));
	seen(GSB_BUILD, hvp_gsb_build(&builder, 2 + which, &byte, 1));
	CHECK(hvp_gsb_build(&builder, 0, NULL, 64) == HVP_ERR_ARGUMENT);
	CHECK(hvp_gsb_build(NULL, 0, &byte, 64) == HVP_ERR_ARGUMENT);
	CHECK_POISONED(answer);
	CHECK_POISONED(scope);
	CHECK_POISONED(bitmap);
	CHECK_POISONED(builder);
}

/* ---- an input ---- */

/* The order is the format of the corpus: new ones at the end. */
enum operation {
	END, RAW, BUILD, LEAVE, FLAGS, SET_CAPABILITIES, GET_CAPABILITIES, RESTART, CHANGE_HOST,
	CHANGE_REGS, LOOK_UP, COMPAT, TOO_MUCH, MISUSE,
};

static bool operate(struct world *world, struct producer *from)
{
	switch ((enum operation)(produce_byte(from) % (MISUSE + 1))) {
	case END:
		return false;
	case RAW:
		raw(world, from);
		break;
	case BUILD:
		build(world, from);
		break;
	case LEAVE:
		leave(world, from);
		break;
	case FLAGS:
		flags(world, from);
		break;
	case SET_CAPABILITIES:
		set_capabilities(world, from);
		break;
	case GET_CAPABILITIES:
		get_capabilities(world, from);
		break;
	case RESTART:
		restart(world, from);
		break;
	case CHANGE_HOST:
		change_host(world, from);
		break;
	case CHANGE_REGS:
		change_regs(world, from);
		break;
	case LOOK_UP:
		look_up(from);
		break;
	case COMPAT:
		compat(from);
		break;
	case TOO_MUCH:
		too_much(world, from);
		break;
	case MISUSE:
		misuse(world, from);
		break;
	}
	return true;
}

static void begin(struct world *world, uint8_t kind)
{
	uint32_t level = HVP_LEVEL_NONE;

	CHECK(!hvp_level_at(6 - (kind >> 4 & 3), &level));
	world->caps = (struct hvp_gcaps){
		.size = sizeof(world->caps), .policy_level = HVP_POLICY_LEVEL_1,
		.l1_level = level, .has = HVP_U64(0xf) << 60,
	};
	world->host = (struct hvp_gstate_host){
		.size = sizeof(world->host), .policy_level = HVP_POLICY_LEVEL_1,
		.revision = kind & 2 ? HVP_GSTATE_REVISION_2 : HVP_GSTATE_REVISION_1,
		.dialect = kind & 1, .lacks = kind >> 2 & 3, .l1_level = level,
		.run_output_min = HVP_GSTATE_RUN_OUTPUT_MIN, .run_max = HVP_GSTATE_RUN_MAX,
		.buffer_max = HVP_GSTATE_BUFFER_MAX,
		.run_flags = kind & 64 ? HVP_GSTATE_RUN_FLAGS : 0,
	};
	world->regs = (struct hvp_hvregs_host){
		.size = sizeof(world->regs), .policy_level = HVP_POLICY_LEVEL_1,
		.features = HVP_HVREGS_RADIX | HVP_HVREGS_ARCH_207 | HVP_HVREGS_ARCH_300 |
			    HVP_HVREGS_DAWR1,
		.lpcr = HVP_U64(0x0040000000500403), /* what QEMU gives */
	};
	hvp_hfscr_init(&world->regs.hfscr);
	CHECK(!hvp_hfscr_assign(&world->regs.hfscr, HVP_FACILITY_MSGP, HVP_STRATEGY_EMULATED));
	CHECK(!hvp_hfscr_assign(&world->regs.hfscr, HVP_FACILITY_FP, HVP_STRATEGY_DIRECT));
	CHECK(!hvp_gstate_validate(&world->host, NULL));
	CHECK(!hvp_hvregs_validate(&world->regs, NULL));
	forget(world);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	static struct world world;
	struct producer from = { data, bytes };
	struct question question;

	know_table();
	begin(&world, produce_byte(&from));
	for (uint32_t i = 0; i < OPERATIONS_MAX && operate(&world, &from); i++)
		;
	question = some_question(&world, &from);
	examine(&world, &from, &question, from.at,
		from.left < ROOM ? (uint32_t)from.left : ROOM);
}
