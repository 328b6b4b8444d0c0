#!/bin/sh
# mkguest-root in the place of debootstrap and mmdebstrap: the command lines of
# the programs that call them.
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm
mkdir bin
ln -s "$(command -v mkguest-root)" bin/debootstrap
ln -s "$(command -v mkguest-root)" bin/mmdebstrap
keys=--keyring=$keyring
export XDG_CACHE_HOME="$trash/cache-home"

# As the caller runs it; what it makes has these packages: NAME… -- COMMAND…
called() {
	packages=
	while test "$1" != --; do
		packages="$packages $1"
		shift
	done
	shift
	PATH=$trash/bin:$PATH "$@" || return
	test ! -d root || for package in $packages; do
		dpkg-query --admindir=root/var/lib/dpkg --show \
			--showformat '${db:Status-Status}\n' "$package" >state
		grep -x installed state
	done
}

test_case 'sbuild-createchroot' '
	called hello -- debootstrap --arch=amd64 --variant=buildd \
		--verbose --include=hello --components=main --resolve-deps \
		--no-merged-usr $keys bookworm root "$mirror"
'

test_case 'pbuilder create' '
	called -- debootstrap --include=apt --variant=buildd \
		--force-check-gpg $keys --components main,contrib \
		--arch amd64 bookworm root "$mirror"
'

test_case 'live-build: the packages first, then the root of them' '
	called -- debootstrap --verbose --arch=amd64 --components=main \
		--include=hello $keys --exclude=nothing-of-that-name \
		--download-only bookworm root "$mirror"
	not test -e root
	called hello -- debootstrap --verbose --arch=amd64 --components=main \
		--include=hello $keys bookworm root "$mirror"
'

test_case 'debian-installer-utils: a tarball of packages' '
	called -- debootstrap --make-tarball=packages.tgz $keys \
		--variant=minbase bookworm ignored "$mirror"
	called -- debootstrap --unpack-tarball="$PWD/packages.tgz" $keys \
		--variant=minbase bookworm root "$mirror"
	test -e root/var/lib/dpkg/status
'

test_case 'lxc and vmdb2' '
	called -- debootstrap --verbose --variant=minbase --arch=amd64 \
		--components=main,contrib --no-check-gpg bookworm root "$mirror"
'

test_case 'debuerreotype' '
	called -- debootstrap --force-check-gpg $keys --merged-usr \
		--variant minbase bookworm root "$mirror"
'

test_case 'sbuild --chroot-mode=unshare' '
	called -- mmdebstrap --variant=buildd --arch=amd64 $keys \
		--skip=output/mknod --format=tar bookworm chroot.tar "$mirror"
	tar -tf chroot.tar >list
	grep -x ./var/lib/dpkg/status list
	not grep -x ./dev/null list
'

test_case 'mmdebstrap-autopkgtest-build-qemu, as a filter' '
	called -- mmdebstrap --mode=root --variant=apt $keys --include=hello \
		--aptopt="Acquire::Check-Valid-Until \"false\"" \
		--customize-hook="echo host >\"\$1/etc/hostname\"" \
		bookworm - "$mirror" >root.tar
	tar -xOf root.tar ./etc/hostname >name
	echo host | cmp - name
'

test_case 'bdebstrap' '
	called hello -- mmdebstrap -v --variant minbase --mode root --format \
		directory $keys --components main --include hello \
		--architectures amd64 bookworm root "deb $mirror bookworm main"
'

test_case 'several suites of a mirror, as debootstrap asks for them' '
	not called -- debootstrap $keys --variant=minbase \
		--extra-suites=nowhere bookworm root "$mirror" 2>words
	grep -F nowhere words
	called -- debootstrap $keys --variant=minbase \
		--extra-suites=bookworm bookworm root "$mirror"
	grep -cx "deb $mirror bookworm main" root/etc/apt/sources.list >count
	grep -x 2 count
'

test_case 'a suite of updates, as debootstrap asks for it' '
	called hello -- debootstrap $keys --variant=minbase --include=hello \
		--extra-suites=bookworm-updates bookworm root "$mirror"
	grep -x 2.1 root/usr/share/hello/version
'

test_case 'what debootstrap'\''s options and operands mean here' '
	called -- debootstrap $keys --variant=minbase --extractor=ar \
		bookworm root "$mirror" /usr/share/debootstrap/scripts/bookworm
	rm -r root
	scripts=/usr/share/debootstrap/scripts
	run mkguest-root bookworm root "$mirror" $scripts/gutsy
	expect_error 2 "'\''$scripts/gutsy'\'' is a script of debootstrap for another release"
	run mkguest-root --extractor=7z bookworm root "$mirror"
	expect_error 2 "unknown extractor '\''7z'\''"
	run mkguest-root --inrelease-path=x bookworm root "$mirror"
	expect_error 2 "--inrelease-path is not done here"
	run mkguest-root --unpack-tarball="$PWD/none.tgz" bookworm root
	expect_error 1 "open '\''$PWD/none.tgz'\'': No such file or directory"
	test ! -e root
'

test_case 'a suite that would lead out of the mirror' '
	for suite in ../../secret /etc a/../b; do
		run mkguest-root "$suite" root "$mirror"
		expect_error 2 "the suite '\''$suite'\'' would lead out of"
	done
	run mkguest-root --extra-suites=../x bookworm root "$mirror"
	expect_error 2 "the suite '\''../x'\'' would lead out of"
	not grep -F secret "$requests"
'

test_case 'two actions at once' '
	run mkguest-root --make-tarball=x.tgz --print-debs bookworm root
	expect_error 2 "--make-tarball goes with none of"
	run mkguest-root --second-stage-target="$PWD" bookworm root
	expect_error 2 "--second-stage-target needs --second-stage"
	test ! -e root
'

test_case 'a version' '
	called -- mkguest-root --version >version
	grep -Ex "mkguest-root [0-9.]+ \([0-9a-f]{12}\)" version
'

done_testing
