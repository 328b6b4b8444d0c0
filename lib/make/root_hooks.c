#include "make/root_hooks.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

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
	auto_free char *program = realpath("/proc/self/exe", NULL);

	strings_printf(facts, "ARGV0=%s", program ? program : "mkguest-root");
	strings_printf(facts, "FORMAT=%s", format);
	strings_printf(facts, "INCLUDE=%s", include);
	strings_printf(facts, "MODE=%s", request->mode);
	strings_printf(facts, "SUITE=%s", request->suite_name);
	strings_printf(facts, "VERBOSITY=%u", request->verbosity);
}

int
root_hooks_begin(struct root_hooks *hooks,
    const struct root_request *request, const char *format,
    struct error *err)
{
	if (hook_list_read(&hooks->run.list, &request->hooks, request->events,
	    err) < 0)
		return -1;
	if (!hooks->run.list.count)
		return 0;
	hooks_facts(request, format, &hooks->run.facts);
	hooks->run.is_unshared = strcmp(request->mode, "unshare") == 0;
	if (hook_listener_start(&hooks->listener, err) < 0)
		return -1;
	hooks->run.channel = hooks->listener.channel;
	return 0;
}

void
root_hooks_end(struct root_hooks *hooks)
{
	hook_run_release(&hooks->run);
	hook_listener_end(&hooks->listener);
}
