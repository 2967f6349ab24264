// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What a host offers, and requests: R10 to R15, for every PVR, mode, bitmap from below and request.
 */
#include "proof.h"

#include "internal.h"

/* Why a level is not offered, by the order of levels and nothing else. */
static bool fits(enum hvp_status status, const struct hvp_pvr_host *host,
		 const struct hvp_processor_info *row, uint32_t level)
{
	const uint32_t mode = hvp_level_from_pvr(host->compat_pvr);
	const uint32_t bound = host->compat_pvr ? mode : row->newest;

	if (level > bound)
		return status == HVP_ERR_LEVEL_NEWER;
	if (level < row->oldest)
		return status == HVP_ERR_LEVEL_OLDER;
	return status == HVP_OK || (host->flags && status == HVP_ERR_LEVEL_NOT_GRANTED);
}

void prove_check(void)
{
	ANY(struct hvp_pvr_host, host);
	ANY(uint32_t, request);
	ANY(uint32_t, level);
	ANY(bool, none);
	const uint32_t before = level;
	struct hvp_report counted, *report = counting(&counted, none);
	struct hvp_pvr_offer offer = { 0 };
	struct hvp_processor_info row;
	enum hvp_status status, offers;
	uint32_t asked;

	host.size = sizeof(host);
	offers = hvp_pvr_offers(&host, &offer, NULL);
	status = hvp_pvr_check(&host, request, &level, report);
	if (offers) {
		PROVE(status == offers, "R13: a host that offers nothing answers nothing");
	} else {
		asked = request ? hvp_level_from_pvr(request) : offer.own;
		PROVE((status == HVP_ERR_UNKNOWN_PVR) == !asked,
		      "R13: unknown is what is no level");
		PROVE((status == HVP_OK) == (asked && has_bit(offer.levels, asked)),
		      "R13: a request is fine if the host offers the level");
		PROVE(hvp_pvr_processor(host.pvr, &row) == HVP_OK &&
		      (!asked || fits(status, &host, &row, asked)),
		      "R10: newer and older are by the order of the levels");
	}
	PROVE(status ? level == before : level == (request ? hvp_level_from_pvr(request) :
							     offer.own),
	      "R14: no level is stored but the one that was asked and is offered");
	PROVE(!report || status == HVP_ERR_ARGUMENT ||
	      (report->worst == HVP_VERDICT_REFUSED) == (status != HVP_OK),
	      "R25: a refusal and nothing else leaves a finding that refuses");
	POSSIBLE(!status && request == 0x0f000007);
	POSSIBLE(!status && request == 0x0f100003);
	POSSIBLE(status == HVP_ERR_LEVEL_NEWER && request == 0x0f000007 &&
		 host.compat_pvr == 0x0f000006);
	POSSIBLE(status == HVP_ERR_LEVEL_OLDER);
	POSSIBLE(status == HVP_ERR_LEVEL_NOT_GRANTED);
	POSSIBLE(status == HVP_ERR_HOST_MODE);
}

void prove_offers(void)
{
	ANY(struct hvp_pvr_host, host);
	ANY(struct hvp_pvr_offer, offer);
	ANY(uint64_t, fewer);
	const struct hvp_pvr_offer before = offer;
	struct hvp_pvr_host free;
	struct hvp_pvr_offer all, less;
	struct hvp_processor_info row;
	enum hvp_status status;

	host.size = sizeof(host);
	status = hvp_pvr_offers(&host, &offer, NULL);
	if (status) {
		PROVE(SAME(offer, before), "R20: a refusal leaves the offer alone");
		POSSIBLE(status == HVP_ERR_HOST_PVR);
		return;
	}
	(void)hvp_pvr_processor(host.pvr, &row);
	PROVE(offer.newest <= (host.compat_pvr ? offer.own : row.newest),
	      "R12: nothing newer than the processor and the host's own mode");
	PROVE(!offer.levels || offer.oldest >= row.oldest, "R12: nothing older than it can be");
	PROVE(offer.newest == hvp_level_newest(offer.levels) &&
	      (!offer.levels == !offer.oldest) && offer.oldest <= offer.newest,
	      "R12: oldest and newest are of the levels");
	PROVE(host.compat_pvr ? hvp_level_pvr(offer.own) == host.compat_pvr :
	      offer.own == row.level, "R12: the host's own level is its mode, or its processor's");
	free = host;
	free.flags = 0;
	free.granted = 0;
	PROVE(!hvp_pvr_offers(&free, &all, NULL) && !(offer.levels & ~all.levels),
	      "R12: what comes from below takes away and never adds");
	if (host.flags == HVP_PVR_GRANTED) {
		free = host;
		free.granted &= fewer;
		PROVE(!hvp_pvr_offers(&free, &less, NULL) && !(less.levels & ~offer.levels),
		      "R12: fewer bits from below are no more levels");
		POSSIBLE(less.levels && less.levels != offer.levels);
	}
	POSSIBLE(host.flags == HVP_PVR_BOUNDED && offer.levels && offer.levels != all.levels);
	POSSIBLE(offer.own == HVP_LEVEL_3_10 && row.level == HVP_LEVEL_3_10_P11);
	POSSIBLE(!offer.levels);
}

void prove_pcr(void)
{
	ANY(uint32_t, pvr);
	ANY(uint32_t, level);
	ANY(uint32_t, newer);
	ANY(uint64_t, pcr);
	struct hvp_processor_info row;
	uint64_t less = 0;
	const uint64_t before = pcr;
	const enum hvp_status status = hvp_pvr_pcr(pvr, level, &pcr);

	PROVE(!status || pcr == before, "R20: a refusal leaves the output alone");
	PROVE((status == HVP_OK) == (hvp__is_level(level) && !hvp_pvr_processor(pvr, &row) &&
				     level >= row.oldest && level <= row.newest),
	      "R12: from the oldest level that the processor can impose to its newest");
	if (!status && level <= newer && !hvp_pvr_pcr(pvr, newer, &less)) {
		PROVE(!(less & ~pcr), "R10: an older level takes away all that a newer one does");
		PROVE(level != HVP_LEVEL_3_10 || newer != HVP_LEVEL_3_10_P11 || pcr == less,
		      "R11: POWER10 and POWER11 share the PCR level");
		POSSIBLE(level == HVP_LEVEL_3_10 && newer == HVP_LEVEL_3_10_P11);
		POSSIBLE(less && less != pcr);
	}
	POSSIBLE(status == HVP_ERR_LEVEL_OLDER);
	POSSIBLE(status == HVP_ERR_LEVEL_NEWER);
}

void prove_choose(void)
{
	ANY(uint64_t, granted);
	ANY(uint32_t, maximum);
	ANY(struct hvp_pvr_mode, mode);
	ANY(uint32_t, level);
	ANY(bool, none);
	const struct hvp_pvr_mode before = mode;
	struct hvp_report counted, *report = counting(&counted, none);
	const uint32_t limit = maximum ? hvp_level_from_pvr(maximum) : HVP__NEWEST;
	const enum hvp_status status = hvp_pvr_choose(granted, maximum, &mode, report);

	if (status) {
		PROVE(SAME(mode, before), "R14: a refusal leaves the mode alone");
	} else {
		PROVE((hvp_level_capability(mode.level) & granted) && mode.level <= limit,
		      "R15: what is chosen is granted, and not above the maximum");
		PROVE(mode.compat_pvr == hvp_level_pvr(mode.level), "R14: no raw mode");
	}
	if (hvp__is_level(level) && (hvp_level_capability(level) & granted) && level <= limit)
		PROVE(!status && mode.level >= level, "R15: no level that is granted is newer");
	PROVE_REPORTED(report, status != HVP_OK);
	POSSIBLE(!status && mode.level == HVP_LEVEL_3_10_P11);
	POSSIBLE(status == HVP_ERR_UNKNOWN_PVR);
	POSSIBLE(status == HVP_ERR_LEVEL_NOT_GRANTED && granted >> 61);
}

#define ENTRIES 2

/* CAS of a list of up to ENTRIES; offer: of the host. */
static void negotiated(const struct hvp_pvr_host *host, const struct hvp_pvr_offer *offer,
		       const struct hvp_pvr_entry *entries, uint32_t count, uint32_t maximum,
		       enum hvp_status status, const struct hvp_pvr_mode *mode)
{
	const uint32_t limit = maximum ? hvp_level_from_pvr(maximum) : HVP__NEWEST;
	const uint32_t pvr = host->guest_pvr ? host->guest_pvr : host->pvr;
	bool named = false, ended = false;
	uint32_t best = HVP_LEVEL_NONE;

	for (uint32_t i = 0; i < ENTRIES; i++) {
		const uint32_t level = hvp_level_from_pvr(entries[i].value);

		ended |= i >= count || (entries[i].value & ~entries[i].mask);
		if (ended)
			continue;
		named |= !((pvr ^ entries[i].value) & entries[i].mask);
		if (level > best && level <= limit && has_bit(offer->levels, level))
			best = level;
	}
	if (best) {
		PROVE(!status && mode->level == best && mode->compat_pvr == hvp_level_pvr(best),
		      "R15: the newest level that guest, host and maximum have in common");
	} else if (!status) {
		PROVE(!mode->compat_pvr && mode->level == offer->own, "R15: or raw mode");
		PROVE(named && !maximum && !host->compat_pvr && has_bit(offer->levels, offer->own),
		      "R15: if the guest names the processor and nothing else says what it is");
	} else {
		PROVE(!named || maximum || host->compat_pvr || !has_bit(offer->levels, offer->own),
		      "R15: refused only if raw mode is not possible either");
	}
	POSSIBLE(best && count == ENTRIES && mode->level == HVP_LEVEL_3_00 && !maximum);
	POSSIBLE(!status && !best && named);
	POSSIBLE(status && named);
	POSSIBLE(!best && count == ENTRIES && ended);
}

void prove_negotiate(void)
{
	ANY(struct hvp_pvr_host, host);
	ANY(struct hvp_pvr_entry, entries[ENTRIES]);
	ANY(uint32_t, count);
	ANY(uint32_t, maximum);
	ANY(struct hvp_pvr_mode, mode);
	ANY(bool, none);
	const struct hvp_pvr_mode before = mode;
	struct hvp_report counted, *report = counting(&counted, none);
	struct hvp_pvr_offer offer = { 0 };
	enum hvp_status status, offers, checked;

	host.size = sizeof(host);
	ASSUME(count <= ENTRIES);
	offers = hvp_pvr_offers(&host, &offer, NULL);
	checked = maximum && !offers ? hvp_pvr_check(&host, maximum, NULL, NULL) : HVP_OK;
	status = hvp_pvr_negotiate(&host, entries, count, maximum, &mode, report);
	PROVE(!status || SAME(mode, before), "R14: a refusal leaves the mode alone");
	PROVE_REPORTED(report, status && status != HVP_ERR_ARGUMENT);
	if (offers || checked)
		PROVE(status == (offers ? offers : checked),
		      "R14: a maximum is checked as a request");
	else
		negotiated(&host, &offer, entries, count, maximum, status, &mode);
}
