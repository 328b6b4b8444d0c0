#include "root/root_hooks.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/data.h"
#include "base/memory.h"
#include "install/skip.h"
#include "repo/key_file.h"
#include "root/root_settings.h"

/* One list: names are separated by commas, and commas in them are quoted. */
static char *
included_names(const struct strings *include)
{
	auto_buffer struct buffer text = {0};

	vector_each(name, include) {
		if (name != include->items)
			buffer_text(&text, ",");
		for (const char *at = *name; *at; at++)
			if (*at == ',' || *at == '%')
				buffer_printf(&text, "%%%02X", *at);
			else
				buffer_add(&text, at, 1);
	}
	return buffer_steal(&text);
}

static void
hooks_facts(const struct root_request *request, const char *format,
    struct strings *facts)
{
	auto_free char *include = included_names(&request->include);
	auto_free char *program = data_program("mkguest-root");

	strings_printf(facts, "ARGV0=%s", program);
	strings_printf(facts, "FORMAT=%s", format);
	strings_printf(facts, "INCLUDE=%s", include);
	strings_printf(facts, "MODE=%s", request->mode);
	strings_printf(facts, "SUITE=%s", request->suite_name);
	strings_printf(facts, "VERBOSITY=%u", request->verbosity);
}

static int
add_list(void *context, const char *url, int fd, struct error *err)
{
	struct hook_apt_lists *lists = context;

	(void)err;
	*vector_push(lists) = (struct hook_apt_list){memory_string(url), fd};
	return 0;
}

/* Those that we trusted, too. */
static int
apt_keys(const struct root_request *request, const struct suite *suite,
    struct buffer *keys, struct error *err)
{
	auto_strings struct strings files = {0};

	key_files_of_suite(suite, &files);
	vector_each(file, &request->trust.root_keys)
		strings_add(&files, *file);
	key_files_of_host(&request->trust.keyrings, &files);
	return key_files_read(&files, keys, err);
}

/* The same trust as ours. */
static char *
apt_settings(const struct trust *trust)
{
	const struct setting {
		bool is_set;
		const char *line;
	} settings[] = {
		{trust->no_check_gpg,
		    "APT::Get::AllowUnauthenticated \"true\";\n"
		    "Acquire::AllowInsecureRepositories \"true\";\n"},
		{trust->no_check_valid_until,
		    "Acquire::Check-Valid-Until \"false\";\n"},
		{trust->no_check_date, "Acquire::Check-Date \"false\";\n"},
	};
	struct buffer text = {0};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (settings[i].is_set)
			buffer_text(&text, settings[i].line);
	return buffer_steal(&text);
}

static void
tell_of_idle(const struct root_request *request)
{
	if (!strcmp(request->variant, "extract") &&
	    (hook_list_has(&request->hooks, HOOK_ESSENTIAL) ||
	    hook_list_has(&request->hooks, HOOK_CUSTOMIZE)))
		events_warn(request->events, "essential and customize hooks "
		    "are not run in the variant 'extract', which configures "
		    "nothing");
}

int
root_hooks_begin(struct root_hooks *hooks, const struct root_build *build,
    struct error *err)
{
	const struct root_request *request = build->request;

	hooks->run.list = &request->hooks;
	hooks->run.apt = (struct hook_apt){
		.architecture = request->architecture,
		.foreign = request->foreign,
	};
	if (build->root_plan->repository && repository_each_file(
	    build->root_plan->repository, add_list, &hooks->run.apt.lists,
	    err) < 0)
		return -1;
	if (!request->hooks.count)
		return 0;
	tell_of_idle(request);
	if (apt_keys(request, request->suite, &hooks->apt_keys, err) < 0)
		return -1;
	hooks_facts(request, build->format, &hooks->run.facts);
	strings_printf(&hooks->run.own_facts, "ARCH=%s",
	    request->architecture);
	strings_add(&hooks->run.own_facts, "VERSION=" MKGUEST_VERSION);
	hooks->apt_settings = apt_settings(&request->trust);
	hooks->run.apt.settings = hooks->apt_settings;
	hooks->run.apt.keys =
	    (struct view){hooks->apt_keys.data, hooks->apt_keys.length};
	hooks->run.is_unshared = strcmp(request->mode, "unshare") == 0;
	hooks->run.is_unattended = request->hooks_are_unattended;
	hooks->run.without_nodes = request->skip & SKIP_TAR_NODES;
	if (hook_listener_start(&hooks->listener, err) < 0)
		return -1;
	hooks->run.channel = hooks->listener.channel;
	return 0;
}

int
root_hooks_planned(struct root_hooks *hooks, const struct root_build *build,
    int settings, struct error *err)
{
	auto_root_settings struct root_settings found = {0};
	struct root_request *request = build->request;
	int result;

	if (root_settings_read(&found, settings, err) < 0 ||
	    root_settings_keys(&found, &request->trust.root_keys, err) < 0)
		return -1;
	buffer_release(&hooks->apt_keys);
	result = apt_keys(request, build->root_plan->suite, &hooks->apt_keys,
	    err);
	strings_release(&request->trust.root_keys);
	hooks->run.apt.keys =
	    (struct view){hooks->apt_keys.data, hooks->apt_keys.length};
	return result;
}

void
root_hooks_end(struct root_hooks *hooks)
{
	hook_run_release(&hooks->run);
	hook_apt_lists_release(&hooks->run.apt.lists);
	hook_listener_end(&hooks->listener);
	buffer_release(&hooks->apt_keys);
	free(steal_pointer(&hooks->apt_settings));
}
