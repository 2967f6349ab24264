// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * An arm64 host. What KVM lists and takes is what there is; what it does not list follows from the
 * release of the kernel, as everything does where KVM cannot be asked.
 */
#include "probe.h"
#include "output.h"
#include "release.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#define UNKNOWN_MITIGATION UINT32_MAX

struct said {
	char *release;
	const char *version;
	const char *kvm;		/* "0" or the name of an errno; NULL: not asked */
	const char *list_error;
	const char *vcpu[2];		/* the same, without and with PSCI_0_2 */
	bool ssbs;			/* told: without it there may be SSBS all the same */
	uint32_t spectre_v2, ssb, spectre_bhb;	/* enum hvp_mitigation */
	uint32_t others;		/* registers that are listed, less core, SVE and firmware */
	uint32_t strange;		/* firmware registers without a row */
	uint32_t listed;
	uint32_t read;
	uint64_t value[HVP_FWREG_SLOTS];
	uint64_t takes[HVP_FWREG_SLOTS];
};

/* Linux uapi asm/kvm.h: bits 16 to 27 of an id */
#define GROUP(id) ((id) >> 16 & 0xfff)
enum { GROUP_CORE = 0x10, GROUP_FW = 0x14, GROUP_SVE = 0x15, GROUP_FW_BMAP = 0x16 };

static bool begins(const char *text, const char *word)
{
	return !strncmp(text, word, strlen(word));
}

static uint32_t mitigation_of(const char *text)
{
	if (begins(text, "Not affected"))
		return HVP_MITIGATION_UNAFFECTED;
	if (begins(text, "Mitigation"))
		return HVP_MITIGATION_MITIGATED;
	return begins(text, "Vulnerable") ? HVP_MITIGATION_VULNERABLE : UNKNOWN_MITIGATION;
}

/*
 * Spectre v2 and Spectre-BHB share a line (Linux arch/arm64/kernel/proton-pack.c). "Vulnerable" is
 * about v2 alone; with ": Unprivileged eBPF" behind it both have their mitigations, but not which.
 */
static void read_spectre(struct said *said, const char *text)
{
	said->spectre_v2 = mitigation_of(text);
	said->spectre_bhb = said->spectre_v2;
	if (begins(text, "Vulnerable"))
		said->spectre_bhb = UNKNOWN_MITIGATION;
	if (begins(text, "Vulnerable:")) {
		said->spectre_v2 = UNKNOWN_MITIGATION;
		said->spectre_bhb = HVP_MITIGATION_MITIGATED;
	}
	if (!begins(text, "Mitigation"))
		return;
	if (begins(text, "Mitigation: CSV2"))
		said->spectre_v2 = HVP_MITIGATION_UNAFFECTED;
	if (strstr(text, "but not BHB"))
		said->spectre_bhb = HVP_MITIGATION_VULNERABLE;
	else if (strstr(text, "BHB"))
		said->spectre_bhb = HVP_MITIGATION_MITIGATED;
	else
		said->spectre_bhb = HVP_MITIGATION_UNAFFECTED;
}

static void read_vulnerability(struct said *said, char *rest)
{
	const char *name = row_column(&rest);

	if (!rest)
		return;
	if (!strcmp(name, "spectre_v2"))
		read_spectre(said, rest);
	else if (!strcmp(name, "spec_store_bypass"))
		said->ssb = mitigation_of(rest);
}

/* A processor may have SSBS for its guests and not among the features that it tells. */
static void read_cpuinfo(struct said *said, const char *line)
{
	const char *at = strchr(line, ':');

	if (!begins(line, "Features") || !at)
		return;
	for (at++; *at; at += strcspn(at, " ")) {
		at += strspn(at, " ");
		if (begins(at, "ssbs") && strcspn(at, " ") == strlen("ssbs"))
			said->ssbs = true;
	}
}

static void read_env(struct said *said, char *rest)
{
	const char *what = row_column(&rest);

	if (!rest)
		return;
	if (!strcmp(what, "cpuinfo")) {
		read_cpuinfo(said, rest);
	} else if (!strcmp(what, "vulnerability")) {
		read_vulnerability(said, rest);
	} else if (!strcmp(what, "uname")) {
		char *end = strchr(rest, ' ');

		said->release = rest;
		said->version = end ? end + 1 : NULL;
		if (end)
			*end = 0;
	}
}

static void read_register(struct said *said, uint64_t id, const char *text)
{
	uint64_t value;
	uint32_t reg;

	switch (GROUP(id)) {
	case GROUP_CORE:
	case GROUP_SVE:
		return;
	case GROUP_FW:
	case GROUP_FW_BMAP:
		break;
	default:
		said->others++;
		return;
	}
	if (hvp_fwreg_find(id, &reg)) {
		said->strange++;
		return;
	}
	said->listed |= (uint32_t)HVP_BIT(reg);
	if (!text || !hex_parse(text, UINT64_MAX, &value))
		return;
	said->read |= (uint32_t)HVP_BIT(reg);
	said->value[reg] = value;
}

static void read_takes(struct said *said, uint64_t id, const char *text)
{
	uint32_t reg;

	if (!hvp_fwreg_find(id, &reg) && text)
		(void)hex_parse(text, UINT64_MAX, &said->takes[reg]);
}

static void read_kvm(struct said *said, char *rest)
{
	const char *what = row_column(&rest), *word;
	uint64_t id;

	if (!rest)
		return;
	word = row_column(&rest);
	if (!strcmp(what, "open"))
		said->kvm = word;
	else if (!strcmp(what, "reg_list"))
		said->list_error = word;
	else if (!strcmp(what, "vcpu") && rest)
		said->vcpu[!strcmp(word, "psci_0_2=1")] = rest;
	else if (!strcmp(what, "reg") && hex_parse(word, UINT64_MAX, &id))
		read_register(said, id, rest);
	else if (!strcmp(what, "takes") && hex_parse(word, UINT64_MAX, &id))
		read_takes(said, id, rest);
}

static void read_rows(struct said *said, char *rows)
{
	while (rows) {
		char *rest = row_next(&rows);

		if (begins(rest, "env\t"))
			read_env(said, rest + 4);
		else if (begins(rest, "kvm\t"))
			read_kvm(said, rest + 4);
		else
			read_cpuinfo(said, rest);
	}
}

static bool is_zero(const char *text)
{
	return text && !strcmp(text, "0");
}

static uint32_t guess(uint32_t mitigation, bool best)
{
	if (mitigation != UNKNOWN_MITIGATION)
		return mitigation;
	return best ? HVP_MITIGATION_UNAFFECTED : HVP_MITIGATION_VULNERABLE;
}

/* What a kernel offers, where what is not told is as good, or as bad, as can be. */
static void offers_of(const struct said *said, uint32_t release, bool best,
		      struct hvp_fwregs *regs)
{
	const struct hvp_fwreg_kernel kernel = {
		.size = sizeof(kernel), .policy_level = HVP_POLICY_LEVEL_1, .release = release,
		.flags = said->ssbs || !best ? (uint32_t)HVP_FWREG_SSBS : 0,
		.spectre_v2 = guess(said->spectre_v2, best), .ssb = guess(said->ssb, best),
		.spectre_bhb = guess(said->spectre_bhb, best),
	};

	if (hvp_fwreg_offers(&kernel, regs, NULL))
		abort(); /* all of it is from here */
}

static void forget(struct hvp_fwregs *regs, uint32_t reg, bool unsure)
{
	const uint32_t bit = (uint32_t)HVP_BIT(reg);

	regs->known &= ~bit;
	regs->listed &= ~bit;
	regs->value[reg] = 0;
	regs->unsure |= unsure ? bit : 0;
}

/* Only what both say is known. */
static void agree(struct hvp_fwregs *regs, const struct hvp_fwregs *other)
{
	for (uint32_t reg = 0; reg < HVP_FWREG_SLOTS; reg++) {
		const bool listed = (regs->listed | other->listed) >> reg & 1;
		const bool unsure = (regs->unsure | other->unsure) >> reg & 1;

		if (((regs->listed ^ other->listed) | (regs->unsure ^ other->unsure) |
		     (regs->known ^ other->known)) >> reg & 1 ||
		    regs->value[reg] != other->value[reg])
			forget(regs, reg, listed || unsure);
	}
}

/* What all kernels of the range offer, whatever the files do not tell. */
static void by_release(const struct said *said, const struct release *range,
		       struct hvp_fwregs *regs)
{
	struct hvp_fwregs other;

	offers_of(said, range->from, false, regs);
	offers_of(said, range->to, true, &other);
	agree(regs, &other);
}

/* The register list is better evidence than the release. */
static void by_kvm(struct probe *probe, const struct said *said, struct hvp_fwregs *regs)
{
	struct hvp_fwreg_info row;

	for (uint32_t reg = 0; !hvp_fwreg_get(reg, &row); reg++) {
		const uint32_t bit = (uint32_t)HVP_BIT(reg);

		if (!(said->listed & bit)) {
			if (regs->listed & bit)
				forget(regs, reg, false);
			regs->unsure &= ~bit;
			continue;
		}
		if (!(said->read & bit)) {
			forget(regs, reg, true);
			probe_lacks(probe, "%s is listed and cannot be read", row.name);
			continue;
		}
		regs->unsure &= ~bit;
		regs->known |= bit;
		regs->listed |= bit;
		regs->value[reg] = row.kind == HVP_FWREG_KIND_BITMAP ? said->takes[reg] :
								       said->value[reg];
		if (regs->value[reg] & ~row.valid) {
			probe_lacks(probe, "%s: bits that are not known were left out", row.name);
			regs->value[reg] &= row.valid;
		}
	}
}

static void find_vcpus(struct probe *probe, const struct said *said)
{
	const struct vmm vmm = { .given = true, .release = probe->qemu };
	struct hvp_profile_arm64 *arm64 = &probe->profile.arm64;

	if (is_zero(said->vcpu[0]))
		arm64->flags |= HVP_ARM64_PSCI_0_1;
	if (is_zero(said->vcpu[1]))
		arm64->flags |= HVP_ARM64_PSCI_0_2;
	if (!is_zero(said->kvm)) {
		probe_lacks(probe, "KVM cannot be asked (%s): taken from the kernel's release",
			    said->kvm ? said->kvm : "nothing is told of it");
		arm64->flags = HVP_ARM64_PSCI_0_1 | HVP_ARM64_PSCI_0_2;
	} else if (!arm64->flags) {
		probe_lacks(probe, "KVM makes no vCPU (%s): no guest runs here",
			    said->vcpu[1] ? said->vcpu[1] : "it was not tried");
	}
	arm64->flags &= arm64_vcpus(&vmm);
}

static void tell_missing(struct probe *probe, const struct said *said, bool listed)
{
	const struct hvp_fwregs *regs = &probe->profile.arm64.fwregs;
	struct hvp_fwreg_info row;

	if (!listed)
		probe_lacks(probe, "the number of registers is not known");
	if (said->list_error)
		probe_lacks(probe, "KVM_GET_REG_LIST: %s", said->list_error);
	if (said->strange)
		probe_lacks(probe, "%u firmware registers are newer than this program",
			    said->strange);
	for (uint32_t reg = 0; !hvp_fwreg_get(reg, &row); reg++)
		if (regs->unsure >> reg & 1)
			probe_lacks(probe, "%s: neither the kernel's release nor its files tell",
				    row.name);
}

void probe_arm64(struct probe *probe, char *rows)
{
	struct said said = {
		.spectre_v2 = UNKNOWN_MITIGATION, .ssb = UNKNOWN_MITIGATION,
		.spectre_bhb = UNKNOWN_MITIGATION,
	};
	struct release range = { 0, HVP_RELEASE_END - 1 };
	struct hvp_profile_arm64 *arm64 = &probe->profile.arm64;
	bool listed;

	read_rows(&said, rows);
	hvp_profile_init(&probe->profile, HVP_ARCH_ARM64, HVP_ROLE_HOST);
	if (!said.release || !release_of_kernel(said.release, said.version, &range))
		probe_lacks(probe, "no kernel release: its quirks are left out");
	else
		probe->profile.quirks = hvp_quirk_known(HVP_ARCH_ARM64, range.from, 0);
	probe->profile.quirks |= hvp_quirk_known(HVP_ARCH_ARM64, 0, probe->qemu);
	by_release(&said, &range, &arm64->fwregs);
	find_vcpus(probe, &said);
	listed = is_zero(said.vcpu[1]) && !said.list_error && said.others;
	if (listed) {
		arm64->registers = said.others;
		by_kvm(probe, &said, &arm64->fwregs);
	}
	tell_missing(probe, &said, listed);
}
