#!/bin/sh
# A true guest that has booted, been used and been shut down is reset: but for
# what is listed here it is again what it was before. Only with MKGUEST_LONG.
. "$(dirname "$0")/real-guest.sh"

test -n "${MKGUEST_LONG-}" || skip 'MKGUEST_LONG is not set'

mac=00:16:3e:00:90:04

# mkguest-try changes no image: QEMU boots this one itself, and keeps it.
boot_and_keep() {
	port=$(free_port)
	for file in vmlinuz initrd.img; do
		link=$(debugfs -R "stat $file" "$1" 2>/dev/null |
			sed -n "s/^Fast link dest: \"\(.*\)\"/\1/p")
		debugfs -R "dump $link $file" "$1" 2>/dev/null
		test -s "$file"
	done
	qemu-system-x86_64 -nodefaults -no-user-config -no-reboot \
		-display none -machine q35 -cpu qemu64,-cx16 -m 512 -smp 2 \
		-serial file:console -device virtio-rng-pci \
		-kernel vmlinuz -initrd initrd.img \
		-append "root=/dev/vda ro console=ttyS0" \
		-drive "file=$1,format=raw,if=virtio" \
		-netdev "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:$port-:22" \
		-device "virtio-net-pci,netdev=net,romfile=,mac=$mac" &
	machine=$!
	wait_for_sshd key
	inside root key sh -s <used
	shut_down key
}

# What an admin does in the first weeks.
use() {
	cat <<-"END"
	set -ex
	systemctl is-system-running --wait || systemctl --failed
	echo "exit" | bash -i
	cp /etc/passwd /etc/passwd-
	ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id_ed25519
	ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new \
		-i /root/.ssh/id_ed25519 localhost true || :
	mkdir -p /root/.cache/x
	echo x >/root/.cache/x/y
	echo x >/tmp/x
	echo x >/var/tmp/x
	logger hello
	journalctl --flush
	journalctl --sync
	systemctl start systemd-tmpfiles-clean.service logrotate.service \
		dpkg-db-backup.service apt-daily-upgrade.service || :
	test -s /etc/machine-id
	test -s /etc/ssh/ssh_host_ed25519_key
	END
}

# Backups of accounts, which hold what they once were, and empty places.
listed() {
	cat <<-"END"
	./etc/group-: only in theirs
	./etc/gshadow-: only in theirs
	./etc/passwd-: only in theirs
	./etc/shadow-: only in theirs
	./root/.cache: only in ours
	./var/lib/apt/daily_lock: only in ours
	./var/lib/systemd/linger: only in ours
	./var/lib/systemd/timers: only in ours
	END
}

test_case 'bookworm, used and reset' '
	MKGUEST_STATE=$PWD/state
	export MKGUEST_STATE
	ssh-keygen -q -t ed25519 -N "" -f key
	run mkguest debian1 --suite bookworm --image-dir . --cfg-dir . \
		--cache-dir cache --mac $mac --ssh-key key.pub \
		--ssh-host-keys first-boot \
		--include rsyslog,cron,logrotate,dbus,man-db,bash
	expect_status 0
	cp --sparse=always debian1.img fresh.img
	use >used
	listed >listed
	boot_and_keep debian1.img
	run mkguest-setup --reset debian1.img
	expect_status 0
	e2fsck -fn debian1.img
	mkdir ours fresh
	unshare --mount sh -ec "
		mount -o loop,ro debian1.img ours
		mount -o loop,ro fresh.img fresh
		\"\$1\" --exactly --clamp 0 ours fresh || test \$? = 1
	" sh "$helper/tree-compare" >differences
	diff listed differences
'

done_testing
