// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "party.h"
#include "domain.h"
#include "output.h"
#include "release.h"
#include "show.h"
#include "verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void party_add(struct party_list *list, const struct party *party)
{
	struct party *more = realloc(list->parties, (list->count + 1) * sizeof(*more));

	if (!more)
		die("no memory");
	list->parties = more;
	list->parties[list->count++] = *party;
}

void party_free(struct party_list *list)
{
	free(list->parties);
	*list = (struct party_list){ .count = 0 };
}

/* "none", or "qemu-" and a release */
static bool vmm_parse(const char *text, struct vmm *vmm)
{
	vmm->given = true;
	vmm->release = 0;
	if (!strcmp(text, "none"))
		return true;
	return !strncmp(text, "qemu-", 5) && release_parse(text + 5, &vmm->release, NULL) &&
	       vmm->release;
}

enum { KEY_VMM = 0x300, KEY_LEVEL, KEY_NESTED };

static error_t parse_vmm(int key, char *arg, struct argp_state *state)
{
	if (key != KEY_VMM)
		return ARGP_ERR_UNKNOWN;
	if (!vmm_parse(arg, state->input))
		argp_error(state, "--vmm is qemu-10.0 or another release of it, or none, not '%s'",
			   arg);
	return 0;
}

static const struct argp_option vmm_options[] = {
	{ "vmm", KEY_VMM, "VMM", 0,
	  "VMM of the hosts: qemu-10.0 (the default), qemu-11.1, ..., or none: one that follows "
	  "the rules. Profiles in files tell theirs, unless this option is given", 1 },
	{ 0 }
};

const struct argp vmm_argp = { vmm_options, parse_vmm, NULL, NULL, NULL, NULL, NULL };

static error_t parse_guest(int key, char *arg, struct argp_state *state)
{
	struct guest_choice *choice = state->input;

	switch (key) {
	case KEY_LEVEL:
		if (!level_parse(arg, &choice->level))
			argp_error(state, "'%s' is no level", arg);
		return 0;
	case KEY_NESTED:
		choice->nested = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option guest_options[] = {
	{ "level", KEY_LEVEL, "LEVEL", 0,
	  "Level of the guest (POWER); without it the newest that its host offers", 1 },
	{ "nested", KEY_NESTED, NULL, 0, "The guest has nested guests of its own (POWER)", 1 },
	{ 0 }
};

const struct argp guest_argp = { guest_options, parse_guest, NULL, NULL, NULL, NULL, NULL };

/* The VMM that was asked for in place of that of the profile. */
static void replace_vmm(const struct vmm *vmm, struct hvp_profile *profile)
{
	struct hvp_quirk_info info;

	if (!vmm->given || profile->role != HVP_ROLE_HOST)
		return;
	for (uint32_t bit = 0; bit < 64; bit++)
		if (!hvp_quirk_get(bit, &info) && info.software == HVP_SOFTWARE_QEMU)
			profile->quirks &= ~HVP_BIT(bit);
	profile->quirks |= hvp_quirk_known(profile->arch, 0, vmm->release);
	if (profile->arch == HVP_ARCH_ARM64)
		profile->arm64.flags = arm64_vcpus(vmm);
}

static void complain_of(void *context, const char *where, const char *what)
{
	const char *const *path = context;

	complain("%s: %s%s%s", *path, where, *where ? ": " : "", what);
}

/* The name of a file that has none inside: its own, less what names its kind. */
static void name_file(const char *path, char *name, size_t size)
{
	const char *base = strrchr(path, '/');
	char *end;

	base = base ? base + 1 : path;
	put_clean(name, size, base, strlen(base));
	end = strrchr(name, '.');
	if (end && end > name && (!strcmp(end, ".json") || !strcmp(end, ".hvpp")))
		*end = 0;
}

/* JSON: a profile, or a host file, which is read again by its own reader. */
static bool from_json(const char *path, const char *name, const char *text, size_t len,
		      const struct vmm *vmm, struct party *party)
{
	char clean[JSON_ERROR_TEXT_LENGTH];
	json_error_t error;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	struct host host;
	bool fine = true;

	if (!root) {
		put_clean(clean, sizeof(clean), error.text, strlen(error.text));
		die("%s:%d: %s", path, error.line > 0 ? error.line : 1, clean);
	}
	if (profile_is_json(root)) {
		fine = profile_from_json(root, name, party, complain_of, &path);
		if (fine)
			replace_vmm(vmm, &party->profile);
	} else if (!strcmp(path, "-")) {
		die("standard input: neither a profile nor a domain");
	} else {
		host_from_file(path, &host);
		party_from_host(&host, vmm, party);
	}
	json_decref(root);
	return fine;
}

void party_from_file(const char *path, const struct vmm *vmm, struct party *party)
{
	char name[sizeof(party->name)];
	size_t len;
	const bool piped = !strcmp(path, "-");
	char *text = piped ? read_input(path, "guest", &len) : read_file(path, &len);
	bool fine;

	name_file(piped ? "stdin" : path, name, sizeof(name));
	if (profile_is_wire(text, len)) {
		fine = profile_from_wire(text, len, name, party, complain_of, &path);
		if (fine)
			replace_vmm(vmm, &party->profile);
	} else if (domain_is_xml(text)) {
		fine = domain_from_xml(text, name, party, complain_of, &path);
	} else {
		fine = from_json(path, name, text, len, vmm, party);
	}
	free(text);
	if (!fine)
		exit(EXIT_USAGE);
}

void party_find_guest(const char *name, const struct vmm *vmm, struct party *party)
{
	struct stat stat_of;
	struct host host;

	*party = (struct party){ .name = "" };
	if (arm64_find(name, vmm, party))
		return;
	if (catalogue_find(name, &host)) {
		party_from_host(&host, vmm, party);
		return;
	}
	if (!strchr(name, '/') && strcmp(name, "-") != 0 && stat(name, &stat_of))
		die("no host '%s' in the catalogue and no such file; hvpolicy hosts and hvpolicy "
		    "hosts --arch arm64 list the hosts", name);
	party_from_file(name, vmm, party);
}

void party_find(const char *name, const struct vmm *vmm, struct party *party)
{
	party_find_guest(name, vmm, party);
	if (party->open)
		die("%s: does not tell %s", name, party->open);
}

void party_find_host(const char *name, const struct vmm *vmm, struct party *party)
{
	party_find(name, vmm, party);
	if (party->profile.role != HVP_ROLE_HOST)
		die("%s: is the profile of a guest, a host is needed here", name);
}

bool party_guest(const struct party *host, const struct guest_choice *choice,
		 struct party *guest, char *why, size_t len)
{
	const bool power = host->profile.arch == HVP_ARCH_POWER;
	struct hvp_finding finding = { .reason = 0 };
	struct hvp_report report;

	hvp_report_init(&report, &finding, 1);
	if (!power && (choice->level || choice->nested)) {
		put(why, len, "%s: --level and --nested are for POWER", host->name);
		return false;
	}
	if (choice->nested && !host->profile.power.l2_facilities) {
		put(why, len, "%s: its guests have no nested guests", host->name);
		return false;
	}
	*guest = *host;
	if (!hvp_profile_guest(&host->profile, choice->level,
			       choice->nested ? HVP_GUEST_NESTED : 0, &guest->profile, &report))
		return true;
	if (choice->level) {
		put(why, len, "%s: it offers no level %s", host->name, level_name(choice->level));
	} else {
		char line[256];

		(void)hvp_reason_format(&finding, HVP_WORDING_TEXT, line, sizeof(line));
		put(why, len, "%s: %s", host->name, line);
	}
	return false;
}

static void append(char *buf, size_t len, const char *text)
{
	const size_t used = strlen(buf);

	put(buf + used, len - used, "%s%s", used ? ", " : "", text);
}

/* "power8 to power11", or each if some between are missing. */
static void put_range(uint64_t levels, char *buf, size_t len)
{
	uint32_t oldest = HVP_LEVEL_NONE, last = HVP_LEVEL_NONE;
	uint32_t runs = 0;

	for (uint32_t i = 0, level; !hvp_level_at(i, &level); last = level, i++) {
		if (!(levels & HVP_BIT(level)))
			continue;
		runs += !(levels & HVP_BIT(last));
		if (!oldest)
			oldest = level;
	}
	if (runs == 1 && oldest != hvp_level_newest(levels))
		put(buf, len, "%s to %s", level_name(oldest),
		    level_name(hvp_level_newest(levels)));
	else
		put_levels(levels, buf, len);
}

static void detail_power(const struct hvp_profile *profile, char *buf, size_t len)
{
	const struct hvp_profile_power *power = &profile->power;
	struct hvp_processor_info processor = { .name = "" };
	char levels[80];

	(void)hvp_pvr_processor(power->pvr, &processor);
	append(buf, len, processor.name[0] ? processor.name : "POWER");
	put_range(power->levels, levels, sizeof(levels));
	if (power->levels)
		append(buf, len, levels);
	if (power->flags & HVP_POWER_RAW)
		append(buf, len, "raw");
	if (power->l2_facilities)
		append(buf, len, "nested guests");
}

static void detail_arm64(const struct hvp_profile *profile, char *buf, size_t len)
{
	const struct hvp_fwregs *regs = &profile->arm64.fwregs;
	static const uint32_t workarounds[] = {
		HVP_FWREG_WORKAROUND_1, HVP_FWREG_WORKAROUND_2, HVP_FWREG_WORKAROUND_3,
	};
	char words[40], line[80] = "workarounds";

	append(buf, len, "arm64");
	put_fwreg(regs, HVP_FWREG_PSCI_VERSION, words, sizeof(words));
	append(buf, len, regs->known >> HVP_FWREG_PSCI_VERSION & 1 ? words : "PSCI not known");
	for (size_t i = 0; i < COUNT(workarounds); i++) {
		const size_t used = strlen(line);
		const uint32_t reg = workarounds[i];

		if (regs->known >> reg & 1)
			put(line + used, sizeof(line) - used, " %u", (uint32_t)regs->value[reg]);
		else
			put(line + used, sizeof(line) - used, " ?");
	}
	append(buf, len, line);
}

void party_detail(const struct hvp_profile *profile, char *buf, size_t len)
{
	put(buf, len, "%s", "");
	if (profile->arch == HVP_ARCH_POWER)
		detail_power(profile, buf, len);
	else
		detail_arm64(profile, buf, len);
}

void party_print(const struct party *party, bool wire)
{
	uint8_t bytes[HVP_WIRE_MAX];
	uint32_t len;

	if (!wire) {
		js_print(profile_to_json(party));
		return;
	}
	len = profile_to_wire(&party->profile, bytes);
	/* a failed write stays in stdout's error flag */
	(void)fwrite(bytes, 1, len, stdout);
}
