#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Layouts, constants, statuses and reasons are those of abi/. A new row is added there
knowingly, by abi/update; a row that is gone or different is a break."""
from abi_text import texts
from house import ROOT, bad, done

count = 0
for name, now in texts().items():
    path = ROOT / "abi" / name
    if not path.exists():
        bad(f"abi/{name} is missing (abi/update writes it)")
        continue
    then = path.read_text().splitlines()
    count += len(then)
    if not then:
        bad(f"abi/{name} is empty")
    for line in [line for line in then if line not in now]:
        bad(f"abi/{name}: «{line}» was promised and is no longer so")
    for line in [line for line in now if line not in then]:
        bad(f"abi/{name}: «{line}» is new (abi/update adds it)")
done(count, "lines of layouts, constants and codes")
