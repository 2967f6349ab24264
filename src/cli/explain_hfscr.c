// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* An HFSCR that a guest hypervisor sets for its guest: who may set what on one host. */
#include "answer.h"
#include "explain.h"
#include "show.h"

#include <inttypes.h>

struct view {
	const struct explain *what;
	uint32_t level;
	struct hvp_hfscr_policy guest;	/* for a plain guest */
	struct hvp_hfscr_policy nested;	/* for what a guest hypervisor sets for its guest */
	struct hvp_report report;
	uint64_t shown;		/* the virtual register */
	uint64_t hardware;	/* while the nested guest runs */
	struct hvp_finding findings[64];
};

static const char *on_off(uint64_t value, uint32_t bit)
{
	return value & HVP_BIT(bit) ? "on" : "off";
}

/* A kernel that never offers the facility is as good as a host without it. */
static void depart(const struct explain *what, struct hvp_hfscr_policy *policy)
{
	for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++)
		if (departure_of(what->host, EFFECT_RESERVES, bit))
			(void)hvp_hfscr_assign(policy, bit, HVP_STRATEGY_RESERVED);
}

/* Name of the facility in the cause field, "" if there is none. */
static void name_cause(uint64_t value, char *buf, size_t len)
{
	struct hvp_facility_info info = { .name = "" };

	(void)hvp_facility_get(hvp_hfscr_cause(value), &info);
	put(buf, len, "%s", info.name);
}

static void show_bits(const struct view *view)
{
	struct hvp_facility_info info;

	title("\nFACILITY  BIT  HERE  GUEST     NESTED GUEST  SINCE");
	for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++) {
		const uint64_t value = view->what->value;
		char number[16];

		put(number, sizeof(number), "%" PRIu32, bit);
		if (hvp_facility_get(bit, &info)) {
			if (!(value & HVP_BIT(bit)))
				continue;
			cell(STYLE_BAD, 10, "undefined");
			cell(STYLE_PLAIN, 5, number);
			say("on\n");
			continue;
		}
		cell(STYLE_PLAIN, 10, info.name);
		cell(STYLE_PLAIN, 5, number);
		cell(value & HVP_BIT(bit) ? STYLE_GOOD : STYLE_DIM, 6, on_off(value, bit));
		if (info.enable_since) {
			cell(STYLE_PLAIN, 10,
			     strategy_name(hvp_hfscr_strategy(&view->guest, bit)));
			cell(STYLE_PLAIN, 14,
			     strategy_name(hvp_hfscr_strategy(&view->nested, bit)));
		} else {
			cell(STYLE_DIM, 24, "no enable bit in HFSCR");
		}
		say("%s%s%s\n", level_name(info.since), info.until ? ", gone from " : "",
		    info.until ? level_name(info.until) : "");
	}
}

static void show_text(const struct view *view)
{
	const uint64_t value = view->what->value;
	char cause[32];

	name_cause(value, cause, sizeof(cause));
	title("HFSCR");
	say("  value     0x%016" PRIx64 "\n", value);
	say("  cause     %s, code %" PRIu32 " (bits 56 to 63: the last facility interrupt)\n",
	    cause[0] ? cause : "no facility", hvp_hfscr_cause(value));
	say("  host      %s\n", view->what->host->name);
	say("  guest at  %s\n", level_name(view->level));
	show_bits(view);
	say("direct: always loaded; lazy: loaded on first use; emulated: in software;\n"
	    "reserved: not there, the bit reads 0. All but reserved a guest hypervisor may set.\n");
	title("\nWhen a guest hypervisor writes it for its guest");
	say("  it reads back  0x%016" PRIx64 "\n", view->shown);
	say("  the hardware   0x%016" PRIx64 " while that guest runs\n", view->hardware);
	if (view->report.stored)
		title("\nDropped");
	show_findings(&view->report, 2);
}

static json_t *json_bits(const struct view *view)
{
	json_t *array = js_array();
	struct hvp_facility_info info;

	for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++) {
		const bool known = !hvp_facility_get(bit, &info);
		const bool set = view->what->value >> bit & 1;
		json_t *object;

		if (!known && !set)
			continue;
		object = js_object();
		js_set(object, "bit", json_integer(bit));
		js_set(object, "facility", known ? js_text(info.name) : js_null());
		js_set(object, "set", js_bool(set));
		js_set(object, "enable_bit", js_bool(known && info.enable_since));
		js_set(object, "guest",
		       js_text(strategy_name(hvp_hfscr_strategy(&view->guest, bit))));
		js_set(object, "nested",
		       js_text(strategy_name(hvp_hfscr_strategy(&view->nested, bit))));
		js_append(array, object);
	}
	return array;
}

static void show_json(const struct view *view)
{
	const uint64_t value = view->what->value;
	json_t *root = js_object(), *cause = js_object();
	char name[32];

	name_cause(value, name, sizeof(name));
	js_set(cause, "code", json_integer(hvp_hfscr_cause(value)));
	js_set(cause, "facility", name[0] ? js_text(name) : js_null());
	js_set(root, "kind", js_text("hfscr"));
	js_set(root, "value", js_hex64(value));
	js_set(root, "host", js_text(view->what->host->name));
	js_set(root, "level", js_text(level_name(view->level)));
	js_set(root, "cause", cause);
	js_set(root, "bits", json_bits(view));
	js_set(root, "reads_back", js_hex64(view->shown));
	js_set(root, "hardware", js_hex64(view->hardware));
	js_set(root, "findings", json_findings(&view->report));
	js_print(root);
}

int explain_hfscr(const struct explain *what)
{
	const struct host *host = what->host;
	struct view view = { .what = what, .level = what->level };
	struct hvp_pvr_offer offer;

	host_offer(host, &offer);
	if (!view.level)
		view.level = offer.own;
	if (view.level > offer.own)
		die("a guest at %s does not run on %s, which is at %s", level_name(view.level),
		    host->name, level_name(offer.own));
	if (!host_policy(host, view.level, HVP_RECEIVER_GUEST, &view.guest) ||
	    !host_policy(host, view.level, HVP_RECEIVER_HYPERVISOR, &view.nested))
		die("%s has no HFSCR: it came with power8", host->name);
	depart(what, &view.guest);
	depart(what, &view.nested);
	hvp_report_init(&view.report, view.findings, COUNT(view.findings));
	(void)hvp_hfscr_review(&view.nested, what->value, &view.report);
	view.shown = hvp_hfscr_sanitise(&view.nested, what->value);
	view.hardware = hvp_hfscr_effective(&view.nested, what->value, 0);
	(what->json ? show_json : show_text)(&view);
	return EXIT_FINE;
}
