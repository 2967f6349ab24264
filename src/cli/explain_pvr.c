// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A PVR: logical, of a level, or of the hardware. The two never share a value. */
#include "explain.h"
#include "show.h"

#include <inttypes.h>

/* Linux 7.2 stores this in place of a level that it refused (PVR_ARCH_INVALID). */
#define PVR_REFUSED 0xffffffffu

static void show_level(uint32_t level)
{
	const char *qemu = hvp_level_name(level, HVP_SPELLING_QEMU);
	const char *libvirt = hvp_level_name(level, HVP_SPELLING_LIBVIRT);
	struct hvp_processor_info processor;
	uint64_t pcr;

	title("Logical PVR");
	say("  value       0x%08" PRIx32 "\n", hvp_level_pvr(level));
	say("  level       %s\n", level_name(level));
	say("  Power ISA   %s\n", hvp_level_name(level, HVP_SPELLING_ISA));
	say("  QEMU        %s%s\n", *qemu ? "max-cpu-compat=" : "has no name for it", qemu);
	say("  libvirt     %s\n", *libvirt ? libvirt : "has no name for it");
	if (hvp_level_capability(level))
		say("  capability  0x%016" PRIx64 "\n", hvp_level_capability(level));
	title("\nPROCESSOR  PCR THAT IMPOSES IT");
	for (uint32_t i = 0; !hvp_pvr_processor_at(i, &processor); i++) {
		cell(STYLE_PLAIN, 11, processor.name);
		if (!hvp_pvr_pcr(processor.value, level, &pcr))
			say("0x%016" PRIx64 "\n", pcr);
		else
			say("%s\n", level > processor.newest ? "older than the level" :
							       "cannot, the level is too old");
	}
}

static json_t *json_level(uint32_t level)
{
	json_t *root = js_object(), *pcrs = js_object();
	struct hvp_processor_info processor;
	uint64_t pcr;

	for (uint32_t i = 0; !hvp_pvr_processor_at(i, &processor); i++)
		js_set(pcrs, processor.name, hvp_pvr_pcr(processor.value, level, &pcr) ?
		       js_null() : js_hex64(pcr));
	js_set(root, "kind", js_text("pvr"));
	js_set(root, "type", js_text("logical"));
	js_set(root, "value", js_hex32(hvp_level_pvr(level)));
	js_set(root, "level", js_text(level_name(level)));
	js_set(root, "isa", js_text(hvp_level_name(level, HVP_SPELLING_ISA)));
	js_set(root, "qemu", js_text(hvp_level_name(level, HVP_SPELLING_QEMU)));
	js_set(root, "libvirt", js_text(hvp_level_name(level, HVP_SPELLING_LIBVIRT)));
	js_set(root, "capability", js_hex64(hvp_level_capability(level)));
	js_set(root, "pcr", pcrs);
	return root;
}

static void show_processor(uint32_t pvr, const struct hvp_processor_info *processor)
{
	uint64_t pcr;

	title("PVR of the hardware");
	say("  value      0x%08" PRIx32 "\n", pvr);
	say("  processor  %s, revision 0x%04" PRIx32 "\n", processor->name,
	    pvr & ~processor->mask);
	say("  libvirt    %s\n", processor->libvirt[0] ? processor->libvirt :
							 "has no name for it");
	say("  own level  %s\n", level_name(processor->level));
	say("A machine with this PVR may be in an older mode: the PVR does not tell.\n");
	title("\nCAN BE    PCR");
	for (uint32_t i = 0, level; !hvp_level_at(i, &level); i++) {
		if (hvp_pvr_pcr(pvr, level, &pcr))
			continue;
		cell(STYLE_PLAIN, 10, level_name(level));
		say("0x%016" PRIx64 "\n", pcr);
	}
}

static json_t *json_processor(uint32_t pvr, const struct hvp_processor_info *processor)
{
	json_t *root = js_object(), *pcrs = js_object();
	uint64_t pcr;

	for (uint32_t i = 0, level; !hvp_level_at(i, &level); i++)
		if (!hvp_pvr_pcr(pvr, level, &pcr))
			js_set(pcrs, level_name(level), js_hex64(pcr));
	js_set(root, "kind", js_text("pvr"));
	js_set(root, "type", js_text("hardware"));
	js_set(root, "value", js_hex32(pvr));
	js_set(root, "processor", js_text(processor->name));
	js_set(root, "revision", js_hex32(pvr & ~processor->mask));
	js_set(root, "libvirt", js_text(processor->libvirt));
	js_set(root, "level", js_text(level_name(processor->level)));
	js_set(root, "pcr", pcrs);
	return root;
}

static int unknown(const struct explain *what)
{
	const uint32_t pvr = (uint32_t)what->value;

	if (what->json) {
		json_t *root = js_object();

		js_set(root, "kind", js_text("pvr"));
		js_set(root, "type", js_text(pvr == PVR_REFUSED ? "refused" : "unknown"));
		js_set(root, "value", js_hex32(pvr));
		js_print(root);
	} else if (pvr == PVR_REFUSED) {
		say("0x%08" PRIx32 ": Linux 7.2's mark for a level that it refused\n", pvr);
	} else {
		say("0x%08" PRIx32 ": no known %s\n", pvr,
		    pvr >> 24 == 0x0f ? "level" : "level or processor");
	}
	return EXIT_REFUSED;
}

int explain_pvr(const struct explain *what)
{
	const uint32_t pvr = (uint32_t)what->value;
	const uint32_t level = hvp_level_from_pvr(pvr);
	struct hvp_processor_info processor;

	if (level) {
		if (what->json)
			js_print(json_level(level));
		else
			show_level(level);
		return EXIT_FINE;
	}
	if (hvp_pvr_processor(pvr, &processor))
		return unknown(what);
	if (what->json)
		js_print(json_processor(pvr, &processor));
	else
		show_processor(pvr, &processor);
	return EXIT_FINE;
}
