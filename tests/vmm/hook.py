#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The hook of examples/libvirt with a real libvirtd: hook.py [--quick] [--break hook|host|judge]

A guest that shows that it lives (heartbeat.c) runs on a pseries machine that libvirt starts. It is
saved and restored, and moved to a second libvirtd, where the host takes it and where it does not;
after a refusal it must go on where it was. The hook's other answers are asked without libvirt.
--quick leaves the second libvirtd and the managed save out. --break puts a fault in, with which
this check must fail.
"""
import argparse
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time

import installed
from debian import CACHE, ROOT, must
from house import bad, done
from libvirtd import Libvirtd

import power
import static

HERE = ROOT / "tests" / "vmm"
HOOK = ROOT / "examples" / "libvirt" / "hooks" / "qemu"
GUEST = "beats"
FINE, OLDER = "linux-7.2-power10-bare", "linux-7.2-power9-bare"
# what a person must read who moves a POWER10 guest to a POWER9
REFUSED = ["level power10 is not offered there; the newest below it is power9",
           "start the source with max-cpu-compat=power9"]
ALIVE = 30      # seconds in which a guest must have shown it
FAULTS = {"none": None, "hook": ("return 1 if why else 0", "return 0"),
          "judge": ('operation != "prepare"', 'operation == "prepare"')}

KVM = """<domain type='kvm'><name>g</name>{more}<os><type arch='{arch}'>hvm</type></os>
<cpu mode='{mode}'>{model}</cpu><features>{features}</features></domain>"""
PROFILE = ('{"format": "hvpolicy-profile", "version": 1, "arch": "arm64", "role": "guest", "arm64":'
           ' {"flags": ["psci-0.2"], "fwregs": {"listed": ["PSCI_VERSION"],'
           ' "value": {"PSCI_VERSION": "0x10003"}}}}')
METADATA = ("<metadata><hvpolicy:guest xmlns:hvpolicy='urn:hvpolicy:guest'>" + PROFILE +
            "</hvpolicy:guest></metadata>")


def kvm(arch="ppc64le", mode="host-model", model="power10", features="", more=""):
    model = f"<model>{model}</model>" if model else ""
    return KVM.format(arch=arch, mode=mode, model=model, features=features, more=more)


P9, P10, ARM = "linux-7.2-power9-bare", "linux-7.2-power10-bare", "linux-6.12-arm64-mitigated"
# what is asked: host (None: no file), settings, operation, XML; exit status, words on stderr
ASKED = {
    "taken": (P10, "", "migrate", kvm(), 0, []),
    "level": (P9, "", "migrate", kvm(), 1, REFUSED),
    "level, on a start": (P9, "", "prepare", kvm(), 1, REFUSED),
    "level, told older": (P9, "", "migrate", kvm(model="power9"), 0, []),
    "another processor": (P10, "", "restore", kvm(mode="custom", model="POWER9"), 1, ["raw guest"]),
    "nested, kernel breaks it": ("linux-6.12-power10-bare", "", "migrate",
                                 kvm(features="<nested-hv state='on'/>"), 1,
                                 ["broken: ", "facility MSGP"]),
    "capability": (P10, "", "migrate", kvm(model="power8", features="<htm state='on'/>"), 1,
                   ["cap-htm is 1, there it is 0"]),
    "level not told": (P9, "", "migrate", kvm(model=""), 0, []),
    "level not told, refused": (P9, "unknown = refuse", "migrate", kvm(model=""), 1,
                                ["unknown: the level at which the guest runs"]),
    "PSCI newer": (ARM, "", "migrate", kvm("aarch64", "host-passthrough", "", more=METADATA), 1,
                   ["PSCI_VERSION: 1.3 is no version that this host takes"]),
    "PSCI not told": (ARM, "", "migrate", kvm("aarch64", "host-passthrough", ""), 0, []),
    "degraded": (ARM, "", "migrate", kvm("aarch64", more=METADATA.replace("10003", "10001")), 0,
                 []),
    "degraded, refused": (ARM, "degraded = refuse", "migrate",
                          kvm("aarch64", more=METADATA.replace("10003", "10001")), 1,
                          ["degraded: WORKAROUND_1"]),
    "no business of it": (P9, "", "migrate", kvm("x86_64"), 0, []),
    "another operation": (P9, "", "stopped", kvm(), 0, []),
    "no host known": (None, "", "migrate", kvm(), 1, ["cannot say", "probe"]),
    "no host known, on a start": (None, "", "prepare", kvm(), 0, []),
    "no host known, open": (None, "unable = accept", "restore", kvm(), 0, []),
    "emulated, no host said": (None, "", "migrate", kvm().replace("'kvm'", "'qemu'"), 0, []),
    "no command": (P10, "command = /nowhere/hvpolicy", "migrate", kvm(), 1,
                   ["cannot say", "/nowhere/hvpolicy does not run"]),
    "a level that nobody knows": (P10, "", "migrate", kvm(model="power99"), 1,
                                  ["cannot say", "'power99' is no level"]),
    "no XML": (P10, "", "restore", "<domain", 1, ["cannot say"]),
    "a setting that is none": (P10, "unable = maybe", "restore", kvm(), 1, ["not maybe"]),
}


class Check:
    def __init__(self, folder, fault):
        self.count = 0
        self.fault = fault
        self.folder = folder
        self.serial = folder / "serial"
        self.image = folder / "image"
        self.domain = folder / "domain.xml"
        self.profiles = {}

    def that(self, fine, what):
        self.count += 1
        if not fine:
            bad(what)

    def prepare(self):
        """The guest and what it runs on."""
        installed.install()
        kernel = static.bare(self.folder / "heartbeat.elf",
                             ["gsb_start.S", "../vmm/heartbeat.c"], [])
        emulator = self.folder / "emulator"
        emulator.write_text("#!/bin/sh\nexec " + " ".join(map(str, power.emulator_of())) +
                            ' "$@"\n')
        emulator.chmod(0o755)
        self.domain.write_text((HERE / "domain.xml").read_text().format(
            kernel=kernel, emulator=emulator, serial=self.serial))

    def configure(self, libvirtd, kind, host, settings=""):
        """What the hook finds: the host that this one is to be taken for, and settings."""
        if host == OLDER and self.fault == "host":
            host = FINE
        command = "" if "command" in settings else f"command = {installed.COMMAND}\n"
        (libvirtd.hvpolicy / "hook.conf").write_text(f"[hook]\n{command}{settings}\n")
        path = libvirtd.hvpolicy / f"host-{kind}.json"
        path.unlink(missing_ok=True)
        if host:
            if host not in self.profiles:
                self.profiles[host] = must(installed.COMMAND, "convert", host)
            path.write_text(self.profiles[host])

    def install(self, libvirtd):
        """The hook, which a libvirtd looks for once: when it starts."""
        text = HOOK.read_text()
        if FAULTS.get(self.fault):
            old, new = FAULTS[self.fault]
            if old not in text:
                sys.exit(f"FAILED: the hook has no {old}: the fault cannot be made")
            text = text.replace(old, new)
        libvirtd.hook.write_text(text)
        libvirtd.hook.chmod(0o755)
        return libvirtd

    def numbers(self):
        """All that the guest has said."""
        return [int(n, 16) for n in re.findall("^b([0-9a-f]{8})$", self.serial.read_text(), re.M)]

    def beats(self):
        """What the guest has counted to."""
        return (self.numbers() or [-1])[-1]

    def alive(self, since, what):
        """The guest counts on from there."""
        end = time.monotonic() + ALIVE
        while time.monotonic() < end and self.beats() < since + 3:
            time.sleep(0.1)
        numbers = self.numbers()
        self.that(numbers[-1:] >= [since + 3], f"{what}: the guest is still at {numbers[-1:]}")
        # one that began anew would not be the one that was saved
        self.that(numbers == list(range(len(numbers))), f"{what}: the guest has lost its count")

    def done(self, result, what):
        self.that(result.returncode == 0, f"{what}: {result.stdout}")

    def refused(self, result, what):
        said = " ".join(result.stdout.split())
        self.that(result.returncode != 0 and all(words in said for words in REFUSED),
                  f"{what}: exit {result.returncode}, {said}")

    def state(self, libvirtd, want, what):
        said = libvirtd.virsh("domstate", GUEST).stdout.strip()
        self.that(want in said, f"{what}: the guest is {said}, not {want}")

    def answers(self, here):
        """The hook by itself."""
        for what, (host, settings, operation, domain, status, words) in ASKED.items():
            kind = "kvm" if "'kvm'" in domain else "qemu"
            self.configure(here, kind, host, settings)
            r = here.enter("/etc/libvirt/hooks/qemu", "g", operation, "begin", "-", told=domain)
            said = " ".join(r.stderr.split())
            self.that(r.returncode == status and all(word in said for word in words) and
                      bool(said) == bool(status),
                      f"{what}: exit {r.returncode}, not {status}: {said}")
            self.that(not r.stdout, f"{what}: its standard output is not empty: {r.stdout}")

    def restore(self, here):
        self.configure(here, "qemu", FINE)
        self.done(here.virsh("define", self.domain), "define")
        self.done(here.virsh("start", GUEST), "start")
        self.alive(0, "start")
        self.done(here.virsh("save", GUEST, self.image), "save")
        saved = self.beats()
        self.configure(here, "qemu", OLDER)
        self.refused(here.virsh("restore", self.image), "restore where its level is not offered")
        self.that(self.image.exists(), "after the refusal the image is gone")
        self.configure(here, "qemu", OLDER, "command = /nowhere/hvpolicy")
        r = here.virsh("restore", self.image)
        self.that(r.returncode and "cannot say whether" in r.stdout,
                  f"restore without hvpolicy: exit {r.returncode}, {r.stdout}")
        self.that(self.beats() == saved, "a guest that was not restored has run")
        self.configure(here, "qemu", FINE)
        self.done(here.virsh("restore", self.image), "restore")
        self.alive(saved, "restore")

    def managed(self, here):
        """The same of an image that libvirt keeps."""
        self.done(here.virsh("managedsave", GUEST), "managedsave")
        saved = self.beats()
        self.configure(here, "qemu", OLDER)
        self.refused(here.virsh("start", GUEST), "start of a saved guest")
        self.configure(here, "qemu", FINE)
        self.done(here.virsh("start", GUEST), "start of a saved guest")
        self.alive(saved, "start of a saved guest")
        self.done(here.virsh("undefine", GUEST), "undefine")

    def migrate(self, here, there):
        argv = ["migrate", "--live", GUEST, there.uri, "--p2p", "--migrateuri",
                f"unix://{self.folder}/migration"]
        self.configure(there, "qemu", OLDER)
        since = self.beats()
        self.refused(here.virsh(*argv), "migration where its level is not offered")
        self.state(here, "running", "after a refused migration")
        self.alive(max(since, self.beats()), "after a refused migration")
        self.state(there, "failed to get domain", "after a refused migration, there")
        # the guest is said to be at an older level than its model: README.md's command
        profile = must(installed.COMMAND, "convert", OLDER, "--guest")
        self.done(here.virsh("metadata", GUEST, "urn:hvpolicy:guest", "--key", "hvpolicy", "--live",
                             "--set", f"<guest>{profile}</guest>"), "metadata")
        self.done(here.virsh(*argv), "migration of a guest whose level is told")
        since = self.beats()
        self.state(there, "running", "after a migration")
        self.alive(since, "after a migration")
        self.state(here, "failed to get domain", "after a migration, here")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="save, restore and the hook itself")
    parser.add_argument("--break", dest="fault", choices=[*FAULTS, "host"], default="none")
    args = parser.parse_args()
    if os.geteuid():
        sys.exit("FAILED: namespaces and mounts need root")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hvp-"))
    check = Check(folder, args.fault)
    began = time.monotonic()
    try:
        check.prepare()
        ready = time.monotonic()
        with check.install(Libvirtd(folder, "a", 1)) as here:
            check.answers(here)
            check.restore(here)
            if not args.quick:
                check.managed(here)
                with check.install(Libvirtd(folder, "b", 2)) as there:
                    check.migrate(here, there)
            print(must("libvirtd", "--version").strip())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(ASKED)} answers; prepared in {ready - began:.0f} s, "
          f"{time.monotonic() - ready:.0f} s with libvirt; logs in {CACHE}")
    done(check.count, "observations")


if __name__ == "__main__":
    main()
