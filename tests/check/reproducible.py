#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The same sources give the same bytes: reproducible.py <folder of dist.sh>

The tarball is built again: in another folder with a longer name, 400 days later, in another time
zone, with another locale (Turkish: its i has no upper case I), umask, home and number of jobs.
What meson installs, modes too, and the manual as HTML must equal what dist.sh built.
"""
import filecmp
import os
import pathlib
import stat
import sys
import tempfile

from house import ROOT, bad, done, must

FIRST = pathlib.Path(sys.argv[1]).resolve() / "source"
VERSION = (ROOT / "VERSION").read_text().strip()
TARGETS = [f"src/libhvpolicy.so.{VERSION}", "src/libhvpolicy.a", "src/cli/hvpolicy",
           "doc/gen-tables"]


def outcome(build, out, prefix, **kw):
    """Install a build and write its manual, below out."""
    must(*prefix, "meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", out,
         **kw)
    must(*prefix, "sh", build.parent / "tests/check/docs.sh", build / "doc/gen-tables",
         build / "manual", **kw)
    (build / "manual/html").rename(out / "manual")
    return {p.relative_to(out): p for p in out.rglob("*")}


def same(path, one, other):
    """What is different; nothing, if nothing is."""
    a, b = stat.filemode(one.lstat().st_mode), stat.filemode(other.lstat().st_mode)
    # the manual is not installed: its modes are who writes it to say
    if a != b and path.parts[0] != "manual":
        return f"{a} and {b}"
    if one.is_symlink():
        return "" if os.readlink(one) == os.readlink(other) else "points elsewhere"
    if one.is_dir() or filecmp.cmp(one, other, shallow=False):
        return ""
    return "differs"


with tempfile.TemporaryDirectory() as name:
    tmp = pathlib.Path(name)
    must("localedef", "-i", "tr_TR", "-f", "UTF-8", tmp / "tr_TR.UTF-8")
    longer = tmp / ("a-longer-name-" * 6) / "there"
    longer.mkdir(parents=True)
    tarball, = FIRST.parent.glob("dist/meson-dist/*.tar.xz")
    home = {"PATH": os.environ["PATH"], "HOME": str(tmp), "USER": "other", "LOGNAME": "other"}
    there = {"umask": 0o077, "env": home | {
        "LOCPATH": str(tmp), "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "XXX-14"}}
    later = ["faketime", "-f", "+400d"]
    must("tar", "--no-same-permissions", "-xf", tarball, "-C", longer, **there)
    tree, = longer.iterdir()
    build = tree / "build"
    must(*later, "meson", "setup", build, tree, **there)
    must(*later, "ninja", "-j2", "-C", build, *TARGETS, **there)

    first = outcome(FIRST / "build", tmp / "first", [])
    second = outcome(build, tmp / "second", later, **there)
    for path in sorted(first.keys() ^ second.keys()):
        bad(f"{path} is made by one build only")
    for path in sorted(first.keys() & second.keys()):
        how = same(path, first[path], second[path])
        if how:
            bad(f"{path}: {how}")
    made = " ".join(str(path) for path in first)
    for needed in ("libhvpolicy.a", "libhvpolicy.so." + VERSION, "hvpolicy.pc", "bin/hvpolicy",
                   "hvpolicy.1", "hvpolicy.h", "manual/index.html"):
        if needed not in made:
            bad(f"{needed} was not compared")
    count = sum(not p.is_dir() for p in first.values())
done(count, "files built twice")
