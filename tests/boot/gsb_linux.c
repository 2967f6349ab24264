// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A user of KVM-HV in an L1 that uses all it can: every register that KVM takes is read and written
 * before and after an L2 ran, and L2s leave by every interrupt that there is. What L1's kernel then
 * says to L0 is recorded outside (gsb_plugin.c); here only stands how each L2 ended.
 */
#include <errno.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "init.h"
#include "kvm_power.h"

#define PAGE 0x10000		/* of the largest size */
#define MEMORY (4 * PAGE)
#define CODE 0x2000
#define FAR 0x100000000		/* no memory of L2 */
#define SC_1 0x44000022
#define REPORT 0xf002		/* a hypercall that no kernel answers itself */
#define MSR_64 ((uint64_t)1 << 63)
#define MSR_FACILITIES 0x02802000	/* VEC, VSX, FP */
#define MSR_EE 0x8000
#define MSR_LE 1
#define MSR_ME 0x1000
#define RADIX ((uint64_t)1 << 63)	/* in a process table's word, with its size above 4 KiB */
#define EXITS_MAX 4
#define VCPUS_MAX 2

static int kvm;
static size_t run_size;
static uint32_t *memory;

struct guest {
	int vm;
	int fd[VCPUS_MAX];
	struct kvm_run *run[VCPUS_MAX];
	unsigned int vcpus;
};

static void must(int result, const char *what)
{
	if (result < 0)
		give_up("%s: %s", what, strerror(errno));
}

static struct guest make_guest(unsigned int vcpus)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = MEMORY, .userspace_addr = (uintptr_t)memory,
	};
	struct kvm_enable_cap papr = { .cap = KVM_CAP_PPC_PAPR };
	struct guest guest = { .vcpus = vcpus };

	guest.vm = ioctl(kvm, KVM_CREATE_VM, VM_TYPE_HV);
	must(guest.vm, "KVM_CREATE_VM");
	must(ioctl(guest.vm, KVM_SET_USER_MEMORY_REGION, &region), "memory");
	for (unsigned int i = 0; i < vcpus; i++) {
		guest.fd[i] = ioctl(guest.vm, KVM_CREATE_VCPU, i);
		must(guest.fd[i], "KVM_CREATE_VCPU");
		guest.run[i] = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED,
				    guest.fd[i], 0);
		if (guest.run[i] == MAP_FAILED)
			give_up("mmap of the vCPU: %s", strerror(errno));
		must(ioctl(guest.fd[i], KVM_ENABLE_CAP, &papr), "KVM_CAP_PPC_PAPR");
	}
	return guest;
}

static void end_guest(const struct guest *guest)
{
	for (unsigned int i = 0; i < guest->vcpus; i++) {
		munmap(guest->run[i], run_size);
		close(guest->fd[i]);
	}
	close(guest->vm);
}

static const uint64_t sizes[] = { KVM_REG_SIZE_U32, KVM_REG_SIZE_U64, KVM_REG_SIZE_U128 };

/* Every number of the powerpc ids in every size, and what is read is written again, or "value". */
static unsigned int all_registers(int fd, bool write, const uint8_t *value)
{
	unsigned int taken = 0;

	for (unsigned int size = 0; size < sizeof(sizes) / sizeof(sizes[0]); size++)
		for (uint64_t number = 1; number < 0x100; number++) {
			uint8_t bytes[16] = { 0 };
			struct kvm_one_reg reg = {
				KVM_REG_PPC | sizes[size] | number, (uintptr_t)bytes,
			};

			if (ioctl(fd, KVM_GET_ONE_REG, &reg))
				continue;
			taken++;
			/* a level and an area would be for the whole guest, and have their turn */
			if (!write || reg.id == KVM_REG_PPC_ARCH_COMPAT ||
			    reg.id == KVM_REG_PPC_VPA_ADDR || reg.id == KVM_REG_PPC_VPA_SLB ||
			    reg.id == KVM_REG_PPC_VPA_DTL || reg.id == KVM_REG_PPC_TB_OFFSET)
				continue;
			if (value)
				memcpy(bytes, value, sizeof(bytes));
			ioctl(fd, KVM_SET_ONE_REG, &reg);
		}
	return taken;
}

/* What a VMM reads of a vCPU that it saves. */
static unsigned int read_all(int fd)
{
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_fpu fpu;

	must(ioctl(fd, KVM_GET_REGS, &regs), "KVM_GET_REGS");
	must(ioctl(fd, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	ioctl(fd, KVM_GET_FPU, &fpu);
	return all_registers(fd, false, NULL);
}

static void write_all(int fd, const uint8_t *value)
{
	struct kvm_sregs sregs;
	struct kvm_regs regs;

	must(ioctl(fd, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	must(ioctl(fd, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
	must(ioctl(fd, KVM_GET_REGS, &regs), "KVM_GET_REGS");
	all_registers(fd, true, value);
	/* a breakpoint and the interrupts of others are not the point */
	must(ioctl(fd, KVM_SET_REGS, &regs), "KVM_SET_REGS");
}

static int write_one(int fd, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { id, (uintptr_t)&value };

	return ioctl(fd, KVM_SET_ONE_REG, &reg) ? -errno : 0;
}

/* A signal ends a run that does not end by itself. */
static void on_alarm(int signal)
{
	(void)signal;
}

static void set_alarm(long milliseconds)
{
	const struct itimerval timer = { { 0, 0 }, { 0, milliseconds * 1000 } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Each is a few instructions; all other memory is "sc 1", big endian where interrupts go (ILE). */
struct program {
	const char *name;
	uint64_t gpr[13];
	uint64_t more_msr;
	bool big_endian;
	long milliseconds;	/* until it is stopped; 0: it should leave by itself */
	uint32_t code[6];
};

#define LWZ_4_5 0x80850000	/* lwz r4,0(r5) */
#define STW_4_5 0x90850000
#define LD_4_5 0xe8850000
#define BDNZ_HERE 0x42000000
#define TURNS 0x10000000	/* of a loop: an end even where L0 has lost a timer */
#define MTCTR_5 0x7ca903a6
#define BCTR 0x4e800420
#define MFSPR(rt, spr) (0x7c0002a6 | (rt) << 21 | ((spr) & 0x1f) << 16 | ((spr) >> 5) << 11)
#define MTSPR(spr, rs) (0x7c0003a6 | (rs) << 21 | ((spr) & 0x1f) << 16 | ((spr) >> 5) << 11)
#define DOORBELL(rb) (0x7c00011c | (rb) << 11)	/* msgsndp */
#define LI(rt, value) (0x38000000 | (rt) << 21 | (value))

static const struct program programs[] = {
	{ .name = "hcall", .gpr[3] = REPORT, .code = { SC_1 } },
	{ .name = "hcall-big-endian", .gpr[3] = REPORT, .big_endian = true, .code = { SC_1 } },
	{ .name = "second-page", .gpr = { [3] = REPORT, [5] = 2 * PAGE }, .code = { LWZ_4_5 } },
	{ .name = "store-page", .gpr = { [3] = REPORT, [5] = 3 * PAGE }, .code = { STW_4_5 } },
	{ .name = "mmio-load", .gpr = { [3] = REPORT, [5] = FAR }, .code = { LWZ_4_5 } },
	{ .name = "mmio-load-8", .gpr = { [3] = REPORT, [5] = FAR }, .code = { LD_4_5 } },
	{ .name = "mmio-store", .gpr = { [3] = REPORT, [4] = 0x1234, [5] = FAR },
	  .code = { STW_4_5 } },
	{ .name = "mmio-big-endian", .gpr = { [3] = REPORT, [5] = FAR }, .big_endian = true,
	  .code = { LWZ_4_5 } },
	{ .name = "fetch-far", .gpr = { [3] = REPORT, [5] = FAR }, .milliseconds = 30,
	  .code = { MTCTR_5, BCTR } },
	{ .name = "illegal", .gpr[3] = REPORT, .code = { 0x00000000 } },
	{ .name = "illegal-prefixed", .gpr[3] = REPORT, .code = { 0x05ffffff, 0x00000000 } },
	{ .name = "illegal-big-endian", .gpr[3] = REPORT, .big_endian = true,
	  .code = { 0x00000000 } },
	{ .name = "breakpoint", .gpr[3] = REPORT, .code = { 0x00dddd00 } },
	/* what an operating system asks by PAPR: H_SET_MODE of CIABR, DAWR0 and AIL; H_CEDE */
	{ .name = "set-ciabr", .gpr = { [3] = 0x31c, [5] = 1, [6] = 0x3001 },
	  .code = { SC_1, LI(3, 0x1ffe), SC_1 } },
	{ .name = "set-dawr0", .gpr = { [3] = 0x31c, [5] = 2, [6] = 0x9000, [7] = 0x13 },
	  .code = { SC_1, LI(3, 0x1ffe), SC_1 } },
	{ .name = "set-dawr1", .gpr = { [3] = 0x31c, [5] = 5, [6] = 0x9000, [7] = 0x13 },
	  .code = { SC_1, LI(3, 0x1ffe), SC_1 } },
	{ .name = "set-ail", .gpr = { [3] = 0x31c, [4] = 3, [5] = 3 },
	  .code = { SC_1, LI(3, 0x1ffe), SC_1 } },
	{ .name = "register-vpa", .gpr = { [3] = 0xdc, [4] = (uint64_t)1 << 45, [6] = 0x4000 },
	  .code = { SC_1, LI(3, 0x1ffe), SC_1 } },
	{ .name = "cede", .gpr[3] = 0xe0, .milliseconds = 30,
	  .code = { SC_1, LI(3, 0x1ffe), SC_1 } },
	/* facilities without a bit in L2's HFSCR */
	{ .name = "doorbell", .gpr = { [3] = REPORT, [6] = 0x28000000 }, .code = { DOORBELL(6) } },
	{ .name = "doorbell-taken", .gpr = { [3] = REPORT, [6] = 0x28000000 }, .more_msr = MSR_EE,
	  .code = { DOORBELL(6) } },
	{ .name = "read-tir", .gpr[3] = REPORT, .code = { MFSPR(4, 446) } },
	{ .name = "read-dpdes", .gpr[3] = REPORT, .code = { MFSPR(4, 176) } },
	{ .name = "read-pmc1", .gpr[3] = REPORT, .code = { MFSPR(4, 771) } },
	{ .name = "write-pmc1", .gpr = { [3] = REPORT, [4] = 7 }, .code = { MTSPR(787, 4) } },
	{ .name = "write-ebb", .gpr = { [3] = REPORT, [4] = 7 }, .code = { MTSPR(804, 4) } },
	{ .name = "write-dscr", .gpr = { [3] = REPORT, [4] = 7 }, .code = { MTSPR(3, 4) } },
	{ .name = "write-tar", .gpr = { [3] = REPORT, [4] = 7 }, .code = { MTSPR(815, 4) } },
	{ .name = "tbegin", .gpr[3] = REPORT, .code = { 0x7c00051d } },
	{ .name = "clrbhrb", .gpr[3] = REPORT, .code = { 0x7c00035c } },
	{ .name = "prefixed", .gpr[3] = REPORT, .code = { 0x06000000, 0x38800007 } },
	/* registers of the hypervisor */
	{ .name = "read-hfscr", .gpr[3] = REPORT, .code = { MFSPR(4, 190) } },
	{ .name = "read-lpcr", .gpr[3] = REPORT, .code = { MFSPR(4, 318) } },
	{ .name = "hrfid", .gpr[3] = REPORT, .code = { 0x4c000224 } },
	/* time */
	{ .name = "loop", .gpr = { [3] = REPORT, [5] = TURNS }, .milliseconds = 60,
	  .code = { MTCTR_5, BDNZ_HERE } },
	{ .name = "decrementer", .gpr = { [3] = REPORT, [4] = 1000, [5] = TURNS },
	  .more_msr = MSR_EE, .milliseconds = 500, .code = { MTSPR(22, 4), MTCTR_5, BDNZ_HERE } },
	{ .name = "timebase", .gpr[3] = REPORT, .code = { MFSPR(4, 268) } },
};

static uint32_t in_order(uint32_t instruction, bool big_endian)
{
	return big_endian ? __builtin_bswap32(instruction) : instruction;
}

static void prepare(const struct guest *guest, const struct program *program)
{
	struct kvm_regs regs = {
		.pc = CODE,
		.msr = MSR_64 | MSR_ME | MSR_FACILITIES | program->more_msr |
		       (program->big_endian ? 0 : MSR_LE),
	};

	for (size_t i = 0; i < MEMORY / sizeof(*memory); i++)
		memory[i] = in_order(SC_1, program->big_endian || i < CODE / sizeof(*memory));
	for (size_t i = 0; i < sizeof(program->code) / sizeof(program->code[0]); i++)
		if (program->code[i] || !i)
			memory[CODE / 4 + i] = in_order(program->code[i], program->big_endian);
	memcpy(regs.gpr, program->gpr, sizeof(program->gpr));
	must(ioctl(guest->fd[0], KVM_SET_REGS, &regs), "KVM_SET_REGS");
}

/* Some exits of one L2: "exit", its name, errno, reason, detail, where it stands. */
static void run(const struct guest *guest, const struct program *program)
{
	for (unsigned int i = 0; i < EXITS_MAX; i++) {
		const struct kvm_run *at = guest->run[0];
		struct kvm_regs regs;
		unsigned long long detail = 0;
		int error;

		set_alarm(program->milliseconds ? program->milliseconds : 900);
		error = ioctl(guest->fd[0], KVM_RUN, 0) ? errno : 0;
		set_alarm(0);
		if (at->exit_reason == KVM_EXIT_PAPR_HCALL)
			detail = at->papr_hcall.nr;
		else if (at->exit_reason == KVM_EXIT_MMIO)
			detail = at->mmio.phys_addr;
		else if (at->exit_reason == KVM_EXIT_UNKNOWN)
			detail = at->hw.hardware_exit_reason;
		must(ioctl(guest->fd[0], KVM_GET_REGS, &regs), "KVM_GET_REGS");
		say("exit\t%s\t%d\t%u\t%#llx\t%#llx", program->name, error, at->exit_reason,
		    detail, (unsigned long long)regs.pc);
		if (error || at->exit_reason != KVM_EXIT_MMIO)
			break;
	}
}

static void run_programs(void)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		const struct guest guest = make_guest(1);

		prepare(&guest, &programs[i]);
		run(&guest, &programs[i]);
		read_all(guest.fd[0]);
		end_guest(&guest);
	}
}

/* A level for L2, before its first run and after. */
static void run_levels(void)
{
	static const uint32_t levels[] = {
		0, 0x0f000004, 0x0f000005, 0x0f000006, 0x0f000007, 0xffffffff,
	};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		const struct guest guest = make_guest(2);
		int before, after;

		before = write_one(guest.fd[0], KVM_REG_PPC_ARCH_COMPAT, levels[i]);
		prepare(&guest, &programs[0]);
		run(&guest, &programs[0]);
		after = write_one(guest.fd[0], KVM_REG_PPC_ARCH_COMPAT, levels[i]);
		run(&guest, &programs[0]);
		say("level\t%#x\t%d\t%d", levels[i], before, after);
		end_guest(&guest);
	}
}

/* Registers written before the first run, after it, and with other values. */
static void run_registers(void)
{
	static const uint8_t zeros[16];
	static const uint8_t patterns[][16] = {
		{ 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd,
		  0xee, 0xff, 0x10 },
		{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff },
	};
	const struct guest guest = make_guest(2);
	unsigned int taken;

	write_all(guest.fd[0], NULL);
	prepare(&guest, &programs[0]);
	run(&guest, &programs[0]);
	taken = read_all(guest.fd[0]);
	write_all(guest.fd[0], NULL);
	run(&guest, &programs[0]);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		/* no breakpoint, and no time that has passed */
		write_all(guest.fd[0], patterns[i]);
		write_one(guest.fd[0], KVM_REG_PPC_CIABR, 0);
		write_one(guest.fd[0], KVM_REG_PPC_DAWRX, 0);
		prepare(&guest, &programs[0]);
		run(&guest, &programs[0]);
		read_all(guest.fd[0]);
	}
	write_all(guest.fd[0], zeros);
	prepare(&guest, &programs[0]);
	run(&guest, &programs[0]);
	/* what is there for the whole guest */
	write_one(guest.fd[0], KVM_REG_PPC_TB_OFFSET, (uint64_t)1 << 32);
	run(&guest, &programs[0]);
	say("vpa\t%d", write_one(guest.fd[0], KVM_REG_PPC_VPA_ADDR, 0x4000));
	run(&guest, &programs[0]);
	say("registers\t%u", taken);
	end_guest(&guest);
}

/*
 * A process table of 4 KiB or 16 MiB; option hvp.abort=process-table: of 64 KiB, as any L2 may ask
 * of its VMM (H_REGISTER_PROC_TBL).
 */
static void run_process_tables(const struct guest *guest)
{
	const char *fatal = init_option("hvp.abort");
	const uint64_t sizes_by_order[] = { 0, 12, 4 };
	struct kvm_ppc_mmuv3_cfg mmu = { .flags = KVM_PPC_MMUV3_RADIX | KVM_PPC_MMUV3_GTSE };

	for (unsigned int i = 0; i < (fatal ? 3 : 2); i++) {
		mmu.process_table = RADIX | 0x20000 | sizes_by_order[i];
		say("process-table\t%llu", (unsigned long long)sizes_by_order[i]);
		must(ioctl(guest->vm, KVM_PPC_CONFIGURE_V3_MMU, &mmu), "KVM_PPC_CONFIGURE_V3_MMU");
		prepare(guest, &programs[0]);
		run(guest, &programs[0]);
	}
}

/* An interrupt, and breakpoints that KVM handles. */
static void run_rest(void)
{
	static const struct program breakpoint = {
		.name = "guest-debug", .gpr[3] = REPORT, .code = { 0x00dddd00 },
	};
	static const struct program external = {
		.name = "external", .gpr = { [3] = REPORT, [5] = TURNS }, .more_msr = MSR_EE,
		.milliseconds = 30, .code = { MTCTR_5, BDNZ_HERE },
	};
	struct kvm_guest_debug debug = {
		.control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_SW_BP,
	};
	struct kvm_interrupt interrupt = { .irq = KVM_INTERRUPT_SET_LEVEL };
	const struct guest guest = make_guest(1);

	run_process_tables(&guest);
	say("interrupt\t%d", ioctl(guest.fd[0], KVM_INTERRUPT, &interrupt) ? errno : 0);
	prepare(&guest, &external);
	write_one(guest.fd[0], KVM_REG_PPC_DEC_EXPIRY, (uint64_t)1 << 60);
	run(&guest, &external);
	say("debug\t%d", ioctl(guest.fd[0], KVM_SET_GUEST_DEBUG, &debug) ? errno : 0);
	prepare(&guest, &breakpoint);
	run(&guest, &breakpoint);
	end_guest(&guest);
}

void run_tests(void)
{
	const struct sigaction action = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &action, NULL);
	kvm = kvm_open();
	run_size = (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	memory = aligned_alloc(PAGE, MEMORY);
	if (!memory)
		give_up("no memory");
	if (init_option("hvp.test")) {
		run_programs();
	} else {
		run_levels();
		run_registers();
		run_programs();
		run_rest();
	}
	say("release\t%u.%u.%u", kernel_release() >> 16, kernel_release() >> 8 & 0xff,
	    kernel_release() & 0xff);
}
