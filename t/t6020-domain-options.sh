#!/bin/sh
# What a guest's domain can be asked for, judged by xl's own parsers; its domain
# file and its kernel's copies written anew.

. "$(dirname "$0")/guest.sh"

cat >settings <<'END'
--maxmem=1024 maxmem=1024
--maxvcpus=4 maxvcpus=4
--cpus=2-3,^1 cpus=2-3,^1
--cpu-weight=512 cpu_weight=512
--cap=50 cap=50
--pool=Pool-1 pool=Pool-1
--on-poweroff=preserve on_poweroff=preserve
--on-reboot=destroy on_reboot=destroy
--on-crash=coredump-restart on_crash=coredump-restart
--on-watchdog=restart on_watchdog=restart
--set=localtime=1 localtime=1
END

# Without a word from anybody.
cfg_is_clean() {
	run mkguest-cfg check --cfg-dir "$PWD/none" --elsewhere "$@" debian1.cfg
	expect_status 0
	run "$MKGUEST_BUILD/t/helper/xl-check" debian1.cfg
	expect_status 0
	test ! -s "$trash/stderr" || show_run "xl has something to say"
	case $* in *4.17) judge_cfg debian1.cfg ;; esac
}

test_case 'each key comes out as it was asked for, and again from the manifest' '
	# shellcheck disable=SC2046
	make_guest debian1 $(cut -d" " -f1 "$trash/settings") \
		--pci 03:00.0 --pci "0000:04:00.1,permissive=1" --type pv --boot pygrub
	cfg_is_clean --xen-version 4.17
	"$MKGUEST_BUILD/t/helper/config-show" debian1.cfg >shown
	cut -d" " -f2 "$trash/settings" | while read -r line; do
		grep -Fxq -e "$line" shown || { echo "no $line"; exit 1; }
	done
	grep -x "pci\[0\]=03:00.0" shown
	grep -x "pci\[1\]=0000:04:00.1,permissive=1" shown
	grep -x "bootloader=pygrub" shown
	not grep "^kernel=" shown
	test "$(grep -c "^on_crash" shown)" = 1
	cp debian1.cfg first.cfg
	rm debian1.cfg
	run mkguest-cfg write debian1
	expect_status 0
	cmp first.cfg debian1.cfg
	run mkguest-cfg write --xen-version 4.4 debian1
	expect_status 0
	cfg_is_clean --xen-version 4.4
	not grep -E "^(type|cmdline)" debian1.cfg
'

test_case 'write refuses what is not this guest or not known' '
	make_guest debian1
	sed -i "s/\"debian1\"/\"other\"/" debian1.cfg
	run mkguest-cfg write debian1
	expect_error 1 "is the domain file of '\''other'\''"
	run mkguest-cfg write nobody
	expect_error 1 "no guest '\''nobody'\'' was made here"
	run mkguest-cfg refresh debian1
	expect_error 1 "does not boot from copies of its kernel"
	sed -i "/^Memory/d" state/guests/debian1
	rm debian1.cfg
	run mkguest-cfg write debian1
	expect_error 1 "does not say how its domain is"
	test ! -e debian1.cfg
'

# OPTIONS|SENTENCE, each refused before anything is made
cat >refusals <<'END'
--set foo_bar=1|foo_bar: no release of xl knows this key
--set vpcus=2|did you mean vcpus?
--set memory=64M|memory: '64M' is no number
--set name=x|name is made from the guest's own options
--set disk=[]|disk is made from the guest's own options
--set novalue|'novalue' is not KEY=VALUE
--set Key=1|'Key' is no key of a domain file
--set vncpasswd=x|vncpasswd is a secret
--set extra=[1|extra: '[1' is no value of a domain file
--set smbios=["a=b"] --xen-version=4.17|smbios: xl ignores this key before Xen 4.18
--on-crash=explode|on_crash: 'explode' is not known
--maxmem=64|maxmem: 64 is less than memory=512
--cpu-weight=0|--cpu-weight: 0 is not between 1 and 65535
--pci=eth0|'eth0' is no PCI device
--usb=001:004|'001:004' is no USB device, such as hostbus=1,hostaddr=4; lsusb
--usb=hostbus=01,hostaddr=4|is no USB device
--usb=hostbus=1,hostaddr=4 --toolstack=xm|xm has no such key
--usb=hostbus=1,hostaddr=4 --xen-version=4.6 --type=pv --boot=direct|xl ignores this key before Xen 4.7
--pci=03:00.0|Xen passes no device on to a pvh guest
--xen-version=5|the releases that are known are 4.4 to 4.22
--xen-version=4.9|starts no guest of type pvh
--on-watchdog=restart --toolstack=xm|xm has no such key
--boot=pygrub --toolstack=xm|reads no menu of today's GRUB
--boot=pygrub --disk=a.img,fs=xfs|pygrub cannot read xfs
--boot=pygrub --kernel=/k|pygrub would boot the guest's own
--boot=pvgrub --type=pv|cannot unpack the kernel
--modules=auto|it is for --kernel
--modules=auto --kernel=/boot/kernel|does not say which they are
END

test_case 'what no Xen would take is refused before anything is made' '
	while IFS="|" read -r options sentence; do
		# shellcheck disable=SC2086
		run guest debian1 --dry-run $options
		test "$status" != 0 || show_run "$options is taken"
		expect_stderr "$sentence"
	done <"$trash/refusals"
	test ! -e debian1.cfg
	refuse_guest 2 "control character" debian1 --set "cmdline=a
b"
	refuse_guest 2 "control character" debian1 --set "cmdline=a$(printf "\033")b"
	refuse_guest 1 "text that is no UTF-8 cannot be written" debian1 \
		--set "cmdline=a$(printf "\377")"
	mkdir "no$(printf "\377")" "a
b"
	refuse_guest 1 "text that is no UTF-8" debian1 --size 100M \
		--image-dir "no$(printf "\377")"
	refuse_guest 2 "control character" debian1 --size 100M --image-dir "a
b"
'

test_case 'quotes and backslashes of a setting come back as they were' '
	mkdir "q\"u\\o ü"
	make_guest debian1 --image-dir "q\"u\\o ü" --set "pool=a\"b\\c" --set "cpus=[\"1\", \"2\"]"
	cfg_is_clean --xen-version 4.17
	"$MKGUEST_BUILD/t/helper/config-show" debian1.cfg >shown
	grep -Fx "pool=a\"b\\c" shown
	grep -Fx "cpus[1]=2" shown
	grep -F "target=$PWD/q\"u\\o ü/debian1.img" shown
	cp debian1.cfg first.cfg
	run mkguest-cfg write debian1
	expect_status 0
	cmp first.cfg debian1.cfg
'

# mkguest with ./fakes/* in the place of the host's programs.
guest_with_fakes() {
	chmod +x fakes/*
	# shellcheck disable=SC2086
	run unshare --mount sh -ec '
		for fake in fakes/*; do
			mount --bind "$fake" \
				"$(realpath "$(command -v "${fake##*/}")")"
		done
		exec mkguest "$@"
	' sh $archive $here --cache-dir "$cache" "$@"
}

test_case 'a guest that is started with the host, and now' '
	require ROOT
	mkdir fakes
	MKGUEST_STATE=$PWD/state
	cat >fakes/xl <<-END
		#!/bin/sh
		test "\$1" = create || { echo "[]"; exit; }
		echo "\$*" >>"$PWD/xl.log"
	END
	guest_with_fakes debian1 --autostart --start
	expect_status 0
	no_leftovers .
	test "$(readlink auto/debian1.cfg)" = "$PWD/debian1.cfg"
	test "$(field Autostart)" = "$PWD/auto/debian1.cfg"
	test "$(cat xl.log)" = "create $PWD/debian1.cfg"
	make_guest debian1 --force
	test "$(field Autostart)" = "$PWD/auto/debian1.cfg"
	guest_with_fakes debian1 --force --autostart --start -c
	expect_status 0
	test "$(tail -n 1 xl.log)" = "create -c $PWD/debian1.cfg"
'

test_case 'a start that fails leaves the guest, and says so' '
	require ROOT
	mkdir fakes
	MKGUEST_STATE=$PWD/state
	cat >fakes/xl <<-END
		#!/bin/sh
		test "\$1" = create || { echo "[]"; exit; }
		echo "libxl: no memory" >&2
		exit 1
	END
	guest_with_fakes debian1 --start
	expect_error 1 "is made, but not started: "
	expect_stderr "libxl: no memory"
	test -e debian1.cfg
	is_clean
	guest_with_fakes debian1 --force --start -c
	expect_error 1 "is made, but not started: xl create failed"
'

test_case 'starting: what would be is said, what cannot be is refused' '
	run guest debian1 --dry-run --autostart
	expect_stdout "would write link $PWD/auto/debian1.cfg"
	refuse_guest 2 "console is for --start" debian1 -c
	mkdir auto
	echo mine >auto/debian1.cfg
	refuse_guest 1 "exists and is no link to" debian1 --autostart
'

# mkguest where the host has no grub-xen-host.
without_loader() {
	# shellcheck disable=SC2086
	run unshare --mount sh -ec '
		mount -t tmpfs none /usr/lib/grub-xen
		exec mkguest "$@"
	' sh $archive $here --cache-dir "$cache" "$@"
}

test_case 'a host without a loader can make a guest, but not start it' '
	require ROOT
	MKGUEST_STATE=$PWD/state
	without_loader debian1 --dry-run
	expect_status 0
	expect_stderr "warning: this host has no '\''/usr/lib/grub-xen/grub-i386-xen_pvh.bin'\''; where"
	without_loader debian1 --autostart
	expect_error 1 "this host has no '\''/usr/lib/grub-xen/grub-i386-xen_pvh.bin'\'' to start the guest with; apt-get install grub-xen-host, or use --boot direct"
	without_loader debian1 --autostart --kernel /nowhere/vmlinuz
	expect_error 1 "this host has no '\''/nowhere/vmlinuz'\'' to start the guest with"
	without_loader debian1 --dry-run --autostart --boot pygrub
	expect_status 0
	test ! -e debian1.cfg
'

test_case 'devices of the USB, and a screen of a guest that is no machine' '
	printf "geheim\\n" >password
	chmod 600 password
	make_guest debian1 --usb hostbus=1,hostaddr=4 --usb hostbus=1,hostaddr=5,port=2 \
		--vnc listen=192.0.2.1,port=5907,password-file=password
	test "$(stat -c %a debian1.cfg)" = 600
	cfg_is_clean --xen-version 4.17
	"$MKGUEST_BUILD/t/helper/config-show" debian1.cfg >shown
	grep -x "usbdev\[0\]=hostbus=1,hostaddr=4" shown
	grep -x "usbdev\[1\]=hostbus=1,hostaddr=5,port=2" shown
	grep -x "vfb\[0\]=vnc=1,vnclisten=192.0.2.1,vncdisplay=7,vncpasswd=geheim" shown
	cp debian1.cfg first.cfg
	run mkguest-cfg write debian1
	expect_status 0
	cmp first.cfg debian1.cfg
	test "$(stat -c %a debian1.cfg)" = 600
	chmod 644 debian1.cfg
	run mkguest-cfg check --elsewhere debian1.cfg
	expect_stdout "vfb: others can read this secret; chmod 600"
	chmod 600 debian1.cfg
	mkguest-cfg set debian1.cfg memory=600
	test "$(stat -c %a debian1.cfg)" = 600
	printf "a,b\\n" >password
	refuse_guest 1 "the password of the screen cannot be written" debian2 \
		--vnc password-file=password
	make_guest debian3 --toolstack xm --kernel /boot/vmlinuz --vnc port=auto
	grep "type=vnc,vncunused=1" debian3.cfg
'

test_case 'a disk that the guest is to use as it likes' '
	make_guest debian1 --disk a.img,size=100M --disk b.img,size=10M,fs=blank
	test "$(stat -c %s b.img)" = 10485760
	cmp -n 10485760 b.img /dev/zero
	grep "vdev=xvda2,.*/b.img" debian1.cfg
	content /etc/fstab a.img >fstab
	grep "[[:space:]]/[[:space:]]" fstab
	not grep -e xvda2 -e b.img fstab
	refuse_guest 2 "none of them is for the guest'\''s root" debian2 \
		--disk c.img,size=10M,fs=blank
'

test_case 'a keyboard that there is not is known before anything is made' '
	grep -q "^VERSION_CODENAME=$suite" /etc/os-release &&
		test -e /usr/share/X11/xkb/rules/base.lst ||
		skip "the host is of another release, or knows no keyboards"
	refuse_guest 2 "there is no keyboard '\''german'\''" debian1 \
		--keymap german
'

# What a kernel package does: VERSION, into ./root
plant_kernel() {
	printf "%s" "vmlinuz $1" >"root/boot/vmlinuz-$1"
	printf "%s" "initrd $1" >"root/boot/initrd.img-$1"
	run_hooks postinst "$1"
}

run_hooks() {
	sed "s,/boot,$PWD/root/boot,g" \
		"root/etc/kernel/$1.d/zz-mkguest" >hook
	sh hook "$2" "/boot/vmlinuz-$2"
	sed -i "s,$PWD/root,," root/boot/grub/grub.cfg
}

# The guest as files.
take_out() {
	mkdir -p root/boot/grub root/etc/kernel/postinst.d root/etc/kernel/postrm.d
	content /boot/grub/grub.cfg >root/boot/grub/grub.cfg
	for moment in postinst postrm; do
		content "/etc/kernel/postinst.d/zz-mkguest" \
			>"root/etc/kernel/$moment.d/zz-mkguest"
	done
}

test_case 'the menu follows the kernels, newest first, without a grub package' '
	make_guest debian1
	test "$(mode /etc/kernel/postinst.d/zz-mkguest)" = 0755
	debugfs -R "stat /etc/kernel/postrm.d/zz-mkguest" debian1.img 2>/dev/null |
		grep "Fast link dest: \"../postinst.d/zz-mkguest\""
	take_out
	arguments=$(sed -n "s,.*linux /vmlinuz ,,p" root/boot/grub/grub.cfg)
	plant_kernel 6.1.0-9-amd64
	plant_kernel 6.1.0-10-amd64
	sed -n "s/^\tlinux //p" root/boot/grub/grub.cfg >kernels
	printf "%s\n" "/boot/vmlinuz-6.1.0-10-amd64 $arguments" \
		"/boot/vmlinuz-6.1.0-9-amd64 $arguments" | diff - kernels
	grep -x "	initrd /boot/initrd.img-6.1.0-10-amd64" root/boot/grub/grub.cfg
	grub-script-check root/boot/grub/grub.cfg
	rm root/boot/*-6.1.0-10-amd64
	run_hooks postrm 6.1.0-10-amd64
	test "$(grep -c "^menuentry" root/boot/grub/grub.cfg)" = 1
	grep -F "linux /boot/vmlinuz-6.1.0-9-amd64 $arguments" root/boot/grub/grub.cfg
	sed -i 1s/mkguest/grub-mkconfig/ root/boot/grub/grub.cfg
	cp root/boot/grub/grub.cfg theirs
	plant_kernel 6.1.0-11-amd64
	cmp theirs root/boot/grub/grub.cfg
'

# A package of a kernel, whose scripts run the hooks as those of Debian's do:
# VERSION, to ./VERSION.deb
kernel_deb() {
	rm -rf deb
	mkdir -p deb/DEBIAN deb/boot
	echo "$1" >"deb/boot/vmlinuz-$1"
	printf "%s\n" "Package: linux-image-$1" "Version: 1" \
		"Architecture: all" "Description: a kernel" \
		"Maintainer: nobody <nobody@example.org>" >deb/DEBIAN/control
	for moment in postinst postrm; do
		printf "#!/bin/sh\nexec run-parts --report --exit-on-error \
--arg=%s --arg=/boot/vmlinuz-%s /etc/kernel/%s.d\n" "$1" "$1" "$moment" \
			>"deb/DEBIAN/$moment"
		chmod 755 "deb/DEBIAN/$moment"
	done
	dpkg-deb --root-owner-group --build deb "$1.deb"
}

test_case 'packages of kernels keep the menu, by the dpkg of the guest' '
	require ROOT
	make_guest debian1
	mkdir tree
	debugfs -R "rdump / tree" debian1.img
	cp /usr/bin/run-parts /usr/bin/cut tree/usr/bin
	menu=tree/boot/grub/grub.cfg
	arguments=$(sed -n "s,.*linux /vmlinuz ,,p" $menu)
	kernel_deb 6.1.0-100-amd64
	cp 6.1.0-100-amd64.deb tree
	chroot tree dpkg --install 6.1.0-100-amd64.deb
	sed -n "s/^\tlinux //p" $menu >kernels
	test "$(wc -l <kernels)" = 2
	test "$(head -n 1 kernels)" = "/boot/vmlinuz-6.1.0-100-amd64 $arguments"
	grep "^/boot/vmlinuz-6.1.0-99-cloud-" kernels
	grep "	initrd /boot/initrd.img-6.1.0-99-cloud-" $menu
	grub-script-check $menu
	chroot tree dpkg --remove linux-image-6.1.0-100-amd64
	test "$(grep -c "^menuentry" $menu)" = 1
	grep "	linux /boot/vmlinuz-6.1.0-99-cloud-.* $arguments" $menu
'

# A file that says that it is a Linux: RELEASE
linux_image() {
	python3 -c "
import sys
head = bytearray(0x400)
head[0x1fe:0x208] = b\"\\x55\\xaa\\xeb\\x66HdrS\\x0f\\x02\"
head[0x20e:0x210] = (0x100).to_bytes(2, \"little\")
release = sys.argv[1].encode() + b\" (debian-kernel) #1\\0\"
head[0x300:0x300 + len(release)] = release
sys.stdout.buffer.write(head)" "$1"
}

test_case 'refresh takes both files out again, when the domain does not run' '
	make_guest debian1 --boot direct
	expect_stderr "warning: the guest'\''s upgrades of its kernel take effect when '\''mkguest-cfg refresh debian1'\''"
	content /etc/kernel/postinst.d/zz-mkguest >hook
	run sh hook 6.1.0-10-amd64
	expect_stderr "mkguest-cfg refresh debian1"
	linux_image 6.1.0-10-amd64 >new
	file new | grep "version 6.1.0-10-amd64"
	linux_image 6.1.0-9-amd64 >boot/debian1/vmlinuz
	kernel=$(debugfs -R "stat /vmlinuz" debian1.img 2>/dev/null |
		sed -n "s/.*link dest: \"\(.*\)\"/\1/p")
	debugfs -w -R "rm $kernel" debian1.img 2>/dev/null
	debugfs -w -R "write new $kernel" debian1.img 2>/dev/null
	sum=$(sha256sum <debian1.img)
	run mkguest-cfg refresh debian1
	expect_status 0
	expect_stdout "debian1: the kernel was 6.1.0-9-amd64, is 6.1.0-10-amd64"
	cmp new boot/debian1/vmlinuz
	test "$(sha256sum <debian1.img)" = "$sum"
	no_leftovers .
	debugfs -w -R "rm $kernel" debian1.img 2>/dev/null
	run mkguest-cfg refresh debian1
	expect_error 1 "there is no kernel in it"
	cmp new boot/debian1/vmlinuz
'

test_case 'refresh is refused while the domain runs' '
	require ROOT
	make_guest debian1 --boot direct
	mkdir fakes
	printf "#!/bin/sh\ncat %s\n" "$PWD/list" >fakes/xl
	chmod +x fakes/xl
	echo "[{\"domid\": 3, \"config\": {\"c_info\": {\"name\": \"debian1\"}}}]" >list
	linux_image 6.1.0-9-amd64 >boot/debian1/vmlinuz
	run unshare --mount sh -ec "
		mount --bind fakes /usr/local/sbin
		exec mkguest-cfg refresh debian1"
	expect_error 1 "domain '\''debian1'\'' is running; shut it down first: xl shutdown -w debian1"
	linux_image 6.1.0-9-amd64 | cmp - boot/debian1/vmlinuz
	echo "[]" >list
	run unshare --mount sh -ec "
		mount --bind fakes /usr/local/sbin
		exec mkguest-cfg refresh debian1"
	expect_status 0
'

test_case 'the kernel of the host is never replaced by the guest'\''s' '
	echo kernel >vmlinuz-6.1.0-9-amd64
	make_guest debian1 --kernel "$PWD/vmlinuz-6.1.0-9-amd64"
	test "$(field Boot)" = host
	run mkguest-cfg refresh debian1
	expect_error 1 "does not boot from copies of its kernel"
	test "$(cat vmlinuz-6.1.0-9-amd64)" = kernel
'

test_case 'modules of the host'\''s kernel, and no kernel of the guest'\''s own' '
	mkdir -p modules/6.1.0-9-amd64/kernel
	echo one >modules/6.1.0-9-amd64/kernel/one.ko
	make_guest debian1 --kernel /boot/vmlinuz-6.1.0-9-amd64 \
		--modules "$PWD/modules/6.1.0-9-amd64/"
	test "$(content /usr/lib/modules/6.1.0-9-amd64/kernel/one.ko)" = one
	test -z "$(debugfs -R "ls -p /boot" debian1.img 2>/dev/null | grep vmlinuz)"
	is_clean
'

# ARGUMENTS OF kernel-image|OPTIONS|SENTENCE, or none
cat >images <<'END'
--pack=gzip 1 18||
--pack=bzip2 1 18||
--pack=xz 1 18||
--pack=lzma 1 18||
--pack=zstd 18||
--pack=lz4 18||
--elf --bits=32 18||
--elf --bits=32 1|--type=pv|
--elf --pack=gzip 1|--type=pv|
--elf 1||is built for pv domains of Xen only; use --type pv
--pack=xz 18|--type=pv|is built for pvh domains of Xen only; use --type pvh
--pack=zstd||is built without support for Xen; use another kernel, or --type hvm
--pack=lz4||is built without support for Xen
--pack=gzip|--type=pv|starts in no domain of type pv
--pack=gzip||starts in no domain of type pvh
END

test_case 'a kernel of the host that no domain of that type can start' '
	while IFS="|" read -r image options sentence; do
		echo "$image|$options"
		# shellcheck disable=SC2086
		"$helper/kernel-image" $image >kernel
		# shellcheck disable=SC2086
		run guest debian1 --dry-run --kernel "$PWD/kernel" $options
		if test -z "$sentence"; then
			expect_status 0
		else
			expect_error 1 "the kernel '\''$PWD/kernel'\'' starts in no"
			expect_stderr "$sentence"
		fi
	done <"$trash/images"
'

test_case 'a guest whose own kernel is none for its domain, or is not there' '
	refuse_guest 1 "the kernel '\''/boot/vmlinuz-6.1.0-1-plain-amd64'\'' starts in no domain of type pvh: it is built without support for Xen" \
		debian1 --kernel-package linux-image-plain
	refuse_guest 1 "the guest has no /vmlinuz, so nothing could boot it" \
		debian1 --kernel-package hello
	refuse_guest 1 "the guest has no /vmlinuz, so nothing could boot it" \
		debian1 --kernel-package hello --boot direct
	test ! -e debian1.cfg
'

test_case 'another kernel than the release'\''s' '
	make_guest debian1 --kernel-package linux-image-amd64
	content /var/lib/dpkg/status >dpkg-status
	grep -x "Package: linux-image-amd64" dpkg-status
	not grep -x "Package: linux-image-cloud-amd64" dpkg-status
'

done_testing
