/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An L1 of a few hand-made instructions, and an L2 of fewer: what a guest hypervisor would write
 * into its memory is written by this program, its VMM.
 */
#ifndef HVP_BOOT_NESTED_POWER_H
#define HVP_BOOT_NESTED_POWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where things lie in L1's memory. L2 has the first 64 KiB at the same addresses. */
#define L1_MEMORY 0x4000000
#define L1_STATE 0x10000	/* hv_guest_state */
#define L1_REGS 0x11000		/* pt_regs */
#define L1_TABLE 0x20000	/* 4096 entries */
#define L1_TABLE_FIELD 4
#define L2_CODE 0x2000		/* instructions, then a hypercall */
#define L2_PROCESS_TABLE 0x30000

#define L2_DONE_REPORT 0xfff	/* behind the instructions; in a vector: its address */

#define H_SET_PARTITION_TABLE 0xf800
#define H_ENTER_NESTED 0xf804

struct l1 {
	int vm;
	int fd;
	struct kvm_run *run;
	size_t run_size;
	uint8_t *memory;
	bool big_endian;
};

/* What a hypercall of L1 came to. */
struct l1_answer {
	int error;		/* of KVM_RUN; or -EPROTO: L1 did not come to its end */
	int64_t rc;		/* r3 of L1 */
	uint64_t r5;
	uint64_t began;		/* time base of L1 before and after the call */
	uint64_t ended;
};

/* A guest; with the nested API if it is asked for. */
void l1_start(struct l1 *l1, int kvm, bool nested);
void l1_end(struct l1 *l1);
/* Numbers in L1's byte order. */
void l1_write(const struct l1 *l1, uint64_t address, uint64_t value, size_t bytes);
uint64_t l1_read(const struct l1 *l1, uint64_t address, size_t bytes);
/* The words that L2 begins with, before it calls L1. */
void l2_program(const struct l1 *l1, const uint32_t *words, unsigned int count);
struct l1_answer l1_hcall(const struct l1 *l1, uint64_t number, uint64_t first, uint64_t second);
/* Registers of the guest that KVM knows by a number. */
uint64_t guest_register(const struct l1 *l1, uint64_t id);
void set_guest_register(const struct l1 *l1, uint64_t id, uint64_t value);
/* The same words as a plain guest: rc is what it reports. */
struct l1_answer guest_run(const struct l1 *l1, uint64_t r5);

#endif
