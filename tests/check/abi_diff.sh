#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The built library against the recorded one: abi_diff.sh <shared library>
# Any difference fails, a compatible one too: abi/update takes it in knowingly.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
baseline=$here/abi/libhvpolicy-x86_64.abi
command -v abidiff >/dev/null || { echo "FAILED: abidiff is not installed"; exit 1; }
[ -s "$baseline" ] || { echo "FAILED: no baseline ${baseline#"$here/"}"; exit 1; }
# Without debug information abidiff compares names only and would always be content.
readelf -SW "$1" | grep -q '\.debug_info' || { echo "FAILED: $1 has no debug information"; exit 1; }
# No --headers-dir: the baseline has no source locations, so every type would count as private
# and its changes would be dropped.
abidiff --harmless --no-show-locs "$baseline" "$1" && echo "ABI unchanged"
