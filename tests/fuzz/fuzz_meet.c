// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What hosts have in common (R27): of any hosts, in any order, and for any guest. */
#include "values.h"

enum what { STATUS, GUEST, GOES };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(STATUS, HVP_OK), FUZZ_ANSWER(STATUS, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(STATUS, HVP_ERR_VALUE), FUZZ_ANSWER(STATUS, HVP_ERR_RESERVED),
	FUZZ_ANSWER(STATUS, HVP_ERR_SIZE), FUZZ_HEAD(STATUS),
	FUZZ_ANSWER(GUEST, HVP_OK), FUZZ_ANSWER(GUEST, HVP_ERR_VALUE),
	FUZZ_ANSWER(GUEST, HVP_ERR_NO_COMMON_LEVEL),
	FUZZ_ANSWER(GOES, HVP_VERDICT_SAME), FUZZ_ANSWER(GOES, HVP_VERDICT_CHANGED),
	FUZZ_ANSWER(GOES, HVP_VERDICT_DEGRADED), FUZZ_ANSWER(GOES, HVP_VERDICT_REFUSED),
	FUZZ_ANSWER(GOES, HVP_VERDICT_BROKEN),
};
FUZZ_SUBJECT(hvp_meet_hosts);

#define HOSTS 4

static struct hvp_profile meet(const struct hvp_profile *const *hosts, uint32_t count)
{
	struct hvp_profile common;

	CHECK(!hvp_meet_hosts(hosts, count, &common, NULL));
	return common;
}

/* Order, repetition and grouping do not matter. */
static void check_laws(const struct hvp_profile *const *hosts, uint32_t count,
		       const struct hvp_profile *common)
{
	const struct hvp_profile *turned[HOSTS + 1];
	struct hvp_profile part, other;

	for (uint32_t i = 0; i < count; i++)
		turned[i] = hosts[count - 1 - i];
	turned[count] = hosts[0];
	other = meet(turned, count + 1);
	CHECK(same_profile(&other, common));
	part = meet(hosts, 1);
	for (uint32_t i = 1; i < count; i++) {
		const struct hvp_profile *pair[2] = { &part, hosts[i] };

		CHECK(!hvp_meet_hosts(pair, 2, &part, NULL));	/* in place */
	}
	CHECK(same_profile(&part, common));
	turned[0] = common;
	other = meet(turned, 1);
	CHECK(same_profile(&other, common));
}

static uint32_t verdict_of(const struct hvp_profile *guest, const struct hvp_profile *host)
{
	uint32_t verdict;

	CHECK(!hvp_migrate_check(guest, host, &verdict, NULL));
	return verdict;
}

/* Who is at home in what they have in common is at home on each of them. */
static void check_guest(const struct hvp_profile *guest, const struct hvp_profile *common,
			const struct hvp_profile *const *hosts, uint32_t count)
{
	const uint32_t verdict = verdict_of(guest, common);

	seen(GOES, verdict);
	for (uint32_t i = 0; verdict == HVP_VERDICT_SAME && i < count; i++)
		CHECK(verdict_of(guest, hosts[i]) == HVP_VERDICT_SAME);
}

static void check_common(struct producer *from, const struct hvp_profile *const *hosts,
			 uint32_t count, const struct hvp_profile *common)
{
	const uint32_t flags = common->arch == HVP_ARCH_POWER ? produce_byte(from) & 1 : 0;
	struct hvp_profile guest;
	enum hvp_status status;

	CHECK(!hvp_profile_validate(common, NULL) && common->role == HVP_ROLE_HOST);
	check_laws(hosts, count, common);
	some_profile(from, common->arch, HVP_ROLE_GUEST, &guest);
	check_guest(&guest, common, hosts, count);
	status = hvp_profile_guest(common, HVP_LEVEL_NONE, flags, &guest, NULL);
	seen(GUEST, status);
	if (status)
		return;
	check_guest(&guest, common, hosts, count);
	if (is_sure(common))
		CHECK(verdict_of(&guest, common) == HVP_VERDICT_SAME);
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	const uint32_t count = 1 + (how & 3u), arch = 1 + (how >> 2 & 1u);
	struct hvp_profile profiles[HOSTS], common;
	const struct hvp_profile *hosts[HOSTS];
	struct heard heard;
	enum hvp_status status;

	for (uint32_t i = 0; i < count; i++) {
		some_profile(from, how & 8 && i ? 3 - arch : arch,
			     how & 16 ? HVP_ROLE_GUEST : HVP_ROLE_HOST, &profiles[i]);
		hosts[i] = &profiles[i];
	}
	if (how & 32)
		damage(from, &profiles[count - 1]);
	if (how & 64)
		hosts[count - 1] = sized(from, &profiles[count - 1], sizeof(profiles[0]), 3);
	poison(common);
	status = hvp_meet_hosts(hosts, how == 128 ? 0 : count, &common,
				listen(&heard, how >> 5));
	fuzz_subject_runs++;
	seen(STATUS, status);
	check_status(&heard, status);
	if (FAILS(status, common))
		return;
	for (uint32_t i = 0; i < heard.report.stored; i++)
		CHECK(heard.findings[i].index < count &&
		      heard.findings[i].verdict == HVP_VERDICT_DEGRADED);
	check_common(from, hosts, count, &common);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
