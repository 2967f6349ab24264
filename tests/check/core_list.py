#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""src/core.list is complete, and every module of the core has its test program."""
import re

from house import ROOT, bad, core_list, done

names = core_list()
if len(names) != len(set(names)):
    bad("src/core.list names a file twice")

there = [p for pattern in ("include/hvpolicy/*", "src/*.c", "src/*.h", "src/*.def")
         for p in ROOT.glob(pattern)]
there = {str(p.relative_to(ROOT)) for p in there if p.is_file() and p.name != "meson.build"}
for name in sorted(set(names) - there):
    bad(f"src/core.list: {name} does not exist or is not where core files are")
for name in sorted(there - set(names)):
    bad(f"{name} is not in src/core.list")

tests = {p.stem.removeprefix("test_") for p in (ROOT / "tests/unit").glob("test_*.c")}
meson = (ROOT / "tests/meson.build").read_text()
for name in names:
    module = name.removeprefix("src/").removesuffix(".c")
    # abi_asserts has no code, only assertions of the compiler
    if name.endswith(".c") and module != "abi_asserts" and module not in tests:
        bad(f"{name} has no tests/unit/test_{module}.c")
for module in sorted(tests):
    if f"src/{module}.c" not in names and f"'{module}'" not in meson:
        bad(f"tests/unit/test_{module}.c is not built: name it in tests/meson.build")

for folder, build in (("examples", "examples"), ("src/cli", "src/cli"),
                      ("tests/recorded", "tests")):
    listed = (ROOT / build / "meson.build").read_text()
    for p in (ROOT / folder).glob("*.c"):
        if not re.search(rf"['/]{p.name}'|'{p.stem}'", listed):
            bad(f"{p.relative_to(ROOT)} is not built: name it in {build}/meson.build")

# no code, tables that a number is looked up in, and what only the other modules call
NO_TARGET = {"abi_asserts", "base", "internal"}
fuzzed = {p.stem.removeprefix("fuzz_") for p in (ROOT / "tests/fuzz").glob("fuzz_*.c")}
modules = {name.removeprefix("src/").removesuffix(".c") for name in names if name.endswith(".c")}
for module in sorted(modules - NO_TARGET - fuzzed):
    bad(f"src/{module}.c has no tests/fuzz/fuzz_{module}.c")
for p in (ROOT / "tests/fuzz").glob("fuzz_*.*"):
    module = p.stem.removeprefix("fuzz_")
    if module not in modules and not re.search(rf"'(fuzz_)?{module}'", meson):
        bad(f"tests/fuzz/{p.name} is not built: name it in tests/meson.build")
    if not p.with_suffix(".hex").exists():
        bad(f"tests/fuzz/{p.name} has no corpus beside it")

for p in (ROOT / "tests/cli").glob("test_*"):
    if f"'{p.name}'" not in meson:
        bad(f"tests/cli/{p.name} is not run: name it in tests/meson.build")

done(len(names), "core files")
