// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Both sides of KVM_PPC_GET_COMPAT_CAPS with hvpolicy: a kernel that knows 24 bytes, and a VMM
 * built against a header to come, which knows more (R16 to R20).
 */
#include <hvpolicy/hvpolicy.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGE 4096
#define POWER10_AND_POWER9 0x6000000000000000

/* What the VMM's header says: a field more than this kernel knows. */
struct caps_to_come {
	struct hvp_compat_caps caps;
	uint64_t more;
};

/* The kernel: how much to copy, what to check, what to hand back. */
static int32_t ioctl_handler(void *user)
{
	const struct hvp_vstruct known = {
		.contract = HVP_CONTRACT_EXTENSIBLE, .first = HVP_COMPAT_CAPS_SIZE_VER0,
		.known = sizeof(struct hvp_compat_caps), .limit = PAGE,
	};
	struct hvp_compat_caps caps = { 0 };
	struct hvp_vstruct_plan plan;
	enum hvp_status status;
	uint64_t size;

	memcpy(&size, user, sizeof(size));
	status = hvp_vstruct_accept(&known, size, &plan, NULL);
	if (!status) {
		memcpy(&caps, user, plan.copy_in);
		status = hvp_vstruct_tail((uint8_t *)user + plan.check_from, plan.check_bytes,
					  plan.check_from, NULL);
	}
	if (!status)
		status = hvp_vstruct_flags(caps.flags, 0, NULL);
	if (status == HVP_ERR_TAIL || status == HVP_ERR_TOO_BIG) {
		size = plan.hand_back;
		if (size)
			memcpy(user, &size, sizeof(size));
	}
	if (status)
		return hvp_status_to_errno(status);
	caps.size = plan.answer_size;
	caps.capabilities = POWER10_AND_POWER9;
	memcpy(user, &caps, plan.copy_out);
	memset((uint8_t *)user + plan.copy_out, 0, plan.clear_out);
	return 0;
}

/* The VMM: ask, and once more if the kernel hands a size back that makes sense. */
static int32_t ask(struct caps_to_come *caps, uint64_t more)
{
	uint64_t sent = sizeof(*caps);
	uint32_t retries = 0;
	int32_t error;

	do {
		*caps = (struct caps_to_come){ .caps.size = sent, .more = more };
		error = ioctl_handler(caps);
		printf("sent %" PRIu64 " bytes: %" PRId32 ", size now %" PRIu64 "\n", sent, error,
		       caps->caps.size);
	} while (hvp_vstruct_retry(error, HVP_COMPAT_CAPS_SIZE_VER0, sent, caps->caps.size,
				   retries++, &sent));
	return error;
}

int main(void)
{
	struct caps_to_come caps;
	struct hvp_pvr_mode mode;

	/* The new field is not used: the longer structure is fine as it is. */
	if (ask(&caps, 0) || caps.caps.size != 24)
		return 1;
	/* It is used: the kernel refuses, hands 24 back, and the VMM does without. */
	if (ask(&caps, 1) || caps.caps.size != 24)
		return 1;
	/* No bitmap, no guess: the hardware's PVR is never the answer. */
	if (hvp_pvr_choose(0, 0, &mode, NULL) != HVP_ERR_LEVEL_NOT_GRANTED)
		return 1;
	if (hvp_pvr_choose(caps.caps.capabilities, 0, &mode, NULL))
		return 1;
	printf("nested guests: %s, processor model 0x%08" PRIx32 "\n",
	       hvp_level_name(mode.level, HVP_SPELLING_QEMU), mode.cpu_pvr);
	return mode.level == HVP_LEVEL_3_10 ? 0 : 1;
}
