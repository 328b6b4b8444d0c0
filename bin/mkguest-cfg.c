#include <jansson.h>
#include <string.h>

#include "base/cleanup.h"
#include "bin/tool.h"
#include "keep/cfg_check.h"
#include "keep/cfg_edit.h"
#include "keep/cfg_guest.h"
#include "keep/cfg_installed.h"
#include "xen/keys.h"

struct request {
	struct terminal_options terminal;
	char *cfg_dir;
	char *xen_version;
	char *convert;
	char *format;
	bool elsewhere;
	bool json;
};

static const struct option options[] = {
	{0, "cfg-dir", "DIR", "where this host's other domain files are "
	    "(default /etc/xen)", OPTION_TEXT,
	    offsetof(struct request, cfg_dir)},
	{0, "xen-version", "VERSION", "judge or write for this Xen, 4.4 to 4.22 "
	    "(default: the one that runs here, else the newest)", OPTION_TEXT,
	    offsetof(struct request, xen_version)},
	{0, "convert", "xl", "the same as the action convert", OPTION_TEXT,
	    offsetof(struct request, convert)},
	{0, "format", "libvirt", "write: print XML for libvirt, and leave the "
	    "domain file as it is", OPTION_TEXT,
	    offsetof(struct request, format)},
	{0, "elsewhere", NULL, "the domain is for another host: look neither "
	    "for its files nor for its neighbours", OPTION_FLAG,
	    offsetof(struct request, elsewhere)},
	{0, "json", NULL, "print the result as JSON", OPTION_FLAG,
	    offsetof(struct request, json)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

static void
print_finding(const char *path, const struct finding *finding)
{
	printf("%s:", path);
	if (finding->line)
		printf("%u:", finding->line);
	if (finding->key)
		printf(" %s:", finding->key);
	printf(" %s\n", finding->text);
}

static int
print_json(const struct cfg_check *check, struct error *err)
{
	json_t *list = json_array();

	vector_each(file, &check->files)
		vector_each(finding, &file->lint.findings)
			json_array_append_new(list, json_pack(
			    "{s:s, s:i, s:s?, s:s}", "file", file->path,
			    "line", (int)finding->line, "key", finding->key,
			    "text", finding->text));
	if (json_dumpf(list, stdout, JSON_INDENT(2)) < 0) {
		json_decref(list);
		return error_set(err, "the result cannot be written as JSON");
	}
	putchar('\n');
	json_decref(list);
	return 0;
}

static void
print_text(const struct cfg_check *check)
{
	vector_each(file, &check->files)
		vector_each(finding, &file->lint.findings)
			print_finding(file->path, finding);
}

static int
check_files(const struct request *request, const struct strings *paths,
    struct events *events __attribute__((unused)), struct error *err)
{
	auto_cfg_check struct cfg_check check = {
		.directory = request->cfg_dir,
		.rules.elsewhere = request->elsewhere,
	};

	if ((request->xen_version && xen_version_read(request->xen_version,
	    &check.rules.version, err) < 0) ||
	    cfg_check_run(&check, paths, err) < 0)
		return -1;
	if (!request->json)
		print_text(&check);
	else if (print_json(&check, err) < 0)
		return -1;
	return check.findings ? error_set(err, "%zu finding%s for Xen 4.%u",
	    check.findings, check.findings > 1 ? "s" : "",
	    check.rules.version) : 0;
}

static struct strings
without_first(const struct strings *strings)
{
	return (struct strings){strings->items + 1, strings->count - 1,
	    strings->count - 1};
}

static int
edit_file(const struct strings *operands, bool sets, struct events *events,
    struct error *err)
{
	const struct strings edits = without_first(operands);

	if (!edits.count)
		return error_usage(err, sets ? "KEY=VALUE is missing; see "
		    "--help" : "KEY is missing; see --help");
	vector_each(edit, &edits)
		if (sets != (strchr(*edit, '=') != NULL))
			return error_usage(err, "'%s' is not %s", *edit,
			    sets ? "KEY=VALUE" : "a KEY");
	return cfg_edit(operands->items[0], &edits, events, err);
}

static int
set_keys(const struct request *request __attribute__((unused)),
    const struct strings *operands, struct events *events, struct error *err)
{
	return edit_file(operands, true, events, err);
}

static int
unset_keys(const struct request *request __attribute__((unused)),
    const struct strings *operands, struct events *events, struct error *err)
{
	return edit_file(operands, false, events, err);
}

static int
convert_files(const struct request *request __attribute__((unused)),
    const struct strings *operands, struct events *events, struct error *err)
{
	vector_each(path, operands)
		if (cfg_convert(*path, events, err) < 0)
			return -1;
	return 0;
}

static int
settle_installed(const struct request *request __attribute__((unused)),
    const struct strings *operands, struct events *events, struct error *err)
{
	vector_each(name, operands)
		if (cfg_installed(*name, events, err) < 0)
			return -1;
	return 0;
}

static int
print_libvirt(const struct strings *names, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (names->count > 1)
		return error_usage(err, "libvirt takes one NAME at a time");
	if (cfg_libvirt(names->items[0], &text, err) < 0)
		return -1;
	fputs(text.data, stdout);
	return 0;
}

static int
write_files(const struct request *request, const struct strings *operands,
    struct events *events __attribute__((unused)), struct error *err)
{
	if (request->format && strcmp(request->format, "libvirt"))
		return error_usage(err, "--format: '%s' is unknown; it can be "
		    "libvirt", request->format);
	if (request->format)
		return print_libvirt(operands, err);
	vector_each(name, operands)
		if (cfg_write(*name, request->xen_version, err) < 0)
			return -1;
	return 0;
}

static int
refresh_kernel(const char *name, struct events *events, struct error *err)
{
	auto_end(cfg_refreshed_release) struct cfg_refreshed refreshed = {0};

	if (cfg_refresh(name, &refreshed, events, err) < 0)
		return -1;
	printf("%s: the kernel was %s, is %s\n", name,
	    refreshed.before ? refreshed.before : "of an unknown release",
	    refreshed.after ? refreshed.after : "of an unknown release");
	return 0;
}

static int
refresh_kernels(const struct request *request __attribute__((unused)),
    const struct strings *operands, struct events *events, struct error *err)
{
	vector_each(name, operands)
		if (refresh_kernel(*name, events, err) < 0)
			return -1;
	return 0;
}

static const struct action {
	const char *name;
	int (*run)(const struct request *request,
	    const struct strings *operands, struct events *events,
	    struct error *err);
} actions[] = {
	{"write", write_files},
	{"refresh", refresh_kernels},
	{"check", check_files},
	{"set", set_keys},
	{"unset", unset_keys},
	{"convert", convert_files},
	{"installed", settle_installed},
};

static const struct action *
action_find(const char *name, struct error *err)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (!strcmp(name, actions[i].name))
			return &actions[i];
	error_usage(err, "unknown action '%s'; see --help", name);
	return NULL;
}

static int
convert_as_option(const struct request *request,
    const struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	if (strcmp(request->convert, "xl"))
		return error_usage(err, "--convert: '%s' is unknown; files can "
		    "be made those of xl", request->convert);
	if (!operands->count)
		return error_usage(err, "FILE is missing; see --help");
	return convert_files(request, operands, &terminal->events, err);
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	const struct request *request = record;
	const struct action *action;
	struct strings rest;

	if (request->convert)
		return convert_as_option(request, operands, terminal, err);
	if (operands->count < 2)
		return error_usage(err, "an action and its FILE or NAME are missing; "
		    "see --help");
	action = action_find(operands->items[0], err);
	rest = without_first(operands);
	return action ? action->run(record, &rest, &terminal->events, err) : -1;
}

static const struct option *const tables[] = {options, NULL};

static const struct tool tool = {
	.name = "mkguest-cfg",
	.usage = "mkguest-cfg write [OPTION]… NAME…\n"
	    "       mkguest-cfg write --format libvirt NAME\n"
	    "       mkguest-cfg refresh NAME…\n"
	    "       mkguest-cfg check [OPTION]… FILE…\n"
	    "       mkguest-cfg set FILE KEY=VALUE…\n"
	    "       mkguest-cfg unset FILE KEY…\n"
	    "       mkguest-cfg convert FILE…\n"
	    "       mkguest-cfg installed NAME…",
	.about = "write writes the domain file of a guest anew; refresh takes "
	    "kernel and initrd out\nof it again. check says what is wrong in "
	    "domain files, also what xl takes in\nsilence, and what to write "
	    "instead; set and unset change a "
	    "file's keys and keep the rest;\nconvert makes a file of xm one "
	    "of xl; installed is for guests of\nmkguest --iso that have their "
	    "system on their disk now.\n",
	.tables = tables,
	.terminal = offsetof(struct request, terminal),
	.run = run,
};

int
main(int argc, char **argv)
{
	struct request request = {0};
	int status = argc > 0 ? tool_main(&tool, &request, argv) : 2;

	options_release(options, &request);
	return status;
}
