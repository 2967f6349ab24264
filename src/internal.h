/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the core's own files share. */
#ifndef HVPOLICY_INTERNAL_H
#define HVPOLICY_INTERNAL_H

#include <hvpolicy/level.h>
#include <hvpolicy/profile.h>
#include <hvpolicy/reason.h>
#include <hvpolicy/vstruct.h>

/* Elements of an array. */
#define HVP__COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Not part of the ABI. Who embeds the core in one translation unit may define it as static. */
#ifndef HVP_LOCAL
#define HVP_LOCAL __attribute__((visibility("hidden")))
#endif

/* Inlined into their callers, these would make frames that are too large for a kernel. */
#define HVP__OWN_FRAME __attribute__((__noinline__))

/* Big-endian numbers at any address, as compilers know them for one load or store. */
static inline uint32_t hvp__get16(const uint8_t *from)
{
	return (uint32_t)from[0] << 8 | from[1];
}

static inline uint32_t hvp__get32(const uint8_t *from)
{
	return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 |
	       from[3];
}

static inline uint64_t hvp__get64(const uint8_t *from)
{
	return (uint64_t)hvp__get32(from) << 32 | hvp__get32(from + 4);
}

static inline void hvp__put16(uint8_t *to, uint32_t value)
{
	to[0] = (uint8_t)(value >> 8 & 0xff);
	to[1] = (uint8_t)(value & 0xff);
}

static inline void hvp__put32(uint8_t *to, uint32_t value)
{
	to[0] = (uint8_t)(value >> 24);
	to[1] = (uint8_t)(value >> 16 & 0xff);
	to[2] = (uint8_t)(value >> 8 & 0xff);
	to[3] = (uint8_t)(value & 0xff);
}

static inline void hvp__put64(uint8_t *to, uint64_t value)
{
	hvp__put32(to, (uint32_t)(value >> 32));
	hvp__put32(to + 4, (uint32_t)(value & 0xffffffff));
}

/* Likewise of up to 8 bytes; nearly all have 8 or 4. */
static inline void hvp__put_bytes(uint8_t *to, uint64_t value, uint32_t bytes)
{
	if (bytes == 8) {
		hvp__put64(to, value);
	} else if (bytes == 4) {
		hvp__put32(to, (uint32_t)(value & 0xffffffff));
	} else {
		while (bytes--) {
			to[bytes] = (uint8_t)value;
			value >>= 8;
		}
	}
}

static inline uint64_t hvp__get_bytes(const uint8_t *from, uint32_t bytes)
{
	uint64_t value = 0;

	if (bytes == 8)
		return hvp__get64(from);
	if (bytes == 4)
		return hvp__get32(from);
	for (uint32_t i = 0; i < bytes; i++)
		value = value << 8 | from[i];
	return value;
}

/* What becomes of one thing: a finding, were it not for its object and what the guest has. */
struct hvp__outcome {
	uint32_t reason;	/* 0: the same */
	uint32_t verdict;
	uint64_t offer;
};

/* Add a finding that is more than a refusal, or less. */
HVP_LOCAL void hvp__find(struct hvp_report *report, uint32_t reason, uint32_t verdict,
			 uint32_t object, uint64_t have, uint64_t offer);

/* Add the finding of a refusal. */
HVP_LOCAL void hvp__refuse(struct hvp_report *report, uint32_t reason, uint32_t object,
			   uint64_t have, uint64_t offer);

/* Whether two names are the same within len bytes. */
HVP_LOCAL bool hvp__same_name(const char *a, const char *b, size_t len);

/* Whether a value is a level, which HVP_LEVEL_NONE is not. */
HVP_LOCAL bool hvp__is_level(uint32_t level);

/* Newer than every level. */
#define HVP__NEWEST 63
/* Capability bits of all levels up to one. */
HVP_LOCAL uint64_t hvp__capabilities(uint32_t newest);

/* HVP_ERR_VERSION if the policy level is unknown. */
HVP_LOCAL enum hvp_status hvp__check_policy_level(uint32_t policy_level,
						  struct hvp_report *report);

/* The head of a structure that a caller with other headers passes. */
HVP_LOCAL enum hvp_status hvp__check_other_head(const void *data, uint32_t known,
						struct hvp_report *report);

/*
 * The head of a structure that a caller passes, its size and its policy level: the head statuses
 * of base.h. Nothing else of it may be read before this went well. A caller built with these
 * headers passes at once: kernels ask on hot paths.
 */
static inline enum hvp_status hvp__check_head(const void *data, uint32_t known,
					      struct hvp_report *report)
{
	const uint32_t *head = data;	/* size, policy_level */

	if (head[0] == known && head[1] == HVP_POLICY_LEVEL_1)
		return HVP_OK;
	return hvp__check_other_head(data, known, report);
}

/* fwreg.c: rows by index, id and number; NULL if there is none. */
HVP_LOCAL const struct hvp_fwreg_info *hvp__fwreg_at(size_t index);
HVP_LOCAL const struct hvp_fwreg_info *hvp__fwreg_of(uint64_t id);
HVP_LOCAL const struct hvp_fwreg_info *hvp__fwreg_row(uint32_t reg);

/* Of a mitigation: what the host has, which nobody can write. */
HVP_LOCAL bool hvp__fwreg_is_level(const struct hvp_fwreg_info *row);

/* The registers that have a row, and the bits that a value of one can have. */
HVP_LOCAL uint32_t hvp__fwreg_rows(void);
HVP_LOCAL uint64_t hvp__fwreg_valid(uint32_t slot);

HVP_LOCAL enum hvp_status hvp__check_fwregs(const struct hvp_fwregs *regs,
					    struct hvp_report *report);

/* What a new VM has of a register. */
HVP_LOCAL uint64_t hvp__fwreg_initial(const struct hvp_fwreg_info *row,
				      const struct hvp_fwregs *host, uint32_t flags);

/* Levels are compared by what they protect; of other kinds this is the value. */
HVP_LOCAL uint64_t hvp__fwreg_protection(const struct hvp_fwreg_info *row, uint64_t value);

/* What becomes of a register whose guest goes to a host (hvp_fwreg_compare()). */
HVP_LOCAL struct hvp__outcome hvp__fwreg_outcome(const struct hvp_fwreg_info *row,
						 const struct hvp_fwregs *guest,
						 const struct hvp_fwregs *host, uint32_t flags);

/* quirk.c: the bits that have a row. */
HVP_LOCAL uint64_t hvp__quirk_rows(void);

/* What quirks take away; the four masks of a row. */
enum hvp__spoils {
	HVP__SPOILS_LEVELS,
	HVP__SPOILS_OWN,
	HVP__SPOILS_NESTED,
	HVP__SPOILS_ENABLED,
};

/* All bits that quirks take away in one way. */
HVP_LOCAL uint64_t hvp__quirk_spoils(uint64_t quirks, enum hvp__spoils how);

/* The quirk that takes a bit away, as a bit; 0 if none does. */
HVP_LOCAL uint64_t hvp__quirk_culprit(uint64_t quirks, enum hvp__spoils how, uint64_t bit);

/* Whether a QEMU that refuses unknown registers lets one of this value pass. */
HVP_LOCAL bool hvp__quirk_tolerates(uint64_t id, uint64_t value);

/* profile.c: the capability without which a guest lacks a facility; HVP_SPAPR_CAP_SLOTS: none. */
HVP_LOCAL uint32_t hvp__facility_cap(uint32_t facility);

/* stream.c: how a destination looks at the registers that it does not have. */
struct hvp__stream {
	uint64_t quirks;
	uint64_t largest;	/* its largest id */
	uint32_t counted_out;	/* STREAM_COUNT refused before any is looked at */
	uint32_t forgets;	/* STREAM_FORGETS, and the last unknown one is tolerated */
};

/* offer: what the guest finds there; harmless: that is what it has. */
HVP_LOCAL struct hvp__outcome hvp__stream_unknown(const struct hvp__stream *stream, uint64_t id,
						  uint64_t value, uint64_t offer, bool harmless);

/* The quirk behind an outcome of a stream; 0: none. */
HVP_LOCAL uint64_t hvp__stream_culprit(uint32_t reason);

#endif
