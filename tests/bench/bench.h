/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the table of hot functions (bench.def), both sides of it and the runner share. */
#ifndef BENCH_H
#define BENCH_H

#include <hvpolicy/hvpolicy.h>

/* What a function gives but its value: compared byte by byte between the two sides. */
struct bench_out {
	struct hvp_hvregs regs;
	struct hvp_hcall answer;
	struct hvp_vstruct_plan plan;
	struct hvp_compat_caps_result result;
	struct hvp_doorbell doorbell;
	uint64_t number;
	uint32_t word;
	uint32_t bytes;
};

/* What L0 keeps of a vCPU and L1 of a guest: memory that both sides find their arguments in. */
struct bench_vcpu {
	struct hvp_hvregs_host host;	/* with the masks of the strategies of HFSCR */
	struct hvp_gstate_host gstate;
	uint64_t table;		/* L1's partition table register */
	uint64_t l1_msr;
	struct hvp_compat_caps_call caps;
	struct hvp_pvr_host machine;
	struct hvp_gcaps gcaps;
	struct hvp_hvregs l1;
	struct hvp_hvregs l2;
	struct hvp_gsb_element element;
	struct hvp_gsb_builder builder;
	uint8_t *buf;
	uint32_t used;	/* bytes of it */
	const struct hvp_profile *guest;
	const struct hvp_profile *to;
	const struct hvp_profile *both[2];
	struct hvp_report *report;
	struct hvp_profile *met;
	struct bench_out out;
};

/* One signature for all: what a function does not take costs nothing. */
typedef uint64_t bench_function(struct bench_vcpu *v, uint64_t a, uint64_t b, uint64_t c);

#define BENCH_FUNCTION(name, path) bench_function lib_##name, hand_##name;
#define BENCH_ALONE(name) bench_function lib_##name;
#include "bench.def"

/* A status as a value. */
#define BENCH_STATUS(status) ((uint64_t)(int64_t)(status))

#endif
