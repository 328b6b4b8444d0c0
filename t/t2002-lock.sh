#!/bin/sh
# The plan as a file: --lock, and what the cache keeps so that a run asks for
# less: solutions, releases, .debs.
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm

# OPERAND… of mkguest-root, whose plan is printed
plan_of() {
	run mkguest-root --print-debs --variant=minbase --include=hello \
		--keyring="$keyring" --cache-dir="$PWD/cache" "$@" \
		bookworm root "$mirror"
}

# What the server was asked for since the last call.
requests_since() {
	tail -n "+$((${seen:-0} + 1))" "$requests" >asked
	seen=$(wc -l <"$requests")
}

# A lock of this request in ./lock, and no request after it.
make_lock() {
	plan_of --lock=lock
	expect_status 0
	cp "$trash/stdout" names
	requests_since
}

# The lock is changed by this script of sed, and refused: SCRIPT STATUS TEXT
refuse_changed() {
	sed "$1" lock >changed
	not cmp -s lock changed
	plan_of --lock=changed
	expect_error "$2" "$3"
}

test_case 'the second run asks only for the release, and plans the same' '
	plan_of
	expect_status 0
	cp "$trash/stdout" names
	requests_since
	grep -q /by-hash/ asked
	plan_of
	expect_status 0
	cmp "$trash/stdout" names
	requests_since
	test "$(cut -d" " -f2 asked)" = /dists/bookworm/InRelease
'

test_case 'another request, or a changed archive, is solved anew' '
	"$helper/fake-mirror" "$PWD/one" --suite bookworm
	"$helper/fake-mirror" "$PWD/two" --suite bookworm --fault versions
	mv one now
	serve "$PWD/now"
	mirror=$url
	keyring=$PWD/now/keyring.gpg
	plan_of --lock=lock
	requests_since
	plan_of --include=long-names
	expect_stdout long-names
	mv now one
	mv two now
	plan_of --lock=other
	expect_status 0
	not cmp -s lock other
	requests_since
	grep -q /by-hash/ asked
'

test_case 'a solution that is damaged, moved or not ours is made again' '
	plan_of
	cp "$trash/stdout" names
	good=$(echo cache/plans/*)
	for damage in "s/hello/hullo/" "1s/./x/" "\$d" "1d" "d"; do
		cp "$good" kept
		sed -i "$damage" "$good"
		not cmp -s kept "$good"
		plan_of
		expect_status 0
		cmp "$trash/stdout" names
		cmp kept "$good"
	done
	chmod g+w "$good"
	plan_of
	test "$(stat -c %a "$good")" = 644
	plan_of --include=long-names
	for other in cache/plans/*; do
		test "$other" = "$good" || cp "$other" "$good"
	done
	plan_of
	cmp "$trash/stdout" names
'

test_case 'two runs at once share a cache' '
	for i in 1 2 3 4; do
		mkguest-root --print-debs --variant=minbase \
			--keyring="$keyring" --cache-dir="$PWD/cache" \
			bookworm root "$mirror" >names.$i 2>messages.$i &
		runs="$runs $!"
	done
	for i in $runs; do wait "$i"; done
	for i in 2 3 4; do cmp names.1 names.$i; done
	test -s names.1
	test "$(ls -A cache/plans | wc -l)" = 1
'

test_case 'a lock is deb822, and holds the request and every package' '
	make_lock
	for name in $(cat names); do
		sed -n "/^Package: $name\$/,/^\$/p" lock >stanza
		for field in Version Architecture SHA256 Size Installed-Size \
			URL Stage Unpack-Place Configure-Run; do
			grep -q "^$field: ." stanza
		done
	done
	test "$(grep -c ^Package: lock)" = "$(wc -w <names)"
	grep -qx "Suite: bookworm" lock
	grep -qx "Variant: minbase" lock
	grep -qx "Include: hello" lock
	grep -q "^Sources: $mirror bookworm main .*[0-9a-f]\{64\}$" lock
	python3 -c "
import re, hashlib, sys
for stanza in open(\"lock\").read().split(\"\n\n\")[1:]:
	fields = dict(l.split(\": \", 1) for l in stanza.strip().split(\"\n\"))
	path = \"$trash/mirror\" + fields[\"URL\"][len(\"$mirror\"):]
	bytes = open(path, \"rb\").read()
	assert hashlib.sha256(bytes).hexdigest() == fields[\"SHA256\"]
	assert len(bytes) == int(fields[\"Size\"])
"
'

test_case 'a lock is installed without asking for release or index' '
	make_lock
	rm -r cache
	plan_of --lock=lock
	expect_status 0
	cmp "$trash/stdout" names
	requests_since
	test ! -s asked
'

test_case 'a root by a lock is the same, and only .debs are asked for' '
	require ROOT
	export SOURCE_DATE_EPOCH=1700000000
	make() {
		mkguest-root --variant=minbase --include=hello \
			--lock="$PWD/lock" --keyring="$keyring" \
			--cache-dir="$PWD/$1" bookworm "$1.tar" "$mirror"
	}
	make one
	requests_since
	make two
	requests_since
	cmp one.tar two.tar
	not grep -v "GET /pool/.*\.deb 200" asked
	no_leftovers .
'

test_case 'a lock for another request is refused by the field' '
	make_lock
	run mkguest-root --print-debs --lock=lock --include=hello \
		--variant=apt bookworm root "$mirror"
	expect_error 1 "'\''lock'\'' is for another request: its Variant is '\''minbase'\'', not '\''apt'\''; name another file, or remove it"
	plan_of --lock=lock --include=long-names
	expect_error 1 "its Include is '\''hello'\'', not '\''hello long-names'\''"
	refuse_changed "s/^Suite: .*/Suite: trixie/" 1 "its Suite is '\''trixie'\'', not '\''bookworm'\''"
	refuse_changed "s/^Architectures: .*/& i386/" 1 "its Architectures is"
'

test_case 'a damaged lock is refused by the line' '
	make_lock
	line=$(grep -n "^Package: hello$" lock | cut -d: -f1)
	refuse_changed "$line s/hello/he llo/" 1 "changed:$line: Package has no valid value"
	refuse_changed "$line d" 1 "changed:$line: a package without the field '\''Package'\''"
	refuse_changed "$line s/^/Colour: red\n/" 1 "changed:$line: unknown field '\''Colour'\''"
	refuse_changed "$line s/$/\nPackage: hello/" 1 "changed:$((line + 1)): Package stands there twice"
	refuse_changed "$line s/hello/base-files/" 1 "changed:$line: Package stands there already"
	refuse_changed "$line,\$ { /^SHA256/d }" 1 "changed:$line: Package has no digest, as SHA256 is"
	refuse_changed "$line,\$ s/^SHA256: ./SHA256: X/" 1 "SHA256 has no valid value"
	refuse_changed "$line,\$ s/^SHA256.*/&\nMD5sum: 900150983cd24fb0d6963f7d28e17f72/" 1 "is a second digest"
	refuse_changed "$line,\$ s/^Size: .*/Size: 0/" 1 "Size has no valid value"
	refuse_changed "$line,\$ s/^Size: .*/Size: 99999999999999999999/" 1 "'\''99999999999999999999'\'' is too large"
	refuse_changed "$line,\$ s/^Stage: .*/Stage: 12/" 1 "Stage is neither 1 nor 2"
	refuse_changed "\$ s/\$/\n\nx/" 1 "not a '\''Field: value'\'' line"
	refuse_changed "s/^Architecture: amd64/Architecture: m68k/" 1 "Architecture is none of those in the head"
	refuse_changed "s/^Stage: 1/Stage: 2/; $line,\$ s/^Stage: 2/Stage: 1/" 1 "Stage 1 comes after 2"
	refuse_changed "s/^Auto-Installed: yes/Auto-Installed: sey/" 1 "Auto-Installed has no valid value"
	refuse_changed "s/^Pending-Run: .*/Pending-Run: -1/" 1 "changed:1: the head lacks Pending-Run"
	refuse_changed "/^Architectures:/d" 1 "changed:1: the head lacks Architectures"
	refuse_changed "s,^URL: http:,URL: ftp:," 1 "is not http:, https:, file: or copy:"
	refuse_changed "/^\$/,\$d" 1 "changed: no packages"
	refuse_changed d 1 "changed:1: empty"
'

test_case 'bytes that do not have the digest of the lock are not installed' '
	require ROOT
	make_lock
	sed -i "/^Package: hello$/,/^$/ s/^SHA256: ..../SHA256: 0000/" lock
	run mkguest-root --variant=minbase --include=hello --lock=lock \
		--cache-dir=cache bookworm root.tar "$mirror"
	expect_error 1 "/hello_"
	test ! -e root.tar
	no_leftovers .
'

test_case 'a lock and the cache hold no password' '
	secret=http://user:secret@${mirror#http://}
	run mkguest-root --print-debs --variant=minbase --lock=lock \
		--keyring="$keyring" --cache-dir=cache bookworm root "$secret"
	expect_status 0
	not grep -r secret lock cache
'

test_case 'a lock that cannot be written fails before anything is made' '
	plan_of --lock=nowhere/lock
	expect_error 1 "create '\''nowhere/.lock."
'

# Only the .debs are downloaded.
download() {
	run mkguest-root --download-only --variant=minbase --include=hello \
		--keyring="$keyring" --cache-dir="$PWD/cache" "$@" \
		bookworm root "$mirror"
}

# A root in ./$1.tar, without a request.
make_offline() {
	name=$1
	shift
	requests_since
	run mkguest-root --offline --variant=minbase --include=hello \
		--keyring="$keyring" --cache-dir="$PWD/cache" "$@" \
		bookworm "$name.tar" "$mirror"
}

test_case '--download-only fills the cache, and says and makes nothing' '
	download
	expect_status 0
	test ! -s "$trash/stdout"
	test ! -e root
	for deb in $(sed -n "s/^SHA256: //p" cache/plans/*); do
		echo "$deb  cache/by-sha256/${deb%"${deb#??}"}/$deb"
	done | sha256sum --check --quiet
	requests_since
	download
	requests_since
	test "$(cut -d" " -f2 asked)" = /dists/bookworm/InRelease
'

test_case '--simulate prints every package and what would be written' '
	for option in --simulate --dry-run; do
		plan_of --lock=lock $option
		expect_status 0
	done
	rm lock
	run mkguest-root --simulate --variant=minbase --include=hello \
		--keyring="$keyring" --cache-dir="$PWD/cache" --lock=lock \
		bookworm root "$mirror"
	expect_status 0
	size=$(stat -c %s "$trash"/mirror/pool/main/h/hello/hello_2.0_amd64.deb)
	expect_stdout "hello "
	expect_stdout "amd64 ($size bytes)"
	expect_stdout "would write: directory $PWD/root"
	expect_stdout "would write: lock lock"
	bytes=$(sed -n "s/.* (\([0-9]*\) bytes)$/\1/p" "$trash/stdout" |
		awk "{ sum += \$1 } END { print sum }")
	expect_stdout " packages, $bytes bytes of .debs, "
	test ! -e root
	test ! -e lock
'

test_case '--offline: what the cache has is enough' '
	require ROOT
	export SOURCE_DATE_EPOCH=1700000000
	download
	make_offline one
	expect_status 0
	make_offline two --include=hello
	expect_status 0
	requests_since
	test ! -s asked
	cmp one.tar two.tar
	rm -r cache/plans
	make_offline three
	expect_status 0
	cmp one.tar three.tar
	no_leftovers .
'

test_case '--offline: what is missing is named' '
	plan_of --offline
	expect_error 1 "'\''$mirror/dists/bookworm/InRelease'\'' is not in the cache and cannot be fetched offline"
	plan_of
	rm -r cache/plans cache/by-sha256
	plan_of --offline
	expect_error 1 "/main/binary-amd64/by-hash/SHA256/"
	plan_of
	requests_since
	download --offline
	expect_error 1 ".deb'\'' is not in the cache and cannot be fetched offline, nor can "
	sed -i 5d cache/releases/*
	plan_of --offline
	expect_error 1 "/InRelease'\'' is not in the cache"
	requests_since
	test ! -s asked
'

test_case '--offline: a mirror that is a directory can be read' '
	mirror=$trash/mirror
	plan_of --offline
	expect_status 0
'

test_case 'a release from the cache is believed for its signature only' '
	plan_of
	GNUPGHOME=$PWD/gnupg
	export GNUPGHOME
	mkdir -m 700 gnupg
	gpg --batch --quiet --passphrase "" --quick-generate-key \
		"Other <other@mkguest.example>" ed25519 sign never
	gpg --batch --quiet --export >other.gpg
	gpgconf --kill all
	keyring=$PWD/other.gpg
	plan_of --offline
	expect_error 1 "which is not in keyring"
'

test_case 'a run that was killed is taken up where it ended' '
	echo "*/hello_* stall 30" >"$faults"
	mkguest-root --download-only --variant=minbase --include=hello \
		--keyring="$keyring" --cache-dir="$PWD/cache" \
		bookworm root "$mirror" >log 2>&1 &
	run=$!
	until test "$(find cache -path "*/by-sha256/*" -type f 2>/dev/null |
		wc -l)" -gt 5; do
		kill -0 $run
		sleep 0.05
	done
	kill -9 $run
	wait $run || :
	had=$(find cache -path "*/by-sha256/*" -type f | wc -l)
	: >"$faults"
	requests_since
	download
	expect_status 0
	requests_since
	all=$(grep -c "^Package:" cache/plans/*)
	test "$(grep -c /pool/ asked)" -le "$((all + 1 - had))"
'

test_case '--clean-cache empties it, --cache-limit bounds it' '
	download
	run mkguest-root --clean-cache --cache-dir="$PWD/cache"
	expect_status 0
	expect_stderr "of the cache '\''$PWD/cache'\'' removed"
	test -z "$(find cache -type f)"
	download
	all=$(find cache -type f | wc -l)
	download --cache-limit=64K
	expect_status 0
	test "$(find cache -type f | wc -l)" -lt "$all"
	find cache/by-sha256 -type f -printf "%b\n" |
		awk "{ sum += \$1 } END { exit sum > 128 }"
'

# A tarball of the usual request in ./$1.
make_tarball() {
	run mkguest-root --make-tarball="$1" --variant=minbase \
		--include=hello --keyring="$keyring" --cache-dir="$PWD/cache" \
		bookworm root "$mirror"
}

# A root of ./$1 in ./root.tar, with an empty cache: TARBALL [OPTION…]
unpack_tarball() {
	tarball=$1
	shift
	rm -rf cache
	run mkguest-root --unpack-tarball="$tarball" --variant=minbase \
		--include=hello --cache-dir="$PWD/cache" "$@" \
		bookworm root.tar "$mirror"
}

test_case 'a tarball holds the .debs, and is enough to install them' '
	require ROOT
	export SOURCE_DATE_EPOCH=1700000000
	make_tarball debs.tgz
	expect_status 0
	test ! -e root
	make_offline direct
	requests_since
	unpack_tarball debs.tgz
	expect_status 0
	requests_since
	test ! -s asked
	cmp direct.tar root.tar
	mkdir debs
	tar -xzf debs.tgz -C debs
	grep -qx "Package: hello" debs/plan
	test "$(ls debs | wc -l)" = $(($(grep -c ^Package: debs/plan) + 1))
	for deb in debs/*.deb; do
		test "$(dpkg-deb --show --showformat \
			"\${Package}_\${Version}_\${Architecture}" "$deb")" = \
			"$(basename "$deb" .deb)"
	done
	no_leftovers .
'

test_case 'an ordinary user makes the same of a tarball and of a lock' '
	require ROOT USER
	export SOURCE_DATE_EPOCH=1700000000
	make_tarball debs.tar
	make_lock
	unpack_tarball "$PWD/debs.tar"
	expect_status 0
	for from in "--unpack-tarball=$PWD/debs.tar" "--lock=$PWD/lock --offline"; do
		# shellcheck disable=SC2086
		as_user env SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH mkguest-root \
			--variant=minbase --include=hello $from \
			bookworm user.tar "$mirror"
		cmp root.tar user/user.tar
		rm user/user.tar
	done
	rm -r user/cache
	no_leftovers .
'

test_case 'a tarball is compressed as its name says, the same each time' '
	for end in tar tar.gz tar.xz tar.zst; do
		make_tarball debs.$end
		expect_status 0
		make_tarball again.$end
		cmp debs.$end again.$end
		tar -tf debs.$end >$end
		cmp tar $end
	done
	file debs.tar.gz | grep -q gzip
	file debs.tar.xz | grep -q XZ
	file debs.tar.zst | grep -q Zstandard
	make_tarball debs.tar
	expect_error 1 "'\''debs.tar'\'' exists; remove it or name another"
'

test_case 'a tarball that is not what its plan says is refused' '
	require ROOT
	make_tarball debs.tar
	unpack_tarball debs.tar --lock=lock
	expect_error 2 "both --lock and --unpack-tarball say what to install"
	unpack_tarball debs.tar --include=long-names
	expect_error 1 "'\''debs.tar:plan'\'' is for another request: its Include"
	unpack_tarball nowhere.tar
	expect_error 1 "nowhere.tar"
	mkdir debs
	tar -xf debs.tar -C debs
	(cd debs && tar -cf ../late.tar hello*.deb plan)
	unpack_tarball late.tar
	expect_error 1 "'\''late.tar'\'' does not begin with a plan"
	(cd debs && cp hello_*.deb other.deb && tar -cf ../more.tar plan other.deb)
	unpack_tarball more.tar
	expect_error 1 "has the file '\''other.deb'\'', which its plan does not list"
	(cd debs && tar -cf ../less.tar plan hello_*.deb)
	unpack_tarball less.tar
	expect_error 1 "is not in the cache and cannot be fetched offline, nor can "
	(
		cd debs
		deb=$(echo hello_*.deb)
		printf X | dd of="$deb" bs=1 seek=200 conv=notrunc status=none
		tar -cf ../bad.tar plan "$deb"
		cat "$deb" "$deb" >twice
		mv twice "$deb"
		tar -cf ../long.tar plan "$deb"
	)
	unpack_tarball bad.tar
	expect_error 1 "does not have the SHA-256 that the plan says"
	unpack_tarball long.tar
	expect_error 1 "has a file that is larger than it can be"
	test ! -e root.tar
	no_leftovers .
'

done_testing
