# shellcheck shell=sh
# What every shell test sources:
#
#	. "$(dirname "$0")/lib.sh"
#	fake_mirror
#	test_case 'an unknown suite is refused' '
#		run mkguest-root nowhere root "$mirror"
#		expect_status 2
#		expect_stderr "unknown suite"
#		no_leftovers .
#	'
#	done_testing
#
# A body runs in a subshell with set -e, in a fresh directory below $trash; its
# output is shown if it fails. Commands at the top level prepare what all
# bodies share, in $trash itself. Everything below $trash goes at the end.
# MKGUEST_TEST_TRACE=1 shows the commands of a body that fails.
#
# For the test to use:
#	test_case DESCRIPTION BODY
#	done_testing
#	require WORD…			ROOT USER LOOP NET QEMU ANSIBLE LIBVIRT; else
#					skip the file, or in a body, this test
#	run COMMAND…			keeps the output and $status
#	expect_status NUMBER		… which these check
#	expect_stdout TEXT		(a part of the output)
#	expect_stderr TEXT
#	expect_error STATUS TEXT	one error, with TEXT, and that status
#	not COMMAND…			fails if it succeeds (set -e ignores "!")
#	as_user COMMAND…		as an ordinary user, in ./user, which is theirs
#	no_leftovers DIR		no mount, loop device, process, dot-file there
#	wait_for_end DIR		until no process or loop device is left there
#	interrupt_when TEXT SIGNAL COMMAND…
#					signals when TEXT is on its standard error
#	serve DIR [OPTION…]		sets $url, $requests (log), $faults (rules)
#	fake_mirror [OPTION…]		makes and serves ./mirror: $mirror, $keyring
#	root_of TARGET [OPTION…]	runs mkguest-root on the fake mirror's
#					bookworm, with $root_options and $cache
#	refuse_root STATUS TEXT [OPTION…]
#					… which makes nothing, and says TEXT
#	recording_proxy STORE		sets $proxy, $requests
#	loop_device SIZE [OPTION…]	of losetup; sets $device; goes with the body
#	cache=				for --cache-dir, one for the whole file

test_dir=$(cd "$(dirname "$0")" && pwd -P) || exit 1
helper=$test_dir/helper
: "${MKGUEST_BUILD:=$test_dir/../build}"
MKGUEST_BUILD=$(realpath -m "$MKGUEST_BUILD")

test_user=mkguest-test
test_count=0
test_failures=0
test_body=false
servers=

trash=$(mktemp -d "${TMPDIR:-/tmp}/mkguest-test.XXXXXX") || exit 1
chmod 755 "$trash"
cache=$trash/cache

set_environment() {
	umask 022
	HOME=$1
	XDG_CACHE_HOME=$1/cache
	XDG_CONFIG_HOME=$1/config
	MKGUEST_CONFIG=$1/config/mkguest
	XDG_DATA_HOME=$1/data
	TMPDIR=$trash/tmp
	LC_ALL=C.UTF-8
	TZ=UTC
	PATH=$MKGUEST_BUILD/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	no_proxy=127.0.0.1
	export HOME XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME TMPDIR
	export MKGUEST_CONFIG
	export LC_ALL TZ PATH no_proxy MKGUEST_BUILD
	unset XDG_RUNTIME_DIR LANGUAGE SOURCE_DATE_EPOCH
}

stop_servers() {
	for pid in $servers; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	servers=
}

clean_up() {
	stop_servers
	cd / && rm -rf --one-file-system "$trash"
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

test_case() {
	test_count=$((test_count + 1))
	mkdir "$trash/$test_count"
	(
		test_body=true
		servers_outside=$servers
		servers=
		trap stop_servers EXIT
		cd "$trash/$test_count" || exit
		test -z "${MKGUEST_TEST_TRACE-}" || set -x
		set -e
		eval "$2"
	) >"$trash/output" 2>&1 </dev/null
	case $? in
	0)
		echo "ok $test_count - $1"
		;;
	77)
		echo "ok $test_count - $1 # SKIP $(tail -n 1 "$trash/output")"
		;;
	*)
		test_failures=$((test_failures + 1))
		echo "not ok $test_count - $1"
		sed 's/^/# /' "$trash/output"
		;;
	esac
	rm -rf --one-file-system "${trash:?}/$test_count"
}

done_testing() {
	echo "1..$test_count"
	test $test_count -gt 0 && test $test_failures -eq 0
	exit
}

# Each says why its word is not to be had, or nothing.

why_not_ROOT() {
	test "$(id -u)" -eq 0 || echo 'not root'
}

why_not_USER() {
	test "$(id -u)" -ne 0 || flock "$helper" sh -c '
		id "$1" >/dev/null 2>&1 ||
		useradd --system --user-group --add-subids-for-system \
			--home-dir /nonexistent --shell /usr/sbin/nologin \
			--comment "mkguest tests" "$1"
	' sh $test_user >&2
	(cd "$trash" && as_user unshare --map-root-user --map-auto true) \
		>/dev/null 2>&1 || echo 'no user namespace with subordinate ids'
}

why_not_LOOP() {
	test "$(id -u)" -eq 0 && losetup --find >/dev/null 2>&1 ||
		echo 'not root, or no loop device'
}

why_not_NET() {
	line=$(apt-get indextargets --format '$(REPO_URI)dists/$(RELEASE)/InRelease' \
		'Created-By: Packages' 2>/dev/null | head -n 1)
	/usr/lib/apt/apt-helper download-file "$line" "$trash/InRelease" \
		>/dev/null 2>&1 || echo 'no package mirror answers'
	rm -f "$trash/InRelease"
}

why_not_QEMU() {
	command -v "qemu-system-$(uname -m)" >/dev/null || echo 'no QEMU'
}

why_not_ANSIBLE() {
	command -v ansible-playbook >/dev/null || echo 'no Ansible'
}

why_not_LIBVIRT() {
	command -v virt-xml-validate >/dev/null || echo 'no schema of libvirt'
}

require() {
	for word; do
		reason=$("why_not_$word")
		test -n "$reason" || continue
		case " ${MKGUEST_TEST_REQUIRE-} " in
		*" $word "*)
			refuse "$word is required: $reason"
			;;
		*)
			skip "$word: $reason"
			;;
		esac
	done
}

skip() {
	if $test_body; then
		echo "$1"
		exit 77
	fi
	echo "1..0 # SKIP $1"
	exit 0
}

refuse() {
	if $test_body; then
		echo "$1"
	else
		echo "1..1"
		echo "not ok 1 - $1"
	fi
	exit 1
}

run() {
	status=0
	"$@" >"$trash/stdout" 2>"$trash/stderr" || status=$?
}

show_run() {
	echo "$1; status $status, standard output and error:"
	cat "$trash/stdout" "$trash/stderr"
	return 1
}

expect_status() {
	test "$status" -eq "$1" || show_run "expected status $1"
}

expect_stdout() {
	grep -Fq -e "$1" "$trash/stdout" || show_run "expected on stdout: $1"
}

expect_stderr() {
	grep -Fq -e "$1" "$trash/stderr" || show_run "expected on stderr: $1"
}

# What follows the sentence, as a script's last lines do, is indented.
expect_error() {
	expect_status "$1"
	expect_stderr "$2"
	sed -n '/^mkguest[a-z-]*: error: /,$p' "$trash/stderr" >"$trash/error"
	test "$(grep -c '^[^ ]' "$trash/error")" -eq 1 ||
		show_run 'expected one error at the end'
}

not() {
	if "$@"; then
		echo "succeeds, but should not: $*"
		return 1
	fi
}

as_user() {
	mkdir -p user
	(
		cd user || exit
		set_environment "$PWD"
		test "$(id -u)" -ne 0 || {
			chown $test_user: .
			set -- setpriv --reuid $test_user --regid $test_user \
				--init-groups "$@"
		}
		exec "$@"
	)
}

no_leftovers() {
	# shellcheck disable=SC2086
	"$helper/leftovers" "$1" $servers ${servers_outside-}
}

# After a SIGKILL the sandbox dies by itself, but not at once, and the kernel
# ends a loop device when it has written what it has. A process that is ending
# shows no descriptors any more, but still has its locks.
wait_for_end() {
	for _ in $(seq 200); do
		left=$(no_leftovers "$1"; held_locks "$1") || :
		case $left in
		*process:* | *"loop device:"* | *lock:*) sleep 0.05 ;;
		*) return ;;
		esac
	done
	show_run "$left"
}

held_locks() {
	find "$1" -path "*/locks/*" -type f \
		! -exec flock --nonblock {} true \; -printf "lock: %p\n"
}

interrupt_when() {
	"$helper/interrupt-when" "$@"
}

# Starts a server of helper/ and sets $port. Its files lie beside its directory.
start_server() {
	program=$1
	directory=$2
	shift 2
	requests=$PWD/$program.log
	rm -f "$PWD/$program.port"
	"$helper/$program" --log "$requests" --port-file "$PWD/$program.port" \
		"$@" "$directory" &
	servers="$servers $!"
	until test -e "$PWD/$program.port"; do
		kill -0 $! 2>/dev/null || refuse "$program does not start"
		sleep 0.02
	done
	port=$(cat "$PWD/$program.port")
}

serve() {
	faults=$PWD/faults
	: >"$faults"
	start_server http-server "$@" --faults "$faults"
	url=http://127.0.0.1:$port
}

fake_mirror() {
	"$helper/fake-mirror" "$PWD/mirror" "$@" || refuse 'cannot make the fake mirror'
	serve "$PWD/mirror"
	mirror=$url
	keyring=$PWD/mirror/keyring.gpg
}

root_of() {
	target=$1
	shift
	# shellcheck disable=SC2086
	mkguest-root --variant=minbase --keyring="$keyring" \
		--cache-dir="$cache" ${root_options-} "$@" \
		bookworm "$target" "$mirror"
}

refuse_root() {
	wanted=$1
	text=$2
	shift 2
	run root_of root "$@"
	expect_error "$wanted" "$text"
	test ! -e root
	no_leftovers .
}

recording_proxy() {
	start_server recording-proxy "$1"
	proxy=http://127.0.0.1:$port
}

loop_device() {
	require LOOP
	loops=$((${loops:-0} + 1))
	truncate -s "$1" "$trash/disk.$test_count.$loops"
	shift
	device=$(losetup --find --show "$@" "$trash/disk.$test_count.$loops")
	blockdev --setrw "$device"
	devices="${devices-} $device"
	trap detach_devices EXIT
}

detach_devices() {
	for used in $devices; do
		blockdev --setrw "$used"
		losetup --detach "$used"
	done
	rm -f "$trash/disk.$test_count".*
	stop_servers
}

set_environment "$trash/home"
mkdir -m 755 "$HOME"
mkdir -m 1777 "$TMPDIR"
cd "$trash" || exit 1
