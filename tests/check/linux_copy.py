#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""examples/linux/copy, in a repository and a kernel tree made for it: every action, every exit
status, and what must be said."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from house import ROOT, bad, core_list, done, must, tracked

FOLDER = "virt/hvpolicy"
checks = 0


class Upstream:
    """This tree as it is, committed in a repository of its own."""

    def __init__(self, path):
        self.path = path
        for source in tracked():
            to = path / source.relative_to(ROOT)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, to)
        self.git("init", "-q")
        self.commit("first")

    def git(self, *argv):
        return must("git", "-C", self.path, "-c", "user.name=x", "-c", "user.email=x", *argv)

    def commit(self, subject):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", subject)
        return self.git("rev-parse", "HEAD").strip()

    def edit(self, name, old, new):
        path = self.path / name
        text = path.read_text()
        if old not in text:
            bad(f"{name} has no {old}: the case cannot be made")
        path.write_text(text.replace(old, new, 1))

    def copy(self, action, tree, *more):
        return subprocess.run([sys.executable, "-B", self.path / "examples/linux/copy", action,
                               tree, *more], text=True, capture_output=True, check=False)


def expect(what, result, status, *words):
    """The exit status and words that must be said, on either stream."""
    global checks
    checks += 1
    said = result.stdout + result.stderr
    missing = [word for word in words if word not in said]
    if result.returncode != status or missing:
        bad(f"{what}: exit {result.returncode}, want {status}; not said: {missing}\n{said[:1500]}")


def same(what, have, want):
    global checks
    checks += 1
    if have != want:
        bad(f"{what}: {have!r}, want {want!r}")


def kernel(path):
    """What makes a folder a kernel tree for the copy."""
    for name in ("scripts", "virt"):
        (path / name).mkdir(parents=True)
    for name in ("Kbuild", "Kconfig", "Makefile"):
        (path / name).touch()
    return path


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def check_first(upstream, tree):
    """The first copy: byte for byte, stamped, the same again."""
    commit = upstream.git("rev-parse", "HEAD").strip()
    folder = tree / FOLDER
    r = upstream.copy("copy", tree)
    expect("first copy", r, 0, f"add version {(ROOT / 'VERSION').read_text().strip()}", commit)
    stamp = (folder / "UPSTREAM").read_text()
    for name in core_list():
        data, to = (ROOT / name).read_bytes(), name.removeprefix("src/")
        same(f"{to} is {name}", (folder / to).read_bytes(), data)
        total = hashlib.sha256(data).hexdigest()
        same(f"sum of {to}", f"sha256 {total} {to}\n" in stamp, True)
    same("stamp names the commit", f"commit {commit}\n" in stamp, True)
    times = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    r = upstream.copy("copy", tree)
    expect("the same again", r, 0, "0 files written")
    same("no message without a change", r.stdout, "")
    same("nothing touched", {p: p.stat().st_mtime_ns for p in folder.rglob("*")}, times)
    expect("identical", upstream.copy("check", tree), 0, "identical")
    (folder / "base.o").touch()
    (folder / "hvpolicy.mod.c").touch()
    expect("what a build leaves is no drift", upstream.copy("check", tree), 0, "identical")
    r = upstream.copy("backport", tree)
    expect("nothing to port back", r, 0, "nothing was changed")
    same("no patch", r.stdout, "")


def check_edits(upstream, tree):
    """What is changed in the kernel is seen, kept, and comes back as a patch."""
    folder = tree / FOLDER
    path = folder / "hfscr.c"
    before = path.read_bytes()
    path.write_bytes(before + b"/* of the kernel */\n")
    expect("an edit is drift", upstream.copy("check", tree), 1, "+/* of the kernel */", "hfscr.c")
    expect("an edit is not overwritten", upstream.copy("copy", tree), 2, "would be lost",
           "hfscr.c")
    r = upstream.copy("backport", tree)
    expect("an edit comes back", r, 0, "+++ b/src/hfscr.c")
    patch = upstream.path.parent / "patch"
    patch.write_text(r.stdout)
    upstream.git("apply", patch)
    same("the patch is the edit", (upstream.path / "src/hfscr.c").read_bytes(), path.read_bytes())
    expect("the copy wants a commit", upstream.copy("copy", tree), 2, "uncommitted changes",
           "src/hfscr.c")
    upstream.commit("an edit that came back")
    expect("what came back is no loss", upstream.copy("copy", tree), 0, "update to version",
           "an edit that came back")

    for name, word in (("Kbuild", "Kbuild"), ("extra.c", "extra.c")):
        old = (folder / name).read_bytes() if (folder / name).exists() else None
        (folder / name).write_text("/* */\n")
        expect(f"{name}: drift", upstream.copy("check", tree), 1, word)
        expect(f"{name}: no patch for it", upstream.copy("backport", tree), 1, "not in the patch",
               word)
        expect(f"{name}: kept", upstream.copy("copy", tree), 2, word)
        (folder / name).unlink()
        if old is not None:
            (folder / name).write_bytes(old)
    (folder / "wire.c").unlink()
    expect("a file that is gone: drift", upstream.copy("check", tree), 1, "wire.c")
    expect("a file that is gone: patch", upstream.copy("backport", tree), 0,
           "deleted file", "src/wire.c")
    (folder / "wire.c").write_bytes((upstream.path / "src/wire.c").read_bytes())
    stamp = folder / "UPSTREAM"
    text = stamp.read_text()
    stamp.write_text(text.replace("version ", "version 9", 1))
    expect("the stamp is part of it", upstream.copy("check", tree), 1, "UPSTREAM")
    stamp.write_text(text)
    expect("all as it was", upstream.copy("check", tree), 0, "identical")


def check_update(upstream, tree):
    """A later commit: with its log; what it no longer has goes away."""
    upstream.edit("src/base.c", "return HVP_VERSION;", "return HVP_VERSION; /* later */")
    upstream.commit("base: a later one")
    upstream.edit("README.md", "# hvpolicy", "# hvpolicy ")
    upstream.commit("readme: not of the core")
    upstream.edit("src/core.list", "src/wire.c\n", "")
    later = upstream.commit("core: without wire")
    r = upstream.copy("copy", tree)
    expect("update", r, 0, "update to version", "base: a later one", "core: without wire", later)
    same("only what is copied is in the log", "readme" in r.stdout, False)
    same("what is gone is gone", (tree / FOLDER / "wire.c").exists(), False)
    expect("after the update", upstream.copy("check", tree), 0, "identical")
    r = upstream.copy("copy", tree, "--kunit")
    expect("with tests", r, 0)
    same("the tables are there", (tree / FOLDER / "kunit/cases/hfscr.def").read_bytes(),
         (ROOT / "tests/cases/hfscr.def").read_bytes())
    same("the tests are built", "kunit/power.o" in (tree / FOLDER / "Kbuild").read_text(), True)
    expect("check knows of the tests", upstream.copy("check", tree), 0, "identical")
    other = kernel(tree.with_name("other"))
    expect("another tree", upstream.copy("copy", other, "--kunit"), 0)
    built = {"base.o", "hvpolicy.mod.c"}
    same("two copies are one", {k: v for k, v in contents(tree / FOLDER).items() if k not in built},
         contents(other / FOLDER))
    return other


def check_refusals(upstream, tree):
    """What cannot be done, and why."""
    stamp = tree / FOLDER / "UPSTREAM"
    text = stamp.read_text()
    (upstream.path / "none.txt").touch()
    expect("an untracked file is dirt", upstream.copy("copy", tree), 2, "none.txt")
    (upstream.path / "none.txt").unlink()
    stamp.write_text("".join("commit " + 40 * "0" + "\n" if line.startswith("commit ") else line
                             for line in text.splitlines(keepends=True)))
    for action in ("check", "backport"):
        expect(f"{action}: a commit that is not here", upstream.copy(action, tree), 2,
               "does not have")
    stamp.write_text("none\n")
    expect("a stamp that says nothing", upstream.copy("check", tree), 2, "names no commit")
    stamp.unlink()
    for action in ("copy", "check", "backport"):
        expect(f"{action}: no stamp", upstream.copy(action, tree), 2, "has no UPSTREAM")
    shutil.rmtree(tree / FOLDER)
    for action in ("check", "backport"):
        expect(f"{action}: no copy", upstream.copy(action, tree), 2, "does not exist")
    (tree / "Kbuild").unlink()
    expect("no kernel", upstream.copy("copy", tree), 2, "not a kernel tree")
    shutil.rmtree(upstream.path / ".git")
    expect("no repository", upstream.copy("copy", kernel(tree.with_name("third"))), 2,
           "not a git repository")


def main():
    os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
    with tempfile.TemporaryDirectory() as tmp:
        upstream = Upstream(pathlib.Path(tmp, "upstream"))
        tree = kernel(pathlib.Path(tmp, "kernel"))
        check_first(upstream, tree)
        check_edits(upstream, tree)
        check_refusals(upstream, check_update(upstream, tree))
    done(checks, "answers of the copy script")


if __name__ == "__main__":
    main()
