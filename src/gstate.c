// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/gstate.h>

#include "gsb_rows.h"
#include "hvreg_rules.h"

#define HVP__POLICIES (HVP_GSTATE_SKIP_UNKNOWN | HVP_GSTATE_REFUSE_TWICE)
/* Real addresses, and what a partition table entry and a process table entry have room for. */
#define HVP__ADDRESSES HVP_BIT(60)
#define HVP__EA_BITS 52
#define HVP__ROOT_BYTES HVP_BIT(16)
#define HVP__PROCESS_BYTES_MIN HVP_BIT(12)
#define HVP__PROCESS_BYTES_MAX HVP_BIT(36)
#define HVP__PROCESS_ALIGN HVP_BIT(12)

/* What a call does and what it can be about, by enum hvp_gstate_use; L1 that reads makes none. */
static const struct hvp__use {
	uint8_t access;
	uint8_t scopes;
} hvp__uses[] = {
	{ 0, 0 },
	[HVP_GSTATE_USE_GET] = { HVP_GSB_ACCESS_GET, HVP_GSB_SCOPE_ANY },
	[HVP_GSTATE_USE_SET] = { HVP_GSB_ACCESS_SET, HVP_GSB_SCOPE_THREAD | HVP_GSB_SCOPE_GUEST },
	[HVP_GSTATE_USE_RUN] = { HVP_GSB_ACCESS_RUN, HVP_GSB_SCOPE_THREAD },
	[HVP_GSTATE_USE_ANSWER] = { 0, HVP_GSB_SCOPE_ANY },
};

/* Of an answer L1 takes all that has a row, of the document's sizes first. */
static const struct hvp_gstate_host hvp__any_host = {
	.revision = 0xff, .dialect = HVP_GSB_DIALECT_DOCUMENT,
};

/* A buffer on its way through the check. */
struct hvp__gstate_pass {
	const struct hvp_gstate_host *host;
	struct hvp_report *report;
	int64_t r3;		/* the answer so far */
	uint64_t r4;
	uint32_t policy;
	uint32_t scope;
	uint32_t access;	/* of the call; 0: any */
	uint32_t revision;	/* of the host, as the next two: beside what elements are asked */
	uint32_t lacks;
	uint32_t dialect;
	bool curious;		/* each element is looked at more closely */
	uint64_t seen[HVP__GSB_WORDS];
};

_Static_assert(HVP__GSB_WORDS == 3, "hvp__run_pass() clears the words one by one");

static enum hvp_status hvp__bad_host(enum hvp_status status, uint32_t reason, uint64_t have,
				     uint64_t offer, struct hvp_report *report)
{
	hvp__refuse(report, reason, 0, have, offer);
	return status;
}

/* Linux allocates run buffers in powers of two. */
static bool hvp__limits_fit(const struct hvp_gstate_host *host)
{
	uint32_t power = HVP_GSTATE_RUN_OUTPUT_MIN;

	if (host->run_output_min < power || host->run_max > HVP_GSTATE_RUN_MAX)
		return false;
	while (power < host->run_output_min && power < host->run_max)
		power *= 2;
	return host->run_output_min <= power && power <= host->run_max;
}

static enum hvp_status hvp__check_masks(const struct hvp_gstate_host *host,
					struct hvp_report *report)
{
	enum hvp_status status = hvp_vstruct_flags(host->reserved, 0, report);

	if (!status)
		status = hvp_vstruct_flags(host->lacks, hvp__gsb_all_lacks(), report);
	if (!status)
		status = hvp_vstruct_flags(host->run_flags, HVP_GSTATE_RUN_FLAGS, report);
	if (!status)
		status = hvp_vstruct_flags(host->negotiated, HVP_CAPABILITY_COPY_MEMORY |
					   hvp__capabilities(HVP__NEWEST), report);
	return status;
}

enum hvp_status hvp_gstate_validate(const struct hvp_gstate_host *host, struct hvp_report *report)
{
	enum hvp_status status;

	if (!host)
		return HVP_ERR_ARGUMENT;
	status = hvp__check_head(host, sizeof(*host), report);
	if (!status)
		status = hvp__check_masks(host, report);
	if (status)
		return status;
	if (host->revision < HVP_GSTATE_REVISION_1 || host->revision > HVP_GSTATE_REVISION_2)
		return hvp__bad_host(HVP_ERR_VERSION, HVP_REASON_GSTATE_REVISION, host->revision,
				     HVP_GSTATE_REVISION_2, report);
	if (host->dialect > HVP_GSB_DIALECT_LINUX)
		return hvp__bad_host(HVP_ERR_VALUE, HVP_REASON_GSTATE_DIALECT, host->dialect,
				     HVP_GSB_DIALECT_LINUX, report);
	if (!hvp__is_level(host->l1_level))
		return hvp__bad_host(HVP_ERR_VALUE, HVP_REASON_GSTATE_LEVEL, host->l1_level, 0,
				     report);
	if (!hvp__limits_fit(host))
		return hvp__bad_host(HVP_ERR_VALUE, HVP_REASON_GSTATE_LIMITS,
				     host->run_output_min, host->run_max, report);
	if (host->buffer_max < HVP_GSB_HEADER)
		return hvp__bad_host(HVP_ERR_VALUE, HVP_REASON_GSTATE_LIMITS, host->buffer_max,
				     HVP_GSB_HEADER, report);
	return HVP_OK;
}

enum hvp_status hvp_gstate_flags(const struct hvp_gstate_host *host, uint32_t use, uint64_t flags,
				 uint32_t *scope, struct hvp_hcall *answer,
				 struct hvp_report *report)
{
	uint64_t known = HVP_GSTATE_GUEST_WIDE;

	if (!host || !scope || !answer || use < HVP_GSTATE_USE_GET || use > HVP_GSTATE_USE_RUN)
		return HVP_ERR_ARGUMENT;
	if (use == HVP_GSTATE_USE_RUN)
		known = host->run_flags;
	else if (use == HVP_GSTATE_USE_GET && host->revision >= HVP_GSTATE_REVISION_2)
		known |= HVP_GSTATE_HOST_WIDE;
	*answer = (struct hvp_hcall){ .r3 = HVP_H_SUCCESS };
	if ((flags & ~known) || (use == HVP_GSTATE_USE_GET &&
				 flags == (HVP_GSTATE_GUEST_WIDE | HVP_GSTATE_HOST_WIDE))) {
		hvp__refuse(report, HVP_REASON_GSTATE_FLAGS, 0, flags, known);
		answer->r3 = HVP_H_PARAMETER;
	} else if (use == HVP_GSTATE_USE_RUN || !flags) {
		*scope = HVP_GSB_SCOPE_THREAD;
	} else {
		*scope = flags == HVP_GSTATE_GUEST_WIDE ? HVP_GSB_SCOPE_GUEST : HVP_GSB_SCOPE_HOST;
	}
	return HVP_OK;
}

HVP__OWN_FRAME
static void hvp__find_element(struct hvp_report *report, const struct hvp_gsb_element *element,
			      uint32_t reason, uint32_t verdict, uint64_t have, uint64_t offer)
{
	const struct hvp_finding finding = {
		.reason = reason, .verdict = verdict, .object = element->id,
		.index = element->index, .where = element->offset, .have = have, .offer = offer,
	};

	hvp_report_add(report, &finding);
}

/* An element is refused. The first one is the answer. */
HVP__OWN_FRAME
static void hvp__bad_element(struct hvp__gstate_pass *pass, const struct hvp_gsb_element *element,
			     int64_t status, uint32_t reason, uint64_t have, uint64_t offer)
{
	if (!pass->r3) {
		pass->r3 = status;
		pass->r4 = pass->access == HVP_GSB_ACCESS_RUN ? element->offset :
								    element->index;
	}
	hvp__find_element(pass->report, element, reason, HVP_VERDICT_REFUSED, have, offer);
}

static void hvp__bad_id(struct hvp__gstate_pass *pass, const struct hvp_gsb_element *element,
			uint32_t reason, uint64_t have, uint64_t offer)
{
	hvp__bad_element(pass, element, HVP_H_INVALID_ELEMENT_ID, reason, have, offer);
}

static bool hvp__bad_value(struct hvp__gstate_pass *pass, const struct hvp_gsb_element *element,
			   uint32_t reason, uint64_t have, uint64_t offer)
{
	hvp__bad_element(pass, element, HVP_H_INVALID_ELEMENT_VALUE, reason, have, offer);
	return false;
}

/* Newest level that L1 may give to a guest. */
static uint32_t hvp__granted_level(const struct hvp_gstate_host *host)
{
	uint32_t newest = HVP_LEVEL_NONE, level;

	for (uint32_t i = 0; !hvp_level_at(i, &level) && level <= host->l1_level; i++)
		if (hvp_level_capability(level) & host->negotiated)
			newest = level;
	return newest;
}

static bool hvp__level_fits(struct hvp__gstate_pass *pass, const struct hvp_gsb_element *element,
			    uint64_t pvr)
{
	const struct hvp_gstate_host *host = pass->host;
	const uint32_t level = hvp_level_from_pvr((uint32_t)pvr);

	if (level <= host->l1_level && (hvp_level_capability(level) & host->negotiated))
		return true;
	return hvp__bad_value(pass, element, HVP_REASON_GSB_LEVEL, pvr,
			      hvp_level_pvr(hvp__granted_level(host)));
}

static bool hvp__address_fits(struct hvp__gstate_pass *pass,
			      const struct hvp_gsb_element *element, uint64_t align)
{
	const uint64_t address = hvp_gsb_number(element, 0);

	if (address >= HVP__ADDRESSES)
		return hvp__bad_value(pass, element, HVP_REASON_GSB_ADDRESS, address,
				      HVP__ADDRESSES);
	if (address & (align - 1))
		return hvp__bad_value(pass, element, HVP_REASON_GSB_ALIGN, address, align);
	return true;
}

static bool hvp__bytes_fit(struct hvp__gstate_pass *pass, const struct hvp_gsb_element *element,
			   uint32_t word, uint64_t least, uint64_t most)
{
	const uint64_t bytes = hvp_gsb_number(element, word);

	if (bytes >= least && bytes <= most)
		return true;
	return hvp__bad_value(pass, element, HVP_REASON_GSB_BYTES, bytes,
			      bytes < least ? least : most);
}

static bool hvp__partition_fits(struct hvp__gstate_pass *pass,
				const struct hvp_gsb_element *element)
{
	const uint64_t bits = hvp_gsb_number(element, 1);

	if (bits != HVP__EA_BITS)
		return hvp__bad_value(pass, element, HVP_REASON_GSB_TABLE_BITS, bits,
				      HVP__EA_BITS);
	return hvp__bytes_fit(pass, element, 2, HVP__ROOT_BYTES, HVP__ROOT_BYTES) &&
	       hvp__address_fits(pass, element, HVP__ROOT_BYTES);
}

static bool hvp__process_fits(struct hvp__gstate_pass *pass, const struct hvp_gsb_element *element)
{
	const uint64_t bytes = hvp_gsb_number(element, 1);

	if (!hvp__bytes_fit(pass, element, 1, HVP__PROCESS_BYTES_MIN, HVP__PROCESS_BYTES_MAX))
		return false;
	if (bytes & (bytes - 1))
		return hvp__bad_value(pass, element, HVP_REASON_GSB_POWER, bytes, 0);
	return hvp__address_fits(pass, element, HVP__PROCESS_ALIGN);
}

static bool hvp__run_buffer_fits(struct hvp__gstate_pass *pass,
				 const struct hvp_gsb_element *element, uint32_t least)
{
	if (!hvp_gsb_number(element, 0))
		return hvp__bad_value(pass, element, HVP_REASON_GSB_ADDRESS, 0, HVP__ADDRESSES);
	return hvp__bytes_fit(pass, element, 1, least, pass->host->run_max) &&
	       hvp__address_fits(pass, element, 1);
}

static bool hvp__bits_fit(struct hvp__gstate_pass *pass, const struct hvp_gsb_element *element,
			  uint64_t value, uint64_t bits)
{
	if (!(value & ~bits))
		return true;
	return hvp__bad_value(pass, element, HVP_REASON_GSB_BITS, value & ~bits, bits);
}

HVP__OWN_FRAME
static bool hvp__value_fits(struct hvp__gstate_pass *pass, const struct hvp__gsb_row *row,
			    const struct hvp_gsb_element *element)
{
	switch (row->accept) {
	case HVP_GSB_ACCEPT_LEVEL:
		return hvp__level_fits(pass, element, hvp_gsb_number(element, 0));
	case HVP_GSB_ACCEPT_PARTITION:
		return hvp__partition_fits(pass, element);
	case HVP_GSB_ACCEPT_PROCESS:
		return hvp__process_fits(pass, element);
	case HVP_GSB_ACCEPT_INPUT:
		return hvp__run_buffer_fits(pass, element, HVP_GSB_HEADER);
	case HVP_GSB_ACCEPT_OUTPUT:
		return hvp__run_buffer_fits(pass, element, pass->host->run_output_min);
	default:
		return hvp__bits_fit(pass, element, hvp_gsb_number(element, 0),
				     hvp__gsb_bits(row));
	}
}

/* What is not known here: passed over, or refused. */
static void hvp__unknown(struct hvp__gstate_pass *pass, const struct hvp_gsb_element *element,
			 uint32_t reason)
{
	if (pass->policy & HVP_GSTATE_SKIP_UNKNOWN)
		hvp__find_element(pass->report, element, HVP_REASON_GSB_SKIPPED,
				  HVP_VERDICT_CHANGED, element->bytes, 0);
	else
		hvp__bad_id(pass, element, reason, element->bytes, 0);
}

/* Whether it was there before; it is from now on. NOP never was. */
static bool hvp__seen(struct hvp__gstate_pass *pass, const struct hvp__gsb_row *row, uint32_t id)
{
	const uint32_t slot = row->slot + (id - row->id);
	uint64_t *word = &pass->seen[slot / 64];
	const uint64_t bit = HVP_BIT(slot % 64), before = *word & bit;

	if (id != HVP_GSB_NOP)
		*word |= bit;
	return before;
}

static inline bool hvp__is_here(const struct hvp__gstate_pass *pass,
				const struct hvp__gsb_row *row)
{
	return row->since <= pass->revision &&
	       (!pass->lacks || !hvp__gsb_lacks(row, pass->lacks));
}

static inline bool hvp__is_reached(const struct hvp__gstate_pass *pass,
				   const struct hvp__gsb_row *row)
{
	return (row->scope & pass->scope) && (row->access & pass->access) == pass->access;
}

/* What is wrong with an element that this call cannot be about. */
HVP__OWN_FRAME
static void hvp__bad_row(struct hvp__gstate_pass *pass, const struct hvp__gsb_row *row,
			 const struct hvp_gsb_element *element)
{
	if (!row)
		hvp__unknown(pass, element, HVP_REASON_GSB_UNKNOWN);
	else if (!hvp__is_here(pass, row))
		hvp__unknown(pass, element, HVP_REASON_GSB_NOT_HERE);
	else if (!(row->scope & pass->scope))
		hvp__bad_id(pass, element, HVP_REASON_GSB_SCOPE, row->scope, pass->scope);
	else
		hvp__bad_id(pass, element, HVP_REASON_GSB_ACCESS, row->access, pass->access);
}

/* Whether an element that was there before may be there again. */
HVP__OWN_FRAME
static bool hvp__repeats(struct hvp__gstate_pass *pass, const struct hvp_gsb_element *element)
{
	if (pass->policy & HVP_GSTATE_REFUSE_TWICE) {
		hvp__bad_id(pass, element, HVP_REASON_GSB_TWICE, 0, 0);
		return false;
	}
	hvp__find_element(pass->report, element, HVP_REASON_GSB_REPEATED, HVP_VERDICT_CHANGED, 0,
			  0);
	return true;
}

/* Whether the value has the size that it must have; an answer may be in any dialect. */
static bool hvp__size_fits(const struct hvp__gstate_pass *pass, const struct hvp__gsb_row *row,
			   uint32_t bytes)
{
	const int32_t size = hvp__gsb_size(row, pass->dialect);

	return bytes == (uint32_t)size || size == HVP_GSB_ANY ||
	       (!pass->access && bytes == (uint32_t)hvp__gsb_size(row, HVP_GSB_DIALECT_LINUX));
}

HVP__OWN_FRAME
static void hvp__bad_size(struct hvp__gstate_pass *pass, const struct hvp__gsb_row *row,
			  const struct hvp_gsb_element *element)
{
	hvp__bad_element(pass, element, HVP_H_INVALID_ELEMENT_SIZE, HVP_REASON_GSB_SIZE,
			 element->bytes, (uint32_t)hvp__gsb_size(row, pass->dialect));
}

static inline bool hvp__is_judged(const struct hvp__gstate_pass *pass,
				  const struct hvp__gsb_row *row)
{
	return row->accept && (pass->access & (HVP_GSB_ACCESS_SET | HVP_GSB_ACCESS_RUN));
}

/* Most elements: nothing is wrong with them, and nobody asks for more. */
static inline bool hvp__is_plain(const struct hvp__gstate_pass *pass,
				 const struct hvp__gsb_row *row, uint32_t bytes)
{
	return row && !pass->curious && hvp__is_reached(pass, row) && !row->accept &&
	       row->since <= pass->revision &&
	       bytes == (uint32_t)hvp__gsb_size(row, pass->dialect);
}

/* By value: the element of who walks a buffer stays in registers. */
HVP__OWN_FRAME
static void hvp__check_element(struct hvp__gstate_pass *pass, const struct hvp__gsb_row *row,
			       struct hvp_gsb_element element)
{
	if (!row || !hvp__is_reached(pass, row) || !hvp__is_here(pass, row)) {
		hvp__bad_row(pass, row, &element);
		return;
	}
	if (hvp__seen(pass, row, element.id) && !hvp__repeats(pass, &element))
		return;
	if (!hvp__size_fits(pass, row, element.bytes))
		hvp__bad_size(pass, row, &element);
	else if (hvp__is_judged(pass, row))
		(void)hvp__value_fits(pass, row, &element);
}

/* The next element goes beyond the buffer: where it begins is all that is known of it. */
HVP__OWN_FRAME
static void hvp__cut(struct hvp__gstate_pass *pass, uint32_t index, uint32_t offset,
		     uint32_t count, uint32_t bytes)
{
	const struct hvp_gsb_element element = { .index = index, .offset = offset };

	hvp__bad_element(pass, &element, HVP_H_INVALID_ELEMENT_SIZE, HVP_REASON_GSB_CUT, count,
			 bytes);
}

HVP__OWN_FRAME
static void hvp__check_elements(struct hvp__gstate_pass *pass, const void *buf, uint32_t bytes)
{
	struct hvp_gsb_walk walk;
	struct hvp_gsb_element element;
	const struct hvp__gsb_row *row;
	enum hvp_status status = hvp_gsb_begin(&walk, buf, bytes);

	if (status) {
		hvp__refuse(pass->report, HVP_REASON_GSB_LENGTH, 0, bytes, HVP_GSB_HEADER);
		pass->r3 = pass->access == HVP_GSB_ACCESS_RUN ? HVP_H_INPUT_BUFFER_TOO_SMALL :
								    HVP_H_P5;
		return;
	}
	/* without a report the first one that is wrong says all */
	while (!pass->r3 || pass->report) {
		status = hvp__gsb_next_row(&walk, &element, &row);
		if (status)
			break;
		if (!hvp__is_plain(pass, row, element.bytes))
			hvp__check_element(pass, row, element);
	}
	if (status == HVP_ERR_SIZE)
		hvp__cut(pass, walk.index, walk.offset, walk.count, walk.bytes);
}

static bool hvp__scope_fits(uint32_t use, uint32_t scope)
{
	if (use >= HVP__COUNT(hvp__uses) || !scope || (scope & ~(uint32_t)hvp__uses[use].scopes))
		return false;
	return !(scope & (scope - 1)) ||
	       (use == HVP_GSTATE_USE_ANSWER && scope == HVP_GSB_SCOPE_ANY);
}

/* The whole is not initialised at once: that would be a call of memset(). */
HVP__OWN_FRAME
static void hvp__run_pass(const struct hvp_gstate_host *host, uint32_t access, uint32_t scope,
			  uint32_t policy, const void *buf, uint32_t bytes,
			  struct hvp_hcall *answer, struct hvp_report *report)
{
	struct hvp__gstate_pass pass;

	pass.host = host;
	pass.report = report;
	pass.r3 = HVP_H_SUCCESS;
	pass.r4 = 0;
	pass.scope = scope;
	pass.access = access;
	pass.policy = policy;
	pass.revision = host->revision;
	pass.lacks = host->lacks;
	pass.dialect = host->dialect;
	pass.curious = report || (policy & HVP_GSTATE_REFUSE_TWICE) || host->lacks;
	pass.seen[0] = 0;
	pass.seen[1] = 0;
	pass.seen[2] = 0;
	hvp__check_elements(&pass, buf, bytes);
	*answer = (struct hvp_hcall){ .r3 = pass.r3, .r4 = pass.r4 };
}

enum hvp_status hvp_gstate_check(const struct hvp_gstate_host *host, uint32_t use, uint32_t scope,
				 uint32_t policy, const void *buf, uint64_t bytes,
				 struct hvp_hcall *answer, struct hvp_report *report)
{
	const bool told = use == HVP_GSTATE_USE_GET || use == HVP_GSTATE_USE_SET;

	if (!answer || (!buf && bytes) || !hvp__scope_fits(use, scope) ||
	    (!host && use != HVP_GSTATE_USE_ANSWER) || (!told && bytes >> 32))
		return HVP_ERR_ARGUMENT;
	if (policy & ~(uint32_t)HVP__POLICIES)
		return hvp_vstruct_flags(policy, HVP__POLICIES, report);
	if (use == HVP_GSTATE_USE_ANSWER)
		host = &hvp__any_host;
	if (told && bytes > host->buffer_max) {
		hvp__refuse(report, HVP_REASON_GSB_LENGTH, 0, bytes, host->buffer_max);
		*answer = (struct hvp_hcall){ .r3 = HVP_H_P5 };
	} else {
		hvp__run_pass(host, hvp__uses[use].access, scope, policy, buf, (uint32_t)bytes,
			      answer, report);
	}
	return HVP_OK;
}

/* What L1 can tell of what L2 runs with: not residency (R5), not what L0 sets for all. */
HVP__OWN_FRAME
static uint64_t hvp__visible(const struct hvp_hvregs_host *regs, const struct hvp__gsb_row *row,
			     uint64_t value)
{
	if (row->entry == HVP_HVREG_ENTRY_HFSCR)
		return hvp_hfscr_sanitise(&regs->hfscr, value);
	return hvp_gstate_load(regs, row->id, value) & hvp__gsb_bits(row);
}

void hvp_gstate_review(const struct hvp_hvregs_host *regs, const void *buf, uint32_t bytes,
		       struct hvp_report *report)
{
	struct hvp_gsb_walk walk;
	struct hvp_gsb_element element;
	const struct hvp__gsb_row *row;

	if (hvp_gsb_begin(&walk, buf, bytes))
		return;
	while (!hvp__gsb_next_row(&walk, &element, &row)) {
		const uint64_t value = hvp_gsb_number(&element, 0);
		uint64_t runs;

		if (!row || row->entry == HVP_HVREG_ENTRY_VERBATIM ||
		    row->entry == HVP_HVREG_ENTRY_HEADER)
			continue;
		runs = hvp__visible(regs, row, value);
		if (runs != value)
			hvp__find_element(report, &element, HVP_REASON_GSB_CHANGED,
					  HVP_VERDICT_CHANGED, value, runs);
	}
}

uint64_t hvp_gstate_initial(const struct hvp_gstate_host *host, uint32_t id)
{
	if (id == HVP_GSB_LOGICAL_PVR)
		return hvp_level_pvr(hvp__granted_level(host));
	return id == HVP_GSB_RUN_OUTPUT_MIN_SIZE ? host->run_output_min : 0;
}

uint64_t hvp_gstate_keep(const struct hvp_hvregs_host *regs, uint32_t id, uint64_t value)
{
	return id == HVP_GSB_HFSCR ? hvp_hfscr_sanitise(&regs->hfscr, value) : value;
}

#define HVP__LOAD(name, count, value)			\
	_Static_assert((count) == 1, #name);		\
	case HVP_GSB_##name:				\
		return (value);
#define HVP__LOAD_VERBATIM(name, count)
#define HVP__LOAD_HEADER(name, count)
#define HVP__LOAD_OFFSET(name, count)
#define HVP__LOAD_DEADLINE(name, count)
#define HVP__LOAD_IGNORED(name, count) HVP__LOAD(name, count, HVP__ENTRY_IGNORED(kept))
#define HVP__LOAD_HFSCR(name, count) HVP__LOAD(name, count, HVP__ENTRY_HFSCR(kept))
#define HVP__LOAD_LPCR(name, count) HVP__LOAD(name, count, HVP__ENTRY_LPCR(kept))
#define HVP__LOAD_DAWRX(name, count) HVP__LOAD(name, count, HVP__ENTRY_DAWRX(kept))
#define HVP__LOAD_CIABR(name, count) HVP__LOAD(name, count, HVP__ENTRY_CIABR(kept))
#define HVP__LOAD_MSR(name, count) HVP__LOAD(name, count, hvp_hvregs_msr(kept) & ~HVP_MSR_TS)
#define HVP__LOAD_DPDES(name, count) HVP__LOAD(name, count, HVP__ENTRY_DPDES(kept))
#define HVP__LOAD_DAWR1(name, count) HVP__LOAD(name, count, HVP__ENTRY_DAWR1(kept))
#define HVP__LOAD_DAWRX1(name, count) HVP__LOAD(name, count, HVP__ENTRY_DAWRX1(kept))

uint64_t hvp_gstate_load(const struct hvp_hvregs_host *regs, uint32_t id, uint64_t kept)
{
	const struct hvp_hvregs_host *host = regs;	/* as the rules call it */

	switch (id) {
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit) \
	HVP__LOAD_##entry(name, count)
#include <hvpolicy/gsb.def>
	default:
		return kept;
	}
}

/* What of a register there is room for in its element, and L1 may give back. */
static uint64_t hvp__cut_to_element(const struct hvp_gstate_host *host,
				    const struct hvp__gsb_row *row, uint64_t live)
{
	const uint64_t all = hvp__gsb_size(row, host->dialect) == 4 ? 0xffffffff : ~HVP_U64(0);

	return live & all & hvp__gsb_bits(row);
}

uint64_t hvp_gstate_leave(const struct hvp_gstate_host *host, uint32_t id, uint64_t kept,
			  uint64_t live, uint32_t vector, uint32_t cause)
{
	const struct hvp__gsb_row *row = hvp__gsb_row_of(id);

	if (!row)
		return kept;
	live = hvp__cut_to_element(host, row, live);
	switch (row->exit) {
	case HVP_HVREG_EXIT_ALWAYS:
		return HVP__EXIT_ALWAYS(kept, live);
	case HVP_HVREG_EXIT_HFU:
		return HVP__EXIT_HFU(kept, live);
	case HVP_HVREG_EXIT_HDSI:
		return HVP__EXIT_HDSI(kept, live);
	case HVP_HVREG_EXIT_HDSI_HISI:
		return HVP__EXIT_HDSI_HISI(kept, live);
	case HVP_HVREG_EXIT_HEAI:
		return HVP__EXIT_HEAI(kept, live);
	default:
		return HVP__EXIT_NEVER(kept, live);
	}
}
