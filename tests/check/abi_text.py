#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the public headers promise, as text that can be compared with abi/.

functions()  every function declared with HVP_API
rows(name)   "code NAME" of every row of status.def or reason.def
layout(m)    size of every structure and place of every member in one data model
constants()  value of every enumerator and every macro that is a number
"""
import pathlib
import re
import tempfile

from house import INCLUDE, MODELS, must, public_headers, strip_c, tool, umbrella_tu

ROWS = {"statuses.txt": ("status.def", "HVP_STATUS"), "reasons.txt": ("reason.def", "HVP_REASON")}
# What says where a list ends moves when the list grows.
MOVES = re.compile(r"HVP_\w+_(END|LATEST) ")


def preprocessed(cc=("gcc",), prefix="", text=None, more=()):
    return must(*cc, "-E", "-P", "-x", "c", "-std=c11", "-ffreestanding", "-I", INCLUDE, *more,
                "-", input=umbrella_tu(prefix) if text is None else text)


def without_attributes(text):
    """Drop __attribute__((...)), whose arguments may have parentheses of their own."""
    while True:
        start = re.search(r"__attribute__\s*\(", text)
        if not start:
            return text
        depth, end = 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        text = text[:start.start()] + text[end:]


def functions():
    """Names behind HVP_API, and names of hvp_ functions declared without it."""
    text = without_attributes(preprocessed(prefix="#define HVP_API @api@\n"))
    api = re.findall(r"@api@[^;{}()]*?\b(\w+)\s*\(", text)
    anything = set(re.findall(r"\b(hvp_\w+)\s*\(", text))
    return sorted(api), sorted(anything - set(api)), text.count("@api@")


def rows(name):
    """The code is the second argument in both files; it stands as written."""
    file, macro = ROWS[name]
    text = preprocessed(text=f"#define {macro}(name, code, ...) @row@ code name @end@\n"
                             f"#include <hvpolicy/{file}>\n")
    return [" ".join(row.split()) for row in re.findall(r"@row@(.*?)@end@", text, re.S)]


def layout(model):
    """pahole reads the object, nothing is run; DWARF of other machines is fine with it."""
    tool("pahole")
    lines = []
    with tempfile.TemporaryDirectory() as tmp:
        obj = pathlib.Path(tmp) / "headers.o"
        must(*MODELS[model], "-x", "c", "-std=c11", "-ffreestanding", "-gdwarf-4",
             "-fno-eliminate-unused-debug-types", "-fno-eliminate-unused-debug-symbols", "-I",
             INCLUDE, "-c", "-", "-o", obj, input=umbrella_tu() + "int hvp_unit;\n")
        names = set(re.findall(r"\b(?:struct|union)\s+(hvp_\w+)\s*\{", preprocessed()))
        for name in sorted(names):
            text = must("pahole", "--classes_as_structs", "-M", "-C", name, obj)
            if "/* size:" not in text:
                raise SystemExit(f"FAILED: pahole does not know struct {name}:\n{text}")
            size = re.findall(r"/\* size: (\d+)", text)[-1]
            lines.append(f"{name} size {size}")
            member = r"^\s+([^/{}]*?)(\w+)((?:\[\d*\])*);\s*/\*\s*(\d+)\s+(\d+)\s*\*/"
            for m in re.finditer(member, text, re.M):
                kind = " ".join((m[1] + m[3]).split())
                lines.append(f"{name}.{m[2]} offset {m[4]} size {m[5]} {kind}")
    return lines


def constants():
    """Enumerators and macros by value, through one small program."""
    enumerators = []
    for body in re.findall(r"\benum\s+hvp_\w+\s*\{(.*?)\}", preprocessed(), re.S):
        enumerators += re.findall(r"\bHVP_\w+(?=\s*(?:=|,|$))", body, re.M)
    macros = []
    for header in public_headers():
        macros += re.findall(r"^\s*#\s*define\s+(HVP_\w+)[ \t]+\S", strip_c(header.read_text()),
                             re.M)
    # what is no number (HVP_API) or is the version itself says nothing about the ABI
    skip = re.compile(r"HVP_(API|BEGIN_DECLS|END_DECLS|VERSION.*)$")
    names = sorted({n for n in enumerators + macros if not skip.match(n)})
    program = umbrella_tu() + '#include <stdio.h>\nint main(void)\n{\n'
    program += "".join(f'\tprintf(({n}) < 0 ? "{n} %lld\\n" : "{n} %#llx\\n", (long long)({n}));\n'
                       for n in names) + "}\n"
    with tempfile.TemporaryDirectory() as tmp:
        exe = pathlib.Path(tmp) / "constants"
        must("gcc", "-x", "c", "-std=c11", "-I", INCLUDE, "-", "-o", exe, input=program)
        return must(exe).splitlines()


def texts():
    """Every generated file of abi/ by name."""
    out = {name: rows(name) for name in ROWS}
    out |= {f"layout-{model}.txt": layout(model) for model in MODELS}
    out["constants.txt"] = constants()
    return out
