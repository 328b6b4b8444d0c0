#include "guest/boot_files.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/confined.h"
#include "base/file.h"
#include "disk/signature.h"
#include "guest/grub_file.h"

enum { HOSTNAME_MAX = 64 };

static const char *const kernels[] = {"/vmlinuz", "/boot/vmlinuz", NULL};
static const char *const initrds[] = {"/initrd.img", "/boot/initrd.img", NULL};
static const char *const hostnames[] = {"/etc/hostname", NULL};

/* Files in memory, and a filesystem that has what they are to hold. */
struct reader {
	int disk;
	struct tree_edit *edit;	/* of it, in a child */
	int kernel;
	int initrd;
	int hostname;
	/* 1 copied, 0 it is not there, -1 failed. */
	int (*copy)(const struct reader *reader, const char *path, int to,
	    struct error *err);
};

static int
copy_from_edit(const struct reader *reader, const char *path, int to,
    struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (reader->edit->read(reader->edit, path, &text, err) == 0)
		return file_write(to, text.data, text.length, err) < 0 ? -1 : 1;
	if (err->number != ENOENT)
		return -1;
	error_release(err);
	return 0;
}

static int
copy_from_grub(const struct reader *reader, const char *path, int to,
    struct error *err)
{
	return grub_file_copy(reader->disk, path, to, err);
}

/* The first of the paths that is there; results as those of copy. */
static int
copy_first(const struct reader *reader, const char *const *paths, int to,
    struct error *err)
{
	int result = 0;

	while (result == 0 && *paths)
		result = reader->copy(reader, *paths++, to, err);
	return result;
}

static int
copy_kernel(const struct reader *reader, struct error *err)
{
	int found = copy_first(reader, kernels, reader->kernel, err);

	return found ? found : error_set(err, "there is no kernel in it: "
	    "neither %s nor %s", kernels[0], kernels[1]);
}

static int
copy_files(const struct reader *reader, struct error *err)
{
	if (copy_kernel(reader, err) < 0 ||
	    copy_first(reader, initrds, reader->initrd, err) < 0)
		return -1;
	return copy_first(reader, hostnames, reader->hostname, err) < 0
	    ? -1 : 0;
}

static int
read_confined(void *context, struct error *err)
{
	struct reader *reader = context;
	int result;

	reader->edit = edit_ext_new(reader->disk, true, err);
	if (!reader->edit)
		return -1;
	result = copy_files(reader, err);
	reader->edit->free(reader->edit);
	return result;
}

static int
read_ext(struct reader *reader, struct error *err)
{
	struct confined confined = {.run = read_confined, .context = reader};

	reader->copy = copy_from_edit;
	return confined_run(&confined, err);
}

static int
read_with_grub(struct reader *reader, struct error *err)
{
	reader->copy = copy_from_grub;
	return copy_files(reader, err);
}

static const struct {
	const char *type;
	int (*read)(struct reader *reader, struct error *err);
} filesystems[] = {
	{"ext2", read_ext}, {"ext3", read_ext}, {"ext4", read_ext},
	{"xfs", read_with_grub}, {"btrfs", read_with_grub},
};

/* By the reader that knows what is on the disk. */
static int
read_disk(struct reader *reader, char **uuid, struct error *err)
{
	auto_signature struct signature signature = {0};

	if (signature_read(reader->disk, &signature, err) < 0)
		return -1;
	*uuid = steal_pointer(&signature.uuid);
	for (size_t i = 0; signature.type &&
	    i < sizeof(filesystems) / sizeof(*filesystems); i++)
		if (!strcmp(signature.type, filesystems[i].type))
			return filesystems[i].read(reader, err);
	return error_set(err, "it holds no filesystem that can be read here, "
	    "which are ext2, ext3, ext4, xfs and btrfs");
}

static bool
is_name_byte(char byte)
{
	return isalnum((unsigned char)byte) || byte == '-' || byte == '.' ||
	    byte == '_';
}

/* The first line of what the child wrote, if it may be a name. */
static char *
read_name(int fd)
{
	char text[HOSTNAME_MAX + 1];
	ssize_t length = pread(fd, text, sizeof(text), 0);
	size_t end;

	if (length <= 0)
		return NULL;
	end = 0;
	while (end < (size_t)length && end < HOSTNAME_MAX &&
	    is_name_byte(text[end]))
		end++;
	return end ? view_string((struct view){text, end}) : NULL;
}

static bool
is_empty(int fd)
{
	struct stat status;

	return fstat(fd, &status) < 0 || status.st_size == 0;
}

int
boot_files_read(int disk, struct boot_files *files, struct error *err)
{
	auto_close int hostname = memfd_create("hostname", MFD_CLOEXEC);
	struct reader reader = {.disk = disk, .hostname = hostname};

	if (boot_files_new(files, err) < 0)
		return -1;
	if (hostname < 0)
		return error_errno(err, "make a file in memory");
	reader.kernel = files->kernel;
	reader.initrd = files->initrd;
	if (read_disk(&reader, &files->filesystem_uuid, err) < 0)
		return -1;
	if (is_empty(files->initrd)) {
		close(files->initrd);
		files->initrd = -1;
	}
	files->hostname = read_name(hostname);
	return files->filesystem_uuid ? 0
	    : error_set(err, "the filesystem has no UUID");
}

int
boot_files_new(struct boot_files *files, struct error *err)
{
	*files = (struct boot_files)BOOT_FILES_NONE;
	files->kernel = memfd_create("kernel", MFD_CLOEXEC);
	files->initrd = memfd_create("initrd", MFD_CLOEXEC);
	return files->kernel < 0 || files->initrd < 0
	    ? error_errno(err, "make a file in memory") : 0;
}

int
boot_files_copy(struct tree_edit *edit, int kernel, int initrd,
    struct error *err)
{
	const struct reader reader = {
		.edit = edit, .kernel = kernel, .initrd = initrd,
		.copy = copy_from_edit,
	};
	int found;

	if (copy_kernel(&reader, err) < 0)
		return -1;
	found = copy_first(&reader, initrds, initrd, err);
	return found ? found : error_set(err, "there is no initrd in it: "
	    "neither %s nor %s", initrds[0], initrds[1]);
}

void
boot_files_release(struct boot_files *files)
{
	cleanup_close(&files->kernel);
	cleanup_close(&files->initrd);
	free(files->hostname);
	free(files->filesystem_uuid);
	*files = (struct boot_files)BOOT_FILES_NONE;
}
