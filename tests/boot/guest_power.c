// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A plain guest of this machine's KVM-HV that rings its own doorbell. The machine may be an L1
 * itself: then the instructions come to it only if its L0 hands them on as facility unavailable.
 *
 * hvp.l0 on the kernel's command line is "conforming", or the release of the Linux below.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Which Linux departs: CLEAR_HEAI. */
#define say answer_say	/* init.h has one of its own */
#include "../recorded/tsv.c"
#undef say

#include "init.h"
#include "kvm_power.h"
#include "nested_power.h"

#define MSGSNDP 0x7c00291c	/* all with r5 */
#define MSGCLRP 0x7c00295c
#define MFDPDES 0x7cb02aa6
#define MFTIR 0x7cbe6aa6
#define CLRBHRB 0x7c00035c

#define SERVER ((uint64_t)5 << 27)	/* type of a message, to thread 0 */

static const struct {
	const char *name;
	uint32_t words[3];
	unsigned int count;
	bool doorbell;		/* stopped where MSGP is off */
	uint64_t r5;
	uint64_t expected;	/* r5 at the end */
} cases[] = {
	{ "nothing", { 0 }, 0, false, 5, 5 },
	{ "pending before", { MFDPDES }, 1, true, 5, 0 },
	{ "ring", { MSGSNDP, MFDPDES }, 2, true, SERVER, 1 },
	{ "clear", { MSGCLRP, MFDPDES }, 2, true, SERVER, 0 },
	{ "ring and clear", { MSGSNDP, MSGCLRP, MFDPDES }, 3, true, SERVER, 0 },
	{ "another type", { MSGSNDP, MFDPDES }, 2, true, (uint64_t)4 << 27, 0 },
	{ "another thread", { MSGSNDP, MFDPDES }, 2, true, SERVER | 1, 0 },
	{ "thread number", { MFTIR }, 1, false, 5, 0 },
	{ "branch history", { CLRBHRB }, 1, false, 5, 5 },
};

static const struct {
	uint32_t first;
	uint32_t last;
} clear_heai[DEVIATIONS] = {
#define ALWAYS 0
#define SOMETIMES 0x10000
#define HVP_DEVIATION(name, facts, party, first, last, certain, files, text) \
	{ first, last },
#include "../recorded/deviations.def"
#undef HVP_DEVIATION
};

/* Whether the Linux below turns a doorbell into an illegal instruction. */
static bool below_departs(void)
{
	unsigned int major, minor;
	char l0[16];
	uint32_t release;

	option("hvp.l0", l0, sizeof(l0));
	if (!strcmp(l0, "conforming"))
		return false;
	if (sscanf(l0, "%3u.%3u", &major, &minor) != 2)
		give_up("hvp.l0=%s", l0);
	release = major << 8 | minor;
	return release >= clear_heai[DEV_CLEAR_HEAI].first &&
	       release <= clear_heai[DEV_CLEAR_HEAI].last;
}

void run_tests(void)
{
	const bool departs = below_departs();
	unsigned int matched = 0, departed = 0, count = sizeof(cases) / sizeof(cases[0]);
	struct l1 guest = { 0 };

	l1_start(&guest, kvm_open(), false);
	for (unsigned int i = 0; i < count; i++) {
		const bool illegal = departs && cases[i].doorbell;
		const uint64_t r5 = illegal ? cases[i].r5 : cases[i].expected;
		const int64_t end = illegal ? HVP_VECTOR_PROGRAM : L2_DONE_REPORT;
		struct l1_answer answer;

		l2_program(&guest, cases[i].words, cases[i].count);
		answer = guest_run(&guest, cases[i].r5);
		if (answer.error || answer.rc != end || answer.r5 != r5)
			say("mismatch\tguest\t%s\treal %d %#llx r5 %#llx\texpected %#llx r5 %#llx",
			    cases[i].name, answer.error, (unsigned long long)answer.rc,
			    (unsigned long long)answer.r5, (unsigned long long)end,
			    (unsigned long long)r5);
		else if (illegal)
			departed++;
		else
			matched++;
	}
	l1_end(&guest);
	say("kind\tguest\t%u\t%u\t%u\t%u", count, matched, departed, count - matched - departed);
	if (departed)
		say("departure\tCLEAR_HEAI\tD3\tLINUX\t%u", departed);
	say("release\t%u.%u.%u", kernel_release() >> 16, kernel_release() >> 8 & 0xff,
	    kernel_release() & 0xff);
}
