// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* KVM/arm64 firmware pseudo-registers: each write, what each host takes, what each boot offers. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "recorded.h"

uint32_t row_release(struct row *row, const char *column)
{
	unsigned int major = 0, minor = 0, patch = 0;

	if (sscanf(row_cell(row, column), "%3u.%3u.%5u", &major, &minor, &patch) != 3)
		row_fault(row, "column \"%s\": no release", column);
	return HVP_RELEASE(major, minor, patch);
}

/* Mitigations by the numbers of WA1. */
static bool read_host(struct row *row, uint32_t release, uint32_t wa1, uint32_t ssb, uint32_t wa3,
		      uint32_t flags, struct hvp_fwregs *host)
{
	const struct hvp_fwreg_kernel kernel = {
		.size = sizeof(kernel), .policy_level = HVP_POLICY_LEVEL_1, .release = release,
		.spectre_v2 = wa1, .ssb = ssb, .spectre_bhb = wa3, .flags = flags,
	};

	if (hvp_fwreg_offers(&kernel, host, NULL))
		row_fault(row, "the library knows no such host");
	return !row->fault[0];
}

bool fwreg_host(struct row *row, uint32_t release, uint64_t wa1, uint64_t wa2, uint64_t wa3,
		struct hvp_fwregs *host)
{
	return read_host(row, release, (uint32_t)wa1, wa2 ? HVP_MITIGATION_UNAFFECTED : 0,
			 (uint32_t)wa3, 0, host);
}

bool fwreg_row_host(struct row *row, struct hvp_fwregs *host)
{
	return fwreg_host(row, row_release(row, "kernel"), row_number(row, "wa1_level"),
			  row_number(row, "wa2_level"), row_number(row, "wa3_level"), host);
}

const char *errno_name(int32_t error)
{
	static const struct {
		int32_t error;
		const char *name;
	} names[] = {
		{ 0, "OK" }, { -2, "ENOENT" }, { -8, "ENOEXEC" }, { -14, "EFAULT" },
		{ -16, "EBUSY" }, { -22, "EINVAL" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].error == error)
			return names[i].name;
	return "?";
}

/*
 * The VM that a run of rows is about: what earlier rows wrote is what a later row reads. Scenarios
 * that are not about one VM have new ones.
 */
static struct {
	char name[128];
	struct hvp_fwregs now;		/* after this row, as the library has it */
	struct hvp_fwregs before;	/* this row */
} vm;

static bool begins(const char *text, const char *word)
{
	return !strncmp(text, word, strlen(word));
}

static void name_vm(struct row *row, char *name, size_t size)
{
	const char *scenario = row_cell(row, "scenario");
	const char *psci = row_cell(row, "psci02");

	/* VMs whose vCPUs have different features */
	if (begins(scenario, "mixed") || begins(scenario, "multi"))
		psci = "";
	if (begins(scenario, "prerun_") || begins(scenario, "afterrun_"))
		scenario = "prerun";
	snprintf(name, size, "%s %s %s %s %s %.*s %s", row_cell(row, "kernel"),
		 row_cell(row, "wa1_level"), row_cell(row, "wa2_level"),
		 row_cell(row, "wa3_level"), row_cell(row, "guest_ssbs"),
		 (int)strcspn(scenario, "_"), scenario, psci);
}

static uint32_t write_flags(struct row *row)
{
	const char *scenario = row_cell(row, "scenario");
	const bool ran = begins(scenario, "afterrun") || begins(scenario, "rand_afterrun") ||
			 !strcmp(scenario, "multi_vcpu1_after_vcpu0_ran");

	return (strcmp(scenario, "preinit") ? HVP_FWREG_READY : 0) |
	       (strcmp(row_cell(row, "psci02"), "1") ? 0 : HVP_FWREG_PSCI_0_2) |
	       (strcmp(row_cell(row, "written"), "NULL") ? 0 : HVP_FWREG_FAULT) |
	       (ran ? HVP_FWREG_RAN : 0);
}

static bool is_read(struct row *row)
{
	return !strcmp(row_cell(row, "written"), "-");
}

static uint64_t written(struct row *row)
{
	return strcmp(row_cell(row, "written"), "NULL") ? row_number(row, "written") : 0;
}

/* The state goes on once a row, here; the prediction is asked for as often as needed. */
static void recorded_write(struct row *row, char *answer)
{
	char name[sizeof(vm.name)];
	struct hvp_fwregs host;
	uint32_t reg;

	if (!fwreg_row_host(row, &host))
		return;
	name_vm(row, name, sizeof(name));
	if (strcmp(name, vm.name)) {
		strcpy(vm.name, name);
		hvp_fwreg_initial(&host, HVP_FWREG_PSCI_0_2, &vm.now, NULL);
	}
	/* Other VMs begin new; what they hold stands in the row. */
	if (!is_read(row) && !hvp_fwreg_find(row_number(row, "reg_id"), &reg) &&
	    (vm.now.known >> reg & 1) && begins(row_cell(row, "before"), "0x"))
		vm.now.value[reg] = row_number(row, "before");
	vm.before = vm.now;
	if (!is_read(row))
		hvp_fwreg_write(&host, write_flags(row), row_number(row, "reg_id"), written(row),
				&vm.now, NULL);
	say(answer, "%s %s", row_cell(row, "errno"), row_cell(row, "after"));
}

static void predict_write(struct row *row, uint64_t deviations, char *answer)
{
	const uint64_t id = row_number(row, "reg_id");
	const uint32_t flags = write_flags(row);
	struct hvp_fwregs after = vm.before;
	struct hvp_fwregs host;
	int32_t error = 0;
	uint32_t reg;

	(void)deviations;
	if (!fwreg_row_host(row, &host))
		return;
	if (!is_read(row))
		error = hvp_status_to_errno(hvp_fwreg_write(&host, flags, id, written(row), &after,
							    NULL));
	if (hvp_fwreg_find(id, &reg) || (flags & HVP_FWREG_FAULT))
		say(answer, "%s -", errno_name(error));
	else if (!(flags & HVP_FWREG_READY))
		say(answer, "%s E:ENOEXEC", errno_name(error));
	else if (!(host.listed >> reg & 1))
		say(answer, "%s E:ENOENT", is_read(row) ? "ENOENT" : errno_name(error));
	else if (reg == HVP_FWREG_PSCI_VERSION && !(flags & HVP_FWREG_PSCI_0_2))
		say(answer, "%s 0x1", errno_name(error));
	else
		say(answer, "%s 0x%" PRIx64, errno_name(error), after.value[reg]);
}

const struct reader reader_set_one_reg = {
	.name = "set-one-reg", .kind = SET_ONE_REG,
	.columns = (const char *const[]){ "kernel", "wa1_level", "wa2_level", "wa3_level",
		"guest_ssbs", "scenario", "psci02", "reg", "reg_id", "before", "written", "ret",
		"errno", "after", "count", NULL },
	.recorded = recorded_write, .predict = predict_write,
};

static void recorded_accepted(struct row *row, char *answer)
{
	say(answer, "%s %s", row_cell(row, "accepted_values"), row_cell(row, "reject_errnos"));
}

bool fwreg_named(struct row *row, const char *name, struct hvp_fwreg_info *info)
{
	for (uint32_t reg = 0; !hvp_fwreg_get(reg, info); reg++)
		if (!strcmp(info->name, name))
			return true;
	row_fault(row, "register \"%s\" is not known", name);
	return false;
}

/* All values up to PSCI 2.0, and every single bit, before the first run. */
static void predict_accepted(struct row *row, uint64_t deviations, char *answer)
{
	const char *cell = row_cell(row, "host_level");
	const uint32_t level = strcmp(cell, "-") ? (uint32_t)row_number(row, "host_level") : 0;
	const uint32_t psci = strcmp(row_cell(row, "psci02"), "1") ? 0 : HVP_FWREG_PSCI_0_2;
	bool refused[64] = { false };
	struct hvp_fwreg_info info;
	struct hvp_fwregs host, fresh;
	const char *comma = "";

	(void)deviations;
	if (!fwreg_named(row, row_cell(row, "reg"), &info) ||
	    !read_host(row, row_release(row, "kernel"), level > 2 ? 0 : level,
		       level > 2 ? HVP_MITIGATION_UNAFFECTED : 0, level > 2 ? 0 : level, 0, &host))
		return;
	if (hvp_fwreg_initial(&host, psci, &fresh, NULL))
		row_fault(row, "the library knows no new VM");
	for (uint32_t n = 0; n < 0x20000 + 64; n++) {
		const uint64_t value = n < 0x20000 ? n : HVP_BIT(n - 0x20000);
		struct hvp_fwregs after = fresh;
		const int32_t error = hvp_status_to_errno(
			hvp_fwreg_write(&host, psci | HVP_FWREG_READY, info.id, value, &after,
					NULL));

		refused[-error & 63] = true;
		if (error || n >= 0x20000)
			continue;
		say(answer, "%s0x%" PRIx64, comma, value);
		comma = ",";
	}
	if (!*comma)
		say(answer, "none");
	for (int32_t error = 1; error < 64; error++)
		if (refused[error])
			say(answer, " %s", errno_name(-error));
}

const struct reader reader_accepted = {
	.name = "accepted-values", .kind = ACCEPTED,
	.columns = (const char *const[]){ "kernel", "reg", "host_level", "psci02",
		"accepted_values", "n_distinct_values_tried", "reject_errnos", NULL },
	.recorded = recorded_accepted, .predict = predict_accepted,
};

/* sysfs: Spectre v2 and BHB share a line; of a host that is vulnerable to v2 it says no more. */
static uint32_t read_v2(const char *line)
{
	if (begins(line, "Vulnerable"))
		return HVP_MITIGATION_VULNERABLE;
	if (begins(line, "Not affected") || begins(line, "Mitigation: CSV2"))
		return HVP_MITIGATION_UNAFFECTED;
	return HVP_MITIGATION_MITIGATED;
}

static uint32_t read_bhb(struct row *row, const char *line)
{
	if (begins(line, "Vulnerable"))
		return (uint32_t)row_number(row, "wa3_level");
	if (begins(line, "Not affected"))
		return HVP_MITIGATION_UNAFFECTED;
	return strstr(line, "but not BHB") ? HVP_MITIGATION_VULNERABLE : HVP_MITIGATION_MITIGATED;
}

static uint32_t read_ssb(const char *line)
{
	if (begins(line, "Not affected"))
		return HVP_MITIGATION_UNAFFECTED;
	return begins(line, "Mitigation") ? HVP_MITIGATION_MITIGATED : HVP_MITIGATION_VULNERABLE;
}

static const char *const boot_columns[] = {
	"kernel", "psci_default", "wa1_level", "wa2_level", "wa3_level", "std_bmap", "std_hyp_bmap",
	"vendor_hyp_bmap", "vendor_hyp_bmap_2", "guest_ssbs", "sysfs_spectre_v2",
	"sysfs_spec_store_bypass", NULL
};

static void recorded_boot(struct row *row, char *answer)
{
	for (uint32_t reg = HVP_FWREG_PSCI_VERSION; reg <= HVP_FWREG_VENDOR_HYP_BMAP_2; reg++)
		say(answer, " %s", row_cell(row, boot_columns[1 + reg]));
}

static void predict_boot(struct row *row, uint64_t deviations, char *answer)
{
	const uint32_t flags = row_number(row, "guest_ssbs") ? HVP_FWREG_SSBS : 0;
	const char *v2 = row_cell(row, "sysfs_spectre_v2");
	struct hvp_fwregs host, fresh;

	(void)deviations;
	if (!read_host(row, row_release(row, "kernel"), read_v2(v2),
		       read_ssb(row_cell(row, "sysfs_spec_store_bypass")), read_bhb(row, v2),
		       flags, &host))
		return;
	if (hvp_fwreg_initial(&host, HVP_FWREG_PSCI_0_2, &fresh, NULL))
		row_fault(row, "the library knows no new VM");
	for (uint32_t reg = HVP_FWREG_PSCI_VERSION; reg <= HVP_FWREG_VENDOR_HYP_BMAP_2; reg++) {
		if (host.listed >> reg & 1)
			say(answer, " 0x%" PRIx64, fresh.value[reg]);
		else
			say(answer, " ENOENT");
	}
}

const struct reader reader_boot = {
	.name = "hosts", .kind = BOOT, .columns = boot_columns,
	.recorded = recorded_boot, .predict = predict_boot,
};
