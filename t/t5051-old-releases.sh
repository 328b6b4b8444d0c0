#!/bin/sh
# Guests of each release from etch to jessie, of archives of the day: what such
# a release needs to boot is in each tree, in the form that it reads.
. "$(dirname "$0")/lib.sh"

require ROOT
here="--image-dir . --cfg-dir . --boot-dir boot"

# What differs: filesystem and inodes, hash, console, the newest kernel, its
# compression that PvGRUB knows, the DHCP client, iproute's name, who is init.
cat >releases <<'END'
etch i386 ext3 128 $1$ tty1 2.6.18-6-xen-686 dhcp3-client iproute sysvinit
etch amd64 ext3 128 $1$ tty1 2.6.18-6-xen-amd64 dhcp3-client iproute sysvinit
lenny i386 ext3 256 $6$ hvc0 2.6.26-2-686-bigmem dhcp3-client iproute sysvinit
lenny amd64 ext3 256 $6$ hvc0 2.6.26-2-xen-amd64 dhcp3-client iproute sysvinit
squeeze i386 ext4 256 $6$ hvc0 2.6.32-5-686-bigmem isc-dhcp-client iproute sysvinit
squeeze amd64 ext4 256 $6$ hvc0 2.6.32-5-amd64 isc-dhcp-client iproute sysvinit
wheezy i386 ext4 256 $6$ hvc0 3.2.0-4-686-pae isc-dhcp-client iproute sysvinit
wheezy amd64 ext4 256 $6$ hvc0 3.2.0-4-amd64 isc-dhcp-client iproute sysvinit
jessie i386 ext4 256 $6$ hvc0 3.16.0-4-686-pae isc-dhcp-client iproute2 systemd-sysv
jessie amd64 ext4 256 $6$ hvc0 3.16.0-4-amd64 isc-dhcp-client iproute2 systemd-sysv
END

# SUITE ARCH
# shellcheck disable=SC2086 # options
make_old_guest() {
	MKGUEST_TEST_ARCH=$2
	MKGUEST_STATE=$PWD/state
	export MKGUEST_TEST_ARCH MKGUEST_STATE
	fake_mirror --suite "$1"
	(umask 077 && echo secret >password)
	run mkguest debian1 $here --cache-dir cache --suite "$1" --arch "$2" \
		--mirror "$mirror" --security-mirror "$mirror" \
		--keyring "$keyring" --allow-weak-hashes --allow-expired-keys \
		--guest-mirror http://mirror.example.org/debian --size 200M \
		--root-password file:password --mac 00:16:3e:12:34:56
	expect_status 0
	mkdir tree
	debugfs -R "rdump / $PWD/tree" debian1.img >/dev/null 2>&1
}

# ARCH: a 64-bit PV domain, or Xen's shim around one of 32 bits.
check_domain() {
	"$MKGUEST_BUILD/t/helper/xl-check" debian1.cfg >values
	case $1 in
	i386) wanted="type=pvh pvshim=1 grub-i386-xen.bin" ;;
	*) wanted="type=pv grub-x86_64-xen.bin" ;;
	esac
	for word in $wanted; do
		grep -e "^$word\$" -e "^kernel=/usr/lib/grub-xen/$word\$" values
	done
}

# FILESYSTEM INODES
check_disk() {
	e2fsck -fn debian1.img >/dev/null 2>&1
	test "$(blkid -o value -s TYPE debian1.img)" = "$1"
	dumpe2fs -h debian1.img 2>/dev/null | grep -x "Inode size:[^0-9]*$2"
	dumpe2fs -h debian1.img 2>/dev/null |
		not grep -E "^Filesystem features:.*(64bit|metadata_csum|orphan)"
	grep -x "UUID=$(blkid -o value -s UUID debian1.img)	/	$1	.*" \
		tree/etc/fstab
}

# CONSOLE INIT: where a getty is started, and root may log in.
check_console() {
	if test "$2" = sysvinit; then
		grep -x "[^#:]*:2345:respawn:/sbin/getty .* $1" tree/etc/inittab
		not grep -x "[^#].* tty[2-6]" tree/etc/inittab
	fi
	grep -Fx "$1" tree/etc/securetty
}

# SUITE
check_network() {
	grep -Fx "iface eth0 inet dhcp" tree/etc/network/interfaces
	case $1 in
	jessie) grep "^source " tree/etc/network/interfaces ;;
	*) not grep "^source " tree/etc/network/interfaces ;;
	esac
	grep -Fx "deb http://mirror.example.org/debian $1 main" \
		tree/etc/apt/sources.list
	grep -x "deb .* $1/updates main" tree/etc/apt/sources.list
}

# HASH NAME…: the password, and packages
check_packages() {
	grep -F "root:$1" tree/etc/shadow
	shift
	for name in udev netbase login "$@"; do
		grep -Fx "Package: $name" tree/var/lib/dpkg/status
	done >/dev/null
	not grep "^Status:.* unpacked" tree/var/lib/dpkg/status
	grep -A9 -Fx "Package: libc6" tree/var/lib/dpkg/status |
		grep -Fx "Version: 2.3.7"
}

# A line of the table.
check_release() {
	make_old_guest "$1" "$2"
	check_domain "$2"
	check_disk "$3" "$4"
	check_console "$6" "${10}"
	check_network "$1"
	check_packages "$5" "linux-image-$7" "$8" "$9" "${10}"
	test "$(cat tree/etc/hostname)" = debian1
	test "$(readlink tree/vmlinuz)" = "boot/vmlinuz-$7"
	test "$(cat "tree/boot/vmlinuz-$7")" = "kernel $7"
	grep -F "linux /vmlinuz root=UUID=" tree/boot/grub/grub.cfg
	test "$2" != i386 || grep -Fx "Package: libc6-xen" \
		tree/var/lib/dpkg/status
	case ${10} in
	sysvinit) not test -e tree/etc/systemd ;;
	*) test -f tree/etc/machine-id ;;
	esac
	no_leftovers .
}

machine=$(dpkg --print-architecture)
while read -r suite architecture rest; do
	case $machine-$architecture in
	"$architecture-$machine" | amd64-i386) ;;
	*) continue ;;
	esac
	test -n "${MKGUEST_LONG-}" || test "$suite-$architecture" = lenny-i386 ||
		continue
	test_case "$suite for $architecture" \
		"check_release $suite $architecture $(printf %s "$rest" | sed 's/\$/\\$/g')"
done <releases
done_testing
