#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Guest state buffers (gsb.c): time beside memcpy here, instructions of one element here (callgrind)
# and on ppc64le (the emulator's log, one line an instruction). Each with the core's files on their
# own, and as one translation unit.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
for tool in valgrind qemu-ppc64le powerpc64le-linux-gnu-gcc; do
	command -v $tool >/dev/null || { echo "FAILED: $tool is not installed"; exit 1; }
done
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
cd "$root" || exit 1
core=$(sed -n 's/#.*//; /^src\/.*\.c/p' src/core.list)
{
	echo '#define HVP_API static __attribute__((unused))'
	echo '#define HVP_LOCAL HVP_API'
	for file in $core tests/bench/gsb.c; do
		echo "#include \"$root/$file\""
	done
} >"$tmp/one.c"

# build <compiler> <name> <more>: <name>-files and <name>-one
build() {
	cc=$1 name=$2
	shift 2
	# shellcheck disable=SC2086 # one word a file
	"$cc" -std=c11 -O2 "$@" -Iinclude tests/bench/gsb.c $core -o "$tmp/$name-files" &&
		"$cc" -std=c11 -O2 -D_POSIX_C_SOURCE=199309L "$@" -Iinclude "$tmp/one.c" \
			-o "$tmp/$name-one"
}
build gcc here && build powerpc64le-linux-gnu-gcc power -static -mcpu=power9 || exit 1

here() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$tmp/$1" "$2" "$3" 2>&1 |
		sed -n 's/.*Collected : //p'
}

power() {
	qemu-ppc64le -singlestep -d exec,nochain -D "$tmp/log" "$tmp/$1" "$2" "$3" || exit 1
	wc -l <"$tmp/log"
}

# per_element <here|power> <program>: the second check of 163 elements, and of one, taken apart
per_element() {
	many=$(($($1 "$2" 163 2) - $($1 "$2" 163 1)))
	one=$(($($1 "$2" 1 2) - $($1 "$2" 1 1)))
	printf '%-12s %14d %14d\n' "$2" $(((many - one) / 162)) "$one"
}

for how in files one; do
	echo "core as $how:"
	"$tmp/here-$how" || exit 1
done
printf '\n%-12s %14s %14s\n' instructions 'an element' 'a buffer of 1'
for how in files one; do
	per_element here here-$how
	per_element power power-$how
done
