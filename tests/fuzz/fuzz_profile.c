// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Profiles from anywhere, and the guests that a host starts. */
#include "values.h"

enum what { VALIDATE, GUEST, NAMED };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(VALIDATE, HVP_OK), FUZZ_ANSWER(VALIDATE, HVP_ERR_RESERVED),
	FUZZ_ANSWER(VALIDATE, HVP_ERR_VALUE), FUZZ_ANSWER(VALIDATE, HVP_ERR_SIZE),
	FUZZ_HEAD(VALIDATE),
	FUZZ_ANSWER(GUEST, HVP_OK), FUZZ_ANSWER(GUEST, HVP_ERR_RESERVED),
	FUZZ_ANSWER(GUEST, HVP_ERR_VALUE), FUZZ_ANSWER(GUEST, HVP_ERR_SIZE),
	FUZZ_ANSWER(GUEST, HVP_ERR_NO_COMMON_LEVEL), FUZZ_HEAD(GUEST),
	FUZZ_ANSWER(NAMED, 0), FUZZ_ANSWER(NAMED, 1),
};
FUZZ_SUBJECT(hvp_profile_validate);

static void check_started(const struct hvp_profile *host, const struct hvp_profile *guest,
			  uint32_t level, uint32_t flags)
{
	struct hvp_profile other = *host;

	CHECK(!hvp_profile_validate(guest, NULL));
	CHECK(guest->role == HVP_ROLE_GUEST && guest->arch == host->arch);
	CHECK(!(guest->power.levels & ~host->power.levels));
	CHECK(level == HVP_LEVEL_NONE || guest->power.levels == HVP_BIT(level));
	CHECK(!(guest->power.flags & ~host->power.flags));
	CHECK(!(guest->power.facilities & ~host->power.facilities));
	CHECK(!(guest->power.l2_facilities & ~host->power.l2_facilities));
	CHECK((flags & HVP_GUEST_NESTED) || !guest->power.l2_facilities);
	CHECK(!(guest->arm64.flags & ~host->arm64.flags));
	CHECK(guest->arm64.fwregs.listed == host->arm64.fwregs.listed);
	/* in place */
	other.size = sizeof(other);
	CHECK(!hvp_profile_guest(&other, level, flags, &other, NULL));
	CHECK(same_profile(&other, guest));
}

static void start(const void *host, uint32_t level, uint32_t flags, bool valid)
{
	struct hvp_profile guest;
	struct heard heard;
	enum hvp_status status;

	poison(guest);
	status = hvp_profile_guest(host, level, flags, &guest, listen_one(&heard));
	seen(GUEST, status);
	check_status(&heard, status);
	CHECK(status || valid);
	if (!FAILS(status, guest))
		check_started(host, &guest, level, flags);
}

static void name(uint32_t cap, uint32_t spelling)
{
	const char *words = hvp_profile_cap_name(cap, spelling);

	seen(NAMED, *words != 0);
	check_words(words, 23);
	CHECK(!*words || (cap < HVP_SPAPR_CAP_SLOTS && spelling <= HVP_SPELLING_LIBVIRT));
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	const uint32_t arch = 1 + (how & 1u), role = how & 2 ? HVP_ROLE_GUEST : HVP_ROLE_HOST;
	struct hvp_profile profile;
	struct heard heard;
	const void *at;
	uint32_t level, cap;
	enum hvp_status status;

	some_profile(from, arch, role, &profile);
	CHECK(!hvp_profile_validate(&profile, NULL));
	if (how & 4)
		damage(from, &profile);
	at = sized(from, &profile, sizeof(profile), how & 8 ? 3 : 0);
	status = hvp_profile_validate(at, listen(&heard, 2));
	fuzz_subject_runs++;
	seen(VALIDATE, status);
	check_status(&heard, status);
	CHECK(heard.report.total <= 1);
	CHECK(hvp_profile_validate(at, NULL) == status);
	level = how & 16 ? some_level(from) : HVP_LEVEL_NONE;
	start(at, level, how & 32 ? (uint32_t)produce_boundary(from) : how >> 7, !status);
	cap = how & 64 ? (uint32_t)produce_boundary(from) : how >> 3 & 15;
	name(cap, produce_byte(from) & 3);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
