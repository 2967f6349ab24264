/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file hvregs.h
 * @brief struct hv_guest_state: its versions, and what becomes of every register in it on the
 *        way from L1 to L2 and back.
 *
 * The order of use at H_ENTER_NESTED: read the version once, hvp_hvregs_size(), copy that many
 * bytes into a cleared structure, hvp_hvregs_swap() if L1's byte order differs,
 * hvp_enter_check(), hvp_hvregs_enter(); after L2 ran hvp_hvregs_leave(), hvp_hvregs_swap(),
 * copy the same number of bytes back.
 *
 * Source: Linux asm/hvcall.h and kvm/book3s_hv_nested.c (nested API version 1).
 */
#ifndef HVPOLICY_HVREGS_H
#define HVPOLICY_HVREGS_H

#include <hvpolicy/hfscr.h>

/*! Newest version of struct hv_guest_state. */
#define HVP_HVREGS_VERSION_LATEST 2
/*! Size of version 1 in bytes. */
#define HVP_HVREGS_SIZE_V1 232
/*! Size of version 2 in bytes. */
#define HVP_HVREGS_SIZE_V2 248

/*! PCR bits that are reserved and always set (Linux PCR_MASK). */
#define HVP_PCR_RESERVED HVP_U64(0x0fffffffffffffe1)
/*! LPCR bits that L1 may choose for L2: DPFD, ILE, AIL, LD, TC, MER. */
#define HVP_LPCR_L1 HVP_U64(0x0070000003820a00)
#define HVP_LPCR_AIL HVP_U64(0x01800000)	/*!< Alternate interrupt location, both bits. */
#define HVP_LPCR_LD HVP_U64(0x00020000)	/*!< Large decrementer. */
#define HVP_LPCR_TC HVP_U64(0x00000200)	/*!< Translation control (hash only). */
#define HVP_DAWRX_HYP HVP_U64(0x4)	/*!< Watchpoint matches in hypervisor state. */
#define HVP_CIABR_PRIV HVP_U64(0x3)	/*!< Privilege field; 3 matches in hypervisor state. */
#define HVP_MSR_HV HVP_BIT(60)	/*!< Hypervisor state. */
#define HVP_MSR_ME HVP_U64(0x1000)		/*!< Machine check enable. */
#define HVP_MSR_TS (HVP_U64(3) << 33)	/*!< Transaction state, both bits. */
#define HVP_MSR_TS_S HVP_BIT(33)	/*!< Suspended. */
#define HVP_MSR_TS_T HVP_BIT(34)	/*!< Transactional. */

/*! Hypervisor data storage interrupt. */
#define HVP_VECTOR_HDSI 0xe00
/*! Hypervisor instruction storage interrupt. */
#define HVP_VECTOR_HISI 0xe20

HVP_BEGIN_DECLS

/*!
 * The structure L1 passes to H_ENTER_NESTED, in host byte order. Same layout as Linux' struct
 * hv_guest_state; version 1 ends before dawr1. A version 3 would get a structure of its own.
 */
struct hvp_hvregs {
	uint64_t version;	/*!< 1 or 2 */
	uint32_t lpid;		/*!< L1's partition id of L2 */
	uint32_t vcpu_token;	/*!< L1's number of the virtual processor */
	uint64_t lpcr;		/*!< Logical partitioning control */
	uint64_t pcr;		/*!< Processor compatibility: a set bit takes a feature away */
	uint64_t amor;		/*!< Authority mask override; not used */
	uint64_t dpdes;		/*!< Pending doorbells */
	uint64_t hfscr;		/*!< Hypervisor facility status and control */
	uint64_t tb_offset;	/*!< Two's complement, added to the time base */
	uint64_t dawr0;		/*!< Watchpoint 0, address */
	uint64_t dawrx0;	/*!< Watchpoint 0, control */
	uint64_t ciabr;		/*!< Instruction breakpoint */
	uint64_t hdec_expiry;	/*!< Time base at which L1 wants control back */
	uint64_t purr;		/*!< Processor utilisation */
	uint64_t spurr;		/*!< Scaled processor utilisation */
	uint64_t ic;		/*!< Instruction counter */
	uint64_t vtb;		/*!< Virtual time base */
	uint64_t hdar;		/*!< Data address of an HDSI */
	uint64_t hdsisr;	/*!< Status of an HDSI */
	uint64_t heir;		/*!< Instruction image of an HEAI */
	uint64_t asdr;		/*!< Access segment descriptor */
	uint64_t srr0;		/*!< Save and restore 0 */
	uint64_t srr1;		/*!< Save and restore 1 */
	uint64_t sprg[4];	/*!< Software use */
	uint64_t pidr;		/*!< Process id */
	uint64_t cfar;		/*!< Come-from address */
	uint64_t ppr;		/*!< Program priority */
	uint64_t dawr1;		/*!< Watchpoint 1, address; since version 2 */
	uint64_t dawrx1;	/*!< Watchpoint 1, control; since version 2 */
};

/*! Registers of the structure, in its order; the rows stand in hvregs.def. */
HVP_ENUM(hvp_hvreg) {
#define HVP_HVREG(name, number, field, bytes, version, entry, exit) \
	HVP_HVREG_##name = (number),
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG
	HVP_HVREG_MSR = 256,	/*!< MSR: beside the structure, in L1's pt_regs */
};

/*! How L1's value becomes the value L2 runs with. */
HVP_ENUM(hvp_hvreg_entry) {
	HVP_HVREG_ENTRY_VERBATIM = 0,	/*!< as it is */
	HVP_HVREG_ENTRY_HEADER = 1,	/*!< not a register: never loaded */
	HVP_HVREG_ENTRY_IGNORED = 2,	/*!< L0's own value stays */
	HVP_HVREG_ENTRY_HFSCR = 3,	/*!< hvp_hfscr_effective() */
	HVP_HVREG_ENTRY_LPCR = 4,	/*!< hvp_hvregs_lpcr() */
	HVP_HVREG_ENTRY_PCR = 5,	/*!< hvp_hvregs_pcr() */
	HVP_HVREG_ENTRY_DAWRX = 6,	/*!< hvp_hvregs_dawrx() */
	HVP_HVREG_ENTRY_CIABR = 7,	/*!< hvp_hvregs_ciabr() */
	HVP_HVREG_ENTRY_MSR = 8,	/*!< hvp_hvregs_msr() */
	HVP_HVREG_ENTRY_DPDES = 9,	/*!< hvp_hvregs_dpdes() */
	HVP_HVREG_ENTRY_OFFSET = 10,	/*!< passed on; the caller adds it to L1's own offset */
	HVP_HVREG_ENTRY_DEADLINE = 11,	/*!< passed on; the caller subtracts L1's own offset */
	HVP_HVREG_ENTRY_DAWR1 = 12,	/*!< as it is with HVP_HVREGS_DAWR1, else 0 */
	HVP_HVREG_ENTRY_DAWRX1 = 13,	/*!< hvp_hvregs_dawrx() with HVP_HVREGS_DAWR1, else 0 */
};

/*! When L2's value goes back to L1. */
HVP_ENUM(hvp_hvreg_exit) {
	HVP_HVREG_EXIT_NEVER = 0,	/*!< what L1 wrote stays */
	HVP_HVREG_EXIT_ALWAYS = 1,	/*!< on every exit */
	HVP_HVREG_EXIT_HFU = 2,	/*!< the cause field, when an HFU is reflected */
	HVP_HVREG_EXIT_HDSI = 3,	/*!< on an HDSI */
	HVP_HVREG_EXIT_HDSI_HISI = 4,	/*!< on an HDSI or HISI */
	HVP_HVREG_EXIT_HEAI = 5,	/*!< on an HEAI */
};

/*! One row of the register table. */
struct hvp_hvreg_info {
	uint32_t reg;		/*!< enum hvp_hvreg */
	uint32_t offset;	/*!< bytes from the start of struct hvp_hvregs; 0 for MSR */
	uint32_t bytes;		/*!< width */
	uint32_t version;	/*!< structure version that introduced it; 0 for MSR */
	uint32_t entry;		/*!< enum hvp_hvreg_entry */
	uint32_t exit;		/*!< enum hvp_hvreg_exit */
	char name[16];		/*!< such as "LPCR", closed by a 0 */
};

/*! Features of the host that LPCR depends on. */
HVP_ENUM(hvp_hvregs_feature) {
	HVP_HVREGS_RADIX = 1 << 0,		/*!< the partition uses radix translation */
	HVP_HVREGS_ARCH_207 = 1 << 1,		/*!< the host is 2.07 or newer */
	HVP_HVREGS_ARCH_300 = 1 << 2,		/*!< the host is 3.0 or newer */
	HVP_HVREGS_RADIX_PREFETCH_BUG = 1 << 3,	/*!< POWER9 DD2.0: no AIL with radix */
	HVP_HVREGS_DAWR1 = 1 << 4,		/*!< L1 was given the second watchpoint */
};

/*!
 * What L0 holds against L1's values on the way to L2. The fields are read at each call: keep
 * lpcr, the features that follow it, and resident up to date. A new L2 starts with what L0 has
 * really loaded, not with what was resident for another.
 */
struct hvp_hvregs_host {
	uint32_t size;		/*!< sizeof(struct hvp_hvregs_host) of the caller (R16) */
	uint32_t policy_level;	/*!< HVP_POLICY_LEVEL_1 */
	uint32_t features;	/*!< enum hvp_hvregs_feature, or'ed; other bits 0 */
	uint32_t reserved;	/*!< 0 */
	uint64_t lpcr;		/*!< LPCR that L0 runs L1 with */
	uint64_t l1_pcr;	/*!< PCR that L0 runs L1 with: what L1 itself may not use */
	uint64_t resident;	/*!< lazy facilities whose state is loaded */
	struct hvp_hfscr_policy hfscr;	/*!< policy for L2, from a HVP_RECEIVER_HYPERVISOR host */
};

/*!
 * @brief Size of a version of the structure (R19).
 *
 * Take the version from one read of the guest's memory, in host byte order, and use only the
 * copy from then on.
 *
 * @param[in]  version  all 64 bits of the first field
 * @param[out] size     bytes; untouched on failure; not NULL
 * @retval HVP_OK           known
 * @retval HVP_ERR_VERSION  unknown
 */
HVP_API enum hvp_status hvp_hvregs_size(uint64_t version, uint32_t *size);

/*!
 * @brief Swap the bytes of every field, for an L1 of the other byte order.
 *
 * The size is an argument on purpose: a version that has been swapped no longer tells it.
 *
 * @param[in,out] regs  the structure; not NULL; fields beyond @a size are untouched
 * @param[in]     size  what hvp_hvregs_size() said for the version in host byte order
 * @retval HVP_OK            swapped
 * @retval HVP_ERR_ARGUMENT  the size belongs to no version; @a regs is untouched
 */
HVP_API enum hvp_status hvp_hvregs_swap(struct hvp_hvregs *regs, uint32_t size);

/*!
 * @brief Row of a register.
 * @param[in]  reg   enum hvp_hvreg, any value
 * @param[out] info  the row; untouched on failure; not NULL
 * @retval HVP_OK             found
 * @retval HVP_ERR_NOT_FOUND  no such register
 */
HVP_API enum hvp_status hvp_hvregs_get(uint32_t reg, struct hvp_hvreg_info *info);

/*!
 * @brief Check what L0 holds, once, before the hot path uses it.
 * @param[in]     host    not NULL
 * @param[in,out] report  may be NULL
 * @retval HVP_OK              sound
 * @retval HVP_ERR_ARGUMENT    @a host is NULL
 * @retval HVP_ERR_RESERVED    an unknown feature bit or the reserved field is set
 * @retval HVP_ERR_POLICY      its HFSCR policy is not valid
 * @return else a head status of @a host
 */
HVP_API enum hvp_status hvp_hvregs_validate(const struct hvp_hvregs_host *host,
					    struct hvp_report *report);

/*!
 * @brief Values that L2 runs with, by the entry rule of each row of hvregs.def.
 * @param[in]  host  a valid host; not NULL
 * @param[in]  l1    what L1 wrote, in host byte order, fields beyond its version 0; not NULL
 * @param[out] l2    values to load; ignored fields are 0 and not to be loaded; may be @a l1
 */
HVP_API void hvp_hvregs_enter(const struct hvp_hvregs_host *host, const struct hvp_hvregs *l1,
			      struct hvp_hvregs *l2);

/*!
 * @brief Values that L1 finds in its memory after L2 ran (R4, R5).
 * @param[in]  l1      what L1 wrote, the copy taken at entry; not NULL
 * @param[in]  l2      L2's registers at the exit; of HFSCR nothing is read; not NULL
 * @param[in]  vector  the vector that L1 is told
 * @param[in]  cause   cause of a reflected HFU; else not used
 * @param[out] back    what to write to L1's memory; may be @a l1 or @a l2; not NULL
 */
HVP_API void hvp_hvregs_leave(const struct hvp_hvregs *l1, const struct hvp_hvregs *l2,
			      uint32_t vector, uint32_t cause, struct hvp_hvregs *back);

/*!
 * @brief LPCR that L2 runs with: L1 may choose the bits of HVP_LPCR_L1, then the filter.
 * @param host       a valid host; not NULL
 * @param requested  L1's value
 * @return value for the register
 */
HVP_API uint64_t hvp_hvregs_lpcr(const struct hvp_hvregs_host *host, uint64_t requested);

/*!
 * @brief LPCR bits that this host does not allow, whoever asks.
 *
 * In this order: TC is for hash only; AIL needs 2.07; AIL 1 and 2 are not allowed; AIL does not
 * go with radix on POWER9 DD2.0; LD needs 3.0. Source: Linux kvmppc_filter_lpcr_hv().
 *
 * @param features  enum hvp_hvregs_feature
 * @param lpcr      any value
 * @return the value less those bits
 */
HVP_API uint64_t hvp_hvregs_filter_lpcr(uint32_t features, uint64_t lpcr);

/*!
 * @brief PCR that L2 runs with: what L1 took away, and what L1 itself may not use.
 * @param l1_pcr     PCR that L0 runs L1 with
 * @param requested  L1's value for L2
 * @return value for the register
 */
HVP_API uint64_t hvp_hvregs_pcr(uint64_t l1_pcr, uint64_t requested);

/*!
 * @brief DAWRX0 or DAWRX1 that L2 runs with: no match in hypervisor state.
 * @param requested  L1's value
 * @return value for the register
 */
HVP_API uint64_t hvp_hvregs_dawrx(uint64_t requested);

/*!
 * @brief CIABR that L2 runs with: a breakpoint on hypervisor state is off.
 * @param requested  L1's value
 * @return value for the register
 */
HVP_API uint64_t hvp_hvregs_ciabr(uint64_t requested);

/*!
 * @brief DPDES that L2 runs with: L2 has one thread, so its doorbell is bit 0.
 *
 * Linux keeps the low 8 bits of L1's value as "a doorbell is pending".
 *
 * @param requested  L1's value
 * @return 0 or 1
 */
HVP_API uint64_t hvp_hvregs_dpdes(uint64_t requested);

/*!
 * @brief MSR that L2 runs with: machine checks on, never hypervisor state.
 * @param requested  L1's value, from its pt_regs
 * @return value for the register
 */
HVP_API uint64_t hvp_hvregs_msr(uint64_t requested);

/*!
 * @brief Explain what entry changes, register by register (not for the hot path).
 * @param[in]     host    a valid host; not NULL
 * @param[in]     l1      what L1 wrote; not NULL
 * @param[in]     msr     what L1 wrote
 * @param[in,out] report  findings HVREG_DROPPED, HVREG_FORCED, HFSCR_RESERVED, HFSCR_UNDEFINED;
 *                        may be NULL
 */
HVP_API void hvp_hvregs_review(const struct hvp_hvregs_host *host, const struct hvp_hvregs *l1,
			       uint64_t msr, struct hvp_report *report);

HVP_END_DECLS

#endif
