#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Real KVM/arm64 against the core: arm64.py [--quick] [--suite S] [--break FAULT]

Boots Debian's kernels under emulation. First each host sweeps its firmware pseudo-registers and
saves guests; then each host loads the guests of all others as QEMU does. --break puts a fault in,
with which this check must fail.
"""
import argparse
import collections
import concurrent.futures
import json
import re
import time

import command
import debian
import emulator
import initramfs
import static
from house import bad, done
from result import VERDICTS, table

SUITES = ["bookworm", "bookworm-backports", "trixie-backports"]
TRIPLET = "aarch64-linux-gnu"
META = "linux-image-cloud-arm64"
# (processor, more of the kernel's command line): vulnerable, mitigated and unaffected occur
MACHINES = [("neoverse-n1", ""), ("neoverse-n1", "mitigations=off"), ("cortex-a57", ""),
            ("cortex-a53", "")]
SOURCES = ["init.c", "commands.c", "kvm_arm64.c", "host_arm64.c", "sweep_arm64.c", "stream_arm64.c"]
CASES_MIN = 30000       # of one boot
PROBE = "/bin/hvpolicy probe --qemu none --name here"
LOADS = 6               # of one guest: two VMMs, three streams
SHOWN = ["same", "changed", "refused", "broken"]     # what nothing shows is not tested

# a fault, as an option of the program
FAULTS = {"none": "", "release": " hvp.release=6.13.0", "mitigation": " hvp.lie=mitigation",
          "stream": " hvp.lie=stream"}


class Host:
    """A kernel on a processor."""

    def __init__(self, image, processor, options):
        self.release = re.search(r"/linux-\w+-(\d+\.\d+)", str(image))[1]
        self.name = f"{self.release}-{processor}" + (f"-{options}" if options else "")
        self.image = image
        self.processor = processor
        self.options = options

    def boot(self, what, files):
        """Boot with these files; the test's program is among them."""
        ram = debian.CACHE / f"{self.name}-{what}.cpio"
        initramfs.write(ram, files)
        run = emulator.boot([
            "qemu-system-aarch64", "-M", "virt,virtualization=on,gic-version=3",
            "-cpu", self.processor, "-m", "512", "-accel", "tcg", "-nodefaults",
            "-display", "none", "-serial", "stdio", "-no-reboot", "-kernel", self.image,
            "-initrd", ram, "-append",
            f"console=ttyAMA0 quiet loglevel=1 panic=-1 rdinit=/init {self.options}"])
        (debian.CACHE / f"{self.name}-{what}.log").write_text("\n".join(run.log) + "\n")
        self.judge(what, run)
        return run

    def judge(self, what, run):
        """What every boot must have: an end, and nothing that could not be done."""
        said = [row[0] for row in run.named("failed")]
        if said or not run.ended:
            bad(f"{self.name}: {what}: " + (said or run.log[-1:] or ["no output"])[0])


def judge_probe(host, run):
    """The profile that the command writes on this host: what the library says, and no more."""
    said = [row[0] for row in run.named("out")]
    try:
        arm64 = json.loads("\n".join(said))["arm64"]
    except (ValueError, KeyError, TypeError):
        arm64 = None
    if run.named("ran") != [[PROBE, "0"]] or not arm64:
        bad(f"{host.name}: {PROBE}: {run.named('ran')} {' '.join(said)[:200]}")
        return
    offers = run.named("offer")
    if arm64["fwregs"]["listed"] != [row[0] for row in offers if row[1] == "1"]:
        bad(f"{host.name}: probe lists {arm64['fwregs']['listed']}")
    want = {row[0]: int(row[2], 16) for row in offers}
    value = {name: int(text, 16) for name, text in arm64["fwregs"]["value"].items()}
    if not want or value != want:
        bad(f"{host.name}: probe says {value}, the library {want}")
    if not arm64["registers"] or arm64["flags"] != ["psci-0.1", "psci-0.2"]:
        bad(f"{host.name}: probe says {arm64['registers']} registers, {arm64['flags']}")


def sweep(host, files, options):
    """The first boot of a host: sweep and save, then the command's probe."""
    host.options += options
    run = host.boot("sweep", {**files, "commands": PROBE + "\n"})
    judge_probe(host, run)
    for row in run.named("mismatch"):
        bad(f"{host.name}: {' '.join(row)}")
    cases = sum(int(row[1]) for row in run.named("count"))
    if cases < CASES_MIN:
        bad(f"{host.name}: only {cases} comparisons")
    return run


def states(host, run):
    """The guests that a host saved, as the program reads them."""
    text = ""
    for row in run.rows:
        if row[0] == "state":
            row = ["state", f"{host.name}/{row[1]}", *row[2:]]
        if row[0] in ("state", "reg"):
            text += "\t".join(row) + "\n"
    return text


def restore(host, files, incoming):
    """The second boot of a host: loads the guests of the others."""
    run = host.boot("restore", {"init": files["init"], "states": incoming})
    expected = incoming.count("state\t")
    if not expected or len(run.named("load")) != LOADS * expected:
        bad(f"{host.name}: {len(run.named('load'))} loads of {expected} guests")
    for row in run.named("load"):
        if [row[3], row[5]] != [row[4], row[6]]:
            bad(f"{host.name} loads {' '.join(row)}")
    return run


def show_sweeps(runs):
    """Cases predicted, of how many."""
    rows = []
    for host, run in runs.items():
        said = (run.named("host") or [["?"] * 7])[0]
        cases = [(int(row[1]), int(row[2])) for row in run.named("count")]
        right = sum(of - wrong for of, wrong in cases)
        rows.append([host.name, said[0], " ".join(said[1:4]), right, sum(of for of, _ in cases),
                     f"{run.seconds:.1f}"])
    table("sweep (v2 ssb bhb: 0 vulnerable, 1 mitigated, 2 unaffected)",
          ["host", "release", "v2 ssb bhb", "predicted", "of", "seconds"], rows)
    total = collections.Counter()
    for host, run in runs.items():
        for name, of, wrong in run.named("count"):
            total[host.release, name, "of"] += int(of)
            total[host.release, name, "right"] += int(of) - int(wrong)
    names = sorted({key[:2] for key in total})
    table("by register", ["kernel", "register", "predicted", "of"],
          [[*key, total[(*key, "right")], total[(*key, "of")]] for key in names])


def show_loads(runs):
    """What became of the guests, and whether that was said before; which verdicts there are."""
    total = collections.Counter()
    for host, run in runs.items():
        for row in run.named("load"):
            key = (f"{row[0].split('-')[0]} -> {host.release}", row[1])
            total[key, VERDICTS[int(row[4])]] += 1
            total[key, "of"] += 1
            total[key, "right"] += row[3] == row[4] and row[5] == row[6]
            total[key, "others"] += row[7] != "0"
    table("save and restore (others: of these, with system registers that were refused)",
          ["kernels", "VMM", *VERDICTS, "predicted", "of", "others"],
          [[*key, *(total[key, verdict] for verdict in VERDICTS), total[key, "right"],
            total[key, "of"], total[key, "others"]]
           for key in sorted({key for key, _ in total})])
    return {key[1] for key in total}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--break", dest="fault", choices=FAULTS, default="none")
    parser.add_argument("--suite", action="append", default=SUITES[:],
                        help="one more suite of Debian to take a kernel from")
    parser.add_argument("--quick", action="store_true", help="one processor of each kernel")
    args = parser.parse_args()
    fault = FAULTS[args.fault]
    began = time.monotonic()
    images = [debian.Archive("arm64", suite).kernel(META) for suite in args.suite]
    files = {"init": static.program(debian.CACHE / "init-arm64", TRIPLET, SOURCES),
             **command.build("arm64", TRIPLET, "aarch64")}
    machines = MACHINES[:1] if args.quick else MACHINES
    hosts = [Host(image, *machine) for image in images for machine in machines]
    ready = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        swept = dict(zip(hosts, pool.map(lambda h: sweep(h, files, fault), hosts)))
        saved = {host: states(host, run) for host, run in swept.items()}
        loaded = dict(zip(hosts, pool.map(
            lambda h: restore(h, files, "".join(s for k, s in saved.items() if k is not h)),
            hosts)))
    show_sweeps(swept)
    shown = show_loads(loaded)
    for verdict in [] if args.quick else set(SHOWN) - shown:
        bad(f"no guest is {verdict}")
    print(f"\npackages and programs {ready - began:.0f} s, {2 * len(hosts)} boots "
          f"{time.monotonic() - ready:.0f} s, the longest "
          f"{max(run.seconds for run in [*swept.values(), *loaded.values()]):.0f} s")
    done(sum(int(row[1]) for run in swept.values() for row in run.named("count")) +
         sum(len(run.named("load")) for run in loaded.values()), "comparisons")


if __name__ == "__main__":
    main()
