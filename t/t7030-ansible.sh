#!/bin/sh
# Guests by Ansible on three hosts: each has a network, a file system and an
# sshd of its own, and reaches the archive only through the proxy that all
# share. They are namespaces within one, with which all of it ends.
. "$(dirname "$0")/lib.sh"

if test -z "${MKGUEST_TEST_PROGRAMS-}"; then
	require ROOT NET ANSIBLE
	# what sshd needs, which would be started if it was installed
	for package in openssh-server libwrap0; do
		apt-get download -q -o APT::Sandbox::User=root $package \
			>words 2>&1 || refuse "$(tail -n 1 words)"
		dpkg -x "$package"_*.deb programs
	done
	MKGUEST_TEST_PROGRAMS=$trash/programs unshare --net --mount --pid \
		--fork --kill-child --mount-proc "$test_dir/${0##*/}"
	exit
fi

fake_mirror
http_proxy=$mirror
export http_proxy
mkdir store
mount -t sysfs -o ro sysfs /sys
ip link set lo up
ip link add br0 type bridge
ip address add 192.0.2.1/24 dev br0
ip link set br0 up
start_server recording-proxy store --address 192.0.2.1
unset http_proxy
proxy=http://192.0.2.1:$port
ssh-keygen -q -t ed25519 -N '' -f key

# What a host has of its own, on top of what is here. Its mkguest.conf says
# where the archive is, and apt.conf how to get there.
cat >host <<'END'
name=$1
hostname "$name"
mount -t tmpfs tmpfs own
for directory in etc var usr; do
	mkdir "own/$directory" "own/$directory.work"
	lower=/$directory
	test $directory != usr || lower=$MKGUEST_TEST_PROGRAMS/usr:/usr
	mount -t overlay -o "lowerdir=$lower" \
		-o "upperdir=own/$directory,workdir=own/$directory.work" \
		overlay "/$directory"
done
rm -rf /etc/apt/apt.conf* /etc/apt/sources* /etc/xen /etc/mkguest \
	/var/lib/mkguest /var/cache/mkguest /usr/bin/python3*
mkdir -p /etc/apt/apt.conf.d /etc/xen /etc/mkguest
echo "Acquire::http::Proxy \"$proxy\";" >/etc/apt/apt.conf
cat >/etc/mkguest/mkguest.conf <<-CONF
	Mirror: http://mirror.example.org
	Security-Mirror: http://mirror.example.org
	Keyring: $keyring
CONF
cat >/etc/ssh/sshd_config <<-CONF
	HostKey $PWD/$name.key
	AuthorizedKeysFile $PWD/key.pub
	StrictModes no
	PasswordAuthentication no
	ClientAliveInterval 1
	PidFile none
	Subsystem sftp internal-sftp
	SetEnv PATH=$MKGUEST_BUILD/bin:/usr/sbin:/usr/bin:/sbin:/bin
CONF
cat >/etc/passwd <<-PASSWD
	root:x:0:0:root:/run/root:/bin/sh
	sshd:*:64999:65534::/run/sshd:/usr/sbin/nologin
	nobody:*:65534:65534::/nonexistent:/usr/sbin/nologin
PASSWD
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -m 755 /run/sshd /run/root
until ip link show eth0 >/dev/null 2>&1; do
	sleep 0.02
done
mount -t sysfs -o ro sysfs /sys
ip link set lo up
ip address add "$2" dev eth0
ip link set eth0 up
exec env -i LD_LIBRARY_PATH="$LD_LIBRARY_PATH" /usr/sbin/sshd -D -e
END

# NAME ADDRESS
start_host() {
	mkdir -p own
	ssh-keygen -q -t ed25519 -N '' -f "$1.key"
	unshare --net --mount --uts sh -eu host "$1" "$2/24" >"$1.log" 2>&1 &
	host=$!
	servers="$servers $host"
	until test "$(readlink /proc/$host/ns/net)" != \
		"$(readlink /proc/self/ns/net)"; do
		sleep 0.02
	done
	ip link add "$1" type veth peer name eth0 netns $host
	ip link set "$1" master br0 up
	echo "$2 $(cut -d " " -f 1-2 "$1.key.pub")" >>known_hosts
	until grep -q "^Server listening on 0" "$1.log"; do
		kill -0 $host || refuse "$(cat "$1.log")"
		sleep 0.02
	done
}

export keyring proxy
LD_LIBRARY_PATH=$(echo "$MKGUEST_TEST_PROGRAMS"/lib/*-linux-gnu)
export LD_LIBRARY_PATH
start_host dom1 192.0.2.11
start_host dom2 192.0.2.12
start_host dom3 192.0.2.13
unset LD_LIBRARY_PATH

# As an admin would: the collection is installed, and its example is played.
cat >ansible.cfg <<END
[defaults]
collections_path = $trash/collections
inventory = $trash/inventory.yml
nocows = true
timeout = 5
[ssh_connection]
ssh_args = -F none -i $trash/key -o UserKnownHostsFile=$trash/known_hosts
	-o ControlMaster=auto -o ControlPersist=60
	-o ServerAliveInterval=1 -o ServerAliveCountMax=2
control_path_dir = $trash/ssh
END
# NAME ADDRESS FIRST: a host, and each third guest from FIRST on
write_host() {
	printf '    %s:\n      ansible_host: %s\n      guests:\n' "$1" "$2"
	for i in $(seq "$3" 3 20); do
		printf '        - {name: "{{ kind }}%s", size: 100M,' "$i"
		printf ' nic: "ip={{ network }}.%s/24"}\n' $((100 + i))
	done
}

{
	printf 'xen:\n  hosts:\n'
	write_host dom1 192.0.2.11 1
	write_host dom2 192.0.2.12 2
	write_host dom3 192.0.2.13 3
	printf '  vars: {ansible_user: root, kind: web, network: 192.0.2}\n'
} >inventory.yml
ANSIBLE_CONFIG=$trash/ansible.cfg
export ANSIBLE_CONFIG
ansible-galaxy collection install "$test_dir/../contrib/ansible" \
	-p collections >words 2>&1 || refuse "$(cat words)"

# HOST COMMAND…
on() {
	ssh -F none -i "$trash/key" -o UserKnownHostsFile="$trash/known_hosts" \
		-o ControlPath="$trash/ssh/$1" -o ControlMaster=auto \
		-o ControlPersist=60 root@"$(address_of "$1")" "$2"
}

address_of() {
	sed -n "/^    $1:/{n;s/.*ansible_host: //p}" "$trash/inventory.yml"
}

# What a guest is, on all hosts.
facts() {
	for host in dom1 dom2 dom3; do
		on "$host" "find /etc/xen /var/lib/mkguest -type f -size +0 \
			-printf '$host %p %i %m %s %T@\n' | sort"
	done
}

# PLAY [OPTION…]
play() {
	run ansible-playbook "$@" </dev/null
}

# HOST WORD…: what the recap says of it
recap() {
	line=$(grep "^$1 *: ok=" "$trash/stdout")
	shift
	for word; do
		case $line in
		*" $word "*) ;;
		*) show_run "expected $word" ;;
		esac
	done
}

# HOST: a play of one guest, web1, whose options are on standard input
task() {
	cat >play.yml <<-END
		- hosts: $1
		  gather_facts: false
		  tasks:
		    - mkguest.xen.mkguest:
		        name: web1
	END
	sed "s/^/        /" >>play.yml
}

test_case 'all that can be said of a guest is documented, and nothing else' '
	ansible-doc -j mkguest.xen.mkguest >doc.json
	python3 -c "
import json
print(*json.load(open(\"doc.json\"))[\"mkguest.xen.mkguest\"][\"doc\"][\"options\"],
	sep=\"\n\")" | sort >told
	{
		sed -n "s/^\.It Ic \([A-Z][A-Za-z-]*\) Ta.*/\1/p" \
			"$test_dir/../man/mkguest.5" |
			tr "A-Z-" "a-z_"
		printf "keep_disk\nreplace\nstate\n"
	} | sort >known
	diff known told
'

test_case 'twenty guests on three hosts, with packages that came here once' '
	play mkguest.xen.guests
	expect_status 0
	for host in dom1 dom2 dom3; do
		recap $host changed=1 unreachable=0 failed=0
		on $host "ls /var/lib/mkguest/images; cat /etc/xen/*.cfg"
	done >made
	test "$(grep -cx "web[0-9]*\.img" made)" = 20
	test "$(grep -o "mac=00:16:3e:[0-9a-f:]*" made | sort -u | wc -l)" = 20
	grep "\.deb " "$trash/http-server.log" >fetched
	test -s fetched
	test -z "$(sort fetched | uniq -d)"
	not on dom1 "ls -d /var/lib/mkguest/images/.[!.]*"
	debs=$(grep -c "^GET http://mirror.example.org/.*\.deb 200" \
		"$trash/recording-proxy.log")
	test "$debs" = $((3 * $(wc -l <fetched)))
'

test_case 'the same play again changes nothing' '
	facts >before
	play mkguest.xen.guests
	expect_status 0
	for host in dom1 dom2 dom3; do
		recap $host ok=2 changed=0 unreachable=0 failed=0
	done
	expect_stdout "/etc/xen/web1.cfg 00:16:3e:"
	facts | diff before -
'

test_case 'a guest that is to be another, checked, refused, replaced' '
	facts >before
	echo "nic: ip=192.0.2.101/24" >fields
	echo "size: 100M" >>fields
	echo "suite: bookworm" >>fields
	echo "memory: 600" >>fields
	task dom1 <fields
	play play.yml --diff
	expect_status 2
	expect_stdout "web1'\'' is there, but was made from another description: Memory;"
	expect_stdout "\"after\": [\"600\"]"
	echo "replace: true" >>fields
	task dom1 <fields
	play play.yml --check --diff -v
	expect_status 0
	recap dom1 changed=1
	expect_stdout "-Memory: 512"
	expect_stdout "+Memory: 600"
	expect_stdout "disk /var/lib/mkguest/images/web1.img"
	facts | diff before -
	play play.yml
	expect_status 0
	recap dom1 changed=1
	on dom1 "grep memory /etc/xen/web1.cfg" | grep 600
	play play.yml
	recap dom1 changed=0
'
test_case 'a host is cut off in the middle; the same play heals it' '
	set -- mkguest.xen.guests -e kind=db -e network=198.51.100
	ansible-playbook "$@" >"$trash/stdout" 2>"$trash/stderr" </dev/null &
	playing=$!
	until on dom2 "test -e /etc/xen/db5.cfg"; do
		kill -0 $playing || show_run "it ended early"
		sleep 0.1
	done
	ip link set dom2 down
	status=0
	wait $playing || status=$?
	test $status -ne 0
	recap dom1 changed=1 unreachable=0
	grep "^dom2 .*\(unreachable\|failed\)=1 " "$trash/stdout"
	recap dom3 changed=1 unreachable=0
	ip link set dom2 up
	not on dom2 "test -e /etc/xen/db20.cfg"
	play "$@"
	expect_status 0
	recap dom1 changed=0
	recap dom2 changed=1 unreachable=0
	on dom2 "ls -A /var/lib/mkguest/images" >images
	test "$(grep -c "^db[0-9]*.img$" images)" = 7
	not grep "^\." images
	play "$@"
	recap dom2 changed=0
'

test_case 'a guest that is to be gone is removed, once' '
	on dom1 "grep -l 198.51.100.101 /var/lib/mkguest/guests/*" | grep db1
	task dom1 <<-END
		state: absent
	END
	sed -i "s/name: web1/name: db1/" play.yml
	facts >before
	play play.yml --check --diff -v
	expect_status 0
	recap dom1 changed=1
	expect_stdout "-Nic: ip=198.51.100.101/24"
	expect_stdout "\"path\": \"/var/lib/mkguest/images/db1.img\""
	facts | diff before -
	play play.yml -v
	expect_status 0
	recap dom1 changed=1
	facts | diff before - | sed "/ [^ ]*locks[^ ]* /d" >gone || :
	grep "^< dom1 /var/lib/mkguest/images/db1.img" gone
	grep "^< dom1 /etc/xen/db1.cfg" gone
	not grep -v "^< dom1 .*/db1\|^[0-9]" gone
	play play.yml
	expect_status 0
	recap dom1 changed=0
	printf "wipe: true\nkeep_disk: true\nstate: absent\n" | task dom1
	play play.yml
	expect_status 2
	expect_stdout "keep_disk and wipe exclude each other"
'

test_case 'a guest that is to run is started, once' '
	on dom1 "rm -f /usr/sbin/xl; cat >/usr/sbin/xl; chmod +x /usr/sbin/xl" <<-"END"
		#!/bin/sh
		case $1 in
		list)
			printf "["
			while read -r name; do
				printf "%s{\"config\":{\"c_info\":{\"name\":\"%s\"}}}" \
					"$comma" "$name"
				comma=,
			done </run/domains
			echo "]"
			;;
		create)
			echo "Parsing config from $2"
			sed -n "s/^name = \"\(.*\)\"/\1/p" "$2" >>/run/domains
			;;
		esac
	END
	on dom1 ": >/run/domains"
	printf "state: started\nsize: 100M\nsuite: bookworm\n" | task dom1
	sed -i "s/name: web1/name: own2/" play.yml
	play play.yml --check
	recap dom1 changed=1
	not on dom1 "test -s /run/domains"
	play play.yml
	recap dom1 changed=1
	test "$(on dom1 "cat /run/domains")" = own2
	play play.yml
	expect_status 0
	recap dom1 changed=0
	on dom1 ": >/run/domains"
	play play.yml --check
	recap dom1 changed=1
	play play.yml
	recap dom1 changed=1
	test "$(on dom1 "cat /run/domains")" = own2
	sed -i "s/started/absent/" play.yml
	play play.yml
	expect_status 2
	expect_stdout "is running"
	on dom1 "rm /usr/sbin/xl"
	sed -i "s/absent/started/" play.yml
	play play.yml
	expect_status 2
	expect_stdout "this host has no xl to start the guest with"
'

test_case 'fields that are wrong, and arguments that are none' '
	printf "memroy: 5\nnic: {ip: dhcp}\nsize: big\n" | task dom1
	play play.yml
	expect_status 2
	expect_stdout "memroy: unknown field; is it memory?"
	expect_stdout "nic: it is neither a text, a whole number, a boolean nor a list of them"
	expect_stdout "size: '\''big'\'' is not a size"
	printf "memory: 5\nnic: [ip=dhcp, ip=1]\n" | task dom1
	play play.yml
	expect_status 2
	expect_stdout "memory: 5 is not between 64 and 16777216"
	expect_stdout "nic: ip: '\''1'\'' is no IPv4 address"
	echo "state: gone" | task dom1
	play play.yml
	expect_status 2
	expect_stdout "state: '\''gone'\'' is none"

	run mkguest-ansible
	expect_error 2 "one FILE of arguments"
	for text in "" "[]" "{}"; do
		echo "$text" >arguments
		run mkguest-ansible arguments
		expect_status 1
		cat "$trash/stdout"
		test ! -s "$trash/stderr"
	done >answers
	grep "has no arguments from Ansible: .* expected near end of file" answers
	grep "has no arguments from Ansible: it is no object" answers
	grep "name is missing" answers
'

test_case 'a host without mkguest, or with one from before there was a module' '
	task dom1 </dev/null
	printf "  environment:\n    PATH: /run/root/old:/usr/bin:/bin\n" >>play.yml
	play play.yml
	expect_status 2
	expect_stdout "mkguest is not installed on this host"
	on dom1 "mkdir old; ln -s /bin/true old/mkguest"
	play play.yml
	expect_status 2
	expect_stdout "the mkguest of this host is too old"
'

test_case 'no secret is in what is said, or kept where others could read it' '
	on dom1 "umask 77; echo S3cret-password >password"
	cat >fields <<-END
		name: own1
		size: 100M
		suite: bookworm
		root_password: file:/run/root/password
		write:
		  - /etc/motd:S3cret-text
		  - /etc/issue:hello
		mkdir: [/srv/one]
	END
	task dom1 <fields
	sed -i "/name: web1/d" play.yml
	play play.yml -vvv --diff
	expect_status 0
	expect_stdout "\"write\": ["
	not grep S3cret "$trash/stdout" "$trash/stderr"
	on dom1 "grep -r S3cret /var/lib/mkguest/guests /etc/xen /run/root/.ansible" \
		>found || :
	test ! -s found
	play play.yml
	recap dom1 changed=0
'

done_testing
