#!/bin/sh
# Guests by the dozen, by mkguest-fleet and by others, side by side.
#
#	bench/fleet.sh [--record] [PLACE…] [-- PEER…]
#
# A place is xfs, which can share blocks between files, or ext4, which cannot:
# each is a loop device on a file. The guests are bookworm's minbase with a
# kernel, on images of 2 GiB; a row begins with none and ends when all are on
# the disk. What peers take for 10 and 100 is reckoned from what they take for 1
# and 3, and marked with a "~". --record writes the result into RESULTS.md as
# well. It needs root.
#
#	MKGUEST_BUILD=build	where the programs are
#	BENCH_RUNS=3		rounds of mkguest and cp; peers have one
#	BENCH_GUESTS="1 10"	how many guests (on xfs also 100)
#	BENCH_DIR=/var/tmp	where the files are
set -eu
umask 022

top=$(cd "$(dirname "$0")/.." && pwd -P)
rounds=${BENCH_RUNS:-3}
# shellcheck source=bench/summary.sh
. "$top/bench/summary.sh"
# shellcheck source=bench/proxy.sh
. "$top/bench/proxy.sh"
work=

fail() {
	echo "bench: error: $*" >&2
	exit 1
}

clean_up() {
	status=$?
	trap - EXIT
	test -z "${proxy-}" || kill "$proxy" 2>/dev/null || :
	awk -v directory="$work/" 'index($2, directory) == 1 { print $2 }' \
		/proc/mounts | sort -r | while read -r mount; do
		umount "$mount" || umount --lazy "$mount"
	done
	cd / && rm -rf --one-file-system "$work"
	exit $status
}

# In hundredths of a second, from a clock that is never set.
now() {
	read -r up _ </proc/uptime
	echo "${up%.*}${up#*.}"
}

# ---- what all rows share ------------------------------------------------------

# FILESYSTEM: mounts one as $place.
make_place() {
	place=$work/$1
	mkdir "$place"
	truncate -s 48G "$place.img"
	case $1 in
	xfs) mkfs.xfs -q -m reflink=1 "$place.img" ;;
	ext4) mke2fs -q -t ext4 -F "$place.img" ;;
	*) fail "there is no place '$1'" ;;
	esac
	mount -o loop "$place.img" "$place"
	TMPDIR=$place
	export TMPDIR
}

# ROW COUNT COMMAND…: its time, until all is on the disk.
clock() {
	row=$1
	count=$2
	shift 2
	sync
	start=$(now)
	"$@" >"$work/log" 2>&1 </dev/null || {
		tail -n 20 "$work/log" >&2
		fail "$row of $count failed"
	}
	sync -f "$place"
	took=$(($(now) - start))
	echo "$(basename "$place"), $row, $count:" \
		"$(awk "BEGIN { printf \"%.2f\", $took / 100 }") s" >&2
	echo "$(basename "$place")/$row/$count,$took" |
		awk -F , '{ printf "%s,%.2f\n", $1, $2 / 100 }' >>"$work/times"
}

# ---- mkguest ------------------------------------------------------------------

# COUNT
write_fleet() {
	cat >"$work/a.fleet" <<-end
		Suite: bookworm
		Mirror: $mirror
		Cache-Dir: $place/cache
		Image-Dir: $place/images
		Cfg-Dir: $place/images
		Root-Password: locked

		Name: guest[001-$(printf %03d "$1")]
	end
}

forget_guests() {
	rm -rf "$place/images" "$place/state"
	mkdir "$place/images"
}

# ROW COUNT
run_fleet() {
	write_fleet "$2"
	forget_guests
	clock "$1" "$2" mkguest-fleet -q "$work/a.fleet"
	test "$(find "$place/images" -name '*.img' | wc -l)" = "$2" ||
		fail "$1 has not made $2 guests"
	e2fsck -fn "$place/images/guest001.img" >"$work/log" 2>&1 ||
		fail "$1: not clean"
}

copy_images() {
	for i in $(seq "$1"); do
		cp --sparse=always --reflink=never "$place/template.img" \
			"$place/images/$i.img"
	done
}

# COUNT…: the first fleet only lets the proxy get all that they need.
run_ours() {
	MKGUEST_STATE=$place/state
	export MKGUEST_STATE
	write_fleet 1
	forget_guests
	mkguest-fleet -q "$work/a.fleet" >"$work/log" 2>&1 || {
		tail -n 20 "$work/log" >&2
		fail 'no guest was made'
	}
	mv "$place/images/guest001.img" "$place/template.img"
	for _ in $(seq "$rounds"); do
		for count; do
			run_fleet mkguest-fleet "$count"
			test "$count" -le 10 || continue
			forget_guests
			clock cp "$count" copy_images "$count"
		done
		for count in 1 "$count"; do
			rm -rf "$place/cache"
			run_fleet 'mkguest-fleet and base' "$count"
		done
	done
	forget_guests
}

# ---- peers ----------------------------------------------------------------------

# NUMBER: $place/root becomes the guest's image.
root_to_image() {
	echo "guest$1" >"$place/root/etc/hostname" &&
		mke2fs -q -t ext4 -d "$place/root" "$place/images/$1.img" 2G &&
		rm -rf --one-file-system "$place/root"
}

# NUMBER: each makes one guest.

mmdebstrap_guest() {
	mmdebstrap --mode=root --variant=minbase --include="$packages" \
		--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
		bookworm "$place/root" "$mirror" && root_to_image "$1"
}

debootstrap_guest() {
	debootstrap --variant=minbase --include="$packages" bookworm \
		"$place/root" "$mirror" && root_to_image "$1"
}

# It chooses its packages itself. Its logs stay in our own mount namespace.
xen_create_image_guest() {
	xen-create-image --hostname="guest$1" --dir="$place/images" \
		--output="$place/images" --size=2Gb --noswap --dhcp \
		--dist=bookworm --mirror="$mirror" --fs=ext4 --cache=yes \
		--cachedir="$place/debs" --genpass=0 --nohosts --nocopyhosts \
		--noaccounts --pygrub --memory=512Mb --bridge=xenbr0
}

guestfish_guest() {
	cp --sparse=always --reflink=auto "$place/template.img" \
		"$place/images/$1.img" &&
		guestfish -a "$place/images/$1.img" -m /dev/sda <<-end
			write /etc/hostname "guest$1\n"
			write /etc/machine-id ""
		end
}

# PEER COUNT
peer_guests() {
	for i in $(seq "$2"); do
		"$(echo "$1" | tr - _)_guest" "$i" || return
	done
}

# Why a peer cannot run here, or nothing.
why_not() {
	command -v "$1" >/dev/null || { echo 'is not installed'; return; }
	test "$1" != guestfish || guestfish -a /dev/null run >"$work/log" 2>&1 ||
		echo "cannot start its machine: $(tail -n 1 "$work/log")"
}

# Those of a guest, but for its kernel of a certain version.
guest_packages() {
	mkguest -q --suite bookworm --mirror "$mirror" --dry-run --json \
		--cache-dir "$place/cache" --image-dir "$place" \
		--cfg-dir "$place" guest001 >"$work/plan" ||
		fail 'the packages are not known'
	python3 -c '
import json, re, sys
names = [package["name"] for package in json.load(sys.stdin)["packages"]]
print(*(name for name in names if not re.match(r"linux-image-\d", name)), sep=",")
	' <"$work/plan"
}

# PEER…
run_peers() {
	mkdir -p "$place/debs"
	packages=$(guest_packages)
	for peer; do
		why=$(why_not "$peer")
		if test -n "$why"; then
			echo "* $peer $why." >>"$work/absent"
			continue
		fi
		for count in 1 3; do
			test "$peer,$count" != debootstrap,3 || continue
			forget_guests
			clock "$peer" "$count" peer_guests "$peer" "$count"
		done
	done
}

# ---- the report -----------------------------------------------------------------

# PLACE/ROW/COUNT: the median; with "~" it is reckoned; nothing: not run.
median() {
	if grep -q "^$1," "$work/times"; then
		summary "$1" | cut -d ' ' -f 1
	elif grep -q "^${1%/*}/3," "$work/times"; then
		awk -F , -v row="${1%/*}" -v count="${1##*/}" '
			$1 == row "/1" { one = $2 }
			$1 == row "/3" { three = $2 }
			END { printf "~%.0f\n", one + (count - 1) * \
				(three - one) / 2 }' "$work/times"
	fi
}

print_line() {
	printf '| %-28s | %8s | %8s | %8s | %8s |\n' "$@"
}

# PLACE…
print_table() {
	print_line '' 1 3 10 100
	print_line :--- ---: ---: ---: ---:
	for name; do
		sed -n "s,^$name/\(.*\)/.*,\1,p" "$work/times" | sort -u |
		while read -r row; do
			print_line "$name, $row" "$(median "$name/$row/1")" \
				"$(median "$name/$row/3")" \
				"$(median "$name/$row/10")" \
				"$(median "$name/$row/100")"
		done
	done
}

# SENTENCE GOT WANTED: if both were measured
print_goal() {
	case $2,$3 in
	,* | *, | *~*) ;;
	*) awk "BEGIN { printf \"* $1: %.2f s; wanted are %.2f: %smet\n\",
		$2, $3, $2 <= $3 ? \"\" : \"not \" }" ;;
	esac
}

print_goals() {
	print_goal 'xfs, 100 guests' "$(median xfs/mkguest-fleet/100)" 3
	for count in 1 10; do
		copies=$(median "ext4/cp/$count")
		print_goal "ext4, $count guests, and 1.2 of cp" \
			"$(median "ext4/mkguest-fleet/$count")" \
			"${copies:+$(awk "BEGIN { print $copies * 1.2 }")}"
	done
	print_goal 'xfs, 100 guests and their base, and debootstrap for one' \
		"$(median 'xfs/mkguest-fleet and base/100')" \
		"$(median xfs/debootstrap/1)"
}

print_report() {
	echo "$(date -u +%Y-%m-%d): Debian $(cat /etc/debian_version), Linux $(uname -r), $(nproc)" \
		"cores, load at the start $load."
	printf '\nSeconds for so many guests:\n\n'
	print_table "$@"
	echo
	print_goals
	cat "$work/absent"
}

# ---- ------------------------------------------------------------------------

PATH=${MKGUEST_BUILD:-$top/build}/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C.UTF-8
export PATH LC_ALL
unset SOURCE_DATE_EPOCH MKGUEST_CONFIG

test "$(id -u)" -eq 0 || fail 'the peers need root'
if test "${1-}" != --inside; then
	exec unshare --mount -- "$0" --inside "$@"
fi
shift
record=
places=
while test $# -gt 0 && test "$1" != --; do
	case $1 in
	--record) record=1 ;;
	*) places="$places $1" ;;
	esac
	shift
done
test $# -eq 0 || shift
test $# -gt 0 || set -- debootstrap mmdebstrap xen-create-image guestfish
load=$(cut -d ' ' -f 1 /proc/loadavg)
mirror=$("$top/t/helper/host-mirror" bookworm)
: "${places:=xfs ext4}"

work=$(mktemp -d "${BENCH_DIR:-/var/tmp}/mkguest-bench.XXXXXX")
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
: >"$work/absent"
mkdir "$work/logs"
test ! -d /var/log/xen-tools || mount --bind "$work/logs" /var/log/xen-tools
start_proxy
for name in $places; do
	make_place "$name"
	counts=${BENCH_GUESTS:-1 10}
	test "$name" != xfs || test -n "${BENCH_GUESTS-}" || counts='1 10 100'
	# shellcheck disable=SC2086
	run_ours $counts
	run_peers "$@"
	umount "$place"
	rm "$place.img"
done
# shellcheck disable=SC2086
print_report $places >"$work/report"
cat "$work/report"
if test -n "$record"; then
	record_report fleets
fi
