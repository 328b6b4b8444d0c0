#!/bin/sh
# Guests whose identity is a seed for cloud-init, judged by cloud-init's own
# schema, netplan and isoinfo.
. "$(dirname "$0")/guest.sh"

# Not installed: it would make this host another at its next boot.
for package in cloud-init netplan.io libnetplan0; do
	apt-get download -q -o APT::Sandbox::User=root $package >words 2>&1 ||
		refuse "$(tail -n 1 words)"
done
for package in *.deb; do
	dpkg-deb -x "$package" programs
done
programs=$PWD/programs

# FILE: of the seed.
seed() {
	isoinfo -R -i "${2:-debian1}-seed.img" -x "/$1"
}

cloud_init() {
	PYTHONPATH=$programs/usr/lib/python3/dist-packages python3 -B -c '
import sys
from cloudinit.cmd.main import main
sys.exit(main(sys.argv))' "$@"
}

# What YAML says: FILE EXPRESSION of its value v.
says() {
	python3 -B -c "
import sys, yaml
v = yaml.safe_load(open(sys.argv[1]))
print($2)" "$1"
}

# Its three files are here, and are what cloud-init and netplan take.
judge_seed() {
	for file in meta-data user-data network-config; do
		seed "$file" "${1:-debian1}" >text
		mv text "$file"
	done
	cloud_init schema --config-file user-data >words 2>&1 ||
		{ cat words; return 1; }
	cat words
	not grep -i -E "deprecat|invalid|warn" words
	mkdir -p judged/etc/netplan
	(umask 077 && cp network-config judged/etc/netplan/50-cloud-init.yaml)
	LD_LIBRARY_PATH=$(echo "$programs"/usr/lib/*-linux-gnu) \
		"$programs/usr/libexec/netplan/generate" \
		--root-dir "$PWD/judged" >judged.words 2>&1 ||
		{ cat judged.words; return 1; }
	cat judged.words
	test ! -s judged.words
}

test_case 'a medium for cloud-init, and a guest that leaves its identity to it' '
	(umask 077 && echo "correct horse" >password)
	ssh-keygen -q -t ed25519 -N "" -C "ann: \"a\" # b" -f key
	make_guest debian1 --size 100M --cloud-init --hostname web.example.org \
		--mac 00:16:3e:aa:bb:cc --timezone Europe/Berlin \
		--root-password file:password --ssh-key key.pub \
		--user "ann,uid=1500,groups=adm:mail,ssh-key=key.pub,sudo,gecos=Ann \"Ä\" O'\''Neil, # {x}" \
		--user bob,password-file=password,shell=/bin/sh,sudo
	expect_stdout "  seed    $PWD/debian1-seed.img"
	test "$(blkid -p -o value -s LABEL debian1-seed.img)" = CIDATA
	test "$(stat -c %a debian1-seed.img)" = 600
	test "$(field Seed)" = "$PWD/debian1-seed.img"
	judge_cfg debian1.cfg
	grep -Fx "disk[1].pdev_path=$PWD/debian1-seed.img" xl-check
	grep -Fx "disk[1].vdev=xvdy" xl-check
	grep -Fx "disk[1].format=raw" xl-check
	grep -Fx "disk[1].readwrite=0" xl-check
	mkguest-cfg check --elsewhere --xen-version=4.17 debian1.cfg
	judge_seed
	test "$(says meta-data "sorted(v.items())")" = \
		"[('\''instance-id'\'', '\''$(field Uuid)'\''), ('\''local-hostname'\'', '\''web.example.org'\'')]"
	test "$(head -n 1 user-data)" = "#cloud-config"
	test "$(says user-data "[u[\"name\"] for u in v[\"users\"]]")" = "['\''root'\'', '\''ann'\'', '\''bob'\'']"
	test "$(says user-data "v[\"users\"][1][\"gecos\"]")" = "Ann \"Ä\" O'\''Neil, # {x}"
	test "$(says user-data "v[\"users\"][1][\"groups\"]")" = "['\''adm'\'', '\''mail'\'', '\''sudo'\'']"
	test "$(says user-data "v[\"users\"][1][\"uid\"] + 1")" = 1501
	test "$(says user-data "v[\"users\"][1][\"lock_passwd\"]")" = True
	test "$(says user-data "v[\"users\"][1][\"sudo\"]")" = "ALL=(ALL) NOPASSWD:ALL"
	test "$(says user-data "v[\"users\"][1][\"ssh_authorized_keys\"][0]")" = "$(cat key.pub)"
	test "$(says user-data "v[\"users\"][2].get(\"sudo\"), v[\"users\"][2][\"shell\"]")" = "None /bin/sh"
	for user in 0 2; do
		hash=$(says user-data "v[\"users\"][$user][\"hashed_passwd\"]")
		test "$(perl -e "print crypt(\"correct horse\", shift)" "$hash")" = "$hash"
	done
	test "$(says user-data "v[\"timezone\"], v[\"locale\"], v[\"disable_root\"]")" = "Europe/Berlin C.UTF-8 False"
	says user-data "v[\"ssh_keys\"][\"ed25519_private\"]" >private
	sed -i "/^$/d" private && chmod 600 private
	expect_stdout "$(ssh-keygen -l -f private | cut -d " " -f 2)"

	is_clean
	content var/lib/dpkg/status | grep -x "Package: cloud-init"
	content var/lib/dpkg/status | grep -x "Package: netplan.io"
	content etc/cloud/cloud.cfg.d/95-mkguest.cfg >cfg
	test "$(says cfg "v[\"datasource_list\"]")" = "['\''NoCloud'\'', '\''None'\'']"
	test -z "$(content etc/hostname)"
	test -z "$(content etc/netplan/50-mkguest.yaml)"
	test -z "$(content etc/ssh/ssh_host_ed25519_key)"
	test -z "$(content root/.ssh/authorized_keys)"
	not grep -E "^(ann|bob):" <<-END
	$(content etc/passwd)
	END
	content etc/shadow | grep "^root:\*:"
	content etc/hosts | grep -Fx "127.0.1.1	web.example.org web"
	content etc/fstab | grep "^UUID="
	test "$(mode etc/machine-id)" = 0444
'

test_case 'cards, found by their addresses' '
	make_guest debian1 --size 100M --cloud-init \
		--nic mac=00:16:3e:00:00:01,ip=192.0.2.10/24,gateway=192.0.2.1,ip6=2001:db8::2/64,dns=192.0.2.53,search=example.org \
		--nic mac=00:16:3e:00:00:02,ip=dhcp,vlan=7
	judge_seed
	test "$(says network-config "v[\"network\"][\"ethernets\"][\"nic0\"][\"match\"]")" = "{'\''macaddress'\'': '\''00:16:3e:00:00:01'\''}"
	cat judged/run/systemd/network/*nic0.network >network
	grep -Fx "Address=192.0.2.10/24" network
	grep -Fx "Address=2001:db8::2/64" network
	grep -Fx "Gateway=192.0.2.1" network
	grep -F "MACAddress=00:16:3e:00:00:01" network
	grep -Fx "VLAN=nic1-vlan7" judged/run/systemd/network/*nic1.network
'

test_case 'without a user, a random password for root' '
	make_guest debian1 --size 100M --cloud-init
	judge_seed
	password=$(cat state/passwords/debian1)
	hash=$(says user-data "v[\"users\"][0][\"hashed_passwd\"]")
	test "$(perl -e "print crypt(shift, shift)" "$password" "$hash")" = "$hash"
	test "$(says user-data "len(v[\"users\"])")" = 1
	not grep -F "$hash" "$trash/stdout" "$trash/stderr" debian1.cfg state/guests/debian1
'

test_case 'the user-data of the admin' '
	printf "#cloud-config\nusers: [ default ]\n" >mine
	make_guest debian1 --size 100M --user-data mine --timezone Europe/Berlin
	judge_seed
	cmp mine user-data
	grep -F "\"debian1\"" meta-data
	grep -F "macaddress: \"$(card_mac)\"" network-config
	test ! -e state/passwords
	not grep "host key" "$trash/stdout"
	content etc/shadow | grep "^root:\*:"
	debugfs -R "stat etc/localtime" debian1.img 2>/dev/null |
		grep -F "/usr/share/zoneinfo/Europe/Berlin"
'

test_case 'the same bytes under SOURCE_DATE_EPOCH, and a dry run that says it' '
	export SOURCE_DATE_EPOCH=1000000000
	run guest debian1 --size 100M --cloud-init --root-password locked --dry-run
	expect_status 0
	expect_stdout "would write seed $PWD/debian1-seed.img"
	test ! -e debian1-seed.img
	make_guest debian1 --size 100M --cloud-init --root-password locked
	sha256sum debian1-seed.img debian1.img >sums
	sleep 1.1
	make_guest debian1 --size 100M --cloud-init --root-password locked --force
	sha256sum -c sums
	judge_seed
	test "$(says user-data "v[\"users\"]")" = "[{'\''name'\'': '\''root'\'', '\''lock_passwd'\'': True}]"
'

test_case 'a seed is replaced as the guest'\''s images are' '
	make_guest debian1 --size 100M --cloud-init --hostname one
	rm debian1.img debian1.cfg
	refuse_guest 1 "'\''$PWD/debian1-seed.img'\'' exists; --force replaces this guest'\''s own image and domain file" \
		debian1 --size 100M --cloud-init
	refuse_guest 1 "is the disk of guest '\''debian1'\''" \
		debian1-seed --size 100M --force
	make_guest debian1 --size 100M --cloud-init --hostname two --force
	seed meta-data | grep "\"two\""
	run guest debian1 --size 100M --force --dry-run
	expect_stdout "would write seed $PWD/debian1-seed.img (removed)"
	make_guest debian1 --size 100M --force
	test ! -e debian1-seed.img
	not grep seed debian1.cfg state/guests/debian1
	: >debian2-seed.img
	refuse_guest 1 "'\''$PWD/debian2-seed.img'\'' exists, and is not this guest'\''s; remove it" \
		debian2 --size 100M --cloud-init --force
'

test_case 'what does not go together' '
	echo "#cloud-config" >mine
	echo "users: []" >other
	ssh-keygen -q -t ed25519 -N "" -f key
	refuse_guest 2 "--user: --user-data takes the place of what this says; write it there" \
		debian1 --user-data mine --user ann,ssh-key=key.pub
	refuse_guest 2 "--root-password: --user-data takes the place" \
		debian1 --user-data mine --root-password locked
	refuse_guest 1 "--user-data: open '\''missing'\'': No such file or directory" \
		debian1 --user-data missing
	refuse_guest 1 "--user-data '\''other'\'': cloud-init would pass over it; begin it with '\''#cloud-config'\''" \
		debian1 --user-data other
	refuse_guest 2 "--network-stack '\''networkd'\'' is nothing that cloud-init of bookworm could set up; it can be netplan" \
		debian1 --cloud-init --network-stack networkd
	refuse_guest 2 "it can be netplan" \
		debian1 --cloud-init --network-stack ifupdown
	refuse_guest 2 "the vdev xvdy1 is that of cloud-init'\''s seed; give" \
		debian1 --cloud-init --disk debian1.img,vdev=xvdy1
	refuse_guest 2 "'\''$PWD/debian1-seed.img'\'' is cloud-init'\''s seed; give the disk another name" \
		debian1 --cloud-init --disk debian1-seed.img
	refuse_guest 2 "--cloud-init: that of jessie could not set up the network" \
		debian1 --cloud-init --suite jessie
	printf "ssh-ed25519 %s caf\351\n" "$(cut -d " " -f 2 key.pub)" >latin
	refuse_guest 1 "what is said of user '\''ann'\'' is no UTF-8, which cloud-init needs" \
		debian1 --size 100M --cloud-init --user ann,ssh-key=latin
'

done_testing
