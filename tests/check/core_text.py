#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The core's text: names that clash with a kernel's macros, calls of a libc, arithmetic that
needs a run-time library, includes, and conditions on the environment."""
import re

from house import ROOT, bad, core, done, strip_c

# A kernel has object-like or function-like macros of these names, everywhere.
KERNEL = "current min max clamp swap BIT container_of fallthrough min_t max_t likely unlikely"
# Whoever embeds the core has no libc, and a kernel no floating point.
LIBC = ("malloc calloc realloc free alloca abort exit assert errno printf fprintf sprintf "
        "snprintf setjmp longjmp atoi strtol strtoul strtoull qsort bsearch")
ARITHMETIC = ("float double _Complex __int128 __int128_t __uint128_t __builtin_popcount "
              "__builtin_popcountl __builtin_popcountll __builtin_clz __builtin_clzl "
              "__builtin_clzll __builtin_ctz __builtin_ctzl __builtin_ctzll __builtin_parity "
              "_Thread_local __thread register asm __asm__")
FORBIDDEN = set((KERNEL + " " + ARITHMETIC).split())
CALLS = re.compile(r"(?:__builtin_)?(?:(?:mem|str|stp|wcs)(?:cpy|move|set|cmp|chr|len|nlen|n?cat|"
                   r"ncpy|ncmp|rchr|str|dup|ccpy|scpy)|" + LIBC.replace(" ", "|") + r")\s*\(")

base_h = ROOT / "include/hvpolicy/base.h"
files = core(".c", ".h", ".def")
environment = []

for path in files:
    name = path.relative_to(ROOT)
    text = path.read_text()
    code = strip_c(text)
    for number, line in enumerate(code.split("\n"), 1):
        for m in re.finditer(r"(?<![\w.#])[A-Za-z_]\w*", line):
            if m[0] in FORBIDDEN or CALLS.match(line, m.start()):
                bad(f"{name}:{number}: {m[0]}")
        if "__KERNEL__" in line:
            environment.append(f"{name}:{number}: {line.strip()}")
    if "LCOV_EXCL" in text:
        bad(f"{name}: hides lines from the coverage")
    for number, line in enumerate(text.split("\n"), 1):
        m = re.match(r"\s*#\s*include\s+(\S+)", line)
        if not m or path == base_h:
            continue
        if not re.match(r"<hvpolicy/\w+\.(h|def)>$", m[1]) and not (
                path.parent.name == "src" and re.match(r'"\w+\.(h|def)"$', m[1])):
            bad(f"{name}:{number}: the core does not include {m[1]}")
        if path.suffix == ".def":
            bad(f"{name}:{number}: rows include nothing")
    if path.suffix == ".h" and path.parent.name == "hvpolicy":
        if re.search(r"\binline\b", code):
            bad(f"{name}: inline function in a public header")
        # unsigned bit : 3 - no bit-fields in structures of the ABI
        for m in re.finditer(r"^\s*(?:\w+\s+)+\w*\s*:\s*\d+\s*;", code, re.M):
            bad(f"{name}: bit-field {m[0].strip()}")
    # A jump backwards is a loop without its bound in sight.
    for body in re.split(r"^}", code, flags=re.M):
        labels = {m[1]: m.start() for m in re.finditer(r"^[ \t]*(\w+):(?!:)", body, re.M)}
        for m in re.finditer(r"\bgoto\s+(\w+)", body):
            if labels.get(m[1], m.start()) < m.start():
                bad(f"{name}: goto {m[1]} jumps backwards")

if len(environment) != 1 or not re.match(
        r"include/hvpolicy/base\.h:\d+: #ifdef __KERNEL__$", environment[0]):
    bad("want one «#ifdef __KERNEL__», in base.h, but found: " + ", ".join(environment))
done(len(files), "core files")
