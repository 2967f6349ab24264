#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Headers, symbol map, the program that links every function, and the library name the same
functions: abi_names.py <shared library>"""
import re
import sys

from abi_text import functions
from house import ROOT, bad, done, exports, strip_c

api, bare, declarations = functions()
for name in bare:
    bad(f"{name} is declared in a public header without HVP_API")
if declarations != len(api) or len(api) != len(set(api)):
    bad(f"{declarations} declarations with HVP_API, {len(set(api))} function names")

nodes = {}
previous = None
text = strip_c((ROOT / "abi/hvpolicy.map").read_text())
for m in re.finditer(r"([\w.]+)\s*\{([^}]*)\}\s*([\w.]*)\s*;", text):
    if (m[3] or None) != previous:
        bad(f"map: node {m[1]} does not follow {previous}")
    previous = m[1]
    body = re.sub(r"\b(global|local):", "", re.sub(r"\blocal:\s*\*;", "", m[2]))
    for name in (n.strip() for n in body.split(";")):
        if name in nodes:
            bad(f"map: {name} stands twice")
        if name:
            nodes[name] = m[1]
if "local: *;" not in " ".join(text.split()):
    bad("map: internals are not hidden (local: *;)")

consumer = (ROOT / "tests/install/consumer.c").read_text()
linked = re.findall(r"^\s*FUNCTION\((\w+)\)", consumer, re.M)

exported = exports(sys.argv[1])
for what, names in (("abi/hvpolicy.map", nodes), ("tests/install/consumer.c", linked),
                    ("the library", exported)):
    for name in sorted(set(api) - set(names)):
        bad(f"{name} is declared in the headers, but not in {what}")
    for name in sorted(set(names) - set(api)):
        bad(f"{name} is in {what}, but in no public header")
for name, node in nodes.items():
    if exported.get(name, node) != node:
        bad(f"{name} is exported in {exported[name]}, the map says {node}")
done(len(api), "functions of the ABI")
