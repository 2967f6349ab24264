// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Time of ppc_type_check_compat(): QEMU's object as it was built, alone, with what it needs of QEMU
 * made up. Asks for every level on five processors; prints nanoseconds an answer, and the answers.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "exec/cpu-common.h"
#include "system/hw_accel.h"
#include "target/ppc/cpu.h"
#include "target/ppc/cpu-qom.h"
#include <glib.h>
#include <time.h>

#define ROUNDS 20000

CPUTailQ cpus_queue;
Error *error_fatal;

static PowerPCCPUClass classes[] = {
	{ .pvr = 0x003f0203, .spapr_logical_pvr = 0x0f100003, .pcr_supported = 0x06 },
	{ .pvr = 0x004d0200, .spapr_logical_pvr = 0x0f000004, .pcr_supported = 0x0e },
	{ .pvr = 0x004e1202, .spapr_logical_pvr = 0x0f000005, .pcr_supported = 0x1e },
	{ .pvr = 0x00801200, .spapr_logical_pvr = 0x0f000006, .pcr_supported = 0x3e },
	{ .pvr = 0x00821200, .spapr_logical_pvr = 0x0f000007, .pcr_supported = 0x3e },
};

static const uint32_t levels[] = {
	0x0f000002, 0x0f000003, 0x0f100003, 0x0f000004, 0x0f000005, 0x0f000006, 0x0f000007,
};

ObjectClass *object_class_by_name(const char *name)
{
	return (ObjectClass *)&classes[*name - '0'];
}

ObjectClass *object_class_dynamic_cast_assert(ObjectClass *klass, const char *name,
					      const char *file, int line, const char *func)
{
	return klass;
}

/* Nothing of what follows is called. */
Object *object_dynamic_cast_assert(Object *obj, const char *name, const char *file, int line,
				   const char *func)
{
	return obj;
}

ObjectClass *object_get_class(Object *obj)
{
	abort();
}

void cpu_synchronize_state(CPUState *cpu)
{
	abort();
}

void run_on_cpu(CPUState *cpu, run_on_cpu_func func, run_on_cpu_data data)
{
	abort();
}

bool visit_type_str(Visitor *v, const char *name, char **obj, Error **errp)
{
	abort();
}

ObjectProperty *object_property_add(Object *obj, const char *name, const char *type,
				    ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
				    ObjectPropertyRelease *release, void *opaque)
{
	abort();
}

void object_property_set_description(Object *obj, const char *name, const char *text)
{
	abort();
}

void error_setg_internal(Error **errp, const char *src, int line, const char *func,
			 const char *fmt, ...)
{
	abort();
}

void error_append_hint(Error *const *errp, const char *fmt, ...)
{
	abort();
}

void error_propagate(Error **dst_errp, Error *local_err)
{
	abort();
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static char ask(unsigned int cpu, uint32_t level)
{
	const char name[] = { '0' + cpu, 0 };

	return '0' + ppc_type_check_compat(name, level, 0, 0);
}

int main(void)
{
	char answers[G_N_ELEMENTS(classes) * G_N_ELEMENTS(levels) + 1];
	const uint64_t began = now();
	unsigned int count;

	for (unsigned int round = 0; round < ROUNDS; round++) {
		count = 0;
		for (unsigned int cpu = 0; cpu < G_N_ELEMENTS(classes); cpu++)
			for (unsigned int i = 0; i < G_N_ELEMENTS(levels); i++)
				answers[count++] = ask(cpu, levels[i]);
	}
	answers[count] = 0;
	printf("%.1f %s\n", (double)(now() - began) / ROUNDS / count, answers);
	return 0;
}
