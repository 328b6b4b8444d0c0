#include "tree/sink.h"

#include "base/cleanup.h"
#include "sample_tree.h"
#include "tree/walk.h"

static struct error err;

static int
write_tar(const char *path, int64_t clamp_time)
{
	auto_close int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	auto_close int root = open("tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tree_walk walk = {.root = root, .clamp_time = clamp_time};
	struct tree_sink *sink = sink_tar_new(fd, &err);
	int result = -1;

	if (!sink)
		return -1;
	if (tree_walk(&walk, sink, &err) == 0)
		result = sink->finish(sink, &err);
	sink->free(sink);
	return result;
}

/* As mmdebstrap calls it. */
#define REFERENCE \
	"LC_ALL=C.UTF-8 tar --sort=name --mtime=@1700000000 --clamp-mtime " \
	"--numeric-owner --one-file-system --format=pax " \
	"--pax-option=exthdr.name=%%d/PaxHeaders/%%f,delete=atime," \
	"delete=ctime --xattrs --exclude=./lost+found --exclude=./dev " \
	"-C tree -cf reference.tar .\n"

#define LIST "TZ=UTC tar --numeric-owner --full-time --xattrs -tvvf "

static void
test_listing(void)
{
	ok(succeeds(write_tar("one.tar", 1700000000), &err), "written");
	ok(shell(REFERENCE LIST "reference.tar >expected\n"
	    LIST "one.tar 2>said | grep -v ' \\./dev/' >got\n"
	    "diff expected got"), "GNU tar lists what it would have written");
	ok(shell("tar -tf one.tar | head -n 1 | grep -x ./"),
	    "the root comes first");
	ok(shell("test \"$(tar -tvf one.tar | grep -c ' \\./dev/')\" = 15\n"
	    LIST "one.tar | grep -E '^crw-rw-rw- +0/0 +1,3 "
	    "2023-11-14 22:13:20 ./dev/null'\n"
	    "tar -tvf one.tar | grep ' ./dev/fd -> /proc/self/fd'"),
	    "the static devices");
	ok(shell("! tar -tf one.tar | grep -E 'socket|lost.found'"),
	    "no socket, no lost+found");
	ok(shell("! grep -aE '[0-9]+ (atime|ctime|LIBARCHIVE|SCHILY.ino|"
	    "SCHILY.dev)' one.tar"), "nothing of the host in it");
	ok(shell("test $(($(stat -c %%s one.tar) %% 10240)) = 0"),
	    "whole records");
}

static void
test_deterministic(void)
{
	ok(shell("rm -rf copy; cp -a tree copy; rm -rf tree; mv copy tree") &&
	    succeeds(write_tar("two.tar", 1700000000), &err) &&
	    shell("cmp one.tar two.tar"), "the same tree gives the same bytes");
	ok(shell("mkfifo pipe; cat pipe >three.tar &") &&
	    succeeds(write_tar("pipe", 1700000000), &err) &&
	    shell("sleep 0.3; cmp one.tar three.tar"), "also through a pipe");
}

static void
test_gnu_links(void)
{
	auto_close int fd = open("gnu.tar", O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600);
	auto_close int root = open("tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tree_walk walk = {.root = root, .clamp_time = 1700000000};
	struct tree_sink *sink = sink_tar_new_gnu_links(fd, &err);

	ok(succeeds(tree_walk(&walk, sink, &err), &err) &&
	    succeeds(sink->finish(sink, &err), &err), "with GNU links");
	sink->free(sink);
	ok(shell(LIST "gnu.tar | sed 's/\\.[0-9]* / /' >gnu\n"
	    LIST "one.tar | sed 's/\\.[0-9]* / /' | diff - gnu"),
	    "GNU tar lists the same");
	ok(shell("grep -a linkpath one.tar >/dev/null\n"
	    "! grep -a linkpath gnu.tar"), "without a linkpath");
}

static void
test_extract(void)
{
	ok(succeeds(write_tar("exact.tar", -1), &err) &&
	    shell("mkdir out; tar --xattrs --xattrs-include='*' --acls "
	    "--numeric-owner -C out -xpf exact.tar\n"
	    GNU_TAR("tree", "a") GNU_TAR("out", "b") "cmp a b"),
	    "GNU tar extracts the same tree");
	ok(shell("diff -r --no-dereference -x dev -x var -x lost+found "
	    "tree out"), "with the same content");
}

static void
test_errors(void)
{
	auto_close int root = open("tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_close int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct tree_walk walk = {.root = root, .clamp_time = -1};
	struct tree_sink *sink = sink_tar_new(full, &err);

	ok(refuses(tree_walk(&walk, sink, &err), &err, "No space left"),
	    "a full disk is said");
	sink->free(sink);
}

int
main(void)
{
	scratch_enter();
	ok(sample_tree_make() &&
	    shell("touch -d '1969-12-31 10:00:00 UTC' tree/etc/old"),
	    "a sample tree");
	test_listing();
	test_deterministic();
	test_gnu_links();
	if (geteuid() == 0)
		test_extract();
	test_errors();
	scratch_leave();
	return done();
}
