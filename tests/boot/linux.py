#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The kernel with the core in it, and kernels without: linux.py [--quick] [--patched DIR]
[--unpatched DIR] [--break patch|release|processor|few|kunit]

Boots Debian's kernels, and the one in a folder with a vmlinux (and modules of KVM, if it has any),
under emulation. As L0 on a bare machine each runs a nested guest of hand-made instructions; what
comes back is compared with the core, and on a kernel without it with the core and its named
departures. The patched kernel also takes levels as L1, and its KUnit suites are counted.
--unpatched is the same kernel without the patch, for the cost of a nested entry. --break puts a
fault in, with which this check must fail.
"""
import argparse
import collections
import concurrent.futures
import pathlib
import re
import sys
import time

import debian
import power
import static
from house import bad, done
from result import table

# (kernel, processor, comparisons there must be)
ENTER = [("6.1", "power10", 9000), ("6.1", "power9", 9000),
         ("6.12", "power10", 9000), ("6.12", "power9", 9000)]
ENTER_PATCHED = [("patched", "power10", 9000), ("patched", "power9", 9000)]
QUICK_CASES = 350
# (kernel, processor, API, maximum, comparisons)
LEVELS = [("patched", "power9", "v1", "-", 8000), ("patched", "power10", "v1", "-", 8000),
          ("patched", "power11", "v1", "-", 8000), ("patched", "power10", "v1", "power9", 8000),
          ("patched", "power10", "v2", "-", 8000), ("patched", "power11", "v2", "-", 8000),
          ("patched", "power9", "bare", "-", 8000), ("patched", "power10", "bare", "-", 8000)]
LEVELS_QUICK = [("patched", "power10", "v1", "-", 8000)]
# what a kernel without the core must show
SHOWN = {"6.1": {"CLEAR_HEAI", "SET_HEAI", "CROSS_ENDIAN"},
         "6.12": {"CLEAR_HEAI", "SET_HEAI", "CROSS_ENDIAN"}}
PATCHED = "hvp.patched=yes"
# one instruction is 8 ns, and the time base counts 512 MHz
ICOUNT = ["-icount", "shift=3,sleep=off"]
TICKS = 8 * 0.512
SUITES_MIN = 1
STAMP = re.compile(r"^\[ *[0-9.]+\] ")

# a fault, as an option of the program that comes before the truth
FAULTS = {"none": "", "patch": "", "release": "hvp.release=6.13.1", "processor": "hvp.cpu=power8",
          "few": "", "kunit": ""}


class Own:
    """A kernel that was built: its image, and its modules of KVM."""

    def __init__(self, folder):
        self.image = pathlib.Path(folder, "vmlinux")
        if not self.image.is_file():
            sys.exit(f"FAILED: {self.image} is missing")
        self.modules = {f"modules/{name}": path for name in ("kvm.ko", "kvm-hv.ko")
                        if (path := pathlib.Path(folder, name)).is_file()}


class Enter(power.Host):
    """A bare machine whose KVM is asked by an L1 of hand-made instructions."""

    def __init__(self, qemu, kernels, machine, words):
        super().__init__(qemu, kernels, (*machine[:2], "bare", "-", machine[2]), words)
        self.name += "-enter"


class Cost(Enter):
    """The same, for 1,000 entries whose instructions the emulator counts."""

    more = ICOUNT

    def __init__(self, qemu, kernels, release):
        super().__init__(qemu, kernels, (release, "power10", 1), "hvp.test=cost")
        self.name += "-cost"


def loud(host):
    """KUnit's report is on the console, where the kernel says it."""
    if host.release == "patched":
        host.words = "loglevel=7"
    return host


def show_enter(runs):
    """Cases, matched by the core alone or by a departure."""
    rows, kinds = [], collections.Counter()
    for host, run in runs.items():
        of, right, departed = (sum(int(row[i]) for row in run.named("kind")) for i in (1, 2, 3))
        rows.append([host.name, (run.named("release") or [["?"]])[0][0], of, right, departed,
                     of - right - departed, f"{run.seconds:.1f}"])
        for row in run.named("kind"):
            kinds[host.release, row[0], "of"] += int(row[1])
            kinds[host.release, row[0], "core"] += int(row[2])
            kinds[host.release, row[0], "departure"] += int(row[3])
        if host.release == "patched" and departed:
            bad(f"{host.name}: {departed} departures")
    table("nested entry, L0", ["host", "release", "of", "by core", "by departure", "mismatches",
                               "seconds"], rows)
    table("by question", ["kernel", "question", "by core", "by departure", "of"],
          [[*key, kinds[(*key, "core")], kinds[(*key, "departure")], kinds[(*key, "of")]]
           for key in sorted({key[:2] for key, of in kinds.items() if of})])


def show_departures(runs):
    """Where the answers are not the core's, or are the emulator's own, by name."""
    departures = collections.Counter()
    for host, run in runs.items():
        for name, facts, party, count in run.named("departure"):
            departures[host.release, party, name, facts] += int(count)
    table("by departure", ["kernel", "whose", "departure", "facts", "cases"],
          [[*key, count] for key, count in sorted(departures.items())])
    for release in {host.release for host in runs} & set(SHOWN):
        for name in SHOWN[release] - {key[2] for key in departures if key[0] == release}:
            bad(f"{release}: {name} shows nowhere")


def show_levels(runs):
    """The levels that the patched kernel takes."""
    rows = []
    for host, run in runs.items():
        of, right, departed = (sum(int(row[i]) for row in run.named("kind")) for i in (1, 2, 3))
        names = {row[0] for row in run.named("departure")}
        rows.append([host.name, of, right, departed, " ".join(sorted(names)) or "-",
                     f"{run.seconds:.1f}"])
    table("levels", ["host", "of", "by core", "by departure", "which", "seconds"], rows)


def kunit(host, run, fault):
    """Suites and tests that the kernel ran before its first program."""
    lines = [STAMP.sub("", line) for line in run.log]
    if fault == "kunit":
        lines = [line.replace("    ok 1 ", "    not ok 1 ", 1) for line in lines]
    suites = [line for line in lines if re.match(r"(not )?ok \d+ hvp", line)]
    tests = [line for line in lines if re.match(r" {4,}(not )?ok \d+ ", line)]
    plans = sum(int(line.split("..")[1]) for line in lines if re.match(r" {4,}1\.\.\d+$", line))
    wrong = [line.strip() for line in suites + tests
             if line.strip().startswith("not ok") or "# SKIP" in line]
    for line in wrong:
        bad(f"{host.name}: KUnit: {line}")
    if len(suites) < SUITES_MIN or len(tests) != plans:
        bad(f"{host.name}: KUnit: {len(suites)} suites, {len(tests)} tests of {plans}")
    return [host.name, len(suites), len(tests), len(wrong)]


def show_cost(runs):
    """Instructions of L0, L1 and L2 from before H_ENTER_NESTED to behind it."""
    rows = []
    for host, run in runs.items():
        for name, hfscr, *ticks in run.named("cost"):
            rows.append([host.release, name, hfscr,
                         *(f"{int(tick) / TICKS:.0f}" for tick in ticks)])
    table("instructions of a nested entry", ["kernel", "L2", "HFSCR", "least", "quartile",
                                             "median", "quartile"], sorted(rows))
    return len(rows)


def find_kernels(options):
    """Debian's kernels, and those that were built here."""
    kernels = {release: power.Kernel(suite, power.META) for release, suite in
               power.KERNELS.items() if not options.quick or release == "6.12"}
    for name in ("patched", "unpatched"):
        if getattr(options, name):
            kernels[name] = Own(getattr(options, name))
    return kernels


def plan(options, qemu, kernels):
    """The boots: nested entries, levels, cost."""
    fault = FAULTS[options.fault]
    test = "hvp.test=" + ("quick" if options.quick else "full")
    enter = []
    for release, cpu, least in ENTER + ENTER_PATCHED:
        if release not in kernels or (options.quick and cpu != "power10"):
            continue
        # the fault: a kernel without the patch is taken for one with it
        patched = release == "patched" or options.fault == "patch"
        enter.append(loud(Enter(qemu, kernels, (release, cpu,
                                                QUICK_CASES if options.quick else least),
                                f"{fault} {test} {PATCHED if patched else ''}")))
    levels = [power.Host(qemu, kernels, machine, f"{fault} {PATCHED}") for machine in
              (LEVELS_QUICK if options.quick else LEVELS) if "patched" in kernels]
    cost = [Cost(qemu, kernels, release) for release in ("6.12", "unpatched", "patched")
            if release in kernels and not options.quick]
    if options.fault == "few":
        enter[0].cases_min *= 20
    return enter, levels, cost


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--patched", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--unpatched", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--break", dest="fault", choices=FAULTS, default="none")
    options = parser.parse_args()
    began = time.monotonic()
    kernels, qemu = find_kernels(options), power.emulator_of()
    programs = {name: static.program(debian.CACHE / f"init-{name}", "powerpc64le-linux-gnu",
                                     ["init.c", "commands.c", "kvm_power.c", *sources])
                for name, sources in {"enter": ["nested_power.c", "enter_power.c"],
                                      "levels": ["sweep_power.c"]}.items()}
    enter, levels, cost = plan(options, qemu, kernels)
    ready = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        hosts = [*((host, "enter") for host in enter), *((host, "levels") for host in levels),
                 *((host, "enter") for host in cost)]
        runs = dict(zip((host for host, _ in hosts), pool.map(
            lambda pair: pair[0].boot({"init": programs[pair[1]]}), hosts)))
    entered = {host: runs[host] for host in enter}
    show_enter(entered)
    show_departures(entered)
    if levels:
        show_levels({host: runs[host] for host in levels})
        table("KUnit", ["host", "suites", "tests", "failures"],
              [kunit(host, runs[host], options.fault) for host in enter
               if host.release == "patched"])
    if cost and show_cost({host: runs[host] for host in cost}) != 2 * len(cost):
        bad("the cost of an entry is missing")
    print(f"\npackages and programs {ready - began:.0f} s, {len(runs)} boots "
          f"{time.monotonic() - ready:.0f} s")
    done(sum(int(row[1]) for run in runs.values() for row in run.named("kind")), "comparisons")


if __name__ == "__main__":
    main()
