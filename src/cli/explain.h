/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kinds of hvpolicy explain share. */
#ifndef HVPOLICY_CLI_EXPLAIN_H
#define HVPOLICY_CLI_EXPLAIN_H

#include "host.h"
#include "output.h"

#include <argp.h>

/* A guest state buffer, and the call that it is for. */
struct explain_gsb {
	const char *path;	/* NULL: none */
	uint32_t use;		/* enum hvp_gstate_use */
	uint32_t scope;		/* enum hvp_gsb_scope; 0: what the elements say */
	uint32_t policy;	/* enum hvp_gstate_policy, or'ed */
	uint32_t dialect;	/* enum hvp_gsb_dialect */
	uint32_t revision;	/* enum hvp_gstate_revision */
	bool given;		/* an option other than the file */
};

/* --gsb and what goes with it; child input: struct explain_gsb, which is to be the default. */
extern const struct argp explain_gsb_argp;
#define EXPLAIN_GSB_DEFAULT \
	((struct explain_gsb){ .use = HVP_GSTATE_USE_SET, .revision = HVP_GSTATE_REVISION_2 })

struct explain {
	uint64_t value;
	const struct host *host;
	const struct explain_gsb *gsb;
	uint32_t level;	/* the guest's; NONE: the host's own */
	bool hash;	/* the guest uses hash translation */
	bool json;
};

/* Each returns the exit status. */
int explain_hfscr(const struct explain *what);
int explain_lpcr(const struct explain *what);
int explain_pvr(const struct explain *what);
int explain_caps(const struct explain *what);
int explain_gsb(const struct explain *what);

#endif
