#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Profiles, migrate, baseline and matrix --migrate: test_migrate.py [hvpolicy] [source tree]

Without arguments from the environment: HVPOLICY, HVP_SOURCE.
"""
import copy
import json
import os
import pathlib
import random
import re
import struct
import subprocess
import sys
import unittest

import jsonschema

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from test_cli import COMMAND, GRANT, LEVELS, SOURCE, Case, run  # noqa: E402

INCLUDE = SOURCE / "include/hvpolicy"
SCHEMA = json.loads((SOURCE / "doc/profile.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
VERDICTS = "same changed degraded refused broken".split()
KERNELS = "4.15 4.16.0 4.17 5.2 5.10.218 5.19 6.1 6.12 6.13 6.15 7.2".split()
STATES = "unaffected mitigated vulnerable".split()
COMMANDS = "migrate baseline convert".split()


def table(name, macro):
    """First columns of the rows of a .def file."""
    text = re.sub(r"/\*.*?\*/", "", (INCLUDE / name).read_text(), flags=re.S)
    rows = re.findall(rf"^{macro}\((.*?)\)$", text.replace("\\\n", ""), re.M | re.S)
    return [[c.strip() for c in row.split(",")] for row in rows if not row.startswith("name")]


QUIRKS = {row[0]: int(row[1]) for row in table("quirk.def", "HVP_QUIRK")}
FWREGS = {row[0]: int(row[1]) for row in table("fwreg.def", "HVP_FWREG")}
FACILITIES = {row[0]: int(row[1]) for row in table("facility.def", "HVP_FACILITY")}
CAPS = {row[2].strip('"'): int(row[1]) for row in table("profile.def", "HVP_SPAPR_CAP")}
LEVEL = {row[4].strip('"') or row[3].strip('"'): int(row[1])
         for row in table("level.def", "HVP_LEVEL")}
FLAGS = {"raw": 0, "psci-0.1": 0, "psci-0.2": 1}
# Names behind the bits of a field, by its word in profile.def.
WORDS = {"QUIRKS": QUIRKS, "LEVELS": LEVEL, "FACILITIES": FACILITIES, "CAPS": CAPS,
         "REGISTERS": FWREGS, "RAW": {"raw": 0}, "VCPUS": {"psci-0.1": 0, "psci-0.2": 1}}
PAIRS = {"arch": ["power", "arm64"], "role": ["host", "guest"]}
FIELDS = [(int(tag, 0), member, int(items), arch, valid)
          for _, tag, member, items, arch, valid, _ in table("profile.def", "HVP_FIELD")]


def at(profile, member):
    for word in member.split("."):
        profile = profile.get(word, {})
    return profile


def encode(profile):
    """The wire form, written from its description in wire.h and not from the command."""
    records = []
    for tag, member, items, _, valid in FIELDS:
        value = at(profile, member)
        if member == "power.caps_known":
            values = [sum(1 << CAPS[name] for name in at(profile, "power.caps"))]
        elif member == "arm64.fwregs.known":
            values = [sum(1 << FWREGS[name] for name in at(profile, "arm64.fwregs.value"))]
        elif items > 1:
            slots = CAPS if member == "power.caps" else FWREGS
            values = [0] * items
            for name, number in value.items():
                values[slots[name]] = int(number, 0) if isinstance(number, str) else number
        elif member in PAIRS:
            values = [PAIRS[member].index(value) + 1]
        elif isinstance(value, list):
            values = [sum(1 << WORDS[valid][name] for name in value)]
        else:
            values = [int(value, 0) if isinstance(value, str) else value or 0]
        records += [struct.pack(">HHQ", tag, item, v) for item, v in enumerate(values) if v]
    return b"HVPP" + struct.pack(">HH", 1, len(records)) + b"".join(records)


def arm64(values, listed, flags=("psci-0.2",), role="guest", **more):
    return {"format": "hvpolicy-profile", "version": 1, "arch": "arm64", "role": role,
            "arm64": {"flags": list(flags), "fwregs": {
                "listed": list(listed), "value": {k: hex(v) for k, v in values.items()}}},
            **more}


class Profiles(Case):
    def names(self):
        return (self.ok("hosts", "--names") + self.ok("hosts", "--arch", "arm64",
                                                      "--names")).split()

    def profile(self, *args):
        return json.loads(self.ok("convert", *args))

    def save(self, profile, name="profile.json"):
        return self.file(json.dumps(profile), name)

    def migrate(self, *args):
        """The answer, whose verdict has to go with the exit status."""
        rc, out, err = run("migrate", *args, "--json")
        self.assertEqual(err, "", args)
        out = json.loads(out)
        self.assertEqual(rc, VERDICTS.index(out["verdict"]) > 1, args)
        worst = max((f["verdict"] for f in out["findings"]), key=VERDICTS.index,
                    default="same")
        self.assertEqual(out["verdict"], worst)
        return out


class Tables(Case):
    def test_the_schema_knows_the_rows(self):
        defs = SCHEMA["$defs"]
        for name, rows in (("quirk", QUIRKS), ("fwreg", FWREGS), ("facility", FACILITIES),
                           ("cap", CAPS), ("level", LEVEL)):
            self.assertEqual(defs[name]["enum"], list(rows), name)
        self.assertEqual(len(QUIRKS), 20)
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        self.assertEqual(SCHEMA["$id"], "urn:hvpolicy:profile:1")

    def test_the_schema_knows_the_fields(self):
        members = set()

        def walk(node, path):
            for key, value in node.get("properties", {}).items():
                if "properties" in value:
                    walk(value, path + key + ".")
                else:
                    members.add(path + key)
        walk(SCHEMA, "")
        hidden = {"power.caps_known", "arm64.fwregs.known"}
        self.assertEqual(members - {"format", "version", "name"},
                         {member for _, member, *_ in FIELDS} - hidden)
        page = (SOURCE / "doc/hvpolicy.1").read_text().replace("\\-", "-")
        for member in members:
            self.assertRegex(page, rf"\b{member.split('.')[-1]}\b")


class Documents(Profiles):
    page = (SOURCE / "doc/hvpolicy.1").read_text().replace("\\-", "-")

    def test_options(self):
        for command in COMMANDS:
            for form in ("--help", "--usage"):
                self.assertIn(f"Usage: hvpolicy {command}", self.ok(command, form))
            for option in re.findall(r"--[a-z][a-z-]*", self.ok(command, "--help")):
                self.assertIn(option, self.page)

    def complete(self, line):
        words = line.split(" ")
        quoted = " ".join(f"'{word}'" for word in words)
        script = (f'source "{SOURCE}/src/cli/completion.bash"; COMP_WORDS=({quoted}); '
                  f'COMP_CWORD={len(words) - 1}; _hvpolicy; printf "%s\\n" "${{COMPREPLY[@]}}"')
        path = os.path.dirname(COMMAND) + ":" + os.environ["PATH"]
        r = subprocess.run(["bash", "-c", script], env={**os.environ, "PATH": path}, check=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=SOURCE / "doc")
        self.assertEqual(r.stderr, b"")
        return r.stdout.decode().split()

    def test_completion(self):
        for command in COMMANDS:
            options = set(re.findall(r"--[a-z][a-z-]*", self.ok(command, "--usage")))
            self.assertEqual(set(self.complete(f"hvpolicy {command} --")), options)
            self.assertEqual(self.complete(f"hvpolicy {command[:4]}"), [command])
        self.assertEqual(self.complete("hvpolicy migrate --vmm qemu-11"), ["qemu-11.1"])
        self.assertEqual(self.complete("hvpolicy migrate --guest host.s"), ["host.schema.json"])
        self.assertEqual(self.complete("hvpolicy migrate --to host.s"), ["host.schema.json"])
        if os.path.basename(COMMAND) == "hvpolicy":
            self.assertEqual(self.complete("hvpolicy migrate --from linux-7.2-arm64-m"),
                             ["linux-7.2-arm64-mitigated"])
            self.assertEqual(self.complete("hvpolicy baseline linux-7.2-power8"),
                             ["linux-7.2-power8-bare"])

    def test_every_json_key_is_documented(self):
        seen = set()

        def walk(value):
            if isinstance(value, dict):
                seen.update(value)
                for key, inner in value.items():
                    if key not in ("value", "caps"):
                        walk(inner)
            elif isinstance(value, list):
                for inner in value:
                    walk(inner)

        a, b = "linux-7.2-arm64-mitigated", "linux-6.1-arm64-vulnerable"
        walk(self.migrate("--from", a, "--to", b))
        walk(self.js("baseline", a, b, status=None))
        walk(self.js("matrix", "--migrate", a, b))
        walk(self.profile("linux-7.2-power11-bare"))
        self.assertGreater(len(seen), 45)
        missing = [key for key in seen if not re.search(rf"\b{key}\b", self.page)]
        self.assertEqual(missing, [])

    def js(self, *args, status=0):
        rc, out, err = run(*args, "--json")
        self.assertEqual(err, "", args)
        if status is not None:
            self.assertEqual(rc, status)
        return json.loads(out)


class Forms(Profiles):
    def check_forms(self, profile):
        """JSON to wire to JSON, each as it was."""
        path = self.save(profile)
        self.assertEqual(self.profile(path), profile)
        wire = path.with_suffix(".hvpp")
        self.assertEqual(run("convert", path, "--wire", "--output", wire), (0, "", ""))
        self.assertEqual(wire.read_bytes(), encode(profile))
        self.assertEqual(self.profile(wire), {**profile, "name": "profile"})
        VALIDATOR.validate(profile)

    def test_every_host_and_its_guest(self):
        for name in self.names():
            with self.subTest(name):
                host = self.profile(name)
                self.assertEqual((host["name"], host["role"]), (name, "host"))
                self.check_forms(host)
                guest = self.profile(name, "--guest")
                self.assertEqual((guest["role"], guest.get("quirks")), ("guest", None))
                self.check_forms(guest)
                self.assertEqual(self.profile(self.save(host), "--guest"), guest)

    def test_the_wire_form_in_json(self):
        a, b = "linux-7.2-power11-bare", "linux-6.12-power10-v2"
        out = self.migrate("--from", a, "--to", b)
        for key, profile in (("from", self.profile(a)), ("to", self.profile(b)),
                             ("guest", self.profile(a, "--guest"))):
            self.assertEqual(bytes.fromhex(out[key]["wire"]), encode(profile))
            self.assertEqual(set(out[key]["quirks"]), set(profile.get("quirks", [])))

    def random_profile(self, dice):
        def some(rows):
            return [name for name in rows if dice.random() < 0.5]

        arch = dice.choice(["power", "arm64"])
        names = [n for n in QUIRKS if (QUIRKS[n] >= 32) == (arch == "arm64")]
        profile = {"format": "hvpolicy-profile", "version": 1, "name": "n" * dice.randint(1, 64),
                   "policy_level": 1, "arch": arch, "role": "host", "quirks": some(names)}
        if arch == "power":
            caps = {name: dice.choice([0, 1, 255]) for name in some(CAPS)}
            levels = some(LEVEL)
            part = {"levels": levels, "facilities": some(FACILITIES),
                    "l2_facilities": some(FACILITIES),
                    "nested_caps": f"0x{dice.getrandbits(64):016x}",
                    "pvr": f"0x{dice.getrandbits(32):08x}", "flags": some(["raw"]),
                    "caps_default": some(caps), "caps": caps,
                    "withheld": [name for name in some(LEVEL) if name not in levels]}
        else:
            masks = dict(zip(FWREGS, (0xffffffff, 0xf, 0x1f, 0xf, 1, 1, 3, 3)))
            value = {name: hex(dice.getrandbits(32) & masks[name]) for name in some(FWREGS)}
            part = {"registers": dice.choice([0, 1, 4294967295]),
                    "flags": some(["psci-0.1", "psci-0.2"]),
                    "fwregs": {"listed": some(value), "varies": some(FWREGS),
                               "unsure": some(n for n in FWREGS if n not in value),
                               "value": value}}
        profile[arch] = part
        self.drop_empty(profile)
        return profile

    def drop_empty(self, node):
        for key, value in list(node.items()):
            if isinstance(value, dict) and key not in ("value", "caps"):
                self.drop_empty(value)
            if value in ({}, []) or (value == 0 and key == "registers"):
                del node[key]

    def test_round_trips(self):
        dice = random.Random(3)
        for _ in range(150):
            profile = self.random_profile(dice)
            with self.subTest(profile):
                wire = self.save(profile)
                self.sorted_like_the_command(profile)
                self.assertEqual(self.profile(wire), profile)
                self.check_forms(profile)

    def sorted_like_the_command(self, profile):
        for _, member, _, _, valid in FIELDS:
            value = at(profile, member)
            if isinstance(value, list):
                value.sort(key=WORDS[valid].get)

    def test_what_is_said_otherwise_is_the_same(self):
        plain = self.profile("linux-6.12-arm64-mitigated")
        other = copy.deepcopy(plain)
        other["version"] = 1.0
        del other["policy_level"]
        other["arm64"]["fwregs"]["varies"] = []
        other["arm64"]["fwregs"]["listed"].reverse()
        other["arm64"]["registers"] = 251.0
        other["arm64"]["fwregs"]["value"]["PSCI_VERSION"] = "0x0000000000010001"
        VALIDATOR.validate(other)
        self.assertEqual(self.profile(self.save(other)), plain)

    def test_a_file_without_a_name_is_called_after_itself(self):
        profile = self.profile("linux-6.12-arm64-mitigated")
        del profile["name"]
        for name, called in (("host-7.json", "host-7"), ("host.x", "host.x"), ("a\nb", "a?b"),
                             (".json", ".json")):
            self.assertEqual(self.profile(self.save(profile, name))["name"], called)

    def test_output(self):
        path = self.file("old", "out.json")
        self.bad("convert", "nowhere", "--output", path)
        self.assertEqual(path.read_text(), "old")
        self.assertEqual(run("convert", "linux-6.1-power9-v1", "--output", path), (0, "", ""))
        self.assertEqual(json.loads(path.read_text()), self.profile("linux-6.1-power9-v1"))
        self.assertIn("o/such", self.bad("convert", "linux-6.1-power9-v1", "--output",
                                         "/no/such/folder"))


class BadFiles(Profiles):
    def bad_profile(self, profile, *reasons, schema=True):
        """Refused with these reasons, in the schema's eyes too."""
        text = profile if isinstance(profile, str) else json.dumps(profile)
        err = self.bad("convert", self.file(text, "f.json"))
        for reason in reasons:
            self.assertRegex(err, re.escape("f.json: " + reason))
        self.assertEqual(len(err.strip().split("\n")), len(reasons), err)
        if not isinstance(profile, str):
            self.assertEqual(VALIDATOR.is_valid(profile), not schema, profile)

    def test_fields(self):
        host = self.profile("linux-7.2-power11-bare")
        arm = self.profile("linux-7.2-arm64-mitigated")
        for base, path, value, reason in (
                (host, "format", "hvpolicy-host", 'format: expected "hvpolicy-profile"'),
                (host, "version", 2, "version: version 2 is not known, 1 is"),
                (host, "version", "1", "version: expected the number 1"),
                (host, "version", True, "version: expected the number 1"),
                (host, "version", -1, "version: expected the number 1"),
                (host, "version", 1.5, "version: expected the number 1"),
                (host, "name", "", "name: expected 1 to 64 letters"),
                (host, "name", "a b", "name: expected 1 to 64 letters"),
                (host, "name", "a" * 65, "name: expected 1 to 64 letters"),
                (host, "name", 7, "name: expected 1 to 64 letters"),
                (host, "policy_level", "1", "policy_level: expected a whole number"),
                (host, "policy_level", 1.25, "policy_level: expected a whole number"),
                (host, "policy_level", -1.0, "policy_level: expected a whole number"),
                (host, "policy_level", 1 << 32, "policy_level: expected a whole number"),
                (host, "arch", "x86", 'arch: expected "power" or "arm64"'),
                (host, "arch", 1, 'arch: expected "power" or "arm64"'),
                (host, "role", "", 'role: expected "host" or "guest"'),
                (host, "quirks", "HFU_ALL", "quirks: expected an array of names"),
                (host, "quirks", ["HFU_ALL", "HFU"], "quirks[1]: nothing here is called 'HFU'"),
                (host, "quirks", ["HFU_ALL", "HFU_ALL"], "quirks[1]: 'HFU_ALL' stands there"),
                (host, "quirks", [3], "quirks[0]: expected a name"),
                (host, "quirks", [""], "quirks[0]: nothing here is called ''"),
                (host, "quirks", ["\x1b[31m\u20ac"], "quirks[0]: nothing here is called '?[31m?"),
                (host, "quirk", [], "quirk: no such field"),
                (host, "power.levels", ["POWER10"],
                 "power.levels[0]: nothing here is called 'POWER10'"),
                (host, "power.levels", ["power12"], "power.levels[0]: nothing here is called"),
                (host, "power.facilities", ["prefix"], "power.facilities[0]: nothing here"),
                (host, "power.flags", ["cooked"], "power.flags[0]: nothing here is called"),
                (host, "power.pvr", "0x000821200",
                 'power.pvr: expected a number such as "0x00801200" (a string)'),
                (host, "power.pvr", "821200", "power.pvr: expected a number such as"),
                (host, "power.pvr", 8524288, "power.pvr: expected a number such as"),
                (host, "power.nested_caps", "0x", "power.nested_caps: expected a number"),
                (host, "power.nested_caps", "0x12345678123456781", "power.nested_caps: expected"),
                (host, "power.caps", [], "power.caps: expected an object"),
                (host, "power.caps", {"cap-htm": 256}, "power.caps.cap-htm: expected a number "
                 "from 0 to 255"),
                (host, "power.caps", {"cap-htm": "1"}, "power.caps.cap-htm: expected a number"),
                (host, "power.caps", {"htm": 1}, "power.caps.htm: no such field"),
                (host, "power.caps_known", ["cap-htm"], "power.caps_known: no such field"),
                (host, "power", 3, "power: expected an object"),
                (host, "power.power", {}, "power.power: no such field"),
                (host, "power.x" + "x" * 200, 1, "power.x" + "x" * 38 + ": no such field"),
                (host, "arm64", {}, "arm64: does not belong to this arch"),
                (arm, "power", {}, "power: does not belong to this arch"),
                (arm, "arm64.registers", "251", "arm64.registers: expected a whole number"),
                (arm, "arm64.registers", -1, "arm64.registers: expected a whole number"),
                (arm, "arm64.flags", ["psci-1.0"], "arm64.flags[0]: nothing here is called"),
                (arm, "arm64.fwregs", [], "arm64.fwregs: expected an object"),
                (arm, "arm64.fwregs.listed", ["PSCI"], "arm64.fwregs.listed[0]: nothing here"),
                (arm, "arm64.fwregs.value", {"PSCI_VERSION": 65537},
                 "arm64.fwregs.value.PSCI_VERSION: expected a value such as"),
                (arm, "arm64.fwregs.value", {"": "0x1"}, "arm64.fwregs.value.: no such field"),
                (arm, "arm64.fwregs.known", [], "arm64.fwregs.known: no such field")):
            with self.subTest(path=path, value=value):
                profile = copy.deepcopy(base)
                *groups, last = path.split(".")
                at(profile, ".".join(groups))[last] = value if groups else value
                if not groups:
                    profile[last] = value
                # one fault, one line: what hangs on the fault is not told
                reasons = [reason]
                self.bad_profile(profile, *reasons)

    def test_what_the_library_refuses(self):
        host = self.profile("linux-7.2-power11-bare")
        guest = self.profile("linux-7.2-power11-bare", "--guest")
        arm = self.profile("linux-7.2-arm64-mitigated")
        for profile, change, reason in (
                (guest, {"quirks": ["HFU_ALL"]}, "quirks: 0x20 does not belong"),
                (guest, {"power": {**guest["power"], "levels": ["power9", "power10"]}},
                 "power.levels: 0x11000000 is not the one mode"),
                (guest, {"power": {**guest["power"], "flags": ["raw"]}},
                 "power.levels: 0x100000000 is not the one mode"),
                (guest, {"power": {**guest["power"], "l2_reflected": ["FP"]}},
                 "power.l2_reflected: 0x1 is not possible"),
                (host, {"power": {**host["power"], "l2_reflected": ["FP"]}},
                 "power.l2_reflected: 0x1 does not belong"),
                (host, {"power": {**host["power"], "caps_default": ["cap-dawr1"]}},
                 "power.caps_default: 0x4000 is not possible"),
                (arm, {"arm64": {"fwregs": {"value": {"STD_BMAP": "0x2"}}}},
                 "arm64.fwregs.value: 0x2 is not possible, 0x1 is"),
                (arm, {"arm64": {"fwregs": {"listed": ["STD_BMAP"]}}},
                 "arm64.fwregs.listed: 0x10 is not possible"),
                (arm, {"role": "guest", "quirks": []}, "arm64.flags: 0x3 is not the one mode")):
            with self.subTest(change):
                if change.get("role"):
                    profile = copy.deepcopy(profile)
                    profile["arm64"]["flags"] = ["psci-0.1", "psci-0.2"]
                self.bad_profile({**profile, **change}, reason, schema=False)
        self.bad_profile({**host, "policy_level": 2}, "policy level 2 is unknown")

    def test_missing(self):
        host = self.profile("linux-7.2-power11-bare")
        for key in ("format", "version", "role"):
            self.bad_profile({k: v for k, v in host.items() if k != key}, f"{key}: is missing")
        # without arch it is neither power nor arm64
        self.bad_profile({k: v for k, v in host.items() if k not in ("arch", "power")},
                         "arch: is missing")
        self.bad_profile({"arch": "power"}, "format: is missing", "version: is missing",
                         "role: is missing")

    def test_a_key_with_a_dot_is_no_path(self):
        host = self.profile("linux-7.2-power11-bare")
        self.bad_profile({**host, "power.levels": ["power9"]}, "power.levels: no such field")

    def test_texts(self):
        text = json.dumps(self.profile("linux-7.2-power11-bare"))
        for content, reason in ((text[:-1] + ', "role": "guest"}', "duplicate object key"),
                                (text.replace('"pvr"', '"pvr": "0x1", "pvr"'), "duplicate"),
                                (text[:-1], "f:1:"), (text + "x", "end of file"), ("", "empty"),
                                ("[]", "expected an object"), ("3", "expected an object"),
                                (b"\xff\xfe", "f:1:"), (b"{\"a\": \"\\u0000\"}", "f:1:")):
            with self.subTest(content):
                self.assertIn(reason, self.bad("convert", self.file(content, "f")))
        self.assertIn("is a directory", self.bad("convert", "/"))
        self.assertIn("no such file", self.bad("migrate", "--from", "here-not", "--to", "x"))
        self.assertIn("No such file", self.bad("migrate", "--from", "./here-not", "--to", "x"))

    def test_wire(self):
        profile = self.profile("linux-7.2-arm64-mitigated")
        wire = encode(profile)
        head, first, second = wire[:8], wire[8:20], wire[20:32]
        for content, reason in (
                (wire[:-1], "bytes"), (wire + b"\0", "bytes"), (b"HVPP", "bytes"),
                (wire + bytes(4000), "bytes"), (wire[:5] + b"\2" + wire[6:], "offset 0x4"),
                (head + second + first + wire[32:], "stand behind"),
                (head + first + first + wire[32:], "stand behind"),
                (head + struct.pack(">HHQ", 0x8000, 0, 1) + wire[20:], "must not be passed over"),
                (head + first + struct.pack(">HHQ", 0x8002, 0, 0) + wire[32:], "is not from 1 to"),
                (head + struct.pack(">HHQ", 0x8001, 0, 2) + wire[20:], "policy level 2")):
            with self.subTest(reason, bytes=len(content)):
                self.assertIn(reason, self.bad("convert", self.file(content, "f.hvpp")))
        # an unknown tag that is not critical is passed over
        extra = struct.pack(">HHQ", 0x0001, 0, 7)
        count = struct.pack(">H", struct.unpack(">H", wire[6:8])[0] + 1)
        path = self.file(wire[:6] + count + extra + wire[8:], "linux-7.2-arm64-mitigated.hvpp")
        self.assertEqual(self.profile(path), profile)


class Catalogue(Profiles):
    # facts of the kernels: newest PSCI version, firmware registers in the list
    PSCI = dict(zip(KERNELS, (0x2, 0x10000, 0x10000, 0x10000, 0x10000, 0x10001, 0x10001, 0x10001,
                              0x10003, 0x10003, 0x10003)))
    LISTED = dict(zip(KERNELS, (0, 0, 1, 3, 4, 7, 7, 7, 7, 8, 8)))
    TOTAL = {"5.10.218": 237, "6.1": 241, "6.12": 258, "7.2": 256}

    def test_arm64(self):
        names = self.ok("hosts", "--arch", "arm64", "--names").split()
        self.assertEqual(names, [f"linux-{k}-arm64-{s}" for k in KERNELS for s in STATES])
        rows = self.ok("hosts", "--arch=arm64").strip().split("\n")
        self.assertEqual([row.split()[0] for row in rows], names)
        hosts = self.js("hosts", "--arch", "arm64")["hosts"]
        self.assertEqual(hosts, [self.profile(name) for name in names])
        for host in hosts:
            kernel, state = re.fullmatch(r"linux-(.*)-arm64-(.*)", host["name"]).groups()
            part = host["arm64"]
            regs = part["fwregs"]
            listed = regs.get("listed", [])
            self.assertEqual(int(regs["value"]["PSCI_VERSION"], 16), self.PSCI[kernel])
            self.assertEqual(len(listed), self.LISTED[kernel])
            self.assertEqual(part.get("registers", 0) + len(listed) if "registers" in part
                             else None, self.TOTAL.get(kernel))
            i = STATES.index(state)
            for name, levels in (("WORKAROUND_1", (2, 1, 0)), ("WORKAROUND_2", (3, 3, 0)),
                                 ("WORKAROUND_3", (2, 1, 0))):
                if name in listed:
                    self.assertEqual(int(regs["value"][name], 16), levels[i])
            # QEMU 10 always makes vCPUs with PSCI_0_2
            self.assertEqual(part["flags"], ["psci-0.2"])
            self.assertEqual(host["quirks"], ["STREAM_COUNT", "STREAM_DROPS_HIGH"])

    def test_power(self):
        """The profile says what check says, without a VMM and level by level."""
        for name in self.ok("hosts", "--names").split():
            with self.subTest(name):
                profile = self.profile(name, "--vmm", "none")
                answer = self.js("check", "--host", name)
                rows = {r["level"]: r for r in answer["requests"]}
                levels = profile["power"].get("levels", [])
                self.assertEqual(set(levels), set(answer["host"]["offers"]))
                for level in levels:
                    row = rows[level]
                    rc, out, _ = run("convert", name, "--vmm=none", "--guest", "--level", level)
                    if row["outcome"] == "kernel":
                        self.assertEqual(rc, 2)
                        continue
                    guest = json.loads(out)["power"]
                    self.assertEqual(guest["levels"], [level])
                    self.assertEqual(set(guest["facilities"]),
                                     {f for f, s in row["facilities"].items() if s != "reserved"})
                bare = name.endswith("-bare") and "power8" not in name
                self.assertEqual("l2_facilities" in profile["power"],
                                 bare or name.endswith("-v1"))
                # raw mode shows the guest the level of the processor
                own = answer["host"]["own_level"] in levels
                self.assertEqual("flags" in profile["power"], "-as-" not in name and own)
                self.assertEqual("quirks" in profile, not name.startswith("conforming"))

    def test_a_kernel_that_refuses_a_level(self):
        path = self.file(json.dumps({
            "format": 1, "role": "l1", "pvr": "0x00821200", "nested_api": "v2", "kernel": "7.2",
            "granted": hex(GRANT["power9"] | GRANT["power10"])}), "host.json")
        self.assertEqual(self.profile(path)["power"]["levels"], ["power9"])
        path.write_text(path.read_text().replace("7.2", "6.12"))
        self.assertEqual(self.profile(path)["power"]["levels"], ["power9", "power10"])
        # raw mode would be power11, which is not granted
        self.assertNotIn("flags", self.profile(path)["power"])

    def test_vmm(self):
        name = "linux-7.2-arm64-mitigated"
        old, new = ["STREAM_COUNT", "STREAM_DROPS_HIGH"], ["STREAM_KNOWN_ONLY", "STREAM_FORGETS"]
        both = ["psci-0.1", "psci-0.2"]
        for vmm, quirks, flags in (("qemu-10.0", old, both[1:]), ("qemu-10.0.13", old, both[1:]),
                                   ("qemu-9.2", old, both[1:]), ("qemu-11.1", new, both),
                                   ("none", None, both)):
            profile = self.profile(name, "--vmm", vmm)
            self.assertEqual((profile.get("quirks"), profile["arm64"]["flags"]), (quirks, flags))
            # a file tells its VMM, unless one is asked for
            path = self.save(profile)
            self.assertEqual(self.profile(path), profile)
            self.assertEqual(self.profile(path, "--vmm", "none"),
                             self.profile(name, "--vmm", "none"))
            self.assertEqual(self.profile(path, "--vmm=qemu-11.1.3"),
                             self.profile(name, "--vmm=qemu-11.1"))
        power = self.profile("linux-7.2-power9-bare")
        self.assertIn("CAPS_UNSENT", power["quirks"])
        self.assertIn("HFU_ALL", power["quirks"])
        self.assertEqual(power["power"]["caps"], {"cap-htm": 0, "cap-vsx": 1})
        # whose machines have no TM, which the processor has
        self.assertIn("TM", power["power"]["facilities"])
        self.assertNotIn("TM", self.profile("linux-7.2-power9-bare",
                                            "--guest")["power"]["facilities"])
        self.assertIn("TM", self.profile("linux-7.2-power9-bare", "--guest",
                                         "--vmm=none")["power"]["facilities"])
        self.assertNotIn("quirks", self.profile("conforming-power9-bare"))
        self.assertIn("CAPS_UNSENT", self.profile("conforming-power9-bare",
                                                  "--vmm=qemu-10.0")["quirks"])
        # a guest has none
        guest = self.save(self.profile(name, "--guest"))
        self.assertEqual(self.profile(guest, "--vmm=qemu-10.0"), self.profile(guest))

    def test_host_files(self):
        path = self.file(self.ok("hosts", "linux-6.12-power10-v1", "--json"), "h.json")
        self.assertEqual(self.profile(path), self.profile("linux-6.12-power10-v1"))
        path.write_text(path.read_text().replace('"v1"', '"v3"'))
        self.assertIn("nested_api", self.bad("convert", path))
        # a kernel beyond what a release can be
        host = {"format": 1, "role": "bare", "pvr": "0x00801200", "kernel": "6.999"}
        self.assertIn("HFU_ALL", self.profile(self.file(json.dumps(host), "k.json"))["quirks"])


class Psci(Profiles):
    """The table of PSCI versions: source states by destination kernels, other registers aside."""
    TO = {"D0": ["4.15"], "D0'": ["4.16.0"], "D1": ["4.17", "5.2", "5.10.218"],
          "D2": ["5.19", "6.1", "6.12"], "D3": ["6.13", "6.15", "7.2"]}
    NEWEST = {"D0": 0x2, "D0'": 0x10000, "D1": 0x10000, "D2": 0x10001, "D3": 0x10003}
    # state: (version, has a register), and what becomes of it on D0, D0', D1, D2, D3
    ROWS = {
        "no register, 0.2": ((0x2, False), "ok up up up up"),
        "no register, 1.0": ((0x10000, False), "lost ok ok up up"),
        "0.2 on purpose": ((0x2, True), "count count ok ok ok"),
        "1.0": ((0x10000, True), "count count ok ok ok"),
        "1.1": ((0x10001, True), "count count version ok ok"),
        "1.2": ((0x10002, True), "count count version version ok"),
        "1.3": ((0x10003, True), "count count version version ok"),
    }
    REASON = {"ok": [], "up": ["FWREG_UPGRADED"], "lost": ["FWREG_LOST"],
              "version": ["FWREG_VERSION"]}
    VERDICT = {"up": "changed", "lost": "degraded", "version": "refused"}

    def psci(self, answer):
        return [f for f in answer["findings"] if f["object"] == "PSCI_VERSION"]

    def count(self, answer):
        return [f for f in answer["findings"] if f["reason"] == "STREAM_COUNT"]

    def guest(self, version, register, flags=("psci-0.2",)):
        return self.save(arm64({"PSCI_VERSION": version}, ["PSCI_VERSION"] if register else [],
                               flags), "guest.json")

    def cell(self, guest, version, kernel, newest, want):
        answer = self.migrate("--guest", guest, "--to", f"linux-{kernel}-arm64-mitigated")
        found = self.psci(answer)
        if want == "count":
            # the guest is refused by the number of its registers
            self.assertEqual([f["verdict"] for f in self.count(answer)], ["refused"])
            self.assertEqual(answer["verdict"], "refused")
            self.assertEqual(self.count(answer)[0]["quirks"], ["STREAM_COUNT"])
            self.assertIn("QEMU 11", self.count(answer)[0]["remedy"])
            return
        self.assertEqual(self.count(answer), [])
        self.assertEqual([f["reason"] for f in found], self.REASON[want])
        for finding in found:
            self.assertEqual(finding["verdict"], self.VERDICT[want])
            self.assertEqual((int(finding["have"], 16), int(finding["offer"], 16)),
                             (version, newest))
            self.assertIn({"up": "silently upgraded from", "lost": "without a word",
                           "version": "is no version that this host takes"}[want],
                          finding["text"])
            self.assertEqual(finding["guest_has"], f"PSCI {version >> 16}.{version & 0xffff}"
                             + ("" if want == "version" else ", no register"))
            self.assertTrue(finding["destination_offers"].startswith(
                f"PSCI {newest >> 16}.{newest & 0xffff}"))

    def test_the_table(self):
        for name, ((version, register), row) in self.ROWS.items():
            guest = self.guest(version, register)
            for column, want in zip(self.TO, row.split()):
                for kernel in self.TO[column]:
                    with self.subTest(name, to=kernel):
                        self.cell(guest, version, kernel, self.NEWEST[column], want)

    def test_0_1_needs_vcpus_without_psci_0_2(self):
        guest = self.guest(0x1, True, ["psci-0.1"])
        for kernel in self.TO["D1"] + self.TO["D2"] + self.TO["D3"]:
            host = f"linux-{kernel}-arm64-mitigated"
            answer = self.migrate("--guest", guest, "--to", host)
            finding = next(f for f in answer["findings"] if f["reason"] == "MIGRATE_VCPU")
            self.assertEqual((finding["verdict"], finding["guest_has"],
                              finding["destination_offers"]),
                             ("refused", "PSCI 0.1", "PSCI 0.2 and newer"))
            # QEMU 11 makes such vCPUs, and a conforming VMM does
            for vmm in ("qemu-11.1", "none"):
                answer = self.migrate("--guest", guest, "--to", host, "--vmm", vmm)
                self.assertEqual(self.psci(answer), [])
                self.assertNotIn("refused", [f["verdict"] for f in answer["findings"]])

    def test_the_mitigation_of_4_16_is_lost_on_4_15(self):
        """Case (2) of the thread: nothing is done, and the workaround goes without a word."""
        old, new = "linux-4.15-arm64-mitigated", "linux-4.16.0-arm64-mitigated"
        answer = self.migrate("--from", new, "--to", old)
        lost = {f["object"]: f["reason"] for f in answer["findings"]}
        self.assertEqual(lost, {"PSCI_VERSION": "FWREG_LOST", "WORKAROUND_1": "FWREG_LOST"})
        self.assertEqual(answer["verdict"], "degraded")
        # with the register it is refused; and (1), the way there, is a silent upgrade
        answer = self.migrate("--from", "linux-4.17-arm64-mitigated", "--to", old)
        self.assertEqual(answer["verdict"], "refused")
        self.assertEqual(self.migrate("--from", old, "--to", new)["verdict"], "changed")

    def test_the_count_fails_open(self):
        """A real pair: 7.2.13 has fewer registers than 6.12.107, which drops what it lacks."""
        guest = self.profile("linux-7.2-arm64-mitigated", "--guest")
        values = guest["arm64"]["fwregs"]["value"]
        values["PSCI_VERSION"] = "0x10001"
        there = "linux-6.12-arm64-mitigated"
        self.assertEqual(self.migrate("--guest", self.save(guest), "--to", there)["verdict"],
                         "same")
        values["VENDOR_HYP_BMAP_2"] = "0x3"
        path = self.save(guest)
        answer = self.migrate("--guest", path, "--to", there)
        self.assertEqual([(f["reason"], f["verdict"], f["object"], f["quirks"])
                          for f in answer["findings"]],
                         [("STREAM_DROPPED", "broken", "VENDOR_HYP_BMAP_2",
                           ["STREAM_DROPS_HIGH"])])
        text = self.ok("migrate", "--guest", path, "--to", there, status=1)
        self.assertRegex(text, r"^broken: ")
        self.assertRegex(text, r"quirk: +STREAM_DROPS_HIGH: the destination drops registers")
        self.assertRegex(text, r"guest has: +0x3\n +there: +0x0, no register")
        # QEMU 11 names it
        answer = self.migrate("--guest", path, "--to", there, "--vmm", "qemu-11.1")
        self.assertEqual([(f["reason"], f["verdict"]) for f in answer["findings"]],
                         [("STREAM_UNKNOWN", "refused")])
        # the other way the count refuses although no firmware register is missing
        answer = self.migrate("--from", there, "--to", "linux-7.2-arm64-mitigated")
        self.assertEqual([(f["reason"], f["guest_has"], f["destination_offers"])
                          for f in answer["findings"]], [("STREAM_COUNT", "258", "256")])
        # a conforming VMM takes it, and QEMU 11
        for vmm in ("none", "qemu-11.1"):
            self.assertEqual(self.migrate("--from", there, "--to", "linux-7.2-arm64-mitigated",
                                          "--vmm", vmm)["verdict"], "same")

    def test_qemu_11_forgets_that_it_refused(self):
        guest = self.profile("linux-7.2-arm64-mitigated", "--guest")
        guest["arm64"]["fwregs"]["value"]["PSCI_VERSION"] = "0x10000"
        there = ["--to", "linux-5.10.218-arm64-mitigated", "--vmm", "qemu-11.1"]
        answer = self.migrate("--guest", self.save(guest), *there)
        self.assertEqual({f["object"]: f["reason"] for f in answer["findings"]},
                         dict.fromkeys(("STD_BMAP", "STD_HYP_BMAP", "VENDOR_HYP_BMAP"),
                                       "STREAM_FORGOTTEN"))
        self.assertEqual(answer["verdict"], "broken")
        # without a tolerated register at the end it does refuse
        guest = self.profile("linux-6.12-arm64-mitigated", "--guest")
        guest["arm64"]["fwregs"]["value"]["PSCI_VERSION"] = "0x10000"
        answer = self.migrate("--guest", self.save(guest), *there)
        self.assertEqual({f["reason"] for f in answer["findings"]}, {"STREAM_UNKNOWN"})
        self.assertEqual(answer["verdict"], "refused")

    def test_workarounds(self):
        """Same, better or refused with a register; without one, lost."""
        for kernel, there in (("6.12", {}), ("4.17", {"lost": True})):
            for i, source in enumerate(STATES):
                for j, to in enumerate(STATES):
                    with self.subTest(kernel, source=source, to=to):
                        answer = self.migrate("--from", f"linux-{kernel}-arm64-{source}",
                                              "--to", f"linux-{kernel}-arm64-{to}")
                        worse = "degraded" if there else "refused"
                        self.assertEqual(answer["verdict"], "same" if i == j else
                                         "changed" if i > j else worse)
                        for finding in answer["findings"]:
                            if finding["verdict"] == worse:
                                self.assertTrue(finding["remedy"])


class Power(Profiles):
    def test_verdicts(self):
        for source, to, more, verdict, findings in (
                ("linux-7.2-power10-bare", "linux-7.2-power10-bare", [], "same", {}),
                ("linux-6.1-power10-bare", "linux-7.2-power10-bare", [], "same", {}),
                ("linux-6.12-power10-bare", "linux-6.1-power10-bare", [], "broken",
                 {("MIGRATE_FACILITY_FAILS", "PREFIX"): ["PREFIX_NEVER"]}),
                ("linux-6.12-power10-bare", "linux-6.1-power10-bare", ["--level", "power9"],
                 "same", {}),
                ("linux-7.2-power11-bare", "linux-7.2-power10-bare", [], "refused",
                 {("MIGRATE_LEVEL", "power11"): []}),
                ("linux-7.2-power11-bare", "linux-6.12-power10-bare", [], "broken",
                 {("MIGRATE_LEVEL_TAKEN", "power11"): ["POWER11_UNCHECKED"]}),
                ("linux-7.2-power11-bare", "linux-6.1-power11-bare", ["--level=POWER11"],
                 "refused", {("MIGRATE_LEVEL", "power11"): ["POWER11_UNKNOWN"],
                             ("MIGRATE_FACILITY_FAILS", "PREFIX"): ["PREFIX_NEVER"]}),
                ("linux-7.2-power9-bare", "linux-7.2-power10-bare", ["--vmm=none"], "degraded",
                 {("MIGRATE_FACILITY", "TM"): []}),
                # doorbells of nested guests: emulated by L0, which reflects all, or kills them
                ("conforming-power9-bare", "linux-6.12-power9-bare", ["--nested"], "broken",
                 {("MIGRATE_L2_FACILITY_FAILS", "MSGP"): ["DOORBELL_TO_HEAI"]}),
                ("conforming-power9-bare", "linux-7.2-power9-bare", ["--nested"], "broken",
                 {("MIGRATE_L2_FACILITY_FAILS", "MSGP"): ["HFU_ALL"]}),
                ("linux-7.2-power9-bare", "linux-6.12-power9-bare", ["--nested"], "broken",
                 {("MIGRATE_L2_FACILITY_FAILS", "MSGP"): ["DOORBELL_TO_HEAI"]}),
                ("linux-7.2-power9-bare", "linux-6.12-power9-bare", [], "same", {}),
                ("linux-6.12-power9-bare", "linux-7.2-power9-bare", ["--nested"], "same", {}),
                ("linux-7.2-power9-bare", "conforming-power9-bare", ["--nested"], "same", {}),
                ("linux-7.2-power9-bare", "linux-6.1-arm64-mitigated", [], "refused",
                 {("MIGRATE_ARCH", ""): []})):
            with self.subTest(source, to=to, more=more):
                answer = self.migrate("--from", source, "--to", to, *more)
                found = {(f["reason"], f["object"]): f["quirks"] for f in answer["findings"]}
                for key, quirks in findings.items():
                    self.assertEqual(found.pop(key), quirks)
                # others may be lost on the way, but not more than the verdict says
                self.assertEqual(answer["verdict"], verdict)
                for reason, thing in found:
                    self.assertIn((reason, thing), {("MIGRATE_FACILITY", "TM"),
                                                    ("MIGRATE_L2_FACILITY", "TM")})

    def test_in_words(self):
        text = self.ok("migrate", "--from", "linux-7.2-power11-bare", "--to",
                       "linux-7.2-power9-bare", status=1)
        lines = text.split("\n")
        self.assertEqual(lines[0], "refused: the destination does not take the guest, which "
                         "stays where it is")
        self.assertRegex(text, r"(?m)^from +linux-7.2-power11-bare \(POWER11, .*power11, raw")
        self.assertRegex(text, r"(?m)^to +linux-7.2-power9-bare \(POWER9, .*power9, raw")
        self.assertRegex(text, r"(?m)^guest +linux-7.2-power11-bare \(POWER11, power11\)$")
        self.assertRegex(text, r"(?m)^refused +level power11$")
        self.assertRegex(text, r"guest has: +power11\n +there: +power9\n")
        self.assertRegex(text, r"(?s)remedy: +start the source with max-cpu-compat=power9")
        self.assertRegex(text, r"(?m)^degraded +facility PREFIX\n.*\n +guest has: +yes\n"
                         r" +there: +no$")
        text = self.ok("migrate", "--from", "linux-7.2-power9-bare", "--to",
                       "linux-7.2-power9-bare", "--nested")
        self.assertEqual(text.split("\n")[0], "same: the guest sees no difference")
        self.assertIn("POWER9, power9, nested guests)", text)

    def test_details(self):
        def details(profile):
            return self.js("matrix", "--migrate", self.save(profile))["rows"][0]["detail"]

        for levels, flags, want in (
                (["power8", "power9", "power10"], ["raw"], "POWER10, power8 to power10, raw"),
                (["power8", "power10"], [], "POWER10, power10 power8"),
                (["power8", "power9", "power11"], [], "POWER10, power11 power9 power8"),
                (["power9"], [], "POWER10, power9"), ([], ["raw"], "POWER10, raw")):
            self.assertEqual(details(self.host(levels=levels, flags=flags)),
                             want + ", nested guests")
        self.assertEqual(details(self.host(pvr="0x00000000", l2_facilities=[],
                                           levels=["power9"], flags=[])), "POWER, power9")
        host = arm64({"PSCI_VERSION": 0x10001, "WORKAROUND_2": 3}, [], role="host")
        self.assertEqual(details(host), "arm64, PSCI 1.1, workarounds ? 3 ?")
        self.assertEqual(details(arm64({}, [], role="host")),
                         "arm64, PSCI not known, workarounds ? ? ?")

    def guest(self, name="linux-7.2-power10-bare", **power):
        guest = self.profile(name, "--guest")
        guest["power"].update(power)
        return {**guest, "power": {k: v for k, v in guest["power"].items() if v is not None}}

    def host(self, name="linux-7.2-power10-bare", quirks=(), **power):
        host = self.profile(name, "--vmm=none")
        host["quirks"] = host["quirks"] + list(quirks)
        host["power"].update(power)
        return host

    def test_the_values_in_words(self):
        raw = {"levels": None, "flags": ["raw"]}
        ten = "0x6000000000000000"
        for guest, host, reason, have, offer, verdict in (
                (self.guest(**raw, pvr="0x00801200"), self.host(pvr="0x00801200"), None, "", "",
                 "same"),
                (self.guest(**raw, pvr="0x00801200"), self.host(pvr="0x00801201"),
                 "MIGRATE_REVISION", "PVR 0x00801200", "PVR 0x00801201", "changed"),
                (self.guest(**raw, pvr="0x00801200"), self.host(pvr="0x00821200"),
                 "MIGRATE_RAW", "PVR 0x00801200", "PVR 0x00821200", "refused"),
                (self.guest(**raw, pvr="0x00801200"), self.host(pvr="0x00000000"),
                 "MIGRATE_RAW", "PVR 0x00801200", "no PVR in common", "refused"),
                (self.guest(nested_caps=ten), self.host(), "MIGRATE_NESTED", "power10 power9",
                 "nothing", "refused"),
                (self.guest(nested_caps=ten),
                 self.host(quirks=["NESTED_UNENFORCED"], nested_caps="0x4000000000000000"),
                 "MIGRATE_NESTED_TAKEN", "power10 power9", "power9", "broken"),
                (self.guest(caps={"cap-cfpc": 2}, caps_default=None),
                 self.host(caps={"cap-cfpc": 1}), "MIGRATE_CAP", "2", "1", "refused"),
                (self.guest(caps={"cap-dawr1": 1}, caps_default=["cap-dawr1"]),
                 self.host(quirks=["CAPS_UNSENT"], caps={"cap-dawr1": 0},
                           caps_default=["cap-dawr1"]),
                 "MIGRATE_CAP_TAKEN", "1", "0", "broken"),
                (self.guest(levels=["2.04"]), self.host(), "MIGRATE_LEVEL_NONE", "2.04",
                 "no level that fits", "refused"),
                (self.guest(), self.host(quirks=["MAXIMUM_UNCHECKED"], levels=["power9"],
                                         withheld=["power10"]),
                 "MIGRATE_LEVEL_TAKEN", "power10", "power9", "broken")):
            with self.subTest(reason, have=have, offer=offer):
                answer = self.migrate("--guest", self.save(guest, "g.json"), "--to",
                                      self.save(host, "h.json"))
                self.assertEqual(answer["verdict"], verdict)
                found = {f["reason"]: (f["guest_has"], f["destination_offers"])
                         for f in answer["findings"]}
                self.assertEqual(found.get(reason), (have, offer) if reason else None)
                self.assertEqual(answer["from"], None)


class Usage(Profiles):
    def test_bad_usage(self):
        a, b = "linux-7.2-arm64-mitigated", "linux-7.2-power10-bare"
        guest = self.save(self.profile(a, "--guest"))
        for args, reason in (
                (["migrate"], "--to is needed"), (["migrate", "--from", a], "--to is needed"),
                (["migrate", "--to", a], "--from or --guest"),
                (["migrate", a, b], "are options"),
                (["migrate", "--from", "nowhere", "--to", a], "no host 'nowhere'"),
                (["migrate", "--from", a, "--to", "nowhere"], "no host 'nowhere'"),
                (["migrate", "--from", guest, "--to", a], "profile of a guest"),
                (["migrate", "--from", a, "--to", guest], "profile of a guest"),
                (["migrate", "--guest", a, "--to", a], "profile of a host"),
                (["migrate", "--guest", guest, "--to", a, "--nested"], "not of --guest"),
                (["migrate", "--guest", guest, "--to", a, "--level=power9"], "not of --guest"),
                (["migrate", "--from", a, "--to", a, "--nested"], "are for POWER"),
                (["migrate", "--from", a, "--to", a, "--level", "power9"], "are for POWER"),
                (["migrate", "--from", b, "--to", b, "--level", "power11"], "no level power11"),
                (["migrate", "--from", b, "--to", b, "--level", "power12"], "is no level"),
                (["migrate", "--from", "linux-7.2-power8-bare", "--to", b, "--nested"],
                 "no nested guests"),
                (["migrate", "--from", "linux-7.2-power10-v2", "--to", b, "--nested"],
                 "no nested guests"),
                *((["migrate", "--from", a, "--to", a, "--vmm", vmm], "--vmm is")
                  for vmm in ("", "qemu", "qemu-", "qemu-10", "qemu-10.0x", "qemu-0.0",
                              "qemu-10.0.", "kvmtool", "qemu-999.0", "QEMU-10.0")),
                (["baseline"], "which hosts"), (["baseline", "nowhere"], "no host 'nowhere'"),
                (["baseline", guest, a], "profile of a guest"),
                (["baseline", a, b], f"{b} is of another architecture than {a}"),
                (["baseline", a, "--wire", "--json"], "exclude"),
                (["convert"], "which host"), (["convert", a, b], "at most"),
                (["convert", guest, "--guest"], "profile of a guest"),
                (["convert", b, "--level", "power9"], "go with --guest"),
                (["convert", b, "--nested"], "go with --guest"),
                (["convert", b, "--guest", "--level", "power11"], "no level power11"),
                (["convert", a, "--wire", "--json"], "exclude"),
                (["matrix", "--vmm=none"], "go with --migrate"),
                (["matrix", "--arch=power"], "go with --migrate"),
                (["matrix", "--nested"], "go with --migrate"),
                (["matrix", "--level=power9"], "go with --migrate"),
                (["matrix", "--migrate", "--arch", "x86"], "not 'x86'"),
                (["matrix", "--migrate", "nowhere"], "no host 'nowhere'"),
                (["matrix", "--migrate", guest], "guests alone"),
                (["matrix", "--migrate", "--all", a], "exclude"),
                (["matrix", "--migrate", "--host", b], "without an option"),
                (["hosts", "--arch", "x86"], "not 'x86'"),
                (["hosts", "--arch", "arm64", a], "hvpolicy convert")):
            with self.subTest(args):
                self.assertIn(reason, self.bad(*args))

    def test_an_answer_that_cannot_be_written_is_no_answer(self):
        a = "linux-7.2-arm64-mitigated"
        for args in (["migrate", "--from", a, "--to", a],
                     ["migrate", "--from", a, "--to", a, "--json"], ["baseline", a],
                     ["baseline", a, "--json"], ["baseline", a, "--wire"], ["convert", a],
                     ["convert", a, "--wire"], ["matrix", "--migrate"],
                     ["hosts", "--arch=arm64"]):
            with self.subTest(args), open("/dev/full", "wb") as full:
                r = subprocess.run([COMMAND, *args], stdout=full, stderr=subprocess.PIPE,
                                   check=False)
                self.assertEqual(r.returncode, 2)
                self.assertIn(b"could not be written", r.stderr)


class Baseline(Profiles):
    def baseline(self, *args):
        rc, out, err = run("baseline", *args, "--json")
        self.assertEqual(err, "", args)
        out = json.loads(out)
        self.assertEqual(rc, out["verdict"] not in ("same", "changed"))
        return out

    def check_moves(self, names, *more):
        """What is said of each host is what migrate says of the baseline's guest."""
        out = self.baseline(*names, *more)
        self.assertEqual([h["name"] for h in out["hosts"]],
                         [pathlib.Path(n).stem if "/" in str(n) else n for n in names])
        VALIDATOR.validate(out["baseline"])
        self.assertEqual(bytes.fromhex(out["wire"]), encode(out["baseline"]))
        if not out["guest"]:
            part = out["baseline"]["power"]
            self.assertFalse("levels" in part or "flags" in part and "pvr" in part)
            return out
        guest = self.save(out["guest"], "guest.json")
        for name, host in zip(names, out["hosts"]):
            answer = self.migrate("--guest", guest, "--to", name)
            self.assertEqual((host["verdict"], host["findings"]),
                             (answer["verdict"], answer["findings"]))
        worst = max((h["verdict"] for h in out["hosts"]), key=VERDICTS.index)
        self.assertEqual(out["verdict"], worst)
        return out

    def test_power(self):
        names = [n for n in self.ok("hosts", "--names").split() if "-as-" not in n]
        dice = random.Random(4)
        for _ in range(25):
            some = dice.sample(names, dice.randint(1, 4))
            with self.subTest(some):
                out = self.check_moves(some)
                self.assertIn(out["verdict"], ("same", None))
                offers = [set(self.profile(n)["power"].get("levels", [])) for n in some]
                common = set.intersection(*offers)
                self.assertEqual(set(out["baseline"]["power"].get("levels", [])), common)
                # every level given up, by the first host that does not offer it
                forced = {f["object"]: f["host"] for f in out["findings"]
                          if f["reason"] == "MEET_LEVEL"}
                self.assertEqual(forced, {level: next(n for n, o in zip(some, offers)
                                                      if level not in o)
                                          for level in set.union(*offers) - common})

    def test_arm64(self):
        dice = random.Random(5)
        names = [f"linux-{k}-arm64-{s}" for k in KERNELS[2:] for s in STATES]
        for _ in range(20):
            some = dice.sample(names, dice.randint(1, 4))
            with self.subTest(some):
                self.check_moves(some)
        # the same kernel and protection: nothing is given up
        out = self.check_moves(["linux-6.12-arm64-mitigated"] * 3)
        self.assertEqual((out["verdict"], out["findings"]), ("same", []))
        # one that is less protected: what a guest finds differs
        out = self.check_moves(["linux-6.12-arm64-mitigated", "linux-6.12-arm64-vulnerable"])
        self.assertEqual(out["verdict"], "changed")
        varies = out["baseline"]["arm64"]["fwregs"]["varies"]
        self.assertEqual(varies, ["WORKAROUND_1", "WORKAROUND_2", "WORKAROUND_3"])
        self.assertEqual({f["host"] for f in out["findings"]}, {"linux-6.12-arm64-vulnerable"})

    def test_in_words(self):
        hosts = ["linux-7.2-power11-bare", "linux-6.12-power9-bare", "linux-7.2-power10-bare"]
        text = self.ok("baseline", *hosts)
        self.assertEqual(text.split("\n")[0], "same: a guest of this baseline sees no difference "
                         "on any of these hosts")
        for host in hosts:
            self.assertRegex(text, rf"(?m)^  same +{re.escape(host)}$")
        self.assertRegex(text, r"(?m)^  levels +power9 power8 power7\+ power7 power6$")
        self.assertRegex(text, r"(?m)^  raw mode +no$")
        self.assertRegex(text, r"(?m)^  facilities +FP VECVSX .* SCV$")
        self.assertRegex(text, r"(?m)^  of nested guests +FP VECVSX .* SCV$")
        self.assertRegex(text, r"level power10 is given up\n    forced by linux-6.12-power9-bare")
        text = self.ok("baseline", "linux-6.1-arm64-mitigated", "linux-7.2-arm64-vulnerable")
        self.assertRegex(text, r"(?m)^changed: the guest can notice, nothing is lost$")
        self.assertRegex(text, r"(?m)^  PSCI_VERSION +up to PSCI 1\.1; a new guest finds what")
        self.assertRegex(text, r"(?m)^  WORKAROUND_1 +0 \(not available\); a new guest")
        self.assertRegex(text, r"(?m)^  VENDOR_HYP_BMAP_2 +0x0, not a register everywhere$")
        self.assertRegex(text, r"or\s+update\s+linux-6.1-arm64-mitigated\n")
        # hosts of which one does not know what the others tell
        _, text, _ = run("baseline", "linux-4.15-arm64-mitigated", "linux-4.17-arm64-mitigated")
        self.assertRegex(text, r"(?m)^  STD_BMAP +not known, not a register everywhere")

    def test_nothing_in_common(self):
        old = self.file(json.dumps({"format": 1, "role": "bare", "pvr": "0x003f0203",
                                    "name": "old"}), "old.json")
        new = "linux-7.2-power11-as-power9-v2"
        out = self.baseline(old, new)
        self.assertEqual((out["verdict"], out["guest"]), (None, None))
        self.assertIn("offers no guest anything", out["text"])
        self.assertEqual([set(h) for h in out["hosts"]], [{"name"}] * 2)
        text = self.ok("baseline", old, new, status=1)
        self.assertRegex(text, r"^no guest: baseline: the host offers no guest anything")
        self.assertRegex(text, r"(?m)^  levels +nothing$")
        out = self.baseline("linux-7.2-power9-bare", "linux-7.2-power10-bare", "--level=power10")
        self.assertIn("no level power10", out["text"])

    def test_output(self):
        hosts = ["linux-6.1-power10-bare", "linux-7.2-power11-bare"]
        want = self.baseline(*hosts)["baseline"]
        path = self.file("", "b.json")
        self.assertEqual(run("baseline", *hosts, "--output", path), (0, "", ""))
        self.assertEqual(json.loads(path.read_text()), want)
        # it is a host: a meet of meets, a destination
        self.assertEqual(self.baseline(path, hosts[0])["baseline"], want)
        self.assertEqual(self.migrate("--from", path, "--to", path)["verdict"], "same")
        wire = subprocess.run([COMMAND, "baseline", *hosts, "--wire"], check=True,
                              stdout=subprocess.PIPE).stdout
        self.assertEqual(wire, encode(want))
        self.assertEqual(run("baseline", *hosts, "--wire", "--output", path)[0], 0)
        self.assertEqual(path.read_bytes(), wire)

    def test_nested(self):
        out = self.baseline("linux-7.2-power9-bare", "linux-6.12-power9-bare", "--nested")
        self.assertEqual(out["verdict"], "same")
        self.assertNotIn("MSGP", out["guest"]["power"]["l2_facilities"])
        out = self.baseline("linux-7.2-power9-bare", "--nested")
        self.assertEqual(out["guest"]["power"]["l2_reflected"], ["MSGP"])


class Matrix(Profiles):
    def matrix(self, *args):
        return self.js("matrix", "--migrate", *args)

    def check_cells(self, out, *more):
        rows, columns = ([n["name"] for n in out[k]] for k in ("rows", "columns"))
        for row, cells in zip(rows, out["cells"]):
            for column, cell in zip(columns, cells):
                answer = self.migrate("--from", row, "--to", column, *more)
                self.assertEqual(cell["outcome"], answer["verdict"], (row, column))
                note = out["notes"][cell["note"]] if cell["note"] is not None else []
                findings = [(f["verdict"], f["object"], f["text"], f["remedy"])
                            for f in answer["findings"]]
                told = [(f["verdict"], f["object"], f["text"], f["remedy"]) for f in note]
                self.assertEqual(told[:len(findings)], findings)
                self.assertEqual({f["object"] for f in note[len(findings):]},
                                 {q for f in answer["findings"] for q in f["quirks"]})
        self.assertEqual([key["outcome"] for key in out["legend"]], VERDICTS)

    def test_cells(self):
        self.check_cells(self.matrix("linux-5.10.218-arm64-mitigated",
                                     "linux-6.12-arm64-mitigated", "linux-7.2-arm64-vulnerable",
                                     "linux-4.16.0-arm64-mitigated"))
        more = ["--vmm", "none", "--nested"]
        self.check_cells(self.matrix("linux-6.12-power10-bare", "linux-7.2-power9-bare",
                                     "conforming-power11-v1", *more), *more)
        more = ["--level", "power9"]
        self.check_cells(self.matrix(*more, "linux-6.12-power10-bare", "linux-7.2-power9-bare"),
                         *more)

    def test_hosts(self):
        out = self.matrix()
        self.assertEqual([r["name"] for r in out["rows"]],
                         [f"linux-{k}-arm64-mitigated" for k in KERNELS])
        self.assertEqual(out["rows"], out["columns"])
        out = self.matrix("--all")
        self.assertEqual([r["name"] for r in out["rows"]],
                         self.ok("hosts", "--arch=arm64", "--names").split())
        names = self.ok("hosts", "--names").split()
        out = self.matrix("--arch", "power")
        self.assertEqual([r["name"] for r in out["rows"]],
                         [n for n in names if re.fullmatch("linux-.*-bare", n)])
        out = self.matrix("--all", "--arch=power")
        self.assertEqual([r["name"] for r in out["rows"]], names)
        self.assertEqual(out["lines"], [])
        # the seed's cases: silently upgraded, lost without a word
        cells = dict(zip(KERNELS, self.matrix()["cells"]))
        self.assertEqual([c["outcome"] for c in cells["4.15"][:3]], ["same", "changed", "changed"])
        self.assertEqual([c["outcome"] for c in cells["4.16.0"][:3]], ["degraded", "same", "same"])
        self.assertEqual([c["outcome"] for c in cells["4.17"][:3]], ["refused", "refused", "same"])

    def test_a_guest_is_a_row(self):
        guest = self.save({**self.profile("linux-7.2-arm64-mitigated", "--guest"),
                           "name": "pinned"})
        out = self.matrix("linux-6.12-arm64-mitigated", guest)
        self.assertEqual([r["name"] for r in out["rows"]],
                         ["linux-6.12-arm64-mitigated", "pinned"])
        self.assertEqual([c["name"] for c in out["columns"]], ["linux-6.12-arm64-mitigated"])
        self.assertEqual(out["cells"][1][0]["outcome"], "refused")
        self.assertEqual(out["cells"][1][0]["outcome"],
                         self.migrate("--guest", guest, "--to",
                                      "linux-6.12-arm64-mitigated")["verdict"])

    def test_a_source_without_a_guest_is_blank(self):
        out = self.matrix("linux-7.2-power9-bare", "linux-7.2-power10-bare", "--level=power10")
        self.assertEqual(out["cells"][0], [None, None])
        self.assertEqual(out["lines"], ["linux-7.2-power9-bare: it offers no level power10"])

    def test_formats(self):
        hosts = ["linux-6.12-arm64-mitigated", "linux-7.2-arm64-mitigated"]
        self.assertIn("refused", self.ok("matrix", "--migrate", *hosts))
        self.assertIn("<svg", self.ok("matrix", *hosts, "--migrate", "--format", "svg"))
        path = self.file("", "m.html")
        self.assertEqual(run("matrix", "--migrate", "--all", "--format=html", "--output", path),
                         (0, "", ""))
        self.assertIn("linux-4.16.0-arm64-mitigated", path.read_text())


class Departures(Profiles):
    def test_one_source(self):
        """Every departure that check tells is a quirk, with its words, where the quirk is."""
        for name in self.ok("hosts", "--names").split():
            host = self.js("check", "--host", name)["host"]
            quirks = set(self.profile(name, "--vmm=none").get("quirks", []))
            told = {d["name"].replace("NEEDS", "BY") for d in host["departures"]}
            self.assertLessEqual(told, quirks, name)
        text = (INCLUDE / "quirk.def").read_text()
        own = (SOURCE / "src/cli/departures.def").read_text()
        rows = re.findall(r"^DEPARTURE\((\w+), (\w+),", own, re.M)
        self.assertEqual(len(rows), 12)
        for _, quirk in rows:
            self.assertIn(f"HVP_QUIRK({quirk},", text)


if __name__ == "__main__":
    sys.argv[1:] = []
    unittest.main()
