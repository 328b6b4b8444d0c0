#include "disk/block_tables.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

int
block_tables_open(struct block_tables *tables, struct error *err)
{
	tables->proc = open("/proc", DIRECTORY);
	tables->sys = open("/sys", DIRECTORY);
	tables->udev = open("/run/udev/data", DIRECTORY);
	if (tables->proc < 0 || tables->sys < 0)
		return error_errno(err, "'/proc' and '/sys', which tell what "
		    "a device is in use for");
	return 0;
}

void
block_tables_close(struct block_tables *tables)
{
	cleanup_close(&tables->proc);
	cleanup_close(&tables->sys);
	cleanup_close(&tables->udev);
}

static char *
device_path(dev_t device, const char *name)
{
	return memory_printf("dev/block/%u:%u/%s", major(device),
	    minor(device), name);
}

static char *
read_line(int directory, const char *path)
{
	auto_error struct error ignored = {0};
	auto_buffer struct buffer text = {0};

	if (file_read_at(directory, path, &text, &ignored) < 0)
		return NULL;
	return view_string(view_trim((struct view){
	    text.data ? text.data : "", text.length}));
}

char *
block_attribute(const struct block_tables *tables, dev_t device,
    const char *name)
{
	auto_free char *path = device_path(device, name);

	return read_line(tables->sys, path);
}

bool
block_has(const struct block_tables *tables, dev_t device, const char *name)
{
	auto_free char *path = device_path(device, name);

	return file_exists(tables->sys, path);
}

char *
block_node(const struct block_tables *tables, dev_t device)
{
	static const char key[] = "DEVNAME=";
	auto_free char *event = block_attribute(tables, device, "uevent");
	struct view rest = view_of(event), line;

	while (view_cut(&rest, '\n', &line))
		if (view_starts(line, key))
			return memory_printf("/dev/" VIEW_FORMAT,
			    (int)(line.length - strlen(key)),
			    line.data + strlen(key));
	return memory_printf("device %u:%u", major(device), minor(device));
}

/* Its file `dev` holds "8:1". */
static bool
read_number(int directory, const char *entry, dev_t *device)
{
	auto_free char *path = memory_printf("%s/dev", entry);
	auto_free char *text = read_line(directory, path);
	unsigned major_, minor_;

	if (!text || sscanf(text, "%u:%u", &major_, &minor_) != 2)
		return false;
	*device = makedev(major_, minor_);
	return true;
}

dev_t
block_disk(const struct block_tables *tables, dev_t device)
{
	auto_free char *parent = device_path(device, "..");
	dev_t disk;

	return block_has(tables, device, "partition") &&
	    read_number(tables->sys, parent, &disk) ? disk : device;
}

/* Those entries of a directory that are devices and have the file `mark`. */
static void
list_entries(int directory, const char *path, const char *mark,
    struct block_devices *devices)
{
	int fd = openat(directory, path, DIRECTORY);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	dev_t found;

	while (dir && (entry = readdir(dir))) {
		auto_free char *file =
		    memory_printf("%s/%s", entry->d_name, mark);

		if (*entry->d_name != '.' && file_exists(fd, file) &&
		    read_number(fd, entry->d_name, &found))
			*vector_push(devices) = found;
	}
}

void
block_list(const struct block_tables *tables, dev_t device,
    const char *directory, struct block_devices *devices)
{
	auto_free char *path = device_path(device, directory);

	list_entries(tables->sys, path, "dev", devices);
}

void
block_partitions(const struct block_tables *tables, dev_t device,
    struct block_devices *devices)
{
	auto_free char *path = device_path(device, ".");

	list_entries(tables->sys, path, "partition", devices);
}

void
block_devices_release(struct block_devices *devices)
{
	vector_release(devices);
}

void
block_proc_text(const struct block_tables *tables, const char *path,
    struct buffer *text)
{
	auto_error struct error ignored = {0};

	if (file_read_at(tables->proc, path, text, &ignored) < 0)
		buffer_clear(text);
}

char *
block_proc_path(struct view field)
{
	char *path = view_string(field), *to = path;

	for (const char *from = path; *from; to++) {
		unsigned byte;

		if (*from == '\\' && sscanf(from, "\\%3o", &byte) == 1) {
			*to = (char)byte;
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
	return path;
}

struct view
block_proc_field(struct view line, size_t number)
{
	struct view word = {0};

	do
		if (!view_word(&line, &word))
			return (struct view){0};
	while (number--);
	return word;
}
