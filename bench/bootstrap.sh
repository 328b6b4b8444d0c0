#!/bin/sh
# mkguest-root against its peers, side by side.
#
#	bench/bootstrap.sh [--record] [SET[/PLACE]…] [-- ROW…]
#
# A set is what is made, by each of its rows: see choose_set. A place is disk or
# tmpfs. A round runs each row once; the first round only warms up, and looks at
# the memory. All rows reach the host's own mirror through one recording proxy
# on loopback, so that all see the same bytes and none waits for the network.
# --record writes the result into RESULTS.md as well. It needs root: the peers
# do.
#
#	MKGUEST_BUILD=build	where mkguest-root is
#	BENCH_RUNS=3		rounds that count
#	BENCH_DIR=/var/tmp	whose filesystem is used
#	MKGUEST_LONG=1		all sets at both places, with all peers
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

# ---- what is compared ---------------------------------------------------------

server=openssh-server,nginx-light,php-fpm,postgresql,redis-server
server=$server,exim4-daemon-light,bind9-dnsutils,chrony,cron,rsyslog,logrotate
server=$server,nftables,fail2ban,unattended-upgrades,systemd-sysv,dbus,locales
server=$server,ca-certificates,curl,wget,rsync,git,vim,tmux,htop,less,man-db
server=$server,bash-completion,sudo,lsof,strace,tcpdump,iproute2,lvm2,mdadm
server=$server,parted,xfsprogs,smartmontools,wireguard-tools,haproxy
server=$server,python3-yaml,python3-requests

# Sets $suite, $variant, $include, $title, $rows and $long_rows.
choose_set() {
	include=
	long_rows=
	case $1 in
	minbase)
		title='bookworm, minbase'
		suite=bookworm
		variant=minbase
		rows='mkguest-root mkguest-root+debs mkguest-root+solution
			mkguest-root+essential
			mkguest-root+base mkguest-root+base-ext4
			mmdebstrap+merged-usr debootstrap'
		long_rows='mmdebstrap cdebootstrap'
		;;
	important)
		title='trixie, important'
		suite=trixie
		variant=-
		rows='mkguest-root mmdebstrap'
		long_rows='mkguest-root+debs debootstrap'
		;;
	server)
		title='bookworm, minbase and a server'
		suite=bookworm
		variant=minbase
		include=$server
		rows='mkguest-root mmdebstrap+merged-usr'
		long_rows='mkguest-root+debs mkguest-root+base'
		;;
	*)
		fail "there is no set '$1'"
		;;
	esac
	set_name=$1
}

# SET, ROW, and how it is to compare with another row (of the time), or with a
# number of s or MiB.
goals='
minbase mkguest-root 0.40 mmdebstrap+merged-usr
minbase mkguest-root 0.20 debootstrap
minbase mkguest-root+debs 0.25 mmdebstrap+merged-usr
minbase mkguest-root+base 0.5 s
minbase mkguest-root+base-ext4 0.5 s
minbase mkguest-root 200 MiB
important mkguest-root 0.45 mmdebstrap
server mkguest-root 0.50 mmdebstrap+merged-usr
'

# CACHE TARGET [OPTION…]
ours() {
	cache=$1
	target=$2
	shift 2
	tool mkguest-root --variant="$variant" --cache-dir "$place/$cache" \
		${include:+--include="$include"} "$@" \
		"$suite" "$target" "$mirror"
}

# TARGET [OPTION…]
mmdebstrap_row() {
	target=$1
	shift
	tool mmdebstrap --mode=root --variant="$variant" \
		${include:+--include="$include"} "$@" \
		"$suite" "$target" "$mirror"
}

# ROW: makes $place/root or $place/root.ext4.
bootstrap() {
	root=$place/root
	case $1 in
	mkguest-root) ours cold "$root" ;;
	mkguest-root+debs) ours debs "$root" ;;
	mkguest-root+solution) ours solution "$root" --no-base-cache ;;
	mkguest-root+essential) ours other "$root" --include=less ;;
	mkguest-root+base) ours base "$root" ;;
	mkguest-root+base-ext4) ours base "$root.ext4" ;;
	mmdebstrap) mmdebstrap_row "$root" ;;
	mmdebstrap+merged-usr)
		mmdebstrap_row "$root" \
			--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr
		;;
	debootstrap)
		tool debootstrap --variant="$variant" \
			"$suite" "$root" "$mirror"
		;;
	cdebootstrap)
		tool cdebootstrap --flavour=minimal "$suite" "$root" "$mirror"
		;;
	*)
		echo "no row '$1'"
		return 2
		;;
	esac
}

# ROW: what its cache has when the clock starts.
prepare_cache() {
	case $1 in
	mkguest-root)
		rm -rf "$place/cold"
		;;
	mkguest-root+debs)
		fill debs
		rm -rf "$place/debs/plans" "$place/debs/releases" \
			"$place/debs/bases"
		drop_indices "$place/debs/by-sha256"
		;;
	mkguest-root+solution) fill solution --no-base-cache ;;
	mkguest-root+essential)
		fill_essential
		rm -rf "$place/other"
		cp -al "$place/essential" "$place/other"
		;;
	mkguest-root+base*) fill base ;;
	esac
}

# The second run keeps the essential packages; the last fetches what the row
# will want, and keeps nothing of it.
fill_essential() {
	test ! -d "$place/essential" || return 0
	for more in nano netbase; do
		fill_again essential --include=$more
	done
	fill_again essential --include=less --no-base-cache
}

# CACHE [OPTION…]
fill() {
	test -d "$place/$1" || fill_again "$@"
}

fill_again() {
	cache=$1
	shift
	ours "$cache" "$place/filling" "$@" >"$work/log" 2>&1 </dev/null || {
		tail -n 20 "$work/log" >&2
		fail "the cache '$cache' was not filled"
	}
	rm -rf --one-file-system "$place/filling"
}

# All that is no .deb.
drop_indices() {
	find "$1" -type f | while read -r file; do
		test "$(head -c 7 "$file")" = '!<arch>' || rm "$file"
	done
}

# The program of a row; in the first round its memory is looked at.
tool() {
	if test -n "${peak-}"; then
		"$top/bench/peak-memory" "$peak" "$@"
	else
		"$@"
	fi
}

# ---- what all rows share ----------------------------------------------------

mounts_below() {
	awk -v directory="$1/" 'index($2, directory) == 1 { print $2 }' \
		/proc/mounts | sort -r
}

clean_up() {
	status=$?
	trap - EXIT
	test -z "${proxy-}" || kill "$proxy" 2>/dev/null || :
	mounts_below "$work" | while read -r mount; do
		umount "$mount" || umount --lazy "$mount"
	done
	cd / && rm -rf --one-file-system "$work"
	exit $status
}

# ---- one run ------------------------------------------------------------------

# In hundredths of a second, from a clock that is never set.
now() {
	read -r up _ </proc/uptime
	echo "${up%.*}${up#*.}"
}

seconds() {
	awk "BEGIN { printf \"%.2f\", $1 / 100 }"
}

# The packages of a root; all must be installed.
packages() {
	if test -f "$place/root.ext4"; then
		mkdir -p "$place/root/var/lib/dpkg"
		debugfs -R 'cat /var/lib/dpkg/status' "$place/root.ext4" \
			>"$place/root/var/lib/dpkg/status" 2>/dev/null
	fi
	dpkg-query --admindir="$place/root/var/lib/dpkg" --show \
		--showformat '${db:Status-Abbrev}${Package}\n' >"$work/status" ||
		return
	if grep -v '^ii ' "$work/status"; then
		return 1
	fi
	sed 's/^ii //' "$work/status" | sort
}

# Sets $took.
run_row() {
	prepare_cache "$1"
	sync
	start=$(now)
	bootstrap "$1" >"$work/log" 2>&1 </dev/null || {
		tail -n 20 "$work/log" >&2
		fail "$1 failed"
	}
	took=$(($(now) - start))
	packages >"$work/packages.$1" || {
		cat "$work/packages.$1" >&2
		fail "$1 left packages that are not installed"
	}
	rm -rf --one-file-system "$place/root" "$place/root.ext4"
}

# ---- a set of rounds, and its table ---------------------------------------------

run_rounds() {
	round=0
	: >"$work/times"
	while test $round -le "$rounds"; do
		for row; do
			peak=
			test $round -gt 0 || peak=$work/peak.$row
			run_row "$row"
			echo "$set_name, round $round of $rounds: $row:" \
				"$(seconds $took) s" >&2
			test $round -eq 0 || echo "$row,$(seconds $took)" \
				>>"$work/times"
		done
		round=$((round + 1))
	done
}

mebibytes() {
	awk '{ printf "%.0f", $1 / 1024 }' "$work/peak.$1"
}

print_line() {
	printf '| %-22s | %7s | %15s | %14s | %8s | %6s |\n' "$@"
}

# What the first row takes, as a part of each.
print_table() {
	first=$1
	print_line '' median 'min - max' "$first /" packages MiB
	print_line :--- ---: ---: ---: ---: ---:
	for row; do
		summary "$first" "$row" >"$work/summary"
		read -r ratio _ <"$work/summary"
		summary "$row" >"$work/summary"
		read -r median least most <"$work/summary"
		print_line "$row" "$median" "$least - $most" "$ratio" \
			"$(wc -l <"$work/packages.$row")" "$(mebibytes "$row")"
	done
}

# Each goal of this set whose rows were run.
print_goals() {
	echo "$goals" | while read -r set row wanted unit; do
		test "$set" = "$set_name" || continue
		test -e "$work/peak.$row" || continue
		case $unit in
		s) got=$(summary "$row" | cut -d ' ' -f 1) ;;
		MiB) got=$(mebibytes "$row") ;;
		*)
			test -e "$work/peak.$unit" || continue
			got=$(summary "$row" "$unit" | cut -d ' ' -f 1)
			unit="of $unit"
			;;
		esac
		met=$(awk "BEGIN { print $got <= $wanted ? \"\" : \"not \" }")
		echo "* $row: $got $unit; wanted are $wanted: ${met}met"
	done
}

# What a row's root has more (+) or less (-) than the first row's.
print_differences() {
	first=$work/packages.$1
	for row; do
		difference=$(comm -3 "$first" "$work/packages.$row" |
			sed 's/^\([^\t]\)/-\1/; s/^\t/+/' | sort | xargs)
		test -z "$difference" ||
			printf '\nPackages of %s, compared with %s: %s\n' \
				"$row" "$1" "$difference"
	done
}

run_set() {
	export TMPDIR="$place"
	rm -f "$work/peak."*
	run_rounds "$@"
	printf '\nSeconds for %s on %s, median of %s:\n\n' "$title" \
		"$(df --output=fstype "$place" | tail -n 1)" "$rounds"
	print_table "$@"
	echo
	print_goals
	print_differences "$@"
	rm -rf "${place:?}"/*
}

print_machine() {
	echo "$(date -u +%Y-%m-%d): Debian $(cat /etc/debian_version), Linux $(uname -r), $(nproc)" \
		"cores, $(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' \
		/proc/meminfo) GiB of memory, load at the start" \
		"$(cut -d ' ' -f 1 /proc/loadavg)."
	printf '\nPeers:'
	dpkg-query --show --showformat ' ${Package} ${Version}' \
		mmdebstrap debootstrap cdebootstrap
	echo .
}

# SET/PLACE [ROW…]
run_at() {
	set=${1%/*}
	place=$work/${1#*/}
	shift
	choose_set "$set"
	test -z "${MKGUEST_LONG-}" || rows="$rows $long_rows"
	# shellcheck disable=SC2086
	test $# -gt 0 || set -- $rows
	for row; do
		command -v "${row%%+*}" >/dev/null ||
			fail "there is no ${row%%+*}"
	done
	mirror=$("$top/t/helper/host-mirror" $suite)
	case $mirror in
	http://*) ;;
	*) fail 'the recording proxy needs a mirror of http' ;;
	esac
	run_set "$@"
}

# ---- ------------------------------------------------------------------------

PATH=${MKGUEST_BUILD:-$top/build}/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C.UTF-8
export PATH LC_ALL
unset SOURCE_DATE_EPOCH LANGUAGE

record=false
if test "${1-}" = --record; then
	record=true
	shift
fi
sets=
while test $# -gt 0 && test "$1" != --; do
	case $1 in
	*/disk | */tmpfs) sets="$sets $1" ;;
	*/*) fail "'$1' is not at disk or tmpfs" ;;
	*) sets="$sets $1/disk $1/tmpfs" ;;
	esac
	shift
done
test $# -eq 0 || shift
if test -z "$sets"; then
	sets='minbase/disk minbase/tmpfs important/disk server/disk'
	test -z "${MKGUEST_LONG-}" ||
		sets="$sets important/tmpfs server/tmpfs"
fi

test "$(id -u)" -eq 0 || fail 'the peers need root'
test "$rounds" -ge 1 2>/dev/null || fail "BENCH_RUNS: '$rounds' is no number"

work=$(mktemp -d "${BENCH_DIR:-/var/tmp}/mkguest-bench.XXXXXX")
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
chmod 755 "$work"
mkdir "$work/disk" "$work/tmpfs"
mount -t tmpfs -o size=8g,mode=755 mkguest-bench "$work/tmpfs"

print_machine >"$work/report"
start_proxy
for set in $sets; do
	run_at "$set" "$@" >>"$work/report"
done
cat "$work/report"
! $record || record_report roots
