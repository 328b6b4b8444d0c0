#!/bin/sh
# What pygrub, of Xen's own package, reads in the disks of guests: it needs no
# hypervisor for that.

. "$(dirname "$0")/guest.sh"

set -- /usr/lib/xen-*/bin/pygrub
test -x "$1" || skip "no pygrub (Debian: xen-utils-4.*)"
pygrub=$1
root=debian1.img	# as debugfs is told where the filesystem is

# The words that libxl gets, a line each, and the files themselves in ./out.
take_out() {
	rm -rf out
	mkdir out
	"$pygrub" -q --output-format=simple0 --output-directory=out \
		debian1.img | tr "\0" "\n" >taken
	cat taken
}

# PATH FILE: that of the guest is this file.
is_the_same() {
	content "$1" "$root" >wanted
	test -s wanted
	cmp wanted "$2"
}

# VERSION: the files of that kernel, and its arguments
takes_kernel() {
	take_out
	is_the_same "/boot/vmlinuz-$1" "$(sed -n "s/^kernel //p" taken)"
	is_the_same "/boot/initrd.img-$1" "$(sed -n "s/^ramdisk //p" taken)"
	uuid=$(field Disk | sed "s/.*uuid=\([^,]*\).*/\1/")
	grep -Fx "args root=UUID=$uuid ro console=hvc0" taken
}

version=6.1.0-99-cloud-$(dpkg --print-architecture)

for fs in ext2 ext3 ext4; do
	test_case "kernel, initrd and arguments of a guest on $fs" '
		make_guest debian1 --type pv --boot pygrub \
			--disk debian1.img,fs=$fs
		takes_kernel $version
	'
done

for table in mbr gpt; do
	test_case "the same from a partition, by $table" '
		make_guest debian1 --type pv --boot pygrub \
			--disk debian1.img,table=$table
		start=$(sfdisk --json debian1.img |
			sed -n "s/.*\"start\": \([0-9]*\),.*/\1/p" | tail -n 1)
		root="debian1.img?offset=$((start * 512))"
		takes_kernel $version
	'
done

test_case 'of several kernels, the newest, and each by its number' '
	make_guest debian1
	content /etc/kernel/postinst.d/zz-mkguest |
		sed "s,/boot,$PWD/boot,g" >hook
	mkdir -p boot/grub
	content /boot/grub/grub.cfg >boot/grub/grub.cfg
	for new in 6.1.0-9-amd64 6.1.0-10-amd64; do
		echo "kernel $new" >boot/vmlinuz-$new
		echo "initrd $new" >boot/initrd.img-$new
		for file in vmlinuz-$new initrd.img-$new; do
			debugfs -w -R "write boot/$file boot/$file" debian1.img
		done
	done
	sh hook
	sed -i "s,$PWD,," boot/grub/grub.cfg
	debugfs -w -R "rm boot/grub/grub.cfg" debian1.img
	debugfs -w -R "write boot/grub/grub.cfg boot/grub/grub.cfg" debian1.img
	"$pygrub" -l debian1.img >entries
	grep "^title: " entries >titles
	printf "title: Debian GNU/Linux, %s\n" 6.1.0-10-amd64 6.1.0-9-amd64 |
		diff - titles
	takes_kernel 6.1.0-10-amd64
	"$pygrub" -q --entry=1 --output-format=simple --output-directory=out \
		debian1.img >taken
	is_the_same /boot/vmlinuz-6.1.0-9-amd64 "$(sed -n "s/^kernel //p" taken)"
'

done_testing
