#!/bin/sh
# Kills at any moment of a run (SIGKILL of its process group, of itself, of its
# sandbox's init) leave nothing behind, and either the guest that was there or
# the new one, whole. The moments follow from $MKGUEST_TEST_SEED.
. "$(dirname "$0")/guest.sh"

: "${MKGUEST_TEST_SEED:=4010}"
kills=12
test -z "${MKGUEST_LONG-}" || kills=200
echo "# seed $MKGUEST_TEST_SEED"

# COUNT LENGTH: a line a kill, "SECONDS WHOM", one in each part of the length.
moments() {
	python3 -B -c '
import random, sys
seed, kills, length = sys.argv[1:]
draw = random.Random(int(seed))
for i in range(int(kills)):
	moment = (i + draw.random()) * float(length) / int(kills)
	print(f"{moment:.4f}", ("group", "parent", "init")[i % 3])
' "$MKGUEST_TEST_SEED" "$1" "$2"
}

# Sets $length, the seconds that a run takes: the second one, as the first may
# have to make the base.
measure() {
	hits=0
	make_guest debian1 "$@"
	started=$(date +%s%N)
	make_guest debian1 --force --mac 00:16:3e:00:00:00 "$@"
	length=$(echo "$started $(date +%s%N)" |
		awk '{ print ($2 - $1) / 1e9 }')
}

# IMAGE: the address that it was made with, of a filesystem that is clean.
mac_inside() {
	is_clean "$1" || return
	content etc/network/interfaces "$1" | sed -n 's,^auto mac/\(.*\)=.*,\1,p'
}

mac_of_cfg() {
	sed -n 's/.*mac=\([0-9a-f:]*\).*/\1/p' debian1.cfg
}

# The password that is written down opens the image.
password_fits() {
	hash=$(content etc/shadow "$1" | sed -n 's/^root:\([^:]*\):.*/\1/p')
	test "$(perl -e 'print crypt(shift, shift)' \
		"$(cat state/passwords/debian1)" "$hash")" = "$hash"
}

# IMAGE: it, the domain file, the manifest and the password are of one run.
agrees() {
	mac=$(card_mac)
	test "$(mac_of_cfg)" = "$mac"
	test "$(mac_inside "$1")" = "$mac"
	password_fits "$1"
}

is_whole() {
	agrees "$1"
	is_clean "$2"
	test "$(blkid -p -o value -s TYPE "$3")" = swap
}

# A device is written over from some moment on. The files beside it agree even
# then, and what they name is whole when they are of this run: NUMBER ROOT HOME
# SWAP
is_whole_device() {
	mac=$(card_mac)
	test "$(mac_of_cfg)" = "$mac"
	test "$mac" != "$(printf "00:16:3e:00:00:%02x" "$1")" ||
		is_whole "$2" "$3" "$4"
}

no_parts() {
	wait_for_end .
	no_leftovers .
	losetup --list --noheadings --output BACK-FILE >loops
	not grep -F "$PWD/" loops
	rm loops
}

# NUMBER SECONDS WHOM OPTION…
killed() {
	number=$1
	seconds=$2
	whom=$3
	shift 3
	echo "$number: $whom after $seconds s"
	export MKGUEST_STATE="$PWD/state"
	# shellcheck disable=SC2086
	run "$helper/kill-after" "$seconds" "$whom" mkguest $archive $here \
		--cache-dir "$cache" debian1 \
		--mac "$(printf "00:16:3e:00:00:%02x" "$number")" "$@"
	case $whom.$status in
	*.0) ;;
	init.1 | group.137 | parent.137) hits=$((hits + 1)) ;;
	*) show_run "status $status after the kill of $whom" ;;
	esac
	no_parts
}

test_case 'kills while a guest of image files is made again' '
	disks="--size 100M --disk ./debian1.img --swap ./swap.img,size=32M
		--disk ./home.img,size=48M,mount=/home"
	measure $disks
	moments $((kills / 2)) "$length" >moments
	number=0
	while read -r seconds whom; do
		number=$((number + 1))
		killed $number "$seconds" "$whom" $disks --force
		is_whole debian1.img home.img swap.img
	done <moments
	test $hits -gt 0
	make_guest debian1 $disks --force
	is_whole debian1.img home.img swap.img
'

test_case 'kills while the first image is made: all of it or nothing' '
	measure --size 100M
	moments $((kills / 3)) "$length" >moments
	number=0
	while read -r seconds whom; do
		number=$((number + 1))
		rm -rf debian1.img debian1.cfg state
		killed $number "$seconds" "$whom" --size 100M
		if test -e debian1.img; then
			agrees debian1.img
		else
			test -z "$(find . -type f -size +0 ! -name moments)"
			make_guest debian1 --size 100M
		fi
	done <moments
	test $hits -gt 0
'

test_case 'kills while a guest on devices is made again' '
	require LOOP
	loop_device 100M
	root=$device
	loop_device 48M
	home=$device
	loop_device 32M
	swap=$device
	disks="--disk $root --disk $home,mount=/home --swap $swap"
	measure $disks
	moments $((kills / 3)) "$length" >moments
	number=0
	while read -r seconds whom; do
		number=$((number + 1))
		killed $number "$seconds" "$whom" $disks --force
		is_whole_device $number "$root" "$home" "$swap"
	done <moments
	test $hits -gt 0
	make_guest debian1 $disks --force --mac 00:16:3e:00:00:ff
	is_whole "$root" "$home" "$swap"
'

# A kill while gpg works leaves its home.
test_case 'what a dead run left in TMPDIR goes, what a living one has stays' '
	mkdir "$TMPDIR/mkguest-gpg.dead00" "$TMPDIR/mkguest-gpg.held00"
	echo key >"$TMPDIR/mkguest-gpg.dead00/pubring.gpg"
	exec 9<"$TMPDIR/mkguest-gpg.held00"
	flock 9
	make_guest debian1 --size 100M
	test "$(ls "$TMPDIR")" = mkguest-gpg.held00
	exec 9<&-
	make_guest debian2 --size 100M
	test -z "$(ls "$TMPDIR")"
'

done_testing
