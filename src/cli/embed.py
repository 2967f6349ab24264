#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Style sheet and script of a page as arrays in C: embed.py OUTPUT FILE...

An array is named after its file. Lines lose their indentation; the SPDX line stays.
"""
import pathlib
import sys

output, *files = map(pathlib.Path, sys.argv[1:])
parts = ["/* Made by embed.py. */\n#include \"grid.h\"\n"]
for path in files:
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    # stands in a CDATA section, whose marks are in comments
    data = ("*/\n" + "\n".join(lines) + "\n/*").encode()
    numbers = [", ".join(map(str, data[i:i + 16])) for i in range(0, len(data), 16)]
    name = path.name.replace(".", "_")
    parts.append(f"\nconst char {name}[] = {{\n\t" + ",\n\t".join(numbers) + ",\n\t0\n};\n")
output.write_text("".join(parts))
