/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file vstruct.h
 * @brief Structures that carry their size: what to copy, clear, check and write back (R16 to
 *        R20).
 *
 * The receiving side asks for a plan, carries it out with its own copy functions, and calls
 * hvp_vstruct_tail() on what lies beyond. The sending side asks hvp_vstruct_retry() what to do
 * with a refusal. All sizes are in bytes.
 */
#ifndef HVPOLICY_VSTRUCT_H
#define HVPOLICY_VSTRUCT_H

#include <hvpolicy/report.h>

HVP_BEGIN_DECLS

/*! Named contracts between the two sides (R18). */
HVP_ENUM(hvp_contract) {
	/*! Larger sizes are taken as they are, nothing beyond is looked at. Seed 004, v4. */
	HVP_CONTRACT_AT_LEAST = 1,
	/*! The one size or nothing. Seed 004, its review. */
	HVP_CONTRACT_EXACT = 2,
	/*! Larger sizes are refused and the known size handed back. Seed 004, v5. */
	HVP_CONTRACT_REFUSE_LARGER = 3,
	/*!
	 * Larger sizes are fine while the tail is zero, up to a limit; a tail that is not zero is
	 * refused and the known size handed back. Linux copy_struct_from_user() and
	 * copy_struct_to_user().
	 */
	HVP_CONTRACT_EXTENSIBLE = 4,
};

/*! Sizes of a structure as the receiving side knows it; first <= known <= limit. */
struct hvp_vstruct {
	uint32_t contract;	/*!< enum hvp_contract */
	uint32_t first;		/*!< first published size; above 0 */
	uint32_t known;		/*!< size this side knows */
	uint32_t limit;		/*!< largest size looked at (Linux: PAGE_SIZE); EXTENSIBLE only,
				 *   else not used */
};

/*! What to do for one size. */
struct hvp_vstruct_plan {
	uint32_t copy_in;	/*!< bytes to copy from the sender */
	uint32_t clear_in;	/*!< bytes to clear behind them, up to the known size */
	uint32_t check_from;	/*!< first byte of the sender's tail that must be zero */
	uint32_t check_bytes;	/*!< length of that tail; 0: nothing to check */
	uint32_t copy_out;	/*!< bytes to copy back to the sender with the answer */
	uint32_t clear_out;	/*!< bytes of the sender to clear behind them */
	uint32_t answer_size;	/*!< size field of the answer */
	uint32_t hand_back;	/*!< on refusal, write this into the sender's size field; 0: write
				 *   nothing (R20) */
};

/*!
 * @brief Accept or refuse a size, with a plan of the copies.
 * @param[in]     known   the structure; not NULL
 * @param[in]     size    the size that the sender says, all 64 bits, read once
 * @param[out]    plan    what to do. On a refusal all fields are 0 but @a hand_back; untouched on
 *                        HVP_ERR_ARGUMENT; not NULL
 * @param[in,out] report  may be NULL
 * @retval HVP_OK            carry the plan out; a tail that is not zero is HVP_ERR_TAIL with
 *                           @a hand_back
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL, no such contract, or the known sizes are not in
 *                           order
 * @retval HVP_ERR_TOO_SMALL below the first published size (not EXACT)
 * @retval HVP_ERR_SIZE      not the known size (EXACT)
 * @retval HVP_ERR_TOO_BIG   above the known size (REFUSE_LARGER) or the limit (EXTENSIBLE)
 */
HVP_API enum hvp_status hvp_vstruct_accept(const struct hvp_vstruct *known, uint64_t size,
					   struct hvp_vstruct_plan *plan,
					   struct hvp_report *report);

/*!
 * @brief Whether a tail is zero. Reads each byte at most once, needs no alignment.
 * @param[in]     tail    the bytes; may be NULL if @a bytes is 0
 * @param[in]     bytes   their number
 * @param[in]     offset  where the tail stands in the structure, for the finding
 * @param[in,out] report  the first byte that is not zero; may be NULL
 * @retval HVP_OK            zero, or empty
 * @retval HVP_ERR_ARGUMENT  @a tail is NULL and @a bytes is not 0
 * @retval HVP_ERR_TAIL      a byte is not zero
 */
HVP_API enum hvp_status hvp_vstruct_tail(const void *tail, size_t bytes, uint64_t offset,
					 struct hvp_report *report);

/*!
 * @brief Whether reserved bits are zero (R17).
 * @param[in]     value   a field of flags
 * @param[in]     known   bits that mean something
 * @param[in,out] report  may be NULL
 * @retval HVP_OK            only known bits are set
 * @retval HVP_ERR_RESERVED  another one is
 */
HVP_API enum hvp_status hvp_vstruct_flags(uint64_t value, uint64_t known,
					  struct hvp_report *report);

/*!
 * @brief The sender's next step after a refusal (R18).
 *
 * Try again at most once, and only with a size smaller than the one sent and not below the
 * first published one. A refusal of a size beyond the limit hands nothing back: the size field
 * still says what was sent.
 *
 * @param[in]  error     0 or the negative errno of the call (-7 is -E2BIG)
 * @param[in]  first     first published size
 * @param[in]  sent      size that was sent
 * @param[in]  returned  size field after the call
 * @param[in]  retries   tries made before this one; 0 for the first
 * @param[out] size      size to try again with; untouched unless true; not NULL
 * @return true: call again with @a size. false: take the answer or the error as it is
 */
HVP_API bool hvp_vstruct_retry(int32_t error, uint64_t first, uint64_t sent, uint64_t returned,
			       uint32_t retries, uint64_t *size);

HVP_END_DECLS

#endif
