/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Hypercalls of the nested PAPR API: a recorded call, and an L0 that answers with the library. */
#ifndef RECORDED_GSB_H
#define RECORDED_GSB_H

#include "gsb_calls.h"
#include "recorded.h"

#define H_HARDWARE (-1)
#define H_UNSUPPORTED_FLAG (-256)
#define MEMORY 0x40000000	/* of every L1 */
#define GUESTS 4096
#define VCPUS 2048
#define SLOTS 192		/* ids of the table */
#define VALUE_MAX 24
#define PLACES 8
#define WIDE UINT64_MAX		/* instead of a vCPU: what belongs to the guest */
#define ROOM (HVP_GSTATE_BUFFER_MAX + 0x20000)

/* Bytes with nothing but zeros behind them, as hostile L1s have their buffers. */
struct bytes {
	size_t count;
	size_t dirty;		/* bytes that may not be 0 */
	uint8_t at[ROOM];
};

struct call {
	uint64_t number;
	uint64_t arg[5];
	unsigned int args;
	bool ended;		/* QEMU's life */
	char where[64];		/* the function that asserts; "-": a signal */
	struct hvp_hcall answer;
	struct bytes before;
	struct bytes after;
};

/* What L1 has set of one vCPU, or of a guest itself. */
struct place {
	uint64_t guest;		/* 0: none */
	uint64_t vcpu;
	bool ran;
	bool set[SLOTS];
	bool lost[SLOTS];	/* L2 may have written it */
	uint8_t value[SLOTS][VALUE_MAX];
};

/* L0's view of one L1, as the calls of its rows left it. */
struct l0 {
	char name[128];
	bool linux_l1;		/* not every call has a row */
	bool emptied;		/* all guests were deleted at once */
	struct hvp_gcaps caps;
	struct hvp_gstate_host host;
	struct hvp_hvregs_host regs;
	struct hvp_processor_info cpu;
	uint32_t machine_level;
	uint16_t guests[GUESTS];	/* 1 and the number of vCPUs; 0: no guest */
	struct place places[PLACES];
};

/* What a deviating L0 does, beside the deviations of a row: it asserts what it does not refuse. */
#define ASSERTED ((uint64_t)1 << 63)
_Static_assert(DEVIATIONS < 63, "a bit for what is asserted");

/* gsb_l0.c */
void l0_begin(struct l0 *l0, struct row *row, const char *name);
bool l0_agree(const struct l0 *l0, const struct call *call, uint32_t *level);
bool l0_has_guest(const struct l0 *l0, uint64_t guest);
bool l0_has_vcpu(const struct l0 *l0, uint64_t guest, uint64_t vcpu);
const struct place *l0_place(const struct l0 *l0, uint64_t guest, uint64_t vcpu);
void l0_advance(struct l0 *l0, struct row *row, const struct call *call);
void place_set(struct place *place, const struct bytes *input, uint64_t bytes);
void place_leave(struct place *place, const struct l0 *l0, uint32_t vector);
bool place_number(const struct place *place, uint32_t id, uint32_t word, uint64_t *value);
bool l0_knows(const struct l0 *l0, const struct place *place, uint32_t id);
uint64_t l0_value(const struct l0 *l0, const struct place *place, uint32_t id, uint32_t word,
		  uint64_t deviations);
uint64_t l0_input_bytes(const struct l0 *l0, const struct call *call);
uint32_t call_use(const struct call *call);
uint64_t call_reach(const struct bytes *bytes, uint64_t length);
void bytes_load(struct bytes *bytes, const uint8_t *from, size_t count);

/* gsb_qemu.c */
#define QEMU_ALL (~(uint64_t)0)
void qemu_pass(struct hvp_gstate_host *host, struct bytes *bytes, uint64_t deviations);
uint64_t qemu_lpcr(const struct l0 *l0, uint64_t value);
uint32_t qemu_pvr(const struct l0 *l0);
const char *qemu_end(const struct l0 *l0, const struct call *call);

/* gsb.c */
struct hvp_hcall answer_state(const struct l0 *l0, const struct call *call, uint64_t deviations,
			      bool *checked);

#endif
