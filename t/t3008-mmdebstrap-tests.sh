#!/bin/sh
# mmdebstrap's own tests with mkguest-root in its place, each in a throw-away
# copy of this host's root. t/mmdebstrap-tests says which.
. "$(dirname "$0")/lib.sh"
require ROOT USER NET

suite=trixie
table=$test_dir/mmdebstrap-tests
epoch=1700000000
upper=$trash/upper
shared=$trash/shared

table_word() {
	awk -v word="$1" '$1 == word { print $2 }' "$table"
}

fetch_tests() {
	version=$(table_word version)
	"$helper/host-mirror" bookworm >mirror-url
	if ! curl --silent --show-error --fail --output source.tar.gz \
		"$(cat mirror-url)/pool/main/m/mmdebstrap/mmdebstrap_$version.orig.tar.gz" ||
		! echo "$(table_word sha256)  source.tar.gz" |
		sha256sum --check --quiet; then
		refuse "mmdebstrap's source is not to be had"
	fi
	mkdir source
	tar -xzf source.tar.gz -C source --strip-components 1
}

# What every throw-away root has more than this host's: us, installed. The
# host's name and resolver, which mmdebstrap copies, it does not have.
prepare_upper() {
	make --silent -C "$test_dir/.." install BUILD="$MKGUEST_BUILD" \
		DESTDIR="$upper" >/dev/null
	mkdir -p "$upper/etc"
	touch "$upper/mmdebstrap-testenv"
	mknod "$upper/etc/hostname" c 0 0	# hides it: overlayfs
	mknod "$upper/etc/resolv.conf" c 0 0
}

# COMMAND TEST MODE VARIANT FORMAT: in $shared
run_test() {
	sed "s|{{ CMD }}|$1|g; s|{{ MODE }}|$3|g; s|{{ VARIANT }}|$4|g
		s|{{ FORMAT }}|$5|g; s|{{ DIST }}|$suite|g
		s|{{ MIRROR }}|$own_mirror|g; s|{{ HOSTARCH }}|$(dpkg \
		--print-architecture)|g
		s|{{ SOURCE_DATE_EPOCH }}|$epoch|g" \
		"$trash/source/tests/$2" >"$shared/test.sh"
	env -u TMPDIR -u SUDO_USER -u XDG_CACHE_HOME -u XDG_CONFIG_HOME \
		-u XDG_DATA_HOME HOME=/root \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		"$helper/throwaway-root" "$upper" "$shared" -- \
		sh -x ./test.sh </dev/null
}

# Helpers are asked for by the first argument; unstable's Release is not always
# renewed in time.
command_for() {
	case $1 in
	*-using-helpers*) echo mkguest-root ;;
	*) echo "mkguest-root --no-check-valid-until" ;;
	esac
}

# WORD: TEST MODE VARIANT FORMAT, a line an instance
instances() {
	awk -F '\t' -v word="$1" '
		$1 == word {
			count = split($3 == "" ? "auto/apt/auto" : $3, list, " ")
			for (i = 1; i <= count; i++) {
				split(list[i], part, "/")
				print $2, part[1], part[2], part[3]
			}
		}' "$table"
}

fetch_tests
start_server recording-proxy "$trash/store" --mirror "$(cat mirror-url)"
own_mirror=http://127.0.0.1:$port/debian
prepare_upper
mkdir -p "$shared/cache"
cp -R source/hooks source/tarfilter "$shared"
chmod -R go+rX "$trash/upper" "$shared"

test_case 'the table has every test' '
	ls ../source/tests | sort >theirs
	awk -F "\t" "/^(now|yes|no)\t/ { print \$2 }" "$table" | sort -u >ours
	diff -u theirs ours
	not grep -P "^no\t[^\t]+\$" "$table"
'

test_case 'mmdebstrap makes the yardstick' '
	run_test mmdebstrap create-directory root apt auto
	awk "\$2 == \"theirs\" { print \$3 }" "$helper/accepted-differences" |
		grep -vxF -f - "$shared/tar1.txt" >ours
	cp ours "$shared/tar1.txt"
	test -s "$shared/tar1.txt"
	test -s "$shared/pkglist.txt"
'

words=now
test -z "${MKGUEST_LONG-}" || words='now yes'
for word in $words; do
	instances "$word" >"list-$word"
	while read -r name mode variant format; do
		test_case "$name, mode $mode, variant $variant, format $format" \
			"run_test '$(command_for "$name")' $name $mode $variant $format"
	done <"list-$word"
done

done_testing
