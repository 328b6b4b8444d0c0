#include "disk/qcow2.h"

#include "base/command.h"
#include "disk/format_program.h"

static const char program[] = "qemu-img";

int
qcow2_check(struct error *err)
{
	return command_exists(program) ? 0 : error_set(err, "%s, which makes "
	    "qcow2 images, is not installed; it is in Debian's package "
	    "qemu-utils", program);
}

static int
convert(const char *const *arguments, int from, int to, struct events *events,
    struct error *err)
{
	auto_command struct command command = {0};

	command_add(&command, program);
	command_add(&command, "convert");
	format_program_add(&command, arguments);
	command_add(&command, FORMAT_PATH);
	command_add(&command, FORMAT_OTHER);
	command_pass(&command, to, FORMAT_OTHER_FD);
	return format_program_run(&command, from, events, err);
}

int
qcow2_write(int raw, int image, bool full, struct events *events,
    struct error *err)
{
	const char *const sparse[] = {"-f", "raw", "-O", "qcow2", NULL};
	const char *const allocated[] = {"-f", "raw", "-O", "qcow2", "-o",
	    "preallocation=falloc", NULL};

	return convert(full ? allocated : sparse, raw, image, events, err);
}

int
qcow2_read(int image, int raw, struct events *events, struct error *err)
{
	static const char *const arguments[] = {"-f", "qcow2", "-O", "raw",
	    NULL};

	return convert(arguments, image, raw, events, err);
}
