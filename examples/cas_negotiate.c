// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A VMM's ibm,client-architecture-support with hvpolicy: a Linux guest boots on a POWER11
 * host that itself runs in POWER10 mode.
 */
#include <hvpolicy/hvpolicy.h>

#include <inttypes.h>
#include <stdio.h>

static int boot(const struct hvp_pvr_host *host, const struct hvp_pvr_entry *list, uint32_t count,
		uint32_t maximum)
{
	struct hvp_finding findings[16];
	struct hvp_report report;
	struct hvp_pvr_mode mode;
	enum hvp_status status;
	char line[200];

	hvp_report_init(&report, findings, 16);
	status = hvp_pvr_negotiate(host, list, count, maximum, &mode, &report);
	for (uint32_t i = 0; i < report.stored; i++) {
		hvp_reason_format(&findings[i], HVP_WORDING_TEXT, line, sizeof(line));
		printf("  note: %s\n", line);
	}
	if (status) {
		printf("refused: %s\n", hvp_status_text(status));
		return -1;
	}
	printf("guest runs at %s, set compat PVR 0x%08" PRIx32 "\n",
	       hvp_level_name(mode.level, HVP_SPELLING_QEMU), mode.compat_pvr);
	return (int)mode.compat_pvr;
}

int main(void)
{
	static const struct hvp_pvr_entry linux_list[] = {
		{ 0xffff0000, 0x00800000 }, { 0xffff0000, 0x00820000 },
		{ 0xffffffff, 0x0f000007 }, { 0xffffffff, 0x0f000006 },
		{ 0xffffffff, 0x0f000005 }, { 0xfffffffe, 0x0f000001 },
	};
	static const struct hvp_pvr_entry raw_only[] = {
		{ 0xffff0000, 0x00820000 }, { 0xfffffffe, 0x0f000001 },
	};
	const struct hvp_pvr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
		.pvr = 0x00821200, .compat_pvr = 0x0f000006,
	};

	if (boot(&host, linux_list, 6, 0) != 0x0f000006)
		return 1;
	if (boot(&host, linux_list, 6, 0x0f000005) != 0x0f000005)
		return 1;
	/* Raw mode would be POWER11 on a host that is POWER10: refused, not silently raw (R14). */
	return boot(&host, raw_only, 2, 0) == -1 ? 0 : 1;
}
