#!/bin/sh
# The plan, judged by apt: what it would install in mmdebstrap's two steps, in
# which order it would unpack and configure, and what it would refuse.

. "$(dirname "$0")/lib.sh"

plan_print=$MKGUEST_BUILD/t/helper/plan-print

# Both print the same; where both refuse, each has its own words. Only the sets
# are compared if $unordered.
same_plans() {
	request=$1
	shift
	"$helper/apt-plan" "$@" <"$request" >apt
	"$plan_print" "$@" <"$request" >ours
	for whose in apt ours; do
		sed 's/^error: .*/error/' "$whose" |
			if test -n "${unordered-}"; then
				awk '{ print number + 0, $0 } /^\.$/ { number++ }' |
					sort
			else
				cat
			fi >"$whose.plain"
	done
	diff -u apt.plain ours.plain
}

# The request and the indices of a case.
split_case() {
	awk -v RS= -v ORS='\n\n' '
		NR == 1 { print >"head"; next }
		/^Index:/ {
			index_number++
			pin = match($0, /Pin: [0-9]+/) ?
				substr($0, RSTART + 5, RLENGTH - 5) : 500
			print pin >("pin" index_number + 0)
			next
		}
		{ print >("index" index_number + 0) }
	' "$1"
}

field() {
	sed -n "s/^$1: //p" head
}

judge_case() {
	rm -f head index* pin*
	split_case "$1"
	set --
	test -z "$(field Extra)" || set -- "$@" -e "$(field Extra)"
	test -z "$(field Recommends)" || set -- "$@" -R
	test -z "$(field Foreign)" ||
		set -- "$@" -a "amd64,$(field Foreign | tr ' ' ,)"
	# apt has no option for it, but a way to say it of one command
	set -- "$@" -i "$(field Include)$(field Exclude |
		sed 's/\([^ ]*\)/,\1-/g')"
	variant=$(field Variant)
	set -- "$@" -- "${variant:-essential}" index0
	test ! -e index1 || set -- "$@" "index1@$(cat pin1)"
	same_plans /dev/null "$@"
}

test_case 'the cases in t/plan are as apt decides them' '
	wrong=
	for case in "$test_dir"/plan/*.case; do
		judge_case "$case" || wrong="$wrong $case"
	done
	echo "wrong:$wrong"
	test -z "$wrong"
'

# The index of a suite, from the mirror that apt is told to use here; sid's
# Release is not renewed everywhere: SUITE [ARCH]
fetch_index() {
	uri=$(apt-get indextargets --format '$(REPO_URI)' \
		'Created-By: Packages' 2>/dev/null | head -n 1)
	mkdir -p lists/partial cache/archives/partial
	keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	test -e $keyring || keyring=/usr/share/keyrings/debian-archive-keyring.pgp
	echo "deb [signed-by=$keyring] $uri $1 main" >sources.list
	set -- -o Dir::Etc::SourceList="$PWD/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD/cache" \
		-o Acquire::Languages=none -o APT::Sandbox::User=root \
		-o Acquire::Check-Valid-Until=false \
		-o APT::Architectures="${2-$(dpkg --print-architecture)}" \
		-o APT::Architecture="${2-$(dpkg --print-architecture)}"
	apt-get -q "$@" update >/dev/null
	apt-get "$@" indextargets --format '$(FILENAME)' \
		'Created-By: Packages' |
		xargs /usr/lib/apt/apt-helper cat-file
	rm -r lists cache
}

# A smaller archive, on which apt is faster: both see the same.
reduce() {
	awk '/^$/ || /^(Package|Version|Architecture|Multi-Arch|Essential|Important|Protected|Priority|Section|Source|Pre-Depends|Depends|Conflicts|Breaks|Replaces|Provides|Filename|Size):/' |
		awk -v RS= -v ORS='\n\n' '
			!match($0, /\nSection: [^\n]*/) ||
			substr($0, RSTART + 10, RLENGTH - 10) !~ \
				/^(cli-mono|debug|electronics|games|gnu-r|golang|hamradio|haskell|java|lisp|ocaml|php|rust|science|video)$/
		'
}

# COUNT lists of 1 to MOST packages of an index, the same every time.
random_requests() {
	awk -v count="$1" -v most="$2" '
		/^Package: / && !seen[$2]++ { names[total++] = $2 }
		function random(below) {
			state = (state * 1103515245 + 12345) % 2147483648
			return int(state / 65536) % below
		}
		END {
			state = 2001
			while (count-- > 0) {
				line = ""
				for (i = random(most); i >= 0; i--)
					line = line " " names[(random(32768) * 32768 + random(32768)) % total]
				print substr(line, 2)
			}
		}
	' "$3"
}

require NET

test -n "${MKGUEST_LONG-}" || reduce=reduce
suites='bookworm trixie'
variants='essential apt minbase important standard buildd custom extract'
test -z "${MKGUEST_LONG-}" || suites="$suites bullseye sid"
for suite in $suites; do
	fetch_index "$suite" | ${reduce:-cat} >"index-$suite"
done

for suite in $suites; do
	test -n "${MKGUEST_LONG-}" || test "$suite" = bookworm || continue
	for variant in $variants; do
		test_case "variant $variant of $suite" "
			same_plans /dev/null $variant ../index-$suite
			! grep ^error ours
		"
	done
done

# The requests in ./requests, a part on each processor; not all of them are
# refused. OPTION… VARIANT INDEX…
same_random_plans() {
	split -e -n "r/$(nproc)" requests part.
	pids=
	for part in part.*; do
		mkdir "in.$part"
		(
			cd "in.$part"
			same_plans "../$part" -i - "$@"
		) >"out.$part" 2>&1 &
		pids="$pids $!"
	done
	status=0
	for pid in $pids; do
		wait "$pid" || status=1
	done
	cat out.*
	refused=$(cat in.*/ours | grep -c '^error') || :
	echo "refused: $refused of $(wc -l <requests)"
	test "$status" = 0
	test "$refused" -lt "$(wc -l <requests)"
}

for suite in $suites; do
	requests='6 4'
	test -z "${MKGUEST_LONG-}" || requests='200 20'
	case $suite in bullseye | sid) requests='50 20' ;; esac
	test_case "random packages of $suite" "
		random_requests $requests $trash/index-$suite >requests
		same_random_plans minbase $trash/index-$suite
	"
done

count='5 2'
test -z "${MKGUEST_LONG-}" || count='50 10'

# Every third package is asked for from there.
fetch_index bookworm-backports | ${reduce:-cat} >index-backports
test_case 'random packages of bookworm and its backports' '
	random_requests $count $trash/index-backports |
		sed "s| \([^ ]*\) \([^ ]*\)| \1/suite1 \2|g; s|^[^ ]*|&/suite1|" \
			>requests
	same_random_plans minbase $trash/index-bookworm $trash/index-backports@100
'

fetch_index bookworm i386 | awk -v RS= -v ORS="\n\n" \
	'/\nArchitecture: i386\n/' | ${reduce:-cat} | cat index-bookworm - >index-both
# Of one name in two architectures either may be unpacked first.
test_case 'random packages of two architectures' '
	unordered=true
	random_requests $count $trash/index-both |
		sed "s| \([^ ]*\)| \1:i386|2; s|^[^ ]*|&:i386|" >requests
	same_random_plans -a amd64,i386 minbase $trash/index-both
'

test_case 'Recommends of random packages' '
	random_requests $count $trash/index-bookworm >requests
	same_random_plans -R minbase $trash/index-bookworm
'

done_testing
