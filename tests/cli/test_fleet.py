#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""hvpolicy matrix --fleet: test_fleet.py [hvpolicy] [source tree]

Without arguments from the environment: HVPOLICY, HVP_SOURCE.
"""
import collections
import json
import os
import pathlib
import pty
import random
import re
import subprocess
import sys
import tempfile
import unittest

COMMAND = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.environ["HVPOLICY"])
HOSTS = ["linux-6.1-arm64-mitigated", "linux-7.2-arm64-mitigated", "linux-7.2-arm64-unaffected",
         "linux-5.10.218-arm64-vulnerable", "linux-6.12-power10-bare"]
GUESTS = HOSTS[:3]
RUNS = ("same", "changed", "degraded")


def run(*args, status=0, **kw):
    r = subprocess.run([COMMAND, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=120, check=False, **kw)
    if r.returncode != status:
        raise AssertionError((args, r.returncode, r.stderr))
    return r.stdout.decode("ascii"), r.stderr.decode()


def profile(name, *args):
    return json.loads(run("convert", *args, name)[0])


class Fleet(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.hosts = {name: profile(name) for name in HOSTS}
        cls.guests = {name: profile(name, "--guest") for name in GUESTS}
        cls.verdicts = cls.ask()

    @classmethod
    def ask(cls):
        """What the command says of each pair by itself."""
        verdicts = {}
        with tempfile.TemporaryDirectory() as folder:
            for name, guest in cls.guests.items():
                path = pathlib.Path(folder, "guest.json")
                path.write_text(json.dumps(guest))
                out, _ = run("matrix", "--migrate", "--json", path, *HOSTS)
                grid = json.loads(out)
                for column, cell in zip(grid["columns"], grid["cells"][0]):
                    verdicts[name, column["name"]] = cell["outcome"]
        return verdicts

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, lines):
        path = self.folder / "fleet.jsonl"
        path.write_text("".join(line if isinstance(line, str) else json.dumps(line) + "\n"
                                for line in lines))
        return path

    def line(self, name, profile_of):
        return {"name": name, "profile": profile_of}

    def mixed(self, count, seed=1):
        """Lines of hosts and guests, and how many there are of each profile."""
        rng = random.Random(seed)
        all_of = [*self.hosts.items(), *((f"guest {n}", p) for n, p in self.guests.items())]
        lines, counts = [], collections.Counter()
        for i in range(count):
            kind, what = all_of[i] if i < len(all_of) else rng.choice(all_of)
            counts[kind] += 1
            lines.append(self.line(f"m{i}", self.named(what, f"m{i}", i % 4)))
        return lines, counts

    def named(self, profile_of, name, way):
        """A profile with this name at its old place, or at the end, with its old one, or none."""
        without = {key: value for key, value in profile_of.items() if key != "name"}
        return [{**profile_of, "name": name}, {**without, "name": name}, profile_of, without][way]

    def grid(self, path, *args, status=0):
        out, err = run("matrix", "--json", "--fleet", path, *args, status=status)
        return json.loads(out), err

    def test_classes_and_verdicts(self):
        lines, counts = self.mixed(500)
        grid, err = self.grid(self.file(lines))
        self.assertEqual(err, "")
        # lines 0.. are one of each kind: classes are called after them, in this order
        self.assertEqual([(c["name"], c["count"]) for c in grid["columns"]],
                         [(f"m{i}", counts[name]) for i, name in enumerate(HOSTS)])
        self.assertEqual([(r["name"], r["count"]) for r in grid["rows"]],
                         [(f"m{len(HOSTS) + i}", counts[f"guest {name}"])
                          for i, name in enumerate(GUESTS)])
        for guest, cells in zip(GUESTS, grid["cells"]):
            for host, cell in zip(HOSTS, cells):
                self.assertEqual(cell["outcome"], self.verdicts[guest, host], (guest, host))
        self.assertGreater(len(set(self.verdicts.values())), 2)

    def test_summary(self):
        lines, counts = self.mixed(300)
        out, _ = run("matrix", "--fleet", self.file(lines))
        for i, guest in enumerate(GUESTS):
            met = collections.Counter()
            for host in HOSTS:
                met[self.verdicts[guest, host]] += counts[host]
            said = re.search(rf"^  m{len(HOSTS) + i} x{counts['guest ' + guest]}: to (\d+) hosts "
                             r"the same(.*)$", out, re.M)
            self.assertEqual(int(said[1]), met["same"])
            self.assertEqual(sum(map(int, re.findall(r", (\d+)", said[2]))),
                             sum(met.values()) - met["same"])
        alone = sum(counts[host] for host in HOSTS
                    if not any(self.verdicts[guest, host] in RUNS for guest in GUESTS))
        self.assertIn(f"Hosts that take nobody: {alone} of ", out)
        self.assertGreater(alone, 0)
        self.assertIn("Guests that can go nowhere: 0 of ", out)

    def test_guests_that_can_go_nowhere(self):
        power = self.hosts["linux-6.12-power10-bare"]
        guests = [self.line(f"g{i}", self.guests[GUESTS[0]]) for i in range(5)]
        out, _ = run("matrix", "--fleet", self.file([self.line("p", power), *guests]))
        self.assertIn("Guests that can go nowhere: 5 of 5: g0, g1, g2 and 2 more\n", out)
        self.assertIn("Hosts that take nobody: 1 of 1: p\n", out)

    def test_spelling_does_not_matter(self):
        """The same profile in any order of keys, with any blanks, is the same class."""
        host, guest = self.hosts[HOSTS[0]], self.guests[GUESTS[0]]
        upside = dict(reversed(list(host.items())))
        lines = [json.dumps(self.line("a", host)), json.dumps(self.line("b", upside)),
                 json.dumps({"profile": host, "name": "c"}),
                 json.dumps(self.line("d", host), separators=(",", ":")),
                 " {  \"name\"\t:\"e\" ,\"profile\":" + json.dumps(host, ensure_ascii=True) + "}\r",
                 json.dumps(self.line("\u00e9\\\"", host)), "", "  ",
                 json.dumps(self.line("g", guest))]
        lines += [json.dumps(self.line("h", {**host, "name": name})) for name in ("x", "y", "z")]
        # more spellings than are remembered
        lines += [json.dumps(self.line("i", host), indent=n).replace("\n", "") for n in range(20)]
        grid, err = self.grid(self.file("\n".join(lines)))
        self.assertEqual(err, "")
        self.assertEqual([c["count"] for c in grid["columns"]], [9 + 20])
        self.assertEqual([r["count"] for r in grid["rows"]], [1])

    def test_a_known_text_is_no_licence(self):
        """After a good line, one that differs from it in a byte is looked at anew."""
        for way in (0, 1, 3):
            self.check_changed(way)

    def check_changed(self, way):
        host = self.named(self.hosts[HOSTS[0]], "a", way)
        guest = self.guests[GUESTS[0]]
        good = json.dumps(self.line("a", host))
        bad = [good[:-1], good[:-2], good + "}", good[:-1] + "]", good[:-1] + " ",
               good.replace('"name": "a", "profile"', '"name": "", "profile"'),
               good.replace('"policy_level": 1', '"policy_level": 2'),
               good.replace('"name": "a",', '"name": "a\\", ', 1),
               good.replace('"name": "a",', '"name": "a\\" ,', 1),
               good.replace('"name": "a",', '"name": "a\\x",', 1),
               good.replace('"name": "a",', '"nama": "a",', 1),
               good.replace('"version": 1', '"version": 1, "version": 1'),
               good.replace('{"format', '{"name": "b", "name": "a", "format'),
               # the name inside must be one that a profile can have
               *(json.dumps(self.line("a", {**host, "name": name}))
                 for name in ("", " a", "a b", "a" * 65, "\u00e9", "a\"b", 1))]
        lines = [good, json.dumps(self.line("g", guest)), good, *bad, good]
        grid, err = self.grid(self.file("\n".join(lines)), status=1)
        self.assertEqual([c["count"] for c in grid["columns"]], [3])
        self.assertIn(f"{len(bad)} of {len(lines)} lines are damaged", err)

    def test_damaged_lines_are_told_and_the_rest_is_used(self):
        lines, _ = self.mixed(40)
        bad = ["{", "[]", "null", "\"x\"", "{}", '{"name": "a"}', '{"name": 1, "profile": {}}',
               '{"name": "a", "profile": {}}', '{"name": "a", "name": "b", "profile": {}}',
               '{"name": "a", "profile": {"format": "x"}}', "\x00", "\x80",
               '{"name": "a", "profile": ' + "[" * 5000, "x" * 3 * 2**20, "{} {}",
               json.dumps({**self.line("a", self.hosts[HOSTS[0]]), "more": 1})]
        text = [json.dumps(line) for line in lines]
        at = {}
        for i, line in enumerate(bad):
            number = 3 * i + 2
            text.insert(number - 1, line)
            at[number] = line
        path = self.folder / "fleet.jsonl"
        path.write_bytes("\n".join(text).encode("latin-1"))
        grid, err = self.grid(path, status=1)
        told = [int(n) for n in re.findall(r"fleet\.jsonl:(\d+): .", err)]
        self.assertEqual(told, sorted(at)[:10])
        self.assertIn(f"{len(bad)} of {len(text)} lines are damaged and left out", err)
        self.assertTrue(err.isascii())
        whole, _ = self.grid(self.file(lines))
        self.assertEqual(grid["cells"], whole["cells"])
        self.assertEqual(grid["columns"], whole["columns"])
        self.assertIn(f"{len(bad)} damaged lines", grid["lines"][0])

    def test_long_lines_at_every_place(self):
        """The reader's buffer ends somewhere in a line, and in one that is too long."""
        host = json.dumps(self.line("h", self.hosts[HOSTS[0]]))
        guest = json.dumps(self.line("g", self.guests[GUESTS[0]]))
        for blanks in (2**20 - len(host) - 2, 2**20 - len(host) - 1, 2**20 - len(host),
                       2**20 - len(host) + 1, 2 * 2**20 - len(host)):
            long = " " * blanks + host
            fits = len(long) < 2**20
            path = self.file(f"{host}\n{long}\n{guest}\n{host}")
            grid, err = self.grid(path, status=0 if fits else 1)
            self.assertEqual(grid["columns"][0]["count"], 3 if fits else 2, blanks)
            self.assertEqual(":2: longer than 1 MiB" in err, not fits)

    def test_standard_input_in_pieces(self):
        lines, _ = self.mixed(200)
        path = self.file(lines)
        whole, _ = run("matrix", "--fleet", path)
        with subprocess.Popen([COMMAND, "matrix", "--fleet", "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, bufsize=0) as process:
            data = path.read_bytes().rstrip(b"\n")
            for i in range(0, len(data), 777):
                process.stdin.write(data[i:i + 777])
            process.stdin.close()
            self.assertEqual(process.stdout.read().decode(), whole)
        self.assertEqual(process.returncode, 0)

    def test_a_loss_is_better_than_nothing(self):
        host = profile("linux-6.12-power10-bare")
        poor = json.loads(json.dumps(host))
        poor["power"]["facilities"].remove("DSCR")
        guest = profile("linux-6.12-power10-bare", "--guest")
        out, _ = run("matrix", "--fleet", self.file([self.line("p", poor), self.line("g", guest)]))
        self.assertIn("\n  g x1: to 0 hosts the same, 1 with a loss\n", out)
        self.assertIn("Guests that can go nowhere: 0 of 1\n", out)
        self.assertIn("Hosts that take nobody: 0 of 1\n", out)

    def on_terminal(self, path):
        """Standard error, where that is a terminal."""
        master, slave = pty.openpty()
        with subprocess.Popen([COMMAND, "matrix", "--fleet", path], stdout=subprocess.DEVNULL,
                              stdin=subprocess.PIPE, stderr=slave) as process:
            os.close(slave)
            if path == "-":
                process.stdin.write((self.folder / "fleet.jsonl").read_bytes())
            process.stdin.close()
            said = b""
            try:
                while more := os.read(master, 65536):
                    said += more
            except OSError:
                pass
        os.close(master)
        return said.decode()

    def test_progress_bar(self):
        lines, _ = self.mixed(1024)
        path = self.file(lines * 40)
        said = self.on_terminal(path)
        self.assertRegex(said, r"^\r\[#* *\] +\d+ %  \d+ lines")
        self.assertTrue(said.endswith("\r\033[K"))
        self.assertLess(said.count("%"), 20)
        said = self.on_terminal("-")
        self.assertRegex(said, r"^\r\d+ lines")
        self.assertEqual(run("matrix", "--fleet", path)[1], "")

    def test_drawings(self):
        path = self.file(self.mixed(50)[0])
        for form, start in (("svg", "<svg"), ("html", "<html")):
            out = self.folder / form
            self.assertEqual(run("matrix", "--fleet", path, f"--format={form}", "--output", out),
                             ("", ""))
            self.assertIn(start, out.read_text())
            self.assertIn("Guests that can go nowhere", out.read_text())

    def test_too_many_to_draw(self):
        lines = []
        for i in range(1100):
            host = json.loads(json.dumps(self.hosts[HOSTS[0]]))
            guest = json.loads(json.dumps(self.guests[GUESTS[0]]))
            host["arm64"]["registers"] = guest["arm64"]["registers"] = 1 + i
            lines += [self.line(f"h{i}", host), self.line(f"g{i}", guest)]
        path = self.file(lines)
        out, _ = run("matrix", "--fleet", path)
        self.assertIn("1100 guests of 1100 kinds, 1100 hosts of 1100 kinds", out)
        # STREAM_COUNT: a guest goes to hosts with as many registers, or more
        self.assertIn("\n  g0 x1: to 1100 hosts the same\n", out)
        self.assertIn("\n  g1099 x1: to 1 hosts the same, 1099 refused\n", out)
        _, err = run("matrix", "--fleet", path, "--format=svg", status=2)
        self.assertIn("too many to draw", err)

    def test_nothing_to_ask(self):
        for lines, word in (([self.line("h", self.hosts[HOSTS[0]])], "guests"),
                            ([self.line("g", self.guests[GUESTS[0]])], "hosts"), ([], "hosts")):
            out, err = run("matrix", "--fleet", self.file(lines), status=2)
            self.assertEqual(out, "")
            self.assertIn(f"no {word}", err)

    def test_bad_usage(self):
        path = self.file(self.mixed(20)[0])
        for args in (["--all"], ["--migrate"], ["conforming-power11-v1"]):
            run("matrix", "--fleet", path, *args, status=2)
        for bad in ("/no/such", self.folder):
            _, err = run("matrix", "--fleet", bad, status=2)
            self.assertIn(str(bad), err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
