/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* hvpolicy matrix --migrate: who may go where. */
#ifndef HVPOLICY_CLI_MATRIX_MIGRATE_H
#define HVPOLICY_CLI_MATRIX_MIGRATE_H

#include "grid.h"
#include "party.h"
#include "verdict.h"

/* --migrate, --arch and those of guest_argp and vmm_argp; child input: struct matrix_migrate. */
struct matrix_migrate {
	bool on;
	uint32_t arch;	/* enum hvp_arch, of the hosts where none are named */
	struct vmm vmm;
	struct guest_choice choice;
};

extern const struct argp matrix_migrate_argp;

/* names: hosts, which are source and destination, and guests, which are sources; may be none. */
int run_matrix_migrate(const struct matrix_migrate *migrate, char *const *names, size_t count,
		       bool all, enum grid_format format, const char *output,
		       enum colour colour);

/* A cell: the verdict, its findings, and what the quirks behind them do. */
void matrix_migrate_cell(struct grid *grid, size_t row, size_t column,
			 const struct verdict *verdict);

#endif
