/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Profiles outside of memory: JSON (doc/profile.schema.json) and the wire form.
 *
 *	{"format": "hvpolicy-profile", "version": 1, "name": "a", "arch": "arm64", "role": "host",
 *	 "arm64": {"flags": ["psci-0.2"], "fwregs": {"value": {"PSCI_VERSION": "0x10001"}}}}
 *
 * Fields are the members of struct hvp_profile, what is 0 left out. The keys of power.caps and
 * arm64.fwregs.value are what is known. One profile has one form.
 */
#ifndef HVPOLICY_CLI_PROFILE_FILE_H
#define HVPOLICY_CLI_PROFILE_FILE_H

#include <hvpolicy/hvpolicy.h>

#include <jansson.h>
#include <stdbool.h>

/* A valid profile of a host or guest, and what to call it. */
struct party {
	char name[65];
	struct hvp_profile profile;
	/* Of a guest from a domain's XML, see domain.h. */
	const char *open;	/* what the XML does not tell; NULL: nothing */
	uint32_t set_caps;	/* capabilities that it sets: HVP_BIT(enum hvp_spapr_cap) */
	bool any_level;		/* the level, or what the firmware offers, is among that */
	bool any_revision;	/* it names a processor and not its revision */
};

/* Told of every fault, in printable ASCII; where: "power.levels[2]", "" for the whole. */
typedef void profile_fault(void *context, const char *where, const char *what);

/* Who reads a party, from whatever it is; bad: a fault was told. */
struct profile_reader {
	struct party *party;
	bool bad;
	profile_fault *fault;
	void *context;
};

void __attribute__((format(printf, 3, 4)))
profile_wrong(struct profile_reader *in, const char *where, const char *format, ...);

/* "HVPP" */
bool profile_is_wire(const void *bytes, size_t len);
/* An object that means to be a profile, good or bad. */
bool profile_is_json(const json_t *value);

/*
 * All return false if something is wrong, of which fault() was told; the party is then undefined.
 * name stands if the object has none, and for the wire form, which has none.
 */
bool profile_from_json(json_t *value, const char *name, struct party *party,
		       profile_fault *fault, void *context);
bool profile_from_wire(const void *bytes, size_t len, const char *name, struct party *party,
		       profile_fault *fault, void *context);

json_t *profile_to_json(const struct party *party);
/* Returns the length; a buffer of HVP_WIRE_MAX bytes. */
uint32_t profile_to_wire(const struct hvp_profile *profile, uint8_t *buf);
/* The same in hexadecimal, as a JSON string. */
json_t *profile_wire_json(const struct hvp_profile *profile);

#endif
