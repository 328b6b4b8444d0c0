#!/bin/sh
# What makes a root a guest, judged by the programs that read it: apt, GRUB,
# pygrub, ifupdown, systemd, ssh-keygen.

. "$(dirname "$0")/lib.sh"

uuid=0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c4d
mac=00:16:3e:12:34:56

# As little of a Debian as the steps look at.
mkdir -p base/etc/apt base/etc/ssh base/sbin base/usr/sbin base/boot \
	base/usr/share/zoneinfo/Etc
cp /usr/share/zoneinfo/Etc/UTC base/usr/share/zoneinfo/Etc/UTC
touch base/sbin/ifup base/usr/sbin/sshd base/etc/ssh/ssh_host_rsa_key
echo 'root:*:1:0:99999:7:::' >base/etc/shadow
echo 'deb http://host.example.org/debian x main' >base/etc/apt/sources.list
echo kernel >base/boot/vmlinuz-6
echo initrd >base/boot/initrd.img-6
ln -s boot/vmlinuz-6 base/vmlinuz
ln -s boot/initrd.img-6 base/initrd.img

# SUITE [OPTION…]: the guest debian1 in ./root
personalise() {
	suite=$1
	shift
	cp -a "$trash/base" root
	run "$MKGUEST_BUILD/t/helper/personalise-root" root debian1 "$suite" \
		--mac "$mac" "$@"
}

apt_uris() {
	mkdir -p lists/partial parts
	apt-get update --print-uris -o Dir::State::lists="$PWD/lists" \
		-o Dir::Etc::SourceList="$1" -o Dir::Etc::SourceParts="$2" |
		sed -n "s/^'\([^']*InRelease\)'.*/\1/p" | sort
}

test_case 'apt reads the sources, deb822 and one-line' '
	for suite in trixie bullseye; do
		rm -rf root
		personalise $suite --guest-mirror http://mirror.example.org/debian
		expect_status 0
		apt=$PWD/root/etc/apt
		apt_uris "$apt/sources.list" "$apt/sources.list.d" >uris
		grep -F "http://mirror.example.org/debian/dists/$suite/" uris
		grep -F "http://mirror.example.org/debian/dists/$suite-updates/" uris
		grep -F "/dists/$suite-security/InRelease" uris
		test "$(wc -l <uris)" -eq 3
		find root/etc/apt -type f >files
		test "$(wc -l <files)" -eq 1
	done
'

test_case 'a suite without security and updates' '
	personalise sid --guest-mirror http://mirror.example.org/debian
	expect_status 0
	apt=$PWD/root/etc/apt
	apt_uris "$apt/sources.list" "$apt/sources.list.d" >uris
	echo "http://mirror.example.org/debian/dists/sid/InRelease" | diff - uris
'

test_case 'GRUB and pygrub read the menu and follow the kernel links' '
	personalise bookworm
	expect_status 0
	! command -v grub-script-check ||
		grub-script-check root/boot/grub/grub.cfg
	set -- /usr/lib/xen-*/bin/pygrub
	test -x "$1" || skip "no pygrub"
	mke2fs -q -t ext4 -d root root.img 16M
	mkdir out
	"$1" -q --output-format=simple --output-directory="$PWD/out" root.img \
		>simple 2>/dev/null
	grep -Fx "args root=UUID=$uuid ro console=hvc0" simple
	test "$(cat out/boot_kernel.*)" = kernel
	test "$(cat out/boot_ramdisk.*)" = initrd
'

# Under a card of any name, and another card beside it.
test_case 'ifupdown finds the card by its address' '
	require ROOT NET
	personalise bookworm
	apt-get download -q -o APT::Sandbox::User=root ifupdown
	dpkg -x ifupdown_*.deb ifupdown
	for name in eth0 enX0 ens3; do
		unshare --net --mount sh -ec "
			mount -t sysfs sysfs /sys
			ip link add $name address $mac type veth peer other0
			mkdir -p state
			ifupdown/sbin/ifquery -i root/etc/network/interfaces \
				--list --exclude=lo
			ifupdown/sbin/ifup --no-act --verbose --all \
				-i root/etc/network/interfaces \
				--state-dir state --no-scripts 2>&1
		" >words 2>&1 || :
		cat words
		test "$(head -n 1 words)" = "$name"
		grep -F "configuring interface $name=nic0 (inet)" words
		! grep other0 words
	done
'

test_case 'keys: ssh-keygen reads them, the old host keys are gone' '
	ssh-keygen -q -t ed25519 -N "" -C me -f key
	personalise bookworm --ssh-key key.pub
	expect_status 0
	ssh-keygen -l -f root/root/.ssh/authorized_keys
	test "$(stat -c %a root/root/.ssh root/root/.ssh/authorized_keys)" = \
		"700
600"
	test ! -e root/etc/ssh/ssh_host_rsa_key
	unit=mkguest-ssh-host-keys.service
	test "$(readlink root/etc/systemd/system/*.wants/$unit)" = \
		/etc/systemd/system/$unit
	! command -v systemd-analyze ||
		systemd-analyze verify root/etc/systemd/system/$unit
'

test_case 'a private key is no public one' '
	ssh-keygen -q -t ed25519 -N "" -C me -f key
	personalise bookworm --ssh-key key
	expect_status 1
	expect_stderr "is a private key, which nobody else may have"
'

test_case 'a password: crypt(3) knows it again' '
	(umask 077 && printf "correct horse\nnot this\n" >password)
	personalise bookworm --root-password file:password
	expect_status 0
	test ! -s "$trash/stderr"
	hash=$(cut -d: -f2 root/etc/shadow)
	test "$(perl -e "print crypt(\"correct horse\", shift)" "$hash")" = "$hash"
	case $hash in \$y\$*) ;; *) echo "$hash"; exit 1 ;; esac
	! grep -r "correct horse" root
'

test_case 'a password file that others can read' '
	echo secret >password
	chmod 644 password
	personalise bookworm --root-password file:password
	expect_status 1
	expect_stderr "others can read or write '"'password'; chmod 600 'password'"'"
'

test_case 'an empty password file' '
	(umask 077 && : >password)
	personalise bookworm --root-password file:password
	expect_status 1
	expect_stderr "holds no password"
'

test_case 'no password locks root' '
	personalise bookworm --root-password locked
	grep "^root:\*:" root/etc/shadow
'

test_case 'a time zone that the guest does not know' '
	personalise bookworm --timezone Mars/Olympus
	expect_status 2
	expect_stderr "knows no time zone '"'Mars/Olympus'"'"
'

done_testing
