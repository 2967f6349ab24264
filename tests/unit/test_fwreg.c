// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "expect.h"

#include <errno.h>

#define REGS 8
enum { PSCI_0_2 = 1, SSBS = 2, READY = 4, RAN = 8, FAULT = 16 };
enum { PSCI, WA1, WA2, WA3, STD, STD_HYP, VENDOR, VENDOR_2 };

static const uint64_t ids[REGS] = {
	0x6030000000140000, 0x6030000000140001, 0x6030000000140002, 0x6030000000140003,
	0x6030000000160000, 0x6030000000160001, 0x6030000000160002, 0x6030000000160003,
};

static const uint64_t valid[REGS] = { 0xffffffff, 15, 31, 15, 1, 1, 3, 3 };

static const uint32_t releases[] = {
	HVP_RELEASE(0, 0, 0), HVP_RELEASE(4, 4, 0), HVP_RELEASE(4, 4, 1), HVP_RELEASE(4, 9, 98),
	HVP_RELEASE(4, 9, 99), HVP_RELEASE(4, 9, 400), HVP_RELEASE(4, 10, 0),
	HVP_RELEASE(4, 14, 38), HVP_RELEASE(4, 14, 39), HVP_RELEASE(4, 15, 0),
	HVP_RELEASE(4, 15, 1), HVP_RELEASE(4, 16, 0), HVP_RELEASE(4, 16, 6), HVP_RELEASE(4, 16, 7),
	HVP_RELEASE(4, 17, 0), HVP_RELEASE(4, 17, 1), HVP_RELEASE(4, 18, 0),
	HVP_RELEASE(4, 18, 255), HVP_RELEASE(4, 19, 0),
	HVP_RELEASE(4, 20, 0), HVP_RELEASE(5, 1, 255), HVP_RELEASE(5, 2, 0),
	HVP_RELEASE(5, 3, 255), HVP_RELEASE(5, 4, 0), HVP_RELEASE(5, 5, 0), HVP_RELEASE(5, 9, 255),
	HVP_RELEASE(5, 10, 0), HVP_RELEASE(5, 10, 217), HVP_RELEASE(5, 10, 218),
	HVP_RELEASE(5, 11, 0), HVP_RELEASE(5, 14, 255), HVP_RELEASE(5, 15, 0),
	HVP_RELEASE(5, 17, 15), HVP_RELEASE(5, 18, 0), HVP_RELEASE(5, 18, 255),
	HVP_RELEASE(5, 19, 0), HVP_RELEASE(6, 1, 176), HVP_RELEASE(6, 12, 107),
	HVP_RELEASE(6, 12, 255), HVP_RELEASE(6, 13, 0), HVP_RELEASE(6, 14, 0),
	HVP_RELEASE(6, 15, 0), HVP_RELEASE(7, 2, 13), HVP_RELEASE_END - 1,
};

static struct hvp_fwreg_kernel kernel_of(uint32_t release, uint32_t v2, uint32_t ssb, uint32_t bhb,
					 uint32_t flags)
{
	return (struct hvp_fwreg_kernel){
		.size = sizeof(struct hvp_fwreg_kernel), .policy_level = HVP_POLICY_LEVEL_1,
		.release = release, .flags = flags, .spectre_v2 = v2, .ssb = ssb,
		.spectre_bhb = bhb,
	};
}

static struct hvp_fwregs offers(uint32_t release)
{
	const struct hvp_fwreg_kernel kernel = kernel_of(release, 1, 1, 1, 0);
	struct hvp_fwregs host;

	poison(host);
	EXPECT(hvp_fwreg_offers(&kernel, &host, NULL), HVP_OK, "release 0x%" PRIx32, release);
	return host;
}

static struct hvp_fwregs initial(const struct hvp_fwregs *host, uint32_t flags)
{
	struct hvp_fwregs vm;

	poison(vm);
	EXPECT(hvp_fwreg_initial(host, flags & PSCI_0_2, &vm, NULL), HVP_OK, "initial");
	return vm;
}

static struct hvp_fwregs empty(void)
{
	return (struct hvp_fwregs){
		.size = sizeof(struct hvp_fwregs), .policy_level = HVP_POLICY_LEVEL_1,
	};
}

static void test_table(void **state)
{
	static const char *const names[REGS] = {
		"PSCI_VERSION", "WORKAROUND_1", "WORKAROUND_2", "WORKAROUND_3", "STD_BMAP",
		"STD_HYP_BMAP", "VENDOR_HYP_BMAP", "VENDOR_HYP_BMAP_2",
	};
	static const uint32_t kinds[REGS] = { 1, 2, 3, 2, 4, 4, 4, 4 };

	(void)state;
	for (uint32_t reg = 0; reg < 300; reg++) {
		struct hvp_fwreg_info info;

		poison(info);
		EXPECT(hvp_fwreg_get(reg, &info), reg < REGS ? HVP_OK : HVP_ERR_NOT_FOUND,
		       "register %" PRIu32, reg);
		if (reg >= REGS) {
			EXPECT_POISONED(info, "register %" PRIu32, reg);
			continue;
		}
		EXPECT(info.reg, reg, "register");
		EXPECT(info.id, ids[reg], "id of %s", names[reg]);
		EXPECT(info.kind, kinds[reg], "kind of %s", names[reg]);
		EXPECT(info.valid, valid[reg], "bits of %s", names[reg]);
		EXPECT(info.initial, reg == VENDOR_2 ? 0 : valid[reg], "initial %s", names[reg]);
		EXPECT(strcmp(info.name, names[reg]), 0, "%s", names[reg]);
	}
	for (uint32_t reg = 0; reg < REGS; reg++) {
		for (int bit = -1; bit < 64; bit++) {
			const uint64_t id = ids[reg] ^ (bit < 0 ? 0 : HVP_BIT(bit));
			uint32_t want = POISON_32, got = POISON_32;

			for (uint32_t i = 0; i < REGS; i++)
				if (ids[i] == id)
					want = i;
			EXPECT(hvp_fwreg_find(id, &got),
			       want == POISON_32 ? HVP_ERR_NOT_FOUND : HVP_OK, "find");
			EXPECT(got, want, "id 0x%" PRIx64, id);
		}
	}
}

enum has { LISTED, ABSENT, HIDDEN };

static const struct range {
	uint32_t reg, from, before, has, value;
} ranges[] = {
#define HVP_FWREG_OFFER(name, from, before, has, value) \
	{ HVP_FWREG_##name, from, before, has, value },
#include <hvpolicy/fwreg.def>
#undef HVP_FWREG_OFFER
};

/* What fwreg.def says of its rows: whoever breaks it could have a later row hide an earlier one. */
static void test_ranges(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ranges); i++) {
		const struct range *now = &ranges[i], *last = i ? &ranges[i - 1] : NULL;

		EXPECT(now->from < now->before, true, "row %zu: a range", i);
		EXPECT(now->has == HIDDEN && now->value, false, "row %zu: hidden, yet known", i);
		if (!last || now->reg != last->reg)
			EXPECT(now->reg, last ? last->reg + 1 : 0, "row %zu: by register", i);
		else
			EXPECT(last->before <= now->from, true, "row %zu: ranges ascend", i);
	}
	EXPECT(ranges[COUNT(ranges) - 1].reg, REGS - 1, "each register has a row");
	EXPECT(HVP_RELEASE(4, 9, 254), 0x409fe, "a patch");
	for (uint32_t patch = 255; patch < 400; patch++)
		EXPECT(HVP_RELEASE(4, 9, patch), 0x409ff, "patch %" PRIu32, patch);
}

/*
 * From the history of the kernel, by hand. What stable kernels took from 4.16 and when is not
 * known: of 4.4 to 4.15 only first releases are certain, and who has the version register.
 */
static void oracle_early(uint32_t release, struct hvp_fwregs *r)
{
	const uint32_t series = release >> 8, patch = release & 255;
	const bool has_version = (series == 0x409 && patch >= 99) ||
				 (series == 0x40e && patch >= 39) ||
				 (series == 0x410 && patch >= 7) || series >= 0x411;
	const bool certain = release <= HVP_RELEASE(4, 4, 0) || release == HVP_RELEASE(4, 15, 0);

	r->listed = has_version;
	if (certain || has_version || series == 0x410)
		r->known = 1 << PSCI;
	if (r->known)
		r->value[PSCI] = certain ? 2 : 0x10000;
	if (certain)
		r->known |= 1 << WA1 | 1 << WA2 | 1 << WA3;
	/* SSB came with 4.18, and BHB was not public while short-lived series lived */
	if ((series == 0x410 && patch < 7) || release == HVP_RELEASE(4, 17, 0))
		r->known |= 1 << WA2;
	if (series >= 0x410 && series < 0x50f && series != 0x413 && series != 0x504 &&
	    series != 0x50a)
		r->known |= 1 << WA3;
	r->unsure = (1 << PSCI | 1 << WA1 | 1 << WA2 | 1 << WA3) & ~r->known;
}

static struct hvp_fwregs oracle_offer(const struct hvp_fwreg_kernel *k)
{
	const uint32_t series = k->release >> 8, patch = k->release & 255;
	struct hvp_fwregs r = empty();

	oracle_early(k->release, &r);
	r.known |= 1 << VENDOR_2;
	if (series >= 0x512)
		r.value[PSCI] = 0x10001;
	if (series >= 0x60d)
		r.value[PSCI] = 0x10003;
	/* the service came with PSCI 1.0, its register later */
	if (series >= 0x410) {
		r.known |= 1 << WA1;
		r.value[WA1] = k->spectre_v2;
	}
	if (k->release >= HVP_RELEASE(4, 16, 7) && series < 0x502)
		r.unsure &= ~(uint32_t)(1 << WA2);
	if (series >= 0x502) {
		r.listed |= 1 << WA1 | 1 << WA2;
		r.value[WA2] = k->ssb == 2 || (k->ssb == 1 && !(k->flags & SSBS)) ? 3 : 0;
	}
	if (series >= 0x512 || (series == 0x50a && patch >= 218)) {
		r.listed |= 1 << WA3;
		r.value[WA3] = k->spectre_bhb;
	}
	if (series >= 0x513) {
		r.listed |= 1 << STD | 1 << STD_HYP | 1 << VENDOR;
		r.value[STD] = 1;
		r.value[STD_HYP] = 1;
		r.value[VENDOR] = 3;
	}
	if (series >= 0x60f) {
		r.listed |= 1 << VENDOR_2;
		r.value[VENDOR_2] = 3;
	}
	r.known |= r.listed;
	r.unsure &= ~r.known;
	return r;
}

static void expect_regs(const struct hvp_fwregs *got, const struct hvp_fwregs *want,
			const char *what)
{
	EXPECT(got->size, sizeof(*got), "%s: size", what);
	EXPECT(got->policy_level, HVP_POLICY_LEVEL_1, "%s: level", what);
	EXPECT(got->listed, want->listed, "%s: listed", what);
	EXPECT(got->known, want->known, "%s: known", what);
	EXPECT(got->varies, want->varies, "%s: varies", what);
	EXPECT(got->unsure, want->unsure, "%s: unsure", what);
	for (uint32_t i = 0; i < HVP_FWREG_SLOTS; i++)
		EXPECT(got->value[i], want->value[i], "%s: value %" PRIu32, what, i);
}

/* Every release where something changes, with every state of the mitigations. */
static void test_offers(void **state)
{
	(void)state;
#define CASE_FWREG_OFFER(name, release, list, psci, bmap_2)			\
	{									\
		const struct hvp_fwregs host = offers(release);			\
										\
		EXPECT(host.listed, list, "%s: listed", name);			\
		EXPECT(host.value[PSCI], psci, "%s: PSCI", name);		\
		EXPECT(host.value[VENDOR_2], bmap_2, "%s: BMAP_2", name);	\
	}
#include "../cases/fwreg.def"
	for (size_t i = 0; i < COUNT(releases); i++) {
		for (uint32_t n = 0; n < 3 * 3 * 3 * 2; n++) {
			const struct hvp_fwreg_kernel kernel = kernel_of(
				releases[i], n % 3, n / 3 % 3, n / 9 % 3, n / 27 ? SSBS : 0);
			const struct hvp_fwregs want = oracle_offer(&kernel);
			struct hvp_fwregs host, vm, want_vm;
			struct findings f;
			char what[64];

			snprintf(what, sizeof(what), "release 0x%" PRIx32 ", %" PRIu32,
				 releases[i], n);
			poison(host);
			EXPECT(hvp_fwreg_offers(&kernel, &host, fresh(&f)), HVP_OK, "%s", what);
			expect_refusal(&f, 0, 0, 0, 0, what);
			expect_regs(&host, &want, what);
			for (uint32_t psci = 0; psci < 2; psci++) {
				want_vm = want;
				want_vm.unsure = 0;
				want_vm.value[VENDOR_2] = 0;
				/* 0.1 is what a vCPU has, where the kernel is known at all */
				if (!psci && (want.known & 1 << PSCI))
					want_vm.value[PSCI] = 1;
				vm = initial(&host, psci);
				expect_regs(&vm, &want_vm, what);
			}
		}
	}
}

static enum hvp_status call_offers(const void *data, struct hvp_report *report)
{
	struct hvp_fwregs host;
	enum hvp_status status;

	poison(host);
	status = hvp_fwreg_offers(data, &host, report);
	if (status)
		EXPECT_POISONED(host, "offers");
	return status;
}

static enum hvp_status call_initial(const void *data, struct hvp_report *report)
{
	struct hvp_fwregs vm;
	enum hvp_status status;

	poison(vm);
	status = hvp_fwreg_initial(data, PSCI_0_2, &vm, report);
	if (status)
		EXPECT_POISONED(vm, "initial");
	return status;
}

static enum hvp_status call_write_host(const void *data, struct hvp_report *report)
{
	struct hvp_fwregs vm = offers(HVP_RELEASE(6, 1, 0));
	const struct hvp_fwregs before = vm;
	const enum hvp_status status = hvp_fwreg_write(data, READY | PSCI_0_2, ids[PSCI], 2, &vm,
						       report);

	if (status)
		EXPECT(memcmp(&vm, &before, sizeof(vm)), 0, "the VM of a failed write");
	return status;
}

static enum hvp_status call_write_vm(const void *data, struct hvp_report *report)
{
	const struct hvp_fwregs host = offers(HVP_RELEASE(6, 1, 0));

	/* A level is not stored, so that the case stays as it is. */
	return hvp_fwreg_write(&host, READY, ids[WA1], 0, (void *)(uintptr_t)data, report);
}

static enum hvp_status compare(const void *guest, const void *host, struct hvp_report *report)
{
	uint32_t verdict = POISON_32;
	const enum hvp_status status = hvp_fwreg_compare(guest, host, PSCI_0_2, &verdict, report);

	EXPECT(verdict, status ? POISON_32 : HVP_VERDICT_SAME, "verdict");
	return status;
}

static enum hvp_status call_compare_guest(const void *data, struct hvp_report *report)
{
	const struct hvp_fwregs host = offers(HVP_RELEASE(6, 1, 0));

	return compare(data, &host, report);
}

static enum hvp_status call_compare_host(const void *data, struct hvp_report *report)
{
	const struct hvp_fwregs host = offers(HVP_RELEASE(6, 1, 0));
	const struct hvp_fwregs guest = initial(&host, PSCI_0_2);

	return compare(&guest, data, report);
}

/* A structure that is wrong is refused in the same way by whoever takes one. */
static void expect_wrong(const struct hvp_fwregs *regs, uint64_t have, uint64_t offer,
			 const char *what)
{
	static const head_call calls[] = {
		call_initial, call_write_host, call_write_vm, call_compare_guest,
		call_compare_host,
	};

	for (size_t i = 0; i < COUNT(calls); i++)
		expect_head_of(regs, calls[i], HVP_ERR_RESERVED, HVP_REASON_RESERVED_NOT_ZERO, 0,
			       have, offer, what);
}

/* What a VM has is there and known: nothing of it varies from host to host. */
static void expect_no_vm(const struct hvp_fwregs *vm, uint32_t reg)
{
	const uint32_t one = (uint32_t)1 << reg;
	struct hvp_fwregs r = *vm;

	r.varies = one;
	expect_head_of(&r, call_write_vm, HVP_ERR_RESERVED, HVP_REASON_RESERVED_NOT_ZERO, 0, one,
		       0, "a VM that varies");
	expect_head_of(&r, call_compare_guest, HVP_ERR_RESERVED, HVP_REASON_RESERVED_NOT_ZERO, 0,
		       one, 0, "a guest that varies");
	r = *vm;
	r.listed &= ~one;
	r.known &= ~one;
	r.value[reg] = 0;
	r.unsure = one;
	expect_head_of(&r, call_write_vm, HVP_ERR_RESERVED, HVP_REASON_RESERVED_NOT_ZERO, 0, one,
		       0, "a VM that is not sure");
	expect_head_of(&r, call_compare_guest, HVP_ERR_RESERVED, HVP_REASON_RESERVED_NOT_ZERO, 0,
		       one, 0, "a guest that is not sure");
}

static void test_arguments(void **state)
{
	const struct hvp_fwreg_kernel kernel = kernel_of(HVP_RELEASE(6, 1, 0), 1, 1, 1, 0);
	const struct hvp_fwregs host = offers(kernel.release);
	struct hvp_fwregs vm = initial(&host, PSCI_0_2);
	struct hvp_fwreg_kernel k;
	struct hvp_fwregs r;
	uint32_t verdict = POISON_32;
	struct findings f;

	(void)state;
	EXPECT(hvp_fwreg_offers(NULL, &vm, fresh(&f)), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_fwreg_offers(&kernel, NULL, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_fwreg_initial(NULL, 0, &vm, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_fwreg_initial(&host, 0, NULL, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_fwreg_write(NULL, READY, ids[0], 2, &vm, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_fwreg_write(&host, READY, ids[0], 2, NULL, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_fwreg_compare(NULL, &host, 0, &verdict, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_fwreg_compare(&vm, NULL, 0, &verdict, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(hvp_fwreg_compare(&vm, &host, 0, NULL, &f.report), HVP_ERR_ARGUMENT, "NULL");
	EXPECT(f.report.total, 0, "findings of wrong arguments");

	/* no byte behind the result */
	EXPECT(hvp_fwreg_offers(&kernel, at_the_edge(sizeof(host)), NULL), HVP_OK, "at the edge");
	EXPECT(hvp_fwreg_initial(&host, 0, at_the_edge(sizeof(host)), NULL), HVP_OK, "at the edge");
	expect_head(&kernel, sizeof(kernel), call_offers);
	expect_head(&host, sizeof(host), call_initial);
	expect_head(&host, sizeof(host), call_write_host);
	expect_head(&vm, sizeof(vm), call_write_vm);
	expect_head(&vm, sizeof(vm), call_compare_guest);
	expect_head(&host, sizeof(host), call_compare_host);

	for (uint32_t value = 3; value; value = value < 9 ? value + 1 : value << 1) {
		for (uint32_t field = 0; field < 3; field++) {
			k = kernel;
			*(field ? field > 1 ? &k.ssb : &k.spectre_v2 : &k.spectre_bhb) = value;
			EXPECT(call_offers(&k, NULL), HVP_ERR_ARGUMENT, "mitigation");
		}
	}
	for (uint32_t bit = 0; bit < 32; bit++) {
		const uint32_t one = (uint32_t)1 << bit;

		k = kernel;
		k.flags = one;
		if (one == SSBS)
			EXPECT(call_offers(&k, NULL), HVP_OK, "SSBS");
		else
			expect_head_of(&k, call_offers, HVP_ERR_RESERVED,
				       HVP_REASON_RESERVED_NOT_ZERO, 0, one, SSBS, "flag");
		k = kernel;
		k.reserved = one;
		expect_head_of(&k, call_offers, HVP_ERR_RESERVED, HVP_REASON_RESERVED_NOT_ZERO, 0,
			       one, 0, "reserved");

		r = host;
		if (bit >= REGS) {
			r.known |= one;
			expect_wrong(&r, one, 0xff, "known");
			r = host;
			r.varies = one;
			expect_wrong(&r, one, 0xff, "varies");
		} else if (r.listed & one) {
			/* listed means known, and what is not known has no value */
			r.known &= ~one;
			expect_wrong(&r, one, r.known, "listed");
			r.listed &= ~one;
			if (r.value[bit])
				expect_wrong(&r, r.value[bit], 0, "value");
		}
		/* whether it is there is not known, and yet its value is */
		r = host;
		r.unsure = one;
		if (bit >= REGS || (host.known & one))
			expect_wrong(&r, one, 0xff & ~host.known, "unsure");
		if (bit < REGS)
			expect_no_vm(&vm, bit);
		if (one != PSCI_0_2) {
			poison(r);
			EXPECT(hvp_fwreg_initial(&host, one, &r, fresh(&f)), HVP_ERR_RESERVED,
			       "flag");
			expect_refusal(&f, HVP_REASON_RESERVED_NOT_ZERO, 0, one, PSCI_0_2, "flag");
			EXPECT_POISONED(r, "flag");
			EXPECT(hvp_fwreg_compare(&vm, &host, one, &verdict, fresh(&f)),
			       HVP_ERR_RESERVED, "flag");
			expect_refusal(&f, HVP_REASON_RESERVED_NOT_ZERO, 0, one, PSCI_0_2, "flag");
			EXPECT(verdict, POISON_32, "flag");
		}
		if (one == SSBS || one > FAULT) {
			EXPECT(hvp_fwreg_write(&host, READY | one, ids[0], 2, &vm, fresh(&f)),
			       HVP_ERR_RESERVED, "flag");
			expect_refusal(&f, HVP_REASON_RESERVED_NOT_ZERO, 0, one, 0x1d, "flag");
		}
	}
	for (uint32_t slot = 0; slot < HVP_FWREG_SLOTS; slot++) {
		for (uint32_t bit = 0; bit < 64; bit++) {
			const uint64_t known = slot < REGS && (host.known >> slot & 1) ?
					       valid[slot] : 0;

			if (known & HVP_BIT(bit))
				continue;
			r = host;
			r.value[slot] = HVP_BIT(bit);
			expect_wrong(&r, HVP_BIT(bit), known, "value");
		}
	}
}

/* arch/arm64/kvm/guest.c and hypercalls.c, line by line; 0 or an errno. */
static int oracle_bmap(uint64_t mask, uint32_t flags, uint64_t value, uint64_t *now)
{
	if (value & ~mask)
		return EINVAL;
	if ((flags & RAN) && *now != value)
		return EBUSY;
	*now = value;
	return 0;
}

static int oracle_psci(uint64_t newest, uint32_t flags, uint64_t value, uint64_t *now)
{
	const bool wants_02 = flags & PSCI_0_2;

	switch (value) {
	case 0x1:
		if (wants_02)
			return EINVAL;
		break;
	case 0x10003:
	case 0x10002:
		if (newest < 0x10003)
			return EINVAL;
		/* fall through */
	case 0x10001:
		if (newest < 0x10001)
			return EINVAL;
		/* fall through */
	case 0x10000:
	case 0x2:
		if (!wants_02)
			return EINVAL;
		break;
	default:
		return EINVAL;
	}
	*now = value;
	return 0;
}

static int oracle_wa2(uint64_t host, uint64_t value)
{
	uint64_t level;

	if (value & ~HVP_U64(0x1f))
		return EINVAL;
	if ((value & 0x10) && (value & 0xf) != 2)
		return EINVAL;
	switch (value & 0xf) {
	case 0:
	case 1:
		level = 0;
		break;
	case 2:
	case 3:
		level = 3;
		break;
	default:
		return EINVAL;
	}
	return level > host ? EINVAL : 0;
}

static int oracle_write(const struct hvp_fwregs *host, uint32_t flags, uint64_t id, uint64_t value,
			struct hvp_fwregs *vm)
{
	uint32_t reg = REGS;

	if (!(flags & READY))
		return ENOEXEC;
	if ((id & ~HVP_U64(0x00f0000000000000)) >> 32 != 0x60000000)
		return EINVAL;
	switch (id & 0x0fff0000) {
	case 0x00140000:
		if (!(host->listed & 0x0f))
			return ENOENT;
		break;
	case 0x00150000:
		return EINVAL;
	case 0x00160000:
		if (!(host->listed & 0xf0))
			return ENOENT;
		break;
	default:
		return ENOENT;
	}
	if ((id >> 52 & 15) != 3)
		return ENOENT;
	if (flags & FAULT)
		return EFAULT;
	for (uint32_t i = 0; i < REGS; i++)
		if (ids[i] == id && (host->listed >> i & 1))
			reg = i;
	switch (reg) {
	case REGS:
		return ENOENT;
	case PSCI:
		return oracle_psci(host->value[reg], flags, value, &vm->value[reg]);
	case WA1:
	case WA3:
		return (value & ~HVP_U64(0xf)) || host->value[reg] < value ? EINVAL : 0;
	case WA2:
		return oracle_wa2(host->value[reg], value);
	default:
		return oracle_bmap(host->value[reg], flags, value, &vm->value[reg]);
	}
}

static void expect_write(const struct hvp_fwregs *host, uint32_t flags, uint64_t id,
			 uint64_t value, const struct hvp_fwregs *before)
{
	struct hvp_fwregs vm = *before, want = *before;
	const int error = oracle_write(host, flags, id, value, &want);
	struct findings f;
	enum hvp_status status;

	status = hvp_fwreg_write(host, flags, id, value, &vm, fresh(&f));
	EXPECT(hvp_status_to_errno(status), (int64_t)-error,
	       "flags %" PRIx32 ", 0x%" PRIx64 " = 0x%" PRIx64, flags, id, value);
	EXPECT(memcmp(&vm, &want, sizeof(vm)), 0, "0x%" PRIx64 " = 0x%" PRIx64 ": VM", id, value);
	EXPECT(f.report.total, status != 0, "0x%" PRIx64 " = 0x%" PRIx64 ": findings", id, value);
	if (status)
		EXPECT(f.finding[0].verdict, HVP_VERDICT_REFUSED, "verdict");
}

/* Single bits, small values, the PSCI versions and what lies beside them. */
static uint64_t some_value(uint32_t n)
{
	static const uint64_t others[] = {
		ALL, 0xffffffff, 0x100000001, 0x8000000000010000, 0x10012, 0x20000, 0x20002,
	};

	if (n < 64)
		return HVP_BIT(n);
	if (n < 64 + 64)
		return n - 64;
	if (n < 128 + 32)
		return 0x10000 - 8 + n - 128;
	return others[(n - 160) % COUNT(others)];
}

static void test_write_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(releases); i++) {
		for (uint32_t level = 0; level < 6; level++) {
			/* a level of one register is nothing to another */
			const struct hvp_fwreg_kernel kernel = kernel_of(
				releases[i], level % 3, level % 3, (level + 1) % 3,
				level / 3 ? SSBS : 0);
			struct hvp_fwregs host, vm;

			EXPECT(hvp_fwreg_offers(&kernel, &host, NULL), HVP_OK, "offers");
			for (uint32_t n = 0; n < REGS * 4 * 167; n++) {
				const uint32_t flags = READY | (n & 1 ? PSCI_0_2 : 0) |
						       (n & 2 ? RAN : 0);
				const uint64_t id = ids[n / 4 % REGS];

				vm = initial(&host, flags);
				expect_write(&host, flags, id, some_value(n / 4 / REGS), &vm);
				/* a VM where everything was switched off before the run */
				for (uint32_t reg = STD; reg < REGS; reg++)
					vm.value[reg] = 0;
				expect_write(&host, flags, id, some_value(n / 4 / REGS), &vm);
			}
		}
	}
}

/* Every flag, with ids that are one bit away, and each group with each size. */
static void test_write_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(releases); i++) {
		const struct hvp_fwregs host = offers(releases[i]);

		for (uint32_t n = 0; n < 16; n++) {
			const uint32_t flags = (n & 1 ? PSCI_0_2 : 0) | (n & 14) << 1;
			const struct hvp_fwregs vm = initial(&host, flags);

			for (uint32_t id = 0; id < REGS * 65; id++)
				expect_write(&host, flags, ids[id % REGS] ^
					     (id / REGS < 64 ? HVP_BIT(id / REGS) : 0), 1, &vm);
			for (uint32_t id = 0; id < 32 * 16 * 8; id++)
				expect_write(&host, flags, HVP_U64(0x6000000000000000) |
					     (uint64_t)(id % 16) << 52 |
					     (uint64_t)(id / 16 % 32) << 16 | id / 512, 1, &vm);
		}
	}
}

static void test_write_cases(void **state)
{
	struct hvp_fwregs host, vm;

	(void)state;
#define CASE_FWREG_WRITE(name, release, flags, id, value, error)				\
	host = offers(release);									\
	vm = initial(&host, flags);								\
	EXPECT(hvp_status_to_errno(hvp_fwreg_write(&host, READY | (flags), id, value, &vm, NULL)), \
	       (int64_t)-(error), "%s", name);							\
	vm = initial(&host, flags);								\
	EXPECT(oracle_write(&host, READY | (flags), id, value, &vm), error,			\
	       "the oracle on %s", name);
#include "../cases/fwreg.def"
}

/* Words of each refusal. */
static void test_write_reasons(void **state)
{
	static const struct {
		uint32_t flags;
		uint64_t id, value;
		int32_t status;
		uint32_t reason;
		uint64_t have, offer;
	} cases[] = {
		{ 0, 0x6030000000140000, 2, HVP_ERR_NOT_READY, HVP_REASON_FWREG_NOT_READY, 0, 0 },
		{ READY, 0x4030000000140000, 2, HVP_ERR_VALUE, HVP_REASON_FWREG_ID,
		  0x4030000000140000, 0 },
		{ READY, 0x6030000000170000, 2, HVP_ERR_NOT_FOUND, HVP_REASON_FWREG_NO_ID,
		  0x6030000000170000, 0 },
		{ READY, 0x6030000000160003, 2, HVP_ERR_NOT_FOUND, HVP_REASON_FWREG_NO_ID,
		  0x6030000000160003, 0 },
		{ READY | FAULT, 0x6030000000160003, 2, HVP_ERR_FAULT, HVP_REASON_FWREG_FAULT,
		  0, 0 },
		{ READY | PSCI_0_2, 0x6030000000140000, 0x10003, HVP_ERR_VALUE,
		  HVP_REASON_FWREG_VERSION, 0x10003, 0x10001 },
		{ READY, 0x6030000000140000, 0x10001, HVP_ERR_VALUE, HVP_REASON_FWREG_FEATURE,
		  0x10001, 0x10001 },
		{ READY, 0x6030000000140001, 0x10, HVP_ERR_VALUE, HVP_REASON_FWREG_BITS, 0x10,
		  0xf },
		{ READY, 0x6030000000140002, 0x13, HVP_ERR_VALUE, HVP_REASON_FWREG_BITS, 0x13,
		  0x1f },
		{ READY, 0x6030000000140003, 2, HVP_ERR_VALUE, HVP_REASON_FWREG_PROTECTION, 2, 1 },
		{ READY, 0x6030000000160002, 4, HVP_ERR_VALUE, HVP_REASON_FWREG_SERVICES, 4, 3 },
		{ READY | RAN, 0x6030000000160002, 1, HVP_ERR_BUSY, HVP_REASON_FWREG_BUSY, 1, 3 },
	};
	const struct hvp_fwregs host = offers(HVP_RELEASE(6, 1, 0));

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hvp_fwregs vm = initial(&host, cases[i].flags);
		struct findings f;
		char what[64];

		snprintf(what, sizeof(what), "case %zu", i);
		EXPECT(hvp_fwreg_write(&host, cases[i].flags, cases[i].id, cases[i].value, &vm,
				       fresh(&f)), cases[i].status, "%s", what);
		expect_refusal(&f, cases[i].reason, 0, cases[i].have, cases[i].offer, what);
	}
}

/* How much protection a value stands for. */
static uint64_t shield(uint32_t reg, uint64_t value)
{
	if (reg == WA2)
		return (value & 15) > 1;
	return value;
}

/* R22 and R23, from what a write does and what the guest has then. */
static uint32_t oracle_one_host(uint32_t reg, const struct hvp_fwregs *guest,
			    const struct hvp_fwregs *host, uint32_t flags, uint32_t *reason)
{
	const bool told = guest->listed >> reg & 1, knows = guest->known >> reg & 1;
	const bool there = host->listed >> reg & 1, offered = host->known >> reg & 1;
	const uint64_t had = guest->value[reg];
	struct hvp_fwregs vm = *host;
	uint64_t gets = host->value[reg];

	if (reg == PSCI && !(flags & PSCI_0_2))
		gets = 1;
	if (reg == VENDOR_2)
		gets = 0;
	*reason = 0;
	if (told && (host->unsure >> reg & 1)) {
		*reason = HVP_REASON_FWREG_UNSURE;
		return HVP_VERDICT_REFUSED;
	}
	if (told && there) {
		if (oracle_write(host, flags | READY, ids[reg], had, &vm)) {
			*reason = 1;
			return HVP_VERDICT_REFUSED;
		}
		if (shield(reg, vm.value[reg]) == shield(reg, had))
			return HVP_VERDICT_SAME;
		*reason = HVP_REASON_FWREG_BETTER;
		return HVP_VERDICT_CHANGED;
	}
	if (told) {
		*reason = offered && gets == had ? 0 : HVP_REASON_FWREG_ABSENT;
		return *reason ? HVP_VERDICT_REFUSED : HVP_VERDICT_SAME;
	}
	if (!offered) {
		/* services come with the kernel; of the others anything may be lost */
		if (reg >= STD || (knows && !shield(reg, had)))
			return HVP_VERDICT_SAME;
		*reason = HVP_REASON_FWREG_NOT_KNOWN;
		return HVP_VERDICT_DEGRADED;
	}
	if (!knows) {
		static const uint64_t most[] = { 0x10000, 2, 3, 2, 1, 1, 3, 0 };
		const bool all = reg < STD ? shield(reg, gets) >= shield(reg, most[reg]) :
				 (gets & most[reg]) == most[reg];

		if (!most[reg])
			return HVP_VERDICT_SAME;
		*reason = all ? HVP_REASON_FWREG_UNTOLD : HVP_REASON_FWREG_MAY_LOSE;
		return all ? HVP_VERDICT_CHANGED : HVP_VERDICT_DEGRADED;
	}
	if (shield(reg, gets) == shield(reg, had))
		return HVP_VERDICT_SAME;
	if (reg < STD ? shield(reg, gets) > shield(reg, had) : (gets & had) == had) {
		*reason = HVP_REASON_FWREG_UPGRADED;
		return HVP_VERDICT_CHANGED;
	}
	*reason = HVP_REASON_FWREG_LOST;
	return HVP_VERDICT_DEGRADED;
}

/* The host may stand for several: nobody writes a level, nor what the stream does not have. */
static uint32_t oracle_move(uint32_t reg, const struct hvp_fwregs *guest,
			    const struct hvp_fwregs *host, uint32_t flags, uint32_t *reason)
{
	const uint32_t verdict = oracle_one_host(reg, guest, host, flags, reason);
	const bool written = (guest->listed >> reg & 1) && (reg < WA1 || reg > WA3);

	if (*reason || written || !((host->varies | host->unsure) >> reg & 1))
		return verdict;
	*reason = host->varies >> reg & 1 ? HVP_REASON_FWREG_VARIES : HVP_REASON_FWREG_NOT_KNOWN;
	return HVP_VERDICT_CHANGED;
}

/* The n-th state of one register: unknown, unsure, then each value known, then each listed. */
static bool one_state(uint32_t reg, uint32_t n, struct hvp_fwregs *regs)
{
	static const uint64_t versions[] = { 1, 2, 3, 0x10000, 0x10001, 0x10002, 0x10003 };
	const uint32_t values = reg == PSCI ? COUNT(versions) : (uint32_t)valid[reg] + 1;

	/* of the others nothing can be lost: no protection, and PSCI 0.1 */
	*regs = empty();
	regs->known = ((1 << REGS) - 1) & ~((uint32_t)1 << reg);
	regs->value[PSCI] = reg != PSCI;
	if (!n--)
		return true;
	if (!n--) {
		regs->unsure = (uint32_t)1 << reg;
		return true;
	}
	regs->known |= (uint32_t)1 << reg;
	regs->listed = n >= values ? (uint32_t)1 << reg : 0;
	regs->value[reg] = reg == PSCI ? versions[n % values] : n % values;
	return n < 2 * values;
}

/* No Linux that has the registers ends with 0.1, 0.2 or 1.2, or has an SSBD level of 1 or 2. */
static bool exists(uint32_t reg, const struct hvp_fwregs *host)
{
	const uint64_t newest = host->value[reg];

	if (reg == WA2)
		return newest == 0 || newest == 3;
	return reg != PSCI || !host->listed || newest == 0x10000 || newest == 0x10001 ||
	       newest == 0x10003;
}

static void expect_move(uint32_t reg, const struct hvp_fwregs *guest,
			const struct hvp_fwregs *host, uint32_t flags)
{
	uint32_t verdict = POISON_32, reason;
	const uint32_t want = oracle_move(reg, guest, host, flags, &reason);
	struct findings f;

	EXPECT(hvp_fwreg_compare(guest, host, flags, &verdict, fresh(&f)), HVP_OK, "compare");
	EXPECT(verdict, want, "register %" PRIu32 ", 0x%" PRIx64 " to 0x%" PRIx64, reg,
	       guest->value[reg], host->value[reg]);
	EXPECT(f.report.worst, want, "worst");
	EXPECT(f.report.total, reason != 0, "findings");
	if (!reason)
		return;
	EXPECT(f.finding[0].object, reg, "object");
	EXPECT(f.finding[0].have, guest->value[reg], "have");
	/* of a refusal the words are those of the write */
	if (reason != 1)
		EXPECT(f.finding[0].reason, reason, "reason");
}

/* Every state of each register to every other, the same on all hosts or not. */
static void test_compare_one(void **state)
{
	struct hvp_fwregs guest, host;

	(void)state;
	for (uint32_t reg = 0; reg < REGS; reg++)
		for (uint32_t from = 0; one_state(reg, from, &guest); from++)
			for (uint32_t to = 0; one_state(reg, to, &host); to++)
				for (uint32_t n = 0; n < 4; n++) {
					host.varies = (n >> 1) << reg;
					if (exists(reg, &host) && !guest.unsure)
						expect_move(reg, &guest, &host, n & PSCI_0_2);
				}
}

/* What hosts give differs: a new VM has what they have in common. */
static void test_initial_varies(void **state)
{
	struct hvp_fwregs host, vm, want;

	(void)state;
	for (uint32_t reg = 0; reg < REGS; reg++) {
		for (uint32_t n = 0; one_state(reg, n, &host); n++) {
			host.varies = (uint32_t)1 << reg;
			want = host;
			want.varies = 0;
			want.unsure = 0;
			if (reg == VENDOR_2)
				want.value[reg] = 0;
			vm = initial(&host, PSCI_0_2);
			expect_regs(&vm, &want, "what varies");
			EXPECT(hvp_fwreg_initial(&host, PSCI_0_2, &host, NULL), HVP_OK, "itself");
			expect_regs(&host, &want, "what varies, in place");
		}
	}
}

/* All registers of all pairs of releases: all findings, and the worst. */
static void test_compare_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(releases) * COUNT(releases); i++) {
		const struct hvp_fwregs from = offers(releases[i % COUNT(releases)]);
		const struct hvp_fwregs to = offers(releases[i / COUNT(releases)]);
		const struct hvp_fwregs guest = initial(&from, PSCI_0_2);
		uint32_t verdict, reason, worst = 0, findings = 0;
		struct findings f;

		EXPECT(hvp_fwreg_compare(&guest, &to, PSCI_0_2, &verdict, fresh(&f)), HVP_OK,
		       "compare");
		for (uint32_t reg = 0; reg < REGS; reg++) {
			const uint32_t want = oracle_move(reg, &guest, &to, PSCI_0_2, &reason);

			worst = want > worst ? want : worst;
			if (reason)
				EXPECT(f.finding[findings++].object, reg, "object");
		}
		EXPECT(f.report.total, findings, "pair %zu: findings", i);
		EXPECT(verdict, worst, "pair %zu", i);
		EXPECT(hvp_fwreg_compare(&guest, &to, PSCI_0_2, &verdict, NULL), HVP_OK,
		       "no report");
		EXPECT(verdict, worst, "pair %zu without a report", i);
		/* on a host like its own nothing changes, if it is known what that is */
		if (i % COUNT(releases) == i / COUNT(releases))
			EXPECT(verdict, ~from.known & 0xf ? HVP_VERDICT_DEGRADED :
			       from.unsure ? HVP_VERDICT_CHANGED : HVP_VERDICT_SAME, "home");
	}
}

static void expect_case(const char *name, uint32_t from, uint32_t version, uint32_t to,
			uint32_t verdict, uint32_t reason)
{
	const struct hvp_fwregs source = offers(from), host = offers(to);
	struct hvp_fwregs guest = initial(&source, PSCI_0_2);
	uint32_t found = 0, worst = HVP_VERDICT_SAME, all;
	struct findings f;

	if (version)
		EXPECT(hvp_fwreg_write(&source, READY | (version == 1 ? 0 : PSCI_0_2), ids[PSCI],
				       version, &guest, NULL), HVP_OK, "%s: told", name);
	EXPECT(hvp_fwreg_compare(&guest, &host, PSCI_0_2, &all, fresh(&f)), HVP_OK, "%s", name);
	for (uint32_t i = 0; i < f.report.stored; i++) {
		if (f.finding[i].object != PSCI)
			continue;
		found = f.finding[i].reason;
		worst = f.finding[i].verdict;
	}
	EXPECT(worst, verdict, "%s: verdict", name);
	EXPECT(found, reason, "%s: reason", name);
}

static void test_compare_cases(void **state)
{
	(void)state;
#define CASE_FWREG_MOVE(name, from, version, to, verdict, reason) \
	expect_case(name, from, version, to, verdict, reason);
#include "../cases/fwreg.def"
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table), cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_write_cases), cmocka_unit_test(test_write_reasons),
		cmocka_unit_test(test_compare_one), cmocka_unit_test(test_compare_all),
		cmocka_unit_test(test_compare_cases), cmocka_unit_test(test_initial_varies),
		/* the long ones last: quick ones see most faults */
		cmocka_unit_test(test_write_ids), cmocka_unit_test(test_write_all),
		cmocka_unit_test(test_arguments),
	};

	return expect_done(cmocka_run_group_tests_name("fwreg", tests, NULL, NULL));
}
