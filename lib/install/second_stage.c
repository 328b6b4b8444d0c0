#include "install/second_stage.h"

#include <fcntl.h>

#include "base/cleanup.h"
#include "base/data.h"
#include "base/inside.h"
#include "install/guest_mounts.h"
#include "install/guest_program.h"
#include "install/place.h"
#include "install/sandbox.h"

const char second_stage_preinsts[] = "debootstrap/preinst";

static const char script_file[] = "debootstrap/debootstrap";
static const char steps_file[] = "debootstrap/steps";

void
second_stage_begin(struct buffer *steps)
{
	auto_guest_program struct guest_program program = {0};

	guest_program_begin(&program, script_file);
	vector_each(setting, &program.command.environment)
		buffer_printf(steps, "export %s\n", *setting);
}

int
second_stage_write(int root, const struct buffer *steps, struct error *err)
{
	auto_buffer struct buffer script = {0};

	if (data_read("second-stage", &script, err) < 0 ||
	    place_directory(root, "debootstrap", 0755, err) < 0 ||
	    place_file(root, steps_file,
	    (struct view){steps->data, steps->length}, 0644, err) < 0)
		return -1;
	return place_file(root, script_file,
	    (struct view){script.data, script.length}, 0755, err);
}

static int
run_script(int root, struct events *events, struct error *err)
{
	auto_guest_program struct guest_program program = {
		.root = root, .events = events,
		.filter = sync_filter_new(err),
	};
	int result = -1;

	guest_program_begin(&program, "/debootstrap/debootstrap");
	command_add(&program.command, "--second-stage");
	if (program.filter)
		result = guest_program_run(&program, err);
	sync_filter_free((struct sync_filter *)program.filter);
	return result;
}

/* Opened anew: mounts go only onto what belongs to our own namespace. */
static int
inside_main(struct sandbox_inside *inside, void *context, struct error *err)
{
	const char *path = context;
	auto_close int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct events *events = sandbox_events(inside);
	struct guest_mounts mounts = {.root = root};
	int result;

	if (root < 0)
		return error_errno(err, "open '%s'", path);
	if (!inside_exists(root, script_file))
		return error_set(err, "'%s' has no second stage; it is no root "
		    "that --foreign has made, or is complete", path);
	events_step(events, "second stage");
	result = guest_mounts_up(&mounts, err);
	if (result == 0)
		result = run_script(root, events, err);
	if (result == 0)
		return guest_mounts_down(&mounts, err);
	guest_mounts_down(&mounts, &(struct error){0});
	return result;
}

int
second_stage_run(const char *path, struct events *events, struct error *err)
{
	struct sandbox *sandbox = sandbox_start(inside_main, (void *)path,
	    events, err);
	int result = sandbox ? sandbox_wait(sandbox, err) : -1;

	if (sandbox)
		sandbox_free(sandbox);
	return result;
}
