/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file report.h
 * @brief Findings: why an answer is what it is, for people and programs.
 *
 * The caller provides the memory. Every finding is counted, as many as fit are stored, and a
 * NULL report is always allowed: the answer never depends on it. Every status but HVP_OK and
 * HVP_ERR_ARGUMENT comes with a finding of verdict HVP_VERDICT_REFUSED, and a call that ends
 * well leaves none.
 */
#ifndef HVPOLICY_REPORT_H
#define HVPOLICY_REPORT_H

#include <hvpolicy/base.h>

HVP_BEGIN_DECLS

/*! Reasons of findings. The rows, with text and remedy, stand in reason.def. */
HVP_ENUM(hvp_reason) {
#define HVP_REASON(name, code, object, values, text, remedy) HVP_REASON_##name = (code),
#include <hvpolicy/reason.def>
#undef HVP_REASON
};

/*! What the object of a finding is; fixed per reason. */
HVP_ENUM(hvp_object) {
	HVP_OBJECT_NONE = 0,		/*!< The call as a whole. */
	HVP_OBJECT_FACILITY = 1,	/*!< An HFSCR bit number, 0..63. */
	HVP_OBJECT_LEVEL = 2,		/*!< A logical PVR; 0 is the host's own level. */
	HVP_OBJECT_HVREG = 3,		/*!< An enum hvp_hvreg. */
	HVP_OBJECT_ENTRY = 4,		/*!< Index of an entry of a list, from 0. */
};

/*! One finding. 40 bytes, no padding. */
struct hvp_finding {
	uint32_t reason;	/*!< enum hvp_reason */
	uint32_t verdict;	/*!< enum hvp_verdict: what this finding means for the guest */
	uint32_t object;	/*!< meaning by enum hvp_object of the reason */
	uint32_t index;		/*!< entry of a list, or host of a set, that it is about; else 0 */
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

/*! How to write a finding in words. */
HVP_ENUM(hvp_wording) {
	HVP_WORDING_TEXT = 0,	/*!< what was found */
	HVP_WORDING_REMEDY = 1,	/*!< what a person can do, in QEMU's option names; may be empty */
	HVP_WORDING_OBJECT = 2,	/*!< the object alone, such as "PREFIX" or "power10" */
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

/*!
 * @brief Name of a reason, such as "LEVEL_ABOVE_COMPAT"; stable, for programs.
 * @param reason any value
 * @return a constant string; "?" when the value is no reason. Never NULL.
 */
HVP_API const char *hvp_reason_name(uint32_t reason);

/*!
 * @brief What the objects of a reason's findings are.
 * @param reason any value
 * @return enum hvp_object; HVP_OBJECT_NONE when the value is no reason
 */
HVP_API uint32_t hvp_reason_object(uint32_t reason);

/*!
 * @brief Walk the reasons.
 * @param[in]  index   0 for the first
 * @param[out] reason  enum hvp_reason; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  past the last
 */
HVP_API enum hvp_status hvp_reason_at(uint32_t index, uint32_t *reason);

/*!
 * @brief The sentence of a reason with its place holders, for a translation catalogue.
 * @param reason   enum hvp_reason, any value
 * @param wording  HVP_WORDING_TEXT or HVP_WORDING_REMEDY
 * @return a constant ASCII string, one line, without a final stop; "" when there is none. Never
 *         NULL.
 */
HVP_API const char *hvp_reason_text(uint32_t reason, uint32_t wording);

/*!
 * @brief Write a finding as a sentence, numbers and names filled in.
 *
 * The words are for people and may improve between versions; programs use the reason.
 *
 * @param[in]  finding  the finding; not NULL; any content
 * @param[in]  wording  enum hvp_wording; any other value gives an empty string
 * @param[out] buf      receives at most @a len bytes with the closing 0; may be NULL if len is 0
 * @param[in]  len      size of @a buf in bytes
 * @return length of the whole sentence without the closing 0; @a len or more: it was cut
 */
HVP_API size_t hvp_finding_format(const struct hvp_finding *finding, uint32_t wording, char *buf,
				  size_t len);

HVP_END_DECLS

#endif
