#!/bin/sh
# A root of ours is the root that mmdebstrap makes from the same packages, but
# for what t/helper/accepted-differences lists.
. "$(dirname "$0")/lib.sh"
require ROOT NET

recording_proxy "$trash/store"
export http_proxy="$proxy"
unset no_proxy
export SOURCE_DATE_EPOCH=1700000000

# SUITE VARIANT: both roots as directories, compared.
compare_with_mmdebstrap() {
	mirror=$("$helper/host-mirror" "$1")
	# the host's own name and resolver, which mmdebstrap copies, are no
	# part of a root
	theirs_only='etc/hostname etc/resolv.conf'
	hooks=
	if test "$1" = bookworm; then
		hooks=--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr
		# this variant has no second stage, but the hook calls apt
		test "$2" != essential ||
			theirs_only="$theirs_only var/lib/apt/extended_states"
	fi
	mkguest-root --cache-dir "$cache" --variant "$2" "$1" ours "$mirror"
	# shellcheck disable=SC2086
	mmdebstrap --mode=root --variant="$2" $hooks \
		--customize-hook="cd \"\$1\" && rm -f $theirs_only" \
		"$1" theirs "$mirror"
	"$helper/tree-compare" ours theirs
}

# SUITE: what dpkg and apt themselves think of the root.
judge_by_dpkg() {
	mirror=$("$helper/host-mirror" "$1")
	mkguest-root --cache-dir "$cache" --variant minbase "$1" root "$mirror"
	chroot root dpkg --audit >audit
	chroot root dpkg --verify >verify
	chroot root apt-get check >/dev/null
	not test -s audit
	not test -s verify
}

variants=minbase
test -z "${MKGUEST_LONG-}" || variants='essential apt minbase important buildd'

for suite in bookworm trixie; do
	for variant in $variants; do
		test_case "$suite $variant equals mmdebstrap's" \
			"compare_with_mmdebstrap $suite $variant"
	done
	test_case "dpkg and apt find nothing to say about $suite" \
		"judge_by_dpkg $suite"
done

done_testing
