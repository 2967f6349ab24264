/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kinds of hvpolicy explain share. */
#ifndef HVPOLICY_CLI_EXPLAIN_H
#define HVPOLICY_CLI_EXPLAIN_H

#include "host.h"
#include "output.h"

struct explain {
	uint64_t value;
	const struct host *host;
	uint32_t level;	/* the guest's; NONE: the host's own */
	bool hash;	/* the guest uses hash translation */
	bool json;
};

/* Each returns the exit status. */
int explain_hfscr(const struct explain *what);
int explain_lpcr(const struct explain *what);
int explain_pvr(const struct explain *what);
int explain_caps(const struct explain *what);

#endif
