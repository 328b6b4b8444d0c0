/* Packages that dpkg-deb(1) builds, and broken ones made by hand. */
#include "install/deb_file.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "scratch.h"

static const char control[] =
    "Package: sample\nVersion: 1:2.0-3\nArchitecture: all\n"
    "Maintainer: Test <test@example.org>\nDescription: a sample\n more\n";

static bool
build(const char *name, const char *options)
{
	return shell("rm -rf tree\nmkdir -p tree/DEBIAN tree/usr/bin\n"
	    "printf '%%s' '%s' >tree/DEBIAN/control\n"
	    "printf '#!/bin/sh\\nexit 0\\n' >tree/DEBIAN/postinst\n"
	    "chmod 755 tree/DEBIAN/postinst\n"
	    "touch -d @1600000000 tree/DEBIAN/postinst\n"
	    "head -c 300000 /dev/urandom >tree/usr/bin/sample\n"
	    "ln -s sample tree/usr/bin/other\n"
	    "dpkg-deb %s --build tree %s", control, options, name);
}

/* The names in data.tar, one a line, as tar -t lists them. */
static int
list(struct deb_file *deb, struct buffer *names)
{
	struct archive *archive = deb_file_data(deb);
	struct archive_entry *entry;
	int result;

	while ((result = archive_read_next_header(archive, &entry)) ==
	    ARCHIVE_OK)
		buffer_printf(names, "%s\n", archive_entry_pathname(entry));
	return result;
}

static void
test_format(const char *options)
{
	struct deb_control files = {0};
	struct error err = {0};
	auto_buffer struct buffer names = {0}, expected = {0};
	const struct deb_control_file *file;
	struct deb_file *deb;
	auto_close int fd = -1;

	build("sample.deb", options);
	fd = open("sample.deb", O_RDONLY);
	deb = deb_file_open(fd, &files, &err);
	if (!ok(deb != NULL, "a package built with %s opens", options)) {
		printf("# %s\n", err.text);
		error_release(&err);
		return;
	}
	is_number((long long)files.count, 2, "two control files");
	file = deb_control_find(&files, "control");
	is_text(file ? file->data : NULL, control, "control as written");
	file = deb_control_find(&files, "postinst");
	ok(file && file->mode == 0755, "the mode of a script");
	is_number(file ? file->time : 0, 1600000000, "the time of a script");
	ok(!deb_control_find(&files, "preinst"), "no preinst");
	is_number(list(deb, &names), ARCHIVE_EOF, "data.tar to its end");
	shell("dpkg-deb --fsys-tarfile sample.deb | tar -t >names");
	file_read_at(AT_FDCWD, "names", &expected, &err);
	is_text(names.data, expected.data, "its names");
	deb_file_close(deb);
	deb_control_release(&files);
}

static void
refused(const char *script, const char *part, const char *what)
{
	struct deb_control files = {0};
	struct error err = {0};
	struct deb_file *deb = NULL;
	auto_close int fd = -1;

	shell("%s", script);
	fd = open("bad.deb", O_RDONLY);
	deb = deb_file_open(fd, &files, &err);
	ok(refuses(deb ? 0 : -1, &err, part), "%s", what);
	deb_file_close(deb);
	deb_control_release(&files);
}

static void
test_broken(void)
{
	refused(": >bad.deb", "not a Debian package", "an empty file");
	refused("head -c 500000 /dev/zero >bad.deb", "not a Debian package",
	    "not an ar");
	refused("mkdir x; cd x; ar x ../sample.deb; echo 3.0 >debian-binary\n"
	    "rm -f ../bad.deb; ar rc ../bad.deb debian-binary control.tar.*",
	    "format '3.0' is not supported", "a newer format");
	refused("cd x; echo 2.0 >debian-binary; rm -f ../bad.deb\n"
	    "ar rc ../bad.deb debian-binary control.tar.*",
	    "data.tar is missing", "no data.tar");
	refused("cd x; rm -f ../bad.deb\n"
	    "ar rc ../bad.deb debian-binary data.tar.*",
	    "control.tar expected", "no control.tar");
	refused("cd x; rm -f ../bad.deb; tar -cf control.tar debian-binary\n"
	    "ar rc ../bad.deb debian-binary control.tar data.tar.*",
	    "no control file", "control.tar without control");
	refused("cd x; rm -f ../bad.deb; mkdir -p a; : >a/control\n"
	    "tar -cf control.tar a\n"
	    "ar rc ../bad.deb debian-binary control.tar data.tar.*",
	    "unexpected member 'a/'", "control.tar with a directory");
	refused("printf '0.939000\\n99999\\nx' >bad.deb",
	    "damaged head of a package in the format before 2.0",
	    "an old format that is cut off");
	refused("mkdir -p big; truncate -s 65M big/control\n"
	    "tar -C big -czf x/control.tar.gz control; cd x; rm -f ../bad.deb\n"
	    "ar rc ../bad.deb debian-binary control.tar.gz data.tar.*",
	    "control.tar: too large", "a control.tar of zeros");
	refused("mkdir many; cd many; seq 1100 | xargs touch; cd ..\n"
	    "tar -C many -cf x/control.tar .; cd x; rm -f ../bad.deb\n"
	    "ar rc ../bad.deb debian-binary control.tar data.tar.*",
	    "control.tar: too many members", "a control.tar of many files");
	refused("cd x; rm -f ../bad.deb control.tar.gz\n"
	    "echo 'Package: p' >control; tar -cf control.tar control\n"
	    "cp control.tar control.tar.2; ar qc ../bad.deb debian-binary "
	    "control.tar control.tar.2 data.tar.*",
	    "data.tar expected, found 'control.tar", "two control.tar");
	refused("head -c 200 sample.deb >bad.deb", "", "a truncated control");
}

static void
test_truncated_data(void)
{
	struct deb_control files = {0};
	struct error err = {0};
	auto_buffer struct buffer names = {0};
	struct deb_file *deb;
	auto_close int fd = -1;

	shell("head -c 200000 sample.deb >bad.deb");
	fd = open("bad.deb", O_RDONLY);
	deb = deb_file_open(fd, &files, &err);
	ok(deb && list(deb, &names) == ARCHIVE_FATAL,
	    "a truncated data.tar is an error, not an end");
	deb_file_close(deb);
	deb_control_release(&files);
	error_release(&err);
}

static void
test_duplicate_member(void)
{
	struct deb_control files = {0};
	struct error err = {0};
	struct deb_file *deb;
	auto_close int fd = -1;

	shell("rm -rf x; mkdir x; cd x; ar x ../sample.deb; xz -d control.tar.xz\n"
	    "echo 'Package: first' >control; tar -cf new.tar ./control\n"
	    "mkdir y; tar -C y -xf control.tar; tar -rf new.tar -C y .\n"
	    "mv new.tar control.tar\n"
	    "ar rc ../twice.deb debian-binary control.tar data.tar.*");
	fd = open("twice.deb", O_RDONLY);
	deb = deb_file_open(fd, &files, &err);
	ok(succeeds(deb ? 0 : -1, &err), "two members called control");
	is_text(deb ? deb_control_find(&files, "control")->data : NULL,
	    control, "the last one counts");
	is_number((long long)files.count, 2, "… and takes the other's place");
	deb_file_close(deb);
	deb_control_release(&files);
}

static void
test_extra_member(void)
{
	struct deb_control files = {0};
	struct error err = {0};
	struct deb_file *deb;
	auto_close int fd = -1;

	shell("rm -rf x; mkdir x; cd x; ar x ../sample.deb; echo hi >_extra\n"
	    "ar rc ../extra.deb debian-binary _extra control.tar.* data.tar.*");
	fd = open("extra.deb", O_RDONLY);
	deb = deb_file_open(fd, &files, &err);
	ok(succeeds(deb ? 0 : -1, &err), "a member with '_' is passed over");
	deb_file_close(deb);
	deb_control_release(&files);
}

int
main(void)
{
	static const char *const formats[] = {
		"-Zxz", "-Zgzip", "-Zzstd", "-Znone",
		"-Zgzip --deb-format=0.939000",
		"-Zxz --no-uniform-compression", "-z9",
	};

	scratch_enter();
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		test_format(formats[i]);
	test_broken();
	test_truncated_data();
	test_extra_member();
	test_duplicate_member();
	scratch_leave();
	return done();
}
