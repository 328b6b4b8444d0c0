/*
 * format_program: a program that owns a format, at work on our descriptors.
 * What it says goes to the debug lines after its name.
 *
 *	command_add(&command, "mkswap");
 *	command_add(&command, FORMAT_PATH);
 *	format_program_run(&command, fd, events, err)
 */
#ifndef DISK_FORMAT_PROGRAM_H
#define DISK_FORMAT_PROGRAM_H

#include "base/command.h"
#include "base/events.h"

#define FORMAT_PATH "/proc/self/fd/3"
#define FORMAT_CONFIGURATION "/proc/self/fd/4"
#define FORMAT_TREE "/proc/self/fd/5"
#define FORMAT_OTHER "/proc/self/fd/6"

/* for command_pass */
enum { FORMAT_TREE_FD = 5, FORMAT_OTHER_FD };

/* A NULL-ended list of arguments. */
void format_program_add(struct command *command, const char *const *arguments);
/* The text is what it reads at FORMAT_CONFIGURATION: a descriptor, the
 * caller's to close after the run. */
int format_program_configure(struct command *command, struct view text,
    struct error *err);
/* fd is what it finds at FORMAT_PATH. Its environment is ours to choose. */
int format_program_run(struct command *command, int fd, struct events *events,
    struct error *err);
/*
 * The same for what a guest may have written: the program can reach nothing
 * but that (base/confined_program.h). It gets a device that we hold as a loop
 * device.
 */
int format_program_run_confined(struct command *command, int fd,
    struct events *events, struct error *err);

#endif
