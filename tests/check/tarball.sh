#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The release tarball of the tree as it is now: tarball.sh <new folder>; says its name
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
{
	git init -q .
	git add -A
	git -c user.name=dist -c user.email=dist@example.org commit -q -m dist
	meson setup -Dtests=false -Dcli=false "$out/dist"
	meson dist -C "$out/dist" --no-tests
} >"$out/dist.log" 2>&1 || { cat "$out/dist.log" >&2; exit 1; }
echo "$out/dist/meson-dist/hvpolicy-$(cat VERSION).tar.xz"
