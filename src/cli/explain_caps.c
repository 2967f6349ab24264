// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A capability bitmap of H_GUEST_GET_CAPABILITIES or KVM_PPC_GET_COMPAT_CAPS. */
#include "explain.h"
#include "show.h"

#include <inttypes.h>

/* Bits of the hypercall that grant no level. Source: Linux arch/powerpc/kvm-nested.rst. */
static const struct other_bit {
	uint64_t bit;
	const char *name;
	const char *text;
} other_bits[] = {
	{ UINT64_C(1) << 63, "COPY_MEM", "memory of nested guests can be copied" },
	{ UINT64_C(1) << 0, "BITMAP2", "a second bitmap follows" },
};

struct view {
	uint64_t value;
	uint64_t unnamed;
	enum hvp_status status;
	struct hvp_pvr_mode mode;
	struct hvp_processor_info processor;
	struct hvp_report report;
	struct hvp_finding findings[4];
};

static void show_bit(bool set, uint64_t bit, const char *name, const char *text)
{
	char line[24];

	cell(STYLE_PLAIN, 10, name);
	cell(set ? STYLE_GOOD : STYLE_DIM, 6, set ? "yes" : "no");
	put(line, sizeof(line), "0x%016" PRIx64, bit);
	cell(STYLE_PLAIN, text[0] ? 20 : 0, line);
	say("%s\n", text);
}

static void show_text(const struct view *view)
{
	title("Capability bitmap");
	say("  value   0x%016" PRIx64 "\n", view->value);
	if (view->status) {
		say("  choose  ");
		cell(STYLE_BAD, 0, "nothing");
		say(": no nested guest may run, and the hardware's PVR is no way out\n");
	} else {
		say("  choose  %s, logical PVR 0x%08" PRIx32 "\n", level_name(view->mode.level),
		    view->mode.compat_pvr);
		say("  CPU     %s, PVR 0x%08" PRIx32 "\n", view->processor.name,
		    view->mode.cpu_pvr);
	}
	title("\nGRANTS    HERE  BIT");
	for (uint32_t i = 0, level; !hvp_level_at(i, &level); i++) {
		const uint64_t bit = hvp_level_capability(level);

		if (bit)
			show_bit(view->value & bit, bit, level_name(level), "");
	}
	for (size_t i = 0; i < COUNT(other_bits); i++)
		show_bit(view->value & other_bits[i].bit, other_bits[i].bit, other_bits[i].name,
			 other_bits[i].text);
	if (view->report.stored)
		say("\n");
	show_findings(&view->report, 0);
}

static void show_json(const struct view *view)
{
	json_t *root = js_object(), *others = js_array();
	uint64_t levels = 0;

	for (uint32_t i = 0, level; !hvp_level_at(i, &level); i++)
		if (view->value & hvp_level_capability(level))
			levels |= HVP_BIT(level);
	for (size_t i = 0; i < COUNT(other_bits); i++)
		if (view->value & other_bits[i].bit)
			js_append(others, js_text(other_bits[i].name));
	js_set(root, "kind", js_text("caps"));
	js_set(root, "value", js_hex64(view->value));
	js_set(root, "grants", json_levels(levels));
	js_set(root, "others", others);
	js_set(root, "unknown", js_hex64(view->unnamed));
	js_set(root, "status", js_text(hvp_status_name(view->status)));
	js_set(root, "level",
	       view->status ? js_null() : js_text(level_name(view->mode.level)));
	js_set(root, "logical_pvr", view->status ? js_null() : js_hex32(view->mode.compat_pvr));
	js_set(root, "cpu_pvr", view->status ? js_null() : js_hex32(view->mode.cpu_pvr));
	js_set(root, "cpu", view->status ? js_null() : js_text(view->processor.name));
	js_set(root, "findings", json_findings(&view->report));
	js_print(root);
}

int explain_caps(const struct explain *what)
{
	struct view view = { .value = what->value, .unnamed = what->value };
	uint64_t named = 0;

	for (uint32_t i = 0, level; !hvp_level_at(i, &level); i++)
		view.unnamed &= ~hvp_level_capability(level);
	for (size_t i = 0; i < COUNT(other_bits); i++)
		named |= other_bits[i].bit;
	view.unnamed &= ~named;
	hvp_report_init(&view.report, view.findings, COUNT(view.findings));
	/* The library knows bits of levels only. */
	view.status = hvp_pvr_choose(what->value & ~named, 0, &view.mode, &view.report);
	if (!view.status)
		(void)hvp_pvr_processor(view.mode.cpu_pvr, &view.processor);
	(what->json ? show_json : show_text)(&view);
	return view.status ? EXIT_REFUSED : EXIT_FINE;
}
