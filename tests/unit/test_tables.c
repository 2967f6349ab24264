// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Tables stand in the order that their heads promise: a reader finds the row, or the gap. */
#include "expect.h"

struct rows {
	const char *name;
	const uint64_t *keys;
	size_t count;
	bool again;	/* rows may share a key */
};

#define TABLE(name, again) { #name, name, COUNT(name), again }

static const uint64_t statuses[] = {
#define HVP_STATUS(name, value, number, text) -(value),
#include <hvpolicy/status.def>
#undef HVP_STATUS
};

/* 9999 comes first: the values descend. */
static const uint64_t hcalls[] = {
#define HVP_HCALL(name, value, text) 9999 - (value),
#include <hvpolicy/hcall.def>
#undef HVP_HCALL
};

static const uint64_t reasons[] = {
#define HVP_REASON(name, code, object, values, text, remedy) code,
#include <hvpolicy/reason.def>
#undef HVP_REASON
};

static const uint64_t quirks[] = {
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) bit,
#include <hvpolicy/quirk.def>
};

static const uint64_t tolerated[] = {
#define HVP_TOLERATED(name, id, largest) id,
#include <hvpolicy/quirk.def>
};

static const uint64_t fields[] = {
#define HVP_FIELD(name, tag, member, items, arch, valid, meet) tag,
#include <hvpolicy/profile.def>
};

static const uint64_t spapr_caps[] = {
#define HVP_SPAPR_CAP(name, index, option, libvirt, order) index,
#include <hvpolicy/profile.def>
};

static const uint64_t facility_caps[] = {
#define HVP_FACILITY_CAP(facility, cap) HVP_FACILITY_##facility,
#include <hvpolicy/profile.def>
};

static const uint64_t elements[] = {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit) id,
#include <hvpolicy/gsb.def>
};

static const uint64_t dialects[] = {
#define HVP_GSB_DIALECT(name, dialect, size) HVP_GSB_##name,
#include <hvpolicy/gsb.def>
};

static const uint64_t lacks[] = {
#define HVP_GSB_LACK(name, bit) bit,
#include <hvpolicy/gsb.def>
};

static const uint64_t outputs[] = {
#define HVP_GSB_OUTPUT(vector, name, count) vector,
#include <hvpolicy/gsb.def>
};

static const uint64_t registers[] = {
#define HVP_HVREG(name, number, field, bytes, version, entry, exit) \
	offsetof(struct hvp_hvregs, field),
#include <hvpolicy/hvregs.def>
};

static const uint64_t fwregs[] = {
#define HVP_FWREG(name, slot, id, kind, valid, initial) id,
#include <hvpolicy/fwreg.def>
};

static const uint64_t versions[] = {
#define HVP_FWREG_VERSION(value) value,
#include <hvpolicy/fwreg.def>
};

static const uint64_t levels[] = {
#define HVP_LEVEL(name, number, logical_pvr, isa, qemu, libvirt, pcr, cpu_pvr, capability) number,
#include <hvpolicy/level.def>
#undef HVP_LEVEL
};

/* Of one level in any order. */
static const uint64_t processors[] = {
#define HVP_PROCESSOR(name, libvirt, mask, value, revision, level, oldest, newest, pcr_mask) \
	HVP_LEVEL_##level,
#include <hvpolicy/processor.def>
#undef HVP_PROCESSOR
};

static void test_order(void **state)
{
	static const struct rows tables[] = {
		TABLE(statuses, false), TABLE(hcalls, false), TABLE(reasons, false),
		TABLE(quirks, false), TABLE(tolerated, false), TABLE(fields, false),
		TABLE(spapr_caps, false), TABLE(facility_caps, false), TABLE(elements, false),
		TABLE(dialects, false), TABLE(lacks, false), TABLE(outputs, true),
		TABLE(registers, false), TABLE(fwregs, false), TABLE(versions, false),
		TABLE(levels, false), TABLE(processors, true),
	};

	(void)state;
	for (size_t t = 0; t < COUNT(tables); t++) {
		const struct rows *rows = &tables[t];

		for (size_t i = 1; i < rows->count; i++)
			EXPECT(rows->keys[i] > rows->keys[i - 1] ||
			       (rows->again && rows->keys[i] == rows->keys[i - 1]), true,
			       "%s: row %zu is not behind row %zu", rows->name, i, i - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
	};

	return expect_done(cmocka_run_group_tests_name("tables", tests, NULL, NULL));
}
