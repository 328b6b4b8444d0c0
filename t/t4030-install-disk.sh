#!/bin/sh
# A block device that an installer is to use: guarded as any guest's, and left
# with nothing that a firmware would boot.

. "$(dirname "$0")/lib.sh"

require LOOP

MKGUEST_STATE=state
export MKGUEST_STATE

test_case 'a device for an installer' '
	MKGUEST_STATE=$PWD/state
	loop_device 8M
	mke2fs -q -F "$device"
	printf "\125\252" | dd of="$device" bs=1 seek=510 conv=notrunc status=none
	set -- --iso /usr/lib/ipxe/ipxe.iso --image-dir . --cfg-dir . \
		--disk "$device"
	run mkguest win1 "$@"
	expect_error 1 "holds an ext2 filesystem"
	test "$(od -An -tx1 -j 510 -N 2 "$device")" = " 55 aa"
	run mkguest win1 "$@" --force
	expect_status 0
	test -z "$(blkid -p "$device")"
	test "$(head -c 1M "$device" | tr -d "\0" | wc -c)" = 0
	test "$(tail -c 1M "$device" | tr -d "\0" | wc -c)" = 0
	grep "vdev=hda,access=rw,target=$device\"" win1.cfg
	run mkguest win2 "$@" --force
	expect_error 1 "is the disk of guest '\''win1'\''"
'

done_testing
