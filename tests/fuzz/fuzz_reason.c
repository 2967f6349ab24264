// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Words of findings: any finding, any buffer. */
#include "contract.h"

enum what { AT, OBJECT, CUT };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(AT, HVP_OK), FUZZ_ANSWER(AT, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(OBJECT, HVP_OBJECT_NONE), FUZZ_ANSWER(OBJECT, HVP_OBJECT_FACILITY),
	FUZZ_ANSWER(OBJECT, HVP_OBJECT_LEVEL), FUZZ_ANSWER(OBJECT, HVP_OBJECT_ENTRY),
	FUZZ_ANSWER(OBJECT, HVP_OBJECT_FWREG), FUZZ_ANSWER(OBJECT, HVP_OBJECT_CAPABILITY),
	FUZZ_ANSWER(OBJECT, HVP_OBJECT_FIELD), FUZZ_ANSWER(OBJECT, HVP_OBJECT_REGISTER),
	FUZZ_ANSWER(OBJECT, HVP_OBJECT_ELEMENT), FUZZ_ANSWER(OBJECT, HVP_OBJECT_HVREG),
	FUZZ_ANSWER(CUT, 0), FUZZ_ANSWER(CUT, 1),
};
FUZZ_SUBJECT(hvp_reason_format);

#define LONGEST 1024

static void format(const struct hvp_finding *finding, uint32_t wording, size_t room)
{
	const void *at = edge_copy(EDGE_BEFORE, finding, sizeof(*finding));
	char *buf = (char *)edge_copy(EDGE_BEHIND, NULL, room), whole[LONGEST];
	const size_t length = hvp_reason_format(at, wording, room ? buf : NULL, room);

	fuzz_subject_runs++;
	CHECK(edge_is_clean(EDGE_BEHIND));
	CHECK(length < sizeof(whole));
	CHECK(hvp_reason_format(finding, wording, whole, sizeof(whole)) == length);
	CHECK(strlen(whole) == length);
	check_words(whole, length);
	CHECK(!strpbrk(whole, "{}"));
	seen(CUT, length >= room);
	if (!room)
		return;
	/* the same as far as there is room, and closed */
	CHECK(strlen(buf) == (length < room ? length : room - 1));
	CHECK(!strncmp(buf, whole, strlen(buf)));
	CHECK(is_poisoned(buf + strlen(buf) + 1, room - strlen(buf) - 1));
}

static void words(uint32_t reason, uint32_t wording, uint32_t index)
{
	const bool known = hvp_reason_name(reason)[0] != '?';
	uint32_t found;
	enum hvp_status status;

	check_words(hvp_reason_name(reason), 63);
	check_words(hvp_reason_text(reason, wording), 511);
	CHECK(known || !hvp_reason_text(reason, wording)[0]);
	CHECK(known == (hvp_reason_text(reason, HVP_WORDING_TEXT)[0] != 0));
	seen(OBJECT, hvp_reason_object(reason));
	poison(found);
	status = hvp_reason_at(index, &found);
	seen(AT, status);
	if (!FAILS(status, found))
		CHECK(hvp_reason_name(found)[0] != '?');
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	struct hvp_finding finding = { .verdict = how & 7 };

	finding.reason = produce_byte(from);
	finding.object = (uint32_t)(how & 1 ? produce_boundary(from) : produce_number(from, 2));
	finding.index = produce_byte(from);
	finding.where = produce_boundary(from);
	finding.have = how & 2 ? produce_boundary(from) : produce_byte(from);
	finding.offer = how & 4 ? HVP_U64(0x0f000006) : produce_number(from, 4);
	if (how & 8)
		(void)hvp_reason_at(finding.reason, &finding.reason);
	else if (how & 16)
		finding.reason = (uint32_t)produce_boundary(from);
	format(&finding, how >> 5 & 3, produce_byte(from));
	words(finding.reason, how >> 5 & 3,
	      how & 128 ? (uint32_t)produce_boundary(from) : finding.index);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
