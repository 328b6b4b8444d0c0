#!/bin/sh
# A root of ours is the root that mmdebstrap and debootstrap make from the same
# packages, but for what t/helper/accepted-differences lists.
. "$(dirname "$0")/lib.sh"
require ROOT NET

recording_proxy "$trash/store"
export http_proxy="$proxy"
unset no_proxy
export SOURCE_DATE_EPOCH=1700000000

# SUITE VARIANT: both roots as directories, compared.
compare_with_mmdebstrap() {
	mirror=$("$helper/host-mirror" "$1")
	hooks=
	test "$1" != bookworm ||
		hooks=--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr
	mkguest-root --no-base-cache --cache-dir "$cache" --variant "$2" "$1" ours "$mirror"
	# the host's own name and resolver, which mmdebstrap copies, are no
	# part of a root
	# shellcheck disable=SC2086
	mmdebstrap --mode=root --variant="$2" $hooks \
		--customize-hook='cd "$1" && rm -f etc/hostname etc/resolv.conf' \
		"$1" theirs "$mirror"
	"$helper/tree-compare" ours theirs
	case $2 in
	essential | apt) ;;
	*) test -s ours/var/lib/apt/extended_states ;;
	esac
	test "$2" = essential || judge_by_dpkg ours
}

# SUITE VARIANT
compare_with_debootstrap() {
	mirror=$("$helper/host-mirror" "$1")
	# debootstrap's set is larger: it takes what is required by priority
	more=
	test "$1 $2" != 'bookworm buildd' || more=--include=e2fsprogs,mount,tzdata
	# shellcheck disable=SC2086
	mkguest-root --no-base-cache --cache-dir "$cache" --variant "$2" $more "$1" ours "$mirror"
	debootstrap --merged-usr --variant="$2" "$1" theirs "$mirror" >log || {
		tail theirs/debootstrap/debootstrap.log log
		return 1
	}
	rm -f theirs/etc/hostname theirs/etc/resolv.conf
	"$helper/tree-compare" --against debootstrap ours theirs
}

# ROOT: what dpkg and apt themselves think of it.
judge_by_dpkg() {
	chroot "$1" dpkg --audit >audit
	chroot "$1" dpkg --verify >verify
	chroot "$1" apt-get check >/dev/null
	not test -s audit
	not test -s verify
}

# SUITE: apt can install every package of a root of ours once more.
reinstall_all() {
	mirror=$("$helper/host-mirror" "$1")
	mkguest-root --no-base-cache --cache-dir "$cache" --variant minbase "$1" root "$mirror"
	env -u TMPDIR unshare --mount --pid --fork --mount-proc=root/proc \
		chroot root sh -ec '
		export DEBIAN_FRONTEND=noninteractive
		apt-get -qq update
		apt-get -qq -y install --reinstall \
			$(dpkg-query --show --showformat "\${Package} ")
		dpkg --verify
	' >log
	grep -c "^Unpacking " log
}

variants=minbase
test -z "${MKGUEST_LONG-}" || variants='essential apt minbase important buildd'

for suite in bookworm trixie; do
	for variant in $variants; do
		test_case "$suite $variant equals mmdebstrap's; dpkg and apt have nothing to say" \
			"compare_with_mmdebstrap $suite $variant"
	done
	test -z "${MKGUEST_LONG-}" || for variant in minbase buildd -; do
		test_case "$suite $variant equals debootstrap's" \
			"compare_with_debootstrap $suite $variant"
	done
	test -z "${MKGUEST_LONG-}" || test_case \
		"every package of $suite can be installed once more" \
		"reinstall_all $suite"
done

test -n "${MKGUEST_LONG-}" || test_case \
	"bookworm minbase equals debootstrap's" \
	'compare_with_debootstrap bookworm minbase'

done_testing
