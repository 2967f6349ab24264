/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Of GLib, as spatch is to read them: declarations are declarations. */
#define g_autoptr(type) type *
#define g_autofree
#define G_GNUC_UNUSED
#define G_GNUC_FALLTHROUGH
