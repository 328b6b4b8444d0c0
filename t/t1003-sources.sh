#!/bin/sh
# Where packages may come from: operands, source files, flat archives; what the
# root's own apt gets, with mmdebstrap as the judge.
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2120 # bodies pass arguments
print_debs() {
	run mkguest-root --print-debs --variant=minbase --cache-dir="$cache" "$@"
}

# The files of apt's sources in what either makes of the same command line,
# with the same text on standard input.
ours() {
	mkguest-root -q --variant=essential --cache-dir="$cache" "$@" <input |
		tar -x ./etc/apt
	mkdir ours
	mv etc/apt/sources.list* ours/
}

theirs() {
	# shellcheck disable=SC2016 # the hook's own variable
	not mmdebstrap --quiet --mode=root --variant=custom \
		--setup-hook='cp -r "$1"/etc/apt theirs-apt; false' "$@" \
		<input >/dev/null 2>mmdebstrap.log || return
	mkdir theirs
	mv theirs-apt/sources.list* theirs/ ||
		{ cat mmdebstrap.log; return 1; }
}

# SUITE and MIRRORs; options before them by way of $options
same_sources() {
	require ROOT
	rm -rf ours theirs theirs-apt etc
	test -e input || : >input
	suite=$1
	shift
	# shellcheck disable=SC2086 # words
	ours --keyring="$keyring" $options "$suite" - "$@"
	# shellcheck disable=SC2086
	theirs --keyring="$keyring" $options "$suite" - "$@"
	diff -r ours theirs
}

options=
fake_mirror

line="deb [trusted=no] $mirror bookworm-updates main"

cat >extra.sources <<END
# kept as it is
Types: deb
URIs: $mirror
Suites: bookworm bookworm-security
Components: main
Signed-By: $keyring
END
echo "deb [signed-by=$keyring] $mirror bookworm-updates main # kept" >extra.list

test_case 'one address' '
	same_sources bookworm "$mirror"
	same_sources oldstable "$mirror/"
'

test_case 'components, each once' '
	options="--components=main,contrib --components=main"
	same_sources bookworm "$mirror"
	grep "bookworm main contrib$" ours/sources.list
'

test_case 'several addresses and lines follow each other' '
	same_sources bookworm "$mirror" "file://$trash/mirror" \
		"deb [arch=$(dpkg --print-architecture)] $mirror bookworm-updates main" \
		"deb-src $mirror bookworm main"
'

test_case 'files are kept, under their names' '
	same_sources bookworm "$mirror" "$trash/extra.sources" \
		"$trash/extra.list"
	same_sources bookworm "$trash/extra.list" "$mirror"
	same_sources bookworm "$trash/extra.sources" "$line"
	cp "$trash/extra.list" plain
	cp "$trash/extra.sources" .
	same_sources bookworm ./plain extra.sources
	test -e ours/sources.list.d/0000plain.list
'

test_case 'standard input is a line or a file of either form' '
	echo "deb $mirror bookworm main" >input
	same_sources bookworm -
	same_sources bookworm "$mirror" -
	same_sources bookworm "$mirror" "$trash/extra.sources" - "$line"
	cp "$trash/extra.sources" input
	same_sources bookworm -
	same_sources bookworm "$mirror" - "$line"
'

test_case 'an empty operand says nothing' '
	same_sources bookworm "$mirror" ""
'

test_case 'the keyring of a suite is named if apt would not know it' '
	require ROOT
	: >input
	mkdir none
	ours --no-check-gpg --keyring="$PWD/none" bookworm - "$mirror"
	theirs --keyring="$PWD/none" bookworm - "$mirror"
	diff -r ours theirs
	grep "^deb \[signed-by=\"/usr/share/keyrings/debian-archive-keyring" \
		ours/sources.list
	cp /usr/share/keyrings/debian-archive-keyring.gpg "$keyring" none
	rm -r ours theirs theirs-apt
	ours --keyring="$PWD/none" bookworm - "$mirror"
	theirs --keyring="$PWD/none" bookworm - "$mirror"
	diff -r ours theirs
	not grep signed-by ours/sources.list
'

test_case 'without a suite, the sources say it all' '
	echo "deb [signed-by=$keyring] $mirror bookworm main" >input
	mkguest-root --print-debs --variant=minbase --cache-dir="$cache" \
		<input >own
	print_debs bookworm root "$(cat input)"
	expect_status 0
	diff own "$trash/stdout"
	print_debs "" root "$(cat input)"
	expect_status 0
	diff own "$trash/stdout"
	print_debs "" root "$mirror"
	expect_error 2 "mirror '\''$mirror'\'' needs a SUITE"
'

test_case 'without a target, the tar goes to standard output' '
	require ROOT
	mkguest-root -q --variant=essential --keyring="$keyring" \
		--cache-dir="$cache" bookworm - "$mirror" | tar -t >with
	echo "deb [signed-by=$keyring] $mirror bookworm main" |
	mkguest-root -q --variant=essential --cache-dir="$cache" | tar -t >without
	diff with without
'

test_case 'components without a mirror: of what this host uses, and the root' '
	run mkguest-root --quiet --variant=custom --components=one,two \
		--setup-hook="cat \"\$1/etc/apt/sources.list.d/debian.sources\" >text; exit 1;" \
		trixie root.tar
	test "$(grep -cx "Components: one two" text)" -eq 2
	require NET
	run mkguest-root --print-debs --components=nothing --cache-dir="$cache" \
		trixie
	expect_status 1
	expect_stderr "has no component '\''nothing'\''"
'

test_case 'without any source there is no root' '
	print_debs
	expect_stderr "'\''standard input'\'' is empty"
	expect_error 2 "none of the given sources has packages for"
	print_debs bookworm root "deb-src $mirror bookworm main"
	expect_error 2 "none of the given sources has packages for"
	print_debs bookworm root "deb [arch=vax] $mirror bookworm main"
	expect_error 2 "none of the given sources has packages for"
'

test_case 'what is wrong with an entry is told' '
	print_debs bookworm root "deb $mirror bookworm"
	expect_error 2 "'\''$mirror bookworm'\'': it has no components"
	print_debs bookworm root "deb $mirror flat/ main"
	expect_error 2 "a suite that ends in '\''/'\'' has no components"
	print_debs bookworm root "deb ftp://m bookworm main"
	expect_error 2 "its URI is not one of http:, https:, file: or copy:"
	echo text >text
	print_debs bookworm root text
	expect_error 1 "'\''text'\'' holds no sources of apt, neither lines nor deb822"
	print_debs bookworm root nothing.list
	expect_error 2 "mirror '\''nothing.list'\'' is not an address"
	printf "\n%s\n" "deb $mirror bookworm" >a.list
	print_debs bookworm root a.list
	expect_error 2 "a.list:2: "
'

test_case 'a suite that the table does not know, from its own archive' '
	mkdir -p dists
	cp -al "$trash/mirror" mirror
	cd mirror/dists
	mv bookworm parrot
	cd parrot
	rm InRelease Release.gpg
	sed -i "s/^Codename:.*/Codename: parrot/; s/^Suite:.*/Suite: rolling/" Release
	cd ../../..
	print_debs --no-check-gpg parrot root "$PWD/mirror"
	expect_status 0
	expect_stdout base-passwd
	ln -s parrot mirror/dists/rolling
	print_debs --no-check-gpg rolling root "$PWD/mirror"
	expect_status 0
	print_debs rolling root "$PWD/mirror"
	expect_error 1 "no keyring is known for '\''rolling'\''; give --keyring"
'

# A flat archive in DIRECTORY below ./mirror, with Packages as it is.
flat() {
	test -e mirror || cp -al "$trash/mirror" mirror
	mkdir -p "mirror/$1"
	arch=$(dpkg --print-architecture)
	gunzip <"mirror/dists/bookworm/main/binary-$arch/Packages.gz" \
		>"mirror/$1/Packages"
}

# What apt has of the sources in ./etc, by name.
apt_names() {
	mkdir -p state/lists/partial cache etc
	set -- -o Dir::Etc="$PWD/etc" -o Dir::State="$PWD/state" \
		-o Dir::Cache="$PWD/cache" -o APT::Sandbox::User=root \
		-o Dir::State::status=/dev/null
	apt-get -qq update "$@"
	apt-cache pkgnames "$@" | sort
}

test_case 'a flat archive that is trusted needs no Release file' '
	print_debs "" root "deb [trusted=yes] file:$trash/mirror $(basename "$trash")/"
	expect_error 1 "does not exist in any form"
	for place in ./ sub/ a/b/; do
		flat "$place"
		for form in "cat:" "gzip -9n:.gz" "xz:.xz" "zstd -q:.zst"; do
			${form%:*} <"mirror/$place/Packages" >index
			mv index "mirror/$place/Packages${form#*:}"
			test -z "${form#*:}" || rm "mirror/$place/Packages"
			print_debs "" root "deb [trusted=yes] file:$PWD/mirror $place"
			expect_status 0
			expect_stdout base-passwd
			expect_stderr "has no Release file: its packages may come from anybody"
			rm "mirror/$place/Packages${form#*:}"
			flat "$place"
		done
		print_debs "" root "deb file:$PWD/mirror $place"
		expect_error 1 "the mirror has no suite '\''$place'\'' there"
	done
'

test_case 'a flat archive with a Release file, its index by hash' '
	require ROOT
	flat flat
	cd mirror/flat
	{
		echo "Date: $(date -uR | sed "s/+0000/UTC/")"
		echo "Acquire-By-Hash: yes"
		echo SHA256:
		echo " $(sha256sum <Packages | cut -c 1-64) $(stat -c %s Packages) Packages"
	} >Release
	mkdir -p by-hash/SHA256
	mv Packages "by-hash/SHA256/$(sha256sum <Packages | cut -c 1-64)"
	cd ../..
	serve "$PWD/mirror"
	line="deb [trusted=yes] $url flat/"
	print_debs "" root "$line"
	expect_status 0
	expect_stdout base-passwd
	mkdir etc
	echo "$line" >etc/sources.list
	apt_names >theirs
	grep -x hello theirs
	print_debs --include=hello "" root "$line"
	expect_status 0
	tr " " "\n" <"$trash/stdout" | sort >ours
	not comm -23 ours theirs | grep .
	mkguest-root -q --variant=essential --include=hello \
		--cache-dir="$cache" "" root "$line"
	test -e root/var/lib/dpkg/info/hello.list
	echo "$line" | cmp - root/etc/apt/sources.list
	sed -i "s/^SHA256:/SHA512:/" mirror/flat/Release
	print_debs "" root "$line"
	expect_status 1
	expect_stderr "is not valid"
'

test_case 'an entry is trusted, or signed by what it names' '
	line="$mirror bookworm main"
	print_debs bookworm root "deb [trusted=yes] $line"
	expect_status 0
	expect_stderr "is NOT checked"
	print_debs --force-check-gpg bookworm root "deb [trusted=yes] $line"
	expect_error 1 "it is signed by key "
	print_debs bookworm root "deb [signed-by=$keyring] $line"
	expect_status 0
	print_debs --keyring="$keyring" bookworm root "deb $line"
	expect_status 0
	print_debs --keyring="$keyring" bookworm root \
		"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $line"
	expect_error 1 "it is signed by key "
	print_debs --no-check-gpg --force-check-sig bookworm root "deb $line"
	expect_error 2 "signatures are to be checked and not to be checked"
	print_debs --no-check-sig bookworm root "deb $line"
	expect_status 0
'

test_case 'an entry names a key by its fingerprint' '
	gpg --homedir "$TMPDIR" --batch --quiet --with-colons --show-keys "$keyring" |
		sed -n "s/^fpr:*\([0-9A-F]*\):$/\1/p" >key
	for key in "$(cat key)" "$(cat key)!"; do
		print_debs --keyring="$keyring" bookworm root \
			"deb [signed-by=$key] $mirror bookworm main"
		expect_status 0
	done
	other=0123456789ABCDEF0123456789ABCDEF01234567
	print_debs --keyring="$keyring" bookworm root \
		"deb [signed-by=$other] $mirror bookworm main"
	expect_error 1 "which is not one of those that Signed-By names"
'

test_case 'a key stands in the entry itself' '
	{
		printf "Types: deb\nURIs: %s\nSuites: bookworm\n" "$mirror"
		printf "Components: main\nSigned-By:\n"
		gpg --homedir "$TMPDIR" --batch --quiet --enarmor <"$keyring" |
			sed "/^Comment/d; s/ARMORED FILE/PUBLIC KEY BLOCK/; s/^$/./; s/^/ /"
	} >a.sources
	print_debs bookworm root a.sources
	expect_status 0
	expect_stdout base-passwd
'

# Without a network what would be asked is told.
test_case 'a release that was archived is not on the mirrors of the host' '
	require ROOT
	wanted_mirror=$(sed -n "/^Codename: etch/,/^\$/s/^Mirror: //p" \
		"$test_dir/../templates/suites.deb822")
	run unshare --net mkguest-root --simulate --cache-dir="$cache" \
		etch root.tar
	expect_error 1 "cannot reach '\''$wanted_mirror"
'

done_testing
