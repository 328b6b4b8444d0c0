#!/bin/sh
# How many instructions it takes to parse an index, to solve, and to extract,
# as callgrind counts them, for packages that are the same each time.
#
#	bench/instructions.sh [--record]
#
# Fails if a count is more than a tenth above what bench/instructions has;
# --record writes it anew. The counts are of the usual build (gcc -O2, without
# sanitizers) and this machine's libraries.
#
#	MKGUEST_BUILD=build	where the programs are
set -eu

top=$(cd "$(dirname "$0")/.." && pwd -P)
helpers=${MKGUEST_BUILD:-$top/build}/t/helper
record=$top/bench/instructions
work=$(mktemp -d "${TMPDIR:-/tmp}/mkguest-instructions.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# NAME FUNCTION COMMAND…: what the function and all that it calls take.
count() {
	name=$1
	function=$2
	shift 2
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		--toggle-collect="$function" "$@" >"$work/output" 2>"$work/log" || {
		cat "$work/output" "$work/log" >&2
		exit 1
	}
	sed -n "s/^==[0-9]*== Collected : /$name /p" "$work/log" >>"$work/counts"
}

"$top/bench/instruction-packages" "$work"
include=$(seq -s , -f 'package-%.0f' 10001 500 19999)
mkdir "$work/root"
count parse package_set_add_index "$helpers/plan-print" -a amd64 \
	-i "$include" minbase "$work/Packages"
count solve plan_make "$helpers/plan-print" -a amd64 \
	-i "$include" minbase "$work/Packages"
grep -q '^2 Inst' "$work/output" || {
	cat "$work/output" >&2
	exit 1
}
count extract unpack_deb "$helpers/unpack-debs" "$work/root" \
	"$work/small.deb" "$work/large.deb"
if test "${1-}" = --record; then
	cat "$work/counts" >"$record"
fi
awk '
	FNR == NR { recorded[$1] = $2; next }
	{
		ratio = $2 / recorded[$1]
		printf "%s: %d instructions, %.3f of the record\n", $1, $2, ratio
		if (ratio > 1.1)
			failed = 1
	}
	END { exit failed }
' "$record" "$work/counts"
