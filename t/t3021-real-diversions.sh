#!/bin/sh
# Real packages whose preinst renames files of others by diversion: our root is
# the one that mmdebstrap makes.
. "$(dirname "$0")/lib.sh"
require ROOT NET

recording_proxy "$trash/store"
export http_proxy="$proxy"
unset no_proxy
export SOURCE_DATE_EPOCH=1700000000
mirror=$("$helper/host-mirror" bookworm)

# INCLUDE
compare_with_mmdebstrap() {
	mkguest-root --cache-dir "$cache" --variant minbase --include "$1" \
		bookworm ours "$mirror"
	mmdebstrap --mode=root --variant=minbase --include="$1" \
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

done_testing
