#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Install what is needed on Debian 12, by name: install-deps.sh build|package|test
# Quick when all is there: apt is only asked for what dpkg does not know as installed.
set -eu

build="gcc libc6-dev libjansson-dev libmxml-dev meson ninja-build pkg-config python3"
packaging="$build build-essential debhelper git libcmocka-dev python3-jsonschema"
test="$packaging abigail-tools afl++ bc binutils-aarch64-linux-gnu binutils-i686-linux-gnu
	binutils-powerpc64-linux-gnu binutils-powerpc64le-linux-gnu binutils-s390x-linux-gnu bison
	chromium chromium-driver clang clang-tidy coccinelle cpio cppcheck doxygen dwarves
	fakeroot faketime flex fonts-dejavu-core g++ gcc-aarch64-linux-gnu gcc-i686-linux-gnu
	gcc-powerpc64-linux-gnu gcc-powerpc64le-linux-gnu gcc-s390x-linux-gnu groff-base lcov
	libc6-dev-arm64-cross libc6-dev-i386-cross libc6-dev-ppc64-cross libc6-dev-ppc64el-cross
	libc6-dev-s390x-cross libclang-rt-dev libfdt-dev libglib2.0-dev libpixman-1-dev
	libvirt-clients libvirt-daemon lintian locales man-db python3-clang python3-pil
	python3-selenium python3-venv qemu-system-arm qemu-user shellcheck sparse xz-utils
	zlib1g-dev"

case ${1-} in
build) want=$build ;;
package) want=$packaging ;;
test) want=$test ;;
*)
	echo "usage: install-deps.sh build|package|test" >&2
	exit 2
	;;
esac

missing=
for package in $want; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=
	[ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=
[ "$(id -u)" -eq 0 ] || sudo=sudo
echo "installing:$missing"
$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update
# shellcheck disable=SC2086 # a list of names
$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
	$missing >/dev/null
