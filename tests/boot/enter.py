#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The kernel with the core in it, and kernels without: enter.py [--quick] [--build]
[--patched DIR] [--unpatched DIR] [--break patch|release|processor|few|kunit]

Boots Debian's kernels, and the one in the folder where it was built (vmlinux, .config, and modules
of KVM, if it has any), under emulation. As L0 on a bare machine each runs a nested guest of
hand-made instructions; what comes back is compared with the core, and on a kernel without it with
the core and its named departures. The patched kernel also takes levels as L1, and its KUnit suites
are counted. --unpatched is the same kernel without the patch, for the cost of a nested entry.
--build builds both (examples/linux/build; with --quick only the patched one). --break puts a fault
in, with which this check must fail.
"""
import argparse
import collections
import concurrent.futures
import pathlib
import re
import time

import debian
import enter_hosts
import power
import static
import three
from house import bad, done
from result import table

# (kernel, processor, comparisons there must be)
ENTER = [("6.1", "power10", 9000), ("6.1", "power9", 9000),
         ("6.12", "power10", 9000), ("6.12", "power9", 9000)]
ENTER_PATCHED = [("patched", "power10", 9000), ("patched", "power9", 9000)]
QUICK_CASES = 350
HARDWARE_CASES = 26
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
SUITES_MIN = 7
STAMP = re.compile(r"^\[ *[0-9.]+\] ")

PROGRAMS = {"enter": ["nested_power.c", "enter_power.c"], "levels": ["sweep_power.c"],
            "guest": ["nested_power.c", "guest_power.c"], "exits": ["gsb_linux.c"]}
# how an L2 of nested PAPR ends: errno, reason, detail; its L1 took it for lost, or it runs on
LOST = ["0", "0", "0xffffffffffffffea"]
RUNS_ON = ["0", "19", "0xf002", "0x704"]
HEAI = {"illegal", "illegal-prefixed", "breakpoint", "tbegin"}
PROGRAM_OF = {"hardware": "enter", "cost": "enter"}

# a fault, as an option of the program that comes before the truth
FAULTS = {"none": "", "patch": "", "release": "hvp.release=6.13.1", "processor": "hvp.cpu=power8",
          "few": "", "kunit": ""}


def loud(host):
    """KUnit's report is on the console, where the kernel says it."""
    if host.release == "patched":
        host.words = "loglevel=7 kunit.enable=1"
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
    suites = [line for line in lines if re.match(r"(not )?ok \d+ \w", line)]
    tests = [line for line in lines if re.match(r" {4,}(not )?ok \d+ ", line)]
    plans = sum(int(line.split("..")[1]) for line in lines if re.match(r" {4,}1\.\.\d+$", line))
    wrong = [line.strip() for line in suites + tests
             if line.strip().startswith("not ok") or "# SKIP" in line]
    for line in wrong:
        bad(f"{host.name}: KUnit: {line}")
    if len(suites) < SUITES_MIN or len(tests) != plans:
        bad(f"{host.name}: KUnit: {len(suites)} suites, {len(tests)} tests of {plans}")
    cases = sum(int(count) for count in re.findall(r"(?m)^ +# \w+: (\d+) cases$",
                                                    "\n".join(lines)))
    return [host.name, len(suites), len(tests), cases, len(wrong)]


def show_hardware(hosts):
    """Registers of the processor while L2 runs."""
    rows = []
    for host in hosts:
        rows.append([host.name, host.cases, host.matched, host.departed,
                     host.cases - host.matched - host.departed])
        if host.cases < HARDWARE_CASES or (host.release == "patched" and host.departed):
            bad(f"{host.name}: {host.cases} L2 looked at, {host.departed} departures")
    table("registers while L2 runs", ["host", "of", "by core", "by departure", "mismatches"], rows)
    return sum(host.cases for host in hosts)


def show_three(runs):
    """A guest that rings its doorbell: of the bare machine, and of the Linux in that."""
    rows = []
    for host, run in runs.items():
        inside = [row[1:] for row in run.named("out") if row[0] == "HVP:kind"]
        for where, kinds in (("L1", run.named("kind")), ("L2", inside)):
            rows += [[host.name, where, *kind[1:]] for kind in kinds]
        for row in run.named("out"):
            if row[0] in ("HVP:mismatch", "HVP:failed"):
                bad(f"{host.name}: inside: {' '.join(row[1:])}")
        if len(inside) != 1 or inside[0][1] != inside[0][2]:
            bad(f"{host.name}: the Linux in it says {inside}")
    table("a guest that rings its doorbell", ["host", "guest", "of", "by core", "by departure",
                                              "mismatches"], rows)


def show_exits(runs):
    """L2s of nested PAPR whose instruction is illegal: HEIR as QEMU sends it."""
    rows = []
    for host, run in runs.items():
        exits = run.named("exit")
        lost = [name for name, *end, _ in exits if end == LOST]
        on = [name for name, *end in exits if end == RUNS_ON]
        rows.append([host.name, len(exits), len(lost), len(on), f"{run.seconds:.1f}"])
        if (lost or not HEAI <= set(on)) if host.patched else not HEAI <= set(lost):
            bad(f"{host.name}: lost {' '.join(lost)}; in its program interrupt {' '.join(on)}")
    table("L2s of nested PAPR, L1", ["host", "exits", "lost", "in a program interrupt", "seconds"],
          rows)


def show_cost(runs):
    """Instructions of L0, L1 and L2 from before H_ENTER_NESTED to behind it."""
    rows = []
    for host, run in runs.items():
        for name, hfscr, *ticks in run.named("cost"):
            rows.append([host.release, name, hfscr,
                         *(f"{int(tick) / enter_hosts.TICKS:.0f}" for tick in ticks)])
    table("instructions of a nested entry", ["kernel", "L2", "HFSCR", "least", "quartile",
                                             "median", "quartile"], sorted(rows))
    return len(rows)


def build(options):
    """Kernels from Debian's source, as examples/linux makes them."""
    for name, how in (("patched", []), ("unpatched", ["--plain"])):
        if name == "unpatched" and options.quick:
            continue
        said = debian.must(debian.ROOT / "examples/linux/build", *how).splitlines()
        print("\n".join(said[-2:-1]), flush=True)
        setattr(options, name, pathlib.Path(said[-1]).parent)


def find_kernels(options):
    """Debian's kernels, and those that were built here."""
    kernels = {release: power.Kernel(suite, power.META) for release, suite in
               power.KERNELS.items() if not options.quick or release == "6.12"}
    for name in ("patched", "unpatched"):
        if getattr(options, name):
            kernels[name] = enter_hosts.Own(getattr(options, name))
    return kernels


def plan(options, qemu, kernels):
    """The boots, by what is shown of them."""
    fault = FAULTS[options.fault]
    test = "hvp.test=" + ("quick" if options.quick else "full")

    def patched(release):
        """The fault: a kernel without the patch is taken for one with it."""
        return release == "patched" or options.fault == "patch"

    enter = []
    for release, cpu, least in ENTER + ENTER_PATCHED:
        if release not in kernels or (options.quick and cpu != "power10"):
            continue
        enter.append(loud(enter_hosts.Enter(qemu, kernels, (release, cpu,
                                                QUICK_CASES if options.quick else least),
                                f"{fault} {test} {PATCHED if patched(release) else ''}")))
    levels = [power.Host(qemu, kernels, machine, f"{fault} {PATCHED}") for machine in
              (LEVELS_QUICK if options.quick else LEVELS) if "patched" in kernels]
    hardware = [enter_hosts.Hardware(qemu, kernels, (host.release, host.cpu, 1),
                                     host.options.replace("full", "hardware"))
                for host in enter if not options.quick]
    # without the patch L0 does not get at such an instruction of an emulated L2, which stays there
    inside = [three.Three(qemu, kernels, ("patched", "power10")) for name in kernels
              if name == "patched" and not options.quick]
    cost = [enter_hosts.Cost(qemu, kernels, release) for release in ("6.12", "unpatched", "patched")
            if release in kernels and not options.quick]
    exits = [enter_hosts.Exits(qemu, kernels, release, patched(release))
             for release in kernels if release != "6.1"]
    if options.fault == "few":
        enter[0].cases_min *= 20
    return {"enter": enter, "levels": levels, "hardware": hardware, "guest": inside, "cost": cost,
            "exits": exits}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--build", action="store_true")
    parser.add_argument("--patched", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--unpatched", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--break", dest="fault", choices=FAULTS, default="none")
    options = parser.parse_args()
    began = time.monotonic()
    if options.build:
        build(options)
    kernels, qemu = find_kernels(options), power.emulator_of()
    programs = {name: static.program(debian.CACHE / f"init-{name}", "powerpc64le-linux-gnu",
                                     ["init.c", "commands.c", "kvm_power.c", *sources])
                for name, sources in PROGRAMS.items()}
    boots = plan(options, qemu, kernels)
    ready = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pairs = [(host, kind) for kind, hosts in boots.items() for host in hosts]
        runs = dict(zip((host for host, _ in pairs), pool.map(
            lambda pair: pair[0].boot({"init": programs[PROGRAM_OF.get(pair[1], pair[1])]}),
            pairs)))
    ran = {kind: {host: runs[host] for host in hosts} for kind, hosts in boots.items()}
    show_enter(ran["enter"])
    show_departures(ran["enter"])
    if ran["levels"]:
        show_levels(ran["levels"])
        table("KUnit", ["host", "suites", "tests", "cases", "failures"],
              [kunit(host, run, options.fault) for host, run in ran["enter"].items()
               if host.release == "patched"])
    looked = show_hardware(ran["hardware"]) if ran["hardware"] else 0
    if ran["guest"]:
        show_three(ran["guest"])
    show_exits(ran["exits"])
    if ran["cost"] and show_cost(ran["cost"]) != 2 * len(ran["cost"]):
        bad("the cost of an entry is missing")
    print(f"\npackages and programs {ready - began:.0f} s, {len(runs)} boots "
          f"{time.monotonic() - ready:.0f} s")
    done(looked + sum(int(row[1]) for run in runs.values() for row in run.named("kind")),
         "comparisons")


if __name__ == "__main__":
    main()
