/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What every program that is /init of a test kernel needs. */
#ifndef HVP_BOOT_INIT_H
#define HVP_BOOT_INIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hvpolicy/fwreg.h>

/* Mounts proc, sys and dev. */
void init_start(void);
/* The last line, by which the machine is ended, and the end of the machine if nobody does. */
void init_end(void) __attribute__((noreturn));
/* Word of the kernel's command line after "name="; NULL if it is not there. */
const char *init_option(const char *name);
/* Whether option "hvp.lie" has this name: a fault that the test must find. */
bool is_lie(const char *name);
/* First line of a file, without its end; "" if there is none. */
const char *first_line(const char *path, char *line, size_t size);
/* One line of the report: "HVP:", and cells with tabs between them. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The test cannot go on. */
void give_up(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
/* HVP_RELEASE() of the kernel that runs, or of option "hvp.release", which is a lie. */
uint32_t kernel_release(void);
/* The program of this architecture. */
void run_tests(void);

#endif
