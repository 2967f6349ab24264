// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What a machine says of itself: its processor by PVR, the level it says it runs at, and whether
 * its KVM makes a guest. One file is one row; the set-up stands in its name, such as
 * A-10.0.2-6.1.0-50-v1-power11-max-power9.tsv (A: L1 on pseries) or
 * B-10.0.2-6.12.95-powernv9.tsv (B: bare).
 */
#include <stdio.h>
#include <string.h>

#include "recorded.h"

struct name {
	char qemu[16];
	char kernel[16];
	char api[16];
	char cpu[16];
	char maximum[16];
};

static bool read_name(struct row *row, struct name *name)
{
	const char *slash = strrchr(row->table->path, '/');
	const char *file = slash ? slash + 1 : row->table->path;
	const char *power = strstr(file, "-power");
	int used = 0;

	strcpy(name->maximum, "-");
	strcpy(name->api, "bare");
	if (!power || sscanf(file, "%*1[AB]-%15[0-9.]-%15[0-9.]%n", name->qemu, name->kernel,
			     &used) != 2 ||
	    sscanf(power, "-%15[a-z0-9]-max-%15[a-z0-9]", name->cpu, name->maximum) < 1 ||
	    (file[0] == 'A') != (power - file > 3 && power[-2] == 'v')) {
		row_fault(row, "the file's name says no set-up");
		return false;
	}
	if (file[0] == 'A')
		snprintf(name->api, sizeof(name->api), "nested-v%c", power[-1]);
	if (!parse_version(name->qemu, &row->qemu) ||
	    !parse_version(name->kernel, &row->kernel) ||
	    !find_processor(name->cpu, &row->cpu))
		row_fault(row, "the file's name says no set-up");
	return !row->fault[0];
}

/* The rest of the first line that begins so. */
static const char *find_line(struct row *row, const char *begins)
{
	for (unsigned int i = 0; i < row->table->lines; i++)
		if (!strncmp(row->table->line[i], begins, strlen(begins)))
			return row->table->line[i] + strlen(begins);
	row_fault(row, "no line begins with \"%s\"", begins);
	return "";
}

static void say_level(char *answer, const char *name, size_t len, bool architected)
{
	char upper[16] = "";

	for (size_t i = 0; i < len && i < sizeof(upper) - 1; i++)
		upper[i] = (char)(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 32 : name[i]);
	say(answer, " runs as %s%s", upper, architected ? " (architected)" : "");
}

static void recorded_machine(struct row *row, char *answer)
{
	const char *cpu = find_line(row, "env\tcpuinfo\tcpu  : ");
	const char *pvr = strstr(find_line(row, "env\tcpuinfo\trevision : "), "(pvr ");
	struct hvp_processor_info info;
	unsigned int high, low;

	if (!pvr || sscanf(pvr, "(pvr %4x %4x)", &high, &low) != 2) {
		row_fault(row, "no PVR in the line of the revision");
		return;
	}
	say(answer, "%s", hvp_pvr_processor(high << 16 | low, &info) ? "?" : info.name);
	say_level(answer, cpu, strcspn(cpu, " ,"), strstr(cpu, "(architected)"));
	say(answer, ", a guest: %s", find_line(row, "create_vm\ttype=1\t"));
}

static void predict_machine(struct row *row, uint64_t deviations, char *answer)
{
	struct setup setup;
	struct name name;
	const char *level;

	(void)deviations;
	if (!read_name(row, &name) ||
	    !setup_level_host(row, name.api, name.maximum, &setup))
		return;
	level = hvp_level_name(setup.offer.own, HVP_SPELLING_LIBVIRT);
	say(answer, "%s", row->cpu.name);
	say_level(answer, level, strlen(level), setup.host.compat_pvr);
	say(answer, ", a guest: %s", setup.offer.levels ? "0" : "EINVAL");
}

const struct reader reader_machine = {
	.name = "machine", .kind = MACHINE,
	.columns = (const char *const[]){ NULL },
	.recorded = recorded_machine, .predict = predict_machine,
};
