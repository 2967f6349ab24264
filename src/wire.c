// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/wire.h>

#include "profile_fields.h"

/* Every field at its fullest fits. */
#define HVP_FIELD(name, tag, member, items, arch, valid, meet) + (items)
_Static_assert(HVP_WIRE_HEAD + HVP_WIRE_RECORD * (0
#include <hvpolicy/profile.def>
		) <= HVP_WIRE_MAX, "the wire form of a profile");

/* A record of a form, by its number. */
static size_t hvp__record_at(uint32_t number)
{
	return (size_t)number * HVP_WIRE_RECORD;
}

/* Tag and item in one number: the order of the records. */
static uint32_t hvp__key(const uint8_t *record)
{
	return hvp__get32(record);
}

uint64_t hvp__record_find(const uint8_t *records, uint32_t count, uint32_t tag, uint32_t item)
{
	for (uint32_t i = 0; i < count; i++)
		if (hvp__key(records + hvp__record_at(i)) == (tag << 16 | item))
			return hvp__get64(records + hvp__record_at(i) + 4);
	return 0;
}

/* Records of a field that are not 0; written too if there is a place for them. */
static uint32_t hvp__put_items(const struct hvp__field *field, const struct hvp_profile *profile,
			       uint8_t *to)
{
	uint32_t count = 0;

	for (uint32_t item = 0; item < field->items; item++) {
		const uint64_t value = hvp__field_get(field, profile, item);

		if (!value)
			continue;
		if (to) {
			hvp__put16(to + hvp__record_at(count), field->tag);
			hvp__put16(to + hvp__record_at(count) + 2, item);
			hvp__put64(to + hvp__record_at(count) + 4, value);
		}
		count++;
	}
	return count;
}

static uint32_t hvp__put_records(const struct hvp_profile *profile, uint8_t *to)
{
	const struct hvp__field *field;
	uint32_t count = 0;

	/* the rows stand in the order of their tags */
	for (size_t i = 0; (field = hvp__field_at(i)) != NULL; i++)
		count += hvp__put_items(field, profile, to ? to + hvp__record_at(count) : NULL);
	return count;
}

enum hvp_status hvp_wire_encode(const struct hvp_profile *profile, void *buf, uint32_t bytes,
				uint32_t *used, struct hvp_report *report)
{
	enum hvp_status status;
	uint32_t count, length;
	uint8_t *to = buf;

	if (!profile || !buf || !used)
		return HVP_ERR_ARGUMENT;
	status = hvp_profile_validate(profile, report);
	if (status)
		return status;
	count = hvp__put_records(profile, NULL);
	length = HVP_WIRE_HEAD + count * HVP_WIRE_RECORD;
	if (bytes < length) {
		hvp__refuse(report, HVP_REASON_WIRE_ROOM, 0, bytes, length);
		return HVP_ERR_TOO_SMALL;
	}
	hvp__put32(to, HVP_WIRE_MAGIC);
	hvp__put16(to + 4, HVP_WIRE_VERSION);
	hvp__put16(to + 6, count);
	hvp__put_records(profile, to + HVP_WIRE_HEAD);
	*used = length;
	return HVP_OK;
}

static enum hvp_status hvp__bad_wire(enum hvp_status status, uint32_t reason, uint32_t object,
				     uint64_t offset, uint64_t have, uint64_t offer,
				     struct hvp_report *report)
{
	const struct hvp_finding finding = {
		.reason = reason, .verdict = HVP_VERDICT_REFUSED, .object = object,
		.where = offset, .have = have, .offer = offer,
	};

	hvp_report_add(report, &finding);
	return status;
}

static enum hvp_status hvp__check_wire_head(const uint8_t *from, uint32_t bytes,
					    struct hvp_report *report)
{
	uint64_t length;

	if (bytes > HVP_WIRE_MAX)
		return hvp__bad_wire(HVP_ERR_TOO_BIG, HVP_REASON_WIRE_LONG, 0, 0, bytes,
				     HVP_WIRE_MAX, report);
	if (bytes < HVP_WIRE_HEAD)
		return hvp__bad_wire(HVP_ERR_SIZE, HVP_REASON_WIRE_LENGTH, 0, 0, bytes,
				     HVP_WIRE_HEAD, report);
	if (hvp__get32(from) != HVP_WIRE_MAGIC)
		return hvp__bad_wire(HVP_ERR_VERSION, HVP_REASON_WIRE_HEAD, 0, 0,
				     hvp__get32(from), HVP_WIRE_MAGIC, report);
	if (hvp__get16(from + 4) != HVP_WIRE_VERSION)
		return hvp__bad_wire(HVP_ERR_VERSION, HVP_REASON_WIRE_HEAD, 0, 4,
				     hvp__get16(from + 4), HVP_WIRE_VERSION, report);
	length = HVP_WIRE_HEAD + hvp__get16(from + 6) * HVP_WIRE_RECORD;
	if (bytes != length)
		return hvp__bad_wire(HVP_ERR_SIZE, HVP_REASON_WIRE_LENGTH, 0, 6, bytes, length,
				     report);
	return HVP_OK;
}

/* Item and value of a record whose tag is known. */
HVP__OWN_FRAME
static enum hvp_status hvp__check_item(const struct hvp__field *field, const uint8_t *record,
				       uint64_t offset, struct hvp_report *report)
{
	const uint64_t largest = ~HVP_U64(0) >> (64 - 8 * field->bytes);
	const uint64_t value = hvp__get64(record + 4);
	const uint32_t last = (uint32_t)field->tag << 16 | (field->items - 1u);

	if (hvp__key(record) > last)
		return hvp__bad_wire(HVP_ERR_VALUE, HVP_REASON_WIRE_ITEM, field->tag, offset,
				     hvp__key(record) & 0xffff, last & 0xffff, report);
	if (!value || value > largest)
		return hvp__bad_wire(HVP_ERR_VALUE, HVP_REASON_WIRE_VALUE, field->tag, offset,
				     value, largest, report);
	return HVP_OK;
}

/* One record; before: tag and item of the one before it. */
HVP__OWN_FRAME
static enum hvp_status hvp__check_record(const uint8_t *record, uint64_t offset, uint32_t before,
					 struct hvp_report *report)
{
	const uint32_t key = hvp__key(record), tag = key >> 16;
	const struct hvp__field *field = hvp__field_of(tag);

	if (key <= before)
		return hvp__bad_wire(HVP_ERR_VALUE, HVP_REASON_WIRE_ORDER, 0, offset, key, before,
				     report);
	if (field)
		return hvp__check_item(field, record, offset, report);
	if (tag & HVP_WIRE_CRITICAL)
		return hvp__bad_wire(HVP_ERR_VERSION, HVP_REASON_WIRE_TAG, 0, offset, tag, 0,
				     report);
	return HVP_OK;
}

HVP__OWN_FRAME
static enum hvp_status hvp__check_wire(const uint8_t *from, uint32_t bytes,
				       struct hvp_report *report)
{
	enum hvp_status status = hvp__check_wire_head(from, bytes, report);
	uint32_t before = 0;

	for (uint32_t at = HVP_WIRE_HEAD; !status && at < bytes; at += HVP_WIRE_RECORD) {
		status = hvp__check_record(from + at, at, before, report);
		before = hvp__key(from + at);
	}
	return status;
}

HVP__OWN_FRAME
static void hvp__take_records(const struct hvp__source *source, struct hvp_profile *profile)
{
	hvp_profile_init(profile, 0, 0);
	for (uint32_t i = 0; i < source->count; i++) {
		const uint8_t *record = source->records + hvp__record_at(i);
		const struct hvp__field *field = hvp__field_of(hvp__key(record) >> 16);

		if (field)
			hvp__field_set(field, profile, hvp__key(record) & 0xffff,
				       hvp__get64(record + 4));
	}
	profile->arm64.fwregs.policy_level = profile->policy_level;
}

enum hvp_status hvp_wire_decode(const void *buf, uint32_t bytes, struct hvp_profile *profile,
				struct hvp_report *report)
{
	struct hvp__source source = { .records = buf };
	enum hvp_status status;

	if (!profile || (!buf && bytes))
		return HVP_ERR_ARGUMENT;
	status = hvp__check_wire(buf, bytes, report);
	if (status)
		return status;
	source.records += HVP_WIRE_HEAD;
	source.count = (bytes - HVP_WIRE_HEAD) / HVP_WIRE_RECORD;
	status = hvp__check_policy_level((uint32_t)hvp__record_find(source.records, source.count,
								    HVP__TAG_POLICY_LEVEL, 0),
					 report);
	if (!status)
		status = hvp__check_source(&source, report);
	if (!status)
		hvp__take_records(&source, profile);
	return status;
}
