#!/bin/sh
# mkguest-delete: all that was made for a guest goes, and nothing else.
. "$(dirname "$0")/guest.sh"

delete() {
	run mkguest-delete "$@"
}

# OPTION…: refused, with TEXT, and nothing is changed.
refuse_delete() {
	text=$1
	shift
	before=$(facts)
	delete "$@"
	expect_error 1 "$text"
	test "$(facts)" = "$before" || show_run "something has changed"
}

# What is left here of any guest.
left() {
	find . ! -type d -size +0 -printf "%P\n" | sort | xargs
}

test_case 'images, domain file, kernels, seed, password, link and manifest' '
	make_guest debian2 --size 100M
	make_guest debian1 --size 100M --swap 32M --boot direct --autostart \
		--nic ip=192.0.2.7/24
	other=debian2.cfg\ debian2.img
	run mkguest-delete --dry-run debian1
	expect_status 0
	for line in "link '\''$PWD/auto/debian1.cfg" "domain file '\''$PWD/debian1.cfg" \
		"kernel '\''$PWD/boot/debian1/vmlinuz" "ramdisk " "directory " \
		"image '\''$PWD/debian1.img" "image '\''$PWD/debian1-swap.img" \
		"password " "manifest '\''$PWD/state/guests/debian1"; do
		expect_stdout "debian1: would remove $line"
	done
	test -e debian1.img
	refuse_guest 1 "is an address of guest '\''debian1'\''" debian3 \
		--nic ip=192.0.2.7/24
	delete -y debian1
	expect_status 0
	test "$(cat "$trash/stdout")" = "debian1: deleted"
	test "$(left)" = "$other state/guests/debian2 state/passwords/debian2"
	test ! -e boot/debian1
	no_leftovers .
	make_guest debian3 --size 100M --nic ip=192.0.2.7/24
'

test_case 'the seed that cloud-init reads goes as well' '
	make_guest debian1 --size 100M --cloud-init
	test -e "$(field Seed)"
	delete -y debian1
	expect_status 0
	test -z "$(left)"
'

test_case 'what is gone already is fine; half a guest is finished' '
	make_guest debian1 --size 100M --autostart
	rm -r debian1.img auto state/passwords
	delete -y debian1
	expect_status 0
	test -z "$(left)"
	refuse_delete "no guest '\''debian1'\'' was made here" -y debian1
	delete -y ../debian1
	expect_status 2
'

test_case 'killed at any of its removals, and then finished' '
	command -v strace >/dev/null || skip "no strace"
	for moment in 1 2 3 4 5 6; do
		make_guest debian1 --size 100M --swap 32M --boot direct
		run strace -f -o trace -e trace=unlinkat \
			-e inject=unlinkat:signal=KILL:when=$moment \
			mkguest-delete -y debian1
		rm trace
		test "$status" != 0 || show_run "was not killed"
		test -e state/guests/debian1
		wait_for_end .
		delete -y debian1
		expect_status 0
		test -z "$(left)"
	done
'

test_case 'what is another guest'\''s by now stays, and is named' '
	make_guest debian1 --size 100M --autostart
	make_guest debian2 --size 100M
	sed "s/debian1/debian3/" debian1.cfg >other
	mv other debian1.cfg
	ln -sf elsewhere auto/debian1.cfg
	sed -i "s,$PWD/debian2.img,$PWD/debian1.img," state/guests/debian2
	delete -y debian1
	expect_status 0
	expect_stdout "debian1.cfg'\'' stays: it is the domain file of '\''debian3'\''"
	expect_stdout "debian1.img'\'' stays: '\''"
	expect_stdout "is the disk of guest '\''debian2'\''"
	expect_stdout "auto/debian1.cfg'\'' stays: it does not lead to"
	test "$(left)" = "auto/debian1.cfg debian1.cfg debian1.img debian2.cfg \
debian2.img state/guests/debian2 state/passwords/debian2"
'

test_case 'a domain file that is none any more stays' '
	make_guest debian1 --size 100M
	echo "name = [" >debian1.cfg
	delete -y debian1
	expect_stdout "debian1.cfg'\'' stays: it is no domain file any more: "
	test "$(left)" = debian1.cfg
'

test_case '--keep-disk; a disk that was only attached' '
	truncate -s 1M data.img
	echo data >data.img
	make_guest debian1 --size 100M --disk debian1.img \
		--disk data.img,fs=none
	delete -y --json debian1
	expect_status 0
	python3 - "$trash/stdout" <<-END
	import json, sys
	[guest] = json.load(open(sys.argv[1]))
	assert guest["name"] == "debian1", guest
	assert [i["what"] for i in guest["removed"]] == ["domain file",
	    "password", "image", "manifest"], guest
	assert [i["why"] for i in guest["kept"]] == ["it was only attached"], guest
	END
	test "$(left)" = data.img
	make_guest debian1 --size 100M
	delete -y --keep-disk debian1
	expect_stdout "debian1.img'\'' stays: --keep-disk"
	test "$(left)" = "data.img debian1.img"
	delete -y --keep-disk --wipe debian1
	expect_error 2 "exclude each other"
'

test_case '--wipe: zeros over an image, in its place, before it goes' '
	make_guest debian1 --size 100M
	ln debian1.img other-name
	blocks=$(stat -c %b other-name)
	delete -y --wipe debian1
	expect_status 0
	test "$(stat -c %s other-name)" = $((100 << 20))
	test "$(tr -d "\\0" <other-name | wc -c)" = 0
	test "$(stat -c %b other-name)" -le "$blocks"
'

test_case 'a partition stays as it is; --wipe zeroes it' '
	require LOOP
	loop_device 100M
	make_guest debian1 --disk $device
	delete -y debian1
	expect_status 0
	expect_stdout "device '\''$device'\'' stays: it was not made by mkguest"
	is_clean $device
	make_guest debian1 --disk $device --force
	delete --dry-run --wipe debian1
	expect_stdout "would zero device '\''$device'\''"
	delete -y --wipe debian1
	expect_status 0
	test "$(tr -d "\\0" <$device | wc -c)" = 0
	test -b $device
'

test_case 'what is in use is refused, and nothing goes' '
	require LOOP
	make_guest debian1 --size 100M --swap 32M
	loop=$(losetup --find --show debian1-swap.img)
	delete -y debian1
	losetup --detach $loop
	expect_error 1 "debian1-swap.img'\''"
	test -e debian1.img
	exec 9<state/locks/debian1
	flock 9
	refuse_delete "another run is at work on guest '\''debian1'\''" -y debian1
'

test_case 'a domain that runs is refused' '
	require ROOT
	command -v xl || skip "no xl"
	make_guest debian1 --size 100M
	printf "#!/bin/sh\necho %s\n" "'\''[{\"config\": {\"c_info\":
		{\"name\": \"debian1\"}}}]'\''" >xl
	chmod +x xl
	run unshare --mount sh -ec '\''
		mount --bind xl "$(realpath "$(command -v xl)")"
		exec mkguest-delete -y debian1
	'\''
	expect_error 1 "domain '\''debian1'\'' is running; shut it down first"
'

test_case 'hooks are told, while the manifest is there still' '
	mkdir -p "$MKGUEST_CONFIG/hooks.d/deleted"
	hook=$MKGUEST_CONFIG/hooks.d/deleted/10-note
	printf "#!/bin/sh\ntest ! -e \$1 && grep -h ^Name: \$MKGUEST_MANIFEST\
 >>$PWD/noted && echo \$MKGUEST_STAGE >>$PWD/noted && test ! -e $PWD/fails\n" \
		>"$hook"
	chmod 755 "$hook"
	make_guest debian1 --size 100M
	touch fails
	delete -y debian1
	expect_error 1 "of the guest '\''debian1'\'' only the manifest is left"
	test -e state/guests/debian1
	rm fails noted
	delete -y debian1
	expect_status 0
	test "$(xargs <noted)" = "Name: debian1 deleted"
	test ! -e state/guests/debian1
	rm -r "$MKGUEST_CONFIG/hooks.d"
'

test_case 'it asks on a terminal, and without one it does not' '
	make_guest debian1 --size 100M
	make_guest debian2 --size 100M
	refuse_delete "there is no terminal to ask on: delete the guest" debian1
	refuse_delete "delete these 2 guests?; --yes says yes" debian1 debian2
	script -qec "mkguest-delete debian1" /dev/null <<-END >shown || :
		n
	END
	grep -q "nothing was deleted" shown
	test -e debian1.img
	script -qec "mkguest-delete debian1 debian2" /dev/null <<-END >shown
		y
	END
	grep -q "debian2: deleted" shown
	test ! -e debian1.img
'

test_case 'several: all are looked at before the first goes' '
	make_guest debian1 --size 100M
	refuse_delete "no guest '\''debian2'\''" -y debian1 debian2
	delete
	expect_error 2 "NAME is missing"
'

done_testing
