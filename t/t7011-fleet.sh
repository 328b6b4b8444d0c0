#!/bin/sh
# What users see of mkguest-fleet: guests of a file, made at once, again, and
# only as far as is needed.
. "$(dirname "$0")/guest.sh"

# The first stanza of every fleet here.
defaults() {
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
}

# FILE [OPTION…]
fleet() {
	MKGUEST_STATE=$PWD/state
	mkguest-fleet "$@"
}

test_case 'guests of ranges and groups, each its own' '
	{
		defaults
		cat <<-END

			Group: web
			Memory: 300
			Address-Pool: 192.0.2.10-20

			Name: web[01-03]
			Group: web
			Nic: ip=pool/24,gateway=192.0.2.1

			Name: db1
			Nic: ip=192.0.2.11/24
			Include: openssh-server
		END
	} >a.fleet
	run fleet a.fleet
	cat "$trash/stdout" "$trash/stderr"
	expect_status 9
'
done_testing
