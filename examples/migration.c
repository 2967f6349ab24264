// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * One migration with hvpolicy. The source's VMM puts what its guest uses at the head of the
 * stream; the destination reads it and answers before it touches a guest. Here a guest of Linux
 * 7.2 that was told PSCI 1.3 wants to go to Linux 6.12; then one that was told 1.1.
 */
#include <hvpolicy/hvpolicy.h>

#include <stdio.h>

#define QEMU HVP_RELEASE(10, 0, 13)
#define PSCI_VERSION 0x6030000000140000

/* A host: its kernel, its mitigations, and what its VMM is known for. */
static enum hvp_status describe(uint32_t release, struct hvp_profile *host)
{
	const struct hvp_fwreg_kernel kernel = {
		.size = sizeof(kernel), .policy_level = HVP_POLICY_LEVEL_1, .release = release,
		.spectre_v2 = HVP_MITIGATION_UNAFFECTED, .ssb = HVP_MITIGATION_UNAFFECTED,
		.spectre_bhb = HVP_MITIGATION_MITIGATED,
	};

	hvp_profile_init(host, HVP_ARCH_ARM64, HVP_ROLE_HOST);
	host->arm64.flags = HVP_ARM64_PSCI_0_2;
	host->quirks = hvp_quirk_known(HVP_ARCH_ARM64, release, QEMU);
	return hvp_fwreg_offers(&kernel, &host->arm64.fwregs, NULL);
}

/* The source: start a guest, tell it a version, and write what it has into the stream. */
static enum hvp_status send_guest(const struct hvp_profile *host, uint64_t version,
				  uint8_t *stream, uint32_t *bytes)
{
	struct hvp_profile guest;
	enum hvp_status status;

	status = hvp_profile_guest(host, HVP_LEVEL_NONE, 0, &guest, NULL);
	if (!status)
		status = hvp_fwreg_write(&host->arm64.fwregs,
					 HVP_FWREG_READY | HVP_FWREG_PSCI_0_2, PSCI_VERSION,
					 version, &guest.arm64.fwregs, NULL);
	if (!status)
		status = hvp_wire_encode(&guest, stream, HVP_WIRE_MAX, bytes, NULL);
	return status;
}

/* The destination: what came over the wire is not trusted, and nothing is started yet. */
static uint32_t receive(const struct hvp_profile *host, const uint8_t *stream, uint32_t bytes)
{
	uint32_t verdict = HVP_VERDICT_REFUSED;
	struct hvp_finding findings[16];
	struct hvp_report report;
	struct hvp_profile guest;
	char line[200];

	hvp_report_init(&report, findings, 16);
	if (!hvp_wire_decode(stream, bytes, &guest, &report))
		hvp_migrate_check(&guest, host, &verdict, &report);
	printf("%s\n", hvp_verdict_name(verdict));
	for (uint32_t i = 0; i < report.stored; i++) {
		hvp_reason_format(&findings[i], HVP_WORDING_TEXT, line, sizeof(line));
		printf("  %s: %s\n", hvp_verdict_name(findings[i].verdict), line);
		if (hvp_reason_format(&findings[i], HVP_WORDING_REMEDY, line, sizeof(line)))
			printf("    %s\n", line);
	}
	return verdict;
}

int main(void)
{
	struct hvp_profile source, destination;
	uint8_t stream[HVP_WIRE_MAX];
	uint32_t bytes;

	if (describe(HVP_RELEASE(7, 2, 13), &source) ||
	    describe(HVP_RELEASE(6, 12, 107), &destination))
		return 1;
	source.arm64.registers = 248;	/* of KVM_GET_REG_LIST, measured */
	destination.arm64.registers = 251;

	if (send_guest(&source, 0x10003, stream, &bytes))
		return 1;
	printf("told PSCI 1.3, %u bytes: ", bytes);
	if (receive(&destination, stream, bytes) != HVP_VERDICT_REFUSED)
		return 1;

	if (send_guest(&source, 0x10001, stream, &bytes))
		return 1;
	printf("told PSCI 1.1, %u bytes: ", bytes);
	if (receive(&destination, stream, bytes) != HVP_VERDICT_SAME)
		return 1;

	stream[9] ^= 1;	/* damaged on the way */
	printf("damaged: ");
	return receive(&destination, stream, bytes) != HVP_VERDICT_REFUSED;
}
