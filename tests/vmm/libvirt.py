#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""libvirt with and without the library: libvirt.py [--quick] [--break order|meet]

Gets libvirt's source by its Debian package, builds it as it is and patched (examples/libvirt), runs
its own tests of CPUs and of QEMU's command line with both, and explains every difference. Then both
are asked everything about POWER (libvirt_answers.c): what the patched one says must be what the
rules say, and where the other one differs, a defect by name. --quick does without libvirt as it is.
--break puts a fault in, with which this check must fail.
"""
import argparse
import collections
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time

import installed
from debian import CACHE, ROOT, Archive, must
from house import bad, done, tool

import linux

SUITE, PACKAGE, VERSION = "trixie", "libvirt", "11.3.0"
PATCH = ROOT / "examples" / "libvirt" / "patch"
HERE = ROOT / "tests" / "vmm"
FOLDER = CACHE / PACKAGE
OPTIONS = ["-Dauto_features=disabled", "-Dsystem=true", "-Ddocs=disabled", "-Dtests=enabled",
           *(f"-D{name}=enabled" for name in ("driver_qemu", "driver_libvirtd", "driver_remote",
                                              "driver_test", "json_c", "libnl"))]
TESTS = {"cputest": 466, "qemuxmlconftest": 5244}   # as upstream has them
POLICY = "src/cpu/cpu_ppc64_policy.c"
FAULTS = {"none": None,
          "order": ("there.power.levels & ~here.power.levels",
                    "here.power.levels & ~there.power.levels"),
          "meet": ("hvp_meet_hosts(all, nhosts,", "hvp_meet_hosts(all, 1,")}

# Tests of libvirt's own that the patched one fails before what they expect is brought to it.
ORDER = "a newer host offers all of an older one: SUPERSET (R10)"
LEVEL = "L2: power7+ is a level, and both POWER7 and POWER7+ take it"
MEET = "hosts that differ have a level in common: POWER7 and POWER8 that of POWER7 (R27)"
VENDOR = "L5: the vendor that all hosts name is kept"
WORDS = "the same refusal, with its reason and remedy"
EXPLAINED = {
    "cpuTestCompare(ppc64): host/host-worse (VIR_CPU_COMPARE_INCOMPATIBLE)": ORDER,
    "cpuTestCompare(ppc64): host/guest-compat-bad (VIR_CPU_COMPARE_ERROR)": LEVEL,
    "cpuTestCompare(ppc64): host/host+guest-compat-bad (VIR_CPU_COMPARE_ERROR)": LEVEL,
    "cpuTestBaseline(ppc64): incompatible-models": MEET,
    "cpuTestBaseline(ppc64): same-model": VENDOR,
    "QEMU XML def -> ARGV pseries-cpu-compat-power9.ppc64-latest": WORDS,
    "QEMU XML def -> ARGV pseries-cpu-compat-power10.ppc64-latest": WORDS,
}
# cases that are new, by program
NEW = {"cputest": 5, "qemuxmlconftest": 4}

# The rules, apart from the library: generations in order, and which PVRs are of them.
PVRS = {0x3e: "POWER6", 0x3f: "POWER7", 0x4a: "POWER7", 0x4b: "POWER8", 0x4c: "POWER8",
        0x4d: "POWER8", 0x4e: "POWER9", 0x80: "POWER10", 0x82: "POWER11",
        0x8024: "POWERPC_e5500", 0x8040: "POWERPC_e6500"}
GENERATION = {"power6": 6, "power7": 7, "power7+": 7, "power8": 8, "power9": 9, "power10": 10,
              "power11": 11}


def generation(model):
    """None: a model without levels."""
    return GENERATION.get(model.lower()) if model.isupper() else None


class Libvirt:
    def __init__(self, name):
        self.name = name
        self.tree = FOLDER / name
        self.build = FOLDER / f"{name}-build"
        self.seconds = 0

    def make(self, *targets):
        """Build the tests with what they preload, and more; pkg-config finds the library."""
        began = time.monotonic()
        targets = list(targets)
        for name in TESTS:
            text = (self.tree / "tests" / f"{name}.c").read_text()
            mocks = re.findall(r'VIR_TEST_MOCK\("(\w+)"\)', text)
            targets += [f"tests/{name}", *(f"tests/lib{mock}mock.so" for mock in mocks)]
        env = installed.environment()
        if not (self.build / "build.ninja").exists():
            must("meson", "setup", self.build, self.tree, *OPTIONS, env=env)
        must("nice", "-n", "5", "ninja", "-C", self.build, *targets, env=env)
        self.seconds += time.monotonic() - began

    def test(self, program):
        """Outcome by case, of one of libvirt's own tests."""
        r = subprocess.run([self.build / "tests" / program], text=True, errors="replace",
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.build,
                           check=False,
                           env={**os.environ, "VIR_TEST_VERBOSE": "1", "LC_ALL": "C"})
        (CACHE / f"libvirt-{self.name}-{program}.log").write_text(r.stdout)
        found = collections.Counter()
        outcomes, name = {}, None
        for line in r.stdout.splitlines():
            m = re.match(r" *\d+\) (.*?) *\.\.\. ", line)
            name = m[1] if m else name
            # what an error says may stand between
            end = re.search(r"(?:^|\.\.\. |[^A-Z])(OK|SKIP|FAILED)$", line)
            if name and end:
                found[name] += 1
                outcomes[name if found[name] == 1 else f"{name} ({found[name]})"] = end[1]
                name = None
        return outcomes

    def answers(self, *argv, policy=False):
        """What libvirt_answers.c says, linked with this one; None: it did not end well."""
        program = self.build / "answers"
        entry = next(e for e in json.loads((self.build / "compile_commands.json").read_text())
                     if e["file"].endswith("tests/cputest.c"))
        words = shlex.split(entry["command"])
        flags = [w for w in words[1:] if w.startswith(("-I", "-D", "-std")) or w in ("-pthread",)]
        if not argv:
            must(words[0], *flags, *(["-DPOLICY"] if policy else []), "-O2", "-Wall", "-Werror",
                 "-I", installed.PREFIX / "include", HERE / "libvirt_answers.c", "-o", program,
                 f"-L{self.build}/src", "-lvirt", f"-Wl,-rpath,{self.build}/src",
                 f"-L{installed.LIBRARIES}", "-lhvpolicy", f"-Wl,-rpath,{installed.LIBRARIES}",
                 "-lglib-2.0", cwd=self.build)
        r = subprocess.run([program, *argv], text=True, capture_output=True, check=False,
                           env={**os.environ, "LIBVIRT_DIR_OVERRIDE": "1", "LC_ALL": "C"})
        return None if r.returncode else [line.split("\t") for line in r.stdout.splitlines()]


def source():
    """libvirt as upstream released it, by the name of its Debian package."""
    plain = FOLDER / "plain"
    archive = Archive(must("dpkg", "--print-architecture").strip(), SUITE, "deb-src")
    packed = archive.tarball(PACKAGE)
    if f"_{VERSION}." not in packed.name:
        sys.exit(f"FAILED: {SUITE} has {packed.name}, what is compared is {VERSION}")
    if not plain.exists():
        part = plain.with_name("part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        must("tar", "-xf", packed, "-C", part, "--strip-components=1")
        part.rename(plain)
    return plain


def prepare():
    """The patched tree beside the plain one; lines in and out of libvirt's own C."""
    said = []
    linux.again(source(), FOLDER / "patched", must(PATCH, "--changed").split(),
                lambda tree: said.append(must(PATCH, tree)))
    for name in TESTS:      # as old as upstream's, and still to be built again
        (FOLDER / "patched" / "tests" / f"{name}.c").unlink()
        shutil.copyfile(FOLDER / "plain" / "tests" / f"{name}.c",
                        FOLDER / "patched" / "tests" / f"{name}.c")
    print("".join(said), end="")
    return [sum(map(int, re.findall(rf"(\d+) (?:lines )?{way}\b", "".join(said))))
            for way in ("in", "out")]


def spoil(tree, fault):
    if FAULTS[fault]:
        path = tree / POLICY
        text = path.read_text()
        if FAULTS[fault][0] not in text:
            sys.exit(f"FAILED: {POLICY} has no {FAULTS[fault][0]}: the fault cannot be made")
        path.write_text(text.replace(*FAULTS[fault]))


def count(outcomes, what, want):
    """All of a test, and none of it may fail."""
    failed = [name for name, end in outcomes.items() if end == "FAILED"]
    print(f"{what}: {len(outcomes)} cases, {len(failed)} failed")
    if len(outcomes) != want:
        bad(f"{what}: {len(outcomes)} cases, not {want}")
    for name in failed:
        bad(f"{what}: {name}")
    return len(outcomes)


def explain(program, plain, patched):
    """What fails when the patched one is held to what libvirt's tests expect as they are."""
    for name in sorted(plain.keys() | patched.keys()):
        if plain.get(name) == patched.get(name):
            continue
        if name in EXPLAINED and patched.get(name) == "FAILED":
            print(f"{program}: {name}: {EXPLAINED[name]}")
        else:
            bad(f"{program}: {name}: {plain.get(name)} and {patched.get(name)}, unexplained")


def rule_compare(host, kind, name):
    """What a comparison must say."""
    here, there = generation(host), generation(name)
    known = set(PVRS.values())
    if host not in known:
        return "error"
    if kind == "host-model":
        if name == "-":
            return "identical"
        if name not in GENERATION or not here:
            return "error"
        return "identical" if GENERATION[name] <= here else "incompatible"
    if name not in known:
        return "error"
    if name == host:
        return "identical"
    return "superset" if kind == "host" and here and there and there < here else "incompatible"


def rule_baseline(hosts):
    """The CPU of a guest that all of these hosts take, "-" if there is none."""
    models = [host.rstrip("-!") for host in hosts]
    vendors = [not host.endswith("-") for host in hosts]
    if any(model not in PVRS.values() for model in models):
        return "-"
    # in these questions IBM makes all that name a vendor, and that is not so of the others
    differ = len(set(models)) > 1
    if any(generation(model) is None for model in models) and (any(vendors) or differ):
        return "-"
    if not differ:
        mode, model = "custom' match='exact", models[0]
    else:
        mode, model = "host-model", f"power{min(map(generation, models))}"
    vendor = "<vendor>IBM</vendor> " if all(vendors) and generation(models[0]) else ""
    return f"<cpu mode='{mode}'> <model fallback='forbid'>{model}</model> {vendor}</cpu>"


def judge(rows):
    """The answers of the patched one, each by the rule."""
    seen = collections.Counter(row[0] for row in rows)
    print("answers:", ", ".join(f"{n} {kind}" for kind, n in seen.items()))
    pvrs = {int(row[1], 16): row[2] for row in rows if row[0] == "decode"}
    if pvrs != PVRS:
        bad(f"of 65,536 PVRs these are processors: {pvrs}, not {PVRS}")
    models = {row[1] for row in rows if row[0] == "model"}
    if models != set(PVRS.values()):
        bad(f"models are {models}")
    for row in rows:
        if row[0] == "compare":
            want = rule_compare(*row[1:4])
            if row[4] != want:
                bad(f"compare {' '.join(row[1:4])}: {row[4]}, not {want}")
            if row[4] == "incompatible" and not re.search("newer|use mode=|is not", row[5]):
                bad(f"compare {' '.join(row[1:4])}: no reason: {row[5]}")
        elif row[0] == "baseline":
            said = "-" if row[2] == "-" else " ".join(row[2].split())
            want = rule_baseline(row[1].split(","))
            if said != want or "!" in row[1]:
                bad(f"baseline {row[1]}: {said}, not {want}")
    return len(rows)


def defect(row, other):
    """Why the answers differ, by name; None: nothing explains it."""
    names = row[1] + "," + row[3] if row[0] == "compare" else row[1]
    if "POWER11" in names or "power11" in names or "0x0082" in names:
        return "L1 POWER11 is not known"
    if row[0] == "compare" and row[3] == "power7+":
        return "L2 power7+ is not known"
    if row[0] == "compare" and row[2] == "host" and row[4] == "superset":
        return "compared by name, not by order"
    if row[0] == "baseline" and other[2:3] == ["-"]:
        return "no baseline of models that differ"
    if row[0] == "baseline" and "<vendor>" in row[2] and "<vendor>" not in other[2]:
        return "L5 the vendor is dropped"
    return None


def differences(plain, patched):
    """Every answer that is another one, explained."""
    def key(row):
        return tuple(row[:{"compare": 4}.get(row[0], 2)])
    before = {key(row): row for row in plain}
    after = {key(row): row for row in patched}
    found = collections.Counter()
    for at in sorted(before.keys() | after.keys()):
        old, new = before.get(at), after.get(at)
        # a message is no answer
        if old and new and (old[:5] if at[0] == "compare" else old[:3]) == \
           (new[:5] if at[0] == "compare" else new[:3]):
            continue
        if old and new and at[0] == "baseline" and old[2] == new[2] == "-":
            continue
        why = defect(new or old, old or new)
        found[why] += 1
        if not why:
            bad(f"{old} and {new}: nothing explains it")
    for why, n in sorted(found.items(), key=str):
        print(f"  {n} answers: {why}")
    if len(found) < 5:
        bad(f"only {len(found)} of the defects are shown")
    return len(before)


def modes(patched):
    """L3: hosts in a mode of their own, as real machines told it."""
    checked = 0
    for path in sorted((ROOT / "tests" / "recorded" / "machines").glob("*.tsv")):
        text = path.read_text()
        pvr = re.search(r"\(pvr (\w{4}) (\w{4})\)", text)
        platform = re.search(r"^env\tplatform\t(\w+)", text, re.M)
        own = re.search(r"power(?:nv)?(\d+)(?:-max-power(\d+))?\.tsv$", path.name)
        # Linux 6.1 knows no POWER11, calls it a POWER10 and gives its guests no more
        newest = 10 if "-6.1." in path.name else 11
        want = f"POWER{min(int(own[2] or own[1]), newest)}"
        said = patched.answers("mode", pvr[1] + pvr[2], platform[1])
        checked += 1
        if said != [["mode", want]]:
            bad(f"{path.name}: {said}, not {want}")
    print(f"{checked} recorded machines are to their guests what their mode says")
    return checked


def measure(libvirt, rounds=5):
    """Nanoseconds: libvirt's comparison, and the library's part of such a one."""
    rows = [list(map(int, libvirt.answers("time")[0][1:3])) for _ in range(rounds)]
    whole, library = (sorted(column)[rounds // 2] for column in zip(*rows))
    print(f"{libvirt.name}: one comparison {whole} ns; the library's answer alone {library} ns")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the patched one only")
    parser.add_argument("--break", dest="fault", choices=FAULTS, default="none")
    args = parser.parse_args()
    tool("spatch")
    checked = 0
    plain, patched = Libvirt("plain"), Libvirt("patched")
    installed.install()
    lines = prepare()
    print(f"{lines[0]} lines in, {lines[1]} out of libvirt's files")
    if not args.quick:
        plain.make("tools/virsh")
        patched.make("tools/virsh")
        for program, cases in TESTS.items():
            before = plain.test(program)
            checked += count(before, f"{program}, as it is", cases)
            explain(program, before, patched.test(program))
    must(PATCH, patched.tree, "--tests")
    spoil(patched.tree, args.fault)
    patched.make()
    for program, cases in TESTS.items():
        checked += count(patched.test(program), f"{program}, patched", cases + NEW[program])
    after = patched.answers(policy=True)
    checked += judge(after)
    checked += modes(patched)
    if patched.answers("copy") != [["copy", "0x00801200"]]:
        bad("L4: no copy of a CPU's data")
    if not args.quick:
        checked += differences(plain.answers(), after)
        print("L4: a copy of a CPU's data", "is made" if plain.answers("copy") else
              "ends libvirt as it is")
        measure(plain)
    measure(patched)
    print(f"built: plain {plain.seconds:.0f} s, patched {patched.seconds:.0f} s")
    done(checked, "cases and answers")


if __name__ == "__main__":
    main()
