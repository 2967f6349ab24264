#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The test suite on other machines, by user emulation: arch.py <build folder> [--full] [arch...]

The library and its tests are cross-built with the project's own build files and run under qemu.
The golden answers are those of abi/golden, the answers to the oracle's questions are the oracle's,
and every test program says, bit for bit, what it says in the build folder, which must be native.

Without --full only i386 runs every program, s390x what kernels answered, the others what is quick,
and the oracle asks less. Nothing is made smaller inside a test.
"""
import argparse
import concurrent.futures
import contextlib
import difflib
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

from house import ROOT, bad, done, must, tool

sys.path += [str(ROOT / "tests" / name) for name in ("boot", "oracle")]
import debian
import oracle

OUT = ROOT / "build-check" / "arch"
SUITES = ("recorded", "replay", "unit")     # the longest program first
ARCH = {  # GNU triplet, qemu, cpu family of meson, byte order, what it runs without --full
    "ppc64le": ("powerpc64le-linux-gnu", "ppc64le", "ppc64", "little", ["replay"]),
    "ppc64": ("powerpc64-linux-gnu", "ppc64", "ppc64", "big", ["replay"]),
    "s390x": ("s390x-linux-gnu", "s390x", "s390x", "big", ["recorded", "replay"]),
    "arm64": ("aarch64-linux-gnu", "aarch64", "aarch64", "little", ["replay"]),
    "i386": ("i686-linux-gnu", "i386", "x86", "little", SUITES),
}
QUESTIONS = 200000   # random ones without --full
# cmocka asks these of its build; they hold wherever there is glibc
CMOCKA = [f"-DHAVE_{name}=1" for name in (
    "INTTYPES_H", "MALLOC_H", "SETJMP_H", "SIGNAL_H", "STDARG_H", "STDDEF_H", "STDINT_H",
    "STDIO_H", "STDLIB_H", "STRING_H", "STRINGS_H", "TIME_H", "UNISTD_H", "CALLOC", "EXIT",
    "FREE", "MALLOC", "MALLOPT", "SNPRINTF", "STRSIGNAL", "VSNPRINTF", "STRUCT_TIMESPEC",
    "CLOCK_GETTIME")]


def cmocka(name, triplet):
    """Debian has no cmocka for ppc64: all architectures get it from the source, which is one file.
    """
    source = debian.Archive(must("dpkg", "--print-architecture").strip(),
                            kind="deb-src").source("cmocka")
    out = OUT / f"cmocka-{name}"
    out.mkdir(parents=True, exist_ok=True)
    must(triplet + "-gcc", "-std=gnu99", "-O2", "-w", *CMOCKA, "-I", source / "include", "-c",
         source / "src" / "cmocka.c", "-o", out / "cmocka.o")
    must(triplet + "-ar", "rcs", out / "libcmocka.a", out / "cmocka.o")
    (out / "cmocka.pc").write_text(f"Name: cmocka\nDescription: unit tests\nVersion: 1.1.5\n"
                                   f"Cflags: -I{source}/include\nLibs: -L{out} -lcmocka\n")
    return out


def wrapper(name):
    """How a program is run: i386 by the processor itself, where the kernel lets it."""
    triplet, qemu = ARCH[name][:2]
    if name == "i386":
        own = [f"/usr/{triplet}/lib/ld-linux.so.2", "--library-path", f"/usr/{triplet}/lib"]
        with contextlib.suppress(OSError):
            if subprocess.run([own[0], "--version"], stdout=subprocess.DEVNULL,
                              check=False).returncode == 0:
                return own
    return [tool("qemu-" + qemu), "-L", f"/usr/{triplet}"]


def cross_file(name):
    triplet, _, family, order, _ = ARCH[name]
    path = OUT / f"{name}.ini"
    binaries = {"c": triplet + "-gcc", "ar": triplet + "-ar", "strip": triplet + "-strip",
                "pkgconfig": "pkg-config", "exe_wrapper": wrapper(name)}
    machine = {"system": "linux", "cpu_family": family, "cpu": name, "endian": order}
    path.write_text("[binaries]\n" + "".join(f"{k} = {v!r}\n" for k, v in binaries.items()) +
                    f"[properties]\npkg_config_libdir = '{cmocka(name, triplet)}'\n"
                    "[host_machine]\n" + "".join(f"{k} = {v!r}\n" for k, v in machine.items()))
    return path


def tests(folder, suites):
    """name -> command of the tests that are programs of a build folder."""
    listed = json.loads(must("meson", "introspect", "--tests", folder))
    return {f"{suite} / {test['name']}": test["cmd"] for suite in suites for test in listed
            if suite in (s.split(":")[-1] for s in test["suite"])
            and pathlib.Path(test["cmd"][0]).is_relative_to(folder)}


def build(name, commands_of):
    """Cross-build programs; what they are is known once the folder is set up."""
    folder = OUT / name
    if not (folder / "build.ninja").exists():
        must("meson", "setup", "--cross-file", cross_file(name), "-Dcli=false", "-Dwerror=true",
             "-Ddebug=false", "-Doptimization=2", ROOT, folder)
    commands = commands_of(folder)
    programs = {pathlib.Path(c[0]).relative_to(folder) for c in commands.values()}
    must("nice", "ninja", "-C", folder, *programs, "tests/answer", "tests/golden")
    return folder, commands


def said(command):
    """Everything a program says, and how it leaves."""
    r = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                       text=True, errors="replace")
    return r.stdout, r.returncode


def run_programs(name, commands, native, pool):
    """Compare what programs say; the number of lines that are the same."""
    same = 0
    missing = {test: native[test] for test in commands if isinstance(native[test], list)}
    native |= zip(missing, pool.map(said, missing.values()))
    results = pool.map(lambda c: said([*wrapper(name), *c]), commands.values())
    for test, (text, status) in zip(commands, results):
        want, native_status = native[test]
        if status or native_status or text != want:
            bad(f"{name}: {test} left with status {status}\n{text[-1500:]}\nand here, with status "
                f"{native_status}\n{want[-1500:]}")
        else:
            same += len(text.splitlines())
    return same


def run_answers(name, folder, asked, pool):
    """Ask the oracle's questions; the number of answers."""
    program = [*wrapper(name), folder / "tests" / "answer"]
    count = 0
    for found, wrong, show in pool.map(lambda pair: oracle.compare(program, *pair), asked):
        count += found
        if wrong:
            bad(f"{name}: {wrong.total()} answers are not the oracle's\n" + "\n".join(show))
    return count


def run_golden(name, folder):
    text, status = said([*wrapper(name), folder / "tests" / "golden"])
    recorded = (ROOT / "abi/golden/level-1.txt").read_text()
    if status or text != recorded:
        diff = difflib.unified_diff(recorded.splitlines(), text.splitlines(), "recorded", name,
                                    lineterm="", n=0)
        bad(f"{name}: the golden answers differ\n" + "\n".join(list(diff)[:40]))
    return len(text.splitlines())


def seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("arch", nargs="*", choices=[[], *ARCH])
    args = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    total = 0
    with tempfile.TemporaryDirectory() as tmp, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        # commands, until what they say is asked for
        native = tests(args.build.resolve(), SUITES)
        with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as processes:
            asked = list(processes.map(oracle.write, oracle.jobs(
                1, oracle.COUNT if args.full else QUESTIONS), [tmp] * 1000))
        for name in args.arch or ARCH:
            start = seconds()
            suites = SUITES if args.full else ARCH[name][4]
            folder, commands = build(name, lambda folder, s=suites: tests(folder, s))
            built = seconds()
            golden = run_golden(name, folder)
            answers = run_answers(name, folder, asked, pool)
            lines = run_programs(name, commands, native, pool)
            total += golden + answers + lines
            print(f"{name}: {golden} golden answers, {answers} answers of the oracle, "
                  f"{lines} lines of {len(commands)} programs, by {wrapper(name)[0]}; "
                  f"{built - start:.0f} s of processor to build, {seconds() - built:.0f} s to run",
                  flush=True)
    done(total, "lines compared on other machines")


main()
