#include "tree/sink.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/filesystem.h"
#include "sample_tree.h"
#include "tree/edit.h"
#include "tree/ext.h"
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

/* Files in the order of their paths, one after the other, each in one piece. */
static void
test_layout(size_t format)
{
	const char *type = formats[format].type;

	ok(shell("cd tree; find many -type f | LC_ALL=C sort >../paths; cd ..\n"
	    "sed 's/^/blocks /' paths | debugfs -f - image 2>&1 |\n"
	    "grep -v '^debugfs' | tr -s ' \\n' '\\n\\n' | grep . >blocks\n"
	    "test $(wc -l <blocks) = 900\n"
	    "awk 'NR > 1 && $1 != last + 1 { exit 1 } { last = $1 }' blocks"),
	    "%s %zu: a directory's files lie side by side", type, format);
	ok(shell("sed 's/^/stat /' paths | debugfs -f - image 2>&1 |\n"
	    "sed -n 's/^Inode: *\\([0-9]*\\).*/\\1/p' >inodes\n"
	    "test $(wc -l <inodes) = 900\n"
	    "awk 'NR > 1 && $1 != last + 1 { exit 1 } { last = $1 }' inodes"),
	    "%s %zu: so do their inodes", type, format);
	if (strcmp(type, "ext4"))
		return;
	ok(shell("debugfs -R 'dump_extents /usr/large' image >extents\n"
	    "cat extents; test $(wc -l <extents) = 2"),
	    "%s %zu: a large file has one extent", type, format);
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
	test_layout(format);
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

/*
 * What we do not make, but are asked to fill as it is. Small inodes have whole
 * seconds before 2038 only, and both have less room for attributes.
 */
static const struct {
	const char *options;
	const char *change;	/* of the tree, before it fits */
	const char *refusal;	/* until then, or NULL */
	const char *times;	/* for tar */
} others[] = {
	{"-t ext4 -O ^inline_data -b 1024", "python3 -c "
	    "'import os; os.removexattr(\"tree/usr/large\", \"user.large\")'",
	    "'/usr/large': extended attributes: too many or too large", ""},
	{"-t ext4 -I 128", ":", NULL, "--mtime=@0"},
	{"-t ext3 -I 128 -b 1024", ":", NULL, "--mtime=@0"},
	{"-t ext2 -I 128 -O ^resize_inode,^dir_index", ":", NULL,
	    "--mtime=@0"},
};

static void
test_other(size_t i)
{
	const char *options = others[i].options, *times = others[i].times;
	struct error err = {0};

	ok(shell("rm -f image; mke2fs -q -F %s image 64M", options),
	    "%s: made", options);
	if (others[i].refusal)
		ok(refuses(fill("image", -1, &err), &err, others[i].refusal) &&
		    shell("rm -f image; mke2fs -q -F %s image 64M; %s",
		    options, others[i].change), "%s: refused", options);
	ok(succeeds(fill("image", -1, &err), &err), "%s: filled", options);
	ok(shell("e2fsck -fn image"), "%s: clean for e2fsck", options);
	ok(shell("mount -o ro,loop image mnt; trap 'umount mnt' EXIT\n"
	    "list() { tar %s --sort=name --format=pax --xattrs "
	    "--xattrs-include='*' --acls --numeric-owner --exclude=./dev "
	    "--exclude=./lost+found --warning=no-file-ignored "
	    "--pax-option=delete=atime,delete=ctime,exthdr.name=%%%%f "
	    "-C $1 -cf $2 .; }; list tree one; list mnt two; cmp one two",
	    times), "%s: the kernel sees the same tree", options);
}

/* Names that an edit adds, of which a leaf has not room for all. */
static int
add_files(const char *path, struct error *err)
{
	auto_close int fd = open(path, O_RDWR | O_CLOEXEC);
	struct tree_edit *edit = edit_ext_new(fd, false, err);
	int result = edit ? 0 : -1;
	char name[sizeof("many/edited-000")];

	for (int i = 0; result == 0 && i < 400; i++) {
		snprintf(name, sizeof(name), "many/edited-%d", i);
		result = edit->write(edit, name, view_of("x"), 0644, err);
	}
	if (result == 0)
		result = edit->finish(edit, err);
	if (edit)
		edit->free(edit);
	return result;
}

/* What others do with a directory that has our index. */
static void
test_index_changes(void)
{
	struct error err = {0};

	ok(succeeds(make("image", 0, 64 << 20, &err), &err) &&
	    succeeds(fill("image", -1, &err), &err) &&
	    shell("cp image own; e2fsck -fyD image || test $? = 1\n"
	    "e2fsck -fn image; mv own image"), "e2fsck can index it anew");
	ok(shell("mount -o loop image mnt; trap 'umount mnt' EXIT\n"
	    "diff -r tree/many mnt/many; rm mnt/many/*1*; echo x >mnt/many/x\n"
	    "for i in $(seq 2000); do : >mnt/many/a-new-name-$i; done") &&
	    shell("e2fsck -fn image"), "the kernel can go on with it");
	ok(succeeds(add_files("image", &err), &err) &&
	    shell("e2fsck -fn image\n"
	    "test $(debugfs -R 'ls -p /many' image | grep -c edited) = 400"),
	    "so can we");
}

#define FIXED "-U 00000000-0000-4000-8000-000000000002 " \
    "-E hash_seed=00000000-0000-4000-8000-000000000001"

/* With blocks of 1 KiB two levels are needed sooner. */
static const struct {
	const char *options;
	unsigned names;
	unsigned levels;	/* below the root; 2: no index at all */
} indexed[] = {
	{"-t ext4 -b 1024", 3000, 1},
	{"-t ext4 -b 1024 -O ^metadata_csum", 3000, 1},
	{"-t ext3 -b 4096", 3000, 0},
	{"-t ext4 -b 4096", 30000, 1},
	{"-t ext4 -O ^dir_index", 3000, 2},
};

/* Names of any bytes but '/', of all lengths. */
static void
make_names(unsigned count)
{
	ok(shell("rm -rf names; mkdir names names/d; cat >make <<'END'\n"
	    "import os, random\n"
	    "draw, bytes_ = random.Random(%u), bytes(set(range(1, 256)) - {47})\n"
	    "for i in range(%u):\n"
	    "\tname = bytes(draw.choices(bytes_, k=draw.choice((6, 20, 60, 250))))\n"
	    "\tpath = b'names/d/' + name\n"
	    "\tos.link('make', path) if i %% 9 else os.symlink(b'x', path)\n"
	    "END\npython3 make", count, count), "%u names", count);
}

static void
test_index(size_t i)
{
	const char *options = indexed[i].options;
	struct error err = {0};

	make_names(indexed[i].names);
	ok(shell("rm -f image; mv tree usual; mv names tree\n"
	    "mke2fs -q -F " FIXED " %s image 64M", options), "%s: made",
	    options);
	ok(succeeds(fill("image", -1, &err), &err) &&
	    shell("e2fsck -fn image"), "%s: clean for e2fsck", options);
	ok(shell("debugfs -R 'htree_dump /d' image >dump 2>&1 || :\n"
	    "head dump; test %u = 2 && grep -q 'Not a hash-indexed' dump ||\n"
	    "grep -qx '\t *Indirect levels: %u' dump",
	    indexed[i].levels, indexed[i].levels), "%s: %u levels", options,
	    indexed[i].levels);
	if (geteuid() == 0)
		ok(shell("mount -o ro,loop image mnt; trap 'umount mnt' EXIT\n"
		    "python3 -c 'import os; names = os.listdir(b\"tree/d\")\n"
		    "assert set(names) == set(os.listdir(b\"mnt/d\"))\n"
		    "for name in names: os.lstat(b\"mnt/d/\" + name)'"),
		    "%s: the kernel finds each name", options);
	ok(shell("mv image first; mke2fs -q -F " FIXED " %s image 64M",
	    options) && succeeds(fill("image", -1, &err), &err) &&
	    shell("for i in first image; do debugfs -R 'cat /d' $i >$i.d; done\n"
	    "rm first; test -s image.d; cmp first.d image.d"),
	    "%s: the same again with the same seed", options);
	shell("mv tree names; mv usual tree");
}

enum { COLLIDING_LENGTH = 240, CANDIDATES = 1 << 20 };

struct candidate {
	ext2_dirhash_t hash;
	unsigned number;
};

static int
compare_candidates(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static void
collide_name(unsigned number, char name[COLLIDING_LENGTH + 1])
{
	snprintf(name, COLLIDING_LENGTH + 1, "%0*u", COLLIDING_LENGTH, number);
}

static void
make_link(const char *directory, const char *name)
{
	auto_close int fd = open(directory, O_RDONLY | O_DIRECTORY);

	if (symlinkat("target", fd, name) < 0 && errno != EEXIST)
		perror(name);
}

static void
hash_candidates(struct candidate *candidates, const char *path)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	char name[COLLIDING_LENGTH + 1];
	struct error err = {0};
	ext2_filsys fs = ext_open(fd, true, &err);
	ext2_dirhash_t minor;

	for (unsigned i = 0; fs && i < CANDIDATES; i++) {
		collide_name(i, name);
		candidates[i].number = i;
		ext2fs_dirhash2(fs->super->s_def_hash_version, name,
		    COLLIDING_LENGTH, NULL, 0, fs->super->s_hash_seed,
		    &candidates[i].hash, &minor);
	}
	ok(fs != NULL, "the seed");
	if (fs)
		ext_abandon(fs);
}

/* Pairs of names with one hash: the two of some are in two blocks. */
static void
test_colliding(void)
{
	struct candidate *candidates =
	    memory_zeroed(CANDIDATES, sizeof(*candidates));
	char name[COLLIDING_LENGTH + 1];
	struct error err = {0};
	unsigned pairs = 0;

	ok(shell("mv tree usual; mkdir tree tree/d; rm -f image\n"
	    "mke2fs -q -F -t ext4 -b 1024 "
	    FIXED " image 64M"), "made");
	hash_candidates(candidates, "image");
	qsort(candidates, CANDIDATES, sizeof(*candidates), compare_candidates);
	for (unsigned i = 1; i < CANDIDATES; i++) {
		if (candidates[i].hash != candidates[i - 1].hash)
			continue;
		for (unsigned n = i - 1; n <= i; n++) {
			collide_name(candidates[n].number, name);
			make_link("tree/d", name);
		}
		pairs++;
	}
	free(candidates);
	ok(pairs > 100 && succeeds(fill("image", -1, &err), &err) &&
	    shell("e2fsck -fn image\n"
	    "debugfs -R 'htree_dump /d' image >dump; head dump\n"
	    "grep -q 'Hash 0x[0-9a-f]*[13579bdf]' dump"),
	    "%u pairs of names with one hash", pairs);
	ok(shell("mount -o ro,loop image mnt; trap 'umount mnt' EXIT\n"
	    "ls tree/d >names; test $(ls mnt/d | wc -l) = $(wc -l <names)\n"
	    "cd mnt/d; xargs -n 50 ls -d <../../names >../../found\n"
	    "cd ../..; cmp names found"), "the kernel finds both of each");
	shell("rm -r tree; mv usual tree");
}

/* More than 32 bits of size, nearly all of it holes. */
static void
test_huge(size_t format)
{
	struct error err = {0};

	ok(shell("rm -rf usual; mv tree usual; mkdir tree; cd tree\n"
	    "truncate -s 5G huge; echo end >>huge\n"
	    "printf middle | dd of=huge bs=1 seek=3000000000 conv=notrunc"),
	    "a huge file");
	ok(succeeds(make("image", format, 64 << 20, &err), &err) &&
	    succeeds(fill("image", -1, &err), &err) &&
	    shell("e2fsck -fn image; mount -o ro,loop image mnt\n"
	    "trap 'umount mnt' EXIT; test $(stat -c %%s mnt/huge) = 5368709124\n"
	    "test $(stat -c %%b mnt/huge) -lt 100\n"
	    "test $(tail -c 4 mnt/huge) = end\n"
	    "tail -c +3000000001 mnt/huge | head -c 6 | grep -q middle"),
	    "%s %zu: a huge file", formats[format].type, format);
	shell("rm -rf tree; mv usual tree");
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
	if (geteuid() == 0) {
		test_device();
		test_index_changes();
		test_colliding();
		test_huge(0);
		test_huge(3);
		for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
			test_other(i);
	}
	for (size_t i = 0; i < sizeof(indexed) / sizeof(*indexed); i++)
		test_index(i);
	test_too_small();
	scratch_leave();
	return done();
}
