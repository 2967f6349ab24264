/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The part of the kernel's <linux/types.h> that the core may use, and no more: no UINT32_MAX,
 * no UINT64_C, no SIZE_MAX.
 */
#ifndef KSHIM_LINUX_TYPES_H
#define KSHIM_LINUX_TYPES_H

typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
typedef __SIZE_TYPE__ size_t;
typedef unsigned long uintptr_t;
typedef _Bool bool;

/* names that the kernel has as macros */
#define noinline __attribute__((__noinline__))

#endif
