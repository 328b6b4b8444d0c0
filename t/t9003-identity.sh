#!/bin/sh
# Whole guests boot as what they were asked to be: their names, addresses,
# users, passwords and keys, as seen from inside over ssh.
. "$(dirname "$0")/real-guest.sh"

mac=00:16:3e:00:90:03

# Into the background, until its sshd answers.
start_guest() {
	port=$(free_port)
	mkguest-try -v --timeout 900 --ssh-port "$port" debian1 \
		>tried 2>console &
	machine=$!
	wait_for_sshd root-key
}

# WORD COMMAND: what root's command says, in one line.
says() {
	said=$(inside root root-key "$2" | xargs)
	test "$said" = "$1" || {
		echo "'$2' says '$said', not '$1'"
		return 1
	}
}

root_sees_all() {
	says web1 hostname
	says "web1 web1" "cat /etc/hostname; uname -n"
	says web1.example.org "hostname --fqdn"
	says web1.example.org "cat /etc/mailname"
	card="grep -l $mac /sys/class/net/*/address | cut -d / -f 5"
	says 192.0.2.10/24 "ip -4 -o address show dev \$($card) |
		sed 's/.* inet \([^ ]*\).*/\1/'"
	says 192.0.2.1 "ip route | sed -n 's/^default via \([^ ]*\).*/\1/p'"
	says 10.0.3.15/24 "ip -4 -o address show to 10.0.0.0/8 |
		sed 's/.* inet \([^ ]*\).*/\1/'"
	says example.org "sed -n 's/^search //p' /etc/resolv.conf"
	says CET "date -d @1700000000 +%Z"
	says "0 32" "grep -c [^0-9a-f] /etc/machine-id;
		head -c 32 /etc/machine-id | wc -c"
	says running "systemctl is-system-running --wait || systemctl --failed"
}

ann_is_at_home() {
	test "$(inside ann ann-key "id -u; id -Gn; pwd; echo \$0" |
		xargs)" = "1500 ann adm sudo /home/ann sh"
	inside root root-key \
		"echo correct horse | su ann -c \"sudo -S id -u\"" >uid
	test "$(cat uid)" = 0
	not inside root root-key \
		"echo wrong | su ann -c \"sudo -S id -u\""
	not inside root ann-key true
	not inside ann root-key true
}

# The key that the guest shows is one of those that mkguest said it has.
host_key_is_known() {
	ssh-keygen -l -f known | cut -d " " -f 2 >shown
	test -s shown
	grep -F -f shown made
}

# SUITE STACK OPTION
asked_for() {
	test_case "$1 is what it was asked to be, with $2 $3" "
		MKGUEST_STATE=\$PWD/state
		export MKGUEST_STATE
		(umask 077 && echo correct horse >password)
		ssh-keygen -q -t ed25519 -N '' -f root-key
		ssh-keygen -q -t ed25519 -N '' -f ann-key
		run mkguest debian1 --suite $1 --image-dir . --cfg-dir . \\
			--cache-dir '$cache' --hostname web1.example.org \\
			--network-stack $2 $3 --no-check-valid-until \\
			--timezone Europe/Berlin \\
			--nic mac=$mac,ip=192.0.2.10/24,gateway=192.0.2.1,dns=192.0.2.1,search=example.org \\
			--nic ip=dhcp --ssh-key root-key.pub \\
			--user ann,uid=1500,groups=adm,ssh-key=ann-key.pub,password-file=password,sudo,shell=/bin/sh
		expect_status 0
		cp '$trash/stdout' made
		start_guest
		root_sees_all
		ann_is_at_home
		host_key_is_known
		shut_down root-key
		grep '^debian1: login prompt after [0-9.]* s' tried
	"
}

test_case 'a port that there is not, or that is taken' '
	run mkguest-try --ssh-port 65536 debian1
	expect_error 2 "there is no port 65536"
	serve .
	run mkguest-try --ssh-port "$port" debian1
	expect_error 1 "take port $port of 127.0.0.1: Address already in use"
'

asked_for bookworm ifupdown ""
if test -n "${MKGUEST_LONG-}"; then
	for suite in bullseye bookworm trixie forky sid; do
		for stack in ifupdown netplan networkd; do
			test "$suite $stack" = "bookworm ifupdown" ||
				asked_for $suite $stack ""
		done
	done
	for suite in bullseye bookworm trixie; do
		asked_for $suite netplan --cloud-init
	done
fi

done_testing
