// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* KVM_REG_PPC_ARCH_COMPAT: one request, a second one after it; KVM_SET_SREGS with a PVR. */
#include <inttypes.h>
#include <string.h>

#include "recorded.h"

#define P10 0x0f000006
#define P11 0x0f000007
#define SENTINEL 0xffffffff

/* A virtual processor: the level that is stored, and whether it may run. */
struct vcpu {
	struct setup setup;
	uint64_t deviations;
	bool papr;
	uint32_t stored;
	bool insane;
};

/* Linux' CPU_FTR_P11_PVR: the host runs as POWER11, raw or in that mode. */
static bool is_power11(const struct vcpu *vcpu)
{
	return vcpu->setup.offer.own == HVP_LEVEL_3_10_P11;
}

/* P11_ON_P10: a host of PCR level 3.1 checks the request as if it were for POWER10. */
static uint32_t as_linux_reads(const struct vcpu *vcpu, uint32_t request)
{
	if ((vcpu->deviations & DEV(P11_ON_P10)) && request == P11 && !is_power11(vcpu) &&
	    vcpu->setup.offer.own == HVP_LEVEL_3_10)
		return P10;
	return request;
}

/* R13: what the library answers to the request, as errno. */
static int32_t check(const struct vcpu *vcpu, uint32_t request)
{
	const uint64_t p11 = hvp_level_capability(HVP_LEVEL_3_10_P11);
	uint32_t level;

	/* P11_CAP: one grant stands for all of PCR level 3.1. */
	if ((vcpu->deviations & DEV(P11_CAP)) && vcpu->setup.api == API_V2 && is_power11(vcpu) &&
	    (!request || request == P10 || request == P11))
		return (vcpu->setup.host.granted & p11) ? 0 : -22;
	return hvp_status_to_errno(hvp_pvr_check(&vcpu->setup.host, as_linux_reads(vcpu, request),
						 &level, NULL));
}

/* R14: a request that is refused leaves what was stored. */
static int32_t set_level(struct vcpu *vcpu, uint32_t request)
{
	int32_t error;

	if (request == P11 && (vcpu->deviations & DEV(P11_UNKNOWN)))
		return -22;
	if (request == P11 && !is_power11(vcpu) && (vcpu->deviations & DEV(P11_SENTINEL))) {
		vcpu->stored = SENTINEL;
		vcpu->insane = true;
		return -22;
	}
	error = check(vcpu, request);
	if (error)
		return error;
	vcpu->stored = request;
	vcpu->insane = false;
	return (vcpu->deviations & DEV(PAPR_LATE)) && !vcpu->papr ? -22 : 0;
}

static void say_errno(char *answer, int32_t error)
{
	if (!error)
		say(answer, "0");
	else if (error == -22)
		say(answer, "EINVAL");
	else
		say(answer, "%d", error);
}

static void say_set(char *answer, struct vcpu *vcpu, uint32_t request)
{
	const int32_t error = set_level(vcpu, request);

	say_errno(answer, error);
	say(answer, " %#x ", vcpu->stored);
}

static void say_run(char *answer, const struct vcpu *vcpu)
{
	if (!vcpu->papr)
		say(answer, "not-run");
	else
		say(answer, vcpu->insane ? "EINVAL" : "ok");
}

/* False: the kernel has nothing to offer to a guest at all, and so makes none. */
static bool make_vcpu(struct row *row, uint64_t deviations, struct vcpu *vcpu, char *answer)
{
	memset(vcpu, 0, sizeof(*vcpu));
	vcpu->deviations = deviations;
	if (!setup_level_host(row, row_cell(row, "kvm_api"), row_cell(row, "max-cpu-compat"),
			      &vcpu->setup))
		return false;
	if (vcpu->setup.offer.levels)
		return true;
	say(answer, "no guest");
	return false;
}

/* A level that was read back; empty when there was no guest. */
static void say_level(struct row *row, const char *column, char *answer)
{
	say(answer, " %#" PRIx64 " ", row_number(row, column));
}

static void say_recorded_run(struct row *row, char *answer)
{
	const char *run = row_cell(row, "kvm_run");

	/* A refusal to run is told in several ways: exit reason, errno. */
	if (!strcmp(run, "(not run)"))
		say(answer, "not-run");
	else if (strstr(run, "EINVAL") || strstr(run, "INTERNAL_ERROR"))
		say(answer, "EINVAL");
	else
		say(answer, "%s", run);
}

/* Without a guest there is the one message, and nothing in the other columns. */
static bool say_no_guest(struct row *row, const char *column, const char *const *empty,
			 char *answer)
{
	if (strcmp(row_cell(row, column), "VM: VMFAIL KVM_CREATE_VM EINVAL"))
		return false;
	for (; *empty; empty++)
		if (*row_cell(row, *empty))
			row_fault(row, "no guest, and yet a value in column \"%s\"", *empty);
	say(answer, "no guest");
	return true;
}

static void recorded_compat(struct row *row, char *answer)
{
	static const char *const empty[] = {
		"readback", "kvm_run", "set0_errno", "set0_readback", NULL
	};

	if (say_no_guest(row, "set_errno", empty, answer))
		return;
	say(answer, "%s", row_cell(row, "set_errno"));
	say_level(row, "readback", answer);
	say_recorded_run(row, answer);
	say(answer, " %s", row_cell(row, "set0_errno"));
	say_level(row, "set0_readback", answer);
}

static void predict_compat(struct row *row, uint64_t deviations, char *answer)
{
	struct vcpu vcpu;

	if (!make_vcpu(row, deviations, &vcpu, answer))
		return;
	vcpu.papr = row_number(row, "papr_cap") != 0;
	say_set(answer, &vcpu, (uint32_t)row_number(row, "value"));
	say_run(answer, &vcpu);
	say(answer, " ");
	say_set(answer, &vcpu, 0);
}

const struct reader reader_arch_compat = {
	.name = "arch-compat", .kind = ARCH_COMPAT,
	.columns = (const char *const[]){ "setup", "qemu", "kernel", "kvm_api", "cpu",
		"max-cpu-compat", "papr_cap", "value", "set_errno", "readback", "kvm_run",
		"set0_errno", "set0_readback", NULL },
	.recorded = recorded_compat, .predict = predict_compat,
};

static void recorded_sticky(struct row *row, char *answer)
{
	static const char *const empty[] = {
		"first_readback", "second_errno", "second_readback", "kvm_run", NULL
	};

	if (say_no_guest(row, "first_errno", empty, answer))
		return;
	say(answer, "%s", row_cell(row, "first_errno"));
	say_level(row, "first_readback", answer);
	say(answer, "%s", row_cell(row, "second_errno"));
	say_level(row, "second_readback", answer);
	say_recorded_run(row, answer);
}

static void predict_sticky(struct row *row, uint64_t deviations, char *answer)
{
	struct vcpu vcpu;

	if (!make_vcpu(row, deviations, &vcpu, answer))
		return;
	vcpu.papr = true;
	say_set(answer, &vcpu, (uint32_t)row_number(row, "first"));
	say_set(answer, &vcpu, (uint32_t)row_number(row, "second"));
	say_run(answer, &vcpu);
}

const struct reader reader_sticky = {
	.name = "arch-compat-sticky", .kind = STICKY,
	.columns = (const char *const[]){ "setup", "qemu", "kernel", "kvm_api", "cpu",
		"max-cpu-compat", "first", "first_errno", "first_readback", "second",
		"second_errno", "second_readback", "kvm_run", NULL },
	.recorded = recorded_sticky, .predict = predict_sticky,
};

/* Which processor the guest had, before and after. */
static void say_processor(char *answer, uint64_t pvr)
{
	struct hvp_processor_info info;

	if (hvp_pvr_processor((uint32_t)pvr, &info))
		say(answer, "unknown ");
	else
		say(answer, "%s ", info.name);
}

static void recorded_sregs(struct row *row, char *answer)
{
	say_processor(answer, row_number(row, "was"));
	say(answer, "%s", row_cell(row, "errno"));
	say_level(row, "now", answer);
}

/* Only the host's own PVR is taken, and nothing else changes it. */
static void predict_sregs(struct row *row, uint64_t deviations, char *answer)
{
	const uint32_t own = (uint32_t)row_number(row, "was");

	(void)deviations;
	say_processor(answer, row->cpu.value);
	say_errno(answer, row_number(row, "set") == own ? 0 : -22);
	say(answer, " %#x ", own);
}

const struct reader reader_sregs = {
	.name = "sregs-pvr", .kind = SREGS,
	.columns = (const char *const[]){ "setup", "qemu", "kernel", "kvm_api", "cpu",
		"max-cpu-compat", "was", "set", "errno", "now", NULL },
	.recorded = recorded_sregs, .predict = predict_sregs,
};
