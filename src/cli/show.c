// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "show.h"
#include "output.h"

#include <string.h>

#define LINE 320

static void words_of(const struct hvp_finding *finding, uint32_t wording, char *line)
{
	line[0] = 0;
	(void)hvp_reason_format(finding, wording, line, LINE);
}

void show_finding(const struct hvp_finding *finding, const struct hvp_finding *next, int column)
{
	char line[LINE], other[LINE] = "";

	words_of(finding, HVP_WORDING_TEXT, line);
	paragraph(column, column, line);
	words_of(finding, HVP_WORDING_REMEDY, line);
	if (next)
		words_of(next, HVP_WORDING_REMEDY, other);
	if (!line[0] || !strcmp(line, other))
		return;
	say("%*s", column, "");
	cell(STYLE_DIM, 8, "remedy:");
	paragraph(column + 8, column + 8, line);
}

void show_findings(const struct hvp_report *report, int column)
{
	for (uint32_t i = 0; i < report->stored; i++) {
		say("%*s", column, "");
		show_finding(&report->findings[i],
			     i + 1 < report->stored ? &report->findings[i + 1] : NULL, column);
	}
}

json_t *json_findings(const struct hvp_report *report)
{
	json_t *array = js_array();
	char line[LINE];

	for (uint32_t i = 0; i < report->stored; i++) {
		const struct hvp_finding *finding = &report->findings[i];
		json_t *object = js_object();

		js_set(object, "reason", js_text(hvp_reason_name(finding->reason)));
		js_set(object, "verdict", js_text(hvp_verdict_name(finding->verdict)));
		words_of(finding, HVP_WORDING_OBJECT, line);
		js_set(object, "object", js_text(line));
		js_set(object, "where", js_hex64(finding->where));
		js_set(object, "have", js_hex64(finding->have));
		js_set(object, "offer", js_hex64(finding->offer));
		words_of(finding, HVP_WORDING_TEXT, line);
		js_set(object, "text", js_text(line));
		words_of(finding, HVP_WORDING_REMEDY, line);
		js_set(object, "remedy", js_text(line));
		js_append(array, object);
	}
	return array;
}

const char *kernel_name(const struct host *host, char *buf, size_t len)
{
	if (host->release[0])
		put(buf, len, "Linux %s", host->release);
	else if (host->kernel)
		put(buf, len, "Linux %u.%u", host->kernel >> 16, host->kernel & 0xffff);
	else
		put(buf, len, "kernel unknown");
	return buf;
}

void show_departures(const struct host *host)
{
	const struct departure *row = NULL;
	bool any = false;
	char line[96];

	if (!host->kernel)
		return;
	put(line, sizeof(line), "\nKnown departures of Linux %u.%u from the rules",
	    host->kernel >> 16, host->kernel & 0xffff);
	while ((row = departure_next(host, row))) {
		if (!any)
			title(line);
		any = true;
		say("  - ");
		paragraph(4, 4, row->text);
	}
}

void put_facilities(uint64_t facilities, char *buf, size_t len)
{
	struct hvp_facility_info info;

	put(buf, len, "%s", "");
	for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++) {
		const size_t used = strlen(buf);

		if (facilities & HVP_BIT(bit) && !hvp_facility_get(bit, &info))
			put(buf + used, len - used, "%s%s", used ? " " : "", info.name);
	}
}

json_t *json_facilities(uint64_t facilities)
{
	struct hvp_facility_info info;
	json_t *array = js_array();

	for (uint32_t bit = 0; bit < HVP_FACILITIES; bit++)
		if (facilities & HVP_BIT(bit) && !hvp_facility_get(bit, &info))
			js_append(array, js_text(info.name));
	return array;
}

json_t *json_departures(const struct host *host)
{
	const struct departure *row = NULL;
	json_t *array = js_array();

	while ((row = departure_next(host, row))) {
		json_t *object = js_object();

		js_set(object, "name", js_text(row->name));
		js_set(object, "facts", js_text(row->facts));
		js_set(object, "text", js_text(row->text));
		js_append(array, object);
	}
	return array;
}

/* The newest of a set, taken out of it. */
static uint32_t take_newest(uint64_t *levels)
{
	const uint32_t level = hvp_level_newest(*levels);

	*levels &= ~HVP_BIT(level);
	return level;
}

json_t *json_levels(uint64_t levels)
{
	json_t *array = js_array();

	while (hvp_level_newest(levels))
		js_append(array, js_text(level_name(take_newest(&levels))));
	return array;
}

void put_levels(uint64_t levels, char *buf, size_t len)
{
	put(buf, len, "%s", hvp_level_newest(levels) ? "" : "nothing");
	while (hvp_level_newest(levels)) {
		const size_t used = strlen(buf);

		put(buf + used, len - used, "%s%s", used ? " " : "",
		    level_name(take_newest(&levels)));
	}
}
