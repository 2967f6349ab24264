/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel says that this host may give to its guests:
 * KVM_PPC_GET_COMPAT_CAPS.
 */
#include "qemu/osdep.h"
#include <sys/ioctl.h>
#include <linux/kvm.h>
#include "qemu/error-report.h"
#include "system/kvm.h"
#include "policy.h"

/* Linux 7.3: commit ac3e65ddddf3 */
#ifndef KVM_CAP_PPC_COMPAT_CAPS
#define KVM_CAP_PPC_COMPAT_CAPS 250
#define KVM_PPC_GET_COMPAT_CAPS _IO(KVMIO, 0xe4)
#endif

/*
 * 0, and the bitmap; else a negative errno. At most one more try, with a size
 * that makes sense.
 */
static int get_compat_caps(uint64_t *bitmap)
{
    struct hvp_compat_caps caps;
    uint64_t sent = sizeof(caps);
    uint32_t retries = 0;
    int err;

    do {
        caps = (struct hvp_compat_caps){ .size = sent };
        err = kvm_vm_ioctl(kvm_state, KVM_PPC_GET_COMPAT_CAPS, &caps);
    } while (hvp_vstruct_retry(err, HVP_COMPAT_CAPS_SIZE_VER0, sent, caps.size,
                               retries++, &sent));
    *bitmap = caps.capabilities;
    return err;
}

/*
 * A kernel that does not have the call says nothing, and the processor decides
 * as before. One that has it and fails grants no level: raw mode is not taken
 * in its place.
 */
void kvmppc_policy_bound(struct hvp_pvr_host *host)
{
    static uint64_t granted;
    static bool asked;
    int err;

    if (!kvm_check_extension(kvm_state, KVM_CAP_PPC_COMPAT_CAPS)) {
        return;
    }
    if (!asked) {
        err = get_compat_caps(&granted);
        if (err) {
            granted = 0;
            error_report(
                "KVM_PPC_GET_COMPAT_CAPS: %s: no level is taken as granted",
                strerror(-err));
        }
        asked = true;
    }
    host->flags |= HVP_PVR_BOUNDED;
    host->granted = granted;
}
