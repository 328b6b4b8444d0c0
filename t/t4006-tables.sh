#!/bin/sh
# Guests on whole disks with a partition table, and with GRUB for a BIOS and for
# UEFI.
. "$(dirname "$0")/guest.sh"

# IMAGE: the last partition's content goes to ./part
part_of() {
	sfdisk --json "$1" >json
	start=$(grep -o '"start": *[0-9]*' json | tail -1 | tr -dc 0-9)
	size=$(grep -o '"size": *[0-9]*' json | tail -1 | tr -dc 0-9)
	test $((start % 2048)) = 0 -a $((size % 2048)) = 0
	dd if="$1" of=part bs=1M skip=$((start / 2048)) \
		count=$((size / 2048)) conv=sparse status=none
}

# IMAGE POSITION: 8 bytes of it.
number() {
	od -An -t u8 -j "$2" -N 8 "$1" | tr -d ' '
}

# IMAGE SECTOR: GRUB begins here and goes on there.
has_grub() {
	dd if="$1" bs=440 count=1 status=none | grep -aq "GRUB" &&
		test "$(number "$1" 92)" = "$2" &&
		test "$(number "$1" $(($2 * 512 + 500)))" = $(($2 + 1)) &&
		test "$(od -An -t x1 -j 510 -N 2 "$1")" = ' 55 aa'
}

# IMAGE [SECTOR_SIZE]: its EFI system partition goes to ./esp, GRUB out of it
# to ./efi.
has_efi() {
	dd if="$1" of=esp bs=1M skip=2 count=32 status=none
	fsck.vfat -n esp
	blkid -p -o export esp >words
	grep -Fx TYPE=vfat words
	grep -Fx "BLOCK_SIZE=${2-512}" words
	test "$(mdir -b -/ -i esp ::)" = "::/EFI/
::/EFI/BOOT/
::/EFI/BOOT/BOOTX64.EFI"
	mcopy -n -i esp ::/EFI/BOOT/BOOTX64.EFI efi
	file efi | grep -F "PE32+ executable (EFI application) x86-64"
	grep -aF "search.fs_uuid $(blkid -p -o value -s UUID part) root" efi
}

# NAME [OPTION…]: mkguest on a host without GRUB's images.
guest_without_grub() {
	mkdir none
	# shellcheck disable=SC2016,SC2086
	MKGUEST_STATE=$PWD/state unshare --mount sh -c '
		mount --bind none /usr/lib/grub
		exec mkguest "$@"
	' sh $archive $here --cache-dir "$cache" "$@"
}

test_case 'GPT: partitions for a BIOS and UEFI, the root in the rest' '
	make_guest debian1 --size 100M --disk debian1.img,table=gpt --swap 32M
	part_of debian1.img
	grep -F "\"label\": \"gpt\"" json
	grep -F "\"type\": \"21686148-6449-6E6F-744E-656564454649\"" json
	grep -F "\"type\": \"C12A7328-F81F-11D2-BA4B-00A0C93EC93B\"" json
	sfdisk -l debian1.img | grep "4096 *69631 *65536 *32M EFI System$"
	sfdisk --verify debian1.img
	test "$start $size" = "69632 133120"
	is_clean part
	test "$(content etc/hostname part)" = debian1
	content etc/fstab part >fstab
	grep "^UUID=$(blkid -p -o value -s UUID part)	/	ext4	" fstab
	not grep -F /boot/efi fstab
	has_grub debian1.img 2048
	has_efi debian1.img
	judge_cfg debian1.cfg
	grep -Fx "disk[0].vdev=xvda" xl-check
	grep -Fx "disk[1].vdev=xvdb" xl-check
	field Disk | grep -F ",table=gpt"
'

test_case 'MBR: GRUB in the gap; a table on a disk that does not boot' '
	make_guest debian1 --size 100M --disk debian1.img,table=mbr \
		--disk h.img,table=gpt,size=48M,mount=/home \
		--swap s.img,size=16M,table=mbr
	part_of debian1.img
	grep -F "\"label\": \"dos\"" json
	grep -F "\"bootable\": true" json
	test "$start $size" = "2048 202752"
	is_clean part
	has_grub debian1.img 1
	part_of h.img
	test "$start $size" = "2048 94208"
	is_clean part
	part_of s.img
	grep -F "\"type\": \"82\"" json
	test "$(blkid -p -o value -s TYPE part)" = swap
	for disk in 0].vdev=xvda 1].vdev=xvdb 2].vdev=xvdc; do
		judge_cfg debian1.cfg
		grep -Fx "disk[$disk" xl-check
	done
'

test_case 'a table within qcow2; the same bytes again' '
	ssh-keygen -q -t ed25519 -N "" -f key
	export SOURCE_DATE_EPOCH=1700000000
	for n in 1 2; do
		make_guest debian1 --size 100M --ssh-key key.pub --force \
			--disk $n.qcow2,table=gpt
	done
	cmp 1.qcow2 2.qcow2
	qemu-img convert -f qcow2 -O raw 1.qcow2 1.img
	part_of 1.img
	is_clean part
	has_grub 1.img 2048
	has_efi 1.img
	test "$(mdir -i esp ::/EFI/BOOT/BOOTX64.EFI |
		grep -c "2023-11-14  22:13")" = 1
'

test_case 'a block device: nothing of the former tenant remains' '
	loop_device 100M
	yes tenant | dd of="$device" bs=1M count=100 status=none \
		iflag=fullblock
	make_guest debian1 --disk "$device,table=gpt"
	part_of "$device"
	is_clean part
	not grep -aq tenant "$device"
	has_grub "$device" 2048
	has_efi "$device"
	make_guest debian1 --disk "$device,table=mbr" --force
	part_of "$device"
	is_clean part
	refuse_guest 2 "without a partition table; leave out table=" debian1 \
		--disk "$device,table=mbr" --force --keep-filesystem
'

test_case 'a device with sectors of 4 KiB' '
	loop_device 100M --sector-size 4096
	make_guest debian1 --disk "$device,table=gpt"
	sfdisk -l "$device" | grep "512 *8703 *8192 *32M EFI System$"
	dd if="$device" of=part bs=1M skip=34 count=65 status=none
	is_clean part
	has_efi "$device" 4096
'

test_case 'what the table takes is counted' '
	loop_device 40M
	refuse_guest 1 "has 40 MiB; ask for more with --size" debian1 \
		--disk "$device,table=gpt"
	needed=$(sed -n "s/.*needs a disk of \([0-9]*\) MiB.*/\1/p" "$trash/stderr")
	loop_device $((needed - 1))M
	refuse_guest 1 "needs a disk of $needed MiB" debian1 \
		--disk "$device,table=gpt"
	loop_device "${needed}M"
	make_guest debian1 --disk "$device,table=gpt"
'

test_case 'mkguest-try reads a root in a table, on a device, too' '
	require QEMU
	loop_device 100M
	make_guest debian1 --disk "$device,table=gpt"
	run mkguest-try debian1 --accelerator tcg
	expect_error 1 "TCG does not run this guest: qemu"
	for firmware in bios uefi; do
		run mkguest-try debian1 --timeout 1 --firmware $firmware \
			--accelerator tcg
		expect_error 1 "no login prompt in 1 s"
	done
	no_leftovers .
'

test_case 'firmware that mkguest-try does not have, or that cannot boot' '
	make_guest debian1 --size 100M
	run mkguest-try debian1 --firmware uefi
	expect_error 2 "no firmware boots '\''$PWD/debian1.img'\'', which"
	make_guest debian1 --size 100M --disk debian1.img,table=gpt --force
	run mkguest-try debian1 --firmware efi
	expect_error 2 "unknown firmware '\''efi'\''; there are bios and uefi"
	require ROOT
	mkdir none
	# shellcheck disable=SC2016
	run unshare --mount sh -c "mount --bind none /usr/share/ovmf
		mkguest-try debian1 --firmware uefi"
	expect_error 1 "it is in Debian'\''s package ovmf"
'

test_case 'without GRUB the host says so, and Xen can still boot it' '
	require ROOT
	run guest_without_grub debian1 --size 100M --disk debian1.img,table=gpt
	expect_status 0
	expect_stderr "cannot put GRUB for a BIOS on '\''debian1.img'\''"
	expect_stderr "apt-get install grub-pc-bin grub-common"
	expect_stderr "cannot put GRUB for UEFI on '\''debian1.img'\''"
	expect_stderr "apt-get install grub-efi-amd64-bin"
	part_of debian1.img
	is_clean part
	not has_grub debian1.img 2048
	dd if=debian1.img of=esp bs=1M skip=2 count=32 status=none
	cmp -n 33554432 esp /dev/zero
'

done_testing
