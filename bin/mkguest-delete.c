#include <jansson.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "bin/guest_json.h"
#include "bin/tool.h"
#include "keep/removal.h"

struct request {
	struct terminal_options terminal;
	bool keep_disk;
	bool wipe;
	bool yes;
	bool dry_run;
	bool json;
};

static const struct option options[] = {
	{'y', "yes", NULL, "do not ask", OPTION_FLAG,
	    offsetof(struct request, yes)},
	{0, "keep-disk", NULL, "images, volumes and devices stay as they are",
	    OPTION_FLAG, offsetof(struct request, keep_disk)},
	{0, "wipe", NULL, "write zeros over them first, over devices that stay, "
	    "too", OPTION_FLAG, offsetof(struct request, wipe)},
	{'n', "dry-run", NULL, "say what would be removed, and remove nothing",
	    OPTION_FLAG, offsetof(struct request, dry_run)},
	{0, "json", NULL, "print the result as JSON", OPTION_FLAG,
	    offsetof(struct request, json)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

struct removals {
	struct removal *items;
	size_t count;
	size_t capacity;
};

static void
removals_release(struct removals *removals)
{
	vector_each(removal, removals)
		removal_release(removal);
	vector_release(removals);
}

/* A device stays, but what is on it does not. */
static const char *
verb_of(const struct removal_item *item)
{
	return item->target.kind == TARGET_BLOCK && !item->disk->volume
	    ? "zero" : "remove";
}

static void
print_plan(const struct removals *removals, const char *front)
{
	vector_each(removal, removals)
		vector_each(item, removal)
			if (item->stays)
				printf("%s: %s '%s' stays: %s\n",
				    removal->name, item->what, item->path,
				    item->stays);
			else
				printf("%s: %s%s %s '%s'\n", removal->name,
				    front, verb_of(item), item->what,
				    item->path);
}

/* What stays is worth a word. */
static void
print_done(const struct removal *removal)
{
	printf("%s: deleted\n", removal->name);
	vector_each(item, removal)
		if (item->stays)
			printf("%s: %s '%s' stays: %s\n", removal->name,
			    item->what, item->path, item->stays);
}

static int
print_json(const struct removals *removals, struct error *err)
{
	json_t *list = json_array();
	int result;

	vector_each(removal, removals)
		json_array_append_new(list, removal_json(removal));
	result = json_dumpf(list, stdout, JSON_INDENT(2));
	json_decref(list);
	putchar('\n');
	return result == 0 ? 0
	    : error_set(err, "the result cannot be written as JSON");
}

/* 1 go on, 0 do not. */
static int
confirm(const struct removals *removals, struct terminal *terminal,
    struct error *err)
{
	auto_free char *question = removals->count == 1
	    ? memory_printf("delete the guest '%s'?",
	    removals->items[0].name)
	    : memory_printf("delete these %zu guests?", removals->count);

	print_plan(removals, "");
	return terminal_confirm(terminal, question, "--yes", err);
}

static int
run_all(const struct request *request, struct removals *removals,
    struct error *err)
{
	vector_each(removal, removals) {
		if (removal_run(removal, err) < 0)
			return -1;
		if (!request->json)
			print_done(removal);
	}
	return request->json ? print_json(removals, err) : 0;
}

static int
delete(const struct request *request, struct removals *removals,
    struct terminal *terminal, struct error *err)
{
	int agreed = 1;

	if (request->dry_run && request->json)
		return print_json(removals, err);
	if (request->dry_run) {
		print_plan(removals, "would ");
		return 0;
	}
	if (!request->yes)
		agreed = confirm(removals, terminal, err);
	if (agreed == 0)
		return error_set(err, "nothing was deleted");
	return agreed < 0 ? -1 : run_all(request, removals, err);
}

/* All of them, before the first goes. */
static int
plan_all(const struct request *request, const struct strings *names,
    struct removals *removals, struct events *events, struct error *err)
{
	vector_each(name, names) {
		struct removal *removal = vector_push(removals);

		*removal = (struct removal){
			.name = *name, .keep_disk = request->keep_disk,
			.wipe = request->wipe, .dry_run = request->dry_run,
			.events = events, REMOVAL_NONE,
		};
		if (removal_plan(removal, err) < 0)
			return -1;
	}
	return 0;
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	const struct request *request = record;
	auto_end(removals_release) struct removals removals = {0};

	if (!operands->count)
		return error_usage(err, "NAME is missing; see --help");
	if (request->keep_disk && request->wipe)
		return error_usage(err, "--keep-disk and --wipe exclude each "
		    "other");
	return plan_all(request, operands, &removals, &terminal->events,
	    err) < 0 ? -1 : delete(request, &removals, terminal, err);
}

static const struct option *const tables[] = {options, NULL};

static const struct tool tool = {
	.name = "mkguest-delete",
	.usage = "mkguest-delete [OPTION]… NAME…",
	.about = "Removes guests from this host: images, volumes, domain file "
	    "and all else that was\nmade for them. Their addresses are free "
	    "then.\n",
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
