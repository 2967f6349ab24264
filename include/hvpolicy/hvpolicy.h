/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*! @file hvpolicy.h
 * @brief All of hvpolicy.
 */
#ifndef HVPOLICY_H
#define HVPOLICY_H

#include <hvpolicy/base.h>
#include <hvpolicy/compat_caps.h>
#include <hvpolicy/doorbell.h>
#include <hvpolicy/enter.h>
#include <hvpolicy/facility.h>
#include <hvpolicy/fwreg.h>
#include <hvpolicy/gcaps.h>
#include <hvpolicy/gsb.h>
#include <hvpolicy/gstate.h>
#include <hvpolicy/hcall.h>
#include <hvpolicy/hfscr.h>
#include <hvpolicy/hvregs.h>
#include <hvpolicy/level.h>
#include <hvpolicy/meet.h>
#include <hvpolicy/migrate.h>
#include <hvpolicy/profile.h>
#include <hvpolicy/pvr.h>
#include <hvpolicy/quirk.h>
#include <hvpolicy/reason.h>
#include <hvpolicy/report.h>
#include <hvpolicy/stream.h>
#include <hvpolicy/version.h>
#include <hvpolicy/vstruct.h>
#include <hvpolicy/wire.h>

#endif
