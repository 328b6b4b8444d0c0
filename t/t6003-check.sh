#!/bin/sh
# mkguest-check: what a host has and lacks, on trees of files that are like
# those of hosts.

. "$(dirname "$0")/lib.sh"

# NAME TEXT: a file of the host's.
put() {
	mkdir -p "host/$(dirname "$1")"
	printf "%s\n" "$2" >"host/$1"
}

# A dom0 that has all.
ready_host() {
	put sys/hypervisor/type xen
	put sys/hypervisor/version/major 4
	put sys/hypervisor/version/minor 17
	put sys/hypervisor/properties/capabilities \
		"xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_64"
	put proc/xen/capabilities control_d
	put proc/meminfo "MemAvailable:    2048000 kB"
	put proc/cpuinfo "flags : fpu svm"
	put run/xenstored/socket ""
	put sys/class/net/xenbr0/bridge/bridge_id 8000
	put usr/lib/xen-4.14/bin/xl ""
	put usr/lib/xen-4.17/bin/xl ""
	put usr/lib/grub-xen/grub-i386-xen_pvh.bin ""
	put usr/lib/grub-xen/grub-x86_64-xen.bin ""
	put etc/default/grub.d/xen.cfg \
		"GRUB_CMDLINE_XEN_DEFAULT=\"dom0_mem=1G,max:1G\""
	put etc/xen/xl.conf "#vif.default.bridge=\"xenbr0\""
	put usr/share/keyrings/debian-archive-keyring.gpg ""
	put dev/kvm ""
	mkdir -p host/var/lib
}

check() {
	run mkguest-check --root host --image-dir /var/lib/mkguest/images "$@"
}

test_case 'a host that is ready' '
	ready_host
	check
	expect_status 0
	expect_stdout "good     hypervisor      Xen 4.17"
	expect_stdout "good     toolstack       xl 4.17"
	expect_stdout "good     bridge          xenbr0"
	! grep -q "^missing\|^advice\|netloop\|/lib/tls" "$trash/stdout"
'

# WHAT IS DONE TO IT|STATE|WHAT|FIX
cat >lacks <<'END'
rm -r host/sys/hypervisor|missing  hypervisor|apt-get install xen-system-amd64
put proc/xen/capabilities ""|missing  hypervisor|Domain-0
rm -r host/usr/lib/xen-4.17|missing  toolstack|reboot into the new one
rm -r host/usr/lib/xen-4.1*|missing  toolstack|apt-get install xen-utils
rm -r host/run/xenstored|missing  xenstore|service xen start
rm -r host/sys/class/net|missing  bridge|/etc/network/interfaces
put etc/xen/xl.conf "vif.default.bridge=\"br7\""|missing  bridge|/etc/network/interfaces
rm host/usr/lib/grub-xen/grub-i386-xen_pvh.bin|missing  loaders|apt-get install grub-xen-host
put sys/hypervisor/properties/capabilities xen-3.0-x86_64|advice   virtualisation|--type pv
rm -r host/etc/default|advice   ballooning|dom0_mem=1G
put proc/meminfo "MemAvailable: 102400 kB"|advice   memory|slower
rm -r host/usr/share/keyrings|missing  keyring|apt-get install debian-archive-keyring
put sys/module/netloop/parameters/nloopbacks 8|advice   netloop|nloopbacks=255
put lib/tls/libc.so.6 ""|advice   /lib/tls|libc6-xen
END

test_case 'each thing that is missing is named, with what to do' '
	while IFS="|" read -r change line fix; do
		rm -rf host
		ready_host
		echo "$change"
		eval "$change"
		check
		expect_stdout "$line"
		expect_stdout "$fix"
		case $line in
		missing*) expect_status 1 ;;
		*) expect_status 0 ;;
		esac
		sed -i "/^good/d" "$trash/stdout"
	done <"$trash/lacks"
'

test_case 'no room for images' '
	ready_host
	mkdir host/full
	mount -t tmpfs -o size=1M none host/full
	run mkguest-check --root host --image-dir /full/images
	umount host/full
	expect_status 1
	expect_stdout "missing  space"
	expect_stderr "1 thing is missing"
'

test_case 'an ordinary user needs ids of his own' '
	ready_host
	put etc/subuid "other:100000:65536"
	run as_user mkguest-check --root "$PWD/host" --image-dir /var/lib
	expect_status 1
	expect_stdout "missing  ids"
	expect_stdout "usermod --add-subuids"
'

test_case 'as JSON' '
	ready_host
	rm -r host/run/xenstored
	check --json
	expect_status 1
	python3 -c "
import json
items = {i[\"name\"]: i for i in json.load(open(\"$trash/stdout\"))}
assert items[\"xenstore\"][\"state\"] == \"missing\", items
assert items[\"xenstore\"][\"fix\"] == \"service xen start\", items
assert items[\"bridge\"][\"state\"] == \"good\", items
"
'

test_case 'this very host' '
	run mkguest-check
	test "$(grep -c "^good\|^advice\|^missing" "$trash/stdout")" -ge 12
'

done_testing
