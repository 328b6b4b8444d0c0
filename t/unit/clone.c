#include "disk/clone.h"

#include <fcntl.h>

#include "base/cleanup.h"
#include "scratch.h"

static struct error err;

/* Where an image may lie: what ./mnt is then, and are clones shared there? */
static const struct {
	const char *name;
	const char *mount;
	bool shares;
} places[] = {
	{"xfs", "mkfs.xfs -q -m reflink=1 disk; mount -o loop disk mnt", true},
	{"btrfs", "mkfs.btrfs -q disk; mount -o loop disk mnt", true},
	{"ext4", "mke2fs -q -t ext4 disk; mount -o loop disk mnt", false},
	{"tmpfs", "mount -t tmpfs clones mnt", false},
};

static int
clone_path(const char *from, const char *to)
{
	auto_close int image = open(from, O_RDONLY | O_CLOEXEC);
	auto_close int copy = open(to, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (image < 0 || copy < 0)
		return error_errno(&err, "open '%s' or '%s'", from, to);
	return clone_image(image, copy, &err);
}

static void
test_copy(const char *place, const char *from, const char *to)
{
	ok(succeeds(clone_path(from, to), &err), "%s: cloned", place);
	ok(shell("cmp %s %s", from, to), "%s: the same bytes", place);
	ok(shell("sync %s %s; test $(stat -c %%b %s) -lt 20000\n"
	    "test $(stat -c %%b %s) -lt $(($(stat -c %%b %s) + 512))",
	    from, to, to, to, from), "%s: holes are kept", place);
}

static void
test_place(size_t i)
{
	const char *name = places[i].name;

	ok(shell("rm -f disk; truncate -s 320M disk; mkdir -p mnt\n%s\n"
	    "cp --sparse=always image mnt/image; sync mnt/image",
	    places[i].mount), "%s: an image", name);
	test_copy(name, "mnt/image", "mnt/clone");
	ok(shell("{ filefrag -v mnt/clone || :; } >map; %s grep -q shared map",
	    places[i].shares ? "" : "not() { ! \"$@\"; }; not"),
	    "%s: its blocks are %s", name,
	    places[i].shares ? "shared" : "its own");
	ok(shell("head -c 100000 /dev/urandom |\n"
	    "dd of=mnt/clone bs=4k seek=300 conv=notrunc; sync mnt/clone\n"
	    "! cmp mnt/image mnt/clone || exit 1; cmp image mnt/image"),
	    "%s: what is written to it is its own", name);
	test_copy("from elsewhere", "image", "mnt/other");
	ok(shell("umount mnt"), "%s: unmounted", name);
}

static void
test_full(void)
{
	ok(shell("mount -t tmpfs -o size=3M clones mnt") &&
	    refuses(clone_path("image", "mnt/clone"), &err, "No space left"),
	    "no room is said");
	ok(shell("umount mnt"), "unmounted");
}

/* Sets ./loop to the name of a device of this size, full of ones. */
static bool
attach(const char *size)
{
	return shell("tr '\\0' '\\377' </dev/zero | head -c %s >disk\n"
	    "losetup -f --show disk | tr -d '\\n' >loop", size);
}

static int
clone_to_loop(const char *from)
{
	char name[64] = "";
	auto_close int file = open("loop", O_RDONLY | O_CLOEXEC);

	if (read(file, name, sizeof(name) - 1) <= 0)
		return error_errno(&err, "loop");
	return clone_path(from, name);
}

static void
test_device(void)
{
	ok(attach("40M"), "a device");
	ok(succeeds(clone_to_loop("image"), &err), "a filesystem onto it");
	ok(shell("sync $(cat loop); e2fsck -fn $(cat loop)\n"
	    "debugfs -R 'dump /data out' $(cat loop); cmp out files/data\n"
	    "debugfs -R 'dump /zeros out' $(cat loop); cmp out files/zeros"),
	    "it is complete");
	ok(shell("test $(tr -d '\\377' <disk | wc -c) -lt 20000000"),
	    "only the blocks it uses were written");
	ok(shell("head -c 3M files/data >other; truncate -s 20M other\n"
	    "cat files/data >>other; truncate -s 30M other") &&
	    succeeds(clone_to_loop("other"), &err) &&
	    shell("sync $(cat loop); cmp -n 31457280 other $(cat loop)"),
	    "of another image all, with zeros for its holes");
	ok(shell("truncate -s 80M other") &&
	    refuses(clone_to_loop("other"), &err, "smaller than the image"),
	    "a device that is too small is refused");
	ok(shell("losetup -d $(cat loop)"), "detached");
}

int
main(void)
{
	scratch_enter();
	ok(shell("mkdir files; head -c 5000001 /dev/urandom >files/data\n"
	    "head -c 3M /dev/zero >files/zeros\n"
	    "mke2fs -q -F -t ext4 -d files image 24M"),
	    "an image");
	test_copy("here", "image", "copy");
	ok(refuses(clone_path("image", "/dev/full"), &err, "set its size"),
	    "what is neither file nor block device is refused");
	if (geteuid() == 0) {
		for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
			test_place(i);
		test_full();
		test_device();
	}
	scratch_leave();
	return done();
}
