// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Quirks: of any releases, by any number or name. */
#include "values.h"

enum what { GET, FIND, KNOWN };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(GET, HVP_OK), FUZZ_ANSWER(GET, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(FIND, HVP_OK), FUZZ_ANSWER(FIND, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(KNOWN, 0), FUZZ_ANSWER(KNOWN, 1),
};
FUZZ_SUBJECT(hvp_quirk_known);

static void get(uint32_t quirk)
{
	struct hvp_quirk_info info;
	enum hvp_status status;
	uint32_t found;

	poison(info);
	status = hvp_quirk_get(quirk, &info);
	seen(GET, status);
	check_words(hvp_quirk_name(quirk), 27);
	check_words(hvp_quirk_text(quirk), 255);
	CHECK((hvp_quirk_name(quirk)[0] == '?') == (status != HVP_OK));
	CHECK((hvp_quirk_text(quirk)[0] == '?') == (status != HVP_OK));
	if (FAILS(status, info))
		return;
	CHECK(info.quirk == quirk && quirk < 64 && !info.reserved && info.from < info.before);
	CHECK(!(info.levels & ~all_levels()));
	CHECK(!((info.own | info.nested | info.enabled) & ~all_facilities()));
	CHECK(!hvp_quirk_find(hvp_quirk_name(quirk), &found) && found == quirk);
}

static void find(const char *name)
{
	uint32_t quirk;
	enum hvp_status status;

	poison(quirk);
	status = hvp_quirk_find(name, &quirk);
	seen(FIND, status);
	if (!FAILS(status, quirk))
		CHECK(!strcmp(hvp_quirk_name(quirk), name));
}

/* Exactly those whose software is there, in a release that has it. */
static void known(uint32_t arch, uint32_t linux_release, uint32_t qemu_release)
{
	const uint64_t quirks = hvp_quirk_known(arch, linux_release, qemu_release);
	struct hvp_quirk_info info;

	fuzz_subject_runs++;
	seen(KNOWN, quirks != 0);
	CHECK(!(quirks & ~all_quirks(arch)));
	CHECK(!hvp_quirk_known(arch, 0, 0));
	CHECK((hvp_quirk_known(arch, linux_release, 0) |
	       hvp_quirk_known(arch, 0, qemu_release)) == quirks);
	for (uint32_t i = 0; i < 64; i++)
		if (!hvp_quirk_get(i, &info) && (quirks & HVP_BIT(i)))
			CHECK((info.software == HVP_SOFTWARE_LINUX ? linux_release :
				qemu_release) - info.from < info.before - info.from);
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	const char *name = hvp_quirk_name(how >> 2);
	uint32_t linux_release = some_release(from), qemu_release = some_release(from);

	if (how & 1)
		linux_release = (uint32_t)produce_boundary(from);
	known(produce_byte(from) & 3, linux_release, qemu_release);
	get(how & 2 ? (uint32_t)produce_boundary(from) : how >> 2);
	find(how & 1 ? edge_name(from, 28, true) :
		       (const char *)edge_copy(EDGE_BEHIND, name, strlen(name) + 1));
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
