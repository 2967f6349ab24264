#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every line and branch of the core is run by the unit and recorded tests, and 85 % of the
command's lines by its own: coverage.py <new build folder>"""
import pathlib
import sys

from house import ROOT, bad, core, done, must, run

CLI_LINES = 85.0
build = pathlib.Path(sys.argv[1]).resolve()
LCOV = ["lcov", "--quiet", "--rc", "lcov_branch_coverage=1"]


def tests(*suites):
    r = run("meson", "test", "-C", build, "--no-rebuild", "--print-errorlogs",
            *(a for s in suites for a in ("--suite", s)))
    if r.returncode or "No suitable tests" in r.stdout:
        bad(f"tests under coverage: {' '.join(suites)}\n{r.stdout}")


def measure(name):
    """file -> (lines, lines not run, branches, branches not taken); items are line numbers."""
    info = build / (name + ".info")
    must(*LCOV, "--capture", "--directory", build, "--output-file", info)
    out, source = {}, None
    for line in info.read_text().splitlines():
        kind, _, rest = line.partition(":")
        if kind == "SF":
            source = out.setdefault(pathlib.Path(rest).resolve(), ([], [], [], []))
        elif kind == "DA":
            number, count = rest.split(",")[:2]
            source[0].append(int(number))
            if count == "0":
                source[1].append(int(number))
        elif kind == "BRDA":
            number, _, _, taken = rest.split(",")
            source[2].append(int(number))
            if taken in ("-", "0"):
                source[3].append(int(number))
    return out


def percent(total, missing):
    return 100.0 * (total - missing) / total if total else 0.0


def summary(what, found):
    """Lines and branches of some files in percent."""
    n = [sum(len(f[i]) for f in found) for i in range(4)]
    lines, branches = percent(n[0], n[1]), percent(n[2], n[3])
    print(f"{what}: {lines:.1f} % of {n[0]} lines, {branches:.1f} % of {n[2]} branches")
    return lines, branches


must("meson", "setup", build, "-Db_coverage=true", "-Dbuildtype=debug", cwd=ROOT)
must("ninja", "-C", build)
tests("unit", "recorded")
measured = measure("core")
found = []
for path in core(".c"):
    if path not in measured:
        if path.name != "abi_asserts.c":  # assertions only, no code
            bad(f"{path.relative_to(ROOT)} is not in the measurement")
        continue
    found.append(measured[path])
    for kind, missing in (("line not run", measured[path][1]),
                          ("branch not taken", measured[path][3])):
        for number in sorted(set(missing)):
            bad(f"{path.relative_to(ROOT)}:{number}: {kind}")
summary("core", found)

tests("cli")
found = [f for p, f in measure("all").items() if p.is_relative_to(ROOT / "src/cli")]
if not found or summary("command", found)[0] < CLI_LINES:
    bad(f"the command: fewer than {CLI_LINES} % of the lines")
done(len(measured), "files measured")
