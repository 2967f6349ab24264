#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What hvpolicy matrix --fleet costs: fleet.py COMMAND [--hosts N] [--guests N] [--distinct N]

A fleet with so many distinct profiles, then one of twice the size: seconds, peak memory, ratio.
--named puts a name inside each profile too, as hvpolicy probe does: no two lines share a text.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time


def offers(command):
    """Hosts of the catalogue, as profiles."""
    names = [name for arch in ("power", "arm64") for name in subprocess.check_output(
        [command, "hosts", "--names", "--arch", arch], text=True).split()]
    for name in names:
        r = subprocess.run([command, "convert", name], stdout=subprocess.PIPE, text=True,
                           check=False)
        if r.returncode == 0:
            yield json.loads(r.stdout)


def distinct(command, count):
    """So many different profiles of hosts, and as many of guests, with both architectures."""
    bases = list(offers(command))
    hosts, guests = {}, {}
    for i in range(64 * count):
        host = json.loads(json.dumps(bases[i % len(bases)]))
        host.pop("name", None)
        if host["arch"] == "arm64":
            host["arm64"]["registers"] = 230 + i // len(bases)
        else:
            host["power"]["pvr"] = f"0x{0x800000 + i // len(bases):08x}"
        hosts[json.dumps(host)] = host
        guest = start(command, host)
        if guest:
            guests[json.dumps(guest)] = guest
        if len(hosts) >= count and len(guests) >= count:
            break
    return list(hosts.values())[:count], list(guests.values())[:count]


def start(command, host):
    """The guest that a host starts, or None."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({**host, "name": "a"}, file)
        file.flush()
        r = subprocess.run([command, "convert", "--guest", file.name], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True, check=False)
    if r.returncode:
        return None
    guest = json.loads(r.stdout)
    guest.pop("name", None)
    return guest


def write(path, hosts, guests, counts, named):
    """The lines, hosts and guests mixed."""
    sides = [[json.dumps(profile)[1:] for profile in profiles] for profiles in (hosts, guests)]
    left = list(counts)
    rng = random.Random(1)
    with open(path, "w", encoding="ascii") as out:
        for i in range(sum(left)):
            side = rng.random() * (left[0] + left[1]) >= left[0]
            left[side] -= 1
            inside = f'"name": "m{i}", ' if named else ""
            out.write(f'{{"name": "m{i}", "profile": {{{inside}{rng.choice(sides[side])}}}\n')


def peak_of(pid):
    """Peak memory in KiB so far; ru_maxrss is kept over exec: it would be that of this script."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return max((int(line.split()[1]) for line in status if line.startswith("VmHWM")),
                       default=0)
    except FileNotFoundError:
        return 0


def measure(command, path):
    """(seconds, of processor, peak memory in KiB) of one run; memory grows in its first lines."""
    peak = 0
    with open(os.devnull, "wb") as null, subprocess.Popen(
            [command, "matrix", "--fleet", path], stdout=null) as process:
        began = time.monotonic()
        while not os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            peak = max(peak, peak_of(process.pid))
            time.sleep(0.002)
        seconds = time.monotonic() - began
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"FAILED: exit status {process.returncode}")
    return seconds, usage.ru_utime + usage.ru_stime, peak


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command")
    parser.add_argument("--hosts", type=int, default=100000)
    parser.add_argument("--guests", type=int, default=100000)
    parser.add_argument("--distinct", type=int, default=64, help="profiles in all")
    parser.add_argument("--named", action="store_true")
    parser.add_argument("--runs", type=int, default=3, help="of which the quickest counts")
    args = parser.parse_args()
    half = args.distinct // 2
    hosts, guests = distinct(args.command, max(half, 1))
    if len(hosts) < half or len(guests) < half:
        sys.exit(f"FAILED: only {len(hosts)} hosts and {len(guests)} guests differ")
    times = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "fleet.jsonl")
        for factor in (1, 2):
            counts = args.hosts * factor, args.guests * factor
            write(path, hosts, guests, counts, args.named)
            seconds, used, peak = min(measure(args.command, path) for _ in range(args.runs))
            times.append(seconds)
            print(f"{counts[0]} hosts and {counts[1]} guests, {len(hosts)} and {len(guests)} "
                  f"distinct, {os.path.getsize(path) >> 20} MiB: {seconds:.2f} s "
                  f"({used:.2f} s of processor), {1e6 * seconds / sum(counts):.2f} us a line, "
                  f"peak {peak} KiB", flush=True)
    print(f"twice the input: {times[1] / times[0]:.2f} times the seconds")


if __name__ == "__main__":
    main()
