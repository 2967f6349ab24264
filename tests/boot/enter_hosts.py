# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Kernels that were built here, and the machines on which nested entries are asked."""
import pathlib
import sys
import tempfile
import time

import emulator
import power
from house import bad

# one instruction is 8 ns, and the time base counts 512 MHz
ICOUNT = ["-icount", "shift=3,sleep=off"]
TICKS = 8 * 0.512
L2_CODE = 0x2000
HYPERVISOR = 1 << 60
LOOKS = 200                 # at most, for one L2
SAID = 3



class Own:
    """A kernel that was built: its image, its configuration, and its modules of KVM."""

    def __init__(self, folder):
        self.image, config = pathlib.Path(folder, "vmlinux"), pathlib.Path(folder, ".config")
        for path in (self.image, config):
            if not path.is_file():
                sys.exit(f"FAILED: {path} is missing")
        # Debian's kernels have none
        self.has_tm = "CONFIG_PPC_TRANSACTIONAL_MEM=y" in config.read_text().split("\n")
        self.modules = {f"modules/{name}": path for name in ("kvm.ko", "kvm-hv.ko")
                        if (path := pathlib.Path(folder, name)).is_file()}


class Enter(power.Host):
    """A bare machine whose KVM is asked by an L1 of hand-made instructions."""

    def __init__(self, qemu, kernels, machine, words):
        super().__init__(qemu, kernels, (*machine[:2], "bare", "-", machine[2]), words)
        if getattr(self.kernel, "has_tm", False):
            self.options += " hvp.tm=yes"
        self.name += "-enter"


class Cost(Enter):
    """The same, for 1,000 entries whose instructions the emulator counts."""

    more = ICOUNT

    def __init__(self, qemu, kernels, release):
        super().__init__(qemu, kernels, (release, "power10", 1), "hvp.test=cost")
        self.name += "-cost"


class Exits(power.Host):
    """An L1 of nested PAPR whose L2s leave in every way (gsb_linux.c)."""

    def __init__(self, qemu, kernels, release, patched):
        super().__init__(qemu, kernels, (release, "power10", "v2", "-", 0), "hvp.test=exits")
        self.name += "-exits"
        self.patched = patched


class Hardware(Enter):
    """A bare machine whose L2 stays at an instruction while somebody looks."""

    def __init__(self, qemu, kernels, machine, words):
        super().__init__(qemu, kernels, machine, words)
        self.name += "-hardware"
        self.folder = tempfile.TemporaryDirectory()
        self.path = f"{self.folder.name}/qmp"
        self.more = ["-qmp", f"unix:{self.path},server=on,wait=off"]
        self.monitor = None
        self.seen, self.core, self.expected = {}, {}, {}
        self.cases = self.matched = self.departed = 0

    def watch(self, line):
        cells = line.split("\t")
        if cells[0] in ("HVP:core", "HVP:expected"):
            to = self.core if cells[0] == "HVP:core" else self.expected
            for name, value in (cell.split("=") for cell in cells[1:]):
                to[name] = int(value, 0)
        elif cells[0] == "HVP:spin" and not self.seen:
            self.look(int(cells[1]))
            return "\n" if self.seen else ""
        elif line == "HVP:spun":
            self.compare()
            self.seen, self.core, self.expected = {}, {}, {}
        return ""

    def look(self, case):
        """Stop the machine until the L2 of a case is caught, and read its registers."""
        self.monitor = self.monitor or emulator.Monitor(self.path)
        register = self.monitor.register
        for _ in range(LOOKS):
            self.monitor.ask("stop")
            inside = register("nip") == L2_CODE and not register("msr") & HYPERVISOR
            if inside and register("r31") == case:
                self.seen = {name: register(name) for name in self.expected}
            self.monitor.ask("cont")
            # nobody may be there any more: the console is read late
            if inside:
                break
            time.sleep(0.002)

    def compare(self):
        """One case: all registers together."""
        self.cases += 1
        if self.seen == self.expected:
            self.matched += self.core == self.expected
            self.departed += self.core != self.expected
            return
        if self.cases - self.matched - self.departed <= SAID:
            said = {name: (hex(value or 0), hex(self.expected[name]))
                    for name, value in self.seen.items() if value != self.expected[name]}
            bad(f"{self.name}: case {self.cases}: {said or 'L2 was not seen'}")
