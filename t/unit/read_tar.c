#include "tree/read_tar.h"

#include "base/cleanup.h"
#include "disk/filesystem.h"
#include "sample_tree.h"
#include "tree/sink.h"
#include "tree/walk.h"

static struct error err;

/* sample.tar, of ./tree. */
static int
write_sample(void)
{
	auto_close int fd = open("sample.tar", O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600);
	auto_close int root = open("tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tree_walk walk = {.root = root, .clamp_time = -1};
	struct tree_sink *sink = sink_tar_new(fd, &err);
	int result = sink ? tree_walk(&walk, sink, &err) : -1;

	if (result == 0)
		result = sink->finish(sink, &err);
	if (sink)
		sink->free(sink);
	return result;
}

/* Reads the tar into the sink, which ends. */
static int
read_into(const char *path, struct tree_sink *sink)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result = sink ? tree_read_tar(fd, sink, &err) : -1;

	if (result == 0)
		result = sink->finish(sink, &err);
	if (sink)
		sink->free(sink);
	return result;
}

/* Makes ./out anew. */
static int
read_into_directory(const char *path)
{
	auto_close int root = -1;

	shell("rm -rf out; mkdir out");
	root = open("out", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return read_into(path, sink_directory_new(root));
}

static int
read_into_tar(const char *path)
{
	auto_close int fd = open("out.tar", O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600);

	return read_into(path, sink_tar_new(fd, &err));
}

static int
read_into_ext(const char *path)
{
	auto_close int fd = open("image", O_RDWR | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600);
	struct filesystem filesystem = {
		.type = "ext4",
		.features = "ext_attr,dir_index,filetype,extent,large_file",
		.uuid = "0f0e0d0c-0b0a-4908-8706-050403020100",
		.hash_seed = "0f0e0d0c-0b0a-4908-8706-050403020101",
		.size = 64 << 20,
	};

	if (ftruncate(fd, (off_t)filesystem.size) < 0 ||
	    filesystem_make(&filesystem, fd, NULL, &err) < 0)
		return -1;
	return read_into(path, sink_ext_new(fd, &err));
}

#define SAME GNU_TAR("out", "again") "cmp want.tar again\n"

static void
test_directory(void)
{
	ok(succeeds(read_into_directory("sample.tar"), &err) && shell(SAME),
	    "a directory: as it was");
	ok(shell("test $(stat -c %%i out/etc/hello out/etc/again out/usr/third "
	    "| sort -u | wc -l) = 1"), "with its hard links");
	ok(shell("mkfifo pipe; cat sample.tar >pipe &") &&
	    succeeds(read_into_directory("pipe"), &err) && shell(SAME),
	    "from a pipe");
	for (const char *const *how = (const char *const[]){"gzip", "xz",
	    "zstd -q", "bzip2", "lz4 -q", NULL}; *how; how++)
		ok(shell("%s -c sample.tar >packed", *how) &&
		    succeeds(read_into_directory("packed"), &err) &&
		    shell(SAME), "from %s", *how);
}

static void
test_forms(void)
{
	static const char *const forms[] = {"gnu", "oldgnu", "posix --sparse",
		"gnu --sparse", "ustar --exclude=*long* --exclude=slow* "
		"--exclude=*0059 --exclude=late* --exclude=old "
		"--exclude=fast59", NULL};

	for (const char *const *form = forms; *form; form++) {
		ok(shell("tar --format=%s --warning=none --exclude=./dev -C "
		    "tree -cf some.tar . 2>/dev/null; rm -rf want; mkdir want; "
		    "tar --numeric-owner -C want -xpf some.tar", *form) &&
		    succeeds(read_into_directory("some.tar"), &err) &&
		    shell("diff -r --no-dereference -x var want out\n"
		    "for d in want out; do (cd $d; find . ! -type s -printf "
		    "'%%p %%m %%U %%G %%n %%Ts\\n' | sort); done | sort | "
		    "uniq -c | grep -v '^ *2 ' && exit 1 || :"),
		    "--format=%s", *form);
	}
}

static void
test_other_sinks(void)
{
	ok(succeeds(read_into_tar("sample.tar"), &err) &&
	    shell("tar --full-time --xattrs -tvvf sample.tar >one\n"
	    "tar --full-time --xattrs -tvvf out.tar 2>said >two; cmp one two"),
	    "a tar: GNU tar lists the same");
	ok(shell("mkdir from; tar --xattrs --xattrs-include='*' --acls "
	    "--numeric-owner -C from -xpf out.tar\n"
	    GNU_TAR("from", "again") "cmp want.tar again"),
	    "and extracts the same");
	ok(succeeds(read_into_ext("sample.tar"), &err) &&
	    shell("e2fsck -fn image"), "an ext4 image, clean");
	ok(shell("mkdir mnt; mount -o ro,loop image mnt; "
	    "trap 'umount mnt' EXIT\n" GNU_TAR("mnt", "again")
	    "cmp want.tar again"), "that holds the same");
}

/* A tar with one member, made by python3: its name, and what else. */
static bool
make_tar(const char *members)
{
	return shell("python3 - <<'end'\n"
	    "import tarfile\n"
	    "with tarfile.open('evil.tar', 'w') as tar:\n"
	    "    for name, kind, link in [%s]:\n"
	    "        member = tarfile.TarInfo(name)\n"
	    "        member.type, member.linkname = kind, link\n"
	    "        member.mode = 0o755\n"
	    "        tar.addfile(member)\n"
	    "end\n", members);
}

static void
test_bad(void)
{
	ok(shell("python3 -c 'import os, struct\n"
	    "acl = struct.pack(\"<I\", 2) + b\"\".join(\n"
	    "    struct.pack(\"<HHi\", *e) for e in [(1, 6, -1),\n"
	    "    (2, 4, 65534), (4, 4, -1), (16, 4, -1), (32, 0, -1)])\n"
	    "os.setxattr(\"tree/etc/empty\", \"system.posix_acl_access\", "
	    "acl)'\n"
	    "tar --acls --format=pax -cf named.tar tree/etc/empty") &&
	    refuses(read_into_directory("named.tar"), &err,
	    "its ACL is for 'nobody', without a number"),
	    "an ACL with names is refused");
	ok(make_tar("('a/../../b', b'0', '')") &&
	    refuses(read_into_directory("evil.tar"), &err, "leads out of"),
	    "a name with .. is refused");
	ok(make_tar("('/abs', b'0', '')") &&
	    succeeds(read_into_directory("evil.tar"), &err) &&
	    shell("test -f out/abs"), "/ is the tree's own");
	ok(make_tar("('l', b'2', '/tmp'), ('l/gone-astray', b'0', '')") &&
	    refuses(read_into_directory("evil.tar"), &err,
	    "'/l/gone-astray': open its directory: No such file") &&
	    shell("test ! -e /tmp/gone-astray"),
	    "a symlink leads nowhere but into the tree");
	ok(make_tar("('h', b'1', '../image')") &&
	    refuses(read_into_directory("evil.tar"), &err, "leads out of"),
	    "neither does a hard link");
	ok(make_tar("('h', b'1', 'nothing')") &&
	    refuses(read_into_directory("evil.tar"), &err,
	    "'/h': link to '/nothing': No such file"),
	    "a hard link to nothing is refused");
	ok(make_tar("('f', b'0', ''), ('f', b'0', '')") &&
	    refuses(read_into_directory("evil.tar"), &err,
	    "'/f': create: File exists"), "a file may come once");
	ok(shell("head -c 3000000 sample.tar >short.tar") &&
	    refuses(read_into_directory("short.tar"), &err, "read tar: Trunc"),
	    "a tar that ends too early is refused");
	ok(shell("head -c 3000 /dev/urandom >short.tar") &&
	    refuses(read_into_directory("short.tar"), &err, "read tar: "),
	    "what is no tar is refused");
	ok(shell(": >short.tar") &&
	    succeeds(read_into_directory("short.tar"), &err), "nothing is");
}

int
main(void)
{
	scratch_enter();
	if (geteuid() != 0) {
		printf("1..0 # SKIP ROOT: owners are set\n");
		scratch_leave();
		return 0;
	}
	ok(sample_tree_make() && shell("rm tree/var/socket\n"
	    "ln tree/etc/slow tree/etc/slow-again\n"
	    GNU_TAR("tree", "want.tar")), "a sample tree");
	test_forms();
	ok(shell("touch -d '1969-12-31 10:00:00 UTC' tree/etc/old\n"
	    GNU_TAR("tree", "want.tar")) &&
	    succeeds(write_sample(), &err), "as our own tar");
	test_directory();
	test_other_sinks();
	test_bad();
	scratch_leave();
	return done();
}
