// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a POWER host offers, as a profile. */
#include "departures.h"
#include "output.h"
#include "party.h"

/* Facilities that a guest at the host's own level finds, or its nested guests. */
static uint64_t facilities(const struct host *host, uint32_t level, uint32_t receiver)
{
	const uint64_t enables = hvp_facility_enables(level);
	uint64_t there = hvp_facility_of_level(level);
	struct hvp_hfscr_policy policy;

	/* Without an enable bit nobody can take a facility away. */
	if (host_policy(host, level, receiver, &policy))
		there &= policy.present | ~enables;
	return there;
}

/* Levels that this kernel refuses and no quirk of a profile speaks of. */
static uint64_t refused(const struct host *host)
{
	const struct departure *row = NULL;
	uint64_t levels = 0;

	while ((row = departure_next(host, row))) {
		struct hvp_quirk_info info = { .levels = 0 };

		(void)hvp_quirk_get(row->quirk, &info);
		if (row->effect == EFFECT_REFUSES)
			levels |= HVP_BIT(row->object) & ~info.levels;
	}
	return levels;
}

/* KVM gives its guests nested API v1; it knows v2 from below only, and then nests no further. */
static bool nests(const struct host *host, uint32_t own)
{
	return own >= HVP_LEVEL_3_00 && (host->role == ROLE_BARE || host->api == API_V1);
}

/* QEMU's machines of version 3.0 and newer: no TM unless it is asked for. */
void party_machine_caps(struct hvp_profile_power *power)
{
	power->caps_known = HVP_BIT(HVP_SPAPR_CAP_HTM) | HVP_BIT(HVP_SPAPR_CAP_VSX);
	power->caps_default = power->caps_known;
	power->caps[HVP_SPAPR_CAP_VSX] = 1;
}

void party_from_host(const struct host *host, const struct vmm *vmm, struct party *party)
{
	/* a host without a kernel follows the rules, and so does its VMM unless one is named */
	const uint32_t qemu = host->kernel || vmm->given ? vmm->release : 0;
	struct hvp_profile *profile = &party->profile;
	struct hvp_pvr_offer offer;

	host_offer(host, &offer);
	put(party->name, sizeof(party->name), "%s", host->name);
	hvp_profile_init(profile, HVP_ARCH_POWER, HVP_ROLE_HOST);
	profile->quirks = hvp_quirk_known(HVP_ARCH_POWER, host_release(host), qemu);
	profile->power.levels = offer.levels & ~refused(host);
	profile->power.facilities = facilities(host, offer.own, HVP_RECEIVER_GUEST);
	if (nests(host, offer.own))
		profile->power.l2_facilities = facilities(host, offer.own,
							  HVP_RECEIVER_HYPERVISOR);
	if (qemu >= HVP_RELEASE(3, 0, 0))
		party_machine_caps(&profile->power);
	profile->power.pvr = host->pvr.guest_pvr ? host->pvr.guest_pvr : host->pvr.pvr;
	if (!host->pvr.compat_pvr && !hvp_pvr_check(&host->pvr, 0, NULL, NULL))
		profile->power.flags = HVP_POWER_RAW;
}
