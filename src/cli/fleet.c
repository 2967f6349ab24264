// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hvpolicy matrix --fleet: lines into classes. */
#include "fleet.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* Spellings of one profile that are kept. */
#define TEXTS 8

/*
 * A line without its names, and the class that it was found to be. Names are the one before the
 * profile and the one inside, if there is one: another name in their place changes nothing else.
 */
struct fleet_text {
	struct fleet_text *next;	/* of the same class */
	struct fleet_class *class;
	const char *head;	/* between the two */
	const char *tail;	/* behind the second */
	size_t head_len;
	size_t tail_len;
	char copy[];
};

static void *need(void *memory)
{
	if (!memory)
		die("no memory");
	return memory;
}

static int compare_bytes(const void *a, size_t a_len, const void *b, size_t b_len)
{
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return memcmp(a, b, a_len);
}

static int compare_classes(const void *a, const void *b)
{
	const struct fleet_class *one = a, *other = b;

	return compare_bytes(one->wire, one->wire_len, other->wire, other->wire_len);
}

static int compare_texts(const void *a, const void *b)
{
	const struct fleet_text *one = a, *other = b;
	const int heads = compare_bytes(one->head, one->head_len, other->head, other->head_len);

	return heads ? heads :
		       compare_bytes(one->tail, one->tail_len, other->tail, other->tail_len);
}

static struct fleet_side *side_of(struct fleet *fleet, const struct fleet_class *class)
{
	return class->profile.role == HVP_ROLE_HOST ? &fleet->hosts : &fleet->guests;
}

static void keep_class(struct fleet *fleet, struct fleet_class *class)
{
	struct fleet_side *side = side_of(fleet, class);

	if (side->last)
		side->last->next = class;
	else
		side->first = class;
	side->last = class;
	side->class_count++;
}

static struct fleet_class *class_of(struct fleet *fleet, const struct hvp_profile *profile)
{
	uint8_t wire[HVP_WIRE_MAX];
	const struct fleet_class wanted = {
		.wire_len = profile_to_wire(profile, wire), .wire = wire,
	};
	struct fleet_class *const *found = tfind(&wanted, &fleet->class_tree, compare_classes);
	struct fleet_class *class;

	if (found)
		return *found;
	class = need(calloc(1, sizeof(*class) + wanted.wire_len));
	class->profile = *profile;
	class->wire_len = wanted.wire_len;
	class->wire = memcpy(class + 1, wire, wanted.wire_len);
	(void)need(tsearch(class, &fleet->class_tree, compare_classes));
	keep_class(fleet, class);
	return class;
}

static void join(struct fleet *fleet, struct fleet_class *class, const char *name, size_t len)
{
	if (class->count < FLEET_NAMES)
		put_clean(class->names[class->count], sizeof(class->names[0]), name, len);
	class->count++;
	side_of(fleet, class)->count++;
}

/* Skips blanks and then one character, which must be there. */
static const char *pass(const char *at, const char *end, char what)
{
	while (at && at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at && at < end && *at == what ? at + 1 : NULL;
}

/* Skips "name":" and finds the end of what follows, if that is free of escapes. */
static const char *skip_key(const char *at, const char *end, const char **value)
{
	static const char key[] = "\"name\"";

	if (!at || (size_t)(end - at) < strlen(key) || memcmp(at, key, strlen(key)) != 0)
		return NULL;
	at = pass(pass(at + strlen(key), end, ':'), end, '"');
	*value = at;
	while (at && at < end && *at >= ' ' && *at < 127 && *at != '"' && *at != '\\')
		at++;
	return at && at < end && *at == '"' ? at : NULL;
}

/*
 * Take a line apart that begins with its name; false: it is to be parsed. In a line that is sound
 * no other "name" can stand than the two: no field of a profile is called so.
 */
static bool split(const char *line, const char *end, const char **name, size_t *len,
		  struct fleet_text *text)
{
	const char *brace = pass(line, end, '{'), *key, *close, *inner;
	char copy[sizeof(((struct party *)NULL)->name)];

	while (brace && brace < end && *brace == ' ')
		brace++;
	close = skip_key(brace, end, name);
	if (!close || close == *name)
		return false;
	*len = (size_t)(close - *name);
	*text = (struct fleet_text){
		.head = close, .head_len = (size_t)(end - close), .tail = end,
	};
	key = memmem(close, text->head_len, "\"name\"", 6);
	if (!key)
		return true;
	close = skip_key(key, end, &inner);
	if (!close || (size_t)(close - inner) >= sizeof(copy))
		return false;
	put_clean(copy, sizeof(copy), inner, (size_t)(close - inner));
	text->head_len = (size_t)(inner - text->head);
	text->tail = close;
	text->tail_len = (size_t)(end - close);
	return name_parse(copy, copy, sizeof(copy));
}

static struct fleet_class *find_text(const struct fleet *fleet, const struct fleet_text *text)
{
	struct fleet_text *const *found = tfind(text, &fleet->text_tree, compare_texts);

	return found ? (*found)->class : NULL;
}

static struct fleet_text *copy_text(const struct fleet_text *text, struct fleet_class *class)
{
	struct fleet_text *copy = need(malloc(sizeof(*copy) + text->head_len + text->tail_len));

	*copy = (struct fleet_text){
		.class = class, .head_len = text->head_len, .tail_len = text->tail_len,
	};
	copy->head = memcpy(copy->copy, text->head, text->head_len);
	copy->tail = memcpy(copy->copy + text->head_len, text->tail, text->tail_len);
	return copy;
}

static void keep_text(struct fleet *fleet, struct fleet_class *class, const struct fleet_text *text)
{
	struct fleet_text *copy;
	uint32_t count = 0;

	for (copy = class->texts; copy; copy = copy->next)
		count++;
	if (count == TEXTS)
		return;
	copy = copy_text(text, class);
	copy->next = class->texts;
	class->texts = copy;
	(void)need(tsearch(copy, &fleet->text_tree, compare_texts));
}

/* The first fault of a profile is enough. */
struct fault {
	char *why;
	size_t len;
};

static void keep_fault(void *context, const char *where, const char *what)
{
	struct fault *fault = context;

	if (!fault->why[0])
		put(fault->why, fault->len, "profile%s%s: %s", *where ? "." : "", where, what);
}

/* The parts of a line, checked; the name lives as long as the line. */
static bool read_line(json_t *root, const char **name, struct party *party, struct fault *fault)
{
	json_t *profile = json_object_get(root, "profile");
	const char *text = json_string_value(json_object_get(root, "name"));
	const size_t wanted = 2;

	if (!json_is_object(root) || !text || !*text || !profile ||
	    json_object_size(root) != wanted) {
		put(fault->why, fault->len, "expected {\"name\": ..., \"profile\": {...}}");
		return false;
	}
	*name = text;
	return profile_from_json(profile, "", party, keep_fault, fault);
}

static struct fleet_class *parse_line(struct fleet *fleet, const char *line, size_t len,
				      struct fault *fault)
{
	char clean[JSON_ERROR_TEXT_LENGTH];
	struct fleet_class *class = NULL;
	json_error_t error;
	json_t *root = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	struct party party;
	const char *name;

	if (!root) {
		put_clean(clean, sizeof(clean), error.text, strlen(error.text));
		put(fault->why, fault->len, "%s", clean);
		return NULL;
	}
	if (read_line(root, &name, &party, fault)) {
		class = class_of(fleet, &party.profile);
		join(fleet, class, name, strlen(name));
	}
	json_decref(root);
	return class;
}

bool fleet_add(struct fleet *fleet, const char *line, size_t len, char *why, size_t why_len)
{
	struct fault fault = { why, why_len };
	struct fleet_class *class = NULL;
	struct fleet_text text;
	const char *name;
	size_t name_len;
	const bool plain = split(line, line + len, &name, &name_len, &text);

	why[0] = 0;
	if (plain)
		class = find_text(fleet, &text);
	if (class) {
		join(fleet, class, name, name_len);
		return true;
	}
	class = parse_line(fleet, line, len, &fault);
	if (class && plain)
		keep_text(fleet, class, &text);
	return class;
}

void fleet_free(struct fleet *fleet)
{
	tdestroy(fleet->text_tree, free);
	tdestroy(fleet->class_tree, free);
	*fleet = (struct fleet){ .lines = 0 };
}

int run_fleet(const char *path, enum grid_format format, const char *output, enum colour colour)
{
	struct fleet fleet = { .lines = 0 };
	const char *what = strcmp(path, "-") ? path : "standard input";
	int status;

	fleet_read(&fleet, path);
	if (!fleet.hosts.count || !fleet.guests.count)
		die("%s: no %s", what, fleet.hosts.count ? "guests" : "hosts");
	fleet_show(&fleet, format, output, colour);
	status = fleet.damaged ? EXIT_REFUSED : EXIT_FINE;
	fleet_free(&fleet);
	return status;
}
