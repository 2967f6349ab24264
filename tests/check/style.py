#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The part of the style that a reader of a diff would complain about: tabs in C, 100 columns,
no blanks at the end of a line. .clang-format has the rest, for who wants a tool to do it."""
import re

from house import ROOT, bad, done, tracked

COLUMNS = 100
# what is copied into a tree whose style has blanks
OTHERS = ("examples/libvirt/cpu/", "examples/qemu/")
count = 0
for path in tracked():
    name = path.relative_to(ROOT)
    is_c = path.suffix in (".c", ".h", ".cpp")
    if not is_c and path.suffix not in (".def", ".py", ".sh", ".build", ".map", ".list"):
        continue
    count += 1
    others = str(name).startswith(OTHERS)
    text = path.read_text()
    if text and not text.endswith("\n"):
        bad(f"{name}: no newline at the end")
    if text.endswith("\n\n"):
        bad(f"{name}: blank lines at the end")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line.expandtabs(8)) > COLUMNS:
            bad(f"{name}:{number}: {len(line.expandtabs(8))} columns, the limit is {COLUMNS}")
        if line != line.rstrip():
            bad(f"{name}:{number}: blanks at the end")
        if is_c and not others and re.match(r" {8}| +\t", line):
            bad(f"{name}:{number}: indented with blanks")
        if is_c and number > 1 and re.match(r"\s*//", line):
            bad(f"{name}:{number}: // comment")
done(count, "source files")
