# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Three levels: a bare machine, QEMU with KVM on it, and in that a Linux with a guest of its own.

The emulator that runs in the machine is Debian's for that architecture, with the libraries that it
names, in the archive that the machine boots from.
"""
import pathlib
import re

import debian
import initramfs
import power

LIBRARIES = ["lib/powerpc64le-linux-gnu", "usr/lib/powerpc64le-linux-gnu"]
# what TCG has no model of, and what a trimmed kernel has not
CAPABILITIES = ("cap-nested-hv=on,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,"
                "cap-ccf-assist=off,cap-hpt-max-page-size=4096,ic-mode=xics,kernel-irqchip=off,"
                "x-vof=on")
CONFIG = """[machine]
  append = "console=hvc0 quiet loglevel=1 panic=-1 rdinit=/init"
"""


def needed(path):
    """Libraries that a program or library names, and its loader."""
    dynamic = debian.must("readelf", "-d", "-l", path)
    return re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic) + [
        pathlib.Path(name).name for name in re.findall(r"interpreter: (.+)\]", dynamic)]


def emulator_files():
    """Debian's emulator for the machine itself, with its libraries and firmware."""
    root = debian.Archive("ppc64el").unpack_whole("qemu-system-ppc")
    program = root / "usr/bin/qemu-system-ppc64"
    libraries, wanted = {}, needed(program)
    while wanted:
        name = wanted.pop()
        if name in libraries:
            continue
        found = [root / folder / name for folder in LIBRARIES if (root / folder / name).exists()]
        if not found:
            raise SystemExit(f"FAILED: {program.name} needs {name}, and no package has it")
        libraries[name] = found[0].resolve()
        wanted += needed(found[0])
    files = {f"lib/{name}": path for name, path in libraries.items()}
    loader, = (name for name in libraries if name.startswith("ld"))
    files[f"lib64/{loader}"] = libraries[loader]
    files["bin/qemu"] = program
    files["qemu/vof.bin"] = root / "usr/share/qemu/vof.bin"
    return files


class Three(power.Host):
    """A bare machine that boots a Linux, which is asked as an L1."""

    memory = "4G"
    limit = 600

    def __init__(self, qemu, kernels, machine):
        super().__init__(qemu, kernels, (*machine, "bare", "-", 1), "")
        self.name += "-three"

    def boot(self, files):
        """The program is asked on both levels."""
        inner = debian.CACHE / f"power-{self.name}-inner.cpio"
        initramfs.write(inner, {**files, **self.kernel.modules})
        command = (f"/bin/qemu -L /qemu -M pseries,{CAPABILITIES} -accel kvm -cpu host -m 1G "
                   "-smp 1 -nodefaults -display none -serial stdio -no-reboot -readconfig /config "
                   "-kernel /vmlinux -initrd /inner\n")
        return super().boot({**files, **emulator_files(), "inner": inner, "commands": command,
                             "config": CONFIG, "vmlinux": self.kernel.image})
