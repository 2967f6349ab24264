#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""VERSION is the version everywhere: version.py <shared library> <hvpolicy.pc>"""
import re
import sys

from house import INCLUDE, ROOT, bad, done, must

version = (ROOT / "VERSION").read_text().strip()
if not re.fullmatch(r"\d+\.\d+\.\d+", version):
    bad(f"VERSION is «{version}»")
major, minor, _ = version.split(".")


def same(what, found, wanted):
    if found != wanted:
        bad(f"{what} says {found}, VERSION means {wanted}")


def first(pattern, text):
    m = re.search(pattern, text, re.M)
    return m[1] if m else None


header = (INCLUDE / "hvpolicy/version.h").read_text()
numbers = re.findall(r"#define HVP_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)\b", header)
same("version.h", ".".join(numbers), version)
same("hvpolicy.pc", first(r"^Version: (.*)$", open(sys.argv[2], encoding="utf-8").read()), version)
same("SONAME", first(r"SONAME.*\[(.*)\]", must("readelf", "-d", sys.argv[1])),
     f"libhvpolicy.so.{major}")
nodes = re.findall(r"^([\w.]+) *\{", (ROOT / "abi/hvpolicy.map").read_text(), re.M)
same("the newest node of abi/hvpolicy.map", nodes[-1] if nodes else None,
     f"HVPOLICY_{major}.{minor}")
same("the top heading of CHANGELOG.md",
     first(r"^## \[?v?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text()), version)
same("the top entry of examples/debian/changelog",
     first(r"^hvpolicy \((\d+\.\d+\.\d+)-\d+\)", (ROOT / "examples/debian/changelog").read_text()),
     version)
done(6, "places of the version")
