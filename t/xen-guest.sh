# shellcheck shell=sh
# What the tests with a real Xen share, besides lib.sh: guests of real releases,
# and scenes that they play in a dom0 of their own, all of it emulated by QEMU,
# so that no processor of this machine has to help. MKGUEST_XEN_DOM0=DIR keeps
# the dom0 and the packages for the next time, MKGUEST_XEN_SUITE=SUITE is what
# the dom0 is made of, by default bookworm.
#
#	make_dom0			before the first scene
#	xen_guest NAME [OPTION…]	makes one of bookworm, or of another
#					$suite, with swap space, at $address
#	scene SECONDS [FILE…]		plays the steps that come, in which dom0
#					has the bridge of the guests
#	life NAME [CONSOLE]		steps: it starts, and has what it was
#					given; swap space on $swap
#	rest NAME			steps: all has started, dom0 reaches it,
#					and it shuts down
#	say_times			when what had come true in each scene

. "$(dirname "$0")/lib.sh"
require ROOT NET QEMU

suite=bookworm
address=192.0.2.10
swap=xvda2
xen=$test_dir/xen
dom0=${MKGUEST_XEN_DOM0:-$trash/dom0}
(umask 077 && echo secret >password)

# Emulated twice, a device may take longer than systemd waits for one.
printf '%s\n' '[Manager]' DefaultTimeoutStartSec=10min \
	DefaultDeviceTimeoutSec=10min >patient.conf
manager=/etc/systemd/system.conf.d

make_dom0() {
	"$xen/make-dom0" "$dom0" "${MKGUEST_XEN_SUITE:-bookworm}"
}

xen_guest() {
	MKGUEST_STATE=$PWD/state
	export MKGUEST_STATE
	mkguest --suite "$suite" --image-dir . --cfg-dir . --boot-dir boot \
		--cache-dir "$dom0/cache" --swap 64M \
		--root-password "file:$trash/password" \
		--mkdir $manager --copy-in "$trash/patient.conf:$manager" \
		--nic "bridge=xenbr0,ip=$address/24" "$@"
	mkguest-cfg check --elsewhere --xen-version=4.17 "$1.cfg"
}

scene() {
	{
		echo "dom0 ip link add xenbr0 type bridge"
		echo "dom0 ip address add 192.0.2.1/24 dev xenbr0"
		echo "dom0 ip link set xenbr0 up"
		cat
	} >steps
	seconds=$1
	shift
	ended=0
	"$xen/guest-in-xen" --seconds "$seconds" "$dom0" "$@" \
		<steps >said 2>&1 || ended=$?
	cat said
	sed -n "s/^ *\([0-9.]*\)  /$test_count: \1 s: /p" said >>"$trash/times"
	return $ended
}

life() {
	cat <<-END
		create $PWD/$1.cfg ${2-}
		login root $trash/password
		guest test \$(hostname) = $1
		guest grep -q ^/dev/$swap /proc/swaps
	END
}

rest() {
	cat <<-END
		guest test \$(systemctl is-system-running --wait) = running
		dom0 xl list $1
		dom0 ping -c 3 $address
		shutdown $1
	END
}

say_times() {
	sed 's/^/# /' "$trash/times"
}
