#!/bin/sh
# The essential packages, configured, are kept for other lists of packages.
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm
export SOURCE_DATE_EPOCH=1700000000
cache=$trash/cache

# TARGET [OPTION…]
root_is_made() {
	run root_of "$@"
	expect_status 0
	no_leftovers .
}

# The first fills the cache; the second keeps what both begin with.
keep_essential() {
	root_is_made "$trash/first.tar" --include=hello
	not grep "essential base" "$trash/stderr"
	root_is_made "$trash/second.tar" --include=hello,libhello
	expect_stderr "keeping the essential base"
	rm "$trash/first.tar" "$trash/second.tar"
}

essential_tar() {
	for tar in "$cache"/bases/*.tar; do
		! tar -tf "$tar" ./var/lib/dpkg/mkguest.claims \
			>/dev/null 2>&1 || echo "$tar"
	done
}

is_taken() {
	root_is_made "$@"
	expect_stderr "taking the essential base from the cache"
	not grep "unpack the essential" "$trash/stderr"
	expect_stderr "configure"
}

# TARGET [OPTION…]: from the essential base, byte for byte as without.
is_taken_equal() {
	is_taken "$@"
	shift
	root_of anew.tar --no-base-cache "$@"
	cmp one.tar anew.tar
	not tar -tf one.tar ./var/lib/dpkg/mkguest.claims
	rm one.tar anew.tar
}

keep_essential

test_case 'the second run keeps it, with the same root as without' '
	cache=cache
	root_is_made first.tar --include=hello
	root_is_made one.tar --include=libhello
	expect_stderr "keeping the essential base"
	root_is_made anew.tar --include=libhello --no-base-cache
	not grep "essential base" "$trash/stderr"
	cmp one.tar anew.tar
	test "$(ls cache/bases/*.tar | wc -l)" -eq 3
	root_is_made two.tar --include=libhello
	expect_stderr "taking the base"
	not grep "essential base" "$trash/stderr"
'

for options in --include=trigger-interest,long-names --variant=standard \
	--variant=important --include=diverts-hello,hello,no-md5sums; do
	test_case "from it, byte for byte: $options" "
		is_taken_equal one.tar $options
	"
done

for name in late-replaces late-replaces-by-link late-diverts late-hides; do
	test_case "$name meets a file of an essential package" "
		is_taken_equal one.tar --include=$name
	"
done

test_case 'a collision with an essential package is refused as without' '
	for option in "" --no-base-cache; do
		run root_of root.tar --include=late-collides $option
		expect_error 1 "trying to overwrite '\''/usr/lib/os-release'\'', which is also in package base-files"
		test ! -e root.tar
	done
'

test_case 'what scripts are told of dpkg is the same' '
	is_taken_equal one.tar --include=records-host
'

test_case 'hooks: the last two stages may follow, the first two may not' '
	is_taken one.tar --customize-hook="echo customize >\"\$1/made\"" \
		--essential-hook="test ! -e \"\$1/var/lib/dpkg/mkguest.claims\""
	tar -xOf one.tar ./made
	for stage in setup extract; do
		run root_of two.tar -v --$stage-hook=true --include=long-names
		expect_status 0
		not grep "[gk]..* the essential base" "$trash/stderr"
		expect_stderr "unpack the essential"
	done
	expect_stderr "no essential base is kept: extract hooks learn what follows"
'

test_case 'the resolver is lent again, and taken back' '
	require ROOT
	test -e /etc/resolv.conf
	is_taken root --customize-hook="cmp /etc/resolv.conf \"\$1/etc/resolv.conf\""
	test ! -e root/etc/resolv.conf
	not tar -tf "$(essential_tar)" ./etc/resolv.conf
	not tar -tf "$(essential_tar)" ./usr/sbin/policy-rc.d
'

test_case 'an ordinary user has it, too, the same as root' '
	require ROOT USER
	for include in hello libhello hello,libhello; do
		as_user env SOURCE_DATE_EPOCH=1700000000 mkguest-root \
			--variant=minbase --keyring="$keyring" \
			--include=$include bookworm $include.tar "$mirror" \
			2>$include.log
	done
	grep "keeping the essential base" libhello.log
	grep "taking the essential base" hello,libhello.log
	root_is_made one.tar --include=hello,libhello --no-base-cache
	cmp one.tar user/hello,libhello.tar
	test -e "$(echo user/cache/mkguest/bases/"$(basename "$(essential_tar)")")"
'

test_case 'damage is found while it is read, and made anew' '
	cp -r "$trash/cache" cache
	cache=cache
	printf "\\377" | dd of="$(essential_tar)" bs=1 seek=600 \
		conv=notrunc status=none
	root_is_made one.tar --include=trigger-interest
	expect_stderr "the kept essential base '\''"
	expect_stderr "is damaged and made anew: "
	expect_stderr "keeping the essential base"
	root_of two.tar --include=trigger-interest --no-base-cache
	cmp one.tar two.tar
	rm one.tar
	is_taken_equal one.tar --include=long-names
	truncate -s 1000 "$(essential_tar)"
	root_is_made one.tar --include=libhello,long-names
	expect_stderr "is damaged and made anew: its tar has "
	expect_stderr "keeping the essential base"
'

test_case 'two runs at once, --verify' '
	root_of 1.tar --include=hello 2>log
	root_of 2.tar --include=libhello 2>one &
	root_of 3.tar --include=hello,libhello 2>two || { cat two; false; }
	wait $!
	is_taken 4.tar --include=long-names
	run mkguest-root --verify --cache-dir="$cache"
	expect_status 0
'

test_case 'what a script has moved is not kept' '
	root_is_made root.tar
	tar -xf root.tar ./var/lib/dpkg/status
	names=$(sed -n "s/^Package: //p" var/lib/dpkg/status | paste -sd,)
	root_is_made one.tar --include=moves-directory
	run root_of one.tar --variant=custom --include="$names,moves-directory"
	expect_status 0
	expect_stderr "the essential base is not kept: the directory of '\''/usr/share/moves/file'\'': No such file or directory"
'

done_testing
