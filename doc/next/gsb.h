/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file gsb.h
 * @brief Guest state buffers of nested API version 2: what an element is, whether a buffer is in
 *        order, how to walk and to build one, and the capability hypercalls.
 *
 * A buffer is big endian: number of elements (4 bytes), then the elements without gaps: id (2),
 * size (2), value (size bytes). L0 copies it once from the guest's memory, hvp_gsb_check() on the
 * copy, then walks it; the caller's copy may have any alignment and no byte of it is written.
 *
 * Source: Linux Documentation/arch/powerpc/kvm-nested.rst; rows in gsb.def. Which status a
 * malformed buffer gets is the document's; where it is silent, the choice is said here.
 */
#ifndef HVPOLICY_GSB_H
#define HVPOLICY_GSB_H

#include <hvpolicy/hvregs.h>
#include <hvpolicy/level.h>

/*! In the table: elements of any size. */
#define HVP_GSB_ANY (-1)
/*! In the table: that side does not know the element. */
#define HVP_GSB_ABSENT (-2)
/*! Bytes in front of the first element. */
#define HVP_GSB_HEADER 4
/*! Bytes in front of the value of an element. */
#define HVP_GSB_ELEMENT_HEADER 4
/*! Flag of GET and SET: the whole guest, no vCPU (bit 0 in IBM's count). */
#define HVP_GSB_GUEST_WIDE ((uint64_t)1 << 63)
/*! Flag of GET: L0 itself (bit 1 in IBM's count). */
#define HVP_GSB_HOST_WIDE ((uint64_t)1 << 62)

HVP_BEGIN_DECLS

/*! Ids; the rows stand in gsb.def. The n-th of several is the first plus n. */
enum hvp_gsb_id {
#define HVP_GSB(name, id, count, size, linux_size, qemu_size, scope, access, since, rule, allowed) \
	HVP_GSB_##name = (id),
#include "gsb.def"
#undef HVP_GSB
};

/*! Values of r3. Source: PAPR; Linux asm/hvcall.h. */
enum hvp_gsb_hcall {
	HVP_GSB_H_SUCCESS = 0,		/*!< accepted */
	HVP_GSB_H_PARAMETER = -4,	/*!< a flag is not known here */
	HVP_GSB_H_P2 = -55,		/*!< capabilities: r4 bitmaps are wrong, r5 is the first */
	HVP_GSB_H_P5 = -58,		/*!< the buffer has no room for the number of elements */
	HVP_GSB_H_STATE = -75,		/*!< capabilities were set before */
	HVP_GSB_H_INVALID_ELEMENT_ID = -79,	/*!< unknown, twice, or not for this call */
	HVP_GSB_H_INVALID_ELEMENT_SIZE = -80,	/*!< not its size, or beyond the buffer */
	HVP_GSB_H_INVALID_ELEMENT_VALUE = -81,	/*!< a value that L0 does not take */
};

/*! What an element belongs to. */
enum hvp_gsb_scope {
	HVP_GSB_SCOPE_THREAD = 0,	/*!< a vCPU */
	HVP_GSB_SCOPE_GUEST = 1,	/*!< a guest; needs HVP_GSB_GUEST_WIDE */
	HVP_GSB_SCOPE_HOST = 2,		/*!< L0; needs HVP_GSB_HOST_WIDE */
	HVP_GSB_SCOPE_ANY = 3,		/*!< whatever the flags */
};

/*! What a guest hypervisor may do, or'ed. */
enum hvp_gsb_access {
	HVP_GSB_ACCESS_R = 1 << 0,	/*!< GET */
	HVP_GSB_ACCESS_W = 1 << 1,	/*!< SET, and the input of RUN */
	HVP_GSB_ACCESS_RW = 3,		/*!< both */
};

/*! How L0 takes a value whose bits are all allowed. */
enum hvp_gsb_rule {
	HVP_GSB_RULE_VERBATIM = 0,	/*!< as it is */
	HVP_GSB_RULE_PVR = 1,		/*!< a level that L1 was granted, or refused (R14) */
	HVP_GSB_RULE_MSR = 2,		/*!< hvp_hvregs_msr() */
	HVP_GSB_RULE_LPCR = 3,		/*!< hvp_hvregs_lpcr(); GTSE is L0's and always set */
	HVP_GSB_RULE_HFSCR = 4,		/*!< hvp_hfscr_sanitise(): dropped, never refused (R8) */
	HVP_GSB_RULE_DAWRX = 5,		/*!< hvp_hvregs_dawrx() */
	HVP_GSB_RULE_CIABR = 6,		/*!< hvp_hvregs_ciabr() */
	HVP_GSB_RULE_PARTITION_TABLE = 7,	/*!< 52 effective address bits, or refused */
	HVP_GSB_RULE_PROCESS_TABLE = 8,	/*!< size 1 << 12 or 1 << 24, or refused */
};

/*! Whose sizes count. */
enum hvp_gsb_dialect {
	HVP_GSB_DIALECT_DOCUMENT = 0,	/*!< the document */
	HVP_GSB_DIALECT_LINUX = 1,	/*!< Linux as L1: HEIR has 8 bytes, NOP none */
	HVP_GSB_DIALECT_QEMU = 2,	/*!< QEMU as L0: no L0_STATE_SIZE, no VPA */
};

/*! One row of the table. */
struct hvp_gsb_info {
	uint64_t allowed;	/*!< bits that a guest hypervisor may set; sizes up to 8 */
	uint32_t id;		/*!< enum hvp_gsb_id, or the n-th of several */
	uint32_t scope;		/*!< enum hvp_gsb_scope */
	uint32_t access;	/*!< enum hvp_gsb_access */
	uint32_t since;		/*!< revision of the interface, 1 or 2 */
	uint32_t rule;		/*!< enum hvp_gsb_rule */
	int32_t bytes[3];	/*!< by enum hvp_gsb_dialect: 0..24, HVP_GSB_ANY, HVP_GSB_ABSENT */
	char name[32];		/*!< such as "GPR31", closed by a 0 */
};

/*! What L0 holds against an L1. Set up once per L1. */
struct hvp_gsb_host {
	uint32_t size;		/*!< sizeof(struct hvp_gsb_host) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t since;		/*!< revision of the interface that L0 has, 1 or 2 */
	uint32_t dialect;	/*!< enum hvp_gsb_dialect: whose sizes L1 uses */
	uint64_t offered;	/*!< capabilities that L0 has: hvp_level_capability(), or'ed */
	uint64_t negotiated;	/*!< capabilities that L1 has set; 0: none yet */
	uint32_t l1_level;	/*!< enum hvp_level that L1 itself runs at */
	uint32_t reserved;	/*!< 0 */
	struct hvp_hvregs_host regs;	/*!< rules for L2's registers */
};

/*! What a buffer is for. */
enum hvp_gsb_use {
	HVP_GSB_USE_GET = 1,	/*!< L1 asks: H_GUEST_GET_STATE; values do not count */
	HVP_GSB_USE_SET = 2,	/*!< L1 sets: H_GUEST_SET_STATE */
	HVP_GSB_USE_RUN = 3,	/*!< input buffer of H_GUEST_RUN_VCPU; errors by offset */
	HVP_GSB_USE_ANSWER = 4,	/*!< what L0 gave back, read by L1: any scope, any value */
};

/*! What is let pass. */
enum hvp_gsb_policy {
	HVP_GSB_STRICT = 0,		/*!< nothing */
	HVP_GSB_SKIP_UNKNOWN = 1 << 0,	/*!< elements with an id of no row */
	HVP_GSB_LAST_WINS = 1 << 1,	/*!< an element twice; NOP always may be */
};

/*! Registers that a hypercall answers with. */
struct hvp_gsb_answer {
	int64_t r3;	/*!< enum hvp_gsb_hcall */
	uint64_t r4;	/*!< index, offset, count or bitmap as the call says; else 0 */
	uint64_t r5;	/*!< likewise */
};

/*! One element, in the caller's buffer. */
struct hvp_gsb_element {
	uint32_t id;		/*!< enum hvp_gsb_id, or unknown */
	uint32_t bytes;		/*!< of the value, 0..65535 */
	uint32_t index;		/*!< from 0 */
	uint32_t offset;	/*!< of the element, from the start of the buffer */
	const uint8_t *value;	/*!< not aligned */
};

/*! A walk. Set up with hvp_gsb_begin(); the fields are the library's. */
struct hvp_gsb_walk {
	uint32_t left;		/*!< elements to come */
	uint32_t index;		/*!< of the next one */
	uint32_t offset;	/*!< of the next one */
	uint32_t bytes;		/*!< of the buffer */
	const uint8_t *buf;	/*!< the buffer */
};

/*! A buffer being built. Set up with hvp_gsb_build(). */
struct hvp_gsb_builder {
	uint32_t bytes;		/*!< room */
	uint32_t used;		/*!< length of the buffer so far: always a whole buffer */
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
 * @brief Check a whole buffer, in one pass, and what a hypercall answers.
 *
 * In this order: flags (H_PARAMETER: an unknown one, both wide ones, HOST_WIDE on SET); no room
 * for the number of elements (H_P5); then element by element: its header or value beyond the buffer
 * (SIZE); unknown, absent in this revision or dialect, of another scope, not to be read or written,
 * or there before (ID); not its size (SIZE); bits not allowed or refused by its rule (VALUE). The
 * first one decides: r4 is its index, for RUN its offset. Bytes behind the last element are
 * ignored. A value that is taken but changed is a finding and no error. The document says nothing
 * of a short buffer, of elements twice and of the order: those are this library's choice.
 *
 * @param[in]     host    valid; not NULL
 * @param[in]     use     enum hvp_gsb_use
 * @param[in]     policy  enum hvp_gsb_policy, or'ed
 * @param[in]     flags   first argument of GET or SET, all 64 bits; else not used
 * @param[in]     buf     private to the caller; may be NULL if @a bytes is 0
 * @param[in]     bytes   its length; the caller limits it
 * @param[out]    answer  registers to return; untouched on failure; not NULL
 * @param[in,out] report  the element refused, and values changed, each with index and offset; may
 *                        be NULL
 * @retval HVP_OK            @a answer is set, good or bad
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL, or no such use
 * @retval HVP_ERR_RESERVED  no such policy
 */
HVP_API enum hvp_status hvp_gsb_check(const struct hvp_gsb_host *host, enum hvp_gsb_use use,
				      uint32_t policy, uint64_t flags, const void *buf,
				      uint32_t bytes, struct hvp_gsb_answer *answer,
				      struct hvp_report *report);

/*!
 * @brief Start a walk.
 * @param[out] walk   not NULL
 * @param[in]  buf    must stay as it is during the walk; may be NULL if @a bytes is 0
 * @param[in]  bytes  its length
 * @retval HVP_OK        go on with hvp_gsb_next()
 * @retval HVP_ERR_SIZE  no room for the number of elements; the walk is empty
 */
HVP_API enum hvp_status hvp_gsb_begin(struct hvp_gsb_walk *walk, const void *buf, uint32_t bytes);

/*!
 * @brief The next element. Safe on any bytes, checked or not.
 * @param[in,out] walk     not NULL
 * @param[out]    element  untouched on failure; not NULL
 * @retval HVP_OK             one element, all of it inside the buffer
 * @retval HVP_ERR_NOT_FOUND  that was the last
 * @retval HVP_ERR_SIZE       it goes beyond the buffer; the walk stays where it is
 */
HVP_API enum hvp_status hvp_gsb_next(struct hvp_gsb_walk *walk, struct hvp_gsb_element *element);

/*!
 * @brief Value of an element of up to 8 bytes, as it was sent.
 * @param element  from hvp_gsb_next(); not NULL
 * @return the number in host byte order; 0 for an empty one, the first 8 bytes of a longer one
 */
HVP_API uint64_t hvp_gsb_number(const struct hvp_gsb_element *element);

/*!
 * @brief Value that L0 stores: what was sent, by the element's rule.
 * @param host     valid; not NULL
 * @param element  of a buffer that hvp_gsb_check() accepted for SET or RUN; not NULL
 * @return the number; for what is longer than 8 bytes as hvp_gsb_number()
 */
HVP_API uint64_t hvp_gsb_taken(const struct hvp_gsb_host *host,
			       const struct hvp_gsb_element *element);

/*!
 * @brief Start a buffer: no elements.
 * @param[out] builder  not NULL
 * @param[in]  dialect  enum hvp_gsb_dialect of the receiver
 * @param[out] buf      at least HVP_GSB_HEADER bytes; not NULL
 * @param[in]  bytes    its length
 * @retval HVP_OK             done
 * @retval HVP_ERR_ARGUMENT   a pointer is NULL, or no such dialect
 * @retval HVP_ERR_TOO_SMALL  no room for the number of elements
 */
HVP_API enum hvp_status hvp_gsb_build(struct hvp_gsb_builder *builder,
				      enum hvp_gsb_dialect dialect, void *buf, uint32_t bytes);

/*!
 * @brief Add an element.
 * @param[in,out] builder  untouched on failure, as is its buffer; not NULL
 * @param[in]     id       of a row
 * @param[in]     value    big endian; NULL: zeros, for GET
 * @param[in]     bytes    of the value
 * @retval HVP_OK             added
 * @retval HVP_ERR_ARGUMENT   @a builder is NULL
 * @retval HVP_ERR_NOT_FOUND  the receiver knows no such element
 * @retval HVP_ERR_SIZE       not its size
 * @retval HVP_ERR_TOO_BIG    no room
 */
HVP_API enum hvp_status hvp_gsb_put(struct hvp_gsb_builder *builder, uint32_t id,
				    const void *value, uint32_t bytes);

/*!
 * @brief Add an element of up to 8 bytes, of the size that the receiver expects.
 * @param[in,out] builder  as in hvp_gsb_put()
 * @param[in]     id       of a row
 * @param[in]     value    in host byte order
 * @retval HVP_ERR_VALUE  it has bits beyond the element's size
 * @return else a status of hvp_gsb_put()
 */
HVP_API enum hvp_status hvp_gsb_put_number(struct hvp_gsb_builder *builder, uint32_t id,
					   uint64_t value);

/*!
 * @brief H_GUEST_GET_CAPABILITIES: what L0 has and L1's own level reaches, in r4.
 * @param[in]     host    valid; not NULL
 * @param[in]     flags   argument of the call; 0, else H_PARAMETER
 * @param[out]    answer  untouched on failure; not NULL
 * @retval HVP_OK            @a answer is set
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL
 */
HVP_API enum hvp_status hvp_gsb_get_capabilities(const struct hvp_gsb_host *host, uint64_t flags,
						 struct hvp_gsb_answer *answer);

/*!
 * @brief H_GUEST_SET_CAPABILITIES: only what GET answers, at least one level, once.
 *
 * In this order: flags (H_PARAMETER), set before (H_STATE), the bitmap (H_P2, r4 is 1 and r5 0).
 *
 * @param[in,out] host    its @a negotiated is set on success; untouched otherwise; not NULL
 * @param[in]     flags   first argument of the call
 * @param[in]     bitmap  second argument
 * @param[out]    answer  untouched on failure; not NULL
 * @param[in,out] report  the bits that are not offered; may be NULL
 * @retval HVP_OK            @a answer is set, good or bad
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL
 */
HVP_API enum hvp_status hvp_gsb_set_capabilities(struct hvp_gsb_host *host, uint64_t flags,
						 uint64_t bitmap, struct hvp_gsb_answer *answer,
						 struct hvp_report *report);

/*!
 * @brief The bitmap that KVM_PPC_GET_COMPAT_CAPS gives in an L1 (compat_caps.h).
 *
 * Version 1: the level of cpu-version and the older ones that have a bit. Version 2: the levels
 * among what H_GUEST_GET_CAPABILITIES answered. Source: Linux commit ac3e65ddddf3 and its series.
 *
 * @param[in]  api          of nesting, 1 or 2
 * @param[in]  cpu_version  L1's own logical PVR, from its device tree; version 1 only
 * @param[in]  answered     r4 of H_GUEST_GET_CAPABILITIES; version 2 only
 * @param[out] bitmap       untouched on failure; not NULL
 * @retval HVP_OK               done; empty is possible with version 2 and worth a warning
 * @retval HVP_ERR_ARGUMENT     @a bitmap is NULL, or no such version
 * @retval HVP_ERR_UNKNOWN_PVR  no level, or one without a bit
 */
HVP_API enum hvp_status hvp_gsb_compat_bitmap(uint32_t api, uint32_t cpu_version,
					      uint64_t answered, uint64_t *bitmap);

HVP_END_DECLS

#endif
