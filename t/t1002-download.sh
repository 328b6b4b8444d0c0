#!/bin/sh
# Mirrors that fail, and what mkguest-root makes of it.
. "$(dirname "$0")/lib.sh"

mkguest_root() {
	run mkguest-root -v --variant=essential --include=hello \
		--keyring="$keyring" --cache-dir=own "$@"
}

print_debs() {
	mkguest_root --print-debs "$@"
}

# A server of the shared mirror for this test alone.
serve_again() {
	serve "$trash/mirror"
	mirror=$url
}

# Nothing is in the cache but what was verified.
cache_is_sound() {
	find own -type f >files
	while read -r file; do
		echo "${file##*/}  $file" | sha256sum --check --quiet || return
	done <files
}

fake_mirror --suite bookworm

test_case 'an unreachable mirror' '
	print_debs bookworm root http://127.0.0.1:1/debian
	expect_status 1
	expect_stderr "cannot reach '\''http://127.0.0.1:1/debian/dists/bookworm/InRelease'\''"
	expect_stderr "(Connection refused)"
'

test_case 'a mirror whose name is not known' '
	http_proxy= print_debs bookworm root http://mirror.invalid/debian
	expect_status 1
	expect_stderr "cannot reach '\''http://mirror.invalid/debian/dists/bookworm/InRelease'\''"
'

test_case 'a dropped connection is tried again from where it ended' '
	serve_again
	echo "*/by-hash/* once truncate 1000" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 0
	grep -q "GET .*/by-hash/.* 206 bytes=1000-" "$requests"
	cache_is_sound
'

test_case 'a server that answers nothing at first is tried again' '
	serve_again
	echo "*/InRelease once drop" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 0
	echo "*/InRelease once status 503" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 0
	test "$(grep -c "/InRelease" "$requests")" -eq 4
'

test_case 'an index that always ends too early' '
	serve_again
	echo "*/by-hash/* truncate 0" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr ": ends too early (0 of "
	test "$(grep -c "/by-hash/" "$requests")" -eq 3
	cache_is_sound
'

test_case 'an InRelease that ends too early' '
	serve_again
	echo "*/InRelease truncate 100" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "InRelease'\'': ends too early"
'

test_case 'a server that only says that it has a problem' '
	serve_again
	echo "*/InRelease status 503" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "InRelease'\'': the server answers with HTTP status 503"
	test "$(grep -c "/InRelease" "$requests")" -eq 3
	echo "*/InRelease status 403" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "HTTP status 403"
'

test_case 'an index that is damaged on its way' '
	serve_again
	echo "*/by-hash/* corrupt 20" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "hash differs from what the signed index says"
	cache_is_sound
'

test_case 'a redirection is followed, but not to a file' '
	serve_again
	echo "/moved/dists/bookworm/InRelease redirect $mirror/dists/bookworm/InRelease
/moved/*/by-hash/* redirect file://$trash/mirror/keyring.gpg" >"$faults"
	print_debs bookworm root "$mirror/moved"
	expect_status 1
	expect_stderr "/by-hash/"
	expect_stderr "file"
	grep -q "GET /dists/bookworm/InRelease 200" "$requests"
'

test_case 'a password in an address is not shown' '
	serve_again
	place=${mirror#http://}
	print_debs bookworm root "http://user:secret@$place/nothing"
	expect_status 1
	expect_stderr "'\''http://$place/nothing/"
	! grep secret "$trash/stdout" "$trash/stderr"
	no_proxy= http_proxy=http://user:secret@127.0.0.1:1 \
		print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "cannot reach '\''$mirror/"
	! grep secret "$trash/stdout" "$trash/stderr"
'

test_case 'the proxy of the environment is used' '
	serve_again
	http_proxy= recording_proxy store
	no_proxy= http_proxy=$proxy print_debs bookworm root "$mirror"
	expect_status 0
	grep -q "/dists/bookworm/InRelease" "$requests"
'

test_case 'an interrupted download leaves nothing' '
	serve_again
	echo "*/by-hash/* stall 20" >"$faults"
	run timeout --signal=INT 1 mkguest-root --print-debs \
		--variant=essential --keyring="$keyring" --cache-dir=own \
		bookworm root "$mirror"
	expect_stderr "interrupted"
	cache_is_sound
	test -z "$(ls "$TMPDIR")"
'

# The packages themselves: they are fetched only when a root is made.

test_case 'a package that is not there' '
	require ROOT
	serve_again
	echo "*/hello_* status 404" >"$faults"
	mkguest_root bookworm root.tar "$mirror"
	expect_status 1
	expect_stderr "/hello_"
	expect_stderr "does not exist (HTTP status 404)"
	! test -e root.tar
	no_leftovers .
'

test_case 'a package that ends too early' '
	require ROOT
	serve_again
	echo "*/hello_* truncate 100" >"$faults"
	mkguest_root bookworm root.tar "$mirror"
	expect_status 1
	expect_stderr ": ends too early ("
	cache_is_sound
	! test -e root.tar
	no_leftovers .
'

for fault in wrong-hash wrong-size truncated; do
	test_case "a package that the index does not describe: $fault" '
		require ROOT
		fake_mirror --suite bookworm --fault '$fault'
		mkguest_root bookworm root.tar "$mirror"
		expect_status 1
		case '$fault' in
		wrong-hash) expect_stderr ": hash differs from what" ;;
		*) expect_stderr ": ends too early (" ;;
		esac
		cache_is_sound
		! test -e root.tar
		no_leftovers .
	'
done

done_testing
