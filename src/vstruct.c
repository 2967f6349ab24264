// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/vstruct.h>

#include "internal.h"

static uint32_t hvp__smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static enum hvp_status hvp__check_size(const struct hvp_vstruct *known, uint64_t size,
				       uint32_t *hand_back, struct hvp_report *report)
{
	if (known->contract == HVP_CONTRACT_EXACT) {
		if (size == known->known)
			return HVP_OK;
		hvp__refuse(report, HVP_REASON_SIZE_NOT_EXACT, 0, size, known->known);
		return HVP_ERR_SIZE;
	}
	/* Linux looks at the upper limit first; the two can never both apply. */
	if (known->contract == HVP_CONTRACT_EXTENSIBLE && size > known->limit) {
		hvp__refuse(report, HVP_REASON_SIZE_ABOVE_LIMIT, 0, size, known->limit);
		return HVP_ERR_TOO_BIG;
	}
	if (size < known->first) {
		hvp__refuse(report, HVP_REASON_SIZE_BELOW_FIRST, 0, size, known->first);
		return HVP_ERR_TOO_SMALL;
	}
	if (known->contract == HVP_CONTRACT_REFUSE_LARGER && size > known->known) {
		hvp__refuse(report, HVP_REASON_SIZE_ABOVE_KNOWN, 0, size, known->known);
		*hand_back = known->known;
		return HVP_ERR_TOO_BIG;
	}
	return HVP_OK;
}

enum hvp_status hvp_vstruct_accept(const struct hvp_vstruct *known, uint64_t size,
				   struct hvp_vstruct_plan *plan, struct hvp_report *report)
{
	struct hvp_vstruct_plan made = { 0 };
	enum hvp_status status;

	if (!known || !plan)
		return HVP_ERR_ARGUMENT;
	if (known->contract < HVP_CONTRACT_AT_LEAST || known->contract > HVP_CONTRACT_EXTENSIBLE)
		return HVP_ERR_ARGUMENT;
	if (!known->first || known->first > known->known)
		return HVP_ERR_ARGUMENT;
	if (known->contract == HVP_CONTRACT_EXTENSIBLE && known->known > known->limit)
		return HVP_ERR_ARGUMENT;

	status = hvp__check_size(known, size, &made.hand_back, report);
	if (!status) {
		/* AT_LEAST takes any 64-bit size; what counts of it is never above known. */
		made.copy_in = size < known->known ? (uint32_t)size : known->known;
		made.clear_in = known->known - made.copy_in;
		made.copy_out = made.copy_in;
		made.answer_size = made.copy_out;
		if (known->contract == HVP_CONTRACT_EXTENSIBLE) {
			made.check_from = hvp__smaller((uint32_t)size, known->known);
			made.check_bytes = (uint32_t)size - made.check_from;
			made.clear_out = made.check_bytes;
			made.hand_back = made.check_bytes ? known->known : 0;
		}
	}
	*plan = made;
	return status;
}

enum hvp_status hvp_vstruct_tail(const void *tail, size_t bytes, uint64_t offset,
				 struct hvp_report *report)
{
	const uint8_t *byte = tail;

	if (!tail && bytes)
		return HVP_ERR_ARGUMENT;
	for (size_t i = 0; i < bytes; i++) {
		const struct hvp_finding finding = {
			.reason = HVP_REASON_TAIL_NOT_ZERO, .verdict = HVP_VERDICT_REFUSED,
			.where = offset + i, .have = byte[i],
		};

		if (!byte[i])
			continue;
		hvp_report_add(report, &finding);
		return HVP_ERR_TAIL;
	}
	return HVP_OK;
}

enum hvp_status hvp_vstruct_flags(uint64_t value, uint64_t known, struct hvp_report *report)
{
	if (!(value & ~known))
		return HVP_OK;
	hvp__refuse(report, HVP_REASON_RESERVED_NOT_ZERO, 0, value & ~known, known);
	return HVP_ERR_RESERVED;
}

bool hvp_vstruct_retry(int32_t error, uint64_t first, uint64_t sent, uint64_t returned,
		       uint32_t retries, uint64_t *size)
{
	const int32_t too_big = hvp_status_to_errno(HVP_ERR_TOO_BIG);

	if (error != too_big || retries || returned >= sent || returned < first)
		return false;
	*size = returned;
	return true;
}
