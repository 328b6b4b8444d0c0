#!/bin/sh
# The guest of 2008, on a host with xm: every value that it had is there, from
# an archive of the day. Judged by Python, xl's parser, dpkg, e2fsprogs.
# shellcheck disable=SC2034 # for guest.sh
suite=etch
MKGUEST_TEST_ARCH=i386
export MKGUEST_TEST_ARCH
. "$(dirname "$0")/guest.sh"

test "$(dpkg --print-architecture)" = amd64 || skip 'this host runs no i386'
archive="$archive --arch i386 --allow-weak-hashes --allow-expired-keys"
kernel=/boot/vmlinuz-2.6.18-3-xen-686
ramdisk=/boot/initrd.img-2.6.18-3-xen-686

# What the domain file says, as python-config shows it.
cat >listing <<'END'
cdrom=/dev/cdrom
disk[0]=phy:/dev/hda3,hda1,w
disk[1]=phy:/dev/hda5,hda2,w
hostname=debian1
kernel=/boot/vmlinuz-2.6.18-3-xen-686
memory=512
name=debian1
ramdisk=/boot/initrd.img-2.6.18-3-xen-686
root=/dev/hda1
vcpus=1
vif[0]=mac=aa:00:00:12:23:34, bridge=bridge0
END

# DEVICE PATH: the loop device under the name of a disk of the day, in ./dev,
# which is /dev for those that `on_old_disks` runs.
old_disk() {
	mknod "dev/$2" b "$((0x$(stat -c %t "$1")))" "$((0x$(stat -c %T "$1")))"
}

on_old_disks() {
	unshare --mount sh -ec 'mount --rbind /dev old; mount --bind dev /dev
		mount --rbind old/pts /dev/pts; exec "$@"' sh "$@"
}

# The tree of an image or a device below ./tree.
take_tree() {
	rm -rf tree
	mkdir tree
	debugfs -R "rdump / $PWD/tree" "$1" >/dev/null 2>&1
}

# The libraries of dpkg's libc6 are out of the way, those for Xen are not.
are_disabled() {
	grep -x "TLS of $1" tree/lib/tls.disabled/libc-2.3.6.so
	test "$(readlink tree/lib/tls.disabled/libc.so.6)" = libc-2.3.6.so
	test ! -e tree/lib/tls/libc.so.6
	test ! -e tree/lib/tls/libc-2.3.6.so
	grep -x "for Xen" tree/lib/tls/i686/cmov/libc-2.3.6.so
}

test_case 'all that the article has' '
	require LOOP
	mkdir dev old
	cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty \
		/dev/loop* /dev/fd dev 2>/dev/null || :
	mkdir -p dev/pts dev/shm
	loop_device 200M
	root=$device
	old_disk "$device" hda3
	loop_device 20M
	swap=$device
	old_disk "$device" hda5
	(umask 077 && echo secret >password)
	export MKGUEST_STATE="$PWD/state"
	run on_old_disks mkguest $archive $here --cache-dir "$cache" debian1 \
		--toolstack xm --kernel $kernel --ramdisk $ramdisk \
		--disk /dev/hda3,vdev=hda1,dump=1,pass=2,options=defaults \
		--swap /dev/hda5,vdev=hda2 --cdrom /dev/cdrom --mac aa:00:00:12:23:34 --bridge bridge0 \
		--timezone Europe/Berlin \
		--root-password file:password
	expect_status 0
	expect_stdout "start it: xm create -c $PWD/debian1.cfg"

	"$helper/python-config" debian1.cfg | sort >values
	grep -Ev "^(uuid|on_(poweroff|reboot|crash))=" values | diff "$trash/listing" -
	judge_cfg debian1.cfg
	grep -Fx "disk[1].pdev_path=/dev/hda5" xl-check

	dumpe2fs -h "$root" >super 2>/dev/null
	sed -n "s/^Filesystem features: *//p" super | tr " " "\n" | sort >features
	printf "%s\n" dir_index ext_attr filetype has_journal large_file \
		resize_inode sparse_super | diff - features
	grep -x "Inode size:[^0-9]*128" super
	is_clean "$root"
	test "$(blkid -o value -s TYPE "$swap")" = swap

	take_tree "$root"
	grep -v "^#" tree/etc/fstab | tr -s " \t" " " >fstab
	cat fstab
	grep -Fx "/dev/hda1 / ext3 defaults 1 2" fstab
	grep -x "/dev/hda2 [^ ]* swap sw 0 0" fstab
	grep -x "devpts /dev/pts devpts .*gid=5,mode=620 0 0" fstab
	grep -x "tmpfs /dev/shm tmpfs defaults 0 0" fstab
	grep -x "proc /proc proc defaults 0 0" fstab
	grep -x "127.0.0.1[[:space:]]*localhost" tree/etc/hosts
	test "$(cat tree/etc/hostname)" = debian1
	grep -Fx "iface eth0 inet dhcp" tree/etc/network/interfaces
	not grep -w source tree/etc/network/interfaces
	test "$(readlink tree/etc/localtime)" = /usr/share/zoneinfo/Europe/Berlin
	hash=$(sed -n "s/^root:\([^:]*\):.*/\1/p" tree/etc/shadow)
	test "$(openssl passwd -1 -salt "$(echo "$hash" | cut -d\$ -f3)" secret)" = "$hash"
	for package in libc6-xen locales console-data linux-image-2.6-xen-686; do
		grep -Fx "Package: $package" tree/var/lib/dpkg/status
	done
	are_disabled 2.3.7
	tail -n 1 tree/var/log/calls | grep -x ldconfig
	grep -x "1:2345:respawn:/sbin/getty 38400 tty1" tree/etc/inittab
	not grep "^[2-6]:" tree/etc/inittab
	not test -e tree/etc/machine-id
	not test -e tree/etc/systemd
'

# What dpkg-divert lists, and what a real dpkg does with a newer package.
test_case 'an upgrade of the libraries leaves them out of the way' '
	require ROOT
	make_guest debian1 --size 200M --toolstack xm
	take_tree debian1.img
	dpkg-divert --admindir tree/var/lib/dpkg --list | sort >diversions
	for name in libc-2.3.6.so libc.so.6; do
		echo "local diversion of /lib/tls/$name to /lib/tls.disabled/$name"
	done | diff - diversions
	mkdir -p new/DEBIAN new/lib/tls
	for line in "Package: libc6" "Version: 2.3.8" "Architecture: i386" \
		"Maintainer: Test <test@mkguest.example>" "Description: newer"; do
		echo "$line"
	done >new/DEBIAN/control
	echo "TLS of 2.3.8" >new/lib/tls/libc-2.3.6.so
	ln -s libc-2.3.6.so new/lib/tls/libc.so.6
	dpkg-deb -b new libc6.deb
	dpkg --root="$PWD/tree" --force-architecture,bad-path --install libc6.deb
	are_disabled 2.3.8
	dpkg-divert --admindir tree/var/lib/dpkg --list | sort | diff diversions -
'

test_case 'nothing is diverted where Xen emulates nothing' '
	make_guest debian1 --size 200M --type pvh --kernel $kernel --verbose
	expect_stderr "no library is diverted: those of etch for i386 need no emulation in a pvh domain"
	take_tree debian1.img
	grep -x "TLS of 2.3.7" tree/lib/tls/libc-2.3.6.so
	test ! -s tree/var/lib/dpkg/diversions
	not grep -Fx "Package: libc6-xen" tree/var/lib/dpkg/status
	expect_stderr "this host has no '"'$kernel'"'"
'

test_case 'today, in the shim' '
	make_guest debian1 --size 200M
	judge_cfg debian1.cfg
	grep -Fx type=pvh xl-check
	grep -Fx pvshim=1 xl-check
	grep -Fx kernel=/usr/lib/grub-xen/grub-i386-xen.bin xl-check
	grep -Fx "disk[0].vdev=xvda1" xl-check
	content boot/grub/grub.cfg | grep -F "linux /vmlinuz root=UUID="
'

test_case 'a dry run names no kernel of the host' '
	run guest debian1 --toolstack xm --kernel $kernel --dry-run
	expect_status 0
	not grep -F "$kernel" "$trash/stdout"
	run guest debian1 --toolstack xm --dry-run
	expect_stdout "would write kernel $PWD/boot/debian1/vmlinuz"
'

test_case '--boot direct: its own kernel' '
	make_guest debian1 --size 200M --toolstack xm --boot direct
	content boot/vmlinuz-2.6.18-6-xen-686 | cmp - boot/debian1/vmlinuz
	"$helper/python-config" debian1.cfg >values
	grep -Fx "kernel=$PWD/boot/debian1/vmlinuz" values
	grep -Fx "disk[0]=file:$PWD/debian1.img,xvda1,w" values
'

test_case 'what such a kernel and such a toolstack cannot' '
	refuse_guest 2 "the kernel of etch for i386 starts in no domain of type pvh, only of type pv" \
		debian1 --type pvh
	refuse_guest 2 "xm knows no pvh" debian1 --toolstack xm --type pvh
	refuse_guest 2 "xm attaches raw images only" debian1 --toolstack xm \
		--disk debian1.qcow2
'

done_testing
