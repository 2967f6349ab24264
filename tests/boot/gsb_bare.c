// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A hostile L1 without an operating system: H_GUEST_* hypercalls with buffers that Linux never
 * sends, each with what L0 answered: one row "call arguments r3 r4 r5 before after" each. Big
 * endian, in real mode, linked with the core. What would end QEMU 10 is left out of the sweep and
 * is a scenario of its own, chosen by a number in the initrd: gsb.py boots each once.
 */
#include <stdbool.h>

#include <hvpolicy/gsb.h>

#include "../recorded/gsb_calls.h"
#include "bare_power.h"

#define GUEST_WIDE ((uint64_t)1 << 63)
#define HOST_WIDE ((uint64_t)1 << 62)
#define POWER9 ((uint64_t)1 << 62)
#define POWER10 ((uint64_t)1 << 61)
#define POWER11 ((uint64_t)1 << 60)
#define ROOM 0x10000
#define RUN_ROOM 0x1000
#define RANDOM_BUFFERS 150
#define GUESTS_MAX 4095
#define MEMORY 0x40000000	/* of this machine */
#define CAPABILITIES_FROM 100	/* scenarios: bits 63 to 60 by number */
#define LEVELS_FROM 116		/* scenarios: L1 itself at a level, by number from 3.0 on */
#define DEVICE_TREE 0x20000000	/* room for it, in memory that nothing else uses */


/* One hypercall: arguments r4..r8, answers r3..r5. */
struct call {
	uint64_t number;
	uint64_t arg[5];
	uint64_t answer[3];
};

static uint8_t buffer[ROOM] __attribute__((aligned(4096)));
static uint8_t before[ROOM];
static uint8_t run_input[RUN_ROOM] __attribute__((aligned(4096)));
static uint8_t run_output[RUN_ROOM] __attribute__((aligned(4096)));
static uint32_t used;		/* of the buffer that is being built */
static uint64_t offered;
static bool before_each;	/* a call may be the last one: say it first */

static uint32_t output_used(void)
{
	struct hvp_gsb_element element;
	struct hvp_gsb_walk walk;
	uint32_t end = 4;

	if (hvp_gsb_begin(&walk, run_output, sizeof(run_output)))
		return 0;
	while (!hvp_gsb_next(&walk, &element))
		end += 4 + element.bytes;
	return end;
}

/* Where a call has its buffer, and how much of what was built: nothing outside of memory. */
static const uint8_t *buffer_of(const struct call *call, uint32_t *count)
{
	const uint64_t place = call->arg[3];

	*count = used;
	if (call->number == RUN_VCPU)
		return run_input;
	if (call->number == CAS)
		return buffer;
	if (gsb_arguments(call->number) != 5 || place >= MEMORY)
		*count = 0;
	else if (*count > MEMORY - place)
		*count = (uint32_t)(MEMORY - place);
	return (const uint8_t *)place;
}

/* All that was built is shown, though the call may name fewer bytes. */
static void say_row(const char *kind, const struct call *call)
{
	uint32_t count;
	const unsigned int arguments = call->number == CAS ? 3 : gsb_arguments(call->number);
	const uint8_t *at = buffer_of(call, &count);

	text("HVP:");
	text(kind);
	put('\t');
	hex(call->number);
	put('\t');
	for (unsigned int i = 0; i < arguments; i++) {
		if (i)
			put(',');
		hex(call->arg[i]);
	}
	put('\t');
	decimal((int64_t)call->answer[0]);
	put('\t');
	hex(call->answer[1]);
	put('\t');
	hex(call->answer[2]);
	put('\t');
	bytes(before, count);
	put('\t');
	if (call->number == GET_STATE)
		bytes(at, count);
	else if (call->number == RUN_VCPU && !call->answer[0])
		bytes(run_output, output_used());
	else
		put('-');
	put('\n');
}

static void keep(const struct call *call)
{
	uint32_t count;
	const uint8_t *at = buffer_of(call, &count);

	memcpy(before, at, count);
}

/* Each call of a sweep goes through here: "before" and "call" are what a prediction would need. */
static void make(struct call *call)
{
	keep(call);
	hypercall(call->number, call->arg[0], call->arg[1], call->arg[2], call->arg[3],
		  call->arg[4], call->answer);
}

static int64_t ask(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	struct call call = { number, { a, b, c, d, e }, { 0 } };

	if (before_each) {
		keep(&call);
		say_row("try", &call);
	}
	make(&call);
	say_row("row", &call);
	return (int64_t)call.answer[0];
}

static void store(uint8_t *to, uint64_t value, uint32_t size)
{
	while (size--) {
		to[size] = (uint8_t)value;
		value >>= 8;
	}
}

static void begin(void)
{
	memset(buffer, 0, 512);
	used = 4;
}

/* An element of any size whose words all have this value. */
static void add(uint32_t id, uint32_t size, uint64_t value)
{
	store(buffer, (uint64_t)buffer[2] << 8 | (buffer[3] + 1u), 4);
	store(buffer + used, id, 2);
	store(buffer + used + 2, size, 2);
	used += 4;
	for (uint32_t i = 0; i < size; i += 8)
		store(buffer + used + i, value, size - i < 8 ? size - i : 8);
	used += size;
}

static void add_pair(uint32_t id, uint64_t first, uint64_t second)
{
	add(id, 16, first);
	store(buffer + used - 8, second, 8);
}

static int64_t state(uint64_t number, uint64_t flags)
{
	return ask(number, flags, 1, 0, (uintptr_t)buffer, used);
}

/* Sends what is built as the input of a run. */
static void run(uint64_t flags, uint64_t guest, uint64_t vcpu)
{
	/* nothing of an earlier run behind it: L0 may read as far as was registered */
	memset(run_input, 0, sizeof(run_input));
	memcpy(run_input, buffer, used);
	memset(run_output, 0, 512);
	ask(RUN_VCPU, flags, guest, vcpu, 0, 0);
}

static void one(uint64_t number, uint64_t flags, uint32_t id, uint32_t size, uint64_t value)
{
	begin();
	add(id, size, value);
	state(number, flags);
}

static uint64_t flags_of(uint32_t scope)
{
	if (scope == HVP_GSB_SCOPE_GUEST)
		return GUEST_WIDE;
	return scope == HVP_GSB_SCOPE_HOST ? HOST_WIDE : 0;
}

/* Of these QEMU asserts that they are only set, or that their value is right. */
static bool is_touchy(uint32_t id)
{
	return id == HVP_GSB_PARTITION_TABLE || id == HVP_GSB_PROCESS_TABLE ||
	       id == HVP_GSB_RUN_INPUT || id == HVP_GSB_RUN_OUTPUT;
}

/* Other numbers on every processor. */
static uint64_t next_random(void)
{
	static uint64_t random;

	if (!random)
		random = 0x9e3779b97f4a7c15 ^ offered >> 60;
	random ^= random << 13;
	random ^= random >> 7;
	random ^= random << 17;
	return random;
}

static void capabilities_before(void)
{
	struct call get = { GET_CAPABILITIES, { 0 }, { 0 } };

	make(&get);
	say_row("row", &get);
	offered = get.answer[1];
	for (unsigned int bit = 0; bit < 64; bit++) {
		ask(GET_CAPABILITIES, (uint64_t)1 << bit, 0, 0, 0, 0);
		ask(SET_CAPABILITIES, (uint64_t)1 << bit, offered, 0, 0, 0);
	}
	ask(CREATE, 0, UINT64_MAX, 0, 0, 0);
	ask(SET_CAPABILITIES, 0, 0, 0, 0, 0);
	for (unsigned int bit = 0; bit < 64; bit++) {
		const uint64_t value = (uint64_t)1 << bit;

		/* one that may be accepted would be the only one */
		if (!(value & (POWER9 | POWER10 | POWER11))) {
			ask(SET_CAPABILITIES, 0, value, 0, 0, 0);
			ask(SET_CAPABILITIES, 0, offered | value, 0, 0, 0);
		}
	}
}

static void capabilities_after(void)
{
	ask(SET_CAPABILITIES, 0, offered, 0, 0, 0);
	ask(SET_CAPABILITIES, 0, POWER9, 0, 0, 0);
	ask(SET_CAPABILITIES, 0, 0, 0, 0, 0);
	ask(SET_CAPABILITIES, 0, 1, 0, 0, 0);
	ask(SET_CAPABILITIES, 1, offered, 0, 0, 0);
	ask(GET_CAPABILITIES, 0, 0, 0, 0, 0);
}

static const uint64_t no_guests[] = { 0, 2, 4095, 4096, (uint64_t)1 << 31, UINT64_MAX };

static void guests(void)
{
	for (unsigned int bit = 0; bit < 64; bit++) {
		ask(CREATE, (uint64_t)1 << bit, UINT64_MAX, 0, 0, 0);
		ask(CREATE, 0, (uint64_t)1 << bit, 0, 0, 0);
	}
	ask(CREATE, 0, 0, 0, 0, 0);
	ask(CREATE, 0, UINT64_MAX, 0, 0, 0);	/* guest 1 */
	ask(CREATE, 0, UINT64_MAX, 0, 0, 0);
	ask(DELETE, 0, 2, 0, 0, 0);
	for (unsigned int bit = 0; bit < 63; bit++)
		ask(DELETE, (uint64_t)1 << bit, 2, 0, 0, 0);
	for (unsigned int i = 0; i < sizeof(no_guests) / sizeof(no_guests[0]); i++) {
		ask(DELETE, 0, no_guests[i], 0, 0, 0);
		ask(CREATE_VCPU, 0, no_guests[i], 0, 0, 0);
		ask(RUN_VCPU, 0, no_guests[i], 0, 0, 0);
		begin();
		ask(GET_STATE, 0, no_guests[i], 0, (uintptr_t)buffer, used);
		ask(SET_STATE, GUEST_WIDE, no_guests[i], 0, (uintptr_t)buffer, used);
		used = 0;
	}
	/* no vCPU yet: what belongs to the guest can be set */
	one(GET_STATE, GUEST_WIDE, HVP_GSB_LOGICAL_PVR, 4, 0);
	one(SET_STATE, GUEST_WIDE, HVP_GSB_LOGICAL_PVR, 4, 0x0f000005);
	for (unsigned int bit = 0; bit < 64; bit++)
		ask(CREATE_VCPU, (uint64_t)1 << bit, 1, 0, 0, 0);
	ask(CREATE_VCPU, 0, 1, 0, 0, 0);
	ask(CREATE_VCPU, 0, 1, 0, 0, 0);
	ask(CREATE_VCPU, 0, 1, 1, 0, 0);
	ask(CREATE_VCPU, 0, ((uint64_t)1 << 32) + 1, 2, 0, 0);
}

/* Every element: as it is fresh, set and got, in every scope, in other sizes. */
static void element(uint32_t id)
{
	static const uint32_t sizes[] = { 0, 1, 2, 4, 8, 16, 24, 32 };
	static const uint64_t values[] = { 0x0123456789abcdef, UINT64_MAX, 0 };
	struct hvp_gsb_info info;
	uint32_t right;
	uint64_t flags;

	if (hvp_gsb_get(id, &info))
		return;
	right = info.bytes < 0 ? 8 : (uint32_t)info.bytes;
	flags = flags_of(info.scope);
	if (!is_touchy(id)) {
		one(GET_STATE, flags, id, right, 0);
		for (unsigned int i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
			one(SET_STATE, flags & GUEST_WIDE, id, right, values[i]);
			one(GET_STATE, flags, id, right, 0x5555555555555555);
		}
	}
	for (unsigned int i = 0; i < 4; i++) {
		const uint64_t other = (uint64_t)i << 62;

		if (other == flags && is_touchy(id))
			continue;
		one(GET_STATE, other, id, right, 0);
		one(SET_STATE, other, id, right, 0);
	}
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (sizes[i] != right) {
			one(GET_STATE, flags, id, sizes[i], 0);
			one(SET_STATE, flags & GUEST_WIDE, id, sizes[i], 0);
		}
}

static void unknown(uint32_t id)
{
	struct hvp_gsb_info info;

	if (!hvp_gsb_get(id, &info))
		return;
	one(GET_STATE, 0, id, 8, 0);
	one(SET_STATE, 0, id, 8, 0);
	one(SET_STATE, GUEST_WIDE, id, 4, 0);
}

static void elements(void)
{
	static const uint32_t edges[] = {
		0x0007, 0x0008, 0x07ff, 0x0805, 0x0bff, 0x0c03, 0x0fff, 0x1054, 0x1055, 0x1fff,
		0x200f, 0x2fff, 0x3040, 0xefff, 0xf004, 0xf005, 0xf006, 0xffff,
	};
	uint32_t id;

	for (uint32_t i = 0; !hvp_gsb_at(i, &id); i++)
		element(id);
	for (unsigned int i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		unknown(edges[i]);
	for (id = 0; id < 0x10000; id += 509)
		unknown(id);
}

/* Every bit of what has reserved bits, and every level that there may be. */
static void values(void)
{
	static const struct {
		uint32_t id, size;
		uint64_t flags;
	} registers[] = {
		{ HVP_GSB_LPCR, 8, 0 }, { HVP_GSB_MSR, 8, 0 }, { HVP_GSB_HDEXCR, 8, 0 },
		{ HVP_GSB_HFSCR, 8, 0 }, { HVP_GSB_CIABR, 8, 0 }, { HVP_GSB_DAWRX0, 4, 0 },
		{ HVP_GSB_TB_OFFSET, 8, GUEST_WIDE }, { HVP_GSB_DPDES, 8, 0 },
	};
	static const uint32_t levels[] = {
		0x0f000001, 0x0f000002, 0x0f000003, 0x0f100003, 0x0f000004, 0x0f000005, 0x0f000006,
		0x0f000007, 0x0f000008, 0x0f000009, 0xffffffff, 0x004e1202, 0x00801200, 0x00821200,
		0x0f000000, 1, 0,
	};

	for (unsigned int i = 0; i < sizeof(registers) / sizeof(registers[0]); i++)
		for (unsigned int bit = 0; bit <= 8 * registers[i].size; bit++) {
			const uint64_t value = bit == 64 ? 0 : (uint64_t)1 << bit;

			one(SET_STATE, registers[i].flags, registers[i].id, registers[i].size,
			    value);
			one(GET_STATE, registers[i].flags, registers[i].id, registers[i].size,
			    0);
		}
	for (unsigned int i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		one(SET_STATE, GUEST_WIDE, HVP_GSB_LOGICAL_PVR, 4, levels[i]);
		one(GET_STATE, GUEST_WIDE, HVP_GSB_LOGICAL_PVR, 4, 0);
	}
}

static void both(uint64_t flags)
{
	state(SET_STATE, flags);
	state(GET_STATE, flags);
}

/* Numbers of elements that are not there, lengths that do not fit, several of a kind. */
static void forms(void)
{
	static const uint64_t counts[] = {
		0, 1, 2, 3, 4, 5, 0x100, 0x10000, 0x80000000, 0xffffffff,
	};
	static const uint64_t places[] = {
		0, (uint64_t)1 << 40, (uint64_t)1 << 63, UINT64_MAX - 15,
	};

	begin();
	both(0);
	both(GUEST_WIDE);
	for (unsigned int bit = 0; bit < 64; bit++)
		both((uint64_t)1 << bit);
	for (unsigned int i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		begin();
		add(0x1003, 8, 3);
		add(0x1004, 8, 4);
		add(0x1005, 8, 5);
		store(buffer, counts[i], 4);
		both(0);
	}
	for (uint32_t length = 4; length < 32; length++) {
		begin();
		add(0x1003, 8, length);
		add(0x2000, 4, length);
		ask(SET_STATE, 0, 1, 0, (uintptr_t)buffer, length);
		ask(GET_STATE, 0, 1, 0, (uintptr_t)buffer, length);
	}
	for (unsigned int i = 0; i < 9; i++) {
		begin();
		add(0x1003, 8, i);
		for (uint32_t at = used; at--;)
			buffer[at + i] = buffer[at];
		ask(SET_STATE, 0, 1, 0, (uintptr_t)buffer + i, used);
	}
	for (uint32_t size = 0; size < 300; size += size < 20 ? 1 : 31) {
		begin();
		add(HVP_GSB_NOP, size, UINT64_MAX);
		add(0x1003, 8, size);
		both(0);
		both(GUEST_WIDE);
	}
	/* twice, in any order, of two scopes, and a bad one behind a good one */
	begin();
	add(0x1003, 8, 1);
	add(0x1003, 8, 2);
	both(0);
	begin();
	add(0x3001, 16, 1);
	add(0x1003, 8, 2);
	add(0x2000, 4, 3);
	both(0);
	begin();
	add(0x1003, 8, 1);
	add(HVP_GSB_LOGICAL_PVR, 4, 0x0f000005);
	both(0);
	both(GUEST_WIDE);
	begin();
	add(HVP_GSB_LOGICAL_PVR, 4, 0x0f000005);
	add(HVP_GSB_TB_OFFSET, 8, 0);
	both(GUEST_WIDE);
	begin();
	add(0x1003, 8, 7);
	add(HVP_GSB_HEIR, 4, 1);
	both(0);
	one(GET_STATE, 0, 0x1003, 8, 0);
	begin();
	add(0x1003, 8, 8);
	add(0x4000, 8, 1);
	both(0);
	one(GET_STATE, 0, 0x1003, 8, 0);
	begin();
	add(0x1003, 8, 9);
	add(0x1004, 4, 1);
	both(0);
	one(GET_STATE, 0, 0x1003, 8, 0);
	begin();
	add(0x1003, 8, 10);
	add(0x1004, 8, 11);
	store(buffer + 4 + 12 + 2, 0xffff, 2);	/* a size beyond the buffer */
	both(0);
	begin();
	add(HVP_GSB_NOP, 0, 0);
	store(buffer + 6, 0xffff, 2);
	both(0);
	/* not in memory; vCPUs that do not count */
	for (unsigned int i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		begin();
		ask(SET_STATE, 0, 1, 0, places[i], 16);
		ask(GET_STATE, 0, 1, 0, places[i], 16);
	}
	begin();
	ask(SET_STATE, 0, 1, 77, (uintptr_t)buffer, used);
	ask(GET_STATE, 0, 1, UINT64_MAX, (uintptr_t)buffer, used);
	begin();
	add(HVP_GSB_LOGICAL_PVR, 4, 0x0f000005);
	ask(SET_STATE, GUEST_WIDE, 1, 77, (uintptr_t)buffer, used);
	ask(GET_STATE, GUEST_WIDE, 1, UINT64_MAX, (uintptr_t)buffer, used);
	ask(GET_STATE, GUEST_WIDE, ((uint64_t)1 << 32) + 1, 0, (uintptr_t)buffer, used);
	begin();
	add(HVP_GSB_L0_GUEST_HEAP, 8, 0);
	add(HVP_GSB_L0_GUEST_HEAP_MAX, 8, 0);
	ask(GET_STATE, HOST_WIDE, 99, 99, (uintptr_t)buffer, used);
	ask(GET_STATE, HOST_WIDE | GUEST_WIDE, 1, 0, (uintptr_t)buffer, used);
	begin();
	add(HVP_GSB_L0_GUEST_HEAP, 8, 0);
	add(0x1003, 8, 0);
	ask(GET_STATE, HOST_WIDE, 1, 0, (uintptr_t)buffer, used);
}

/* Known elements by chance, some wrong; never what QEMU asserts. */
static void random_elements(bool hostile)
{
	const unsigned int count = (unsigned int)(next_random() % 6);

	begin();
	for (unsigned int i = 0; i < count; i++) {
		struct hvp_gsb_info info;
		uint32_t id, size;

		do {
			while (hvp_gsb_at((uint32_t)(next_random() % 256), &id))
				;
		} while (is_touchy(id) || id == HVP_GSB_RUN_OUTPUT_MIN_SIZE ||
			 (!hostile && id == HVP_GSB_MSR));
		if (hvp_gsb_get(id, &info))
			continue;
		size = info.bytes < 0 ? (uint32_t)(next_random() % 20) : (uint32_t)info.bytes;
		if (!(next_random() % 16))
			size = (uint32_t)(next_random() % 40);
		add(id, size, next_random() % 3 ? next_random() : 0);
	}
	if (count && !(next_random() % 12))
		store(buffer, next_random() % 8, 4);
}

static void by_chance(void)
{
	for (unsigned int i = 0; i < RANDOM_BUFFERS; i++) {
		const uint64_t wide = next_random() % 3 ? 0 : GUEST_WIDE;
		const uint64_t number = next_random() % 2 ? GET_STATE : SET_STATE;

		random_elements(true);
		/* at most what is there: the rest is not this row's */
		ask(number, wide, 1, 0, (uintptr_t)buffer,
		    next_random() % 8 ? used : 4 + next_random() % used);
	}
}

static void set_table(uint64_t bits)
{
	begin();
	add(HVP_GSB_PARTITION_TABLE, 24, bits);
	store(buffer + 8, (uintptr_t)root, 8);
	store(buffer + 24, 0x10000, 8);
	state(SET_STATE, GUEST_WIDE);
}

static void set_process_table(uint64_t size)
{
	begin();
	add_pair(HVP_GSB_PROCESS_TABLE, (uintptr_t)root, size);
	state(SET_STATE, GUEST_WIDE);
}

static void set_run_buffer(uint32_t id, uint64_t address, uint64_t size)
{
	begin();
	add_pair(id, address, size);
	state(SET_STATE, 0);
}

/* Time enough: L2 has no memory and leaves at its first instruction. */
static void begin_run(void)
{
	begin();
	add(HVP_GSB_HDEC_EXPIRY_TB, 8, INT64_MAX);
}

static void run_with(uint32_t id, uint32_t size, uint64_t value)
{
	begin_run();
	add(id, size, value);
	run(0, 1, 0);
}

static void runs(void)
{
	begin();
	run(0, 1, 0);
	run(0, 1, 7);
	run(0, 1, 2048);
	set_run_buffer(HVP_GSB_RUN_INPUT, (uintptr_t)run_input, RUN_ROOM);
	begin();
	run(0, 1, 0);
	set_run_buffer(HVP_GSB_RUN_OUTPUT, (uintptr_t)run_output, 0x80);
	begin();
	run(0, 1, 0);
	set_table(52);
	set_process_table(1 << 12);
	set_process_table(1 << 24);
	/* what the sweep left: no vCPU of its state may run */
	for (uint32_t id = HVP_GSB_GPR; id < 0x1054; id++)
		if (id != HVP_GSB_HDEC_EXPIRY_TB)
			one(SET_STATE, 0, id, 8, 0);
	one(SET_STATE, 0, HVP_GSB_DAWRX0, 4, 0);
	one(SET_STATE, GUEST_WIDE, HVP_GSB_TB_OFFSET, 8, 0);
	for (unsigned int bit = 0; bit < 64; bit++) {
		begin_run();
		run((uint64_t)1 << bit, 1, 0);
	}
	begin();
	run(0, 1, 0);		/* its deadline is that of the sweep */
	begin_run();
	run(0, 1, 0);
	begin_run();
	run(0, ((uint64_t)1 << 32) + 1, 0);
	run_with(0x4000, 8, 0);
	run_with(HVP_GSB_LR, 4, 0);
	run_with(HVP_GSB_LOGICAL_PVR, 4, 0x0f000005);
	run_with(HVP_GSB_HEIR, 4, 0);
	run_with(HVP_GSB_L0_GUEST_HEAP, 8, 0);
	run_with(HVP_GSB_VPA, 8, UINT64_MAX);
	begin_run();
	add(HVP_GSB_LPCR, 8, 0x0040000000000400);
	add(HVP_GSB_NIA, 8, 0x2000);
	add(HVP_GSB_LPCR, 8, 0x0040000000000c00);
	run(0, 1, 0);
	one(GET_STATE, 0, HVP_GSB_LPCR, 8, 0);
	run_with(HVP_GSB_LPCR, 8, UINT64_MAX);
	one(GET_STATE, 0, HVP_GSB_LPCR, 8, 0);
	run_with(HVP_GSB_HFSCR, 8, UINT64_MAX);
	one(GET_STATE, 0, HVP_GSB_HFSCR, 8, 0);
	begin_run();
	add(HVP_GSB_NOP, 8, UINT64_MAX);
	add(HVP_GSB_NOP, 0, 0);
	run(0, 1, 0);
	begin_run();
	store(buffer, 2, 4);	/* what is behind is no bytes of another: id 0 */
	run(0, 1, 0);
	begin_run();
	store(buffer, 0xffffffff, 4);
	run(0, 1, 0);
}

/* Everything once more than there is room for, and nothing left. */
static void last(void)
{
	struct call create = { CREATE, { 0, UINT64_MAX }, { 0 } };

	used = 0;
	for (unsigned int i = 1; i < GUESTS_MAX; i++)
		make(&create);
	say_row("row", &create);
	ask(CREATE, 0, UINT64_MAX, 0, 0, 0);
	ask(DELETE, 0, 1, 0, 0, 0);
	ask(DELETE, 0, 1, 0, 0, 0);
	one(GET_STATE, GUEST_WIDE, HVP_GSB_LOGICAL_PVR, 4, 0);
	run(0, 1, 0);
	used = 0;
	ask(CREATE, 0, UINT64_MAX, 0, 0, 0);
	ask(CREATE_VCPU, 0, 1, 0, 0, 0);
	ask(DELETE, 0, ((uint64_t)1 << 32) + 1, 0, 0, 0);
	ask(DELETE, 0, 1, 0, 0, 0);
	ask(DELETE, GUEST_WIDE, 77, 0, 0, 0);
}

/* The first capabilities that L1 sets are these, offered or not. */
static void first_capabilities(uint64_t value)
{
	ask(GET_CAPABILITIES, 0, 0, 0, 0, 0);
	ask(SET_CAPABILITIES, 0, value, 0, 0, 0);
	ask(GET_CAPABILITIES, 0, 0, 0, 0, 0);
	ask(CREATE, 0, UINT64_MAX, 0, 0, 0);
	ask(CREATE_VCPU, 0, 1, 0, 0, 0);
	for (uint32_t level = 0x0f000004; level <= 0x0f000007; level++) {
		one(SET_STATE, GUEST_WIDE, HVP_GSB_LOGICAL_PVR, 4, level);
		one(GET_STATE, GUEST_WIDE, HVP_GSB_LOGICAL_PVR, 4, 0);
	}
}

/* L1 agrees on a level, with radix tables, and has a guest with all that is offered then. */
static void own_level(unsigned int number)
{
	struct call get = { GET_CAPABILITIES, { 0 }, { 0 } };

	begin();
	store(buffer, 0xffffffff, 4);
	store(buffer + 4, 0x0f000005 + number, 4);
	store(buffer + 12, 1, 4);		/* a bit outside of its mask: the last one */
	buffer[16] = 4;				/* five vectors, the first four of 1 byte */
	buffer[25] = 25;
	buffer[26 + 23] = buffer[26 + 25] = 0x40;
	used = 52;
	ask(CAS, (uintptr_t)buffer, DEVICE_TREE, 0x100000, 0, 0);
	make(&get);
	first_capabilities(get.answer[1]);
}

static void ready_guest(void)
{
	ask(SET_CAPABILITIES, 0, POWER9, 0, 0, 0);
	ask(CREATE, 0, UINT64_MAX, 0, 0, 0);
	ask(CREATE_VCPU, 0, 1, 0, 0, 0);
}

/* What ends QEMU 10, one by one; gsb.py has their names in this order, from 1 on. */
static void fatal(unsigned int scenario)
{
	before_each = true;
	ready_guest();
	begin();
	switch (scenario) {
	case 1:
		add(0x1003, 8, 0);
		ask(SET_STATE, 0, 1, 1, (uintptr_t)buffer, used);
		break;
	case 2:
		add(0x1003, 8, 0);
		ask(GET_STATE, 0, 1, 2048, (uintptr_t)buffer, used);
		break;
	case 3:
		add(HVP_GSB_RUN_OUTPUT_MIN_SIZE, 8, 0);
		ask(GET_STATE, GUEST_WIDE, 1, 1, (uintptr_t)buffer, used);
		break;
	case 4:
		one(GET_STATE, GUEST_WIDE, HVP_GSB_PARTITION_TABLE, 24, 0);
		break;
	case 5:
		one(GET_STATE, GUEST_WIDE, HVP_GSB_PROCESS_TABLE, 16, 0);
		break;
	case 6:
		one(GET_STATE, 0, HVP_GSB_RUN_INPUT, 16, 0);
		break;
	case 7:
		set_table(51);
		break;
	case 8:
		set_process_table(1 << 16);
		break;
	case 9:
		set_run_buffer(HVP_GSB_RUN_OUTPUT, (uintptr_t)run_output, 0x7f);
		break;
	case 10:
		set_run_buffer(HVP_GSB_RUN_INPUT, (uintptr_t)run_input, 0x4001);
		break;
	case 11:
		set_run_buffer(HVP_GSB_RUN_INPUT, 0, RUN_ROOM);
		break;
	case 12:
		ask(SET_STATE, 0, 1, 0, (uintptr_t)buffer, 0x100001);
		break;
	case 13:
		ask(SET_STATE, 0, 1, 0, (uintptr_t)buffer, 3);
		break;
	case 14:
		ask(SET_STATE, 0, 1, 0, (uintptr_t)buffer, 0);
		break;
	case 15:
		ask(CREATE_VCPU, 0, 1, 2, 0, 0);
		break;
	case 16:
		ask(DELETE, GUEST_WIDE, 0, 0, 0, 0);
		ask(CREATE, 0, UINT64_MAX, 0, 0, 0);
		ask(CREATE, 0, UINT64_MAX, 0, 0, 0);
		break;
	case 17:
		set_run_buffer(HVP_GSB_RUN_INPUT, (uintptr_t)run_input, RUN_ROOM);
		set_run_buffer(HVP_GSB_RUN_OUTPUT, (uintptr_t)run_output, 0x80);
		set_table(52);
		run_with(HVP_GSB_MSR, 8, (uint64_t)1 << 60);
		break;
	case 18:
		/* the value of the last element lies behind all memory */
		begin();
		add(0x1003, 8, 0);
		memcpy((void *)(MEMORY - 8), buffer, 8);
		ask(GET_STATE, 0, 1, 0, MEMORY - 8, 8);
		break;
	default:
		break;
	}
}

void bare_main(const char *scenario, uint64_t length)
{
	const unsigned int number = scenario_number(scenario, length);

	text("\nHVP:begin\n");
	if (number >= LEVELS_FROM) {
		own_level(number - LEVELS_FROM);
	} else if (number >= CAPABILITIES_FROM) {
		first_capabilities((uint64_t)(number - CAPABILITIES_FROM) << 60);
	} else if (number) {
		fatal(number);
	} else {
		capabilities_before();
		ask(SET_CAPABILITIES, 0, offered, 0, 0, 0);
		capabilities_after();
		guests();
		elements();
		values();
		forms();
		by_chance();
		runs();
		last();
	}
	text("HVP:end\n");
	for (;;)
		;
}
