#include "bin/tool.h"

#include "base/build_id.h"

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

int
tool_main(const struct tool *tool, void *record, char **arguments)
{
	const struct terminal_options *options =
	    (void *)((char *)record + tool->terminal);
	auto_strings struct strings operands = {0};
	auto_error struct error err = {0};
	struct terminal terminal;

	terminal_start(&terminal, tool->name);
	if (options_parse(tool->tables, arguments + 1, record, &operands,
	    &err) < 0)
		return terminal_fail(&terminal, &err);
	if (options->help)
		return tool_help(tool);
	if (options->version)
		return tool_version(tool);
	if (terminal_open(&terminal, options, &err) < 0 ||
	    tool->run(record, &operands, &terminal, &err) < 0)
		return terminal_fail(&terminal, &err);
	return terminal_end(&terminal);
}
