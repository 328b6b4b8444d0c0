#!/bin/sh
# Guests on volumes that mkguest has the system's tools make. The kernels that
# tests run on have neither LVM nor ZFS: fakes of lvs, lvcreate, lvchange,
# lvremove and zfs write down their arguments and make loop devices. That the real LVM
# understands these arguments is judged, when it is here, without its driver; of
# zfs, which Debian's main archive lacks, nothing is.
. "$(dirname "$0")/guest.sh"
require ROOT LOOP

group=mkguest-test-$$
mark=mkguest.unfinished:HOME:debian1

# In ./bin, to be found before all others. What they were asked is in ./asked.
make_fakes() {
	mkdir bin
	cat >bin/fake <<-END
		#!/bin/sh
		echo "\${0##*/} \$*" >>"$PWD/asked"
		for last; do :; done
		list() {
			test -d "/dev/$group" || { echo "\$last not found" >&2; exit 5; }
			cd "/dev/$group" && ls | while read -r name; do
				echo "\$1\$name\$2\$(cat "$PWD/\$name.mark")"
			done
		}
		make() {
			test ! -e "$PWD/fails" || { echo "no space" >&2; exit 5; }
			truncate -s "\$2" "$PWD/\$1.volume"
			ln -s "\$(losetup --find --show "$PWD/\$1.volume")" \
				"/dev/$group/\$1"
			echo "\$3" >"$PWD/\$1.mark"
		}
		remove() {
			losetup --detach "\$(readlink "/dev/$group/\$1")"
			rm "/dev/$group/\$1" "$PWD/\$1.volume" "$PWD/\$1.mark"
		}
		word() {
			printf '%s\n' "\$line" | sed "s/.*\$1 \([^ ]*\).*/\1/"
		}
		line=\$*
		case \${0##*/}:\$1 in
		lvs:*) list "  " " " ;;
		lvcreate:*) make "\$(word --name)" "\$(word size | tr -d b)" \
			"other,\$(word --addtag)" ;;
		lvchange:*) sed -i "s/,\$(word --deltag)\$//" "\${last##*/}.mark" ;;
		lvremove:*) remove "\${last##*/}" ;;
		zfs:list) list "\$last/" "	" ;;
		zfs:create) make "\${last##*/}" "\$5" "\${3#*=}" ;;
		zfs:inherit) echo - >"$PWD/\${last##*/}.mark" ;;
		zfs:destroy) remove "\${last##*/}" ;;
		esac
	END
	chmod +x bin/fake
	for program in lvs lvcreate lvchange lvremove zfs; do
		ln -s fake bin/"$program"
	done
	mkdir "/dev/$group"
	trap forget_volumes EXIT
}

forget_volumes() {
	for volume in "/dev/$group"/*; do
		test ! -L "$volume" || losetup --detach "$(readlink "$volume")"
	done
	rm -r "/dev/${group:?}"
	rm -f /dev/zvol/"$group"
	rmdir /dev/zvol 2>/dev/null || :
	stop_servers
}

# PROGRAM [OPTION…], which finds the fakes.
with_fakes() {
	# shellcheck disable=SC2016
	MKGUEST_STATE=$PWD/state unshare --mount sh -c '
		mount --bind bin /usr/local/sbin
		exec "$@"
	' sh "$@"
}

guest_on_volumes() {
	# shellcheck disable=SC2086
	with_fakes mkguest $archive $here --cache-dir "$cache" "$@"
}

volumes() {
	find "/dev/$group" -mindepth 1 | sort | xargs
}

# What changed something; in the marks HOME stands for this host and state.
asked() {
	grep -v "^lvs\|^zfs list" asked |
		sed "s/unfinished:[0-9a-f]\{16\}:/unfinished:HOME:/"
}

# Status 5 of an LVM that has no such group, not the 3 of wrong use.
judge_arguments() {
	asked | while read -r program arguments; do
		test -x "/usr/sbin/$program" || continue
		status=0
		# shellcheck disable=SC2086
		"/usr/sbin/$program" --driverloaded n $arguments \
			>judged 2>&1 || status=$?
		test "$status" = 5 || { cat judged; false; }
	done
}

test_case 'root and swap on new logical volumes' '
	make_fakes
	run guest_on_volumes debian1 --lvm $group --size 100M --swap 32M -n
	expect_status 0
	expect_stdout "would write volume /dev/$group/debian1-disk (new)"
	expect_stdout "would write disk /dev/$group/debian1-disk (100 MiB, ext4"
	test -z "$(volumes)"
	run guest_on_volumes debian1 --lvm $group --size 100M --swap 32M
	expect_status 0
	asked | diff - - <<-END
		lvcreate --yes --wipesignatures y --size 104857600b --addtag $mark --name debian1-disk $group
		lvcreate --yes --wipesignatures y --size 33554432b --addtag $mark --name debian1-swap $group
		lvchange --deltag $mark $group/debian1-disk
		lvchange --deltag $mark $group/debian1-swap
	END
	judge_arguments
	is_clean /dev/$group/debian1-disk
	test "$(blkid -p -o value -s TYPE /dev/$group/debian1-swap)" = swap
	judge_cfg debian1.cfg
	grep -Fx "disk[0].pdev_path=/dev/$group/debian1-disk" xl-check
	grep -Fx "disk[1].pdev_path=/dev/$group/debian1-swap" xl-check
	test "$(grep -c "/dev/$group/debian1-.*,volume=lvm$" state/guests/debian1)" = 2

	run guest_on_volumes debian1 --lvm $group --size 100M --swap 32M
	expect_error 1 "the volume '\''/dev/$group/debian1-disk'\'' exists; --force"
	run guest_on_volumes debian1 --lvm $group --size 100M --swap 32M --force
	expect_status 0
	test "$(asked | wc -l)" = 4
	is_clean /dev/$group/debian1-disk
'

test_case 'thin ones, and those of ZFS' '
	make_fakes
	run guest_on_volumes debian1 --lvm-thin $group/pool --size 100M
	expect_status 0
	asked | diff - - <<-END
		lvcreate --yes --virtualsize 104857600b --thinpool pool --addtag $mark --name debian1-disk $group
		lvchange --deltag $mark $group/debian1-disk
	END
	judge_arguments
	is_clean /dev/$group/debian1-disk
	mkdir -p /dev/zvol
	ln -s /dev/$group /dev/zvol/$group
	run guest_on_volumes debian2 --zpool $group --size 100M
	expect_status 0
	asked | sed 1,2d | diff - - <<-END
		zfs create -o mkguest:unfinished=mkguest.unfinished:HOME:debian2 -V 104857600 $group/debian2-disk
		zfs inherit mkguest:unfinished $group/debian2-disk
	END
	is_clean /dev/zvol/$group/debian2-disk
	grep -F ",volume=zfs" state/guests/debian2
'

test_case 'a run that fails takes back what it made' '
	make_fakes
	run guest_on_volumes debian1 --lvm $group --size 1G --swap 32M \
		--disk x.img,size=64M,mount=/home --include no-such-package
	expect_status 2
	test -z "$(asked)"
	printf "#!/bin/sh\\necho no qcow2 today >&2; exit 3\\n" >bin/qemu-img
	chmod +x bin/qemu-img
	run guest_on_volumes debian1 --lvm $group --size 100M --swap 32M \
		--disk f.qcow2,size=64M,mount=/home
	expect_error 1 "no qcow2 today"
	test "$(asked | cut -d " " -f 1 | xargs)" = \
		"lvcreate lvcreate lvremove lvremove"
	judge_arguments
	test -z "$(volumes)"
	test ! -e state/guests/debian1
	no_leftovers .
	touch fails
	run guest_on_volumes debian1 --lvm $group --size 100M
	expect_error 1 "make '\''/dev/$group/debian1-disk'\'': lvcreate failed with exit status 5: no space"
'

test_case 'an interrupt takes them back, too' '
	make_fakes
	printf "#!/bin/sh\nkill -TERM \$PPID; exec sleep 9\n" >bin/qemu-img
	chmod +x bin/qemu-img
	run guest_on_volumes debian1 --lvm $group --size 100M \
		--disk f.qcow2,size=64M,mount=/home
	expect_error 1 "interrupted"
	test "$(asked | cut -d " " -f 1 | xargs)" = "lvcreate lvremove"
	test -z "$(volumes)"
	test ! -e state/guests/debian1
	no_leftovers .
'

# OPTION…: the volumes of a run that is killed between lvcreate and commit.
killed_on_volumes() {
	printf "#!/bin/sh\nkill -KILL \$PPID; exec sleep 9\n" >bin/qemu-img
	chmod +x bin/qemu-img
	run guest_on_volumes debian1 "$@" --size 100M \
		--disk f.qcow2,size=64M,mount=/home
	expect_status 137
	rm bin/qemu-img
	flock state/locks/debian1 true
	test "$(volumes)" = "/dev/$group/debian1-disk"
}

test_case 'what a killed run made goes with the next, what a living one has stays' '
	make_fakes
	mkdir -p /dev/zvol
	ln -s /dev/$group /dev/zvol/$group
	for kind in lvm zpool; do
		killed_on_volumes --$kind $group
		exec 9<state/locks/debian1
		flock 9
		run guest_on_volumes debian2 --$kind $group --size 100M
		expect_status 0
		test "$(volumes)" = \
			"/dev/$group/debian1-disk /dev/$group/debian2-disk"
		exec 9<&-
		run guest_on_volumes debian3 --$kind $group --size 100M -n
		expect_stderr "debian1-disk'\'' is of a run that was killed; it would"
		test "$(volumes)" = \
			"/dev/$group/debian1-disk /dev/$group/debian2-disk"
		run guest_on_volumes debian3 --$kind $group --size 100M
		expect_status 0
		expect_stderr "debian1-disk'\'' is of a run that was killed, and is"
		test "$(volumes)" = \
			"/dev/$group/debian2-disk /dev/$group/debian3-disk"
		is_clean /dev/$group/debian2-disk
		bin/lvremove $group/debian2-disk
		bin/lvremove $group/debian3-disk
		rm -r state *.cfg
	done
'

test_case 'the same guest is made again over what its killed run left' '
	make_fakes
	killed_on_volumes --lvm $group
	run guest_on_volumes debian1 --lvm $group --size 120M -n
	expect_stdout "would write volume /dev/$group/debian1-disk (new)"
	run guest_on_volumes debian1 --lvm $group --size 120M
	expect_status 0
	test "$(asked | cut -d " " -f 1 | xargs)" = \
		"lvcreate lvremove lvcreate lvchange"
	judge_arguments
	test "$(blockdev --getsize64 /dev/$group/debian1-disk)" = 125829120
	is_clean /dev/$group/debian1-disk
'

test_case 'marks of another host, of another state, and those of a guest' '
	make_fakes
	run guest_on_volumes debian1 --lvm $group --size 100M
	expect_status 0
	mark=$(sed -n "s/.*--addtag \([^ ]*\).*/\1/p" asked)
	echo "$mark" >debian1-disk.mark
	bin/lvcreate --size 1048576b --addtag \
		mkguest.unfinished:0123456789abcdef:debian1 --name a $group
	bin/lvcreate --size 1048576b --addtag "${mark%debian1}../x" --name b \
		$group
	bin/lvcreate --size 1048576b --addtag "$mark" --name c $group
	run guest_on_volumes debian2 --lvm $group --size 100M
	expect_status 0
	test "$(volumes)" = "$(echo /dev/$group/a /dev/$group/b \
		/dev/$group/debian1-disk /dev/$group/debian2-disk)"
'

test_case 'no such group, or no tools' '
	make_fakes
	rmdir /dev/$group
	run guest_on_volumes debian1 --lvm $group --size 100M
	mkdir /dev/$group
	expect_error 1 "$group not found"
	test "$(cat asked)" = "lvs --noheadings --options lv_name,lv_tags $group"
	rm bin/zfs
	run guest_on_volumes debian1 --zpool pool --size 100M
	expect_error 1 "zfs is not installed; it is in Debian"
'

test_case 'a guest that is deleted, and its volumes with it' '
	make_fakes
	mkdir -p /dev/zvol
	ln -s /dev/$group /dev/zvol/$group
	for kind in lvm zpool; do
		run guest_on_volumes debian1 --$kind $group --size 100M --swap 32M
		expect_status 0
		run with_fakes mkguest-delete --yes --keep-disk debian1
		expect_stdout "debian1-disk'\'' stays: --keep-disk"
		test -e /dev/$group/debian1-disk
		bin/lvremove $group/debian1-disk
		bin/lvremove $group/debian1-swap
	done
	run guest_on_volumes debian1 --lvm $group --size 100M --swap 32M
	: >asked
	run with_fakes mkguest-delete --yes --wipe debian1
	expect_status 0
	asked | diff - - <<-END
		lvremove --yes $group/debian1-disk
		lvremove --yes $group/debian1-swap
	END
	test -z "$(volumes)"
	test ! -e state/guests/debian1
	run guest_on_volumes debian1 --lvm $group --size 100M
	printf "#!/bin/sh\necho in use >&2\nexit 5\n" >bin/broken
	chmod +x bin/broken
	ln -sf broken bin/lvremove
	run with_fakes mkguest-delete --yes debian1
	expect_error 1 "is deleted in part, mkguest-delete goes on: volume: "
	test -e state/guests/debian1
	ln -sf fake bin/lvremove
	run with_fakes mkguest-delete --yes debian1
	expect_status 0
	test -z "$(volumes)"
'

done_testing
