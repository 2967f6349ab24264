// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "internal.h"

void hvp__find(struct hvp_report *report, uint32_t reason, uint32_t verdict, uint32_t object,
	       uint64_t have, uint64_t offer)
{
	const struct hvp_finding finding = {
		.reason = reason, .verdict = verdict, .object = object,
		.have = have, .offer = offer,
	};

	hvp_report_add(report, &finding);
}

void hvp__refuse(struct hvp_report *report, uint32_t reason, uint32_t object, uint64_t have,
		 uint64_t offer)
{
	hvp__find(report, reason, HVP_VERDICT_REFUSED, object, have, offer);
}

bool hvp__same_name(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (a[i] != b[i])
			return false;
		if (!a[i])
			return true;
	}
	return false;
}

bool hvp__is_level(uint32_t level)
{
	return level != HVP_LEVEL_NONE && hvp_level_pvr(level) != 0xffffffff;
}

enum hvp_status hvp__check_policy_level(uint32_t policy_level, struct hvp_report *report)
{
	if (policy_level == HVP_POLICY_LEVEL_1)
		return HVP_OK;
	hvp__refuse(report, HVP_REASON_POLICY_LEVEL, 0, policy_level, HVP_POLICY_LEVEL_LATEST);
	return HVP_ERR_VERSION;
}

enum hvp_status hvp__check_other_head(const void *data, uint32_t known,
				      struct hvp_report *report)
{
	const struct hvp_vstruct sizes = {
		.contract = HVP_CONTRACT_EXTENSIBLE, .first = known, .known = known,
		.limit = HVP_SIZE_LIMIT,
	};
	const uint32_t *head = data;	/* size, policy_level */
	struct hvp_vstruct_plan plan;
	enum hvp_status status;

	status = hvp_vstruct_accept(&sizes, head[0], &plan, report);
	if (!status)
		status = hvp_vstruct_tail((const uint8_t *)data + known, plan.check_bytes,
					  plan.check_from, report);
	if (!status)
		status = hvp__check_policy_level(head[1], report);
	return status;
}
