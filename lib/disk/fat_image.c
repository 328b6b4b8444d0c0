#include "disk/fat_image.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/memory.h"
#include "disk/format_program.h"

enum { CLUSTER = 4096 };

bool
fat_image_is_possible(void)
{
	return command_exists("mkfs.vfat") && command_exists("mcopy");
}

int
fat_image_make(const struct fat_image *fat, struct events *events,
    struct error *err)
{
	static const char *const usual[] = {
		"mkfs.vfat", "-F", "16", "-f", "2", "-r", "512", NULL
	}, *const floppy[] = {
		"mkfs.vfat", "-F", "12", "-f", "2", "-r", "224", NULL
	};
	bool is_floppy = fat->size == FAT_FLOPPY_SIZE;
	auto_close int image = memfd_create("fat", MFD_CLOEXEC);
	auto_command struct command command = {0};

	if (image < 0 || ftruncate(image, (off_t)fat->size) < 0)
		return error_errno(err, "memory file");
	format_program_add(&command, is_floppy ? floppy : usual);
	command_add(&command, "-i");
	command_addf(&command, "%.8s", fat->uuid);
	command_add(&command, "-S");
	command_addf(&command, "%llu", (unsigned long long)fat->sector_size);
	command_add(&command, "-s");
	command_addf(&command, "%llu",
	    is_floppy ? 1ULL : CLUSTER / fat->sector_size);
	command_add(&command, FORMAT_PATH);
	if (format_program_run(&command, image, events, err) < 0)
		return -1;
	return steal_fd(&image);
}

/* It knows the zone and the time of its environment only. */
static int
run_mtools(struct command *command, int image, struct events *events,
    struct error *err)
{
	auto_free char *now = memory_printf("%lld",
	    (long long)epoch_or_now());

	command_setenv(command, "TZ", "UTC");
	command_setenv(command, "SOURCE_DATE_EPOCH", now);
	return format_program_run(command, image, events, err);
}

static int
make_directories(int image, const char *path, struct events *events,
    struct error *err)
{
	auto_command struct command command = {0};

	if (!strchr(path, '/'))
		return 0;
	command_add(&command, "mmd");
	command_add(&command, "-i");
	command_add(&command, FORMAT_PATH);
	for (const char *slash = path; (slash = strchr(slash, '/')); slash++)
		command_addf(&command, "::%.*s", (int)(slash - path), path);
	return run_mtools(&command, image, events, err);
}

int
fat_image_add(int image, const char *path, int content, struct events *events,
    struct error *err)
{
	auto_command struct command command = {0};

	if (make_directories(image, path, events, err) < 0)
		return -1;
	command_add(&command, "mcopy");
	command_add(&command, "-i");
	command_add(&command, FORMAT_PATH);
	command_add(&command, FORMAT_OTHER);
	command_addf(&command, "::%s", path);
	command_pass(&command, content, FORMAT_OTHER_FD);
	return run_mtools(&command, image, events, err);
}
