// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/hcall.h>

#include "internal.h"

static const struct hvp__hcall_row {
	int16_t value;
	char name[36];
	char text[54];
} hvp__hcall_rows[] = {
#define HVP_HCALL(name, value, text) { (value), "H_" #name, text },
#include <hvpolicy/hcall.def>
#undef HVP_HCALL
	{ 0, "?", "?" },
};

/* The last row stands for what is no status. */
static size_t hvp__hcall_row(int64_t status)
{
	size_t i = 0;

	while (i < HVP__COUNT(hvp__hcall_rows) - 1 && hvp__hcall_rows[i].value != status)
		i++;
	return i;
}

const char *hvp_hcall_name(int64_t status)
{
	return hvp__hcall_rows[hvp__hcall_row(status)].name;
}

const char *hvp_hcall_text(int64_t status)
{
	return hvp__hcall_rows[hvp__hcall_row(status)].text;
}
