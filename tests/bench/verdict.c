// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * One answer, many times: verdict <what> <arm64|power> <times>. What: check, findings (the same
 * with a report), meet (of two hosts), encode, decode, nothing (the loop). verdict.sh counts.
 */
#include <hvpolicy/hvpolicy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOSTS 4

static struct hvp_profile hosts[HOSTS];
static struct hvp_profile guests[HOSTS];
static uint8_t forms[HOSTS][HVP_WIRE_MAX];
static uint32_t lengths[HOSTS];

static void need(enum hvp_status status)
{
	if (status) {
		fprintf(stderr, "verdict: %s\n", hvp_status_text(status));
		exit(2);
	}
}

static void arm64_host(uint32_t release, uint32_t mitigation, struct hvp_profile *host)
{
	const struct hvp_fwreg_kernel kernel = {
		.size = sizeof(kernel), .policy_level = HVP_POLICY_LEVEL_1, .release = release,
		.spectre_v2 = mitigation, .ssb = mitigation, .spectre_bhb = mitigation,
	};

	hvp_profile_init(host, HVP_ARCH_ARM64, HVP_ROLE_HOST);
	host->arm64.flags = HVP_ARM64_PSCI_0_2;
	host->arm64.registers = 234;
	host->quirks = hvp_quirk_known(HVP_ARCH_ARM64, release, HVP_RELEASE(10, 0, 13));
	need(hvp_fwreg_offers(&kernel, &host->arm64.fwregs, NULL));
}

static void power_host(uint32_t release, uint32_t pvr, struct hvp_profile *host)
{
	const struct hvp_pvr_host machine = {
		.size = sizeof(machine), .policy_level = HVP_POLICY_LEVEL_1, .pvr = pvr,
	};
	struct hvp_pvr_offer offer;

	hvp_profile_init(host, HVP_ARCH_POWER, HVP_ROLE_HOST);
	need(hvp_pvr_offers(&machine, &offer, NULL));
	host->power.levels = offer.levels;
	host->power.facilities = hvp_facility_of_level(offer.newest);
	host->power.l2_facilities = host->power.facilities;
	host->power.pvr = pvr;
	host->quirks = hvp_quirk_known(HVP_ARCH_POWER, release, HVP_RELEASE(10, 0, 13));
}

static void set_up(bool power)
{
	static const uint32_t kernels[HOSTS] = {
		HVP_RELEASE(5, 10, 218), HVP_RELEASE(6, 1, 0), HVP_RELEASE(6, 12, 0),
		HVP_RELEASE(7, 2, 0),
	};
	static const uint32_t pvrs[HOSTS] = { 0x004e1202, 0x00801200, 0x00801200, 0x00821200 };

	for (uint32_t i = 0; i < HOSTS; i++) {
		if (power)
			power_host(kernels[i], pvrs[i], &hosts[i]);
		else
			arm64_host(kernels[i], i & 1 ? HVP_MITIGATION_MITIGATED :
				   HVP_MITIGATION_UNAFFECTED, &hosts[i]);
		need(hvp_profile_guest(&hosts[i], HVP_LEVEL_NONE, power ? HVP_GUEST_NESTED : 0,
				       &guests[i], NULL));
		need(hvp_wire_encode(&hosts[i], forms[i], HVP_WIRE_MAX, &lengths[i], NULL));
	}
}

/* Returns something of the answer, so that it is not left out. */
static uint32_t once(const char *what, uint32_t i)
{
	const struct hvp_profile *const pair[] = { &hosts[i / HOSTS % HOSTS], &hosts[i % HOSTS] };
	struct hvp_finding findings[32];
	struct hvp_profile result;
	struct hvp_report report;
	uint8_t form[HVP_WIRE_MAX];
	uint32_t answer = 0;

	hvp_report_init(&report, findings, 32);
	if (!strcmp(what, "check") || !strcmp(what, "findings")) {
		need(hvp_migrate_check(&guests[i / HOSTS % HOSTS], pair[1], &answer,
				       *what == 'f' ? &report : NULL));
		return answer + report.total;
	}
	if (!strcmp(what, "meet")) {
		need(hvp_meet_hosts(pair, 2, &result, NULL));
		return (uint32_t)result.quirks;
	}
	if (!strcmp(what, "encode")) {
		need(hvp_wire_encode(pair[1], form, sizeof(form), &answer, NULL));
		return answer;
	}
	if (!strcmp(what, "decode")) {
		need(hvp_wire_decode(forms[i % HOSTS], lengths[i % HOSTS], &result, NULL));
		return result.arch;
	}
	return i;
}

int main(int argc, char **argv)
{
	uint32_t sum = 0;
	long times;

	if (argc != 4) {
		fprintf(stderr, "usage: verdict <what> <arm64|power> <times>\n");
		return 2;
	}
	set_up(!strcmp(argv[2], "power"));
	times = strtol(argv[3], NULL, 0);
	for (long i = 0; i < times; i++)
		sum += once(argv[1], (uint32_t)i);
	printf("%u\n", sum);
	return 0;
}
