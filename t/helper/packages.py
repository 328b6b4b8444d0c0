"""The packages of the fake mirror."""

import gzip
import os
import re
import shutil
import subprocess
import tarfile

from deb import (Package, ar, directory, file, hardlink, member, symlink,
	tar)


def output(*command):
	return subprocess.run(command, check=True, text=True,
		stdout=subprocess.PIPE).stdout.strip()


ARCH = os.environ.get("MKGUEST_TEST_ARCH") or output("dpkg",
	"--print-architecture")
TRIPLET = os.uname().machine + "-linux-gnu"

RELEASES = {
	"bookworm": {"version": "12", "kernel": "6.1.0-99"},
	"trixie": {"version": "13", "kernel": "6.12.99+deb13"},
}

PROGRAMS = {
	"coreutils": """basename cat chmod chown cp date dirname env false head id
		ln ls mkdir mktemp mv readlink rm rmdir sleep stat sync tail
		touch tr true uname wc""",
	"dash": "dash",
	"diffutils": "diff",
	"dpkg": """dpkg dpkg-deb dpkg-divert dpkg-maintscript-helper dpkg-query
		dpkg-realpath dpkg-split dpkg-statoverride dpkg-trigger
		start-stop-daemon update-alternatives""",
	"grep": "grep",
	"libc-bin": "ldconfig",
	"sed": "sed",
	"tar": "tar",
}

EXTRA = {
	"dash": [symlink("usr/bin/sh", "dash")],
	"dpkg": [
		directory("etc/dpkg/dpkg.cfg.d"),
		*(directory("var/lib/dpkg/" + name) for name in
			("alternatives", "info", "parts", "triggers", "updates")),
	],
}

# What a guest asks for by name: empty packages, by priority.
DUMMIES = {
	"required": "init-system-helpers login mount",
	"important": """cron dhcpcd-base e2fsprogs init initramfs-tools
		isc-dhcp-client kmod netbase procps systemd-sysv udev zstd""",
	"standard": "ca-certificates dbus libpam-systemd",
	"optional": """build-essential cloud-guest-utils dhcpcd usrmerge
		usr-is-merged xfsprogs btrfs-progs""",
}

PASSWD = """\
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""

GROUP = """\
root:x:0:
daemon:x:1:
tty:x:5:
mail:x:8:
sudo:x:27:
shadow:x:42:
staff:x:50:
nogroup:x:65534:
"""


def script(body):
	return "#!/bin/sh\nset -e\n" + body


def usr(path):
	"""A path of the host, below /usr as a merged system has it."""
	return path[1:] if path.startswith("/usr/") else "usr" + path


def slurp(path):
	with open(path, "rb") as stream:
		return stream.read()


def copy(path):
	return file(usr(path), slurp(path), mode=os.stat(path).st_mode & 0o7777)


def find_program(name):
	path = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
	if not path:
		raise SystemExit(f"fake-mirror: error: no program '{name}' on this host")
	return path


def libraries(programs):
	"""The shared libraries and the loader that the programs need."""
	listing = subprocess.run(["ldd", *programs], text=True,
		stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
	return sorted(set(re.findall(r"(/\S+) \(0x", listing)))


def host_packages():
	"""The host's own dpkg and just enough programs to run scripts with it."""
	paths = {name: [find_program(p) for p in programs.split()]
		for name, programs in PROGRAMS.items()}
	needed = libraries(path for group in paths.values() for path in group)
	tables = ("cputable", "ostable", "tupletable", "abitable", "sh/dpkg-error.sh")
	paths["dpkg"] += [path for table in tables
		if os.path.exists(path := "/usr/share/dpkg/" + table)]

	yield Package("libc6", *map(copy, needed), version="2.36",
		architecture=ARCH, Priority="required", Multi_Arch="same")
	for name, group in paths.items():
		yield Package(name, *map(copy, group), *EXTRA.get(name, ()),
			architecture=ARCH, Essential="yes", Priority="required",
			Pre_Depends="libc6")


def base_files(codename):
	version = RELEASES[codename]["version"]
	merged = ("bin", "lib", "lib64", "sbin")
	empty = """boot dev etc/default etc/opt home media mnt opt proc run srv sys
		usr/bin usr/lib usr/lib64 usr/local/bin usr/sbin usr/share var/backups
		var/cache var/lib/misc var/local var/log var/opt var/spool"""
	os_release = "".join([
		'NAME="Debian GNU/Linux"\nID=debian\n',
		f'VERSION_ID="{version}"\nVERSION_CODENAME={codename}\n'])
	return Package("base-files",
		*(directory(name) for name in empty.split()),
		*(symlink(name, "usr/" + name) for name in merged),
		directory("root", mode=0o700),
		directory("tmp", mode=0o1777),
		directory("var/tmp", mode=0o1777),
		directory("var/mail", mode=0o2775, owner=(0, 8), names=("root", "mail")),
		symlink("var/lock", "/run/lock"),
		symlink("var/run", "/run"),
		file("etc/debian_version", version + ".1\n"),
		file("etc/issue", f"Debian GNU/Linux {version} \\n \\l\n"),
		symlink("etc/os-release", "../usr/lib/os-release"),
		file("usr/lib/os-release", os_release),
		conffiles=("etc/debian_version", "etc/issue"),
		version=version + ".1", architecture=ARCH,
		Essential="yes", Priority="required")


def base_passwd():
	files = {"passwd": PASSWD, "group": GROUP}
	return Package("base-passwd",
		*(file("usr/share/base-passwd/" + name, text)
			for name, text in files.items()),
		files={"preinst": script("mkdir -p /etc\n" + "".join(
			f"test -e /etc/{name} || cat >/etc/{name} <<'END'\n{text}END\n"
			for name, text in files.items()))},
		architecture=ARCH, Essential="yes", Priority="required",
		Pre_Depends="libc6")


def kernel(codename):
	"""A kernel that no machine boots, with what Debian's leave in / and /boot."""
	version = f"{RELEASES[codename]['kernel']}-cloud-{ARCH}"
	bzimage = b"\0" * 0x1fe + b"\x55\xaa\xeb\x66HdrS\x0f\x02" + b"\0" * 4096
	yield Package("linux-image-" + version,
		file("boot/vmlinuz-" + version, bzimage),
		file("boot/config-" + version, "CONFIG_XEN_PV=y\nCONFIG_XEN_PVH=y\n"),
		file(f"usr/lib/modules/{version}/modules.builtin", ""),
		files={"postinst": script(f"""\
echo initrd of {version} >/boot/initrd.img-{version}
ln -sf boot/vmlinuz-{version} /vmlinuz
ln -sf boot/initrd.img-{version} /initrd.img
""")},
		version=RELEASES[codename]["kernel"].replace("-", "."),
		architecture=ARCH, Depends="kmod, initramfs-tools | linux-initramfs-tool")
	for name in (f"linux-image-cloud-{ARCH}", f"linux-image-{ARCH}",
			"linux-image-686-pae"):
		yield Package(name, version=version.split("-")[0], architecture=ARCH,
			Depends="linux-image-" + version)


def kernel_without_xen():
	version = f"6.1.0-1-plain-{ARCH}"
	return Package("linux-image-plain",
		file("boot/vmlinuz-" + version, "a kernel\n"),
		file("boot/config-" + version,
			"CONFIG_X86_64=y\n# CONFIG_XEN is not set\n"),
		file("boot/initrd.img-" + version, "an initrd\n"),
		symlink("vmlinuz", "boot/vmlinuz-" + version),
		symlink("initrd.img", "boot/initrd.img-" + version),
		architecture=ARCH)


def guest_packages():
	"""The names that a guest asks for; most of them are empty."""
	depends = {
		"init": {"Pre_Depends": "systemd-sysv"},
		"init-system-helpers": {"Depends": "usr-is-merged | usrmerge"},
		"systemd-sysv": {"Depends": "systemd"},
	}
	for priority, names in DUMMIES.items():
		for name in names.split():
			yield Package(name,
				file(f"usr/share/doc/{name}/copyright", "none\n"),
				Priority=priority, **depends.get(name, {}))
	yield Package("apt",
		*(directory("etc/apt/" + name) for name in
			("apt.conf.d", "preferences.d", "sources.list.d", "trusted.gpg.d")),
		directory("var/lib/apt/lists/partial"),
		directory("var/cache/apt/archives/partial"),
		architecture=ARCH, Priority="required", Depends="base-passwd")
	yield Package("ifupdown",
		file("usr/sbin/ifup", script(""), mode=0o755),
		directory("etc/network/interfaces.d"),
		architecture=ARCH, index={"Priority": "important"})
	yield Package("netplan.io",
		file("usr/sbin/netplan", script(""), mode=0o755),
		architecture=ARCH)
	yield Package("systemd",
		*(file("usr/lib/systemd/systemd-" + name, script(""), mode=0o755)
			for name in ("networkd", "networkd-wait-online")),
		architecture=ARCH, index={"Priority": "important"})
	yield Package("systemd-resolved",
		file("usr/lib/systemd/systemd-resolved", script(""), mode=0o755),
		architecture=ARCH)
	yield Package("iproute2", file("usr/bin/ip", script(""), mode=0o755),
		architecture=ARCH, index={"Priority": "important"})
	yield Package("openssh-server",
		file("etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n"),
		directory("etc/ssh/sshd_config.d"),
		file("usr/sbin/sshd", script(""), mode=0o755),
		conffiles=("etc/ssh/sshd_config",), architecture=ARCH)
	yield Package("cloud-init",
		file("usr/bin/cloud-init", script(""), mode=0o755),
		file("etc/cloud/cloud.cfg", "users:\n - default\n"),
		architecture=ARCH)
	yield Package("sudo", file("usr/bin/sudo", script(""), mode=0o755),
		file("etc/sudoers", "%sudo ALL=(ALL:ALL) ALL\n"
			"@includedir /etc/sudoers.d\n", mode=0o440),
		directory("etc/sudoers.d"), architecture=ARCH)
	yield Package("locales",
		file("usr/share/i18n/SUPPORTED",
			"C.UTF-8 UTF-8\nde_DE.UTF-8 UTF-8\nen_IN UTF-8\n"),
		Priority="standard", files={"postinst": script("""\
test ! -e /etc/locale.gen || cp /etc/locale.gen /var/lib/locales.generated
""")})
	yield Package("console-setup",
		file("usr/share/X11/xkb/rules/base.lst", "! layout\n  de German\n"))
	yield Package("passwd", Priority="required", architecture=ARCH,
		files={"postinst": script("""\
test -e /etc/shadow || {
	umask 077
	while IFS=: read -r name rest; do
		echo "$name:*:19000:0:99999:7:::"
	done </etc/passwd >/etc/shadow
	chown root:shadow /etc/shadow
	chmod 640 /etc/shadow
}
""")})
	yield Package("tzdata", Priority="required", *(
		file("usr/share/zoneinfo/" + zone, "TZif2 " + zone)
		for zone in ("Etc/UTC", "Europe/Berlin")))


def hello(version="2.0"):
	return Package("hello",
		file("etc/hello.conf", "greeting=hello\n"),
		file("usr/bin/hello", script(". /etc/hello.conf\necho $greeting\n"),
			mode=0o755),
		file("usr/share/hello/version", version + "\n"),
		conffiles=("etc/hello.conf",),
		files={"postinst": script('echo "$@" >/var/lib/hello.configured\n')},
		version=version, architecture=ARCH, Depends="libhello (>= 1.0)")


def libhello(version="1.0"):
	library = "usr/lib/" + TRIPLET
	return Package("libhello",
		file(library + "/libhello.so.1.0", "not a library\n"),
		symlink(library + "/libhello.so.1", "libhello.so.1.0"),
		file("usr/libexec/hello/setuid", script(""), mode=0o4755),
		file("usr/libexec/hello/setgid-shadow", script(""), mode=0o2755,
			owner=(0, 42), names=("root", "shadow")),
		file("usr/libexec/hello/data", "shared by two names\n"),
		hardlink("usr/libexec/hello/data-again", "usr/libexec/hello/data"),
		file("usr/libexec/hello/foreign", "owned by a number\n",
			owner=(4321, 8765), names=("", "")),
		version=version, architecture=ARCH, Multi_Arch="same")


def relation_packages():
	yield Package("alt-a", Provides="alternative-thing")
	yield Package("alt-b", Provides="alternative-thing")
	yield Package("needs-alternative",
		Depends="missing-thing | alternative-thing")
	yield Package("broken-dep", Depends="hello (>= 99)")
	yield Package("chain-top", Depends="chain-middle")
	yield Package("chain-middle", Depends="not-there")
	yield Package("conflicts-hello", Conflicts="hello")
	yield Package("recommends-hello", Recommends="hello")
	yield Package("loop-a", Depends="loop-b")
	yield Package("loop-b", Depends="loop-a")
	yield Package("hello-contrib", component="contrib", Section="contrib/misc")


def script_packages():
	yield Package("failing-preinst",
		files={"preinst": script("echo preinst gives up >&2\nexit 3\n")})
	yield Package("failing-postinst",
		files={"postinst": script("echo postinst gives up >&2\nexit 3\n")})
	yield Package("slow-postinst", files={"postinst":
		script("echo slow-postinst begins >&2\nsleep 60\n")})
	yield Package("records-host", files={"postinst": script("""\
{
	env
	uname -n
	cat /etc/hostname /etc/hosts /etc/resolv.conf
} >/var/lib/records-host 2>&1 || :
""")})
	yield Package("trigger-interest",
		files={
			"triggers": "interest-noawait /usr/share/hello\n",
			"postinst": script('echo "$@" >>/var/lib/trigger-interest.log\n'),
		})
	yield Package("diverts-hello",
		file("usr/bin/hello", script("echo diverted\n"), mode=0o755),
		files={"preinst": script("""\
dpkg-divert --package diverts-hello --add --rename \\
	--divert /usr/bin/hello.original /usr/bin/hello
""")})
	yield Package("collides-hello",
		file("usr/bin/hello", script("echo collision\n"), mode=0o755))


def collision_packages():
	"""Packages that bring one file, in all the ways that dpkg allows."""
	def divert(name, command):
		return {"preinst": script(
			f"{command} --package {name} --add --rename --divert "
			"/usr/bin/hello.original /usr/bin/hello\n")}

	def ours(name):
		return file("usr/bin/hello", script(f"echo {name}\n"), mode=0o755)

	# named to come before and after hello in the order to unpack
	for name in ("a-diverts", "z-diverts"):
		yield Package(name, ours(name), files=divert(name, "dpkg-divert"))
	for name in ("a-hides", "z-hides"):
		yield Package(name, ours(name),
			files=divert(name, "divert=divert; dpkg-$divert"))
	for name in ("a-replaces", "z-replaces"):
		yield Package(name, ours(name), Replaces="hello",
			files={"triggers": "activate-noawait hello-changed\n"})
	yield Package("a-is-replaced", ours("a-is-replaced"))
	yield Package("z-replaces-a", ours("z-replaces-a"),
		Replaces="a-is-replaced")
	yield Package("z-takes-conffile", file("etc/hello.conf", "greeting=taken\n"),
		conffiles=("etc/hello.conf",), Replaces="hello")
	yield Package("z-diverts-twice", ours("z-diverts-twice"),
		hardlink("usr/bin/hello-again", "usr/bin/hello"),
		files={"preinst": divert("z-diverts-twice", "dpkg-divert")["preinst"] +
			"exit 7\n"})


def late_packages():
	"""Packages that bring a file of an essential one, or move their own."""
	def ours(name, path="usr/lib/os-release"):
		return file(path, f"NAME={name}\n")

	def divert(name, command):
		return {"preinst": script(
			f"{command} --package {name} --add --rename --divert "
			"/usr/lib/os-release.original /usr/lib/os-release\n")}

	yield Package("late-replaces", ours("late-replaces"),
		Replaces="base-files")
	yield Package("late-replaces-by-link",
		ours("late-replaces-by-link", "lib/os-release"),
		Replaces="base-files")
	yield Package("late-diverts", ours("late-diverts"),
		files=divert("late-diverts", "dpkg-divert"))
	yield Package("late-hides", ours("late-hides"),
		files=divert("late-hides", "divert=divert; dpkg-$divert"))
	yield Package("late-collides", ours("late-collides"))
	yield Package("moves-directory", file("usr/share/moves/file", "moved\n"),
		files={"postinst": script(
			"mv /usr/share/moves /usr/share/moved\n")})


def format_packages():
	for how in ("gz", "xz", "zst", "bz2", "lzma", "none"):
		yield Package("compressed-" + how,
			file(f"usr/share/compressed-{how}/payload", how * 3001),
			compression=how)
	yield Package("no-md5sums",
		file("etc/no-md5sums.conf", "a conffile\n"),
		file("usr/share/no-md5sums/file", "no digest\n"),
		conffiles=("etc/no-md5sums.conf",), md5sums=False)
	yield Package("large",
		file("usr/share/large/file", b"seventy megabytes" * 4194304),
		compression="zst")
	long_name = "usr/share/long-names/" + "/".join(["directory" * 9] * 3)
	yield Package("long-names", file(long_name + "/file", "deep\n"),
		symlink("usr/share/long-names/link", "/" + long_name + "/file"))


def evil_packages(outside):
	"""Packages that would write in `outside` if they could leave the root."""
	climb = "../" * 32 + outside[1:]
	yield Package("evil-path",
		file("usr/share/evil-path/first", "harmless\n"),
		member(climb + "/dotdot", data=b"escaped\n"),
		member(outside + "/absolute", data=b"escaped\n"), md5sums=False)
	yield Package("evil-symlink",
		symlink("usr/share/evil-absolute", outside),
		member("./usr/share/evil-absolute/through", data=b"escaped\n"),
		symlink("usr/share/evil-relative", climb),
		member("./usr/share/evil-relative/through", data=b"escaped\n"),
		md5sums=False)
	yield Package("evil-hardlink",
		directory("usr/share/evil-hardlink"),
		member("./usr/share/evil-hardlink/victim", tarfile.LNKTYPE,
			target="./" + climb + "/victim"),
		member("./usr/share/evil-hardlink/absolute", tarfile.LNKTYPE,
			target=outside + "/victim"), md5sums=False)


class Broken(Package):
	"""A package whose .deb is made by a function of its own."""

	def __init__(self, name, make, *members, **rest):
		super().__init__(name, *members, **rest)
		self.make = make

	def deb(self):
		return self.make(self)


def old_format(package):
	"""As before 1995 (deb-old(5))."""
	control = gzip.compress(tar([
		(member("DEBIAN/" + name, data=text.encode()))
		for name, text in package.control_files().items()]), mtime=0)
	return b"0.939000\n%d\n" % len(control) + control + \
		gzip.compress(tar(package.members), mtime=0)


def without(name):
	"""The .deb lacks that member, or has an empty one for "control"."""
	def make(package):
		parts = [("debian-binary", b"2.0\n"),
			("control.tar", tar([directory("")]) if name == "control"
				else package.control_tar()),
			("data.tar", tar(package.members))]
		return ar([part for part in parts if part[0] != name])
	return make


def malformed_packages():
	yield Broken("bad-ar", lambda package: b"!<arsh>\n" + bytes(100))
	yield Broken("bad-control", without("control"))
	yield Broken("bad-data", without("data.tar"))
	yield Package("bad-device", member("./dev/sda", tarfile.BLKTYPE))
	yield Package("bad-hardlink", hardlink("usr/mine", "etc/passwd"))
	yield Package("bad-newline", file("usr/a\nb", "x"), md5sums=False)
	yield Broken("old-format", old_format,
		file("usr/share/old-format/file", "old\n"))


def many_files():
	"""A million, a thousand in each of a thousand directories."""
	top = "usr/share/many-files/"
	return Package("many-files", *(
		file(f"{top}{i // 1000}/{i}", "x") for i in range(1000000)))


def sharing_packages():
	"""Packages that share directories, and disagree about them."""
	for n in range(1, 31):
		yield Package(f"shares-{n:02}",
			directory("usr/share/shared", mode=0o700 + n),
			directory("usr/share/shared/empty", mode=0o711 + n),
			*(file(f"usr/share/shared/{n}/{i}", f"{n} {i}\n" * n)
				for i in range(20)),
			file("usr/share/shared/all", f"{n}\n"),
			symlink("usr/share/shared/link", f"{n}"),
			Replaces=", ".join(
				f"shares-{i:02}" for i in range(1, 31) if i != n))


def common(outside):
	"""What every suite holds."""
	return [
		*host_packages(), base_passwd(), *guest_packages(),
		hello(), libhello(), kernel_without_xen(),
		*relation_packages(), *script_packages(),
		*collision_packages(), *late_packages(),
		*malformed_packages(), *sharing_packages(),
		*format_packages(), *evil_packages(outside),
	]


def release(codename):
	"""What this suite alone holds."""
	return [base_files(codename), *kernel(codename)]
