// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "matrix_migrate.h"
#include "verdict.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_MIGRATE = 0x400, KEY_ARCH };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct matrix_migrate *migrate = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		migrate->arch = HVP_ARCH_ARM64;
		migrate->vmm = VMM_DEFAULT;
		state->child_inputs[0] = &migrate->choice;
		state->child_inputs[1] = &migrate->vmm;
		return 0;
	case KEY_MIGRATE:
		migrate->on = true;
		return 0;
	case KEY_ARCH:
		if (strcmp(arg, "arm64") != 0 && strcmp(arg, "power") != 0)
			argp_error(state, ARCHS, arg);
		migrate->arch = *arg == 'a' ? HVP_ARCH_ARM64 : HVP_ARCH_POWER;
		return 0;
	case ARGP_KEY_END:
		if (!migrate->on && (migrate->vmm.given || migrate->choice.level ||
				     migrate->choice.nested ||
				     migrate->arch != HVP_ARCH_ARM64))
			argp_error(state, "--arch, --level, --nested and --vmm go with --migrate");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "migrate", KEY_MIGRATE, NULL, 0,
	  "Who may go where: rows are sources, columns destinations. Names can be files too; the "
	  "profile of a guest is a source", 1 },
	{ "arch", KEY_ARCH, "ARCH", 0, "Without names: hosts of arm64 (the default) or power", 1 },
	{ 0 }
};

static const struct argp_child children[] = {
	{ &guest_argp, 0, NULL, 0 }, { &vmm_argp, 0, NULL, 0 }, { 0 }
};

const struct argp matrix_migrate_argp = { options, parse, NULL, NULL, children, NULL, NULL };

/* Those without --all: every kernel that is mitigated; on POWER, bare and raw. */
static bool is_first(const char *name)
{
	const size_t len = strlen(name);

	return (len > 10 && !strcmp(name + len - 10, "-mitigated")) ||
	       (!strncmp(name, "linux-", 6) && !strcmp(name + len - 5, "-bare"));
}

static void list_hosts(const struct matrix_migrate *migrate, bool all, struct party_list *list)
{
	struct party party;
	struct host host;

	for (size_t i = 0; migrate->arch == HVP_ARCH_ARM64 && arm64_at(i, &migrate->vmm, &party);
	     i++)
		if (all || is_first(party.name))
			party_add(list, &party);
	for (size_t i = 0; migrate->arch == HVP_ARCH_POWER && catalogue_at(i, &host); i++) {
		if (!all && !is_first(host.name))
			continue;
		party_from_host(&host, &migrate->vmm, &party);
		party_add(list, &party);
	}
}

/* What the quirks behind the findings do. */
static size_t quirk_findings(const struct verdict *verdict, struct grid_finding *more)
{
	uint64_t quirks = 0;
	size_t count = 0;

	for (uint32_t i = 0; i < verdict->report.stored; i++)
		quirks |= verdict->findings[i].where;
	for (uint32_t bit = 0; bit < 64; bit++)
		if (quirks & HVP_BIT(bit))
			more[count++] = (struct grid_finding){
				NULL, hvp_quirk_name(bit), hvp_quirk_text(bit), NULL,
			};
	return count;
}

void matrix_migrate_cell(struct grid *grid, size_t row, size_t column,
			 const struct verdict *verdict)
{
	struct grid_finding more[64];
	const size_t count = quirk_findings(verdict, more);

	grid_cell(grid, row, column, verdict->verdict, NULL,
		  grid_report(grid, &verdict->report, more, count));
}

static void add_row(struct grid *grid, size_t row, const struct party *guest,
		    const struct party_list *hosts)
{
	for (size_t column = 0; column < hosts->count; column++) {
		struct verdict verdict;

		verdict_make(&guest->profile, &hosts->parties[column].profile, &verdict);
		matrix_migrate_cell(grid, row, column, &verdict);
	}
}

/* A source: a guest, or the one that a host starts. Without one its row stays blank. */
static void add_source(struct grid *grid, const struct matrix_migrate *migrate, size_t row,
		       const struct party *source, const struct party_list *hosts)
{
	struct party guest = *source;
	char why[320];

	if (source->profile.role == HVP_ROLE_GUEST ||
	    party_guest(source, &migrate->choice, &guest, why, sizeof(why)))
		add_row(grid, row, &guest, hosts);
	else
		grid_line(grid, why);
}

static struct grid *make_grid(const struct matrix_migrate *migrate,
			      const struct party_list *sources, const struct party_list *hosts)
{
	struct grid *grid = grid_new("Who may go where",
				     "Rows are sources, columns destinations: what becomes of the "
				     "guest that the source starts.", "from", "to");
	char detail[240];

	grid_verdicts(grid);
	for (size_t i = 0; i < sources->count; i++) {
		party_detail(&sources->parties[i].profile, detail, sizeof(detail));
		(void)grid_row(grid, sources->parties[i].name, detail, 0);
	}
	for (size_t i = 0; i < hosts->count; i++) {
		party_detail(&hosts->parties[i].profile, detail, sizeof(detail));
		(void)grid_column(grid, hosts->parties[i].name, detail, 0);
	}
	for (size_t i = 0; i < sources->count; i++)
		add_source(grid, migrate, i, &sources->parties[i], hosts);
	return grid;
}

int run_matrix_migrate(const struct matrix_migrate *migrate, char *const *names, size_t count,
		       bool all, enum grid_format format, const char *output, enum colour colour)
{
	struct party_list sources = { .count = 0 }, hosts = { .count = 0 };
	struct party party;
	struct grid *grid;

	for (size_t i = 0; i < count; i++) {
		party_find(names[i], &migrate->vmm, &party);
		party_add(&sources, &party);
	}
	if (!count)
		list_hosts(migrate, all, &sources);
	for (size_t i = 0; i < sources.count; i++)
		if (sources.parties[i].profile.role == HVP_ROLE_HOST)
			party_add(&hosts, &sources.parties[i]);
	if (!hosts.count)
		die("guests alone: name the hosts that they may go to");
	grid = make_grid(migrate, &sources, &hosts);
	grid_output(output, colour);
	grid_print(grid, format);
	grid_free(grid);
	party_free(&sources);
	party_free(&hosts);
	return EXIT_FINE;
}
