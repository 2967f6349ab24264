// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Verdicts of migrations: any guest, any destination, with any quirks. */
#include "values.h"

enum what { STATUS, VERDICT, HOME };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(STATUS, HVP_OK), FUZZ_ANSWER(STATUS, HVP_ERR_VALUE),
	FUZZ_ANSWER(STATUS, HVP_ERR_RESERVED), FUZZ_ANSWER(STATUS, HVP_ERR_SIZE),
	FUZZ_HEAD(STATUS),
	FUZZ_ANSWER(VERDICT, HVP_VERDICT_SAME), FUZZ_ANSWER(VERDICT, HVP_VERDICT_CHANGED),
	FUZZ_ANSWER(VERDICT, HVP_VERDICT_DEGRADED), FUZZ_ANSWER(VERDICT, HVP_VERDICT_REFUSED),
	FUZZ_ANSWER(VERDICT, HVP_VERDICT_BROKEN),
	FUZZ_ANSWER(HOME, HVP_VERDICT_SAME), FUZZ_ANSWER(HOME, HVP_VERDICT_CHANGED),
	FUZZ_ANSWER(HOME, HVP_VERDICT_DEGRADED), FUZZ_ANSWER(HOME, HVP_VERDICT_REFUSED),
};
FUZZ_SUBJECT(hvp_migrate_check);

static uint32_t verdict_of(const struct hvp_profile *guest, const struct hvp_profile *host)
{
	uint32_t verdict;

	CHECK(!hvp_migrate_check(guest, host, &verdict, NULL));
	return verdict;
}

/* The findings make the verdict (R24), and what breaks has a quirk that is there (R26). */
static void check_told(const struct heard *heard, uint32_t verdict,
		       const struct hvp_profile *host)
{
	check_findings(heard);
	CHECK(heard->report.worst == verdict);
	for (uint32_t i = 0; i < heard->report.stored; i++) {
		const struct hvp_finding *finding = &heard->findings[i];

		CHECK(!(finding->where & ~host->quirks));
		CHECK(finding->verdict != HVP_VERDICT_BROKEN || finding->where);
		CHECK(finding->verdict != HVP_VERDICT_SAME);
	}
}

/* A destination that offers more is no worse, and one without quirks breaks nothing. */
static void check_others(const struct hvp_profile *guest, const struct hvp_profile *host,
			 uint32_t verdict)
{
	struct hvp_profile other = *host;

	other.size = sizeof(other);
	if (host->arch == HVP_ARCH_POWER) {
		other.power.facilities = all_facilities();
		other.power.l2_facilities = all_facilities();
		other.power.nested_caps = ~HVP_U64(0);
		CHECK(verdict_of(guest, &other) <= verdict ||
		      verdict_of(guest, &other) == HVP_VERDICT_BROKEN);
		if (verdict == HVP_VERDICT_SAME)
			CHECK(verdict_of(guest, &other) == HVP_VERDICT_SAME);
	}
	other = *host;
	other.size = sizeof(other);
	other.quirks = 0;
	CHECK(verdict_of(guest, &other) != HVP_VERDICT_BROKEN);
	if (verdict == HVP_VERDICT_SAME)
		CHECK(verdict_of(guest, &other) == HVP_VERDICT_SAME);
}

/* The guest that a host starts is at home there (hvp_profile_guest()). */
static void check_home(const struct hvp_profile *host, uint32_t level, uint32_t flags)
{
	struct hvp_profile guest;
	uint32_t verdict;

	if (hvp_profile_guest(host, level, flags, &guest, NULL))
		return;
	verdict = verdict_of(&guest, host);
	seen(HOME, verdict);
	CHECK(verdict == HVP_VERDICT_SAME || !is_sure(host));
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	const uint32_t arch = 1 + (how & 1u);
	struct hvp_profile guest, host;
	const void *guest_at = &guest, *host_at = &host;
	uint32_t verdict, again, level;
	struct heard heard;
	enum hvp_status status;

	some_profile(from, how & 2 ? 3 - arch : arch, how & 4 ? HVP_ROLE_HOST : HVP_ROLE_GUEST,
		     &guest);
	some_profile(from, arch, how & 8 ? HVP_ROLE_GUEST : HVP_ROLE_HOST, &host);
	/* a host that is not quite the guest's own any more */
	if ((how & 48) == 32 && !hvp_profile_guest(&host, HVP_LEVEL_NONE, 0, &guest, NULL))
		damage(from, &host);
	if (how & 16)
		damage(from, how & 32 ? &guest : &host);
	if (how & 64)
		host_at = sized(from, &host, sizeof(host), how & 32 ? 3 : 1);
	poison(verdict);
	poison(again);
	status = hvp_migrate_check(guest_at, host_at, &verdict, listen(&heard, 1 + (how >> 5)));
	fuzz_subject_runs++;
	seen(STATUS, status);
	CHECK(hvp_migrate_check(guest_at, host_at, &again, NULL) == status && again == verdict);
	if (status) {
		check_status(&heard, status);
		CHECK_POISONED(verdict);
		return;
	}
	seen(VERDICT, verdict);
	check_told(&heard, verdict, &host);
	check_others(&guest, &host, verdict);
	host.size = sizeof(host);
	level = how & 128 ? some_level(from) : HVP_LEVEL_NONE;
	check_home(&host, level, arch == HVP_ARCH_POWER ? produce_byte(from) & 1 : 0);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
