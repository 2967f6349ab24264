# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""This tree as it would be installed, for what links it and runs its command."""
import os
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "boot"))
import debian
from debian import ROOT, must

PREFIX = debian.CACHE / "installed"
LIBRARIES = PREFIX / "lib"
COMMAND = PREFIX / "bin" / "hvpolicy"


def install():
    """Build and install what is not up to date. The command finds its library where it is."""
    build = debian.CACHE / "installed-build"
    if not (build / "build.ninja").exists():
        must("meson", "setup", build, ROOT, f"--prefix={PREFIX}", "--libdir=lib", "-Dtests=false",
             "-Dc_args=-O2", f"-Dc_link_args=-Wl,-rpath,{LIBRARIES}")
    must("nice", "-n", "5", "meson", "install", "-C", build)
    return PREFIX


def environment():
    """In which pkg-config finds it."""
    return {**os.environ, "PKG_CONFIG_PATH": str(LIBRARIES / "pkgconfig")}
