#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The installed library as others use it: install.sh <build folder, or where it is installed>
# Found through pkg-config, linked shared and static, from C and C++; each program runs.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
programs=$(mktemp -d)
trap 'rm -rf "$programs"' EXIT
fail() {
	echo "FAILED: $*"
	exit 1
}

dest=$1
if [ -d "$1/meson-private" ]; then
	dest=$programs/root
	log=$(meson install -C "$1" --no-rebuild --destdir "$dest") || fail "$log"
fi
pc=$(find "$dest" -name hvpolicy.pc)
[ -n "$pc" ] || fail "hvpolicy.pc is not installed"
PKG_CONFIG_PATH=$(dirname "$pc")
PKG_CONFIG_SYSROOT_DIR=$dest
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
libdir=$dest$(pkg-config --variable=libdir hvpolicy | sed "s,^$dest,,")
includedir=$(dirname "$(find "$dest" -path '*/hvpolicy/hvpolicy.h')")

for name in libhvpolicy.a libhvpolicy.so libhvpolicy.so.0; do
	[ -e "$libdir/$name" ] || fail "$name is not installed"
done
for header in "$root"/include/hvpolicy/*; do
	cmp "$header" "$includedir/${header##*/}" || fail "${header##*/} is not installed as it is"
done
[ "$(find "$dest" -name hvpolicy -type f -perm -u+x | wc -l)" -eq 1 ] ||
	fail "the command is not installed"
find "$dest" -name 'hvpolicy.1*' | grep -q . || fail "the manual page is not installed"
if grep -rl -F -e "$root/src/" -e "$root/include" "$dest"; then
	fail "an installed file names the folder it was built from"
fi

# links <name> <compiler> <source> <flags>...: build against the installed library, and run
links() {
	name=$1 compiler=$2 source=$3
	shift 3
	# shellcheck disable=SC2046 # flags of pkg-config
	$compiler -Wall -Wextra -Werror $(pkg-config --cflags hvpolicy) -o "$programs/$name" \
		"$root/tests/install/$source" "$@" || fail "$name does not link"
	LD_LIBRARY_PATH=$libdir "$programs/$name" || fail "$name says so"
}
# shellcheck disable=SC2046 # flags of pkg-config
{
	links shared-c gcc consumer.c $(pkg-config --libs hvpolicy)
	links shared-c++ g++ consumer.cpp $(pkg-config --libs hvpolicy)
	links static-c gcc consumer.c -static $(pkg-config --static --libs hvpolicy)
	links static-c++ g++ consumer.cpp -static $(pkg-config --static --libs hvpolicy)
}
readelf -d "$programs/shared-c" | grep -q 'NEEDED.*libhvpolicy\.so\.0' ||
	fail "shared-c is not shared"
readelf -d "$programs/static-c" | grep -q libhvpolicy && fail "static-c is not static"
LD_LIBRARY_PATH=$libdir "$(find "$dest" -name hvpolicy -type f -perm -u+x)" --version |
	grep -qF "$(cat "$root/VERSION")" || fail "the installed command does not say its version"
echo "4 programs linked and run"
