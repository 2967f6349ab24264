// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "profiles.h"

#define HEAD 8
#define RECORD 12
/* A form and what a test puts behind it. */
#define ROOM (HVP_WIRE_MAX + 4 * RECORD)

struct form {
	uint8_t bytes[ROOM];
	uint32_t length;
};

static void put(uint8_t *to, uint64_t value, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static void add(struct form *form, uint32_t tag, uint32_t item, uint64_t value)
{
	uint8_t *const at = form->bytes + form->length;

	if (!value)
		return;
	assert_true(form->length + RECORD <= ROOM);
	put(at, tag, 2);
	put(at + 2, item, 2);
	put(at + 4, value, 8);
	form->length += RECORD;
	put(form->bytes + 6, (form->length - HEAD) / RECORD, 2);
}

static void begin(struct form *form)
{
	memset(form, 0, sizeof(*form));
	memcpy(form->bytes, "HVPP\0\1\0", 8);
	form->length = HEAD;
}

/* The form, from the text of wire.h and the columns of profile.def. */
static void oracle_encode(const struct hvp_profile *p, struct form *form)
{
	begin(form);
	add(form, 0x8001, 0, p->policy_level);
	add(form, 0x8002, 0, p->arch);
	add(form, 0x8003, 0, p->role);
	add(form, 0x8004, 0, p->quirks);
	add(form, 0x8010, 0, p->power.levels);
	add(form, 0x8011, 0, p->power.facilities);
	add(form, 0x8012, 0, p->power.l2_facilities);
	add(form, 0x8013, 0, p->power.l2_reflected);
	add(form, 0x8014, 0, p->power.nested_caps);
	add(form, 0x8015, 0, p->power.pvr);
	add(form, 0x8016, 0, p->power.flags);
	add(form, 0x8017, 0, p->power.caps_known);
	add(form, 0x8018, 0, p->power.caps_default);
	for (uint32_t i = 0; i < 16; i++)
		add(form, 0x8019, i, p->power.caps[i]);
	add(form, 0x801a, 0, p->power.withheld);
	add(form, 0x8020, 0, p->arm64.registers);
	add(form, 0x8021, 0, p->arm64.flags);
	add(form, 0x8022, 0, p->arm64.fwregs.listed);
	add(form, 0x8023, 0, p->arm64.fwregs.known);
	add(form, 0x8024, 0, p->arm64.fwregs.varies);
	add(form, 0x8025, 0, p->arm64.fwregs.unsure);
	for (uint32_t i = 0; i < 16; i++)
		add(form, 0x8026, i, p->arm64.fwregs.value[i]);
}

/* A form where the memory ends. */
static enum hvp_status decode(const struct form *form, uint32_t bytes, struct hvp_profile *p,
			      struct hvp_report *report)
{
	void *const at = at_the_edge(bytes);

	memcpy(at, form->bytes, bytes);
	return hvp_wire_decode(at, bytes, p, report);
}

static void expect_back(const struct hvp_profile *p, const struct form *form, const char *what)
{
	struct hvp_profile back;
	uint8_t buf[HVP_WIRE_MAX];
	struct findings f;
	uint32_t used = POISON_32;

	poison(back);
	EXPECT(decode(form, form->length, &back, fresh(&f)), HVP_OK, "%s: decode", what);
	EXPECT(f.report.total, 0, "%s: findings", what);
	EXPECT(is_same(p, &back), true, "%s: the same profile", what);
	EXPECT(hvp_wire_encode(&back, buf, sizeof(buf), &used, &f.report), HVP_OK, "%s", what);
	EXPECT(f.report.total, 0, "%s: findings", what);
	EXPECT(used, form->length, "%s: length", what);
	EXPECT(memcmp(buf, form->bytes, used), 0, "%s: bytes", what);
}

/* Both ways, for any profile; equal profiles have equal bytes. */
static void test_round_trip(void **state)
{
	uint64_t seed = 31;
	struct form form;

	(void)state;
	for (uint32_t n = 0; n < 60000; n++) {
		const struct hvp_profile p = draw_profile(&seed, 1 + n % 2, 1 + n / 2 % 2);

		oracle_encode(&p, &form);
		expect_back(&p, &form, "round trip");
	}
}

/* Byte for byte, whatever the byte order and padding of this machine. */
static void test_golden(void **state)
{
	static const uint8_t power[] = {
		'H', 'V', 'P', 'P', 0, 1, 0, 9,
		0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
		0x80, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
		0x80, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
		0x80, 0x10, 0, 0, 0, 0, 0, 1, 0x11, 0, 0, 0,
		0x80, 0x14, 0, 0, 0x60, 0, 0, 0, 0, 0, 0, 0,
		0x80, 0x15, 0, 0, 0, 0, 0, 0, 0x00, 0x82, 0x02, 0x00,
		0x80, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x20,
		0x80, 0x19, 0, 5, 0, 0, 0, 0, 0, 0, 0, 2,
		0x80, 0x19, 0, 14, 0, 0, 0, 0, 0, 0, 0, 1,
	};
	static const uint8_t arm64[] = {
		'H', 'V', 'P', 'P', 0, 1, 0, 7,
		0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
		0x80, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
		0x80, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
		0x80, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2,
		0x80, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
		0x80, 0x23, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
		0x80, 0x26, 0, 0, 0, 0, 0, 0, 0, 1, 0, 3,
	};
	struct hvp_profile p, back;
	uint8_t buf[HVP_WIRE_MAX + 3];
	uint32_t used;

	(void)state;
	hvp_profile_init(&p, POWER, HOST);
	p.power.levels = HVP_BIT(32) | HVP_BIT(28) | HVP_BIT(24);
	p.power.nested_caps = HVP_U64(0x6000000000000000);
	p.power.pvr = 0x00820200;
	p.power.caps_known = 0x4020;
	p.power.caps[5] = 2;
	p.power.caps[14] = 1;
	EXPECT(hvp_wire_encode(&p, buf, sizeof(buf), &used, NULL), HVP_OK, "power");
	EXPECT(used, sizeof(power), "power");
	EXPECT(memcmp(buf, power, used), 0, "power");
	EXPECT(hvp_wire_decode(power, sizeof(power), &back, NULL), HVP_OK, "power");
	EXPECT(is_same(&p, &back), true, "power");

	hvp_profile_init(&p, ARM64, GUEST);
	p.arm64.registers = 258;
	p.arm64.flags = HVP_ARM64_PSCI_0_2;
	p.arm64.fwregs.known = 1;
	p.arm64.fwregs.value[0] = 0x10003;
	EXPECT(hvp_wire_encode(&p, buf + 3, HVP_WIRE_MAX, &used, NULL), HVP_OK, "arm64");
	EXPECT(used, sizeof(arm64), "arm64");
	EXPECT(memcmp(buf + 3, arm64, used), 0, "arm64");
	/* no alignment is asked for */
	for (uint32_t at = 0; at < 8; at++) {
		memmove(buf + at, arm64, sizeof(arm64));
		poison(back);
		EXPECT(hvp_wire_decode(buf + at, sizeof(arm64), &back, NULL), HVP_OK, "aligned");
		EXPECT(is_same(&p, &back), true, "arm64");
	}
}

/* Room for each number of bytes: enough, or nothing is touched. */
static void test_room(void **state)
{
	uint64_t seed = 32;
	struct form form;

	(void)state;
	for (uint32_t n = 0; n < 40; n++) {
		const struct hvp_profile p = draw_profile(&seed, 1 + n % 2, 1 + n / 2 % 2);

		oracle_encode(&p, &form);
		for (uint32_t bytes = 0; bytes < form.length + 20; bytes++) {
			uint8_t *const at = at_the_edge(bytes);
			const bool fits = bytes >= form.length;
			uint32_t used = POISON_32;
			struct findings f;

			memset(at, POISON, bytes);
			EXPECT(hvp_wire_encode(&p, at, bytes, &used, fresh(&f)),
			       fits ? HVP_OK : HVP_ERR_TOO_SMALL, "%" PRIu32 " bytes", bytes);
			expect_refusal(&f, fits ? 0 : HVP_REASON_WIRE_ROOM, 0, bytes,
				       form.length, "room");
			EXPECT(used, fits ? form.length : POISON_32, "used");
			if (fits)
				EXPECT(memcmp(at, form.bytes, form.length), 0, "bytes");
			EXPECT(is_poisoned(at + (fits ? form.length : 0),
					   fits ? bytes - form.length : bytes), true, "the rest");
		}
	}
}

static enum hvp_status call_encode(const void *data, struct hvp_report *report)
{
	static uint8_t buf[HVP_WIRE_MAX];
	uint32_t used = POISON_32;
	enum hvp_status status;

	memset(buf, POISON, 16);
	status = hvp_wire_encode(data, buf, sizeof(buf), &used, report);
	if (status) {
		EXPECT(is_poisoned(buf, 16), true, "encode");
		EXPECT(used, POISON_32, "encode");
	}
	return status;
}

static void test_arguments(void **state)
{
	uint64_t seed = 33;
	struct hvp_profile p = draw_profile(&seed, POWER, HOST);
	uint32_t used = POISON_32;
	uint8_t buf[HVP_WIRE_MAX];
	struct findings f;

	(void)state;
	EXPECT(hvp_wire_encode(NULL, buf, sizeof(buf), &used, fresh(&f)), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_wire_encode(&p, NULL, 0, &used, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_wire_encode(&p, buf, sizeof(buf), NULL, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_wire_decode(buf, 8, NULL, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_wire_decode(NULL, 1, &p, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(f.report.total, 0, "findings of wrong arguments");
	poison(p);
	EXPECT(hvp_wire_decode(NULL, 0, &p, fresh(&f)), HVP_ERR_SIZE, "nothing");
	expect_refusal(&f, HVP_REASON_WIRE_LENGTH, 0, 0, HEAD, "nothing");
	EXPECT_POISONED(p, "nothing");
	p = draw_profile(&seed, POWER, HOST);
	expect_head(&p, sizeof(p), call_encode);
	p.power.l2_reflected = 1;
	EXPECT(call_encode(&p, NULL), HVP_ERR_VALUE, "not valid");
}

static void expect_bad(const struct form *form, uint32_t bytes, enum hvp_status status,
		       uint32_t reason, uint64_t where, uint64_t have, uint64_t offer,
		       const char *what)
{
	struct hvp_profile p;
	struct findings f;

	poison(p);
	EXPECT(decode(form, bytes, &p, fresh(&f)), status, "%s", what);
	expect_refusal(&f, reason, where, have, offer, what);
	EXPECT_POISONED(p, "%s", what);
	EXPECT(decode(form, bytes, &p, NULL), status, "%s: without a report", what);
	EXPECT_POISONED(p, "%s", what);
}

/* Cut at every byte, and with bytes left over. */
static void test_cut(void **state)
{
	uint64_t seed = 34;
	struct form form;

	(void)state;
	for (uint32_t n = 0; n < 12; n++) {
		const struct hvp_profile p = draw_profile(&seed, 1 + n % 2, 1 + n / 2 % 2);

		oracle_encode(&p, &form);
		for (uint32_t bytes = 0; bytes < form.length + 40; bytes++) {
			if (bytes == form.length)
				continue;
			expect_bad(&form, bytes, HVP_ERR_SIZE, HVP_REASON_WIRE_LENGTH,
				   bytes < HEAD ? 0 : 6, bytes, bytes < HEAD ? HEAD : form.length,
				   "cut");
		}
	}
}

/* Any one bit: refused, or another valid profile that has these bytes. */
static void test_flips(void **state)
{
	uint64_t seed = 35;
	uint32_t refused = 0, taken = 0;
	struct form form, again;
	struct hvp_profile back;

	(void)state;
	for (uint32_t n = 0; n < 60; n++) {
		const struct hvp_profile p = draw_profile(&seed, 1 + n % 2, 1 + n / 2 % 2);

		oracle_encode(&p, &form);
		for (uint32_t bit = 0; bit < 8 * form.length; bit++) {
			struct findings f;
			enum hvp_status status;

			form.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			poison(back);
			status = decode(&form, form.length, &back, fresh(&f));
			EXPECT(f.report.total, status != 0, "bit %" PRIu32 ": findings", bit);
			EXPECT(status == HVP_ERR_ARGUMENT || status == HVP_ERR_TOO_SMALL, false,
			       "bit %" PRIu32, bit);
			if (status) {
				refused++;
				EXPECT(f.finding[0].verdict, HVP_VERDICT_REFUSED, "verdict");
				EXPECT_POISONED(back, "bit %" PRIu32, bit);
			} else {
				taken++;
				EXPECT(is_valid(&back), true, "bit %" PRIu32 ": valid", bit);
				oracle_encode(&back, &again);
				/* tags that may be passed over have bit 15 clear */
				if (bit < 8 * HEAD || (bit / 8 - HEAD) % RECORD || bit % 8 != 7) {
					EXPECT(again.length, form.length, "bit %" PRIu32, bit);
					EXPECT(memcmp(again.bytes, form.bytes, form.length), 0,
					       "bit %" PRIu32, bit);
				}
			}
			form.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
	EXPECT(refused > 10000 && taken > 1000, true, "%" PRIu32 " and %" PRIu32, refused, taken);
}

static void test_head_bytes(void **state)
{
	uint64_t seed = 36;
	const struct hvp_profile p = draw_profile(&seed, ARM64, HOST);
	struct form form;

	(void)state;
	for (uint32_t bit = 0; bit < 32; bit++) {
		oracle_encode(&p, &form);
		put(form.bytes, 0x48565050u ^ 1u << bit, 4);
		expect_bad(&form, form.length, HVP_ERR_VERSION, HVP_REASON_WIRE_HEAD, 0,
			   0x48565050u ^ 1u << bit, 0x48565050, "magic");
	}
	for (uint32_t version = 0; version < 0x10000; version++) {
		if (version == 1)
			continue;
		oracle_encode(&p, &form);
		put(form.bytes + 4, version, 2);
		expect_bad(&form, form.length, HVP_ERR_VERSION, HVP_REASON_WIRE_HEAD, 4, version,
			   1, "version");
	}
	for (uint32_t count = 0; count < 0x10000; count++) {
		oracle_encode(&p, &form);
		if (count == (form.length - HEAD) / RECORD)
			continue;
		put(form.bytes + 6, count, 2);
		expect_bad(&form, form.length, HVP_ERR_SIZE, HVP_REASON_WIRE_LENGTH, 6,
			   form.length, HEAD + RECORD * (uint64_t)count, "count");
	}
	for (uint32_t i = 0; i < 40; i++) {
		const uint32_t bytes = i < 20 ? HVP_WIRE_MAX + 1 + i : (uint32_t)1 << (i - 8);

		if (bytes > HVP_WIRE_MAX) {
			struct hvp_profile back;
			struct findings f;

			poison(back);
			/* the length alone says it */
			EXPECT(hvp_wire_decode(form.bytes, bytes, &back, fresh(&f)),
			       HVP_ERR_TOO_BIG, "%" PRIu32 " bytes", bytes);
			expect_refusal(&f, HVP_REASON_WIRE_LONG, 0, bytes, HVP_WIRE_MAX, "long");
			EXPECT_POISONED(back, "long");
		}
	}
}

/* The least that is a profile, and records before and behind. */
static void begin_profile(struct form *form, uint32_t arch)
{
	begin(form);
	add(form, 0x8001, 0, 1);
	add(form, 0x8002, 0, arch);
	add(form, 0x8003, 0, HOST);
}

static void test_order(void **state)
{
	struct hvp_profile empty;
	struct form form;
	uint32_t at;

	(void)state;
	hvp_profile_init(&empty, POWER, HOST);
	begin_profile(&form, POWER);
	expect_back(&empty, &form, "an empty one");

	/* twice, and behind a later one */
	at = form.length;
	add(&form, 0x8003, 0, HOST);
	expect_bad(&form, form.length, HVP_ERR_VALUE, HVP_REASON_WIRE_ORDER, at, 0x80030000,
		   0x80030000, "twice");
	begin_profile(&form, POWER);
	add(&form, 0x8015, 0, 1);
	at = form.length;
	add(&form, 0x8014, 0, 1);
	expect_bad(&form, form.length, HVP_ERR_VALUE, HVP_REASON_WIRE_ORDER, at, 0x80140000,
		   0x80150000, "tags descend");
	begin_profile(&form, POWER);
	add(&form, 0x8017, 0, 0x7fff);
	add(&form, 0x8019, 3, 1);
	at = form.length;
	add(&form, 0x8019, 2, 1);
	expect_bad(&form, form.length, HVP_ERR_VALUE, HVP_REASON_WIRE_ORDER, at, 0x80190002,
		   0x80190003, "items descend");
	begin(&form);
	add(&form, 0, 0, 1);
	expect_bad(&form, form.length, HVP_ERR_VALUE, HVP_REASON_WIRE_ORDER, HEAD, 0, 0,
		   "tag and item of 0");
	/* an item past the last */
	for (uint32_t item = 1; item < 0x10000; item += item < 20 ? 1 : 4099) {
		begin_profile(&form, POWER);
		at = form.length;
		add(&form, 0x8015, item, 1);
		expect_bad(&form, form.length, HVP_ERR_VALUE, HVP_REASON_WIRE_ITEM, at, item, 0,
			   "item");
		if (item < 16)
			continue;
		begin_profile(&form, POWER);
		add(&form, 0x8019, item, 1);
		expect_bad(&form, form.length, HVP_ERR_VALUE, HVP_REASON_WIRE_ITEM, at, item, 15,
			   "item of an array");
	}
}

/* A value of 0, the largest, and each that is wider than its field. */
static void test_values(void **state)
{
	static const struct {
		uint32_t tag, arch, bytes;
	} fields[] = {
		{ TAG_PVR, POWER, 4 }, { TAG_POWER_FLAGS, POWER, 4 }, { TAG_CAPS_KNOWN, POWER, 4 },
		{ TAG_CAPS_DEFAULT, POWER, 4 }, { TAG_CAPS, POWER, 1 }, { TAG_REGISTERS, ARM64, 4 },
		{ TAG_ARM64_FLAGS, ARM64, 4 }, { TAG_LISTED, ARM64, 4 }, { TAG_KNOWN, ARM64, 4 },
		{ TAG_VARIES, ARM64, 4 }, { TAG_UNSURE, ARM64, 4 }, { TAG_LEVELS, POWER, 8 },
		{ TAG_NESTED_CAPS, POWER, 8 }, { TAG_VALUES, ARM64, 8 }, { TAG_QUIRKS, POWER, 8 },
	};
	struct hvp_profile full;
	struct form form;

	(void)state;
	hvp_profile_init(&full, POWER, HOST);
	full.power.nested_caps = ALL;
	full.power.pvr = 0xffffffff;
	full.power.caps_known = 1;
	full.power.caps[0] = 255;
	oracle_encode(&full, &form);
	expect_back(&full, &form, "the largest values");
	for (size_t i = 0; i < COUNT(fields); i++) {
		const uint32_t bytes = fields[i].bytes;
		const uint64_t largest = bytes == 8 ? ALL : HVP_BIT(8 * bytes) - 1;
		uint32_t at;

		begin_profile(&form, fields[i].arch);
		at = form.length;
		add(&form, fields[i].tag, 0, 1);
		put(form.bytes + at + 4, 0, 8);
		expect_bad(&form, form.length, HVP_ERR_VALUE, HVP_REASON_WIRE_VALUE, at, 0,
			   largest, "0");
		for (uint32_t bit = 8 * bytes; bit < 64; bit++) {
			begin_profile(&form, fields[i].arch);
			add(&form, fields[i].tag, 0, HVP_BIT(bit) | 1);
			expect_bad(&form, form.length, HVP_ERR_VALUE, HVP_REASON_WIRE_VALUE, at,
				   HVP_BIT(bit) | 1, largest, "wide");
		}
	}
}

/* What a newer library writes: some of it may be passed over. */
static void test_unknown_tags(void **state)
{
	static const uint32_t low[] = { 1, 2, 0x8001 & 0x7fff, 0x1234, 0x7fff };
	static const uint32_t high[] = { 0x8005, 0x800f, 0x801b, 0x801f, 0x8027, 0x8030, 0xffff };
	struct hvp_profile want, back;
	struct form form;

	(void)state;
	hvp_profile_init(&want, POWER, HOST);
	for (size_t i = 0; i < COUNT(low); i++) {
		begin(&form);
		add(&form, low[i], i ? 0xffff : 1, i ? ALL : 1);
		add(&form, 0x8001, 0, 1);
		add(&form, 0x8002, 0, POWER);
		add(&form, 0x8003, 0, HOST);
		poison(back);
		EXPECT(decode(&form, form.length, &back, NULL), HVP_OK, "passed over");
		EXPECT(is_same(&want, &back), true, "passed over");
		/* of what is passed over, values do not matter */
		put(form.bytes + HEAD + 4, 0, 8);
		EXPECT(decode(&form, form.length, &back, NULL), HVP_OK, "passed over, 0");
	}
	for (size_t i = 0; i < COUNT(high); i++) {
		uint32_t at;

		begin_profile(&form, POWER);
		if (high[i] > TAG_PVR)
			add(&form, TAG_PVR, 0, 7);
		at = form.length;
		add(&form, high[i], 0, 1);
		if (high[i] < TAG_PVR)
			add(&form, TAG_PVR, 0, 7);
		expect_bad(&form, form.length, HVP_ERR_VERSION, HVP_REASON_WIRE_TAG, at, high[i],
			   0, "critical");
	}
	/* as many as fit */
	begin(&form);
	for (uint32_t tag = 1; form.length < HVP_WIRE_MAX - 3 * RECORD; tag++)
		add(&form, tag, 0, 1);
	add(&form, 0x8001, 0, 1);
	add(&form, 0x8002, 0, POWER);
	add(&form, 0x8003, 0, HOST);
	EXPECT(form.length, HVP_WIRE_MAX, "the longest");
	poison(back);
	EXPECT(decode(&form, form.length, &back, NULL), HVP_OK, "the longest");
	EXPECT(is_same(&want, &back), true, "the longest");
	/* a critical one below the known ones */
	begin(&form);
	add(&form, 0x8000, 0, 1);
	add(&form, 0x8001, 0, 1);
	expect_bad(&form, form.length, HVP_ERR_VERSION, HVP_REASON_WIRE_TAG, HEAD, 0x8000, 0,
		   "critical, first");
}

/* Sound as a form, and no profile: the statuses of hvp_profile_validate(). */
static void test_invalid(void **state)
{
	static const struct {
		uint32_t tag, item;
		uint64_t value;
		uint32_t arch;
		int32_t status;
		uint32_t reason;
		uint64_t offer;
	} cases[] = {
		{ TAG_LEVELS, 0, 3, POWER, HVP_ERR_RESERVED, HVP_REASON_PROFILE_BITS, ALL_LEVELS },
		{ TAG_L2_REFLECTED, 0, 1, POWER, HVP_ERR_VALUE, HVP_REASON_PROFILE_FOREIGN, 0 },
		{ TAG_CAPS, 3, 1, POWER, HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS, 0 },
		{ TAG_CAPS, 15, 1, POWER, HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS, 0 },
		{ TAG_LISTED, 0, 1, ARM64, HVP_ERR_VALUE, HVP_REASON_PROFILE_BITS, 0 },
		{ TAG_VALUES, 0, 1, ARM64, HVP_ERR_RESERVED, HVP_REASON_PROFILE_BITS, 0 },
		{ TAG_VALUES, 15, 1, ARM64, HVP_ERR_RESERVED, HVP_REASON_PROFILE_BITS, 0 },
		{ TAG_REGISTERS, 0, 1, POWER, HVP_ERR_RESERVED, HVP_REASON_PROFILE_FOREIGN, 0 },
		{ TAG_PVR, 0, 1, ARM64, HVP_ERR_RESERVED, HVP_REASON_PROFILE_FOREIGN, 0 },
	};
	struct form form;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		begin_profile(&form, cases[i].arch);
		add(&form, cases[i].tag, cases[i].item, cases[i].value);
		expect_bad(&form, form.length, cases[i].status, cases[i].reason, 0,
			   cases[i].value, cases[i].offer, "no profile");
	}
	for (uint32_t level = 0; level < 4; level++) {
		begin(&form);
		add(&form, 0x8001, 0, level);
		add(&form, 0x8002, 0, POWER);
		add(&form, 0x8003, 0, HOST);
		if (level != 1)
			expect_bad(&form, form.length, HVP_ERR_VERSION, HVP_REASON_POLICY_LEVEL, 0,
				   level, 1, "policy level");
	}
	begin(&form);
	expect_bad(&form, form.length, HVP_ERR_VERSION, HVP_REASON_POLICY_LEVEL, 0, 0, 1, "head");
	for (uint32_t n = 0; n < 16; n++) {
		const uint32_t arch = n % 4, role = n / 4;

		if (arch - 1 < 2 && role - 1 < 2)
			continue;
		begin(&form);
		add(&form, 0x8001, 0, 1);
		add(&form, 0x8002, 0, arch);
		add(&form, 0x8003, 0, role);
		expect_bad(&form, form.length, HVP_ERR_VALUE, HVP_REASON_PROFILE_NO_SUCH, 0,
			   arch - 1 < 2 ? role : arch, 0, "architecture or role");
	}
}

/* Records drawn at random: refused, or a valid profile. */
static void test_random(void **state)
{
	uint64_t seed = 37;
	struct form form, again;
	struct hvp_profile back;
	uint32_t taken = 0;

	(void)state;
	for (uint32_t n = 0; n < 60000; n++) {
		const struct hvp_profile a = draw_profile(&seed, 1 + n % 2, 1 + n / 2 % 2);
		const struct hvp_profile b = draw_profile(&seed, 1 + n % 2, 1 + n / 2 % 2);
		uint32_t records;

		/* records of one in place of those of another */
		oracle_encode(&a, &form);
		oracle_encode(&b, &again);
		records = (form.length < again.length ? form.length : again.length) / RECORD;
		for (uint32_t i = draw_below(&seed, 4); i; i--) {
			const uint32_t at = HEAD + RECORD * draw_below(&seed, records);

			memcpy(form.bytes + at, again.bytes + at, RECORD);
		}
		poison(back);
		if (decode(&form, form.length, &back, NULL)) {
			EXPECT_POISONED(back, "refused");
			continue;
		}
		taken++;
		EXPECT(is_valid(&back), true, "valid");
		oracle_encode(&back, &again);
		EXPECT(again.length == form.length &&
		       !memcmp(again.bytes, form.bytes, form.length), true, "the same bytes");
	}
	EXPECT(taken > 5000, true, "taken: %" PRIu32, taken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden), cmocka_unit_test(test_room),
		cmocka_unit_test(test_arguments), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_flips), cmocka_unit_test(test_head_bytes),
		cmocka_unit_test(test_order), cmocka_unit_test(test_values),
		cmocka_unit_test(test_unknown_tags), cmocka_unit_test(test_invalid),
		/* the long ones last: quick ones see most faults */
		cmocka_unit_test(test_random), cmocka_unit_test(test_round_trip),
	};

	return expect_done(cmocka_run_group_tests_name("wire", tests, NULL, NULL));
}
