#include <fcntl.h>
#include <jansson.h>
#include <pwd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "bin/tool.h"
#include "check/host_check.h"
#include "check/migration.h"
#include "guest/state.h"

struct request {
	struct terminal_options terminal;
	char *image_dir;
	char *root;
	char *migrate_to;
	bool json;
};

static const struct option options[] = {
	{0, "image-dir", "DIR", "where images are to be (default: as mkguest "
	    "has it)", OPTION_TEXT, offsetof(struct request, image_dir)},
	{0, "root", "DIR", "look at the host whose root is mounted there",
	    OPTION_TEXT, offsetof(struct request, root)},
	{0, "migrate-to", "HOST", "say whether the guests NAME… can move to "
	    "that host while they run", OPTION_TEXT,
	    offsetof(struct request, migrate_to)},
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
check_host(const struct request *request, const struct strings *operands,
    struct readiness *readiness, struct error *err)
{
	const struct passwd *user = geteuid() ? getpwuid(geteuid()) : NULL;
	auto_free char *state = state_directory();
	auto_free char *images = geteuid() ? get_current_dir_name() :
	    memory_printf("%s/images", state);
	auto_close int root = open(request->root ? request->root : "/",
	    O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (operands->count)
		return error_usage(err, "operands are for --migrate-to; see "
		    "--help");
	if (root < 0)
		return error_errno(err, "'%s'", request->root);
	host_check(&(struct host_check){
		.root = root,
		.user = user ? user->pw_name : NULL,
		.image_dir = request->image_dir ? request->image_dir : images,
		.readiness = readiness,
	});
	return 0;
}

static int
check_migration(const struct request *request, const struct strings *operands,
    struct readiness *readiness, struct error *err)
{
	auto_migration struct migration migration = {
		.host = request->migrate_to, .readiness = readiness,
	};

	if (request->root || request->image_dir)
		return error_usage(err, "--root and --image-dir do not go with "
		    "--migrate-to");
	if (!operands->count)
		return error_usage(err, "--migrate-to needs the NAME of a "
		    "guest; see --help");
	return host_name_check(request->migrate_to, err) < 0 ? -1
	    : migration_check(&migration, operands, err);
}

static int
run(void *record, struct strings *operands,
    struct terminal *terminal __attribute__((unused)), struct error *err)
{
	struct request *request = record;
	auto_readiness struct readiness readiness = {0};

	if ((request->migrate_to ? check_migration : check_host)(request,
	    operands, &readiness, err) < 0)
		return -1;
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
	.usage = "mkguest-check [OPTION]…\n"
	    "       mkguest-check --migrate-to HOST [OPTION]… NAME…",
	.about = "Says what this host has and lacks for making and running Xen "
	    "guests,\nor for moving guests to another host, and what to do.\n",
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
