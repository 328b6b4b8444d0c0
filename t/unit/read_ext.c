#include "tree/read_ext.h"

#include "base/cleanup.h"
#include "disk/filesystem.h"
#include "sample_tree.h"
#include "tree/sink.h"
#include "tree/walk.h"

static struct error err;

static const struct {
	const char *type;
	const char *features;
} formats[] = {
	{"ext4", "has_journal,ext_attr,resize_inode,dir_index,filetype,extent,"
	    "64bit,flex_bg,sparse_super,large_file,huge_file,dir_nlink,"
	    "extra_isize,metadata_csum"},
	{"ext3", "has_journal,ext_attr,resize_inode,dir_index,filetype,"
	    "sparse_super,large_file"},
	{"ext2", "ext_attr,filetype,sparse_super,large_file"},
};

/* ./image, with all of ./tree. */
static int
make_image(size_t format)
{
	auto_close int fd = open("image", O_RDWR | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600);
	auto_close int root = open("tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tree_walk walk = {.root = root, .clamp_time = -1};
	struct filesystem filesystem = {
		.type = formats[format].type,
		.features = formats[format].features,
		.uuid = "0f0e0d0c-0b0a-4908-8706-050403020100",
		.hash_seed = "0f0e0d0c-0b0a-4908-8706-050403020101",
		.size = 64 << 20,
	};

	if (ftruncate(fd, (off_t)filesystem.size) < 0 ||
	    filesystem_make(&filesystem, fd, NULL, &err) < 0)
		return -1;
	return filesystem_fill(&filesystem, fd, &walk, NULL, &err);
}

/* Into ./out, made anew. */
static int
read_image(void)
{
	auto_close int fd = open("image", O_RDONLY | O_CLOEXEC);
	auto_close int root = -1;
	struct tree_sink *sink;
	int result;

	shell("rm -rf out; mkdir out");
	root = open("out", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	sink = sink_directory_new(root);
	result = tree_read_ext(fd, sink, &err);
	if (result == 0)
		result = sink->finish(sink, &err);
	sink->free(sink);
	return result;
}

static void
test_same(size_t format)
{
	ok(succeeds(make_image(format), &err), "%s: an image",
	    formats[format].type);
	ok(succeeds(read_image(), &err), "its tree is read");
	ok(shell(GNU_TAR("out", "again") "cmp want.tar again\n"),
	    "as it was, with attributes, ACLs and times");
	ok(shell("test $(stat -c %%i out/etc/hello out/etc/again out/usr/third "
	    "| sort -u | wc -l) = 1; test ! -e out/lost+found; "
	    "test -z \"$(ls -A out/dev)\""),
	    "with its further names, and without what is no tree's");
}

static void
breaks(const char *commands, const char *sentence)
{
	ok(shell("cp sound image; debugfs -w -f - image <<end "
	    ">debugfs.out 2>&1\n%s\nend\n", commands) && read_image() < 0 &&
	    err.text && strstr(err.text, sentence), "refused: %s", sentence);
	if (err.text)
		printf("# %s\n", err.text);
	error_release(&err);
}

static void
test_hostile(void)
{
	ok(shell("cp image sound"), "a sound one");
	breaks("link deep deep/1/2/loop", "'/deep/1/2/loop' is within itself; "
	    "run e2fsck");
	breaks("link etc again", "is within itself");
	breaks("sif etc/slow size 100000", "'/etc/slow': read link");
	breaks("sif etc/slow60 block[0] 4000000000", "'/etc/slow60'");
}

int
main(void)
{
	scratch_enter();
	ok(sample_tree_make(), "a tree");
	ok(shell(GNU_TAR("tree", "want.tar")), "as tar sees it");
	for (size_t i = sizeof(formats) / sizeof(*formats); i > 0; i--)
		test_same(i - 1);
	test_hostile();
	scratch_leave();
	return done();
}
