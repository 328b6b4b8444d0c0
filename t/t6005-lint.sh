#!/bin/sh
# mkguest-cfg check against what xl does with each kind of mistake: it refuses
# some, warns of others, and takes many in silence. The real xl says which, and
# each of them is found.

. "$(dirname "$0")/lib.sh"

"$helper/xl-parse" /dev/null >/dev/null 2>&1
test $? -ne 2 && xl_parse=$helper/xl-parse || xl_parse=

: >disk.img
: >kernel

# TYPE: a file without a fault; a line 1 without anything is to be changed.
good() {
	cat <<-END

		name = "debian1"
		type = "$1"
		memory = 512
		disk = [ "format=raw,vdev=xvda,target=$trash/disk.img" ]
	END
	test "$1" = hvm || echo "kernel = \"$trash/kernel\""
}

# TYPE TEXT: with the text, and without the keys that it gives or that it drops
# by "-KEY" lines.
bad() {
	printf "%b\n" "$2" >text
	good "$1" >file
	sed -n "s/^-\{0,1\}\([a-z_0-9]*\).*/\1/p" text | while read -r key; do
		sed -i "/^$key =/d" file
	done
	sed "/^-/d" text >>file
	cat file
}

# What xl does with it: refuses, warns or silent.
verdict() {
	if "$xl_parse" "$1" >/dev/null 2>words; then
		echo silent
	elif grep -q "xl ended with" words; then
		echo refuses
	else
		echo warns
	fi
}

# TYPE|WHAT XL DOES|TEXT|FINDING, in the order of what there is to know of xl
cat >entries <<'END'
pvh|refuses|-name|name: it is missing
pvh|refuses|-kernel|neither kernel= nor bootloader=
pv|refuses|-kernel|neither kernel= nor bootloader=
pvh|refuses|type="xen"|type: 'xen' is not known
pvh|refuses|type="PV"|type: 'PV' is not known
pvh|refuses|builder="hvm"|type: builder= says that it is hvm
pv|refuses|builder="hvm"|type: builder= says that it is hvm
hvm|refuses|builder="generic"|type: builder= says that it is pv
pvh|refuses|builder="linux"|type: builder= says that it is pv
pvh|refuses|maxvcpus=2\nvcpus=4|maxvcpus: 2 is less than vcpus=4
pvh|refuses|on_crash="explode"|on_crash: 'explode' is not known
pvh|refuses|on_poweroff="Destroy"|on_poweroff: 'Destroy' is not known
pvh|refuses|on_reboot=""|on_reboot: '' is not known
pvh|refuses|on_watchdog="x"|on_watchdog: 'x' is not known
pvh|refuses|uuid="123"|uuid: '123' is no UUID
pvh|refuses|disk=["vdev=xvda,foo=bar,target=/dev/null"]|foo=bar is no parameter
pvh|refuses|disk=["target=/dev/null,vdev=xvda"]|it has no vdev
pvh|refuses|disk=["vdev=xvda"]|it has no target
pvh|refuses|disk=["/dev/null,raw,xvda,w!"]|w! is no access
pvh|refuses|disk=["vdev=xvda,format=vmdk,target=/dev/null"]|vmdk is no format
pvh|refuses|disk=["vdev=xvda,vdev=xvdb,target=/dev/null"]|vdev=xvdb is given twice
pvh|refuses|disk=["vdev=xvda,untrusted,target=/dev/null"]|takes 'untrusted' for the target before Xen 4.19
pvh|refuses|firmware="pvgrub64"|kernel= is given, too, and xl refuses both
hvm|refuses|vnc=1\nvnclisten="127.0.0.1:1"\nvncdisplay=2|xl refuses two numbers of a display
pvh|refuses|cpus="2-"|cpus: '2-' should be numbers of processors
pvh|refuses|pci=["eth0"]|pci: 'eth0' should be a device's place
pvh|refuses|usbdev=["1:4"]|usbdev: '1:4' should be hostbus= and
hvm|refuses|viridian=["foo"]|viridian: 'foo' should be 0, 1, or a list
pvh|refuses|tsc_mode="fast"|tsc_mode: 'fast' should be "default"
hvm|refuses|vga="foo"|vga: 'foo' is not known
pvh|refuses|x = True|a value is missing
pvh|refuses|x = None|a value is missing
pvh|refuses|x = -1|a value is missing
pvh|refuses|x = (1, 2)|a value is missing
pvh|refuses|x =\n1|a value is missing
pvh|refuses|memory = 512M|the line should end here
pvh|refuses|memory = 0X200|the line should end here
pvh|refuses|x = 'a' 'b'|the line should end here
pvh|refuses|x = 'a' + 'b'|the line should end here
pvh|refuses|x = 1 y = 2|the line should end here
pvh|refuses|x = '''a'''|the line should end here
pvh|refuses|x = 1\r|the line should end here
pvh|refuses|x = "a|a string without its end
pvh|refuses|x = "\\x41"|xl cannot read this escape
pvh|refuses|x = "\\q"|xl cannot read this escape
pvh|refuses|Memory = 1|not a 'key = value' line
pvh|refuses|on-crash = "x"|'=' is missing after the key
pvh|refuses|x = [,]|a value is missing
pvh|refuses|x = [1 2]|a list needs ',' or ']'
pvh|warns|memory=[512]|memory: xl wants a number here, not a list
pvh|warns|cmdline=["x"]|cmdline: xl wants a string here, not a list
pvh|warns|vif="bridge=b"|vif: xl wants a list here
pvh|warns|memory="64M"|memory: '64M' is no number
pvh|warns|maxmem="1G"|maxmem: '1G' is no number
pvh|warns|vif=["foo=1"]|vif: 'foo' is no parameter
pvh|warns|vif=["vlan=3"]|does not know vlan= before Xen 4.19
pvh|warns|vif=["mac=aa:00:00:12:23"]|should be six groups
pvh|warns|vif=["type=e1000"]|should be vif or ioemu
pvh|warns|vif=["trusted=1"]|should be a word without a value
pvh|warns|tsc_mode=1|tsc_mode: deprecated
hvm|warns|timer_mode=1|timer_mode: deprecated
pvh|warns|bootloader="pygrub"\nbootloader_args="-q"|bootloader_args: deprecated
pvh|warns|cmdline="ro"\nroot="/dev/xvda"|root= and extra= are ignored beside it
pvh|warns|cmdline="ro"\nextra="quiet"|root= and extra= are ignored beside it
hvm|warns|vncviewer=1|vncviewer: deprecated
hvm|warns|device_model="/usr/lib/xen/bin/qemu-dm"|device_model: deprecated
hvm|warns|kernel="/usr/lib/xen/boot/hvmloader"|kernel: xl ignores hvmloader
hvm|warns|acpi="yes"|acpi: 'yes' is no number
pvh|warns|vcpus+=1|vcpus: xl appends with += to strings and lists only
pvh|silent|hostname="x"|hostname: xl ignores this key
pvh|silent|cdrom="/dev/cdrom"|cdrom: xl ignores this key
pvh|silent|foo_bar=1|foo_bar: no release of xl knows this key
pvh|silent|vpcus=1|did you mean vcpus?
pvh|silent|pvh=1|pvh: xl ignores this key since Xen 4.9
pvh|silent|smbios=["a=b"]|smbios: xl ignores this key before Xen 4.18
pvh|silent|vcpus=1\nvcpus=2|vcpus: line 7 gives it already
pvh|silent|vcpus=1; vcpus=2|vcpus: line 7 gives it already
pvh|silent|type=""|type: '' is not known
hvm|silent|maxmem=256|maxmem: 256 is less than memory=512
pvh|silent|disk=["vdev=xvda,target=/dev/null","vdev=xvda,target=/dev/zero"]|'xvda' is the vdev of line 6
pvh|silent|disk=["vdev=xvda,target=/dev/null","vdev=xvda1,target=/dev/zero"]|given whole or by its partitions
pvh|silent|disk=["vdev=xvda,target=/nowhere/disk"]|there is no '/nowhere/disk'
pvh|silent|disk=["phy:/dev/null,xvda,w"]|disk: deprecated: 'phy:'
pvh|silent|disk=["vdev=hda,target=/dev/null"]|today's Linux does not take 'hda'
hvm|silent|disk=["vdev=hda1,target=/dev/null"]|'hda1' is a partition
hvm|silent|disk=["vdev=hde,target=/dev/null"]|'hde' is no vdev
hvm|silent|boot="zz"|boot: 'zz' is no boot order
hvm|silent|boot="dvd"|boot: 'dvd' is no boot order
pvh|silent|boot="c"|boot: only hvm guests
pvh|silent|vif=["bridge=b "]|ends in a blank, which xl keeps
pvh|silent|name="debian1 "|ends in a blank, which xl keeps
pvh|silent|name="a b"|name: 'a b' has characters
pvh|silent|memory=0512|memory: to xl '0512' is 330
pvh|silent|vcpus=0|vcpus: a guest needs one
pvh|silent|cmdline="a\\tb"|cmdline: there is a control character
pvh|silent|cmdline="a\\nb"|cmdline: there is a control character
pvh|silent|cmdline="\0377"|cmdline: the text is no UTF-8
pvh|silent|kernel="/nowhere/vmlinuz"|there is no '/nowhere/vmlinuz'
pvh|silent|bootloader="/usr/bin/pygrub"|bootloader: write "pygrub"
pvh|silent|-type|type: it is missing
pvh|silent|-memory|memory: it is missing
pvh|silent|root="/dev/xvda"|root: deprecated
pvh|silent|extra="ro"|extra: deprecated
hvm|silent|stdvga=1|stdvga: deprecated
hvm|warns|altp2mhvm=1|altp2mhvm: deprecated
pvh|warns|vif=["netdev=eth0"]|write gatewaydev=
pvh|silent|vif=["bridge=abcdefghijklmnop"]|at most 15 characters
pvh|warns|msr_relaxed=1|msr_relaxed: deprecated
pv|silent|pvshim=1|pvshim: xl ignores this key but for pvh guests
pvh|silent|vga="stdvga"|vga: xl ignores this key but for hvm guests
pv|silent|vfb=["foo=1"]|vfb: 'foo=1' should be such as vnc=1
hvm|silent|firmware="efi"|firmware: 'efi' should be "bios"
END

# Of which the table may be wrong in the middle column.
test_case 'each entry is what xl makes of it' '
	test -n "$xl_parse" || skip "no xl, or no shim for it"
	for type in pvh pv hvm; do
		good "$type" >a.cfg
		test "$(verdict a.cfg)" = silent
	done
	while IFS="|" read -r type wanted text finding; do
		bad "$type" "$text" >a.cfg
		got=$(verdict a.cfg)
		test "$got" = "$wanted" || echo "$got, not $wanted: $type, $text"
	done <"$trash/entries" >wrong
	cat wrong
	test ! -s wrong
'

test_case 'each entry is found' '
	for type in pvh pv hvm; do
		good "$type" >a.cfg
		mkguest-cfg check --cfg-dir=none --xen-version=4.17 a.cfg
	done
	while IFS="|" read -r type wanted text finding; do
		bad "$type" "$text" >a.cfg
		mkguest-cfg check --cfg-dir=none --xen-version=4.17 a.cfg \
			>found 2>/dev/null && echo "nothing: $type, $text"
		grep -qF -e "$finding" found ||
			{ echo "not found: $type, $text: $finding"; cat found; }
	done <"$trash/entries" >wrong
	cat wrong
	test ! -s wrong
'

test_case 'a comment without a newline at the end of the file' '
	{ good pvh; printf "# the end"; } >a.cfg
	run mkguest-cfg check --cfg-dir=none --xen-version=4.17 a.cfg
	expect_status 1
	expect_stdout "a.cfg:7: "
	test -z "$xl_parse" || test "$(verdict a.cfg)" = refuses
'

# VERSION|TYPE|TEXT|FINDING, or none
cat >releases <<'END'
4.17|pvh|bootloader="xenpvnetboot"|
4.18|pvh|bootloader="xenpvnetboot"|Xen has no xenpvnetboot since 4.18
4.20|hvm|device_model_version="qemu-xen-traditional"|
4.21|hvm|device_model_version="qemu-xen-traditional"|Xen has no qemu-xen-traditional since 4.21
4.16|pvh|disk=["vdev=xvda,specification=virtio,target=/dev/null"]|does not know specification= before Xen 4.17
4.17|pvh|disk=["vdev=xvda,specification=virtio,target=/dev/null"]|
4.18|pvh|disk=["vdev=xvda,grant_usage=1,target=/dev/null"]|does not know grant_usage= before Xen 4.19
4.19|pvh|disk=["vdev=xvda,grant_usage=1,target=/dev/null"]|
4.18|pvh|disk=["vdev=xvda,trusted,target=/dev/null"]|before Xen 4.19
4.19|pvh|disk=["vdev=xvda,trusted,target=/dev/null"]|
4.14|pvh|vif=["mtu=9000"]|does not know mtu= before Xen 4.15
4.15|pvh|vif=["mtu=9000"]|
4.16|pvh|vif=["trusted"]|does not know trusted= before Xen 4.17
4.18|pvh|vif=["vlan=3"]|does not know vlan= before Xen 4.19
4.19|pvh|vif=["vlan=3"]|
4.10|pvh|pvshim=1|pvshim: xl ignores this key before Xen 4.11
4.11|pvh|pvshim=1|
4.17|pvh|bootloader_restrict=1|bootloader_restrict: xl ignores this key before Xen 4.18
4.18|pvh|bootloader_restrict=1|
4.19|pvh|llc_colors=["1"]|llc_colors: xl ignores this key before Xen 4.20
4.20|pvh|llc_colors=["1"]|
4.20|hvm|xen_platform_pci_bar_uc=1|before Xen 4.21
4.21|hvm|xen_platform_pci_bar_uc=1|
4.21|pvh|xenstore_quota=["a=1"]|xenstore_quota: xl ignores this key before Xen 4.22
4.22|pvh|xenstore_quota=["a=1"]|
4.9|pvh|memory=512|type: xl ignores this key before Xen 4.10
4.4|pv|-type\ncmdline="x"|cmdline: xl ignores this key before Xen 4.5
4.4|pv|-type\nroot="/dev/xvda ro"|
4.5|pv|-type\nroot="/dev/xvda ro"|root: deprecated
4.8|pv|-type\npvh=1|
4.9|pv|-type\npvh=1|pvh: xl ignores this key since Xen 4.9
END

test_case 'by release of Xen' '
	while IFS="|" read -r release type text finding; do
		bad "$type" "$text" >a.cfg
		mkguest-cfg check --cfg-dir=none --xen-version="$release" a.cfg \
			>found 2>/dev/null || :
		case $finding in
		"") test ! -s found || { echo "$release $text:"; cat found; } ;;
		*) grep -qF -e "$finding" found ||
			{ echo "not found: $release, $text"; cat found; } ;;
		esac
	done <"$trash/releases" >wrong
	cat wrong
	test ! -s wrong
'

# The program itself has the name of each key that it reads.
test_case 'the keys of Xen 4.17 are those of its xl' '
	xl=/usr/lib/xen-4.17/bin/xl
	test -x "$xl" || skip "no xl of Xen 4.17"
	sed -n "s/^	{\"\([a-z0-9_]*\)\", [A-Z_ |]*\([, 0-9]*\)},$/\1\2/p" \
		"$test_dir/../lib/xen/keys.c" |
		while IFS=", " read -r key since until; do
			test "${since:-0}" -gt 17 || test "${until:-99}" -lt 17 ||
				echo "$key"
		done >known
	test "$(wc -l <known)" = 156
	# one text may be the end of another
	tr -c "a-z0-9_" "\n" <"$xl" | sort -u >words
	while read -r key; do
		grep -q "$key\$" words || echo "$key"
	done <known >strange
	cat strange
	test ! -s strange
'

done_testing
