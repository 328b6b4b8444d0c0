#!/bin/sh
# What becomes of guests in a real Xen: started with dom0, and with another
# kernel than the one that they were made with.

. "$(dirname "$0")/xen-guest.sh"

test_case 'a dom0 is made' '
	make_dom0
'

# By Debian's own script, which is to shut it down as well.
test_case 'a guest is started and shut down with dom0' '
	xen_guest auto1 --type pv --boot direct --autostart
	scene 500 auto1.cfg auto/auto1.cfg <<-END
		dom0 ln -s $PWD/auto /etc/xen/auto
		dom0 sed -i "s/^XENDOMAINS_SAVE=.*/XENDOMAINS_SAVE=/" /etc/default/xendomains
		dom0 /etc/init.d/xendomains start
		console auto1
		login root $trash/password
		guest test \$(hostname) = auto1
		dom0 /etc/init.d/xendomains stop
		dom0 test "\$(xl list | wc -l)" = 2
	END
'

# apt of this machine, but with the packages of $suite and no others.
apt_of_suite() {
	mkdir -p "$trash/apt/lists/partial" "$trash/apt/archives/partial"
	echo "deb $("$helper/host-mirror" "$suite") $suite main" >"$trash/apt/list"
	: >"$trash/apt/status"
	program=$1
	shift
	"$program" -q -o Dir::State="$trash/apt" \
		-o Dir::State::status="$trash/apt/status" \
		-o Dir::Cache="$trash/apt" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::SourceList="$trash/apt/list" \
		-o APT::Architecture=amd64 -o APT::Architectures=amd64 \
		-o APT::Sandbox::User=root "$@"
}

# PACKAGE: the kernel that it depends on
kernel_of() {
	apt_of_suite apt-cache depends "$1" | sed -n "s/.*Depends: //p"
}

# What an upgrade does: NAME.img, by the dpkg that is in it.
install_kernel() {
	apt_of_suite apt-get download "$new"
	mkdir mnt
	unshare --mount --pid --fork sh -ec "
		mount -o loop $1.img mnt
		mount -t proc proc mnt/proc
		mount --bind /dev mnt/dev
		mount -o remount,bind,ro mnt/dev
		cp $new*.deb mnt/new.deb
		chroot mnt dpkg --install /new.deb
		rm mnt/new.deb
	"
}

# Kernels of one version, of which the second sorts as the newer one.
find_kernels() {
	apt_of_suite apt-get update
	old=$(kernel_of linux-image-amd64)
	new=$(kernel_of linux-image-cloud-amd64)
	test -n "$old" && test -n "$new"
}

# NAME: boots the second one
boots_new() {
	{
		life "$1"
		echo "guest test \$(uname -r) = ${new#linux-image-}"
		rest "$1"
	} | scene 500 "$1.cfg"
}

test_case 'another kernel, copied anew to dom0' '
	find_kernels
	xen_guest direct1 --type pv --boot direct --kernel-package "$old"
	install_kernel direct1 >words 2>&1 || { cat words; false; }
	grep "mkguest-cfg refresh direct1" words
	run mkguest-cfg refresh direct1
	expect_stdout "the kernel was ${old#linux-image-}, is ${new#linux-image-}"
	boots_new direct1
'

test_case 'another kernel, from the menu that its package has changed' '
	find_kernels
	xen_guest grub1 --kernel-package "$old"
	install_kernel grub1
	boots_new grub1
'

say_times
done_testing
