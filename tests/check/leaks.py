#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Nothing in the tree names the machine it was written on, or a package host."""
import re

from house import ROOT, bad, done, tracked

# Written so that this file does not find itself.
PATHS = re.compile(r"(?<![\w./~-])/(?:w[o]rk|r[o]ot|h[o]me|f[a]rm|U[s]ers)(?:/|\b)")
HOSTS = re.compile(r"\b(?:deb|archive|security|ftp|snapshot|packages|mirrors?)\."
                   r"(?:[\w-]+\.)*(?:d[e]bian|u[b]untu|f[e]doraproject)\.(?:org|com)|"
                   r"p[y]pi\.org|registry\.n[p]mjs\.org|192\.168\.\d|\blocalhost:\d")

count = 0
for path in tracked():
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        continue
    count += 1
    for number, line in enumerate(lines, 1):
        for pattern in (PATHS, HOSTS):
            m = pattern.search(line)
            if m:
                bad(f"{path.relative_to(ROOT)}:{number}: «{m[0]}»")
done(count, "text files")
