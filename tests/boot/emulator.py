# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""One boot of an emulated machine: what its console says, until the test's last line."""
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


def boot(argv, limit=300):
    """Run QEMU with its serial line on standard output, and end it at the last line."""
    began = time.monotonic()
    log, ended = [], False
    with subprocess.Popen(["nice", "-n", "5", *map(str, argv)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace") as machine:
        timer = threading.Timer(limit, machine.kill)
        timer.start()
        for line in machine.stdout:
            log.append(line.strip("\r\n"))
            if log[-1] == LAST:
                ended = True
                break
        timer.cancel()
        machine.kill()
    return Boot(log, time.monotonic() - began, ended)
