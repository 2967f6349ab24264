// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* An LPCR that a guest hypervisor sets for its guest: its fields, and what comes of them. */
#include "explain.h"

#include <inttypes.h>

static const struct lpcr_field {
	const char *name;
	const char *text;
	uint32_t shift;
	uint64_t mask;
} lpcr_fields[] = {
#define LPCR_FIELD(name, shift, width, text)	\
	{ #name, text, shift, ((UINT64_C(1) << (width)) - 1) << (shift) },
#include "lpcr.def"
#undef LPCR_FIELD
};

struct view {
	const struct explain *what;
	bool radix;
	uint64_t rest;		/* bits without a name */
	uint64_t asked;		/* what a guest hypervisor may ask */
	uint64_t gets;		/* what is left of that on this host */
};

/* What becomes of a field that a guest hypervisor sets. */
static const char *fate(const struct view *view, uint64_t mask)
{
	if (!(mask & HVP_LPCR_L1))
		return "the host's";
	if ((view->asked ^ view->gets) & mask)
		return "not on this host";
	return "yes";
}

static void show_text(const struct view *view)
{
	title("LPCR");
	say("  value         0x%016" PRIx64 "\n", view->what->value);
	say("  host          %s, %s guest\n", view->what->host->name,
	    view->radix ? "radix" : "hash");
	title("\nFIELD  BITS   VALUE  NESTED GUEST      WHAT IT IS");
	for (size_t i = 0; i < COUNT(lpcr_fields); i++) {
		const struct lpcr_field *field = &lpcr_fields[i];
		const uint64_t value = (view->what->value & field->mask) >> field->shift;
		const char *text = fate(view, field->mask);
		char line[32];
		uint32_t top = field->shift;

		while (top < 63 && field->mask >> top >> 1)
			top++;
		cell(STYLE_PLAIN, 7, field->name);
		if (top > field->shift)
			put(line, sizeof(line), "%u-%u", field->shift, top);
		else
			put(line, sizeof(line), "%u", field->shift);
		cell(STYLE_PLAIN, 7, line);
		put(line, sizeof(line), "%" PRIu64, value);
		cell(value ? STYLE_GOOD : STYLE_DIM, 7, line);
		cell(text[0] == 'y' ? STYLE_PLAIN : STYLE_DIM, 18, text);
		say("%s\n", field->text);
	}
	if (view->rest)
		say("bits 0x%016" PRIx64 " have no name here\n", view->rest);
	title("\nWhen a guest hypervisor writes it for its guest");
	say("  it may choose 0x%016" PRIx64 " of these bits\n", view->asked);
	say("  the guest gets 0x%016" PRIx64 " of them\n", view->gets);
	say("  all other bits are the host's own\n");
}

static void show_json(const struct view *view)
{
	json_t *root = js_object(), *array = js_array();

	for (size_t i = 0; i < COUNT(lpcr_fields); i++) {
		const struct lpcr_field *field = &lpcr_fields[i];
		json_t *object = js_object();

		js_set(object, "field", js_text(field->name));
		js_set(object, "mask", js_hex64(field->mask));
		js_set(object, "value",
		       json_integer((json_int_t)((view->what->value & field->mask) >>
						 field->shift)));
		js_set(object, "nested_may_set", js_bool(field->mask & HVP_LPCR_L1));
		js_set(object, "reaches_guest",
		       js_bool(field->mask & HVP_LPCR_L1 &&
			       !((view->asked ^ view->gets) & field->mask)));
		js_set(object, "text", js_text(field->text));
		js_append(array, object);
	}
	js_set(root, "kind", js_text("lpcr"));
	js_set(root, "value", js_hex64(view->what->value));
	js_set(root, "host", js_text(view->what->host->name));
	js_set(root, "translation", js_text(view->radix ? "radix" : "hash"));
	js_set(root, "fields", array);
	js_set(root, "unnamed", js_hex64(view->rest));
	js_set(root, "may_choose", js_hex64(view->asked));
	js_set(root, "gets", js_hex64(view->gets));
	js_print(root);
}

int explain_lpcr(const struct explain *what)
{
	struct view view = { .what = what, .rest = what->value };
	struct hvp_pvr_offer offer;

	host_offer(what->host, &offer);
	/* Radix came with 3.0. */
	view.radix = !what->hash && offer.own >= HVP_LEVEL_3_00;
	for (size_t i = 0; i < COUNT(lpcr_fields); i++)
		view.rest &= ~lpcr_fields[i].mask;
	view.asked = what->value & HVP_LPCR_L1;
	view.gets = hvp_hvregs_filter_lpcr(host_lpcr_features(what->host, view.radix), view.asked);
	(what->json ? show_json : show_text)(&view);
	return EXIT_FINE;
}
