#!/bin/sh
# Every call of a run that writes can fail: the disk is full, or broken. Then
# there is one sentence, exit 1, the guest that was there, and nothing else.
. "$(dirname "$0")/guest.sh"

: "${MKGUEST_TEST_SEED:=4011}"
samples=3
test -z "${MKGUEST_LONG-}" || samples=10000
echo "# seed $MKGUEST_TEST_SEED"

# ACT NUMBER PATHS [OPTION…]: a run in which call NUMBER to them meets ACT; its
# calls go to $trash/calls. If $only is set, to those that it names.
faulty() {
	act=$1
	number=$2
	paths=$3
	shift 3
	head -c 16K /dev/zero >"$trash/count"
	rm -f "$trash/calls"
	export MKGUEST_STATE="$PWD/state"
	# shellcheck disable=SC2086
	run setsid --wait env LD_PRELOAD="$MKGUEST_BUILD/t/helper/fault-shim.so" \
		FAULT_COUNT="$trash/count" FAULT_LOG="$trash/calls" \
		${only:+FAULT_CALLS="$only"} \
		FAULT_PATHS="$paths" FAULT_AT="$number" FAULT_DO="$act" \
		mkguest $archive $here --cache-dir "$cache" \
		debian1 "$@"
}

# FROM TO: $samples of the calls with these numbers.
draw() {
	awk -v from="$1" -v to="$2" '$1 >= from && $1 <= to' calls \
		>"$trash/matching"
	test -s "$trash/matching"
	python3 -B -c '
import random, sys
seed, count = map(int, sys.argv[1:])
lines = sys.stdin.read().splitlines()
kept = sorted(random.Random(seed).sample(range(len(lines)), min(count, len(lines))))
print(*(lines[i] for i in kept), sep="\n")
' "$MKGUEST_TEST_SEED" "$samples" <"$trash/matching"
}

# A guest to be made again, its disks, and the calls of that in ./calls.
earlier_guest() {
	disks="--size 100M --disk ./debian1.img --swap ./swap.img,size=32M
		--disk ./home.img,size=48M,mount=/home --boot direct"
	# shellcheck disable=SC2086
	make_guest debian1 $disks
	# shellcheck disable=SC2086
	count_calls "$PWD" $disks
}

# PATHS [OPTION…]: the calls of a run, and where it commits, in its calls.
count_calls() {
	paths=$1
	shift
	faulty EIO 0 "$paths" "$@" --force
	expect_status 0
	cp "$trash/calls" calls
	first=$(awk '$2 ~ /^rename/ { print $1; exit }' calls)
	end=$(tail -n 1 calls | cut -d " " -f 1)
}

# NUMBER: one half of the calls finds the disk full, the other finds it broken.
act_of() {
	test $(($1 % 2)) -eq 0 && echo EIO || echo ENOSPC
}

# Which call it was, for who reads why a body failed.
show_call() {
	sed -n "$1p" calls
}

# All that there is, but for the lists of this file.
guest_facts() {
	facts | grep -v -e "^./calls " -e "^./drawn " -e "^./state/locks/"
}

test_case 'a call that fails before the commit point changes nothing' '
	earlier_guest
	draw 1 $((first - 1)) >drawn
	before=$(guest_facts)
	while read -r number name path; do
		show_call "$number"
		faulty "$(act_of "$number")" "$number" "$PWD" $disks --force
		expect_error 1 ": "
		test "$(guest_facts)" = "$before"
		no_leftovers .
	done <drawn
	make_guest debian1 $disks --force
'

# The manifest is the first of nine, the last image the last.
test_case 'a rename that fails is told, and the next run is whole' '
	only=rename
	earlier_guest
	draw 2 "$end" >drawn
	while read -r number name path; do
		show_call "$number"
		faulty EIO "$number" "$PWD" $disks --force
		expect_error 1 "so make it again, with --force"
		no_leftovers .
		make_guest debian1 $disks --force
		is_clean
	done <drawn
'

test_case 'a directory that cannot be synced after it is told' '
	only=fsync
	earlier_guest
	faulty EIO "$end" "$PWD" $disks --force
	expect_error 1 "the guest is complete, but may not survive a power failure"
	is_clean
'

test_case 'a kill at any call of the commit: the new guest, whole' '
	only=linkat:rename
	earlier_guest
	all="debian1.img home.img swap.img debian1.cfg state/guests/debian1"
	draw 1 "$end" >drawn
	while read -r number name path; do
		show_call "$number"
		stat -c %i $all >former
		faulty KILL "$number" "$PWD" $disks --force
		expect_status 137
		wait_for_end .
		no_leftovers .
		stat -c %i $all >inodes
		not grep -Fxf former inodes
		is_clean
	done <drawn
'

test_case 'a machine that fails at any call of the commit: --force makes it again' '
	only=linkat:rename
	earlier_guest
	draw 1 "$end" >drawn
	while read -r number name path; do
		show_call "$number"
		rm -rf state boot debian1.img debian1.cfg home.img swap.img
		faulty CRASH "$number" "$PWD" $disks
		expect_status 137
		wait_for_end .
		make_guest debian1 $disks --force
		is_clean
	done <drawn
'

test_case 'the cache and the work directory: a sentence, or it is done without' '
	forget_bases
	make_guest debian1 --size 100M
	count_calls "$cache" --size 100M
	draw 1 "$end" >drawn
	before=$(guest_facts)
	while read -r number name path; do
		show_call "$number"
		faulty "$(act_of "$number")" "$number" "$cache" --size 100M \
			--force
		if test "$status" -eq 0; then
			is_clean
			before=$(guest_facts)
		else
			expect_error 1 ": "
			test "$(guest_facts)" = "$before"
		fi
		no_leftovers .
	done <drawn
	make_guest debian1 --size 100M --force
'

test_case 'a device that breaks: it is told that nothing on it is of use' '
	require LOOP
	loop_device 100M
	make_guest debian1 --disk "$device"
	before=$(guest_facts)
	count_calls "$device" --disk "$device"
	draw 1 "$end" >drawn
	while read -r number name path; do
		show_call "$number"
		before=$(guest_facts)
		faulty "$(act_of "$number")" "$number" "$device" \
			--disk "$device" --force
		expect_error 1 "'\''$device'\'' was being written and holds nothing of use now"
		test "$(guest_facts)" = "$before"
		no_leftovers .
	done <drawn
	make_guest debian1 --disk "$device" --force
	is_clean "$device"
'

done_testing
