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

/* The departure by which a guest of a level lacks a facility of it, or NULL. */
static const struct departure *kept_back(const struct host *host, uint32_t level)
{
	const uint64_t facilities = hvp_facility_of_level(level);
	const struct departure *row = NULL;

	while ((row = departure_next(host, row)))
		if (row->effect == EFFECT_RESERVES && facilities & HVP_BIT(row->object))
			break;
	return row;
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
	answer->departure = kept_back(host, answer->level);
	return answer->departure || answer->report.worst == HVP_VERDICT_DEGRADED ?
	       OUTCOME_WITHOUT : OUTCOME_OK;
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
	answer->outcome = find_outcome(host, &offer, answer);
	if (answer->status)
		return;
	(void)hvp_pvr_pcr(host->pvr.pvr, answer->level, &answer->pcr);
	answer->has_policy = host_policy(host, answer->level, HVP_RECEIVER_GUEST, &answer->policy);
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
	struct hvp_facility_info info = { .enable_since = HVP_LEVEL_NONE };

	(void)hvp_facility_get(facility, &info);
	/* Without an enable bit nobody can take the facility away. */
	if (info.enable_since == HVP_LEVEL_NONE || !answer->has_policy)
		return hvp_facility_of_level(answer->level) & HVP_BIT(facility) ? "always" :
		       "reserved";
	if (departure_of(host, EFFECT_RESERVES, facility))
		return strategy_name(HVP_STRATEGY_RESERVED);
	return strategy_name(hvp_hfscr_strategy(&answer->policy, facility));
}
