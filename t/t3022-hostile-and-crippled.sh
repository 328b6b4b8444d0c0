#!/bin/sh
# Packages that mean no good, places that lack what others have, and a result
# that does not depend on how many threads make it.
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm
victim=$(stat -c '%i %h %Y' mirror/outside/victim)
root_options=--no-base-cache

# NAME TEXT
refuse_package() {
	run root_of root --include="$1"
	expect_error 1 "unpacking '$1': "
	expect_stderr "$2"
	test ! -e root
	test "$(stat -c '%i %h %Y' "$trash/mirror/outside/victim")" = "$victim"
	test "$(ls -A "$trash/mirror/outside")" = victim
	no_leftovers .
}

while read -r name text; do
	test_case "bad-$name is refused by name" \
		"refuse_package bad-$name \"$text\""
done <<'END'
ar not a Debian package
control control.tar has no control file
device is a device, which no package may bring
hardlink which is not the package's own file
newline a newline is not allowed in a name
data data.tar is missing
END

# The archive has another content under the same name then.
test_case 'a package that is corrected is asked for again' '
	require ROOT
	fake_mirror --suite bookworm --fault malformed
	refuse_root 1 "unpacking '\''hello'\'': " --include=hello
	test "$(grep -c "/hello_" "$requests")" -eq 1
	sha256sum mirror/pool/main/h/hello/hello_2.0_*.deb >sum
	find "$cache/by-sha256" -type f >kept
	test -s kept
	not grep "$(cut -c 1-64 sum)" kept
	"$helper/fake-mirror" "$PWD/good" --suite bookworm
	rm -r mirror/dists mirror/pool
	mv good/dists good/pool mirror/
	keyring=$PWD/good/keyring.gpg
	root_of root --include=hello
	test "$(chroot root hello)" = hello
	test "$(grep -c "/hello_" "$requests")" -eq 2
'

test_case 'a million small files' '
	require ROOT
	test -n "${MKGUEST_LONG-}" || skip "a minute: MKGUEST_LONG=1"
	fake_mirror --suite bookworm --fault many-files
	timeout 300 mkguest-root -q --variant=minbase --keyring="$keyring" \
		--cache-dir=own --include=many-files bookworm root.tar "$mirror"
	test "$(tar -tf root.tar | grep -c "/usr/share/many-files/")" -eq 1001001
'

test_case 'the format before 2.0' '
	require ROOT
	root_of root --include=old-format
	test "$(cat root/usr/share/old-format/file)" = old
	test -z "$(dpkg --root="$PWD/root" --audit)"
'

test_case 'the same tar with 1, 2 and 8 threads, of root and of a user' '
	require ROOT USER
	include=$(seq -s, -f "shares-%02.0f" 30),hello,z-diverts,a-replaces
	export SOURCE_DATE_EPOCH=1700000000
	for threads in 1 2 8; do
		root_of $threads.tar --threads=$threads --include=$include
		cmp 1.tar $threads.tar
	done
	as_user env SOURCE_DATE_EPOCH=1700000000 mkguest-root \
		--variant=minbase --keyring="$keyring" --include=$include \
		--threads=8 bookworm user.tar "$mirror"
	"$helper/tree-compare" 1.tar user/user.tar
	cmp 1.tar user/user.tar
'

test_case 'a target with blanks and quotes in its path' "
	require ROOT
	mkdir \"a 'b' \\\"c\\\"\"
	root_of \"a 'b' \\\"c\\\"/r o't\" --include=hello,z-diverts
	test \"\$(chroot \"a 'b' \\\"c\\\"/r o't\" hello)\" = z-diverts
	no_leftovers .
"

test_case 'blanks and quotes in every other path' '
	require ROOT USER
	odd="o '\''d\" \$d"
	mkdir "$odd" "$odd/tmp"
	cp "$keyring" "$odd/a key.gpg"
	cp -al "$trash/mirror" "$odd/mirror"
	(
		export TMPDIR="$PWD/$odd/tmp"
		mkguest-root --variant=minbase --keyring="$PWD/$odd/a key.gpg" \
			--cache-dir="$odd/cache" --include=hello bookworm \
			"$odd/root.tar" "$PWD/$odd/mirror"
	)
	tar -tf "$odd/root.tar" ./usr/bin/hello
	ls -A "$odd/tmp" | not grep .
	mkdir user
	chown $test_user: user
	as_user sh -c "mkdir -p \"\$1/tmp\" && cd \"\$1\" &&
		TMPDIR=\"\$PWD/tmp\" mkguest-root --variant=minbase \
		--keyring=$keyring --cache-dir=\"my cache\" \
		--include=hello bookworm \"my root.tar\" $mirror" - "$odd"
	tar -tf "user/$odd/my root.tar" ./usr/bin/hello
	no_leftovers .
'

test_case 'a target on a filesystem without devices' '
	require ROOT
	mkdir place
	run unshare --mount sh -c "
		mount -t tmpfs -o nodev none place
		mkguest-root --variant=minbase --keyring=$keyring \
			--cache-dir=$cache --include=hello \
			bookworm place/root $mirror &&
		chroot place/root hello"
	expect_status 0
	expect_stdout hello
'

test_case 'a TMPDIR and a cache where nothing can be executed' '
	require ROOT
	mkdir place
	run unshare --mount sh -c "
		mount -t tmpfs -o noexec none place
		TMPDIR=\$PWD/place mkguest-root --variant=minbase \
			--keyring=$keyring --cache-dir=place \
			--include=hello bookworm root.tar $mirror"
	expect_status 0
	tar -tf root.tar ./usr/bin/hello
'

test_case 'a target where nothing can be executed' '
	require ROOT
	mkdir place
	run unshare --mount sh -c "
		mount -t tmpfs -o noexec none place
		mkguest-root --variant=minbase --keyring=$keyring \
			--cache-dir=$cache bookworm place/root $mirror"
	expect_error 1 "on a filesystem that is mounted noexec; mount it with exec"
	no_leftovers .
'

test_case 'root without the right to mount' '
	require ROOT
	run setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
		mkguest-root --variant=minbase --keyring="$keyring" \
		--cache-dir="$cache" bookworm root "$mirror"
	expect_error 1 "root needs CAP_SYS_ADMIN"
	test ! -e root
	no_leftovers .
'

test_case 'no /proc' '
	require ROOT
	run unshare --mount sh -c "
		mount -t tmpfs none /proc
		mkdir /proc/self
		ln -s $MKGUEST_BUILD/bin/mkguest-root /proc/self/exe
		mkguest-root --variant=minbase --keyring=$keyring \
			--cache-dir=$cache bookworm root $mirror"
	expect_error 1 "for which /proc must be mounted here"
	test ! -e root
'

test_case 'a user without subordinate ids' '
	require USER
	mkdir user
	: >subuid
	run unshare --mount sh -c "
		mount --bind subuid /etc/subuid
		chown $test_user: user && cd user &&
		exec setpriv --reuid $test_user --regid $test_user \
			--init-groups mkguest-root --variant=minbase \
			--keyring=$keyring --cache-dir=cache \
			bookworm root $mirror"
	expect_error 1 subuid
'

test_case 'a root in a directory that is no mount, inside a chroot' '
	require ROOT
	mkdir host
	run unshare --mount sh -c "
		mount --rbind / host && chroot host sh -c \"cd $PWD && exec \
			mkguest-root --variant=minbase --keyring=$keyring \
			--cache-dir=$cache --include=hello bookworm root $mirror\""
	expect_status 0
	test "$(chroot root hello)" = hello
'

done_testing
