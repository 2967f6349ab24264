/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A recorded machine: lines of words between tabs, taken apart in place. */
#ifndef HVPOLICY_CLI_ROWS_H
#define HVPOLICY_CLI_ROWS_H

/* The next line without its end, NULL after the last; *text is moved on. */
char *row_next(char **text);
/* The text up to the next tab, NULL after the last; *rest is moved on, NULL at the end. */
char *row_column(char **rest);
/* The same text without blanks on both sides. */
char *row_trim(char *text);

#endif
