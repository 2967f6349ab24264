// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "oracle.h"

/*
 * The oracle's tables, by generation: a level is an index. It knows nothing of PCR bits, masks
 * of levels or the library's numbers.
 */
enum { L204, L205, L206, L206P, L207, L300, L310, P11, LEVELS };

static const struct {
	uint32_t level, pvr;
	uint64_t capability;
	uint32_t cpu_pvr;
	bool tm;
} levels[LEVELS] = {
#define CASE_LEVEL(level, pvr, isa, qemu, libvirt, capability, cpu_pvr) \
	{ level, pvr, capability, cpu_pvr, level == HVP_LEVEL_2_07 || level == HVP_LEVEL_3_00 },
#include "../cases/pvr.def"
};

static const struct {
	uint32_t version;	/* upper half of the PVR */
	int own, newest;
} processors[] = {
	{ 0x3e, L205, L205 }, { 0x3f, L206, L206P }, { 0x4a, L206P, L206P },
	{ 0x4d, L207, L207 }, { 0x4b, L207, L207 }, { 0x4c, L207, L207 }, { 0x66, L207, L207 },
	{ 0x4e, L300, L300 }, { 0x80, L310, L310 }, { 0x82, P11, P11 },
};

#define CAPABILITIES 0x7000000000000000ull
/* with COPY_MEMORY and BITMAP2, which grant no level */
#define NAMED_BITS 0xf000000000000001ull

static int processor_of(uint32_t pvr)
{
	for (int i = 0; i < (int)COUNT(processors); i++)
		if (processors[i].version == pvr >> 16)
			return i;
	return -1;
}

static int index_of(uint32_t pvr)
{
	for (int i = 0; i < LEVELS; i++)
		if (levels[i].pvr == pvr)
			return i;
	return -1;
}

/* R12: the processor, its own mode, the hypervisor below. */
struct offer {
	int own, newest, mode;	/* mode: -1 if raw */
	bool has[LEVELS];
	bool empty;
};

static int32_t offers(const struct hvp_pvr_host *host, struct offer *offer)
{
	const int processor = processor_of(host->pvr);

	if (host->flags > 3 || (!host->flags && host->granted))
		return HVP_ERR_RESERVED;
	if (host->flags == 3)
		return HVP_ERR_ARGUMENT;
	if (processor < 0)
		return HVP_ERR_HOST_PVR;
	offer->newest = processors[processor].newest;
	offer->mode = -1;
	offer->own = processors[processor].own;
	if (host->compat_pvr) {
		offer->own = offer->mode = index_of(host->compat_pvr);
		/* -1, and 2.04 which no processor can be told */
		if (offer->mode < L205 || offer->mode > offer->newest)
			return HVP_ERR_HOST_MODE;
	}
	offer->empty = true;
	for (int i = 0; i < LEVELS; i++) {
		const bool bit = levels[i].capability;

		offer->has[i] = i >= L205 && i <= offer->newest &&
				(offer->mode < 0 || i <= offer->mode) &&
				((host->granted & levels[i].capability) || !host->flags ||
				 (host->flags == HVP_PVR_BOUNDED && !bit &&
				  (host->granted & CAPABILITIES)));
		offer->empty &= !offer->has[i];
	}
	return HVP_OK;
}

/* R13: what a request is answered, and the reason it is given. */
static int32_t check(const struct offer *offer, uint32_t request, int *level, uint32_t *reason)
{
	*level = request ? index_of(request) : offer->own;
	*reason = 0;
	if (*level < 0) {
		*reason = HVP_REASON_PVR_UNKNOWN;
		return HVP_ERR_UNKNOWN_PVR;
	}
	if (offer->has[*level])
		return HVP_OK;
	if (*level > offer->newest) {
		*reason = HVP_REASON_LEVEL_ABOVE_PROCESSOR;
		return HVP_ERR_LEVEL_NEWER;
	}
	if (offer->mode >= 0 && *level > offer->mode) {
		*reason = HVP_REASON_LEVEL_ABOVE_COMPAT;
		return HVP_ERR_LEVEL_NEWER;
	}
	if (*level < L205) {
		*reason = HVP_REASON_LEVEL_BELOW_OLDEST;
		return HVP_ERR_LEVEL_OLDER;
	}
	*reason = offer->empty ? HVP_REASON_NOTHING_GRANTED : HVP_REASON_LEVEL_NOT_GRANTED;
	return HVP_ERR_LEVEL_NOT_GRANTED;
}

static struct hvp_pvr_host host_of(uint32_t pvr, uint32_t compat_pvr, uint32_t flags,
				   uint64_t granted)
{
	return (struct hvp_pvr_host){
		.size = sizeof(struct hvp_pvr_host), .policy_level = HVP_POLICY_LEVEL_1,
		.pvr = pvr, .compat_pvr = compat_pvr, .flags = flags, .granted = granted,
	};
}

static void check_processor(uint32_t pvr)
{
	const int want = processor_of(pvr);
	struct hvp_processor_info info;
	enum hvp_status status;

	poison(info);
	status = hvp_pvr_processor(pvr, &info);
	if (status != (want < 0 ? HVP_ERR_UNKNOWN_PVR : HVP_OK))
		fail_msg("PVR 0x%08x: %s", pvr, hvp_status_name(status));
	if (status)
		assert_poisoned(info);
	else if (info.level != levels[processors[want].own].level ||
		 info.newest != levels[processors[want].newest].level ||
		 info.oldest != HVP_LEVEL_2_05 || (pvr & info.mask) != info.value)
		fail_msg("PVR 0x%08x: level %u", pvr, info.level);
}

static void test_processors(void **state)
{
	static const struct {
		uint32_t pvr;
		const char *name, *libvirt;
		uint32_t own, newest;
	} cases[] = {
#define CASE_PROCESSOR(pvr, name, libvirt, own, newest) { pvr, name, libvirt, own, newest },
#include "../cases/pvr.def"
	};
	static const struct {
		const char *name;
		uint32_t pvr;
	} others[] = {
#define CASE_NO_PROCESSOR(name, pvr) { name, pvr },
#include "../cases/pvr.def"
	};
	struct hvp_processor_info info;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(hvp_pvr_processor(cases[i].pvr, &info), HVP_OK);
		assert_non_null(memchr(info.name, 0, sizeof(info.name)));
		assert_non_null(memchr(info.libvirt, 0, sizeof(info.libvirt)));
		assert_string_equal(info.name, cases[i].name);
		assert_string_equal(info.libvirt, cases[i].libvirt);
		assert_int_equal(info.level, cases[i].own);
		assert_int_equal(info.newest, cases[i].newest);
		/* of POWER9 2.0 and 2.1 are apart from 2.2 and later */
		assert_int_equal(info.revision, info.level < HVP_LEVEL_3_00 ? 0 :
				 info.level == HVP_LEVEL_3_00 ? 0xf02 : 0xf00);
	}
	poison(info);
	for (size_t i = 0; i < COUNT(others); i++)
		if (hvp_pvr_processor(others[i].pvr, &info) != HVP_ERR_UNKNOWN_PVR)
			fail_msg("%s is %s", others[i].name, info.name);
	assert_poisoned(info);
	for (uint32_t version = 0; version < 0x10000; version++) {
		check_processor(version << 16);
		check_processor(version << 16 | 0xffff);
		check_processor(version << 16 | 0x1202);
	}
	for (size_t i = 0; i < COUNT(processors); i++)
		for (uint32_t low = 0; low < 0x10000; low++)
			check_processor(processors[i].version << 16 | low);
}

static void test_walk(void **state)
{
	struct hvp_processor_info info, again;

	(void)state;
	for (uint32_t i = 0; i < COUNT(processors); i++) {
		poison(info);
		assert_int_equal(hvp_pvr_processor_at(i, &info), HVP_OK);
		/* each row can be reached */
		assert_int_equal(hvp_pvr_processor(info.value, &again), HVP_OK);
		assert_memory_equal(&info, &again, sizeof(info));
	}
	poison(info);
	for (uint32_t i = COUNT(processors); i < 100; i++)
		assert_int_equal(hvp_pvr_processor_at(i, &info), HVP_ERR_NOT_FOUND);
	assert_int_equal(hvp_pvr_processor_at(UINT32_MAX, &info), HVP_ERR_NOT_FOUND);
	assert_poisoned(info);
}

static void test_pcr(void **state)
{
	static const struct {
		const char *name;
		uint32_t pvr;
		uint64_t pcr[LEVELS - 1];
	} cases[] = {
#define CASE_PCR(name, pvr, v2_05, v2_06, v2_06p, v2_07, v3_00, v3_10, v3_10_p11) \
	{ name, pvr, { v2_05, v2_06, v2_06p, v2_07, v3_00, v3_10, v3_10_p11 } },
#include "../cases/pvr.def"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t pcr = POISON;

		assert_int_equal(hvp_pvr_pcr(cases[i].pvr, HVP_LEVEL_2_04, &pcr),
				 HVP_ERR_LEVEL_OLDER);
		assert_true(pcr == POISON);
		for (size_t j = 0; j < LEVELS - 1; j++) {
			const uint64_t want = cases[i].pcr[j];
			enum hvp_status status;

			pcr = POISON;
			status = hvp_pvr_pcr(cases[i].pvr, levels[j + 1].level, &pcr);
			if (status != (want == 1 ? HVP_ERR_LEVEL_NEWER : HVP_OK) ||
			    pcr != (want == 1 ? POISON : want))
				fail_msg("%s at level %u: %s, 0x%llx", cases[i].name,
					 levels[j + 1].level, hvp_status_name(status),
					 (unsigned long long)pcr);
		}
	}
}

/* kvmppc_set_arch_compat() in Linux: (host bit - guest bit), of the low bits of PCR. */
static void test_pcr_linux(void **state)
{
	static const uint32_t bits[LEVELS] = { 0, 2, 4, 4, 8, 0x10, 0x20, 0x20 };
	static const uint32_t matrix[5][5] = {
		{ 0x00 },
		{ 0x02, 0x00 },
		{ 0x06, 0x04, 0x00 },
		{ 0x0e, 0x0c, 0x08, 0x00 },
		{ 0x1e, 0x1c, 0x18, 0x10, 0x00 },
	};
	static const int column[LEVELS] = { -1, 0, 1, 1, 2, 3, 4, 4 };
	uint32_t cases = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(processors); i++) {
		for (int j = L205; j <= processors[i].newest; j++, cases++) {
			const int host = column[processors[i].own], guest = column[j];
			uint64_t pcr = 0;

			assert_int_equal(hvp_pvr_pcr(processors[i].version << 16, levels[j].level,
						     &pcr), HVP_OK);
			assert_int_equal(pcr & 0x1e, matrix[host][guest]);
			assert_int_equal(pcr & 0x1e, bits[processors[i].own] - bits[j]);
			assert_true((pcr & HVP_PCR_RESERVED) == 0);
		}
	}
	assert_int_equal(cases, 1 + 3 + 3 + 4 * 4 + 5 + 6 + 7);
}

static void test_pcr_refused(void **state)
{
	uint64_t pcr = POISON;

	(void)state;
	for (uint32_t level = 0; level < 0x1000; level++) {
		bool known = false;

		for (int i = 0; i < LEVELS; i++)
			known |= levels[i].level == level;
		if (!known)
			assert_int_equal(hvp_pvr_pcr(0x00801200, level, &pcr), HVP_ERR_ARGUMENT);
		else
			assert_int_equal(hvp_pvr_pcr(0x00900102, level, &pcr), HVP_ERR_HOST_PVR);
	}
	assert_int_equal(hvp_pvr_pcr(0x00900102, UINT32_MAX, &pcr), HVP_ERR_ARGUMENT);
	assert_true(pcr == POISON);
}

static const int host_reasons[] = {
	HVP_REASON_RESERVED_NOT_ZERO, HVP_REASON_PROCESSOR_UNKNOWN, HVP_REASON_COMPAT_UNKNOWN,
	HVP_REASON_LEVEL_ABOVE_PROCESSOR, HVP_REASON_LEVEL_BELOW_OLDEST,
};

static void test_check_cases(void **state)
{
	static const struct {
		const char *name;
		uint32_t pvr, compat_pvr, flags;
		uint64_t granted;
		uint32_t request;
		int32_t status;
		uint32_t level, reason;
	} cases[] = {
#define CASE_CHECK(name, pvr, compat, flags, granted, request, status, level, reason) \
	{ name, pvr, compat, flags, granted, request, status, level, reason },
#include "../cases/pvr.def"
	};
	static const int reasons[] = {
		HVP_REASON_PVR_UNKNOWN, HVP_REASON_LEVEL_ABOVE_COMPAT,
		HVP_REASON_LEVEL_NOT_GRANTED, HVP_REASON_NOTHING_GRANTED,
		HVP_REASON_GRANT_UNKNOWN_BITS,
		HVP_REASON_GRANT_EMPTY, HVP_REASON_LEVEL_FACILITY_GONE,
	};
	static const int statuses[] = {
		HVP_OK, HVP_ERR_ARGUMENT, HVP_ERR_RESERVED, HVP_ERR_UNKNOWN_PVR,
		HVP_ERR_LEVEL_NEWER, HVP_ERR_LEVEL_OLDER, HVP_ERR_LEVEL_NOT_GRANTED,
		HVP_ERR_HOST_PVR, HVP_ERR_HOST_MODE,
	};
	struct produced produced = { 0 };
	struct findings findings;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct hvp_pvr_host host = host_of(cases[i].pvr, cases[i].compat_pvr,
							 cases[i].flags, cases[i].granted);
		uint32_t level = POISON_32;
		const enum hvp_status status = hvp_pvr_check(&host, cases[i].request, &level,
							     fresh(&findings));

		if (status != cases[i].status)
			fail_msg("%s: %s", cases[i].name, hvp_status_name(status));
		if (level != (status ? POISON_32 : cases[i].level))
			fail_msg("%s: level %u", cases[i].name, level);
		check_promise(cases[i].name, status, &findings);
		produce(&produced, status, &findings);
		if (cases[i].reason ? !find(&findings, cases[i].reason) :
				      findings.report.total != 0)
			fail_msg("%s: other findings", cases[i].name);
		assert_int_equal(hvp_pvr_check(&host, cases[i].request, NULL, NULL), status);
	}
	assert_produced(produced.status, statuses);
	assert_produced(produced.reason, host_reasons);
	assert_produced(produced.reason, reasons);
}

/* The test matrix that was posted with the Linux patch: the third is -EINVAL. */
static void test_seed_matrix(void **state)
{
	static const struct {
		uint32_t guest, compat;
		int32_t error;
	} rows[] = {
		{ 0x0f000007, 0, 0 },
		{ 0x0f000006, 0, 0 },
		{ 0x0f000007, 0x0f000006, -22 },
		{ 0x0f000006, 0x0f000006, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct hvp_pvr_host host = host_of(0x00821200, rows[i].compat, 0, 0);
		const enum hvp_status status = hvp_pvr_check(&host, rows[i].guest, NULL, NULL);

		assert_int_equal(hvp_status_to_errno(status), rows[i].error);
	}
}

/* A refusal is told once. */
static uint32_t refusals(const struct findings *findings)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < findings->report.stored; i++)
		count += findings->finding[i].verdict == HVP_VERDICT_REFUSED;
	return count;
}

/* Beside a mode that was found: what the guest lacks, and notes that cost it nothing. */
static void check_notes(const struct findings *findings)
{
	for (uint32_t i = 0; i < findings->report.stored; i++) {
		const struct hvp_finding *finding = &findings->finding[i];
		const bool lost = finding->reason == HVP_REASON_LEVEL_FACILITY_GONE ||
				  finding->reason == HVP_REASON_GRANT_EMPTY;

		if (finding->verdict != (lost ? HVP_VERDICT_DEGRADED : HVP_VERDICT_SAME))
			fail_msg("%s: %s", hvp_reason_name(finding->reason),
				 hvp_verdict_name(finding->verdict));
	}
}

/* What a finding has and offers, by its reason. */
static void check_values(const struct hvp_pvr_host *host, const struct offer *offer, uint32_t asked,
			 const struct findings *findings)
{
	int newest = LEVELS - 1;

	while (newest >= 0 && !offer->has[newest])
		newest--;
	for (uint32_t i = 0; i < findings->report.stored; i++) {
		const struct hvp_finding *finding = &findings->finding[i];
		uint64_t have = finding->object, other = 0;

		switch (finding->reason) {
		case HVP_REASON_PROCESSOR_UNKNOWN:
		case HVP_REASON_NO_COMMON_LEVEL:
			have = host->pvr;
			break;
		case HVP_REASON_RAW_NOT_NAMED:
			have = host->guest_pvr ? host->guest_pvr : host->pvr;
			break;
		case HVP_REASON_COMPAT_UNKNOWN:
			have = host->compat_pvr;
			break;
		case HVP_REASON_PVR_UNKNOWN:
			have = asked;
			break;
		case HVP_REASON_LEVEL_ABOVE_PROCESSOR:
			other = levels[offer->newest].pvr;
			break;
		case HVP_REASON_LEVEL_ABOVE_COMPAT:
		case HVP_REASON_RAW_ON_COMPAT_HOST:
			other = levels[offer->mode].pvr;
			break;
		case HVP_REASON_LEVEL_BELOW_OLDEST:
			other = 0x0f000002;
			break;
		case HVP_REASON_LEVEL_NOT_GRANTED:
			other = newest < 0 ? 0 : levels[newest].pvr;
			break;
		case HVP_REASON_LEVEL_ABOVE_MAXIMUM:
		case HVP_REASON_RAW_WITH_MAXIMUM:
			other = asked;
			break;
		case HVP_REASON_GRANT_UNKNOWN_BITS:
			have = host->granted & ~NAMED_BITS;
			other = NAMED_BITS;
			/* no guest loses what has no name yet */
			assert_int_equal(finding->verdict, HVP_VERDICT_SAME);
			break;
		case HVP_REASON_GRANT_EMPTY:
			have = host->granted;
			break;
		case HVP_REASON_LEVEL_FACILITY_GONE:
			have = 0x20;
			break;
		case HVP_REASON_RESERVED_NOT_ZERO:
			have = host->flags & ~3u ? host->flags & ~3u : host->granted;
			other = host->flags & ~3u ? 3 : 0;
			break;
		default:
			break;
		}
		if (finding->have != have || finding->offer != other)
			fail_msg("%s: has %llx, offers %llx", hvp_reason_name(finding->reason),
				 (unsigned long long)finding->have,
				 (unsigned long long)finding->offer);
	}
}

static void check_offers(const struct hvp_pvr_host *host, int32_t want, const struct offer *offer)
{
	struct hvp_pvr_offer out;
	struct findings findings;
	enum hvp_status status;
	uint32_t oldest = 0, newest = 0;
	uint64_t set = 0;

	poison(out);
	status = hvp_pvr_offers(host, &out, fresh(&findings));
	if (status != want)
		fail_msg("PVR 0x%08x, mode 0x%08x, flags %u: %s", host->pvr, host->compat_pvr,
			 host->flags, hvp_status_name(status));
	check_values(host, offer, 0, &findings);
	if (status) {
		assert_poisoned(out);
		check_promise("offers", status, &findings);
		if (refusals(&findings) > 1)
			fail_msg("PVR 0x%08x, mode 0x%08x: refused twice", host->pvr,
				 host->compat_pvr);
		return;
	}
	for (int i = LEVELS - 1; i >= 0; i--) {
		if (!offer->has[i])
			continue;
		set |= 1ull << levels[i].level;
		oldest = levels[i].level;
		newest = newest ? newest : levels[i].level;
	}
	if (out.own != levels[offer->own].level || out.oldest != oldest || out.newest != newest ||
	    out.levels != set || out.reserved)
		fail_msg("PVR 0x%08x, mode 0x%08x: offers %llx", host->pvr, host->compat_pvr,
			 (unsigned long long)out.levels);
	if (count_of(&findings, HVP_REASON_GRANT_UNKNOWN_BITS) !=
	    (host->flags && host->granted & ~NAMED_BITS) ||
	    count_of(&findings, HVP_REASON_GRANT_EMPTY) != offer->empty)
		fail_msg("PVR 0x%08x, granted %llx: other findings", host->pvr,
			 (unsigned long long)host->granted);
}

static void check_check(const struct hvp_pvr_host *host, int32_t want, const struct offer *offer,
			uint32_t request)
{
	uint32_t level = POISON_32, reason = 0;
	const struct hvp_finding *finding;
	struct findings findings;
	enum hvp_status status;
	int asked = -1;

	if (!want)
		want = check(offer, request, &asked, &reason);
	status = hvp_pvr_check(host, request, &level, fresh(&findings));
	if (status != want || level != (want ? POISON_32 : levels[asked].level))
		fail_msg("PVR 0x%08x, mode 0x%08x, flags %u, granted %llx, asked 0x%08x: %s, %u",
			 host->pvr, host->compat_pvr, host->flags,
			 (unsigned long long)host->granted, request, hvp_status_name(status),
			 level);
	check_promise("check", status, &findings);
	check_values(host, offer, request, &findings);
	finding = find(&findings, reason);
	if (!finding != !reason)
		fail_msg("asked 0x%08x: no reason %s", request, hvp_reason_name(reason));
	if (finding && hvp_reason_object(reason) == HVP_OBJECT_LEVEL)
		assert_int_equal(finding->object, levels[asked].pvr);
	if (status)
		return;
	/* POWER10 and newer take TM from a guest whose level has it */
	finding = find(&findings, HVP_REASON_LEVEL_FACILITY_GONE);
	if (!finding != !(levels[asked].tm && offer->newest >= L310))
		fail_msg("PVR 0x%08x, asked 0x%08x: TM", host->pvr, request);
	if (finding) {
		assert_int_equal(finding->object, HVP_FACILITY_TM);
		assert_int_equal(finding->verdict, HVP_VERDICT_DEGRADED);
	}
}

/* All processors, all own modes, all flags and bitmaps, all requests. */
static void test_check_all(void **state)
{
	static const uint32_t requests[] = {
		0, 0x0f000001, 0x0f000002, 0x0f000003, 0x0f100003, 0x0f000004, 0x0f000005,
		0x0f000006, 0x0f000007, 0x0f000008, 0x0f100004, 0x00801200, 1, 0xffffffff,
	};
	static const uint32_t flags[] = { 0, 1, 2, 3, 4, 5, 0x80000000 };
	uint32_t cases = 0;

	(void)state;
	for (uint32_t n = 0; n < 11 * COUNT(requests) * COUNT(flags) * 32; n++) {
		/* ten processors and one that is none; the three bits and two that name no level */
		const uint32_t p = n % 11, bits = n / 11 % 32;
		const uint64_t granted = (uint64_t)(bits & 15) << 60 | bits >> 4;
		const uint32_t mode = requests[n / 11 / 32 % COUNT(requests)];
		const uint32_t pvr = p < 10 ? processors[p].version << 16 | 0x1202 : 0x00811202;
		const struct hvp_pvr_host host =
			host_of(pvr, mode, flags[n / 11 / 32 / COUNT(requests)], granted);
		struct offer offer = { 0 };
		const int32_t want = offers(&host, &offer);

		check_offers(&host, want, &offer);
		for (size_t i = 0; i < COUNT(requests); i++, cases++)
			check_check(&host, want, &offer, requests[i]);
	}
	assert_int_equal(COUNT(processors), 10);
	assert_int_equal(cases, 11 * 14 * 7 * 32 * 14);
}

/* An offer of nothing is an answer, no refusal: the promise of report.h holds for it too. */
static void test_empty_offer(void **state)
{
	const struct hvp_pvr_host host = host_of(0x00801200, 0, HVP_PVR_GRANTED, 0);
	struct hvp_pvr_offer offer;
	struct findings findings;

	(void)state;
	assert_int_equal(hvp_pvr_offers(&host, &offer, fresh(&findings)), HVP_OK);
	assert_int_equal(offer.own, HVP_LEVEL_3_10);
	assert_true(!offer.oldest && !offer.newest && !offer.levels);
	assert_non_null(find(&findings, HVP_REASON_GRANT_EMPTY));
	check_promise("an empty offer", HVP_OK, &findings);
}

static void test_null(void **state)
{
	const struct hvp_pvr_host host = host_of(0x00801200, 0, 0, 0);
	const struct hvp_pvr_entry entry = { 0xffffffff, 0x0f000006 };
	struct hvp_pvr_offer offer;
	struct hvp_pvr_mode mode;
	struct findings findings;
	uint32_t level = POISON_32;

	(void)state;
	poison(offer);
	poison(mode);
	fresh(&findings);
	assert_int_equal(hvp_pvr_offers(NULL, &offer, &findings.report), HVP_ERR_ARGUMENT);
	assert_int_equal(hvp_pvr_offers(&host, NULL, &findings.report), HVP_ERR_ARGUMENT);
	assert_int_equal(hvp_pvr_check(NULL, 0, &level, &findings.report), HVP_ERR_ARGUMENT);
	assert_int_equal(hvp_pvr_negotiate(NULL, &entry, 1, 0, &mode, &findings.report),
			 HVP_ERR_ARGUMENT);
	assert_int_equal(hvp_pvr_negotiate(&host, NULL, 1, 0, &mode, &findings.report),
			 HVP_ERR_ARGUMENT);
	assert_int_equal(hvp_pvr_negotiate(&host, &entry, 1, 0, NULL, &findings.report),
			 HVP_ERR_ARGUMENT);
	assert_int_equal(hvp_pvr_choose(CAPABILITIES, 0, NULL, &findings.report), HVP_ERR_ARGUMENT);
	assert_int_equal(level, POISON_32);
	assert_poisoned(offer);
	assert_poisoned(mode);
	/* no list at all names nothing */
	assert_int_equal(hvp_pvr_negotiate(&host, NULL, 0, 0, &mode, fresh(&findings)),
			 HVP_ERR_NO_COMMON_LEVEL);
	check_promise("no list", HVP_ERR_NO_COMMON_LEVEL, &findings);
	assert_poisoned(mode);
}

/* R16, with memory that ends where the structure says that it does. */
static void test_head(void **state)
{
	const struct hvp_pvr_host known = host_of(0x00801200, 0, 0, 0);
	const struct hvp_pvr_entry entry = { 0xffffffff, 0x0f000006 };
	static const int reasons[] = {
		HVP_REASON_SIZE_BELOW_FIRST, HVP_REASON_SIZE_ABOVE_LIMIT,
		HVP_REASON_TAIL_NOT_ZERO, HVP_REASON_POLICY_LEVEL,
	};
	struct produced produced = { 0 };
	struct findings findings;

	(void)state;
	for (uint32_t n = 1; n <= HVP_SIZE_LIMIT / 4 + 3; n++) {
		const uint32_t size = n / 2 * 8;
		const uint32_t there = size < HVP_SIZE_LIMIT ? size : HVP_SIZE_LIMIT;
		struct hvp_pvr_host *host = at_the_edge(there < 8 ? 8 : there);
		const bool dirty = n & 1;
		int32_t want = HVP_OK;
		struct hvp_pvr_offer offer;
		struct hvp_pvr_mode mode;
		uint32_t level = POISON_32;

		memset(host, 0, there < 8 ? 8 : there);
		memcpy(host, &known, there < 8 ? 8 : there < sizeof(known) ? there : sizeof(known));
		host->size = size;
		if (dirty && size > sizeof(known))
			((unsigned char *)host)[there - 1] = 1;
		if (size < sizeof(known))
			want = HVP_ERR_TOO_SMALL;
		else if (size > HVP_SIZE_LIMIT)
			want = HVP_ERR_TOO_BIG;
		else if (dirty && size > sizeof(known))
			want = HVP_ERR_TAIL;
		poison(offer);
		poison(mode);
		assert_int_equal(hvp_pvr_offers(host, &offer, fresh(&findings)), want);
		check_promise("head", want, &findings);
		produce(&produced, want, &findings);
		assert_int_equal(hvp_pvr_check(host, 0, &level, NULL), want);
		assert_int_equal(hvp_pvr_negotiate(host, &entry, 1, 0, &mode, NULL), want);
		if (want) {
			assert_poisoned(offer);
			assert_poisoned(mode);
			assert_int_equal(level, POISON_32);
		}
	}
	for (uint32_t level = 0; level < 0x100; level++) {
		struct hvp_pvr_host host = known;
		struct hvp_pvr_offer offer;

		host.policy_level = level;
		assert_int_equal(hvp_pvr_offers(&host, &offer, fresh(&findings)),
				 level == 1 ? HVP_OK : HVP_ERR_VERSION);
		produce(&produced, HVP_ERR_VERSION, &findings);
	}
	assert_produced(produced.reason, reasons);
}

static const struct negotiation {
	const char *name;
	uint32_t pvr, compat_pvr, guest_pvr, maximum;
	int32_t status;
	uint32_t level, mode, reason, count;
	const struct hvp_pvr_entry *entries;
} negotiations[] = {
#define CASE_NEGOTIATE(name, pvr, compat, guest_pvr, maximum, status, level, mode, reason, ...)	\
	{ name, pvr, compat, guest_pvr, maximum, status, level, mode, reason,			\
	  COUNT(((const struct hvp_pvr_entry[]){ __VA_ARGS__ })),				\
	  (const struct hvp_pvr_entry[]){ __VA_ARGS__ } },
#include "../cases/pvr.def"
};

static void test_negotiate_cases(void **state)
{
	static const int reasons[] = {
		HVP_REASON_LEVEL_ABOVE_COMPAT, HVP_REASON_LEVEL_ABOVE_MAXIMUM,
		HVP_REASON_RAW_NOT_NAMED, HVP_REASON_RAW_WITH_MAXIMUM,
		HVP_REASON_RAW_ON_COMPAT_HOST, HVP_REASON_NO_COMMON_LEVEL,
	};
	static const int statuses[] = {
		HVP_OK, HVP_ERR_UNKNOWN_PVR, HVP_ERR_LEVEL_NEWER, HVP_ERR_LEVEL_OLDER,
		HVP_ERR_NO_COMMON_LEVEL, HVP_ERR_HOST_PVR, HVP_ERR_HOST_MODE,
	};
	struct produced produced = { 0 };
	struct findings findings;

	(void)state;
	for (size_t i = 0; i < COUNT(negotiations); i++) {
		const struct negotiation *row = &negotiations[i];
		struct hvp_pvr_host host = host_of(row->pvr, row->compat_pvr, 0, 0);
		struct hvp_pvr_mode mode;
		enum hvp_status status;

		host.guest_pvr = row->guest_pvr;
		poison(mode);
		status = hvp_pvr_negotiate(&host, row->entries, row->count, row->maximum, &mode,
					   fresh(&findings));
		if (status != row->status)
			fail_msg("%s: %s", row->name, hvp_status_name(status));
		check_promise(row->name, status, &findings);
		produce(&produced, status, &findings);
		if (row->reason ? !find(&findings, row->reason) : findings.report.total != 0)
			fail_msg("%s: other findings", row->name);
		if (status)
			assert_poisoned(mode);
		else if (mode.level != row->level || mode.compat_pvr != row->mode || mode.reserved)
			fail_msg("%s: level %u, mode 0x%08x", row->name, mode.level,
				 mode.compat_pvr);
	}
	assert_produced(produced.status, statuses);
	assert_produced(produced.reason, reasons);
}

/* R15, slowly: level by level, newest first, through the whole list each time. */
static int32_t negotiate(const struct hvp_pvr_host *host, const struct hvp_pvr_entry *entries,
			 uint32_t count, uint32_t maximum, struct hvp_pvr_mode *mode)
{
	const uint32_t reads = host->guest_pvr ? host->guest_pvr : host->pvr;
	int limit = LEVELS, best = -1;
	struct offer offer = { 0 };
	int32_t status = offers(host, &offer);
	uint32_t used = 0, reason;
	bool named = false;

	if (!status && maximum)
		status = check(&offer, maximum, &limit, &reason);
	if (status)
		return status;
	while (used < count && used < 512 && (entries[used].value | entries[used].mask) ==
	       entries[used].mask)
		used++;
	for (int i = LEVELS - 1; i >= 0 && best < 0; i--)
		for (uint32_t j = 0; j < used; j++)
			if (entries[j].value == levels[i].pvr && offer.has[i] && i <= limit)
				best = i;
	for (uint32_t j = 0; j < used; j++)
		named |= ((entries[j].value ^ reads) & entries[j].mask) == 0;
	if (best >= 0)
		*mode = (struct hvp_pvr_mode){ levels[best].level, levels[best].pvr,
					       levels[best].cpu_pvr, 0 };
	else if (named && !maximum && !host->compat_pvr && offer.has[offer.own])
		*mode = (struct hvp_pvr_mode){ levels[offer.own].level, 0,
					       levels[offer.own].cpu_pvr, 0 };
	else
		return HVP_ERR_NO_COMMON_LEVEL;
	return HVP_OK;
}

static enum hvp_status check_negotiate(const struct hvp_pvr_host *host,
				       const struct hvp_pvr_entry *entries, uint32_t count,
				       uint32_t maximum, struct findings *findings)
{
	struct hvp_pvr_mode mode, want;
	struct offer offer = { 0 };
	enum hvp_status status;
	int32_t expected;

	poison(mode);
	poison(want);
	expected = negotiate(host, entries, count, maximum, &want);
	status = hvp_pvr_negotiate(host, entries, count, maximum, &mode, fresh(findings));
	if (status != expected || memcmp(&mode, &want, sizeof(mode)))
		fail_msg("PVR 0x%08x, mode 0x%08x, flags %u, granted %llx, maximum 0x%08x: "
			 "%s, 0x%08x, not 0x%08x", host->pvr, host->compat_pvr, host->flags,
			 (unsigned long long)host->granted, maximum, hvp_status_name(status),
			 mode.compat_pvr, want.compat_pvr);
	check_promise("negotiate", status, findings);
	if (!status)
		check_notes(findings);
	offers(host, &offer);
	check_values(host, &offer, maximum, findings);
	return status;
}

static uint32_t draw_pvr(uint64_t *seed)
{
	const uint32_t n = draw_below(seed, 16);

	if (n < 9)
		return levels[n % LEVELS].pvr;
	if (n < 15)
		return processors[draw_below(seed, COUNT(processors))].version << 16 |
		       (n & 1 ? 0 : 0x1202);
	return (uint32_t)draw(seed);
}

static struct hvp_pvr_entry draw_entry(uint64_t *seed)
{
	static const uint32_t masks[] = {
		0xffffffff, 0xffffffff, 0xffff0000, 0xffff0000, 0xfffe0000, 0, 0xfffffffe,
		0x0fffffff,
	};
	struct hvp_pvr_entry entry = { masks[draw_below(seed, COUNT(masks))], draw_pvr(seed) };

	/* few lists end early */
	if (draw_below(seed, 16))
		entry.mask |= draw_below(seed, 2) ? entry.value : 0;
	if (draw_below(seed, 16))
		entry.value &= entry.mask;
	return entry;
}

static struct hvp_pvr_host draw_host(uint64_t *seed)
{
	struct hvp_pvr_host host;

	host = host_of(processors[draw_below(seed, COUNT(processors))].version << 16 | 0x1202, 0,
		       draw_below(seed, 3), 0);
	if (!draw_below(seed, 3))
		host.compat_pvr = levels[draw_below(seed, LEVELS)].pvr;
	if (host.flags || !draw_below(seed, 32))
		host.granted = draw(seed) & (draw_below(seed, 4) ? CAPABILITIES : ~0ull);
	if (!draw_below(seed, 4))
		host.guest_pvr = draw_pvr(seed);
	if (!draw_below(seed, 32))
		host.pvr = draw_pvr(seed);
	if (!draw_below(seed, 64))
		host.flags = draw_below(seed, 8);
	return host;
}

/* A million lists, and each of them shuffled: the order does not matter. */
static void test_negotiate_random(void **state)
{
	uint32_t raw = 0, compat = 0, refused = 0;
	struct findings findings;
	uint64_t seed = 9;

	(void)state;
	for (uint32_t n = 0; n < 1000000; n++) {
		const struct hvp_pvr_host host = draw_host(&seed);
		const uint32_t count = draw_below(&seed, 10);
		const uint32_t maximum = draw_below(&seed, 3) ? 0 : draw_pvr(&seed);
		struct hvp_pvr_mode mode = { 0 }, again = { 0 };
		struct hvp_pvr_entry entries[10];
		enum hvp_status status;
		uint32_t used = 0;

		for (uint32_t i = 0; i < count; i++)
			entries[i] = draw_entry(&seed);
		status = check_negotiate(&host, entries, count, maximum, &findings);
		hvp_pvr_negotiate(&host, entries, count, maximum, &mode, NULL);
		refused += status == HVP_ERR_NO_COMMON_LEVEL;
		raw += !status && !mode.compat_pvr;
		compat += !status && mode.compat_pvr;

		while (used < count && !(entries[used].value & ~entries[used].mask))
			used++;
		for (uint32_t i = used; i > 1; i--) {
			const uint32_t other = draw_below(&seed, i);
			const struct hvp_pvr_entry entry = entries[other];

			entries[other] = entries[i - 1];
			entries[i - 1] = entry;
		}
		if (hvp_pvr_negotiate(&host, entries, count, maximum, &again, NULL) != status ||
		    memcmp(&mode, &again, sizeof(mode)))
			fail_msg("the order matters");
	}
	/* the lists are worth something: no outcome is rare */
	assert_true(raw > 30000 && compat > 100000 && refused > 50000);
}

/* Entries are looked at up to 512, and no further, whether or not there are more. */
static void test_negotiate_limit(void **state)
{
	const struct hvp_pvr_host host = host_of(0x004e1202, 0, 0, 0);
	const struct hvp_pvr_entry good = { 0xffffffff, 0x0f000005 };
	const struct hvp_pvr_entry end = { 0xfffffffe, 0x0f000001 };
	struct hvp_pvr_entry entries[515];
	struct findings findings;

	(void)state;
	assert_int_equal(HVP_PVR_ENTRIES, 512);
	for (uint32_t at = 500; at < COUNT(entries); at++) {
		for (uint32_t count = 505; count <= COUNT(entries); count++) {
			const struct hvp_finding *finding;
			enum hvp_status status;

			for (uint32_t i = 0; i < COUNT(entries); i++)
				entries[i] = (struct hvp_pvr_entry){ 0xffffffff, 0x12345678 };
			entries[at] = good;
			status = check_negotiate(&host, entries, count, 0, &findings);
			assert_int_equal(status, at < count && at < 512 ? HVP_OK :
					 HVP_ERR_NO_COMMON_LEVEL);
			finding = find(&findings, HVP_REASON_LIST_UNTERMINATED);
			assert_true(!finding == (count <= 512));
			if (finding) {
				assert_int_equal(finding->object, 512);
			}
			/* a terminator within the limit is all that is needed */
			entries[504] = end;
			status = check_negotiate(&host, entries, count, 0, &findings);
			assert_int_equal(status, at < 504 ? HVP_OK : HVP_ERR_NO_COMMON_LEVEL);
			assert_null(find(&findings, HVP_REASON_LIST_UNTERMINATED));
		}
	}
	/* no entry beyond the limit is touched, however many are said to be there */
	{
		const size_t bytes = HVP_PVR_ENTRIES * sizeof(struct hvp_pvr_entry);
		struct hvp_pvr_entry *list = at_the_edge(bytes);

		memset(list, 0xff, bytes);
		list[511] = good;
		assert_int_equal(check_negotiate(&host, list, UINT32_MAX, 0, &findings), HVP_OK);
		assert_non_null(find(&findings, HVP_REASON_LIST_UNTERMINATED));
		list[511] = end;
		assert_int_equal(check_negotiate(&host, list, UINT32_MAX, 0, &findings),
				 HVP_ERR_NO_COMMON_LEVEL);
		assert_null(find(&findings, HVP_REASON_LIST_UNTERMINATED));
	}
}

/* Raw mode is refused for each reason alone, and all reasons are told together. */
static void test_raw_reasons(void **state)
{
	const struct hvp_pvr_entry named = { 0xffff0000, 0x00820000 };
	const struct hvp_pvr_entry other = { 0xffff0000, 0x004e0000 };

	(void)state;
	for (uint32_t n = 0; n < 16; n++) {
		const bool stranger = n & 1, maximum = n & 2, compat = n & 4, grant = n & 8;
		struct hvp_pvr_host host = host_of(0x00821200, compat ? 0x0f000006 : 0,
			grant ? HVP_PVR_GRANTED : 0, grant ? 0x4000000000000000 : 0);
		struct findings findings;

		assert_int_equal(check_negotiate(&host, stranger ? &other : &named, 1,
						 maximum ? 0x0f000005 : 0, &findings),
				 n ? HVP_ERR_NO_COMMON_LEVEL : HVP_OK);
		assert_int_equal(count_of(&findings, HVP_REASON_RAW_NOT_NAMED), stranger);
		assert_int_equal(count_of(&findings, HVP_REASON_RAW_WITH_MAXIMUM), maximum);
		assert_int_equal(count_of(&findings, HVP_REASON_RAW_ON_COMPAT_HOST), compat);
		assert_int_equal(count_of(&findings, HVP_REASON_LEVEL_NOT_GRANTED), grant);
		assert_int_equal(count_of(&findings, HVP_REASON_NO_COMMON_LEVEL), n != 0);
	}
}

static void test_choose_cases(void **state)
{
	static const struct {
		const char *name;
		uint64_t granted;
		uint32_t maximum;
		int32_t status;
		struct hvp_pvr_mode mode;
		uint32_t reason;
	} cases[] = {
#define CASE_CHOOSE(name, granted, maximum, status, level, mode, cpu_pvr, reason) \
	{ name, granted, maximum, status, { level, mode, cpu_pvr, 0 }, reason },
#include "../cases/pvr.def"
	};
	static const int statuses[] = {
		HVP_OK, HVP_ERR_UNKNOWN_PVR, HVP_ERR_LEVEL_NOT_GRANTED,
	};
	struct produced produced = { 0 };
	struct findings findings;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hvp_pvr_mode mode;
		enum hvp_status status;

		poison(mode);
		status = hvp_pvr_choose(cases[i].granted, cases[i].maximum, &mode,
					fresh(&findings));
		if (status != cases[i].status)
			fail_msg("%s: %s", cases[i].name, hvp_status_name(status));
		check_promise(cases[i].name, status, &findings);
		produce(&produced, status, &findings);
		if (cases[i].reason ? !find(&findings, cases[i].reason) :
				      findings.report.total != 0)
			fail_msg("%s: other findings", cases[i].name);
		if (refusals(&findings) != (status != HVP_OK))
			fail_msg("%s: %u refusals", cases[i].name, refusals(&findings));
		if (status)
			assert_poisoned(mode);
		else
			assert_memory_equal(&mode, &cases[i].mode, sizeof(mode));
	}
	assert_produced(produced.status, statuses);
}

/* All bitmaps with every unknown bit, for every maximum. */
static void test_choose_all(void **state)
{
	static const uint32_t maxima[] = {
		0, 0x0f000001, 0x0f000002, 0x0f000003, 0x0f100003, 0x0f000004, 0x0f000005,
		0x0f000006, 0x0f000007, 0x0f000008, 0xffffffff, 0x00821200,
	};
	struct findings findings;

	(void)state;
	for (uint32_t n = 0; n < 8 * 64 * COUNT(maxima); n++) {
		const uint32_t maximum = maxima[n / 512];
		const uint64_t granted = (uint64_t)(n % 8) << 60 | 1ull << n / 8 % 64;
		const int limit = maximum ? index_of(maximum) : P11;
		int best = -1;
		int32_t want = HVP_OK;
		struct hvp_pvr_mode mode;
		enum hvp_status status;

		for (int i = 0; i <= limit; i++)
			if (levels[i].capability & granted)
				best = i;
		if (limit < 0)
			want = HVP_ERR_UNKNOWN_PVR;
		else if (best < 0)
			want = HVP_ERR_LEVEL_NOT_GRANTED;
		poison(mode);
		status = hvp_pvr_choose(granted, maximum, &mode, fresh(&findings));
		assert_int_equal(status, want);
		check_promise("choose", status, &findings);
		assert_int_equal(count_of(&findings, HVP_REASON_GRANT_UNKNOWN_BITS),
				 limit >= 0 && granted & ~NAMED_BITS);
		check_values(&(struct hvp_pvr_host){ .granted = granted }, &(struct offer){ 0 },
			     maximum, &findings);
		if (status)
			assert_poisoned(mode);
		else if (mode.level != levels[best].level || mode.reserved ||
			 mode.compat_pvr != levels[best].pvr ||
			 mode.cpu_pvr != levels[best].cpu_pvr)
			fail_msg("granted %llx: level %u", (unsigned long long)granted, mode.level);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_processors),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_pcr),
		cmocka_unit_test(test_pcr_linux),
		cmocka_unit_test(test_pcr_refused),
		cmocka_unit_test(test_check_cases),
		cmocka_unit_test(test_seed_matrix),
		cmocka_unit_test(test_check_all),
		cmocka_unit_test(test_empty_offer),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_negotiate_cases),
		cmocka_unit_test(test_negotiate_limit),
		cmocka_unit_test(test_raw_reasons),
		cmocka_unit_test(test_choose_cases),
		cmocka_unit_test(test_choose_all),
		/* the long ones last: quick ones see most faults */
		cmocka_unit_test(test_negotiate_random),
	};

	return cmocka_run_group_tests_name("pvr", tests, NULL, NULL);
}
