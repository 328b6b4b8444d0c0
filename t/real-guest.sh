# shellcheck shell=sh
# Whole guests of real releases, for t9001 and t9002: made from the mirror that
# this machine's apt uses, looked at with the guest's own programs, booted.

. "$(dirname "$0")/lib.sh"
require ROOT NET QEMU

# WHO (root or user) COMMAND…
as() {
	who=$1
	shift
	case $who in
	root) MKGUEST_STATE=$PWD/state "$@" ;;
	user) as_user env MKGUEST_STATE= "$@" ;;
	esac
}

# Makes and judges guest debian1: WHO SUITE [OPTION…]
real_guest() {
	who=$1
	suite=$2
	shift 2
	run as "$who" mkguest debian1 --suite "$suite" --image-dir . \
		--cfg-dir . --cache-dir cache "$@"
	expect_status 0
	directory=$PWD
	test "$who" = root || directory=$PWD/user
	rm -r "$directory/cache"
	no_leftovers .
	image=${device:-$directory/debian1.img}
	e2fsck -fn "$image" >words 2>&1 || { cat words; false; }
	"$MKGUEST_BUILD/t/helper/xl-check" "$directory/debian1.cfg" >xl-check
	guest_is_installed
	menu_is_found
}

# As the guest's own dpkg and apt see it.
guest_is_installed() {
	mkdir mnt
	unshare --mount sh -ec '
		mount -o loop,ro "$1" mnt
		chroot mnt dpkg --audit
		chroot mnt dpkg --verify
		chroot mnt apt-get -q=2 -o Debug::NoLocking=1 check
		chroot mnt dpkg-query --show --showformat \
			"\${db:Status-Abbrev}\n" | grep -v "^ii " || :
		chroot mnt sh -c ". /etc/os-release; echo \$VERSION_CODENAME" \
			>codename
		find mnt -xdev -nouser -o -xdev -nogroup
		cmp mnt/etc/machine-id /dev/null
	' sh "$image" >words 2>&1 || { cat words; false; }
	cat words
	test ! -s words
	test "$(cat codename)" = "$suite"
}

menu_is_found() {
	set -- /usr/lib/xen-*/bin/pygrub
	test -x "$1" || return 0
	mkdir out
	"$1" -q --output-format=simple --output-directory="$PWD/out" "$image" \
		>simple 2>/dev/null
	uuid=$(blkid -o value -s UUID "$image")
	grep -Fx "args root=UUID=$uuid ro console=hvc0" simple
	file -L out/boot_kernel.* | grep -q "Linux kernel"
	test "$(stat -c %s out/boot_ramdisk.*)" -gt 1000000
}

# WHO [OPTION…]: its login prompt comes, and the image stays as it was.
guest_boots() {
	sum=$(sha256sum <"$image")
	who=$1
	shift
	run as "$who" mkguest-try "$@" debian1
	expect_status 0
	expect_stdout "debian1: login prompt after"
	test "$sum" = "$(sha256sum <"$image")"
	no_leftovers .
}

# Those of MKGUEST_LONG that only boot: SUITE OPTION…
boots_at_length() {
	test -n "${MKGUEST_LONG-}" || return 0
	suite=$1
	shift
	test_case "$suite boots with $*" "
		MKGUEST_STATE=\$PWD/state
		export MKGUEST_STATE
		run mkguest debian1 --suite $suite --image-dir . \\
			--cfg-dir . --cache-dir cache $*
		expect_status 0
		image=\$(ls debian1.img debian1.qcow2 2>/dev/null) || :
		guest_boots root
	"
}

# The same from a device with sectors of 4 KiB: SUITE KIND
boots_from_4k_at_length() {
	test -n "${MKGUEST_LONG-}" || return 0
	test_case "$1 boots from 4 KiB sectors with $2" "
		loop_device 2G --sector-size 4096
		MKGUEST_STATE=\$PWD/state
		export MKGUEST_STATE
		run mkguest debian1 --suite $1 --image-dir . --cfg-dir . \\
			--cache-dir cache --disk \$device,table=$2
		expect_status 0
		image=\$device
		guest_boots root
	"
}

# Those of MKGUEST_LONG that a PC boots from the disk itself: FIRMWARE SUITE KIND
firmware_boots_at_length() {
	test -n "${MKGUEST_LONG-}" || return 0
	test_case "a PC with $1 boots $2 from a disk with $3" "
		MKGUEST_STATE=\$PWD/state
		export MKGUEST_STATE
		run mkguest debian1 --suite $2 --image-dir . --cfg-dir . \\
			--cache-dir cache --disk debian1.img,table=$3
		expect_status 0
		image=debian1.img
		guest_boots root --firmware $1
	"
}

# Those of MKGUEST_LONG that say on the console which addresses they have: SUITE
# STACK.
network_at_length() {
	test -n "${MKGUEST_LONG-}" || return 0
	test_case "$1 gets its addresses by $2" "
		MKGUEST_STATE=\$PWD/state
		export MKGUEST_STATE
		network_is_up $1 $2
	"
}

# By DHCP, for good, and on a VLAN. The prompt waits for the answer.
network_is_up() {
	cat >answer <<-'END'
		#!/bin/sh
		for _ in $(seq 60); do
			! ip -o -4 addr | grep -q " 10.0.2.15/" || break
			sleep 1
		done
		for card in /sys/class/net/*; do
			ip -o -4 addr show dev "${card##*/}" |
				sed "s,^.* inet \([^ ]*\).*,CARD $(cat "$card/address") \1 .,"
		done >/dev/ttyS0
	END
	printf "[Unit]\nAfter=mkguest-first-boot.service\n" >after.conf
	directory="/etc/systemd/system/serial-getty@.service.d"
	run mkguest debian1 --suite "$1" --network-stack "$2" --image-dir . \
		--cfg-dir . --cache-dir cache --first-boot answer \
		--mkdir "$directory" --copy-in "after.conf:$directory" \
		--nic mac=00:16:3e:00:00:01 \
		--nic mac=00:16:3e:00:00:02,ip=10.0.3.77/24 \
		--nic mac=00:16:3e:00:00:03,vlan=10,ip=192.0.2.9/24
	expect_status 0
	run mkguest-try -v --timeout 600 debian1
	expect_status 0
	expect_stderr "CARD 00:16:3e:00:00:01 10.0.2.15/24 ."
	expect_stderr "CARD 00:16:3e:00:00:02 10.0.3.77/24 ."
	expect_stderr "CARD 00:16:3e:00:00:03 192.0.2.9/24 ."
}

# The combination that is always tested: WHO SUITE
always() {
	test_case "$2 as $1 from the mirror to its login prompt" "
		real_guest $1 $2
		guest_boots $1
	"
}

# The same of root's, with devices that stand for /dev/hda3 and hda5: SUITE
always_on_devices() {
	test_case "$1 on two devices, one for swap space, to its login prompt" "
		loop_device 512M
		swap=\$device
		loop_device 2G
		real_guest root $1 --disk \$device --swap \$swap
		test \"\$(blkid -p -o value -s TYPE \$swap)\" = swap
		guest_boots root -v
		expect_stderr 'Activated swap'
	"
}

# Those of MKGUEST_LONG: WHO SUITE [OPTION…]
at_length() {
	test -n "${MKGUEST_LONG-}" || return 0
	who=$1
	test_case "$2 as $who with ${3-the usual}" "
		ssh-keygen -q -t ed25519 -N '' -f key
		chmod 644 key.pub
		cp key.pub '$trash'
		real_guest $*
		guest_boots $who
	"
}

# A port of 127.0.0.1 that is free, for ssh.
free_port() {
	python3 -c "import socket
s = socket.socket()
s.bind((\"127.0.0.1\", 0))
print(s.getsockname()[1])"
}

# USER KEY COMMAND…: in the guest whose sshd $port leads to.
inside() {
	login=$1
	identity=$2
	shift 2
	ssh -F none -p "$port" -i "$identity" -o IdentitiesOnly=yes \
		-o BatchMode=yes -o StrictHostKeyChecking=accept-new \
		-o UserKnownHostsFile=known -o ConnectTimeout=30 \
		"$login@127.0.0.1" "$@"
}

# KEY: until root's gets in, as long as the process $machine runs, whose console
# is in ./console. From now on that ends with the body.
machine=
wait_for_sshd() {
	trap 'kill $machine || :' EXIT
	deadline=$(($(date +%s) + 900))
	until inside root "$1" true 2>why; do
		if ! kill -0 "$machine" || test "$(date +%s)" -gt $deadline; then
			tail -n 40 console
			cat why
			return 1
		fi
		sleep 1
	done
}

# KEY: as the guest's admin would, and the machine ends well.
shut_down() {
	inside root "$1" systemctl poweroff || :
	wait "$machine" || { tail -n 40 console; false; }
	trap - EXIT
}
