#include "install/hook_run.h"

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "install/guest_program.h"
#include "install/hook_transfer.h"

/* Number of the channel in a hook: one digit, as shells want it. */
enum { CHANNEL = 3 };

static const char default_path[] =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* The user's variables that would mislead programs of the root. */
static const char *const left_out[] = {"TMPDIR=", "APT_CONFIG=", "PATH="};

static const char *const fronts[] = {"MKGUEST_", "MMDEBSTRAP_"};

static bool
is_left_out(const char *variable)
{
	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		if (view_starts(view_of(variable), left_out[i]))
			return true;
	return false;
}

static void
add_environment(const struct hook_run *run, enum hook_stage stage,
    const char *root, struct command *command)
{
	const char *path = getenv("PATH");

	for (char **variable = environ; *variable; variable++)
		if (!is_left_out(*variable))
			strings_add(&command->environment, *variable);
	strings_printf(&command->environment, "PATH=%s%s%s",
	    path ? path : "", path && *path ? ":" : "", default_path);
	guest_program_settle(command);
	if (run->is_unshared)
		command_setenv(command, "container", "mmdebstrap-unshare");
	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++) {
		vector_each(fact, &run->facts)
			strings_printf(&command->environment, "%s%s",
			    fronts[i], *fact);
		strings_printf(&command->environment, "%sAPT_CONFIG=%s/%s",
		    fronts[i], root, hook_apt_file);
		strings_printf(&command->environment, "%sHOOK=%s", fronts[i],
		    hook_stage_name(stage));
		strings_printf(&command->environment, "%sHOOKSOCK=%d",
		    fronts[i], CHANNEL);
	}
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
add_arguments(const struct hook *hook, const char *root,
    struct command *command)
{
	if (hook->is_chrooted || needs_shell(hook->command)) {
		command_add(command, "sh");
		command_add(command, "-c");
	}
	command_add(command, hook->command);
	if (hook->is_chrooted)
		return;
	if (needs_shell(hook->command))
		command_add(command, "exec");
	command_add(command, root);
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
run_command(const struct hook_run *run, const struct hook *hook, int root,
    struct events *events, struct error *err)
{
	auto_guest_program struct guest_program program = {
		.root = hook->is_chrooted ? root : 0,
		.events = events,
		.level = EVENT_OUTPUT,
	};
	auto_free char *path = file_descriptor_path(root);

	if (!path)
		return error_errno(err, "the root's path");
	add_environment(run, hook->stage, path, &program.command);
	add_arguments(hook, path, &program.command);
	pass_terminal(&program.command);
	command_pass(&program.command, run->channel, CHANNEL);
	return guest_program_run(&program, err);
}

static int
run_transfer(const struct hook_run *run, const struct hook *hook, int root,
    struct error *err)
{
	auto_strings struct strings words = {0};
	const struct hook_transfer transfer = {
		.root = root,
		.channel = {run->channel, run->channel},
		.without_nodes = run->without_nodes,
	};

	if (hook_transfer_words(hook->command, &words, err) < 0)
		return -1;
	return hook_transfer_run(&transfer, &words, err);
}

static int
run_hook(const struct hook_run *run, const struct hook *hook, int root,
    struct events *events, struct error *err)
{
	bool is_transfer = !hook->is_chrooted &&
	    hook_transfer_is(hook->command);
	auto_free char *title = hook_title(hook);
	int result;

	events_info(events, "%s", title);
	result = is_transfer ? run_transfer(run, hook, root, err)
	    : run_command(run, hook, root, events, err);
	if (result < 0 && err->kind != ERROR_INTERRUPTED)
		error_prefix(err, "%s", title);
	return result;
}

int
hook_run_stage(const struct hook_run *run, enum hook_stage stage, int root,
    struct events *events, struct error *err)
{
	vector_each(hook, run->list)
		if (hook->stage == stage &&
		    run_hook(run, hook, root, events, err) < 0)
			return -1;
	return 0;
}

void
hook_run_release(struct hook_run *run)
{
	strings_release(&run->facts);
}
