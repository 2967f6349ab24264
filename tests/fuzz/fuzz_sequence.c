// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Lives of guests across the modules. Hosts are made as the headers say, out of what their
 * processor, kernel and VMM are; they go over the wire; a guest starts on what they have in
 * common, moves among them, runs guests of its own by either nested API, and its registers are
 * written. What one module says of it must fit what the others say.
 */
#include "values.h"

enum what { BORN, MOVE, ENTER, ACTION, SET, WRITE, STREAM };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(BORN, HVP_OK), FUZZ_ANSWER(BORN, HVP_ERR_NO_COMMON_LEVEL),
	FUZZ_ANSWER(BORN, HVP_ERR_VALUE),
	FUZZ_ANSWER(MOVE, HVP_VERDICT_SAME), FUZZ_ANSWER(MOVE, HVP_VERDICT_CHANGED),
	FUZZ_ANSWER(MOVE, HVP_VERDICT_DEGRADED), FUZZ_ANSWER(MOVE, HVP_VERDICT_REFUSED),
	FUZZ_ANSWER(MOVE, HVP_VERDICT_BROKEN),
	FUZZ_ANSWER(ENTER, HVP_H_SUCCESS), FUZZ_ANSWER(ENTER, HVP_H_BAD_MODE),
	FUZZ_ANSWER(ENTER, HVP_H_PARAMETER), FUZZ_ANSWER(ENTER, HVP_H_P2),
	FUZZ_ANSWER(ACTION, HVP_HFU_ILLEGAL), FUZZ_ANSWER(ACTION, HVP_HFU_REFLECT),
	FUZZ_ANSWER(ACTION, HVP_HFU_LOAD), FUZZ_ANSWER(ACTION, HVP_HFU_EMULATE),
	FUZZ_ANSWER(ACTION, HVP_HFU_INCONSISTENT),
	FUZZ_ANSWER(SET, HVP_H_SUCCESS), FUZZ_ANSWER(SET, HVP_H_INVALID_ELEMENT_VALUE),
	FUZZ_ANSWER(WRITE, HVP_OK), FUZZ_ANSWER(WRITE, HVP_ERR_VALUE),
	FUZZ_ANSWER(WRITE, HVP_ERR_NOT_FOUND), FUZZ_ANSWER(WRITE, HVP_ERR_BUSY),
	FUZZ_ANSWER(STREAM, HVP_VERDICT_SAME), FUZZ_ANSWER(STREAM, HVP_VERDICT_CHANGED),
	FUZZ_ANSWER(STREAM, HVP_VERDICT_REFUSED), FUZZ_ANSWER(STREAM, HVP_VERDICT_BROKEN),
};
FUZZ_SUBJECT(hvp_migrate_check);

#define PLACES 3
#define STEPS_MAX 24

/* A host, and what else is known there. */
struct place {
	struct hvp_profile profile;
	struct hvp_pvr_host pvr;
	struct hvp_gcaps caps;
	struct hvp_hvregs_host regs;	/* for the guests of its guest */
};

struct world {
	struct place places[PLACES];
	struct hvp_profile common;
	struct hvp_profile guest;
	struct hvp_hvregs l1;		/* what the guest passes for its own guest */
	uint32_t at;
	bool ran;
};

/* ---- hosts ---- */

static struct hvp_pvr_offer power_levels(struct producer *from, struct hvp_pvr_host *host)
{
	struct hvp_processor_info info;
	struct hvp_pvr_offer offer;
	uint32_t level;

	*host = (struct hvp_pvr_host){
		.size = sizeof(*host), .policy_level = HVP_POLICY_LEVEL_1, .pvr = 0x00821200,
	};
	if (!hvp_pvr_processor_at(produce_byte(from), &info))
		host->pvr = info.value;
	if (!hvp_level_at(produce_byte(from), &level))
		host->compat_pvr = hvp_level_pvr(level);
	host->flags = produce_byte(from) % 3;
	host->granted = host->flags ? (uint64_t)produce_byte(from) << 56 : 0;
	if (hvp_pvr_offers(host, &offer, NULL)) {
		host->compat_pvr = 0;
		CHECK(!hvp_pvr_offers(host, &offer, NULL));
	}
	return offer;
}

/* The policy of a host for its guest, or for the guests of that. */
static void power_policy(struct producer *from, const struct hvp_pvr_offer *offer,
			 uint32_t receiver, struct hvp_hfscr_policy *policy)
{
	struct hvp_hfscr_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
		.host_level = offer->own, .receiver = receiver,
	};

	host.features = produce_byte(from) & (HVP_HFSCR_HOST_BARE | HVP_HFSCR_HOST_TM);
	host.hardware = ~produce_number(from, 2);
	hvp_hfscr_init(policy);
	if (hvp_hfscr_derive(&host, policy, NULL))
		CHECK(offer->own < HVP_LEVEL_2_07 && !policy->present);
	CHECK(!hvp_hfscr_validate(policy, NULL));
}

static void make_power(struct producer *from, struct place *place)
{
	const struct hvp_pvr_offer offer = power_levels(from, &place->pvr);
	/* what HFSCR cannot take away is there */
	const uint64_t fixed = hvp_facility_of_level(offer.own) & ~hvp_facility_enables(offer.own);
	struct hvp_profile *profile = &place->profile;
	struct hvp_hfscr_policy own;
	struct hvp_hcall answer;
	uint32_t linux_release;

	hvp_profile_init(profile, HVP_ARCH_POWER, HVP_ROLE_HOST);
	profile->power.levels = offer.levels;
	profile->power.pvr = place->pvr.pvr;
	if (!place->pvr.compat_pvr && (offer.levels & HVP_BIT(offer.own)))
		profile->power.flags = HVP_POWER_RAW;
	some_hvregs_host(from, &place->regs);
	power_policy(from, &offer, HVP_RECEIVER_GUEST, &own);
	power_policy(from, &offer, HVP_RECEIVER_HYPERVISOR, &place->regs.hfscr);
	/* an L0 that does not switch all at once */
	if (place->regs.hfscr.present & HVP_BIT(HVP_FACILITY_PM) & produce_byte(from))
		CHECK(!hvp_hfscr_assign(&place->regs.hfscr, HVP_FACILITY_PM, HVP_STRATEGY_LAZY));
	profile->power.facilities = own.present | fixed;
	profile->power.l2_facilities = place->regs.hfscr.present | fixed;
	place->caps = (struct hvp_gcaps){
		.size = sizeof(place->caps), .policy_level = HVP_POLICY_LEVEL_1,
		.l1_level = offer.own, .has = HVP_U64(0xf) << 60,
	};
	CHECK(!hvp_gcaps_get(&place->caps, 0, &answer, NULL));
	profile->power.nested_caps = answer.r4;
	linux_release = some_release(from);
	profile->quirks = hvp_quirk_known(HVP_ARCH_POWER, linux_release, some_release(from));
}

static void make_arm64(struct producer *from, struct place *place)
{
	struct hvp_profile *profile = &place->profile;
	struct hvp_fwregs *regs = &profile->arm64.fwregs;
	struct hvp_fwreg_kernel kernel;

	some_kernel(from, &kernel);
	hvp_profile_init(profile, HVP_ARCH_ARM64, HVP_ROLE_HOST);
	profile->arm64.flags = ~produce_byte(from) & (HVP_ARM64_PSCI_0_1 | HVP_ARM64_PSCI_0_2);
	CHECK(!hvp_fwreg_offers(&kernel, regs, NULL));
	if (produce_byte(from) > 0x7f) /* a kernel that no release is like */
		some_fwregs(from, HVP_ROLE_HOST, regs);
	profile->quirks = hvp_quirk_known(HVP_ARCH_ARM64, kernel.release, some_release(from));
}

/* What is made by the library's own answers is valid, and the same behind a wire. */
static void over_the_wire(struct hvp_profile *profile)
{
	const struct hvp_profile before = *profile;
	uint8_t form[HVP_WIRE_MAX];
	uint32_t used;

	CHECK(!hvp_profile_validate(profile, NULL));
	CHECK(!hvp_wire_encode(profile, form, sizeof(form), &used, NULL));
	poison(*profile);
	CHECK(!hvp_wire_decode(edge_copy(EDGE_BEHIND, form, used), used, profile, NULL));
	CHECK(same_profile(profile, &before));
}

/* ---- moves ---- */

static uint32_t verdict_of(const struct hvp_profile *guest, const struct hvp_profile *host)
{
	uint32_t verdict;

	CHECK(!hvp_migrate_check(guest, host, &verdict, NULL));
	fuzz_subject_runs++;
	return verdict;
}

/*
 * The level that a guest keeps is one that its new host takes from the VMM, and a facility that it
 * keeps there is one that it does not lose when its own guest uses it.
 */
static void check_power(const struct hvp_profile *guest, const struct place *to, uint32_t verdict)
{
	const uint32_t level = hvp_level_newest(guest->power.levels);
	const uint64_t used = guest->power.l2_facilities &
			      hvp_facility_enables(to->caps.l1_level);

	if (verdict >= HVP_VERDICT_REFUSED)
		return;
	if (level != HVP_LEVEL_NONE)
		CHECK(!hvp_pvr_check(&to->pvr, hvp_level_pvr(level), NULL, NULL));
	if (verdict < HVP_VERDICT_DEGRADED)
		CHECK(hvp_hfscr_sanitise(&to->regs.hfscr, used) == used);
}

static uint32_t list_of(const struct hvp_fwregs *regs, struct hvp_stream_reg *list)
{
	struct hvp_fwreg_info info;
	uint32_t count = 0;

	/* the slots are in the order of the ids */
	for (uint32_t i = 0; i < HVP_FWREG_SLOTS; i++) {
		if (!(regs->listed >> i & 1))
			continue;
		CHECK(!hvp_fwreg_get(i, &info));
		list[count].id = info.id;
		list[count++].value = regs->value[i];
	}
	return count;
}

/* Where a guest may go its stream is loaded, and every register of it is taken. */
static void check_arm64(const struct hvp_profile *guest, const struct place *to, uint32_t verdict)
{
	const struct hvp_fwregs *regs = &guest->arm64.fwregs, *host = &to->profile.arm64.fwregs;
	const bool later = guest->arm64.flags & HVP_ARM64_PSCI_0_2;
	const uint32_t psci = later ? HVP_FWREG_PSCI_0_2 : 0;
	struct hvp_stream_reg sent[HVP_FWREG_SLOTS], own[HVP_FWREG_SLOTS];
	struct hvp_fwregs vm;
	uint32_t loads;
	const uint32_t count = list_of(regs, sent);

	CHECK(!hvp_fwreg_initial(host, psci, &vm, NULL));
	CHECK(!hvp_stream_check(to->profile.quirks, sent, count, own, list_of(&vm, own), host,
				&loads, NULL));
	seen(STREAM, loads);
	if (verdict >= HVP_VERDICT_REFUSED)
		return;
	/*
	 * What is harmless is told for vCPUs with PSCI 0.2 only (stream.h), and a kernel lacks no
	 * register below its largest (migrate.h).
	 */
	if (later && !(host->listed & (host->listed + 1)))
		CHECK(loads < HVP_VERDICT_REFUSED);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t reg;

		CHECK(!hvp_fwreg_find(sent[i].id, &reg));
		CHECK(!(host->listed >> reg & 1) ||
		      !hvp_fwreg_write(host, psci | HVP_FWREG_READY, sent[i].id, sent[i].value,
				       &vm, NULL));
	}
}

static void move(struct world *world, uint32_t to)
{
	const struct place *place = &world->places[to];
	const uint32_t verdict = verdict_of(&world->guest, &place->profile);

	seen(MOVE, verdict);
	if (world->guest.arch == HVP_ARCH_POWER)
		check_power(&world->guest, place, verdict);
	else
		check_arm64(&world->guest, place, verdict);
	if (verdict < HVP_VERDICT_REFUSED)
		world->at = to;
}

/* ---- a guest of the guest ---- */

/* Both nested APIs give L2 the same. */
static void check_apis(const struct hvp_hvregs_host *regs, const struct hvp_hvregs *l1,
		       const struct hvp_hvregs *l2)
{
	const struct {
		uint32_t id;
		uint64_t asked, given;
	} both[] = {
		{ HVP_GSB_LPCR, l1->lpcr, l2->lpcr }, { HVP_GSB_HFSCR, l1->hfscr, l2->hfscr },
		{ HVP_GSB_DPDES, l1->dpdes, l2->dpdes }, { HVP_GSB_CIABR, l1->ciabr, l2->ciabr },
		{ HVP_GSB_DAWR0, l1->dawr0, l2->dawr0 }, { HVP_GSB_DAWR1, l1->dawr1, l2->dawr1 },
		{ HVP_GSB_DAWRX0, l1->dawrx0, l2->dawrx0 },
		{ HVP_GSB_DAWRX1, l1->dawrx1, l2->dawrx1 },
	};

	for (uint32_t i = 0; i < COUNT(both); i++)
		CHECK(hvp_gstate_load(regs, both[i].id,
				      hvp_gstate_keep(regs, both[i].id, both[i].asked)) ==
		      both[i].given);
}

/* L2 uses a facility that the hardware has off. */
static void trap(struct world *world, struct hvp_hvregs_host *regs, const struct hvp_hvregs *l2,
		 uint32_t cause)
{
	struct hvp_hvregs *l1 = &world->l1;
	const uint64_t asked = l1->hfscr;
	const uint32_t action = hvp_hfscr_decide(&regs->hfscr, asked, regs->resident, cause);
	const uint32_t vector = hvp_hfscr_vector(action, HVP_RECEIVER_HYPERVISOR);
	struct hvp_hvregs again;

	seen(ACTION, action);
	CHECK((action == HVP_HFU_INCONSISTENT) ==
	      (cause < HVP_FACILITIES && (l2->hfscr & HVP_BIT(cause))));
	if (action == HVP_HFU_LOAD) {
		regs->resident |= HVP_BIT(cause);
		hvp_hvregs_enter(regs, l1, &again);
		CHECK(again.hfscr == (l2->hfscr | HVP_BIT(cause)));
	}
	if (!vector)
		return;
	hvp_hvregs_leave(l1, l2, vector, cause, l1);
	CHECK(!((l1->hfscr ^ asked) & ~HVP_HFSCR_CAUSE));
	CHECK((action == HVP_HFU_REFLECT) ? hvp_hfscr_cause(l1->hfscr) == cause :
					    l1->hfscr == asked);
	/* nothing of what L1 got back takes anything from L2 the next time */
	hvp_hvregs_enter(regs, l1, &again);
	CHECK(!((again.hfscr ^ l2->hfscr) & ~HVP_HFSCR_CAUSE));
}

static void enter(struct world *world, struct producer *from)
{
	struct hvp_hvregs_host *regs = &world->places[world->at].regs;
	struct hvp_enter call = {
		.size = sizeof(call), .policy_level = HVP_POLICY_LEVEL_1,
		.flags = HVP_ENTER_ENABLED, .lpid = world->l1.lpid,
		.vcpu_token = world->l1.vcpu_token, .vcpu_limit = 128,
		.version = world->l1.version, .table = 0x10004,
	};
	struct hvp_hvregs l2;
	int64_t r3;

	call.l1_msr = (uint64_t)(produce_byte(from) & 1) << 33;
	call.l2_msr = (uint64_t)(produce_byte(from) & 3) << 33;
	CHECK(!hvp_enter_check(&call, &r3, NULL));
	seen(ENTER, r3);
	if (r3)
		return;
	hvp_hvregs_enter(regs, &world->l1, &l2);
	check_apis(regs, &world->l1, &l2);
	trap(world, regs, &l2, produce_byte(from) & 31);
}

static void change_l1(struct world *world, struct producer *from)
{
	struct hvp_hvregs *l1 = &world->l1;

	const uint8_t how = produce_byte(from);

	l1->version = 1 + (how & 3u) + ((uint64_t)(how & 4) << 30);
	l1->lpid = (uint32_t)produce_number(from, 2) & 0x1fff;
	l1->vcpu_token = produce_byte(from);
	l1->lpcr = produce_boundary(from);
	l1->hfscr = produce_number(from, 2);
	l1->hfscr |= produce_boundary(from);
	l1->dpdes = produce_boundary(from);
	l1->ciabr = produce_boundary(from);
	/* an element of 32 bits in the other API */
	l1->dawrx0 = (uint32_t)produce_boundary(from);
	l1->dawrx1 = (uint32_t)produce_boundary(from);
}

/* By the other API: what is set is what is read, and what was negotiated counts. */
static void set_state(struct world *world, struct producer *from)
{
	const struct place *place = &world->places[world->at];
	struct hvp_gstate_host host = {
		.size = sizeof(host), .policy_level = HVP_POLICY_LEVEL_1,
		.revision = HVP_GSTATE_REVISION_2, .l1_level = place->caps.l1_level,
		.run_output_min = HVP_GSTATE_RUN_OUTPUT_MIN, .run_max = HVP_GSTATE_RUN_MAX,
		.buffer_max = HVP_GSTATE_BUFFER_MAX,
	};
	uint8_t *at = edge_copy(EDGE_BEHIND, NULL, 64);
	struct hvp_gsb_builder builder;
	struct hvp_hcall answer;
	uint32_t level = HVP_LEVEL_3_10, guest_level;
	uint64_t bitmap;

	CHECK(!hvp_gcaps_get(&place->caps, 0, &answer, NULL));
	bitmap = answer.r4;
	CHECK(!hvp_gcaps_set(&place->caps, 0, bitmap, &answer, NULL));
	host.negotiated = answer.r3 ? 0 : bitmap;
	CHECK(!hvp_gstate_validate(&host, NULL));
	(void)hvp_level_at(produce_byte(from) & 7, &level);
	CHECK(!hvp_gsb_build(&builder, HVP_GSB_DIALECT_DOCUMENT, at, 64));
	CHECK(!hvp_gsb_put_number(&builder, HVP_GSB_LOGICAL_PVR, hvp_level_pvr(level)));
	CHECK(!hvp_gstate_check(&host, HVP_GSTATE_USE_SET, HVP_GSB_SCOPE_GUEST, 0, at,
				builder.used, &answer, NULL));
	seen(SET, answer.r3);
	/* a level that KVM_PPC_GET_COMPAT_CAPS grants to L1's VMM, and no other */
	if (hvp_gcaps_compat(HVP_GCAPS_API_V2, 0, host.negotiated, &bitmap, NULL))
		bitmap = 0;
	CHECK(!(hvp_level_capability(level) & bitmap) || !answer.r3);
	guest_level = hvp_level_from_pvr((uint32_t)hvp_gstate_initial(&host, HVP_GSB_LOGICAL_PVR));
	CHECK(answer.r3 || level <= guest_level);
	CHECK(!bitmap == !guest_level);
}

/* ---- arm64 ---- */

static void write(struct world *world, struct producer *from)
{
	const struct hvp_fwregs *host = &world->places[world->at].profile.arm64.fwregs;
	const uint32_t flags = HVP_FWREG_READY | (world->ran ? HVP_FWREG_RAN : 0) |
			       (world->guest.arm64.flags & HVP_ARM64_PSCI_0_2 ?
				HVP_FWREG_PSCI_0_2 : 0);
	const uint32_t reg = produce_byte(from) & 7;
	const uint64_t value = some_fwreg_value(from, reg);
	struct hvp_fwregs vm = world->guest.arm64.fwregs;
	struct hvp_fwreg_info info;
	enum hvp_status status;

	CHECK(!hvp_fwreg_get(reg, &info));
	/* what a VMM may write is what the guest's own kernel told it */
	if (!(vm.listed >> reg & 1))
		return;
	status = hvp_fwreg_write(host, flags, info.id, value, &vm, NULL);
	seen(WRITE, status);
	if (status)
		return;
	world->guest.arm64.fwregs = vm;
	over_the_wire(&world->guest);
}

/* ---- an input ---- */

/* The order is the format of the corpus: new ones at the end. */
enum step { END, MOVES, ENTERS, CHANGES, SETS, WRITES, RUNS };

static bool step(struct world *world, struct producer *from)
{
	const bool power = world->guest.arch == HVP_ARCH_POWER;

	switch ((enum step)(produce_byte(from) % (RUNS + 1))) {
	case END:
		return false;
	case MOVES:
		move(world, produce_byte(from) % PLACES);
		break;
	case ENTERS:
		if (power)
			enter(world, from);
		break;
	case CHANGES:
		change_l1(world, from);
		break;
	case SETS:
		if (power)
			set_state(world, from);
		break;
	case WRITES:
		if (!power)
			write(world, from);
		break;
	case RUNS:
		world->ran = true;
		break;
	}
	return true;
}

/* A guest of what the hosts have in common goes to each of them, and stays what it is. */
static bool bear(struct world *world, struct producer *from, uint32_t arch)
{
	const uint8_t how = produce_byte(from);
	const struct hvp_profile *hosts[PLACES];
	enum hvp_status status;

	for (uint32_t i = 0; i < PLACES; i++)
		hosts[i] = &world->places[i].profile;
	CHECK(!hvp_meet_hosts(hosts, PLACES, &world->common, NULL));
	over_the_wire(&world->common);
	world->at = how % PLACES;
	/* of what is common, or of one host alone: then the others may refuse it */
	status = hvp_profile_guest(how & 128 ? hosts[world->at] : &world->common, HVP_LEVEL_NONE,
				   arch == HVP_ARCH_POWER ? HVP_GUEST_NESTED : 0, &world->guest,
				   NULL);
	seen(BORN, status);
	if (status) {
		some_profile(from, arch, HVP_ROLE_GUEST, &world->guest);
		return false;
	}
	over_the_wire(&world->guest);
	if (!(how & 128) && is_sure(&world->common))
		for (uint32_t i = 0; i < PLACES; i++)
			CHECK(verdict_of(&world->guest, hosts[i]) == HVP_VERDICT_SAME);
	return true;
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	static struct world world;
	struct producer from = { data, bytes };
	const uint32_t arch = 1 + (produce_byte(&from) & 1u);

	memset(&world, 0, sizeof(world));
	for (uint32_t i = 0; i < PLACES; i++) {
		if (arch == HVP_ARCH_POWER)
			make_power(&from, &world.places[i]);
		else
			make_arm64(&from, &world.places[i]);
		over_the_wire(&world.places[i].profile);
	}
	(void)bear(&world, &from, arch);
	world.l1.version = HVP_HVREGS_VERSION_LATEST;
	world.l1.hfscr = ~HVP_HFSCR_CAUSE;
	move(&world, world.at);
	for (uint32_t i = 0; i < STEPS_MAX && step(&world, &from); i++)
		;
}
