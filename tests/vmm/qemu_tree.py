# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Debian's QEMU source, by its package's name: unpacked, built and tested as it is, patched, built
and tested again in the same folder, with this library installed beside it."""
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import installed
import debian
from debian import CACHE, ROOT, must

SCRIPTS = ROOT / "examples" / "qemu"
SUITE = "trixie"
HOME = CACHE / "qemu"
TREE, OUT, LOG = HOME / "tree", HOME / "build", HOME / "build.log"
# QEMU wants a newer one than the base release has
MESON = ("bookworm-backports", ["meson", "python3-pycotap"])
# (suite, package, folder): Debian's source of QEMU has no firmware
FIRMWARE = [("bookworm-backports", "qemu-system-data", "usr/share/qemu"),
            ("bookworm-backports", "seabios", "usr/share/seabios"),
            ("bookworm", "ipxe-qemu", "usr/lib/ipxe/qemu")]
OPTIONS = ["--target-list=ppc64-softmmu", "--without-default-features", "--enable-system",
           "--enable-tcg", "--enable-fdt=system", "--enable-pixman", "--disable-docs",
           "--disable-tools", "--disable-werror", "--disable-install-blobs", "--disable-download",
           "--python=/usr/bin/python3"]
BINARY = "qemu-system-ppc64"
OBJECTS = "libqemu-ppc64-softmmu.a.p"
TESTS = "qtest-ppc64"


def native():
    """The architecture of this machine."""
    return must("dpkg", "--print-architecture").strip()


def tarball():
    """QEMU as Debian has it."""
    return debian.Archive(native(), SUITE, "deb-src").tarball("qemu")


def version():
    """Such as 10.0.13."""
    return re.search(r"_([0-9.]+)", (HOME / "version").read_text())[1]


def unpack(packed):
    """The tree, new if the package is."""
    mark = HOME / "version"
    if not mark.exists() or mark.read_text() != packed.name:
        shutil.rmtree(HOME, ignore_errors=True)
        TREE.mkdir(parents=True)
        must("tar", "-xf", packed, "-C", TREE, "--strip-components=1")
        mark.write_text(packed.name)


def pick(packed, folder):
    """The files that the patch changes, as they are in the package."""
    names = must(SCRIPTS / "patch", "--changed").split()
    top = must("tar", "-tf", packed).split("/", 1)[0]
    must("tar", "-xf", packed, "-C", folder, "--strip-components=1",
         *(f"{top}/{name}" for name in names))


def switch(patched, fault=None):
    """Make the tree a patched one, or what it was; what the patch said, and of each file how many
    lines came and went. Files that stay the same keep their times. With a fault: (file, what stands
    there, what shall) of a file of examples/qemu."""
    packed = tarball()
    unpack(packed)
    with tempfile.TemporaryDirectory() as tmp:
        plain, stage = pathlib.Path(tmp, "plain"), pathlib.Path(tmp, "stage")
        plain.mkdir()
        pick(packed, plain)
        shutil.copytree(plain, stage)
        said = must(SCRIPTS / "patch", stage)
        rows = lines(plain, stage)
        if fault:
            path, old, new = stage / fault[0], fault[1], fault[2]
            if old not in path.read_text():
                sys.exit(f"FAILED: {fault[0]} has no {old}: the fault cannot be made")
            path.write_text(path.read_text().replace(old, new, 1))
        source = stage if patched else plain
        for path in sorted(source.rglob("*")):
            to = TREE / path.relative_to(source)
            if path.is_file() and (not to.exists() or to.read_bytes() != path.read_bytes()):
                to.write_bytes(path.read_bytes())
    return said, rows


def lines(plain, stage):
    """(file, lines in, lines out) of what differs."""
    said = subprocess.run(["git", "diff", "--no-index", "--numstat", "-z", plain, stage],
                          stdout=subprocess.PIPE, text=True, check=False).stdout.split("\0")
    rows = []
    while len(said) >= 3:
        added, removed = said[0].split("\t")[:2]
        rows.append([str(pathlib.Path(said[2]).relative_to(stage)), int(added), int(removed)])
        said = said[3:]
    return rows


def environment():
    """The newer meson, and the library."""
    suite, packages = MESON
    folder = debian.Archive(native(), suite).unpack(*packages) / "usr/lib/python3/dist-packages"
    return {**installed.environment(), "PYTHONPATH": str(folder)}


def firmware():
    """A folder with all firmware that QEMU looks for."""
    folder = HOME / "firmware"
    folder.mkdir(exist_ok=True)
    for suite, package, where in FIRMWARE:
        for path in (debian.Archive(native(), suite).unpack(package) / where).iterdir():
            link = folder / path.name
            if path.is_file() and not link.exists():
                link.symlink_to(path.resolve())
    return folder


def build(name, jobs):
    """Configure and build what the tree is now; the program is kept under a name. Warnings of the
    compiler about files that the patch is about."""
    installed.install()
    env = environment()
    with open(LOG, "w", encoding="utf-8") as said:
        def run(*argv):
            return subprocess.run([str(a) for a in argv], cwd=OUT, env=env, stdout=said,
                                  stderr=said, check=False).returncode
        OUT.mkdir(exist_ok=True)
        if (not (OUT / "build.ninja").exists() and run(TREE / "configure", *OPTIONS)) or \
                run("nice", "-n", "5", "ninja", f"-j{jobs}", BINARY):
            sys.exit(f"FAILED: QEMU does not build: {LOG}")
    bundle = OUT / "qemu-bundle/usr/local/share/qemu"
    for path in firmware().iterdir():
        if not (bundle / path.name).exists():
            (bundle / path.name).symlink_to(path.resolve())
    (HOME / name).mkdir(exist_ok=True)
    shutil.copy(OUT / BINARY, HOME / name / BINARY)
    for path in (OUT / OBJECTS).glob("target_ppc_[cp]o[ml][pi]*.c.o"):
        shutil.copy(path, HOME / name)
    return [line for line in LOG.read_text(errors="replace").splitlines()
            if re.search(r"/(compat|spapr\w*|policy)\.[ch]:\d+:\d+: warning:", line)]


def program(to, *sources):
    """A program of files of this project, of the tree and of objects, compiled as the tree's
    policy.c is."""
    commands = json.loads((OUT / "compile_commands.json").read_text())
    command, = [row["command"] for row in commands if row["file"].endswith("target/ppc/policy.c")]
    # its output and input go, with what names its dependencies; the headers are QEMU's business
    flags = [word for word in shlex.split(command)[1:]
             if word.startswith("-") and not re.match(r"-(M|o$|c$|isystem$|iquote$|W)", word)]
    flags += [f"-I{folder}" for folder in (".", TREE, TREE / "include")]
    libraries = must("pkg-config", "--libs", "hvpolicy", "glib-2.0", env=environment()).split()
    must("cc", *flags, *sources, *libraries, f"-Wl,-rpath,{installed.LIBRARIES}",
         "-o", to, cwd=OUT)
    return to


def emulator(name):
    """How the one that was built under this name is run; None: none was."""
    path = HOME / name / BINARY
    return (path, "-L", firmware()) if path.exists() else None


def tests(name, jobs):
    """QEMU's own tests of this target, of what was built last, by name: OK, FAIL, ERROR, SKIP or
    TIMEOUT, and subtests."""
    run = subprocess.run(["nice", "-n", "5", OUT / "pyvenv/bin/meson", "test", "--suite", TESTS,
                          f"--num-processes={jobs}", "--timeout-multiplier=4"], cwd=OUT,
                         env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, check=False)
    (HOME / name / "tests.log").write_text(run.stdout)
    rows = re.findall(rf"{TESTS}/(\S+)\s+(OK|FAIL|ERROR|SKIP|TIMEOUT)\s+\S+s(?:\s+(\d+) subtests)?",
                      run.stdout)
    return {test: (result, int(subtests or 0)) for test, result, subtests in rows}
