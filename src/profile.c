// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/facility.h>
#include <hvpolicy/profile.h>

#include "profile_fields.h"

enum hvp__valid {
	HVP__VALID_ANY,
	HVP__VALID_PAIR,
	HVP__VALID_RAW,
	HVP__VALID_VCPUS,
	HVP__VALID_LEVELS,
	HVP__VALID_FACILITIES,
	HVP__VALID_CAPS,
	HVP__VALID_REGISTERS,
	HVP__VALID_VALUES,
	HVP__VALID_QUIRKS,
};

#define HVP__ARCH_BOTH 0
#define HVP__ARCH_POWER HVP_ARCH_POWER
#define HVP__ARCH_ARM64 HVP_ARCH_ARM64

static const struct hvp__field hvp__fields[] = {
#define HVP_FIELD(name, tag, member, items, arch, valid, meet)			\
	{ (tag), offsetof(struct hvp_profile, member),				\
	  sizeof(((struct hvp_profile *)NULL)->member) / (items), (items),	\
	  HVP__ARCH_##arch, HVP__VALID_##valid, HVP__MEET_##meet },
#include <hvpolicy/profile.def>
};

enum hvp__order {
	HVP__ORDER_NUMBER,
	HVP__ORDER_IBS,
};

static const struct hvp__cap {
	uint32_t cap;
	uint32_t order;
	char option[24];
	char libvirt[16];
} hvp__caps[] = {
#define HVP_SPAPR_CAP(name, index, option, libvirt, order) \
	{ (index), HVP__ORDER_##order, option, libvirt },
#include <hvpolicy/profile.def>
	{ HVP_SPAPR_CAP_SLOTS, HVP__ORDER_NUMBER, "", "" },
};

static const struct hvp__facility_cap {
	uint32_t facility;
	uint32_t cap;
} hvp__facility_caps[] = {
#define HVP_FACILITY_CAP(facility, cap) { HVP_FACILITY_##facility, HVP_SPAPR_CAP_##cap },
#include <hvpolicy/profile.def>
};

const struct hvp__field *hvp__field_at(size_t index)
{
	return index < HVP__COUNT(hvp__fields) ? &hvp__fields[index] : NULL;
}

/* The row of a tag that has one. */
static const struct hvp__field *hvp__field_row(uint32_t tag)
{
	size_t i = 0;

	/* The index outlives the loop: out of rows, compilers build tables of pointers. */
	while (i < HVP__COUNT(hvp__fields) - 1 && hvp__fields[i].tag != tag)
		i++;
	return &hvp__fields[i];
}

const struct hvp__field *hvp__field_of(uint32_t tag)
{
	const struct hvp__field *field = hvp__field_row(tag);

	return field->tag == tag ? field : NULL;
}

uint64_t hvp__field_get(const struct hvp__field *field, const struct hvp_profile *profile,
			uint32_t item)
{
	const void *at = (const uint8_t *)profile + field->offset + (size_t)item * field->bytes;

	if (field->bytes == sizeof(uint8_t))
		return *(const uint8_t *)at;
	if (field->bytes == sizeof(uint32_t))
		return *(const uint32_t *)at;
	return *(const uint64_t *)at;
}

void hvp__field_set(const struct hvp__field *field, struct hvp_profile *profile, uint32_t item,
		    uint64_t value)
{
	void *at = (uint8_t *)profile + field->offset + (size_t)item * field->bytes;

	if (field->bytes == sizeof(uint8_t))
		*(uint8_t *)at = (uint8_t)value;
	else if (field->bytes == sizeof(uint32_t))
		*(uint32_t *)at = (uint32_t)value;
	else
		*(uint64_t *)at = value;
}

void hvp_profile_init(struct hvp_profile *profile, uint32_t arch, uint32_t role)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__fields); i++)
		for (uint32_t item = 0; item < hvp__fields[i].items; item++)
			hvp__field_set(&hvp__fields[i], profile, item, 0);
	profile->size = sizeof(*profile);
	profile->policy_level = HVP_POLICY_LEVEL_LATEST;
	profile->arch = arch;
	profile->role = role;
	profile->arm64.fwregs.size = sizeof(profile->arm64.fwregs);
	profile->arm64.fwregs.policy_level = HVP_POLICY_LEVEL_LATEST;
}

/* One item, wherever it is. */
static uint64_t hvp__item(const struct hvp__source *source, const struct hvp__field *field,
			  uint32_t item)
{
	if (source->profile)
		return hvp__field_get(field, source->profile, item);
	return hvp__record_find(source->records, source->count, field->tag, item);
}

static uint64_t hvp__get(const struct hvp__source *source, uint32_t tag, uint32_t item)
{
	return hvp__item(source, hvp__field_row(tag), item);
}

static uint64_t hvp__all_levels(void)
{
	uint64_t levels = 0;
	uint32_t level;

	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		levels |= HVP_BIT(level);
	return levels;
}

static uint64_t hvp__all_facilities(void)
{
	uint64_t facilities = 0;

#define HVP_FACILITY(name, bit, since, until, enable_since) facilities |= HVP_BIT(bit);
#include <hvpolicy/facility.def>
#undef HVP_FACILITY
	return facilities;
}

static uint64_t hvp__all_caps(void)
{
	uint64_t caps = 0;

	for (size_t i = 0; i < HVP__COUNT(hvp__caps) - 1; i++)
		caps |= HVP_BIT(hvp__caps[i].cap);
	return caps;
}

/* The bits that a field can have. */
static uint64_t hvp__bits_of(const struct hvp__field *field, const struct hvp__source *source,
			     uint32_t item)
{
	switch (field->valid) {
	case HVP__VALID_PAIR:
		return HVP_BIT(0) | HVP_BIT(1);
	case HVP__VALID_RAW:
		return HVP_POWER_RAW;
	case HVP__VALID_VCPUS:
		return HVP_ARM64_PSCI_0_1 | HVP_ARM64_PSCI_0_2;
	case HVP__VALID_LEVELS:
		return hvp__all_levels();
	case HVP__VALID_FACILITIES:
		return hvp__all_facilities();
	case HVP__VALID_CAPS:
		return hvp__all_caps();
	case HVP__VALID_REGISTERS:
		return hvp__fwreg_rows();
	case HVP__VALID_QUIRKS:
		return hvp__quirk_rows();
	case HVP__VALID_VALUES:
		return hvp__get(source, HVP__TAG_KNOWN, 0) >> item & 1 ?
		       hvp__fwreg_valid(item) : 0;
	default:
		return ~HVP_U64(0);
	}
}

static enum hvp_status hvp__bad_field(enum hvp_status status, uint32_t reason, uint32_t tag,
				      uint64_t have, uint64_t offer, struct hvp_report *report)
{
	hvp__refuse(report, reason, tag, have, offer);
	return status;
}

/* Each field by itself: its bits, and whether this architecture has it. */
HVP__OWN_FRAME
static enum hvp_status hvp__check_field(const struct hvp__field *field,
					const struct hvp__source *source, uint64_t arch,
					struct hvp_report *report)
{
	for (uint32_t item = 0; item < field->items; item++) {
		const uint64_t value = hvp__item(source, field, item);
		uint64_t bits;

		if (!value)
			continue;
		if (field->arch && field->arch != arch)
			return hvp__bad_field(HVP_ERR_RESERVED, HVP_REASON_PROFILE_FOREIGN,
					      field->tag, value, 0, report);
		bits = hvp__bits_of(field, source, item);
		if (value & ~bits)
			return hvp__bad_field(HVP_ERR_RESERVED, HVP_REASON_PROFILE_BITS,
					      field->tag, value, bits, report);
	}
	return HVP_OK;
}

/* A field whose bits must be among those of another. */
static enum hvp_status hvp__check_within(const struct hvp__source *source, uint32_t tag,
					 uint32_t of, struct hvp_report *report)
{
	const uint64_t value = hvp__get(source, tag, 0), bits = hvp__get(source, of, 0);

	if (!(value & ~bits))
		return HVP_OK;
	return hvp__bad_field(HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS, tag, value, bits, report);
}

/* A field whose bits must not be among those of another. */
static enum hvp_status hvp__check_apart(const struct hvp__source *source, uint32_t tag,
					uint32_t from, struct hvp_report *report)
{
	const uint64_t value = hvp__get(source, tag, 0), bits = hvp__get(source, from, 0);

	if (!(value & bits))
		return HVP_OK;
	return hvp__bad_field(HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS, tag, value, value & ~bits,
			      report);
}

/* A field that this role does not have. */
static enum hvp_status hvp__check_none(const struct hvp__source *source, uint32_t tag,
				       struct hvp_report *report)
{
	const uint64_t value = hvp__get(source, tag, 0);

	if (!value)
		return HVP_OK;
	return hvp__bad_field(HVP_ERR_VALUE, HVP_REASON_PROFILE_FOREIGN, tag, value, 0, report);
}

static enum hvp_status hvp__check_caps(const struct hvp__source *source,
				       struct hvp_report *report)
{
	const struct hvp__field *field = hvp__field_row(HVP__TAG_CAPS);
	const uint64_t known = hvp__get(source, HVP__TAG_CAPS_KNOWN, 0);

	for (uint32_t i = 0; i < field->items; i++) {
		const uint64_t value = hvp__item(source, field, i);

		if (value && !(known >> i & 1))
			return hvp__bad_field(HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS,
					      HVP__TAG_CAPS, value, 0, report);
	}
	return HVP_OK;
}

static enum hvp_status hvp__check_offer(const struct hvp__source *source,
					struct hvp_report *report)
{
	return hvp__check_none(source, HVP__TAG_L2_REFLECTED, report);
}

/* One level, or raw mode on a processor with a PVR; one kind of vCPU. */
static enum hvp_status hvp__check_mode(const struct hvp__source *source, uint64_t arch,
				       struct hvp_report *report)
{
	const uint64_t levels = hvp__get(source, HVP__TAG_LEVELS, 0);
	const uint64_t flags = hvp__get(source, HVP__TAG_POWER_FLAGS, 0);
	const uint64_t vcpus = hvp__get(source, HVP__TAG_ARM64_FLAGS, 0);

	if (arch == HVP_ARCH_ARM64) {
		if (vcpus == HVP_ARM64_PSCI_0_1 || vcpus == HVP_ARM64_PSCI_0_2)
			return HVP_OK;
		return hvp__bad_field(HVP_ERR_VALUE, HVP_REASON_PROFILE_MODE,
				      HVP__TAG_ARM64_FLAGS, vcpus, 0, report);
	}
	if (flags ? !levels && hvp__get(source, HVP__TAG_PVR, 0) :
		    levels && !(levels & (levels - 1)))
		return HVP_OK;
	return hvp__bad_field(HVP_ERR_VALUE, HVP_REASON_PROFILE_MODE, HVP__TAG_LEVELS, levels, 0,
			      report);
}

static enum hvp_status hvp__check_use(const struct hvp__source *source, uint64_t arch,
				      struct hvp_report *report)
{
	enum hvp_status status = hvp__check_none(source, HVP__TAG_QUIRKS, report);

	if (!status)
		status = hvp__check_none(source, HVP__TAG_VARIES, report);
	if (!status)
		status = hvp__check_none(source, HVP__TAG_UNSURE, report);
	if (!status)
		status = hvp__check_none(source, HVP__TAG_WITHHELD, report);
	if (!status)
		status = hvp__check_within(source, HVP__TAG_L2_REFLECTED, HVP__TAG_L2_FACILITIES,
					   report);
	if (!status)
		status = hvp__check_mode(source, arch, report);
	return status;
}

enum hvp_status hvp__check_source(const struct hvp__source *source, struct hvp_report *report)
{
	const uint64_t arch = hvp__get(source, HVP__TAG_ARCH, 0);
	const uint64_t role = hvp__get(source, HVP__TAG_ROLE, 0);
	enum hvp_status status = HVP_OK;

	if (arch != HVP_ARCH_POWER && arch != HVP_ARCH_ARM64)
		return hvp__bad_field(HVP_ERR_VALUE, HVP_REASON_PROFILE_NO_SUCH, HVP__TAG_ARCH,
				      arch, 0, report);
	if (role != HVP_ROLE_HOST && role != HVP_ROLE_GUEST)
		return hvp__bad_field(HVP_ERR_VALUE, HVP_REASON_PROFILE_NO_SUCH, HVP__TAG_ROLE,
				      role, 0, report);
	for (size_t i = 0; i < HVP__COUNT(hvp__fields) && !status; i++)
		status = hvp__check_field(&hvp__fields[i], source, arch, report);
	if (!status)
		status = hvp__check_within(source, HVP__TAG_LISTED, HVP__TAG_KNOWN, report);
	if (!status)
		status = hvp__check_within(source, HVP__TAG_CAPS_DEFAULT, HVP__TAG_CAPS_KNOWN,
					   report);
	if (!status)
		status = hvp__check_apart(source, HVP__TAG_UNSURE, HVP__TAG_KNOWN, report);
	if (!status)
		status = hvp__check_apart(source, HVP__TAG_WITHHELD, HVP__TAG_LEVELS, report);
	if (!status)
		status = hvp__check_caps(source, report);
	if (!status)
		status = role == HVP_ROLE_HOST ? hvp__check_offer(source, report) :
						 hvp__check_use(source, arch, report);
	return status;
}

enum hvp_status hvp_profile_validate(const struct hvp_profile *profile,
				     struct hvp_report *report)
{
	const struct hvp__source source = { .profile = profile };
	const struct hvp_fwregs *fwregs;
	enum hvp_status status;

	if (!profile)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_head(profile, sizeof(*profile), report);
	if (status)
		return status;
	fwregs = &profile->arm64.fwregs;
	if (fwregs->size != sizeof(*fwregs))
		return hvp__bad_field(HVP_ERR_SIZE, HVP_REASON_PROFILE_SIZE, HVP__TAG_VALUES,
				      fwregs->size, sizeof(*fwregs), report);
	status = hvp__check_policy_level(fwregs->policy_level, report);
	if (!status)
		status = hvp__check_source(&source, report);
	return status;
}

enum hvp_status hvp__check_profile(const struct hvp_profile *profile, uint32_t role,
				   struct hvp_report *report)
{
	enum hvp_status status = hvp_profile_validate(profile, report);

	if (status || profile->role == role)
		return status;
	hvp__refuse(report, HVP_REASON_MIGRATE_ROLE, 0, profile->role, role);
	return HVP_ERR_VALUE;
}

static enum hvp_status hvp__no_mode(enum hvp_status status, struct hvp_report *report)
{
	hvp__refuse(report, HVP_REASON_PROFILE_NO_MODE, 0, 0, 0);
	return status;
}

static void hvp__copy_fields(const struct hvp_profile *from, struct hvp_profile *to)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__fields); i++)
		for (uint32_t item = 0; item < hvp__fields[i].items; item++)
			hvp__field_set(&hvp__fields[i], to, item,
				       hvp__field_get(&hvp__fields[i], from, item));
	to->size = sizeof(*to);
	to->arm64.fwregs.size = sizeof(to->arm64.fwregs);
	to->arm64.fwregs.policy_level = from->arm64.fwregs.policy_level;
	to->role = HVP_ROLE_GUEST;
	to->quirks = 0;
}

uint32_t hvp__facility_cap(uint32_t facility)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__facility_caps); i++)
		if (hvp__facility_caps[i].facility == facility)
			return hvp__facility_caps[i].cap;
	return HVP_SPAPR_CAP_SLOTS;
}

/* What a guest does not have because its capability is known to be off. */
static uint64_t hvp__facilities_off(const struct hvp_profile *host)
{
	uint64_t off = 0;

	for (size_t i = 0; i < HVP__COUNT(hvp__facility_caps); i++)
		if ((host->power.caps_known >> hvp__facility_caps[i].cap & 1) &&
		    !host->power.caps[hvp__facility_caps[i].cap])
			off |= HVP_BIT(hvp__facility_caps[i].facility);
	return off;
}

/* The level that a guest is given; NONE: raw mode, or nothing. */
static uint32_t hvp__level_for(const struct hvp_profile *host, uint32_t level)
{
	const uint64_t offered = host->power.levels &
				 ~hvp__quirk_spoils(host->quirks, HVP__SPOILS_LEVELS);

	if (level == HVP_LEVEL_NONE)
		return hvp_level_newest(offered);
	return hvp__is_level(level) && (offered & HVP_BIT(level)) ? level : HVP_LEVEL_NONE;
}

static enum hvp_status hvp__guest_power(const struct hvp_profile *host, uint32_t request,
					uint32_t flags, struct hvp_profile *guest,
					struct hvp_report *report)
{
	const uint64_t quirks = host->quirks;
	const uint32_t level = hvp__level_for(host, request);
	const bool raw = level == HVP_LEVEL_NONE;
	uint64_t has;

	if (raw && request != HVP_LEVEL_NONE) {
		hvp__refuse(report, HVP_REASON_PROFILE_LEVEL, hvp_level_pvr(request), request, 0);
		return HVP_ERR_NO_COMMON_LEVEL;
	}
	if (raw && (!host->power.flags || !host->power.pvr))
		return hvp__no_mode(HVP_ERR_NO_COMMON_LEVEL, report);
	has = ~hvp__facilities_off(host);
	if (!raw)
		has &= hvp_facility_of_level(level);
	hvp__copy_fields(host, guest);
	guest->power.levels = raw ? 0 : HVP_BIT(level);
	guest->power.flags = raw ? HVP_POWER_RAW : 0;
	guest->power.withheld = 0;
	guest->power.facilities &= has & ~hvp__quirk_spoils(quirks, HVP__SPOILS_OWN);
	guest->power.l2_facilities &= has & ~hvp__quirk_spoils(quirks, HVP__SPOILS_NESTED);
	if (!(flags & HVP_GUEST_NESTED)) {
		guest->power.l2_facilities = 0;
		guest->power.nested_caps = 0;
	}
	guest->power.l2_reflected = guest->power.l2_facilities &
				    hvp__quirk_spoils(quirks, HVP__SPOILS_ENABLED);
	return HVP_OK;
}

static enum hvp_status hvp__guest_arm64(const struct hvp_profile *host,
					struct hvp_profile *guest, struct hvp_report *report)
{
	const bool later = host->arm64.flags & HVP_ARM64_PSCI_0_2;

	if (!host->arm64.flags)
		return hvp__no_mode(HVP_ERR_VALUE, report);
	hvp__copy_fields(host, guest);
	guest->arm64.flags = later ? HVP_ARM64_PSCI_0_2 : HVP_ARM64_PSCI_0_1;
	return hvp_fwreg_initial(&guest->arm64.fwregs, later ? HVP_FWREG_PSCI_0_2 : 0,
				 &guest->arm64.fwregs, report);
}

enum hvp_status hvp_profile_guest(const struct hvp_profile *host, uint32_t level, uint32_t flags,
				  struct hvp_profile *guest, struct hvp_report *report)
{
	enum hvp_status status;

	if (!host || !guest)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_profile(host, HVP_ROLE_HOST, report);
	if (status)
		return status;
	status = hvp_vstruct_flags(flags, host->arch == HVP_ARCH_POWER ? HVP_GUEST_NESTED : 0,
				   report);
	if (status)
		return status;
	if (host->arch == HVP_ARCH_POWER)
		return hvp__guest_power(host, level, flags, guest, report);
	if (level != HVP_LEVEL_NONE)
		return hvp__no_mode(HVP_ERR_VALUE, report);
	return hvp__guest_arm64(host, guest, report);
}

/* Index of a row; the last one stands for what is no capability. */
static size_t hvp__cap_index(uint32_t cap)
{
	size_t i = 0;

	while (i < HVP__COUNT(hvp__caps) - 1 && hvp__caps[i].cap != cap)
		i++;
	return i;
}

const char *hvp_profile_cap_name(uint32_t cap, uint32_t spelling)
{
	size_t i = hvp__cap_index(cap);

	if (spelling == HVP_SPELLING_LIBVIRT)
		return hvp__caps[i].libvirt;
	if (spelling != HVP_SPELLING_QEMU)
		i = HVP__COUNT(hvp__caps) - 1;
	return hvp__caps[i].option;
}

uint32_t hvp__cap_common(uint32_t cap, uint32_t a, uint32_t b)
{
	const uint32_t least = a < b ? a : b;

	/* fixed-ibs, fixed-ccd and fixed-na are three ways, and each is more than a workaround */
	if (a != b && least > 1 && hvp__caps[hvp__cap_index(cap)].order == HVP__ORDER_IBS)
		return 1;
	return least;
}
