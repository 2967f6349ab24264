// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A plain guest of this machine's KVM-HV that rings its own doorbell. The machine may be an L1
 * itself: then the instructions come to it only if its L0 hands them on as facility unavailable.
 */
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
	uint64_t r5;
	uint64_t expected;	/* r5 at the end */
} cases[] = {
	{ "nothing", { 0 }, 0, 5, 5 },
	{ "pending before", { MFDPDES }, 1, 5, 0 },
	{ "ring", { MSGSNDP, MFDPDES }, 2, SERVER, 1 },
	{ "clear", { MSGCLRP, MFDPDES }, 2, SERVER, 0 },
	{ "ring and clear", { MSGSNDP, MSGCLRP, MFDPDES }, 3, SERVER, 0 },
	{ "another type", { MSGSNDP, MFDPDES }, 2, (uint64_t)4 << 27, 0 },
	{ "another thread", { MSGSNDP, MFDPDES }, 2, SERVER | 1, 0 },
	{ "thread number", { MFTIR }, 1, 5, 0 },
	{ "branch history", { CLRBHRB }, 1, 5, 5 },
};

void run_tests(void)
{
	const unsigned int count = sizeof(cases) / sizeof(cases[0]);
	unsigned int matched = 0;
	struct l1 guest = { 0 };

	l1_start(&guest, kvm_open(), false);
	for (unsigned int i = 0; i < count; i++) {
		struct l1_answer answer;

		l2_program(&guest, cases[i].words, cases[i].count);
		answer = guest_run(&guest, cases[i].r5);
		if (!answer.error && answer.rc == L2_DONE_REPORT && answer.r5 == cases[i].expected)
			matched++;
		else
			say("mismatch\tguest\t%s\treal %d %#llx r5 %#llx\texpected %#x r5 %#llx",
			    cases[i].name, answer.error, (unsigned long long)answer.rc,
			    (unsigned long long)answer.r5, L2_DONE_REPORT,
			    (unsigned long long)cases[i].expected);
	}
	l1_end(&guest);
	say("kind\tguest\t%u\t%u\t0\t%u", count, matched, count - matched);
}
