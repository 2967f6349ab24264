/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file gstate.h
 * @brief Guest state as L0 holds it for L1 (nested API version 2): which buffers of
 *        H_GUEST_GET_STATE, H_GUEST_SET_STATE and H_GUEST_RUN_VCPU are accepted, what L0 keeps of
 *        a value, what L2 runs with, and what L1 gets back.
 *
 * L0's order: hvp_gstate_flags(); look up the guest (unless the call is about L0 itself) and the
 * vCPU (if it is about one; elements of other scopes never need it), H_P2 and H_P3 if there is
 * none; copy the buffer once from L1's memory; hvp_gstate_check() on the copy. Only if that says
 * H_SUCCESS walk it (gsb.h), in its order: for SET and RUN keep hvp_gstate_keep() of each value,
 * for GET hvp_gsb_fill() in what is kept and copy back as far as the walk went. When L2 is entered
 * load hvp_gstate_load() of what is kept; when it exits keep hvp_gstate_leave(), and send the
 * elements of hvp_gsb_output().
 *
 * What L0 gives of an element that L1 may set and did set is accepted again.
 *
 * Source: Linux Documentation/arch/powerpc/kvm-nested.rst.
 */
#ifndef HVPOLICY_GSTATE_H
#define HVPOLICY_GSTATE_H

#include <hvpolicy/gsb.h>
#include <hvpolicy/hcall.h>
#include <hvpolicy/pvr.h>

/*! Flag of GET and SET: a whole guest, no vCPU (bit 0 in IBM's count). */
#define HVP_GSTATE_GUEST_WIDE HVP_BIT(63)
/*!
 * Flag of GET since revision 2: L0 itself (bit 1 in IBM's count). The document of revision 1 has
 * another meaning for this bit of GET and SET, to hand a vCPU's state over: refused on purpose.
 */
#define HVP_GSTATE_HOST_WIDE HVP_BIT(62)
/*! Flags of RUN: external interrupt, privileged doorbell, system reset (bits 0 to 2). */
#define HVP_GSTATE_RUN_FLAGS (HVP_BIT(63) | HVP_BIT(62) | HVP_BIT(61))
/*! What QEMU asks for its output buffer: room for ten GPRs. */
#define HVP_GSTATE_RUN_OUTPUT_MIN 128
/*! Largest buffer of RUN in bytes. Source: QEMU copy_state_runbuf(), "per spec". */
#define HVP_GSTATE_RUN_MAX 16384
/*! Largest buffer of GET and SET that QEMU takes, in bytes. */
#define HVP_GSTATE_BUFFER_MAX 0x100000

HVP_BEGIN_DECLS

/*! Revisions of the interface. */
HVP_ENUM(hvp_gstate_revision) {
	HVP_GSTATE_REVISION_1 = 1,	/*!< document of Linux 6.12 */
	HVP_GSTATE_REVISION_2 = 2,	/*!< document of Linux 7.2: L0's own elements */
};

/*!
 * What L0 holds of one L1. Check it with hvp_gstate_validate(). The fields are read at each call:
 * keep l1_level and negotiated up to date.
 */
struct hvp_gstate_host {
	uint32_t size;		/*!< sizeof(struct hvp_gstate_host) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t revision;	/*!< enum hvp_gstate_revision that L0 has */
	uint32_t dialect;	/*!< enum hvp_gsb_dialect: whose sizes L1 uses */
	uint32_t lacks;		/*!< enum hvp_gsb_lack, or'ed: elements that L0 does not have */
	uint32_t l1_level;	/*!< enum hvp_level that L1 itself runs at */
	uint32_t run_output_min;	/*!< bytes that L0 needs for output, as RUN_OUTPUT_MIN_SIZE
					 *   reads: from HVP_GSTATE_RUN_OUTPUT_MIN */
	uint32_t run_max;	/*!< largest run buffer in bytes, to HVP_GSTATE_RUN_MAX; not below
				 *   the power of two to which Linux rounds run_output_min up */
	uint32_t buffer_max;	/*!< largest buffer of GET and SET in bytes; from HVP_GSB_HEADER */
	uint32_t reserved;	/*!< 0 */
	uint64_t run_flags;	/*!< flags of RUN that L0 carries out, of HVP_GSTATE_RUN_FLAGS */
	uint64_t negotiated;	/*!< bitmap of the accepted H_GUEST_SET_CAPABILITIES; 0: none */
};

/*! What a buffer is for. */
HVP_ENUM(hvp_gstate_use) {
	HVP_GSTATE_USE_GET = 1,	/*!< L1 asks: values do not count */
	HVP_GSTATE_USE_SET = 2,	/*!< L1 sets */
	HVP_GSTATE_USE_RUN = 3,	/*!< input of H_GUEST_RUN_VCPU */
	HVP_GSTATE_USE_ANSWER = 4,	/*!< what L0 gave, as L1 reads it: values do not count, and
					 *   sizes may be any dialect's */
};

/*! Where the document is silent, or'ed. */
HVP_ENUM(hvp_gstate_policy) {
	/*! An element may be there twice and the last one counts, as Linux and QEMU have it. */
	HVP_GSTATE_DEFAULT = 0,
	/*! Ids that this side does not know are passed over; the walk meets them. */
	HVP_GSTATE_SKIP_UNKNOWN = 1 << 0,
	/*! No element twice. Linux 6.12 sends LPCR twice when a vCPU runs for the first time. */
	HVP_GSTATE_REFUSE_TWICE = 1 << 1,
};

/*!
 * @brief Check what L0 holds, once, before buffers are checked against it.
 * @param[in]     host    not NULL
 * @param[in,out] report  one finding if refused; may be NULL
 * @retval HVP_OK            sound
 * @retval HVP_ERR_ARGUMENT  @a host is NULL
 * @retval HVP_ERR_RESERVED  the reserved field, or a bit of lacks, run_flags or negotiated that
 *                           has no name
 * @retval HVP_ERR_VERSION   no such revision, or a head status
 * @retval HVP_ERR_VALUE     no such dialect or level, or limits that do not fit
 * @return else a head status of @a host
 */
HVP_API enum hvp_status hvp_gstate_validate(const struct hvp_gstate_host *host,
					    struct hvp_report *report);

/*!
 * @brief What a call is about, by its flags. Nothing else of the call needs to be known.
 * @param[in]     host    valid; not NULL
 * @param[in]     use     HVP_GSTATE_USE_GET, _SET or _RUN
 * @param[in]     flags   first argument of the hypercall, all 64 bits
 * @param[out]    scope   enum hvp_gsb_scope; untouched on failure and if @a answer is not
 *                        H_SUCCESS; not NULL
 * @param[out]    answer  H_PARAMETER: a flag that the call does not have, both wide ones, or one
 *                        that L0 does not carry out; untouched on failure; not NULL
 * @param[in,out] report  GSTATE_FLAGS; may be NULL
 * @retval HVP_OK            @a answer is set, good or bad
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL, or no such use
 */
HVP_API enum hvp_status hvp_gstate_flags(const struct hvp_gstate_host *host, uint32_t use,
					 uint64_t flags, uint32_t *scope,
					 struct hvp_hcall *answer, struct hvp_report *report);

/*!
 * @brief Check a whole buffer in one pass, and what the hypercall answers.
 *
 * In this order: the length is above the limit (H_P5), or has no room for the number of elements
 * (H_P5, of RUN H_INPUT_BUFFER_TOO_SMALL); then element by element: its header or value goes
 * beyond the buffer (SIZE); this side does not know it, it is of another scope than the call, it
 * cannot be reached by this call, or it is there a second time and that is refused (ID); it has not
 * its size (SIZE); its value is not taken (VALUE).
 * The first one that is wrong is the answer: r4 is its index, of RUN its offset. NOP may stand
 * there any number of times. With a report, all others that are wrong are found too (R25), up to
 * one that goes beyond the buffer.
 *
 * The document does not say which status stands for a bad length, for a repeated element and for
 * one of another scope, nor in which order these are looked at: that is this library's choice.
 * QEMU 10 answers H_P3 to whatever it refuses.
 *
 * Time grows with the elements that lie in the buffer, never with the number it claims.
 *
 * @param[in]     host    valid; not NULL, but of ANSWER it is not used
 * @param[in]     use     enum hvp_gstate_use
 * @param[in]     scope   from hvp_gstate_flags(); of ANSWER also HVP_GSB_SCOPE_ANY
 * @param[in]     policy  enum hvp_gstate_policy, or'ed
 * @param[in]     buf     private to the caller (read more than once); no alignment needed; may be
 *                        NULL if @a bytes is 0
 * @param[in]     bytes   its length: of GET and SET as L1 told it, all 64 bits, a buffer above the
 *                        limit is not read; else the caller's, below 2^32
 * @param[out]    answer  registers to return; untouched on failure; not NULL
 * @param[in,out] report  refused: GSB_LENGTH; with index and offset of the element: GSB_CUT,
 *                        GSB_SIZE (SIZE); GSB_UNKNOWN, GSB_NOT_HERE, GSB_SCOPE, GSB_ACCESS,
 *                        GSB_TWICE (ID); GSB_BITS, GSB_LEVEL, GSB_TABLE_BITS, GSB_BYTES,
 *                        GSB_POWER, GSB_ADDRESS, GSB_ALIGN (VALUE). Changed: GSB_REPEATED,
 *                        GSB_SKIPPED. May be NULL
 * @retval HVP_OK            @a answer is set, good or bad
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL, no such use, a scope that it cannot have, or a
 *                           length of the caller's that is too large
 * @retval HVP_ERR_RESERVED  a bit of @a policy that is none, with a finding
 */
HVP_API enum hvp_status hvp_gstate_check(const struct hvp_gstate_host *host, uint32_t use,
					 uint32_t scope, uint32_t policy, const void *buf,
					 uint64_t bytes, struct hvp_hcall *answer,
					 struct hvp_report *report);

/*!
 * @brief Explain which values L2 does not run with as L1 set them (not for the hot path).
 * @param[in]     regs    rules for L2's registers; valid; not NULL
 * @param[in]     buf     accepted by hvp_gstate_check() for SET or RUN
 * @param[in]     bytes   its length
 * @param[in,out] report  GSB_CHANGED, with index and offset of the element; may be NULL
 */
HVP_API void hvp_gstate_review(const struct hvp_hvregs_host *regs, const void *buf,
			       uint32_t bytes, struct hvp_report *report);

/*!
 * @brief What L0 keeps of an element before L1 set it.
 * @param host  valid; not NULL
 * @param id    of an element of up to 8 bytes; any value
 * @return of LOGICAL_PVR the newest level that L1 may give, for Linux does not send it for an L2
 *         that runs as L1 does; of RUN_OUTPUT_MIN_SIZE that size; else 0
 */
HVP_API uint64_t hvp_gstate_initial(const struct hvp_gstate_host *host, uint32_t id);

/*!
 * @brief What L0 keeps of a value that hvp_gstate_check() accepted, and gives to L1 that asks.
 *
 * What L1 set, bit for bit; but HFSCR is a register here, whose reserved bits read 0 (R4).
 *
 * @param regs   rules for L2's registers; valid; not NULL
 * @param id     of an element of up to 8 bytes; any value
 * @param value  as it was sent, in host byte order
 * @return value to keep
 */
HVP_API uint64_t hvp_gstate_keep(const struct hvp_hvregs_host *regs, uint32_t id, uint64_t value);

/*!
 * @brief What L2 runs with, by the entry rule of the element.
 *
 * What is no register of L2 (HEADER) is given back as it is and not to be loaded, no more than
 * registers that the processor does not have: Linux sends all on every processor. What L0 itself
 * owns (IGNORED) is 0 and not to be loaded. Of MSR the transaction state is 0: no element carries
 * a checkpoint, so the caller puts in the state that L2 really is in. To TB_OFFSET the caller adds
 * L1's own offset, from deadlines it subtracts it, and to HDEXCR it adds what it enforces on L1.
 * LOGICAL_PVR becomes a PCR for every vCPU of the guest, whenever made: hvp_pvr_pcr(),
 * hvp_hvregs_pcr(). LPCR is what L0 runs L1 with but for the bits that L1 may choose: the caller
 * sees to those that bring interrupts to itself.
 *
 * @param regs  rules for L2's registers; valid; not NULL
 * @param id    of an element of up to 8 bytes; any value
 * @param kept  what is kept
 * @return value for the register
 */
HVP_API uint64_t hvp_gstate_load(const struct hvp_hvregs_host *regs, uint32_t id, uint64_t kept);

/*!
 * @brief What L0 keeps when L2 exits: L2's value where L2 can write it, else what L1 set (R4, R5).
 * @param host    valid; not NULL
 * @param id      of an element of up to 8 bytes; any value
 * @param kept    what was kept before
 * @param live    L2's register, a deadline in L1's time base; of HFSCR nothing is read; cut to
 *                the element's size and to the bits that L1 may set
 * @param vector  the vector that L1 is told, r4 of H_GUEST_RUN_VCPU
 * @param cause   cause of a reflected HFU; else not used
 * @return value to keep
 */
HVP_API uint64_t hvp_gstate_leave(const struct hvp_gstate_host *host, uint32_t id, uint64_t kept,
				  uint64_t live, uint32_t vector, uint32_t cause);

HVP_END_DECLS

#endif
