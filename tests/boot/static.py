# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A static program of another architecture, with the core built into it."""
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
