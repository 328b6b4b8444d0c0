# shellcheck shell=sh
# What tests of mkguest-setup share, besides lib.sh: a root of the test's own,
# $trash/base, as a directory and as an image.
#
#	setup_needs=WORDS		what each body requires
#	on_both DESCRIPTION BODY	a test case on both kinds; $root is the one
#	setup [OPTION…]			runs mkguest-setup on it
#	look				… of which ./root is a copy then

. "$(dirname "$0")/lib.sh"

MKGUEST_STATE=$trash/state
export MKGUEST_STATE

# A root of either kind: ./root or ./root.img
make_root() {
	cp -a "$trash/base" root
	test "$1" = directory || mke2fs -q -t ext4 -d root root.img 32M
}

# What is in it now, as a directory.
look() {
	test -e root.img || return 0
	e2fsck -fn root.img >checked 2>&1 || { cat checked; false; }
	rm -rf root && mkdir root
	debugfs -R "rdump / root" root.img 2>/dev/null
	rmdir root/lost+found
}

on_both() {
	for kind in directory image; do
		root=root
		test $kind = directory || root=root.img
		test_case "$kind: $1" "require ${setup_needs-}
			make_root $kind; $2"
	done
}

setup() {
	run mkguest-setup "$@" "$root"
}
