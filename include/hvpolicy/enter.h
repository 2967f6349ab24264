/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file enter.h
 * @brief Whether H_ENTER_NESTED and H_SET_PARTITION_TABLE are accepted, and with which status.
 *
 * HFSCR bits are never a reason to refuse (R8). Source: Linux kvm/book3s_hv_nested.c,
 * kvmhv_enter_nested_guest() and kvmhv_set_partition_table(), in their order of checks.
 */
#ifndef HVPOLICY_ENTER_H
#define HVPOLICY_ENTER_H

#include <hvpolicy/hcall.h>
#include <hvpolicy/report.h>

/*! Size field of a partition table register: log2 of the table's bytes, less 12. */
#define HVP_TABLE_SIZE HVP_U64(0x1f)
/*! Address field of a partition table register. */
#define HVP_TABLE_ADDRESS HVP_U64(0x0ffffffffffff000)

HVP_BEGIN_DECLS

/*! What is known when H_ENTER_NESTED is checked. */
HVP_ENUM(hvp_enter_flag) {
	HVP_ENTER_ENABLED = 1 << 0,	/*!< nested virtualisation is on for this guest */
	/*! The guest's memory was not read yet: stop before the first check that needs it. */
	HVP_ENTER_UNREAD = 1 << 1,
	HVP_ENTER_VERSION_FAULT = 1 << 2,	/*!< the version could not be read */
	/*! The bytes that the version says could not be read. */
	HVP_ENTER_STATE_FAULT = 1 << 3,
	HVP_ENTER_REGS_FAULT = 1 << 4,	/*!< L2's general registers (pt_regs) could not be read */
};

/*! What happened until L2's exit was handled. */
HVP_ENUM(hvp_enter_event) {
	HVP_ENTER_WRITE_FAULT = 1 << 0,	/*!< L1's memory could not be written */
	HVP_ENTER_INTERRUPTED = 1 << 1,	/*!< a signal stopped L2 (-EINTR) */
	HVP_ENTER_MMIO = 1 << 2,	/*!< the VMM must finish an access of L2 */
};

/*! One H_ENTER_NESTED call. What was not read is 0. */
struct hvp_enter {
	uint32_t size;		/*!< sizeof(struct hvp_enter) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t flags;		/*!< enum hvp_enter_flag, or'ed; other bits 0 */
	uint32_t lpid;		/*!< of hv_guest_state */
	uint32_t vcpu_token;	/*!< of hv_guest_state */
	uint32_t vcpu_limit;	/*!< tokens must be below this (Linux: NR_CPUS) */
	uint64_t version;	/*!< of hv_guest_state, in host byte order */
	uint64_t table;		/*!< partition table register L1 set; 0: none */
	uint64_t l1_msr;	/*!< MSR of L1 */
	uint64_t l2_msr;	/*!< MSR L1 asks for L2 */
};

/*!
 * @brief Status of H_ENTER_NESTED before L2 runs.
 *
 * In this order: not enabled (H_FUNCTION); no table (H_NOT_AVAILABLE); L1 transactional
 * (H_BAD_MODE); [the guest's memory is read here]; a version unknown by its low 32 bits, or
 * anything unreadable (H_PARAMETER); a version above the newest by all 64 bits (H_P2); vcpu token
 * (H_PARAMETER); transaction states that do not fit (H_BAD_MODE); lpid outside the table
 * (H_PARAMETER). lpid 0 is accepted. L2's reserved transaction state 0b11 never fits: Linux lets
 * a suspended L1 pass it on to the processor.
 *
 * @param[in]     call    the call; not NULL
 * @param[out]    hcall   HVP_H_SUCCESS: run L2; else the value for r3. Untouched on failure; not
 *                        NULL
 * @param[in,out] report  one finding if refused; may be NULL
 * @retval HVP_OK            @a hcall is set, whether the call is accepted or not
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL
 * @retval HVP_ERR_RESERVED  an unknown flag is set
 * @return else a head status of @a call
 */
HVP_API enum hvp_status hvp_enter_check(const struct hvp_enter *call, int64_t *hcall,
					struct hvp_report *report);

/*!
 * @brief Value for r3 after L2 ran.
 *
 * In this order: L1's memory not writable (H_AUTHORITY); interrupted (H_INTERRUPT); access to
 * finish (H_TOO_HARD); else the vector.
 *
 * @param events  enum hvp_enter_event, or'ed; other bits are ignored
 * @param vector  the vector that L1 is told
 * @return value for r3
 */
HVP_API int64_t hvp_enter_result(uint32_t events, uint32_t vector);

/*!
 * @brief Status of H_SET_PARTITION_TABLE.
 * @param[in]     enabled  nested virtualisation is on for this guest
 * @param[in]     table    the argument: HVP_TABLE_ADDRESS and HVP_TABLE_SIZE
 * @param[in]     visible  the address is memory of the guest
 * @param[in,out] report   one finding if refused; may be NULL
 * @return HVP_H_SUCCESS: store it; HVP_H_FUNCTION: not enabled; HVP_H_PARAMETER: more than 4096
 *         entries, or not the guest's memory
 */
HVP_API int64_t hvp_enter_set_table(bool enabled, uint64_t table, bool visible,
				    struct hvp_report *report);

HVP_END_DECLS

#endif
