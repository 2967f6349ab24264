/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Links every function of the ABI, as an installed program would. The list is kept by hand: a
 * function that is removed or renamed breaks it, a new one is missed by the check abi / names.
 */
#include <hvpolicy/hvpolicy.h>

#include <stdio.h>

typedef void (*function)(void);

#define FUNCTION(name) { #name, (function)(name) },

static const struct {
	const char *name;
	function address;
} functions[] = {
	FUNCTION(hvp_compat_caps_answer)
	FUNCTION(hvp_doorbell_decode)
	FUNCTION(hvp_doorbell_target)
	FUNCTION(hvp_enter_check)
	FUNCTION(hvp_enter_result)
	FUNCTION(hvp_enter_set_table)
	FUNCTION(hvp_facility_enables)
	FUNCTION(hvp_facility_find)
	FUNCTION(hvp_facility_get)
	FUNCTION(hvp_facility_of_level)
	FUNCTION(hvp_fwreg_compare)
	FUNCTION(hvp_fwreg_find)
	FUNCTION(hvp_fwreg_get)
	FUNCTION(hvp_fwreg_initial)
	FUNCTION(hvp_fwreg_offers)
	FUNCTION(hvp_fwreg_write)
	FUNCTION(hvp_gcaps_compat)
	FUNCTION(hvp_gcaps_get)
	FUNCTION(hvp_gcaps_set)
	FUNCTION(hvp_gsb_at)
	FUNCTION(hvp_gsb_begin)
	FUNCTION(hvp_gsb_bits)
	FUNCTION(hvp_gsb_build)
	FUNCTION(hvp_gsb_bytes)
	FUNCTION(hvp_gsb_fill)
	FUNCTION(hvp_gsb_get)
	FUNCTION(hvp_gsb_next)
	FUNCTION(hvp_gsb_number)
	FUNCTION(hvp_gsb_output)
	FUNCTION(hvp_gsb_put)
	FUNCTION(hvp_gsb_put_number)
	FUNCTION(hvp_gsb_put_words)
	FUNCTION(hvp_gstate_check)
	FUNCTION(hvp_gstate_flags)
	FUNCTION(hvp_gstate_initial)
	FUNCTION(hvp_gstate_keep)
	FUNCTION(hvp_gstate_leave)
	FUNCTION(hvp_gstate_load)
	FUNCTION(hvp_gstate_review)
	FUNCTION(hvp_gstate_validate)
	FUNCTION(hvp_hcall_name)
	FUNCTION(hvp_hcall_text)
	FUNCTION(hvp_hfscr_assign)
	FUNCTION(hvp_hfscr_cause)
	FUNCTION(hvp_hfscr_decide)
	FUNCTION(hvp_hfscr_derive)
	FUNCTION(hvp_hfscr_effective)
	FUNCTION(hvp_hfscr_init)
	FUNCTION(hvp_hfscr_restore)
	FUNCTION(hvp_hfscr_restore_register)
	FUNCTION(hvp_hfscr_review)
	FUNCTION(hvp_hfscr_sanitise)
	FUNCTION(hvp_hfscr_strategy)
	FUNCTION(hvp_hfscr_validate)
	FUNCTION(hvp_hfscr_vector)
	FUNCTION(hvp_hvregs_ciabr)
	FUNCTION(hvp_hvregs_dawrx)
	FUNCTION(hvp_hvregs_dpdes)
	FUNCTION(hvp_hvregs_enter)
	FUNCTION(hvp_hvregs_filter_lpcr)
	FUNCTION(hvp_hvregs_get)
	FUNCTION(hvp_hvregs_leave)
	FUNCTION(hvp_hvregs_lpcr)
	FUNCTION(hvp_hvregs_msr)
	FUNCTION(hvp_hvregs_pcr)
	FUNCTION(hvp_hvregs_review)
	FUNCTION(hvp_hvregs_size)
	FUNCTION(hvp_hvregs_swap)
	FUNCTION(hvp_hvregs_validate)
	FUNCTION(hvp_level_at)
	FUNCTION(hvp_level_capability)
	FUNCTION(hvp_level_find)
	FUNCTION(hvp_level_from_pvr)
	FUNCTION(hvp_level_name)
	FUNCTION(hvp_level_newest)
	FUNCTION(hvp_level_pvr)
	FUNCTION(hvp_meet_hosts)
	FUNCTION(hvp_migrate_check)
	FUNCTION(hvp_profile_cap_name)
	FUNCTION(hvp_profile_guest)
	FUNCTION(hvp_profile_init)
	FUNCTION(hvp_profile_validate)
	FUNCTION(hvp_pvr_check)
	FUNCTION(hvp_pvr_choose)
	FUNCTION(hvp_pvr_negotiate)
	FUNCTION(hvp_pvr_offers)
	FUNCTION(hvp_pvr_pcr)
	FUNCTION(hvp_pvr_processor)
	FUNCTION(hvp_pvr_processor_at)
	FUNCTION(hvp_quirk_find)
	FUNCTION(hvp_quirk_get)
	FUNCTION(hvp_quirk_known)
	FUNCTION(hvp_quirk_name)
	FUNCTION(hvp_quirk_text)
	FUNCTION(hvp_reason_at)
	FUNCTION(hvp_reason_format)
	FUNCTION(hvp_reason_name)
	FUNCTION(hvp_reason_object)
	FUNCTION(hvp_reason_text)
	FUNCTION(hvp_report_add)
	FUNCTION(hvp_report_init)
	FUNCTION(hvp_status_name)
	FUNCTION(hvp_status_text)
	FUNCTION(hvp_status_to_errno)
	FUNCTION(hvp_stream_check)
	FUNCTION(hvp_verdict_name)
	FUNCTION(hvp_version)
	FUNCTION(hvp_vstruct_accept)
	FUNCTION(hvp_vstruct_flags)
	FUNCTION(hvp_vstruct_retry)
	FUNCTION(hvp_vstruct_tail)
	FUNCTION(hvp_wire_decode)
	FUNCTION(hvp_wire_encode)
};

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (functions[i].address)
			continue;
		fprintf(stderr, "%s has no address\n", functions[i].name);
		return 1;
	}
	if (hvp_version() != HVP_VERSION) {
		fprintf(stderr, "library %#x, headers %#x\n", hvp_version(), HVP_VERSION);
		return 1;
	}
	printf("%zu functions, version %#x\n", i, hvp_version());
	return 0;
}
