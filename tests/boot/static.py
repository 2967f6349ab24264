# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A static program of another architecture, or one without an operating system, with the core
built into it."""
from debian import ROOT, must
from house import core

HERE = ROOT / "tests" / "boot"
FLAGS = ["-static", "-O2", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wshadow",
         "-Wstrict-prototypes", "-Wmissing-prototypes"]


def program(to, triplet, sources, *more):
    """Compile files of this folder into one static program."""
    must(f"{triplet}-gcc", *FLAGS, *more, "-I", ROOT / "include", "-I", HERE,
         *(HERE / name for name in sources), *core(".c"), "-o", to)
    return to


def bare(to, sources, more=core(".c")):
    """Compile files of this folder for a big endian POWER without an operating system."""
    must("powerpc64-linux-gnu-gcc", *FLAGS, "-ffreestanding", "-nostdlib", "-fno-stack-protector",
         "-fno-pic", "-mabi=elfv2", "-mcpu=power9", "-msoft-float", "-mno-altivec", "-mno-vsx",
         # loops of memset() and memcpy() stay what they are
         "-fno-tree-loop-distribute-patterns", "-fno-asynchronous-unwind-tables",
         "-I", ROOT / "include", "-I", HERE, *(HERE / name for name in sources), *more,
         "-Wl,--build-id=none,--no-warn-rwx-segments", "-T", HERE / "gsb_bare.ld", "-o", to)
    return to
