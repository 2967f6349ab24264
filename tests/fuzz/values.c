// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "values.h"

uint64_t all_levels(void)
{
	uint64_t levels = 0;
	uint32_t level;

	for (uint32_t i = 0; !hvp_level_at(i, &level); i++)
		levels |= HVP_BIT(level);
	return levels;
}

uint64_t all_facilities(void)
{
	struct hvp_facility_info info;
	uint64_t facilities = 0;

	for (uint32_t i = 0; i < HVP_FACILITIES; i++)
		if (!hvp_facility_get(i, &info))
			facilities |= HVP_BIT(i);
	return facilities;
}

uint64_t all_quirks(uint32_t arch)
{
	struct hvp_quirk_info info;
	uint64_t quirks = 0;

	for (uint32_t i = 0; i < 64; i++)
		if (!hvp_quirk_get(i, &info) && info.arch == arch)
			quirks |= HVP_BIT(i);
	return quirks;
}

uint32_t all_fwregs(void)
{
	struct hvp_fwreg_info info;
	uint32_t regs = 0;

	for (uint32_t i = 0; i < HVP_FWREG_SLOTS; i++)
		if (!hvp_fwreg_get(i, &info))
			regs |= 1u << i;
	return regs;
}

uint32_t some_level(struct producer *from)
{
	const uint8_t which = produce_byte(from);
	uint32_t level;

	if (!hvp_level_at(which & 15, &level))
		return level;
	return which & 16 ? (uint32_t)produce_boundary(from) : HVP_LEVEL_NONE;
}

uint32_t some_pvr(struct producer *from)
{
	const uint8_t which = produce_byte(from);
	struct hvp_processor_info info;
	uint32_t level;

	if (!hvp_level_at(which, &level))
		return hvp_level_pvr(level);
	if (which >= 16 && !hvp_pvr_processor_at(which - 16u, &info))
		return info.value | (produce_byte(from) & ~info.mask);
	return which & 128 ? (uint32_t)produce_number(from, 4) : 0;
}

uint32_t some_release(struct producer *from)
{
	/* where something begins or ends, by the tables; the last are of QEMU */
	static const uint32_t releases[] = {
		HVP_RELEASE(4, 16, 7), HVP_RELEASE(5, 2, 0), HVP_RELEASE(5, 10, 218),
		HVP_RELEASE(5, 18, 0), HVP_RELEASE(5, 19, 0), HVP_RELEASE(6, 2, 0),
		HVP_RELEASE(6, 12, 0), HVP_RELEASE(6, 13, 0), HVP_RELEASE(6, 15, 0),
		HVP_RELEASE(7, 2, 0), HVP_RELEASE(10, 0, 0), HVP_RELEASE(11, 0, 0),
	};
	const uint8_t which = produce_byte(from);
	uint32_t minor;

	if (which < 8 * COUNT(releases))
		return releases[which >> 3];
	minor = produce_byte(from) & 31;
	return HVP_RELEASE(which & 15, minor, produce_byte(from));
}

void some_kernel(struct producer *from, struct hvp_fwreg_kernel *kernel)
{
	memset(kernel, 0, sizeof(*kernel));
	kernel->size = sizeof(*kernel);
	kernel->policy_level = HVP_POLICY_LEVEL_1;
	kernel->release = some_release(from);
	kernel->flags = produce_byte(from) & HVP_FWREG_SSBS;
	kernel->spectre_v2 = produce_byte(from) % 3;
	kernel->ssb = produce_byte(from) % 3;
	kernel->spectre_bhb = produce_byte(from) % 3;
}

void some_policy(struct producer *from, struct hvp_hfscr_policy *policy)
{
	const uint32_t strategies = (uint32_t)produce_number(from, 4);

	hvp_hfscr_init(policy);
	for (uint32_t facility = 0; facility < 16; facility++)
		(void)hvp_hfscr_assign(policy, facility, strategies >> (2 * facility) & 3);
	CHECK(!hvp_hfscr_validate(policy, NULL));
}

void some_hvregs_host(struct producer *from, struct hvp_hvregs_host *host)
{
	memset(host, 0, sizeof(*host));
	host->size = sizeof(*host);
	host->policy_level = HVP_POLICY_LEVEL_1;
	host->features = produce_byte(from) & 31;
	host->lpcr = produce_boundary(from);
	host->l1_pcr = produce_boundary(from);
	host->resident = produce_boundary(from);
	some_policy(from, &host->hfscr);
	CHECK(!hvp_hvregs_validate(host, NULL));
}

uint64_t some_fwreg_value(struct producer *from, uint32_t reg)
{
	static const uint32_t versions[] = { 0x1, 0x2, 0x10000, 0x10001, 0x10002, 0x10003 };
	struct hvp_fwreg_info info;
	const uint8_t how = produce_byte(from);

	if (hvp_fwreg_get(reg, &info))
		return 0;
	if (info.kind == HVP_FWREG_KIND_VERSION)
		return how < COUNT(versions) ? versions[how] : produce_number(from, 4);
	return how & info.valid;
}

void some_fwregs(struct producer *from, uint32_t role, struct hvp_fwregs *regs)
{
	const uint32_t all = all_fwregs();

	*regs = (struct hvp_fwregs){ .size = sizeof(*regs), .policy_level = HVP_POLICY_LEVEL_1 };
	regs->known = (uint32_t)produce_number(from, 2) & all;
	regs->listed = (uint32_t)produce_number(from, 2) & regs->known;
	if (role == HVP_ROLE_HOST) {
		regs->varies = (uint32_t)produce_number(from, 2) & all;
		regs->unsure = (uint32_t)produce_number(from, 2) & all & ~regs->known;
	}
	for (uint32_t i = 0; i < HVP_FWREG_SLOTS; i++)
		if (regs->known >> i & 1)
			regs->value[i] = some_fwreg_value(from, i);
}

bool is_sure(const struct hvp_profile *host)
{
	const struct hvp_fwregs *regs = &host->arm64.fwregs;
	const uint32_t psci = host->arm64.flags & HVP_ARM64_PSCI_0_2 ? HVP_FWREG_PSCI_0_2 : 0;
	struct hvp_fwreg_info info;
	struct hvp_fwregs vm;

	if (host->arch == HVP_ARCH_POWER)
		return true;
	if (regs->varies || regs->unsure || hvp_fwreg_initial(regs, psci, &vm, NULL))
		return false;
	for (uint32_t i = 0; i < HVP_FWREG_SLOTS; i++) {
		if (hvp_fwreg_get(i, &info))
			continue;
		if (!(regs->known >> i & 1) && info.kind != HVP_FWREG_KIND_BITMAP)
			return false;
		if ((regs->listed >> i & 1) &&
		    hvp_fwreg_write(regs, psci | HVP_FWREG_READY, info.id, vm.value[i], &vm, NULL))
			return false;
	}
	return true;
}

static void some_power(struct producer *from, uint32_t role, struct hvp_profile_power *power)
{
	const uint64_t facilities = all_facilities(), levels = all_levels();
	const uint8_t how = produce_byte(from);
	const uint32_t caps = 0x7fff;

	power->facilities = ~produce_number(from, 2) & facilities;
	power->l2_facilities = ~produce_number(from, 2) & facilities;
	power->nested_caps = (uint64_t)(how & 15) << 60;
	power->pvr = some_pvr(from);
	power->caps_known = (uint32_t)produce_number(from, 2) & caps;
	power->caps_default = (uint32_t)produce_number(from, 2) & power->caps_known;
	for (uint32_t i = 0; i < HVP_SPAPR_CAP_SLOTS; i++)
		if (power->caps_known >> i & 1)
			power->caps[i] = produce_byte(from) & 7;
	if (role == HVP_ROLE_HOST) {
		power->levels = ~produce_number(from, 4) & levels;
		power->withheld = produce_number(from, 4) & levels & ~power->levels;
		power->flags = how & 16 ? 0 : HVP_POWER_RAW;
		return;
	}
	power->l2_reflected = produce_number(from, 2) & power->l2_facilities;
	if (how & 16) {
		power->flags = HVP_POWER_RAW;
		power->pvr = power->pvr ? power->pvr : 0x00801200;
	} else {
		uint32_t level = HVP_LEVEL_3_10;

		(void)hvp_level_at(produce_byte(from) & 7, &level);
		power->levels = HVP_BIT(level);
	}
}

void some_profile(struct producer *from, uint32_t arch, uint32_t role,
		  struct hvp_profile *profile)
{
	const uint8_t how = produce_byte(from);

	memset(profile, POISON, sizeof(*profile));
	hvp_profile_init(profile, arch, role);
	if (role == HVP_ROLE_HOST && (how & 1))
		profile->quirks = produce_number(from, 5) & all_quirks(arch);
	if (arch == HVP_ARCH_POWER) {
		some_power(from, role, &profile->power);
		return;
	}
	some_fwregs(from, role, &profile->arm64.fwregs);
	profile->arm64.registers = how & 2 ? produce_byte(from) : 0;
	/* a guest has one kind of vCPU, a host any of them */
	profile->arm64.flags = role == HVP_ROLE_HOST ? ~(how >> 2) & 3u : 1u << (how >> 2 & 1);
}

void damage_object(struct producer *from, void *object, uint32_t bytes)
{
	const uint8_t how = produce_byte(from);
	uint8_t *byte = object;

	for (uint32_t i = 0; i < (how > 0xbf ? how & 3u : 0); i++) {
		const uint32_t at = produce_below(from, bytes);

		byte[at] ^= produce_byte(from);
	}
}

bool same_profile(const struct hvp_profile *a, const struct hvp_profile *b)
{
	return !memcmp(a, b, sizeof(*a));
}
