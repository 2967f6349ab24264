/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file migrate.h
 * @brief May this guest go there, what would it lose, what can a person do (R24 to R26).
 */
#ifndef HVPOLICY_MIGRATE_H
#define HVPOLICY_MIGRATE_H

#include <hvpolicy/profile.h>

HVP_BEGIN_DECLS

/*!
 * @brief Check a guest against a destination, before the guest is touched.
 *
 * Every finding is reported, not the first (R25): its object is the level, facility, capability or
 * register, have what the guest has, offer what the destination gives, where the quirk
 * (HVP_BIT(enum hvp_quirk)) that makes it so, 0 if none. Broken always has one (R26).
 *
 * | what                | same              | changed          | degraded | refused      |
 * |---------------------|-------------------|------------------|----------|--------------|
 * | architecture        | equal             |                  |          | else         |
 * | level               | offered           |                  |          | else         |
 * | raw mode            | offered, same PVR | another revision |          | else         |
 * | own facility        | offered           |                  | else     |              |
 * | facility of L2      | offered           |                  | else     |              |
 * | nested capabilities | offered           |                  |          | else         |
 * | pseries capability  | no more than there |                 |          | else         |
 * | number of registers | no matter         |                  |          | STREAM_COUNT |
 * | firmware register   | hvp_fwreg_compare() ||||
 *
 * Broken is, instead of refused: power11 with POWER11_UNCHECKED where power10 is offered, a
 * withheld level with MAXIMUM_UNCHECKED, nested capabilities with NESTED_UNENFORCED, a pseries
 * capability with CAPS_UNSENT that stands at the default of both, or with IBS_BY_NUMBER, a register
 * with STREAM_DROPS_HIGH or STREAM_FORGETS; instead of degraded: a facility that L1 enables for L2,
 * with HFU_ALL; and a facility that a quirk spoils (struct hvp_quirk_info). With CAPS_UNSENT a
 * pseries capability at the guest's default is refused where the machine stands at 0 and not at its
 * own default, which is what counts there. A number of registers that is not known is taken to be
 * the other's.
 *
 * If anything is refused, the guest does not go: findings that would be broken are told as refused,
 * with their quirk. Registers and processor features that no profile has are not asked about.
 *
 * Without a STREAM quirk a VMM names a register that it does not know and refuses, unless the
 * guest's value is what it finds there without it; with one it does what stream.h says.
 *
 * @param[in]     guest        a valid profile of a guest: hvp_profile_guest() of its host, or what
 *                             is known of it; not NULL
 * @param[in]     destination  a valid profile of a host; not NULL
 * @param[out]    verdict      enum hvp_verdict: the worst; untouched on failure; not NULL
 * @param[in,out] report       all findings; may be NULL
 * @retval HVP_OK            @a verdict is set, refused or not
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL
 * @retval HVP_ERR_VALUE     @a guest is a host, or @a destination a guest
 * @return else a status of hvp_profile_validate()
 */
HVP_API enum hvp_status hvp_migrate_check(const struct hvp_profile *guest,
					  const struct hvp_profile *destination,
					  uint32_t *verdict, struct hvp_report *report);

HVP_END_DECLS

#endif
