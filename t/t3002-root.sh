#!/bin/sh
# What users see of mkguest-root once the archive is believed.
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm
victim=$(stat -c '%i %h %Y' mirror/outside/victim)
root_options=--no-base-cache

# ./root is made with these options.
make_root() {
	run root_of root "$@"
	expect_status 0
	no_leftovers .
}

# The run is signalled when TEXT is on stderr: TEXT SIGNAL TARGET [OPTION…]
signal_root() {
	text=$1
	signal=$2
	target=$3
	shift 3
	run interrupt_when "$text" "$signal" mkguest-root --variant=minbase \
		--keyring="$keyring" --cache-dir="$PWD/cache" --verbose "$@" \
		bookworm "$target" "$mirror"
}

expect_interrupted() {
	expect_error 1 interrupted
	no_leftovers .
}

# COMMAND… with SIZE of room at DIRECTORY: DIRECTORY SIZE COMMAND…
with_room() {
	run unshare --mount sh -c '
		mount -t tmpfs -o size="$2" none "$1"
		shift 2
		"$@"
	' sh "$@"
}

test_case 'a directory: installed, and dpkg agrees' '
	require ROOT
	make_root --include=hello,trigger-interest,long-names
	test "$(chroot root hello)" = hello
	test "$(cat root/var/lib/hello.configured)" = "configure "
	dpkg --root=root --audit >audit
	dpkg --root=root --verify >>audit
	dpkg-query --admindir=root/var/lib/dpkg \
		--show --showformat "\${db:Status-Abbrev}\n" >states
	test ! -s audit
	test "$(sort -u states)" = "ii "
	echo "deb $mirror bookworm main" | diff - root/etc/apt/sources.list
	test ! -e root/usr/sbin/policy-rc.d
	cat "$trash/stdout"
	test ! -s "$trash/stdout"
'

test_case 'a tar: the same on stdout and in a file, for one date' '
	export SOURCE_DATE_EPOCH=1700000000
	run root_of root.tar --include=hello
	expect_status 0
	no_leftovers .
	root_of - --include=hello >other.tar
	cmp root.tar other.tar
	test "$(stat -c %a root.tar)" = 644
	tar -tvf root.tar | grep " \./usr/bin/hello$"
'

test_case 'a directory and a tar hold the same' '
	require ROOT
	export SOURCE_DATE_EPOCH=1700000000
	root_of root --include=hello
	root_of root.tar --include=hello
	"$helper/tree-compare" root root.tar
'

test_case 'an ordinary user gets the same tar as root' '
	require ROOT USER
	include=hello,trigger-interest,compressed-zst,no-md5sums
	SOURCE_DATE_EPOCH=1700000000 root_of root.tar --include=$include
	as_user env SOURCE_DATE_EPOCH=1700000000 mkguest-root \
		--variant=minbase --keyring="$keyring" --include=$include \
		bookworm root.tar "$mirror"
	"$helper/tree-compare" root.tar user/root.tar
	cmp root.tar user/root.tar
	test "$(stat -c %U user/root.tar)" = mkguest-test
	rm -r user/cache
	no_leftovers .
'

test_case 'an ordinary user gets a directory' '
	require USER
	as_user mkguest-root --variant=minbase --keyring="$keyring" \
		--include=libhello bookworm root "$mirror"
	test "$(stat -c %a user/root/usr/libexec/hello/setuid)" = 4755
	test "$(stat -c %u user/root/usr/libexec/hello/foreign)" -gt 65536
	no_leftovers .
'

test_case 'modes, owners and hard links are those of the .deb' '
	require ROOT
	make_root --include=libhello,long-names
	mkdir expected
	for package in libhello long-names; do
		dpkg-deb --extract "$(find "$trash/mirror/pool" \
			-name "$package""_1.0_*.deb")" expected
	done
	( cd expected && find usr -depth ! -type d ) >names
	test "$(wc -l <names)" -gt 6
	for tree in root expected; do
		( cd $tree && tr "\n" "\0" <../names | xargs -0 stat \
			--printf "%n %a %u %g %h %s %Y %F\n" ) >$tree.stat
		( cd $tree && xargs sha256sum ) <names >$tree.sha256 || :
	done
	diff expected.stat root.stat
	diff expected.sha256 root.sha256
	test root/usr/libexec/hello/data -ef root/usr/libexec/hello/data-again
	test "$(stat -c %u:%g root/usr/libexec/hello/foreign)" = 4321:8765
'

test_case 'every compression of a .deb' '
	require ROOT
	make_root --include=compressed-gz,compressed-xz,compressed-zst \
		--include=compressed-bz2,compressed-lzma,compressed-none
	for how in gz xz zst bz2 lzma none; do
		payload=root/usr/share/compressed-$how/payload
		test "$(tr -d "$how" <$payload | wc -c)" -eq 0
		test "$(stat -c %s $payload)" -eq $((3001 * ${#how}))
	done
'

test_case 'a package without md5sums gets them, as from dpkg' '
	require ROOT
	make_root --include=no-md5sums
	info=root/var/lib/dpkg/info/no-md5sums
	( cd root && md5sum --strict --check ) <$info.md5sums
	grep -q "  usr/share/no-md5sums/file$" $info.md5sums
	conffile=/etc/no-md5sums.conf
	grep -q "^ $conffile $(md5sum <root/$conffile | cut -d" " -f1)$" \
		root/var/lib/dpkg/status
	not grep $conffile $info.md5sums
'

test_case '--print-debs names packages and makes nothing' '
	mkdir empty
	find . >before
	run root_of root --print-debs --include=needs-alternative
	expect_status 0
	tr " " "\n" <"$trash/stdout" >names
	for name in base-files libc6 needs-alternative "alt-[ab]"; do
		grep -qx "$name" names
	done
	rm names
	find . | diff before -
'

test_case 'components' '
	require ROOT
	refuse_root 2 "the archive has no package '\''hello-contrib'\''" \
		--include=hello-contrib
	make_root --components=main,contrib --include=hello-contrib
	echo "deb $mirror bookworm main contrib" |
		diff - root/etc/apt/sources.list
'

test_case 'a target that exists is not touched' '
	mkdir full
	echo precious >full/file
	echo precious >file
	ln -s nowhere link
	mkdir dir.tar
	facts() { stat -c "%n %i %Y %Z" full full/file file dir.tar link; }
	facts >before
	run root_of full
	expect_error 1 "'\''full'\'' is not empty"
	run root_of file
	expect_error 1 "'\''file'\'' exists and is not a directory"
	run root_of dir.tar --format=tar
	expect_error 1 "'\''dir.tar'\'' exists and is not a regular file"
	run root_of link
	expect_error 1 "'\''link'\'' exists and is not a directory"
	facts | diff before -
	no_leftovers .
'

test_case 'an empty directory is a target, also with lost+found' '
	require ROOT
	mkdir -p root/lost+found
	make_root
	test -e root/etc/passwd
	test -d root/lost+found
	rm -r root
	mkdir root
	make_root
	test -e root/etc/passwd
'

test_case 'a mounted directory is filled in place, or empty again' '
	require ROOT
	mkdir root
	with_room root 64M sh -c "
		mkdir root/lost+found
		mkguest-root --variant=minbase --keyring=$keyring \
			--cache-dir=$cache bookworm root $mirror &&
		test -e root/etc/passwd && test -d root/lost+found"
	expect_status 0
	with_room root 64M sh -c "
		mkdir root/lost+found
		mkguest-root --variant=minbase --keyring=$keyring \
			--cache-dir=$cache --include=failing-postinst \
			bookworm root $mirror
		find root -mindepth 1"
	expect_stdout root/lost+found
	test "$(wc -l <"$trash/stdout")" -eq 1
	no_leftovers .
'

test_case 'targets that are none' '
	run root_of /
	expect_error 2 "'\''/'\'' cannot be the target"
	run root_of ..
	expect_error 2 "'\''..'\'' cannot be the target"
	run root_of nowhere/root.tar
	expect_error 1 "open '\''nowhere'\'': No such file or directory"
	run script --quiet --return --command "mkguest-root bookworm -" /dev/null
	expect_status 2
	expect_stdout "standard output is a terminal"
	test -z "$(ls)"
'

test_case 'an unknown variant, option, architecture, package' '
	run mkguest-root --variant=tiny bookworm root "$mirror"
	expect_error 2 "unknown variant '\''tiny'\''"
	refuse_root 2 "unknown option '\''--frobnicate'\''" --frobnicate
	refuse_root 1 "has no packages for '\''m68k'\''" \
		--arch m68k
	refuse_root 2 "the archive has no package '\''nothing'\''" \
		--include=hello,nothing
'

test_case 'operands that say nothing, or are no mirror' '
	run mkguest-root
	expect_error 2 "none of the given sources has packages"
	run mkguest-root bookworm root "$mirror" more
	expect_error 2 "mirror '\''more'\'' is not an address"
	test -z "$(ls)"
'

test_case '--help is complete and goes to stdout' '
	run mkguest-root --help
	expect_status 0
	for option in variant include arch keyring components cache-dir \
			print-debs no-check-gpg log quiet; do
		expect_stdout "--$option"
	done
	test ! -s "$trash/stderr"
'

test_case 'a dependency that cannot be had: its chain is named' '
	refuse_root 1 "'\''chain-top'\'' needs '\''chain-middle'\'', which depends on '\''not-there'\''" \
		--include=chain-top
	refuse_root 1 "'\''broken-dep'\'' depends on '\''hello (>= 99)'\'', but the archive has '\''hello'\'' 2.0" \
		--include=broken-dep
'

test_case 'packages that conflict are named' '
	refuse_root 1 "'\''conflicts-hello'\'' conflicts with '\''hello'\''" \
		--include=hello,conflicts-hello
'

test_case 'a script that fails is named, with its last words' '
	refuse_root 1 "installing '\''failing-preinst'\'': preinst failed with exit status 3: preinst gives up" \
		--include=failing-preinst
	refuse_root 1 "configuring '\''failing-postinst'\'': " \
		--include=failing-postinst
	expect_stderr "postinst gives up"
'

for evil in path symlink hardlink; do
	test_case "evil-$evil cannot write outside its root" '
		refuse_root 1 "unpacking '\''evil-'$evil''\'': " \
			--include=evil-'$evil'
		test "$(ls -A "$trash/mirror/outside")" = victim
		test "$(stat -c "%i %h %Y" "$trash/mirror/outside/victim")" = \
			"$victim"
	'
done

test_case 'Ctrl-C while the index and while packages are fetched' '
	for pattern in "*/InRelease" "*.deb"; do
		serve "$trash/mirror"
		mirror=$url
		echo "$pattern stall 30" >"$faults"
		case $pattern in
		*.deb) text="downloading packages" ;;
		*) text="reading the archive" ;;
		esac
		signal_root "$text" INT root
		expect_interrupted
		test ! -e root
	done
'

test_case 'Ctrl-C while packages are unpacked and configured' '
	signal_root "unpack the essential" INT root
	expect_interrupted
	for target in root root.tar root.ext4; do
		signal_root "slow-postinst begins" INT $target \
			--include=slow-postinst
		expect_interrupted
		test ! -e $target
	done
	status=0
	interrupt_when "slow-postinst begins" TERM mkguest-root \
		--variant=minbase --keyring="$keyring" --cache-dir="$PWD/cache" \
		--include=slow-postinst -v bookworm - "$mirror" \
		>tar 2>"$trash/stderr" || status=$?
	expect_interrupted
	test ! -s tar
'

test_case 'Ctrl-C as an ordinary user' '
	require USER
	as_user "$helper/interrupt-when" "slow-postinst begins" INT \
		mkguest-root --variant=minbase --keyring="$keyring" \
		--include=slow-postinst -v bookworm root "$mirror" \
		2>"$trash/stderr" && status=0 || status=$?
	expect_interrupted
	test ! -e user/root
'

# What a killed run made has a name with its process id; the next one for the
# same target finds it dead.
test_case 'after a kill nothing runs, and the next run clears up' '
	require ROOT
	for target in root root.tar root.tar.xz root.ext4 root.squashfs; do
		signal_root "slow-postinst begins" KILL $target \
			--include=slow-postinst
		expect_status 137
		wait_for_end .
		test ! -e $target
		run root_of $target
		expect_status 0
		no_leftovers .
	done
'

test_case 'a work directory on disk is removed by the next run' '
	require ROOT
	echo "MemAvailable: 1 kB" >meminfo
	unshare --mount sh -c "
		mount --bind meminfo /proc/meminfo
		exec $helper/interrupt-when \"slow-postinst begins\" KILL \
			mkguest-root --variant=minbase --keyring=$keyring \
			--cache-dir=$PWD/cache -v --include=slow-postinst \
			bookworm root.tar $mirror" || :
	wait_for_end .
	test -n "$(ls cache/work)"
	cache=$PWD/cache
	run root_of root.tar
	expect_status 0
	test -z "$(ls cache/work)"
	no_leftovers .
'

test_case 'no room for the cache or the target' '
	require ROOT
	mkdir place
	for size in 4k 48k 2M; do
		with_room place $size mkguest-root --variant=minbase \
			--cache-dir=place --keyring="$keyring" \
			bookworm root "$mirror"
		expect_error 1 "No space left on device"
		test ! -e root
		no_leftovers .
	done
	for target in place/root place/root.tar place; do
		with_room place 4M mkguest-root --variant=minbase \
			--cache-dir="$cache" --keyring="$keyring" \
			bookworm $target "$mirror"
		expect_error 1 "No space left on device"
		no_leftovers .
	done
'

test_case 'standard output is full or closed' '
	status=0
	root_of - >/dev/full 2>"$trash/stderr" || status=$?
	expect_error 1 "No space left on device"
	{ root_of - 2>"$trash/stderr" && :; echo $? >status; } | true
	status=$(cat status)
	expect_error 1 "Broken pipe"
	no_leftovers .
'

test_case 'of quiet and verbose the last one counts' '
	run root_of /dev/null --print-debs -q -v
	expect_status 0
	expect_stderr "reading the archive"
	run root_of /dev/null --print-debs -v -d --quiet
	expect_status 0
	test ! -s "$trash/stderr"
'

done_testing
