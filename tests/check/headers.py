#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every public header stands alone, in C and C++, and no structure has padding."""
import os

from house import INCLUDE, MODELS, ROOT, WARN, bad, done, public_headers, run, tool, umbrella_tu

C_ONLY = {"-Wstrict-prototypes", "-Wmissing-prototypes"}
LANGUAGES = [("gcc", "c", "-std=c11"), ("clang", "c", "-std=c11"), ("gcc", "c", "-std=c2x"),
             ("gcc", "c++", "-std=c++11"), ("clang", "c++", "-std=c++20")]


def compiles(what, argv, text):
    r = run(*argv, "-I", INCLUDE, "-c", "-", "-o", os.devnull, input=text)
    if r.returncode:
        bad(f"{what}: {' '.join(map(str, argv))}\n{r.stdout}")


tool("g++")
headers = public_headers()
for header in headers:
    name = header.relative_to(INCLUDE)
    for cc, language, std in LANGUAGES:
        warn = [w for w in WARN if language == "c" or w not in C_ONLY]
        # twice: the guard works
        compiles(name, [cc, "-x", language, std, "-pedantic", *warn],
                 f"#include <{name}>\n" * 2 + "extern int not_empty;\n")

asserts = (ROOT / "src/abi_asserts.c").read_text()
for model, cc in MODELS.items():
    for text, what in ((umbrella_tu(), "all headers"), (asserts, "src/abi_asserts.c")):
        compiles(f"{what}, {model}", [*cc, "-x", "c", "-std=c11", "-ffreestanding", "-Werror",
                                      "-Wpadded", "-iquote", ROOT / "src"], text)
for target in ("x86_64-linux-gnu", "i686-linux-gnu", "powerpc64-linux-gnu"):
    compiles(target, ["clang", "--target=" + target, "-x", "c", "-std=c11", "-ffreestanding",
                      "-Werror", "-Wpadded"], umbrella_tu())

umbrella = (INCLUDE / "hvpolicy/hvpolicy.h").read_text()
for header in headers:
    if header.name != "hvpolicy.h" and f"#include <hvpolicy/{header.name}>" not in umbrella:
        bad(f"hvpolicy.h does not include {header.name}")
done(len(headers), "public headers")
