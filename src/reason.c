// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/fwreg.h>
#include <hvpolicy/gsb.h>
#include <hvpolicy/hvregs.h>
#include <hvpolicy/profile.h>
#include <hvpolicy/reason.h>

#include "internal.h"

/* How the numbers of a finding are written. */
enum hvp__values {
	HVP__VALUES_HEX,
	HVP__VALUES_SIZE,
	HVP__VALUES_PVR,
};

static const struct hvp__reason_words {
#define HVP_REASON(name, code, object, values, text, remedy)	\
	char name_##name[sizeof(#name)];			\
	char text_##name[sizeof(text)];				\
	char remedy_##name[sizeof(remedy)];
#include <hvpolicy/reason.def>
#undef HVP_REASON
	char unknown[2];
	char none[1];
} hvp__reason_words = {
#define HVP_REASON(name, code, object, values, text, remedy) #name, text, remedy,
#include <hvpolicy/reason.def>
#undef HVP_REASON
	"?", "",
};

static const struct hvp__reason_row {
	uint16_t code;
	uint8_t object;
	uint8_t values;
	uint16_t name;
	uint16_t text;
	uint16_t remedy;
} hvp__reason_rows[] = {
#define HVP_REASON(name, code, object, values, text, remedy)			\
	{ (code), HVP_OBJECT_##object, HVP__VALUES_##values,			\
	  offsetof(struct hvp__reason_words, name_##name),			\
	  offsetof(struct hvp__reason_words, text_##name),			\
	  offsetof(struct hvp__reason_words, remedy_##name) },
#include <hvpolicy/reason.def>
#undef HVP_REASON
	{ 0, HVP_OBJECT_NONE, HVP__VALUES_HEX, offsetof(struct hvp__reason_words, unknown),
	  offsetof(struct hvp__reason_words, none), offsetof(struct hvp__reason_words, none) },
};

/* Names of the fields of a profile. */
static const struct hvp__field_name {
	uint32_t tag;
	char name[28];
} hvp__field_names[] = {
#define HVP_FIELD(name, tag, member, items, arch, valid, meet) { (tag), #member },
#include <hvpolicy/profile.def>
	{ 0, "?" },
};

/* Upper half of the ids of arm64 registers with 64 bits. */
#define HVP__REGISTERS HVP_U64(0x6030000000000000)

/* A sentence being written: what does not fit is counted and left out. */
struct hvp__line {
	char *buf;
	size_t len;
	size_t used;
};

/* Row of a reason; the last row stands for what is no reason. */
static const struct hvp__reason_row *hvp__reason_row(uint32_t reason)
{
	size_t i = 0;

	while (i < HVP__COUNT(hvp__reason_rows) - 1 && hvp__reason_rows[i].code != reason)
		i++;
	return &hvp__reason_rows[i];
}

const char *hvp_reason_name(uint32_t reason)
{
	return (const char *)&hvp__reason_words + hvp__reason_row(reason)->name;
}

uint32_t hvp_reason_object(uint32_t reason)
{
	return hvp__reason_row(reason)->object;
}

enum hvp_status hvp_reason_at(uint32_t index, uint32_t *reason)
{
	if (index >= HVP__COUNT(hvp__reason_rows) - 1)
		return HVP_ERR_NOT_FOUND;
	*reason = hvp__reason_rows[index].code;
	return HVP_OK;
}

const char *hvp_reason_text(uint32_t reason, uint32_t wording)
{
	const struct hvp__reason_row *row = hvp__reason_row(reason);
	const char *words = (const char *)&hvp__reason_words;

	if (wording == HVP_WORDING_TEXT)
		return words + row->text;
	if (wording == HVP_WORDING_REMEDY)
		return words + row->remedy;
	return hvp__reason_words.none;
}

static void hvp__put(struct hvp__line *line, char c)
{
	if (line->used + 1 < line->len)
		line->buf[line->used] = c;
	line->used++;
}

static void hvp__put_text(struct hvp__line *line, const char *text)
{
	while (*text)
		hvp__put(line, *text++);
}

static void hvp__put_hex(struct hvp__line *line, uint64_t value)
{
	int shift = 60;

	hvp__put_text(line, "0x");
	while (shift && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		hvp__put(line, "0123456789abcdef"[value >> shift & 0xf]);
}

static void hvp__put_decimal(struct hvp__line *line, uint64_t value)
{
	char digits[20];
	uint32_t n = 0;

	/* Long division by ten, bit by bit: 32-bit kernels cannot divide 64 bits. */
	do {
		uint64_t quotient = 0;
		uint32_t rest = 0;

		for (int bit = 63; bit >= 0; bit--) {
			rest = rest << 1 | (uint32_t)(value >> bit & 1);
			quotient <<= 1;
			if (rest >= 10) {
				rest -= 10;
				quotient |= 1;
			}
		}
		digits[n++] = (char)('0' + rest);
		value = quotient;
	} while (value);
	while (n)
		hvp__put(line, digits[--n]);
}

static void hvp__put_level(struct hvp__line *line, uint64_t pvr)
{
	const uint32_t level = pvr >> 32 ? HVP_LEVEL_NONE : hvp_level_from_pvr((uint32_t)pvr);
	const char *name = hvp_level_name(level, HVP_SPELLING_QEMU);

	if (!*name)
		name = hvp_level_name(level, HVP_SPELLING_ISA);
	if (*name)
		hvp__put_text(line, name);
	else if (pvr)
		hvp__put_hex(line, pvr);
	else
		hvp__put_text(line, "none");
}

static void hvp__put_facility(struct hvp__line *line, uint32_t facility)
{
	struct hvp_facility_info info;

	if (hvp_facility_get(facility, &info))
		hvp__put_decimal(line, facility);
	else
		hvp__put_text(line, info.name);
}

static void hvp__put_hvreg(struct hvp__line *line, uint32_t reg)
{
	struct hvp_hvreg_info info;

	if (hvp_hvregs_get(reg, &info))
		hvp__put_decimal(line, reg);
	else
		hvp__put_text(line, info.name);
}

/* A register of arm64: by name, else by its id; the upper half of all these ids is one. */
static void hvp__put_register(struct hvp__line *line, uint64_t id)
{
	const struct hvp_fwreg_info *row = hvp__fwreg_of(id);

	if (row)
		hvp__put_text(line, row->name);
	else
		hvp__put_hex(line, id);
}

static void hvp__put_fwreg(struct hvp__line *line, uint32_t reg)
{
	const struct hvp_fwreg_info *row = hvp__fwreg_row(reg);

	if (row)
		hvp__put_text(line, row->name);
	else
		hvp__put_decimal(line, reg);
}

static void hvp__put_cap(struct hvp__line *line, uint32_t cap)
{
	const char *name = hvp_profile_cap_name(cap, HVP_SPELLING_QEMU);

	if (*name)
		hvp__put_text(line, name);
	else
		hvp__put_decimal(line, cap);
}

HVP__OWN_FRAME
static void hvp__put_element(struct hvp__line *line, uint32_t id)
{
	struct hvp_gsb_info info;

	if (hvp_gsb_get(id, &info))
		hvp__put_hex(line, id);
	else
		hvp__put_text(line, info.name);
}

static void hvp__put_member(struct hvp__line *line, uint32_t tag)
{
	size_t i = 0;

	while (i < HVP__COUNT(hvp__field_names) - 1 && hvp__field_names[i].tag != tag)
		i++;
	hvp__put_text(line, hvp__field_names[i].name);
}

HVP__OWN_FRAME
static void hvp__put_object(struct hvp__line *line, uint32_t kind, uint32_t object)
{
	if (kind == HVP_OBJECT_FACILITY)
		hvp__put_facility(line, object);
	else if (kind == HVP_OBJECT_HVREG)
		hvp__put_hvreg(line, object);
	else if (kind == HVP_OBJECT_FWREG)
		hvp__put_fwreg(line, object);
	else if (kind == HVP_OBJECT_LEVEL)
		hvp__put_level(line, object);
	else if (kind == HVP_OBJECT_CAPABILITY)
		hvp__put_cap(line, object);
	else if (kind == HVP_OBJECT_FIELD)
		hvp__put_member(line, object);
	else if (kind == HVP_OBJECT_ELEMENT)
		hvp__put_element(line, object);
	else if (kind == HVP_OBJECT_REGISTER)
		hvp__put_register(line, HVP__REGISTERS | object);
	else
		hvp__put_decimal(line, object);
}

/* A level from before the facility, that no system refuses, if there is one with a name. */
HVP__OWN_FRAME
static void hvp__put_older(struct hvp__line *line, uint32_t facility)
{
	const uint64_t refused = hvp__quirk_spoils(~HVP_U64(0), HVP__SPOILS_LEVELS);
	struct hvp_facility_info info;
	const char *name;

	hvp__put_text(line, "max-cpu-compat");
	if (hvp_facility_get(facility, &info))
		return;
	name = hvp_level_name(hvp_level_newest((HVP_BIT(info.since) - 1) & ~refused),
			      HVP_SPELLING_QEMU);
	hvp__put_text(line, *name ? "=" : "");
	hvp__put_text(line, name);
}

/* What a person writes to do without a facility, or to set a capability. */
HVP__OWN_FRAME
static void hvp__put_option(struct hvp__line *line, uint32_t kind, uint32_t object)
{
	const bool set = kind == HVP_OBJECT_CAPABILITY;
	const uint32_t cap = set ? object : hvp__facility_cap(object);
	const char *libvirt = hvp_profile_cap_name(cap, HVP_SPELLING_LIBVIRT);

	if (!set && cap == HVP_SPAPR_CAP_SLOTS) {
		hvp__put_older(line, object);
		return;
	}
	hvp__put_cap(line, cap);
	hvp__put_text(line, set ? "" : "=off");
	if (!*libvirt)
		return;
	hvp__put_text(line, " (libvirt <");
	hvp__put_text(line, libvirt);
	hvp__put_text(line, set ? ">)" : " state='off'>)");
}

static void hvp__put_version(struct hvp__line *line, uint64_t value)
{
	if (value >> 32) {
		hvp__put_hex(line, value);
		return;
	}
	hvp__put_decimal(line, value >> 16);
	hvp__put(line, '.');
	hvp__put_decimal(line, value & 0xffff);
}

/* Whether the object is a register that holds a version. */
static bool hvp__has_version(uint32_t kind, uint32_t object)
{
	const struct hvp_fwreg_info *row = NULL;

	if (kind == HVP_OBJECT_FWREG)
		row = hvp__fwreg_row(object);
	else if (kind == HVP_OBJECT_REGISTER)
		row = hvp__fwreg_of(HVP__REGISTERS | object);
	return row && row->kind == HVP_FWREG_KIND_VERSION;
}

static void hvp__put_value(struct hvp__line *line, const struct hvp__reason_row *row,
			   uint32_t object, uint64_t value)
{
	if (row->values == HVP__VALUES_SIZE)
		hvp__put_decimal(line, value);
	else if (row->values == HVP__VALUES_PVR)
		hvp__put_level(line, value);
	else if (hvp__has_version(row->object, object))
		hvp__put_version(line, value);
	else
		hvp__put_hex(line, value);
}

/* The fields of a finding that a text can name; the texts are the library's own. */
static const char *hvp__put_field(struct hvp__line *line, const char *field,
				  const struct hvp__reason_row *row,
				  const struct hvp_finding *finding)
{
	switch (field[2]) {
	case 'b':	/* object */
		hvp__put_object(line, row->object, finding->object);
		break;
	case 'p':	/* option */
		hvp__put_option(line, row->object, finding->object);
		break;
	case 'f':	/* offer */
		hvp__put_value(line, row, finding->object, finding->offer);
		break;
	case 'a':	/* have */
		hvp__put_value(line, row, finding->object, finding->have);
		break;
	case 'n':	/* index */
		hvp__put_decimal(line, finding->index);
		break;
	default:	/* where */
		hvp__put_hex(line, finding->where);
		break;
	}
	while (*field != '}')
		field++;
	return field + 1;
}

size_t hvp_reason_format(const struct hvp_finding *finding, uint32_t wording, char *buf,
			 size_t len)
{
	const struct hvp__reason_row *row = hvp__reason_row(finding->reason);
	const char *text = hvp_reason_text(finding->reason, wording);
	struct hvp__line line = { buf, len, 0 };

	if (wording == HVP_WORDING_OBJECT && row->object != HVP_OBJECT_NONE)
		hvp__put_object(&line, row->object, finding->object);
	while (*text) {
		if (*text == '{')
			text = hvp__put_field(&line, text, row, finding);
		else
			hvp__put(&line, *text++);
	}
	if (len)
		buf[line.used < len ? line.used : len - 1] = 0;
	return line.used;
}
