#include "disk/grub_core.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/format_program.h"

static const char program[] = "grub-mkimage";

static const char *const modules[] = {
	"part_gpt", "part_msdos", "ext2", "xfs", "btrfs", "search",
	"search_fs_uuid", "normal", "configfile", "linux", "echo", "test",
	"sleep", "minicmd", NULL
};

bool
grub_core_is_possible(const char *platform)
{
	auto_free char *list = memory_printf(GRUB_DIRECTORY "%s/moddep.lst",
	    platform);

	return command_exists(program) && access(list, R_OK) == 0;
}

static void
add_arguments(struct command *command, const char *platform,
    const char *disk_module)
{
	static const char *const fixed[] = {
		"--prefix=/boot/grub", "--config=" FORMAT_CONFIGURATION,
		"--output=" FORMAT_PATH, NULL
	};

	command_add(command, program);
	command_addf(command, "--format=%s", platform);
	command_addf(command, "--directory=" GRUB_DIRECTORY "%s", platform);
	format_program_add(command, fixed);
	if (disk_module)
		command_add(command, disk_module);
	format_program_add(command, modules);
}

int
grub_core_make(const char *platform, const char *disk_module,
    const char *uuid, struct events *events, struct error *err)
{
	auto_close int core = memfd_create("core", MFD_CLOEXEC);
	auto_command struct command command = {0};
	auto_buffer struct buffer text = {0};
	auto_close int configuration = -1;

	if (core < 0)
		return error_errno(err, "memory file");
	buffer_printf(&text, "search.fs_uuid %s root\n"
	    "set prefix=($root)/boot/grub\n", uuid);
	configuration = format_program_configure(&command,
	    (struct view){text.data, text.length}, err);
	if (configuration < 0)
		return -1;
	add_arguments(&command, platform, disk_module);
	if (format_program_run(&command, core, events, err) < 0)
		return -1;
	if (lseek(core, 0, SEEK_SET) < 0)
		return error_errno(err, "read GRUB's core");
	return steal_fd(&core);
}
