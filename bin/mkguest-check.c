#include <fcntl.h>
#include <jansson.h>
#include <pwd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "bin/tool.h"
#include "guest/state.h"
#include "make/readiness.h"

struct request {
	struct terminal_options terminal;
	char *image_dir;
	char *root;
	bool json;
};

static const struct option options[] = {
	{0, "image-dir", "DIR", "where images are to be (default: as mkguest "
	    "has it)", OPTION_TEXT, offsetof(struct request, image_dir)},
	{0, "root", "DIR", "look at the host whose root is mounted there",
	    OPTION_TEXT, offsetof(struct request, root)},
	{0, "json", NULL, "print the result as JSON", OPTION_FLAG,
	    offsetof(struct request, json)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

static const char *const state_names[] = {
	[READINESS_GOOD] = "good",
	[READINESS_ADVICE] = "advice",
	[READINESS_MISSING] = "missing",
};

static void
print_text(const struct readiness *readiness)
{
	vector_each(item, &readiness->items) {
		printf("%-8s %-15s %s\n", state_names[item->state], item->name,
		    item->text);
		if (item->fix)
			printf("%-8s %-15s → %s\n", "", "", item->fix);
	}
}

static int
print_json(const struct readiness *readiness, struct error *err)
{
	json_t *list = json_array();
	int result;

	vector_each(item, &readiness->items)
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:s, s:s?}", "name", item->name,
		    "state", state_names[item->state], "text", item->text,
		    "fix", item->fix));
	result = json_dumpf(list, stdout, JSON_INDENT(2));
	json_decref(list);
	putchar('\n');
	return result < 0 ? error_set(err, "the result cannot be written as "
	    "JSON") : 0;
}

static int
run(void *record, struct strings *operands,
    struct terminal *terminal __attribute__((unused)), struct error *err)
{
	struct request *request = record;
	const struct passwd *user = geteuid() ? getpwuid(geteuid()) : NULL;
	auto_free char *state = state_directory();
	auto_free char *images = geteuid() ? get_current_dir_name() :
	    memory_printf("%s/images", state);
	auto_readiness struct readiness readiness = {
		.user = user ? user->pw_name : NULL,
		.image_dir = request->image_dir ? request->image_dir : images,
	};
	auto_close int root = open(request->root ? request->root : "/",
	    O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (operands->count)
		return error_usage(err, "no operands are taken; see --help");
	if (root < 0)
		return error_errno(err, "'%s'", request->root);
	readiness.root = root;
	readiness_check(&readiness);
	if (!request->json)
		print_text(&readiness);
	else if (print_json(&readiness, err) < 0)
		return -1;
	return readiness.missing ? error_set(err, "%zu thing%s missing",
	    readiness.missing, readiness.missing > 1 ? "s are" : " is") : 0;
}

static const struct option *const tables[] = {options, NULL};

static const struct tool tool = {
	.name = "mkguest-check",
	.usage = "mkguest-check [OPTION]…",
	.about = "Says what this host has and lacks for making and running Xen "
	    "guests,\nand what to do.\n",
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
