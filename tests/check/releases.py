#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Releases and today's library go together: releases.py <shared library>

abi/releases names them. Each is built of its commit and installed, and its test programs are
linked with its own library. Then these same binaries run on today's library: golden answers,
what kernels answered, fuzz corpus, examples, unit tests, the command, a program that links every
function. The other way round a program of today loads on a release's library with all that it
uses, or ld.so names the version that is missing there; it never runs half.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import sys
import tempfile

from house import ROOT, bad, done, exports, must, run, tool
from abi_text import MOVES

LIBRARY = pathlib.Path(sys.argv[1]).absolute()
SONAME = re.search(r"SONAME.*\[(.*)\]", must("readelf", "-d", LIBRARY))[1]
TODAY = LIBRARY.parent / SONAME
GIT = ["git", "-c", "safe.directory=*", "-C", ROOT]
CC = ["gcc", "-std=c11", "-O1", "-D_GNU_SOURCE"]
# A version that no release will have, in a library that passes for ours.
FUTURE = {"future.c": "int hvp_future(void);\nint hvp_future(void) { return 0; }\n",
          "future.map": "HVPOLICY_999 { global: hvp_future; local: *; };\n",
          "caller.c": "int hvp_future(void);\nint main(void) { return hvp_future(); }\n"}


def releases():
    """{version: (commit, exceptions)}"""
    out = {}
    for line in (ROOT / "abi/releases").read_text().splitlines():
        words = line.split("#")[0].split()
        if len(words) == 2 and words[0] not in out:
            out[words[0]] = (words[1], set())
        elif len(words) == 3 and words[1] == "except" and words[0] in out:
            out[words[0]][1].add(words[2])
        elif words:
            bad(f"abi/releases: «{line}» is no line of it")
    return out


def install(tree, root):
    """Build a tree and install it, as who packages it would."""
    build = tree / "build"
    must("meson", "setup", "--buildtype=debug", "--prefix=/usr", "--libdir=lib", "-Dtests=false",
         build, tree)
    must("ninja", "-C", build)
    must("meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", root)
    return root / "usr/lib" / SONAME


def uses_internals(source):
    """A unit test that includes what src/ has only is none of the ABI's."""
    names = re.findall(r'^#include "(.*)"', source.read_text(), re.M)
    return any(not (source.parent / name).exists() for name in names)


def programs(tree, include, libdir, out, only=()):
    """Build the test programs of a tree that use nothing but the ABI; {name: its arguments}"""
    tests = tree / "tests"
    sources = {"golden": [tests / "golden/golden.c"],
               "consumer": [tests / "install/consumer.c"],
               "recorded": sorted((tests / "recorded").glob("*.c"))}
    arguments = {"recorded": [tests / "recorded"]}
    targets = [p for p in sorted((tests / "fuzz").glob("fuzz_*.c")) if not uses_internals(p)]
    shared = [p for p in sorted((tests / "fuzz").glob("*.c")) if not p.stem.startswith("fuzz_")]
    for target in targets:
        sources[target.stem] = [target, *shared]
        arguments[target.stem] = [target.with_suffix(".hex")]
    units = [p for p in sorted((tests / "unit").glob("test_*.c")) if not uses_internals(p)]
    for source in [*units, *sorted((tree / "examples").glob("*.c"))]:
        sources[source.stem] = [source]

    names = only or list(sources)

    def link(name):
        cmocka = ["-lcmocka"] if sources[name][0] in units else []
        must(*CC, "-I", include, *sources[name], "-L", libdir, "-lhvpolicy", *cmocka, "-o",
             out / name)
    out.mkdir()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(link, names))
    return {name: arguments.get(name, []) for name in names}


def loads(program, library):
    """What keeps a program from loading with that library and no other; nothing, if it loads."""
    said = run("ldd", "-r", program, env=beside(library)).stdout
    wrong = re.findall(r"^.*(?:not found|undefined symbol|no version information).*$", said, re.M)
    if not wrong and f"{SONAME} => {library} (" not in said:
        wrong = [f"{library} is not loaded: {said}"]
    symbols = must("readelf", "-W", "--dyn-syms", program)
    for name in re.findall(r" UND (hvp_\w+)(?!\S*@HVPOLICY_)\s", symbols):
        wrong.append(f"{name} is wanted without a version")
    return wrong


def beside(library):
    return os.environ | {"LD_LIBRARY_PATH": str(library.parent), "LD_BIND_NOW": "1"}


def old_on_new(version, exceptions, where, todo, release):
    """The binaries of a release on today's library."""
    def judge(name):
        wrong = loads(where / name, TODAY)
        if wrong:
            return [f"does not load: {wrong[0]}"], ""
        r = run(where / name, *todo[name], env=beside(TODAY))
        if r.returncode in (126, 127) or r.returncode < 0:
            return [f"ends with {r.returncode}: {r.stdout[-2000:]}"], r.stdout
        if not r.returncode:
            return [], r.stdout
        failed = set(re.findall(r"^\[  FAILED  \] (\w+)$", r.stdout, re.M))
        names = {f"{name}/{test}" for test in failed} or {name}
        return [f"{n} fails: {r.stdout[-2000:]}" for n in sorted(names - exceptions)], r.stdout

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = dict(zip(todo, pool.map(judge, todo)))
    for name, (wrong, _) in results.items():
        for words in wrong:
            bad(f"{name} of {version}: {words}")
    recorded = (release / "abi/golden/level-1.txt").read_text()
    if results["golden"][1] != recorded:
        bad(f"golden of {version}: answers differ from those that it recorded")
    for name in exceptions:
        program, _, test = name.partition("/")
        if program not in todo or (test and test not in
                                   (release / f"tests/unit/{program}.c").read_text()):
            bad(f"abi/releases: {version} has no {name}")


def new_on_old(version, where, todo, library):
    """Today's binaries on the library of a release."""
    nodes = set(exports(library).values())
    for name in todo:
        needs = set(re.findall(r"@(HVPOLICY_[\d.]+)",
                               must("readelf", "-W", "--dyn-syms", where / name)))
        wrong = loads(where / name, library)
        if needs <= nodes and wrong:
            bad(f"{name} of today does not load on {version}: {wrong[0]}")
        missing = needs - nodes
        if missing and not any(f"version `{m}' not found" in w for m in missing for w in wrong):
            bad(f"{name} of today needs {missing}, and {version} does not say so: {wrong}")


def promised(version, release, library):
    """What a release promised in its lists and symbols is so today."""
    then, now = exports(library), exports(LIBRARY)
    for name, node in sorted(then.items()):
        if now.get(name) != node:
            bad(f"{name} was {node} in {version} and is {now.get(name)}")
    for name in sorted(set(now) - set(then)):
        if now[name] in then.values():
            bad(f"{name} was added to {now[name]}, which {version} closed")
    for path in sorted((release / "abi").rglob("*.txt")):
        today = ROOT / path.relative_to(release)
        lines = today.read_text().splitlines() if today.exists() else []
        for line in sorted(set(path.read_text().splitlines()) - set(lines)):
            grown = re.fullmatch(r"(\w+) size \d+", line)
            # what begins with its size may grow at its end
            if not MOVES.match(line) and not (grown and any(
                    n.startswith(f"{grown[1]}.size offset 0 ") for n in lines)):
                bad(f"{today.relative_to(ROOT)}: {version} promised «{line}»")


def future(tmp):
    """A program of a later release on today's library: ld.so refuses it by name."""
    for name, text in FUTURE.items():
        (tmp / name).write_text(text)
    must("gcc", "-shared", "-fPIC", f"-Wl,-soname,{SONAME},--version-script,{tmp}/future.map",
         tmp / "future.c", "-o", tmp / "libfuture.so")
    must("gcc", tmp / "caller.c", tmp / "libfuture.so", "-o", tmp / "caller")
    r = run(tmp / "caller", env=beside(TODAY))
    if not r.returncode or "version `HVPOLICY_999' not found" not in r.stdout:
        bad(f"a program of a later release is not refused by its version: {r.stdout}")


count = 0
tool("ldd")
with tempfile.TemporaryDirectory() as name:
    tmp = pathlib.Path(name)
    future(tmp)
    mine = programs(ROOT, ROOT / "include", LIBRARY.parent, tmp / "today",
                    ["consumer", "golden"])
    for version, (commit, exceptions) in releases().items():
        release = tmp / version
        if run(*GIT, "cat-file", "-e", commit + "^{commit}").returncode:
            bad(f"{version}: commit {commit} is not in this clone (git fetch --unshallow)")
            continue
        release.mkdir()
        archive = tmp / "release.tar"
        must(*GIT, "archive", "--output", archive, commit)
        must("tar", "-xf", archive, "-C", release)
        says = (release / "VERSION").read_text().strip()
        if says != version:
            bad(f"abi/releases: commit {commit} is {says} and not {version}")
        root = tmp / f"{version}-root"
        library = install(release, root)
        todo = programs(release, root / "usr/include", library.parent, tmp / f"{version}-bin")
        shutil.copy(root / "usr/bin/hvpolicy", tmp / f"{version}-bin")
        todo["hvpolicy"] = ["matrix", "--migrate", "--all"]
        count += len(todo)
        old_on_new(version, exceptions, tmp / f"{version}-bin", todo, release)
        new_on_old(version, tmp / "today", mine, library)
        promised(version, release, library)
done(count, "programs of releases on today's library")
