#!/bin/sh
# Guests that mkguest makes, booted by a real Xen: each type of domain, with the
# kernel from dom0 or from the guest itself.

. "$(dirname "$0")/xen-guest.sh"

# NAME OPTION…
boots() {
	xen_guest "$@"
	{ life "$1"; rest "$1"; } | scene 500 "$1.cfg"
}

test_case 'a dom0 is made, and its xl answers' '
	make_dom0
	echo dom0 xl list | scene 120
'

test_case 'PV, kernel and initrd from dom0' '
	boots pv1 --type pv --boot direct
'

test_case 'PV, whose kernel pygrub takes out of its disk' '
	boots pv2 --type pv --boot pygrub
'

test_case 'PV, by PvGRUB, with a kernel that it can unpack' '
	boots pv3 --type pv --boot pvgrub --kernel-package linux-image-amd64
'

test_case 'PVH, kernel and initrd from dom0' '
	boots pvh1 --type pvh --boot direct
'

test_case 'PVH, by PvGRUB from the guest itself' '
	boots pvh2 --type pvh --boot pvgrub
'

test_case 'PVH of trixie, by PvGRUB' '
	suite=trixie
	boots pvh3
'

say_times
done_testing
