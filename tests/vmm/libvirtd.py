# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A libvirtd of its own: namespaces for its files, host name, processes and network.

Nothing of the machine's libvirt is read or changed, and two of these can run beside each other.
Their sockets lie in a folder that both see. What they started ends with them.
"""
import os
import pathlib
import shutil
import subprocess
import time

import debian
from debian import must

# folders that a libvirtd has to itself; the first begins as a copy of the machine's
OWN = {"etc": "/etc", "run": "/run", "lib": "/var/lib", "log": "/var/log", "cache": "/var/cache"}
# the user that Debian's package makes; libvirt wants to know it, whatever its settings are
USER = "libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin\n"
GROUP = "libvirt-qemu:x:64055:\n"
LIBVIRTD = '''
unix_sock_dir = "/run/libvirt"
auth_unix_rw = "none"
host_uuid = "{uuid}"
'''
QEMU = '''
user = "root"
group = "root"
security_driver = "none"
dynamic_ownership = 0
remember_owner = 0
cgroup_controllers = []
namespaces = []
stdio_handler = "file"
'''
# modules of the machine's own emulator do not fit the one that is tested
INSIDE = '''set -e
mount --make-rprivate /
while read -r name to; do mount --bind "$1/$name" "$to"; done <"$1/binds"
modules=$(echo /usr/lib/*-linux-gnu/qemu)
[ ! -d "$modules" ] || mount -t tmpfs none "$modules"
hostname "$2"
exec libvirtd -f /etc/libvirt/libvirtd.conf'''
PATIENCE = 60   # seconds


class Libvirtd:
    """Running while in a with statement."""

    def __init__(self, folder, name, number):
        self.folder, self.name = folder / name, name
        self.socket = self.folder / "run" / "libvirt" / "libvirt-sock"
        self.log = debian.CACHE / f"libvirtd-{name}.log"
        self.process = None
        for tool in ("libvirtd", "virsh", "unshare", "nsenter"):
            if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
                raise SystemExit(f"FAILED: {tool} is not installed "
                                 "(sh tests/install-deps.sh test)")
        self.folder.mkdir()
        must("cp", "-a", "/etc", self.folder)
        for own in list(OWN)[1:]:
            (self.folder / own).mkdir()
        (self.folder / "binds").write_text("".join(f"{a} {b}\n" for a, b in OWN.items()))
        etc = self.folder / "etc"
        for path, line in (("passwd", USER), ("group", GROUP)):
            with open(etc / path, "a", encoding="utf-8") as text:
                text.write(line)
        for path in ("libvirt", "hvpolicy"):
            shutil.rmtree(etc / path, ignore_errors=True)
        self.hook = etc / "libvirt" / "hooks" / "qemu"
        self.hvpolicy = etc / "hvpolicy"
        self.hook.parent.mkdir(parents=True)
        self.hvpolicy.mkdir()
        uuid = f"00000000-0000-4000-8000-{number:012x}"
        (etc / "libvirt" / "libvirtd.conf").write_text(LIBVIRTD.format(uuid=uuid))
        (etc / "libvirt" / "qemu.conf").write_text(QEMU)

    def __enter__(self):
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--fork",
                 "--kill-child", "--mount-proc", "sh", "-c", INSIDE, "sh", self.folder,
                 f"host-{self.name}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for _ in range(PATIENCE * 10):
            if self.process.poll() is None and self.virsh("hostname").returncode == 0:
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.__exit__()
        raise SystemExit(f"FAILED: no libvirtd, see {self.log}")

    def __exit__(self, *_):
        self.process.kill()     # --kill-child: with all that runs in there
        self.process.wait()

    @property
    def uri(self):
        return f"qemu+unix:///system?socket={self.socket}"

    def virsh(self, *argv):
        """What virsh does, for better or worse."""
        return subprocess.run(["virsh", "-q", "-c", self.uri, *map(str, argv)], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              env={**os.environ, "LC_ALL": "C"}, timeout=2 * PATIENCE)

    def enter(self, *argv, told=""):
        """Run a program where this libvirtd is."""
        child = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return subprocess.run(
            ["nsenter", "-t", child.read_text().split()[0], "-m", "-u", "-n", *map(str, argv)],
            input=told, text=True, capture_output=True, check=False)
