// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the ABI rests on, checked by the compiler: sizes, offsets and the width of enumerations.
 * Padding is refused by -Wpadded on this file.
 */
#include <hvpolicy/hvpolicy.h>

#include "internal.h"

#define HVP__SIZE(type, bytes) _Static_assert(sizeof(struct type) == (bytes), #type)

HVP__SIZE(hvp_finding, 40);
HVP__SIZE(hvp_report, 16 + sizeof(void *));
HVP__SIZE(hvp_facility_info, 32);
HVP__SIZE(hvp_fwreg_info, 56);
HVP__SIZE(hvp_fwregs, 152);
HVP__SIZE(hvp_fwreg_kernel, 32);
HVP__SIZE(hvp_gcaps, 32);
HVP__SIZE(hvp_gsb_info, 72);
HVP__SIZE(hvp_gsb_element, 16 + sizeof(void *));
HVP__SIZE(hvp_gsb_walk, 16 + sizeof(void *));
HVP__SIZE(hvp_gsb_builder, 16 + sizeof(void *));
HVP__SIZE(hvp_gstate_host, 56);
HVP__SIZE(hvp_hcall, 24);
HVP__SIZE(hvp_hfscr_policy, 32);
HVP__SIZE(hvp_hfscr_host, 32);
HVP__SIZE(hvp_doorbell, 8);
HVP__SIZE(hvp_hvregs, HVP_HVREGS_SIZE_V2);
HVP__SIZE(hvp_hvreg_info, 40);
HVP__SIZE(hvp_hvregs_host, 72);
HVP__SIZE(hvp_enter, 56);
HVP__SIZE(hvp_processor_info, 64);
HVP__SIZE(hvp_pvr_host, 32);
HVP__SIZE(hvp_pvr_offer, 24);
HVP__SIZE(hvp_pvr_entry, 8);
HVP__SIZE(hvp_pvr_mode, 16);
HVP__SIZE(hvp_vstruct, 16);
HVP__SIZE(hvp_vstruct_plan, 32);
HVP__SIZE(hvp_compat_caps, HVP_COMPAT_CAPS_SIZE_VER0);
HVP__SIZE(hvp_compat_caps_call, 40);
HVP__SIZE(hvp_compat_caps_result, 16);
HVP__SIZE(hvp_quirk_info, 56);
HVP__SIZE(hvp_profile_power, 80);
HVP__SIZE(hvp_profile_arm64, 160);
HVP__SIZE(hvp_profile, 264);
HVP__SIZE(hvp_stream_reg, 16);

_Static_assert(sizeof(enum hvp_status) == 4, "enumerations have 32 bits");
_Static_assert(sizeof(enum hvp_hfscr_feature) == 4, "enumerations have 32 bits");

/* struct hv_guest_state as Linux has it (asm/hvcall.h): ends of the two versions. */
_Static_assert(offsetof(struct hvp_hvregs, hfscr) == 0x30, "hv_guest_state.hfscr");
_Static_assert(offsetof(struct hvp_hvregs, heir) == 0x90, "hv_guest_state.heir");
_Static_assert(offsetof(struct hvp_hvregs, ppr) == 0xe0, "hv_guest_state.ppr");
_Static_assert(offsetof(struct hvp_hvregs, dawr1) == HVP_HVREGS_SIZE_V1, "end of version 1");

/* Every row of hvregs.def has the width of its field, and they leave no gap. */
#define HVP_HVREG(name, number, field, bytes, version, entry, exit)			\
	_Static_assert(sizeof(((struct hvp_hvregs *)NULL)->field) == (bytes), #name);	\
	_Static_assert((offsetof(struct hvp_hvregs, field) < HVP_HVREGS_SIZE_V1) ==	\
		       ((version) == 1), #name);
#include <hvpolicy/hvregs.def>
#undef HVP_HVREG

#define HVP_HVREG(name, number, field, bytes, version, entry, exit) + (bytes)
_Static_assert((0
#include <hvpolicy/hvregs.def>
		) == HVP_HVREGS_SIZE_V2, "hvregs.def covers the structure");
#undef HVP_HVREG

/* Levels are bits of a mask, facilities lie below the cause field. */
#define HVP_LEVEL(name, number, logical_pvr, isa, qemu, libvirt, pcr, cpu_pvr, capability) \
	_Static_assert((number) > 0 && (number) < 63, #name);
#include <hvpolicy/level.def>
#undef HVP_LEVEL
#define HVP_FACILITY(name, bit, since, until, enable_since) \
	_Static_assert((bit) < HVP_FACILITIES, #name);
#include <hvpolicy/facility.def>
#undef HVP_FACILITY

/* A register is a bit of a mask and a place of the array; a new VM has no more than can be. */
#define HVP_FWREG(name, slot, id, kind, valid, initial)						\
	_Static_assert((slot) < HVP_FWREG_SLOTS && !((initial) & ~(valid)), #name);		\
	_Static_assert(((id) >> 32) == 0x60300000, #name);
#include <hvpolicy/fwreg.def>
#undef HVP_FWREG

/* An element has a 16-bit id, and its size fits a row. */
#define HVP_GSB(name, id, count, size, scope, access, since, accept, entry, exit)	\
	_Static_assert((id) + (count) <= 0x10000 && (count) > 0, #name);	\
	_Static_assert((size) >= HVP_GSB_ANY && (size) <= 24, #name);
#include <hvpolicy/gsb.def>

/* A capability is a place of the array, a quirk a bit. */
#define HVP_SPAPR_CAP(name, index, option, libvirt, order) \
	_Static_assert((index) < HVP_SPAPR_CAP_SLOTS, #name);
#include <hvpolicy/profile.def>
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) \
	_Static_assert((bit) < 64 && (from) < (before), #name);
#include <hvpolicy/quirk.def>

/* An item of a field is read as 1, 4 or 8 bytes, and its tag is critical. */
#define HVP__MEMBER(member) sizeof(((struct hvp_profile *)NULL)->member)
#define HVP_FIELD(name, tag, member, items, arch, valid, meet)				\
	_Static_assert(HVP__MEMBER(member) == (items) ||				\
		       HVP__MEMBER(member) == (size_t)4 * (items) ||			\
		       HVP__MEMBER(member) == (size_t)8 * (items), #name);		\
	_Static_assert((tag) & 0x8000, #name);
#include <hvpolicy/profile.def>

/* The fields are all of a profile but for two sizes and the policy level inside. */
#define HVP_FIELD(name, tag, member, items, arch, valid, meet) + HVP__MEMBER(member)
_Static_assert((3 * sizeof(uint32_t)
#include <hvpolicy/profile.def>
		) == sizeof(struct hvp_profile), "profile.def covers the structure");
