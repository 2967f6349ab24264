#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The fuzz targets of tests/fuzz: fuzz.py libfuzzer [seconds] | afl [seconds] | faults
                                   fuzz.py merge <target> <folder>

libfuzzer and afl look for new inputs for a while, from the corpus on; a contract that is broken, a
fault of memory, undefined behaviour or a hang fails, and the input is printed. faults puts faults
into a copy of the core, and expects the replay of the corpus to see each. merge takes into the
corpus of a target (such as gsb) what the files of a folder reach beyond it; to make it smaller,
begin with fewer lines.
"""
import concurrent.futures
import os
import pathlib
import re
import sys
import tempfile

from house import ROOT, bad, core, done, must, run, tool

FUZZ = ROOT / "tests/fuzz"
HEAD = ["# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause",
        "# Inputs of fuzz_{}.c, one a line, in hex; tests/check/fuzz.py merge adds to them."]
CFLAGS = ["-g", "-O2", "-std=c11", "-I", FUZZ]
SANITIZERS = ["-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all",
              "-DFUZZ_LIBFUZZER"]
# the machine is what it is, and shared
AFL = {"AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1",
       "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_HANG_TMOUT": "20000",
       "AFL_EXIT_ON_SEED_ISSUES": "1"}
SECONDS = {"libfuzzer": 30, "afl": 20}
LONGEST = 8192

GSTATE, GSB, GCAPS, HVREGS = ("src/gstate.c", "src/gsb.c", "src/gcaps.c", "src/hvregs.c")
FAULTS = {  # target -> (file, what, what instead)
    "gsb": [
        (GSB, r"left < HVP_GSB_ELEMENT_HEADER\)", "left < 2)"),
        (GSB, r"left - HVP_GSB_ELEMENT_HEADER < bytes", "left < bytes"),
        (GSB, r"from \+ width > bytes", "from > bytes"),
        (GSB, r"(builder->used < HVP_GSB_ELEMENT_HEADER) \+ bytes", r"\1"),
        (GSB, r"to\[HVP_GSB_ELEMENT_HEADER \+ i\] = from \?", "to[5 + i] = from ?"),
        (GSTATE, r"if \(!pass->r3\) \{", "{"),
        (GSTATE, r"element->offset :\n\s*element->index", "element->index : 0"),
        (GSTATE, r"if \(!\(value & ~bits\)\)", "if (value | ~bits)"),
        (GSTATE, r"row->slot \+ \(id - row->id\)", "row->slot"),
        (GSTATE, r"return live & all & hvp__gsb_bits\(row\);", "return live & all;"),
        (GSTATE, r"hvp_hvregs_msr\(v\) & ~HVP_MSR_TS", "hvp_hvregs_msr(v)"),
        (GSTATE, r"if \(status == HVP_ERR_SIZE\)", "if (0)"),
        (GSTATE, r"if \(told && bytes > host->buffer_max\)", "if (0)"),
        (HVREGS, r"\^ requested\) & HVP_LPCR_L1", "^ requested) & ~HVP_LPCR_TC"),
        (GCAPS, r"return !more && \(bitmap & HVP__LEVELS\)", "return !more"),
        (GCAPS, r"caps->has & \(.*\| HVP_CAPABILITY", "caps->has | (HVP_CAPABILITY"),
        (GCAPS, r"caps->negotiated && caps->negotiated != bitmap", "caps->negotiated"),
    ],
}


def targets():
    found = sorted(p.stem.removeprefix("fuzz_") for p in FUZZ.glob("fuzz_*.c"))
    return found or sys.exit("FAILED: no fuzz targets")


def corpus_of(target):
    lines = (FUZZ / f"fuzz_{target}.hex").read_text().splitlines()
    return [bytes.fromhex(line) for line in lines if line and not line.startswith("#")]


def unpack(target, folder):
    folder.mkdir()
    inputs = corpus_of(target)
    for number, data in enumerate(inputs):
        (folder / f"{number:04}").write_bytes(data)
    return len(inputs)


def build(compiler, out, target, *flags):
    must(compiler, *CFLAGS, *flags, "-I", ROOT / "include", *core(".c"), FUZZ / "driver.c",
         FUZZ / f"fuzz_{target}.c", "-o", out)
    return out


def show_inputs(target, said, files):
    """Who reads the log has no files: the inputs are printed as lines of the corpus."""
    tail = "\n".join(said.splitlines()[-60:])
    bad(f"fuzz_{target}\n{tail}\n" + "".join(f"input: {f.read_bytes().hex()}\n" for f in files))


def libfuzzer(target, seconds, tmp):
    program = build("clang", tmp / "fuzz", target, *SANITIZERS)
    inputs = unpack(target, tmp / "corpus")
    (tmp / "found").mkdir()
    (tmp / "bad").mkdir()
    r = run(program, f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20",
            "-print_final_stats=1", f"-artifact_prefix={tmp}/bad/", tmp / "found", tmp / "corpus")
    executions = re.search(r"number_of_executed_units: *(\d+)", r.stdout)
    coverage = re.findall(r"cov: (\d+)", r.stdout)
    inputs_found = list((tmp / "bad").iterdir())
    if r.returncode or inputs_found or not executions or not coverage:
        show_inputs(target, r.stdout, inputs_found)
    elif int(executions[1]) <= inputs:
        bad(f"fuzz_{target}: only {executions[1]} executions for {inputs} inputs")
    else:
        print(f"fuzz_{target}: {executions[1]} executions, {coverage[-1]} edges, "
              f"{len(list((tmp / 'found').iterdir()))} new inputs")


def afl(target, seconds, tmp):
    program = build("afl-clang-fast", tmp / "fuzz", target)
    inputs = unpack(target, tmp / "corpus")
    out = tmp / "out"
    r = run("afl-fuzz", "-V", seconds, "-t", 5000, "-G", LONGEST, "-i", tmp / "corpus",
            "-o", out, "--", program, env=os.environ | AFL)
    stats = out / "default/fuzzer_stats"
    stats = dict(re.findall(r"^(\w+) *: (.*)$", stats.read_text() if stats.exists() else "", re.M))
    inputs_found = [*out.glob("default/crashes/id*"), *out.glob("default/hangs/id*")]
    if r.returncode or inputs_found or not stats:
        show_inputs(target, r.stdout, inputs_found)
    elif int(stats["execs_done"]) <= inputs:
        bad(f"fuzz_{target}: only {stats['execs_done']} executions for {inputs} inputs")
    else:
        print(f"fuzz_{target}: {stats['execs_done']} executions, {stats['execs_per_sec']} a "
              f"second, {stats['edges_found']} edges")


def judge(tmp, target, parts, number, fault):
    """What is wrong with the way the replay takes a fault; None: it sees it."""
    path, what, instead = fault
    text, count = re.subn(what, lambda m: m.expand(instead), (ROOT / path).read_text(), count=1)
    if not count:
        return f"{path} has no {what}: the fault cannot be made"
    source, program = tmp / f"{number}.c", tmp / f"replay{number}"
    source.write_text(text)
    # names of the faulty file come from here, and its twin in the archive is not looked at
    must("gcc", *CFLAGS, "-w", "-I", ROOT / "include", "-I", ROOT / "src", source, *parts,
         "-o", program)
    r = run(program, FUZZ / f"fuzz_{target}.hex")
    # which contract it breaks first depends on the order of the inputs
    said = re.search(r"contract broken: .*|fault in line .*", r.stdout)
    if not r.returncode or not said:
        return f"the replay does not see: {path}: {what} -> {instead}\n{r.stdout[-600:]}"
    print(f"{path}: {what}: {said[0]}")
    return None


def faults(target, _, tmp):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        def compile_one(source):
            out = tmp / (source.stem + ".o")
            must("gcc", *CFLAGS, "-I", ROOT / "include", "-c", source, "-o", out)
            return out
        ours = [FUZZ / "driver.c", FUZZ / f"fuzz_{target}.c"]
        objects = list(pool.map(compile_one, [*ours, *core(".c")]))
        must("ar", "rcs", tmp / "core.a", *objects[2:])
        parts = [*objects[:2], tmp / "core.a"]
        program = tmp / "replay"
        must("gcc", *parts, "-o", program)
        corpus = FUZZ / f"fuzz_{target}.hex"
        r = run(program, corpus)
        if r.returncode:
            bad(f"the replay fails without a fault\n{r.stdout[-2000:]}")
            return
        # a corpus that is not there, or reaches too little
        lines = corpus.read_text().splitlines()
        for name, kept, word in (("empty", lines[:2], "there are no inputs"),
                                 ("poor", lines[:3], "no input leads to")):
            (tmp / name).write_text("\n".join(kept) + "\n")
            r = run(program, tmp / name)
            if not r.returncode or word not in r.stdout:
                bad(f"the replay is content with a corpus that is {name}\n{r.stdout[-600:]}")
        found = FAULTS.get(target) or bad(f"no faults for fuzz_{target}") or []
        for failure in pool.map(lambda i: judge(tmp, target, parts, i, found[i]),
                                range(len(found))):
            if failure:
                bad(failure)
    print(f"fuzz_{target}: {len(found)} faults")


def merge(target, folder):
    with tempfile.TemporaryDirectory() as name:
        tmp = pathlib.Path(name)
        program = build("clang", tmp / "fuzz", target, *SANITIZERS)
        unpack(target, tmp / "corpus")
        # edges and answers, not how often each
        must(program, "-set_cover_merge=1", "-use_counters=0", tmp / "corpus", folder)
        lines = sorted({p.read_bytes().hex() for p in (tmp / "corpus").iterdir()},
                       key=lambda line: (len(line), line))
        (FUZZ / f"fuzz_{target}.hex").write_text(
            "\n".join([*HEAD, *lines]).replace("{}", target) + "\n")
        print(f"fuzz_{target}.hex: {len(lines)} inputs")


if sys.argv[1:2] == ["merge"]:
    merge(*sys.argv[2:])
else:
    which = {"libfuzzer": libfuzzer, "afl": afl, "faults": faults}[sys.argv[1]]
    time = int(sys.argv[2]) if len(sys.argv) > 2 else SECONDS.get(sys.argv[1])
    for one in targets():
        with tempfile.TemporaryDirectory() as folder:
            which(one, time, pathlib.Path(folder))
    done(len(targets()), "targets")
