/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The verdict on a guest and a destination, and the words for it. */
#ifndef HVPOLICY_CLI_VERDICT_H
#define HVPOLICY_CLI_VERDICT_H

#include "output.h"
#include "party.h"

struct verdict {
	const struct hvp_profile *guest;
	const struct hvp_profile *there;	/* the destination */
	uint32_t verdict;			/* enum hvp_verdict */
	struct hvp_report report;
	struct hvp_finding findings[PARTY_FINDINGS];
};

/* Both are valid, and a guest and a host. */
void verdict_make(const struct hvp_profile *guest, const struct hvp_profile *there,
		  struct verdict *verdict);
/* Same or changed: nothing is lost. */
bool verdict_is_fine(uint32_t verdict);
enum style verdict_style(uint32_t verdict);
/* What it means for the guest. */
const char *verdict_words(uint32_t verdict);
/* What a finding is about: "level power11", "facility MSGP of nested guests", ... */
void finding_put_what(const struct hvp_finding *finding, char *buf, size_t len);
/* All findings in plain words. */
void verdict_show(const struct verdict *verdict);
json_t *verdict_json(const struct verdict *verdict);

/* What a firmware register is worth: "PSCI 1.1", "1 (available)", "not known", ... */
void put_fwreg(const struct hvp_fwregs *regs, uint32_t reg, char *buf, size_t len);
/* Names of a set of quirks. */
json_t *json_quirks(uint64_t quirks);

#endif
