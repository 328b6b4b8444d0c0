#!/bin/sh
# Packages of this host, included by the paths of their files.
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm

# FILE [FIELD…]: a package 'mine' of version 1, and what it is made of in ./tree
local_deb() {
	rm -rf tree
	mkdir -p tree/DEBIAN tree/opt
	echo mine >tree/opt/mine
	file=$1
	shift
	printf '%s\n' 'Package: mine' 'Version: 1' 'Architecture: all' \
		'Maintainer: nobody <nobody@example.org>' 'Description: mine' \
		"$@" >tree/DEBIAN/control
	dpkg-deb --root-owner-group --build tree "$file" >build
}

# The status of a package in root.tar, with its version.
status_of() {
	tar -xOf root.tar ./var/lib/dpkg/status >status
	dpkg-query --admindir="$PWD" --showformat='${Status} ${Version}' \
		--show "$1" 2>/dev/null || {
		mkdir -p updates info
		dpkg-query --admindir="$PWD" \
			--showformat='${Status} ${Version}' --show "$1"
	}
}

test_case 'one is installed, with what it needs of the archive' '
	local_deb mine.deb "Depends: hello"
	run root_of root.tar --include=./mine.deb
	expect_status 0
	test "$(status_of mine)" = "install ok installed 1"
	status_of hello | grep "^install ok installed"
	test "$(tar -xOf root.tar ./opt/mine)" = mine
	tar -xOf root.tar ./var/lib/apt/extended_states >states
	grep -A 2 "^Package: hello\$" states | grep "Auto-Installed: 1"
	not grep "^Package: mine\$" states
	no_leftovers .
'

test_case 'one comes before what the archive has, even if it is older' '
	local_deb hello.deb
	sed -i "s/^Package: .*/Package: hello/; s/^Version: .*/Version: 0.1/" \
		tree/DEBIAN/control
	dpkg-deb --root-owner-group --build tree "$PWD/a hello.deb" >build
	mv "a hello.deb" "hello%41.deb"
	run root_of root.tar --include="$PWD/hello%41.deb"
	expect_status 0
	test "$(status_of hello)" = "install ok installed 0.1"
'

test_case 'they may need each other' '
	local_deb one.deb "Depends: two"
	sed -i "s/mine/two/; s/^Depends.*//; /^\$/d" tree/DEBIAN/control
	dpkg-deb --root-owner-group --build tree two.deb >build
	sed -i "s/^Package: two/Package: three/" tree/DEBIAN/control
	rm tree/opt/mine
	dpkg-deb --root-owner-group --build tree three.deb >build
	rm -r tree
	run root_of /dev/null --print-debs --include=./one.deb,./three.deb
	expect_error 1 "two"
	mkdir sub
	cd sub
	run root_of /dev/null --print-debs --include=../three.deb
	expect_status 0
	expect_stdout " three"
'

test_case 'a lock file holds it to its bytes' '
	local_deb mine.deb
	run root_of root.tar --include=./mine.deb --lock=lock
	expect_status 0
	grep "^URL: file:/.*/mine.deb\$" lock
	grep "^SHA256: $(sha256sum mine.deb | cut -d " " -f 1)\$" lock
	run root_of again.tar --include=./mine.deb --lock=lock
	expect_status 0
	local_deb mine.deb "Depends: hello"
	run root_of other.tar --include=./mine.deb --lock=lock
	expect_error 1 "'\''lock'\'' is for another request: its Local-Debs is"
	run root_of other.tar --include=./mine.deb
	expect_status 0
	tar -xOf other.tar ./var/lib/dpkg/status | grep -A 1 "^Package: hello"
'

test_case 'what cannot be read, or is none, is refused' '
	run root_of root.tar --include=./none.deb
	expect_error 1 "'\''./none.deb'\'': it is to be included, but cannot be read: No such file"
	echo text >text.deb
	run root_of root.tar --include=./text.deb
	expect_error 1 "'\''./text.deb'\'': "
	local_deb arm.deb
	sed -i "s/^Architecture: .*/Architecture: arm64/" tree/DEBIAN/control
	dpkg-deb --root-owner-group --build tree arm.deb >build
	run root_of root.tar --include=./arm.deb
	expect_error 2 "'\''./arm.deb'\'': it is for '\''arm64'\'', which the root is not"
	local_deb two.deb
	mkdir members
	cd members
	ar x ../two.deb
	printf "Package: a\nVersion: 1\nArchitecture: all\n\nPackage: b\n" >control
	tar -cf control.tar ./control
	rm ../two.deb
	ar rc ../two.deb debian-binary control.tar data.tar.*
	cd ..
	run root_of root.tar --include=./two.deb
	expect_error 1 "its control file is more than one stanza"
	rm members/control
	touch members/other
	tar -cf members/control.tar -C members ./other
	rm two.deb
	(cd members && ar rc ../two.deb debian-binary control.tar data.tar.*)
	run root_of root.tar --include=./two.deb
	expect_error 1 "control.tar has no control file"
	test ! -e root.tar
'

test_case 'an ordinary user must be able to read it' '
	require ROOT USER
	local_deb mine.deb
	mkdir -p user
	cp mine.deb user
	as_user mkguest-root --variant=minbase --keyring="$keyring" \
		--cache-dir=cache --include=./mine.deb bookworm /dev/null \
		"$mirror"
	chmod 600 user/mine.deb
	chown root user/mine.deb
	run as_user mkguest-root --variant=minbase --keyring="$keyring" \
		--cache-dir=cache --include=./mine.deb bookworm /dev/null \
		"$mirror"
	expect_error 1 "cannot be read: Permission denied"
'

done_testing
