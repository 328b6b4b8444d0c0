#!/bin/sh
# Guests with several disks and swap space, on image files and on devices.
. "$(dirname "$0")/guest.sh"

ssh-keygen -q -t ed25519 -N "" -f "$trash/key"

# The UUID of the filesystem or swap area in it.
uuid_of() {
	blkid -p -o value -s UUID "$1"
}

test_case 'a root, a /home and swap space, each an image' '
	make_guest debian1 --size 100M --swap 32M \
		--disk ./debian1.img --disk h.img,size=48M,mount=/home,label=home \
		--disk v.img,size=64M,fs=ext3,mount=/var,options=noatime,nodev
	for image in debian1 h v; do
		is_clean $image.img
	done
	test "$(blkid -p -o value -s TYPE debian1-swap.img)" = swap
	test "$(blkid -p -o value -s LABEL h.img)" = home
	test "$(stat -c %s debian1-swap.img)" = $((32 << 20))
	content etc/fstab >fstab
	sed -i 1d fstab
	{
		printf "UUID=%s\t/\text4\terrors=remount-ro\t0\t1\n" \
			"$(uuid_of debian1.img)"
		printf "UUID=%s\t/home\text4\tdefaults\t0\t2\n" \
			"$(uuid_of h.img)"
		printf "UUID=%s\t/var\text3\tnoatime,nodev\t0\t2\n" \
			"$(uuid_of v.img)"
		printf "UUID=%s\tnone\tswap\tsw\t0\t0\n" \
			"$(uuid_of debian1-swap.img)"
	} | diff - fstab
	judge_cfg debian1.cfg
	for disk in "0].pdev_path=$PWD/debian1.img" "0].vdev=xvda1" \
		"1].pdev_path=$PWD/h.img" "1].vdev=xvda2" \
		"2].pdev_path=$PWD/v.img" "2].vdev=xvda3" \
		"3].pdev_path=$PWD/debian1-swap.img" "3].vdev=xvda4"; do
		grep -Fx "disk[$disk" xl-check
	done
	test "$(awk "/^[^ ]/ { is_disk = /^Disk:/ } is_disk" \
		state/guests/debian1 | wc -l)" = 4
'

test_case 'each disk holds its part of the tree, and nothing else' '
	require LOOP
	make_guest debian1 --size 100M --disk debian1.img \
		--disk v.img,size=64M,mount=/var --disk l.img,size=48M,mount=/var/lib
	mkdir mnt
	trap "umount mnt/var/lib mnt/var mnt 2>/dev/null || :; stop_servers" EXIT
	mount -o ro,loop debian1.img mnt
	test -z "$(ls -A mnt/var)"
	mount -o ro,loop v.img mnt/var
	test -d mnt/var/lib -a -z "$(ls -A mnt/var/lib)"
	mount -o ro,loop l.img mnt/var/lib
	test -s mnt/var/lib/dpkg/status
	not test -e mnt/var/dev
	umount mnt/var/lib
	umount mnt/var
	umount mnt
'

test_case 'devices stand for /dev/hda3 and hda5, with the names of old' '
	loop_device 100M
	root=$device
	loop_device 32M
	make_guest debian1 --disk "$root",vdev=hda1 --swap "$device",vdev=hda2
	is_clean "$root"
	test "$(blkid -p -o value -s TYPE "$device")" = swap
	judge_cfg debian1.cfg
	grep -Fx "disk[0].vdev=hda1" xl-check
	grep -Fx "disk[1].vdev=hda2" xl-check
	grep -Fx "disk[1].pdev_path=$device" xl-check
	refuse_guest 1 "is the disk of guest '\''debian1'\''" debian2 \
		--swap "$device" --force --size 100M
	make_guest debian1 --disk "$root",vdev=hda1 \
		--swap "$device",vdev=hda2 --force
'

test_case '--keep-filesystem fills what is there' '
	loop_device 100M
	mke2fs -q -t ext3 -L mine "$device"
	uuid=$(uuid_of "$device")
	refuse_guest 1 "--force writes over it" debian1 --disk "$device"
	make_guest debian1 --disk "$device" --keep-filesystem
	is_clean "$device"
	test "$(uuid_of "$device")" = "$uuid"
	test "$(blkid -p -o value -s TYPE "$device")" = ext3
	test "$(blkid -p -o value -s LABEL "$device")" = mine
	content etc/fstab "$device" |
		grep "^UUID=$uuid	/	ext3	errors=remount-ro	0	1"
	content boot/grub/grub.cfg "$device" | grep "root=UUID=$uuid"
	grep "uuid=$uuid" state/guests/debian1
	sum=$(sha256sum <"$device")
	refuse_guest 1 "'\''$device'\''" debian1 --disk "$device" \
		--keep-filesystem --force
	test "$sum" = "$(sha256sum <"$device")"
	refuse_guest 1 "debian2.img'\'', whose filesystem is to be kept: No such" \
		debian2 --size 100M --keep-filesystem
'

# An image with the filesystem of an admin, as it is to stay.
make_own_image() {
	truncate -s 120M debian1.img
	mke2fs -q -t ext3 -L mine -O ^dir_index debian1.img
	uuid=$(uuid_of debian1.img)
}

# IMAGE: what is in the guest's filesystem now.
is_own_image() {
	is_clean "$1"
	test "$(stat -c %s "$1")" = 125829120
	test "$(uuid_of "$1") $(blkid -p -o value -s LABEL "$1")" = "$uuid mine"
	dumpe2fs -h "$1" 2>/dev/null | grep "features:" >features
	not grep -q dir_index features
	content etc/fstab "$1" |
		grep "^UUID=$uuid	/	ext3	errors=remount-ro	0	1"
	test "$(content etc/hostname "$1")" = debian1
}

test_case '--keep-filesystem fills an image, which is whole until the commit' '
	make_own_image
	sum=$(sha256sum <debian1.img)
	refuse_guest 1 "exists; --force replaces it" debian1 --size 120M
	refuse_guest 2 "leave out table=" debian1 --keep-filesystem \
		--disk debian1.img,table=gpt
	refuse_guest 2 "is to be qcow2" debian1 --keep-filesystem \
		--disk debian1.img,format=qcow2
	interrupt_when "mkguest: filling the disk" INT env \
		MKGUEST_STATE="$PWD/state" mkguest $archive $here \
		--cache-dir "$cache" debian1 --keep-filesystem 2>words || :
	grep "nothing was changed" words
	test "$sum" = "$(sha256sum <debian1.img)"
	make_guest debian1 --keep-filesystem
	is_own_image debian1.img
	refuse_guest 1 "the filesystem is not empty" debian1 --keep-filesystem \
		--force
	truncate -s 0 empty.img
	refuse_guest 1 "is empty: there is no filesystem" debian2 \
		--keep-filesystem --disk empty.img
	refuse_guest 1 "is the disk of guest '\''debian1'\''" debian2 \
		--keep-filesystem --disk debian1.img
'

test_case 'a disk that is there is attached as it is' '
	echo data >data.img
	make_guest debian1 --size 100M --disk debian1.img \
		--disk data.img,fs=none,vdev=xvdb
	test "$(cat data.img)" = data
	judge_cfg debian1.cfg
	grep -Fx "disk[1].vdev=xvdb" xl-check
	refuse_guest 1 "none.img'\'': No such file" debian2 --size 100M \
		--disk debian2.img --disk none.img,fs=none
'

# DIRECTORY NAME [OPTION…]: mkguest finds its programs first; ROOT.
guest_with() {
	programs=$1
	shift
	# shellcheck disable=SC2016,SC2086
	MKGUEST_STATE=$PWD/state unshare --mount sh -c '
		mount --bind "$1" /usr/local/sbin
		shift
		exec mkguest "$@"
	' sh "$programs" $archive $here --cache-dir "$cache" "$@"
}

# What QEMU reads in a qcow2 image.
raw_of() {
	qemu-img convert -f qcow2 -O raw "$1" "$1.raw"
}

test_case 'network disks go to the domain file as xl takes them' '
	make_guest debian1 --size 100M --disk debian1.img \
		--disk drbd:r0,vdev=xvdb \
		--disk iscsi:iqn=iqn.2026-11.org.example:d1,portal=192.0.2.1,vdev=xvdc \
		--disk nbd:192.0.2.1:10809,vdev=xvdd --disk rbd:pool/d1,vdev=xvde
	expect_stderr "no '\''/etc/xen/scripts/block-rbd'\''; where the guest"
	judge_cfg debian1.cfg
	for disk in "1].script=block-drbd" "1].pdev_path=r0" "1].vdev=xvdb" \
		"2].script=block-iscsi" "3].script=block-nbd" \
		"2].pdev_path=iqn=iqn.2026-11.org.example:d1,portal=192.0.2.1" \
		"3].pdev_path=192.0.2.1:10809" "3].vdev=xvdd" \
		"4].script=block-rbd" "4].pdev_path=pool/d1"; do
		grep -Fx "disk[$disk" xl-check
	done
	refuse_guest 1 "'\''drbd:r0'\'' is the disk of guest '\''debian1'\''" \
		debian2 --size 100M --disk d2.img --disk drbd:r0
	rm state/guests/debian1
	refuse_guest 1 "'\''nbd:192.0.2.1:10809'\'' is the disk of guest" \
		debian2 --size 100M --disk d2.img --disk nbd:192.0.2.1:10809
	make_guest debian1 --size 100M --disk debian1.img --force \
		--disk drbd:r0,vdev=xvdb
'

test_case 'qcow2: converted when the root is complete, attached as such' '
	make_guest debian1 --size 100M --disk debian1.qcow2 \
		--disk h.img,format=qcow2,size=48M,mount=/home --swap 32M
	for image in debian1.qcow2 h.img; do
		test "$(stat -c %a $image)" = 600
		qemu-img check -q -f qcow2 $image
		raw_of $image
		is_clean $image.raw
	done
	test "$(stat -c %s debian1.qcow2.raw)" = 104857600
	test "$(stat -c %s debian1.qcow2)" -lt 52428800
	test "$(content etc/hostname debian1.qcow2.raw)" = debian1
	judge_cfg debian1.cfg
	grep -Fx "disk[0].format=qcow2" xl-check
	grep -Fx "disk[0].pdev_path=$PWD/debian1.qcow2" xl-check
	grep -Fx "disk[1].format=qcow2" xl-check
	grep -Fx "disk[2].format=raw" xl-check
	field Disk | grep -F ",format=qcow2"
	qemu-img create -q -f qcow2 there.qcow2 1M
	make_guest debian2 --size 100M --disk d2.img \
		--disk there.qcow2,fs=none
	judge_cfg debian2.cfg
	grep -Fx "disk[1].format=qcow2" xl-check
'

test_case 'qcow2: the same image again, and nothing of a run that fails' '
	require ROOT
	export SOURCE_DATE_EPOCH=1700000000
	for n in 1 2; do
		make_guest debian1 --size 100M --disk debian$n.qcow2 --force \
			--ssh-key "$trash/key.pub"
	done
	cmp debian1.qcow2 debian2.qcow2
	mkdir bin
	printf "#!/bin/sh\necho no >&2; exit 3\n" >bin/qemu-img
	chmod +x bin/qemu-img
	before=$(facts)
	run guest_with bin debian3 --size 100M --disk debian3.qcow2
	expect_error 1 "qemu-img"
	expect_error 1 ": no"
	test "$(facts)" = "$before"
	no_leftovers .
'

test_case '--full: an image has its room from the first' '
	make_guest debian1 --size 100M --swap 32M --full
	for image in debian1 debian1-swap; do
		test "$(stat -c "%b * %B / %s" $image.img | xargs expr)" -ge 1
	done
	is_clean
	make_guest debian2 --size 100M --disk debian2.qcow2 --full
	test "$(stat -c "%b * %B" debian2.qcow2 | xargs expr)" -ge 104857600
	qemu-img check -q -f qcow2 debian2.qcow2
'

test_case 'UUIDs are kept when a guest is made again' '
	make_guest debian1 --size 100M --swap 32M
	root=$(uuid_of debian1.img)
	swap=$(uuid_of debian1-swap.img)
	make_guest debian1 --size 100M --swap 32M --force
	test "$root $swap" = "$(uuid_of debian1.img) $(uuid_of debian1-swap.img)"
'

test_case 'a run that fails takes its directories along' '
	require ROOT
	mkdir bin
	printf "#!/bin/sh\necho no >&2; exit 3\n" >bin/qemu-img
	chmod +x bin/qemu-img
	run guest_with bin debian1 --size 100M --boot direct \
		--disk debian1.qcow2
	expect_error 1 "qemu-img"
	test ! -e boot
	test "$(ls state | xargs)" = "guests locks"
'

test_case 'one disk that is wrong: none is touched' '
	refuse_guest 2 "disk '\''v.img'\'': too small for ext4" debian1 \
		--size 100M --disk debian1.img --disk v.img,size=1M,mount=/var
	refuse_guest 1 "there is no directory '\''$PWD/none'\''" debian1 \
		--size 100M --disk debian1.img --disk none/v.img,size=32M,mount=/var
	refuse_guest 1 "there is no device '\''/dev/none'\''" debian1 \
		--size 100M --disk debian1.img --disk /dev/none,mount=/var
	test -z "$(ls -A | grep -v state)"
'

test_case 'a root and a /srv of other filesystems, with their programs' '
	make_guest debian1 --size 320M --disk ./debian1.img,fs=btrfs \
		--disk x.img,size=320M,fs=xfs,mount=/srv
	test "$(blkid -p -o value -s TYPE debian1.img)" = btrfs
	test "$(blkid -p -o value -s TYPE x.img)" = xfs
	btrfs check --readonly debian1.img
	mkdir mnt
	trap "umount mnt || :; stop_servers" EXIT
	mount -o ro,loop debian1.img mnt
	grep "/srv	xfs	defaults	0	0" mnt/etc/fstab
	grep "/	btrfs	defaults	0	0" mnt/etc/fstab
	for package in btrfs-progs xfsprogs; do
		test -e mnt/var/lib/dpkg/info/$package.list
	done
'

test_case '--boot direct, with the kernel of a root of any kind' '
	mkdir mnt
	for fs in xfs btrfs ext3; do
		make_guest debian1 --size 320M --disk debian1.img,fs=$fs \
			--boot direct --force
		mount -o ro,loop debian1.img mnt
		cmp mnt/boot/vmlinuz-* boot/debian1/vmlinuz || status=1
		cmp mnt/boot/initrd.img-* boot/debian1/initrd.img || status=1
		umount mnt
		expect_status 0
		grep -Fx "kernel = \"$PWD/boot/debian1/vmlinuz\"" debian1.cfg
	done
'

test_case '--dry-run names every disk' '
	run guest debian1 --size 100M --disk debian1.img --swap 32M --dry-run \
		--disk v.img,size=64M,mount=/var
	expect_status 0
	expect_stdout "would write disk $PWD/debian1.img (100 MiB, ext4 on /)"
	expect_stdout "would write disk $PWD/v.img (64 MiB, ext4 on /var)"
	expect_stdout "would write disk $PWD/debian1-swap.img (32 MiB, swap)"
	test -z "$(ls -A)"
'

done_testing
