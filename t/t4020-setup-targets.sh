#!/bin/sh
# What mkguest-setup may change: block devices as images, and none in use.

. "$(dirname "$0")/lib.sh"

require ROOT LOOP
MKGUEST_STATE=$trash/state
export MKGUEST_STATE

mkdir -p base/etc mnt
echo 12.5 >base/etc/debian_version

refuses() {
	run mkguest-setup --hostname web1 "$2"
	expect_error 1 "$1"
}

test_case 'a block device' '
	loop_device 32M
	mke2fs -q -t ext3 -d ../base "$device"
	run mkguest-setup --hostname web1 "$device"
	expect_status 0
	e2fsck -fn "$device"
	test "$(debugfs -R "cat /etc/hostname" "$device" 2>/dev/null)" = web1
	run mkguest-setup --reset "$device"
	expect_status 0
	e2fsck -fn "$device"
'

test_case 'what is mounted or attached is refused, and nothing changes' '
	loop_device 32M
	mke2fs -q -t ext4 -d ../base "$device"
	file=$(losetup --noheadings --output BACK-FILE "$device")
	before=$(sha256sum <"$file")
	refuses "$device" "$file"
	test "$(sha256sum <"$file")" = "$before"
	unshare --mount sh -ec "
		mount -o ro $device ../mnt
		! mkguest-setup --hostname web1 $device
		" 2>said
	grep "mounted" said
	test "$(sha256sum <"$file")" = "$before"
	printf "#!/bin/sh\nexec 9<\"\$1\"; flock 9; exec sleep 60\n" >holder
	sh holder "$device" &
	holder=$!
	until not flock --nonblock "$device" true; do sleep 0.02; done
	refuses "locked" "$device"
	kill $holder
'

done_testing
