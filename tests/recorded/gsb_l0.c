// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The L0 of the recorded hypercalls: what it offers, its guests, and what L1 set of them. What a
 * recorded call did counts, not what the library would have done.
 */
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <string.h>

#include "gsb.h"

/* Of every id its number among those of the table, and one more; 0: no such element. */
static uint32_t slot_of(uint32_t id)
{
	static uint8_t slots[0x10000];
	uint32_t known;

	if (!slots[0])
		for (uint32_t i = 0; !hvp_gsb_at(i, &known); i++) {
			if (i + 1 >= SLOTS)
				abort();
			slots[known] = (uint8_t)(i + 1);
		}
	return slots[id & 0xffff];
}

void bytes_load(struct bytes *bytes, const uint8_t *from, size_t count)
{
	memcpy(bytes->at, from, count);
	if (bytes->dirty > count)
		memset(bytes->at + count, 0, bytes->dirty - count);
	bytes->count = bytes->dirty = count;
}

uint32_t call_use(const struct call *call)
{
	if (call->number == RUN_VCPU)
		return HVP_GSTATE_USE_RUN;
	return call->number == GET_STATE ? HVP_GSTATE_USE_GET : HVP_GSTATE_USE_SET;
}

/*
 * How far QEMU reads in a buffer of this length: it looks at the length in front of an element
 * only. The length itself if an element is refused for it.
 */
uint64_t call_reach(const struct bytes *bytes, uint64_t length)
{
	uint64_t offset = HVP_GSB_HEADER;
	uint32_t count = 0;

	for (unsigned int i = 0; i < HVP_GSB_HEADER; i++)
		count = count << 8 | bytes->at[i];
	for (; count; count--) {
		if (offset > length)
			return length;
		offset += HVP_GSB_ELEMENT_HEADER +
			  (uint64_t)(bytes->at[offset + 2] << 8 | bytes->at[offset + 3]);
	}
	return offset > length ? offset : length;
}

static uint32_t level_named(struct row *row, const char *name)
{
	uint32_t level = row->cpu.level;

	if (strcmp(name, "-") && hvp_level_find(name, HVP_SPELLING_QEMU, &level))
		row_fault(row, "maximum \"%s\" is no level", name);
	return level;
}

/* A Linux has agreed on a mode in CAS; who has no operating system runs as the machine is. */
static uint32_t level_of_l1(struct row *row, bool linux_l1)
{
	const char *maximum = row_cell(row, "max");
	struct setup setup;

	if (!linux_l1)
		return level_named(row, maximum);
	if (!setup_level_host(row, "nested-v2", maximum, &setup) || !setup.host.compat_pvr)
		return row->cpu.level;
	return hvp_level_from_pvr(setup.host.compat_pvr);
}

void l0_begin(struct l0 *l0, struct row *row, const char *name)
{
	const bool linux_l1 = row->reader->kind == GSB_LINUX;
	const uint32_t level = level_of_l1(row, linux_l1);

	*l0 = (struct l0){
		.linux_l1 = linux_l1, .cpu = row->cpu,
		.machine_level = level_named(row, row_cell(row, "max")),
		.caps = { .size = sizeof(l0->caps), .policy_level = HVP_POLICY_LEVEL_1,
			  .l1_level = level },
		.host = { .size = sizeof(l0->host), .policy_level = HVP_POLICY_LEVEL_1,
			  .revision = HVP_GSTATE_REVISION_2, .l1_level = level,
			  .dialect = linux_l1 ? HVP_GSB_DIALECT_LINUX : HVP_GSB_DIALECT_DOCUMENT,
			  .lacks = HVP_GSB_LACKS_L0_STATE_SIZE | HVP_GSB_LACKS_VPA,
			  .run_output_min = HVP_GSTATE_RUN_OUTPUT_MIN,
			  .run_max = HVP_GSTATE_RUN_MAX,
			  .buffer_max = HVP_GSTATE_BUFFER_MAX },
		.regs = { .size = sizeof(l0->regs), .policy_level = HVP_POLICY_LEVEL_1 },
	};
	strcpy(l0->name, name);
	l0->caps.has = setup_grant(row, l0->machine_level);
	setup_policy(row, level, HVP_RECEIVER_HYPERVISOR, 0, &l0->regs.hfscr);
	if (hvp_gstate_validate(&l0->host, NULL))
		row_fault(row, "the library knows no such L0");
}

static uint32_t word(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The level that L1 gets by its list of processors; false: there is none. */
bool l0_agree(const struct l0 *l0, const struct call *call, uint32_t *level)
{
	const struct hvp_pvr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1, .pvr = l0->cpu.value,
	};
	struct hvp_pvr_entry list[HVP_PVR_ENTRIES];
	struct hvp_pvr_mode mode;
	uint32_t count = 0;

	for (; 8 * count + 8 <= call->before.count && count < HVP_PVR_ENTRIES; count++)
		list[count] = (struct hvp_pvr_entry){
			.mask = word(call->before.at + 8 * (size_t)count),
			.value = word(call->before.at + 8 * (size_t)count + 4),
		};
	if (hvp_pvr_negotiate(&host, list, count, 0, &mode, NULL))
		return false;
	*level = mode.compat_pvr ? hvp_level_from_pvr(mode.compat_pvr) : l0->cpu.level;
	return true;
}

bool l0_has_guest(const struct l0 *l0, uint64_t guest)
{
	return guest && guest < GUESTS && (l0->linux_l1 || l0->guests[guest]);
}

bool l0_has_vcpu(const struct l0 *l0, uint64_t guest, uint64_t vcpu)
{
	return l0_has_guest(l0, guest) && vcpu < VCPUS &&
	       (l0->linux_l1 || vcpu + 1 < l0->guests[guest]);
}

const struct place *l0_place(const struct l0 *l0, uint64_t guest, uint64_t vcpu)
{
	static const struct place empty;

	for (unsigned int i = 0; i < PLACES; i++)
		if (guest && l0->places[i].guest == guest && l0->places[i].vcpu == vcpu)
			return &l0->places[i];
	return &empty;
}

static struct place *make_place(struct l0 *l0, struct row *row, uint64_t guest, uint64_t vcpu)
{
	const struct place *old = l0_place(l0, guest, vcpu);

	for (unsigned int i = 0; i < PLACES; i++) {
		struct place *place = &l0->places[i];

		if (old->guest ? place != old : place->guest != 0)
			continue;
		place->guest = guest;
		place->vcpu = vcpu;
		return place;
	}
	row_fault(row, "more vCPUs than the reader remembers");
	return NULL;
}

/* Keep what a buffer sets. */
void place_set(struct place *place, const struct bytes *input, uint64_t bytes)
{
	struct hvp_gsb_element element;
	struct hvp_gsb_walk walk;

	if (hvp_gsb_begin(&walk, input->at, (uint32_t)bytes))
		return;
	while (!hvp_gsb_next(&walk, &element)) {
		const uint32_t slot = slot_of(element.id);

		if (element.id == HVP_GSB_NOP || !slot || element.bytes > VALUE_MAX)
			continue;
		memcpy(place->value[slot], element.value, element.bytes);
		place->set[slot] = true;
		place->lost[slot] = false;
	}
}

/* One doubleword of what was set, or all of a shorter value. */
bool place_number(const struct place *place, uint32_t id, uint32_t word, uint64_t *value)
{
	const uint32_t slot = slot_of(id);
	const struct hvp_gsb_element element = {
		.id = id, .value = place->value[slot],
		.bytes = (uint32_t)hvp_gsb_bytes(id, HVP_GSB_DIALECT_DOCUMENT),
	};

	*value = hvp_gsb_number(&element, word);
	return place->set[slot];
}

/* L2 ran: what does not depend on its register, whatever that is, is still known. */
void place_leave(struct place *place, const struct l0 *l0, uint32_t vector)
{
	uint32_t id;

	place->ran = true;
	for (uint32_t i = 0; !hvp_gsb_at(i, &id); i++) {
		uint64_t kept;

		place_number(place, id, 0, &kept);
		if (hvp_gstate_leave(&l0->host, id, kept, 0, vector, 0) !=
		    hvp_gstate_leave(&l0->host, id, kept, UINT64_MAX, vector, 0))
			place->lost[slot_of(id)] = true;
	}
}

/* Whether the library says what L1 reads. Of a Linux few rows are there: what nobody can set. */
bool l0_knows(const struct l0 *l0, const struct place *place, uint32_t id)
{
	return l0->linux_l1 ? id == HVP_GSB_RUN_OUTPUT_MIN_SIZE : !place->lost[slot_of(id)];
}

uint64_t l0_value(const struct l0 *l0, const struct place *place, uint32_t id, uint32_t word,
		  uint64_t deviations)
{
	uint64_t value;

	if (!place_number(place, id, word, &value)) {
		if (id == HVP_GSB_LOGICAL_PVR && (deviations & DEV(PVR_RAW)))
			return qemu_pvr(l0);
		return word ? 0 : hvp_gstate_initial(&l0->host, id);
	}
	if (id == HVP_GSB_TB_OFFSET && (deviations & DEV(TB_OFFSET_LOST)))
		return 0;
	if (id == HVP_GSB_LPCR && place->ran && (deviations & DEV(LPCR_LEAK)))
		return qemu_lpcr(l0, value);
	if (word || (id == HVP_GSB_HFSCR && (deviations & DEV(HFSCR_KEPT))))
		return value;
	return hvp_gstate_keep(&l0->regs, id, value);
}

/* Length of the input of a run, as it was registered. */
uint64_t l0_input_bytes(const struct l0 *l0, const struct call *call)
{
	uint64_t bytes;

	if (place_number(l0_place(l0, call->arg[1], call->arg[2]), HVP_GSB_RUN_INPUT, 1, &bytes))
		return bytes;
	return call->before.count;
}

static void delete_guest(struct l0 *l0, uint64_t guest)
{
	for (unsigned int i = 0; i < PLACES; i++)
		if (l0->places[i].guest == guest)
			memset(&l0->places[i], 0, sizeof(l0->places[i]));
	if (guest < GUESTS)
		l0->guests[guest] = 0;
}

/* QEMU gives the lowest free number: what lies below was given too, in calls without a row. */
static void create_guest(struct l0 *l0, uint64_t guest)
{
	for (uint64_t i = 1; i <= guest && i < GUESTS; i++)
		if (!l0->guests[i])
			l0->guests[i] = 1;
}

static void advance_state(struct l0 *l0, struct row *row, const struct call *call)
{
	const bool wide = call->number == SET_STATE && call->arg[0];
	const uint64_t bytes = call->number == RUN_VCPU ? l0_input_bytes(l0, call) : call->arg[4];
	struct place *place;

	/* Linux has more guests than rows, and no vCPU that is not there */
	if (l0->linux_l1 || !l0_has_guest(l0, call->arg[1]) ||
	    (!wide && !l0_has_vcpu(l0, call->arg[1], call->arg[2])))
		return;
	place = make_place(l0, row, call->arg[1], wide ? WIDE : call->arg[2]);
	if (!place)
		return;
	place_set(place, &call->before, call_reach(&call->before, bytes));
	if (call->number == RUN_VCPU)
		place_leave(place, l0, (uint32_t)call->answer.r4);
}

/* What a recorded call did. */
void l0_advance(struct l0 *l0, struct row *row, const struct call *call)
{
	if (call->ended || call->answer.r3)
		return;
	switch (call->number) {
	case CAS:
		if (l0_agree(l0, call, &l0->caps.l1_level))
			l0->host.l1_level = l0->caps.l1_level;
		break;
	case SET_CAPABILITIES:
		l0->caps.negotiated = l0->host.negotiated = call->arg[1];
		break;
	case CREATE:
		create_guest(l0, call->answer.r4);
		break;
	case CREATE_VCPU:
		if (call->arg[1] < GUESTS)
			l0->guests[call->arg[1]]++;
		break;
	case SET_STATE:
	case RUN_VCPU:
		advance_state(l0, row, call);
		break;
	case DELETE:
		l0->emptied = call->arg[0] != 0;
		for (uint64_t i = 1; l0->emptied && i < GUESTS; i++)
			delete_guest(l0, i);
		delete_guest(l0, call->arg[1]);
		break;
	default:
		break;
	}
}
