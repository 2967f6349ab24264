#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Answers are the same on every machine: tests/golden/golden.c and the core, built for big and
little endian and run under qemu, print what abi/golden records."""
import difflib
import pathlib
import tempfile

from house import INCLUDE, ROOT, bad, core, done, must

recorded = (ROOT / "abi/golden/level-1.txt").read_text()
count = 0
for triplet, qemu in (("powerpc64-linux-gnu", "qemu-ppc64"),
                      ("powerpc64le-linux-gnu", "qemu-ppc64le"),
                      ("aarch64-linux-gnu", "qemu-aarch64")):
    with tempfile.TemporaryDirectory() as tmp:
        exe = pathlib.Path(tmp) / "golden"
        must(triplet + "-gcc", "-std=c11", "-O2", "-static", "-I", INCLUDE,
             *sorted((ROOT / "tests/golden").glob("*.c")), *core(".c"), "-o", exe)
        now = must(qemu, exe)
    if now != recorded:
        diff = difflib.unified_diff(recorded.splitlines(), now.splitlines(), "recorded", triplet,
                                    lineterm="", n=0)
        bad(f"{triplet}: answers differ\n" + "\n".join(list(diff)[:40]))
    count += len(now.splitlines())
done(count, "answers on other machines")
