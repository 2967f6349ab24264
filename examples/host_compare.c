// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A manager's questions before it places a guest, with hvpolicy: may this guest run there, and
 * which level lets it move freely among these hosts?
 */
#include <hvpolicy/hvpolicy.h>

#include <stdio.h>

struct host {
	const char *name;
	struct hvp_pvr_host pvr;
};

#define HOST(hw, mode, grant_flag, grant) {					\
	.size = sizeof(struct hvp_pvr_host), .policy_level = HVP_POLICY_LEVEL_1,	\
	.pvr = (hw), .compat_pvr = (mode), .flags = (grant_flag), .granted = (grant) }

int main(void)
{
	static const struct host hosts[] = {
		{ "POWER11", HOST(0x00821200, 0, 0, 0) },
		{ "POWER11 in POWER10 mode", HOST(0x00821200, 0x0f000006, 0, 0) },
		{ "POWER10, nested v2, POWER9 granted",
		  HOST(0x00801200, 0, HVP_PVR_GRANTED, 0x4000000000000000) },
	};
	uint64_t common = ~(uint64_t)0;
	uint32_t wanted, level;

	/* The guest as libvirt names it. A name nobody knows is an error, never "no limit". */
	if (hvp_level_find("POWER10", HVP_SPELLING_LIBVIRT, &wanted))
		return 1;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct hvp_finding finding;
		struct hvp_report report;
		struct hvp_pvr_offer offer;
		char line[200];

		hvp_report_init(&report, &finding, 1);
		if (hvp_pvr_check(&hosts[i].pvr, hvp_level_pvr(wanted), NULL, &report) &&
		    report.stored) {
			hvp_reason_format(&finding, HVP_WORDING_TEXT, line, sizeof(line));
			printf("%s: not for this guest: %s\n", hosts[i].name, line);
			hvp_reason_format(&finding, HVP_WORDING_REMEDY, line, sizeof(line));
			printf("  remedy: %s\n", line);
		} else {
			printf("%s: the guest may run\n", hosts[i].name);
		}
		if (hvp_pvr_offers(&hosts[i].pvr, &offer, NULL))
			return 1;
		common &= offer.levels;
	}
	level = hvp_level_newest(common);
	if (level == HVP_LEVEL_NONE)
		printf("no guest may move among all of them\n");
	else
		printf("a guest at %s may move among all of them\n",
		       hvp_level_name(level, HVP_SPELLING_QEMU));
	return level == HVP_LEVEL_3_00 ? 0 : 1;
}
