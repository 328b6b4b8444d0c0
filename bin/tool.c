#include "bin/tool.h"

#include "base/build_id.h"
#include "base/cleanup.h"

static int
tool_help(const struct tool *tool)
{
	auto_buffer struct buffer help = {0};

	for (const struct option *const *table = tool->tables; *table; table++)
		options_help(*table, &help);
	printf("usage: %s\n\n%s\n%s", tool->usage, tool->about, help.data);
	return fflush(stdout) != 0;
}

static int
tool_version(const struct tool *tool)
{
	printf("%s %s (%.12s)\n", tool->name, MKGUEST_VERSION, build_id());
	return fflush(stdout) != 0;
}

static void
given_release(struct options_given *given)
{
	strings_release(&given->operands);
	origins_release(&given->origins);
}

int
tool_main(const struct tool *tool, void *record, char **arguments)
{
	const struct terminal_options *options =
	    (void *)((char *)record + tool->terminal);
	auto_end(given_release) struct options_given given = {0};
	auto_error struct error err = {0};
	struct terminal terminal;

	terminal_start(&terminal, tool->name);
	if (options_parse_given(tool->tables, arguments + 1, record, &given,
	    &err) < 0)
		return terminal_fail(&terminal, &err);
	if (options->help)
		return tool_help(tool);
	if (options->version)
		return tool_version(tool);
	if (tool->origins) {
		*(struct origins *)((char *)record + tool->origins) =
		    given.origins;
		given.origins = (struct origins){0};
	}
	if (terminal_open(&terminal, options, &err) < 0 ||
	    tool->run(record, &given.operands, &terminal, &err) < 0)
		return terminal_fail(&terminal, &err);
	return terminal_end(&terminal);
}
