// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "elements.h"

#define GET HVP_GSTATE_USE_GET
#define SET HVP_GSTATE_USE_SET
#define RUN HVP_GSTATE_USE_RUN
#define ANSWER HVP_GSTATE_USE_ANSWER
#define THREAD HVP_GSB_SCOPE_THREAD
#define GUEST HVP_GSB_SCOPE_GUEST
#define HOST HVP_GSB_SCOPE_HOST
#define ANY HVP_GSB_SCOPE_ANY
#define P9 ((uint64_t)1 << 62)
#define P10 ((uint64_t)1 << 61)
#define P11 ((uint64_t)1 << 60)

static struct hvp_gstate_host fine(void)
{
	return (struct hvp_gstate_host){
		.size = sizeof(struct hvp_gstate_host), .policy_level = HVP_POLICY_LEVEL_1,
		.revision = 2, .l1_level = HVP_LEVEL_3_10, .run_output_min = 128,
		.run_max = 16384, .buffer_max = 0x100000, .negotiated = P9 | P10,
	};
}

static struct hvp_hvregs_host registers(void)
{
	const struct hvp_hfscr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
		.host_level = HVP_LEVEL_3_10, .guest_level = HVP_LEVEL_3_10,
		.receiver = HVP_RECEIVER_HYPERVISOR, .features = HVP_HFSCR_HOST_BARE,
		.hardware = 0x25bf,
	};
	struct hvp_hvregs_host regs = {
		.size = sizeof(regs), .policy_level = HVP_POLICY_LEVEL_1,
		.features = HVP_HVREGS_RADIX | HVP_HVREGS_ARCH_207 | HVP_HVREGS_ARCH_300 |
			    HVP_HVREGS_DAWR1,
		.lpcr = 0x0000000000d1f400,
	};

	EXPECT(hvp_hfscr_derive(&host, &regs.hfscr, NULL), HVP_OK, "policy");
	EXPECT(hvp_hvregs_validate(&regs, NULL), HVP_OK, "registers");
	return regs;
}

/* What a level of the document is called in capabilities; 0: nothing. */
static uint64_t capability_of(uint64_t pvr)
{
	return pvr == 0x0f000005 ? P9 : pvr == 0x0f000006 ? P10 : pvr == 0x0f000007 ? P11 : 0;
}

static bool oracle_level(const struct hvp_gstate_host *host, uint64_t pvr)
{
	const uint64_t bit = capability_of(pvr);
	const uint64_t own = host->l1_level == HVP_LEVEL_3_10_P11 ? P9 | P10 | P11 :
			     host->l1_level == HVP_LEVEL_3_10 ? P9 | P10 :
			     host->l1_level == HVP_LEVEL_3_00 ? P9 : 0;

	return bit & own & host->negotiated;
}

static bool oracle_value(const struct hvp_gstate_host *host, uint32_t id, const uint8_t *value)
{
	const uint64_t a = get_be(value, 8), b = get_be(value + 8, 8), c = get_be(value + 16, 8);
	const uint64_t limit = (uint64_t)1 << 60;

	switch (id) {
	case 0x0003:
		return oracle_level(host, get_be(value, 4));
	case 0x0005:
		return a < limit && a % 0x10000 == 0 && b == 52 && c == 0x10000;
	case 0x0006:
		for (int bit = 12; bit <= 36; bit++)
			if (b == (uint64_t)1 << bit)
				return a < limit && a % 4096 == 0;
		return false;
	case 0x0c00:
		return a && a < limit && b >= 4 && b <= host->run_max;
	case 0x0c01:
		return a && a < limit && b >= host->run_output_min && b <= host->run_max;
	case 0x1022:
		return !(a & ((uint64_t)1 << 60)) && !(a & 0x401000);
	case 0x102c:
		return !(a & ~0x0070000003820c00u);
	case 0x104f:
		return a <= 0xffffffff;
	default:
		return true;
	}
}

/* Element by element, from the text of gstate.h. */
static struct hvp_hcall oracle(const struct hvp_gstate_host *host, uint32_t use, uint32_t scope,
			       uint32_t policy, const uint8_t *bytes, uint32_t length)
{
	const uint64_t count = length < 4 ? 0 : get_be(bytes, 4);
	static uint32_t seen[IDS], buffer;	/* the last buffer that had the id */
	uint8_t value[24];
	uint32_t at = 4;

	buffer++;
	if ((use == GET || use == SET) && length > host->buffer_max)
		return (struct hvp_hcall){ -58, 0, 0 };
	if (length < 4)
		return (struct hvp_hcall){ use == RUN ? -83 : -58, 0, 0 };
	for (uint64_t index = 0; index < count; index++) {
		const uint64_t r4 = use == RUN ? at : index;
		const struct hvp_hcall bad_id = { -79, r4, 0 }, bad_size = { -80, r4, 0 };
		const struct hvp_hcall bad_value = { -81, r4, 0 };
		struct element e;
		uint32_t id, size;
		bool skip;

		if (at + 4 > length)
			return bad_size;
		id = (uint32_t)get_be(bytes + at, 2);
		size = (uint32_t)get_be(bytes + at + 2, 2);
		if (at + 4 + size > length)
			return bad_size;
		memset(value, 0, sizeof(value));
		memcpy(value, bytes + at + 4, size < 24 ? size : 24);
		at += 4 + size;
		e = element_of(id);
		skip = e.size == -1;
		if (use != ANSWER && e.second && host->revision < 2)
			skip = true;
		if (use != ANSWER && id == 0x0001 && (host->lacks & 1))
			skip = true;
		if (use != ANSWER && id == 0x0c02 && (host->lacks & 2))
			skip = true;
		if (skip && (policy & HVP_GSTATE_SKIP_UNKNOWN))
			continue;
		if (skip || !(e.scope & scope) || (use != ANSWER && !(e.access & 1u << (use - 1))))
			return bad_id;
		if (seen[id] == buffer && id && (policy & HVP_GSTATE_REFUSE_TWICE))
			return bad_id;
		seen[id] = buffer;
		if (use == ANSWER && id == 0xf002 && size == 8)
			continue;
		if (use != ANSWER && host->dialect == HVP_GSB_DIALECT_LINUX && id == 0xf002)
			e.size = 8;
		if (use != ANSWER && host->dialect == HVP_GSB_DIALECT_LINUX && id == 0)
			e.size = 0;
		if (e.size != -2 && size != (uint32_t)e.size)
			return bad_size;
		if ((use == SET || use == RUN) && !oracle_value(host, id, value))
			return bad_value;
	}
	return (struct hvp_hcall){ 0, 0, 0 };
}

/* The answer, with and without a report, from memory that ends with the buffer. */
static void expect_buffer(const struct hvp_gstate_host *host, uint32_t use, uint32_t scope,
			 uint32_t policy, const uint8_t *bytes, uint32_t length, const char *what)
{
	const struct hvp_hcall want = oracle(host, use, scope, policy, bytes, length);
	const uint8_t *from = bytes;
	static struct findings f;
	struct hvp_hcall answer;

	if (length <= HVP_SIZE_LIMIT)
		from = memcpy(at_the_edge(length), bytes, length);
	for (int reported = 0; reported < 2; reported++) {
		poison(answer);
		EXPECT(hvp_gstate_check(host, use, scope, policy, from, length, &answer,
					reported ? fresh(&f) : NULL), HVP_OK, "%s", what);
		EXPECT(answer.r3, want.r3, "%s: r3 of use %u, scope %u", what, use, scope);
		EXPECT(answer.r4, want.r4, "%s: r4", what);
		EXPECT(answer.r5, 0, "%s: r5", what);
	}
	EXPECT(f.report.worst == HVP_VERDICT_REFUSED, want.r3 != 0, "%s: finding", what);
	if (want.r3 == -58 || want.r3 == -83)
		expect_refusal(&f, HVP_REASON_GSB_LENGTH, 0, length,
			       length > 4 ? host->buffer_max : 4, what);
	EXPECT(memcmp(from, bytes, length), 0, "%s: the buffer", what);
}

static void test_named(void **state)
{
	static struct produced produced;
	const struct hvp_gstate_host host = fine();

	(void)state;
#define CASE_GSTATE(name, use, scope, policy, code, where, why, number, ...)		\
	{										\
		static const uint8_t bytes[] = { __VA_ARGS__ };				\
		static struct findings f;						\
		struct hvp_hcall answer;						\
											\
		expect_buffer(&host, use, scope, policy, bytes, sizeof(bytes), name);	\
		EXPECT(hvp_gstate_check(&host, use, scope, policy, bytes, sizeof(bytes),	\
					&answer, fresh(&f)), HVP_OK, name);		\
		EXPECT(answer.r3, code, "%s: r3", name);				\
		EXPECT(answer.r4, where, "%s: r4", name);				\
		EXPECT(f.report.total, (why) != 0, "%s: findings", name);		\
		produced.reason[why] = true;						\
		if (why) {								\
			EXPECT(f.finding[0].reason, why, "%s: reason", name);		\
			EXPECT(f.finding[0].index, number, "%s: index", name);		\
		}									\
	}
#include "../cases/gstate.def"
	for (uint32_t reason = HVP_REASON_GSB_LENGTH; reason <= HVP_REASON_GSB_REPEATED; reason++)
		if (reason != HVP_REASON_GSB_CHANGED && reason != HVP_REASON_GSB_NOT_HERE)
			EXPECT(produced.reason[reason], true, "no case says %s",
			       hvp_reason_name(reason));
}

/* What a finding carries; of one element, or of the second of two. */
static void test_findings(void **state)
{
	static const uint64_t beyond = (uint64_t)1 << 60;
	static const struct {
		uint32_t use, scope, policy, id, bytes, times;
		uint64_t words[3];
		uint32_t reason, verdict;
		uint64_t have, offer;
	} cases[] = {
		{ SET, THREAD, 0, 0x0007, 8, 1, { 0 }, HVP_REASON_GSB_UNKNOWN, 3, 8, 0 },
		{ SET, THREAD, HVP_GSTATE_SKIP_UNKNOWN, 0x0007, 8, 1, { 0 },
		  HVP_REASON_GSB_SKIPPED, 1, 8, 0 },
		{ GET, GUEST, 0, 0x0001, 8, 1, { 0 }, HVP_REASON_GSB_NOT_HERE, 3, 8, 0 },
		{ GET, GUEST, HVP_GSTATE_SKIP_UNKNOWN, 0x0001, 8, 1, { 0 },
		  HVP_REASON_GSB_SKIPPED, 1, 8, 0 },
		{ SET, THREAD, 0, 0x0004, 8, 1, { 0 }, HVP_REASON_GSB_SCOPE, 3, 2, 1 },
		{ GET, THREAD, 0, 0x0800, 8, 1, { 0 }, HVP_REASON_GSB_SCOPE, 3, 4, 1 },
		{ SET, GUEST, 0, 0x0002, 8, 1, { 0 }, HVP_REASON_GSB_ACCESS, 3, 1, 2 },
		{ RUN, THREAD, 0, 0x0c00, 16, 1, { 0 }, HVP_REASON_GSB_ACCESS, 3, 3, 4 },
		{ SET, THREAD, 0, 0x1003, 4, 1, { 0 }, HVP_REASON_GSB_SIZE, 3, 4, 8 },
		{ SET, THREAD, HVP_GSTATE_REFUSE_TWICE, 0x1003, 8, 2, { 0 },
		  HVP_REASON_GSB_TWICE, 3, 0, 0 },
		{ SET, THREAD, 0, 0x1003, 8, 2, { 0 }, HVP_REASON_GSB_REPEATED, 1, 0, 0 },
		{ SET, THREAD, 0, 0x1022, 8, 1, { 0x1000000000000001 }, HVP_REASON_GSB_BITS, 3,
		  0x1000000000000000, 0xefffffffffbfefff },
		{ SET, GUEST, 0, 0x0003, 4, 1, { 0x0f000007 }, HVP_REASON_GSB_LEVEL, 3, 0x0f000007,
		  0x0f000006 },
		{ SET, GUEST, 0, 0x0005, 24, 1, { 0x10000, 53, 0x10000 },
		  HVP_REASON_GSB_TABLE_BITS, 3, 53, 52 },
		{ SET, GUEST, 0, 0x0005, 24, 1, { 0x10000, 52, 0xffff }, HVP_REASON_GSB_BYTES, 3,
		  0xffff, 0x10000 },
		{ SET, GUEST, 0, 0x0005, 24, 1, { 0x11000, 52, 0x10000 }, HVP_REASON_GSB_ALIGN, 3,
		  0x11000, 0x10000 },
		{ SET, GUEST, 0, 0x0006, 16, 1, { 0x10000, 0x800 }, HVP_REASON_GSB_BYTES, 3, 0x800,
		  0x1000 },
		{ SET, GUEST, 0, 0x0006, 16, 1, { 0x10000, 0x2000000000 }, HVP_REASON_GSB_BYTES, 3,
		  0x2000000000, 0x1000000000 },
		{ SET, GUEST, 0, 0x0006, 16, 1, { 0x10000, 0x1800 }, HVP_REASON_GSB_POWER, 3,
		  0x1800, 0 },
		{ SET, GUEST, 0, 0x0006, 16, 1, { 0x800, 0x1000 }, HVP_REASON_GSB_ALIGN, 3, 0x800,
		  0x1000 },
		{ SET, THREAD, 0, 0x0c00, 16, 1, { 0, 4 }, HVP_REASON_GSB_ADDRESS, 3, 0, beyond },
		{ SET, THREAD, 0, 0x0c00, 16, 1, { beyond, 4 }, HVP_REASON_GSB_ADDRESS, 3, beyond,
		  beyond },
		{ SET, THREAD, 0, 0x0c00, 16, 1, { 1, 3 }, HVP_REASON_GSB_BYTES, 3, 3, 4 },
		{ SET, THREAD, 0, 0x0c01, 16, 1, { 1, 127 }, HVP_REASON_GSB_BYTES, 3, 127, 128 },
		{ SET, THREAD, 0, 0x0c01, 16, 1, { 1, 16385 }, HVP_REASON_GSB_BYTES, 3, 16385,
		  16384 },
	};
	struct hvp_gstate_host host = fine();
	static struct buffer b;
	struct hvp_hcall answer;
	struct findings f;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const uint32_t last = cases[i].times - 1;
		const struct hvp_finding *found = &f.finding[0];
		const char *name = hvp_reason_name(cases[i].reason);

		/* of a host that lacks something each element is looked at anyway */
		host.lacks = cases[i].id == HVP_GSB_L0_STATE_SIZE ?
			     HVP_GSB_LACKS_L0_STATE_SIZE : 0;
		clear(&b);
		for (uint32_t n = 0; n <= last; n++)
			append(&b, cases[i].id, cases[i].bytes, cases[i].words);
		EXPECT(hvp_gstate_check(&host, cases[i].use, cases[i].scope, cases[i].policy,
					b.bytes, b.used, &answer, fresh(&f)), HVP_OK, "%s", name);
		EXPECT(f.report.total, 1, "%s", name);
		EXPECT(found->reason, cases[i].reason, "%s", name);
		EXPECT(found->verdict, cases[i].verdict, "%s: verdict", name);
		EXPECT(found->object, cases[i].id, "%s: object", name);
		EXPECT(found->index, last, "%s: index", name);
		EXPECT(found->where, 4 + last * (4 + cases[i].bytes), "%s: where", name);
		EXPECT(found->have, cases[i].have, "%s: have", name);
		EXPECT(found->offer, cases[i].offer, "%s: offer", name);
	}
	/* the next one goes beyond the buffer */
	clear(&b);
	append_number(&b, 0x1003, 8, 0);
	EXPECT(hvp_gstate_check(&host, SET, THREAD, 0, b.bytes, b.used - 1, &answer, fresh(&f)),
	       HVP_OK, "cut");
	EXPECT(f.report.total, 1, "cut");
	EXPECT(f.finding[0].reason, HVP_REASON_GSB_CUT, "cut");
	EXPECT(f.finding[0].object, 0, "cut: object");
	EXPECT(f.finding[0].index, 0, "cut: index");
	EXPECT(f.finding[0].where, 4, "cut: where");
	EXPECT(f.finding[0].have, 1, "cut: elements that are claimed");
	EXPECT(f.finding[0].offer, 15, "cut: bytes that are there");
}

/* All that have a row, those beside them, and some of the rest. */
static uint32_t next_id(uint32_t id)
{
	do
		id++;
	while (id % 0x1b && element_of(id - 1).size == -1 && element_of(id).size == -1 &&
	       element_of(id + 1).size == -1);
	return id;
}

/* Every id in every call, with its size and others. */
static void test_every_id(void **state)
{
	static const struct {
		uint32_t use, scope;
	} calls[] = {
		{ GET, THREAD }, { GET, GUEST }, { GET, HOST }, { SET, THREAD }, { SET, GUEST },
		{ RUN, THREAD }, { ANSWER, THREAD }, { ANSWER, GUEST }, { ANSWER, HOST },
		{ ANSWER, ANY },
	};
	static struct buffer b;
	struct hvp_gstate_host host = fine();
	uint32_t known = 0;

	(void)state;
	for (uint32_t id = 0; id < IDS; id = next_id(id))
		known += element_of(id).size != -1;
	EXPECT(known, IDS_KNOWN, "elements");
	for (uint32_t id = 0; id < IDS; id = next_id(id))
		for (size_t c = 0; c < COUNT(calls); c++)
			for (uint32_t variant = 0; variant < 8; variant++) {
				const int size = element_of(id).size;
				const uint32_t right = size < 0 ? 8 : (uint32_t)size;

				host.revision = variant & 1 ? 1 : 2;
				host.lacks = variant & 2 ? 3 : 0;
				host.dialect = variant & 4 ? 1 : 0;
				for (uint32_t bytes = right > 4 ? right - 4 : 0; bytes <= right + 4;
				     bytes += 4) {
					clear(&b);
					append_number(&b, id, bytes, 0);
					expect_buffer(&host, calls[c].use, calls[c].scope,
						     variant & 1 ? 0 : HVP_GSTATE_SKIP_UNKNOWN,
						     b.bytes, b.used, "one element");
				}
			}
}

/* A buffer with every element of a vCPU, as Linux sends it, cut at every byte. */
static void test_cut(void **state)
{
	static struct buffer b;
	const struct hvp_gstate_host host = fine();

	(void)state;
	clear(&b);
	for (uint32_t i = 0, id; !hvp_gsb_at(i, &id); i++)
		if (element_of(id).scope == 1 && (element_of(id).access & 4))
			append_number(&b, id, (uint32_t)element_of(id).size, 0);
	EXPECT(get_be(b.bytes, 4), 84 + 15 + 64, "elements of a vCPU");
	for (uint32_t length = 0; length <= b.used; length++) {
		expect_buffer(&host, SET, THREAD, 0, b.bytes, length, "cut");
		expect_buffer(&host, RUN, THREAD, HVP_GSTATE_REFUSE_TWICE, b.bytes, length, "cut");
	}
	for (uint32_t count = 0; count < 200; count++) {
		put_be(b.bytes, count, 4);
		expect_buffer(&host, GET, THREAD, 0, b.bytes, b.used, "count");
	}
}

static void test_values(void **state)
{
	static const uint64_t addresses[] = {
		0, 1, 8, 0xff, 0x100, 0x800, 0xfff, 0x1000, 0x8000, 0xffff, 0x10000, 0x18000,
		0x20000,
		0x0fffffffffff0000, 0x0fffffffffffffff, 0x1000000000000000, 0x8000000000000000, ALL,
	};
	static const uint32_t tables[] = { 0x0005, 0x0006, 0x0c00, 0x0c01 };
	static struct buffer b;
	struct hvp_gstate_host host = fine();

	(void)state;
	/* each bit of each number */
	for (uint32_t i = 0, id; !hvp_gsb_at(i, &id); i++) {
		const struct element e = element_of(id);

		for (int bit = -1; bit <= 64 && (e.size == 4 || e.size == 8); bit++) {
			clear(&b);
			append_number(&b, id, (uint32_t)e.size,
				      bit < 0 ? 0 : bit < 64 ? (uint64_t)1 << bit : ALL);
			expect_buffer(&host, SET, e.scope == 2 ? GUEST : THREAD, 0, b.bytes, b.used,
				     "one bit");
			expect_buffer(&host, RUN, THREAD, 0, b.bytes, b.used, "one bit");
		}
	}
	/* tables and run buffers: each address with each power of two, and its neighbours */
	for (size_t t = 0; t < COUNT(tables); t++)
		for (size_t a = 0; a < COUNT(addresses); a++)
			for (int bit = 0; bit < 64; bit++)
				for (uint64_t near = 0; near < 3; near++)
					for (uint64_t ea = 51; ea < 54; ea++) {
						const uint64_t size = near - 1 +
								      ((uint64_t)1 << bit);

						clear(&b);
						if (tables[t] == 0x0005)
							append(&b, 5, 24, (uint64_t[]){
							       addresses[a], ea, size });
						else
							append(&b, tables[t], 16, (uint64_t[]){
							       addresses[a], size, 0 });
						expect_buffer(&host, SET, t < 2 ? GUEST : THREAD, 0,
							     b.bytes, b.used, "a table");
						if (t)
							break;
					}
	/* levels: by what L1 has and what it negotiated */
	for (uint32_t n = 0, level; !hvp_level_at(n, &level); n++)
		for (uint64_t set = 0; set < 16; set++)
			for (uint32_t m = 0, asked; !hvp_level_at(m, &asked); m++) {
				host.l1_level = level;
				host.negotiated = set << 60;
				clear(&b);
				append_number(&b, 3, 4, hvp_level_pvr(asked));
				expect_buffer(&host, SET, GUEST, 0, b.bytes, b.used, "a level");
			}
}

/* Anything at all, in any order, damaged. */
static void test_random(void **state)
{
	static const uint32_t uses[] = { GET, SET, RUN, ANSWER };
	static struct buffer b;
	uint64_t seed = 7;

	(void)state;
	for (int round = 0; round < 60000; round++) {
		struct hvp_gstate_host host = fine();
		const uint32_t use = uses[draw_below(&seed, 4)];
		uint32_t scope = use == RUN ? THREAD : 1u << draw_below(&seed, use == SET ? 2 : 3);
		const uint32_t count = draw_below(&seed, 9);
		uint32_t id = 0, policy;

		if (use == ANSWER && draw_below(&seed, 2))
			scope = ANY;
		host.revision = 1 + draw_below(&seed, 2);
		host.lacks = draw_below(&seed, 4);
		host.dialect = draw_below(&seed, 2);
		clear(&b);
		for (uint32_t i = 0; i < count; i++) {
			uint64_t words[3] = { 0, 0, 0x10000 };
			int size;

			/* one draw after the other: compilers differ in what they do first */
			for (int word = 0; word < 2; word++) {
				words[word] = draw(&seed);
				words[word] >>= draw_below(&seed, 64);
			}
			/* often of the right scope, sometimes the one before again */
			for (int tries = 0; draw_below(&seed, 8) && tries < 20; tries++)
				if (hvp_gsb_at(draw_below(&seed, IDS_KNOWN), &id) ||
				    (element_of(id).scope & scope))
					break;
			if (!draw_below(&seed, 16))
				id = draw_below(&seed, IDS);
			size = element_of(id).size;
			append(&b, id, size < 0 || !draw_below(&seed, 16) ? draw_below(&seed, 12) :
			       (uint32_t)size, words);
		}
		for (uint32_t hits = draw_below(&seed, 3); hits--;) {
			const uint32_t at = draw_below(&seed, b.used);

			b.bytes[at] ^= (uint8_t)(1u << draw_below(&seed, 8));
		}
		policy = draw_below(&seed, 4);
		expect_buffer(&host, use, scope, policy, b.bytes,
			      draw_below(&seed, 8) ? b.used : draw_below(&seed, b.used + 1),
			      "random");
	}
}

/* Many elements take time by their number; claimed ones take none. */
static void test_many(void **state)
{
	static struct buffer b;
	const struct hvp_gstate_host host = fine();
	struct hvp_report report;
	struct hvp_hcall answer;

	(void)state;
	clear(&b);
	while (get_be(b.bytes, 4) < 65535)
		append_number(&b, 0, 0, 0);
	expect_buffer(&host, SET, THREAD, HVP_GSTATE_REFUSE_TWICE, b.bytes, b.used, "65535 NOPs");
	expect_buffer(&host, GET, GUEST, 0, b.bytes, b.used, "65535 NOPs");
	/* and every one of them found */
	for (uint32_t i = 0; i < 65535; i++)
		put_be(b.bytes + 4 + 4 * i, 7, 2);
	hvp_report_init(&report, NULL, 0);
	EXPECT(hvp_gstate_check(&host, SET, THREAD, 0, b.bytes, b.used, &answer, &report), HVP_OK,
	       "65535 unknown");
	EXPECT(report.total, 65535, "findings");
	EXPECT(answer.r4, 0, "the first");
}

static void test_length(void **state)
{
	static struct buffer b;
	const uint64_t far = ((uint64_t)1 << 32) + 4;
	struct hvp_gstate_host host = fine();
	struct findings f;
	struct hvp_hcall answer;

	(void)state;
	clear(&b);
	host.buffer_max = 64;
	for (uint32_t use = GET; use <= ANSWER; use++)
		for (uint64_t bytes = 0; bytes < 128; bytes++)
			expect_buffer(&host, use, THREAD, 0, b.bytes, (uint32_t)bytes, "length");
	/* the caller's own buffer may be large; what lies behind the elements is not read */
	memset(b.bytes, 0, 4);
	EXPECT(hvp_gstate_check(&host, RUN, THREAD, 0, b.bytes, 0xffffffff, &answer, fresh(&f)),
	       HVP_OK, "4 GiB - 1");
	EXPECT(answer.r3, 0, "4 GiB - 1");
	/* a length whose low half would fit, and memory that is not there */
	for (uint32_t use = GET; use <= SET; use++) {
		EXPECT(hvp_gstate_check(&host, use, THREAD, 0, at_the_edge(0), far, &answer,
					fresh(&f)), HVP_OK, "long");
		EXPECT(answer.r3, -58, "long");
		expect_refusal(&f, HVP_REASON_GSB_LENGTH, 0, far, 64, "long");
	}
}

static void test_bad_calls(void **state)
{
	const struct hvp_gstate_host host = fine();
	const uint8_t none[4] = { 0 };
	struct hvp_hcall answer;
	struct findings f;

	(void)state;
	poison(answer);
#define EXPECT_ARGUMENT(host, use, scope, buf, bytes, to)				\
	EXPECT(hvp_gstate_check(host, use, scope, 0, buf, bytes, to, NULL),		\
	       HVP_ERR_ARGUMENT, "%s", #use " " #scope " " #bytes)
	EXPECT_ARGUMENT(NULL, SET, THREAD, none, 4, &answer);
	EXPECT_ARGUMENT(&host, SET, THREAD, NULL, 4, &answer);
	EXPECT_ARGUMENT(&host, SET, THREAD, none, 4, NULL);
	EXPECT_ARGUMENT(&host, 0, THREAD, none, 4, &answer);
	EXPECT_ARGUMENT(&host, 5, THREAD, none, 4, &answer);
	EXPECT_ARGUMENT(&host, 0xffffffff, THREAD, none, 4, &answer);
	EXPECT_ARGUMENT(&host, RUN, THREAD, none, (uint64_t)1 << 32, &answer);
	EXPECT_ARGUMENT(&host, ANSWER, THREAD, none, (uint64_t)1 << 32, &answer);
	for (uint32_t scope = 0; scope < 40; scope++)
		for (uint32_t use = GET; use <= ANSWER; use++) {
			const bool fits = scope == 1 || (scope == 2 && use != RUN) ||
					  (scope == 4 && use != RUN && use != SET) ||
					  (scope == 7 && use == ANSWER);

			EXPECT(hvp_gstate_check(&host, use, scope, 0, none, 4, &answer, NULL),
			       fits ? HVP_OK : HVP_ERR_ARGUMENT, "use %u, scope %u", use, scope);
		}
	poison(answer);
	for (uint32_t bit = 2; bit < 32; bit++) {
		EXPECT(hvp_gstate_check(&host, SET, THREAD, 1u << bit, none, 4, &answer, fresh(&f)),
		       HVP_ERR_RESERVED, "policy %u", bit);
		expect_refusal(&f, HVP_REASON_RESERVED_NOT_ZERO, 0, 1u << bit, 3, "policy");
	}
	EXPECT_POISONED(answer, "refused calls");
	EXPECT(hvp_gstate_check(NULL, ANSWER, ANY, 0, none, 4, &answer, NULL), HVP_OK,
	       "an answer needs no host");
	EXPECT(answer.r3, 0, "an answer");
	EXPECT(hvp_gstate_check(&host, SET, THREAD, 0, NULL, 0, &answer, NULL), HVP_OK, "nothing");
	EXPECT(answer.r3, -58, "nothing");
}

static enum hvp_status validate(const void *data, struct hvp_report *report)
{
	return hvp_gstate_validate(data, report);
}

static void expect_invalid(struct hvp_gstate_host host, enum hvp_status status, uint32_t reason,
			   uint64_t have, uint64_t offer, const char *what)
{
	struct findings f;

	EXPECT(hvp_gstate_validate(&host, fresh(&f)), status, "%s", what);
	expect_refusal(&f, status ? reason : 0, 0, have, offer, what);
	EXPECT(hvp_gstate_validate(&host, NULL), status, "%s: without a report", what);
}

static void test_validate(void **state)
{
	const struct hvp_gstate_host host = fine();
	struct hvp_gstate_host h;

	(void)state;
	EXPECT(hvp_gstate_validate(NULL, NULL), HVP_ERR_ARGUMENT, "NULL");
	expect_head(&host, sizeof(host), validate);
	for (uint32_t bit = 0; bit < 64; bit++) {
		h = host;
		h.negotiated = (uint64_t)1 << bit;
		expect_invalid(h, bit >= 60 ? HVP_OK : HVP_ERR_RESERVED,
			       HVP_REASON_RESERVED_NOT_ZERO, h.negotiated, 0xf000000000000000,
			       "negotiated");
		h = host;
		h.run_flags = (uint64_t)1 << bit;
		expect_invalid(h, bit >= 61 ? HVP_OK : HVP_ERR_RESERVED,
			       HVP_REASON_RESERVED_NOT_ZERO, h.run_flags, 0xe000000000000000,
			       "run_flags");
		if (bit >= 32)
			continue;
		h = host;
		h.lacks = 1u << bit;
		expect_invalid(h, bit < 2 ? HVP_OK : HVP_ERR_RESERVED,
			       HVP_REASON_RESERVED_NOT_ZERO, h.lacks, 3, "lacks");
		h = host;
		h.reserved = 1u << bit;
		expect_invalid(h, HVP_ERR_RESERVED, HVP_REASON_RESERVED_NOT_ZERO, h.reserved, 0,
			       "reserved");
	}
	for (uint32_t value = 0; value < 70; value++) {
		bool level = false;

		for (uint32_t i = 0, known; !hvp_level_at(i, &known); i++)
			level |= known == value;
		h = host;
		h.revision = value;
		expect_invalid(h, value == 1 || value == 2 ? HVP_OK : HVP_ERR_VERSION,
			       HVP_REASON_GSTATE_REVISION, value, 2, "revision");
		h = host;
		h.dialect = value;
		expect_invalid(h, value < 2 ? HVP_OK : HVP_ERR_VALUE, HVP_REASON_GSTATE_DIALECT,
			       value, 1, "dialect");
		h = host;
		h.l1_level = value;
		expect_invalid(h, level ? HVP_OK : HVP_ERR_VALUE, HVP_REASON_GSTATE_LEVEL, value, 0,
			       "level");
		h = host;
		h.buffer_max = value;
		expect_invalid(h, value >= 4 ? HVP_OK : HVP_ERR_VALUE, HVP_REASON_GSTATE_LIMITS,
			       value, 4, "buffer_max");
	}
}

/* Linux allocates run buffers in powers of two: the next one must fit too. */
static void test_limits(void **state)
{
	static const uint32_t edges[] = {
		0, 1, 4, 127, 128, 129, 255, 256, 257, 3000, 4000, 4095, 4096, 4097, 8192, 8193,
		16383, 16384, 16385, 32768, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff,
	};
	struct hvp_gstate_host h = fine();

	(void)state;
	for (size_t i = 0; i < COUNT(edges); i++)
		for (size_t j = 0; j < COUNT(edges); j++) {
			const uint64_t min = edges[i], max = edges[j];
			uint64_t power = 1;

			while (power < min)
				power *= 2;
			h.run_output_min = edges[i];
			h.run_max = edges[j];
			expect_invalid(h, min >= 128 && power <= max && max <= 16384 ? HVP_OK :
				       HVP_ERR_VALUE, HVP_REASON_GSTATE_LIMITS, min, max, "limits");
		}
}

static void expect_flags(const struct hvp_gstate_host *host, uint32_t use, uint64_t flags)
{
	const uint64_t guest = (uint64_t)1 << 63, l0 = (uint64_t)1 << 62;
	uint32_t want = 0, scope = 99;
	struct hvp_hcall answer;
	struct findings f;

	if (use == RUN ? !(flags & ~host->run_flags) : flags == 0)
		want = THREAD;
	else if (use != RUN && flags == guest)
		want = GUEST;
	else if (use == GET && flags == l0 && host->revision == 2)
		want = HOST;
	poison(answer);
	EXPECT(hvp_gstate_flags(host, use, flags, &scope, &answer, fresh(&f)), HVP_OK, "flags");
	EXPECT(answer.r3, want ? 0 : -4, "flags %#" PRIx64 " of use %u", flags, use);
	EXPECT(answer.r4 | answer.r5, 0, "registers");
	EXPECT(scope, want ? want : 99, "scope of %#" PRIx64, flags);
	expect_refusal(&f, want ? 0 : HVP_REASON_GSTATE_FLAGS, 0, flags,
		       use == RUN ? host->run_flags :
		       use == GET && host->revision == 2 ? guest | l0 : guest, "flags");
}

static void test_flags(void **state)
{
	struct hvp_gstate_host host = fine();
	struct hvp_hcall answer;
	uint32_t scope;

	(void)state;
	for (uint32_t use = GET; use <= RUN; use++)
		for (uint32_t variant = 0; variant < 16; variant++) {
			host.revision = 1 + (variant & 1);
			host.run_flags = (uint64_t)(variant >> 1) << 61;
			for (uint64_t top = 0; top < 16; top++) {
				expect_flags(&host, use, top << 60);
				for (int bit = 0; bit < 60; bit++)
					expect_flags(&host, use, top << 60 | (uint64_t)1 << bit);
			}
		}
	poison(answer);
	poison(scope);
	EXPECT(hvp_gstate_flags(NULL, GET, 0, &scope, &answer, NULL), HVP_ERR_ARGUMENT, "no host");
	EXPECT(hvp_gstate_flags(&host, GET, 0, NULL, &answer, NULL), HVP_ERR_ARGUMENT, "no scope");
	EXPECT(hvp_gstate_flags(&host, GET, 0, &scope, NULL, NULL), HVP_ERR_ARGUMENT, "no answer");
	EXPECT(hvp_gstate_flags(&host, 0, 0, &scope, &answer, NULL), HVP_ERR_ARGUMENT, "no use");
	EXPECT(hvp_gstate_flags(&host, ANSWER, 0, &scope, &answer, NULL), HVP_ERR_ARGUMENT,
	       "no flags");
	EXPECT_POISONED(answer, "refused");
	EXPECT_POISONED(scope, "refused");
}

/* What L2 runs with, from the rules of the registers. */
static uint64_t oracle_load(const struct hvp_hvregs_host *regs, uint32_t id, uint64_t v)
{
	switch (id) {
	case 0x1022:
		return (v | 0x1000) & ~((uint64_t)1 << 60 | (uint64_t)3 << 33);
	case 0x102c:
		return hvp_hvregs_filter_lpcr(regs->features, (regs->lpcr & ~HVP_LPCR_L1) |
					      (v & HVP_LPCR_L1));
	case 0x102d:
		return v & ((uint64_t)0xff << 56 |
			    (regs->hfscr.present & ~regs->hfscr.emulated &
			     (~regs->hfscr.lazy | regs->resident)));
	case 0x1031:
		return regs->features & HVP_HVREGS_DAWR1 ? v : 0;
	case 0x1032:
		return (v & 3) == 3 ? v - 3 : v;
	case 0x1053:
		return (uint8_t)v ? 1 : 0;
	case 0x2005:
		return v & ~(uint64_t)4;
	case 0x2006:
		return regs->features & HVP_HVREGS_DAWR1 ? v & ~(uint64_t)4 : 0;
	case 0xf000:
	case 0xf001:
	case 0xf002:
	case 0xf003:
		return 0;
	default:
		return v;
	}
}

/* L2 can write these, by the Power ISA; HFSCR and what an interrupt leaves stand apart. */
static bool oracle_live(uint32_t id)
{
	if (element_of(id).size < 0 || element_of(id).scope != 1)
		return false;
	if (id == 0x1020 || id == 0x102c || id == 0x102d || (id >= 0x1030 && id <= 0x1032) ||
	    id == 0x1048 || id == 0x104f || id == 0x2005 || id == 0x2006)
		return false;
	return id >= 0x1000 && id < 0xf000;
}

static uint64_t oracle_leave(const struct hvp_gstate_host *host, uint32_t id, uint64_t kept,
			     uint64_t live, uint32_t vector, uint32_t cause)
{
	const bool word = element_of(id).size == 4 && !(id == 0xf002 && host->dialect);

	if (word)
		live &= 0xffffffff;
	if (id == 0x1022)
		live &= ~((uint64_t)1 << 60 | 1 << 22 | 1 << 12);
	if (id == 0x102d)
		return vector == 0xf80 ? (kept & ~((uint64_t)0xff << 56)) |
					 (uint64_t)(cause & 0xff) << 56 : kept;
	if (id == 0xf000 || id == 0xf001)
		return vector == 0xe00 ? live : kept;
	if (id == 0xf003)
		return vector == 0xe00 || vector == 0xe20 ? live : kept;
	if (id == 0xf002)
		return vector == 0xe40 ? live : kept;
	return oracle_live(id) ? live : kept;
}

static void test_named_registers(void **state)
{
	const struct hvp_hvregs_host regs = registers();
	const struct hvp_gstate_host host = fine();

	(void)state;
#define CASE_LOAD(name, id, kept, loaded) \
	EXPECT(hvp_gstate_load(&regs, id, kept), loaded, "%s", name);
#define CASE_LEAVE(name, id, kept, live, vector, cause, back) \
	EXPECT(hvp_gstate_leave(&host, id, kept, live, vector, cause), back, "%s", name);
#include "../cases/gstate.def"
}

/*
 * Every element: kept, loaded, left, given back, and accepted again. What L1 is given never depends
 * on what is loaded for it (R5).
 */
static void test_registers(void **state)
{
	static const uint32_t vectors[] = { 0, 0x980, 0xc00, 0xe00, 0xe20, 0xe40, 0xf80 };
	static struct buffer b;
	struct hvp_hvregs_host regs = registers();
	struct hvp_gstate_host host = fine();
	uint64_t seed = 3;

	(void)state;
	for (uint32_t id = 0; id < IDS; id = next_id(id))
		for (int round = 0; round < 100; round++) {
			const struct element e = element_of(id);
			const uint32_t vector = vectors[draw_below(&seed, COUNT(vectors))];
			const uint64_t live = draw(&seed);
			uint64_t value = draw(&seed), kept, left;

			value >>= draw_below(&seed, 64);
			regs.resident = draw(&seed);
			regs.features ^= draw_below(&seed, 32);
			host.dialect = draw_below(&seed, 2);
			if (e.size == 4)
				value &= 0xffffffff;
			kept = hvp_gstate_keep(&regs, id, value);
			EXPECT(kept, id == 0x102d ? hvp_hfscr_sanitise(&regs.hfscr, value) : value,
			       "kept of %#x", id);
			EXPECT(hvp_gstate_load(&regs, id, kept), oracle_load(&regs, id, kept),
			       "loaded of %#x", id);
			left = hvp_gstate_leave(&host, id, kept, live, vector, 10);
			EXPECT(left, oracle_leave(&host, id, kept, live, vector, 10),
			       "left of %#x at %#x", id, vector);
			/* numbers that L1 may set: what it is given is taken again */
			if (!(e.access & 4) || (e.size != 4 && e.size != 8) ||
			    (value & ~hvp_gsb_bits(id)) || id == 3)
				continue;
			clear(&b);
			append_number(&b, id, (uint32_t)e.size, left);
			expect_buffer(&host, SET, e.scope, 0, b.bytes, b.used, "given back");
			EXPECT(oracle(&host, SET, e.scope, 0, b.bytes, b.used).r3, 0,
			       "%#x is taken again", id);
		}
}

static void test_initial(void **state)
{
	struct hvp_gstate_host host = fine();

	(void)state;
	host.run_output_min = 256;
	for (uint32_t id = 0; id < IDS; id++)
		if (id != 3)
			EXPECT(hvp_gstate_initial(&host, id), id == 2 ? 256 : 0, "initial %#x", id);
	for (uint32_t n = 0, level; !hvp_level_at(n, &level); n++)
		for (uint64_t set = 0; set < 16; set++) {
			uint64_t want = 0;

			host.l1_level = level;
			host.negotiated = set << 60;
			for (uint32_t pvr = 0x0f000005; pvr <= 0x0f000007; pvr++)
				if (oracle_level(&host, pvr))
					want = pvr;
			EXPECT(hvp_gstate_initial(&host, 3), want, "level %u, %" PRIx64, level,
			       set);
		}
}

/* Exactly the values that L2 does not run with, and not what L0 sets for everybody. */
static void test_review(void **state)
{
	static const struct {
		uint32_t id, bytes;
		uint64_t value, offer;	/* the same: nothing to say */
	} cases[] = {
		{ 0x1003, 8, ALL, ALL },
		{ 0x1022, 8, 0x8000000000000001, 0x8000000000000001 },
		{ 0x1022, 8, 0x8000000200000001, 0x8000000000000001 },
		{ 0x102c, 8, 0x0040000000000400, 0x0040000000000400 },
		{ 0x102c, 8, 0x0040000000800400, 0x0040000000000400 },	/* AIL 1 */
		{ 0x102c, 8, 0, 0x400 },	/* GTSE is L0's */
		{ 0x102d, 8, 0x2117, 0x2117 },
		{ 0x102d, 8, 0xff00000000002117, 0xff00000000002117 },
		{ 0x102d, 8, 0x2517, 0x2517 },	/* MSGP: L1 cannot tell that it is emulated (R5) */
		{ 0x102d, 8, 0x2137, 0x2117 },	/* TM on POWER10 */
		{ 0x1032, 8, 3, 0 },
		{ 0x1053, 8, 2, 1 },
		{ 0x2005, 4, 7, 3 },
		{ 0x2006, 4, 3, 3 },
		{ 0x0007, 8, ALL, ALL },
		{ 0x0004, 8, ALL, ALL },
		{ 0x0003, 4, 0x0f000005, 0x0f000005 },
	};
	const struct hvp_hvregs_host regs = registers();
	static struct buffer b;
	struct findings f;
	uint32_t found = 0;

	(void)state;
	clear(&b);
	for (size_t i = 0; i < COUNT(cases); i++)
		append_number(&b, cases[i].id, cases[i].bytes, cases[i].value);
	hvp_gstate_review(&regs, b.bytes, b.used, fresh(&f));
	for (uint32_t i = 0, at = 4; i < COUNT(cases); at += 4 + cases[i++].bytes) {
		const struct hvp_finding *finding = &f.finding[found];

		if (cases[i].value == cases[i].offer)
			continue;
		EXPECT(found++ < f.report.stored, true, "a finding for %u", i);
		EXPECT(finding->reason, HVP_REASON_GSB_CHANGED, "%u", i);
		EXPECT(finding->verdict, HVP_VERDICT_CHANGED, "%u", i);
		EXPECT(finding->index, i, "%u", i);
		EXPECT(finding->where, at, "%u", i);
		EXPECT(finding->object, cases[i].id, "%u", i);
		EXPECT(finding->have, cases[i].value, "%u", i);
		EXPECT(finding->offer, cases[i].offer, "%u", i);
	}
	EXPECT(f.report.total, found, "findings");
	hvp_gstate_review(&regs, b.bytes, b.used, NULL);
	/* what is cut short is read as far as it goes */
	hvp_gstate_review(&regs, b.bytes, 3, fresh(&f));
	EXPECT(f.report.total, 0, "nothing to read");
	hvp_gstate_review(&regs, NULL, 0, fresh(&f));
	EXPECT(f.report.total, 0, "nothing");
}

/* An element that this L0 lacks, and one of a later revision: refused, or passed over. */
static void test_not_here(void **state)
{
	static const struct {
		uint32_t id, scope, lacks, revision;
	} cases[] = { { 1, GUEST, 1, 2 }, { 0x0c02, THREAD, 2, 2 }, { 0x0800, HOST, 0, 1 } };
	static struct buffer b;
	struct findings f;
	struct hvp_hcall answer;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hvp_gstate_host host = fine();

		host.lacks = cases[i].lacks;
		host.revision = cases[i].revision;
		clear(&b);
		append_number(&b, cases[i].id, 8, 0);
		EXPECT(hvp_gstate_check(&host, GET, cases[i].scope, 0, b.bytes, b.used, &answer,
					fresh(&f)), HVP_OK, "%#x", cases[i].id);
		EXPECT(answer.r3, -79, "%#x", cases[i].id);
		EXPECT(f.finding[0].reason, HVP_REASON_GSB_NOT_HERE, "%#x", cases[i].id);
		EXPECT(hvp_gstate_check(&host, GET, cases[i].scope, HVP_GSTATE_SKIP_UNKNOWN,
					b.bytes, b.used, &answer, fresh(&f)), HVP_OK, "%#x",
		       cases[i].id);
		EXPECT(answer.r3, 0, "%#x", cases[i].id);
		EXPECT(f.finding[0].reason, HVP_REASON_GSB_SKIPPED, "%#x", cases[i].id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_bad_calls),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_named_registers),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_initial),
		cmocka_unit_test(test_review),
		cmocka_unit_test(test_not_here),
		/* the long ones last: quick ones see most faults */
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_validate),
		cmocka_unit_test(test_every_id),
	};

	return expect_done(cmocka_run_group_tests_name("gstate", tests, NULL, NULL));
}
