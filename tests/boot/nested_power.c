// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Memory, page tables and instructions of an L1 and its L2.
 *
 * The emulated processor reads the process-scoped tables of an L2 at host real addresses when the
 * host itself looks through them (quadrant 1 and 2 with MSR[HV]), as KVM does to fetch an
 * instruction. So L2 has its tables at real addresses of its own that are the same numbers.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "init.h"
#include "kvm_power.h"
#include "nested_power.h"

#define L1_CODE 0x8000
#define TABLES 0x100000		/* page tables: one a unit */
#define TABLE_UNIT 0x10000	/* size and alignment of the largest */
#define SEARCHED 0x1000000	/* where a page for the root of the process tree is looked for */
#define L2_IDENTITY 0x40000	/* real addresses of L2 that are L1's too */

#define VALID ((uint64_t)1 << 63)
#define LEAF ((uint64_t)1 << 62)
#define REFERENCED 0x180	/* and changed */
#define PRIVILEGED 0x8
#define ACCESS 0x7
#define TREE_52_BITS ((uint64_t)2 << 61 | 5 << 5)
#define ROOT_BITS 13
#define LPCR_ILE 0x02000000

/* How many bits each level takes, from the root; the last one follows from the page size. */
static unsigned int level_bits(unsigned int level)
{
	const unsigned int last = getpagesize() == 0x10000 ? 5 : 9;

	return level == 0 ? ROOT_BITS : level == 3 ? last : 9;
}

static uint64_t next_table;	/* of the L1 that is made */

static uint64_t new_table(void)
{
	next_table += TABLE_UNIT;
	return next_table - TABLE_UNIT;
}

static uint64_t host_address(const void *at)
{
	const uint64_t size = (uint64_t)getpagesize();
	const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry;

	if (fd < 0 ||
	    pread(fd, &entry, sizeof(entry), (off_t)((uintptr_t)at / size * sizeof(entry))) !=
		    sizeof(entry))
		give_up("/proc/self/pagemap: %s", strerror(errno));
	close(fd);
	if (!(entry & VALID) || !(entry & 0x7fffffffffffff))
		give_up("/proc/self/pagemap tells no address");
	return (entry & 0x7fffffffffffff) * size + (uintptr_t)at % size;
}

static uint64_t *entry_of(const struct l1 *l1, uint64_t table, uint64_t index)
{
	return (uint64_t *)(l1->memory + table) + index;
}

/* One page into L1's partition-scoped tree for L2, whose tables lie at L1's own addresses. */
static void map_l2(const struct l1 *l1, uint64_t root, uint64_t address, uint64_t to)
{
	uint64_t table = root, *entry;
	unsigned int shift = 52;

	for (unsigned int level = 0;; level++) {
		const uint64_t last = ((uint64_t)1 << level_bits(level)) - 1;

		shift -= level_bits(level);
		entry = entry_of(l1, table, address >> shift & last);
		if (level == 3)
			break;
		if (!*entry)
			*entry = htobe64(VALID | new_table() | level_bits(level + 1));
		table = be64toh(*entry) & 0x0fffffffffffff00;
	}
	*entry = htobe64(VALID | LEAF | to | REFERENCED | ACCESS);
}

/* A page of L1 whose host real address a root may have. */
static uint64_t find_root(const struct l1 *l1)
{
	const uint64_t size = (uint64_t)getpagesize();

	for (uint64_t at = L1_MEMORY - SEARCHED; at < L1_MEMORY; at += size) {
		l1->memory[at] = 0;	/* now it is there */
		if (!(host_address(l1->memory + at) % ((uint64_t)8 << ROOT_BITS)))
			return at;
	}
	give_up("no page for a root");
}

/* L2's own tree: its first 64 KiB, at the same addresses. Returns the root's address for L2. */
static uint64_t make_process_tree(const struct l1 *l1, uint64_t partition_root)
{
	const uint64_t size = (uint64_t)getpagesize();
	uint64_t root = 0, at[4];

	for (unsigned int level = 0; level < 4; level++) {
		at[level] = level ? new_table() : find_root(l1);
		memset(l1->memory + at[level], 0, size);
		map_l2(l1, partition_root, host_address(l1->memory + at[level]), at[level]);
	}
	root = host_address(l1->memory + at[0]);
	for (unsigned int level = 0; level < 3; level++)
		*entry_of(l1, at[level], 0) = htobe64(VALID | level_bits(level + 1) |
						      host_address(l1->memory + at[level + 1]));
	for (uint64_t address = 0; address < 0x10000; address += size)
		*entry_of(l1, at[3], address / size) =
			htobe64(VALID | LEAF | address | REFERENCED | PRIVILEGED | ACCESS);
	return root;
}

static void make_tables(const struct l1 *l1)
{
	const uint64_t size = (uint64_t)getpagesize();
	uint64_t partition_root, root;

	next_table = TABLES;
	partition_root = new_table();
	for (uint64_t address = 0; address < L2_IDENTITY; address += size)
		map_l2(l1, partition_root, address, address);
	root = make_process_tree(l1, partition_root);
	for (uint64_t pid = 0; pid < 0x100; pid++)
		*entry_of(l1, L2_PROCESS_TABLE, 2 * pid) = htobe64(TREE_52_BITS | root | ROOT_BITS);
	/* only lpid 1 has an entry */
	*entry_of(l1, L1_TABLE, 2) = htobe64(VALID | TREE_52_BITS | partition_root | ROOT_BITS);
	*entry_of(l1, L1_TABLE, 3) = htobe64(L2_PROCESS_TABLE);
}

static uint64_t swapped(uint64_t value, size_t bytes)
{
	return bytes == 8 ? __builtin_bswap64(value) : __builtin_bswap32((uint32_t)value);
}

void l1_write(const struct l1 *l1, uint64_t address, uint64_t value, size_t bytes)
{
	const uint64_t stored = l1->big_endian ? swapped(value, bytes) : value;

	memcpy(l1->memory + address, &stored, bytes);
}

uint64_t l1_read(const struct l1 *l1, uint64_t address, size_t bytes)
{
	uint64_t stored = 0;

	memcpy(&stored, l1->memory + address, bytes);
	return l1->big_endian ? swapped(stored, bytes) : stored;
}

/* A hypercall that says where it came from: four instructions. */
static void write_report(uint32_t *at, uint32_t what)
{
	*at++ = 0x38600000;		/* li r3, 0 */
	*at++ = 0x60630000 | HCALL;	/* ori r3, r3, HCALL */
	*at++ = 0x38800000 | what;	/* li r4, what */
	*at = 0x44000022;		/* sc 1 */
}

void l2_program(const struct l1 *l1, const uint32_t *words, unsigned int count)
{
	uint32_t *at = (uint32_t *)(l1->memory + L2_CODE);

	for (unsigned int i = 0; i < count; i++)
		*at++ = words[i];
	write_report(at, L2_DONE_REPORT);
}

/* All vectors, but at 0 stays an illegal word. */
static void write_vectors(const struct l1 *l1)
{
	for (uint32_t vector = 0x100; vector < 0x2000; vector += 0x20)
		write_report((uint32_t *)(l1->memory + vector), vector);
}

static void write_l1_program(const struct l1 *l1)
{
	static const uint32_t words[] = {
		0x7ccc42a6,		/* mftb r6 */
		0x44000022,		/* sc 1 */
		0x7cec42a6,		/* mftb r7 */
		0x7c641b78,		/* mr r4, r3 */
		0x38600000,		/* li r3, 0 */
		0x60630000 | HCALL,	/* ori r3, r3, HCALL */
		0x44000022,		/* sc 1 */
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		l1_write(l1, L1_CODE + i * sizeof(words[0]), words[i], sizeof(words[0]));
}

static void set_up_vcpu(struct l1 *l1, int kvm)
{
	struct kvm_enable_cap papr = { .cap = KVM_CAP_PPC_PAPR };

	l1->fd = ioctl(l1->vm, KVM_CREATE_VCPU, 0);
	if (l1->fd < 0)
		give_up("KVM_CREATE_VCPU: %s", strerror(errno));
	if (ioctl(l1->fd, KVM_ENABLE_CAP, &papr))
		give_up("KVM_CAP_PPC_PAPR: %s", strerror(errno));
	l1->run_size = (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	l1->run = mmap(NULL, l1->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, l1->fd, 0);
	if (l1->run == MAP_FAILED)
		give_up("mmap of the vCPU: %s", strerror(errno));
}

static void set_up_memory(struct l1 *l1)
{
	struct kvm_userspace_memory_region region = { .memory_size = L1_MEMORY };
	uint8_t *memory = mmap(NULL, L1_MEMORY + TABLE_UNIT, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		give_up("mmap: %s", strerror(errno));
	l1->memory = memory + (TABLE_UNIT - (uintptr_t)memory % TABLE_UNIT) % TABLE_UNIT;
	/* pages keep their places: nobody gathers them into larger ones */
	madvise(l1->memory, L1_MEMORY, MADV_NOHUGEPAGE);
	region.userspace_addr = (uintptr_t)l1->memory;
	if (ioctl(l1->vm, KVM_SET_USER_MEMORY_REGION, &region))
		give_up("KVM_SET_USER_MEMORY_REGION: %s", strerror(errno));
}

void l1_start(struct l1 *l1, int kvm, bool nested)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_PPC_NESTED_HV, .args[0] = 1 };
	struct kvm_enable_cap dawr1 = { .cap = KVM_CAP_PPC_DAWR1 };
	const bool big_endian = l1->big_endian;

	*l1 = (struct l1){ .big_endian = big_endian };
	l1->vm = ioctl(kvm, KVM_CREATE_VM, VM_TYPE_HV);
	if (l1->vm < 0)
		give_up("KVM_CREATE_VM: %s", strerror(errno));
	if (nested && ioctl(l1->vm, KVM_ENABLE_CAP, &cap))
		give_up("KVM_CAP_PPC_NESTED_HV: %s", strerror(errno));
	/* a second watchpoint, where there is one */
	ioctl(l1->vm, KVM_ENABLE_CAP, &dawr1);
	set_up_vcpu(l1, kvm);
	set_up_memory(l1);
	write_vectors(l1);
	write_l1_program(l1);
	make_tables(l1);
}

void l1_end(struct l1 *l1)
{
	munmap(l1->run, l1->run_size);
	close(l1->fd);
	close(l1->vm);
	munmap(l1->memory, L1_MEMORY);
}

static struct l1_answer run(const struct l1 *l1, uint64_t pc, const uint64_t *arguments)
{
	const uint64_t msr = (uint64_t)1 << 63 | 0x1000 | !l1->big_endian;
	struct kvm_regs regs = { .pc = pc, .msr = msr };
	struct l1_answer answer = { 0 };

	memcpy(&regs.gpr[3], arguments, 3 * sizeof(arguments[0]));
	/* an answer to the last call of L1 would take the place of these registers */
	l1->run->papr_hcall.ret = arguments[0];
	memset(l1->run->papr_hcall.args, 0, sizeof(l1->run->papr_hcall.args));
	memcpy(l1->run->papr_hcall.args, &arguments[1], 2 * sizeof(arguments[0]));
	if (ioctl(l1->fd, KVM_SET_REGS, &regs))
		give_up("KVM_SET_REGS: %s", strerror(errno));
	answer.error = ioctl(l1->fd, KVM_RUN, 0) ? -errno : 0;
	if (!answer.error && (l1->run->exit_reason != KVM_EXIT_PAPR_HCALL ||
			      l1->run->papr_hcall.nr != HCALL))
		answer.error = -EPROTO;
	answer.rc = (int64_t)l1->run->papr_hcall.args[0];
	answer.r5 = l1->run->papr_hcall.args[1];
	answer.began = l1->run->papr_hcall.args[2];
	answer.ended = l1->run->papr_hcall.args[3];
	return answer;
}

struct l1_answer l1_hcall(const struct l1 *l1, uint64_t number, uint64_t first, uint64_t second)
{
	const uint64_t arguments[] = { number, first, second };

	return run(l1, L1_CODE, arguments);
}

uint64_t guest_register(const struct l1 *l1, uint64_t id)
{
	uint64_t value = 0;
	struct kvm_one_reg reg = { id, (uintptr_t)&value };

	if (ioctl(l1->fd, KVM_GET_ONE_REG, &reg))
		give_up("KVM_GET_ONE_REG %#llx: %s", (unsigned long long)id, strerror(errno));
	return value;
}

void set_guest_register(const struct l1 *l1, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { id, (uintptr_t)&value };

	if (ioctl(l1->fd, KVM_SET_ONE_REG, &reg))
		give_up("KVM_SET_ONE_REG %#llx: %s", (unsigned long long)id, strerror(errno));
}

struct l1_answer guest_run(const struct l1 *l1, uint64_t r5)
{
	const uint64_t arguments[] = { 0, 0, r5 };

	/* its interrupts are little endian too */
	set_guest_register(l1, KVM_REG_PPC_LPCR_64,
			   guest_register(l1, KVM_REG_PPC_LPCR_64) | LPCR_ILE);
	return run(l1, L2_CODE, arguments);
}
