#!/bin/sh
# Filesystems of every type: made, filled, mounted by the kernel and compared.
. "$(dirname "$0")/lib.sh"

fill_disk=$MKGUEST_BUILD/t/helper/fill-disk
features=has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit
features=$features,flex_bg,sparse_super,large_file,extra_isize,metadata_csum

# What every type can hold, in ./tree.
tree_script='
	umask 022
	mkdir -p tree/etc tree/usr/bin tree/tmp tree/var/mail tree/srv/a
	echo hello >tree/etc/hello
	: >tree/etc/empty
	head -c 3000001 /dev/urandom >tree/usr/large
	truncate -s 2M tree/usr/hole
	echo end >>tree/usr/hole
	cp /bin/true tree/usr/bin/su
	ln -s ../usr/bin/su tree/etc/link
	mkfifo tree/srv/fifo
	for i in $(seq 300); do echo "$i" >tree/srv/a/name-$i; done
	chown 5:6 tree/srv tree/srv/a/name-7
	chown 100:200 tree/var/mail
	chmod 4755 tree/usr/bin/su
	chmod 2775 tree/var/mail
	chmod 1777 tree/tmp
	touch -d "2001-02-03 04:05:06 UTC" tree/etc/hello tree/usr
'
# What some cannot when a user makes them.
more_script='
	ln tree/etc/hello tree/etc/again
	ln tree/etc/hello tree/usr/third
	python3 -c "
import os, struct
capability = struct.pack(\"<5I\", 0x2000001, 1 << 13, 0, 0, 0)
os.setxattr(\"tree/usr/bin/su\", \"security.capability\", capability)"
'

tree=$trash/tree
test "$(id -u)" -ne 0 || eval "$tree_script $more_script"

# compare DISK TREE-OR-TAR PATTERN…: mounted by the kernel, it is the same but
# for these lines
compare() {
	mkdir -p mnt
	unshare --mount sh -ec '
		mount -o ro,loop "$1" mnt
		"$2/tree-compare" mnt "$3" || test $? = 1
	' sh "$1" "$helper" "$2" >differences
	shift 2
	for pattern in '^\./dev' '^\./lost+found' "$@"; do
		sed -i "\\,$pattern,d" differences
	done
	cat differences
	test ! -s differences
}

check() {
	case $1 in
	ext*) e2fsck -fn "$2" ;;
	xfs) xfs_repair -n -f "$2" ;;
	btrfs) btrfs check "$2" ;;
	esac
}

types="ext4 xfs btrfs"
test -z "${MKGUEST_LONG-}" || types="ext2 ext3 $types"
for type in $types; do
	list=
	test "$type" != ext4 || list=$features
	export type list
	test_case "$type in an image holds the tree" '
		require ROOT LOOP
		truncate -s 320M disk
		"$fill_disk" $type disk "$tree" $list
		test "$(blkid -p -o value -s TYPE disk)" = $type
		test "$(blkid -p -o value -s LABEL disk)" = a-label
		check $type disk
		compare disk "$tree"
		no_leftovers .
	'
	test_case "$type on a device that is held" '
		require ROOT LOOP
		head -c 4M /dev/zero | tr "\\0" "\\377" >disk
		truncate -s 320M disk
		device=$(losetup -f --show disk)
		trap "losetup -d $device" EXIT
		"$fill_disk" $type "$device" "$tree" $list
		check $type "$device"
		compare "$device" "$tree"
	'
done

# The same tree, made by a user; user/tree.tar has it in the terms of its ids.
user_tree() {
	as_user unshare --map-root-user --map-auto sh -ec "$1"'
		tar --xattrs --xattrs-include="*" -C tree -cf tree.tar .
		truncate -s 320M disk'
}

test_case 'xfs that a user fills: what is lost is said' '
	require USER ROOT LOOP
	user_tree "$tree_script $more_script"
	run as_user "$fill_disk" xfs disk tree
	expect_status 0
	expect_stderr "1 extended attributes, 2 hard links (copies now)"
	check xfs user/disk
	compare user/disk user/tree.tar "time" "xattrs" "link"
'
test_case 'btrfs that a user fills' '
	require USER ROOT LOOP
	user_tree "$tree_script $more_script"
	run as_user "$fill_disk" btrfs disk tree
	expect_status 0
	expect_stderr "whole seconds"
	check btrfs user/disk
	compare user/disk user/tree.tar
'
test_case 'what a prototype cannot take is refused' '
	require USER
	user_tree "$tree_script touch \"tree/etc/a name\""
	run as_user "$fill_disk" xfs disk tree
	expect_status 1
	expect_stderr "'"'/etc/a name'"': mkfs.xfs cannot take a name with a blank"
'

# Writing two GiB of zeros takes longer than noticing that it is written.
test_case 'killed while it is filled: no loop device and no mount are left' '
	require ROOT LOOP
	mkdir tree
	truncate -s 2G tree/hole
	truncate -s 4G disk
	"$fill_disk" xfs disk tree &
	until losetup -j disk | grep .; do
		kill -0 $!
		sleep 0.02
	done
	kill -9 $!
	wait $! || :
	wait_for_end .
	no_leftovers .
'

# state IMAGE: what every write changes
state() {
	stat -c "%i %s %y %z" "$1"
}

# --- mkguest-disk -----------------------------------------------------------

table_file=$test_dir/../templates/suites.deb822
suites=$(sed -n 's/^Codename: //p' "$table_file" | grep -v '\*')

# table SUITE FIELD
table() {
	awk -v suite="$1" -v field="$2:" '
		$1 == "Codename:" { found = $2 == suite }
		found && $1 == field { print $2 }
	' "$table_file"
}

# What mke2fs would do by itself is as wrong as can be.
test_case 'the features are the release'"'"'s, whatever the host says' '
	printf "[defaults]\nbase_features = sparse_super,quota\n\
	default_features = casefold\nblocksize = 1024\ninode_size = 512\n\
	lazy_itable_init = 1\nreserved_ratio = 50\n" >mke2fs.conf
	export MKE2FS_CONFIG="$PWD/mke2fs.conf"
	test -n "$suites"
	for suite in $suites; do
		mkguest-disk -q --suite "$suite" --size 64M "$suite"
		dumpe2fs -h "$suite" >facts
		sed -n "s/^Filesystem features: *//p" facts |
			tr " " "\n" | sort >got
		table "$suite" Filesystem-Features | tr , "\n" | sort >wanted
		diff wanted got
		size=$(table "$suite" Inode-Size)
		grep -x "Inode size:[[:space:]]*${size:-256}" facts
		grep -x "Block size: *4096" facts
		grep -x "Reserved block count: *819" facts
		e2fsck -fn "$suite"
	done
'
test_case 'what a feature is older than does not have it' '
	for suite in etch lenny squeeze wheezy jessie; do
		not grep metadata_csum <<-end
		$(table $suite Filesystem-Features)
		end
	done
	for suite in stretch buster bullseye; do
		case $(table $suite Filesystem-Features) in
		*metadata_csum_seed* | *orphan_file*) false ;;
		*metadata_csum*) ;;
		*) false ;;
		esac
	done
	test "$(table etch Filesystem)" = ext3
'

# Of this run only: the kernel knows each btrfs by it, on the whole machine.
uuid=$(cat /proc/sys/kernel/random/uuid)
test_case 'options of ext' '
	mkguest-disk -q --fs ext4 --size 64M --label data --uuid $uuid \
		--suite trixie --features=-has_journal,+verity \
		--reserved 2.5 --inode-size 512 --bytes-per-inode 8192 \
		--stride 16 --stripe-width 64 --lazy image
	dumpe2fs -h image >facts
	grep "volume name: *data$" facts
	grep "UUID: *$uuid" facts
	grep "features:.* verity" facts
	not grep -E "features:.*(has_journal|orphan_file)" facts
	grep "Reserved block count: *409$" facts
	grep "Inode size:[[:space:]]*512$" facts
	grep "Inode count: *8192$" facts
	grep "RAID stride: *16$" facts
	grep "RAID stripe width: *64$" facts
	test "$(stat -c %a image)" = 600
	e2fsck -fn image
	mkguest-disk -q --fs ext3 --size 128M --journal-size 8M journal
	dumpe2fs journal | grep "journal size: *8M"
'
test_case 'the same name and options are the same bytes' '
	export SOURCE_DATE_EPOCH=1700000000
	mkdir one two
	mkguest-disk -q --suite trixie --size 64M one/image
	mkguest-disk -q --suite trixie --size 64M two/image
	cmp one/image two/image
'
test_case 'swap space' '
	mkguest-disk -q --fs swap --size 8M --label "a swap" --uuid $uuid image
	test "$(blkid -p -o value -s TYPE image)" = swap
	swaplabel image >facts
	grep "LABEL: a swap" facts
	grep "UUID:  $uuid" facts
'
for type in xfs btrfs; do
	export type
	test_case "$type, as a user" '
		as_user mkguest-disk -q --fs $type --size 320M --label a-label \
			--uuid $uuid image
		check $type user/image
		test "$(blkid -p -o value -s UUID user/image)" = $uuid
		test "$(blkid -p -o value -s LABEL user/image)" = a-label
	'
done
test_case 'a device, and what was on it' '
	require ROOT LOOP
	truncate -s 64M disk
	device=$(losetup -f --show disk)
	trap "losetup -d $device" EXIT
	run mkguest-disk -q --label old "$device"
	expect_status 0
	e2fsck -fn "$device"
	run mkguest-disk --fs swap "$device"
	expect_error 1 "labelled '"'old' (UUID"'"
	run mkguest-disk --fs swap --force --discard "$device"
	expect_status 0
	expect_stdout "$device: swap, 64 MiB"
	expect_stderr "labelled '"'old'"'"
	test "$(blkid -p -o value -s TYPE "$device")" = swap
	mkguest-disk -q --force --lazy --fs ext4 "$device"
	e2fsck -fn "$device"
	yes "a secret of somebody" | head -c 60M >"$device"
	mkguest-disk -q --force --wipe --fs ext4 "$device"
	not grep -q secret "$device"
	e2fsck -fn "$device"
	run mkguest-disk --force --wipe --discard "$device"
	expect_error 2 "what is zeroed should stay so"
'
test_case 'the dry run writes nothing' '
	run mkguest-disk -n --fs ext4 --size 64M image
	expect_status 0
	expect_stdout "would write disk $PWD/image: ext4, 64 MiB"
	test ! -e image
	no_leftovers .
'
test_case 'the result as JSON' '
	mkguest-disk -q --json --fs ext2 --size 64M image >result
	python3 -c "
import json
result = json.load(open(\"result\"))
assert result[\"fs\"] == \"ext2\" and result[\"size\"] == 64 << 20, result"
'

# refuse STATUS TEXT ARGUMENT…
refuse_disk() {
	wanted=$1
	text=$2
	shift 2
	run mkguest-disk "$@" image
	expect_error "$wanted" "$text"
	test ! -e image
	no_leftovers .
}

test_case 'what cannot be is refused before anything is written' '
	ext="--suite trixie --fs ext4 --size 64M"
	refuse_disk 2 "unknown filesystem type '"'reiserfs'; there are ext2"'" \
		--fs reiserfs --size 64M
	refuse_disk 2 "needs a size"
	refuse_disk 2 "too small for xfs; at least 300 MiB" --fs xfs --size 64M
	refuse_disk 2 "is too long for ext4, which takes 16 bytes" $ext \
		--label 12345678901234567
	refuse_disk 2 "is too long for swap, which takes 15 bytes" --fs swap \
		--size 64M --label 1234567890123456
	refuse_disk 2 "has a blank, which xfs does not take" --fs xfs \
		--size 320M --label "a b"
	refuse_disk 2 "no control characters" $ext --label "$(printf "a\tb")"
	refuse_disk 2 "'"'1-2' is no UUID"'" $ext --uuid 1-2
	refuse_disk 2 "not a hash seed" $ext --hash-seed 1-2
	refuse_disk 2 "unknown feature '"'nonsense'"'" $ext --features +nonsense
	refuse_disk 2 "unknown feature" $ext --features=+-extent
	refuse_disk 2 "not a part to reserve" $ext --reserved 51
	refuse_disk 2 "is a power of 2" $ext --inode-size 300
	refuse_disk 2 "a stride of 4294967296 is not to be had" $ext \
		--stride 4294967296
	refuse_disk 2 "add the feature has_journal" --fs ext2 --size 64M \
		--journal-size 8M
	refuse_disk 2 "a stride: that is for ext2, ext3 and ext4, not for xfs" \
		--fs xfs --size 320M --stride 8
	refuse_disk 2 "etch cannot mount ext4 as it is made today; choose ext3" \
		--suite etch --fs ext4 --size 64M
	refuse_disk 2 "wheezy cannot mount xfs" --suite wheezy --fs xfs \
		--size 320M
	refuse_disk 2 "unknown suite" --suite nowhere --size 64M
	run mkguest-disk
	expect_error 2 "DEVICE or IMAGE is missing"
	run mkguest-disk format image other
	expect_error 2 "one disk at a time"
	run mkguest-disk shrink image
	expect_error 2 "unknown action '"'shrink'"'"
'
test_case 'a program that is not here: which package brings it' '
	require ROOT
	run unshare --mount sh -ec "
		for directory in /sbin /usr/sbin; do
			for program in mkfs.xfs mke2fs; do
				test ! -e \$directory/\$program ||
				    mount --bind /dev/null \$directory/\$program
			done
		done
		exec mkguest-disk --fs xfs --size 320M image"
	expect_error 1 "xfs is made by mkfs.xfs, which is not here; install xfsprogs"
'
test_case 'an image of a guest is refused, --force or not' '
	mkguest-disk -q --size 64M image
	run mkguest-disk --size 64M image
	expect_error 1 "exists"
	export MKGUEST_STATE="$PWD/state"
	mkdir -p state/guests
	printf "Name: g1\nSuite: bookworm\nArchitecture: amd64\nCfg: $PWD/g1.cfg\nDisk: $PWD/image\n" >state/guests/g1
	before=$(state image)
	run mkguest-disk --force --size 64M image
	expect_error 1 "is the disk of guest '"'g1'"'"
	test "$(state image)" = "$before"
'

# --- grow --------------------------------------------------------------------

for type in $types; do
	list=
	test "$type" != ext4 || list=$features
	export type list
	test_case "$type grows with its image, and keeps what it holds" '
		require ROOT LOOP
		truncate -s 320M disk
		"$fill_disk" $type disk "$tree" $list
		run mkguest-disk grow --size 600M disk
		expect_status 0
		expect_stdout "$PWD/disk: $type, 600 MiB, before 320 MiB"
		check $type disk
		compare disk "$tree"
		unshare --mount sh -ec "
			mount -o ro,loop disk mnt
			test \$(stat -f -c %b mnt) -gt 120000"
		no_leftovers .
	'
done
test_case 'swap space grows, and keeps its names' '
	mkguest-disk -q --fs swap --size 8M --label "a swap" --uuid $uuid image
	mkguest-disk grow -q --size 16M image
	swaplabel image >facts
	grep "LABEL: a swap" facts
	grep "UUID:  $uuid" facts
	file image | grep "size 4095 pages"
'
test_case 'a device that was made larger' '
	require ROOT LOOP
	truncate -s 64M disk
	device=$(losetup -f --show disk)
	trap "losetup -d $device" EXIT
	mkguest-disk -q --suite trixie --fs ext4 "$device"
	truncate -s 128M disk
	losetup -c "$device"
	run mkguest-disk grow --size 256M "$device"
	expect_error 2 "is a device; make that larger first"
	mkguest-disk grow -q "$device"
	e2fsck -fn "$device"
	dumpe2fs -h "$device" | grep "Block count: *32768$"
	mkdir mnt
	mount "$device" mnt
	run mkguest-disk grow "$device"
	umount mnt
	expect_error 1 "is mounted"
'
test_case 'a user grows ext, but neither xfs nor btrfs' '
	require USER
	as_user mkguest-disk -q --suite trixie --fs ext4 --size 64M image
	as_user mkguest-disk grow -q --size 128M image
	e2fsck -fn user/image
	as_user mkguest-disk -q --force --fs xfs --size 320M image
	before=$(state user/image)
	run as_user mkguest-disk grow --size 400M image
	expect_error 1 "xfs grows only while the kernel has it mounted, which takes root"
	test "$(state user/image)" = "$before"
'
# refuse_grow STATUS TEXT ARGUMENT…: and nothing is changed
refuse_grow() {
	wanted=$1
	text=$2
	shift 2
	before=$(state image)
	run mkguest-disk grow "$@" image
	expect_error "$wanted" "$text"
	test "$(state image)" = "$before"
}

test_case 'what is not sound is not grown' '
	mkguest-disk -q --suite trixie --fs ext4 --size 64M image
	refuse_grow 2 "grow makes nothing smaller" --size 32M
	refuse_grow 2 "grow takes --size, and no other option" --fs ext3
	run mkguest-disk grow -n --size 128M image
	expect_stdout "would write disk $PWD/image: ext4, 128 MiB, before 64 MiB"
	test "$(state image)" = "$before"
	debugfs -w -R "feature needs_recovery" image
	refuse_grow 1 "its journal must be replayed" --size 128M
	debugfs -w -R "feature -needs_recovery" image
	debugfs -w -R "clri lost+found" image
	refuse_grow 1 "e2fsck must repair it first" --size 128M
	head -c 8M /dev/urandom >image
	refuse_grow 1 "it holds no known filesystem, which cannot be grown" \
		--size 128M
	mkguest-disk -q --force --fs ext4 --size 64M image
	exec 9<image
	flock 9
	refuse_grow 1 "is in use by" --size 128M
	exec 9<&-
	run mkguest-disk grow nothing
	expect_error 1 "nothing"
'

# --- what is there stays -----------------------------------------------------

# With features and a UUID of its own; it has held files once.
test_case 'an empty filesystem is filled as it is' '
	require ROOT LOOP
	truncate -s 64M disk
	mke2fs -q -t ext4 -U $uuid -m 7 disk
	mkdir -p mnt
	unshare --mount sh -ec "
		mount -o loop disk mnt
		cd mnt; touch \$(seq 1 2000); mkdir d; rm -rf d [1-9]*"
	"$fill_disk" kept disk "$tree"
	check ext4 disk
	compare disk "$tree"
	test "$(blkid -p -o value -s UUID disk)" = $uuid
	run "$fill_disk" kept disk "$tree"
	expect_status 1
	expect_stderr "the filesystem is not empty"
'
test_case 'a filesystem that cannot be kept' '
	keep() {
		run "$fill_disk" kept image .
		expect_status 1
		expect_stderr "$1"
	}
	mkguest-disk -q --suite trixie --fs ext4 --features=+inline_data \
		--size 64M image
	keep "the feature '"'inline_data', which nothing"'"
	mkguest-disk -q --force --fs ext4 --size 64M image
	debugfs -w -R "mkdir lost+found/x" image
	keep "the filesystem is not empty"
	mkguest-disk -q --force --fs ext4 --size 64M image
	debugfs -w -R "set_inode_field <2> links_count 9" image
	keep "e2fsck must repair it first"
	mkguest-disk -q --force --fs swap --size 64M image
	keep "it holds swap; only ext2, ext3 and ext4 can be kept"
'
done_testing
