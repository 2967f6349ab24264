// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/meet.h>

#include "profile_fields.h"

/* The hosts, and where findings go. */
struct hvp__hosts {
	const struct hvp_profile *const *hosts;
	uint32_t count;
	struct hvp_report *report;
};

static void hvp__give_up(const struct hvp__hosts *all, uint32_t reason, uint32_t object,
			 uint32_t host, uint64_t have, uint64_t offer)
{
	const struct hvp_finding finding = {
		.reason = reason, .verdict = HVP_VERDICT_DEGRADED, .object = object,
		.index = host, .have = have, .offer = offer,
	};

	hvp_report_add(all->report, &finding);
}

/* What two hosts have in common of a field. */
static uint64_t hvp__fold(uint32_t rule, uint64_t a, uint64_t b)
{
	switch (rule) {
	case HVP__MEET_AND:
		return a & b;
	case HVP__MEET_OR:
		return a | b;
	case HVP__MEET_LEAST:
		if (!a || !b)
			return a | b;
		return a < b ? a : b;
	default:
		return a == b ? a : 0;
	}
}

/* A bit that a host has and another has not. */
HVP__OWN_FRAME
static void hvp__tell_bit(const struct hvp__hosts *all, const struct hvp__field *field,
			  uint32_t bit)
{
	uint32_t host = 0;

	while (hvp__field_get(field, all->hosts[host], 0) >> bit & 1)
		host++;
	if (field->tag == HVP__TAG_LEVELS)
		hvp__give_up(all, HVP_REASON_MEET_LEVEL, hvp_level_pvr(bit), host, 0, 0);
	else
		hvp__give_up(all, field->tag == HVP__TAG_FACILITIES ?
			     HVP_REASON_MEET_FACILITY : HVP_REASON_MEET_L2_FACILITY,
			     bit, host, HVP_BIT(bit), 0);
}

static void hvp__tell_bits(const struct hvp__hosts *all, const struct hvp__field *field,
			   uint64_t common)
{
	uint64_t any = 0;

	for (uint32_t i = 0; i < all->count; i++)
		any |= hvp__field_get(field, all->hosts[i], 0);
	for (uint32_t bit = 0; bit < 64; bit++)
		if (any & ~common & HVP_BIT(bit))
			hvp__tell_bit(all, field, bit);
}

/* A value that is not what they have in common: the first one, and who forces it down. */
HVP__OWN_FRAME
static void hvp__tell_value(const struct hvp__hosts *all, const struct hvp__field *field,
			    uint64_t common)
{
	uint32_t best = 0, host = 0;
	uint64_t have;

	/* 0 is nothing, or not known: no host gives it up */
	do {
		if (best == all->count)
			return;
		have = hvp__field_get(field, all->hosts[best++], 0);
	} while (!have || hvp__fold(field->meet, have, common) == have);
	while (hvp__fold(field->meet, have, hvp__field_get(field, all->hosts[host], 0)) == have)
		host++;
	if (field->tag != HVP__TAG_PVR)
		hvp__give_up(all, HVP_REASON_MEET_FIELD, field->tag, host, have, common);
	else if (all->hosts[best - 1]->power.flags & all->hosts[host]->power.flags)
		hvp__give_up(all, HVP_REASON_MEET_RAW, 0, host, have,
			     hvp__field_get(field, all->hosts[host], 0));
}

static void hvp__meet_field(const struct hvp__hosts *all, const struct hvp__field *field,
			    struct hvp_profile *common)
{
	uint64_t value = hvp__field_get(field, all->hosts[0], 0);

	for (uint32_t i = 1; i < all->count; i++)
		value = hvp__fold(field->meet, value, hvp__field_get(field, all->hosts[i], 0));
	if (field->tag == HVP__TAG_LEVELS || field->tag == HVP__TAG_FACILITIES ||
	    field->tag == HVP__TAG_L2_FACILITIES)
		hvp__tell_bits(all, field, value);
	else if (field->meet != HVP__MEET_OR && field->tag != HVP__TAG_CAPS_DEFAULT)
		hvp__tell_value(all, field, value);
	hvp__field_set(field, common, 0, value);
}

static void hvp__put_bit(uint32_t *mask, uint32_t bit, bool set)
{
	*mask = (*mask & ~((uint32_t)1 << bit)) | (uint32_t)set << bit;
}

static bool hvp__knows_cap(const struct hvp_profile *host, uint32_t cap)
{
	return host->power.caps_known >> cap & 1;
}

/* A capability: what is not known does not count. */
HVP__OWN_FRAME
static void hvp__meet_cap(const struct hvp__hosts *all, uint32_t cap, struct hvp_profile *common)
{
	uint32_t value = 0, have, best = 0, host = 0;
	bool known = false;

	for (uint32_t i = 0; i < all->count; i++) {
		if (!hvp__knows_cap(all->hosts[i], cap))
			continue;
		have = all->hosts[i]->power.caps[cap];
		value = known ? hvp__cap_common(cap, value, have) : have;
		known = true;
	}
	while (best < all->count && (!hvp__knows_cap(all->hosts[best], cap) ||
				     all->hosts[best]->power.caps[cap] == value))
		best++;
	if (best < all->count) {
		have = all->hosts[best]->power.caps[cap];
		while (!hvp__knows_cap(all->hosts[host], cap) ||
		       hvp__cap_common(cap, have, all->hosts[host]->power.caps[cap]) == have)
			host++;
		hvp__give_up(all, HVP_REASON_MEET_CAP, cap, host, have, value);
	}
	common->power.caps[cap] = (uint8_t)value;
	hvp__put_bit(&common->power.caps_known, cap, known);
}

/* One register as a guest meets it on one host, or on several. */
struct hvp__register {
	uint64_t value;
	bool listed;
	bool known;
	bool varies;
	bool unsure;
};

static struct hvp__register hvp__register_of(const struct hvp_profile *host, uint32_t reg)
{
	const struct hvp_fwregs *regs = &host->arm64.fwregs;

	return (struct hvp__register){
		.value = regs->value[reg], .listed = regs->listed >> reg & 1,
		.known = regs->known >> reg & 1, .varies = regs->varies >> reg & 1,
		.unsure = regs->unsure >> reg & 1,
	};
}

/* The lesser value: bits in common, the older version, the weaker protection. */
static uint64_t hvp__lesser(const struct hvp_fwreg_info *row, uint64_t a, uint64_t b)
{
	const uint64_t left = hvp__fwreg_protection(row, a);
	const uint64_t right = hvp__fwreg_protection(row, b);

	if (row->kind == HVP_FWREG_KIND_BITMAP)
		return a & b;
	if (left != right)
		return left < right ? a : b;
	return a < b ? a : b;
}

/* Whether a guest with a value that has no register finds it on a host that has one. */
static bool hvp__takes(const struct hvp_fwreg_info *row, uint64_t offer, uint64_t value)
{
	const uint64_t given = value & row->initial;

	return hvp__fwreg_protection(row, hvp__lesser(row, offer, given)) ==
	       hvp__fwreg_protection(row, given);
}

HVP__OWN_FRAME
static struct hvp__register hvp__fold_register(const struct hvp_fwreg_info *row,
					       const struct hvp__register *a,
					       const struct hvp__register *b)
{
	const bool differ = a->known != b->known || ((a->value ^ b->value) & row->initial);
	struct hvp__register both = {
		.varies = a->varies || b->varies || differ, .unsure = a->unsure || b->unsure,
	};

	if (!a->known || !b->known)
		return both;
	both.known = true;
	both.listed = a->listed && b->listed;
	both.value = hvp__lesser(row, a->value, b->value);
	if (a->listed != b->listed) {
		both.value = a->listed ? b->value : a->value;
		both.known = hvp__takes(row, a->listed ? a->value : b->value, both.value);
	} else if (!a->listed) {
		both.known = !((a->value ^ b->value) & row->initial);
	}
	/* their values differ, so it varies already */
	if (!both.known)
		both.value = 0;
	return both;
}

HVP__OWN_FRAME
static bool hvp__is_forced(const struct hvp_fwreg_info *row, const struct hvp__register *one,
			   const struct hvp__register *two)
{
	const struct hvp__register both = hvp__fold_register(row, one, two);

	return both.listed != one->listed || both.known != one->known ||
	       both.value != one->value || both.varies != one->varies;
}

/* Why the guests of one host lose something of a register; 0: they do not. */
static uint32_t hvp__loss(const struct hvp_fwreg_info *row, const struct hvp__register *one,
			  const struct hvp__register *common)
{
	/* no level can be written: it is what the host has */
	const bool level = hvp__fwreg_is_level(row);

	if (one->listed && !common->listed)
		return HVP_REASON_MEET_FWREG_ABSENT;
	if (common->known && one->value != common->value && !level)
		return HVP_REASON_MEET_FWREG;
	return one->known && common->varies && !one->varies ? HVP_REASON_MEET_FWREG_VARIES : 0;
}

/* The first host with which this one alone would not stay, told with the loss. */
HVP__OWN_FRAME
static void hvp__tell_loss(const struct hvp__hosts *all, const struct hvp_fwreg_info *row,
			   uint32_t reason, const struct hvp__register *one, uint64_t left)
{
	uint32_t host = 0;
	struct hvp__register two = hvp__register_of(all->hosts[host], row->reg);

	while (!hvp__is_forced(row, one, &two))
		two = hvp__register_of(all->hosts[++host], row->reg);
	/* of two mitigations, the other; else what is left */
	hvp__give_up(all, reason, row->reg, host, one->value,
		     reason == HVP_REASON_MEET_FWREG_VARIES ? two.value : left);
}

HVP__OWN_FRAME
static void hvp__tell_register(const struct hvp__hosts *all, const struct hvp_fwreg_info *row,
			       const struct hvp__register *common)
{
	for (uint32_t i = 0; i < all->count; i++) {
		const struct hvp__register one = hvp__register_of(all->hosts[i], row->reg);
		const uint32_t reason = hvp__loss(row, &one, common);

		if (!reason)
			continue;
		hvp__tell_loss(all, row, reason, &one, common->value);
		return;
	}
}

HVP__OWN_FRAME
static void hvp__meet_register(const struct hvp__hosts *all, const struct hvp_fwreg_info *row,
			       struct hvp_profile *common)
{
	struct hvp__register value = hvp__register_of(all->hosts[0], row->reg);
	struct hvp_fwregs *regs = &common->arm64.fwregs;

	for (uint32_t i = 1; i < all->count; i++) {
		const struct hvp__register next = hvp__register_of(all->hosts[i], row->reg);

		value = hvp__fold_register(row, &value, &next);
	}
	hvp__tell_register(all, row, &value);
	regs->value[row->reg] = value.value;
	hvp__put_bit(&regs->listed, row->reg, value.listed);
	hvp__put_bit(&regs->known, row->reg, value.known);
	hvp__put_bit(&regs->varies, row->reg, value.varies);
	hvp__put_bit(&regs->unsure, row->reg, value.unsure);
}

HVP__OWN_FRAME
static enum hvp_status hvp__check_hosts(const struct hvp__hosts *all)
{
	for (uint32_t i = 0; i < all->count; i++) {
		const enum hvp_status status =
			hvp__check_profile(all->hosts[i], HVP_ROLE_HOST, all->report);

		if (status)
			return status;
		if (all->hosts[i]->arch == all->hosts[0]->arch)
			continue;
		hvp__refuse(all->report, HVP_REASON_MIGRATE_ARCH, 0, all->hosts[0]->arch,
			    all->hosts[i]->arch);
		return HVP_ERR_VALUE;
	}
	return HVP_OK;
}

/* What no row stands for, and sizes. */
static void hvp__clear_rest(struct hvp_profile *common)
{
	struct hvp_fwregs *regs = &common->arm64.fwregs;

	common->size = sizeof(*common);
	regs->size = sizeof(*regs);
	regs->policy_level = common->policy_level;
	common->power.caps_known &= ((uint32_t)1 << HVP_SPAPR_CAP_SLOTS) - 1;
	regs->listed &= hvp__fwreg_rows();
	regs->known &= hvp__fwreg_rows();
	regs->varies &= hvp__fwreg_rows();
	regs->unsure &= hvp__fwreg_rows();
	for (uint32_t slot = 0; slot < HVP_FWREG_SLOTS; slot++)
		regs->value[slot] &= hvp__fwreg_valid(slot);
}

/*
 * Field by field, each read from all hosts before it is written: the result may be one of them.
 */
static void hvp__meet_all(const struct hvp__hosts *all, struct hvp_profile *common)
{
	const struct hvp_fwreg_info *row;
	const struct hvp__field *field;

	for (size_t i = 0; (field = hvp__field_at(i)) != NULL; i++)
		if (field->meet != HVP__MEET_CAP && field->meet != HVP__MEET_REGISTER)
			hvp__meet_field(all, field, common);
	for (uint32_t cap = 0; cap < HVP_SPAPR_CAP_SLOTS; cap++)
		hvp__meet_cap(all, cap, common);
	for (size_t i = 0; (row = hvp__fwreg_at(i)) != NULL; i++)
		hvp__meet_register(all, row, common);
	hvp__clear_rest(common);
}

enum hvp_status hvp_meet_hosts(const struct hvp_profile *const *hosts, uint32_t count,
			       struct hvp_profile *common, struct hvp_report *report)
{
	const struct hvp__hosts all = { hosts, count, report };
	enum hvp_status status;

	if (!hosts || !count || !common)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_hosts(&all);
	if (!status)
		hvp__meet_all(&all, common);
	return status;
}
