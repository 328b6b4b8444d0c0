#!/bin/sh
# The essential packages are configured while the rest is unpacked beside the
# root.
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm

# [OPTION…]
make_root() {
	run mkguest-root --variant=minbase --keyring="$keyring" \
		--cache-dir="$cache" "$@" bookworm root "$mirror"
	expect_status 0
}

test_case 'what is unpacked ahead is not in the root yet' '
	require ROOT
	cat >hook <<-"end"
		#!/bin/sh
		for _ in $(seq 100); do
			found=$(find "$1.annex" -type f -perm 755 -newermt @0 \
				! -newermt @1700000000 \
				-exec grep -l /etc/hello.conf {} +)
			test -z "$found" || break
			sleep 0.05
		done
		stat -c "%a %u %Y" "$found" >ahead
		ls "$1/usr/bin/hello" 2>&1
		grep -c hello "$1/var/lib/dpkg/status"
		:
	end
	chmod +x hook
	make_root --include=hello --essential-hook="\"$PWD/hook\" \"\$1\" >seen"
	test "$(grep -c "No such file" seen)" -eq 1
	test "$(tail -n 1 seen)" = 0
	test -x root/usr/bin/hello
	stat -c "%a %u %Y" root/usr/bin/hello | diff ahead -
	test "$(stat -c %h root/usr/bin/hello)" -eq 1
	no_leftovers .
'

test_case 'nothing is unpacked before the setup hooks end' '
	require ROOT
	make_root --setup-hook="sleep 0.3" \
		--setup-hook="test ! -e \"\$1/usr/bin\" -a ! -L \"\$1/bin\""
'

test_case 'diversions that come meanwhile are honoured' '
	require ROOT
	make_root --include=hello --essential-hook="
		chroot \"\$1\" dpkg-divert --local --rename --add \
			--divert /usr/bin/hello.diverted /usr/bin/hello"
	test -x root/usr/bin/hello.diverted
	test ! -e root/usr/bin/hello
'

test_case 'a directory that became a link meanwhile is followed' '
	require ROOT
	make_root --include=hello --essential-hook="
		mkdir -p \"\$1/opt/share\"
		ln -s ../../opt/share \"\$1/usr/share/hello\""
	find root/opt/share -type f | grep .
	test -L root/usr/share/hello
'

test_case 'a mount point has no annex' '
	require ROOT LOOP
	truncate -s 200M image
	mke2fs -q -F image
	mkdir root
	mount -o loop image root
	status=0
	make_root --include=hello \
		--essential-hook="test ! -e \"\$1/usr/bin/hello\"" || status=$?
	chroot root hello >said || status=$?
	umount root
	test "$status" -eq 0
	test "$(cat said)" = hello
	test ! -e root.annex
'

test_case 'what a dead run left beside the root goes' '
	require ROOT
	mkdir .root.4194305 .root.4194305.annex .root.other.annex
	make_root
	ls -d .root.* >left
	test "$(cat left)" = .root.other.annex
'

done_testing
