#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Pages of hvpolicy matrix in a real Chromium: page.py <hvpolicy> <grid-draw> [--update]

What is seen is compared with tests/page/*.png, means of blocks of 8 x 8 pixels, so that another
version of the browser may draw its letters a little differently. Fonts are those of
fonts-dejavu-core. --update writes the pictures anew: look at them before they are committed.
"""
import base64
import io
import json
import os
import pathlib
import sys
import tempfile

from house import ROOT, bad, done, must, tool

sys.path.insert(0, str(ROOT / "tests/page"))
import colour  # noqa: E402

try:
    from PIL import Image
    from selenium import webdriver
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ModuleNotFoundError as error:
    sys.exit(f"FAILED: {error} (sh tests/install-deps.sh test)")

PICTURES = ROOT / "tests/page"
BLOCK, NOTICEABLE, MAY_DIFFER = 8, 20, 6
UPDATE = "--update" in sys.argv
COMMAND, DRAW = (os.path.abspath(a) for a in sys.argv[1:3])
SLOW = 10000  # milliseconds, with much else on the machine
WIDE, NARROW = (1280, 800), (400, 800)
# one cell of matrix --migrate, and what a person who asks for it must be told
SOURCE, TARGET = "linux-7.2-arm64-mitigated", "linux-6.12-arm64-mitigated"
REASON, REMEDY = "refused PSCI_VERSION: 1.3 ", "kvm-psci-version=1.1"
checked = 0


def want(condition, what):
    global checked
    checked += 1
    if not condition:
        bad(what)


def start():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/" + tool("chromium")
    for argument in ("--headless=new", "--disable-gpu", "--hide-scrollbars",
                     "--disable-dev-shm-usage", "--force-color-profile=srgb",
                     *(["--no-sandbox"] if os.geteuid() == 0 else [])):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.chrome.service.Service("/usr/bin/" + tool("chromedriver"))
    return webdriver.Chrome(service=service, options=options)


class Page:
    """One page in one size, one theme."""

    def __init__(self, driver, path, size=WIDE, theme="light"):
        self.driver, self.name = driver, f"{path.stem} {theme} {size[0]}"
        self.do("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1],
                deviceScaleFactor=1, mobile=False)
        self.media(theme)
        driver.get("about:blank")
        driver.get(path.as_uri())

    def do(self, command, **arguments):
        return self.driver.execute_cdp_cmd(command, arguments)

    def media(self, theme, kind="screen"):
        self.do("Emulation.setEmulatedMedia", media=kind,
                features=[{"name": "prefers-color-scheme", "value": theme}])

    def js(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.all(selector)[0]

    def type(self, box, text):
        """In place of what is in the box."""
        self.one(box).send_keys(Keys.CONTROL, "a")
        self.one(box).send_keys(text or Keys.DELETE)

    def panel(self):
        return self.one("#panel").text

    def mouse(self, element, press=False):
        self.js("arguments[0].scrollIntoView({block: 'center', inline: 'center'})", element)
        chain = ActionChains(self.driver).move_to_element(element)
        (chain.click() if press else chain).perform()

    def keys(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def want(self, condition, what):
        want(condition, f"{self.name}: {what}")

    def silent(self):
        """The console has nothing to say, and nothing was fetched."""
        log = self.driver.get_log("browser")
        self.want(not log, f"the console says {log}")
        self.want(not self.js("return performance.getEntriesByType('resource')"),
                  "it fetches something")

    def fits(self):
        self.want(self.js("return document.documentElement.scrollWidth <= innerWidth"),
                  "it is wider than the window")

    def paint(self, selector, what):
        """Computed colour as '#rrggbb'."""
        rgb = self.js(f"return getComputedStyle(arguments[0]).{what}", self.one(selector))
        return "#%02x%02x%02x" % tuple(int(n) for n in rgb[rgb.index("(") + 1:-1].split(",")[:3])

    def picture(self):
        self.js("document.activeElement.blur()")
        data = self.do("Page.captureScreenshot", format="png")["data"]
        return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")


def blocks(image):
    return image.resize((image.width // BLOCK, image.height // BLOCK), Image.BOX)


def differing(one, other):
    """Number of blocks that look different."""
    if one.size != other.size:
        return one.width * one.height
    return sum(max(abs(a - b) for a, b in zip(p, q)) > NOTICEABLE
               for p, q in zip(blocks(one).getdata(), blocks(other).getdata()))


def compare(page, name):
    """With the kept picture; then again with one colour changed, which must be noticed."""
    path = PICTURES / name
    seen = page.picture()
    if UPDATE:
        seen.quantize(128).save(path, optimize=True)
    if not path.exists():
        return page.want(False, f"no {name}; --update makes it")
    kept = Image.open(path).convert("RGB")
    count = differing(seen, kept)
    if count > MAY_DIFFER:
        seen.save(f"differs-{name}")
    page.want(count <= MAY_DIFFER, f"{count} blocks differ from {name}, see differs-{name}")
    for box in page.all("#legend .key:not(.none) input"):
        outcome = box.get_attribute("id")[1:]
        rule = page.js("const s = document.head.appendChild(document.createElement('style'));"
                       f"s.textContent = '.o{outcome} {{ --c: #12b312 }}'; return s")
        page.want(differing(page.picture(), kept) > MAY_DIFFER,
                  f"{name} does not notice another colour of outcome {outcome}")
        page.js("arguments[0].remove()", rule)
    return None


def names_of(page, cell):
    return page.js("const c = arguments[0], r = c.parentNode, t = c.closest('table');"
                   "return [r.cells[0].textContent, t.tHead.rows[0].cells[c.cellIndex]."
                   "textContent]", cell)


def finding_of(page, cell):
    """What the list below says of a cell."""
    return page.js("const l = document.querySelector(arguments[0].firstChild.hash);"
                   "return l.querySelector('.text').textContent", cell)


def check_cells(page):
    """Hover, click, keys: each shows the finding, and Escape puts it away."""
    cell, other = page.js("const all = [...document.querySelectorAll('td a[href^=\"#n\"]')];"
                          "return [all[0], all.at(-1)].map(link => link.parentNode)")
    text = finding_of(page, cell)
    page.want(text not in page.panel(), "a finding is shown before it was asked for")
    page.mouse(cell)
    page.want(text in page.panel(), "hovering does not show the finding")
    for name in names_of(page, cell):
        page.want(name in page.panel(), f"hovering does not name {name}")
    page.mouse(cell, press=True)
    page.mouse(other)
    page.want(text in page.panel() and page.all("#panel.pinned"), "a click does not pin")
    page.keys(Keys.ESCAPE)
    page.want(text not in page.panel() and not page.all(".pinned, .pin"), "Escape does not close")
    page.mouse(cell, press=True)
    page.one("#panel button").click()
    page.want(not page.all(".pinned"), "the button does not close")
    page.want(page.js("return document.activeElement.closest('td')") == cell,
              "the button does not give the focus back")
    page.mouse(page.one("h1"))
    check_keys(page)


def check_keys(page):
    page.js("document.querySelectorAll('#filters input')[1].focus()")
    page.keys(Keys.TAB)
    focus = "return document.activeElement.closest('td')"
    page.want(page.js(focus), "Tab does not reach the cells")
    page.want(len(page.all("td a[tabindex='0']")) == 1, "cells are more than one stop of Tab")
    before = page.js(focus)
    page.keys(Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
    at = page.js(focus)
    page.want([b - a for a, b in zip(*(page.js(
        "return [arguments[0].parentNode.rowIndex, arguments[0].cellIndex]", c)
        for c in (before, at)))] == [1, 1], "arrows do not walk")
    page.keys(Keys.ENTER)
    page.want(page.all("#panel.pinned") and all(n in page.panel() for n in names_of(page, at)),
              "Enter does not pin")
    page.keys(Keys.ESCAPE)
    page.want(not page.all(".pinned") and page.js(focus) == at,
              "Escape does not give the focus back")


def known_cell(page):
    return page.js("const t = document.querySelector('table');"
                   "const r = [...t.rows].find(r => r.cells[0].textContent == arguments[0]);"
                   "return r.cells[[...t.rows[0].cells].findIndex(c => c.textContent =="
                   "arguments[1])]", SOURCE, TARGET)


def want_known(page, way):
    page.want(REASON in page.panel().replace("\n", " "),
              f"{way}: the panel does not say «{REASON}»")
    page.want(all(name in page.one("#panel h2").text for name in (SOURCE, TARGET)),
              f"{way}: the panel names another cell")
    page.want([e for e in page.all("#panel .remedy") if REMEDY in e.text],
              f"{way}: the panel has no remedy «{REMEDY}»")


def check_known(page):
    """One cell, by the pointer, and by keys alone."""
    cell = known_cell(page)
    page.mouse(cell)
    want_known(page, "pointer")
    page.keys(Keys.ESCAPE)
    page.type("#rows", SOURCE)
    page.type("#columns", TARGET)
    page.keys(Keys.TAB)
    page.want(page.js("return document.activeElement.closest('td')") == cell,
              "Tab does not reach a cell that a filter has left")
    page.keys(Keys.ENTER)
    want_known(page, "keys")
    page.keys(Keys.ESCAPE)
    for box in ("#rows", "#columns"):
        page.type(box, "")


def check_names(page):
    """Heads of rows are told apart: nothing of them is cut off."""
    cut = page.js("return [...document.querySelectorAll('tbody th')].filter("
                  "e => e.scrollWidth > e.clientWidth).map(e => e.textContent)")
    page.want(not cut, f"names are cut off: {cut[:3]}")


def check_legend(page):
    """All outcomes, with the number of their cells; a box lets the others step back."""
    keys = page.all("#legend .key")
    for i, key in enumerate(keys):
        cells = page.all(f"td.o{i}")
        page.want(key.is_displayed() and key.find_element(By.CSS_SELECTOR, ".words").text,
                  f"outcome {i} is not explained")
        page.want(int(key.find_element(By.TAG_NAME, "b").text) == len(cells),
                  f"the legend counts other than {len(cells)} cells of outcome {i}")
    used = [i for i in range(len(keys)) if page.all(f"td.o{i}")]
    one, other = used[0], used[-1]
    before = [page.paint(f"td.o{i}", "backgroundColor") for i in (one, other)]
    page.one(f"#k{one}").click()
    after = [page.paint(f"td.o{i}", "backgroundColor") for i in (one, other)]
    page.want(after[0] == before[0] and after[1] != before[1], "the legend does not highlight")
    page.one(f"#k{one}").click()


def check_filter(page, word):
    shown = "return [...document.querySelectorAll(arguments[0])].filter(e => e.offsetWidth)." \
            "map(e => e.textContent.toLowerCase())"
    for box, heads in (("#rows", "tbody th"), ("#columns", "thead th[scope=col]")):
        every = page.js(shown, heads)
        what = word if box == "#rows" else every[-1]
        page.one(box).send_keys(what)
        page.want(page.js(shown, heads) == [n for n in every if what in n] != every,
                  f"filter {box} does not leave what has '{what}'")
        page.want(page.js("""
            const shown = s => [...document.querySelectorAll(s)].filter(e => e.offsetWidth);
            const row = shown("tbody tr")[0];
            return shown("thead th").every(head => Math.abs(head.getBoundingClientRect().left -
                row.cells[head.cellIndex].getBoundingClientRect().left) < 2) &&
                shown("thead th").length == [...row.cells].filter(e => e.offsetWidth).length"""),
                  f"filter {box} hides other cells than those of its names")
        page.type(box, "")
        page.want(page.js(shown, heads) == every, f"filter {box} does not give back")


def check_heads(page):
    """They stay where they are while the rest scrolls."""
    places = "return ['thead th:last-child', 'tbody tr:last-child th'].map(s => " \
             "document.querySelector(s).getBoundingClientRect())"
    page.js("document.querySelector('#frame').scrollTo(0, 0)")
    before = page.js(places)
    page.js("document.querySelector('#frame').scrollTo(200, 200)")
    scrolled = page.js("const f = document.querySelector('#frame');"
                       "return [f.scrollLeft, f.scrollTop]")
    after = page.js(places)
    page.want(any(scrolled), "nothing scrolls")
    # but for the table's own spacing
    page.want(abs(after[0]["top"] - before[0]["top"]) < 4, "column heads scroll away")
    page.want(abs(after[1]["left"] - before[1]["left"]) < 4, "row heads scroll away")
    page.js("document.querySelector('#frame').scrollTo(0, 0)")


def check_theme(page, dark):
    """Text is read on its ground, everywhere."""
    ground = page.paint("body", "backgroundColor")
    page.want((colour.contrast(ground, "#ffffff") > 10) == dark, f"the ground is {ground}")
    for selector in ("h1", "h1 + p", ".words", ".key b"):
        page.want(colour.contrast(page.paint(selector, "color"), ground) >= 4.5,
                  f"{selector} is hard to read")
    for i in range(len(page.all(".key"))):
        text, under = (page.paint(f".chip.o{i}", w) for w in ("color", "backgroundColor"))
        page.want(colour.contrast(text, under) >= 4.5, f"outcome {i} is hard to read")


def check_print(page):
    page.media("light", "print")
    page.want(not page.one("#filters").is_displayed() and not page.one("#panel").is_displayed(),
              "on paper there is a filter")
    page.want(page.js("return getComputedStyle(document.querySelector('#frame')).overflow")
              == "visible", "on paper the table is cut")
    page.media("light")


def check_without_script(driver, path):
    """The same page without its script: nothing is missing but comfort."""
    text = path.read_text()
    begin, end = text.index("<script>"), text.index("</script>")
    still = path.with_name("still.html")
    still.write_text(text[:begin] + text[end + len("</script>"):])
    page = Page(driver, still)
    link = page.one("td a[href^='#n']")
    target = link.get_attribute("href").split("#")[1]
    link.click()
    page.want(page.one("ul:target").get_attribute("id") == target,
              "a cell does not lead to its finding")
    page.want(page.one(f"#{target} .text").is_displayed(), "the finding is hidden")
    page.want(not page.one("#filters").is_displayed() and not page.one("#panel").is_displayed(),
              "a filter is shown that does nothing")
    check_legend(page)
    page.silent()


def check_page(driver, path, word):
    page = Page(driver, path)
    page.fits()
    check_legend(page)
    check_theme(page, False)
    check_cells(page)
    check_filter(page, word)
    check_print(page)
    page.silent()
    page = Page(driver, path, theme="dark")
    check_theme(page, True)
    page.silent()
    page = Page(driver, path, size=NARROW)
    page.fits()
    check_cells(page)
    page.fits()
    check_heads(page)
    check_without_script(driver, path)


def check_large(driver, path):
    """200 x 200 cells: still a page that answers."""
    page = Page(driver, path)
    page.want(page.js("return document.querySelectorAll('td a').length") == 200 * 200 - 1,
              "cells are missing")
    check_heads(page)
    page.fits()
    page.silent()
    loaded = page.js("return performance.timing.loadEventEnd - performance.timing.fetchStart")
    print(f"200 x 200: {path.stat().st_size} bytes, loaded in {loaded:.0f} ms", end="")
    page.want(loaded < SLOW, "it loads slowly")
    for box, word in (("rows", "host-19"), ("columns", "-19"), ("columns", "")):
        spent = page.js("const b = document.getElementById(arguments[0]); b.value = arguments[1];"
                        "const t = performance.now(); b.dispatchEvent(new Event('input'));"
                        "document.body.offsetHeight; return performance.now() - t", box, word)
        print(f", {box} filtered in {spent:.0f} ms", end="")
        page.want(spent < SLOW, f"the filter of {box} is slow")
    print()


def check_svg(driver, path):
    """A picture that a browser draws; the finding is the tip of its cell."""
    page = Page(driver, path)
    page.want(page.all("g title")[-1].get_attribute("textContent"), "no tips")
    page.silent()
    return page


def check_known_svg(page):
    """The tip of the known cell is that of the place where the cell is seen."""
    tip = page.js("""
        const t = [...document.querySelectorAll('g title')].find(t => t.textContent.startsWith(
            `${arguments[0]}, ${arguments[1]}: `));
        const box = t.parentNode.querySelector('rect').getBoundingClientRect();
        const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return seen && seen.closest('g') == t.parentNode ? t.textContent : ''""", SOURCE, TARGET)
    page.want(REASON in tip and REMEDY in tip, f"the tip of the known cell is «{tip}»")


def draw(folder, name, *argv):
    path = folder / name
    path.write_text(must(*argv))
    return path


def check_migrate(driver, folder):
    """Who may go where: 33 x 33 cells, as the command makes them."""
    path = draw(folder, "migrate.html", COMMAND, "matrix", "--migrate", "--all", "--format=html")
    check_page(driver, path, "linux-7.2-")
    for size, theme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "light")):
        page = Page(driver, path, size, theme)
        check_known(page)
        check_names(page)
        page.fits()
        page.silent()
    page = Page(driver, path)
    page.mouse(known_cell(page), press=True)
    page.mouse(page.one("h1"))
    compare(page, "migrate.png")
    check_known_svg(check_svg(driver, draw(folder, "migrate.svg", COMMAND, "matrix", "--migrate",
                                           "--all", "--format=svg")))


def fleet_file(folder):
    """Two of each host and of the guest that it starts; returns the number of each too."""
    lines = []
    for name in (f"{kernel}-arm64-{state}" for kernel in ("5.10.218", "6.12", "6.13", "7.2")
                 for state in ("mitigated", "vulnerable")):
        for kind, option in (("host", []), ("guest", ["--guest"])):
            profile = json.loads(must(COMMAND, "convert", *option, "linux-" + name))
            lines += [{"name": f"{kind}-{name}-{i}", "profile": profile} for i in (0, 1)]
    path = folder / "fleet.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path, len(lines) // 2


def check_fleet(driver, folder):
    """Names that stand for several: the legend counts them all, and filters find each."""
    file, count = fleet_file(folder)
    path = draw(folder, "fleet.html", COMMAND, "matrix", "--fleet", file, "--format=html")
    for size, theme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "light")):
        page = Page(driver, path, size, theme)
        page.fits()
        check_theme(page, theme == "dark")
        check_cells(page)
        check_names(page)
        page.want(sum(int(e.text) for e in page.all("#legend b")) == count * count,
                  f"the legend does not count {count} x {count}")
        page.type("#rows", "guest-6.12-arm64-mitigated-1")
        page.want([e.text for e in page.all("tbody th") if e.is_displayed()] ==
                  ["guest-6.12-arm64-mitigated-0 x2"], "a filter does not find one of several")
        page.want(any(e.is_displayed() and f"{count} guests" in e.text for e in page.all(".line")),
                  "the summary is not shown")
        page.silent()


def check_all(driver, folder):
    levels = draw(folder, "levels.html", COMMAND, "matrix", "--all", "--format=html")
    verdicts = draw(folder, "verdicts.html", DRAW, "html", 12, 5)
    hostile = draw(folder, "hostile.html", DRAW, "html", 40, 40, "hostile", "counted")
    check_page(driver, levels, "linux-6.1-")
    check_page(driver, verdicts, "host-11")
    page = Page(driver, hostile)
    page.want(not page.all("b b, h1 b, li b") and "</script>]]>*/--> \\\"?[31m???" in
              page.one("tbody th").text, "a name is taken for markup")
    page.silent()
    check_migrate(driver, folder)
    check_fleet(driver, folder)
    check_large(driver, draw(folder, "large.html", DRAW, "html", 200, 200))
    check_svg(driver, draw(folder, "levels.svg", COMMAND, "matrix", "--all", "--format=svg"))

    page = Page(driver, levels)
    page.mouse(page.one("td.o3"), press=True)
    page.mouse(page.one("h1"))
    compare(page, "levels.png")
    compare(Page(driver, verdicts, theme="dark", size=NARROW), "verdicts-dark.png")
    compare(Page(driver, draw(folder, "dense.html", DRAW, "html", 64, 64)), "dense.png")


with tempfile.TemporaryDirectory() as there:
    browser = start()
    try:
        print("Chromium " + browser.capabilities["browserVersion"])
        check_all(browser, pathlib.Path(there))
    finally:
        browser.quit()
done(checked, "looks at pages")
