// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The first program of a test kernel: what does not depend on the architecture. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "commands.h"
#include "init.h"

static char command_line[4096];

const char *first_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "r");

	line[0] = 0;
	if (!file)
		return line;
	if (fgets(line, (int)size, file))
		line[strcspn(line, "\n")] = 0;
	fclose(file);
	return line;
}

void init_start(void)
{
	static const struct {
		const char *type, *path;
	} mounts[] = { { "proc", "/proc" }, { "sysfs", "/sys" }, { "devtmpfs", "/dev" } };

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].path, 0755);
		mount(mounts[i].type, mounts[i].path, mounts[i].type, 0, NULL);
	}
	setvbuf(stdout, NULL, _IOLBF, 4096);
	/* a panic of the kernel may have left half a line */
	puts("");
	first_line("/proc/cmdline", command_line, sizeof(command_line));
}

void init_end(void)
{
	say("end");
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

const char *init_option(const char *name)
{
	static char value[256];
	const size_t length = strlen(name);
	const char *at = command_line;

	for (; *at; at += strspn(at, " ")) {
		const size_t word = strcspn(at, " ");

		if (word > length && at[length] == '=' && !strncmp(at, name, length)) {
			snprintf(value, sizeof(value), "%.*s", (int)(word - length - 1),
				 at + length + 1);
			return value;
		}
		at += word;
	}
	return NULL;
}

bool is_lie(const char *name)
{
	const char *lie = init_option("hvp.lie");

	return lie && !strcmp(lie, name);
}

static void say_all(const char *format, va_list args)
{
	fputs("HVP:", stdout);
	vprintf(format, args);
	putchar('\n');
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_all(format, args);
	va_end(args);
}

void give_up(const char *format, ...)
{
	va_list args;

	fputs("HVP:failed\t", stdout);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	init_end();
}

/* Debian's "6.1.0-44-cloud-arm64" counts its ABI: the patch level stands in the version. */
uint32_t kernel_release(void)
{
	unsigned int major = 0, minor = 0, patch = 0;
	const char *text = init_option("hvp.release");
	const char *debian;
	struct utsname name;

	uname(&name);
	if (!text) {
		debian = strstr(name.version, "Debian ");
		text = debian ? debian + strlen("Debian ") : name.release;
	}
	if (sscanf(text, "%3u.%3u.%5u", &major, &minor, &patch) < 2)
		give_up("no release: %s", text);
	return HVP_RELEASE(major, minor, patch);
}

int main(void)
{
	init_start();
	run_tests();
	run_commands();
	init_end();
}
