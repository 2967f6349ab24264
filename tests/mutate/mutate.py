#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Mutation testing of the core: each operator, constant, condition, statement, value returned and
table row is changed, one at a time; the tests must see it.

mutate.py [--sample N [--seed S]] [--results FILE] [--again] [--quick] [--jobs N] [--list]
          [word...]

words         only files whose name contains one of them, in this order
--sample N    N mutants at random, by the seed; none that is explained
--results     where verdicts are kept, outside of the tree: what is judged already is not judged
              again, as long as its file is the same; with --again, survivors that are not
              explained are
--quick       without the tests that take longer than half a second, but for a file's own

Killers are the unit tests, the golden answers, the recorded answers, the replays of the fuzz
corpora and the lists of abi/; not the command's tests, nor the boots and builds of kernels, which
take minutes. Not counted: what does not build, and what has the same code at -O2 as before.

Every survivor stands in the file "known" with the reason why; it fails if one does not, if one
that stands there is killed or can no longer be made, and if of the whole core fewer than 98 % are
killed.
"""
import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import queue
import random
import resource
import signal
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "check"))

from house import ROOT, bad, core_list, done  # noqa: E402
from judge import LISTS, Judge  # noqa: E402
from mutants import make  # noqa: E402

LEAST = 98.0
KNOWN = pathlib.Path(__file__).with_name("known")


def known():
    """Keys of the survivors that are explained, with the explanation.

    A paragraph is an explanation of the mutants that follow, or a mutant as it is printed.
    """
    out, why = {}, ""
    text = "\n".join(s for s in KNOWN.read_text().splitlines() if not s.startswith("#"))
    for block in text.split("\n\n"):
        lines = block.strip("\n").split("\n")
        if len(lines) < 2 or lines[1][:2] not in ("-\t", "+\t"):
            why = " ".join(lines) or why
            continue
        file, where = lines[0].split(": ", 1)
        where, _, nth = where.partition(" (nth ")
        before, after = (tuple(s[2:] for s in lines[1:] if s[0] == sign) for sign in "-+")
        key = file, where, before, after, int(nth.rstrip(")") or 1)
        if not why:
            bad(f"known: nothing is said about\n{block}")
        if key in out:
            bad(f"known: twice there\n{block}")
        out[key] = why
    return out


class Results:
    """Verdicts, a line each."""

    def __init__(self, path, again, explained):
        self.path, self.lock, self.verdicts = path, threading.Lock(), {}
        self.digest = {f: hashlib.sha1((ROOT / f).read_bytes()).hexdigest() for f in core_list()}
        if path and path.exists():
            for line in path.read_text().splitlines():
                one = json.loads(line)
                file, where, before, after, nth = one["mutant"]
                key = file, where, tuple(before), tuple(after), nth
                if one["digest"] == self.digest.get(file):
                    self.verdicts[key] = one["verdict"], one["by"]
        if again:
            self.verdicts = {k: v for k, v in self.verdicts.items()
                             if v[0] not in ("open", "survived") or k in explained}

    def add(self, mutant, verdict):
        with self.lock:
            self.verdicts[mutant.key()] = verdict
            if self.path:
                with open(self.path, "a", encoding="utf-8") as f:
                    f.write(json.dumps({"mutant": mutant.key(), "verdict": verdict[0],
                                        "by": verdict[1],
                                        "digest": self.digest[mutant.file]}) + "\n")


def judge_all(mutants, results, arguments):
    with tempfile.TemporaryDirectory(prefix="mutate-", dir="/dev/shm") as scratch:
        judge = Judge(pathlib.Path(scratch), arguments.jobs)
        trees = queue.SimpleQueue()
        for tree in judge.trees:
            trees.put(tree)
        shown, counts = threading.Lock(), collections.Counter()

        def one(mutant, late):
            tree = trees.get()
            try:
                verdict = judge.judge(tree, mutant, late)
            finally:
                trees.put(tree)
            results.add(mutant, verdict)
            with shown:
                counts[verdict[0]] += 1
                if verdict[0] in ("open", "survived") and mutant.key() not in arguments.known:
                    print(f"{verdict[0]}:\n{mutant}\n", flush=True)
                if not sum(counts.values()) % 100:
                    print(f"{sum(counts.values())}: {dict(counts)}", flush=True)

        for late in (False,) if arguments.quick else (False, True):
            todo = [m for m in mutants if m.key() not in results.verdicts or
                    (late and results.verdicts[m.key()][0] == "open")]
            print(f"{len(todo)} mutants {'for the slow tests' if late else ''}", flush=True)
            if arguments.results and todo and judge.coverage is None:
                judge.cover(arguments.results.with_suffix(".coverage"))
            with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
                futures = [pool.submit(one, mutant, late) for mutant in todo]
                try:
                    for future in futures:
                        future.result()
                finally:
                    pool.shutdown(cancel_futures=True)


def show(mutants, verdicts, explained):
    """A line a file, and all; the share of the killed among the judged, in percent."""
    rows = collections.defaultdict(collections.Counter)
    whole = collections.Counter()
    for mutant in mutants:
        verdict, by = verdicts[mutant.key()]
        verdict = "survived" if verdict == "open" else verdict
        for row in (rows[mutant.file], whole):
            row["made"] += 1
            row[verdict] += 1
            row["by lists"] += by == LISTS
            row["explained"] += verdict == "survived" and mutant.key() in explained
    heads = ["made", "unbuilt", "same", "judged", "killed", "by lists", "survived", "explained"]
    print(f"{'':32}" + "".join(f"{head:>10}" for head in heads) + "   killed %")
    for name, row in [*rows.items(), ("all", whole)]:
        row["judged"] = row["killed"] + row["survived"]
        share = 100.0 * row["killed"] / row["judged"] if row["judged"] else 100.0
        print(f"{name:32}" + "".join(f"{row[head]:10}" for head in heads) + f"{share:11.2f}")
    return share


def stop(*_):
    raise SystemExit("stopped")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()

    # assertions have no code
    files = [f for f in core_list() if f != "src/abi_asserts.c"]
    chosen = [f for w in arguments.words for f in files if w in f] or files
    chosen = list(dict.fromkeys(chosen))
    arguments.known = known()
    mutants = [m for f in chosen for m in make(ROOT, f)]
    there = {m.key() for m in mutants}
    for key in arguments.known:
        if key[0] not in files or (key[0] in chosen and key not in there):
            bad("known: no such mutant can be made: " + " ".join(map(str, key)))
    if arguments.sample:
        mutants = [m for m in mutants if m.key() not in arguments.known]
        mutants = random.Random(arguments.seed).sample(mutants,
                                                       min(arguments.sample, len(mutants)))
    if arguments.list:
        for mutant in mutants:
            print(f"{mutant}\n")
        done(len(mutants), "mutants")

    signal.signal(signal.SIGTERM, stop)
    results = Results(arguments.results, arguments.again, arguments.known)
    judge_all(mutants, results, arguments)
    share = show(mutants, results.verdicts, arguments.known)
    for mutant in mutants:
        verdict, by = results.verdicts[mutant.key()]
        alive = verdict in ("open", "survived")
        if alive and mutant.key() not in arguments.known:
            bad(f"survived:\n{mutant}")
        elif not alive and mutant.key() in arguments.known:
            bad(f"known, but {verdict} {by}:\n{mutant}")
    if share < LEAST and not arguments.sample and not arguments.words:
        bad(f"{share:.2f} % killed, fewer than {LEAST:.0f} %")
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"{sum(u.ru_utime + u.ru_stime for u in used):.0f} seconds of processor time")
    done(len(mutants), "mutants")


if __name__ == "__main__":
    main()
