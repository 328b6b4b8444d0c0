#include "tree/edit.h"

#include <errno.h>

#include "base/cleanup.h"
#include "scratch.h"

static struct error err;

static int
write_text(struct tree_edit *edit, const char *path, const char *text,
    mode_t mode)
{
	return edit->write(edit, path, view_of(text), mode, &err);
}

static bool
reads(struct tree_edit *edit, const char *path, const char *expected)
{
	auto_buffer struct buffer text = {0};

	return succeeds(edit->read(edit, path, &text, &err), &err) &&
	    is_text(text.data, expected, "  content of %s", path);
}

static void
test_what_is_there(struct tree_edit *edit, const char *kind)
{
	auto_buffer struct buffer target = {0}, far = {0}, none = {0};
	struct stat status = {0};

	ok(edit->status(edit, "/etc/owned", &status, &err) == 0 &&
	    S_ISREG(status.st_mode) && (status.st_mode & 07777) == 0600 &&
	    status.st_uid == 12 && status.st_gid == 34 && status.st_size == 8,
	    "%s: a file's status", kind);
	ok(edit->status(edit, "/absolute/dangling", &status, &err) == 0 &&
	    S_ISLNK(status.st_mode) &&
	    edit->status(edit, "/root/.ssh", &status, &err) == 0 &&
	    S_ISDIR(status.st_mode) && status.st_gid == 70000,
	    "%s: a symlink's and a directory's", kind);
	ok(edit->status(edit, "/etc/none", &status, &err) < 0 &&
	    err.number == ENOENT, "%s: ENOENT is told of a status", kind);
	error_release(&err);
	ok(edit->read_link(edit, "/etc/dangling", &target, &err) == 0 &&
	    is_text(target.data, "nowhere", "  its target") &&
	    edit->read_link(edit, "/far", &far, &err) == 0 &&
	    far.length == 1000, "%s: symlinks, short and long", kind);
	ok(refuses(edit->read_link(edit, "/etc/owned", &none, &err), &err,
	    "Invalid argument"), "%s: a file is no symlink", kind);
}

/* The same changes over either kind; what came of them is asked of others. */
static void
test_changes(struct tree_edit *edit, const char *kind)
{
	auto_strings struct strings names = {0};
	auto_buffer struct buffer text = {0};

	ok(succeeds(write_text(edit, "/etc/hostname", "guest\n", 0644), &err),
	    "%s: a new file", kind);
	ok(succeeds(write_text(edit, "etc/owned", "changed\n", 0600), &err),
	    "%s: a file in the place of another", kind);
	ok(succeeds(write_text(edit, "/etc/link", "own\n", 0644), &err),
	    "%s: a file in the place of a symlink", kind);
	ok(succeeds(write_text(edit, "/new/er/file", "deep\n", 0640), &err),
	    "%s: missing directories are made", kind);
	ok(succeeds(write_text(edit, "/absolute/passwd", "in\n", 0644), &err),
	    "%s: an absolute symlink stays inside", kind);
	ok(succeeds(write_text(edit, "/upwards/below", "in\n", 0644), &err),
	    "%s: so does one of dots", kind);
	ok(succeeds(write_text(edit, "../../../top", "", 0644), &err),
	    "%s: and a path of dots", kind);
	ok(succeeds(edit->symlink(edit, "/etc/localtime",
	    "/usr/share/zoneinfo/UTC", &err), &err) &&
	    succeeds(edit->symlink(edit, "/etc/localtime",
	    "/usr/share/zoneinfo/CET", &err), &err) &&
	    succeeds(edit->symlink(edit, "/etc/hosts", "hostname", &err), &err),
	    "%s: symlinks, new and instead", kind);
	ok(succeeds(edit->make_directory(edit, "/root/.ssh", 0700, &err),
	    &err) &&
	    succeeds(edit->make_directory(edit, "/etc", 0751, &err), &err),
	    "%s: directories, new and there", kind);
	ok(succeeds(edit->set_owner(edit, "/root/.ssh", 1000, 70000, &err),
	    &err), "%s: an owner", kind);
	ok(succeeds(edit->remove(edit, "/etc/away", &err), &err) &&
	    succeeds(edit->remove(edit, "/etc/away", &err), &err) &&
	    succeeds(edit->remove(edit, "/no/such/file", &err), &err),
	    "%s: removed, and absent is fine", kind);
	ok(edit->exists(edit, "/etc/dangling", &err) == 1 &&
	    edit->exists(edit, "/etc/dangling/x", &err) == 0 &&
	    edit->exists(edit, "/etc/away", &err) == 0 &&
	    edit->exists(edit, "/etc/hostname/x", &err) == 0,
	    "%s: what exists", kind);
	ok(succeeds(edit->set_mode(edit, "/etc/hosts", 04711, &err), &err) &&
	    succeeds(edit->set_mode(edit, "/new/er", 01777, &err), &err) &&
	    refuses(edit->set_mode(edit, "/etc/dangling", 0644, &err), &err,
	    "o such file"), "%s: modes", kind);
	ok(refuses(edit->remove_directory(edit, "/usr", &err), &err, "mpty") &&
	    refuses(edit->remove_directory(edit, "/etc/hosts", &err), &err,
	    "irectory") && refuses(edit->remove_directory(edit, "/none", &err),
	    &err, "o such file"), "%s: what is no empty directory", kind);
	ok(succeeds(edit->remove_directory(edit, "/bare", &err), &err) &&
	    succeeds(edit_remove_tree(edit, "/rich", &err), &err) &&
	    succeeds(edit_remove_tree(edit, "/rich", &err), &err),
	    "%s: directories are removed", kind);
	ok(reads(edit, "/etc/hosts", "guest\n"), "%s: reading follows", kind);
	ok(edit->read(edit, "/etc/none", &text, &err) < 0 &&
	    err.number == ENOENT, "%s: ENOENT is told", kind);
	error_release(&err);
	ok(refuses(write_text(edit, "/etc", "x", 0644), &err, "directory"),
	    "%s: no file in the place of a directory", kind);
	ok(refuses(edit->remove(edit, "/etc", &err), &err, "directory"),
	    "%s: directories are not removed", kind);
	ok(refuses(edit->read(edit, "/loop", &text, &err), &err,
	    "symbolic links"), "%s: a loop of links ends", kind);
	ok(succeeds(edit->list(edit, "/new", &names, &err), &err) &&
	    names.count == 1 && !strcmp(names.items[0], "er"),
	    "%s: a list", kind);
	test_what_is_there(edit, kind);
	for (int i = 0; i < 300; i++) {
		auto_free char *path = NULL;

		if (asprintf(&path, "/crowd/a-rather-long-name-%03d", i) < 0 ||
		    !succeeds(write_text(edit, path, "x", 0644), &err))
			break;
	}
	ok(edit->exists(edit, "/crowd/a-rather-long-name-299", &err) == 1,
	    "%s: many files", kind);
	ok(succeeds(edit->finish(edit, &err), &err), "%s: finished", kind);
}

static const char tree_script[] =
    "mkdir -p $t/etc $t/usr/lib; cd $t; mkdir crowd\n"
    "for i in $(seq 1000 1700); do echo $i >crowd/many-$i; done\n"
    "echo before >etc/owned; chown 12:34 etc/owned\n"
    "echo target >usr/lib/target; ln -s ../usr/lib/target etc/link\n"
    "head -c 300000 /dev/urandom >etc/away; ln -s nowhere etc/dangling\n"
    "mkdir -p bare rich/a/b rich/c; echo x >rich/a/x\n"
    "ln -s /etc rich/etc; ln -s ../../usr rich/a/usr\n"
    "ln -s /etc absolute; ln -s ../../../etc upwards; ln -s loop loop\n"
    "ln -s $(printf %01000d 0) far\n";

/* Run beside the root, which is ./$t, after the changes. */
static const char check_script[] =
    "cd $t; modes() { stat -c %a:%u:%g \"$@\" | tr '\\n' ' '; }\n"
    "test \"$(modes etc/hostname etc/owned)\" = '4711:0:0 600:12:34 '\n"
    "test ! -e bare; test ! -e rich\n"
    "test -e usr/lib/target\n"
    "test \"$(cat etc/owned etc/link)\" = \"$(printf 'changed\\nown')\"\n"
    "test -f etc/link; test ! -L etc/link\n"
    "test $(cat usr/lib/target) = target\n"
    "test \"$(modes new new/er new/er/file)\" = "
    "'755:0:0 1777:0:0 640:0:0 '\n"
    "test $(cat etc/passwd) = in; test $(cat etc/below) = in; test -f top\n"
    "test $(readlink etc/localtime) = /usr/share/zoneinfo/CET\n"
    "test \"$(modes root/.ssh)\" = '700:1000:70000 '\n"
    "test $(stat -c %a etc) = 751; test ! -e etc/away\n"
    "test $(ls crowd | wc -l) = 1001; test $(cat crowd/many-1333) = 1333\n";

static void
test_directory(void)
{
	auto_close int root = -1;
	struct tree_edit *edit;

	ok(shell("t=tree; %s", tree_script), "a directory");
	root = open("tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	edit = edit_directory_new(root, &err);
	test_changes(edit, "directory");
	edit->free(edit);
	ok(shell("t=tree; %s", check_script), "directory: as it should be");
}

/* Longer, with a hole, shorter and empty, again and again, then gone. */
static void
test_sizes(const char *format)
{
	auto_close int fd = -1;
	struct tree_edit *edit;
	static char text[300000];
	static const size_t sizes[] = {1, 300000, 4096, 0, 61, 299999};

	ok(shell("rm -f image; mke2fs -q -F %s image 32M; mkdir -p mnt\n"
	    "mount -o loop image mnt; trap 'umount mnt' EXIT\n"
	    "for i in 1 2 3 4 5 6; do echo before >mnt/$i; done\n"
	    "echo before >mnt/gone; ln mnt/6 mnt/linked; chown 7:70000 mnt/6",
	    format), "an image, %s", format);
	memset(text, 'a', sizeof(text));
	memset(text + 100000, 0, 100000);
	fd = open("image", O_RDWR | O_CLOEXEC);
	edit = edit_ext_new(fd, false, &err);
	if (!ok(succeeds(edit ? 0 : -1, &err), "opened"))
		return;
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < 6; i++) {
			char path[] = {'/', (char)('1' + (i + (size_t)round) %
			    6), '\0'};
			struct view view = {text, sizes[i]};

			if (!succeeds(edit->write(edit, path, view, 0640,
			    &err), &err))
				ok(false, "%s: written", path);
		}
	ok(succeeds(edit->remove(edit, "/gone", &err), &err) &&
	    succeeds(edit->finish(edit, &err), &err),
	    "%s: longer and shorter", format);
	edit->free(edit);
	ok(shell("e2fsck -fn image; mount -o ro,loop image mnt\n"
	    "trap \"cd /; umount $PWD/mnt\" EXIT; cd mnt\n"
	    "test \"$(stat -c %%s 3 4 5 6 1 2 | tr '\\n' ' ')\" = "
	    "'1 300000 4096 0 61 299999 '\n"
	    "test $(tr -d '\\0' <4 | wc -c) = 200000; test ! -e gone\n"
	    "test $(stat -c %%b 4) -lt 450; test $(cat linked) = before\n"
	    "test $(stat -c %%a:%%u:%%g 6) = 640:7:70000"),
	    "%s: as it should be for the kernel", format);
}

/* A filesystem that the kernel has filled, with its own indexed directory. */
static void
test_ext(const char *format)
{
	auto_close int fd = -1;
	struct tree_edit *edit;

	ok(shell("rm -f image; mke2fs -q -F %s image 32M; mkdir -p mnt\n"
	    "mount -o loop image mnt; trap \"cd /; umount $PWD/mnt\" EXIT\n"
	    "t=mnt; %s", format, tree_script), "an image, %s", format);
	ok(shell("dumpe2fs -h image | grep 'Free blocks' >free"), "its room");
	fd = open("image", O_RDWR | O_CLOEXEC);
	edit = edit_ext_new(fd, false, &err);
	if (!ok(succeeds(edit ? 0 : -1, &err), "opened"))
		return;
	test_changes(edit, format);
	edit->free(edit);
	ok(shell("e2fsck -fn image"), "%s: clean for e2fsck", format);
	ok(shell("mount -o ro,loop image mnt\n"
	    "trap \"cd /; umount $PWD/mnt\" EXIT; t=mnt; %s", check_script),
	    "%s: as it should be for the kernel", format);
	ok(shell("umask 022; mount -o loop image mnt; "
	    "trap 'umount mnt' EXIT; echo more >mnt/crowd/one-more; "
	    "rm -r mnt/crowd mnt/new mnt/etc") && shell("e2fsck -fn image"),
	    "%s: the kernel can go on with it", format);
}

static void
test_room(void)
{
	auto_close int fd = -1;
	struct tree_edit *edit;

	ok(shell("rm -f image; mke2fs -q -F -t ext4 image 32M; "
	    "dumpe2fs -h image | grep -E 'Free (blocks|inodes)' >before"),
	    "an empty image");
	fd = open("image", O_RDWR | O_CLOEXEC);
	edit = edit_ext_new(fd, false, &err);
	for (int i = 0; i < 50; i++) {
		auto_free char *text = calloc(1 << 20, 1);

		for (size_t at = 0; at < (1 << 20); at += 8192)
			text[at] = 'x';
		edit->write(edit, "/scattered",
		    (struct view){text, 1 << 20}, 0644, &err);
	}
	ok(succeeds(edit->symlink(edit, "/slow", "/a/target/of/more/than/sixty/"
	    "characters/does/not/fit/in/an/inode/itself", &err), &err) &&
	    succeeds(edit->remove(edit, "/slow", &err), &err) &&
	    succeeds(edit->remove(edit, "/scattered", &err), &err) &&
	    succeeds(edit->finish(edit, &err), &err), "written and removed");
	edit->free(edit);
	ok(shell("e2fsck -fn image; "
	    "dumpe2fs -h image | grep -E 'Free (blocks|inodes)' >after; "
	    "cmp before after"), "all of its room is free again");
}

static void
test_refusals(void)
{
	auto_close int fd = open("image", O_RDWR | O_CLOEXEC);
	struct tree_edit *edit;

	ok(shell("debugfs -w -R 'feature needs_recovery' image") &&
	    refuses(edit_ext_new(fd, false, &err) ? 0 : -1, &err, "e2fsck"),
	    "a journal to replay is refused");
	edit = edit_ext_new(fd, true, &err);
	ok(edit && edit->exists(edit, "/lost+found", &err) == 1,
	    "but can be read");
	if (edit)
		edit->free(edit);
	ok(shell("debugfs -w -R 'feature ^needs_recovery' image; "
	    "debugfs -w -R 'set_super_value state 0' image") &&
	    refuses(edit_ext_new(fd, false, &err) ? 0 : -1, &err,
	    "cleanly"), "an unclean one is refused");
	ok(refuses(edit_directory_new(fd, &err) ? 0 : -1, &err,
	    "not a directory"), "an image is no directory");
	ok(shell("truncate -s 0 image; truncate -s 1M image") &&
	    refuses(edit_ext_new(fd, false, &err) ? 0 : -1, &err,
	    "not an ext"), "what is no filesystem is refused");
}

int
main(void)
{
	if (geteuid() != 0) {
		puts("1..0 # SKIP needs root, for owners and mounts");
		return 0;
	}
	scratch_enter();
	test_directory();
	test_ext("-t ext4 -O metadata_csum,dir_index,64bit");
	test_ext("-t ext4 -O ^metadata_csum,uninit_bg -b 1024");
	test_ext("-t ext3 -I 128");
	test_ext("-t ext2");
	test_sizes("-t ext4");
	test_sizes("-t ext4 -O ^has_journal -I 128 -b 1024");
	test_sizes("-t ext3");
	test_room();
	test_refusals();
	scratch_leave();
	return done();
}
