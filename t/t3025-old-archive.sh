#!/bin/sh
# An archive and a root as they were in 2007.
. "$(dirname "$0")/lib.sh"

fake_mirror --suite etch
# its programs are this host's, so they need no older kernel
weak='--allow-weak-hashes --allow-expired-keys --skip=check/qemu'

# shellcheck disable=SC2120 # bodies pass arguments
print_debs() {
	run mkguest-root --print-debs --variant=minbase --cache-dir="$cache" "$@" \
		etch root "$mirror"
}

# shellcheck disable=SC2086 # options
old_root() {
	mkguest-root --variant=minbase --keyring="$keyring" $weak \
		--cache-dir="$cache" "$@" etch root "$mirror"
}

test_case 'its key has expired and signs with SHA-1, and its hashes are weak' '
	print_debs --keyring="$keyring"
	expect_error 1 "has expired"
	print_debs --keyring="$keyring" --allow-weak-hashes
	expect_error 1 "has expired"
	print_debs --keyring="$keyring" --allow-expired-keys
	expect_error 1 "digest that is too weak to trust"
	print_debs --keyring="$keyring" $weak
	expect_status 0
	expect_stdout base-passwd
	expect_stderr "although both can be FORGED"
	grep "Release.gpg 200" "$requests"
	grep "Packages.gz 200" "$requests"
'

# The kernel's word on its memory is another file, for this process only.
test "$(dpkg --print-architecture)" != amd64 ||
test_case 'a kernel that cannot run the programs of then' '
	require ROOT
	grep -v vsyscall /proc/self/maps >maps
	cat >body <<-"END"
		mount --bind maps /proc/$$/maps
		exec "$@"
	END
	for skip in "" --skip=check/qemu --variant=extract; do
		run unshare --mount sh -e body mkguest-root --print-debs \
			--variant=minbase --allow-weak-hashes --allow-expired-keys \
			--cache-dir="$cache" --keyring="$keyring" $skip etch root "$mirror"
		if test -z "$skip"; then
			expect_error 1 "boot it with vsyscall=emulate"
		else
			expect_status 0
		fi
	done
'

test_case 'an index by bzip2 only' '
	cp -al "$trash/mirror" mirror
	cd mirror/dists/etch
	rm main/binary-*/Packages.gz
	sed "/Packages.gz/d" Release >new
	mv new Release
	cd ../../..
	serve "$PWD/mirror"
	mirror=$url
	cache=own print_debs --no-check-gpg --allow-weak-hashes
	expect_status 0
	grep "Packages.bz2 200" "$requests"
'

test_case 'keys that were removed are looked for' '
	print_debs $weak
	expect_error 1 "which is not in keyring "
	expect_stderr /usr/share/keyrings/debian-archive-removed-keys.
'

# What dpkg is to find in var/lib/dpkg, but for other packages.
cat >wanted <<'END'
drwxr-xr-x alternatives
-rw-r--r-- available
-rw-r--r-- cmethopt
-rw-r--r-- diversions
drwxr-xr-x info
drwxr-xr-x parts
-rw-r--r-- status
drwxr-xr-x updates
-rw-r--r-- info/base-files.conffiles
-rw-r--r-- info/base-files.list
-rw-r--r-- info/base-files.md5sums
-rwxr-xr-x info/base-files.postinst
-rw-r--r-- info/libc6.list
-rw-r--r-- info/libc6.md5sums
END

test_case 'a root for a dpkg of then' '
	require ROOT
	old_root
	sed "s/ [0-9]* / /" root/var/log/found |
		grep -Ev " info/(aaa|apt|base-passwd|coreutils|dash|dpkg|grep|login|passwd|sed|sysvinit|tar|tzdata)" |
		diff "$trash/wanted" -
	for file in available cmethopt diversions; do
		grep -Fx -e "-rw-r--r-- 0 $file" root/var/log/found
	done
	test -e root/var/lib/dpkg/info/owner.list
	for file in triggers arch info/format info/owner.md5sums; do
		not test -e root/var/lib/dpkg/$file
	done
	not grep "^Status:.* unpacked" root/var/lib/dpkg/status
	md5=$(md5sum <root/etc/debian_version | cut -d " " -f 1)
	grep -Fx " /etc/debian_version $md5" root/var/lib/dpkg/status
	for name in bin sbin lib; do
		test -d root/$name
		not test -L root/$name
	done
'

test_case 'what is configured first, and who takes the file of another' '
	require ROOT
	old_root --no-base-cache
	printf -- "--force-depends --configure %s\n" \
		base-passwd base-files dpkg >first
	head -n 3 root/var/log/calls | diff first -
	not grep -E "^--configure .*(base-passwd|base-files|dpkg)" root/var/log/calls
	grep -Fx -e "--force-depends,overwrite --unpack /var/lib/dpkg/mkguest/taker.deb" \
		root/var/log/calls
	test "$(cat root/usr/share/both)" = taker
'

done_testing
