#!/bin/sh
# What mkguest-root can make of a root. The judges are those who read it.
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm
export SOURCE_DATE_EPOCH=1700000000
include=hello,libhello,long-names
root_options="--quiet --include=$include"

# COMMAND… as an ordinary user with the same request: TARGET [OPTION…]
user_root_of() {
	target=$1
	shift
	as_user env SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" mkguest-root \
		--quiet --variant=minbase --keyring="$keyring" \
		--include="$include" "$@" bookworm "$target" "$mirror"
}

# Is the filesystem in IMAGE the tree of $trash/root.tar?
same_when_mounted() {
	mkdir -p mnt
	unshare --mount sh -ec '
		mount -o ro,loop "$1" mnt
		"$2/tree-compare" mnt "$3"
	' sh "$1" "$helper" "$trash/root.tar" >differences || :
	# the tar does not have it, and it cannot be removed
	grep -v "^./lost+found: only in ours$" differences && return 1
	test -d mnt
}

root_of root.tar

test_case 'tars by their names, compressed to the same bytes as by others' '
	while read -r suffix reader; do
		root_of "root$suffix"
		$reader <"root$suffix" >plain
		cmp plain "$trash/root.tar"
	done <<-end
		.tar.gz gzip -cd
		.txz xz -cd
		.tar.zst zstd -qcd
		.tar.lz4 lz4 -qcd
	end
	no_leftovers .
'

test_case 'a compression that the library does not have' '
	run root_of root.tar.lzo
	expect_error 1 "libarchive does not make lzop; choose another"
	test -z "$(ls -A)"
'

test_case 'standard output, also without a TARGET' '
	root_of - >one
	mkguest-root -q --variant=minbase --keyring="$keyring" \
		--cache-dir="$cache" --include="$include" bookworm >two \
		- "$mirror"
	cmp one "$trash/root.tar"
	cmp two "$trash/root.tar"
	mkfifo pipe
	cat pipe >three &
	root_of pipe
	wait $!
	cmp three "$trash/root.tar"
	test -p pipe
	no_leftovers .
'

test_case 'nothing at all' '
	root_of /dev/null
	test -c /dev/null
	root_of - >/dev/null
	root_of file --format=null
	test -z "$(ls -A)"
	no_leftovers .
'

for type in ext2 ext3 ext4; do
	test_case "$type: clean, of its kind, and the same tree" '
		require LOOP
		root_of root.'$type'
		test "$(blkid -p -o value -s TYPE root.'$type')" = '$type'
		test "$(stat -c %a root.'$type')" = 644
		e2fsck -fn root.'$type'
		same_when_mounted root.'$type'
		root_of other --format='$type'
		cmp root.'$type' other
		no_leftovers .
	'
done

test_case 'ext4: features of the suite, dates and ids of SOURCE_DATE_EPOCH' '
	root_of root.ext4
	dumpe2fs -h root.ext4 >header 2>/dev/null
	grep "^Filesystem features:.* metadata_csum" header
	for line in "Filesystem created" "Last write time"; do
		grep "^$line: *Tue Nov 14 22:13:20 2023" header
	done
	SOURCE_DATE_EPOCH=1700000001 root_of other.ext4
	dumpe2fs -h other.ext4 2>/dev/null | grep "^Filesystem UUID" >uuid
	not grep -f uuid header
'

test_case 'the size of a filesystem' '
	root_of root.ext4 --size=100M
	test "$(stat -c %s root.ext4)" = $((100 << 20))
	test "$(stat -c %b root.ext4)" -lt $((100 << 11))
	e2fsck -fn root.ext4
	run root_of small.ext4 --size=1M
	expect_error 2 "too small for ext4; at least 16"
	run root_of root.tar --size=1G
	expect_error 2 "--size is for ext2, ext3 and ext4, not for the format tar"
	test ! -e small.ext4
	test ! -e root.tar
	no_leftovers .
'

test_case 'a root that is larger than --size says by how much' '
	head -c 30M /dev/urandom >large
	run root_of small.ext4 --size=20M \
		--customize-hook="cp large \"\$1/large\""
	expect_error 1 "more is needed"
	expect_stderr "writing '\''small.ext4'\''"
	test ! -e small.ext4
	no_leftovers .
'

test_case 'squashfs: the same tree, owners and dates included' '
	require ROOT
	root_of root.squashfs
	unsquashfs -no-progress -quiet -dest tree root.squashfs >log
	"$helper/tree-compare" tree "$trash/root.tar"
	unsquashfs -stat root.squashfs >facts
	grep "^Creation or last append time Tue Nov 14 22:13:20 2023" facts
	grep "^Compression xz" facts
	root_of other.sqfs --format=sqfs
	cmp root.squashfs other.sqfs
	no_leftovers .
'

test_case 'squashfs: without its program' '
	require ROOT
	: >nothing
	run unshare --mount sh -c "
		mount --bind nothing \"\$(command -v sqfstar)\"
		mkguest-root --quiet --variant=minbase --keyring=$keyring \
			--cache-dir=$cache bookworm root.squashfs $mirror"
	expect_error 1 "install squashfs-tools"
	test ! -e root.squashfs
'

test_case 'squashfs: its program fails' '
	require ROOT
	printf "#!/bin/sh\necho no patience >&2\nexit 7\n" >fails
	chmod 755 fails
	run unshare --mount sh -c "
		mount --bind fails \"\$(command -v sqfstar)\"
		mkguest-root --quiet --variant=minbase --keyring=$keyring \
			--cache-dir=$cache bookworm root.squashfs $mirror"
	expect_error 1 "no patience"
	expect_stderr "writing '\''root.squashfs'\''"
	test ! -e root.squashfs
	no_leftovers .
'

test_case 'an ordinary user gets the same bytes in each format' '
	require ROOT USER
	for name in root.tar.zst root.ext4 root.squashfs; do
		root_of $name
		user_root_of $name
		cmp $name user/$name
		test "$(stat -c %U user/$name)" = mkguest-test
	done
	rm -r user/cache
	no_leftovers .
	no_leftovers user
'

test_case 'any number of threads makes the same bytes' '
	for name in root.tar.zst root.squashfs; do
		root_of $name --threads=1
		root_of 8-$name --threads=8
		cmp $name 8-$name
	done
'

test_case 'killed while the image is written: the next run clears up' '
	require ROOT
	for name in root.tar.zst root.ext4 root.squashfs; do
		run interrupt_when "mkguest-root: writing" KILL \
			mkguest-root --variant=minbase --keyring="$keyring" \
			--cache-dir="$cache" --include="$include" --verbose \
			bookworm $name "$mirror"
		expect_status 137
		test ! -e $name
		wait_for_end .
		root_of $name
		no_leftovers .
	done
'

test_case 'a real root: as root and as user, in each format, 1 to 8 threads' '
	test -n "${MKGUEST_LONG-}" || skip "only when MKGUEST_LONG is set"
	require ROOT USER NET
	mirror=$("$helper/host-mirror" bookworm)
	for name in root.tar root.tar.gz root.tar.xz root.tar.zst root.tar.bz2 \
			root.tar.lz4 root.ext4 root.squashfs; do
		for threads in 1 2 8; do
			mkguest-root --quiet --variant=minbase \
				--cache-dir="$cache" --threads=$threads \
				bookworm "$threads-$name" "$mirror"
			cmp "1-$name" "$threads-$name"
		done
		as_user env SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" \
			mkguest-root --quiet --variant=minbase bookworm \
			$name "$mirror"
		cmp "1-$name" user/$name
		case $name in
		*.ext4) e2fsck -fn "1-$name" ;;
		*.squashfs)
			unsquashfs -quiet -no-progress -dest tree "1-$name"
			"$helper/tree-compare" tree 1-root.tar
			rm -r tree ;;
		esac
		test $name = root.tar || rm ./*-$name
		rm user/$name
	done
'

test_case 'a real root: mmdebstrap lists its own tar alike' '
	test -n "${MKGUEST_LONG-}" || skip "only when MKGUEST_LONG is set"
	require ROOT NET
	mirror=$("$helper/host-mirror" trixie)
	mkguest-root --quiet --variant=minbase --cache-dir="$cache" \
		trixie ours.tar "$mirror"
	# those of the host, which are no business of a root
	mmdebstrap --quiet --variant=minbase \
		--customize-hook="rm \"\$1/etc/hostname\" \"\$1/etc/resolv.conf\"" \
		trixie theirs.tar "$mirror"
	"$helper/tree-compare" ours.tar theirs.tar
	for tar in ours theirs; do
		tar --full-time --numeric-owner -tvf $tar.tar |
			grep " \./dev" | sed "s/  */ /g" | sort >$tar.dev
	done
	diff theirs.dev ours.dev
	test "$(wc -l <ours.dev)" = 15
'

test_case 'a file that is there is replaced, but only by a complete one' '
	echo precious >root.tar
	ln -s root.tar link.tar
	run root_of root.tar --include=failing-postinst
	expect_status 1
	test "$(cat root.tar)" = precious
	root_of link.tar
	cmp root.tar "$trash/root.tar"
	test -L link.tar
	no_leftovers .
'

test_case 'a directory with the name of a tar, and one that is deep' '
	require ROOT
	mkdir root.tar
	root_of root.tar
	test -e root.tar/etc/passwd
	root_of other.tar --format=dir
	test -e other.tar/etc/passwd
	root_of new/deep/root --simulate >said
	grep "^would write: directory new/deep/root$" said
	test ! -e new
	run root_of new/deep/root --include=failing-postinst
	expect_status 1
	test ! -e new
	root_of new/deep/root
	test -e new/deep/root/etc/passwd
'

test_case 'a lost+found that is not empty is nobody'\''s to use' '
	mkdir -p root/lost+found
	echo saved >root/lost+found/file
	run root_of root
	expect_error 1 "lost+found that is not empty"
	test "$(cat root/lost+found/file)" = saved
'

test_case 'formats that cannot be' '
	run root_of root --format=iso
	expect_error 2 "unknown format '\''iso'\''; there are auto, directory, tar"
	for format in directory squashfs ext4; do
		run root_of - --format=$format
		expect_error 2 "the format $format cannot be written to standard output"
	done
	mkfifo pipe
	run root_of pipe --format=ext4
	expect_error 1 "'\''pipe'\'' exists and is not a regular file"
	rm pipe
	test -z "$(ls -A)"
'

test_case 'no room for the image: which filesystem is full' '
	require ROOT
	mkdir place
	for name in root.tar.zst root.ext4 root.squashfs; do
		run unshare --mount sh -c "
			mount -t tmpfs -o size=16k none place
			mkguest-root --quiet --variant=minbase \
				--keyring=$keyring --cache-dir=$cache \
				--include="$include" bookworm place/$name $mirror"
		expect_status 1
		expect_stderr "writing '\''place/$name'\''"
		no_leftovers .
	done
'

done_testing
