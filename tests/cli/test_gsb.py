#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""hvpolicy explain --gsb: test_gsb.py [hvpolicy] [source tree]

Without arguments from the environment: HVPOLICY, HVP_SOURCE.
"""
import json
import os
import random
import re
import subprocess
import sys
import unittest

import jsonschema

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from test_cli import COMMAND, SOURCE, Case, run  # noqa: E402
from test_migrate import table  # noqa: E402

BUFFERS = SOURCE / "tests/recorded/gsb"
SCOPES = {"THREAD": "vcpu", "GUEST": "guest", "HOST": "host", "ANY": "any"}
# Name, scope and size of each id, from the table.
ELEMENTS = {}
for _name, _id, _count, _size, _scope, *_ in table("gsb.def", "HVP_GSB"):
    for _n in range(int(_count)):
        ELEMENTS[int(_id, 0) + _n] = (_name + (str(_n) if int(_count) > 1 else ""),
                                      SCOPES[_scope], int(_size))
IDS = {name: number for number, (name, _, _) in ELEMENTS.items()}

HEX64 = {"type": "string", "pattern": "^0x[0-9a-f]{16}$"}
TEXT = {"type": "string", "pattern": "^[ -~]*$"}
COUNT = {"type": "integer", "minimum": 0}


def keys(**properties):
    return {"type": "object", "properties": properties, "required": list(properties),
            "additionalProperties": False}


def several(items):
    return {"type": "array", "items": items}


def null_or(schema):
    return {"anyOf": [{"type": "null"}, schema]}


FINDINGS = several(keys(reason=TEXT, verdict={"enum": ["changed", "refused"]}, object=TEXT,
                        where=HEX64, have=HEX64, offer=HEX64, text=TEXT, remedy=TEXT))
# All that the manual page says of the answer, and nothing else.
SCHEMA = keys(
    kind={"const": "gsb"}, host=TEXT, level={"enum": ["power9", "power10", "power11"]},
    may_give=several(TEXT), use={"enum": ["get", "set", "run", "answer"]},
    scope={"enum": ["vcpu", "guest", "host"]},
    scope_from={"enum": ["option", "elements", "default"]},
    policy=several({"enum": ["skip-unknown", "refuse-twice"]}),
    dialect={"enum": ["document", "linux"]}, revision={"enum": [1, 2]},
    bytes=COUNT, claimed=COUNT, found=COUNT, behind=COUNT,
    answer=keys(r3={"type": "integer"}, name={"type": "string", "pattern": "^H_"}, text=TEXT,
                r4=HEX64, r4_is={"enum": ["index", "offset", None]}),
    elements=several(keys(
        index=COUNT, offset=COUNT, id={"type": "string", "pattern": "^0x[0-9a-f]{4}$"},
        name=null_or(TEXT), scope={"enum": ["vcpu", "guest", "host", "any", None]},
        bytes={"type": "integer", "minimum": 0, "maximum": 0xffff},
        value=null_or({"type": "string", "pattern": "^0x([0-9a-f]{2})+$"}),
        fields={"type": "object", "additionalProperties": False,
                "properties": {"address": HEX64, "bits": HEX64, "bytes": HEX64, "level": TEXT}},
        keeps=null_or(HEX64), runs=null_or(HEX64), findings=FINDINGS)),
    findings=FINDINGS)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def value(number, size=8):
    return number.to_bytes(size, "big")


def buffer(*elements, count=None, behind=b""):
    """Elements are names or ids, each with its value."""
    out = value(len(elements) if count is None else count, 4)
    for name, content in elements:
        out += value(IDS.get(name, name), 2) + value(len(content), 2) + content
    return out + behind


class Gsb(Case):
    def ask(self, content, *args, status=None):
        """The answer in JSON; the text says the same."""
        args = ["explain", "--gsb", "-", *args]
        rc, out, err = run(*args, "--json", input=content)
        self.assertEqual(err, "")
        answer = json.loads(out)
        VALIDATOR.validate(answer)
        self.assertEqual(rc, int(answer["answer"]["r3"] != 0))
        if status:
            self.assertEqual(answer["answer"]["name"], status)
        rc2, text, err = run(*args, input=content)
        self.assertEqual((rc2, err), (rc, ""))
        self.check_joined(answer)
        self.check_text(answer, text)
        return answer

    def check_joined(self, answer):
        self.assertEqual([e["index"] for e in answer["elements"]], list(range(answer["found"])))
        offset = 4
        for element in answer["elements"]:
            self.assertEqual(element["offset"], offset)
            offset += 4 + element["bytes"]
            row = ELEMENTS.get(int(element["id"], 16), (None, None, None))
            self.assertEqual((element["name"], element["scope"]), row[:2])
            for finding in element["findings"]:
                self.assertEqual(int(finding["where"], 16), element["offset"])
                self.assertIn(f"element {element['index']} at", finding["text"])
        if answer["bytes"] >= 4:
            self.assertEqual(answer["bytes"] - answer["behind"], offset)

    def check_text(self, answer, text):
        self.assertRegex(text, r"\A[ -~\n]+\Z")
        plain = " ".join(text.split())
        self.assertIn(f"{answer['bytes']} bytes, {answer['claimed']} elements claimed, "
                      f"{answer['found']} found, {answer['behind']} bytes behind", plain)
        self.assertIn(f" {answer['answer']['name']} ({answer['answer']['r3']}): "
                      f"{answer['answer']['text']} ", plain + " ")
        if answer["answer"]["r4_is"]:
            self.assertIn(f" r4 {int(answer['answer']['r4'], 16)}: "
                          f"{answer['answer']['r4_is']} of", plain)
        at = 0
        for element in answer["elements"]:
            row = (f" {element['index']} 0x{element['offset']:x} {element['id']} "
                   f"{element['name'] or 'unknown'} ")
            at = plain.find(row, at)
            self.assertGreater(at, 0, row)
            for finding in element["findings"]:
                at = plain.find(finding["text"], at)
                self.assertGreater(at, 0, finding["text"])
        for finding in answer["findings"]:
            at = plain.find(finding["text"], at)
            self.assertGreater(at, 0, finding["text"])

    def reasons(self, answer):
        """Index of the element, or None, and reason of every finding."""
        return ([(e["index"], f["reason"]) for e in answer["elements"] for f in e["findings"]] +
                [(None, f["reason"]) for f in answer["findings"]])


class Real(Gsb):
    """Buffers of a Linux 6.12 guest hypervisor and its QEMU."""

    def test_every_recorded_buffer(self):
        uses = {"set": "set", "run": "run", "exit": "answer"}
        paths = sorted(BUFFERS.glob("*.hex"))
        self.assertEqual([p.stem for p in paths], ["exit-hdsi", "run-first", "set-partition"])
        for path in paths:
            raw = bytes.fromhex(path.read_text())
            answer = self.ask(raw, "--use", uses[path.stem.split("-")[0]], status="H_SUCCESS")
            self.assertEqual((answer["claimed"], answer["behind"], answer["scope_from"]),
                             (answer["found"], 0, "elements"))
            for element in answer["elements"]:
                self.assertEqual(element["bytes"], ELEMENTS[int(element["id"], 16)][2])

    def test_partition(self):
        answer = self.ask((BUFFERS / "set-partition.hex").read_bytes())
        self.assertEqual((answer["scope"], answer["bytes"]), ("guest", 52))
        self.assertEqual([(e["name"], e["fields"]) for e in answer["elements"]], [
            ("PARTITION_TABLE", {"address": "0x0000000004730000", "bits": "0x0000000000000034",
                                 "bytes": "0x0000000000010000"}),
            ("PROCESS_TABLE", {"address": "0x0000000000000000", "bytes": "0x0000000000001000"})])
        text = self.ok("explain", "--gsb", BUFFERS / "set-partition.hex")
        self.assertIn("address 0x4730000, bits 52, bytes 65536\n", text)
        self.assertIn("about a guest, as its elements say\n", text)
        # the same as a vCPU's
        answer = self.ask((BUFFERS / "set-partition.hex").read_bytes(), "--scope", "vcpu",
                          status="H_INVALID_ELEMENT_ID")
        self.assertEqual(self.reasons(answer), [(0, "GSB_SCOPE"), (1, "GSB_SCOPE")])

    def test_first_run(self):
        raw = (BUFFERS / "run-first.hex").read_bytes()
        answer = self.ask(raw, "--use", "run")
        self.assertEqual((answer["found"], answer["bytes"]), (162, 2400))
        self.assertEqual(self.reasons(answer), [(161, "GSB_REPEATED")])
        answer = self.ask(raw, "--use", "run", "--policy", "refuse-twice",
                          status="H_INVALID_ELEMENT_ID")
        self.assertEqual((int(answer["answer"]["r4"], 16), answer["answer"]["r4_is"]),
                         (0x954, "offset"))
        self.assertEqual(self.reasons(answer), [(161, "GSB_TWICE")])
        vsr = self.ask(buffer(("VSR3", value(1 << 64 | 2, 16))))["elements"][0]
        self.assertEqual(vsr["value"], "0x00000000000000010000000000000002")
        self.assertIn(" 0x0000000000000001 0x0000000000000002\n", self.ok(
            "explain", "--gsb", "-", input=buffer(("VSR3", value(1 << 64 | 2, 16)))))

    def test_exit(self):
        raw = (BUFFERS / "exit-hdsi.hex").read_bytes()
        answer = self.ask(raw, "--use", "answer")
        self.assertEqual([e["name"] for e in answer["elements"]],
                         ["HDAR", "HDSISR", "ASDR", "NIA", "MSR"])
        self.assertEqual(answer["elements"][1]["value"], "0x40000000")
        answer = self.ask(raw, status="H_INVALID_ELEMENT_ID")
        self.assertEqual(self.reasons(answer), [(i, "GSB_ACCESS") for i in range(3)])


class Table(Gsb):
    def test_every_element(self):
        """In calls that it is for, all have their name, scope and size, and no finding."""
        for scope in ("vcpu", "guest", "host"):
            content = buffer(*[(number, bytes(max(size, 0)))
                               for number, (_, where, size) in ELEMENTS.items()
                               if where in (scope, "any")])
            for use in ("get", "answer"):
                answer = self.ask(content, "--use", use, status="H_SUCCESS")
                self.assertEqual((answer["scope"], self.reasons(answer)), (scope, []))


class Refused(Gsb):
    def test_a_hostile_value(self):
        content = buffer(("GPR3", value(1)), ("NIA", value(2)), ("LPCR", b"\xff" * 8))
        answer = self.ask(content, status="H_INVALID_ELEMENT_VALUE")
        self.assertEqual((answer["answer"]["r3"], int(answer["answer"]["r4"], 16)), (-81, 2))
        self.assertEqual(self.reasons(answer), [(2, "GSB_BITS")])
        answer = self.ask(content, "--use", "run", status="H_INVALID_ELEMENT_VALUE")
        self.assertEqual(int(answer["answer"]["r4"], 16), 4 + 2 * 12)
        for use in ("get", "answer"):
            self.ask(content, "--use", use, status="H_SUCCESS")

    def test_every_fault_is_told(self):
        answer = self.ask(buffer(("MSR", value(1 << 60)), (0x7777, b""), ("GPR0", b"abcd"),
                                 ("HDAR", value(0)), ("CR", value(0, 4))),
                          status="H_INVALID_ELEMENT_VALUE")
        self.assertEqual(self.reasons(answer), [(0, "GSB_BITS"), (1, "GSB_UNKNOWN"),
                                                (2, "GSB_SIZE"), (3, "GSB_ACCESS")])
        self.assertTrue(all(e["keeps"] is e["runs"] is None for e in answer["elements"]))
        faults = 1000
        answer = self.ask(buffer(*[(0x7777, b"")] * faults))
        self.assertEqual(self.reasons(answer), [(i, "GSB_UNKNOWN") for i in range(faults)])

    def test_cut_short(self):
        whole = buffer(("GPR0", value(7)), ("GPR1", value(8)))
        self.ask(whole, status="H_SUCCESS")
        for size in range(len(whole)):
            answer = self.ask(whole[:size])
            self.assertEqual(answer["bytes"], size)
            if size < 4:
                self.assertEqual((answer["answer"]["name"], self.reasons(answer)),
                                 ("H_P5", [(None, "GSB_LENGTH")]))
                self.ask(whole[:size], "--use", "run", status="H_INPUT_BUFFER_TOO_SMALL")
                continue
            found = (size - 4) // 12
            self.assertEqual((answer["found"], answer["answer"]["name"],
                              int(answer["answer"]["r4"], 16), self.reasons(answer)),
                             (found, "H_INVALID_ELEMENT_SIZE", found, [(None, "GSB_CUT")]))

    def test_a_count_that_lies(self):
        answer = self.ask(buffer(("GPR0", value(7)), count=0xffffffff))
        self.assertEqual((answer["claimed"], answer["found"], self.reasons(answer)),
                         (0xffffffff, 1, [(None, "GSB_CUT")]))
        answer = self.ask(buffer(("GPR0", value(7)), count=0), status="H_SUCCESS")
        self.assertEqual((answer["found"], answer["behind"]), (0, 12))
        answer = self.ask(buffer(("GPR0", value(7)), behind=b"xyz"), status="H_SUCCESS")
        self.assertEqual(answer["behind"], 3)

    def test_unknown(self):
        content = buffer((0x7777, b"\033[31m\n\0%s"), ("GPR0", value(7)))
        answer = self.ask(content, status="H_INVALID_ELEMENT_ID")
        self.assertEqual(self.reasons(answer), [(0, "GSB_UNKNOWN")])
        self.assertEqual(answer["elements"][0]["value"], "0x" + b"\033[31m\n\0%s".hex())
        answer = self.ask(content, "--policy", "skip-unknown", status="H_SUCCESS")
        self.assertEqual(self.reasons(answer), [(0, "GSB_SKIPPED")])
        self.assertEqual(answer["policy"], ["skip-unknown"])
        # of the host itself, of which revision 1 knows nothing
        content = buffer(("L0_GUEST_HEAP", value(0)), ("L0_GUEST_HEAP_MAX", value(0)))
        answer = self.ask(content, "--use", "get", status="H_SUCCESS")
        self.assertEqual((answer["scope"], answer["scope_from"]), ("host", "elements"))
        answer = self.ask(content, "--use", "get", "--revision", "1", status="H_PARAMETER")
        self.assertEqual(self.reasons(answer), [(None, "GSTATE_FLAGS")])
        answer = self.ask(content, "--use", "get", "--revision", "1", "--scope", "vcpu",
                          "--policy", "refuse-twice,skip-unknown", status="H_SUCCESS")
        self.assertEqual(self.reasons(answer), [(0, "GSB_SKIPPED"), (1, "GSB_SKIPPED")])
        # and which cannot be set
        answer = self.ask(content)
        self.assertEqual((answer["scope"], answer["scope_from"]), ("vcpu", "default"))

    def test_twice(self):
        content = buffer(("GPR0", value(7)), ("GPR0", value(8)))
        self.assertEqual(self.reasons(self.ask(content, status="H_SUCCESS")),
                         [(1, "GSB_REPEATED")])
        self.assertEqual(self.reasons(self.ask(content, "--policy", "refuse-twice",
                                               status="H_INVALID_ELEMENT_ID")),
                         [(1, "GSB_TWICE")])

    def test_dialects(self):
        for size, dialect, fits in ((4, "document", True), (8, "document", False),
                                    (4, "linux", False), (8, "linux", True)):
            content = buffer(("HEIR", bytes(size)))
            answer = self.ask(content, "--use", "get", "--dialect", dialect)
            self.assertEqual(self.reasons(answer), [] if fits else [(0, "GSB_SIZE")])
            self.ask(content, "--use", "answer", "--dialect", dialect, status="H_SUCCESS")
        self.ask(buffer(("HEIR", bytes(6))), "--use", "answer", status="H_INVALID_ELEMENT_SIZE")
        nop = buffer(("NOP", b"abc"))
        self.ask(nop, status="H_SUCCESS")
        self.ask(nop, "--dialect", "linux", status="H_INVALID_ELEMENT_SIZE")

    def test_scope(self):
        mixed = buffer(("GPR0", value(7)), ("TB_OFFSET", value(0)))
        answer = self.ask(mixed, status="H_INVALID_ELEMENT_ID")
        self.assertEqual((answer["scope"], answer["scope_from"]), ("vcpu", "default"))
        self.assertEqual(self.reasons(answer), [(1, "GSB_SCOPE")])
        answer = self.ask(mixed, "--scope", "guest")
        self.assertEqual((answer["scope_from"], self.reasons(answer)),
                         ("option", [(0, "GSB_SCOPE")]))
        # what belongs to all or is not known does not count
        answer = self.ask(buffer(("NOP", b""), (0x7777, b""), ("TB_OFFSET", value(0))),
                          "--policy", "skip-unknown", status="H_SUCCESS")
        self.assertEqual((answer["scope"], answer["scope_from"]), ("guest", "elements"))
        answer = self.ask(buffer(("NOP", b"")), status="H_SUCCESS")
        self.assertEqual((answer["scope"], answer["scope_from"]), ("vcpu", "default"))


class Host(Gsb):
    def element(self, name, number, *args, size=8):
        answer = self.ask(buffer((name, value(number, size))), *args)
        return answer["answer"]["name"], answer["elements"][0]

    def test_what_becomes_of_a_value(self):
        for use in ("set", "run"):
            # transactional memory is gone from power10
            _, element = self.element("HFSCR", 0x25b7, "--use", use)
            self.assertEqual((element["keeps"], element["runs"]),
                             ("0x0000000000002597", "0x0000000000002597"))
            self.assertEqual([f["reason"] for f in element["findings"]], ["GSB_CHANGED"])
            _, element = self.element("DAWRX0", 0x5, "--use", use, size=4)
            self.assertEqual((element["keeps"], element["runs"]), (None, "0x0000000000000001"))
            # LPCR of a Linux: nothing is lost
            _, element = self.element("LPCR", 0x0040000000000400, "--use", use)
            self.assertEqual((element["runs"], element["findings"]), (None, []))
        for use in ("get", "answer"):
            _, element = self.element("HFSCR", 0x25b7, "--use", use)
            self.assertEqual((element["keeps"], element["runs"]), (None, None))
        text = self.ok("explain", "--gsb", "-", input=buffer(("HFSCR", value(0x25b7))))
        self.assertIn("       kept as 0x0000000000002597\n", text)
        # which a POWER9 with the TM assist has
        _, element = self.element("HFSCR", 0x5b7, "--host", "conforming-power9-bare")
        self.assertEqual((element["keeps"], element["runs"]), (None, None))
        # and the second watchpoint came with power10
        for host, runs in (("conforming-power9-bare", "0x0000000000000000"),
                           ("conforming-power10-bare", None)):
            _, element = self.element("DAWR1", 0x1000, "--host", host)
            self.assertEqual(element["runs"], runs)

    def test_levels(self):
        pvr = {"power9": 0x0f000005, "power10": 0x0f000006, "power11": 0x0f000007}
        for args, may in (
                ([], ["power10", "power9"]),
                (["--level", "power9"], ["power9"]),
                (["--host", "conforming-power11-bare"], ["power11", "power10", "power9"]),
                (["--host", "linux-7.2-power11-as-power10-v2"], ["power10", "power9"]),
                (["--host", "linux-6.12-power11-v2"], ["power10", "power9"])):
            for level, number in pvr.items():
                name, element = self.element("LOGICAL_PVR", number, *args, size=4)
                self.assertEqual(element["fields"], {"level": level})
                self.assertEqual(name == "H_SUCCESS", level in may, (args, level))
            answer = self.ask(buffer(), *args)
            self.assertEqual(answer["may_give"], may)
        self.assertEqual(self.ask(buffer())["host"], "conforming-power10-bare")
        name, element = self.element("LOGICAL_PVR", 0x00801200, size=4)
        self.assertEqual((name, element["fields"]), ("H_INVALID_ELEMENT_VALUE", {}))

    def test_hosts_without(self):
        for args, reason in (
                (["--host", "linux-7.2-power10-v1"], "nested API v1"),
                (["--host", "conforming-power8-bare"], "power9 or newer"),
                (["--level", "power8"], "power9 or newer"),
                (["--level", "power11"], "does not run"),
                (["--hash"], "does not depend")):
            self.assertIn(reason, self.bad("explain", "--gsb", "-", *args, input=buffer()))


class Input(Gsb):
    def test_forms(self):
        raw = buffer(("GPR0", value(0x0123456789abcdef)), ("CR", value(0xdeadbeef, 4)))
        digits = raw.hex()
        want = self.ok("explain", "--gsb", "-", input=raw)
        for text in (digits, digits.upper(), digits + "\n", " ".join(digits),
                     "\r\n\t".join(digits[i:i + 7] for i in range(0, len(digits), 7)),
                     "\f\v" + digits):
            self.assertEqual(self.ok("explain", "--gsb", "-", input=text.encode()), want)
            self.assertEqual(self.ok("explain", "--gsb", self.file(text)), want)
        self.assertEqual(self.ok("explain", "--gsb", self.file(raw)), want)
        self.assertEqual(self.ok("explain", f"--gsb={self.file(raw)}"), want)
        # anything else makes it binary
        for text in (digits + "\0", digits + "g", "0x" + digits, digits + "\xa0"):
            answer = self.ask(text.encode("latin-1"))
            self.assertEqual(answer["bytes"], len(text))
        for text in ("", " \n"):
            self.assertEqual(self.ask(text.encode())["bytes"], 0)
        self.assertIn("standard input: an odd number of hexadecimal digits",
                      self.bad("explain", "--gsb", "-", input=b"000"))

    def test_what_is_no_file(self):
        big = self.file("", "big")
        for size in (1024 * 1024 + 1, 1 << 30):
            os.truncate(big, size)
            self.assertIn("larger than 1 MiB, which no guest state buffer is",
                          self.bad("explain", "--gsb", big))
        self.assertIn("standard input: larger than 1 MiB",
                      self.bad("explain", "--gsb", "-", input=bytes(1024 * 1024 + 1)))
        self.ok("explain", "--gsb", "-", input=bytes(1024 * 1024))
        self.assertIn("is a directory", self.bad("explain", "--gsb", big.parent))
        self.assertIn("No such file", self.bad("explain", "--gsb", big.parent / "none"))

    def test_an_answer_that_cannot_be_written_is_no_answer(self):
        for args in ([], ["--json"]):
            with open("/dev/full", "wb") as full:
                r = subprocess.run([COMMAND, "explain", "--gsb", BUFFERS / "exit-hdsi.hex",
                                    "--use", "answer", *args], stdout=full,
                                   stderr=subprocess.PIPE, check=False)
            self.assertEqual(r.returncode, 2)
            self.assertIn(b"could not be written", r.stderr)

    def test_bad_usage(self):
        for args, reason in (
                (["--gsb", "-", "--gsb", "-"], "one buffer"),
                (["--gsb", "-", "hfscr", "0"], "stands for a kind"),
                (["hfscr", "0", "--use", "set"], "go with --gsb"),
                (["--use", "set"], "--gsb"),
                (["--gsb"], "requires an argument"),
                (["--gsb", "-", "--use", "put"], "not 'put'"),
                (["--gsb", "-", "--use", "get,set"], "not 'get,set'"),
                (["--gsb", "-", "--use", ""], "not ''"),
                (["--gsb", "-", "--scope", "thread"], "not 'thread'"),
                (["--gsb", "-", "--scope", "any"], "not 'any'"),
                (["--gsb", "-", "--scope", "host"], "--use set is about the host"),
                (["--gsb", "-", "--scope", "guest", "--use", "run"], "--use run is about a guest"),
                (["--gsb", "-", "--policy", "skip"], "not 'skip'"),
                (["--gsb", "-", "--policy", "skip-unknown,"], "not 'skip-unknown,'"),
                (["--gsb", "-", "--dialect", "qemu"], "not 'qemu'"),
                (["--gsb", "-", "--revision", "3"], "not '3'"),
                (["--gsb", "-", "--host", "nowhere"], "no host 'nowhere'")):
            with self.subTest(args):
                self.assertIn(reason, self.bad("explain", *args, input=b""))

    def test_random_bytes(self):
        rng = random.Random(4)
        whole = bytes.fromhex((BUFFERS / "run-first.hex").read_text())
        uses = (["--use", "get"], [], ["--use", "run"], ["--use", "answer"])
        for _ in range(60):
            content = bytearray(whole[:rng.randrange(len(whole))])
            for _ in range(rng.randrange(20)):
                if content:
                    content[rng.randrange(len(content))] = rng.randrange(256)
            self.ask(bytes(content), *rng.choice(uses))
            self.ask(rng.randbytes(rng.randrange(100)), *rng.choice(uses))

    def test_memory_follows_the_buffer_not_what_is_said_of_it(self):
        """A finding on each of a quarter of a million elements."""
        count = (1024 * 1024 - 4) // 4
        path = self.file(value(count, 4) + value(0x7777, 2) + bytes(2) +
                         (value(0x2000, 2) + bytes(2)) * (count - 1))
        with open(COMMAND, "rb") as f:
            # which keeps what was freed for a while
            sanitizer = b"__asan_init" in f.read()
        for args in ([], ["--json"]):
            with subprocess.Popen([COMMAND, "explain", "--gsb", path, *args],
                                  stdout=subprocess.PIPE) as command:
                told = sum(b"CR has 0 bytes" in line for line in command.stdout)
                _, status, usage = os.wait4(command.pid, 0)
                command.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual((command.returncode, told), (1, count - 1), args)
            self.assertLess(usage.ru_maxrss, (600 if sanitizer else 96) * 1024, args)


class Documents(Gsb):
    page = (SOURCE / "doc/hvpolicy.1").read_text().replace("\\-", "-")

    def test_every_json_key_is_documented(self):
        about = re.search(r"(?s)\n\.B explain --gsb\n(.*?)\n\.SH", self.page)[1]

        def walk(schema):
            for key, inner in schema.get("properties", {}).items():
                yield key
                yield from walk(inner)
            yield from walk(schema.get("items", {})) if "items" in schema else ()

        findings = set(FINDINGS["items"]["properties"])
        for key in set(walk(SCHEMA)):
            where = self.page if key in findings else about
            self.assertRegex(where, rf"\b{key}\b")
        for option in ("use", "scope", "policy", "dialect", "revision"):
            self.assertIn(f"\n.RB [ --{option}\n", self.page)
            self.assertIn(f"\n.BI --{option}= ", self.page)

    def test_where_the_buffers_come_from(self):
        readme = (SOURCE / "tests/recorded/README.md").read_text()
        for path in BUFFERS.glob("*.hex"):
            self.assertIn(path.name, readme)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
