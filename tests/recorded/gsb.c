// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Recorded hypercalls of the nested PAPR API. What the library answers is compared: r3 of each
 * call, r4 and r5 where the call defines them (else they are 0 or L1's own argument), and of a
 * buffer that L1 gets every byte but the values of registers that L2 may have written. The rest
 * of an L0, its guests and vCPUs, stands in gsb_l0.c, and QEMU's own ways in gsb_qemu.c.
 */
#define _DEFAULT_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gsb.h"

/* The call of this row; L0 before it and after it. */
static struct call call;
static struct l0 before, now;

static bool is_state(const struct call *made)
{
	return made->number == GET_STATE || made->number == SET_STATE || made->number == RUN_VCPU;
}

static uint64_t hex_number(struct row *row, const char *column, const char *text, char **end)
{
	const uint64_t value = strtoull(text, end, 16);

	if (*end == text)
		row_fault(row, "column \"%s\": no number", column);
	return value;
}

static uint64_t hex_cell(struct row *row, const char *column)
{
	char *end;
	const uint64_t value = hex_number(row, column, row_cell(row, column), &end);

	if (*end)
		row_fault(row, "column \"%s\": no number", column);
	return value;
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static void read_bytes(struct row *row, const char *column, struct bytes *bytes)
{
	static uint8_t data[sizeof(row->text)];
	const char *text = row_cell(row, column);
	size_t count = 0;

	while (digit(text[0]) >= 0 && digit(text[1]) >= 0) {
		data[count++] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
		text += 2;
	}
	if (*text && (count || strcmp(text, "-")))
		row_fault(row, "column \"%s\": no bytes", column);
	bytes_load(bytes, data, count);
}

static void read_arguments(struct row *row)
{
	const char *text = row_cell(row, "arguments");
	char *end;

	call.number = hex_cell(row, "call");
	call.args = call.number == CAS ? 3 : gsb_arguments(call.number);
	if (!call.args)
		row_fault(row, "call \"%s\" is not known", row_cell(row, "call"));
	memset(call.arg, 0, sizeof(call.arg));
	for (unsigned int i = 0; i < call.args; i++, text = end + 1) {
		call.arg[i] = hex_number(row, "arguments", text, &end);
		if (*end != (i + 1 < call.args ? ',' : '\0')) {
			row_fault(row, "not %u arguments", call.args);
			return;
		}
	}
}

/* "spapr_nested.c:600: get_vcpu_ptr: Assertion" */
static void read_end(struct row *row)
{
	const char *words = row_cell(row, "words");
	const char *name = strchr(words, ':');

	name = name ? strchr(name + 1, ':') : NULL;
	if (!name) {
		strcpy(call.where, "-");
		return;
	}
	name += 1 + strspn(name + 1, " ");
	snprintf(call.where, sizeof(call.where), "%.*s", (int)strcspn(name, ":"), name);
}

static bool read_call(struct row *row)
{
	call.ended = !strcmp(row_cell(row, "r3"), "-");
	call.answer = (struct hvp_hcall){ 0 };
	read_arguments(row);
	read_bytes(row, "before", &call.before);
	read_bytes(row, "after", &call.after);
	if (call.ended) {
		read_end(row);
	} else {
		call.answer.r3 = (int64_t)row_number(row, "r3");
		call.answer.r4 = hex_cell(row, "r4");
		call.answer.r5 = hex_cell(row, "r5");
	}
	return !row->fault[0];
}

/* The registers that a call defines with this status, r4 and r5 as bits 4 and 5. */
static unsigned int defined(int64_t r3)
{
	switch (call.number) {
	case GET_CAPABILITIES:
	case CREATE:
		return r3 ? 0 : 1 << 4;
	case SET_CAPABILITIES:
		return r3 == HVP_H_P2 ? 1 << 4 | 1 << 5 : 0;
	case RUN_VCPU:
		if (!r3)
			return 1 << 4;
		/* fall through */
	case GET_STATE:
	case SET_STATE:
		return r3 <= HVP_H_INVALID_ELEMENT_ID && r3 >= HVP_H_INVALID_ELEMENT_VALUE ?
		       1 << 4 : 0;
	default:
		return 0;
	}
}

static void say_register(char *answer, unsigned int number, bool is_defined, uint64_t value)
{
	const unsigned int arg = number - 4;
	const bool unchanged = !value || arg >= call.args || value == call.arg[arg];

	if (is_defined || !unchanged)
		say(answer, " %" PRIx64, value);
	else
		say(answer, " -");
}

static void say_registers(char *answer, const struct hvp_hcall *result)
{
	const unsigned int known = defined(result->r3);

	say(answer, "%" PRId64, result->r3);
	/* any number that is free will do */
	if (call.number == CREATE && !result->r3 && result->r4 < GUESTS && result->r4 &&
	    (before.linux_l1 || !before.guests[result->r4]))
		say(answer, " new");
	else
		say_register(answer, 4, known & 1 << 4, result->r4);
	say_register(answer, 5, known & 1 << 5, result->r5);
}

static const struct place *place_of_call(void)
{
	return l0_place(&before, call.arg[1],
			call.number == GET_STATE && call.arg[0] ? WIDE : call.arg[2]);
}

static void say_bytes(char *answer, const struct bytes *bytes, size_t *at, size_t end)
{
	for (; *at < end && *at < bytes->count; ++*at)
		say(answer, "%02x", bytes->at[*at]);
}

/* What L1 has of its buffer: all bytes, but for values that depend on what L2 did. */
static void say_buffer(char *answer, const struct bytes *bytes, uint64_t length, bool values)
{
	const struct place *place = place_of_call();
	struct hvp_gsb_element element;
	struct hvp_gsb_walk walk;
	size_t at = 0;

	say(answer, " ");
	if (values && !hvp_gsb_begin(&walk, call.before.at, (uint32_t)length))
		while (!hvp_gsb_next(&walk, &element)) {
			if (element.id == HVP_GSB_NOP || l0_knows(&before, place, element.id))
				continue;
			say_bytes(answer, bytes, &at, element.offset + HVP_GSB_ELEMENT_HEADER);
			say(answer, "*");
			at += element.bytes;
		}
	say_bytes(answer, bytes, &at, bytes->count);
}

static int64_t read_as_answer(const struct bytes *bytes, uint32_t scope, uint64_t length)
{
	struct hvp_hcall answer = { 0 };

	if (hvp_gstate_check(NULL, HVP_GSTATE_USE_ANSWER, scope, HVP_GSTATE_DEFAULT, bytes->at,
			     length, &answer, NULL))
		return 1;
	return answer.r3;
}

/* Whether a parser with L1's sizes takes an output. */
static bool l1_takes(const struct bytes *output)
{
	struct hvp_gsb_element element;
	struct hvp_gsb_walk walk;

	if (hvp_gsb_begin(&walk, output->at, (uint32_t)output->count))
		return false;
	while (!hvp_gsb_next(&walk, &element)) {
		const int32_t size = hvp_gsb_bytes(element.id, before.host.dialect);

		if (size != HVP_GSB_ANY && element.bytes != (uint32_t)size)
			return false;
	}
	return walk.index == walk.count && walk.offset == output->count;
}

/* The output of a run: ids, sizes, and values that do not depend on what L2 did. */
static void say_output(char *answer, const struct bytes *output, const struct place *left)
{
	struct hvp_gsb_element element;
	struct hvp_gsb_walk walk;

	if (hvp_gsb_begin(&walk, output->at, (uint32_t)output->count)) {
		say(answer, " no output");
		return;
	}
	while (!hvp_gsb_next(&walk, &element)) {
		say(answer, " %x:%u", element.id, element.bytes);
		if (l0_knows(&before, left, element.id))
			say(answer, "=%" PRIx64, hvp_gsb_number(&element, 0));
	}
	say(answer, ", %u, read %" PRId64 ", L1 %s", walk.count,
	    read_as_answer(output, HVP_GSB_SCOPE_THREAD, output->count),
	    l1_takes(output) ? "takes it" : "refuses it");
}

/* A vCPU after this run. */
static void leave(struct place *place, uint64_t bytes)
{
	*place = *l0_place(&before, call.arg[1], call.arg[2]);
	place_set(place, &call.before, bytes);
	place_leave(place, &before, (uint32_t)call.answer.r4);
}

static uint64_t reach(void)
{
	return call_reach(&call.before, call.number == RUN_VCPU ? l0_input_bytes(&before, &call) :
								  call.arg[4]);
}

static uint32_t scope_of_get(void)
{
	if (!call.arg[0])
		return HVP_GSB_SCOPE_THREAD;
	return call.arg[0] == HVP_GSTATE_GUEST_WIDE ? HVP_GSB_SCOPE_GUEST : HVP_GSB_SCOPE_HOST;
}

static void next_l0(struct row *row)
{
	char name[sizeof(now.name)];

	snprintf(name, sizeof(name), "%s %s %s %s %s %s", row->reader->name,
		 row_cell(row, "kernel"), row_cell(row, "qemu"), row_cell(row, "cpu"),
		 row_cell(row, "max"), row_cell(row, "boot"));
	if (strcmp(name, now.name))
		l0_begin(&now, row, name);
	before = now;
}

/* L0 goes on once a row, here; the prediction is asked for as often as needed. */
static void recorded_call(struct row *row, char *answer)
{
	struct place left;

	if (!read_call(row))
		return;
	next_l0(row);
	l0_advance(&now, row, &call);
	if (call.ended) {
		say(answer, "ends %s", call.where);
		return;
	}
	say_registers(answer, &call.answer);
	if (call.number == GET_STATE) {
		say_buffer(answer, &call.after, reach(), !call.answer.r3);
		if (!call.answer.r3)
			say(answer, ", read %" PRId64,
			    read_as_answer(&call.after, scope_of_get(), reach()));
	} else if (call.number == RUN_VCPU && !call.answer.r3) {
		leave(&left, reach());
		say_output(answer, &call.after, &left);
	}
}

static struct hvp_hcall refused(int64_t r3)
{
	return (struct hvp_hcall){ .r3 = r3 };
}

/* What stands in the way before the buffer is looked at; the library has no say in it. */
static int64_t before_buffer(const struct l0 *l0, const struct call *made, uint32_t scope,
			     uint64_t deviations)
{
	const struct place *place = l0_place(l0, made->arg[1], made->arg[2]);
	uint64_t value;

	if (scope == HVP_GSB_SCOPE_HOST)
		return HVP_H_SUCCESS;
	if (!l0_has_guest(l0, made->arg[1]))
		return HVP_H_P2;
	if (scope == HVP_GSB_SCOPE_THREAD && !l0_has_vcpu(l0, made->arg[1], made->arg[2]) &&
	    (made->number == RUN_VCPU || !(deviations & DEV(VCPU_LATE))))
		return HVP_H_P3;
	if (made->number != RUN_VCPU || l0->linux_l1)
		return HVP_H_SUCCESS;
	if (!place_number(place, HVP_GSB_RUN_INPUT, 0, &value))
		return deviations & DEV(RUN_STATUS) ? HVP_H_P3 : HVP_H_INPUT_BUFFER_NOT_DEFINED;
	if (!place_number(place, HVP_GSB_RUN_OUTPUT, 0, &value))
		return deviations & DEV(RUN_STATUS) ? HVP_H_P3 : HVP_H_OUTPUT_BUFFER_NOT_DEFINED;
	if (!place_number(l0_place(l0, made->arg[1], WIDE), HVP_GSB_PARTITION_TABLE, 0, &value))
		return deviations & DEV(RUN_STATUS) ? HVP_H_NOT_AVAILABLE :
						      HVP_H_PARTITION_PAGE_TABLE_NOT_DEFINED;
	return HVP_H_SUCCESS;
}

/* A buffer that L0 cannot copy. */
static bool is_outside(const struct call *made)
{
	return made->number != RUN_VCPU && made->arg[4] <= HVP_GSTATE_BUFFER_MAX &&
	       (made->arg[3] >= MEMORY || made->arg[3] + made->arg[4] > MEMORY);
}

/* Registers of a call with a buffer. checked: its buffer was looked at. */
struct hvp_hcall answer_state(const struct l0 *l0, const struct call *made, uint64_t deviations,
			      bool *checked)
{
	static struct bytes copy;
	struct hvp_gstate_host host = l0->host;
	struct hvp_hcall answer = { 0 };
	uint64_t length = made->number == RUN_VCPU ? l0_input_bytes(l0, made) : made->arg[4];
	uint32_t scope = 0;

	*checked = false;
	hvp_gstate_flags(&l0->host, call_use(made), made->arg[0], &scope, &answer, NULL);
	if (answer.r3)
		return answer;
	answer.r3 = before_buffer(l0, made, scope, deviations);
	if (answer.r3)
		return answer;
	bytes_load(&copy, made->before.at, made->before.count);
	if (is_outside(made)) {
		if (!(deviations & DEV(OUTSIDE_EMPTY)))
			return refused(HVP_H_P4);
		bytes_load(&copy, made->before.at, 0);
	}
	if (deviations & DEV(CUT_TAKEN))
		length = call_reach(&copy, length);
	qemu_pass(&host, &copy, deviations);
	*checked = true;
	if (hvp_gstate_check(&host, call_use(made), scope, HVP_GSTATE_DEFAULT, copy.at, length,
			     &answer, NULL))
		return refused(1);
	if (answer.r3 && (deviations & DEV(ELEMENT_P3)))
		return refused(HVP_H_P3);
	return answer;
}

/* Whether QEMU forgets what it takes. */
static bool is_forgotten(uint32_t id)
{
	return id == HVP_GSB_MMCR3 || id == HVP_GSB_SIER2 || id == HVP_GSB_SIER3 ||
	       id == HVP_GSB_WORT;
}

static void predict_get(uint64_t deviations, char *answer, bool success)
{
	const struct place *place = place_of_call();
	const uint64_t length = deviations & DEV(CUT_TAKEN) ? reach() : call.arg[4];
	static struct bytes buffer;
	struct hvp_gsb_element element;
	struct hvp_gsb_walk walk;

	bytes_load(&buffer, call.before.at, call.before.count);
	if (success && !hvp_gsb_begin(&walk, call.before.at, (uint32_t)length))
		while (!hvp_gsb_next(&walk, &element)) {
			if (element.id == HVP_GSB_NOP ||
			    (is_forgotten(element.id) && (deviations & DEV(FORGOTTEN))))
				continue;
			for (uint32_t word = 0; 8 * word < element.bytes; word++)
				(void)hvp_gsb_fill(&element, word,
						   l0_value(&before, place, element.id, word,
							    deviations),
						   buffer.at, ROOM);
		}
	say_buffer(answer, &buffer, length, success);
	if (success)
		say(answer, ", read %" PRId64, read_as_answer(&buffer, scope_of_get(), length));
}

/* The vector is what it is; the rest follows from it. */
static void predict_run(uint64_t deviations, char *answer)
{
	const uint32_t vector = (uint32_t)call.answer.r4;
	const uint32_t dialect = deviations & DEV(HEIR_SIZE) ? HVP_GSB_DIALECT_DOCUMENT :
							       before.host.dialect;
	static struct bytes output;
	struct hvp_gsb_builder builder;
	struct place left;
	uint32_t id;

	leave(&left, reach());
	bytes_load(&output, call.before.at, 0);
	output.dirty = HVP_GSTATE_RUN_OUTPUT_MIN * 2;
	hvp_gsb_build(&builder, dialect, output.at, (uint32_t)output.dirty);
	for (uint32_t i = 0; !hvp_gsb_output(vector, i, &id); i++)
		hvp_gsb_put_number(&builder, id, l0_value(&before, &left, id, 0, deviations));
	output.count = builder.used;
	say_output(answer, &output, &left);
}

static void predict_state(uint64_t deviations, char *answer)
{
	bool checked;
	struct hvp_hcall result = answer_state(&before, &call, deviations, &checked);

	if (call.number == RUN_VCPU && !result.r3)
		result.r4 = call.answer.r4;
	say_registers(answer, &result);
	if (call.number == GET_STATE)
		predict_get(deviations, answer, !result.r3);
	else if (call.number == RUN_VCPU && !result.r3)
		predict_run(deviations, answer);
}

/* QEMU has the number of a bit where others have the index of a bitmap. */
static uint64_t qemu_index(uint64_t bitmap, uint64_t offered)
{
	uint64_t index = 0;

	if (bitmap & HVP_CAPABILITY_COPY_MEMORY)
		return bitmap;
	/* no bit at all: the newest level's */
	if (!bitmap)
		bitmap = offered;
	while (!(bitmap >> index & 1))
		index++;
	return 63 - index;
}

static struct hvp_hcall answer_capabilities(uint64_t deviations)
{
	struct hvp_gcaps caps = before.caps;
	struct hvp_hcall answer = { 0 };
	uint64_t offered;

	if (deviations & DEV(CAPS_OF_MACHINE))
		caps.l1_level = before.machine_level;
	if (call.number == GET_CAPABILITIES) {
		hvp_gcaps_get(&caps, call.arg[0], &answer, NULL);
		return answer;
	}
	hvp_gcaps_get(&caps, 0, &answer, NULL);
	offered = answer.r4;
	if (deviations & DEV(CAPS_UNOFFERED)) {
		caps.l1_level = HVP_LEVEL_3_10_P11;
		caps.has |= hvp_level_capability(HVP_LEVEL_3_00) |
			    hvp_level_capability(HVP_LEVEL_3_10) |
			    hvp_level_capability(HVP_LEVEL_3_10_P11);
	}
	hvp_gcaps_set(&caps, call.arg[0], call.arg[1], &answer, NULL);
	if (!answer.r3 && caps.negotiated && (deviations & DEV(CAPS_TWICE)))
		return refused(HVP_H_STATE);
	if (answer.r3 == HVP_H_P2 && (deviations & DEV(CAPS_INDEX)))
		answer.r5 = qemu_index(call.arg[1], offered);
	return answer;
}

/* Guests and vCPUs are L0's own; the library has no say in them, but in the level of L1. */
static struct hvp_hcall answer_guest(void)
{
	const uint64_t known = call.number == DELETE ? HVP_BIT(63) : 0;
	uint64_t guest = 1;
	uint32_t level;

	if (call.number == CAS)
		return refused(l0_agree(&before, &call, &level) ? HVP_H_SUCCESS : H_HARDWARE);
	if (call.arg[0] & ~known)
		return refused(H_UNSUPPORTED_FLAG);
	if (call.number == CREATE) {
		if (call.arg[1] != UINT64_MAX)
			return refused(HVP_H_P2);
		if (!before.linux_l1 && !before.caps.negotiated)
			return refused(HVP_H_STATE);
		while (!before.linux_l1 && guest < GUESTS && before.guests[guest])
			guest++;
		if (guest == GUESTS)
			return refused(HVP_H_NO_MEM);
		return (struct hvp_hcall){ .r4 = guest };
	}
	if (call.arg[0])
		return refused(HVP_H_SUCCESS);
	if (!l0_has_guest(&before, call.arg[1]))
		return refused(HVP_H_P2);
	if (call.number == CREATE_VCPU && !before.linux_l1 &&
	    l0_has_vcpu(&before, call.arg[1], call.arg[2]))
		return refused(HVP_H_IN_USE);
	return refused(HVP_H_SUCCESS);
}

/* By whom the call that ends QEMU should have been refused. */
static uint64_t kind_of_end(void)
{
	bool checked = false;
	struct hvp_hcall answer = { 0 };

	if (is_state(&call))
		answer = answer_state(&before, &call, 0, &checked);
	if (checked)
		return answer.r3 ? DEV(ENDS_REFUSED) : DEV(ENDS_LAWFUL);
	return is_state(&call) || call.number == CREATE_VCPU ? DEV(ENDS_NO_VCPU) :
							      DEV(ENDS_EMPTIED);
}

static void predict_call(struct row *row, uint64_t deviations, char *answer)
{
	const uint64_t ends = DEV(ENDS_REFUSED) | DEV(ENDS_LAWFUL) | DEV(ENDS_NO_VCPU) |
			      DEV(ENDS_EMPTIED);
	struct hvp_hcall result;
	const char *where;

	if (row->fault[0])
		return;
	if (deviations & ends) {
		where = qemu_end(&before, &call);
		if (where && (deviations & kind_of_end())) {
			say(answer, "ends %s", where);
			return;
		}
	}
	if (is_state(&call)) {
		predict_state(deviations, answer);
		return;
	}
	result = call.number == GET_CAPABILITIES || call.number == SET_CAPABILITIES ?
		 answer_capabilities(deviations) : answer_guest();
	say_registers(answer, &result);
}

#define COLUMNS "kernel", "qemu", "cpu", "max", "boot", "sequence", "call", "arguments", \
	"r3", "r4", "r5", "before", "after"

const struct reader reader_gsb_linux = {
	.name = "gsb-linux", .kind = GSB_LINUX,
	.columns = (const char *const[]){ COLUMNS, "alike", NULL },
	.recorded = recorded_call, .predict = predict_call,
};

const struct reader reader_gsb_bare = {
	.name = "gsb-bare", .kind = GSB_BARE,
	.columns = (const char *const[]){ COLUMNS, NULL },
	.recorded = recorded_call, .predict = predict_call,
};

const struct reader reader_gsb_capabilities = {
	.name = "gsb-capabilities", .kind = GSB_BARE,
	.columns = (const char *const[]){ COLUMNS, NULL },
	.recorded = recorded_call, .predict = predict_call,
};

const struct reader reader_gsb_fatal = {
	.name = "gsb-fatal", .kind = GSB_BARE,
	.columns = (const char *const[]){ COLUMNS, "words", NULL },
	.recorded = recorded_call, .predict = predict_call,
};
