#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the core costs: bench.py [--update | --time]

Instructions of every hot function (bench.def) on x86_64 and ppc64le, counted one by one under user
emulation, beside the same answer by hand. The core is compiled as a kernel would,
  one     with its caller as one translation unit, and so is what is by hand
  apart   as objects of their own
  shared  as the shared object
Then text, constants and the largest stack of a function, for each module on ppc64le. All must be
what budget.txt says: a count above it is too dear, one that is more than 3 % below is a budget that
nobody keeps. --update writes what was seen. --time tells nanoseconds on this machine, medians of
paired runs less an empty call, and asks nothing of them.

On the path of a nested entry (ENTRY) what is accepted may not cost more as one translation unit
than by hand, but for the rows BENCH_DEARER of bench.def, which say how much and why. Through the
shared object nothing is added but the call.
"""
import argparse
import concurrent.futures
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "check"))
from house import ARCH, INCLUDE, bad, core, done, must, tool

HERE = ROOT / "tests" / "bench"
BUDGET = HERE / "budget.txt"
COMPILER = "12"
SLACK = 0.03
COLUMNS = ["one", "hand", "apart", "shared"]
MODULE = ["text", "rodata", "stack"]
MACHINES = {"x86_64": "qemu-x86_64", "ppc64le": "qemu-ppc64le"}
TUNE = {"x86_64": [], "ppc64le": ["-mcpu=power9"]}
# the shared object as src/meson.build has it
MESON = re.findall(r"'(-fno-semantic[^']+|-Wl,-[Bz][^']+)'", (ROOT / "src/meson.build").read_text())
PIC = ["-fPIC", "-fvisibility=hidden", *(flag for flag in MESON if flag.startswith("-f"))]
LIBRARY = ["-shared", "-Wl,--version-script=" + str(ROOT / "abi/hvpolicy.map"),
           *(flag for flag in MESON if flag.startswith("-Wl"))]
FLAGS = ["-std=c11", "-O2", "-fno-stack-protector", "-fno-pic", "-Wall", "-Wextra", "-Werror",
         "-I", INCLUDE, "-I", HERE]
# What a call through the shared object adds: the stub, and on ppc64le both sides' TOC pointers; how
# many calls a case makes, if not one; and the share of code that finds its constants otherwise.
CALL = {"x86_64": 5, "ppc64le": 7}
CALLS = {("gsb_walk", "1-element"): 3, ("gsb_walk", "163-elements"): 165}
PIC_SHARE = 0.05


class Build:
    """The three programs of one machine, in a folder."""

    def __init__(self, folder, arch):
        self.folder = folder / arch
        self.folder.mkdir()
        self.arch = arch
        self.triplet, kernel = ARCH[arch]
        self.flags = [*FLAGS, *TUNE[arch]]
        self.kernel = [*self.flags, *kernel]
        version = must(self.triplet + "-gcc", "-dumpversion").strip()
        if version.split(".")[0] != COMPILER:
            bad(f"{arch}: budget.txt is of gcc {COMPILER}, this is {version}")

    def cc(self, *argv):
        must(self.triplet + "-gcc", *argv, cwd=self.folder)

    def objects(self, sources, folder, *flags):
        """One object a file, compiled by one command."""
        to = self.folder / folder
        to.mkdir()
        must(self.triplet + "-gcc", *flags, "-c", *sources, cwd=to)
        return sorted(to.glob("*.o"))

    def one(self):
        """The core and both sides of the table as one file."""
        text = "#define HVP_API static inline\n#define HVP_LOCAL static inline\n"
        text += "".join(f'#include "{path}"\n' for path in
                        [*core(".c"), HERE / "lib.c", HERE / "hand.c"])
        source = self.folder / "one.c"
        source.write_text(text)
        return self.objects([source], "one", *self.kernel)

    def programs(self):
        """Name and arguments of each program."""
        sides = self.objects([HERE / "lib.c", HERE / "hand.c"], "sides", *self.kernel)
        runner = self.objects([HERE / "bench.c"], "runner", *self.flags)
        apart = self.objects(core(".c"), "apart", *self.kernel, "-fstack-usage")
        link = [*self.flags, "-no-pie", *runner]
        self.cc(*link, "-static", *self.one(), *apart, "-o", "run-one")
        self.cc(*link, "-static", *sides, *apart, "-o", "run-apart")
        pic = self.objects(core(".c"), "pic", *self.kernel, *PIC)
        self.cc(*LIBRARY, *pic, "-o", "libhvpolicy.so")
        self.cc(*link, *sides, "libhvpolicy.so", "-Wl,-z,now,-rpath,$ORIGIN", "-o", "run-shared")
        return {how: self.folder / f"run-{how}" for how in ("one", "apart", "shared")}

    def run(self, program):
        """Instructions of each call: {(function, case, path): {side: count}}."""
        root = "/" if self.arch == platform.machine() else f"/usr/{self.triplet}"
        end, log = os.pipe()
        with subprocess.Popen([tool(MACHINES[self.arch]), "-L", root, "-singlestep", "-d",
                               "exec,nochain", "-D", f"/dev/fd/{log}", program], text=True,
                              stdout=subprocess.PIPE, pass_fds=[log]) as emulator:
            os.close(log)
            with open(end, encoding="ascii") as lines:
                counts = calls(lines, *self.place(program, "bench_run"))
            rows = [line.split("\t") for line in emulator.stdout.read().splitlines()]
        if emulator.returncode or len(rows) != len(counts):
            sys.exit(f"FAILED: {self.arch}: {len(rows)} calls, {len(counts)} counted")
        found = {}
        for (side, name, what, path), count in zip(rows, counts):
            found.setdefault((name, what, path), {})[side] = count
        return found

    def place(self, program, name):
        """Where a function begins and ends."""
        for line in must(self.triplet + "-nm", "-S", program).splitlines():
            cells = line.split()
            if cells[-1] == name:
                return int(cells[0], 16), int(cells[0], 16) + int(cells[1], 16)
        return sys.exit(f"FAILED: {program.name} has no {name}")

    def modules(self):
        """Text and constants of each object, and the largest stack of a function in it."""
        found = {}
        for obj in sorted((self.folder / "apart").glob("*.o")):
            text = must(self.triplet + "-size", "-A", obj)
            of = {"text": 0, "rodata": 0, "stack": 0}
            for section, size in re.findall(r"^\.(\w+)\S*\s+(\d+)", text, re.M):
                if section in of:
                    of[section] += int(size)
                if section in ("data", "bss", "sdata", "sbss") and int(size):
                    bad(f"{obj.stem}: {size} bytes of .{section}")
            of["stack"] = max([int(line.split("\t")[1]) for line in
                               obj.with_suffix(".su").read_text().splitlines()], default=0)
            found[obj.stem] = of
        found["all"] = {"text": sum(of["text"] for of in found.values()),
                        "rodata": sum(of["rodata"] for of in found.values()),
                        "stack": max(of["stack"] for of in found.values())}
        return found


def calls(log, begin, end):
    """What is executed between a call that bench_run() makes and its return, for each."""
    counts, count, inside, called = [], 0, False, False
    for line in log:
        if not line.startswith("Trace"):
            continue
        here = begin <= int(line.split("/", 2)[1], 16) < end
        if here and not inside:
            if called:
                counts.append(count)
            called = not called
        elif not here and called:
            count = 1 if inside else count + 1
        inside = here
    return counts


def measured(build):
    """What was seen on a machine: columns by (machine, function, case), and their paths."""
    found, paths = {}, {}
    for how, program in build.programs().items():
        for (name, what, path), sides in build.run(program).items():
            key = build.arch, name, what
            row = found.setdefault(key, {"one": 0, "hand": 0})
            row[how] = sides["lib"]
            if how == "one":
                row["hand"] = sides.get("hand", 0)
            paths[key] = path
    return found, paths


def read_budget():
    """The lines of the file."""
    found = {}
    for line in BUDGET.read_text().splitlines():
        cells = line.split("#")[0].split()
        if cells:
            columns = MODULE if cells[0] == "module" else COLUMNS
            size = len(cells) - len(columns)
            found[tuple(cells[:size])] = dict(zip(columns, map(int, cells[size:])))
    return found


def write_budget(found):
    """All lines, in their order."""
    kept = [line for line in BUDGET.read_text().splitlines() if line.startswith("#")]
    lines = [" ".join([*key, *(str(found[key][c]) for c in
                               (MODULE if key[0] == "module" else COLUMNS))]) for key in found]
    BUDGET.write_text("\n".join(kept + lines) + "\n")


def compare(found, budget):
    """Each number against its budget."""
    count = 0
    for key in [*found, *(key for key in budget if key not in found)]:
        name = " ".join(key)
        if key not in found or key not in budget:
            bad(f"{name}: " + ("not in budget.txt" if key in found else "in budget.txt only"))
            continue
        for column, number in found[key].items():
            limit = budget[key][column]
            count += 1
            if number > limit:
                bad(f"{name}: {number} {column}, the budget is {limit}")
            elif number < limit * (1 - SLACK):
                bad(f"{name}: {number} {column}, the budget of {limit} is slack")
    return count


def dearer_rows():
    """What is allowed to cost more than by hand: {function: ({machine: instructions}, why)}."""
    text = (HERE / "bench.def").read_text()
    rows = re.findall(r'^BENCH_DEARER\((\w+), (\d+), (\d+),\s+"([^"]+)"\)', text, re.M)
    return {name: ({"ppc64le": int(power), "x86_64": int(x86)}, why)
            for name, power, x86, why in rows}


def rules(found, paths):
    """Not dearer than by hand on the path of an entry; a shared object adds the call."""
    allowed, most = dearer_rows(), {}
    for (arch, name, what), row in found.items():
        if paths[arch, name, what] == "ENTRY" and not what.startswith("no-"):
            most[name, arch] = max(most.get((name, arch), 0), row["one"] - row["hand"])
        added = row["shared"] - row["apart"]
        limit = CALL[arch] * CALLS.get((name, what), 1) + PIC_SHARE * row["apart"]
        if added > limit:
            bad(f"{arch} {name} {what}: the shared object adds {added} instructions to "
                f"{row['apart']}, not only the call")
    for (name, arch), number in most.items():
        limit = allowed.get(name, ({}, ""))[0].get(arch, 0)
        if number != limit:
            bad(f"{arch} {name}: as one translation unit up to {number} more than by hand, "
                f"bench.def allows {limit}")
    for name in set(allowed) - {name for name, _ in most}:
        bad(f"{name} of BENCH_DEARER is no function on the path of an entry")


def table(head, rows):
    """Markdown, in columns."""
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, ["-" * width for width in widths], *rows]:
        print("| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) + " |")
    print()


def show(found):
    """Instructions a call, and what is dearer than by hand."""
    cases = list(dict.fromkeys(key[1:] for key in found))
    for arch in MACHINES:
        print(f"Instructions a call, {arch}:\n")
        table(["function", "case", *COLUMNS], [
            [*case, *(found[arch, *case][c] or "-" for c in COLUMNS)] for case in cases])
    print("Dearer than by hand on the path of an entry, in instructions:\n")
    table(["function", "ppc64le", "x86_64", "why"],
          [[name, most["ppc64le"], most["x86_64"], why]
           for name, (most, why) in dearer_rows().items()])


def show_modules(found):
    """Bytes of each module."""
    print("Bytes, ppc64le:\n")
    table(["module", *MODULE], [[name, *of.values()] for name, of in found.items()])


def show_time(build):
    """Nanoseconds, of a program that runs here."""
    rows = {}
    for how, program in build.programs().items():
        for line in must(program, "time").splitlines():
            name, what, *ns = line.split("\t")
            row = rows.setdefault((name, what), {"hand": "-", "ratio": "-"})
            row[how] = ns[0]
            if how == "one" and len(ns) > 1:
                row["hand"] = ns[1]
                row["ratio"] = f"{float(ns[0]) / max(float(ns[1]), 0.1):.2f}"
    print(f"Nanoseconds a call, {build.arch}:\n")
    table(["function", "case", *COLUMNS, "one : hand"],
          [[*case, *(row[c] for c in COLUMNS), row["ratio"]] for case, row in rows.items()])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--time", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as tmp:
        if args.time:
            show_time(Build(pathlib.Path(tmp), platform.machine()))
            return
        builds = {arch: Build(pathlib.Path(tmp), arch) for arch in MACHINES}
        with concurrent.futures.ThreadPoolExecutor(len(builds)) as pool:
            parts = list(pool.map(measured, builds.values()))
        modules = builds["ppc64le"].modules()
    found = {key: row for part, _ in parts for key, row in part.items()}
    show(found)
    show_modules(modules)
    rules(found, {key: path for _, part in parts for key, path in part.items()})
    found |= {("module", name): of for name, of in modules.items()}
    if args.update:
        write_budget(found)
    done(compare(found, read_budget()), "numbers")


if __name__ == "__main__":
    main()
