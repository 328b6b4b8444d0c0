#!/bin/sh
# Guests that mkguest makes, booted by a real Xen with a dom0 of its own, all of
# it emulated by QEMU: no processor of this machine has to help.

. "$(dirname "$0")/lib.sh"
require ROOT NET QEMU

xen=$test_dir/xen
dom0=${MKGUEST_XEN_DOM0:-$trash/dom0}
echo secret >password
chmod 600 password

# NAME ADDRESS [OPTION…]: a guest of bookworm, with swap space on a second vbd
# and an address that dom0 can reach.
make_guest() {
	name=$1
	address=$2
	shift 2
	MKGUEST_STATE=$trash/state mkguest "$name" --suite bookworm \
		--image-dir . --cfg-dir . --boot-dir boot \
		--cache-dir "$trash/cache" --swap 64M \
		--root-password "file:$trash/password" \
		--nic "bridge=xenbr0,ip=$address/24" "$@"
	mkguest-cfg check --elsewhere --xen-version=4.17 "$name.cfg"
}

# SECONDS NAME [OPTION…]: boots it, and asks it and dom0 what came of it.
boot_guest() {
	seconds=$1
	name=$2
	shift 2
	"$xen/guest-in-xen" --seconds "$seconds" \
		--bridge xenbr0=192.0.2.1/24 --user "root:$trash/password" \
		--guest "test \$(hostname) = $name" \
		--guest "grep -q ^/dev/xvda2 /proc/swaps" \
		--guest "test \$(systemctl is-system-running --wait) = running" \
		--dom0 "xl list $name" --dom0 "ping -c 3 $address" \
		"$@" "$dom0" "$name.cfg"
}

test_case 'a dom0 is made, and its xl answers' '
	"$xen/make-dom0" "$dom0"
	"$xen/guest-in-xen" --only-xl --seconds 120 "$dom0"
'

test_case 'PV, kernel and initrd from dom0' '
	make_guest pv1 192.0.2.10 --type pv --boot direct
	boot_guest 400 pv1
'

test_case 'PVH, kernel and initrd from dom0' '
	make_guest pvh1 192.0.2.11 --type pvh --boot direct
	boot_guest 400 pvh1
'

test_case 'PVH, by PvGRUB from the guest itself' '
	make_guest pvh2 192.0.2.12 --type pvh --boot pvgrub
	boot_guest 400 pvh2
'

done_testing
