/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file doorbell.h
 * @brief The instructions that a hypervisor recognises when it emulates doorbells (MSGP).
 *
 * Source: Power ISA 3.1 Book III 11.1 and 4.3; Linux kvm/book3s_hv.c,
 * kvmppc_emulate_doorbell_instr().
 */
#ifndef HVPOLICY_DOORBELL_H
#define HVPOLICY_DOORBELL_H

#include <hvpolicy/base.h>

HVP_BEGIN_DECLS

/*! Instructions that raise an HFU with cause MSGP and that an emulating hypervisor executes. */
HVP_ENUM(hvp_doorbell_op) {
	HVP_DOORBELL_MSGSNDP = 1,	/*!< send a doorbell to a thread; reg is RB */
	HVP_DOORBELL_MSGCLRP = 2,	/*!< clear a doorbell; reg is RB */
	HVP_DOORBELL_MFTIR = 3,		/*!< read the thread number, SPR 446; reg is RT */
	HVP_DOORBELL_MFDPDES = 4,	/*!< read the pending doorbells, SPR 176; reg is RT */
};

/*! A decoded instruction. */
struct hvp_doorbell {
	uint32_t op;	/*!< enum hvp_doorbell_op */
	uint32_t reg;	/*!< number of the general register, 0..31 */
};

/*!
 * @brief Recognise a doorbell instruction.
 * @param[in]  insn  instruction word as a number, any value; no prefix
 * @param[out] out   what it is; untouched on failure; not NULL
 * @retval HVP_OK             one of enum hvp_doorbell_op
 * @retval HVP_ERR_NOT_FOUND  any other instruction: deliver an illegal instruction
 */
HVP_API enum hvp_status hvp_doorbell_decode(uint32_t insn, struct hvp_doorbell *out);

/*!
 * @brief The thread whose doorbell msgsndp rings or msgclrp clears.
 *
 * msgclrp clears the doorbell of the thread that executes it, whatever the message names. For an
 * L2, whose threads are separate virtual processors of L1, pass @a self 0 and @a threads 1: it
 * must never reach L1's own threads. mfspr TIR then reads 0 and mfspr DPDES the one bit.
 *
 * @param[in]  op       HVP_DOORBELL_MSGSNDP or HVP_DOORBELL_MSGCLRP
 * @param[in]  rb       content of RB
 * @param[in]  self     number of the executing thread, below @a threads
 * @param[in]  threads  threads of the virtual core, 1..128
 * @param[out] thread   number of the thread; untouched on failure; not NULL
 * @retval HVP_OK             ring, or clear, the doorbell of @a thread
 * @retval HVP_ERR_NOT_FOUND  not a server doorbell (type 5), no such thread, or another @a op: do
 *                            nothing and go on behind the instruction
 */
HVP_API enum hvp_status hvp_doorbell_target(uint32_t op, uint64_t rb, uint32_t self,
					    uint32_t threads, uint32_t *thread);

HVP_END_DECLS

#endif
