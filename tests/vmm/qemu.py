#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""QEMU that asks this library, and QEMU as it is: qemu.py [--quick] [--break FAULT]

Both are built from Debian's source package (examples/qemu). Of the unpatched one each defect must
show that the patch is about, of the patched one none: max-cpu-compat and the default of cap-sbbc on
every processor, H_ENTER_NESTED and H_GUEST_* of a hostile L1, and guests that are moved. What the
patched one answers is what the library says, without one named departure. --quick leaves the
unpatched one and some processors out. --break puts a fault in, with which this check must fail:
unpatched takes QEMU as it is for the patched one, answer changes one answer that was seen, tick one
of a guest's.
"""
import argparse
import concurrent.futures
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path += [str(TESTS / "boot"), str(TESTS / "check")]
import debian
import emulator
import gsb
import qemu_tree
import static
from house import bad, done
from result import table

HOME = debian.CACHE / "vmm"
PROCESSORS = ["power7", "power8", "power9", "power10", "power11"]
QUICK = ["power9", "power10"]
NESTING = ["power9", "power10", "power11"]
LEVELS = ["(unset)", "power6", "power7", "power7+", "power8", "power9", "power10", "power11",
          "junk"]
MATRIX = ["qemu", "cpu", "max-cpu-compat", "extra", "exit", "PVR,PCR(raw p $reg at reset)", "error"]
# of a release to which none of QEMU's departures belongs (tests/recorded/deviations.def)
CONFORMING = "9.9.0"
# what only the patched one says below an error
HINTS = "set max-cpu-compat="
SBBC = {False: "broken", True: "workaround"}    # by whether it is patched; POWER7 was right before
# status, and registers that L1 finds changed, of an L1 in QEMU's byte order (facts Q7)
LEAKS = {"plain": (3616, "LPCR"), "version 0": (3616, "LPCR"), "every HFSCR bit": (3616, "LPCR"),
         "lpid outside of the table": (3616, "LPCR"), "L2 transactional": (3616, "LPCR")}
FATAL = "ppc_radix64_xlate_impl"
ENTER_CASES = 12
TURNS = 5
TICKS = 4               # of a guest that goes on
LIMIT = 60
# capability, errno, bitmap; what is offered from 3.0 on
KVM = [("without the call", ("0", "0", "0"), "power9 power10 power11 raw"),
       ("grants all", ("1", "0", "7000000000000000"), "power9 power10 power11 raw"),
       ("in POWER10 mode", ("1", "0", "6000000000000000"), "power9 power10 no raw"),
       ("grants nothing", ("1", "0", "0"), "no raw"),
       ("not a pseries", ("1", "22", "7000000000000000"), "no raw"),
       ("PR", ("1", "25", "7000000000000000"), "no raw")]
RETURN, ACK = "return-path", "switchover-ack"


class Build:
    """One of the two."""

    def __init__(self, name, patched):
        self.argv = qemu_tree.emulator(name)
        if not self.argv:
            sys.exit(f"FAILED: {name} is not built (examples/qemu/build)")
        self.patched = patched
        self.name = "patched" if patched else "unpatched"
        self.version = CONFORMING if patched else qemu_tree.version()


class Machine:
    """A machine with a monitor, and what its console says."""

    def __init__(self, build, name, options, *more):
        HOME.mkdir(exist_ok=True)
        path = HOME / f"{name}.qmp"
        path.unlink(missing_ok=True)
        self.lines = []
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            ["nice", "-n", "5", *map(str, build.argv), "-M", f"pseries,x-vof=on{options}",
             "-m", "1G", "-smp", "1", "-accel", "tcg", "-nodefaults", "-display", "none",
             "-serial", "stdio", "-qmp", f"unix:{path},server=on,wait=off", *more],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.monitor = self.wait(lambda: connect(path))

    def read(self):
        """Keep what comes."""
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\r\n"))

    def wait(self, what):
        """What it says, when it says something; None if the machine ends before, or never does."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            said = what()
            if said or self.process.poll() is not None:
                return said
            time.sleep(0.05)
        return None

    def said(self):
        """Messages, without those about TCG."""
        return [line for line in self.lines if line.startswith("qemu-system-ppc64: ")
                and "TCG doesn't support" not in line]

    def ticks(self):
        """(number, answer of CAS) of the guest."""
        return [tuple(map(int, line.split("\t")[1:])) for line in list(self.lines)
                if line.startswith("HVP:tick\t") and line.count("\t") == 2]

    def goes_on(self):
        """What the guest says from now on."""
        before = len(self.ticks())
        self.wait(lambda: len(self.ticks()) >= before + TICKS)
        return self.ticks()[before:]

    def end(self):
        """Its exit status, or None if it still ran."""
        status = self.process.poll()
        self.process.kill()
        self.process.wait()
        self.reader.join()
        return status


def connect(path):
    """A monitor, once it is there; of a machine that ends before it answers there is none."""
    try:
        return emulator.Monitor(path)
    except (OSError, ValueError):
        return None


def start(build, cpu, level):
    """A row of the matrix: whether the machine starts, with which PCR; the default of cap-sbbc."""
    options = f",max-cpu-compat={level}" if level != "(unset)" else ""
    machine = Machine(build, f"{build.name}-{cpu}-{level}", options, "-cpu", cpu, "-S")
    registers = sbbc = ""
    if machine.monitor:
        registers = ",".join(f"{machine.monitor.register(name):#x}" for name in ("pvr", "pcr"))
        sbbc = machine.monitor.ask("qom-get", path="/machine", property="cap-sbbc")
        machine.end()
        status = 0
    else:
        machine.process.wait()
        machine.reader.join()
        status = machine.process.returncode
    said = machine.said()
    error = said[-1].split(": ", 1)[1] if said else ""
    if build.patched and status and level != "junk" and not any(HINTS in line for line
                                                                in machine.lines):
        bad(f"{build.name} {cpu} {level}: no remedy: {machine.lines[-1:]}")
    return [build.version, cpu, level, "-", str(status), registers, error], sbbc


def write(folder, name, head, rows):
    """A file for the reader of what was recorded."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join("\t".join(row) + "\n" for row in [head, *rows])
    (folder / f"{name}.tsv").write_text(text)


def check_levels(builds, processors, pool, fault):
    """max-cpu-compat by processor, as the reader has it, and cap-sbbc."""
    cells = [(build, cpu, level) for build in builds for cpu in processors for level in LEVELS]
    rows = list(pool.map(lambda cell: start(*cell), cells))
    counts = []
    for build in builds:
        of = [(cell, row) for cell, row in zip(cells, rows) if cell[0] is build]
        for (_, cpu, level), (_, sbbc) in of:
            wanted = SBBC[build.patched or cpu == "power7"]
            if level == "(unset)" and sbbc != wanted:
                bad(f"{build.name} {cpu}: cap-sbbc is {sbbc}, not {wanted}")
        answers = [row for _, (row, _) in of]
        if fault == "answer":
            answers[2][4] = str(1 - int(answers[2][4]))
        folder = HOME / f"levels-{build.name}"
        write(folder, "qemu-max-cpu-compat", MATRIX, answers)
        print(f"\nmax-cpu-compat of the {build.name} one", end="")
        gsb.compare(folder)
        counts.append([build.name, len(answers), sum(row[4] == "0" for row in answers),
                       sum(row[4] == "0" and row[2] == "power7+" for row in answers)])
    table("levels", ["QEMU", "asked for", "accepted", "of these power7+"], counts)
    return len(rows)


def check_enter(builds, image):
    """H_ENTER_NESTED: all cases in L1's own byte order, and in QEMU's."""
    count, shown = 0, []
    for build in builds:
        runs = [gsb.boot_bare(build.argv, image, "power10", number, "cap-nested-hv")
                for number in (0, 1, 2)]
        own, other, last = (run.named("enter") for run in runs)
        count += len(own) + len(other) + len(last)
        wrong = [row for row in own if row[2] != row[3] or row[4] != "-"]
        if build.patched:
            if len(own) != ENTER_CASES or not all(run.ended for run in runs):
                bad(f"{build.name}: only {len(own)} cases: {runs[-1].log[-1:]}")
            for row in wrong:
                bad(f"{build.name}: H_ENTER_NESTED: {' '.join(row)}")
        else:
            seen = {row[0]: (int(row[2]), row[4]) for row in other}
            for name, leak in LEAKS.items():
                if seen.get(name) != leak:
                    bad(f"{build.name}: {name}: {seen.get(name)}, not {leak}")
            if runs[2].ended or FATAL not in runs[2].log[-1]:
                bad(f"{build.name}: L2 with MSR[HV] does not end it: {runs[2].log[-1:]}")
        shown.append([build.name, len(own), len(own) - len(wrong),
                      sum(row[4] != "-" for row in own + other), "no" if runs[2].ended else "yes"])
    table("H_ENTER_NESTED", ["QEMU", "cases", "as the library says", "with changed registers",
                             "ends by MSR[HV]"], shown)
    return count


def check_elements(build, processors, image, pool):
    """H_GUEST_*: the sweeps of tests/boot/gsb.py, and what ends QEMU as it is."""
    sweeps = pool.map(lambda cpu: gsb.bare_sweep(build.argv, image, cpu, gsb.BARE_ROWS_MIN),
                      processors)
    numbers = range(1, len(gsb.FATAL) + 1)
    runs = list(pool.map(lambda number: gsb.boot_bare(build.argv, image, gsb.FATAL_CPU, number),
                         numbers))
    rows, first = [], []
    for more, others in sweeps:
        rows += more
        first += others
    for number, run in zip(numbers, runs):
        if not run.ended:
            bad(f"{build.name}: ends by: {gsb.FATAL[number - 1]}: {run.log[-1:]}")
        rows += gsb.bare_rows(build.argv, gsb.FATAL_CPU, number, run)
    for row in rows + first:
        row[1] = CONFORMING
    folder = HOME / f"elements-{build.name}"
    gsb.write(folder, "gsb-bare", [], rows)
    gsb.write(folder, "gsb-capabilities", [], first)
    gsb.compare(folder)
    return len(rows) + len(first)


def check_kvm():
    """What is offered by a POWER11 under KVM, by how KVM_PPC_GET_COMPAT_CAPS ends (facts Q12)."""
    program = qemu_tree.program(HOME / "kvm_answers", "-DCONFIG_KVM",
                                TESTS / "vmm" / "kvm_answers.c",
                                qemu_tree.TREE / "target/ppc/kvm-policy.c")
    rows = []
    for name, arguments, wanted in KVM:
        said = debian.must(program, *arguments).splitlines()
        rows.append([name, *arguments, said[-1]])
        if said[-1] != wanted or (len(said) > 1) != (arguments[1] != "0"):
            bad(f"KVM, {name}: {said}, not {wanted}")
    table("KVM_PPC_GET_COMPAT_CAPS", ["kernel", "has it", "errno", "bitmap", "a POWER11 offers"],
          rows)
    return len(rows)


def check_time(builds):
    """One answer of ppc_type_check_compat(), the object of each alone, in turns."""
    rows = []
    for build in builds:
        name = "patched" if build.patched else "unpatched"
        objects = sorted((qemu_tree.HOME / name).glob("target_ppc_*.o"))
        build.program = qemu_tree.program(HOME / f"compat_time-{name}",
                                          TESTS / "vmm" / "compat_time.c", *objects)
    runs = [[debian.must(build.program).split() for build in builds] for _ in range(TURNS)]
    for i, build in enumerate(builds):
        answers, = {run[i][1] for run in runs}
        rows.append([build.name, len(answers), answers.count("1"),
                     f"{statistics.median(float(run[i][0]) for run in runs):.0f}"])
    table("ppc_type_check_compat()", ["QEMU", "questions", "yes", "ns an answer, median"], rows)
    return sum(row[1] for row in rows)


class Move:
    """A guest that is moved; it agrees on level 3.1 again and again."""

    def __init__(self, image, name, source, target, stream=False):
        options = ",kernel-addr=0x10000000" + (",x-hvpolicy-stream=on" if stream else "")
        (from_build, from_level), (to_build, to_level) = source, target
        common = ["-cpu", "power10", "-no-reboot", "-kernel", str(image)]
        self.name = name
        self.here, self.there = (
            Machine(build, where, f"{options},max-cpu-compat={level}", *common, *more)
            for where, build, level, more in (("source", from_build, from_level, []),
                                              ("target", to_build, to_level,
                                               ["-incoming", "defer"])))
        self.answer = self.status = None
        self.before = self.here.goes_on()
        if from_build.patched and to_build.patched:
            state = self.here.monitor.ask("x-query-hvpolicy-guest")["state"]
            self.answer = self.there.monitor.ask("x-hvpolicy-check", state=state)
        self.migrate([RETURN, ACK] if stream else [RETURN])

    def migrate(self, names):
        """Move it, and wait for the end."""
        path = HOME / "migration.socket"
        path.unlink(missing_ok=True)
        source, target = self.here.monitor, self.there.monitor
        for monitor in (source, target):
            monitor.ask("migrate-set-capabilities", capabilities=[
                {"capability": name, "state": True} for name in names])
        target.ask("migrate-incoming", uri=f"unix:{path}")
        source.ask("migrate", uri=f"unix:{path}")

        def over():
            status = source.ask("query-migrate").get("status")
            return status if status in ("completed", "failed") else None

        self.status = self.here.wait(over)
        self.runs = source.ask("query-status")["running"]
        self.left = self.here.goes_on() if self.runs else []
        self.came = self.there.goes_on() if self.status == "completed" else self.there.ticks()
        self.there.wait(lambda: self.status == "completed")
        self.exit = self.there.end()
        self.here.end()

    def judge(self, moved, works, stops=None, verdict=None):
        """moved: it arrives; works: there, or here if not, CAS is answered as before; stops:
        whether it was stopped meanwhile; verdict: of the question before."""
        where = self.came if moved else self.left
        numbers = [number for number, _ in self.before + where]
        if self.status != ("completed" if moved else "failed") or self.runs == moved:
            bad(f"{self.name}: {self.status}, the source {'runs' if self.runs else 'is stopped'}")
        if len(where) < TICKS or numbers != sorted(set(numbers)) or (not moved and self.came):
            bad(f"{self.name}: the guest says {numbers}, and {len(self.came)} things there")
        if {answer for _, answer in where} != {0 if works else -1}:
            bad(f"{self.name}: CAS answers {where[-1:]}")
        if stops is not None and ("STOP" in self.here.monitor.events) != stops:
            bad(f"{self.name}: events {self.here.monitor.events}")
        if verdict and (not self.answer or self.answer["verdict"] != verdict):
            bad(f"{self.name}: the verdict is {self.answer}")
        if verdict == "refused" and not any("max-cpu-compat=power9" in finding.get("remedy", "")
                                            for finding in self.answer["findings"]):
            bad(f"{self.name}: no remedy in {self.answer}")
        said = [line for line in self.there.said() if "max-cpu-compat" in line]
        return [self.name, self.status, "yes" if self.runs else "no",
                "yes" if "STOP" in self.here.monitor.events else "no",
                where[-1][1] if where else "-", self.answer["verdict"] if self.answer else "-",
                (said or ["-"])[0][:60]]


def check_moves(builds, image, fault):
    """A guest of 3.1 to a machine for 3.0 and to one for 3.1."""
    patched = builds[-1]
    rows = [Move(image, "patched to patched, power9", (patched, "power10"), (patched, "power9"))
            .judge(False, True, verdict="refused"),
            Move(image, "likewise, by the stream", (patched, "power10"), (patched, "power9"), True)
            .judge(False, fault != "tick", False, "refused"),
            Move(image, "patched to patched, power10", (patched, "power10"), (patched, "power10"),
                 True).judge(True, True, True, "same")]
    for plain in builds[:-1]:
        rows += [Move(image, "unpatched to unpatched, power9", (plain, "power10"),
                      (plain, "power9")).judge(True, False),
                 Move(image, "unpatched to patched, power9", (plain, "power10"),
                      (patched, "power9")).judge(False, True),
                 Move(image, "unpatched to patched, power10", (plain, "power10"),
                      (patched, "power10")).judge(True, True),
                 Move(image, "patched to unpatched, power10", (patched, "power10"),
                      (plain, "power10")).judge(True, True)]
    table("a guest of power10 is moved", ["move", "migration", "source runs on", "was stopped",
                                          "CAS after it", "asked before", "the target says"], rows)
    return len(rows)


def bare(name, *sources):
    """A program without an operating system."""
    return static.bare(debian.CACHE / f"{name}.elf", ["gsb_start.S", "bare_power.c", *sources])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--built", action="store_true", help="as they were built last")
    parser.add_argument("--break", dest="fault", default="none",
                        choices=["none", "unpatched", "answer", "tick"])
    args = parser.parse_args()
    names = ["patched"] if args.quick else ["unpatched", "patched"]
    for name in [] if args.built else names:
        qemu_tree.switch(name == "patched")
        qemu_tree.build(name, len(os.sched_getaffinity(0)))
    if args.fault == "unpatched":
        names[-1] = "unpatched"
    builds = [Build(name, i == len(names) - 1) for i, name in enumerate(names)]
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        count = check_levels(builds, QUICK if args.quick else PROCESSORS, pool, args.fault)
        count += check_enter(builds, bare("enter-bare", "enter_bare.c"))
        count += check_elements(builds[-1], QUICK if args.quick else NESTING,
                                bare("gsb-bare", "gsb_bare.c"), pool)
    count += check_kvm() + check_time(builds)
    count += check_moves(builds, bare("tick-bare", "tick_bare.c"), args.fault)
    print(f"\nboots {time.monotonic() - began:.0f} s")
    done(count, "answers of QEMU")


if __name__ == "__main__":
    main()
