// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy probe: the machine it runs on, as a profile. */
#include "probe.h"
#include "commands.h"
#include "grid.h"
#include "record.h"
#include "release.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

enum { KEY_OUTPUT = 0x200, KEY_WIRE, KEY_ROOT, KEY_KVM, KEY_QEMU, KEY_NAME, KEY_RECORD,
       KEY_MACHINE };

struct arguments {
	struct common common;
	const char *output;
	const char *root;
	const char *kvm;
	const char *name;
	const char *machine;
	const char *qemu;	/* as asked for; NULL: the one in PATH */
	bool wire;
	bool record;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	static const struct {
		int key;
		size_t offset;
	} texts[] = {
		{ KEY_OUTPUT, offsetof(struct arguments, output) },
		{ KEY_ROOT, offsetof(struct arguments, root) },
		{ KEY_KVM, offsetof(struct arguments, kvm) },
		{ KEY_NAME, offsetof(struct arguments, name) },
		{ KEY_MACHINE, offsetof(struct arguments, machine) },
		{ KEY_QEMU, offsetof(struct arguments, qemu) },
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		if (texts[i].key == key) {
			memcpy((char *)arguments + texts[i].offset, &arg, sizeof(arg));
			return 0;
		}
	}
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->common;
		return 0;
	case KEY_WIRE:
		arguments->wire = true;
		return 0;
	case KEY_RECORD:
		arguments->record = true;
		return 0;
	case ARGP_KEY_END:
		if (arguments->wire + arguments->record + arguments->common.json > 1)
			argp_error(state, "--json, --wire and --record exclude each other");
		if (arguments->machine && (arguments->root || arguments->kvm))
			argp_error(state, "--machine is in place of a machine to be read");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void probe_lacks(struct probe *probe, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	complain("%s: %s", probe->path, line);
	probe->missing++;
}

uint32_t probe_arch(const char *rows)
{
	/* cpuinfo of the one has this line for every processor, of the other a PVR */
	if (strstr(rows, "CPU implementer"))
		return HVP_ARCH_ARM64;
	return strstr(rows, "(pvr ") ? (uint32_t)HVP_ARCH_POWER : 0;
}

/* What the QEMU of this architecture in PATH says of itself; 0: there is none. */
static uint32_t ask_qemu(uint32_t arch)
{
	FILE *pipe = popen(arch == HVP_ARCH_ARM64 ? /* NOLINT(cert-env33-c): the user's PATH */
			   "qemu-system-aarch64 --version 2>/dev/null" :
			   "qemu-system-ppc64 --version 2>/dev/null", "re");
	static const char words[] = "QEMU emulator version ";
	uint32_t release = 0;
	const char *rest;
	char line[256];

	if (!pipe)
		return 0;
	if (!fgets(line, sizeof(line), pipe) || strncmp(line, words, strlen(words)) != 0 ||
	    !release_parse(line + strlen(words), &release, &rest))
		release = 0;
	(void)pclose(pipe);
	return release;
}

/* The QEMU whose quirks count, and a word about it: nothing else shows what was taken. */
static uint32_t find_qemu(const struct arguments *arguments, uint32_t arch)
{
	uint32_t release = 0;

	if (arguments->qemu) {
		if (strcmp(arguments->qemu, "none") != 0 &&
		    !release_parse(arguments->qemu, &release, NULL))
			die("--qemu is a release such as 10.0.2, or none, not '%s'",
			    arguments->qemu);
		return release;
	}
	if (!arguments->machine)
		release = ask_qemu(arch);
	if (release)
		complain("with the quirks of the QEMU %u.%u.%u in PATH", release >> 16,
			 release >> 8 & 0xff, release & 0xff);
	else
		complain("without the quirks of a VMM: no QEMU was asked (--qemu)");
	return release;
}

/* By --name, else as the machine or its file is called. */
static void find_name(const struct arguments *arguments, char *name, size_t size)
{
	const char *base = arguments->machine ? arguments->machine : arguments->root;
	struct utsname here;
	char *end;

	if (arguments->name) {
		if (!name_parse(arguments->name, name, size))
			die("--name is 1 to 64 letters, digits and ._+-, the first a letter or "
			    "digit, not '%s'", arguments->name);
		return;
	}
	if (base && strrchr(base, '/'))
		base = strrchr(base, '/') + 1;
	if (!base && !uname(&here))
		base = here.nodename;
	put(name, size, "%s", base ? base : "");
	end = strrchr(name, '.');
	if (end && !strcmp(end, ".tsv"))
		*end = 0;
	if (!name_parse(name, name, size))
		put(name, size, "host");
}

static void write_profile(const struct arguments *arguments, const struct probe *probe)
{
	struct party party = { .profile = probe->profile };
	uint8_t wire[HVP_WIRE_MAX] = { 0 };
	uint32_t len;

	find_name(arguments, party.name, sizeof(party.name));
	grid_output(arguments->output, arguments->common.colour);
	if (!arguments->wire) {
		js_print(profile_to_json(&party));
		return;
	}
	len = profile_to_wire(&party.profile, wire);
	(void)fwrite(wire, len, 1, stdout);
}

static int make_profile(const struct arguments *arguments, char *rows, size_t len)
{
	struct probe probe = {
		.path = arguments->machine ? arguments->machine : arguments->root,
	};
	const uint32_t arch = probe_arch(rows);

	if (!probe.path)
		probe.path = "this machine";
	if (!arch)
		die("%s: no cpuinfo of an arm64 or POWER machine: nothing is known of it",
		    probe.path);
	probe.qemu = find_qemu(arguments, arch);
	if (arch == HVP_ARCH_ARM64)
		probe_arm64(&probe, rows);
	else
		probe_power(&probe, rows, len);
	write_profile(arguments, &probe);
	return probe.missing ? EXIT_REFUSED : EXIT_FINE;
}

int run_probe(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "output", KEY_OUTPUT, "FILE", 0, "Write into a file", 0 },
		{ "wire", KEY_WIRE, NULL, 0, "Write the wire form in place of JSON", 0 },
		{ "record", KEY_RECORD, NULL, 0,
		  "Write what was read, a recorded machine, in place of a profile", 0 },
		{ "name", KEY_NAME, "NAME", 0, "What to call the host", 0 },
		{ "qemu", KEY_QEMU, "RELEASE", 0,
		  "QEMU whose quirks count, or none; without it the one in PATH", 0 },
		{ "root", KEY_ROOT, "DIR", 0, "Where proc, sys and dev are", 1 },
		{ "kvm", KEY_KVM, "PATH", 0, "The device of KVM, if not /dev/kvm", 1 },
		{ "machine", KEY_MACHINE, "FILE", 0,
		  "A recorded machine in place of the one this runs on", 1 },
		{ 0 }
	};
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		options, parse, "",
		"What this machine offers its guests, read from KVM and from its files, as a "
		"profile for migrate, baseline and matrix. What is missing is told, and the exit "
		"status is 1.", children, NULL, NULL,
	};
	struct arguments arguments = { .output = NULL };
	int status = EXIT_FINE;
	size_t len;
	char *rows;

	parse_arguments(&argp, argc, argv, &arguments, &arguments.common);
	rows = arguments.machine ? read_file(arguments.machine, &len) :
				   record_machine(arguments.root, arguments.kvm, &len);
	if (strlen(rows) != len)
		die("%s: is no text", arguments.machine);
	if (arguments.record) {
		grid_output(arguments.output, arguments.common.colour);
		(void)fwrite(rows, len, 1, stdout);
	} else {
		status = make_profile(&arguments, rows, len);
	}
	free(rows);
	return status;
}
