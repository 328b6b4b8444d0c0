#include "disk/format_program.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/confined_program.h"
#include "base/file.h"
#include "disk/loop.h"

enum { FORMAT_FD = 3, CONFIGURATION_FD = 4 };

struct listener {
	struct events *events;
	const char *program;
};

static void
format_program_line(void *context, const char *text)
{
	const struct listener *listener = context;

	if (*text)
		events_debug(listener->events, "%s: %s", listener->program,
		    text);
}

void
format_program_add(struct command *command, const char *const *arguments)
{
	while (*arguments)
		command_add(command, *arguments++);
}

int
format_program_configure(struct command *command, struct view text,
    struct error *err)
{
	auto_close int fd = memfd_create("configuration", MFD_CLOEXEC);

	if (fd < 0)
		return error_errno(err, "memory file");
	if (file_write(fd, text.data, text.length, err) < 0)
		return -1;
	command_pass(command, fd, CONFIGURATION_FD);
	return steal_fd(&fd);
}

int
format_program_run(struct command *command, int fd, struct events *events,
    struct error *err)
{
	struct listener listener = {
		.events = events, .program = command->arguments.items[0],
	};

	command_setenv(command, "LC_ALL", "C");
	command_pass(command, fd, FORMAT_FD);
	command->line = format_program_line;
	command->context = &listener;
	return command_run(command, err);
}

/* What we hold no program opens, but a device on it is free. */
static int
free_disk(int fd, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_errno(err, "the disk");
	return S_ISBLK(status.st_mode) ? loop_attach(fd, err)
	    : fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

int
format_program_run_confined(struct command *command, int fd,
    struct events *events, struct error *err)
{
	auto_close int disk = free_disk(fd, err);

	if (disk < 0)
		return -1;
	command->prepare = confined_program_prepare;
	return format_program_run(command, disk, events, err);
}
