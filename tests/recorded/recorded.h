/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Recorded answers of real kernels and QEMUs against the library: what the readers share. */
#ifndef RECORDED_H
#define RECORDED_H

#include <hvpolicy/hvpolicy.h>

#define ANSWER_SIZE 2048
#define CELLS_MAX 32

/* Deviations are bits of a set. */
enum deviation {
#define HVP_DEVIATION(name, facts, party, first, last, certain, files, text) DEV_##name,
#include "deviations.def"
#undef HVP_DEVIATION
	DEVIATIONS
};

#define DEV(name) ((uint64_t)1 << DEV_##name)

enum file_kind {
	ARCH_COMPAT = 1 << 0,
	STICKY = 1 << 1,
	SREGS = 1 << 2,
	ENTER_HFSCR = 1 << 3,
	ENTER_STRUCT = 1 << 4,
	HARDWARE = 1 << 5,
	QEMU_COMPAT = 1 << 6,
	MACHINE = 1 << 7,
	SET_ONE_REG = 1 << 8,
	ACCEPTED = 1 << 9,
	BOOT = 1 << 10,
	GUEST_VIEW = 1 << 11,
	MIGRATION = 1 << 12,
	GSB_LINUX = 1 << 13,
	GSB_BARE = 1 << 14,
	FWREG = SET_ONE_REG | ACCEPTED | BOOT | GUEST_VIEW,
	GSB = GSB_LINUX | GSB_BARE,
};

enum party { LINUX, QEMU, TCG };

/* Values of "certain" beside a version. */
#define ALWAYS 0
#define SOMETIMES 0x10000

/* Of a system from one version to another; from "certain" on it must show. */
struct deviation_info {
	const char *name;
	const char *facts;
	enum party party;
	uint32_t first;
	uint32_t last;
	uint32_t certain;
	uint32_t files;
	const char *text;
};

extern const struct deviation_info deviation_table[DEVIATIONS];

struct table {
	char path[512];
	char *text;
	char *line[131072];	/* each is one row, cells split on demand */
	unsigned int lines;
	char *header;		/* names of the columns, split; NULL: the file has none */
	unsigned int columns;
};

/* One call that was made to a real system. */
struct row {
	const struct table *table;
	const struct reader *reader;
	unsigned int line;	/* from 1, the header included */
	unsigned int cells;
	const char *cell[CELLS_MAX];
	char text[8192];	/* what the cells point into */
	char fault[256];	/* why the row is no row of this file; "": none */
	uint32_t kernel;	/* major << 8 | minor; 0: no kernel took part */
	uint32_t qemu;
	struct hvp_processor_info cpu;
};

/* How one kind of file is read. An answer is text, the same for what was recorded and predicted. */
struct reader {
	const char *name;	/* file name up to ".tsv" */
	uint32_t kind;
	const char *const *columns;	/* that must be there, closed by NULL */
	bool open_ended;		/* rows may have fewer or more cells than the header */
	void (*recorded)(struct row *row, char *answer);
	void (*predict)(struct row *row, uint64_t deviations, char *answer);
};

extern const struct reader reader_arch_compat, reader_sticky, reader_sregs, reader_enter_hfscr,
	reader_enter_struct, reader_hardware, reader_qemu_compat, reader_machine,
	reader_set_one_reg, reader_accepted, reader_boot, reader_guest_view, reader_migration,
	reader_gsb_linux, reader_gsb_bare, reader_gsb_capabilities, reader_gsb_fatal;

/* tsv.c */
bool table_read(struct table *table, const char *path, bool header);
bool table_check(const struct table *table, const struct reader *reader);
void table_free(struct table *table);
bool row_read(struct row *row, const struct table *table, const struct reader *reader,
	      unsigned int index);
void row_fault(struct row *row, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *row_cell(struct row *row, const char *column);
uint64_t row_number(struct row *row, const char *column);
bool parse_number(const char *text, uint64_t *value);
bool parse_version(const char *text, uint32_t *version);
void say(char *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* fwreg.c */
uint32_t row_release(struct row *row, const char *column);
bool fwreg_host(struct row *row, uint32_t release, uint64_t wa1, uint64_t wa2, uint64_t wa3,
		struct hvp_fwregs *host);
bool fwreg_row_host(struct row *row, struct hvp_fwregs *host);
bool fwreg_named(struct row *row, const char *name, struct hvp_fwreg_info *info);
const char *errno_name(int32_t error);

/* setup.c */
enum api { API_BARE, API_V1, API_V2 };

/* The system that was asked for a level. */
struct setup {
	struct hvp_pvr_host host;
	struct hvp_pvr_offer offer;
	enum api api;
};

uint64_t setup_grant(const struct row *row, uint32_t maximum);
bool find_processor(const char *cpu, struct hvp_processor_info *info);
bool setup_level_host(struct row *row, const char *api, const char *maximum, struct setup *setup);
void setup_policy(struct row *row, uint32_t guest_level, uint32_t receiver, uint64_t deviations,
		  struct hvp_hfscr_policy *policy);
bool setup_cross_endian(const struct row *row, bool l1_big_endian);

/* Linux for ppc64le in Debian: NR_CPUS; a table of 4096 entries. */
#define SETUP_VCPU_LIMIT 2048
#define SETUP_TABLE 0x20004

#endif
