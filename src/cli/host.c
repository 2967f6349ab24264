// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "host.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>

/* POWER9 DD2.0, whose prefetcher does not go with radix and AIL. */
#define P9_DD20_MASK 0xffffefffu
#define P9_DD20_PVR 0x004e0200u

void host_add(struct host_list *list, const struct host *host)
{
	struct host *more = realloc(list->hosts, (list->count + 1) * sizeof(*more));

	if (!more)
		die("no memory");
	list->hosts = more;
	list->hosts[list->count++] = *host;
}

void host_free(struct host_list *list)
{
	free(list->hosts);
	list->hosts = NULL;
	list->count = 0;
}

void host_init(struct host *host, const char *name)
{
	*host = (struct host){
		.format = 1,
		.pvr = { .size = sizeof(host->pvr), .policy_level = HVP_POLICY_LEVEL_1 },
	};
	put_clean(host->name, sizeof(host->name), name, strlen(name));
	host_give(host, FIELD_format);
	host_give(host, FIELD_name);
}

bool host_grants_unknown(const struct host *host)
{
	return host->role == ROLE_L1 && host->api != API_V1 && host->kvm != KVM_FAILS &&
	       !host_has(host, FIELD_granted) &&
	       !(host_has(host, FIELD_bounded) && host->api == API_V2);
}

void host_finish(struct host *host)
{
	struct hvp_finding finding;
	struct hvp_report report;
	struct hvp_pvr_offer offer;
	char line[256];

	if (host_has(host, FIELD_granted)) {
		host->pvr.flags = HVP_PVR_GRANTED;
		host->pvr.granted = host->granted;
	} else if (host_has(host, FIELD_bounded)) {
		/* On v2 the ioctl answers with the grants themselves. */
		host->pvr.flags = host->api == API_V2 ? HVP_PVR_GRANTED : HVP_PVR_BOUNDED;
		host->pvr.granted = host->bounded;
	} else if (host->role == ROLE_L1 && host->api == API_V2) {
		/* The best case: every level for which a grant exists. */
		host->pvr.flags = HVP_PVR_GRANTED;
		host->pvr.granted = 0;
		for (uint32_t i = 0, level; !hvp_level_at(i, &level); i++)
			host->pvr.granted |= hvp_level_capability(level);
	}

	hvp_report_init(&report, &finding, 1);
	if (hvp_pvr_offers(&host->pvr, &offer, &report)) {
		(void)hvp_reason_format(&finding, HVP_WORDING_TEXT, line, sizeof(line));
		die("%s: %s", host->name, line);
	}
	if (host->role == ROLE_L1 && offer.own < HVP_LEVEL_3_00)
		die("%s: a guest at %s cannot have nested guests: a guest hypervisor (L1) runs at "
		    "%s or newer", host->name, level_name(offer.own), level_name(HVP_LEVEL_3_00));
}

void host_offer(const struct host *host, struct hvp_pvr_offer *offer)
{
	*offer = (struct hvp_pvr_offer){ 0 };
	if (hvp_pvr_offers(&host->pvr, offer, NULL))
		abort(); /* host_finish() asked the same */
}

uint32_t host_release(const struct host *host)
{
	const uint32_t major = host->kernel >> 16, minor = host->kernel & 0xffff;

	return HVP_RELEASE(major, minor < 255 ? minor : 255, 0);
}

bool host_cpu_has_tm(const struct host *host)
{
	struct hvp_processor_info processor = { .level = HVP_LEVEL_NONE };

	(void)hvp_pvr_processor(host->pvr.pvr, &processor);
	return hvp_facility_of_level(processor.level) & HVP_BIT(HVP_FACILITY_TM);
}

uint32_t host_hfscr_features(const struct host *host)
{
	return (host->role == ROLE_BARE ? (uint32_t)HVP_HFSCR_HOST_BARE : 0) |
	       (host->tm && host_cpu_has_tm(host) ? (uint32_t)HVP_HFSCR_HOST_TM : 0) |
	       (host->tm_assist ? (uint32_t)HVP_HFSCR_HOST_TM_ASSIST : 0);
}

uint32_t host_lpcr_features(const struct host *host, bool radix)
{
	struct hvp_pvr_offer offer;

	host_offer(host, &offer);
	return (radix ? (uint32_t)HVP_HVREGS_RADIX : 0) |
	       (offer.own >= HVP_LEVEL_2_07 ? (uint32_t)HVP_HVREGS_ARCH_207 : 0) |
	       (offer.own >= HVP_LEVEL_3_00 ? (uint32_t)HVP_HVREGS_ARCH_300 : 0) |
	       ((host->pvr.pvr & P9_DD20_MASK) == P9_DD20_PVR ?
		(uint32_t)HVP_HVREGS_RADIX_PREFETCH_BUG : 0);
}

bool host_policy(const struct host *host, uint32_t level, uint32_t receiver,
		 struct hvp_hfscr_policy *policy)
{
	struct hvp_pvr_offer offer;
	struct hvp_hfscr_host from = {
		.size = sizeof(from), .policy_level = HVP_POLICY_LEVEL_1,
		.features = host_hfscr_features(host), .receiver = receiver,
	};

	host_offer(host, &offer);
	from.host_level = offer.own;
	/* POWER7 can be told power7+, which is above its own level. */
	from.guest_level = level < offer.own ? level : offer.own;
	from.hardware = host_has(host, FIELD_hfscr) ? host->hfscr :
			hvp_facility_enables(offer.own);
	return !hvp_hfscr_derive(&from, policy, NULL);
}

const char *level_name(uint32_t level)
{
	const char *name = hvp_level_name(level, HVP_SPELLING_QEMU);

	return *name ? name : hvp_level_name(level, HVP_SPELLING_ISA);
}

bool level_parse(const char *name, uint32_t *level)
{
	/* The library reads 16 bytes at most: a longer text is no name. */
	if (strlen(name) >= 16)
		return false;
	return !hvp_level_find(name, HVP_SPELLING_QEMU, level) ||
	       !hvp_level_find(name, HVP_SPELLING_LIBVIRT, level) ||
	       !hvp_level_find(name, HVP_SPELLING_ISA, level);
}

int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;

	return at ? (int)(at - digits) : 16;
}

bool number_parse(const char *text, uint64_t maximum, uint64_t *value)
{
	const uint64_t base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	uint64_t sum = 0;

	if (base == 16)
		text += 2;
	if (!*text)
		return false;
	for (; *text; text++) {
		const uint64_t next = (uint64_t)hex_digit(*text);

		if (next >= base || sum > (maximum - next) / base)
			return false;
		sum = sum * base + next;
	}
	*value = sum;
	return true;
}

bool hex_parse(const char *text, uint64_t maximum, uint64_t *value)
{
	const size_t digits = maximum > UINT32_MAX ? 16 : 8;

	return text[0] == '0' && text[1] == 'x' && strlen(text) <= 2 + digits &&
	       number_parse(text, maximum, value);
}

bool name_parse(const char *text, char *name, size_t size)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const size_t len = strlen(text);

	if (!len || len >= size || !strchr(letters, text[0]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!strchr(letters, text[i]) && !strchr("._+-", text[i]))
			return false;
	put_clean(name, size, text, len);
	return true;
}

bool kernel_parse(const char *text, uint32_t *kernel, const char **rest)
{
	uint32_t part[2] = { 0, 0 };

	for (int i = 0; i < 2; i++) {
		int digits = 0;

		for (; digits < 3 && hex_digit(*text) < 10; digits++, text++)
			part[i] = part[i] * 10 + (uint32_t)hex_digit(*text);
		if (!digits || (i == 0 && *text++ != '.'))
			return false;
	}
	if (hex_digit(*text) < 10 || (!rest && *text))
		return false;
	if (rest)
		*rest = text;
	*kernel = KERNEL(part[0], part[1]);
	return true;
}
