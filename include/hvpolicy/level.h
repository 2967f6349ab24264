/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file level.h
 * @brief Processor compatibility levels and their order (R10, R11).
 *
 * Levels are ordered by generation: compare enum hvp_level values, never logical PVRs.
 * Source: PAPR "logical processor version", rows in level.def.
 */
#ifndef HVPOLICY_LEVEL_H
#define HVPOLICY_LEVEL_H

#include <hvpolicy/base.h>

HVP_BEGIN_DECLS

/*!
 * Levels in the order of generations: a greater value is a newer level. Values are below 64, so
 * a set of levels is a mask of HVP_BIT(level). Newer is not a superset: POWER10 has no
 * transactional memory.
 */
HVP_ENUM(hvp_level) {
	HVP_LEVEL_NONE = 0,	/*!< No level; in a request, no limit. */
#define HVP_LEVEL(name, number, logical_pvr, isa, qemu, libvirt, pcr, cpu_pvr, capability) \
	HVP_LEVEL_##name = (number),
#include <hvpolicy/level.def>
#undef HVP_LEVEL
};

/*! Whose spelling of a level's name. */
HVP_ENUM(hvp_spelling) {
	HVP_SPELLING_QEMU = 0,		/*!< max-cpu-compat: "power10" */
	HVP_SPELLING_LIBVIRT = 1,	/*!< CPU model: "POWER10" */
	HVP_SPELLING_ISA = 2,		/*!< Power ISA version: "3.1" */
};

/*!
 * @brief Level of a logical PVR.
 * @param logical_pvr any value
 * @return enum hvp_level; HVP_LEVEL_NONE if it is no logical PVR of a known level
 */
HVP_API uint32_t hvp_level_from_pvr(uint32_t logical_pvr);

/*!
 * @brief Logical PVR of a level.
 * @param level enum hvp_level, any value
 * @return the logical PVR; 0 for HVP_LEVEL_NONE, which in requests means "the host's own" or "no
 *         maximum"; 0xffffffff, which every check refuses, if the value is no level
 */
HVP_API uint32_t hvp_level_pvr(uint32_t level);

/*!
 * @brief Name of a level.
 * @param level     enum hvp_level, any value
 * @param spelling  enum hvp_spelling
 * @return a constant string; "" when there is no such level or spelling, or when that party
 *         has no name for the level. Never NULL.
 */
HVP_API const char *hvp_level_name(uint32_t level, uint32_t spelling);

/*!
 * @brief Level of a name, exactly as that party spells it.
 * @param[in]  name      not NULL; read up to its 0 or 16 bytes
 * @param[in]  spelling  enum hvp_spelling
 * @param[out] level     enum hvp_level; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  nothing is called so; an empty name never is
 */
HVP_API enum hvp_status hvp_level_find(const char *name, uint32_t spelling, uint32_t *level);

/*!
 * @brief Walk the levels, oldest first.
 * @param[in]  index  0 for the oldest
 * @param[out] level  enum hvp_level; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  past the newest
 */
HVP_API enum hvp_status hvp_level_at(uint32_t index, uint32_t *level);

/*!
 * @brief Newest level of a set.
 * @param levels  HVP_BIT(level) each; other bits are ignored
 * @return enum hvp_level; HVP_LEVEL_NONE if the set is empty
 */
HVP_API uint32_t hvp_level_newest(uint64_t levels);

/*!
 * @brief Capability bit that grants a level to nested guests.
 * @param level enum hvp_level, any value
 * @return one bit of the bitmap of H_GUEST_GET_CAPABILITIES and KVM_PPC_GET_COMPAT_CAPS
 *         (PAPR; Linux asm/hvcall.h); 0 if no bit exists for the level
 */
HVP_API uint64_t hvp_level_capability(uint32_t level);

HVP_END_DECLS

#endif
