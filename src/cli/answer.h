/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The answer to one request on one host: the rules', and what its kernel makes of it. */
#ifndef HVPOLICY_CLI_ANSWER_H
#define HVPOLICY_CLI_ANSWER_H

#include "departures.h"

#define ANSWER_FINDINGS 8

enum outcome {
	OUTCOME_OK,
	OUTCOME_WITHOUT,	/* fine, but without a facility of the level */
	OUTCOME_CPU,
	OUTCOME_MODE,
	OUTCOME_OLD,
	OUTCOME_GRANT,
	OUTCOME_UNKNOWN,	/* no level at all */
	OUTCOME_KERNEL,		/* the rules allow it, this kernel refuses */
	OUTCOME_LATE,		/* the rules refuse it, this kernel accepts */
	OUTCOME_NO_KVM,
};

/* How an outcome is told. */
struct outcome_words {
	const char *cell;	/* in a matrix */
	const char *answer;	/* in JSON: "ok" or "refused" */
	const char *text;	/* in a legend */
	int style;
};

struct answer {
	uint32_t request;		/* logical PVR; 0: the host's own level */
	uint32_t level;			/* enum hvp_level asked for; NONE: no level */
	enum outcome outcome;
	enum hvp_status status;		/* of the rules */
	const struct departure *departure;	/* of its kernel; NULL: none */
	struct hvp_report report;
	uint32_t verdict;		/* enum hvp_verdict: of the rules, and of what is lost */
	bool has_policy;		/* the host has an HFSCR */
	struct hvp_hfscr_policy policy;	/* for the guest itself */
	uint64_t pcr;
	uint64_t lost;			/* facilities of its level that the guest runs without */
	struct hvp_finding findings[ANSWER_FINDINGS];
};

void answer_make(const struct host *host, uint32_t request, struct answer *answer);
bool answer_runs(const struct answer *answer);
const struct outcome_words *outcome_words(enum outcome outcome);
/* What a guest finds of a facility: "direct", "lazy", "emulated", "reserved" or "always". */
const char *answer_strategy(const struct host *host, const struct answer *answer,
			    uint32_t facility);
const char *strategy_name(uint32_t strategy);

#endif
