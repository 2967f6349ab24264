// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "domain.h"
#include "host.h"
#include "output.h"
#include "party.h"

#include <mxml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WORD 64	/* no word that counts is longer */

static const char blanks[] = " \t\r\n";

struct domain_reader {
	struct profile_reader to;
	char name[sizeof(((struct party *)NULL)->name)];
	uint32_t level;	/* the guest's; NONE: not told */
	uint32_t pvr;	/* of the only processor on which KVM runs it; 0: on any */
};

static const struct word {
	const char *text;
	uint32_t cap;
	uint8_t value;
} words[] = {
#define DOMAIN_WORD(cap, text, value) { text, HVP_SPAPR_CAP_##cap, value },
#include "domain.def"
#undef DOMAIN_WORD
};

/* The next child that is an element; after: NULL for the first. */
static mxml_node_t *next_child(mxml_node_t *parent, mxml_node_t *after)
{
	mxml_node_t *node = after ? mxmlGetNextSibling(after) :
			    parent ? mxmlGetFirstChild(parent) : NULL;

	while (node && !mxmlGetElement(node))
		node = mxmlGetNextSibling(node);
	return node;
}

static mxml_node_t *child(mxml_node_t *parent, const char *name)
{
	mxml_node_t *node = next_child(parent, NULL);

	while (node && strcmp(mxmlGetElement(node), name) != 0)
		node = next_child(parent, node);
	return node;
}

static const char *attribute(mxml_node_t *node, const char *name)
{
	const char *value = node ? mxmlElementGetAttr(node, name) : NULL;

	return value ? value : "";
}

/* Text of an element without what surrounds it; too long for the buffer: none. */
static const char *text_of(mxml_node_t *node, char *buf, size_t size)
{
	const char *text = node ? mxmlGetOpaque(node) : NULL;
	size_t len;

	buf[0] = 0;
	if (!text)
		return buf;
	text += strspn(text, blanks);
	len = strlen(text);
	while (len && strchr(blanks, text[len - 1]))
		len--;
	if (len < size)
		put(buf, size, "%.*s", (int)len, text);
	return buf;
}

/* A size such as 64 KiB, or 16M in one word, as the logarithm of its bytes. */
static bool size_log2(const char *number, const char *unit, uint64_t *value)
{
	static const char prefixes[] = "kmg";
	const char *prefix = *unit ? strchr(prefixes, *unit | 0x20) : NULL;
	uint64_t bytes = 0;

	/* a larger page does not exist */
	if ((*unit && !prefix) || !number_parse(number, 1 << 30, &bytes) || !bytes)
		return false;
	bytes <<= prefix ? 10 * (prefix - prefixes + 1) : 0;
	for (*value = 0; bytes >> *value > 1; ++*value)
		;
	return bytes == HVP_BIT(*value);
}

static void set_cap(struct domain_reader *in, uint32_t cap, const char *text)
{
	struct hvp_profile_power *power = &in->to.party->profile.power;
	uint64_t value = 0;
	bool known = false, worded = false;
	char number[WORD];

	for (size_t i = 0; i < COUNT(words); i++) {
		if (words[i].cap != cap)
			continue;
		worded = true;
		if (!strcmp(words[i].text, text)) {
			value = words[i].value;
			known = true;
		}
	}
	if (cap == HVP_SPAPR_CAP_HPT_PAGE) {
		const size_t digits = strspn(text, "0123456789");

		put(number, sizeof(number), "%.*s", (int)digits, text);
		known = size_log2(number, text + digits, &value);
	} else if (!worded) {
		value = !strcmp(text, "on");
		known = value || !strcmp(text, "off");
	}
	if (!known) {
		profile_wrong(&in->to, hvp_profile_cap_name(cap, HVP_SPELLING_QEMU),
			      "'%s' is no value of it", text);
		return;
	}
	power->caps[cap] = (uint8_t)value;
	power->caps_known |= (uint32_t)HVP_BIT(cap);
	power->caps_default &= ~(uint32_t)HVP_BIT(cap);
	in->to.party->set_caps |= (uint32_t)HVP_BIT(cap);
}

static void read_features(struct domain_reader *in, mxml_node_t *features)
{
	for (uint32_t cap = 0; cap < HVP_SPAPR_CAP_SLOTS; cap++) {
		const char *name = hvp_profile_cap_name(cap, HVP_SPELLING_LIBVIRT);
		mxml_node_t *node = *name ? child(features, name) : NULL;
		mxml_node_t *page = child(node, "maxpagesize");
		char number[WORD / 2], size[WORD];

		if (!node)
			continue;
		if (cap != HVP_SPAPR_CAP_HPT_PAGE) {
			set_cap(in, cap, *attribute(node, "state") ? attribute(node, "state") :
				attribute(node, "value"));
		} else if (page) {
			put(size, sizeof(size), "%s%.3s", text_of(page, number, sizeof(number)),
			    attribute(page, "unit"));
			set_cap(in, cap, size);
		}
	}
}

static void set_level(struct domain_reader *in, const char *where, const char *name)
{
	if (strlen(name) >= 16 || hvp_level_find(name, HVP_SPELLING_QEMU, &in->level))
		profile_wrong(&in->to, where, "'%s' is no level", name);
}

/* What QEMU is told past libvirt: options of the machine, in any argument. */
static void read_arguments(struct domain_reader *in, mxml_node_t *arguments)
{
	static const char maximum[] = "max-cpu-compat=";
	char text[1024], *rest = text;

	for (mxml_node_t *arg = next_child(arguments, NULL); arg;
	     arg = next_child(arguments, arg)) {
		put(text, sizeof(text), "%s", attribute(arg, "value"));
		rest = text;
		for (char *word; (word = strsep(&rest, ",")) != NULL;) {
			char *value = strchr(word, '=');

			if (!value)
				continue;
			if (!strncmp(word, maximum, strlen(maximum))) {
				set_level(in, "max-cpu-compat", value + 1);
				in->pvr = 0;
				continue;
			}
			*value = 0;
			for (uint32_t cap = 0; cap < HVP_SPAPR_CAP_SLOTS; cap++) {
				const char *name = hvp_profile_cap_name(cap, HVP_SPELLING_QEMU);

				if (*name && !strcmp(name, word))
					set_cap(in, cap, value + 1);
			}
		}
	}
}

/* POWER9, as libvirt names it, or power9_v2.2, as QEMU does. */
static bool model_is(const char *model, const char *name)
{
	const size_t len = strlen(name);

	return len && !strncasecmp(model, name, len) &&
	       (!model[len] || !strncasecmp(model + len, "_v", 2));
}

/* A processor by its name: the guest is at the level of it, if it is not told an older one. */
static void set_model(struct domain_reader *in, const char *model, bool kvm)
{
	struct hvp_processor_info row;

	for (uint32_t i = 0; !hvp_pvr_processor_at(i, &row); i++) {
		if (!model_is(model, row.name) && !model_is(model, row.libvirt))
			continue;
		in->level = row.level;
		in->pvr = kvm ? row.value : 0;
		return;
	}
	profile_wrong(&in->to, "cpu.model", "no known processor is called '%s'", model);
}

static void read_cpu(struct domain_reader *in, mxml_node_t *domain)
{
	mxml_node_t *cpu = child(domain, "cpu");
	const char *mode = attribute(cpu, "mode");
	char model[WORD];

	(void)text_of(child(cpu, "model"), model, sizeof(model));
	if (!model[0])
		return;
	if (!strcmp(mode, "host-model"))
		set_level(in, "cpu.model", model);
	else if (!*mode || !strcmp(mode, "custom"))
		set_model(in, model, !strcmp(attribute(domain, "type"), "kvm"));
}

/* A profile that somebody has put below <metadata> says it all. */
static bool read_metadata(struct domain_reader *in, mxml_node_t *metadata)
{
	for (mxml_node_t *node = next_child(metadata, NULL); node;
	     node = next_child(metadata, node)) {
		const char *name = mxmlGetElement(node), *colon = strchr(name, ':');
		json_t *root = NULL;
		json_error_t error;
		char xmlns[WORD];

		put(xmlns, sizeof(xmlns), colon ? "xmlns:%.*s" : "xmlns%.*s",
		    colon ? (int)(colon - name) : 0, name);
		if (strcmp(colon ? colon + 1 : name, "guest") != 0 ||
		    strcmp(attribute(node, xmlns), DOMAIN_NAMESPACE) != 0)
			continue;
		root = json_loads(mxmlGetOpaque(node) ? mxmlGetOpaque(node) : "",
				  JSON_REJECT_DUPLICATES, &error);
		if (!root)
			profile_wrong(&in->to, "metadata", "%s", error.text);
		else if (!profile_from_json(root, in->name, in->to.party, in->to.fault,
					    in->to.context))
			in->to.bad = true;
		else if (in->to.party->profile.role != HVP_ROLE_GUEST)
			profile_wrong(&in->to, "metadata", "is the profile of a host");
		json_decref(root);
		return true;
	}
	return false;
}

/*
 * The guest that a host starts which offers no more than the XML asks for: a level, or raw mode of
 * a processor; its capabilities stand in the guest. A Linux that has guests of its own executes
 * their doorbells itself.
 */
static bool make_guest(struct hvp_profile *guest, uint32_t level, uint32_t raw_pvr)
{
	struct hvp_profile host = *guest;
	struct hvp_profile_power *power = &host.power;
	const bool nested = power->caps[HVP_SPAPR_CAP_NESTED_HV] ||
			    power->caps[HVP_SPAPR_CAP_NESTED_PAPR];

	host.role = HVP_ROLE_HOST;
	power->levels = raw_pvr ? 0 : HVP_BIT(level);
	power->flags = raw_pvr ? HVP_POWER_RAW : 0;
	power->pvr = raw_pvr;
	power->facilities = hvp_facility_of_level(level);
	power->l2_facilities = power->facilities;
	power->l2_reflected = 0;
	if (hvp_profile_guest(&host, HVP_LEVEL_NONE, nested ? HVP_GUEST_NESTED : 0, guest, NULL))
		return false;
	guest->power.l2_reflected = guest->power.l2_facilities & HVP_BIT(HVP_FACILITY_MSGP);
	return true;
}

static void read_power(struct domain_reader *in, mxml_node_t *domain)
{
	struct party *party = in->to.party;

	hvp_profile_init(&party->profile, HVP_ARCH_POWER, HVP_ROLE_GUEST);
	party_machine_caps(&party->profile.power);
	read_features(in, child(domain, "features"));
	read_cpu(in, domain);
	read_arguments(in, child(domain, "qemu:commandline"));
	if (in->to.bad)
		return;
	party->any_level = in->level == HVP_LEVEL_NONE;
	party->any_revision = in->pvr;
	if (party->any_level) {
		party->open = "the level at which the guest runs: its XML names none, so it has "
			      "that of the host where it was started";
		/* until it meets a host */
		in->level = hvp_level_newest(~UINT64_C(0));
	}
	if (!make_guest(&party->profile, in->level, in->pvr))
		profile_wrong(&in->to, "", "no guest can be so");
}

static void read_arm64(struct domain_reader *in)
{
	struct hvp_profile *guest = &in->to.party->profile;

	hvp_profile_init(guest, HVP_ARCH_ARM64, HVP_ROLE_GUEST);
	guest->arm64.flags = HVP_ARM64_PSCI_0_2;
	in->to.party->any_level = true;
	in->to.party->open = "the firmware registers of the guest: its XML does not tell them, so "
			       "they are those of the host where it was started";
}

static void read_domain(struct domain_reader *in, mxml_node_t *domain)
{
	const char *arch = attribute(child(child(domain, "os"), "type"), "arch");
	char name[sizeof(in->name)];

	/* what cannot be a name stays called after its file */
	(void)text_of(child(domain, "name"), name, sizeof(name));
	if (name_parse(name, name, sizeof(name)))
		put(in->name, sizeof(in->name), "%s", name);
	put(in->to.party->name, sizeof(in->to.party->name), "%s", in->name);
	if (read_metadata(in, child(domain, "metadata")))
		return;
	if (!strcmp(arch, "ppc64") || !strcmp(arch, "ppc64le"))
		read_power(in, domain);
	else if (!strcmp(arch, "aarch64"))
		read_arm64(in);
	else
		profile_wrong(&in->to, "os.type", "'%s' is an architecture without rules here",
			      arch);
}

/* mxml tells no more than the text; a callback without a context needs a place for it. */
static char complaint[128];

static void heard(const char *text)
{
	put(complaint, sizeof(complaint), "%s", text);
}

/* Whatever stands beside the domain, such as a comment of libvirt's, mxml wants below <?xml?>. */
static mxml_node_t *load(const char *text)
{
	static const char declaration[] = "<?xml";
	mxml_node_t *tree;
	char *whole;

	if (!strncmp(text, declaration, strlen(declaration)))
		return mxmlLoadString(NULL, text, MXML_OPAQUE_CALLBACK);
	if (asprintf(&whole, "%s version='1.0'?>%s", declaration, text) < 0)
		die("no memory");
	tree = mxmlLoadString(NULL, whole, MXML_OPAQUE_CALLBACK);
	free(whole);
	return tree;
}

bool domain_is_xml(const char *text)
{
	return text[strspn(text, blanks)] == '<';
}

bool domain_from_xml(const char *text, const char *name, struct party *party,
		     profile_fault *fault, void *context)
{
	struct domain_reader in = { .to = { party, false, fault, context } };
	mxml_node_t *tree, *domain;

	*party = (struct party){ .name = "" };
	put_clean(in.name, sizeof(in.name), name, strlen(name));
	put(complaint, sizeof(complaint), "is no XML");
	mxmlSetErrorCallback(heard);
	tree = load(text + strspn(text, blanks));
	domain = child(tree, "domain");
	if (!tree)
		profile_wrong(&in.to, "", "%s", complaint);
	else if (!domain)
		profile_wrong(&in.to, "", "no <domain>");
	else
		read_domain(&in, domain);
	mxmlDelete(tree);
	return !in.to.bad;
}

static const struct { uint32_t facility, cap; } gated[] = {
#define HVP_FACILITY_CAP(facility, cap) { HVP_FACILITY_##facility, HVP_SPAPR_CAP_##cap },
#include <hvpolicy/profile.def>
};

/* What the XML leaves open is what a guest has that is started there. */
static void take_open(struct party *guest, const struct party *host)
{
	const struct hvp_profile_power *power = &host->profile.power;
	const uint32_t level = hvp_level_newest(power->levels);

	if (!guest->any_level || guest->profile.arch != host->profile.arch)
		return;
	if (guest->profile.arch == HVP_ARCH_POWER)
		(void)make_guest(&guest->profile, level, level ? 0 : power->pvr);
	else
		(void)hvp_profile_guest(&host->profile, HVP_LEVEL_NONE, 0, &guest->profile, NULL);
}

void domain_meets(struct party *guest, struct party *host)
{
	struct hvp_profile_power *power = &host->profile.power;
	struct hvp_processor_info here, there;
	uint32_t set = guest->set_caps & power->caps_default;

	/* a host that has the facility can be told so */
	for (size_t i = 0; i < COUNT(gated); i++) {
		if (set & HVP_BIT(gated[i].cap)) {
			power->caps[gated[i].cap] = power->facilities >> gated[i].facility & 1;
			power->caps_default &= ~(uint32_t)HVP_BIT(gated[i].cap);
			set &= ~(uint32_t)HVP_BIT(gated[i].cap);
		}
	}
	power->caps_default &= ~set;
	power->caps_known &= ~set;
	for (uint32_t cap = 0; cap < HVP_SPAPR_CAP_SLOTS; cap++)
		if (set & HVP_BIT(cap))
			power->caps[cap] = 0;
	take_open(guest, host);
	if (guest->any_revision && !hvp_pvr_processor(guest->profile.power.pvr, &here) &&
	    !hvp_pvr_processor(power->pvr, &there) && here.value == there.value)
		guest->profile.power.pvr = power->pvr;
}
