// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/gcaps.h>

#include "internal.h"

/* Bits that grant a level. */
#define HVP__LEVELS hvp__capabilities(HVP__NEWEST)

static enum hvp_status hvp__check_gcaps(const struct hvp_gcaps *caps, struct hvp_report *report)
{
	enum hvp_status status = hvp__check_head(caps, sizeof(*caps), report);

	if (!status)
		status = hvp_vstruct_flags(caps->reserved, 0, report);
	if (!status)
		status = hvp_vstruct_flags(caps->has | caps->negotiated,
					   HVP__LEVELS | HVP_CAPABILITY_COPY_MEMORY, report);
	if (!status && !hvp__is_level(caps->l1_level)) {
		hvp__refuse(report, HVP_REASON_GSTATE_LEVEL, 0, caps->l1_level, 0);
		status = HVP_ERR_VALUE;
	}
	return status;
}

static uint64_t hvp__offered_caps(const struct hvp_gcaps *caps)
{
	return caps->has & (hvp__capabilities(caps->l1_level) | HVP_CAPABILITY_COPY_MEMORY);
}

enum hvp_status hvp_gcaps_get(const struct hvp_gcaps *caps, uint64_t flags,
			      struct hvp_hcall *answer, struct hvp_report *report)
{
	enum hvp_status status;

	if (!caps || !answer)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_gcaps(caps, report);
	if (status)
		return status;
	if (flags) {
		hvp__refuse(report, HVP_REASON_GSTATE_FLAGS, 0, flags, 0);
		*answer = (struct hvp_hcall){ .r3 = HVP_H_PARAMETER };
		return HVP_OK;
	}
	*answer = (struct hvp_hcall){ .r3 = HVP_H_SUCCESS, .r4 = hvp__offered_caps(caps) };
	return HVP_OK;
}

/* Whether L1 may have all that it asks for, and asks for a level. */
static bool hvp__bitmap_fits(const struct hvp_gcaps *caps, uint64_t bitmap,
			     struct hvp_report *report)
{
	const uint64_t offered = hvp__offered_caps(caps), more = bitmap & ~offered;
	const uint64_t newer = more & caps->has;

	if (newer)
		hvp__refuse(report, HVP_REASON_GCAPS_NEWER, hvp_level_pvr(caps->l1_level), newer,
			    offered);
	if (more != newer)
		hvp__refuse(report, HVP_REASON_GCAPS_NOT_OFFERED, 0, more & ~newer, offered);
	if (!(bitmap & HVP__LEVELS))
		hvp__refuse(report, HVP_REASON_GCAPS_NO_LEVEL, 0, bitmap, offered);
	return !more && (bitmap & HVP__LEVELS);
}

enum hvp_status hvp_gcaps_set(const struct hvp_gcaps *caps, uint64_t flags, uint64_t bitmap,
			      struct hvp_hcall *answer, struct hvp_report *report)
{
	enum hvp_status status = hvp_gcaps_get(caps, flags, answer, report);

	if (status || answer->r3)
		return status;
	answer->r4 = 0;
	if (!hvp__bitmap_fits(caps, bitmap, report)) {
		answer->r3 = HVP_H_P2;
		answer->r4 = 1;
	} else if (caps->negotiated && caps->negotiated != bitmap) {
		hvp__refuse(report, HVP_REASON_GCAPS_AGAIN, 0, bitmap, caps->negotiated);
		answer->r3 = HVP_H_STATE;
	}
	return HVP_OK;
}

static enum hvp_status hvp__compat_v1(uint32_t cpu_version, uint64_t *bitmap,
				      struct hvp_report *report)
{
	const uint32_t level = hvp_level_from_pvr(cpu_version);

	if (!hvp_level_capability(level)) {
		hvp__refuse(report, level ? HVP_REASON_LEVEL_NOT_GRANTED : HVP_REASON_PVR_UNKNOWN,
			    level ? cpu_version : 0, cpu_version, 0);
		return HVP_ERR_UNKNOWN_PVR;
	}
	*bitmap = hvp__capabilities(level);
	return HVP_OK;
}

enum hvp_status hvp_gcaps_compat(uint32_t api, uint32_t cpu_version, uint64_t negotiated,
				 uint64_t *bitmap, struct hvp_report *report)
{
	if (!bitmap || api < HVP_GCAPS_API_V1 || api > HVP_GCAPS_API_V2)
		return HVP_ERR_ARGUMENT;
	if (api == HVP_GCAPS_API_V1)
		return hvp__compat_v1(cpu_version, bitmap, report);
	if (!(negotiated & HVP__LEVELS)) {
		hvp__refuse(report, HVP_REASON_GRANT_EMPTY, 0, negotiated, 0);
		return HVP_ERR_LEVEL_NOT_GRANTED;
	}
	*bitmap = negotiated & HVP__LEVELS;
	return HVP_OK;
}
