// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A guest's registers, saved on one kernel and loaded on another the way QEMU does, against what
 * the library said before.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hvpolicy/migrate.h>
#include <hvpolicy/stream.h>

#include "kvm_arm64.h"
#include "stream_arm64.h"

#define GROUP(id) ((id) >> 16 & 0xfff)
#define WRITES 3

/* What the VMM of a guest asks for. */
struct setting {
	const char *name;
	uint32_t flags;	/* HVP_FWREG_PSCI_0_2 or 0 */
	uint32_t writes;
	struct {
		uint32_t reg;
		uint64_t value;
	} write[WRITES];
};

static const struct setting settings[] = {
	{ "default", HVP_FWREG_PSCI_0_2, 0, { { 0, 0 } } },
	{ "psci-0.1", 0, 0, { { 0, 0 } } },
	{ "psci-0.2", HVP_FWREG_PSCI_0_2, 1, { { HVP_FWREG_PSCI_VERSION, 0x2 } } },
	{ "psci-1.0", HVP_FWREG_PSCI_0_2, 1, { { HVP_FWREG_PSCI_VERSION, 0x10000 } } },
	{ "psci-1.1", HVP_FWREG_PSCI_0_2, 1, { { HVP_FWREG_PSCI_VERSION, 0x10001 } } },
	{ "no-services", HVP_FWREG_PSCI_0_2, 3, { { HVP_FWREG_STD_BMAP, 0 },
		{ HVP_FWREG_STD_HYP_BMAP, 0 }, { HVP_FWREG_VENDOR_HYP_BMAP, 0 } } },
	{ "discovery", HVP_FWREG_PSCI_0_2, 2, { { HVP_FWREG_PSCI_VERSION, 0x10001 },
		{ HVP_FWREG_VENDOR_HYP_BMAP_2, 0x3 } } },
	{ "old-and-few", HVP_FWREG_PSCI_0_2, 2, { { HVP_FWREG_PSCI_VERSION, 0x2 },
		{ HVP_FWREG_VENDOR_HYP_BMAP, 1 } } },
};

/* A guest on the way: who its host was, what was asked for, and all its registers. */
struct state {
	char name[64];
	const struct setting *setting;
	struct hvp_fwreg_kernel kernel;
	struct regs regs;
};

static uint64_t id_of(uint32_t reg)
{
	struct hvp_fwreg_info info;

	if (hvp_fwreg_get(reg, &info))
		give_up("no register %u", reg);
	return info.id;
}

static bool is_firmware(uint64_t id)
{
	return GROUP(id) == 0x14 || GROUP(id) == 0x16;
}

static void open_vm(struct vm *vm, uint32_t flags)
{
	vm_open(vm);
	for (uint32_t vcpu = 0; vcpu < VCPUS; vcpu++)
		if (!vm_init(vm, vcpu, flags & HVP_FWREG_PSCI_0_2))
			give_up("KVM_ARM_VCPU_INIT");
}

/* A setting that the kernel refuses is no guest; the sweep has judged the refusal. */
static bool make_setting(const struct vm *vm, const struct setting *setting)
{
	for (uint32_t i = 0; i < setting->writes; i++)
		if (reg_set(vm, 0, id_of(setting->write[i].reg), &setting->write[i].value))
			return false;
	return true;
}

static void save_one(const struct hvp_fwreg_kernel *kernel, const struct setting *setting)
{
	static struct regs regs;
	struct vm vm;

	open_vm(&vm, setting->flags);
	if (!make_setting(&vm, setting)) {
		vm_close(&vm);
		return;
	}
	vm_run(&vm);
	regs_list(&vm, &regs);
	vm_close(&vm);
	say("state\t%s\t%u\t%u\t%u\t%u\t%u", setting->name, kernel->release, kernel->flags,
	    kernel->spectre_v2, kernel->ssb, kernel->spectre_bhb);
	for (uint32_t i = 0; i < regs.count; i++)
		say("reg\t%" PRIx64 "\t%" PRIx64, regs.reg[i].id, regs.reg[i].value);
}

void stream_save(const struct hvp_fwreg_kernel *kernel)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		save_one(kernel, &settings[i]);
}

/* QEMUs and how they load; the quirks that the library knows of them are looked up by release. */
struct vmm {
	const char *name;
	uint32_t release;
	bool (*merge)(const struct regs *stream, struct regs *own);
};

static struct reg *find(struct regs *regs, uint64_t id)
{
	for (uint32_t i = 0; i < regs->count; i++)
		if (regs->reg[i].id == id)
			return &regs->reg[i];
	return NULL;
}

/* No more registers than here; none unknown, up to the largest id here. */
static bool merge_10(const struct regs *stream, struct regs *own)
{
	const uint64_t largest = own->reg[own->count - 1].id;

	if (stream->count > own->count)
		return false;
	for (uint32_t i = 0; i < stream->count; i++) {
		struct reg *here = find(own, stream->reg[i].id);

		if (here)
			here->value = stream->reg[i].value;
		else if (stream->reg[i].id < largest)
			return false;
	}
	return true;
}

/* TCR2_EL1, PIRE0_EL1, PIR_EL1: older kernels list them although guests do not have them. */
static bool is_listed_by_mistake(uint64_t id)
{
	return id == 0x603000000013c103 || id == 0x603000000013c512 || id == 0x603000000013c513;
}

/* Unknown ones are named, and the last of them decides; some are tolerated. */
static bool merge_11(const struct regs *stream, struct regs *own)
{
	bool good = true;

	for (uint32_t i = 0; i < stream->count; i++) {
		const struct reg *sent = &stream->reg[i];
		struct reg *here = find(own, sent->id);

		if (here) {
			here->value = sent->value;
			continue;
		}
		good = is_listed_by_mistake(sent->id) ||
		       (sent->id == id_of(HVP_FWREG_VENDOR_HYP_BMAP_2) && !sent->value);
	}
	return good;
}

static const struct vmm vmms[] = {
	{ "qemu-10", HVP_RELEASE(10, 0, 13), merge_10 },
	{ "qemu-11", HVP_RELEASE(11, 1, 3), merge_11 },
};

/* What became of a guest, or is said to become of it. */
struct outcome {
	uint32_t verdict;	/* enum hvp_verdict */
	uint32_t refused;	/* firmware registers whose value was not taken */
	uint32_t others;	/* other registers whose value was not taken */
	bool written;		/* values were written at all */
	bool stopped;		/* a finding refuses the guest */
};

static void worse(uint32_t *verdict, uint32_t than)
{
	if (than > *verdict)
		*verdict = than;
}

/* SSBS of a guest there: by its own id register, if the kernel takes it. */
static uint32_t ssbs_there(const struct regs *sent)
{
	uint32_t flags;
	struct vm vm;

	open_vm(&vm, HVP_FWREG_PSCI_0_2);
	for (uint32_t i = 0; i < sent->count; i++)
		if (sent->reg[i].id == ID_AA64PFR1_EL1)
			reg_set(&vm, 0, ID_AA64PFR1_EL1, &sent->reg[i].value);
	flags = vm_ssbs(&vm);
	vm_close(&vm);
	return flags;
}

/* The guest by what was asked for, as the library has it. */
static void model_guest(const struct state *state, struct hvp_fwregs *guest)
{
	struct hvp_fwregs host;

	if (hvp_fwreg_offers(&state->kernel, &host, NULL) ||
	    hvp_fwreg_initial(&host, state->setting->flags, guest, NULL))
		give_up("the library knows no such guest");
	for (uint32_t i = 0; i < state->setting->writes; i++)
		if (hvp_fwreg_write(&host, state->setting->flags | HVP_FWREG_READY,
				    id_of(state->setting->write[i].reg),
				    state->setting->write[i].value, guest, NULL))
			give_up("the library refuses setting %s", state->setting->name);
}

static void to_stream(const struct regs *regs, struct hvp_stream_reg *stream)
{
	for (uint32_t i = 0; i < regs->count; i++)
		stream[i] = (struct hvp_stream_reg){ regs->reg[i].id, regs->reg[i].value };
}

static void model_profile(struct hvp_profile *profile, enum hvp_role role, uint32_t flags,
			  const struct regs *regs, const struct hvp_fwregs *fwregs)
{
	hvp_profile_init(profile, HVP_ARCH_ARM64, role);
	for (uint32_t i = 0; i < regs->count; i++)
		profile->arm64.registers += !is_firmware(regs->reg[i].id);
	profile->arm64.flags = flags & HVP_FWREG_PSCI_0_2 ? HVP_ARM64_PSCI_0_2 : HVP_ARM64_PSCI_0_1;
	profile->arm64.fwregs = *fwregs;
}

/* Firmware registers whose value the destination does not take. */
static uint32_t predict_refused(const struct hvp_fwregs *guest, const struct hvp_fwregs *host)
{
	struct hvp_finding findings[HVP_FWREG_SLOTS];
	struct hvp_report report;
	uint32_t verdict, refused = 0;

	hvp_report_init(&report, findings, HVP_FWREG_SLOTS);
	if (hvp_fwreg_compare(guest, host, HVP_FWREG_PSCI_0_2, &verdict, &report))
		give_up("the library does not compare");
	for (uint32_t i = 0; i < report.stored; i++)
		if (findings[i].verdict == HVP_VERDICT_REFUSED)
			refused |= 1u << findings[i].object;
	return refused & host->listed;
}

/*
 * Of one load. Where one finding refuses, the guest is not let in, and what another finding says
 * would be broken does not come to pass.
 */
static void take_verdict(const struct hvp_report *report, struct outcome *said)
{
	worse(&said->verdict, report->worst);
	for (uint32_t i = 0; i < report->stored; i++)
		said->stopped |= report->findings[i].verdict == HVP_VERDICT_REFUSED;
	if (report->total > report->stored)
		give_up("more findings than there is room for");
}

/*
 * What the library says: of the guest on this host, and of all the ids in the stream. QEMU makes
 * vCPUs with PSCI_0_2 only.
 */
static struct outcome predict(const struct state *state, const struct hvp_fwreg_kernel *here,
			      const struct vmm *vmm, const struct regs *sent,
			      const struct regs *own)
{
	static struct hvp_stream_reg stream[REGS_MAX], mine[REGS_MAX];
	struct hvp_profile guest, host;
	static struct hvp_finding findings[2 * REGS_MAX];
	struct outcome said = { 0 };
	struct hvp_fwregs has, offers;
	struct hvp_report report;
	uint32_t verdict;

	model_guest(state, &has);
	if (hvp_fwreg_offers(here, &offers, NULL))
		give_up("the library knows no such host");
	model_profile(&guest, HVP_ROLE_GUEST, state->setting->flags, sent, &has);
	model_profile(&host, HVP_ROLE_HOST, HVP_FWREG_PSCI_0_2, own, &offers);
	host.quirks = hvp_quirk_known(HVP_ARCH_ARM64, here->release, vmm->release);
	to_stream(sent, stream);
	to_stream(own, mine);
	hvp_report_init(&report, findings, 2 * REGS_MAX);
	if (hvp_migrate_check(&guest, &host, &verdict, &report) ||
	    hvp_stream_check(host.quirks, stream, sent->count, mine, own->count, &offers, &verdict,
			     &report))
		give_up("the library does not judge %s", state->name);
	take_verdict(&report, &said);
	if (said.stopped)
		said.verdict = HVP_VERDICT_REFUSED;
	said.refused = predict_refused(&has, &offers);
	return said;
}

/* What is there instead of a register that the guest had: nothing. */
static uint32_t judge_lost(const struct reg *before)
{
	/* a bitmap of services: no bit is what the guest finds */
	if (GROUP(before->id) == 0x16 && !before->value)
		return HVP_VERDICT_SAME;
	return is_listed_by_mistake(before->id) ? HVP_VERDICT_SAME : HVP_VERDICT_BROKEN;
}

/* A register of a guest that was let in: the same as before, or how else? */
static uint32_t judge_value(const struct reg *before, struct regs *after)
{
	const struct reg *now = find(after, before->id);
	uint32_t reg;

	if (!now)
		return judge_lost(before);
	/* others, such as timers, go on by themselves */
	if (!is_firmware(before->id) || now->value == before->value)
		return HVP_VERDICT_SAME;
	if (hvp_fwreg_find(before->id, &reg))
		return HVP_VERDICT_BROKEN;
	/* a level that is higher than before takes nothing away */
	return reg >= HVP_FWREG_WORKAROUND_1 && reg <= HVP_FWREG_WORKAROUND_3 &&
	       now->value > before->value ? HVP_VERDICT_CHANGED : HVP_VERDICT_BROKEN;
}

static void write_all(const struct vm *vm, const struct regs *regs, struct outcome *got)
{
	for (uint32_t i = 0; i < regs->count; i++) {
		uint32_t reg;

		if (is_lie("stream") && regs->reg[i].id == id_of(HVP_FWREG_PSCI_VERSION))
			continue;
		if (!reg_set(vm, 0, regs->reg[i].id, &regs->reg[i].value))
			continue;
		if (is_firmware(regs->reg[i].id) && !hvp_fwreg_find(regs->reg[i].id, &reg))
			got->refused |= 1u << reg;
		else
			got->others++;
	}
}

/* What really becomes of it, by what the kernel answers. */
static struct outcome load(const struct vmm *vmm, struct vm *vm, const struct regs *sent,
			   struct regs *own)
{
	static struct regs after;
	const uint32_t own_count = own->count;
	struct outcome got = { 0 };
	uint32_t found = 0;

	if (!vmm->merge(sent, own)) {
		got.verdict = HVP_VERDICT_REFUSED;
		return got;
	}
	write_all(vm, own, &got);
	got.written = true;
	if (got.refused) {
		got.verdict = HVP_VERDICT_REFUSED;
		return got;
	}
	vm_run(vm);
	regs_list(vm, &after);
	for (uint32_t i = 0; i < sent->count; i++) {
		worse(&got.verdict, judge_value(&sent->reg[i], &after));
		found += find(&after, sent->reg[i].id) != NULL;
	}
	if (found < own_count)
		worse(&got.verdict, HVP_VERDICT_CHANGED);
	return got;
}

/* Whose registers are loaded. */
enum scope {
	WHOLE,		/* all of the guest's */
	FIRMWARE,	/* its firmware registers, among the other registers of this host */
	FEWER,		/* the same less one of this host's, so that the number grows by none */
};

static const char *const scope_names[] = { "whole", "firmware", "fewer" };

/* The firmware registers of a stream among the other registers of this host. */
static void only_firmware(const struct regs *stream, const struct regs *own, uint32_t skip,
			  struct regs *mixed)
{
	mixed->count = 0;
	for (uint32_t i = skip; i < own->count; i++)
		if (!is_firmware(own->reg[i].id))
			mixed->reg[mixed->count++] = own->reg[i];
	for (uint32_t i = 0; i < stream->count; i++)
		if (is_firmware(stream->reg[i].id))
			mixed->reg[mixed->count++] = stream->reg[i];
}

static void try_one(const struct state *state, const struct hvp_fwreg_kernel *kernel,
		    const struct vmm *vmm, enum scope scope)
{
	static struct regs own, mixed;
	const struct regs *sent = scope == WHOLE ? &state->regs : &mixed;
	struct hvp_fwreg_kernel here = *kernel;
	struct outcome said, got;
	struct vm vm;

	open_vm(&vm, HVP_FWREG_PSCI_0_2);
	regs_list(&vm, &own);
	only_firmware(&state->regs, &own, scope == FEWER, &mixed);
	here.flags = ssbs_there(sent);
	said = predict(state, &here, vmm, sent, &own);
	got = load(vmm, &vm, sent, &own);
	vm_close(&vm);
	say("load\t%s\t%s\t%s\t%u\t%u\t%x\t%x\t%u", state->name, vmm->name, scope_names[scope],
	    said.verdict, got.verdict, said.refused, got.written ? got.refused : said.refused,
	    got.others);
}

static void try_all(const struct state *state, const struct hvp_fwreg_kernel *kernel)
{
	for (size_t i = 0; i < sizeof(vmms) / sizeof(vmms[0]); i++)
		for (enum scope scope = WHOLE; scope <= FEWER; scope++)
			try_one(state, kernel, &vmms[i], scope);
}

static void begin_state(const char *line, struct state *state)
{
	struct hvp_fwreg_kernel *kernel = &state->kernel;
	const char *setting;

	memset(state, 0, sizeof(*state));
	kernel->size = sizeof(*kernel);
	kernel->policy_level = HVP_POLICY_LEVEL_1;
	if (sscanf(line, "state\t%63s\t%u\t%u\t%u\t%u\t%u", state->name, &kernel->release,
		   &kernel->flags, &kernel->spectre_v2, &kernel->ssb, &kernel->spectre_bhb) != 6)
		give_up("no state: %s", line);
	setting = strrchr(state->name, '/');
	for (size_t i = 0; setting && i < sizeof(settings) / sizeof(settings[0]); i++)
		if (!strcmp(settings[i].name, setting + 1))
			state->setting = &settings[i];
	if (!state->setting)
		give_up("no setting: %s", line);
}

static void add_reg(const char *line, struct state *state)
{
	struct reg *reg = &state->regs.reg[state->regs.count];

	if (state->regs.count == REGS_MAX ||
	    sscanf(line, "reg\t%" SCNx64 "\t%" SCNx64, &reg->id, &reg->value) != 2)
		give_up("no register: %s", line);
	state->regs.count++;
}

void stream_restore(const struct hvp_fwreg_kernel *kernel)
{
	static struct state state;
	FILE *file = fopen("/states", "r");
	char line[256];

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "reg\t", 4)) {
			add_reg(line, &state);
			continue;
		}
		if (state.setting)
			try_all(&state, kernel);
		begin_state(line, &state);
	}
	if (state.setting)
		try_all(&state, kernel);
	fclose(file);
}
