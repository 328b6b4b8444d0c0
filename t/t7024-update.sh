#!/bin/sh
# mkguest-update: packages of a guest that does not run, by its own apt, which
# is a script here that knows one newer package.
. "$(dirname "$0")/guest.sh"

# What apt-get does with a package: it is in dpkg's database.
cat >apt-get <<'END'
#!/bin/sh
echo "$*" >>/root/asked
for last; do :; done
test ! -e /root/fails || { echo "E: no space" >&2; exit 100; }
test "$last" = upgrade && test ! -e /root/is-current || exit 0
cd /var/lib/dpkg || exit
sed "/^Package: hello$/,/^$/s/^Version: .*/Version: 9.9/" status >new
mv new status
printf 'Package: added\nStatus: install ok installed\nVersion: 1\n' >>status
printf 'Architecture: all\nMaintainer: a\nDescription: a\n\n' >>status
echo upgraded >/etc/upgraded
cp /etc/resolv.conf /root/resolv
: >/root/is-current
END

# NAME [OPTION…]: a guest with it
make_old_guest() {
	name=$1
	shift
	make_guest "$name" --size 100M --include hello --mkdir /root \
		--upload "$trash/apt-get:/usr/bin/apt-get" "$@" \
		--chmod 0755:/usr/bin/apt-get
}

update() {
	run mkguest-update --cache-dir "$cache" "$@"
	wait_for_end .
}

disk_facts() {
	blkid -p -o export "$1" | grep -E "^(UUID|LABEL|TYPE)="
}

test_case 'a new filesystem with the same ids, and all that was in the old one' '
	make_old_guest debian1 --write "/etc/by-hand:mine" --link \
		etc/by-hand:/other --chmod 4711:/etc/by-hand
	before=$(disk_facts debian1.img)
	inode=$(stat -c %i debian1.img)
	sum=$(sha256sum <debian1.img)
	update debian1 --dry-run --json
	expect_status 0
	grep -q "\"package\": \"hello" "$trash/stdout"
	test "$(sha256sum <debian1.img)" = "$sum"

	update debian1
	expect_status 0
	expect_stdout "debian1: 2 packages changed"
	grep -Eq "hello.* 2.1 → 9.9$" "$trash/stdout"
	grep -Eq "added.* - → 1$" "$trash/stdout"
	no_leftovers .
	is_clean
	test "$(disk_facts debian1.img)" = "$before"
	test "$(stat -c %i debian1.img)" != "$inode"
	test "$(stat -c %a debian1.img)" = 600
	test "$(content /etc/upgraded)" = upgraded
	test "$(content /etc/by-hand)" = mine
	test "$(mode /etc/by-hand)" = 04711
	test "$(content /etc/hostname)" = debian1
	content /root/asked | grep -q "force-confold.* --with-new-pkgs upgrade"
	content /root/resolv | diff - /etc/resolv.conf
	not content /usr/sbin/policy-rc.d | grep .

	sum=$(sha256sum <debian1.img)
	update debian1
	expect_status 0
	test "$(cat "$trash/stdout")" = "debian1: up to date"
	test "$(sha256sum <debian1.img)" = "$sum"
'

test_case 'kernels that were copied out follow' '
	make_old_guest debian1 --boot direct
	echo old >boot/debian1/vmlinuz
	update debian1
	expect_status 0
	content /boot/vmlinuz-6.1.0-99-cloud-amd64 | cmp - boot/debian1/vmlinuz
'

test_case 'what fails leaves the guest as it was' '
	make_old_guest debian1 --write "/root/fails:yes"
	sum=$(sha256sum <debian1.img)
	update debian1
	expect_error 1 "E: no space"
	test "$(sha256sum <debian1.img)" = "$sum"
	no_leftovers .
	update debian2
	expect_error 1 "no guest '\''debian2'\'' was made here"
	update debian1 --all
	expect_error 2 "exclude each other"
	update
	expect_error 2 "NAME is missing, or --all"
'

test_case '--all: each for itself' '
	make_old_guest debian1
	make_old_guest debian2 --write "/root/fails:yes"
	make_old_guest debian3
	update --all
	expect_status 1
	expect_stdout "debian1: 2 packages changed"
	expect_stdout "debian3: 2 packages changed"
	expect_stderr "debian2: "
'

test_case 'qcow2, in a table; a home of its own' '
	make_old_guest debian1 --disk d.qcow2,table=gpt \
		--disk home.img,size=32M,mount=/home
	update debian1
	expect_status 0
	qemu-img convert -O raw d.qcow2 raw
	qemu-img check -q d.qcow2
	sfdisk --verify raw
	make_old_guest debian2 --disk debian2.img \
		--disk var.img,size=64M,mount=/var
	update debian2
	expect_error 1 "has /var on another disk; start it, and upgrade it there"
	sed -i "/^Disk:/s/fs=ext4/fs=xfs/" state/guests/debian2
	update debian2
	expect_error 1 "is no disk with ext2, ext3 or ext4, which alone"
	sed -i "/^Suite:/d" state/guests/debian2
	update debian2
	expect_error 1 "'\''debian2'\'' was made by an installer"
'

test_case 'a device is written over only if that is asked for' '
	require LOOP
	loop_device 100M
	make_old_guest debian1 --disk $device
	before=$(disk_facts $device)
	update debian1
	expect_error 1 "is a device, which would be written over; --in-place"
	update debian1 --in-place
	expect_status 0
	is_clean $device
	test "$(disk_facts $device)" = "$before"
	test "$(content /etc/upgraded $device)" = upgraded
'

test_case 'an unclean filesystem, and a domain that runs' '
	make_old_guest debian1
	debugfs -w -R "ssv state 0" debian1.img
	update debian1
	expect_error 1 "was not unmounted cleanly"
	require ROOT
	command -v xl || skip "no xl"
	printf "#!/bin/sh\necho %s\n" "'\''[{\"config\": {\"c_info\":
		{\"name\": \"debian1\"}}}]'\''" >xl
	chmod +x xl
	run unshare --mount sh -ec '\''
		mount --bind xl "$(realpath "$(command -v xl)")"
		exec mkguest-update debian1
	'\''
	expect_error 1 "domain '\''debian1'\'' is running; shut it down first"
'

test_case 'the guest'\''s programs are nobody on this host' '
	require ROOT
	cat "$trash/apt-get" >apt
	cat >>apt <<-END
		mknod /root/disk b 7 0 2>/dev/null && echo made >/etc/upgraded
		cat /proc/1/environ >/etc/environ 2>/dev/null
		ls /proc/1/fd/ >/etc/fds 2>/dev/null
		cat /proc/self/uid_map >/etc/map
	END
	make_old_guest debian1 --upload "$PWD/apt:/usr/bin/apt-get"
	update debian1
	expect_status 0
	content /etc/map | grep 1879048192
	test "$(content /etc/upgraded)" = upgraded
	test -z "$(content /etc/environ)"
	test -z "$(content /etc/fds)"
'

test_case 'as an ordinary user' '
	require USER
	cp "$trash/apt-get" .
	# shellcheck disable=SC2086
	run as_user env MKGUEST_STATE= mkguest $archive --cache-dir cache \
		debian1 --size 100M --include hello \
		--upload "$trash/apt-get:/usr/bin/apt-get" \
		--chmod 0755:/usr/bin/apt-get --mkdir /root
	expect_status 0
	run as_user env MKGUEST_STATE= mkguest-update debian1
	expect_status 0
	expect_stdout "debian1: 2 packages changed"
	is_clean user/debian1.img
'

test_case 'killed at any moment: the old one or the new one, whole' '
	make_old_guest debian1
	cp --sparse=always debian1.img old
	for moment in 0.1 0.3 0.5 0.7 0.9 1.1; do
		cp --sparse=always old debian1.img
		run "$helper/kill-after" $moment group mkguest-update \
			--cache-dir "$cache" debian1
		wait_for_end .
		is_clean
		content /etc/hostname | grep -x debian1
	done
	cp --sparse=always old debian1.img
	update debian1
	expect_status 0
	no_leftovers .
	test -z "$(ls "$cache/work")"
'

done_testing
