/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file wire.h
 * @brief A profile as bytes, for a migration stream or a file.
 *
 * All numbers are big endian: 0x48565050 ("HVPP", 4 bytes), version 1 (2 bytes), number of records
 * (2 bytes), then the records: tag (2), item (2), value (8). Tags, and items of a tag, ascend
 * strictly; a value of 0 is left out. One profile has one form: equal profiles, equal bytes.
 * Tags stand in profile.def; an unknown one is refused if its bit 15 is set, else passed over.
 */
#ifndef HVPOLICY_WIRE_H
#define HVPOLICY_WIRE_H

#include <hvpolicy/profile.h>

/*! The first four bytes. */
#define HVP_WIRE_MAGIC 0x48565050u
/*! The version that is written, and read. */
#define HVP_WIRE_VERSION 1
/*! Bytes before the first record. */
#define HVP_WIRE_HEAD 8
/*! Bytes of a record. */
#define HVP_WIRE_RECORD 12
/*! Tags with this bit cannot be passed over. */
#define HVP_WIRE_CRITICAL 0x8000
/*! No form is longer, in bytes. */
#define HVP_WIRE_MAX 2048

HVP_BEGIN_DECLS

/*!
 * @brief Write the wire form.
 * @param[in]     profile  the profile; not NULL
 * @param[out]    buf      untouched on failure; not NULL
 * @param[in]     bytes    size of @a buf; HVP_WIRE_MAX is always enough
 * @param[out]    used     length of the form; untouched on failure; not NULL
 * @param[in,out] report   one finding if refused; may be NULL
 * @retval HVP_OK            written
 * @retval HVP_ERR_ARGUMENT  a pointer is NULL
 * @retval HVP_ERR_TOO_SMALL @a buf is too small
 * @return else a status of hvp_profile_validate()
 */
HVP_API enum hvp_status hvp_wire_encode(const struct hvp_profile *profile, void *buf,
					uint32_t bytes, uint32_t *used, struct hvp_report *report);

/*!
 * @brief Read the wire form; the result is valid.
 * @param[in]     buf      private to the caller (read more than once); no alignment needed; may be
 *                         NULL if @a bytes is 0
 * @param[in]     bytes    exactly its length
 * @param[out]    profile  untouched on failure; not NULL
 * @param[in,out] report   one finding if refused; may be NULL
 * @retval HVP_OK             done
 * @retval HVP_ERR_ARGUMENT   a pointer is NULL
 * @retval HVP_ERR_SIZE       cut short, or bytes left over
 * @retval HVP_ERR_TOO_BIG    longer than HVP_WIRE_MAX
 * @retval HVP_ERR_VERSION    not this magic, version or policy level, or an unknown critical tag
 * @retval HVP_ERR_VALUE      out of order or twice, an item past the last, a value of 0 or wider
 *                            than its field
 * @return else a status of hvp_profile_validate()
 */
HVP_API enum hvp_status hvp_wire_decode(const void *buf, uint32_t bytes,
					struct hvp_profile *profile, struct hvp_report *report);

HVP_END_DECLS

#endif
