// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the programs about POWER share: modules, files, the processor. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init.h"
#include "kvm_power.h"

size_t read_whole(const char *path, void *buffer, size_t size)
{
	const int fd = open(path, O_RDONLY);
	ssize_t got = fd < 0 ? -1 : read(fd, buffer, size);

	if (fd >= 0)
		close(fd);
	return got < 0 ? 0 : (size_t)got;
}

void option(const char *name, char *value, size_t size)
{
	const char *found = init_option(name);

	if (!found)
		give_up("no %s on the command line", name);
	snprintf(value, size, "%s", found);
}

/*
 * A kernel may have KVM built in: then the driver gives it no modules. Without a nested API the
 * second one finds no device, and the machine makes no guest.
 */
static void load_module(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return;
	if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != ENODEV))
		give_up("%s: %s", path, strerror(errno));
	close(fd);
}

int kvm_open(void)
{
	int fd;

	load_module("/modules/kvm.ko");
	load_module("/modules/kvm-hv.ko");
	fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		give_up("/dev/kvm: %s", strerror(errno));
	return fd;
}

uint32_t cpuinfo_pvr(void)
{
	static char text[4096];
	unsigned int high, low;
	const char *at;

	text[read_whole("/proc/cpuinfo", text, sizeof(text) - 1)] = '\0';
	at = strstr(text, "(pvr ");
	if (!at || sscanf(at, "(pvr %4x %4x)", &high, &low) != 2)
		give_up("no PVR in /proc/cpuinfo");
	return high << 16 | low;
}
