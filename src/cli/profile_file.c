// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Profiles in JSON, by the rows of profile.def, checked strictly; and their wire form. */
#include "profile_file.h"
#include "host.h"
#include "output.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT "hvpolicy-profile"
#define VERSION 1
#define PATH 80	/* no path of a field is longer; of a longer one the beginning is shown */

/* Which bits a field has, and so their names: the words of profile.def. */
enum valid {
	VALID_ANY,
	VALID_PAIR,
	VALID_RAW,
	VALID_VCPUS,
	VALID_LEVELS,
	VALID_FACILITIES,
	VALID_CAPS,
	VALID_REGISTERS,
	VALID_VALUES,
	VALID_QUIRKS,
};

enum tag {
#define HVP_FIELD(name, tag, member, items, arch, valid, meet) TAG_##name = (tag),
#include <hvpolicy/profile.def>
};

static const struct field {
	const char *path;
	enum tag tag;
	size_t offset;
	size_t bytes;	/* of an item */
	uint32_t items;
	enum valid valid;
} fields[] = {
#define HVP_FIELD(name, tag, member, items, arch, valid, meet)			\
	{ #member, TAG_##name, offsetof(struct hvp_profile, member),		\
	  sizeof(((struct hvp_profile *)NULL)->member) / (items), (items),	\
	  VALID_##valid },
#include <hvpolicy/profile.def>
};

/* How a field is written. */
enum kind {
	KIND_COUNT,	/* a number */
	KIND_HEX,	/* a string */
	KIND_WORD,	/* one name */
	KIND_NAMES,	/* an array of names, one a bit */
	KIND_MAP,	/* an object, an item each; its keys are another field */
	KIND_KEYS,	/* that one */
};

static enum kind kind_of(const struct field *field)
{
	switch (field->tag) {
	case TAG_POLICY_LEVEL:
	case TAG_REGISTERS:
		return KIND_COUNT;
	case TAG_CAPS_KNOWN:
	case TAG_KNOWN:
		return KIND_KEYS;
	default:
		if (field->valid == VALID_PAIR)
			return KIND_WORD;
		if (field->items > 1)
			return KIND_MAP;
		return field->valid == VALID_ANY ? KIND_HEX : KIND_NAMES;
	}
}

static const struct field *field_of(const char *path)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if (kind_of(&fields[i]) != KIND_KEYS && !strcmp(fields[i].path, path))
			return &fields[i];
	return NULL;
}

static const struct field *field_tagged(enum tag tag)
{
	size_t i = 0;

	while (fields[i].tag != tag)
		i++;
	return &fields[i];
}

/* The field that the keys of a map are. */
static const struct field *keys_of(const struct field *field)
{
	return field_tagged(field->tag == TAG_CAPS ? TAG_CAPS_KNOWN : TAG_KNOWN);
}

static uint64_t get(const struct field *field, const struct hvp_profile *profile, uint32_t item)
{
	const char *at = (const char *)profile + field->offset + item * field->bytes;
	uint64_t wide;
	uint32_t number;

	if (field->bytes == sizeof(wide)) {
		memcpy(&wide, at, sizeof(wide));
		return wide;
	}
	if (field->bytes == sizeof(number)) {
		memcpy(&number, at, sizeof(number));
		return number;
	}
	return *(const uint8_t *)at;
}

static void set(const struct field *field, struct hvp_profile *profile, uint32_t item,
		uint64_t value)
{
	char *at = (char *)profile + field->offset + item * field->bytes;
	const uint32_t number = (uint32_t)value;

	if (field->bytes == sizeof(value))
		memcpy(at, &value, sizeof(value));
	else if (field->bytes == sizeof(number))
		memcpy(at, &number, sizeof(number));
	else
		*(uint8_t *)at = (uint8_t)value;
}

static uint64_t maximum_of(const struct field *field)
{
	return UINT64_MAX >> (64 - 8 * field->bytes);
}

static const char *const archs[] = { [HVP_ARCH_POWER] = "power", [HVP_ARCH_ARM64] = "arm64" };
static const char *const roles[] = { [HVP_ROLE_HOST] = "host", [HVP_ROLE_GUEST] = "guest" };
static const char *const vcpus[] = { "psci-0.1", "psci-0.2" };
static const char *const raw[] = { "raw" };
static const char *const facilities[] = {
#define HVP_FACILITY(name, bit, since, until, enable_since) [bit] = #name,
#include <hvpolicy/facility.def>
#undef HVP_FACILITY
};
static const char *const registers[] = {
#define HVP_FWREG(name, slot, id, kind, valid, initial) [slot] = #name,
#include <hvpolicy/fwreg.def>
};
static const char *const quirks[] = {
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) \
	[bit] = #name,
#include <hvpolicy/quirk.def>
};

#define ENTRY(table, index) ((index) < COUNT(table) && (table)[index] ? (table)[index] : "")

/* Name of a bit, or of a value of a pair; "" if it has none. */
static const char *name_of(const struct field *field, uint32_t bit)
{
	switch (field->valid) {
	case VALID_PAIR:
		return field->tag == TAG_ARCH ? ENTRY(archs, bit) : ENTRY(roles, bit);
	case VALID_RAW:
		return ENTRY(raw, bit);
	case VALID_VCPUS:
		return ENTRY(vcpus, bit);
	case VALID_LEVELS:
		return level_name(bit);
	case VALID_FACILITIES:
		return ENTRY(facilities, bit);
	case VALID_REGISTERS:
	case VALID_VALUES:
		return ENTRY(registers, bit);
	case VALID_QUIRKS:
		return ENTRY(quirks, bit);
	case VALID_CAPS:
	case VALID_ANY:
	default:
		return hvp_profile_cap_name(bit, HVP_SPELLING_QEMU);
	}
}

static bool bit_of(const struct field *field, const char *name, uint32_t *bit)
{
	for (*bit = 0; *name && *bit < 64; ++*bit)
		if (!strcmp(name_of(field, *bit), name))
			return true;
	return false;
}

void profile_wrong(struct profile_reader *in, const char *where, const char *format, ...)
{
	char what[256], clean[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	put_clean(clean, sizeof(clean), what, strlen(what));
	in->bad = true;
	in->fault(in->context, where, clean);
}

/* A number of JSON that is a whole one: to a schema 1.0 is one. */
static bool whole(const json_t *value, uint64_t maximum, uint64_t *number)
{
	const double real = json_number_value(value);

	if (json_is_integer(value)) {
		*number = (uint64_t)json_integer_value(value);
		return json_integer_value(value) >= 0 && *number <= maximum;
	}
	if (!json_is_real(value) || real < 0 || real > (double)UINT32_MAX)
		return false;
	*number = (uint64_t)real;
	return *number <= maximum && !((double)*number < real);
}

static bool hex(const json_t *value, uint64_t maximum, uint64_t *number)
{
	return json_is_string(value) && hex_parse(json_string_value(value), maximum, number);
}

static void read_names(struct profile_reader *in, const struct field *field, const char *where,
		       const json_t *value)
{
	uint64_t bits = 0;
	const json_t *item;
	char path[PATH];
	uint32_t bit;
	size_t i;

	if (!json_is_array(value)) {
		profile_wrong(in, where, "expected an array of names");
		return;
	}
	json_array_foreach(value, i, item) {
		put(path, sizeof(path), "%s[%zu]", where, i);
		if (!json_is_string(item))
			profile_wrong(in, path, "expected a name (a string)");
		else if (!bit_of(field, json_string_value(item), &bit))
			profile_wrong(in, path, "nothing here is called '%s'",
				      json_string_value(item));
		else if (bits & HVP_BIT(bit))
			profile_wrong(in, path, "'%s' stands there twice",
				      json_string_value(item));
		else
			bits |= HVP_BIT(bit);
	}
	set(field, &in->party->profile, 0, bits);
}

static void read_map(struct profile_reader *in, const struct field *field, const char *where,
		     json_t *value)
{
	struct hvp_profile *profile = &in->party->profile;
	const struct field *keys = keys_of(field);
	uint64_t number, known = 0;
	json_t *item;
	const char *key;
	char path[PATH];
	uint32_t bit;

	if (!json_is_object(value)) {
		profile_wrong(in, where, "expected an object");
		return;
	}
	json_object_foreach(value, key, item) {
		char clean[PATH / 2];

		put_clean(clean, sizeof(clean), key, strlen(key));
		put(path, sizeof(path), "%s.%s", where, clean);
		if (!bit_of(keys, key, &bit)) {
			profile_wrong(in, path, "no such field");
			continue;
		}
		if (field->tag == TAG_CAPS && !whole(item, maximum_of(field), &number))
			profile_wrong(in, path, "expected a number from 0 to %" PRIu64,
				      maximum_of(field));
		else if (field->tag != TAG_CAPS && !hex(item, maximum_of(field), &number))
			profile_wrong(in, path, "expected a value such as \"0x10001\" (a string)");
		else
			set(field, profile, bit, number);
		known |= HVP_BIT(bit);
	}
	set(keys, profile, 0, known);
}

static void read_word(struct profile_reader *in, const struct field *field, const char *where,
		      const json_t *value)
{
	uint32_t number;

	if (json_is_string(value) && bit_of(field, json_string_value(value), &number))
		set(field, &in->party->profile, 0, number);
	else
		profile_wrong(in, where, "expected \"%s\" or \"%s\"", name_of(field, 1),
			      name_of(field, 2));
}

static void read_field(struct profile_reader *in, const struct field *field, const char *where,
		       json_t *value)
{
	uint64_t number = 0;

	switch (kind_of(field)) {
	case KIND_COUNT:
		if (!whole(value, maximum_of(field), &number))
			profile_wrong(in, where, "expected a whole number");
		break;
	case KIND_HEX:
		if (!hex(value, maximum_of(field), &number))
			profile_wrong(in, where, "expected a number such as \"0x%0*x\" (a string)",
				      (int)field->bytes * 2, 0x801200u);
		break;
	case KIND_WORD:
		read_word(in, field, where, value);
		return;
	case KIND_NAMES:
		read_names(in, field, where, value);
		return;
	case KIND_MAP:
	case KIND_KEYS:
	default:
		read_map(in, field, where, value);
		return;
	}
	set(field, &in->party->profile, 0, number);
}

/* Something stands below this path. */
static bool is_group(const char *path)
{
	const size_t len = strlen(path);

	for (size_t i = 0; i < COUNT(fields); i++)
		if (!strncmp(fields[i].path, path, len) && fields[i].path[len] == '.')
			return true;
	return false;
}

/* What stands beside the fields. */
static bool read_head(struct profile_reader *in, const char *key, const json_t *value)
{
	struct party *party = in->party;
	uint64_t number;

	if (!strcmp(key, "format")) {
		if (!json_is_string(value) || strcmp(json_string_value(value), FORMAT) != 0)
			profile_wrong(in, key, "expected \"%s\"", FORMAT);
	} else if (!strcmp(key, "version")) {
		if (!whole(value, UINT32_MAX, &number))
			profile_wrong(in, key, "expected the number %d", VERSION);
		else if (number != VERSION)
			profile_wrong(in, key, "version %" PRIu64 " is not known, %d is", number,
				      VERSION);
	} else if (!strcmp(key, "name")) {
		if (!json_is_string(value) ||
		    !name_parse(json_string_value(value), party->name, sizeof(party->name)))
			profile_wrong(in, key, "expected 1 to 64 letters, digits and ._+-, the "
				      "first a letter or digit");
	} else {
		return false;
	}
	return true;
}

/* Not deeper than the fields go. */
static void read_object(struct profile_reader *in, const char *where, json_t *object)
{
	const struct field *field;
	json_t *value;
	const char *key;

	json_object_foreach(object, key, value) {
		char path[PATH], clean[PATH / 2];

		if (!*where && read_head(in, key, value))
			continue;
		put_clean(clean, sizeof(clean), key, strlen(key));
		put(path, sizeof(path), "%s%s%s", where, *where ? "." : "", clean);
		field = strchr(key, '.') ? NULL : field_of(path);
		if (field)
			read_field(in, field, path, value);
		else if (strchr(key, '.') || !is_group(path))
			profile_wrong(in, path, "no such field");
		else if (!json_is_object(value))
			profile_wrong(in, path, "expected an object");
		else
			read_object(in, path, value);
	}
}

/* What has to be there, and what cannot. */
static void check_keys(struct profile_reader *in, const json_t *object)
{
	static const char *const needed[] = { "format", "version", "arch", "role" };

	for (size_t i = 0; i < COUNT(needed); i++)
		if (!json_object_get(object, needed[i]))
			profile_wrong(in, needed[i], "is missing");
	for (uint32_t arch = HVP_ARCH_POWER; arch < COUNT(archs); arch++)
		if (json_object_get(object, archs[arch]) && in->party->profile.arch &&
		    in->party->profile.arch != arch)
			profile_wrong(in, archs[arch], "does not belong to this arch");
}

/* What the library has against it. */
static bool check_status(struct profile_reader *in, enum hvp_status status,
			 const struct hvp_report *report)
{
	char line[320];

	if (!status)
		return true;
	put(line, sizeof(line), "%s", hvp_status_name(status));
	if (report->stored)
		(void)hvp_reason_format(report->findings, HVP_WORDING_TEXT, line, sizeof(line));
	profile_wrong(in, "", "%s", line);
	return false;
}

bool profile_is_wire(const void *bytes, size_t len)
{
	return len >= 4 && !memcmp(bytes, "HVPP", 4);
}

bool profile_is_json(const json_t *value)
{
	return json_is_string(json_object_get(value, "format")) || json_object_get(value, "arch");
}

static void reader_init(struct profile_reader *in, const char *name, struct party *party)
{
	in->party = party;
	*party = (struct party){ .name = "" };
	put_clean(party->name, sizeof(party->name), name, strlen(name));
}

bool profile_from_json(json_t *value, const char *name, struct party *party,
		       profile_fault *fault, void *context)
{
	struct profile_reader in = { .fault = fault, .context = context };
	struct hvp_finding finding;
	struct hvp_report report;

	reader_init(&in, name, party);
	hvp_profile_init(&party->profile, 0, 0);
	if (json_is_object(value)) {
		read_object(&in, "", value);
		check_keys(&in, value);
	} else {
		profile_wrong(&in, "", "expected an object");
	}
	if (in.bad)
		return false;
	party->profile.arm64.fwregs.policy_level = party->profile.policy_level;
	hvp_report_init(&report, &finding, 1);
	return check_status(&in, hvp_profile_validate(&party->profile, &report), &report);
}

bool profile_from_wire(const void *bytes, size_t len, const char *name, struct party *party,
		       profile_fault *fault, void *context)
{
	struct profile_reader in = { .fault = fault, .context = context };
	struct hvp_finding finding;
	struct hvp_report report;

	reader_init(&in, name, party);
	hvp_report_init(&report, &finding, 1);
	/* what is longer than any form is refused as that, whatever its length */
	if (len > UINT32_MAX)
		len = UINT32_MAX;
	return check_status(&in, hvp_wire_decode(bytes, (uint32_t)len, &party->profile, &report),
			    &report);
}

static json_t *write_hex(const struct field *field, uint64_t value)
{
	char text[24];

	if (field->valid == VALID_ANY)
		return field->bytes == sizeof(uint32_t) ? js_hex32((uint32_t)value) :
							  js_hex64(value);
	put(text, sizeof(text), "0x%" PRIx64, value);
	return js_text(text);
}

static json_t *write_names(const struct field *field, uint64_t bits)
{
	json_t *array = js_array();

	for (uint32_t bit = 0; bit < 64; bit++)
		if (bits & HVP_BIT(bit))
			js_append(array, js_text(name_of(field, bit)));
	return array;
}

static json_t *write_map(const struct field *field, const struct hvp_profile *profile,
			 uint64_t known)
{
	json_t *object = js_object();

	for (uint32_t item = 0; item < field->items; item++) {
		const uint64_t value = get(field, profile, item);

		if (known & HVP_BIT(item))
			js_set(object, name_of(keys_of(field), item), field->tag == TAG_CAPS ?
			       json_integer((json_int_t)value) : write_hex(field, value));
	}
	return object;
}

/* NULL: nothing to write. */
static json_t *write_field(const struct field *field, const struct hvp_profile *profile)
{
	const enum kind kind = kind_of(field);
	const uint64_t value = kind == KIND_MAP ? get(keys_of(field), profile, 0) :
						  get(field, profile, 0);

	if (!value || kind == KIND_KEYS)
		return NULL;
	switch (kind) {
	case KIND_COUNT:
		return json_integer((json_int_t)value);
	case KIND_HEX:
		return write_hex(field, value);
	case KIND_WORD:
		return js_text(name_of(field, (uint32_t)value));
	case KIND_NAMES:
		return write_names(field, value);
	case KIND_MAP:
	case KIND_KEYS:
	default:
		return write_map(field, profile, value);
	}
}

/* The object that the last word of a path belongs into; path then is that word. */
static json_t *group_of(json_t *object, const char **path)
{
	const char *dot;

	while ((dot = strchr(*path, '.'))) {
		char key[PATH];

		put(key, sizeof(key), "%.*s", (int)(dot - *path), *path);
		if (!json_object_get(object, key))
			js_set(object, key, js_object());
		object = json_object_get(object, key);
		*path = dot + 1;
	}
	return object;
}

json_t *profile_to_json(const struct party *party)
{
	json_t *root = js_object();

	js_set(root, "format", js_text(FORMAT));
	js_set(root, "version", json_integer(VERSION));
	js_set(root, "name", js_text(party->name));
	for (size_t i = 0; i < COUNT(fields); i++) {
		json_t *value = write_field(&fields[i], &party->profile);
		const char *path = fields[i].path;
		json_t *group;

		if (!value)
			continue;
		group = group_of(root, &path);
		js_set(group, path, value);
	}
	return root;
}

uint32_t profile_to_wire(const struct hvp_profile *profile, uint8_t *buf)
{
	uint32_t used;

	if (hvp_wire_encode(profile, buf, HVP_WIRE_MAX, &used, NULL))
		abort(); /* every party is valid */
	return used;
}

json_t *profile_wire_json(const struct hvp_profile *profile)
{
	uint8_t wire[HVP_WIRE_MAX];
	char text[2 * HVP_WIRE_MAX + 1];
	const uint32_t len = profile_to_wire(profile, wire);

	for (size_t i = 0; i < len; i++)
		put(text + 2 * i, 3, "%02x", wire[i]);
	return js_text(text);
}
