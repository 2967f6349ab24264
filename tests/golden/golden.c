// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The answers of policy level 1, one a line, in the order of strcmp(): what abi/golden keeps and
 * what no later version may change. Equal answers of neighbouring causes share a line.
 */
#include <hvpolicy/hvpolicy.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LINES 6000
#define WIDTH 400
/* How numbers are printed. */
#define U32 "%" PRIu32
#define U64 "%" PRIu64
#define X32 "0x%" PRIx32
#define X32_2 "0x%02" PRIx32
#define X64 "0x%" PRIx64
#define X64_ALL "0x%016" PRIx64
/* For structures with a head. */
#define LEVEL .policy_level = HVP_POLICY_LEVEL_1

static char lines[LINES][WIDTH];
static size_t used;

__attribute__((format(printf, 1, 2)))
static void say(const char *format, ...)
{
	va_list args;
	int length;

	if (used == LINES) {
		fputs("golden: too many lines\n", stderr);
		exit(1);
	}
	va_start(args, format);
	length = vsnprintf(lines[used++], WIDTH, format, args);
	va_end(args);
	if (length < 0 || length >= WIDTH) {
		fputs("golden: line too long\n", stderr);
		exit(1);
	}
}

static int order(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* "2.06+" has no blank, "3.1 (P11)" has: a name for a column. */
static const char *level_name(uint32_t level)
{
	if (level == HVP_LEVEL_NONE)
		return "none";
	return level == HVP_LEVEL_3_10_P11 ? "3.1-P11" : hvp_level_name(level, HVP_SPELLING_ISA);
}

static const uint32_t some_features[] = {
	0, HVP_HFSCR_HOST_TM, HVP_HFSCR_HOST_BARE, HVP_HFSCR_HOST_BARE | HVP_HFSCR_HOST_TM,
	HVP_HFSCR_HOST_BARE | HVP_HFSCR_HOST_TM_ASSIST,
};

static void say_derived(const struct hvp_hfscr_host *host)
{
	struct hvp_hfscr_policy p;
	enum hvp_status status = hvp_hfscr_derive(host, &p, NULL);
	char words[80];

	snprintf(words, sizeof(words), "derive host=%s guest=%s receiver=" U32
		 " features=" U32, level_name(host->host_level), level_name(host->guest_level),
		 host->receiver, host->features);
	if (status)
		say("%s: %s", words, hvp_status_name(status));
	else
		say("%s: present=" X64 " lazy=" X64 " emulated=" X64, words,
		    p.present, p.lazy, p.emulated);
}

static void derive(void)
{
	uint32_t host, guest;

	for (uint32_t h = 0; !hvp_level_at(h, &host); h++)
		for (uint32_t g = 0; g == 0 || !hvp_level_at(g - 1, &guest); g++)
			for (uint32_t n = 0; n < 2 * COUNT(some_features); n++) {
				const struct hvp_hfscr_host made = {
					.size = sizeof(made), LEVEL, .host_level = host,
					.guest_level = g ? guest : HVP_LEVEL_NONE,
					.features = some_features[n / 2], .receiver = n % 2,
					/* what a POWER10 has, without BHRB */
					.hardware = 0x218f,
				};

				/* A refusal does not depend on receiver or features. */
				if (n && (host < HVP_LEVEL_2_07 || (g && guest > host)))
					break;
				say_derived(&made);
			}
}

static const struct {
	const char *name;
	struct hvp_hfscr_policy policy;
} policies[] = {
	{ "empty", { LEVEL, .present = 0 } },
	{ "p10-guest", { LEVEL, .present = 0x259f, .lazy = 0x88, .emulated = 0x400 } },
	{ "p10-l2", { LEVEL, .present = 0x259f, .emulated = 0x400 } },
	{ "p9-guest-tm", { LEVEL, .present = 0x05bf, .lazy = 0xa8, .emulated = 0x400 } },
	{ "all-lazy", { LEVEL, .present = 0x25bf, .lazy = 0x25bf } },
};

static const char *const actions[] = { "illegal", "reflect", "load", "emulate", "inconsistent" };

static void decide(void)
{
	static const uint64_t masks[] = { 0, 0x88, UINT64_MAX };

	for (uint32_t n = 0; n < COUNT(policies) * 9; n++) {
		const struct hvp_hfscr_policy *p = &policies[n / 9].policy;
		const uint64_t requested = masks[n % 3], resident = masks[n / 3 % 3];

		for (uint32_t from = 0, to; from < 256; from = to) {
			const uint32_t action = hvp_hfscr_decide(p, requested, resident, from);

			for (to = from + 1; to < 256; to++)
				if (hvp_hfscr_decide(p, requested, resident, to) != action)
					break;
			say("decide %s requested=" X64 " resident=" X64 " cause=%03" PRIu32
			    "-%03" PRIu32 ": %s", policies[n / 9].name, requested, resident, from,
			    to - 1, actions[action]);
		}
	}
	for (uint32_t action = 0; action < COUNT(actions); action++)
		for (uint32_t receiver = 0; receiver < 2; receiver++)
			say("vector %s receiver=" U32 ": " X32, actions[action], receiver,
			    hvp_hfscr_vector(action, receiver));
}

static const uint64_t values[] = {
	0, 0x1, 0x3, 0x4, 0x80, 0x100, 0x21ff, 0x0454f41b, 0x01800000, 0x1000000000000000,
	0xab000000000025bf, UINT64_MAX,
};

static void registers(void)
{
	for (size_t i = 0; i < COUNT(values) * COUNT(policies); i++) {
		const struct hvp_hfscr_policy *p = &policies[i / COUNT(values)].policy;
		const uint64_t v = values[i % COUNT(values)];

		say("hfscr %s " X64_ALL ": sanitise=" X64 " effective=" X64 "," X64
		    " restore=" X64 "," X64, policies[i / COUNT(values)].name, v,
		    hvp_hfscr_sanitise(p, v), hvp_hfscr_effective(p, v, 0),
		    hvp_hfscr_effective(p, v, UINT64_MAX), hvp_hfscr_restore(v, HVP_VECTOR_HFU, 13),
		    hvp_hfscr_restore_register(p, v, HVP_VECTOR_HFU, 13));
	}
	for (size_t i = 0; i < COUNT(values); i++) {
		const uint64_t v = values[i];

		say("register " X64_ALL ": dawrx=" X64 " ciabr=" X64 " dpdes=" X64
		    " msr=" X64 " pcr=" X64, v, hvp_hvregs_dawrx(v), hvp_hvregs_ciabr(v),
		    hvp_hvregs_dpdes(v), hvp_hvregs_msr(v), hvp_hvregs_pcr(0, v));
	}
}

static void lpcr(void)
{
	static const uint64_t asked[] = {
		0, 0x200, 0x20000, 0x00800000, 0x01000000, 0x01800000, HVP_LPCR_L1, UINT64_MAX,
	};

	for (uint32_t features = 0; features < 32; features++)
		for (size_t i = 0; i < COUNT(asked); i++) {
			const struct hvp_hvregs_host host = {
				.size = sizeof(host), LEVEL, .features = features,
				.lpcr = 0x0454f41b,
			};

			say("lpcr features=" X32_2 " " X64_ALL ": filter=" X64 " lpcr=" X64,
			    features, asked[i], hvp_hvregs_filter_lpcr(features, asked[i]),
			    hvp_hvregs_lpcr(&host, asked[i]));
		}
}

static void layout(void)
{
	struct hvp_hvreg_info info;

	for (uint32_t reg = 0; reg <= HVP_HVREG_MSR; reg++)
		if (!hvp_hvregs_get(reg, &info))
			say("hvreg %03" PRIu32 " %s: offset=" U32 " bytes=" U32 " version=" U32
			    " entry=" U32 " exit=" U32, reg, info.name, info.offset, info.bytes,
			    info.version, info.entry, info.exit);
	for (uint64_t version = 0; version < 4; version++) {
		uint32_t size = 0;
		enum hvp_status status = hvp_hvregs_size(version, &size);

		say("hvregs version " U64 ": %s " U32, version, hvp_status_name(status), size);
	}
}

static void pcr(void)
{
	struct hvp_processor_info cpu;
	uint32_t level;

	for (uint32_t i = 0; !hvp_pvr_processor_at(i, &cpu); i++)
		for (uint32_t l = 0; !hvp_level_at(l, &level); l++) {
			uint64_t bits = 0;
			enum hvp_status status = hvp_pvr_pcr(cpu.value, level, &bits);

			say("pcr %s %s: %s " X64, cpu.name, level_name(level),
			    hvp_status_name(status), bits);
		}
}

static void check(void)
{
	struct hvp_processor_info cpu;
	uint32_t mode, asked;

	for (uint32_t i = 0; !hvp_pvr_processor_at(i, &cpu); i++)
		for (uint32_t m = 0; m == 0 || !hvp_level_at(m - 1, &mode); m++)
			for (uint32_t r = 0; r == 0 || !hvp_level_at(r - 1, &asked); r++) {
				const struct hvp_pvr_host host = {
					.size = sizeof(host), LEVEL, .pvr = cpu.value | 0x200,
					.compat_pvr = m ? hvp_level_pvr(mode) : 0,
				};
				uint32_t level = HVP_LEVEL_NONE;
				enum hvp_status status;

				status = hvp_pvr_check(&host, r ? hvp_level_pvr(asked) : 0, &level,
						       NULL);
				say("check %s mode=%s request=%s: %s %s", cpu.name,
				    m ? level_name(mode) : "raw", r ? level_name(asked) : "own",
				    hvp_status_name(status), level_name(level));
				/* A host that cannot be refuses every request alike. */
				if (status == HVP_ERR_HOST_MODE)
					break;
			}
}

static void grants(void)
{
	for (uint32_t n = 0; n < 8 * 2; n++) {
		const struct hvp_pvr_host host = {
			.size = sizeof(host), LEVEL, .pvr = 0x00820200,
			.flags = n % 2 ? HVP_PVR_BOUNDED : HVP_PVR_GRANTED,
			.granted = (uint64_t)(n / 2) << 60,
		};
		struct hvp_pvr_offer offer = { 0 };
		struct hvp_pvr_mode mode = { 0 };
		enum hvp_status status = hvp_pvr_offers(&host, &offer, NULL);

		say("offers POWER11 flags=" U32 " granted=" X64 ": %s own=%s oldest=%s newest=%s"
		    " levels=" X64, host.flags, host.granted, hvp_status_name(status),
		    level_name(offer.own), level_name(offer.oldest), level_name(offer.newest),
		    offer.levels);
		if (n % 2)
			continue;
		status = hvp_pvr_choose(host.granted, 0, &mode, NULL);
		say("choose granted=" X64 ": %s %s compat=" X32 " cpu=" X32, host.granted,
		    hvp_status_name(status), level_name(mode.level), mode.compat_pvr, mode.cpu_pvr);
	}
}

#define ENTRY(value) { 0xffffffff, (value) }
#define END { 0, 1 }

static void negotiate(void)
{
	static const struct {
		const char *name;
		struct hvp_pvr_entry entries[8];
	} lists[] = {
		{ "empty", { END } },
		{ "p8-to-p11", { ENTRY(0x0f000004), ENTRY(0x0f000005), ENTRY(0x0f000006),
				 ENTRY(0x0f000007), END } },
		{ "p7", { ENTRY(0x0f000003), ENTRY(0x0f100003), END } },
		{ "p10-raw-only", { { 0xffff0000, 0x00800000 }, END } },
		{ "raw-and-levels", { { 0xffff0000, 0x00800000 }, { 0xffff0000, 0x00820000 },
				      ENTRY(0x0f000005), ENTRY(0x0f000006), END } },
		{ "unknown", { ENTRY(0x0f000009), END } },
	};
	static const uint32_t modes[] = { 0, 0x0f000005, 0x0f000006 };
	static const uint32_t maxima[] = { 0, 0x0f000004, 0x0f000006, 0x0f000009 };

	for (uint32_t n = 0; n < COUNT(lists) * COUNT(modes) * COUNT(maxima) * 2; n++) {
		const uint32_t l = n / 2 % COUNT(lists), m = n / 2 / COUNT(lists) % COUNT(modes);
		const uint32_t x = n / 2 / COUNT(lists) / COUNT(modes);
		const struct hvp_pvr_host host = {
			.size = sizeof(host), LEVEL, .pvr = n % 2 ? 0x00820200 : 0x00800200,
			.compat_pvr = modes[m],
		};
		struct hvp_pvr_mode mode = { 0 };
		enum hvp_status status;

		status = hvp_pvr_negotiate(&host, lists[l].entries, COUNT(lists[l].entries),
					   maxima[x], &mode, NULL);
		say("negotiate %s mode=" X32 " list=%s maximum=" X32 ": %s %s compat=" X32
		    " cpu=" X32, n % 2 ? "POWER11" : "POWER10", host.compat_pvr, lists[l].name,
		    maxima[x], hvp_status_name(status), level_name(mode.level), mode.compat_pvr,
		    mode.cpu_pvr);
	}
}

static void vstruct(void)
{
	static const uint64_t sizes[] = {
		0, 23, 24, 25, 32, 40, 41, 64, 4096, 4097, 0x100000018, UINT64_MAX,
	};
	static const char *const contracts[] = {
		"at-least", "exact", "refuse-larger", "extensible",
	};

	for (uint32_t n = 0; n < 4 * 2 * COUNT(sizes); n++) {
		const uint64_t size = sizes[n % COUNT(sizes)];
		const struct hvp_vstruct known = {
			.contract = 1 + n / COUNT(sizes) / 2, .first = 24,
			.known = n / COUNT(sizes) % 2 ? 40 : 24, .limit = 4096,
		};
		struct hvp_vstruct_plan p;
		enum hvp_status status = hvp_vstruct_accept(&known, size, &p, NULL);

		say("vstruct %s known=" U32 " size=" U64 ": %s in=" U32 "+" U32
		    " check=" U32 "+" U32 " out=" U32 "+" U32 " answer=" U32
		    " back=" U32, contracts[known.contract - 1], known.known, size,
		    hvp_status_name(status), p.copy_in, p.clear_in, p.check_from, p.check_bytes,
		    p.copy_out, p.clear_out, p.answer_size, p.hand_back);
	}
}

static void caps(void)
{
	static const uint64_t sizes[] = { 0, 23, 24, 32, 4096, 4097 };

	for (uint32_t n = 0; n < 64 * COUNT(sizes); n++) {
		const struct hvp_compat_caps_call call = {
			.size = sizeof(call), LEVEL, .page_size = 4096, .events = n % 64,
			.user_size = sizes[n / 64],
		};
		struct hvp_compat_caps_result r = { 0 };
		enum hvp_status status = hvp_compat_caps_answer(&call, &r, NULL);

		/* A size that is refused is refused whatever else goes wrong. */
		if (n / 64 != 2 && n / 64 != 3 && call.events > 1)
			continue;
		say("caps size=" U64 " events=" X32_2 ": %s error=%" PRId32 " back=" U32
		    " out=" U32 "+" U32, call.user_size, call.events, hvp_status_name(status),
		    r.error, r.hand_back, r.copy_out, r.clear_out);
	}
}

static void enter(void)
{
	static const uint64_t versions[] = { 0, 1, 2, 3, 0x100000002 };

	for (uint32_t n = 0; n < 16 * COUNT(versions); n++) {
		const struct hvp_enter call = {
			.size = sizeof(call), LEVEL, .flags = HVP_ENTER_ENABLED, .lpid = 1,
			.vcpu_limit = 1, .version = versions[n / 16], .table = 0x4000004,
			.l1_msr = (uint64_t)(n % 4) << 33, .l2_msr = (uint64_t)(n / 4 % 4) << 33,
		};
		int64_t hcall = 0;
		enum hvp_status status = hvp_enter_check(&call, &hcall, NULL);

		say("enter version=" X64 " l1-ts=" U32 " l2-ts=" U32 ": %s %" PRId64,
		    call.version, n % 4, n / 4 % 4, hvp_status_name(status), hcall);
	}
	for (uint32_t flags = 0; flags < 32; flags++) {
		const struct hvp_enter call = {
			.size = sizeof(call), LEVEL, .flags = flags, .lpid = 256, .vcpu_limit = 1,
			.version = 2, .table = 0x4000000,
		};
		int64_t hcall = 0;
		enum hvp_status status = hvp_enter_check(&call, &hcall, NULL);

		say("enter flags=" X32_2 " lpid=256 of 256: %s %" PRId64, flags,
		    hvp_status_name(status), hcall);
	}
	for (uint32_t field = 0; field < 32; field++)
		say("set-table field=%02" PRIu32 ": %" PRId64, field,
		    hvp_enter_set_table(true, 0x4000000 | field, true, NULL));
}

/* Findings as reason, verdict, object, index, where, have and offer; those of one call. */
static const char *found(const struct hvp_report *report)
{
	static char words[WIDTH];
	size_t n = 0;

	words[0] = 0;
	for (uint32_t i = 0; i < report->stored; i++) {
		const struct hvp_finding *f = &report->findings[i];
		const int length = snprintf(words + n, sizeof(words) - n, " " U32 "/" U32 "/" X32
					    "/" U32 "/" X64 "/" X64 "/" X64, f->reason, f->verdict,
					    f->object, f->index, f->where, f->have, f->offer);

		if (length < 0 || (size_t)length >= sizeof(words) - n) {
			fputs("golden: too many findings\n", stderr);
			exit(1);
		}
		n += (size_t)length;
	}
	return words;
}

static struct hvp_finding room[16];

static struct hvp_report fresh(void)
{
	struct hvp_report report;

	hvp_report_init(&report, room, COUNT(room));
	return report;
}

static void quirks(void)
{
	static const uint32_t releases[] = {
		0, HVP_RELEASE(5, 14, 0), HVP_RELEASE(5, 15, 0), HVP_RELEASE(6, 1, 0),
		HVP_RELEASE(6, 2, 0), HVP_RELEASE(6, 12, 0), HVP_RELEASE(6, 13, 0),
		HVP_RELEASE(7, 2, 0), HVP_RELEASE(9, 2, 0), HVP_RELEASE(10, 0, 0),
		HVP_RELEASE(11, 0, 0),
	};
	struct hvp_quirk_info q;

	for (uint32_t bit = 0; bit < 64; bit++)
		if (!hvp_quirk_get(bit, &q))
			say("quirk %02" PRIu32 " %s: arch=" U32 " software=" U32 " from=" X32
			    " before=" X32 " levels=" X64 " own=" X64 " nested=" X64 " enabled="
			    X64, bit, hvp_quirk_name(bit), q.arch, q.software, q.from, q.before,
			    q.levels, q.own, q.nested, q.enabled);
	for (size_t i = 0; i < COUNT(releases); i++)
		say("quirks of release 0x%06" PRIx32 ": power linux=" X64 " qemu=" X64
		    " arm64 linux=" X64 " qemu=" X64, releases[i],
		    hvp_quirk_known(HVP_ARCH_POWER, releases[i], 0),
		    hvp_quirk_known(HVP_ARCH_POWER, 0, releases[i]),
		    hvp_quirk_known(HVP_ARCH_ARM64, releases[i], 0),
		    hvp_quirk_known(HVP_ARCH_ARM64, 0, releases[i]));
}

static const uint32_t kernels[] = {
	HVP_RELEASE(4, 4, 0), HVP_RELEASE(4, 4, 1), HVP_RELEASE(4, 9, 99), HVP_RELEASE(4, 10, 0),
	HVP_RELEASE(4, 14, 39), HVP_RELEASE(4, 15, 0), HVP_RELEASE(4, 15, 1),
	HVP_RELEASE(4, 16, 0), HVP_RELEASE(4, 16, 7), HVP_RELEASE(4, 19, 0),
	HVP_RELEASE(4, 20, 0), HVP_RELEASE(5, 2, 0), HVP_RELEASE(5, 4, 0), HVP_RELEASE(5, 10, 0),
	HVP_RELEASE(5, 10, 218), HVP_RELEASE(5, 11, 0), HVP_RELEASE(5, 15, 0),
	HVP_RELEASE(5, 18, 0), HVP_RELEASE(5, 19, 0), HVP_RELEASE(6, 1, 0),
	HVP_RELEASE(6, 12, 0), HVP_RELEASE(6, 13, 0), HVP_RELEASE(6, 15, 0), HVP_RELEASE(7, 2, 0),
};

static struct hvp_fwregs offers(uint32_t release, uint32_t state, uint32_t flags)
{
	const struct hvp_fwreg_kernel kernel = {
		.size = sizeof(kernel), LEVEL, .release = release, .flags = flags,
		.spectre_v2 = state, .ssb = state, .spectre_bhb = state,
	};
	struct hvp_fwregs host = { 0 };

	hvp_fwreg_offers(&kernel, &host, NULL);
	return host;
}

static void fwreg_offers(void)
{
	struct hvp_fwreg_info info;

	for (uint32_t reg = 0; !hvp_fwreg_get(reg, &info); reg++)
		say("fwreg " U32 " %s: id=" X64 " kind=" U32 " valid=" X64 " initial=" X64, reg,
		    info.name, info.id, info.kind, info.valid, info.initial);
	for (size_t i = 0; i < COUNT(kernels); i++)
		for (uint32_t flags = 0; flags <= HVP_FWREG_SSBS; flags += HVP_FWREG_SSBS) {
			/* mitigated without SSBS, unaffected with it */
			const struct hvp_fwregs r = offers(kernels[i], flags ? 2 : 1, flags);
			const uint64_t *v = r.value;

			say("fwreg offers 0x%06" PRIx32 " flags=" U32 ": listed=" X32_2 " known="
			    X32_2 " unsure=" X32_2 " " X64 " " X64 " " X64 " " X64 " " X64 " "
			    X64 " " X64 " " X64, kernels[i], flags, r.listed, r.known, r.unsure,
			    v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
		}
}

static void fwreg_writes(void)
{
	static const uint64_t tried[] = { 0, 1, 2, 3, 4, 0x12, 0x10001, 0x10003, 0x100000002 };
	static const uint32_t flags[] = { 4, 5, 13 };	/* READY, PSCI_0_2, RAN */

	for (uint32_t n = 0; n < 8 * COUNT(tried) * COUNT(flags); n++) {
		const uint32_t reg = n % 8, with = flags[n / 8 / COUNT(tried)];
		const uint64_t value = tried[n / 8 % COUNT(tried)];
		const struct hvp_fwregs host = offers(HVP_RELEASE(6, 15, 0), 1, 0);
		struct hvp_fwreg_info info;
		struct hvp_fwregs vm = { 0 };
		enum hvp_status status;

		/* one version, one level, one bitmap stand for all where the vCPU ran */
		if (hvp_fwreg_get(reg, &info) || (with != 5 && reg != 0 && reg != 1 && reg != 6))
			continue;
		hvp_fwreg_initial(&host, with & HVP_FWREG_PSCI_0_2, &vm, NULL);
		status = hvp_fwreg_write(&host, with, info.id, value, &vm, NULL);
		say("fwreg write %s flags=%02" PRIu32 " " X64 ": %s stored=" X64, info.name, with,
		    value, hvp_status_name(status), vm.value[reg]);
	}
}

static const uint32_t some_kernels[] = {
	HVP_RELEASE(4, 4, 1), HVP_RELEASE(4, 15, 0), HVP_RELEASE(4, 16, 0),
	HVP_RELEASE(5, 10, 218), HVP_RELEASE(6, 12, 0), HVP_RELEASE(7, 2, 0),
};

static struct hvp_profile arm64_host(uint32_t release, uint64_t departs, uint32_t registers)
{
	struct hvp_profile p;

	hvp_profile_init(&p, HVP_ARCH_ARM64, HVP_ROLE_HOST);
	p.quirks = departs;
	p.arm64.registers = registers;
	p.arm64.flags = HVP_ARM64_PSCI_0_2;
	p.arm64.fwregs = offers(release, 1, 0);
	return p;
}

/* Guests of each kernel to each, with each set of quirks that a VMM there has. */
static void migrate_arm64(void)
{
	static const uint64_t vmms[] = { 0, 0x300000000, 0xc00000000 };

	for (uint32_t n = 0; n < 36 * COUNT(vmms) * 2; n++) {
		const uint32_t from = some_kernels[n % 6], to = some_kernels[n / 6 % 6];
		const bool pinned = n / 36 % 2;
		const uint64_t vmm = vmms[n / 72];
		struct hvp_profile source = arm64_host(from, 0, 230), guest = source;
		const struct hvp_profile host = arm64_host(to, vmm, 231);
		struct hvp_report report = fresh();
		uint32_t verdict = 0;

		hvp_profile_guest(&source, HVP_LEVEL_NONE, 0, &guest, NULL);
		if (pinned && !(guest.arm64.fwregs.listed & 1))
			continue;
		if (pinned)
			guest.arm64.fwregs.value[0] = 2;
		hvp_migrate_check(&guest, &host, &verdict, &report);
		say("migrate arm64 0x%06" PRIx32 "%s to 0x%06" PRIx32 " quirks=" X64 ": %s%s", from,
		    pinned ? " 0.2" : "", to, vmm, hvp_verdict_name(verdict), found(&report));
	}
}

static struct hvp_profile power_host(uint32_t level, uint64_t departs)
{
	struct hvp_profile p;

	hvp_profile_init(&p, HVP_ARCH_POWER, HVP_ROLE_HOST);
	p.quirks = departs;
	p.power.levels = HVP_U64(0x111110000) & (HVP_BIT(level + 1) - 1);
	p.power.withheld = HVP_U64(0x111110000) & ~p.power.levels;
	p.power.facilities = hvp_facility_of_level(level);
	p.power.l2_facilities = p.power.facilities & 0x27bf;
	p.power.nested_caps = (HVP_U64(0x7000000000000000) << (32 - level) / 4) &
			      0x7000000000000000;
	p.power.pvr = level == HVP_LEVEL_3_10 ? 0x00801200 : level == HVP_LEVEL_3_00 ? 0x004e1202 :
		      0x00820200;
	p.power.flags = HVP_POWER_RAW;
	p.power.caps_known = 0x4023;
	p.power.caps_default = 0x4001;
	p.power.caps[0] = level == HVP_LEVEL_3_00;
	p.power.caps[1] = 1;
	p.power.caps[5] = level == HVP_LEVEL_3_00 ? 2 : 3;
	p.power.caps[14] = level != HVP_LEVEL_3_00;
	return p;
}

/* The quirks of POWER one by one, and none. */
static void migrate_power(void)
{
	static const uint32_t to[] = { HVP_LEVEL_3_00, HVP_LEVEL_3_10, HVP_LEVEL_3_10_P11 };
	static const uint32_t at[] = {
		HVP_LEVEL_2_06_PLUS, HVP_LEVEL_3_00, HVP_LEVEL_3_10, HVP_LEVEL_3_10_P11,
	};

	for (uint32_t bit = 0; bit < 22; bit++)
		for (uint32_t n = 0; n < 12; n++) {
			/* 21: none, and those that change no verdict are for it */
			const uint64_t departs = (bit < 21 ? HVP_BIT(bit) : 0) & 0x1f0037;
			const uint32_t level = at[n / 3];
			struct hvp_profile host = power_host(to[n % 3], departs), guest = host;
			const struct hvp_profile source = power_host(level < 24 ? 24 : level, 0);
			struct hvp_report report = fresh();
			uint32_t verdict = 0;

			if ((bit < 21 && !departs) ||
			    hvp_profile_guest(&source, level, HVP_GUEST_NESTED, &guest, NULL))
				continue;
			/* of each level one thing is in the way, else refusals hide the rest */
			if (n / 3 != 2) {
				host.power.caps_known = 0;
				host.power.caps_default = 0;
				memset(host.power.caps, 0, sizeof(host.power.caps));
			}
			if (n / 3 != 3)
				guest.power.nested_caps = 0;
			hvp_migrate_check(&guest, &host, &verdict, &report);
			say("migrate power %s to %s quirks=" X64 ": %s%s", level_name(level),
			    level_name(to[n % 3]), departs, hvp_verdict_name(verdict),
			    found(&report));
		}
}

static void guests(void)
{
	for (uint32_t n = 0; n < 5 * 9 * 2; n++) {
		static const uint64_t departs[] = { 0, 0x1, 0x10, 0x20, 0x10002 };
		const struct hvp_profile host = power_host(HVP_LEVEL_3_10_P11, departs[n / 18]);
		struct hvp_profile g = { 0 };
		uint32_t level = HVP_LEVEL_NONE;
		enum hvp_status status;

		/* at the newest level, or raw, without guests of its own too */
		if (n / 2 % 9 && n % 2 == 0)
			continue;
		if (n / 2 % 9)
			hvp_level_at(n / 2 % 9 - 1, &level);
		status = hvp_profile_guest(&host, level, n % 2, &g, NULL);
		say("guest quirks=" X64 " level=%s flags=" U32 ": %s levels=" X64 " own=" X64
		    " l2=" X64 " reflected=" X64 " nested=" X64, host.quirks, level_name(level),
		    n % 2, hvp_status_name(status), g.power.levels, g.power.facilities,
		    g.power.l2_facilities, g.power.l2_reflected, g.power.nested_caps);
	}
}

static void meet(void)
{
	for (uint32_t n = 0; n < 36; n++) {
		const struct hvp_profile a = arm64_host(some_kernels[n % 6], 0, 230 + n % 6);
		const struct hvp_profile b = arm64_host(some_kernels[n / 6], HVP_BIT(32 + n % 4),
							230 + n / 6);
		const struct hvp_profile *const hosts[] = { &a, &b };
		struct hvp_report report = fresh();
		struct hvp_profile c = a;
		const struct hvp_fwregs *r = &c.arm64.fwregs;

		hvp_meet_hosts(hosts, 2, &c, &report);
		say("meet arm64 0x%06" PRIx32 " 0x%06" PRIx32 ": quirks=" X64 " listed=" X32_2
		    " known=" X32_2 " varies=" X32_2 " unsure=" X32_2 " psci=" X64 "%s",
		    some_kernels[n % 6], some_kernels[n / 6], c.quirks, r->listed, r->known,
		    r->varies, r->unsure, r->value[0], found(&report));
	}
	for (uint32_t n = 0; n < 25; n++) {
		struct hvp_profile a = power_host(HVP_LEVEL_3_10, 0), c = a;
		struct hvp_profile b = power_host(n % 2 ? HVP_LEVEL_3_00 : HVP_LEVEL_3_10, 2);
		const struct hvp_profile *const hosts[] = { &a, &b };
		struct hvp_report report = fresh();

		a.power.caps[5] = (uint8_t)(n % 5);
		b.power.caps[5] = (uint8_t)(n / 5);
		hvp_meet_hosts(hosts, 2, &c, &report);
		say("meet power ibs=" U32 "," U32 ": ibs=" U32 " levels=" X64 " withheld=" X64
		    " own=" X64 "%s", n % 5, n / 5, c.power.caps[5], c.power.levels,
		    c.power.withheld, c.power.facilities, found(&report));
	}
}

/* The form of one full profile of each architecture, record by record. */
static void wire(void)
{
	for (uint32_t arch = HVP_ARCH_POWER; arch <= HVP_ARCH_ARM64; arch++) {
		const struct hvp_profile p = arch == HVP_ARCH_POWER ?
			power_host(HVP_LEVEL_3_10, 0x30003) :
			arm64_host(HVP_RELEASE(4, 4, 1), 0x100000000, 230);
		uint8_t form[HVP_WIRE_MAX];
		uint32_t length = 0;

		hvp_wire_encode(&p, form, sizeof(form), &length, NULL);
		for (uint32_t at = 0, step; at < length; at += step) {
			char hex[2 * HVP_WIRE_RECORD + 1];

			step = at ? HVP_WIRE_RECORD : HVP_WIRE_HEAD;
			for (uint32_t i = 0; i < step; i++)
				snprintf(hex + 2 * i, 3, "%02x", form[at + i]);
			say("wire " U32 " at=%04" PRIu32 ": %s", arch, at, hex);
		}
	}
}

static void stream(void)
{
	static const uint64_t ids[] = {
		0x603000000013c000, 0x603000000013c103, 0x6030000000140001, 0x6030000000160003,
	};
	static const uint64_t vmms[] = { 0, 0x300000000, 0xc00000000 };

	for (uint32_t n = 0; n < 16 * 2 * COUNT(vmms); n++) {
		static const uint32_t has[] = { 4, 11 };
		const struct hvp_fwregs host = offers(HVP_RELEASE(4, 16, 0), 1, 0);
		struct hvp_stream_reg in[COUNT(ids)] = { 0 }, own[COUNT(ids)] = { 0 };
		struct hvp_report report = fresh();
		uint32_t sent = 0, there = 0, verdict = 0;

		for (uint32_t i = 0; i < COUNT(ids); i++) {
			if (n >> i & 1)
				in[sent++] = (struct hvp_stream_reg){ ids[i], i % 3 };
			if (has[n / 16 % 2] >> i & 1)
				own[there++] = (struct hvp_stream_reg){ ids[i], 1 };
		}
		hvp_stream_check(vmms[n / 32], in, sent, own, there, &host, &verdict, &report);
		say("stream quirks=" X64 " sent=" X32 " own=" X32 ": %s%s", vmms[n / 32], n % 16,
		    has[n / 16 % 2], hvp_verdict_name(verdict), found(&report));
	}
}

static const struct hvp_gstate_host gstate_host = {
	.size = sizeof(gstate_host), LEVEL, .revision = HVP_GSTATE_REVISION_2,
	.l1_level = HVP_LEVEL_3_10, .run_output_min = HVP_GSTATE_RUN_OUTPUT_MIN,
	.run_max = HVP_GSTATE_RUN_MAX, .buffer_max = HVP_GSTATE_BUFFER_MAX,
	.negotiated = 0x6000000000000000,
};

/* Every element; of several the first and the last. */
static void elements(void)
{
	struct hvp_gsb_info info;

	for (uint32_t i = 0, id; !hvp_gsb_at(i, &id); i++) {
		hvp_gsb_get(id, &info);
		say("element " X32 ": %s scope=" U32 " access=" U32 " since=" U32 " accept=" U32
		    " entry=" U32 " exit=" U32 " bits=" X64 " bytes=%" PRId32 ",%" PRId32, id,
		    info.name, info.scope, info.access, info.since, info.accept, info.entry,
		    info.exit, info.bits, hvp_gsb_bytes(id, HVP_GSB_DIALECT_DOCUMENT),
		    hvp_gsb_bytes(id, HVP_GSB_DIALECT_LINUX));
	}
	for (uint32_t vector = 0xc00; vector < 0x1000; vector += 0x20)
		for (uint32_t i = 0, id; !hvp_gsb_output(vector, i, &id); i++)
			say("output " X32 " " U32 ": " X32, vector, i, id);
}

/* One element of zeros or ones, in every call that can be about it. */
static void gstate_checks(void)
{
	static const char *const uses[] = { "", "get", "set", "run", "answer" };

	for (uint32_t i = 0, id; !hvp_gsb_at(i, &id); i++)
		for (uint32_t n = 0; n < 4 * 3 * 2; n++) {
			const uint32_t use = 1 + n % 4, scope = 1u << n / 4 % 3;
			const int32_t size = hvp_gsb_bytes(id, HVP_GSB_DIALECT_DOCUMENT);
			struct hvp_report report = fresh();
			struct hvp_hcall answer;
			uint8_t buf[64] = { [3] = 1 };

			/* of neighbours that are alike the first */
			if ((id & 0xf) && id > 0x1000 && hvp_gsb_bits(id) == ~HVP_U64(0))
				continue;
			buf[4] = (uint8_t)(id >> 8);
			buf[5] = (uint8_t)id;
			buf[7] = (uint8_t)(size < 0 ? 0 : size);
			memset(buf + 8, n / 12 ? 0xff : 0, buf[7]);
			if (hvp_gstate_check(&gstate_host, use, scope, 0, buf, 8u + buf[7], &answer,
					     &report))
				continue;
			say("gstate %s scope=" U32 " " X32 " %s: %s%s", uses[use], scope, id,
			    n / 12 ? "ones" : "zeros", hvp_hcall_name(answer.r3), found(&report));
		}
}

static void gstate_values(void)
{
	static const uint64_t given[] = { 0, 0x3, 0x2117, 0x8000000600401001, ~HVP_U64(0) };
	static const uint32_t vectors[] = { 0x980, 0xe00, 0xe20, 0xe40, 0xf80 };
	struct hvp_hvregs_host regs = {
		.size = sizeof(regs), LEVEL, .features = 0x17, .lpcr = 0xd1f400,
	};

	hvp_hfscr_init(&regs.hfscr);
	regs.hfscr.present = 0x25bf;
	regs.hfscr.emulated = 0x400;
	for (uint32_t i = 0, id; !hvp_gsb_at(i, &id); i++) {
		struct hvp_gsb_info info;

		hvp_gsb_get(id, &info);
		for (size_t v = 0; v < COUNT(given) && info.entry; v++)
			say("gstate " X32 " value=" X64 ": kept=" X64 " loaded=" X64, id, given[v],
			    hvp_gstate_keep(&regs, id, given[v]),
			    hvp_gstate_load(&regs, id, given[v]));
		for (size_t v = 0; v < COUNT(vectors) && info.entry; v++)
			say("gstate " X32 " vector=" X32 ": left=" X64, id, vectors[v],
			    hvp_gstate_leave(&gstate_host, id, 0x1, 0x8000000600401001, vectors[v],
					     10));
	}
}

static void gcaps(void)
{
	for (uint32_t i = 0, level; !hvp_level_at(i, &level); i++)
		for (uint64_t set = 0; set < 16; set++) {
			const struct hvp_gcaps caps = {
				.size = sizeof(caps), LEVEL, .l1_level = level,
				.has = 0xf000000000000000,
				.negotiated = set & 8 ? 0x4000000000000000 : 0,
			};
			struct hvp_report report = fresh();
			struct hvp_hcall get, answer;

			hvp_gcaps_get(&caps, 0, &get, NULL);
			hvp_gcaps_set(&caps, 0, set << 60, &answer, &report);
			say("gcaps level=%s set=" X64 " once=" U32 ": get=" X64 " %s" "%s",
			    level_name(level), set << 60, (uint32_t)(set >> 3), get.r4,
			    hvp_hcall_name(answer.r3), found(&report));
		}
	for (uint32_t pvr = 0x0f000003; pvr < 0x0f000009; pvr++) {
		uint64_t bitmap = 0;
		const enum hvp_status status = hvp_gcaps_compat(1, pvr, 0, &bitmap, NULL);

		say("compat v1 " X32 ": %s " X64, pvr, hvp_status_name(status), bitmap);
	}
}

int main(void)
{
	derive();
	decide();
	registers();
	lpcr();
	layout();
	pcr();
	check();
	grants();
	negotiate();
	vstruct();
	caps();
	enter();
	quirks();
	fwreg_offers();
	fwreg_writes();
	migrate_arm64();
	migrate_power();
	guests();
	meet();
	wire();
	stream();
	elements();
	gstate_checks();
	gstate_values();
	gcaps();
	qsort(lines, used, WIDTH, order);
	for (size_t i = 0; i < used; i++)
		puts(lines[i]);
	return fflush(stdout) || ferror(stdout);
}
