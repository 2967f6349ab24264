// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What libvirt's driver for POWER answers, a line each, so that two builds can be compared: linked
 * with libvirt as it is and with one that asks the library. Built as libvirt's own tests are.
 *
 *	answers			models, every PVR, every comparison, every baseline
 *	answers copy		a copy of a CPU's data
 *	answers time		nanoseconds of one comparison, and of the library's part of it
 *	answers mode PVR WORD	the model of a host whose kernel calls its platform so
 */
#include <config.h>

#include <hvpolicy/hvpolicy.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cpu/cpu.h"
#include "virerror.h"
#include "virfile.h"
#include "virstring.h"
#ifdef POLICY
#include "cpu/cpu_ppc64_policy.h"
#endif

#define VIR_FROM_THIS VIR_FROM_CPU

static const char *const models[] = {
	"POWER6", "POWER7", "POWER8", "POWER9", "POWER10", "POWER11", "POWERPC_e6500", "POWER99",
};
static const char *const modes[] = {
	NULL, "power5", "power6", "power7", "power7+", "power8", "power9", "power10", "power11",
	"power99", "POWER9", "power9,accel=tcg", "power", "a name that is longer than any level",
};

static virCPUDef *new_cpu(virCPUType type, virCPUMode mode, const char *model)
{
	virCPUDef *cpu = virCPUDefNew();

	cpu->type = type;
	cpu->mode = mode;
	cpu->model = g_strdup(model);
	if (type == VIR_CPU_TYPE_HOST) {
		cpu->arch = VIR_ARCH_PPC64;
		cpu->vendor = g_strdup("IBM");
	}
	return cpu;
}

/* One line, blanks for what divides it otherwise. */
static void say(const char *head, const char *text)
{
	printf("%s\t", head);
	for (; *text; text++)
		putchar(*text == '\n' || *text == '\t' ? ' ' : *text);
	putchar('\n');
	virResetLastError();
}

static void say_compare(const char *kind, virCPUDef *host, virCPUDef *cpu)
{
	static const char *const results[] = { "error", "incompatible", "identical", "superset" };
	const int result = virCPUCompare(VIR_ARCH_PPC64, host, cpu, false);
	g_autofree char *head = NULL;

	head = g_strdup_printf("compare\t%s\t%s\t%s\t%s", host->model, kind,
			       cpu->model ? cpu->model : "-", results[result + 1]);
	/* the same again for its message */
	virResetLastError();
	if (virCPUCompare(VIR_ARCH_PPC64, host, cpu, true) < 0)
		say(head, virGetLastErrorMessage());
	else
		say(head, "");
}

static void compare_all(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(models); i++) {
		g_autoptr(virCPUDef) host = new_cpu(VIR_CPU_TYPE_HOST, 0, models[i]);

		for (size_t j = 0; j < G_N_ELEMENTS(models); j++) {
			g_autoptr(virCPUDef) other = new_cpu(VIR_CPU_TYPE_HOST, 0, models[j]);
			g_autoptr(virCPUDef) guest = new_cpu(VIR_CPU_TYPE_GUEST,
							     VIR_CPU_MODE_CUSTOM, models[j]);

			say_compare("host", host, other);
			say_compare("custom", host, guest);
		}
		for (size_t j = 0; j < G_N_ELEMENTS(modes); j++) {
			g_autoptr(virCPUDef) guest = new_cpu(VIR_CPU_TYPE_GUEST,
							     VIR_CPU_MODE_HOST_MODEL, modes[j]);

			say_compare("host-model", host, guest);
		}
	}
}

/* One, two or three hosts; without: the one that names no vendor, none if it is past the last. */
static void baseline(const size_t *which, size_t count, size_t without)
{
	virCPUDef *hosts[3];
	g_autoptr(virCPUDef) common = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GString) head = g_string_new("baseline\t");

	for (size_t i = 0; i < count; i++) {
		hosts[i] = new_cpu(VIR_CPU_TYPE_HOST, 0, models[which[i]]);
		if (i == without)
			g_clear_pointer(&hosts[i]->vendor, g_free);
		g_string_append_printf(head, "%s%s%s", i ? "," : "", models[which[i]],
				       i == without ? "-" : "");
	}
	common = virCPUBaseline(VIR_ARCH_PPC64, hosts, (unsigned int)count, NULL, NULL, false);
	if (common) {
		text = virCPUDefFormat(common, NULL);
		/* what all have in common, each of them takes */
		for (size_t i = 0; i < count; i++)
			if (i != without && virCPUCompare(VIR_ARCH_PPC64, hosts[i], common,
							  false) < VIR_CPU_COMPARE_IDENTICAL)
				g_string_append(head, "!");
		say(head->str, text);
	} else {
		g_string_append(head, "\t-");
		say(head->str, virGetLastErrorMessage());
	}
	for (size_t i = 0; i < count; i++)
		virCPUDefFree(hosts[i]);
}

static void baseline_all(void)
{
	const size_t n = G_N_ELEMENTS(models);

	for (size_t a = 0; a < n; a++) {
		baseline((size_t[]){ a }, 1, 9);
		for (size_t b = 0; b < n; b++) {
			for (size_t without = 0; without < 3; without++)
				baseline((size_t[]){ a, b }, 2, without);
			for (size_t c = 0; c < n; c++)
				baseline((size_t[]){ a, b, c }, 3, 9);
		}
	}
}

static virCPUData *data_of(uint32_t pvr)
{
	virCPUData *data = virCPUDataNew(VIR_ARCH_PPC64);

	data->data.ppc64.len = 1;
	data->data.ppc64.pvr = g_new0(virCPUppc64PVR, 1);
	data->data.ppc64.pvr[0].value = pvr;
	data->data.ppc64.pvr[0].mask = 0xffffffff;
	return data;
}

static void decode_all(void)
{
	for (uint32_t version = 0; version <= 0xffff; version++) {
		g_autoptr(virCPUDef) cpu = virCPUDefNew();
		g_autoptr(virCPUData) data = data_of(version << 16 | 0x0201);
		g_autofree char *head = g_strdup_printf("decode\t0x%04x", version);

		if (cpuDecode(cpu, data, NULL) == 0)
			say(head, cpu->model);
		virResetLastError();
	}
}

static void list_models(void)
{
	char **names = NULL;

	(void)virCPUGetModels(VIR_ARCH_PPC64, &names);
	for (size_t i = 0; names && names[i]; i++)
		say("model", names[i]);
	g_strfreev(names);
}

static void copy(void)
{
	g_autoptr(virCPUData) data = data_of(0x00801200);
	g_autoptr(virCPUData) other = virCPUDataNewCopy(data);

	printf("copy\t0x%08x\n", other->data.ppc64.pvr[0].value);
}

enum { BATCHES = 101, CALLS = 1000 };

static int order(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* A POWER10 host and a guest in the mode of a POWER9, both ways in turn: median of the batches. */
static void measure(void)
{
	static const struct hvp_pvr_host pvr = {
		.size = sizeof(pvr), .policy_level = HVP_POLICY_LEVEL_1, .pvr = 0x00801200,
	};
	g_autoptr(virCPUDef) host = new_cpu(VIR_CPU_TYPE_HOST, 0, "POWER10");
	g_autoptr(virCPUDef) guest = new_cpu(VIR_CPU_TYPE_GUEST, VIR_CPU_MODE_HOST_MODEL,
					     "power9");
	double whole[BATCHES], library[BATCHES];
	uint32_t sum = 0, level = 0;

	for (int batch = 0; batch < BATCHES; batch++) {
		double began = now();

		for (int i = 0; i < CALLS; i++)
			sum += (uint32_t)virCPUCompare(VIR_ARCH_PPC64, host, guest, false);
		whole[batch] = (now() - began) / CALLS;
		began = now();
		for (int i = 0; i < CALLS; i++) {
			(void)hvp_level_find("power9", HVP_SPELLING_QEMU, &level);
			sum += hvp_pvr_check(&pvr, hvp_level_pvr(level), &level, NULL);
		}
		library[batch] = (now() - began) / CALLS;
	}
	qsort(whole, BATCHES, sizeof(*whole), order);
	qsort(library, BATCHES, sizeof(*library), order);
	printf("time\t%.0f\t%.0f\t%u\n", whole[BATCHES / 2], library[BATCHES / 2], sum);
}

#ifdef POLICY
static void mode(uint32_t pvr, const char *platform)
{
	g_autoptr(virCPUDef) cpu = virCPUDefNew();

	cpu->model = g_strdup(virCPUppc64PolicyModelForPVR(pvr));
	(void)virCPUppc64PolicySetMode(cpu, platform);
	printf("mode\t%s\n", cpu->model);
}
#endif

int main(int argc, char **argv)
{
	virFileActivateDirOverrideForLib();
	if (virErrorInitialize() < 0)
		return 1;
	virSetErrorFunc(NULL, NULL);
#ifdef POLICY
	if (argc == 4 && STREQ(argv[1], "mode")) {
		mode((uint32_t)strtoul(argv[2], NULL, 16), argv[3]);
		return 0;
	}
#endif
	if (argc == 2 && STREQ(argv[1], "copy")) {
		copy();
		return 0;
	}
	if (argc == 2 && STREQ(argv[1], "time")) {
		measure();
		return 0;
	}
	list_models();
	decode_all();
	compare_all();
	baseline_all();
	return 0;
}
