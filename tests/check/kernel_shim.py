#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The core compiles as it would in the kernel: __KERNEL__, no header of the compiler or of a
libc, only what tests/kshim offers of the kernel's own headers."""
import os

from house import INCLUDE, ROOT, WARN, bad, core, done, run

for source in core(".c"):
    for cc in ("gcc", "clang"):
        r = run(cc, "-std=gnu11", "-O2", "-ffreestanding", "-nostdinc", "-D__KERNEL__", *WARN,
                "-I", ROOT / "tests/kshim", "-I", INCLUDE, "-c", source, "-o", os.devnull)
        if r.returncode:
            bad(f"{cc}: {source.relative_to(ROOT)}\n{r.stdout}")
done(len(core(".c")), "core files as kernel code")
