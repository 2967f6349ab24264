// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Every recorded answer of a real kernel or QEMU is what the library says, or what a deviation of
 * deviations.def says instead; anything else is a failure. So is a deviation that no case shows
 * although its condition held, and a file that cannot be read.
 *
 * recorded [DIRECTORY]: its folders power, arm64, gsb and machines, or, without those, its own
 * files. Without an argument: $HVP_RECORDED.
 */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "recorded.h"

/* Rows that more deviations than this must explain together are not explained. */
#define TOGETHER_MAX 3
#define UNEXPLAINED_SHOWN 20

static const struct reader *const readers[] = {
	&reader_arch_compat, &reader_sticky, &reader_sregs, &reader_enter_hfscr,
	&reader_enter_struct, &reader_hardware, &reader_qemu_compat, &reader_machine,
	&reader_set_one_reg, &reader_accepted, &reader_boot, &reader_guest_view,
	&reader_migration, &reader_gsb_linux, &reader_gsb_bare, &reader_gsb_capabilities,
	&reader_gsb_fatal,
};

struct tally {
	unsigned int rows;
	unsigned int matched;
	unsigned int deviating;
	unsigned int unexplained;
	unsigned int malformed;
	unsigned int in_range[DEVIATIONS];	/* rows of systems in the deviation's range */
	unsigned int shown[DEVIATIONS];
	/* Rows that answer as the library although the deviation's condition held. */
	unsigned int hidden[DEVIATIONS];
};

static struct tally total;

/* The deviations that this row's system may, or must, show in this kind of file. */
static uint64_t in_range(const struct row *row, bool must)
{
	uint64_t set = 0;

	for (unsigned int i = 0; i < DEVIATIONS; i++) {
		const struct deviation_info *info = &deviation_table[i];
		const uint32_t version = info->party == LINUX ? row->kernel : row->qemu;

		if ((info->files & row->reader->kind) && version >= info->first &&
		    version <= info->last && (!must || version >= info->certain))
			set |= (uint64_t)1 << i;
	}
	return set;
}

static bool predicts(struct row *row, uint64_t set, const char *answer)
{
	char predicted[ANSWER_SIZE] = "";

	row->reader->predict(row, set, predicted);
	return !strcmp(predicted, answer);
}

/* The first set of a given size, out of a range and in the order of the table, that explains. */
static bool search(struct row *row, uint64_t range, unsigned int from, unsigned int size,
		   uint64_t set, const char *answer, uint64_t *found)
{
	if (!size) {
		*found = set;
		return predicts(row, set, answer);
	}
	for (unsigned int i = from; i < DEVIATIONS; i++)
		if ((range & (uint64_t)1 << i) &&
		    search(row, range, i + 1, size - 1, set | (uint64_t)1 << i, answer, found))
			return true;
	return false;
}

/* The fewest of a range, beside those that are given, that explain an answer. */
static bool fewest(struct row *row, uint64_t range, uint64_t given, const char *answer,
		   uint64_t *found)
{
	for (unsigned int size = 0; size <= TOGETHER_MAX; size++)
		if (search(row, range & ~given, 0, size, given, answer, found))
			return true;
	return false;
}

/*
 * An answer is the library's, or that of a system with all the deviations it must have and any
 * that it may have. Of those, the fewest that come to the same are named.
 */
static bool explain(struct row *row, const char *answer, uint64_t *found)
{
	*found = 0;
	return predicts(row, 0, answer) ||
	       (fewest(row, in_range(row, false), in_range(row, true), answer, found) &&
		fewest(row, *found, 0, answer, found));
}

static void count(unsigned int *counters, uint64_t set)
{
	for (unsigned int i = 0; i < DEVIATIONS; i++)
		counters[i] += (unsigned int)(set >> i) & 1;
}

static void print_unexplained(struct row *row, const char *answer, unsigned int number)
{
	char library[ANSWER_SIZE] = "";
	char expected[ANSWER_SIZE] = "";

	if (number > UNEXPLAINED_SHOWN)
		return;
	row->reader->predict(row, 0, library);
	row->reader->predict(row, in_range(row, true), expected);
	printf("%s:%u: unexplained\n  recorded: %s\n  library:  %s\n  with all deviations: %s\n",
	       row->table->path, row->line, answer, library, expected);
}

/* Whether the row could be judged; if not, row->fault says why. */
static bool judge(struct row *row, struct tally *tally)
{
	char answer[ANSWER_SIZE] = "";
	char expected[ANSWER_SIZE] = "";
	uint64_t found;

	row->reader->recorded(row, answer);
	row->reader->predict(row, in_range(row, true), expected);
	if (row->fault[0])
		return false;
	count(tally->in_range, in_range(row, false));
	if (!explain(row, answer, &found)) {
		print_unexplained(row, answer, ++tally->unexplained);
	} else if (found) {
		tally->deviating++;
		count(tally->shown, found);
	} else {
		tally->matched++;
		if (strcmp(expected, answer) && explain(row, expected, &found))
			count(tally->hidden, found);
	}
	return !row->fault[0];
}

static void read_version(struct row *row, const char *column, uint32_t *version)
{
	if (!parse_version(row_cell(row, column), version))
		row_fault(row, "column \"%s\": no version", column);
}

static bool read_system(struct row *row)
{
	const uint32_t kind = row->reader->kind;

	if (kind == MACHINE)
		return true;
	if (!(kind & FWREG))
		read_version(row, "qemu", &row->qemu);
	if (kind == MIGRATION)
		read_version(row, "dst_kernel", &row->kernel);
	else if (kind != QEMU_COMPAT && kind != GSB_BARE)
		read_version(row, "kernel", &row->kernel);
	if (!(kind & (FWREG | MIGRATION)) && !find_processor(row_cell(row, "cpu"), &row->cpu))
		row_fault(row, "column \"cpu\": the library knows no such processor");
	return !row->fault[0];
}

static void add(const struct tally *tally)
{
	total.rows += tally->rows;
	total.matched += tally->matched;
	total.deviating += tally->deviating;
	total.unexplained += tally->unexplained;
	total.malformed += tally->malformed;
	for (unsigned int i = 0; i < DEVIATIONS; i++) {
		total.in_range[i] += tally->in_range[i];
		total.shown[i] += tally->shown[i];
		total.hidden[i] += tally->hidden[i];
	}
}

static void print_tally(const char *name, const struct tally *tally)
{
	printf("%s: %u rows, %u matched, %u deviating, %u unexplained", name, tally->rows,
	       tally->matched, tally->deviating, tally->unexplained);
	if (tally->malformed)
		printf(", %u malformed", tally->malformed);
	putchar('\n');
	for (unsigned int i = 0; i < DEVIATIONS; i++)
		if (tally->shown[i])
			printf("  %6u %s (%s)\n", tally->shown[i], deviation_table[i].name,
			       deviation_table[i].facts);
}

static void read_file(const char *path, const struct reader *reader, struct tally *tally)
{
	const bool whole = reader->kind == MACHINE;
	static struct table table;
	static struct row row;

	if (!table_read(&table, path, !whole) || !table_check(&table, reader)) {
		tally->malformed++;
		table_free(&table);
		return;
	}
	for (unsigned int i = whole ? 0 : 1; i < (whole ? 1 : table.lines); i++) {
		tally->rows++;
		if (row_read(&row, &table, reader, i) && read_system(&row) && judge(&row, tally))
			continue;
		fprintf(stderr, "%s:%u: %s\n", path, row.line, row.fault);
		tally->malformed++;
	}
	table_free(&table);
}

static int is_tsv(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && (!strcmp(dot, ".tsv") || !strcmp(dot, ".gz"));
}

/* Longest name first: arch-compat-sticky is no arch-compat. Held-back files have a suffix. */
static const struct reader *reader_of(const char *name)
{
	const struct reader *best = NULL;

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (!strncmp(name, readers[i]->name, strlen(readers[i]->name)) &&
		    (!best || strlen(readers[i]->name) > strlen(best->name)))
			best = readers[i];
	return best;
}

static void read_folder(const char *folder, bool machines)
{
	struct tally all = { 0 };
	struct dirent **entries;
	const int number = scandir(folder, &entries, is_tsv, alphasort);

	if (number < 0) {
		fprintf(stderr, "%s: %s\n", folder, strerror(errno));
		total.malformed++;
		return;
	}
	for (int i = 0; i < number; i++) {
		const char *name = entries[i]->d_name;
		const struct reader *reader = machines ? &reader_machine : reader_of(name);
		struct tally tally = { 0 };
		char path[1024];

		snprintf(path, sizeof(path), "%s/%s", folder, name);
		if (reader) {
			read_file(path, reader, machines ? &all : &tally);
		} else {
			fprintf(stderr, "%s: no reader for a file of this name\n", path);
			tally.malformed++;
		}
		if (!machines)
			print_tally(name, &tally);
		add(&tally);
		free(entries[i]);
	}
	free(entries);
	if (machines)
		print_tally("machines", &all);
	add(&all);
}

static bool is_folder(const char *path)
{
	struct stat info;

	return !stat(path, &info) && S_ISDIR(info.st_mode);
}

static void read_all(const char *directory)
{
	static const char *const folders[] = { "power", "arm64", "gsb", "machines" };
	const unsigned int machines = 3;
	bool found = false;

	for (unsigned int i = 0; i <= machines; i++) {
		char folder[512];

		snprintf(folder, sizeof(folder), "%s/%s", directory, folders[i]);
		if (!is_folder(folder))
			continue;
		found = true;
		read_folder(folder, i == machines);
	}
	if (!found)
		read_folder(directory, false);
}

/*
 * A deviation that does not show where it must is none. Where its condition never held, as for
 * POWER11 without a POWER11, it is only told.
 */
static unsigned int print_unshown(void)
{
	unsigned int unshown = 0;

	for (unsigned int i = 0; i < DEVIATIONS; i++) {
		const struct deviation_info *info = &deviation_table[i];

		if (total.shown[i] || !total.in_range[i])
			continue;
		if (total.hidden[i])
			unshown++;
		printf("%s: %s (%s): %s; %u rows answer as the library\n",
		       total.hidden[i] ? "NOT SHOWN" : "not to be seen here", info->name,
		       info->facts, info->text, total.hidden[i]);
	}
	return unshown;
}

int main(int argc, char **argv)
{
	const char *directory = argc > 1 ? argv[1] : getenv("HVP_RECORDED");
	unsigned int unshown;

	if (argc > 2 || !directory) {
		fprintf(stderr, "usage: recorded DIRECTORY\n");
		return 2;
	}
	read_all(directory);
	unshown = print_unshown();
	printf("total: %u rows, %u matched, %u deviating, %u unexplained, ", total.rows,
	       total.matched, total.deviating, total.unexplained);
	printf("%u malformed, %u deviations not shown\n", total.malformed, unshown);
	return !total.rows || total.unexplained || total.malformed || unshown;
}
