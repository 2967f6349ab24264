#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The manual page formats without a warning and names every option that --help does, that of the
# command itself and of each subcommand: man.sh <manual page> <command> <subcommand>...
set -u
fail() {
	echo "FAILED: $*"
	exit 1
}
command -v man >/dev/null || fail "man is not installed"
warnings=$(MANROFFSEQ='' LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings=w -E UTF-8 -l -Tutf8 -Z "$1" \
	2>&1 >/dev/null)
[ -z "$warnings" ] || fail "$warnings"
page=$(sed 's/\\-/-/g' "$1")
manual=$1
hvpolicy=$2
shift 2
options=$(for sub in '' "$@"; do
	# shellcheck disable=SC2086 # none, or one word
	"$hvpolicy" $sub --help || echo "--failed"
done | grep -o -e '--[a-z][a-z-]*' | sort -u)
[ -n "$options" ] || fail "--help names no option"
missing=0
for option in $options; do
	case $page in
	*"$option"*) ;;
	*)
		echo "FAILED: $manual does not name $option"
		missing=1
		;;
	esac
done
exit $missing
