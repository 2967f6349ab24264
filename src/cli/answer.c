// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "answer.h"
#include "output.h"

static const struct outcome_words words[] = {
	[OUTCOME_OK] = { "ok", "ok", "runs", STYLE_GOOD },
	[OUTCOME_WITHOUT] = { "ok*", "ok",
		"runs, without a facility of that level", STYLE_GOOD },
	[OUTCOME_CPU] = { "cpu", "refused", "newer than the processor", STYLE_DIM },
	[OUTCOME_MODE] = { "mode", "refused", "newer than the mode the host itself runs in",
		STYLE_BAD },
	[OUTCOME_OLD] = { "old", "refused", "older than the processor can impose", STYLE_DIM },
	[OUTCOME_GRANT] = { "grant", "refused", "not granted by the hypervisor below", STYLE_BAD },
	[OUTCOME_UNKNOWN] = { "?", "refused", "no known level", STYLE_BAD },
	[OUTCOME_KERNEL] = { "kernel", "refused", "allowed, but this kernel refuses it",
		STYLE_WARN },
	[OUTCOME_LATE] = { "late", "refused",
		"must fail, but this kernel accepts it", STYLE_WARN },
	[OUTCOME_NO_KVM] = { "no-kvm", "refused", "KVM runs no guest there", STYLE_BAD },
};

const struct outcome_words *outcome_words(enum outcome outcome)
{
	return &words[outcome];
}

/* The departure by which a guest lacks a facility of its level, or NULL. */
static const struct departure *kept_back(const struct host *host, uint64_t facilities)
{
	const struct departure *row = NULL;

	while ((row = departure_next(host, row)))
		if (row->effect == EFFECT_RESERVES && facilities & HVP_BIT(row->object))
			break;
	return row;
}

/* Facilities of its level that a guest does not find. */
static uint64_t find_lost(const struct host *host, const struct hvp_pvr_offer *offer,
			  const struct answer *answer)
{
	uint64_t there = hvp_facility_of_level(offer->own);
	const struct departure *row = NULL;

	/* Without an enable bit nobody can take a facility away. */
	if (answer->has_policy)
		there &= answer->policy.present | ~hvp_facility_enables(offer->own);
	while ((row = departure_next(host, row)))
		if (row->effect == EFFECT_RESERVES)
			there &= ~HVP_BIT(row->object);
	return hvp_facility_of_level(answer->level) & ~there;
}

/* The reason of a refusal as an outcome. */
static enum outcome refusal(const struct hvp_report *report)
{
	for (uint32_t i = 0; i < report->stored; i++) {
		switch (report->findings[i].reason) {
		case HVP_REASON_LEVEL_ABOVE_PROCESSOR:
			return OUTCOME_CPU;
		case HVP_REASON_LEVEL_ABOVE_COMPAT:
			return OUTCOME_MODE;
		case HVP_REASON_LEVEL_BELOW_OLDEST:
			return OUTCOME_OLD;
		case HVP_REASON_LEVEL_NOT_GRANTED:
			return OUTCOME_GRANT;
		default:
			break;
		}
	}
	return OUTCOME_UNKNOWN;
}

static enum outcome find_outcome(const struct host *host, const struct hvp_pvr_offer *offer,
				 struct answer *answer)
{
	if (host->kvm == KVM_FAILS)
		return OUTCOME_NO_KVM;
	if (answer->status) {
		answer->departure = departure_of(host, EFFECT_ACCEPTS, answer->level);
		/* Accepted like the level that the kernel takes it for. */
		if (answer->departure && offer->levels & HVP_BIT(answer->departure->from))
			return OUTCOME_LATE;
		answer->departure = NULL;
		return refusal(&answer->report);
	}
	answer->departure = departure_of(host, EFFECT_REFUSES, answer->level);
	if (answer->departure)
		return OUTCOME_KERNEL;
	answer->departure = kept_back(host, answer->lost);
	return answer->lost ? OUTCOME_WITHOUT : OUTCOME_OK;
}

void answer_make(const struct host *host, uint32_t request, struct answer *answer)
{
	struct hvp_pvr_offer offer;

	host_offer(host, &offer);
	*answer = (struct answer){
		.request = request, .level = request ? hvp_level_from_pvr(request) : offer.own,
	};
	hvp_report_init(&answer->report, answer->findings, ANSWER_FINDINGS);
	answer->status = hvp_pvr_check(&host->pvr, request, NULL, &answer->report);
	if (!answer->status) {
		(void)hvp_pvr_pcr(host->pvr.pvr, answer->level, &answer->pcr);
		answer->has_policy = host_policy(host, answer->level, HVP_RECEIVER_GUEST,
						 &answer->policy);
		answer->lost = find_lost(host, &offer, answer);
	}
	answer->outcome = find_outcome(host, &offer, answer);
	if (!answer_runs(answer))
		answer->lost = 0;
	answer->verdict = answer->report.worst;
	if (answer->lost && answer->verdict < HVP_VERDICT_DEGRADED)
		answer->verdict = HVP_VERDICT_DEGRADED;
}

bool answer_runs(const struct answer *answer)
{
	return answer->outcome == OUTCOME_OK || answer->outcome == OUTCOME_WITHOUT;
}

const char *strategy_name(uint32_t strategy)
{
	static const char *const names[] = {
		[HVP_STRATEGY_RESERVED] = "reserved", [HVP_STRATEGY_DIRECT] = "direct",
		[HVP_STRATEGY_LAZY] = "lazy", [HVP_STRATEGY_EMULATED] = "emulated",
	};

	return names[strategy];
}

const char *answer_strategy(const struct host *host, const struct answer *answer,
			    uint32_t facility)
{
	const uint64_t found = hvp_facility_of_level(answer->level) & ~answer->lost;
	struct hvp_pvr_offer offer;

	host_offer(host, &offer);
	if (!(found & HVP_BIT(facility)))
		return strategy_name(HVP_STRATEGY_RESERVED);
	if (!answer->has_policy || !(hvp_facility_enables(offer.own) & HVP_BIT(facility)))
		return "always";
	return strategy_name(hvp_hfscr_strategy(&answer->policy, facility));
}
