# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A newc archive that a kernel unpacks as its first root file system."""
import os
import pathlib
import subprocess
import tempfile


def write(path, files):
    """An archive of files: name inside -> a file to copy, or text. All may be run."""
    with tempfile.TemporaryDirectory() as root:
        for name, content in files.items():
            to = pathlib.Path(root, name)
            to.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, os.PathLike):
                to.write_bytes(pathlib.Path(content).read_bytes())
            else:
                to.write_text(content)
            to.chmod(0o755)
        names = sorted(str(p.relative_to(root)) for p in pathlib.Path(root).rglob("*"))
        with open(path, "wb") as out:
            subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=root, text=True,
                           input="\n".join(names) + "\n", stdout=out, check=True)
