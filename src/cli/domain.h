/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the XML of a libvirt domain says of a guest. */
#ifndef HVPOLICY_CLI_DOMAIN_H
#define HVPOLICY_CLI_DOMAIN_H

#include "profile_file.h"

/* Namespace of <guest>, below <metadata>: a guest's profile, in JSON. */
#define DOMAIN_NAMESPACE "urn:hvpolicy:guest"

/* It means to be XML. */
bool domain_is_xml(const char *text);
/* As profile_from_json(). What the XML leaves open is in the party. */
bool domain_from_xml(const char *text, const char *name, struct party *party,
		     profile_fault *fault, void *context);
/*
 * Guest and host as they meet where libvirt starts a machine of the same XML: what the XML sets
 * is no default there, and a level or revision that it does not tell is that of the host.
 */
void domain_meets(struct party *guest, struct party *host);

#endif
