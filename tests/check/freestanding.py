#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The core's objects need nothing and change nothing: freestanding.py <arch>

Each file is compiled alone, with gcc and clang, as a kernel would and again as position
independent code. The merged object has no undefined symbol, not even memcpy; no section that
can be written; no function that takes more than 256 bytes of stack.
"""
import pathlib
import re
import sys
import tempfile

from house import ARCH, INCLUDE, ROOT, WARN, bad, core, done, freestanding_include, must, run

STACK = 256
KERNEL = ("-std=c11 -O2 -ffreestanding -nostdlib -nostdinc -fno-stack-protector "
          "-fstack-usage").split()
# Names and sections that the linker makes, not the code: the ABIs of ppc64 and i386 need them.
LINKER_SYMBOLS = {".TOC.", "_GLOBAL_OFFSET_TABLE_"}
LINKER_SECTIONS = {".toc", ".opd"}

triplet, flags = ARCH[sys.argv[1]]


def sections(obj):
    """(name, size, flags) of every section."""
    out = must(triplet + "-readelf", "-SW", obj)
    pattern = (r"^\s*\[\s*\d+\]\s+(\S+)\s+[A-Z_]+\s+[0-9a-f]+ [0-9a-f]+ "
               r"([0-9a-f]+) [0-9a-f]+ +(\w*) ")
    return [(m[1], int(m[2], 16), m[3]) for m in re.finditer(pattern, out, re.M)]


def check_writable(obj, what):
    for name, size, attributes in sections(obj):
        if "W" in attributes and "A" in attributes and size and name not in LINKER_SECTIONS:
            bad(f"{what}: {size} bytes of writable section {name}")
    for line in must(triplet + "-readelf", "-sW", obj).splitlines():
        if re.search(r"\bCOM\b", line):
            bad(f"{what}: common symbol {line.split()[-1]}")


def bytes_in(obj, prefix):
    return sum(size for name, size, _ in sections(obj) if name.startswith(prefix))


def check_merged(obj, how):
    undefined = {line.split()[-1] for line in must(triplet + "-nm", "-u", obj).splitlines()}
    for name in sorted(undefined - LINKER_SYMBOLS):
        bad(f"{how}: undefined symbol {name}")
    if not bytes_in(obj, ".text"):
        bad(f"{how}: no code in the merged object")


def check_stack(folder, how):
    """.su files: place TAB bytes TAB static, or dynamic (alloca), or dynamic,bounded."""
    count = 0
    for su in sorted(folder.glob("*.su")):
        for line in su.read_text().splitlines():
            place, size, kind = line.split("\t")
            count += 1
            if int(size) > STACK or kind == "dynamic":
                bad(f"{how}: {place} takes {size} bytes of stack ({kind}), the limit is {STACK}")
    return count


functions = 0
with tempfile.TemporaryDirectory() as tmp:
    for cc in ([triplet + "-gcc"], ["clang", "--target=" + triplet]):
        for pic in ([], ["-fPIC"]):
            how = " ".join([cc[0], triplet] + pic)
            folder = pathlib.Path(tmp) / how.replace(" ", "_")
            folder.mkdir()
            objects = []
            for source in core(".c"):
                objects.append(folder / (source.stem + ".o"))
                r = run(*cc, *KERNEL, *flags, *pic, *WARN, "-isystem",
                        freestanding_include(cc[0]), "-I", INCLUDE, "-c", source, "-o",
                        objects[-1], cwd=folder)
                if r.returncode:
                    bad(f"{how}: {source.relative_to(ROOT)}\n{r.stdout}")
                    objects.pop()
                else:
                    check_writable(objects[-1], f"{how}: {source.relative_to(ROOT)}")
            merged = folder / "merged"
            must(triplet + "-ld", "-r", "-o", merged, *objects)
            check_merged(merged, how)
            functions += check_stack(folder, how)
            print(f"{how}: " + ", ".join(f"{bytes_in(merged, s)} {s}"
                                         for s in (".text", ".rodata", ".eh_frame")))
done(functions, "functions compiled")
