"""Writes .deb files member by member, so that hostile ones can be made too."""

import bz2
import gzip
import hashlib
import io
import lzma
import subprocess
import tarfile

TIME = 1700000000

COMPRESS = {
	"gz": lambda data: gzip.compress(data, 1, mtime=0),
	"xz": lambda data: lzma.compress(data, preset=0),
	"bz2": bz2.compress,
	"lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE, preset=0),
	"zst": lambda data: subprocess.run(
		["zstd", "-q", "-1", "-c"], input=data, check=True,
		stdout=subprocess.PIPE).stdout,
	"none": lambda data: data,
}

SCRIPTS = ("preinst", "postinst", "prerm", "postrm", "config")


def member(name, kind=tarfile.REGTYPE, data=b"", mode=0o644, owner=(0, 0),
		names=("root", "root"), target=""):
	"""One entry of data.tar under exactly this name."""
	info = tarfile.TarInfo(name)
	info.type, info.mode, info.mtime = kind, mode, TIME
	info.linkname, info.size = target, len(data)
	info.uid, info.gid = owner
	info.uname, info.gname = names
	return info, data


def directory(path, mode=0o755, **attributes):
	return member("./" + path, tarfile.DIRTYPE, mode=mode, **attributes)


def file(path, content, **attributes):
	data = content if isinstance(content, bytes) else content.encode()
	return member("./" + path, data=data, **attributes)


def symlink(path, target):
	return member("./" + path, tarfile.SYMTYPE, mode=0o777, target=target)


def hardlink(path, target):
	return member("./" + path, tarfile.LNKTYPE, target="./" + target)


def sized(entry, size):
	"""The same, said to be of that size, whatever it holds."""
	info, data = entry
	info.size = size
	return info, data


def with_parents(members):
	"""The members, each directory that is not named put before its content.

	Only names below ./ get parents: the others are hostile."""
	given = {info.name for info, _ in members}
	seen = {"."}
	yield directory("")
	for info, data in members:
		parts = info.name.split("/")[:-1] if info.name[:2] == "./" else []
		for depth in range(1, len(parts) + 1):
			path = "/".join(parts[:depth])
			if path not in given and path not in seen:
				seen.add(path)
				yield member(path, tarfile.DIRTYPE, mode=0o755)
		yield info, data


def tar(members):
	out = io.BytesIO()
	with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
		for info, data in members:
			archive.addfile(info, io.BytesIO(data) if data else None)
	return out.getvalue()


def ar(members):
	out = [b"!<arch>\n"]
	for name, data in members:
		head = f"{name:<16}{TIME:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n"
		out += [head.encode(), data, b"\n" * (len(data) % 2)]
	return b"".join(out)


def stanza(fields):
	return "".join(f"{name}: {value}\n" for name, value in fields.items()) \
		.replace(": \n", ":\n")


class Package:
	"""A binary package: what it says and what it holds.

	Further control fields are given by name (Multi_Arch="same"), further
	control members as files={"postinst": "…"}. Fields in `index` replace those
	of the package in Packages, as the archive's override file does."""

	def __init__(self, name, *members, version="1.0", architecture="all",
			component="main", compression="gz", md5sums=True,
			conffiles=(), files=None, index=None, **fields):
		self.name, self.version = name, version
		self.architecture, self.component = architecture, component
		self.compression = compression
		self.members = list(with_parents(members))
		self.index = index or {}
		self.fields = {
			"Package": name, "Version": version,
			"Architecture": architecture,
			"Maintainer": "Test <test@mkguest.example>",
			"Installed-Size": self.installed_size(),
			"Priority": "optional", "Section": "misc",
		}
		for field, value in fields.items():
			self.fields[field.replace("_", "-")] = value
		self.fields["Description"] = "a test package"
		self.files = dict(files or {})
		if conffiles:
			self.files["conffiles"] = "".join(f"/{c}\n" for c in conffiles)
		if md5sums and any(info.isreg() for info, _ in self.members):
			self.files["md5sums"] = self.md5sums()

	def installed_size(self):
		return sum(1 + len(data) // 1024 for _, data in self.members)

	def md5sums(self):
		return "".join(
			f"{hashlib.md5(data).hexdigest()}  {info.name[2:]}\n"
			for info, data in self.members if info.isreg())

	def filename(self):
		version = self.version.split(":")[-1]
		return (f"pool/{self.component}/{self.name[0]}/{self.name}/"
			f"{self.name}_{version}_{self.architecture}.deb")

	def control_files(self):
		return {"control": stanza(self.fields), **self.files}

	def control_tar(self):
		return tar([directory("", mode=0o755)] + [
			file(name, text, mode=0o755 if name in SCRIPTS else 0o644)
			for name, text in self.control_files().items()])

	def deb(self):
		"""The bytes of the .deb."""
		def compressed(name, data, how):
			suffix = "" if how == "none" else "." + how
			return name + suffix, COMPRESS[how](data)

		# dpkg takes only these for control.tar
		control = self.compression \
			if self.compression in ("gz", "xz", "zst", "none") else "gz"
		return ar([
			("debian-binary", b"2.0\n"),
			compressed("control.tar", self.control_tar(), control),
			compressed("data.tar", tar(self.members), self.compression),
		])
