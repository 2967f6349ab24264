// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A guest state buffer of nested API v2: each element, what becomes of it, and the answer. */
#include "explain.h"
#include "show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_GSB = 0x300, KEY_USE, KEY_SCOPE, KEY_POLICY, KEY_DIALECT, KEY_REVISION };

/* Findings stand under the name of their element. */
#define COLUMN 7
/* Doublewords of a value that a line shows: those of a VSR. */
#define WORDS 2

struct word {
	const char *name;
	uint32_t value;
	const char *text;
};

static const struct word uses[] = {
	{ "get", HVP_GSTATE_USE_GET, "H_GUEST_GET_STATE" },
	{ "set", HVP_GSTATE_USE_SET, "H_GUEST_SET_STATE" },
	{ "run", HVP_GSTATE_USE_RUN, "input of H_GUEST_RUN_VCPU" },
	{ "answer", HVP_GSTATE_USE_ANSWER, "what a guest hypervisor was given" },
	{ 0 }
};

static const struct word scopes[] = {
	{ "vcpu", HVP_GSB_SCOPE_THREAD, "a vCPU" },
	{ "guest", HVP_GSB_SCOPE_GUEST, "a guest" },
	{ "host", HVP_GSB_SCOPE_HOST, "the host itself" },
	{ 0 }
};

static const struct word policies[] = {
	{ "skip-unknown", HVP_GSTATE_SKIP_UNKNOWN, "unknown elements are passed over" },
	{ "refuse-twice", HVP_GSTATE_REFUSE_TWICE, "no element twice" },
	{ 0 }
};

static const struct word dialects[] = {
	{ "document", HVP_GSB_DIALECT_DOCUMENT, "sizes of the document" },
	{ "linux", HVP_GSB_DIALECT_LINUX, "sizes of Linux" },
	{ 0 }
};

static const struct word revisions[] = {
	{ "1", HVP_GSTATE_REVISION_1, "" }, { "2", HVP_GSTATE_REVISION_2, "" }, { 0 }
};

/* What the doublewords of an element are. */
static const struct layout {
	uint32_t accept;
	uint32_t count;
	const char *names[3];
} layouts[] = {
	{ HVP_GSB_ACCEPT_PARTITION, 3, { "address", "bits", "bytes" } },
	{ HVP_GSB_ACCEPT_PROCESS, 2, { "address", "bytes" } },
	{ HVP_GSB_ACCEPT_INPUT, 2, { "address", "bytes" } },
	{ HVP_GSB_ACCEPT_OUTPUT, 2, { "address", "bytes" } },
};

/* Findings about elements, in the order of these. */
struct findings {
	struct hvp_report report;
	uint32_t next;
};

struct view {
	const struct explain *what;
	const struct explain_gsb *gsb;
	const char *buf;
	uint32_t bytes;
	uint32_t claimed;	/* elements that the buffer says it has */
	uint32_t found;
	uint32_t used;		/* bytes up to the end of the last one found */
	int name_width;
	uint32_t scope;
	const char *scope_from;	/* option, elements or default */
	uint64_t levels;	/* that the guest hypervisor may give */
	struct hvp_gstate_host host;
	struct hvp_hvregs_host regs;
	struct hvp_hcall answer;
	struct findings checked;
	struct findings reviewed;	/* what L2 does not run with */
};

/* One element, and what there is to say of it. */
struct part {
	struct hvp_gsb_element element;
	struct hvp_gsb_info info;
	bool known;
	struct hvp_report checked;
	struct hvp_report reviewed;
};

static const struct word *word_of(const struct word *words, uint32_t value)
{
	while (words->value != value)
		words++;
	return words;
}

static const char *scope_name(const struct part *part)
{
	if (!part->known)
		return "";
	return part->info.scope == HVP_GSB_SCOPE_ANY ? "any" :
						       word_of(scopes, part->info.scope)->name;
}

/* Whether a call can be about one scope. */
static bool is_about(uint32_t use, uint32_t scope)
{
	static const struct hvp_gstate_host any;	/* of an empty buffer nothing is asked */
	struct hvp_hcall answer;

	return scope && !(scope & (scope - 1)) &&
	       !hvp_gstate_check(&any, use, scope, 0, NULL, 0, &answer, NULL);
}

/* Words between commas, or'ed. */
static bool words_parse(const struct word *words, const char *text, uint32_t *value)
{
	*value = 0;
	for (;; text++) {
		const size_t len = strcspn(text, ",");
		const struct word *word = words;

		while (word->name && (strlen(word->name) != len || strncmp(word->name, text, len)))
			word++;
		if (!word->name)
			return false;
		*value |= word->value;
		text += len;
		if (!*text)
			return true;
	}
}

static void take(const struct word *words, const char *arg, uint32_t *value, const char *which,
		 struct argp_state *state)
{
	const bool several = words == policies;

	if (!words_parse(words, arg, value) || (!several && strchr(arg, ',')))
		argp_error(state, "%s, not '%s'", which, arg);
}

static void check(const struct explain_gsb *gsb, struct argp_state *state)
{
	if (gsb->given && !gsb->path)
		argp_error(state, "--use, --scope, --policy, --dialect and --revision go with "
				  "--gsb");
	if (gsb->scope && !is_about(gsb->use, gsb->scope))
		argp_error(state, "no call of --use %s is about %s",
			   word_of(uses, gsb->use)->name, word_of(scopes, gsb->scope)->text);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct explain_gsb *gsb = state->input;

	switch (key) {
	case KEY_GSB:
		if (gsb->path)
			argp_error(state, "one buffer at most");
		gsb->path = arg;
		return 0;
	case KEY_USE:
		take(uses, arg, &gsb->use, "--use is get, set, run or answer", state);
		break;
	case KEY_SCOPE:
		take(scopes, arg, &gsb->scope, "--scope is vcpu, guest or host", state);
		break;
	case KEY_POLICY:
		take(policies, arg, &gsb->policy,
		     "--policy is skip-unknown, refuse-twice or both with a comma between", state);
		break;
	case KEY_DIALECT:
		take(dialects, arg, &gsb->dialect, "--dialect is document or linux", state);
		break;
	case KEY_REVISION:
		take(revisions, arg, &gsb->revision, "--revision is 1 or 2", state);
		break;
	case ARGP_KEY_END:
		check(gsb, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	gsb->given = true;
	return 0;
}

static const struct argp_option gsb_options[] = {
	{ "gsb", KEY_GSB, "FILE", 0,
	  "A guest state buffer, as it is or in hexadecimal digits; - is standard input", 1 },
	{ "use", KEY_USE, "USE", 0,
	  "What the buffer is for: get, set (the default), run (input), or answer: what a guest "
	  "hypervisor was given", 1 },
	{ "scope", KEY_SCOPE, "SCOPE", 0,
	  "What the call is about: vcpu, guest or host; without it what the elements say if they "
	  "agree, else vcpu", 1 },
	{ "policy", KEY_POLICY, "NAMES", 0,
	  "skip-unknown: pass over unknown elements; refuse-twice: no element twice", 1 },
	{ "dialect", KEY_DIALECT, "DIALECT", 0,
	  "Whose sizes the guest hypervisor uses: document (the default) or linux", 1 },
	{ "revision", KEY_REVISION, "N", 0,
	  "Revision of the interface that the host has: 1 or 2 (the default)", 1 },
	{ 0 }
};

const struct argp explain_gsb_argp = { gsb_options, parse, NULL, NULL, NULL, NULL, NULL };

/* Hexadecimal digits become the bytes; a buffer has other bytes too, for it begins with a 0. */
static void decode_hex(char *text, size_t *len, const char *path)
{
	size_t digits = 0;

	for (size_t i = 0; i < *len; i++)
		if (!text[i] || (!strchr(" \t\n\v\f\r", text[i]) && hex_digit(text[i]) > 15))
			return;
	for (size_t i = 0; i < *len; i++) {
		const int value = hex_digit(text[i]);

		if (value > 15)
			continue;
		if (digits % 2)
			text[digits / 2] = (char)((unsigned char)text[digits / 2] | value);
		else
			text[digits / 2] = (char)(value << 4);
		digits++;
	}
	if (digits % 2)
		die("%s: an odd number of hexadecimal digits",
		    strcmp(path, "-") ? path : "standard input");
	*len = digits / 2;
}

/* The host as L0 of a guest hypervisor at a level. */
static void set_host(struct view *view)
{
	const struct host *host = view->what->host;
	const uint32_t use_level = view->what->level;
	struct hvp_pvr_offer offer;
	uint32_t level;

	host_offer(host, &offer);
	level = use_level ? use_level : offer.own;
	if (level > offer.own)
		die("a guest at %s does not run on %s, which is at %s", level_name(level),
		    host->name, level_name(offer.own));
	if (host->role == ROLE_L1 && host->api == API_V1)
		die("%s has nested guests on nested API v1, without guest state buffers",
		    host->name);
	if (!hvp_level_capability(level) ||
	    !host_policy(host, level, HVP_RECEIVER_HYPERVISOR, &view->regs.hfscr))
		die("a guest hypervisor at %s has no nested API v2: it runs at %s or newer",
		    level_name(level), level_name(HVP_LEVEL_3_00));
	view->host = (struct hvp_gstate_host){
		.size = sizeof(view->host), .policy_level = HVP_POLICY_LEVEL_1,
		.revision = view->gsb->revision, .dialect = view->gsb->dialect,
		.l1_level = level, .run_output_min = HVP_GSTATE_RUN_OUTPUT_MIN,
		.run_max = HVP_GSTATE_RUN_MAX, .buffer_max = HVP_GSTATE_BUFFER_MAX,
		.run_flags = HVP_GSTATE_RUN_FLAGS,
	};
	for (uint32_t i = 0, other; !hvp_level_at(i, &other) && other <= level; i++) {
		if (!hvp_level_capability(other) || !(offer.levels & HVP_BIT(other)))
			continue;
		view->levels |= HVP_BIT(other);
		view->host.negotiated |= hvp_level_capability(other);
	}
	view->regs.size = sizeof(view->regs);
	view->regs.policy_level = HVP_POLICY_LEVEL_1;
	view->regs.features = host_lpcr_features(host, true) |
			      (level >= HVP_LEVEL_3_10 ? (uint32_t)HVP_HVREGS_DAWR1 : 0);
	/* A guest hypervisor is a radix guest with GTSE. */
	view->regs.lpcr = hvp_gsb_bits(HVP_GSB_LPCR) & ~HVP_LPCR_L1;
	(void)hvp_pvr_pcr(host->pvr.pvr, level, &view->regs.l1_pcr);
	if (hvp_gstate_validate(&view->host, NULL) || hvp_hvregs_validate(&view->regs, NULL))
		abort(); /* all of it was set here */
}

/* What stands in the buffer, and what it is about if the options do not say. */
static void survey(struct view *view)
{
	uint32_t scope = HVP_GSB_SCOPE_ANY;
	struct hvp_gsb_element element;
	struct hvp_gsb_walk walk;
	struct hvp_gsb_info info;

	view->name_width = (int)strlen("unknown");
	if (!hvp_gsb_begin(&walk, view->buf, view->bytes))
		view->used = walk.offset;
	view->claimed = walk.count;
	while (view->used && !hvp_gsb_next(&walk, &element)) {
		view->found++;
		view->used = walk.offset;
		if (hvp_gsb_get(element.id, &info))
			continue;
		scope &= info.scope;
		if ((int)strlen(info.name) > view->name_width)
			view->name_width = (int)strlen(info.name);
	}
	if (view->gsb->scope) {
		view->scope = view->gsb->scope;
		view->scope_from = "option";
	} else if (is_about(view->gsb->use, scope)) {
		view->scope = scope;
		view->scope_from = "elements";
	} else {
		view->scope = HVP_GSB_SCOPE_THREAD;
		view->scope_from = "default";
	}
}

/* What L0 does, in its order. */
static void ask(struct view *view)
{
	const uint32_t use = view->gsb->use;
	struct hvp_report *report = &view->checked.report;
	uint64_t flags = 0;
	uint32_t scope = view->scope;
	enum hvp_status status = HVP_OK;

	if (scope == HVP_GSB_SCOPE_GUEST)
		flags = HVP_GSTATE_GUEST_WIDE;
	else if (scope == HVP_GSB_SCOPE_HOST)
		flags = HVP_GSTATE_HOST_WIDE;
	if (use != HVP_GSTATE_USE_ANSWER)
		status = hvp_gstate_flags(&view->host, use, flags, &scope, &view->answer, report);
	if (!status && !view->answer.r3)
		status = hvp_gstate_check(&view->host, use, scope, view->gsb->policy, view->buf,
					  view->bytes, &view->answer, report);
	if (status)
		abort(); /* no argument of these comes from outside */
	if (!view->answer.r3 && (use == HVP_GSTATE_USE_SET || use == HVP_GSTATE_USE_RUN))
		hvp_gstate_review(&view->regs, view->buf, view->bytes, &view->reviewed.report);
}

/* Room for as many as were counted. */
static void find_room(struct findings *findings)
{
	const uint32_t total = findings->report.total;
	struct hvp_finding *room = calloc((size_t)total + 1, sizeof(*room));

	if (!room)
		die("no memory");
	hvp_report_init(&findings->report, room, total);
}

/* The findings of an element, or with NULL all that are left. */
static struct hvp_report findings_take(struct findings *findings,
				       const struct hvp_gsb_element *element)
{
	const struct hvp_report *report = &findings->report;
	const uint32_t first = findings->next;

	while (findings->next < report->stored &&
	       (!element || report->findings[findings->next].where == element->offset))
		findings->next++;
	return (struct hvp_report){
		.stored = findings->next - first, .findings = report->findings + first,
	};
}

static bool next_part(struct view *view, struct hvp_gsb_walk *walk, struct part *part)
{
	if (!view->used || hvp_gsb_next(walk, &part->element))
		return false;
	part->known = !hvp_gsb_get(part->element.id, &part->info);
	part->checked = findings_take(&view->checked, &part->element);
	part->reviewed = findings_take(&view->reviewed, &part->element);
	return true;
}

/* What L0 keeps, if that is not what was sent. */
static bool kept(const struct view *view, const struct part *part, uint64_t *value)
{
	const uint64_t sent = hvp_gsb_number(&part->element, 0);

	if (view->answer.r3 || view->gsb->use == HVP_GSTATE_USE_GET ||
	    view->gsb->use == HVP_GSTATE_USE_ANSWER || part->element.bytes > 8)
		return false;
	*value = hvp_gstate_keep(&view->regs, part->element.id, sent);
	return *value != sent;
}

static const struct layout *layout_of(const struct part *part)
{
	for (size_t i = 0; part->known && i < COUNT(layouts); i++)
		if (layouts[i].accept == part->info.accept &&
		    layouts[i].count * 8 == part->element.bytes)
			return &layouts[i];
	return NULL;
}

/* Level of a logical PVR, NONE of other elements. */
static uint32_t level_of(const struct part *part)
{
	if (part->element.id != HVP_GSB_LOGICAL_PVR || part->element.bytes != 4)
		return HVP_LEVEL_NONE;
	return hvp_level_from_pvr((uint32_t)hvp_gsb_number(&part->element, 0));
}

/* What r4 is; NULL: nothing. */
static const char *r4_is(const struct view *view)
{
	switch (view->answer.r3) {
	case HVP_H_INVALID_ELEMENT_ID:
	case HVP_H_INVALID_ELEMENT_SIZE:
	case HVP_H_INVALID_ELEMENT_VALUE:
		return view->gsb->use == HVP_GSTATE_USE_RUN ? "offset" : "index";
	default:
		return NULL;
	}
}

static void show_facts(const struct view *view)
{
	const bool read = view->gsb->use == HVP_GSTATE_USE_ANSWER;
	const struct word *policy = policies;
	const char *from = "as --scope says";
	char levels[64];

	if (view->scope_from[0] == 'e')
		from = "as its elements say";
	else if (view->scope_from[0] == 'd')
		from = "by default";
	title("Guest state buffer");
	say("  buffer  %" PRIu32 " bytes, %" PRIu32 " elements claimed, %" PRIu32 " found, %" PRIu32
	    " bytes behind the last\n", view->bytes, view->claimed, view->found,
	    view->bytes - view->used);
	say("  use     %s: %s, about %s, %s\n", word_of(uses, view->gsb->use)->name,
	    word_of(uses, view->gsb->use)->text, word_of(scopes, view->scope)->text, from);
	say("  rules   %s, revision %" PRIu32, word_of(dialects, view->gsb->dialect)->text,
	    view->gsb->revision);
	for (; policy->name; policy++)
		if (view->gsb->policy & policy->value)
			say(", %s", policy->text);
	put_levels(view->levels, levels, sizeof(levels));
	say("\n  host    %s, guest hypervisor at %s, which may give %s\n", view->what->host->name,
	    level_name(view->host.l1_level), levels);
	say(read ? "  read    " : "  answer  ");
	cell(view->answer.r3 ? STYLE_BAD : STYLE_GOOD, 0, hvp_hcall_name(view->answer.r3));
	say(" (%" PRId64 "): %s\n", view->answer.r3, hvp_hcall_text(view->answer.r3));
	if (r4_is(view))
		say("  r4      %" PRIu64 ": %s of that element\n", view->answer.r4, r4_is(view));
	if (view->answer.r3 && !read && view->gsb->use != HVP_GSTATE_USE_GET)
		say("  kept    nothing\n");
}

static void show_value(const struct part *part)
{
	const struct hvp_gsb_element *element = &part->element;
	const struct layout *layout = layout_of(part);
	uint32_t word = 0;

	for (; layout && word < layout->count; word++) {
		const uint64_t value = hvp_gsb_number(element, word);

		say(word ? ", %s %" PRIu64 : "%s 0x%" PRIx64, layout->names[word], value);
	}
	for (; !layout && word < WORDS && word * 8 < element->bytes; word++) {
		const uint32_t left = element->bytes - word * 8;

		say("%s0x%0*" PRIx64, word ? " " : "", left < 8 ? (int)left * 2 : 16,
		    hvp_gsb_number(element, word));
	}
	if (!element->bytes)
		say("-");
	else if (word * 8 < element->bytes)
		say(" ...");
	if (level_of(part))
		say(", %s", level_name(level_of(part)));
	say("\n");
}

static void show_part(const struct view *view, const struct part *part)
{
	const struct hvp_gsb_element *element = &part->element;
	char line[32];
	uint64_t value;

	put(line, sizeof(line), "%" PRIu32, element->index);
	cell(STYLE_PLAIN, COLUMN, line);
	put(line, sizeof(line), "0x%" PRIx32, element->offset);
	cell(STYLE_PLAIN, 9, line);
	put(line, sizeof(line), "0x%04" PRIx32, element->id);
	cell(STYLE_PLAIN, 8, line);
	cell(part->known ? STYLE_PLAIN : STYLE_WARN, view->name_width + 2,
	     part->known ? part->info.name : "unknown");
	cell(STYLE_PLAIN, 7, scope_name(part));
	put(line, sizeof(line), "%" PRIu32, element->bytes);
	cell(STYLE_PLAIN, 7, line);
	show_value(part);
	if (kept(view, part, &value))
		say("%*skept as 0x%016" PRIx64 "\n", COLUMN, "", value);
	show_findings(&part->checked, COLUMN);
	show_findings(&part->reviewed, COLUMN);
}

static void show_text(struct view *view)
{
	struct hvp_report whole;
	struct hvp_gsb_walk walk;
	struct part part;
	char line[96];

	show_facts(view);
	(void)hvp_gsb_begin(&walk, view->buf, view->bytes);
	put(line, sizeof(line), "\n%-*s%-9s%-8s%-*s%-7s%-7s%s", COLUMN, "INDEX", "OFFSET", "ID",
	    view->name_width + 2, "NAME", "SCOPE", "BYTES", "VALUE");
	if (view->found)
		title(line);
	while (next_part(view, &walk, &part))
		show_part(view, &part);
	whole = findings_take(&view->checked, NULL);
	if (whole.stored)
		title("\nThe whole");
	show_findings(&whole, 2);
}

static json_t *json_facts(const struct view *view)
{
	json_t *root = js_object(), *policy = js_array(), *answer = js_object();

	for (const struct word *word = policies; word->name; word++)
		if (view->gsb->policy & word->value)
			js_append(policy, js_text(word->name));
	js_set(answer, "r3", json_integer(view->answer.r3));
	js_set(answer, "name", js_text(hvp_hcall_name(view->answer.r3)));
	js_set(answer, "text", js_text(hvp_hcall_text(view->answer.r3)));
	js_set(answer, "r4", js_hex64(view->answer.r4));
	js_set(answer, "r4_is", r4_is(view) ? js_text(r4_is(view)) : js_null());
	js_set(root, "kind", js_text("gsb"));
	js_set(root, "host", js_text(view->what->host->name));
	js_set(root, "level", js_text(level_name(view->host.l1_level)));
	js_set(root, "may_give", json_levels(view->levels));
	js_set(root, "use", js_text(word_of(uses, view->gsb->use)->name));
	js_set(root, "scope", js_text(word_of(scopes, view->scope)->name));
	js_set(root, "scope_from", js_text(view->scope_from));
	js_set(root, "policy", policy);
	js_set(root, "dialect", js_text(word_of(dialects, view->gsb->dialect)->name));
	js_set(root, "revision", json_integer(view->gsb->revision));
	js_set(root, "bytes", json_integer(view->bytes));
	js_set(root, "claimed", json_integer(view->claimed));
	js_set(root, "found", json_integer(view->found));
	js_set(root, "behind", json_integer(view->bytes - view->used));
	js_set(root, "answer", answer);
	return root;
}

/* All of the value; null of an empty one. */
static json_t *json_value(const struct hvp_gsb_element *element)
{
	const size_t len = 2 * (size_t)element->bytes + sizeof("0x");
	json_t *value;
	char *text;

	if (!element->bytes)
		return js_null();
	text = malloc(len);
	if (!text)
		die("no memory");
	put(text, len, "0x");
	for (size_t i = 0; i < element->bytes; i++)
		put(text + 2 + 2 * i, 3, "%02x", element->value[i]);
	value = js_text(text);
	free(text);
	return value;
}

static json_t *json_fields(const struct part *part)
{
	const struct layout *layout = layout_of(part);
	json_t *fields = js_object();

	for (uint32_t word = 0; layout && word < layout->count; word++)
		js_set(fields, layout->names[word],
		       js_hex64(hvp_gsb_number(&part->element, word)));
	if (level_of(part))
		js_set(fields, "level", js_text(level_name(level_of(part))));
	return fields;
}

static json_t *json_part(const struct view *view, const struct part *part)
{
	const struct hvp_gsb_element *element = &part->element;
	json_t *object = js_object(), *findings = json_findings(&part->checked);
	json_t *more = json_findings(&part->reviewed);
	char id[8];
	uint64_t value;

	put(id, sizeof(id), "0x%04" PRIx32, element->id);
	if (json_array_extend(findings, more))
		die("no memory");
	json_decref(more);
	js_set(object, "index", json_integer(element->index));
	js_set(object, "offset", json_integer(element->offset));
	js_set(object, "id", js_text(id));
	js_set(object, "name", part->known ? js_text(part->info.name) : js_null());
	js_set(object, "scope", part->known ? js_text(scope_name(part)) : js_null());
	js_set(object, "bytes", json_integer(element->bytes));
	js_set(object, "value", json_value(element));
	js_set(object, "fields", json_fields(part));
	js_set(object, "keeps", kept(view, part, &value) ? js_hex64(value) : js_null());
	js_set(object, "runs", part->reviewed.stored ?
	       js_hex64(part->reviewed.findings[0].offer) : js_null());
	js_set(object, "findings", findings);
	return object;
}

/* Print and free, behind a key or a comma. */
static void print_piece(const char *before, json_t *value)
{
	say("%s", before);
	(void)json_dumpf(value, stdout, JSON_COMPACT);
	json_decref(value);
}

/* An element at a time: a hostile buffer has a quarter of a million, memory does not follow. */
static void show_json(struct view *view)
{
	json_t *facts = json_facts(view);
	char *text = json_dumps(facts, JSON_INDENT(2));
	struct hvp_report whole;
	struct hvp_gsb_walk walk;
	struct part part;

	if (!text)
		die("no memory");
	/* without its end, "\n}" */
	say("%.*s,\n  \"elements\": [", (int)strlen(text) - 2, text);
	free(text);
	json_decref(facts);
	(void)hvp_gsb_begin(&walk, view->buf, view->bytes);
	while (next_part(view, &walk, &part))
		print_piece(part.element.index ? ",\n    " : "\n    ", json_part(view, &part));
	whole = findings_take(&view->checked, NULL);
	print_piece(view->found ? "\n  ],\n  \"findings\": " : "],\n  \"findings\": ",
		    json_findings(&whole));
	say("\n}\n");
}

int explain_gsb(const struct explain *what)
{
	struct view view = { .what = what, .gsb = what->gsb };
	size_t len;
	char *buf = read_input(what->gsb->path, "guest state buffer", &len);

	decode_hex(buf, &len, what->gsb->path);
	view.buf = buf;
	view.bytes = (uint32_t)len;
	set_host(&view);
	survey(&view);
	hvp_report_init(&view.checked.report, NULL, 0);
	hvp_report_init(&view.reviewed.report, NULL, 0);
	ask(&view);
	find_room(&view.checked);
	find_room(&view.reviewed);
	view.answer = (struct hvp_hcall){ 0 };
	ask(&view);
	(what->json ? show_json : show_text)(&view);
	free(view.checked.report.findings);
	free(view.reviewed.report.findings);
	free(buf);
	return view.answer.r3 ? EXIT_REFUSED : EXIT_FINE;
}
