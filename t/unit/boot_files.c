#include "guest/boot_files.h"

#include "base/cleanup.h"
#include "scratch.h"

/* What mkfs makes of the directory "tree", or of the prototype of it. */
static const struct {
	const char *type;
	const char *make;
} formats[] = {
	{"ext4", "mke2fs -q -F -t ext4 -d tree image 64M"},
	{"xfs", "truncate -s 320M image; mkfs.xfs -q -f -p prototype image"},
	{"btrfs", "truncate -s 320M image; mkfs.btrfs -q --rootdir tree image"},
};

static const char tree[] =
    "mkdir -p tree/boot tree/etc\n"
    "head -c 3000001 /dev/urandom >tree/boot/vmlinuz-6\n"
    "head -c 9000001 /dev/urandom >tree/boot/initrd.img-6\n"
    "echo guest >tree/etc/hostname\n"
    "ln -s boot/vmlinuz-6 tree/vmlinuz\n"
    "ln -s initrd.img-6 tree/boot/initrd.img\n"
    "cat >prototype <<-END\n"
    "\t/\n\t0 0\n\td--755 0 0\n"
    "\tboot d--755 0 0\n"
    "\tvmlinuz-6 ---644 0 0 tree/boot/vmlinuz-6\n"
    "\tinitrd.img-6 ---644 0 0 tree/boot/initrd.img-6\n"
    "\tinitrd.img l--777 0 0 initrd.img-6\n"
    "\t\\$\n"
    "\tetc d--755 0 0\n"
    "\thostname ---644 0 0 tree/etc/hostname\n"
    "\t\\$\n"
    "\tvmlinuz l--777 0 0 boot/vmlinuz-6\n"
    "\t\\$\n"
    "END\n";

static int
read_image(const char *path, bool is_named, struct boot_files *files,
    struct error *err)
{
	auto_close int disk = open(path, O_RDONLY | O_CLOEXEC);

	if (!is_named)
		unlink(path);
	return boot_files_read(disk, files, err);
}

static bool
equals(int memory, const char *path)
{
	return shell("cmp /proc/%d/fd/%d %s", (int)getpid(), memory, path);
}

static void
test_files(size_t format, const char *path, bool is_named)
{
	const char *what = formats[format].type;
	auto_boot_files struct boot_files files = BOOT_FILES_NONE;
	struct error err = {0};

	ok(succeeds(read_image(path, is_named, &files, &err), &err),
	    "%s: read from %s", what, is_named ? path : "one without a name");
	ok(equals(files.kernel, "tree/boot/vmlinuz-6"), "%s: the kernel", what);
	ok(equals(files.initrd, "tree/boot/initrd.img-6"), "%s: the initrd",
	    what);
	ok(files.hostname && !strcmp(files.hostname, "guest"),
	    "%s: the host name", what);
	ok(shell("test '%s' = \"$(cat uuid)\"", files.filesystem_uuid),
	    "%s: the UUID", what);
}

/* A device can be opened by a confined program only as a descriptor. */
static void
test_device(size_t format)
{
	FILE *name;
	char path[64] = "";

	if (geteuid() != 0)
		return;
	ok(shell("losetup --find --show --read-only image | tr -d '\\n' >loop"),
	    "%s: a device", formats[format].type);
	name = fopen("loop", "r");
	if (name && fgets(path, sizeof(path), name))
		test_files(format, path, true);
	if (name)
		fclose(name);
	ok(shell("losetup --detach $(cat loop)"), "detached");
}

/* A tree with nothing but what the script makes; each format says the same. */
static void
test_refusal(size_t format, const char *script, const char *sentence)
{
	const char *type = formats[format].type;
	auto_boot_files struct boot_files files = BOOT_FILES_NONE;
	struct error err = {0};

	ok(shell("rm -rf whole; mv tree whole; mv prototype first\n"
	    "mkdir tree; printf '/\\n0 0\\nd--755 0 0\\n$\\n' >prototype\n"
	    "%s\n%s\nrm -r tree; mv whole tree; mv first prototype", script,
	    formats[format].make), "%s: made", type);
	ok(refuses(read_image("image", true, &files, &err), &err, sentence),
	    "%s: %s", type, sentence);
}

static void
test_format(size_t format)
{
	const char *type = formats[format].type;

	ok(shell("rm -f image; %s; blkid -p -o value -s UUID image >uuid",
	    formats[format].make), "%s: made by mkfs", type);
	test_files(format, "image", true);
	test_device(format);
	test_files(format, "image", false);
	test_refusal(format, ":", "there is no kernel in it: neither /vmlinuz");
}

/* All that is in it behind the superblock, in the first 68 KiB, is noise. */
static const char damage[] =
    "import os, random\n"
    "image = os.open('image', os.O_RDWR)\n"
    "size = os.fstat(image).st_size\n"
    "noise, at = random.Random(4).randbytes(size // 8), 68 << 10\n"
    "while True:\n"
    "\ttry:\n"
    "\t\tat = os.lseek(image, at, os.SEEK_DATA)\n"
    "\texcept OSError:\n"
    "\t\tbreak\n"
    "\tend = os.lseek(image, at, os.SEEK_HOLE)\n"
    "\tat += os.pwrite(image, noise[:end - at], at)\n";

static void
test_damage(size_t format)
{
	auto_boot_files struct boot_files files = BOOT_FILES_NONE;
	struct error err = {0};
	const char *type = formats[format].type;

	ok(shell("rm -f image; %s\npython3 damage", formats[format].make),
	    "%s: damaged", type);
	ok(refuses(read_image("image", true, &files, &err), &err,
	    "grub-fstest failed with exit status 1: grub-fstest: error: "),
	    "%s: a sentence", type);
}

int
main(void)
{
	auto_boot_files struct boot_files files = BOOT_FILES_NONE;
	struct error err = {0};

	scratch_enter();
	ok(shell("%s\ncat >damage <<'END'\n%sEND", tree, damage), "a tree");
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		test_format(i);
	for (size_t i = 1; i < sizeof(formats) / sizeof(*formats); i++)
		test_damage(i);
	ok(shell("rm -f image; truncate -s 1M image; mkswap -q image"), "swap");
	ok(refuses(read_image("image", true, &files, &err), &err,
	    "it holds no filesystem that can be read here"), "and no more");
	scratch_leave();
	return done();
}
