#!/bin/sh
# Filesystems of every type: made, filled, mounted by the kernel and compared.
. "$(dirname "$0")/lib.sh"

fill_disk=$MKGUEST_BUILD/t/helper/fill-disk
features=has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit
features=$features,flex_bg,sparse_super,large_file,extra_isize,metadata_csum

# What every type can hold, in ./tree.
tree_script='
	umask 022
	mkdir -p tree/etc tree/usr/bin tree/tmp tree/var/mail tree/srv/a
	echo hello >tree/etc/hello
	: >tree/etc/empty
	head -c 3000001 /dev/urandom >tree/usr/large
	truncate -s 2M tree/usr/hole
	echo end >>tree/usr/hole
	cp /bin/true tree/usr/bin/su
	ln -s ../usr/bin/su tree/etc/link
	mkfifo tree/srv/fifo
	for i in $(seq 300); do echo "$i" >tree/srv/a/name-$i; done
	chown 5:6 tree/srv tree/srv/a/name-7
	chown 100:200 tree/var/mail
	chmod 4755 tree/usr/bin/su
	chmod 2775 tree/var/mail
	chmod 1777 tree/tmp
	touch -d "2001-02-03 04:05:06 UTC" tree/etc/hello tree/usr
'
# What some cannot when a user makes them.
more_script='
	ln tree/etc/hello tree/etc/again
	ln tree/etc/hello tree/usr/third
	python3 -c "
import os, struct
capability = struct.pack(\"<5I\", 0x2000001, 1 << 13, 0, 0, 0)
os.setxattr(\"tree/usr/bin/su\", \"security.capability\", capability)"
'

# compare DISK TREE-OR-TAR PATTERN…: mounted by the kernel, it is the same but
# for these lines
compare() {
	mkdir -p mnt
	unshare --mount sh -ec '
		mount -o ro,loop "$1" mnt
		"$2/tree-compare" mnt "$3" || test $? = 1
	' sh "$1" "$helper" "$2" >differences
	shift 2
	for pattern in '^\./dev' '^\./lost+found' "$@"; do
		sed -i "\\,$pattern,d" differences
	done
	cat differences
	test ! -s differences
}

check() {
	case $1 in
	ext*) e2fsck -fn "$2" ;;
	xfs) xfs_repair -n -f "$2" ;;
	btrfs) btrfs check "$2" ;;
	esac
}

types="ext4 xfs btrfs"
test -z "${MKGUEST_LONG-}" || types="ext2 ext3 $types"
for type in $types; do
	list=
	test $type != ext4 || list=$features
	export type list
	test_case "$type in an image holds the tree" '
		require ROOT LOOP
		eval "$tree_script $more_script"
		truncate -s 320M disk
		"$fill_disk" $type disk tree $list
		test "$(blkid -p -o value -s TYPE disk)" = $type
		test "$(blkid -p -o value -s LABEL disk)" = a-label
		check $type disk
		compare disk tree
		no_leftovers .
	'
	test_case "$type on a device that is held" '
		require ROOT LOOP
		eval "$tree_script $more_script"
		head -c 4M /dev/zero | tr "\\0" "\\377" >disk
		truncate -s 320M disk
		device=$(losetup -f --show disk)
		trap "losetup -d $device" EXIT
		"$fill_disk" $type "$device" tree $list
		check $type "$device"
		compare "$device" tree
	'
done

# The same tree, made by a user; user/tree.tar has it in the terms of its ids.
user_tree() {
	as_user unshare --map-root-user --map-auto sh -ec "$1"'
		tar --xattrs --xattrs-include="*" -C tree -cf tree.tar .
		truncate -s 320M disk'
}

test_case 'xfs that a user fills: what is lost is said' '
	require USER ROOT LOOP
	user_tree "$tree_script $more_script"
	run as_user "$fill_disk" xfs disk tree
	expect_status 0
	expect_stderr "1 extended attributes, 2 hard links (copies now)"
	check xfs user/disk
	compare user/disk user/tree.tar "time" "xattrs" "link"
'
test_case 'btrfs that a user fills' '
	require USER ROOT LOOP
	user_tree "$tree_script $more_script"
	run as_user "$fill_disk" btrfs disk tree
	expect_status 0
	expect_stderr "whole seconds"
	check btrfs user/disk
	compare user/disk user/tree.tar
'
test_case 'what a prototype cannot take is refused' '
	require USER
	user_tree "$tree_script touch \"tree/etc/a name\""
	run as_user "$fill_disk" xfs disk tree
	expect_status 1
	expect_stderr "'"'/etc/a name'"': mkfs.xfs cannot take a name with a blank"
'
done_testing
