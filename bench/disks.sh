#!/bin/sh
# A root into an ext4 image, by mkguest and by others, side by side; and the
# files that make it a guest, edited in that image.
#
#	bench/disks.sh [--record]
#
# The root is bookworm's minbase with more, 10 000 files. Each row
# starts with an empty file and ends when the image is on its disk: mke2fs, with
# the same features for all, is part of it. A round runs each row once, at each
# place; the first round only warms up. --record writes the result into
# RESULTS.md as well. It needs root: mount does.
#
#	MKGUEST_BUILD=build	where the programs are
#	BENCH_RUNS=9		rounds that count
#	BENCH_DIR=/var/tmp	whose filesystem is the disk
set -eu
umask 022

top=$(cd "$(dirname "$0")/.." && pwd -P)
rounds=${BENCH_RUNS:-9}
# shellcheck source=bench/summary.sh
. "$top/bench/summary.sh"
work=

features=has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit
features=$features,flex_bg,sparse_super,large_file,huge_file,dir_nlink
features=$features,extra_isize,metadata_csum

fail() {
	echo "bench: error: $*" >&2
	exit 1
}

clean_up() {
	status=$?
	trap - EXIT
	for mount in tmpfs/mnt disk/mnt tmpfs; do
		! mountpoint -q "$work/$mount" || umount "$work/$mount"
	done
	cd / && rm -rf --one-file-system "$work"
	exit $status
}

# In milliseconds.
now() {
	date +%s%3N
}

make_root() {
	mkguest-root --variant=minbase --include=ifupdown,perl,python3-minimal,vim-tiny \
		--no-base-cache --cache-dir="$work/cache" bookworm "$work/root" \
		"$("$top/t/helper/host-mirror" bookworm)" >"$work/log" 2>&1 || {
		tail -n 20 "$work/log" >&2
		fail 'the root was not made'
	}
	find "$work/root/dev" -mindepth 1 -delete
	# of a kernel the edits look at these only
	touch "$work/root/boot/vmlinuz-6" "$work/root/boot/initrd.img-6"
	ln -s boot/vmlinuz-6 "$work/root/vmlinuz"
	ln -s boot/initrd.img-6 "$work/root/initrd.img"
}

# What mkguest gives mke2fs as well.
configure() {
	cat >"$work/mke2fs.conf" <<-end
		[defaults]
			base_features = none
			default_mntopts = acl,user_xattr
			enable_periodic_fsck = 0
			blocksize = 4096
			inode_size = 256
			inode_ratio = 16384
			reserved_ratio = 5.0
			lazy_itable_init = 0
			lazy_journal_init = 0
			discard = 1
		[fs_types]
			ext4 = {
				inode_size = 256
			}
	end
	MKE2FS_CONFIG=$work/mke2fs.conf
	export MKE2FS_CONFIG
}

make_filesystem() {
	mke2fs -q -F -t ext4 -O $features "$@"
}

# ROW: makes $place/image of what is empty.
fill() {
	case $1 in
	mkguest)
		"$helpers/fill-disk" ext4 "$place/image" "$work/root" $features
		;;
	'mke2fs -d')
		make_filesystem -d "$work/root" "$place/image"
		sync "$place/image"
		;;
	'mount and cp -a')
		make_filesystem "$place/image"
		mount -o loop "$place/image" "$place/mnt"
		cp -a "$work/root/." "$place/mnt"
		umount "$place/mnt"
		sync "$place/image"
		;;
	esac
}

# ROW
run_row() {
	rm -f "$place/image"
	truncate -s 1G "$place/image"
	sync
	start=$(now)
	fill "$1" >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		fail "$1 failed"
	}
	took=$(($(now) - start))
	e2fsck -fn "$place/image" >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		fail "$1: not clean"
	}
	echo "$(basename "$place")/$1,$took"
}

# The image that mkguest has filled.
run_edit() {
	edited=$("$helpers/personalise-root" "$place/image" debian1 bookworm \
		--mac 00:16:3e:12:34:56 2>"$work/log") || {
		cat "$work/log" >&2
		fail 'the image was not edited'
	}
	echo "$(basename "$place")/edit,$edited"
}

run_round() {
	for place in "$work/disk" "$work/tmpfs"; do
		run_row 'mke2fs -d'
		run_row 'mount and cp -a'
		run_row mkguest
		run_edit
	done
}

print_line() {
	printf '| %-22s | %8s | %18s | %9s |\n' "$@"
}

print_table() {
	print_line '' median 'min - max' 'mkguest /'
	print_line :--- ---: ---: ---:
	for place in disk tmpfs; do
		for row in mkguest 'mke2fs -d' 'mount and cp -a' edit; do
			ratio=
			test "$row" = edit || ratio=$(summary $place/mkguest \
				"$place/$row" | cut -d ' ' -f 1)
			summary "$place/$row" >"$work/summary"
			read -r median least most <"$work/summary"
			print_line "$place, $row" "$median" "$least - $most" \
				"$ratio"
		done
	done
}

# GOT WANTED
met() {
	awk "BEGIN { print $1 <= $2 ? \"\" : \"not \" }"
}

print_goals() {
	for place in disk tmpfs; do
		for row in 'mke2fs -d' 'mount and cp -a'; do
			got=$(summary $place/mkguest "$place/$row" |
				cut -d ' ' -f 1)
			echo "* $place: $got of $row; wanted are 1.00:" \
				"$(met "$got" 1)met"
		done
		got=$(summary $place/edit | cut -d ' ' -f 1)
		echo "* $place: edited in $got ms; wanted are 20:" \
			"$(met "$got" 20)met"
	done
}

print_report() {
	echo "$(date -u +%Y-%m-%d): Debian $(cat /etc/debian_version), Linux $(uname -r), $(nproc)" \
		"cores, e2fsprogs $(dpkg-query -W -f '${Version}' e2fsprogs)," \
		"load at the start $load."
	printf '\nMilliseconds for %s files of %s MiB, median of %s; the disk is %s:\n\n' \
		"$(find "$work/root" | wc -l)" \
		"$(du -sm "$work/root" | cut -f 1)" "$rounds" \
		"$(df --output=fstype "$work/disk" | tail -n 1)"
	print_table
	echo
	print_goals
}

build=${MKGUEST_BUILD:-$top/build}
helpers=$build/t/helper
PATH=$build/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C.UTF-8
export PATH LC_ALL
unset SOURCE_DATE_EPOCH

test "$(id -u)" -eq 0 || fail 'mount needs root'
# a mount that others have copied would outlive its umount
if test "${1-}" != --inside; then
	exec unshare --mount -- "$0" --inside "$@"
fi
shift
test "$rounds" -ge 1 2>/dev/null || fail "BENCH_RUNS: '$rounds' is no number"
load=$(cut -d ' ' -f 1 /proc/loadavg)

work=$(mktemp -d "${BENCH_DIR:-/var/tmp}/mkguest-bench.XXXXXX")
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkdir "$work/disk" "$work/disk/mnt" "$work/tmpfs"
mount -t tmpfs -o size=2g,mode=755 mkguest-bench "$work/tmpfs"
mkdir "$work/tmpfs/mnt"
configure
make_root
run_round >"$work/warm"
round=1
while test $round -le "$rounds"; do
	run_round >>"$work/times"
	round=$((round + 1))
done
print_report >"$work/report"
cat "$work/report"
if test "${1-}" = --record; then
	record_report disks
fi
