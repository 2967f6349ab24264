// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/facility.h>
#include <hvpolicy/pvr.h>

#include "internal.h"

static const struct hvp_processor_info hvp__processors[] = {
#define HVP_PROCESSOR(name, libvirt, mask, value, revision, level, oldest, newest, pcr_mask)	\
	{ (mask), (value), HVP_LEVEL_##level, HVP_LEVEL_##oldest, HVP_LEVEL_##newest,		\
	  (revision), (pcr_mask), name, libvirt },
#include <hvpolicy/processor.def>
#undef HVP_PROCESSOR
};

static const struct hvp_processor_info *hvp__processor(uint32_t pvr)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__processors); i++)
		if ((pvr & hvp__processors[i].mask) == hvp__processors[i].value)
			return &hvp__processors[i];
	return NULL;
}

enum hvp_status hvp_pvr_processor(uint32_t pvr, struct hvp_processor_info *info)
{
	const struct hvp_processor_info *row = hvp__processor(pvr);

	if (!row)
		return HVP_ERR_UNKNOWN_PVR;
	*info = *row;
	return HVP_OK;
}

enum hvp_status hvp_pvr_processor_at(uint32_t index, struct hvp_processor_info *info)
{
	if (index >= HVP__COUNT(hvp__processors))
		return HVP_ERR_NOT_FOUND;
	*info = hvp__processors[index];
	return HVP_OK;
}

/* What a level means for PCR, and the processor model that goes with it. */
static const struct hvp__level_pcr {
	uint64_t pcr;
	uint32_t level;
	uint32_t cpu_pvr;
} hvp__level_pcrs[] = {
#define HVP_LEVEL(name, number, logical_pvr, isa, qemu, libvirt, pcr, cpu_pvr, capability) \
	{ (pcr), (number), (cpu_pvr) },
#include <hvpolicy/level.def>
#undef HVP_LEVEL
};

/* The level must be one; the last row stands for what is not found before it. */
static const struct hvp__level_pcr *hvp__level_pcr(uint32_t level)
{
	size_t i = 0;

	while (i < HVP__COUNT(hvp__level_pcrs) - 1 && hvp__level_pcrs[i].level != level)
		i++;
	return &hvp__level_pcrs[i];
}

/* All levels from one to another. */
static uint64_t hvp__span(uint32_t oldest, uint32_t newest)
{
	return (HVP_BIT(newest) << 1) - HVP_BIT(oldest);
}

static uint32_t hvp__oldest(uint64_t levels)
{
	uint32_t level;

	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		if (levels & HVP_BIT(level))
			return level;
	return HVP_LEVEL_NONE;
}

/* The levels there are, and those that have a capability bit. */
struct hvp__known {
	uint64_t levels;
	uint64_t with_bit;
	uint64_t granted;
	uint64_t bits;
};

static struct hvp__known hvp__known(uint64_t granted)
{
	struct hvp__known known = { 0 };
	uint32_t level;

	for (uint32_t i = 0; !hvp_level_at(i, &level); i++) {
		const uint64_t bit = hvp_level_capability(level);

		known.levels |= HVP_BIT(level);
		known.bits |= bit;
		if (bit)
			known.with_bit |= HVP_BIT(level);
		if (granted & bit)
			known.granted |= HVP_BIT(level);
	}
	return known;
}

/*
 * Of some levels those that a bitmap leaves; what names nothing is told. A bound that grants no
 * level at all is no bound but an empty answer, and leaves nothing.
 */
static uint64_t hvp__grant(uint64_t levels, uint64_t granted, bool bounded,
			   struct hvp_report *report)
{
	const struct hvp__known known = hvp__known(granted);
	const uint64_t named = known.bits | HVP_CAPABILITY_COPY_MEMORY | HVP_CAPABILITY_BITMAP2;

	if (granted & ~named)
		hvp__find(report, HVP_REASON_GRANT_UNKNOWN_BITS, HVP_VERDICT_SAME, 0,
			  granted & ~named, named);
	return levels & (known.granted | (bounded && known.granted ? ~known.with_bit : 0));
}

static void hvp__find_level(struct hvp_report *report, uint32_t reason,
			    uint32_t verdict, uint32_t level, uint32_t offer)
{
	const uint32_t pvr = hvp_level_pvr(level);

	hvp__find(report, reason, verdict, pvr, pvr, hvp_level_pvr(offer));
}

/* One host, looked up. */
struct hvp__host {
	const struct hvp_processor_info *processor;
	uint32_t compat_pvr;
	uint32_t guest_pvr;	/* PVR that a raw guest reads */
	struct hvp_pvr_offer offer;
};

/* The host's own level, from its processor and its own mode. */
static enum hvp_status hvp__own(const struct hvp_pvr_host *host,
				const struct hvp_processor_info *processor, uint32_t *own,
				struct hvp_report *report)
{
	const uint32_t mode = hvp_level_from_pvr(host->compat_pvr);

	if (!host->compat_pvr) {
		*own = processor->level;
		return HVP_OK;
	}
	if (mode == HVP_LEVEL_NONE) {
		hvp__refuse(report, HVP_REASON_COMPAT_UNKNOWN, 0, host->compat_pvr, 0);
		return HVP_ERR_HOST_MODE;
	}
	if (mode > processor->newest) {
		hvp__find_level(report, HVP_REASON_LEVEL_ABOVE_PROCESSOR, HVP_VERDICT_REFUSED,
				mode, processor->newest);
		return HVP_ERR_HOST_MODE;
	}
	if (mode < processor->oldest) {
		hvp__find_level(report, HVP_REASON_LEVEL_BELOW_OLDEST, HVP_VERDICT_REFUSED, mode,
				processor->oldest);
		return HVP_ERR_HOST_MODE;
	}
	*own = mode;
	return HVP_OK;
}

static enum hvp_status hvp__check_pvr_host(const struct hvp_pvr_host *host,
					   struct hvp_report *report)
{
	const uint32_t both = HVP_PVR_GRANTED | HVP_PVR_BOUNDED;
	enum hvp_status status;

	if (!host)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_head(host, sizeof(*host), report);
	if (!status)
		status = hvp_vstruct_flags(host->flags, both, report);
	if (!status && !host->flags)
		status = hvp_vstruct_flags(host->granted, 0, report);
	if (!status && host->flags == both)
		status = HVP_ERR_ARGUMENT;
	return status;
}

static enum hvp_status hvp__look_up(const struct hvp_pvr_host *host, struct hvp__host *out,
				    struct hvp_report *report)
{
	const struct hvp_processor_info *processor;
	enum hvp_status status;
	uint64_t levels;
	uint32_t own;

	status = hvp__check_pvr_host(host, report);
	if (status)
		return status;
	processor = hvp__processor(host->pvr);
	if (!processor) {
		hvp__refuse(report, HVP_REASON_PROCESSOR_UNKNOWN, 0, host->pvr, 0);
		return HVP_ERR_HOST_PVR;
	}
	status = hvp__own(host, processor, &own, report);
	if (status)
		return status;

	levels = hvp__known(0).levels &
		 hvp__span(processor->oldest, host->compat_pvr ? own : processor->newest);
	if (host->flags)
		levels = hvp__grant(levels, host->granted, host->flags & HVP_PVR_BOUNDED, report);
	if (!levels)
		hvp__find(report, HVP_REASON_GRANT_EMPTY, HVP_VERDICT_DEGRADED, 0, host->granted,
			  0);
	out->processor = processor;
	out->compat_pvr = host->compat_pvr;
	out->guest_pvr = host->guest_pvr ? host->guest_pvr : host->pvr;
	out->offer.own = own;
	out->offer.oldest = hvp__oldest(levels);
	out->offer.newest = hvp_level_newest(levels);
	out->offer.reserved = 0;
	out->offer.levels = levels;
	return HVP_OK;
}

enum hvp_status hvp_pvr_offers(const struct hvp_pvr_host *host, struct hvp_pvr_offer *offer,
			       struct hvp_report *report)
{
	struct hvp__host found;
	enum hvp_status status;

	if (!offer)
		return HVP_ERR_ARGUMENT;
	status = hvp__look_up(host, &found, report);
	if (!status)
		*offer = found.offer;
	return status;
}

/* Whether a host offers a level, and if not, why. */
static enum hvp_status hvp__offered(const struct hvp__host *host, uint32_t level,
				    uint32_t verdict, struct hvp_report *report)
{
	const struct hvp_processor_info *processor = host->processor;

	if (host->offer.levels & HVP_BIT(level))
		return HVP_OK;
	if (level > processor->newest) {
		hvp__find_level(report, HVP_REASON_LEVEL_ABOVE_PROCESSOR, verdict, level,
				processor->newest);
		return HVP_ERR_LEVEL_NEWER;
	}
	if (host->compat_pvr && level > host->offer.own) {
		hvp__find_level(report, HVP_REASON_LEVEL_ABOVE_COMPAT, verdict, level,
				host->offer.own);
		return HVP_ERR_LEVEL_NEWER;
	}
	if (level < processor->oldest) {
		hvp__find_level(report, HVP_REASON_LEVEL_BELOW_OLDEST, verdict, level,
				processor->oldest);
		return HVP_ERR_LEVEL_OLDER;
	}
	if (host->offer.levels)
		hvp__find_level(report, HVP_REASON_LEVEL_NOT_GRANTED, verdict, level,
				host->offer.newest);
	else
		hvp__find_level(report, HVP_REASON_NOTHING_GRANTED, verdict, level, 0);
	return HVP_ERR_LEVEL_NOT_GRANTED;
}

static enum hvp_status hvp__check(const struct hvp__host *host, uint32_t request, uint32_t *level,
				  struct hvp_report *report)
{
	const uint32_t asked = request ? hvp_level_from_pvr(request) : host->offer.own;
	enum hvp_status status;

	if (asked == HVP_LEVEL_NONE) {
		hvp__refuse(report, HVP_REASON_PVR_UNKNOWN, 0, request, 0);
		return HVP_ERR_UNKNOWN_PVR;
	}
	status = hvp__offered(host, asked, HVP_VERDICT_REFUSED, report);
	if (!status)
		*level = asked;
	return status;
}

/* Newer is not a superset: what the level has and the processor does not. */
static void hvp__find_gone(const struct hvp__host *host, uint32_t level,
			   struct hvp_report *report)
{
	const uint64_t gone = hvp_facility_of_level(level) &
			      ~hvp_facility_of_level(host->processor->newest);

	for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++)
		if (gone & HVP_BIT(bit))
			hvp__find(report, HVP_REASON_LEVEL_FACILITY_GONE, HVP_VERDICT_DEGRADED,
				  bit, gone, 0);
}

enum hvp_status hvp_pvr_check(const struct hvp_pvr_host *host, uint32_t request, uint32_t *level,
			      struct hvp_report *report)
{
	struct hvp__host found;
	enum hvp_status status;
	uint32_t given;

	status = hvp__look_up(host, &found, report);
	if (!status)
		status = hvp__check(&found, request, &given, report);
	if (status)
		return status;
	hvp__find_gone(&found, given, report);
	if (level)
		*level = given;
	return HVP_OK;
}

enum hvp_status hvp_pvr_pcr(uint32_t pvr, uint32_t level, uint64_t *pcr)
{
	const struct hvp_processor_info *processor = hvp__processor(pvr);

	if (!hvp__is_level(level))
		return HVP_ERR_ARGUMENT;
	if (!processor)
		return HVP_ERR_HOST_PVR;
	if (level > processor->newest)
		return HVP_ERR_LEVEL_NEWER;
	if (level < processor->oldest)
		return HVP_ERR_LEVEL_OLDER;
	*pcr = hvp__level_pcr(level)->pcr & processor->pcr_mask;
	return HVP_OK;
}

static struct hvp_pvr_mode hvp__mode(uint32_t level, bool raw)
{
	return (struct hvp_pvr_mode){
		.level = level, .compat_pvr = raw ? 0 : hvp_level_pvr(level),
		.cpu_pvr = hvp__level_pcr(level)->cpu_pvr,
	};
}

/* What a guest's list comes to. */
struct hvp__list {
	uint32_t best;		/* newest usable level */
	bool names_processor;	/* an entry matches the PVR that the guest reads */
};

/* Not inline: with its caller's it would take more stack than a kernel likes to give. */
static __attribute__((__noinline__)) struct hvp__list
hvp__read_list(const struct hvp__host *host, const struct hvp_pvr_entry *entries, uint32_t count,
	       uint32_t maximum, struct hvp_report *report)
{
	struct hvp__list list = { .best = HVP_LEVEL_NONE };
	uint32_t i;

	for (i = 0; i < count && i < HVP_PVR_ENTRIES; i++) {
		const struct hvp_pvr_entry *entry = &entries[i];
		const uint32_t level = hvp_level_from_pvr(entry->value);

		if (entry->value & ~entry->mask)
			return list;
		if ((host->guest_pvr & entry->mask) == (entry->value & entry->mask))
			list.names_processor = true;
		if (level == HVP_LEVEL_NONE)
			continue;
		if (hvp__offered(host, level, HVP_VERDICT_SAME, report))
			continue;
		if (maximum != HVP_LEVEL_NONE && level > maximum)
			hvp__find_level(report, HVP_REASON_LEVEL_ABOVE_MAXIMUM, HVP_VERDICT_SAME,
					level, maximum);
		else if (level > list.best)
			list.best = level;
	}
	if (i < count)
		hvp__find(report, HVP_REASON_LIST_UNTERMINATED, HVP_VERDICT_SAME, i, i, 0);
	return list;
}

/* Raw mode: only when nothing says otherwise; every reason against it is told (R14, R15). */
static bool hvp__raw_possible(const struct hvp__host *host, const struct hvp__list *list,
			      uint32_t maximum, struct hvp_report *report)
{
	bool possible = true;

	if (!list->names_processor) {
		hvp__refuse(report, HVP_REASON_RAW_NOT_NAMED, 0, host->guest_pvr, 0);
		possible = false;
	}
	if (maximum != HVP_LEVEL_NONE) {
		hvp__find_level(report, HVP_REASON_RAW_WITH_MAXIMUM, HVP_VERDICT_REFUSED, maximum,
				maximum);
		possible = false;
	}
	if (host->compat_pvr) {
		hvp__find_level(report, HVP_REASON_RAW_ON_COMPAT_HOST, HVP_VERDICT_REFUSED,
				host->offer.own, host->offer.own);
		possible = false;
	}
	if (hvp__offered(host, host->offer.own, HVP_VERDICT_REFUSED, report))
		possible = false;
	return possible;
}

enum hvp_status hvp_pvr_negotiate(const struct hvp_pvr_host *host,
				  const struct hvp_pvr_entry *entries, uint32_t count,
				  uint32_t maximum, struct hvp_pvr_mode *mode,
				  struct hvp_report *report)
{
	uint32_t limit = HVP_LEVEL_NONE;
	struct hvp__host found;
	struct hvp__list list;
	enum hvp_status status;

	if (!mode || (!entries && count))
		return HVP_ERR_ARGUMENT;
	status = hvp__look_up(host, &found, report);
	if (!status && maximum)
		status = hvp__check(&found, maximum, &limit, report);
	if (status)
		return status;

	list = hvp__read_list(&found, entries, count, limit, report);
	if (list.best != HVP_LEVEL_NONE) {
		hvp__find_gone(&found, list.best, report);
		*mode = hvp__mode(list.best, false);
		return HVP_OK;
	}
	if (!hvp__raw_possible(&found, &list, limit, report)) {
		hvp__refuse(report, HVP_REASON_NO_COMMON_LEVEL, 0, host->pvr, 0);
		return HVP_ERR_NO_COMMON_LEVEL;
	}
	*mode = hvp__mode(found.offer.own, true);
	return HVP_OK;
}

enum hvp_status hvp_pvr_choose(uint64_t granted, uint32_t maximum, struct hvp_pvr_mode *mode,
			       struct hvp_report *report)
{
	const uint32_t limit = hvp_level_from_pvr(maximum);
	uint64_t levels;

	if (!mode)
		return HVP_ERR_ARGUMENT;
	if (maximum && limit == HVP_LEVEL_NONE) {
		hvp__refuse(report, HVP_REASON_PVR_UNKNOWN, 0, maximum, 0);
		return HVP_ERR_UNKNOWN_PVR;
	}
	levels = hvp__grant(~(uint64_t)0, granted, false, report);
	if (levels && maximum) {
		const uint32_t newest = hvp_level_newest(levels);

		levels &= hvp__span(0, limit);
		if (!levels) {
			hvp__find_level(report, HVP_REASON_LEVEL_ABOVE_MAXIMUM,
					HVP_VERDICT_REFUSED, newest, limit);
			return HVP_ERR_LEVEL_NOT_GRANTED;
		}
	}
	if (!levels) {
		hvp__refuse(report, HVP_REASON_GRANT_EMPTY, 0, granted, 0);
		return HVP_ERR_LEVEL_NOT_GRANTED;
	}
	*mode = hvp__mode(hvp_level_newest(levels), false);
	return HVP_OK;
}
