// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* struct hv_guest_state: everything by offset and literal number, not by the library's fields. */
#include "expect.h"

#define V1 232
#define V2 248
#define CAUSE ((uint64_t)0xff << 56)
/* Linux' mask of what L1 may choose, and the bits in it, one by one. */
#define LPCR_L1 ((uint64_t)0x0070000003820a00)
#define PCR_MASK ((uint64_t)0x0fffffffffffffe1)
#define LPCR_NAMED_BITS 9
static const uint32_t lpcr_bits[] = {
	52, 53, 54, 25, 24, 23, 17, 11, 9,
	/* and those that are not L1's: VPM0 VPM1 ISL HAIL UPRT HR ONL GTSE HEIC LPES HVICE HDICE */
	63, 62, 61, 26, 22, 20, 18, 10, 4, 3, 2, 1, 0,
};

enum rule {
	HEADER, VERBATIM, IGNORED, HFSCR, LPCR, PCR, DAWRX, CIABR, DPDES, OFFSET, DEADLINE, DAWR1,
	DAWRX1, MSR, NEVER, ALWAYS, HFU, HDSI, HDSI_HISI, HEAI,
};

struct row {
	const char *name;
	uint32_t reg, offset, bytes, version;
	enum rule entry, exit;
	uint32_t abi_entry, abi_exit;
};

static const struct row rows[] = {
#define CASE_HVREG(name, offset, bytes, version, entry, exit)				\
	{ #name, HVP_HVREG_##name, offset, bytes, version, entry, exit,		\
	  HVP_HVREG_ENTRY_##entry, HVP_HVREG_EXIT_##exit },
#include "../cases/hvregs.def"
};

/* A host that touches every rule: reserved, direct, lazy in and out, emulated. */
static struct hvp_hvregs_host host_of(uint32_t features)
{
	return (struct hvp_hvregs_host){
		.size = sizeof(struct hvp_hvregs_host), .policy_level = HVP_POLICY_LEVEL_1,
		.features = features, .lpcr = 0x0454f41b, .l1_pcr = 0x10, .resident = 0x8,
		.hfscr = { .policy_level = HVP_POLICY_LEVEL_1, .present = 0x258f, .lazy = 0x88,
			   .emulated = 0x400 },
	};
}

static uint64_t field(const struct hvp_hvregs *regs, const struct row *row)
{
	const unsigned char *at = (const unsigned char *)regs + row->offset;
	uint32_t half;
	uint64_t whole;

	memcpy(&half, at, sizeof(half));
	if (row->bytes == sizeof(half))
		return half;
	memcpy(&whole, at, sizeof(whole));
	return whole;
}

static void set_field(struct hvp_hvregs *regs, const struct row *row, uint64_t value)
{
	unsigned char *at = (unsigned char *)regs + row->offset;
	const uint32_t half = (uint32_t)value;

	if (row->bytes == sizeof(half))
		memcpy(at, &half, sizeof(half));
	else
		memcpy(at, &value, sizeof(value));
}

/* L1's structure, all fields different; of the same numbers whatever the byte order. */
static struct hvp_hvregs filled(uint64_t seed)
{
	struct hvp_hvregs regs = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++)
		set_field(&regs, &rows[i], draw(&seed));
	return regs;
}

/* The filter bit by bit: what remains of each of the three fields that it looks at. */
static uint64_t filter_oracle(uint32_t features, uint64_t v)
{
	const bool radix = features & 1, arch_207 = features & 2, arch_300 = features & 4;
	const bool bug = features & 8;
	uint64_t out = 0;

	for (int bit = 0; bit < 64; bit++) {
		bool keep = v >> bit & 1;

		if (bit == 9)
			keep = keep && !radix;
		if (bit == 23 || bit == 24)
			keep = arch_207 && (v >> 23 & 3) == 3 && !(radix && bug);
		if (bit == 17)
			keep = keep && arch_300;
		out |= (uint64_t)keep << bit;
	}
	return out;
}

static uint64_t lpcr_oracle(uint32_t features, uint64_t host, uint64_t asked)
{
	uint64_t merged = 0;

	for (int bit = 0; bit < 64; bit++)
		merged |= (LPCR_L1 >> bit & 1 ? asked : host) & (uint64_t)1 << bit;
	return filter_oracle(features, merged);
}

static uint64_t effective_oracle(const struct hvp_hvregs_host *host, uint64_t asked)
{
	const struct hvp_hfscr_policy *p = &host->hfscr;
	uint64_t out = asked & CAUSE;

	for (int bit = 0; bit < 56; bit++) {
		const uint64_t b = (uint64_t)1 << bit;
		const bool loaded = !(p->lazy & b) || (host->resident & b);

		if ((p->present & b) && !(p->emulated & b) && loaded)
			out |= asked & b;
	}
	return out;
}

static uint64_t entry_oracle(enum rule rule, const struct hvp_hvregs_host *host, uint64_t v)
{
	switch (rule) {
	case IGNORED:
		return 0;
	case HFSCR:
		return effective_oracle(host, v);
	case LPCR:
		return lpcr_oracle(host->features, host->lpcr, v);
	case PCR:
		return v | host->l1_pcr | PCR_MASK;
	case DAWRX:
		return v & 0xfffffffffffffffb;
	case CIABR:
		return v % 4 == 3 ? v - 3 : v;
	case DPDES:
		return (v & 0xff) ? 1 : 0;
	case DAWR1:
		return host->features & 16 ? v : 0;
	case DAWRX1:
		return host->features & 16 ? v & 0xfffffffffffffffb : 0;
	case MSR:
		return (v | 0x1000) & 0xefffffffffffffff;
	default:
		return v;
	}
}

static uint64_t exit_oracle(enum rule rule, uint64_t asked, uint64_t live, uint32_t vector,
			    uint32_t cause)
{
	switch (rule) {
	case ALWAYS:
		return live;
	case HDSI:
		return vector == 0xe00 ? live : asked;
	case HDSI_HISI:
		return vector == 0xe00 || vector == 0xe20 ? live : asked;
	case HEAI:
		return vector == 0xe40 ? live : asked;
	case HFU:
		return vector == 0xf80 ? (asked << 8 >> 8) | (uint64_t)(cause & 0xff) << 56 : asked;
	default:
		return asked;
	}
}

static void test_layout(void **state)
{
	struct hvp_hvreg_info info;
	uint32_t offset = 0;

	(void)state;
	EXPECT(sizeof(struct hvp_hvregs), V2, "size of the structure");
	EXPECT(HVP_HVREGS_SIZE_V1, V1, "size of version 1");
	EXPECT(HVP_HVREGS_SIZE_V2, V2, "size of version 2");
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];

		EXPECT(row->offset, offset, "%s: gap", row->name);
		offset += row->bytes;
		EXPECT(row->reg, i, "%s: number", row->name);
		EXPECT(row->version, row->offset < V1 ? 1 : 2, "%s: version", row->name);
		poison(info);
		EXPECT(hvp_hvregs_get(row->reg, &info), HVP_OK, "%s", row->name);
		EXPECT(info.reg, row->reg, "%s: reg", row->name);
		EXPECT(info.offset, row->offset, "%s: offset", row->name);
		EXPECT(info.bytes, row->bytes, "%s: bytes", row->name);
		EXPECT(info.version, row->version, "%s: version", row->name);
		EXPECT(info.entry, row->abi_entry, "%s: entry", row->name);
		EXPECT(info.exit, row->abi_exit, "%s: exit", row->name);
		assert_string_equal(info.name, row->name);
	}
	EXPECT(offset, V2, "rows cover the structure");

	poison(info);
	EXPECT(hvp_hvregs_get(256, &info), HVP_OK, "MSR");
	EXPECT(info.reg, HVP_HVREG_MSR, "MSR: reg");
	EXPECT(info.offset | info.version, 0, "MSR: beside the structure");
	EXPECT(info.bytes, 8, "MSR: bytes");
	EXPECT(info.entry, HVP_HVREG_ENTRY_MSR, "MSR: entry");
	EXPECT(info.exit, HVP_HVREG_EXIT_ALWAYS, "MSR: exit");
	assert_string_equal(info.name, "MSR");
}

static void expect_no_register(uint32_t reg)
{
	struct hvp_hvreg_info info;

	poison(info);
	EXPECT(hvp_hvregs_get(reg, &info), HVP_ERR_NOT_FOUND, "register %" PRIu32, reg);
	EXPECT_POISONED(info, "register %" PRIu32, reg);
}

static void test_no_register(void **state)
{
	(void)state;
	for (uint32_t reg = COUNT(rows); reg < 0x20000; reg++)
		if (reg != HVP_HVREG_MSR)
			expect_no_register(reg);
	for (uint32_t bit = 9; bit < 32; bit++)
		expect_no_register((uint32_t)1 << bit);
	expect_no_register(UINT32_MAX);
}

static void expect_size(uint64_t version)
{
	const uint32_t want = version == 1 ? V1 : version == 2 ? V2 : 0;
	uint32_t size;

	poison(size);
	EXPECT(hvp_hvregs_size(version, &size), want ? HVP_OK : HVP_ERR_VERSION,
	       "version 0x%" PRIx64, version);
	EXPECT(size, want ? want : POISON_32, "size of version 0x%" PRIx64, version);
}

static void test_size(void **state)
{
	uint64_t seed = 1;
	uint32_t size;

	(void)state;
#define CASE_SIZE(name, version, status, bytes)						\
	poison(size);									\
	EXPECT(hvp_hvregs_size(version, &size), status, "%s", name);			\
	EXPECT(size, (bytes) ? (bytes) : POISON_32, "%s: size", name);
#include "../cases/hvregs.def"
	for (uint64_t version = 0; version <= 65536; version++)
		expect_size(version);
	for (int bit = 0; bit < 64; bit++)
		for (uint64_t low = 0; low < 4; low++) {
			expect_size((uint64_t)1 << bit);
			expect_size((uint64_t)1 << bit | low);
		}
	for (int i = 0; i < 1000; i++)
		expect_size(draw(&seed));
	expect_size(ALL);
}

static void test_swap(void **state)
{
	static const uint32_t sizes[] = { V1, V2 };

	(void)state;
	for (size_t s = 0; s < COUNT(sizes); s++) {
		for (uint64_t seed = 0; seed < 100; seed++) {
			const struct hvp_hvregs before = filled(seed);
			const unsigned char *from = (const unsigned char *)&before;
			struct hvp_hvregs after = before;
			unsigned char want[V2];
			/* Version 1 has no memory behind it. */
			struct hvp_hvregs *edge = at_the_edge(sizes[s]);

			memcpy(want, from, sizeof(want));
			for (size_t i = 0; i < COUNT(rows); i++)
				for (uint32_t b = 0; rows[i].offset < sizes[s] && b < rows[i].bytes;
				     b++)
					want[rows[i].offset + b] =
						from[rows[i].offset + rows[i].bytes - 1 - b];
			EXPECT(hvp_hvregs_swap(&after, sizes[s]), HVP_OK, "swap %" PRIu32,
			       sizes[s]);
			EXPECT(memcmp(&after, want, V2), 0, "bytes of swap %" PRIu32, sizes[s]);
			EXPECT(hvp_hvregs_swap(&after, sizes[s]), HVP_OK, "again %" PRIu32,
			       sizes[s]);
			EXPECT(memcmp(&after, from, V2), 0, "twice is nothing %" PRIu32, sizes[s]);

			memcpy(edge, from, sizes[s]);
			EXPECT(hvp_hvregs_swap(edge, sizes[s]), HVP_OK, "edge %" PRIu32, sizes[s]);
			EXPECT(memcmp(edge, want, sizes[s]), 0, "at the edge %" PRIu32, sizes[s]);
		}
	}
}

static void expect_no_swap(uint32_t size)
{
	struct hvp_hvregs regs;

	poison(regs);
	EXPECT(hvp_hvregs_swap(&regs, size), HVP_ERR_ARGUMENT, "swap of size %" PRIu32, size);
	EXPECT_POISONED(regs, "swap of size %" PRIu32, size);
}

static void test_swap_sizes(void **state)
{
	(void)state;
	for (uint32_t size = 0; size <= 65536; size++)
		if (size != V1 && size != V2)
			expect_no_swap(size);
	for (uint32_t bit = 9; bit < 32; bit++) {
		expect_no_swap((uint32_t)1 << bit | V1);
		expect_no_swap((uint32_t)1 << bit | V2);
	}
	expect_no_swap(UINT32_MAX);
}

/* Every subset of the bits L1 may choose, every feature, on several backgrounds. */
static uint64_t named(uint32_t subset)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < COUNT(lpcr_bits); i++)
		value |= (uint64_t)(subset >> i & 1) << lpcr_bits[i];
	return value;
}

static void expect_lpcr(uint32_t features, uint64_t lpcr, uint64_t asked)
{
	struct hvp_hvregs_host host = host_of(features);

	host.lpcr = lpcr;
	EXPECT(hvp_hvregs_lpcr(&host, asked), lpcr_oracle(features, lpcr, asked),
	       "features 0x%" PRIx32 ", LPCR of L0 0x%" PRIx64 ", asked 0x%" PRIx64, features,
	       lpcr, asked);
}

static void expect_filter(uint32_t features, uint64_t lpcr)
{
	const uint64_t got = hvp_hvregs_filter_lpcr(features, lpcr);

	EXPECT(got, filter_oracle(features, lpcr), "features 0x%" PRIx32 ", LPCR 0x%" PRIx64,
	       features, lpcr);
	EXPECT(hvp_hvregs_filter_lpcr(features, got), got, "filter of 0x%" PRIx64 " twice", lpcr);
}

static void test_filter(void **state)
{
	static const uint64_t backgrounds[] = { 0, ~LPCR_L1, 0x0454f41b };
	uint64_t seed = 2;

	(void)state;
#define CASE_FILTER(name, features, lpcr, expected) \
	EXPECT(hvp_hvregs_filter_lpcr(features, lpcr), expected, "%s", name);
#include "../cases/hvregs.def"
	for (uint32_t features = 0; features < 32; features++) {
		for (uint32_t subset = 0; subset < 1 << LPCR_NAMED_BITS; subset++)
			for (size_t i = 0; i < COUNT(backgrounds); i++)
				expect_filter(features, named(subset) | backgrounds[i]);
		for (int bit = 0; bit < 64; bit++) {
			expect_filter(features, (uint64_t)1 << bit);
			expect_filter(features, ~((uint64_t)1 << bit));
		}
		for (int i = 0; i < 1000; i++)
			expect_filter(features, draw(&seed));
		/* Bits that are no feature change nothing. */
		EXPECT(hvp_hvregs_filter_lpcr(features | 0xffffffe0, ALL),
		       filter_oracle(features, ALL), "features 0x%" PRIx32 " and more", features);
	}
}

static void test_filter_all_named(void **state)
{
	(void)state;
	for (uint32_t features = 0; features < 16; features++)
		for (uint32_t subset = 0; subset < (uint32_t)1 << COUNT(lpcr_bits); subset += 5)
			expect_filter(features, named(subset));
}

static void test_lpcr(void **state)
{
	uint64_t seed = 3;

	(void)state;
	EXPECT(HVP_LPCR_L1, LPCR_L1, "bits of L1");
#define CASE_LPCR(name, feature_bits, l0, requested, expected)				\
	{										\
		struct hvp_hvregs_host host = host_of(feature_bits);			\
											\
		host.lpcr = l0;								\
		EXPECT(hvp_hvregs_lpcr(&host, requested), expected, "%s", name);	\
	}
#include "../cases/hvregs.def"
	for (uint32_t features = 0; features < 32; features++) {
		for (uint32_t subset = 0; subset < 1 << LPCR_NAMED_BITS; subset++) {
			expect_lpcr(features, 0x0454f41b, named(subset));
			expect_lpcr(features, 0, named(subset));
			expect_lpcr(features, ALL, named(subset));
			expect_lpcr(features, named(subset), 0);
			expect_lpcr(features, named(subset), ALL);
		}
		for (int bit = 0; bit < 64; bit++) {
			expect_lpcr(features, 0, (uint64_t)1 << bit);
			expect_lpcr(features, (uint64_t)1 << bit, 0);
			expect_lpcr(features, ALL, (uint64_t)1 << bit);
			expect_lpcr(features, (uint64_t)1 << bit, ALL);
		}
		for (int i = 0; i < 1000; i++)
			expect_lpcr(features, draw(&seed), draw(&seed));
	}
}

/* All pairs of levels on all processors: L2 is without what L1 is without. */
static void test_pcr(void **state)
{
	struct hvp_processor_info cpu;
	uint64_t seed = 4;

	(void)state;
#define CASE_PCR(name, l1_pcr, requested, expected) \
	EXPECT(hvp_hvregs_pcr(l1_pcr, requested), expected, "%s", name);
#include "../cases/hvregs.def"
	for (uint32_t p = 0; !hvp_pvr_processor_at(p, &cpu); p++)
		for (uint32_t l1 = 0; l1 < 64; l1++)
			for (uint32_t l2 = 0; l2 < 64; l2++) {
				uint64_t has, asks, got;

				if (hvp_pvr_pcr(cpu.value, l1, &has) ||
				    hvp_pvr_pcr(cpu.value, l2, &asks))
					continue;
				got = hvp_hvregs_pcr(has, asks);
				EXPECT(has & ~got, 0, "%s: %u runs %u: more than L1", cpu.name, l1,
				       l2);
				EXPECT(got & ~PCR_MASK, (has | asks) & ~PCR_MASK,
				       "%s: %u runs %u", cpu.name, l1, l2);
				/* A newer L2 is held at L1's level. */
				if (l2 >= l1)
					EXPECT(got, hvp_hvregs_pcr(has, has), "%s: %u in %u",
					       cpu.name, l2, l1);
			}
	for (int a = 0; a < 64; a++)
		for (int b = 0; b < 64; b++)
			EXPECT(hvp_hvregs_pcr(HVP_BIT(a), HVP_BIT(b)),
			       HVP_BIT(a) | HVP_BIT(b) | PCR_MASK, "PCR %d %d", a, b);
	for (int i = 0; i < 1000; i++) {
		const uint64_t has = draw(&seed), asks = draw(&seed);

		EXPECT(hvp_hvregs_pcr(has, asks), has | asks | PCR_MASK, "PCR %d", i);
	}
}

static void expect_registers(uint64_t v)
{
	EXPECT(hvp_hvregs_dawrx(v), entry_oracle(DAWRX, NULL, v), "DAWRX 0x%" PRIx64, v);
	EXPECT(hvp_hvregs_ciabr(v), entry_oracle(CIABR, NULL, v), "CIABR 0x%" PRIx64, v);
	EXPECT(hvp_hvregs_dpdes(v), entry_oracle(DPDES, NULL, v), "DPDES 0x%" PRIx64, v);
	EXPECT(hvp_hvregs_msr(v), entry_oracle(MSR, NULL, v), "MSR 0x%" PRIx64, v);
}

static void test_registers(void **state)
{
	uint64_t seed = 5;

	(void)state;
#define CASE_REGISTER(name, function, requested, expected) \
	EXPECT(hvp_hvregs_##function(requested), expected, "%s", name);
#include "../cases/hvregs.def"
	for (uint64_t v = 0; v < 65536; v++) {
		expect_registers(v);
		expect_registers(v << 48);
		expect_registers(~v);
	}
	for (int a = 0; a < 64; a++)
		for (int b = 0; b <= a; b++) {
			expect_registers(HVP_BIT(a) | HVP_BIT(b));
			expect_registers(~(HVP_BIT(a) | HVP_BIT(b)));
		}
	for (int i = 0; i < 1000; i++)
		expect_registers(draw(&seed));
	EXPECT(HVP_MSR_HV, 0x1000000000000000, "MSR HV");
	EXPECT(HVP_MSR_TS_S, 0x200000000, "MSR TS suspended");
	EXPECT(HVP_MSR_TS_T, 0x400000000, "MSR TS transactional");
	EXPECT(HVP_PCR_RESERVED, PCR_MASK, "PCR reserved");
}

static void expect_enter(const struct hvp_hvregs_host *host, const struct hvp_hvregs *l1)
{
	struct hvp_hvregs l2, same = *l1;

	poison(l2);
	hvp_hvregs_enter(host, l1, &l2);
	for (size_t i = 0; i < COUNT(rows); i++)
		EXPECT(field(&l2, &rows[i]),
		       entry_oracle(rows[i].entry, host, field(l1, &rows[i])),
		       "%s with features 0x%" PRIx32, rows[i].name, host->features);
	hvp_hvregs_enter(host, &same, &same);
	EXPECT(memcmp(&same, &l2, V2), 0, "l2 is l1");
}

static void test_enter(void **state)
{
	uint64_t seed = 6;

	(void)state;
	for (uint32_t features = 0; features < 32; features++)
		for (uint64_t n = 0; n < 50; n++) {
			struct hvp_hvregs_host host = host_of(features);
			struct hvp_hvregs l1 = filled(seed + n);

			expect_enter(&host, &l1);
			host.lpcr = draw(&seed);
			host.l1_pcr = draw(&seed);
			host.resident = draw(&seed);
			expect_enter(&host, &l1);
			memset(&l1, n % 2 ? 0xff : 0, sizeof(l1));
			expect_enter(&host, &l1);
		}
}

/* One bit of one field of L1 at a time: what L2 gets changes in that field alone. */
static void test_enter_one_field(void **state)
{
	(void)state;
	for (uint32_t features = 0; features < 32; features++) {
		const struct hvp_hvregs_host host = host_of(features);
		struct hvp_hvregs l1 = filled(7), changed, base, l2;

		hvp_hvregs_enter(&host, &l1, &base);
		for (size_t i = 0; i < COUNT(rows); i++) {
			const uint64_t old = field(&l1, &rows[i]);
			uint64_t seen = 0;

			for (uint32_t bit = 0; bit < 8 * rows[i].bytes; bit++) {
				changed = l1;
				set_field(&changed, &rows[i], old ^ HVP_BIT(bit));
				hvp_hvregs_enter(&host, &changed, &l2);
				seen |= field(&l2, &rows[i]) ^ field(&base, &rows[i]);
				set_field(&l2, &rows[i], field(&base, &rows[i]));
				EXPECT(memcmp(&l2, &base, V2), 0,
				       "%s bit %" PRIu32 " changes another", rows[i].name, bit);
			}
			if (rows[i].entry == IGNORED)
				EXPECT(seen, 0, "%s is ignored", rows[i].name);
			if (rows[i].entry == HEADER || rows[i].entry == VERBATIM ||
			    rows[i].entry == OFFSET || rows[i].entry == DEADLINE)
				EXPECT(seen, rows[i].bytes == 8 ? ALL : UINT32_MAX,
				       "%s is verbatim", rows[i].name);
		}
	}
}

static void expect_leave(const struct hvp_hvregs *l1, const struct hvp_hvregs *l2, uint32_t vector,
			 uint32_t cause)
{
	struct hvp_hvregs back, other = *l2, aliased;

	poison(back);
	hvp_hvregs_leave(l1, l2, vector, cause, &back);
	for (size_t i = 0; i < COUNT(rows); i++)
		EXPECT(field(&back, &rows[i]),
		       exit_oracle(rows[i].exit, field(l1, &rows[i]), field(l2, &rows[i]), vector,
				   cause),
		       "%s after 0x%" PRIx32 ", cause %" PRIu32, rows[i].name, vector, cause);

	/* R5: whatever stood in the hardware's HFSCR, L1 finds the same. */
	other.hfscr = ~l2->hfscr;
	hvp_hvregs_leave(l1, &other, vector, cause, &aliased);
	EXPECT(memcmp(&aliased, &back, V2), 0, "HFSCR of L2 shows after 0x%" PRIx32, vector);

	aliased = *l1;
	hvp_hvregs_leave(&aliased, l2, vector, cause, &aliased);
	EXPECT(memcmp(&aliased, &back, V2), 0, "back is l1 after 0x%" PRIx32, vector);
	aliased = *l2;
	hvp_hvregs_leave(l1, &aliased, vector, cause, &aliased);
	EXPECT(memcmp(&aliased, &back, V2), 0, "back is l2 after 0x%" PRIx32, vector);
}

static void test_leave(void **state)
{
	static const uint32_t causes[] = {
		0, 1, 2, 3, 4, 5, 7, 8, 10, 12, 13, 55, 56, 63, 64, 127, 128, 255, 256, 0x10d,
		UINT32_MAX,
	};
	static const uint32_t odd[] = {
		0xe01, 0xe1f, 0xe21, 0xe3f, 0xe41, 0xf7f, 0xf81, 0x10e00, 0x10e20, 0x10e40, 0x10f80,
		0x80000f80, UINT32_MAX,
	};
	struct hvp_hvregs l1 = filled(8), l2 = filled(9);

	(void)state;
#define CASE_LEAVE(name, vector, cause, asked, live, expected)				\
	{										\
		struct hvp_hvregs a = filled(10), b = filled(11);			\
											\
		a.hfscr = asked;							\
		b.hfscr = live;								\
		hvp_hvregs_leave(&a, &b, vector, cause, &b);				\
		EXPECT(b.hfscr, expected, "%s", name);					\
	}
#include "../cases/hvregs.def"
	for (uint32_t vector = 0; vector <= 0x1fff; vector += 0x20)
		for (size_t c = 0; c < COUNT(causes); c++)
			expect_leave(&l1, &l2, vector, causes[c]);
	for (uint32_t cause = 0; cause < 1024; cause++) {
		l1 = filled(cause);
		expect_leave(&l1, &l2, 0xf80, cause);
	}
	for (size_t i = 0; i < COUNT(odd); i++)
		for (size_t c = 0; c < COUNT(causes); c++)
			expect_leave(&l1, &l2, odd[i], causes[c]);
}

/* One field of L2 at a time: only that field of L1 may change, and only when its rule says. */
static void test_leave_one_field(void **state)
{
	const struct hvp_hvregs l1 = filled(12), l2 = filled(13);

	(void)state;
	for (uint32_t vector = 0; vector <= 0x1fff; vector += 0x20) {
		struct hvp_hvregs base, back, changed;

		hvp_hvregs_leave(&l1, &l2, vector, 3, &base);
		for (size_t i = 0; i < COUNT(rows); i++) {
			const struct row *row = &rows[i];
			const bool may = row->exit == ALWAYS ||
				(row->exit == HDSI && vector == 0xe00) ||
				(row->exit == HDSI_HISI && (vector == 0xe00 || vector == 0xe20)) ||
				(row->exit == HEAI && vector == 0xe40);

			changed = l2;
			set_field(&changed, row, ~field(&l2, row));
			hvp_hvregs_leave(&l1, &changed, vector, 3, &back);
			EXPECT(field(&back, row) != field(&base, row), may,
			       "%s after 0x%" PRIx32, row->name, vector);
			set_field(&back, row, field(&base, row));
			EXPECT(memcmp(&back, &base, V2), 0,
			       "%s after 0x%" PRIx32 " changes another", row->name, vector);
		}
	}
}

/* R5 from end to end: residency, and what L0 keeps to itself, never reach L1. */
static void test_round_trip(void **state)
{
	uint64_t seed = 14;

	(void)state;
	for (uint64_t n = 0; n < 200; n++) {
		struct hvp_hvregs_host a = host_of(7), b = host_of(7);
		const struct hvp_hvregs l1 = filled(n);
		struct hvp_hvregs l2a, l2b;

		b.resident = draw(&seed);
		b.lpcr = draw(&seed);
		b.l1_pcr = draw(&seed);
		b.hfscr.lazy = 0;
		b.hfscr.emulated = 0x8;
		for (uint32_t vector = 0; vector <= 0x1fff; vector += 0x20) {
			hvp_hvregs_enter(&a, &l1, &l2a);
			hvp_hvregs_enter(&b, &l1, &l2b);
			hvp_hvregs_leave(&l1, &l2a, vector, 10, &l2a);
			hvp_hvregs_leave(&l1, &l2b, vector, 10, &l2b);
			EXPECT(memcmp(&l2a, &l2b, V2), 0, "L1 sees L0 after 0x%" PRIx32, vector);
			EXPECT(l2a.hfscr << 8, l1.hfscr << 8, "enable bits after 0x%" PRIx32,
			       vector);
			EXPECT(l2a.lpcr, l1.lpcr, "LPCR after 0x%" PRIx32, vector);
			EXPECT(l2a.pcr, l1.pcr, "PCR after 0x%" PRIx32, vector);
		}
	}
}

static enum hvp_status validate_head(const void *data, struct hvp_report *report)
{
	return hvp_hvregs_validate(data, report);
}

static void expect_validate(const struct hvp_hvregs_host *host, enum hvp_status status,
			    uint32_t reason, uint64_t have, uint64_t offer, const char *what)
{
	struct findings f;

	EXPECT(hvp_hvregs_validate(host, fresh(&f)), status, "%s", what);
	expect_refusal(&f, reason, 0, have, offer, what);
	EXPECT(hvp_hvregs_validate(host, NULL), status, "%s: without a report", what);
}

static void test_validate(void **state)
{
	struct hvp_hvregs_host host = host_of(0);

	(void)state;
	expect_head(&host, sizeof(host), validate_head);
	EXPECT(hvp_hvregs_validate(NULL, NULL), HVP_ERR_ARGUMENT, "no host");
	expect_validate(NULL, HVP_ERR_ARGUMENT, 0, 0, 0, "no host");
	for (uint32_t features = 0; features < 32; features++) {
		host = host_of(features);
		expect_validate(&host, HVP_OK, 0, 0, 0, "features");
	}
	for (uint32_t bit = 0; bit < 32; bit++) {
		host = host_of((uint32_t)1 << bit);
		if (bit >= 5)
			expect_validate(&host, HVP_ERR_RESERVED, HVP_REASON_RESERVED_NOT_ZERO,
					HVP_BIT(bit), 0x1f, "feature");
		host = host_of(0);
		host.reserved = (uint32_t)1 << bit;
		expect_validate(&host, HVP_ERR_RESERVED, HVP_REASON_RESERVED_NOT_ZERO,
				HVP_BIT(bit), 0, "reserved");
		host = host_of(0);
		host.hfscr.reserved = (uint32_t)1 << bit;
		expect_validate(&host, HVP_ERR_POLICY, HVP_REASON_RESERVED_NOT_ZERO, HVP_BIT(bit),
				0, "policy: reserved");
		host = host_of(0);
		host.hfscr.policy_level = (uint32_t)1 << bit;
		if (bit)
			expect_validate(&host, HVP_ERR_POLICY, HVP_REASON_POLICY_LEVEL,
					HVP_BIT(bit), HVP_POLICY_LEVEL_LATEST, "policy: level");
	}
	host = host_of(0);
	host.hfscr.emulated |= 0x8;
	expect_validate(&host, HVP_ERR_POLICY, HVP_REASON_POLICY_OVERLAP, 0x8, 0, "overlap");
	host = host_of(0);
	host.hfscr.lazy |= 0x20;
	expect_validate(&host, HVP_ERR_POLICY, HVP_REASON_POLICY_NOT_PRESENT, 0x20, 0,
			"not present");
	host = host_of(0);
	host.hfscr.present |= 0x40;
	expect_validate(&host, HVP_ERR_POLICY, HVP_REASON_POLICY_NO_FACILITY, 0x40, 0,
			"no facility");
	host = host_of(0);
	host.hfscr.present |= HVP_BIT(63);
	expect_validate(&host, HVP_ERR_POLICY, HVP_REASON_POLICY_CAUSE_FIELD, HVP_BIT(63), 0,
			"cause field");
	/* The library's own features come before the policy. */
	host.features = 0x20;
	expect_validate(&host, HVP_ERR_RESERVED, HVP_REASON_RESERVED_NOT_ZERO, 0x20, 0x1f, "order");
}

/* What a review must say, register by register. */
struct wanted {
	struct findings f;
	uint32_t count;
};

static void want(struct wanted *w, uint32_t reason, uint32_t verdict, uint32_t object,
		 uint64_t where, uint64_t have, uint64_t offer)
{
	w->f.finding[w->count++] = (struct hvp_finding){
		.reason = reason, .verdict = verdict, .object = object, .where = where,
		.have = have, .offer = offer,
	};
}

static void want_masked(struct wanted *w, uint32_t reg, uint64_t asked, uint64_t given)
{
	if (asked & ~given)
		want(w, HVP_REASON_HVREG_DROPPED, HVP_VERDICT_CHANGED, reg, asked & ~given, asked,
		     given);
	if (given & ~asked)
		want(w, HVP_REASON_HVREG_FORCED, HVP_VERDICT_CHANGED, reg, given & ~asked, asked,
		     given);
}

static void want_hfscr(struct wanted *w, const struct hvp_hvregs_host *host, uint64_t asked)
{
	const uint64_t named_bits = 0x25bf, present = host->hfscr.present;

	for (uint32_t bit = 0; bit < 56; bit++) {
		if (!(asked & ~present & HVP_BIT(bit)))
			continue;
		if (named_bits & HVP_BIT(bit))
			want(w, HVP_REASON_HFSCR_RESERVED, HVP_VERDICT_DEGRADED, bit, 0, asked,
			     present);
		else
			want(w, HVP_REASON_HFSCR_UNDEFINED, HVP_VERDICT_CHANGED, bit, 0, asked,
			     present);
	}
}

static void expect_review(const struct hvp_hvregs_host *host, const struct hvp_hvregs *l1,
			  uint64_t msr)
{
	static struct wanted w;
	static struct findings f;
	uint32_t worst = HVP_VERDICT_SAME;

	w.count = 0;
	/* of LPCR, the host's own bits are there whatever L1 writes */
	want_masked(&w, HVP_HVREG_LPCR, l1->lpcr | (host->lpcr & ~0x0070000003820a00ull),
		    entry_oracle(LPCR, host, l1->lpcr));
	want_masked(&w, HVP_HVREG_PCR, l1->pcr | PCR_MASK, entry_oracle(PCR, host, l1->pcr));
	want_masked(&w, HVP_HVREG_DPDES, l1->dpdes, entry_oracle(DPDES, host, l1->dpdes));
	want_hfscr(&w, host, l1->hfscr);
	want_masked(&w, HVP_HVREG_DAWRX0, l1->dawrx0, entry_oracle(DAWRX, host, l1->dawrx0));
	want_masked(&w, HVP_HVREG_CIABR, l1->ciabr, entry_oracle(CIABR, host, l1->ciabr));
	want_masked(&w, HVP_HVREG_DAWR1, l1->dawr1, entry_oracle(DAWR1, host, l1->dawr1));
	want_masked(&w, HVP_HVREG_DAWRX1, l1->dawrx1, entry_oracle(DAWRX1, host, l1->dawrx1));
	want_masked(&w, HVP_HVREG_MSR, msr | 0x1000, entry_oracle(MSR, host, msr));

	hvp_hvregs_review(host, l1, msr, fresh(&f));
	EXPECT(f.report.total, w.count, "findings of the review");
	for (uint32_t i = 0; i < w.count; i++) {
		const struct hvp_finding *one = &w.f.finding[i];

		expect_finding(&f.finding[i], one->reason, one->verdict, one->where, one->have,
			       one->offer, hvp_reason_name(one->reason));
		EXPECT(f.finding[i].object, one->object, "object of finding %" PRIu32, i);
		worst = one->verdict > worst ? one->verdict : worst;
	}
	EXPECT(f.report.worst, worst, "worst of the review");
	hvp_hvregs_review(host, l1, msr, NULL);
	hvp_report_init(&f.report, NULL, 0);
	hvp_hvregs_review(host, l1, msr, &f.report);
	EXPECT(f.report.total, w.count, "findings counted without room");
}

static void test_review(void **state)
{
	struct hvp_hvregs l1 = { .lpcr = 0x0454f41b, .pcr = 0x10 };
	struct hvp_hvregs_host host = host_of(7);
	struct findings f;

	(void)state;
	/* L1 asks what it gets: nothing to say. MSR[ME] is set for everyone. */
	hvp_hvregs_review(&host, &l1, 0x8000000000000033, fresh(&f));
	expect_refusal(&f, 0, 0, 0, 0, "nothing to say");
	expect_review(&host, &l1, 0);

	for (uint32_t features = 0; features < 32; features++) {
		host = host_of(features);
		for (size_t i = 0; i < COUNT(rows); i++)
			for (uint32_t bit = 0; bit < 8 * rows[i].bytes; bit++) {
				memset(&l1, 0, sizeof(l1));
				set_field(&l1, &rows[i], HVP_BIT(bit));
				expect_review(&host, &l1, HVP_BIT(bit));
			}
		for (uint64_t n = 0; n < 50; n++) {
			l1 = filled(n);
			expect_review(&host, &l1, l1.srr1);
		}
		memset(&l1, 0xff, sizeof(l1));
		expect_review(&host, &l1, ALL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_no_register),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_swap),
		cmocka_unit_test(test_swap_sizes),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_lpcr),
		cmocka_unit_test(test_pcr),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_enter),
		cmocka_unit_test(test_enter_one_field),
		cmocka_unit_test(test_leave),
		cmocka_unit_test(test_leave_one_field),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_validate),
		cmocka_unit_test(test_review),
		/* the long ones last: quick ones see most faults */
		cmocka_unit_test(test_filter_all_named),
	};

	return expect_done(cmocka_run_group_tests_name("hvregs", tests, NULL, NULL));
}
