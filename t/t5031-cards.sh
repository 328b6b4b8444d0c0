#!/bin/sh
# --nic, --network-stack and --id-seed: what becomes of them in the domain file,
# the manifest and the guest, and whose addresses are refused.

. "$(dirname "$0")/guest.sh"

two_cards="--nic bridge=xenbr-none,ip=192.0.2.10/24,gateway=192.0.2.1,dns=192.0.2.53 \
	--nic mac=00:16:3E:AA:BB:CC,bridge=ovs0.10,ip=none,model=e1000,rate=10Mb/s,vifname=debian1b,mtu=1400"

test_case 'two cards: domain file, manifest, guest, JSON' '
	make_guest debian1 --size 100M --hostname debian1.example.org \
		$two_cards --json
	cp "$trash/stdout" json
	expect_stderr "warning: this host has no bridge '\''xenbr-none'\''"
	judge_cfg debian1.cfg
	mac=$(field Nic | sed "s/.*mac=\([0-9a-f:]*\),ip=192.*/\1/")
	grep -Fx "vif[0]=mac=$mac,bridge=xenbr-none" xl-check
	grep -Fx "vif[1]=mac=00:16:3e:aa:bb:cc,bridge=ovs0.10,model=e1000,rate=10Mb/s,vifname=debian1b,mtu=1400" \
		xl-check
	sed -n "/^Nic:/,/^[A-Z]/p" state/guests/debian1 |
		grep -x " bridge=ovs0.10,mac=00:16:3e:aa:bb:cc,ip=none,.*"
	content etc/network/interfaces >interfaces
	grep -x "auto mac/$mac=nic0" interfaces
	grep -x "auto mac/00:16:3e:aa:bb:cc=nic1" interfaces
	grep -x "	address 192.0.2.10/24" interfaces
	test "$(content etc/resolv.conf)" = "nameserver 192.0.2.53"
	content etc/hosts | grep -x "192.0.2.10	debian1.example.org debian1"
	python3 -c "
import json, sys
nics = json.load(open(\"json\"))[\"nics\"]
assert [nic[\"mac\"] for nic in nics] == [\"$mac\", \"00:16:3e:aa:bb:cc\"]
assert nics[0][\"ip\"] == [\"192.0.2.10/24\"]
assert nics[0][\"gateway\"] == \"192.0.2.1\"
assert nics[1][\"bridge\"] == \"ovs0.10\"
"
	make_guest debian1 --size 100M --force --nic ip=dhcp --nic ip=dhcp \
		--nic ip=dhcp
	test "$(card_mac)" = "$mac"
	grep -F "mac=00:16:3e:aa:bb:cc" debian1.cfg
	test "$(grep -c mac= debian1.cfg)" -eq 3
	is_clean
'

test_case 'each stack with its packages' '
	make_guest debian1 --size 100M --network-stack networkd $two_cards
	content etc/systemd/network/20-mkguest-nic0.network |
		grep -x "Address=192.0.2.10/24"
	debugfs -R "stat /etc/resolv.conf" debian1.img 2>/dev/null |
		grep -F "run/systemd/resolve/stub-resolv.conf"
	content var/lib/dpkg/status >status
	grep -x "Package: systemd-resolved" status
	not grep -x "Package: ifupdown" status
	not grep -x "Package: isc-dhcp-client" status
	make_guest debian1 --size 100M --network-stack netplan $two_cards --force
	content etc/netplan/50-mkguest.yaml | grep "192.0.2.10/24"
	test "$(mode etc/netplan/50-mkguest.yaml)" = 0600
	content var/lib/dpkg/status | grep -x "Package: netplan.io"
	is_clean
'

test_case 'a stack that the release does not have' '
	refuse_guest 2 "--network-stack '\''wicked'\'' is not for bookworm; it can be ifupdown, netplan, networkd" \
		debian1 --network-stack wicked
	run mkguest $here --suite etch --network-stack networkd debian1 --type pv
	expect_error 2 "--network-stack '\''networkd'\'' is not for etch; it can be ifupdown"
'

# NAME NIC: another guest, as its manifest says.
another() {
	mkdir -p state/guests
	printf "Name: %s\nCfg: %s/%s.cfg\nNic: %s\nDisk: %s/%s.img\n" \
		"$1" "$PWD" "$1" "$2" "$PWD" "$1" >"state/guests/$1"
}

test_case 'addresses of another guest, by its manifest' '
	another debian2 "mac=00:16:3e:00:00:02,ip=192.0.2.2/24,ip6=2001:db8::2/64,ip6=fe80::2/64"
	refuse_guest 1 "'\''00:16:3e:00:00:02'\'' is the MAC address of guest '\''debian2'\'' ($PWD/state/guests/debian2)" \
		debian1 --mac 00:16:3E:00:00:02
	refuse_guest 1 "'\''192.0.2.2'\'' is an address of guest '\''debian2'\''" \
		debian1 --nic ip=dhcp --nic ip=192.0.2.2/16 --dry-run
	refuse_guest 1 "'\''2001:db8::2'\'' is an address of guest '\''debian2'\''" \
		debian1 --nic ip6=2001:DB8::2/48
	run guest debian1 --dry-run --nic ip6=fe80::2/64,ip=192.0.2.3/24
	expect_status 0
	run guest debian2 --dry-run --nic ip=192.0.2.2/24,mac=00:16:3e:00:00:02
	expect_status 0
'

test_case 'addresses of another guest, by its domain file' '
	echo "name=\"web\"
vif=[\"mac=AA:00:00:12:23:34, bridge=bridge0\", \"ip=192.0.2.7 192.0.2.8\"]" >web.cfg
	refuse_guest 1 "'\''aa:00:00:12:23:34'\'' is the MAC address of guest '\''web'\'' (./web.cfg)" \
		debian1 --mac aa:00:00:12:23:34
	refuse_guest 1 "'\''192.0.2.8'\'' is an address of guest '\''web'\''" \
		debian1 --nic ip=192.0.2.8/24
'

test_case '--id-seed: the same ids again, and others for another name' '
	make_guest debian1 --size 100M --id-seed garden
	make_guest debian3 --size 100M --id-seed garden
	for part in Uuid Nic Disk; do
		field $part debian3
	done | sed "s/^[^,]*debian3.img//" >first
	rm -r state debian3.*
	make_guest debian3 --size 100M --id-seed garden
	for part in Uuid Nic Disk; do
		field $part debian3
	done | sed "s/^[^,]*debian3.img//" | diff first -
	test "$(field Uuid debian3)" != "$(sed -n "s/^uuid = \"\(.*\)\"/\1/p" debian1.cfg)"
	make_guest debian3 --size 100M --id-seed forest --force
	test "$(field Uuid debian3)" != "$(head -n 1 first)"
'

test_case 'wrong cards are refused in one sentence, all of them at once' '
	refuse_guest 2 "--nic: '\''colour'\'' is unknown" debian1 --nic colour=red
	refuse_guest 2 "--mac: it is for a guest without --nic" debian1 \
		--nic ip=dhcp --mac 00:16:3e:00:00:01
	refuse_guest 2 "--nic: gateway=192.0.3.1 is in no network of this card; add onlink" \
		debian1 --nic ip=192.0.2.2/24,gateway=192.0.3.1
	run guest debian1 --nic ip=192.0.2.0/24 --nic mac=01:00:00:00:00:00
	expect_status 2
	expect_stderr "--nic: ip: '\''192.0.2.0'\'' is the address of the whole network"
	expect_stderr "--nic: mac: MAC address '\''01:00:00:00:00:00'\'' is a group"
'

done_testing
