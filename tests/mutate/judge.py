# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Builds a mutant and runs the tests, the most likely killer first, until one fails.

Only the units that see the change are compiled, and linked with what was built before. Tests that
include a changed header are compiled with it, as they would be after an edit: a row that changes
in the core and in the test alike must be seen by what the test says of it. A mutant of a function
is only shown to tests that run the function.
"""
import collections
import hashlib
import json
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading

from house import ROOT, core, tool

# Falling off the end of a function is no mutant. What is not set has one value, so that no mutant
# is killed on one day only; and what the builds with sanitizers would see is seen.
CFLAGS = ["-std=c11", "-D_GNU_SOURCE", "-Iinclude", "-Isrc", "-Itests/fuzz",
          "-Werror=return-type"]
BUILD = ["gcc", "-O1", "-ftrivial-auto-var-init=pattern",
         "-fsanitize=bounds,shift,integer-divide-by-zero,null",
         "-fsanitize-undefined-trap-on-error", *CFLAGS]
TESTS = ["gcc", "-O2", *CFLAGS]
# without optimisation: what reads beyond an array would be taken for what never runs
ADDRESS = ["gcc", "-O0", "-fsanitize=address", *CFLAGS]
# who finds the same code in a mutant as in the original, finds that it does the same
EQUAL = [["gcc", "-O2", *CFLAGS], ["clang", "-O2", *CFLAGS]]
SINGLE = ("#define HVP_API static __attribute__((unused))\n#define HVP_LOCAL static "
          "__attribute__((unused))\n")
ENVIRONMENT = {"CMOCKA_TEST_ABORT": "1", "ASAN_OPTIONS": "detect_leaks=0"}
# what the programs are made of and read
READ = ["include", "src", "tests/unit", "tests/cases", "tests/golden", "tests/recorded",
        "tests/fuzz"]
FEW = 3  # programs that are run before the compilers are asked whether the code is the same
QUICK = 0.5  # seconds of programs that are run at first; the others are for who lives then
START = 0.05  # seconds to link a program and to begin it
GOLDEN = "abi/golden/level-1.txt"
LISTS = "abi-lists"

Program = collections.namedtuple("Program", "name sources arguments")


def programs():
    out = [Program(p.stem, [str(p.relative_to(ROOT))], [])
           for p in sorted((ROOT / "tests/unit").glob("test_*.c"))]
    out.append(Program("golden", ["tests/golden/golden.c"], []))
    out.append(Program("recorded", sorted(str(p.relative_to(ROOT)) for p in
                                          (ROOT / "tests/recorded").glob("*.c")),
                       ["tests/recorded"]))
    sources = sorted((ROOT / "tests/fuzz").glob("*.c"))
    shared = [str(p.relative_to(ROOT)) for p in sources if not p.stem.startswith("fuzz_")]
    # not of the command's files
    modules = {p.stem for p in core(".c")} | {"sequence"}
    out += [Program(p.stem, [str(p.relative_to(ROOT)), *shared], [f"tests/fuzz/{p.stem}.hex"])
            for p in sources if p.stem.removeprefix("fuzz_") in modules]
    return out


def call(argv, cwd, **kw):
    return subprocess.run(argv, cwd=cwd, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False, **({"stdout": subprocess.DEVNULL} | kw))


class Once:
    """Values by key, each made once, by whichever thread is first."""

    def __init__(self, make):
        self.make, self.values, self.lock = make, {}, threading.Lock()
        self.locks = {}

    def __call__(self, key):
        with self.lock:
            lock = self.locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self.values:
                self.values[key] = self.make(key)
            return self.values[key]


class Tree:
    """A copy of what is compiled and read, to be changed."""

    def __init__(self, path):
        self.path = path
        for name in ("include", "src", "tests", "abi"):
            shutil.copytree(ROOT / name, path / name,
                            ignore=shutil.ignore_patterns("cli", "boot", "page", "__pycache__"))
        (path / "out").mkdir()
        (path / "all.c").write_text(SINGLE + "".join(
            f'#include "src/{p.name}"\n' for p in core(".c")))

    def compile(self, source, how=None, name="unit.o"):
        """The object's bytes; None: the compiler refuses it."""
        how = how or (BUILD if source.startswith("src/") else TESTS)
        out = self.path / "out" / name
        if call([*how, "-c", source, "-o", out], self.path).returncode:
            return None
        return out.read_bytes()

    def preprocess(self, source):
        """What a compiler would see of a file; the public headers, with their macros, for None."""
        argv = ["gcc", "-E", "-P", *CFLAGS]
        argv += [source] if source else ["-dD", "include/hvpolicy/hvpolicy.h"]
        return hashlib.sha1(call(argv, self.path, stdout=subprocess.PIPE).stdout).digest()


class Judge:
    def __init__(self, scratch, jobs):
        for name in ("gcc", "clang", "gcov", "prlimit", "pahole"):
            tool(name)
        self.scratch = scratch
        self.base = Tree(scratch / "base")
        self.trees = [Tree(scratch / f"tree{i}") for i in range(jobs)]
        self.programs = {p.name: p for p in programs()}
        self.core = [f"src/{p.name}" for p in core(".c")]
        self.objects = Once(self.base_object)
        self.equal = Once(self.base_equal)
        self.text = Once(self.base.preprocess)
        self.affects, self.affects_lock = {}, threading.Lock()
        self.cost, self.measuring = Once(self.measure), threading.Lock()
        self.runs, self.kills = collections.Counter(), collections.Counter()
        self.coverage = None

    def base_object(self, source):
        name = source.replace("/", "_") + ".o"
        data = self.base.compile(source, name=name)
        if data is None:
            sys.exit(f"FAILED: {source} does not compile")
        return data, str(self.base.path / "out" / name)

    def base_equal(self, key):
        source, i = key
        return self.base.compile(source, EQUAL[i], f"{i}-{source}.o".replace("/", "_"))

    # running

    def run(self, tree, program, objects, limit, more=()):
        """How it fails, or None; seconds of the processor."""
        binary, said = tree.path / "out/program", tree.path / "out/said"
        if call(["gcc", *more, *objects, "-lcmocka", "-o", binary], tree.path).returncode:
            return "does not link", 0
        # a clock that runs on while others use the processor is no judge
        argv = ["prlimit", "--core=0", f"--cpu={limit}", f"--fsize={1 << 30}", "--", binary,
                *program.arguments]
        with open(said, "wb") as out:
            child = subprocess.Popen(argv, cwd=tree.path, stdin=subprocess.DEVNULL, stdout=out,
                                     stderr=subprocess.DEVNULL, start_new_session=True,
                                     env=os.environ | ENVIRONMENT)
        asleep = threading.Timer(60 + 30 * limit, os.killpg, (child.pid, signal.SIGKILL))
        asleep.start()
        _, status, used = os.wait4(child.pid, 0)
        asleep.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = used.ru_utime + used.ru_stime
        if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return "time", seconds
        if child.returncode:
            return "fails", seconds
        if program.name == "golden" and said.read_bytes() != (ROOT / GOLDEN).read_bytes():
            return "differs", seconds
        return None, seconds

    def measure(self, name):
        """Seconds that a program takes without a mutant; it must be green."""
        program = self.programs[name]
        objects = [self.objects(s)[1] for s in [*program.sources, *self.core]]
        with self.measuring:
            failed, used = self.run(self.base, program, objects, 600)
        if failed:
            print(f"FAILED: {name} fails without a mutant: {failed}", flush=True)
            os._exit(1)
        return max(used, 0.01)

    def lists(self, tree):
        return call([sys.executable, "-B", "tests/check/abi_lists.py"], tree.path).returncode

    def cover(self, cache):
        """The programs that run each function, by gcov, and their seconds: kept beside the
        results, as long as core and tests are the same."""
        digest = hashlib.sha1()
        for path in sorted(p for top in READ for p in (self.base.path / top).rglob("*")
                           if p.is_file()):
            digest.update(path.read_bytes())
        if cache.exists():
            kept = json.loads(cache.read_text())
            if kept["digest"] == digest.hexdigest():
                self.coverage = kept["functions"]
                self.cost.values = kept["seconds"]
                return
        tree = Tree(self.scratch / "coverage")
        how = ["gcc", "-O0", "--coverage", *CFLAGS]
        for source in self.core:
            tree.compile(source, how, pathlib.Path(source).stem + ".o")
        cores = [tree.path / "out" / (pathlib.Path(s).stem + ".o") for s in self.core]
        found = collections.defaultdict(set)
        for name, program in self.programs.items():
            objects = [self.objects(s)[1] for s in program.sources]
            binary = tree.path / "out" / "program"
            call(["gcc", "--coverage", *objects, *cores, "-lcmocka", "-o", binary], tree.path)
            for path in (tree.path / "out").glob("*.gcda"):
                path.unlink()
            call([binary, *program.arguments], tree.path)
            data = sorted((tree.path / "out").glob("*.gcda"))
            said = call(["gcov", "--json-format", "--stdout", *data], tree.path,
                        stdout=subprocess.PIPE).stdout
            for line in said.splitlines():
                for file in json.loads(line)["files"]:
                    for function in file["functions"]:
                        if function["execution_count"]:
                            found[f"{file['file']} {function['name']}"].add(name)
        self.coverage = {key: sorted(names) for key, names in found.items()}
        for name in self.programs:
            self.cost(name)
        cache.write_text(json.dumps({"digest": digest.hexdigest(), "functions": self.coverage,
                                     "seconds": self.cost.values}))

    # one mutant

    def affected(self, tree, mutant):
        """Sources whose text changes; None among them: the public headers do."""
        if mutant.file.endswith(".c"):
            return {mutant.file}
        key = mutant.file, mutant.column or mutant.where
        with self.affects_lock:
            known = self.affects.get(key)
        if known is None:
            known = {s for s in [None, *self.core, *(s for p in self.programs.values()
                                                     for s in p.sources)]
                     if tree.preprocess(s) != self.text(s)}
            with self.affects_lock:
                self.affects[key] = known
        return known

    def owners(self, file):
        """The tests of the modules that a file is, or that include it themselves."""
        names = {pathlib.Path(file).stem}
        include = re.compile(rf'#include ["<](hvpolicy/)?{re.escape(pathlib.Path(file).name)}[">]')
        names |= {pathlib.Path(s).stem for s in self.core
                  if include.search((self.base.path / s).read_text())}
        return {"test_" + name for name in names} & set(self.programs)

    def order(self, mutant, affected):
        """Names of programs, first those that kill at the least price; how many of them are not
        worth to wait with."""
        names = list(self.programs)
        if self.coverage is not None:
            ran = self.coverage.get(f"{mutant.file} {mutant.where}") or {
                name for key, by in self.coverage.items() for name in by
                if key.startswith(mutant.file + " ") or not mutant.file.endswith(".c")}
            names = [n for n in names if n in ran or
                     not affected.isdisjoint(self.programs[n].sources)]
        owners = self.owners(mutant.file)
        first = {"golden": 2} | {name: 4 for name in owners}
        cost = {n: START + self.cost.values.get(n, 0 if n in first else 1) for n in names}

        def price(name):
            """Seconds for a kill, as far as can be told."""
            key = mutant.file, name
            return cost[name] * (8 + self.runs[key]) / (first.get(name, 0.5) + self.kills[key])
        quick = [n for n in names if n in owners or cost[n] < QUICK]
        return sorted(quick, key=price), sorted(set(names) - set(quick), key=price)

    def judge(self, tree, mutant, late):
        """What quick programs and a sanitizer say, or late what the others say of a mutant that
        they let live."""
        path = tree.path / mutant.file
        original = path.read_bytes()
        path.write_bytes(original[:mutant.start] + mutant.new + original[mutant.end:])
        try:
            return self.verdict(tree, mutant, late)
        finally:
            path.write_bytes(original)

    def verdict(self, tree, mutant, late):
        """("unbuilt" | "same" | "killed" | "open" | "survived", by whom or how)"""
        code = mutant.file.endswith(".c")
        affected = self.affected(tree, mutant)
        if not late and not code:
            if call(["gcc", "-fsyntax-only", *CFLAGS, "all.c"], tree.path).returncode:
                return "unbuilt", ""
            if None in affected and self.lists(tree):
                return "killed", LISTS
        objects, changed = {}, set()
        for source in self.core:
            objects[source] = self.objects(source)[1]
            if source in affected:
                now = self.compile(tree, source, objects)
                if now is None:
                    return "unbuilt", ""
                if now:
                    changed.add(source)
        if not changed and affected <= {None, *self.core}:
            return "same", ""
        quick, slow = self.order(mutant, affected)
        ran, seen = 0, False
        for name in slow if late else quick:
            program, differs = self.programs[name], bool(changed)
            for source in program.sources:
                objects[source] = self.objects(source)[1]
                if source in affected:
                    now = self.compile(tree, source, objects)
                    if now is None:
                        return "unbuilt", name
                    differs |= now
                    seen |= now
            if not differs:
                continue
            if code and not late and ran == FEW and self.is_equal(tree, changed):
                return "same", ""
            ran += 1
            self.runs[mutant.file, name] += 1
            limit = math.ceil(1 + 3 * self.cost(name))
            failed, _ = self.run(tree, program, [objects[s] for s in
                                                 [*program.sources, *self.core]], limit)
            if failed:
                self.kills[mutant.file, name] += 1
                return "killed", name + (": time" if failed == "time" else "")
        # a test may see another value in a header although the core's code is the same
        if not code and not seen and (not changed or self.is_equal(tree, changed)):
            return ("same" if late else "open"), ""
        if code and not late and ran <= FEW and self.is_equal(tree, changed):
            return "same", ""
        own = "test_" + pathlib.Path(mutant.file).stem
        if code and not late and own in self.programs and \
                self.is_outside(tree, mutant.file, own, objects):
            return "killed", own + ": sanitizer"
        return ("survived" if late else "open"), ""

    def is_outside(self, tree, source, own, objects):
        """Whether it reads or writes beyond an object, which the builds with sanitizers see."""
        if tree.compile(source, ADDRESS, "sanitized.o") is None:
            return False
        objects = objects | {source: str(tree.path / "out/sanitized.o")}
        for name in (own, "golden"):
            parts = [self.objects(s)[1] for s in self.programs[name].sources]
            failed, _ = self.run(tree, self.programs[name],
                                 [*parts, *(objects[s] for s in self.core)],
                                 math.ceil(1 + 10 * self.cost(name)), ["-fsanitize=address"])
            if failed and failed != "time":
                return True
        return False

    def compile(self, tree, source, objects):
        """Whether the object differs; None: it does not compile."""
        name = source.replace("/", "_") + ".o"
        data = tree.compile(source, name=name)
        if data is None:
            return None
        objects[source] = str(tree.path / "out" / name)
        return data != self.objects(source)[0]

    def is_equal(self, tree, changed):
        return bool(changed) and any(
            all(tree.compile(s, how, "equal.o") == self.equal((s, i)) for s in changed)
            for i, how in enumerate(EQUAL))
