#!/bin/sh
# The domain files that mkguest writes, judged by xl's own parsers, and those
# that it reads, compared with what libxlutil reads.

. "$(dirname "$0")/lib.sh"

domain_file=$MKGUEST_BUILD/t/helper/domain-file
config_show=$MKGUEST_BUILD/t/helper/config-show
xl_check=$MKGUEST_BUILD/t/helper/xl-check

"$helper/xl-parse" /dev/null >/dev/null 2>&1
test $? -ne 2 && xl_parse=$helper/xl-parse || xl_parse=

# All judges must take it without a word.
write_and_judge() {
	(umask 077 && "$domain_file" write "$@" >guest.cfg)
	run "$xl_check" guest.cfg
	expect_status 0
	test -z "$xl_parse" || "$xl_parse" guest.cfg >guest.json
	case " $* " in
	*" toolstack=xm "*) ;;	# deprecated is what it has to be
	*) mkguest-cfg check --elsewhere --xen-version=4.17 guest.cfg ;;
	esac
}

test_case 'PVH through PvGRUB' '
	write_and_judge
	expect_stdout "type=pvh"
	expect_stdout "kernel=/usr/lib/grub-xen/grub-i386-xen_pvh.bin"
	expect_stdout "disk[0].pdev_path=/srv/debian1.img"
	expect_stdout "disk[0].vdev=xvda1"
	expect_stdout "disk[0].format=raw"
	expect_stdout "disk[0].readwrite=1"
	expect_stdout "vif[0]=mac=00:16:3e:12:34:56"
'

test_case 'PV with a kernel of its own and a bridge' '
	write_and_judge type=pv kernel=/boot/k ramdisk=/boot/i \
		nic:mac=00:16:3e:12:34:56,bridge=xenbr0 \
		root=UUID=1-2 "extra=ro console=hvc0"
	expect_stdout "type=pv"
	expect_stdout "ramdisk=/boot/i"
	expect_stdout "cmdline=root=UUID=1-2 ro console=hvc0"
	expect_stdout "vif[0]=mac=00:16:3e:12:34:56,bridge=xenbr0"
'

# shellcheck disable=SC2016
test_case 'a path with every awkward character' '
	path="/srv/a b,c=d:\"e\"\\f[g]#h;ä"
	write_and_judge "disk=$path,xvda1"
	expect_stdout "disk[0].pdev_path=$path"
	run "$domain_file" read guest.cfg
	expect_stdout "disk=$path"
'

test_case 'xl itself sees the values' '
	test -n "$xl_parse" || skip "no xl, or no shim for it"
	write_and_judge type=pvh nic:mac=00:16:3e:12:34:56,bridge=xenbr0 \
		nic:mac=00:16:3e:00:00:01,ip=none,model=e1000,rate=10Mb/s,vifname=web1,mtu=1400,script=vif-route
	test "$(grep -c "\"mac\"" guest.json)" -eq 2
	for line in "\"type\": \"pvh\"" "\"name\": \"debian1\"" \
		"\"pdev_path\": \"/srv/debian1.img\"" "\"vdev\": \"xvda1\"" \
		"\"mac\": \"00:16:3e:12:34:56\"" "\"bridge\": \"xenbr0\"" \
		"\"mac\": \"00:16:3e:00:00:01\"" "\"model\": \"e1000\"" \
		"\"rate_bytes_per_interval\": 62500" \
		"\"ifname\": \"web1\"" "\"mtu\": 1400" \
		"\"script\": \"vif-route\"" \
		"\"max_memkb\": 524288" "\"on_reboot\": \"restart\""; do
		grep -Fq -e "$line" guest.json || { echo "no $line"; false; }
	done
'

test_case 'PV of 32 bits, which Xen runs in its shim' '
	write_and_judge architecture=i386 type=pv
	expect_stdout "type=pvh"
	expect_stdout "pvshim=1"
	expect_stdout "kernel=/usr/lib/grub-xen/grub-i386-xen.bin"
'

test_case 'a drive of the host' '
	write_and_judge cdrom=/dev/cdrom
	expect_stdout "disk[1].pdev_path=/dev/cdrom"
	expect_stdout "disk[1].is_cdrom=1"
	expect_stdout "disk[1].readwrite=0"
'

test_case 'HVM: the firmware, the disks and CDs of a machine, a screen' '
	write_and_judge type=hvm firmware=uefi boot=cd windows \
		disk=/dev/vg0/win1,hda disk=/srv/win.iso,hdc \
		nic:mac=00:16:3e:12:34:56,model=e1000
	not grep "^kernel" guest.cfg
	test -z "$xl_parse" || for line in "\"type\": \"hvm\"" \
		"\"bios\": \"ovmf\"" "\"usbdevice\": \"tablet\"" \
		"\"boot\": \"cd\"" "\"kind\": \"std\"" "\"model\": \"e1000\"" \
		"\"is_cdrom\": 1" "\"pdev_path\": \"/srv/win.iso\"" \
		"\"vdev\": \"hdc\"" "\"localtime\": \"True\"" \
		"\"viridian\": \"True\"" "\"findunused\": \"True\"" \
		"\"serial\": \"pty\""; do
		grep -Fq -e "$line" guest.json ||
			{ cat guest.json; echo "no $line"; false; }
	done
'

test_case 'HVM: a port, an address and a password for the screen' '
	printf "\"s\\\\\n" >password
	chmod 600 password
	write_and_judge type=hvm firmware=bios boot=c disk=/srv/a.img,xvda \
		vnc:listen=192.0.2.1,port=5907,password-file=password
	test -z "$xl_parse" || for line in "\"listen\": \"192.0.2.1\"" \
		"\"display\": 7" "\"passwd\": \"\\\"s\\\\\""; do
		grep -Fq -e "$line" guest.json ||
			{ cat guest.json; echo "no $line"; false; }
	done
	not grep unused guest.cfg
'

test_case 'HVM: a floppy' '
	write_and_judge type=hvm firmware=bios boot=cd disk=/srv/a.img,hda \
		floppy=/srv/answers.img
	test -z "$xl_parse" ||
		grep "file=/srv/answers.img,if=floppy" guest.json
	run "$domain_file" write type=hvm floppy=/srv/a,b.img
	expect_status 1
	expect_stderr "it holds a comma"
'

cat >windows <<'END'
kernel=/usr/lib/xen-3.0.3-1/boot/hvmloader
builder=hvm
memory=512
device_model=/usr/lib/xen-3.0.3-1/bin/qemu-dm
disk[0]=phy:/dev/hda3,ioemu:hda,w
disk[1]=file:/root/wincd.iso,ioemu:hdc:cdrom,r
name=windows
hostname=windows
vif[0]=type=ioemu, mac=aa:00:00:12:23:34, bridge=xenbr0
boot=d
vnc=1
vncviewer=1
sdl=0
END

# Whatever else is there is listed here; a card has its address in any case.
test_case 'HVM for xm, as its manuals of old have it' '
	"$domain_file" write toolstack=xm type=hvm name=windows \
		firmware=bios boot=d disk=/dev/hda3,hda \
		disk=/root/wincd.iso,hdc \
		nic:mac=aa:00:00:12:23:34,bridge=xenbr0 >guest.cfg
	"$helper/python-config" guest.cfg | sort >values
	sort "$trash/windows" | diff - values >differences || :
	cat differences
	not grep "^<" differences
	test "$(sed -n "s/^> \([a-z_]*\)=.*/\1/p" differences | xargs)" = \
		"on_crash on_poweroff on_reboot uuid vcpus"
	"$domain_file" write toolstack=xm type=hvm \
		kernel=/opt/xen/boot/hvmloader floppy=/srv/f.img >other.cfg
	"$helper/python-config" other.cfg >values
	grep -x "device_model=/opt/xen/bin/qemu-dm" values
	grep -x "fda=/srv/f.img" values
'

cat >article <<'END'
name=debian1
hostname=debian1
kernel=/boot/vmlinuz-2.6.18-3-xen-686
ramdisk=/boot/initrd.img-2.6.18-3-xen-686
memory=512
vcpus=1
disk[0]=phy:/dev/hda3,hda1,w
disk[1]=phy:/dev/hda5,hda2,w
cdrom=/dev/cdrom
root=/dev/hda1
vif[0]=mac=aa:00:00:12:23:34, bridge=bridge0
END

# The article's guest, and one with all that a value may hold.
# shellcheck disable=SC2016
test_case 'a file for xm is data to Python, and xl takes it without a word' '
	write_and_judge toolstack=xm architecture=i386 type=pv \
		kernel=/boot/vmlinuz-2.6.18-3-xen-686 \
		ramdisk=/boot/initrd.img-2.6.18-3-xen-686 root=/dev/hda1 \
		disk=/dev/hda3,hda1 disk=/dev/hda5,hda2 cdrom=/dev/cdrom \
		nic:mac=aa:00:00:12:23:34,bridge=bridge0
	cp guest.cfg article.cfg
	expect_stdout "disk[0].pdev_path=/dev/hda3"
	expect_stdout "disk[1].vdev=hda2"
	write_and_judge toolstack=xm type=pv "disk=/srv/a b:\"e\"\\f[g]#%s;ä,xvda1" \
		"extra=a=\"b\\c\" ${x}"
	for file in article.cfg guest.cfg; do
		"$helper/python-config" $file | sort >theirs
		"$config_show" $file | grep -v "^disk\[[0-9]*\]\." | sort >ours
		diff theirs ours
		test $file = guest.cfg || cp theirs values
	done
	sort "$trash/article" | comm -23 - values >missing
	cat missing
	test ! -s missing
	for key in type pvshim cmdline; do
		not grep "^$key " article.cfg guest.cfg
	done
'

# One text a line, \n and so on as printf has them.
cat >good <<'EOF'
name="a"\n
name='a'; memory=512 # c\nx=0x1f\n
name='a'\ndisk=[ 'phy:/dev/hda3,hda1,w',\n# c\n'file:/x,hda2,w'\n,]\n
name='a'\nx=[1,[2,'3'],[]]\n
name='a'\nx='b'\nx+='c'\ny=['d']\ny+=['e',\n'f']\nz+=1\n
name="\\"\\\\\\'"\n;;\n\t x\t=\t'#'
name='ä'\nx.y_1=010
EOF
cat >bad <<'EOF'
name='a'\nx=True\n
name='a'\nx=None\n
name='a'\r\n
name='a'\nx=-1\n
name='a'\nx=512M\n
name='a'\nx='b' 'c'\n
name='a'\nx='b'+'c'\n
name='a'\nx=('b')\n
name='a'\nX=1\n
name='a'\nx-y=1\n
name='a'\nx=\n1\n
name='a'\nx='b\nc'\n
name='a'\nx=[,]\n
name='a'\nx=['b' 'c']\n
name='a'\nx=1 y=2\n
name='a'\nx="\\x41"\n
name='a'\nx="\\q"\n
name='a'\nx=[1]\nx+='b'\n
name='a'\n# no newline
EOF

libxlutil_shows() {
	"$xl_check" x.cfg 2>xl.words | grep -v '^disk\[[0-9]*\]\.backend' | sort
}

test_case 'what xl takes is read the same' '
	while IFS= read -r text; do
		printf "$text" >x.cfg
		"$config_show" x.cfg | sort >ours
		libxlutil_shows >theirs
		grep -v "given twice" xl.words && exit 1
		diff theirs ours || { echo "$text"; exit 1; }
	done <"$trash/good"
'

# Each has its name before it, so that what differs is found.
all_agree() {
	find generated -name "*.cfg" | sort >names
	xargs "$config_show" <names 2>ours.words |
		grep -v "^disk\[[0-9]*\]\.backend" >ours
	xargs "$xl_check" <names 2>xl.words |
		grep -v "^disk\[[0-9]*\]\.backend" >theirs
	sort_within ours >ours.sorted
	sort_within theirs >theirs.sorted
	diff theirs.sorted ours.sorted
}

sort_within() {
	awk "/^== /{n++} {print n \"\t\" \$0}" "$1" | sort -k1,1n -k2
}

test_case 'generated files are read as libxlutil reads them' '
	count=300
	test -z "${MKGUEST_LONG:-}" || count=10000
	"$helper/generate-cfgs" 1 $count generated
	all_agree
	test "$(grep -c "^== " ours)" = $count
	refused=$(grep -cx refused ours)
	echo "$refused of $count are refused"
	test "$refused" -gt $((count / 10))
	test "$refused" -lt $((count / 2))
'

test_case 'what xl refuses is refused, by line' '
	while IFS= read -r text; do
		printf "$text" >x.cfg
		run "$xl_check" x.cfg
		expect_status 1
		run "$config_show" x.cfg
		expect_status 1
		expect_stderr "x.cfg:"
	done <"$trash/bad"
'

done_testing
