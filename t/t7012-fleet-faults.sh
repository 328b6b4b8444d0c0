#!/bin/sh
# What can go wrong with a fleet: a guest's trouble is no other's, nothing is
# half made, and the same command goes on where it was.
. "$(dirname "$0")/fleet.sh"

: "${MKGUEST_TEST_SEED:=7012}"
kills=6
test -z "${MKGUEST_LONG-}" || kills=60

# NAME…: each is there as a whole, or not at all.
are_whole() {
	for name; do
		files=$(find "$name.img" "$name.cfg" "state/guests/$name" \
			2>/dev/null | wc -l)
		case $files in
		0) ;;
		3)
			is_clean "$name.img"
			test "$(content etc/hostname "$name.img")" = "$name"
			;;
		*)
			ls -l . state/guests
			return 1
			;;
		esac
	done
}

test_case 'a disk that fills up: only those fail that need it' '
	require ROOT
	write_fleet <<-END
		Name: full[1-6]
		Image-Dir: full

		Name: other
	END
	mkdir full
	MKGUEST_STATE=$PWD/state
	run unshare --mount sh -ec "
		mount -t tmpfs -o size=8M none full
		mkguest-fleet -j 2 a.fleet >first || echo status \$? >status
		ls -A full >in-between
		mount -o remount,size=100M full
		mkguest-fleet a.fleet >second
		ls -A full >at-the-end"
	expect_status 0
	grep -x "status 1" status
	expect_stderr "mkguest-fleet: warning: the images of this fleet need "
	expect_stderr "mkguest-fleet: error: full6: no room for "
	grep "^other  *made" first
	grep "^other  *there" second
	not grep "^\." in-between
	test "$(wc -l <in-between)" -lt 6
	test "$(grep -c "^full.*made" first)" = "$(wc -l <in-between)"
	test "$(wc -l <at-the-end)" = 6
	no_leftovers .
'

test_case 'killed at any moment, it goes on' '
	write_fleet <<-END
		Name: a[1-8]
	END
	names="a1 a2 a3 a4 a5 a6 a7 a8"
	MKGUEST_STATE=$PWD/state
	for kill in $(seq $kills); do
		moment=$(awk "BEGIN { srand($MKGUEST_TEST_SEED + $kill)
			print 0.1 + rand() * $kill / $kills }")
		whom=group
		test $((kill % 2)) = 0 || whom=parent
		"$helper/kill-after" "$moment" $whom mkguest-fleet a.fleet \
			>words 2>&1 || :
		wait_for_end .
		# shellcheck disable=SC2086
		are_whole $names || { echo "$moment $whom"; cat words; false; }
	done
	make_fleet
	# shellcheck disable=SC2086
	are_whole $names
	test "$(ls ./*.img | wc -l)" = 8
'

test_case 'interrupted, it says how to go on' '
	write_fleet <<-END
		Name: a[1-8]
	END
	MKGUEST_STATE=$PWD/state
	for signal in INT TERM; do
		run interrupt_when "made in" $signal mkguest-fleet -j 1 a.fleet
		expect_error 1 "interrupted, with guests left to be made: "
		expect_stderr "; run the same command again to go on"
		are_whole a1 a2 a3 a4 a5 a6 a7 a8
		no_leftovers .
		rm -rf ./*.img ./*.cfg state
	done
	run interrupt_when "reading the archive" TERM mkguest-fleet a.fleet
	expect_error 1 "interrupted, with guests left to be made: 8"
	no_leftovers .
	make_fleet
'

test_case 'two fleets at once, or a fleet and a guest of it' '
	write_fleet <<-END
		Name: a[1-3]
	END
	mkdir -p state/locks
	run flock state/locks/fleet: env MKGUEST_STATE="$PWD/state" \
		mkguest-fleet a.fleet
	expect_error 1 "another run is at work on a fleet: process "
	test ! -e a1.img
	run flock state/locks/a2 env MKGUEST_STATE="$PWD/state" \
		mkguest-fleet a.fleet
	expect_status 1
	expect_states a1:made a2:failed a3:made
	expect_stderr "mkguest-fleet: error: a2: another run is at work on guest '\''a2'\''"
	make_fleet
	expect_states a1:there a2:made a3:there
'

test_case 'a worker that is killed' '
	write_fleet <<-END
		Name: a1

		Name: a2
		Created-Hook: kill -9 \$PPID

		Name: a3
	END
	run fleet a.fleet
	expect_status 1
	expect_states a1:made a2:failed a3:made
	expect_stderr "mkguest-fleet: error: a2: its process was ended by signal 9 (Killed)"
	no_leftovers .
	make_fleet
	expect_states a1:there a2:there a3:there
'

test_case 'a base that cannot be had is the matter of its guests alone' '
	write_fleet <<-END
		Name: a[1-2]
		Include: no-such-package

		Name: b[1-2]
	END
	run fleet a.fleet
	expect_status 1
	expect_states a1:failed a2:failed b1:made b2:made
	expect_stderr "mkguest-fleet: error: a1: "
	expect_stderr "no-such-package"
	expect_stderr "mkguest-fleet: a2: failed, too"
	expect_stderr "guests that could not be made: 2; run the same command again when that is mended"
'

test_case 'a damaged base is made anew, and one that goes meanwhile is held' '
	write_fleet <<-END
		Name: a[1-4]
		Created-Hook: rm -rf "$cache/bases"
	END
	make_fleet --only a1 --limit 1
	write_fleet <<-END
		Name: a[1-4]
	END
	make_fleet --only a2
	for image in "$cache"/bases/*; do
		case $(stat -c %s "$image") in
		??????*)
			printf damaged | dd of="$image" bs=1 seek=300000 \
				conv=notrunc status=none
			;;
		esac
	done
	make_fleet --only a3
	expect_stderr "warning: "
	is_clean a3.img
	sed -i "/Name/a Created-Hook: rm -rf $cache/bases" a.fleet
	run fleet -j 1 a.fleet
	is_clean a4.img
'

test_case 'a manifest of a later format' '
	write_fleet <<-END
		Name: a[1-2]
	END
	make_fleet --only a1
	sed -i "s/^Format: .*/Format: 99/" state/guests/a1
	run fleet a.fleet
	expect_error 1 "99"
	test ! -e a2.img
'

test_case 'what was deleted by hand' '
	write_fleet <<-END
		Name: a[1-3]
	END
	make_fleet
	rm a1.img a2.cfg a3.img a3.cfg
	run fleet a.fleet
	expect_error 1 "guests that are not as described: 1; --replace makes them anew"
	expect_states a1:made a2:changed a3:made
	run fleet --dry-run a.fleet
	expect_stdout "a2: changed ('\''$PWD/a2.img'\'' is there, but not all of the guest)"
	make_fleet --replace
	expect_states a1:there a2:made a3:there
'

done_testing
