#!/bin/sh
# What mkguest-root believes of an archive: signatures, dates, names, hashes.
. "$(dirname "$0")/lib.sh"

# The packages' names only: nothing is made.
print_debs() {
	run mkguest-root --print-debs --variant=minbase --keyring="$keyring" \
		--cache-dir="$cache" "$@"
}

# shellcheck disable=SC2120 # bodies pass arguments
fake() {
	fake_mirror --suite bookworm "$@"
}

# A copy of the good one, to be changed.
copy() {
	cp -al "$trash/mirror" mirror
	serve "$PWD/mirror"
	mirror=$url
}

# Signs the mirror's InRelease again, by a key of its own in ./gnupg, with the
# given options of gpg; $keyring becomes that key.
sign_again() {
	GNUPGHOME=$PWD/gnupg
	export GNUPGHOME
	mkdir -m 700 gnupg
	gpg --batch --quiet --passphrase '' "$@" --quick-generate-key \
		'Other <other@mkguest.example>' rsa2048 sign "${expire:-never}"
	rm mirror/dists/bookworm/InRelease
	gpg --batch --quiet "$@" --clear-sign \
		--output mirror/dists/bookworm/InRelease \
		mirror/dists/bookworm/Release
	gpg --batch --quiet "$@" --detach-sign --output other.sig \
		mirror/dists/bookworm/Release
	gpg --batch --quiet --export >key.gpg
	gpg --batch --quiet --armor --export >key.asc
	gpgconf --kill all
	unset GNUPGHOME
	keyring=$PWD/key.gpg
}

fake

test_case 'a good archive is believed, and no agent or directory remains' '
	print_debs bookworm root "$mirror"
	expect_status 0
	expect_stdout base-passwd
	! test -e root
	test -z "$(ls "$TMPDIR")"
	no_leftovers .
'

test_case 'the index may lie in a directory' '
	for front in "" file: copy: file://; do
		print_debs bookworm root "$front$trash/mirror"
		expect_status 0
	done
'

test_case 'an alias of the suite is the suite' '
	print_debs oldstable root "$mirror"
	expect_status 0
	grep -q "GET /dists/oldstable/InRelease 200" "$requests"
'

test_case 'an unknown suite is wrong use' '
	print_debs nowhere root
	expect_status 2
	expect_stderr "unknown suite '\''nowhere'\'' (known: bookworm, "
	print_debs nowhere root "$mirror"
	expect_status 1
	expect_stderr "the mirror has no suite '\''nowhere'\'' there"
'

test_case 'a mirror that is no address is wrong use' '
	print_debs bookworm root ftp://mirror.example.org/debian
	expect_status 2
	expect_stderr "is not an address with http:"
'

test_case 'a suite that the mirror lacks' '
	print_debs trixie root "$mirror"
	expect_status 1
	expect_stderr "the mirror has no suite '\''trixie'\'' there"
'

test_case 'an expired archive is refused unless asked for' '
	fake --fault expired
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "it expired on "
	print_debs --no-check-valid-until bookworm root "$mirror"
	expect_status 0
	print_debs bookworm root \
		"deb [check-valid-until=no] $mirror bookworm main"
	expect_status 0
'

test_case 'an archive without Valid-Until is believed' '
	fake --fault no-valid-until
	print_debs bookworm root "$mirror"
	expect_status 0
'

test_case 'an archive from the future is refused unless asked for' '
	fake --fault future
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "is in the future; is this machine'\''s clock right?"
	print_debs --no-check-date bookworm root "$mirror"
	expect_status 0
	print_debs bookworm root "deb [check-date=no] $mirror bookworm main"
	expect_status 0
'

test_case 'another suite than asked for is refused' '
	fake --fault wrong-codename
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "it is for suite '\''ancient'\'' (codename '\''sarge'\''), not for '\''bookworm'\''"
'

test_case 'an archive without a signature is refused unless asked for' '
	copy
	rm mirror/dists/bookworm/InRelease mirror/dists/bookworm/Release.gpg
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "it is not signed"
	print_debs --no-check-gpg bookworm root "$mirror"
	expect_status 0
	expect_stderr "is NOT checked"
'

test_case 'a clearsigned file without its signature is refused' '
	copy
	sed -i "/BEGIN PGP SIGNATURE/,\$d" mirror/dists/bookworm/InRelease
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "dists/bookworm'\'': it"
	cp mirror/dists/bookworm/Release mirror/dists/bookworm/InRelease
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "it is not signed"
'

test_case 'a key that is not in the keyring is refused' '
	copy
	wanted=$keyring
	sign_again
	keyring=$wanted
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "it is signed by key "
	expect_stderr "which is not in keyring '\''$keyring'\''"
'

test_case 'a signed file that was changed is refused' '
	copy
	sed -i "s/a fake mirror/a real mirror/" mirror/dists/bookworm/InRelease
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "is bad: it was changed after it was signed"
'

test_case 'text before, after and between signed parts is not believed' '
	copy
	cd mirror/dists/bookworm
	mv InRelease signed
	{ echo "Codename: sarge"; echo; cat signed; } >InRelease
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "it is not signed"
	{ cat signed; echo "Acquire-By-Hash: no"; } >InRelease
	print_debs bookworm root "$mirror"
	test "$status" -eq 1 || ! grep -q "main/binary-[^/]*/Packages" "$requests"
	sed "s/a fake mirror/a real mirror/" signed >changed
	cat changed signed >InRelease
	print_debs bookworm root "$mirror"
	expect_status 1
'

test_case 'Release and Release.gpg do instead of InRelease' '
	copy
	rm mirror/dists/bookworm/InRelease
	print_debs bookworm root "$mirror"
	expect_status 0
	sed -i "s/a fake mirror/a real mirror/" mirror/dists/bookworm/Release
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "is bad: it was changed after it was signed"
'

test_case 'an armoured keyring is a keyring' '
	copy
	sign_again
	for keyring in "$PWD/key.gpg" "$PWD/key.asc" \
		"$trash/mirror/keyring.gpg,$PWD/key.asc"; do
		print_debs bookworm root "$mirror"
		expect_status 0
	done
	test -z "$(ls "$TMPDIR")"
'

test_case 'one good signature of several is enough' '
	copy
	sign_again
	cd mirror/dists/bookworm
	gpg --batch --dearmor <Release.gpg >both
	cat ../../../other.sig >>both
	rm InRelease Release.gpg
	mv both Release.gpg
	print_debs bookworm root "$mirror"
	expect_status 0
	cd "$trash"
	keyring=$trash/mirror/keyring.gpg
	print_debs bookworm root "$mirror"
	expect_status 0
'

test_case 'an expired key is refused unless asked for' '
	copy
	expire=1d
	sign_again --faked-system-time 20260101T000000
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "which has expired (keyring '\''$keyring'\'')"
	print_debs --allow-expired-keys bookworm root "$mirror"
	expect_status 0
	sed -i "s/a fake mirror/a real mirror/" mirror/dists/bookworm/InRelease
	print_debs --allow-expired-keys bookworm root "$mirror"
	expect_status 1
	expect_stderr "is bad: it was changed after it was signed"
'

for digest in MD5 SHA1 RIPEMD160; do
	test_case "a weak digest is refused unless asked for: $digest" '
		copy
		sign_again --allow-weak-digest-algos --digest-algo '$digest'
		print_debs bookworm root "$mirror"
		expect_status 1
		expect_stderr "digest that is too weak to trust"
		cd mirror/dists/bookworm
		rm InRelease Release.gpg
		cp ../../../other.sig Release.gpg
		print_debs bookworm root "$mirror"
		expect_status 1
		expect_stderr "digest that is too weak to trust"
		print_debs --allow-weak-hashes bookworm root "$mirror"
		expect_status 0
	'
done

test_case 'a directory is a keyring, and several are one' '
	copy
	sign_again
	mkdir keys "with blank"
	print_debs bookworm root "$mirror"
	expect_status 0
	keyring=$PWD/keys
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "keyring directory '\''$keyring'\'' has no .gpg, .pgp or .asc file with keys"
	: >keys/empty.gpg
	echo nothing >keys/README
	for file in key.gpg key.asc; do
		cp "$file" keys/
		print_debs bookworm root "$mirror"
		expect_status 0
		rm "keys/$file"
	done
	mv key.gpg "with blank/a key.pgp"
	print_debs --keyring="$PWD/with blank/a key.pgp" \
		--keyring="$trash/mirror/keyring.gpg" bookworm root "$mirror"
	expect_status 1
	expect_stderr "keyring directory "
	keyring=$trash/mirror/keyring.gpg
	print_debs --keyring="$PWD/with blank/a key.pgp" bookworm root "$mirror"
	expect_status 0
'

test_case 'a keyring that is missing or none' '
	keyring=$PWD/nothing.gpg
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "$keyring"
	expect_stderr "No such file"
	echo text >"$keyring"
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "is not a keyring"
	printf "%s\n" "-----BEGIN PGP PUBLIC KEY BLOCK-----" "" "!!!" >"$keyring"
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "is not a valid armoured key"
'

test_case 'no hash better than MD5 is refused unless asked for' '
	fake --fault md5-only
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "it has no SHA-256 for '\''main/binary-"
	print_debs --allow-weak-hashes bookworm root "$mirror"
	expect_status 0
	expect_stdout base-passwd
	expect_stderr "although both can be FORGED"
	print_debs bookworm root "deb [allow-weak=yes] $mirror bookworm main"
	expect_status 0
	expect_stderr "although both can be FORGED"
	sed -i "s/ [0-9]* main.*Packages.gz/ 1 main&/" mirror/dists/bookworm/InRelease
	print_debs --allow-weak-hashes bookworm root "$mirror"
	expect_status 1
	expect_stderr "is bad: it was changed after it was signed"
'

test_case 'packages with nothing better than MD5, by the same switch' '
	require ROOT
	fake --fault md5-only
	run mkguest-root -q --variant=essential --keyring="$keyring" \
		--no-base-cache --cache-dir=own --allow-weak-hashes bookworm root "$mirror"
	expect_status 0
	test -e root/var/lib/dpkg/info/base-passwd.list
	hello=$(find mirror/pool -name "base-passwd_*")
	size=$(stat -c %s "$hello")
	head -c "$size" /dev/zero >"$hello"
	run mkguest-root -q --variant=essential --keyring="$keyring" \
		--no-base-cache --cache-dir=own --allow-weak-hashes bookworm other "$mirror"
	expect_status 1
	expect_stderr "hash differs from what"
'

test_case 'a component that is not there is told; none at all is an error' '
	print_debs --components=main,games bookworm root "$mirror"
	expect_status 0
	expect_stderr "has no component '\''games'\''"
	print_debs --components=games bookworm root "$mirror"
	expect_status 1
	expect_stderr "has no packages in any of the wanted components"
'

test_case 'an index that differs from its hash is refused' '
	fake --fault wrong-index
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "hash differs from what the signed index says"
	! find "$trash/cache" -name "*.gz" | grep .
'

test_case 'every form of an index, and no by-hash' '
	for fault in gz-only xz-only bz2-only lzma-only zst-only plain-only \
			no-by-hash split-all; do
		rm -rf mirror
		fake --fault "$fault"
		cache=cache-$fault print_debs bookworm root "$mirror"
		expect_status 0
		expect_stdout base-passwd
		stop_servers
	done
'

test_case 'by-hash is asked for, and the plain name if it is missing' '
	cache=a print_debs bookworm root "$mirror"
	expect_status 0
	grep -q "GET /dists/bookworm/main/binary-.*/by-hash/SHA256/.* 200" "$requests"
	echo "*/by-hash/* status 404" >"$faults"
	cache=b print_debs bookworm root "$mirror"
	: >"$faults"
	expect_status 0
	grep -q "GET /dists/bookworm/main/binary-.*/Packages.* 200" "$requests"
'

test_case 'a second run fetches InRelease only' '
	copy
	cache=own print_debs bookworm root "$mirror"
	expect_status 0
	: >before
	wc -l <"$requests" >before
	cache=own print_debs bookworm root "$mirror"
	expect_status 0
	tail -n +$(($(cat before) + 1)) "$requests" >second
	test "$(cat second)" = "GET /dists/bookworm/InRelease 200"
'

test_case 'a damaged file in the cache is fetched again' '
	copy
	cache=own print_debs bookworm root "$mirror"
	expect_status 0
	find own -type f >files
	while read -r file; do
		size=$(stat -c %s "$file")
		head -c "$size" /dev/zero >"$file"
	done <files
	cache=own print_debs bookworm root "$mirror"
	expect_status 0
	grep /by-sha256/ files >indices
	while read -r file; do
		echo "${file##*/}  $file"
	done <indices | sha256sum --check --quiet
'

done_testing
