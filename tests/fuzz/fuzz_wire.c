// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The wire form: any bytes, near a form or far from one. What is read is valid, and written again
 * it is the one form of that profile.
 */
#include "values.h"

enum what { DECODE, REASON, ENCODE };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(DECODE, HVP_OK), FUZZ_ANSWER(DECODE, HVP_ERR_SIZE),
	FUZZ_ANSWER(DECODE, HVP_ERR_TOO_BIG), FUZZ_ANSWER(DECODE, HVP_ERR_VERSION),
	FUZZ_ANSWER(DECODE, HVP_ERR_VALUE), FUZZ_ANSWER(DECODE, HVP_ERR_RESERVED),
	FUZZ_ANSWER(REASON, HVP_REASON_WIRE_LONG), FUZZ_ANSWER(REASON, HVP_REASON_WIRE_LENGTH),
	FUZZ_ANSWER(REASON, HVP_REASON_WIRE_HEAD), FUZZ_ANSWER(REASON, HVP_REASON_WIRE_ITEM),
	FUZZ_ANSWER(REASON, HVP_REASON_WIRE_VALUE), FUZZ_ANSWER(REASON, HVP_REASON_WIRE_ORDER),
	FUZZ_ANSWER(REASON, HVP_REASON_WIRE_TAG), FUZZ_ANSWER(REASON, HVP_REASON_POLICY_LEVEL),
	FUZZ_ANSWER(REASON, HVP_REASON_PROFILE_NO_SUCH),
	FUZZ_ANSWER(REASON, HVP_REASON_PROFILE_FOREIGN),
	FUZZ_ANSWER(REASON, HVP_REASON_PROFILE_BITS), FUZZ_ANSWER(REASON, HVP_REASON_PROFILE_MODE),
	FUZZ_ANSWER(ENCODE, HVP_OK), FUZZ_ANSWER(ENCODE, HVP_ERR_RESERVED),
	FUZZ_ANSWER(ENCODE, HVP_ERR_VALUE), FUZZ_ANSWER(ENCODE, HVP_ERR_SIZE),
	FUZZ_HEAD(ENCODE),
};
FUZZ_SUBJECT(hvp_wire_decode);

#define ROOM (2 * HVP_WIRE_MAX)

static const uint32_t tags[] = {
#define HVP_FIELD(name, tag, member, items, arch, valid, meet) (tag),
#include <hvpolicy/profile.def>
};

/* Whether a record has a tag that has no row. */
static bool is_foreign(const uint8_t *record)
{
	uint32_t i = 0;

	while (i < COUNT(tags) && tags[i] != (uint32_t)(record[0] << 8 | record[1]))
		i++;
	return i == COUNT(tags);
}

/* Written again it is the same, but for records that were passed over. */
static void check_read(const uint8_t *data, uint32_t bytes, const struct hvp_profile *profile)
{
	uint8_t again[HVP_WIRE_MAX], rest[HVP_WIRE_MAX];
	struct hvp_profile other;
	uint32_t used, left = HVP_WIRE_HEAD;

	CHECK(!hvp_profile_validate(profile, NULL));
	CHECK(!hvp_wire_encode(profile, again, sizeof(again), &used, NULL));
	memcpy(rest, data, HVP_WIRE_HEAD);
	for (uint32_t at = HVP_WIRE_HEAD; at < bytes; at += HVP_WIRE_RECORD) {
		if (is_foreign(data + at))
			continue;
		memcpy(rest + left, data + at, HVP_WIRE_RECORD);
		left += HVP_WIRE_RECORD;
	}
	CHECK(used == left);
	CHECK(!memcmp(again + HVP_WIRE_HEAD, rest + HVP_WIRE_HEAD, left - HVP_WIRE_HEAD));
	CHECK(!hvp_wire_decode(again, used, &other, NULL));
	CHECK(same_profile(&other, profile));
	/* cut anywhere it is none */
	CHECK(hvp_wire_decode(again, used - 1, &other, NULL) == HVP_ERR_SIZE);
}

static void read(const uint8_t *data, uint32_t bytes)
{
	const uint8_t *at = edge_copy(EDGE_BEHIND, data, bytes);
	struct hvp_profile profile, other;
	struct heard heard;
	enum hvp_status status;

	poison(profile);
	poison(other);
	status = hvp_wire_decode(bytes ? at : NULL, bytes, &profile, listen(&heard, 2));
	fuzz_subject_runs++;
	seen(DECODE, status);
	check_status(&heard, status);
	CHECK(!memcmp(at, data, bytes) && edge_is_clean(EDGE_BEHIND));
	CHECK(hvp_wire_decode(edge_copy(EDGE_BEFORE, data, bytes), bytes, &other, NULL) == status);
	CHECK(same_profile(&profile, &other));
	CHECK(heard.report.total == (status ? 1 : 0));
	if (status) {
		seen(REASON, heard.findings[0].reason);
		CHECK(heard.findings[0].where <= bytes);
		CHECK_POISONED(profile);
		return;
	}
	check_read(data, bytes, &profile);
}

/* What is written is read again, fits exactly, and nothing is written where it does not fit. */
static uint32_t write(const struct hvp_profile *profile, uint32_t less, uint8_t *to)
{
	struct hvp_profile other;
	struct heard heard;
	uint32_t used, length;
	enum hvp_status status;
	uint8_t *at;

	poison(used);
	memset(to, POISON, HVP_WIRE_MAX);
	status = hvp_wire_encode(profile, to, HVP_WIRE_MAX, &used, listen_one(&heard));
	seen(ENCODE, status);
	check_status(&heard, status);
	if (status) {
		CHECK_POISONED(used);
		CHECK(is_poisoned(to, HVP_WIRE_MAX));
		return 0;
	}
	CHECK(used <= HVP_WIRE_MAX && is_poisoned(to + used, HVP_WIRE_MAX - used));
	CHECK(!hvp_wire_decode(to, used, &other, NULL));
	CHECK(profile->size > sizeof(other) || same_profile(&other, profile));
	less %= used;
	at = edge_copy(EDGE_BEFORE, NULL, used - less);
	poison(length);
	status = hvp_wire_encode(profile, at, used - less, &length, NULL);
	seen(ENCODE, status);
	CHECK(!status == !less);
	CHECK(status ? is_poisoned(&length, sizeof(length)) : length == used);
	CHECK(status ? is_poisoned(at, used - less) : !memcmp(at, to, used));
	CHECK(edge_is_clean(EDGE_BEFORE));
	return used;
}

static void some_record(struct producer *from, uint8_t *record)
{
	const uint8_t how = produce_byte(from);
	const uint32_t tag = how & 1 ? (uint32_t)produce_number(from, 2) : produce_of(from, tags);
	const uint64_t value = how & 2 ? produce_byte(from) : produce_boundary(from);

	record[0] = (uint8_t)(tag >> 8);
	record[1] = (uint8_t)tag;
	record[2] = how & 4 ? produce_byte(from) : 0;
	record[3] = how >> 3;
	for (uint32_t i = 0; i < 8; i++)
		record[4 + i] = (uint8_t)(value >> (56 - 8 * i));
}

/* A record goes in or out, the head says so or not, and the end is elsewhere. */
static uint32_t rearrange(struct producer *from, uint8_t *data, uint32_t bytes)
{
	const uint8_t how = produce_byte(from);
	const uint32_t records = (bytes - HVP_WIRE_HEAD) / HVP_WIRE_RECORD;
	const uint32_t at = HVP_WIRE_HEAD + HVP_WIRE_RECORD * produce_below(from, records + 1);
	uint32_t count = records;

	if (how & 1) {
		memmove(data + at + HVP_WIRE_RECORD, data + at, bytes - at);
		bytes += HVP_WIRE_RECORD;
		count++;
		if (how & 2) /* twice */
			memcpy(data + at, data + at + HVP_WIRE_RECORD, HVP_WIRE_RECORD);
		else
			some_record(from, data + at);
	} else if ((how & 2) && at + HVP_WIRE_RECORD <= bytes) {
		bytes -= HVP_WIRE_RECORD;
		memmove(data + at, data + at + HVP_WIRE_RECORD, bytes - at);
		count--;
	}
	if (how & 4) {
		data[6] = (uint8_t)(count >> 8);
		data[7] = (uint8_t)count;
	}
	if (how & 8)
		damage_object(from, data, bytes);
	if (how & 32)
		return HVP_WIRE_MAX - 1u + produce_byte(from);
	return how & 16 ? produce_below(from, bytes) : bytes;
}

static void one_call(struct producer *from)
{
	static uint8_t data[ROOM];
	const uint8_t how = produce_byte(from);
	struct hvp_profile profile;
	uint32_t bytes;

	memset(data, 0, sizeof(data));
	some_profile(from, 1 + (how & 1u), how & 2 ? HVP_ROLE_GUEST : HVP_ROLE_HOST, &profile);
	if (how & 4)
		damage(from, &profile);
	bytes = write(sized(from, &profile, sizeof(profile), how & 8 ? 3 : 0), how >> 6, data);
	for (uint32_t i = 0; i < (how >> 4 & 3u) && bytes > HVP_WIRE_HEAD; i++)
		bytes = rearrange(from, data, bytes);
	read(data, bytes);
}

/* Mostly near a form; else the input itself is what is read. */
void fuzz_one(const uint8_t *data, size_t bytes)
{
	if (bytes > 4 && !memcmp(data, "HVPP", 4))
		read(data, bytes < ROOM ? (uint32_t)bytes : ROOM);
	else
		fuzz_calls(data, bytes, one_call);
}
