// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Guest state buffers of 1 to 65,535 elements: hvp_gstate_check() for H_GUEST_SET_STATE beside
 * memcpy() of the same bytes, in one run. Elements are all those that a vCPU can be set, in order,
 * again and again.
 *
 *	gsb			a table; times are medians of seven
 *	gsb <elements> <times>	only the checks, for who counts instructions (gsb.sh)
 */
#define _POSIX_C_SOURCE 199309L
#include <hvpolicy/hvpolicy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUNS 7
#define ELEMENTS 65535
/* elements looked at in one run of seven */
#define WORK 4000000

static uint8_t buffer[ELEMENTS * 20 + 4], copy[sizeof(buffer)];

static const struct hvp_gstate_host host = {
	.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
	.revision = HVP_GSTATE_REVISION_2, .l1_level = HVP_LEVEL_3_10,
	.run_output_min = HVP_GSTATE_RUN_OUTPUT_MIN, .run_max = HVP_GSTATE_RUN_MAX,
	.buffer_max = sizeof(buffer), .negotiated = 0x6000000000000000,
};

/* Bytes of a buffer with so many elements. */
static uint32_t fill(uint32_t elements)
{
	struct hvp_gsb_builder builder;
	uint32_t id, i = 0;

	if (hvp_gsb_build(&builder, HVP_GSB_DIALECT_DOCUMENT, buffer, sizeof(buffer)))
		exit(2);
	while (builder.count < elements) {
		struct hvp_gsb_info info;

		if (hvp_gsb_at(i++, &id)) {
			i = 0;
			continue;
		}
		if (!hvp_gsb_get(id, &info) && (info.access & HVP_GSB_ACCESS_RUN) &&
		    info.scope == HVP_GSB_SCOPE_THREAD &&
		    hvp_gsb_put(&builder, id, NULL, (uint32_t)info.bytes))
			exit(2);
	}
	return builder.used;
}

static void check(uint32_t bytes)
{
	struct hvp_hcall answer;

	if (hvp_gstate_check(&host, HVP_GSTATE_USE_SET, HVP_GSB_SCOPE_THREAD, HVP_GSTATE_DEFAULT,
			     buffer, bytes, &answer, NULL) || answer.r3)
		exit(2);
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

static void measure(uint32_t elements)
{
	const uint32_t bytes = fill(elements), times = WORK / elements;
	double checks[RUNS], copies[RUNS];

	for (int run = 0; run < RUNS; run++) {
		const double begin = now();
		double between;

		for (uint32_t i = 0; i < times; i++)
			check(bytes);
		between = now();
		for (uint32_t i = 0; i < times; i++) {
			memcpy(copy, buffer, bytes);
			__asm__ volatile("" : : "r"(copy) : "memory");
		}
		checks[run] = (between - begin) / times;
		copies[run] = (now() - between) / times;
	}
	qsort(checks, RUNS, sizeof(checks[0]), order);
	qsort(copies, RUNS, sizeof(copies[0]), order);
	printf("%8u %8u %12.0f %10.2f %10.0f %10.0f %8.1f\n", elements, bytes, checks[RUNS / 2],
	       checks[RUNS / 2] / elements, bytes / checks[RUNS / 2] * 1e3,
	       bytes / copies[RUNS / 2] * 1e3, checks[RUNS / 2] / copies[RUNS / 2]);
}

int main(int argc, char **argv)
{
	static const uint32_t sizes[] = { 1, 2, 16, 163, 1024, 8192, ELEMENTS };

	if (argc == 3) {
		const uint32_t elements = (uint32_t)strtoul(argv[1], NULL, 0);
		const uint32_t bytes = elements <= ELEMENTS ? fill(elements) : 0;

		for (unsigned long times = strtoul(argv[2], NULL, 0); times; times--)
			check(bytes);
		return 0;
	}
	printf("%8s %8s %12s %10s %10s %10s %8s\n", "elements", "bytes", "ns", "ns/element",
	       "MB/s", "memcpy", "ratio");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		measure(sizes[i]);
	return 0;
}
