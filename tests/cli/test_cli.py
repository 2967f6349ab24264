#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The command, as its users run it: test_cli.py [hvpolicy] [source tree]

Without arguments from the environment: HVPOLICY, HVP_SOURCE.
"""
import csv
import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema

COMMAND = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.environ["HVPOLICY"])
SOURCE = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else os.environ["HVP_SOURCE"]).resolve()
MACHINES = sorted((SOURCE / "tests/recorded/machines").glob("*.tsv"))
ARCH_COMPAT = SOURCE / "tests/recorded/power/arch-compat.tsv"
SCHEMA = json.loads((SOURCE / "doc/host.schema.json").read_text())

# Levels from old to new, with their logical PVR: Power ISA generations, not numbers.
LEVELS = {"2.04": 0x0f000001, "power6": 0x0f000002, "power7": 0x0f000003,
          "power7+": 0x0f100003, "power8": 0x0f000004, "power9": 0x0f000005,
          "power10": 0x0f000006, "power11": 0x0f000007}
ORDER = list(LEVELS)
GRANT = {"power9": 1 << 62, "power10": 1 << 61, "power11": 1 << 60}


def run(*args, env=None, **kw):
    r = subprocess.run([COMMAND, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       env={**os.environ, **(env or {})}, timeout=60, check=False, **kw)
    return r.returncode, r.stdout.decode("ascii"), r.stderr.decode("utf-8", "replace")


def upto(level, oldest="power6"):
    """Names of levels from one to another, newest first."""
    return ORDER[ORDER.index(oldest):ORDER.index(level) + 1][::-1]


class Case(unittest.TestCase):
    maxDiff = None

    def ok(self, *args, status=0, **kw):
        rc, out, err = run(*args, **kw)
        self.assertEqual((rc, err), (status, ""), args)
        self.assertTrue(out)
        return out

    def js(self, *args, status=0):
        out = self.ok(*args, "--json", status=status)
        self.assertTrue(out.endswith("}\n"))
        return json.loads(out)

    def bad(self, *args, **kw):
        """Exit status 2, nothing on stdout, and a reason that is returned."""
        rc, out, err = run(*args, **kw)
        self.assertEqual((rc, out), (2, ""), (args, err))
        self.assertIn("hvpolicy", err)
        return err

    def file(self, content, name="input"):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


class Usage(Case):
    def test_version_is_the_project_s(self):
        self.assertEqual(self.ok("--version"),
                         "hvpolicy " + (SOURCE / "VERSION").read_text().strip() + "\n")

    def test_help(self):
        for args in ([], ["check"], ["explain"], ["matrix"], ["hosts"]):
            self.assertIn("Usage: hvpolicy", self.ok(*args, "--help"))
            self.assertIn("Usage: hvpolicy", self.ok(*args, "--usage"))

    def test_bad_usage(self):
        host = ["--host", "linux-7.2-power10-v2"]
        for args, reason in (
                ([], "which command"),
                (["frobnicate"], "no command 'frobnicate'"),
                (["--frobnicate"], "unrecognized option"),
                (["check"], "one of --host"),
                (["check", *host, *host], "one of --host"),
                (["check", "power10"], "options only"),
                (["check", "--host", "nowhere"], "no host 'nowhere'"),
                (["check", *host, "--request", "power12"], "power12"),
                (["check", *host, "--request", ""], "''"),
                (["check", *host, "--request", "-1"], "-1"),
                (["check", *host, "--request", "0x"], "0x"),
                (["check", *host, "--request", "0x100000000"], "0x100000000"),
                (["check", *host, "--request", "4294967296"], "4294967296"),
                (["check", *host, "--request", "99999999999999999999999"], "99999"),
                (["check", *host, "--request", "12a"], "12a"),
                (["check", *host, "--request", "power10power10power10"], "power10power10power10"),
                (["check", *host, *["--request", "power9"] * 65], "more than 64"),
                (["check", *host, "--granted", "0x10000000000000000"], "0x10000000000000000"),
                (["check", *host, "--granted", "0", "--bounded", "0"], "exclude"),
                (["check", "--host", "linux-7.2-power10-v1", "--granted", "0"], "no grants"),
                (["check", "--host", "linux-7.2-power10-bare", "--granted", "0"], "bare"),
                (["check", *host, "--color", "mauve"], "mauve"),
                (["explain"], "a kind and a value"),
                (["explain", "hfscr"], "a kind and a value"),
                (["explain", "msr", "0"], "'msr' is none"),
                (["explain", "hfscr", "zero"], "'zero' is no value of hfscr"),
                (["explain", "pvr", "0x100000000"], "no value of pvr"),
                (["explain", "hfscr", "0", "0"], "one kind and one value"),
                (["explain", "pvr", "0", *host], "the same on every host"),
                (["explain", "caps", "0", "--level", "power9"], "does not depend"),
                (["explain", "hfscr", "0", "--hash"], "does not depend"),
                (["explain", "hfscr", "0", "--level", "power1"], "power1"),
                (["explain", "hfscr", "0", "--level", "power11"], "does not run"),
                (["explain", "hfscr", "0", *host, *host], "one host at most"),
                (["matrix", "nowhere"], "no host 'nowhere'"),
                (["hosts", "nowhere"], "no host 'nowhere'"),
                (["hosts", "a", "b"], "one name at most")):
            with self.subTest(args):
                self.assertIn(reason, self.bad(*args))

    def test_an_answer_that_cannot_be_written_is_no_answer(self):
        host = ["--host", "linux-7.2-power10-v2"]
        for args in (["check", *host], ["check", *host, "--json"], ["matrix"], ["hosts"],
                     ["matrix", "--json"], ["hosts", "--json"], ["hosts", "--names"],
                     ["explain", "pvr", "0x0f000006"], ["explain", "caps", "0", "--json"],
                     ["--help"], ["--version"], ["check", "--help"]):
            with self.subTest(args), open("/dev/full", "wb") as full:
                r = subprocess.run([COMMAND, *args], stdout=full, stderr=subprocess.PIPE,
                                   check=False)
                self.assertEqual(r.returncode, 2)
                self.assertIn(b"could not be written", r.stderr)
                r = subprocess.run(["sh", "-c", 'exec "$0" "$@" >&-', COMMAND, *args],
                                   stderr=subprocess.PIPE, check=False)
                self.assertEqual(r.returncode, 2)

    def test_colour(self):
        def on_terminal(*args, env=None):
            master, slave = pty.openpty()
            env = {k: v for k, v in {**os.environ, **(env or {})}.items()
                   if k != "NO_COLOR" or env}
            with subprocess.Popen([COMMAND, *args], stdout=slave, stderr=slave, env=env) as p:
                os.close(slave)
                out = b""
                try:
                    while chunk := os.read(master, 4096):
                        out += chunk
                except OSError:
                    pass
                os.close(master)
                self.assertEqual(p.wait(), 0)
            return out

        args = ["matrix", "linux-6.12-power11-v2"]
        self.assertIn(b"\033[", on_terminal(*args))
        self.assertNotIn(b"\033[", on_terminal(*args, "--color=never"))
        self.assertNotIn(b"\033[", on_terminal(*args, env={"NO_COLOR": "1"}))
        self.assertIn(b"\033[", on_terminal(*args, "--color=always", env={"NO_COLOR": "1"}))
        self.assertNotIn("\033[", self.ok(*args))
        self.assertNotIn("\033[", self.ok(*args, "--color=auto"))
        coloured = self.ok(*args, "--color=always")
        self.assertIn("\033[", coloured)
        self.assertEqual(re.sub("\033\\[[0-9]*m", "", coloured), self.ok(*args))

    def test_explain_offers_a_host_only_where_it_counts(self):
        text = self.ok("explain", "--help")
        usage = re.findall(r"(?:Usage|or): +hvpolicy explain \[OPTION\.\.\.\] (.*)", text)
        self.assertEqual(usage, [*(f"{kind} VALUE" for kind in ("hfscr", "lpcr", "pvr", "caps")),
                                 "--gsb=FILE"])
        self.assertRegex(text, r"(?m)^ hfscr, lpcr and --gsb:\n +--host=NAME")

    def test_completion(self):
        names = self.ok("hosts", "--names").split()

        def complete(line):
            words = line.split(" ")
            quoted = " ".join(f"'{word}'" for word in words)
            script = (f'source "{SOURCE}/src/cli/completion.bash"; COMP_WORDS=({quoted}); '
                      f'COMP_CWORD={len(words) - 1}; _hvpolicy; '
                      'printf "%s\\n" "${COMPREPLY[@]}"')
            path = os.path.dirname(COMMAND) + ":" + os.environ["PATH"]
            r = subprocess.run(["bash", "-c", script], env={**os.environ, "PATH": path},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
            self.assertEqual(r.stderr, b"")
            return r.stdout.decode().split()

        self.assertEqual(complete("hvpolicy ch"), ["check"])
        self.assertEqual(complete("hvpolicy explain hf"), ["hfscr"])
        self.assertEqual(complete("hvpolicy check --ma"), ["--machine"])
        self.assertEqual(complete("hvpolicy check --request power1"), ["power10", "power11"])
        if os.path.basename(COMMAND) == "hvpolicy":
            self.assertEqual(complete("hvpolicy matrix "), names)
            self.assertEqual(complete("hvpolicy check --host conforming-power8"),
                             ["conforming-power8-bare"])
        # Every option of every command can be completed.
        for command in ("check", "explain", "matrix", "hosts"):
            options = set(re.findall(r"--[a-z][a-z-]*", self.ok(command, "--usage")))
            self.assertEqual(set(complete(f"hvpolicy {command} --")), options)


class Documents(Case):
    """One table of fields, one schema, one manual page: they say the same."""
    page = (SOURCE / "doc/hvpolicy.1").read_text().replace("\\-", "-")

    def test_fields(self):
        table = re.findall(r"^HOST_FIELD\((\w+), +(\w+), .*?(\w+), +(\w+)\)",
                           (SOURCE / "src/cli/host_field.def").read_text(), re.M)
        self.assertEqual([row[0] for row in table], list(SCHEMA["properties"]))
        self.assertEqual([row[0] for row in table if row[3] == "BOTH"].sort(),
                         SCHEMA["required"].sort())
        for name, *_ in table:
            self.assertRegex(self.page, rf"\b{name}\b")
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_options(self):
        for command in ([], ["check"], ["explain"], ["matrix"], ["hosts"]):
            for option in re.findall(r"--[a-z][a-z-]*", self.ok(*command, "--help")):
                self.assertIn(option, self.page)

    def test_the_synopsis_offers_what_each_kind_takes(self):
        synopsis = re.search(r"(?s)\.SH SYNOPSIS\n(.*?)\.SH", self.page)[1]
        kinds = {}
        for line in synopsis.split(".br\n"):
            words = re.findall(r"[\w-]+", re.sub(r"(?m)^\.(?:RB|RI|BR|IR|B|I) ", "", line))
            if words[:2] == ["hvpolicy", "explain"]:
                for kind in {"hfscr", "lpcr", "pvr", "caps"} & set(words):
                    kinds[kind] = {"HOST", "--level", "--hash"} & set(words)
        self.assertEqual(kinds, {"hfscr": {"HOST", "--level"}, "lpcr": {"HOST", "--hash"},
                                 "pvr": set(), "caps": set()})

    def test_the_schema_s_name_is_nobody_s_address(self):
        self.assertEqual(SCHEMA["$id"], "urn:hvpolicy:host:1")

    def test_every_json_key_is_documented(self):
        names = set(self.ok("hosts", "--names").split()) | set(LEVELS)
        seen = set()

        def walk(value):
            if isinstance(value, dict):
                seen.update(value)
                for key, inner in value.items():
                    # objects whose keys are names of levels, facilities or processors
                    if key not in ("levels", "facilities", "pcr", "legend"):
                        walk(inner)
                    elif key == "levels":
                        for inner2 in inner.values():
                            walk(inner2)
            elif isinstance(value, list):
                for inner in value:
                    walk(inner)

        walk(self.js("check", "--machine", MACHINES[0]))
        walk(self.js("matrix", "linux-6.12-power11-v2"))
        walk(self.js("hosts"))
        walk(self.js("explain", "hfscr", "0x25bf"))
        walk(self.js("explain", "lpcr", "0"))
        walk(self.js("explain", "caps", "0x4000000000000000"))
        walk(self.js("explain", "pvr", "0x0f000006"))
        walk(self.js("explain", "pvr", "0x00801200"))
        self.assertGreater(len(seen), 60)
        for key in seen - names:
            self.assertRegex(self.page, rf"\b{key}\b", "not in the manual page")


class Explain(Case):
    # Facilities: bit, and strategy for a plain guest of a conforming bare POWER10 at power10.
    BITS = {"FP": 0, "VECVSX": 1, "DSCR": 2, "PM": 3, "BHRB": 4, "TM": 5, "EBB": 7, "TAR": 8,
            "MSGP": 10, "SCV": 12, "PREFIX": 13}

    def strategies(self, *args, whom):
        out = self.js("explain", "hfscr", 0, *args)
        self.assertEqual({b["facility"]: b["bit"] for b in out["bits"]}, self.BITS)
        return {b["facility"]: b[whom] for b in out["bits"]}

    def test_hfscr_strategies(self):
        direct = dict.fromkeys(("FP", "VECVSX", "DSCR", "BHRB", "TAR", "PREFIX"), "direct")
        guest = {**direct, "PM": "lazy", "EBB": "lazy", "TM": "reserved", "MSGP": "emulated",
                 "SCV": "reserved"}
        nested = {**guest, "PM": "direct", "EBB": "direct"}
        no_prefix = {"PREFIX": "reserved"}
        self.assertEqual(self.strategies(whom="guest"), guest)
        self.assertEqual(self.strategies(whom="nested"), nested)
        level = ("--level", "power9")
        self.assertEqual(self.strategies(*level, whom="guest"), {**guest, **no_prefix})
        self.assertEqual(self.strategies(*level, whom="nested"), {**nested, **no_prefix})
        # Linux 6.1 never permits PREFIX
        old = ("--host", "linux-6.1-power10-v1")
        self.assertEqual(self.strategies(*old, whom="guest"), {**guest, **no_prefix})
        self.assertEqual(self.strategies(*old, whom="nested"), {**nested, **no_prefix})
        # POWER9 with the TM assist, POWER8 without lazy and emulated
        p9 = ("--host", "conforming-power9-bare")
        self.assertEqual(self.strategies(*p9, whom="guest"),
                         {**guest, **no_prefix, "TM": "lazy"})
        p8 = ("--host", "conforming-power8-bare")
        self.assertEqual(self.strategies(*p8, whom="guest"),
                         {**nested, **no_prefix, "TM": "direct", "MSGP": "reserved"})

    def test_hfscr_every_bit(self):
        may = 0x259f | 0xff << 56	# what a nested guest of a POWER10 host may have
        for bit in range(64):
            out = self.js("explain", "hfscr", hex(1 << bit))
            self.assertEqual(int(out["value"], 16), 1 << bit)
            self.assertEqual(int(out["reads_back"], 16), 1 << bit & may)
            self.assertEqual(int(out["hardware"], 16), 1 << bit & may & ~(1 << 10))
            self.assertEqual(len(out["findings"]), not 1 << bit & may)
            self.assertEqual(out["cause"]["code"], 1 << (bit - 56) if bit > 55 else 0)
            listed = [b for b in out["bits"] if b["set"]]
            self.assertEqual([b["bit"] for b in listed], [bit] if bit < 56 else [])

    def test_hfscr_text(self):
        out = self.ok("explain", "hfscr", "0x0d000000000025ff", "--level", "power9")
        self.assertIn("cause     PREFIX, code 13", out)
        self.assertRegex(out, r"(?m)^undefined +6 +on$")
        self.assertRegex(out, r"(?m)^PREFIX +13 +on +reserved +reserved +power10$")
        self.assertRegex(out, r"(?m)^SCV +12 +off +no enable bit")
        self.assertIn("no facility, code 255", self.ok("explain", "hfscr", "0xff00000000000000"))
        self.assertIsNone(self.js("explain", "hfscr",
                                  "0xff00000000000000")["cause"]["facility"])

    def test_hfscr_needs_power8(self):
        host = {"format": 1, "role": "bare", "pvr": "0x003f0203"}
        path = self.file(json.dumps(host))
        self.assertIn("no HFSCR", self.bad("explain", "hfscr", 0, "--host-file", path))

    def test_pvr(self):
        for level, pvr in LEVELS.items():
            out = self.js("explain", "pvr", hex(pvr))
            self.assertEqual((out["type"], out["level"], int(out["value"], 16)),
                             ("logical", level, pvr))
            self.assertIn(f"level       {level}\n", self.ok("explain", "pvr", pvr))
        out = self.js("explain", "pvr", "0x0f000005")
        self.assertEqual((out["isa"], out["qemu"], out["libvirt"]), ("3.0", "power9", "POWER9"))
        self.assertEqual(out["pcr"]["POWER10"], "0x0000000000000010")
        self.assertIsNone(out["pcr"]["POWER8"])
        for pvr, name, level in ((0x004d0200, "POWER8", "power8"), (0x00660000, "HX-C2000",
                                 "power8"), (0x004e1202, "POWER9", "power9"),
                                 (0x00801200, "POWER10", "power10"),
                                 (0x00821200, "POWER11", "power11")):
            out = self.js("explain", "pvr", hex(pvr))
            self.assertEqual((out["type"], out["processor"], out["level"]),
                             ("hardware", name, level))
            self.assertIn(name, self.ok("explain", "pvr", hex(pvr)))
        for pvr, kind in ((0xffffffff, "refused"), (0x0f000009, "unknown"), (0, "unknown")):
            self.assertEqual(self.js("explain", "pvr", pvr, status=1)["type"], kind)
            self.ok("explain", "pvr", pvr, status=1)

    def test_lpcr(self):
        may = 0x0070000003820a00
        ones = hex((1 << 64) - 1)
        out = self.js("explain", "lpcr", ones)
        self.assertEqual(int(out["may_choose"], 16), may)
        self.assertEqual(int(out["gets"], 16), may & ~0x200)	# TC is for hash
        named = sum(int(f["mask"], 16) for f in out["fields"])
        self.assertEqual(int(out["unnamed"], 16), (1 << 64) - 1 - named)
        self.assertEqual(sum(int(f["mask"], 16) for f in out["fields"] if f["nested_may_set"]),
                         may)
        self.assertEqual(int(self.js("explain", "lpcr", ones, "--hash")["gets"], 16), may)
        out = self.js("explain", "lpcr", ones, "--host", "conforming-power8-bare")
        self.assertEqual((out["translation"], int(out["gets"], 16)), ("hash", may & ~0x20000))
        # AIL 1 and 2 are not allowed
        for ail in range(4):
            gets = int(self.js("explain", "lpcr", hex(ail << 23))["gets"], 16)
            self.assertEqual(gets, ail << 23 if ail == 3 else 0)
        # POWER9 DD2.0: no AIL with radix
        for pvr, gets in (("0x004e1200", 0), ("0x004e0200", 0), ("0x004e1202", 3 << 23)):
            path = self.file(json.dumps({"format": 1, "role": "bare", "pvr": pvr}))
            out = self.js("explain", "lpcr", hex(3 << 23), "--host-file", path)
            self.assertEqual(int(out["gets"], 16), gets)
        text = self.ok("explain", "lpcr", ones)
        self.assertRegex(text, r"(?m)^TC +9 +1 +not on this host ")
        self.assertRegex(text, r"(?m)^DPFD +52-54 +7 +yes ")
        self.assertRegex(text, r"(?m)^GTSE +10 +1 +the host's ")
        self.assertIn("have no name", text)

    def test_caps(self):
        cpus = {"power9": "POWER9", "power10": "POWER10", "power11": "POWER11"}
        for bits in range(8):
            granted = [name for i, name in enumerate(GRANT) if bits >> i & 1]
            value = sum(GRANT[name] for name in granted)
            for others in (0, 1, 1 << 63, 1 << 63 | 1):
                out = self.js("explain", "caps", hex(value | others), status=not granted)
                self.assertEqual(out["grants"], granted[::-1])
                self.assertEqual(out["level"], granted[-1] if granted else None)
                self.assertEqual(out["cpu"], cpus[granted[-1]] if granted else None)
                self.assertEqual(out["unknown"], "0x0000000000000000")
                self.assertEqual(len(out["others"]), bin(others).count("1"))
                self.assertEqual(len(out["findings"]), not granted)
        out = self.js("explain", "caps", hex(1 << 62 | 1 << 5))
        self.assertEqual(int(out["unknown"], 16), 1 << 5)
        self.assertEqual(out["findings"][0]["reason"], "GRANT_UNKNOWN_BITS")
        self.assertIn("choose  power10", self.ok("explain", "caps", "0x6000000000000000"))
        self.assertIn("nothing", self.ok("explain", "caps", 0, status=1))


class Catalogue(Case):
    def test_names(self):
        names = self.ok("hosts", "--names").split()
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual([h["name"] for h in self.js("hosts")["hosts"]], names)
        text = self.ok("hosts")
        for name in names:
            self.assertRegex(text, rf"(?m)^{re.escape(name)} ")
        for kernel, l1, apis in (("linux-6.1", False, ["v1"]), ("linux-6.12", True, ["v1", "v2"]),
                                 ("linux-7.2", True, ["v1", "v2"])):
            for machine in ("power8", "power9", "power10", "power11"):
                self.assertIn(f"{kernel}-{machine}-bare", names)
            for api in apis:
                for machine in ("power9", "power10", "power10-as-power9", "power11-as-power10",
                                "power11-as-power9"):
                    self.assertIn(f"{kernel}-{machine}-{api}", names)
                # 6.1 does not name power11: it is never told to be one
                self.assertEqual(f"{kernel}-power11-{api}" in names, l1)
        self.assertFalse([n for n in names if n.startswith("linux-6.1-") and n.endswith("v2")])
        self.assertFalse([n for n in names if "power8" in n and not n.endswith("bare")])

    def test_a_host_is_a_host_file(self):
        for host in self.js("hosts")["hosts"]:
            jsonschema.validate(host, SCHEMA, jsonschema.Draft202012Validator)
            single = self.ok("hosts", host["name"], "--json")
            self.assertEqual(json.loads(single), host)
            path = self.file(single)
            self.assertEqual(self.js("check", "--host-file", path),
                             self.js("check", "--host", host["name"]))

    def test_grants_are_what_kernel_and_hypervisor_have(self):
        for host in self.js("hosts")["hosts"]:
            if host.get("nested_api") != "v2":
                self.assertNotIn("granted", host)
                continue
            own = host.get("mode") or {"0x004e1202": "power9", "0x00801200": "power10",
                                       "0x00821200": "power11"}[host["pvr"]]
            newest = "power10" if host.get("kernel") == "6.12" else "power11"
            want = sum(bit for level, bit in GRANT.items() if level in upto(own) and
                       level in upto(newest))
            self.assertEqual(int(host["granted"], 16), want, host["name"])

    def test_offer_by_the_rules(self):
        """What runs on every host, from its name."""
        for name in self.ok("hosts", "--names").split():
            kernel, cpu, mode, place = re.fullmatch(
                r"(conforming|linux-[\d.]+)-(power\d+)(?:-as-(power\d+))?-(\w+)", name).groups()
            runs = upto(mode or cpu, "power9" if place == "v2" else "power6")
            late = set()
            if kernel == "linux-6.1" and "power11" in runs:
                runs.remove("power11")		# does not know it
            if kernel == "linux-6.12" and "power10" in runs:
                if "power11" not in runs or place == "v2":
                    late = {"power11"}		# takes it for power10
                    runs = [level for level in runs if level != "power11"]
            out = self.js("check", "--host", name)
            self.assertEqual([r["level"] for r in out["requests"] if r["answer"] == "ok"], runs,
                             name)
            self.assertEqual({r["level"] for r in out["requests"] if r["outcome"] == "late"},
                             late, name)
            self.assertEqual(out["host"]["own_level"], mode or cpu)
            self.assertIn(name, self.ok("check", "--host", name))


class Check(Case):
    def outcome(self, host, request, *more):
        out = self.js("check", "--host", host, "--request", request, *more, status=None)
        return out["requests"][0]

    def js(self, *args, status=0):
        if status is not None:
            return super().js(*args, status=status)
        rc, out, err = run(*args, "--json")
        self.assertEqual(err, "")
        out = json.loads(out)
        self.assertEqual(rc, 0 if out["answer"] == "ok" else 1)
        return out

    def test_the_seed_s_matrix(self):
        for guest, host, status in (("power11", "power11", 0), ("power10", "power11", 0),
                                    ("power11", "power11-as-power10", 1),
                                    ("power10", "power11-as-power10", 0)):
            for api in ("v1", "v2"):
                self.ok("check", "--host", f"linux-7.2-{host}-{api}", "--request", guest,
                        status=status)

    def test_findings_and_remedy(self):
        row = self.outcome("linux-7.2-power11-as-power10-v2", "power11")
        self.assertEqual((row["status"], row["outcome"]), ("ERR_LEVEL_NEWER", "mode"))
        finding = row["findings"][0]
        self.assertEqual((finding["reason"], finding["verdict"], finding["object"]),
                         ("LEVEL_ABOVE_COMPAT", "refused", "power11"))
        self.assertIn("max-cpu-compat=power10", finding["remedy"])
        self.assertEqual((row["facilities"], row["pcr"]), ({}, None))
        text = self.ok("check", "--host", "linux-7.2-power11-as-power10-v2", "--request",
                       "power11", status=1)
        self.assertIn("power11: refused", text)
        self.assertIn("remedy: set max-cpu-compat=power10", text)

    def test_spellings(self):
        for request in ("power9", "POWER9", "3.0", "0x0f000005", "251658245"):
            row = self.outcome("conforming-power10-bare", request)
            self.assertEqual((row["level"], row["outcome"]), ("power9", "ok*"))
            self.assertEqual(row["pcr"], "0x0000000000000010")
        self.assertEqual(self.outcome("conforming-power10-bare", 0)["level"], "power10")
        self.assertEqual(self.outcome("linux-7.2-power11-as-power9-v1", 0)["level"], "power9")

    def test_a_processor_s_pvr_is_no_request(self):
        row = self.outcome("conforming-power11-bare", "0x00821200")
        self.assertEqual((row["status"], row["level"]), ("ERR_UNKNOWN_PVR", None))
        self.assertIn("ask for power11", self.ok("check", "--host", "conforming-power11-bare",
                                                 "--request", "0x00821200", status=1))
        self.assertEqual(self.outcome("conforming-power11-bare", "0xffffffff")["outcome"], "?")

    def test_facilities(self):
        row = self.outcome("conforming-power10-bare", "power10")
        self.assertEqual(row["facilities"], {
            "FP": "direct", "VECVSX": "direct", "DSCR": "direct", "PM": "lazy",
            "BHRB": "direct", "TM": "reserved", "EBB": "lazy", "TAR": "direct",
            "MSGP": "emulated", "SCV": "always", "PREFIX": "direct"})
        row = self.outcome("conforming-power10-bare", "power8")
        self.assertEqual((row["facilities"]["PREFIX"], row["facilities"]["SCV"]),
                         ("reserved", "reserved"))
        row = self.outcome("conforming-power9-bare", "power9")
        self.assertEqual((row["outcome"], row["facilities"]["TM"]), ("ok", "lazy"))
        text = self.ok("check", "--host", "conforming-power9-bare", "--request", "power9")
        self.assertRegex(text, r"(?m)^  lazy +PM TM EBB$")

    def test_hardware_limits_what_is_direct(self):
        path = self.file(json.dumps({"format": 1, "role": "bare", "pvr": "0x00801200",
                                     "hfscr": "0x1"}))
        row = self.js("check", "--host-file", path, "--request", "power10")["requests"][0]
        self.assertEqual({n for n, s in row["facilities"].items() if s != "reserved"},
                         {"FP", "MSGP", "SCV"})

        self.assertEqual((row["answer"], row["outcome"], row["verdict"]),
                         ("ok", "ok*", "degraded"))
        self.assertEqual(set(row["without"]), {"VECVSX", "DSCR", "PM", "BHRB", "EBB", "TAR",
                                               "PREFIX"})

    def test_ok_tells_what_is_lost(self):
        path = self.file(json.dumps({"format": 1, "role": "bare", "pvr": "0x004e1202",
                                     "hfscr": "0x0"}))
        lost = ["FP", "VECVSX", "DSCR", "PM", "BHRB", "TM", "EBB", "TAR"]
        row = self.js("check", "--host-file", path, "--request", "power9")["requests"][0]
        self.assertEqual((row["outcome"], row["verdict"], row["without"]),
                         ("ok*", "degraded", lost))
        text = "power9: ok, without " + " ".join(lost) + "\n"
        self.assertIn(text, self.ok("check", "--host-file", path, "--request", "power9"))
        # nothing says that an L1 has TM; the PVR alone does not give it back
        for host, request, without in (
                ("linux-7.2-power9-v1", "power9", ["TM"]),
                ("linux-7.2-power9-v1", "power8", ["TM"]),
                ("linux-7.2-power9-v1", "power7", []),
                ("linux-7.2-power9-bare", "power9", []),
                ("linux-7.2-power8-bare", "power8", []),
                ("linux-7.2-power10-bare", "power10", []),
                ("linux-7.2-power10-bare", "power9", ["TM"]),
                ("linux-6.1-power10-bare", "power10", ["PREFIX"]),
                ("linux-6.1-power10-bare", "power9", ["TM"])):
            row = self.outcome(host, request)
            self.assertEqual((row["outcome"], row["verdict"], row["without"]),
                             ("ok*", "degraded", without) if without else ("ok", "same", []),
                             (host, request))
        text = self.ok("check", "--host", "linux-7.2-power9-v1")
        self.assertRegex(text, r"(?m)^power9 .* ok, without TM$")
        self.assertIn("whether transactional memory (TM) is usable", text)
        # TM that a file claims on a processor without it
        path = self.file(json.dumps({"format": 1, "role": "l1", "pvr": "0x00801200",
                                     "mode": "power9", "nested_api": "v1", "tm": True}))
        row = self.js("check", "--host-file", path, "--request", "power9")["requests"][0]
        self.assertEqual((row["without"], row["facilities"]["TM"]), (["TM"], "reserved"))
        # POWER8 has no bit that could take msgsndp away
        self.assertEqual(self.outcome("linux-7.2-power8-bare", "power8")["facilities"]["MSGP"],
                         "always")

    def test_every_facility_of_the_level_is_there_or_missed(self):
        fixed = self.outcome("conforming-power8-bare", "power8")["facilities"]
        self.assertEqual(len(fixed), 11)
        has = {"power8": set(fixed) - {"SCV", "PREFIX"}, "power9": set(fixed) - {"PREFIX"},
               "power10": set(fixed) - {"TM"}, "power11": set(fixed) - {"TM"}}
        for name in self.ok("hosts", "--names").split():
            for row in self.js("check", "--host", name)["requests"]:
                if row["answer"] != "ok":
                    self.assertEqual(row["without"], [])
                if row["answer"] != "ok" or row["level"] not in has:
                    continue
                missed = {f for f in has[row["level"]] if row["facilities"][f] == "reserved"}
                self.assertEqual(set(row["without"]), missed, (name, row["level"]))
                self.assertEqual(row["outcome"], "ok*" if missed else "ok")

    def test_old_hosts_have_no_hfscr(self):
        path = self.file(json.dumps({"format": 1, "role": "bare", "pvr": "0x003f0203"}))
        out = self.js("check", "--host-file", path)
        self.assertEqual(out["host"]["offers"], ["power7+", "power7", "power6"])
        rows = {r["level"]: r for r in out["requests"]}
        self.assertEqual(rows["power7"]["facilities"]["FP"], "always")
        self.assertIn("power7+", self.ok("check", "--host-file", path))

    def test_departures(self):
        row = self.outcome("linux-6.1-power11-bare", "power11")
        self.assertEqual((row["outcome"], row["departure"], row["status"]),
                         ("kernel", "POWER11_UNKNOWN", "OK"))
        row = self.outcome("linux-6.12-power10-bare", "power11")
        self.assertEqual((row["outcome"], row["departure"], row["status"]),
                         ("late", "POWER11_UNCHECKED", "ERR_LEVEL_NEWER"))
        row = self.outcome("linux-6.12-power9-bare", "power11")
        self.assertEqual((row["outcome"], row["departure"]), ("cpu", None))
        row = self.outcome("linux-6.1-power10-bare", "power10")
        self.assertEqual((row["outcome"], row["departure"], row["facilities"]["PREFIX"]),
                         ("ok*", "PREFIX_NEVER", "reserved"))
        # 7.2 on a POWER11 needs the grant of power11 for power10
        host = "linux-7.2-power11-v2"
        self.assertEqual(self.outcome(host, "power10")["outcome"], "ok")
        row = self.outcome(host, "power10", "--granted", "0x6000000000000000")
        self.assertEqual((row["outcome"], row["departure"]), ("kernel", "POWER10_NEEDS_POWER11"))
        row = self.outcome(host, "power10", "--bounded", "0x6000000000000000")
        self.assertEqual((row["outcome"], row["departure"]), ("kernel", "POWER10_NEEDS_POWER11"))
        # and takes that for the grant of power10
        row = self.outcome(host, "power10", "--granted", "0x5000000000000000")
        self.assertEqual((row["outcome"], row["departure"]), ("late", "POWER10_BY_POWER11"))
        row = self.outcome(host, "power10", "--granted", "0x4000000000000000")
        self.assertEqual((row["outcome"], row["departure"]), ("grant", None))
        # not granted the level that it would be taken for, 6.12 refuses too
        row = self.outcome("linux-6.12-power11-v2", "power11", "--granted", hex(GRANT["power9"]))
        self.assertEqual((row["outcome"], row["departure"]), ("grant", None))
        text = self.ok("check", "--host", "linux-6.1-power11-bare", "--request", "power11",
                       status=1)
        self.assertIn("but this kernel does not know power11", text)
        self.assertNotIn("departures", self.ok("check", "--host", "conforming-power10-v2"))

    def test_departures_by_kernel(self):
        want = {"6.0": {"PREFIX_NEVER", "DOORBELL_TO_HEAI"},
                "6.1": {"PREFIX_NEVER", "DOORBELL_TO_HEAI", "L2_PCR_FREE", "REFUSED_RUNS_ON"},
                "6.6": {"DOORBELL_TO_HEAI", "L2_PCR_FREE", "REFUSED_RUNS_ON"},
                "6.12": {"DOORBELL_TO_HEAI", "L2_PCR_FREE", "REFUSED_RUNS_ON",
                         "POWER11_UNCHECKED", "PREFIX_ALWAYS"},
                "6.13": {"HFU_ALL", "L2_PCR_FREE", "PREFIX_ALWAYS", "REFUSED_RUNS_ON"},
                "7.2": {"HFU_ALL", "L2_PCR_FREE", "PREFIX_ALWAYS", "REFUSED_RUNS_ON",
                        "POWER11_STICKS"},
                "7.3": set(), "7.4": set()}
        for kernel, names in want.items():
            path = self.file(json.dumps({"format": 1, "role": "bare", "pvr": "0x00801200",
                                         "kernel": kernel}))
            out = self.js("check", "--host-file", path)
            self.assertEqual({d["name"] for d in out["host"]["departures"]}, names, kernel)
            examined = kernel in ("6.1", "6.12", "7.2")
            self.assertIs(out["host"]["kernel_examined"], examined)
            self.assertEqual(any(f"Linux {kernel} departs from the rules: it was not examined"
                                 in text for text in out["host"]["unknown"]), not examined)
            self.assertEqual(self.ok("check", "--host-file", path).count("was not examined"),
                             not examined)
        self.assertIs(self.js("check", "--host",
                              "conforming-power10-bare")["host"]["kernel_examined"], False)

    def test_grants(self):
        host = "conforming-power11-v2"
        for bits in range(8):
            granted = [name for i, name in enumerate(GRANT) if bits >> i & 1]
            value = hex(sum(GRANT[name] for name in granted))
            out = self.js("check", "--host", host, "--granted", value, status=None)
            self.assertEqual(out["host"]["offers"], granted[::-1])
            self.assertEqual(out["answer"], "ok" if granted else "refused")
            # on v2 the ioctl tells the grants
            bounded = self.js("check", "--host", host, "--bounded", value, status=None)
            self.assertEqual(bounded["requests"], out["requests"])
            self.assertTrue(bounded["host"]["grants_known"])
            # on v1 it is a bound, and an empty one says that nothing runs
            out = self.js("check", "--host", "conforming-power11-v1", "--bounded", value,
                          status=None)
            self.assertEqual(out["host"]["offers"],
                             granted[::-1] + upto("power8") if granted else [])

    def test_bounds_on_v2_are_grants(self):
        machine = next(m for m in MACHINES if "6.12.95-v2-power10-max-power9" in m.name)
        bounded = ["--bounded", hex(GRANT["power9"])]
        out = self.js("check", "--machine", machine, *bounded, "--request", "power8", status=1)
        self.assertEqual(out["requests"][0]["outcome"], "grant")
        out = self.js("check", "--machine", machine, *bounded)
        self.assertEqual(out["host"]["offers"], ["power9"])
        # without the API nobody knows
        plain = self.file("\n".join(line.split("\t", 2)[2] for line in
                                    machine.read_text().splitlines()
                                    if line.startswith("env\tcpuinfo")))
        host = self.js("check", "--machine", plain, *bounded)["host"]
        self.assertEqual(host["offers"], upto("power9"))
        self.assertFalse(host["grants_known"])
        self.assertTrue(any(text.startswith("the nested API: on v2 no level older than power9")
                            for text in host["unknown"]))
        self.assertFalse(any("--bounded" in text for text in host["unknown"]))


class Matrix(Case):
    def test_it_is_check_for_all(self):
        out = self.js("matrix", "--all")
        text = self.ok("matrix", "--all").splitlines()
        head = text[0].split()
        self.assertEqual(head, ["HOST", *ORDER[::-1]])
        lines = {line.split()[0]: line.split()[1:] for line in text[1:] if line}
        self.assertEqual([h["name"] for h in out["hosts"]],
                         self.ok("hosts", "--names").split())
        for host in out["hosts"]:
            check = self.js("check", "--host", host["name"])["requests"]
            cells = [host["levels"][r["level"]] for r in check]
            self.assertEqual([c["outcome"] for c in cells], [r["outcome"] for r in check])
            self.assertEqual([c["answer"] for c in cells], [r["answer"] for r in check])
            self.assertEqual([c["status"] for c in cells], [r["status"] for r in check])
            self.assertEqual([c["without"] for c in cells], [r["without"] for r in check])
            self.assertEqual(lines[host["name"]], [c["outcome"] for c in cells])
        for outcome in {c["outcome"] for h in out["hosts"] for c in h["levels"].values()}:
            self.assertEqual(" ".join(lines[outcome]), out["legend"][outcome])

    def test_the_first_matrix(self):
        """Without arguments: POWER10 and POWER11 guests, a POWER11 host raw and as POWER10."""
        want = {"conforming-power11": {"power11": "ok", "power10": "ok"},
                "conforming-power11-as-power10": {"power11": "mode", "power10": "ok"}}
        text = self.ok("matrix").splitlines()
        self.assertEqual(text[0].split(), ["HOST", *ORDER[::-1]])
        rows = [line.split() for line in text[1:text.index("")]]
        self.assertEqual([row[0] for row in rows], [f"{h}-{api}" for h in want
                                                    for api in ("v1", "v2")])
        for row in rows:
            cells = dict(zip(ORDER[::-1], row[1:]))
            for guest, cell in want[row[0][:-3]].items():
                self.assertEqual(cells[guest], cell, row)
            self.assertEqual(cells["power8"], {"v1": "ok*", "v2": "grant"}[row[0][-2:]])
        self.assertEqual([h["name"] for h in self.js("matrix")["hosts"]],
                         [row[0] for row in rows])
        self.assertIn("--all", text[-1])
        self.assertIn("exclude", self.bad("matrix", "--all", "conforming-power8-bare"))

    def test_a_level_whose_facilities_differ_is_no_common_one(self):
        for hosts, common, losses in (
                (("linux-6.12-power10-bare", "linux-6.1-power10-bare"), upto("power9"),
                 {"power10": "PREFIX"}),
                (("linux-7.2-power8-bare", "linux-7.2-power10-bare"), upto("power7+"),
                 {"power8": "TM"}),
                # both lack TM: nothing is lost on the way
                (("linux-6.12-power10-bare", "linux-7.2-power11-bare"), upto("power10"), {}),
                (("linux-7.2-power9-bare", "linux-6.1-power9-bare"), upto("power9"), {})):
            for order in (hosts, hosts[::-1]):
                text = self.ok("matrix", *order)
                self.assertIn(f"at: {' '.join(common)}\n", text)
                self.assertEqual(dict(re.findall(r"(?m)^  at (\S+) with loss of (.+)$", text)),
                                 losses, order)

    def test_named_hosts_and_what_they_have_in_common(self):
        text = self.ok("matrix", "linux-7.2-power11-as-power10-v2", "linux-7.2-power9-bare")
        self.assertTrue(text.endswith("A guest may move among all of them at: nothing\n"
                                      "  at power9 with loss of TM\n"))
        text = self.ok("matrix", "linux-7.2-power11-as-power10-v2", "linux-7.2-power9-v2")
        self.assertTrue(text.endswith("A guest may move among all of them at: power9\n"))
        text = self.ok("matrix", "conforming-power8-bare", "conforming-power10-v2")
        self.assertIn("at: nothing\n", text)
        self.assertNotIn("move among", self.ok("matrix", "conforming-power8-bare"))
        machine = next(m for m in MACHINES if "power11-max-power9" in m.name)
        out = self.js("matrix", "conforming-power8-bare", "--machine", machine)
        self.assertEqual({h["name"] for h in out["hosts"]},
                         {"conforming-power8-bare", machine.name[:-4]})


class Machines(Case):
    """Every recorded machine: own level and offer follow from how it was started."""

    def parts(self, path):
        m = re.fullmatch(r"([AB])-[\d.]+-(6\.1\.0-50|6\.12\.95)-(?:(v[12])-)?(power(?:nv)?\d+)"
                         r"(?:-max-(power\d+))?\.tsv", path.name)
        self.assertTrue(m, path)
        place, kernel, api, cpu, maximum = m.groups()
        old = kernel.startswith("6.1.")
        cpu = cpu.replace("powernv", "power")
        own = maximum or cpu
        if old and own == "power11":
            own = "power10"	# 6.1 does not name power11 when it starts
        return place, old, api, cpu, own

    def test_own_level_and_offer(self):
        self.assertEqual(len(MACHINES), 28)
        for path in MACHINES:
            with self.subTest(path.name):
                place, old, api, cpu, own = self.parts(path)
                dead = old and api == "v2"	# 6.1 has no nested API v2
                out = self.js("check", "--machine", path, status=int(dead))
                host = out["host"]
                self.assertEqual(host["own_level"], own)
                self.assertEqual(host["processor"], cpu.upper())
                self.assertEqual(host["role"], {"A": "l1", "B": "bare"}[place])
                self.assertEqual(host["mode_differs_from_pvr"], own != cpu)
                self.assertEqual(host["kernel"], "6.1" if old else "6.12")
                self.assertEqual(host["kvm"], "fails" if dead else "runs")
                self.assertEqual(host.get("nested_api"), None if dead else api)
                self.assertEqual(host["grants_known"], api != "v2" or dead)
                offer = [] if dead else upto(own, "power9" if api == "v2" else "power6")
                self.assertEqual(host["offers"], offer)
                self.assertEqual([r["level"] for r in out["requests"] if r["answer"] == "ok"],
                                 offer)
                text = self.ok("check", "--machine", path, status=int(dead))
                self.assertIn(f"runs as    {own} ", text)
                self.assertEqual(f"Its PVR says {cpu.upper()}, but its platform says {own}"
                                 in text, own != cpu)
                self.assertEqual("which levels the hypervisor below grants" in text,
                                 api == "v2" and not dead)
                self.assertEqual("KVM        runs no guests here: kvm-hv answers ENODEV" in text,
                                 dead)
                self.ok("check", "--machine", path, "--request", "power9", status=int(dead))

    def test_the_real_kernel_s_answers(self):
        """KVM_SET_ONE_REG of every value on these machines: accepted or not, as predicted."""
        recorded = {}
        with open(ARCH_COMPAT, newline="", encoding="utf-8") as f:
            for row in csv.DictReader(f, delimiter="\t"):
                if row["papr_cap"] != "1" or row["setup"][0] == "L":
                    continue
                api = {"bare": "", "nested-v1": "v1-", "nested-v2": "v2-"}[row["kvm_api"]]
                cpu = row["cpu"] if api else row["cpu"].replace("power", "powernv")
                kernel = re.match(r"6\.1\.0-50|6\.12\.95", row["kernel"])[0]
                maximum = "" if row["max-cpu-compat"] == "-" else "-max-" + row["max-cpu-compat"]
                name = f"{row['setup'][0]}-10.0.2-{kernel}-{api}{cpu}{maximum}.tsv"
                recorded.setdefault(name, {})[row["value"]] = row["set_errno"] == "0"
        self.assertEqual(set(recorded), {m.name for m in MACHINES})
        count = 0
        for path in MACHINES:
            _, old, api, cpu, _ = self.parts(path)
            args = []
            if api == "v2" and not old:
                # What QEMU offers by machine and maximum; 6.12 does not ask for power11.
                top = (re.search(r"max-(power\d+)", path.name) or [0, cpu])[1]
                args = ["--granted", hex(sum(GRANT[lv] for lv in upto(top, "power9")
                                             if lv != "power11"))]
            values = list(recorded[path.name])
            for value in values:
                args += ["--request", value]
            rc, out, err = run("check", "--machine", path, *args, "--json")
            self.assertEqual((rc, err), (1, ""))
            for value, row in zip(values, json.loads(out)["requests"]):
                accepts = row["answer"] == "ok" or row["outcome"] == "late"
                self.assertEqual(accepts, recorded[path.name][value], (path.name, value, row))
                count += 1
        self.assertEqual(count, 28 * 55)

    def test_plain_cpuinfo(self):
        for path in MACHINES:
            place, _, _, cpu, own = self.parts(path)
            lines = [line.split("\t", 2)[2] for line in path.read_text().splitlines()
                     if line.startswith("env\tcpuinfo")]
            plain = self.file("\n".join(lines * 2))	# two processors
            out = self.js("check", "--machine", plain)
            self.assertEqual((out["host"]["own_level"], out["host"]["kvm"]), (own, "unknown"))
            self.assertEqual(out["host"]["grants_known"], place == "B")
            text = self.ok("check", "--machine", plain)
            self.assertIn("whether KVM works", text)
            self.assertIn("the kernel, and how", text)
            out = self.js("check", "--machine", plain, "--request", cpu,
                          status=int(own != cpu))

    PSERIES = ("processor\t: 0\ncpu\t\t: %s\nrevision\t: 2.0 (pvr 0080 1200)\n"
               "platform\t: pSeries\n")

    def test_forms_of_cpuinfo(self):
        def own(text):
            host = self.js("check", "--machine", self.file(text))["host"]
            return host["own_level"], host.get("mode")

        self.assertEqual(own(self.PSERIES % "POWER9 (architected), altivec supported"),
                         ("power9", "power9"))
        self.assertEqual(own(self.PSERIES % "POWER10 (raw), altivec supported"),
                         ("power10", None))
        self.assertEqual(own(self.PSERIES.replace("\n", "\r\n") % "POWER9 (architected)"),
                         ("power9", "power9"))
        self.assertEqual(own("env\tplatform\tpower9\tpower10\n" +
                             self.PSERIES % "Frobnicator (architected)"), ("power9", "power9"))
        # TM as KVM tells it, for both roles
        p9 = (self.PSERIES % "POWER9 (architected)").replace("0080 1200", "004e 1202")
        host = self.js("check", "--machine", self.file(p9 + "caps\tPPC_HTM=1\n"))["host"]
        self.assertTrue(host["tm"])
        bare = p9.replace("pSeries", "PowerNV").replace(" (architected)", "")
        out = self.js("check", "--machine", self.file(bare + "caps\tPPC_HTM=1\n"),
                      "--request", "power9")
        self.assertTrue(out["host"]["tm_assist"])
        self.assertEqual(out["requests"][0]["facilities"]["TM"], "lazy")
        out = self.js("check", "--machine", self.file(bare + "caps\tPPC_HTM=0\n"))
        self.assertIs(out["host"]["tm_assist"], False)
        self.assertFalse(any("(TM)" in text for text in out["host"]["unknown"]))
        # a newer kernel whose KVM fails
        out = self.ok("check", "--machine", self.file(
            "env\tuname\t6.12.0\nmod\t/m/kvm-hv.ko\tfinit_module\tENODEV\n" + p9), status=1)
        self.assertIn("remedy: load kvm-hv", out)

    def test_bad_machines(self):
        good = self.PSERIES % "POWER10 (architected)"
        self.ok("check", "--machine", self.file(good))
        for content, reason in (
                ("", "empty"),
                ("\n\n", "no platform line"),
                ("hello\n", ":1: neither cpuinfo"),
                (good + "garbage\n", ":5: neither cpuinfo"),
                (good.replace("pSeries", "PowerMac"), "'PowerMac' is neither"),
                (good.replace("cpu\t\t", "gpu\t\t"), "no cpu line"),
                (good.replace("revision", "revolution"), "no revision line"),
                (good.replace("(pvr 0080 1200)", "(pvr 0080 12x0)"), "no revision line"),
                (good.replace("(pvr 0080 1200)", "(pvr 0080 120)"), "no revision line"),
                (good.replace("(pvr 0080 1200)", "(pvr 0080-1200)"), "no revision line"),
                (good.replace("(pvr 0080 1200)", "2.0"), "no revision line"),
                (good.replace("0080 1200", "1234 1200"), "no known processor has PVR 0x12341200"),
                (good.replace("POWER10", "POWER12"), "'POWER12 (architected)' is no known level"),
                (good.replace("POWER10", "POWER11"), "newer than this processor"),
                (good.replace("POWER10", "POWER8"), "at power8 cannot have nested guests"),
                (good + good.replace("POWER10", "POWER9"), ":6: another cpu"),
                (good + "env\tplatform\tpower9\tpower10\n", "cpu says power10, but platform"),
                (good + "env\tplatform\tpower5\tpower5\n", "'power5' is no known level"),
                (b"cpu\0: x\n", "is no text"),
                (good.encode() + b"cpu : \xff\xfe\n", ":5: another cpu")):
            with self.subTest(content):
                path = self.file(content)
                self.assertIn(reason, self.bad("check", "--machine", path))

    def test_rows_that_are_cut_short(self):
        good = self.PSERIES % "POWER10 (architected)"
        for row in ("env", "env\t", "env\tcpuinfo", "env\tplatform", "caps\t", "mod\t", "mod\tx",
                    "mod\t/kvm-hv.ko", "mod\t/kvm-hv.ko\tfinit_module", "create_vm\t",
                    "create_vm\ttype=0\tEINVAL"):
            with self.subTest(row):
                rc, out, err = run("check", "--machine", self.file(good + row + "\n"))
                self.assertIn(rc, (0, 2), err)
                self.assertEqual(bool(out), rc == 0)

    def test_text_from_outside_is_harmless(self):
        evil = "\033[31m\xff%s%n"
        good = (self.PSERIES % "POWER10 (architected)") + f"model\t: {evil}\n"
        path = self.file((f"env\tuname\t6.12.0{evil}\n" + good).encode("latin-1"), "a\tb%s.tsv")
        for args in ([], ["--json"]):
            out = self.ok("check", "--machine", path, *args)
            self.assertNotIn("\033", out)
            self.assertIn("?[31m?%s%n", out)
        long = good.replace(evil, "x" * 5000)
        self.ok("check", "--machine", self.file("env\tuname\t" + "6" * 5000 + "\n" + long))


class HostFiles(Case):
    BARE = {"format": 1, "role": "bare", "pvr": "0x00801200"}
    L1 = {"format": 1, "role": "l1", "pvr": "0x00821200", "nested_api": "v2"}

    def corpus(self):
        """Name and value of good and bad hosts; the schema says which is which."""
        bare, l1 = self.BARE, self.L1
        yield from [bare, l1, {}, [], "x", 1, None, True]
        for key in l1:
            yield {k: v for k, v in l1.items() if k != key}
            yield {**l1, key: None}
        values = {
            "format": [1, 1.0, 2, 0, 1.5, -1, 1e300, 10**18, "1", True, None],
            "name": ["a", "A-1.b_c+", "", "-a", "a b", "a\tb", "\u00e9", "a" * 64, "a" * 65,
                     "a\0b", "\033[1m", 1, None],
            "kernel": ["6.1", "6.12", "999.999", "6", "6.", ".1", "6.1.2", "1000.1", "6.1000",
                       "v6.1", "6.1 ", "", 6.1, None],
            "role": ["bare", "l1", "BARE", "l2", "", 1, None],
            "pvr": ["0x00801200", "0x801200", "0X00801200", "0x", "0x000801200", "801200",
                    "0x0080120g", "0x+801200", " 0x801200", "-0x801200", 8393216, 1e400,
                    -1, None, "", ["0x00801200"], {"a": 1}],
            "guest_pvr": ["0x00801200", "0x123456789", 0],
            "mode": ["power10", "power9", "power8", "power6", "POWER10", "power12", "3.1",
                     "0x0f000006", "", "2.04", 10, None],
            "nested_api": ["v1", "v2", "v3", "", 1, None],
            "granted": ["0x0", "0x7000000000000000", "0xFFFFFFFFFFFFFFFF",
                        "0x10000000000000000", "0", "", 0, None],
            "bounded": ["0x4000000000000000", "0xg", 1],
            "hfscr": ["0x25bf", "25bf", False],
            "tm": [True, False, 0, 1, "true", None],
            "tm_assist": [True, False, 1],
            "hfscR": ["0x0"], "Format": [1], "": [1], "colour": ["red"], "pvr\0": ["0x0"],
        }
        for key, options in values.items():
            for value in options:
                yield {**bare, key: value}
                yield {**l1, key: value}
                yield {**l1, "nested_api": "v1", key: value}
        yield {**l1, "granted": "0x0", "bounded": "0x0"}
        yield {**l1, "granted": "0x4000000000000000", "mode": "power10", "kernel": "6.12",
               "name": "all", "tm": True, "guest_pvr": "0x00821200"}

    def test_the_command_and_the_schema_agree(self):
        validator = jsonschema.Draft202012Validator(SCHEMA)
        good = bad = 0
        for value in self.corpus():
            text = json.dumps(value)
            if "Infinity" in text:
                text = text.replace("Infinity", "1e400")
            path = self.file(text, "host.json")
            valid = validator.is_valid(value)
            rc, out, err = run("check", "--host-file", path)
            with self.subTest(text):
                if valid:
                    self.assertIn(rc, (0, 1), err)
                    self.assertEqual(err, "")
                    good += 1
                else:
                    self.assertEqual((rc, out), (2, ""), err)
                    self.assertRegex(err, r"^hvpolicy: .*host\.json:(\d+:)? ")
                    bad += 1
        self.assertGreater(good, 60)
        self.assertGreater(bad, 150)

    def test_errors_name_line_and_field(self):
        def error(text):
            return self.bad("check", "--host-file", self.file(text, "h.json"))

        base = '{\n "format": 1,\n "role": "bare",\n "pvr": "0x00801200"%s\n}\n'
        self.ok("check", "--host-file", self.file(base % ""))
        self.assertIn("h.json:5: field 'colour': no such field",
                      error(base % ',\n "colour": "red"'))
        self.assertIn("h.json:5: field 'tm': expected true or false", error(base % ',\n "tm": 1'))
        self.assertIn("h.json:5: field 'mode': not for a host of role bare",
                      error(base % ',\n "mode": "power9"'))
        self.assertIn("h.json: field 'pvr' is missing", error('{"format": 1, "role": "bare"}'))
        self.assertIn("h.json: field 'nested_api' is missing",
                      error('{"format": 1, "role": "l1", "pvr": "0x00801200"}'))
        # the key counts, not a value or an inner key of the same text
        self.assertIn("h.json:7: field 'tm': expected",
                      error(base % ',\n "name": "tm",\n "x": {"tm" : 1},\n "tm"\n : 2'))
        self.assertIn("h.json:6: field 'tm': expected",
                      error(base % ',\n "name": "\\"tm\\": {",\n "tm": 2'))
        # written with an escape it is found all the same, if not its line
        self.assertIn("field 'tm': expected", error(base % ',\n "t\\u006d": 2'))
        # all errors, not the first
        many = error(base % ',\n "a": 1,\n "b": 1,\n "tm": 1')
        self.assertEqual(many.count("h.json:"), 3)
        # not what a field could do to a terminal
        self.assertNotIn("\033", error(base % ',\n "\\u001b[31m": 1'))

    def test_what_is_no_json(self):
        base = '{"format": 1,\n"role": "bare",\n"pvr": %s}'
        for text, line, reason in (
                (base % "NaN", 3, "invalid token"), (base % "Infinity", 3, ""),
                (base % "1e999", 3, "real number overflow"),
                (base % "99999999999999999999", 3, "too big integer"),
                (base % '"0x00801200", "pvr": "0x00821200"', 3, "duplicate"),
                (base % '"0x00801200"' + "x", 3, ""), (base % "'x'", 3, ""),
                ("{", 1, ""), ("[" * 100000, 1, ""), ('{"a": 1,}', 1, ""),
                (b'{"name": "\xff"}', 1, "unable to decode"), (b"\0", 1, ""),
                (b'{"name":\n "a\\u0000b"}', 2, ""), (b"\xef\xbb\xbf{}", 1, ""),
                ("// comment\n{}", 1, "")):
            with self.subTest(text[:60]):
                error = self.bad("check", "--host-file", self.file(text, "h.json"))
                self.assertIn(f"h.json:{line}: ", error)
                self.assertIn(reason, error)

    def test_what_is_no_file(self):
        big = self.file("", "big.json")
        for option in ("--host-file", "--machine"):
            for size in (1024 * 1024 + 1, 1 << 30):
                os.truncate(big, size)
                self.assertIn("larger than 1 MiB", self.bad("check", option, big))
            self.assertIn("is a directory", self.bad("check", option, big.parent))
            self.assertIn("No such file", self.bad("check", option, big.parent / "none"))
            self.assertIn("empty", self.bad("check", option, os.devnull))
            self.assertIn("h.json: the file is empty",
                          self.bad("check", option, self.file("", "h.json")))
            self.assertIn("No such file", self.bad("check", option, ""))
        # just below the limit it is read
        text = json.dumps(self.BARE)
        self.ok("check", "--host-file", self.file(text + " " * (1024 * 1024 - len(text))))
        # from a pipe
        self.ok("check", "--host-file", "/dev/stdin", input=text.encode())

    def test_hosts_that_cannot_be(self):
        for change, reason in (({"pvr": "0x12345678"}, "no known processor"),
                               ({"mode": "power11", "pvr": "0x00801200"}, "newer than this"),
                               ({"mode": "power10", "pvr": "0x004e1202"}, "newer than this"),
                               ({"mode": "power8"}, "at power8 cannot have nested guests"),
                               ({"mode": "power6"}, "at power6 cannot have nested guests"),
                               # raw: the schema cannot tell a processor's level from its PVR
                               ({"pvr": "0x004d0200"}, "at power8 cannot have nested guests")):
            path = self.file(json.dumps({**self.L1, **change}))
            self.assertIn(reason, self.bad("check", "--host-file", path))

    def test_grants_of_a_file(self):
        host = {**self.L1, "granted": "0x4000000000000000"}
        out = self.js("check", "--host-file", self.file(json.dumps(host)))
        self.assertEqual(out["host"]["offers"], ["power9"])
        out = self.js("check", "--host-file", self.file(json.dumps(self.L1)))
        self.assertEqual((out["host"]["offers"], out["host"]["grants_known"]),
                         (upto("power11", "power9"), False))
        # the command line tells more than the file
        out = self.js("check", "--host-file", self.file(json.dumps(host)),
                      "--granted", "0x2000000000000000")
        self.assertEqual(out["host"]["offers"], ["power10"])

    def test_name(self):
        path = self.file(json.dumps(self.BARE), "myhost.json")
        self.assertEqual(self.js("check", "--host-file", path)["host"]["name"], "myhost.json")
        path = self.file(json.dumps({**self.BARE, "name": "mine"}), "myhost.json")
        self.assertTrue(self.ok("check", "--host-file", path).startswith("mine\n"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
