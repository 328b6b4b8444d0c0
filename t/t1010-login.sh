#!/bin/sh
# Names and passwords for archives, from apt's auth.conf(5).
. "$(dirname "$0")/lib.sh"
require ROOT

"$helper/fake-mirror" mirror --suite bookworm
keyring=$PWD/mirror/keyring.gpg
serve "$PWD/mirror" --login alice:abracadabra
mirror=$url
host=${url#http://}

# TEXT [OPTION…]: where this host's auth.conf.d is such
print_debs() {
	mkdir -p parts
	echo "$1" >parts/own.conf
	chmod 600 parts/own.conf
	shift
	run unshare --mount sh -ec '
		mkdir -p /etc/apt/auth.conf.d
		mount --bind parts /etc/apt/auth.conf.d
		exec "$@"' sh mkguest-root --debug --log=log \
		--print-debs --variant=minbase --keyring="$keyring" \
		--cache-dir=cache "$@" bookworm root "$mirror"
}

test_case 'for http, if the entry says so' '
	print_debs "machine http://$host login alice password abracadabra"
	expect_status 0
	expect_stdout dpkg
	not grep -r -e abracadabra "$trash/stdout" "$trash/stderr" log cache
'

test_case 'not if it is for another host, port, path or scheme' '
	for machine in "$host" http://localhost "http://${host%:*}:1" \
			"http://$host/other"; do
		print_debs "machine $machine login alice password abracadabra"
		expect_error 1 "the server answers with HTTP status 401"
		not grep -r abracadabra "$trash/stderr" log
		rm log
	done
'

test_case 'the one in the address comes first' '
	mirror=http://alice:abracadabra@$host
	print_debs "machine http://$host login bob password wrong"
	expect_status 0
'

done_testing
