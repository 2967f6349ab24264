/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file base.h
 * @brief Types, status codes and what every other header builds on.
 *
 * The only header that knows whether it is compiled in the kernel or in user space.
 *
 * What holds for every function:
 * - It depends on its arguments only: reentrant, safe in any thread, interrupt or signal
 *   handler, independent of the locale. Returned strings are constants and live as long as the
 *   library is loaded.
 * - Outputs are written on success only, except where the description says otherwise.
 * - "Not NULL" is the caller's duty. Where HVP_ERR_ARGUMENT names NULL pointers it is checked.
 * - A structure that begins with its size may be passed by callers built against older or newer
 *   headers (R16). Bytes that the library does not know must be 0 (HVP_ERR_TAIL), a size below
 *   the first published one is HVP_ERR_TOO_SMALL, above HVP_SIZE_LIMIT HVP_ERR_TOO_BIG, and an
 *   unknown policy level in it HVP_ERR_VERSION. These four are called the head statuses. All
 *   other structures never grow, and none that a function fills, whether it has a size or not: the
 *   caller's may be the shorter one. A successor gets a new name.
 * - Enumerations get new values over time; parameters and fields that hold them are 32-bit
 *   integers and take any value.
 * - The columns of the .def files may change; include the headers, not the .def files.
 */
#ifndef HVPOLICY_BASE_H
#define HVPOLICY_BASE_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/stddef.h>
#ifndef HVP_API
#define HVP_API
#endif
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#include <hvpolicy/version.h>

#ifdef __cplusplus
#define HVP_BEGIN_DECLS extern "C" {
#define HVP_END_DECLS }
#else
#define HVP_BEGIN_DECLS
#define HVP_END_DECLS
#endif

/*!
 * Marks a function of the stable ABI. Who embeds the library in one translation unit may define
 * it before the first include, for instance as `static __attribute__((unused))`.
 */
#ifndef HVP_API
#define HVP_API __attribute__((visibility("default")))
#endif

/*! Bit @a n of a 64-bit register, counted from the least significant bit (LSB 0); n is 0..63. */
#define HVP_BIT(n) ((uint64_t)1 << (n))

/*!
 * A policy level names a set of answers. Released answers never change: new behaviour is a
 * new level, and a structure that carries a level is answered by that level's rules for ever.
 */
#define HVP_POLICY_LEVEL_1 1
/*! Largest size of a structure that a caller may pass. */
#define HVP_SIZE_LIMIT 4096
/*! The newest policy level that this version of the library knows. */
#define HVP_POLICY_LEVEL_LATEST HVP_POLICY_LEVEL_1

/*!
 * Begins an enumeration whose values cross the ABI as 32 bits. C++ needs the type named, or
 * values that a newer library adds would be undefined behaviour. -fshort-enums is not supported.
 */
#ifdef __cplusplus
#define HVP_ENUM(name) enum name : int32_t
#else
#define HVP_ENUM(name) enum name
#endif

/*! A 64-bit constant, unsigned wherever it is used. */
#define HVP_U64(value) ((uint64_t)(value))

HVP_BEGIN_DECLS

/*!
 * Outcome of a call: 0 or a negative value that never changes its meaning (abi/statuses.txt).
 * The rows, with errno value and text, stand in status.def.
 */
HVP_ENUM(hvp_status) {
#define HVP_STATUS(name, value, errno_value, text) HVP_##name = (value),
#include <hvpolicy/status.def>
#undef HVP_STATUS
};

/*!
 * How much worse off the guest is, from best to worst (R24). A finding carries one, a report
 * keeps the worst.
 */
HVP_ENUM(hvp_verdict) {
	HVP_VERDICT_SAME = 0,		/*!< The guest sees no difference. */
	HVP_VERDICT_CHANGED = 1,	/*!< The guest can notice, nothing is lost. */
	HVP_VERDICT_DEGRADED = 2,	/*!< It runs, but something it had is gone. */
	HVP_VERDICT_REFUSED = 3,	/*!< Refused, and said before the guest is touched. */
	HVP_VERDICT_BROKEN = 4,		/*!< Accepted, and the guest fails later. */
};

/*!
 * @brief Version of the library that runs, which may differ from the header compiled against.
 * @return major << 16 | minor << 8 | patch, the encoding of HVP_VERSION.
 */
HVP_API uint32_t hvp_version(void);

/*!
 * @brief Name of a status, such as "ERR_TOO_BIG".
 * @param status any value
 * @return a constant string; "?" when the value is no status. Never NULL.
 */
HVP_API const char *hvp_status_name(int32_t status);

/*!
 * @brief One sentence that says what a status means.
 * @param status any value
 * @return a constant string; "?" when the value is no status. Never NULL.
 */
HVP_API const char *hvp_status_text(int32_t status);

/*!
 * @brief The errno that Linux uses for a status, in the kernel's convention.
 * @param status any value
 * @return 0 for HVP_OK, else the negative Linux errno (-22 is -EINVAL on every architecture
 *         this library is built for); -22 when the value is no status.
 */
HVP_API int32_t hvp_status_to_errno(int32_t status);

/*!
 * @brief Name of a verdict, such as "degraded".
 * @param verdict enum hvp_verdict, any value
 * @return a constant string; "?" when the value is no verdict. Never NULL.
 */
HVP_API const char *hvp_verdict_name(uint32_t verdict);

HVP_END_DECLS

#endif
