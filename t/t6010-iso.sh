#!/bin/sh
# Guests of type hvm: machines with a firmware, a screen and whole disks, of
# Debian and of an installer's ISO image.

. "$(dirname "$0")/guest.sh"

judge_hvm() {
	judge_cfg "$1"
	test "$(stat -c %a "$1")" = "${2:-644}"
	mkguest-cfg check --elsewhere --xen-version=4.17 "$1"
}

test_case 'Debian as hvm: GRUB on a whole disk, the standard kernel, a screen' '
	echo secret >password
	chmod 600 password
	make_guest debian1 --type hvm --firmware uefi \
		--vnc listen=192.0.2.1,port=5907,password-file=password
	judge_hvm debian1.cfg 600
	for line in "type = \"hvm\"" "firmware = \"uefi\"" "boot = \"c\"" \
		"vnclisten = \"192.0.2.1\"" "vncdisplay = 7" \
		"vncpasswd = \"secret\""; do
		grep -x "$line" debian1.cfg
	done
	grep "vdev=xvda,.*debian1.img" debian1.cfg
	not grep -E "^(kernel|ramdisk|cmdline)" debian1.cfg
	field Disk | grep "table=gpt"
	test "$(sfdisk --json debian1.img | grep -c "\"node\"")" -ge 2
	not grep -r secret state
'

test_case 'what a machine cannot have is refused' '
	refuse_guest 2 "leave out vdev=, or say table=gpt and vdev=xvda" \
		debian1 --type hvm --disk d.img,vdev=hda1
	echo "far too long" >password
	chmod 600 password
	refuse_guest 1 "longer than 8 characters" debian1 --type hvm \
		--vnc password-file=password
	chmod 644 password
	refuse_guest 1 "others can read or write" debian1 --type hvm \
		--vnc password-file=password
'

done_testing
