#!/bin/sh
# A fleet on a terminal: a line for each guest at work and one for all, which
# fit, and of which nothing is left at the end; elsewhere plain lines.
. "$(dirname "$0")/fleet.sh"

# ROWS COLUMNS [OPTION…]: as the terminal has it at the end.
on_terminal() {
	MKGUEST_STATE=$PWD/state
	rows=$1
	columns=$2
	shift 2
	run "$helper/on-terminal" "$rows" "$columns" mkguest-fleet "$@" a.fleet
}

# NAME: a number that on-terminal counts.
counted() {
	sed -n "s/^$1 //p" "$trash/stdout"
}

test_case 'lines that come and go' '
	write_fleet <<-END
		Name: a-guest-with-a-long-name-[1-9]
		Created-Hook: sleep 0.2
	END
	on_terminal 24 60 -j 3
	expect_status 0
	test "$(counted frames)" -gt 3
	test "$(counted width)" -lt 60
	test "$(counted height)" = 4
	sed "/^frames/,\$d" "$trash/stdout" >shown
	sed -n "/^GUEST/,\$p" shown >table
	test "$(grep -c "^a-guest.*made" table)" = 9
	not grep -F "guests," shown
	not grep "^a-guest-with-a-long-name-[0-9]: " shown
	grep "^mkguest-fleet: reading the archive: " shown
'

test_case 'a window that is small, and gets smaller' '
	write_fleet <<-END
		Name: a-guest-with-a-long-name-[1-9]
		Created-Hook: sleep 0.4
	END
	on_terminal 3 30 -j 9
	expect_status 0
	test "$(counted height)" -le 2
	test "$(counted width)" -lt 30
	rm -rf ./*.img ./*.cfg state
	export RESIZE=yes
	on_terminal 24 80 -j 3
	expect_status 0
	test "$(grep -c "^a-guest.*made" "$trash/stdout")" = 9
'

test_case 'a failure and a warning stay' '
	write_fleet <<-END
		Name: a1
		Nic: bridge=nowhere

		Name: a2
		Size:
		Disk: /dev/null,mount=/
	END
	on_terminal 24 200
	expect_status 1
	expect_stdout "mkguest-fleet: warning: a1: this host has no bridge '\''nowhere'\''"
	expect_stdout "mkguest-fleet: error: a2: "
	expect_stdout "mkguest-fleet: error: guests that could not be made: 1"
'

test_case 'without a terminal, a line for each' '
	write_fleet <<-END
		Name: a[1-2]
	END
	run fleet --log all a.fleet
	expect_status 0
	expect_stderr "mkguest-fleet: a1: made in "
	not grep "$(printf "\033")" "$trash/stderr"
	grep -F "a2: made in " all
	run fleet -q a.fleet
	test ! -s "$trash/stderr"
	rm a1.img a1.cfg
	run fleet -v a.fleet
	expect_stderr "mkguest-fleet: a1: syncing the disk"
'

done_testing
