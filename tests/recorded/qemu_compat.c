// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* QEMU: a processor and a maximum level, sometimes with another machine option. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "recorded.h"

#define PVR_PCR "PVR,PCR(raw p $reg at reset)"

/* Words of a message that come to the same; QEMU's texts change between versions. */
static const struct message {
	const char *name;
	const char *begins;
} messages[] = {
	{ "no-htm", "No Transactional Memory support in TCG" },
	{ "no-nested-hv", "Nested-HV only supported on POWER9 and later" },
	{ "no-nested-papr", "Nested-PAPR only supported on POWER9 and later" },
	{ "both-nested", "Nested-HV APIs are mutually exclusive" },
	{ "no-dawr1", "DAWR1 supported only on POWER10 and later CPUs" },
	{ "no-xive", "XIVE-only machines require a POWER9 CPU" },
	{ "no-cpu-compat", "can't apply global " },
};

static void recorded_qemu(struct row *row, char *answer)
{
	const char *error = row_cell(row, "error");
	const char *regs = row_cell(row, PVR_PCR);
	struct hvp_processor_info info;
	unsigned int pvr;
	uint64_t pcr;

	say(answer, "%s ", row_cell(row, "exit"));
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (!strncmp(error, messages[i].begins, strlen(messages[i].begins)))
			error = messages[i].name;
	if (strstr(error, "Property '") && strstr(error, "' not found"))
		error = "no-option";
	say(answer, "%s", error);
	if (!*regs)
		return;
	if (!strchr(regs, ',') || sscanf(regs, "0x%8x,", &pvr) != 1 ||
	    !parse_number(strchr(regs, ',') + 1, &pcr)) {
		row_fault(row, "column \"%s\": \"%s\" is no PVR and PCR", PVR_PCR, regs);
		return;
	}
	say(answer, " %s %#" PRIx64, hvp_pvr_processor(pvr, &info) ? "?" : info.name, pcr);
}

/* An option that is refused before levels are looked at (facts §3.5); NULL: none. */
static const char *refused_option(const struct row *row, const char *extra, uint32_t maximum)
{
	/* XIVE and DAWR1 go by level, the nested capabilities by processor. */
	const uint32_t level = maximum && maximum < row->cpu.level ? maximum : row->cpu.level;
	const bool before_p9 = row->cpu.level < HVP_LEVEL_3_00;
	const bool hv = strstr(extra, "cap-nested-hv=on");
	const bool papr = strstr(extra, "cap-nested-papr=on");

	if (strstr(extra, "cap-htm=on"))
		return "no-htm";
	if (hv && before_p9)
		return "no-nested-hv";
	if (hv && papr)
		return "both-nested";
	if (papr && before_p9)
		return "no-nested-papr";
	if (strstr(extra, "cap-dawr1=on") && level < HVP_LEVEL_3_10)
		return "no-dawr1";
	if (strstr(extra, "ic-mode=xive") && level < HVP_LEVEL_3_00)
		return "no-xive";
	return NULL;
}

static bool find_maximum(const char *name, uint64_t deviations, uint32_t *level)
{
	*level = HVP_LEVEL_NONE;
	if (!strcmp(name, "(unset)") || !strcmp(name, "(empty)") || !strcmp(name, "-"))
		return true;
	if (hvp_level_find(name, HVP_SPELLING_QEMU, level))
		return false;
	return *level != HVP_LEVEL_3_10_P11 || !(deviations & DEV(NO_POWER11));
}

/* NUMERIC_ORDER: what QEMU compares with, the newest level of the processor. */
static bool above_by_number(const struct row *row, uint32_t level)
{
	return hvp_level_pvr(level) > hvp_level_pvr(row->cpu.newest);
}

static void predict_qemu(struct row *row, uint64_t deviations, char *answer)
{
	const struct hvp_pvr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1, .pvr = row->cpu.value,
	};
	const char *name = row_cell(row, "max-cpu-compat");
	const char *extra = row_cell(row, "extra");
	const char *option = NULL;
	uint32_t maximum, level;
	uint64_t pcr;

	if (!strncmp(extra, "cpu compat=", 11) && (deviations & DEV(CPU_COMPAT_GONE))) {
		say(answer, "1 no-cpu-compat");
		return;
	}
	if (!strncmp(extra, "cpu compat=", 11))
		name = extra + 11;
	if (!find_maximum(name, deviations, &maximum)) {
		say(answer, "1 Invalid compatibility mode \"%s\"", name);
		return;
	}
	if ((deviations & DEV(OPTION_ABSENT)) && strcmp(extra, "-"))
		option = "no-option";
	else if (deviations & DEV(MACHINE_OPTION))
		option = refused_option(row, extra, maximum);
	if (option) {
		say(answer, "1 %s", option);
		return;
	}
	if (hvp_pvr_check(&host, hvp_level_pvr(maximum), &level, NULL) ||
	    ((deviations & DEV(NUMERIC_ORDER)) && above_by_number(row, level))) {
		say(answer, "1 Compatibility PVR 0x%08x not valid for CPU",
		    hvp_level_pvr(maximum));
		return;
	}
	if (hvp_pvr_pcr(row->cpu.value, level, &pcr))
		row_fault(row, "the library has no PCR for this level");
	say(answer, "0  %s %#" PRIx64, row->cpu.name, pcr);
}

const struct reader reader_qemu_compat = {
	.name = "qemu-max-cpu-compat", .kind = QEMU_COMPAT,
	.columns = (const char *const[]){ "qemu", "cpu", "max-cpu-compat", "extra", "exit",
		PVR_PCR, "error", NULL },
	.recorded = recorded_qemu, .predict = predict_qemu,
};
