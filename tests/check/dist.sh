#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The release tarball builds and passes its unit tests: dist.sh <new folder>
# The checks reproducible.py and deb.py go on from that folder.
set -eu
tarball=$(sh "$(dirname "$0")/tarball.sh" "$1")
cd "$1"
out=$PWD
tar -xf "$tarball"
mv "$(basename "$tarball" .tar.xz)" source
cd source
meson setup build -Dwerror=true >"$out/setup.log" || { cat "$out/setup.log"; exit 1; }
ninja -C build
meson test -C build --no-rebuild --suite unit --print-errorlogs >"$out/test.log" ||
	{ cat "$out/test.log"; exit 1; }
grep '^Ok: *[1-9]' "$out/test.log"
