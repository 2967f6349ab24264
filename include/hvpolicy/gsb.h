/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file gsb.h
 * @brief Guest state buffers of nested API version 2: the elements, and how a buffer is walked and
 *        built. What L0 does with one stands in gstate.h.
 *
 * A buffer is big endian: number of elements (4 bytes), then the elements without gaps: id (2),
 * size (2), value (size bytes). No function here needs an alignment, reads a byte outside the
 * length that it is given, or trusts a number in the buffer. On failure the buffer stays (R20).
 *
 * Source: Linux Documentation/arch/powerpc/kvm-nested.rst; rows in gsb.def.
 */
#ifndef HVPOLICY_GSB_H
#define HVPOLICY_GSB_H

#include <hvpolicy/hvregs.h>

/*! A size in the table: any. */
#define HVP_GSB_ANY (-1)
/*! No size: there is no such element. */
#define HVP_GSB_ABSENT (-2)
/*! Bytes in front of the first element. */
#define HVP_GSB_HEADER 4
/*! Bytes in front of the value of an element. */
#define HVP_GSB_ELEMENT_HEADER 4

HVP_BEGIN_DECLS

/*! Ids; the rows stand in gsb.def. The n-th of several is the first plus n. */
HVP_ENUM(hvp_gsb_id) {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit) \
	HVP_GSB_##name = (id),
#include <hvpolicy/gsb.def>
};

/*! What an element belongs to. */
HVP_ENUM(hvp_gsb_scope) {
	HVP_GSB_SCOPE_THREAD = 1 << 0,	/*!< a vCPU */
	HVP_GSB_SCOPE_GUEST = 1 << 1,	/*!< a whole guest */
	HVP_GSB_SCOPE_HOST = 1 << 2,	/*!< L0 itself */
	HVP_GSB_SCOPE_ANY = 7,		/*!< whatever the call is about */
};

/*! Calls by which a guest hypervisor reaches an element. */
HVP_ENUM(hvp_gsb_access) {
	HVP_GSB_ACCESS_GET = 1 << 0,	/*!< H_GUEST_GET_STATE */
	HVP_GSB_ACCESS_SET = 1 << 1,	/*!< H_GUEST_SET_STATE */
	HVP_GSB_ACCESS_RUN = 1 << 2,	/*!< input of H_GUEST_RUN_VCPU */
};

/*! Which values of L1 are taken. Others are refused with H_INVALID_ELEMENT_VALUE. */
HVP_ENUM(hvp_gsb_accept) {
	HVP_GSB_ACCEPT_ALL = 0,	/*!< all */
	HVP_GSB_ACCEPT_MSR = 1,	/*!< without HV, S and ME, as Linux masks it */
	/*!
	 * Bits of DPFD, ILE, AIL, LD, MER and GTSE. Linux as L1 sends GTSE; QEMU 10's mask, which
	 * it does not apply, is without it.
	 */
	HVP_GSB_ACCEPT_LPCR = 2,
	HVP_GSB_ACCEPT_LOW = 3,	/*!< the low 32 bits */
	/*!
	 * Logical PVR of a level that L1 has and negotiated (R14). Not 0: Linux never sends it,
	 * because L0 does not take it (comment in gs_msg_ops_vcpu_fill_info()).
	 */
	HVP_GSB_ACCEPT_LEVEL = 4,
	/*!
	 * L1 real address, effective address bits, bytes of the root directory: 52 bits and 2^16
	 * bytes, the one radix tree that there is; the address a multiple of 2^16 below 2^60.
	 * Source: QEMU mmu-radix64.c; Linux book3s_64_mmu_radix.c, which walks no other.
	 */
	HVP_GSB_ACCEPT_PARTITION = 5,
	/*!
	 * L2 real address, bytes: 2^12 to 2^36, a power of two; the address a multiple of 4096
	 * below 2^60. Source: Power ISA, book III (PRTB, PRTS up to 24); Linux
	 * kvmhv_configure_mmu().
	 */
	HVP_GSB_ACCEPT_PROCESS = 6,
	/*! L1 real address, bytes: not 0 and below 2^60; HVP_GSB_HEADER to L0's largest. */
	HVP_GSB_ACCEPT_INPUT = 7,
	/*! Likewise; from L0's smallest to its largest. */
	HVP_GSB_ACCEPT_OUTPUT = 8,
};

/*! Whose sizes count. */
HVP_ENUM(hvp_gsb_dialect) {
	HVP_GSB_DIALECT_DOCUMENT = 0,	/*!< the document's */
	/*!
	 * Linux as L1: NOP has no bytes, and HEIR 8, as it takes to hold a prefixed instruction. An
	 * L0 that sends the document's 4 ends the L2 (Linux kvmppc_gse_parse()).
	 */
	HVP_GSB_DIALECT_LINUX = 1,
};

/*! Elements that an L0 may not have. */
HVP_ENUM(hvp_gsb_lack) {
#define HVP_GSB_LACK(name, bit) HVP_GSB_LACKS_##name = 1 << (bit),
#include <hvpolicy/gsb.def>
};

/*! One row of the table, for one id. */
struct hvp_gsb_info {
	uint64_t bits;		/*!< that L1 may set, of an element of up to 8 bytes */
	uint32_t id;		/*!< enum hvp_gsb_id, or the n-th of several */
	uint32_t scope;		/*!< enum hvp_gsb_scope */
	uint32_t access;	/*!< enum hvp_gsb_access, or'ed */
	uint32_t since;		/*!< revision of the interface: 1 Linux 6.12, 2 Linux 7.2 */
	uint32_t accept;	/*!< enum hvp_gsb_accept */
	uint32_t entry;		/*!< enum hvp_hvreg_entry: what L2 runs with */
	uint32_t exit;		/*!< enum hvp_hvreg_exit: when L2's value goes back to L1 */
	int32_t bytes;		/*!< of a value, by the document; or HVP_GSB_ANY */
	char name[32];		/*!< such as "GPR31", closed by a 0 */
};

/*! One element, in the caller's buffer. */
struct hvp_gsb_element {
	uint32_t id;		/*!< 0..0xffff, known or not */
	uint32_t bytes;		/*!< of the value, 0..0xffff */
	uint32_t index;		/*!< from 0 */
	uint32_t offset;	/*!< of the element, from the start of the buffer */
	const uint8_t *value;	/*!< big endian, not aligned; all of it inside the buffer */
};

/*! A walk. Set up with hvp_gsb_begin(); the fields are the library's. */
struct hvp_gsb_walk {
	uint32_t count;		/*!< elements that the buffer says it has */
	uint32_t index;		/*!< of the next one */
	uint32_t offset;	/*!< of the next one; behind the last: the bytes in use */
	uint32_t bytes;		/*!< of the buffer */
	const uint8_t *buf;	/*!< the buffer */
};

/*! A buffer being built. Set up with hvp_gsb_build(); the fields are the library's. */
struct hvp_gsb_builder {
	uint32_t bytes;		/*!< room */
	uint32_t used;		/*!< bytes of the buffer so far: always a whole buffer */
	uint32_t count;		/*!< elements so far */
	uint32_t dialect;	/*!< enum hvp_gsb_dialect */
	uint8_t *buf;		/*!< the buffer */
};

/*!
 * @brief Row of an element.
 * @param[in]  id    any value
 * @param[out] info  the row; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  no such element
 */
HVP_API enum hvp_status hvp_gsb_get(uint32_t id, struct hvp_gsb_info *info);

/*!
 * @brief Bits of an element that L1 may set: what it masks a value with before it sends it.
 * @param id  any value
 * @return a mask; all bits where the value is not told by bits, or if there is no such element
 */
HVP_API uint64_t hvp_gsb_bits(uint32_t id);

/*!
 * @brief Size of an element in a dialect.
 * @param id       any value
 * @param dialect  enum hvp_gsb_dialect
 * @return bytes, HVP_GSB_ANY, or HVP_GSB_ABSENT: no such element or dialect
 */
HVP_API int32_t hvp_gsb_bytes(uint32_t id, uint32_t dialect);

/*!
 * @brief What L0 puts into the output buffer of H_GUEST_RUN_VCPU.
 * @param[in]  vector  why L2 exited, r4 of the call
 * @param[in]  index   0 for the first element
 * @param[out] id      untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  past the last; of any other vector there are none
 */
HVP_API enum hvp_status hvp_gsb_output(uint32_t vector, uint32_t index, uint32_t *id);

/*!
 * @brief Walk the ids of the table, in their order.
 * @param[in]  index  0 for the first
 * @param[out] id     enum hvp_gsb_id, or the n-th of several; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  past the last
 */
HVP_API enum hvp_status hvp_gsb_at(uint32_t index, uint32_t *id);

/*!
 * @brief Start a walk.
 * @param[out] walk   not NULL; empty on failure
 * @param[in]  buf    must stay as it is during the walk; may be NULL if @a bytes is 0
 * @param[in]  bytes  its length; bytes behind the last element are not looked at
 * @retval HVP_OK        go on with hvp_gsb_next()
 * @retval HVP_ERR_SIZE  no room for the number of elements
 */
HVP_API enum hvp_status hvp_gsb_begin(struct hvp_gsb_walk *walk, const void *buf, uint32_t bytes);

/*!
 * @brief The next element. Safe on any bytes, checked or not; after bytes / 4 calls it ends.
 * @param[in,out] walk     not NULL; stays where it is on failure
 * @param[out]    element  untouched on failure; not NULL
 * @retval HVP_OK             one element, all of it inside the buffer
 * @retval HVP_ERR_NOT_FOUND  that was the last
 * @retval HVP_ERR_SIZE       it goes beyond the buffer
 */
HVP_API enum hvp_status hvp_gsb_next(struct hvp_gsb_walk *walk, struct hvp_gsb_element *element);

/*!
 * @brief One doubleword of a value, or all of a shorter one.
 * @param element  from hvp_gsb_next(); not NULL
 * @param word     0 for the first 8 bytes, 1 for the next
 * @return the number in host byte order; 0 beyond the value
 */
HVP_API uint64_t hvp_gsb_number(const struct hvp_gsb_element *element, uint32_t word);

/*!
 * @brief Put the answer to H_GUEST_GET_STATE into the buffer, an element at a time.
 * @param[in]     element  of a walk over @a buf; not NULL
 * @param[in]     word     as in hvp_gsb_number()
 * @param[in]     value    in host byte order
 * @param[in,out] buf      the buffer of the walk; untouched on failure; not NULL
 * @param[in]     bytes    its length
 * @retval HVP_OK         written
 * @retval HVP_ERR_VALUE  it has no such doubleword, or the number does not fit into it
 * @retval HVP_ERR_SIZE   the element is not in the buffer
 */
HVP_API enum hvp_status hvp_gsb_fill(const struct hvp_gsb_element *element, uint32_t word,
				     uint64_t value, void *buf, uint32_t bytes);

/*!
 * @brief Start a buffer: no elements.
 * @param[out] builder  untouched on failure; not NULL
 * @param[in]  dialect  enum hvp_gsb_dialect of the receiver
 * @param[out] buf      untouched on failure; not NULL
 * @param[in]  bytes    its length
 * @retval HVP_OK             done
 * @retval HVP_ERR_ARGUMENT   a pointer is NULL, or no such dialect
 * @retval HVP_ERR_TOO_SMALL  no room for the number of elements
 */
HVP_API enum hvp_status hvp_gsb_build(struct hvp_gsb_builder *builder, uint32_t dialect,
				      void *buf, uint32_t bytes);

/*!
 * @brief Add an element.
 * @param[in,out] builder  untouched on failure, as is its buffer; not NULL
 * @param[in]     id       of a row
 * @param[in]     value    big endian; NULL: zeros, for H_GUEST_GET_STATE
 * @param[in]     bytes    of the value
 * @retval HVP_OK             added
 * @retval HVP_ERR_NOT_FOUND  the receiver knows no such element
 * @retval HVP_ERR_SIZE       not its size
 * @retval HVP_ERR_TOO_BIG    no room
 */
HVP_API enum hvp_status hvp_gsb_put(struct hvp_gsb_builder *builder, uint32_t id,
				    const void *value, uint32_t bytes);

/*!
 * @brief Add an element of 8, 16 or 24 bytes.
 * @param[in,out] builder  untouched on failure, as is its buffer; not NULL
 * @param[in]     id       of a row
 * @param[in]     words    doublewords in host byte order; not NULL
 * @param[in]     count    their number, 1 to 3
 * @return a status of hvp_gsb_put()
 */
HVP_API enum hvp_status hvp_gsb_put_words(struct hvp_gsb_builder *builder, uint32_t id,
					  const uint64_t *words, uint32_t count);

/*!
 * @brief Add an element of 4 or 8 bytes, of the size that the receiver expects.
 * @param[in,out] builder  untouched on failure, as is its buffer; not NULL
 * @param[in]     id       of a row
 * @param[in]     value    in host byte order; not masked (hvp_gsb_bits())
 * @retval HVP_OK             added
 * @retval HVP_ERR_NOT_FOUND  the receiver knows no such element
 * @retval HVP_ERR_SIZE       the element is no number
 * @retval HVP_ERR_VALUE      the value has bits beyond the element's size
 * @retval HVP_ERR_TOO_BIG    no room
 */
HVP_API enum hvp_status hvp_gsb_put_number(struct hvp_gsb_builder *builder, uint32_t id,
					   uint64_t value);

HVP_END_DECLS

#endif
