// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "record.h"
#include "output.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* Far above any real line. */
#define LINE 4096

void record_text(FILE *rows, const char *words, const char *text)
{
	(void)fprintf(rows, "%s\t", words);
	for (; *text && *text != '\n'; text++)
		(void)fputc(*text >= ' ' && *text < 127 ? *text : ' ', rows);
	(void)fputc('\n', rows);
}

void record_error(FILE *rows, const char *words, int failed)
{
	const int error = errno;
	const char *name = failed ? strerrorname_np(error) : "0";

	(void)fprintf(rows, "%s\t%s\n", words, name ? name : "?");
	errno = error;
}

static FILE *open_below(const char *root, const char *path)
{
	char whole[PATH_MAX];

	put(whole, sizeof(whole), "%s%s", root, path);
	return fopen(whole, "re");
}

/* Every line of a file, or its first. */
static void record_file(FILE *rows, const char *root, const char *path, const char *words,
			bool first)
{
	FILE *file = open_below(root, path);
	char line[LINE];

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		record_text(rows, words, line);
		if (first)
			break;
	}
	(void)fclose(file);
}

static void first_line(const char *root, const char *path, char *line, int size)
{
	FILE *file = open_below(root, path);

	line[0] = 0;
	if (!file)
		return;
	if (fgets(line, size, file))
		line[strcspn(line, "\n")] = 0;
	(void)fclose(file);
}

static void record_uname(FILE *rows, const char *root)
{
	char release[256], version[256], line[520];
	struct utsname name;

	if (root) {
		first_line(root, "/proc/sys/kernel/osrelease", release, sizeof(release));
		first_line(root, "/proc/sys/kernel/version", version, sizeof(version));
	} else if (!uname(&name)) {
		put(release, sizeof(release), "%s", name.release);
		put(version, sizeof(version), "%s", name.version);
	} else {
		return;
	}
	put(line, sizeof(line), "%s %s", release, version);
	if (release[0])
		record_text(rows, "env\tuname", line);
}

/* The same of all processors; there is none on a host that is in no mode. */
static void record_cpu_version(FILE *rows, const char *root)
{
	char pattern[PATH_MAX];
	uint8_t bytes[4];
	glob_t found;
	FILE *file;

	put(pattern, sizeof(pattern), "%s/proc/device-tree/cpus/*/cpu-version", root);
	if (glob(pattern, 0, NULL, &found))
		return;
	file = fopen(found.gl_pathv[0], "re");
	if (file && fread(bytes, sizeof(bytes), 1, file) == 1)
		(void)fprintf(rows, "env\tcpu-version\t0x%02x%02x%02x%02x\n", bytes[0], bytes[1],
			      bytes[2], bytes[3]);
	if (file)
		(void)fclose(file);
	globfree(&found);
}

static void record_files(FILE *rows, const char *root)
{
	static const char *const names[] = { "spectre_v2", "spec_store_bypass" };
	const char *top = root ? root : "";
	char path[96], words[64];

	record_uname(rows, root);
	record_file(rows, top, "/proc/cpuinfo", "env\tcpuinfo", false);
	for (size_t i = 0; i < COUNT(names); i++) {
		put(path, sizeof(path), "/sys/devices/system/cpu/vulnerabilities/%s", names[i]);
		put(words, sizeof(words), "env\tvulnerability\t%s", names[i]);
		record_file(rows, top, path, words, true);
	}
	record_cpu_version(rows, top);
}

char *record_machine(const char *root, const char *kvm, size_t *len)
{
	char device[PATH_MAX];
	char *text = NULL;
	FILE *rows = open_memstream(&text, len);

	if (!rows)
		die("no memory");
	put(device, sizeof(device), "%s/dev/kvm", root ? root : "");
	record_files(rows, root);
	if (!root)
		record_self(rows);
	record_kvm(rows, kvm ? kvm : device);
	if (fclose(rows))
		die("no memory");
	return text;
}
