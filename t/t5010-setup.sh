#!/bin/sh
# mkguest-setup on a directory and on an image alike, judged by the programs
# that read what it has written.

. "$(dirname "$0")/lib.sh"

MKGUEST_STATE=$trash/state
export MKGUEST_STATE

# As little of a Debian as the steps look at.
mkdir -p base/etc base/root base/usr/share/zoneinfo/Europe
cp /usr/share/zoneinfo/Europe/Berlin base/usr/share/zoneinfo/Europe
echo 12.5 >base/etc/debian_version
echo old >base/etc/hostname
printf '127.0.0.1\tlocalhost\n127.0.1.1\told\n' >base/etc/hosts
echo 'root:*:1:0:99999:7:::' >base/etc/shadow
chmod 640 base/etc/shadow
ssh-keygen -q -t ed25519 -N '' -C me -f "$trash/key"

# A root of either kind: ./root or ./root.img
make_root() {
	cp -a "$trash/base" root
	test "$1" = directory || mke2fs -q -t ext4 -d root root.img 32M
}

# What is in it now, as a directory.
look() {
	test -e root.img || return 0
	e2fsck -fn root.img >checked 2>&1 || { cat checked; false; }
	rm -rf root && mkdir root
	debugfs -R "rdump / root" root.img 2>/dev/null
	rmdir root/lost+found
}

# DESCRIPTION BODY: on both kinds; $root is the one
on_both() {
	for kind in directory image; do
		root=root
		test $kind = directory || root=root.img
		test_case "$kind: $1" "make_root $kind; $2"
	done
}

setup() {
	run mkguest-setup "$@" "$root"
}

on_both 'hostname, time zone and ssh key' '
	setup --hostname web1.example.org --timezone Europe/Berlin \
		--ssh-key "$trash/key.pub"
	expect_status 0
	look
	test "$(cat root/etc/hostname)" = web1
	grep -E "^127.0.1.1[[:blank:]]+web1.example.org web1$" root/etc/hosts
	test "$(readlink root/etc/localtime)" = \
		/usr/share/zoneinfo/Europe/Berlin
	ssh-keygen -l -f root/root/.ssh/authorized_keys
	diff -r "$trash/base/etc/shadow" root/etc/shadow
	no_leftovers .
'

on_both 'what was not asked for stays' '
	setup --ssh-key "$trash/key.pub"
	expect_status 0
	look
	rm -r root/root/.ssh
	diff -r "$trash/base" root
'

on_both 'a time zone that the guest does not know' '
	setup --timezone Mars/Olympus
	expect_error 2 "knows no time zone"
	look
	diff -r "$trash/base" root
'

done_testing
