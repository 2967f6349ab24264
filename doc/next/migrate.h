/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file migrate.h
 * @brief May this guest go there, what would it lose, what can a person do; and what do hosts have
 *        in common (R24 to R27).
 *
 * A finding is about the object of its reason: a firmware register, level, facility or capability;
 * have is what the guest has, offer what the destination gives, where the quirks (enum hvp_quirk)
 * without which the verdict would be better or worse, 0 if none. A finding of verdict broken always
 * names one (R26). Remedies use the option names of QEMU and libvirt.
 */
#ifndef HVPOLICY_MIGRATE_H
#define HVPOLICY_MIGRATE_H

#include "profile.h"

HVP_BEGIN_DECLS

/*! A register in a migration stream of QEMU (cpreg_vmstate_indexes and _values). */
struct hvp_stream_reg {
	uint64_t id;	/*!< of KVM_SET_ONE_REG */
	uint64_t value;	/*!< as saved */
};

/*!
 * @brief Check a guest against a destination, before the guest is touched.
 *
 * Every finding is reported, not the first (R25). On a conforming destination:
 *
 * | what                  | same               | changed  | degraded       | refused           |
 * |-----------------------|--------------------|----------|----------------|-------------------|
 * | architecture          | equal              |          |                | else              |
 * | level                 | offered            |          |                | else              |
 * | raw mode              | same processor     |          |                | else, not offered |
 * | facility, also of L2  | offered            |          | used, reserved |                   |
 * | nested capabilities   | offered            |          |                | else              |
 * | pseries capability    | equal              | there is more |           | there is less     |
 * | firmware register     | hvp_fwreg_compare()                                            ||||
 *
 * A quirk of the destination turns into broken what is degraded or refused and that it takes
 * without a word; LEVEL_BY_NUMBER and STREAM_COUNT turn into refused what is the same.
 * The stream model of a VMM is its quirks: without one, unknown registers are refused by name.
 *
 * @param[in]     source       a valid guest; or a host, for hvp_profile_guest() of it; not NULL
 * @param[in]     destination  a valid host, or common profile; not NULL
 * @param[out]    verdict      enum hvp_verdict: the worst; untouched on failure; not NULL
 * @param[in,out] report       all findings; may be NULL
 * @retval HVP_OK            @a verdict is set
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL, or @a destination is a guest
 * @return else a status of hvp_profile_validate()
 */
HVP_API enum hvp_status hvp_migrate_check(const struct hvp_profile *source,
					  const struct hvp_profile *destination,
					  uint32_t *verdict, struct hvp_report *report);

/*!
 * @brief What a VMM does with the registers of a stream, where both lists are known id by id.
 *
 * Ids that this library has no row for count too, so a whole KVM_GET_REG_LIST can be compared.
 * Objects of findings are the low 32 bits of ids. Whether the destination takes a value that it
 * knows is not asked here.
 *
 * @param[in]     quirks       of the destination's VMM: hvp_profile_quirks()
 * @param[in]     stream       registers as saved, ids ascending; may be NULL if @a count is 0
 * @param[in]     count        their number
 * @param[in]     own          ids of the destination, ascending; may be NULL if @a own_count is 0
 * @param[in]     own_count    their number
 * @param[out]    verdict      same, changed (some keep their initial value), refused, or broken
 *                             (dropped without a word); untouched on failure; not NULL
 * @param[in,out] report       a finding per register that is missing on a side; may be NULL
 * @retval HVP_OK            @a verdict is set
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL, an unknown quirk, or ids that do not ascend
 */
HVP_API enum hvp_status hvp_migrate_stream(uint64_t quirks, const struct hvp_stream_reg *stream,
					   uint32_t count, const uint64_t *own, uint32_t own_count,
					   uint32_t *verdict, struct hvp_report *report);

/*!
 * @brief What hosts have in common: the most that a guest may use to move among them (R27).
 *
 * Field by field, by the rules in profile.def. Order and repetition do not matter, and the meet of
 * meets is the meet of all. hvp_profile_guest() of it gets "same" from hvp_migrate_check() on each
 * host if no finding is worse than degraded.
 *
 * @param[in]     hosts   valid hosts of one architecture; not NULL
 * @param[in]     count   1 or more
 * @param[out]    common  a host; may be one of @a hosts; untouched on failure; not NULL
 * @param[in,out] report  a finding for every thing given up, with the index of the first host
 *                        that forced it; refused: no guest can move both ways; may be NULL
 * @retval HVP_OK            done
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL, @a count is 0, or one is a guest
 * @retval HVP_ERR_VALUE     their architectures or policy levels differ
 * @return else a status of hvp_profile_validate()
 */
HVP_API enum hvp_status hvp_migrate_meet(const struct hvp_profile *const *hosts, uint32_t count,
					 struct hvp_profile *common, struct hvp_report *report);

HVP_END_DECLS

#endif
