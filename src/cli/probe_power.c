// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "probe.h"
#include "output.h"

#include <string.h>

/* Nobody gets a guest where KVM makes no VM. */
static void without_kvm(struct probe *probe, const struct host *host)
{
	const struct hvp_profile whole = probe->profile;

	hvp_profile_init(&probe->profile, HVP_ARCH_POWER, HVP_ROLE_HOST);
	probe->profile.quirks = whole.quirks;
	probe->profile.power.pvr = whole.power.pvr;
	probe_lacks(probe, "KVM makes no VM (%s): no guest runs here", host->kvm_error);
}

void probe_power(struct probe *probe, char *rows, size_t len)
{
	const struct vmm vmm = { .given = true, .release = probe->qemu };
	struct party party;
	struct host host;

	host_from_rows(probe->path, rows, len, &host);
	party_from_host(&host, &vmm, &party);
	probe->profile = party.profile;
	if (!host_has(&host, FIELD_kernel))
		probe_lacks(probe, "no kernel release: its quirks are left out");
	if (host.kvm == KVM_FAILS)
		without_kvm(probe, &host);
	else if (host.kvm == KVM_UNKNOWN)
		probe_lacks(probe, "KVM was not asked: taken from the processor and its mode");
	else if (host_grants_unknown(&host))
		probe_lacks(probe, "what the hypervisor below grants is not told by this kernel: "
			    "every level is taken as granted");
	if (host.no_nested)
		probe->profile.power.l2_facilities = 0;
	else if (host.role == ROLE_L1 && host.kvm != KVM_FAILS && !host.api)
		probe_lacks(probe, "whether guests may have guests is not known: taken as no");
}
