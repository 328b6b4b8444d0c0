#!/bin/sh
# Domains for libvirt, judged by its own schema.
. "$(dirname "$0")/guest.sh"

require LIBVIRT

# NAME: what libvirt is told of it, in ./a.xml
write_xml() {
	run mkguest-cfg write --format libvirt "$1"
	expect_status 0
	cp "$trash/stdout" a.xml
	virt-xml-validate a.xml domain
}

# XPATH VALUE
is() {
	value=$(xmllint --xpath "string($1)" a.xml)
	test "$value" = "$2" || { echo "$1 is $value"; return 1; }
}

# STATUS TEXT NAME
refuse_xml() {
	run mkguest-cfg write --format libvirt "$3"
	expect_error "$1" "$2"
	test ! -s "$trash/stdout"
}

test_case 'a pvh guest with all that a card and a disk can be' '
	make_guest debian1 --size 100M --memory 300 --vcpus 2 --swap 20M \
		--disk "a '\''&'\'' b.img" --nic ip=192.0.2.3/24,mtu=1400 \
		--nic bridge=xenbr1,vifname=web,script=/etc/xen/scripts/my
	cp debian1.cfg before
	write_xml debian1
	cmp debian1.cfg before
	is /domain/name debian1
	is /domain/uuid "$(field Uuid)"
	is /domain/os/type xenpvh
	is /domain/memory 300
	is /domain/vcpu 2
	is "//disk[1]/source/@file" "$PWD/a '\''&'\'' b.img"
	is "//disk[1]/target/@dev" xvda1
	is "//disk[2]/target/@bus" xen
	is "//interface[1]/source/@bridge" xenbr0
	is "//interface[1]/mtu/@size" 1400
	is "//interface[1]/mac/@address" "$(card_mac | head -n 1)"
	is "//interface[2]/source/@bridge" xenbr1
	is "//interface[2]/script/@path" /etc/xen/scripts/my
	is "//interface[2]/target/@dev" web
	is "//console/target/@type" xen
'

test_case 'its own kernel, a screen, and a CD' '
	make_guest debian1 --size 100M --type pv --boot direct \
		--vnc listen=192.0.2.1,port=5907 --cdrom /dev/sr0
	write_xml debian1
	is /domain/os/type linux
	is /domain/os/type/@machine xenpv
	is /domain/os/kernel "$PWD/boot/debian1/vmlinuz"
	is /domain/os/initrd "$PWD/boot/debian1/initrd.img"
	is /domain/os/cmdline "root=UUID=$(blkid -o value -s UUID debian1.img) ro console=hvc0"
	is "//graphics/@port" 5907
	is "//graphics/@listen" 192.0.2.1
	is "//disk[2]/@device" cdrom
	is "//disk[2]/source/@dev" /dev/sr0
'

test_case 'a machine with a firmware' '
	make_guest debian1 --type hvm --disk debian1.qcow2 --size 100M
	write_xml debian1
	is /domain/os/type hvm
	is "count(/domain/os/kernel)" 0
	is /domain/os/boot/@dev hd
	is "//disk[1]/driver/@type" qcow2
	is "//graphics/@autoport" yes
	is "count(//features/viridian)" 0
'

test_case 'a machine that an installer is for' '
	MKGUEST_STATE=$PWD/state
	run mkguest win1 --image-dir . --cfg-dir . --size 3M \
		--iso /usr/lib/ipxe/ipxe.iso
	expect_status 0
	write_xml win1
	is "/domain/os/boot[1]/@dev" hd
	is "/domain/os/boot[2]/@dev" cdrom
	is "//disk[2]/@device" cdrom
	is "//disk[2]/target/@dev" hdc
	is "//disk[2]/target/@bus" ide
	is "count(//disk[2]/readonly)" 1
'

test_case 'what libvirt cannot be told' '
	make_guest debian1 --size 100M --cpus 1
	refuse_xml 1 "is set for the domain file, which is not written for libvirt" \
		debian1
	make_guest debian1 --force --size 100M --boot pygrub
	refuse_xml 1 "use --boot pvgrub or direct" debian1
	make_guest debian1 --force --size 100M --nic rate=1Mb/s
	refuse_xml 1 "has a rate or a backend" debian1
	make_guest debian1 --force --type hvm --firmware uefi
	refuse_xml 1 "the firmware can only be bios, not '\''uefi'\''" debian1
	echo secret >password
	chmod 600 password
	make_guest debian1 --force --type hvm --vnc password-file=password
	refuse_xml 1 "the password of its screen is not written" debian1
	refuse_xml 1 "no guest '\''debian2'\'' was made here" debian2
	run mkguest-cfg write --format xml debian1
	expect_error 2 "--format: '\''xml'\'' is unknown"
	run mkguest-cfg write --format libvirt debian1 debian2
	expect_error 2 "one NAME at a time"
'

done_testing
