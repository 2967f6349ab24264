// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Migration streams loaded by a real QEMU on KVM/arm64: whether it takes them, what the guest's
 * firmware registers then are, what is lost on the way, and which test refuses the others.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "recorded.h"

#define REGS_MAX 1024
#define FINDINGS_MAX 1024

/* Registers of the processor are known by their number only: even ids, the firmware's are above. */
#define SYSREG(n) (UINT64_C(0x6030000000130000) + 2 * (n))
#define SYSREG_UNKNOWN (SYSREG(0) + 1)
#define SYSREG_LAST UINT64_C(0x603000000013ffff)
#define FIRMWARE UINT64_C(0x6030000000140000)

struct regs {
	struct hvp_stream_reg reg[REGS_MAX];
	uint32_t count;
};

struct report {
	struct hvp_report report;
	struct hvp_finding finding[FINDINGS_MAX];
};

/* One row. */
static struct migration {
	struct regs native;	/* firmware registers of a new VM on the destination */
	struct regs own;	/* all registers of the destination */
	struct regs stream;
	struct hvp_fwregs host;
	struct hvp_fwregs vm;	/* as the library has it, before the load */
	uint64_t quirks;
	uint32_t flags;		/* of the vCPUs that QEMU makes */
	struct report loading;	/* hvp_stream_check() */
	struct report going;	/* hvp_migrate_check() */
	uint32_t goes;		/* its verdict */
	bool profile;		/* the guest is a profile */
} now;

static void add_reg(struct row *row, struct regs *regs, uint64_t id, uint64_t value)
{
	if (regs->count == REGS_MAX)
		row_fault(row, "more than %d registers", REGS_MAX);
	else
		regs->reg[regs->count++] = (struct hvp_stream_reg){ id, value };
}

static const struct hvp_stream_reg *find_reg(const struct regs *regs, uint64_t id)
{
	for (uint32_t i = 0; i < regs->count; i++)
		if (regs->reg[i].id == id)
			return &regs->reg[i];
	return NULL;
}

/* The row of a firmware register; false: the library has none. */
static bool info_of(uint64_t id, struct hvp_fwreg_info *info)
{
	uint32_t reg;

	return !hvp_fwreg_find(id, &reg) && !hvp_fwreg_get(reg, info);
}

/* A name, or an id that the library has no row for. */
static uint64_t read_id(struct row *row, const char *name)
{
	struct hvp_fwreg_info info = { 0 };
	uint64_t id;

	if (parse_number(name, &id))
		return id;
	return fwreg_named(row, name, &info) ? info.id : 0;
}

/* NAME=value, comma, ...; may be empty. */
static void read_regs(struct row *row, const char *column, struct regs *regs)
{
	const char *at = row_cell(row, column);

	while (*at) {
		char name[32], number[32];
		uint64_t value;
		int len = 0;

		if (sscanf(at, "%31[^=,]=%31[^,]%n", name, number, &len) != 2 ||
		    !parse_number(number, &value)) {
			row_fault(row, "column \"%s\": \"%s\" is no register", column, at);
			return;
		}
		add_reg(row, regs, read_id(row, name), value);
		at += len;
		at += *at == ',';
	}
}

/* What a case changes in the registers of the processor; the rest of it shows in stream_fw. */
struct edits {
	bool no_first;
	bool unknown;
	bool last;
};

static bool is_word(const char *word, size_t len, const char *name)
{
	return strlen(name) == len && !strncmp(word, name, len);
}

/* These show in stream_fw. */
static bool is_firmware_word(const char *word, size_t len)
{
	static const char *const words[] = {
		"all_fw", "all_bmap", "all_but_psci", "fw4", "fwffff", "bmap2", "bm4",
	};
	struct hvp_fwreg_info info;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(word, len, words[i]))
			return true;
	for (uint32_t reg = 0; !hvp_fwreg_get(reg, &info); reg++)
		if (is_word(word, len, info.name))
			return true;
	return false;
}

/* One of "native", "fwonly:...", "set:R=v", "drop:X" and "add:X=v". */
static bool read_edit(const char *edit, struct edits *edits)
{
	const size_t verb = strcspn(edit, ":+");
	const char *word = edit[verb] == ':' ? edit + verb + 1 : "";
	const size_t len = strcspn(word, "=+");

	if (is_word(edit, verb, "native") || is_word(edit, verb, "fwonly"))
		return true;
	if (is_word(edit, verb, "drop") && is_word(word, len, "first_sysreg"))
		return edits->no_first = true;
	if (is_word(edit, verb, "add") && is_word(word, len, "sysreg_undef"))
		return edits->unknown = true;
	if (is_word(edit, verb, "add") && is_word(word, len, "sysreg_last"))
		return edits->last = true;
	return (is_word(edit, verb, "drop") || is_word(edit, verb, "add") ||
		is_word(edit, verb, "set")) && is_firmware_word(word, len);
}

static struct edits read_case(struct row *row)
{
	const char *text = row_cell(row, "case");
	struct edits edits = { false };

	for (const char *at = text; at; at = strchr(at, '+')) {
		at += *at == '+';
		if (!read_edit(at, &edits))
			row_fault(row, "case \"%s\" is not known", text);
	}
	return edits;
}

static void read_lists(struct row *row)
{
	const struct edits edits = read_case(row);
	const uint64_t all = row_number(row, "dst_native_cpregs");

	read_regs(row, "dst_native_fw", &now.native);
	for (uint64_t i = 0; i + now.native.count < all && !row->fault[0]; i++) {
		add_reg(row, &now.own, SYSREG(i), 0);
		if (i || !edits.no_first)
			add_reg(row, &now.stream, SYSREG(i), 0);
		if (!i && edits.unknown)
			add_reg(row, &now.stream, SYSREG_UNKNOWN, 1);
	}
	if (edits.last)
		add_reg(row, &now.stream, SYSREG_LAST, 1);
	for (uint32_t i = 0; i < now.native.count; i++)
		add_reg(row, &now.own, now.native.reg[i].id, now.native.reg[i].value);
	read_regs(row, "stream_fw", &now.stream);
}

static uint64_t native_value(uint32_t reg)
{
	struct hvp_fwreg_info info;
	const struct hvp_stream_reg *has;

	has = hvp_fwreg_get(reg, &info) ? NULL : find_reg(&now.native, info.id);
	return has ? has->value : 0;
}

static enum hvp_status write_reg(const struct hvp_stream_reg *reg, struct hvp_fwregs *vm)
{
	return hvp_fwreg_write(&now.host, now.flags | HVP_FWREG_READY, reg->id, reg->value, vm,
			       NULL);
}

/* The host by its kernel and levels; its new VM, where QEMU may have chosen the version. */
static void read_destination(struct row *row)
{
	const uint32_t release = row_release(row, "dst_kernel");
	const uint64_t psci = native_value(HVP_FWREG_PSCI_VERSION);
	struct hvp_fwreg_info info;

	now.quirks = hvp_quirk_known(HVP_ARCH_ARM64, release, row_release(row, "qemu"));
	now.flags = psci == 0x1 ? 0 : HVP_FWREG_PSCI_0_2;
	if (!fwreg_host(row, release, native_value(HVP_FWREG_WORKAROUND_1),
			native_value(HVP_FWREG_WORKAROUND_2), native_value(HVP_FWREG_WORKAROUND_3),
			&now.host))
		return;
	if (hvp_fwreg_initial(&now.host, now.flags, &now.vm, NULL))
		row_fault(row, "the library knows no new VM");
	if (strstr(row_cell(row, "dst_cpu_opt"), "kvm-psci-version=") &&
	    !hvp_fwreg_get(HVP_FWREG_PSCI_VERSION, &info))
		write_reg(&(struct hvp_stream_reg){ info.id, psci }, &now.vm);
}

/* The registers that the library has no row for count among those of the processor. */
static void make_guest(struct hvp_profile *guest)
{
	struct hvp_fwregs *regs = &guest->arm64.fwregs;
	uint32_t reg;

	hvp_profile_init(guest, HVP_ARCH_ARM64, HVP_ROLE_GUEST);
	guest->arm64.flags = now.flags ? HVP_ARM64_PSCI_0_2 : HVP_ARM64_PSCI_0_1;
	for (uint32_t i = 0; i < now.stream.count; i++) {
		if (hvp_fwreg_find(now.stream.reg[i].id, &reg)) {
			guest->arm64.registers++;
			continue;
		}
		regs->listed |= (uint32_t)1 << reg;
		regs->known = regs->listed;
		regs->value[reg] = now.stream.reg[i].value;
		if (reg == HVP_FWREG_PSCI_VERSION)
			guest->arm64.flags = regs->value[reg] == 0x1 ? HVP_ARM64_PSCI_0_1 :
								      HVP_ARM64_PSCI_0_2;
	}
}

static void make_destination(struct hvp_profile *destination)
{
	hvp_profile_init(destination, HVP_ARCH_ARM64, HVP_ROLE_HOST);
	destination->quirks = now.quirks;
	destination->arm64.flags = now.flags ? HVP_ARM64_PSCI_0_2 : HVP_ARM64_PSCI_0_1;
	destination->arm64.registers = now.own.count - now.native.count;
	destination->arm64.fwregs = now.host;
}

static bool read_row(struct row *row)
{
	now.native.count = 0;
	now.own.count = 0;
	now.stream.count = 0;
	read_lists(row);
	read_destination(row);
	return !row->fault[0];
}

/* What was recorded */

/*
 * What became of a register on a host that has it: "=" as it was; "+" better protected; "?" the
 * stream does not tell, and there is something; "!" it does not tell, and protection may be lost.
 */
static char mark_recorded(const struct hvp_fwreg_info *info, uint64_t value)
{
	const struct hvp_stream_reg *sent = find_reg(&now.stream, info->id);
	const bool ssbd = info->kind == HVP_FWREG_KIND_SSBD;
	const bool level = ssbd || info->kind == HVP_FWREG_KIND_LEVEL;

	if (!sent && level)
		return value < (ssbd ? 3 : 2) ? '!' : '?';
	if (!sent)
		return value ? '?' : '=';
	if (ssbd)
		return sent->value % 0x10 < 2 && value ? '+' : '=';
	return sent->value == value ? '=' : '+';
}

/* A mitigation or bitmap of 0 is nothing that could be lost. */
static bool is_nothing(const struct hvp_stream_reg *reg)
{
	struct hvp_fwreg_info info;

	return info_of(reg->id, &info) && info.kind != HVP_FWREG_KIND_VERSION && !reg->value;
}

static void recorded_after(struct row *row, char *answer)
{
	struct hvp_fwreg_info info;
	static struct regs final;

	final.count = 0;
	read_regs(row, "dst_final_fw", &final);
	for (uint32_t i = 0; i < final.count; i++) {
		const struct hvp_stream_reg *reg = &final.reg[i];

		if (info_of(reg->id, &info))
			say(answer, " %s=0x%" PRIx64 "%c", info.name, reg->value,
			    mark_recorded(&info, reg->value));
		else
			say(answer, " 0x%" PRIx64 "=0x%" PRIx64, reg->id, reg->value);
	}
	for (uint32_t i = 0; i < now.stream.count; i++) {
		const struct hvp_stream_reg *sent = &now.stream.reg[i];

		if (!find_reg(sent->id < FIRMWARE ? &now.own : &final, sent->id) &&
		    !is_nothing(sent))
			say(answer, " lost:0x%" PRIx32, (uint32_t)sent->id);
	}
}

/* The test that refused, by what QEMU says; the first of them in its order. */
static void recorded_refusal(const char *message, char *answer)
{
	const char *count = strstr(message, "Invalid value ");
	unsigned int have, most;

	if (count && sscanf(count, "Invalid value %u expecting positive value <= %u", &have,
			    &most) == 2)
		say(answer, " count %u above %u", have, most);
	else if (strstr(message, "Failed to put registers") ||
		 strstr(message, "Could not set register"))
		say(answer, " write");
	else if (strstr(message, "Operation not permitted") ||
		 strstr(message, "unknown on the destination"))
		say(answer, " unknown");
	else
		say(answer, " ? %.200s", message);
}

/* The verdict on what became of the guest, by the marks of its registers. */
static const char *verdict_of(const char *after)
{
	if (strstr(after, "lost:"))
		return "broken";
	if (strchr(after, '!'))
		return "degraded";
	return strpbrk(after, "?+") ? "changed" : "same";
}

static void recorded_migration(struct row *row, char *answer)
{
	const char *result = row_cell(row, "result");
	char after[ANSWER_SIZE] = "";

	if (!read_row(row))
		return;
	say(answer, "%s %s", result, row_cell(row, "exit_code"));
	if (strcmp(result, "OK")) {
		recorded_refusal(row_cell(row, "qemu_message"), answer);
		return;
	}
	recorded_after(row, after);
	say(answer, " %s%s", verdict_of(after), after);
}

/* What the library says */

static const struct hvp_finding *find(const struct report *report, uint32_t reason,
				      uint32_t object)
{
	for (uint32_t i = 0; i < report->report.stored; i++)
		if (report->finding[i].reason == reason && report->finding[i].object == object)
			return &report->finding[i];
	return NULL;
}

static const struct hvp_finding *find_refusal(const struct report *report, uint32_t reason)
{
	for (uint32_t i = 0; i < report->report.stored; i++)
		if (report->finding[i].reason == reason &&
		    report->finding[i].verdict == HVP_VERDICT_REFUSED)
			return &report->finding[i];
	return NULL;
}

static bool is_of_stream(uint32_t reason)
{
	return reason == HVP_REASON_STREAM_COUNT || reason == HVP_REASON_STREAM_UNKNOWN ||
	       reason == HVP_REASON_STREAM_DROPPED || reason == HVP_REASON_STREAM_FORGOTTEN;
}

/* Of a register that the library has a row for, or of the count: both checks are about it. */
static bool is_shared(const struct hvp_finding *finding)
{
	uint32_t reg;

	return is_of_stream(finding->reason) &&
	       (finding->reason == HVP_REASON_STREAM_COUNT ||
		!hvp_fwreg_find((FIRMWARE & ~(uint64_t)UINT32_MAX) | finding->object, &reg));
}

static bool covers(const struct report *report, const struct report *other)
{
	for (uint32_t i = 0; i < other->report.stored; i++)
		if (is_shared(&other->finding[i]) &&
		    !find(report, other->finding[i].reason, other->finding[i].object))
			return false;
	return true;
}

/* A value that the destination refuses: told by the profile, the vCPU or the register. */
static bool refuses_value(void)
{
	for (uint32_t i = 0; i < now.going.report.stored; i++)
		if (now.going.finding[i].verdict == HVP_VERDICT_REFUSED &&
		    !is_of_stream(now.going.finding[i].reason))
			return true;
	return false;
}

/* Write what the stream has and the host knows, as QEMU does. Returns whether all is taken. */
static bool write_stream(struct hvp_fwregs *vm)
{
	bool taken = true;
	uint32_t reg;

	for (uint32_t i = 0; i < now.stream.count; i++)
		if (!hvp_fwreg_find(now.stream.reg[i].id, &reg) && (now.host.listed >> reg & 1) &&
		    write_reg(&now.stream.reg[i], vm))
			taken = false;
	return taken;
}

static const struct {
	uint32_t reason;
	char mark;
} marks[] = {
	{ HVP_REASON_FWREG_BETTER, '+' }, { HVP_REASON_FWREG_UNTOLD, '?' },
	{ HVP_REASON_FWREG_UPGRADED, '?' }, { HVP_REASON_FWREG_MAY_LOSE, '!' },
	{ HVP_REASON_FWREG_LOST, '!' },
};

static char mark_predicted(uint32_t reg, uint64_t value)
{
	const struct hvp_finding *finding;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		finding = find(&now.going, marks[i].reason, reg);
		if (finding)	/* what it says the guest finds there must be that */
			return finding->offer == value ? marks[i].mark : '#';
	}
	return '=';
}

static void predict_after(const struct hvp_fwregs *vm, char *answer)
{
	struct hvp_fwreg_info info;

	for (uint32_t reg = 0; !hvp_fwreg_get(reg, &info); reg++)
		if (vm->listed >> reg & 1)
			say(answer, " %s=0x%" PRIx64 "%c", info.name, vm->value[reg],
			    mark_predicted(reg, vm->value[reg]));
	for (uint32_t i = 0; i < now.loading.report.stored; i++)
		if (now.loading.finding[i].verdict == HVP_VERDICT_BROKEN)
			say(answer, " lost:0x%" PRIx32, now.loading.finding[i].object);
}

static void predict_refusal(char *answer)
{
	const struct hvp_finding *count = find_refusal(&now.loading, HVP_REASON_STREAM_COUNT);

	if (count)
		say(answer, " count %" PRIu64 " above %" PRIu64, count->have, count->offer);
	else if (find_refusal(&now.loading, HVP_REASON_STREAM_UNKNOWN))
		say(answer, " unknown");
	else
		say(answer, " write");
}

static void start_report(struct report *report)
{
	hvp_report_init(&report->report, report->finding, FINDINGS_MAX);
}

/* Both checks. Returns the verdict; a guest that is no profile is refused. */
static uint32_t check(struct row *row)
{
	struct hvp_profile guest, destination;
	uint32_t loads;

	now.goes = HVP_VERDICT_REFUSED;

	start_report(&now.loading);
	start_report(&now.going);
	make_guest(&guest);
	make_destination(&destination);
	if (hvp_stream_check(now.quirks, now.stream.reg, now.stream.count, now.own.reg,
			     now.own.count, &now.host, &loads, &now.loading.report)) {
		row_fault(row, "the library cannot compare the registers");
		return now.goes;
	}
	now.profile = !hvp_migrate_check(&guest, &destination, &now.goes, &now.going.report);
	if (loads == HVP_VERDICT_REFUSED || now.goes == HVP_VERDICT_REFUSED)
		return HVP_VERDICT_REFUSED;
	return loads == HVP_VERDICT_BROKEN ? loads : now.goes;
}

/* A profile has what the stream has, but for registers unknown there that have no row. */
static bool is_whole(void)
{
	uint32_t reg;

	for (uint32_t i = 0; i < now.stream.count; i++)
		if (!find_reg(&now.own, now.stream.reg[i].id) &&
		    hvp_fwreg_find(now.stream.reg[i].id, &reg))
			return false;
	return true;
}

/* The library's functions must agree with each other and with the new VM there. */
static void say_disagreement(uint32_t verdict, bool taken, char *answer)
{
	struct hvp_fwreg_info info;

	if (now.profile && is_whole() && now.goes != verdict)
		say(answer, " (the profile is %s)", hvp_verdict_name(now.goes));
	if (now.profile &&
	    (!covers(&now.going, &now.loading) || !covers(&now.loading, &now.going)))
		say(answer, " (checks of stream and profile differ)");
	if (taken == refuses_value())
		say(answer, " (check and write differ)");
	for (uint32_t reg = 0; !hvp_fwreg_get(reg, &info); reg++)
		if ((now.vm.listed >> reg & 1) != !!find_reg(&now.native, info.id) ||
		    now.vm.value[reg] != native_value(reg))
			say(answer, " (%s: new VM has 0x%" PRIx64 ")", info.name,
			    now.vm.value[reg]);
}

static void predict_migration(struct row *row, uint64_t deviations, char *answer)
{
	struct hvp_fwregs vm;
	uint32_t verdict;
	bool taken;

	(void)deviations;
	if (!read_row(row))
		return;
	vm = now.vm;
	verdict = check(row);
	taken = write_stream(&vm);
	if (verdict == HVP_VERDICT_REFUSED) {
		say(answer, "FAIL 1");
		predict_refusal(answer);
	} else {
		say(answer, "OK 0 %s", hvp_verdict_name(verdict));
		predict_after(&vm, answer);
	}
	say_disagreement(verdict, taken, answer);
}

const struct reader reader_migration = {
	.name = "migration", .kind = MIGRATION,
	.columns = (const char *const[]){ "qemu", "dst_kernel", "dst_cpu_opt", "dst_native_cpregs",
		"dst_native_fw", "case", "stream_fw", "result", "exit_code", "dst_final_fw",
		"qemu_message", NULL },
	.recorded = recorded_migration, .predict = predict_migration,
};
