// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which levels a host offers, and what a guest with any list of processors gets (R12 to R15). */
#include "values.h"

enum what { PROCESSOR, AT, PCR, OFFERS, CHECKED, NEGOTIATE, MODE, CHOOSE };

#define HOST(what) \
	FUZZ_ANSWER(what, HVP_OK), FUZZ_ANSWER(what, HVP_ERR_ARGUMENT), \
	FUZZ_ANSWER(what, HVP_ERR_RESERVED), FUZZ_ANSWER(what, HVP_ERR_HOST_PVR), \
	FUZZ_ANSWER(what, HVP_ERR_HOST_MODE), FUZZ_HEAD(what)
#define REQUEST(what) \
	FUZZ_ANSWER(what, HVP_ERR_UNKNOWN_PVR), FUZZ_ANSWER(what, HVP_ERR_LEVEL_NEWER), \
	FUZZ_ANSWER(what, HVP_ERR_LEVEL_OLDER), FUZZ_ANSWER(what, HVP_ERR_LEVEL_NOT_GRANTED)

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(PROCESSOR, HVP_OK), FUZZ_ANSWER(PROCESSOR, HVP_ERR_UNKNOWN_PVR),
	FUZZ_ANSWER(AT, HVP_OK), FUZZ_ANSWER(AT, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(PCR, HVP_OK), FUZZ_ANSWER(PCR, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(PCR, HVP_ERR_HOST_PVR), FUZZ_ANSWER(PCR, HVP_ERR_LEVEL_NEWER),
	FUZZ_ANSWER(PCR, HVP_ERR_LEVEL_OLDER),
	HOST(OFFERS), HOST(CHECKED), REQUEST(CHECKED), HOST(NEGOTIATE), REQUEST(NEGOTIATE),
	FUZZ_ANSWER(NEGOTIATE, HVP_ERR_NO_COMMON_LEVEL),
	FUZZ_ANSWER(MODE, 0), FUZZ_ANSWER(MODE, 1),
	FUZZ_ANSWER(CHOOSE, HVP_OK), FUZZ_ANSWER(CHOOSE, HVP_ERR_UNKNOWN_PVR),
	FUZZ_ANSWER(CHOOSE, HVP_ERR_LEVEL_NOT_GRANTED),
};
FUZZ_SUBJECT(hvp_pvr_negotiate);

#define ENTRIES 40

static void processors(uint32_t pvr, uint32_t index, uint32_t level)
{
	struct hvp_processor_info info, other;
	uint64_t pcr;
	enum hvp_status status;

	poison(info);
	status = hvp_pvr_processor(pvr, &info);
	seen(PROCESSOR, status);
	if (!FAILS(status, info))
		CHECK((pvr & info.mask) == info.value && info.oldest <= info.newest);
	poison(pcr);
	status = hvp_pvr_pcr(pvr, level, &pcr);
	seen(PCR, status);
	if (!FAILS(status, pcr))
		CHECK(!(pcr & ~info.pcr_mask) && level >= info.oldest && level <= info.newest);
	poison(other);
	status = hvp_pvr_processor_at(index, &other);
	seen(AT, status);
	if (FAILS(status, other))
		return;
	check_words(other.name, sizeof(other.name) - 1);
	check_words(other.libvirt, sizeof(other.libvirt) - 1);
	CHECK(!hvp_pvr_processor(other.value, &info) && info.value == other.value);
}

/* A level is taken if and only if it is offered, and what is not asked is the host's own. */
static void check_request(const void *host, const struct hvp_pvr_offer *offer, uint32_t request)
{
	struct heard heard;
	uint32_t level;
	enum hvp_status status;

	poison(level);
	status = hvp_pvr_check(host, request, &level, listen(&heard, 2));
	seen(CHECKED, status);
	check_status(&heard, status);
	CHECK(hvp_pvr_check(host, request, NULL, NULL) == status);
	if (FAILS(status, level))
		return;
	CHECK(offer->levels & HVP_BIT(level));
	CHECK(request ? hvp_level_pvr(level) == request : level == offer->own);
}

static void check_offer(const void *host, const struct hvp_pvr_offer *offer)
{
	uint32_t level;

	CHECK(!(offer->levels & ~all_levels()));
	CHECK(offer->newest == hvp_level_newest(offer->levels) && !offer->reserved);
	CHECK(offer->newest >= offer->oldest && !offer->newest == !offer->levels);
	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		CHECK(!hvp_pvr_check(host, hvp_level_pvr(level), NULL, NULL) ==
		      ((offer->levels & HVP_BIT(level)) != 0));
}

/* The entries in other order are the same list, if none ends it. */
static void check_turned(const void *host, const struct hvp_pvr_entry *entries, uint32_t count,
			 uint32_t maximum, const struct hvp_pvr_mode *mode)
{
	struct hvp_pvr_entry turned[ENTRIES];
	struct hvp_pvr_mode other;

	for (uint32_t i = 0; i < count; i++) {
		if (entries[i].value & ~entries[i].mask)
			return;
		turned[count - 1 - i] = entries[i];
	}
	CHECK(!hvp_pvr_negotiate(host, turned, count, maximum, &other, NULL));
	CHECK(!memcmp(&other, mode, sizeof(other)));
}

/* edge: the one that the host does not lie at. */
static void negotiate(const void *host, enum edge edge, const struct hvp_pvr_offer *offer,
		      const struct hvp_pvr_entry *entries, uint32_t count, uint32_t maximum)
{
	const void *at = edge_copy(edge, entries, count * sizeof(*entries));
	struct hvp_pvr_mode mode, other;
	struct heard heard;
	enum hvp_status status;

	poison(mode);
	status = hvp_pvr_negotiate(host, at, count, maximum, &mode, listen_one(&heard));
	fuzz_subject_runs++;
	seen(NEGOTIATE, status);
	CHECK(edge_is_clean(edge));
	if (status) {
		check_status(&heard, status);
		CHECK_POISONED(mode);
		return;
	}
	/* what speaks against raw mode is told even where a level is found: never as a refusal */
	check_status(&heard, status);
	seen(MODE, mode.compat_pvr != 0);
	CHECK(offer->levels & HVP_BIT(mode.level));
	CHECK(!mode.compat_pvr || mode.compat_pvr == hvp_level_pvr(mode.level));
	if (maximum) /* and no raw mode */
		CHECK(mode.compat_pvr && mode.level <= hvp_level_from_pvr(maximum));
	else if (mode.compat_pvr &&
		 !hvp_pvr_negotiate(host, at, count, hvp_level_pvr(mode.level), &other, NULL))
		CHECK(!memcmp(&other, &mode, sizeof(other)));
	check_turned(host, at, count, maximum, &mode);
}

static void choose(uint64_t granted, uint32_t maximum)
{
	struct hvp_pvr_mode mode;
	struct heard heard;
	enum hvp_status status;

	poison(mode);
	status = hvp_pvr_choose(granted, maximum, &mode, listen_one(&heard));
	seen(CHOOSE, status);
	check_status(&heard, status);
	if (FAILS(status, mode))
		return;
	CHECK(hvp_level_capability(mode.level) & granted);
	CHECK(mode.compat_pvr == hvp_level_pvr(mode.level));
	CHECK(!maximum || mode.level <= hvp_level_from_pvr(maximum));
}

static uint32_t some_list(struct producer *from, struct hvp_pvr_entry *entries)
{
	const uint32_t count = produce_byte(from) % ENTRIES;

	for (uint32_t i = 0; i < count; i++) {
		const uint8_t how = produce_byte(from);

		entries[i].mask = how & 1 ? (uint32_t)produce_boundary(from) : 0xffffffff;
		entries[i].value = some_pvr(from) & (how & 2 ? 0xffffffff : entries[i].mask);
	}
	return count;
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from), what = produce_byte(from);
	struct hvp_pvr_host host = { .policy_level = HVP_POLICY_LEVEL_1, .flags = how >> 5 };
	struct hvp_pvr_entry entries[ENTRIES];
	struct hvp_pvr_offer offer = { 0 };
	struct heard heard;
	uint32_t maximum, count;
	const void *at;
	enum hvp_status status;

	if (how & 4)
		host.policy_level = produce_byte(from);
	host.pvr = some_pvr(from);
	host.compat_pvr = how & 8 ? some_pvr(from) : 0;
	host.guest_pvr = how & 16 ? some_pvr(from) : 0;
	host.granted = what & 1 ? produce_boundary(from) : (uint64_t)(what & 0xf0) << 56;
	at = sized(from, &host, sizeof(host), how);
	maximum = what & 4 ? some_pvr(from) : 0;
	count = some_list(from, entries);
	poison(offer);
	status = hvp_pvr_offers(at, &offer, listen_one(&heard));
	seen(OFFERS, status);
	check_status(&heard, status);
	if (!FAILS(status, offer))
		check_offer(at, &offer);
	check_request(at, &offer, what & 8 ? some_pvr(from) : 0);
	host.size = sizeof(host);
	if (status)
		negotiate(at, EDGE_BEFORE, &offer, entries, count, maximum);
	else
		negotiate(&host, EDGE_BEHIND, &offer, entries, count, maximum);
	choose(host.granted, maximum);
	processors(host.pvr, what, some_level(from));
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
