# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the checks share: where the tree is, what the core is, and one way to fail.

A check that examined nothing has failed: done() wants a count above zero.
"""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"

WARN = ("-Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes "
        "-Wmissing-prototypes -Wvla -Wundef -Wcast-qual -Wwrite-strings").split()

# Data models by which the ABI is judged. All four compile without headers of a 32-bit libc,
# because the public headers include freestanding ones only.
MODELS = {
    "lp64-le": ["x86_64-linux-gnu-gcc", "-m64"],
    "lp64-be": ["powerpc64-linux-gnu-gcc", "-m64"],
    "ilp32-le": ["x86_64-linux-gnu-gcc", "-m32"],
    "ilp32-be": ["powerpc64-linux-gnu-gcc", "-m32"],
}

# Machines of kernels that the core is for: GNU triplet, and the flags that keep the compiler off
# registers that a kernel does not own.
ARCH = {
    "x86_64": ("x86_64-linux-gnu", ["-mno-sse", "-mno-mmx", "-mno-80387", "-mno-red-zone"]),
    "ppc64le": ("powerpc64le-linux-gnu", ["-msoft-float", "-mno-altivec", "-mno-vsx"]),
    "ppc64": ("powerpc64-linux-gnu", ["-msoft-float", "-mno-altivec", "-mno-vsx"]),
    "arm64": ("aarch64-linux-gnu", ["-mgeneral-regs-only"]),
    "s390x": ("s390x-linux-gnu", ["-msoft-float"]),
    "i386": ("i686-linux-gnu", ["-mno-sse", "-mno-mmx", "-mno-80387"]),
}

_failures = []


def bad(message):
    _failures.append(message)
    print("FAILED: " + message)


def done(count, what):
    """Say what was looked at and leave with the verdict."""
    if not count:
        bad("nothing was checked: no " + what)
    print(f"{count} {what}: " + (f"{len(_failures)} failures" if _failures else "fine"))
    sys.exit(1 if _failures else 0)


def tool(name):
    """A missing tool is a failure, never a skip."""
    if not shutil.which(name):
        sys.exit(f"FAILED: {name} is not installed (sh tests/install-deps.sh test)")
    return name


def run(*argv, **kw):
    """Run a command; its output is text, its failure is the caller's business."""
    tool(argv[0])
    return subprocess.run([str(a) for a in argv], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, errors="replace", check=False, **kw)


def must(*argv, **kw):
    """Run a command that has no reason to fail; return what it said."""
    r = run(*argv, **kw)
    if r.returncode:
        sys.exit(f"FAILED: {' '.join(map(str, argv))}\n{r.stdout}")
    return r.stdout


def core_list():
    lines = (ROOT / "src" / "core.list").read_text().splitlines()
    return [name for name in (line.split("#")[0].strip() for line in lines) if name]


def core(*suffixes):
    """Files of the core by the one list, e.g. core(".c")."""
    return [ROOT / name for name in core_list() if name.endswith(suffixes)]


def public_headers():
    return [p for p in core(".h") if p.is_relative_to(INCLUDE)]


def umbrella_tu(prefix=""):
    """Source text that includes every public header by its public name."""
    return prefix + "".join(f"#include <{p.relative_to(INCLUDE)}>\n" for p in public_headers())


def tracked():
    """Files of the project: what git has or would add; in a release tarball, everything."""
    if (ROOT / ".git").exists():
        out = must("git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "-z", "-co",
                   "--exclude-standard")
        return [ROOT / n for n in sorted(set(out.split("\0"))) if n and (ROOT / n).is_file()]
    return [p for p in sorted(ROOT.rglob("*")) if p.is_file()
            and not re.match(r"build|\.git/", str(p.relative_to(ROOT)))
            and "__pycache__" not in p.parts]


def exports(library):
    """{function: version node} of a shared library."""
    out = {}
    for line in must("readelf", "--dyn-syms", "-W", library).splitlines():
        f = line.split()
        if len(f) == 8 and f[4] in ("GLOBAL", "WEAK") and f[6] not in ("UND", "ABS"):
            name, _, node = f[7].replace("@@", "@").partition("@")
            if f[3] != "FUNC":
                bad(f"{library}: {name} is exported and no function")
            out[name] = node
    return out


def freestanding_include(cc):
    """The compiler's own headers, which is all that -nostdinc code may see."""
    if "clang" in cc:
        return must(cc, "-print-resource-dir").strip() + "/include"
    return must(cc, "-print-file-name=include").strip()


def strip_c(text):
    """C text without comments, strings and character constants; lines keep their numbers."""
    def blank(m):
        return " " + "\n" * m.group().count("\n")
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text,
                  flags=re.S)
