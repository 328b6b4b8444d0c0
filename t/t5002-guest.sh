#!/bin/sh
# What users see of mkguest: one guest from the fake mirror to its image, domain
# file and manifest, and every way in which it ends early.
. "$(dirname "$0")/guest.sh"

# ---- a guest is made --------------------------------------------------------

# FIELD: of bookworm in the release table.
suite_field() {
	sed -n "/^Codename: bookworm/,/^\$/s/^$1: //p" \
		"$test_dir/../templates/suites.deb822"
}

test_case 'an image, a domain file and a manifest' '
	make_guest debian1 --size 100M
	test "$(stat -c "%a %s" debian1.img)" = "600 104857600"
	test "$(stat -c %b debian1.img)" -lt 100000
	is_clean
	judge_cfg debian1.cfg
	grep -Fx "disk[0].pdev_path=$PWD/debian1.img" xl-check
	grep -Fx "type=pvh" xl-check
	test "$(field Disk)" = "$PWD/debian1.img,size=104857600,fs=ext4,mount=/,vdev=xvda1,uuid=$(blkid -o value -s UUID debian1.img)"
	test "$(field Cfg)" = "$PWD/debian1.cfg"
	grep -F "mac=$(card_mac)" debian1.cfg
	grep -F "uuid = \"$(field Uuid)\"" debian1.cfg
	expect_stdout "  disk    $PWD/debian1.img (100 MiB, "
	expect_stdout "mkguest-try debian1"
'

test_case 'the files that make the root a guest' '
	ssh-keygen -q -t ed25519 -N "" -f key
	make_guest web.example.org --size 100M --ssh-key key.pub \
		--mac 00:16:3E:AA:BB:CC --timezone Europe/Berlin \
		--guest-mirror http://mirror.example.org/debian
	image=web.example.org.img
	test "$(content etc/hostname $image)" = web
	content etc/hosts $image | grep -Fx "127.0.1.1	web.example.org web"
	uuid=$(blkid -o value -s UUID $image)
	content etc/fstab $image | grep -x "UUID=$uuid	/	ext4	.*"
	content boot/grub/grub.cfg $image | grep -F "root=UUID=$uuid ro"
	content etc/network/interfaces $image |
		grep -x "auto mac/00:16:3e:aa:bb:cc=nic0"
	test "$(mode etc/machine-id $image)" = 0444
	test -z "$(content etc/machine-id $image)"
	content root/.ssh/authorized_keys $image | cmp - key.pub
	test "$(mode root/.ssh/authorized_keys $image)" = 0600
	test "$(mode root/.ssh $image)" = 0700
	content etc/shadow $image | grep "^root:\*:"
	content etc/apt/sources.list.d/debian.sources $image >sources
	grep -Fx "URIs: http://mirror.example.org/debian" sources
	grep -Fx "Suites: bookworm bookworm-updates" sources
	test -z "$(content etc/apt/sources.list $image)"
	debugfs -R "stat etc/localtime" $image 2>/dev/null |
		grep -F "/usr/share/zoneinfo/Europe/Berlin"
	test ! -e state/passwords
'

test_case 'updates and security updates are in it' '
	make_guest debian1 --size 100M --include=hello
	test "$(content usr/share/hello/version)" = 2.1
	content var/lib/dpkg/status | grep -Fx "Version: 1.0+deb1"
'

test_case 'a password of the user, of ours, or shown on a terminal' '
	(umask 077 && echo "correct horse" >password)
	make_guest debian1 --size 100M --root-password file:password
	hash=$(content etc/shadow | sed -n "s/^root:\([^:]*\):.*/\1/p")
	test "$(perl -e "print crypt(\"correct horse\", shift)" "$hash")" = "$hash"
	test "$(mode etc/shadow)" = 0640
	test ! -e state/passwords

	make_guest debian2 --size 100M
	expect_stdout "root'\''s password is in $PWD/state/passwords/debian2"
	test "$(stat -c %a state/passwords/debian2)" = 600
	password=$(cat state/passwords/debian2)
	test "${#password}" -ge 16
	hash=$(content etc/shadow debian2.img |
		sed -n "s/^root:\([^:]*\):.*/\1/p")
	test "$(perl -e "print crypt(shift, shift)" "$password" "$hash")" = "$hash"
	not grep -F "$password" "$trash/stdout" "$trash/stderr"

	export PWD mirror
	script --quiet --return --command "mkguest $archive $here \
		--cache-dir $cache debian3 --size 100M" /dev/null >words
	test ! -e state/passwords/debian3
	password=$(sed -n "s/.*shown only here: \([^ ]*\).*/\1/p" words |
		tr -d "\r")
	hash=$(content etc/shadow debian3.img |
		sed -n "s/^root:\([^:]*\):.*/\1/p")
	test "$(perl -e "print crypt(shift, shift)" "$password" "$hash")" = "$hash"
'

# The host that is used: its name, resolver, apt sources and proxy are private
# to the run, so that their marks can be looked for in the whole image.
test_case 'nothing of the host is in the guest' '
	require ROOT
	mkdir -p apt/apt.conf.d
	cp -r /etc/apt/trusted.gpg.d apt
	for suite in bookworm bookworm-updates bookworm-security; do
		echo "deb [signed-by=$keyring] $mirror $suite main"
	done >apt/sources.list
	echo "Acquire::http::Proxy \"DIRECT\";" >apt/apt.conf.d/proxy
	echo "nameserver 192.0.2.77" >resolv.conf
	echo "search host-domain-mark.example" >>resolv.conf
	export MKGUEST_STATE="$PWD/state"
	run unshare --mount --uts sh -ec "
		hostname host-name-mark
		mount --bind apt /etc/apt
		mount --bind resolv.conf /etc/resolv.conf
		exec mkguest debian1 --suite bookworm $here --cache-dir $cache \
			--size 100M --keyring $keyring \
			--include=records-host,hello"
	expect_status 0
	grep -a -o -e host-name-mark -e host-domain-mark -e 192.0.2.77 \
		-e "127.0.0.1:[0-9]*" -e "$trash" debian1.img >leaks || :
	cat leaks
	test ! -s leaks
	content etc/apt/sources.list.d/debian.sources >sources
	grep -Fx "URIs: $(suite_field Mirror)" sources
	grep -Fx "URIs: $(suite_field Security-Mirror)" sources
	test "$(content usr/share/hello/version)" = 2.1
'

test_case 'ssh host keys are its own, and their fingerprints are printed' '
	for name in web1 web2; do
		make_guest $name --size 100M --include openssh-server --json
		cp "$trash/stdout" $name.json
		for type in rsa ecdsa ed25519; do
			content etc/ssh/ssh_host_${type}_key.pub $name.img >key.pub
			test "$(mode etc/ssh/ssh_host_${type}_key $name.img)" = \
				0600
			grep -F "\"$(ssh-keygen -l -f key.pub)\"" $name.json
			grep -F "$(cat key.pub)" state/guests/$name
			cat key.pub >>keys
		done
	done
	test "$(cut -d " " -f 2 keys | sort -u | wc -l)" = 6
	not grep -v " root@web[12]$" keys
	run guest web1 --size 100M --include openssh-server --force
	expect_stdout "host key  256 SHA256:"
'

test_case 'a skeleton, files and a script of the admin'"'"'s' '
	mkdir -p conf/skel/etc conf/skel/root
	echo ours >conf/skel/etc/motd
	printf "#!/bin/sh\n" >script
	export MKGUEST_CONFIG="$PWD/conf"
	make_guest debian1 --size 100M --first-boot script \
		--write /root/note:hello --copy-in script:/usr/local/bin
	test "$(content etc/motd)" = ours
	test "$(content root/note)" = hello
	content usr/local/bin/script | cmp - script
	content usr/lib/mkguest/first-boot.d/00-script | cmp - script
	is_clean
'

test_case 'a user makes the image that root makes, bit for bit' '
	require ROOT USER
	ssh-keygen -q -t ed25519 -N "" -f key
	export SOURCE_DATE_EPOCH=1700000000
	include=hello,trigger-interest,long-names
	make_guest debian1 --size 100M --ssh-key key.pub --include=$include
	as_user env SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH MKGUEST_STATE= \
		mkguest $archive debian1 --size 100M --ssh-key ../key.pub \
		--include=$include
	cmp debian1.img user/debian1.img
	test "$(stat -c "%a %U" user/debian1.img)" = "600 mkguest-test"
	test -s user/data/mkguest/guests/debian1
	grep -F "target=$PWD/user/debian1.img" user/debian1.cfg
	rm -r user/cache
	no_leftovers .
'

test_case '--boot direct: the kernel and initrd of the guest' '
	make_guest debian1 --size 100M --boot direct
	for file in vmlinuz initrd.img; do
		content boot/$file-6.1.0-99-cloud-$(dpkg --print-architecture) |
			cmp - boot/debian1/$file
	done
	judge_cfg debian1.cfg
	grep -Fx "kernel=$PWD/boot/debian1/vmlinuz" xl-check
	grep -Fx "ramdisk=$PWD/boot/debian1/initrd.img" xl-check
	uuid=$(blkid -o value -s UUID debian1.img)
	grep -Fx "cmdline=root=UUID=$uuid ro console=hvc0" xl-check
'

test_case '--type pv has a kernel of its own where GRUB cannot unpack it' '
	refuse_guest 2 "GRUB for PV guests cannot unpack the kernel of bookworm" \
		debian1 --type pv
	make_guest debian1 --size 100M --type pv --boot direct
	judge_cfg debian1.cfg
	grep -Fx "type=pv" xl-check
'

test_case '--json, and what is made of it' '
	make_guest debian1 --json --boot direct --vcpus 2 --memory 256 \
		--bridge xenbr-none --size 100M
	expect_stderr "warning: this host has no bridge '\''xenbr-none'\''"
	python3 -c "
import json, sys
guest = json.load(open(sys.argv[1]))
assert guest[\"name\"] == \"debian1\", guest
disk = guest[\"disks\"][0]
assert disk[\"path\"] == sys.argv[2] + \"/debian1.img\", guest
assert disk[\"size\"] == 100 << 20 > disk[\"used\"] > 1 << 20, guest
assert guest[\"cfg\"] == sys.argv[2] + \"/debian1.cfg\", guest
assert guest[\"kernel\"] == sys.argv[2] + \"/boot/debian1/vmlinuz\", guest
assert guest[\"steps\"][0][\"step\"] == \"reading the archive\", guest
" "$trash/stdout" "$PWD"
	grep -Fx "vcpus = 2" debian1.cfg
	grep -Fx "memory = 256" debian1.cfg
	grep -F "bridge=xenbr-none" debian1.cfg
'

test_case '-q says nothing, --log is private and knows no password' '
	forget_bases
	make_guest debian1 --size 100M -q --log log
	test ! -s "$trash/stderr"
	test "$(stat -c %a log)" = 600
	grep -q "step: filling the disk" log
	grep -q "Setting up udev" log
	not grep -F "$(cat state/passwords/debian1)" log
	forget_bases
	make_guest debian2 --size 100M -v
	not grep -F "$(cat state/passwords/debian2)" "$trash/stderr"
'

test_case '--disk with a size, and a disk elsewhere' '
	mkdir elsewhere
	make_guest debian1 --disk elsewhere/root.img,size=100M
	test "$(stat -c %s elsewhere/root.img)" -eq 104857600
	grep -F "target=$PWD/elsewhere/root.img" debian1.cfg
'

# ---- what --dry-run says is what is done -----------------------------------

test_case '--dry-run writes nothing, and names what the run then writes' '
	run guest debian1 --size 100M --boot direct --dry-run
	expect_status 0
	test -z "$(ls -A)"
	expect_stdout "(100 MiB, ext4 on /)"
	sed -n "s/^would write [a-z ]* \([.\/][^ ]*\).*/\1/p" "$trash/stdout" |
		xargs realpath -m | sort >"$trash/promised"
	make_guest debian1 --size 100M --boot direct
	find "$PWD" -type f | sort | diff "$trash/promised" -
'

test_case '--dry-run names the directories that it would make' '
	require ROOT
	export MKGUEST_STATE="$PWD/state"
	run mkguest $archive --cache-dir "$cache" debian1 --cfg-dir . \
		--dry-run --size 100M
	expect_status 0
	expect_stdout "would write directory $PWD/state/images"
	expect_stdout "would write disk $PWD/state/images/debian1.img (100 MiB"
	test ! -e state
'

# The archive has nothing else. Its dpkg is this machine's, so only a true one
# can be installed.
test_case 'a guest of 32 bits on a machine of 64' '
	test "$(dpkg --print-architecture)" = amd64 || skip "not amd64"
	MKGUEST_TEST_ARCH=i386 "$helper/fake-mirror" mirror --suite bookworm
	run mkguest $here --cache-dir "$cache" --suite bookworm --arch i386 \
		--mirror "file:$PWD/mirror" --security-mirror "file:$PWD/mirror" \
		--keyring "$PWD/mirror/keyring.gpg" debian1 --dry-run
	expect_status 0
	expect_stdout "would install"
'

if test -n "${MKGUEST_LONG-}"; then
	test_case 'a true guest of 32 bits' '
		require NET
		test "$(dpkg --print-architecture)" = amd64 || skip "not amd64"
		MKGUEST_TEST_ARCH=i386 "$helper/fake-mirror" mirror \
			--suite bookworm
		cat /usr/share/keyrings/debian-archive-keyring.gpg \
			mirror/keyring.gpg >keyring.gpg
		run mkguest $here --cache-dir "$cache" --suite bookworm \
			--arch i386 debian1 --size 1500M \
			--keyring "$PWD/keyring.gpg" \
			--security-mirror "file:$PWD/mirror" \
			--mirror "$("$helper/host-mirror" bookworm)"
		expect_status 0
		judge_cfg debian1.cfg
		grep -Fx type=pvh xl-check
		grep -F grub-i386-xen_pvh.bin debian1.cfg
		test "$(field Architecture)" = i386
		test "$(content var/lib/dpkg/arch)" = i386
		content var/lib/dpkg/status | grep -x "Package: linux-image-686-pae"
		is_clean
	'
fi

test_case '--dry-run refuses what the run would refuse' '
	echo precious >debian1.img
	refuse_guest 1 "'\''$PWD/debian1.img'\'' exists" debian1 --dry-run
	refuse_guest 1 "depends on '\''not-there'\''" debian2 --dry-run \
		--include=chain-top
'

# ---- what is there already -------------------------------------------------

test_case '--force makes the guest anew with its addresses' '
	make_guest debian1 --size 100M
	mac=$(card_mac) uuid=$(field Uuid)
	inode=$(stat -c %i debian1.img)
	refuse_guest 1 "exists; --force replaces it, unless it is another" debian1
	make_guest debian1 --size 80M --force
	expect_stderr "warning: '\''$PWD/debian1.img'\'' is replaced: it holds an ext4 filesystem (UUID "
	test "$(card_mac)" = "$mac"
	test "$(field Uuid)" = "$uuid"
	grep -F "mac=$mac" debian1.cfg
	test "$(stat -c %s debian1.img)" -eq 83886080
	is_clean
'

test_case 'an image or domain file of somebody else stays, also with --force' '
	echo precious >debian1.img
	refuse_guest 1 "'\''$PWD/debian1.img'\'' exists" debian1
	refuse_guest 1 "'\''$PWD/debian1.img'\'' exists" debian1 --force
	rm debian1.img
	echo "name = \"other\"" >debian1.cfg
	refuse_guest 1 "'\''$PWD/debian1.cfg'\'' exists" debian1
	refuse_guest 1 "is the domain file of '\''other'\''" debian1 --force
	echo "name = = 1" >debian1.cfg
	refuse_guest 1 "debian1.cfg:1:" debian1 --force
'

test_case 'the image of another guest stays, as manifest or cfg says' '
	make_guest debian1 --size 100M
	refuse_guest 1 "debian1.img'\'' is the disk of guest '\''debian1'\''" \
		debian2 --disk debian1.img --force
	rm -r state
	refuse_guest 1 "debian1.img'\'' is the disk of guest '\''debian1'\''" \
		debian2 --disk debian1.img --force
'

test_case 'no two domain files have the same name in them' '
	echo "name = \"debian1\"" >by-hand
	refuse_guest 1 "'\''./by-hand'\'' is the domain file of a domain '\''debian1'\'', too" \
		debian1
	refuse_guest 1 "choose another name" debian1 --force
	rm by-hand
	make_guest debian1 --size 100M
	ln -s debian1.cfg again.cfg
	make_guest debian1 --size 100M --force
'

test_case 'two runs for one guest: the second says who is busy' '
	mkfifo pipe
	guest debian1 --size 100M --include=slow-postinst -v 2>pipe &
	first=$!
	exec 9<pipe
	while read -r line <&9; do
		case $line in *"slow-postinst begins") break ;; esac
	done
	run guest debian1 --size 100M
	kill -TERM $first
	wait $first || :
	exec 9<&-
	expect_error 1 "another run is at work on guest '\''debian1'\''"
	test ! -e debian1.img
'

# ---- wrong use ---------------------------------------------------------------

test_case 'names that are none' '
	long=$(printf "%064d" 0 | tr 0 a)
	for name in Debian1 -a a_b a..b .a a. a/b "a b" 1234 10.0.0.1 \
			localhost "$long" "" "a
b"; do
		run guest --size 100M -- "$name"
		expect_status 2
		expect_stderr "mkguest: error: "
	done
	run guest
	expect_error 2 "NAME is missing"
	run guest one two
	expect_error 2 "one NAME at a time"
	test -z "$(ls)"
'

# TEXT OPTION…: wrong use
test_case 'values that are none' '
	refuse_guest 2 "--mac: " debian1 --mac 01:16:3e:00:00:01
	refuse_guest 2 "--mac: " debian1 --mac 00:16:3e:00:00
	refuse_guest 2 "--uuid: " debian1 --uuid 1234
	refuse_guest 2 "a disk of less than 64M" debian1 --size 1M
	refuse_guest 2 "--size" debian1 --size big
	refuse_guest 2 "too large for ext4" debian1 --size 16T
	refuse_guest 2 "--disk: size" debian1 --disk x.img,size=big
	refuse_guest 2 "--disk: '\''colour'\'' is unknown" debian1 \
		--disk x.img,colour=red
	refuse_guest 2 "--disk and --size name two sizes" debian1 \
		--disk x.img,size=1G --size 2G
	refuse_guest 2 "--disk: the path is missing" debian1 --disk ,size=1G
	refuse_guest 2 "--memory: 8 is not between 64 and" debian1 --memory 8
	refuse_guest 2 "--vcpus" debian1 --vcpus 1000
	refuse_guest 2 "--type: '\''xen'\'' is unknown; it can be pvh, pv or hvm" \
		debian1 --type xen
	refuse_guest 2 "--boot: '\''lilo'\'' is unknown" debian1 --boot lilo
	refuse_guest 2 "--bridge: '\''a/b'\''" debian1 --bridge a/b
	refuse_guest 2 "unknown variant '\''tiny'\''" debian1 --variant tiny
	refuse_guest 2 "the archive has no package '\''nothing'\''" debian1 \
		--include nothing
	refuse_guest 1 "runs no guest of '\''m68k'\''" debian1 --arch m68k
	test "$(dpkg --print-architecture)" != amd64 ||
		refuse_guest 2 "the kernel of bookworm for i386 starts in no domain of type pv, only of type pvh" \
			debian1 --arch i386 --type pv --boot direct
	refuse_guest 2 "unknown option '\''--frobnicate'\''" debian1 --frobnicate
	run mkguest debian1 --suite nowhere $here
	expect_error 2 "unknown suite '\''nowhere'\''"
'

test_case 'directories and files that are not there' '
	run mkguest $archive debian1 --image-dir none --cfg-dir .
	expect_error 1 "directory '\''none'\'': No such file or directory"
	run mkguest $archive debian1 --image-dir . --cfg-dir none
	expect_error 1 "directory '\''none'\'': No such file or directory"
	refuse_guest 1 "there is no directory '\''$PWD/none'\'' for the image" \
		debian1 --disk none/debian1.img
	refuse_guest 1 "there is no device '\''/dev/mkguest-none'\''" debian1 \
		--disk /dev/mkguest-none
	refuse_guest 1 "'\''/dev/null'\'' is neither an image file nor a block" \
		debian1 --disk /dev/null
	refuse_guest 1 "--root-password: open" debian1 --root-password file:none
	refuse_guest 1 "--ssh-key" debian1 --ssh-key none
	echo x >file
	run mkguest $archive debian1 --image-dir file --cfg-dir .
	expect_error 1 "'\''file'\'' is not a directory"
	refuse_guest 1 "open log '\''none/log'\''" debian1 --log none/log
'

test_case '--help is complete and goes to stdout' '
	run mkguest --help
	expect_status 0
	test ! -s "$trash/stderr"
	for option in suite mirror disk size include variant memory vcpus type \
			boot mac bridge root-password ssh-key user cfg-dir \
			image-dir boot-dir cache-dir dry-run force json quiet \
			verbose log; do
		expect_stdout "--$option"
	done
'

# ---- no room -----------------------------------------------------------------

test_case 'a disk smaller than the content, or only just as large' '
	refuse_guest 1 "ask for more with --size" debian1 --size 64M \
		--include=large
	refuse_guest 1 "ask for more with --size" debian1 --size 82M \
		--include=large
	make_guest debian1 --size 128M --include=large
	refuse_guest 1 "ask for more with --size" debian1 --size 64M \
		--include=large --force
	is_clean
'

# PLACE SIZE TEXT OPTION…: ./full has so much room, in a mount namespace of the run.
refuse_full() {
	place=$1
	size=$2
	text=$3
	shift 3
	export MKGUEST_STATE="$PWD/state"
	test "$place" != state || MKGUEST_STATE=$PWD/full
	mkdir full
	# shellcheck disable=SC2086
	run unshare --mount sh -ec '
		mount -t tmpfs -o size="$1" none full
		shift
		"$@"
		' sh "$size" mkguest $archive debian1 --size 100M "$@"
	expect_error 1 "$text"
	no_leftovers .
	test -z "$(find . -type f -size +0)"
	rm -rf full state
}

test_case 'no room for the image, the cache, the domain file, the state' '
	require ROOT
	refuse_full image 2M "no room for " --image-dir full --cfg-dir . --cache-dir "$cache"
	refuse_full cache 64k "o space left " --image-dir . --cfg-dir . --cache-dir full
	refuse_full cfg 8k "o space left " --image-dir . --cfg-dir full --cache-dir "$cache" \
		--boot direct --boot-dir full
	refuse_full state 4k "o space left " --image-dir . --cfg-dir . --cache-dir "$cache"
'

# ---- it ends early ------------------------------------------------------------

# TEXT SIGNAL [OPTION…]
signal_guest() {
	text=$1
	signal=$2
	shift 2
	export MKGUEST_STATE="$PWD/state"
	# shellcheck disable=SC2086
	run interrupt_when "$text" "$signal" mkguest $archive $here \
		--cache-dir "$cache" debian1 --size 100M -v "$@"
}

# A stage is over soon, so a run may have been done before the signal came.
test_case 'Ctrl-C in any stage leaves the guest that was there, or the new one' '
	make_guest debian1 --size 100M
	for text in "reading the archive" "downloading packages" \
			"unpack the essential" "Setting up dash" \
			"Setting up udev" "clean" "personalising" \
			"filling the disk" "syncing the disk"; do
		before=$(facts)
		forget_bases
		signal_guest "$text" INT --force
		if test "$status" -eq 0; then
			echo "$text: too late"
			judge_cfg debian1.cfg
			rm xl-check
		else
			expect_error 1 interrupted
			test "$(facts)" = "$before"
		fi
		no_leftovers .
	done
	is_clean
'

test_case 'Ctrl-C while a script sleeps, while a server stalls' '
	signal_guest "slow-postinst begins" INT --include=slow-postinst
	expect_error 1 interrupted
	serve "$trash/mirror"
	echo "*.deb stall 30" >"$faults"
	archive="--suite bookworm --mirror $url --security-mirror $url"
	archive="$archive --keyring $keyring"
	cache=$PWD/cache
	signal_guest "downloading packages" INT
	expect_error 1 interrupted
	no_leftovers .
	test ! -e debian1.img
	test ! -e debian1.cfg
	test ! -e state/guests/debian1
	test ! -e state/passwords/debian1
'

test_case 'a kill while filling: nothing runs, and the next run works' '
	for text in "slow-postinst begins" "filling the disk"; do
		signal_guest "$text" KILL --include=slow-postinst &
		wait $!
	done
	signal_guest "filling the disk" KILL
	test "$status" -eq 137
	wait_for_end
	test ! -e debian1.img
	test ! -e debian1.cfg
	make_guest debian1 --size 100M
	is_clean
'

# ---- block devices --------------------------------------------------------------

test_case 'a block device is the disk' '
	loop_device 100M
	make_guest debian1 --disk "$device"
	is_clean "$device"
	judge_cfg debian1.cfg
	grep -Fx "disk[0].pdev_path=$device" xl-check
	grep -F "phy" debian1.cfg || grep -F "format=raw" debian1.cfg
	test "$(content etc/hostname "$device")" = debian1
	sum=$(sha256sum <"$device")
	refuse_guest 1 "'\''$device'\'' holds an ext4 filesystem" debian1 \
		--disk "$device"
	refuse_guest 1 "is the disk of guest '\''debian1'\''" debian2 \
		--disk "$device" --force
	refuse_guest 1 "too small" debian1 --disk "$device",size=1G --force
	test "$sum" = "$(sha256sum <"$device")"
	make_guest debian1 --disk "$device" --force
	is_clean "$device"
'

done_testing
