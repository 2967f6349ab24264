// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Every firmware pseudo-register of this kernel, written and read, against the library. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "kvm_arm64.h"
#include "stream_arm64.h"

#define SLOT_OTHER HVP_FWREG_SLOTS	/* counts of ids that are no register's */
#define MISMATCHES_SAID 40

static struct hvp_fwregs host;
static uint32_t release;

/* A VM, and the library's idea of it. */
struct pair {
	const char *scenario;
	struct vm vm;
	struct hvp_fwregs model;
	uint32_t flags[VCPUS];	/* enum hvp_fwreg_flag of each vCPU */
};

static struct {
	uint64_t cases, mismatches;
} counts[HVP_FWREG_SLOTS + 1];

static void count(const struct pair *pair, uint64_t id, uint64_t value, const int *want,
		  const int *got, uint64_t want_value, uint64_t got_value)
{
	static uint32_t said;
	uint32_t slot = SLOT_OTHER;

	if (hvp_fwreg_find(id, &slot))
		slot = SLOT_OTHER;
	counts[slot].cases++;
	if (want[0] == got[0] && want[1] == got[1] && want_value == got_value)
		return;
	counts[slot].mismatches++;
	if (said++ < MISMATCHES_SAID)
		say("mismatch\t%s\t%#" PRIx64 "\t%#" PRIx64 "\t%d %d %#" PRIx64 "\t%d %d %#" PRIx64,
		    pair->scenario, id, value, want[0], want[1], want_value, got[0], got[1],
		    got_value);
}

/* What a read answers. An id is refused as in a write. */
static int expect_read(const struct pair *pair, uint32_t vcpu, uint64_t id, uint64_t *value)
{
	const uint32_t flags = pair->flags[vcpu];
	struct hvp_fwregs copy = pair->model;
	uint32_t reg;

	if (!(flags & HVP_FWREG_READY) || hvp_fwreg_find(id, &reg) || !(host.listed >> reg & 1))
		return hvp_status_to_errno(hvp_fwreg_write(&host, flags, id, 0, &copy, NULL));
	*value = pair->model.value[reg];
	if (reg == HVP_FWREG_PSCI_VERSION && !(flags & HVP_FWREG_PSCI_0_2))
		*value = 1;
	return 0;
}

/*
 * Where the kernel departs from what the library says, by name: ids of SVE registers that exist,
 * which guests without SVE lack, and values of system registers, fetched before the id is known.
 */
static const char *const deviation_names[] = { "SVE_ENOENT", "FETCH_FIRST" };
static uint64_t deviations[2];

static bool is_sve_register(uint64_t id)
{
	const uint64_t size = id >> 52 & 0xf, n = id & 0xffff;

	return (id >> 16 & 0xfff) == 0x15 && ((size == 8 && n < 0x400) ||
	       (size == 5 && n >= 0x400 && n < 0x620) || (size == 6 && n == 0xffff));
}

static void depart(const struct pair *pair, uint32_t writer, uint64_t id, const uint64_t *value,
		   int *want)
{
	const uint64_t group = id >> 16 & 0xfff;

	if (!(pair->flags[writer] & HVP_FWREG_READY) || id >> 56 != 0x60)
		return;
	if (is_sve_register(id)) {
		want[0] = want[1] = -ENOENT;
		deviations[0]++;
	} else if (!value && release >= HVP_RELEASE(6, 1, 0) && (group < 0x14 || group > 0x16)) {
		want[0] = -EFAULT;
		deviations[1]++;
	}
}

/* One write, and one read by any vCPU. */
static void try_write(struct pair *pair, uint32_t writer, uint32_t reader, uint64_t id,
		      const uint64_t *value)
{
	const uint32_t flags = pair->flags[writer] | (value ? 0 : HVP_FWREG_FAULT);
	uint64_t want_value = 0, got_value = 0;
	int want[2], got[2];

	want[0] = hvp_status_to_errno(hvp_fwreg_write(&host, flags, id, value ? *value : 0,
						      &pair->model, NULL));
	want[1] = expect_read(pair, reader, id, &want_value);
	depart(pair, writer, id, value, want);
	got[0] = reg_set(&pair->vm, writer, id, value);
	got[1] = reg_get(&pair->vm, reader, id, &got_value);
	count(pair, id, value ? *value : 0, want, got, want_value, got_value);
}

static void try_read(struct pair *pair, uint32_t vcpu, uint64_t id)
{
	uint64_t want_value = 0, got_value = 0;
	const int want[2] = { 0, expect_read(pair, vcpu, id, &want_value) };
	const int got[2] = { 0, reg_get(&pair->vm, vcpu, id, &got_value) };

	count(pair, id, 0, want, got, want_value, got_value);
}

/* Of every register that the library has a row of, whether this kernel has it or not. */
static uint64_t id_of(uint32_t reg)
{
	struct hvp_fwreg_info info;

	return hvp_fwreg_get(reg, &info) ? 0 : info.id;
}

static void read_all(struct pair *pair)
{
	for (uint32_t reg = 0; id_of(reg); reg++)
		for (uint32_t vcpu = 0; vcpu < VCPUS; vcpu++)
			try_read(pair, vcpu, id_of(reg));
}

/* Initializes one vCPU; of no other features than the first on kernels that want it so. */
static bool pair_init(struct pair *pair, uint32_t vcpu, bool psci_0_2)
{
	if (!vm_init(&pair->vm, vcpu, psci_0_2))
		return false;
	pair->flags[vcpu] = HVP_FWREG_READY | (psci_0_2 ? HVP_FWREG_PSCI_0_2 : 0);
	return true;
}

static void pair_open(struct pair *pair, const char *scenario)
{
	memset(pair, 0, sizeof(*pair));
	pair->scenario = scenario;
	vm_open(&pair->vm);
	/* the version of the VM; what vCPUs without the feature read is another matter */
	if (hvp_fwreg_initial(&host, HVP_FWREG_PSCI_0_2, &pair->model, NULL))
		give_up("the library knows no new VM");
}

static void pair_open_init(struct pair *pair, const char *scenario, bool psci_0_2)
{
	pair_open(pair, scenario);
	for (uint32_t vcpu = 0; vcpu < VCPUS; vcpu++)
		if (!pair_init(pair, vcpu, psci_0_2))
			give_up("KVM_ARM_VCPU_INIT of vCPU %u", vcpu);
}

static void pair_run(struct pair *pair)
{
	vm_run(&pair->vm);
	for (uint32_t vcpu = 0; vcpu < VCPUS; vcpu++)
		pair->flags[vcpu] |= HVP_FWREG_RAN;
}

/* xorshift64: the same values in every boot */
static uint64_t any_value(void)
{
	static uint64_t x = 0x9e3779b97f4a7c15;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

#define SMALL 0x24
#define VERSIONS (3 * 8)
#define BITS 64
#define RANDOM 96
#define VALUES (SMALL + VERSIONS + 3 * BITS + RANDOM)

/* Small values, versions of PSCI, single bits and their neighbours, and values of any size. */
static uint64_t value_of(uint32_t n)
{
	if (n < SMALL)
		return n;
	n -= SMALL;
	if (n < VERSIONS)
		return (uint64_t)n / 8 << 16 | n % 8;
	n -= VERSIONS;
	if (n < 3 * BITS)
		return HVP_BIT(n / 3) + n % 3 - 1;
	return any_value() >> any_value() % 64;
}

static void sweep_values(struct pair *pair)
{
	for (uint32_t reg = 0; id_of(reg); reg++)
		for (uint32_t n = 0; n < VALUES; n++) {
			const uint64_t value = value_of(n);

			try_write(pair, n & 1, n >> 1 & 1, id_of(reg), &value);
		}
	for (uint32_t reg = 0; id_of(reg); reg++)
		try_write(pair, 0, 1, id_of(reg), NULL);
	read_all(pair);
}

/* Registers in any order, so that one write meets what another left. */
static void sweep_random(struct pair *pair)
{
	for (uint32_t n = 0; n < 2000; n++) {
		const uint64_t value = value_of((uint32_t)(any_value() % (SMALL + VERSIONS)));
		const uint32_t reg = (uint32_t)(any_value() % 8), writer = any_value() & 1;

		try_write(pair, writer, any_value() & 1, id_of(reg), &value);
	}
	read_all(pair);
}

/* Ids near the registers. Groups of other registers are not the library's business. */
static void sweep_ids(struct pair *pair)
{
	static const uint64_t groups[] = { 0x14, 0x15, 0x16, 0x17, 0x18, 0x3f, 0xfff };
	static const uint64_t numbers[] = { 0, 1, 2, 3, 4, 5, 6, 7, 0xff, 0x400, 0x61f, 0x620,
					    0xffff };
	const uint64_t zero = 0;

	for (uint32_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++)
		for (uint32_t n = 0; n < 16 * sizeof(numbers) / sizeof(numbers[0]); n++) {
			const uint64_t size = n % 16;
			const uint64_t id = HVP_U64(0x6) << 60 | size << 52 | groups[g] << 16 |
					    numbers[n / 16];

			try_write(pair, 0, 1, id, &zero);
			if (size == 3)
				try_write(pair, 0, 1, id, NULL);
		}
	for (uint32_t reg = 0; id_of(reg); reg++)
		for (uint32_t bit = 0; bit < 64; bit++) {
			/* bits of the group lead to other registers */
			if (bit >= 16 && bit < 28)
				continue;
			try_write(pair, 0, 1, id_of(reg) ^ HVP_BIT(bit), &zero);
		}
}

static void sweep_one_vm(const char *before, const char *after, bool psci_0_2)
{
	static struct pair pair;

	pair_open_init(&pair, before, psci_0_2);
	read_all(&pair);
	sweep_values(&pair);
	sweep_random(&pair);
	sweep_ids(&pair);
	pair_run(&pair);
	pair.scenario = after;
	sweep_values(&pair);
	sweep_random(&pair);
	sweep_ids(&pair);
	vm_close(&pair.vm);
}

/* One vCPU has the feature, one not; where the kernel allows it. */
static void sweep_mixed(void)
{
	static struct pair pair;

	pair_open(&pair, "mixed");
	if (!pair_init(&pair, 0, true))
		give_up("KVM_ARM_VCPU_INIT");
	if (pair_init(&pair, 1, false)) {
		sweep_values(&pair);
		sweep_random(&pair);
	} else {
		say("note\tvCPUs of one VM have the same features");
	}
	vm_close(&pair.vm);
}

static void sweep_not_ready(void)
{
	static struct pair pair;

	pair_open(&pair, "not ready");
	read_all(&pair);
	sweep_values(&pair);
	sweep_ids(&pair);
	/* one vCPU is enough to write, and what it writes is the whole VM's */
	pair.scenario = "one ready";
	if (!pair_init(&pair, 0, true))
		give_up("KVM_ARM_VCPU_INIT");
	sweep_random(&pair);
	vm_close(&pair.vm);
}

/* A second KVM_ARM_VCPU_INIT leaves the registers, and that the VM ran, as they are. */
static void sweep_again(void)
{
	static struct pair pair;
	const uint64_t version = 2, none = 0;

	pair_open_init(&pair, "again", true);
	try_write(&pair, 0, 1, id_of(HVP_FWREG_PSCI_VERSION), &version);
	try_write(&pair, 1, 0, id_of(HVP_FWREG_VENDOR_HYP_BMAP), &none);
	pair_run(&pair);
	for (uint32_t vcpu = 0; vcpu < VCPUS; vcpu++)
		if (!vm_init(&pair.vm, vcpu, true))
			give_up("KVM_ARM_VCPU_INIT, again");
	read_all(&pair);
	sweep_random(&pair);
	vm_close(&pair.vm);
}

/* A new VM for each value: nothing that came before counts. */
static void sweep_new(void)
{
	static struct pair pair;

	for (uint32_t reg = 0; id_of(reg); reg++)
		for (uint32_t n = 0; n < SMALL + VERSIONS; n++) {
			const uint64_t value = value_of(n);

			pair_open_init(&pair, "new", n & 1);
			try_write(&pair, 0, 1, id_of(reg), &value);
			if (n & 2)
				pair_run(&pair);
			try_write(&pair, 1, 0, id_of(reg), &value);
			vm_close(&pair.vm);
		}
}

static void say_counts(void)
{
	struct hvp_fwreg_info info;

	for (uint32_t reg = 0; reg <= SLOT_OTHER; reg++)
		if (counts[reg].cases)
			say("count\t%s\t%" PRIu64 "\t%" PRIu64,
			    hvp_fwreg_get(reg, &info) ? "other ids" : info.name,
			    counts[reg].cases, counts[reg].mismatches);
	for (uint32_t i = 0; i < 2; i++)
		say("deviation\t%s\t%" PRIu64, deviation_names[i], deviations[i]);
}

/* What the library says of this host, for other programs of this boot to be held to. */
static void say_offers(void)
{
	struct hvp_fwreg_info info;

	for (uint32_t reg = 0; !hvp_fwreg_get(reg, &info); reg++)
		if (host.known >> reg & 1)
			say("offer\t%s\t%u\t%#" PRIx64, info.name, host.listed >> reg & 1,
			    host.value[reg]);
}

static void sweep(void)
{
	sweep_not_ready();
	sweep_new();
	sweep_one_vm("0.2", "0.2, ran", true);
	sweep_one_vm("0.1", "0.1, ran", false);
	sweep_mixed();
	sweep_again();
	say_counts();
}

void run_tests(void)
{
	struct hvp_fwreg_kernel kernel;

	host_kernel(&kernel);
	release = kernel.release;
	if (hvp_fwreg_offers(&kernel, &host, NULL))
		give_up("the library knows no such host");
	if (!access("/states", R_OK)) {
		stream_restore(&kernel);
		return;
	}
	say_offers();
	sweep();
	stream_save(&kernel);
}
