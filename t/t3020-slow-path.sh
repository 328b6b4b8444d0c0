#!/bin/sh
# Packages that bring one file: what the guest's own dpkg makes of them.
. "$(dirname "$0")/lib.sh"
require ROOT

fake_mirror --suite bookworm
export SOURCE_DATE_EPOCH=1700000000
root_options=--no-base-cache

root_of "$trash/base"

# What dpkg itself makes of the packages, one after the other: NAME…
by_dpkg() {
	cp -a "$trash/base" theirs
	mkdir theirs/debs
	for name; do
		cp "$(find "$trash/mirror/pool" -name "${name}_[12].0_*.deb")" \
			"theirs/debs/$name.deb"
		chroot theirs dpkg --unpack "/debs/$name.deb"
	done
	chroot theirs dpkg --configure -a
	rm -r theirs/debs
	rm -f theirs/var/log/dpkg.log
	rm -f theirs/var/lib/dpkg/lock* theirs/var/lib/dpkg/triggers/Lock
}

# Ours, with the packages given in another order, is the root that dpkg makes
# of them in the order given: NAME…
expect_as_dpkg() {
	by_dpkg libhello "$@"
	root_of ours --include="$(echo "libhello $*" | tr ' ' '\n' | sort -r | paste -sd,)"
	rm -f ours/var/lib/dpkg/lock* ours/var/lib/dpkg/triggers/Lock
	rm -f ours/var/lib/apt/extended_states
	rm -f theirs/var/lib/apt/extended_states
	"$helper/tree-compare" ours theirs
	test -z "$(dpkg --root="$PWD/ours" --audit)"
	test -z "$(find ours -name '*mkguest*')"
	no_leftovers .
}

for name in z-diverts z-hides a-diverts a-hides; do
	test_case "$name renames hello's program by diversion" "
		expect_as_dpkg $(printf '%s\n' hello $name | sort | paste -sd' ')
		test \"\$(chroot ours hello)\" = $name
		test \"\$(chroot ours hello.original)\" = hello
	"
done

test_case 'the later one replaces the earlier one' '
	expect_as_dpkg hello z-replaces
	test "$(chroot ours hello)" = z-replaces
	not grep -x /usr/bin/hello ours/var/lib/dpkg/info/hello.list
'

test_case 'the earlier one replaces the later one' '
	expect_as_dpkg a-replaces hello
	test "$(chroot ours hello)" = a-replaces
'

test_case 'all files of one are replaced: it disappears' '
	expect_as_dpkg a-is-replaced z-replaces-a
	not grep -q "^Package: a-is-replaced$" ours/var/lib/dpkg/status
'

test_case 'a conffile moves' '
	root_of root --include=hello,z-takes-conffile
	test "$(chroot root hello)" = taken
	grep -x "/etc/hello.conf" root/var/lib/dpkg/info/z-takes-conffile.list
	not grep -x "/etc/hello.conf" root/var/lib/dpkg/info/hello.list
	test -z "$(dpkg --root="$PWD/root" --audit)"
	test -z "$(dpkg --root="$PWD/root" --verify)"
	test -z "$(find root -name "*.dpkg-new")"
'

test_case 'a collision that dpkg refuses, in its words' '
	run root_of root --include=hello,collides-hello
	expect_error 1 "unpacking '\''hello'\'': trying to overwrite '\''/usr/bin/hello'\'', which is also in package collides-hello"
	test ! -e root
	no_leftovers .
'

test_case 'a preinst that dpkg runs and that fails' '
	run root_of root --include=hello,z-diverts-twice
	expect_error 1 "unpacking '\''z-diverts-twice'\'': "
	expect_stderr "exit status 7"
	test ! -e root
'

done_testing
