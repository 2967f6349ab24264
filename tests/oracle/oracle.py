#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The library against an oracle: oracle.py [--count N] [--seed N] [--only PART] <answer>...

The oracle is the rules (doc/rules.md) and the facts of real systems once more: in another language,
slow and plain, not made from the library's code or tables. It asks all of what is small and N
random questions of the rest, and every answer must be its own. <answer> is the program that
answer.c becomes, or an emulator and that. The same seed asks the same questions.
"""
import argparse
import collections
import concurrent.futures
import itertools
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import firmware
import levels
import profiles
import registers
import state
import structures

PARTS = {"registers": registers, "levels": levels, "structures": structures,
         "firmware": firmware, "state": state, "profiles": profiles}
COUNT = 1000000
CHUNK = 25000
SHOWN = 3       # disagreements of a verb
Job = collections.namedtuple("Job", "part number seed count")


def jobs(seed, count, only=None):
    """What there is to ask, in pieces that can be asked one beside the other."""
    for part in PARTS:
        left, number = count // len(PARTS), 0
        while only in (None, part) and (left > 0 or number == 0):
            yield Job(part, number, seed, min(left, CHUNK))
            left, number = left - CHUNK, number + 1


def questions(job):
    """(question, answer) of a piece; the first one of a part has all that is small."""
    module = PARTS[job.part]
    if job.number == 0:
        yield from itertools.chain.from_iterable(kind() for kind in module.EXHAUSTIVE)
    rng = random.Random(f"{job.seed} {job.part} {job.number}")
    kinds = [kind for kind, weight in module.RANDOM for _ in range(weight)]
    done = 0
    while done < job.count:
        for pair in rng.choice(kinds)(rng):
            done += 1
            yield pair


def write(job, folder):
    """Files of questions and of answers."""
    asked, wanted = (pathlib.Path(folder, f"{job.part}-{job.number}.{kind}")
                     for kind in ("asked", "wanted"))
    with asked.open("w") as a, wanted.open("w") as w:
        for question, answer in questions(job):
            print(question, file=a)
            print(f"{question.split(' ', 1)[0]} {answer}".rstrip(), file=w)
    return asked, wanted


def compare(program, asked, wanted):
    """(answers, disagreements, what to show of them)"""
    with asked.open() as a:
        r = subprocess.run([str(p) for p in program], stdin=a, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, check=False)
    lines = r.stdout.splitlines()
    count, wrong, show = 0, collections.Counter(), []
    if r.returncode:
        wrong["program"] = 1
        show.append(f"{asked.stem}: {program[-1]} left with status {r.returncode}\n  " +
                    "\n  ".join(lines[-3:]))
        return count, wrong, show
    with asked.open() as a, wanted.open() as w:
        for question, want, got in itertools.zip_longest(a, w, lines, fillvalue="nothing"):
            count += 1
            if want.rstrip("\n") != got:
                verb = question.split()[0]
                wrong[verb] += 1
                if wrong[verb] <= SHOWN:
                    show.append(f"{question.rstrip()}\n  oracle:  {want.rstrip()}\n"
                                f"  library: {got}")
    return count, wrong, show


def run(job, program):
    """Ask one piece and forget it."""
    with tempfile.TemporaryDirectory() as folder:
        return compare(program, *write(job, folder))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="+")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=PARTS)
    args = parser.parse_args()
    print(f"seed {args.seed}, {args.count} random questions", flush=True)
    total, wrong = collections.Counter(), collections.Counter()
    todo = list(jobs(args.seed, args.count, args.only))
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(run, todo, itertools.repeat(args.program))
        for job, (count, found, show) in zip(todo, results):
            total[job.part] += count
            if not wrong[job.part] and show:
                print("\n".join(show))
            wrong[job.part] += found.total()
    for part, count in total.items():
        print(("FAILED: " if wrong[part] else "") +
              f"{part}: {count} answers, {wrong[part]} disagreements")
    print(f"{total.total()} answers compared: " +
          (f"{wrong.total()} disagreements" if wrong.total() else "fine"))
    sys.exit(1 if wrong.total() or not total.total() else 0)


if __name__ == "__main__":
    main()
