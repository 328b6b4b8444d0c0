#include "guest/grub_file.h"

#include <string.h>

#include "base/command.h"
#include "base/confined_program.h"

#define DISK_PATH "/proc/self/fd/3"
#define COPY_PATH "/proc/self/fd/4"
enum { DISK_FD = 3, COPY_FD };

int
grub_file_copy(int disk, const char *path, int to, struct error *err)
{
	auto_command struct command command = {
		.prepare = confined_program_prepare_literal,
	};

	if (!command_exists("grub-fstest"))
		return error_set(err, "grub-fstest is not installed, which "
		    "reads it; it is in Debian's package grub-common");
	command_add(&command, "grub-fstest");
	command_add(&command, DISK_PATH);
	command_add(&command, "cp");
	command_add(&command, path);
	command_add(&command, COPY_PATH);
	command_setenv(&command, "LC_ALL", "C");
	command_pass(&command, disk, DISK_FD);
	command_pass(&command, to, COPY_FD);
	if (command_run(&command, err) == 0)
		return 1;
	if (!command.last_line || !strstr(command.last_line, "' not found"))
		return -1;
	error_release(err);
	return 0;
}
