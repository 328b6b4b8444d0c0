#include "emulate/boot_files.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uuid.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/confined.h"
#include "base/file.h"
#include "tree/edit.h"
#include "tree/ext.h"

enum { HOSTNAME_MAX = 64 };

/* What the confined child fills: one memfd a file. */
struct reader {
	int disk;
	int kernel;
	int initrd;
	int hostname;
	int uuid;
};

static const char *const kernels[] = {"/vmlinuz", "/boot/vmlinuz", NULL};
static const char *const initrds[] = {"/initrd.img", "/boot/initrd.img", NULL};
static const char *const hostnames[] = {"/etc/hostname", NULL};

/* The first of the paths that is there; 1 copied, 0 none is, -1 failed. */
static int
copy_file(struct tree_edit *edit, const char *const *paths, int to,
    struct error *err)
{
	auto_buffer struct buffer text = {0};

	for (; *paths; paths++) {
		if (edit->read(edit, *paths, &text, err) == 0)
			return file_write(to, text.data, text.length, err) < 0
			    ? -1 : 1;
		if (err->number != ENOENT)
			return -1;
		error_release(err);
	}
	return 0;
}

static int
copy_uuid(int disk, int to, struct error *err)
{
	char text[UUID_STR_LEN];
	ext2_filsys fs = ext_open(disk, true, err);

	if (!fs)
		return -1;
	uuid_unparse_lower(fs->super->s_uuid, text);
	ext_abandon(fs);
	return file_write(to, text, strlen(text), err);
}

static int
copy_files(const struct reader *reader, struct tree_edit *edit,
    struct error *err)
{
	int found = copy_file(edit, kernels, reader->kernel, err);

	if (found == 0)
		return error_set(err, "there is no kernel in it: neither %s "
		    "nor %s", kernels[0], kernels[1]);
	if (found < 0 || copy_file(edit, initrds, reader->initrd, err) < 0)
		return -1;
	return copy_file(edit, hostnames, reader->hostname, err) < 0 ? -1 : 0;
}

static int
read_confined(void *context, struct error *err)
{
	const struct reader *reader = context;
	struct tree_edit *edit;
	int result;

	if (copy_uuid(reader->disk, reader->uuid, err) < 0)
		return -1;
	edit = edit_ext_new(reader->disk, true, err);
	if (!edit)
		return -1;
	result = copy_files(reader, edit, err);
	edit->free(edit);
	return result;
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
	auto_close int kernel = memfd_create("kernel", MFD_CLOEXEC);
	auto_close int initrd = memfd_create("initrd", MFD_CLOEXEC);
	auto_close int hostname = memfd_create("hostname", MFD_CLOEXEC);
	auto_close int uuid = memfd_create("uuid", MFD_CLOEXEC);
	struct reader reader = {disk, kernel, initrd, hostname, uuid};
	struct confined confined = {.run = read_confined, .context = &reader};

	*files = (struct boot_files)BOOT_FILES_NONE;
	if (kernel < 0 || initrd < 0 || hostname < 0 || uuid < 0)
		return error_errno(err, "make a file in memory");
	if (confined_run(&confined, err) < 0)
		return -1;
	files->kernel = steal_fd(&kernel);
	if (!is_empty(initrd))
		files->initrd = steal_fd(&initrd);
	files->hostname = read_name(hostname);
	files->filesystem_uuid = read_name(uuid);
	if (!files->filesystem_uuid)
		return error_set(err, "the filesystem has no UUID");
	return 0;
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
