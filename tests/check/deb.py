#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""examples/debian makes packages that Debian would take: deb.py [folder of dist.sh]

Built from the release tarball, judged by lintian, found installable by apt, installed by dpkg into
a root of their own that knows what this machine has, used there as install.sh and the packages'
own tests (examples/debian/tests) use them, and purged without a trace.
"""
import os
import pathlib
import re
import shutil
import sys
import tempfile

from house import ROOT, bad, done, must, run

DEBIAN = ROOT / "examples/debian"
# An upload to Debian answers to a bug number of an intent to package. There is none to give.
NOT_OURS = "initial-upload-closes-no-bugs"
PACKAGES = re.findall(r"^Package: (.*)$", (DEBIAN / "control").read_text(), re.M)


def build(out):
    # the tests run elsewhere, with more compilers
    argv = ["sh", DEBIAN / "build", out]
    if len(sys.argv) > 1:
        tarball, = pathlib.Path(sys.argv[1]).glob("dist/meson-dist/*.tar.xz")
        argv.append(tarball.resolve())
    must(*argv, env=os.environ | {"DEB_BUILD_OPTIONS": f"nocheck parallel={os.cpu_count()}"})
    files = {p.name.split("_")[0]: p for p in out.glob("*.deb")}
    for name in PACKAGES:
        if name not in files:
            sys.exit(f"FAILED: no package {name}, only {sorted(files)}")
    return [files[name] for name in PACKAGES]


def judged_by_lintian(out):
    changes, = out.glob("*.changes")
    r = run("lintian", "--allow-root", "--pedantic", "--fail-on", "error,warning",
            "--suppress-tags", NOT_OURS, changes)
    if r.returncode:
        bad(f"lintian: {r.stdout}")
    for path in DEBIAN.rglob("*lintian-overrides"):
        bad(f"{path.relative_to(ROOT)}: nothing is overridden")


def packages_depend(debs):
    """The command needs the first version that had its functions, the headers their library."""
    version = (ROOT / "VERSION").read_text().strip()
    depends = {name: must("dpkg-deb", "-f", deb, "Depends") for name, deb in zip(PACKAGES, debs)}
    library = PACKAGES[0]
    symbols = (DEBIAN / f"{library}.symbols").read_text()
    oldest = re.findall(r"^ \(symver\)\S+ (\S+)$", symbols, re.M)
    if not any(f"{library} (>= {v})" in depends["hvpolicy"] for v in oldest):
        bad(f"hvpolicy depends on {depends['hvpolicy']}")
    if not re.search(rf"{library} \(= {version}-\d+\)", depends["libhvpolicy-dev"]):
        bad(f"libhvpolicy-dev depends on {depends['libhvpolicy-dev']}")
    must("apt-get", "--simulate", "install", *debs)


def files(root):
    return [p for p in root.rglob("*") if not p.is_dir() and "var/lib/dpkg" not in str(p)]


def used(root, tmp):
    """Compile, link and run against what was installed."""
    triplet = must("dpkg-architecture", "-qDEB_HOST_MULTIARCH").strip()
    libdir = root / "usr/lib" / triplet
    said = must("sh", ROOT / "tests/check/install.sh", root)
    print(said.splitlines()[-1])
    environment = os.environ | {
        "PATH": f"{root}/usr/bin:{os.environ['PATH']}", "LD_LIBRARY_PATH": str(libdir),
        "PKG_CONFIG_PATH": f"{libdir}/pkgconfig", "PKG_CONFIG_SYSROOT_DIR": str(root),
        "AUTOPKGTEST_TMP": str(tmp)}
    tests = re.findall(r"^Test-Command: (.*)$", (DEBIAN / "tests/control").read_text(), re.M)
    for command in tests:
        r = run("sh", "-c", command, cwd=ROOT, env=environment)
        if r.returncode:
            bad(f"{command}: {r.stdout}")
    return len(tests)


with tempfile.TemporaryDirectory() as name:
    tmp = pathlib.Path(name)
    debs = build(tmp / "out")
    judged_by_lintian(tmp / "out")
    packages_depend(debs)

    # dpkg without root: what it would give to root stays with who runs this
    root = tmp / "root"
    for folder in ("updates", "info", "triggers"):
        (root / "var/lib/dpkg" / folder).mkdir(parents=True)
    shutil.copy("/var/lib/dpkg/status", root / "var/lib/dpkg/status")
    dpkg = ["fakeroot", "dpkg", f"--root={root}", "--force-not-root", "--no-triggers",
            "--log=/dev/null"]
    path = {"env": os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}}
    must(*dpkg, "--install", *debs, **path)
    count = len(files(root))
    tests = used(root, tmp)
    must(*dpkg, "--purge", *PACKAGES, **path)
    for left in files(root):
        bad(f"/{left.relative_to(root)} stays behind when all is purged")
done(count and tests and len(PACKAGES), f"packages, {count} files, {tests} tests of their own")
