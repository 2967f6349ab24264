#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every source file says its licence in its first three lines, and says the same."""
from house import ROOT, bad, done, tracked

LINE = "SPDX-License-" + "Identifier: GPL-2.0-only OR BSD-2-Clause"
SUFFIXES = {".c", ".h", ".cpp", ".def", ".py", ".sh", ".map", ".list", ".build", ".1", ".in",
            ".bash", ".yml", ".dox", ".S", ".suppr"}
NAMES = {"meson_options.txt", ".gitignore", ".clang-tidy", ".clang-format", "quickstart",
         "run-tests", "run", "update", "Makefile", "Kbuild"}

count = 0
for path in tracked():
    name = path.relative_to(ROOT)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        continue
    head = text.split("\n")[:3]
    lines = [line for line in head if "SPDX-License-" + "Identifier" in line]
    # a script by its first line, whatever its name
    if path.suffix in SUFFIXES or path.name in NAMES or text.startswith("#!"):
        count += 1
        if not lines:
            bad(f"{name}: no SPDX line in its first three lines")
    for line in lines:
        if LINE not in line or "WITH" in line:
            bad(f"{name}: another licence: {line.strip()}")
for name, words in (("GPL-2.0-only", "GNU GENERAL PUBLIC LICENSE"),
                    ("BSD-2-Clause", "Redistribution and use in source and binary forms")):
    path = ROOT / "LICENSES" / (name + ".txt")
    if not path.exists() or words not in path.read_text():
        bad(f"LICENSES/{name}.txt is not the text of the licence")

# Debian's copyright file says the same.
text = (ROOT / "examples/debian/copyright").read_text()
if f"\nLicense: {LINE.split(': ')[1]}\n" not in text:
    bad("examples/debian/copyright: another licence")
bsd = (ROOT / "LICENSES/BSD-2-Clause.txt").read_text().splitlines()
if "".join(f" {line or '.'}\n" for line in bsd) not in text:
    bad("examples/debian/copyright: not the text of LICENSES/BSD-2-Clause.txt")
done(count, "source files")
