// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The library behind lines of text: a question a line on stdin (a verb, then its arguments in hex),
 * an answer a line on stdout. What is asked and what is right is oracle.py's business; nothing is
 * decided here. After a status that is no success stands "touched" if an output was written (R20).
 */
#define _DEFAULT_SOURCE
#include <hvpolicy/hvpolicy.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LINE 0x100000
#define FINDINGS 64
#define HOSTS 8
#define ENTRIES 16
#define POISON 0xa5
#define poison(object) memset(&(object), POISON, sizeof(object))
/* For structures with a head. */
#define HEAD(object) .size = sizeof(object), .policy_level = HVP_POLICY_LEVEL_1

static char line[LINE];
static unsigned long line_number;
static char *rest;

__attribute__((noreturn))
static void malformed(const char *what)
{
	fprintf(stderr, "answer: line %lu: %s\n", line_number, what);
	exit(2);
}

static char *token(void)
{
	char *found = rest;

	if (!*found)
		malformed("an argument is missing");
	rest += strcspn(rest, " ");
	if (*rest)
		*rest++ = 0;
	return found;
}

static uint64_t u64(void)
{
	char *text = token(), *end;
	const uint64_t value = strtoull(text, &end, 16);

	if (*end || end == text)
		malformed("no number");
	return value;
}

static uint32_t u32(void)
{
	const uint64_t value = u64();

	if (value > UINT32_MAX)
		malformed("wider than 32 bits");
	return (uint32_t)value;
}

/* Bytes in hex, "-" for none; they take the place of their text. */
static uint8_t *bytes(uint32_t *count)
{
	char *text = token();
	uint8_t *to = (uint8_t *)text;
	unsigned int byte;

	for (*count = 0; *text && strcmp(text, "-"); text += 2) {
		if (sscanf(text, "%2x", &byte) != 1 || !text[1])
			malformed("no bytes");
		to[(*count)++] = (uint8_t)byte;
	}
	return to;
}

static void say(uint64_t value)
{
	printf(" %" PRIx64, value);
}

static void say_bytes(const uint8_t *data, uint32_t count)
{
	fputs(count ? " " : " -", stdout);
	for (uint32_t i = 0; i < count; i++)
		printf("%02x", data[i]);
}

/* A status; on failure, whether the output kept its poison. */
static bool good(enum hvp_status status, const void *output, size_t size)
{
	const uint8_t *byte = output;

	printf(" %d", (int)status);
	for (size_t i = 0; status && i < size; i++)
		if (byte[i] != POISON) {
			fputs(" touched", stdout);
			break;
		}
	return !status;
}

#define GOOD(status, output) good((status), &(output), sizeof(output))

/* HFSCR */

static struct hvp_hfscr_policy hfscr_policy(void)
{
	struct hvp_hfscr_policy policy = { .policy_level = HVP_POLICY_LEVEL_1 };

	policy.present = u64();
	policy.lazy = u64();
	policy.emulated = u64();
	return policy;
}

static void say_policy(const struct hvp_hfscr_policy *policy)
{
	say(policy->present);
	say(policy->lazy);
	say(policy->emulated);
}

static void ask_policy(void)
{
	struct hvp_hfscr_policy policy = hfscr_policy();

	policy.policy_level = u32();
	policy.reserved = u32();
	printf(" %d", (int)hvp_hfscr_validate(&policy, NULL));
}

static void ask_hfscr(void)
{
	const struct hvp_hfscr_policy policy = hfscr_policy();
	const uint64_t requested = u64(), resident = u64();
	const uint32_t vector = u32(), cause = u32();

	say(hvp_hfscr_sanitise(&policy, requested));
	say(hvp_hfscr_effective(&policy, requested, resident));
	say(hvp_hfscr_restore(requested, vector, cause));
	say(hvp_hfscr_restore_register(&policy, requested, vector, cause));
	say(hvp_hfscr_cause(requested));
	say(hvp_hfscr_review(&policy, requested, NULL));
}

/* All causes of the field, and some beyond it. */
static void ask_decide(void)
{
	const struct hvp_hfscr_policy policy = hfscr_policy();
	const uint64_t requested = u64(), resident = u64();

	putchar(' ');
	for (uint32_t cause = 0; cause < 256; cause++)
		printf("%" PRIx32, hvp_hfscr_decide(&policy, requested, resident, cause));
	for (uint32_t bit = 8; bit < 32; bit++)
		printf("%" PRIx32, hvp_hfscr_decide(&policy, requested, resident,
						    ((uint32_t)1 << bit) + bit % 14));
}

static void ask_strategy(void)
{
	const struct hvp_hfscr_policy policy = hfscr_policy();

	putchar(' ');
	for (uint32_t facility = 0; facility < 70; facility++)
		printf("%" PRIx32, hvp_hfscr_strategy(&policy, facility));
}

static void ask_assign(void)
{
	struct hvp_hfscr_policy policy = hfscr_policy();
	const struct hvp_hfscr_policy before = policy;
	const uint32_t facility = u32();
	const enum hvp_status status = hvp_hfscr_assign(&policy, facility, u32());

	printf(" %d", (int)status);
	if (!status)
		say_policy(&policy);
	else if (memcmp(&policy, &before, sizeof(policy)))
		fputs(" touched", stdout);
}

static void ask_vector(void)
{
	const uint32_t action = u32();

	say(hvp_hfscr_vector(action, u32()));
}

static void ask_derive(void)
{
	struct hvp_hfscr_host host = { HEAD(host) };
	struct hvp_hfscr_policy policy;

	host.host_level = u32();
	host.guest_level = u32();
	host.features = u32();
	host.receiver = u32();
	host.hardware = u64();
	poison(policy);
	if (GOOD(hvp_hfscr_derive(&host, &policy, NULL), policy))
		say_policy(&policy);
}

/* A name up to 16 bytes in a question is a word. */
static void ask_facility(void)
{
	struct hvp_facility_info info;
	uint32_t facility;

	poison(facility);
	if (!GOOD(hvp_facility_find(token(), &facility), facility))
		return;
	say(facility);
	poison(info);
	if (GOOD(hvp_facility_get(facility, &info), info)) {
		say(info.facility);
		say(info.enable_since);
		say(info.until);
		printf(" %s", info.name);
	}
}

static void ask_doorbell(void)
{
	struct hvp_doorbell doorbell;

	poison(doorbell);
	if (GOOD(hvp_doorbell_decode(u32(), &doorbell), doorbell)) {
		say(doorbell.op);
		say(doorbell.reg);
	}
}

static void ask_target(void)
{
	const uint32_t op = u32();
	const uint64_t rb = u64();
	const uint32_t self = u32(), threads = u32();
	uint32_t thread;

	poison(thread);
	if (GOOD(hvp_doorbell_target(op, rb, self, threads, &thread), thread))
		say(thread);
}

/* Registers */

#define FIELD(name) { offsetof(struct hvp_hvregs, name), sizeof(((struct hvp_hvregs *)0)->name) }

static const struct {
	size_t offset;
	size_t size;
} fields[] = {
	FIELD(version), FIELD(lpid), FIELD(vcpu_token), FIELD(lpcr), FIELD(pcr), FIELD(amor),
	FIELD(dpdes), FIELD(hfscr), FIELD(tb_offset), FIELD(dawr0), FIELD(dawrx0), FIELD(ciabr),
	FIELD(hdec_expiry), FIELD(purr), FIELD(spurr), FIELD(ic), FIELD(vtb), FIELD(hdar),
	FIELD(hdsisr), FIELD(heir), FIELD(asdr), FIELD(srr0), FIELD(srr1), FIELD(sprg[0]),
	FIELD(sprg[1]), FIELD(sprg[2]), FIELD(sprg[3]), FIELD(pidr), FIELD(cfar), FIELD(ppr),
	FIELD(dawr1), FIELD(dawrx1),
};

static struct hvp_hvregs hvregs(void)
{
	struct hvp_hvregs regs;

	for (size_t i = 0; i < COUNT(fields); i++) {
		const uint64_t value = fields[i].size == 4 ? u32() : u64();
		const uint32_t half = (uint32_t)value;

		memcpy((char *)&regs + fields[i].offset,
		       fields[i].size == 4 ? (const void *)&half : &value, fields[i].size);
	}
	return regs;
}

static void say_hvregs(const struct hvp_hvregs *regs)
{
	for (size_t i = 0; i < COUNT(fields); i++) {
		const char *from = (const char *)regs + fields[i].offset;
		uint64_t value;
		uint32_t half;

		if (fields[i].size == 4) {
			memcpy(&half, from, 4);
			value = half;
		} else {
			memcpy(&value, from, 8);
		}
		say(value);
	}
}

static void ask_validate(void)
{
	struct hvp_hvregs_host host;

	memset(&host, 0, sizeof(host));
	host.size = u32();
	host.policy_level = u32();
	host.features = u32();
	host.reserved = u32();
	host.hfscr = hfscr_policy();
	printf(" %d", (int)hvp_hvregs_validate(&host, NULL));
}

static struct hvp_hvregs_host hvregs_host(void)
{
	struct hvp_hvregs_host host = { HEAD(host) };

	host.features = u32();
	host.lpcr = u64();
	host.l1_pcr = u64();
	host.resident = u64();
	host.hfscr = hfscr_policy();
	return host;
}

static void ask_hvreg(void)
{
	struct hvp_hvreg_info info;

	poison(info);
	if (GOOD(hvp_hvregs_get(u32(), &info), info)) {
		say(info.reg);
		say(info.offset);
		say(info.bytes);
		say(info.version);
		say(info.entry);
		say(info.exit);
		printf(" %s", info.name);
	}
}

static void ask_lpcr(void)
{
	struct hvp_hvregs_host host = { HEAD(host) };
	uint64_t requested;

	host.features = u32();
	host.lpcr = u64();
	requested = u64();
	say(hvp_hvregs_lpcr(&host, requested));
	say(hvp_hvregs_filter_lpcr(host.features, requested));
}

static void ask_register(void)
{
	const uint64_t value = u64();

	say(hvp_hvregs_dawrx(value));
	say(hvp_hvregs_ciabr(value));
	say(hvp_hvregs_dpdes(value));
	say(hvp_hvregs_msr(value));
	say(hvp_hvregs_pcr(u64(), value));
}

static void ask_enter(void)
{
	const struct hvp_hvregs_host host = hvregs_host();
	const struct hvp_hvregs l1 = hvregs();
	struct hvp_hvregs l2;

	printf(" %d", (int)hvp_hvregs_validate(&host, NULL));
	hvp_hvregs_enter(&host, &l1, &l2);
	say_hvregs(&l2);
}

static void ask_leave(void)
{
	const struct hvp_hvregs l1 = hvregs(), l2 = hvregs();
	const uint32_t vector = u32(), cause = u32();
	struct hvp_hvregs back;

	hvp_hvregs_leave(&l1, &l2, vector, cause, &back);
	say_hvregs(&back);
}

static void ask_swap(void)
{
	const uint32_t size = u32();
	struct hvp_hvregs regs = hvregs();

	printf(" %d", (int)hvp_hvregs_swap(&regs, size));
	say_hvregs(&regs);
}

static void ask_version(void)
{
	uint32_t size;

	poison(size);
	if (GOOD(hvp_hvregs_size(u64(), &size), size))
		say(size);
}

static void ask_call(void)
{
	struct hvp_enter call = { HEAD(call) };
	int64_t hcall;

	call.flags = u32();
	call.lpid = u32();
	call.vcpu_token = u32();
	call.vcpu_limit = u32();
	call.version = u64();
	call.table = u64();
	call.l1_msr = u64();
	call.l2_msr = u64();
	poison(hcall);
	if (GOOD(hvp_enter_check(&call, &hcall, NULL), hcall))
		printf(" %" PRId64, hcall);
}

static void ask_result(void)
{
	const uint32_t events = u32();

	printf(" %" PRId64, hvp_enter_result(events, u32()));
}

static void ask_table(void)
{
	const bool enabled = u32();
	const uint64_t table = u64();

	printf(" %" PRId64, hvp_enter_set_table(enabled, table, u32(), NULL));
}

/* Levels */

static struct hvp_pvr_host pvr_host(void)
{
	struct hvp_pvr_host host = { HEAD(host) };

	host.pvr = u32();
	host.compat_pvr = u32();
	host.guest_pvr = u32();
	host.flags = u32();
	host.granted = u64();
	return host;
}

static void say_mode(const struct hvp_pvr_mode *mode)
{
	say(mode->level);
	say(mode->compat_pvr);
	say(mode->cpu_pvr);
	say(mode->reserved);
}

static void ask_level(void)
{
	const uint32_t level = u32();

	say(hvp_level_pvr(level));
	say(hvp_level_capability(level));
	say(hvp_facility_of_level(level));
	say(hvp_facility_enables(level));
}

static void ask_named(void)
{
	const uint32_t spelling = u32();
	uint32_t level;

	poison(level);
	if (GOOD(hvp_level_find(token(), spelling, &level), level)) {
		say(level);
		printf(" %s", hvp_level_name(level, spelling));
	}
}

static void ask_newest(void)
{
	say(hvp_level_newest(u64()));
}

static void ask_pvr(void)
{
	const uint32_t pvr = u32();
	struct hvp_processor_info info;

	say(hvp_level_from_pvr(pvr));
	poison(info);
	if (GOOD(hvp_pvr_processor(pvr, &info), info)) {
		say(info.level);
		say(info.oldest);
		say(info.newest);
		say(info.pcr_mask);
	}
}

static void ask_pcr(void)
{
	const uint32_t pvr = u32();
	uint64_t pcr;

	poison(pcr);
	if (GOOD(hvp_pvr_pcr(pvr, u32(), &pcr), pcr))
		say(pcr);
}

static void ask_offers(void)
{
	const struct hvp_pvr_host host = pvr_host();
	struct hvp_pvr_offer offer;

	poison(offer);
	if (GOOD(hvp_pvr_offers(&host, &offer, NULL), offer)) {
		say(offer.own);
		say(offer.oldest);
		say(offer.newest);
		say(offer.reserved);
		say(offer.levels);
	}
}

static void ask_check(void)
{
	const struct hvp_pvr_host host = pvr_host();
	uint32_t level;

	poison(level);
	if (GOOD(hvp_pvr_check(&host, u32(), &level, NULL), level))
		say(level);
}

static void ask_negotiate(void)
{
	const struct hvp_pvr_host host = pvr_host();
	const uint32_t maximum = u32(), count = u32();
	struct hvp_pvr_entry entries[ENTRIES];
	struct hvp_pvr_mode mode;

	if (count > ENTRIES)
		malformed("too many entries");
	for (uint32_t i = 0; i < count; i++) {
		entries[i].mask = u32();
		entries[i].value = u32();
	}
	poison(mode);
	if (GOOD(hvp_pvr_negotiate(&host, entries, count, maximum, &mode, NULL), mode))
		say_mode(&mode);
}

static void ask_choose(void)
{
	const uint64_t granted = u64();
	struct hvp_pvr_mode mode;

	poison(mode);
	if (GOOD(hvp_pvr_choose(granted, u32(), &mode, NULL), mode))
		say_mode(&mode);
}

/* Versioned structures */

static void ask_accept(void)
{
	struct hvp_vstruct known;
	struct hvp_vstruct_plan plan;
	enum hvp_status status;

	known.contract = u32();
	known.first = u32();
	known.known = u32();
	known.limit = u32();
	poison(plan);
	status = hvp_vstruct_accept(&known, u64(), &plan, NULL);
	if (status == HVP_ERR_ARGUMENT) {
		GOOD(status, plan);
		return;
	}
	printf(" %d", (int)status);
	say(plan.copy_in);
	say(plan.clear_in);
	say(plan.check_from);
	say(plan.check_bytes);
	say(plan.copy_out);
	say(plan.clear_out);
	say(plan.answer_size);
	say(plan.hand_back);
}

static void ask_tail(void)
{
	uint32_t count;
	const uint8_t *tail = bytes(&count);

	printf(" %d", (int)hvp_vstruct_tail(tail, count, 24, NULL));
}

static void ask_flags(void)
{
	const uint64_t value = u64();

	printf(" %d", (int)hvp_vstruct_flags(value, u64(), NULL));
}

static void ask_retry(void)
{
	const int32_t error = -(int32_t)u32();
	const uint64_t first = u64(), sent = u64(), returned = u64();
	uint64_t size;
	bool again;

	poison(size);
	again = hvp_vstruct_retry(error, first, sent, returned, u32(), &size);
	if (GOOD(again ? HVP_OK : HVP_ERR_VALUE, size))
		say(size);
}

static void ask_caps(void)
{
	struct hvp_compat_caps_call call = { HEAD(call) };
	struct hvp_compat_caps_result result;

	call.page_size = u32();
	call.events = u32();
	call.user_size = u64();
	call.flags = u64();
	call.backend = -(int32_t)u32();
	poison(result);
	if (GOOD(hvp_compat_caps_answer(&call, &result, NULL), result)) {
		printf(" %" PRId32, result.error);
		say(result.hand_back);
		say(result.copy_out);
		say(result.clear_out);
	}
}

/* Firmware registers */

static struct hvp_fwregs fwregs(void)
{
	struct hvp_fwregs regs = { HEAD(regs) };

	regs.listed = u32();
	regs.known = u32();
	for (uint32_t i = 0; i < 8; i++)
		regs.value[i] = u64();
	return regs;
}

static void say_fwregs(const struct hvp_fwregs *regs)
{
	say(regs->listed);
	say(regs->known);
	for (uint32_t i = 0; i < 8; i++)
		say(regs->value[i]);
}

static void ask_fwoffers(void)
{
	struct hvp_fwreg_kernel kernel = { HEAD(kernel) };
	struct hvp_fwregs regs;

	kernel.release = u32();
	kernel.flags = u32();
	kernel.spectre_v2 = u32();
	kernel.ssb = u32();
	kernel.spectre_bhb = u32();
	poison(regs);
	if (!GOOD(hvp_fwreg_offers(&kernel, &regs, NULL), regs))
		return;
	say(regs.listed);
	say(regs.value[HVP_FWREG_PSCI_VERSION]);
	for (uint32_t i = 1; i < 8; i++)
		say(regs.listed & HVP_BIT(i) ? regs.value[i] : 0);
}

static void ask_fwinitial(void)
{
	const struct hvp_fwregs host = fwregs();
	struct hvp_fwregs vm;

	poison(vm);
	if (GOOD(hvp_fwreg_initial(&host, u32(), &vm, NULL), vm))
		say_fwregs(&vm);
}

static void ask_fwwrite(void)
{
	const struct hvp_fwregs host = fwregs();
	struct hvp_fwregs vm = fwregs();
	const uint32_t flags = u32();
	const uint64_t id = u64();

	printf(" %d", (int)hvp_fwreg_write(&host, flags, id, u64(), &vm, NULL));
	say_fwregs(&vm);
}

static struct hvp_finding findings[FINDINGS];

static void report_init(struct hvp_report *report)
{
	hvp_report_init(report, findings, FINDINGS);
}

static int order(const void *a, const void *b)
{
	const struct hvp_finding *x = a, *y = b;
	const uint32_t p = hvp_reason_object(x->reason), q = hvp_reason_object(y->reason);

	if (p != q)
		return p < q ? -1 : 1;
	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	return x->verdict < y->verdict ? -1 : x->verdict > y->verdict;
}

/* kind of object:object:verdict, in order */
static void say_findings(const struct hvp_report *report)
{
	if (report->total > FINDINGS)
		malformed("more findings than places");
	qsort(findings, report->stored, sizeof(findings[0]), order);
	for (uint32_t i = 0; i < report->stored; i++)
		printf(" %" PRIx32 ":%" PRIx32 ":%" PRIx32, hvp_reason_object(findings[i].reason),
		       findings[i].object, findings[i].verdict);
}

static void ask_fwcompare(void)
{
	const struct hvp_fwregs guest = fwregs(), host = fwregs();
	struct hvp_report report;
	uint32_t verdict;

	report_init(&report);
	poison(verdict);
	if (GOOD(hvp_fwreg_compare(&guest, &host, u32(), &verdict, &report), verdict)) {
		say(verdict);
		say_findings(&report);
	}
}

static uint32_t stream_regs(struct hvp_stream_reg *regs)
{
	const uint32_t count = u32();

	if (count > ENTRIES)
		malformed("too many registers");
	for (uint32_t i = 0; i < count; i++) {
		regs[i].id = u64();
		regs[i].value = u64();
	}
	return count;
}

static void ask_stream(void)
{
	const uint64_t quirks = u64();
	const bool knows = u32();
	const struct hvp_fwregs host = fwregs();
	struct hvp_stream_reg stream[ENTRIES], own[ENTRIES];
	const uint32_t count = stream_regs(stream), own_count = stream_regs(own);
	struct hvp_report report;
	uint32_t verdict;

	report_init(&report);
	poison(verdict);
	if (GOOD(hvp_stream_check(quirks, stream, count, own, own_count, knows ? &host : NULL,
				  &verdict, &report), verdict)) {
		say(verdict);
		say_findings(&report);
	}
}

/* Nested API version 2 */

static void say_hcall(const struct hvp_hcall *hcall)
{
	printf(" %" PRId64, hcall->r3);
	say(hcall->r4);
	say(hcall->r5);
}

static struct hvp_gcaps gcaps(void)
{
	struct hvp_gcaps caps = { HEAD(caps) };

	caps.l1_level = u32();
	caps.has = u64();
	caps.negotiated = u64();
	return caps;
}

static void ask_getcaps(void)
{
	const struct hvp_gcaps caps = gcaps();
	struct hvp_hcall hcall;

	poison(hcall);
	if (GOOD(hvp_gcaps_get(&caps, u64(), &hcall, NULL), hcall))
		say_hcall(&hcall);
}

static void ask_setcaps(void)
{
	const struct hvp_gcaps caps = gcaps();
	const uint64_t flags = u64();
	struct hvp_hcall hcall;

	poison(hcall);
	if (GOOD(hvp_gcaps_set(&caps, flags, u64(), &hcall, NULL), hcall))
		say_hcall(&hcall);
}

static void ask_compat(void)
{
	const uint32_t api = u32(), version = u32();
	uint64_t bitmap;

	poison(bitmap);
	if (GOOD(hvp_gcaps_compat(api, version, u64(), &bitmap, NULL), bitmap))
		say(bitmap);
}

static void ask_hcall(void)
{
	printf(" %s", hvp_hcall_name((int64_t)u64()));
}

static void ask_element(void)
{
	const uint32_t id = u32();
	struct hvp_gsb_info info;

	for (uint32_t dialect = 0; dialect < 3; dialect++)
		printf(" %" PRId32, hvp_gsb_bytes(id, dialect));
	say(hvp_gsb_bits(id));
	poison(info);
	if (GOOD(hvp_gsb_get(id, &info), info)) {
		say(info.scope);
		say(info.access);
		say(info.since);
		printf(" %s", info.name);
	}
}

/* What a walk meets: every element with its place and its first doublewords. */
static void ask_walk(void)
{
	uint32_t count;
	const uint8_t *buf = bytes(&count);
	struct hvp_gsb_walk walk;
	struct hvp_gsb_element e;
	enum hvp_status status = hvp_gsb_begin(&walk, buf, count);

	printf(" %d", (int)status);
	if (status)
		return;
	while (poison(e), GOOD(status = hvp_gsb_next(&walk, &e), e)) {
		say(e.id);
		say(e.bytes);
		say(e.index);
		say(e.offset);
		for (uint32_t word = 0; word < 4; word++)
			say(hvp_gsb_number(&e, word));
	}
}

/* Numbers are put, then zeros of some size; what is built is told. */
static void ask_build(void)
{
	const uint32_t dialect = u32(), room = u32(), count = u32();
	uint8_t buf[256];
	struct hvp_gsb_builder builder;

	poison(buf);
	poison(builder);
	if (room > sizeof(buf))
		malformed("too much room");
	if (!GOOD(hvp_gsb_build(&builder, dialect, buf, room), builder))
		return;
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t id = u32();
		const uint64_t value = u64();

		printf(" %d", (int)hvp_gsb_put_number(&builder, id, value));
		printf(" %d", (int)hvp_gsb_put(&builder, id, NULL, u32()));
	}
	say(builder.count);
	say_bytes(buf, builder.used);
	for (uint32_t i = builder.used; i < sizeof(buf); i++)
		if (buf[i] != POISON)
			fputs(" touched", stdout);
}

static void ask_fill(void)
{
	uint32_t count, word;
	uint8_t *buf = bytes(&count);
	struct hvp_gsb_walk walk;
	struct hvp_gsb_element e;
	uint64_t value;

	word = u32();
	value = u64();
	if (hvp_gsb_begin(&walk, buf, count) || hvp_gsb_next(&walk, &e))
		malformed("no element");
	printf(" %d", (int)hvp_gsb_fill(&e, word, value, buf, count));
	say_bytes(buf, count);
}

static void ask_output(void)
{
	const uint32_t vector = u32();
	uint32_t id;

	for (uint32_t i = 0; !hvp_gsb_output(vector, i, &id); i++)
		say(id);
}

static struct hvp_gstate_host gstate_host(void)
{
	struct hvp_gstate_host host = { HEAD(host) };

	host.revision = u32();
	host.dialect = u32();
	host.lacks = u32();
	host.l1_level = u32();
	host.run_output_min = u32();
	host.run_max = u32();
	host.buffer_max = u32();
	host.run_flags = u64();
	host.negotiated = u64();
	return host;
}

static void ask_buffer(void)
{
	const struct hvp_gstate_host host = gstate_host();
	const uint32_t use = u32(), scope = u32(), policy = u32();
	struct hvp_hcall hcall;
	uint32_t count;
	const uint8_t *buf = bytes(&count);
	const enum hvp_status status = hvp_gstate_validate(&host, NULL);
	struct hvp_report report;
	uint64_t refused = 0;

	printf(" %d", (int)status);
	if (status)
		return;
	poison(hcall);
	if (GOOD(hvp_gstate_check(&host, use, scope, policy, buf, count, &hcall, NULL), hcall))
		say_hcall(&hcall);
	report_init(&report);
	poison(hcall);
	if (!GOOD(hvp_gstate_check(&host, use, scope, policy, buf, count, &hcall, &report), hcall))
		return;
	say_hcall(&hcall);
	/* which elements are refused; no question has more than 64 */
	for (uint32_t i = 0; i < report.stored; i++)
		if (findings[i].verdict == HVP_VERDICT_REFUSED)
			refused |= HVP_BIT(findings[i].index);
	say(refused);
}

static void ask_wide(void)
{
	const struct hvp_gstate_host host = gstate_host();
	const uint32_t use = u32();
	struct hvp_hcall hcall;
	uint32_t scope;

	poison(hcall);
	poison(scope);
	if (GOOD(hvp_gstate_flags(&host, use, u64(), &scope, &hcall, NULL), hcall)) {
		say_hcall(&hcall);
		say(scope);
	}
}

static void ask_state(void)
{
	const struct hvp_gstate_host host = gstate_host();
	const struct hvp_hvregs_host regs = hvregs_host();
	const uint32_t id = u32();
	const uint64_t value = u64(), live = u64();
	const uint32_t vector = u32(), cause = u32();

	say(hvp_gstate_initial(&host, id));
	say(hvp_gstate_keep(&regs, id, value));
	say(hvp_gstate_load(&regs, id, value));
	say(hvp_gstate_leave(&host, id, value, live, vector, cause));
}

/* Profiles, in their wire form */

static bool profile(struct hvp_profile *out)
{
	uint32_t count;
	const uint8_t *wire = bytes(&count);

	poison(*out);
	return GOOD(hvp_wire_decode(wire, count, out, NULL), *out);
}

static void say_profile(const struct hvp_profile *from)
{
	uint8_t wire[HVP_WIRE_MAX];
	uint32_t used;

	if (hvp_wire_encode(from, wire, sizeof(wire), &used, NULL))
		malformed("a profile of the library has no wire form");
	say_bytes(wire, used);
}

static void ask_wire(void)
{
	struct hvp_profile decoded;

	if (profile(&decoded))
		say_profile(&decoded);
}

static void ask_guest(void)
{
	struct hvp_profile host, guest;
	const bool valid = profile(&host);
	const uint32_t level = u32(), flags = u32();

	poison(guest);
	if (valid && GOOD(hvp_profile_guest(&host, level, flags, &guest, NULL), guest))
		say_profile(&guest);
}

static void ask_meet(void)
{
	const uint32_t count = u32();
	static struct hvp_profile hosts[HOSTS], common;
	const struct hvp_profile *list[HOSTS];
	bool valid = true;

	if (count > HOSTS)
		malformed("too many hosts");
	for (uint32_t i = 0; i < count; i++) {
		list[i] = &hosts[i];
		valid &= profile(&hosts[i]);
	}
	poison(common);
	if (valid && GOOD(hvp_meet_hosts(list, count, &common, NULL), common))
		say_profile(&common);
}

static void ask_migrate(void)
{
	struct hvp_profile guest, destination;
	bool valid = profile(&guest);
	struct hvp_report report;
	uint32_t verdict;

	valid &= profile(&destination);
	report_init(&report);
	poison(verdict);
	if (valid && GOOD(hvp_migrate_check(&guest, &destination, &verdict, &report), verdict)) {
		say(verdict);
		say_findings(&report);
	}
}

#define VERB(name) { #name, ask_##name }

static const struct {
	const char *name;
	void (*ask)(void);
} verbs[] = {
	VERB(accept), VERB(assign), VERB(buffer), VERB(build), VERB(call), VERB(caps),
	VERB(check), VERB(choose), VERB(compat), VERB(decide), VERB(derive), VERB(doorbell),
	VERB(element), VERB(enter), VERB(facility), VERB(fill), VERB(flags), VERB(fwcompare),
	VERB(fwinitial), VERB(fwoffers), VERB(fwwrite), VERB(getcaps), VERB(guest), VERB(hcall),
	VERB(hfscr), VERB(hvreg), VERB(leave), VERB(level), VERB(lpcr), VERB(meet), VERB(migrate),
	VERB(named), VERB(negotiate), VERB(newest), VERB(offers), VERB(output), VERB(pcr),
	VERB(policy), VERB(pvr), VERB(register), VERB(result), VERB(retry), VERB(setcaps),
	VERB(state), VERB(strategy), VERB(stream), VERB(swap), VERB(table), VERB(tail),
	VERB(target), VERB(validate), VERB(vector), VERB(version), VERB(walk), VERB(wide),
	VERB(wire),
};

int main(void)
{
	while (fgets(line, sizeof(line), stdin)) {
		char *end = strchr(line, '\n');
		const char *name;
		size_t verb = 0;

		line_number++;
		if (!end)
			malformed("cut short");
		*end = 0;
		rest = line;
		name = token();
		while (verb < COUNT(verbs) && strcmp(verbs[verb].name, name))
			verb++;
		if (verb == COUNT(verbs))
			malformed("no such verb");
		fputs(name, stdout);
		verbs[verb].ask();
		if (*rest)
			malformed("arguments left over");
		putchar('\n');
	}
	return ferror(stdin) || fflush(stdout) ? 2 : 0;
}
