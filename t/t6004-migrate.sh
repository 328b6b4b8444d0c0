#!/bin/sh
# mkguest-check --migrate-to: what another host lacks for guests to move there.
# The other host is the same one with other files in a few places, reached by
# an ssh that only enters it; once, by a real one.

. "$(dirname "$0")/lib.sh"

require ROOT

# SIDE: a dom0 that is like the other.
side() {
	mkdir -p "$1/net/xenbr0/bridge" "$1/block/7:77" "$1/srv" "$1/boot"
	cat >"$1/info" <<-END
		host                   : $1
		hw_caps                : bfebfbff:77faf3ff:2c100800
		virt_caps              : pv hvm hvm_directio hap shadow
		free_memory            : 8192
		xen_version            : 4.17.2
	END
	echo "naa.600140570d1" >"$1/block/7:77/wwid"
	echo "Usage: xl [-vfNtT] migrate-receive  - for internal use" >"$1/help"
	printf "%s\n" "Name      ID Mem VCPUs State Time(s)" \
		"Domain-0   0 1024    4 r-----   100.0" >"$1/list"
	echo "nfs4 nas.example.org:/srv" >"$1/findmnt"
	: >"$1/boot/grub.bin"
	: >"$1/block-drbd"
}

# Both, and what they have in common: an image, a disk, a guest.
two_hosts() {
	rm -rf here there srv boot
	side here
	side there
	mkdir srv boot
	echo image >srv/a.img
	test -e disk || mknod disk b 7 77
	cat >a.cfg <<-END
		name = "a"
		type = "pvh"
		memory = 512
		kernel = "$PWD/boot/grub.bin"
		disk = [ "format=raw,vdev=xvda,target=$PWD/srv/a.img",
			"format=raw,vdev=xvdb,target=$PWD/disk",
			"vdev=xvdc,script=block-drbd,target=a" ]
		vif = [ "bridge=xenbr0" ]
	END
}

# What either side answers, by where it is asked.
fakes() {
	mkdir -p fakes
	cat >fakes/xl <<-END
		#!/bin/sh
		case \$1 in
		info | help | list) cat "$PWD/\${side-here}/\$1" 2>/dev/null ;;
		esac
	END
	cat >fakes/findmnt <<-END
		#!/bin/sh
		read -r type source <"$PWD/\${side-here}/findmnt"
		case \$3 in
		FSTYPE) echo "\$type" ;;
		*) echo "\$source" ;;
		esac
	END
	cat >fakes/blockdev <<-END
		#!/bin/sh
		cat "$PWD/\${side-here}/size" 2>/dev/null || echo 1024
	END
	cat >fakes/ssh <<-END
		#!/bin/sh
		echo "\$*" >>"$PWD/ssh.log"
		test ! -e $PWD/refuses || { cat $PWD/refuses >&2; exit 255; }
		echo "Welcome to there"
		while test "\$1" != --; do shift; done
		shift 2
		side=there
		export side
		exec $PWD/enter "\$@"
	END
	cat >enter <<-END
		#!/bin/sh
		exec unshare --mount sh -ec '
			cd "$PWD"
			mount --bind \$side/net /sys/class/net
			mount --bind \$side/block /sys/dev/block
			mount --bind \$side/boot boot
			test ! -e \$side/srv/a.img || mount --bind \$side/srv srv
			mount -t tmpfs none /etc/xen
			mkdir /etc/xen/scripts
			cp \$side/block-drbd /etc/xen/scripts
			exec "\$@"
		' sh "\$@"
	END
	chmod +x fakes/* enter
}

# [OPTION…]: the guest's migration, asked here.
migrate() {
	fakes
	: >ssh.log
	run unshare --mount sh -ec '
		for fake in fakes/*; do
			mount --bind "$fake" \
				"$(realpath "$(command -v "${fake##*/}")")"
		done
		side=here
		export side
		exec ./enter "$@"
	' sh mkguest-check --migrate-to other.example.org "$@"
}

test_case 'a host that a guest can move to' '
	two_hosts
	migrate ./a.cfg
	expect_status 0
	sed "s,$PWD,.,; s/  */ /g" "$trash/stdout" >lines
	diff - lines <<-END
	good ssh '\''other.example.org'\'' answers
	good xen 4.17.2 here, 4.17.2 there
	good processor the same features
	good virtualisation pv hvm hvm_directio hap shadow
	good toolstack xl migrate-receive is there
	good memory 512 MiB wanted, 8192 MiB free there
	good domain no '\''a'\'' runs there
	good disk '\''./srv/a.img'\'' is on nas.example.org:/srv, there and here
	good disk '\''./disk'\'' is the same disk there (naa.600140570d1)
	good disk '\''/etc/xen/scripts/block-drbd'\'' is there
	good bridge '\''xenbr0'\'' of '\''a'\'' is there
	good kernel '\''./boot/grub.bin'\'' is there
	END
	test "$(cat ssh.log)" = "-T -o BatchMode=yes -o ConnectTimeout=10 -o \
ServerAliveInterval=5 -- other.example.org sh -s"
'

# WHAT IS DONE TO IT|STATE AND NAME|TEXT|FIX
cat >lacks <<'END'
echo 'Permission denied.' >refuses|missing ssh|Permission denied|ssh-copy-id
rm there/info|missing xen|no Xen runs there|boot it into Xen
rm here/info|missing xen|no Xen runs here|boot it into Xen
sed -i s/4.17.2/4.18.0/ there/info|advice xen|4.17.2 here, 4.18.0 there|no way back
sed -i s/4.17.2/4.20.0/ there/info|missing xen|4.20.0 there: Xen takes|same release
sed -i s/4.17.2/4.16.0/ there/info|missing xen|4.16.0 there: Xen takes|same release
sed -i s/bfebfbff/bfebfbfc/ there/info|missing processor|2 of this one's features|cpuid=
sed -i s/bfebfbff/bfebfbfc/ here/info|good processor|all features|
sed -i 's/ hvm hv.*//' there/info|missing virtualisation|of type pvh|VT-x
sed -i 's/ hap / /' there/info|missing virtualisation|of type pvh|VT-x
echo 'not implemented' >there/help|missing toolstack|no xl migrate-receive|xen-utils
sed -i 's/: 8192/: 511/' there/info|missing memory|512 MiB wanted, only 511|xl mem-set
echo 'a 7 512 1 -b---- 1.0' >>there/list|missing domain|'a' runs there|rename
echo 'pci = [ "03:00.0" ]' >>a.cfg|missing domain|has PCI devices|xl pci-detach
echo 'nomigrate = 1' >>a.cfg|missing domain|nomigrate=1|take the key out
echo 'ext4 /dev/sda1' >there/findmnt|missing disk|is on ext4 there|NFS
echo 'xfs /dev/sda1' >here/findmnt|missing disk|is on xfs here|NFS
echo other >there/srv/a.img|missing disk|is another file there|NFS
echo 'nfs4 nas2.example.org:/srv' >there/findmnt|advice disk|on nas2.example.org:/srv there|same storage
mkdir there/srv/a.img|missing disk|there is no|same path
echo naa.77 >there/block/7:77/wwid|missing disk|another disk there (naa.77|same disk
rm there/block/7:77/wwid|missing disk|nothing tells whether|by-id
echo 4096 >there/size|missing disk|another disk there|same disk
rm -r there/net/xenbr0|missing bridge|no 'xenbr0'|bridge of that name
rm there/boot/grub.bin|missing kernel|there is no|grub-xen-host
sed -i 's/vdev=xvdc/vdev=hdc,cdrom/; s/script=block-drbd,target=a/target=\/a.iso/' a.cfg|missing disk|no '/a.iso' there|xl cd-eject
END

test_case 'each thing that is missing is named, with what to do' '
	while IFS="|" read -r change line text fix; do
		two_hosts
		echo "$change"
		eval "$change"
		migrate "$PWD/a.cfg"
		sed -i "s/  */ /g" "$trash/stdout"
		expect_stdout "$text"
		expect_stdout "$line"
		expect_stdout "$fix"
		case $line in
		missing*) expect_status 1 ;;
		*) expect_status 0 ;;
		esac
		rm -f refuses
	done <"$trash/lacks"
'

test_case 'as JSON; two guests, of which one is known by its name' '
	two_hosts
	sed "s/\"a\"/\"b\"/; s/512/8000/" a.cfg >b.cfg
	mkdir -p state/guests
	printf "%s\n" "Name: b" "Suite: bookworm" "Architecture: amd64" \
		"Disk: $PWD/srv/a.img,mount=/,vdev=xvda,fs=ext4" \
		"Cfg: $PWD/b.cfg" >state/guests/b
	export MKGUEST_STATE=$PWD/state
	migrate --json ./a.cfg b
	expect_status 1
	python3 -c "
import json
items = json.load(open(\"$trash/stdout\"))
memory, = [i for i in items if i[\"name\"] == \"memory\"]
assert memory[\"state\"] == \"missing\" and \"8512 MiB\" in memory[\"text\"]
assert len([i for i in items if i[\"name\"] == \"disk\"]) == 6, items
"
'

test_case 'wrong use' '
	two_hosts
	run mkguest-check --migrate-to -oProxyCommand=x ./a.cfg
	expect_error 2 "'\''-oProxyCommand=x'\'' is no host"
	run mkguest-check --migrate-to "a b" ./a.cfg
	expect_error 2 "is no host"
	run mkguest-check --migrate-to there
	expect_error 2 "needs the NAME of a guest"
	run mkguest-check --migrate-to there --root / ./a.cfg
	expect_error 2 "do not go with --migrate-to"
	run mkguest-check a
	expect_error 2 "operands are for --migrate-to"
	run mkguest-check --migrate-to there nobody
	expect_error 1 "no guest '\''nobody'\'' was made here"
	echo "x = True" >x.cfg
	run mkguest-check --migrate-to there ./x.cfg
	expect_error 1 "./x.cfg:1: a value is missing"
	sed -i "s,srv/a.img,a\\\\tb," a.cfg
	run mkguest-check --migrate-to there ./a.cfg
	expect_error 1 "is no absolute path without tabs"
'

# A host that stops in the middle of its answer says less, not "nothing there".
test_case 'an answer that is not whole' '
	two_hosts
	fakes
	sed -i "s/^exec .*/echo; echo fact; exit 0/" fakes/ssh
	cp fakes/ssh cut
	fakes() { cp cut fakes/ssh; }
	migrate ./a.cfg
	expect_status 1
	expect_stdout "has not said all that it was asked"
'

# The same host again, by its own name, so all is the same but the images.
test_case 'by a real ssh' '
	two_hosts
	ssh-keygen -q -t ed25519 -N "" -f host-key
	mkdir -m 700 ssh
	ssh-keygen -q -t ed25519 -N "" -f ssh/id_ed25519
	cp ssh/id_ed25519.pub ssh/authorized_keys
	echo "127.0.0.1 $(cat host-key.pub)" >ssh/known_hosts
	cat >sshd_config <<-END
		ListenAddress 127.0.0.1
		HostKey $PWD/host-key
		AuthorizedKeysFile $PWD/ssh/authorized_keys
		StrictModes no
		UsePAM no
		PidFile none
	END
	cat >try <<-\END
		ip link set lo up
		mount -t tmpfs none /run
		mkdir -m 755 /run/sshd
		mkdir -p /root/.ssh
		mount -t tmpfs -o mode=700 none /root
		mkdir -m 700 /root/.ssh
		mount --bind ssh /root/.ssh
		/usr/sbin/sshd -D -e -f "$PWD/sshd_config" 2>sshd.log &
		for _ in $(seq 100); do
			grep -q "listening on" sshd.log && break
			sleep 0.05
		done
		mkguest-check --migrate-to "$1" ./a.cfg && status=0 || status=$?
		kill $!
		wait $! || :
		exit $status
	END
	run unshare --mount --net sh -e try root@127.0.0.1
	expect_status 1
	expect_stdout "root@127.0.0.1'\'' answers"
	expect_stdout "'\''$PWD/srv/a.img'\'' is on"
	rm ssh/authorized_keys
	run unshare --mount --net sh -e try 127.0.0.1
	expect_status 1
	expect_stdout "127.0.0.1'\'': ssh failed with exit status 255"
	expect_stdout "Permission denied"
	no_leftovers .
'

done_testing
