#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The test of the recorded answers can fail: each change of the data below must be found.
# selftest.sh PROGRAM DIRECTORY
set -eu
program=$1
data=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# judge NAME PATTERN: the program must fail on the changed data, and say PATTERN.
judge() {
	if "$program" "$work/data" >"$work/out" 2>&1; then
		echo "FAIL: $1: not found"
		failed=1
	elif ! grep -q "$2" "$work/out"; then
		echo "FAIL: $1: found, but no \"$2\":"
		tail -n 3 "$work/out"
		failed=1
	else
		echo "ok: $1"
	fi
}

# expect NAME FILE PATTERN SCRIPT: after SCRIPT (sed) on FILE the program fails and says PATTERN.
expect() {
	rm -rf "$work/data"
	mkdir "$work/data"
	cp -r "$data/power" "$data/machines" "$work/data"
	sed -i "$4" "$work/data/$2"
	if cmp -s "$data/$2" "$work/data/$2"; then
		echo "FAIL: $1: the change changes nothing"
		failed=1
	else
		judge "$1" "$3"
	fi
}

tab=$(printf '\t')
s=power/arch-compat-sticky.tsv
c=power/arch-compat.tsv
h=power/enter-nested-hfscr.tsv
t=power/enter-nested-struct.tsv
w=power/hardware-registers.tsv
q=power/qemu-max-cpu-compat.tsv
m=machines/A-10.0.2-6.1.0-50-v1-power11.tsv

# expect_head LINES FOLDER NAME FILE PATTERN SCRIPT: the same, of the head of one file.
expect_head() {
	rm -rf "$work/data"
	mkdir -p "$work/data"
	gzip -dcf "$data/$2/$4" | sed -n "1,$1p" >"$work/whole"
	sed "$6" "$work/whole" >"$work/data/${4%.gz}"
	if cmp -s "$work/whole" "$work/data/${4%.gz}"; then
		echo "FAIL: $3: the change changes nothing"
		failed=1
		return
	fi
	case $4 in *.gz) gzip "$work/data/${4%.gz}" ;; esac
	judge "$3" "$5"
}

expect_arm64() {
	expect_head 6000 arm64 "$@"
}

# Of the hypercalls of one L1 without an operating system all are needed.
expect_gsb() {
	expect_head 8000 gsb "$@"
}

# expect_once NAME FILE PATTERN ROW SCRIPT: the same, SCRIPT on the first row like ROW.
expect_once() {
	expect_gsb "$1" "$2" "$3" "0,/$4/{/$4/$5}"
}

"$program" "$data" >"$work/out" 2>&1 || {
	echo "FAIL: the data as it is"
	exit 1
}

expect 'a refusal becomes a success' $c 'unexplained$' "3s/EINVAL/0/"
expect 'a level reads back as another' $c 'unexplained$' \
	"4s/0x0f000002${tab}ok/0x0f000003${tab}ok/"
expect 'the run after a refusal fails' $c 'unexplained$' "3s/${tab}ok${tab}/${tab}EINVAL${tab}/"
expect 'a guest where none can be' $c 'unexplained$' \
	"s/VM: VMFAIL KVM_CREATE_VM EINVAL.*/0${tab}0x0${tab}ok${tab}0${tab}0x0/"
expect 'a refused level sticks' $s 'unexplained$' \
	"2s/0x0f000007${tab}EINVAL${tab}0x0f000005/0x0f000007${tab}EINVAL${tab}0x0f000007/"
expect 'a foreign PVR is taken' power/sregs-pvr.tsv 'unexplained$' "2s/EINVAL/0/"
expect 'HFSCR comes back with another bit' $h 'unexplained$' \
	"2s/0xc00${tab}0x0000000000000000/0xc00${tab}0x0000000000000001/"
expect 'an HFU becomes an HEAI' $h 'unexplained$' '/clrbhrb/s/0xf80/0xe40/'
expect 'an HFU with another cause' $h 'unexplained$' \
	"/clrbhrb${tab}0xf80/s/0x04000\(.*\)${tab}0x04${tab}/0x05000\1${tab}0x05${tab}/"
expect 'the doorbell shows no image' $h 'unexplained$' '/msgsndp/s/0x7c00291c/0x0/'
expect 'the deviant doorbell of 7.2 on 6.12' $h 'unexplained$' '/msgsndp/s/0xe40/0xf80/'
expect 'version 3 is taken' $t 'unexplained$' '/ver=0x3/s/rc=-4(0xf*c)/rc=3072(0xc00)/'
expect 'H_P2 becomes H_PARAMETER' $t 'unexplained$' 's/rc=-55(0xf*c9)/rc=-4(0xfffffffffffffffc)/'
expect 'hypervisor state in L2' $t 'unexplained$' 's/l2msr_out=0x8/l2msr_out=0x9/'
expect 'another hardware HFSCR' $w 'unexplained$' '/power9.*hfscr/s/0x19f/0x59f/'
expect 'PREFIX on 6.1' $w 'unexplained$' '2,4s/0x11f/0x311f/'
expect 'LPCR with TC' $w 'unexplained$' 's/0x70000007d6fc1b/0x70000007d6fe1b/'
expect 'CIABR in hypervisor state' $w 'unexplained$' "s/${tab}0x1000${tab}/${tab}0x1003${tab}/"
expect 'another PCR' $q 'unexplained$' 's/0x801200,0x18/0x801200,0x10/'
expect 'a newer level is taken' $q 'unexplained$' \
	"/power9${tab}power10${tab}-/s/1${tab}${tab}.*/0${tab}0x4e1202,0${tab}/"
expect 'a machine in another mode' $m 'unexplained$' 's/POWER10 (arch/POWER11 (arch/'

g=set-one-reg.tsv.gz
expect_arm64 'a write that is taken' $g 'unexplained$' "100s/EINVAL/OK/"
expect_arm64 'another errno' $g 'unexplained$' "100s/EINVAL/EBUSY/"
expect_arm64 'before KVM_ARM_VCPU_INIT' $g 'unexplained$' "2s/ENOEXEC${tab}E/EINVAL${tab}E/"
expect_arm64 'no pointer' $g 'unexplained$' "s/NULL${tab}-1${tab}ENOENT/NULL${tab}-1${tab}EFAULT/"
expect_arm64 'a level is stored' $g 'unexplained$' \
	"/fresh${tab}1${tab}WORKAROUND_3.*0x1${tab}0${tab}OK/s/0x2${tab}\([0-9]*\)\$/0x1${tab}\1/"
expect_arm64 'PSCI of a VM is not kept' $g 'unexplained$' \
	"/reinit_read${tab}1${tab}PSCI/s/0x2${tab}\([0-9]*\)\$/0x10000${tab}\1/"
expect_arm64 'what earlier rows wrote' $g 'unexplained$' \
	"/multi_vcpu1_read${tab}1${tab}PSCI/s/0x2${tab}\([0-9]*\)\$/0x10000${tab}\1/"
expect_arm64 'a value more' accepted-values.tsv 'unexplained$' '3s/0x10000/0x10000,0x10001/'
expect_arm64 'a value less' accepted-values.tsv 'unexplained$' 's/0x3,0x12/0x3/'
expect_arm64 'another default' hosts.tsv 'unexplained$' '2s/0x10000/0x2/'
expect_arm64 'SSBS does not count' hosts.tsv 'unexplained$' \
	"s/0x0${tab}0x1${tab}1/0x3${tab}0x1${tab}1/"
expect_arm64 'unknown register' accepted-values.tsv 'register "PSCI" is not known' \
	's/PSCI_VERSION/PSCI/'
expect_arm64 'no release' hosts.tsv 'column "kernel": no version' '2s/5.10.218/x/'

v=guest-view.tsv.gz
expect_arm64 'a guest finds a mitigation' $v 'unexplained$' "5s/0xf*${tab}0x0/0x0${tab}0x0/"
expect_arm64 'a guest finds another level' $v 'unexplained$' \
	"/(WA1)/s/${tab}0x1${tab}0x0/${tab}0x0${tab}0x0/"
expect_arm64 'SMCCC hides at PSCI 0.2 no more' $v 'unexplained$' \
	"/psci=0x2:.*FEATURES(SMCCC/s/0xf*${tab}0x0/0x0${tab}0x0/"
expect_arm64 'a guest finds another version' $v 'unexplained$' \
	"/set=0x2:/s/0x2${tab}-/0x10001${tab}-/"
expect_arm64 'a service that is switched off' $v 'unexplained$' \
	"/${tab}STD_BMAP=0x0.*TRNG_V/s/0xf*${tab}0x0/0x10000${tab}0x0/"
expect_arm64 'fewer services of the vendor' $v 'unexplained$' \
	"/VENDOR_KVM/s/${tab}0x3${tab}0x0/${tab}0x1${tab}0x0/"
expect_arm64 'a version more is taken' $v 'unexplained$' 's/psci=0x10002:EINVAL/psci=0x10002:OK/'
expect_arm64 'the VMM switched a service on' $v 'unexplained$' \
	"/SUSPEND)/s/0xf*${tab}0x0/0x0${tab}0x0/"
expect_arm64 'a guest of another kernel' $v 'unexplained$' 's/6\.1\.176/7.2.13/'
expect_arm64 'unknown call' $v 'call "PSCI_VERSION" is not known' 's/0x84000000/0x840000ff/'
expect_arm64 'no write' $v 'is no write' 's/psci=0x2:OK/psci/'

e=migration-qemu.tsv
expect_arm64 'a stream that is refused' $e 'unexplained$' "2s/OK${tab}0/FAIL${tab}1/"
expect_arm64 'a stream that is taken' $e 'unexplained$' \
	"3s/FAIL${tab}1${tab}\([^${tab}]*\)${tab}-/OK${tab}0${tab}\1${tab}PSCI_VERSION=0x0/"
expect_arm64 'refused, and yet it ends well' $e 'unexplained$' "3s/FAIL${tab}1/FAIL${tab}0/"
expect_arm64 'another test refuses a value' $e 'unexplained$' \
	"s/Failed to put.*/load of migration failed: Operation not permitted/"
expect_arm64 'another test refuses a register' $e 'unexplained$' \
	"s/load of.*Operation not permitted/Failed to put registers/"
expect_arm64 'a message that is not known' $e 'recorded: FAIL 1 ?' 's/Failed to put.*/Failed/'
expect_arm64 'another count' $e 'unexplained$' 's/Invalid value 238/Invalid value 239/'
expect_arm64 'another limit' $e 'unexplained$' 's/<= 237/<= 236/'
expect_arm64 'another version afterwards' $e 'unexplained$' \
	"/set:PSCI_VERSION=0x2${tab}/s/=0x2,\([^${tab}]*${tab}-\)\$/=0x10000,\1/"
expect_arm64 'a level of the stream is kept' $e 'unexplained$' \
	"/set:WORKAROUND_3=0x0/s/WORKAROUND_3=0x1\([^${tab}]*${tab}-\)\$/WORKAROUND_3=0x0\1/"
expect_arm64 'nothing is silently dropped' $e 'unexplained$' \
	"/5\.10\.218.*first_sysreg+add:bmap2/s/${tab}-\$/,VENDOR_HYP_BMAP_2=0x1${tab}-/"
expect_arm64 'a register without a row is there' $e 'unexplained$' \
	"/first_sysreg+add:bm4/s/${tab}-\$/,0x6030000000160004=0x1${tab}-/"
expect_arm64 'a register that is not dropped' $e 'unexplained$' \
	's/drop:first_sysreg+add:bm4/add:bm4/'
expect_arm64 'no unknown register is in the way' $e 'unexplained$' \
	's/drop:first_sysreg+add:sysreg_last=1/drop:first_sysreg/'
expect_arm64 'a stream for another QEMU' $e 'unexplained$' 's/10\.0\.13/11.1.3/'
expect_arm64 'a stream for another kernel' $e 'new VM has' 's/5\.10\.218/6.1.176/'
expect_arm64 'another new VM' $e 'new VM has' \
	"s/,STD_BMAP=0x1\([^${tab}]*${tab}native\)/,STD_BMAP=0x0\1/"
expect_arm64 'unknown case' $e 'case "novel" is not known' "s/${tab}native/${tab}novel/"
expect_arm64 'unknown sysreg' $e 'case "add:sysreg" is not known' 's/add:sysreg_last/add:sysreg/'
expect_arm64 'no such register' $e 'register "PSCI" is not known' 's/PSCI_VERSION=/PSCI=/'

l=gsb-linux.tsv.gz
b=gsb-bare.tsv.gz
k=gsb-capabilities.tsv.gz
f=gsb-fatal.tsv.gz
expect_once 'a call of L1 is refused' $l 'unexplained$' \
	"${tab}47c${tab}" "s/\(${tab}47c${tab}[^${tab}]*${tab}\)0${tab}/\1-56${tab}/"
expect_once 'a bad element is taken' $b 'unexplained$' \
	"${tab}47c${tab}0,1,0,.*-56${tab}" "s/${tab}-56${tab}/${tab}0${tab}/"
expect_once 'a refusal with another status' $b 'unexplained$' \
	"${tab}478${tab}.*-56${tab}" "s/${tab}-56${tab}/${tab}-79${tab}/"
expect_once 'reserved flags are taken' $b 'unexplained$' \
	"${tab}480${tab}.*-4${tab}" "s/${tab}-4${tab}/${tab}0${tab}/"
expect_once 'no such guest is another error' $b 'unexplained$' \
	"${tab}47c${tab}.*-55${tab}" "s/${tab}-55${tab}/${tab}-56${tab}/"
expect_once 'r4 of a GET is neither 0 nor what L1 had there' $l 'unexplained$' \
	"${tab}478${tab}" "s/\(${tab}478${tab}.*${tab}0${tab}\)8000000000000000${tab}/\12${tab}/"
expect_gsb 'L2 left by another interrupt' $l 'unexplained$' \
	"/${tab}480${tab}/s/${tab}e20${tab}/${tab}e00${tab}/"
expect_gsb 'a guest that is there is made again' $b 'unexplained$' \
	"/${tab}470${tab}/s/${tab}0${tab}2${tab}/${tab}0${tab}1${tab}/"
expect_gsb 'a level more is offered' $l 'unexplained$' \
	"2s/${tab}4000000000000000${tab}/${tab}6000000000000000${tab}/"
expect_gsb 'the number of another bit' $b 'unexplained$' \
	"/${tab}464${tab}0,1${tab}/s/${tab}3f${tab}/${tab}3e${tab}/"
expect_once 'a bit of a value that L1 set' $b 'unexplained$' \
	"${tab}478${tab}.*110030008[0-9a-f]*0\$" "s/0\$/1/"
expect_once 'GET of another element' $l 'unexplained$' \
	"${tab}478${tab}.*${tab}000000011003" \
	"s/${tab}000000011003\([0-9a-f]*${tab}[0-9]*\)\$/${tab}000000011004\1/"
expect_once 'a buffer that is refused changes' $b 'unexplained$' \
	"${tab}478${tab}.*${tab}-56${tab}.*0\$" "s/0\$/1/"
expect_gsb 'an element less in the output of a run' $l 'unexplained$' \
	"s/${tab}00000005f0000008\([0-9a-f]*\)10220008[0-9a-f]*/${tab}00000004f0000008\1/"
expect_gsb 'the output of a run says an element less' $l 'unexplained$' \
	"s/${tab}00000005f0000008/${tab}00000004f0000008/"
expect_gsb 'HEIR has 8 bytes' $l 'NOT SHOWN: HEIR_SIZE' 's/f0020004/f002000800000000/'
expect_gsb 'HEIR has 2 bytes' $l 'unexplained$' 's/f00200040000/f0020002/'
expect_gsb 'a run with an unknown element is taken' $l 'unexplained$' \
	"/${tab}480${tab}/s/102c0008/40000008/"
expect_gsb 'a table of another size is taken' $l 'unexplained$' \
	"/${tab}47c${tab}/s/0000000000001000${tab}-/0000000000001001${tab}-/"
expect_gsb 'what L1 set before is not known' $b 'unexplained$' \
	"0,/${tab}47c${tab}0,1,0.*102d0008ff*/{/${tab}47c${tab}0,1,0.*102d0008ff*/d}"
expect_gsb 'L1 has agreed on another level' $k 'unexplained$' \
	"/${tab}f002${tab}/s/0f000005/0f000006/"
expect_gsb 'QEMU survives' $f 'unexplained$' \
	"/copy_state_runbuf/s/\(18${tab}\)-${tab}-${tab}-/\10${tab}0${tab}0/"
expect_gsb 'QEMU ends elsewhere' $f 'unexplained$' 's/copy_state_pagetbl/copy_state_proctbl/'
expect_gsb 'QEMU ends by what is right' $f 'unexplained$' "s/7f${tab}-${tab}/80${tab}-${tab}/"
expect_gsb 'unknown hypercall' $l 'call "484" is not known' "5s/${tab}47c${tab}/${tab}484${tab}/"
expect_gsb 'an argument less' $l 'not 5 arguments' "5s/,40${tab}/${tab}/"
expect_gsb 'half a byte' $l 'column "before": no bytes' "5s/${tab}0000000200/${tab}000000020/"
expect_gsb 'a column less' $f ':1: the header has no column "words"' "1s/words/word/"

mkdir "$work/damaged"
head -c 9999 "$data/arm64/$g" >"$work/damaged/$g"
if "$program" "$work/damaged" >"$work/out" 2>&1 || ! grep -q "$g: damaged" "$work/out"; then
	echo "FAIL: a damaged file"
	failed=1
fi

# A deviation that the kernel no longer has must leave the table.
own='s/1\t\t.*/0\t'
expect 'a deviation that no case shows' $q 'NOT SHOWN: NUMERIC_ORDER' \
	"/power8\tpower7+/${own}0x4d0200,0x2000000000000004\t/
	/power9\tpower7+/${own}0x4e1202,0xc\t/
	/power10\tpower7+/${own}0x801200,0x1c\t/"
expect 'bad number' $h ":2: column \"hfscr_in\": \"0x00zz\" is no number" \
	"2s/0x0000000000000000/0x00zz/"
expect 'missing cell' $h ':2: 12 cells, the header has 13' "2s/${tab}0x2010\$//"
expect 'missing column' $w ':1: the header has no column "PCR_hw"' "1s/${tab}PCR_hw/${tab}PCR/"
expect 'unknown instruction' $h 'instruction "nop" is not known' '2s/none/nop/'
expect 'unknown processor' $c 'the library knows no such processor' '2s/power10/power99/'
expect 'unknown test' $t 'test "novelty" is not known' '2s/nocap/novelty/'
expect 'no rows' $q ':1: the file has no rows' "2,\$d"
exit $failed
