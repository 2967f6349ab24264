// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* From the columns that say what was set up to what the library is asked. */
#define _DEFAULT_SOURCE
#include <string.h>
#include <strings.h>

#include "recorded.h"

bool find_processor(const char *cpu, struct hvp_processor_info *info)
{
	char name[16] = "power";

	/* Bare machines are called powernv10. */
	if (!strncmp(cpu, "powernv", 7) && strlen(cpu) < sizeof(name) - 2)
		cpu = strcat(name, cpu + 7);
	for (uint32_t i = 0; !hvp_pvr_processor_at(i, info); i++)
		if (!strcasecmp(info->name, cpu))
			return true;
	return false;
}

/* What Linux tells in CAS (facts §3.1). POWER11 came between 6.1 and 6.12. */
static uint32_t linux_list(uint32_t kernel, struct hvp_pvr_entry *list)
{
	static const struct hvp_pvr_entry known[] = {
		{ 0xfffe0000, 0x003a0000 }, { 0xffff0000, 0x003e0000 },
		{ 0xffff0000, 0x003f0000 }, { 0xffff0000, 0x004b0000 },
		{ 0xffff0000, 0x004c0000 }, { 0xffff0000, 0x004d0000 },
		{ 0xffff0000, 0x004e0000 }, { 0xffff0000, 0x00800000 },
		{ 0xffff0000, 0x00820000 }, { 0xffffffff, 0x0f000007 },
		{ 0xffffffff, 0x0f000006 }, { 0xffffffff, 0x0f000005 },
		{ 0xffffffff, 0x0f000004 }, { 0xffffffff, 0x0f000003 },
		{ 0xffffffff, 0x0f000002 }, { 0xfffffffe, 0x0f000001 },
	};
	uint32_t count = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (kernel < 0x060c &&
		    (known[i].value == 0x00820000 || known[i].value == 0x0f000007))
			continue;
		list[count++] = known[i];
	}
	return count;
}

/* What QEMU grants to nested guests: by processor and maximum (facts §4.4, Q10). */
uint64_t setup_grant(const struct row *row, uint32_t maximum)
{
	uint64_t granted = 0;
	uint32_t level;

	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		if (level <= row->cpu.level && (!maximum || level <= maximum))
			granted |= hvp_level_capability(level);
	return granted;
}

/* A partition's own mode is what its kernel and QEMU agreed on in CAS. */
static bool own_mode(struct row *row, const char *maximum, struct setup *setup)
{
	struct hvp_pvr_host qemu = {
		.size = sizeof(qemu), .policy_level = HVP_POLICY_LEVEL_1, .pvr = row->cpu.value,
	};
	struct hvp_pvr_entry list[32];
	struct hvp_pvr_mode mode;
	uint32_t max = HVP_LEVEL_NONE;

	if (strcmp(maximum, "-") && hvp_level_find(maximum, HVP_SPELLING_QEMU, &max)) {
		row_fault(row, "maximum \"%s\" is no level", maximum);
		return false;
	}
	if (hvp_pvr_negotiate(&qemu, list, linux_list(row->kernel, list), hvp_level_pvr(max),
			      &mode, NULL)) {
		row_fault(row, "CAS finds no mode for this system");
		return false;
	}
	setup->host.compat_pvr = mode.compat_pvr;
	if (setup->api == API_V2) {
		setup->host.flags = HVP_PVR_GRANTED;
		/* Version 2 came with 6.7; an older kernel is granted nothing. */
		setup->host.granted = row->kernel >= 0x0607 ? setup_grant(row, max) : 0;
	}
	return true;
}

bool setup_level_host(struct row *row, const char *api, const char *maximum, struct setup *setup)
{
	memset(setup, 0, sizeof(*setup));
	setup->host.size = sizeof(setup->host);
	setup->host.policy_level = HVP_POLICY_LEVEL_1;
	setup->host.pvr = row->cpu.value;
	if (!strcmp(api, "bare"))
		setup->api = API_BARE;
	else if (!strncmp(api, "nested-v1", 9))
		setup->api = API_V1;
	else if (!strncmp(api, "nested-v2", 9))
		setup->api = API_V2;
	else
		row_fault(row, "API \"%s\" is not known", api);
	if (setup->api == API_BARE && strcmp(maximum, "-"))
		row_fault(row, "a bare machine with a maximum level");
	if (row->fault[0] || (setup->api != API_BARE && !own_mode(row, maximum, setup)))
		return false;
	if (hvp_pvr_offers(&setup->host, &setup->offer, NULL))
		row_fault(row, "the library knows no such host");
	return !row->fault[0];
}

/*
 * The policy of a Linux L0 on the hardware. Its own HFSCR has the bits that init_HFSCR() sets and
 * what the firmware adds (facts §1.1). No emulated host has a usable TM.
 */
void setup_policy(struct row *row, uint32_t guest_level, uint32_t receiver, uint64_t deviations,
		  struct hvp_hfscr_policy *policy)
{
	const uint64_t prefix = HVP_BIT(HVP_FACILITY_PREFIX);
	const struct hvp_hfscr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
		.host_level = row->cpu.level,
		.guest_level = (deviations & DEV(LEVEL_IGNORED)) ? HVP_LEVEL_NONE : guest_level,
		.features = HVP_HFSCR_HOST_BARE, .receiver = receiver,
		.hardware = 0x05bf | (row->cpu.level >= HVP_LEVEL_3_10 ? prefix : 0),
	};

	hvp_hfscr_init(policy);
	if (hvp_hfscr_derive(&host, policy, NULL) || hvp_hfscr_validate(policy, NULL))
		row_fault(row, "the library derives no policy for this host");
	if (deviations & DEV(NO_PREFIX))
		policy->present &= ~prefix;
}

/* Kernels are little endian unless their name says otherwise. */
bool setup_cross_endian(const struct row *row, bool l1_big_endian)
{
	const char *kernel = row->cell[1];	/* in both files of H_ENTER_NESTED */
	const bool big_endian = strstr(kernel, "BE") || strstr(kernel, "big");

	return big_endian != l1_big_endian;
}
