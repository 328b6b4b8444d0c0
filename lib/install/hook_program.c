#include "install/hook_program.h"

#include <linux/close_range.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/child.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "install/guest_program.h"

static const char default_path[] =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* The user's variables that would mislead programs of the root. */
static const char *const left_out[] = {"TMPDIR=", "APT_CONFIG=", "PATH="};

static bool
is_left_out(const char *variable)
{
	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		if (view_starts(view_of(variable), left_out[i]))
			return true;
	return false;
}

static void
add_path(const char *programs, struct strings *environment)
{
	const char *own = getenv("PATH");
	const char *const parts[] = {programs, own, default_path};
	auto_buffer struct buffer path = {0};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i] && *parts[i])
			buffer_printf(&path, "%s%s", path.length ? ":" : "",
			    parts[i]);
	strings_printf(environment, "PATH=%s", path.data);
}

static void
add_environment(const struct hook_program *program, struct command *command)
{
	for (char **variable = environ; *variable; variable++)
		if (!is_left_out(*variable))
			strings_add(&command->environment, *variable);
	add_path(program->programs, &command->environment);
	guest_program_settle(command);
	vector_each(variable, &program->environment)
		strings_add(&command->environment, *variable);
}

static bool
needs_shell(const char *command)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

	return access(command, X_OK) != 0 &&
	    command[strspn(command, plain)] != '\0';
}

static void
add_arguments(const struct hook_program *program, struct command *command)
{
	const struct hook *hook = program->hook;

	if (hook->is_chrooted || needs_shell(hook->command)) {
		command_add(command, "sh");
		command_add(command, "-c");
	}
	command_add(command, hook->command);
	if (hook->is_chrooted)
		return;
	if (needs_shell(hook->command))
		command_add(command, "exec");
	command_add(command, program->target);
}

/* A shell for somebody at a terminal has it to itself. */
static void
pass_terminal(struct command *command)
{
	command_pass(command, STDIN_FILENO, STDIN_FILENO);
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return;
	command_pass(command, STDERR_FILENO, STDOUT_FILENO);
	command_pass(command, STDERR_FILENO, STDERR_FILENO);
}

static int
program_run(void *context, struct error *err)
{
	const struct hook_program *program = context;
	auto_guest_program struct guest_program guest = {
		.root = program->hook->is_chrooted ? program->root : 0,
		.events = program->events,
		.level = program->is_attended ? EVENT_OUTPUT : EVENT_DEBUG,
	};

	add_environment(program, &guest.command);
	add_arguments(program, &guest.command);
	if (program->is_attended)
		pass_terminal(&guest.command);
	if (program->passed >= 0)
		command_pass(&guest.command, program->passed, HOOK_DESCRIPTOR);
	return guest_program_run(&guest, err);
}

/* The next child is the namespace's init, with which all in it ends. */
static int
program_contain(void *context, struct error *err)
{
	const struct child init = {"the hook", program_run, context};

	if (unshare(CLONE_NEWPID) < 0)
		return error_errno(err, "make a pid namespace for a hook");
	return child_run(&init, err);
}

int
hook_program_run(const struct hook_program *program, struct error *err)
{
	const struct child container = {
		"the hook", program_contain, (void *)program,
	};

	/* nothing that a library has open is the hook's */
	if (!program->is_attended)
		close_range(HOOK_DESCRIPTOR, ~0U, CLOSE_RANGE_CLOEXEC);
	if (!program->is_contained)
		return program_run((void *)program, err);
	if (interrupt_check(err) < 0)
		return -1;
	if (child_run(&container, err) == 0)
		return 0;
	if (interrupt_is_set()) {
		error_release(err);
		return interrupt_check(err);
	}
	return -1;
}
