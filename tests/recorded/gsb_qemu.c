// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What QEMU does not look at, and where it ends instead (hw/ppc/spapr_nested.c). */
#define _DEFAULT_SOURCE

#include "gsb.h"

#define QEMU_RUN_MIN 128
#define EA_BITS 52

/* Values of elements with addresses and sizes that every L0 takes. */
static const uint64_t good[][3] = {
	[HVP_GSB_ACCEPT_PARTITION] = { 0x10000, EA_BITS, 0x10000 },
	[HVP_GSB_ACCEPT_PROCESS] = { 0, 0x1000, 0 },
	[HVP_GSB_ACCEPT_INPUT] = { 0x1000, 0x1000, 0 },
	[HVP_GSB_ACCEPT_OUTPUT] = { 0x1000, 0x1000, 0 },
};

static void fill(const struct hvp_gsb_element *element, uint32_t words, const uint64_t *values,
		 struct bytes *bytes)
{
	for (uint32_t word = 0; word < words; word++)
		(void)hvp_gsb_fill(element, word, values[word], bytes->at, ROOM);
}

/* Make good what a deviating L0 does not look at. */
void qemu_pass(struct hvp_gstate_host *host, struct bytes *bytes, uint64_t deviations)
{
	const uint64_t level = hvp_level_pvr(HVP_LEVEL_3_00);
	struct hvp_gsb_element element;
	struct hvp_gsb_info info;
	struct hvp_gsb_walk walk;

	if (deviations & DEV(LEVEL_TAKEN))
		host->negotiated |= hvp_level_capability(HVP_LEVEL_3_00);
	if (hvp_gsb_begin(&walk, bytes->at, (uint32_t)bytes->count))
		return;
	while (!hvp_gsb_next(&walk, &element)) {
		const uint64_t masked = hvp_gsb_number(&element, 0) & hvp_gsb_bits(element.id);

		if (hvp_gsb_get(element.id, &info) || element.bytes != (uint32_t)info.bytes)
			continue;
		if (info.accept == HVP_GSB_ACCEPT_LEVEL && (deviations & DEV(LEVEL_TAKEN)))
			fill(&element, 1, &level, bytes);
		else if (info.accept < HVP_GSB_ACCEPT_LEVEL && info.bytes <= 8 &&
			 (deviations & DEV(BITS_TAKEN)))
			fill(&element, 1, &masked, bytes);
		else if (info.accept > HVP_GSB_ACCEPT_LEVEL && (deviations & ASSERTED))
			fill(&element, element.bytes / 8, good[info.accept], bytes);
	}
}

/*
 * LPCR of an L2. nested_load_state() loads all that L1 set; the mask of what L1 may choose comes
 * too late. Then HR, UPRT, GTSE, HVICE and HDICE are set, LPES0 is not, and bits go that the
 * processor does not have.
 */
uint64_t qemu_lpcr(const struct l0 *l0, uint64_t value)
{
	const uint64_t hail = l0->cpu.level >= HVP_LEVEL_3_10 ? HVP_BIT(26) : 0;

	return (value | 0x500403) & (0x7070400003f7fe13 | hail);
}

/* PVR of the processor that QEMU has for a level. */
uint32_t qemu_pvr(const struct l0 *l0)
{
	switch (l0->cpu.level) {
#define HVP_LEVEL(name, number, logical_pvr, isa, qemu, libvirt, pcr, cpu_pvr, capability) \
	case (number):									\
		return (cpu_pvr);
#include <hvpolicy/level.def>
#undef HVP_LEVEL
	default:
		return 0;
	}
}

static const char *end_of_value(const struct hvp_gsb_info *info,
				const struct hvp_gsb_element *element, bool get)
{
	const uint64_t first = hvp_gsb_number(element, 0), second = hvp_gsb_number(element, 1);

	switch (info->accept) {
	case HVP_GSB_ACCEPT_PARTITION:
		return get || second != EA_BITS ? "copy_state_pagetbl" : NULL;
	case HVP_GSB_ACCEPT_PROCESS:
		return get || (second != 1 << 12 && second != 1 << 24) ? "copy_state_proctbl" :
									NULL;
	case HVP_GSB_ACCEPT_INPUT:
	case HVP_GSB_ACCEPT_OUTPUT:
		return get || !first || second > HVP_GSTATE_RUN_MAX || second < QEMU_RUN_MIN ?
		       "copy_state_runbuf" : NULL;
	default:
		return NULL;
	}
}

/* Of a buffer that QEMU accepts: the first element that it asserts away. */
static const char *end_of_elements(const struct l0 *l0, const struct call *call, uint64_t bytes)
{
	const bool vcpu = l0_has_vcpu(l0, call->arg[1], call->arg[2]);
	const uint64_t end = call->number == RUN_VCPU ? 0 : call->arg[3];
	struct hvp_gsb_element element;
	struct hvp_gsb_info info;
	struct hvp_gsb_walk walk;

	if (hvp_gsb_begin(&walk, call->before.at, (uint32_t)bytes))
		return NULL;
	while (!hvp_gsb_next(&walk, &element)) {
		const char *where;

		if (element.id == HVP_GSB_NOP || hvp_gsb_get(element.id, &info))
			continue;
		if (!vcpu && (element.id == HVP_GSB_RUN_OUTPUT_MIN_SIZE ||
			      info.accept >= HVP_GSB_ACCEPT_INPUT))
			return "get_vcpu_ptr";
		if (!vcpu && info.scope == HVP_GSB_SCOPE_THREAD)
			return "get_vcpu_state_ptr";
		where = end_of_value(&info, &element, call->number == GET_STATE);
		if (where)
			return where;
		if (end < MEMORY && end + walk.offset > MEMORY)
			return "-";
	}
	return NULL;
}

/* MSR[HV] is not masked: L2 would run in hypervisor state. */
static const char *end_of_run(const struct l0 *l0, const struct call *call, uint64_t bytes)
{
	struct place place = *l0_place(l0, call->arg[1], call->arg[2]);
	uint64_t msr;

	place_set(&place, &call->before, bytes);
	return place_number(&place, HVP_GSB_MSR, 0, &msr) && (msr & HVP_MSR_HV) ?
	       "ppc_radix64_xlate_impl" : NULL;
}

static const char *end_of_state(const struct l0 *l0, const struct call *call)
{
	const bool run = call->number == RUN_VCPU;
	const uint64_t length = run ? l0_input_bytes(l0, call) : call->arg[4];
	const char *where;
	uint64_t bytes;
	bool checked;

	if (!run && length > HVP_GSTATE_BUFFER_MAX)
		return "h_guest_getset_state";
	/* a length that the library refuses is all that may be wrong here */
	if (!run && length < HVP_GSB_HEADER && (answer_state(l0, call, 0, &checked), checked))
		return length ? "guest_state_request_check" : "-";
	if (answer_state(l0, call, QEMU_ALL, &checked).r3)
		return NULL;
	bytes = call_reach(&call->before, length);
	where = end_of_elements(l0, call, bytes);
	return !where && run ? end_of_run(l0, call, bytes) : where;
}

/* Where the call ends QEMU; NULL: it lives. */
const char *qemu_end(const struct l0 *l0, const struct call *call)
{
	switch (call->number) {
	case GET_STATE:
	case SET_STATE:
	case RUN_VCPU:
		return end_of_state(l0, call);
	case CREATE_VCPU:
		return !l0->linux_l1 && !call->arg[0] && l0_has_guest(l0, call->arg[1]) &&
		       call->arg[2] + 1 > l0->guests[call->arg[1]] ? "h_guest_create_vcpu" : NULL;
	case CREATE:
		/* the table of guests is still used and no longer there */
		return l0->emptied ? "-" : NULL;
	default:
		return NULL;
	}
}
