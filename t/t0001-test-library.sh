#!/bin/sh
# lib.sh and the programs in helper/ do what every other test relies on.
. "$(dirname "$0")/lib.sh"

# Runs its argument as a test file of its own.
other_file() {
	run sh -c '. "$(dirname "$0")/lib.sh"; '"$1" "$test_dir/other"
}

fetch() {
	run curl --silent --show-error --fail --noproxy '*' --output got "$@"
}

test_case 'a passing body is ok' '
	other_file "test_case works true; done_testing"
	expect_status 0
	expect_stdout "ok 1 - works"
	expect_stdout "1..1"
'

test_case 'a body fails at its first failing command and shows its output' '
	other_file "test_case breaks \"echo why; false; echo not reached\"
		test_case works true
		done_testing"
	expect_status 1
	expect_stdout "not ok 1 - breaks"
	expect_stdout "# why"
	expect_stdout "ok 2 - works"
	not grep "not reached" "$trash/stdout"
'

test_case 'the trash directory goes, also with an open server' '
	other_file "mkdir served; serve served
		echo \$trash \$servers
		test_case inner \"serve .; echo \\\$! >\$PWD/inner; false\"
		cat inner
		done_testing"
	expect_status 1
	read -r directory pid <"$trash/stdout"
	inner=$(tail -n 2 "$trash/stdout" | head -n 1)
	not test -e "$directory"
	not test -e "/proc/$pid"
	not test -e "/proc/$inner"
'

test_case 'a word that is not to be had skips' '
	unset MKGUEST_TEST_REQUIRE
	other_file "why_not_ROOT() { echo no luck; }
		require ROOT
		echo not reached"
	expect_status 0
	test "$(cat "$trash/stdout")" = "1..0 # SKIP ROOT: no luck"
'

test_case 'a required word that is not to be had fails' '
	MKGUEST_TEST_REQUIRE="USER ROOT"
	export MKGUEST_TEST_REQUIRE
	other_file "why_not_ROOT() { echo no luck; }
		require ROOT
		echo not reached"
	expect_status 1
	expect_stdout "not ok 1 - ROOT is required: no luck"
'

test_case 'a body can require as well' '
	unset MKGUEST_TEST_REQUIRE
	other_file "why_not_QEMU() { echo no luck; }
		test_case boots \"require QEMU; false\"
		MKGUEST_TEST_REQUIRE=QEMU
		test_case boots \"require QEMU; true\"
		done_testing"
	expect_status 1
	expect_stdout "ok 1 - boots # SKIP QEMU: no luck"
	expect_stdout "not ok 2 - boots"
'

test_case 'run keeps status and output, and the checks tell them apart' '
	run sh -c "echo out; echo err >&2; exit 3"
	expect_status 3
	expect_stdout out
	expect_stderr err
	not expect_status 0
	not expect_stdout err
	not expect_stderr out
'

test_case 'as_user is an ordinary user with an own directory' '
	require USER
	as_user sh -c "id -u >uid; pwd >pwd; echo \$HOME >home"
	test "$(cat user/uid)" -ne 0
	test "$(cat user/pwd)" = "$PWD/user"
	test "$(cat user/home)" = "$PWD/user"
	as_user unshare --map-root-user --map-auto chown 42:42 pwd
	test "$(stat -c %u user/pwd)" -ge 65536
'

test_case 'no_leftovers finds a process, but not the servers' '
	serve .
	no_leftovers .
	sleep 60 &
	run no_leftovers .
	kill $!
	expect_status 1
	expect_stdout "process: $! (sleep)"
'

test_case 'no_leftovers finds an open file of a process elsewhere' '
	sh -c "cd /; exec sleep 60" 3>held &
	run no_leftovers .
	kill $!
	expect_status 1
	expect_stdout "holds $PWD/held"
'

test_case 'no_leftovers finds a dot-file, but not in a root' '
	mkdir -p root/etc root/usr sub
	: >root/.hidden
	no_leftovers .
	: >sub/.debian1.img.x
	run no_leftovers .
	expect_status 1
	expect_stdout "dot-file: $PWD/sub/.debian1.img.x"
'

test_case 'no_leftovers finds a mount' '
	require ROOT
	mkdir mnt
	run unshare --mount sh -c "mount -t tmpfs none mnt; $helper/leftovers ."
	expect_status 1
	expect_stdout "mount: $PWD/mnt"
'

test_case 'no_leftovers finds a loop device' '
	require LOOP
	truncate -s 1M image
	device=$(losetup --find --show image)
	run no_leftovers .
	losetup --detach "$device"
	expect_status 1
	expect_stdout "loop device: ${device#/dev/} on $PWD/image"
'

test_case 'interrupt_when sends what a terminal would' '
	run interrupt_when "is ready" INT sh -c "
		trap \"echo caught; exit 9\" INT
		echo it is ready >&2
		sleep 60"
	expect_status 9
	expect_stdout caught
	expect_stderr "it is ready"
'

test_case 'interrupt_when kills and says when the text never came' '
	run interrupt_when ready KILL sh -c "echo ready >&2; exec sleep 60"
	expect_status 137
	run interrupt_when ready KILL true
	expect_status 125
'

test_case 'http-server serves files, ranges and 404' '
	mkdir files
	seq 1000 >files/numbers
	serve files
	fetch "$url/numbers"
	cmp got files/numbers
	fetch --range 10-13 "$url/numbers"
	test "$(cat got)" = "$(tail -c +11 files/numbers | head -c 4)"
	fetch --range -5 "$url/numbers"
	test "$(cat got)" = 1000
	fetch --range 99999- "$url/numbers"
	expect_stderr 416
	fetch "$url/nothing"
	expect_stderr 404
	fetch --path-as-is "$url/../faults"
	expect_stderr 404
	grep -Fxq "GET /numbers 206 bytes=10-13" "$requests"
'

test_case 'http-server keeps connections open' '
	mkdir files
	: >files/empty
	serve files
	run curl --silent --noproxy "*" --write-out "%{num_connects}\n" \
		"$url/empty" "$url/nothing" "$url/empty"
	test "$(xargs <"$trash/stdout")" = "1 0 0"
'

test_case 'http-server has faults on demand' '
	mkdir files
	seq 1000 >files/numbers
	serve files

	echo "/num* status 503" >"$faults"
	fetch "$url/numbers"
	expect_stderr 503

	echo "/num* truncate 100" >"$faults"
	fetch "$url/numbers"
	expect_status 18
	test "$(stat -c %s got)" -eq 100

	echo "/num* drop" >"$faults"
	fetch "$url/numbers"
	expect_status 52

	echo "/num* corrupt 7" >"$faults"
	fetch "$url/numbers"
	expect_status 0
	test "$(cmp -l got files/numbers | wc -l)" -eq 1
	cmp got files/numbers 2>&1 | grep -q "byte 8"

	echo "/num* stall 5" >"$faults"
	fetch --max-time 0.5 "$url/numbers"
	expect_status 28

	echo "/moved redirect $url/numbers" >"$faults"
	fetch --location "$url/moved"
	cmp got files/numbers

	echo "/num* once status 500" >"$faults"
	fetch "$url/numbers"
	expect_stderr 500
	fetch "$url/numbers"
	cmp got files/numbers
'

test_case 'recording-proxy repeats the first answer' '
	mkdir files
	echo first >files/file
	serve files
	http_proxy= recording_proxy store
	fetch --noproxy "" --proxy "$proxy" "$url/file"
	expect_status 0
	fetch --noproxy "" --proxy "$proxy" "$url/nothing"
	expect_stderr 404
	echo second >files/file
	: >files/nothing
	fetch --noproxy "" --proxy "$proxy" "$url/file"
	test "$(cat got)" = first
	fetch --noproxy "" --proxy "$proxy" "$url/nothing"
	expect_stderr 404
	test "$(wc -l <http-server.log)" -eq 2
'

test_case 'recording-proxy forgets failures' '
	mkdir files
	echo content >files/file
	serve files
	http_proxy= recording_proxy store
	for fault in "status 503" drop "truncate 3"; do
		echo "/file $fault" >"$faults"
		fetch --noproxy "" --proxy "$proxy" "$url/file"
		expect_stderr 502
	done
	: >"$faults"
	fetch --noproxy "" --proxy "$proxy" "$url/file"
	test "$(cat got)" = content
'

# apt-get with a private state, against one suite of the fake mirror.
apt() {
	mkdir -p apt/state/lists/partial apt/cache/archives/partial \
		apt/etc/preferences.d
	: >apt/status
	echo "deb [signed-by=$keyring] $mirror ${suite:-bookworm} main" \
		>apt/sources.list
	run apt-get -o Dir::Etc="$PWD/apt/etc" \
		-o Dir::Etc::sourcelist="$PWD/apt/sources.list" \
		-o Dir::State="$PWD/apt/state" -o Dir::Cache="$PWD/apt/cache" \
		-o Dir::State::status="$PWD/apt/status" \
		-o Acquire::Check-Valid-Until=true -o Acquire::Check-Date=true \
		-o APT::Sandbox::User=root -o Acquire::http::Proxy=DIRECT \
		-o Acquire::Languages=none "$@"
}

fake_mirror

test_case 'apt accepts the fake mirror and resolves in it' '
	apt update
	expect_status 0
	test ! -s "$trash/stderr"
	apt install -s hello needs-alternative
	expect_status 0
	expect_stdout "Inst libhello"
	expect_stdout "Inst alt-"
	apt install -s broken-dep
	expect_status 100
	expect_stdout "broken-dep : Depends: hello (>= 99)"
	apt install -s chain-top
	expect_status 100
	apt install -s hello conflicts-hello
	expect_status 100
'

test_case 'dpkg-deb reads every package but the evil and bad ones' '
	find "$trash/mirror/pool" -name "*.deb" ! -name "evil-*" \
		! -name "bad-*" >debs
	while read -r deb; do
		dpkg-deb --extract "$deb" root
		dpkg-deb --info "$deb" >/dev/null
	done <debs
	test "$(wc -l <debs)" -gt 50
	test "$(stat -c %a root/usr/libexec/hello/setuid)" = 4755
'

test_case 'no key agent remains' '
	not pgrep -f "gpg-agent --homedir $trash"
	not ls "$TMPDIR"/mkguest-key.*
'

for codename in bookworm trixie; do
	test_case "mmdebstrap makes a root of the fake $codename" '
		require ROOT
		run mmdebstrap --variant=minbase --keyring="$keyring" \
			--aptopt="Acquire::http::Proxy \"DIRECT\"" \
			--include=hello,trigger-interest,no-md5sums,diverts-hello \
			--include=compressed-gz,compressed-xz,compressed-zst \
			--include=compressed-bz2,compressed-none,long-names \
			--include="linux-image-cloud-$(dpkg --print-architecture)" \
			'$codename' root.tar "$mirror"
		expect_status 0
		mkdir root
		tar -C root -xf root.tar
		grep -q "VERSION_CODENAME='$codename'" root/etc/os-release
		grep -q configure root/var/lib/hello.configured
		grep -q configure root/var/lib/trigger-interest.log
		test "$(stat -c %u:%g root/usr/libexec/hello/foreign)" = 4321:8765
		test root/usr/libexec/hello/data -ef root/usr/libexec/hello/data-again
		grep -q cloud root/boot/initrd.img-*
		test -s root/initrd.img
		test "$(root/usr/bin/hello)" = diverted
	'
done

# FAULT, what apt says of it.
fault_case() {
	test_case "a mirror that is $1 is refused by apt" '
		fake_mirror --suite bookworm --fault '"$1"'
		apt update
		test "$status" -ne 0 || apt install -y --download-only hello
		expect_status 100
		expect_stderr "'"$2"'"
	'
}

fault_case expired 'is expired'
fault_case future 'is not valid yet'
fault_case unsigned 'is not signed'
fault_case other-key 'is not signed'
fault_case tampered 'is not signed'
fault_case wrong-index 'Hash Sum mismatch'
fault_case wrong-hash 'Hash Sum mismatch'
fault_case wrong-size 'File has unexpected size'
fault_case truncated 'File has unexpected size'
fault_case missing 404
fault_case md5-only 'weak security'

test_case 'a mirror that names another suite makes apt warn' '
	fake_mirror --suite bookworm --fault wrong-codename
	apt update
	expect_stderr "Conflicting distribution"
'

for fault in no-valid-until detached gz-only xz-only no-by-hash split-all; do
	test_case "a mirror that is $fault is accepted by apt" '
		fake_mirror --suite bookworm --fault '$fault'
		apt update
		expect_status 0
		apt install -y --download-only hello
		expect_status 0
	'
done

test_case 'the newest of several versions is found' '
	fake_mirror --suite bookworm --fault versions
	apt update
	apt install -s hello
	expect_stdout "Inst hello (10.0 "
'

test_case 'the updates and security suites hold newer packages' '
	suite=bookworm-updates
	apt update
	apt --print-uris download hello
	expect_stdout hello_2.1_
	suite=bookworm-security
	apt update
	apt --print-uris download libhello
	expect_stdout libhello_1.0+deb1_
'

done_testing
