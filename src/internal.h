/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the core's own files share. */
#ifndef HVPOLICY_INTERNAL_H
#define HVPOLICY_INTERNAL_H

#include <hvpolicy/level.h>
#include <hvpolicy/report.h>
#include <hvpolicy/vstruct.h>

/* Elements of an array. */
#define HVP__COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline void hvp__find(struct hvp_report *report, uint32_t reason,
			     uint32_t verdict, uint32_t object, uint64_t have,
			     uint64_t offer)
{
	const struct hvp_finding finding = {
		.reason = reason, .verdict = verdict, .object = object,
		.have = have, .offer = offer,
	};

	hvp_report_add(report, &finding);
}

static inline void hvp__refuse(struct hvp_report *report, uint32_t reason, uint32_t object,
			       uint64_t have, uint64_t offer)
{
	hvp__find(report, reason, HVP_VERDICT_REFUSED, object, have, offer);
}

static inline bool hvp__is_level(uint32_t level)
{
	return level != HVP_LEVEL_NONE && hvp_level_pvr(level) != 0xffffffff;
}

/* Names in tables are char arrays, not pointers: pointers would need writable relocations. */
static inline void hvp__copy_name(char *to, const char *from, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = from[i];
}

static inline bool hvp__same_name(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (a[i] != b[i])
			return false;
		if (!a[i])
			return true;
	}
	return false;
}

static inline enum hvp_status hvp__check_policy_level(uint32_t policy_level,
						      struct hvp_report *report)
{
	if (policy_level == HVP_POLICY_LEVEL_1)
		return HVP_OK;
	hvp__refuse(report, HVP_REASON_POLICY_LEVEL, 0, policy_level, HVP_POLICY_LEVEL_LATEST);
	return HVP_ERR_VERSION;
}

/*
 * The head of a structure that a caller passes, R16 and R17: its size, then its policy level.
 * A caller built against a newer header may pass more, if what this side does not know is 0.
 */
static inline enum hvp_status hvp__check_head(const void *data, uint32_t size, uint32_t known,
					      uint32_t policy_level, struct hvp_report *report)
{
	const struct hvp_vstruct sizes = {
		.contract = HVP_CONTRACT_EXTENSIBLE, .first = known, .known = known,
		.limit = HVP_SIZE_LIMIT,
	};
	struct hvp_vstruct_plan plan;
	enum hvp_status status = hvp_vstruct_plan(&sizes, size, &plan, report);

	if (status)
		return status;
	status = hvp_vstruct_tail((const uint8_t *)data + known, plan.check_bytes,
				  plan.check_from, report);
	if (status)
		return status;
	return hvp__check_policy_level(policy_level, report);
}

#endif
