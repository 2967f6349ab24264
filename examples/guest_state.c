// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Both sides of nested API version 2 with hvpolicy. L1 builds buffers as a kernel would; L0 takes
 * H_GUEST_SET_STATE and H_GUEST_GET_STATE of a vCPU apart, and runs it. Then a hostile L1.
 */
#include <hvpolicy/hvpolicy.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BUFFER 256

/* What L0 holds of one vCPU of L2: what is kept of every element that is a number. */
struct vcpu {
	struct hvp_gstate_host host;
	struct hvp_hvregs_host regs;
	uint64_t kept[0x10000];
};

/* H_GUEST_SET_STATE: L1's memory is read once, nothing is kept unless all of it is right. */
static struct hvp_hcall set_state(struct vcpu *vcpu, uint64_t flags, const void *memory,
				  uint64_t bytes, struct hvp_report *report)
{
	struct hvp_gsb_element element;
	struct hvp_gsb_walk walk;
	struct hvp_hcall answer = { .r3 = HVP_H_PARAMETER };
	uint8_t copy[BUFFER];
	uint32_t scope;

	if (hvp_gstate_flags(&vcpu->host, HVP_GSTATE_USE_SET, flags, &scope, &answer, report) ||
	    answer.r3)
		return answer;
	/* here a guest and its vCPU would be looked up */
	memcpy(copy, memory, bytes <= sizeof(copy) ? bytes : 0);
	if (hvp_gstate_check(&vcpu->host, HVP_GSTATE_USE_SET, scope, HVP_GSTATE_DEFAULT, copy,
			     bytes, &answer, report) || answer.r3 ||
	    hvp_gsb_begin(&walk, copy, (uint32_t)bytes))
		return answer;
	while (!hvp_gsb_next(&walk, &element))
		vcpu->kept[element.id] = hvp_gstate_keep(&vcpu->regs, element.id,
							 hvp_gsb_number(&element, 0));
	return answer;
}

/* H_GUEST_GET_STATE: L1 has written ids and sizes, L0 fills in the values. */
static struct hvp_hcall get_state(struct vcpu *vcpu, void *memory, uint64_t bytes)
{
	struct hvp_gsb_element element;
	struct hvp_gsb_walk walk;
	struct hvp_hcall answer = { .r3 = HVP_H_PARAMETER };
	uint8_t copy[BUFFER];

	memcpy(copy, memory, bytes <= sizeof(copy) ? bytes : 0);
	if (hvp_gstate_check(&vcpu->host, HVP_GSTATE_USE_GET, HVP_GSB_SCOPE_THREAD,
			     HVP_GSTATE_DEFAULT, copy, bytes, &answer, NULL) || answer.r3 ||
	    hvp_gsb_begin(&walk, copy, (uint32_t)bytes))
		return answer;
	while (!hvp_gsb_next(&walk, &element))
		if (hvp_gsb_fill(&element, 0, vcpu->kept[element.id], copy, sizeof(copy)))
			answer.r3 = HVP_H_INVALID_ELEMENT_VALUE;
	memcpy(memory, copy, walk.offset);
	return answer;
}

/* L2 runs with what the rules make of the values, and exits with a doorbell that is not allowed. */
static void run(struct vcpu *vcpu)
{
	static const uint32_t some[] = { HVP_GSB_LPCR, HVP_GSB_HFSCR, HVP_GSB_MSR };

	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		const uint64_t kept = vcpu->kept[some[i]];
		const uint64_t live = hvp_gstate_load(&vcpu->regs, some[i], kept);
		struct hvp_gsb_info info;

		vcpu->kept[some[i]] = hvp_gstate_leave(&vcpu->host, some[i], kept, live,
						       HVP_VECTOR_HFU, HVP_FACILITY_MSGP);
		if (!hvp_gsb_get(some[i], &info))
			printf("  %-5s L1 set %016" PRIx64 ", L2 ran with %016" PRIx64
			       ", L1 gets %016" PRIx64 "\n", info.name, kept, live,
			       vcpu->kept[some[i]]);
	}
	printf("  output of the exit:");
	for (uint32_t i = 0, id; !hvp_gsb_output(HVP_VECTOR_HFU, i, &id); i++)
		printf(" %04" PRIx32, id);
	printf("\n");
}

static void say(const char *what, const struct hvp_hcall *answer, const struct hvp_report *report)
{
	char words[200] = "";

	if (report && report->stored)
		hvp_reason_format(report->findings, HVP_WORDING_TEXT, words, sizeof(words));
	printf("%s: %s, r4 %" PRIu64 "%s%s\n", what, hvp_hcall_name(answer->r3), answer->r4,
	       words[0] ? ": " : "", words);
}

/* What L1 asks for, masked as an L1 does it. */
static enum hvp_status put(struct hvp_gsb_builder *builder, uint32_t id, uint64_t value)
{
	return hvp_gsb_put_number(builder, id, value & hvp_gsb_bits(id));
}

int main(void)
{
	static struct vcpu vcpu = {
		.host = { .size = sizeof(vcpu.host), .policy_level = HVP_POLICY_LEVEL_1,
			  .revision = HVP_GSTATE_REVISION_2, .l1_level = HVP_LEVEL_3_10,
			  .run_output_min = HVP_GSTATE_RUN_OUTPUT_MIN,
			  .run_max = HVP_GSTATE_RUN_MAX, .buffer_max = BUFFER },
		.regs = { .size = sizeof(vcpu.regs), .policy_level = HVP_POLICY_LEVEL_1,
			  .features = HVP_HVREGS_RADIX | HVP_HVREGS_ARCH_207 | HVP_HVREGS_ARCH_300,
			  .lpcr = 0xd1f400 },
	};
	const struct hvp_hfscr_host hfscr = {
		.size = sizeof(hfscr), .policy_level = HVP_POLICY_LEVEL_1,
		.host_level = HVP_LEVEL_3_10, .guest_level = HVP_LEVEL_3_10,
		.receiver = HVP_RECEIVER_HYPERVISOR,
	};
	const struct hvp_gcaps caps = {
		.size = sizeof(caps), .policy_level = HVP_POLICY_LEVEL_1,
		.l1_level = HVP_LEVEL_3_10,
		.has = hvp_level_capability(HVP_LEVEL_3_00) | hvp_level_capability(HVP_LEVEL_3_10),
	};
	struct hvp_finding findings[4];
	struct hvp_report report;
	struct hvp_gsb_builder builder;
	struct hvp_hcall answer;
	uint8_t memory[BUFFER];

	if (hvp_hfscr_derive(&hfscr, &vcpu.regs.hfscr, NULL) ||
	    hvp_gcaps_get(&caps, 0, &answer, NULL))
		return 1;
	printf("capabilities offered: %016" PRIx64 "\n", answer.r4);
	vcpu.host.negotiated = answer.r4;
	if (hvp_gcaps_set(&caps, 0, answer.r4, &answer, NULL) || answer.r3 ||
	    hvp_gstate_validate(&vcpu.host, NULL) || hvp_hvregs_validate(&vcpu.regs, NULL))
		return 1;

	if (hvp_gsb_build(&builder, vcpu.host.dialect, memory, sizeof(memory)) ||
	    put(&builder, HVP_GSB_LPCR, 0x0040000000d00400) ||
	    put(&builder, HVP_GSB_HFSCR, 0x2537) ||
	    put(&builder, HVP_GSB_MSR, 0x9000000000003001))
		return 1;
	answer = set_state(&vcpu, 0, memory, builder.used, NULL);
	say("a well-behaved L1 sets three registers", &answer, NULL);
	if (answer.r3)
		return 1;
	run(&vcpu);
	answer = get_state(&vcpu, memory, builder.used);
	say("and asks for them", &answer, NULL);
	if (answer.r3)
		return 1;

	/* the third value becomes all ones, as no builder of ours makes it */
	memset(memory + 4 + 3 * 12 - 8, 0xff, 8);
	hvp_report_init(&report, findings, sizeof(findings) / sizeof(findings[0]));
	answer = set_state(&vcpu, 0, memory, builder.used, &report);
	say("a hostile L1 sets MSR to all ones", &answer, &report);
	if (answer.r3 != HVP_H_INVALID_ELEMENT_VALUE || answer.r4 != 2)
		return 1;
	hvp_report_init(&report, findings, sizeof(findings) / sizeof(findings[0]));
	answer = set_state(&vcpu, 0, memory, builder.used - 1, &report);
	say("and cuts the buffer short", &answer, &report);
	return answer.r3 != HVP_H_INVALID_ELEMENT_SIZE;
}
