// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* C++ uses the installed headers and library. */
#include <hvpolicy/hvpolicy.h>

int main()
{
	hvp_report report;

	hvp_report_init(&report, nullptr, 0);
	return hvp_version() == HVP_VERSION && report.total == 0 ? 0 : 1;
}
