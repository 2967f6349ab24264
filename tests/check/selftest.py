#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every check can fail: selftest.py [--quick] [word...]

For each check below a small fault is put into a copy of the tree; the check must then fail and
say the expected word. Before that, the check must be green on the copy without the fault, or its
red says nothing. With words, only faults whose check or file contains one of them.

The whole takes a quarter of an hour. --quick is for run-tests, which has just seen the checks
green: it leaves that out, and the checks that build and run everything.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from house import ROOT, bad, core_list, done, must, tracked

CORE = "src/base.c"  # where faults of core code are appended
HEADER = "include/hvpolicy/base.h"


def append(path, text):
    def edit(tree):
        with open(tree / path, "a", encoding="utf-8") as f:
            f.write(text)
    edit.where = path
    return edit


def replace(path, pattern, new):
    """Replace the first match of a regular expression; there must be one."""
    def edit(tree):
        old = (tree / path).read_text()
        text, count = re.subn(pattern, new, old, count=1, flags=re.M)
        if not count:
            raise LookupError(f"{path} has no {pattern}: the fault cannot be made")
        (tree / path).write_text(text)
    edit.where = path
    return edit


def remove(path):
    def edit(tree):
        (tree / path).unlink()
    edit.where = path
    return edit


def fn(text, proto="int hvp__f(int n);\n"):
    """Core code with a prototype, so that only the fault itself is wrong."""
    return append(CORE, "\n" + proto + text + "\n")


LIB = "src/libhvpolicy.so." + (ROOT / "VERSION").read_text().strip()
PY = [sys.executable, "-B"]


def py(name, *args):
    return [*PY, "tests/check/" + name, *args]


FREE = py("freestanding.py", "x86_64")
NAMES = py("abi_names.py", "build/" + LIB)
LISTS = py("abi_lists.py")
ABIDIFF = ["sh", "tests/check/abi_diff.sh", "build/" + LIB]
VERSION = py("version.py", "build/" + LIB, "build/meson-private/hvpolicy.pc")
RELEASES = py("releases.py", "build/" + LIB)
INSTALL = ["sh", "tests/check/install.sh", "build"]
DOCS = ["sh", "tests/check/docs.sh", "build/doc/gen-tables", "build/html"]
GOLDEN = ["sh", "tests/check/golden.sh", "abi/golden/level-1.txt", "build/tests/golden"]
MESON = ["meson", "test", "-C", "build", "--no-rebuild", "--print-errorlogs", "--suite"]
ONE = ["meson", "test", "-C", "build", "--print-errorlogs"]  # builds what the named test needs
MIGRATION = ["sh", "tests/check/migration_page.sh", "build/doc/gen-migration", "doc/migration.md"]
BOOT = [*PY, "tests/boot/arm64.py", "--quick"]
ARCHES = py("arch.py", "build", "ppc64")
ORACLE = ["sh", "-c", "ninja -C build tests/answer && python3 -B tests/oracle/oracle.py --count "
          "30000 build/tests/answer"]
HOOK = [*PY, "tests/vmm/hook.py", "--quick"]
LIBVIRT = [*PY, "tests/vmm/libvirt.py", "--quick"]
PROOF = [*PY, "tests/proof/run.py", "--quick", "hfscr.sanitise"]
MAN = ["sh", "tests/check/man.sh", "doc/hvpolicy.1", "build/src/cli/hvpolicy", "check"]
COPY = py("linux_copy.py")
DIST = ["sh", "tests/check/dist.sh", "dist"]
REPRODUCIBLE = ["sh", "-c", "sh tests/check/dist.sh dist && python3 -B "
                "tests/check/reproducible.py dist"]
DEB = py("deb.py")
BENCH = [*PY, "tests/bench/bench.py"]
COVERAGE = py("coverage.py", "coverage")
MUTATE = [*PY, "tests/mutate/mutate.py", "--quick", "src/hcall.c"]
WARNINGS = ["sh", "-c", "meson setup warnings -Dwerror=true && ninja -C warnings " + LIB]
SANITIZERS = ["sh", "-c", "meson setup asan -Db_sanitize=address,undefined && ninja -C asan "
              "tests/test_base && asan/tests/test_base"]
TALLY = ["sh", "-c", " ".join(MESON) + " unit >/dev/null; python3 -B tests/check/tally.py unit "
         "build/meson-logs/testlog.json | grep ' 0$'"]


def lint(name):
    return py("lint.py", name, "build")


SLOW = [ARCHES, BENCH, BOOT, COPY, COVERAGE, DEB, DIST, HOOK, LIBVIRT, MUTATE, ORACLE,
        PROOF, RELEASES, REPRODUCIBLE, SANITIZERS, TALLY, WARNINGS, lint("analyzer"),
        lint("clang-tidy"),
        *(ONE + [name] for name in ("afl", "faults", "libfuzzer", "msan", "page", "test_domain",
                                    "test_fleet", "test_migrate", "test_probe")),
        *(MESON + [suite] for suite in ("unit", "recorded", "cli", "examples"))]

# The last element that is wrong is the answer, and not the first.
LAST_REFUSAL = replace("src/gstate.c", r"if \(!pass->r3\) \{", "{")

# A function moves on to a later version.
NEW_NODE = replace("abi/hvpolicy.map", r"^\t\thvp_status_text;\n([^}]*\};)",
                   r"\1\nHVPOLICY_9 {\n\tglobal:\n\t\thvp_status_text;\n} HVPOLICY_0.1;")

# A check that reads the build folder needs it built first, in part or whole.
NEEDS = {"lib": ["ninja", "-C", "build", LIB],
         "replay": ["ninja", "-C", "build", "tests/fuzz_gsb-replay"],
         "docs": ["ninja", "-C", "build", "doc/gen-tables"],
         "migration": ["ninja", "-C", "build", "doc/gen-migration"],
         "all": ["ninja", "-C", "build"]}

FAULTS = [  # check, what it needs, fault, word it must say
    (FREE, None, fn("void *memcpy(void *d, const void *s, unsigned long n);\n"
                    "int hvp__f(int n) { char b[64]; memcpy(b, &hvp__f, (unsigned long)n);"
                    " return b[1]; }"), "undefined symbol memcpy"),
    (FREE, None, fn("static int count;\nint hvp__f(int n) { return count += n; }"),
     "writable section .bss"),
    (FREE, None, fn("static int count = 3;\nint hvp__f(int n) { return count += n; }"),
     "writable section .data"),
    (FREE, None, fn("extern const char *const hvp__t[2];\nconst char *const hvp__t[2] = {"
                    '"a", "b"};', ""), "writable section .data.rel"),
    (FREE, None, fn("int hvp__f(int n) { volatile int b[70]; b[n] = 1; return b[2]; }"),
     "bytes of stack"),
    (FREE, None, fn("int hvp__f(int n) { int x; return n; }"), "unused variable"),
    (py("kernel_shim.py"), None, fn("int hvp__f(int n) { return n == (int)UINT32_MAX; }"),
     "UINT32_MAX"),
    (py("single_tu.py"), None, lambda tree: [append(f, "\nstatic int hvp__twin(void)\n{\n\treturn "
                                                       "0;\n}\n")(tree)
                                             for f in core_list() if f.endswith(".c")],
     "redefinition of"),
    (py("core_text.py"), None, fn("int hvp__f(int min) { return min; }"), ": min"),
    (py("core_text.py"), None, fn("int hvp__f(int n) { return (int)strlen(\"x\") + n; }"),
     ": strlen"),
    (py("core_text.py"), None, fn("double hvp__d;"), ": double"),
    (py("core_text.py"), None, append(CORE, "#include <string.h>\n"), "does not include"),
    (py("core_text.py"), None, append(CORE, "#ifdef __KERNEL__\n#endif\n"), "want one"),
    (py("core_text.py"), None, fn("int hvp__f(int n)\n{\nagain:\n\tif (n--)\n\t\tgoto again;\n"
                                  "\treturn n;\n}"), "jumps backwards"),
    (py("core_text.py"), None, append(CORE, "/* LCOV_EXCL_LINE */\n"), "hides lines"),
    (py("core_list.py"), None, replace("src/core.list", r"^src/base\.c\n", ""),
     "is not in src/core.list"),
    (py("core_list.py"), None, remove("tests/unit/test_base.c"), "has no tests/unit"),
    (py("core_list.py"), None, append("tests/unit/test_none.c", "\n"), "is not built"),
    (py("core_list.py"), None, append("examples/none.c", "\n"), "is not built"),
    (py("core_list.py"), None, append("tests/cli/test_none.sh", "\n"), "is not run"),
    (py("core_list.py"), None, append("tests/fuzz/fuzz_none.c", "\n"), "fuzz_none.c is not built"),
    (py("core_list.py"), None, remove("tests/fuzz/fuzz_wire.c"), "has no tests/fuzz/fuzz_wire.c"),
    (py("core_list.py"), None, remove("tests/fuzz/fuzz_gsb.hex"), "has no corpus"),
    (py("headers.py"), None, append(HEADER, "struct hvp_hole {\n\tchar c;\n\tint i;\n};\n"),
     "padding struct"),
    (py("headers.py"), None, append(HEADER, "HVP_API int hvp_none(int class);\n"), "c++"),
    (py("headers.py"), None, append(HEADER, "HVP_API FILE *hvp_none(void);\n"), "FILE"),
    (py("headers.py"), None, replace("include/hvpolicy/hvpolicy.h", r"^#include.*report\.h>\n",
                                     ""), "does not include report.h"),
    (NAMES, "lib", replace("abi/hvpolicy.map", r"^\t\thvp_status_text;\n", ""),
     "not in abi/hvpolicy.map"),
    (NAMES, "lib", replace("tests/install/consumer.c", r"^\tFUNCTION\(hvp_status_text\)\n", ""),
     "not in tests/install/consumer.c"),
    (NAMES, "lib", replace(HEADER, r"HVP_API uint32_t hvp_version", "uint32_t hvp_version"),
     "without HVP_API"),
    (NAMES, "lib", replace("abi/hvpolicy.map", r"^\tlocal: \*;\n", ""), "not hidden"),
    (["ninja", "-C", "build", LIB], None,
     replace("abi/hvpolicy.map", r"^(\t\thvp_status_text;)", r"\1\n\t\thvp_none;"), "hvp_none"),
    (["ninja", "-C", "build", LIB], None,
     fn("extern int hvp__g(int n);\nint hvp__f(int n) { return hvp__g(n); }"), "hvp__g"),
    (LISTS, None, replace("include/hvpolicy/report.h", r"uint32_t object;", "uint16_t object;"),
     "was promised"),
    (LISTS, None, replace("include/hvpolicy/status.def", r"^(HVP_STATUS\(ERR_FAULT, *)-3",
                          r"\1-6"), "was promised"),
    (LISTS, None, replace("include/hvpolicy/reason.def", r"^HVP_REASON\((\w+), 16,",
                          r"HVP_REASON(\1_X, 16,"), "was promised"),
    (LISTS, None, replace("include/hvpolicy/status.def", r"^(HVP_STATUS\(ERR_FAULT.*)$",
                          r'\1\nHVP_STATUS(ERR_NEW, -99, 22, "new")'), "is new"),
    (LISTS, None, replace(HEADER, r"(POLICY_LEVEL_1) 1", r"\1 2"), "constants.txt"),
    (LISTS, None, remove("abi/reasons.txt"), "is missing"),
    (ABIDIFF, "lib", lambda tree: [replace(f, r"(uint32_t) (hvp_version)", r"uint64_t \2")(tree)
                                   for f in (HEADER, CORE)], "hvp_version"),
    (ABIDIFF, "lib", replace("include/hvpolicy/report.h", r"uint32_t object;",
                             "int32_t object;"), "hvp_finding"),
    (ABIDIFF, None, remove("abi/libhvpolicy-x86_64.abi"), "no baseline"),
    (RELEASES, "lib", replace("include/hvpolicy/hfscr.h", r"(uint64_t present;[^;]*)lazy;([^;]*)"
                              r"emulated;", r"\1emulated;\2lazy;"),
     "golden of 0.1.0: answers differ"),
    (RELEASES, "lib", replace("src/meet.c", r"a < b \? a : b", "a > b ? a : b"),
     "test_meet/test_guest_of_meet fails"),
    (RELEASES, "lib", lambda tree: [
        replace("abi/hvpolicy.map", r"^(\t\thvp_status_text;)", r"\1\n\t\thvp_none;")(tree),
        append(CORE, "HVP_API void hvp_none(void);\nvoid hvp_none(void)\n{\n}\n")(tree)],
     "hvp_none was added to HVPOLICY_0.1, which 0.1.0 closed"),
    (RELEASES, "lib", NEW_NODE, "undefined symbol: hvp_status_text, version HVPOLICY_0.1"),
    (RELEASES, "lib", replace("src/meson.build", r"'-Wl,--version-script,' \+ map, '[^']*'", ""),
     "not refused by its version"),
    (RELEASES, "lib", replace("src/meson.build", r"soversion: '\d+'", "soversion: '9'"),
     "libhvpolicy.so.0 => not found"),
    (RELEASES, "lib", replace("abi/reasons.txt", r"^16 .*\n", ""), "0.1.0 promised «16 "),
    (RELEASES, "lib", replace("abi/releases", r"^0.1.0 \w{20}", "0.1.0 " + 20 * "0"),
     "not in this clone"),
    (RELEASES, "lib", replace("abi/releases", r"^0.1.0( \w{40})$", r"0.0.9\1"),
     "is 0.1.0 and not 0.0.9"),
    (VERSION, "lib", replace("include/hvpolicy/version.h", r"(_PATCH) \d+", r"\1 77"),
     "version.h says"),
    (VERSION, "lib", replace("abi/hvpolicy.map", r"^HVPOLICY_[\d.]+ ", "HVPOLICY_9.9 "),
     "newest node"),
    (VERSION, "lib", replace("src/meson.build", r"soversion: '\d+'", "soversion: '9'"), "SONAME"),
    (VERSION, "lib", replace("CHANGELOG.md", r"^## ", "## 9.9.9\n\n## "), "CHANGELOG"),
    (VERSION, "lib", replace("examples/debian/changelog", r"\d+\.\d+\.\d+-", "9.9.9-"),
     "debian/changelog says 9.9.9"),
    (py("license.py"), None, replace(CORE, r".*SPDX.*\n", ""), "no SPDX line"),
    (py("license.py"), None, replace(HEADER, r"GPL-2.0-only OR BSD-2-Clause", "GPL-2.0-only"),
     "another licence"),
    (py("license.py"), None, remove("LICENSES/BSD-2-Clause.txt"), "not the text"),
    (py("license.py"), None, replace("examples/debian/copyright", r"^License: GPL.* OR",
                                     "License:"), "copyright: another licence"),
    (py("leaks.py"), None, append(CORE, "/* see /" + "root/notes */\n"), "«/" + "root"),
    (py("leaks.py"), None, append("quickstart", "# deb.deb" + "ian.org\n"), ".org»"),
    (py("style.py"), None, append(CORE, "/* " + "x" * 100 + " */\n"), "columns"),
    (py("style.py"), None, append(CORE, "/* */ \n"), "blanks at the end"),
    (py("style.py"), None, append(CORE, "        int x;\n"), "indented with blanks"),
    (lint("analyzer"), "setup", fn("int hvp__f(int n) { int *p = NULL; if (n) p = &n;"
                                   " return *p; }"), "analyzer-null-dereference"),
    (lint("clang"), "setup", fn("int hvp__f(int n) { if (n) return 1; return 2; n = 3; }"),
     "unreachable"),
    (lint("clang-tidy"), "setup", fn("int hvp__f(int n)\n{\n\tif (n) {\n\t\treturn 1;\n\t} else "
                                     "{\n\t\treturn 1;\n\t}\n}"), "bugprone-branch-clone"),
    (lint("cppcheck"), "setup", fn("int hvp__f(int n) { int b[2] = {n, n}; return b[2]; }"),
     "arrayIndexOutOfBounds"),
    (lint("sparse"), "setup", fn("int *hvp__p(void) { return 0; }", "int *hvp__p(void);\n"),
     "NULL pointer"),
    (lint("shellcheck"), "setup", append("quickstart", "echo $1\n"), "SC2086"),
    (INSTALL, "all", replace("meson.build", r"^install_headers\(core_headers",
                             "install_headers(core_headers[0]"), "not installed"),
    (INSTALL, "all", replace("src/meson.build", r"subdirs: \[\]", "subdirs: 'elsewhere'"),
     "does not link"),
    (INSTALL, "all", replace(CORE, r"return HVP_VERSION;", "return 1;"), "says so"),
    (DOCS, "docs", replace(HEADER, r"^/\*!\n \* @brief Name of a status", "/*\n * Name"),
     "not documented"),
    (DOCS, "docs", replace(HEADER, r"^ \* @param status any value\n", ""), "parameters of member"),
    (DOCS, "docs", remove("doc/mainpage.md"), "is missing"),
    (DOCS, "docs", replace("doc/gen-tables.c", r'heading\("level"', 'heading("none"'),
     "no table of level.def"),
    (GOLDEN, "all", replace("abi/golden/level-1.txt", r"1", "2"), "answers differ"),
    (ARCHES, "replay",
     append("tests/golden/golden.c", "\n__attribute__((constructor)) static void f(void)\n{\n"
            "#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__\n\tputs(\"big\");\n#endif\n}\n"),
     "ppc64: the golden answers differ"),
    # what a little endian machine does not see
    (ARCHES, "replay", replace("src/hvregs.c", r"return requested & ~HVP_DAWRX_HYP;",
                            "return *(const unsigned char *)&(const int){1} ? "
                            "requested & ~HVP_DAWRX_HYP : requested;"),
     "answers are not the oracle's"),
    (MAN, "all", lambda tree: (tree / MAN[2]).write_text(
        (tree / MAN[2]).read_text().replace("version", "")), "does not name --version"),
    (DIST, None, append(".gitignore", "/src/base.c\n"), "src/base.c does not exist"),
    (REPRODUCIBLE, None, replace("meson.build", r"'-ffile-prefix-map=@0@/=", "'-DTREE=@0@"),
     f"{LIB.removeprefix('src/')}: differs"),
    (REPRODUCIBLE, None, fn("const char hvp__when[] = __DATE__;",
                            "extern const char hvp__when[];\n"), "libhvpolicy.a: differs"),
    (REPRODUCIBLE, None, replace("doc/Doxyfile.in", r"^QUIET", "HTML_TIMESTAMP = YES\nQUIET"),
     "manual/index.html: differs"),
    (DEB, None, NEW_NODE, "hvp_status_text@HVPOLICY_9"),
    (DEB, None, replace("examples/debian/libhvpolicy-dev.install", r"^.*\.a\n", ""),
     "libhvpolicy.a exists in debian/tmp but is not installed"),
    (DEB, None, replace("examples/debian/control", r"^Depends: libhvpolicy0 .*$",
                        "Depends: ${misc:Depends}"), "libhvpolicy-dev depends on"),
    (DEB, None, replace("examples/debian/control", r"^Section: libdevel", "Section: none"),
     "unknown-section"),
    (DEB, None, replace("examples/debian/tests/control", r"hvpolicy check", "hvpolicy chess"),
     "hvpolicy chess"),
    (COVERAGE, None, fn("int hvp__f(int n)\n{\n\treturn n;\n}"), "src/base.c:"),
    (MUTATE, None, replace("tests/unit/test_hcall.c", r"^\s*cmocka_unit_test\(test_names\),", ""),
     "survived:"),
    (MUTATE, None, append("tests/mutate/known", "\nWhy.\n\nsrc/hcall.c: hvp_none\n-\ta\n+\tb\n"),
     "no such mutant can be made"),
    (MUTATE, None, append("tests/mutate/known", "\nWhy.\n\nsrc/hcall.c: hvp__hcall_row\n-\ti++;\n"
                          "+\t;\n"), "known, but killed"),
    (WARNINGS, None, fn("int hvp__f(int n) { long m = 1; return m + n; }"), "-Werror=conversion"),
    (SANITIZERS, None, replace(CORE, r"return HVP_VERSION;",
                               "static const uint32_t v[2] = {0, HVP_VERSION};\n"
                               "\tvolatile int i = 5;\n\n\treturn v[i];"), "out of bounds"),
    (TALLY, "all", replace("tests/unit/test_base.c", r"^int main\(void\)\n\{",
                           "int main(void)\n{\n\treturn 77;"), "SKIP"),
    (TALLY, "all", lambda tree: [
        replace("tests/meson.build", r"suite: 'unit'", "suite: 'none'")(tree)], "has no tests"),
    (MESON + ["unit"], "all", replace("include/hvpolicy/facility.def",
                                      r"^(HVP_FACILITY\(TAR, *)8", r"\g<1>9"), "FAIL"),
    (MESON + ["recorded"], "all", replace("include/hvpolicy/facility.def",
                                          r"^(HVP_FACILITY\(TAR, *)8", r"\g<1>9"), "FAIL"),
    (MESON + ["cli"], "all", replace("include/hvpolicy/facility.def",
                                     r"^(HVP_FACILITY\(TAR, *)8", r"\g<1>9"), "FAIL"),
    (MESON + ["examples"], "all", replace("include/hvpolicy/level.def",
                                          r"(HVP_LEVEL\(3_10,.*)0x0f000006", r"\g<1>0x0f000066"),
     "FAIL"),
    (BENCH, None, replace("src/hfscr.c", r"return requested & \(policy->present",
                          "return requested & policy->present & (policy->present"),
     "hfscr_sanitise any: 6 one, the budget is 5"),
    (BENCH, None, replace("tests/bench/budget.txt", r"^(ppc64le hvregs_enter v2) \d+",
                          r"\1 200"), "the budget of 200 is slack"),
    (BENCH, None, replace("tests/bench/bench.def", r"^BENCH_DEARER\(enter_check,.*\n", ""),
     "more than by hand, bench.def allows 0"),
    (BENCH, None, replace("tests/bench/hand.c", r"return a & ~HVP_DAWRX_HYP;", "return a;"),
     "by hand there is another value"),
    (BENCH, None, replace("src/meson.build", r"'-Wl,-Bsymbolic-functions', ", ""),
     "not only the call"),
    (BENCH, None, replace("src/gsb.c", r"^static const uint8_t hvp__gsb_places",
                          "static const char hvp__pad[4096] __attribute__((used)) = { 1 };\n"
                          "static const uint8_t hvp__gsb_places"), "rodata, the budget is"),
    (MIGRATION, "migration", replace("include/hvpolicy/quirk.def",
                                     r"^(HVP_QUIRK\(STREAM_COUNT,(.*\n)?.*)HVP_RELEASE\(11, 0, 0\)",
                                     r"\g<1>HVP_RELEASE(10, 0, 0)"),
     "is not what the library says"),
    (MIGRATION, "migration", replace("include/hvpolicy/fwreg.def",
                                     r"^(HVP_FWREG_OFFER\(PSCI_VERSION,.*LISTED, 0x1000)1",
                                     r"\g<1>0"), "is not what the library says"),
    (ONE + ["wire"], "setup", replace("src/wire.c", r"key <= before", "key < before"),
     "FAILED  ] test_order"),
    (ONE + ["fuzz_gsb"], "setup", LAST_REFUSAL, "contract broken: same(&answer, &again)"),
    (ONE + ["libfuzzer"], "setup", LAST_REFUSAL, "contract broken: same(&answer, &again)"),
    (ONE + ["msan"], "setup", replace("src/gstate.c", r"^\tpass\.seen\[2\] = 0;\n", ""),
     "use-of-uninitialized-value"),
    (ONE + ["afl"], "setup", LAST_REFUSAL, "results in a crash"),
    (ONE + ["faults"], "setup", replace("tests/check/fuzz.py", r"return live & all & hvp",
                                        "return hvp"), "the fault cannot be made"),
    (ONE + ["meet"], "setup", replace("src/meet.c", r"a < b \? a : b", "a > b ? a : b"),
     "FAILED  ] test_guest_of_meet"),
    (ONE + ["migrate"], "setup", replace("src/migrate.c", r"else if \(have != offer\)",
                                         "else if (have < offer)"), "FAILED  ] test_raw"),
    (ONE + ["stream"], "setup", replace("src/stream.c", r"id > regs\[i - 1\]", "id >= regs[i - 1]"),
     "FAILED  ] test_arguments"),
    (ONE + ["quirk"], "setup", replace("src/quirk.c", r"release < row->before",
                                       "release <= row->before"), "FAILED  ] test_known"),
    (ONE + ["profile"], "setup", replace("src/profile.c", r"field->arch && field->arch != arch",
                                         "!field->tag"), "FAILED  ] test_bits"),
    (ONE + ["test_migrate"], "setup", replace("src/cli/migrate.c", r": EXIT_REFUSED",
                                              ": EXIT_FINE"), "FAIL: test_workarounds"),
    (ONE + ["test_probe"], "setup", replace("src/cli/probe_arm64.c", r"HVP_MITIGATION_MITIGATED",
                                            "HVP_MITIGATION_VULNERABLE"),
     "FAIL: test_mitigations"),
    (ONE + ["test_domain"], "setup", replace("src/cli/domain.c", r"max-cpu-compat=", "max-cpu="),
     "FAIL: test_level"),
    (ONE + ["test_fleet"], "setup", replace("src/cli/fleet_show.c", r"\+= host->count", "+= 1"),
     "FAIL: test_summary"),
    (ONE + ["page"], "setup", replace("src/cli/grid.c", r"0xd1540f", "0x54d10f"),
     "differ from migrate.png"),
    (ONE + ["page"], "setup", replace("src/cli/grid.c", r"finding->text\[len\] == ':'", "false"),
     "the panel does not say"),
    (ONE + ["page"], "setup", replace("src/cli/grid.js", r"^\trestop\(\);\n", ""),
     "Tab does not reach a cell"),
    # one a part of the oracle
    (ORACLE, "setup", replace("src/hvregs.c", r"~HVP_DAWRX_HYP", "~(HVP_DAWRX_HYP | 1)"),
     "FAILED: registers"),
    (ORACLE, "setup", replace("include/hvpolicy/level.def", r"^(HVP_LEVEL\(2_06_PLUS, *)16",
                              r"\g<1>26"), "FAILED: levels"),
    (ORACLE, "setup", replace("src/vstruct.c", r"a < b \? a : b", "a <= b ? b : a"),
     "FAILED: structures"),
    (ORACLE, "setup", replace("src/fwreg.c", r"& 0xf\) < HVP__SSBD_AVAILABLE",
                              "& 0xf) < 3"), "FAILED: firmware"),
    (ORACLE, "setup", LAST_REFUSAL, "FAILED: state"),
    (ORACLE, "setup", replace("src/meet.c", r"a < b \? a : b", "a > b ? a : b"),
     "FAILED: profiles"),
    (COPY, None, replace("examples/linux/copy", r"return 1 if differ else 0", "return 0"),
     "an edit is drift"),
    (COPY, None, replace("examples/linux/copy", r"return 1 if lost else 0", "return 0"),
     "no patch for it"),
    (COPY, None, replace("examples/linux/copy", r"^        return 2\n", "        return 1\n"),
     "no kernel"),
    (COPY, None, replace("examples/linux/copy", r"^    if dirty:", "    if dirty and not ROOT:"),
     "the copy wants a commit"),
    (COPY, None, replace("examples/linux/copy", r"part\.write_bytes\(data\)",
                         'part.write_bytes(data.replace(b"\\t", b" "))'), "hfscr.c is src/hfscr.c"),
    (COPY, None, replace("examples/linux/copy", r"^    if edited:", "    if edited and not ROOT:"),
     "an edit is not overwritten"),
    (COPY, None, replace("examples/linux/copy", r"if old\.read\(name\) == data:", "if not ROOT:"),
     "nothing touched"),
    (PROOF, None, replace("src/hfscr.c", r"requested & \(policy->present \|",
                          "requested & (~policy->present |"), "R2: only reserved bits go"),
    (PROOF, None, replace("src/hfscr.c", r"(return requested & \(policy->present) \|",
                          r"\1 << (requested & 127) |"), "shift distance too large"),
    (PROOF, None, replace("tests/proof/prove_hfscr.c", r"assume_sound\(&policy\);\n\tonce",
                          "ASSUME(false);\n\tonce"), "never happens"),
    (PROOF, None, replace("tests/proof/table.py", r'"requested & policy->present"',
                          '"requested & (policy->present | HVP_HFSCR_CAUSE)"'),
     "a mutant survives"),
    (PROOF, None, replace("tests/proof/table.py", r'"requested & policy->present", "R2: IC passes',
                          '"requested & policy->present", "R2: twice'), "breaks no"),
    (PROOF, None, replace("tests/proof/prove_hfscr.c", r"^void prove_vector", "void prove_none"),
     "want one harness and one row"),
    (BOOT, None, replace("tests/boot/arm64.py", r'default="none"', 'default="release"'),
     "-neoverse-n1: new 0x6030000000140000"),
    (HOOK, None, replace("examples/libvirt/hooks/qemu", "return 1 if why else 0", "return 0"),
     "restore where its level is not offered: exit 0"),
    (LIBVIRT, None, replace("examples/libvirt/cpu/cpu_ppc64_policy.c",
                            r"there\.power\.levels & ~here", "here.power.levels & ~there"),
     "incompatible, not superset"),
]

pristine = tempfile.TemporaryDirectory()
green = {}


def prepare(folder, needs):
    """Build what a check reads; what it says when that fails."""
    if not needs:
        return None
    steps = [["meson", "setup", "build"]] + ([NEEDS[needs]] if needs in NEEDS else [])
    for step in steps:
        r = subprocess.run(step, cwd=folder, text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, check=False)
        if r.returncode:
            return r.stdout
    return None


def judge(check, needs, edit):
    """Exit status and words of a check on a copy of the tree with one fault."""
    with tempfile.TemporaryDirectory() as tmp:
        tree = pathlib.Path(tmp) / "tree"
        shutil.copytree(pristine.name, tree)
        if edit:
            try:
                edit(tree)
            except LookupError as error:
                return 0, str(error)
        if check[0] == "ninja":
            needs = "setup"
        failure = prepare(tree, needs)
        if failure is not None:
            return 1, failure
        r = subprocess.run(check, cwd=tree, text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, errors="replace", check=False)
        return r.returncode, r.stdout


quick = "--quick" in sys.argv
words = [word for word in sys.argv[1:] if word != "--quick"]


def selected(check, needs, edit):
    if quick and (check in SLOW or needs == "all"):
        return False
    text = " ".join(check) + " " + getattr(edit, "where", "")
    return not words or any(word in text for word in words)


# Kernels are fetched once for all copies.
os.environ.setdefault("HVP_BOOT_CACHE", str(ROOT / "build-check/boot"))
for source in tracked():
    target = pathlib.Path(pristine.name) / source.relative_to(ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
# A repository of its own, so that ignored files are told apart as in the real one.
must("git", "init", "-q", pristine.name)
if (ROOT / ".git").exists():  # with the history, which holds the releases
    objects = must("git", "-c", "safe.directory=*", "-C", ROOT, "rev-parse",
                   "--path-format=absolute", "--git-path", "objects")
    (pathlib.Path(pristine.name) / ".git/objects/info/alternates").write_text(objects)

faults = [f for f in FAULTS if selected(*f[:3])]
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    first = {tuple(c): needs for c, needs, _, _ in reversed(faults)} if not quick else {}
    for check, result in zip(first, pool.map(lambda c: judge(c, first[c], None), first)):
        green[check] = result[0] == 0
        if result[0]:
            bad(f"{' '.join(check)} fails without a fault\n{result[1]}")
    faults = [f for f in faults if green.get(tuple(f[0]), quick)]
    results = pool.map(lambda f: judge(*f[:3]), faults)
    for (check, _, edit, word), (status, said) in zip(faults, results):
        name = " ".join(a for a in check if a not in PY)
        if not status:
            bad(f"{name} does not see a fault ({word})\n{said[-2000:]}")
        elif word not in said:
            bad(f"{name} fails, but does not say «{word}»:\n{said}")
        else:
            print(f"{name}: sees «{word}»")
done(len(faults), "faults")
