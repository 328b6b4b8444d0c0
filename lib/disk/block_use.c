#include "disk/block_use.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/vector.h"

/* Undoes the kernel's \040 for blanks in paths. */
static char *
unescape(struct view text)
{
	char *path = view_string(text), *to = path;

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

static bool
is_device(const char *path, dev_t device)
{
	struct stat status;

	return *path == '/' && stat(path, &status) == 0 &&
	    S_ISBLK(status.st_mode) && status.st_rdev == device;
}

/* Field `number` (from 0) of a line of words. */
static struct view
word_at(struct view line, size_t number)
{
	struct view word = {0};

	do
		if (!view_word(&line, &word))
			return (struct view){0};
	while (number--);
	return word;
}

/*
 * The mount point if the line of mountinfo (proc_pid_mountinfo(5)) is about
 * the device, by its number or, as btrfs has others, by its source.
 */
static char *
mount_of(struct view line, const char *number, dev_t device)
{
	struct view rest = line, word;
	auto_free char *source = NULL;

	while (view_word(&rest, &word))
		if (view_is(word, "-"))
			break;
	source = unescape(word_at(rest, 1));
	if (view_is(word_at(line, 2), number) || is_device(source, device))
		return unescape(word_at(line, 4));
	return NULL;
}

static int
check_mountinfo(const char *process, dev_t device, const char *name,
    struct error *err)
{
	auto_free char *path = memory_printf("/proc/%s/mountinfo", process);
	auto_free char *number =
	    memory_printf("%u:%u", major(device), minor(device));
	auto_error struct error ignored = {0};
	auto_buffer struct buffer text = {0};
	struct view rest, line;

	if (file_read_at(AT_FDCWD, path, &text, &ignored) < 0 || !text.data)
		return 0;
	rest = view_of(text.data);
	while (view_cut(&rest, '\n', &line)) {
		auto_free char *place = mount_of(line, number, device);

		if (place && strcmp(process, "self") == 0)
			return error_set(err, "'%s' is mounted on '%s'", name,
			    place);
		if (place)
			return error_set(err, "'%s' is mounted on '%s' "
			    "(process %s)", name, place, process);
	}
	return 0;
}

/* Every mount namespace once; those of others' processes only as root. */
static int
check_mounts(dev_t device, const char *name, struct error *err)
{
	auto_closedir DIR *proc = opendir("/proc");
	auto_strings struct strings seen = {0};
	struct dirent *entry;

	if (check_mountinfo("self", device, name, err) < 0)
		return -1;
	while (proc && (entry = readdir(proc))) {
		auto_free char *link =
		    memory_printf("%s/ns/mnt", entry->d_name);
		char space[64] = "";

		if (!isdigit((unsigned char)*entry->d_name) || readlinkat(
		    dirfd(proc), link, space, sizeof(space) - 1) < 0 ||
		    strings_has(&seen, space))
			continue;
		strings_add(&seen, space);
		if (check_mountinfo(entry->d_name, device, name, err) < 0)
			return -1;
	}
	return 0;
}

static int
check_swap(dev_t device, const char *name, struct error *err)
{
	auto_error struct error ignored = {0};
	auto_buffer struct buffer text = {0};
	struct view rest, line;

	if (file_read_at(AT_FDCWD, "/proc/swaps", &text, &ignored) < 0 ||
	    !text.data)
		return 0;
	rest = view_of(text.data);
	while (view_cut(&rest, '\n', &line)) {
		auto_free char *path = unescape(word_at(line, 0));

		if (is_device(path, device))
			return error_set(err, "'%s' is in use as swap space",
			    name);
	}
	return 0;
}

/* Device mapper's own name for dm-0, or NULL. */
static char *
mapper_name(const char *holder)
{
	auto_free char *path = memory_printf("/sys/block/%s/dm/name", holder);
	auto_error struct error ignored = {0};
	auto_buffer struct buffer text = {0};

	if (file_read_at(AT_FDCWD, path, &text, &ignored) < 0 || !text.data)
		return NULL;
	return view_string(view_trim(view_of(text.data)));
}

/* `where` is the directory of holders, below /sys. */
static int
check_holders_in(const char *where, const char *name, struct error *err)
{
	auto_closedir DIR *dir = opendir(where);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		auto_free char *mapper = NULL;

		if (*entry->d_name == '.')
			continue;
		mapper = mapper_name(entry->d_name);
		return error_set(err, "'%s' is held by %s (%s)", name,
		    entry->d_name, mapper ? mapper : "RAID or the like");
	}
	return 0;
}

static int
check_holders(dev_t device, const char *name, struct error *err)
{
	auto_free char *own = memory_printf("/sys/dev/block/%u:%u/holders",
	    major(device), minor(device));
	auto_free char *partition = memory_printf(
	    "/sys/dev/block/%u:%u/partition", major(device), minor(device));
	auto_free char *disk = memory_printf(
	    "/sys/dev/block/%u:%u/../holders", major(device), minor(device));

	if (check_holders_in(own, name, err) < 0)
		return -1;
	if (!file_exists(AT_FDCWD, partition))
		return 0;
	return check_holders_in(disk, name, err);
}

static int (*const block_checks[])(dev_t device, const char *name,
    struct error *err) = {check_mounts, check_swap, check_holders};

static int
check_device(dev_t device, const char *name, struct error *err)
{
	for (size_t i = 0; i < sizeof(block_checks) / sizeof(*block_checks);
	    i++)
		if (block_checks[i](device, name, err) < 0)
			return -1;
	return 0;
}

static int
check_partition(int disk, const char *partition, struct error *err)
{
	auto_free char *path = memory_printf("%s/dev", partition);
	auto_free char *name = memory_printf("/dev/%s", partition);
	auto_error struct error ignored = {0};
	auto_buffer struct buffer text = {0};
	unsigned major_, minor_;

	if (file_read_at(disk, path, &text, &ignored) < 0 || !text.data ||
	    sscanf(text.data, "%u:%u", &major_, &minor_) != 2)
		return 0;
	return check_device(makedev(major_, minor_), name, err);
}

static int
check_partitions(dev_t device, const char *name, struct error *err)
{
	auto_free char *path = memory_printf("/sys/dev/block/%u:%u",
	    major(device), minor(device));
	auto_closedir DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		auto_free char *mark =
		    memory_printf("%s/partition", entry->d_name);

		if (file_exists(dirfd(dir), mark) &&
		    check_partition(dirfd(dir), entry->d_name, err) < 0)
			return error_prefix(err, "a partition of '%s' is in "
			    "use", name);
	}
	return 0;
}

int
block_use_check(dev_t device, const char *name, struct error *err)
{
	if (check_device(device, name, err) < 0)
		return -1;
	return check_partitions(device, name, err);
}
