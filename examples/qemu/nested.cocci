// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Nested guests, both APIs: hw/ppc/spapr_nested.c. README.md says why.

@include@
@@
 #include "hw/ppc/spapr_nested.h"
+#include "hw/ppc/spapr_policy.h"
+#include "system/tcg.h"

// N1: what L1 agreed on and whom it made is forgotten when it starts anew
@reset@
identifier spapr;
typedef SpaprMachineState;
@@
 void spapr_nested_reset(SpaprMachineState *spapr)
 {
+	if (tcg_enabled()) {
+		spapr_nested_forget(spapr);
+	}
	...
 }

@agreed@
identifier spapr;
@@
-	spapr->nested.capabilities_set = false;

@filled@
@@
-	spapr_nested_gsb_init();

// N2: registers that both APIs load and save
@shared@
identifier f =~ "^nested_(save|load|post_load)_state$";
@@
-static
 void f(...)
 {
	...
 }

@spurr@
identifier env, load;
@@
	env->spr[SPR_SPURR] =
-		load->purr
+		load->spurr
	;

// N3: H_ENTER_NESTED is in spapr_nested_hv.c
@enter@
identifier f =~ "^(h_set_ptbl|h_enter_nested)$";
typedef target_ulong;
@@
-static target_ulong f(...)
-{
-	...
-}

@exit@
identifier f =~ "^spapr_exit_nested_(hv|papr)$";
@@
-static void f(...)
-{
-	...
-}

@size@
@@
-#define PRTS_MASK 0x1f

// N4: H_GUEST_* is in spapr_nested_papr.c
@calls@
identifier f =~ "^(h_guest_|getset_state$|map_and_getset_state$)";
typedef target_ulong;
@@
-static target_ulong f(...)
-{
-	...
-}

@guest@
identifier f = spapr_get_nested_guest;
typedef SpaprMachineStateNestedGuest;
@@
-static SpaprMachineStateNestedGuest *f(...)
-{
-	...
-}

@table@
identifier f = spapr_get_pate_nested_papr;
typedef bool;
identifier lpid;
@@
-bool f(...)
-{
-	...
-	assert(lpid != 0);
-	...
-}

@pointers@
identifier f =~ "^get_(vcpu_state|vcpu|guest|machine)_ptr$";
@@
-static void *f(...)
-{
-	...
-}

@copies@
identifier f =~ "^(copy_(state_|logical_pvr|tb_offset)|out_buf_min_size|log_element|destroy_guest_helper|exit_nested_store_l2|exit_process_output_buffer|nested_papr_)";
@@
-static void f(...)
-{
-	...
-}

@checks@
identifier f =~ "^(spapr_nested_vcpu_check|guest_state_request_check|is_gsr_invalid)$";
typedef bool;
@@
-static bool f(...)
-{
-	...
-}

@elements@
identifier a;
@@
-struct guest_state_element_type a[] = { ... };

@step@
identifier f = guest_state_element_next;
@@
-static struct guest_state_element *f(...)
-{
-	...
-}

@row_of@
identifier f = guest_state_element_type_find;
@@
-static struct guest_state_element_type *f(...)
-{
-	...
-}

@exits@
identifier f = get_exit_ids;
@@
-static int f(...)
-{
-	...
-}

@flags@
identifier f = spapr_nested_gsb_init;
@@
-void f(void)
-{
-	...
-}

@registered@
@@
-void spapr_register_nested_papr(void)
-{
-	spapr_register_hypercall(H_GUEST_GET_CAPABILITIES, ...);
-	...
-}

@unregistered@
@@
-void spapr_unregister_nested_papr(void)
-{
-	spapr_unregister_hypercall(H_GUEST_GET_CAPABILITIES);
-	...
-}
