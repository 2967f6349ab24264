#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Real KVM-HV against the core: power.py [--break release|maximum|few|kernel]

Boots Debian's kernels under emulation, as pseries guests and on bare machines. Each host sweeps the
levels of its guests; the first ones save a guest of each level that they take, and the others load
all of these. --break puts a fault in, with which this check must fail.
"""
import argparse
import collections
import concurrent.futures
import json
import lzma
import time

import command
import debian
import emulator
import initramfs
import static
from house import bad, done
from result import VERDICTS, table

KERNELS = {"6.1": "bookworm", "6.12": "bookworm-backports"}
META = "linux-image-powerpc64le"
# its libraries are those of the base release's qemu-system-arm
QEMU_SUITE = "bookworm-backports"
# (kernel, processor, nested API or bare machine, max-cpu-compat, comparisons there must be)
SAVERS = [
    ("6.1", "power9", "v1", "-", 8000),
    ("6.1", "power11", "v1", "-", 8000),
    ("6.1", "power10", "v2", "-", 3),   # knows no such API: no guest at all
    ("6.12", "power10", "v1", "power9", 8000),
    ("6.12", "power11", "v1", "power10", 8000),
    ("6.12", "power9", "v2", "-", 8000),
    ("6.12", "power11", "v2", "-", 8000),
]
LOADERS = [
    ("6.1", "power10", "v1", "-", 8000),
    ("6.1", "power10", "v1", "power9", 8000),
    ("6.1", "power10", "bare", "-", 8000),
    ("6.12", "power9", "v1", "-", 8000),
    ("6.12", "power10", "v1", "-", 8000),
    ("6.12", "power10", "v2", "-", 8000),
    ("6.12", "power10", "v2", "power9", 8000),
    ("6.12", "power9", "bare", "-", 8000),
]
CAPABILITY = {"v1": "cap-nested-hv", "v2": "cap-nested-papr"}
# what nothing shows is not tested
SHOWN = {"6.1": {"NO_COMPAT_CAPS"}, "6.12": {"NO_COMPAT_CAPS", "P11_ON_P10", "RAW_IS_LOST"}}
VERDICTS_SHOWN = {"same", "refused", "broken"}
PROBE = "/bin/hvpolicy probe --qemu none --name here"
SAID = 3                # mismatches of one boot; its log has more

# a fault, as an option of the program that comes before the truth
FAULTS = {"none": "", "release": "hvp.release=6.1.176", "maximum": "hvp.max=power8", "few": "",
          "kernel": ""}

class Kernel:
    """A Debian kernel: its image, and its modules of KVM, unpacked."""

    def __init__(self, suite, meta):
        archive = debian.Archive("ppc64el", suite)
        folder = archive.unpack(archive.newest(meta))
        self.image, = folder.glob("boot/vmlinu*")
        self.modules = {}
        for name in ("kvm.ko", "kvm-hv.ko"):
            path, = folder.glob(f"lib/modules/*/kernel/arch/powerpc/kvm/{name}*")
            if path.suffix == ".xz":
                packed, path = path, debian.CACHE / f"{suite}-{name}"
                path.write_bytes(lzma.decompress(packed.read_bytes()))
            self.modules[f"modules/{name}"] = path


def emulator_of():
    """QEMU from the backports: the base release's own does not know all of these machines."""
    arch = debian.must("dpkg", "--print-architecture").strip()
    archive = debian.Archive(arch, QEMU_SUITE)
    return [archive.unpack("qemu-system-ppc") / "usr/bin/qemu-system-ppc64",
            "-L", archive.unpack("qemu-system-data") / "usr/share/qemu"]


class Host:
    """A kernel on a machine."""

    words = "quiet loglevel=1"
    more = []               # options of the emulator
    memory = "1G"
    limit = 300             # seconds

    def watch(self, _):
        """What to do at a line of the console, and to type there."""
        return ""

    def __init__(self, qemu, kernels, machine, fault):
        self.release, self.cpu, self.api, self.maximum, self.cases_min = machine
        self.kernel = kernels[self.release]
        self.qemu = qemu
        self.name = f"{self.release}-{self.cpu}-{self.api}"
        if self.api == "bare":
            self.machine = self.cpu.replace("power", "powernv")
        else:
            self.machine = f"pseries,{CAPABILITY[self.api]}=on,x-vof=on"
        if self.maximum != "-":
            self.name += f"-max-{self.maximum}"
            self.machine += f",max-cpu-compat={self.maximum}"
        api = self.api if self.api == "bare" else f"nested-{self.api}"
        self.options = f"{fault} hvp.cpu={self.cpu} hvp.api={api} hvp.max={self.maximum}"

    def boot(self, files):
        """Boot with these files and the modules; the test's program is among them."""
        ram = debian.CACHE / f"power-{self.name}.cpio"
        initramfs.write(ram, {**files, **self.kernel.modules})
        run = emulator.boot([
            *self.qemu, "-M", self.machine, "-cpu", self.cpu, "-m", self.memory, "-smp", "1",
            "-accel", "tcg", "-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot",
            *self.more, "-kernel", self.kernel.image, "-initrd", ram, "-append",
            f"console=hvc0 {self.words} panic=-1 rdinit=/init {self.options}"], self.limit,
            self.watch)
        ram.with_suffix(".log").write_text("\n".join(run.log) + "\n")
        self.judge(run)
        return run

    def judge(self, run):
        """What every boot must have: an end, no mismatch, and enough comparisons."""
        said = [row[0] for row in run.named("failed")]
        if said or not run.ended:
            bad(f"{self.name}: " + (said or run.log[-1:] or ["no output"])[0])
        for row in run.named("mismatch")[:SAID]:
            bad(f"{self.name}: {' '.join(row)}")
        wrong, cases = (sum(int(row[i]) for row in run.named("kind")) for i in (4, 1))
        if wrong:
            bad(f"{self.name}: {wrong} mismatches in all")
        if cases < self.cases_min:
            bad(f"{self.name}: only {cases} comparisons")


def save(host, files):
    """A host that saves its guests, and then is probed by the command."""
    run = host.boot({**files, "commands": PROBE + "\n"})
    said = [row[0] for row in run.named("out")]
    ran = run.named("ran")
    text = "\n".join(said)
    try:
        profile = json.loads(text[text.index("{\n"):text.rindex("}") + 1])
        levels = profile["power"].get("levels")
    except (ValueError, KeyError, TypeError):
        levels = None
    # a kernel that makes no guest offers none
    want = [row[0] for row in run.named("offer")] if run.named("state") else None
    # 1: the profile is written, and something is missing, which is said
    if len(ran) != 1 or ran[0][1] not in ("0", "1") or want == [] or levels != want:
        bad(f"{host.name}: probe {ran} says {levels}, the library {want}: {text[:300]}")
    return run


def load(host, init, states):
    """A host that loads the guests of others."""
    run = host.boot({"init": init, "states": "".join(states)})
    if not states or len(run.named("load")) != len(states):
        bad(f"{host.name}: {len(run.named('load'))} loads of {len(states)} guests")
    return run


def show_sweeps(runs):
    """Cases predicted, of how many, by host, by what was asked, and by departure."""
    rows, kinds, departures = [], collections.Counter(), collections.Counter()
    for host, run in runs.items():
        of, right, departed = (sum(int(row[i]) for row in run.named("kind")) for i in (1, 2, 3))
        rows.append([host.name, (run.named("release") or [["?"]])[0][0], right + departed, of,
                     departed, f"{run.seconds:.1f}"])
        for row in run.named("kind"):
            for i, what in enumerate(("of", "core", "departure"), 1):
                kinds[host.release, row[0], what] += int(row[i])
        for name, facts, count in run.named("departure"):
            departures[host.release, name, facts] += int(count)
    table("sweep", ["host", "release", "predicted", "of", "by departure", "seconds"], rows)
    table("by question", ["kernel", "question", "by core", "by departure", "of"],
          [[*key, kinds[(*key, "core")], kinds[(*key, "departure")], kinds[(*key, "of")]]
           for key in sorted({key[:2] for key, of in kinds.items() if of})])
    table("by departure", ["kernel", "departure", "facts", "cases"],
          [[*key, count] for key, count in sorted(departures.items())])
    for release, names in SHOWN.items():
        for name in names - {key[1] for key in departures if key[0] == release}:
            bad(f"{release}: {name} shows nowhere")


def show_loads(runs):
    """What became of the guests, and whether that was said before."""
    total = collections.Counter()
    for host, run in runs.items():
        for name, _, verdict, fine in run.named("load"):
            key = f"{name.split('-')[0]} -> {host.release}"
            total[key, verdict] += 1
            total[key, "of"] += 1
            total[key, "predicted"] += fine == "1"
    head = [*VERDICTS, "predicted", "of"]
    table("save and restore", ["kernels", *head],
          [[key, *(total[key, what] for what in head)]
           for key in sorted({key for key, _ in total})])
    for verdict in VERDICTS_SHOWN - {key[1] for key in total}:
        bad(f"no guest is {verdict}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--break", dest="fault", choices=FAULTS, default="none")
    fault = parser.parse_args().fault
    began = time.monotonic()
    meta = META + ("-missing" if fault == "kernel" else "")
    kernels = {release: Kernel(suite, meta) for release, suite in KERNELS.items()}
    qemu = emulator_of()
    init = static.program(debian.CACHE / "init-power", "powerpc64le-linux-gnu",
                          ["init.c", "commands.c", "kvm_power.c", "sweep_power.c"])
    files = {"init": init, **command.build("ppc64el", "powerpc64le-linux-gnu", "ppc64")}
    savers, loaders = ([Host(qemu, kernels, machine, FAULTS[fault]) for machine in machines]
                       for machines in (SAVERS, LOADERS))
    if fault == "few":
        savers[0].cases_min *= 2
    ready = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = dict(zip(savers, pool.map(lambda host: save(host, files), savers)))
        states = [f"{host.name}\t{' '.join(row)}\n" for host, run in runs.items()
                  for row in run.named("state")]
        runs.update(zip(loaders, pool.map(lambda host: load(host, init, states), loaders)))
    show_sweeps(runs)
    show_loads(runs)
    print(f"\npackages and program {ready - began:.0f} s, {len(runs)} boots "
          f"{time.monotonic() - ready:.0f} s")
    done(sum(int(row[1]) for run in runs.values() for row in run.named("kind")), "comparisons")


if __name__ == "__main__":
    main()
