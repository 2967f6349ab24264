// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What a machine says of itself: /proc/cpuinfo, alone or in a recording with further rows
 * (uname, AT_PLATFORM, KVM capabilities, whether a VM could be made).
 *
 * The trap: in a guest the PVR is that of the hardware, whatever mode the guest is in. The mode
 * shows in AT_PLATFORM and in "POWER9 (architected)". AT_BASE_PLATFORM is no help: it goes by the
 * PVR, and is "power5" on kernels that do not know it.
 */
#include "host.h"
#include "output.h"
#include "rows.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct said {
	const char *path;
	int line;
	const char *cpu;
	const char *revision;
	const char *platform;	/* of cpuinfo: the machine's kind */
	const char *at_platform;
	const char *cpu_version;	/* of the device tree */
	const char *compat_caps;	/* KVM_PPC_GET_COMPAT_CAPS */
	const char *release;
	const char *model;
	const char *kvm_module;	/* "0" or an errno's name */
	const char *create_hv;	/* the same, for a VM of type HV */
	int nested_hv;		/* KVM_CAP_PPC_NESTED_HV; -1: not said */
	int htm;		/* KVM_CAP_PPC_HTM; -1: not said */
};

static void keep(const struct said *said, const char **slot, const char *value, const char *what)
{
	if (*slot && strcmp(*slot, value))
		die("%s:%d: another %s than before", said->path, said->line, what);
	*slot = value;
}

static void read_cpuinfo(struct said *said, char *line)
{
	char *colon = strchr(line, ':');
	const char *key, *value;

	if (!colon) {
		if (*row_trim(line))
			die("%s:%d: neither cpuinfo nor a row of a recorded machine", said->path,
			    said->line);
		return;
	}
	*colon = 0;
	key = row_trim(line);
	value = row_trim(colon + 1);
	if (!strcmp(key, "cpu"))
		keep(said, &said->cpu, value, "cpu");
	else if (!strcmp(key, "revision"))
		keep(said, &said->revision, value, "revision");
	else if (!strcmp(key, "platform"))
		keep(said, &said->platform, value, "platform");
	else if (!strcmp(key, "model"))
		keep(said, &said->model, value, "model");
}

static bool ends_in(const char *text, const char *end)
{
	const size_t len = text ? strlen(text) : 0, end_len = strlen(end);

	return len >= end_len && !strcmp(text + len - end_len, end);
}

static void read_caps(struct said *said, char *rest)
{
	const char *cap;

	while ((cap = row_column(&rest))) {
		if (!strncmp(cap, "NESTED_HV=", 10))
			said->nested_hv = cap[10] != '0';
		if (!strncmp(cap, "PPC_HTM=", 8))
			said->htm = cap[8] != '0';
	}
}

static void read_env(struct said *said, char *rest)
{
	const char *what = row_column(&rest);

	if (!what || !rest)
		return;
	if (!strcmp(what, "cpuinfo"))
		read_cpuinfo(said, rest);
	else if (!strcmp(what, "uname"))
		keep(said, &said->release, row_column(&rest), "kernel");
	else if (!strcmp(what, "platform"))
		keep(said, &said->at_platform, row_column(&rest), "platform");
	else if (!strcmp(what, "cpu-version"))
		keep(said, &said->cpu_version, row_column(&rest), "cpu-version");
}

static void read_line(struct said *said, char *line)
{
	char *rest = line;

	if (!strncmp(line, "env\t", 4)) {
		(void)row_column(&rest);
		read_env(said, rest);
	} else if (!strncmp(line, "caps\t", 5)) {
		(void)row_column(&rest);
		read_caps(said, rest);
	} else if (!strncmp(line, "mod\t", 4)) {
		(void)row_column(&rest);
		if (ends_in(row_column(&rest), "/kvm-hv.ko") && rest && row_column(&rest))
			said->kvm_module = row_column(&rest);
	} else if (!strncmp(line, "create_vm\ttype=1\t", 17)) {
		said->create_hv = line + 17;
	} else if (!strncmp(line, "kvm\tcompat_caps\t", 16)) {
		said->compat_caps = line + 16;
	} else if (strncmp(line, "create_vm\t", 10) != 0 && strncmp(line, "kvm\t", 4) != 0) {
		read_cpuinfo(said, line);
	}
}

static void read_lines(struct said *said, char *text, size_t len)
{
	if (memchr(text, 0, len))
		die("%s: is no text", said->path);
	while (text) {
		said->line++;
		read_line(said, row_next(&text));
	}
}

/* "POWER10 (architected), altivec supported": the level is the first word. */
static uint32_t cpu_level(const char *cpu)
{
	const size_t len = strcspn(cpu, " ,");
	uint32_t level = HVP_LEVEL_NONE;
	char name[17] = "";

	for (size_t i = 0; i < len && i < sizeof(name) - 1; i++)
		name[i] = (char)tolower((unsigned char)cpu[i]);
	return level_parse(name, &level) ? level : HVP_LEVEL_NONE;
}

/* "2.0 (pvr 0080 1200)" */
static bool revision_pvr(const char *revision, uint32_t *pvr)
{
	const char *at = strstr(revision, "(pvr ");
	char hex[11] = "0x";
	uint64_t value;

	if (!at || strlen(at) != 15 || at[9] != ' ' || at[14] != ')')
		return false;
	memcpy(hex + 2, at + 5, 4);
	memcpy(hex + 6, at + 10, 4);
	if (!number_parse(hex, UINT32_MAX, &value))
		return false;
	*pvr = (uint32_t)value;
	return true;
}

/* The device tree names the mode only if there is one. */
static void check_tree(const struct said *said, uint32_t level)
{
	uint64_t pvr;

	if (!said->cpu_version || !hex_parse(said->cpu_version, UINT32_MAX, &pvr) ||
	    pvr >> 24 != 0x0f)
		return;
	if (level != HVP_LEVEL_NONE && hvp_level_from_pvr((uint32_t)pvr) != level)
		die("%s: cpu says %s, but the device tree has %s", said->path, level_name(level),
		    said->cpu_version);
}

/* The mode an L1 itself is in: never by its PVR (R12). */
static void find_mode(const struct said *said, struct host *host)
{
	const uint32_t by_cpu = cpu_level(said->cpu);
	uint32_t level = by_cpu;

	if (strstr(said->cpu, "(raw)"))
		return;
	check_tree(said, by_cpu);
	if (said->at_platform && !level_parse(said->at_platform, &level))
		die("%s: platform '%s' is no known level", said->path, said->at_platform);
	if (level == HVP_LEVEL_NONE)
		die("%s: cpu '%s' is no known level", said->path, said->cpu);
	if (by_cpu != HVP_LEVEL_NONE && by_cpu != level)
		die("%s: cpu says %s, but platform says %s", said->path, level_name(by_cpu),
		    level_name(level));
	host->pvr.compat_pvr = hvp_level_pvr(level);
	host_give(host, FIELD_mode);
}

static void find_kvm(const struct said *said, struct host *host)
{
	const char *result = said->create_hv ? said->create_hv : said->kvm_module;

	if (said->kvm_module && strcmp(said->kvm_module, "0") != 0)
		result = said->kvm_module;
	if (!result)
		return;
	host->kvm = strcmp(result, "0") ? KVM_FAILS : KVM_RUNS;
	put_clean(host->kvm_error, sizeof(host->kvm_error), result, strlen(result));
}

/* v2 came with 6.7. With it KVM runs, but no third level of hypervisors. */
static void find_api(const struct said *said, struct host *host)
{
	if (host->kvm == KVM_FAILS)
		return;
	if (host->kernel && host->kernel < KERNEL(6, 7))
		host->api = API_V1;
	else if (host->kvm == KVM_RUNS && said->nested_hv >= 0)
		host->api = said->nested_hv ? API_V1 : API_V2;
	if (host->api)
		host_give(host, FIELD_nested_api);
}

/* On v1 an upper bound, on v2 the grants themselves: host_finish() knows. */
static void find_grants(const struct said *said, struct host *host)
{
	if (!said->compat_caps || !hex_parse(said->compat_caps, UINT64_MAX, &host->bounded))
		return;
	host_give(host, FIELD_bounded);
}

static void find_tm(const struct said *said, struct host *host)
{
	struct hvp_processor_info processor = { .level = HVP_LEVEL_NONE };

	if (said->htm < 0)
		return;
	(void)hvp_pvr_processor(host->pvr.pvr, &processor);
	if (host->role == ROLE_BARE && processor.level == HVP_LEVEL_3_00) {
		host->tm_assist = said->htm;
		host_give(host, FIELD_tm_assist);
	} else {
		host->tm = said->htm;
		host_give(host, FIELD_tm);
	}
}

static void find_role(const struct said *said, struct host *host)
{
	if (!said->platform)
		die("%s: no platform line: is it a POWER host?", said->path);
	if (!strcmp(said->platform, "pSeries"))
		host->role = ROLE_L1;
	else if (!strcmp(said->platform, "PowerNV"))
		host->role = ROLE_BARE;
	else
		die("%s: platform '%s' is neither pSeries nor PowerNV", said->path,
		    said->platform);
	host_give(host, FIELD_role);
}

static void name_after(const char *path, struct host *host)
{
	const char *base = strrchr(path, '/');
	size_t len;

	base = base ? base + 1 : path;
	len = strlen(base);
	host_init(host, base);
	if (ends_in(base, ".tsv") && len > 4 && len < sizeof(host->name))
		host->name[len - 4] = 0;
}

void host_from_rows(const char *path, char *text, size_t len, struct host *host)
{
	struct said said = { .path = path, .nested_hv = -1, .htm = -1 };

	read_lines(&said, text, len);
	name_after(path, host);
	host->machine = true;
	find_role(&said, host);
	if (!said.cpu)
		die("%s: no cpu line", path);
	if (!said.revision || !revision_pvr(said.revision, &host->pvr.pvr))
		die("%s: no revision line with a pvr", path);
	host_give(host, FIELD_pvr);
	if (said.release) {
		const size_t word = strcspn(said.release, " ");
		const char *rest;

		put_clean(host->release, sizeof(host->release), said.release, word);
		if (kernel_parse(said.release, &host->kernel, &rest))
			host_give(host, FIELD_kernel);
	}
	if (said.model)
		put_clean(host->model, sizeof(host->model), said.model, strlen(said.model));
	find_kvm(&said, host);
	find_tm(&said, host);
	host->no_nested = !said.nested_hv;
	if (host->role == ROLE_L1) {
		find_mode(&said, host);
		find_api(&said, host);
		find_grants(&said, host);
	}
	host_finish(host);
}

void host_from_machine(const char *path, struct host *host)
{
	size_t len;
	char *text = read_file(path, &len);

	host_from_rows(path, text, len, host);
	free(text);
}
