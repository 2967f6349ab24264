#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The fuzz targets of tests/fuzz: fuzz.py libfuzzer|msan|afl [seconds [target...]]
                                   fuzz.py faults | coverage
                                   fuzz.py merge <target> <folder> [<target> <folder>...]

libfuzzer (ASan and UBSan), msan and afl look for new inputs for some seconds a target, from the
corpus on; a contract that is broken, a fault of memory, undefined behaviour or a hang fails, and
the input is printed. faults puts faults into a copy of the core, and expects the replay of the
corpus to see each. coverage tells what of the core all corpora reach. merge takes into the corpus
of a target (such as gsb) what the files of a folder reach beyond it; to make it smaller, begin
with fewer lines.
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
CLI = ROOT / "src/cli"
CFLAGS = ["-g", "-O2", "-std=c11", "-D_GNU_SOURCE", "-I", ROOT / "include", "-I", FUZZ, "-I", CLI]
FUZZER = ["-fno-sanitize-recover=all", "-DFUZZ_LIBFUZZER"]
KITS = {  # what a target is built with, and linked with beside it
    "libfuzzer": ("clang", ["-fsanitize=address,undefined,fuzzer-no-link", *FUZZER],
                  ["-fsanitize=address,undefined,fuzzer"]),
    "msan": ("clang", ["-fsanitize=memory,fuzzer-no-link", *FUZZER], ["-fsanitize=memory,fuzzer"]),
    "afl": ("afl-clang-fast", [], []),
    "faults": ("gcc", [], []),
    "coverage": ("gcc", ["--coverage", "-O0"], ["--coverage"]),
}
# what every target is linked with: the core, what surrounds a target, and readers of the command
SHARED = [*core(".c"), *(p for p in sorted(FUZZ.glob("*.c")) if not p.name.startswith("fuzz_")),
          *(CLI / name for name in ("host.c", "output.c", "profile_file.c"))]
# Libraries beside these. MSan would have to be built into them too: it leaves these targets out.
LIBRARIES = {"profile_file": ["-ljansson"]}
# the machine is what it is, and shared
AFL = {"AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1",
       "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_HANG_TMOUT": "20000",
       "AFL_EXIT_ON_SEED_ISSUES": "1"}
SECONDS = {"libfuzzer": 2, "msan": 1, "afl": 1}
LONGEST = 8192

GSTATE, GSB, GCAPS, HVREGS = ("src/gstate.c", "src/gsb.c", "src/gcaps.c", "src/hvregs.c")
HFSCR, MIGRATE, STREAM, WIRE = ("src/hfscr.c", "src/migrate.c", "src/stream.c", "src/wire.c")
FAULTS = {  # target -> (file, what, what instead)
    "compat_caps": [
        ("src/compat_caps.c", r"status == HVP_ERR_TAIL \? plan.hand_back : 0", "plan.hand_back"),
    ],
    "doorbell": [
        ("src/doorbell.c", r"tag < threads", "tag <= threads"),
        ("src/doorbell.c", r"HVP_DOORBELL_MSGCLRP, rb", "HVP_DOORBELL_MSGCLRP, rt"),
    ],
    "enter": [
        ("src/enter.c", r"\(field\) \+ 8\)", "(field) + 12)"),
        ("src/enter.c", r"answer == HVP_H_SUCCESS && !\(call->flags & HVP_ENTER_UNREAD\)",
         "answer == HVP_H_SUCCESS"),
    ],
    "facility": [
        ("src/facility.c", r"i < sizeof\(upper\) && name", "i <= sizeof(upper) && name"),
        ("src/facility.c", r"level >= row->until", "level > row->until"),
    ],
    "fwreg": [
        ("src/fwreg.c", r"if \(!hvp__fwreg_is_level\(row\)\)\n\t\tvm->value\[row->reg\]",
         "vm->value[0]"),
        ("src/fwreg.c", r"host->unsure &= ~", "host->listed |= "),
    ],
    "gcaps": [
        (GCAPS, r"caps->negotiated && caps->negotiated != bitmap", "0"),
        (GCAPS, r"= negotiated & HVP__LEVELS", "= negotiated"),
    ],
    "gstate": [
        (GSTATE, r"return live & all & hvp__gsb_bits\(row\);", "return live | all;"),
        (GSTATE, r"hvp_hvregs_msr\(kept\) & ~HVP_MSR_TS", "hvp_hvregs_msr(kept) ^ HVP_MSR_TS"),
    ],
    "hcall": [
        ("src/hcall.c", r"\.value != status", ".value != (int16_t)status"),
    ],
    "hfscr": [
        (HFSCR, r"\(policy->lazy & ~resident\) \| policy->emulated", "policy->lazy & ~resident"),
        (HFSCR, r"vector != HVP_VECTOR_HFU", "vector != HVP_VECTOR_HEAI"),
        (HFSCR, r"policy->lazy & ~resident & bit", "policy->lazy & bit"),
        (HFSCR, r"policy->emulated &= ~bit;\n", ""),
    ],
    "hvregs": [
        (HVREGS, r"requested \| l1_pcr \| HVP_PCR_RESERVED", "requested | l1_pcr"),
        (HVREGS, r"== 1 \|\| size == HVP_HVREGS_SIZE_V2", ""),
    ],
    "level": [
        ("src/level.c", r"\|\| !name\[0\]", ""),
        ("src/level.c", r"newest = hvp__levels", "newest ^= hvp__levels"),
    ],
    "meet": [
        ("src/meet.c", r"return a & b", "return a | b"),
        ("src/meet.c", r"both.value = hvp__lesser\(row, a->value, b->value\)",
         "both.value = a->value"),
    ],
    "migrate": [
        (MIGRATE, r"judge.refuses \? HVP_VERDICT_REFUSED : judge.worst", "judge.worst"),
        (MIGRATE, r"if \(\(host->power.levels & level\) && !refuses\)", "if (refuses)"),
    ],
    "profile": [
        ("src/profile.c", r"guest->power.facilities &= has", "guest->power.facilities |= has"),
        ("src/profile.c", r"to->quirks = 0;", ""),
    ],
    "profile_file": [
        ("src/cli/profile_file.c", r"if \(known & HVP_BIT\(item\)\)", "if (value)"),
        ("src/cli/profile_file.c", r"if \(in.bad\)", "if (0)"),
    ],
    "pvr": [
        ("src/pvr.c", r"level > maximum\)", "level > maximum + 4)"),
        ("src/pvr.c", r"i < count && i < HVP_PVR_ENTRIES", "i <= count"),
    ],
    "quirk": [
        ("src/quirk.c", r"release < row->before", "release <= row->before"),
    ],
    "reason": [
        ("src/reason.c", r"line.used < len \? line.used : len - 1", "line.used"),
        ("src/reason.c", r"while \(\*field != '}'\)\n\t\tfield\+\+;\n\treturn field \+ 1",
         "return field + 1"),
    ],
    "report": [
        ("src/report.c", r"verdict < finding->verdict", "verdict > finding->verdict"),
        ("src/report.c", r"report->total != 0xffffffff", "report->total"),
    ],
    "sequence": [
        (GSTATE, r"count, HVP__ENTRY_DPDES\(kept\)", "count, kept"),
        (MIGRATE, r"if \(\(host->power.levels & level\) && !refuses\)", "if (!refuses)"),
        (STREAM, r"harmless = row && host && \(host->known",
         "harmless = row && host && !(host->known"),
        (GCAPS, r"hvp__capabilities\(caps->l1_level\)", "HVP__LEVELS"),
        ("src/meet.c", r"MEET_AND:\n\t\treturn a & b", "MEET_AND:\n\t\treturn a | b"),
    ],
    "stream": [
        (STREAM, r"load.stays \? HVP_VERDICT_REFUSED : load.worst", "load.worst"),
        (STREAM, r"walk->own_at < walk->own_count", "walk->own_at <= walk->own_count"),
    ],
    "vstruct": [
        ("src/vstruct.c", r"known->known - made.copy_in", "known->known - known->first"),
        ("src/vstruct.c", r"i < bytes; i\+\+", "i <= bytes; i++"),
    ],
    "wire": [
        (WIRE, r"key <= before", "key < before"),
        (WIRE, r"if \(bytes < length\)", "if (bytes + 12 < length)"),
        (WIRE, r"if \(bytes != length\)", "if (bytes > length)"),
    ],
    "gsb": [
        (GSB, r"left < HVP_GSB_ELEMENT_HEADER\)", "left < 2)"),
        (GSB, r"left - HVP_GSB_ELEMENT_HEADER < bytes", "left < bytes"),
        (GSB, r"from \+ width > bytes", "from > bytes"),
        (GSB, r"(builder->used < HVP_GSB_ELEMENT_HEADER) \+ bytes", r"\1"),
        (GSB, r"to\[i\] = from \?", "to[1 + i] = from ?"),
        (GSTATE, r"if \(!pass->r3\) \{", "{"),
        (GSTATE, r"element->offset :\n\s*element->index", "element->index : 0"),
        (GSTATE, r"if \(!\(value & ~bits\)\)", "if (value | ~bits)"),
        (GSTATE, r"row->slot \+ \(id - row->id\)", "row->slot"),
        (GSTATE, r"return live & all & hvp__gsb_bits\(row\);", "return live & all;"),
        (GSTATE, r"hvp_hvregs_msr\(kept\) & ~HVP_MSR_TS", "hvp_hvregs_msr(kept)"),
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


def in_parallel(do, items):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(do, items))


class Kit:
    """The core and what surrounds a target, compiled once for all targets."""

    def __init__(self, name, tmp):
        self.compiler, self.flags, self.libraries = KITS[name]
        self.tmp = tmp
        self.archive = tmp / "core.a"
        must("ar", "rcs", self.archive, *in_parallel(self.object, SHARED))

    def object(self, source):
        out = self.tmp / (source.stem + ".o")
        must(self.compiler, *CFLAGS, *self.flags, "-c", source, "-o", out)
        return out

    def program(self, target, *more, name=""):
        """more: an object that stands in for its twin of the archive."""
        out = self.tmp / f"{target}{name}"
        source = self.tmp / f"fuzz_{target}.o"
        if not source.exists():
            self.object(FUZZ / f"fuzz_{target}.c")
        must(self.compiler, *more, source, self.archive, *self.libraries,
             *LIBRARIES.get(target, []), "-o", out)
        return out


def show_inputs(target, said, files):
    """Who reads the log has no files: the inputs are printed as lines of the corpus."""
    tail = "\n".join(said.splitlines()[-60:])
    bad(f"fuzz_{target}\n{tail}\n" + "".join(f"input: {f.read_bytes().hex()}\n" for f in files))


def libfuzzer(kit, target, seconds, tmp):
    program = kit.program(target)
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


def afl(kit, target, seconds, tmp):
    program = kit.program(target)
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


def fuzz(name, which, seconds, wanted):
    with tempfile.TemporaryDirectory() as folder:
        tmp = pathlib.Path(folder)
        kit = Kit(name, tmp)

        def one(target):
            (tmp / f"of_{target}").mkdir()
            which(kit, target, seconds, tmp / f"of_{target}")
        in_parallel(one, wanted)


def judge(kit, target, number, fault):
    """What is wrong with the way the replay takes a fault; None: it sees it."""
    path, what, instead = fault
    text, count = re.subn(what, lambda m: m.expand(instead), (ROOT / path).read_text(), count=1)
    if not count:
        return f"{path} has no {what}: the fault cannot be made"
    source, faulty = kit.tmp / f"{target}{number}.c", kit.tmp / f"{target}{number}.o"
    source.write_text(text)
    must(kit.compiler, *CFLAGS, "-w", "-I", ROOT / "src", "-c", source, "-o", faulty)
    # names of the faulty file come from here, and its twin in the archive is not looked at
    r = run(kit.program(target, faulty, name=number), FUZZ / f"fuzz_{target}.hex")
    # which contract it breaks first depends on the order of the inputs
    said = re.search(r"contract broken: .*|fault in line .*", r.stdout)
    if not r.returncode or not said:
        return (f"the replay of {target} does not see: {path}: {what} -> {instead}\n"
                f"{r.stdout[-600:]}")
    print(f"{target}: {path}: {what}: {said[0]}")
    return None


def check_gate(kit, target):
    """The replay is content with its corpus, and neither with none nor with less."""
    program, corpus = kit.program(target), FUZZ / f"fuzz_{target}.hex"
    r = run(program, corpus)
    if r.returncode:
        bad(f"the replay of {target} fails without a fault\n{r.stdout[-2000:]}")
    lines = corpus.read_text().splitlines()
    for name, kept, word in (("empty", lines[:2], "there are no inputs"),
                             ("poor", lines[:3], "no input leads to")):
        file = kit.tmp / f"{target}.{name}"
        file.write_text("\n".join(kept) + "\n")
        r = run(program, file)
        if not r.returncode or word not in r.stdout:
            bad(f"the replay of {target} is content with a corpus that is {name}\n"
                f"{r.stdout[-600:]}")
    if not FAULTS.get(target):
        bad(f"no faults for fuzz_{target}")


def faults():
    with tempfile.TemporaryDirectory() as folder:
        kit = Kit("faults", pathlib.Path(folder))
        in_parallel(lambda target: check_gate(kit, target), targets())
        found = [(target, i, fault) for target in targets()
                 for i, fault in enumerate(FAULTS.get(target, []))]
        for failure in in_parallel(lambda args: judge(kit, *args), found):
            if failure:
                bad(failure)
    return len(found)


def coverage():
    """Lines and branches of the core that all corpora run."""
    with tempfile.TemporaryDirectory() as folder:
        tmp = pathlib.Path(folder)
        kit = Kit("coverage", tmp)
        for program, target in zip(in_parallel(kit.program, targets()), targets()):
            must(program, FUZZ / f"fuzz_{target}.hex")
        total = [0, 0, 0, 0]
        for source in core(".c"):
            if not (tmp / f"{source.stem}.gcda").exists():
                continue
            said = must("gcov", "-n", "-b", "-o", tmp, source, cwd=tmp)
            said = said[said.index(f"File '{source}'"):]
            for i, what in ((0, "Lines executed"), (2, "Taken at least once")):
                percent, count = re.search(rf"{what}:([\d.]+)% of (\d+)", said).groups()
                total[i] += round(float(percent) * int(count) / 100)
                total[i + 1] += int(count)
        print("core: %d of %d lines, %d of %d branches" % tuple(total))
    return total[1]


def merge(kit, target, folder):
    corpus = kit.tmp / f"corpus_{target}"
    unpack(target, corpus)
    # edges and answers, not how often each
    must(kit.program(target), "-set_cover_merge=1", "-use_counters=0", f"-max_len={LONGEST}",
         corpus, folder)
    lines = sorted({p.read_bytes().hex() for p in corpus.iterdir()},
                   key=lambda line: (len(line), line))
    (FUZZ / f"fuzz_{target}.hex").write_text(
        "\n".join([*HEAD, *lines]).replace("{}", target) + "\n")
    print(f"fuzz_{target}.hex: {len(lines)} inputs")


def merge_all(pairs):
    with tempfile.TemporaryDirectory() as folder:
        kit = Kit("libfuzzer", pathlib.Path(folder))
        in_parallel(lambda pair: merge(kit, *pair), list(zip(pairs[::2], pairs[1::2])))


if sys.argv[1] == "merge":
    merge_all(sys.argv[2:])
elif sys.argv[1] == "faults":
    done(faults(), "faults")
elif sys.argv[1] == "coverage":
    done(coverage(), "lines")
else:
    all_of_them = sys.argv[3:] or [target for target in targets() if sys.argv[1] != "msan" or
                                   target not in LIBRARIES]
    fuzz(sys.argv[1], afl if sys.argv[1] == "afl" else libfuzzer,
         int(sys.argv[2]) if len(sys.argv) > 2 else SECONDS[sys.argv[1]], all_of_them)
    done(len(all_of_them), "targets")
