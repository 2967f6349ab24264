// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Firmware registers: a host that is anything, writes of a VMM, a guest that moves on. */
#include "values.h"

enum what { GET, FIND, OFFERS, INITIAL, WRITE, COMPARE, VERDICT };

const struct fuzz_answer fuzz_answers[] = {
	FUZZ_ANSWER(GET, HVP_OK), FUZZ_ANSWER(GET, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(FIND, HVP_OK), FUZZ_ANSWER(FIND, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(OFFERS, HVP_OK), FUZZ_ANSWER(OFFERS, HVP_ERR_ARGUMENT),
	FUZZ_ANSWER(OFFERS, HVP_ERR_RESERVED), FUZZ_HEAD(OFFERS),
	FUZZ_ANSWER(INITIAL, HVP_OK), FUZZ_ANSWER(INITIAL, HVP_ERR_RESERVED), FUZZ_HEAD(INITIAL),
	FUZZ_ANSWER(WRITE, HVP_OK), FUZZ_ANSWER(WRITE, HVP_ERR_NOT_READY),
	FUZZ_ANSWER(WRITE, HVP_ERR_VALUE), FUZZ_ANSWER(WRITE, HVP_ERR_NOT_FOUND),
	FUZZ_ANSWER(WRITE, HVP_ERR_FAULT), FUZZ_ANSWER(WRITE, HVP_ERR_BUSY),
	FUZZ_ANSWER(WRITE, HVP_ERR_RESERVED), FUZZ_ANSWER(WRITE, HVP_ERR_VERSION),
	FUZZ_ANSWER(COMPARE, HVP_OK), FUZZ_ANSWER(COMPARE, HVP_ERR_RESERVED),
	FUZZ_ANSWER(COMPARE, HVP_ERR_VERSION),
	FUZZ_ANSWER(VERDICT, HVP_VERDICT_SAME), FUZZ_ANSWER(VERDICT, HVP_VERDICT_CHANGED),
	FUZZ_ANSWER(VERDICT, HVP_VERDICT_DEGRADED), FUZZ_ANSWER(VERDICT, HVP_VERDICT_REFUSED),
};
FUZZ_SUBJECT(hvp_fwreg_write);

static void look_up(uint32_t number, uint64_t id)
{
	struct hvp_fwreg_info info;
	uint32_t reg;
	enum hvp_status status;

	poison(info);
	status = hvp_fwreg_get(number, &info);
	seen(GET, status);
	if (!FAILS(status, info)) {
		CHECK(info.reg == number && number < HVP_FWREG_SLOTS);
		check_words(info.name, sizeof(info.name) - 1);
		CHECK(!(info.initial & ~info.valid));
		CHECK(!hvp_fwreg_find(info.id, &reg) && reg == number);
	}
	poison(reg);
	status = hvp_fwreg_find(id, &reg);
	seen(FIND, status);
	if (!FAILS(status, reg))
		CHECK(!hvp_fwreg_get(reg, &info) && info.id == id);
}

static void compare(const struct hvp_fwregs *guest, const struct hvp_fwregs *host,
		    uint32_t flags)
{
	struct heard heard;
	uint32_t verdict, again;
	enum hvp_status status;

	poison(verdict);
	poison(again);
	status = hvp_fwreg_compare(guest, host, flags, &verdict, listen(&heard, flags >> 4 & 7));
	seen(COMPARE, status);
	CHECK(hvp_fwreg_compare(guest, host, flags, &again, NULL) == status && verdict == again);
	if (status) {
		check_status(&heard, status);
		CHECK_POISONED(verdict);
		return;
	}
	check_findings(&heard);
	CHECK(heard.report.worst == verdict);
	seen(VERDICT, verdict);
}

/* What the host offers is what its new VM has. */
static void start(const void *at, const struct hvp_fwregs *host, uint32_t flags,
		  struct hvp_fwregs *vm)
{
	struct hvp_fwregs copy = *host;
	struct heard heard;
	enum hvp_status status;

	memset(vm, POISON, sizeof(*vm));
	status = hvp_fwreg_initial(at, flags, vm, listen_one(&heard));
	seen(INITIAL, status);
	check_status(&heard, status);
	if (status) {
		CHECK(is_poisoned(vm, sizeof(*vm)));
		return;
	}
	CHECK(!vm->varies && !vm->unsure);
	CHECK(vm->listed == host->listed && vm->known == host->known);
	copy.size = sizeof(copy);
	CHECK(!hvp_fwreg_initial(&copy, flags, &copy, NULL));
	CHECK(!memcmp(&copy, vm, sizeof(copy)));
}

static void write(const struct hvp_fwregs *host, uint32_t flags, uint64_t id, uint64_t value,
		  struct hvp_fwregs *vm)
{
	const struct hvp_fwregs before = *vm;
	struct heard heard;
	enum hvp_status status = hvp_fwreg_write(host, flags, id, value, vm, listen_one(&heard));
	uint32_t reg;

	fuzz_subject_runs++;
	seen(WRITE, status);
	check_status(&heard, status);
	if (status) {
		CHECK(!memcmp(vm, &before, sizeof(before)));
		return;
	}
	/* no register but this one, and what is taken once is taken again */
	CHECK(!hvp_fwreg_find(id, &reg) && (host->listed >> reg & 1));
	for (uint32_t i = 0; i < HVP_FWREG_SLOTS; i++)
		CHECK(vm->value[i] == before.value[i] || (i == reg && vm->value[i] == value));
	CHECK(vm->known == before.known && vm->listed == before.listed);
	CHECK(!hvp_fwreg_write(host, flags, id, value, vm, NULL));
	CHECK(hvp_fwreg_write(host, flags | HVP_FWREG_FAULT, id, value, vm, NULL) ==
	      HVP_ERR_FAULT);
}

static void offers(struct producer *from, uint8_t how, struct hvp_fwregs *host)
{
	struct hvp_fwreg_kernel kernel;
	struct heard heard;
	enum hvp_status status;

	some_kernel(from, &kernel);
	if (how & 4)
		kernel.policy_level = produce_byte(from);
	if (how & 8)
		kernel.reserved = produce_byte(from);
	if (how & 32) /* perhaps none that there is */
		kernel.ssb |= how >> 6;
	memset(host, POISON, sizeof(*host));
	if (how & 16)
		kernel.flags = (uint32_t)produce_boundary(from);
	status = hvp_fwreg_offers(sized(from, &kernel, sizeof(kernel), how), host,
				  listen_one(&heard));
	seen(OFFERS, status);
	check_status(&heard, status);
	if (!status) {
		CHECK(!(host->unsure & host->known) && !(host->listed & ~host->known));
		CHECK(!host->varies);
		return;
	}
	CHECK(is_poisoned(host, sizeof(*host)));
	some_fwregs(from, HVP_ROLE_HOST, host);
}

static uint64_t some_id(struct producer *from)
{
	const uint8_t which = produce_byte(from);
	struct hvp_fwreg_info info;
	uint64_t id = HVP_U64(0x6030000000140000);

	if (!hvp_fwreg_get(which & 15, &info))
		id = info.id;
	return which & 16 ? id ^ HVP_BIT(which >> 5 | (produce_byte(from) & 56)) : id;
}

static void one_call(struct producer *from)
{
	const uint8_t how = produce_byte(from), what = produce_byte(from);
	const uint32_t psci = what & 1 ? 0 : HVP_FWREG_PSCI_0_2;
	const uint32_t flags = what & 2 ? (uint32_t)produce_boundary(from) :
			       psci | HVP_FWREG_READY |
			       (produce_byte(from) & (HVP_FWREG_RAN | HVP_FWREG_FAULT));
	struct hvp_fwregs host, vm, guest;
	uint64_t id = some_id(from);
	uint32_t reg = 0;

	look_up(how, id);
	offers(from, how, &host);
	if (what & 4)
		some_fwregs(from, HVP_ROLE_HOST, &host);
	some_fwregs(from, HVP_ROLE_GUEST, &guest);
	if (what & 8)
		damage(from, &host);
	start(sized(from, &host, sizeof(host), what & 16 ? 3 : 0),
	      &host, what & 32 ? flags : psci, &vm);
	if (hvp_fwreg_initial(&host, psci, &vm, NULL))
		vm = guest;
	(void)hvp_fwreg_find(id, &reg);
	write(&host, flags, id, some_fwreg_value(from, reg), &vm);
	compare(what & 64 ? &vm : &guest, &host, what & 128 ? flags : psci);
}

void fuzz_one(const uint8_t *data, size_t bytes)
{
	fuzz_calls(data, bytes, one_call);
}
