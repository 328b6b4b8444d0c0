#include "tree/sink.h"

#include "base/cleanup.h"
#include "disk/filesystem.h"
#include "sample_tree.h"
#include "tree/walk.h"

static const struct {
	const char *type;
	const char *features;
} formats[] = {
	{"ext4", "has_journal,ext_attr,resize_inode,dir_index,filetype,extent,"
	    "64bit,flex_bg,sparse_super,large_file,huge_file,dir_nlink,"
	    "extra_isize,metadata_csum"},
	{"ext4", "has_journal,ext_attr,dir_index,filetype,extent,flex_bg,"
	    "sparse_super,large_file,huge_file,uninit_bg,dir_nlink,"
	    "extra_isize"},
	{"ext3", "has_journal,ext_attr,resize_inode,dir_index,filetype,"
	    "sparse_super,large_file"},
	{"ext2", "ext_attr,filetype,sparse_super,large_file"},
};

static int
make(const char *path, size_t format, uint64_t size, struct error *err)
{
	auto_close int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	struct filesystem filesystem = {
		.type = formats[format].type,
		.features = formats[format].features,
		.label = "root",
		.uuid = "0f0e0d0c-0b0a-4908-8706-050403020100",
		.hash_seed = "0f0e0d0c-0b0a-4908-8706-050403020101",
		.size = size,
	};

	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		return error_errno(err, "%s", path);
	return filesystem_make(&filesystem, fd, NULL, err);
}

static int
fill(const char *path, int64_t clamp_time, struct error *err)
{
	auto_close int fd = open(path, O_RDWR | O_CLOEXEC);
	auto_close int root = open("tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tree_walk walk = {.root = root, .clamp_time = clamp_time};
	struct tree_sink *sink = sink_ext_new(fd, err);
	int result = -1;

	if (!sink)
		return -1;
	if (tree_walk(&walk, sink, err) == 0)
		result = sink->finish(sink, err);
	sink->free(sink);
	return result;
}

static void
test_format(size_t format)
{
	const char *type = formats[format].type;
	struct error err = {0};

	ok(succeeds(make("image", format, 64 << 20, &err), &err),
	    "%s %zu: made", type, format);
	ok(succeeds(fill("image", -1, &err), &err), "%s %zu: filled", type,
	    format);
	ok(shell("e2fsck -fn image"), "%s %zu: clean for e2fsck", type, format);
	ok(shell("test $(stat -c %%b image) -lt 40000"),
	    "%s %zu: holes are kept", type, format);
	if (geteuid() != 0)
		return;
	ok(shell("mkdir -p mnt; mount -o ro,loop image mnt\n"
	    "trap 'umount mnt' EXIT\n" GNU_TAR("tree", "one")
	    GNU_TAR("mnt", "two")
	    "ls -l mnt/lost+found mnt/dev\n"
	    "test \"$(ls mnt/dev | wc -l)\" = 14\n"
	    "test -c mnt/dev/null; test -L mnt/dev/stdin\n"
	    "cmp one two"),
	    "%s %zu: the kernel sees the same tree", type, format);
	ok(shell("mount -o ro,loop image mnt; trap 'umount mnt' EXIT\n"
	    "diff -r --no-dereference -x dev -x lost+found -x var tree mnt"),
	    "%s %zu: diff sees the same content", type, format);
}

static void
test_deterministic(void)
{
	struct error err = {0};

	setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	ok(succeeds(make("one", 0, 64 << 20, &err), &err) &&
	    succeeds(fill("one", 1700000000, &err), &err) &&
	    succeeds(make("two", 0, 64 << 20, &err), &err), "made");
	shell("find tree >/dev/null; cat tree/usr/block >/dev/null; sleep 1.1; "
	    "cp -a tree copy; mv tree first; mv copy tree; "
	    "cp --sparse=always first/usr/zeros tree/usr/zeros; "
	    "touch -r first/usr/zeros tree/usr/zeros; "
	    "touch -r first/usr tree/usr");
	ok(succeeds(fill("two", 1700000000, &err), &err) &&
	    shell("cmp one two"), "the same tree gives the same image");
	ok(shell("dumpe2fs -h one | grep 'Last write time' | "
	    "grep 'Nov 14'"), "its times are SOURCE_DATE_EPOCH");
	ok(shell("! debugfs -R 'stat /etc/late' one | grep time: | "
	    "grep -v 6553f100"), "later times are clamped");
	unsetenv("SOURCE_DATE_EPOCH");
	shell("rm -rf first");
}

static void
test_too_small(void)
{
	struct error err = {0};
	struct filesystem filesystem;
	uint64_t bytes, inodes;
	auto_close int root = -1;

	ok(refuses(make("small", 0, 8 << 20, &err), &err, "too small"),
	    "a tiny filesystem is refused");
	shell("head -c 30000000 /dev/urandom >tree/usr/huge");
	ok(succeeds(make("small", 0, 20 << 20, &err), &err) &&
	    refuses(fill("small", -1, &err), &err, "more is needed"),
	    "no space is said, with how much");
	root = open("tree", O_RDONLY | O_DIRECTORY);
	ok(succeeds(tree_measure(&(struct tree_walk){.root = root}, &bytes, &inodes, &err), &err),
	    "measured");
	filesystem = (struct filesystem){.type = "ext4", .inodes = inodes};
	ok(succeeds(make("small", 0, filesystem_size_for(&filesystem, bytes),
	    &err), &err) && succeeds(fill("small", -1, &err), &err) &&
	    shell("e2fsck -fn small"), "the size measured is enough");
	ok(succeeds(make("small", 0, 20 << 20, &err), &err) &&
	    shell("debugfs -w -R 'set_super_value state 2' small") &&
	    refuses(fill("small", -1, &err), &err, "errors"),
	    "a filesystem with errors is refused");
	ok(shell("head -c 20M /dev/zero >small") &&
	    refuses(fill("small", -1, &err), &err, "not an ext"),
	    "what is no filesystem is refused");
}

/* A device that we hold, with something of before on it. */
static void
test_device(void)
{
	struct error err = {0};

	ok(shell("truncate -s 64M disk; "
	    "tr '\\0' '\\377' </dev/zero | head -c 64M >disk; "
	    "losetup -f --show disk >loop"), "a loop device");
	{
		auto_buffer struct buffer name = {0};
		auto_close int fd = -1;
		struct filesystem filesystem = {
			.type = "ext4",
			.features = formats[0].features,
			.uuid = "0f0e0d0c-0b0a-4908-8706-050403020100",
			.hash_seed = "0f0e0d0c-0b0a-4908-8706-050403020101",
			.size = 64 << 20,
		};

		file_read_at(AT_FDCWD, "loop", &name, &err);
		name.data[name.length - 1] = '\0';
		fd = open(name.data, O_RDWR | O_EXCL | O_CLOEXEC);
		ok(succeeds(filesystem_make(&filesystem, fd, NULL, &err), &err),
		    "a filesystem on a device that is held");
		ok(succeeds(fill(name.data, -1, &err), &err),
		    "filled on a device");
	}
	ok(shell("sync; e2fsck -fn $(cat loop)"), "clean on a device");
	ok(shell("mount -o ro $(cat loop) mnt; trap 'umount mnt' EXIT\n"
	    GNU_TAR("tree", "one") GNU_TAR("mnt", "two") "cmp one two"),
	    "the kernel sees the same tree on a device");
	ok(shell("losetup -d $(cat loop); rm -f disk"), "detached");
}

int
main(void)
{
	scratch_enter();
	ok(sample_tree_make(), "a sample tree");
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		test_format(i);
	test_deterministic();
	if (geteuid() == 0)
		test_device();
	test_too_small();
	scratch_leave();
	return done();
}
