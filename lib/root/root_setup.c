#include "root/root_setup.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "root/root_lock.h"
#include "root/root_settings.h"

/* Bytes of a large one. */
static const uint64_t large_root = UINT64_C(2) << 30;

bool
root_setup_is_needed(const struct root_request *request)
{
	return hook_list_has(&request->hooks, HOOK_SETUP);
}

uint64_t
root_setup_size(const struct root_request *request,
    const struct root_plan *root_plan)
{
	return root_setup_is_needed(request) ? large_root
	    : root_plan->plan.installed_size;
}

int
root_setup_begin(struct root_setup *setup, struct error *err)
{
	setup->settings = memfd_create("settings", MFD_CLOEXEC);
	setup->plan = memfd_create("plan", MFD_CLOEXEC);
	if (setup->settings < 0 || setup->plan < 0)
		return error_errno(err, "make a file in memory");
	return 0;
}

int
root_setup_tell(const struct root_setup *setup, int root, struct error *err)
{
	return root_settings_write(root, setup->settings, err);
}

/* --- outside ------------------------------------------------------------ */

static int
add_list(void *context, const char *url, int fd, struct error *err)
{
	(void)fd;
	(void)err;
	buffer_printf(context, "%s\n", url);
	return 0;
}

/* The suite's name, the names of the lists, an empty line, the plan. */
static int
plan_write(const struct root_setup *setup, const struct root_build *build,
    struct error *err)
{
	const struct root_plan *root_plan = build->root_plan;
	auto_buffer struct buffer text = {0};

	buffer_printf(&text, "%s\n", root_plan->suite->codename);
	if (root_plan->repository && repository_each_file(
	    root_plan->repository, add_list, &text, err) < 0)
		return -1;
	buffer_printf(&text, "\n%s", root_plan->plan.text);
	return file_write(setup->plan, text.data, text.length, err);
}

int
root_setup_plan(const struct root_setup *setup,
    const struct root_build *build, struct error *err)
{
	auto_root_settings struct root_settings settings = {0};
	struct root_request *request = build->request;
	int result = -1;

	if (root_settings_read(&settings, setup->settings, err) == 0 &&
	    root_settings_apply(&settings, build->files, request, err) == 0)
		request->suite = root_sources_suite(&request->given,
		    request->suite_name, request->suites, err);
	else
		request->suite = NULL;
	if (request->suite)
		result = root_plan_make(build->root_plan, request, err);
	strings_release(&request->trust.root_keys);
	return result < 0 || build->only_plan ? result
	    : plan_write(setup, build, err);
}

/* --- in the sandbox ---------------------------------------------------- */

int
root_setup_take(const struct root_setup *setup,
    const struct root_build *build, struct hook_apt_lists *lists,
    struct error *err)
{
	auto_buffer struct buffer text = {0}, plan = {0};
	auto_stanza struct stanza head = {0};
	auto_free char *suite = NULL;
	struct view rest, line;

	if (lseek(setup->plan, 0, SEEK_SET) < 0)
		return error_errno(err, "seek");
	if (file_read(setup->plan, &text, err) < 0)
		return -1;
	rest = (struct view){text.data, text.length};
	view_cut(&rest, '\n', &line);
	suite = view_string(line);
	build->root_plan->suite = suite_find_any(build->request->suites, suite);
	while (view_cut(&rest, '\n', &line) && line.length)
		*vector_push(lists) =
		    (struct hook_apt_list){view_string(line), -1};
	buffer_view(&plan, rest);
	return root_lock_parse(build->root_plan, "the plan", &plan, &head, err);
}

void
root_setup_end(struct root_setup *setup)
{
	cleanup_close(&setup->settings);
	cleanup_close(&setup->plan);
	*setup = ROOT_SETUP_NONE;
}
