#!/bin/sh
# What can be asked of mkguest-root about packages, up to the command line; how
# the plan follows is t2001's.
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm

# OPERAND…: the names of the plan, sorted, in ./names
names_of() {
	run mkguest-root --print-debs --keyring="$keyring" \
		--cache-dir="$cache" "$@" bookworm root "$mirror"
}

expect_names() {
	expect_status 0
	tr ' ' '\n' <"$trash/stdout" | sort | tr '\n' ' ' >names
	test "$(cat names)" = "$* "
}

test_case 'variant custom has only what is asked for' '
	names_of --variant=custom --include=hello
	expect_status 0
	not grep -qw dpkg "$trash/stdout"
	grep -qw hello "$trash/stdout"
'

test_case 'several things in one --include, and several of them' '
	names_of --variant=custom --include="sudo, mount" --include=xfsprogs
	expect_names mount sudo xfsprogs
'

test_case 'a pattern is one thing, commas and all' '
	names_of --variant=custom \
		--include="?or(?exact-name(sudo), ?exact-name(mount))"
	expect_names mount sudo
	names_of --variant=custom --include="~n^xfsprogs\$" --include="sudo"
	expect_names sudo xfsprogs
'

test_case 'what is kept out, by apt or by debootstrap' '
	names_of --variant=custom --include="sudo mount?"
	expect_error 2 "is neither NAME"
	names_of --variant=important --exclude=cron
	expect_status 0
	not grep -qw cron "$trash/stdout"
	names_of --variant=custom --include="hello libhello-"
	expect_error 1 "is excluded"
'

test_case 'a release that the archive is not' '
	names_of --include=hello/sid
	expect_error 2 "is not in a release"
	names_of --variant=custom --include=sudo/bookworm
	expect_names sudo
'

test_case 'other architectures: their indices are read if they are there' '
	arch=$(dpkg --print-architecture)
	names_of --architectures="$arch" --variant=custom --include=sudo
	expect_names sudo
	names_of --arch="$arch" --variant=custom --include=sudo:"$arch"
	expect_names sudo
	names_of --architectures="$arch,hurd-i386" --variant=custom \
		--include=sudo:hurd-i386
	expect_error 2 "the archive has no package"
	names_of --arch=hurd-i386
	expect_error 1 "it has no packages for"
'

test_case 'variant extract unpacks and tells dpkg nothing' '
	require ROOT
	run mkguest-root --variant=extract --include=hello \
		--keyring="$keyring" --cache-dir="$cache" bookworm root \
		"$mirror"
	expect_status 0
	find root/usr -name "*hello*" | grep -q .
	test ! -s root/var/lib/dpkg/status
'

done_testing
