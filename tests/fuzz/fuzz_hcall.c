// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Statuses of hypercalls, from any register. */
#include "contract.h"

enum what { KNOWN };

const struct fuzz_answer fuzz_answers[] = { FUZZ_ANSWER(KNOWN, 0), FUZZ_ANSWER(KNOWN, 1) };
FUZZ_SUBJECT(hvp_hcall_name);

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	const int64_t r3 = how & 1 ? (int64_t)produce_boundary(from) :
				     (int64_t)(produce_number(from, 2) & 1023) - 800;
	const char *name = hvp_hcall_name(r3), *text = hvp_hcall_text(r3);
	const bool known = strcmp(name, "?") != 0;

	fuzz_subject_runs++;
	seen(KNOWN, known);
	check_words(name, 35);
	check_words(text, 53);
	CHECK(*name && *text && known == (strcmp(text, "?") != 0));
	CHECK(!known || !strncmp(name, "H_", 2));
	/* all 64 bits count */
	CHECK(!known || !strcmp(hvp_hcall_name(r3 ^ (int64_t)HVP_BIT(16 + (how >> 1 & 31))), "?"));
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
