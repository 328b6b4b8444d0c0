#!/bin/sh
# Where a guest offers its login, how passwords are hashed, and what its disks are
# called, as each kind of release has it: on a directory and on an image alike,
# judged by findmnt, crypt(3), and what inittab(5) says of itself.

. "$(dirname "$0")/lib.sh"

# As little of a Debian as the steps look at, with an init of old.
mkdir -p base/etc/network base/sbin base/boot base/usr/share/zoneinfo/Etc
cp /usr/share/zoneinfo/Etc/UTC base/usr/share/zoneinfo/Etc/UTC
touch base/sbin/ifup base/boot/vmlinuz-6 base/boot/initrd.img-6
echo 'root:*:1:0:99999:7:::' >base/etc/shadow
ln -s boot/vmlinuz-6 base/vmlinuz
ln -s boot/initrd.img-6 base/initrd.img
printf 'console\ntty1\ntty2' >base/etc/securetty
cat >base/etc/inittab <<'END'
# The default runlevel.
id:2:initdefault:
si::sysinit:/etc/init.d/rcS
~~:S:wait:/sbin/sulogin
l2:2:wait:/etc/init.d/rc 2
z6:6:respawn:/sbin/sulogin
ca:12345:ctrlaltdel:/sbin/shutdown -t1 -a -r now

1:2345:respawn:/sbin/getty 38400 tty1
2:23:respawn:/sbin/getty 38400 tty2
6:23:respawn:/sbin/getty 38400 tty6
T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100
#T1:23:respawn:/sbin/getty -L ttyS1 9600 vt100
END

# A root of either kind: ./root or ./root.img
make_root() {
	cp -a "$trash/base" root
	test "$1" = directory || mke2fs -q -t ext4 -d root root.img 16M
}

look() {
	test -e root.img || return 0
	e2fsck -fn root.img >checked 2>&1 || { cat checked; false; }
	rm -rf root && mkdir root
	debugfs -R "rdump / root" root.img 2>/dev/null
}

on_both() {
	for kind in directory image; do
		root=root
		test $kind = directory || root=root.img
		test_case "$kind: $1" "make_root $kind; $2"
	done
}

# SUITE [OPTION…]: the guest debian1 in $root
personalise() {
	suite=$1
	shift
	run "$MKGUEST_BUILD/t/helper/personalise-root" "$root" debian1 "$suite" \
		"$@"
	expect_status 0
	look
}

# Four fields; ids of up to four characters, each but once: inittab(5).
judge_inittab() {
	grep -v -e "^#" -e "^$" root/etc/inittab | awk -F: "
		NF < 4 || length(\$1) > 4 || seen[\$1]++ { print; bad = 1 }
		END { exit bad }"
}

# The terminals with a getty.
gettys() {
	judge_inittab
	sed -n "/^#/d; s/.*getty //p" root/etc/inittab |
		grep -o -E "(tty|hvc)[S0-9]+" | tr "\n" " "
}

on_both 'sysvinit, and a console that the kernel calls tty1' '
	personalise etch
	test "$(gettys)" = "tty1 ttyS0 "
	printf "console\ntty1\ntty2\n" | diff - root/etc/securetty
	sed "s/^[26]:/#&/" "$trash/base/etc/inittab" | diff - root/etc/inittab
'

on_both 'sysvinit, and hvc0' '
	personalise wheezy
	test "$(gettys)" = "tty1 ttyS0 hvc0 "
	grep -Fx "hvc0:2345:respawn:/sbin/getty 38400 hvc0" root/etc/inittab
	printf "console\ntty1\ntty2\nhvc0\n" | diff - root/etc/securetty
	cp root/etc/inittab once
	personalise wheezy
	diff once root/etc/inittab
	test "$(grep -c hvc0 root/etc/securetty)" = 1
'

on_both 'systemd finds hvc0 itself' '
	if test -e root.img; then
		printf "rm /etc/inittab\nrm /etc/securetty\n" |
			debugfs -w -f - root.img >/dev/null 2>&1
	else
		rm root/etc/inittab root/etc/securetty
	fi
	personalise trixie
	test ! -e root/etc/inittab
	test ! -e root/etc/securetty
	test ! -e root/etc/systemd/system/getty.target.wants
'

test_case 'passwords as the login of each release reads them' '
	(umask 077 && echo "correct horse" >password)
	while read -r suite prefix; do
		make_root directory
		root=root
		personalise "$suite" --root-password file:password
		hash=$(cut -d: -f2 root/etc/shadow)
		case $hash in "$prefix"*) ;; *) echo "$suite: $hash"; exit 1 ;; esac
		test "$(perl -e "print crypt(\"correct horse\", shift)" \
			"$hash")" = "$hash"
		rm -r root
	done <<-"END"
		etch $1$
		lenny $6$
		buster $6$
		bullseye $y$
		sid $y$
	END
'

# By findmnt: one line for each.
mounts() {
	findmnt --tab-file root/etc/fstab --raw --noheadings \
		--output SOURCE,TARGET,FSTYPE,OPTIONS
}

grub_root() {
	sed -n "s/.* root=\([^ ]*\) .*/\1/p" root/boot/grub/grub.cfg
}

on_both 'disks by UUID' '
	uuid=0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c4d
	personalise bookworm --disk a.img --swap "b.img,size=1G,uuid=$(
		echo $uuid | tr 0 1)"
	mounts >words
	printf "%s\n" "UUID=$uuid / ext4 errors=remount-ro" \
		"UUID=$(echo $uuid | tr 0 1) none swap sw" | diff words -
	test "$(grub_root)" = "UUID=$uuid"
'

on_both 'disks by label' '
	personalise bookworm --disk a.img,label=root --fstab-by label \
		--disk "b.img,size=1G,mount=/srv,label=my data,options=noatime"
	mounts >words
	printf "%s\n" "LABEL=root / ext4 errors=remount-ro" \
		"LABEL=my\x20data /srv ext4 noatime" | diff words -
	test "$(grub_root)" = LABEL=root
'

on_both 'disks by what the domain calls them, with a table or without' '
	personalise bookworm --disk a.img,table=gpt --fstab-by vdev \
		--disk b.img,size=1G,mount=/srv,table=mbr --swap 1G
	mounts >words
	printf "%s\n" "/dev/xvda3 / ext4 errors=remount-ro" \
		"/dev/xvdb1 /srv ext4 defaults" "/dev/xvdc none swap sw" |
		diff words -
	test "$(grub_root)" = /dev/xvda3
'

on_both 'an old guest of xm: its disks, and what nobody else mounts' '
	personalise etch --toolstack xm --disk /dev/hda3,vdev=hda1 \
		--swap /dev/hda5,vdev=hda2
	mounts >words
	printf "%s\n" "/dev/hda1 / ext3 errors=remount-ro" \
		"/dev/hda2 none swap sw" "proc /proc proc defaults" \
		"devpts /dev/pts devpts gid=5,mode=620" \
		"tmpfs /dev/shm tmpfs defaults" | diff words -
	test "$(grub_root)" = /dev/hda1
'

test_case 'disks without a label, and no such name' '
	for options in "--fstab-by label" "--fstab-by label --disk a.img,label=a --swap 1G"; do
		run mkguest debian1 $options
		expect_error 2 "has no label="
	done
	run mkguest debian1 --fstab-by path
	expect_error 2 "'"'path'"' is unknown; it can be uuid, label or vdev"
'

done_testing
