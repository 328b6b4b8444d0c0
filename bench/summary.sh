# shellcheck shell=sh
# What the benches say of their rounds, which are lines of "ROW,SECONDS" in
# $work/times, and where they record it; for those that source this file.

# ROW [OTHER]: median, least and most of a row; with another row, of the ratios
# to it, round by round.
summary() {
	# shellcheck disable=SC2154
	awk -F , -v row="$1" -v other="${2-}" '
		$1 == row { time[++count] = $2 }
		$1 == other { base[++bases] = $2 }
		END {
			for (i = 1; i <= count; i++)
				print other == "" ? time[i] : time[i] / base[i]
		}' "$work/times" | sort -n | awk '
		{ value[NR] = $1 }
		END {
			low = value[int((NR + 1) / 2)]
			high = value[int(NR / 2) + 1]
			printf "%.2f %.2f %.2f\n", (low + high) / 2, value[1],
				value[NR]
		}'
}

# WHAT: $work/report takes the place of the last record of that in RESULTS.md.
record_report() {
	# shellcheck disable=SC2154
	results=$top/bench/RESULTS.md
	awk -v report="$work/report" -v what="$1" '
		$0 == "<!-- end of the record of " what " -->" { inside = 0 }
		!inside { print }
		index($0, "<!-- the record of " what ":") == 1 {
			inside = 1
			while ((getline line <report) > 0)
				print line
		}' "$results" >"$work/results"
	cat "$work/results" >"$results"
}
