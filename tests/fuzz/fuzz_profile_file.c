// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Files of profiles that people write or send (src/cli/profile_file.h): any JSON, near a profile
 * or far from one. What is read is valid, and written again it is the same profile.
 */
#include "values.h"

#include "profile_file.h"

enum what { LOADED, READ };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(LOADED, 0), FUZZ_ANSWER(LOADED, 1), FUZZ_ANSWER(READ, 0), FUZZ_ANSWER(READ, 1),
};
FUZZ_SUBJECT(profile_from_json);

#define LONGEST 300	/* of what is said about a file */

static void on_fault(void *context, const char *where, const char *what)
{
	uint32_t *told = context;

	check_words(where, LONGEST);
	check_words(what, LONGEST);
	CHECK(*what);
	++*told;
}

static bool read_json(json_t *value, struct party *party)
{
	uint32_t told = 0;
	const bool fine = profile_from_json(value, "file", party, on_fault, &told);

	CHECK(fine == !told);
	return fine;
}

static void check_read(const struct party *party)
{
	json_t *json = profile_to_json(party), *again;
	uint8_t form[HVP_WIRE_MAX];
	struct party other;
	uint32_t told = 0;

	CHECK(!hvp_profile_validate(&party->profile, NULL));
	check_words(party->name, sizeof(party->name) - 1);
	CHECK(read_json(json, &other));
	CHECK(same_profile(&other.profile, &party->profile) && !strcmp(other.name, party->name));
	again = profile_to_json(&other);
	CHECK(json_equal(json, again));
	json_decref(json);
	json_decref(again);
	CHECK(profile_from_wire(form, profile_to_wire(&party->profile, form), "file", &other,
				on_fault, &told) && !told);
	CHECK(same_profile(&other.profile, &party->profile));
}

static void read_value(json_t *value)
{
	struct party party;
	const bool fine = read_json(value, &party);

	fuzz_subject_runs++;
	seen(READ, fine);
	if (fine)
		check_read(&party);
}

static json_t *some_string(struct producer *from)
{
	static const char *const words[] = {
		"power10", "PREFIX", "cap-htm", "0x0f000006", "0x1ffffffff", "psci-0.2", "host",
		"PSCI_VERSION", "HFU_ALL", "raw", "arm64", "0x",
	};
	char text[16] = { 0 };
	const uint8_t which = produce_byte(from);
	json_t *string;

	if (which < COUNT(words))
		return json_string(words[which]);
	for (uint32_t i = 0; i < which % sizeof(text); i++)
		text[i] = (char)produce_byte(from);
	string = json_string(text);
	return string ? string : json_string("\x7f"); /* the rest is no UTF-8 */
}

static json_t *some_json(struct producer *from)
{
	switch (produce_byte(from) & 7) {
	case 0:
		return json_integer((json_int_t)produce_boundary(from));
	case 1:
		return json_true();
	case 2:
		return json_null();
	case 3:
		return json_pack("[o]", some_string(from));
	case 4:
		return json_pack("{s:o}", "PSCI_VERSION", some_string(from));
	case 5:
		return json_real(1.5);
	case 6:
		return json_object();
	default:
		return some_string(from);
	}
}

static const char *some_key(struct producer *from, json_t *object)
{
	uint32_t at = produce_below(from, (uint32_t)json_object_size(object));
	void *member = json_object_iter(object);

	while (at--)
		member = json_object_iter_next(object, member);
	return json_object_iter_key(member);
}

/* One value becomes another, goes, or gets a neighbour. */
static void change(struct producer *from, json_t *root)
{
	json_t *at = root, *below;
	const char *key = some_key(from, at);
	const uint8_t how = produce_byte(from);
	char name[16];

	for (uint32_t depth = how >> 6; depth; depth--) {
		below = json_object_get(at, key);
		if (!json_object_size(below))
			break;
		at = below;
		key = some_key(from, at);
	}
	below = json_object_get(at, key);
	if ((how & 3) == 0)
		(void)json_object_del(at, key);
	else if ((how & 3) == 1 && json_is_array(below))
		(void)json_array_append_new(below, some_json(from));
	else if ((how & 3) == 3)
		(void)json_object_set_new(at, key, some_json(from));
	if ((how & 3) != 2)
		return;
	strcpy(name, json_object_get(root, "arch") ? edge_name(from, 12, true) : "arch");
	(void)json_object_set_new(at, name, some_json(from));
}

/* The file of a profile, with changes. */
static void near(struct producer *from)
{
	const uint8_t how = produce_byte(from);
	struct party party = { .name = "near" };
	json_t *json;

	some_profile(from, 1 + (how & 1u), how & 2 ? HVP_ROLE_GUEST : HVP_ROLE_HOST,
		     &party.profile);
	json = profile_to_json(&party);
	for (uint32_t i = 0; i < (how >> 2 & 3u) && json_object_size(json); i++)
		change(from, json);
	read_value(json);
	json_decref(json);
}

/* Any text. */
static void text(const uint8_t *data, size_t bytes)
{
	json_error_t error;
	json_t *json = json_loadb((const char *)data, bytes,
				  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

	seen(LOADED, json != NULL);
	read_value(json);
	json_decref(json);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	struct producer from = { data, bytes };

	if (bytes && (data[0] == '{' || data[0] == '['))
		text(data, bytes);
	else
		near(&from);
}
