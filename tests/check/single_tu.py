#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The core compiles as one translation unit with a static API, for who embeds it that way."""
import os

from house import INCLUDE, WARN, bad, core, done, run

tu = "#define HVP_API static __attribute__((unused))\n"
tu += "".join(f'#include "{source}"\n' for source in core(".c"))
for cc in ("gcc", "clang"):
    r = run(cc, "-x", "c", "-std=c11", "-O2", *WARN, "-I", INCLUDE, "-c", "-", "-o",
            os.devnull, input=tu)
    if r.returncode:
        bad(f"{cc}: {r.stdout}")
done(len(core(".c")), "files in one translation unit")
