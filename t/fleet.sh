# shellcheck shell=sh
# What tests of fleets share, besides guest.sh: fleets of the fake mirror's
# bookworm, in ./a.fleet.
#
#	write_fleet		its stanzas come from standard input; all that
#				guests need here stands before them
#	fleet [OPTION…] FILE	mkguest-fleet, with the body's own state
#	make_fleet [OPTION…]	… of ./a.fleet, which succeeds
#	expect_states NAME:STATE…	as the table has them

. "$(dirname "$0")/guest.sh"

write_fleet() {
	{
		cat <<-END
			Suite: $suite
			Mirror: $mirror
			Security-Mirror: $mirror
			Keyring: $keyring
			Cache-Dir: $cache
			Image-Dir: .
			Cfg-Dir: .
			Boot-Dir: boot
			Size: 100M

		END
		cat
	} >a.fleet
}

fleet() {
	MKGUEST_STATE=$PWD/state
	mkguest-fleet "$@"
}

make_fleet() {
	run fleet "$@" a.fleet
	expect_status 0
	no_leftovers .
}

expect_states() {
	printf '%s\n' "$@" >"$trash/expected"
	awk 'NR > 1 { print $1 ":" $2 }' "$trash/stdout" |
		diff "$trash/expected" - || show_run 'expected other states'
}
