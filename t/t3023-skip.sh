#!/bin/sh
# What --skip leaves out of the making of a root.
# shellcheck disable=SC2016 # hooks expand what is in them
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm

# TARGET [OPTION…]
make_root() {
	run root_of "$@"
	expect_status 0
	no_leftovers .
}

test_case 'a part that is not known, or must be, is refused by its name' '
	run root_of root.tar --skip=output/dev,output/devices
	expect_error 2 "--skip: '\''output/devices'\'' is not known"
	run root_of root.tar --skip=update
	expect_error 2 "--skip: '\''update'\'' cannot be left out: the packages are chosen from the archive'\''s indices"
	test ! -e root.tar
'

test_case 'every part that the manual of mmdebstrap names is known' '
	command -v mmdebstrap >/dev/null || skip "mmdebstrap is not here"
	pod2text "$(command -v mmdebstrap)" |
		grep -o -e "--skip=[a-z][-a-z./,]*[a-z]" | sed s/--skip=// |
		tr , "\n" | sort -u >parts
	test "$(wc -l <parts)" -gt 15
	while read -r part; do
		run root_of /dev/null --simulate --skip="$part"
		not grep "is not known" "$trash/stderr"
	done <parts
'

test_case 'the nodes of a tar, or all of its /dev' '
	make_root all.tar
	make_root nodeless.tar --skip=output/mknod
	make_root bare.tar --skip=output/dev
	tar -tf all.tar | grep "^./dev/" | sort >all
	tar -tvf nodeless.tar | grep "^[bc]" && exit 1
	tar -tf nodeless.tar | grep "^./dev/" | sort >nodeless
	printf "./dev/%s\n" console full null ptmx random tty urandom zero |
		sort - nodeless | diff - all
	test "$(tar -tf bare.tar | grep "^./dev/")" = ./dev/
	tar -tf all.tar | sort >all
	tar -tf bare.tar | sort >bare
	test "$(comm -13 all bare)" = ""
	test "$(comm -23 all bare | grep -v "^./dev/.")" = ""
'

test_case 'what is not in the tar is in the base all the same' '
	run root_of kept.tar --include=hello
	expect_stderr "keeping the base"
	run root_of bare.tar --include=hello --skip=output/dev,check/qemu
	expect_stderr "taking the base"
	run root_of other.tar --include=hello --skip=cleanup/tmp
	expect_stderr "keeping the base"
'

test_case 'a directory has its /dev all the same' '
	require ROOT
	make_root root --skip=output/dev
	test -c root/dev/null
'

test_case 'services are not held back' '
	make_root root.tar --skip=chroot/policy-rc.d \
		--customize-hook="test ! -e \"\$1/usr/sbin/policy-rc.d\"" \
		--customize-hook="test -e \"\$1/sbin/start-stop-daemon.REAL\""
	make_root root.tar --skip=chroot/start-stop-daemon \
		--customize-hook="test ! -e \"\$1/sbin/start-stop-daemon.REAL\"" \
		--customize-hook="test -x \"\$1/usr/sbin/policy-rc.d\""
'

test_case 'a hook'\''s own policy-rc.d stays where there is none of ours' '
	make_root root.tar --skip=chroot/policy-rc.d \
		--customize-hook="echo mine >\"\$1/usr/sbin/policy-rc.d\""
	test "$(tar -xOf root.tar ./usr/sbin/policy-rc.d)" = mine
'

test_case 'mounts, one by one and all' '
	for place in dev proc sys; do
		make_root root.tar --skip=chroot/mount/$place \
			--customize-hook="! mountpoint -q \"\$1/$place\"" \
			--customize-hook="mountpoint -q \"\$1/proc\" ||
				mountpoint -q \"\$1/dev\""
	done
	make_root root.tar --skip=chroot/mount --customize-hook="
		! mountpoint -q \"\$1/dev\" && ! mountpoint -q \"\$1/proc\" &&
		! mountpoint -q \"\$1/sys\""
	make_root whole.tar
	tar -tf root.tar | sort >root
	tar -tf whole.tar | sort | diff root -
'

test_case 'without a /dev of its own a root has the nodes themselves' '
	require ROOT
	make_root root --skip=chroot/mount/dev \
		--customize-hook="test -c \"\$1/dev/null\""
	test -c root/dev/zero
'

test_case 'as an ordinary user, too' '
	require USER
	as_user mkguest-root --variant=minbase --keyring="$keyring" \
		--cache-dir=cache --skip=chroot/mount,output/dev \
		--customize-hook="! mountpoint -q \"\$1/dev\"" \
		bookworm root.tar "$mirror"
	test "$(tar -tf user/root.tar | grep "^./dev/")" = ./dev/
	as_user mkguest-root --variant=minbase --keyring="$keyring" \
		--cache-dir=cache --customize-hook="mountpoint \"\$1/dev/null\"" \
		bookworm root.tar "$mirror"
'

# What a clean-up would remove, one file each: the part, then the path.
leavings='cleanup/apt/lists var/lib/apt/lists/mine
cleanup/apt/cache var/cache/apt/mine
cleanup/reproducible var/log/dpkg.log
cleanup/run run/mine
cleanup/tmp tmp/mine'

test_case 'each part of the clean-up' '
	hook="for file in $(echo "$leavings" | cut -d " " -f 2 | tr "\n" " ")
		do echo >\"\$1/\$file\"; done; echo uninitialized >\"\$1/etc/machine-id\""
	echo "$leavings" | while read -r part path; do
		make_root root.tar --skip="$part" --customize-hook="$hook"
		echo "./$path" >wanted
		echo "$leavings" | sed "s/.* /.\//" >possible
		tar -tf root.tar | grep -Fx -f possible | diff wanted -
	done
	make_root root.tar --skip=cleanup/apt --customize-hook="$hook"
	test "$(tar -tf root.tar | grep -c "apt/mine\|lists/mine")" = 2
	test "$(tar -xOf root.tar ./etc/machine-id)" = ""
	make_root root.tar --skip=cleanup/reproducible/machine-id \
		--customize-hook="$hook"
	test "$(tar -xOf root.tar ./etc/machine-id)" = uninitialized
	not tar -tf root.tar ./var/log/dpkg.log
	make_root root.tar --skip=cleanup --customize-hook="$hook"
	tar -tf root.tar | grep -Fx -f possible | sort >found
	sort possible | diff - found
	test "$(tar -xOf root.tar ./etc/machine-id)" = uninitialized
'

test_case 'the lists of apt, which needs no update then' '
	require ROOT
	for _ in 1 2; do
		make_root root --skip=cleanup/apt/lists
		test "$(find root/var/lib/apt/lists -name "*_Packages*" |
			wc -l)" -eq 1
		apt-cache -o Dir="$PWD/root" policy hello >policy
		grep "Candidate: 2.0" policy
		rm -r root
	done
	make_root lean
	test "$(find lean/var/lib/apt/lists -type f | wc -l)" -eq 1
'

test_case 'nodes in what tar-in brings' '
	require ROOT
	mkdir -p tree/dev tree/opt
	touch tree/opt/file tree/dev/file
	tar -cf tree.tar -C tree .
	make_root root --skip=tar-in/mknod --customize-hook="tar-in tree.tar /" \
		--customize-hook="test ! -e \"\$1/dev/file\""
	test -e root/opt/file
'

test_case 'a directory that is not empty is filled, and kept as it was' '
	require ROOT
	export SOURCE_DATE_EPOCH=1700000000
	mkdir -p root/etc root/usr/bin
	echo mine >root/etc/mine
	echo mine >root/usr/bin/hello
	run root_of root --include=hello
	expect_error 1 "is not empty"
	make_root root --include=hello --skip=check/empty --cache-dir=own
	test "$(cat root/etc/mine)" = mine
	test "$(chroot root hello)" = hello
	not test -e own/bases
	make_root empty --include=hello
	rm root/etc/mine
	"$helper/tree-compare" root empty
'

test_case 'a run that fails leaves what was there' '
	mkdir -p root/etc
	echo mine >root/etc/mine
	run root_of root --skip=check/empty --setup-hook=false
	expect_status 1
	test "$(cat root/etc/mine)" = mine
'

test_case 'no signed-by for apt, although it does not trust the keys' '
	mkdir none
	cp "$keyring" none/fake.gpg
	keyring=$PWD/none
	make_root root.tar
	tar -xOf root.tar ./etc/apt/sources.list | grep -F "signed-by"
	make_root root.tar --skip=check/signed-by
	tar -xOf root.tar ./etc/apt/sources.list >list
	not grep signed-by list
	grep -F "deb $mirror bookworm main" list
'

done_testing
