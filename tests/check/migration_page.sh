#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The page of migrations is what the library says:
# migration_page.sh <gen-migration> <page> [--write]
set -u
new=$(mktemp) || exit 1
trap 'rm -f "$new"' EXIT
"$1" >"$new" || exit 1
[ "$(grep -c '^| [0-9]' "$new")" -ge 50 ] || {
	echo "FAILED: the page has too few rows"
	exit 1
}
if [ "${3-}" = --write ]; then
	cat "$new" >"$2"
elif ! diff -u "$2" "$new"; then
	echo "FAILED: $2 is not what the library says; look, then: ninja migration-page"
	exit 1
fi
echo "$(grep -c '^|' "$new") rows"
