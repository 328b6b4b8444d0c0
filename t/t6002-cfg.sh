#!/bin/sh
# mkguest-cfg check: what it finds in domain files, which is at least all that
# xl itself has a word to say about.

. "$(dirname "$0")/lib.sh"

"$helper/xl-parse" /dev/null >/dev/null 2>&1
test $? -ne 2 && xl_parse=$helper/xl-parse || xl_parse=

: >disk.img
: >kernel

# A file without a fault.
good() {
	cat <<END
name = "debian1"
uuid = "4f2d8f0c-6f0e-4a55-8a0b-0f6d1f1d2c3b"
type = "pvh"
memory = 512
vcpus = 1
kernel = "$trash/kernel"
disk = [ "format=raw,vdev=xvda1,access=rw,target=$trash/disk.img" ]
vif = [ "mac=00:16:3e:12:34:56,bridge=xenbr0" ]
END
}

check() {
	run mkguest-cfg check --cfg-dir="$PWD" --xen-version=4.17 "$@"
}

test_case 'what is right is passed in silence' '
	good >a.cfg
	check a.cfg
	expect_status 0
	test ! -s stdout
	test -z "$xl_parse" || "$xl_parse" a.cfg >/dev/null
'

# LINE|FINDING: a file with that line beside the good ones; X= drops X.
cat >lines <<'END'
hostname = "x"|hostname: xl ignores this key
cdrom = "/dev/cdrom"|cdrom: xl ignores this key
foo_bar = 1|foo_bar: no release of xl knows this key
vpcus = 2|did you mean vcpus?
pvh = 1|pvh: xl ignores this key since Xen 4.9
smbios = ["a=b"]|smbios: xl ignores this key before Xen 4.18
memory = 256|memory: line 4 gives it already
type = ""|type: '' is not known
type = "PV"|type: 'PV' is not known
type = "xen"|type: 'xen' is not known
builder = "hvm"|type: builder= says that it is hvm
builder = "generic"|builder: deprecated
memory = "64M"|memory: '64M' is no number
memory = [1]|memory: xl wants a number here
name = [1]|name: xl wants a string here
disk = "x"|disk: xl wants a list here
memory = 0512|memory: to xl '0512' is 330
maxmem = 256|maxmem: 256 is less than memory=512
maxvcpus = 0|maxvcpus: 0 is less than vcpus=1
name = "debian1 "|ends in a blank, which xl keeps
name = "a/b"|name: 'a/b' has characters
uuid = "4f2d8f0c"|uuid: '4f2d8f0c' is no UUID
boot = "cd"|boot: only hvm guests
on_crash = "Destroy"|on_crash: 'Destroy' is not known
on_reboot = "again"|on_reboot: 'again' is not known
root = "/dev/xvda1"|root: deprecated
extra = "ro"|extra: deprecated
firmware = "pvgrub64"|firmware: kernel= is given, too
firmware = "pvgrub64"|Debian ships no pvgrub64.bin
bootloader = "/usr/bin/pygrub"|bootloader: write "pygrub"
bootloader_args = "-q"|bootloader_args: deprecated
kernel = "/nowhere/vmlinuz"|there is no '/nowhere/vmlinuz'
kernel = "/usr/lib/xen-4.17/boot/hvmloader"|kernel: xl ignores hvmloader
device_model = "/usr/lib/xen/bin/qemu-dm"|device_model: deprecated
vncviewer = 1|vncviewer: deprecated
stdvga = 1|stdvga: deprecated
altp2mhvm = 1|altp2mhvm: deprecated
vif2 = [ "x" ]|vif2: deprecated
tsc_mode = 1|tsc_mode: deprecated
timer_mode = 1|timer_mode: deprecated
msr_relaxed = 1|msr_relaxed: deprecated
vnclisten = "127.0.0.1:1"; vncdisplay = 2|vnclisten: vncdisplay= is given
disk = [ "phy:/dev/null,hda1,w" ]|disk: deprecated: 'phy:'
disk = [ "phy:/dev/null,xvda1,w" ]|write format=raw,vdev=xvda1,access=rw,target=/dev/null
disk = [ "/dev/null,raw,hda1,w" ]|today's Linux does not take 'hda1'
disk = [ "/dev/null,raw,xvda1,w!" ]|xl refuses
disk = [ "/dev/null,iso,xvda1,w" ]|iso is no format
disk = [ "target=/dev/null,vdev=xvda" ]|it has no vdev
disk = [ "vdev=xvda" ]|it has no target
disk = [ "vdev=xvda,foo=bar,target=/dev/null" ]|foo=bar is no parameter
disk = [ "vdev=xvda,vdev=xvdb,target=/dev/null" ]|vdev=xvdb is given twice
disk = [ "foo:/dev/null,xvda,w" ]|foo: is no prefix
disk = [ "vdev=xvd,target=/dev/null" ]|'xvd' is no vdev
disk = [ "vdev=xvda01,target=/dev/null" ]|'xvda01' is no vdev
disk = [ "vdev=xvda,target=/dev/null", "vdev=xvda,target=/dev/zero" ]|'xvda' is the vdev of line 10
disk = [ "vdev=xvda,target=/dev/null", "vdev=xvda1,target=/dev/zero" ]|a disk is given whole or by its partitions
disk = [ "vdev=xvda,target=/nowhere/disk" ]|there is no '/nowhere/disk'
disk = [ "vdev=xvda,target=vg/nowhere" ]|there is no '/dev/vg/nowhere'
disk = [ "vdev=xvda,untrusted,target=/dev/null" ]|takes 'untrusted' for the target before Xen 4.19
vif = [ "mac=aa:00:00:12:23" ]|six groups
vif = [ "mac=01:16:3e:12:34:56" ]|an address of a group
vif = [ "foo=1" ]|'foo' is no parameter
vif = [ "bridge=b " ]|ends in a blank
vif = [ "netdev=eth0" ]|write gatewaydev=
vif = [ "type=e1000" ]|should be vif or ioemu
vif = [ "rate=10Mb" ]|should be such as 10Mb/s
vif = [ "vlan=3" ]|does not know vlan= before Xen 4.19
vif = [ "vifname=abcdefghijklmnop" ]|at most 15 characters
vif = [ "mac=00:16:3e:00:00:01", "mac=00:16:3E:00:00:01" ]|is that of line 10
x = True|a value is missing
x = 'a|a string without its end
END

test_case 'each fault is found, with its line' '
	while IFS="|" read -r line finding; do
		{ good; echo; printf "%s\n" "$line"; } >a.cfg
		check a.cfg
		echo "$line"
		expect_status 1
		expect_stdout "$finding"
		expect_stdout "a.cfg:10:"
	done <"$trash/lines"
'

# xl reads the last of a key that is given twice: so does this.
test_case 'whatever xl refuses or warns of is found' '
	test -n "$xl_parse" || skip "no xl, or no shim for it"
	words=0
	while IFS="|" read -r line finding; do
		{ good; printf "%s\n" "$line"; } >a.cfg
		"$xl_parse" a.cfg >/dev/null 2>&1 && continue
		words=$((words + 1))
		check a.cfg
		expect_status 1
	done <"$trash/lines"
	echo "xl had a word to say about $words"
	test "$words" -gt 30
'

test_case 'what is missing is found' '
	for key in name type memory; do
		good | grep -v "^$key =" >a.cfg
		check a.cfg
		expect_status 1
		expect_stdout "a.cfg: $key: it is missing"
	done
	good | grep -v "^kernel" >a.cfg
	check a.cfg
	expect_status 1
	expect_stdout "neither kernel= nor bootloader="
'

test_case 'an hvm guest has other rules' '
	good | sed "s/pvh/hvm/; /^kernel/d; s/xvda1/hda/" >a.cfg
	echo "boot = \"dc\"" >>a.cfg
	check a.cfg
	expect_status 0
	echo "boot = \"cc\"" >>a.cfg
	sed "s/vdev=hda/vdev=hda1/" a.cfg >b.cfg
	rm a.cfg
	check b.cfg
	expect_status 1
	expect_stdout "'\''cc'\'' is no boot order"
	expect_stdout "'\''hda1'\'' is a partition"
'

test_case 'a secret that others can read' '
	{ good; echo "vncpasswd = \"geheim\""; } >a.cfg
	chmod 644 a.cfg
	check a.cfg
	expect_status 1
	expect_stdout "chmod 600"
	chmod 600 a.cfg
	check a.cfg
	expect_status 0
'

test_case 'neighbours with the same name, UUID or address' '
	good >a.cfg
	good | sed "s/debian1/debian2/; /uuid/d" >b.cfg
	good | sed "/vif/d; /uuid/d" >c.cfg
	check a.cfg
	expect_status 1
	expect_stdout "a.cfg:8: vif: the address 00:16:3e:12:34:56 is that of"
	expect_stdout "a.cfg:1: name: '\''debian1'\'' is the name of"
	check a.cfg b.cfg
	expect_status 1
	expect_stdout "b.cfg:7: vif: the address 00:16:3e:12:34:56 is that of"
	run mkguest-cfg check --elsewhere --xen-version=4.17 b.cfg
	expect_status 0
	ln -s "$PWD/b.cfg" d.cfg
	rm a.cfg c.cfg
	check b.cfg
	expect_status 0
'

test_case 'another host: its files are not looked for' '
	good | sed "s,$trash,/elsewhere," >a.cfg
	check a.cfg
	expect_status 1
	run mkguest-cfg check --elsewhere --xen-version=4.17 a.cfg
	expect_status 0
'

test_case 'by release of Xen' '
	{ good; echo "smbios = [ \"a=b\" ]"; } >a.cfg
	run mkguest-cfg check --cfg-dir=. --xen-version=4.18.2 a.cfg
	expect_status 0
	run mkguest-cfg check --cfg-dir=. --xen-version=4.9 a.cfg
	expect_status 1
	expect_stdout "type: xl ignores this key before Xen 4.10; here is 4.9"
	run mkguest-cfg check --xen-version=5.0 a.cfg
	expect_error 2 "4.4 to 4.22"
'

test_case 'as JSON' '
	{ good; echo "foo_bar = 1"; } >a.cfg
	check --json a.cfg
	expect_status 1
	python3 -c "
import json
found, = json.load(open(\"$trash/stdout\"))
assert found[\"file\"] == \"a.cfg\" and found[\"line\"] == 9, found
assert found[\"key\"] == \"foo_bar\", found
"
'

test_case 'the two listings of xm are taken apart' '
	cat >linux.cfg <<-END
	kernel = "/boot/vmlinuz-2.6.18-3-xen-686"
	ramdisk = "/boot/initrd.img-2.6.18-3-xen-686"
	memory = 512
	name = "debian1"
	hostname = "debian1"
	vcpus = 1
	vif = [ "mac=aa:00:00:12:23:34, bridge=bridge0" ]
	disk = [ "phy:/dev/hda3,hda1,w", "phy:/dev/hda5,hda2,w" ]
	cdrom = "/dev/cdrom"
	root = "/dev/hda1"
	END
	run mkguest-cfg check --elsewhere --xen-version=4.17 linux.cfg
	expect_status 1
	expect_stdout "linux.cfg:5: hostname: xl ignores this key"
	expect_stdout "linux.cfg:9: cdrom: xl ignores this key"
	expect_stdout "linux.cfg:10: root: deprecated"
	expect_stdout "linux.cfg:8: disk: deprecated"
	expect_stdout "linux.cfg: type: it is missing"
'

# --- set and unset ------------------------------------------------------------

cat >commented.cfg <<'END'
# my guest
name = "debian1"   # its name
memory=512; vcpus = 1 # both
  maxmem = 1024
disk = [ "a",  # root
  "b" ]
memory = 256
extra = "a"
extra += " b"
END

test_case 'a key is set, and the rest stays as it was' '
	cp "$trash/commented.cfg" a.cfg
	chmod 640 a.cfg
	mkguest-cfg set a.cfg memory=2048 extra="x \"y\" \\z" \
		"disk=[\"vdev=xvda,target=/dev/null\"]" on_crash=restart
	test "$(stat -c %a a.cfg)" = 640
	cat >wanted <<-\END
	# my guest
	name = "debian1"   # its name
	memory=2048; vcpus = 1 # both
	  maxmem = 1024
	disk = ["vdev=xvda,target=/dev/null"]
	extra = "x \"y\" \\z"
	on_crash = "restart"
	END
	diff wanted a.cfg
	test -z "$xl_parse" || "$MKGUEST_BUILD/t/helper/xl-check" a.cfg |
		grep -F "extra=x \"y\" \\z"
	mkguest-cfg unset a.cfg memory extra disk nothing
	cat >wanted <<-\END
	# my guest
	name = "debian1"   # its name
	vcpus = 1 # both
	  maxmem = 1024
	on_crash = "restart"
	END
	diff -b wanted a.cfg
'

test_case 'what xl would ignore is set with a warning' '
	good >a.cfg
	run mkguest-cfg set a.cfg vpcus=2
	expect_status 0
	expect_stderr "vpcus: no release of xl knows this key"
'

test_case 'a secret closes its file, and a link keeps leading to it' '
	good >a.cfg
	chmod 644 a.cfg
	mkdir auto
	ln -s ../a.cfg auto/a.cfg
	mkguest-cfg set auto/a.cfg vncpasswd=geheim
	test -L auto/a.cfg
	test "$(stat -c %a a.cfg)" = 600
'

test_case 'all edits or none' '
	good >a.cfg
	cp a.cfg before
	run mkguest-cfg set a.cfg memory=1 Memory=2
	expect_error 2 "is no key of a domain file"
	run mkguest-cfg set a.cfg memory=1 "disk=[ \"a\""
	expect_error 2 "is no value of a domain file"
	run mkguest-cfg set a.cfg "memory=\"1\"; vcpus=2"
	expect_error 2 "more than one value"
	run mkguest-cfg set a.cfg "cmdline=a
b"
	expect_error 1 "control character"
	run mkguest-cfg set a.cfg memory
	expect_error 2 "is not KEY=VALUE"
	run mkguest-cfg unset a.cfg memory=1
	expect_error 2 "is not a KEY"
	cmp before a.cfg
	echo "x = True" >b.cfg
	run mkguest-cfg set b.cfg memory=1
	expect_error 1 "b.cfg:1: a value is missing"
'

# --- convert --------------------------------------------------------------------

# Into files of xl that neither xl nor check has a word to say about.
convert_and_judge() {
	run mkguest-cfg convert "$1"
	expect_status 0
	"$MKGUEST_BUILD/t/helper/xl-check" "$1" >values
	test -z "$xl_parse" || "$xl_parse" "$1" >guest.json
	run mkguest-cfg check --elsewhere --xen-version=4.17 "$1"
	expect_status 0
}

test_case 'a Linux guest of xm becomes one of xl' '
	cat >linux.cfg <<-END
	# debian1, by hand
	kernel = "/boot/vmlinuz-2.6.18-3-xen-686"
	ramdisk = "/boot/initrd.img-2.6.18-3-xen-686"
	memory = 512 # MiB
	name = "debian1"
	hostname = "debian1"
	vcpus = 1
	vif = [ "mac=aa:00:00:12:23:34, bridge=bridge0 " ]
	disk = [ "phy:/dev/hda3,xvda1,w", "phy:/dev/hda5,xvda2,w!" ]
	cdrom = "/dev/cdrom"
	vfb = [ "type=vnc, vncunused=1" ]
	root = "/dev/xvda1 ro"
	extra = "console=hvc0"
	END
	convert_and_judge linux.cfg
	grep -x "# debian1, by hand" linux.cfg
	grep -x "memory = 512 # MiB" linux.cfg
	grep -x "type=pv" values
	grep -x "cmdline=root=/dev/xvda1 ro console=hvc0" values
	grep -x "disk.1..pdev_path=/dev/hda5" values
	grep -x "disk.1..readwrite=1" values
	grep -x "vfb = .*" linux.cfg
	grep -F "\"vnc=1,vncunused=1\"" linux.cfg
	grep -x "vif.0.=mac=aa:00:00:12:23:34,bridge=bridge0" values
'

test_case 'a Windows guest, too' '
	cat >windows.cfg <<-END
	kernel = "/usr/lib/xen-3.0.3-1/boot/hvmloader"
	builder = "hvm"
	memory = 512
	device_model = "/usr/lib/xen-3.0.3-1/bin/qemu-dm"
	disk = [ "phy:/dev/hda3,ioemu:hda,w",
		"file:/root/wincd.iso,ioemu:hdc:cdrom,r" ]
	name = "windows"
	hostname = "windows"
	vif = [ "type=ioemu, bridge=xenbr0" ]
	boot = "d"
	vnc = 1
	vncviewer = 1
	stdvga = 1
	sdl = 0
	END
	convert_and_judge windows.cfg
	grep -x "type=hvm" values
	grep -x "disk.1..is_cdrom=1" values
	grep -x "disk.1..pdev_path=/root/wincd.iso" values
	grep -x "vga=stdvga" values
'

test_case 'convert as an option does the same' '
	echo "builder = \"hvm\"" >a.cfg
	cp a.cfg b.cfg
	mkguest-cfg convert a.cfg
	run mkguest-cfg --convert xl b.cfg
	expect_status 0
	cmp a.cfg b.cfg
	run mkguest-cfg --convert xm b.cfg
	expect_error 2 "'\''xm'\'' is unknown; files can be made those of xl"
	run mkguest-cfg --convert xl
	expect_error 2 "FILE is missing"
'

test_case 'what cannot be converted stays as it was' '
	good >a.cfg
	echo "disk = [ \"phy:/dev/null,floppy,x\", \"a,b,c,d,e\" ]" >>a.cfg
	cp a.cfg before
	run mkguest-cfg convert a.cfg
	expect_error 1 "a.cfg:9: disk:"
	cmp before a.cfg
'

test_case 'wrong use' '
	good >a.cfg
	run mkguest-cfg check
	expect_error 2 "FILE"
	run mkguest-cfg chek a.cfg
	expect_error 2 "unknown action"
	check nowhere.cfg
	expect_error 1 "nowhere.cfg"
	check .
	expect_error 1 "is no domain file"
'

done_testing
