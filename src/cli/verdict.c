// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "verdict.h"
#include "show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void verdict_make(const struct hvp_profile *guest, const struct hvp_profile *there,
		  struct verdict *verdict)
{
	verdict->guest = guest;
	verdict->there = there;
	hvp_report_init(&verdict->report, verdict->findings, PARTY_FINDINGS);
	if (hvp_migrate_check(guest, there, &verdict->verdict, &verdict->report) ||
	    verdict->report.total > PARTY_FINDINGS)
		abort(); /* parties are valid, and there are fewer things to find */
}

bool verdict_is_fine(uint32_t verdict)
{
	return verdict <= HVP_VERDICT_CHANGED;
}

enum style verdict_style(uint32_t verdict)
{
	if (verdict == HVP_VERDICT_SAME)
		return STYLE_GOOD;
	return verdict <= HVP_VERDICT_DEGRADED ? STYLE_WARN : STYLE_BAD;
}

static const char *const levels[] = { "not available", "available", "not required" };
static const char *const ssbd[] = { "not available", "unknown", "available", "not required" };

static void put_value(const struct hvp_fwreg_info *info, uint64_t value, char *buf, size_t len)
{
	const uint64_t level = value & 0xf;

	if (info->kind == HVP_FWREG_KIND_VERSION)
		put(buf, len, "PSCI %" PRIu64 ".%" PRIu64, value >> 16 ? value >> 16 : 0,
		    value & 0xffff);
	else if (info->kind == HVP_FWREG_KIND_LEVEL && level < COUNT(levels))
		put(buf, len, "%" PRIu64 " (%s)", value, levels[level]);
	else if (info->kind == HVP_FWREG_KIND_SSBD && level < COUNT(ssbd))
		put(buf, len, "%" PRIu64 " (%s)", value, ssbd[level]);
	else
		put(buf, len, "0x%" PRIx64, value);
}

void put_fwreg(const struct hvp_fwregs *regs, uint32_t reg, char *buf, size_t len)
{
	struct hvp_fwreg_info info;

	put(buf, len, "not known");
	if (regs->known >> reg & 1 && !hvp_fwreg_get(reg, &info))
		put_value(&info, regs->value[reg], buf, len);
}

json_t *json_quirks(uint64_t quirks)
{
	json_t *array = js_array();

	for (uint32_t bit = 0; bit < 64; bit++)
		if (quirks & HVP_BIT(bit))
			js_append(array, js_text(hvp_quirk_name(bit)));
	return array;
}

static const char *const words[] = {
	[HVP_VERDICT_SAME] = "the guest sees no difference",
	[HVP_VERDICT_CHANGED] = "the guest can notice, nothing is lost",
	[HVP_VERDICT_DEGRADED] = "the guest runs on, but something that it had is gone",
	[HVP_VERDICT_REFUSED] = "the destination does not take the guest, which stays where it is",
	[HVP_VERDICT_BROKEN] = "the destination takes the guest, which fails later",
};

const char *verdict_words(uint32_t verdict)
{
	return words[verdict];
}

/* How the values of findings are written whose reason has no object. */
enum writes {
	WRITES_HEX,
	WRITES_COUNT,
	WRITES_ARCH,
	WRITES_PVR,
	WRITES_CAPS,
	WRITES_VCPUS,
};

static const struct whole {
	const char *what;
	uint32_t reason;
	enum writes writes;
} wholes[] = {
	{ "architecture", HVP_REASON_MIGRATE_ARCH, WRITES_ARCH },
	{ "raw mode", HVP_REASON_MIGRATE_RAW, WRITES_PVR },
	{ "raw mode", HVP_REASON_MIGRATE_REVISION, WRITES_PVR },
	{ "nested capabilities", HVP_REASON_MIGRATE_NESTED, WRITES_CAPS },
	{ "nested capabilities", HVP_REASON_MIGRATE_NESTED_TAKEN, WRITES_CAPS },
	{ "vCPUs", HVP_REASON_MIGRATE_VCPU, WRITES_VCPUS },
	{ "registers in the stream", HVP_REASON_STREAM_COUNT, WRITES_COUNT },
	{ "", 0, WRITES_HEX },
};

static const struct whole *whole_of(uint32_t reason)
{
	const struct whole *row = wholes;

	while (row->reason && row->reason != reason)
		row++;
	return row;
}

static void put_whole(enum writes how, uint64_t value, char *buf, size_t len)
{
	uint64_t levels_granted = 0;
	uint32_t level;

	switch (how) {
	case WRITES_COUNT:
		put(buf, len, "%" PRIu64, value);
		break;
	case WRITES_ARCH:
		put(buf, len, "%s", value == HVP_ARCH_POWER ? "POWER" : "arm64");
		break;
	case WRITES_PVR:
		put(buf, len, value ? "PVR 0x%08" PRIx64 : "no PVR in common", value);
		break;
	case WRITES_CAPS:
		for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
			if (value & hvp_level_capability(level))
				levels_granted |= HVP_BIT(level);
		put_levels(levels_granted, buf, len);
		break;
	case WRITES_VCPUS:
		put(buf, len, "%s", value == HVP_ARM64_PSCI_0_1 ? "PSCI 0.1" :
		    value == HVP_ARM64_PSCI_0_2 ? "PSCI 0.2 and newer" :
		    value ? "any PSCI version" : "none");
		break;
	case WRITES_HEX:
	default:
		put(buf, len, "0x%" PRIx64, value);
		break;
	}
}

/* The row of the firmware register that a finding is about; false: it is about none. */
static bool fwreg_of(const struct hvp_finding *finding, struct hvp_fwreg_info *info)
{
	const uint32_t kind = hvp_reason_object(finding->reason);
	uint32_t reg = finding->object;

	if (kind == HVP_OBJECT_REGISTER &&
	    hvp_fwreg_find(HVP_U64(0x6030000000000000) | finding->object, &reg))
		return false;
	return (kind == HVP_OBJECT_REGISTER || kind == HVP_OBJECT_FWREG) &&
	       !hvp_fwreg_get(reg, info);
}

/* A value on one side, whose registers these are. */
static void put_side(const struct hvp_finding *finding, uint64_t value,
		     const struct hvp_fwregs *regs, char *buf, size_t len)
{
	struct hvp_fwreg_info info;
	char number[64];

	if (fwreg_of(finding, &info)) {
		put(number, sizeof(number), "not known");
		if (regs->known >> info.reg & 1)
			put_value(&info, value, number, sizeof(number));
		put(buf, len, "%s%s", number, regs->listed >> info.reg & 1 ? "" : ", no register");
		return;
	}
	switch (hvp_reason_object(finding->reason)) {
	case HVP_OBJECT_LEVEL:
		put(buf, len, "%s", value ? level_name(hvp_level_from_pvr((uint32_t)value)) :
		    "no level that fits");
		break;
	case HVP_OBJECT_FACILITY:
		put(buf, len, "%s", value ? "yes" : "no");
		break;
	case HVP_OBJECT_CAPABILITY:
		put(buf, len, "%" PRIu64, value);
		break;
	default:
		put_whole(whole_of(finding->reason)->writes, value, buf, len);
		break;
	}
}

static bool is_nested(uint32_t reason)
{
	return reason == HVP_REASON_MIGRATE_L2_FACILITY ||
	       reason == HVP_REASON_MIGRATE_L2_FACILITY_FAILS ||
	       reason == HVP_REASON_MEET_L2_FACILITY;
}

void finding_put_what(const struct hvp_finding *finding, char *buf, size_t len)
{
	char object[64] = "";

	(void)hvp_reason_format(finding, HVP_WORDING_OBJECT, object, sizeof(object));
	switch (hvp_reason_object(finding->reason)) {
	case HVP_OBJECT_NONE:
		put(buf, len, "%s", whole_of(finding->reason)->what);
		break;
	case HVP_OBJECT_LEVEL:
		put(buf, len, "level %s", object);
		break;
	case HVP_OBJECT_FACILITY:
		put(buf, len, "facility %s%s", object,
		    is_nested(finding->reason) ? " of nested guests" : "");
		break;
	default:
		put(buf, len, "%s", object);
		break;
	}
}

static void show_line(const char *head, const char *text)
{
	say("    ");
	cell(STYLE_DIM, 12, head);
	paragraph(16, 16, text);
}

static void show_words(const struct hvp_finding *finding, uint32_t wording, const char *head)
{
	char line[320] = "";

	(void)hvp_reason_format(finding, wording, line, sizeof(line));
	if (line[0])
		show_line(head, line);
}

static void show_quirks(uint64_t quirks)
{
	char line[320];

	for (uint32_t bit = 0; bit < 64; bit++) {
		if (!(quirks & HVP_BIT(bit)))
			continue;
		put(line, sizeof(line), "%s: the destination %s", hvp_quirk_name(bit),
		    hvp_quirk_text(bit));
		show_line("quirk:", line);
	}
}

void verdict_show(const struct verdict *verdict)
{
	for (uint32_t i = 0; i < verdict->report.stored; i++) {
		const struct hvp_finding *finding = &verdict->findings[i];
		char line[128];

		finding_put_what(finding, line, sizeof(line));
		say("\n");
		cell(verdict_style(finding->verdict), 10, hvp_verdict_name(finding->verdict));
		say("%s\n", line);
		show_words(finding, HVP_WORDING_TEXT, "what:");
		put_side(finding, finding->have, &verdict->guest->arm64.fwregs, line, sizeof(line));
		show_line("guest has:", line);
		put_side(finding, finding->offer, &verdict->there->arm64.fwregs, line,
			 sizeof(line));
		show_line("there:", line);
		show_quirks(finding->where);
		show_words(finding, HVP_WORDING_REMEDY, "remedy:");
	}
}

/* The keys of every finding, and its quirks, and the values in words. */
json_t *verdict_json(const struct verdict *verdict)
{
	json_t *array = json_findings(&verdict->report);
	char line[128];

	for (uint32_t i = 0; i < verdict->report.stored; i++) {
		const struct hvp_finding *finding = &verdict->findings[i];
		json_t *object = json_array_get(array, i);

		put_side(finding, finding->have, &verdict->guest->arm64.fwregs, line, sizeof(line));
		js_set(object, "guest_has", js_text(line));
		put_side(finding, finding->offer, &verdict->there->arm64.fwregs, line,
			 sizeof(line));
		js_set(object, "destination_offers", js_text(line));
		js_set(object, "quirks", json_quirks(finding->where));
	}
	return array;
}
