#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Everything public is documented: docs.sh <gen-tables> <output folder>
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
gen_tables=$1
fail() {
	echo "FAILED: $*"
	exit 1
}

command -v doxygen >/dev/null || fail "doxygen is not installed"
[ -s "$root/doc/mainpage.md" ] || fail "doc/mainpage.md is missing"
rm -rf "$2" && mkdir -p "$2" || exit 1
out=$(cd "$2" && pwd)
"$gen_tables" tables >"$out/tables.md" || fail "gen-tables"
for def in "$root"/include/hvpolicy/*.def; do
	grep -q "hvpolicy/${def##*/}" "$out/tables.md" ||
		fail "doc/gen-tables.c prints no table of ${def##*/}"
done
for header in "$root"/include/hvpolicy/*.h; do
	"$gen_tables" filter "$header" >/dev/null || fail "gen-tables filter ${header##*/}"
done

gen_tables=$(realpath "$gen_tables")
sed -e "s,@GEN_TABLES@,$gen_tables,g" -e "s,@VERSION@,$(cat "$root/VERSION"),g" \
	"$root/doc/Doxyfile.in" >"$out/Doxyfile"
ln -s "$root/include" "$root/doc" "$out"
(cd "$out" && doxygen Doxyfile) || fail "doxygen has warnings"
[ -s "$out/html/index.html" ] || fail "doxygen wrote no main page"
echo "$(find "$out/html" -name '*.html' | wc -l) pages without a warning"
