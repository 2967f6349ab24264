/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file meet.h
 * @brief What hosts have in common (R27).
 */
#ifndef HVPOLICY_MEET_H
#define HVPOLICY_MEET_H

#include <hvpolicy/profile.h>

HVP_BEGIN_DECLS

/*!
 * @brief The most that a guest may use to move freely among hosts.
 *
 * Field by field, by the rules in profile.def. Order and repetition do not matter, and the meet of
 * meets is the meet of all. A guest that hvp_migrate_check() calls "same" on the meet it calls
 * "same" on every one of the hosts, unless one with STREAM_DROPS_HIGH lacks a firmware register
 * below its largest: what that refuses (stream.h) a meet has no place for. hvp_profile_guest() of
 * the meet gives such a guest if nothing varies and what a guest finds without a register is known.
 *
 * @param[in]     hosts   valid hosts of one architecture; not NULL
 * @param[in]     count   1 or more
 * @param[out]    common  a host; may be one of @a hosts; untouched on failure; not NULL
 * @param[in,out] report  a finding for every thing given up, its index the first host that forces
 *                        it; one if refused; may be NULL
 * @retval HVP_OK            done
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL, or @a count is 0
 * @retval HVP_ERR_VALUE     one is a guest, or their architectures differ
 * @return else a status of hvp_profile_validate()
 */
HVP_API enum hvp_status hvp_meet_hosts(const struct hvp_profile *const *hosts, uint32_t count,
				       struct hvp_profile *common, struct hvp_report *report);

HVP_END_DECLS

#endif
