#!/bin/sh
# Two guests stamped from one base share no identity: what differs between them
# is listed here, and all else is the same, byte for byte.

. "$(dirname "$0")/guest.sh"
require LOOP

ssh-keygen -q -t ed25519 -N '' -C me -f "$trash/key"
(umask 077 && echo 'correct horse' >"$trash/password")

begin=$(date +%s)

# OPTION…: the guests web1 and web2, as alike as can be.
twins() {
	for name in web1 web2; do
		run guest "$name" --hostname "$name.example.org" \
			--machine-id new --ssh-key "$trash/key.pub" \
			--root-password "file:$trash/password" \
			--user ann,ssh-key="$trash/key.pub",shell=/bin/sh "$@"
		expect_status 0
	done
	not grep "unpack\|filling the base image" "$trash/stderr"
	no_leftovers .
}

# Every path of which anything differs, other than when it was written.
differing() {
	mkdir one two
	unshare --mount sh -ec '
		mount -o loop,ro web1.img one
		mount -o loop,ro web2.img two
		"$1" --exactly --clamp "$2" one two || test $? = 1
	' sh "$helper/tree-compare" "$begin" >differences
	sed -n "s/^\.\(\/[^:]*\): .*/\1/p" differences | sort -u
}

# On standard input: the paths that differ.
expect_differing() {
	differing >differ
	sort | diff - differ || { cat differences; false; }
}

# What GUEST is known by, a line each; UUIDs in the bytes of a superblock, too.
# By the seed of its directories' hashes no guest is known: it is the base's.
identities() {
	echo "$1"
	card_mac "$1"
	for file in etc/machine-id etc/ssh/ssh_host_ed25519_key.pub; do
		content "$file" "$1.img" | cut -d " " -f 2
	done
	content etc/shadow "$1.img" | grep -o "[$]y[$][^:]*"
	sed -n "s/^uuid *= *\"\(.*\)\"/\1/p" "$1.cfg"
	superblock "$1"
}

superblock() {
	dumpe2fs -h "$1.img" 2>/dev/null | sed -n "s/^Filesystem UUID: *//p"
}

shared_bytes() {
	python3 - "$1.img" "$2.identities" <<-"END"
	import sys, uuid
	image = open(sys.argv[1], "rb").read()
	found = False
	for line in open(sys.argv[2]).read().split():
	    forms = [line.encode()]
	    if len(line) == 36:
	        forms.append(uuid.UUID(line).bytes)
	    if any(form in image for form in forms):
	        print(sys.argv[1], "has", line)
	        found = True
	sys.exit(found)
	END
}

# Of superblocks and domain files only these lines differ.
images_differ() {
	for name in web1 web2; do
		dumpe2fs -h "$name.img" 2>/dev/null | grep -v ":.* [0-9:]* 20..$" \
			>"$name.superblock"
		identities "$name" >"$name.identities"
	done
	diff web1.superblock web2.superblock | sed -n "s/^< \(.*\):.*/\1/p" |
		grep -vx "Checksum\|Journal checksum" >fields
	echo "Filesystem UUID" | diff - fields
	diff web1.cfg web2.cfg | sed -n "s/^< \([^ #]*\).*/\1/p" >keys
	cat keys
	sort web1.identities web2.identities | uniq -d >shared
	not grep . shared
	test "$(wc -l <web1.identities)" = 7
	shared_bytes web1 web2
	shared_bytes web2 web1
}

listed='/boot/grub/grub.cfg
/etc/fstab
/etc/hostname
/etc/hosts
/etc/machine-id
/etc/mailname
/etc/network/interfaces
/etc/shadow
/etc/ssh/ssh_host_ecdsa_key
/etc/ssh/ssh_host_ecdsa_key.pub
/etc/ssh/ssh_host_ed25519_key
/etc/ssh/ssh_host_ed25519_key.pub
/etc/ssh/ssh_host_rsa_key
/etc/ssh/ssh_host_rsa_key.pub'

test_case 'two guests of one base' '
	twins --size 100M
	echo "$listed" | expect_differing
	images_differ
'

test_case 'that make what they are known by when they first boot' '
	twins --size 100M --ssh-host-keys first-boot --machine-id empty
	echo "$listed" | grep -v "machine-id\|ssh_host" | expect_differing
	not content etc/machine-id web1.img | grep .
'

done_testing
