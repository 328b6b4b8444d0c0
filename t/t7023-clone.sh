#!/bin/sh
# mkguest-clone: a guest that is there becomes another one as well.
. "$(dirname "$0")/guest.sh"

clone() {
	run mkguest-clone "$@"
}

# STATUS TEXT OPTION…: refused, and all is as it was.
refuse_clone() {
	wanted=$1
	text=$2
	shift 2
	before=$(facts)
	clone "$@"
	expect_error "$wanted" "$text"
	test "$(facts)" = "$before" || show_run "something has changed"
	no_leftovers .
}

disk_uuid() {
	blkid -p -o value -s UUID "$1"
}

test_case 'images, ids, name and domain file of its own; its data is the same' '
	make_guest debian1 --size 100M --swap 32M --include openssh-server \
		--disk debian1.img --disk home.img,size=48M,mount=/home \
		--write "/etc/app.conf:data" --boot direct
	mkguest-setup debian1.img --append-line "/etc/fstab:# by hand" \
		--write "/root/.bash_history:typed"
	before=$(sha256sum debian1* home.img state/guests/debian1)
	clone debian1 debian2
	expect_status 0
	no_leftovers .
	test "$(sha256sum debian1* home.img state/guests/debian1)" = "$before"

	for image in debian2.img debian2-home.img; do
		is_clean $image
	done
	test "$(disk_uuid debian2.img)" != "$(disk_uuid debian1.img)"
	test "$(disk_uuid debian2-swap.img)" != "$(disk_uuid debian1-swap.img)"
	field Disk debian2 | grep "$PWD/debian2.img.*uuid=$(disk_uuid debian2.img)"
	content /etc/fstab debian2.img >fstab
	for image in debian2.img debian2-swap.img debian2-home.img; do
		grep "^UUID=$(disk_uuid $image)" fstab
	done
	test "$(grep -c "^UUID" fstab)" = 3
	grep -Fx "# by hand" fstab
	test "$(content /etc/app.conf debian2.img)" = data
	not content /root/.bash_history debian2.img | grep .

	test "$(content /etc/hostname debian2.img)" = debian2
	test "$(card_mac debian2)" != "$(card_mac debian1)"
	content /etc/network/interfaces debian2.img | grep "$(card_mac debian2)"
	test "$(content /etc/shadow debian2.img)" = \
		"$(content /etc/shadow debian1.img)"
	test "$(field Uuid debian2)" != "$(field Uuid)"
	test "$(field Clone-Of debian2)" = debian1
	not grep Description: state/guests/debian2
	key=$(content /etc/ssh/ssh_host_ed25519_key.pub debian2.img)
	test "$key" != "$(content /etc/ssh/ssh_host_ed25519_key.pub)"
	grep -F "${key% *}" state/guests/debian2

	judge_cfg debian2.cfg
	grep -Fx "disk[0].pdev_path=$PWD/debian2.img" xl-check
	grep "root=UUID=$(disk_uuid debian2.img)" debian2.cfg
	grep -F "$PWD/state/boot/debian2/vmlinuz" debian2.cfg
	test "$(stat -c %a debian2.img)" = 600
	run mkguest-list --noheadings -o name,drift
	test "$(xargs <"$trash/stdout")" = "debian1 - debian2 -"
'

test_case 'a filesystem without a seed of its checksums, and old ones' '
	for features in "^metadata_csum_seed" "^metadata_csum,uninit_bg" \
		"^has_journal"; do
		make_guest debian1 --size 100M
		mkdir -p root/etc
		echo ID=debian >root/etc/os-release
		echo VERSION_CODENAME=bookworm >>root/etc/os-release
		: >root/etc/passwd
		mke2fs -Fq -t ext4 -O "$features" -d root debian1.img
		clone debian1 debian2
		expect_status 0
		is_clean debian2.img
		test "$(disk_uuid debian2.img)" != "$(disk_uuid debian1.img)"
		rm -r state debian?.cfg debian?.img root
	done
'

test_case 'its own options win over what it was' '
	make_guest debian1 --size 100M --nic ip=192.0.2.7/24,bridge=br1
	refuse_clone 1 "has a fixed address, which its clone cannot have as well" \
		debian1 debian2
	refuse_clone 1 "is an address of guest '\''debian1'\''" debian1 debian2 \
		--nic ip=192.0.2.7/24
	mkdir elsewhere
	clone debian1 web2 --nic ip=192.0.2.8/24 --hostname web2.example.org \
		--image-dir elsewhere --cfg-dir elsewhere
	expect_status 0
	test "$(content /etc/hostname elsewhere/web2.img)" = web2
	content /etc/network/interfaces elsewhere/web2.img >interfaces
	grep "192.0.2.8/24" interfaces
	grep "$(card_mac web2)" interfaces
	not grep 192.0.2.7 interfaces
	grep "$(card_mac web2)" elsewhere/web2.cfg
'

test_case 'what it would write' '
	make_guest debian1 --size 100M --boot direct
	before=$(facts)
	clone debian1 debian2 --dry-run
	expect_status 0
	expect_stdout "would write disk $PWD/debian2.img (of $PWD/debian1.img)"
	expect_stdout "would write domain file $PWD/debian2.cfg"
	expect_stdout "would write kernel $PWD/state/boot/debian2/vmlinuz"
	expect_stdout "would write manifest $PWD/state/guests/debian2"
	test "$(facts)" = "$before"
'

test_case 'what cannot be cloned, and names that are taken' '
	make_guest debian1 --size 100M
	refuse_clone 1 "no guest '\''debian3'\'' was made here" debian3 debian2
	refuse_clone 2 "a clone needs another name than" debian1 debian1
	refuse_clone 2 "FROM and TO are two names" debian1
	refuse_clone 1 "needs a terminal to show it on" debian1 debian2 \
		--root-password random
	: >debian2.img
	refuse_clone 1 "debian2.img'\'' is there already; remove it, or say --image" \
		debian1 debian2
	rm debian2.img
	echo "name=\"debian2\"" >debian2.cfg
	refuse_clone 1 "debian2.cfg'\'' is there already; remove it, or say --cfg" \
		debian1 debian2
	rm debian2.cfg
	make_guest debian2 --size 100M
	refuse_clone 1 "there is a guest '\''debian2'\'' already" debian1 debian2
	debugfs -w -R "ssv state 0" debian1.img
	refuse_clone 1 "was not unmounted cleanly" debian1 debian3
	make_guest table --size 100M --disk t.img,table=gpt
	refuse_clone 1 "has a partition table; only images that hold nothing" \
		table debian3
	make_guest other --size 100M
	sed -i "/^Disk:/s/fs=ext4/fs=btrfs/" state/guests/other
	refuse_clone 1 "holds neither ext2, ext3 or ext4 nor swap space" \
		other debian3
	make_guest qcow2 --disk q.qcow2,size=100M
	refuse_clone 1 "is in the format qcow2; only raw images are cloned" \
		qcow2 debian3
	echo data >data.img
	make_guest attached --size 100M --disk attached.img \
		--disk data.img,fs=none
	refuse_clone 1 "is only attached, so that two guests would share it" \
		attached debian3
	sed -i "s/^Disk: .*/Disk: drbd:data,fs=ext4,mount=\//" state/guests/other
	refuse_clone 1 "'\''drbd:data'\'' is a network disk; only images" \
		other debian3
	sed -i "/^Suite:/d" state/guests/other
	refuse_clone 1 "'\''other'\'' was made by an installer" other debian3
	make_guest cloudy --size 100M --cloud-init
	refuse_clone 1 "has its identity from cloud-init" cloudy debian3
'

test_case 'devices are not cloned, and what is in use is not' '
	require LOOP
	loop_device 100M
	make_guest debian1 --disk $device
	refuse_clone 1 "is a device; only images are cloned" debian1 debian2
	make_guest debian3 --size 100M
	loop=$(losetup --find --show debian3.img)
	clone debian3 debian2
	losetup --detach $loop
	expect_error 1 "debian3.img'\''"
	test ! -e debian2.img
'

test_case 'a domain that runs is not cloned' '
	require ROOT
	command -v xl || skip "no xl"
	make_guest debian1 --size 100M
	printf "#!/bin/sh\necho %s\n" "'\''[{\"config\": {\"c_info\":
		{\"name\": \"debian1\"}}}]'\''" >xl
	chmod +x xl
	run unshare --mount sh -ec '\''
		mount --bind xl "$(realpath "$(command -v xl)")"
		exec mkguest-clone debian1 debian2
	'\''
	expect_error 1 "domain '\''debian1'\'' is running; shut it down first"
'

test_case 'killed at any moment: all of the clone or nothing' '
	make_guest debian1 --size 100M --swap 32M
	for moment in 0.02 0.05 0.08 0.12 0.16 0.2 0.25 0.3; do
		run "$helper/kill-after" $moment group mkguest-clone debian1 debian2
		wait_for_end .
		if test -e state/guests/debian2; then
			is_clean debian2.img
			test -e debian2.cfg
			mkguest-delete -y debian2
		else
			test ! -e debian2.img
			test ! -e debian2.cfg
		fi
	done
	clone debian1 debian2
	expect_status 0
	no_leftovers .
'

done_testing
