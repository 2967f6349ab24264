#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The core inside a kernel tree, as kernel maintainers' tools see it: linux_build.py [--break X]

checkpatch --strict over every file; the core and what is added to KVM built with W=1 and sparse for
three architectures and with clang; the files of KVM that the semantic patches change, for two
releases. Only what is named is built. --break puts a fault in, with which this check must fail.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from house import ROOT, bad, done, tool

sys.path.append(str(ROOT / "tests" / "boot"))
import linux

CORE = "virt/hvpolicy/"
KVM = "arch/powerpc/kvm/"
# what is added to KVM, and what the semantic patches change, which has the kernel's own complaints
POLICY = KVM + "book3s_hv_policy.o"
SPARSE = "6.12"     # sparse finds fault with 6.1's own headers of KVM
# those of nested API v2 are not in 6.1
CHANGED = [KVM + name for name in ("book3s_hv_nested.o", "book3s_hv.o", "guest-state-buffer.o",
                                   "book3s_hv_nestedv2.o")]
ARM64 = ["ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-"]
BIG = ["ARCH=powerpc", "CROSS_COMPILE=powerpc64-linux-gnu-"]
# clang compiles; the rest of what it would bring is not what Debian's cross tools offer for ppc64le
CLANG = [*linux.POWER, "CC=clang", "LLVM_IAS=0"]
TESTS = "CONFIG_KUNIT=y\nCONFIG_HVPOLICY_KUNIT_TEST=y\nCONFIG_WERROR=y\n"

# release, name, variables of make, configuration ("power" stands for examples/linux/config)
BUILDS = [
    ("6.12", "ppc64le", linux.POWER, "power"),
    ("6.12", "ppc64", BIG, "big"),
    ("6.12", "arm64", ARM64, TESTS),
    ("6.12", "clang", CLANG, "power"),
    ("6.1", "ppc64le", linux.POWER, "power"),
]

# Rules of checkpatch that the design of the core does not follow, and why: every one is needed.
IGNORED = {
    "PREFER_KERNEL_TYPES": "compiled outside of the kernel too, where the types are stdint.h's",
    "PREFER_DEFINED_ATTRIBUTE_MACRO": "the kernel's macros for attributes are not there either",
    "CAMELCASE": "_Static_assert: static_assert() is the kernel's, or assert.h's",
    "COMPLEX_MACRO": "a table is a .def file, included with one macro a column: no statements",
    "MULTISTATEMENT_MACRO_USE_DO_WHILE": "as above: what a row becomes, members or assertions",
    "TRAILING_SEMICOLON": "as above",
    "MACRO_ARG_REUSE": "as above: arguments are names and constants",
    "MACRO_ARG_PRECEDENCE": "as above: arguments are names of members",
    "MACRO_ARG_UNUSED": "as above: each reader takes the columns that it needs",
    "BLOCK_COMMENT_STYLE": "doxygen's comment behind a member, where it takes two lines",
    "EXPORT_SYMBOL": "module.c exports, so that the core's files stay byte for byte",
}

# file, what stands there, what shall
FAULTS = {
    "none": None,
    "checkpatch": ("src/base.c", "uint32_t hvp_version(void)\n{\n",
                   "uint32_t hvp_version(void)\n{\n\tif(0)\n\t\treturn 0 ;\n"),
    "warning": ("src/base.c", "uint32_t hvp_version(void)\n{\n",
                "uint32_t hvp_version(void)\n{\n\tuint32_t unused;\n\n"),
    "sparse": ("src/base.c", "uint32_t hvp_version(void)\n{\n",
               "uint32_t hvp_version(void)\n{\n\tconst void *p = 0;\n\n\tif (p)\n\t\treturn 1;\n"),
    "semantic": ("examples/linux/exit.cocci", "logical >= PVR_ARCH_207",
                 "logical > PVR_ARCH_207"),
}


def checkpatch(tree):
    """Every file of the copy, and of what is added to KVM, by the kernel's own script."""
    script = tree / "scripts/checkpatch.pl"
    files = [p for p in sorted((tree / CORE).rglob("*")) if p.suffix in (".c", ".h", ".def")
             and not p.name.endswith(".mod.c")]
    files += [tree / POLICY.replace(".o", end) for end in (".c", ".h")]
    seen = set()
    for path in files:
        r = subprocess.run([script, "--strict", "--no-tree", "--terse", "--show-types",
                            "--no-summary", "--max-line-length=100", "-f", path], cwd=tree,
                           text=True, capture_output=True, check=False)
        for line in r.stdout.splitlines():
            m = re.match(r".*:\d+: [A-Z]+:([A-Z_]+):", line)
            if m and m[1] in IGNORED:
                seen.add(m[1])
            elif m:
                bad(f"checkpatch: {line.removeprefix(str(tree))}")
    for rule in IGNORED.keys() - seen:
        bad(f"checkpatch: {rule} is ignored and never said")
    return len(files)


def compile_all(tree, release, name, variables, config):
    """Build with every warning that W=1 has, and sparse; all of them are failures."""
    out = tree.with_name(f"{tree.name}-{name}")
    began = time.monotonic()
    make = linux.command(tree, out, variables)
    linux.configure(make, out, fragment(config))
    if linux.run(make, "W=1", "prepare"):
        bad(f"{release} {name}: make prepare")
        return 0
    ready = time.monotonic()
    power = config in ("power", "big")
    changed = [name for name in CHANGED if power and (tree / name).with_suffix(".c").exists()]
    # what was found must be found again
    for path in [*(out / CORE).rglob("*.o"), *(out / name for name in (POLICY, *changed))]:
        path.unlink(missing_ok=True)
    strict = ["W=1", "C=1", "CHECK=sparse", "CF=-Wsparse-error", CORE]
    loose = changed
    if power and release == SPARSE:
        strict.append(POLICY)
    elif power:
        loose = [POLICY, *loose]
    for what in (strict, loose):
        r = subprocess.run([str(a) for a in (*make, *what)], text=True, check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT) if what else None
        if r and (r.returncode or r.stdout):
            bad(f"{release} {name}: exit {r.returncode}\n{r.stdout[:3000]}")
    built = [*(out / CORE).rglob("*.o"), *(out / name for name in (POLICY, *changed)
                                          if (out / name).exists())]
    print(f"{release} {name}: {len(built)} objects; prepared in {ready - began:.0f} s, built in "
          f"{time.monotonic() - ready:.0f} s", flush=True)
    return len(built)


def fragment(config):
    if config not in ("power", "big"):
        return config
    text = (linux.SCRIPTS / "config").read_text()
    if config == "big":
        text = text.replace("CPU_LITTLE_ENDIAN", "CPU_BIG_ENDIAN")
    return text + "CONFIG_HVPOLICY_KUNIT_TEST=y\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--break", dest="fault", choices=FAULTS, default="none")
    parser.add_argument("--only", metavar="NAME", help="of the builds, or checkpatch")
    parser.add_argument("--quick", action="store_true", help="the builds for ppc64le only")
    args = parser.parse_args()
    for name in ("spatch", "sparse", "clang"):
        tool(name)
    count = 0
    trees = {release: linux.patched(linux.source(release), FAULTS[args.fault])
             for release in sorted({row[0] for row in BUILDS})}
    if args.only in (None, "checkpatch"):
        count += checkpatch(trees["6.12"])
    for row in BUILDS:
        # the other targets have the core itself checked by the suite freestanding
        if args.only in (None, row[1]) and not (args.quick and row[1] != "ppc64le"):
            count += compile_all(trees[row[0]], *row)
    done(count, "files and objects")


if __name__ == "__main__":
    main()
