// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/base.h>

#include "internal.h"

/* All strings in one object: no pointers, so nothing to relocate. */
static const struct hvp__status_words {
#define HVP_STATUS(name, value, errno_value, text) \
	char name_##name[sizeof(#name)];	   \
	char text_##name[sizeof(text)];
#include <hvpolicy/status.def>
#undef HVP_STATUS
	char unknown[2];
} hvp__status_words = {
#define HVP_STATUS(name, value, errno_value, text) #name, text,
#include <hvpolicy/status.def>
#undef HVP_STATUS
	"?"
};

static const struct hvp__status_row {
	int16_t value;
	int16_t error;
	uint16_t name;
	uint16_t text;
} hvp__status_rows[] = {
#define HVP_STATUS(name, value, errno_value, text)				\
	{ (value), -(errno_value), offsetof(struct hvp__status_words, name_##name), \
	  offsetof(struct hvp__status_words, text_##name) },
#include <hvpolicy/status.def>
#undef HVP_STATUS
	{ 0, -22, offsetof(struct hvp__status_words, unknown),
	  offsetof(struct hvp__status_words, unknown) },
};

/*
 * Row of a status; the last row stands for what is no status. An index and not a pointer: out of
 * pointers, compilers build tables that need relocations.
 */
static size_t hvp__status_row(int32_t status)
{
	size_t i;

	for (i = 0; i < HVP__COUNT(hvp__status_rows) - 1; i++)
		if (hvp__status_rows[i].value == status)
			break;
	return i;
}

static const char hvp__verdicts[][12] = {
	[HVP_VERDICT_SAME] = "same", [HVP_VERDICT_CHANGED] = "changed",
	[HVP_VERDICT_DEGRADED] = "degraded", [HVP_VERDICT_REFUSED] = "refused",
	[HVP_VERDICT_BROKEN] = "broken",
};

uint32_t hvp_version(void)
{
	return HVP_VERSION;
}

const char *hvp_status_name(int32_t status)
{
	return (const char *)&hvp__status_words + hvp__status_rows[hvp__status_row(status)].name;
}

const char *hvp_status_text(int32_t status)
{
	return (const char *)&hvp__status_words + hvp__status_rows[hvp__status_row(status)].text;
}

int32_t hvp_status_to_errno(int32_t status)
{
	return hvp__status_rows[hvp__status_row(status)].error;
}

const char *hvp_verdict_name(uint32_t verdict)
{
	return verdict < HVP__COUNT(hvp__verdicts) ? hvp__verdicts[verdict] :
						     hvp__status_words.unknown;
}
