// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/stream.h>

#include "internal.h"

struct hvp__outcome hvp__stream_unknown(const struct hvp__stream *stream, uint64_t id,
					uint64_t value, uint64_t offer, bool harmless)
{
	const bool drops = stream->quirks & HVP_BIT(HVP_QUIRK_STREAM_DROPS_HIGH);
	const bool known_only = stream->quirks & HVP_BIT(HVP_QUIRK_STREAM_KNOWN_ONLY);

	/* whatever the guest would find there */
	if (drops && id < stream->largest)
		harmless = false;
	else if (known_only && hvp__quirk_tolerates(id, value))
		harmless = true;
	if (harmless && !(known_only && !hvp__quirk_tolerates(id, value)))
		return (struct hvp__outcome){ 0, HVP_VERDICT_SAME, offer };
	if (harmless && stream->forgets)
		return (struct hvp__outcome){ HVP_REASON_STREAM_FORGOTTEN, HVP_VERDICT_CHANGED,
					      offer };
	if (!harmless && drops && !stream->counted_out && id > stream->largest)
		return (struct hvp__outcome){ HVP_REASON_STREAM_DROPPED, HVP_VERDICT_BROKEN,
					      offer };
	if (stream->forgets)
		return (struct hvp__outcome){ HVP_REASON_STREAM_FORGOTTEN, HVP_VERDICT_BROKEN,
					      offer };
	return (struct hvp__outcome){ HVP_REASON_STREAM_UNKNOWN, HVP_VERDICT_REFUSED, offer };
}

uint64_t hvp__stream_culprit(uint32_t reason)
{
	if (reason == HVP_REASON_STREAM_COUNT)
		return HVP_BIT(HVP_QUIRK_STREAM_COUNT);
	if (reason == HVP_REASON_STREAM_DROPPED)
		return HVP_BIT(HVP_QUIRK_STREAM_DROPS_HIGH);
	return reason == HVP_REASON_STREAM_FORGOTTEN ? HVP_BIT(HVP_QUIRK_STREAM_FORGETS) : 0;
}

HVP__OWN_FRAME
static bool hvp__ascends(const struct hvp_stream_reg *regs, uint32_t count,
			 struct hvp_report *report)
{
	for (uint32_t i = 1; i < count; i++) {
		if (regs[i].id > regs[i - 1].id)
			continue;
		hvp__refuse(report, HVP_REASON_STREAM_ORDER, (uint32_t)regs[i].id, regs[i].id,
			    regs[i - 1].id);
		return false;
	}
	return true;
}

/* A walk through two ascending lists; of one id either side, or both. */
struct hvp__walk {
	const struct hvp_stream_reg *stream;
	const struct hvp_stream_reg *own;
	uint32_t count;
	uint32_t own_count;
	uint32_t at;
	uint32_t own_at;
	const struct hvp_stream_reg *sent;	/* NULL: missing in the stream */
	const struct hvp_stream_reg *has;	/* NULL: unknown to the destination */
};

static void hvp__walk_begin(struct hvp__walk *walk)
{
	walk->at = 0;
	walk->own_at = 0;
}

static bool hvp__walk_next(struct hvp__walk *walk)
{
	const struct hvp_stream_reg *a, *b;

	a = walk->at < walk->count ? &walk->stream[walk->at] : NULL;
	b = walk->own_at < walk->own_count ? &walk->own[walk->own_at] : NULL;
	walk->sent = a && (!b || a->id <= b->id) ? a : NULL;
	walk->has = b && (!a || b->id <= a->id) ? b : NULL;
	walk->at += walk->sent ? 1 : 0;
	walk->own_at += walk->has ? 1 : 0;
	return a || b;
}

/* Whether the last register that the destination does not have is one that it lets pass. */
HVP__OWN_FRAME
static bool hvp__forgets(struct hvp__walk *walk)
{
	bool tolerated = false;

	hvp__walk_begin(walk);
	while (hvp__walk_next(walk))
		if (!walk->has)
			tolerated = hvp__quirk_tolerates(walk->sent->id, walk->sent->value);
	return tolerated;
}

HVP__OWN_FRAME
static struct hvp__outcome hvp__step(const struct hvp__stream *stream,
				     const struct hvp__walk *walk, const struct hvp_fwregs *host)
{
	const struct hvp_fwreg_info *row;
	uint64_t offer;
	bool harmless;

	if (!walk->sent)
		return (struct hvp__outcome){ HVP_REASON_STREAM_KEPT, HVP_VERDICT_CHANGED,
					      walk->has->value };
	if (walk->has)
		return (struct hvp__outcome){ 0, HVP_VERDICT_SAME, 0 };
	row = hvp__fwreg_of(walk->sent->id);
	offer = row && host ? hvp__fwreg_initial(row, host, HVP_FWREG_PSCI_0_2) : 0;
	harmless = row && host && (host->known >> row->reg & 1) && offer == walk->sent->value;
	return hvp__stream_unknown(stream, walk->sent->id, walk->sent->value, offer, harmless);
}

/* The worst so far, and where findings go. */
struct hvp__loading {
	struct hvp_report *report;
	uint32_t worst;
	bool stays;	/* a refusal is known to come: nothing breaks */
};

HVP__OWN_FRAME
static void hvp__tell(struct hvp__loading *load, const struct hvp__outcome *outcome, uint64_t id,
		      uint64_t have)
{
	const struct hvp_finding finding = {
		.reason = outcome->reason, .object = (uint32_t)id, .have = have,
		.where = hvp__stream_culprit(outcome->reason), .offer = outcome->offer,
		.verdict = load->stays && outcome->verdict == HVP_VERDICT_BROKEN ?
			   HVP_VERDICT_REFUSED : outcome->verdict,
	};

	hvp_report_add(load->report, &finding);
	if (finding.verdict > load->worst)
		load->worst = finding.verdict;
}

/* Walk both lists. Returns whether anything is refused, which broken things are not. */
HVP__OWN_FRAME
static bool hvp__load(const struct hvp__stream *stream, struct hvp__walk *walk,
		      const struct hvp_fwregs *host, struct hvp__loading *load)
{
	bool refuses = stream->counted_out;

	if (stream->counted_out) {
		const struct hvp__outcome count = { HVP_REASON_STREAM_COUNT, HVP_VERDICT_REFUSED,
						    walk->own_count };

		hvp__tell(load, &count, 0, walk->count);
	}
	hvp__walk_begin(walk);
	while (hvp__walk_next(walk)) {
		const struct hvp__outcome now = hvp__step(stream, walk, host);

		if (now.reason)
			hvp__tell(load, &now, walk->sent ? walk->sent->id : walk->has->id,
				  walk->sent ? walk->sent->value : 0);
		refuses |= now.verdict == HVP_VERDICT_REFUSED;
	}
	return refuses;
}

HVP__OWN_FRAME
static enum hvp_status hvp__check_stream(uint64_t quirks, const struct hvp__walk *walk,
					 const struct hvp_fwregs *host,
					 struct hvp_report *report)
{
	enum hvp_status status = hvp_vstruct_flags(quirks, hvp__quirk_rows(), report);

	if (!status && host)
		status = hvp__check_fwregs(host, report);
	if (status)
		return status;
	if (!hvp__ascends(walk->stream, walk->count, report) ||
	    !hvp__ascends(walk->own, walk->own_count, report))
		return HVP_ERR_VALUE;
	return HVP_OK;
}

HVP__OWN_FRAME
static uint32_t hvp__judge_stream(uint64_t quirks, struct hvp__walk *walk,
				  const struct hvp_fwregs *host, struct hvp_report *report)
{
	const uint32_t own = walk->own_count;
	struct hvp__stream model = {
		.quirks = quirks, .largest = own ? walk->own[own - 1].id : 0,
		.counted_out = (quirks & HVP_BIT(HVP_QUIRK_STREAM_COUNT)) && walk->count > own,
		.forgets = (quirks & HVP_BIT(HVP_QUIRK_STREAM_FORGETS)) && hvp__forgets(walk),
	};
	struct hvp__loading load = { .report = NULL };

	load.stays = hvp__load(&model, walk, host, &load);
	load.report = report;
	if (report)
		hvp__load(&model, walk, host, &load);
	return load.stays ? HVP_VERDICT_REFUSED : load.worst;
}

enum hvp_status hvp_stream_check(uint64_t quirks, const struct hvp_stream_reg *stream,
				 uint32_t count, const struct hvp_stream_reg *own,
				 uint32_t own_count, const struct hvp_fwregs *host,
				 uint32_t *verdict, struct hvp_report *report)
{
	struct hvp__walk walk = {
		.stream = stream, .own = own, .count = count, .own_count = own_count,
	};
	enum hvp_status status;

	if ((!stream && count) || (!own && own_count) || !verdict)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_stream(quirks, &walk, host, report);
	if (status)
		return status;
	*verdict = hvp__judge_stream(quirks, &walk, host, report);
	return HVP_OK;
}
