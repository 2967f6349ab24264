/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file stream.h
 * @brief What a VMM does with the registers of a migration stream (arm64).
 */
#ifndef HVPOLICY_STREAM_H
#define HVPOLICY_STREAM_H

#include <hvpolicy/quirk.h>
#include <hvpolicy/report.h>

HVP_BEGIN_DECLS

/*! A register, as in a stream of QEMU (cpreg_vmstate_indexes and cpreg_vmstate_values). */
struct hvp_stream_reg {
	uint64_t id;	/*!< of KVM_SET_ONE_REG */
	uint64_t value;	/*!< as saved */
};

/*!
 * @brief Compare the registers of a stream with those of a destination, id by id.
 *
 * Ids without a row count too, so a whole KVM_GET_REG_LIST can be compared. Whether the destination
 * takes the value of a register that it has is not asked here: hvp_fwreg_compare(). The object of a
 * finding is the low 32 bits of the id, where the quirk that makes it so.
 *
 * - More registers than the destination has: refused with STREAM_COUNT.
 * - A register that the destination does not know, needed: refused. With STREAM_DROPS_HIGH, above
 *   its largest id: broken. With STREAM_FORGETS, if the last such register is tolerated
 *   (HVP_TOLERATED() in quirk.def): broken.
 * - The same, harmless: the same. With STREAM_DROPS_HIGH below its largest id, and with
 *   STREAM_KNOWN_ONLY unless it is tolerated: refused; with STREAM_FORGETS as above: changed.
 * - A register that the stream does not have: changed, as it keeps what a new VM has.
 *
 * Harmless is what a vCPU with PSCI_0_2 finds there without a register, which @a host knows, and
 * with STREAM_KNOWN_ONLY what is tolerated. If anything is refused, findings that would be broken
 * are told as refused, with their quirk.
 *
 * @param[in]     quirks     of the destination: hvp_quirk_known()
 * @param[in]     stream     registers as saved, ids ascending; may be NULL if @a count is 0
 * @param[in]     count      their number
 * @param[in]     own        registers of the destination with the values of a new VM, ids
 *                           ascending; may be NULL if @a own_count is 0
 * @param[in]     own_count  their number
 * @param[in]     host       what the destination offers, for registers that it does not have; NULL:
 *                           nothing is but what is tolerated
 * @param[out]    verdict    same, changed, refused or broken; untouched on failure; not NULL
 * @param[in,out] report     all findings; may be NULL
 * @retval HVP_OK            @a verdict is set
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL
 * @retval HVP_ERR_RESERVED  @a quirks has a bit without a row
 * @retval HVP_ERR_VALUE     ids do not ascend
 * @return else a status of hvp_fwreg_initial() about @a host
 */
HVP_API enum hvp_status hvp_stream_check(uint64_t quirks, const struct hvp_stream_reg *stream,
					 uint32_t count, const struct hvp_stream_reg *own,
					 uint32_t own_count, const struct hvp_fwregs *host,
					 uint32_t *verdict, struct hvp_report *report);

HVP_END_DECLS

#endif
