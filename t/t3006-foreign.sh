#!/bin/sh
# Roots of other architectures than this machine's.
. "$(dirname "$0")/lib.sh"
require ROOT

fake_mirror --suite bookworm
fake=$mirror
export SOURCE_DATE_EPOCH=1700000000

# TARGET [OPTION…]: of the synthetic archive
fake_root() {
	target=$1
	shift
	mkguest-root --variant=minbase --keyring="$keyring" --no-base-cache \
		--cache-dir="$cache" "$@" bookworm "$target" "$fake"
}

second_stage() {
	chroot "$1" /debootstrap/debootstrap --second-stage
}

# dpkg has locked and logged, and apt was not there, when both were cleaned.
equals_one_stage() {
	rm -f one/var/lib/dpkg/lock* two/var/lib/dpkg/lock*
	rm -f one/var/lib/dpkg/triggers/Lock two/var/lib/dpkg/triggers/Lock
	"$helper/tree-compare" two one
	test -z "$(find two -name debootstrap)"
	no_leftovers .
}

include=--include=hello,trigger-interest,no-md5sums,a-replaces

test_case 'two stages make what one does' '
	fake_root one $include
	fake_root two $include --foreign
	test ! -e two/etc/shadow
	dpkg-query --admindir=two/var/lib/dpkg --show \
		--showformat "\${db:Status-Abbrev}\n" | sort -u >states
	echo "iU " | diff - states
	second_stage two
	equals_one_stage
	test "$(chroot two hello)" = a-replaces
'

test_case 'the second stage by mkguest-root itself' '
	fake_root one $include
	fake_root two $include --foreign
	mkguest-root --second-stage --second-stage-target=two
	equals_one_stage
	run mkguest-root --second-stage --second-stage-target two
	expect_error 1 "'\''two'\'' has no second stage; it is no root that --foreign has made, or is complete"
	run mkguest-root --second-stage --second-stage-target nowhere
	expect_error 1 "open '\''nowhere'\'': No such file or directory"
'

test_case 'two stages as an ordinary user' '
	require USER
	as_user mkguest-root --variant=minbase --keyring="$keyring" \
		$include --foreign bookworm root "$fake"
	as_user mkguest-root --second-stage --second-stage-target=root
	test ! -e user/root/debootstrap
	test "$(grep -c "^Status: install ok installed" \
		user/root/var/lib/dpkg/status)" -gt 10
'

test_case 'a second stage that fails says where' '
	fake_root root --include=failing-postinst --foreign
	run second_stage root
	test "$status" -ne 0
	expect_stderr "second stage: error: at the step '\''dpkg --configure'\''"
	expect_stderr "postinst gives up"
	fake_root root1 --include=failing-postinst --foreign
	run mkguest-root --second-stage --second-stage-target root1
	expect_error 1 "second stage: error: at the step '\''dpkg --configure'\''"
	fake_root root2 --foreign
	run chroot root2 /debootstrap/debootstrap
	expect_status 2
	expect_stderr "usage: /debootstrap/debootstrap --second-stage"
	rm root2/dev/null
	run second_stage root2
	expect_status 1
	expect_stderr "/dev/null is no device here"
	run mkguest-root --foreign --variant=extract bookworm root3 "$fake"
	expect_error 2 "runs nothing, so it has no second stage"
'

require NET

binfmt=/proc/sys/fs/binfmt_misc
arm=
amd64=$(test "$(dpkg --print-architecture)" = amd64 && echo yes) || :
mirror=$("$helper/host-mirror" bookworm)
recording_proxy "$trash/store"
export http_proxy="$proxy"
unset no_proxy

mounted=
test -e $binfmt/register || {
	mount -t binfmt_misc none $binfmt && mounted=yes
} || skip 'this kernel has no binfmt_misc'

# The kernel starts qemu for arm64: FLAGS
register_arm() {
	sed "s/^:qemu-aarch64:\(.*\):[A-Z]*$/:mkguest-test:\1:$1/" \
		/usr/lib/binfmt.d/qemu-aarch64.conf >$binfmt/register
	arm=$binfmt/mkguest-test
}

unregister_arm() {
	test -z "$arm" || echo -1 >"$arm"
	arm=
}

forget_arm() {
	test ! -e "$binfmt/mkguest-test" || echo -1 >"$binfmt/mkguest-test"
	test -z "$mounted" || umount "$binfmt"
	clean_up
}
trap forget_arm EXIT

# TARGET ARCH [OPTION…]
root_of() {
	target=$1
	architecture=$2
	shift 2
	mkguest-root --cache-dir="$cache" --no-base-cache \
		--arch="$architecture" "$@" bookworm "$target" "$mirror"
}

few='base-files base-passwd coreutils dash diffutils dpkg grep libc-bin sed tar'
few="--variant=custom --include=$(echo "$few" | tr ' ' ,)"

# ROOT: what dpkg has to say about it
judge() {
	test -z "$(chroot "$1" dpkg --audit)"
	test -z "$(chroot "$1" dpkg --verify)"
	test "$(dpkg-query --admindir="$1/var/lib/dpkg" --show \
		--showformat '${db:Status-Abbrev}\n' | sort -u)" = "ii "
}

# A host where other programs of arm64 run would not refuse.
runs_arm() {
	grep -qs '^enabled' $binfmt/qemu-aarch64
}

test_case 'programs that do not run here are missed before any is needed' '
	! runs_arm || skip "this machine runs programs of arm64"
	run root_of root arm64 --variant=custom --include=base-files
	expect_error 1 "this machine runs no programs of '\''arm64'\'' in a root of theirs"
	test ! -e root
	root_of root arm64 --variant=custom --include=base-files --foreign
	rm -r root
	register_arm OP
	run root_of root arm64 --variant=custom --include=base-files
	expect_error 1 "this machine runs no programs of '\''arm64'\'' in a root of theirs"
	unregister_arm
	no_leftovers .
'

runs_arm || register_arm OPF

test_case 'arm64 through binfmt_misc' '
	test -n "${MKGUEST_LONG-}" || skip "only when MKGUEST_LONG is set"
	# shellcheck disable=SC2086
	root_of root arm64 $few
	test "$(chroot root uname -m)" = aarch64
	test "$(chroot root dpkg --print-architecture)" = arm64
	echo arm64 | diff - root/var/lib/dpkg/arch
	judge root
	no_leftovers .
'

test_case 'arm64 as an ordinary user' '
	require USER
	# shellcheck disable=SC2086
	as_user mkguest-root --cache-dir=cache --no-base-cache --arch=arm64 \
		$few bookworm root.tar "$mirror"
	tar -xOf user/root.tar ./var/lib/dpkg/status >status
	test "$(grep -c "^Status: install ok installed" status)" -gt 10
	rm -r user
'

test -z "$amd64" || test_case 'i386, which this machine runs by itself' '
	root_of root i386 --variant=essential
	test "$(chroot root dpkg --print-architecture)" = i386
	judge root
'

test -z "$amd64" || test_case 'packages of a foreign architecture' '
	root_of root amd64,i386 --variant=essential --include=zlib1g:i386
	printf "amd64\ni386\n" | diff - root/var/lib/dpkg/arch
	chroot root dpkg-query --list zlib1g:i386 | grep -q "^ii"
	judge root
'

# ARCH VARIANT
equals_mmdebstrap() {
	root_of ours "$1" --variant="$2"
	mmdebstrap --architectures="$1" --variant="$2" --mode=root \
		--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
		--customize-hook='cd "$1" && rm -f etc/hostname etc/resolv.conf' \
		bookworm theirs "$mirror"
	"$helper/tree-compare" ours theirs
	judge ours
}

test_case 'bookworm minbase in two stages' '
	test -n "${MKGUEST_LONG-}" || skip "only when MKGUEST_LONG is set"
	root_of one "$(dpkg --print-architecture)" --variant=minbase
	root_of two "$(dpkg --print-architecture)" --variant=minbase --foreign
	second_stage two
	equals_one_stage
	judge two
'

test -z "${MKGUEST_LONG-}" || {
	test_case 'arm64 minbase in two stages' '
		root_of one arm64 --variant=minbase
		root_of two arm64 --variant=minbase --foreign
		second_stage two
		equals_one_stage
		judge two
	'
	test_case "arm64 minbase equals mmdebstrap's" \
		'equals_mmdebstrap arm64 minbase'
	test -z "$amd64" || test_case "i386 minbase equals mmdebstrap's" \
		'equals_mmdebstrap i386 minbase'
}

done_testing
