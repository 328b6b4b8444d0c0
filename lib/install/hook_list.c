#include "install/hook_list.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"
#include "install/hook_transfer.h"

static const char *const stage_names[] = {
	[HOOK_SETUP] = "setup",
	[HOOK_EXTRACT] = "extract",
	[HOOK_ESSENTIAL] = "essential",
	[HOOK_CUSTOMIZE] = "customize",
	[HOOK_PERSONALISE] = "personalise",
	[HOOK_FILLED] = "filled",
	[HOOK_CREATED] = "created",
	[HOOK_DELETED] = "deleted",
};

static const char chrooted[] = "chrooted-";

const char *
hook_stage_name(enum hook_stage stage)
{
	return stage_names[stage];
}

/* The stage, of those up to `last`, whose name `text` begins with, or -1. */
static int
stage_of(const char *text, int last)
{
	for (int i = 0; i <= last; i++)
		if (view_starts(view_of(text), stage_names[i]))
			return i;
	return -1;
}

void
hook_list_add(struct hook_list *hooks, enum hook_stage stage, bool is_chrooted,
    const char *command)
{
	unsigned number = 1;

	vector_each(hook, hooks)
		number += hook->stage == stage;
	*vector_push(hooks) = (struct hook){
		.stage = stage,
		.is_chrooted = is_chrooted,
		.number = number,
		.command = memory_string(command),
	};
}

/* Is it a hook by its name and mode? Says so where the two disagree. */
static bool
directory_has_hook(const char *path, const char *name, struct events *events)
{
	bool is_executable = access(path, X_OK) == 0;
	bool is_named = stage_of(name, HOOK_CUSTOMIZE) >= 0;

	if (is_named && !is_executable)
		events_warn(events, "'%s' is named like a hook, but it is not "
		    "executable", path);
	if (!is_named && is_executable)
		events_warn(events, "'%s' is executable, but it is not named "
		    "like a hook", path);
	return is_named && is_executable;
}

static int
directory_add(struct hook_list *hooks, const char *directory,
    struct events *events, struct error *err)
{
	auto_closedir DIR *dir = opendir(directory);
	auto_strings struct strings names = {0};
	struct dirent *entry;

	if (!dir)
		return error_errno(err, "hook directory '%s'", directory);
	while ((entry = readdir(dir))) {
		auto_free char *path = memory_printf("%s/%s", directory,
		    entry->d_name);

		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
		    directory_has_hook(path, entry->d_name, events))
			strings_add(&names, entry->d_name);
	}
	strings_sort(&names);
	vector_each(name, &names) {
		auto_free char *path = memory_printf("%s/%s", directory, *name);

		hook_list_add(hooks, stage_of(*name, HOOK_CUSTOMIZE), false,
		    path);
	}
	if (!names.count)
		events_warn(events, "no executable hooks are in '%s'",
		    directory);
	return 0;
}

int
hook_list_read(struct hook_list *hooks, const struct strings *options,
    struct events *events, struct error *err)
{
	for (size_t i = 0; i + 1 < options->count; i += 2) {
		const char *name = options->items[i];
		const char *value = options->items[i + 1];
		bool is_chrooted = view_starts(view_of(name), chrooted);
		int stage = stage_of(name + (is_chrooted ? strlen(chrooted)
		    : 0), HOOK_DELETED);

		if (stage >= 0)
			hook_list_add(hooks, stage, is_chrooted, value);
		else if (directory_add(hooks, value, events, err) < 0)
			return -1;
	}
	return 0;
}

bool
hook_list_has(const struct hook_list *hooks, enum hook_stage stage)
{
	vector_each(hook, hooks)
		if (hook->stage == stage)
			return true;
	return false;
}

char *
hook_title(const struct hook *hook)
{
	const char *command = hook->command;
	const char *stage = stage_names[hook->stage];
	size_t word = strcspn(command, " \t\n");

	if (hook_transfer_is(command) || (!command[word] &&
	    !strpbrk(command, "=$`;&|<>()")))
		return memory_printf("%s hook '%.*s'", stage, (int)word,
		    command);
	return access(command, X_OK) == 0
	    ? memory_printf("%s hook '%s'", stage, command)
	    : memory_printf("%s hook %u", stage, hook->number);
}

void
hook_list_release(struct hook_list *hooks)
{
	vector_each(hook, hooks)
		free(hook->command);
	vector_release(hooks);
}
