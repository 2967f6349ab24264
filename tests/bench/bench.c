// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Runs the table of hot functions (bench.def), each case once by the library and once by hand, and
 * refuses what the two answer differently.
 *
 *	bench		one line a call, in their order: bench.py counts the instructions of each
 *	bench time	nanoseconds of both, medians of paired runs
 */
#define _POSIX_C_SOURCE 199309L
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROOM 4096	/* bytes of a buffer */
#define FINDINGS 32
#define RUNS 7
#define RUN_NS 2e6	/* one run takes longer than this */

static struct hvp_profile power[2], arm64[2], power_guest, arm64_guest, met;
static struct hvp_finding findings[FINDINGS];
static struct hvp_report report;
static uint8_t buffers[2][ROOM], all[ROOM];
static uint32_t all_bytes;

static void need(enum hvp_status status)
{
	if (status) {
		fprintf(stderr, "bench: %s\n", hvp_status_text(status));
		exit(2);
	}
}

static struct bench_vcpu pristine;

/* An L0 of Linux on a POWER10, an L1 of that level, and an L2 with what it usually has. */
static void make_vcpu(struct bench_vcpu *v)
{
	const struct hvp_hfscr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
		.host_level = HVP_LEVEL_3_10, .receiver = HVP_RECEIVER_HYPERVISOR,
		.features = HVP_HFSCR_HOST_BARE, .hardware = 0x23ff,
	};
	uint8_t *byte = (uint8_t *)&v->l1;

	v->host = (struct hvp_hvregs_host){
		.size = sizeof(v->host), .policy_level = HVP_POLICY_LEVEL_1,
		.features = HVP_HVREGS_RADIX | HVP_HVREGS_ARCH_207 | HVP_HVREGS_ARCH_300 |
			    HVP_HVREGS_DAWR1,
		.lpcr = HVP_U64(0x0040000001d6f000), .l1_pcr = 0x20,
	};
	need(hvp_hfscr_derive(&host, &v->host.hfscr, NULL));
	need(hvp_hfscr_assign(&v->host.hfscr, HVP_FACILITY_PM, HVP_STRATEGY_LAZY));
	v->gstate = (struct hvp_gstate_host){
		.size = sizeof(v->gstate), .policy_level = HVP_POLICY_LEVEL_1,
		.revision = HVP_GSTATE_REVISION_2, .dialect = HVP_GSB_DIALECT_LINUX,
		.l1_level = HVP_LEVEL_3_10, .run_output_min = HVP_GSTATE_RUN_OUTPUT_MIN,
		.run_max = HVP_GSTATE_RUN_MAX, .buffer_max = HVP_GSTATE_BUFFER_MAX,
		.run_flags = HVP_GSTATE_RUN_FLAGS, .negotiated = HVP_U64(0x6000000000000000),
	};
	v->table = 0x10000004;
	v->caps = (struct hvp_compat_caps_call){
		.size = sizeof(v->caps), .policy_level = HVP_POLICY_LEVEL_1, .page_size = 65536,
		.user_size = HVP_COMPAT_CAPS_SIZE_VER0,
	};
	v->machine = (struct hvp_pvr_host){
		.size = sizeof(v->machine), .policy_level = HVP_POLICY_LEVEL_1,
		.pvr = 0x00801200,
	};
	v->gcaps = (struct hvp_gcaps){
		.size = sizeof(v->gcaps), .policy_level = HVP_POLICY_LEVEL_1,
		.l1_level = HVP_LEVEL_3_10, .has = HVP_U64(0xe000000000000000),
	};
	for (size_t i = 0; i < sizeof(v->l1); i++)
		byte[i] = (uint8_t)(i * 37 + 11);
	v->l1.version = 2;
	v->l1.lpid = 1;
	v->l1.vcpu_token = 3;
	v->l2 = v->l1;
	byte = (uint8_t *)&v->l2;
	for (size_t i = 0; i < sizeof(v->l2); i++)
		byte[i] ^= 0x5a;
	v->out.regs = v->l1;
}

static void fresh(struct bench_vcpu *v, uint8_t *buf)
{
	memcpy(v, &pristine, sizeof(*v));
	memset(buf, 0, ROOM);
	v->buf = buf;
	v->used = ROOM;
	need(hvp_gsb_build(&v->builder, HVP_GSB_DIALECT_LINUX, buf, ROOM));
	hvp_report_init(&report, findings, FINDINGS);
	v->report = &report;
	v->met = &met;
}

static void plain(struct bench_vcpu *v)
{
	(void)v;
}

static void one_watchpoint(struct bench_vcpu *v)
{
	v->host.features &= ~(uint32_t)HVP_HVREGS_DAWR1;
}

static void no_table(struct bench_vcpu *v)
{
	v->table = 0;
}

static void no_version(struct bench_vcpu *v)
{
	v->l1.version = 3;
}

static void no_lpid(struct bench_vcpu *v)
{
	v->l1.lpid = 4096;
}

static void larger_caps(struct bench_vcpu *v)
{
	v->caps.user_size = 32;
}

static void smaller_caps(struct bench_vcpu *v)
{
	v->caps.user_size = 23;
}

static void put(struct bench_vcpu *v, uint32_t id, const void *value, uint32_t bytes)
{
	need(hvp_gsb_put(&v->builder, id, value, bytes));
	v->used = v->builder.used;
}

static void one_element(struct bench_vcpu *v)
{
	put(v, HVP_GSB_GPR, "\1\2\3\4\5\6\7", 8);
}

/* All that a vCPU can be sent at a run, in order and once. */
static void make_all(void)
{
	struct hvp_gsb_builder builder;
	uint32_t id;

	need(hvp_gsb_build(&builder, HVP_GSB_DIALECT_LINUX, all, ROOM));
	for (uint32_t i = 0; !hvp_gsb_at(i, &id); i++) {
		struct hvp_gsb_info info;

		if (!hvp_gsb_get(id, &info) && (info.access & HVP_GSB_ACCESS_RUN) &&
		    info.scope == HVP_GSB_SCOPE_THREAD)
			need(hvp_gsb_put(&builder, id, NULL, (uint32_t)info.bytes));
	}
	all_bytes = builder.used;
}

static void all_elements(struct bench_vcpu *v)
{
	memcpy(v->buf, all, all_bytes);
	v->used = all_bytes;
}

static void table_elements(struct bench_vcpu *v)
{
	static const uint64_t partition[] = { 0x20000, 52, 0x10000 }, process[] = { 0x3000, 4096 };

	need(hvp_gsb_put_number(&v->builder, HVP_GSB_LOGICAL_PVR, 0x0f000006));
	need(hvp_gsb_put_words(&v->builder, HVP_GSB_PARTITION_TABLE, partition, 3));
	need(hvp_gsb_put_words(&v->builder, HVP_GSB_PROCESS_TABLE, process, 2));
	v->used = v->builder.used;
}

static void bad_msr(struct bench_vcpu *v)
{
	one_element(v);
	need(hvp_gsb_put_number(&v->builder, HVP_GSB_MSR, HVP_MSR_HV));
	v->used = v->builder.used;
}

static void bad_size(struct bench_vcpu *v)
{
	one_element(v);
	v->buf[7] = 4;
}

static void bad_id(struct bench_vcpu *v)
{
	one_element(v);
	v->buf[4] = 0x40;
}

static void cut_element(struct bench_vcpu *v)
{
	one_element(v);
	v->used--;
}

/* The element that a caller of gsb_number and gsb_fill has from its walk. */
static void walked(struct bench_vcpu *v)
{
	struct hvp_gsb_walk walk;

	need(hvp_gsb_begin(&walk, v->buf, v->used));
	need(hvp_gsb_next(&walk, &v->element));
}

static void first_element(struct bench_vcpu *v)
{
	one_element(v);
	walked(v);
}

static void short_element(struct bench_vcpu *v)
{
	put(v, HVP_GSB_CR, "\1\2\3", 4);
	walked(v);
}

static void arm64_host(uint32_t release, uint32_t mitigation, struct hvp_profile *host)
{
	const struct hvp_fwreg_kernel kernel = {
		.size = sizeof(kernel), .policy_level = HVP_POLICY_LEVEL_1, .release = release,
		.spectre_v2 = mitigation, .ssb = mitigation, .spectre_bhb = mitigation,
	};

	hvp_profile_init(host, HVP_ARCH_ARM64, HVP_ROLE_HOST);
	host->arm64.flags = HVP_ARM64_PSCI_0_2;
	host->arm64.registers = 234;
	host->quirks = hvp_quirk_known(HVP_ARCH_ARM64, release, HVP_RELEASE(10, 0, 13));
	need(hvp_fwreg_offers(&kernel, &host->arm64.fwregs, NULL));
}

static void power_host(uint32_t release, uint32_t pvr, struct hvp_profile *host)
{
	const struct hvp_pvr_host machine = {
		.size = sizeof(machine), .policy_level = HVP_POLICY_LEVEL_1, .pvr = pvr,
	};
	struct hvp_pvr_offer offer;

	hvp_profile_init(host, HVP_ARCH_POWER, HVP_ROLE_HOST);
	need(hvp_pvr_offers(&machine, &offer, NULL));
	host->power.levels = offer.levels;
	host->power.facilities = hvp_facility_of_level(offer.newest);
	host->power.l2_facilities = host->power.facilities;
	host->power.pvr = pvr;
	host->quirks = hvp_quirk_known(HVP_ARCH_POWER, release, HVP_RELEASE(10, 0, 13));
}

static void make_hosts(void)
{
	power_host(HVP_RELEASE(7, 2, 0), 0x00821200, &power[0]);
	power_host(HVP_RELEASE(6, 1, 0), 0x004e1202, &power[1]);
	arm64_host(HVP_RELEASE(7, 2, 0), HVP_MITIGATION_MITIGATED, &arm64[0]);
	arm64_host(HVP_RELEASE(6, 1, 0), HVP_MITIGATION_UNAFFECTED, &arm64[1]);
	need(hvp_profile_guest(&power[0], HVP_LEVEL_NONE, HVP_GUEST_NESTED, &power_guest, NULL));
	need(hvp_profile_guest(&arm64[0], HVP_LEVEL_NONE, 0, &arm64_guest, NULL));
}

/* A guest of the first host, on its way to the second. */
static void move(struct bench_vcpu *v, const struct hvp_profile *hosts,
		 const struct hvp_profile *guest)
{
	v->guest = guest;
	v->to = &hosts[1];
	v->both[0] = &hosts[0];
	v->both[1] = &hosts[1];
	need(hvp_wire_encode(&hosts[1], v->buf, ROOM, &v->used, NULL));
}

static void power_hosts(struct bench_vcpu *v)
{
	move(v, power, &power_guest);
}

static void arm64_hosts(struct bench_vcpu *v)
{
	move(v, arm64, &arm64_guest);
}

#define BENCH_FUNCTION(name, path) \
	static bench_function *const by_##name = hand_##name; \
	static const char path_##name[] = #path "\n";
#define BENCH_ALONE(name) \
	static bench_function *const by_##name = NULL; \
	static const char path_##name[] = "CONTROL\n";
#include "bench.def"

#define BENCH_CASE(name, what, setup, a, b, c) \
	{ #name "\t" #what "\t", path_##name, setup, { lib_##name, by_##name }, { (a), (b), (c) } },
static const struct bench_case {
	const char *label;	/* name and case, a tab behind each */
	const char *path;
	void (*setup)(struct bench_vcpu *v);
	bench_function *side[2];	/* the library's, by hand; NULL: none */
	uint64_t argument[3];
} cases[] = {
#include "bench.def"
};

/* The one place that calls a function: what is executed outside it until it is back counts. */
uint64_t bench_run(bench_function *function, struct bench_vcpu *v, const uint64_t *argument);

__attribute__((noinline)) uint64_t bench_run(bench_function *function, struct bench_vcpu *v,
					     const uint64_t *argument)
{
	uint64_t value = function(v, argument[0], argument[1], argument[2]);

	__asm__ volatile("" : "+r"(value) : : "memory");
	return value;
}

static void differ(const struct bench_case *row, const char *how)
{
	fprintf(stderr, "bench: %s by hand there is another %s\n", row->label, how);
	exit(1);
}

static void once(const struct bench_case *row)
{
	static struct bench_vcpu v[2];
	uint64_t value[2];

	for (int side = 0; side < 2 && row->side[side]; side++) {
		fresh(&v[side], buffers[side]);
		row->setup(&v[side]);
		value[side] = bench_run(row->side[side], &v[side], row->argument);
		fputs(side ? "hand\t" : "lib\t", stdout);
		fputs(row->label, stdout);
		fputs(row->path, stdout);
	}
	if (!row->side[1])
		return;
	if (value[0] != value[1])
		differ(row, "value");
	if (memcmp(&v[0].out, &v[1].out, sizeof(v[0].out)))
		differ(row, "output");
	if (memcmp(buffers[0], buffers[1], ROOM) || v[0].builder.used != v[1].builder.used ||
	    v[0].builder.count != v[1].builder.count)
		differ(row, "buffer");
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static int order(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, RUNS, sizeof(values[0]), order);
	return values[RUNS / 2];
}

static uint64_t nothing(struct bench_vcpu *v, uint64_t a, uint64_t b, uint64_t c)
{
	(void)v;
	(void)b;
	(void)c;
	return a;
}

static double repeat(bench_function *function, struct bench_vcpu *v, const uint64_t *argument,
		     long times)
{
	const struct hvp_gsb_builder builder = v->builder;
	const double begin = now();

	for (long i = 0; i < times; i++) {
		v->builder.used = builder.used;
		v->builder.count = builder.count;
		bench_run(function, v, argument);
	}
	return (now() - begin) / (double)times;
}

static void measure(const struct bench_case *row)
{
	static struct bench_vcpu v;
	double ns[3][RUNS];
	bench_function *const all[3] = { row->side[0], row->side[1], nothing };
	double none;
	long times = 64;

	fresh(&v, buffers[0]);
	row->setup(&v);
	while (repeat(row->side[0], &v, row->argument, times) * (double)times < RUN_NS)
		times *= 2;
	for (int run = 0; run < RUNS; run++)
		for (int i = 0; i < 3; i++)
			ns[i][run] = all[i] ? repeat(all[i], &v, row->argument, times) : 0;
	none = median(ns[2]);
	printf("%s%.1f", row->label, median(ns[0]) - none);
	if (row->side[1])
		printf("\t%.1f", median(ns[1]) - none);
	putchar('\n');
}

int main(int argc, char **argv)
{
	make_vcpu(&pristine);
	make_hosts();
	make_all();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (argc > 1 && !strcmp(argv[1], "time"))
			measure(&cases[i]);
		else
			once(&cases[i]);
	}
	return 0;
}
