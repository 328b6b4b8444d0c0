#include "disk/filesystem_family.h"

#include "disk/format_program.h"

static int
swap_make(const struct filesystem *filesystem, int fd, struct events *events,
    struct error *err)
{
	const char *const fixed[] = {
		"mkswap", "-f", "-p", "4096", "-U", filesystem->uuid, NULL,
	};
	auto_command struct command command = {0};

	format_program_add(&command, fixed);
	if (filesystem->label) {
		command_add(&command, "-L");
		command_add(&command, filesystem->label);
	}
	command_add(&command, FORMAT_PATH);
	return format_program_run(&command, fd, events, err);
}

const struct filesystem_family filesystem_swap = {
	.program = "mkswap", .package = "util-linux",
	.label_max = 15, .smallest = 2 << 20,
	.make = swap_make,
};
