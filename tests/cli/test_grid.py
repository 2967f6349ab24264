#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Matrices in their four forms: test_grid.py [hvpolicy] [source tree] [grid-draw]

Without arguments from the environment: HVPOLICY, HVP_SOURCE, GRID_DRAW.
"""
import fcntl
import itertools
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import unittest
import xml.etree.ElementTree

COMMAND, SOURCE, DRAW = (
    os.path.abspath(sys.argv[i] if len(sys.argv) > i else os.environ[name])
    for i, name in enumerate(("HVPOLICY", "HVP_SOURCE", "GRID_DRAW"), 1))
sys.path.insert(0, SOURCE + "/tests/page")
import colour  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
VERDICTS = "same changed degraded refused broken".split()
SIGNS = dict(zip(VERDICTS, "=~-x!"))


def run(*argv, status=0):
    r = subprocess.run(list(map(str, argv)), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=120, check=False)
    if r.returncode != status or (status == 0 and r.stderr):
        raise AssertionError((argv, r.returncode, r.stderr))
    return (r.stdout if status == 0 else r.stderr).decode("ascii")


def on_terminal(columns, *argv):
    """The lines that a terminal of so many columns gets."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with subprocess.Popen(list(map(str, argv)), stdout=slave) as process:
        os.close(slave)
        out = b""
        while True:
            try:
                more = os.read(master, 65536)
            except OSError:
                break
            if not more:
                break
            out += more
        process.wait()
    os.close(master)
    return re.sub("\033\\[[0-9]*m", "", out.decode()).replace("\r", "").split("\n")


def parse(text):
    """Both are XML."""
    return xml.etree.ElementTree.fromstring(text)


def words(element):
    return "".join(element.itertext())


def verdict(row, column):
    """What draw.c puts there."""
    return None if (row, column) == (0, 1) else VERDICTS[(row * 7 + column * 3) % 5]


def verdicts(rows, columns):
    return [[verdict(r, c) for c in range(columns)] for r in range(rows)]


def table(text):
    """Rows of cells of a page: (classes, text, target)."""
    rows = parse(text).findall(".//tbody/tr")
    return [[(c.get("class"), words(c), c.find("a").get("href")) if c.find("a") is not None
             else None for c in row.findall("td")] for row in rows]


def styles(text):
    """Outcome to (colour, ink), of a page or picture."""
    return {int(n): (c, i) for n, c, i in
            re.findall(r"\.o(\d+)\{--c:(#\w{6});--i:(#\w{6})\}", text)}


class Drawn(unittest.TestCase):
    maxDiff = None
    shapes = ((1, 1), (5, 5), (2, 12), (70, 3), (3, 64))

    def test_every_form_has_the_same_cells(self):
        for rows, columns in self.shapes:
            want = verdicts(rows, columns)
            with self.subTest((rows, columns)):
                js = json.loads(run(DRAW, "json", rows, columns))
                self.assertEqual([[c and c["outcome"] for c in row] for row in js["cells"]], want)
                page = table(run(DRAW, "html", rows, columns))
                self.assertEqual([[c and c[1] for c in row] for row in page], want)
                self.assertEqual([[c and VERDICTS[int(c[0][1:])] for c in row] for row in page],
                                 want)
                self.assertEqual(self.picture(run(DRAW, "svg", rows, columns), columns), want)
                self.assertEqual(self.text(run(DRAW, "text", rows, columns).split("\n"), rows),
                                 want)

    def picture(self, text, columns):
        cells = [g for g in parse(text).findall(SVG + "g") if "key" not in g.get("class")]
        out = []
        for g in cells:
            name = VERDICTS[int(g.get("class")[1:])]
            self.assertEqual(g.find(SVG + "text").text, SIGNS[name] if columns > 24 else name)
            r, c, tip = re.fullmatch(r"(?s)source-host-(\d+), \D+(\d+): (\w+).*",
                                     g.find(SVG + "title").text).groups()
            self.assertEqual(tip, name)
            while len(out) <= int(r):
                out.append([])
            while len(out[int(r)]) < int(c):
                out[int(r)].append(None)
            out[int(r)].append(name)
        if len(cells) < columns:
            out[0] += [None] * (columns - len(out[0]))
        return out

    def text(self, lines, rows):
        """Blocks of columns are put side by side again."""
        names = {**{v: v for v in VERDICTS}, **{s: v for v, s in SIGNS.items()}, ".": None}
        out = [[] for _ in range(rows)]
        for line in lines:
            m = re.match(r"source-host-(\d+) +(.*)", line)
            if m:
                out[int(m[1])] += [names[w] for w in m[2].split()]
        return out

    def test_a_terminal_is_never_too_narrow(self):
        for width, (rows, columns) in itertools.product((60, 80, 132, 250), self.shapes):
            with self.subTest((width, rows, columns)):
                lines = on_terminal(width, DRAW, "text", rows, columns)
                self.assertLessEqual(max(map(len, lines)), width)
                self.assertEqual(self.text(lines, rows), verdicts(rows, columns))
                heads = " ".join(x[4:] for x in lines if x.startswith("FROM")).split()
                name = "to-" if columns < 6 else "destination-"
                names = [f"{name}{c}" for c in range(columns)]
                if heads != names:
                    self.assertEqual(heads, [str(c + 1) for c in range(columns)])
                    self.assertEqual([" ".join(x.split()) for x in lines
                                      if re.match(r" *\d+  \D", x)],
                                     [f"{c + 1} {n}" for c, n in enumerate(names)])
                for v in {v for row in verdicts(rows, columns) for v in row if v}:
                    self.assertTrue(any(re.match(rf"(\S  )?{v} +\w", x) for x in lines), v)
                self.assertEqual(lines[-2], "A line below.")

    def test_findings_are_behind_their_cells(self):
        js = json.loads(run(DRAW, "json", 20, 20))
        text = run(DRAW, "html", 20, 20)
        page = parse(text)
        lists = {"#" + u.get("id"): [words(s) for s in u.findall("li/span")]
                 for u in page.iter("ul")}
        targets = {"#" + e.get("id") for e in page.iter() if e.get("id")}
        tips = {}
        for g in parse(run(DRAW, "svg", 20, 20)).findall(SVG + "g"):
            if g.find(SVG + "title") is not None:
                head, _, tail = g.find(SVG + "title").text.partition("\n")
                tips[tuple(map(int, re.findall(r"\d+", head)))] = tail
        # equal ones are kept once: four verdicts with a finding, four registers
        self.assertEqual(len(js["notes"]), 16)
        self.assertEqual(len(lists), 16)
        for r, row in enumerate(table(text)):
            for c, cell in enumerate(row):
                if not cell:
                    continue
                self.assertIn(cell[2], targets)
                note = js["cells"][r][c]["note"]
                self.assertEqual(note is None, verdict(r, c) == "same")
                if note is None:
                    self.assertEqual((cell[2], tips[r, c]), ("#o0", ""))
                    continue
                finding, = js["notes"][note]
                self.assertEqual(finding, {
                    "verdict": verdict(r, c), "object": f"register {c % 4}",
                    "text": f"the guest has 3, the destination offers {c % 4}",
                    "remedy": "start the source with -machine cap-htm=off"
                              if verdict(r, c) == "refused" else ""})
                self.assertEqual(lists[cell[2]], [v for v in finding.values() if v])
                for part in finding.values():
                    self.assertIn(part, tips[r, c])

    def test_names_stand_for_many(self):
        js = json.loads(run(DRAW, "json", 3, 4, "counted"))
        self.assertEqual([r["count"] for r in js["rows"]], [1, 1001, 2001])
        self.assertEqual([c["count"] for c in js["columns"]], [1, 2, 3, 4])
        want = dict.fromkeys(VERDICTS, 0)
        for r, c in itertools.product(range(3), range(4)):
            if verdict(r, c):
                want[verdict(r, c)] += (1000 * r + 1) * (c + 1)
        self.assertEqual({k["outcome"]: k["count"] for k in js["legend"]}, want)
        for form in ("text", "html", "svg"):
            text = run(DRAW, form, 3, 4, "counted")
            self.assertRegex(re.sub("<.*?>", "", text), "source-host-1 x1001")
        keys = [k for k in parse(run(DRAW, "html", 3, 4, "counted")).iter("label")]
        self.assertEqual([int(k.find("b").text) for k in keys], list(want.values()))

    def test_texts_are_no_markup(self):
        """Names and findings that try to be elements, to end the script or move the cursor."""
        seen = " <b>&\"'</script>]]>*/--> \\\"?[31m???"
        plain, hostile = (run(DRAW, "html", 5, 5, *w) for w in ((), ("hostile",)))
        tags = [[e.tag for e in parse(t).iter()] for t in (plain, hostile)]
        self.assertEqual(*tags)
        self.assertEqual(hostile.count("</script>"), 1)
        self.assertEqual(words(parse(hostile).find(".//tbody/tr/th")), "source-host-0" + seen)
        picture = parse(run(DRAW, "svg", 5, 5, "hostile"))
        self.assertIn("source-host-0" + seen, [t.text for t in picture.iter(SVG + "text")])
        js = json.loads(run(DRAW, "json", 5, 5, "hostile"))
        self.assertEqual(js["rows"][0]["name"], "source-host-0" + seen)
        self.assertNotIn("\033", run(DRAW, "text", 5, 5, "hostile"))

    def test_nothing_at_all(self):
        for rows, columns in ((0, 0), (0, 5), (5, 0)):
            for form in ("text", "json", "svg", "html"):
                with self.subTest((rows, columns, form)):
                    out = run(DRAW, form, rows, columns)
                    if form in ("svg", "html"):
                        parse(out)

    def test_large(self):
        for form in ("text", "json", "svg", "html"):
            out = run(DRAW, form, 200, 200, "hostile")
            if form == "html":
                self.assertEqual(sum(map(len, table(out))), 40000)
                self.assertLess(len(out), 2500000)

    def test_a_page_is_alone(self):
        for text in (run(DRAW, "html", 5, 5), run(COMMAND, "matrix", "--format=html")):
            self.assertTrue(text.startswith("<!DOCTYPE html><html lang=\"en\">"))
            self.assertNotRegex(text, r"https?:|src=|@import|url\(")
            links = [e.get("href") for e in parse(text).iter() if e.get("href")]
            self.assertTrue(links and all(link.startswith("#") for link in links))
            self.assertIn("default-src 'none'", text)
            # an element that is empty and not void would swallow what follows
            empty = set(re.findall(r"<(\w+)[^<>]*/>", text[text.index("</style>"):]))
            self.assertLessEqual(empty, {"input", "meta"})


class Colours(unittest.TestCase):
    """Each outcome is told from each other by everybody, and is read on its colour."""

    def check(self, text, outcomes):
        found = styles(text)
        self.assertEqual(list(found), list(range(outcomes)))
        for sees in colour.SEES:
            distance, one, other = colour.closest([c for c, _ in found.values()], sees)
            self.assertGreaterEqual(distance, 15, (sees, one, other))
        for ground, ink in found.values():
            self.assertGreaterEqual(colour.contrast(ground, ink), 4.5, (ground, ink))

    def test_verdicts(self):
        for form in ("svg", "html"):
            self.check(run(DRAW, form, 5, 5), 5)

    def test_levels(self):
        for form in ("svg", "html"):
            self.check(run(COMMAND, "matrix", "--all", "--format", form), 10)

    def test_the_check_itself(self):
        """Pairs of the paper on CIEDE2000 (Sharma, Wu, Dalal 2005); red and green of old."""
        for one, other, want in (((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
                                 ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
                                 ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
                                 ((50, 2.5, 0), (73, 25, -18), 27.1492),
                                 ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619),
                                  2.0373)):
            self.assertAlmostEqual(colour.difference(one, other), want, 4)
        self.assertAlmostEqual(colour.contrast("#000000", "#ffffff"), 21, 2)
        red_green = ["#b35806", "#5a7a00"]
        self.assertGreater(colour.closest(red_green, "all")[0], 15)
        self.assertLess(colour.closest(red_green, "deuteranopia")[0], 15)
        with self.assertRaises(AssertionError):
            self.check("".join(f".o{i}{{--c:{c};--i:#ffffff}}"
                               for i, c in enumerate(red_green)), 2)


class Levels(unittest.TestCase):
    """hvpolicy matrix draws what its JSON says."""

    def test_forms(self):
        js = json.loads(run(COMMAND, "matrix", "--all", "--json"))
        levels = list(js["hosts"][0]["levels"])
        want = [[h["levels"][x]["outcome"] for x in levels] for h in js["hosts"]]
        text = run(COMMAND, "matrix", "--all", "--format=html")
        page = parse(text)
        self.assertEqual([[c[1] for c in row] for row in table(text)], want)
        self.assertEqual([words(t) for t in page.findall(".//thead//th")], ["host", *levels])
        self.assertEqual([words(r.find("th")) for r in page.findall(".//tbody/tr")],
                         [h["name"] for h in js["hosts"]])
        legend = {words(k.findall("span")[0]): words(k.findall("span")[1])
                  for k in page.iter("label")}
        self.assertEqual(legend, js["legend"])
        picture = parse(run(COMMAND, "matrix", "--all", "--format=svg"))
        cells = [g.find(SVG + "text").text for g in picture.findall(SVG + "g")
                 if "key" not in g.get("class")]
        self.assertEqual(cells, list(itertools.chain(*want)))
        self.assertEqual(run(COMMAND, "matrix", "--all", "--format=json"),
                         run(COMMAND, "matrix", "--all", "--json"))
        self.assertEqual(run(COMMAND, "matrix", "--format=text"), run(COMMAND, "matrix"))

    def test_findings_are_those_of_check(self):
        host = "linux-7.2-power11-as-power10-v2"
        check = json.loads(run(COMMAND, "check", "--host", host, "--json"))["requests"]
        text = run(COMMAND, "matrix", host, "--format=html")
        lists = {"#" + u.get("id"): words(u) for u in parse(text).iter("ul")}
        count = 0
        for cell, request in zip(table(text)[0], check, strict=True):
            for finding in request["findings"]:
                count += 1
                for part in ("verdict", "object", "text", "remedy"):
                    self.assertIn(finding[part], lists[cell[2]])
            for facility in request["without"]:
                self.assertIn(facility, lists[cell[2]])
        self.assertGreater(count, 3)

    def test_what_hosts_have_in_common_is_below(self):
        hosts = ("linux-6.1-power10-bare", "linux-7.2-power11-bare")
        lines = run(COMMAND, "matrix", *hosts).split("\n\n")[-1].rstrip("\n").split("\n")
        self.assertIn("A guest may move among", lines[0])
        self.assertIn("with loss of PREFIX", lines[1])
        page = parse(run(COMMAND, "matrix", *hosts, "--format=html"))
        self.assertEqual([p.text for p in page.iter("p") if p.get("class") == "line"], lines)
        picture = parse(run(COMMAND, "matrix", *hosts, "--format=svg"))
        self.assertEqual([t.text for t in picture.findall(SVG + "text")][-2:], lines)
        for form in ("html", "svg"):
            self.assertNotIn("--all", run(COMMAND, "matrix", "--format", form))

    def test_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "matrix"
            for form in ("text", "json", "svg", "html"):
                self.assertEqual(run(COMMAND, "matrix", "--format", form, "--output", path), "")
                self.assertEqual(path.read_text(), run(COMMAND, "matrix", "--format", form))
            before = path.read_text()
            for args, reason in ((["nowhere"], "no host"), (["--format=png"], "png"),
                                 (["--format="], "''"), (["--json", "--format=svg"], "--json")):
                self.assertIn(reason, run(COMMAND, "matrix", *args, "--output", path, status=2))
                self.assertEqual(path.read_text(), before)
            self.assertIn("Is a directory",
                          run(COMMAND, "matrix", "--output", folder, status=2))
            self.assertIn("No such file",
                          run(COMMAND, "matrix", "--output", path / "x" / "y", status=2)
                          .replace("Not a directory", "No such file"))
        for form in ("text", "json", "svg", "html"):
            error = run(COMMAND, "matrix", "--format", form, "--output", "/dev/full", status=2)
            self.assertEqual(error, "hvpolicy: the answer could not be written\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
