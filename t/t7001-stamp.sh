#!/bin/sh
# A guest is stamped from an image of its base, which the cache keeps; what it
# is does not depend on whether there was one.
. "$(dirname "$0")/guest.sh"

ssh-keygen -q -t ed25519 -N '' -C me -f "$trash/key"
access="--ssh-key $trash/key.pub --ssh-host-keys first-boot"
wish="--size 300M $access"

# NAME [OPTION…]
stamp() {
	# shellcheck disable=SC2086
	make_guest "$@" $wish
}

# NAME [OPTION…]: without a sandbox, from an image that was kept.
stamp_again() {
	stamp "$@"
	not grep "unpack\|taking the base\|filling the base image" \
		"$trash/stderr"
}

base_image() {
	ls "$cache"/bases/*.img
}

# A guest of the same name finds nothing of this one.
forget_guest() {
	rm -rf state debian1.img debian1.cfg
}

# IMAGE: what e2fsck has to say, and does GRUB read it?
judge_image() {
	is_clean "$1"
	grub-fstest "$1" ls "(loop0)/" | grep -F "etc/"
	dumpe2fs -h "$1" 2>&1 | not grep -i "bad\|corrupt\|error:"
}

test_case 'from packages, from the image, from the tar: the same, bit for bit' '
	export SOURCE_DATE_EPOCH=1700000000
	forget_bases
	stamp debian1
	expect_stderr "filling the base image"
	judge_image debian1.img
	mv debian1.img cold.img
	forget_guest
	stamp_again debian1
	cmp cold.img debian1.img
	forget_guest
	rm "$cache"/bases/*.im*
	stamp debian1
	expect_stderr "taking the base from the cache"
	expect_stderr "filling the base image"
	cmp cold.img debian1.img
'

test_case 'a user stamps what root stamps' '
	require ROOT USER
	export SOURCE_DATE_EPOCH=1700000000
	stamp debian1
	for name in debian1 debian2; do
		as_user env SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH \
			MKGUEST_STATE= mkguest $archive $name \
			$wish 2>user.log
	done
	not grep "unpack" user.log
	cmp debian1.img user/debian1.img
	is_clean user/debian2.img
	rm -r user/cache
	no_leftovers .
'

# FILE OFFSET: the 16 bytes there, as a UUID has them.
bytes_at() {
	od -An -v -tx1 -j "$2" -N 16 "$1" | tr -d " \n"
	echo
}

test_case 'its UUID and label, in each superblock and in the journal' '
	stamp web1
	wish=$access
	stamp debian1 --disk debian1.img,size=300M,label=own
	not grep "filling the base image" "$trash/stderr"
	judge_image debian1.img
	uuid=$(field Disk | tr "," "\n" | sed -n "s/^uuid=//p")
	not grep "$uuid" "$PWD/state/guests/web1"
	test "$(blkid -p -o value -s UUID debian1.img)" = "$uuid"
	test "$(blkid -p -o value -s LABEL debian1.img)" = own
	test -z "$(blkid -p -o value -s LABEL web1.img)"
	content etc/fstab | grep "^UUID=$uuid"
	dumpe2fs -h debian1.img 2>/dev/null | grep "Filesystem UUID: *$uuid"
	debugfs -R "cat <8>" debian1.img 2>/dev/null >journal
	{
		bytes_at debian1.img 1128
		bytes_at debian1.img 134217832
		bytes_at journal 48
	} >found
	for _ in 1 2 3; do
		echo "$uuid" | tr -d -
	done | diff - found
'

# What it held goes in one stroke where the device can do that.
test_case 'on a device only the blocks that are used are written' '
	require LOOP
	loop_device 300M
	tr "\0" "\377" </dev/zero | dd of="$device" bs=1M count=300 \
		iflag=fullblock status=none
	export SOURCE_DATE_EPOCH=1700000000
	stamp debian1
	mv debian1.img image.img
	forget_guest
	wish=$access
	stamp debian1 --disk "$device"
	judge_image "$device"
	cmp image.img "$device"
	sync "$device"
	file=$(losetup --noheadings --output BACK-FILE "$device")
	test "$(stat -c %b "$file")" -lt $((64 << 11))
'

overwrite() {
	printf x | dd of="$1" bs=1 seek=2000000 conv=notrunc status=none
}

test_case 'a damaged image is told, and made anew' '
	forget_bases
	stamp debian1
	for damage in "overwrite \$image" "truncate -s 1M \$image" \
		"rm \$image" ": >\$record"; do
		image=$(base_image)
		forget_guest
		record=${image%.img}.image
		eval "$damage"
		stamp debian1
		expect_stderr "the kept base image"
		expect_stderr "is damaged and made anew"
		is_clean
		forget_guest
		stamp_again debian1
	done
'

test_case 'a copy of the cache is as good as the cache' '
	stamp debian1
	cp -a "$cache" copy
	wish="$wish --cache-dir copy"
	stamp_again debian2
	is_clean debian2.img
	image=$(ls copy/bases/*.img)
	overwrite "$image"
	run mkguest-root --cache-dir copy --verify
	expect_stderr "the kept base"
	expect_status 1
	test ! -e "$image"
'

test_case 'an edit that fails leaves the disk as it was' '
	require LOOP
	wish="--size 100M $access"
	head -c 100M /dev/urandom >large
	loop_device 100M
	echo before | dd of="$device" bs=1M seek=50 status=none
	sha256sum "$device" >digest
	# shellcheck disable=SC2086
	refuse_guest 1 "no space left" debian1 $wish --upload large:/srv/large
	expect_stderr "ask for a larger disk with --size"
	# shellcheck disable=SC2086
	refuse_guest 1 "no space left" debian1 $access --disk "$device" \
		--upload large:/srv/large
	sha256sum -c --quiet digest
'

test_case '--boot direct: the kernel comes out of the image' '
	stamp debian1
	stamp_again debian2 --boot direct
	content boot/vmlinuz-6.1.0-99-cloud-$(dpkg --print-architecture) \
		debian2.img | cmp - boot/debian2/vmlinuz
'

test_case 'in a partition table and in another format' '
	export SOURCE_DATE_EPOCH=1700000000
	stamp debian1
	wish=$access
	stamp debian2 --disk debian2.qcow2,size=300M
	not grep "filling the base image" "$trash/stderr"
	qemu-img convert -O raw debian2.qcow2 debian2.img
	is_clean debian2.img
	stamp debian3 --disk debian3.img,size=300M,table=gpt
	blkid -p -o value -s PTTYPE debian3.img | grep -x gpt
	forget_guest
	stamp_again debian1 --disk debian1.img,size=300M,table=gpt
'

test_case 'a base that no two guests may share is kept by nobody' '
	forget_bases
	stamp debian1 --customize-hook "echo mine >\"\$1/srv/mine\""
	expect_stderr "filling the base image"
	test "$(content srv/mine)" = mine
	is_clean
	not base_image
'

test_case 'a cache without room for it' '
	require ROOT
	mkdir small
	mount -t tmpfs -o size=24M small small
	trap "umount small; stop_servers" EXIT
	# shellcheck disable=SC2086
	run guest debian1 $wish --cache-dir small
	expect_status 0
	expect_stderr "the cache has no room for it"
	is_clean
	not ls small/bases/*.img
'

test_case 'hooks that want to see the root or its disk do so' '
	forget_bases
	stamp debian1 --personalise-hook "echo one >\"\$1/srv/one\"" \
		--filled-hook "debugfs -R \"cat srv/one\" \"\$1\" >$PWD/two"
	not grep "base image" "$trash/stderr"
	test "$(content srv/one)" = one
	test "$(cat two)" = one
	not base_image
'

done_testing
