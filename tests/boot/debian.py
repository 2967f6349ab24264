# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Debian packages of any architecture and suite, by name, unpacked into a cache.

Where they come from follows from the machine's own apt sources; who signed them is checked by apt
with the machine's keys. All of apt's state lies in the cache: the machine's is left alone, and
nobody needs to be root.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "check"))
from house import ROOT

CACHE = pathlib.Path(os.environ.get("HVP_BOOT_CACHE") or ROOT / "build-check" / "boot").resolve()
BASE = "bookworm"


def must(*argv, **kw):
    """Run a command that has no reason to fail; return what it said."""
    try:
        r = subprocess.run([str(a) for a in argv], text=True, check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kw)
    except FileNotFoundError:
        sys.exit(f"FAILED: {argv[0]} is not installed (sh tests/install-deps.sh test)")
    if r.returncode:
        sys.exit(f"FAILED: {' '.join(map(str, argv))}\n{r.stdout}{r.stderr}")
    return r.stdout


def machine_sources():
    """(address, suite) of the machine's sources of the base release."""
    out = must("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)",
               "Created-By: Packages")
    return sorted({tuple(line.split()) for line in out.splitlines()
                   if line.split()[1].startswith(BASE)})


def sources(suite, kind="deb"):
    """What apt reads for a suite: the base with its updates, or one that lies beside it. Of kind
    deb-src it is source packages."""
    here = machine_sources()
    if suite != BASE:
        here = [(address, suite) for address, name in here if name == BASE]
    if not here:
        sys.exit(f"FAILED: the machine has no apt source of {BASE}")
    return "".join(f"{kind} {address} {name} main\n" for address, name in here)


class Archive:
    """The packages of one suite for one architecture; or its source packages."""

    def __init__(self, arch, suite=BASE, kind="deb"):
        self.dir = CACHE / (f"{suite}-{arch}" if kind == "deb" else f"{suite}-source")
        for name in ("state/lists/partial", "cache/archives/partial", "unpacked"):
            (self.dir / name).mkdir(parents=True, exist_ok=True)
        (self.dir / "status").touch()
        (self.dir / "sources.list").write_text(sources(suite, kind))
        self.options = [f"-oAPT::Architecture={arch}", f"-oAPT::Architectures={arch}",
                        f"-oDir::State={self.dir}/state", f"-oDir::Cache={self.dir}/cache",
                        f"-oDir::State::status={self.dir}/status",
                        f"-oDir::Etc::SourceList={self.dir}/sources.list",
                        "-oDir::Etc::SourceParts=-", "-oDir::Etc::Preferences=-",
                        "-oDir::Etc::PreferencesParts=-",
                        # apt's own user cannot write here
                        "-oAPT::Sandbox::User="]
        self.update()

    def update(self):
        """Read the lists. A mirror may be caught while it changes: once more, then without what
        does not match; a package that is missed then is a failure by its name."""
        for _ in range(2):
            r = subprocess.run(["apt-get", "-qq", *self.options, "update"], check=False,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if not r.returncode:
                return
        print(f"{self.dir.name}: some lists are missing: {r.stdout.splitlines()[0]}", flush=True)

    def depends(self, package, prefix):
        """What a package depends on, of the names that begin so."""
        out = must("apt-cache", *self.options, "depends", "--important", package)
        words = [line.split() for line in out.splitlines() if "Depends:" in line]
        return sorted({word[-1] for word in words if word[-1].startswith(prefix)})

    def newest(self, meta):
        """The kernel package that one such as linux-image-arm64 stands for."""
        names = self.depends(meta, "linux-image-")
        if len(names) != 1:
            sys.exit(f"FAILED: {meta} does not stand for one package: {names}")
        return names[0]

    def version(self, package):
        """The newest version of a package."""
        show = must("apt-cache", *self.options, "show", "--no-all-versions", package)
        return next(line.split()[1] for line in show.splitlines()
                    if line.startswith("Version:"))

    def unpack(self, *packages):
        """Folder with the files of the newest versions of packages."""
        name = "+".join(f"{p}_{self.version(p)}" for p in packages).replace(":", ".")
        return self._unpack(name, packages)

    def unpack_whole(self, package):
        """The same of a package with all that it depends on."""
        plan = must("apt-get", *self.options, "-s", "--no-install-recommends", "install", package)
        names = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
        return self._unpack(f"{package}_{self.version(package)}+all".replace(":", "."), names)

    def _unpack(self, name, packages):
        folder = self.dir / "unpacked" / name
        if folder.exists():
            return folder
        with tempfile.TemporaryDirectory(dir=self.dir) as part:
            must("apt-get", "-qq", *self.options, "download", *packages, cwd=part)
            for deb in pathlib.Path(part).glob("*.deb"):
                must("dpkg-deb", "-x", deb, pathlib.Path(part, "files"))
            pathlib.Path(part, "files").rename(folder)
        return folder

    def tarball(self, package):
        """The newest upstream source of a package as Debian has it, without Debian's patches."""
        argv = ["apt-get", "-qq", *self.options, "--tar-only", "source"]
        said = must(*argv, "--print-uris", package)
        names = re.findall(r"\S+\.orig\.tar\.\w+(?= )", said)
        if len(names) != 1:
            sys.exit(f"FAILED: {package} does not have one source: {names}")
        path = self.dir / "unpacked" / names[0].rsplit("/", 1)[-1]
        if not path.exists():
            with tempfile.TemporaryDirectory(dir=self.dir) as part:
                must(*argv, "--download-only", package, cwd=part)
                pathlib.Path(part, path.name).rename(path)
        return path

    def source(self, package):
        """Folder with that source."""
        folder = self.dir / "unpacked" / package
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=self.dir) as part:
                files = pathlib.Path(part, "files")
                files.mkdir()
                must("tar", "-xf", self.tarball(package), "-C", files, "--strip-components=1")
                files.rename(folder)
        return folder

    def kernel(self, meta):
        """Image of the newest kernel that a package such as linux-image-arm64 stands for."""
        package = self.newest(meta)
        # newer kernels have their image in a package of its own
        folder = self.unpack(*(self.depends(package, "linux-binary-") or [package]))
        image, = [*folder.glob("boot/vmlinu*"), *folder.glob("usr/lib/modules/*/vmlinu*")]
        return image
