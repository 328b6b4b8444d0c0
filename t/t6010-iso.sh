#!/bin/sh
# Guests of type hvm: machines with a firmware, a screen and whole disks, of
# Debian and of an installer's ISO image.

. "$(dirname "$0")/guest.sh"

judge_hvm() {
	judge_cfg "$1"
	test "$(stat -c %a "$1")" = "${2:-644}"
	mkguest-cfg check --elsewhere --xen-version=4.17 "$1"
}

test_case 'Debian as hvm: GRUB on a whole disk, the standard kernel, a screen' '
	echo secret >password
	chmod 600 password
	make_guest debian1 --type hvm --firmware uefi \
		--vnc listen=192.0.2.1,port=5907,password-file=password
	judge_hvm debian1.cfg 600
	for line in "type = \"hvm\"" "firmware = \"uefi\"" "boot = \"c\"" \
		"vnclisten = \"192.0.2.1\"" "vncdisplay = 7" \
		"vncpasswd = \"secret\""; do
		grep -x "$line" debian1.cfg
	done
	grep "vdev=xvda,.*debian1.img" debian1.cfg
	not grep -E "^(kernel|ramdisk|cmdline)" debian1.cfg
	field Disk | grep "table=gpt"
	test "$(sfdisk --json debian1.img | grep -c "\"node\"")" -ge 2
	not grep -r secret state
'

test_case 'what a machine cannot have is refused' '
	refuse_guest 2 "leave out vdev=, or say table=gpt and vdev=xvda" \
		debian1 --type hvm --disk d.img,vdev=hda1
	echo "far too long" >password
	chmod 600 password
	refuse_guest 1 "longer than 8 characters" debian1 --type hvm \
		--vnc password-file=password
	chmod 644 password
	refuse_guest 1 "others can read or write" debian1 --type hvm \
		--vnc password-file=password
'

# A guest that an installer makes: none of the archive's options.
install_guest() {
	MKGUEST_STATE=$PWD/state
	run mkguest --image-dir . --cfg-dir . "$@"
	no_leftovers .
}

refuse_install() {
	wanted=$1
	text=$2
	shift 2
	before=$(facts)
	install_guest "$@"
	expect_error "$wanted" "$text"
	test "$(facts)" = "$before" || show_run "something has changed"
}

# NAME LABEL FILE…: an image that a BIOS boots, which says that it is the CD.
# The files hold their names; genisoimage makes UDF besides with udf set.
make_iso() {
	image=$1
	label=$2
	shift 2
	mkdir -p tree
	"$helper/boot-sector" "here is the CD" >tree/boot.bin
	for name; do
		mkdir -p "tree/$(dirname "$name")"
		echo "$name" >"tree/$name"
	done
	# shellcheck disable=SC2086
	genisoimage -quiet -V "$label" -b boot.bin -no-emul-boot \
		-boot-load-size 4 -R -J ${udf-} -o "$image" tree
	rm -r tree
}

# What the machine of a domain file says when it is started; of its keys these
# tests use boot, disk and firmware.
start_machine() {
	order=$(sed -n "s/^boot = \"\(.*\)\"/\1/p" "$1")
	disk=$(sed -n "s/.*vdev=hda,.*target=\(.*\)\",/\1/p" "$1")
	cd=$(sed -n "s/.*vdev=hdc,.*target=\(.*\)\",/\1/p" "$1")
	timeout 60 qemu-system-x86_64 -machine pc -m 64 -display none \
		-nodefaults -serial file:said -device isa-debug-exit,iobase=0xf4 \
		-drive "file=$disk,format=raw,if=ide,index=0" \
		${cd:+-drive "file=$cd,format=raw,if=ide,index=2,media=cdrom"} \
		-boot "order=$order" || :
	cat said
}

# NAME: its manifest has all that the domain file was written from.
rewrite_same() {
	cp "$1.cfg" before.cfg
	rm "$1.cfg"
	MKGUEST_STATE=$PWD/state mkguest-cfg write "$1"
	cmp before.cfg "$1.cfg"
}

# NAME: the same of a file that was edited, whose layout is another.
rewrite_like() {
	"$MKGUEST_BUILD/t/helper/xl-check" "$1.cfg" >before
	MKGUEST_STATE=$PWD/state mkguest-cfg write "$1"
	"$MKGUEST_BUILD/t/helper/xl-check" "$1.cfg" | diff before -
}

test_case 'an installer is booted from its CD, and then what it has installed' '
	require QEMU
	make_iso cd.iso TEST_CD readme
	install_guest win1 --iso cd.iso --size 3M --memory 64
	expect_status 0
	expect_stdout "mkguest-cfg installed win1"
	judge_hvm win1.cfg
	grep -x "boot = \"cd\"" win1.cfg
	grep "format=raw,vdev=hda,access=rw,target=$PWD/win1.img" win1.cfg
	grep "vdev=hdc,access=ro,devtype=cdrom,target=$PWD/cd.iso" win1.cfg
	test "$(stat -c "%a %s" win1.img)" = "600 3145728"
	not grep -c . win1.img
	rewrite_same win1
	start_machine win1.cfg | grep "here is the CD"
	"$helper/boot-sector" "here is the disk" | dd of=win1.img conv=notrunc
	start_machine win1.cfg | grep "here is the disk"
	mkguest-cfg installed win1
	judge_hvm win1.cfg
	rewrite_like win1
	not grep "^[^ ].*cd.iso" win1.cfg state/guests/win1
	grep -x "boot = \"c\"" win1.cfg
	start_machine win1.cfg | grep "here is the disk"
	run mkguest-cfg installed win1
	expect_error 1 "is not being installed from an ISO image"
	run mkguest-cfg installed nobody
	expect_error 1 "no guest '\''nobody'\'' was made here"
'

test_case 'for xm: from the CD until it is told otherwise' '
	make_iso cd.iso TEST_CD readme
	install_guest win1 --iso cd.iso --size 3M --toolstack xm \
		--bridge xenbr0
	"$helper/python-config" win1.cfg >values
	for line in "boot=d" "builder=hvm" \
		"disk[0]=file:$PWD/win1.img,ioemu:hda,w" \
		"disk[1]=file:$PWD/cd.iso,ioemu:hdc:cdrom,r"; do
		grep -Fx "$line" values
	done
	rewrite_same win1
	mkguest-cfg installed win1
	"$helper/python-config" win1.cfg >values
	grep -x "boot=c" values
	not grep "^disk.1" values
	mv values values.before
	mkguest-cfg write win1
	"$helper/python-config" win1.cfg | diff values.before -
'

test_case 'what a medium installs is seen, by ISO 9660 and by UDF' '
	while IFS="|" read -r volume files title keys; do
		for udf in "" "-udf -hide-joliet-trans-tbl"; do
			rm -rf state ./*.img ./*.cfg
			make_iso cd.iso "$volume" $files
			install_guest a --iso cd.iso --size 3M --memory 2048
			expect_status 0
			expect_stdout "from the CD, $title, hvm"
			for key in $keys; do
				grep "$key" a.cfg
			done
		done
	done <<-EOF
	CCCOMA_X64FRE|sources/install.wim setup.exe|Windows|viridian localtime model=e1000
	CCCOMA_X64FRE|sources/install.esd|Windows|viridian
	GRTMPVOL|I386/TXTSETUP.SIF WIN51IP|Windows XP Professional|model=rtl8139 localtime
	ARMECOLSP2|i386/txtsetup.sif win51is|Windows Server 2003 Standard|viridian
	Debian|.disk/info|.disk/info|model=e1000
	NETBSD_100|netbsd|NetBSD|model=e1000
	14_1_RELEASE_AMD64_CD|boot/kernel/kernel|FreeBSD|model=e1000
	X|y|an unknown system|e1000
	EOF
	not grep viridian a.cfg
'

# As the media of Windows do: what ISO 9660 shows is a file that says so.
test_case 'a medium that has all but a note in UDF' '
	mkdir -p only/sources only/i386
	echo x >only/sources/install.wim
	seq 200 | sed "s,^,only/i386/a long name with number ," | tr "\n" "\0" |
		xargs -0 touch
	echo note >only/readme.txt
	"$helper/boot-sector" "x" >only/boot.bin
	genisoimage -quiet -V DVD -b boot.bin -no-emul-boot -udf \
		-hide sources -hide i386 -o cd.iso only
	not bsdtar -tf cd.iso sources
	install_guest a --iso cd.iso --size 3M --memory 2048
	expect_stdout "from the CD, Windows, hvm"
'

test_case 'media of Debian packages' '
	install_guest a --iso /usr/lib/ipxe/ipxe.iso --size 3M
	expect_status 0
	make_iso cd.iso A readme
	refuse_install 1 "it boots by BIOS only; use --firmware bios" b \
		--iso cd.iso --size 3M --firmware uefi
	install_guest c --iso /usr/lib/ipxe/ipxe.iso --size 3M --firmware uefi
	expect_status 0
	judge_hvm c.cfg
	mkdir tree
	echo x >tree/efi.img
	xorriso -as mkisofs -quiet -e efi.img -no-emul-boot -o efi.iso tree
	install_guest e --iso efi.iso --size 3M --firmware uefi
	expect_status 0
	refuse_install 1 "it boots by UEFI only; use --firmware uefi" d \
		--iso efi.iso --size 3M
'

test_case 'what is no medium, or none that boots, is refused' '
	mkdir tree
	echo x >tree/file
	genisoimage -quiet -o dead.iso tree
	refuse_install 1 "it is not bootable" a --iso dead.iso --size 3M
	make_iso cd.iso A readme
	# the catalog is sector 19 or near: each byte of its first entry counts
	for sector in $(seq 17 40); do
		dd if=cd.iso of=first bs=2048 count=1 skip=$sector status=none
		test "$(head -c 2 first | od -An -tx1)" = " 01 00" || continue
		printf X | dd of=cd.iso bs=1 seek=$((sector * 2048 + 4)) \
			conv=notrunc status=none
	done
	refuse_install 1 "it is not bootable" a --iso cd.iso --size 3M
	echo text >text.iso
	refuse_install 1 "it is no image of a CD or DVD" a --iso text.iso \
		--size 3M
	refuse_install 1 "No such file" a --iso none.iso --size 3M
	refuse_install 1 "neither an image nor a drive" a --iso . --size 3M
	make_iso good.iso A readme
	refuse_install 2 "it needs a size" a --iso good.iso
	refuse_install 2 "--include: a guest that --iso installs has none" a \
		--iso good.iso --size 3M --include vim
	refuse_install 2 "--type: --iso makes a guest of type hvm" a \
		--iso good.iso --size 3M --type pv
	refuse_install 2 "it has neither label, uuid, table nor options" a \
		--iso good.iso --disk a.img,size=3M,label=x
	install_guest a --iso good.iso --size 3M
	refuse_install 1 "--force replaces" a --iso good.iso --size 3M
	refuse_install 1 "guest '\''a'\''" b --iso good.iso --disk a.img,size=3M
	install_guest a --iso good.iso --size 4M --force
	expect_status 0
'

# [NAME=VALUE…]: a guest that is started, where xl, xenstore-read and a viewer
# are files of fakes/.
start_with_fakes() {
	chmod +x fakes/*
	run unshare --mount sh -ec '
		mount --bind fakes /usr/local/sbin
		unset DISPLAY WAYLAND_DISPLAY
		exec env MKGUEST_STATE="$PWD/state" "$@"
	' sh "$@" mkguest --image-dir . --cfg-dir . --iso cd.iso --size 3M \
		--force --start a
	no_leftovers .
}

test_case 'when it is started its screen is shown, or said where it is' '
	require ROOT
	make_iso cd.iso A readme
	mkdir fakes
	cat >fakes/xl <<-END
		#!/bin/sh
		case \$1 in
		list) echo "[]" ;;
		domid) echo 7 ;;
		esac
	END
	cat >fakes/xenstore-read <<-END
		#!/bin/sh
		case \$1 in
		/local/domain/7/console/vnc-port) echo 5903 ;;
		/local/domain/7/console/vnc-listen) echo 0.0.0.0 ;;
		*) exit 1 ;;
		esac
	END
	start_with_fakes
	expect_status 0
	expect_stdout "its screen is at VNC 127.0.0.1:5903"
	printf "#!/bin/sh\necho \$1 >>%s\n" "$PWD/viewed" >fakes/remote-viewer
	start_with_fakes
	test ! -e viewed
	start_with_fakes DISPLAY=:0
	expect_status 0
	cp fakes/remote-viewer fakes/vncviewer
	start_with_fakes DISPLAY=:0
	printf "%s\n" vnc://127.0.0.1:5903 127.0.0.1::5903 | diff - viewed
	echo "exit 1" >>fakes/vncviewer
	start_with_fakes DISPLAY=:0
	expect_status 0
	expect_stderr "warning: vncviewer failed"
	echo "exit 1" >>fakes/xenstore-read
	sed -i "/vnc-port/d" fakes/xenstore-read
	start_with_fakes
	expect_status 0
	expect_stderr "where the guest'\''s screen is to be seen is not known"
'

test_case 'a dry run says what would be written, and then that is' '
	make_iso cd.iso A readme
	install_guest a --iso cd.iso --size 3M --dry-run
	expect_status 0
	expect_stdout "would write disk $PWD/a.img (3.0 MiB, blank)"
	not grep "would install" "$trash/stdout"
	test ! -e a.img
	test ! -e state/guests/a
	install_guest a --iso cd.iso --disk d.qcow2,size=3M --json
	expect_status 0
	python3 -c "import json; d = json.load(open(\"$trash/stdout\"))
assert d[\"medium\"] == \"an unknown system\", d
assert d[\"disks\"][0][\"fs\"] == \"blank\", d"
	qemu-img info d.qcow2 | grep "virtual size: 3 MiB"
'

done_testing
