#include "guest/hooks.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/config.h"
#include "base/data.h"
#include "base/memory.h"
#include "base/text.h"
#include "install/hook_program.h"

/* --- finding ------------------------------------------------------------- */

/* The first place that has the name. */
struct entry {
	char *name;
	char *path;
	bool is_shipped;
};

struct entries {
	struct entry *items;
	size_t count;
	size_t capacity;
};

static void
entries_release(struct entries *entries)
{
	vector_each(entry, entries) {
		free(entry->name);
		free(entry->path);
	}
	vector_release(entries);
}

static int
entry_compare(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name,
	    ((const struct entry *)b)->name);
}

static bool
entries_has(const struct entries *entries, const char *name)
{
	vector_each(entry, entries)
		if (!strcmp(entry->name, name))
			return true;
	return false;
}

/* NN-name; what editors and dpkg leave beside a file is none. */
static bool
is_hook_name(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";

	return isdigit((unsigned char)name[0]) &&
	    isdigit((unsigned char)name[1]) && name[2] == '-' && name[3] &&
	    !name[strspn(name, plain)] && !strstr(name, ".dpkg-");
}

static void
warn_of_name(const char *directory, const char *name, struct events *events)
{
	auto_free char *text = memory_string(name);

	for (char *c = text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	events_warn(events, "'%s' in '%s' is no name of a hook, which is as "
	    "10-name; it is left out", text, directory);
}

int
hooks_trust(const char *path, bool is_shipped, struct error *err)
{
	struct stat status;

	if (is_shipped)
		return 0;
	if (stat(path, &status) < 0)
		return error_errno(err, "'%s'", path);
	if (status.st_uid != 0 && status.st_uid != geteuid())
		return error_set(err, "'%s' is neither root's nor yours, so it "
		    "is not run; chown it", path);
	if (status.st_mode & (S_IWGRP | S_IWOTH))
		return error_set(err, "'%s' can be written by others, so it is "
		    "not run: chmod go-w it", path);
	return 0;
}

static int
entries_add(struct entries *entries, const char *directory, bool is_shipped,
    struct events *events, struct error *err)
{
	auto_closedir DIR *dir = opendir(directory);
	struct dirent *entry;

	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return error_errno(err, "directory of hooks '%s'", directory);
	if (hooks_trust(directory, is_shipped, err) < 0)
		return -1;
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (*name == '.' || entries_has(entries, name))
			continue;
		if (is_hook_name(name))
			*vector_push(entries) = (struct entry){
				memory_string(name), memory_printf("%s/%s",
				directory, name), is_shipped};
		else if (!is_shipped)
			warn_of_name(directory, name, events);
	}
	return 0;
}

static bool
is_mask(const struct stat *status)
{
	return S_ISREG(status->st_mode) ? status->st_size == 0
	    : S_ISCHR(status->st_mode) && status->st_rdev == makedev(1, 3);
}

static int
entry_use(const struct entry *entry, enum hook_stage stage,
    struct hook_list *hooks, struct events *events, struct error *err)
{
	struct stat status;

	if (stat(entry->path, &status) < 0)
		return error_errno(err, "hook '%s'", entry->path);
	if (is_mask(&status))
		return 0;
	if (!S_ISREG(status.st_mode))
		return error_set(err, "hook '%s' is not a file", entry->path);
	if (hooks_trust(entry->path, entry->is_shipped, err) < 0)
		return -1;
	if (access(entry->path, X_OK) < 0)
		events_warn(events, "'%s' is named like a hook, but it is not "
		    "executable", entry->path);
	else
		hook_list_add(hooks, stage, false, entry->path);
	return 0;
}

static int
find_stage(struct hook_list *hooks, enum hook_stage stage,
    const struct hook_place *places, struct events *events, struct error *err)
{
	auto_end(entries_release) struct entries entries = {0};

	for (const struct hook_place *place = places; place->path; place++) {
		auto_free char *directory = memory_printf("%s/%s", place->path,
		    hook_stage_name(stage));

		if (entries_add(&entries, directory, place->is_shipped, events,
		    err) < 0)
			return -1;
	}
	vector_sort(&entries, entry_compare);
	vector_each(entry, &entries)
		if (entry_use(entry, stage, hooks, events, err) < 0)
			return -1;
	return 0;
}

/* `places` ends with a path that is NULL. */
static int
find_all(struct hook_list *hooks, const struct hook_place *places,
    struct events *events, struct error *err)
{
	for (int stage = 0; stage < HOOK_STAGES; stage++)
		if (find_stage(hooks, (enum hook_stage)stage, places, events,
		    err) < 0)
			return -1;
	return 0;
}

int
hooks_find(struct hook_list *hooks, struct events *events, struct error *err)
{
	auto_strings struct strings own = {0};
	auto_free char *shipped = data_path("hooks");
	VECTOR(struct hook_place) places = {0};
	int result;

	config_paths("hooks.d", &own);
	vector_each(path, &own)
		*vector_push(&places) = (struct hook_place){*path, false};
	*vector_push(&places) = (struct hook_place){shipped, true};
	*vector_push(&places) = (struct hook_place){NULL, false};
	result = find_all(hooks, places.items, events, err);
	vector_release(&places);
	return result;
}

int
hooks_find_in(struct hook_list *hooks, const struct hook_place *place,
    struct events *events, struct error *err)
{
	const struct hook_place places[] = {*place, {NULL, false}};

	return find_all(hooks, places, events, err);
}

/* --- running ------------------------------------------------------------- */

#define FACT(member) offsetof(struct hook_facts, member)

static const struct {
	const char *name;
	size_t offset;	/* of a const char * */
} variables[] = {
	{"MKGUEST_NAME", FACT(name)},
	{"MKGUEST_SUITE", FACT(suite)},
	{"MKGUEST_ARCH", FACT(architecture)},
	{"MKGUEST_TARGET", FACT(target)},
	{"MKGUEST_CFG", FACT(cfg)},
	{"MKGUEST_MANIFEST", FACT(manifest)},
};

static void
add_environment(const struct hook_facts *facts, enum hook_stage stage,
    struct strings *environment)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		const char *value = *(const char *const *)((const char *)facts
		    + variables[i].offset);

		if (value)
			strings_printf(environment, "%s=%s",
			    variables[i].name, value);
	}
	strings_printf(environment, "MKGUEST_STAGE=%s",
	    hook_stage_name(stage));
	strings_add(environment, "MKGUEST_VERSION=" MKGUEST_VERSION);
}

static int
run_hook(const struct hook *hook, const struct hook_facts *facts, int passed,
    struct events *events, struct error *err)
{
	auto_free char *title = hook_title(hook);
	auto_free char *programs = data_program(".");
	struct hook_program program = {
		.hook = hook, .target = facts->target, .passed = passed,
		.programs = programs, .events = events,
		.is_contained = hook->stage < HOOK_CREATED,
	};
	int result;

	events_info(events, "%s", title);
	add_environment(facts, hook->stage, &program.environment);
	result = hook_program_run(&program, err);
	strings_release(&program.environment);
	if (result < 0 && err->kind != ERROR_INTERRUPTED)
		error_prefix(err, "%s", title);
	return result;
}

int
hooks_run(const struct hook_list *hooks, enum hook_stage stage,
    const struct hook_facts *facts, int passed, struct events *events,
    struct error *err)
{
	vector_each(hook, hooks)
		if (hook->stage == stage &&
		    run_hook(hook, facts, passed, events, err) < 0)
			return -1;
	return 0;
}
