#!/bin/sh
# What mkguest refuses to write on, on real devices, and what it says of what
# it does write over. Each refusal is made with --force, which changes nothing
# about it unless it says so.
. "$(dirname "$0")/guest.sh"

# TEXT NAME [OPTION…]
gate_refuses() {
	text=$1
	shift
	refuse_guest 1 "$text" "$@" --force
}

# The gate has nothing against it.
gate_lets_in() {
	run guest "$@" --dry-run
	expect_status 0
}

# [OPTION]: sets $device to a loop device of 100M with two partitions, which
# have nodes.
partitioned_device() {
	loop_device 100M "$@"
	printf "label: gpt\n,48M\n,48M\n" | sfdisk -q "$device" 2>/dev/null
	partx --add "$device" 2>/dev/null || :
	trap 'partx --delete "$device" 2>/dev/null || :; detach_devices' EXIT
	test -b "${device}p2"
}

# DIRECTORY DEVICE NAME [OPTION…]: with the device mounted there, in a mount
# namespace that nobody else copies meanwhile.
guest_with_mount() {
	place=$1
	mounted=$2
	shift 2
	MKGUEST_STATE=$PWD/state
	mkdir -p "$place"
	# shellcheck disable=SC2086
	unshare --mount sh -ec '
		mount "$2" "$1"
		shift 2
		exec "$@"
		' sh "$place" "$mounted" mkguest $archive $here --cache-dir "$cache" "$@"
}

# COMMAND… runs until the body ends, or $held is killed; it says when it is so far.
hold() {
	mkfifo ready
	"$@" >ready &
	held=$!
	servers="$servers $held"
	read -r _ <ready
	rm ready
}

let_go() {
	kill "$held"
	wait "$held" 2>/dev/null || :
}

# ---- in use ------------------------------------------------------------------

test_case 'mounted, here or in another namespace' '
	loop_device 100M
	mke2fs -q "$device"
	run guest_with_mount mnt "$device" debian1 --disk "$device" --force
	expect_error 1 "'\''$device'\'' is mounted on '\''$PWD/mnt'\''; unmount it first"
	hold unshare --mount sh -c "mount $device mnt; echo; exec sleep 60"
	run guest debian1 --disk "$device" --force
	let_go
	expect_error 1 "'\''$device'\'' is mounted on '\''$PWD/mnt'\'' (process "
'

test_case 'swap space, on a device or in a file' '
	loop_device 100M
	dd if=/dev/zero of=x.img bs=1M count=2 status=none
	chmod 600 x.img
	mkswap -q "$device"
	mkswap -q x.img
	swapon "$device" || skip "no swap to be had here"
	swapon x.img || { swapoff "$device"; exit 1; }
	run guest debian1 --disk "$device" --force
	mv "$trash/stderr" device
	run guest debian1 --disk x.img --size 100M --force
	swapoff "$device" x.img
	expect_error 1 "/x.img'\'' is in use as swap space; switch it off first"
	grep -F "'\''$device'\'' is in use as swap space; switch it off" device
'

test_case 'read-only, too small, no device' '
	loop_device 70M
	gate_refuses "'\''$device'\'' is too small: it has 70 MiB, and 1.0 GiB" \
		debian1 --disk "$device,size=1G"
	blockdev --setro "$device"
	gate_refuses "'\''$device'\'' is read-only" debian1 --disk "$device"
'

# DEVICE DISK: a dry run for the disk, on a host with the device on /boot.
guest_of_host() {
	MKGUEST_STATE=$PWD/state
	# shellcheck disable=SC2016,SC2086
	unshare --mount --pid --fork --mount-proc sh -ec '
		mount "$1" /boot
		shift
		mkguest "$@"
		' sh "$1" $archive $here --cache-dir "$cache" debian1 \
		--disk "$2" --dry-run
}

# DEVICE TYPE: of its first partition, which udev notes where it runs.
set_type() {
	sfdisk -q --no-reread --no-tell-kernel --part-type "$1" 1 "$2"
	test ! -e /run/udev/control ||
		udevadm trigger --settle --name-match="${1}p1"
}

test_case 'what the host boots from, though it is not mounted' '
	partitioned_device
	mke2fs -q "${device}p2"
	run guest_of_host "${device}p2" "$device"
	expect_error 1 "'\''$device'\'' carries the host'\''s own '\''/boot'\''"
	run guest_of_host "${device}p2" "${device}p1"
	expect_status 0
	set_type "$device" C12A7328-F81F-11D2-BA4B-00A0C93EC93B
	run guest_of_host "${device}p2" "${device}p1"
	expect_error 1 "'\''${device}p1'\'' is an EFI system partition, on a disk of the host'\''s own '\''/boot'\''"
	run guest debian1 --disk "${device}p1" --dry-run
	expect_status 0
'

test_case 'a disk whose partition is in use; the partition beside it is free' '
	partitioned_device
	mke2fs -q "${device}p2"
	run guest_with_mount mnt "${device}p2" debian1 --disk "$device" --force
	expect_error 1 "a partition of '\''$device'\'' is in use: '\''${device}p2'\'' is mounted on"
	run guest_with_mount mnt "${device}p2" debian1 --disk "${device}p1" \
		--dry-run
	expect_status 0
	refuse_guest 1 "'\''$device'\'' holds a gpt partition table (UUID " \
		debian1 --disk "$device"
'

test_case 'the disk that the host lives on' '
	require ROOT
	root=$(findmnt --noheadings --output SOURCE --target / --first-only)
	disk=$(lsblk --noheadings --inverse --paths --output NAME --list "$root" \
		2>/dev/null | tail -n 1)
	test -b "$disk" || skip "/ is on no disk"
	run guest debian1 --disk "$disk" --dry-run --force
	expect_status 1
	expect_stderr "'\''/'\''"
'

test_case 'a loop device is on top, even one with a path from elsewhere' '
	loop_device 100M
	below=$device
	device=$(losetup --find --show "$below")
	devices=" $device$devices"
	gate_refuses "'\''$below'\'' is attached to $device; detach it first" \
		debian1 --disk "$below"
	truncate -s 100M x.img
	mkdir mnt
	device=$(unshare --mount sh -ec "
		mount --bind . mnt
		losetup --find --show mnt/x.img")
	devices="$devices $device"
	gate_refuses "/x.img'\'' is attached to $device; detach it first: losetup -d" \
		debian1 --disk x.img --size 100M
'

test_case 'open in another program, or locked by one' '
	loop_device 100M
	hold python3 -c "import os, time
os.open(\"$device\", os.O_RDWR | os.O_EXCL)
print(flush=True)
time.sleep(60)"
	run guest debian1 --disk "$device" --force
	let_go
	expect_error 1 "'\''$device'\'' is in use by another program or device"
	hold flock --no-fork "$device" sh -c "echo; exec sleep 60"
	run guest debian1 --disk "$device" --force
	let_go
	expect_error 1 "'\''$device'\'' is locked by process "
	truncate -s 100M x.img
	hold flock --no-fork x.img sh -c "echo; exec sleep 60"
	run guest debian1 --disk x.img --size 100M --force
	let_go
	expect_status 1
'

# ---- somebody else's -----------------------------------------------------------

test_case 'all disks of another guest, by its manifest, its cfg, its devices' '
	loop_device 100M
	mkdir -p state/guests
	printf "Name: other\nCfg: /x.cfg\nDisk: /a.img\n %s,size=1G\n" \
		"$device" >state/guests/other
	gate_refuses "is the disk of guest '\''other'\'' ($PWD/state/guests/other)" \
		debian1 --disk "$device"
	rm state/guests/other
	ln -s "$device" link
	printf "name = \"other\"\ndisk = [ \"phy:/a,xvda,w\", \"phy:%s,xvdb,w\" ]\n" \
		"$PWD/link" >other.cfg
	gate_refuses "is the disk of guest '\''other'\'' (./other.cfg)" debian1 \
		--disk "$device"
	printf "name = \"other\"\ndisk = [ \"phy:%s,xvdb,w\" ]\n" \
		"${device#/dev/}" >other.cfg
	gate_refuses "is the disk of guest '\''other'\''" debian1 --disk "$device"
	mv other.cfg no-suffix
	gate_refuses "is the disk of guest '\''other'\'' (./no-suffix)" debian1 \
		--disk "$device"
	printf "name = \"other\"\ndisk = [ \"file:%s,xvdb,w\" ]\n" \
		"$trash/disk.$test_count.1" >no-suffix
	gate_refuses "is the disk of guest '\''other'\''" debian1 --disk "$device"
'

test_case 'a partition of the disk of another guest' '
	partitioned_device
	printf "name = \"other\"\ndisk = [ \"%s,raw,xvda,w\" ]\n" "$device" >o.cfg
	gate_refuses "'\''${device}p1'\'' is the disk of guest '\''other'\''" \
		debian1 --disk "${device}p1"
	printf "name = \"other\"\ndisk = [ \"%sp2,raw,xvda,w\" ]\n" "$device" >o.cfg
	gate_refuses "'\''$device'\'' is the disk of guest '\''other'\''" debian1 \
		--disk "$device"
	gate_lets_in debian1 --disk "${device}p1"
'

# What xl 4.17 says of a domain that runs from this domain file.
make_xl() {
	{
		echo "#!/bin/sh"
		echo "test \"\$*\" = \"list -l\" || exit 1"
		echo "cat <<end"
		echo "[{\"domid\": 0, \"config\": {\"c_info\": {\"name\": \"Domain-0\"}}},"
		echo " {\"domid\": 7, \"config\":"
		"$helper/xl-parse" "$1"
		echo "}]"
		echo "end"
	} >xl
	chmod +x xl
}

# TEXT COMMAND…: refused with ./xl in the place of the host's.
xl_refuses() {
	text=$1
	shift
	before=$(facts)
	run unshare --mount sh -ec '
		mount --bind xl "$(realpath /usr/sbin/xl)"
		exec "$@"
		' sh "$@"
	expect_error 1 "$text"
	test "$(facts)" = "$before"
}

test_case 'a domain that runs keeps its name and its disks' '
	require ROOT
	make_guest debian1 --size 100M
	test -x /usr/sbin/xl || skip "no xl"
	make_xl debian1.cfg
	# shellcheck disable=SC2086
	set -- mkguest $archive $here --cache-dir "$cache" --size 100M
	xl_refuses "domain '\''debian1'\'' is running; shut it down first" \
		"$@" debian1 --force
	rm -r debian1.cfg state
	xl_refuses "is the disk of guest '\''debian1'\'' (which is running)" \
		"$@" debian2 --disk debian1.img --force
	xl_refuses "is the disk of guest '\''debian1'\'' (which is running)" \
		mkguest-disk --force debian1.img
	xl_refuses "is a disk of domain '\''debian1'\'', which is running; shut" \
		mkguest-disk grow --size 200M debian1.img
	xl_refuses "is a disk of domain '\''debian1'\'', which is running; shut" \
		mkguest-setup --hostname debian2 debian1.img
	printf "#!/bin/sh\nexit 1\n" >xl
	xl_refuses "debian1.img'\'' exists; --force" "$@" debian1
	printf "#!/bin/sh\necho {}\n" >xl
	xl_refuses "what '\''xl list -l'\'' says is not understood: no list" \
		"$@" debian2
	printf "#!/bin/sh\necho [\n" >xl
	xl_refuses "what '\''xl list -l'\'' says is not understood: " "$@" debian2
'

# ---- what is destroyed ---------------------------------------------------------

test_case 'what is written over is said: type, label, UUID, where it was' '
	loop_device 100M
	mke2fs -q -t ext4 -U 11111111-2222-3333-4444-555555555555 "$device"
	e2label "$device" "$(printf "a\033[31mb")"
	mkdir mnt
	unshare --mount sh -ec "mount $device mnt; : >mnt/file"
	what="an ext4 filesystem labelled '\''a?[31mb'\'' (UUID 11111111-2222-3333-4444-555555555555, last mounted on '\''$PWD/mnt'\'')"
	refuse_guest 1 "'\''$device'\'' holds $what; --force writes over it" \
		debian1 --disk "$device"
	make_guest debian1 --disk "$device" --force
	expect_stderr "warning: '\''$device'\'' is written over: it holds $what"
	is_clean "$device"
'

test_case 'several marks on one device are all named' '
	loop_device 100M
	mke2fs -q -t ext4 "$device"
	truncate -s 320M xfs
	mkfs.xfs -q xfs
	dd if=xfs of="$device" bs=512 count=1 conv=notrunc status=none
	refuse_guest 1 "holds marks of several formats: xfs, ext4; --force" \
		debian1 --disk "$device"
	make_guest debian1 --disk "$device" --force
	test "$(blkid -p -o value -s TYPE "$device")" = ext4
'

test_case 'marks at the end of a device are gone, too' '
	loop_device 100M
	sfdisk -q "$device" <<-end 2>/dev/null
		label: gpt
		,48M
	end
	make_guest debian1 --disk "$device" --force
	expect_stderr "is written over: it holds a gpt partition table (UUID "
	test "$(wipefs --noheadings --output TYPE "$device")" = ext4
'

# Where a small guest does not write.
leave_behind() {
	yes "of a former owner" | dd of="$device" bs=1M seek=52 count=4 \
		iflag=fullblock status=none
}

test_case 'what a former owner left is wiped by the device, or by --wipe' '
	loop_device 70M
	leave_behind
	make_guest debian1 --disk "$device"
	not grep -q "of a former owner" "$device"
	not grep warning "$trash/stderr"
	# a filesystem that cannot make holes, so its loop device cannot make zeros
	mkdir "$trash/ram"
	mount -t ramfs none "$trash/ram"
	trap "detach_devices; umount \"\$trash/ram\"" EXIT
	truncate -s 70M "$trash/ram/disk"
	device=$(losetup --find --show "$trash/ram/disk")
	devices="$devices $device"
	test "$(cat "/sys/class/block/${device#/dev/}/queue/write_zeroes_max_bytes")" = 0 ||
		skip "every loop device makes zeros here"
	leave_behind
	make_guest debian2 --disk "$device"
	grep -q "of a former owner" "$device"
	expect_stderr "warning: the guest can read what was on '\''$device'\'' before, where it does not write; --wipe zeroes all of it"
	make_guest debian2 --disk "$device" --force --wipe
	not grep -q "of a former owner" "$device"
	not grep -F "the guest can read" "$trash/stderr"
	is_clean "$device"
'

# In the place of udev and its program, which notes what it finds.
udevadm_notes() {
	cat >udevadm <<-end
		#!/bin/sh
		{
			echo "\$*"
			flock --nonblock --exclusive "$device" echo unlocked
			python3 -c "import os; os.open('$device', os.O_EXCL)"
			ls /dev | grep "^${device#/dev/}p"
		} >settled 2>&1
	end
	chmod +x udevadm
}

test_case 'the partitions of before are gone, and udev is waited for at the end' '
	require ROOT
	test -x /usr/bin/udevadm || skip "no udevadm"
	partitioned_device --partscan
	udevadm_notes
	MKGUEST_STATE=$PWD/state
	# shellcheck disable=SC2086
	run unshare --mount sh -ec "
		mount -t tmpfs none /run
		mkdir /run/udev
		: >/run/udev/control
		mount --bind udevadm /usr/bin/udevadm
		exec \"\$@\"" sh mkguest $archive $here --cache-dir "$cache" \
		debian1 --disk "$device" --force
	expect_status 0
	printf "settle --timeout=30\nunlocked\n" | diff - settled
'

# ---- at once, and meanwhile -------------------------------------------------------

# NAME [OPTION…]: starts one, and returns when it is at work.
begin_guest() {
	MKGUEST_STATE=$PWD/state
	mkfifo said
	# shellcheck disable=SC2086
	mkguest $archive $here --cache-dir "$cache" "$@" \
		--include=slow-postinst -v 2>said >/dev/null &
	first=$!
	exec 9<said
	while read -r line <&9; do
		case $line in *"slow-postinst begins") break ;; esac
	done
}

end_guest() {
	kill -TERM "$first"
	wait "$first" || :
	exec 9<&-
	wait_for_end .
}

# Processes of another pid namespace that have the file open.
strangers_with() {
	for process in /proc/[0-9]*; do
		test "$(readlink "$process/ns/pid")" = \
			"$(readlink /proc/self/ns/pid)" ||
			find "$process/fd" -lname "$1" 2>/dev/null || :
	done
}

test_case 'two runs for one disk: the second says who is busy' '
	loop_device 100M
	ln -s . here
	begin_guest debian1 --disk "$PWD/one.img" --disk "$device,mount=/srv"
	run guest debian2 --disk here/one.img --size 100M
	mv "$trash/stderr" image
	run guest debian2 --disk "$device"
	strangers_with "$device" >strangers
	strangers_with "$PWD" >>strangers
	end_guest
	expect_error 1 "'\''$device'\'' is in use by another program or device"
	grep "another run is at work on .*/here/one.img.: process [0-9]* (mkguest)" image
	test ! -s strangers
	gate_lets_in debian2 --disk "$device"
'

test_case 'a directory that becomes another one meanwhile' '
	mkdir dir
	mkfifo said
	guest debian1 --disk dir/x.img --size 100M -v 2>said >/dev/null &
	first=$!
	while read -r line; do
		case $line in *"reading the archive"*)
			mv dir old
			mkdir dir
		esac
		echo "$line"
	done <said >lines
	status=0
	wait "$first" || status=$?
	test "$status" = 1
	grep "error: directory .*/dir. has become another one meanwhile" lines
	not ls dir/x.img old/x.img
'

# ---- names ---------------------------------------------------------------------

test_case 'blanks, quotes, hashes and percent signs in the path of an image' '
	name="a b'\''c\"d#%\$\\e.img"
	make_guest debian1 --disk "./$name" --size 100M
	is_clean "./$name"
	judge_cfg debian1.cfg
	grep -Fx "disk[0].pdev_path=$PWD/$name" xl-check
	gate_refuses "is the disk of guest '\''debian1'\''" debian2 --disk "$name"
	refuse_guest 2 "--disk: there is a control character in it" debian2 \
		--disk "$(printf "a\nb.img")"
'

test_case 'a read-only directory' '
	require ROOT
	mkdir full
	mount -t tmpfs -o ro none full
	run guest debian1 --disk full/x.img --size 100M
	umount full
	expect_error 1 "cannot write in directory '\''$PWD/full'\'': Read-only file system"
'

done_testing
