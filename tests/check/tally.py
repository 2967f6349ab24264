#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Count a run of meson test: tally.py <suites, with commas> <testlog.json>

Prints «passed failed» for run-tests, and on stderr a line for each suite, with the seconds that its
tests took one after the other, and each failure. What is not OK has failed, a skipped test and a
suite without tests too.
"""
import collections
import json
import pathlib
import sys

wanted, log = sys.argv[1].split(","), pathlib.Path(sys.argv[2])
passed, failed, seconds = (collections.Counter() for _ in range(3))
for line in log.read_text().splitlines() if log.exists() else []:
    entry = json.loads(line)
    # "hvpolicy:unit / hfscr"
    suite = entry["name"].split(" / ")[0].split(":")[-1]
    seconds[suite] += entry["duration"]
    if entry["result"] == "OK":
        passed[suite] += 1
    else:
        failed[suite] += 1
        print(f"FAILED: {entry['name']}: {entry['result']}", file=sys.stderr)
        for stream in ("stdout", "stderr"):
            text = entry.get(stream, "").strip().split("\n")[-60:]
            print("\n".join("    " + t for t in text if t), file=sys.stderr)
for suite in wanted:
    if not passed[suite] + failed[suite]:
        print(f"FAILED: suite {suite} has no tests", file=sys.stderr)
        failed[suite] += 1
    print(f"{suite}: {passed[suite]} passed, {failed[suite]} failed, {seconds[suite]:.0f} s",
          file=sys.stderr)
print(sum(passed.values()), sum(failed.values()))
