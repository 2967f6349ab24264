/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file reason.h
 * @brief The reasons of findings, and their words.
 *
 * Programs use the reason, people the words. Reasons are declared once, in reason.def.
 */
#ifndef HVPOLICY_REASON_H
#define HVPOLICY_REASON_H

#include <hvpolicy/report.h>

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
	HVP_OBJECT_FWREG = 5,		/*!< An enum hvp_fwreg. */
	HVP_OBJECT_CAPABILITY = 6,	/*!< An enum hvp_spapr_cap. */
	HVP_OBJECT_FIELD = 7,		/*!< A field of a profile: its tag in profile.def. */
	HVP_OBJECT_REGISTER = 8,	/*!< Low 32 bits of the id of an arm64 register. */
	HVP_OBJECT_ELEMENT = 9,		/*!< Id of an element of a guest state buffer. */
};

/*! How to write a finding in words. */
HVP_ENUM(hvp_wording) {
	HVP_WORDING_TEXT = 0,	/*!< what was found */
	HVP_WORDING_REMEDY = 1,	/*!< what a person can do, in QEMU's option names; may be empty */
	HVP_WORDING_OBJECT = 2,	/*!< the object alone, such as "PREFIX" or "power10" */
};

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
HVP_API size_t hvp_reason_format(const struct hvp_finding *finding, uint32_t wording, char *buf,
				 size_t len);

HVP_END_DECLS

#endif
