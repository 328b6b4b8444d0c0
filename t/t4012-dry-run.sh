#!/bin/sh
# What --dry-run prints is what the run then writes, and nothing else, outside
# its work, cache and log directories: compared with what strace sees.
. "$(dirname "$0")/guest.sh"

command -v strace >/dev/null || skip 'no strace'

calls=openat,open,creat,rename,renameat,renameat2,link,linkat,symlink
calls=$calls,symlinkat,mkdir,mkdirat,rmdir,unlink,unlinkat,mknod,mknodat
calls=$calls,truncate,chmod,fchmodat,lchown,chown,fchownat,utimensat

# [OPTION…]: a dry run, and the run. An image's lock has no name yet where the
# directory is to be made.
keeps_promise() {
	run guest debian1 "$@" --dry-run
	expect_status 0
	"$helper/written-paths" promised "$trash/stdout" >"$trash/promised"
	test "$(wc -l <"$trash/promised")" -ge 4
	MKGUEST_STATE=$PWD/state
	# shellcheck disable=SC2086
	run strace -f -y -qq -o "$trash/strace" -e signal=none \
		-e trace="$calls" mkguest $archive $here --cache-dir "$cache" \
		debian1 "$@"
	expect_status 0
	"$helper/written-paths" written "$trash/strace" "$cache" "$TMPDIR" \
		"$PWD/log" >"$trash/written"
	if grep -q "image:ID$" "$trash/promised"; then
		sed -i "s/image:[0-9a-f]*$/image:ID/" "$trash/written"
	fi
	diff -u "$trash/promised" "$trash/written"
	no_leftovers .
}

# The base is there, so that no program of the guest runs below another root.
test_case 'an image, with a kernel outside; then the same again by --force' '
	make_guest debian2 --size 100M
	keeps_promise --size 100M --boot direct
	grep -Fx "$PWD/boot/debian1/vmlinuz" "$trash/written"
	keeps_promise --size 100M --boot direct --force
'

test_case 'several disks and swap space; then others in their place' '
	keeps_promise --size 100M --disk ./debian1.img --swap 32M \
		--disk h.img,size=48M,mount=/home
	grep -Fx "$PWD/h.img" "$trash/written"
	keeps_promise --size 100M --force --swap ./other.img,size=32M
'

test_case 'a partition table with GRUB for all firmware, in two formats' '
	keeps_promise --size 100M --disk ./debian1.img,table=gpt
	grep -q "mtools.conf" "$trash/strace"
	keeps_promise --size 100M --force --disk ./debian1.qcow2,table=gpt
'

test_case 'devices' '
	require LOOP
	loop_device 100M
	root=$device
	loop_device 32M
	keeps_promise --disk "$root" --swap "$device"
	grep -Fx "$root" "$trash/written"
	grep -Fx "$device" "$trash/written"
	keeps_promise --disk "$root" --swap "$device" --force
'

test_case 'a key, a log and the default directories' '
	ssh-keygen -q -t ed25519 -N "" -f key
	make_guest debian2 --size 100M --ssh-key key.pub
	keeps_promise --size 100M --ssh-key key.pub --log log
	not grep passwords "$trash/written"
	here="--boot-dir boot --cfg-dir ."
	require ROOT
	rm -rf state debian1.*
	keeps_promise --size 100M
	grep -Fx "$PWD/state/images/debian1.img" "$trash/written"
'

done_testing
