/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file report.h
 * @brief Findings: why an answer is what it is, for people and programs.
 *
 * The caller provides the memory. Every finding is counted, as many as fit are stored, and a
 * NULL report is always allowed: the answer never depends on it. A function that takes a report
 * leaves a finding of verdict HVP_VERDICT_REFUSED whenever it refuses, by its status (except
 * HVP_ERR_ARGUMENT) or by the hypercall status or errno it computes, and none when it does not.
 */
#ifndef HVPOLICY_REPORT_H
#define HVPOLICY_REPORT_H

#include <hvpolicy/base.h>

HVP_BEGIN_DECLS

/*! One finding. 40 bytes, no padding. */
struct hvp_finding {
	uint32_t reason;	/*!< enum hvp_reason (reason.h) */
	uint32_t verdict;	/*!< enum hvp_verdict: what this finding means for the guest */
	uint32_t object;	/*!< meaning by enum hvp_object of the reason */
	uint32_t index;		/*!< of a host of a set or an element of a buffer, from 0; else 0 */
	uint64_t where;		/*!< bit mask or byte offset, as the reason's text says; else 0 */
	uint64_t have;		/*!< what was asked or found */
	uint64_t offer;		/*!< what this side has instead */
};

/*! Where findings go. Set up with hvp_report_init(). */
struct hvp_report {
	uint32_t capacity;	/*!< elements of @a findings */
	uint32_t stored;	/*!< elements in use */
	uint32_t total;		/*!< findings in all; stops at 0xffffffff */
	uint32_t worst;		/*!< enum hvp_verdict: the worst of all, stored or not */
	struct hvp_finding *findings;	/*!< memory of the caller; may be NULL if capacity is 0 */
};

/*!
 * @brief Make a report empty.
 * @param[out] report    the report; not NULL
 * @param[in]  findings  memory for findings, or NULL to only count
 * @param[in]  capacity  number of elements of @a findings; taken as 0 if that is NULL
 */
HVP_API void hvp_report_init(struct hvp_report *report, struct hvp_finding *findings,
			     uint32_t capacity);

/*!
 * @brief Add a finding: count it, keep the worst verdict, store it if there is room.
 *
 * When the report is full, a worse finding takes the place of the mildest, of equals the last in
 * the array: a report of one element ends with the reason of a refusal.
 *
 * @param[in,out] report   the report; NULL: nothing happens
 * @param[in]     finding  copied; not NULL
 */
HVP_API void hvp_report_add(struct hvp_report *report, const struct hvp_finding *finding);

HVP_END_DECLS

#endif
