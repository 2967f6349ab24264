#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Guest state buffers of real systems: gsb.py [--record] [--break FAULT]

A Linux L1 under QEMU's nested PAPR API starts L2s that leave in every way (gsb_linux.c), and a
plugin of QEMU writes down each H_GUEST_* hypercall (gsb_plugin.c). A hostile L1 without an
operating system sends what Linux does not (gsb_bare.c), in one sweep, and in boots of their own
what ends QEMU. The reader of tests/recorded then compares all that was seen with the library.
--record writes it to tests/recorded/gsb as well. --break puts a fault in, with which this check
must fail: few, exit, fatal and kernel are about what must be seen, bit, status and element change
what one call answered.
"""
import argparse
import collections
import concurrent.futures
import functools
import gzip
import re

import debian
import emulator
import initramfs
import power
import static
from house import bad, core, done, run
from result import table

SUITE = "bookworm-backports"
READER = debian.ROOT / "tests" / "recorded"
RECORDED = READER / "gsb"
LIVE = debian.CACHE / "gsb"
HEAD = ["kernel", "qemu", "cpu", "max", "boot", "sequence", "call", "arguments", "r3", "r4", "r5",
        "before", "after"]
CALLS = {0x460: "GET_CAPABILITIES", 0x464: "SET_CAPABILITIES", 0x470: "CREATE",
         0x474: "CREATE_VCPU", 0x478: "GET_STATE", 0x47c: "SET_STATE", 0x480: "RUN_VCPU",
         0x488: "DELETE"}
GET_STATE, SET_STATE, RUN_VCPU = 0x478, 0x47c, 0x480
# (processor, max-cpu-compat)
LINUX = [("power9", "-"), ("power10", "-"), ("power10", "power9"), ("power11", "-")]
# interrupts by which an L2 leaves; 0xf80 never: QEMU has no HFSCR where nothing has MSR[HV]
EXITS = {0x980, 0xc00, 0xe00, 0xe20, 0xe40}
ENDS = {"illegal": ("0", "0", "0xffffffffffffffea"), "mmio-load": ("0", "6", "0x100000000"),
        "hcall": ("0", "19", "0xf002")}
ALIKE = 3               # rows kept of those that differ in values only
ROWS_MIN = 400
BARE = ["power9", "power10", "power11"]
BARE_ROWS_MIN = 7900
BARE_SOURCES = ["gsb_start.S", "bare_power.c", "gsb_bare.c"]
# what ends QEMU 10, as gsb_bare.c counts it from 1 on
FATAL = ["set, a vCPU that is not there", "get, vCPU 2048", "get of 0x0002, no such vCPU",
         "get of the partition table", "get of the process table", "get of a run buffer",
         "partition table of 51 bits", "process table of 64 KiB", "output of 127 bytes",
         "input of 16385 bytes", "input at 0", "buffer above 1 MiB", "buffer of 3 bytes",
         "buffer of 0 bytes", "vCPU 2 after vCPU 0", "create after deleting all",
         "L2 with MSR[HV]", "last element behind all memory"]
FATAL_CPU = "power10"
# sixteen sets of capabilities, and two levels of L1 itself
FIRST = range(100, 118)
LIMIT = 120
SPOILS = ["bit", "status", "element"]


def elements(text):
    """(id, size) of each element of a buffer in hexadecimal."""
    if text == "-":
        return ()
    data, at, found = bytes.fromhex(text), 4, []
    for _ in range(int.from_bytes(data[:4], "big")):
        if at + 4 > len(data):
            break
        number, size = (int.from_bytes(data[at + i:at + i + 2], "big") for i in (0, 2))
        found.append((number, size))
        at += 4 + size
    return tuple(found)


@functools.cache
def version_of(qemu):
    """Such as 10.0.2."""
    return re.search(r"version ([0-9.]+)", debian.must(qemu[0], "--version"))[1]


class Call:
    """A row of the plugin: its cells as text, and what a reader asks first."""

    def __init__(self, line):
        self.cells = line.rstrip("\n").split("\t")
        self.number = int(self.cells[1], 16)
        self.arguments = [int(text, 16) for text in self.cells[2].split(",")]
        self.r3 = int(self.cells[3])
        self.trap = int(self.cells[4], 16) if self.number == RUN_VCPU and not self.r3 else None
        self.before, self.after = map(elements, self.cells[6:8])

    def shape(self):
        """All but values: not which guest, which address and what a register holds."""
        length = self.arguments[4:] if self.number in (GET_STATE, SET_STATE) else []
        return (self.number, self.arguments[0], *length, self.r3, self.trap, self.before,
                self.after)


def few_alike(calls):
    """The first few of each shape, of those that differ, with how many there were."""
    shapes = collections.defaultdict(list)
    counts = collections.Counter()
    for call in calls:
        kept, values = shapes[call.shape()], call.cells[6:8]
        counts[call.shape()] += 1
        if len(kept) < ALIKE and values not in [other.cells[6:8] for other in kept]:
            kept.append(call)
    rows = [[*call.cells, str(counts[shape])] for shape, kept in shapes.items() for call in kept]
    return sorted(rows, key=lambda row: int(row[0]))


def write(folder, name, more, rows):
    """A recorded file that is the same bytes for the same rows."""
    text = "".join("\t".join(row) + "\n" for row in [[*HEAD, *more], *rows])
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.tsv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


class Linux:
    """One boot of a Linux L1."""

    def __init__(self, qemu, kernel, files, plugin, cpu, maximum, options=""):
        self.name = cpu + (f"-max-{maximum}" if maximum != "-" else "")
        self.name += f"-{options.split('=')[-1]}" if options else ""
        raw = debian.CACHE / f"gsb-{self.name}.raw"
        ram = debian.CACHE / f"gsb-{self.name}.cpio"
        initramfs.write(ram, {**files, **kernel.modules})
        machine = "pseries,cap-nested-papr=on,x-vof=on"
        machine += f",max-cpu-compat={maximum}" if maximum != "-" else ""
        self.run = emulator.boot([
            *qemu, "-M", machine, "-cpu", cpu, "-m", "1G", "-smp", "1", "-accel", "tcg",
            "-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot",
            "-plugin", f"{plugin},out={raw}", "-kernel", kernel.image, "-initrd", ram, "-append",
            f"console=hvc0 quiet loglevel=4 panic=-1 rdinit=/init {options}"])
        raw.with_suffix(".log").write_text("\n".join(self.run.log) + "\n")
        with open(raw, encoding="ascii") as lines:
            self.calls = [Call(line) for line in lines if line.endswith("\n")]
        self.release = (self.run.named("release") or [["?"]])[0][0]
        self.rows = few_alike(self.calls)
        self.system = [self.release, version_of(qemu), cpu, maximum, "0"]

    def judge(self, rows_min, exits):
        """An end, all calls, enough rows, every way to leave, and the ends that are known."""
        said = [row[0] for row in self.run.named("failed")]
        if said or not self.run.ended:
            bad(f"{self.name}: " + (said or self.run.log[-1:] or ["no output"])[0])
        missing = set(CALLS) - {call.number for call in self.calls}
        if missing:
            bad(f"{self.name}: no " + ", ".join(CALLS[number] for number in sorted(missing)))
        if len(self.rows) < rows_min:
            bad(f"{self.name}: only {len(self.rows)} rows")
        traps = {call.trap for call in self.calls if call.trap is not None}
        if traps != exits:
            bad(f"{self.name}: L2 left by {sorted(map(hex, traps))}")
        for name, end in ENDS.items():
            if (name, *end) not in {tuple(row[:4]) for row in self.run.named("exit")}:
                bad(f"{self.name}: no L2 {name} that ends with {' '.join(end)}")


def boot_bare(qemu, image, cpu, scenario, api="cap-nested-papr"):
    """One boot of the L1 without an operating system; it finds its scenario in the initrd."""
    name = debian.CACHE / f"{image.stem}-{cpu}-{scenario}"
    name.with_suffix(".initrd").write_text(str(scenario))
    run = emulator.boot([
        *qemu, "-M", f"pseries,{api}=on,x-vof=on,kernel-addr=0x10000000", "-cpu", cpu,
        "-m", "1G", "-smp", "1", "-accel", "tcg", "-nodefaults", "-display", "none", "-serial",
        "stdio", "-no-reboot", "-kernel", image, "-initrd", name.with_suffix(".initrd")], LIMIT)
    name.with_suffix(".log").write_text("\n".join(run.log) + "\n")
    return run


def bare_rows(qemu, cpu, scenario, run):
    """The rows of a boot, numbered as those of the plugin are."""
    system = ["-", version_of(qemu), cpu, "-", str(scenario)]
    return [[*system, str(number), *row] for number, row in enumerate(run.named("row"))]


def bare_sweep(qemu, image, cpu, rows_min):
    """Every call that QEMU survives, and then each way to begin."""
    runs = {}
    for scenario in [0, *FIRST]:
        run = boot_bare(qemu, image, cpu, scenario)
        if not run.ended:
            bad(f"bare {cpu}: {(run.log or ['no output'])[-1]}")
        runs[scenario] = bare_rows(qemu, cpu, scenario, run)
    rows = runs.pop(0)
    if len(rows) < rows_min or {int(row[6], 16) for row in rows} != set(CALLS):
        bad(f"bare {cpu}: only {len(rows)} rows")
    return rows, [row for first in runs.values() for row in first]


def bare_fatal(qemu, image, scenario, name):
    """The calls up to the one after which QEMU is no more, and its last words."""
    run = boot_bare(qemu, image, FATAL_CPU, scenario)
    rows = [[*row, "-"] for row in bare_rows(qemu, FATAL_CPU, scenario, run)]
    tried = run.named("try")
    if run.ended or run.seconds >= LIMIT or len(tried) != len(rows) + 1:
        bad(f"bare: QEMU survives: {name}")
        return rows
    words = re.search(r"(spapr_nested|mmu-radix64)\.c.*", run.log[-1])
    call, arguments, _, _, _, before, _ = tried[-1]
    last = [*rows[0][:5], str(len(rows)), call, arguments, "-", "-", "-", before, "-"]
    return [*rows, [*last, words[0] if words else "-"]]


def judge_abort(host):
    """L1's user asks for a process table of a size that QEMU asserts away."""
    if host.run.ended or host.run.named("process-table")[-1:] != [["4"]] or \
            "copy_state_proctbl" not in host.run.log[-1]:
        bad(f"{host.name}: QEMU does not abort: {host.run.log[-1:]}")


def show(hosts):
    """What was seen: calls by host, and element ids by the kind of buffer."""
    table("calls", ["host", "release", *CALLS.values(), "rows", "seconds"],
          [[host.name, host.release,
            *(sum(call.number == number for call in host.calls) for number in CALLS),
            len(host.rows), f"{host.run.seconds:.1f}"] for host in hosts])
    sizes = collections.defaultdict(set)
    for host in hosts:
        for call in host.calls:
            kind = "SET" if call.number == SET_STATE else "GET" if call.number == GET_STATE \
                else "RUN input"
            sizes[kind].update(call.before)
            if call.number == RUN_VCPU:
                sizes["RUN output"].update(call.after)
    table("elements", ["buffer", "ids", "sizes"],
          [[kind, len({number for number, _ in found}), " ".join(
              str(size) for size in sorted({size for _, size in found}))]
           for kind, found in sorted(sizes.items())])
    return sizes


def spoil(rows, fault):
    """Change what the first call that a fault is about answered."""
    column = {name: HEAD.index(name) for name in HEAD}
    for row in rows:
        call, r3, after = (row[column[name]] for name in ("call", "r3", "after"))
        if fault == "status" and call == "47c" and r3 == "0":
            row[column["r3"]] = "-79"
        elif fault == "bit" and call == "478" and r3 == "0" and len(after) > 16:
            row[column["after"]] = after[:-1] + ("1" if after[-1] == "0" else "0")
        elif fault == "element" and call == "480" and after.startswith("00000004"):
            row[column["after"]] = "00000003" + after[8:]
        else:
            continue
        break


def compare(folder):
    """What was just seen, with the library: by the reader of what was recorded."""
    program = debian.CACHE / "recorded"
    debian.must("gcc", *static.FLAGS[1:], "-I", debian.ROOT / "include", *READER.glob("*.c"),
                *core(".c"), "-o", program)
    compared = run(program, folder)
    print("\nwith the library\n" + compared.stdout.rstrip())
    if compared.returncode:
        bad("what was seen is not what the library says")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--break", dest="fault", default="none",
                        choices=["none", "few", "exit", "fatal", "kernel", *SPOILS])
    args = parser.parse_args()
    kernel = power.Kernel(SUITE, power.META + ("-missing" if args.fault == "kernel" else ""))
    qemu = tuple(power.emulator_of())
    plugin = debian.CACHE / "gsb_plugin.so"
    debian.must("gcc", "-shared", "-fPIC", *static.FLAGS[1:], static.HERE / "gsb_plugin.c",
                "-o", plugin)
    files = {"init": static.program(debian.CACHE / "init-gsb", "powerpc64le-linux-gnu",
                                    ["init.c", "commands.c", "kvm_power.c", "gsb_linux.c"])}
    image = static.bare(debian.CACHE / "gsb-bare.elf", BARE_SOURCES)
    times = 100 if args.fault == "few" else 1
    names = FATAL + (["nothing"] if args.fault == "fatal" else [])
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        # the longest first
        linux = pool.map(lambda machine: Linux(qemu, kernel, files, plugin, *machine),
                         [*LINUX, ("power10", "-", "hvp.abort=process-table")])
        sweeps = pool.map(lambda cpu: bare_sweep(qemu, image, cpu, BARE_ROWS_MIN * times), BARE)
        ends = pool.map(lambda at: bare_fatal(qemu, image, *at), enumerate(names, 1))
        *hosts, aborted = linux
        sweeps, ends = list(sweeps), list(ends)
    judge_abort(aborted)
    for host in hosts:
        host.judge(ROWS_MIN * times, EXITS | ({0xf80} if args.fault == "exit" else set()))
    show(hosts)
    table("without an operating system", ["processor", "calls", "refused", "first capabilities"],
          [[cpu, len(rows), sum(row[8] != "0" for row in rows), len(first)]
           for cpu, (rows, first) in zip(BARE, sweeps)])
    table("QEMU ends", ["call", "arguments", "case", "last words"],
          [[*rows[-1][6:8], name, rows[-1][-1]] for name, rows in zip(names, ends) if rows])
    files = {
        "gsb-linux": (["alike"], [[*host.system, *row] for host in hosts for row in host.rows]),
        "gsb-bare": ([], [row for rows, _ in sweeps for row in rows]),
        "gsb-capabilities": ([], [row for _, first in sweeps for row in first]),
        "gsb-fatal": (["words"], [row for rows in ends for row in rows]),
    }
    if args.record:
        for name, (more, rows) in files.items():
            write(RECORDED, name, more, rows)
    spoil(files["gsb-bare"][1], args.fault)
    for name, (more, rows) in files.items():
        write(LIVE, name, more, rows)
    compare(LIVE)
    done(sum(len(rows) for _, rows in files.values()), "rows")


if __name__ == "__main__":
    main()
