/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the core's own files share. */
#ifndef HVPOLICY_INTERNAL_H
#define HVPOLICY_INTERNAL_H

#include <hvpolicy/level.h>
#include <hvpolicy/reason.h>
#include <hvpolicy/vstruct.h>

/* Elements of an array. */
#define HVP__COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Not part of the ABI. Who embeds the core in one translation unit may define it as static. */
#ifndef HVP_LOCAL
#define HVP_LOCAL __attribute__((visibility("hidden")))
#endif

/* Add a finding that is more than a refusal, or less. */
HVP_LOCAL void hvp__find(struct hvp_report *report, uint32_t reason, uint32_t verdict,
			 uint32_t object, uint64_t have, uint64_t offer);

/* Add the finding of a refusal. */
HVP_LOCAL void hvp__refuse(struct hvp_report *report, uint32_t reason, uint32_t object,
			   uint64_t have, uint64_t offer);

/* Whether two names are the same within len bytes. */
HVP_LOCAL bool hvp__same_name(const char *a, const char *b, size_t len);

/* Whether a value is a level, which HVP_LEVEL_NONE is not. */
HVP_LOCAL bool hvp__is_level(uint32_t level);

/* HVP_ERR_VERSION if the policy level is unknown. */
HVP_LOCAL enum hvp_status hvp__check_policy_level(uint32_t policy_level,
						  struct hvp_report *report);

/*
 * The head of a structure that a caller passes, its size and its policy level: the head statuses
 * of base.h. Nothing else of it may be read before this went well.
 */
HVP_LOCAL enum hvp_status hvp__check_head(const void *data, uint32_t known,
					  struct hvp_report *report);

#endif
