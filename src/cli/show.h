/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What several commands show of hosts, findings and departures. */
#ifndef HVPOLICY_CLI_SHOW_H
#define HVPOLICY_CLI_SHOW_H

#include "departures.h"

#include <jansson.h>

/* Findings in the column; a remedy that several in a row share once, behind them. */
void show_findings(const struct hvp_report *report, int column);
/* The same for one finding in a cell of its own line; next may be NULL. */
void show_finding(const struct hvp_finding *finding, const struct hvp_finding *next, int column);
json_t *json_findings(const struct hvp_report *report);
void show_departures(const struct host *host);
json_t *json_departures(const struct host *host);
/* Names of a set of levels, newest first. */
json_t *json_levels(uint64_t levels);
void put_levels(uint64_t levels, char *buf, size_t len);
/* Names of a set of facilities. */
json_t *json_facilities(uint64_t facilities);
void put_facilities(uint64_t facilities, char *buf, size_t len);
const char *kernel_name(const struct host *host, char *buf, size_t len);

#endif
