# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Debian's QEMU source, by its package's name: unpacked, patched, configured, built, tested, with this
library installed beside it."""
import os
import re
import shutil
import subprocess
import sys

import debian
import linux
from debian import CACHE, ROOT, must

SCRIPTS = ROOT / "examples" / "qemu"
SUITE = "trixie"
HOME = CACHE / "qemu"
PREFIX = CACHE / "prefix"
# QEMU wants a newer one than the base release has
MESON = ("bookworm-backports", ["meson", "python3-pycotap"])
# (suite, package, folder): Debian's source of QEMU has no firmware
FIRMWARE = [("bookworm-backports", "qemu-system-data", "usr/share/qemu"),
            ("bookworm-backports", "seabios", "usr/share/seabios"),
            ("bookworm", "ipxe-qemu", "usr/lib/ipxe/qemu")]
OPTIONS = ["--target-list=ppc64-softmmu", "--without-default-features", "--enable-system",
           "--enable-tcg", "--enable-fdt=system", "--enable-pixman", "--disable-docs",
           "--disable-tools", "--disable-werror", "--disable-install-blobs", "--disable-download",
           f"--python={sys.executable}"]
BINARY = "qemu-system-ppc64"
TESTS = "qtest-ppc64"


def native():
    """The architecture of this machine."""
    return must("dpkg", "--print-architecture").strip()


def source():
    """QEMU as Debian has it, unpacked."""
    packed = debian.Archive(native(), SUITE, "deb-src").tarball("qemu")
    plain, mark = HOME / "plain", HOME / "version"
    if not mark.exists() or mark.read_text() != packed.name:
        shutil.rmtree(HOME, ignore_errors=True)
        plain.mkdir(parents=True)
        must("tar", "-xf", packed, "-C", plain, "--strip-components=1")
        mark.write_text(packed.name)
    return plain


def version():
    """Such as 10.0.13."""
    return re.search(r"_([0-9.]+)", (HOME / "version").read_text())[1]


def patched(plain):
    """The patched tree, and what the script said that it did."""
    said = []
    tree = linux.again(plain, HOME / "patched", must(SCRIPTS / "patch", "--changed").split(),
                       lambda tree: said.append(must(SCRIPTS / "patch", tree)))
    return tree, said[0]


def library():
    """This library, installed: where pkg-config finds it."""
    out = CACHE / "library"
    if not (out / "build.ninja").exists():
        must("meson", "setup", out, ROOT, f"--prefix={PREFIX}", "--libdir=lib", "-Dcli=false",
             "-Dtests=false", "--buildtype=release")
    must("ninja", "-C", out, "install")
    return PREFIX / "lib" / "pkgconfig"


def environment():
    """The newer meson, and the library."""
    suite, packages = MESON
    folder = debian.Archive(native(), suite).unpack(*packages) / "usr/lib/python3/dist-packages"
    return {**os.environ, "PYTHONPATH": str(folder), "PKG_CONFIG_PATH": str(library())}


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


def build(tree, jobs):
    """Configure and build; the folder of what is built."""
    out = tree.with_name(f"{tree.name}-build")
    env = environment()
    log = HOME / f"{tree.name}.log"
    with open(log, "a", encoding="utf-8") as said:
        def run(*argv):
            return subprocess.run([str(a) for a in argv], cwd=out, env=env, stdout=said,
                                  stderr=said, check=False).returncode
        out.mkdir(exist_ok=True)
        if (not (out / "build.ninja").exists() and run(tree / "configure", *OPTIONS)) or \
                run("nice", "-n", "5", "ninja", f"-j{jobs}", BINARY):
            sys.exit(f"FAILED: QEMU does not build: {log}")
    bundle = out / "qemu-bundle/usr/local/share/qemu"
    for path in firmware().iterdir():
        if not (bundle / path.name).exists():
            (bundle / path.name).symlink_to(path)
    return out


def emulator(out):
    """How it is run."""
    return (out / BINARY, "-L", firmware())


def warnings(tree, names):
    """What the compiler said of files that are ours, or were changed."""
    said = (HOME / f"{tree.name}.log").read_text(errors="replace")
    return [line for line in said.splitlines() if re.search(r"(warning|error):", line)
            and any(name in line for name in names)]


def tests(out, jobs):
    """QEMU's own tests of this target, by name: OK, FAIL, ERROR, SKIP or TIMEOUT, and subtests."""
    run = subprocess.run(["nice", "-n", "5", out / "pyvenv/bin/meson", "test", "--suite", TESTS,
                          f"--num-processes={jobs}", "--timeout-multiplier=4"], cwd=out,
                         env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, check=False)
    (HOME / f"{out.name}-tests.log").write_text(run.stdout)
    rows = re.findall(rf"{TESTS}/(\S+)\s+(OK|FAIL|ERROR|SKIP|TIMEOUT)\s+\S+s(?:\s+(\d+) subtests)?",
                      run.stdout)
    return {name: (result, int(subtests or 0)) for name, result, subtests in rows}
