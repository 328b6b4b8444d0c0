#!/bin/sh
# Whole machines (HVM) in a real Xen: an installer's CD, then the disk; and
# Debian by GRUB, from a disk of AHCI here, as IDE takes minutes to load a kernel
# when all is emulated twice.

. "$(dirname "$0")/xen-guest.sh"

test_case 'a dom0 is made' '
	make_dom0
'

# Its program halts for good, which Xen takes for the end of the machine.
test_case 'an installer is booted from its CD, and then what it has installed' '
	MKGUEST_STATE=$PWD/state
	export MKGUEST_STATE
	mkdir tree
	"$helper/boot-sector" "here is the CD" >tree/boot.bin
	genisoimage -quiet -b boot.bin -no-emul-boot -boot-load-size 4 \
		-o cd.iso tree
	"$helper/boot-sector" "here is the disk" >installed
	mkguest cd1 --iso cd.iso --size 3M --image-dir . --cfg-dir . \
		--nic ip=none
	cp cd1.cfg before.cfg
	mkguest-cfg installed cd1
	scene 300 before.cfg cd1.cfg installed <<-END
		create $PWD/before.cfg serial/0
		see here is the CD
		dom0 while xl domid cd1; do sleep 1; done
		dom0 dd if=$PWD/installed of=$PWD/cd1.img conv=notrunc
		create $PWD/cd1.cfg serial/0
		see here is the disk
		dom0 while xl domid cd1; do sleep 1; done
	END
'

# Its kernel sees each disk of AHCI as well as that of Xen, and takes either.
test_case 'Debian, by the GRUB of its disk' '
	swap=
	xen_guest hvm1 --type hvm --set hdtype=ahci
	{ life hvm1 serial/0; rest hvm1; } | scene 900 hvm1.cfg
'

say_times
echo "# not run: Windows; UEFI; a kernel from an IDE disk, which takes minutes more"
done_testing
