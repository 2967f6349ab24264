#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""One static analyser over core and command: lint.py <tool> <build folder>"""
import concurrent.futures
import json
import os
import pathlib
import sys

from house import INCLUDE, ROOT, WARN, bad, core, done, run, tracked

which, build = sys.argv[1], pathlib.Path(sys.argv[2])

CLANG = ("-Weverything -Wno-padded -Wno-declaration-after-statement -Wno-unsafe-buffer-usage "
         "-Wno-covered-switch-default -Wno-switch-enum -Wno-bad-function-cast "
         "-Wno-conditional-uninitialized -Wno-reserved-identifier "
         "-Wno-disabled-macro-expansion -Wno-unknown-warning-option "
         "-Wno-poison-system-directories "
         # documentation is doxygen's to judge, which knows the commands that are used
         "-Wno-documentation -Wno-documentation-unknown-command").split()
# glibc's own headers and macros do not pass these
CLANG_CLI = CLANG + ["-Wno-unused-macros", "-Wno-format-nonliteral"]
SPARSE = ("-Wsparse-error -Wsparse-all -Wno-declaration-after-statement -Wno-pointer-arith "
          "-Wno-external-function-has-definition -Wno-unknown-attribute "
          "-Wno-constant-suffix").split()


def commands():
    """Sources and the flags that decide what they mean: -I, -D, -U, -std, -isystem."""
    out = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
        if source in core(".c") or source.is_relative_to(ROOT / "src/cli"):
            flags = [a for a in entry["command"].split()
                     if a.startswith(("-I", "-D", "-U", "-std="))]
            out[source] = [str(pathlib.Path(f"-I{build / a[2:]}")) if a.startswith("-I")
                           and not os.path.isabs(a[2:]) else a for a in flags]
    return out


todo = commands()
for source in core(".c"):
    if source not in todo:
        bad(f"{source.relative_to(ROOT)} is not built in {build.name}")

if which == "shellcheck":
    todo = {p: [] for p in tracked() if p.suffix == ".sh" or p.read_bytes()[:9] == b"#!/bin/sh"}
    r = run("shellcheck", "-s", "sh", *todo)
    if r.returncode:
        bad(r.stdout)
elif which == "cppcheck":
    r = run("cppcheck", "--enable=warning,portability,performance", "--inline-suppr", "--quiet",
            "--std=c11", "--error-exitcode=1", "--suppress=missingIncludeSystem", "-j", "2",
            # it knows the attribute, not the keyword
            "-D_Noreturn=__attribute__((noreturn))", "--library=posix", "-I", INCLUDE, *todo)
    if r.returncode:
        bad(r.stdout)
elif which == "clang-tidy":
    # File by file: version 14 carries state of va_list from one to the next.
    def tidy(source):
        return run("clang-tidy", "--quiet", "-p", build,
                   "--extra-arg=-Wno-unknown-warning-option", source)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for r in pool.map(tidy, todo):
            if r.returncode:
                bad(r.stdout)
else:
    for source, flags in todo.items():
        cli = source not in core(".c")
        if which == "analyzer":
            r = run("gcc", "-O2", "-fanalyzer", *WARN, *flags, "-c", source, "-o", os.devnull)
        elif which == "clang":
            r = run("clang", "-O2", "-Werror", *(CLANG_CLI if cli else CLANG), *flags, "-c",
                    source, "-o", os.devnull)
        elif which == "sparse":
            if cli:
                continue  # sparse does not know enough of glibc's headers
            r = run("sparse", *SPARSE, "-std=c11", "-I", INCLUDE, source)
        else:
            sys.exit(f"FAILED: no analyser {which}")
        if r.returncode or (which == "sparse" and r.stdout):
            bad(f"{source.relative_to(ROOT)}\n{r.stdout}")
done(len(todo), f"files through {which}")
