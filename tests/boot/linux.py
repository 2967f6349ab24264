# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Debian's kernel source, by its package's name: unpacked, patched, configured, built."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import debian
from debian import ROOT, must
from house import tracked

SCRIPTS = ROOT / "examples" / "linux"
POWER = ["ARCH=powerpc", "CROSS_COMPILE=powerpc64le-linux-gnu-"]
# the same image from the same source, whoever builds it and when
STEADY = {"KBUILD_BUILD_TIMESTAMP": "1970-01-01", "KBUILD_BUILD_USER": "hvpolicy",
          "KBUILD_BUILD_HOST": "hvpolicy", "KBUILD_BUILD_VERSION": "1"}
IDENTITY = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
            (("NAME", "hvpolicy"), ("EMAIL", "hvpolicy"), ("DATE", "@0 +0000"))}


def source(release):
    """The kernel as Debian has it, unpacked."""
    package = f"linux-source-{release}"
    archive = debian.Archive(must("dpkg", "--print-architecture").strip())
    packed, = archive.unpack(package).glob("usr/src/*.tar.xz")
    folder = debian.CACHE / f"linux-{release}"
    plain, version = folder / "plain", archive.version(package)
    mark = folder / "version"
    if not mark.exists() or mark.read_text() != version:
        shutil.rmtree(folder, ignore_errors=True)
        plain.mkdir(parents=True)
        must("tar", "-xf", packed, "-C", plain, "--strip-components=1")
        mark.write_text(version)
    return plain


def snapshot(folder, fault=None):
    """This tree as it is now, committed or not, as a repository of its own: copy wants one. With a
    fault: (file, what stands there, what shall)."""
    for path in tracked():
        to = pathlib.Path(folder, path.relative_to(ROOT))
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, to)
    if fault:
        name, old, new = fault
        path = pathlib.Path(folder, name)
        text = path.read_text()
        if old not in text:
            sys.exit(f"FAILED: {name} has no {old}: the fault cannot be made")
        path.write_text(text.replace(old, new, 1))
    environment = {**os.environ, **IDENTITY}
    for argv in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "as it is"]):
        must("git", "-C", folder, *argv, env=environment)


def again(plain, tree, names, apply):
    """Change files of a tree anew: links to the plain one, but for what is changed. Files that come
    out the same keep their times, so that what changed is built and nothing else."""
    if not tree.exists():
        must("cp", "-al", plain, tree)
    before = {}
    for name in names:
        path = tree / name
        before[name] = (path.read_bytes(), path.stat().st_mtime_ns)
        path.unlink()
        os.link(plain / name, path)
    apply(tree)
    for name, (data, when) in before.items():
        if (tree / name).read_bytes() == data:
            os.utime(tree / name, ns=(when, when))
    return tree


def patched(plain, fault=None):
    """The patched kernel."""
    # the rest is of newer kernels
    names = [name for name in must(SCRIPTS / "patch", "--changed").split()
             if (plain / name).exists()]

    def apply(tree):
        with tempfile.TemporaryDirectory() as folder:
            snapshot(folder, fault)
            print(must(pathlib.Path(folder, "examples/linux/patch"), tree, "--kunit"), end="")

    return again(plain, plain.with_name("broken" if fault else "patched"), names, apply)


def command(tree, out, variables, jobs=2):
    """make, for a tree and a folder of its own for what is built."""
    out.mkdir(exist_ok=True)
    return ["nice", "-n", "5", "make", "-s", "-C", tree, f"O={out}", *variables, f"-j{jobs}"]


def configure(make, out, fragment):
    """allnoconfig and the fragment; a line of it that does not take is a failure."""
    wanted = [line for line in fragment.splitlines() if line.startswith("CONFIG_")]
    mark = out / "fragment"
    if not mark.exists() or mark.read_text() != fragment:
        mark.write_text(fragment)
        must(*make, "allnoconfig", env={**os.environ, "KCONFIG_ALLCONFIG": mark})
    else:
        must(*make, "olddefconfig")
    have = (out / ".config").read_text().splitlines()
    lost = [line for line in wanted if line not in have]
    if lost:
        sys.exit(f"FAILED: the configuration does not take {' '.join(lost)}")


def run(make, *what):
    """Build; what the compiler says is shown as it comes."""
    argv = [str(a) for a in (*make, *what)]
    return subprocess.run(argv, env={**os.environ, **STEADY}, check=False).returncode
