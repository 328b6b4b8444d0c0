#!/bin/sh
# Finished bases are kept, and taken again only where they are the same.
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm
cache=cache

# TARGET [OPTION…]: made from packages, and kept.
is_made() {
	run root_of "$@"
	expect_status 0
	expect_stderr "keeping the base"
	not grep "taking the base" "$trash/stderr"
	no_leftovers .
}

is_taken() {
	run root_of "$@"
	expect_status 0
	expect_stderr "taking the base from the cache"
	not grep "unpack the essential\|keeping the base" "$trash/stderr"
	no_leftovers .
}

# TARGET [OPTION…]: a damaged base is told, and made and kept anew.
is_made_anew() {
	run root_of "$@"
	expect_status 0
	expect_stderr "is damaged and made anew"
	expect_stderr "keeping the base"
	no_leftovers .
}

# The bases that are kept; t3012 looks at essential bases.
base_tar() {
	for tar in cache/bases/*.tar; do
		tar -tf "$tar" ./var/lib/dpkg/mkguest.claims >/dev/null 2>&1 ||
			echo "$tar"
	done
}

# A hook file: NAME LINE…
hook() {
	name=$1
	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$name"
	chmod +x "$name"
}

test_case 'the second directory is the first, without a package unpacked' '
	require ROOT
	include=hello,trigger-interest,long-names,libhello
	is_made one --include=$include
	requests_before=$(wc -l <"$requests")
	is_taken two --include=$include
	tail -n +$((requests_before + 1)) "$requests" >after
	not grep "\.deb" after
	for root in one two; do
		( cd $root && find . -printf "%p %y %m %U %G %n %l %T@\n" |
			grep -v "^\./dev" | sort ) >$root.list
	done
	sed -i "s/ [0-9.]*$//" one.list two.list
	diff one.list two.list
	dpkg --root=two --audit >audit
	test ! -s audit
	test two/usr/libexec/hello/data -ef two/usr/libexec/hello/data-again
	rm -r one/dev two/dev
	"$helper/tree-compare" one two
'

test_case 'times of files and links are those that they had' '
	require ROOT
	is_made one --include=hello
	is_taken two --include=hello
	for root in one two; do
		( cd $root && find . -path ./dev -prune -o \
			-printf "%p %T@\n" | sort ) >$root.list
	done
	diff one.list two.list
'

test_case 'a tar, a directory and stdout share one base' '
	export SOURCE_DATE_EPOCH=1700000000
	is_made one.tar --include=hello
	is_taken two.tar --include=hello
	cmp one.tar two.tar
	root_of - --include=hello 2>words >three.tar
	grep -q "taking the base" words
	cmp one.tar three.tar
	is_taken root --include=hello
	"$helper/tree-compare" root one.tar
	test "$(ls cache/bases | wc -l)" -eq 2
'

test_case 'images and compressed tars from a base are those from packages' '
	export SOURCE_DATE_EPOCH=1700000000
	for name in root.ext4 root.ext2 root.tar.zst; do
		root_of $name --include=libhello,long-names --no-base-cache
		mv $name anew.$name
	done
	is_made root.tar --include=libhello,long-names
	for name in root.ext4 root.ext2 root.tar.zst; do
		is_taken $name --include=libhello,long-names
		cmp $name anew.$name
		rm $name
	done
	sed -i "s/hello/HELLO/g" "$(base_tar)"
	is_made_anew root.ext4 --include=libhello,long-names
	cmp root.ext4 anew.root.ext4
'

test_case 'an ordinary user has bases, too, the same as root' '
	require ROOT USER
	export SOURCE_DATE_EPOCH=1700000000
	is_made root.tar --include=libhello
	for name in one two; do
		as_user env SOURCE_DATE_EPOCH=1700000000 mkguest-root \
			--variant=minbase --keyring="$keyring" \
			--include=libhello bookworm $name "$mirror" 2>$name.log
	done
	grep -q "keeping the base" one.log
	grep -q "taking the base" two.log
	test -e "$(echo user/cache/mkguest/bases/"$(basename "$(base_tar)")")"
	for base in cache user/cache/mkguest; do
		tar --numeric-owner -tvf $base/bases/*.tar |
			awk "{ \$4 = \$5 = \"\"; print }" >list
		test ! -e other || diff list other
		mv list other
	done
	"$helper/tree-compare" user/one user/two
	test "$(stat -c %a user/two/usr/libexec/hello/setuid)" = 4755
	test "$(stat -c %u user/two/usr/libexec/hello/foreign)" -gt 65536
	no_leftovers .
'

test_case 'whatever makes a root another one makes another base' '
	is_made 1.tar --include=hello
	is_made 2.tar --include=hello,libhello
	is_made 3.tar --include=hello --variant=apt
	is_made 4.tar --include=hello --components=main,contrib
	SOURCE_DATE_EPOCH=1700000000 is_made 5.tar --include=hello
	SOURCE_DATE_EPOCH=1700000001 is_made 6.tar --include=hello
	mirror=$mirror/ is_made 7.tar --include=hello
	is_taken 8.tar --include=hello
	test "$(base_tar | wc -l)" -eq 7
'

test_case 'hooks: only those that say so, and their text counts' '
	run root_of 1.tar --customize-hook="touch \"\$1/made\"" -v
	expect_status 0
	expect_stderr "no base is kept: the customize hook 1 is no file with a line '\''# Cacheable: yes'\''"
	hook hook "touch \"\$1/one\""
	run root_of 2.tar --customize-hook=./hook
	expect_status 0
	not grep "keeping the base" "$trash/stderr"
	hook hook "# Cacheable: yes" "touch \"\$1/one\""
	is_made 3.tar --customize-hook=./hook
	is_taken 4.tar --customize-hook=./hook
	tar -tf 4.tar ./one
	is_made 5.tar --essential-hook=./hook
	hook hook "# Cacheable: yes" "touch \"\$1/two\""
	is_made 6.tar --customize-hook=./hook
	tar -tf 6.tar ./two
'

test_case 'a root with a private key is not kept' '
	hook hook "# Cacheable: yes" \
		"mkdir -p \"\$1/etc/ssl\"" \
		"echo \"-----BEGIN OPENSSH PRIVATE KEY-----\" >\"\$1/etc/ssl/k\""
	run root_of root.tar --customize-hook=./hook
	expect_status 0
	expect_stderr "the base is not kept: '\''/etc/ssl/k'\'': is a private key, which no two roots may share"
	test -z "$(ls -A cache/bases)"
'

test_case '--no-base-cache neither takes nor keeps one' '
	run root_of 1.tar --no-base-cache
	expect_status 0
	not ls cache/bases
	is_made 2.tar
	run root_of 3.tar --no-base-cache
	expect_status 0
	expect_stderr "unpack the essential"
	not grep "the base" "$trash/stderr"
'

test_case 'a byte that has changed: found while it is read, and made anew' '
	export SOURCE_DATE_EPOCH=1700000000
	is_made one.tar --include=hello
	for offset in 600 1000000 2000000; do
		printf "\\377" |
			dd of="$(base_tar)" bs=1 seek=$offset conv=notrunc status=none
		is_made_anew two.tar --include=hello
		expect_stderr "does not have the SHA-256 that was recorded"
		cmp one.tar two.tar
		rm two.tar
	done
	is_taken two.tar --include=hello
	cmp one.tar two.tar
'

test_case 'into a directory the damaged base leaves no trace' '
	require ROOT
	is_made one --include=hello
	sed -i "s/hello/HELLO/g" "$(base_tar)"
	is_made_anew two --include=hello
	diff -r --no-dereference --exclude=dev one two
	sed -i "s/hello/HELLO/g" "$(base_tar)"
	mkdir -p three/lost+found
	is_made_anew three --include=hello
	rmdir three/lost+found
	diff -r --no-dereference --exclude=dev one three
'

test_case 'a base that is short, replaced, gone or unsealed' '
	is_made 1.tar
	truncate -s -512 "$(base_tar)"
	is_made_anew 2.tar
	expect_stderr "its tar has "
	head -c "$(stat -c %s "$(base_tar)")" /dev/zero >other
	mv other "$(base_tar)"
	is_made_anew 3.tar
	rm "$(base_tar)"
	is_made_anew 4.tar
	expect_stderr "its tar: No such file or directory"
	: >"$(base_tar | sed "s/tar$/base/")"
	is_made_anew 5.tar
	expect_stderr "is no record of a base"
	rm cache/bases/*.base
	is_made 6.tar
	is_taken 7.tar
'

test_case 'two runs at once' '
	root_of 1.tar 2>one &
	root_of 2.tar 2>two || { cat two; false; }
	wait $!
	grep -q "keeping the base" one two
	is_taken 3.tar
	run mkguest-root --verify --cache-dir=cache
	expect_status 0
	ls -A cache/bases >bases
	cat bases
	not grep -v "^[0-9a-f]*\.base$\|^[0-9a-f]*\.tar$" bases
	# the later one may have kept the essential base, for what comes next
	grep -c "\.base$" bases | grep -x "[12]"
	test "$(grep -c "\.base$" bases)" -eq "$(grep -c "\.tar$" bases)"
'

test_case 'killed while it is kept: nothing of it is left' '
	run interrupt_when "keeping the base" KILL mkguest-root \
		--variant=minbase --keyring="$keyring" --cache-dir=cache \
		bookworm one.tar "$mirror"
	while no_leftovers cache | grep process:; do
		sleep 0.05
	done
	test -z "$(ls -A cache/bases)"
	is_made one.tar
	is_taken two.tar
'

test_case 'no room to keep it, and no place: the root is made' '
	require ROOT
	is_made 1.tar
	mkdir full
	run unshare --mount sh -c "
		mount -t tmpfs -o size=$(($(du -sk cache/by-sha256 |
			cut -f 1) + 1000))k none full
		cp -r cache/by-sha256 full
		mkguest-root --variant=minbase --keyring=$keyring \
			--cache-dir=full bookworm root $mirror"
	expect_status 0
	expect_stderr "the base is not kept: "
	expect_stderr "No space left on device"
	test -e root/etc/passwd
	rm -r cache
	mkdir cache
	: >cache/bases
	run root_of 2.tar
	expect_status 0
	expect_stderr "the base is not kept: open '\''bases'\'' in the cache: Not a directory"
'

test_case 'on btrfs a tar shares the blocks of its base, unread if that is sealed' '
	require LOOP
	truncate -s 300M disk
	mkfs.btrfs -q disk
	mkdir mnt
	cat >inside <<-end
		set -e
		not() { ! "\$@" || exit; }
		mount -o loop disk mnt
		cd mnt
		make() {
			mkguest-root --variant=minbase --keyring="$keyring" \
				--cache-dir=cache bookworm "\$@" "$mirror"
		}
		make one.tar
		make two.tar 2>log
		not grep "taking the base from the cache" log
		cmp one.tar two.tar
		cmp two.tar cache/bases/*.tar
		sync
		filefrag -v two.tar | sed 1,2d | head -n -1 >two
		filefrag -v cache/bases/*.tar | sed 1,2d | head -n -1 >base
		grep -q shared two
		diff two base
		cp -p cache/bases/*.tar copy
		mv copy "\$(echo cache/bases/*.tar)"
		make three.tar 2>log
		cat log >&2
		grep "taking the base from the cache" log
		cmp one.tar three.tar
		filefrag -v three.tar | grep -q shared
		printf "\\377" | dd of="\$(echo cache/bases/*.tar)" bs=1 \
			seek=300000 conv=notrunc status=none
		make four.tar
		tar -tf four.tar >/dev/null
	end
	run unshare --mount sh inside
	expect_status 0
	expect_stderr "taking the base from the cache"
	expect_stderr "is damaged and made anew"
'

test_case '--verify reads all, and drops what is damaged' '
	run mkguest-root --verify --cache-dir=cache
	expect_status 0
	expect_stdout "0 kept bases, all as they were"
	is_made 1.tar
	is_made 2.tar --include=hello
	run mkguest-root --verify --cache-dir=cache
	expect_status 0
	expect_stdout "3 kept bases, all as they were"
	printf "\\377" | dd of="$(ls cache/bases/*.tar | head -n 1)" bs=1 \
		seek=600 conv=notrunc status=none
	run mkguest-root --verify --cache-dir=cache
	expect_error 1 "1 of 3 kept bases were damaged"
	expect_stderr "is damaged and removed: its tar does not have the SHA-256"
	test "$(ls cache/bases/*.tar | wc -l)" -eq 2
	run mkguest-root --verify bookworm
	expect_error 2 "--verify takes no operands"
'

test_case 'the second guest is made from the base of the first' '
	guest() {
		run env MKGUEST_STATE="$PWD/state" mkguest --suite bookworm \
			--mirror "$mirror" --security-mirror "$mirror" \
			--keyring "$keyring" --image-dir . --cfg-dir . \
			--cache-dir "$PWD/cache" --size 100M "$@"
		expect_status 0
		no_leftovers .
	}
	guest first
	expect_stderr "keeping the base"
	guest second
	not grep "unpack\|keeping the base" "$trash/stderr"
	for name in first second; do
		e2fsck -fn $name.img
		debugfs -R "cat /etc/hostname" $name.img 2>/dev/null |
			grep -x $name
	done
	mkdir base
	tar -C base --exclude="./dev/*" -xf "$(base_tar)"
	not grep -rl "first" base/etc
	test ! -s base/etc/machine-id
	grep -q "^root:[*]:" base/etc/shadow ||
		not grep "^root:[$]" base/etc/shadow
	test -z "$(find base -name "ssh_host_*")"
'

done_testing
