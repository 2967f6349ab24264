// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The rows of deviations.def, as a table. */
#include "recorded.h"

const struct deviation_info deviation_table[DEVIATIONS] = {
#define HVP_DEVIATION(name, facts, party, first, last, certain, files, text) \
	{ #name, facts, party, first, last, certain, files, text },
#include "deviations.def"
#undef HVP_DEVIATION
};
