#!/bin/sh
# Targets that change while a run is at work, and those with odd names.
. "$(dirname "$0")/guest.sh"

# COMMAND OPTION…: a run that stands still, while COMMAND is done, between the
# look at its disks and the first byte.
run_with() {
	command=$1
	shift
	export MKGUEST_STATE="$PWD/state"
	mkfifo pipe
	: >"$trash/stderr"
	# shellcheck disable=SC2086
	mkguest $archive $here --cache-dir "$cache" debian1 "$@" -v \
		>"$trash/stdout" 2>pipe &
	while read -r line; do
		echo "$line" >>"$trash/stderr"
		test "$line" = "mkguest: planning: archive" || continue
		kill -STOP $!
		sh -ec "$command"
		kill -CONT $!
	done <pipe
	status=0
	wait $! || status=$?
	rm pipe
}

test_case 'a device that shrinks after it was looked at' '
	loop_device 100M
	backing=$trash/disk.$test_count.$loops
	run_with \
		"truncate -s 20M $backing; losetup -c $device" \
		--disk "$device"
	expect_error 1 "$device"
	test ! -e debian1.cfg
	test ! -e state/guests/debian1
	no_leftovers .
	truncate -s 100M "$backing"
	losetup -c "$device"
	make_guest debian1 --disk "$device" --force
	is_clean "$device"
'

# COMMAND OPTION…: the same, when the disks are filled but not synced: then a
# disk that is to be qcow2 is converted. ROOT.
run_at_end_with() {
	mkdir -p bin
	cat >bin/qemu-img <<-END
		#!/bin/sh
		test "\$1" != convert || { $1; }
		exec /usr/bin/qemu-img "\$@"
	END
	chmod +x bin/qemu-img
	shift
	# shellcheck disable=SC2016,SC2086
	MKGUEST_STATE=$PWD/state run unshare --mount sh -c '
		mount --bind bin /usr/local/sbin
		exec mkguest "$@"
	' sh $archive $here --cache-dir "$cache" debian1 \
		--disk q.qcow2,size=48M,mount=/home "$@"
}

# What a run on devices made of $backing has said, and left.
expect_vanished() {
	expect_error 1 "$1"
	test ! -e debian1.cfg
	test ! -e state/guests/debian1
	test ! -e q.qcow2
	no_leftovers .
}

test_case 'a device that vanishes: before it is written, and after' '
	loop_device 100M
	vanish="truncate -s 0 $trash/disk.$test_count.$loops
		losetup -c $device"
	run_with "$vanish" --disk "$device"
	expect_vanished "'\''$device'\''"
	truncate -s 100M "$trash/disk.$test_count.$loops"
	losetup -c "$device"
	for option in "--disk $device" "--disk $device,fs=xfs" \
		"--disk d.img --swap $device"; do
		truncate -s 0 "$trash/disk.$test_count.$loops"
		truncate -s 320M "$trash/disk.$test_count.$loops"
		losetup -c "$device"
		run_at_end_with "$vanish" --size 320M $option
		expect_vanished "'\''$device'\'' has"
		test ! -e d.img
	done
'

test_case 'a device that shrinks by its last block while it is written' '
	loop_device 100M
	run_at_end_with "truncate -s 99M $trash/disk.$test_count.$loops
		losetup -c $device" --disk "$device"
	expect_vanished "'\''$device'\'' has shrunk from 100 MiB to 99 MiB"
'

test_case 'a loop device that is detached meanwhile is complete' '
	loop_device 100M
	backing=$trash/disk.$test_count.$loops
	run_at_end_with "losetup --detach $device" --disk "$device"
	expect_status 0
	is_clean "$backing"
	devices=
'

test_case 'devices with sectors of 4 KiB' '
	loop_device 320M --sector-size 4096
	root=$device
	loop_device 32M --sector-size 4096
	mkdir mnt
	for fs in ext4 xfs btrfs; do
		make_guest debian1 --disk "$root,fs=$fs" --swap "$device" --force
		test "$(blockdev --getss "$root")" = 4096
		mount -o ro "$root" mnt
		test "$(cat mnt/etc/hostname)" = debian1 || status=1
		umount mnt
		swapon "$device"
		swapoff "$device"
		expect_status 0
	done
	make_guest debian1 --disk "$root,table=mbr" --force
	sfdisk --dump "$root" >dump
	grep "sector-size: 4096" dump
	grep "start= *256, size= *81664, type=83, bootable" dump
	dd if="$root" of=part bs=1M skip=1 status=none
	truncate -s 319M part
	is_clean part
	mke2fs -q -F -t ext4 "$root"
	make_guest debian1 --disk "$root" --force --keep-filesystem
	is_clean "$root"
'

test_case 'a device whose node has become another one' '
	loop_device 100M
	ln -s "$device" disk
	loop_device 100M
	sum=$(sha256sum <"$device")
	run_with "ln -sfn $device disk" --disk disk
	expect_error 1 "has become another device meanwhile"
	test "$sum" = "$(sha256sum <"$device")"
	test ! -e debian1.cfg
	no_leftovers .
'

test_case 'an image directory that is moved away meanwhile' '
	mkdir images
	run_with "mv images moved; mkdir images" \
		--size 100M --image-dir images
	expect_error 1 "has become another one meanwhile"
	test -z "$(ls -A images moved | grep -v :)"
	test ! -e debian1.cfg
	no_leftovers .
'

test_case 'directories that are read-only' '
	require ROOT
	for place in image cfg; do
		mkdir ro
		mount -t tmpfs -o ro none ro
		run guest debian1 --size 100M --$place-dir ro
		umount ro
		rmdir ro
		expect_error 1 "Read-only file system"
		no_leftovers .
	done
'

test_case 'an image that is a symlink, and one in a directory that is one' '
	echo precious >file
	ln -s file debian1.img
	refuse_guest 1 "is a symbolic link; name the image itself" debian1 \
		--size 100M --force
	test "$(cat file)" = precious
	rm debian1.img
	mkdir images
	ln -s images link
	make_guest debian1 --size 100M --image-dir link
	is_clean images/debian1.img
	grep -F "debian1.img" debian1.cfg
'

test_case 'names that a domain file can hold, and those that it cannot' '
	mkdir "a b" "c,d" "e'\''f" "g\"h"
	make_guest debian1 --size 100M --image-dir "a b"
	is_clean "a b/debian1.img"
	judge_cfg debian1.cfg
	grep -Fx "disk[0].pdev_path=$PWD/a b/debian1.img" xl-check
	for directory in "c,d" "e'\''f" "g\"h"; do
		run guest debian2 --size 100M --image-dir "$directory"
		if test "$status" -eq 0; then
			is_clean "$directory/debian2.img"
			judge_cfg debian2.cfg
			grep -Fx "disk[0].pdev_path=$PWD/$directory/debian2.img" \
				xl-check
			rm "$directory/debian2.img" debian2.cfg
			rm -r state/guests/debian2
		else
			grep "^mkguest: error: " "$trash/stderr"
			test -z "$(ls -A "$directory")"
			test ! -e debian2.cfg
		fi
	done
	run guest debian2 --size 100M --disk "a
b.img"
	expect_error 2 "--disk: there is a control character in it"
	no_leftovers .
'

done_testing
