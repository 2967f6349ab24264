// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/migrate.h>
#include <hvpolicy/pvr.h>

#include "profile_fields.h"

/* The worst so far, and where findings go. */
struct hvp__judge {
	struct hvp_report *report;
	uint32_t worst;
	bool refuses;	/* one is a refusal */
	bool stays;	/* a refusal is known to come: the guest does not go, and nothing breaks */
};

static void hvp__judge(struct hvp__judge *judge, uint32_t reason, uint32_t verdict,
		       uint32_t object, uint64_t quirk, uint64_t have, uint64_t offer)
{
	const struct hvp_finding finding = {
		.reason = reason, .object = object, .where = quirk, .have = have, .offer = offer,
		.verdict = judge->stays && verdict == HVP_VERDICT_BROKEN ?
			   HVP_VERDICT_REFUSED : verdict,
	};

	hvp_report_add(judge->report, &finding);
	if (finding.verdict > judge->worst)
		judge->worst = finding.verdict;
	judge->refuses |= verdict == HVP_VERDICT_REFUSED;
}

/* The quirk by which a level is taken that is not offered; 0: it is refused. */
static uint64_t hvp__taken_by(const struct hvp_profile *host, uint64_t level)
{
	if ((host->quirks & HVP_BIT(HVP_QUIRK_POWER11_UNCHECKED)) &&
	    (level & HVP_BIT(HVP_LEVEL_3_10_P11)) &&
	    (host->power.levels & HVP_BIT(HVP_LEVEL_3_10)))
		return HVP_BIT(HVP_QUIRK_POWER11_UNCHECKED);
	if (host->power.withheld & level)
		return host->quirks & HVP_BIT(HVP_QUIRK_MAXIMUM_UNCHECKED);
	return 0;
}

HVP__OWN_FRAME
static void hvp__judge_level(const struct hvp_profile *guest, const struct hvp_profile *host,
			     struct hvp__judge *judge)
{
	const uint64_t level = guest->power.levels;
	const uint64_t refuses = hvp__quirk_culprit(host->quirks, HVP__SPOILS_LEVELS, level);
	const uint64_t takes = refuses ? 0 : hvp__taken_by(host, level);
	uint64_t below = host->power.levels & (level - 1);
	uint32_t pvr, newest, reason = HVP_REASON_MIGRATE_LEVEL;

	if ((host->power.levels & level) && !refuses)
		return;
	below &= ~hvp__quirk_spoils(host->quirks, HVP__SPOILS_LEVELS);
	pvr = hvp_level_pvr(hvp_level_newest(level));
	newest = hvp_level_newest(below);
	if (newest == HVP_LEVEL_NONE)
		reason = HVP_REASON_MIGRATE_LEVEL_NONE;
	hvp__judge(judge, takes ? HVP_REASON_MIGRATE_LEVEL_TAKEN : reason,
		   takes ? HVP_VERDICT_BROKEN : HVP_VERDICT_REFUSED, pvr, refuses | takes, pvr,
		   newest == HVP_LEVEL_NONE ? 0 : hvp_level_pvr(newest));
}

/* Whether a raw guest of one processor runs on another. */
static bool hvp__same_processor(uint32_t a, uint32_t b)
{
	struct hvp_processor_info info;

	return !hvp_pvr_processor(a, &info) && (b & info.mask) == info.value &&
	       !((a ^ b) & info.revision);
}

static void hvp__judge_raw(const struct hvp_profile *guest, const struct hvp_profile *host,
			   struct hvp__judge *judge)
{
	const uint32_t have = guest->power.pvr, offer = host->power.pvr;

	if (!(host->power.flags & HVP_POWER_RAW) ||
	    (have != offer && !hvp__same_processor(have, offer)))
		hvp__judge(judge, HVP_REASON_MIGRATE_RAW, HVP_VERDICT_REFUSED, 0, 0, have, offer);
	else if (have != offer)
		hvp__judge(judge, HVP_REASON_MIGRATE_REVISION, HVP_VERDICT_CHANGED, 0, 0, have,
			   offer);
}

HVP__OWN_FRAME
static void hvp__judge_own(const struct hvp_profile *host, uint32_t facility,
			   struct hvp__judge *judge)
{
	const uint64_t bit = HVP_BIT(facility);
	const uint64_t offer = host->power.facilities & bit;
	const uint64_t quirk = hvp__quirk_culprit(host->quirks, HVP__SPOILS_OWN, bit);

	if (quirk)
		hvp__judge(judge, HVP_REASON_MIGRATE_FACILITY_FAILS, HVP_VERDICT_BROKEN, facility,
			   quirk, bit, offer);
	else
		hvp__judge(judge, HVP_REASON_MIGRATE_FACILITY, HVP_VERDICT_DEGRADED, facility, 0,
			   bit, offer);
}

/* The quirk that spoils a facility of nested guests; enabled by L1 it may loop. */
HVP__OWN_FRAME
static uint64_t hvp__nested_culprit(const struct hvp_profile *guest,
				    const struct hvp_profile *host, uint64_t bit)
{
	const uint64_t enabled = bit & ~guest->power.l2_reflected;
	uint64_t quirk = hvp__quirk_culprit(host->quirks, HVP__SPOILS_NESTED, bit);

	if (!quirk)
		quirk = hvp__quirk_culprit(host->quirks, HVP__SPOILS_ENABLED, enabled);
	/* L1 that enables what L0 has not gets the interrupt again and again */
	if (!quirk && (enabled & ~host->power.l2_facilities))
		quirk = host->quirks & HVP_BIT(HVP_QUIRK_HFU_ALL);
	return quirk;
}

HVP__OWN_FRAME
static void hvp__judge_nested(const struct hvp_profile *guest, const struct hvp_profile *host,
			      uint32_t facility, struct hvp__judge *judge)
{
	const uint64_t bit = HVP_BIT(facility);
	const uint64_t offer = host->power.l2_facilities & bit;
	const uint64_t quirk = hvp__nested_culprit(guest, host, bit);

	if (quirk)
		hvp__judge(judge, HVP_REASON_MIGRATE_L2_FACILITY_FAILS, HVP_VERDICT_BROKEN,
			   facility, quirk, bit, offer);
	else if (!offer)
		hvp__judge(judge, HVP_REASON_MIGRATE_L2_FACILITY, HVP_VERDICT_DEGRADED, facility,
			   0, bit, offer);
}

static void hvp__judge_nested_caps(const struct hvp_profile *guest,
				   const struct hvp_profile *host, struct hvp__judge *judge)
{
	const uint64_t have = guest->power.nested_caps, offer = host->power.nested_caps;
	const uint64_t quirk = host->quirks & HVP_BIT(HVP_QUIRK_NESTED_UNENFORCED);

	if (have & ~offer)
		hvp__judge(judge, quirk ? HVP_REASON_MIGRATE_NESTED_TAKEN :
					  HVP_REASON_MIGRATE_NESTED,
			   quirk ? HVP_VERDICT_BROKEN : HVP_VERDICT_REFUSED, 0, quirk, have,
			   offer);
}

/* The quirk by which too small a capability is taken; 0: it is refused. */
HVP__OWN_FRAME
static uint64_t hvp__cap_taken_by(const struct hvp_profile *guest,
				  const struct hvp_profile *host, uint32_t cap)
{
	if ((guest->power.caps_default & host->power.caps_default & HVP_BIT(cap)) &&
	    (host->quirks & HVP_BIT(HVP_QUIRK_CAPS_UNSENT)))
		return HVP_BIT(HVP_QUIRK_CAPS_UNSENT);
	/* numbers alone say that it is enough */
	if (guest->power.caps[cap] < host->power.caps[cap])
		return host->quirks & HVP_BIT(HVP_QUIRK_IBS_BY_NUMBER);
	return 0;
}

/*
 * QEMU takes what is not sent for its own default. Where the machine there stands at 0 and that is
 * not its default, the default is more.
 */
static bool hvp__cap_overstated(const struct hvp_profile *guest, const struct hvp_profile *host,
				uint32_t cap)
{
	return (guest->power.caps_default & ~host->power.caps_default & HVP_BIT(cap)) &&
	       (host->quirks & HVP_BIT(HVP_QUIRK_CAPS_UNSENT)) && !host->power.caps[cap];
}

HVP__OWN_FRAME
static void hvp__judge_cap(const struct hvp_profile *guest, const struct hvp_profile *host,
			   uint32_t cap, struct hvp__judge *judge)
{
	const uint32_t have = guest->power.caps[cap], offer = host->power.caps[cap];
	const uint64_t quirk = hvp__cap_taken_by(guest, host, cap);

	if (hvp__cap_common(cap, have, offer) != have)
		hvp__judge(judge, quirk ? HVP_REASON_MIGRATE_CAP_TAKEN : HVP_REASON_MIGRATE_CAP,
			   quirk ? HVP_VERDICT_BROKEN : HVP_VERDICT_REFUSED, cap, quirk, have,
			   offer);
	else if (hvp__cap_overstated(guest, host, cap))
		hvp__judge(judge, HVP_REASON_MIGRATE_CAP_DEFAULT, HVP_VERDICT_REFUSED, cap,
			   HVP_BIT(HVP_QUIRK_CAPS_UNSENT), have, offer);
}

static void hvp__judge_caps(const struct hvp_profile *guest, const struct hvp_profile *host,
			    struct hvp__judge *judge)
{
	const uint32_t known = guest->power.caps_known & host->power.caps_known;

	for (uint32_t cap = 0; cap < HVP_SPAPR_CAP_SLOTS; cap++)
		if (known >> cap & 1)
			hvp__judge_cap(guest, host, cap, judge);
}

/* One by one, those that are not offered or that a quirk spoils. */
static void hvp__judge_facilities(const struct hvp_profile *guest, const struct hvp_profile *host,
				  struct hvp__judge *judge)
{
	const uint64_t own = guest->power.facilities &
		(~host->power.facilities | hvp__quirk_spoils(host->quirks, HVP__SPOILS_OWN));
	const uint64_t nested = guest->power.l2_facilities &
		(~host->power.l2_facilities | hvp__quirk_spoils(host->quirks, HVP__SPOILS_NESTED) |
		 hvp__quirk_spoils(host->quirks, HVP__SPOILS_ENABLED));

	for (uint32_t f = 0; own >> f; f++)
		if (own >> f & 1)
			hvp__judge_own(host, f, judge);
	for (uint32_t f = 0; nested >> f; f++)
		if (nested >> f & 1)
			hvp__judge_nested(guest, host, f, judge);
}

static void hvp__judge_power(const struct hvp_profile *guest, const struct hvp_profile *host,
			     struct hvp__judge *judge)
{
	if (guest->power.flags & HVP_POWER_RAW)
		hvp__judge_raw(guest, host, judge);
	else
		hvp__judge_level(guest, host, judge);
	hvp__judge_facilities(guest, host, judge);
	hvp__judge_nested_caps(guest, host, judge);
	hvp__judge_caps(guest, host, judge);
}

/* A register that the guest's stream has and the destination has not. */
static bool hvp__is_unknown(const struct hvp_fwreg_info *row, const struct hvp_profile *guest,
			    const struct hvp_profile *host)
{
	return guest->arm64.fwregs.listed & ~host->arm64.fwregs.listed & HVP_BIT(row->reg);
}

/*
 * Registers in the stream of one side. Others than firmware registers count only if their number
 * is known on both sides: else they are taken for equal.
 */
static uint64_t hvp__sent(const struct hvp_profile *side, const struct hvp_profile *other)
{
	uint32_t listed = side->arm64.fwregs.listed;
	uint64_t count = other->arm64.registers ? side->arm64.registers : 0;

	for (; listed; listed &= listed - 1)
		count++;
	return count;
}

HVP__OWN_FRAME
static void hvp__stream_of(const struct hvp_profile *guest, const struct hvp_profile *host,
			   struct hvp__stream *stream)
{
	const struct hvp_fwreg_info *row;
	bool tolerated = false;

	stream->quirks = host->quirks;
	stream->largest = 0;
	stream->counted_out = (host->quirks & HVP_BIT(HVP_QUIRK_STREAM_COUNT)) &&
			      hvp__sent(guest, host) > hvp__sent(host, guest);
	/* the rows stand in the order of their ids, and every sysreg is below them */
	for (size_t i = 0; (row = hvp__fwreg_at(i)) != NULL; i++) {
		if (host->arm64.fwregs.listed & HVP_BIT(row->reg))
			stream->largest = row->id;
		if (hvp__is_unknown(row, guest, host))
			tolerated = hvp__quirk_tolerates(row->id,
							 guest->arm64.fwregs.value[row->reg]);
	}
	stream->forgets = tolerated && (host->quirks & HVP_BIT(HVP_QUIRK_STREAM_FORGETS));
}

HVP__OWN_FRAME
static void hvp__judge_register(const struct hvp_fwreg_info *row, const struct hvp_profile *guest,
				const struct hvp_profile *host, const struct hvp__stream *stream,
				struct hvp__judge *judge)
{
	const uint32_t flags = guest->arm64.flags & HVP_ARM64_PSCI_0_2 ? HVP_FWREG_PSCI_0_2 : 0;
	const uint64_t have = guest->arm64.fwregs.value[row->reg];
	struct hvp__outcome now = hvp__fwreg_outcome(row, &guest->arm64.fwregs,
						     &host->arm64.fwregs, flags);

	if (hvp__is_unknown(row, guest, host) &&
	    (!now.reason || now.reason == HVP_REASON_FWREG_ABSENT)) {
		now = hvp__stream_unknown(stream, row->id, have, now.offer, !now.reason);
		if (now.reason)
			hvp__judge(judge, now.reason, now.verdict, (uint32_t)row->id,
				   hvp__stream_culprit(now.reason), have, now.offer);
	} else if (now.reason) {
		hvp__judge(judge, now.reason, now.verdict, row->reg, 0, have, now.offer);
	}
}

HVP__OWN_FRAME
static void hvp__judge_arm64(const struct hvp_profile *guest, const struct hvp_profile *host,
			     struct hvp__judge *judge)
{
	const struct hvp_fwreg_info *row;
	struct hvp__stream stream;

	if (guest->arm64.flags & ~host->arm64.flags)
		hvp__judge(judge, HVP_REASON_MIGRATE_VCPU, HVP_VERDICT_REFUSED, 0, 0,
			   guest->arm64.flags, host->arm64.flags);
	hvp__stream_of(guest, host, &stream);
	if (stream.counted_out)
		hvp__judge(judge, HVP_REASON_STREAM_COUNT, HVP_VERDICT_REFUSED, 0,
			   hvp__stream_culprit(HVP_REASON_STREAM_COUNT), hvp__sent(guest, host),
			   hvp__sent(host, guest));
	for (size_t i = 0; (row = hvp__fwreg_at(i)) != NULL; i++)
		hvp__judge_register(row, guest, host, &stream, judge);
}

static void hvp__judge_all(const struct hvp_profile *guest, const struct hvp_profile *host,
			   struct hvp__judge *judge)
{
	if (guest->arch != host->arch)
		hvp__judge(judge, HVP_REASON_MIGRATE_ARCH, HVP_VERDICT_REFUSED, 0, 0, guest->arch,
			   host->arch);
	else if (guest->arch == HVP_ARCH_POWER)
		hvp__judge_power(guest, host, judge);
	else
		hvp__judge_arm64(guest, host, judge);
}

enum hvp_status hvp_migrate_check(const struct hvp_profile *guest,
				  const struct hvp_profile *destination, uint32_t *verdict,
				  struct hvp_report *report)
{
	struct hvp__judge judge = { .worst = HVP_VERDICT_SAME };
	enum hvp_status status;

	if (!guest || !destination || !verdict)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_profile(guest, HVP_ROLE_GUEST, report);
	if (!status)
		status = hvp__check_profile(destination, HVP_ROLE_HOST, report);
	if (status)
		return status;
	hvp__judge_all(guest, destination, &judge);
	/* where the guest does not go nothing breaks: known before the first finding is told */
	*verdict = judge.refuses ? HVP_VERDICT_REFUSED : judge.worst;
	judge.stays = judge.refuses;
	judge.report = report;
	if (report && judge.worst)
		hvp__judge_all(guest, destination, &judge);
	return HVP_OK;
}
