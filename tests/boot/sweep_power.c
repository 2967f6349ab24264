// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The processor levels of a real KVM-HV, asked from inside a machine whose first program this is.
 * Every errno and every value read back is compared with what the core says of this machine, or
 * with what a departure of tests/recorded/deviations.def says for this kernel instead.
 *
 * On the kernel's command line stands what QEMU was started with: hvp.cpu=power10,
 * hvp.api=nested-v1 (nested-v2, bare) and hvp.max=power9 (or -). A lie there, or in hvp.release,
 * must be seen. With hvp.patched=yes the kernel has the core in it, and no departure.
 *
 * It saves a guest of each level that it takes. Of those in a file /states, which other hosts
 * saved, what comes of them is compared with the verdict that hvp_migrate_check() had before.
 */
#include <errno.h>
#include <glob.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* The rules of the departures: struct vcpu, set_level(), setup_level_host(). */
#define say answer_say	/* init.h has one of its own */
#include "../recorded/arch_compat.c"
#include "../recorded/deviations.c"
#include "../recorded/tsv.c"
#undef _DEFAULT_SOURCE	/* it defines that itself */
#include "../recorded/setup.c"
#undef say

#include "init.h"
#include "kvm_power.h"

#define CAP_COMPAT_CAPS 250		/* newer than the headers: Linux 7.3 */
#define GET_COMPAT_CAPS _IO(KVMIO, 0xe4)
#define MEMORY 0x10000			/* a page of the largest size */
#define MISMATCHES_SHOWN 10
#define VALUES_MAX 4096
#define RANDOM_VALUES 1500
#define RANDOM_WALK 2000

enum kind { MACHINE_SAYS, FRESH, EARLY, CHAIN, RUN, PVR, COMPAT_CAPS, LOAD, KINDS };

static const char *const kind_names[KINDS] = {
	"machine", "level", "level-before-papr", "level-chain", "run", "sregs-pvr", "compat-caps",
	"load",
};

/* Departures that no recorded answer shows, by the same rule: named, with a condition. */
enum own_departure { NO_COMPAT_CAPS, RAW_IS_LOST, OWN_DEPARTURES };

static const struct {
	const char *name;
	const char *facts;
} own_departures[OWN_DEPARTURES] = {
	/* KVM_PPC_GET_COMPAT_CAPS is newer than the kernel, which says so (capability 250) */
	{ "NO_COMPAT_CAPS", "5" },
	/* nested v2: after its first run a raw guest has the level that L0 has for it */
	{ "RAW_IS_LOST", "K12" },
};

static struct {
	unsigned int cases;
	unsigned int matched;
	unsigned int departed;
	unsigned int mismatched;
} tally[KINDS];

static unsigned int shown[DEVIATIONS];
static unsigned int own_shown[OWN_DEPARTURES];

static struct machine {
	struct row row;		/* kernel and processor, as setup.c wants them */
	struct setup setup;
	uint64_t must;		/* deviations that this kernel has to show */
	uint64_t may;		/* and those that it may show */
	bool patched;		/* it has none */
	bool guests;		/* it makes some */
	int kvm;
	size_t run_size;
	uint32_t *memory;	/* of guests that run */
} machine;

/* A virtual machine with one vCPU, and what is known of that. */
struct guest {
	int vm;
	int fd;
	struct kvm_run *run;
	struct vcpu vcpu;
	bool raw_set;	/* 0 was asked for and not only never changed */
};

/* An answer to a write: errno, and what is read afterwards. */
struct answer {
	int32_t error;
	uint32_t value;
};

static bool same(struct answer a, struct answer b)
{
	return a.error == b.error && a.value == b.value;
}

static void mismatch(enum kind kind, const char *what, struct answer real, struct answer expected)
{
	if (++tally[kind].mismatched <= MISMATCHES_SHOWN)
		say("mismatch\t%s\t%s\treal %d %#x\texpected %d %#x", kind_names[kind],
		       what, real.error, real.value, expected.error, expected.value);
}

/* A case that no departure touches. */
static void judge(enum kind kind, const char *what, struct answer real, struct answer expected)
{
	tally[kind].cases++;
	if (same(real, expected))
		tally[kind].matched++;
	else
		mismatch(kind, what, real, expected);
}

/* A case where a departure has to show. */
static void judge_departed(enum kind kind, const char *what, struct answer real,
			   struct answer expected, enum own_departure departure)
{
	tally[kind].cases++;
	if (!same(real, expected)) {
		mismatch(kind, what, real, expected);
		return;
	}
	tally[kind].departed++;
	own_shown[departure]++;
}

static void start(void)
{
	machine.kvm = kvm_open();
	machine.run_size = (size_t)ioctl(machine.kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	machine.memory = aligned_alloc(MEMORY, MEMORY);
	if (!machine.memory)
		give_up("no memory");
}

/* The mode that firmware gave this machine: a logical PVR; 0 for raw, where a PVR may stand. */
static uint32_t tree_mode(void)
{
	uint8_t cell[4] = { 0 };
	uint32_t mode;
	glob_t found;

	if (glob("/proc/device-tree/cpus/*/cpu-version", 0, NULL, &found))
		return 0;
	if (found.gl_pathc != 1 || read_whole(found.gl_pathv[0], cell, sizeof(cell)) != 4)
		give_up("not one cpu-version");
	globfree(&found);
	mode = (uint32_t)cell[0] << 24 | (uint32_t)cell[1] << 16 | (uint32_t)cell[2] << 8 |
	       cell[3];
	return cell[0] == 0x0f ? mode : 0;
}

/* The machine as the core has it, by what QEMU was told. */
static void read_machine(void)
{
	const uint32_t release = kernel_release();
	struct row *row = &machine.row;
	char cpu[16], api[16], maximum[16];

	option("hvp.cpu", cpu, sizeof(cpu));
	option("hvp.api", api, sizeof(api));
	option("hvp.max", maximum, sizeof(maximum));
	row->kernel = release >> 8;
	machine.patched = init_option("hvp.patched");
	if (!find_processor(cpu, &row->cpu) ||
	    !setup_level_host(row, api, maximum, &machine.setup))
		give_up("%s, %s, %s: %s", cpu, api, maximum, row->fault);
	for (unsigned int i = 0; i < DEVIATIONS; i++) {
		const struct deviation_info *info = &deviation_table[i];

		if (machine.patched || !(info->files & ARCH_COMPAT) || row->kernel < info->first ||
		    row->kernel > info->last)
			continue;
		machine.may |= (uint64_t)1 << i;
		if (row->kernel >= info->certain)
			machine.must |= (uint64_t)1 << i;
	}
}

static void check_machine(void)
{
	const uint32_t pvr = cpuinfo_pvr();
	struct hvp_processor_info cpu = { 0 };
	struct answer real = { 0 }, expected = { 0 };
	int vm;

	real.value = hvp_pvr_processor(pvr, &cpu) ? 0 : cpu.value;
	expected.value = machine.row.cpu.value;
	judge(MACHINE_SAYS, "processor", real, expected);
	real.value = tree_mode();
	expected.value = machine.setup.host.compat_pvr;
	judge(MACHINE_SAYS, "own mode", real, expected);
	machine.setup.host.pvr = pvr;

	/* Without a level to offer there is no guest at all. */
	vm = ioctl(machine.kvm, KVM_CREATE_VM, VM_TYPE_HV);
	real = (struct answer){ .error = vm < 0 ? -errno : 0 };
	expected = (struct answer){ .error = machine.setup.offer.levels ? 0 : -EINVAL };
	judge(MACHINE_SAYS, "a guest", real, expected);
	machine.guests = vm >= 0;
	if (!machine.guests)
		return;
	close(vm);
	real = (struct answer){ .value = (uint32_t)ioctl(machine.kvm, KVM_CHECK_EXTENSION,
							  KVM_CAP_PPC_NESTED_HV) };
	expected = (struct answer){ .value = machine.setup.api != API_V2 };
	judge(MACHINE_SAYS, "nested API", real, expected);
}

static void enable_papr(struct guest *guest)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_PPC_PAPR };

	if (ioctl(guest->fd, KVM_ENABLE_CAP, &cap))
		give_up("KVM_CAP_PPC_PAPR: %s", strerror(errno));
	guest->vcpu.papr = true;
}

static struct guest make_guest(bool papr)
{
	struct guest guest = { .vcpu.setup = machine.setup };

	guest.vm = ioctl(machine.kvm, KVM_CREATE_VM, VM_TYPE_HV);
	if (guest.vm < 0)
		give_up("KVM_CREATE_VM: %s", strerror(errno));
	guest.fd = ioctl(guest.vm, KVM_CREATE_VCPU, 0);
	if (guest.fd < 0)
		give_up("KVM_CREATE_VCPU: %s", strerror(errno));
	guest.run = mmap(NULL, machine.run_size, PROT_READ | PROT_WRITE, MAP_SHARED, guest.fd, 0);
	if (guest.run == MAP_FAILED)
		give_up("mmap of the vCPU: %s", strerror(errno));
	if (papr)
		enable_papr(&guest);
	return guest;
}

static void end_guest(const struct guest *guest)
{
	munmap(guest->run, machine.run_size);
	close(guest->fd);
	close(guest->vm);
}

static uint32_t read_level(const struct guest *guest)
{
	uint32_t value = 0xdeadbeef;
	struct kvm_one_reg reg = { KVM_REG_PPC_ARCH_COMPAT, (uintptr_t)&value };

	if (ioctl(guest->fd, KVM_GET_ONE_REG, &reg))
		give_up("KVM_GET_ONE_REG: %s", strerror(errno));
	return value;
}

static struct answer write_level(const struct guest *guest, uint32_t request)
{
	struct kvm_one_reg reg = { KVM_REG_PPC_ARCH_COMPAT, (uintptr_t)&request };
	struct answer answer;

	answer.error = ioctl(guest->fd, KVM_SET_ONE_REG, &reg) ? -errno : 0;
	answer.value = read_level(guest);
	return answer;
}

/* What a kernel with these departures answers; without any, what the core says. */
static struct answer predict_level(const struct vcpu *before, uint32_t request, uint64_t set)
{
	struct vcpu vcpu = *before;
	struct answer answer;

	vcpu.deviations = set;
	answer.error = set_level(&vcpu, request);
	answer.value = vcpu.stored;
	return answer;
}

/* Departures without which the answer would be another. */
static void count_departures(const struct vcpu *before, uint32_t request, uint64_t set,
			     struct answer real)
{
	for (unsigned int i = 0; i < DEVIATIONS; i++)
		if ((set & (uint64_t)1 << i) &&
		    !same(predict_level(before, request, set & ~((uint64_t)1 << i)), real))
			shown[i]++;
}

/*
 * A departure that a kernel must have has to show: the bare answer of the core counts only where
 * all departures together come to the same.
 */
static void ask_level(enum kind kind, struct guest *guest, uint32_t request)
{
	const struct vcpu before = guest->vcpu;
	const struct answer core = predict_level(&before, request, 0);
	const struct answer must = predict_level(&before, request, machine.must);
	const struct answer may = predict_level(&before, request, machine.may);
	const struct answer real = write_level(guest, request);
	char what[32];

	tally[kind].cases++;
	guest->vcpu.stored = real.value;
	guest->raw_set = !request && !real.error;
	if (same(real, must) && same(real, core)) {
		tally[kind].matched++;
	} else if (same(real, must) || same(real, may)) {
		tally[kind].departed++;
		count_departures(&before, request,
				 same(real, must) ? machine.must : machine.may, real);
	} else {
		snprintf(what, sizeof(what), "%#x after %#x", request, before.stored);
		mismatch(kind, what, real, must);
	}
}

/* A guest of one instruction, a hypercall, which has to come back. */
static struct answer run(const struct guest *guest)
{
	struct kvm_userspace_memory_region memory = {
		.memory_size = MEMORY, .userspace_addr = (uintptr_t)machine.memory,
	};
	struct kvm_regs regs = { .msr = (uint64_t)1 << 63 | 0x1001, .gpr[3] = HCALL };
	struct answer answer;

	machine.memory[0] = 0x44000022;	/* sc 1 */
	if (ioctl(guest->vm, KVM_SET_USER_MEMORY_REGION, &memory) ||
	    ioctl(guest->fd, KVM_SET_REGS, &regs))
		give_up("setting a guest up: %s", strerror(errno));
	answer.error = ioctl(guest->fd, KVM_RUN, 0) ? -errno : 0;
	answer.value = guest->run->exit_reason == KVM_EXIT_PAPR_HCALL &&
		       guest->run->papr_hcall.nr == HCALL;
	return answer;
}

/* What L0 has for a raw guest: its own first value, the PVR, until L1 tells it a level. */
static uint32_t raw_in_l0(const struct guest *guest)
{
	const uint32_t own = machine.setup.offer.own;

	if (!guest->raw_set)
		return machine.setup.host.pvr;
	/* without the sentinel Linux does not tell POWER11 apart */
	if (own == HVP_LEVEL_3_10_P11 && !(machine.must & DEV(P11_SENTINEL)))
		return hvp_level_pvr(HVP_LEVEL_3_10);
	return hvp_level_pvr(own);
}

static void check_run(const struct guest *guest, const char *what)
{
	const bool fine = !guest->vcpu.insane;
	struct answer real, expected = { 0, guest->vcpu.stored };

	judge(RUN, what, run(guest), (struct answer){ fine ? 0 : -EINVAL, fine });
	real = (struct answer){ 0, read_level(guest) };
	if (machine.setup.api == API_V2 && !guest->vcpu.stored) {
		expected.value = raw_in_l0(guest);
		judge_departed(RUN, what, real, expected, RAW_IS_LOST);
	} else {
		judge(RUN, what, real, expected);
	}
}

static struct {
	uint32_t value[VALUES_MAX];
	unsigned int count;
	unsigned int named;	/* how many of the first have a name */
} values;

static void add(uint32_t value)
{
	if (values.count == VALUES_MAX)
		give_up("too many values");
	values.value[values.count++] = value;
}

static uint32_t next_random(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

/* With a name: all levels, their processor models, all processors, and the edges. */
static void add_named(void)
{
	struct hvp_processor_info info;
	uint32_t level;

	add(0);
	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		add(hvp_level_pvr(level));
	for (uint32_t i = 0; !hvp_pvr_processor_at(i, &info); i++)
		add(info.value);
	add(cpuinfo_pvr());
	add(0x0f000000);
	add(0x7fffffff);
	add(0xffffffff);
	values.named = values.count;
}

static void add_values(void)
{
	struct hvp_processor_info info;
	uint32_t level;

	add_named();
	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		for (unsigned int bit = 0; bit < 32; bit++)
			add(hvp_level_pvr(level) ^ (uint32_t)1 << bit);
	for (uint32_t i = 0; !hvp_pvr_processor_at(i, &info); i++)
		for (uint32_t version = 0x100; version < 0x1400; version += 0x101)
			add(info.value | version);
	for (unsigned int bit = 0; bit < 32; bit++) {
		add((uint32_t)1 << bit);
		add(~((uint32_t)1 << bit));
	}
	for (uint32_t low = 0; low < 0x100; low++) {
		add(0x0f000000 | low);
		add(0x0f100000 | low);
	}
	for (unsigned int i = 0; i < RANDOM_VALUES; i++)
		add(next_random());
}

/* A guest of its own for each value, with and without PAPR. */
static void sweep_fresh(void)
{
	struct guest guest;
	char what[16];

	for (unsigned int i = 0; i < values.named; i++) {
		guest = make_guest(true);
		judge(FRESH, "before any", (struct answer){ 0, read_level(&guest) },
		      (struct answer){ 0, 0 });
		ask_level(FRESH, &guest, values.value[i]);
		snprintf(what, sizeof(what), "%#x", values.value[i]);
		check_run(&guest, what);
		end_guest(&guest);

		guest = make_guest(false);
		ask_level(EARLY, &guest, values.value[i]);
		enable_papr(&guest);
		ask_level(EARLY, &guest, 0);
		end_guest(&guest);
	}
}

/* One guest that is asked for everything, and for every named value after every other. */
static void sweep_chain(void)
{
	struct guest guest = make_guest(true);

	for (unsigned int i = 0; i < values.count; i++)
		ask_level(CHAIN, &guest, values.value[i]);
	for (unsigned int i = 0; i < values.named; i++)
		for (unsigned int j = 0; j < values.named; j++) {
			ask_level(CHAIN, &guest, values.value[i]);
			ask_level(CHAIN, &guest, values.value[j]);
		}
	for (unsigned int i = 0; i < RANDOM_WALK; i++)
		ask_level(CHAIN, &guest, values.value[next_random() % values.count]);
	end_guest(&guest);
}

/* The host's own PVR and no other (hvp_pvr_mode.cpu_pvr), whatever level is set. */
static void sweep_pvr(void)
{
	const struct guest guest = make_guest(true);
	const uint32_t own = machine.setup.host.pvr;

	for (unsigned int i = 0; i < values.count; i++) {
		const uint32_t request = i % 16 ? values.value[i] : own;
		struct kvm_sregs sregs;
		struct answer real, expected = { request == own ? 0 : -EINVAL, own };
		char what[16];

		if (ioctl(guest.fd, KVM_GET_SREGS, &sregs))
			give_up("KVM_GET_SREGS: %s", strerror(errno));
		sregs.pvr = request;
		real.error = ioctl(guest.fd, KVM_SET_SREGS, &sregs) ? -errno : 0;
		if (ioctl(guest.fd, KVM_GET_SREGS, &sregs))
			give_up("KVM_GET_SREGS: %s", strerror(errno));
		real.value = sregs.pvr;
		snprintf(what, sizeof(what), "%#x", request);
		judge(PVR, what, real, expected);
	}
	end_guest(&guest);
}

/* The levels with a capability bit that a host says it can give to nested guests. */
static uint64_t capabilities(void)
{
	const struct setup *setup = &machine.setup;
	uint64_t set = 0;
	uint32_t level;

	if (setup->api == API_V2)
		return setup->host.granted;
	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		if (setup->host.compat_pvr && level <= setup->offer.own)
			set |= hvp_level_capability(level);
	return set;
}

/* One call with this size, flags and first byte of the tail. */
static void ask_caps(int vm, bool there, uint8_t *page, uint64_t size, uint64_t flags, bool dirty)
{
	const uint32_t page_size = (uint32_t)getpagesize();
	struct hvp_compat_caps_call call = {
		.size = sizeof(call), .policy_level = HVP_POLICY_LEVEL_1, .page_size = page_size,
		.user_size = size, .flags = flags,
		.events = dirty ? HVP_COMPAT_CAPS_TAIL : 0,
		.backend = capabilities() ? 0 : -EINVAL,
	};
	struct hvp_compat_caps_result result = { .error = -ENOTTY };
	struct hvp_compat_caps caps = { size, flags, 0 }, want = caps;
	struct answer real;
	char what[48];

	memset(page, 0, page_size);
	memcpy(page, &caps, sizeof(caps));
	page[sizeof(caps)] = dirty;
	if (there && hvp_compat_caps_answer(&call, &result, NULL))
		give_up("the core does not take the call");
	if (result.hand_back || result.copy_out)
		want.size = sizeof(want);
	if (result.copy_out)
		want.capabilities = capabilities();
	real.error = ioctl(vm, GET_COMPAT_CAPS, page) ? -errno : 0;
	real.value = !memcmp(page, &want, sizeof(want));
	snprintf(what, sizeof(what), "size %#llx flags %#llx%s", (unsigned long long)size,
		 (unsigned long long)flags, dirty ? " tail" : "");
	if (there)
		judge(COMPAT_CAPS, what, real, (struct answer){ result.error, 1 });
	else
		judge_departed(COMPAT_CAPS, what, real, (struct answer){ result.error, 1 },
			       NO_COMPAT_CAPS);
}

static void sweep_caps(void)
{
	const uint64_t page_size = (uint64_t)getpagesize();
	const uint64_t sizes[] = {
		0, 1, 8, 16, 23, 24, 25, 32, 64, 248, page_size - 1, page_size, page_size + 1,
		(uint64_t)1 << 32, UINT64_MAX,
	};
	const struct guest guest = make_guest(true);
	const bool there = ioctl(guest.vm, KVM_CHECK_EXTENSION, CAP_COMPAT_CAPS) > 0;
	uint8_t *page = mmap(NULL, 2 * page_size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		give_up("mmap: %s", strerror(errno));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (uint64_t flags = 0; flags < 2; flags++) {
			ask_caps(guest.vm, there, page, sizes[i], flags, false);
			if (sizes[i] > sizeof(struct hvp_compat_caps))
				ask_caps(guest.vm, there, page, sizes[i], flags, true);
		}
	end_guest(&guest);
}

/* One guest of each level that this host takes, right or wrong, once it has run. */
static void save(void)
{
	uint32_t level;

	for (uint32_t i = 0; !hvp_level_at(i, &level); i++) {
		struct guest guest = make_guest(true);

		if (!write_level(&guest, hvp_level_pvr(level)).error && !run(&guest).error)
			say("state\t%#x\t%#x", read_level(&guest), machine.setup.host.pvr);
		end_guest(&guest);
	}
}

/* Only the level counts: the guest has one instruction, and uses no facility. */
static uint32_t verdict_of(uint32_t level_pvr, uint32_t pvr)
{
	const uint32_t level = hvp_level_from_pvr(level_pvr);
	struct hvp_profile guest, host;
	uint32_t verdict;

	hvp_profile_init(&guest, HVP_ARCH_POWER, HVP_ROLE_GUEST);
	guest.power.levels = HVP_BIT(level);
	guest.power.pvr = pvr;
	hvp_profile_init(&host, HVP_ARCH_POWER, HVP_ROLE_HOST);
	host.power.levels = machine.setup.offer.levels;
	host.power.pvr = machine.setup.host.pvr;
	host.quirks = machine.patched ? 0 : hvp_quirk_known(HVP_ARCH_POWER, kernel_release(), 0);
	if (hvp_migrate_check(&guest, &host, &verdict, NULL))
		give_up("no verdict about %#x", level_pvr);
	return verdict;
}

/* Refused is refused when the level is set; a broken guest is let in. */
static void load(const char *name, uint32_t level, uint32_t pvr)
{
	const uint32_t verdict = verdict_of(level, pvr);
	const bool refused = verdict == HVP_VERDICT_REFUSED;
	const unsigned int before = tally[LOAD].mismatched;
	struct guest guest = make_guest(true);

	judge(LOAD, name, write_level(&guest, level),
	      (struct answer){ refused ? -EINVAL : 0, refused ? 0 : level });
	if (!refused)
		judge(LOAD, name, run(&guest), (struct answer){ 0, true });
	say("load\t%s\t%#x\t%s\t%d", name, level, hvp_verdict_name(verdict),
	    tally[LOAD].mismatched == before);
	end_guest(&guest);
}

static void restore(FILE *states)
{
	unsigned int level, pvr;
	char name[64];
	int cells;

	while ((cells = fscanf(states, "%63s %x %x", name, &level, &pvr)) == 3)
		load(name, level, pvr);
	if (cells != EOF)
		give_up("/states: a line that is no guest");
}

/* What the core says that this host offers, for what the command's probe says. */
static void say_offer(void)
{
	struct hvp_pvr_offer offer;
	uint32_t level;

	if (hvp_pvr_offers(&machine.setup.host, &offer, NULL))
		return;
	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		if (offer.levels & HVP_BIT(level))
			say("offer\t%s", hvp_level_name(level, HVP_SPELLING_QEMU));
}

static void print_result(void)
{
	for (unsigned int i = 0; i < KINDS; i++)
		say("kind\t%s\t%u\t%u\t%u\t%u", kind_names[i], tally[i].cases, tally[i].matched,
		    tally[i].departed, tally[i].mismatched);
	for (unsigned int i = 0; i < DEVIATIONS; i++)
		if (shown[i])
			say("departure\t%s\t%s\t%u", deviation_table[i].name,
			    deviation_table[i].facts, shown[i]);
	for (unsigned int i = 0; i < OWN_DEPARTURES; i++)
		if (own_shown[i])
			say("departure\t%s\t%s\t%u", own_departures[i].name,
			    own_departures[i].facts, own_shown[i]);
	say_offer();
	say("release\t%u.%u.%u", kernel_release() >> 16, kernel_release() >> 8 & 0xff,
	    kernel_release() & 0xff);
}

void run_tests(void)
{
	FILE *states = fopen("/states", "r");

	start();
	read_machine();
	check_machine();
	if (machine.guests) {
		add_values();
		sweep_fresh();
		sweep_chain();
		sweep_pvr();
		sweep_caps();
		save();
	}
	if (states)
		restore(states);
	print_result();
}
