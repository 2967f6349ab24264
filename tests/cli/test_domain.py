#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Guests as their libvirt domains tell them: test_domain.py [hvpolicy] [source tree]

Without arguments from the environment: HVPOLICY, HVP_SOURCE.
"""
import json
import os
import random
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from test_cli import SOURCE, Case, run  # noqa: E402
from test_migrate import CAPS, table  # noqa: E402

P10, P9 = "linux-7.2-power10-bare", "linux-7.2-power9-bare"
# of libvirt's models that are levels, the level
MODELS = {row[5].strip('"'): row[4].strip('"') for row in table("level.def", "HVP_LEVEL")
          if row[5].strip('"')}
LIBVIRT = {row[3].strip('"'): row[2].strip('"') for row in table("profile.def", "HVP_SPAPR_CAP")
           if row[3].strip('"')}
WORDS = re.findall(r'^DOMAIN_WORD\((\w+), "([^"]+)", (\d+)\)$',
                   (SOURCE / "src/cli/domain.def").read_text(), re.M)
OPTIONS = {row[0]: row[2].strip('"') for row in table("profile.def", "HVP_SPAPR_CAP")}


def domain(cpu="", features="", arch="ppc64le", kind="kvm", args=(), more="", head=""):
    args = "".join(f"<qemu:arg value='{arg}'/>" for arg in args)
    return (f"{head}<domain type='{kind}' xmlns:qemu='urn:q'><name>dom</name>{more}<os>"
            f"<type arch='{arch}'>hvm</type></os>{cpu}<features>{features}</features>"
            f"<qemu:commandline>{args}</qemu:commandline></domain>")


def level(name):
    return f"<cpu mode='host-model'><model fallback='forbid'>\n {name}\n</model></cpu>"


def model(name):
    return f"<cpu><model>{name}</model></cpu>"


class Domain(Case):
    def guest(self, xml):
        """The profile of a domain."""
        return json.loads(self.ok("convert", str(self.file(xml))))

    def refusal(self, xml):
        return self.bad("convert", str(self.file(xml)))

    def verdict(self, xml, to, status):
        out = run("migrate", "--guest", "-", "--to", to, "--json", input=xml.encode())
        self.assertEqual(out[0], status, out)
        return json.loads(out[1])

    def test_level(self):
        for name in [*MODELS.values(), "power7+"]:
            for xml in (domain(level(name)),
                        domain(model("POWER11"), kind="qemu",
                               args=("x", f"a,max-cpu-compat={name}")),
                        domain(model("POWER11"), args=("max-cpu-compat=" + name,))):
                with self.subTest(xml):
                    power = self.guest(xml)["power"]
                    self.assertEqual(power["levels"], [name])
                    self.assertNotIn("flags", power)

    def test_model(self):
        for name, newest in MODELS.items():
            for spelling in (name, name.lower(), name + "_v2.1"):
                raw = self.guest(domain(model(spelling)))["power"]
                self.assertEqual((raw["flags"], raw.get("levels")), (["raw"], None))
                emulated = self.guest(domain(model(spelling), kind="qemu"))["power"]
                self.assertEqual(emulated["levels"], [newest])
                self.assertEqual(emulated["facilities"], raw["facilities"])

    def test_raw_guest_has_the_host_s_revision(self):
        xml = domain(model("POWER10"))
        self.assertEqual(self.verdict(xml, P10, 0)["verdict"], "same")
        answer = self.verdict(xml, "linux-7.2-power11-bare", 1)
        self.assertEqual([f["reason"] for f in answer["findings"]], ["MIGRATE_RAW"])

    def test_features(self):
        values = {("cap-" + name, word): int(number) for name, word, number in
                  ((OPTIONS[cap][4:], word, number) for cap, word, number in WORDS)}
        for element, option in LIBVIRT.items():
            if element == "hpt":
                continue
            words = {word: number for (cap, word), number in values.items() if cap == option}
            attribute = "value" if words else "state"
            for word, number in (words or {"on": 1, "off": 0}).items():
                with self.subTest(f"{element} {word}"):
                    xml = domain(level("power9"), f"<{element} {attribute}='{word}'/>")
                    power = self.guest(xml)["power"]
                    self.assertEqual(power["caps"][option], number)
                    self.assertNotIn(option, power.get("caps_default", []))
                    again = domain(level("power9"), args=(f"pseries,{option}={word}",))
                    self.assertEqual(self.guest(again)["power"], power)
            self.assertIn(f"{option}: 'maybe' is no value of it", self.refusal(
                domain(level("power9"), f"<{element} {attribute}='maybe'/>")))

    def test_page_size(self):
        for number, unit, want in ((64, "KiB", 16), (1, "GiB", 30), (16, "MiB", 24), (4096, "", 12),
                                   (1, "KB", 10)):
            unit = f" unit='{unit}'" if unit else ""
            xml = domain(level("power9"), f"<hpt><maxpagesize{unit}>{number}</maxpagesize></hpt>")
            self.assertEqual(self.guest(xml)["power"]["caps"]["cap-hpt-max-page-size"], want)
        for words in ("0", "3", "1' unit='PiB", "x", "99999999999999999999", "-1", "1 1"):
            xml = domain(level("power9"),
                         "<hpt><maxpagesize unit='{1}'>{0}</maxpagesize></hpt>".format(
                             *(words.split("' unit='") + ["KiB"])[:2]))
            self.assertIn("is no value of it", self.refusal(xml))
        self.assertNotIn("cap-hpt-max-page-size",
                         self.guest(domain(level("power9"), "<hpt/>"))["power"]["caps"])

    def test_every_option_of_qemu(self):
        for option in CAPS:
            value = "16M" if option == "cap-hpt-max-page-size" else \
                "broken" if option[4:] in ("cfpc", "sbbc", "ibs") else "on"
            power = self.guest(domain(level("power9"), args=(f"{option}={value},y=z",)))["power"]
            self.assertIn(option, power["caps"])

    def test_nested(self):
        plain = self.guest(domain(level("power10")))["power"]
        nested = self.guest(domain(level("power10"), "<nested-hv state='on'/>"))["power"]
        self.assertNotIn("l2_facilities", plain)
        # a Linux leaves doorbells of its guests off
        self.assertEqual(nested["l2_reflected"], ["MSGP"])
        self.assertEqual(self.verdict(domain(level("power10"), "<nested-hv state='on'/>"), P10,
                                      0)["verdict"], "same")
        broken = self.verdict(domain(level("power10"), "<nested-hv state='on'/>"),
                              "linux-6.12-power10-bare", 1)
        self.assertEqual((broken["verdict"], broken["findings"][0]["quirks"]),
                         ("broken", ["DOORBELL_TO_HEAI"]))

    def test_what_is_set_is_no_default_there(self):
        htm = "<htm state='on'/>"
        reasons = [f["object"] for f in self.verdict(domain(level("power8"), htm), P10,
                                                     1)["findings"]]
        self.assertEqual(reasons, ["TM", "cap-htm"])
        host = {"format": 1, "role": "bare", "pvr": "0x004e1202", "kernel": "6.1",
                "tm_assist": True, "tm": True}
        with_tm = str(self.file(json.dumps(host), "tm.json"))
        self.assertEqual(self.verdict(domain(level("power8"), htm), with_tm, 0)["verdict"], "same")
        self.assertEqual(self.verdict(domain(level("power8"), args=("cap-vsx=off",)), P10,
                                      0)["verdict"], "same")

    def test_level_that_is_not_told(self):
        for cpu in ("", "<cpu/>", "<cpu mode='host-model'/>", "<cpu mode='host-passthrough'/>",
                    "<cpu mode='maximum'/>",
                    "<cpu mode='host-passthrough'><model>POWER9</model></cpu>"):
            xml = domain(cpu)
            for to in (P9, P10):
                answer = self.verdict(xml, to, 0)
                self.assertEqual((answer["verdict"], len(answer["unknown"])), ("same", 1))
            self.assertIn("does not tell the level", self.refusal(xml))
            text = self.ok("migrate", "--guest", str(self.file(xml)), "--to", P9)
            self.assertIn("Unknown\n  the level at which the guest runs", text)
        nothing = self.file(json.dumps({"format": "hvpolicy-profile", "version": 1, "arch": "power",
                                        "role": "host"}))
        self.assertEqual(self.verdict(domain(), str(nothing), 1)["verdict"], "refused")

    def test_metadata(self):
        want = self.guest(domain(level("power8")))
        inside = json.dumps(want).replace("<", "&lt;")
        for tag, xmlns in (("hvpolicy:guest", "xmlns:hvpolicy"), ("x:guest", "xmlns:x"),
                           ("guest", "xmlns")):
            more = f"<metadata><a:b xmlns:a='a'/><{tag} {xmlns}='urn:hvpolicy:guest'>{inside}" \
                   f"</{tag}></metadata>"
            self.assertEqual(self.guest(domain(level("power11"), more=more)), want)
            other = more.replace("urn:hvpolicy", "urn:other")
            self.assertEqual(self.guest(domain(level("power9"), more=other))["power"]["levels"],
                             ["power9"])
            for broken, why in (("{", "metadata: "), ("", "metadata: "),
                                ("[]", "expected an object"),
                                (inside.replace('"guest"', '"host"'), "profile of a host")):
                self.assertIn(why, self.refusal(domain(more=more.replace(inside, broken))))

    def test_arm64(self):
        answer = self.verdict(domain(arch="aarch64"), "linux-6.1-arm64-unaffected", 0)
        self.assertEqual(answer["verdict"], "same")
        self.assertIn("the firmware registers of the guest", answer["unknown"][0])

    def test_name(self):
        self.assertEqual(self.guest(domain(level("power9")))["name"], "dom")
        odd = domain(level("power9")).replace(">dom<", ">my guest<")
        self.assertEqual(self.guest(odd)["name"], "input")

    def test_refused(self):
        for xml, why in (
                (domain(level("power12")), "cpu.model: 'power12' is no level"),
                (domain(level("POWER9")), "'POWER9' is no level"),
                (domain(level("power9" * 9)), "is no level"),
                (domain(model("POWER12")), "no known processor is called 'POWER12'"),
                (domain(model("POWER1")), "no known processor"),
                (domain(model("970")), "no known processor"),
                (domain(args=("max-cpu-compat=",)), "'' is no level"),
                (domain(arch="x86_64"), "'x86_64' is an architecture without rules"),
                (domain(arch=""), "''"),
                ("<domain/>", "architecture"),
                ("<network/>", "no <domain>"),
                ("<", ""), ("<domain>", ""), ("<domain></network>", ""), ("<?xml?>", ""),
                ("<!-- -->", ""), ("<domain type='kvm'><os><type arch='ppc64'", "")):
            with self.subTest(xml):
                self.assertIn(why, self.refusal(xml))

    def test_heads(self):
        want = self.guest(domain(level("power9")))
        for head in ("<?xml version='1.0' encoding='UTF-8'?>", "\n <!-- a -->\n",
                     "<?xml version='1.0'?><!DOCTYPE d [<!ENTITY e 'x'>]>"):
            self.assertEqual(self.guest(domain(level("power9"), head=head)), want)

    def test_damage(self):
        """Nothing ends the command but itself."""
        dice = random.Random(4)
        whole = domain(level("power9"), "<htm state='on'/><hpt><maxpagesize>4</maxpagesize></hpt>",
                       args=("a=b,max-cpu-compat=power8",),
                       more="<metadata><guest xmlns='urn:hvpolicy:guest'>{}</guest></metadata>")
        whole = whole.encode()
        for _ in range(300):
            text = bytearray(whole)
            for _ in range(dice.choice((1, 2, 5))):
                at = dice.randrange(len(text))
                text[at:at + dice.choice((0, 1, 9))] = dice.choice(
                    (b"", b"<", b">", b"&", b"'", b"/", b"\0", b"\xff", b"<a>", b"</os>", b"]]>"))
            rc, _, err = run("migrate", "--guest", "-", "--to", P10, input=bytes(text))
            self.assertIn(rc, (0, 1, 2), (bytes(text), err))
            self.assertEqual(rc == 2, bool(err), (bytes(text), err))
        deep = "<a>" * 100000
        self.assertIn(run("migrate", "--guest", "-", "--to", P10, input=deep.encode())[0], (1, 2))

    def test_standard_input(self):
        self.assertIn("neither a profile nor a domain",
                      run("migrate", "--guest", "-", "--to", P10, input=b'{"role": "bare"}')[2])
        profile = json.dumps(self.guest(domain(level("power9"))))
        self.assertEqual(run("migrate", "--guest", "-", "--to", P10, input=profile.encode())[0], 0)


if __name__ == "__main__":
    unittest.main()
