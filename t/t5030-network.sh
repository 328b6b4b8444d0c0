#!/bin/sh
# The network of a guest: what is written for each stack, judged by the very
# programs that read it there, on cards in a network namespace.

. "$(dirname "$0")/lib.sh"

require ROOT NET

# As little of a Debian as the steps look at, with all three stacks.
mkdir -p base/etc/apt base/etc/network base/sbin base/usr/sbin base/boot \
	base/usr/share/zoneinfo/Etc base/lib/systemd/system
cp /usr/share/zoneinfo/Etc/UTC base/usr/share/zoneinfo/Etc/UTC
touch base/sbin/ifup base/usr/sbin/netplan base/lib/systemd/systemd-networkd
echo 'root:*:1:0:99999:7:::' >base/etc/shadow
echo kernel >base/boot/vmlinuz-6
echo initrd >base/boot/initrd.img-6
ln -s boot/vmlinuz-6 base/vmlinuz
ln -s boot/initrd.img-6 base/initrd.img

# They would set up this machine's network if they were installed.
apt-get download -q -o APT::Sandbox::User=root ifupdown netplan.io \
	libnetplan0 >words 2>&1 || refuse "$(tail -n 1 words)"
for deb in *.deb; do
	dpkg -x "$deb" programs
done
programs=$trash/programs

# SUITE STACK [OPTION…]: the guest debian1 in ./root
personalise() {
	suite=$1
	stack=$2
	shift 2
	rm -rf root state
	cp -a "$trash/base" root
	run "$MKGUEST_BUILD/t/helper/personalise-root" root debian1 "$suite" \
		--network-stack "$stack" "$@"
	expect_status 0
}

# Cards of odd names in odd order, the VLANs of none, and addresses at once.
cat >cards <<'END'
mount -t sysfs -o ro sysfs /sys
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
ip link set lo up
for card in ${cards:-ens3=03 enX0=01 eth7=02 foo=04}; do
	ip link add "${card%=*}" address "00:16:3e:00:00:${card#*=}" \
		type veth peer "other${card#*=}" \
		address "02:00:00:00:00:${card#*=}"
	ip link set "other${card#*=}" up
done
END

# COMMAND…: in a network of its own, with those cards
among_cards() {
	unshare --net --mount --pid --fork --kill-child sh -euc '
		cards=$1
		. "$2"
		shift 2
		. "$@"
	' sh "${cards-}" "$trash/cards" "$@"
}

# What they want at fixed places is laid over this machine's.
cat >by_ifupdown <<'END'
mount -t overlay overlay -o "lowerdir=$programs/lib:/usr/lib" /usr/lib
mkdir state
ifup() {
	"$programs/sbin/$1" --all --no-scripts --state-dir state \
		--interfaces root/etc/network/interfaces >words 2>&1 ||
		{ cat words; exit 1; }
}
ifup ifup
ifup ifdown
ifup ifup
"$helper/network-facts" >facts
END

cat >by_networkd <<'END'
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/netif/links /run/systemd/netif/leases \
	/run/systemd/netif/lldp
chown -R systemd-network: /run/systemd/netif
mount --bind "$files" /etc/systemd/network
timeout 30 /lib/systemd/systemd-networkd >words 2>&1 &
for _ in $(seq 50); do
	sleep 0.1
	"$helper/network-facts" >facts
	! cmp -s facts expected || break
done
kill $!
wait $! || :
# another type of card, and what it does not know
! grep -i "unknown\|ignoring\|failed to parse" words
END

# Sets $files to the directory of networkd's.
find_files() {
	files=$PWD/root/etc/systemd/network
	test "$stack" = netplan || return 0
	files=$PWD/root/run/systemd/network
	LD_LIBRARY_PATH=$(echo "$programs"/usr/lib/*-linux-gnu) \
		"$programs/usr/libexec/netplan/generate" \
		--root-dir "$PWD/root" >words 2>&1
	test ! -s words || { cat words; false; }
	# a card of a namespace has none that is permanent
	sed -i s/PermanentMAC/MAC/ "$files"/*.network
}

# What the guest's own stack makes of ./root is ./expected.
judge() {
	export programs helper files
	if test "$stack" = ifupdown; then
		among_cards "$trash/by_ifupdown"
	else
		find_files
		among_cards "$trash/by_networkd"
	fi
	diff expected facts
}

# TEXT CARDS: ./expected, from all stacks. A card says only the end of its MAC.
same_by_all() {
	for stack in ifupdown netplan networkd; do
		eval "personalise bookworm $stack $1"
		judge || { echo "by $stack"; cat words; false; }
	done
}

one=00:16:3e:00:00:01 two=00:16:3e:00:00:02

test_case 'static addresses, gateways, routes, an MTU' '
	sort >expected <<END
$one mtu 1400
$one 192.0.2.10/24
$one 192.0.2.11/24
$one 2001:db8::10/64
$one 2001:db8::11/64
$one default via 192.0.2.1
$one default via fe80::1
$one 10.0.0.0/8 via 192.0.2.2
$one 172.16.0.0/12
$one 2001:db8:1::/48 via 2001:db8::2
$two mtu 1500
$two 10.9.9.9/8
00:16:3e:00:00:03 mtu 1500
00:16:3e:00:00:04 mtu 1500
END
	same_by_all "--nic mac=$one,mtu=1400,ip=192.0.2.10/24,ip=192.0.2.11/24,gateway=192.0.2.1,ip6=2001:db8::10/64,ip6=2001:db8::11/64,gateway6=fe80::1,route=10.0.0.0/8@192.0.2.2,route=2001:db8:1::/48@2001:db8::2,route=172.16.0.0/12 \
		--nic mac=$two,ip=10.9.9.9/8,ip6=none \
		--nic mac=00:16:3e:00:00:03,ip=none"
'

test_case 'a point-to-point link, and a gateway that is on the link' '
	sort >expected <<END
$one mtu 1500
$one 198.51.100.2/32
$one 198.51.100.1
$one default via 198.51.100.1
$two mtu 1500
$two 192.0.2.10/32
$two 10.0.0.0/8 via 203.0.113.1
$two 2001:db8::10/128
$two default via 2001:db8:ffff::1
00:16:3e:00:00:03 mtu 1500
00:16:3e:00:00:04 mtu 1500
END
	same_by_all "--nic mac=$one,ip=198.51.100.2/32,p2p=198.51.100.1,gateway=198.51.100.1 \
		--nic mac=$two,ip=192.0.2.10/32,route=10.0.0.0/8@203.0.113.1,onlink,ip6=2001:db8::10/128,gateway6=2001:db8:ffff::1"
'

test_case 'cards by their names, as old releases have them' '
	cards="eth0=01 eth1=02"
	sort >expected <<END
$one mtu 1400
$one 192.0.2.10/24
$one 192.0.2.11/24
$one 2001:db8::10/64
$one 2001:db8::11/64
$one default via 192.0.2.1
$one 10.0.0.0/8 via 192.0.2.2
$two mtu 1500
$two 198.51.100.2/32
$two 198.51.100.1
END
	personalise stretch ifupdown --nic "mac=$one,mtu=1400,ip=192.0.2.10/24,ip=192.0.2.11/24,gateway=192.0.2.1,ip6=2001:db8::10/64,ip6=2001:db8::11/64,route=10.0.0.0/8@192.0.2.2" \
		--nic "mac=$two,ip=198.51.100.2/32,p2p=198.51.100.1"
	judge
	test "$(readlink root/etc/udev/rules.d/80-net-setup-link.rules)" = \
		/dev/null
	! grep -r "$one" root/etc
'

# Not every kernel has VLANs, so that what would be done has to do.
test_case 'a VLAN' '
	vlan="--nic mac=$one,vlan=10,ip=192.0.2.10/24,gateway=192.0.2.1,mtu=1400"
	personalise bookworm ifupdown $vlan
	"$programs/sbin/ifquery" -i root/etc/network/interfaces nic0-vlan10 >words
	grep -x "address: 192.0.2.10" words
	"$programs/sbin/ifquery" -i root/etc/network/interfaces nic0 >words
	grep -x "up: ip link add link \$IFACE name nic0-vlan10 type vlan id 10" \
		words
	for stack in netplan networkd; do
		personalise bookworm $stack $vlan
		find_files
		cat "$files"/*.netdev | grep -x "Name=nic0-vlan10"
		cat "$files"/*.netdev | grep -x "Id=10"
		grep -lx "Name=nic0-vlan10" "$files"/*.network |
			xargs grep -x "Address=192.0.2.10/24"
		card=$(grep -lx "VLAN=nic0-vlan10" "$files"/*.network)
		not grep "Address=1" "$card"
	done
'

# The other ends of the cards serve both; systemd-networkd is the server, too.
test_case 'addresses from a DHCP server and a router' '
	sort >expected <<END
$one mtu 1500
$one 10.0.2.15/24
$one default via 10.0.2.2
$one 10.0.2.2
$one 2001:db8:5::/64
$one 2001:db8:5:0:216:3eff:fe00:1/64
$one default via fe80::ff:fe00:1
$two mtu 1500
$two 192.0.2.10/24
END
	for stack in netplan networkd; do
		personalise bookworm $stack --nic mac=$one,ip6=auto \
			--nic mac=$two,ip=192.0.2.10/24
		find_files
		cat >"$files/90-other.network" <<END
[Match]
Name=other01
[Network]
Address=10.0.2.2/24
DHCPServer=yes
IPv6SendRA=yes
[DHCPServer]
PoolOffset=15
PoolSize=1
[IPv6Prefix]
Prefix=2001:db8:5::/64
END
		cards="ens3=01 enX0=02"
		export programs helper files
		among_cards "$trash/by_networkd"
		diff expected facts || { cat words; false; }
	done
'

test_case 'DHCP and router advertisements' '
	personalise bookworm ifupdown --nic mac=$one,ip6=auto --nic mac=$two,ip6=dhcp
	"$programs/sbin/ifquery" -i root/etc/network/interfaces --list --all |
		sort >words
	for line in "iface nic0 inet dhcp" "iface nic0 inet6 auto" \
			"iface nic1 inet dhcp" "iface nic1 inet6 dhcp"; do
		grep -x "$line" root/etc/network/interfaces
	done
	personalise bookworm networkd --nic mac=$one,ip6=auto --nic mac=$two,ip6=dhcp
	grep -x "DHCP=ipv4" root/etc/systemd/network/20-mkguest-nic0.network
	grep -x "IPv6AcceptRA=yes" root/etc/systemd/network/20-mkguest-nic0.network
	grep -x "DHCP=yes" root/etc/systemd/network/20-mkguest-nic1.network
	grep -x "WithoutRA=solicit" root/etc/systemd/network/20-mkguest-nic1.network
'

test_case 'networkd is turned on, and one card is enough for the boot' '
	personalise bookworm networkd --nic mac=$one
	units=root/etc/systemd/system
	for link in $(find "$units" -type l); do
		unit=$(readlink "$link")
		test ! -e "base$unit"
		test -e "$unit"
	done
	readlink $units/multi-user.target.wants/systemd-networkd.service
	readlink $units/network-online.target.wants/systemd-networkd-wait-online.service
	program=$(sed -n "s/^ExecStart=\([^ ]*\) .*/\1/p" \
		$units/systemd-networkd-wait-online.service.d/mkguest.conf)
	"$program" --help | grep -e --any
	mkdir -p /run/systemd
	systemd-analyze verify --man=no \
		"$PWD/$units/multi-user.target.wants/systemd-networkd.service"
'

test_case 'who knows names' '
	dns=dns=192.0.2.53,dns=2001:db8::53,search=example.org,search=lan
	personalise bookworm ifupdown --nic mac=$one,ip=192.0.2.10/24,$dns
	diff - root/etc/resolv.conf <<END
search example.org lan
nameserver 192.0.2.53
nameserver 2001:db8::53
END
	"$programs/sbin/ifquery" -i root/etc/network/interfaces nic0 >words
	grep -x "dns-nameservers: 192.0.2.53 2001:db8::53" words
	grep -x "dns-search: example.org lan" words

	mkdir -p "$trash/base/etc/dhcp/dhclient-enter-hooks.d"
	echo "hostname" >"$trash/base/etc/dhcpcd.conf"
	personalise bookworm ifupdown --nic mac=$one,$dns
	sh -eu -c ". \"\$1\"; make_resolv_conf" sh \
		root/etc/dhcp/dhclient-enter-hooks.d/mkguest
	grep -x "nohook resolv.conf" root/etc/dhcpcd.conf
	grep -x hostname root/etc/dhcpcd.conf
	personalise bookworm ifupdown --nic mac=$one
	test ! -e root/etc/resolv.conf
	! grep nohook root/etc/dhcpcd.conf
	rm -r "$trash/base/etc/dhcp" "$trash/base/etc/dhcpcd.conf"

	touch "$trash/base/lib/systemd/systemd-resolved"
	for stack in netplan networkd; do
		personalise bookworm $stack --nic mac=$one,$dns
		test "$(readlink root/etc/resolv.conf)" = \
			../run/systemd/resolve/stub-resolv.conf
		readlink root/etc/systemd/system/*/systemd-resolved.service
		test $stack = netplan || cat root/etc/systemd/network/* >all
		test $stack = networkd || cat root/etc/netplan/* >all
		grep 2001:db8::53 all
		grep example.org all
	done
	rm "$trash/base/lib/systemd/systemd-resolved"
'

test_case 'the name belongs to the address that is for good' '
	personalise bookworm ifupdown --nic mac=$one --hostname a.example.org
	grep -x "127.0.1.1	a.example.org a" root/etc/hosts
	personalise bookworm ifupdown --hostname a.example.org \
		--nic mac=$one --nic mac=$two,ip=192.0.2.10/24
	grep -x "192.0.2.10	a.example.org a" root/etc/hosts
	grep "^::1" root/etc/hosts
'

test_case 'another stack takes the place of the one before' '
	personalise bookworm ifupdown --nic mac=$one
	for stack in netplan networkd ifupdown; do
		run mkguest-setup --suite bookworm root --network-stack $stack \
			--nic mac=$two,ip=192.0.2.10/24
		expect_status 0
		test "$(grep -rl 192.0.2.10 root/etc | wc -l)" -eq 1
		not grep -r "$one" root/etc
	done
	grep -x "	address 192.0.2.10/24" root/etc/network/interfaces
	test -z "$(find root/etc/netplan root/etc/systemd/network -type f)"
	test ! -e root/etc/systemd/system/multi-user.target.wants/systemd-networkd.service
	rm root/sbin/ifup
	run mkguest-setup --suite bookworm root --network-stack ifupdown \
		--nic mac=$two
	expect_error 1 "the guest has no ifupdown (/sbin/ifup)"
	run mkguest-setup --suite bookworm root --nic ip=dhcp
	expect_error 2 "--nic: mac= must say which card of the domain it is"
	run mkguest-setup --suite bookworm root --network-stack netplan
	expect_error 2 "--network-stack: it needs --nic"
'

test_case 'an image gets the same as a directory' '
	for stack in ifupdown netplan networkd; do
		rm -f image
		mke2fs -q -t ext4 -d "$trash/base" image 16M
		personalise bookworm $stack --nic mac=$one,ip=192.0.2.10/24,dns=192.0.2.1 \
			--nic mac=$two,vlan=7
		"$MKGUEST_BUILD/t/helper/personalise-root" image debian1 \
			bookworm --network-stack $stack \
			--nic mac=$one,ip=192.0.2.10/24,dns=192.0.2.1 \
			--nic mac=$two,vlan=7 >/dev/null
		e2fsck -fn image >words 2>&1
		rm -rf dumped
		mkdir dumped
		debugfs -R "rdump /etc dumped" image 2>words
		diff -r --no-dereference --exclude shadow root/etc dumped/etc
		stat -c %a root/etc/netplan/* dumped/etc/netplan/* 2>words |
			sort -u | sed "s/600//"
	done
'

done_testing
