#!/bin/sh
# Guests of one fleet boot, each as itself: its own name, address, machine id and
# host key, as its own programs say. Three of them; with MKGUEST_LONG twenty.
. "$(dirname "$0")/real-guest.sh"

guests=3
test -z "${MKGUEST_LONG-}" || guests=20
last=$((10 + guests))

# What a guest says of itself, before its login prompt.
write_answer() {
	cat >answer <<-'END'
		#!/bin/sh
		for _ in $(seq 60); do
			! ip -o -4 addr | grep -q " 192.0.2." || break
			sleep 1
		done
		key=$(ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub |
			cut -d " " -f 2)
		address=$(ip -o -4 addr | sed -n 's,.* inet \(192[^ ]*\).*,\1,p')
		echo "I AM $(hostname) $address $(cat /etc/machine-id) $key ." \
			>/dev/ttyS0
	END
	printf "[Unit]\nAfter=mkguest-first-boot.service\n" >after.conf
}

write_fleet() {
	directory="/etc/systemd/system/serial-getty@.service.d"
	cat >a.fleet <<-END
		Suite: bookworm
		Image-Dir: .
		Cfg-Dir: .
		Cache-Dir: $cache
		Include: openssh-server
		First-Boot: answer
		Mkdir: $directory
		Copy-In: after.conf:$directory
		Address-Pool: 192.0.2.11-$last
		Nic: ip=pool/24

		Name: web[1-$guests]
	END
}

test_case "$guests guests, each as itself" '
	MKGUEST_STATE=$PWD/state
	export MKGUEST_STATE
	write_answer
	write_fleet
	run mkguest-fleet --json a.fleet
	expect_status 0
	cp "$trash/stdout" made
	for number in $(seq "$guests"); do
		run mkguest-try -v --timeout 900 "web$number"
		expect_status 0
		tr -d "\r" <"$trash/stderr" | sed -n "s/.*I AM //p" >>said
	done
	cat said
	test "$(wc -l <said)" = "$guests"
	while read -r name address id key _; do
		test "$address" = "192.0.2.$((10 + ${name#web}))/24"
		test "${#id}" = 32
		grep "\"name\":\"$name\"" made | grep -F "$key"
	done <said
	test "$(tr " " "\n" <said | sort -u | grep -vFx . | wc -l)" = \
		$((4 * guests))
	no_leftovers .
'

done_testing
