#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Instructions and nanoseconds of one verdict, one meet, one form (verdict.c): callgrind counts
# both of two runs, the median of seven runs tells the time; the loop itself is taken off.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
command -v valgrind >/dev/null || { echo "FAILED: valgrind is not installed"; exit 1; }
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
# shellcheck disable=SC2046 # one word a file
(cd "$root" && gcc -std=c11 -O2 -Iinclude -Isrc tests/bench/verdict.c \
	$(sed -n 's/#.*//; /^src\/.*\.c/p' src/core.list) -o "$tmp/verdict") || exit 1

instructions() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		"$tmp/verdict" "$1" "$2" "$3" 2>&1 |
		sed -n 's/.*Collected : //p'
}

# nanoseconds of 480000 times: 16 pairs of hosts, often
time_of() {
	for _ in 1 2 3 4 5 6 7; do
		from=$(date +%s%N)
		"$tmp/verdict" "$1" "$2" 480000 >/dev/null || exit 1
		echo $(($(date +%s%N) - from))
	done | sort -n | sed -n 4p
}

printf '%-9s %-6s %12s %12s\n' what arch instructions nanoseconds
for arch in arm64 power; do
	few=$(instructions nothing $arch 160)
	loop=$(($(instructions nothing $arch 1760) - few))
	idle=$(time_of nothing $arch)
	for what in check findings meet encode decode; do
		few=$(instructions $what $arch 160)
		many=$(instructions $what $arch 1760)
		printf '%-9s %-6s %12d %12d\n' $what $arch $(((many - few - loop) / 1600)) \
			$((($(time_of $what $arch) - idle) / 480000))
	done
done
