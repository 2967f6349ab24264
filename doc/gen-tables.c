/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Documentation from the rows, so that it cannot say something else than the code:
 *
 *	gen-tables filter HEADER	the header for Doxygen: where an enumeration takes its names
 *					from a .def file, the documented enumerators in its place
 *	gen-tables tables		a page with a table for each .def file
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Text of a row, safe in a table cell and from Doxygen's commands. */
static void words(const char *text)
{
	for (; *text; text++) {
		if (strchr("@\\<>&#%|*_`~", *text))
			putchar('\\');
		putchar(*text);
	}
}

/* A table row; the list ends with NULL. */
static void cells(const char *const *text)
{
	for (; *text; text++) {
		printf("| ");
		words(*text);
		putchar(' ');
	}
	puts("|");
}

#define ROW(...) cells((const char *const[]){ __VA_ARGS__, NULL })

static void heading(const char *def, const char *title, const char *columns)
{
	printf("\n## %s {#table_%s}\n\nRows of hvpolicy/%s.def.\n\n%s\n", title, def, def, columns);
	for (; *columns; columns++)
		printf("%s", *columns == '|' ? (columns[1] ? "|---" : "|\n") : "");
}

/* Two enumerations take their names from gsb.def: ids, and what an L0 may lack. */
static void elements(const char *macro)
{
	if (strstr(macro, "HVP_GSB_LACK")) {
#define HVP_GSB_LACK(name, bit) \
		printf("\tHVP_GSB_LACKS_%s = 1 << %s, /*!< No element %s */\n", #name, #bit, #name);
#include <hvpolicy/gsb.def>
		return;
	}
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit)	\
	printf("\tHVP_GSB_%s = %s, /*!< %s of them, %s bytes, of %s */\n",		\
	       #name, #id, #count, #size, #scope);
#include <hvpolicy/gsb.def>
}

/* The enumerators of one .def file, each with its comment; the macro that would make them. */
static bool enumerators(const char *def, const char *macro)
{
	if (!strcmp(def, "status")) {
#define HVP_STATUS(name, value, errno_value, text)			\
		printf("\tHVP_%s = %s, /*!< ", #name, #value);		\
		words(text);						\
		printf(" (errno %s) */\n", #errno_value);
#include <hvpolicy/status.def>
#undef HVP_STATUS
	} else if (!strcmp(def, "reason")) {
#define HVP_REASON(name, code, object, values, text, remedy)		\
		printf("\tHVP_REASON_%s = %s, /*!< ", #name, #code);	\
		words(text);						\
		puts(" */");
#include <hvpolicy/reason.def>
#undef HVP_REASON
	} else if (!strcmp(def, "facility")) {
#define HVP_FACILITY(name, bit, since, until, enable_since)		\
		printf("\tHVP_FACILITY_%s = %s, /*!< HFSCR bit %s, from level %s */\n", \
		       #name, #bit, #bit, #since);
#include <hvpolicy/facility.def>
#undef HVP_FACILITY
	} else if (!strcmp(def, "level")) {
#define HVP_LEVEL(name, number, logical_pvr, isa, qemu, libvirt, pcr, cpu_pvr, capability) \
		printf("\tHVP_LEVEL_%s = %s, /*!< Power ISA %s, logical PVR %s */\n", \
		       #name, #number, isa, #logical_pvr);
#include <hvpolicy/level.def>
#undef HVP_LEVEL
	} else if (!strcmp(def, "hvregs")) {
#define HVP_HVREG(name, number, field, bytes, version, entry, exit)	\
		printf("\tHVP_HVREG_%s = %s, /*!< Field %s, since version %s */\n", \
		       #name, #number, #field, #version);
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG
	} else if (!strcmp(def, "fwreg")) {
#define HVP_FWREG(name, slot, id, kind, valid, initial)			\
		printf("\tHVP_FWREG_%s = %s, /*!< Id %s */\n", #name, #slot, #id);
#include <hvpolicy/fwreg.def>
#undef HVP_FWREG
	} else if (!strcmp(def, "hcall")) {
#define HVP_HCALL(name, value, text)					\
		printf("\tHVP_H_%s = %s, /*!< ", #name, #value);	\
		words(text);						\
		puts(" */");
#include <hvpolicy/hcall.def>
#undef HVP_HCALL
	} else if (!strcmp(def, "gsb")) {
		elements(macro);
	} else if (!strcmp(def, "quirk")) {
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) \
		printf("\tHVP_QUIRK_%s = %s, /*!< The host ", #name, #bit);	\
		words(text);							\
		puts(" */");
#include <hvpolicy/quirk.def>
	} else if (!strcmp(def, "profile")) {
#define HVP_SPAPR_CAP(name, index, option, libvirt, order)		\
		printf("\tHVP_SPAPR_CAP_%s = %s, /*!< -machine %s */\n", #name, #index, option);
#include <hvpolicy/profile.def>
	} else {
		return false;
	}
	return true;
}

static int filter(const char *path)
{
	char line[256], held[1024] = "", def[32];
	bool in_define = false, skip_undef = false;
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		return 1;
	}
	while (fgets(line, sizeof(line), f)) {
		if (skip_undef && !strncmp(line, "#undef", 6)) {
			skip_undef = false;
			continue;
		}
		if (sscanf(line, "#include <hvpolicy/%31[a-z_].def", def) == 1 &&
		    strstr(line, ".def>")) {
			if (!enumerators(def, held)) {
				fprintf(stderr, "%s: no documentation for %s.def\n", path, def);
				fclose(f);
				return 1;
			}
			held[0] = 0;
			skip_undef = true;
			continue;
		}
		if (!in_define) {
			fputs(held, stdout);
			held[0] = 0;
		}
		if (in_define || !strncmp(line, "#define", 7)) {
			if (strlen(held) + strlen(line) >= sizeof(held)) {
				fputs(held, stdout);
				held[0] = 0;
			}
			strcat(held, line);
			in_define = strlen(line) > 1 && line[strlen(line) - 2] == '\\';
			continue;
		}
		fputs(line, stdout);
	}
	fputs(held, stdout);
	fclose(f);
	return 0;
}

static void profile_tables(void)
{
	heading("quirk", "Quirks of real systems",
		"|Name|Bit|Architecture|Software|From|Before|Levels|Own|Nested|Enabled|The host|");
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) \
	ROW(#name, #bit, #arch, #software, #from, #before, #levels, #own, #nested, #enabled, text);
#include <hvpolicy/quirk.def>
	puts("\nUnknown registers that QEMU 11 lets pass:\n\n"
	     "|Register|Id|Largest value|\n|---|---|---|");
#define HVP_TOLERATED(name, id, largest) ROW(#name, #id, #largest);
#include <hvpolicy/quirk.def>

	heading("profile", "Fields of a profile", "|Name|Tag|Member|Items|Of|Valid|Meet|");
#define HVP_FIELD(name, tag, member, items, arch, valid, meet) \
	ROW(#name, #tag, #member, #items, #arch, #valid, #meet);
#include <hvpolicy/profile.def>
	puts("\nCapabilities of pseries machines:\n\n"
	     "|Name|Index|QEMU|libvirt|Order|\n|---|---|---|---|---|");
#define HVP_SPAPR_CAP(name, index, option, libvirt, order) \
	ROW(#name, #index, option, libvirt, #order);
#include <hvpolicy/profile.def>
	puts("\nFacilities that go with a capability:\n\n|Facility|Capability|\n|---|---|");
#define HVP_FACILITY_CAP(facility, cap) ROW(#facility, #cap);
#include <hvpolicy/profile.def>
}

static void gsb_tables(void)
{
	heading("gsb", "Elements of guest state buffers",
		"|Name|Id|Number|Bytes|Scope|Access|Since revision|Accepted|On entry|On exit|");
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit)	\
	ROW(#name, #id, #count, #size, #scope, #access, #since, #accept, #entry, #exit);
#include <hvpolicy/gsb.def>
	puts("\nWhere an L1 has another size:\n\n|Element|Dialect|Bytes|\n|---|---|---|");
#define HVP_GSB_DIALECT(name, dialect, size) ROW(#name, #dialect, #size);
#include <hvpolicy/gsb.def>
	puts("\nWhat an L0 may lack:\n\n|Element|Bit|\n|---|---|");
#define HVP_GSB_LACK(name, bit) ROW(#name, #bit);
#include <hvpolicy/gsb.def>
	puts("\nWhat L0 puts into the output of RUN:\n\n|Vector|First element|Number|\n"
	     "|---|---|---|");
#define HVP_GSB_OUTPUT(vector, name, count) ROW(#vector, #name, #count);
#include <hvpolicy/gsb.def>
}

static int tables(void)
{
	puts("# The tables {#tables}\n\nWhat hvpolicy knows, row by row, as compiled.");

	heading("status", "Status codes", "|Name|Value|Linux errno|Meaning|");
#define HVP_STATUS(name, value, errno_value, text) ROW(#name, #value, #errno_value, text);
#include <hvpolicy/status.def>
#undef HVP_STATUS

	heading("reason", "Reasons of findings", "|Name|Code|Object|Values|Text|Remedy|");
#define HVP_REASON(name, code, object, values, text, remedy) \
	ROW(#name, #code, #object, #values, text, remedy);
#include <hvpolicy/reason.def>
#undef HVP_REASON

	heading("facility", "Facilities of HFSCR", "|Name|Bit|Since|Until|Enable bit since|");
#define HVP_FACILITY(name, bit, since, until, enable_since) \
	ROW(#name, #bit, #since, #until, #enable_since);
#include <hvpolicy/facility.def>
#undef HVP_FACILITY

	heading("level", "Processor levels",
		"|Name|Number|Logical PVR|Power ISA|QEMU|libvirt|PCR|PVR of model|Capability|");
#define HVP_LEVEL(name, number, logical_pvr, isa, qemu, libvirt, pcr, cpu_pvr, capability) \
	ROW(#name, #number, #logical_pvr, isa, qemu, libvirt, #pcr, #cpu_pvr, #capability);
#include <hvpolicy/level.def>
#undef HVP_LEVEL

	heading("processor", "Processors",
		"|Name|libvirt|PVR mask|PVR|Revision|Level|Oldest level|Newest level|PCR bits|");
#define HVP_PROCESSOR(name, libvirt, mask, value, revision, level, oldest, newest, pcr_mask) \
	ROW(name, libvirt, #mask, #value, #revision, #level, #oldest, #newest, #pcr_mask);
#include <hvpolicy/processor.def>
#undef HVP_PROCESSOR

	heading("hvregs", "Registers of hv_guest_state",
		"|Register|Number|Field|Bytes|Since version|On entry|On exit|");
#define HVP_HVREG(name, number, field, bytes, version, entry, exit) \
	ROW(#name, #number, #field, #bytes, #version, #entry, #exit);
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG

	heading("hcall", "Statuses of hypercalls", "|Name|Value|Meaning|");
#define HVP_HCALL(name, value, text) ROW("H_" #name, #value, text);
#include <hvpolicy/hcall.def>
#undef HVP_HCALL

	gsb_tables();

	heading("fwreg", "Firmware pseudo-registers of KVM/arm64",
		"|Register|Slot|Id|Kind|Valid bits|Of these in a new VM|");
#define HVP_FWREG(name, slot, id, kind, valid, initial) \
	ROW(#name, #slot, #id, #kind, #valid, #initial);
#include <hvpolicy/fwreg.def>
#undef HVP_FWREG
	puts("\nWhat Linux releases offer. Of mitigations, 1 stands for their state.\n");
	puts("|Register|From|Before|Has it|Value|\n|---|---|---|---|---|");
#define HVP_FWREG_OFFER(name, from, before, has, value) \
	ROW(#name, #from, #before, #has, #value);
#include <hvpolicy/fwreg.def>
#undef HVP_FWREG_OFFER
	puts("\nVersions of PSCI that exist:\n\n|Value|\n|---|");
#define HVP_FWREG_VERSION(value) ROW(#value);
#include <hvpolicy/fwreg.def>
#undef HVP_FWREG_VERSION
	profile_tables();
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "filter"))
		return filter(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "tables"))
		return tables();
	fprintf(stderr, "usage: gen-tables filter HEADER | gen-tables tables\n");
	return 2;
}
