# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""One boot of an emulated machine: what its console says, until the test's last line."""
import json
import socket
import subprocess
import threading
import time

LAST = "HVP:end"


class Boot:
    """What a boot said: rows are the cells of the lines that begin with HVP:."""

    def __init__(self, log, seconds, ended):
        self.log = log
        self.seconds = seconds
        self.ended = ended
        self.rows = [line[4:].split("\t") for line in log if line.startswith("HVP:")]

    def named(self, word):
        """The cells after the first, of the rows that begin with a word."""
        return [row[1:] for row in self.rows if row[0] == word]


class Monitor:
    """QEMU's monitor, by a socket that QEMU made (-qmp unix:PATH,server=on,wait=off)."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.lines = self.socket.makefile()
        self.events = []        # names, as they came
        self.lines.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        """What a command returns."""
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        while "return" not in (said := json.loads(self.lines.readline())):
            if "error" in said:
                raise RuntimeError(said["error"])
            self.events.append(said["event"])
        return said["return"]

    def register(self, name):
        """A register of the processor, while it is stopped; None: it has none of that name."""
        said = self.ask("human-monitor-command", **{"command-line": f"print/x ${name}"}).strip()
        try:
            return int(said, 16)
        except ValueError:
            return None


def boot(argv, limit=300, watch=lambda line: ""):
    """Run QEMU with its serial line on standard output, and end it at the last line. watch() is
    given every line when it comes; what it returns is typed."""
    began = time.monotonic()
    log, ended = [], False
    with subprocess.Popen(["nice", "-n", "5", *map(str, argv)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace") as machine:
        timer = threading.Timer(limit, machine.kill)
        timer.start()
        for line in machine.stdout:
            log.append(line.strip("\r\n"))
            if log[-1] == LAST:
                ended = True
                break
            machine.stdin.write(watch(log[-1]))
            machine.stdin.flush()
        timer.cancel()
        machine.kill()
    return Boot(log, time.monotonic() - began, ended)
