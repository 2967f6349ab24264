#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Instructions on ppc64le of the core's hot functions beside hand-written ones (bench.c), with the
# core compiled as one translation unit, and the bytes of every file of the core.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
cross=${CROSS:-powerpc64le-linux-gnu-}
# without traceback tables, which are data between the functions
flags="-std=c11 -O2 -mcpu=power9 -mtraceback=no -Wall -Wextra -Werror -I $root/include"
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT

core=$(sed -n 's/#.*//; /^src\/.*\.c/p' "$root/src/core.list")
[ -n "$core" ] || { echo "FAILED: no files in src/core.list"; exit 1; }
{
	echo '#define HVP_API static __attribute__((unused))'
	echo '#define HVP_LOCAL HVP_API'
	for file in $core; do
		echo "#include \"$root/$file\""
	done
	echo "#include \"$root/tests/bench/bench.c\""
} >"$tmp/all.c"
# shellcheck disable=SC2086 # flags are words
"${cross}gcc" $flags -c "$tmp/all.c" -o "$tmp/all.o" || exit 1
"${cross}objdump" -d --no-show-raw-insn "$tmp/all.o" >"$tmp/all.dis" || exit 1

# One line a function: its instructions with the return, without what aligns the next one.
awk '
	/^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name); n = 0; next }
	/^ *[0-9a-f]+:/ && name {
		n++
		if ($2 == "bl")
			calls[name] = 1
		if ($2 != "nop")
			count[name] = n
	}
	END {
		k = split("sanitise effective restore decide lpcr ciabr", hot)
		printf "%-12s %8s %8s %10s\n", "", "library", "by hand", "registers"
		for (i = 1; i <= k; i++) {
			printf "%-12s", hot[i]
			for (j = 1; j <= 3; j++) {
				f = (j == 1 ? "lib_" : j == 2 ? "hand_" : "regs_") hot[i]
				printf " %*s", j == 3 ? 10 : 8, f in count ? count[f] : "-"
				bad = bad || f in calls || (j == 1 && !(f in count))
			}
			print ""
		}
		if (bad)
			print "FAILED: a wrapper is missing, or calls what it should contain"
		exit bad
	}' "$tmp/all.dis" || exit 1

echo
for file in $core; do
	# shellcheck disable=SC2086
	"${cross}gcc" $flags -c "$root/$file" -o "$tmp/$(basename "$file" .c).o" || exit 1
done
rm "$tmp/all.o"
size=${cross}size
for object in "$tmp"/*.o; do
	"$size" -A "$object" | awk -v name="$(basename "$object" .o)" '
		$1 ~ /^\.text/ { text += $2 }
		$1 ~ /^\.rodata/ { rodata += $2 }
		$1 ~ /^\.(data|bss|sdata|sbss|toc|got)/ { data += $2 }
		END { print name, text + 0, rodata + 0, data + 0 }'
done | awk '
	BEGIN { printf "%-12s %8s %8s %8s\n", "", "text", "rodata", "data" }
	{ printf "%-12s %8d %8d %8d\n", $1, $2, $3, $4; t += $2; r += $3; d += $4 }
	END { printf "%-12s %8d %8d %8d\n", "all", t, r, d }'
