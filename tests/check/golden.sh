#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Released answers do not change: golden.sh <recorded answers> <program that prints them>...
set -u
recorded=$1
shift
[ -s "$recorded" ] || { echo "FAILED: no recorded answers in ${recorded##*/}"; exit 1; }
now=$(mktemp) && trap 'rm -f "$now"' EXIT
"$@" >"$now" || { echo "FAILED: $* left with status $?"; exit 1; }
diff -u "$recorded" "$now" || { echo "FAILED: answers differ from ${recorded##*/}"; exit 1; }
echo "$(wc -l <"$now") answers unchanged"
