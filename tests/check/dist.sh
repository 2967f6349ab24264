#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The release tarball builds and passes its unit tests: dist.sh <new folder>
# Made from a commit of what the tree is now, in a repository of its own, so that a file that
# nobody added is missed here as it would be missed by who downloads the release.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir "$1"
out=$(cd "$1" && pwd)

mkdir "$out/tree"
cd "$root"
if [ -e .git ]; then
	git -c safe.directory='*' ls-files -z -co --exclude-standard
else
	find . -type f ! -path './build*' -print0
fi | tar -cf - --null -T - | tar -xf - -C "$out/tree"

cd "$out/tree"
git init -q .
git add -A
git -c user.name=dist -c user.email=dist@example.org commit -q -m dist
meson setup "$out/build" >"$out/setup.log" || { cat "$out/setup.log"; exit 1; }
meson dist -C "$out/build" --no-tests

version=$(cat VERSION)
tar -xf "$out/build/meson-dist/hvpolicy-$version.tar.xz" -C "$out"
cd "$out/hvpolicy-$version"
meson setup build -Dwerror=true >"$out/setup.log" || { cat "$out/setup.log"; exit 1; }
ninja -C build
meson test -C build --no-rebuild --suite unit --print-errorlogs >"$out/test.log" ||
	{ cat "$out/test.log"; exit 1; }
grep '^Ok: *[1-9]' "$out/test.log"
