# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The command of this tree for another architecture, as files for an initramfs.

Built by the tree's own meson.build. Debian's libraries of that architecture are linked into it;
libhvpolicy and libc stay shared, as they are where it is installed.
"""
import pathlib
import shutil

import debian

LIBRARIES = ["libjansson-dev", "libmxml-dev"]
CROSS = """[binaries]
c = '{triplet}-gcc'
ar = '{triplet}-ar'
strip = '{triplet}-strip'
pkgconfig = 'pkg-config'

[properties]
sys_root = '{root}'
pkg_config_libdir = '{root}/usr/lib/{triplet}/pkgconfig'

[host_machine]
system = 'linux'
cpu_family = '{family}'
cpu = '{family}'
endian = 'little'
"""


def build(arch, triplet, family):
    """The archive's architecture, the compiler's triplet and meson's name of it."""
    root = debian.Archive(arch).unpack(*LIBRARIES)
    cross = debian.CACHE / f"cross-{arch}.ini"
    cross.write_text(CROSS.format(triplet=triplet, root=root, family=family))
    out = debian.CACHE / f"command-{arch}"
    shutil.rmtree(out, ignore_errors=True)
    debian.must("meson", "setup", out, debian.ROOT, "--cross-file", cross, "-Dtests=false")
    debian.must("ninja", "-C", out)
    libc = pathlib.Path(f"/usr/{triplet}/lib")
    loader, = libc.glob("ld*.so.*")
    # where a program looks for its loader is the architecture's own choice
    return {"bin/hvpolicy": out / "src/cli/hvpolicy",
            "lib/libhvpolicy.so.0": out / "src/libhvpolicy.so.0",
            f"lib/{loader.name}": loader, f"lib64/{loader.name}": loader,
            "lib/libc.so.6": libc / "libc.so.6"}
