# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How the patch scripts of linux, qemu and their like change a tree: by semantic patches, whose
effect is named function by function, and by lines."""
import pathlib
import re
import resource
import subprocess
import tempfile


class NotApplied(Exception):
    """What found nothing to change."""


def write(path, text):
    """Replace a file by a new one: it may be a link to one of another tree."""
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.rename(path)


def changes(old, new):
    """Lines added and removed, by function: of a hunk, the name in its head or in its lines."""
    with tempfile.TemporaryDirectory() as tmp:
        for name, text in (("old.c", old), ("new.c", new)):
            pathlib.Path(tmp, name).write_text(text)
        # the driver for C finds the functions
        pathlib.Path(tmp, "attributes").write_text("*.c diff=cpp\n")
        diff = subprocess.run(
            ["git", "-c", f"core.attributesFile={tmp}/attributes", "diff", "--no-index",
             "--no-color", "-U0", "--inter-hunk-context=0", "old.c", "new.c"],
            cwd=tmp, capture_output=True, text=True, check=False).stdout
    found = {}
    where = "?"
    for line in diff.splitlines():
        if line.startswith("@@"):
            where = name_in(line.split("@@", 2)[2]) or "?"
            continue
        if line[:3] in ("---", "+++") or line[:1] not in "+-":
            continue
        # a hunk that removes whole functions names them in its own lines
        if line[1:2] not in ("\t", " ", "", "{", "}", "/", "#") and name_in(line[1:]):
            where = name_in(line[1:])
        elif line[1:2] == "#":
            where = "preprocessor"
        added, removed = found.get(where, (0, 0))
        found[where] = (added + (line[0] == "+"), removed + (line[0] == "-"))
    return found


def name_in(head):
    """The function, structure or array that a line is about."""
    m = re.search(r"\b(\w+)\(", head) or re.search(r"\bstruct (\w+)", head) or \
        re.search(r"\b(\w+)\[", head)
    return m[1] if m else None


def semantic(tree, patch, name, sign, wanted):
    """Apply a semantic patch to a file, unless the sign is there already; each of the functions (or
    structures) that are wanted must change."""
    path = tree / name
    old = path.read_text()
    if sign in old:
        print(f"{name}: was patched already")
        return
    with tempfile.TemporaryDirectory() as tmp:
        out = pathlib.Path(tmp, "out.c")
        r = subprocess.run(["spatch", "--very-quiet", "--no-show-diff", "--sp-file", patch,
                            path, "-o", out], capture_output=True, text=True, check=False,
                           preexec_fn=deep_stack)
        if r.returncode or not out.exists():
            raise NotApplied(f"{name}: spatch {patch.name}: {r.stderr or 'changed nothing'}")
        new = out.read_text()
    found = changes(old, new)
    for where, (added, removed) in found.items():
        print(f"{name}: {where}: {added} lines in, {removed} out")
    missing = [function for function in wanted if function not in found]
    if missing:
        raise NotApplied(f"{name}: {patch.name} changed nothing in {', '.join(missing)}")
    write(path, new)


def deep_stack():
    """spatch recurses."""
    resource.setrlimit(resource.RLIMIT_STACK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def hook(tree, name, pattern, place, line):
    """Put a line after or before the one that a pattern finds."""
    path = tree / name
    text = path.read_text()
    if line in text:
        print(f"{name}: was hooked already")
        return
    m = re.search(pattern, text, re.M)
    if not m:
        raise NotApplied(f"{name}: no line {pattern}")
    at = m.end() + 1 if place == "after" else m.start()
    write(path, text[:at] + line + "\n" + text[at:])
    print(f"{name}: {' '.join(line.split())}")


def add(source, to):
    """Put a file into the tree."""
    text = source.read_text()
    if not to.exists() or to.read_text() != text:
        write(to, text)
        print(f"{to.name}: written")
