#!/bin/sh
# Real packages that bring the same file, by diversions or as the instances of
# one package for two architectures: our root is the one that mmdebstrap makes.
. "$(dirname "$0")/lib.sh"
require ROOT NET

recording_proxy "$trash/store"
export http_proxy="$proxy"
unset no_proxy
export SOURCE_DATE_EPOCH=1700000000
mirror=$("$helper/host-mirror" bookworm)

# INCLUDE [OPTION…]
compare_with_mmdebstrap() {
	mkguest-root --no-base-cache --cache-dir "$cache" \
		--variant minbase --include "$@" \
		bookworm ours "$mirror"
	include=$1
	shift
	mmdebstrap --mode=root --variant=minbase --include="$include" "$@" \
		--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
		--customize-hook='cd "$1" && rm -f etc/hostname etc/resolv.conf' \
		bookworm theirs "$mirror"
	"$helper/tree-compare" ours theirs
	test -z "$(chroot ours dpkg --audit)"
}

test_case 'zutils over gzip' '
	compare_with_mmdebstrap zutils
	chroot ours zcat --version | grep -i zutils
	chroot ours zcat.gzip --version | grep -i gzip
'

test -z "${MKGUEST_LONG-}" || test_case 'molly-guard over systemd-sysv' '
	compare_with_mmdebstrap molly-guard,systemd-sysv
	test -L ours/lib/molly-guard/halt
'

test -z "${MKGUEST_LONG-}" || test_case 'two architectures of Multi-Arch: same' '
	compare_with_mmdebstrap zlib1g:i386,libgcrypt20:i386 \
		--architectures=amd64,i386
	grep -x "/usr/share/doc/zlib1g/copyright" \
		ours/var/lib/dpkg/info/zlib1g:i386.list
'

test -z "${MKGUEST_LONG-}" || test_case 'the same tar with 1, 2 and 8 threads' '
	for threads in 1 2 8; do
		mkguest-root --no-base-cache --cache-dir "$cache" \
		--variant minbase \
			--threads $threads bookworm $threads.tar "$mirror"
		cmp 1.tar $threads.tar
	done
'

done_testing
