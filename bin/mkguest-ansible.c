#include <fcntl.h>
#include <jansson.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/members.h"
#include "bin/answer.h"
#include "bin/tool.h"
#include "guest/guest_file.h"
#include "keep/removal.h"
#include "make/presence.h"
#include "make/run.h"
#include "make/run_hooks.h"
#include "xen/running.h"
#include "xen/start.h"

/* One record for all option tables: the guest's comes first. */
struct task {
	struct guest guest;
	struct terminal_options terminal;
	char *state;	/* NULL: present */
	bool replace;
	bool keep_disk;	/* of a guest that is to be gone */
	bool checks;	/* it only says what it would do */
	bool has_failed;	/* and was answered so */
	json_t *arguments;
};

static const struct option terminal_options[] = {
	TERMINAL_OPTIONS(struct task, terminal),
	OPTIONS_END
};

static const struct option *const tables[] = {terminal_options, NULL};

/* What only a task says; its help is in the module's documentation. */
static const struct option task_options[] = {
	{0, "name", "NAME", NULL, OPTION_TEXT,
	    offsetof(struct task, guest.name)},
	{0, "state", "STATE", NULL, OPTION_TEXT,
	    offsetof(struct task, state)},
	{0, "replace", NULL, NULL, OPTION_FLAG,
	    offsetof(struct task, replace)},
	{0, "keep-disk", NULL, NULL, OPTION_FLAG,
	    offsetof(struct task, keep_disk)},
	OPTIONS_END
};

static const struct option *const task_tables[] = {
	task_options, guest_options, settings_options, identity_options, NULL
};

/* --- the arguments --------------------------------------------------------- */

static void
task_release(struct task *task)
{
	guest_release(&task->guest);
	free(task->state);
	json_decref(task->arguments);
	options_release(terminal_options, task);
}

/* The record of what its arguments say, and mkguest.conf. */
static int
task_fill(struct task *task, const json_t *arguments, struct error *err)
{
	struct fields fields = {
		.tables = task_tables, .record = task,
		.origins = &task->guest.origins,
	};

	if (members_read(&fields, arguments, err) < 0)
		return -1;
	if (!task->guest.name)
		return error_usage(err, "name is missing");
	return guest_file_read(NULL, &task->guest, err);
}

/* A value that is wrong is no difference to the guest that is there. */
static int
check_values(const json_t *arguments, struct error *err)
{
	auto_end(task_release) struct task draft = {0};

	return task_fill(&draft, arguments, err) < 0 ||
	    guest_complete(&draft.guest, err) < 0 ? -1 : 0;
}

static int
arguments_read(const char *path, json_t **arguments, struct error *err)
{
	auto_buffer struct buffer text = {0};
	json_error_t why;

	if (file_read_at(AT_FDCWD, path, &text, err) < 0)
		return -1;
	*arguments = json_loadb(text.data ? text.data : "", text.length,
	    JSON_ALLOW_NUL, &why);
	if (*arguments && json_is_object(*arguments))
		return 0;
	return error_usage(err, "'%s' has no arguments from Ansible: %s", path,
	    *arguments ? "it is no object" : why.text);
}

/* What Ansible says of itself is no field. */
static void
task_take_ansible(struct task *task, struct answer *answer)
{
	json_t *value;
	const char *name;
	void *next;

	task->checks = json_is_true(json_object_get(task->arguments,
	    "_ansible_check_mode"));
	answer->shows_diff = json_is_true(json_object_get(task->arguments,
	    "_ansible_diff"));
	json_object_foreach_safe(task->arguments, next, name, value)
		if (view_starts(view_of(name), "_ansible_"))
			json_object_del(task->arguments, name);
}

static int
task_read(struct task *task, const char *path, struct answer *answer,
    struct error *err)
{
	if (arguments_read(path, &task->arguments, err) < 0)
		return -1;
	task_take_ansible(task, answer);
	return task_fill(task, task->arguments, err);
}

/* --- the task -------------------------------------------------------------- */

static int
make_guest(struct task *task, struct answer *answer, struct error *err)
{
	auto_run struct run run = {
		.guest = &task->guest,
		.events = &answer->events,
		.dry_run = task->checks,
	};

	if (run_plan(&run, err) < 0)
		return -1;
	if (!task->checks && run_make(&run, err) < 0)
		return -1;
	events_step(&answer->events, NULL);
	if (answer_made(answer, &run, err) < 0)
		return -1;
	return task->checks || !run.suite ? 0 : run_hooks_created(&run, err);
}

static int
refuse_change(const struct presence *presence, struct error *err)
{
	auto_buffer struct buffer fields = {0};

	vector_each(difference, &presence->differences)
		buffer_printf(&fields, "%s%s", fields.length ? ", " : "",
		    difference->field);
	return error_set(err, "'%s' is there, but was made from another "
	    "description: %s; 'replace: true' makes it anew", presence->name,
	    fields.data);
}

static int
task_present(struct task *task, struct answer *answer, struct error *err)
{
	auto_presence struct presence presence = {0};

	if (answer_invocation(answer, &task->guest, err) < 0 ||
	    check_values(task->arguments, err) < 0 ||
	    presence_find(&presence, &task->guest, err) < 0)
		return -1;
	if (presence.kind == GUEST_THERE)
		return answer_present(answer, &presence.manifest, err);
	if (presence.kind == GUEST_CHANGED)
		answer_differences(answer, &presence);
	if (presence.kind == GUEST_CHANGED && !task->replace)
		return refuse_change(&presence, err);
	/* only what was this guest's own */
	if (task->replace && presence.manifest.name)
		task->guest.force = true;
	return make_guest(task, answer, err);
}

/* In check mode it may not be there. */
static int
start_guest(const struct manifest *manifest, struct task *task,
    struct answer *answer, struct error *err)
{
	auto_running struct running running = {0};

	if (running_read(&running, err) < 0)
		return -1;
	if (running_has(&running, task->guest.name))
		return 0;
	answer_changed(answer);
	return task->checks ? 0 : start_domain(manifest->toolstack,
	    manifest->cfg, false, err);
}

static int
task_started(struct task *task, struct answer *answer, struct error *err)
{
	auto_manifest struct manifest manifest = {0};
	const char *toolstack = task->guest.toolstack;

	if (start_check(toolstack ? toolstack : "xl", err) < 0 ||
	    task_present(task, answer, err) < 0 ||
	    manifest_read(task->guest.name, &manifest, err) < 0)
		return -1;
	return start_guest(&manifest, task, answer, err);
}

static int
task_absent(struct task *task, struct answer *answer, struct error *err)
{
	auto_manifest struct manifest manifest = {0};
	auto_removal struct removal removal = {
		.name = task->guest.name, .keep_disk = task->keep_disk,
		.wipe = task->guest.wipe, .dry_run = task->checks,
		.events = &answer->events, REMOVAL_NONE,
	};
	int found;

	if (task->keep_disk && task->guest.wipe)
		return error_usage(err, "keep_disk and wipe exclude each "
		    "other");
	found = manifest_read(task->guest.name, &manifest, err);
	if (found <= 0)
		return found;
	if (removal_plan(&removal, err) < 0 ||
	    (!task->checks && removal_run(&removal, err) < 0))
		return -1;
	answer_removed(answer, &removal);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct task *task, struct answer *answer,
	    struct error *err);
} states[] = {
	{"present", task_present},
	{"started", task_started},
	{"absent", task_absent},
};

static int
task_run(struct task *task, struct answer *answer, struct error *err)
{
	const char *state = task->state ? task->state : states[0].name;

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (!strcmp(state, states[i].name))
			return states[i].run(task, answer, err);
	return error_usage(err, "state: '%s' is none; it can be present, "
	    "started or absent", state);
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	struct task *task = record;
	auto_answer struct answer answer = {0};
	auto_error struct error why = {0};

	if (operands->count != 1)
		return error_usage(err, "one FILE of arguments; see --help");
	answer_begin(&answer, &terminal->events);
	task->has_failed = task_read(task, operands->items[0], &answer,
	    &why) < 0 || task_run(task, &answer, &why) < 0;
	if (task->has_failed)
		answer_failed(&answer, &why);
	answer_print(&answer);
	return 0;
}

static const struct tool tool = {
	.name = "mkguest-ansible",
	.usage = "mkguest-ansible [OPTION]… FILE",
	.about = "Does one task of Ansible's module mkguest.xen.mkguest, whose "
	    "arguments are in\nFILE, and answers as a module does. The "
	    "collection's module calls it.\n",
	.tables = tables,
	.terminal = offsetof(struct task, terminal),
	.run = run,
};

int
main(int argc, char **argv)
{
	struct task task = {0};
	int status = argc > 0 ? tool_main(&tool, &task, argv) : 2;

	if (status == 0 && task.has_failed)
		status = 1;
	task_release(&task);
	return status;
}
