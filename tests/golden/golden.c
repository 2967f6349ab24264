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
#define LINES 3000
#define WIDTH 200
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
	qsort(lines, used, WIDTH, order);
	for (size_t i = 0; i < used; i++)
		puts(lines[i]);
	return fflush(stdout) || ferror(stdout);
}
