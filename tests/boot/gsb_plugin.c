// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A plugin of QEMU's TCG: every H_GUEST_* hypercall of a little endian Linux L1, with its
 * arguments, answers and buffers, into the file of argument "out". One row a call, as gsb.py has
 * them.
 *
 * A hypercall is "sc 1"; its answer is there when the next instruction begins. L1 has its linear
 * map at 0xc000000000000000: what runs below is firmware or an L2, and buffers are read through it.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../recorded/gsb_calls.h"

/* The part of QEMU's plugin interface (version 4) and of GLib that is used: no package has it. */
typedef struct {
	uint8_t *data;
	unsigned int len;
} GByteArray;

typedef struct {
	char *data;
	unsigned int len;
} GArray;

struct qemu_plugin_register;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

typedef struct {
	struct qemu_plugin_register *handle;
	const char *name;
	const char *feature;
} qemu_plugin_reg_descriptor;

enum { CB_R_REGS = 1 };

extern GByteArray *g_byte_array_new(void);
extern GByteArray *g_byte_array_set_size(GByteArray *array, unsigned int length);
extern GArray *qemu_plugin_get_registers(void);
extern int qemu_plugin_read_register(struct qemu_plugin_register *handle, GByteArray *buf);
extern bool qemu_plugin_read_memory_vaddr(uint64_t addr, GByteArray *data, size_t len);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb,
							size_t index);
extern size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to, size_t len);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
extern void qemu_plugin_register_vcpu_init_cb(uint64_t id,
					      void (*call)(uint64_t id, unsigned int vcpu));
extern void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
						  void (*call)(uint64_t id,
							       struct qemu_plugin_tb *tb));
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
						   void (*call)(unsigned int vcpu, void *data),
						   int flags, void *data);
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

__attribute__((visibility("default"))) int qemu_plugin_version = 4;

#define LINEAR_MAP 0xc000000000000000
#define SC_1 0x44000022
#define HEADER 4
#define BUFFER_MAX 0x10000
#define PLACES_MAX 64
#define VCPUS_MAX 4096

static struct qemu_plugin_register *gpr[32];
static FILE *out;
static uint64_t places[PLACES_MAX];	/* of "sc 1" */
static unsigned int place_count;

/* The run buffers that an L1 has told of, by guest and vCPU. */
static struct vcpu {
	uint64_t guest;
	uint64_t vcpu;
	uint64_t input;
	uint64_t output;
} vcpus[VCPUS_MAX];
static unsigned int vcpu_count;

/* The call that has not come back: one processor, and only a run takes long. */
static struct {
	uint64_t place;
	uint64_t number;
	uint64_t arg[5];
	char before[2 * BUFFER_MAX + 2];
} pending;
static char after[2 * BUFFER_MAX + 2];
static unsigned int sequence;

static void fail(const char *why)
{
	fprintf(stderr, "gsb_plugin: %s\n", why);
	abort();
}

static uint64_t big(const uint8_t *from, unsigned int bytes)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < bytes; i++)
		value = value << 8 | from[i];
	return value;
}

static uint64_t read_gpr(unsigned int number)
{
	static GByteArray *bytes;
	uint64_t value = 0;

	if (!bytes)
		bytes = g_byte_array_new();
	g_byte_array_set_size(bytes, 0);
	if (qemu_plugin_read_register(gpr[number], bytes) != 8)
		fail("a register of another size");
	for (unsigned int i = 8; i--;)
		value = value << 8 | bytes->data[i];	/* L1 is little endian */
	return value;
}

static bool read_memory(uint64_t real, uint8_t *to, size_t size)
{
	static GByteArray *bytes;

	if (!bytes)
		bytes = g_byte_array_new();
	g_byte_array_set_size(bytes, 0);
	if (!qemu_plugin_read_memory_vaddr(real | LINEAR_MAP, bytes, size) || bytes->len != size)
		return false;
	memcpy(to, bytes->data, size);
	return true;
}

/* The used bytes of a buffer, at most its length: header and elements. How many. */
static size_t read_buffer(uint64_t real, uint64_t length, uint8_t *to)
{
	size_t used = HEADER;
	uint64_t count;

	if (length < HEADER || !read_memory(real, to, HEADER))
		return 0;
	for (count = big(to, 4); count; count--) {
		uint64_t size;

		if (used + 4 > length || used + 4 > BUFFER_MAX ||
		    !read_memory(real + used, to + used, 4))
			break;
		size = big(to + used + 2, 2);
		used += 4;
		if (used + size > length || used + size > BUFFER_MAX ||
		    !read_memory(real + used, to + used, size))
			break;
		used += size;
	}
	return used;
}

static void hex(char *text, const uint8_t *bytes, size_t size)
{
	strcpy(text, "-");
	for (size_t i = 0; i < size; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
}

static void buffer_text(char *text, uint64_t real, uint64_t length)
{
	static uint8_t bytes[BUFFER_MAX];

	hex(text, bytes, read_buffer(real, length, bytes));
}

static struct vcpu *vcpu_of(uint64_t guest, uint64_t vcpu)
{
	for (unsigned int i = 0; i < vcpu_count; i++)
		if (vcpus[i].guest == guest && vcpus[i].vcpu == vcpu)
			return &vcpus[i];
	if (vcpu_count == VCPUS_MAX)
		fail("too many vCPUs");
	vcpus[vcpu_count] = (struct vcpu){ .guest = guest, .vcpu = vcpu };
	return &vcpus[vcpu_count++];
}

/* What is set may be where a vCPU has its run buffers. */
static void remember_run_buffers(void)
{
	static uint8_t bytes[BUFFER_MAX];
	const size_t used = read_buffer(pending.arg[3], pending.arg[4], bytes);

	for (size_t at = HEADER; at + 4 <= used; at += 4 + big(bytes + at + 2, 2)) {
		const uint64_t id = big(bytes + at, 2);

		if (id == 0x0c00)
			vcpu_of(pending.arg[1], pending.arg[2])->input = big(bytes + at + 4, 8);
		if (id == 0x0c01)
			vcpu_of(pending.arg[1], pending.arg[2])->output = big(bytes + at + 4, 8);
	}
}

static void on_call(unsigned int vcpu, void *data)
{
	(void)vcpu;
	pending.number = read_gpr(3);
	if (!gsb_arguments(pending.number))
		return;
	pending.place = *(uint64_t *)data;
	for (unsigned int i = 0; i < 5; i++)
		pending.arg[i] = read_gpr(4 + i);
	strcpy(pending.before, "-");
	if (gsb_arguments(pending.number) == 5)
		buffer_text(pending.before, pending.arg[3], pending.arg[4]);
	if (pending.number == SET_STATE)
		remember_run_buffers();
	if (pending.number == RUN_VCPU)
		buffer_text(pending.before, vcpu_of(pending.arg[1], pending.arg[2])->input,
			    BUFFER_MAX);
}

static void on_answer(unsigned int vcpu, void *data)
{
	(void)vcpu;
	if (pending.place != *(uint64_t *)data)
		return;
	strcpy(after, "-");
	if (pending.number == GET_STATE)
		buffer_text(after, pending.arg[3], pending.arg[4]);
	if (pending.number == RUN_VCPU)
		buffer_text(after, vcpu_of(pending.arg[1], pending.arg[2])->output, BUFFER_MAX);
	fprintf(out, "%u\t%" PRIx64 "\t", sequence++, pending.number);
	for (unsigned int i = 0; i < gsb_arguments(pending.number); i++)
		fprintf(out, "%s%" PRIx64, i ? "," : "", pending.arg[i]);
	fprintf(out, "\t%" PRId64 "\t%" PRIx64 "\t%" PRIx64 "\t%s\t%s\n", (int64_t)read_gpr(3),
		read_gpr(4), read_gpr(5), pending.before, after);
	fflush(out);
	pending.place = 0;
}

static uint64_t *place_of(uint64_t address)
{
	for (unsigned int i = 0; i < place_count; i++)
		if (places[i] == address)
			return &places[i];
	return NULL;
}

static void on_translation(uint64_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const uint64_t address = qemu_plugin_insn_vaddr(insn);
		uint64_t *place;
		uint32_t text = 0;

		if (address < LINEAR_MAP)
			continue;
		place = place_of(address - 4);
		if (place)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_answer, CB_R_REGS, place);
		qemu_plugin_insn_data(insn, &text, sizeof(text));
		if (text != SC_1)
			continue;
		place = place_of(address);
		if (!place) {
			if (place_count == PLACES_MAX)
				fail("too many places of a hypercall");
			place = &places[place_count++];
			*place = address;
		}
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_call, CB_R_REGS, place);
	}
}

static void on_vcpu(uint64_t id, unsigned int vcpu)
{
	const GArray *registers = qemu_plugin_get_registers();
	const qemu_plugin_reg_descriptor *all = (const void *)registers->data;

	(void)id;
	(void)vcpu;
	for (unsigned int i = 0; i < registers->len; i++) {
		unsigned int number;
		char more;

		if (sscanf(all[i].name, "r%2u%c", &number, &more) == 1 && number < 32)
			gpr[number] = all[i].handle;
	}
	for (unsigned int i = 3; i <= 8; i++)
		if (!gpr[i])
			fail("no register r3..r8");
}

__attribute__((visibility("default")))
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return -1;
	out = fopen(argv[0] + 4, "w");
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_init_cb(id, on_vcpu);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
