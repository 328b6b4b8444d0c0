"""The packages of small releases as they were from 2007 to 2015."""

from deb import Package, directory, file, symlink
from packages import (ARCH, GROUP, PASSWD, PROGRAMS, copy, find_program,
	libraries, script, slurp)
import os

I386, AMD64 = "i386", "amd64"

# The kernel's package without "linux-image-", and its version; where libc6-xen
# has its libraries; does libc6 have some in lib/tls; does ifupdown have an
# interfaces.d; names of the day.
RELEASES = {
	"etch": {
		"version": "4.0", "kernels": {
			I386: ("2.6-xen-686", "2.6.18-6-xen-686"),
			AMD64: ("2.6-xen-amd64", "2.6.18-6-xen-amd64")},
		"xen": "lib/tls/i686/cmov", "source": False, "tls": True,
		"names": "sysvinit dhcp3-client iproute console-data"},
	"lenny": {
		"version": "5.0.10", "kernels": {
			I386: ("2.6-686-bigmem", "2.6.26-2-686-bigmem"),
			AMD64: ("2.6-xen-amd64", "2.6.26-2-xen-amd64")},
		"xen": "lib/i686/nosegneg", "source": False, "tls": False,
		"names": "sysvinit dhcp3-client iproute console-data"},
	"squeeze": {
		"version": "6.0.10", "kernels": {
			I386: ("2.6-686-bigmem", "2.6.32-5-686-bigmem"),
			AMD64: ("2.6-amd64", "2.6.32-5-amd64")},
		"xen": "lib/i686/nosegneg", "source": False, "tls": False,
		"names": "sysvinit isc-dhcp-client iproute"},
	"wheezy": {
		"version": "7.11", "kernels": {
			I386: ("686-pae", "3.2.0-4-686-pae"),
			AMD64: ("amd64", "3.2.0-4-amd64")},
		"xen": "lib/i386-linux-gnu/i686/nosegneg", "source": False, "tls": False,
		"names": "sysvinit isc-dhcp-client iproute"},
	"jessie": {
		"version": "8.11", "kernels": {
			I386: ("686-pae", "3.16.0-4-686-pae"),
			AMD64: ("amd64", "3.16.0-4-amd64")},
		"xen": "lib/i386-linux-gnu/i686/nosegneg", "source": True, "tls": False,
		"names": "init systemd systemd-sysv isc-dhcp-client iproute2"},
}

INITTAB = """\
id:2:initdefault:
si::sysinit:/etc/init.d/rcS
l2:2:wait:/etc/init.d/rc 2
1:2345:respawn:/sbin/getty 38400 tty1
""" + "".join(f"{n}:23:respawn:/sbin/getty 38400 tty{n}\n" for n in range(2, 7))

OLD_DPKG = r"""#!/bin/sh
# What a dpkg finds when it is first called, and each call, is kept for tests.
set -e
cd /var/lib/dpkg
test -e /var/log/found ||
	stat -c '%A %s %n' * info/* >/var/log/found
echo "$*" >>/var/log/calls

unpack() {
	echo "Preparing to unpack $1 ..."
	dpkg-deb -x "$1" /
	name=${1##*/}
	: >"info/${name%.deb}.list"
	echo >>status
	dpkg-deb -f "$1" | sed 's/^Package: .*/&\nStatus: install ok unpacked/' \
		>>status
}

configure() {
	echo "Setting up $1 ..."
	name=${1%%:*}
	grep -Fqx "Package: $name" status
	test ! -e "info/$1.postinst" || "info/$1.postinst" configure
	sed "/^Package: $name\$/,/^\$/s/ unpacked\$/ installed/" status \
		>status-new
	cat status-new >status
	rm status-new
}

for argument; do
	case $argument in
	--*) ;;
	*.deb) unpack "$argument" ;;
	*) configure "$argument" ;;
	esac
done
"""


def required(name, *members, **rest):
	return Package(name, *members, Priority="required", architecture=ARCH,
		**rest)


def essential(name, *members, **rest):
	return required(name, *members, Essential="yes", **rest)


def library(path, text):
	"""As glibc has them: a file with its version, and the link to it."""
	yield file(path + "/libc-2.3.6.so", text)
	yield symlink(path + "/libc.so.6", "libc-2.3.6.so")


def libc(release, version="2.3.6"):
	"""With what this host's programs need, for none of it is real."""
	paths = [find_program(p) for p in ["dpkg-deb", *(p for name in
		("coreutils", "dash", "grep", "sed", "tar")
		for p in PROGRAMS[name].split())]]
	return required("libc6", *(file(path[1:], slurp(path), mode=0o755)
			for path in libraries(paths)),
		file("sbin/ldconfig", script("echo ldconfig >>/var/log/calls\n"),
			mode=0o755),
		*(library("lib/tls", f"TLS of {version}\n") if release["tls"] else ()),
		version=version, Multi_Arch="same")


def host_programs():
	"""With a /usr apart, and no dpkg but a script."""
	def in_bin(path):
		return file("bin/" + os.path.basename(path), slurp(path), mode=0o755)

	for name in ("coreutils", "dash", "grep", "sed", "tar"):
		yield essential(name, *(in_bin(find_program(p))
				for p in PROGRAMS[name].split()),
			*([symlink("bin/sh", "dash")] if name == "dash" else []),
			Pre_Depends="libc6")
	yield essential("dpkg", file("usr/bin/dpkg", OLD_DPKG, mode=0o755),
		copy(find_program("dpkg-deb")),
		*(directory("var/lib/dpkg/" + name) for name in
			("alternatives", "info", "parts", "updates")),
		Pre_Depends="libc6")


def base(release):
	"""What a minimal system is, where it matters."""
	tables = "".join(f"cat >/etc/{name} <<'END'\n{text}END\n"
		for name, text in (("passwd", PASSWD), ("group", GROUP)))
	return [
		essential("base-files", *(directory(name) for name in
			"""boot dev home mnt opt proc root sbin sys tmp usr/lib usr/sbin
			var/cache var/log var/mail var/run""".split()),
			file("etc/debian_version", release["version"] + "\n"),
			conffiles=("etc/debian_version",),
			files={"postinst": script("chown root:mail /var/mail\n")}),
		essential("base-passwd", files={"postinst": script(tables)}),
		# comes before all others
		essential("aaa-counts-on-users", files={"preinst": script(
			'test "$(stat -c %G /var/mail)" = mail\n')}),
		required("apt", directory("etc/apt")),
		required("owner", file("usr/share/both", "owner\n"), md5sums=False),
		required("taker", file("usr/share/both", "taker\n")),
	]


def kernel(release):
	"""The package that follows the newest, and that, which no machine boots."""
	name, version = release["kernels"][ARCH]
	yield Package("linux-image-" + version,
		file("boot/vmlinuz-" + version, "kernel " + version + "\n"),
		directory("lib/modules/" + version),
		files={"postinst": script(f"""\
echo initrd of {version} >/boot/initrd.img-{version}
ln -sf boot/vmlinuz-{version} /vmlinuz
ln -sf boot/initrd.img-{version} /initrd.img
""")}, architecture=ARCH, Depends="initramfs-tools")
	yield Package("linux-image-" + name, architecture=ARCH,
		Depends="linux-image-" + version)


def guest_packages(release):
	"""What a guest asks for by name."""
	for name in ["initramfs-tools", "udev", "netbase", "locales",
			"e2fsprogs", *release["names"].split()]:
		if name != "sysvinit":
			yield Package(name, file(f"usr/share/doc/{name}/copyright", "none\n"))
		else:
			yield Package(name, file("usr/share/sysvinit/inittab", INITTAB),
				file("etc/init.d/rcS", script(""), mode=0o755),
				Priority="required", files={"postinst": script(
					"cp /usr/share/sysvinit/inittab /etc/inittab\n")})
	yield Package("ifupdown", file("sbin/ifup", script(""), mode=0o755),
		directory("etc/network/interfaces.d" if release["source"]
			else "etc/network"))
	yield Package("login", file("etc/securetty", "console\ntty1\ntty2\n"),
		conffiles=("etc/securetty",), Depends="passwd", Priority="required")
	yield Package("passwd", Priority="required", files={"postinst": script("""\
umask 077
while IFS=: read -r name rest; do
	echo "$name:*:13500:0:99999:7:::"
done </etc/passwd >/etc/shadow
chown root:shadow /etc/shadow
chmod 640 /etc/shadow
""")})
	yield Package("tzdata", Priority="required", *(file("usr/share/zoneinfo/" + zone, "TZif" + zone)
		for zone in ("Etc/UTC", "Europe/Berlin")))
	yield Package("openssh-server", file("usr/sbin/sshd", script(""), mode=0o755),
		directory("etc/ssh"), Depends="passwd")


def libc_xen(release):
	members = list(library(release["xen"], "for Xen\n"))
	if not release["tls"]:
		members.append(file("etc/ld.so.conf.d/libc6-xen.conf",
			"hwcap 1 nosegneg\n"))
	yield Package("libc6-xen", *members, architecture=ARCH, version="2.3.6")


def old(codename):
	"""All of a small release."""
	release = RELEASES[codename]
	return [libc(release), *host_programs(), *base(release), *kernel(release),
		*guest_packages(release), *(libc_xen(release) if ARCH == I386 else ())]


def updates(codename):
	"""What its security suite holds."""
	release = RELEASES[codename]
	return [libc(release, "2.3.7")]
