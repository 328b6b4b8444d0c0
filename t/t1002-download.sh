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
	find own -type f -path "*/by-sha256/*" >files
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

test_case 'a hash that is wrong once' '
	serve_again
	echo "*/by-hash/* once corrupt 20" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 0
	expect_stdout hello
	expect_stderr "trying again: "
	cache_is_sound
'

test_case 'a connection that is reset in the middle of a file' '
	serve_again
	echo "*/by-hash/* once reset 1000" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 0
	grep -q "GET .*/by-hash/.* 206 bytes=1000-" "$requests"
	cache_is_sound
'

test_case 'a length that is not the file'\''s' '
	serve_again
	echo "*/by-hash/* length -50" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr ": ends too early ("
	echo "*/by-hash/* length 50" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 0
	echo "*/InRelease length 50" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "InRelease'\'': ends too early"
	cache_is_sound
'

test_case 'a server that drips is waited for' '
	serve_again
	echo "*/by-hash/* drip 2000" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 0
	cache_is_sound
'

test_case 'a server that falls silent is given up' '
	test -n "${MKGUEST_LONG-}" || skip "90 seconds: MKGUEST_LONG=1"
	serve_again
	echo "*/by-hash/* stall 100" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr ": no byte came for 30 seconds"
	cache_is_sound
'

test_case 'redirections in a ring' '
	serve_again
	echo "*/InRelease redirect $mirror/dists/bookworm/InRelease" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "InRelease'\''"
	expect_stderr "Maximum (10) redirects followed"
'

test_case '500 once, 404 by hash, and then it is there' '
	serve_again
	printf "%s\n" "*/InRelease once status 500" "*/by-hash/* status 404" \
		"*/Packages* once status 500" >"$faults"
	print_debs bookworm root "$mirror"
	expect_status 0
	expect_stdout hello
	grep -q "/by-hash/.* 404" "$requests"
	grep -q "/Packages.* 500" "$requests"
	cache_is_sound
'

test_case 'an index that is newer than Release' '
	fake_mirror --suite bookworm
	mkdir mirror/old
	cp mirror/dists/bookworm/InRelease mirror/old/
	"$helper/fake-mirror" "$PWD/newer" --suite bookworm --fault versions
	cp newer/keyring.gpg mirror/
	cp mirror/dists/bookworm/InRelease newer/dists/bookworm/InRelease.old
	rm -r mirror/dists mirror/pool
	mv newer/dists newer/pool mirror/
	cd mirror/dists/bookworm
	mv InRelease InRelease.new
	mv InRelease.old InRelease
	cd ../../..
	cat mirror/keyring.gpg >>keys.gpg
	print_debs --no-check-gpg bookworm root "$mirror"
	expect_error 1 "the mirror is being updated, try again later"
	expect_stderr "reading the archive again"
	mv mirror/dists/bookworm/InRelease.new mirror/dists/bookworm/InRelease
	echo "/dists/bookworm/InRelease once redirect $mirror/old/InRelease" >"$faults"
	print_debs --no-check-gpg bookworm root "$mirror"
	expect_status 0
	expect_stdout hello
	expect_stderr "reading the archive again"
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

test_case 'the proxy that apt is told to use' '
	serve_again
	place=${mirror#http://}
	host=${place%:*}
	http_proxy= recording_proxy store
	unset no_proxy
	printf "Acquire::http::Proxy \"%s\";\n" "$proxy" >apt.conf
	APT_CONFIG=$PWD/apt.conf print_debs bookworm root "$mirror"
	expect_status 0
	grep -q "/dists/bookworm/InRelease" "$requests"
	: >"$requests"
	printf "Acquire::http::Proxy::%s \"DIRECT\";\n" "$host" >>apt.conf
	APT_CONFIG=$PWD/apt.conf print_debs bookworm root "$mirror"
	expect_status 0
	not grep -q . "$requests"
'

test_case 'the proxy that a program of apt finds' '
	serve_again
	http_proxy= recording_proxy store
	unset no_proxy
	printf "#!/bin/sh\necho asked \"\$1\" >>$PWD/asked\necho $proxy\n" >find
	chmod +x find
	echo "Acquire::http::Proxy-Auto-Detect \"$PWD/find\";" >apt.conf
	APT_CONFIG=$PWD/apt.conf print_debs bookworm root "$mirror"
	expect_status 0
	grep -q "/dists/bookworm/InRelease" "$requests"
	test "$(wc -l <asked)" -eq 1
	grep -q "^asked $mirror/" asked
	printf "#!/bin/sh\nexit 3\n" >find
	APT_CONFIG=$PWD/apt.conf print_debs bookworm root "$mirror"
	expect_error 1 "asking for a proxy: "
'

# An authority, a server's and a client's certificate by it: NAME.pem, with keys.
make_certificates() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-days 2 -subj "/CN=authority" -keyout ca.key -out ca.pem
	for name in "${1:-127.0.0.1}" client; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
			-subj "/CN=$name" -keyout "$name.key" -out "$name.csr"
		echo "subjectAltName = $(case $name in
			*.*.*.*) echo "IP:$name" ;;
			*) echo "DNS:$name" ;;
			esac)" >extensions
		openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key \
			-days 2 -extfile extensions -out "$name.crt"
		cat "$name.crt" "$name.key" >"$name.pem"
	done
}

test_case 'https: whom to believe' '
	make_certificates
	serve "$trash/mirror" --tls 127.0.0.1.pem
	mirror=https://127.0.0.1:$port
	print_debs bookworm root "$mirror"
	expect_status 1
	expect_stderr "InRelease'\''"
	expect_stderr "certificate"
	print_debs --ca-certificate=ca.pem bookworm root "$mirror"
	expect_status 0
	expect_stdout hello
	print_debs --no-check-certificate bookworm root "$mirror"
	expect_status 0
	expect_stderr "certificates of https are NOT checked"
'

test_case 'https: a certificate for another name' '
	make_certificates other.example.org
	serve "$trash/mirror" --tls other.example.org.pem
	print_debs --ca-certificate=ca.pem bookworm root https://127.0.0.1:$port
	expect_status 1
	expect_stderr "InRelease'\''"
	expect_stderr "127.0.0.1"
'

test_case 'https: a mirror that asks who we are' '
	make_certificates
	serve "$trash/mirror" --tls 127.0.0.1.pem --client-ca ca.pem
	mirror=https://127.0.0.1:$port
	print_debs --ca-certificate=ca.pem bookworm root "$mirror"
	expect_status 1
	print_debs --ca-certificate=ca.pem --certificate=client.crt \
		--private-key=client.key bookworm root "$mirror"
	expect_status 0
	expect_stdout hello
	print_debs --ca-certificate=ca.pem --certificate=nothing \
		bookworm root "$mirror"
	expect_status 1
	expect_stderr "nothing"
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

test_case 'packages that come at last' '
	require ROOT
	serve_again
	printf "%s\n" "*/hello_* once reset 300" "*/libhello_* once corrupt 200" \
		"*/base-passwd_* once status 500" "*/base-files_* once drop" \
		"*/coreutils_* once truncate 5000" "*/sed_* drip 20000" \
		"*/tar_* length 50" >"$faults"
	mkguest_root --no-base-cache bookworm root "$mirror"
	expect_status 0
	test "$(chroot root hello)" = hello
	expect_stderr "trying again: "
	grep "/hello_.* 206 bytes=300-" "$requests"
	grep "/coreutils_.* 206 bytes=5000-" "$requests"
	test "$(grep -c "/libhello_" "$requests")" -eq 2
	test "$(grep -c "/base-passwd_" "$requests")" -eq 2
	cache_is_sound
	no_leftovers .
'

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
