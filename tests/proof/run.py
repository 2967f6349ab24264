#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The rules proved over the core as it is: run.py [--quick] [--no-mutants] [name...]

A proof is a function prove_<name>() of tests/proof/prove_<module>.c with a row in table.py. CBMC
follows it through the core for all values, with every check that it has of memory and arithmetic.
What the harness calls possible must be so, or the proof says nothing; and each mutant of its row, a
fault in a copy of the core, must break what the row says. Names select by a part of module.name.
--quick: the rows that are quick, each with its first mutant.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

import table

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "check"), str(HERE.parent / "boot")]
import debian  # noqa: E402
from house import ROOT, bad, core, done  # noqa: E402

SUITE = "trixie"  # the first Debian with a CBMC 6
PACKAGES = ("cbmc", "minisat", "libc6", "libstdc++6", "libgcc-s1")
# Those that are not on by default; none is left off but by a row of table.INTENDED.
CHECKS = ("--unsigned-overflow-check --conversion-check --pointer-overflow-check "
          "--enum-range-check --float-overflow-check --nan-check --memory-leak-check "
          "--memory-cleanup-check --malloc-may-fail --malloc-fail-null").split()
LARGE = ("--object-bits", "12")  # who does the same for many sizes has many objects
POSSIBLE = "possible: "


class Trouble(Exception):
    """A program of CBMC's that has no reason to fail."""


class Tools:
    """CBMC's programs, run with the libraries of the Debian that they come from."""

    def __init__(self):
        arch = debian.must("dpkg", "--print-architecture").strip()
        there = sorted((debian.CACHE / f"{SUITE}-{arch}/unpacked").glob("cbmc_*"))
        tree = there[-1] if there else debian.Archive(arch, SUITE).unpack(*PACKAGES)
        loader, = tree.glob("usr/lib*/ld-linux-*.so.*")
        libraries = [tree / "usr/lib", *sorted((tree / "usr/lib").glob("*-linux-gnu*")),
                     *sorted(pathlib.Path("/usr/lib").glob("*-linux-gnu*"))]
        self.start = [loader, "--library-path", ":".join(map(str, libraries))]
        self.bin = tree / "usr/bin"

    def run(self, name, *argv, seconds=None):
        argv = [*self.start, "--argv0", name, self.bin / name, *argv]
        return subprocess.run([str(a) for a in argv], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, timeout=seconds)

    def must(self, name, *argv):
        r = self.run(name, *argv)
        if r.returncode:
            raise Trouble(f"{name} {' '.join(map(str, argv))}\n{r.stdout}")

    def compile(self, source, out, *flags):
        self.must("goto-cc", "-std=c11", *flags, "-I", ROOT / "include", "-I", ROOT / "src",
                  "-I", HERE, "-c", source, "-o", out)
        return out


class Verdict:
    """What CBMC says of a harness."""

    def __init__(self, said, bad_text=""):
        self.trouble = bad_text
        self.failed, self.possible, self.intended, self.properties = [], 0, set(), 0
        if bad_text:
            return
        try:
            parts = json.loads(said)
        except ValueError:
            self.trouble = said[-2000:]
            return
        results = [part["result"] for part in parts if "result" in part]
        if not results:
            self.trouble = "\n".join(part.get("messageText", "") for part in parts)[-2000:]
            return
        for one in results[0]:
            self.take(one)

    def take(self, one):
        text, failed = one["description"], one["status"] == "FAILURE"
        where = one.get("sourceLocation", {})
        row = (where.get("function", ""), text)
        self.properties += 1
        if text.startswith(POSSIBLE):
            self.possible += 1
            if not failed:
                self.failed.append(f"never happens: {text.removeprefix(POSSIBLE)}")
            return
        if one["status"] == "SUCCESS":
            return
        for name, pattern in table.INTENDED:
            if name == row[0] and re.search(pattern, text):
                self.intended.add((name, pattern))
                return
        self.failed.append(f"{text} ({pathlib.Path(where.get('file', '?')).name}:"
                           f"{where.get('line', '?')}, {one['status'].lower()})")


class Bench:
    """The core, translated once; copies of it with a fault as they are asked for."""

    def __init__(self, tools, tmp, proofs):
        self.tools, self.tmp = tools, tmp
        sources = sorted({proof.source for proof in proofs})
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            self.core = dict(zip(core(".c"), pool.map(
                lambda source: tools.compile(source, tmp / (source.stem + ".o")), core(".c"))))
            self.harness = dict(zip(sources, pool.map(
                lambda source: tools.compile(source, tmp / (source.stem + ".o")), sources)))
            mutants = pool.map(lambda source: tools.compile(
                source, tmp / (source.stem + ".mutant.o"), "-DPROOF_MUTANT"), sources)
            self.mutant_harness = dict(zip(sources, mutants))

    def judge(self, proof, harness, objects, name):
        """CBMC's verdict on a proof over these objects."""
        objects = [o for source, o in objects.items() if source.name not in proof.includes]
        linked, program = self.tmp / f"{name}.linked", self.tmp / f"{name}.goto"
        self.tools.must("goto-cc", harness, *objects, "--function", f"prove_{proof.name}",
                        "-o", linked)
        # what the harness does not reach; CBMC alone takes ten times as long
        self.tools.must("goto-instrument", "--drop-unused-functions", "--slice-global-inits",
                        linked, program)
        linked.unlink()
        sets = [arg for loop, bound in proof.unwindset for arg in ("--unwindset",
                                                                   f"{loop}:{bound}")]
        try:
            r = self.tools.run("cbmc", program, "--unwind", proof.unwind, *sets, *LARGE,
                               *CHECKS, "--json-ui", seconds=table.SECONDS)
        except subprocess.TimeoutExpired:
            return Verdict("[]", f"no answer in {table.SECONDS} seconds")
        return Verdict(r.stdout)

    def prove(self, proof):
        """CBMC's verdict on a proof, and the seconds that it took."""
        begin = time.monotonic()
        try:
            verdict = self.judge(proof, self.harness[proof.source], self.core,
                                 f"{proof.module}.{proof.name}")
        except Trouble as trouble:
            verdict = Verdict("[]", str(trouble))
        return verdict, time.monotonic() - begin

    def mutate(self, proof, number):
        """What a mutant breaks, or why it is none."""
        try:
            return self.make(proof, number)
        except Trouble as trouble:
            return Verdict("[]", str(trouble))

    def make(self, proof, number):
        """A mutant, and CBMC's verdict on its proof."""
        path, what, instead, _ = proof.mutants[number]
        name = f"{proof.module}.{proof.name}.{number}"
        text, count = re.subn(what, instead, (ROOT / path).read_text(), count=1, flags=re.M)
        if not count:
            return Verdict("[]", f"{path} has no {what}: the fault cannot be made")
        folder = self.tmp / name
        faulty = folder / path
        faulty.parent.mkdir(parents=True)
        again = [ROOT / path]
        if not path.endswith(".c"):
            # a header beside a source is found before any folder that is named
            again = core(".c")
            for source in core(""):
                copy = folder / source.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(source.read_bytes())
        faulty.write_text(text)
        flags = ["-I", folder / "include", "-I", folder / "src"]
        objects, harness = dict(self.core), self.mutant_harness[proof.source]
        for source in again:
            objects[source] = self.tools.compile(folder / source.relative_to(ROOT),
                                                 folder / (source.stem + ".o"), *flags)
        if not path.endswith(".c") or faulty.name in proof.includes:
            harness = self.tools.compile(proof.source, folder / "harness.o", "-DPROOF_MUTANT",
                                         *flags)
        return self.judge(proof, harness, objects, name)


def modules():
    return sorted(HERE.glob("prove_*.c"))


def check_table():
    """Every harness has one row, and every row a harness and a mutant."""
    rows = [(p.module, p.name) for p in table.PROOFS]
    there = {(source.stem.removeprefix("prove_"), name) for source in modules()
             for name in re.findall(r"^void prove_(\w+)\(void\)$", source.read_text(), re.M)}
    for row in sorted(set(rows) ^ there) + sorted({row for row in rows if rows.count(row) > 1}):
        bad(f"{'.'.join(row)}: want one harness and one row in tests/proof/table.py")
    for proof in table.PROOFS:
        if not proof.mutants:
            bad(f"{proof.module}.{proof.name} has no mutant")
    for path in core(".c"):
        if path.stem != "abi_asserts" and path.stem not in table.NOT_PROVED and \
                not any(m[0] == f"src/{path.name}" for p in table.PROOFS for m in p.mutants):
            bad(f"src/{path.name}: no proof has a mutant in it, nor does table.NOT_PROVED name it")


def report_proof(proof, verdict, seconds):
    name = f"{proof.module}.{proof.name}"
    if verdict.trouble:
        bad(f"{name}: {verdict.trouble}")
    for failure in verdict.failed:
        bad(f"{name}: {failure}")
    if not verdict.possible:
        bad(f"{name}: says of nothing that it is possible: it may prove nothing")
    print(f"{name} ({proof.rules}): {verdict.properties - verdict.possible} properties, "
          f"{verdict.possible} possible, {seconds:.1f} s", flush=True)


def report_mutant(proof, number, verdict):
    path, what, _, word = proof.mutants[number]
    name = f"{proof.module}.{proof.name}"
    broken = [failure for failure in verdict.failed if word in failure]
    if verdict.trouble:
        bad(f"{name}: {verdict.trouble}")
    elif not verdict.failed:
        bad(f"{name}: a mutant survives: {path}: {what}")
    elif not broken:
        bad(f"{name}: {path}: {what}: breaks no «{word}» but " + "; ".join(verdict.failed))
    else:
        print(f"{name}: {path}: {what}: breaks «{broken[0]}»", flush=True)
        return 1
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-mutants", action="store_true")
    parser.add_argument("name", nargs="*")
    args = parser.parse_args()
    check_table()
    proofs = [p for p in table.PROOFS if (p.quick or not args.quick) and
              (not args.name or any(n in f"{p.module}.{p.name}" for n in args.name))]
    mutants = [(p, number) for p in proofs if not args.no_mutants
               for number in range(min(len(p.mutants), 1 if args.quick else 99))]
    begin, intended, caught, properties = time.monotonic(), set(), 0, 0
    with tempfile.TemporaryDirectory() as tmp:
        bench = Bench(Tools(), pathlib.Path(tmp), proofs)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            # the longest first
            order = sorted(proofs, key=lambda p: -p.seconds)
            verdicts = [pool.submit(bench.prove, p) for p in order]
            judged = [pool.submit(bench.mutate, p, n) for p, n in mutants]
            for proof, verdict in zip(order, verdicts):
                verdict, seconds = verdict.result()
                report_proof(proof, verdict, seconds)
                properties += verdict.properties - verdict.possible
                intended |= verdict.intended
            for (proof, number), verdict in zip(mutants, judged):
                caught += report_mutant(proof, number, verdict.result())
    if proofs == table.PROOFS:
        for row in sorted(set(table.INTENDED) - intended):
            bad(f"table.INTENDED: nothing in {row[0]} does {row[1]}")
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{properties} properties, {time.monotonic() - begin:.0f} s, "
          f"{cpu.ru_utime + cpu.ru_stime:.0f} s of CPU; "
          f"mutants caught: {caught} of {len(mutants)}")
    done(len(proofs), "proofs")


if __name__ == "__main__":
    main()
