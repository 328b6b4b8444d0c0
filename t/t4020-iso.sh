#!/bin/sh
# Media of files that a guest reads, judged by isoinfo, blkid and bsdtar.
. "$(dirname "$0")/lib.sh"

iso_write=$MKGUEST_BUILD/t/helper/iso-write

test_case 'a label, long names, directories, UTF-8' '
	long="viostor/a long name, of a driver with.dots and ümläuts.inf"
	"$iso_write" a.iso CIDATA 1000000000 meta-data="a: b" user-data= \
		"\$WinPEDriver\$/$long=driver"
	test "$(blkid -p -o value -s TYPE a.iso)" = iso9660
	test "$(blkid -p -o value -s LABEL a.iso)" = CIDATA
	test $(($(stat -c %s a.iso) % 2048)) -eq 0
	test "$(stat -c %s a.iso)" -lt 102400
	for form in -R -J; do
		isoinfo $form -j iso8859-1 -f -i a.iso >names
		test $form = -R || iconv -f latin1 names >utf8
		test $form = -R || mv utf8 names
		grep -Fx "/meta-data" names
		grep -Fx "/user-data" names
		grep -Fx "/\$WinPEDriver\$/$long" names
		isoinfo $form -i a.iso -x /meta-data >text
		test "$(cat text)" = "a: b"
	done
	isoinfo -l -R -i a.iso | grep "^-r-------- .* 4 Sep  9 2001 .* meta-data"
	isoinfo -l -R -i a.iso >list
	test "$(grep -c "Sep  9 2001" list)" -eq "$(grep -c "^[d-]r" list)"
	bsdtar -xf a.iso
	test "$(cat "\$WinPEDriver\$/$long")" = driver
'

test_case 'the same bytes whenever and wherever it is written' '
	name=$(printf "%0180d" 7)
	set -- user-data=text "one/two/$name=text" three/four=text
	TZ=Asia/Tokyo "$iso_write" a.iso CIDATA 1000000000 "$@"
	sleep 1.1
	LC_ALL=C "$iso_write" b.iso CIDATA 1000000000 "$@"
	cmp a.iso b.iso
	isoinfo -R -f -i a.iso | grep -Fx "/one/two/$name"
	"$iso_write" b.iso CIDATA 1000000001 "$@"
	not cmp a.iso b.iso
'

test_case 'large files of the host, and many' '
	mkdir tree
	head -c 9000000 /dev/urandom >tree/large
	set -- tree/large@tree/large
	for i in $(seq 300); do
		echo "$i" >tree/file.$i
		set -- "$@" tree/file.$i@tree/file.$i
	done
	"$iso_write" a.iso OEMDRV 1000000000 "$@"
	mkdir out
	bsdtar -C out -xf a.iso
	diff -r tree out/tree
	isoinfo -J -i a.iso -x /tree/large | cmp - tree/large
'

test_case 'what cannot be read is named' '
	run "$iso_write" a.iso CIDATA 0 "user-data@missing"
	expect_status 1
	expect_stderr "'\''user-data'\'': open '\''missing'\'': No such file or directory"
	mkdir directory
	run "$iso_write" a.iso CIDATA 0 "user-data@directory"
	expect_status 1
	expect_stderr "'\''directory'\'' is no file"
'

done_testing
