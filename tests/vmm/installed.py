# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""This tree as it would be installed, for what links it and runs its command."""
import fcntl
import os
import pathlib
import shutil
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "boot"))
import debian
from debian import ROOT, must

PREFIX = debian.CACHE / "installed"
LIBRARIES = PREFIX / "lib"
COMMAND = PREFIX / "bin" / "hvpolicy"


def install():
    """Build and install what is not up to date. The command finds its library where it is."""
    debian.CACHE.mkdir(parents=True, exist_ok=True)
    build, mark = debian.CACHE / "installed-build", debian.CACHE / "installed-from"
    with open(debian.CACHE / "installed.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # the cache may have served another copy of the tree
        if not mark.exists() or mark.read_text() != str(ROOT):
            shutil.rmtree(build, ignore_errors=True)
            must("meson", "setup", build, ROOT, f"--prefix={PREFIX}", "--libdir=lib",
                 "-Dtests=false", "--buildtype=release",
                 f"-Dc_link_args=-Wl,-rpath,{LIBRARIES}")
            mark.write_text(str(ROOT))
        must("nice", "-n", "5", "meson", "install", "-C", build)
    return PREFIX


def environment():
    """In which pkg-config finds it."""
    return {**os.environ, "PKG_CONFIG_PATH": str(LIBRARIES / "pkgconfig")}
