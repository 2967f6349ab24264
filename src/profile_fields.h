/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Fields of a profile as rows: what profile.c, wire.c and meet.c share. */
#ifndef HVPOLICY_PROFILE_FIELDS_H
#define HVPOLICY_PROFILE_FIELDS_H

#include <hvpolicy/profile.h>

#include "internal.h"

/* What hosts have in common; the words stand in profile.def. */
enum hvp__meet {
	HVP__MEET_SAME,
	HVP__MEET_AND,
	HVP__MEET_OR,
	HVP__MEET_ONLY,
	HVP__MEET_LEAST,
	HVP__MEET_CAP,
	HVP__MEET_REGISTER,
};

/* One row of profile.def. */
struct hvp__field {
	uint16_t tag;
	uint16_t offset;	/* in struct hvp_profile */
	uint8_t bytes;		/* of an item */
	uint8_t items;
	uint8_t arch;		/* 0: of both */
	uint8_t valid;
	uint8_t meet;
};

/* Tags by name, for the rules that name a field. */
enum hvp__tag {
#define HVP_FIELD(name, tag, member, items, arch, valid, meet) HVP__TAG_##name = (tag),
#include <hvpolicy/profile.def>
};

/* NULL past the last row, and for a tag without one. */
HVP_LOCAL const struct hvp__field *hvp__field_at(size_t index);
HVP_LOCAL const struct hvp__field *hvp__field_of(uint32_t tag);

HVP_LOCAL uint64_t hvp__field_get(const struct hvp__field *field,
				  const struct hvp_profile *profile, uint32_t item);
HVP_LOCAL void hvp__field_set(const struct hvp__field *field, struct hvp_profile *profile,
			      uint32_t item, uint64_t value);

/* Where fields are read: in a profile or, where that is NULL, in the records of a wire form. */
struct hvp__source {
	const struct hvp_profile *profile;
	const uint8_t *records;
	uint32_t count;
};

/* Whether the fields are possible, and fit each other. */
HVP_LOCAL enum hvp_status hvp__check_source(const struct hvp__source *source,
					    struct hvp_report *report);

/* A valid profile of a role. */
HVP_LOCAL enum hvp_status hvp__check_profile(const struct hvp_profile *profile, uint32_t role,
					     struct hvp_report *report);

/* wire.c: an item in the records of a form; 0 if it is not there. */
HVP_LOCAL uint64_t hvp__record_find(const uint8_t *records, uint32_t count, uint32_t tag,
				    uint32_t item);

/* What two values of a capability have in common: the least that both are. */
HVP_LOCAL uint32_t hvp__cap_common(uint32_t cap, uint32_t a, uint32_t b);

#endif
