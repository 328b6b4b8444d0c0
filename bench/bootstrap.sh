#!/bin/sh
# mkguest-root against its peers, side by side: bookworm minbase, main only,
# into a directory.
#
#	bench/bootstrap.sh [--record] [ROW…]
#
# A round runs each row once; the first round only warms up. All rows reach the
# host's own mirror through one recording proxy on loopback, so that all see
# the same bytes and none waits for the network. The ratio is to the first row.
# --record writes the result into RESULTS.md as well. It needs root: the peers
# do.
#
#	MKGUEST_BUILD=build	where mkguest-root is
#	BENCH_RUNS=5		rounds that count
#	BENCH_DIR=/var/tmp	whose filesystem is used
#	MKGUEST_LONG=1		a second set on a tmpfs
set -eu
umask 022

top=$(cd "$(dirname "$0")/.." && pwd -P)
suite=bookworm
rounds=${BENCH_RUNS:-5}
results=$top/bench/RESULTS.md
work=

fail() {
	echo "bench: error: $*" >&2
	exit 1
}

bootstrap() {
	case $1 in
	mkguest-root)
		mkguest-root --variant=minbase --cache-dir "$place/cold" \
			$suite "$2" "$mirror"
		;;
	mkguest-root+cache)
		mkguest-root --variant=minbase --cache-dir "$place/warm" \
			--no-base-cache \
			$suite "$2" "$mirror"
		;;
	mmdebstrap+merged-usr)
		mmdebstrap --mode=root --variant=minbase \
			--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
			$suite "$2" "$mirror"
		;;
	mmdebstrap)
		mmdebstrap --mode=root --variant=minbase $suite "$2" "$mirror"
		;;
	debootstrap)
		debootstrap --variant=minbase $suite "$2" "$mirror"
		;;
	cdebootstrap)
		cdebootstrap --flavour=minimal $suite "$2" "$mirror"
		;;
	*)
		echo "no row '$1'"
		return 2
		;;
	esac
}

record=false
if test "${1-}" = --record; then
	record=true
	shift
fi
test $# -gt 0 || set -- mkguest-root mkguest-root+cache \
	mmdebstrap+merged-usr mmdebstrap debootstrap cdebootstrap

# ---- what all rows share ----------------------------------------------------

start_proxy() {
	"$top/t/helper/recording-proxy" --port-file "$work/port" \
		"$work/store" &
	proxy=$!
	until test -e "$work/port"; do
		kill -0 $proxy 2>/dev/null || fail 'the proxy does not start'
		sleep 0.05
	done
	http_proxy=http://127.0.0.1:$(cat "$work/port")
	export http_proxy
	unset no_proxy NO_PROXY

	# apt's own setting would come before the environment's
	APT_CONFIG=$work/apt.conf
	cat >"$APT_CONFIG" <<-end
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Acquire::http::Proxy "$http_proxy";
	end
	export APT_CONFIG
}

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
	dpkg-query --admindir="$1/var/lib/dpkg" --show \
		--showformat '${db:Status-Abbrev}${Package}\n' >"$work/status" ||
		return
	if grep -v '^ii ' "$work/status"; then
		return 1
	fi
	sed 's/^ii //' "$work/status" | sort
}

# Sets $took.
run_row() {
	rm -rf "$place/cold"
	sync
	start=$(now)
	bootstrap "$1" "$place/root" >"$work/log" 2>&1 </dev/null || {
		tail -n 20 "$work/log" >&2
		fail "$1 failed"
	}
	took=$(($(now) - start))
	packages "$place/root" >"$work/packages.$1" || {
		cat "$work/packages.$1" >&2
		fail "$1 left packages that are not installed"
	}
	rm -rf --one-file-system "$place/root"
}

# ---- a set of rounds, and its table ---------------------------------------------

run_rounds() {
	round=0
	: >"$work/times"
	while test $round -le "$rounds"; do
		for row; do
			run_row "$row"
			echo "round $round of $rounds: $row: $(seconds $took) s" >&2
			test $round -eq 0 || echo "$row $took" >>"$work/times"
		done
		round=$((round + 1))
	done
}

# Median, least and most of a row's times.
summary() {
	sed -n "s/^$1 //p" "$work/times" | sort -n | awk '
		{ time[NR] = $1 / 100 }
		END {
			low = time[int((NR + 1) / 2)]
			high = time[int(NR / 2) + 1]
			printf "%.2f %.2f %.2f\n", (low + high) / 2, time[1],
				time[NR]
		}'
}

print_line() {
	printf '| %-22s | %7s | %15s | %5s | %8s |\n' "$@"
}

print_table() {
	print_line '' median 'min - max' ratio packages
	print_line :--- ---: ---: ---: ---:
	base=
	for row; do
		summary "$row" >"$work/summary"
		read -r median least most <"$work/summary"
		: "${base:=$median}"
		print_line "$row" "$median" "$least - $most" \
			"$(awk "BEGIN { printf \"%.2f\", $median / $base }")" \
			"$(wc -l <"$work/packages.$row")"
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
	mkdir -p "$place"
	export TMPDIR="$place"
	run_rounds "$@"
	printf '\nSeconds on %s, median of %s:\n\n' \
		"$(df --output=fstype "$place" | tail -n 1)" "$rounds"
	print_table "$@"
	print_differences "$@"
	rm -rf "$place/cold" "$place/warm"
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

record_report() {
	awk -v report="$work/report" '
		/^<!-- end of the record -->$/ { inside = 0 }
		!inside { print }
		/^<!-- the record/ {
			inside = 1
			while ((getline line <report) > 0)
				print line
		}' "$results" >"$work/results"
	cat "$work/results" >"$results"
}

# ---- ------------------------------------------------------------------------

PATH=${MKGUEST_BUILD:-$top/build}/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C.UTF-8
export PATH LC_ALL
unset SOURCE_DATE_EPOCH LANGUAGE

test "$(id -u)" -eq 0 || fail 'the peers need root'
test "$rounds" -ge 1 2>/dev/null || fail "BENCH_RUNS: '$rounds' is no number"
for row; do
	command -v "${row%+*}" >/dev/null || fail "there is no ${row%+*}"
done
mirror=$("$top/t/helper/host-mirror" $suite)
case $mirror in
http://*) ;;
*) fail 'the recording proxy needs a mirror that is reached by http:' ;;
esac

work=$(mktemp -d "${BENCH_DIR:-/var/tmp}/mkguest-bench.XXXXXX")
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
chmod 755 "$work"
start_proxy

print_machine >"$work/report"
place=$work/disk
run_set "$@" >>"$work/report"
if test -n "${MKGUEST_LONG-}"; then
	place=$work/tmpfs
	mkdir "$place"
	mount -t tmpfs -o size=4g,mode=755 mkguest-bench "$place"
	run_set "$@" >>"$work/report"
fi
cat "$work/report"
! $record || record_report
