#!/bin/sh
# What an ordinary user can have of disks: all that images can be.
. "$(dirname "$0")/guest.sh"
require USER

mkdir "$trash/user-cache"
test "$(id -u)" -ne 0 || chown $test_user: "$trash/user-cache"

# [OPTION…]: guest debian1 in ./user.
user_guest() {
	# shellcheck disable=SC2086
	run as_user env MKGUEST_STATE= mkguest $archive debian1 \
		--image-dir . --cfg-dir . --boot-dir boot \
		--cache-dir "$trash/user-cache" "$@"
}

make_user_guest() {
	user_guest "$@"
	expect_status 0
	no_leftovers .
	test "$(find user -maxdepth 1 -name "*.img" -printf "%m\n" -o \
		-name "*.qcow2" -printf "%m\n" | sort -u)" = 600
	judge_cfg user/debian1.cfg
}

type_of() {
	blkid -p -o value -s TYPE "user/$1"
}

test_case 'several disks, swap space, other filesystems' '
	make_user_guest --size 100M --swap 16M --disk debian1.img,fs=ext3 \
		--disk v.img,size=64M,fs=ext2,mount=/var,label=var \
		--disk x.img,size=320M,fs=xfs,mount=/srv \
		--disk b.img,size=320M,fs=btrfs,mount=/home
	for disk in debian1:ext3 v:ext2 x:xfs b:btrfs debian1-swap:swap; do
		test "$(type_of "${disk%:*}.img")" = "${disk#*:}"
	done
	is_clean user/debian1.img
	is_clean user/v.img
	btrfs check -q --readonly user/b.img
	xfs_repair -n user/x.img >words 2>&1
	debugfs -R "stat /etc/fstab" user/debian1.img 2>/dev/null |
		grep "User: *0 *Group: *0 "
	content lib/dpkg/status user/v.img | grep -x "Package: base-files"
'

test_case 'a root of xfs or btrfs, and the kernel out of it' '
	for fs in xfs btrfs; do
		make_user_guest --size 320M --disk debian1.img,fs=$fs \
			--boot direct --force
		expect_stderr "warning: "
		test "$(type_of debian1.img)" = $fs
		test "$(grub-fstest user/debian1.img cat /etc/hostname)" = debian1
		for file in vmlinuz initrd.img; do
			grub-fstest user/debian1.img cat /$file |
				cmp - user/boot/debian1/$file
		done
	done
'

test_case 'qcow2, and room from the first' '
	make_user_guest --size 100M --full --disk debian1.qcow2 \
		--disk h.img,size=48M,mount=/home --swap 16M
	test "$(stat -c "%b * %B / %s" user/h.img | xargs expr)" -ge 1
	test "$(stat -c "%b * %B / %s" user/debian1-swap.img | xargs expr)" -ge 1
	qemu-img check -q -f qcow2 user/debian1.qcow2
	qemu-img convert -f qcow2 -O raw user/debian1.qcow2 raw
	is_clean raw
'

test_case 'a partition table, with GRUB in front' '
	for table in gpt mbr; do
		make_user_guest --size 140M --disk debian1.img,table=$table --force
		sfdisk --verify user/debian1.img
		sfdisk --json user/debian1.img >json
		start=$(grep -o "\"start\": *[0-9]*" json | tail -1 | tr -dc 0-9)
		size=$(grep -o "\"size\": *[0-9]*" json | tail -1 | tr -dc 0-9)
		dd if=user/debian1.img of=part bs=1M skip=$((start / 2048)) \
			count=$((size / 2048)) status=none
		is_clean part
		head -c 440 user/debian1.img | grep -aq GRUB
	done
	make_user_guest --size 140M --disk debian1.qcow2,table=gpt --force
	qemu-img check -q -f qcow2 user/debian1.qcow2
'

test_case 'a filesystem that is kept' '
	as_user true
	truncate -s 120M user/debian1.img
	mke2fs -q -t ext4 -L mine user/debian1.img
	test "$(id -u)" -ne 0 || chown $test_user: user/debian1.img
	uuid=$(blkid -p -o value -s UUID user/debian1.img)
	make_user_guest --keep-filesystem
	is_clean user/debian1.img
	test "$(blkid -p -o value -s LABEL user/debian1.img)" = mine
	test "$(blkid -p -o value -s UUID user/debian1.img)" = "$uuid"
	test "$(content etc/hostname user/debian1.img)" = debian1
'

test_case 'an image of a guest grows, and --wipe has nothing to do' '
	make_user_guest --size 100M --swap 16M --wipe
	run as_user env MKGUEST_STATE= mkguest-disk grow --size 200M debian1.img
	expect_status 0
	is_clean user/debian1.img
	test "$(dumpe2fs -h user/debian1.img 2>/dev/null |
		sed -n "s/^Block count: *//p")" = 51200
	run as_user env MKGUEST_STATE= mkguest-disk grow --size 32M \
		debian1-swap.img
	expect_status 0
	swaplabel user/debian1-swap.img
	run as_user mkguest-disk --wipe --size 64M new.img
	expect_status 0
	is_clean user/new.img
'

test_case 'a device is refused, and nothing is changed' '
	require LOOP
	loop_device 100M
	sum=$(sha256sum <"$device")
	user_guest --disk "$device"
	expect_error 1 "$device"
	test "$sum" = "$(sha256sum <"$device")"
	not ls user/debian1.cfg
	no_leftovers .
'

done_testing
