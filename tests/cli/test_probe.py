#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""hvpolicy probe, of machines that were recorded: test_probe.py [hvpolicy] [source tree]

Without arguments from the environment: HVPOLICY, HVP_SOURCE. tests/boot runs it where KVM is.
"""
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

COMMAND = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.environ["HVPOLICY"])
SOURCE = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else os.environ["HVP_SOURCE"]).resolve()
RECORDED = SOURCE / "tests/recorded"
POWER = sorted([*(RECORDED / "machines").glob("*.tsv"), *(RECORDED / "probe").glob("[AB]-*.tsv")])
ARM64 = sorted((RECORDED / "probe").glob("linux-*.tsv"))
# of each kernel: newest PSCI, registers that are listed (less core, SVE and firmware), firmware
OFFERS = {"5.10": ("0x10000", 233, 4), "6.1": ("0x10001", 234, 7), "6.12": ("0x10001", 251, 7),
          "7.2": ("0x10003", 248, 8)}
REGISTERS = {"PSCI_VERSION": "psci_default", "WORKAROUND_1": "wa1_level",
             "WORKAROUND_2": "wa2_level", "WORKAROUND_3": "wa3_level", "STD_BMAP": "std_bmap",
             "STD_HYP_BMAP": "std_hyp_bmap", "VENDOR_HYP_BMAP": "vendor_hyp_bmap"}


def run(*args, env=None):
    r = subprocess.run([COMMAND, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       env={**os.environ, **(env or {})}, timeout=60, check=False)
    return r.returncode, r.stdout, r.stderr.decode()


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def probe(self, *args, status=0, env=None):
        """The profile, and the lines about what is missing."""
        rc, out, err = run("probe", *args, env=env)
        self.assertEqual(rc, status, err)
        return json.loads(out), err

    def file(self, text, name="machine.tsv"):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def edited(self, path, *pairs):
        """A recorded machine in which one text is another."""
        text = path.read_text()
        for old, new in pairs:
            self.assertIn(old, text)
            text = text.replace(old, new)
        return self.file(text, path.name)


class Arm64(Case):
    def machine(self, release):
        return next(p for p in ARM64 if p.name.startswith(f"linux-{release}."))

    def test_what_kvm_lists(self):
        self.assertEqual(len(ARM64), len(OFFERS))
        for release, (psci, count, firmware) in OFFERS.items():
            path = self.machine(release)
            profile, err = self.probe("--machine", path, "--qemu=none")
            arm64 = profile["arm64"]
            self.assertEqual(err, "")
            self.assertEqual(profile["name"], path.stem)
            self.assertEqual(arm64["registers"], count)
            self.assertEqual(arm64["fwregs"]["value"]["PSCI_VERSION"], psci)
            self.assertEqual(len(arm64["fwregs"]["listed"]), firmware)
            self.assertEqual(arm64["flags"], ["psci-0.1", "psci-0.2"])
            self.assertNotIn("unsure", arm64["fwregs"])

    def test_offer_is_not_what_a_new_vm_has(self):
        profile, _ = self.probe("--machine", self.machine("7.2"), "--qemu=none")
        self.assertIn("kvm\treg\t0x6030000000160003\t0x0\n", self.machine("7.2").read_text())
        self.assertEqual(profile["arm64"]["fwregs"]["value"]["VENDOR_HYP_BMAP_2"], "0x3")

    def test_release_and_kvm_agree(self):
        """Without KVM the same follows from the kernel's release and its files, or is left out."""
        for path in ARM64:
            with_kvm, _ = self.probe("--machine", path, "--qemu=none")
            lines = [line for line in path.read_text().splitlines(True)
                     if not line.startswith("kvm\t")]
            without, err = self.probe("--machine", self.file("".join(lines), path.name),
                                      "--qemu=none", status=1)
            there, here = with_kvm["arm64"]["fwregs"], without["arm64"]["fwregs"]
            unsure = here.get("unsure", [])
            self.assertEqual(set(there["listed"]) - set(here["listed"]), set(unsure))
            for name, value in here["value"].items():
                self.assertEqual(value, there["value"][name], name)
            self.assertNotIn("registers", without["arm64"])
            self.assertIn("KVM cannot be asked", err)
            for name in unsure:
                self.assertIn(name, err)

    def test_mitigations(self):
        """What sysfs says, against what KVM said on the same machine."""
        told = missing = 0
        with open(RECORDED / "arm64/hosts.tsv", encoding="ascii") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                # the program's list of features has SSBS if it can be set directly
                features = "fp ssbs" if row["guest_ssbs"] == "2" else "fp"
                path = self.file(
                    f"env\tuname\t{row['release']} {row['version']}\n"
                    "env\tcpuinfo\tCPU implementer : 0x41\n"
                    f"env\tcpuinfo\tFeatures : {features}\n"
                    f"env\tvulnerability\tspectre_v2\t{row['sysfs_spectre_v2']}\n"
                    "env\tvulnerability\tspec_store_bypass\t"
                    f"{row['sysfs_spec_store_bypass']}\n")
                profile, _ = self.probe("--machine", path, "--qemu=none", status=1)
                fwregs = profile["arm64"]["fwregs"]
                for name, column in REGISTERS.items():
                    if row[column] == "ENOENT" or name not in fwregs["listed"]:
                        self.assertNotIn(name, fwregs["listed"])
                        missing += name in fwregs.get("unsure", [])
                        continue
                    told += 1
                    self.assertEqual(int(fwregs["value"][name], 16), int(row[column], 16),
                                     (row, name))
        self.assertGreater(told, 400)
        self.assertLess(missing, 40)

    def test_unknown_is_not_guessed(self):
        path = self.machine("6.1")
        text = "".join(line for line in path.read_text().splitlines(True)
                       if line.startswith("env\t") and "vulnerability" not in line)
        for spectre, known in (("", {}), ("Vulnerable", {"WORKAROUND_1": "0x0"}),
                               ("Vulnerable: Unprivileged eBPF enabled", {"WORKAROUND_3": "0x1"}),
                               ("Not affected", {"WORKAROUND_1": "0x2", "WORKAROUND_3": "0x2"}),
                               ("Mitigation: CSV2, but not BHB",
                                {"WORKAROUND_1": "0x2", "WORKAROUND_3": "0x0"}),
                               ("Mitigation: Branch predictor hardening",
                                {"WORKAROUND_1": "0x1", "WORKAROUND_3": "0x2"}),
                               ("Who knows", {})):
            row = f"env\tvulnerability\tspectre_v2\t{spectre}\n" if spectre else ""
            profile, _ = self.probe("--machine", self.file(text + row), "--qemu=none", status=1)
            fwregs = profile["arm64"]["fwregs"]
            self.assertEqual({name: value for name, value in fwregs["value"].items()
                              if name.startswith("WORKAROUND")}, known, spectre)
            self.assertEqual(len(known) + len(fwregs["unsure"]), 3)

    def test_patch_level(self):
        """WORKAROUND_3 is not in all of 5.10: Debian tells its patch level, others do not."""
        path = self.machine("5.10")
        files = "".join(line for line in path.read_text().splitlines(True)
                        if not line.startswith("kvm\t"))
        for uname, listed in (("5.10.0-32-cloud-arm64 #1 SMP Debian 5.10.223-1 (2024)", True),
                              ("5.10.223 #1 SMP", True), ("5.10.0-32-generic #33 SMP", False),
                              ("5.10.0 #1 SMP", False), ("5.10.0-1 #1 SMP Debian 6.1.1-1", False)):
            rows = files.split("\n", 1)[1]
            profile, _ = self.probe("--machine", self.file(f"env\tuname\t{uname}\n" + rows),
                                    "--qemu=none", status=1)
            fwregs = profile["arm64"]["fwregs"]
            self.assertEqual("WORKAROUND_3" in fwregs["listed"], listed, uname)
            self.assertIn("PSCI_VERSION", fwregs["listed"])

        for uname, value, unsure in (("4.16.0 #1", "0x10000", False),
                                     ("4.16.12 #1", "0x10000", False),
                                     ("4.16.0-2-arm64 #1 SMP", None, True),
                                     ("4.16.0-2-arm64 #1 SMP Debian 4.16.12-1", "0x10000", False)):
            profile, _ = self.probe("--machine", self.file(f"env\tuname\t{uname}\n" + rows),
                                    "--qemu=none", status=1)
            fwregs = profile["arm64"]["fwregs"]
            self.assertEqual(fwregs["value"].get("PSCI_VERSION"), value, uname)
            self.assertEqual("PSCI_VERSION" in fwregs.get("unsure", []), unsure, uname)
            self.assertEqual("PSCI_VERSION" in fwregs.get("listed", []), "4.16.12" in uname, uname)

    def test_the_list_is_better_evidence_than_the_release(self):
        name = ("env\tuname\t5.10.0-32-cloud-arm64 #1 SMP Debian 5.10.223-1 (2024-08-10)",
                "env\tuname\t5.10.0-32-generic #33")
        row = "kvm\treg\t0x6030000000140003\t0x1\n"
        for rows, listed in ((row, True), ("", False)):
            profile, err = self.probe("--qemu=none", "--machine", self.edited(
                self.machine("5.10"), name, (row, rows)))
            fwregs = profile["arm64"]["fwregs"]
            self.assertEqual(("WORKAROUND_3" in fwregs["listed"], err), (listed, ""))
            self.assertNotIn("unsure", fwregs)
        profile, _ = self.probe("--qemu=none", "--machine", self.edited(
            self.machine("6.1"), (row, "")))
        self.assertNotIn("WORKAROUND_3", profile["arm64"]["fwregs"]["value"])

    def test_which_registers_are_counted(self):
        more = "".join(f"kvm\treg\t0x60{size}000000{group}0001\n" for size, group in (
            (30, 10), (40, 10), (80, 15), (60, 15)))
        first = "kvm\ttakes\t0x6030000000160000"
        profile, _ = self.probe("--qemu=none", "--machine", self.edited(
            self.machine("6.1"), (first, f"{more}{first}")))
        self.assertEqual(profile["arm64"]["registers"], OFFERS["6.1"][1])

    def test_registers_that_cannot_be_read_or_are_new(self):
        path = self.edited(self.machine("6.1"),
                           ("kvm\treg\t0x6030000000140001\t0x2",
                            "kvm\treg\t0x6030000000140001\tEIO"),
                           ("kvm\ttakes\t0x6030000000160002\t0x3",
                            "kvm\ttakes\t0x6030000000160002\t0x7\n"
                            "kvm\treg\t0x6030000000160009\t0x0"))
        profile, err = self.probe("--machine", path, "--qemu=none", status=1)
        fwregs = profile["arm64"]["fwregs"]
        self.assertEqual(fwregs["unsure"], ["WORKAROUND_1"])
        self.assertEqual(fwregs["value"]["VENDOR_HYP_BMAP"], "0x3")
        self.assertEqual(profile["arm64"]["registers"], OFFERS["6.1"][1])
        for words in ("WORKAROUND_1", "VENDOR_HYP_BMAP", "1 firmware registers are newer"):
            self.assertIn(words, err)

    def test_kvm_that_fails(self):
        for pairs, words in (
                ([("psci_0_2=1\t0", "psci_0_2=1\tEINVAL"), ("psci_0_2=0\t0", "psci_0_2=0\tEINVAL")],
                 "KVM makes no vCPU (EINVAL)"),
                ([("kvm\topen\t0", "kvm\topen\tEACCES")], "KVM cannot be asked (EACCES)"),
                ([("kvm\tvcpu\tpsci_0_2=1\t0\n",
                   "kvm\tvcpu\tpsci_0_2=1\t0\nkvm\treg_list\tEPERM\n")],
                 "KVM_GET_REG_LIST: EPERM")):
            _, err = self.probe("--machine", self.edited(self.machine("6.1"), *pairs),
                                "--qemu=none", status=1)
            self.assertIn(words, err)

    def test_quirks(self):
        path = self.machine("6.1")
        for qemu, quirks, flags in (
                ("none", None, ["psci-0.1", "psci-0.2"]),
                ("10.0.2", ["STREAM_COUNT", "STREAM_DROPS_HIGH"], ["psci-0.2"]),
                ("11.1", ["STREAM_KNOWN_ONLY", "STREAM_FORGETS"], ["psci-0.1", "psci-0.2"])):
            profile, err = self.probe("--machine", path, f"--qemu={qemu}")
            self.assertEqual((profile.get("quirks"), err), (quirks, ""))
            self.assertEqual(profile["arm64"]["flags"], flags)
        _, err = self.probe("--machine", path)
        self.assertIn("--qemu", err)


class Power(Case):
    def test_levels_are_those_of_check(self):
        for path in POWER:
            rc, out, err = run("check", "--machine", path, "--json")
            self.assertLess(rc, 2, err)
            checked = json.loads(out)
            v2 = "-v2-" in path.name
            runs = checked["host"]["kvm"] == "runs"
            profile, err = self.probe("--machine", path, "--qemu=none",
                                      status=int(v2 or not runs))
            power = profile["power"]
            self.assertEqual(power["pvr"], checked["host"]["pvr"])
            if not runs:
                self.assertNotIn("levels", power)
                self.assertIn("KVM makes no VM", err)
                continue
            self.assertEqual(power["levels"], checked["host"]["offers"][::-1], path.name)
            self.assertEqual("flags" in power, path.name.startswith("B-"), path.name)
            self.assertEqual("l2_facilities" in power, not v2)
            self.assertEqual("every level is taken as granted" in err, v2)

    def machine(self, name):
        return next(p for p in POWER if p.name == f"{name}.tsv")

    def test_answer_of_compat_caps(self):
        """On v2 the grants themselves: nothing is unknown then, and nothing else offered."""
        path = self.machine("A-10.0.2-6.12.95-v2-power10")
        row = "create_vm\ttype=1\t0\n"
        profile, err = self.probe("--machine", self.edited(
            path, (row, row + "kvm\tcompat_caps\t0x4000000000000000\n")), "--qemu=none")
        self.assertEqual((profile["power"]["levels"], err), (["power9"], ""))
        self.probe("--machine", self.edited(path, (row, row + "kvm\tcompat_caps\tEINVAL\n")),
                   "--qemu=none", status=1)

    def test_mode_of_the_device_tree(self):
        path = self.machine("A-10.0.2-6.1.0-50-v1-power10-max-power9")
        first = "env\tinit_at\t"
        self.probe("--qemu=none", "--machine", self.edited(
            path, (first, f"env\tcpu-version\t0x0f000005\n{first}")))
        rc, _, err = run("probe", "--qemu=none", "--machine", self.edited(
            path, (first, f"env\tcpu-version\t0x0f000006\n{first}")))
        self.assertEqual(rc, 2)
        self.assertIn("the device tree has 0x0f000006", err)

    def test_no_nested_guests(self):
        profile, _ = self.probe("--machine", self.edited(
            self.machine("B-10.0.2-6.12.95-powernv10"), ("NESTED_HV=1", "NESTED_HV=0")),
            "--qemu=none")
        self.assertNotIn("l2_facilities", profile["power"])

    def test_cpuinfo_alone(self):
        text = "cpu : POWER10 (raw)\nrevision : 2.0 (pvr 0080 0200)\nplatform : PowerNV\n"
        _, err = self.probe("--machine", self.file(text, "cpuinfo"), "--qemu=none", status=1)
        self.assertIn("no kernel release", err)
        self.assertIn("KVM was not asked", err)


class Root(Case):
    """Files below a folder, as a machine has them."""

    def root(self, cpuinfo):
        files = {"proc/sys/kernel/osrelease": "5.10.0-32-cloud-arm64\n",
                 "proc/sys/kernel/version": "#1 SMP Debian 5.10.223-1 (2024-08-10)\n",
                 "proc/cpuinfo": cpuinfo,
                 "sys/devices/system/cpu/vulnerabilities/spectre_v2": "Not affected\n",
                 "sys/devices/system/cpu/vulnerabilities/spec_store_bypass": "Not affected\n"}
        for name, text in files.items():
            self.file(text, "root/" + name)
        return self.folder / "root"

    def test_arm64(self):
        root = self.root("processor\t: 0\nFeatures\t: fp\nCPU implementer\t: 0x41\n")
        profile, err = self.probe("--root", root, "--qemu=none", status=1)
        self.assertEqual(profile["arm64"]["fwregs"]["value"]["WORKAROUND_2"], "0x3")
        self.assertIn("WORKAROUND_3", profile["arm64"]["fwregs"]["listed"])
        self.assertEqual(profile["name"], "root")
        self.assertRegex(err, r"KVM cannot be asked \(E[A-Z]+\)")

    def test_power(self):
        root = self.root("processor\t: 0\ncpu\t\t: POWER10 (architected), altivec supported\n"
                         "revision\t: 2.0 (pvr 0080 1200)\n\nplatform\t: pSeries\n")
        tree = self.folder / "root/proc/device-tree/cpus/PowerPC,POWER10@0/cpu-version"
        tree.parent.mkdir(parents=True)
        tree.write_bytes(bytes.fromhex("0f000006"))
        profile, _ = self.probe("--root", root, "--qemu=none", status=1)
        self.assertEqual(profile["power"]["levels"][-1], "power10")
        tree.write_bytes(bytes.fromhex("0f000005"))
        self.assertEqual(run("probe", "--root", root, "--qemu=none")[0], 2)

    def test_record_is_a_recorded_machine(self):
        root = self.root("processor\t: 0\nFeatures\t: fp\nCPU implementer\t: 0x41\n")
        rc, out, _ = run("probe", "--root", root, "--record", "--output", self.folder / "r.tsv")
        self.assertEqual((rc, out), (0, b""))
        one, _ = self.probe("--root", root, "--qemu=none", "--name=a", status=1)
        other, _ = self.probe("--machine", self.folder / "r.tsv", "--qemu=none", "--name=a",
                              status=1)
        self.assertEqual(one, other)

    def test_here(self):
        rc, out, _ = run("probe", "--record")
        here = os.uname()
        self.assertEqual(rc, 0)
        self.assertTrue(out.decode().startswith(f"env\tuname\t{here.release} {here.version}\n"))
        self.assertIn(b"\nkvm\topen\t", out)
        if here.machine == "x86_64":
            self.assertEqual(run("probe")[:2], (2, b""))

    def test_another_architecture(self):
        root = self.root("vendor_id\t: unknown\n")
        rc, out, err = run("probe", "--root", root)
        self.assertEqual((rc, out), (2, b""))
        self.assertIn("nothing is known", err)

    def test_nothing_there(self):
        self.assertEqual(run("probe", "--root", self.folder / "no")[:2], (2, b""))


class Command(Case):
    def test_wire_is_the_same_profile(self):
        path = self.folder / "a.hvpp"
        self.assertEqual(run("probe", "--machine", ARM64[0], "--qemu=none", "--wire",
                             "--output", path), (0, b"", ""))
        self.assertTrue(path.read_bytes().startswith(b"HVPP"))
        rc, out, err = run("convert", path)
        self.assertEqual(rc, 0, err)
        again = json.loads(out)
        profile, _ = self.probe("--machine", ARM64[0], "--qemu=none", "--name", again["name"])
        self.assertEqual(again, profile)

    def test_qemu_in_path(self):
        self.file("CPU implementer : 0x41\n", "root/proc/cpuinfo")
        for said, quirk, words in (
                ("QEMU emulator version 10.0.13 (Debian 1:10)", "STREAM_COUNT", "QEMU 10.0.13 in"),
                ("QEMU emulator version 11.1.0", "STREAM_FORGETS", "QEMU 11.1.0 in"),
                ("Something else", None, "no QEMU was asked"), ("", None, "no QEMU was asked")):
            tool = self.file(f"#!/bin/sh\necho '{said}'\n", "bin/qemu-system-aarch64")
            tool.chmod(0o755)
            path = {"PATH": f"{tool.parent}:{os.environ['PATH']}"}
            profile, err = self.probe("--root", self.folder / "root", status=1, env=path)
            self.assertIn(words, err)
            self.assertEqual(quirk in profile.get("quirks", [None]), True)
            _, err = self.probe("--machine", ARM64[0], env=path)
            self.assertIn("no QEMU was asked", err)

    def test_bad_usage(self):
        for args in (["--wire", "--json"], ["--wire", "--record"], ["--machine=a", "--root=b"],
                     ["x"], ["--qemu=ten", f"--machine={ARM64[0]}"],
                     ["--name=.", f"--machine={ARM64[0]}"], ["--machine=/dev/null"],
                     [f"--machine={ARM64[0]}", "--output=/no/such"]):
            rc, out, err = run("probe", *args)
            self.assertEqual((rc, out), (2, b""), args)
            self.assertIn("hvpolicy", err)
        self.assertEqual(run("probe", "--machine", self.file("CPU implementer\0"))[0], 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
