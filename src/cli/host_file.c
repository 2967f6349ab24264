// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Host files: JSON by the table host_field.def, checked strictly, in both directions. */
#include "host.h"
#include "output.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum kind {
	KIND_FORMAT,
	KIND_NAME,
	KIND_KERNEL,
	KIND_ROLE,
	KIND_HEX32,
	KIND_HEX64,
	KIND_LEVEL,
	KIND_API,
	KIND_BOOL,
};

enum { NONE = 0, BARE = ROLE_BARE, L1 = ROLE_L1, BOTH = ROLE_BARE | ROLE_L1 };

static const struct field {
	const char *name;
	size_t offset;
	enum kind kind;
	uint32_t roles;
	uint32_t required;
} fields[] = {
#define HOST_FIELD(name, kind, member, roles, required) \
	{ #name, offsetof(struct host, member), KIND_##kind, roles, required },
#include "host_field.def"
#undef HOST_FIELD
};

static const char *const wanted[] = {
	[KIND_FORMAT] = "the number 1",
	[KIND_NAME] = "1 to 64 letters, digits and ._+-, the first a letter or digit",
	[KIND_KERNEL] = "a kernel version such as \"6.12\"",
	[KIND_ROLE] = "\"bare\" or \"l1\"",
	[KIND_HEX32] = "a register such as \"0x00821200\" (a string)",
	[KIND_HEX64] = "a register such as \"0x4000000000000000\" (a string)",
	[KIND_LEVEL] = "a level such as \"power10\"",
	[KIND_API] = "\"v1\" or \"v2\"",
	[KIND_BOOL] = "true or false",
};

static const char *const roles[] = { [ROLE_BARE] = "bare", [ROLE_L1] = "l1" };
static const char *const apis[] = { [API_V1] = "v1", [API_V2] = "v2" };

struct reader {
	const char *path;
	const char *text;
	size_t len;
	int errors;
};

/*
 * Line of a key of the outermost object. The text is known to be valid JSON, so brackets and
 * quotes pair up; a key that is written with escapes is not found and gets the first line.
 */
static int line_of(const struct reader *in, const char *key)
{
	const size_t key_len = strlen(key);
	int depth = 0, line = 1;

	for (size_t i = 0; i < in->len; i++) {
		const char *at = in->text + i;
		size_t end = i + 1;

		if (*at == '\n')
			line++;
		else if (*at == '{' || *at == '[')
			depth++;
		else if (*at == '}' || *at == ']')
			depth--;
		if (*at != '"')
			continue;
		while (end < in->len && in->text[end] != '"')
			end += in->text[end] == '\\' ? 2 : 1;
		if (depth == 1 && end - i - 1 == key_len && !strncmp(at + 1, key, key_len)) {
			size_t next = end + 1;

			while (next < in->len && strchr(" \t\r\n", in->text[next]))
				next++;
			if (next < in->len && in->text[next] == ':')
				return line;
		}
		i = end;
	}
	return 1;
}

static void wrong(struct reader *in, const char *key, const char *what, const char *detail)
{
	char clean[65];

	put_clean(clean, sizeof(clean), key, strlen(key));
	complain("%s:%d: field '%s': %s%s", in->path, line_of(in, key), clean, what, detail);
	in->errors++;
}

static bool read_word(const char *text, const char *const *words, size_t count, uint32_t *value)
{
	for (uint32_t i = 1; i < count; i++) {
		if (!strcmp(text, words[i])) {
			*value = i;
			return true;
		}
	}
	return false;
}

static bool read_hex32(const char *text, uint32_t *value)
{
	uint64_t wide = 0;

	if (!hex_parse(text, UINT32_MAX, &wide))
		return false;
	*value = (uint32_t)wide;
	return true;
}

static bool read_level(const char *text, uint32_t *pvr)
{
	uint32_t level;

	if (strlen(text) >= 16 || hvp_level_find(text, HVP_SPELLING_QEMU, &level))
		return false;
	*pvr = hvp_level_pvr(level);
	return true;
}

/* A string value into its member. */
static bool read_text(const struct field *field, const char *text, char *member)
{
	uint64_t wide = 0;
	uint32_t number = 0;
	bool fine;

	switch (field->kind) {
	case KIND_NAME:
		return name_parse(text, member, sizeof(((struct host *)NULL)->name));
	case KIND_KERNEL:
		fine = kernel_parse(text, &number, NULL);
		break;
	case KIND_ROLE:
		fine = read_word(text, roles, COUNT(roles), &number);
		break;
	case KIND_API:
		fine = read_word(text, apis, COUNT(apis), &number);
		break;
	case KIND_LEVEL:
		fine = read_level(text, &number);
		break;
	case KIND_HEX32:
		fine = read_hex32(text, &number);
		break;
	case KIND_HEX64:
		fine = hex_parse(text, UINT64_MAX, &wide);
		if (fine)
			memcpy(member, &wide, sizeof(wide));
		return fine;
	case KIND_FORMAT:
	case KIND_BOOL:
	default:
		return false;
	}
	if (fine)
		memcpy(member, &number, sizeof(number));
	return fine;
}

static bool read_value(const struct field *field, const json_t *value, char *member)
{
	bool flag;

	if (json_is_string(value))
		return strlen(json_string_value(value)) == json_string_length(value) &&
		       read_text(field, json_string_value(value), member);
	if (field->kind == KIND_FORMAT)
		/* 1.0 is the same number to a schema. */
		return json_is_number(value) && !(json_number_value(value) < 1) &&
		       !(json_number_value(value) > 1);
	if (field->kind != KIND_BOOL || !json_is_boolean(value))
		return false;
	flag = json_is_true(value);
	memcpy(member, &flag, sizeof(flag));
	return true;
}

static void read_fields(struct reader *in, json_t *root, struct host *host)
{
	const char *key;
	json_t *value;

	json_object_foreach(root, key, value) {
		size_t row = 0;

		while (row < COUNT(fields) && strcmp(fields[row].name, key))
			row++;
		if (row == COUNT(fields)) {
			wrong(in, key, "no such field", "");
			continue;
		}
		host_give(host, (enum host_field)row);
		if (!read_value(&fields[row], value, (char *)host + fields[row].offset))
			wrong(in, key, "expected ", wanted[fields[row].kind]);
	}
}

/* What one field says about another. */
static void check_fields(struct reader *in, const struct host *host)
{
	for (size_t row = 0; row < COUNT(fields); row++) {
		const struct field *field = &fields[row];
		const bool has = host_has(host, (enum host_field)row);

		if (has && host->role && !(field->roles & host->role))
			wrong(in, field->name, "not for a host of role ", roles[host->role]);
		if (!has && (field->required == BOTH ||
			     (host->role && field->required & host->role))) {
			complain("%s: field '%s' is missing", in->path, field->name);
			in->errors++;
		}
	}
	if (host_has(host, FIELD_granted) && host_has(host, FIELD_bounded))
		wrong(in, "bounded", "not together with 'granted'", "");
	if (host_has(host, FIELD_granted) && host->api == API_V1)
		wrong(in, "granted", "nested API v1 has no grants, use 'bounded'", "");
}

void host_from_file(const char *path, struct host *host)
{
	struct reader in = { .path = path };
	const char *base = strrchr(path, '/');
	json_error_t error;
	json_t *root;
	char *text = read_file(path, &in.len);
	char clean[JSON_ERROR_TEXT_LENGTH];

	in.text = text;
	root = json_loadb(text, in.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!root) {
		put_clean(clean, sizeof(clean), error.text, strlen(error.text));
		free(text);
		die("%s:%d: %s", path, error.line > 0 ? error.line : 1, clean);
	}
	host_init(host, base ? base + 1 : path);
	host->given = 0;
	if (json_is_object(root)) {
		read_fields(&in, root, host);
		check_fields(&in, host);
	} else {
		complain("%s:1: expected an object", path);
		in.errors++;
	}
	json_decref(root);
	free(text);
	if (in.errors)
		exit(EXIT_USAGE);
	host_give(host, FIELD_name);
	host_finish(host);
}

static json_t *write_value(const struct field *field, const char *member)
{
	uint64_t wide;
	uint32_t number = 0;
	char text[16];
	bool flag;

	if (field->kind != KIND_BOOL)
		memcpy(&number, member, sizeof(number));
	switch (field->kind) {
	case KIND_NAME:
		return js_text(member);
	case KIND_KERNEL:
		put(text, sizeof(text), "%u.%u", number >> 16, number & 0xffff);
		return js_text(text);
	case KIND_ROLE:
		return js_text(roles[number]);
	case KIND_API:
		return js_text(apis[number]);
	case KIND_LEVEL:
		return js_text(level_name(hvp_level_from_pvr(number)));
	case KIND_HEX32:
		return js_hex32(number);
	case KIND_HEX64:
		memcpy(&wide, member, sizeof(wide));
		return js_hex64(wide);
	case KIND_BOOL:
		memcpy(&flag, member, sizeof(flag));
		return js_bool(flag);
	case KIND_FORMAT:
	default:
		return json_integer(number);
	}
}

json_t *host_to_json(const struct host *host)
{
	json_t *object = js_object();

	for (size_t row = 0; row < COUNT(fields); row++)
		if (host_has(host, (enum host_field)row))
			js_set(object, fields[row].name,
			       write_value(&fields[row], (const char *)host + fields[row].offset));
	return object;
}
