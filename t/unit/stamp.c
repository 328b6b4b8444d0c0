#include "tree/stamp.h"

#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "disk/ext_transfer.h"
#include "scratch.h"

static struct error err;

static const char first_uuid[] = "11111111-2222-4333-8444-555555555555";
static const char other_uuid[] = "66666666-7777-4888-9999-aaaaaaaaaaaa";

/* What an image is made as. */
static const struct {
	const char *name, *options;
} kinds[] = {
	{"ext4", "-t ext4 -O metadata_csum,metadata_csum_seed"},
	{"ext4 with an orphan file",
	    "-t ext4 -O metadata_csum,metadata_csum_seed,orphan_file"},
	{"ext4 of old", "-t ext4 -O ^metadata_csum,^64bit,uninit_bg"},
	{"ext3", "-t ext3"},
	{"ext2 with small inodes", "-t ext2 -I 128"},
	{"ext4 with small blocks",
	    "-t ext4 -b 1024 -O metadata_csum,metadata_csum_seed"},
};

static bool
make_image(const char *options)
{
	return shell("rm -rf tree image; mkdir -p tree/etc\n"
	    "echo base >tree/etc/hostname; seq 99999 >tree/seq\n"
	    "mke2fs -q -F %s -d tree image 160M", options);
}

/* Half of a block is zeros. */
static const char text[3000] = "one\n";

static int
change(struct stamp *stamp, const char *uuid, const char *label)
{
	const struct ext_identity identity = {uuid, label};
	struct tree_edit *edit = stamp_edit(stamp);

	if (stamp_identify(stamp, &identity, &err) < 0 || edit->write(edit,
	    "etc/hostname", view_of("guest\n"), 0644, &err) < 0 ||
	    edit->write(edit, "new/half", (struct view){text, sizeof(text)},
	    0600, &err) < 0 || edit->remove(edit, "seq", &err) < 0)
		return -1;
	return edit->finish(edit, &err);
}

static int
put(struct stamp *stamp, const char *path)
{
	auto_close int copy = open(path, O_RDWR | O_CLOEXEC);

	return stamp_put(stamp, copy, &err);
}

/* What e2fsprogs and blkid read there. */
static bool
is_guest(const char *path, const char *uuid, const char *label)
{
	return shell("e2fsck -fn %s\n"
	    "test \"$(blkid -p -o value -s UUID %s)\" = %s\n"
	    "test \"$(blkid -p -o value -s LABEL %s)\" = '%s'\n"
	    "dumpe2fs -o superblock=$(dumpe2fs %s 2>/dev/null |\n"
	    "sed -n 's/.*Backup superblock at \\([0-9]*\\).*/\\1/p' |\n"
	    "head -n 1) %s 2>/dev/null | grep 'Filesystem UUID: *%s'\n"
	    "test \"$(debugfs -R 'cat etc/hostname' %s)\" = guest\n"
	    "debugfs -R 'cat new/half' %s >half\n"
	    "{ echo one; head -c 2996 /dev/zero; } | cmp - half\n"
	    "! debugfs -R 'cat seq' %s | grep .", path, path, uuid, path,
	    label, path, path, uuid, path, path, path);
}

static void
test_copies(const char *name)
{
	auto_close int image = open("image", O_RDONLY | O_CLOEXEC);
	struct stamp *one = stamp_new(image, &err);
	struct stamp *other = stamp_new(image, &err);

	shell("cp image before; cp image one; cp image other");
	ok(one && other &&
	    succeeds(change(one, first_uuid, "a label of 16 b"), &err) &&
	    succeeds(change(other, other_uuid, NULL), &err),
	    "%s: two stamps of one image", name);
	ok(succeeds(put(one, "one"), &err) &&
	    is_guest("one", first_uuid, "a label of 16 b"),
	    "%s: the first", name);
	ok(succeeds(put(other, "other"), &err) &&
	    is_guest("other", other_uuid, ""), "%s: the other", name);
	ok(shell("cmp image before"), "%s: the image is as it was", name);
	stamp_free(one);
	stamp_free(other);
}

/* What a copy has where the image has nothing does not show through. */
static void
test_dirty_device(const char *name)
{
	auto_close int image = open("image", O_RDONLY | O_CLOEXEC);
	auto_close int device = -1;
	struct stamp *stamp = stamp_new(image, &err);

	shell("tr '\\0' '\\377' </dev/zero | head -c 160M >device");
	device = open("device", O_RDWR | O_CLOEXEC);
	ok(succeeds(ext_transfer(image, device, false, &err), &err) &&
	    succeeds(change(stamp, first_uuid, NULL), &err) &&
	    succeeds(put(stamp, "device"), &err) &&
	    is_guest("device", first_uuid, ""), "%s: on a device", name);
	stamp_free(stamp);
}

static void
test_refusals(void)
{
	const struct ext_identity identity = {first_uuid, NULL};
	const struct ext_identity wrong = {"1234", NULL};
	auto_close int image = -1;
	struct stamp *stamp;

	make_image("-t ext4 -O metadata_csum,^metadata_csum_seed");
	image = open("image", O_RDONLY | O_CLOEXEC);
	stamp = stamp_new(image, &err);
	ok(refuses(stamp_identify(stamp, &identity, &err), &err,
	    "checksums depend on its UUID; make it with the feature "
	    "metadata_csum_seed"), "checksums that no copy could keep");
	stamp_free(stamp);
	make_image("-t ext4 -O ^metadata_csum");
	close(image);
	image = open("image", O_RDONLY | O_CLOEXEC);
	stamp = stamp_new(image, &err);
	ok(refuses(stamp_identify(stamp, &wrong, &err), &err,
	    "'1234' is not a UUID"), "no UUID");
	stamp_free(stamp);
}

int
main(void)
{
	scratch_enter();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		ok(make_image(kinds[i].options), "%s", kinds[i].name);
		test_copies(kinds[i].name);
		test_dirty_device(kinds[i].name);
	}
	test_refusals();
	scratch_leave();
	return done();
}
