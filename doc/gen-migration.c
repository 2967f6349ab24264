// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The page that the readers of both threads asked for: every source, every destination, and what
 * happens. Printed from the library's own answers; a test compares it with doc/migration.md.
 */
#include <hvpolicy/hvpolicy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FINDINGS 32

/* Registers that are no firmware registers: as many on every host of the page. */
#define SYSREGS 230

struct mitigations {
	uint32_t spectre_v2, ssb, bhb;
	const char *text;
};

static const struct mitigations mitigated = {
	HVP_MITIGATION_MITIGATED, HVP_MITIGATION_UNAFFECTED, HVP_MITIGATION_MITIGATED,
	"mitigated",
};
static const struct mitigations vulnerable = {
	HVP_MITIGATION_VULNERABLE, HVP_MITIGATION_VULNERABLE, HVP_MITIGATION_VULNERABLE,
	"not mitigated",
};

struct kernel {
	uint32_t release;
	const char *name;
};

static const struct kernel kernels[] = {
	{ HVP_RELEASE(4, 15, 0), "4.15" },	{ HVP_RELEASE(4, 16, 0), "4.16.0" },
	{ HVP_RELEASE(4, 17, 0), "4.17" },	{ HVP_RELEASE(5, 10, 218), "5.10.218" },
	{ HVP_RELEASE(6, 1, 0), "6.1" },	{ HVP_RELEASE(6, 12, 0), "6.12" },
	{ HVP_RELEASE(7, 2, 0), "7.2" },
};

/* A guest: its kernel, and the version that was written, 0: none was. */
struct source {
	uint32_t release;
	uint32_t version;
	const char *name;
};

static const struct source sources[] = {
	{ HVP_RELEASE(4, 15, 0), 0, "4.15, has 0.2" },
	{ HVP_RELEASE(4, 16, 0), 0, "4.16.0, has 1.0" },
	{ HVP_RELEASE(4, 17, 0), 0, "4.17, has 1.0" },
	{ HVP_RELEASE(4, 17, 0), 0x2, "4.17, 0.2 written **(3)**" },
	{ HVP_RELEASE(5, 10, 218), 0, "5.10.218, has 1.0" },
	{ HVP_RELEASE(6, 1, 0), 0, "6.1, has 1.1" },
	{ HVP_RELEASE(6, 12, 0), 0, "6.12, has 1.1" },
	{ HVP_RELEASE(6, 12, 0), 0x10000, "6.12, 1.0 written" },
	{ HVP_RELEASE(6, 12, 0), 0x2, "6.12, 0.2 written **(3)**" },
	{ HVP_RELEASE(7, 2, 0), 0, "7.2, has 1.3" },
	{ HVP_RELEASE(7, 2, 0), 0x10001, "7.2, 1.1 written" },
	{ HVP_RELEASE(7, 2, 0), 0x2, "7.2, 0.2 written **(3)**" },
};

static void need(enum hvp_status status, const char *what)
{
	if (!status)
		return;
	fprintf(stderr, "gen-migration: %s: %s\n", what, hvp_status_text(status));
	exit(1);
}

static void arm64_host(uint32_t release, uint32_t qemu, const struct mitigations *with,
		       struct hvp_profile *host)
{
	const struct hvp_fwreg_kernel kernel = {
		.size = sizeof(kernel), .policy_level = HVP_POLICY_LEVEL_1, .release = release,
		.spectre_v2 = with->spectre_v2, .ssb = with->ssb, .spectre_bhb = with->bhb,
	};

	hvp_profile_init(host, HVP_ARCH_ARM64, HVP_ROLE_HOST);
	host->arm64.flags = HVP_ARM64_PSCI_0_2;
	host->arm64.registers = SYSREGS;
	host->quirks = hvp_quirk_known(HVP_ARCH_ARM64, release, qemu);
	need(hvp_fwreg_offers(&kernel, &host->arm64.fwregs, NULL), "hvp_fwreg_offers");
}

static void arm64_guest(const struct source *source, const struct mitigations *with,
			struct hvp_profile *guest)
{
	struct hvp_profile host;

	arm64_host(source->release, 0, with, &host);
	need(hvp_profile_guest(&host, HVP_LEVEL_NONE, 0, guest, NULL), "hvp_profile_guest");
	if (source->version)
		need(hvp_fwreg_write(&host.arm64.fwregs, HVP_FWREG_PSCI_0_2 | HVP_FWREG_READY,
				     0x6030000000140000, source->version, &guest->arm64.fwregs,
				     NULL), "hvp_fwreg_write");
}

static bool is_of(const struct hvp_finding *finding, uint32_t reg)
{
	struct hvp_fwreg_info info;

	if (hvp_reason_object(finding->reason) == HVP_OBJECT_FWREG)
		return finding->object == reg;
	return hvp_reason_object(finding->reason) == HVP_OBJECT_REGISTER &&
	       !hvp_fwreg_get(reg, &info) && finding->object == (uint32_t)info.id;
}

/* The cases of the thread, by what was found. */
static const char *case_of(const struct hvp_finding *finding, bool to_older)
{
	const bool version = is_of(finding, HVP_FWREG_PSCI_VERSION);
	const bool spectre = is_of(finding, HVP_FWREG_WORKAROUND_1);

	if (version && finding->reason == HVP_REASON_FWREG_UPGRADED)
		return " **(1)**";
	if (version && finding->reason == HVP_REASON_STREAM_UNKNOWN && to_older)
		return " **(2)** with the register";
	if (spectre && finding->reason == HVP_REASON_FWREG_LOST && to_older)
		return " **(2)** without it";
	return "";
}

/* "PSCI", "WA1", "STD_HYP": a cell has to be short. */
static void put_short(const char *name)
{
	if (!strncmp(name, "WORKAROUND_", 11))
		printf(" WA%s", name + 11);
	else if (!strcmp(name, "PSCI_VERSION"))
		printf(" PSCI");
	else if (strstr(name, "_BMAP"))
		printf(" %.*s", (int)(strstr(name, "_BMAP") - name), name);
	else
		printf(" count");
}

static void arm64_cell(const struct hvp_profile *guest, const struct hvp_profile *host,
		       bool to_older)
{
	struct hvp_finding findings[FINDINGS];
	struct hvp_report report;
	const char *mark = "";
	uint32_t verdict;
	char object[32];

	hvp_report_init(&report, findings, FINDINGS);
	need(hvp_migrate_check(guest, host, &verdict, &report), "hvp_migrate_check");
	printf(" %s", hvp_verdict_name(verdict));
	for (uint32_t i = 0; i < report.stored; i++) {
		if (!*mark && (findings[i].verdict == verdict))
			mark = case_of(&findings[i], to_older);
		if (findings[i].verdict != verdict || verdict < HVP_VERDICT_DEGRADED)
			continue;
		hvp_reason_format(&findings[i], HVP_WORDING_OBJECT, object, sizeof(object));
		put_short(object);
	}
	printf("%s |", mark);
}

static void arm64_table(uint32_t qemu, const struct mitigations *from,
			const struct mitigations *to)
{
	struct hvp_profile guest, host;

	printf("\nSource %s, destination %s, %s.\n\n| source |", from->text, to->text,
	       qemu >= HVP_RELEASE(11, 0, 0) ? "QEMU 11.1" : "QEMU 10.0");
	for (size_t k = 0; k < COUNT(kernels); k++)
		printf(" to %s |", kernels[k].name);
	printf("\n|---|");
	for (size_t k = 0; k < COUNT(kernels); k++)
		printf("---|");
	for (size_t s = 0; s < COUNT(sources); s++) {
		printf("\n| %s |", sources[s].name);
		arm64_guest(&sources[s], from, &guest);
		for (size_t k = 0; k < COUNT(kernels); k++) {
			arm64_host(kernels[k].release, qemu, to, &host);
			arm64_cell(&guest, &host, kernels[k].release < sources[s].release);
		}
	}
	puts("");
}

static void arm64_page(void)
{
	puts("## Firmware registers of KVM/arm64 {#migration_arm64}\n\n"
	     "The cases of the thread about the PSCI version (kvmarm, April 2018):\n\n"
	     "- **(1)** old to new: the version is silently upgraded, with the register too, as\n"
	     "  the old stream has none.\n"
	     "- **(2)** new to old: without the register the guest silently loses its Spectre v2\n"
	     "  mitigation; with it the destination refuses.\n"
	     "- **(3)** a guest that must have PSCI 0.2: it is written before the first run, and\n"
	     "  every kernel with the register keeps it.\n\n"
	     "The processor and all other registers are the same on both sides. \"count\": the\n"
	     "stream has more registers than the destination, which names none. WA1 to WA3 are\n"
	     "WORKAROUND_1 to _3, STD, STD_HYP and VENDOR_HYP the bitmaps.");
	arm64_table(HVP_RELEASE(10, 0, 13), &mitigated, &mitigated);
	arm64_table(HVP_RELEASE(10, 0, 13), &vulnerable, &vulnerable);
	arm64_table(HVP_RELEASE(10, 0, 13), &mitigated, &vulnerable);
	arm64_table(HVP_RELEASE(10, 0, 13), &vulnerable, &mitigated);
	arm64_table(HVP_RELEASE(11, 1, 3), &mitigated, &mitigated);
}

/* One facility in a policy of its own. */
static uint64_t present(uint32_t facility, uint32_t strategy)
{
	struct hvp_hfscr_policy policy;

	hvp_hfscr_init(&policy);
	need(hvp_hfscr_assign(&policy, facility, strategy), "hvp_hfscr_assign");
	return policy.present;
}

static void nested_pair(uint64_t used, uint64_t reflected, uint64_t offered, uint64_t quirks)
{
	struct hvp_profile guest, host;
	struct hvp_finding finding;
	struct hvp_report report;
	uint32_t verdict;

	hvp_profile_init(&guest, HVP_ARCH_POWER, HVP_ROLE_GUEST);
	hvp_profile_init(&host, HVP_ARCH_POWER, HVP_ROLE_HOST);
	guest.power.levels = host.power.levels = HVP_BIT(HVP_LEVEL_3_10);
	guest.power.l2_facilities = used;
	guest.power.l2_reflected = reflected;
	host.power.l2_facilities = offered;
	host.quirks = quirks;
	hvp_report_init(&report, &finding, 1);
	need(hvp_migrate_check(&guest, &host, &verdict, &report), "hvp_migrate_check");
	printf(" %s", hvp_verdict_name(verdict));
	for (uint32_t q = 0; verdict == HVP_VERDICT_BROKEN && q < 64; q++)
		if (finding.where & HVP_BIT(q))
			printf(": %s", hvp_quirk_name(q));
	printf(" |");
}

static void strategy_table(void)
{
	static const char *const names[] = { "reserved", "direct", "lazy", "emulated" };

	puts("\n## An L1 with nested guests and HFSCR {#migration_hfscr}\n\n"
	     "A nested guest uses a facility (here PM) that L1 enables in HFSCR; L0 of source and\n"
	     "destination handle it by another strategy. L1 cannot tell direct, lazy\n"
	     "and emulated apart (R5), so only what becomes reserved matters, and that is told\n"
	     "before.\n\n"
	     "| source | to reserved | to direct | to lazy | to emulated |\n|---|---|---|---|---|");
	for (uint32_t from = 0; from < COUNT(names); from++) {
		printf("| %s |", names[from]);
		for (uint32_t to = 0; to < COUNT(names); to++)
			nested_pair(present(HVP_FACILITY_PM, from), 0,
				    present(HVP_FACILITY_PM, to), 0);
		puts("");
	}
}

static uint64_t offered_to_l2(uint32_t host_level, uint32_t features)
{
	const struct hvp_hfscr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
		.host_level = host_level, .guest_level = HVP_LEVEL_NONE,
		.features = features | HVP_HFSCR_HOST_BARE,
		.receiver = HVP_RECEIVER_HYPERVISOR, .hardware = ~HVP_HFSCR_CAUSE,
	};
	struct hvp_hfscr_policy policy;

	need(hvp_hfscr_derive(&host, &policy, NULL), "hvp_hfscr_derive");
	return policy.present;
}

static void kernel_table(void)
{
	static const struct kernel hosts[] = {
		{ 0, "a conforming L0" }, { HVP_RELEASE(6, 1, 0), "Linux 6.1" },
		{ HVP_RELEASE(6, 12, 0), "Linux 6.12" }, { HVP_RELEASE(7, 2, 0), "Linux 7.2" },
	};
	static const struct {
		uint64_t used;
		bool reflected;
		const char *name;
	} uses[] = {
		{ HVP_BIT(HVP_FACILITY_MSGP), true, "doorbells, L1 emulates them" },
		{ HVP_BIT(HVP_FACILITY_MSGP), false, "doorbells, L1 enables them" },
		{ HVP_BIT(HVP_FACILITY_PM), false, "PM" },
		{ HVP_BIT(HVP_FACILITY_EBB), false, "EBB" },
		{ HVP_BIT(HVP_FACILITY_PREFIX), false, "PREFIX" },
		{ HVP_BIT(HVP_FACILITY_TM), false, "TM, on a source with POWER9" },
	};

	puts("\nBy what a nested guest uses, to L0 on POWER10:\n\n"
	     "| nested guest uses | to a conforming L0 | to Linux 6.1 | to Linux 6.12 "
	     "| to Linux 7.2 |\n"
	     "|---|---|---|---|---|");
	for (size_t u = 0; u < COUNT(uses); u++) {
		printf("| %s |", uses[u].name);
		for (size_t h = 0; h < COUNT(hosts); h++)
			nested_pair(uses[u].used, uses[u].reflected ? uses[u].used : 0,
				    offered_to_l2(HVP_LEVEL_3_10, 0),
				    hvp_quirk_known(HVP_ARCH_POWER, hosts[h].release, 0));
		puts("");
	}
}

int main(void)
{
	puts("<!-- SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause -->\n"
	     "<!-- Printed by doc/gen-migration.c; a test compares. -->\n"
	     "# Who may go where {#migration}\n\n"
	     "What hvp_migrate_check() says: same, changed (the guest can notice, nothing is\n"
	     "lost), degraded (something is gone), refused (said before the guest is touched),\n"
	     "broken (accepted, and the guest fails or loses something later without a word).\n"
	     "Behind degraded, refused and broken stands what it is about.\n");
	arm64_page();
	strategy_table();
	kernel_table();
	return ferror(stdout) || fflush(stdout);
}
