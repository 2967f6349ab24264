/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file compat_caps.h
 * @brief KVM_PPC_GET_COMPAT_CAPS: the interface as Linux merged it (seed 004).
 *
 * Source: Linux arch/powerpc/kvm/powerpc.c and uapi asm/kvm.h at commit ac3e65ddddf3.
 */
#ifndef HVPOLICY_COMPAT_CAPS_H
#define HVPOLICY_COMPAT_CAPS_H

#include <hvpolicy/vstruct.h>

/*! First published size of struct hvp_compat_caps. */
#define HVP_COMPAT_CAPS_SIZE_VER0 24

HVP_BEGIN_DECLS

/*! Same layout as Linux' struct kvm_ppc_compat_caps. */
struct hvp_compat_caps {
	uint64_t size;		/*!< size of the structure as the sender knows it */
	uint64_t flags;		/*!< 0 */
	uint64_t capabilities;	/*!< answer: hvp_level_capability() of each level, or'ed */
};

/*! What is known of one call, in the order in which the kernel learns it. */
struct hvp_compat_caps_call {
	uint32_t size;		/*!< sizeof(struct hvp_compat_caps_call) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t page_size;	/*!< PAGE_SIZE of the kernel; 24 or more */
	uint32_t events;	/*!< enum hvp_compat_caps_event, or'ed; other bits 0 */
	uint64_t user_size;	/*!< size field of the sender, read once */
	uint64_t flags;		/*!< flags field of the sender */
	int32_t backend;	/*!< 0, or the status of the backend as a negative errno */
	uint32_t reserved;	/*!< 0 */
};

/*! What went wrong on the way. */
HVP_ENUM(hvp_compat_caps_event) {
	HVP_COMPAT_CAPS_SIZE_FAULT = 1 << 0,	/*!< the size field could not be read */
	HVP_COMPAT_CAPS_COPY_FAULT = 1 << 1,	/*!< the structure could not be read */
	HVP_COMPAT_CAPS_TAIL = 1 << 2,		/*!< a byte beyond the known size is not zero */
	HVP_COMPAT_CAPS_BACK_FAULT = 1 << 3,	/*!< the known size could not be handed back */
	HVP_COMPAT_CAPS_NO_BACKEND = 1 << 4,	/*!< this kind of guest has no backend (PR) */
	HVP_COMPAT_CAPS_OUT_FAULT = 1 << 5,	/*!< the answer could not be written */
};

/*! How a call ends. */
struct hvp_compat_caps_result {
	int32_t error;		/*!< 0 or a negative Linux errno, for the caller of the ioctl */
	uint32_t hand_back;	/*!< size to write into the sender's size field; 0: none */
	uint32_t copy_out;	/*!< bytes of the answer to write; 0: none */
	uint32_t clear_out;	/*!< bytes of the sender to clear behind them */
};

/*!
 * @brief How one call of the ioctl ends, in the merged order of checks.
 *
 * Size field unreadable (EFAULT); above the page size (E2BIG, nothing handed back); below 24
 * (EINVAL); structure unreadable (EFAULT); tail not zero (E2BIG with 24 handed back, EFAULT if
 * that fails); flags (EINVAL); no backend (ENOTTY); backend's error; answer not writable
 * (EFAULT). Copying and checking are the plan of hvp_vstruct_accept() with
 * HVP_CONTRACT_EXTENSIBLE.
 *
 * @param[in]     call    the call; not NULL
 * @param[out]    result  how it ends; untouched on failure; not NULL
 * @param[in,out] report  why it is refused; may be NULL
 * @retval HVP_OK            @a result is set, whether the call itself succeeds or not
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL, the page size is below 24, or @a backend is
 *                           positive
 * @retval HVP_ERR_RESERVED  an unknown event or the reserved field is set
 * @return else a head status of @a call
 */
HVP_API enum hvp_status hvp_compat_caps_answer(const struct hvp_compat_caps_call *call,
					       struct hvp_compat_caps_result *result,
					       struct hvp_report *report);

HVP_END_DECLS

#endif
